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
# # What does a token cost in power, and what is a kWh worth?
#
# Electricity and computing are said to make up over 70 % of a token's cost (C10); a kWh to be worth 3 to 5 times its
# price as metal (C15) and millions of tokens in a data centre (C16). What the price of power can explain of a price of
# tokens follows in `06c_power`.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
price_usd_per_kwh = 0.15  # of a GPU-hour's electricity
pue = 1.3  # of the data centre
price_cny_per_kwh = 0.35  # what a kWh would sell for otherwise

# %%
import numpy as np
import pandas as pd

from tokencheck import results
from tokencheck.measures import energy, prices
from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.periods import read_day
from tokencheck.register.verdicts import write_grid

topic = Topic.open("energy")
register, tables = topic.register, topic.tables
by_id = {(found.claim, found.reading): found.measurement for found in topic.measured if found.when == "then"}

# %%
# What they can be.
parameters.check(
    price_usd_per_kwh=(price_usd_per_kwh, parameters.Between(0.01, 1)),
    pue=(pue, parameters.Between(1, 3)),
    price_cny_per_kwh=(price_cny_per_kwh, parameters.Between(0.01, 5)),
)

# %% [markdown]
# ## C10: over 70 % of what cost?

# %%
displays.introduce(topic, "C10")

# %% [markdown]
# ### The sum by hand
#
# Power × price is electricity; power × rent colocation; capital is what is left of the analyst's total. What operators
# state is beside it, the middle of each statement, outside the article's own line and up to its day.

# %%
given = tables["company_figures"].set_index("figure_id")["value"]
cost = {"electricity": given["gpu-power-kw"] * given["gpu-electricity-price"]}
cost["colocation"] = given["gpu-power-kw"] * given["gpu-colocation"] * 12 / 8760
cost["capital"] = given["gpu-hour-total"] - sum(cost.values())
said = tables["cost_structure"].query("denominator == 'operating cost' and not lineage")
said = said[said["item"].isin(["electricity", "energy", "power + cooling"])]
said = said[said["date"].map(read_day) <= read_day(register.article.published)]
shares = said[["share_low_percent", "share_high_percent"]].mean(axis=1)
assert np.isclose(topic.find("C10", "share", "stated-running").value, shares.median())
print(f"stated by operators, of running cost: {shares.median():.0f} %, from {len(said)} statements")
rows = {}
for reading, found in (topic.find_literal("C10", "share"), topic.find_deciding("C10", "share")):
    whole = sum(cost.values()) - (0 if reading.parameters["with_capital"] else cost["capital"])
    value = 100 * sum(cost[item] for item in reading.parameters["items"]) / whole
    perhaps = sum(cost[item] for item in reading.parameters.get("perhaps", ()))
    most = value + 100 * perhaps / whole  # what the words may or may not mean
    rows[reading.label.en] = (*cost.values(), value, most)
    assert np.isclose([found.low or found.value, found.high or found.value], [value, most]).all()
displays.compare(rows, [*(f"{item}, USD an hour" for item in cost), "share, %", "at most, %"])

# %% [markdown]
# ### What an hour of a GPU costs
#
# One analyst's stack of a rented H200: electricity, colocation rent, and capital, which is what is left.

# %%
hour = energy.build_gpu_hour(tables)
pieces = ("electricity", "capital", "colocation")
stacks = {
    "with depreciation": {piece: hour.share((piece,)) for piece in pieces},
    "without": {piece: hour.share((piece,), with_capital=False) for piece in ("electricity", "colocation")},
}
claimed = float(register.find("C10").find_part("share").value)
shares = pd.DataFrame(
    {"row": name, "piece": piece, "value": share} for name, own in stacks.items() for piece, share in own.items()
)
chart = charts.stacked(
    shares,
    charts.Axis("share of the cost of a GPU-hour, %", low=0, high=100),
    {name: charts.Style(colour, "s") for name, colour in zip(pieces, ("energy", "abroad", "other"), strict=True)},
    charts.ClaimedValue(claimed, f"claimed: beyond {claimed:g} %"),
    write="{:.0f} %".format,
)

# %%
both = by_id["C10", "with-depreciation"].value
alone = by_id["C10", "electricity-alone"].value
title = f"Electricity and chips make up {both:.0f} % with depreciation; without it, electricity is {alone:.0f} %"
guard = "facts.energy.capital_of_all > 50 and facts.energy.electricity_of_all < facts.energy.colocation_of_all"
alt = (
    "Stacked bars of the cost of a GPU-hour: with the capital cost of the chips, capital is by far the largest piece "
    f"({hour.share(('capital',)):.0f} %) and electricity a small one ({hour.share(('electricity',)):.0f} %); without "
    "it, colocation is larger than electricity."
)
figures.save(chart, "energy-cost-shares", title, alt, ["C10"], guard, "SemiAnalysis, a rented H200")

