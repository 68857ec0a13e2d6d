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
# # The regressions of the one picture, one by one
#
# The chapter's first picture shows every design on one axis. Those of the week, of the cut as a limit, of the
# hosts and of dated moves are run before the reader in `11_regressions` and `11_designs`; the others here, each in the
# same four steps: the panel, the formula as statsmodels runs it, what `estimates.csv` says, and the scatter behind it.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
of_panel = "wednesdays"  # wednesdays, daily or all_days: which models, and when
price = "log_price_input"  # log_price_measured (input and output), log_price_3_1 or log_price_input
controls = "log_age"  # none, log_age, or log_age + log_context
sample = "paid_open"  # paid, paid_open, paid_closed, paid_china, paid_us or paid_scored

# %%
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from tokencheck import paths
from tokencheck.econometrics import designs, headlines, hostpanel, panel
from tokencheck.econometrics.specification import SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_regressions as drawings

tables = Tables()
written = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")
weight = prices.find_prompt_share(tables)  # of input among all tokens of the platform

# %% [markdown]
# ## The fifty most used of a Wednesday
#
# *On the same day: by how many per cent do tokens differ between two of the fifty most used models whose prices differ
# by one per cent?* Tokens of every Wednesday, and the price that the catalogue lists that day; which entry of the
# catalogue a name means, and who develops it, comes from the package.

# %%
named = panel.build_panel(tables, "wednesdays")[["date", "model", "listing", "developer", "origin"]]
rows = named.merge(tables["usage_daily"][["date", "model", "tokens"]], on=["date", "model"])
catalogues = {day: prices.price_panel(tables, f"{day:%Y-%m-%d}") for day in rows["date"].unique()}
listed = pd.concat(catalogues, names=["date"]).reset_index("date").rename(columns={"model": "listing"})
rows = rows.merge(listed, on=["date", "listing"]).dropna(subset="developer")
rows["usd"] = weight * rows["input_usd_per_mtok"] + (1 - weight) * rows["output_usd_per_mtok"]
rows = rows[(rows["usd"] > 0) & ~rows["model"].str.endswith(":free")].astype({"tokens": float, "usd": float})
rows = rows.assign(log_tokens=np.log(rows["tokens"]), log_price=np.log(rows["usd"]))
wednesdays = rows.sort_values(["date", "model"], ignore_index=True)
displays.list_rows(wednesdays[["date", "model", "developer", "log_tokens", "log_price"]].head())


# %%
def show_price(fitted):
    print(fitted.model.formula, fitted.t_test("log_price = 0").summary(xname=["log_price"]), sep="\n")


def hold_to_file(one, coef, se, rows):
    """Hold a sum to `estimates.csv`, to the eighth decimal."""
    assert abs(coef - written.at[one.name, "coef"]) < 1e-8 and abs(se - written.at[one.name, "se"]) < 1e-8
    assert rows == written.at[one.name, "n"]
    in_file = (written.at[one.name, "coef"], written.at[one.name, "se"], int(written.at[one.name, "n"]))
    return displays.compare({"here": (coef, se, rows), "in the file": in_file}, ["slope", "standard error", "rows"])


by_model = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(wednesdays["model"])[0]}, "use_t": True}
day = smf.ols("log_tokens ~ log_price + C(date)", wednesdays).fit(**by_model)
show_price(day)

# %%
hold_to_file(headlines.DAY, day.params["log_price"], day.bse["log_price"], int(day.nobs))

# %% [markdown]
# Behind it: what is left of both without the mean of their day. A dot is the mean of as many rows, from the cheapest to
# the dearest.

# %%
both = ["log_price", "log_tokens"]
left = wednesdays[both] - wednesdays.groupby("date")[both].transform("mean")
words = "Fifty most used of a Wednesday, beside the day's mean"
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
figures.save(fig, "regressions-scatter-day", **drawings.tell_scatter(words, day.params["log_price"], left))

# %% [markdown]
# ## One model over time
#
# *For one and the same model: by how many per cent do its tokens differ, beyond what moves all models that day, when
# its list price is one per cent higher than it usually is?* The same rows, with an effect for each model as well. A
# model that is seen on one Wednesday says nothing of what differs within it.

