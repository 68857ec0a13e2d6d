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
# # Where did the numbers come from?
#
# The article's numbers had been passed on from post to post, and qualifiers fell off on the way. Each chain lists
# earlier and later publications of the same sentence or number. The earliest found is not the first published, and
# descent is proven only where the wording is close to literal.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
chosen = "C20"  # whose way to the article is listed, step by step

# %%
import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import charts, displays, figures, parameters, timelines
from tokencheck.register import lineage
from tokencheck.register.claims import load_register

register = load_register()
tables = Tables()
chains = lineage.list_chains(tables["lineage"])
summary = pd.DataFrame(
    {
        "claim": claim_id,
        "steps": len(chain),
        "on the way to the article": lineage.write_way(chain) or "passed on unchanged",
    }
    for claim_id, chain in chains.items()
)
displays.list_rows(summary)

# %% [markdown]
# ## One timeline a claim
#
# A step keeps the statement (=), changes its number, subject or period (≠), drops a qualifier (×), or lies beside the
# way to the article (–).

# %%
labels = {
    "C01": "largest router", "C02": "4.12 trillion", "C03": "first to surpass", "C04": "four of five", "C05": "61 %",
    "C10": "70 % of cost", "C11": "grids in crisis", "C12": "bills up 20–30 %", "C13": "0.2–0.3 yuan",
    "C14": "1/3 to 1/5", "C15": "value of a kWh", "C16": "millions per kWh", "C18": "topped the list",
    "C20": "1/20 of Opus", "C22": "level with Opus", "C23": "beats Gemini", "C24": "deep adaptation",
    "C25": "200K ceiling", "C26": "1/5 of rivals", "C30": "computed in China", "C33": "world's only chain",
    "C37": "PUE 1.15", "C46": "4.18 trillion", "C47": "20 days' revenue", "C49": "0.8 yuan, 1/18",
    "C50": "first in report", "C51": "brand-new goal",
}  # fmt: skip
before = {
    claim_id: int((~chain["after"] & ~chain["is_article"] & (chain["change_kind"] != lineage.ASIDE)).sum())
    for claim_id, chain in chains.items()
}
for claim_id, chain in chains.items():
    way = lineage.write_way(chain) or "unchanged, as far as we found"
    title = f"How “{labels[claim_id]}” ({claim_id}) reached the article: {way}"
    # The changes are read from the chain; that anything reached the article takes a publication before it.
    guard = f"facts.lineage.{claim_id.lower()}_before > 0"
    if not before[claim_id]:
        title, guard = f"“{labels[claim_id]}” ({claim_id}): no earlier publication found", guard.replace(">", "=")
    timelines.save_timeline(chain, f"lineage-{claim_id.lower()}", title, [claim_id], guard)
displays.list_rows(pd.DataFrame(timelines.list_steps(chains["C05"]))[["date", "publisher", "gist", "change"]])

# %% [markdown]
# **Try your own:** the steps of another claim.

# %%
parameters.check(chosen=(chosen, chains))
displays.list_rows(pd.DataFrame(timelines.list_steps(chains[chosen]))[["date", "publisher", "gist", "change", "note"]])

# %% [markdown]
# ## All of them

# %%
traced = {claim_id: chain for claim_id, chain in chains.items() if before[claim_id]}
dropped = lineage.count_chains(traced.values(), lineage.LOSSES)
changed = lineage.count_chains(traced.values(), lineage.SHIFTS)
either = lineage.count_chains(traced.values(), lineage.LOSSES + lineage.SHIFTS)
last = pd.concat(chain[chain["is_article"]] for chain in chains.values())["change_kind"]
at_article = int(last.isin(lineage.LOSSES + lineage.SHIFTS).sum())
ways = {
    "a qualifier was dropped": dropped,
    "number, subject, period or strength changed": changed,
    "passed on unchanged": len(traced) - either,
}
ways = pd.DataFrame({"row": list(ways), "value": list(ways.values()), "kind": ["lost", "changed", "kept"]})
ways["label"] = [f"{count} of {len(traced)}" for count in ways["value"]]

# %%
chart = charts.bars(
    ways,
    charts.Axis("statements with a traceable past; some count in two rows"),
    {"lost": charts.Style("claim"), "changed": charts.Style("partly"), "kept": charts.Style("good")},
    key=False,
)
unproven = lineage.count_unproven(traced.values())
title = (
    f"Of {len(traced)} statements with a traceable past, {either} differ from the earliest print that we found; "
    f"descent of {unproven} is not proven"
)
guard = "facts.lineage.changed_at_article > facts.lineage.kept_at_article"
alt = f"Bars of what happened on the way to the article, of {len(traced)} statements: " + "; ".join(
    f"{row.row}, {row.value}" for row in ways.itertuples()
)
figures.save(chart, "lineage-overview", title, f"{alt}.", [], guard, "the table of lineage")

# %% [markdown]
# ## What the pages quote

# %%
steps = tables["lineage"]
facts = {
    "chains": (len(chains), ""),
    "traced": (len(traced), ""),
    "steps": (len(steps), ""),
    "dropped": (dropped, ""),
    "changed": (changed, ""),
    "either": (either, ""),
    "unproven": (unproven, ""),
    "unchanged": (len(traced) - either, ""),
    "changed_at_article": (at_article, ""),
    "kept_at_article": (len(chains) - at_article, ""),
}
displays.list_facts(facts)

# %%
# By claim: publications found before the article, and what happened between the first of them and the article.
by_claim = {}
for claim_id, chain in chains.items():
    changes = lineage.list_alterations(chain)
    own = by_claim[claim_id] = {
        "before": (before[claim_id], "publications"),
        "dropped": (sum(kind in lineage.LOSSES for kind in changes), ""),
        "shifted": (sum(kind in lineage.SHIFTS for kind in changes), ""),
    }
    if not pd.isna(earliest := chain.loc[~chain["after"], "day"].min()):
        own["earliest"] = (f"{earliest:%-d %B %Y}", "date")
    facts |= {f"{claim_id.lower()}_{name}": fact for name, fact in own.items()}
results.write_facts("lineage", facts)
shown = {claim_id: {name: value for name, (value, _) in own.items()} for claim_id, own in by_claim.items()}
displays.list_rows(pd.DataFrame.from_dict(shown, orient="index").rename_axis("claim"))

# %% [markdown]
# ## What it means, and where to change it
#
# A statement that changed on the way is not thereby false; it is measured as the article prints it. None of these
# publications enters a measurement of its claim. The steps stand in `data/tables/lineage.csv`, and
# `.venv/bin/doit notebook:10_lineage` runs this notebook alone.
