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
# # The hosts of one model, and prices that moved on a known day
#
# Two designs that come nearer to the question. Between the hosts of one model nothing differs but the host. Around a
# dated price move the model is the same and so is everything but the price, as far as we know. Each is put in words
# before any number; what it cannot show stands beside it.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
price = "log_price_paid"  # log_price_measured, log_price_input, log_price_full (before discounts) or log_price_paid
controls = "log_speed + log_latency"  # none, log_speed, log_speed + log_latency, or with + log_context
effects = "model_day + host"  # model_day + host, or model_day + offer: the same offer over time
sample = "paid_open"  # paid, paid_open, paid_closed, paid_china or paid_us
days_after = 7  # from the first day after a move, at most 9

# %%
import warnings

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf

from tokencheck import paths, results
from tokencheck.econometrics import comovement, designs, elsewhere, headlines, hostpanel, moves
from tokencheck.econometrics.curve import SERVICE
from tokencheck.econometrics.precision import write_estimates
from tokencheck.econometrics.specification import SAMPLES
from tokencheck.econometrics.vocabulary import word_choices
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_regressions as drawings

tables = Tables()

# %% [markdown]
# ## Hosts of one model
#
# *Among the hosts that sell one and the same model on one day: by how many per cent do tokens differ between two whose
# prices differ by one per cent?* The router alone, sending requests by one over the square of the price, would give −2.

# %%
panel = hostpanel.build_hosts(tables)
write_estimates(paths.REGRESSIONS / "hosts_left_out.csv", panel.left_out)
shown = ["date", "model", "host", "offer", "tokens", "price_measured", "price_full", "price_paid"]
displays.list_rows(panel.rows[shown].head())

# %%
displays.list_rows(panel.left_out)

# %%
hosts = designs.fit_hosts(panel.rows)
displays.compare(
    {
        one.specification.name: (one.coef, record.low, record.high, one.n, record.effective)
        for one, record in hosts.values()
    },
    ["coef", "low", "high", "n", "effective clusters"],
)

# %% [markdown]
# The first, and that of the same offer over time, are run by hand in `11c_within`. Here pyfixest gives the same.

# %%
rows = panel.rows.assign(model_day=panel.rows["model"] + panel.rows["date"].astype(str))
rows["offer"] = rows["model"] + " " + rows["offer"]


def regress(price, effects, controls="none", sample="paid"):
    chosen, terms = rows[SAMPLES[sample](rows)], price if controls == "none" else f"{price} + {controls}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of singletons, which say nothing of a slope within groups
        clusters, small = {"CRV1": "model+host"}, pf.ssc(k_fixef="full", G_df="conventional")
        exact = pf.MapDemeaner(fixef_tol=1e-12)
        return pf.feols(f"log_tokens ~ {terms} | {effects}", chosen, vcov=clusters, ssc=small, demeaner=exact)


ours, name = hosts["hosts"][0], "log_price_measured"
fitted = regress(name, "model_day + host")
assert abs(fitted.coef()[name] - ours.coef) < 1e-8 and abs(fitted.se()[name] / ours.se - 1) < 1e-6
displays.list_rows(
    fitted.tidy().rename(index=displays.write_column).rename_axis(f"log_tokens ~ {name} | model_day + host")
)

# %% [markdown]
# **Try your own**, with the parameters at the top of the notebook:

# %%
parameters.check(
    price=(price, [f"log_price_{name}" for name in hostpanel.HOST_PRICES]),
    controls=(controls, ["none", *(" + ".join(one) for one in SERVICE[1:])]),
    effects=(effects, ["model_day + host", "model_day + offer"]),
    sample=(sample, [one for one in SAMPLES if one in ("paid", "paid_open", "paid_closed", "paid_china", "paid_us")]),
)
tried = regress(price, effects, controls, sample)
displays.compare(
    {
        "as written": (fitted.coef()["log_price_measured"], fitted.se()["log_price_measured"]),
        word_choices(sample=sample, price=price, controls=controls, effects=effects): (
            tried.coef()[price],
            tried.se()[price],
        ),
    },
    ["% more tokens at a price 1 % higher", "standard error, by model and host"],
)

# %%
without = designs.leave_hosts_out(panel.rows)
write_estimates(paths.REGRESSIONS / "hosts_without.csv", without)
paid = designs.measure_paid(panel.rows)
write_estimates(paths.REGRESSIONS / "paid.csv", paid)
displays.list_rows(paid)

# %% [markdown]
# ## Do prices move together?
#
# *Where the other hosts of a model move its price by one per cent within a week, by how many per cent does this one?*
# *And where models with one host do on average, by how many per cent do those with several?*

# %%
links = {"hosts_together": comovement.relate_hosts(panel.rows), "weeks_together": comovement.relate_weeks(tables)}
related = comovement.tabulate_comovement(links)
write_estimates(paths.REGRESSIONS / "together.csv", related)
displays.list_rows(related)

