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
# # Does cheap Chinese power set the price, and who serves the tokens?
#
# The article says that cheap power gives Chinese models “absolute” pricing power (C17), that requests from abroad are
# computed in western China (C30), and that the price lets in those who were kept out (C36). The weights of the four
# models are open: on the article's date hosts on American and European power sold the same models.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
chosen = "DeepSeek V3.2"  # one of the four models
factor = 1.1  # how much dearer than the vendor still counts as the same price

# %%
import numpy as np
import pandas as pd
from IPython.display import display

from tokencheck import paths, results
from tokencheck.measures import hosts
from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("hosts")
register, tables = topic.register, topic.tables
by_id = {found.reading: found.measurement for found in topic.measured if found.when == "then"}

# %% [markdown]
# ## C17: absolute pricing power?

# %%
displays.introduce(topic, "C17")

# %% [markdown]
# ### The sum by hand: the same weights, sold elsewhere
#
# A price is not a cost: a host may sell at a loss, or follow the vendor. Parity shows that the low price can be offered
# from outside China; it does not measure what Chinese power saves.

# %%
listed = tables["hosts"]
vendor = listed[listed["role"] == hosts.VENDOR].set_index("model")
foreign = listed[listed["role"].isin(hosts.SELLERS) & listed["seat"].notna() & (listed["seat"] != hosts.CHINA)]
foreign = foreign[foreign["model"].isin(vendor.index) & foreign["input_usd_per_mtok"].notna()].reset_index(drop=True)
for side in ("input", "output"):
    price = f"{side}_usd_per_mtok"
    foreign = foreign.assign(**{f"{side}_ratio": foreign[price] / foreign["model"].map(vendor[price])})
columns = ["model", "provider", "seat", "input_usd_per_mtok", "output_usd_per_mtok", "input_ratio", "output_ratio"]
displays.list_rows(foreign[columns])

# %%
pair = foreign[["input_ratio", "output_ratio"]]
same, no_dearer = (pair == 1).all(axis=1), (pair <= 1).all(axis=1)
by_hand = {"match": no_dearer, "copy": same, "cheaper": no_dearer & ~same}  # by the condition of a reading
reading, found = topic.find_literal("C17", "match")
chosen_by = by_hand[reading.parameters["condition"]]
assert np.isclose(found.value, 100 * chosen_by.mean())
words = ("no dearer on either price", "the vendor's price on both", "no dearer, and cheaper on one or both")
counts = {name: (int(own.sum()), len(own)) for name, own in zip(words, by_hand.values(), strict=True)}
displays.compare(counts, ["listings", "of all abroad"])

# %%
met = by_id["match"].rows["meets"]
listings = foreign.assign(row=foreign["model"], value=foreign["output_ratio"])
listings["kind"] = (listings["value"] <= 1).map({True: "at or below the vendor's price", False: "dearer"})
listings["label"] = listings["provider"].where(listings["value"] > 3).fillna("")
listings = listings.sort_values(["row", "value"], kind="stable")[["row", "provider", "value", "kind", "label"]]
chart = charts.strips(
    listings.reset_index(drop=True),
    charts.Axis("output price over the vendor's own, 13 March 2026 (log scale)", log=True),
    {"at or below the vendor's price": charts.Style("good", "o"), "dearer": charts.Style("other", "X", size=9)},
    charts.ClaimedValue(1, "claimed: nobody left of this, the vendor's price"),
)
title = f"{met.sum()} of {len(met)} listings of hosts seated outside China were at or below the vendor's price"
guard = "C17.match.output_only > 50 and facts.hosts.deepseek_dearer > 50 and facts.hosts.models_mostly_dearer = 1"
alt = (
    "One dot a listing outside China, by model: its output price over the vendor's own. Most dots lie on or left of "
    f"the line at one, which is the vendor's price ({met.sum()} of {len(met)} listings by both prices); only for "
    "DeepSeek V3.2 do most lie right of it."
)
figures.save(chart, "hosts-price-ratio", title, alt, ["C17"], guard, "hosts' price lists, as kept by models.dev (MIT)")