# %%
often = wednesdays[wednesdays.groupby("model")["model"].transform("size") > 1]
displays.list_rows(often.sort_values(["model", "date"])[["model", "date", "log_tokens", "log_price"]].head())

# %%
by_model = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(often["model"])[0]}, "use_t": True}
over_time = smf.ols("log_tokens ~ log_price + C(model) + C(date)", often).fit(**by_model)
show_price(over_time)

# %%
hold_to_file(headlines.MODEL, over_time.params["log_price"], over_time.bse["log_price"], int(over_time.nobs))

# %% [markdown]
# With as many effects as there are models in the summer, or offers of hosts, indicator columns take long. The same
# numbers come from what is left without the means of both effects, taken out in turns; the error then has to count
# their coefficients, one for each level of the first and for each but one of the second.

# %%
nothing = 1e-12  # of a mean that is left


def take_out(rows, first, second, columns=both):
    left = rows[columns]
    while max(left.groupby(rows[one]).mean().abs().to_numpy().max() for one in (first, second)) > nothing:
        for one in (first, second):
            left = left - left.groupby(rows[one]).transform("mean")
    return left


def regress_within(rows, first, second, clusters):
    codes = np.column_stack([pd.factorize(rows[name])[0] for name in clusters]).squeeze()
    within = take_out(rows, first, second)
    by = {"cov_type": "cluster", "cov_kwds": {"groups": codes}, "use_t": True}
    fitted = smf.ols("log_tokens ~ log_price - 1", within).fit(**by)
    coefficients = rows[first].nunique() + rows[second].nunique()  # less one, and one for the price
    counted = (len(rows) - 1) / (len(rows) - coefficients)
    return within, fitted, fitted.bse["log_price"] * counted**0.5


# %%
within, fitted, error = regress_within(often, "model", "date", ["model"])
assert abs(fitted.params["log_price"] - over_time.params["log_price"]) < 1e-8
assert abs(error - over_time.bse["log_price"]) < 1e-8
fig = drawings.draw_scatter(within["log_price"], within["log_tokens"])
words = "One model over time, beside its own mean and the day's"
figures.save(fig, "regressions-scatter-model", **drawings.tell_scatter(words, fitted.params["log_price"], within))

# %% [markdown]
# ## Every public model of the summer
#
# The same two questions where every model is on record, not the fifty alone; and the first for full weeks. Beside the
# price stand what makes models alike: quality, age, context length, openness and country.

# %%
homes = {"from_china": "CN", "from_elsewhere": "other"}


def add_columns(rows):
    known = rows["origin"].notna()
    rows = rows.assign(**{name: (rows["origin"] == one).where(known).astype(float) for name, one in homes.items()})
    return rows.rename(columns={"log_price_measured": "log_price"}).dropna(subset=["developer"])


panels = {name: panel.build_panel(tables, name) for name in ("all_days", "all_weeks")}
every = {name: add_columns(rows).dropna(subset=["log_tokens", "log_price"]) for name, rows in panels.items()}
like_with_like = ["quality", "log_age", "log_context", "open_weights", "from_china", "from_elsewhere"]
alike = {name: rows.dropna(subset=like_with_like) for name, rows in every.items()}
displays.list_rows(alike["all_days"][["date", "model", "log_tokens", "log_price", *like_with_like[:4]]].head())

# %%
formula = f"log_tokens ~ log_price + {' + '.join(like_with_like)} + C(date)"
found = {}
for name, rows in alike.items():
    codes = pd.factorize(rows["developer"])[0]
    found[name] = smf.ols(formula, rows).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    show_price(found[name])

# %%
days, weeks = found["all_days"], found["all_weeks"]
hold_to_file(headlines.ALL_CONTROLS, days.params["log_price"], days.bse["log_price"], int(days.nobs))

# %%
hold_to_file(headlines.WEEKS_CONTROLS, weeks.params["log_price"], weeks.bse["log_price"], int(weeks.nobs))


