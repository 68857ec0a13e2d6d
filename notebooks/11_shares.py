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
# # Price cuts, and how much of the Chinese share goes with price
#
# What happened to tokens around cuts of the list price, and two ways of adding up the gap between Chinese and American
# models. Both describe; neither has a design that would let it speak of causes.

# %%
from dataclasses import asdict

import pandas as pd

from tokencheck import paths, results
from tokencheck.econometrics import decomposition, eventstudy, headlines, panel
from tokencheck.econometrics.estimation import fit
from tokencheck.econometrics.precision import write_estimates
from tokencheck.econometrics.specification import SAMPLES
from tokencheck.evidence.tables import Tables
from tokencheck.notebook import drawings_regressions as drawings
from tokencheck.notebook import figures

tables = Tables()
panels = {name: panel.build(tables, name) for name in ("wednesdays", "listed", "daily", "week")}

# %% [markdown]
# ## Price cuts
#
# Weeks around cuts of at least 20 %, beside models without one. Tokens were not level before: this describes, no more.

# %%
cuts = eventstudy.find_cuts(panels["wednesdays"], panels["listed"])
kinds = {"stable prices": cuts.events[cuts.events["stable"]], "full window": cuts.events}
stacks = {kind: eventstudy.stack(panels["wednesdays"], events) for kind, events in kinds.items()}
averages = {kind: eventstudy.average(stacks[kind], kinds[kind]) for kind in kinds}
traces = {kind: eventstudy.trace(stacked) for kind, stacked in stacks.items()}
write_estimates(paths.REGRESSIONS / "event_counts.csv", pd.DataFrame(cuts.counts.items(), columns=["step", "cuts"]))
write_estimates(
    paths.REGRESSIONS / "event_averages.csv",
    pd.DataFrame([{"sample": kind, **asdict(one)} for kind, one in averages.items()]),
)
write_estimates(
    paths.REGRESSIONS / "event_paths.csv", pd.concat([trace.assign(sample=kind) for kind, trace in traces.items()])
)
fig = drawings.draw_event([(f"{averages[kind].events} cuts: {kind}", trace) for kind, trace in traces.items()])
counts = list(cuts.counts.values())
title = f"Of {counts[0]} price cuts {counts[-1]} can be read, and tokens had been moving before them"
figures.save(fig, "regressions-event", title, claims=[], **drawings.tell("regressions-event"))

# %% [markdown]
# ## How much of the Chinese share goes with price?

# %%
splits = {"price": ["log_price_measured"], "like with like": ["log_price_measured", *headlines.CONTROLS[:-1]]}
paid = panels["week"][SAMPLES["paid"](panels["week"])]
parts = {name: decomposition.decompose(paid, columns) for name, columns in splits.items()}
write_estimates(
    paths.REGRESSIONS / "decomposition.csv",
    pd.DataFrame([{"with": name, **asdict(one)} for name, own in parts.items() for one in own]),
)
stated = panels["daily"][panels["daily"]["date"].between("2026-02-09", "2026-02-15")]
shares = {"9–15 February 2026, fifty most used": stated, "27 April – 3 May 2026, all models": panels["week"]}
shares = {name: decomposition.list_shares(own) for name, own in shares.items()}
write_estimates(
    paths.REGRESSIONS / "shares.csv", pd.concat([table.assign(window=name) for name, table in shares.items()])
)
week, model = (fit(one, panels[one.panel]) for one in (headlines.WEEK, headlines.MODEL))
ranges = [("all models", week.ci_low, week.ci_high), ("one model over time", model.ci_low, model.ci_high)]
fig = drawings.draw_shares(list(shares.items()), ranges)
first, last = shares["9–15 February 2026, fifty most used"].iloc[[0, 5]].itertuples()
title = (
    f"At an elasticity of {last.elasticity:.0f}, equal prices go with a Chinese share of {last.share_percent:.0f} "
    f"instead of {first.share_percent:.0f} %; who is in the market matters more"
)
figures.save(fig, "regressions-shares", title.replace("-", "−"), claims=["C36"], **drawings.tell("regressions-shares"))

# %%
facts = headlines.gather_further(cuts.counts, averages, parts, shares)
results.write_facts("decomposition", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
