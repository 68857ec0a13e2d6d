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
# # What did the tokens cost, and how many times less?
#
# The article quotes prices without saying of which tokens, at whom, in which market: C20 (MiniMax M2.5), C26 (GLM-5),
# C28 (DeepSeek V3.2), C44 and C45 (Kimi K2.5), C49 (Qwen3.5-Plus). Each price is looked up here, each ratio divided;
# what any other definition gives stands in `03b_lists`.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
model, comparator, day = "minimax/minimax-m2.5", "openai/gpt-5.2", "2026-03-11"
seller = "openrouter"  # vendor (its own list), openrouter or mainland (quotes in CNY)
token_class = "output"  # input, output, blended_3_1 or blended_measured (what a call costs)

# %%
import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from tokencheck import results
from tokencheck.measures import hosts, prices
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic
from tokencheck.register.rule import TOLERANCE, judge, read_number
from tokencheck.wording import write_number, write_quantity

topic = Topic.open("prices")
register, tables = topic.register, topic.tables
LISTS = "the vendors' price lists, as kept by models.dev (MIT); OpenRouter's catalogue and activity"

# %%
# What they can be.
parameters.check(
    seller=(seller, ("vendor", "openrouter", "mainland")),
    token_class=(token_class, prices.TOKEN_CLASSES),
    day=(day, parameters.Days.of(tables["vendor_prices"]["date"], window=False)),
)
sold = [one for one in sorted(prices.VENDOR_NAMES) if prices.find_price(tables, model=one, seller=seller, as_of=day)]
parameters.check(model=(model, sold), comparator=(comparator, sold))

# %% [markdown]
# ## Looking a price up, and weighing it
#
# A price is that of the last list up to a day: the vendor's own, OpenRouter's catalogue, or a mainland quote. What a
# call costs is input and output weighted by the share of prompt tokens, as measured over all public models.

# %%
split = prices.summarise_split(tables)
answered = 100 - split["prompt_percent_of_public_models"][0]
split["output_percent_of_public_models"] = (answered, "percent_of_public_models")
prompts, answers = (tables["model_activity_daily"][f"{kind}_tokens"].sum() for kind in ("prompt", "completion"))
WEIGHTS = {"input": 1, "output": 0, "blended_3_1": 0.75, "blended_measured": prompts / (prompts + answers)}
print(f"Of the tokens of a call {WEIGHTS['blended_measured']:.1%} are its prompt.")


def look_up(model, seller, day, tier="standard"):
    if seller == "mainland":
        quotes = tables["point_prices"].query("model == @model and currency == 'CNY'")
        row = quotes[quotes["condition"].str.startswith(prices.MAINLAND_TIERS[model, tier])].iloc[0]
        return row["input_per_mtok"], row["output_per_mtok"]
    if seller == "openrouter":
        ledger = tables["price_changes"].query("model == @model").sort_values("snapshot_utc", kind="stable")
        row = ledger[ledger["snapshot_utc"] < pd.Timestamp(day) + pd.Timedelta(days=1)].iloc[-1]
    else:
        provider, name = prices.VENDOR_NAMES[model]
        lists = tables["vendor_prices"].query("provider == @provider and vendor_model_id == @name")
        row = lists[lists["date"] <= day].sort_values("date").iloc[-1]
    long = "_long" if tier == "long" else ""
    return row[f"input{long}_usd_per_mtok"], row[f"output{long}_usd_per_mtok"]


# %%
rates = tables["exchange_rates"].query("pair == 'USD/CNY'").set_index("period")["rate"]


def price_by_hand(
    model, seller, token_class, as_of=prices.ARTICLE_DATE, tier="standard", currency="USD", rate_month="2026-03"
):
    """Look a price up, weigh what is charged for input and output, and convert it."""
    cost, earn = look_up(model, seller, as_of, tier)
    price = WEIGHTS[token_class] * cost + (1 - WEIGHTS[token_class]) * earn
    if currency == ("CNY" if seller == "mainland" else "USD"):
        return price
    return price * rates[rate_month] if currency == "CNY" else price / rates[rate_month]


