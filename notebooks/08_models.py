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
# # Do the models do what is said of them?
#
# GLM-5 is said to match Claude Opus 4.5 in coding (C22), to outperform Gemini 3 Pro (C23), and to break the ceiling of
# context windows (C25); Moonshot is said to read millions of characters (C43). Scores are compared within one table.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
opponent = "google/gemini-3-pro-preview"  # or anthropic/claude-opus-4.5
kind = "coding"  # coding, agents, reasoning or general
context_window = 1_000_000  # tokens that a model reads at once

# %%
import numpy as np
import pandas as pd
from IPython.display import display

from tokencheck import choices, results
from tokencheck.measures import models
from tokencheck.notebook import charts, displays, figures, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("models")
register, tables = topic.register, topic.tables
table_names = {one: choices.name_value("table", {"table": one}, "en") for one in tables["benchmarks"]["table"].unique()}
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in topic.measured}

# %% [markdown]
# ## C22 and C23: level with Opus, ahead of Gemini?

# %%
displays.introduce(topic, "C22")

# %%
displays.introduce(topic, "C23")

# %% [markdown]
# ### The sum by hand
#
# GLM-5's score over its rival's on each benchmark of the maker's table that is scored in percent or dollars, of coding
# alone for C22; then the median.

# %%
for claim, part in (("C22", "score"), ("C23", "score")):
    reading, found = topic.find_literal(claim, part)
    wanted = reading.parameters
    scores = tables["benchmarks"]
    scores = scores[(scores["table"] == wanted["table"]) & scores["unit"].isin(["percent", "USD"])]
    scores = scores[scores["category"] == wanted.get("category", scores["category"])]
    scores = scores.pivot(index="benchmark", columns="model", values="value")[[models.GLM, wanted["rival"]]].dropna()
    own, other = scores[models.GLM], scores[wanted["rival"]]
    assert np.isclose(found.value, (own / other).median())
    print(f"{claim}: {found.value:.3f}, ahead in {(own > other).sum()} of {len(scores)}")

# %% [markdown]
# ### Benchmark by benchmark, in the maker's own table

# %%
rivals = {"Claude Opus 4.5": "anthropic/claude-opus-4.5", "Gemini 3 Pro": "google/gemini-3-pro-preview"}
pairs = {name: models.list_pairs(tables, rival=rival, table="maker") for name, rival in rivals.items()}
ahead = {name: (int(rows["ahead"].sum()), len(rows)) for name, rows in pairs.items()}
coding = pairs["Claude Opus 4.5"].query("category == 'coding'")
scores = pd.concat(rows.dropna(subset="ratio").assign(group=f"Against {name}") for name, rows in pairs.items()).rename(
    columns={"category": "row", "ratio": "value"}
)
scores["kind"] = scores["ahead"].map({True: "GLM-5 ahead", False: "not ahead"})
chart = charts.strips(
    scores.sort_values(["group", "row", "value"], kind="stable")[
        ["group", "row", "benchmark", "value", "kind"]
    ].reset_index(drop=True),
    charts.Axis("GLM-5's score over its rival's"),
    {"GLM-5 ahead": charts.Style("good", "o"), "not ahead": charts.Style("other", "X", size=9)},
    charts.ClaimedValue(1, "claimed: level (Opus), or right of this (Gemini)"),
    row_height=30,
)

# %%
title = (
    f"In its maker's own table GLM-5 is ahead of Opus 4.5 in {coding['ahead'].sum() or 'none'} of {len(coding)} coding "
    f"rows, and of Gemini 3 Pro in {ahead['Gemini 3 Pro'][0]} of {ahead['Gemini 3 Pro'][1]} overall"
)
guard = (
    "facts.models.coding_behind_opus = facts.models.coding_of_opus "
    "and facts.models.all_ahead_gemini > facts.models.all_not_ahead_gemini"
)
alt = (
    "GLM-5's score over its rival's, one dot a row of the maker's own table, by category. Against Claude "
    f"Opus 4.5 every coding dot ({len(coding)}) lies left of one; against Gemini 3 Pro most dots lie right of one: it "
    f"is ahead in {ahead['Gemini 3 Pro'][0]} of {ahead['Gemini 3 Pro'][1]}."
)
figures.save(chart, "models-scores", title, alt, ["C22", "C23"], guard, "Z.ai, model card of GLM-5")

