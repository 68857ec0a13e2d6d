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
# The article counts tokens on OpenRouter by the home country of the model's developer: 4.12 trillion for Chinese models
# in one week (C02), more than American ones for the first time (C03), four of the five most used models (C04), 61 % of
# the world (C05). Each is added up here, from tokens by day and model; C18, C19, C46 and all grids follow in
# `02b_models`.

# %% tags=["parameters"]
# Yours to change: each cell “try your own” reads these, and nothing else does.
window = "2026-03-02/2026-03-08"  # first and last day
scope = "platform"  # top_5, top_9, top_10, top_20, named (without the rest “other”) or platform
country, against = "CN", "US"

# %%
import numpy as np
import pandas as pd
from IPython.display import display

from tokencheck import results
from tokencheck.measures import usage
from tokencheck.notebook import charts, displays, figures, marks, parameters
from tokencheck.notebook.topics import Topic, list_ends

topic = Topic.open("usage")
register, tables = topic.register, topic.tables
SOURCE = "OpenRouter (openrouter.ai/rankings), CC BY 4.0"
stated_days = marks.write_window(usage.STATED_WEEK)
shares = usage.grid_shares(tables)

# %%
# What they can be.
homelands = sorted(set(tables["labs"]["country"].dropna()) - {""})
parameters.check(
    window=(window, parameters.Days.of(tables["usage_daily"]["date"])),
    scope=(scope, [one for one in usage.SCOPES if one != "world"]),
    country=(country, homelands),
    against=(against, [one for one in homelands if one != country]),
)
yours = displays.write_parameters({"country": country, "scope": scope, "window": window})

# %% [markdown]
# ## C05: 61 % of what?
#
# Nine definitions, each named with its reason. The first is what the sentence says.

# %%
displays.introduce(topic, "C05")

# %% [markdown]
# ### The sum by hand
#
# Four steps: take the days of the window; add up the tokens of each model; keep the models of the scope; look up the
# country of each developer, by the model's own name or else by the author before the slash. Tokens that nobody can be
# named for (“other”, anonymous models) give the share two ends: none of them Chinese, or all.

# %%
daily = tables["usage_daily"]
homes = tables["labs"].drop_duplicates("alias").set_index("alias")["country"].replace("", None)


def find_homes(models):
    slug = models.str.split(":").str[0]
    return slug.where(slug.isin(homes.index), slug.str.split("/").str[0]).map(homes)


def add_up(window, scope):
    start, end = window.split("/")
    days = daily[daily["date"].between(start, end)]
    models = days.groupby("model", as_index=False)["tokens"].sum()
    models = models.sort_values(["tokens", "model"], ascending=[False, True])
    models["country"] = find_homes(models["model"])
    named = models[models["model"] != "other"]
    if scope in ("platform", "named"):
        return models if scope == "platform" else named
    return named.head(int(scope.removeprefix("top_")))


def split(models, country):
    own = models.loc[models["country"] == country, "tokens"].sum()
    unknown = models.loc[models["country"].isna(), "tokens"].sum()
    return own, own + unknown, models["tokens"].sum()


# %%
(literal, measured), (deciding, decided) = topic.find_literal("C05", "share"), topic.find_deciding("C05", "share")
by_hand = {}
for reading, found in ((literal, measured), (deciding, decided)):
    low, high, total = split(add_up(reading.parameters["window"], reading.parameters["scope"]), "CN")
    by_hand[reading.label.en] = (low / 1e12, total / 1e12, 100 * low / total, 100 * high / total)
    assert np.allclose(list_ends(found), (100 * low / total, 100 * high / total))
displays.compare(by_hand, ["Chinese, trillion", "all, trillion", "share, %", "with all unknown, %"])

# %% [markdown]
# ### The share is decided by the scope
#
# Each tick is one window; the line is the claimed share, the band what counts as near.

