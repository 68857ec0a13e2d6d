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
# # The regressions between models, one by one
#
# The chapter's first picture shows every design on one axis. Those that compare models with each other are run here,
# each in the same four steps: the panel, in about five lines of pandas from the tables; the formula as statsmodels runs
# it; what `estimates.csv` says; and the scatter behind it. What differs within a model follows in `11c_within`; dated
# moves are summed in `11_designs`.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
of_panel = "all_weeks"  # wednesdays, daily, week, all_days or all_weeks: which models, and when
price = "log_price_input"  # log_price_measured (input and output), log_price_3_1, log_price_input or log_price_own
controls = "quality + log_age"  # none, quality, quality + log_age, or like with like
sample = "paid_open"  # paid, paid_open, paid_closed, paid_china, paid_us, paid_scored or paid_top_50

# %%
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy import special
from statsmodels.base.model import GenericLikelihoodModel

from tokencheck import paths
from tokencheck.econometrics import headlines, panel, vocabulary
from tokencheck.econometrics.specification import SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_regressions as drawings
from tokencheck.periods import DAYS_OF_WEEK

tables = Tables()
written = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")

# %% [markdown]
# ## What stands beside tokens
#
# The list price of a day is the last one that the ledger has before the day ends; input and output are weighed by the
# share of input among all tokens of the platform. What makes models alike is joined by the catalogue's name. Which
# entry of the catalogue a name of the usage record means, and who develops it, is the one thing that the package says.

# %%
ledger = tables["price_changes"].rename(columns={"model": "listing"}).sort_values("snapshot_utc", kind="stable")
weight = prices.find_prompt_share(tables)
models = tables["models"].set_index("model")
scores = tables["quality"].set_index("index").loc[panel.QUALITY["quality"]].set_index("model")["score"]


def add_prices(rows, days_on=0):  # days from the date to the one whose prices count
    rows = rows.assign(end=rows["date"] + pd.Timedelta(days=days_on + 1)).sort_values("end", kind="stable")
    rows = pd.merge_asof(rows, ledger, left_on="end", right_on="snapshot_utc", by="listing", allow_exact_matches=False)
    usd = (weight * rows["input_usd_per_mtok"] + (1 - weight) * rows["output_usd_per_mtok"]).astype(float)
    rows = rows[(usd > 0) & ~rows["listing"].str.endswith(":free")].assign(log_price=np.log(usd.where(usd > 0)))
    return rows.sort_values(["date", "model"], ignore_index=True)


def add_controls(rows):
    entry = models.reindex(rows["listing"]).set_axis(rows.index)
    base = entry["base_model_id"].fillna(rows["listing"].str.split(":").str[0])
    rows = rows.assign(quality=rows["listing"].map(scores).fillna(base.map(scores)))
    rows = rows.assign(log_age=np.log1p((rows["date"] - entry["release_date"]).dt.days.clip(lower=0)))
    rows = rows.assign(log_context=np.log(rows["context_length"].astype(float).replace(0, np.nan)))
    rows = rows.assign(open_weights=entry["open_weights"].astype("float64"))
    homes, known = {"from_china": "CN", "from_elsewhere": "other"}, rows["origin"].notna()
    return rows.assign(**{name: (rows["origin"] == one).where(known).astype(float) for name, one in homes.items()})


# %%
like_with_like = "quality + log_age + log_context + open_weights + from_china + from_elsewhere"
both = ["log_tokens", "log_price"]
shown = ["date", "model", *both, *like_with_like.split(" + ")[:4], "developer", "origin"]


def hold_to_panel(rows, name, known=both):
    """Hold a panel, cell by cell, to the package's, on which the estimates rest."""
    ours = panel.build_panel(tables, name).rename(columns={"log_price_measured": "log_price"}).dropna(subset=known)
    columns = [*shown, *{"top_50"}.intersection(rows)]
    pd.testing.assert_frame_equal(
        rows[columns], ours[columns].reset_index(drop=True), check_dtype=False, rtol=0, atol=1e-10
    )


