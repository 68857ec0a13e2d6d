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
# # What does a kWh cost a data centre in western China, and elsewhere?
#
# The article says 0.2 to 0.3 CNY (C13), a third to a fifth of American and European industrial prices (C14); and bills
# in some American states jumped by 20 to 30 % (C12). This notebook keeps apart what a plant is paid and a user pays.

# %%
import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import electricity, tariffs
from tokencheck.notebook import drawings_electricity as drawings
from tokencheck.notebook import figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.rule import read_number
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "electricity", tables)
write_topic("electricity", measured)
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in measured}
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["sources", "interval_kind", "grade"])

# %% [markdown]
# ## The grid: every basis, province, voltage, state, band, tax level and year
#
# One cell a row; it shows how far the definition decides the number, and never counts.

# %%
grids = {claim: electricity.grid(tables, claim) for claim in ("C12", "C13", "C14")}
for claim, cells in grids.items():
    write_grid(register.find(claim), cells)
pd.DataFrame({(claim, part): cells["value"].describe() for claim, own in grids.items() for part, cells in own.items()})

# %% [markdown]
# ## The kWh ladder
#
# Wind and solar plants are paid what the article says data centres pay. Between the two lie the grid, its losses, the
# demand charge, the system operation charge and the funds.

# %%
claimed = tuple(float(value) for value in register.find("C13").find_part("price").value)
delivered = by_id["C13", "price", "delivered-stated", "then"]
sold = by_id["C13", "price", "wind-and-solar-sold", "then"]
ladder = electricity.list_ladder(tables)
fig = drawings.draw_ladder(ladder, claimed)
title = (
    f"Western plants are paid {sold.low:.2f}–{sold.high:.2f} CNY a kWh; "
    f"western data centres are said to pay {delivered.low:.2f}–{delivered.high:.2f}"
)
guard = (
    "facts.electricity.plant_prices_within > 50 and facts.electricity.delivered_least > C13.price.claimed "
    "and C14.us.us_industrial > 1 and C14.europe.eu_headline_band > 3"
)
figures.save(fig, "electricity-ladder", title, drawings.ALT["electricity-ladder"], ["C13", "C14"], guard)

# %% [markdown]
# ## From the plant to the meter
#
# A steady user (7,500 hours a year) at 110 kV, buying wind and solar power, under the tariff in force since August
# 2026. The system operation charge is not at hand for any western province, so each bar is a lower bound. Diamonds: the
# grid agency's own table of March 2026 at 1–10 kV, with the demand charge.

# %%
builds = [tariffs.build_delivered(tables, province=name) for name in tariffs.WESTERN_GRIDS]
builds = [build for build in builds if build]
agency = ladder[ladder["rung"] == "agency"].set_index("place")["price_cny_per_kwh"]
fig = drawings.draw_builds(builds, agency, claimed)
built = tariffs.summarise_builds(builds, agency, claimed)
title = (
    f"Grid, losses and funds add {built['added_low'][0]:.2f}–{built['added_high'][0]:.2f} CNY to a kWh: "
    f"{built['provinces_within'][0] or 'none'} of {len(builds)} provinces stays within the claim"
)
guard = (
    "facts.electricity.provinces_within = 0 and facts.electricity.energy_within > facts.electricity.energy_outside "
    "and facts.electricity.agency_above_build > 0"
)
figures.save(fig, "electricity-plant-to-meter", title, drawings.ALT["electricity-plant-to-meter"], ["C13"], guard)

# %%
tariffs.tabulate_builds(builds)

# %% [markdown]
# ## A third to a fifth of what?

# %%
readings = [
    (reading.parameters, reading.role, by_id["C14", part.id, reading.id, "then"])
    for part in register.find("C14").parts
    for reading in part.readings
]
fig = drawings.draw_ratios(
    readings, claimed=tuple(float(read_number(end)) for end in register.find("C14").parts[0].value)
)
us, europe = by_id["C14", "us", "us-industrial", "then"], by_id["C14", "europe", "eu-headline-band", "then"]
title = f"American industry pays {us.value:.1f} times the western Chinese price, European {europe.value:.1f} times"
guard = "facts.electricity.eu_in_band > 50 and C14.us.us_industrial differs and C14.us.us_industrial < C14.us.claimed"
figures.save(fig, "electricity-ratios", title, drawings.ALT["electricity-ratios"], ["C14"], guard)

# %% [markdown]
# ## Where did American prices jump?
#
# The price per kWh stands for the bill; one dot is one state.

# %%
panels = {
    f"{who}\n{earlier} to 2025": electricity.list_changes(tables, sector=sector, earlier=earlier, later="2025")
    for who, sector, earlier in drawings.SPANS
}
band = register.find("C12").find_part("states").value
fig = drawings.draw_rises(panels, band=tuple(float(end) for end in band))
households, industry = (by_id["C12", "states", name, "then"].value for name in ("residential-year", "industrial-year"))
counts = [f"{count or 'none'} for {who}" for count, who in ((households, "households"), (industry, "industry"))]
title = f"States where prices rose by {'–'.join(band)} % in 2025: {', '.join(counts)}"
guard = "C12.states.residential_two_years > C12.states.residential_any_jump = 0 and C12.states.industrial_year > 0"
figures.save(fig, "electricity-us-states", title, drawings.ALT["electricity-us-states"], ["C12"], guard)

# %%
panels["Households\n2024 to 2025"].head(5)

# %% [markdown]
# ## What the pages quote beside the readings

# %%
hubei = tables["cn_tariff_components"].query("component == 'system_operation'")["value"].iloc[0]
europeans = [found.value for named, _, found in readings if named["market"] == "eu" and found.value is not None]
prices = {
    ("delivered_low", "delivered_high"): (delivered.low, delivered.high),
    ("plant_low", "plant_high"): (sold.low, sold.high),
    ("us_industrial", "eu_headline"): (us.value * delivered.value, europe.value * delivered.value),
}
facts = {name: (value, "cny_per_kwh") for pair in prices.items() for name, value in zip(*pair, strict=True)}
facts |= built | electricity.summarise_ladder(ladder, claimed)
facts |= electricity.summarise_rises(panels["Households\n2024 to 2025"])
facts["system_operation_hubei"] = (hubei, "cny_per_kwh")
facts["provinces_built_then"] = (tariffs.count_provinces(tables, register.article.published), "provinces")
facts["delivered_statements"] = (len(delivered.rows), "statements")
facts["eu_in_band"] = (100 * sum(3 <= value <= 5 for value in europeans) / len(europeans), "percent")
facts["grid_cells"] = (sum(len(cells) for own in grids.values() for cells in own.values()), "")
results.write_facts("electricity", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