# %%
printed = topic.find("C05", "share", "top-ten-61").value
claimed = marks.mark_claimed(register.find("C05").find_part("share"), "claimed: {:g} %", near=True)
cells = shares.assign(row=shares["scope"].map(usage.SCOPES))
stated_week = cells["window"] == "stated week"
week = cells[stated_week].groupby("row", sort=False)["value"].agg(low="min", high="max").reset_index()
others = cells[~stated_week & (cells["stealth"] == "none")].round({"value": 1}).drop_duplicates(["row", "value"])
drawn = {
    f"{stated_days}, with bounds": marks.label_spans(week, " %"),
    "another week or month": others[["row", "value"]],
    "as first printed": pd.DataFrame({"row": [usage.SCOPES["top_10"]], "value": printed, "label": f"{printed:.0f} %"}),
}
rows = pd.concat([own.assign(kind=kind) for kind, own in drawn.items()], ignore_index=True)
axis = charts.Axis("Chinese models' share of tokens, %", low=0, high=100)
styles = dict(zip(drawn, (charts.MAIN, charts.TICK, charts.PRINTED), strict=True))
chart = charts.dots(rows, axis, styles, claimed, row_height=44)

# %%
title = (
    f"Of all tokens, Chinese models had {measured.low:.0f} to {measured.high:.0f} %: "
    f"{claimed.low:.0f} % takes ten models or fewer, and another week"
)
guard = (
    "C05.share.platform differs and facts.usage.printed_places > 0 and facts.usage.printed_wide = 0 "
    "and facts.usage.printed_in_stated_week = 0 and facts.usage.wide_high < C05.share.claimed"
)
alt = (
    "Dot plot, one row for each scope from the five most used models to the whole platform and the world, a tick for "
    f"each window. All tokens of the platform: {measured.low:.0f} to {measured.high:.0f} % in the stated week. Only "
    f"rows of five to ten models reach the claimed share of {claimed.low:.0f} %."
)
figures.save(chart, "usage-share-by-scope", title, alt, ["C05"], guard, SOURCE)

# %%
displays.explain(topic, "C05")

# %%
low, high, total = split(add_up(window, scope), country)
displays.try_out(topic, "C05", yours, share=(100 * low / total, 100 * high / total))

# %% [markdown]
# ## C02: 4.12 trillion tokens of which models?

# %%
displays.introduce(topic, "C02")

# %% [markdown]
# ### The sum by hand
#
# The same sum without dividing. The deciding reading adds up fewer models than the sentence speaks of.

# %%
by_hand = {}
for reading, found in (topic.find_literal("C02", "tokens"), topic.find_deciding("C02", "tokens")):
    low, high, _ = split(add_up(reading.parameters["window"], reading.parameters["scope"]), "CN")
    by_hand[reading.label.en] = (low / 1e12, high / 1e12)
    assert np.allclose(list_ends(found), (low / 1e12, high / 1e12))
displays.compare(by_hand, ["Chinese, trillion", "with all unknown, trillion"])

# %%
stated = usage.read_window(tables, register.find("C02").find_part("tokens").readings[0].parameters["window"])
totals = usage.sum_models(tables, stated)
top = usage.select_scope(totals, "top_20")
nine = topic.find("C02", "tokens", "chart-nine").value
everything = topic.find_literal("C02", "tokens")[1]
charted = int((top.head(9)["country"] == "CN").sum())
named = pd.Series(["Named on the public chart"] * 9 + ["Not named on it"] * (len(top) - 9))
sums = {"row": [f"the {charted} that the chart names", "all of the platform; faint: of unknown origin"]}
sums = pd.DataFrame(sums | {"low": [nine, everything.low], "high": [nine, everything.high]})
sums = marks.label_spans(sums, digits=2).assign(value=sums["high"], group="Chinese models together")
bars = marks.list_models(tables, top).assign(group=named)
axis = charts.Axis(f"trillion tokens, {stated_days}")
claimed = marks.mark_claimed(register.find("C02").find_part("tokens"), "claimed: {:g} trillion")
together = charts.bars(sums, axis, {"": charts.CHINA_STYLE}, claimed)
chart = charts.stack_charts(together, charts.bars(bars, axis, marks.COUNTRY_STYLES))

