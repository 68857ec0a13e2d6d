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
effects = "model_day + host"  # model_day + host, or model_day + offer: the same offer over time
days_after = 7  # from the first day after a move, at most 9

# %%
import warnings

import numpy as np
import pandas as pd
import pyfixest as pf
import statsmodels.formula.api as smf

from tokencheck import paths, results
from tokencheck.econometrics import comovement, designs, elsewhere, headlines, hostpanel, moves
from tokencheck.econometrics.precision import write_estimates
from tokencheck.evidence.tables import Tables
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
rows = panel.rows.assign(model_day=panel.rows["model"] + panel.rows["date"].astype(str))
rows["offer"] = rows["model"] + " " + rows["offer"]


def regress(price, effects):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of singletons, which say nothing of a slope within groups
        clusters, small = {"CRV1": "model+host"}, pf.ssc(k_fixef="full", G_df="conventional")
        exact = pf.MapDemeaner(fixef_tol=1e-12)
        return pf.feols(f"log_tokens ~ {price} | {effects}", rows, vcov=clusters, ssc=small, demeaner=exact)


fitted = regress("log_price_measured", "model_day + host")
displays.list_rows(fitted.tidy().rename_axis("log_tokens ~ log_price_measured | model_day + host"))

# %% [markdown]
# The same with the effects taken out by hand: from tokens and price the means of each model and day, and of each host,
# in turns until nothing is left of either. The slope is the same; its error has to count the effects, too.

# %%
left = rows.loc[rows.groupby("model_day")["host"].transform("size") > 1, ["log_tokens", "log_price_measured"]]
groups = [rows.loc[left.index, effect] for effect in ("model_day", "host")]
while max(left.groupby(group).mean().abs().to_numpy().max() for group in groups) > 1e-12:
    for group in groups:
        left = left - left.groupby(group).transform("mean")
codes = [pd.factorize(rows.loc[left.index, name])[0] for name in ("model", "host")]
two_way = {"cov_type": "cluster", "cov_kwds": {"groups": np.column_stack(codes)}, "use_t": True}
by_means = smf.ols("log_tokens ~ log_price_measured - 1", left).fit(**two_way)
print(by_means.model.formula, by_means.t_test("log_price_measured = 0").summary(xname=["log_price"]), sep="\n")

# %%
hosts = designs.fit_hosts(panel.rows)
ours, name = hosts["hosts"][0], "log_price_measured"
assert max(abs(one - ours.coef) for one in (fitted.coef()[name], by_means.params[name])) < 1e-8
effects_counted = (len(left) - 1) / (len(left) - sum(group.nunique() for group in groups))
assert abs(by_means.bse[name] * effects_counted**0.5 - ours.se) < 1e-8
assert abs(fitted.se()[name] / ours.se - 1) < 1e-6
displays.compare(
    {
        one.specification.name: (one.coef, record.low, record.high, one.n, record.effective)
        for one, record in hosts.values()
    },
    ["coef", "low", "high", "n", "effective clusters"],
)

# %%
fig = drawings.draw_scatter(left[name], left["log_tokens"])
words = "Hosts of one model on one day, beside their own mean"
figures.save(fig, "regressions-scatter-hosts", **drawings.tell_scatter(words, by_means.params[name], left))

# %% [markdown]
# **Try your own**, with the parameters at the top of the notebook:

# %%
parameters.check(
    price=(price, [f"log_price_{name}" for name in hostpanel.HOST_PRICES]),
    effects=(effects, ["model_day + host", "model_day + offer"]),
)
tried = regress(price, effects)
displays.compare(
    {
        "as written": (fitted.coef()["log_price_measured"], fitted.se()["log_price_measured"]),
        f"{price}, {effects}": (tried.coef()[price], tried.se()[price]),
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
write_estimates(paths.REGRESSIONS / "moves_left_out.csv", unclear)
displays.list_rows(unclear)

# %% [markdown]
# What only a launch or another move nearby keeps out is measured one by one, beside the criterion that it fails.

# %%
alone = listed[listed["alone"]].reset_index(drop=True)
displays.list_rows(alone[[*shown, "fails"]])

# %% [markdown]
# ### One of them by hand
#
# The largest: the mean of its log tokens in the days after, less that of the seven days before; less the same of all
# models of other developers whose price stood still; over the change of its log price.

# %%
record = moves.DailyRecord(tables)
largest = passed.loc[passed["log_price_change"].abs().idxmax()]
block = record.take(largest["day"], largest["last_day"], moves.BEFORE)
donors = record.list_donors(block, largest["developer"])


def compare_days(first, last):
    before = block[block.index < largest["day"]].mean()
    after = (block.index - largest["last_day"]).days
    changes = block[(after >= first) & (after <= last)].mean() - before
    return changes[largest["model"]] - changes[donors].mean()


by_hand = compare_days(*moves.SHORT)
displays.compare(
    {largest["model"]: (by_hand, largest["log_price_change"], by_hand / largest["log_price_change"], len(donors))},
    ["tokens beyond the donors, log points", "price, log points", "elasticity", "donors"],
)

# %%
measured, together = moves.measure_moves(tables, listed[listed["passed"] | listed["alone"]])
own = measured[(measured["model"] == largest["model"]) & (measured["day"] == f"{largest['day']:%Y-%m-%d}")]
assert abs(own.set_index("span").at["short", "effect"] - by_hand) < 1e-8
write_estimates(paths.REGRESSIONS / "moves.csv", measured)
write_estimates(paths.REGRESSIONS / "moves_together.csv", together)
displays.list_rows(together)

# %%
displays.list_rows(measured.set_index(["model", "day", "span"]).T.rename_axis("what"))

# %% [markdown]
# ### All of them together
#
# Each in that way, one row a move; then the line through zero, on which a cut twice as large counts four times. Its
# error by least squares means little with so few moves; the interval of record is that of placebos.

# %%
first, last = moves.SHORT  # days after a move


def compare_move(one):
    block = record.take(one.day, one.last_day, moves.BEFORE)
    after = (block.index - one.last_day).days
    short = block[(after >= first) & (after <= last)]
    changes = short.mean() - block[block.index < one.day].mean()
    return changes[one.model] - changes[record.list_donors(block, one.developer)].mean()


moved = passed.assign(log_tokens_change=[compare_move(one) for one in passed.itertuples()])
displays.list_rows(moved[["model", "day", "log_price_change", "log_tokens_change"]])

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
tried_days = compare_days(1, days_after) / largest["log_price_change"]
displays.compare(
    {
        f"days {moves.SHORT[0]} to {moves.SHORT[1]}, as written": (by_hand / largest["log_price_change"],),
        f"days 1 to {days_after}": (tried_days,),
    },
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
# before, which held its own to `headlines.csv`.

# %%
written = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")["coef"]
headline = pd.read_csv(paths.REGRESSIONS / "headlines.csv").drop_duplicates("specification")
assert (written[headline["specification"]].to_numpy() == headline["coef"].to_numpy()).all()
assert abs(by_means.params[name] - written[ours.specification.name]) < 1e-8
largest_row = f"{largest['model']}, {largest['day']:%Y-%m-%d}"
assert abs(by_hand / largest["log_price_change"] - written[largest_row]) < 1e-8
pooled = {f"{direction} together": slope for direction, slope in through_zero.items()}
assert all(abs(slope - written[label]) < 1e-8 for label, slope in pooled.items())
displays.compare(
    {
        ours.specification.name: (by_means.params[name], written[ours.specification.name]),
        largest_row: (by_hand / largest["log_price_change"], written[largest_row]),
        **{label: (slope, written[label]) for label, slope in pooled.items()},
    },
    ["by hand", "in the file"],
)

# %%
picture = designs.list_picture(table, tables["literature"])
fig = drawings.draw_designs(picture)
short = together.set_index(["span", "direction"])["elasticity"]["short"]
slopes = {
    "like": headlines.read_coef(table, headlines.WEEK_CONTROLS), "hosts": hosts["hosts"][0].coef,
    "cuts": short["cuts"], "rises": short["rises"],
}  # fmt: skip
title = (
    f"Models of like quality: {slopes['like']:.1f}; hosts of one model: {slopes['hosts']:.1f}; "
    f"in the days after dated cuts: {slopes['cuts']:.1f}"
)
told = drawings.tell_regressions("regressions-designs", **slopes)
figures.save(fig, "regressions-designs", title.replace("-", "−"), claims=["C36"], **told)

# %%
facts = designs.gather_designs(hosts, panel.left_out, panel.rows, without, paid, listed, measured, together)
facts |= elsewhere.gather_elsewhere(other)
facts |= comovement.gather_comovement(links, pd.read_csv(paths.REGRESSIONS / "variations.csv"))
results.write_facts("designs", facts)
displays.list_facts(facts)
