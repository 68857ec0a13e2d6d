"""Hosts of one model, the cut as a limit, and the curve tested together, on invented data whose truth is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from tests.markets import simulate_market
from tokencheck.econometrics import decomposition, designs, headlines, hostpanel, panel
from tokencheck.econometrics.censored import CensoredModel, hide
from tokencheck.econometrics.estimation import estimate, fit_batch
from tokencheck.econometrics.inference import Bootstrapped
from tokencheck.econometrics.jointtest import find_firm, judge_curve
from tokencheck.econometrics.sample import NotEstimable, prepare, take
from tokencheck.econometrics.specification import Specification
from tokencheck.evidence.tables import Tables

DAYS = pd.date_range("2030-01-01", periods=8)


def invent_hosts(elasticity, seed=5, noise=0.3):
    """Invent hosts that sell models at prices of their own; tokens follow within model and day."""
    rng = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([range(20), range(8), DAYS], names=["m", "h", "date"]).to_frame(index=False)
    rows = rows[rng.random(len(rows)) < 0.8].reset_index(drop=True)
    price = 0.4 * rng.normal(size=(20, 8))[rows["m"], rows["h"]] + 0.2 * rng.normal(size=len(rows))
    level = rng.normal(size=8)[rows["h"]] + rng.normal(0, 2, 20)[rows["m"]]
    tokens = 9 + level + elasticity * price + noise * rng.normal(size=len(rows))
    return rows.assign(
        model=rows["m"].map("m{:02}".format), host=rows["h"].map("h{}".format), offer=rows["h"].map("h{}".format),
        developer=rows["m"].map(lambda at: f"d{at % 5}"), origin="US", open_weights=1.0, quality=np.nan,
        log_price_measured=price, log_tokens=tokens, tokens=np.exp(tokens), free=False, mixed=False, top_50=False,
    )  # fmt: skip


@pytest.mark.parametrize("one", [designs.HOST, designs.HOST_OFFER], ids=str)
def test_an_elasticity_between_hosts_is_found(one):
    rows = invent_hosts(-1.3)
    assert estimate(prepare(rows), one).coef == pytest.approx(-1.3, abs=0.08)


@pytest.mark.parametrize("one", [designs.HOST, designs.HOST_OFFER], ids=str)
def test_the_router_alone_gives_minus_two_whatever_the_shares(one):
    """Weights of one over the square of the price, and no user who cares: the design says −2 all the same."""
    rows = invent_hosts(0.0)
    weight = np.exp(-2 * rows["log_price_measured"])
    share = weight / weight.groupby([rows["model"], rows["date"]]).transform("sum")
    rows = rows.assign(log_tokens=10 + np.log(share))
    assert share.max() > 0.3
    assert estimate(prepare(rows), one).coef == pytest.approx(designs.ROUTER, abs=1e-8)


def make_host_tables(tables):
    """Invent two records of one model and what can go wrong beside it."""
    day, later = pd.Timestamp("2026-07-21"), pd.Timestamp("2026-07-22")

    def sell(model, provider, day=day, tokens=100, output=2.0):
        return {
            "date": day, "model": model, "provider": provider, "provider_slug": provider.lower(), "tokens": tokens,
            "effective_input_usd_per_mtok": 0.5, "effective_output_usd_per_mtok": output, "cache_hit_percent": 50.0,
        }  # fmt: skip

    def list_(model, provider, day=day, output=2.0, discount=0.0, **more):
        return {
            "date": day, "model": model, "provider": provider, "provider_slug": provider.lower(),
            "input_usd_per_mtok": 1.0 if output else 0.0, "output_usd_per_mtok": output, "discount_percent": discount,
            "context_length": 1000, "throughput_p50_tokens_per_s": 50.0, "latency_p50_ms": 900.0, "is_deranked": False,
            "requests_30min": 10.0, **more,
        }  # fmt: skip

    sold = [
        sell("a/x", "One"), sell("a/x", "Two", output=1.0), sell("a/x", "Two", later), sell("a/x-renamed", "One"),
        sell("a/y", "One"), sell("a/z", "One"), sell("a/z", "Two", output=0.0), sell("a/x", "Elsewhere"),
        sell("a/x", "One", pd.Timestamp("2026-07-25")), sell("a/w", "One", output=9.0), sell("a/x", "Idle", tokens=0),
    ]  # fmt: skip
    listed = [
        list_("a/x", "One"), list_("a/x", "Two", output=1.0, discount=50.0), list_("a/x", "Two", later),
        list_("a/y", "One"), list_("a/z", "One", discount=100.0), list_("a/z", "Two", output=0.0),
        list_("a/w", "One"), list_("a/x", "Idle"),
    ]  # fmt: skip
    return {"host_tokens_daily": pd.DataFrame(sold), "host_prices_daily": pd.DataFrame(listed)}


def test_bad_rows_of_hosts_are_named_left_out_and_counted(tables):
    found = hostpanel.build_hosts(Tables(frames={**tables, **make_host_tables(tables)}))
    counts = found.left_out.set_index("reason")["rows"].to_dict()
    assert counts == {
        "a model that is listed with one host, or under another name": 1,
        "a host that is not on the model's list that day": 1,
        "a day without prices": 1,
        "a discount of 100 %": 1,
        "a price of zero": 1,
        "no listing near the output price that was billed": 1,
        "no tokens that day": 1,
        "the only host of its model that day": 2,
    }
    half = found.rows[(found.rows["host"] == "two") & (found.rows["date"] == "2026-07-21")].iloc[0]
    assert half["price_full"] == pytest.approx(2 * half["price_measured"])
    assert np.isfinite(found.rows[["log_price_measured", "log_price_full", "log_tokens"]].to_numpy()).all()


@pytest.mark.parametrize("listed", [10.0, 0.1, 0.3, 0.07, 1.1, 3.3, 15.0])
@pytest.mark.parametrize(
    ("times", "near"),
    [(1.1, True), (1 / 1.1, True), (0.9, False), (1.1001, False), (1 / 1.1001, False), (1.0999, True)],
    ids=["+10 %", "the list 10 % above", "−10 %", "just above", "the list just above", "just below"],
)
def test_a_bill_at_exactly_the_limit_counts_as_near_whatever_the_digits(tables, listed, times, near):
    """Of −10 % the list is 11 % above the bill, and the higher of the two may be 10 % above the other."""
    invented = make_host_tables(tables)
    sold, offers = invented["host_tokens_daily"], invented["host_prices_daily"]
    ours = (sold["model"] == "a/x") & (sold["provider"] == "One") & (sold["date"] == "2026-07-21")
    sold.loc[ours, "effective_output_usd_per_mtok"] = listed * times
    offers.loc[(offers["model"] == "a/x") & (offers["provider"] == "One"), "output_usd_per_mtok"] = listed
    rows = hostpanel.build_hosts(Tables(frames={**tables, **invented})).rows
    assert ("one" in set(rows.loc[rows["model"] == "a/x", "host"])) == near


def test_a_price_of_later_is_that_of_the_same_offer_a_week_on(tables):
    invented = make_host_tables(tables)
    own = invented["host_prices_daily"].iloc[[0, 1]].assign(date=pd.Timestamp("2026-07-28"))
    own[["input_usd_per_mtok", "output_usd_per_mtok"]] *= 3.0
    sold = invented["host_tokens_daily"].iloc[[0, 1]].assign(date=pd.Timestamp("2026-07-28"))
    sold["effective_output_usd_per_mtok"] *= 3.0
    invented["host_prices_daily"] = pd.concat([invented["host_prices_daily"], own], ignore_index=True)
    invented["host_tokens_daily"] = pd.concat([invented["host_tokens_daily"], sold], ignore_index=True)
    rows = hostpanel.build_hosts(Tables(frames={**tables, **invented})).rows
    rows = rows[rows["model"] == "a/x"].set_index(["date", "host"])
    for host in ("one", "two"):
        now, later = (rows.at[(pd.Timestamp(day), host), "log_price_measured"] for day in ("2026-07-21", "2026-07-28"))
        assert rows.at[(pd.Timestamp("2026-07-21"), host), "log_price_lead"] == later != now
    assert rows.loc[pd.Timestamp("2026-07-22"), "log_price_lead"].isna().all()


def test_a_host_with_one_model_stays_and_a_model_with_one_host_does_not():
    """The first is a rival of that model's other hosts; the second has nobody to be compared with."""
    rows = invent_hosts(-1.3)
    one_model = rows["host"].eq("h0") & rows["model"].ne("m00")
    alone = rows["model"].eq("m01") & rows["host"].ne("h3")
    kept = rows[~one_model & ~alone]
    found, whole = estimate(prepare(kept), designs.HOST), estimate(prepare(rows), designs.HOST)
    assert found.models == whole.models - 1  # the model with one host
    assert found.n == len(kept) - kept["model"].eq("m01").sum()
    assert found.coef == pytest.approx(-1.3, abs=0.1)


