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
# `tokencheck.econometrics.curve` and knows no result; `tokencheck curve` runs it. It
# describes how far the answer moves. It is no test: the specifications share their data,
# and those that differ in the standard error alone share their estimate.

# %%
import pandas as pd

from tokencheck import results
from tokencheck.econometrics.curve import count, count_dropped, list_fits, read
from tokencheck.econometrics.specification import ESTIMANDS
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import drawings_specifications as drawings
from tokencheck.notebook import figures

tables = Tables()
curve = read()
fits = list_fits(curve)
groups = {"all": curve} | {name: curve[curve["estimand"] == name] for name in ESTIMANDS}
counts = {name: count(rows) for name, rows in groups.items()}
pd.DataFrame(counts).T.round(2)

# %% [markdown]
# ## What could not be estimated
#
# A specification without an estimate is named with its reason, and the others go on.

# %%
count_dropped(curve)

# %% [markdown]
# ## The curve
#
# Distinct estimates only, each with the widest interval of the standard errors tried.

# %%
published = tables["literature"]
fig = drawings.draw_curve(fits, published)
negative = counts["all"]["negative_percent"]
number = f"{len(fits):,}".replace(",", "\u202f")
title = (
    f"In {negative:.0f} % of {number} estimates dearer models have fewer tokens; how many fewer hangs on the question"
)
figures.save(
    fig,
    "specifications-curve",
    title,
    drawings.ALT["specifications-curve"],
    [],
    drawings.GUARDS["specifications-curve"],
)

# %% [markdown]
# ## What moves the answer
#
# Median of the distinct estimates by estimand, once by controls and once by sample.

# %%
choices = drawings.list_choices(fits)


def tell_medians(group: str) -> pd.DataFrame:
    """Give the median estimate of each choice of a group, by estimand."""
    return pd.DataFrame(
        {name: fits[mask].groupby("estimand")["coef"].median() for name, mask in choices[group].items()}
    ).T


tell_medians("Controls").round(2)

# %%
tell_medians("Sample").round(2)

# %% [markdown]
# ## What others published
#
# `read` says whether the number was read where it is printed. The studies compare different things.

# %%
shown = [
    "study",
    "elasticity",
    "elasticity_low",
    "elasticity_high",
    "se",
    "t",
    "compares",
    "effects",
    "read",
    "checked",
]
published[shown]

# %% [markdown]
# ## The router's rule
#
# By default OpenRouter picks among a model's hosts with weight 1/price². With shares sᵢ = pᵢ⁻² / Σ pⱼ⁻² the elasticity
# of a host's tokens is d ln sᵢ / d ln pᵢ = −2(1 − sᵢ), whatever users want. It moves tokens between the hosts of one
# model, never between models, so it bears on studies that compare hosts and not on the estimates here.

# %%
rule = published.set_index("estimate_id").loc["LIT06"]
hosts = published.set_index("estimate_id").loc["LIT01"]
same_share = 1 - hosts["elasticity"] / rule["elasticity_low"]
controls, samples = tell_medians("Controls"), tell_medians("Sample")
clusters = curve.loc[curve["coef"].notna(), "clusters"]

elastic = ("median", "low", "high")
facts = {
    f"{name}_{what}": (value, "elasticity" if what in elastic else "percent" if "percent" in what else "")
    for name, counted in counts.items()
    for what, value in counted.items()
}
weak = 100 * float((fits["coef"].abs() < 1).mean())
facts |= {
    "weak_percent": (weak, "percent"),
    "negative_weak_percent": (100 * float(fits["coef"].between(-1, 0, inclusive="neither").mean()), "percent"),
    "published_second_hand": (int((published["read"] == "second-hand").sum()), ""),
    "few_clusters_percent": (100 * float((clusters < 20).mean()), "percent"),
    "day_plain_median": (controls.at["none", "within_day"], "elasticity"),
    "day_quality_median": (controls.at["quality", "within_day"], "elasticity"),
    "week_plain_median": (controls.at["none", "cross_section"], "elasticity"),
    "week_quality_median": (controls.at["quality", "cross_section"], "elasticity"),
    "model_open_median": (samples.at["open weights", "within_model"], "elasticity"),
    "model_closed_median": (samples.at["closed weights", "within_model"], "elasticity"),
    "published_low": (published.loc[published["kind"] == "estimate", "elasticity"].min(), "elasticity"),
    "published_high": (published.loc[published["kind"] == "estimate", "elasticity"].max(), "elasticity"),
    "hosts_elasticity": (hosts["elasticity"], "elasticity"),
    "rule_bound": (rule["elasticity_low"], "elasticity"),
    "rule_same_share": (100 * same_share, "percent"),
}
results.write_facts("specifications", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