# %%
def leave_controls(rows, controls):
    return pd.DataFrame(
        {name: smf.ols(f"{name} ~ {controls}", rows).fit().resid for name in ("log_price", "log_tokens")}
    )


def hold_to_file(name, coef, se, rows):
    """Hold a sum to `estimates.csv`, to the eighth decimal."""
    assert abs(coef - written.at[name, "coef"]) < 1e-8 and abs(se - written.at[name, "se"]) < 1e-8
    assert rows == written.at[name, "n"]
    in_file = (written.at[name, "coef"], written.at[name, "se"], int(written.at[name, "n"]))
    return displays.compare({"here": (coef, se, rows), "in the file": in_file}, ["slope", "standard error", "rows"])


# %% [markdown]
# ## All models of one week
#
# *Among the models used in one week: by how many per cent do tokens differ between two models whose prices differ by
# one per cent?* The one full leaderboard of a week, and the list prices of its middle day.

# %%
board = tables["usage_leaderboard"].query("tokens > 0").rename(columns={"window_start": "date"})
board = board.assign(log_tokens=np.log(board["tokens"].astype(float)))
week = add_prices(panel.identify_models(tables, board, panel.MIDDLE), panel.MIDDLE)
week = add_controls(week)
hold_to_panel(week, "week")
displays.list_rows(week[shown].head())

# %%
plain = smf.ols("log_tokens ~ log_price", week).fit(cov_type="HC3", use_t=True)
displays.show_slope(plain)
hold_to_file(headlines.FULL_WEEK.name, plain.params["log_price"], plain.bse["log_price"], len(week))

# %%
alike = week.dropna(subset=like_with_like.split(" + "))
controlled = smf.ols(f"log_tokens ~ log_price + {like_with_like}", alike).fit(cov_type="HC3", use_t=True)
displays.show_slope(controlled)
hold_to_file(headlines.WEEK_CONTROLS.name, controlled.params["log_price"], controlled.bse["log_price"], len(alike))

# %% [markdown]
# The scatter behind the first is drawn in `11_regressions`, where the cut at fifty is shown on it. Behind the second:
# what is left of price and tokens beside quality, age, context, openness and country.

# %%
left = leave_controls(alike, like_with_like)
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
words = "Models of one week, beside what like models have"
figures.save(fig, "regressions-scatter-week", **drawings.tell_scatter(words, controlled.params["log_price"], left))

# %% [markdown]
# ## Every public model of the summer, by week and by day
#
# The same question for full weeks, and for days, of the one record that holds every public model. It had no part in the
# answer for the one week. Tariffs of a model that is on the list already, such as batches, are left out.

# %%
activity = tables["model_activity_daily"].query("~model.str.contains(@panel.NOT_APART)")
activity = activity.assign(tokens=activity["prompt_tokens"] + activity["completion_tokens"]).query("tokens > 0")
activity = activity.assign(log_tokens=np.log(activity["tokens"].astype(float)))
days = add_controls(add_prices(panel.identify_models(tables, activity)))
hold_to_panel(days, "all_days")
displays.list_rows(days[shown].head())

# %%
monday = activity["date"] - pd.to_timedelta(activity["date"].dt.day_of_week, unit="D")
whole = activity["date"].groupby(monday).transform("nunique") == DAYS_OF_WEEK
weekly = activity[whole].assign(date=monday).groupby(["date", "model"], as_index=False)["tokens"].sum()
weekly = weekly.assign(log_tokens=np.log(weekly["tokens"].astype(float)))
weeks = add_controls(add_prices(panel.identify_models(tables, weekly, panel.MIDDLE), panel.MIDDLE))
hold_to_panel(weeks, "all_weeks")
displays.list_rows(weeks[shown].head())

# %%
formula = f"log_tokens ~ log_price + {like_with_like} + C(date)"
complete = ["developer", *like_with_like.split(" + ")]
days, weeks = days.dropna(subset=complete), weeks.dropna(subset=complete)


