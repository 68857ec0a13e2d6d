"""The numbers of the nine things and of the short texts that no reading bears, a second time, straight from the tables.

As in `test_headlines`: no code of the measures and none of the notebooks, only plain rows; of the estimates only
the name of the score and the day of the prices come from `tokencheck.econometrics.panel`.
"""

import datetime as dt
import json
import math
import re
import statistics
from collections import Counter, defaultdict
from functools import cache

import numpy as np
import pytest

from tests.register import test_headlines as tables
from tests.register.test_headlines import REGISTER, read
from tokencheck import paths
from tokencheck.econometrics import panel


def list_told():
    """List the facts whose numbers the nine things and the short texts print, in either language."""
    nine = (paths.WORDS / "nine.md").read_text(encoding="utf-8")
    printed = set(re.findall(r"\{\{< var facts\.([\w.]+) >\}\}", nine))
    for claim in REGISTER["claims"]:
        for language in ("en", "zh"):
            printed |= {name for text in claim[language].values() for name in re.findall(r"\{facts\.([\w.]+)", text)}
    return printed


def read_fact(name):
    topic, key = name.split(".")
    return json.loads((paths.FACTS / f"{topic}.json").read_text(encoding="utf-8"))[key]["value"]


def find_reading(claim_id, reading_id):
    """Give the parameters of a reading of the register."""
    (claim,) = [one for one in REGISTER["claims"] if one["id"] == claim_id]
    return next(one["parameters"] for part in claim["parts"] for one in part["readings"] if one["id"] == reading_id)


def say_day(day):
    return f"{day.day} {day:%B %Y}"


# ------------------------------------------------------------------------------------------------------------ hosts


def count_listings(condition):
    """Count the listings abroad by their two prices beside the maker's: C17's 7, 11 and 18 of 22."""
    makers = {row["model"]: row for row in read("hosts") if row["role"] == "vendor"}
    signs = []
    for row in read("hosts"):
        if row["role"] in ("host", "cloud") and row["seat"] not in ("", "CN") and row["input_usd_per_mtok"]:
            pairs = [(float(row[name]), float(makers[row["model"]][name])) for name in tables.PRICE_COLUMNS]
            signs.append({(price > own) - (price < own) for price, own in pairs})
    asked = {
        "all": lambda own: True,
        "matching": lambda own: 1 not in own,
        "copies": lambda own: own == {0},
        "cheaper": lambda own: 1 not in own and -1 in own,
    }
    return sum(map(asked[condition], signs))


def share_perhaps_in_china():
    """Give C30's share of tokens of Chinese models at hosts that do not state data centres abroad alone."""
    stated = {row["provider_slug"]: row for row in read("provider_directory")}
    totals = Counter()
    for row in read("host_tokens_daily"):
        if tables.find_country(row["model"]) == "CN":
            host = stated.get(row["provider_slug"], {"seat": "", "data_centres": ""})
            centres = host["data_centres"].split()
            totals["CN" in centres or not centres] += int(row["tokens"])
    return 100 * totals[True] / totals.total()


DATE_IN_NAME = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{2}-\d{4})$")


def read_catalogue(day):
    """Give the last price of each model that was listed at the end of a day."""
    last = {}
    for row in sorted(read("price_changes"), key=lambda row: row["snapshot_utc"]):
        if row["snapshot_utc"][:10] <= day:
            last[row["model"]] = row
    return {name: row for name, row in last.items() if row["event"] != "delisted"}


def list_names(catalogue):
    """Give every name of a listed model: its own, and its permanent one with the variant."""
    names = {}
    for rows in (read("models"), catalogue.values()):
        for row in rows:
            variant = row["model"].partition(":")[1:]
            if row["permaslug"] and row["model"] in catalogue:
                names[row["permaslug"] + "".join(variant)] = row["model"]
    return names | {name: name for name in catalogue}


