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
# # How much hangs on which prices are compared?
#
# First the lists as they stood when the article appeared, those of its Chinese models and their rivals (C20, C26, C28,
# C44); then the ratio that every other choice of model, seller, day and kind of token gives. What a claim compares is
# changed in `data/claims.yml`; `.venv/bin/doit notebook:03b_lists` runs this notebook alone.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads this, and nothing else does.
day = "2026-07-01"

# %%
from dataclasses import replace

import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices
from tokencheck.notebook import charts, displays, figures, parameters, subjects
from tokencheck.notebook.topics import Topic
from tokencheck.register.claims import measure_claim
from tokencheck.register.rule import judge, read_number
from tokencheck.register.verdicts import write_grid
from tokencheck.wording import write_number

topic = Topic.measure()
register, tables = topic.register, topic.tables
names = tables["models"].drop_duplicates("model").set_index("model")["name"].str.split(": ").str[-1]
LISTS = "the vendors' price lists, as kept by models.dev (MIT)"
ALL = f"{LISTS}; OpenRouter's catalogue and activity"
grids = {claim_id: prices.grid(tables, claim_id) for claim_id in prices.GRIDS}

# %% [markdown]
# ## The lists on the day of the article
#
# Each model at its own vendor, in USD per million tokens.

# %%
ladder = prices.list_vendor_prices(tables, prices.ARTICLE_DATE)
ladder["name"] = ladder["model"].map(names)
home = ladder["chinese"].map({True: "China", False: "United States"})
shown = ladder.drop(columns=["model", "chinese"]).rename(columns={"name": "model"}).set_index("model")
displays.list_rows(shown.assign(of=home.to_numpy()))

# %%
middle = ladder.groupby("chinese")["output_usd_per_mtok"].median()
listed = [
    pd.DataFrame(
        {"row": ladder["name"], "value": ladder[f"{kind}_usd_per_mtok"], "kind": kind + ", " + home, "group": home}
    )
    for kind in ("input", "output")
]
claims = pd.DataFrame(
    {
        "row": names[model],
        "value": (said := float(register.find(claim_id).find_part("price").value)),
        "kind": "claimed",
        "group": "China",
        "label": f"claimed of it: {said:g}",
    }
    for claim_id, model in (("C20", "minimax/minimax-m2.5"), ("C44", "moonshotai/kimi-k2.5"))
)

# %%
hollow = {
    f"input, {name}": replace(style, hollow=True)
    for name, style in (("China", charts.CHINA_STYLE), ("United States", charts.ABROAD_STYLE))
}
chart = charts.dots(
    pd.concat([*listed, claims], ignore_index=True).sort_values("group", kind="stable", ignore_index=True),
    charts.Axis("USD per million tokens, the vendors' own lists on 13 March 2026 (log scale)", log=True),
    {
        **hollow,
        "output, China": charts.CHINA_STYLE,
        "output, United States": charts.ABROAD_STYLE,
        "claimed": charts.PRINTED,
    },
    joined=True,
)

# %%
counted = ladder["chinese"].value_counts()
country = tables["models"].drop_duplicates("model").set_index("model")["developer_country"]
assert {*ladder.loc[~ladder["chinese"], "model"].map(country)} == {"US"}
title = (
    f"Median list price of output: {middle[True]:.2f} USD per million tokens for {counted[True]} Chinese models, "
    f"{middle[False]:.2f} USD for {counted[False]} American ones"
)
guard = "facts.lists.chinese_output_dearest < facts.lists.others_output_middle"
alt = (
    "Dot plot of input and output list prices, on a log axis, of the models that sentences of the article name or are "
    f"compared with here. The middle of the output prices is {middle[True]:.2f} USD per million tokens for the "
    f"{counted[True]} Chinese models, {middle[False]:.2f} USD for the {counted[False]} American ones; Chinese models "
    "lie at the lower end."
)
figures.save(chart, "prices-ladder", title, alt, ["C26", "C28", "C44"], guard, LISTS)

# %% [markdown]
# **Try your own:** the middle of the same lists on another day.

# %%
lists = tables["vendor_prices"]
first = lists.groupby(["provider", "vendor_model_id"])["date"].min().loc[list(prices.VENDOR_NAMES.values())].max()
parameters.check(day=(day, parameters.Days(first, lists["date"].max(), window=False)))  # when all are on record
then = prices.list_vendor_prices(tables, day).groupby("chinese")["output_usd_per_mtok"].median()
medians = {"on the day of the article": (middle[True], middle[False]), f"on {day}": (then[True], then[False])}
displays.compare(medians, ["middle output price, Chinese models, USD per million tokens", "others"])

# %% [markdown]
# ## The grids: every token class, rival, seller, market, rate and day
#
# One cell a row; they show how far the definition decides the number, and never count.