def compute_by_hand(
    measure, comparator=None, comparators=(), comparator_seller=None, comparator_tier="standard", **own
):
    """Give the price of a reading's model, the mean of its rivals', and what the reading makes of the two."""
    price = price_by_hand(**own)
    if measure == "prices.price":
        return price, None, price
    rival = own | {"seller": comparator_seller or own["seller"].replace("mainland", "vendor"), "tier": comparator_tier}
    above = np.mean([price_by_hand(**rival | {"model": name}) for name in comparators or [comparator]])
    return price, above, 100 * price / above if measure == "prices.percent" else above / price


# %%
def compute(claim_id):
    """Compute the literal and the deciding reading of each part by hand, and compare them with the measure."""
    rows = {}
    for part in register.find(claim_id).parts:
        for reading, found in (topic.find_literal(claim_id, part.id), topic.find_deciding(claim_id, part.id)):
            *both, value = compute_by_hand(reading.measure, **reading.parameters)
            assert np.isclose(value, found.value), (claim_id, reading.id)
            currency = reading.parameters.get("currency", "USD")
            shown = ["" if price is None else f"{price:.2f} {currency}" for price in both]
            rows[f"{part.says}: {reading.label.en}"] = (*shown, write_quantity(value, part.unit))
    display(Markdown("**The sum by hand**: input and output, weighted; for a ratio, the rivals' over the model's."))
    display(displays.compare(rows, ["the model's price, a million tokens", "its rivals', on average", "by hand"]))


# %%
def find_turning_output(own, target):
    """Find the percent of output at which a call meets a target; both are (input, output), one price is that twice."""
    (cost, earn), (above, below) = own, target
    return 100 * (above - cost) / ((earn - cost) - (below - above))


# %% [markdown]
# ## C20: 0.3 dollars, one twentieth of Claude Opus

# %%
displays.introduce(topic, "C20")

# %%
compute("C20")

# %%
# By unit: what the axis says behind the price of a model, what is claimed, how a number is written.
WRITTEN = {
    "times": (" as a fraction of the comparator's (log scale)", "claimed: 1/{:g}", charts.write_fraction),
    "percent": (", % of the comparator's (log scale)", "claimed: {:g} %", lambda x: f"{write_number(x, 'times')} %"),
    "cny_per_mtok": (", CNY per million tokens", "claimed: {:g}", "{:.2f}".format),
    "usd_per_mtok": (", USD per million tokens", "claimed: {:g}", "{:.2f}".format),
}


# %%
def draw_readings(claim_id, part_id, name, model, told, title, guard):
    """Draw each reading of a part as a dot with its number and outcome, beside what is claimed."""
    part = register.find(claim_id).find_part(part_id)
    of_what, claimed_as, write = WRITTEN[part.unit]
    rows = []
    for one in part.readings:
        kind = judge(part, value := topic.find(claim_id, part_id, one.id).value)
        rows.append({"row": one.label.en, "value": value, "kind": kind, "label": f"{write(value)}, {kind}"})
    rows = pd.DataFrame(rows)
    styles = {kind: style for kind, style in charts.OUTCOME_STYLES.items() if kind in set(rows["kind"])}
    is_log = not part.unit.endswith("_per_mtok")
    room = rows["value"].min() / 1.15 if is_log else None  # at the left, for labels that evade the claimed line
    axis = charts.Axis(f"price of {model}{of_what}", low=room, log=is_log, write=write)
    chart = charts.dots(rows, axis, styles, marks.mark_claimed(part, claimed_as, near=True))
    alt = f"Dot plot of the {axis.title}, under each reading, with its outcome, beside the claimed one: {told}."
    return figures.save(chart, name, title, alt, [claim_id], guard, LISTS)


# %%
names = ("input-class", "input-opus-46", "output-opus-46")
literal, alone, source = (topic.find("C20", "ratio", name).value for name in names)
literal, alone, source = map(charts.write_fraction, (literal, alone, source))
title = f"1/20 is near the ratio of output prices ({source}); of input prices, as named, Opus has {alone}"
guard = "C20.ratio.output_opus_46 agrees or near and C20.ratio.input_opus_46 differs and C20.ratio.input_class differs"
told = f"{literal} by input prices of the class, {source} by output ones of Opus 4.6"
draw_readings("C20", "ratio", "prices-m25-ratio", "MiniMax M2.5", told, title, guard)

