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

# %%
import pandas as pd
import statsmodels.formula.api as smf

from tokencheck import paths, results
from tokencheck.econometrics import panel
from tokencheck.econometrics.curve import count, count_dropped, list_fits, read
from tokencheck.econometrics.specification import ESTIMANDS, SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import displays, figures
from tokencheck.notebook import drawings_specifications as drawings
from tokencheck.wording import write_p

tables = Tables()
curve = read()
fits = list_fits(curve)
present = [name for name in ESTIMANDS if (curve["estimand"] == name).any()]
groups = {"all": curve} | {name: curve[curve["estimand"] == name] for name in present}
counts = {name: count(rows) for name, rows in groups.items()}
pd.DataFrame(counts).T.round(2)

# %% [markdown]
# ## One of them in sight
#
# Effects of model and day are indicator columns here; the curve takes them out first, which gives the same number.

# %% tags=["parameters"]
# Yours to change: the next cell reads it. With papermill: `-y '{chosen: {panel: daily, …}}'`, all five of them.
chosen = {"panel": "daily", "price": "log_price_measured", "controls": "", "effects": "model + date", "sample": "paid"}

# %%
rows = panel.build(tables, chosen["panel"])
controls = chosen["controls"].split(" + ") if chosen["controls"] else []
rows = rows[SAMPLES[chosen["sample"]](rows)].dropna(subset=["log_tokens", chosen["price"], *controls])
rows = rows[rows.groupby("model")["model"].transform("size") > 1]  # a model seen once says nothing of its own change
formula = " + ".join([chosen["price"], *controls, *(f"C({name})" for name in chosen["effects"].split(" + "))])
in_sight = smf.ols(f"log_tokens ~ {formula}", rows).fit()
print(formula)
print(next(line for line in in_sight.summary().tables[1].as_text().splitlines() if line.startswith(chosen["price"])))
same = curve[(curve[list(chosen)] == pd.Series(chosen)).all(axis=1) & (curve["estimator"] == "ols")]
# What the curve does not hold has nothing to meet; the table has six digits.
assert same.empty or abs(in_sight.params[chosen["price"]] - same["coef"].iloc[0]) < 1e-6
same[["se_type", "coef", "se", "n"]]

# %% [markdown]
# ## All together
#
# Under no relation, with one sign a developer for all specifications at once: the middle draw, and the share of draws
# that go as far as what was seen.

# %%
joint = pd.read_csv(paths.REGRESSIONS / "joint.csv").set_index("estimand")
joint.round(3).T

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
firm = int((joint["median_p"] <= 0.05).sum())
number = f"{len(fits):,}".replace(",", "\u202f")
title = (
    f"In {firm} of {len(joint)} questions, {number} estimates in all, the curve is not one of chance; how many fewer "
    "tokens dearer models have hangs on the question"
)
told = drawings.tell(estimates=number, below=counts["all"]["negative_percent"])
figures.save(fig, "specifications-curve", title, claims=[], **told)

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
displays.list_rows(published[shown])

# %% [markdown]
# ## The router's rule
#
# By default OpenRouter picks among a model's hosts with weight 1/price², s_i = p_i⁻² / Σ p_j⁻². With the model's total
# held fixed a host's own elasticity is −2(1 − s_i). A regression with effects of model × day compares hosts with each
# other, and ln s_i − ln s_j = −2 (ln p_i − ln p_j): exactly −2, whatever the shares. The rule moves tokens between the
# hosts of one model, never between models, so it bears on designs between hosts and not on the others.

# %%
rule = published.set_index("estimate_id").loc["LIT06"]
hosts = published.set_index("estimate_id").loc["LIT01"]
controls, samples = tell_medians("Controls"), tell_medians("Sample")
clusters = curve.loc[curve["coef"].notna(), "clusters"]

elastic = ("median", "low", "high")
facts = {
    f"{name}_{what}": (value, "elasticity" if what in elastic else "percent" if "percent" in what else "")
    for name, counted in counts.items()
    for what, value in counted.items()
}
weak = 100 * float((fits["coef"].abs() < 1).mean())

# %%
facts |= {
    "weak_percent": (weak, "percent"),
    "negative_weak_percent": (100 * float(fits["coef"].between(-1, 0, inclusive="neither").mean()), "percent"),
    "published_second_hand": (int((published.loc[published["kind"] == "estimate", "read"] == "second-hand").sum()), ""),
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
    "joint_tested": (len(joint), ""),
    "joint_firm": (firm, ""),
}
for name, one in joint.iterrows():
    facts[f"{name}_joint_median"] = (one["median"], "elasticity")
    facts[f"{name}_joint_p"] = (write_p(one["median_p"]), "")
    facts[f"{name}_joint_share_p"] = (write_p(one["negative_percent_p"]), "")
results.write_facts("specifications", facts)
displays.list_facts(facts)