def test_what_was_paid_is_weighed_by_tokens():
    rows = pd.DataFrame(
        {
            "origin": ["CN", "CN", "US", "US"], "tokens": [3.0, 1.0, 2.0, 5.0], "price_paid": [1.0, 1.0, 4.0, np.nan],
            "price_full": [2.0, 4.0, 8.0, 9.0], "cache_hit_percent": [80.0, 40.0, 50.0, 0.0],
        }
    )  # fmt: skip
    found = designs.measure_paid(rows).set_index("origin")
    assert found.loc["CN", ["paid_over_list", "cached_percent"]].tolist() == [4 / 10, 70.0]
    assert found.at["US", "paid_over_list"] == 0.5  # what nobody was billed for is in neither sum
    assert found.at["all", "paid_over_list"] == 12 / 26


# ------------------------------------------------------------------------------------------------- the cut as a limit


def cut(rows, kept=60):
    limit = rows.groupby("date")["log_tokens"].transform(lambda own: own.nlargest(kept).min())
    return rows.assign(limit_50=limit, log_tokens_50=rows["log_tokens"].where(rows["log_tokens"] >= limit))


def test_the_limit_finds_the_slope_that_the_cut_hides():
    rows = simulate_market(0.0, elasticity=-1.0, taste=0.0, models=400, days=3)
    seen = cut(rows)
    model = CensoredModel(seen, ["log_price_measured"])
    found = model.fit()
    assert found.coef == pytest.approx(-1.0, abs=0.12)
    assert (found.seen, found.unseen) == (180, 1020)
    known = seen.dropna(subset="log_tokens_50")
    top = sm.OLS(known["log_tokens"], sm.add_constant(known["log_price_measured"])).fit()
    assert top.params["log_price_measured"] > -0.7
    record = model.bootstrap(found, draws=499)
    assert record.low < -1.0 < record.high
    assert record.p <= 0.02