def find_listing(name, names):
    base, colon, variant = name.partition(":")
    undated = DATE_IN_NAME.sub("", base)
    tried = [name, undated + colon + variant] + ([] if variant == "free" else [base, undated])
    return next((names[one] for one in tried if one in names), None)


def list_wednesdays():
    last = max(row["snapshot_utc"] for row in read("price_changes"))
    days = [day for day in tables.read_by_day("usage_daily") if dt.date.fromisoformat(day).weekday() == 2]
    return sorted(day for day in days if f"{day}T00:00Z" <= last)


def pick_wednesdays(which):
    return [day for day in list_wednesdays() if which == "last" or day <= tables.ARTICLE_DATE][-5:]


def share_value(which, of):
    """Give C52's median share of Chinese models on five Wednesdays: of the tokens with a price, or of their value."""
    return statistics.median(share_value_on(day, of) for day in pick_wednesdays(which))


def share_value_on(day, of):
    share = tables.share_prompts()
    catalogue = read_catalogue(day)
    names, totals = list_names(catalogue), defaultdict(Counter)
    for name, tokens in tables.read_by_day("usage_daily")[day]:
        listing = find_listing(name, names) if name != "other" else None
        if listing is None and not name.endswith(":free"):
            continue
        row = catalogue.get(listing)
        price = 0 if name.endswith(":free") else share * float(row["input_usd_per_mtok"])
        price += 0 if name.endswith(":free") else (1 - share) * float(row["output_usd_per_mtok"])
        totals[tables.find_country(name) == "CN"].update({"tokens": tokens, "value": tokens * price})
    return 100 * totals[True][of] / (totals[True][of] + totals[False][of])


# ------------------------------------------------------------------------------------- energy, usage, tokens, prices


def share_power(over):
    """Give what dearer power could explain of a price gap, or of the price itself, in percent."""
    delivered = find_reading("C13", "delivered-stated")
    china = min(
        tables.list_statements(
            **{"since": "2024-01", "until": tables.ARTICLE_DATE, "place": "west"}
            | {key: value for key, value in delivered.items() if key in ("basis", "since", "until", "place")}
        )
    ) / tables.find_yuan("2026-03")
    rows = [row for row in read("electricity_us") if (row["sector"], row["period"]) == ("industrial", "2025")]
    america = float(min((row for row in rows if row["state"] == "US"), key=tables.by_source)["price_usd_per_kwh"])
    tokens = tables.measure_energy(**find_reading("C16", "measured-median"))
    opus, own = (
        tables.find_price(model, "vendor", "output") for model in ("anthropic/claude-opus-4.6", "minimax/minimax-m2.5")
    )
    return 100 * (america - china) / tokens / (opus - own if over == "gap" else own)


def measure_best_run():
    """Give the most tokens of a kWh in any run of a large open model, at the article's own PUE."""
    runs = [row for row in read("energy_per_token") if (row["kind"], row["statistic"]) == ("measured", "min")]
    large = [row for row in runs if row["large_moe"] == "true"]
    return max(float(row["tokens_per_kwh"]) for row in large) / find_reading("C16", "measured-best")["pue"] / 1e6


def name_first_lead():
    return say_day(dt.date.fromisoformat(tables.find_first_lead("platform", until="9999-12-31")))


def share_openclaw(pick):
    """Give C34's share of one app in the tokens of the platform, on the day of its least or most."""
    own = Counter()
    for row in read("openclaw_by_model"):
        own[row["date"]] += int(row["tokens"])
    return pick(
        100 * tokens / sum(dict(tables.read_by_day("usage_daily")[day]).values()) for day, tokens in own.items()
    )


def measure_openclaw_growth():
    """Give the app's tokens a day as a part of what the platform had more a day than in January."""
    own = Counter()
    for row in read("openclaw_by_model"):
        own[row["date"]] += int(row["tokens"])
    sums = {day: sum(dict(rows).values()) for day, rows in tables.read_by_day("usage_daily").items()}
    earlier = [sums[day] for day in sums if day.startswith("2026-01-")]
    later = [sums[day] for day in own]
    return 100 * own.total() / len(own) / (sum(later) / len(later) - sum(earlier) / len(earlier))


