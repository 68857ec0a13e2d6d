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
# One rule turns the measurements into verdicts (`tokencheck.verdicts`). It has been applied before this notebook
# runs; here the result is read and shown, with its sensitivity to what counts as *near*.

# %%
import pandas as pd

from tokencheck import drawings, figures, verdicts
from tokencheck.claims import load_register

register = load_register()
found = verdicts.read_verdicts()
assert found == verdicts.compute_verdicts(register, verdicts.read_measurements())
pd.Series(found.counts, name="claims").to_frame()

# %% [markdown]
# ## The rule

# %%
pd.DataFrame(
    {"literal reading": " or ".join(rule.literal), "other readings": rule.others, "verdict": rule.verdict}
    for rule in verdicts.RULES
)

# %% [markdown]
# ## The verdicts

# %%
checked = [claim for claim in found.claims if claim.readings]
pd.DataFrame(
    {
        "claim": claim.id,
        "says": register.find(claim.id).quote_en,
        "verdict": claim.verdict,
        "now": claim.status_now or "",
        "agree": f"{claim.agree.k} of {claim.agree.n}",
        "grade": claim.grade,
    }
    for claim in checked
).set_index("claim")

# %%
fig = drawings.draw_verdict_bar(found.counts)
rated = {name: count for name, count in found.counts.items() if name in verdicts.FROM_THE_WORST}
title = f"Of {sum(rated.values())} claims rated so far, {rated['Supported'] + rated['Roughly right']} hold as written"
counts = ", ".join(f"{count} {name.lower()}" for name, count in found.counts.items() if count)
alt = f"Stacked bar of the {len(found.claims)} claims by verdict: {counts}."
figures.save(fig, "verdict-bar", title, alt, [])

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
    for claim in checked
    for reading in claim.readings
)
