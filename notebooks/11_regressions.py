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
# # Do cheaper models get more tokens?
#
# Regressions of tokens on the list price of the day: across models, on one day, for one model over time, and for who is
# among the fifty most used at all. None of them has a design that would let it speak of causes.

# %%
import pandas as pd

from tokencheck import paths, results
from tokencheck.econometrics import headlines, panel, simulation
from tokencheck.econometrics.estimation import fit_all
from tokencheck.econometrics.precision import write_estimates
from tokencheck.econometrics.specification import COLUMNS, ESTIMANDS, SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import drawings_regressions as drawings
from tokencheck.notebook import figures

tables = Tables()
panels = panel.build_all(tables)
seen = ("wednesdays", "daily", "week")
matches = pd.concat([panel.measure_matches(panels[name], name) for name in seen], ignore_index=True)
write_estimates(paths.REGRESSIONS / "matches.csv", matches)
matches[matches["month"] == "all"].round(2)

# %% [markdown]
# ## What is asked

# %%
for name, estimand in ESTIMANDS.items():
    print(f"{name}: {estimand.question}")

# %% [markdown]
# ## Every headline estimate

# %%
estimates = fit_all(headlines.SPECIFICATIONS, panels)
names = [one.specification.name for one in estimates]
table = pd.DataFrame([one.as_row() for one in estimates], columns=COLUMNS[:-1], index=names)  # none is dropped
write_estimates(paths.ESTIMATES, table)
words = [{"specification": one.specification.name, "formula": one.specification.formula} for one in estimates]
write_estimates(paths.REGRESSIONS / "formulas.csv", pd.DataFrame(words))
table[["coef", "se", "p", "n", "models", "days"]].round(3)

# %%
week, like, top = (
    headlines.find(estimates, getattr(headlines, name)) for name in ("WEEK", "WEEK_CONTROLS", "WEEK_TOP")
)
day, day_like = (headlines.find(estimates, one) for one in (headlines.DAY, headlines.DAY_CONTROLS))
model, model_daily = (headlines.find(estimates, one) for one in (headlines.MODEL, headlines.MODEL_DAILY))
shown = [
    ("all models", week),
    ("all models, median", headlines.find(estimates, headlines.WEEK_MEDIAN)),
    ("of like quality, age, openness …", like),
    ("the week's fifty most used only", top),
    ("fifty most used of a Wednesday", day),
    ("the same, of like quality …", day_like),
    ("Wednesdays, January 2025 – August 2026", model),
    ("the same, expected tokens (PPML)", headlines.find(estimates, headlines.MODEL_TOTAL)),
    ("days around the article", model_daily),
]
fig = drawings.draw_answers(shown)
title = (
    f"Dearer models have fewer tokens among all models ({week.coef:.1f}) and over time ({model.coef:.1f}), "
    f"but not among the fifty most used ({day.coef:+.1f})"
)
figures.save(
    fig, "regressions-answers", title.replace("-", "−"), claims=["C36"], **drawings.tell("regressions-answers")
)

# %% [markdown]
# ## What the cut at fifty does
#
# On the one full leaderboard the same regression is run with and without the models below the fiftieth.

# %%
paid = panels["week"][SAMPLES["paid"](panels["week"])]
fig = drawings.draw_week(paid.dropna(subset="log_tokens"), week, top)
title = f"The cut hides the slope: {week.coef:.2f} among all models, {top.coef:+.2f} among the fifty most used"
figures.save(fig, "regressions-week", title.replace("-", "−"), claims=[], **drawings.tell("regressions-week"))

# %%
bounds = headlines.bound_all(panels)
write_estimates(paths.REGRESSIONS / "bounds.csv", bounds)
fig = drawings.draw_bounds(bounds)
title = "Where most models go unseen, the data alone exclude no sign"
figures.save(fig, "regressions-bounds", title, claims=[], **drawings.tell("regressions-bounds"))
bounds.round(2)

# %% [markdown]
# ## What shakes the estimates

# %%
checks, left_out = headlines.check_all(panels)
write_estimates(paths.REGRESSIONS / "checks.csv", checks)
write_estimates(paths.REGRESSIONS / "left_out.csv", left_out)
fig = drawings.draw_left_out(checks, left_out)
title = "Leaving out one developer turns the sign of no estimate"
figures.save(fig, "regressions-left-out", title, claims=[], **drawings.tell("regressions-left-out"))
checks.round(3).T

# %%
variations = headlines.vary_all(panels)
write_estimates(paths.REGRESSIONS / "variations.csv", variations)
refusals = headlines.list_refusals(panels)
print(*refusals, sep="\n")
variations.round(3)

# %% [markdown]
# ## A simulation: how the sign turns
#
# **Invented data.** Buyers dislike price (true elasticity −1) and like quality; sellers price by quality.

# %%
bias = simulation.trace_bias([0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3])
fig = drawings.draw_simulation(bias, simulation.ELASTICITY)
title = "Simulation: where price follows quality, a slope without quality can turn its sign"
figures.save(fig, "regressions-simulation", title, claims=[], **drawings.tell("regressions-simulation"))

# %%
changes = headlines.count_changes(panels["listed"])
facts = headlines.gather_facts(estimates, bounds, checks, variations, matches, changes)
facts |= headlines.gather_conditions(panels, checks, left_out, bias)
results.write_facts("regressions", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
