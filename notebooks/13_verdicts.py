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
# notebook runs; here the result is read and shown, with its sensitivity to what counts as *near*.

# %%
import pandas as pd

from tokencheck.notebook import charts, figures
from tokencheck.register import rule, texts, verdicts
from tokencheck.register.claims import load_register

register = load_register()
found = verdicts.read_verdicts()
assert found == texts.tell_project(register)
pd.Series(found.counts, name="claims").to_frame()

# %% [markdown]
# ## The rule

# %%
pd.DataFrame(
    {"literal reading": " or ".join(row.literal), "other readings": row.others, "verdict": row.verdict}
    for row in rule.RULES
)

# %% [markdown]
# A part that nobody can compute is decided by its findings. S is the best grade in support, X the best against; an
# interested party counts one grade lower.

# %%
pd.DataFrame({"findings": row.when, "verdict": row.verdict} for row in rule.FINDING_RULES)

# %% [markdown]
# ## The verdicts

# %%
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
figures.save(chart, "verdict-bar", title, alt, [])

# %% [markdown]
# ## Would another tolerance change a verdict?

# %%
sensitivity = pd.DataFrame(found.sensitivity).T.add_prefix("tolerance ").add_suffix(" %")
sensitivity.assign(changes=sensitivity.nunique(axis=1) > 1)

# %% [markdown]
# ## Every reading and its outcome

# %%
pd.DataFrame(
    {
        "claim": claim.id,
        "part": reading.part,
        "reading": reading.id,
        "role": reading.role,
        "outcome": reading.outcome,
        "now": reading.now.outcome if reading.now else "",
        "reason": reading.reason,
    }
    for claim in found.claims
    for reading in claim.readings
)