# %%
scores = tables["benchmarks"]
opponents = sorted(set(scores["model"]) - {models.GLM})
parameters.check(opponent=(opponent, opponents), kind=(kind, scores["category"].unique()))
display(*(displays.try_out(topic, one, score={"rival": opponent, "category": kind}) for one in ("C22", "C23")))
pairs = models.list_pairs(tables, rival=opponent, category=kind)
displays.list_rows(
    pairs.assign(table=pairs["table"].replace(table_names))[["table", "benchmark", "own", "other", "ahead"]]
)

# %% [markdown]
# ### Other tables
#
# Index and Elo points have no natural zero, so only who is ahead can be read off them.

# %%
elsewhere = pd.concat(
    models.list_pairs(tables, rival=rival).query("table != 'maker'").assign(rival=name)
    for name, rival in rivals.items()
)
shown = ["rival", "table", "benchmark", "as_of", "own", "other", "ahead"]
displays.list_rows(elsewhere.assign(table=elsewhere["table"].replace(table_names))[shown])

# %% [markdown]
# ## C25 and C43: how long a window?

# %%
displays.introduce(topic, "C25")

# %%
displays.introduce(topic, "C43")

# %% [markdown]
# ### Context windows on record by the article's date

# %%
windows = models.list_windows(tables)
own = windows.loc[windows["model"] == "glm-5", "context_length"].iloc[0]
k25, k3 = (by_id["C43", "window", "k25", when] for when in ("then", "now"))
given = ["kimi-k25-window", "kimi-characters-low", "kimi-characters-high"]
k25_tokens, least, most = tables["company_figures"].set_index("figure_id").loc[given, "value"]
assert np.allclose((k25.low, k25.high), [k25_tokens * ratio / 1e6 for ratio in (least, most)])

# %%
edges = [0, 32, 64, 100, 150, 210, 300, 600, 1200, float("inf")]
sizes = ["to 32", "33–64", "65–100", "101–150", "151–210", "211–300", "301–600", "601–1,200", "more"]
counts = pd.cut(windows["context_length"] / 1000, edges, labels=sizes).value_counts().reindex(sizes)
mine = sizes[sum(own / 1000 > edge for edge in edges) - 1]
classes = pd.DataFrame(
    {"row": sizes, "value": counts.to_numpy(), "kind": ["" if size == mine else "others" for size in sizes]}
)
told = np.where(classes["kind"] == "", ", GLM-5 and the claimed ceiling", "")
classes["label"] = classes["value"].astype(str) + told
chart = charts.bars(
    classes,
    charts.Axis("models on vendors' lists, by context window in thousand tokens"),
    {"": charts.CHINA_STYLE, "others": charts.OTHER_STYLE},
    key=False,
)

# %%
wider = int((windows["context_length"] > own).sum())
title = f"{wider} of {len(windows)} models on vendors' lists had a wider context window than GLM-5"
guard = "28 < facts.models.wider_percent_of_windows < 39 and 40 < facts.models.million_percent_of_wider_windows < 60"
alt = (
    "Bars of how many models on vendors' lists have which context window. GLM-5's size is marked: about a third of the "
    f"models ({wider} of {len(windows)}) have a wider window, and about half of these one of a million tokens or more."
)
figures.save(chart, "models-windows", title, alt, ["C25"], guard, "vendors' lists, as kept by models.dev (MIT)")