# %%
displays.explain(topic, "C10")

# %%
mine = energy.build_gpu_hour(tables, price_usd_per_kwh=price_usd_per_kwh)
ends = tuple(mine.share(items, with_capital=False) for items in (("electricity",), ("electricity", "colocation")))
displays.try_out(topic, "C10", f"the same, electricity at {price_usd_per_kwh} USD a kWh", share=ends)

# %% [markdown]
# ## C16: millions of tokens per kWh?

# %%
displays.introduce(topic, "C16")

# %% [markdown]
# ### The sum by hand
#
# The median over large mixture-of-experts systems, divided by what the data centre draws beyond its computers. Of a
# measured one the table has the settings that took the fewest joules a token, the middle, and the most.

# %%
for reading, found in (topic.find_literal("C16", "tokens"), topic.find_deciding("C16", "tokens")):
    wanted = {"kind": "measured", "setting": "median", "token_basis": "output tokens", "pue": 1} | reading.parameters
    systems = tables["energy_per_token"].query("large_moe")
    systems = systems[(systems["kind"] == wanted["kind"]) & (systems["token_basis"] == wanted["token_basis"])]
    if wanted["kind"] == "measured":
        systems = systems[systems["statistic"] == {"best": "min", "worst": "max"}.get(wanted["setting"], "median")]
    value = systems["tokens_per_kwh"].median() / wanted["pue"] / 1e6
    assert np.isclose(found.value, value)
    print(f"{reading.label.en}: {value:.2f} million, from {len(systems)} systems")

# %%
runs = tables["energy_per_token"].query("kind == 'measured' and total_params_b >= 70")
least = float(register.find("C16").find_part("tokens").value)
keys = ["model", "hardware", "task", "large_moe"]
overhead = topic.find_literal("C16", "tokens")[0].parameters["pue"]  # so that a kWh is one of the data centre
wide = (runs.assign(tokens_per_kwh=runs["tokens_per_kwh"] / overhead / 1e6)
        .pivot_table(index=keys, columns="statistic", values="tokens_per_kwh").dropna().reset_index()
        .sort_values(["large_moe", "median"], ascending=False, kind="stable"))  # fmt: skip
names = wide["model"].str.split("/").str[-1].str.replace("-Instruct|-2507", "", regex=True)
kinds = {True: "Large mixture-of-experts models", False: "Other models of 70 billion parameters or more"}
wide = wide.assign(
    row=names + ", " + wide["hardware"].str.split().str[0] + ", " + wide["task"],
    value=wide["median"],
    low=wide["max"],
    high=wide["min"],
    group=wide["large_moe"].map(kinds),
)

# %%
unit = "million generated tokens per kWh of the data centre, least to most economical setting (log scale)"
above = (wide["median"] >= least).sum()
chart = charts.dots(
    wide[["group", "row", "value", "low", "high"]],
    charts.Axis(unit, log=True),
    {"": charts.Style("abroad", "o", size=7, thick=2)},
    charts.ClaimedValue(least, f"claimed: several million, so at least {least:g}"),
    row_height=20,
)
middle = by_id["C16", "measured-median"]
spread = f"such runs span {middle.low:.1f} to {middle.high:.1f}"
title = f"A kWh becomes {middle.value:.1f} million tokens in the median mixture-of-experts run; {spread}"
alt = (
    "Tokens per kWh on a scale of powers of ten, one row a measured model and chip: a line over its settings, with a "
    f"dot at the median. {above} of {len(wide)} medians lie on or right of the claimed line, at {least:g} million; "
    f"the median of the mixture-of-experts models is {middle.value:.1f} million."
)
figures.save(chart, "energy-tokens-per-kwh", title, alt, ["C16"], source="ML.ENERGY Leaderboard (Apache 2.0)")

# %%
extremes = {
    "best_of_a_kwh": (by_id["C16", "measured-best"].high, "million_tokens"),
    "worst_of_a_kwh": (by_id["C16", "measured-worst"].low, "million_tokens"),
    "turns_at_prompt": (100 * (1 - middle.value / least), "percent_of_call"),  # were prompts counted, too
}
displays.explain(topic, "C16", energy=extremes)

# %%
displays.try_out(topic, "C16", tokens={"pue": pue})

# %% [markdown]
# ## C15: what is a kWh worth?

# %%
displays.introduce(topic, "C15")

# %% [markdown]
# ### The sum by hand
#
# Exported: value over volume, at the rate of its time. Metal: a tonne's price over its power, less a kWh's, over that.

# %%
dollars = tables["exchange_rates"].query("pair == 'USD/CNY'").set_index("period")["rate"]