def test_the_limit_fails_where_the_unseen_lie_deeper_than_normal():
    """Cheap models that nobody uses: the bell curve knows nothing of them, and the slope is missed."""
    rows = simulate_market(0.0, elasticity=-1.0, taste=0.0, models=400, days=3)
    cheap = rows["log_price_measured"] < rows["log_price_measured"].quantile(0.4)
    rng = np.random.default_rng(1)
    dead = rows["model"].map(dict(zip(rows["model"].unique(), rng.random(400), strict=True))) < 0.7
    rows.loc[cheap & dead, "log_tokens"] -= 8
    assert CensoredModel(cut(rows), ["log_price_measured"]).fit().coef > -0.8


def test_a_limit_is_the_maximum_of_its_likelihood():
    rows = cut(simulate_market(0.3, models=120, days=2), 40)
    model = CensoredModel(rows, ["log_price_measured", "quality"])
    best = model.maximise()
    design, outcome = model.columns, model.outcome
    top = model._derive(outcome, design, best)[2]
    for at, step in ((0, 0.01), (0, -0.01), (1, 0.01), (1, -0.01)):
        slopes = best[0].copy()
        slopes[at] += step
        assert model._derive(outcome, design, (slopes, *best[1:]))[2] < top
    # Newton has nowhere to go from it, to far more digits than the file holds.
    further = model._step(outcome, design, best, model._derive(outcome, design, best))
    assert max(np.abs(step).max() for step in further) < 1e-11
    held = model.maximise(best[0][0] / best[2])
    assert held[2] == pytest.approx(best[2], rel=1e-5)