def by(rows, name):
    return {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(rows[name])[0]}, "use_t": True}


of_weeks = smf.ols(formula, weeks).fit(**by(weeks, "developer"))
displays.show_slope(of_weeks)
hold_to_file(headlines.WEEKS_CONTROLS.name, of_weeks.params["log_price"], of_weeks.bse["log_price"], len(weeks))

# %%
of_days = smf.ols(formula, days).fit(**by(days, "developer"))
displays.show_slope(of_days)
hold_to_file(headlines.ALL_CONTROLS.name, of_days.params["log_price"], of_days.bse["log_price"], len(days))

# %%
left = leave_controls(weeks, f"{like_with_like} + C(date)")
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
words = "Models of a later week, beside what like models have"
figures.save(fig, "regressions-scatter-weeks", **drawings.tell_scatter(words, of_weeks.params["log_price"], left))

# %%
left = leave_controls(days, f"{like_with_like} + C(date)")
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
words = "Models of a day of summer, beside what like models have"
figures.save(fig, "regressions-scatter-all", **drawings.tell_scatter(words, of_days.params["log_price"], left))

# %% [markdown]
# ## The fifty most used of a Wednesday
#
# *On the same day: by how many per cent do tokens differ between two of the fifty most used models whose prices differ
# by one per cent?*

# %%
usage = tables["usage_daily"].query("model != 'other' and date.dt.day_name() == 'Wednesday'")
usage = usage[usage["date"].between(panel.FIRST_WEDNESDAY, panel.LAST_WEDNESDAY)]
usage = usage.assign(log_tokens=np.log(usage["tokens"].astype(float).replace(0, np.nan)))
wednesdays = add_controls(add_prices(panel.identify_models(tables, usage.dropna(subset=["log_tokens"]))))
hold_to_panel(wednesdays, "wednesdays")
displays.list_rows(wednesdays[shown].head())

# %%
wednesdays = wednesdays.dropna(subset=["developer"])
day = smf.ols("log_tokens ~ log_price + C(date)", wednesdays).fit(**by(wednesdays, "model"))
displays.show_slope(day)
hold_to_file(headlines.DAY.name, day.params["log_price"], day.bse["log_price"], len(wednesdays))

# %%
left = leave_controls(wednesdays, "C(date)")
words = "Fifty most used of a Wednesday, beside the day's mean"
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
figures.save(fig, "regressions-scatter-day", **drawings.tell_scatter(words, day.params["log_price"], left))

# %% [markdown]
# ## The same fifty as a limit
#
# *Among all models listed on a day, when of those below the fiftieth it is only known that they lie below it.* Every
# entry of every Wednesday's catalogue, with its tokens where it is among the fifty, else with those of the fiftieth. It
# takes a few lines more, for a model that nobody used stands in no record of usage.
#
# A model below the day's fiftieth counts with the chance that it lies there (the normal distribution's), one above it
# with its density. statsmodels has no such model, but fits any whose likelihood is written out; with the first two
# derivatives, by Newton's steps. In coefficients over sigma and one over sigma the likelihood has one maximum (Olsen
# 1978), so what is flat is the best.

# %%
ranked = usage.assign(rank=usage.groupby("date")["tokens"].rank(ascending=False, method="first"))
fifty = ranked[ranked["rank"] <= 50].groupby("date")["log_tokens"].min()
used = panel.identify_models(tables, ranked).groupby(["date", "listing"], as_index=False)
used = used.agg(tokens=("tokens", "sum"), rank=("rank", "min"))
every = fifty.index.to_frame(index=False).merge(ledger[["listing"]].drop_duplicates(), how="cross")
every = add_prices(every.assign(model=every["listing"]))
every = every[(every["event"] != "delisted") & ~every["listing"].str.contains(panel.NOT_APART)]
listed = add_controls(panel.identify_models(tables, every)).merge(used, on=["date", "listing"], how="left")
listed = listed.assign(
    top_50=listed["rank"] <= 50, log_tokens=np.log(listed["tokens"].astype(float).replace(0, np.nan))
)
hold_to_panel(listed, "listed", known=["log_price"])
limit = listed["date"].map(fifty)
listed = listed.assign(tokens_or_limit=listed["log_tokens"].where(listed["top_50"], limit))
listed = listed.dropna(subset=complete)
displays.list_rows(listed[["date", "model", "log_price", "quality", "top_50", "tokens_or_limit"]].head())


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


