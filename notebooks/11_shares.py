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
# # What shakes the estimates, weeks around price moves, and a split of the Chinese share
#
# The headline estimates without one developer, beside placebos and in parts; what happened to tokens around moves of
# the list price; and two ways of adding up the gap between Chinese and American models. All of it describes; none has a
# design that would let it speak of causes.

# %% tags=["parameters"]
# Yours to change: the cell “try your own” reads these, and nothing else does.
window = "2026-03-02/2026-03-08"  # first and last day, of the fifty most used models a day
elasticity = -1.5  # percent of tokens for one percent of price

# %%
from dataclasses import asdict

import pandas as pd

from tokencheck import paths, results
from tokencheck.econometrics import decomposition, eventstudy, headlines, moves, panel
from tokencheck.econometrics.inference import WildTest
from tokencheck.econometrics.precision import write_estimates
from tokencheck.econometrics.specification import SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.measures import usage
from tokencheck.notebook import displays, figures, marks, parameters
from tokencheck.notebook import drawings_regressions as drawings
from tokencheck.wording import write_signed

tables = Tables()
panels = headlines.Panels(panel.build_all(tables, ("wednesdays", "listed", "daily", "week", "all_weeks")))

# %% [markdown]
# ## What shakes the estimates

# %%
checks, left_out = headlines.check_all(panels)
write_estimates(paths.REGRESSIONS / "checks.csv", checks)
write_estimates(paths.REGRESSIONS / "left_out.csv", left_out)
fig = drawings.draw_left_out(checks, left_out)
title = "Leaving out one developer turns the sign of no estimate"
most = checks.loc[checks["strongest_developer_moved"].abs().idxmax()]
told = drawings.tell_regressions(
    "regressions-left-out", moved=most["strongest_developer_moved"], developer=most["strongest_developer"]
)
figures.save(fig, "regressions-left-out", title, claims=[], **told)

# %%
displays.list_rows(checks.set_index("specification").T.rename(index=displays.write_column).rename_axis("check"))

# %%
variations = headlines.vary_all(panels)
write_estimates(paths.REGRESSIONS / "variations.csv", variations)
refusals = headlines.list_refusals(panels)
print(*refusals, sep="\n")
displays.list_rows(variations)

# %% [markdown]
# ## Weeks around price moves
#
# Moves of at least 20 % from the ledger, dated to the day, cuts and rises apart. A model that falls out of the fifty
# stays, at the day's fiftieth. The grey band is what chance alone gives: labels shuffled among the controls.

# %%
listed = moves.list_moves(tables)
events = eventstudy.find_events(listed, panels["wednesdays"])
directions = {"cuts": events.events["log_price_change"] < 0, "rises": events.events["log_price_change"] > 0}
blocks = {kind: eventstudy.stack(panels["wednesdays"], events.events[mask]) for kind, mask in directions.items()}
averages = {kind: eventstudy.average(blocks[kind], events.events[mask]) for kind, mask in directions.items()}
traces = {kind: eventstudy.trace(own) for kind, own in blocks.items()}
write_estimates(paths.REGRESSIONS / "event_counts.csv", pd.DataFrame(events.counts.items(), columns=["step", "moves"]))
write_estimates(
    paths.REGRESSIONS / "event_averages.csv",
    pd.DataFrame([{"sample": kind, **asdict(one)} for kind, one in averages.items()]),
)
write_estimates(
    paths.REGRESSIONS / "event_paths.csv", pd.concat([trace.assign(sample=kind) for kind, trace in traces.items()])
)
fig = drawings.draw_event([(f"{averages[kind].events} {kind}", trace) for kind, trace in traces.items()])
title = (
    f"Over weeks, all models: after rises of price {abs(averages['rises'].effect):.2f} log points lower; "
    "after cuts no change can be told"
)
cuts, rises = averages["cuts"], averages["rises"]
told = drawings.tell_regressions("regressions-event", rises=abs(rises.effect), p=rises.p, cuts=cuts.effect)
figures.save(fig, "regressions-event", title, claims=[], **told)

# %% [markdown]
# ## A split of the gap between Chinese and American models
#
# An unweighted split of geometric means: what of the gap in mean log tokens goes with the difference in mean log price
# depends on whose slope is used, on whether each model or each token counts alike, and on who is in the market.

# %%
splits = {"price": ["log_price_measured"], "like with like": ["log_price_measured", *headlines.CONTROLS[:-1]]}
paid = panels["week"][SAMPLES["paid"](panels["week"])]
parts = {name: decomposition.decompose(paid, columns) for name, columns in splits.items()}
write_estimates(
    paths.REGRESSIONS / "decomposition.csv",
    pd.DataFrame([{"with": name, **asdict(one)} for name, own in parts.items() for one in own]),
)
variants = decomposition.vary_split(paid, ["log_price_measured"])
write_estimates(paths.REGRESSIONS / "splits.csv", variants)
displays.list_rows(variants)

# %%
stated = panels["daily"][panels["daily"]["date"].between(*usage.STATED_WEEK.split("/"))]
stated_days = marks.write_window(usage.STATED_WEEK)
board = tables["usage_leaderboard"]
board_days = marks.write_window(f"{board['window_start'].min()}/{board['window_end'].max()}")

# %%
shares = {f"{stated_days}, fifty most used": stated, f"{board_days}, all models": panels["week"]}
shares = {name: decomposition.list_shares(own) for name, own in shares.items()}
write_estimates(
    paths.REGRESSIONS / "shares.csv", pd.concat([table.assign(window=name) for name, table in shares.items()])
)
week, like = (
    WildTest(one, panels[one.panel], "developer").summarise() for one in (headlines.FULL_WEEK, headlines.WEEK_CONTROLS)
)
ranges = [("all models", week.low, week.high), ("of like quality", like.low, like.high)]
fig = drawings.draw_shares(list(shares.items()), ranges)
first, last = next(iter(shares.values())).iloc[[0, 5]].itertuples()
title = (
    f"At an elasticity of {last.elasticity:.0f}, equal prices go with a Chinese share of {last.share_percent:.0f} "
    f"instead of {first.share_percent:.0f} %; who is in the market matters more"
)
told = drawings.tell_regressions(
    "regressions-shares", first=first.share_percent, last=last.share_percent, elasticity=last.elasticity
)
figures.save(fig, "regressions-shares", title.replace("-", "−"), claims=["C36"], **told)

# %% [markdown]
# **Try your own:** another window and elasticity, beside the week that the article states.

# %%
dates = panels["daily"]["date"]
known = parameters.Days.of(dates)
parameters.check(window=(window, known), elasticity=(elasticity, parameters.Between(-5, 0)))
weeks = {stated_days: stated, marks.write_window(window): panels["daily"][dates.between(*window.split("/"))]}
own = {name: decomposition.list_shares(rows, [0.0, elasticity])["share_percent"] for name, rows in weeks.items()}
displays.compare(own, ["Chinese share, %", f"at equal prices and an elasticity of {write_signed(elasticity, 1)}, %"])

# %% [markdown]
# ## What the pages quote

# %%
facts = headlines.gather_further(events.counts, averages, parts, variants, shares)
results.write_facts("decomposition", facts)
displays.list_facts(facts)