@pytest.fixture(scope="module")
def markets():
    """Panels of an invented market by the names that the designs ask for; the Wednesdays hold its fifty most used."""
    rows = simulate_market(0.0, elasticity=-1.0, taste=0.0, models=200, days=3)
    rows["rank"] = rows.groupby("date")["log_tokens"].rank(ascending=False)
    rows["top_50"] = rows["rank"] <= 50
    rows["origin"] = np.where(rows["developer"] < "d04", "CN", np.where(rows["developer"] < "d08", "US", "other"))
    rows = rows.assign(log_age=rows["quality"] ** 2, log_context=rows["quality"] ** 3)
    rows["open_weights"] = (rows["developer"].str[-1].astype(int) % 2).astype(float)
    listed = rows.assign(log_tokens=rows["log_tokens"].where(rows["top_50"]))
    summer = rows.assign(date=rows["date"] + pd.Timedelta(weeks=20), log_tokens=rows["log_tokens"] + 3)
    return headlines.Panels({panel.LISTED: listed, panel.WEDNESDAYS: rows[rows["top_50"]], panel.ALL_DAYS: summer})


def test_the_limit_is_that_of_the_days_fiftieth(markets):
    summer = markets[panel.ALL_DAYS]
    for rows, seen in ((markets[panel.LISTED], markets[panel.WEDNESDAYS]), (summer, summer)):
        for rank in (50, 30):
            limited = hide(rows, seen, rank)
            tokens, limit = limited[f"log_tokens_{rank}"], limited[f"limit_{rank}"]
            assert (tokens.notna() == (limited["rank"] <= rank)).all()
            assert (tokens.dropna() >= limit[tokens.notna()]).all()
            assert not (rows["log_tokens"][tokens.isna()] > limit[tokens.isna()]).any()
            assert (tokens == limit).groupby(limited["date"]).sum().eq(1).all()  # the last one itself, on each day


def test_the_cut_as_a_limit_is_told_beside_the_truth(markets):
    """On the same market, listed or whole, it finds the elasticity; so it was fed its own cut, and its own days."""
    found = designs.fit_censored(markets)
    table = designs.tabulate_censored(found, markets).set_index("key")
    assert table["coef"].between(-1.25, -0.8).all()
    assert (table[["n", "models", "days"]] == [600, 200, 3]).all(axis=None)
    summer = table.loc["censored_summer"]
    assert summer["truth"] == pytest.approx(-1.0, abs=0.1)
    assert summer["cut"] > summer["truth"] + 0.3
    assert table.loc[["censored", "censored_like"], ["truth", "cut"]].isna().all(axis=None)


def test_a_limit_needs_both_sides():
    rows = simulate_market(0.3, models=20).assign(limit_50=0.0, log_tokens_50=1.0)
    with pytest.raises(NotEstimable, match="both sides"):
        CensoredModel(rows, ["log_price_measured"])


# -------------------------------------------------------------------------------------------------- the curve together


