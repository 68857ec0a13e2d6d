"""Dated moves: the criteria, and an invented record in which one price moves on a known day."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from tests.records import DAY, DAYS, HALF, Invented
from tokencheck.econometrics import moves
from tokencheck.evidence.tables import Tables


def measure(record, change=HALF):
    placebos = moves.draw_placebos(record, DAY, DAY, moves.SHORT)
    return moves.compare_moves(record, "m00", DAY, DAY, moves.SHORT, placebos), placebos, change


@pytest.mark.parametrize("elasticity", [-1.2, -0.4])
def test_a_known_elasticity_is_found(elasticity):
    effect, placebos, change = measure(Invented(elasticity))
    assert effect.value / change == pytest.approx(elasticity, abs=0.1)
    ends = sorted((effect.low / change, effect.high / change))
    assert ends[0] < elasticity < ends[1]
    assert effect.p <= 2 / len(placebos) + 0.02
    made = moves.synthesise(Invented(elasticity), "m00", DAY, DAY, moves.SHORT)
    assert made.value / change == pytest.approx(elasticity, abs=0.15)
    assert made.p == pytest.approx(1 / 15)


def test_no_effect_is_not_found_and_placebos_say_so():
    effect, _, _ = measure(Invented(0.0))
    assert effect.p > 0.05
    assert effect.low < 0 < effect.high


def test_it_fails_where_rivals_moved_on_the_same_day():
    """What all donors lose that day looks like what the model won: the design cannot tell it, and says so nowhere."""
    effect, _, change = measure(Invented(0.0, rivals=-0.5))
    assert effect.value / change == pytest.approx(-0.5 / np.log(2), abs=0.15)


def test_what_grew_everywhere_is_no_effect():
    """The weights of the donors add up to one, so what all models gain after the move falls out."""
    record = Invented(-1.0)
    record.tokens.loc[DAYS > DAY] += 3.0
    assert moves.synthesise(record, "m00", DAY, DAY, moves.SHORT).value / HALF == pytest.approx(-1.0, abs=0.15)


def test_a_model_that_falls_out_of_the_fifty_stays_as_a_bound():
    """After a rise the moved model leaves the record, and so does a donor: none of them is left out for that."""
    record = Invented(-1.0, change=-HALF)
    record.tokens.loc[DAY + pd.Timedelta(days=2), "m00"] = np.nan
    record.tokens.loc[DAYS > DAY, "m09"] = np.nan
    effect, placebos, change = measure(record, -HALF)
    assert effect.donors == 14
    assert -1.1 < effect.value / change < -0.5  # at the day's least used model, which is more than it had
    assert moves.synthesise(record, "m00", DAY, DAY, moves.SHORT) is not None
    kept = len(record.list_donors(record.take(DAY, DAY, moves.BEFORE), None))
    assert len(placebos) == kept + moves.PLACEBO_DATES * 16
    early = Invented(-1.0)
    early.tokens.loc[DAY - pd.Timedelta(days=1), "m00"] = np.nan
    assert measure(early)[0] is None  # but one that was not there before has nothing to be compared with


def test_a_day_without_any_record_measures_nothing():
    record = Invented()
    record.tokens.loc[DAY + pd.Timedelta(days=3)] = np.nan
    assert measure(record)[0] is None


def test_moves_together_say_what_one_of_them_does(monkeypatch):
    """Three cuts, of which one went the other way: its weight is told, and so is the slope without each."""
    record = Invented()
    for name, effect in (("m02", 0.7), ("m03", 0.7), ("m04", -0.7)):
        record.tokens.loc[DAYS > DAY, name] += effect
        record.moved[name] = {DAY}
    monkeypatch.setattr(moves, "DailyRecord", lambda tables: record)
    listed = pd.DataFrame({"model": ["m02", "m03", "m04"], "day": DAY, "last_day": DAY, "log_price_change": HALF})
    listed = listed.assign(country="CN", passed=True, nearly=False, fails="")
    measured, together = moves.measure_moves({}, listed)
    together = together.set_index(["span", "direction"])
    short = together.loc[("short", "cuts")]
    assert short["against"] == 1
    assert short["without_low"] < short["elasticity"] < short["without_high"]
    ratios = measured.loc[measured["span"] == "short", "elasticity"]
    assert short["elasticity"] == pytest.approx(ratios.mean())
    assert [short["without_low"], short["without_high"]] == pytest.approx(
        [(ratios.sum() - ratios.max()) / 2, (ratios.sum() - ratios.min()) / 2]
    )
    assert (measured["days_at_bound"] == 0).all()
    assert "with later launches" not in together.index.get_level_values("direction")


def test_a_cut_and_a_rise_of_one_day_do_not_cancel_out():
    """The same placebo in the place of both would make of chance nothing, and of any effect one that is certain."""
    placebos = np.random.default_rng(3).normal(0, 0.2, 400)
    own = pd.DataFrame({"move": [0, 1], "model": ["a", "b"], "day": "2030-04-01", "effect": [0.3, -0.3]})
    own = own.assign(log_price_change=[HALF, -HALF])
    drawn = {(move, "short"): placebos for move in (0, 1)}
    both, alone = moves.pool(own, drawn, "short"), moves.pool(own.head(1), drawn, "short")
    width, of_one = both["high"] - both["low"], alone["high"] - alone["low"]
    assert width == pytest.approx(of_one / np.sqrt(2), rel=0.05)
    alike = moves.pool(own.assign(log_price_change=HALF), drawn, "short")
    assert alike["high"] - alike["low"] == pytest.approx(of_one, rel=0.05)  # two cuts of a day move as one


def test_what_fails_a_criterion_is_measured_and_not_pooled(monkeypatch):
    record = Invented()
    for name, effect in (("m02", 0.7), ("m03", 0.7), ("m04", -0.7), ("m05", 3.0)):
        record.tokens.loc[DAYS > DAY, name] += effect
        record.moved[name] = {DAY}
    monkeypatch.setattr(moves, "DailyRecord", lambda tables: record)
    listed = pd.DataFrame({"model": ["m02", "m03", "m04", "m05"], "day": DAY, "last_day": DAY})
    listed = listed.assign(log_price_change=HALF, country="CN", passed=[True, True, False, False])
    listed = listed.assign(nearly=~listed["passed"] & (listed["model"] == "m04"), fails=["", "", "launch", "steady"])
    measured, together = moves.measure_moves({}, listed)
    short = measured[measured["span"] == "short"].set_index("model")
    assert short["fails"].to_dict() == {"m02": "", "m03": "", "m04": "launch", "m05": "steady"}
    found = together[together["span"] == "short"].set_index("direction")
    assert found.at["cuts", "elasticity"] == pytest.approx(short["elasticity"][["m02", "m03"]].mean())
    assert found.at["with later launches", "elasticity"] == pytest.approx(
        short["elasticity"][["m02", "m03", "m04"]].mean()
    )
    assert found["moves"].to_dict() == {"cuts": 2, "all": 2, "with later launches": 3}


@pytest.mark.parametrize("elasticity", [0.0, -0.03, -0.06, -1.0])
def test_the_rank_of_a_synthetic_control_is_that_of_another_optimiser(elasticity):
    """Weights by sequential least squares under both limits, gaps and ranks by hand."""
    record = Invented(elasticity)
    days, last = moves.TRAINING, moves.SHORT[1]
    levels = record.tokens[DAY - pd.Timedelta(days=days) :].head(days + 1 + last).to_numpy()
    levels = levels - levels[:days].mean(axis=0)
    donors = list(range(2, 16))  # not m01, of the same developer

    def weigh(own, pool):
        even = np.full(pool.shape[1], 1 / pool.shape[1])
        found = optimize.minimize(
            lambda w: ((own - pool @ w) ** 2).sum(),
            even,
            jac=lambda w: -2 * pool.T @ (own - pool @ w),
            bounds=[(0, 1)] * len(even),
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
            options={"ftol": 1e-14, "maxiter": 1000},
        )
        return found.x

    def compare(number):
        others = [one for one in donors if one != number]
        gap = levels[:, number] - levels[:, others] @ weigh(levels[:days, number], levels[:days][:, others])
        return gap[days + moves.SHORT[0] :].mean(), np.sqrt((gap[:days] ** 2).mean())

    value, misfit = compare(0)
    ratios = [abs(effect) / off for effect, off in map(compare, donors)]
    made = moves.synthesise(record, "m00", DAY, DAY, moves.SHORT)
    assert made.value == pytest.approx(value, abs=1e-4)
    assert made.misfit == pytest.approx(misfit, rel=1e-3)
    assert made.p == pytest.approx((1 + sum(one >= abs(value) / misfit for one in ratios)) / 15)


def test_a_sister_and_a_moved_price_are_no_donors():
    record = Invented()
    block = record.take(DAY, DAY, moves.BEFORE)
    assert "m00" not in record.list_donors(block, None)
    assert not {"m00", "m01"} & set(record.list_donors(block, "one"))
    assert moves.find_sister(record, "m00", DAY, DAY) == "m01"


def test_the_ledger_is_read_by_the_written_criteria(tables):
    found = moves.list_moves(tables)
    passed = found[found["passed"]]
    assert (passed[list(moves.CRITERIA)]).all(axis=None)
    assert (np.expm1(passed["log_price_change"]).abs() >= moves.SMALLEST).all()
    launched, week = moves._list_launches(tables), pd.Timedelta(days=7)
    for one in found.itertuples():
        days = pd.DatetimeIndex(launched.get(one.developer, []))
        near = days[(days >= one.day - week) & (days <= one.last_day + week)]
        assert one.unlaunched == (not len(near))
        assert one.launched_later == (len(near) > 0 and (near > one.last_day + pd.Timedelta(days=3)).all())
    assert not (found["alone"] & found["passed"]).any()
    assert set(found.loc[found["alone"], "closed"]) == {True}
    assert ((found["fails"] == "") == found["passed"]).all()
    assert not found.duplicated(["listing", "day"]).any()
    half = found[(found["listing"] == "openai/gpt-5") & (found["day"] == "2025-09-17")].iloc[0]
    assert half["log_price_change"] == pytest.approx(np.log(0.5))  # the day it began, not that of its end
    assert not half["passed"] and half["nearly"] and half["fails"] == moves.CRITERIA["unlaunched"]
    back = found[(found["listing"] == "openai/gpt-5") & (found["day"] == "2025-09-24")].iloc[0]
    assert back["log_price_change"] == pytest.approx(np.log(2)) and not back["passed"]
    assert back["alone"] and not back["nearly"]
    luna = found[(found["listing"] == "openai/gpt-5.6-luna") & (found["day"] == "2026-07-27")].iloc[0]
    assert luna["moves"] == 2 and luna["log_price_change"] == pytest.approx(np.log(0.1))


def test_weights_that_nobody_knows_to_be_closed_are_not(tables):
    """A model without a word on its weights does not pass as a closed one."""
    models = tables["models"].copy()
    unknown = models["model"] == "openai/gpt-5.6-luna"
    models.loc[unknown, "open_weights"] = pd.NA
    found = moves.list_moves(Tables(frames={**tables, "models": models}))
    own = found[found["listing"] == "openai/gpt-5.6-luna"]
    assert len(own) and not own[["closed", "passed", "alone"]].any(axis=None)


MOVED = pd.Timestamp("2030-04-01")


def invent_tables(prices, slugs=None, later_names=None):
    """Synthetic: models of closed weights with a price from a day on, all used on each day, some by a new name later.

    A price of day 0 is on the snapshot after its midnight. ``quiet/still`` has a snapshot a day, so that all are dated.
    """
    rows = [("quiet/still", at, 1.0) for at in range(-30, 31)]
    rows += [(model, at, price) for model, own in prices.items() for at, price in own]
    ledger = pd.DataFrame(rows, columns=["model", "at", "input_usd_per_mtok"])
    listed = list(ledger["model"].unique())
    slugs = {name: name for name in listed} | (slugs or {})
    ledger["snapshot_utc"] = MOVED + pd.to_timedelta(ledger["at"] + 1, unit="D") + pd.Timedelta(minutes=30)
    ledger = ledger.assign(output_usd_per_mtok=ledger["input_usd_per_mtok"], permaslug=ledger["model"].map(slugs))
    days = pd.date_range(MOVED - pd.Timedelta(days=30), MOVED + pd.Timedelta(days=30))
    used = [(day, (later_names or {}).get(name, name) if day > MOVED else name) for name in listed for day in days]
    usage = pd.DataFrame(used, columns=["date", "model"]).assign(tokens=1000)
    models = pd.DataFrame({"model": listed, "permaslug": [slugs[name] for name in listed], "open_weights": 0})
    models = models.assign(developer=models["model"].str.partition("/")[0], developer_country="US")
    models["first_seen_openrouter"] = pd.Timestamp("2029-01-01")
    split = {
        "date": MOVED,
        "model": "",
        "prompt_tokens": 3,
        "completion_tokens": 1,
        "cached_tokens": 0,
        "source_id": "S",
    }
    frames = {"price_changes": ledger, "usage_daily": usage, "models": models}
    return Tables(frames={**frames, "model_activity_daily": pd.DataFrame([split])})


def test_a_price_of_zero_is_named_left_out_and_counted():
    """Synthetic: given away for a day, given away and then cheaper, and a cut that nothing is wrong with."""
    prices = {
        "one/given": [(-20, 4.0), (0, 0.0), (1, 4.0)],
        "two/given": [(-20, 4.0), (0, 0.0), (1, 2.0)],
        "three/cut": [(-20, 4.0), (0, 2.0)],
        "four/given": [(-20, 4.0), (-5, 0.0), (-4, 4.0), (0, 2.0)],
    }
    tables = invent_tables(prices)
    found = moves.list_moves(tables).set_index("listing")
    assert found.index[found["passed"]].tolist() == ["three/cut"]
    assert found.at["three/cut", "log_price_change"] == pytest.approx(HALF)
    assert sorted(found.index) == ["four/given", "three/cut"]  # the cut after a week that was not steady
    assert found.at["four/given", "fails"] == moves.CRITERIA["steady"]
    counted = moves.count_left_out(tables).set_index("reason")
    assert counted.loc[moves.ZERO, ["moves", "models", "example"]].tolist() == [3, 3, "four/given, 2030-03-27"]
    assert counted.at[moves.RENAMED, "moves"] == 0
    record = moves.DailyRecord(tables)
    assert {MOVED, MOVED + pd.Timedelta(days=1)} <= record.moved["one/given"]
    steady = record.list_steady(record.take(MOVED, MOVED, moves.BEFORE))
    assert steady == ["quiet/still"]  # a model that is given away is no donor for those that are not


def test_a_model_that_changes_its_name_is_named_left_out_and_counted():
    """Synthetic: a cut the day before its name in the usage record changes, and one on which the catalogue's does."""
    prices = {
        "one/used": [(-20, 4.0), (0, 2.0)],
        "two/old": [(-20, 4.0)],
        "two/new": [(0, 2.0)],
        "three/cut": [(-20, 4.0), (0, 2.0)],
    }
    tables = invent_tables(prices, {"two/new": "two/old"}, {"one/used": "one/used-20300402"})
    found = moves.list_moves(tables)
    assert found["listing"].tolist() == ["three/cut"] and found["passed"].all()
    counted = moves.count_left_out(tables).set_index("reason")
    assert counted.loc[moves.RENAMED, ["moves", "models"]].tolist() == [2, 2]
    assert counted.at[moves.ZERO, "moves"] == 0
    unchanged = invent_tables({name: prices[name] for name in ("one/used", "three/cut")})
    assert moves.list_moves(unchanged)["passed"].tolist() == [True, True]


def test_episodes_are_found_once_for_those_that_pass_and_those_left_out(monkeypatch):
    found, find = [], moves._find_episodes
    monkeypatch.setattr(moves, "_find_episodes", lambda tables: found.append(1) or find(tables))
    tables = invent_tables({"one/given": [(-20, 4.0), (0, 0.0), (1, 4.0)], "three/cut": [(-20, 4.0), (0, 2.0)]})
    assert moves.list_moves(tables)["listing"].tolist() == ["three/cut"]
    assert moves.count_left_out(tables)["moves"].tolist() == [1, 0]
    assert moves.list_moves(tables)["passed"].tolist() == [True]  # what is recalled is as it was
    assert len(found) == 1