formula = f"tokens_or_limit ~ log_price + {like_with_like} + C(date)"
squares = smf.ols(formula, listed).fit()  # to start from
limited = Limit.from_formula(formula, listed, seen=listed["top_50"].to_numpy(), extra_params_names=["one_over_sigma"])
by_developer = {name: value for name, value in by(listed, "developer").items() if name != "use_t"}
start = np.append(squares.params, squares.scale**-0.5)
of_limit = limited.fit(start, method="newton", tol=1e-10, disp=False, **by_developer)
assert of_limit.mle_retvals["converged"] and np.abs(limited.score(of_limit.params)).max() < 1e-6
price_row = of_limit.t_test("log_price = 0")
print(formula, price_row.summary(xname=["log_price"]), sep="\n")

# %% [markdown]
# statsmodels makes the error larger for each coefficient beside the price; the file's is that of clusters alone.

# %%
coef, rows, coefficients = price_row.effect[0], len(listed), len(of_limit.params)
error = price_row.sd[0, 0] * ((rows - coefficients) / (rows - 1)) ** 0.5
hold_to_file("the cut as a limit, Wednesdays, like with like", coef, error, rows)

# %% [markdown]
# Behind it: tokens, or for who is not among the fifty the limit that they lie below, beside what quality, age and the
# rest would give; price likewise.

# %%
price_left = smf.ols(f"log_price ~ {like_with_like} + C(date)", listed).fit().resid
beside = limited.endog - limited.exog @ of_limit.params[:-1] + coef * price_left
fig = drawings.draw_limit(price_left, beside, listed["top_50"], coef)
left = pd.DataFrame({"price": price_left, "tokens": beside})
words = "The cut as a limit, Wednesdays, beside what like models have"
figures.save(fig, "regressions-scatter-limit", **drawings.tell_scatter(words, coef, left, listed["top_50"]))

# %% [markdown]
# ## Try your own
#
# With the parameters at the top of the notebook, beside the week, like with like, as written:

# %%
parameters.check_together(
    lambda **own: headlines.find_obstacle(tables, headlines.DAY, **own),
    of_panel=(of_panel, ["wednesdays", "daily", "week", "all_days", "all_weeks"]),
    price=(price, [f"log_price_{name}" for name in panel.PRICES]),
    controls=(controls, ["none", "quality", "quality + log_age", "like with like"]),
    sample=(sample, [name for name in SAMPLES if name != "free"]),
)
own = panel.build_panel(tables, of_panel)
beside = {"none": [], "like with like": headlines.CONTROLS}.get(controls, controls.split(" + "))
own = own[SAMPLES[sample](own)].dropna(subset=["log_tokens", price, *beside])
varied = [name for name in beside if own[name].nunique() > 1]  # what the sample holds fixed is none
terms = [price, *varied, *["C(date)"] * (own["date"].nunique() > 1)]
tried = smf.ols(f"log_tokens ~ {' + '.join(terms)}", own).fit(cov_type="HC3", use_t=True)
yours = (tried.params[price], tried.bse[price], int(tried.nobs))
displays.compare(
    {
        "as written": (controlled.params["log_price"], controlled.bse["log_price"], len(alike)),
        vocabulary.word_choices(panel=of_panel, sample=sample, price=price, controls=controls): yours,
    },
    ["% more tokens at a price 1 % higher", "standard error, by row", "rows"],
)
