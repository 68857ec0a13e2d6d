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
# # What does the article claim, and what of it can be computed?
#
# The register `data/claims.yml` holds every checkable statement of the article with its exact quote, split into parts
# where a sentence says several things. This notebook counts them, and shows which have readings: definitions, named
# with a reason, under which data can answer. A claim is changed there; `.venv/bin/doit notebook:01_article` runs this
# notebook alone.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
subject = "prices"  # usage, prices, electricity, tokens, energy, hosts, models, companies or policy

# %%
import pandas as pd

from tokencheck import wording
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.register.claims import load_register

register = load_register()
article = register.article
print(f"{article.author}, “{article.title_zh}”, {article.publisher}, {article.published}\n{article.url}")

# %% [markdown]
# ## The claims

# %%
claims = pd.DataFrame(
    {
        "claim": claim.id,
        "topic": claim.topic,
        "kind": claim.kind,
        "quote": claim.quote_zh,
        "translation": claim.quote_en,
        "parts": len(claim.parts),
        "readings": sum(len(part.readings) for part in claim.parts),
    }
    for claim in register.claims
).set_index("claim")
displays.list_rows(claims.drop(columns="quote"))

# %% [markdown]
# ## What each computed part claims

# %%
displays.list_rows(
    pd.DataFrame(
        {
            "claim": claim.id,
            "part": part.says,
            "claimed": wording.write_claimed(part.relation, part.value, part.unit, part.min_count),
            "as written": next((one.label.en for one in part.readings if one.role == "literal"), ""),
            "other readings": sum(one.role != "literal" for one in part.readings),
        }
        for claim in register.claims
        for part in claim.parts
        if part.readings
    ).set_index("claim")
)

# %% [markdown]
# ## How much of each subject is computed

# %%
by_topic = claims.groupby("topic", sort=False).agg(
    all=("readings", "size"), computed=("readings", lambda readings: (readings > 0).sum())
)
bars = pd.DataFrame({"row": by_topic.index, "value": by_topic["all"], "low": by_topic["computed"]})
bars["label"] = [f"{row.low} of {row.value}" for row in bars.itertuples()]
chart = charts.bars(bars, charts.Axis("claims; full: with readings, faint: without"))
title = f"{by_topic['computed'].sum()} of {by_topic['all'].sum()} claims have readings so far"
alt = "Bars of the claims of the article by subject, and those of each that have been computed: " + "; ".join(
    f"{row.row}, {row.label}" for row in bars.itertuples()
)
figures.save(chart, "article-sections", title, f"{alt}.", [], source="data/claims.yml")

# %% [markdown]
# ## Where the words came from
#
# Earlier publications of the same sentences, as far as they were found. They are shown with the claims and never
# enter a measurement.

# %%
lineage = Tables()["lineage"]
displays.list_rows(
    lineage.groupby("claim_id").agg(
        steps=("step", "size"), earliest=("publisher", "first"), wording=("wording", "first")
    )
)

# %% [markdown]
# **Try your own:** the claims on one subject, with their quotes.

# %%
parameters.check(subject=(subject, claims["topic"].unique()))
displays.list_rows(claims.loc[claims["topic"] == subject, ["quote", "translation", "readings"]])
