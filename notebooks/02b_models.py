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
# # Two models: how high, how fast, how much?
#
# MiniMax M2.5 is said to have topped the list of usage (C18) and to have added 1.44 trillion tokens in a week (C19),
# Kimi K2.5 to have had 4.18 trillion in a month and the first place (C46).

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
window = "2026-03-02/2026-03-08"  # first and last day
model = "moonshotai/kimi-k2.5-0127"  # a model as OpenRouter names it

# %%
import numpy as np
import pandas as pd
from IPython.display import display

from tokencheck.measures import usage
from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("usage-models")
register, tables = topic.register, topic.tables
M25, K25 = "minimax/minimax-m2.5-20260211", "moonshotai/kimi-k2.5-0127"
SOURCE = "OpenRouter (openrouter.ai/rankings), CC BY 4.0"

# %%
# What they can be.
known = tables["usage_daily"]["model"].drop_duplicates().sort_values().str.split(":").str[0]
parameters.check(
    window=(window, parameters.Days.of(tables["usage_daily"]["date"])), model=(model, known[known != "other"])
)

# %% [markdown]
# ## C46: 4.18 trillion tokens in a month, and first?

# %%
displays.introduce(topic, "C46")

# %% [markdown]
# ### The sum by hand
#
# All days of the window, all variants of the model (such as `:free`) together; the rank is by the variant.

# %%
daily = tables["usage_daily"]


def add_up(window):
    start, end = window.split("/")
    sums = daily[daily["date"].between(start, end)].groupby("model", as_index=False)["tokens"].sum()
    return sums[sums["model"] != "other"].sort_values(["tokens", "model"], ascending=[False, True], ignore_index=True)


def find_tokens(window, model):
    sums = add_up(window)
    return sums.loc[sums["model"].str.split(":").str[0] == model, "tokens"].sum() / 1e12


def find_rank(window, model):
    places = add_up(window).query("model == @model").index
    return places[0] + 1 if len(places) else None


# %%
rows = {}
for find in (topic.find_literal, topic.find_deciding):
    for part, compute in (("tokens", find_tokens), ("rank", find_rank)):
        reading, found = find("C46", part)
        value = compute(reading.parameters["window"], reading.parameters["model"])
        assert value is None or np.isclose(found.value, value)
        rows[f"{part}, {reading.label.en}"] = (f"{value:.2f} trillion tokens" if part == "tokens" else f"rank {value}",)
displays.compare(rows, ["by hand"])

# %%
stated = usage.read_window(tables, register.find("C19").find_part("increment").readings[0].parameters["window"])
pair = {"MiniMax M2.5": M25, "Kimi K2.5": K25}
lines = {name: daily[daily["model"] == model].set_index("date")["tokens"] / 1e12 for name, model in pair.items()}
added = float(register.find("C19").find_part("increment").value)
month = float(register.find("C46").find_part("tokens").value)
drawn = pd.DataFrame(lines).loc[: pd.Timestamp(register.article.published)]
chart = charts.lines(
    drawn,
    charts.Axis("trillion tokens a day", low=0),
    [
        charts.Trace("MiniMax M2.5", "MiniMax M2.5", charts.CHINA_STYLE),
        charts.Trace("Kimi K2.5", "Kimi K2.5", charts.CHINA_STYLE, dashed=True),
    ],
    spans=[(stated.start, stated.end, "stated week")],
    claimed=[
        (added / 7, f"claimed of MiniMax M2.5: {added:g} in a week, {added / 7:.2f} a day"),
        (month / 28, f"claimed of Kimi K2.5: {month:g} in a month, {month / 28:.2f} a day"),
    ],
    peaks=True,
)

# %%
peaks = {name: f"on {drawn[name].idxmax():%-d %B} at {drawn[name].max():.2f}" for name in drawn}
title = f"MiniMax M2.5 peaked {peaks['MiniMax M2.5']} trillion tokens a day, Kimi K2.5 {peaks['Kimi K2.5']}"
alt = (
    "Daily tokens of MiniMax M2.5 and Kimi K2.5 up to the article's day; the stated week is shaded. At "
    f"their peaks M2.5 had {drawn['MiniMax M2.5'].max():.2f} trillion and Kimi K2.5 "
    f"{drawn['Kimi K2.5'].max():.2f} trillion tokens."
)
figures.save(chart, "usage-two-models", title, alt, ["C18", "C19", "C46"], source=SOURCE)

# %%
displays.explain(topic, "C46")

# %% [markdown]
# ### Another model, or another window

# %%
own = {"tokens": find_tokens(window, model), "rank": find_rank(window, model)}
display(displays.try_out(topic, "C46", displays.write_parameters({"model": model, "window": window}), **own))
displays.list_rows(add_up(window).head(10))

# %% [markdown]
# ## C18: at the top of the list?

# %%
displays.introduce(topic, "C18")

# %%
reading, found = topic.find_literal("C18", register.find("C18").parts[0].id)
assert found.value == find_rank(reading.parameters["window"], reading.parameters["model"])
displays.list_rows(add_up(reading.parameters["window"]).head(5))

# %%
displays.explain(topic, "C18")

# %% [markdown]
# ## C19: how much more in a week?

# %%
displays.introduce(topic, "C19")

# %% [markdown]
# By hand: the tokens of the window less those of the window of equal length before.

# %%
reading, found = topic.find_literal("C19", "increment")
days = usage.read_window(tables, reading.parameters["window"])
length = pd.Timedelta(days=days.days)
earlier = f"{days.start - length:%Y-%m-%d}/{days.end - length:%Y-%m-%d}"
now, before = (find_tokens(one, reading.parameters["model"]) for one in (reading.parameters["window"], earlier))
assert np.isclose(found.value, now - before)
print(f"{now:.3f} - {before:.3f} = {now - before:.3f} trillion tokens")

# %%
displays.explain(topic, "C19")

# %% [markdown]
# ## The grids: every window, and every scope
#
# They show how far the definition decides the number, and never count. C02 to C05 are told in `02_usage`.

# %%
grids = {
    "C02": {"tokens": usage.grid_tokens(tables)},
    "C03": {"lead": usage.grid_ratios(tables)},
    "C04": {"count": usage.grid_counts(tables)},
    "C05": {"share": usage.grid_shares(tables)},
    "C18": {"rank": usage.grid_model(tables, M25, "rank")},
    "C19": {"increment": usage.grid_increments(tables, M25)},
    "C46": {
        part: usage.grid_model(tables, K25, unit) for part, unit in (("tokens", "trillion_tokens"), ("rank", "rank"))
    },
}
for claim_id, cells in grids.items():
    write_grid(register.find(claim_id), cells)
    displays.summarise_grid(register.find(claim_id), cells, SOURCE)
