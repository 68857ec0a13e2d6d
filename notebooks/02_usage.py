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
from tokencheck.notebook import drawings, figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.rule import TOLERANCE
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "usage", tables)
write_topic("usage", measured)
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
fig = drawings.draw_share_by_scope(
    shares, usage.SCOPES, claimed=claimed, tolerance=float(TOLERANCE.points), printed=("top_10", printed)
)
title = (
    f"Of all tokens, Chinese models had {literal.low:.0f} to {literal.high:.0f} %: "
    f"{claimed:.0f} % takes ten models or fewer, and another week"
)
guard = (
    "C05.share.platform differs and facts.usage.printed_places > 0 and facts.usage.printed_wide = 0 "
    "and facts.usage.printed_in_stated_week = 0 and facts.usage.wide_high < C05.share.claimed"
)
figures.save(fig, "usage-share-by-scope", title, drawings.ALT["usage-share-by-scope"], ["C05"], guard)

# %% [markdown]
# ## The stated week: which models make up the claimed sum

# %%
week = usage.read_window(tables, "2026-02-09/2026-02-15")
totals = usage.sum_models(tables, week)
fig = drawings.draw_leaderboard(usage.select_scope(totals, "top_20"), named=9)
nine = by_id["C02", "chart-nine", "then"].value
everything = by_id["C02", "all-models", "then"]
own = int((usage.select_scope(totals, "top_9")["country"] == "CN").sum())
title = f"The claimed {nine:.2f} trillion are {own} models; all Chinese ones had at least {everything.low:.2f} trillion"
guard = "C02.tokens.chart_nine agrees and C02.tokens.all_models > C02.tokens.claimed"
figures.save(fig, "usage-stated-week", title, drawings.ALT["usage-stated-week"], ["C02", "C04"], guard)

# %% [markdown]
# ## Then and now: Chinese and American tokens, week by week

# %%
weeks = usage.compare_weeks(tables, "named")
first = by_id["C03", "all-weeks-later", "then"].value
fig = drawings.draw_weeks(weeks, stated=week.start, first=pd.Timestamp(first))
title = f"Over all named models, Chinese ones led for the first time in the week of {pd.Timestamp(first):%-d %B %Y}"
guard = "facts.usage.first_all_model_lead > article"
figures.save(fig, "usage-then-and-now", title, drawings.ALT["usage-then-and-now"], ["C02", "C03", "C05"], guard)

# %% [markdown]
# ## Two models, day by day

# %%
daily = tables["usage_daily"]
pair = {"MiniMax M2.5": M25, "Kimi K2.5": K25}
lines = {name: daily[daily["model"] == model].set_index("date")["tokens"] / 1e12 for name, model in pair.items()}
fig = drawings.draw_days(lines, stated=(week.start, week.end))
peak = lines["MiniMax M2.5"].idxmax()
title = f"MiniMax M2.5 peaked on {peak:%-d %B %Y} at {lines['MiniMax M2.5'].max():.2f} trillion tokens a day"
figures.save(fig, "usage-two-models", title, drawings.ALT["usage-two-models"], ["C18", "C19", "C46"])

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
facts |= usage.summarise_chart(tables, week.start)
results.write_facts("usage", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
