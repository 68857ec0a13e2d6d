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
# # What do companies disclose, and what follows from it?
#
# M2.5 is said to hold over half of coding abroad (C21), Ascend to be outstandingly efficient (C40) and to carry
# trillions of tokens a day (C41). None of these is disclosed; bounds say how far the sentences can be true. Claims on
# companies and policy without any number are decided by findings, which the last cells list.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
coding_percent = 60  # of a platform's tokens
chips = 1_000_000  # Ascend cards
against = "H20"  # of Nvidia: H20, its chip for China, or GB200, its leading system
asked = "C36"  # whose findings are listed

# %%
import numpy as np
import pandas as pd

from tokencheck import results
from tokencheck.measures import companies, usage
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register import findings
from tokencheck.register.verdicts import write_grid

topic = Topic.open("companies")
register, tables = topic.register, topic.tables
by_id = {(found.claim, found.reading): found.measurement for found in topic.measured if found.when == "then"}

# %%
# What they can be.
parameters.check(
    coding_percent=(coding_percent, parameters.Between(1, 100)),
    chips=(chips, parameters.Between(1, 100_000_000, whole=True)),
    against=(against, ("H20", "GB200")),
    asked=(asked, sorted({one.claim_id for one in findings.read_findings()})),
)

# %% [markdown]
# ## C21: half of coding abroad?

# %%
displays.introduce(topic, "C21")

# %% [markdown]
# ### The sum by hand
#
# By value: all of MiniMax's revenue over itself and Claude Code's. By tokens, as if every token of the model were
# coding: those of the week, over the coding part of all. On the chart: its estimated tokens over those of the models
# that the programming category names in that week.

# %%
figure = tables["company_figures"].set_index("figure_id")["value"]
own, rival = figure["minimax-run-rate"], figure["claude-code-run-rate"]  # million USD a year
assert np.isclose(by_id["C21", "value-bound"].high, 100 * own / (own + rival))
print(f"{own:,.0f} / ({own:,.0f} + {rival:,.0f}): at most {100 * own / (own + rival):.1f} % by value")
part = figure["openrouter-coding-share"]
for reading in register.find("C21").find_part("share").readings:
    if reading.measure == "companies.coding_share":
        start, end = reading.parameters["window"].split("/")
        week = tables["usage_daily"].query("@start <= date <= @end")
        own = week.loc[week["model"].str.split(":").str[0] == reading.parameters["model"], "tokens"].sum()
        share = min(100, 100 * own / (week["tokens"].sum() * part / 100))
        assert np.isclose(by_id["C21", reading.id].high, share)
        print(f"{own / 1e12:.2f} of {week['tokens'].sum() / 1e12:.2f} trillion, {part:g} % coding: {share:.1f} %")

# %%
reading, found = topic.find_deciding("C21", "share")
named = tables["programming_weekly"].query("model != 'other'").set_index("week_start")
week = named.loc[reading.parameters["week"]].set_index("model")["tokens_estimate"]
own = week[reading.parameters["model"]]
assert np.isclose(found.value, 100 * own / week.sum())
print(f"{own / 1e12:.2f} of {week.sum() / 1e12:.2f} trillion, {len(week)} models named: {100 * own / week.sum():.1f} %")

# %% [markdown]
# ### Bound by bound

# %%
bounds = {
    "By value: all of MiniMax's revenue against Claude Code alone": by_id["C21", "value-bound"].high,
    f"OpenRouter's programming category, {marks.write_window(usage.STATED_WEEK, with_year=False)}": by_id[
        "C21", "programming-week"
    ].value,
    "The same, its strongest week": by_id["C21", "programming-best-week"].value,
    "… of the nine models that the category's chart names": by_id["C21", "programming-chart"].value,
}
rows = pd.DataFrame({"row": list(bounds), "value": list(bounds.values())})
rows["label"] = [f"{'at most ' if place == 0 else ''}{value:.0f} %" for place, value in enumerate(rows["value"])]
half = float(register.find("C21").find_part("share").value)
chart = charts.bars(
    rows,
    charts.Axis("M2.5's share of code generation, %"),
    claimed=charts.ClaimedValue(half, f"claimed: more than {half:g} %"),
)
by_value, _, best_week, on_chart = bounds.values()

# %%
title = (
    f"M2.5 had {on_chart:.0f} % of the nine models on OpenRouter's programming chart in its strongest week, "
    f"{best_week:.0f} % of the category"
)
guard = (
    "C21.share.value_bound < C21.share.claimed and C21.share.programming_best_week < C21.share.claimed "
    "and C21.share.programming_chart > C21.share.claimed"
)
alt = (
    "Bars of M2.5's share of coding, by basis: "
    f"{', '.join(f'{value:.0f} %' for value in bounds.values())}. Only the last, of the models that a chart names, "
    f"ends right of the line at the claimed {half:g} % of the market."
)
figures.save(
    chart, "companies-coding-bounds", title, alt, ["C21"], guard, "OpenRouter (CC BY 4.0); companies and press"
)

