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
figures.save(fig, "electricity-ladder", title, drawings.ALT["electricity-ladder"], ["C13", "C14"])

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
added = [build.total - build.parts["energy"] for build in builds]
within = sum(build.total <= claimed[1] for build in builds)
title = (
    f"Grid, losses and funds add {min(added):.2f}–{max(added):.2f} CNY to a kWh: "
    f"{within or 'none'} of {len(builds)} provinces stays within the claim"
)
figures.save(fig, "electricity-plant-to-meter", title, drawings.ALT["electricity-plant-to-meter"], ["C13"])

# %%
tariffs.tabulate_builds(builds)

# %% [markdown]
# ## A third to a fifth of what?

# %%
parts = register.find("C14").parts
readings = [
    (reading.parameters, reading.role, by_id["C14", part.id, reading.id, "then"])
    for part in parts
    for reading in part.readings
]
fig = drawings.draw_ratios(readings, claimed=tuple(float(read_number(end)) for end in parts[0].value))
us, europe = by_id["C14", "us", "us-industrial", "then"], by_id["C14", "europe", "eu-headline-band", "then"]
title = f"American industry pays {us.value:.1f} times the western Chinese price, European {europe.value:.1f} times"
figures.save(fig, "electricity-ratios", title, drawings.ALT["electricity-ratios"], ["C14"])

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
figures.save(fig, "electricity-us-states", title, drawings.ALT["electricity-us-states"], ["C12"])

# %%
panels["Households\n2024 to 2025"].head(5)

# %% [markdown]
# ## What the pages quote beside the readings

# %%
system_operation = tables["cn_tariff_components"].query("component == 'system_operation'")["value"].iloc[0]
year = panels["Households\n2024 to 2025"]["change_percent"]
prices = {
    ("delivered_low", "delivered_high"): (delivered.low, delivered.high),
    ("plant_low", "plant_high"): (sold.low, sold.high),
    ("added_low", "added_high"): (min(added), max(added)),
    ("cheapest_build", "system_operation_hubei"): (min(build.total for build in builds), system_operation),
    ("us_industrial", "eu_headline"): (us.value * delivered.value, europe.value * delivered.value),
}
facts = {name: (value, "cny_per_kwh") for pair in prices.items() for name, value in zip(*pair, strict=True)}
facts |= {f"household_rise_{code.lower()}": (year[code], "percent") for code in ("US", "DC", "NJ")}
facts["delivered_statements"] = (len(delivered.rows), "statements")
facts["provinces_built"], facts["provinces_within"] = (len(builds), "provinces"), (within, "provinces")
facts["grid_cells"] = (sum(len(cells) for own in grids.values() for cells in own.values()), "")
results.write_facts("electricity", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
