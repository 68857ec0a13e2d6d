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
# # How much more than its computers does a data centre draw?
#
# Western data centres are said to have a power usage effectiveness of 1.15 (C37): of 1.15 kWh, one reaches a computer.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads this, and nothing else does.
place_words = "western China"  # a word or more of a place's region, name or kind: Google, official, world …

# %%
import numpy as np
from IPython.display import display

from tokencheck import results
from tokencheck.measures import energy
from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("energy-pue")
register, tables = topic.register, topic.tables

# %% [markdown]
# ## C37: a power usage effectiveness of 1.15?

# %%
displays.introduce(topic, "C37")

# %% [markdown]
# ### The sum by hand
#
# Of each kind of statement the latest one a place; then their median, or the limit where no more is stated.

# %%
own = tables["pue"].query("not lineage and not later")
by_hand = {}
for reading in register.find("C37").find_part("pue").readings:
    if reading.measure != "energy.pue":
        continue  # no such average was found
    sites = own[own["kind"] == reading.parameters["kind"]]
    sites = sites[sites["region"] == reading.parameters.get("region", sites["region"])]
    sites = sites.sort_values("period", kind="stable").drop_duplicates("place", keep="last")  # one number a company
    found = topic.find("C37", "pue", reading.id)
    value = sites["pue_high"].max() if found.value is None else sites["pue_high"].median()
    assert np.isclose(found.high if found.value is None else found.value, value)
    by_hand[reading.label.en] = (len(sites), value)
displays.compare(by_hand, ["statements", "their median, or limit"])

# %%
places = tables["pue"].query("kind != 'target'").sort_values("pue_high", kind="stable")
words = {"best site, official": ", best site", "clusters, official": ", average"}
limit = places["pue_low"].isna()
places = places.assign(
    row=places["place"].str.split(" (", regex=False).str[0] + places["kind"].map(words).fillna("") + ", "
    + places["period"].str.split(" (", regex=False).str[0],
    value=places["pue_high"],
    low=places["pue_low"].where(~limit, 1.0),
    high=places["pue_high"],
    kind=places["region"].map({"western China": "western China", "China": "China", "world": "elsewhere"}),
    label=limit.map({True: "below ", False: ""}) + places["pue_high"].map("{:.2f}".format),
)  # fmt: skip

# %%
said = float(register.find("C37").find_part("pue").value)
chart = charts.dots(
    places[["row", "value", "low", "high", "kind", "label"]],
    charts.Axis("power usage effectiveness (energy of the whole over energy of the computers)", low=1),
    {"western China": charts.CHINA_STYLE, "China": charts.Style("ink", "D"), "elsewhere": charts.ABROAD_STYLE},
    charts.ClaimedValue(said, f"claimed: {said:g}"),
)
official, fleets = (topic.find("C37", "pue", name) for name in ("clusters-official", "fleets"))
title = (
    f"The official average of the hub clusters is {official.value:.1f}; "
    f"American companies report {fleets.low:.2f} to {fleets.high:.2f} for whole fleets"
)
guard = (
    "facts.pue.fleet_best <= C37.pue.claimed <= facts.pue.fleet_worst and C37.pue.clusters_official differs "
    "and C37.pue.clusters_official > C37.pue.claimed"
)
alt = (
    f"Dots of power usage effectiveness by place on one scale. The claimed {said:g} lies among the fleets of American "
    f"companies; the official average of the national hubs, {official.value:.1f}, lies well above it."
)
figures.save(chart, "energy-pue", title, alt, ["C37"], guard, "National Data Administration; companies' reports")

# %%
facts = {"fleet_best": (fleets.low, "pue"), "fleet_worst": (fleets.high, "pue")}
displays.explain(topic, "C37", pue=facts)

# %% [markdown]
# The statements that fit the words at the top, and the middle of them:

# %%
words_of = tables["pue"][["region", "place", "kind"]].fillna("").agg(" ".join, axis=1)
parameters.check(place_words=(place_words, parameters.PartOf(words_of)))
fitting = tables["pue"][words_of.str.contains(place_words, case=False, regex=False)]
display(displays.try_out(topic, "C37", f"{place_words}, the median", pue=fitting["pue_high"].median()))
displays.list_rows(fitting[["place", "kind", "period", "pue_low", "pue_high"]])

# %% [markdown]
# ## The grid: every statement
#
# It shows how far the definition decides the number, and never counts.

# %%
cells = energy.grid(tables, "C37")
write_grid(register.find("C37"), cells)
displays.summarise_grid(register.find("C37"), cells, "National Data Administration; companies' reports")

# %% [markdown]
# ## What the pages quote beside the readings

# %%
results.write_facts("pue", facts)
displays.list_facts(facts)
