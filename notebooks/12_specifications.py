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
# # Does the answer hang on how the question is put?
#
# Price against usage, estimated in every defensible way: each estimand crossed with price definitions, samples,
# controls, effects, weights, estimators and standard errors. The list stands in
# `tokencheck.econometrics.curve` and knows no result; `tokencheck curve` runs it. Counting what falls on one side is no
# test, because the specifications share their data; so each estimand has one, over all its specifications together.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
of_panel = "daily"  # wednesdays, daily, week, all_days or all_weeks: which models, and when
price = "log_price_input"  # log_price_measured (input and output), log_price_3_1 or log_price_input
controls = "log_age"  # none, quality, log_age, quality + log_age, or log_age + log_context
effects = "model + date"  # date, model + date, or date + developer
sample = "paid"  # paid, paid_open, paid_closed, paid_china, paid_us, paid_scored or paid_top_50

# %%
import re

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from tokencheck import paths, results
from tokencheck.econometrics import headlines, panel
from tokencheck.econometrics.curve import count, count_dropped, list_fits, read
from tokencheck.econometrics.jointtest import find_firm
from tokencheck.econometrics.specification import ESTIMANDS, SAMPLES
from tokencheck.econometrics.vocabulary import word_choice, word_choices
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import displays, figures, parameters
from tokencheck.notebook import drawings_specifications as drawings
from tokencheck.notebook.drawings_regressions import draw_scatter, tell_scatter
from tokencheck.wording import write_p, write_quantity

tables = Tables()
curve = read()
fits = list_fits(curve)
present = [name for name in ESTIMANDS if (curve["estimand"] == name).any()]
groups = {"all": curve} | {name: curve[curve["estimand"] == name] for name in present}
counts = {name: count(rows) for name, rows in groups.items()}

# %%
asked_of = {name: word_choice("estimand", name) for name in present}
displays.list_rows(pd.DataFrame(counts).T.rename(asked_of).rename_axis("asked of"))

# %% [markdown]
# ## One of them in sight
#
# One model over the days around the article: tokens of the fifty most used of each day, and for each the last list
# price that the ledger has before the day ends. Which entry of the catalogue a name means, the package says.

# %%
usage = tables["usage_daily"].query("tokens > 0 and @panel.FIRST_DAY <= date <= @panel.LAST_DAY")
ledger = tables["price_changes"].rename(columns={"model": "listing"}).sort_values("snapshot_utc", kind="stable")
rows = panel.identify_models(tables, usage).assign(end=lambda one: one["date"] + pd.Timedelta(days=1))
rows = pd.merge_asof(rows, ledger, left_on="end", right_on="snapshot_utc", by="listing", allow_exact_matches=False)
weight = prices.find_prompt_share(tables)  # of input among all tokens of the platform
usd = (weight * rows["input_usd_per_mtok"] + (1 - weight) * rows["output_usd_per_mtok"]).astype(float)
rows = rows[(usd > 0) & ~rows["listing"].str.endswith(":free")].assign(log_price=np.log(usd.where(usd > 0)))
rows = rows.assign(log_tokens=np.log(rows["tokens"].astype(float))).sort_values(["date", "model"], ignore_index=True)

# %%
asked = {"panel": "daily", "price": "log_price_measured", "controls": "", "effects": "model + date", "sample": "paid"}
shown = ["date", "model", "developer", "log_tokens", "log_price"]
ours = panel.build_panel(tables, "daily").dropna(subset=["log_tokens", "log_price_measured"])
ours = ours.rename(columns={"log_price_measured": "log_price"})[shown].reset_index(drop=True)
pd.testing.assert_frame_equal(rows[shown], ours, check_dtype=False, rtol=0, atol=1e-10)
displays.list_rows(rows[shown].head())

# %% [markdown]
# Effects of model and day are indicator columns here; the curve takes them out first, which gives the same number.

# %%
often = rows.dropna(subset=["developer"])
often = often[often.groupby("model")["model"].transform("size") > 1]
by_model = {"cov_type": "cluster", "cov_kwds": {"groups": pd.factorize(often["model"])[0]}, "use_t": True}
in_sight = smf.ols("log_tokens ~ log_price + C(model) + C(date)", often).fit(**by_model)
displays.show_slope(in_sight)

# %%
written = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")
written = written.loc[headlines.MODEL_DAILY.name]
assert abs(in_sight.params["log_price"] - written["coef"]) < 1e-8 and len(often) == written["n"]
assert abs(in_sight.bse["log_price"] - written["se"]) < 1e-8
same = curve[(curve[list(asked)] == pd.Series(asked)).all(axis=1) & (curve["estimator"] == "ols")]
assert len(same) and abs(in_sight.params["log_price"] - same["coef"].iloc[0]) < 1e-6  # written with six digits
displays.list_rows(same[["se_type", "coef", "se", "n"]])

