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

# %%
import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import companies
from tokencheck.notebook import drawings_companies as drawings
from tokencheck.notebook import figures
from tokencheck.register import findings
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "companies", tables)
write_topic("companies", measured)
by_id = {(found.claim, found.reading): found.measurement for found in measured}
for claim in ("C21", "C40", "C41"):
    write_grid(register.find(claim), companies.grid(tables, claim))
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["sources", "interval_kind", "grade"])

# %% [markdown]
# ## Half of coding abroad?

# %%
bounds = {
    "By value: all of MiniMax's revenue\nagainst Claude Code alone": by_id["C21", "value-bound"].high,
    "On OpenRouter, 9–15 February:\nevery token counted as coding": by_id["C21", "platform-week"].high,
    "On OpenRouter, strongest calendar week:\nevery token counted as coding": by_id["C21", "platform-best-week"].high,
}
fig = drawings.draw_bounds(bounds, claimed=float(register.find("C21").find_part("share").value))
by_value, _, best_week = bounds.values()
title = (
    f"M2.5 had at most {by_value:.0f} % of coding by value, and {best_week:.0f} % of OpenRouter's tokens in its "
    "strongest calendar week"
)
guard = " and ".join(
    f"C21.share.{name} < C21.share.claimed" for name in ("value_bound", "platform_week", "platform_best_week")
)
figures.save(fig, "companies-coding-bounds", title, drawings.ALT["companies-coding-bounds"], ["C21"], guard)

# %% [markdown]
# ## Computing per watt

# %%
rows = by_id["C40", "per-watt"].rows["value"].tolist()
ratio = by_id["C40", "per-watt"].value
fig = drawings.draw_efficiency(pflops=(rows[0], rows[2]), kilowatts=(rows[1], rows[3]))
title = f"Huawei's system computes more in all and {ratio:.2f} times as much per watt"
guard = "facts.companies.system_ratio > 1 and C40.efficiency.per_watt < 0.5"
figures.save(fig, "companies-efficiency", title, drawings.ALT["companies-efficiency"], ["C40"], guard)

# %% [markdown]
# ## How much is 4.12 trillion?
#
# Disclosed volumes overlap and differ in date and in what they count: orders of magnitude only.

# %%
claimed = float(register.find("C02").find_part("tokens").value)
fig = drawings.draw_scale(tables["world_tokens"], {"The article's week, Chinese models": claimed})
largest = tables["world_tokens"]["tokens_per_week_trillion"].max()
title = f"The largest disclosed volume is {largest / claimed:,.0f} times the article's week"
guard = "100 <= facts.companies.largest_volume_multiple < 1000"
claims = ["C01", "C02", "C05", "C41"]
figures.save(fig, "companies-world-scale", title, drawings.ALT["companies-world-scale"], claims, guard)

# %% [markdown]
# ## The findings that decide claims

# %%
found = findings.read_findings()
table = pd.DataFrame([vars(one) | {"counts": one.counts("then")} for one in found])
table.groupby(["claim_id", "part", "direction"])["finding_id"].count().unstack(fill_value=0)

# %%
facts = {
    "chips_for_a_trillion": (companies.count_chips(tables, 1), "chips"),
    "ascend_shipped": (companies.read_figures(tables, "ascend-shipped")["value"].iloc[0], "cards"),
    "minimax_run_rate": (companies.read_figures(tables, "minimax-run-rate")["value"].iloc[0], "million USD"),
    "claude_code_run_rate": (companies.read_figures(tables, "claude-code-run-rate")["value"].iloc[0], "million USD"),
    "system_ratio": (rows[0] / rows[2], ""),
    "value_bound": (by_id["C21", "value-bound"].high, "percent"),
    "platform_bound": (by_id["C21", "platform-week"].high, "percent"),
    "platform_best_bound": (by_id["C21", "platform-best-week"].high, "percent"),
    "capacity_bound": (by_id["C41", "capacity"].high, "trillion_tokens_per_day"),
    "largest_volume_multiple": (largest / claimed, ""),
    "c36_supports": (int(table.query("claim_id == 'C36' and direction == 'supports'")["counts"].sum()), ""),
    "findings": (len(table), ""),
    "findings_counted": (int(table["counts"].sum()), ""),
    "findings_lineage": (int(table["lineage"].sum()), ""),
    "findings_read_again": (int((table["checked"] == "read again").sum()), ""),
    "findings_page_found": (int((table["checked"] == "page found").sum()), ""),
    "findings_not_reached": (int((table["checked"] == "not reached").sum()), ""),
}
results.write_facts("companies", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
