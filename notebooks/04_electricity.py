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
# The article says 0.2 to 0.3 CNY (C13), a third to a fifth of American and European industrial prices (C14). What a
# plant is paid and what a user pays are kept apart here. The bills of American states (C12) follow in `04b_bills`, what
# the grid adds between plant and meter in `04c_meter`.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
market, place, customers, period = "us", "CA", "industrial", "2025"  # or "eu", "Germany", "IC", "2025-S2"
basis = "delivered"  # what the user pays; or generation, what the plant is paid
statistic = "min"  # of the Chinese statements; or median, max

# %%
import numpy as np
import pandas as pd

from tokencheck import results
from tokencheck.measures import electricity, tariffs
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.periods import read_day, read_span
from tokencheck.register.verdicts import write_grid

topic = Topic.open("electricity")
register, tables = topic.register, topic.tables
SOURCE = "provincial grid companies and regulators, EIA, Eurostat"
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in topic.measured}

# %%
# What they can be.
known = {
    "us": tables["electricity_us"].rename(columns={"state": "place", "sector": "customers"}),
    "eu": tables["electricity_eu"].query("tax == 'X_VAT'").rename(columns={"geo": "place", "band": "customers"}),
}
parameters.check(
    market=(market, known), basis=(basis, ("delivered", "generation")), statistic=(statistic, ("median", "min", "max"))
)
rows = known[market]
for name, given in (("place", place), ("customers", customers), ("period", period)):
    parameters.check(**{name: (given, sorted(rows[name].astype(str).unique()))})
    rows = rows[rows[name].astype(str) == str(given)]

# %% [markdown]
# ## C13: 0.2 to 0.3 yuan a kWh, paid by whom?

# %%
displays.introduce(topic, "C13")

# %% [markdown]
# ### The sum by hand
#
# A statement counts as the middle of what it says, and the price is the median of the statements in the window: those
# whose period begins in it and had ended, or that were in print, by its last day. Left out are the article's own line,
# limits and targets; a price that two publications give one place counts once.

# %%
LIMITS = r"\b(?:bid floor|ceiling|price limit|target)\b"  # not paid by anybody
statements = tables["electricity_cn"].merge(tables["sources"][["source_id", "published_date"]], on="source_id")
statements = statements[~statements["lineage"] & ~statements["scope"].str.contains(LIMITS)]
statements["begins"] = statements["period"].map(lambda period: read_span(period)[0])
ends = [statements[column].map(lambda day: (read_span(day) or [pd.NaT])[-1]) for column in ("period", "published_date")]
statements["known"] = pd.concat(ends, axis=1).min(axis=1)
statements["middle"] = statements[["price_cny_per_kwh_low", "price_cny_per_kwh_high"]].mean(axis=1)


def list_said(basis, since="2024-01", until=register.article.published, place="west"):
    rows = statements[(statements["begins"] >= read_day(since)) & (statements["known"] <= read_day(until, end=True))]
    rows = rows[(rows["basis"] == basis) & (rows["western"] if place == "west" else rows["place"] == "China")]
    return rows.dropna(subset="middle").drop_duplicates(["place", "middle"])


# %%
# Of the tariff of plants, wind and solar alone: the median of each province's prices, then of the provinces.
def list_sold(since, until):
    rows = tables["cn_tariff_components"]
    green = rows["customer_class"].str.contains(r"\b(?:wind|solar)\b") & (rows["component"] == "market_average")
    settled = rows["component"].isin(["green_power_average", "mechanism_auction"])
    counts = (settled | green) & ~rows["customer_class"].str.contains(LIMITS) & ~rows["province"].str.contains("Corps")
    begins = rows["period_start"].map(lambda day: (read_span(day) or [pd.NaT])[0])
    rows = rows[counts & begins.between(read_day(since), read_day(until, end=True))]
    grids = rows["province"].str.split(" (", regex=False).str[0]
    return rows.assign(province=grids)[grids.isin(tariffs.WESTERN_GRIDS)]