# %%
bound = {name: (by_id["C21", reading].high, by_id["C21", reading].unit) for name, reading in (
    ("value_bound", "value-bound"), ("platform_bound", "platform-week"))}  # fmt: skip
displays.explain(topic, "C21", companies=bound)

# %%
given = register.find("C21").find_part("share").readings[-1].parameters
mine = companies.coding_share(tables, **given, coding_percent=coding_percent)
words = f"of OpenRouter's coding tokens in its best week, were {coding_percent} % of all tokens coding"
displays.try_out(topic, "C21", words, share=mine)

# %% [markdown]
# ## C40: outstanding efficiency?

# %%
displays.introduce(topic, "C40")

# %% [markdown]
# ### The sum by hand
#
# Peak computing over power, Huawei's over Nvidia's: PFLOPS of a system over its kilowatts, or TFLOPS of the H20 over
# its watts. The second rival is the one that China could buy.

# %%
rows = [figure[f"{maker}-{what}"] for maker in ("ascend", "nvidia") for what in ("bf16-pflops", "power-kw")]
per_watt = {"GB200": rows[2] / rows[3], "H20": figure["h20-bf16-tflops"] / figure["h20-power-w"]}
by_hand = {}
for reading, found in (topic.find_literal("C40", "efficiency"), topic.find_deciding("C40", "efficiency")):
    rival = per_watt[reading.parameters.get("rival", "GB200")]
    assert np.isclose(found.value, rows[0] / rows[1] / rival)
    by_hand[reading.label.en] = (rows[0] / rows[1], rival, rows[0] / rows[1] / rival)
displays.compare(by_hand, ["Huawei, TFLOPS a watt", "Nvidia, TFLOPS a watt", "Huawei over Nvidia"])

# %%
ratio = by_id["C40", "per-watt"].value
systems = ("CloudMatrix 384 (Ascend)", "GB200 NVL72 (Nvidia)")
sides = {
    "PFLOPS (thousand trillion calculations a second)": (rows[0], rows[2]),
    "TFLOPS (trillion a second) per kilowatt": (1000 * rows[0] / rows[1], 1000 * rows[2] / rows[3]),
}
pairs = pd.DataFrame(
    {"group": group, "row": system, "value": value, "label": f"{value:,.0f}", "kind": system}
    for group, values in sides.items()
    for system, value in zip(systems, values, strict=True)
)
kinds = dict(zip(systems, (charts.CHINA_STYLE, charts.ABROAD_STYLE), strict=True))
chart = charts.bars(pairs, charts.Axis("", low=0), kinds, key=False, apart=True)
title = f"Huawei's system computes more in all and {ratio:.2f} times as much per watt as Nvidia's leading one"
guard = "facts.companies.system_ratio > 1 and C40.efficiency.per_watt < 0.5"
alt = (
    "Two pairs of bars, Huawei's system against Nvidia's: computing of the whole system, where Huawei's is larger "
    f"({rows[0]:,.0f} against {rows[2]:,.0f} PFLOPS, thousand trillion calculations a second), and computing per "
    "kilowatt, where it is less than half."
)
figures.save(chart, "companies-efficiency", title, alt, ["C40"], guard, "SemiAnalysis; Huawei; Nvidia")

# %%
displays.explain(topic, "C40")

# %%
displays.try_out(topic, "C40", efficiency={"rival": against})

# %% [markdown]
# ## C41: trillions of tokens a day?

# %%
displays.introduce(topic, "C41")

# %%
_, disclosed = topic.find_literal("C41", "tokens")
told = tables["world_tokens"][["who", "scope", "as_reported"]].agg(" ".join, axis=1)
on_ascend = told[told.str.contains("Ascend|Huawei|昇腾|华为")]
assert on_ascend.empty == (disclosed.value is None)
print(f"As the sentence says: {len(on_ascend)} of {len(told)} disclosed volumes are of tokens served on Ascend.")
shipped, rate = figure["ascend-shipped"], figure["ascend-decode"]
most = shipped * rate * 86_400 / 1e12
assert np.isclose(by_id["C41", "capacity"].high, most)
print(f"A bound: {shipped:,.0f} cards × {rate:,.0f} tokens a second × 86,400 s = {most:.1f} trillion a day.")

# %%
country = "China (national total, official)"
official = tables["world_tokens"].query("who == @country").set_index("period")["tokens_per_day_trillion"]
sizes = {
    "Every Ascend card shipped in 2025, at full load (at most)": most,
    f"All tokens of China, on any chip (official, {official.idxmax()})": official.max(),
}
bounds = pd.DataFrame({"row": sizes.keys(), "value": sizes.values()})
chart = charts.dots(
    bounds.assign(label=bounds["value"].map("{:,.0f} trillion".format)),
    charts.Axis("trillion tokens a day (log scale)", low=0.5, log=True),
    claimed=marks.mark_claimed(register.find("C41").find_part("tokens"), "claimed of Ascend: {:g} trillion"),
)
title = f"A year's Ascend cards could do at most {most:.0f} trillion tokens a day; what they do is not published"
guard = "C41.verdict is Unverifiable and facts.companies.capacity_bound > C41.tokens.claimed"
alt = (
    f"Two dots on a scale of powers of ten, right of the claimed trillion: {most:,.0f} trillion tokens a day, a bound "
    f"on all Ascend cards of a year, and {official.max():,.0f} trillion, the official total of China on any chip."
)
figures.save(chart, "companies-ascend-capacity", title, alt, ["C41"], guard, "Huawei; IDC; officials")