def estimate_some(elasticity, seed):
    rows = simulate_market(0.0, elasticity=elasticity, taste=1.0, models=48, days=2, seed=seed)
    base = Specification("within_day", "m", effects=("date",), se_type="CRV1 by developer")
    shocks = np.random.default_rng(seed).normal(size=(12, 2))
    code = pd.factorize(rows["developer"])[0]
    rows["log_price_measured"] += shocks[code, 0]
    rows["log_tokens"] += elasticity * shocks[code, 0] + shocks[code, 1]
    asked = [
        replace(base, controls=own, se_type=by) for own in ((), ("quality",)) for by in ("CRV1 by developer", "HC1")
    ]
    sample = take(prepare(rows), "paid")
    return list(fit_batch(sample, asked).values())


def test_under_no_relation_the_curve_is_rarely_called_one():
    """Most estimates fall on one side all the same, since the same developers stand behind each."""
    found = [judge_curve(estimate_some(0.0, seed), draws=199).iloc[0] for seed in range(40)]
    assert sum(one["median_p"] <= 0.05 for one in found) <= 6
    assert sum(one["negative_percent"] in (0, 100) for one in found) >= 20
    assert found[0]["estimates"] == 2  # those that differ in the error alone are one


def test_a_relation_behind_the_whole_curve_is_found():
    one = judge_curve(estimate_some(-1.0, 1), draws=499).iloc[0]
    assert one["median_p"] <= 0.05
    assert one["median"] == pytest.approx(-1.0, abs=0.6)


def test_a_curve_whose_share_below_zero_is_that_of_chance_is_not_firm():
    joint = pd.DataFrame({"median_p": [0.01, 0.01, 0.3], "negative_percent_p": [0.01, 0.2, 0.01]})
    assert find_firm(joint)["both"].tolist() == [True, False, False]
    assert find_firm(joint)["median"].tolist() == [True, True, False]


# -------------------------------------------------------------------------------------------- moves told by name


def measure_named(left_out=(), spans=("short", "later")):
    """Synthetic: what was measured of the moves that the chapter names, but for some, and of two others."""
    told = [one for key, one in designs.NAMED_MOVES.items() if key not in left_out]
    others = [("one/cut", "2030-04-01"), ("one/rise", "2030-04-01")]
    rows = pd.DataFrame(
        [(*one, span) for one in [*told, *others] for span in spans], columns=["model", "day", "span"]
    ).assign(elasticity=-1.0, low=-1.5, high=-0.5, passed=True)
    return rows.assign(log_price_change=np.where(rows["model"] == "one/rise", 0.7, -0.7))


def test_named_moves_that_are_all_measured_are_told_and_none_is_counted():
    facts = designs._tell_named(measure_named())
    assert facts["half_price"] == ("−1.00", "") and facts["other_cut_later_interval"] == ("−1.50 to −0.50", "")
    assert designs.count_unmeasured(measure_named()).empty


@pytest.mark.parametrize(
    ("measured", "count", "words"),
    [
        (measure_named(left_out=["half_price"]), 1, "openai/gpt-5-2025-08-07, 2025-09-17"),
        (measure_named(left_out=designs.NAMED_MOVES), 3, "google/gemini-3.6-flash-20260721, 2026-08-13"),
        (measure_named(spans=["short"]), 3, "openai/gpt-5-2025-08-07, 2025-09-24"),
    ],
    ids=["one", "all", "without a week later"],
)
def test_a_named_move_that_a_restated_record_drops_is_named_left_out_and_counted(measured, count, words):
    facts = designs._tell_named(measured)
    assert facts.keys() == designs._tell_named(measure_named()).keys()
    assert any(words in str(value) for value, _ in facts.values())
    (row,) = designs.count_unmeasured(measured).to_dict("records")
    assert row["reason"] == designs.TOLD_AND_ABSENT and row["moves"] == count and words in row["example"]