# %%
def leave_controls(rows):
    controls = f"{' + '.join(like_with_like)} + C(date)"
    return pd.DataFrame(
        {name: smf.ols(f"{name} ~ {controls}", rows).fit().resid for name in ("log_price", "log_tokens")}
    )


left = leave_controls(alike["all_days"])
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
words = "Models of a day of summer, beside what like models have"
figures.save(fig, "regressions-scatter-all", **drawings.tell_scatter(words, days.params["log_price"], left))

# %%
left = leave_controls(alike["all_weeks"])
fig = drawings.draw_scatter(left["log_price"], left["log_tokens"])
words = "Models of a later week, beside what like models have"
figures.save(fig, "regressions-scatter-weeks", **drawings.tell_scatter(words, weeks.params["log_price"], left))

# %% [markdown]
# One of these models over time, over the days of the summer:

# %%
often = every["all_days"]
often = often[often.groupby("model")["model"].transform("size") > 1]
within, fitted, error = regress_within(often, "model", "date", ["developer"])
show_price(fitted)
hold_to_file(headlines.ALL_MODEL, fitted.params["log_price"], error, len(often))

# %%
fig = drawings.draw_scatter(within["log_price"], within["log_tokens"])
words = "One model over the summer, beside its own mean and the day's"
figures.save(fig, "regressions-scatter-summer", **drawings.tell_scatter(words, fitted.params["log_price"], within))

# %% [markdown]
# ## The same offer of a host over time
#
# *Among the hosts of one model on one day, and beside what each host usually sells of that model.* A row that is alone
# in its model and day, or in its offer, is left out, until none is left.

# %%
hosts = hostpanel.build_hosts(tables).rows.rename(columns={"log_price_measured": "log_price"})
hosts = hosts.dropna(subset=["developer", "log_price", "log_tokens"])
hosts = hosts.assign(model_day=hosts["model"] + " " + hosts["date"].astype(str))
hosts = hosts.assign(of_host=hosts["model"] + " " + hosts["offer"])
alone = True
while alone:
    sizes = [hosts.groupby(one)[one].transform("size") for one in ("model_day", "of_host")]
    kept = pd.concat(sizes, axis=1).min(axis=1) > 1
    hosts, alone = hosts[kept], not kept.all()
displays.list_rows(hosts[["date", "model", "host", "offer", "log_tokens", "log_price"]].head())

# %%
within, fitted, error = regress_within(hosts, "model_day", "of_host", ["model", "host"])
show_price(fitted)
hold_to_file(designs.HOST_OFFER, fitted.params["log_price"], error, len(hosts))

# %%
fig = drawings.draw_scatter(within["log_price"], within["log_tokens"])
words = "One offer of a host, beside its own mean and that of its model and day"
figures.save(fig, "regressions-scatter-offer", **drawings.tell_scatter(words, fitted.params["log_price"], within))

# %% [markdown]
# ## Try your own
#
# One model over time, with the parameters at the top of the notebook, beside the Wednesdays as written:

# %%
parameters.check(
    of_panel=(of_panel, ["wednesdays", "daily", "all_days"]),
    price=(price, ["log_price_measured", "log_price_3_1", "log_price_input"]),
    controls=(controls, ["none", "log_age", "log_age + log_context"]),
    sample=(sample, [name for name in SAMPLES if name not in ("free", "paid_unmixed", "paid_top_50")]),
)
own = panel.build_panel(tables, of_panel)
beside = [] if controls == "none" else controls.split(" + ")
own = own[SAMPLES[sample](own)].dropna(subset=["log_tokens", price, *beside])
own = own[own.groupby("model")["model"].transform("size") > 1]
without_effects = take_out(own, "model", "date", ["log_tokens", price, *beside])
tried = smf.ols(f"log_tokens ~ {' + '.join([price, *beside])} - 1", without_effects).fit()
as_written = (over_time.params["log_price"], int(over_time.nobs))
yours = (tried.params[price], int(tried.nobs))
displays.compare(
    {"as written": as_written, f"{of_panel}, {sample}, {price}, {controls}": yours},
    ["% more tokens at a price 1 % higher", "rows"],
)
