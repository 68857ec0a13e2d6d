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
# # How many tokens does a clip, or an agent, burn?
#
# A clip of Seedance 2.0 is said to take 308,880 tokens (C08), an agent millions in a few minutes (C09), and agents are
# said to have caused “token inflation” (C35). The first is a formula; for the others there are logs.

# %%
import pandas as pd

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import tokens
from tokencheck.notebook import drawings_tokens as drawings
from tokencheck.notebook import figures
from tokencheck.register.claims import load_register, measure_topic, write_topic
from tokencheck.register.verdicts import write_grid

register = load_register()
tables = Tables()
measured = measure_topic(register, "tokens", tables)
write_topic("tokens", measured)
by_id = {(found.claim, found.reading): found.measurement for found in measured}
for claim in ("C08", "C09", "C35"):
    write_grid(register.find(claim), tokens.grid(tables, claim))
pd.DataFrame([found.as_record() for found in measured]).drop(columns=["sources", "interval_kind", "grade"])

# %% [markdown]
# ## Width × height × frames / 1,024
#
# The published size of a 720p frame changed between model generations.

# %%
clips = {
    row.generation: tokens.video(tables, generation=row.generation).value for row in tables["video_sizes"].itertuples()
}
claimed = float(register.find("C08").find_part("tokens").value)
fig = drawings.draw_video(clips, claimed)
exact = [name for name, value in clips.items() if abs(value - claimed) < 1e-9]
more = clips["Seedance 2.0"] / claimed - 1
generation = ", ".join(exact) or "no generation"
title = f"The printed number is that of {generation}; a clip of Seedance 2.0 takes {100 * more:.0f} % more"
guard = "C08.tokens.seedance_1 agrees and C08.tokens.seedance_2 > C08.tokens.claimed and C08.tokens.seedance_2 near"
figures.save(fig, "tokens-video", title, drawings.ALT["tokens-video"], ["C08"], guard)

# %% [markdown]
# ## Five minutes of agent work


# %%
def spread(reading):
    found = by_id["C09", reading]
    return (found.low, found.high) if found.value is None else (found.value, found.value)


ranges = {
    "One user, vendor's\nplanning figure": spread("planned"),
    "Thirty logged requests": spread("logged"),
    "… without cached re-reads": spread("without-cache"),
    "Team of agents, planned": spread("team"),
    "Sixteen agents, sustained": spread("sustained"),
}
least = float(register.find("C09").find_part("tokens").value)  # “millions, even tens of millions”
fig = drawings.draw_agents(ranges, claimed=(least, 10 * least))
title = (
    f"One agent reaches {ranges[next(iter(ranges))][0]:.0f} million tokens in five minutes; ten million takes a team"
)
# Near ten million is more than half of it; all others, single agents, stay below.
guard = (
    "C09.tokens.planned >= C09.tokens.claimed and C09.tokens.planned < 5 and C09.tokens.logged < 5 "
    "and C09.tokens.sustained < 5 and C09.tokens.team > 5"
)
figures.save(fig, "tokens-agents", title, drawings.ALT["tokens-agents"], ["C09"], guard)

# %% [markdown]
# ## Agents against chats

# %%
multiples = {"chat": 1.0, "agent": by_id["C35", "agent"].value, "multi-agent": by_id["C35", "multi-agent"].value}
prompts = by_id["C35", "prompts"].rows.set_index("figure_id")["value"]
fig = drawings.draw_multiples(
    multiples, {"early 2024": prompts["prompt-tokens-before"], "end of 2025": prompts["prompt-tokens-after"]}
)
title = f"An agent takes {multiples['agent']:.0f} times the tokens of a chat; prompts had grown before 2026"
guard = "C35.growth.agent > 2 and C35.growth.multi_agent > C35.growth.agent and C35.growth.prompts > 1"
figures.save(fig, "tokens-multiples", title, drawings.ALT["tokens-multiples"], ["C35"], guard)

# %%
price = float(tables["company_figures"].set_index("figure_id").loc["seedance-2-price", "value"])
clip = by_id["C08", "seedance-2"].value * tokens.TEN_THOUSAND
logs = tables["agent_logs"].set_index("figure_id")["value"]
facts = {
    "clip_tokens": (clip, "tokens"),
    "clip_cny": (clip / tokens.MILLION * price, "CNY"),
    "clip_printed_cny": (claimed * tokens.TEN_THOUSAND / tokens.MILLION * price, "CNY"),
    "clip_price": (price, "CNY per million tokens"),
    "tokens_per_request": (logs["radar-tokens"] / logs["radar-requests"], "tokens"),
    "cached_share": (100 * logs["radar-cached"] / logs["radar-tokens"], "percent"),
    "tokens_per_session": (
        (logs["compiler-input"] + logs["compiler-output"]) / logs["compiler-sessions"] / tokens.MILLION,
        "million_tokens",
    ),
}
results.write_facts("tokens", facts)
pd.Series({name: value for name, (value, _) in facts.items()})