def share_cached():
    rows = read("model_activity_daily")
    return 100 * sum(int(row["cached_tokens"] or 0) for row in rows) / sum(int(row["prompt_tokens"]) for row in rows)


def find_turn():
    """Find the cached share of prompts at which C45's ratio comes within a factor of ten percent; by halving."""
    (claim,) = [one for one in REGISTER["claims"] if one["id"] == "C45"]
    claimed = next(part["value"] for part in claim["parts"] if part["id"] == "ratio")
    least = float(claimed.removeprefix("1/")) / 1.1
    part = tables.share_prompts()

    def surplus(cached):
        prices = []
        for model in ("anthropic/claude-opus-4.6", "moonshotai/kimi-k2.5"):
            fresh, output, kept = map(float, tables.find_list(model, "vendor", tables.ARTICLE_DATE, "standard"))
            prices.append(part * ((1 - cached) * fresh + cached * kept) + (1 - part) * output)
        return prices[0] / prices[1] - least

    low, high = 0.0, 1.0
    assert surplus(low) * surplus(high) < 0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if surplus(low) * surplus(middle) > 0 else (low, middle)
    return 100 * low


def count_sellers():
    (claim,) = [one for one in REGISTER["claims"] if one["id"] == "C44"]
    price = float(next(part["value"] for part in claim["parts"] if part["id"] == "price"))
    rows = [row for row in read("hosts") if row["model"] == "Kimi K2.5" and row["role"] != "vendor"]
    return sum(row["output_usd_per_mtok"] != "" and float(row["output_usd_per_mtok"]) == price for row in rows)


# ----------------------------------------------------------------------------------------------- models and companies


def list_scores(rival, is_ours):
    """List both models' scores on each benchmark that has both, in the maker's own table or in others."""
    scores = defaultdict(dict)
    for row in read("benchmarks"):
        if (row["table"] == "maker") == is_ours:
            scores[row["table"], row["benchmark"], row["as_of"]][row["model"]] = float(row["value"])
    return [(own["z-ai/glm-5"], own[rival]) for own in scores.values() if {"z-ai/glm-5", rival} <= {*own}]


def count_scores(rival, is_ours, is_ahead):
    """Count the benchmarks with both models, or those in which GLM-5 leads."""
    pairs = list_scores(rival, is_ours)
    return sum(own > other for own, other in pairs) if is_ahead else len(pairs)


def list_fleets():
    """List the PUE of American companies' fleets on record by the article, each company's latest."""
    rows = [row for row in read("pue") if row["kind"] == "fleet mean" and "true" not in (row["later"], row["lineage"])]
    return {row["place"]: float(row["pue_high"]) for row in sorted(rows, key=lambda row: row["period"])}.values()


def count_windows(wider):
    lengths = tables.list_contexts()
    return sum(length > lengths["glm-5"] for length in lengths.values()) if wider else len(lengths)


def count_statements():
    asked = {key: value for key, value in find_reading("C13", "delivered-stated").items() if key != "statistic"}
    return len(tables.list_statements(**{"since": "2024-01", "until": tables.ARTICLE_DATE, "place": "west"} | asked))


# ------------------------------------------------------------------------------------------------------ price and usage


def describe_origin(name):
    country = tables.find_country(name)
    return country if country in ("CN", "US", "") else "other"


def name_developer(name):
    plain, labs = name.split(":")[0], tables.read_labs()
    author = plain.split("/")[0]
    return next((labs[one]["lab"] for one in (plain, author) if one in labs), author)