# %%
left = {name: smf.ols(f"{name} ~ C(model) + C(date)", often).fit().resid for name in ("log_price", "log_tokens")}
fig = draw_scatter(left["log_price"], left["log_tokens"])
words = "One model over the days around the article, beside its own mean and the day's"
figures.save(fig, "specifications-scatter", **tell_scatter(words, in_sight.params["log_price"], pd.DataFrame(left)))

# %% [markdown]
# **Try your own**, with the parameters at the top of the notebook; where the curve holds it, its number stands beside:

# %%
parameters.check_together(
    lambda **own: headlines.find_obstacle(tables, headlines.DAY, **own),
    of_panel=(of_panel, ["wednesdays", "daily", "week", "all_days", "all_weeks"]),
    price=(price, [f"log_price_{name}" for name in panel.PRICES]),
    controls=(controls, ["none", "quality", "log_age", "quality + log_age", "log_age + log_context"]),
    effects=(effects, ["date", "model + date", "date + developer"]),
    sample=(sample, [name for name in SAMPLES if name != "free"]),
)


# %%
def choose(rows, sample, columns, effects):
    rows = rows[SAMPLES[sample](rows)].dropna(subset=["log_tokens", *columns, *effects])
    for name in effects:  # a model, or a day, that is seen once says nothing of what differs within it
        rows = rows[rows.groupby(name)[name].transform("size") > 1]
    return rows


columns, groups_of = [] if controls == "none" else controls.split(" + "), effects.split(" + ")
mine = {"panel": of_panel, "price": price, "controls": " + ".join(columns), "effects": effects, "sample": sample}
own = choose(panel.build_panel(tables, of_panel), sample, [price, *columns], groups_of)
terms = [price, *columns, *(f"C({name})" for name in groups_of)]
tried = smf.ols(f"log_tokens ~ {' + '.join(terms)}", own).fit()
held = curve[(curve[list(mine)] == pd.Series(mine)).all(axis=1) & (curve["estimator"] == "ols")]["coef"]
displays.compare(
    {
        "as written": (in_sight.params["log_price"], int(in_sight.nobs), same["coef"].iloc[0]),
        word_choices(**mine | {"controls": controls}): (
            tried.params[price],
            int(tried.nobs),
            held.iloc[0] if len(held) else None,
        ),
    },
    ["% more tokens at a price 1 % higher", "rows", "in the curve"],
)

# %% [markdown]
# ## All together
#
# Under no relation, with one sign a developer for all specifications at once (of dated moves: one placebo for all
# cuts, or all rises, of a day): the middle draw, and the share of draws that go as far as what was seen.

# %%
joint = pd.read_csv(paths.REGRESSIONS / "joint.csv").set_index("estimand")
displays.list_rows(joint.rename(asked_of).rename_axis("asked of"))

# %% [markdown]
# ## What could not be estimated
#
# A specification without an estimate is named with its reason, and the others go on.

# %%
displays.list_rows(count_dropped(curve))

# %% [markdown]
# ## The curve
#
# Distinct estimates only, each with the widest interval of the standard errors tried.

# %%
published = tables["literature"]
fig = drawings.draw_curve(fits, published)
firm = find_firm(joint).sum()
number = f"{len(fits):,}"
title = (
    f"In {firm['both']} of {len(joint)} questions chance hardly gives such a middle, nor so many below zero; "
    "how steep the curve is hangs on the question"
)
told = drawings.tell_specifications(estimates=number, below=counts["all"]["negative_percent_of_estimates"])
figures.save(fig, "specifications-curve", title, claims=[], **told)

# %% [markdown]
# ## What moves the answer
#
# Median of the distinct estimates by estimand, once by controls and once by sample.

# %%
choices = drawings.list_choices(fits)
over_blocks = {name: words for name, (words, _) in drawings.BLOCKS.items()}


def tell_medians(group: str) -> pd.DataFrame:
    """Give the median estimate of each choice of a group, by estimand, named as in the curve."""
    return pd.DataFrame(
        {name: fits[mask].groupby("estimand")["coef"].median() for name, mask in choices[group].items()}
    ).T


displays.list_rows(tell_medians("Controls").rename(columns=over_blocks).rename_axis("controls"))

# %%
displays.list_rows(tell_medians("Sample").rename(columns=over_blocks).rename_axis("sample"))

# %% [markdown]
# ## What others published
#
# `read` says whether the number was read where it is printed. The studies compare different things.