# %%
displays.explain(topic, "C20")

# %%
own = {"model": model, "seller": seller, "token_class": token_class, "as_of": day}
displays.try_out(topic, "C20", price=own, ratio=own | {"comparators": [comparator]})

# %% [markdown]
# ## C26: GLM-5 at one fifth

# %%
displays.introduce(topic, "C26")

# %%
compute("C26")

# %%
both_rivals = register.find("C26").find_part("ratio").readings[0].parameters["comparators"]
both, opus, gemini = (
    topic.find("C26", "ratio", name).value for name in ("call-both-rivals", "call-opus-45", "call-gemini-3-pro")
)
both, opus, gemini = map(charts.write_fraction, (both, opus, gemini))
title = f"A call to GLM-5 costs {opus} of one to Opus 4.5, {gemini} of one to Gemini 3 Pro: {both} on average"
guard = "C26.ratio.call_both_rivals differs and C26.ratio.call_opus_45 agrees or near"
told = f"{both} of both rivals on average, {opus} of Claude Opus 4.5 alone"
draw_readings("C26", "ratio", "prices-glm5-ratio", "GLM-5", told, title, guard)

# %% [markdown]
# The verdict turns where the average of the two rivals rounds to five times the price of GLM-5.

# %%
rounded = float(read_number(register.find("C26").find_part("ratio").value)) - 0.5
mean = np.mean([look_up(name, "vendor", prices.ARTICLE_DATE) for name in both_rivals], axis=0)
glm5 = look_up("z-ai/glm-5", "vendor", prices.ARTICLE_DATE)
turning_glm5 = {"glm5_turns_at_output": (find_turning_output(glm5, mean / rounded), "percent_of_call")}
displays.explain(topic, "C26", prices=split | turning_glm5)

# %%
displays.try_out(topic, "C26", ratio={"seller": seller, "token_class": token_class, "as_of": day})

# %% [markdown]
# ## C28: one percent of GPT-5.4

# %%
displays.introduce(topic, "C28")

# %%
compute("C28")

# %%
literal, pro = (topic.find("C28", "percent", name).value for name in ("vendor-output", "gpt-54-pro-input"))
title = f"DeepSeek V3.2's output costs {literal:.1f} % of GPT-5.4's; {pro:.1f} % is input, against GPT-5.4 Pro"
guard = "C28.percent.vendor_output differs and C28.percent.gpt_54_pro_input agrees"
told = f"{literal:.1f} % by output prices of the two lists, {pro:.1f} % by input against GPT-5.4 Pro"
draw_readings("C28", "percent", "prices-deepseek-percent", "DeepSeek V3.2", told, title, guard)

# %%
displays.explain(topic, "C28")

# %%
displays.try_out(topic, "C28", percent={"seller": seller, "token_class": token_class, "as_of": day})

# %% [markdown]
# ## C44 and C45: Kimi K2.5, 2.8 dollars, one ninth

# %%
displays.introduce(topic, "C44")

# %%
claimed = float(register.find("C44").find_part("price").value)
sellers = {"kimi_sellers_at_claimed": (len(hosts.list_sellers_at(tables, "Kimi K2.5", claimed)), "")}
compute("C44")

# %%
call, written = (topic.find("C44", "price", name).value for name in ("call", "vendor-output"))
title = f"A million tokens of Kimi K2.5 cost {call:.2f} USD as called, {written:.2f} USD as output alone"
guard = "C44.price.call differs and C44.price.vendor_output agrees or near"
told = f"{call:.2f} for a call at the vendor's list, {written:.2f} for its output"
draw_readings("C44", "price", "prices-k25-price", "Kimi K2.5", told, title, guard)

# %%
at_vendor = look_up("moonshotai/kimi-k2.5", "vendor", prices.ARTICLE_DATE)
turning = find_turning_output(at_vendor, 2 * (claimed / float(TOLERANCE.factor),))
turning_kimi = {"kimi_turns_at_output": (turning, "percent_of_call")}
displays.explain(topic, "C44", prices=split | sellers | turning_kimi)

# %%
displays.try_out(topic, "C44", price={"seller": seller, "token_class": token_class, "as_of": day})

