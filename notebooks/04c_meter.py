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
# # What does the grid add between a plant and a meter?
#
# Wind and solar plants in western China are paid what the article says data centres pay (C13, in `04_electricity`).
# What a user pays beyond that is published part by part; here the parts are added up, province by province.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
province = "Gansu"
voltage_kv, hours = "220", 7500  # where the user is connected (1-10, 35, 110 or 220), and hours a year at full load
energy = "renewable"  # wind and solar; or coal_benchmark, market_average

# %%
import numpy as np
import pandas as pd

from tokencheck import results
from tokencheck.measures import compute, electricity, tariffs
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic

topic = Topic.measure("C13")
register, tables = topic.register, topic.tables
part = register.find("C13").find_part("price")
claimed = marks.mark_claimed(part, "claimed: {:g}–{:g} CNY")

# %% [markdown]
# ## The sum by hand
#
# Energy with what is lost on the way, the grid's charge per kWh, the demand charge (a monthly fee for the highest load,
# less a tenth for who uses it so steadily) over the hours of a year, and the funds. A steady user, 7,500 hours a year,
# at 110 kV, buying wind and solar power, under the tariff in force since August 2026. The charge for running the system
# is at hand for no western province: each sum is a lower bound.

# %%
reading = next(one for one in part.readings if one.id == "built-up-fourth-period")
given, found = reading.parameters, topic.find("C13", "price", reading.id)
tariff = tables["cn_tariff_components"]
tariff = tariff[(tariff["period_start"].fillna("") <= given["as_of"]) & ~tariff["province"].str.contains("Corps")]
tariff = tariff[tariff["period_end"].fillna("9999") >= given["as_of"]]
tariff = tariff[tariff["voltage_kv"].isna() | (tariff["voltage_kv"].astype(str) == given["voltage_kv"])]
tariff = tariff[~tariff["customer_class"].str.startswith("single-part")]
tariff = tariff.assign(grid=tariff["province"].str.split(" (", regex=False).str[0])
tariff = tariff.sort_values("period_start", na_position="first", kind="stable")  # of two that overlap, the later
parts = tariff.drop_duplicates(["grid", "component"], keep="last").pivot(
    index="grid", columns="component", values="value"
)

# %%
sold = {name: tariffs.list_renewable_prices(tables, name, until=given["as_of"]) for name in tariffs.WESTERN_GRIDS}
plant = pd.Series({name: rows["value"].median() for name, rows in sold.items()}, name="energy")
sums = pd.concat([plant, parts], axis=1).loc[list(sold)].dropna(subset=["energy", "td_energy"])
sums["lost"] = sums["energy"] / (1 - sums["line_loss"] / 100) - sums["energy"]
sums["demand"] = sums["td_demand"] * 0.9 * 12 / given["hours"]
added = ["energy", "lost", "td_energy", "demand", "government_funds"]
sums["total"] = sums[added].sum(axis=1)
assert np.isclose(found.value, sums["total"].median())
words = ["energy", "losses", "grid, per kWh", "demand charge", "funds", "total"]
shown = sums[[*added, "total"]].set_axis(words, axis=1).round(3).rename_axis("CNY per kWh")
displays.list_rows(shown.sort_values("total"))

# %% [markdown]
# ## Bar by bar
#
# Diamonds: the grid agency's own table of March 2026 at 1–10 kV, with the demand charge.

# %%
builds = [tariffs.build_delivered(tables, province=name) for name in tariffs.WESTERN_GRIDS]
builds = sorted(filter(None, builds), key=lambda build: build.total)
ladder = electricity.list_ladder(tables)
agency = ladder[ladder["rung"] == "agency"].set_index("place")["price_cny_per_kwh"]
pieces = pd.DataFrame(
    {"row": build.province, "piece": tariffs.PART_LABELS[part], "value": value}
    for build in builds
    for part, value in build.parts.items()
)
colours = {"energy": "energy", "line_loss": "other", "td_energy": "abroad", "td_demand": "grid",
           "system_operation": "open", "government_funds": "funds", "agency": "near"}  # fmt: skip
used = {tariffs.PART_LABELS[part]: charts.Style(colour, "s", size=10) for part, colour in colours.items()}
provinces = [build.province for build in builds if build.province in agency]
table = "grid agency's table, March 2026"
chart = charts.stacked(
    pieces,
    charts.Axis("CNY per kWh, without the system operation charge, so at least this"),
    {name: style for name, style in used.items() if name in set(pieces["piece"])},
    claimed,
    total=True,
    marks=pd.DataFrame({"row": provinces, "value": [agency[name] for name in provinces], "kind": table}),
    marked={table: charts.Style("ink", "D", size=8)},
)

# %%
built = tariffs.summarise_builds(builds, agency, (claimed.low, claimed.high))
title = (
    f"Grid, losses and funds add {built['added_low'][0]:.2f}–{built['added_high'][0]:.2f} CNY to a kWh: "
    f"{built['provinces_within'][0] or 'none'} of {len(builds)} provinces stays within the claim"
)
guard = (
    "facts.meter.provinces_within = 0 and facts.meter.energy_within > facts.meter.energy_outside "
    "and facts.meter.agency_above_build > 0"
)
alt = (
    "Stacked bars of a delivered kWh by western province: energy, losses, grid, demand charge, funds. Energy alone "
    "lies mostly within the claimed band; every full bar ends beyond it, the agency's own prices further still. The "
    f"bars end between {builds[0].total:.2f} and {builds[-1].total:.2f} CNY."
)
source = "provincial grid companies and regulators"
figures.save(chart, "electricity-plant-to-meter", title, alt, ["C13"], guard, source)

# %% [markdown]
# **Try your own:** another province, voltage, use or plant. What is built up is shown for orientation and never counts;
# the readings of C13 stand in `data/claims.yml`, and `tokencheck claim C13 --recompute` measures them again.

# %%
parameters.check(
    province=(province, [build.province for build in builds]),
    voltage_kv=(voltage_kv, ("1-10", "35", "110", "220")),
    hours=(hours, parameters.Between(1000, 8760, whole=True)),
    energy=(energy, ("renewable", "coal_benchmark", "market_average")),
)
own = {"voltage_kv": str(voltage_kv), "hours": hours, "energy": energy, "provinces": [province]}
mine = compute("electricity.delivered_build", tables, given | own)
displays.try_out(topic, "C13", displays.write_parameters(own), price=mine)

# %% [markdown]
# ## What the pages quote

# %%
then = tariffs.count_provinces(tables, register.article.published)
facts = built | {"provinces_built_then": (then, "provinces")}
results.write_facts("meter", facts)
displays.list_facts(facts)
