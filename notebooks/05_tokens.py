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
from tokencheck.notebook import charts, figures
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
exact = [name for name, value in clips.items() if abs(value - claimed) < 1e-9]
more = clips["Seedance 2.0"] / claimed - 1
generation = ", ".join(exact) or "no generation"
title = f"The printed number is that of {generation}; a clip of Seedance 2.0 takes {100 * more:.0f} % more"
guard = "C08.tokens.seedance_1 agrees and C08.tokens.seedance_2 > C08.tokens.claimed and C08.tokens.seedance_2 near"
bars = pd.DataFrame({"row": list(clips), "value": [value * tokens.TEN_THOUSAND for value in clips.values()]})
bars["label"] = bars["value"].map("{:,.0f}".format)
printed = claimed * tokens.TEN_THOUSAND
chart = charts.bars(
    bars,
    charts.Axis("tokens for 15 seconds of 720p at 24 frames a second"),
    claimed=charts.ClaimedValue(printed, f"claimed of Seedance 2.0: {printed:,.0f}"),
)
alt = (
    f"Bars of the tokens of a clip by model generation, with a line at the claimed {printed:,.0f}. The bar of Seedance "
    f"1.0 ends on the line, that of Seedance 2.0, {clips['Seedance 2.0'] * tokens.TEN_THOUSAND:,.0f}, a little beyond "
    "it."
)
figures.save(chart, "tokens-video", title, alt, ["C08"], guard, "ByteDance's model documentation")

# %% [markdown]
# ## Five minutes of agent work


# %%
def spread(reading):
    found = by_id["C09", reading]
    return (found.low, found.high) if found.value is None else (found.value, found.value)


ranges = {
    "One user, vendor's planning figure": spread("planned"),
    "Thirty logged requests": spread("logged"),
    "… without cached re-reads": spread("without-cache"),
    "Team of agents, planned": spread("team"),
    "Sixteen agents, sustained": spread("sustained"),
}
least = float(register.find("C09").find_part("tokens").value)  # “millions, even tens of millions”
title = (
    f"One agent reaches {ranges[next(iter(ranges))][0]:.0f} million tokens in five minutes; ten million takes a team"
)
# Near ten million is more than half of it; all others, single agents, stay below.
guard = (
    "C09.tokens.planned >= C09.tokens.claimed and C09.tokens.planned < 5 and C09.tokens.logged < 5 "
    "and C09.tokens.sustained < 5 and C09.tokens.team > 5"
)
spans = pd.DataFrame([{"row": name, "value": low, "low": low, "high": high} for name, (low, high) in ranges.items()])
spans["label"] = [charts.write_span(row.low, row.high, digits=1) for row in spans.itertuples()]
chart = charts.dots(
    spans,
    charts.Axis("million tokens in five minutes (log scale)", log=True),
    claimed=[
        charts.ClaimedValue(least, "claimed: millions"),
        charts.ClaimedValue(10 * least, "“even tens of millions”"),
    ],
)
alt = (
    "Ranges of tokens burnt in five minutes of agent work on a scale of powers of ten. One user's planning figure "
    f"starts at {next(iter(ranges.values()))[0]:.1f} million, the claimed number; only a team of agents, up to "
    f"{ranges['Team of agents, planned'][1]:.1f} million, comes near ten million."
)
figures.save(chart, "tokens-agents", title, alt, ["C09"], guard, "Anthropic; published logs of agents")

# %% [markdown]
# ## Agents against chats

# %%
multiples = {"chat": 1.0, "agent": by_id["C35", "agent"].value, "multi-agent": by_id["C35", "multi-agent"].value}
prompts = by_id["C35", "prompts"].rows.set_index("figure_id")["value"]
grown = {"early 2024": prompts["prompt-tokens-before"], "end of 2025": prompts["prompt-tokens-after"]}
sides = {"Tokens of a task, a chat = 1": multiples, "Prompt tokens of a request on OpenRouter": grown}
pairs = pd.DataFrame(
    {"group": group, "row": row, "value": value, "label": f"{value:,.0f}"}
    for group, own in sides.items()
    for row, value in own.items()
)
chart = charts.bars(pairs, charts.Axis("", low=0), apart=True)
title = f"An agent takes {multiples['agent']:.0f} times the tokens of a chat; prompts had grown before 2026"
guard = "C35.growth.agent > 2 and C35.growth.multi_agent > C35.growth.agent and C35.growth.prompts > 1"
alt = (
    f"Bars: with the tokens of a chat as one, an agent takes {multiples['agent']:.0f} and a multi-agent system "
    f"{multiples['multi-agent']:.0f}; the prompt tokens of a request were {grown['early 2024']:,.0f} in early 2024 and "
    f"{grown['end of 2025']:,.0f} at the end of 2025."
)
figures.save(chart, "tokens-multiples", title, alt, ["C35"], guard, "Anthropic; OpenRouter and a16z")

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
