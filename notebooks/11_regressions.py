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
# the hosts of one model are in the next notebook.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
of_panel = "week"  # wednesdays, daily, week, all_days or all_weeks: which models, and when
price = "log_price_input"  # log_price_measured (input and output), log_price_3_1, log_price_input or log_price_own
controls = "quality + log_age"  # none, quality, quality + log_age, or like with like
sample = "paid_open"  # paid, paid_open, paid_closed, paid_china, paid_us, paid_scored or paid_top_50

# %%
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy import special
from statsmodels.base.model import GenericLikelihoodModel

from tokencheck import paths, results
from tokencheck.econometrics import designs, headlines, panel, simulation
from tokencheck.econometrics.precision import write_estimates
from tokencheck.econometrics.specification import ESTIMANDS, SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_regressions as drawings

tables = Tables()
panels = headlines.Panels(panel.build_all(tables))
seen = ("wednesdays", "daily", "week", "all_days")
matches = pd.concat([panel.measure_matches(panels[name], name) for name in seen], ignore_index=True)
write_estimates(paths.REGRESSIONS / "matches.csv", matches)
displays.list_rows(matches[matches["month"] == "all"])

# %% [markdown]
# ## What is asked

# %%
for name, estimand in ESTIMANDS.items():
    print(f"{name}: {estimand.question}")

# %% [markdown]
# ## The regression in sight
#
# One full week in which every model is on record: its tokens, and the prices that the catalogue of its middle day
# lists. Then the formula, and the row of the price as statsmodels prints it.

# %%
board = tables["usage_leaderboard"]
middle = board["window_start"].max() + pd.Timedelta(days=3)
tokens = board.set_index("model")["tokens"].astype(float)
catalogue = prices.price_panel(tables, f"{middle:%Y-%m-%d}").set_index("model")
weight = prices.find_prompt_share(tables)  # of input among all tokens of the platform
usd = weight * catalogue["input_usd_per_mtok"] + (1 - weight) * catalogue["output_usd_per_mtok"]
week = panels["week"].assign(usd=panels["week"]["listing"].map(usd), by_hand=panels["week"]["model"].map(tokens))
paid = week[SAMPLES["paid"](week)].dropna(subset="log_tokens")
assert np.allclose(np.log(paid["usd"].astype(float)), paid["log_price_measured"])
assert np.allclose(np.log(paid["by_hand"]), paid["log_tokens"])


def add_origins(rows):
    known = rows["origin"].notna()
    origins = {"from_china": "CN", "from_elsewhere": "other"}
    return rows.assign(**{name: (rows["origin"] == one).where(known).astype(float) for name, one in origins.items()})


paid = add_origins(paid)
shown = ["model", "log_tokens", "log_price_measured", "quality", "log_age", "open_weights", "from_china"]
displays.list_rows(paid[shown].head())

# %%
like_with_like = "quality + log_age + log_context + open_weights + from_china + from_elsewhere"
plain = smf.ols("log_tokens ~ log_price_measured", paid).fit(cov_type="HC3", use_t=True)
controlled = smf.ols(f"log_tokens ~ log_price_measured + {like_with_like}", paid).fit(cov_type="HC3", use_t=True)
for fitted in (plain, controlled):
    lines = fitted.summary().tables[1].as_text().splitlines()
    print(fitted.model.formula, lines[2], *(line for line in lines if line.startswith("log_price")), sep="\n")

# %% [markdown]
# **Try your own**, with the parameters at the top of the notebook:

# %%
CONTROLS = {"none": "", "quality": "quality", "quality + log_age": "quality + log_age"}
CONTROLS |= {"like with like": like_with_like}
parameters.check(
    of_panel=(of_panel, ["wednesdays", "daily", "week", "all_days", "all_weeks"]),
    price=(price, [f"log_price_{name}" for name in panel.PRICES]),
    controls=(controls, list(CONTROLS)),
    sample=(sample, [name for name in SAMPLES if name != "free"]),
)
own = panel.build_panel(tables, of_panel)
own = add_origins(own[SAMPLES[sample](own)]).dropna(subset=["log_tokens", price])
terms = [price, CONTROLS[controls], "C(date)" if own["date"].nunique() > 1 else ""]
tried = smf.ols(f"log_tokens ~ {' + '.join(filter(None, terms))}", own).fit(cov_type="HC3", use_t=True)
as_written = (controlled.params["log_price_measured"], controlled.bse["log_price_measured"], int(controlled.nobs))
displays.compare(
    {
        "the week, like with like, as written": as_written,
        f"{of_panel}, {sample}, {price}, {controls}": (tried.params[price], tried.bse[price], int(tried.nobs)),
    },
    ["% more tokens at a price 1 % higher", "standard error, by row", "rows"],
)

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
# Against the file just written, whose rows `estimates.csv` takes over, to the eighth decimal. The other designs
# of the chapter's first picture are run one by one in `11b_headlines`.

# %%
written = pd.read_csv(paths.REGRESSIONS / "headlines.csv").drop_duplicates("specification").set_index("specification")
by_hand = {headlines.FULL_WEEK: plain, headlines.WEEK_CONTROLS: controlled}
for one, fitted in by_hand.items():
    assert abs(fitted.params["log_price_measured"] - written.at[one.name, "coef"]) < 1e-8
    assert abs(fitted.bse["log_price_measured"] - written.at[one.name, "se"]) < 1e-8
in_file = {
    one.name: (fitted.params["log_price_measured"], written.at[one.name, "coef"], int(fitted.nobs))
    for one, fitted in by_hand.items()
}
displays.compare(in_file, ["by hand", "in the file", "rows"])

# %% [markdown]
# Behind the second: what is left of price and tokens beside quality, age, context, openness and country.

# %%
known = paid.dropna(subset=["log_price_measured", *like_with_like.split(" + ")])
left = pd.DataFrame(
    {name: smf.ols(f"{name} ~ {like_with_like}", known).fit().resid for name in ("log_price_measured", "log_tokens")}
)
fig = drawings.draw_scatter(left["log_price_measured"], left["log_tokens"])
words = "Models of one week, beside what like models have"
figures.save(
    fig, "regressions-scatter-week", **drawings.tell_scatter(words, controlled.params["log_price_measured"], left)
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
    f"Among models of like quality, 1 % more price goes with {abs(like.coef):.1f} % fewer tokens, "
    f"in later weeks as well ({later.coef:.1f})"
)
told = drawings.tell_regressions("regressions-answers", like=like.coef, later=later.coef, summer=summer.coef)
figures.save(fig, "regressions-answers", title.replace("-", "−"), claims=["C36"], **told)

# %% [markdown]
# ## What the cut at fifty does
#
# On the one full leaderboard the same regression is run with and without the models below the fiftieth; and at other
# quantiles, because at the top the slope of the plain regression is nil without any cut.

# %%
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
# Used as a limit instead: a censored regression, and beside it the truth where every model is on record.

# %%
censored = designs.fit_censored(panels)
limits = designs.tabulate_censored(censored, panels)
write_estimates(paths.REGRESSIONS / "censored.csv", limits, exact=("coef", "se"))
displays.list_rows(limits[["specification", "coef", "record_low", "record_high", "n", "truth", "cut"]])

# %% [markdown]
# The one of the picture by hand: every model listed on a Wednesday, like with like. A model below the day's fiftieth
# counts with the chance that it lies there (the normal distribution's), one above it with its density.
#
# statsmodels has no such model, but fits any whose likelihood is written out; with the first two derivatives, by
# Newton's steps. In coefficients over sigma and one over sigma the likelihood has one maximum (Olsen 1978), so what is
# flat is the best.

# %%
listed = add_origins(panels["listed"]).dropna(subset=["log_price_measured", *like_with_like.split(" + ")])
limit = listed["date"].map(panels["wednesdays"].query("top_50").groupby("date")["log_tokens"].min())
listed = listed.assign(tokens_or_limit=listed["log_tokens"].where(listed["top_50"], limit))
displays.list_rows(listed[["date", "model", "log_price_measured", "quality", "top_50", "tokens_or_limit"]].head())


