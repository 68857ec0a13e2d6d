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
# # What did the tokens cost, and how many times less?
#
# The article quotes prices without saying of which tokens, at whom, in which market. This notebook computes the
# readings of its price claims (C20, C26, C28, C44, C45, C49) and the grid of all other definitions.

# %%
from dataclasses import replace

import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import activity, prices
from tokencheck.notebook import charts, figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.rule import TOLERANCE, judge, read_number
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
LISTS = "the vendors' price lists, as kept by models.dev (MIT)"
measured = measure_topic(register, "prices", tables)
write_topic("prices", measured)
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["low", "high", "interval_kind", "sources"])

# %% [markdown]
# ## The grid: token class, comparator, seller, market, day and exchange rate

# %%
grids = {claim_id: prices.grid(tables, claim_id) for claim_id in prices.GRIDS}
for claim_id, cells in grids.items():
    write_grid(register.find(claim_id), cells)
pd.Series({(claim_id, part): len(frame) for claim_id, cells in grids.items() for part, frame in cells.items()})

# %% [markdown]
# ## The price ladder
#
# Every model that the article names or compares with, at its own vendor on the day of the article.

# %%
found = {model: prices.find_price(tables, model=model, seller="vendor", as_of=prices.ARTICLE_DATE)
         for model in prices.VENDOR_NAMES}  # fmt: skip
countries = tables["models"].set_index("model")["developer_country"]
ladder = pd.DataFrame(
    {
        "model": model,
        "name": model.split("/")[1],
        "input_usd_per_mtok": price.input,
        "output_usd_per_mtok": price.output,
        "chinese": countries[model] == "CN",
    }
    for model, price in found.items()
).sort_values("output_usd_per_mtok", ignore_index=True, kind="stable")
middle = ladder.groupby("chinese")["output_usd_per_mtok"].median()
home = ladder["chinese"].map({True: "China", False: "elsewhere"})
marks = [
    pd.DataFrame(
        {"row": ladder["name"], "value": ladder[f"{kind}_usd_per_mtok"], "kind": kind + ", " + home, "group": home}
    )
    for kind in ("input", "output")
]
claims = [("C20", "minimax/minimax-m2.5", "price"), ("C44", "moonshotai/kimi-k2.5", "price")]
claims = pd.DataFrame(
    {
        "row": model.split("/")[1],
        "value": (said := float(register.find(claim_id).find_part(part).value)),
        "kind": "claimed",
        "group": "China",
        "label": f"claimed: {said:g}",
    }
    for claim_id, model, part in claims
)
hollow = {
    f"input, {name}": replace(style, hollow=True)
    for name, style in (("China", charts.CHINA), ("elsewhere", charts.ABROAD))
}
chart = charts.dots(
    pd.concat([*marks, claims], ignore_index=True).sort_values("group", kind="stable", ignore_index=True),
    charts.Axis("USD per million tokens, the vendors' own lists on 13 March 2026 (log scale)", log=True),
    {**hollow, "output, China": charts.CHINA, "output, elsewhere": charts.ABROAD, "claimed": charts.PRINTED},
    joined=True,
)
title = f"Middle of the output prices: {middle[True]:.2f} USD for Chinese models, {middle[False]:.2f} USD for others"
guard = "facts.prices.chinese_output_dearest < facts.prices.others_output_middle"
alt = (
    "Dot plot of input and output list prices of the models that the article names, on a log axis. The middle of the "
    f"output prices is {middle[True]:.2f} USD per million tokens for Chinese models, {middle[False]:.2f} USD for "
    "others; Chinese models lie at the lower end."
)
figures.save(chart, "prices-ladder", title, alt, ["C26", "C28", "C44"], guard, LISTS)

# %% [markdown]
# ## One twentieth of which price?

# %%
part = register.find("C20").find_part("ratio")
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in measured}
readings = []
for reading in part.readings:
    value = by_id["C20", "ratio", reading.id, "then"].value
    comparator = reading.parameters["comparator"].split("/")[1]
    label = f"{prices.TOKEN_CLASSES[reading.parameters['token_class']].split(' at ')[0]}, {comparator}"
    label += " (OpenRouter)" if reading.parameters["seller"] == "openrouter" else ""
    outcome = judge(part, value)
    readings.append({"row": label, "value": value, "kind": outcome, "label": f"1/{value:.1f}, {outcome}"})
