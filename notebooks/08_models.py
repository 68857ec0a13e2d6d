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

# %%
import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import models
from tokencheck.notebook import drawings_models as drawings
from tokencheck.notebook import figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "models", tables)
write_topic("models", measured)
by_id = {(found.claim, found.part, found.reading, found.when): found.measurement for found in measured}
for claim in ("C22", "C23", "C25", "C43"):
    write_grid(register.find(claim), models.grid(tables, claim))
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["sources", "interval_kind", "grade"])

# %% [markdown]
# ## Benchmark by benchmark, in the maker's own table

# %%
rivals = {"Claude Opus 4.5": "anthropic/claude-opus-4.5", "Gemini 3 Pro": "google/gemini-3-pro-preview"}
pairs = {name: models.list_pairs(tables, rival=rival, table="maker") for name, rival in rivals.items()}
ahead = {name: (int(rows["ahead"].sum()), len(rows)) for name, rows in pairs.items()}
coding = pairs["Claude Opus 4.5"].query("category == 'coding'")
fig = drawings.draw_scores({name: rows.dropna(subset="ratio") for name, rows in pairs.items()})
title = (
    f"In its maker's own table GLM-5 is ahead of Opus 4.5 in {coding['ahead'].sum() or 'none'} of {len(coding)} coding "
    f"benchmarks, and of Gemini 3 Pro in {ahead['Gemini 3 Pro'][0]} of {ahead['Gemini 3 Pro'][1]} overall"
)
guard = (
    "facts.models.coding_behind_opus = facts.models.coding_of_opus "
    "and facts.models.all_ahead_gemini > facts.models.all_not_ahead_gemini"
)
figures.save(fig, "models-scores", title, drawings.ALT["models-scores"], ["C22", "C23"], guard)

# %% [markdown]
# ## Other tables
#
# Index and Elo points have no natural zero, so only who is ahead can be read off them.

# %%
elsewhere = pd.concat(
    models.list_pairs(tables, rival=rival).query("table != 'maker'").assign(rival=name)
    for name, rival in rivals.items()
)
elsewhere[["rival", "table", "benchmark", "as_of", "own", "other", "ahead"]]

# %% [markdown]
# ## Context windows on record by the article's date

# %%
windows = models.list_windows(tables)
own = windows.loc[windows["model"] == "glm-5", "context_length"].iloc[0]
fig = drawings.draw_windows(windows["context_length"], own)
rank = by_id["C25", "ceiling", "vendors", "then"]
wider = int((windows["context_length"] > own).sum())
title = f"{wider} of {len(windows)} models on vendors' lists had a wider context window than GLM-5"
guard = "28 < facts.models.wider_percent < 39 and 40 < facts.models.million_of_wider_percent < 60"
figures.save(fig, "models-windows", title, drawings.ALT["models-windows"], ["C25"], guard)

# %%
k25, k3 = (by_id["C43", "window", "k25", when] for when in ("then", "now"))
test = by_id["C43", "window", "app-test", "then"].value
fig = drawings.draw_characters(
    {
        "Kimi K2.5, February 2026": (k25.low, k25.high),
        "Kimi app, closed test of 2024": (test, test),
        "Kimi K3, August 2026": (k3.low, k3.high),
    },
    claimed=float(register.find("C43").find_part("window").value),
)
title = f"Kimi K2.5's window holds {k25.low:.1f} to {k25.high:.1f} million characters"
guard = "C43.window.k25 < C43.window.claimed < C43.window.k25_now and C43.window.app_test > C43.window.claimed"
figures.save(fig, "models-kimi-window", title, drawings.ALT["models-kimi-window"], ["C43"], guard)

# %%
behind = {name: elsewhere[elsewhere["rival"] == name] for name in rivals}
facts = {
    "wider_windows": (wider, ""),
    "listed_windows": (len(windows), ""),
    "wider_percent": (100 * wider / len(windows), "percent"),
    "million_of_wider_percent": (100 * int((windows["context_length"] >= 1e6).sum()) / wider, "percent"),
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
}
results.write_facts("models", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