def find_latest(commodity, metric):
    rows = tables["commodities"].query("commodity == @commodity").sort_values("period", kind="stable")
    return rows.loc[rows["metric"].str.startswith(metric), "value"].iloc[-1]


told = []
for find in (topic.find_literal, topic.find_deciding):
    reading, found = find("C15", "export")
    sale = reading.parameters["sale"]
    value, volume = (find_latest("electricity exported", f"{what}, {sale}") for what in ("value", "volume"))
    sold = value / volume * (dollars[energy.SALES[sale]] if energy.SALES[sale] else 1)
    assert np.isclose(found.value, sold)
    told.append(f"exported: {value:,.0f} / {volume:,.0f}, in CNY: {sold:.3f} per kWh")
    reading, found = find("C15", "metal")
    metal = reading.parameters["commodity"]
    worth, power = (find_latest(metal, name) for name in energy.METALS[metal])
    own_price = reading.parameters.get("price_cny_per_kwh", 0.5)
    less = own_price * (reading.parameters.get("value") == "gain")
    gain = (worth / power - less) / own_price
    assert np.isclose(found.value, gain)
    told.append(f"{metal}: ({worth:,.0f} CNY / {power:,.0f} kWh − {less}) / {own_price} = {gain:.2f} times")
print(*dict.fromkeys(told), sep="\n")  # one reading can be both

# %% [markdown]
# Gross: aluminium needs alumina and smelters, tokens need chips and research. Tokens at M2.5's output price.

# %%
price = prices.find_price(tables, model="minimax/minimax-m2.5", seller="vendor", as_of=register.article.published)
export = by_id["C15", "largest-sale"].value
half = float(register.find("C15").find_part("export").value)  # the sentence's own price of a kWh, CNY
values = {
    "exported": export,
    "aluminium: price and profit": by_id["C15", "aluminium-profit"].value * half,
    "polysilicon, gross (at a draft limit)": by_id["C15", "polysilicon-gross"].value * half,
    "aluminium, gross": by_id["C15", "aluminium-gross"].value * half,
    "tokens, gross (list price)": middle.value * price.output * dollars["2026-03"],
}
uses = pd.Series(values).rename_axis("row").reset_index(name="value")
uses["label"] = uses["value"].map("{:.2f}".format)

# %%
ceiling = float(register.find("C15").find_part("metal").value) * half
chart = charts.bars(
    uses,
    charts.Axis("CNY a kWh, gross of everything else that goes in"),
    claimed=[
        charts.ClaimedValue(ceiling, f"claimed as a product: at most {ceiling:g} (as a gain: {ceiling + half:g})"),
        charts.ClaimedValue(half, f"claimed exported: at most {half:g}"),
    ],
)
as_tokens = values["tokens, gross (list price)"]
title = f"As tokens a kWh grosses {as_tokens / export:.0f} times its export price; most of a GPU-hour's cost is chips"
guard = "facts.energy.tokens_over_next > 3 and facts.energy.capital_of_all > 50"
alt = (
    f"Bars of what a kWh is worth in CNY: exported at least {export:.2f}, as profit on aluminium, as polysilicon, "
    f"as aluminium {values['aluminium, gross']:.2f}, and as tokens {as_tokens:.2f}, where the bar is several times as "
    "long as any other."
)
figures.save(chart, "energy-kwh-value", title, alt, ["C15", "C16"], guard, "China Customs; press; vendors' price lists")

# %%
displays.explain(topic, "C15")

# %%
displays.try_out(topic, "C15", metal={"price_cny_per_kwh": price_cny_per_kwh})

# %% [markdown]
# ## The grids
#
# They show how far the definition decides the number, and never count.

# %%
sources = {"C10": "SemiAnalysis, a rented H200", "C15": "China Customs; press", "C16": "ML.ENERGY and others"}
for claim in ("C10", "C15", "C16"):
    cells = energy.grid(tables, claim)
    write_grid(register.find(claim), cells)
    displays.summarise_grid(register.find(claim), cells, sources[claim])

# %% [markdown]
# ## What the pages quote beside the readings

# %%
smelter = tables["commodities"].query("metric == 'average smelter electricity price'")["value"].iloc[0]
facts = {f"{piece}_of_all": (share, "percent_of_total_cost") for piece, share in stacks["with depreciation"].items()}
facts |= {
    **extremes,
    "tokens_value": (as_tokens, "cny_per_kwh"),
    "tokens_multiple": (as_tokens / export, ""),
    "tokens_over_next": (as_tokens / sorted(values.values())[-2], ""),
    "aluminium_value": (values["aluminium, gross"], "cny_per_kwh"),
    "smelter_price": (smelter, "cny_per_kwh"),
}
results.write_facts("energy", facts)
displays.list_facts(facts)