def invent_moves(directions):
    """Synthetic: what is listed, measured and pooled where moves of some directions alone are on record."""
    changes = [{"cuts": -0.7, "rises": 0.5}[direction] for direction in directions]
    listed = pd.DataFrame({"log_price_change": pd.Series(changes, dtype="float64")})
    listed = listed.assign(
        model=[f"a/{at}" for at in range(len(listed))], day="2030-04-01", developer="A", country="CN", passed=True,
        alone=False, nearly=False, closed=True, used=True, size=True,
    )  # fmt: skip
    measured = listed[["model", "day", "country", "passed", "log_price_change"]].assign(
        span="short", p=0.5, elasticity=-1.0, low=-2.0, high=0.0, synthetic_elasticity=-0.9, days_at_bound=0
    )
    numbers = {"moves": 1, "models": 1, "elasticity": -1.0, "low": -2.0, "high": 0.0, "p": 0.5, "draws": 99}
    numbers |= {"without_low": np.nan, "without_high": np.nan, "against": 0}
    columns = ["span", "direction", *numbers]
    pooled = pd.DataFrame([{"span": "short", "direction": one} | numbers for one in directions], columns=columns)
    return listed, measured, pooled


def gather_invented(directions):
    """Gather the facts of invented hosts and of invented moves."""
    rows = invent_hosts(-1.3).assign(price_paid=1.0, price_full=2.0, cache_hit_percent=50.0)
    found = estimate(prepare(rows), designs.HOST)
    record = Bootstrapped("host", 8, 7.0, 20.0, 0.5, -2.0, -1.0, 99)
    left_out, without = pd.DataFrame({"tokens_percent": [1.0]}), pd.DataFrame({"coef": [-1.3]})
    paid = designs.measure_paid(rows)
    return designs.gather_designs({"hosts": (found, record)}, left_out, rows, without, paid, *invent_moves(directions))


@pytest.mark.parametrize(
    ("directions", "absent"), [(["rises"], ["cuts"]), (["cuts"], ["rises"]), ([], ["cuts", "rises"])], ids=str
)
def test_a_record_without_cuts_or_rises_is_told_as_such_and_what_is_absent_is_counted(directions, absent):
    facts, whole = gather_invented(directions), gather_invented(["cuts", "rises"])
    assert list(facts) == list(whole)  # no page misses a number
    assert {unit for _, unit in facts.values()} == {unit for _, unit in whole.values()}
    for direction in ("cuts", "rises"):
        told, count = facts[f"{direction}_short"][0], facts[f"{direction}_short_moves"][0]
        assert (told, count) == ((f"{designs.NONE_MEASURED} ({direction})", 0) if direction in absent else ("−1.00", 1))
    assert (facts["heaviest_percent_of_cut_weight"][0] is None) == ("cuts" in absent)
    assert facts["rises_largest_day"][0] == 1 - ("rises" in absent)
    assert facts["moves_largest_day"][0] == len(directions)
    counted = designs.count_unmeasured(invent_moves(directions)[1]).set_index("reason")
    assert counted.at[designs.DIRECTION_ABSENT, "example"] == " and ".join(absent)
    both = designs.count_unmeasured(invent_moves(["cuts", "rises"])[1])
    assert designs.DIRECTION_ABSENT not in set(both["reason"])


# ------------------------------------------------------------------------------------------------------------ the split


def test_a_split_varies_with_slopes_weights_and_developers():
    rows = simulate_market(0.0, models=60)
    rows["origin"] = np.where(rows["developer"] < "d06", "CN", "US")
    rows.loc[rows["origin"] == "CN", "log_price_measured"] -= 1.0
    found = decomposition.vary_split(rows, ["log_price_measured"])
    assert len(found) == len(decomposition.REFERENCES) * 2
    assert ((found["low"] <= found["price"]) & (found["price"] <= found["high"])).all()
    pooled = found.iloc[0]
    parts = {part.part: part.value for part in decomposition.decompose(rows, ["log_price_measured"], draws=9)}
    assert pooled["price"] == pytest.approx(parts["log_price_measured"])
    assert pooled["gap"] == pytest.approx(parts["gap"])
    tokens = found[(found["means"] == "each token alike") & (found["slopes"] == "pooled")].iloc[0]
    assert tokens["price"] != pytest.approx(pooled["price"])