# %%
title = (
    f"The claimed {nine:.2f} trillion are {charted} models; all Chinese ones had at least {everything.low:.2f} trillion"
)
guard = "C02.tokens.chart_nine agrees and C02.tokens.all_models > C02.tokens.claimed"
alt = (
    "Above, bars of Chinese models' tokens beside a line at the claimed number: the "
    f"{charted} that the public chart names have {nine:.2f} trillion, all of the platform {everything.low:.2f} to "
    f"{everything.high:.2f}. Below, the twenty most used models of 9 to 15 February 2026, by the developer's country."
)
figures.save(chart, "usage-stated-week", title, alt, ["C02", "C04"], guard, SOURCE)

# %%
displays.explain(topic, "C02")

# %%
low, high, _ = split(add_up(window, scope), country)
displays.try_out(topic, "C02", yours, tokens=(low / 1e12, high / 1e12))

# %% [markdown]
# ## C03: ahead of America, for the first time?

# %%
displays.introduce(topic, "C03")

# %% [markdown]
# ### The sum by hand
#
# Chinese over American tokens, with the unknown ones given to one side, then the other. For the first time: all whole
# weeks on record up to the article, by the developers' totals; then by the nine most used models, from captures before.

# %%
for reading, found in (topic.find_literal("C03", "lead"), topic.find_deciding("C03", "lead")):
    models = add_up(reading.parameters["window"], reading.parameters["scope"])
    (chinese, chinese_most, _), (american, american_most, _) = split(models, "CN"), split(models, "US")
    assert np.allclose(list_ends(found), (chinese / american_most, chinese_most / american))
    print(f"{reading.label.en}: {chinese / american_most:.2f} to {chinese_most / american:.2f} times")


# %%
def keep_weeks(days):
    days = days[days["date"] <= register.article.published]
    days = days.assign(week=days["date"] - pd.to_timedelta(days["date"].dt.day_of_week, unit="D"))
    return days[days.groupby("week")["date"].transform("nunique") == 7]


labs, models = keep_weeks(tables["usage_labs_daily"]).query("lab != 'other'"), keep_weeks(daily)
captures = tables["usage_chart_weeks"].rename(columns={"week_start": "week"}).query("week < @models['week'].min()")
models = pd.concat([captures, models]).query("model not in ['other', '__platform_total__']")
models = models.groupby(["week", "model"], as_index=False)["tokens"].sum()
nine = models.sort_values(["tokens", "model"], ascending=[False, True]).groupby("week").head(9)
labs["home"], nine["home"] = labs["lab"].map(homes), find_homes(nine["model"])
for name, rows, words in ((topic.find_literal("C03", "first")[0].id, labs, "all named"), ("chart-weeks", nine, "nine")):
    sums = rows.pivot_table(index="week", columns="home", values="tokens", aggfunc="sum")
    led = sums.index[sums["CN"] > sums["US"]]
    assert topic.find("C03", "first", name).value == (f"{led[0]:%Y-%m-%d}" if len(led) else "never")
    print(f"{words}: {len(led)} of {len(sums)} weeks led by China; highest ratio {(sums['CN'] / sums['US']).max():.2f}")

# %%
weeks = usage.compare_weeks(tables, "named")
first = topic.find("C03", "first", "all-weeks-later").value
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
    claimed=[(claimed.low, f"claimed of China in the stated week: {claimed.low:g}")],
)
title = f"Over all named models, Chinese ones led for the first time in the week of {pd.Timestamp(first):%-d %B %Y}"
guard = "facts.usage.first_all_model_lead > article"
alt = (
    "Two lines of weekly tokens since January 2025, Chinese and American developers, each with a shade for tokens of "
    f"unknown origin. They cross after the article was published, in the week of {pd.Timestamp(first):%-d %B %Y}."
)
figures.save(chart, "usage-then-and-now", title, alt, ["C02", "C03", "C05"], guard, SOURCE)

# %%
lead = {"first_all_model_lead": (f"{pd.Timestamp(first):%-d %B %Y}", "date")}
displays.explain(topic, "C03", usage=lead)

# %%
models = add_up(window, scope)
(mine, most, _), (theirs, their_most, _) = split(models, country), split(models, against)
with np.errstate(divide="ignore", invalid="ignore"):  # of a country that has none
    ends = (mine / their_most, most / theirs)
displays.try_out(topic, "C03", f"{yours}; over {against}", lead=ends)

# %% [markdown]
# ## C04: four of the five most used?

