"""The headline numbers a second time, straight from the tables: no code of the measures is used, and no constant.

What is asked for (which window, which model, which seller) stands in each reading's parameters; how it is computed is
written here anew, on plain rows. A literal reading that cannot be recomputed fails, so that none slips away unseen.
"""

import csv
import datetime as dt
import gzip
import inspect
import io
import json
import re
import statistics
from collections import Counter
from functools import cache

import pytest
import yaml

from tokencheck import paths

UNSTATED = "companies.undisclosed"  # says that nobody states the number
REGISTER = yaml.load(paths.CLAIMS.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
ARTICLE_DATE = str(REGISTER["article"]["published"])
CALLS = "blended_measured"


@cache
def read(table):
    """Give the rows of a table as text."""
    packed = paths.TABLES / f"{table}.csv.gz"
    raw = gzip.decompress(packed.read_bytes()) if packed.exists() else (paths.TABLES / f"{table}.csv").read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8"))))


# ------------------------------------------------------------------------------------------------------------ usage


@cache
def read_labs():
    rows = {}
    for row in read("labs"):
        rows.setdefault(row["alias"], row)
    return rows


def find_country(name, reported=False):
    """Say where a model's developer has its home: the model's own row decides before that of its author."""
    name = name.split(":")[0]
    row = read_labs().get(name) or read_labs().get(name.split("/")[0]) or {"country": "", "reported_country": ""}
    return row["country"] or (row["reported_country"] if reported else "")


def list_days(start, end):
    first, last = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    return {(first + dt.timedelta(days=number)).isoformat() for number in range((last - first).days + 1)}


@cache
def read_by_day(table):
    days = {}
    for row in read(table):
        days.setdefault(row["date"], []).append((row.get("model") or row.get("lab"), int(row["tokens"])))
    return days


def add_up(window):
    """Add up the tokens of each model, of all days of a window."""
    totals, wanted = Counter(), list_days(*window.split("/"))
    assert wanted <= set(read_by_day("usage_daily")), f"a day of {window} is not on record"
    for day in wanted:
        totals.update(dict(read_by_day("usage_daily")[day]))
    return totals


def order(totals):
    """Order what has a name by its tokens."""
    return sorted((name for name in totals if name != "other"), key=lambda name: (-totals[name], name))


def choose(totals, scope):
    """Keep what a scope holds; the world is no scope of this record."""
    if scope == "platform":
        return totals
    named = order(totals)
    return {name: totals[name] for name in (named if scope == "named" else named[: int(scope.split("_")[1])])}


def sum_of(tokens, country, reported=False):
    return sum(count for name, count in tokens.items() if find_country(name, reported) == country)


def measure_tokens(scope, window, stealth="bounds", country="CN"):
    chosen = choose(add_up(window), scope)
    own = {"none": sum_of(chosen, country), "reported": sum_of(chosen, country, reported=True)}
    if stealth != "bounds":
        return own[stealth] / 1e12
    return own["none"] / 1e12, (own["none"] + sum_of(chosen, "")) / 1e12


def measure_share(scope, window, stealth="bounds"):
    found, total = measure_tokens(scope, window, stealth), sum(choose(add_up(window), scope).values()) / 1e12
    return tuple(100 * end / total for end in found) if isinstance(found, tuple) else 100 * found / total


def measure_lead(scope, window):
    chosen = choose(add_up(window), scope)
    ours, theirs, nobodys = (sum_of(chosen, country) for country in ("CN", "US", ""))
    return ours / (theirs + nobodys), (ours + nobodys) / theirs


def count_in_top(top, window):
    countries = [find_country(name) for name in order(add_up(window))[:top]]
    return countries.count("CN"), countries.count("CN") + countries.count("")


def count_named_in_top(models, top, window):
    return len(set(order(add_up(window))[:top]) & set(models))


def measure_model(model, window):
    return sum(count for name, count in add_up(window).items() if name.split(":")[0] == model) / 1e12


def find_rank(model, window):
    return order(add_up(window)).index(model) + 1


def measure_increment(model, window):
    """Subtract what a model had in as many days before."""
    first, last = map(dt.date.fromisoformat, window.split("/"))
    back = last - first + dt.timedelta(days=1)
    return measure_model(model, window) - measure_model(model, f"{first - back}/{last - back}")


def find_first_lead(scope, step="week", until=ARTICLE_DATE):
    """Find the first whole week in which Chinese models had more than American ones; the chart goes back further."""
    assert step == "week"
    days = read_by_day("usage_labs_daily" if scope == "named" else "usage_daily")
    weeks = {}
    for day in sorted(days):
        monday = dt.date.fromisoformat(day) - dt.timedelta(days=dt.date.fromisoformat(day).weekday())
        if day <= until:
            weeks.setdefault(monday.isoformat(), []).append(day)
    totals = {}
    for monday, own in weeks.items():
        if len(own) == 7:
            totals[monday] = sum((Counter(dict(days[day])) for day in own), Counter())
    if scope == "top_9":
        earliest = min(totals)
        for row in read("usage_chart_weeks"):
            if row["week_start"] < earliest:
                totals.setdefault(row["week_start"], Counter())[row["model"]] += int(row["tokens"])
    for monday in sorted(totals):
        held = totals[monday]
        held.pop("__platform_total__", None)
        chosen = choose(held, scope)
        against = sum_of(chosen, "US") + (sum_of(chosen, "") if scope == "platform" else 0)
        if sum_of(chosen, "CN") > against:
            return monday
    return "never"


# ----------------------------------------------------------------------------------------------------------- prices

# What a model is called on its vendor's list, and how the quote of its mainland price begins.
AT_VENDOR = {
    "anthropic/claude-opus-4.1": "anthropic claude-opus-4-1",
    "anthropic/claude-opus-4.5": "anthropic claude-opus-4-5",
    "anthropic/claude-opus-4.6": "anthropic claude-opus-4-6",
    "anthropic/claude-sonnet-4.6": "anthropic claude-sonnet-4-6",
    "deepseek/deepseek-v3.2": "deepseek deepseek-chat",
    "google/gemini-3-flash-preview": "google gemini-3-flash-preview",
    "google/gemini-3-pro-preview": "google gemini-3-pro-preview",
    "google/gemini-3.1-pro-preview": "google gemini-3.1-pro-preview",
    "minimax/minimax-m2.5": "minimax MiniMax-M2.5",
    "moonshotai/kimi-k2.5": "moonshotai kimi-k2.5",
    "openai/gpt-5.2": "openai gpt-5.2",
    "openai/gpt-5.4": "openai gpt-5.4",
    "openai/gpt-5.4-pro": "openai gpt-5.4-pro",
    "qwen/qwen3.5-plus-02-15": "alibaba qwen3.5-plus",
    "z-ai/glm-5": "zai glm-5",
}
ON_MAINLAND = {
    ("qwen/qwen3.5-plus-02-15", "standard"): "prompt <=128K",
    ("qwen/qwen3.5-plus-02-15", "long"): "prompt 128K-256K",
    ("minimax/minimax-m2.5", "standard"): "pay-as-you-go",
}


def find_list(model, seller, as_of, tier):
    """Give input, output and cached price of the last list that a seller had by a day."""
    if seller == "mainland":
        rows = [
            row
            for row in read("point_prices")
            if (row["model"], row["currency"]) == (model, "CNY")
            and row["condition"].startswith(ON_MAINLAND[model, tier])
        ]
        return [rows[0][f"{name}_per_mtok"] for name in ("input", "output", "cache_read")]
    if seller == "openrouter":
        rows = [row for row in read("price_changes") if row["model"] == model and row["snapshot_utc"][:10] <= as_of]
        row = max(rows, key=lambda one: one["snapshot_utc"])
        assert row["event"] != "delisted"
        long = ""
    else:
        provider, name = AT_VENDOR[model].split()
        rows = [row for row in read("vendor_prices") if (row["provider"], row["vendor_model_id"]) == (provider, name)]
        row = max((one for one in rows if one["date"] <= as_of), key=lambda one: one["date"])
        long = "_long" if tier == "long" else ""
    return [row[f"input{long}_usd_per_mtok"], row[f"output{long}_usd_per_mtok"], row["cache_read_usd_per_mtok"]]


def share_prompts():
    rows = read("model_activity_daily")
    prompts, completions = (sum(int(row[name]) for row in rows) for name in ("prompt_tokens", "completion_tokens"))
    return prompts / (prompts + completions)


def find_price(model, seller, token_class, as_of=ARTICLE_DATE, tier="standard"):
    own = find_list(model, seller, as_of, tier)
    if token_class in ("input", "output", "cached"):
        return float(own[("input", "output", "cached").index(token_class)])
    share = {CALLS: share_prompts, "blended_3_1": lambda: 3 / 4}[token_class]()
    return share * float(own[0]) + (1 - share) * float(own[1])


def find_yuan(month):
    """Give the CNY that a dollar cost in a month, or in the last month on record before it."""
    rates = [
        row for row in read("exchange_rates") if row["pair"] == "USD/CNY" and re.fullmatch(r"\d{4}-\d\d", row["period"])
    ]
    return float(max((row for row in rates if row["period"] <= month), key=lambda row: row["period"])["rate"])


def measure_price(
    model, seller, token_class, as_of=ARTICLE_DATE, tier="standard", currency="USD", rate_month=ARTICLE_DATE[:7]
):
    price, own = find_price(model, seller, token_class, as_of, tier), "CNY" if seller == "mainland" else "USD"
    if own == currency:
        return price
    return price * find_yuan(rate_month) if currency == "CNY" else price / find_yuan(rate_month)


def compare_prices(
    model, comparator, seller, token_class, as_of=ARTICLE_DATE, comparator_tier="standard", rate_month=ARTICLE_DATE[:7]
):
    price, other_seller = find_price(model, seller, token_class, as_of), "vendor" if seller == "mainland" else seller
    other = find_price(comparator, other_seller, token_class, as_of, comparator_tier)
    return other * (find_yuan(rate_month) if seller == "mainland" else 1) / price


def average_ratio(model, comparators, **parameters):
    return sum(compare_prices(model, one, **parameters) for one in comparators) / len(comparators)


def measure_percent(model, comparator, seller, token_class, as_of=ARTICLE_DATE, comparator_tier="standard"):
    return 100 / compare_prices(model, comparator, seller, token_class, as_of, comparator_tier)


# ------------------------------------------------------------------------------------------------------ electricity


def name_first_day(period):
    return (re.search(r"\d{4}(-\d\d){0,2}", period)[0] + "-01-01")[:10]


def name_last_day(period):
    """Give a text that sorts as the last day of a period: 2026, 2026-06/08 and 2004-2006 included."""
    if "/" in period:
        period = f"{period[:4]}-{period[-2:]}"
    elif re.fullmatch(r"\d{4}-\d{4}", period):
        period = period[-4:]
    return period + {4: "-12-31", 7: "-31"}.get(len(period), "")


def list_statements(basis, since, until, place):
    """List what a kWh was stated to cost, by when its period was over or the statement in print."""
    printed = {row["source_id"]: row["published_date"] for row in read("sources")}
    prices = []
    for row in read("electricity_cn"):
        ends = [name_last_day(row["period"])] + ([name_last_day(when)] if (when := printed[row["source_id"]]) else [])
        in_place = row["western"] == "true" if place == "west" else row["place"] == "China"
        is_limit = re.search(r"\b(bid floor|bid ceiling|ceiling|price limit|target)\b", row["scope"])
        if row["lineage"] == "true" or row["basis"] != basis or not in_place or is_limit or min(ends) > until:
            continue
        named = [row[f"price_cny_per_kwh_{end}"] for end in ("low", "high") if row[f"price_cny_per_kwh_{end}"]]
        if name_first_day(row["period"]) >= name_first_day(since) and named:
            prices.append(statistics.mean(map(float, named)))
    return prices


PICK = {"median": statistics.median, "min": min, "max": max}


def measure_statement(basis, since="2024-01", until=ARTICLE_DATE, place="west", statistic="median"):
    return PICK[statistic](list_statements(basis, since, until, place))


def find_euro_or_dollar(currency, period):
    """Give the CNY that a unit cost in a year, or on average over the months of a half-year."""
    months = [period]
    if "-S" in period:
        first = 6 * int(period[-1]) - 5
        months = [f"{period[:4]}-{month:02}" for month in range(first, first + 6)]
    rates = {
        row["period"]: float(row["rate"])
        for row in reversed(read("exchange_rates"))
        if row["pair"] == f"{currency}/CNY"
    }
    return statistics.mean(rates[month] for month in months)


def compare_power(china, market, place, customers, period, tax="X_VAT", statistic="median"):
    """Divide the price abroad by that stated for western China."""
    if market == "us":
        rows = [row for row in read("electricity_us") if (row["sector"], row["period"]) == (customers, period)]
        prices = {row["state"]: float(row["price_usd_per_kwh"]) for row in sorted(rows, key=by_source, reverse=True)}
        states = {state: price for state, price in prices.items() if len(state) == 2 and state not in ("US", "DC")}
        abroad = max(states.values()) if place == "highest" else prices[place]
    else:
        wanted = (customers, tax, period, place)
        rows = [row for row in read("electricity_eu") if (row["band"], row["tax"], row["period"], row["geo"]) == wanted]
        abroad = float(min(rows, key=by_source)["price_eur_per_kwh"])
    rate = find_euro_or_dollar("USD" if market == "us" else "EUR", period)
    return abroad * rate / measure_statement(china, statistic=statistic)


def by_source(row):
    return row["source_id"]


def read_bill(state, year, sector="residential"):
    """Give an average bill: revenue over customers, month by month; of one sector or of all."""
    rows = [row for row in read("electricity_us_bills") if (row["state"], row["year"]) == (state, year)]
    rows = [row for row in rows if sector in (row["sector"], "all_sectors")]
    return sum(float(row["revenue_thousand_usd"]) for row in rows) / sum(float(row["customer_months"]) for row in rows)


def count_states(sector, earlier, later, low_percent=20, high_percent=30, with_district=False):
    """Count the states whose bill rose by such a percentage."""
    states = {row["state"] for row in read("electricity_us_bills")} - {"US"} - (set() if with_district else {"DC"})
    assert len(states) == 50 + with_district
    rises = [100 * (read_bill(one, later, sector) / read_bill(one, earlier, sector) - 1) for one in states]
    return sum(low_percent <= rise <= high_percent for rise in rises)


def find_commodity(commodity, metric):
    rows = [row for row in read("commodities") if row["commodity"] == commodity and row["metric"].startswith(metric)]
    return float(max(rows, key=lambda row: row["period"])["value"])


def measure_sale(sale):
    """Divide what electricity was sold for by how much it was; dollars at the rate of the month in which it is told."""
    own = {row["metric"].partition(", ")[0]: row for row in read("commodities") if row["metric"].endswith(f", {sale}")}
    period = own["value"]["period"]
    if re.fullmatch(r"\d{4}-\d{4}", period):
        period = str((int(period[:4]) + int(period[-4:])) // 2)
    rate = find_euro_or_dollar("USD", period) if own["value"]["unit"].startswith("USD") else 1
    return float(own["value"]["value"]) / float(own["volume"]["value"]) * rate


def compare_metal(commodity, value="gross", price=0.5):
    """Say how many times its price of half a yuan a kWh is worth as metal, gains, or keeps with the profit."""
    market, power = {
        "aluminium": ("SMM A00 spot", "AC power, NDRC base level"),
        "polysilicon": ("SMM N-type price index", "electricity at the draft limit"),
    }[commodity]
    per_kwh = find_commodity(commodity, "average profit" if value == "profit" else market)
    per_kwh /= find_commodity(commodity, power)
    return (per_kwh + {"gross": 0, "gain": -price, "profit": price}[value]) / price


def measure_energy(pue):
    """Give the tokens of a kWh, in millions: the middle of what was measured on large models."""
    rows = [
        float(row["tokens_per_kwh"])
        for row in read("energy_per_token")
        if (row["kind"], row["large_moe"], row["token_basis"]) == ("measured", "true", "output tokens")
        and row["statistic"] == "median"
    ]
    return statistics.median(rows) / pue / 1e6


# ----------------------------------------------------------------------------------------- models, hosts, companies


def count_video_tokens(generation):
    """Count the tokens of 15 seconds of a 720p clip in ten thousands: one for each 1,024 pixels, 24 times a second."""
    (row,) = [row for row in read("video_sizes") if (row["generation"], row["resolution"]) == (generation, "720p")]
    return int(row["width_px"]) * int(row["height_px"]) * 24 * 15 / 1024 / 1e4


def measure_listings(condition, every_seat=False):
    """Give the percentage of listings abroad that are cheaper than, as cheap as or no dearer than the maker's own."""
    makers = {row["model"]: row for row in read("hosts") if row["role"] == "vendor"}
    signs = []
    for row in read("hosts"):
        abroad = row["seat"] != "CN" and (row["seat"] or every_seat)
        if row["role"] in ("host", "cloud") and abroad and row["input_usd_per_mtok"]:
            own = [(float(row[name]), float(makers[row["model"]][name])) for name in PRICE_COLUMNS]
            signs.append([(price > base) - (price < base) for price, base in own])
    met = {
        "match": [max(own) <= 0 for own in signs],
        "copy": [own == [0, 0] for own in signs],
        "cheaper": [max(own) <= 0 and min(own) < 0 for own in signs],
        "undercut": [max(own) < 0 for own in signs],
        "output": [own[1] <= 0 for own in signs],
    }[condition]
    return 100 * sum(met) / len(met)


PRICE_COLUMNS = ("input_usd_per_mtok", "output_usd_per_mtok")


def compare_scores(rival, table, category=None):
    """Give the middle of the ratios of GLM-5's scores to a rival's where nought means nothing."""
    scores = {}
    for row in read("benchmarks"):
        if row["table"] == table and category in (None, row["category"]) and row["unit"] in ("percent", "USD"):
            scores.setdefault((row["benchmark"], row["as_of"]), {})[row["model"]] = float(row["value"])
    return statistics.median(
        own["z-ai/glm-5"] / own[rival] for own in scores.values() if {"z-ai/glm-5", rival} <= {*own}
    )


def list_contexts(peers="vendors"):
    """Give the window of each model, the widest on vendors' last lists, or OpenRouter's, before the article."""
    table, day, keys = "vendor_prices", "date", ("provider", "vendor_model_id")
    if peers == "openrouter":
        table, day, keys = "price_changes", "snapshot_utc", ("model",)
    last = {}
    for row in sorted(read(table), key=lambda row: row[day]):
        if row[day][:10] <= ARTICLE_DATE:
            last[tuple(row[key] for key in keys)] = row
    lengths = {}
    for name, row in last.items():
        if row["context_length"] and row.get("event") != "delisted":
            model = name[-1] if peers == "openrouter" else name[-1].split("/")[-1].lower()
            lengths[model] = max(lengths.get(model, 0), float(row["context_length"]))
    return lengths


def measure_context(provider, model, thousand=1000):
    rows = [row for row in read("vendor_prices") if (row["provider"], row["vendor_model_id"]) == (provider, model)]
    last = max((row for row in rows if row["date"] <= ARTICLE_DATE), key=lambda row: row["date"])
    return float(last["context_length"]) / thousand


def rank_context(model, peers):
    lengths = list_contexts(peers)
    return 1 + sum(length > lengths[model] for length in lengths.values())


def read_figure(name, table="company_figures"):
    (row,) = [row for row in read(table) if row["figure_id"] == name]
    return float(row["value"])


def measure_agent(work, day):
    """Give what five minutes of a day have, in million tokens, if it is spread evenly."""
    assert work == "day"
    return read_figure(day, "agent_logs") / (24 * 12) / 1e6


def compare_agent(of):
    if of == "prompt":
        return read_figure("prompt-tokens-after", "agent_logs") / read_figure("prompt-tokens-before", "agent_logs")
    return read_figure(f"{of}-multiple", "agent_logs")


def share_cost(items, with_capital, perhaps=()):
    """Give the percentage that items have of what a GPU costs in an hour: power, room and the chip itself."""
    power = read_figure("gpu-power-kw")
    hour = {
        "electricity": read_figure("gpu-electricity-price") * power,
        "colocation": read_figure("gpu-colocation") * power * 12 / 8760,
    }
    if with_capital:
        hour["capital"] = read_figure("gpu-hour-total") - sum(hour.values())
    ends = [100 * sum(hour[item] for item in own) / sum(hour.values()) for own in (items, [*items, *perhaps])]
    return tuple(ends) if perhaps else ends[0]


def compare_chips():
    ascend = read_figure("ascend-bf16-pflops") / read_figure("ascend-power-kw")
    return ascend / (read_figure("nvidia-bf16-pflops") / read_figure("nvidia-power-kw"))


def measure_characters(window):
    if window == "kimi-app-window":
        return read_figure(window) / 1e6
    return tuple(read_figure(window) * read_figure(f"kimi-characters-{end}") / 1e6 for end in ("low", "high"))


def bound_value():
    own, rival = read_figure("minimax-run-rate"), read_figure("claude-code-run-rate")
    return 0, 100 * own / (own + rival)


# ------------------------------------------------------------------------------------------------------- both sides

RECOMPUTED = {
    "usage.tokens": measure_tokens,
    "usage.share": measure_share,
    "usage.ratio": measure_lead,
    "usage.first_lead": find_first_lead,
    "usage.count_in_top": count_in_top,
    "usage.named_in_top": count_named_in_top,
    "usage.model_tokens": measure_model,
    "usage.rank": find_rank,
    "prices.price": measure_price,
    "prices.ratio": compare_prices,
    "prices.percent": measure_percent,
    "prices.ratio_to_mean": average_ratio,
    "electricity.statement": measure_statement,
    "electricity.ratio": compare_power,
    "usage.increment": measure_increment,
    "electricity.states_with_bill_rise": count_states,
    "energy.export_price": measure_sale,
    "energy.product_multiple": compare_metal,
    "energy.tokens_per_kwh": measure_energy,
    "energy.cost_share": share_cost,
    "tokens.agent": measure_agent,
    "tokens.multiple": compare_agent,
    "tokens.video": count_video_tokens,
    "hosts.share_matching": measure_listings,
    "models.score_ratio": compare_scores,
    "models.context_window": measure_context,
    "models.window_rank": rank_context,
    "models.characters": measure_characters,
    "companies.performance_per_watt": compare_chips,
    "companies.value_share": bound_value,
}
# Scopes, treatments and prices that are nobody's headline: no literal reading may take one.
ASIDE = {"world", "blended_cached", "all", "excluded", "renewable", "agency", "components", "day"}


def list_readings():
    """List what is published for the headline claims: every literal reading, and others that are computed alike."""
    for claim in json.loads(paths.VERDICTS.read_text(encoding="utf-8"))["claims"]:
        for reading in claim["readings"]:
            if reading["measure"] == UNSTATED:
                continue
            parameters, measure = reading["parameters"], RECOMPUTED.get(reading["measure"])
            can = measure and parameters.keys() <= inspect.signature(measure).parameters.keys()
            can = can and not ASIDE & {value for value in parameters.values() if isinstance(value, str)}
            if reading["role"] == "literal" or can and reading["outcome"] != "no data":
                yield pytest.param(reading, id=f"{claim['id']}-{reading['part']}-{reading['id']}")


READINGS = list(list_readings())


@pytest.mark.parametrize("reading", READINGS)
def test_the_number_follows_from_the_tables(reading):
    measure = RECOMPUTED.get(reading["measure"])
    assert measure, f"{reading['measure']} is not recomputed here: write it anew, from the rows"
    found = measure(**reading["parameters"])
    if isinstance(found, tuple) and reading["interval_kind"] == "bounds":
        assert found == pytest.approx((reading["low"], reading["high"]), rel=1e-8)
    elif isinstance(found, str):
        assert found == reading["value"]
    else:
        for end in found if isinstance(found, tuple) else (found,):
            assert end == pytest.approx(reading["value"], rel=1e-8)


def test_every_headline_claim_has_its_literal_readings_here():
    tested = {param.id for param in READINGS if param.values[0]["role"] == "literal"}
    stated = {
        f"{claim['id']}-{part['id']}-{reading['id']}"
        for claim in REGISTER["claims"]
        for part in claim["parts"]
        for reading in part.get("readings", ())
        if reading["role"] == "literal" and reading["measure"] != UNSTATED
    }
    assert tested == stated


# ---------------------------------------------------------------------------------- what stands beside the readings


@pytest.mark.parametrize(("name", "state"), [("us", "US"), ("nj", "NJ"), ("dc", "DC")])
def test_what_pages_call_a_bill_is_revenue_over_customers(name, state):
    fact = json.loads((paths.FACTS / "electricity.json").read_text(encoding="utf-8"))[f"household_rise_{name}"]
    years = sorted({row["year"] for row in read("electricity_us_bills")})[-2:]
    assert fact["value"] == pytest.approx(100 * (read_bill(state, years[1]) / read_bill(state, years[0]) - 1), rel=1e-8)


def test_a_finding_on_the_platforms_week_has_our_own_sum_beside_it():
    spoken = [row for row in read("findings") if re.fullmatch(r"week to 20\d\d-\d\d-\d\d", row["period"])]
    spoken = [row for row in spoken if row["unit"] == "trillion tokens/week" and "platform" not in row["holds_under"]]
    assert spoken
    for row in spoken:
        last = dt.date.fromisoformat(row["period"].removeprefix("week to "))
        own = sum(add_up(f"{last - dt.timedelta(days=6)}/{last}").values()) / 1e12
        as_of = re.search(r"the record of (\d+ \w+ \d{4})", row["statement"])[1]
        newest = dt.date.fromisoformat(max(read_by_day("usage_daily")))
        if dt.datetime.strptime(as_of, "%d %B %Y").date() >= newest:  # else a later record may have restated it
            assert f"{own:.2f}" in row["statement"], row["finding_id"]