# %% [markdown]
# ## Dated price moves
#
# *In the three days after a vendor moved a model's price on a known day: by how many per cent did its tokens move
# beyond those of models whose price stood still, for one per cent of price?* The criteria were written first.

# %%
for criterion, words in moves.CRITERIA.items():
    print(f"{criterion}: {words}")
listed = moves.list_moves(tables)
write_estimates(paths.REGRESSIONS / "moves_listed.csv", listed.assign(day=listed["day"].dt.strftime("%Y-%m-%d")))
passed = listed[listed["passed"]].reset_index(drop=True)
shown = ["model", "day", "last_day", "log_price_change", "moves"]
displays.list_rows(passed[shown])

# %% [markdown]
# What cannot be told as a move, because its size or its model is not the same on either side:

# %%
unclear = moves.count_left_out(tables)
displays.list_rows(unclear)

# %% [markdown]
# What only a launch or another move nearby keeps out is measured one by one, beside the criterion that it fails.

# %%
alone = listed[listed["alone"]].reset_index(drop=True)
displays.list_rows(alone[[*shown, "fails"]])

# %% [markdown]
# ### By hand
#
# The panel: one row a move that passes, from two tables. The change of price is what the ledger says on its days. That
# of tokens is the mean of their logarithm in the days after, less that of the seven days before; less the same of all
# models of other developers whose price stood still. A model that falls out of the fifty stays at the least that is on
# record that day. Which models are those, the package says.

# %%
ledger = tables["price_changes"].sort_values(["model", "snapshot_utc"])
weight = prices.find_prompt_share(tables)  # of input among all tokens of the platform
usd = (weight * ledger["input_usd_per_mtok"] + (1 - weight) * ledger["output_usd_per_mtok"]).astype(float)
change = np.log(usd.where(usd > 0)).groupby(ledger["model"]).diff()
day = (ledger["snapshot_utc"] - pd.Timedelta(hours=12)).dt.normalize()  # a snapshot shows what moved the day before
steps = ledger.assign(change=change, at=day)[change.abs() > np.log1p(moves.STEADY)]
steps = passed.merge(steps[["model", "at", "change"]], left_on="listing", right_on="model", suffixes=("", "_listed"))
price_changes = steps[steps["at"].between(steps["day"], steps["last_day"])].groupby(["model", "day"])["change"].sum()

# %%
named = tables["usage_daily"].query("model != 'other' and tokens > 0")
tokens = np.log(named.pivot(index="date", columns="model", values="tokens").astype(float))
tokens = tokens.asfreq("D").interpolate(limit=1, limit_area="inside")  # two days are missing at the source
record = moves.DailyRecord(tables)


def compare_days(one, first, last):
    after = tokens[one.last_day + pd.Timedelta(days=first) : one.last_day + pd.Timedelta(days=last)]
    before = tokens[one.day - pd.Timedelta(days=moves.BEFORE) : one.day - pd.Timedelta(days=1)].dropna(axis="columns")
    changes = after[before.columns].apply(lambda own: own.fillna(after.min(axis=1))).mean() - before.mean()
    donors = record.list_donors(record.take(one.day, one.last_day, moves.BEFORE), one.developer)
    return changes.get(one.model, np.nan) - changes[donors].mean() if len(donors) >= moves.LEAST_DONORS else np.nan


short = {(one.model, one.day): compare_days(one, *moves.SHORT) for one in passed.itertuples()}
moved = pd.Series(short).to_frame("log_tokens_change").assign(log_price_change=price_changes).dropna()
displays.list_rows(moved.reset_index(names=["model", "day"]))

# %%
measured, together = moves.measure_moves(tables, listed[listed["passed"] | listed["alone"]])
ours = measured.query("span == 'short' and passed").set_index(["model", "day"])[["effect", "log_price_change"]]
ours = ours.set_axis(moved.columns, axis="columns").rename(pd.Timestamp, level="day")
like = {"check_names": False, "check_index_type": False, "rtol": 0, "atol": 1e-10}
pd.testing.assert_frame_equal(moved.sort_index(), ours.sort_index(), **like)
write_estimates(paths.REGRESSIONS / "moves_left_out.csv", pd.concat([unclear, designs.count_unmeasured(measured)]))
write_estimates(paths.REGRESSIONS / "moves.csv", measured)
write_estimates(paths.REGRESSIONS / "moves_together.csv", together)
displays.list_rows(together)

# %% [markdown]
# Each move in each span: its change of tokens beyond the donors, in log points, with the interval of placebos; the same
# as an elasticity; beside the vendor's most used other model; and by a synthetic control. `moves.csv` holds all of it.

# %%
which = ["model", "day", "span"]
displays.list_rows(measured[[*which, "log_price_change", "effect", "effect_low", "effect_high", "p", "donors"]])

