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
# # How much of a low price can the price of power explain?
#
# Cheap power is said to give Chinese models their pricing power (C17, in `07_hosts`). Two questions come before: how
# much of a GPU-hour's cost electricity is at any price of power (C10, in `06_energy`), and how much of a token's price.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
model, rival = "z-ai/glm-5", "openai/gpt-5.4"
million_tokens_per_kwh = 0.5  # generated, for a kWh of the data centre

# %%
from tokencheck import paths, results
from tokencheck.measures import electricity, energy, prices
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic

topic = Topic.measure("C10", "C16")
register, tables = topic.register, topic.tables

# %% [markdown]
# ## Three prices of power
#
# The lowest stated as delivered in western China, what American industry pays, and Europe's headline band. Each is kept
# as published and converted once: the Chinese one at the rate of the article's month, the European at that of its own
# half-year.

# %%
china = results.read_json(paths.FACTS / "electricity.json")["delivered_low"]["value"]
china /= prices.exchange_rate(tables, "2026-03")
america = electricity.take_us_prices(tables, "industrial", "2025").at["US", "price_usd_per_kwh"]
half_year = "2025-S1"
euros = electricity.take_eu_prices(tables, "IC", "X_VAT", half_year).at["EU27", "price_eur_per_kwh"]
europe = euros * electricity.find_rate(tables, "EUR", half_year) / electricity.find_rate(tables, "USD", half_year)
named = {"western China, lowest stated": china, "American industry, 2025": america, "Europe, band IC, 2025-S1": europe}
displays.compare({name: (value,) for name, value in named.items()}, ["USD per kWh"])

# %% [markdown]
# ## What they do to the cost of a GPU-hour
#
# Beside the price of power, the other inputs of that cost are moved over what is on record of them.

# %%
claimed = float(register.find("C10").find_part("share").value)
swings = energy.list_swings(tables, (china, europe))
base = topic.find("C10", "share", "electricity-of-all").value
ranges = swings.rename(columns={"input": "row", "low_percent": "low", "high_percent": "high"})
chart = charts.dots(
    marks.label_spans(ranges[["row", "low", "high"]], " %"),
    charts.Axis("electricity's share of the whole cost of a GPU-hour, %", low=0),
    {"": charts.Style("energy", "", thick=14)},
    [
        charts.ClaimedValue(claimed, f"claimed, with computing: {claimed:g} %"),
        charts.ClaimedValue(base, f"at the inputs given: {base:.0f} %", colour="ink"),
    ],
)
top = swings["high_percent"].max()
title = f"Electricity is {base:.0f} % of the whole cost of a GPU-hour, at most {top:.0f} % on any input at hand"
# Far below the claimed share is less than half of it.
guard = "facts.power.price_swing > facts.power.other_swing and facts.power.electricity_of_all_high < 35"
alt = (
    "Bars of how far electricity's share of a GPU-hour moves with each input. The price of electricity moves it most, "
    f"and even at the highest price the share, {top:.0f} %, stays far below the claimed {claimed:g} %."
)
source = "SemiAnalysis; prices of power as stated"
figures.save(chart, "energy-cost-swings", title, alt, ["C10", "C17"], guard, source)

# %% [markdown]
# ## What they do to the price of a token
#
# A million generated tokens take a kWh over the tokens that it becomes (C16: the middle of large models, measured).
# What cheaper power saves on them, against a vendor's own output price and the gap to that of a dearer one: a price is
# not a cost, so this is an upper bound on what power alone can do.

# %%
COLUMNS = [
    "saved by power, USD a million tokens", "output price, USD", "the rival's, USD", "saved, % of the price",
    "saved, % of the gap",
]  # fmt: skip


def weigh_saving(model, rival, mtok_per_kwh):
    saved = (america - china) / mtok_per_kwh
    own, other = (
        prices.find_price(tables, model=name, seller="vendor", as_of=register.article.published).output
        for name in (model, rival)
    )
    gap = other - own
    return saved, own, other, 100 * saved / own, 100 * saved / gap if gap else None


middle = topic.find("C16", "tokens", "measured-median").value
literal = weigh_saving("minimax/minimax-m2.5", "anthropic/claude-opus-4.6", middle)
words = f"MiniMax M2.5 against Claude Opus 4.6, {middle:.1f} million tokens a kWh"
displays.compare({words: literal}, COLUMNS)

# %% [markdown]
# **Try your own:** another pair of models, or another yield of a kWh. No verdict is touched.

# %%
sold = [one for one in sorted(prices.VENDOR_NAMES) if prices.find_price(
    tables, model=one, seller="vendor", as_of=register.article.published)]  # fmt: skip
parameters.check(
    model=(model, sold),
    rival=(rival, [one for one in sold if one != model]),
    million_tokens_per_kwh=(million_tokens_per_kwh, parameters.Between(0.01, 100)),
)
mine = weigh_saving(model, rival, million_tokens_per_kwh)
yours = f"yours: {model} against {rival}, {million_tokens_per_kwh:g} million tokens a kWh"
displays.compare({words: literal, yours: mine}, COLUMNS)

# %% [markdown]
# ## What the pages quote
#
# The prices of power stand in `data/tables`; the readings of C10 and C16 in `data/claims.yml`. To measure them again:
# `tokencheck claim C10 --recompute`.

# %%
saved, _, _, of_price, of_gap = literal
facts = energy.summarise_swings(swings) | {
    "electricity_per_mtok_china": (china / middle, "usd_per_mtok_of_power"),
    "electricity_per_mtok_america": (america / middle, "usd_per_mtok_of_power"),
    "saving_per_mtok": (saved, "usd_per_mtok_of_power"),
    "share_of_gap": (of_gap, "percent_of_price_gap"),
    "share_of_price": (of_price, "percent_of_output_price"),
}
results.write_facts("power", facts)
displays.list_facts(facts)
