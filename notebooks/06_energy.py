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
# price as metal (C15) and millions of tokens in a data centre (C16), whose power usage effectiveness is 1.15 (C37).

# %%
import pandas as pd

from tokencheck import paths, results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import energy, prices
from tokencheck.notebook import drawings_energy as drawings
from tokencheck.notebook import figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "energy", tables)
write_topic("energy", measured)
by_id = {(found.claim, found.reading): found.measurement for found in measured}
for claim in ("C10", "C15", "C16", "C37"):
    write_grid(register.find(claim), energy.grid(tables, claim))
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["sources", "interval_kind", "grade"])

# %% [markdown]
# ## What an hour of a GPU costs
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
fig = drawings.draw_cost_shares(stacks, claimed)
both = by_id["C10", "with-depreciation"].value
alone = by_id["C10", "running-cost"].value
title = f"Electricity and chips make up {both:.0f} % with depreciation; without it, electricity is {alone:.0f} %"
guard = "facts.energy.capital_of_all > 50 and facts.energy.electricity_of_all < facts.energy.colocation_of_all"
figures.save(fig, "energy-cost-shares", title, drawings.ALT["energy-cost-shares"], ["C10"], guard)

# %% [markdown]
# ## What moves electricity's share
#
# Prices from the western Chinese delivered price to the European headline band, from the notebook on electricity.

# %%
electricity = results.read_json(paths.FACTS / "electricity.json")
rate = prices.exchange_rate(tables, "2026-03")
china, europe, america = (
    electricity[name]["value"] / rate for name in ("delivered_low", "eu_headline", "us_industrial")
)
swings = energy.list_swings(tables, (china, europe))
base = by_id["C10", "electricity-of-all"].value
fig = drawings.draw_swings(swings, base, claimed)
top = swings["high_percent"].max()
title = f"Electricity is {base:.0f} % of the whole cost of a GPU-hour, below {top + 1:.0f} % on any input at hand"
# Far below the claimed share is less than half of it.
guard = "facts.energy.price_swing > facts.energy.other_swing and facts.energy.electricity_of_all_high < 35"
figures.save(fig, "energy-cost-swings", title, drawings.ALT["energy-cost-swings"], ["C10", "C17"], guard)
swings.round(1)

# %% [markdown]
# ## Tokens per kWh

# %%
runs = tables["energy_per_token"].query("kind == 'measured' and total_params_b >= 70")
fig = drawings.draw_tokens(runs, claimed=float(register.find("C16").find_part("tokens").value))
middle = by_id["C16", "measured-median"]
spread = f"{middle.low:.1f} to {middle.high:.1f}"
title = f"A kWh becomes {middle.value:.1f} million tokens in the median large model, {spread} in others"
medians = runs[runs["statistic"] == "median"]
guard = "facts.energy.runs_of_millions > 50"
figures.save(fig, "energy-tokens-per-kwh", title, drawings.ALT["energy-tokens-per-kwh"], ["C16"], guard)

# %% [markdown]
# ## What a kWh is worth
#
# Gross: aluminium needs alumina and smelters, tokens need chips and research. Tokens at M2.5's output price.

# %%
price = prices.find_price(tables, model="minimax/minimax-m2.5", seller="vendor", as_of=register.article.published)
export = by_id["C15", "customs"].value
half = float(register.find("C15").find_part("export").value)  # the sentence's own price of a kWh, CNY
values = {
    "exported": export,
    "aluminium: price and profit": by_id["C15", "aluminium-profit"].value * half,
    "polysilicon, gross (at least)": by_id["C15", "polysilicon-gross"].value * half,
    "aluminium, gross": by_id["C15", "aluminium-gross"].value * half,
    "tokens, gross (list price)": middle.value * price.output * rate,
}
fig = drawings.draw_values(values)
as_tokens = values["tokens, gross (list price)"]
title = f"As tokens a kWh grosses {as_tokens / export:.0f} times its export price; most of a GPU-hour's cost is chips"
guard = "facts.energy.tokens_over_next > 3 and facts.energy.capital_of_all > 50"
figures.save(fig, "energy-kwh-value", title, drawings.ALT["energy-kwh-value"], ["C15", "C16"], guard)

# %%
fig = drawings.draw_pue(tables["pue"].query("kind != 'target'"), float(register.find("C37").find_part("pue").value))
official, fleets = (by_id["C37", name].value for name in ("clusters-official", "fleets"))
title = f"The official average of the hub clusters is {official:.1f}; {fleets:.2f} is usual in American cloud fleets"
guard = "facts.energy.fleet_best <= C37.pue.claimed <= facts.energy.fleet_worst and C37.pue.clusters_official differs"
figures.save(fig, "energy-pue", title, drawings.ALT["energy-pue"], ["C37"], guard)

# %% [markdown]
# ## How much of a price gap power could explain
#
# Electricity of a million generated tokens at the Chinese and the American price, against the gap between two output
# prices. A price is not a cost; this is an upper bound on what power alone can do.

# %%
opus = prices.find_price(tables, model="anthropic/claude-opus-4.6", seller="vendor", as_of=register.article.published)
saved = (america - china) / middle.value
smelter = tables["commodities"].query("metric == 'average smelter electricity price'")["value"].iloc[0]
facts = {f"{piece}_of_all": (share, "percent") for piece, share in stacks["with depreciation"].items()}
facts |= energy.summarise_swings(swings)
facts |= {
    "runs_of_millions": (100 * medians["tokens_per_kwh"].between(1e6, 1e7).mean(), "percent"),
    "fleet_best": (by_id["C37", "fleets"].low, "pue"),
    "fleet_worst": (by_id["C37", "fleets"].high, "pue"),
    "electricity_per_mtok_china": (china / middle.value, "usd_per_mtok"),
    "electricity_per_mtok_america": (america / middle.value, "usd_per_mtok"),
    "power_saving_per_mtok": (saved, "usd_per_mtok"),
    "power_share_of_gap": (100 * saved / (opus.output - price.output), "percent"),
    "power_share_of_price": (100 * saved / price.output, "percent"),
    "tokens_value": (as_tokens, "cny_per_kwh"),
    "tokens_multiple": (as_tokens / export, ""),
    "tokens_over_next": (as_tokens / sorted(values.values())[-2], ""),
    "aluminium_value": (values["aluminium, gross"], "cny_per_kwh"),
    "smelter_price": (smelter, "cny_per_kwh"),
}
results.write_facts("energy", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
