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
# # Whose models had how many tokens?
#
# The article counts tokens on OpenRouter by the home country of the model's developer. This notebook computes the
# readings of the claims on usage (C02–C05, C18, C19, C46), the grid of all other definitions, and what came after.

# %%
import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import usage
from tokencheck.notebook import charts, figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.rule import TOLERANCE
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "usage", tables)
write_topic("usage", measured)
SOURCE = "OpenRouter (openrouter.ai/rankings), CC BY 4.0"
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["sources", "interval_kind", "grade"])

# %% [markdown]
# ## The grid: every scope, window and treatment of anonymous models
#
# One cell a row; it shows how far the definition decides the number, and never counts.

# %%
M25, K25 = "minimax/minimax-m2.5-20260211", "moonshotai/kimi-k2.5-0127"
shares = usage.grid_shares(tables)
grids = {
    "C02": {"tokens": usage.grid_tokens(tables)},
    "C03": {"lead": usage.grid_ratios(tables)},
    "C04": {"count": usage.grid_counts(tables)},
    "C05": {"share": shares},
    "C18": {"rank": usage.grid_model(tables, M25, "rank")},
    "C19": {"increment": usage.grid_increments(tables, M25)},
    "C46": {
        part: usage.grid_model(tables, K25, unit) for part, unit in (("tokens", "trillion_tokens"), ("rank", "rank"))
    },
}
for claim_id, cells in grids.items():
    write_grid(register.find(claim_id), cells)
platform = shares[shares["scope"] != "world"]
platform["value"].describe()

# %% [markdown]
# ## The share is decided by the scope
#
# Each tick is one window; the line is the claimed share, the band what counts as near.

# %%
by_id = {(found.claim, found.reading, found.when): found.measurement for found in measured}
literal = by_id["C05", "platform", "then"]
printed = by_id["C05", "top-ten-61", "then"].value
claimed = float(register.find("C05").find_part("share").value)
near = float(TOLERANCE.points)
cells = shares.assign(row=shares["scope"].map(usage.SCOPES), kind="another week or month")
others = cells[(cells["stealth"] == "none") & (cells["window"] != "stated week")].round({"value": 1})
week = cells[cells["window"] == "stated week"].groupby("row", sort=False)["value"].agg(low="min", high="max")
week = week.assign(value=week["low"], kind="9–15 February 2026, with bounds").reset_index()
week["label"] = [charts.write_span(row.low, row.high, " %", digits=int(row.high < 1)) for row in week.itertuples()]
columns = ["row", "value", "low", "high", "kind", "label"]
first = {"row": usage.SCOPES["top_10"], "value": printed, "kind": "as first printed", "label": f"{printed:.0f} %"}
chart = charts.dots(
    pd.concat([week, others.drop_duplicates(["row", "value"]), pd.DataFrame([first])], ignore_index=True)[columns],
    charts.Axis("Chinese models' share of tokens, %", low=0, high=100),
    {
        "9–15 February 2026, with bounds": charts.MAIN,
        "another week or month": charts.TICK,
        "as first printed": charts.PRINTED,
    },
    charts.ClaimedValue(claimed, f"claimed: {claimed:g} %", near=(claimed - near, claimed + near)),
    band=44,
)
title = (
    f"Of all tokens, Chinese models had {literal.low:.0f} to {literal.high:.0f} %: "
    f"{claimed:.0f} % takes ten models or fewer, and another week"
)
guard = (
    "C05.share.platform differs and facts.usage.printed_places > 0 and facts.usage.printed_wide = 0 "
    "and facts.usage.printed_in_stated_week = 0 and facts.usage.wide_high < C05.share.claimed"
)
alt = (
    "Dot plot, one row for each scope from the five most used models to the whole platform and the world, a tick for "
    f"each window. All tokens of the platform: {literal.low:.0f} to {literal.high:.0f} % in the stated week. Only rows "
    f"of five to ten models reach the claimed share of {claimed:.0f} %."
)
figures.save(chart, "usage-share-by-scope", title, alt, ["C05"], guard, SOURCE)

# %% [markdown]
# ## The stated week: which models make up the claimed sum

# %%
stated = usage.read_window(tables, "2026-02-09/2026-02-15")
totals = usage.sum_models(tables, stated)
top = usage.select_scope(totals, "top_20")
names = tables["models"].drop_duplicates("permaslug").set_index("permaslug")["name"].str.split(": ").str[-1]
top = top.assign(
    row=top["model"].map(names).fillna(top["model"].str.split("/").str[-1]),
    value=top["tokens"] / 1e12,
    label=(top["tokens"] / 1e12).map("{:.2f}".format),
    kind=top["country"].map({"CN": "China", "US": "United States"}).fillna("elsewhere or unknown"),
    group=["Named on the public chart"] * 9 + ["Not named on it"] * (len(top) - 9),
)
homes = {"China": charts.CHINA_STYLE, "United States": charts.ABROAD_STYLE, "elsewhere or unknown": charts.OTHER}
chart = charts.bars(top, charts.Axis("trillion tokens, 9–15 February 2026"), homes)
nine = by_id["C02", "chart-nine", "then"].value
everything = by_id["C02", "all-models", "then"]
own = int((top.head(9)["country"] == "CN").sum())
title = f"The claimed {nine:.2f} trillion are {own} models; all Chinese ones had at least {everything.low:.2f} trillion"
guard = "C02.tokens.chart_nine agrees and C02.tokens.all_models > C02.tokens.claimed"
alt = (
    "Bars of the twenty most used models of 9 to 15 February 2026, by the developer's country, the nine that the "
    f"public chart names first. The {own} Chinese ones of these have {nine:.2f} trillion tokens; all Chinese models "
    f"of the platform have {everything.low:.2f} or more."
)
figures.save(chart, "usage-stated-week", title, alt, ["C02", "C04"], guard, SOURCE)