# %%
test = by_id["C43", "window", "app-test", "then"].value
characters = pd.DataFrame(
    [("Kimi K2.5, February 2026", k25.low, k25.high), ("Kimi app, closed test of 2024", test, test),
     ("Kimi K3, August 2026", k3.low, k3.high)],
    columns=["row", "low", "value"],
)  # fmt: skip
characters["label"] = [charts.write_span(row.low, row.value, digits=1) for row in characters.itertuples()]
millions = float(register.find("C43").find_part("window").value)
chart = charts.bars(
    characters,
    charts.Axis("million Chinese characters; faint: at most"),
    claimed=charts.ClaimedValue(millions, "claimed: several million"),
)
title = f"Kimi K2.5's window holds {k25.low:.1f} to {k25.high:.1f} million characters"
guard = "C43.window.k25 < C43.window.claimed and C43.window.app_test >= C43.window.claimed"
alt = (
    f"Bars of Chinese characters that a window holds. The bar of Kimi K2.5, {k25.low:.1f} to {k25.high:.1f} million, "
    f"ends before the line that marks the claimed number, {millions:g} million as the least that is several; that of "
    "the closed test of the app in 2024 reaches it. Kimi K3, later in 2026, holds "
    f"{k3.low:.1f} to {k3.high:.1f} million."
)
figures.save(chart, "models-kimi-window", title, alt, ["C43"], guard, "Moonshot AI")

# %% [markdown]
# **Try your own:** another window of context. How many listed models have a wider one, and how many characters does it
# hold, at the numbers of characters a token that Moonshot states?

# %%
parameters.check(context_window=(context_window, parameters.Between(1_000, 100_000_000, whole=True)))
lengths = {"GLM-5 (C25)": own, "Kimi K2.5 (C43)": k25_tokens, "yours": context_window}
tried = {
    name: (f"{size:,.0f}", int((windows["context_length"] > size).sum()), size * least / 1e6, size * most / 1e6)
    for name, size in lengths.items()
}
displays.compare(tried, ["tokens", f"of {len(windows)} models wider", "million characters, from", "to"])

# %% [markdown]
# ## What the pages quote beside the readings

# %%
behind = {name: elsewhere[elsewhere["rival"] == name] for name in rivals}
level = behind["Gemini 3 Pro"]["own"] == behind["Gemini 3 Pro"]["other"]
facts = {
    "wider_windows": (wider, ""),
    "listed_windows": (len(windows), ""),
    "wider_percent_of_windows": (100 * wider / len(windows), "percent_of_windows"),
    "million_percent_of_wider_windows": (
        100 * int((windows["context_length"] >= 1e6).sum()) / wider,
        "percent_of_wider_windows",
    ),
    "coding_ahead_opus": (int(coding["ahead"].sum()), ""),
    "coding_behind_opus": (int((coding["ratio"] < 1).sum()), ""),
    "coding_of_opus": (len(coding), ""),
    "all_ahead_gemini": (ahead["Gemini 3 Pro"][0], ""),
    "all_not_ahead_gemini": (ahead["Gemini 3 Pro"][1] - ahead["Gemini 3 Pro"][0], ""),
    "all_of_gemini": (ahead["Gemini 3 Pro"][1], ""),
    "elsewhere_ahead_opus": (int(behind["Claude Opus 4.5"]["ahead"].sum()), ""),
    "elsewhere_of_opus": (len(behind["Claude Opus 4.5"]), ""),
    "elsewhere_ahead_gemini": (int(behind["Gemini 3 Pro"]["ahead"].sum()), ""),
    "elsewhere_of_gemini": (len(behind["Gemini 3 Pro"]), ""),
    "elsewhere_level_gemini": (int(level.sum()), ""),
    "elsewhere_behind_gemini": (int((~level & ~behind["Gemini 3 Pro"]["ahead"].astype(bool)).sum()), ""),
}
results.write_facts("models", facts)
displays.list_facts(facts)

# %% [markdown]
# ## What it means

# %%
quoted = {"models": facts}
display(*(displays.explain(topic, claim, **quoted) for claim in ("C22", "C23", "C25", "C43")))

# %% [markdown]
# ## The grids

# %%
scores = "Z.ai, model card of GLM-5; LiveBench; SWE-bench"
sources = {"C22": scores, "C23": scores, "C25": "vendors' lists; OpenRouter", "C43": "Moonshot AI"}
for claim in ("C22", "C23", "C25", "C43"):
    cells = models.grid(tables, claim)
    write_grid(register.find(claim), cells)
    displays.summarise_grid(register.find(claim), cells, sources[claim])
