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

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
minutes = 10  # how long “a few minutes” are
generation, seconds, fps = "Seedance 2.0", 10, 24

# %%
import numpy as np
import pandas as pd

from tokencheck import results
from tokencheck.measures import tokens
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.verdicts import write_grid

topic = Topic.open("tokens")
register, tables = topic.register, topic.tables
by_id = {(found.claim, found.reading): found.measurement for found in topic.measured if found.when == "then"}

# %%
# What they can be.
parameters.check(
    minutes=(minutes, parameters.Between(1, 60)),
    generation=(generation, tables["video_sizes"].query("resolution == '720p'")["generation"].unique()),
    seconds=(seconds, parameters.Between(1, 60, whole=True)),
    fps=(fps, parameters.Between(1, 60, whole=True)),
)

# %% [markdown]
# ## C08: 308,880 tokens of which model?

# %%
displays.introduce(topic, "C08")

# %% [markdown]
# ### The sum by hand
#
# Width × height × frames / 1,024, at 24 frames a second for 15 seconds: the formula of the vendor's own reference.

# %%
sizes = tables["video_sizes"].query("resolution == '720p'").set_index("generation")
rows = {}
for reading, found in (topic.find_literal("C08", "tokens"), topic.find_deciding("C08", "tokens")):
    size = sizes.loc[reading.parameters["generation"]]
    frames = 24 * 15 + reading.parameters.get("extra_frame", False)
    clip = size["width_px"] * size["height_px"] * frames / 1024
    rows[reading.label.en] = (f"{size['width_px']} × {size['height_px']} × {frames} / 1,024", clip)
    assert np.isclose(found.value * 10_000, clip)
displays.compare(rows, ["sum", "tokens"])

# %% [markdown]
# ### By generation
#
# The published size of a 720p frame changed between model generations.

# %%
clips = {
    row.generation: tokens.video(tables, generation=row.generation).value for row in tables["video_sizes"].itertuples()
}
claimed = float(register.find("C08").find_part("tokens").value)
exact = [name for name, value in clips.items() if abs(value - claimed) < 1e-9]
more = clips["Seedance 2.0"] / claimed - 1
printed_of = ", ".join(exact) or "no generation"
title = f"The printed number is that of {printed_of}; a clip of Seedance 2.0 takes {100 * more:.0f} % more"
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

# %%
displays.explain(topic, "C08")

# %%
displays.try_out(topic, "C08", tokens={"generation": generation, "seconds": seconds, "fps": fps})

# %% [markdown]
# ## C09: millions of tokens in a few minutes?

# %%
displays.introduce(topic, "C09")

# %% [markdown]
# ### The sum by hand
#
# A user's heaviest day in a published table, spread evenly over 24 hours: five of its minutes had at least that much.
# Another log has requests and no times, so thirty of them in five minutes are an assumed pace.

# %%
logs = tables["agent_logs"].set_index("figure_id")["value"]
reading, found = topic.find_literal("C09", "tokens")
one = logs[reading.parameters["day"]] / (24 * 60) * 5 / 1e6
assert np.isclose(found.value, one)
print(f"at least {one:.2f} million tokens in the busiest five minutes of that day")
reading, found = topic.find_deciding("C09", "tokens")
each, requests = logs["radar-tokens"] / logs["radar-requests"], reading.parameters["requests"]
assert np.isclose(found.value, each * requests / 1e6)
print(f"{each:,.0f} tokens a request × {requests} requests = {each * requests / 1e6:.2f} million, if in five minutes")


# %%
def spread(reading):
    found = by_id["C09", reading]
    return (found.low, found.high) if found.value is None else (found.value, found.value)


ranges = {
    "A heavy user's day, January": spread("busiest-day"),
    "One user, recommended rate limit": spread("recommended-limit"),
    "Thirty logged requests": spread("logged"),
    "… without cached re-reads": spread("without-cache"),
    "The same for a team of agents": spread("team"),
    "Sixteen agents, sustained": spread("sustained"),
}
least = float(register.find("C09").find_part("tokens").value)  # “several million, even over ten million”
logged, team = (by_id["C09", name].value for name in ("logged", "team"))
title = f"Thirty logged requests come to {logged:.1f} million tokens, if they fall into five minutes; a team takes more"
guard = (
    "C09.tokens.logged >= C09.tokens.claimed and C09.tokens.recommended_limit < 5 and C09.tokens.logged < 5 "
    "and C09.tokens.sustained < 5 and C09.tokens.team > 10"
)

# %%
spans = pd.DataFrame([{"row": name, "low": low, "high": high} for name, (low, high) in ranges.items()])
chart = charts.dots(
    marks.label_spans(spans, digits=1),
    charts.Axis("million tokens in five minutes (log scale)", log=True),
    claimed=[
        charts.ClaimedValue(least, "claimed: several million"),
        charts.ClaimedValue(10, "“even over ten million”"),
    ],
)
alt = (
    "Tokens burnt in five minutes of agent work on a scale of powers of ten. Thirty logged requests come to "
    f"{logged:.1f} million, and to {team:.1f} million for a team of agents; the rate limit that the vendor recommends "
    "for one user lies below the claimed number."
)
figures.save(chart, "tokens-agents", title, alt, ["C09"], guard, "Anthropic; published logs of agents")

# %%
per_request = {
    "tokens_per_request": (logs["radar-tokens"] / logs["radar-requests"], "tokens"),
    "cached_percent_of_logged": (100 * logs["radar-cached"] / logs["radar-tokens"], "percent_of_logged"),
}
displays.explain(topic, "C09", tokens=per_request)

# %%
displays.try_out(topic, "C09", tokens={"minutes": minutes})

# %% [markdown]
# ## C35: agents against chats

# %%
displays.introduce(topic, "C35")

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
growth = tokens.app_growth(tables, before="2026-01-01/2026-01-31")
displays.explain(topic, "C35", tokens={"openclaw_growth": (growth.value, growth.unit)})

# %% [markdown]
# ## The grids, and what the pages quote beside the readings

# %%
sources = {"C08": "ByteDance", "C09": "Anthropic; published logs of agents", "C35": "Anthropic; OpenRouter and a16z"}
for claim in ("C08", "C09", "C35"):
    cells = tokens.grid(tables, claim)
    write_grid(register.find(claim), cells)
    displays.summarise_grid(register.find(claim), cells, sources[claim])

# %%
price = float(tables["company_figures"].set_index("figure_id").loc["seedance-2-price", "value"])
clip = by_id["C08", "seedance-2"].value * tokens.TEN_THOUSAND
openclaw = tokens.share_of_platform(tables)
facts = {
    "openclaw_percent_of_platform_low": (openclaw.min(), "percent_of_platform"),
    "openclaw_percent_of_platform_high": (openclaw.max(), "percent_of_platform"),
    "openclaw_growth": (growth.value, growth.unit),
    "clip_tokens": (clip, "tokens"),
    "clip_cny": (clip / tokens.MILLION * price, "CNY"),
    "clip_printed_cny": (claimed * tokens.TEN_THOUSAND / tokens.MILLION * price, "CNY"),
    "clip_price": (price, "cny_per_mtok_listed"),
    **per_request,
    "seconds_at_turn": (300 * logs["radar-tokens"] / logs["radar-requests"] / (least * tokens.MILLION), "seconds"),
    "tokens_per_session": (
        (logs["compiler-input"] + logs["compiler-output"]) / logs["compiler-sessions"] / tokens.MILLION,
        "million_tokens",
    ),
}
results.write_facts("tokens", facts)
displays.list_facts(facts)
