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
# among the fifty most used at all. None of them has a design that would let it speak of causes; dated price moves and
# the hosts of one model are in the next notebook. Those of the chapter's first picture are run before the reader, from
# the tables to the scatter, in `11b_headlines` (between models) and `11c_within` (within a model).

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
of_panel = "week"  # wednesdays, daily, week, all_days or all_weeks: which models, and when
price = "log_price_input"  # log_price_measured (input and output), log_price_3_1, log_price_input or log_price_own
controls = "quality + log_age"  # none, quality, quality + log_age, or like with like
sample = "paid_open"  # paid, paid_open, paid_closed, paid_china, paid_us, paid_scored or paid_top_50

# %%
import pandas as pd

from tokencheck import paths, results
from tokencheck.econometrics import designs, headlines, panel, simulation, vocabulary
from tokencheck.econometrics.estimation import fit
from tokencheck.econometrics.inference import WildTest
from tokencheck.econometrics.precision import write_estimates
from tokencheck.econometrics.specification import ESTIMANDS, SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_regressions as drawings

tables = Tables()
panels = headlines.Panels(panel.build_all(tables))
seen = ("wednesdays", "daily", "week", "all_days")
matches = pd.concat([panel.measure_matches(panels[name], name) for name in seen], ignore_index=True)
write_estimates(paths.REGRESSIONS / "matches.csv", matches)
days = matches["panel"].map(lambda name: vocabulary.word_choice("panel", name))
displays.list_rows(matches.assign(panel=days)[matches["month"] == "all"].drop(columns="month"))

# %% [markdown]
# ## What is asked

# %%
displays.compare({one.words: (one.question,) for one in ESTIMANDS.values()}, ["question"])

# %% [markdown]
# ## Every headline estimate
#
# Each with its own standard error, and with the interval of record: the slopes that the wild bootstrap by developer
# does not reject.

# %%
estimates = headlines.fit_all(panels)
records = headlines.record_all(estimates, panels)
table = headlines.tabulate_headlines(estimates, records)
write_estimates(paths.REGRESSIONS / "headlines.csv", table, exact=("coef", "se"))
displays.list_rows(table[["specification", "coef", "record_low", "record_high", "record_p", "n", "record_effective"]])

# %% [markdown]
# An interval that just excludes zero, as may be that of the week's median, need not do so once it is allowed for how
# many questions are asked: the p-values of record of one question each, and by Holm; last the week's median, in the
# place of its mean.

# %%
displays.list_rows(headlines.allow_for_number(estimates, records))

# %% [markdown]
# **Try your own**, with the parameters at the top of the notebook, beside the week, like with like, as written:

# %%
parameters.check_together(
    lambda **own: headlines.find_obstacle(tables, headlines.ALL_CONTROLS, **own),
    of_panel=(of_panel, ["wednesdays", "daily", "week", "all_days", "all_weeks"]),
    price=(price, [f"log_price_{name}" for name in panel.PRICES]),
    controls=(controls, ["none", "quality", "quality + log_age", "like with like"]),
    sample=(sample, [name for name in SAMPLES if name != "free"]),
)
_, yours = headlines.choose_own(tables, headlines.ALL_CONTROLS, of_panel, price, controls, sample)
tried = [(headlines.WEEK_CONTROLS, "week"), (yours, of_panel)]
tried = [(fit(one, panels[name]), WildTest(one, panels[name], "developer").summarise()) for one, name in tried]
displays.compare(
    {
        label: (found.coef, record.low, record.high, found.n)
        for label, (found, record) in zip(
            ["as written", vocabulary.word_choices(panel=of_panel, sample=sample, price=price, controls=controls)],
            tried,
            strict=True,
        )
    },
    ["% more tokens at a price 1 % higher", "interval of record, from", "to", "rows"],
)