# %%
ends = (
    published[["elasticity", "elasticity_low", "elasticity_high"]].astype(object).where(lambda one: one.notna(), None)
)
printed = [write_quantity(value, "elasticity", *of) if value or any(of) else "" for value, *of in ends.to_numpy()]
error = (
    published["se"]
    .map("{:g}".format, na_action="ignore")
    .fillna(published["t"].map("t {:g}".format, na_action="ignore"))
)
shown = published[["study", "compares", "effects", "read", "checked"]]
shown.insert(1, "elasticity", printed)
shown.insert(2, "standard error", error)
displays.list_rows(shown)

# %% [markdown]
# ## The router's rule
#
# By default OpenRouter picks among a model's hosts with weight 1/price²: a host's share s is its p⁻² over the sum of
# those of all hosts. With the model's total held fixed its own elasticity is −2(1 − s). A regression with effects of
# model × day compares hosts with each other, and between two of them ln s differs by −2 times what ln p differs:
# exactly −2, whatever the shares. The rule moves tokens between the hosts of one model, never between models, so it
# bears on designs between hosts and not on the others.

# %% [markdown]
# ## What the pages quote

# %%
by_id = published.set_index("estimate_id")
hosts, over_time, no_relation, rule = (by_id.loc[one] for one in ("LIT01", "LIT03", "LIT04", "LIT06"))
by_controls, by_sample = tell_medians("Controls"), tell_medians("Sample")
clusters = curve.loc[curve["coef"].notna(), "clusters"]

SHARE_UNIT = re.compile("percent_of_.*")  # which the name of a share ends with
elastic = ("median", "low", "high")
facts = {
    f"{name}_{what}": (value, "elasticity" if what in elastic else "".join(SHARE_UNIT.findall(what)))
    for name, counted in counts.items()
    for what, value in counted.items()
}
weak = 100 * float((fits["coef"].abs() < 1).mean())
negative_weak = 100 * float(fits["coef"].between(-1, 0, inclusive="neither").mean())

# %%
facts |= {
    "weak_percent_of_estimates": (weak, "percent_of_estimates"),
    "negative_weak_percent_of_estimates": (negative_weak, "percent_of_estimates"),
    "published_second_hand": (int((published.loc[published["kind"] == "estimate", "read"] == "second-hand").sum()), ""),
    "few_clusters_percent_of_specifications": (100 * float((clusters < 20).mean()), "percent_of_specifications"),
    "day_plain_median": (by_controls.at["none", "within_day"], "elasticity"),
    "day_quality_median": (by_controls.at["quality", "within_day"], "elasticity"),
    "week_plain_median": (by_controls.at["none", "cross_section"], "elasticity"),
    "week_quality_median": (by_controls.at["quality", "cross_section"], "elasticity"),
    "model_open_median": (by_sample.at["open weights", "within_model"], "elasticity"),
    "model_closed_median": (by_sample.at["closed weights", "within_model"], "elasticity"),
    "published_low": (published.loc[published["kind"] == "estimate", "elasticity"].min(), "elasticity"),
    "published_high": (published.loc[published["kind"] == "estimate", "elasticity"].max(), "elasticity"),
    "hosts_elasticity": (hosts["elasticity"], "elasticity"),
    "rule_bound": (rule["elasticity_low"], "elasticity"),
    "borri_models": (over_time["elasticity"], "elasticity"),
    "borri_hosts": (no_relation["elasticity"], "elasticity"),
    "borri_hosts_t": (f"{no_relation['t']:.2f}", ""),
    "joint_tested": (len(joint), ""),
    "joint_firm": (int(firm["both"]), ""),
    "joint_median_firm": (int(firm["median"]), ""),
}

# %%
cuts, rises = (fits.loc[fits["sample"].str.match(kind), "coef"] for kind in ("cuts", "rises"))
facts |= {
    "limit_plain_median": (by_controls.at["none", "censored_at_fifty"], "elasticity"),
    "limit_quality_median": (by_controls.at["quality", "censored_at_fifty"], "elasticity"),
    "cuts_low": (cuts.min(), "elasticity"),
    "cuts_high": (cuts.max(), "elasticity"),
    "rises_low": (rises.min(), "elasticity"),
    "rises_median": (rises.median(), "elasticity"),
    "rises_high": (rises.max(), "elasticity"),
}
for name, one in joint.iterrows():
    facts[f"{name}_joint_median"] = (one["median"], "elasticity")
    facts[f"{name}_joint_p"] = (write_p(one["median_p"]), "")
    facts[f"{name}_joint_negative_p"] = (write_p(one["negative_percent_p"]), "")
results.write_facts("specifications", facts)
displays.list_facts(facts)
