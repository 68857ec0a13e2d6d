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
# # The regressions within a model, one by one
#
# Those of the chapter's first picture that follow one model over time, or compare the hosts of one model, in the same
# four steps as those between models in `11b_headlines`: the panel from the tables, the formula as statsmodels runs it,
# what `estimates.csv` says, and the scatter behind it.

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
from tokencheck.econometrics import designs, headlines, hostpanel, panel, vocabulary
from tokencheck.econometrics.specification import SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_regressions as drawings

tables = Tables()
written = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")
weight = prices.find_prompt_share(tables)  # of input among all tokens of the platform
both = ["log_price", "log_tokens"]

# %% [markdown]
# ## One model over time, on Wednesdays
#
# *For one and the same model: by how many per cent do its tokens differ, beyond what moves all models that day, when
# its list price is one per cent higher than it usually is?* The fifty most used models of every Wednesday, and the last
# price of each in the ledger before the day ends. Which entry of the catalogue a name means, and who develops it, the
# package says.

# %%
ledger = tables["price_changes"].rename(columns={"model": "listing"}).sort_values("snapshot_utc", kind="stable")


def add_prices(tokens):
    rows = panel.identify_models(tables, tokens)
    rows = rows.assign(end=rows["date"] + pd.Timedelta(days=1)).sort_values("end", kind="stable")
    rows = pd.merge_asof(rows, ledger, left_on="end", right_on="snapshot_utc", by="listing", allow_exact_matches=False)
    usd = (weight * rows["input_usd_per_mtok"] + (1 - weight) * rows["output_usd_per_mtok"]).astype(float)
    paid = rows[(usd > 0) & ~rows["listing"].str.endswith(":free")].assign(log_price=np.log(usd.where(usd > 0)))
    return paid.assign(log_tokens=np.log(paid["tokens"].astype(float))).sort_values(
        ["date", "model"], ignore_index=True
    )


def hold_to_panel(rows, ours, columns):
    """Hold a panel, cell by cell, to the package's, on which the estimates rest."""
    ours = ours.rename(columns={"log_price_measured": "log_price"}).dropna(subset=both)
    ours, rows = (one.sort_values(columns, ignore_index=True)[columns] for one in (ours, rows))
    pd.testing.assert_frame_equal(rows, ours, check_dtype=False, rtol=0, atol=1e-10)


# %%
usage = tables["usage_daily"].query("tokens > 0 and date.dt.day_name() == 'Wednesday'")
wednesdays = add_prices(usage[usage["date"].between(panel.FIRST_WEDNESDAY, panel.LAST_WEDNESDAY)])
of_models = ["date", "model", "developer", *both]
hold_to_panel(wednesdays, panel.build_panel(tables, "wednesdays"), of_models)
displays.list_rows(wednesdays.sort_values(["model", "date"])[of_models].head())

# %% [markdown]
# A model that is seen on one Wednesday says nothing of what differs within it, and is left out.

# %%
often = wednesdays.dropna(subset=["developer"])


def drop_alone(rows, *effects):
    """Drop rows that are alone in an effect, until none is left: they say nothing of what differs within it."""
    while True:
        sizes = pd.concat([rows.groupby(one)[one].transform("size") for one in effects], axis=1)
        if (sizes > 1).all(axis=None):
            return rows
        rows = rows[(sizes > 1).all(axis=1)]


often = drop_alone(often, "model", "date")
by_model = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(often["model"])[0]}, "use_t": True}
over_time = smf.ols("log_tokens ~ log_price + C(model) + C(date)", often).fit(**by_model)


# %%
def hold_to_file(one, coef, se, rows):
    """Hold a sum to `estimates.csv`, to the eighth decimal."""
    assert abs(coef - written.at[one.name, "coef"]) < 1e-8 and abs(se - written.at[one.name, "se"]) < 1e-8
    assert rows == written.at[one.name, "n"]
    in_file = (written.at[one.name, "coef"], written.at[one.name, "se"], int(written.at[one.name, "n"]))
    return displays.compare({"here": (coef, se, rows), "in the file": in_file}, ["slope", "standard error", "rows"])


displays.show_slope(over_time)
hold_to_file(headlines.MODEL, over_time.params["log_price"], over_time.bse["log_price"], int(over_time.nobs))

# %% [markdown]
# With as many effects as there are models in the summer, or offers of hosts, indicator columns take long. The same
# numbers come from what is left without the means of both effects, taken out in turns; the error then has to count
# their coefficients, one for each level of the first and for each but one of the second.

# %%
nothing = 1e-12  # of a mean that is left


def take_out(rows, first, second, columns=both):
    left, groups = rows[columns], [pd.factorize(rows[one])[0] for one in (first, second)]
    while max(left.groupby(one).mean().abs().to_numpy().max() for one in groups) > nothing:
        for one in groups:
            left = left - left.groupby(one).transform("mean")
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
# ## One model over the days of the summer
#
# The same question where every public model is on record, not the fifty alone. Tariffs of a model that is on the list
# already, such as batches, are left out.