@cache
def list_week():
    """List the models of the leaderboard's week with a price, a score and all else that makes them alike.

    Gives log tokens, the design (log price first, a constant last), and who made each model.
    """
    monday = dt.date.fromisoformat(read("usage_leaderboard")[0]["window_start"])
    catalogue, share = read_catalogue((monday + dt.timedelta(days=3)).isoformat()), tables.share_prompts()
    names, known = list_names(catalogue), {row["model"]: row for row in read("models")}
    scores = {row["model"]: float(row["score"]) for row in read("quality") if row["index"] == panel.QUALITY["quality"]}
    outcome, design, developers = [], [], []
    for row in read("usage_leaderboard"):
        listing = find_listing(row["model"], names)
        entry = catalogue.get(listing, {})
        about = known.get(listing, {})
        quality = scores.get(listing, scores.get(about.get("base_model_id") or str(listing).split(":")[0]))
        origin = describe_origin(row["model"])
        told = [about.get("open_weights"), about.get("release_date"), entry.get("context_length"), origin]
        if quality is None or not all(told) or row["model"].endswith(":free"):
            continue
        price = share * float(entry["input_usd_per_mtok"]) + (1 - share) * float(entry["output_usd_per_mtok"])
        if price <= 0:
            continue
        age = dt.date.fromisoformat(row["window_start"]) - dt.date.fromisoformat(about["release_date"])
        outcome.append(math.log(int(row["tokens"])))
        design.append(
            [math.log(price), quality, math.log1p(max(age.days, 0)), math.log(float(entry["context_length"]))]
            + [about["open_weights"] == "true", origin == "US", origin == "other", 1]
        )
        developers.append(name_developer(row["model"]))
    return np.array(outcome), np.array(design, dtype=float), np.array(developers)


def estimate_fewer():
    outcome, design, _ = list_week()
    return f"{-np.linalg.lstsq(design, outcome)[0][0]:.2f}"


def invert_signs(outcome, design, groups, draws):
    """Find the slopes that a restricted wild bootstrap by group does not reject, by trying slope after slope."""
    sums = (groups == np.unique(groups)[:, None]).astype(float)
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(len(sums), draws)).T @ sums
    price, others = design[:, 0], design[:, 1:]
    price = price - others @ np.linalg.lstsq(others, price)[0]

    def take_t(outcomes, slope):
        residuals = outcomes - others @ np.linalg.lstsq(others, outcomes)[0]
        found = price @ residuals / (price @ price)
        residuals = residuals - np.outer(price, found)
        return (found - slope) / np.sqrt((((sums * price) @ residuals) ** 2).sum(axis=0))

    def test(slope):
        rest = outcome - slope * design[:, 0]
        fitted = others @ np.linalg.lstsq(others, rest)[0]
        drawn = (slope * design[:, 0] + fitted)[:, None] + ((rest - fitted) * signs).T
        return (np.abs(take_t(drawn, slope)) >= abs(take_t(outcome[:, None], slope)[0])).mean()

    estimate = price @ outcome / (price @ price)
    ends = []
    for outside in (estimate - 2, estimate + 2):
        inside = estimate
        for _ in range(10):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if test(middle) > 0.05 else (inside, middle)
        ends.append(inside)
    return ends


def count_later_weeks():
    """Count the weeks, Monday to Sunday, of which the record of all models has every day."""
    days = {dt.date.fromisoformat(row["date"]) for row in read("model_activity_daily")}
    mondays = [day for day in days if day.weekday() == 0]
    return sum(all(day + dt.timedelta(days=number) in days for number in range(7)) for day in mondays)