# %%
week, like, top, day, model, summer, later = (
    headlines.find(estimates, getattr(headlines, name))
    for name in ("FULL_WEEK", "WEEK_CONTROLS", "WEEK_TOP", "DAY", "MODEL", "ALL_CONTROLS", "WEEKS_CONTROLS")
)
of_record = {one.specification: record for one, record in zip(estimates, records, strict=True)}
shown = [
    ("all models of a week", headlines.FULL_WEEK),
    ("of like quality, age, openness …", headlines.WEEK_CONTROLS),
    ("the same, later weeks", headlines.WEEKS_CONTROLS),
    ("the same, each day of summer 2026", headlines.ALL_CONTROLS),
    ("the week's fifty most used only", headlines.WEEK_TOP),
    ("fifty most used of a Wednesday", headlines.DAY),
    ("the same, of like quality …", headlines.DAY_CONTROLS),
    ("one model over time, Wednesdays", headlines.MODEL),
    ("one model over time, summer 2026", headlines.ALL_MODEL),
]
fig = drawings.draw_answers([(label, headlines.find(estimates, one), of_record[one]) for label, one in shown])
title = (
    f"Among models of like quality, 1 % more price goes with {abs(like.coef):.2f} % fewer tokens, "
    f"in later weeks as well ({later.coef:.2f})"
)
told = drawings.tell_regressions("regressions-answers", like=like.coef, later=later.coef, summer=summer.coef)
figures.save(fig, "regressions-answers", title.replace("-", "−"), claims=["C36"], **told)

# %% [markdown]
# ## What the cut at fifty does
#
# On the one full leaderboard the same regression is run with and without the models below the fiftieth; and at other
# quantiles, because at the top the slope of the plain regression is nil without any cut.

# %%
paid = panels["week"][SAMPLES["paid"](panels["week"])].dropna(subset="log_tokens")
fig = drawings.draw_week(paid, week, top)
title = f"The cut hides the slope: {week.coef:.2f} among all models, {top.coef:+.2f} among the fifty most used"
told = drawings.tell_regressions("regressions-week", all=week.coef, fifty=top.coef)
figures.save(fig, "regressions-week", title.replace("-", "−"), claims=[], **told)

# %%
quantiles = headlines.trace_quantiles(panels.prepare("week"))
write_estimates(paths.REGRESSIONS / "quantiles.csv", quantiles)
displays.list_rows(quantiles.drop(columns="key"))

# %%
bounds = headlines.bound_all(panels)
write_estimates(paths.REGRESSIONS / "bounds.csv", bounds)
fig = drawings.draw_bounds(bounds)
title = "Where most models go unseen, the data alone exclude no sign"
widest = bounds.loc[(bounds["high"] - bounds["low"]).idxmax()]
told = drawings.tell_regressions(
    "regressions-bounds", widest=widest["specification"], low=widest["low"], high=widest["high"]
)
figures.save(fig, "regressions-bounds", title, claims=[], **told)

# %%
displays.list_rows(bounds)

# %% [markdown]
# Used as a limit instead: a censored regression, and beside it the truth where every model is on record. The one of the
# picture is run by hand in `11b_headlines`.

# %%
censored = designs.fit_censored(panels)
limits = designs.tabulate_censored(censored, panels)
write_estimates(paths.REGRESSIONS / "censored.csv", limits, exact=("coef", "se"))
displays.list_rows(limits[["specification", "coef", "record_low", "record_high", "n", "truth", "cut"]])

# %% [markdown]
# ## A simulation: how the sign turns
#
# **Invented data.** Buyers dislike price (true elasticity −1) and like quality; sellers price by quality.

# %%
bias = simulation.trace_bias([0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3])
fig = drawings.draw_simulation(bias, simulation.ELASTICITY)
title = "Simulation: where price follows quality, a slope without quality can turn its sign"
without = bias["without_quality"]
told = drawings.tell_regressions("regressions-simulation", most=without.max(), last=without.iloc[-1])
figures.save(fig, "regressions-simulation", title, claims=[], **told)

# %% [markdown]
# ## What the pages quote
#
# What shakes the estimates was computed in the notebook before, `11_shares`.

# %%
checks, left_out, variations = (
    pd.read_csv(paths.REGRESSIONS / f"{name}.csv") for name in ("checks", "left_out", "variations")
)
changes = headlines.count_changes(panels["listed"])
facts = headlines.gather_headlines(estimates, records, bounds, checks, variations, quantiles)
facts |= headlines.gather_matches(matches, changes)
facts |= headlines.gather_conditions(panels, checks, left_out, bias)
facts |= designs.gather_limits(limits)
results.write_facts("regressions", facts)
displays.list_facts(facts)