# %%
by_hand = {}
for reading in register.find("C13").find_part("price").readings:
    given = dict(reading.parameters)
    pick = given.pop("statistic", "median")
    if reading.measure == "electricity.statement":
        middle = list_said(**given)["middle"]
    elif reading.measure == "electricity.renewable_price":
        middle = list_sold(**given).groupby("province")["value"].median()
    else:
        continue  # built up from the tariff, in 04c_meter
    found = topic.find("C13", "price", reading.id).value
    assert middle.empty if found is None else np.isclose(found, middle.agg(pick))
    by_hand[reading.label.en] = (len(middle), middle.min(), middle.max(), middle.agg(pick))
displays.compare(by_hand, ["statements or provinces", "lowest, CNY per kWh", "highest", "median, or as named"])

# %%
literal = list_said(**topic.find_literal("C13", "price")[0].parameters)
displays.list_rows(literal[["period", "place", "scope", "basis", "middle", "source_id"]])

# %% [markdown]
# ## The kWh ladder
#
# Wind and solar plants are paid what the article says data centres pay. Between the two lie the grid, its losses, the
# demand charge, the system operation charge and the funds.

# %%
claimed = marks.mark_claimed(register.find("C13").find_part("price"), "claimed: {:g}–{:g} CNY")
delivered, sold = (by_id["C13", "price", name, "then"] for name in ("delivered-stated", "wind-and-solar-sold"))
rows = marks.list_rungs(ladder := electricity.list_ladder(tables))
middles = rows.dropna(subset="label").set_index("rung")["value"]
chart = charts.dots(rows, charts.Axis("CNY per kWh (log scale)", log=True), marks.LADDER_STYLES, claimed, row_height=54)

# %%
title = (
    f"Western plants are paid {sold.low:.2f}–{sold.high:.2f} CNY a kWh; "
    f"delivered in western data-centre zones it is said to cost {delivered.low:.2f}–{delivered.high:.2f}"
)
guard = (
    "facts.electricity.plant_prices_within > 50 and facts.electricity.delivered_least > C13.price.claimed "
    "and C14.us.us_industrial > 1 and C14.europe.eu_headline_band > 3"
)
alt = (
    "Prices per kWh in CNY, one row of dots a kind of price. The claimed band covers most prices paid to western wind "
    "and solar plants and lies below every delivered price; American industry pays more, European industry far more. "
    f"Medians: plants {middles['plant']:.2f}, delivered {middles['delivered']:.2f}."
)
figures.save(chart, "electricity-ladder", title, alt, ["C13", "C14"], guard, SOURCE)

# %%
stated = {"electricity": {"delivered_statements": (len(delivered.rows), "statements")}}
displays.explain(topic, "C13", **stated)

# %% [markdown]
# Another basis or statistic, of the same statements:

# %%
displays.try_out(topic, "C13", price={"basis": basis, "statistic": statistic})

# %% [markdown]
# ## C14: a third to a fifth of what?

# %%
displays.introduce(topic, "C14")

# %% [markdown]
# ### The sum by hand
#
# The foreign price of the period, in yuan at the rate of that period (of a half-year, the mean of its months), over the
# Chinese price of C13.

# %%


def price_abroad(market, place, customers, period, tax="X_VAT"):
    rows, pair = tables[f"electricity_{market}"], {"us": "USD/CNY", "eu": "EUR/CNY"}[market]
    rows = rows[rows["period"].astype(str) == period].sort_values("source_id")
    if market == "us":
        rows = rows[rows["sector"] == customers].drop_duplicates("state").set_index("state")["price_usd_per_kwh"]
    else:
        rows = rows[(rows["band"] == customers) & (rows["tax"] == tax)]
        rows = rows.drop_duplicates("geo").set_index("geo")["price_eur_per_kwh"]
    states = rows[(rows.index.str.len() == 2) & ~rows.index.isin(["US", "DC"])]
    price = states.max() if place == "highest" else rows[place]
    year, _, half = period.partition("-S")
    months = [f"{year}-{month:02d}" for month in range(6 * int(half) - 5, 6 * int(half) + 1)] if half else [period]
    rates = tables["exchange_rates"]
    rates = rates[(rates["pair"] == pair) & rates["period"].astype(str).isin(months)].drop_duplicates("period")
    return price * rates["rate"].mean()