# %% [markdown]
# ## Then and now: Chinese and American tokens, week by week

# %%
weeks = usage.compare_weeks(tables, "named")
first = by_id["C03", "all-weeks-later", "then"].value
trillions = weeks.set_index("week_start")[["cn_tokens", "us_tokens"]] / 1e12
unknown = weeks.set_index("week_start")["unattributed_tokens"] / 1e12
trillions = trillions.assign(cn_most=trillions["cn_tokens"] + unknown, us_most=trillions["us_tokens"] + unknown)
chart = charts.lines(
    trillions,
    charts.Axis("trillion tokens a week (log scale); shade: plus all tokens of unknown origin", log=True),
    [
        charts.Trace("cn_tokens", "China", charts.CHINA_STYLE, ("cn_tokens", "cn_most")),
        charts.Trace("us_tokens", "United States", charts.ABROAD_STYLE, ("us_tokens", "us_most"), dashed=True),
    ],
    events={stated.start: "stated week", pd.Timestamp(first): "first Chinese lead"},
)
title = f"Over all named models, Chinese ones led for the first time in the week of {pd.Timestamp(first):%-d %B %Y}"
guard = "facts.usage.first_all_model_lead > article"
alt = (
    "Two lines of weekly tokens since January 2025, Chinese and American developers, each with a shade for tokens of "
    f"unknown origin. They cross after the article was published, in the week of {pd.Timestamp(first):%-d %B %Y}."
)
figures.save(chart, "usage-then-and-now", title, alt, ["C02", "C03", "C05"], guard, SOURCE)

# %% [markdown]
# ## Two models, day by day

# %%
daily = tables["usage_daily"]
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
        charts.Trace("Kimi K2.5", "Kimi K2.5", charts.ABROAD_STYLE, dashed=True),
    ],
    spans=[(stated.start, stated.end, "stated week")],
    claimed=[
        (month / 28, f"claimed of Kimi K2.5: {month:g} in a month, {month / 28:.2f} a day"),
        (added / 7, f"claimed of MiniMax M2.5: {added:g} in a week, {added / 7:.2f} a day"),
    ],
    peaks=True,
)
peak = lines["MiniMax M2.5"].idxmax()
title = f"MiniMax M2.5 peaked on {peak:%-d %B %Y} at {lines['MiniMax M2.5'].max():.2f} trillion tokens a day"
alt = (
    "Daily tokens of MiniMax M2.5 and Kimi K2.5 up to the article's day; the stated week is shaded. At "
    f"their peaks M2.5 had {lines['MiniMax M2.5'].max():.2f} trillion and Kimi K2.5 "
    f"{lines['Kimi K2.5'].max():.2f} trillion tokens."
)
figures.save(chart, "usage-two-models", title, alt, ["C18", "C19", "C46"], source=SOURCE)

# %% [markdown]
# ## What the pages quote beside the readings

# %%
after = weeks[weeks["week_start"] >= first]
now = usage.sum_labs(tables, usage.read_window(tables, usage.LAST_WEEK))
printed_cells = platform[platform["value"].round() == claimed].drop_duplicates(["scope", "start", "end"])
is_wide = ~platform["scope"].isin(["top_5", "top_9", "top_10"])
nearest = usage.find_nearest_month(tables, K25, float(register.find("C46").find_part("tokens").value))
facts = {
    "grid_cells": (len(platform), ""),
    "grid_low": (platform["value"].min(), "percent"),
    "grid_high": (platform["value"].max(), "percent"),
    "wide_high": (platform.loc[is_wide, "value"].max(), "percent"),
    "printed_places": (len(printed_cells), ""),
    "printed_wide": (int(is_wide[printed_cells.index].sum()), ""),
    "printed_in_stated_week": (int((printed_cells["window"] == "stated week").sum()), ""),
    "platform_tokens": (totals["tokens"].sum() / 1e12, "trillion_tokens"),
    "american_tokens": (usage.split_country(totals, "US").own / 1e12, "trillion_tokens"),
    "chart_coverage": (100 * totals["tokens"].head(9).sum() / totals["tokens"].sum(), "percent"),
    "chart_chinese": (own, "models"),
    "printed_american": (float(tables["reported_figures"].set_index("figure_id")["value"]["F02"]), "trillion_tokens"),
    "unnamed_share": (100 * totals.set_index("model")["tokens"]["other"] / totals["tokens"].sum(), "percent"),
    "unattributed_then": (100 * usage.split_country(totals, "CN").unattributed / totals["tokens"].sum(), "percent"),
    "first_all_model_lead": (f"{pd.Timestamp(first):%-d %B %Y}", "date"),
    "weeks_since_first": (len(after), "weeks"),
    "weeks_led_since_first": (int((after["cn_tokens"] > after["us_tokens"]).sum()), "weeks"),
    "last_week_end": (f"{weeks['week_start'].max() + pd.Timedelta(days=6):%-d %B %Y}", "date"),
    "unattributed_now": (100 * now.loc[now["country"].isna(), "tokens"].sum() / now["tokens"].sum(), "percent"),
    "m25_days_to_half": (usage.count_days_to_half(lines["MiniMax M2.5"]), "days"),
    "k25_nearest_month_end": (f"{nearest:%-d %B %Y}", "date"),
}
facts |= usage.summarise_chart(tables, stated.start)
results.write_facts("usage", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