GEMINI = "google/gemini-3-pro-preview"
FEWER_INTERVAL = "regressions.week_like_fewer_interval"
RECOMPUTED = {
    "companies.ascend_shipped": lambda: tables.read_figure("ascend-shipped"),
    "companies.chips_for_a_trillion": lambda: 1e12 / (24 * 60 * 60) / tables.read_figure("ascend-decode"),
    "companies.value_bound": lambda: tables.bound_value()[1],
    "electricity.delivered_statements": count_statements,
    "energy.best_of_a_kwh": measure_best_run,
    "prices.board_first_day": lambda: say_day(dt.date.fromisoformat(read("usage_leaderboard")[0]["window_start"])),
    "power.share_of_gap": lambda: share_power("gap"),
    "power.share_of_price": lambda: share_power("price"),
    "hosts.foreign_cheaper": lambda: count_listings("cheaper"),
    "hosts.foreign_copies": lambda: count_listings("copies"),
    "hosts.foreign_listings": lambda: count_listings("all"),
    "hosts.foreign_matching": lambda: count_listings("matching"),
    "hosts.percent_of_named_priced_before": lambda: share_value("before", "tokens"),
    "hosts.percent_of_named_priced_last": lambda: share_value("last", "tokens"),
    "hosts.percent_of_named_priced_listed_before": lambda: share_value("before", "value"),
    "hosts.percent_of_named_priced_listed_last": lambda: share_value("last", "value"),
    "hosts.perhaps_in_china": share_perhaps_in_china,
    "hosts.surely_abroad": lambda: 100 - share_perhaps_in_china(),
    "hosts.value_days": lambda: len(pick_wednesdays("last")),
    "hosts.value_before_day": lambda: say_day(dt.date.fromisoformat(pick_wednesdays("before")[-1])),
    "hosts.value_last_day": lambda: say_day(dt.date.fromisoformat(pick_wednesdays("last")[-1])),
    "models.all_ahead_gemini": lambda: count_scores(GEMINI, True, True),
    "models.all_of_gemini": lambda: count_scores(GEMINI, True, False),
    "models.elsewhere_ahead_gemini": lambda: count_scores(GEMINI, False, True),
    "models.elsewhere_behind_gemini": lambda: sum(own < other for own, other in list_scores(GEMINI, False)),
    "models.elsewhere_level_gemini": lambda: sum(own == other for own, other in list_scores(GEMINI, False)),
    "models.elsewhere_of_gemini": lambda: count_scores(GEMINI, False, False),
    "models.listed_windows": lambda: count_windows(False),
    "models.wider_windows": lambda: count_windows(True),
    "prices.cached_percent_of_public_prompt": share_cached,
    "pue.fleet_best": lambda: min(list_fleets()),
    "pue.fleet_worst": lambda: max(list_fleets()),
    "prices.kimi_sellers_at_claimed": count_sellers,
    "prices.kimi_turns_at_cached": find_turn,
    "tokens.openclaw_growth": measure_openclaw_growth,
    "tokens.openclaw_percent_of_platform_high": lambda: share_openclaw(max),
    "regressions.later_like_weeks": count_later_weeks,
    "regressions.week_like_fewer": estimate_fewer,
    "tokens.openclaw_percent_of_platform_low": lambda: share_openclaw(min),
    "tokens.tokens_per_request": lambda: (
        tables.read_figure("radar-tokens", "agent_logs") / tables.read_figure("radar-requests", "agent_logs")
    ),
    "usage.first_all_model_lead": name_first_lead,
}


@pytest.mark.parametrize("name", RECOMPUTED)
def test_the_fact_follows_from_the_tables(name):
    found, told = RECOMPUTED[name](), read_fact(name)
    assert found == told if isinstance(told, str) else found == pytest.approx(told, rel=1e-8)


def test_every_fact_that_the_short_texts_print_is_recomputed_here():
    assert list_told() <= RECOMPUTED.keys() | {FEWER_INTERVAL}


def test_the_interval_of_the_slope_follows_from_the_tables():
    ends = sorted(-end for end in invert_signs(*list_week(), draws=999))
    assert len(list_week()[0]) == read_fact("regressions.week_like_n") == read_fact("regressions.week_like_models")
    told = [float(end) for end in read_fact(FEWER_INTERVAL).split(" to ")]
    assert ends == pytest.approx(told, abs=0.06)  # other draws, and a tenth as many
