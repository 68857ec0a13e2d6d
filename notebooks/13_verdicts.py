# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What follows for each claim?
#
# One rule turns the measurements into verdicts (`tokencheck.register.verdicts`). It has been applied before this
# notebook runs; here the result is read and shown, with its sensitivity to what counts as *near*. What is measured is
# changed in `data/claims.yml`; `.venv/bin/doit notebook:13_verdicts` measures and decides anew what that touches.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
percent = 25  # what counts as near, in percent of the claimed number

# %%
import pandas as pd

from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.register import decisions, findings, rule, texts, verdicts
from tokencheck.register.claims import load_register

register = load_register()
found = verdicts.read_verdicts()
assert found == texts.tell_project(register)
displays.list_rows(pd.Series(found.counts, name="claims").rename_axis("verdict").reset_index())

# %% [markdown]
# ## The rule

# %%
displays.list_rows(
    pd.DataFrame(
        {"literal reading": " or ".join(row.literal), "other readings": row.others, "verdict": row.verdict}
        for row in rule.RULES
    )
)

# %% [markdown]
# A part that nobody can compute is decided by its findings. S is the best grade in support, X the best against; an
# interested party counts one grade lower.

# %%
displays.list_rows(pd.DataFrame({"findings": row.when, "verdict": row.verdict} for row in rule.FINDING_RULES))

# %% [markdown]
# ## The verdicts

# %%
displays.list_rows(
    pd.DataFrame(
        {
            "claim": claim.id,
            "says": claim.texts["en"].short,
            "verdict": claim.verdict,
            "now": f"{claim.status_now} ({claim.now_as_of})" if claim.status_now else "",
            "agree": f"{claim.agree.k} of {claim.agree.n}" if claim.agree.n else "",
            "findings": sum(one.counted for one in claim.findings),
            "grade": claim.grade,
        }
        for claim in found.claims
    ).set_index("claim")
)

# %%
bars = pd.DataFrame(
    {"row": f"{charts.VERDICT_STYLES[name][0]} {name}", "value": count, "label": str(count), "kind": name}
    for name, count in found.counts.items()
    if count
)
chart = charts.bars(
    bars, charts.Axis("claims"), {name: style for name, (_, style) in charts.VERDICT_STYLES.items()}, key=False
)
rated = {name: count for name, count in found.counts.items() if name in rule.FROM_THE_WORST}
supported, roughly = rated["Supported"], rated["Roughly right"]
title = f"Of {sum(rated.values())} rated claims, {supported} are supported as written and {roughly} roughly right"
counts = ", ".join(f"{count} “{name}”" for name, count in found.counts.items() if count)
alt = f"Bars of the {len(found.claims)} claims by verdict: {counts}."
figures.save(chart, "verdict-bar", title, alt, [], source="the readings and findings of this project")

# %% [markdown]
# ## Would another tolerance change a verdict?

# %%
sensitivity = pd.DataFrame(found.sensitivity).T.add_prefix("verdict at ").add_suffix(" %")
displays.list_rows(sensitivity.assign(changes=sensitivity.nunique(axis=1) > 1).rename_axis("claim"))

# %% [markdown]
# **Try your own:** the claims whose verdict another tolerance changes.

# %%
parameters.check(percent=(percent, parameters.Between(1, 100)))
records, said = verdicts.read_measurements(), findings.read_findings()
other = {
    claim.id: decisions.decide(claim, records, said, rule.Tolerance.of_percent(percent)).verdict
    for claim in register.claims
}
changed = {one.id: (one.verdict, other[one.id]) for one in found.claims if other[one.id] != one.verdict}
displays.compare(changed, ["verdict", f"at {percent} %"])

# %% [markdown]
# ## One verdict by hand
#
# C05 has one part. The first row of the rule that fits its literal reading and the others decides.

# %%
c05 = next(claim for claim in found.claims if claim.id == "C05")
judged = [rule.Judged(one.role, one.outcome, one.evidence, one.interested) for one in c05.readings]
literal = next(one for one in judged if one.role == "literal")
row = next(
    one
    for one in rule.RULES
    if literal.outcome in one.literal
    and rule.CONDITIONS[one.others](literal, [two for two in judged if two != literal])
)
assert row.verdict == c05.parts[0].verdict
print(f"literal: {literal.outcome}; {row.others}: {row.verdict}")

# %% [markdown]
# ## Every reading and its outcome

# %%
displays.list_rows(
    pd.DataFrame(
        {
            "claim": claim.id,
            "reading": f"{reading.label['en']}: {reading.reason}",
            "role": reading.role,
            "outcome": reading.outcome,
            "now": reading.now.outcome if reading.now else "",
        }
        for claim in found.claims
        for reading in claim.readings
    )
)