# %%
power = results.read_json(paths.FACTS / "power.json")["share_of_price"]
quoted = {"foreign_listings": (len(met), ""), "foreign_matching": (int(met.sum()), "")}
quoted |= {
    f"foreign_{name}": (int(hosts.meets(foreign, condition).sum()), "")
    for name, condition in (("copies", "copy"), ("cheaper", "cheaper"))
}
displays.explain(topic, "C17", hosts=quoted, power={"share_of_price": (power["value"], power["unit"])})

# %%
parameters.check(chosen=(chosen, foreign["model"].unique()), factor=(factor, parameters.Between(0.1, 10)))
own = foreign[foreign["model"] == chosen]
mine = own[(own[["input_ratio", "output_ratio"]] <= factor).all(axis=1)]
words = f"listings of {chosen} at no more than {factor} times the vendor's prices"
display(displays.try_out(topic, "C17", words, match=100 * len(mine) / len(own)))
displays.list_rows(mine[columns])

# %% [markdown]
# ## The grid: every condition, seat and model
#
# It shows how far the definition decides the number, and never counts.

# %%
cells = {"match": hosts.grid_matching(tables)}
write_grid(register.find("C17"), cells)
displays.summarise_grid(register.find("C17"), cells, "hosts' price lists, as kept by models.dev (MIT)")

# %% [markdown]
# ## Where the sellers are seated
#
# A seat is not the place of the servers, and no source says how many tokens each host served.

# %%
listed = tables["hosts"][tables["hosts"]["role"].isin(("vendor", "vendor mainland", *hosts.SELLERS))]
seats = listed["seat"].fillna("not stated").value_counts()
displays.list_rows(seats.rename_axis("seat, by its country code").rename("listings").reset_index())

# %% [markdown]
# ## C30: where do the hosts say that they compute?
#
# Later than the article: July and August 2026, the only record of tokens by host. A day's figures are those up to the
# hour of reading, so they serve for shares; data centres are what hosts state of themselves, and many state none.

# %%
places = hosts.split_places(tables)
displays.list_rows(places.rename("tokens, %").reset_index())

# %%
drawn = pd.DataFrame({"row": places.index, "value": places.to_numpy()})
drawn["kind"] = drawn["row"].isin(hosts.PERHAPS_IN_CHINA).map({True: "perhaps in China", False: "abroad"})
drawn["label"] = [f"{value:.0f} %" for value in drawn["value"]]
chart = charts.bars(
    drawn,
    charts.Axis("share of the tokens of Chinese labs' models on OpenRouter, %", low=0),
    {"perhaps in China": charts.CHINA_STYLE, "abroad": charts.ABROAD_STYLE},
)
perhaps, surely = places[list(hosts.PERHAPS_IN_CHINA)].sum(), places[hosts.ABROAD_ALONE]
title = (
    f"On OpenRouter {surely:.0f} % of the tokens of Chinese labs' models went to data centres abroad alone; up to "
    f"{perhaps:.0f} % may have been computed in China"
)
guard = "facts.hosts.surely_abroad > 50 and facts.hosts.perhaps_in_china < facts.hosts.surely_abroad"
alt = (
    "Bars by what hosts state of where they compute, of the tokens of Chinese labs' models on OpenRouter in July and "
    f"August 2026: {surely:.0f} % go to hosts with data centres abroad alone, {perhaps:.0f} % to hosts that may "
    "compute in China by what they state."
)
figures.save(chart, "hosts-places", title, alt, ["C30"], guard, "OpenRouter's directory and effective pricing")

# %% [markdown]
# ## C36 and C52: tokens are not dollars
#
# Each Wednesday's tokens at the list price of that day. Whether volume is value decides what “pricing power” (C52) can
# mean; who the users are (C36) the data do not say.