claimed, factor = float(read_number(part.value)), float(TOLERANCE.factor)
outcomes = {reading["kind"] for reading in readings}
chart = charts.dots(
    pd.DataFrame(readings),
    charts.Axis("price of M2.5 as a fraction of the comparator's (log scale)", log=True, write="1/{:g}".format),
    {name: style for name, style in charts.OUTCOMES.items() if name in outcomes},
    charts.Claimed(claimed, f"claimed: 1/{claimed:g}", near=(claimed / factor, claimed * factor)),
)
literal, source = (by_id["C20", "ratio", name, "then"].value for name in ("input-opus-46", "output-opus-46"))
title = (
    f"1/20 is near the ratio of output prices (1/{source:.1f}); of input prices, which are named, it is 1/{literal:.1f}"
)
guard = "C20.ratio.output_opus_46 agrees or near and C20.ratio.input_opus_46 differs"
alt = (
    "Dot plot of the price of MiniMax M2.5 as a fraction of the comparator's under each reading, with its outcome, "
    f"beside the claimed 1/{claimed:g}: 1/{literal:.1f} by input prices, 1/{source:.1f} by output prices."
)
figures.save(chart, "prices-m25-ratio", title, alt, ["C20"], guard, LISTS)

# %% [markdown]
# ## The definition decides
#
# Every definition on the day of the article.

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
cells = pd.concat(frame.assign(row=label)[["row", "value"]].round({"value": 2}) for label, (frame, _) in drawn.items())
chart = charts.strips(
    cells.drop_duplicates(ignore_index=True).assign(kind="a definition"),
    charts.Axis(
        "price as a fraction of the comparator's (log scale); one tick is one definition",
        log=True,
        write="1/{:g}".format,
    ),
    {"a definition": replace(charts.TICK, size=7)},
    own={label: charts.Claimed(claimed, f"claimed: 1/{claimed:g}") for label, (_, claimed) in drawn.items()},
)
title = f"Token class, rival and seller move each ratio by a factor of {min(spread):.0f} to {max(spread):.0f}"
guard = "facts.prices.spread_low > 1"
alt = (
    "Strip plot, one row for each of four claims: every definition's ratio as a tick, with the claimed ratio as a "
    f"line. The middle eight tenths of each row span a factor of {min(spread):.0f} to {max(spread):.0f}."
)
figures.save(chart, "prices-grids", title, alt, ["C20", "C26", "C45", "C49"], guard, LISTS)

# %% [markdown]
# ## What the pages quote beside the readings

# %%
board = tables["usage_leaderboard"]
top = tables["usage_top10"]
kimi = tables["price_changes"].query("model == 'moonshotai/kimi-k2.5' and event == 'changed'")
claimed = float(register.find("C44").find_part("price").value)
at_claimed = prices.list_days_at(tables, "moonshotai/kimi-k2.5", claimed, until=register.article.published)
deepseek = grids["C28"]["percent"].groupby("comparator")["value"].agg(["min", "max"])
split_top = top[["prompt_tokens", "completion_tokens"]].sum()
split = activity.sum_split(tables)
facts = {
    "prompt_share": (100 * prices.prompt_share(tables), "percent"),
    "prompt_share_public": (100 * split.prompt_share, "percent_of_public_models"),
    "cached_share_public": (100 * split.cached_share, "percent_of_public_prompt"),
    "split_days": (split.days, "days"),
    "split_last_day": (f"{pd.Timestamp(split.last_day):%-d %B %Y}", "date"),
    "prompt_share_top10": (100 * split_top["prompt_tokens"] / split_top.sum(), "percent"),
    "leaderboard_models": (int(board["completion_tokens"].notna().sum()), ""),
    "leaderboards": (board.dropna(subset="completion_tokens")["window_start"].nunique(), ""),
    "kimi_changes": (int((kimi["snapshot_utc"] < "2026-02-23").sum()), ""),
    "vendor_changes": (prices.count_vendor_changes(tables, "2026-01-27", "2026-02-22"), ""),
    "kimi_claimed_first": (f"{at_claimed.min():%-d %B %Y}", "date"),
    "kimi_claimed_last": (f"{at_claimed.max():%-d %B %Y}", "date"),
    "chinese_output_dearest": (ladder.loc[ladder["chinese"], "output_usd_per_mtok"].max(), "usd_per_mtok"),
    "others_output_middle": (middle[False], "usd_per_mtok"),
    "gpt_54_least": (deepseek.at["openai/gpt-5.4", "min"], "percent"),
    "gpt_54_pro_least": (deepseek.at["openai/gpt-5.4-pro", "min"], "percent"),
    "gpt_54_pro_most": (deepseek.at["openai/gpt-5.4-pro", "max"], "percent"),
    "grid_cells": (sum(len(frame) for cells in grids.values() for frame in cells.values()), ""),
    "spread_low": (min(spread), ""),
    "spread_high": (max(spread), ""),
}
results.write_facts("prices", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
