"""Dated moves: the criteria, and an invented record in which one price moves on a known day."""

import numpy as np
import pandas as pd
import pytest

from tokencheck.econometrics import moves

DAYS = pd.date_range("2030-01-01", periods=120)
DAY = DAYS[90]
HALF = np.log(0.5)


class Invented(moves.DailyRecord):
    """A record of invented tokens, without tables."""

    def __init__(self, elasticity=-1.0, change=HALF, rivals=0.0, seed=3):
        rng = np.random.default_rng(seed)
        names = [f"m{number:02}" for number in range(16)]
        common = np.cumsum(rng.normal(0, 0.02, len(DAYS)))
        walks = 0.03 * rng.normal(size=(len(DAYS), len(names)))
        self.tokens = pd.DataFrame(common[:, None] + walks + 5, DAYS, names)
        self.tokens.loc[DAYS > DAY, "m00"] += elasticity * change
        self.tokens.loc[DAYS > DAY, names[2:]] += rivals
        self.developers = {name: "one" if name in ("m00", "m01") else f"d{name}" for name in names}
        self.moved, self.priced = {"m00": {DAY}}, set(names)


def measure(record, change=HALF):
    placebos = moves.draw_placebos(record, DAY, DAY, moves.SHORT)
    return moves.compare(record, "m00", DAY, DAY, moves.SHORT, placebos), placebos, change


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
    assert not found.duplicated(["listing", "day"]).any()
    half = found[(found["listing"] == "openai/gpt-5") & (found["day"] == "2025-09-17")].iloc[0]
    assert half["log_price_change"] == pytest.approx(np.log(0.5))  # the day it began, not that of its end
    back = found[(found["listing"] == "openai/gpt-5") & (found["day"] == "2025-09-24")].iloc[0]
    assert back["log_price_change"] == pytest.approx(np.log(2)) and not back["passed"]
    luna = found[(found["listing"] == "openai/gpt-5.6-luna") & (found["day"] == "2026-07-27")].iloc[0]
    assert luna["moves"] == 2 and luna["log_price_change"] == pytest.approx(np.log(0.1))