# %%
displays.introduce(topic, "C04")

# %%
reading, found = topic.find_literal("C04", "count")
five = add_up(reading.parameters["window"], f"top_{reading.parameters['top']}")
assert list_ends(found)[0] == (five["country"] == "CN").sum()
naming, named = topic.find_literal("C04", "named")
assert named.value == five["model"].isin(naming.parameters["models"]).sum()
displays.list_rows(five.drop(columns="tokens").assign(trillion_tokens=five["tokens"] / 1e12))

# %%
part = register.find("C04").find_part("count")
counts = {one.label.en: int(topic.find("C04", "count", one.id).value) for one in part.readings}
bars = pd.DataFrame({"row": counts.keys(), "value": counts.values(), "label": map(str, counts.values())})
claimed = marks.mark_claimed(part, "claimed: {:g}")
chart = charts.bars(bars, charts.Axis("Chinese models among the five most used", low=0, high=5), claimed=claimed)
title = f"{found.value:g} of the top five were Chinese in the stated week, at least {min(counts.values())} in others"
told = "; ".join(f"{row}: {count}" for row, count in counts.items())
alt = f"Bars of the Chinese models among the five most used, with a line at the claimed {claimed.low:g}. {told}."
figures.save(chart, "usage-top-five", title, alt, ["C04"], "C04.count.stated_week agrees", SOURCE)

# %%
displays.explain(topic, "C04")

# %%
five = add_up(window, "top_5")
own = displays.write_parameters({"country": country, "window": window})
display(displays.try_out(topic, "C04", own, count=(five["country"] == country).sum()))
displays.list_rows(five.drop(columns="tokens").assign(trillion_tokens=five["tokens"] / 1e12))

# %% [markdown]
# ## What the pages quote beside the readings

# %%
m25 = daily[daily["model"] == "minimax/minimax-m2.5-20260211"].set_index("date")["tokens"] / 1e12
after = weeks[weeks["week_start"] >= first]
now = usage.sum_labs(tables, usage.read_window(tables, usage.LAST_WEEK))
unnamed = totals.set_index("model")["tokens"]["other"]
unattributed = usage.split_country(totals, "CN").unattributed
unattributed_now = now.loc[now["country"].isna(), "tokens"].sum()
month = register.find("C46").find_part("tokens")
nearest = usage.find_nearest_month(tables, "moonshotai/kimi-k2.5-0127", float(month.value))

# %%
facts = {
    **usage.summarise_shares(shares, float(register.find("C05").find_part("share").value)),
    "platform_tokens": (totals["tokens"].sum() / 1e12, "trillion_tokens"),
    "platform_tokens_a_day": (totals["tokens"].sum() / 1e12 / stated.days, "trillion_tokens_per_day"),
    "american_tokens": (usage.split_country(totals, "US").own / 1e12, "trillion_tokens"),
    "chart_coverage": (100 * totals["tokens"].head(9).sum() / totals["tokens"].sum(), "percent_of_platform"),
    "chart_chinese": (charted, "models"),
    "chart_american": (usage.split_country(totals.head(9), "US").own / 1e12, "trillion_tokens"),
    "printed_american": (float(tables["reported_figures"].set_index("figure_id")["value"]["F02"]), "trillion_tokens"),
    "unnamed_percent_of_platform": (100 * unnamed / totals["tokens"].sum(), "percent_of_platform"),
    "unattributed_then": (100 * unattributed / totals["tokens"].sum(), "percent_of_platform"),
    **lead,
    "weeks_since_first": (len(after), "weeks"),
    "weeks_led_since_first": (int((after["cn_tokens"] > after["us_tokens"]).sum()), "weeks"),
    "last_week_end": (f"{weeks['week_start'].max() + pd.Timedelta(days=6):%-d %B %Y}", "date"),
    "unattributed_now": (100 * unattributed_now / now["tokens"].sum(), "percent_of_platform"),
    "m25_days_to_half": (usage.count_days_to_half(m25), "days"),
    "k25_nearest_month_end": (f"{nearest:%-d %B %Y}", "date"),
}
facts |= usage.summarise_chart(tables, stated.start)
results.write_facts("usage", facts)
displays.list_facts(facts)
