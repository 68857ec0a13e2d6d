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
# # Where did American prices jump?
#
# Bills in some American states are said to have jumped by 20 to 30 % (C12). An average bill is revenue over
# customers billed.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
sector = "industrial"  # residential, commercial or industrial
earlier, later = "2023", "2025"
threshold = 20  # percent

# %%
import pandas as pd

from tokencheck.measures import electricity
from tokencheck.notebook import charts, displays, figures
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("electricity-bills", "C12")
register, tables = topic.register, topic.tables
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in topic.measured}
displays.introduce(topic, "C12")

# %% [markdown]
# ## The sum by hand
#
# The average bill of all customers of a state in the later year over that in the earlier one; then the states in the
# band count.

# %%
reading, found = topic.find_literal("C12", "states")
given = reading.parameters
us = tables["electricity_us_bills"].groupby(["state", "year"])[["revenue_thousand_usd", "customer_months"]].sum()
us = us.reset_index()  # of all customers
us = us.assign(bill=1000 * us["revenue_thousand_usd"] / us["customer_months"], year=us["year"].astype(str))
bills = us.pivot(index="state", columns="year", values="bill")
rise = (100 * (bills[given["later"]] / bills[given["earlier"]] - 1)).round(1).dropna()
rise = rise.sort_values(ascending=False, kind="stable")
states = rise[(rise.index.str.len() == 2) & ~rise.index.isin(["US", "DC"])]
ends = [float(end) for end in register.find("C12").find_part("states").value]
assert found.value == states.between(*ends).sum()
displays.list_rows(states.head(8).rename("change, %").reset_index())

# %% [markdown]
# ## One dot is one state

# %%
SPANS = (
    ("All customers", "all_sectors", "2024"),
    ("Households", "residential", "2024"), ("Households", "residential", "2023"),
    ("Commercial", "commercial", "2024"), ("Industrial", "industrial", "2024"),
)  # fmt: skip
panels = {
    f"{who}, {start} to 2025": electricity.list_bill_changes(tables, sector=kind, earlier=start, later="2025")
    for who, kind, start in SPANS
}
band = register.find("C12").find_part("states").value
low, high = (float(end) for end in band)
kinds = {"DC": "District of Columbia", "US": "US average"}
rises = pd.concat(own[own["is_state"] | own.index.isin(list(kinds))].assign(row=name) for name, own in panels.items())
rises = rises.assign(value=rises["change_percent"], kind=[kinds.get(code, "a state") for code in rises.index])
rises["label"] = [code if state and change >= low else "" for code, state, change in zip(
    rises.index, rises["is_state"], rises["change_percent"].round(1), strict=True)]  # fmt: skip
rises = rises.sort_values(["row", "change_percent"], kind="stable")
near = rises.groupby("row")["change_percent"].diff() < 1.5  # two names would meet
rises["label"] = rises["label"].where(~near, "")

# %%
chart = charts.strips(
    rises.sort_values("value", kind="stable")
    .sort_values("row", key=lambda names: names.map(list(panels).index), kind="stable")
    .reset_index(names="code")[["row", "code", "value", "kind", "label"]],
    charts.Axis("change of the average bill, %"),
    {"a state": charts.Style("abroad", size=6), "District of Columbia": charts.Style("ink", "D", hollow=True, size=7),
     "US average": charts.Style("ink", "|", size=30, thick=2.6)},
    charts.ClaimedValue(low, f"claimed: {low:g}–{high:g} %", high),
    row_height=64,
)  # fmt: skip
households, industry = (by_id["C12", "states", name, "then"].value for name in ("residential-year", "industrial-year"))
counts = [f"{count or 'none'} for {who}" for count, who in ((households, "households"), (industry, "industry"))]
title = f"States where bills rose by {'–'.join(band)} % in 2025: {', '.join(counts)}"
guard = "C12.states.residential_two_years > C12.states.residential_any_jump = 0 and C12.states.industrial_year > 0"
alt = (
    "Changes of average bills by state, one dot a state. In one year no state's household bill rose by a fifth; over "
    f"two years, and for industry in one year, a few did. States in the claimed band: {', '.join(counts)}."
)
figures.save(chart, "electricity-us-states", title, alt, ["C12"], guard, "U.S. Energy Information Administration")

# %%
displays.explain(topic, "C12")

# %% [markdown]
# **Try your own:** another sector, span or threshold.

# %%
mine = electricity.list_bill_changes(tables, sector=sector, earlier=earlier, later=later).query("is_state")
displays.list_rows(mine[mine["change_percent"] >= threshold])

# %% [markdown]
# ## The grid: every sector and span
#
# It shows how far the definition decides the number, and never counts.

# %%
cells = electricity.grid(tables, "C12")
write_grid(register.find("C12"), cells)
displays.summarise_grid(register.find("C12"), cells)