# %%
needed = {
    "ascend_shipped": (companies.read_figures(tables, "ascend-shipped")["value"].iloc[0], "cards"),
    "chips_for_a_trillion": (companies.count_chips(tables, 1), "chips"),
    "capacity_bound": (most, "trillion_tokens_per_day"),
}
displays.explain(topic, "C41", companies=needed)

# %%
mine = companies.capacity(tables, chips=float(chips))
displays.try_out(topic, "C41", f"{chips:,} cards at full load", tokens=mine)

# %% [markdown]
# ## How much is 4.12 trillion?
#
# Disclosed volumes overlap and differ in date and in what they count: orders of magnitude only.

# %%
claimed = float(register.find("C02").find_part("tokens").value)
world = tables["world_tokens"].dropna(subset="tokens_per_week_trillion")
world = world.sort_values("tokens_per_week_trillion", kind="stable").drop_duplicates("who", keep="last")
volumes = pd.DataFrame({"row": world["who"], "value": world["tokens_per_week_trillion"], "kind": "disclosed"})
volumes.loc[len(world)] = ("The article's week, Chinese models", claimed, "claimed")
volumes = volumes.sort_values("value", ascending=False, kind="stable")
volumes["label"] = [f"{value:,.3g} trillion" for value in volumes["value"]]
chart = charts.dots(
    volumes,
    charts.Axis("trillion tokens a week (log scale)", log=True),
    {"disclosed": charts.ABROAD_STYLE, "claimed": charts.PRINTED},
    charts.ClaimedValue(claimed, f"claimed: {claimed:g} trillion"),
)
largest = tables["world_tokens"]["tokens_per_week_trillion"].max()
title = f"The largest disclosed volume is {largest / claimed:,.0f} times the article's week"
guard = "100 <= facts.companies.largest_volume_multiple < 1000"
claims = ["C01", "C02", "C05", "C41"]
alt = (
    "Token volumes on a scale of powers of ten, one dot a disclosure. The article's week on OpenRouter, "
    f"{claimed:g} trillion, lies two orders of magnitude below the largest disclosed volumes, {largest:,.0f} trillion."
)
figures.save(chart, "companies-world-scale", title, alt, claims, guard, "companies, officials and press")

# %% [markdown]
# ## The findings that decide claims

# %%
found = findings.read_findings()
table = pd.DataFrame([vars(one) | {"counts": one.counts("then")} for one in found])
table = table.rename(columns={"claim_id": "claim", "finding_id": "finding"})
says = [register.find(one.claim_id).find_part(one.part).says for one in found]
counted = table.assign(part=says).groupby(["claim", "part", "direction"], sort=False)["finding"].count()
displays.list_rows(counted.unstack(fill_value=0))

# %% [markdown]
# **Try your own:** the findings of another claim.

# %%
displays.list_rows(table[table["claim"] == asked][["finding", "statement", "direction", "grade", "counts"]])

# %% [markdown]
# ## The grids, and what the pages quote beside the readings

# %%
sources = {
    "C21": "OpenRouter (CC BY 4.0); companies and press",
    "C40": "SemiAnalysis; Huawei; Nvidia",
    "C41": "Huawei; press",
}
for claim in ("C21", "C40", "C41"):
    cells = companies.grid(tables, claim)
    write_grid(register.find(claim), cells)
    displays.summarise_grid(register.find(claim), cells, sources[claim])

# %%
facts = {
    **needed,
    "minimax_run_rate": (companies.read_figures(tables, "minimax-run-rate")["value"].iloc[0], "million USD"),
    "claude_code_run_rate": (companies.read_figures(tables, "claude-code-run-rate")["value"].iloc[0], "million USD"),
    "system_ratio": (rows[0] / rows[2], ""),
    "value_bound": (by_id["C21", "value-bound"].high, by_id["C21", "value-bound"].unit),
    "largest_volume_multiple": (largest / claimed, ""),
    "findings": (len(table), ""),
    "findings_counted": (int(table["counts"].sum()), ""),
    "findings_lineage": (int(table["lineage"].sum()), ""),
    "findings_read_again": (int((table["checked"] == "read again").sum()), ""),
    "findings_page_found": (int((table["checked"] == "page found").sum()), ""),
    "findings_not_reached": (int((table["checked"] == "not reached").sum()), ""),
}
results.write_facts("companies", facts)
displays.list_facts(facts)
