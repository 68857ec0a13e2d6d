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
from IPython.display import display

from tokencheck.measures import electricity
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("electricity-bills")
register, tables = topic.register, topic.tables
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in topic.measured}

# %%
# What they can be.
bills = tables["electricity_us_bills"]
years = sorted(bills["year"].astype(str).unique())
parameters.check(
    sector=(sector, sorted(bills["sector"].unique())),
    earlier=(earlier, years[:-1]),
    later=(later, [one for one in years if one > str(earlier)]),
    threshold=(threshold, parameters.Between(-100, 100)),
)

# %% [markdown]
# ## C12: 20 to 30 % in which states?

# %%
displays.introduce(topic, "C12")

# %% [markdown]
# ### The sum by hand
#
# The average bill of a state in the later year over that in the earlier one, of all customers and of those that decide;
# then the states in the band count.

# %%
low, high = (float(end) for end in register.find("C12").find_part("states").value)
us = tables["electricity_us_bills"].query("state.str.len() == 2 and state not in ['US', 'DC']")
by_hand = {}
for reading, found in (topic.find_literal("C12", "states"), topic.find_deciding("C12", "states")):
    given = reading.parameters
    own = us if given["sector"] == "all_sectors" else us[us["sector"] == given["sector"]]
    sums = own.groupby(["state", "year"])[["revenue_thousand_usd", "customer_months"]].sum()
    bills = (1000 * sums["revenue_thousand_usd"] / sums["customer_months"]).unstack().rename(columns=str)
    rise = (100 * (bills[given["later"]] / bills[given["earlier"]] - 1)).round(1).dropna()
    assert found.value == rise.between(low, high).sum()
    by_hand[reading.label.en] = (found.value, ", ".join(f"{state} {one:g}" for state, one in rise.nlargest(8).items()))
displays.compare(by_hand, ["states in the band", "the eight largest rises, %"])

# %% [markdown]
# ### One dot is one state

# %%
claimed = marks.mark_claimed(register.find("C12").find_part("states"), "claimed: {:g}–{:g} %")
rises = marks.list_bill_rises(tables, claimed.low)
chart = charts.strips(rises, charts.Axis("change of the average bill, %"), marks.STATE_STYLES, claimed, row_height=64)
households, industry = (by_id["C12", "states", name, "then"].value for name in ("residential-year", "industrial-year"))
counts = [f"{count or 'none'} for {who}" for count, who in ((households, "households"), (industry, "industry"))]
title = f"States where bills rose by {claimed.low:g}–{claimed.high:g} % in 2025: {', '.join(counts)}"
guard = "C12.states.residential_two_years > C12.states.residential_any_jump = 0 and C12.states.industrial_year > 0"
alt = (
    "Changes of average bills by state, one dot a state. In one year no state's household bill rose by a fifth; over "
    f"two years, and for industry in one year, a few did. States in the claimed band: {', '.join(counts)}."
)
figures.save(chart, "electricity-us-states", title, alt, ["C12"], guard, "U.S. Energy Information Administration")

# %%
displays.explain(topic, "C12")

# %% [markdown]
# Another sector, span or threshold, and the states that it counts:

# %%
mine = electricity.list_bill_changes(tables, sector=sector, earlier=str(earlier), later=str(later))
mine = mine.query("is_state and change_percent >= @threshold").drop(columns="is_state").round({"change_percent": 1})
display(displays.try_out(topic, "C12", f"{sector}, {earlier} to {later}, at least {threshold} %", states=len(mine)))
displays.list_rows(mine.set_axis([f"bill of {earlier}, USD a month", f"of {later}", "source", "change, %"], axis=1))

# %% [markdown]
# ## The grid: every sector and span
#
# It shows how far the definition decides the number, and never counts.

# %%
cells = electricity.grid(tables, "C12")
write_grid(register.find("C12"), cells)
displays.summarise_grid(register.find("C12"), cells, "U.S. Energy Information Administration")