# %%
displays.introduce(topic, "C45")

# %%
near_ninth = float(read_number(register.find("C45").find_part("ratio").value) / TOLERANCE.factor)
pair = {"model": "moonshotai/kimi-k2.5", "comparator": "anthropic/claude-opus-4.6"}
turning = prices.find_turning_share(tables, **pair, least_times=near_ninth)
last = pd.Timestamp(register.article.published)
days = tables["usage_daily"].set_index("date").sort_index()[last - pd.Timedelta(days=29) : last]
used = days.groupby(days["model"].str.extract(r"claude-4\.[56]-(opus|sonnet)-", expand=False))["tokens"].sum()
turns = {
    "kimi_turns_at_cached": (100 * turning, "percent_of_model_prompt"),
    "sonnet_over_opus": (used["sonnet"] / used["opus"], "ratio"),
}
compute("C45")

# %%
opus, sonnet = (topic.find("C45", "ratio", name).value for name in ("call-opus-46", "call-sonnet-46"))
opus, sonnet = map(charts.write_fraction, (opus, sonnet))
title = f"A call to Kimi K2.5 costs {opus} of one to Claude Opus 4.6, {sonnet} of one to Sonnet 4.6"
guard = "C45.ratio.call_opus_46 near and C45.ratio.call_sonnet_46 differs"
told = f"{opus} of Claude Opus 4.6, {sonnet} of Sonnet 4.6"
draw_readings("C45", "ratio", "prices-k25-ratio", "Kimi K2.5", told, title, guard)

# %%
displays.explain(topic, "C45", prices=split | turns)

# %%
displays.try_out(topic, "C45", ratio={"seller": seller, "token_class": token_class, "as_of": day})

# %% [markdown]
# ## C49: Qwen3.5-Plus, 0.8 yuan, one eighteenth

# %%
displays.introduce(topic, "C49")

# %%
compute("C49")

# %%
call, lowest, abroad = (
    topic.find("C49", "price", name).value for name in ("mainland-call", "mainland-input", "international-input")
)
title = (
    f"{lowest:.1f} CNY is the mainland list's lowest input price; a call costs {call:.2f}, input abroad {abroad:.2f}"
)
guard = "C49.price.mainland_input agrees and C49.price.mainland_call differs and C49.price.international_input > 2"
told = f"{lowest:.2f} for input on the mainland list, {call:.2f} for a call there, {abroad:.2f} for input abroad"
draw_readings("C49", "price", "prices-qwen-price", "Qwen3.5-Plus", told, title, guard)

# %%
qwen = look_up("qwen/qwen3.5-plus-02-15", "mainland", prices.ARTICLE_DATE)
near = float(register.find("C49").find_part("price").value) * float(TOLERANCE.factor)
turning = find_turning_output(qwen, (near, near))
cached = (call - near) / (WEIGHTS["blended_measured"] * qwen[0])  # were what a cache gives free
turning_qwen = {"qwen_turns_at_output": (turning, "percent_of_call")}
turning_qwen["qwen_turns_at_cached"] = (100 * cached, "percent_of_model_prompt")
displays.explain(topic, "C49", prices=split | turning_qwen)

# %%
own = {"seller": seller, "token_class": token_class, "as_of": day}
displays.try_out(topic, "C49", price=own, ratio=own)

# %% [markdown]
# ## What the pages quote beside the readings

# %%
kimi = tables["price_changes"].query("model == 'moonshotai/kimi-k2.5' and event == 'changed'")
at_claimed = prices.list_days_at(tables, "moonshotai/kimi-k2.5", claimed, until=register.article.published)
facts = split | sellers | turns | turning_glm5 | turning_kimi | turning_qwen
facts |= {
    "kimi_changes": (int((kimi["snapshot_utc"] < "2026-02-23").sum()), ""),
    "vendor_changes": (prices.count_vendor_changes(tables, "2026-01-27", "2026-02-22"), ""),
    "kimi_claimed_first": (f"{at_claimed.min():%-d %B %Y}", "date"),
    "kimi_claimed_last": (f"{at_claimed.max():%-d %B %Y}", "date"),
}
results.write_facts("prices", facts)
displays.list_facts(facts)