# %%
ratios = {
    "C20: M2.5": ("C20", "ratio"), "C26: GLM-5": ("C26", "ratio"),
    "C45: Kimi K2.5": ("C45", "ratio"), "C49: Qwen3.5-Plus": ("C49", "ratio"),
}  # fmt: skip
drawn = {
    label: (
        grids[claim_id][name].query("as_of == @prices.ARTICLE_DATE"),
        float(read_number(register.find(claim_id).find_part(name).value)),
    )
    for label, (claim_id, name) in ratios.items()
}
spread = [frame["value"].quantile(0.9) / frame["value"].quantile(0.1) for frame, _ in drawn.values()]
least, most = (write_number(end(spread), "") for end in (min, max))  # as the page writes them

# %%
cells = pd.concat(frame.assign(row=label)[["row", "value"]].round({"value": 2}) for label, (frame, _) in drawn.items())
words = "price as a fraction of the comparator's (log scale); one tick is one definition"
chart = charts.strips(
    cells.drop_duplicates(ignore_index=True).assign(kind="a definition"),
    charts.Axis(words, log=True, write=charts.write_fraction),
    {"a definition": replace(charts.TICK, size=7)},
    own={label: charts.ClaimedValue(claimed, f"claimed: 1/{claimed:g}") for label, (_, claimed) in drawn.items()},
)
title = f"Depending on price, rival and seller, the middle 80 % of ratios span a factor of {least} to {most}"
alt = (
    "Strip plot, one row for each of four claims: a tick for a definition's ratio, with the claimed ratio as a "
    f"line. The middle eight tenths of each row span a factor of {least} to {most}."
)
figures.save(chart, "prices-grids", title, alt, ["C20", "C26", "C45", "C49"], source=ALL)

# %%
for claim_id, cells in grids.items():
    write_grid(register.find(claim_id), cells)
    displays.summarise_grid(register.find(claim_id), cells, ALL)

# %% [markdown]
# ## Weighed by the leaderboard nearer the article
#
# Calls are weighed by the prompts of all public models in summer. One full leaderboard of an earlier week splits
# tokens, too: every reading again, weighed by that, and those whose outcome would be another.

# %%
board = tables["usage_leaderboard"].dropna(subset=["prompt_tokens", "completion_tokens"])
board = board.rename(columns={"window_start": "date"}).assign(cached_tokens=0)
kept = ("vendor_prices", "price_changes", "catalogue_excerpts", "point_prices", "exchange_rates", "sources")
earlier = Tables(frames={name: tables[name] for name in kept} | {"model_activity_daily": board})
assert round(prices.find_prompt_share(earlier) - prices.board_share(tables), 12) == 0
weighed = []
for claim in (register.find(claim_id) for claim_id in subjects.list_claims("prices", register)):
    readings = {(part.id, one.id): one for part in claim.parts for one in part.readings}
    for one, other in zip(measure_claim(claim, tables), measure_claim(claim, earlier), strict=True):
        values = [found.measurement.value for found in (one, other)]
        reading = readings[one.part, one.reading]
        if reading.parameters["token_class"] == "blended_measured":
            outcomes = [judge(claim.find_part(one.part), value) for value in values]
            weighed.append((claim.id, f"{reading.label.en}, {one.when}", *values, *outcomes))
columns = ["claim", "reading", "as weighed", "by the leaderboard", "outcome", "outcome by the leaderboard"]
weighed = pd.DataFrame(weighed, columns=columns)
displays.list_rows(weighed)

# %% [markdown]
# ## What the pages quote of them

# %%
deepseek = grids["C28"]["percent"].groupby("comparator")["value"].agg(["min", "max"])
facts = {
    "chinese_output_dearest": (ladder.loc[ladder["chinese"], "output_usd_per_mtok"].max(), "usd_per_mtok_listed"),
    "others_output_middle": (middle[False], "usd_per_mtok_listed"),
    "gpt_54_least": (deepseek.at["openai/gpt-5.4", "min"], "percent_of_listed_comparator"),
    "gpt_54_pro_least": (deepseek.at["openai/gpt-5.4-pro", "min"], "percent_of_listed_comparator"),
    "gpt_54_pro_most": (deepseek.at["openai/gpt-5.4-pro", "max"], "percent_of_listed_comparator"),
    "grid_cells": (sum(len(frame) for cells in grids.values() for frame in cells.values()), ""),
    "spread_low": (min(spread), ""),
    "spread_high": (max(spread), ""),
    "vendor_last_day": (f"{tables['vendor_prices']['date'].max():%-d %B %Y}", "date"),
    "catalogue_last_day": (f"{tables['catalogue_excerpts']['as_of'].max():%-d %B %Y}", "date"),
    "board_moves": (int((weighed["outcome"] != weighed["outcome by the leaderboard"]).sum()), ""),
}
results.write_facts("lists", facts)
displays.list_facts(facts)