# %%
value = hosts.list_value(tables)
article = pd.Timestamp(register.article.published)
since = value[value.index > article]
# A single Wednesday can be the lowest or the highest of months: the middle of five stands for a time.
fives = {"before": value[value.index <= article].tail(5), "last": value.tail(5)}
middles = {name: five.median() for name, five in fives.items()}
shares = ["percent_of_named_priced", "percent_of_named_priced_listed"]
chart = charts.lines(
    value[shares],
    charts.Axis("Chinese developers' share, %", low=0, high=100),
    [
        charts.Trace(shares[0], "of tokens with a price", charts.CHINA_STYLE),
        charts.Trace(shares[1], "of their value at list price", charts.CHINA_STYLE, dashed=True),
    ],
    events={article: "article"},
)

# %%
title = (
    f"Before the article Chinese models had {middles['before'][shares[0]]:.0f} % of the tokens with a known price, "
    f"{middles['before'][shares[1]]:.0f} % of their list value; of the value since, "
    f"{since[shares[1]].min():.0f} to {since[shares[1]].max():.0f} %"
)
guard = "facts.hosts.days_of_more_dollars = 0"
alt = (
    "Two lines by Wednesday, of the named models whose price is known: the Chinese models' share of tokens and of "
    "their value at list price. The line of value runs below the line of tokens throughout; in the middle of the five "
    f"Wednesdays before the article they are at {middles['before'][shares[0]]:.0f} and "
    f"{middles['before'][shares[1]]:.0f} %, in that of the last five at {middles['last'][shares[0]]:.0f} and "
    f"{middles['last'][shares[1]]:.0f} %."
)
figures.save(
    chart, "hosts-value", title, alt, ["C17", "C36", "C52"], guard, "OpenRouter (CC BY 4.0); price lists (models.dev)"
)

# %%
displays.list_rows(pd.concat(fives.values()).rename_axis("day"))

# %% [markdown]
# ## What the pages quote beside the readings

# %%
dearer = 100 * (foreign["output_ratio"] > 1).groupby(foreign["model"]).mean()
days = tables["host_tokens_daily"]["date"]
facts = {
    "perhaps_in_china": (places[list(hosts.PERHAPS_IN_CHINA)].sum(), "percent_of_chinese_labs"),
    "surely_abroad": (places[hosts.ABROAD_ALONE], "percent_of_chinese_labs"),
    "places_first_day": (f"{days.min():%-d %B %Y}", "date"),
    "places_last_day": (f"{days.max():%-d %B %Y}", "date"),
    **quoted,
    "models_mostly_dearer": (int((dearer > 50).sum()), "models"),
    "deepseek_dearer": (dearer["DeepSeek V3.2"], "percent_of_listings_abroad"),
}

# %%
facts |= {
    "seats_china": (int(seats["CN"]), ""),
    "seats_abroad": (int(seats.drop(["CN", "not stated"]).sum()), ""),
    "seats_unknown": (int(seats["not stated"]), ""),
    "seats_counted": (len(listed), ""),
    "seats_left_out": (len(tables["hosts"]) - len(listed), ""),
    "seats_of_vendors": (int(((listed["role"] == "vendor") & ~listed["seat"].isin(["CN"])).sum()), ""),
    "matched_least": (value["matched_percent"].min(), "percent_of_named"),
    "days_of_more_dollars": (
        int((value["percent_of_named_priced_listed"] >= value["percent_of_named_priced"]).sum()),
        "days",
    ),
    "value_days": (len(fives["last"]), ""),
    "listed_least_since": (since[shares[1]].min(), shares[1]),
    "listed_most_since": (since[shares[1]].max(), shares[1]),
    "value_before_day": (f"{fives['before'].index[-1]:%-d %B %Y}", "date"),
    "value_last_day": (f"{fives['last'].index[-1]:%-d %B %Y}", "date"),
}

# %%
for name, row in middles.items():
    for unit in ("percent_of_named_priced", "percent_of_named_priced_listed"):
        facts[f"{unit}_{name}"] = (row[unit], unit)
    for side in ("own", "rest"):
        facts[f"{side}_price_{name}"] = (row[f"{side}_usd_per_mtok"], "usd_per_mtok_listed")
results.write_facts("hosts", facts)
displays.list_facts(facts)