# %%
displays.list_rows(measured[[*which, "elasticity", "low", "high", "days_at_bound", "passed"]])

# %%
displays.list_rows(measured[[*which, "sister", "sister_effect", "sister_p", "elasticity_beside_sister"]])

# %%
displays.list_rows(measured[[*which, "synthetic_elasticity", "synthetic_misfit", "synthetic_p", "placebos"]])

# %% [markdown]
# All of them together: the line through zero, on which a cut twice as large counts four times. Its error by least
# squares means little with so few moves; the interval of record is that of placebos.

# %%
lines = {}
for direction, part in (("cuts", moved["log_price_change"] < 0), ("rises", moved["log_price_change"] > 0)):
    lines[direction] = smf.ols("log_tokens_change ~ log_price_change - 1", moved[part]).fit()
    summary = lines[direction].t_test("log_price_change = 0").summary(xname=["log_price"])
    print(f"{direction}: {lines[direction].model.formula}", summary, sep="\n")

# %%
through_zero = {direction: line.params["log_price_change"] for direction, line in lines.items()}
fig = drawings.draw_moves(moved, through_zero)
figures.save(fig, "regressions-scatter-moves", **drawings.tell_moves(moved, through_zero))

# %% [markdown]
# *What moved elsewhere on the platform in the same days?* The vendor's other models whose price stood still, beside the
# same sum of each other developer; and all models of other developers, beside the same weekdays of the weeks before.
# As an elasticity: per cent of tokens there for one per cent of the price that moved.

# %%
other = elsewhere.measure_elsewhere(record, passed)
write_estimates(paths.REGRESSIONS / "moves_elsewhere.csv", other)
displays.list_rows(other)

# %% [markdown]
# **Try your own**, with the parameters at the top of the notebook:

# %%
parameters.check(days_after=(days_after, range(1, moves.WEEK_LATER[1] + 1)))
largest = passed.loc[passed["log_price_change"].abs().idxmax()]
tried_days = {
    f"days {moves.SHORT[0]} to {moves.SHORT[1]}, as written": compare_days(largest, *moves.SHORT),
    f"days 1 to {days_after}": compare_days(largest, 1, days_after),
}
displays.compare(
    {label: (value / largest["log_price_change"],) for label, value in tried_days.items()},
    [f"elasticity of {largest['model']}"],
)

# %% [markdown]
# ## All designs on one axis

# %%
limits = pd.read_csv(paths.REGRESSIONS / "censored.csv")
table = pd.concat(
    [
        pd.read_csv(paths.REGRESSIONS / "headlines.csv"),
        designs.tabulate_designs(hosts, limits, measured, together),
    ],
    ignore_index=True,
)
write_estimates(paths.ESTIMATES, table, exact=("coef", "se"))

# %% [markdown]
# The file itself, read again: what was summed by hand above, to the eighth decimal, and the rows of the notebook
# before, which stand in it as they were.

# %%
written = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")["coef"]
headline = pd.read_csv(paths.REGRESSIONS / "headlines.csv").drop_duplicates("specification")
assert (written[headline["specification"]].to_numpy() == headline["coef"].to_numpy()).all()
slopes = moved["log_tokens_change"] / moved["log_price_change"]
by_hand = {f"{model}, {day:%Y-%m-%d}": slope for (model, day), slope in slopes.items()}
by_hand |= {f"{direction} together": slope for direction, slope in through_zero.items()}
assert all(abs(slope - written[label]) < 1e-8 for label, slope in by_hand.items())
displays.compare({label: (slope, written[label]) for label, slope in by_hand.items()}, ["by hand", "in the file"])

# %%
picture = designs.list_picture(table, tables["literature"])
fig = drawings.draw_designs(picture)
short = together.set_index(["span", "direction"])["elasticity"]["short"]
slopes = {
    "like": headlines.read_coef(table, headlines.WEEK_CONTROLS), "hosts": hosts["hosts"][0].coef,
    "cuts": short["cuts"], "rises": short["rises"],
}  # fmt: skip
title = (
    f"Models of like quality: {slopes['like']:.2f}; hosts of one model: {slopes['hosts']:.2f}; "
    f"in the days after dated cuts: {slopes['cuts']:.2f}"
)
told = drawings.tell_regressions("regressions-designs", **slopes)
figures.save(fig, "regressions-designs", title.replace("-", "−"), claims=["C36"], **told)

# %% [markdown]
# ## What the pages quote

# %%
facts = designs.gather_designs(hosts, panel.left_out, panel.rows, without, paid, listed, measured, together)
facts |= elsewhere.gather_elsewhere(other)
facts |= comovement.gather_comovement(links, pd.read_csv(paths.REGRESSIONS / "variations.csv"))
results.write_facts("designs", facts)
displays.list_facts(facts)