# %%
rows = {}
for part in register.find("C14").parts:
    for reading, found in (topic.find_literal("C14", part.id), topic.find_deciding("C14", part.id)):
        given = dict(reading.parameters)
        home = list_said(given.pop("china"))["middle"].agg(given.pop("statistic", "median"))
        abroad = price_abroad(**given)
        rows[reading.label.en] = (abroad, home, abroad / home)
        assert np.isclose(abroad / home, found.value)
displays.compare(rows, ["abroad, CNY per kWh", "western China, CNY per kWh", "times"])

# %% [markdown]
# ### Every reading

# %%
rows = marks.list_readings(topic, "C14", marks.name_ratio)
rows["group"] = rows["part"].map({"us": "American prices", "europe": "European prices"})
rows["label"] = rows["value"].map("{:.1f} times".format)
said = marks.mark_claimed(register.find("C14").parts[0], "claimed: 1/{0:g} to 1/{1:g}, so {0:g} to {1:g} times")
axis = charts.Axis("times the price in western China; lines: range of Chinese prices", low=0)
chart = charts.dots(rows.drop(columns="part"), axis, marks.ROLE_STYLES, said)

# %%
us, europe = by_id["C14", "us", "us-industrial", "then"], by_id["C14", "europe", "eu-headline-band", "then"]
largest = by_id["C14", "europe", "eu-largest-users", "then"]
title = (
    f"American industry pays {us.value:.1f} times the western Chinese price, Europe's medium users "
    f"{europe.value:.1f} times, its largest users {largest.value:.1f} times"
)
guard = (
    "facts.electricity.eu_in_band > 50 and C14.us.us_industrial differs and C14.us.us_industrial < C14.us.claimed "
    "and C14.europe.eu_largest_users < C14.europe.eu_headline_band"
)
alt = (
    "Foreign over Chinese electricity prices, one dot a reading. Most European readings lie in the claimed band of "
    f"three to five (headline band, 500 to 1,999 MWh a year: {europe.value:.1f}; largest users: {largest.value:.1f}); "
    f"the American industrial average, {us.value:.1f}, lies well below it."
)
figures.save(chart, "electricity-ratios", title, alt, ["C14"], guard, SOURCE)

# %%
displays.explain(topic, "C14")

# %% [markdown]
# Another market, place, kind of customer or period, over a Chinese price of another basis or statistic:

# %%
own = {"china": basis, "statistic": statistic, "place": place, "customers": customers, "period": str(period)}
displays.try_out(topic, "C14", **{{"us": "us", "eu": "europe"}[market]: {"market": market} | own})

# %% [markdown]
# ## The grids: every basis, province, voltage, state, band, tax level and year
#
# One cell a row; they show how far the definition decides the number, and never count.

# %%
for claim in ("C13", "C14"):
    cells = electricity.grid(tables, claim)
    write_grid(register.find(claim), cells)
    displays.summarise_grid(register.find(claim), cells, SOURCE)

# %% [markdown]
# ## What the pages quote beside the readings

# %%
europeans = rows.loc[rows["part"] == "europe", "value"]
prices = {
    ("delivered_low", "delivered_high"): (delivered.low, delivered.high),
    ("plant_low", "plant_high"): (sold.low, sold.high),
    ("us_industrial", "eu_headline"): (us.value * delivered.value, europe.value * delivered.value),
}
facts = {name: (value, "cny_per_kwh") for pair in prices.items() for name, value in zip(*pair, strict=True)}
facts |= electricity.summarise_ladder(ladder, (claimed.low, claimed.high))
facts |= electricity.summarise_rises(
    electricity.list_bill_changes(tables, sector="residential", earlier="2024", later="2025")
)
facts |= stated["electricity"]
facts["eu_in_band"] = (100 * europeans.between(said.low, said.high).mean(), "percent_of_countries")
results.write_facts("electricity", facts)
displays.list_facts(facts)