# %%
class Limit(GenericLikelihoodModel):
    def _derive(self, point):
        off = self.endog - self.exog @ point[:-1]
        left = point[-1] * off
        below = special.log_ndtr(left)
        ratio = np.exp(-(left**2) / 2 - np.log(np.sqrt(2 * np.pi)) - below)
        bend = np.where(self.seen, 1.0, ratio * (left + ratio))
        likelihood = np.where(self.seen, np.log(point[-1]) - left**2 / 2, below)
        return off, likelihood, np.where(self.seen, -left, ratio), bend

    def loglike(self, point):
        return self._derive(point)[1].sum()

    def score_obs(self, point):
        off, _, slope, _ = self._derive(point)
        return np.column_stack([-point[-1] * slope[:, None] * self.exog, slope * off + self.seen / point[-1]])

    def score(self, point):
        return self.score_obs(point).sum(axis=0)

    def hessian(self, point):
        return bend_likelihood(point, self.exog, self.seen, *self._derive(point))


# %%
def bend_likelihood(point, exog, seen, off, likelihood, slope, bend):
    """The second derivatives by the coefficients and by one over sigma."""
    by_point = np.column_stack([-point[-1] * exog, off])
    second = -(by_point * bend[:, None]).T @ by_point
    second[:-1, -1] -= exog.T @ slope
    second[-1, :-1] -= exog.T @ slope
    second[-1, -1] -= seen.sum() / point[-1] ** 2
    return second


formula = f"tokens_or_limit ~ log_price_measured + {like_with_like} + C(date)"
squares = smf.ols(formula, listed).fit()  # to start from
limited = Limit.from_formula(formula, listed, seen=listed["top_50"].to_numpy(), extra_params_names=["one_over_sigma"])
by_developer = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(listed["developer"])[0]}}
start = np.append(squares.params, squares.scale**-0.5)
of_limit = limited.fit(start, method="newton", tol=1e-10, disp=False, **by_developer)
assert of_limit.mle_retvals["converged"] and np.abs(limited.score(of_limit.params)).max() < 1e-6
price_row = of_limit.t_test("log_price_measured = 0")
print(formula, price_row.summary(xname=["log_price_measured"]), sep="\n")

# %% [markdown]
# Against the file, to the eighth decimal. statsmodels makes the error larger for each coefficient beside the price; the
# file's is that of clusters alone.

# %%
in_file = pd.read_csv(paths.REGRESSIONS / "censored.csv").set_index("key").loc["censored_like"]
coef, rows, coefficients = price_row.effect[0], len(listed), len(of_limit.params)
error = price_row.sd[0, 0] * ((rows - coefficients) / (rows - 1)) ** 0.5
assert abs(coef - in_file["coef"]) < 1e-8 and abs(error - in_file["se"]) < 1e-8 and rows == in_file["n"]
name, fifty = "log_price_measured", smf.ols(formula, listed[listed["top_50"]]).fit()
displays.compare(
    {
        "as a limit, by hand": (coef, error, rows),
        "in the file": (in_file["coef"], in_file["se"], int(in_file["n"])),
        "least squares on the fifty alone": (fifty.params[name], fifty.bse[name], int(fifty.nobs)),
    },
    ["slope", "standard error", "rows"],
)

# %% [markdown]
# Behind it: tokens, or for who is not among the fifty the limit that they lie below, beside what quality, age and the
# rest would give; price likewise.

# %%
price_left = smf.ols(f"log_price_measured ~ {like_with_like} + C(date)", listed).fit().resid
beside = limited.endog - limited.exog @ of_limit.params[:-1] + coef * price_left
fig = drawings.draw_limit(price_left, beside, listed["top_50"], coef)
left = pd.DataFrame({"price": price_left, "tokens": beside})
words = "The cut as a limit, Wednesdays, beside what like models have"
told = drawings.tell_scatter(words, coef, left)
told["alt"] += " Hollow triangles stand at the day's fiftieth, as the limit of the models off the record."
figures.save(fig, "regressions-scatter-limit", **told)

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

# %%
# What shakes the estimates was computed in the notebook before, `11_shares`.
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