# %%
activity = tables["model_activity_daily"].query("~model.str.contains(@panel.NOT_APART)")
activity = activity.assign(tokens=activity["prompt_tokens"] + activity["completion_tokens"])
summer = add_prices(activity.query("tokens > 0"))
hold_to_panel(summer, panel.build_panel(tables, "all_days"), of_models)
displays.list_rows(summer.sort_values(["model", "date"])[of_models].head())

# %%
often = drop_alone(summer.dropna(subset=["developer"]), "model", "date")
within, fitted, error = regress_within(often, "model", "date", ["developer"])
displays.show_slope(fitted)
hold_to_file(headlines.ALL_MODEL, fitted.params["log_price"], error, len(often))

# %%
fig = drawings.draw_scatter(within["log_price"], within["log_tokens"])
words = "One model over the summer, beside its own mean and the day's"
figures.save(fig, "regressions-scatter-summer", **drawings.tell_scatter(words, fitted.params["log_price"], within))

# %% [markdown]
# ## Hosts of one model
#
# *Among the hosts that sell one and the same model on one day: by how many per cent do tokens differ between two whose
# prices differ by one per cent?* Tokens and prices come from two records that name hosts differently. So it takes a few
# lines more: of a host's offers of a model the one counts whose output price is nearest to what was billed, if it is
# near; of equal ones the most used. What is left out on the way is counted in `11_designs`.

# %%
names = ("host_tokens_daily", "host_prices_daily")
sold, offers = (tables[one].assign(host=lambda rows: rows["provider_slug"].str.split("/").str[0]) for one in names)
paired = sold.query("tokens > 0").reset_index().merge(offers, on=["date", "model", "host"], suffixes=("_sold", ""))
paired = paired.query("input_usd_per_mtok > 0 and output_usd_per_mtok > 0 and effective_output_usd_per_mtok > 0")
gap = np.log(paired["effective_output_usd_per_mtok"] / paired["output_usd_per_mtok"]).abs()
paired = paired.assign(gap=gap, idle=-paired["requests_30min"].fillna(0)).sort_values(["gap", "idle", "provider_slug"])
nearest = paired.drop_duplicates("index").query("gap <= log1p(@hostpanel.NEAR_SHARE) and discount_percent < 100")
hosts = nearest.groupby(
    ["date", "model", "host", "provider_slug", "input_usd_per_mtok", "output_usd_per_mtok"], as_index=False
)["tokens"].sum()
usd = weight * hosts["input_usd_per_mtok"] + (1 - weight) * hosts["output_usd_per_mtok"]
hosts = hosts.assign(log_price=np.log(usd.astype(float)), log_tokens=np.log(hosts["tokens"].astype(float)))
hold_to_panel(hosts, hostpanel.build_hosts(tables).rows, ["date", "model", "host", *both])
displays.list_rows(hosts[["date", "model", "host", "provider_slug", *both]].head())

# %%
hosts = hosts.assign(model_day=hosts["model"] + " " + hosts["date"].astype(str))
several = drop_alone(hosts, "model_day", "host")
within, fitted, error = regress_within(several, "model_day", "host", ["model", "host"])
displays.show_slope(fitted)
hold_to_file(designs.HOST, fitted.params["log_price"], error, len(several))

# %%
fig = drawings.draw_scatter(within["log_price"], within["log_tokens"])
words = "Hosts of one model on one day, beside their own mean"
figures.save(fig, "regressions-scatter-hosts", **drawings.tell_scatter(words, fitted.params["log_price"], within))

# %% [markdown]
# ## The same offer of a host over time
#
# *Among the hosts of one model on one day, and beside what each host usually sells of that model.* Two listings of one
# offer at two prices are two offers.

# %%
number = hosts.groupby(["date", "model", "provider_slug"]).cumcount().astype(str)
hosts = hosts.assign(of_host=hosts["model"] + " " + hosts["provider_slug"] + " " + number)
hosts = drop_alone(hosts, "model_day", "of_host")
within, fitted, error = regress_within(hosts, "model_day", "of_host", ["model", "host"])
displays.show_slope(fitted)
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
parameters.check_together(
    lambda **own: headlines.find_obstacle(tables, headlines.MODEL, **own),
    of_panel=(of_panel, ["wednesdays", "daily", "all_days"]),
    price=(price, ["log_price_measured", "log_price_3_1", "log_price_input"]),
    controls=(controls, ["none", "log_age", "log_age + log_context"]),
    sample=(sample, [name for name in SAMPLES if name not in ("free", "paid_unmixed", "paid_top_50")]),
)
own = panel.build_panel(tables, of_panel)
beside = [] if controls == "none" else controls.split(" + ")
own = own[SAMPLES[sample](own)].dropna(subset=["log_tokens", price, *beside])
own = drop_alone(own, "model", "date")
without_effects = take_out(own, "model", "date", ["log_tokens", price, *beside])
tried = smf.ols(f"log_tokens ~ {' + '.join([price, *beside])} - 1", without_effects).fit()
as_written = (over_time.params["log_price"], int(over_time.nobs))
yours = (tried.params[price], int(tried.nobs))
displays.compare(
    {
        "as written": as_written,
        vocabulary.word_choices(panel=of_panel, sample=sample, price=price, controls=controls): yours,
    },
    ["% more tokens at a price 1 % higher", "rows"],
)
