"""How numbers are written for readers."""

import pytest

from tokencheck import wording
from tokencheck.units import DENOMINATORS

QUANTITIES = [
    (4.119, "trillion_tokens", None, None, "4.12 trillion tokens"),
    (None, "trillion_tokens", 5.456, 6.377, "5.46–6.38 trillion tokens"),
    (None, "percent", 41.92, 48.999, "41.9–49.0\u00a0%"),
    (0.391, "percent", None, None, "0.39\u00a0%"),
    (16.6667, "times", None, None, "1/16.7"),
    (None, "times", 1.5, 3.0, "1/3.0 to 1/1.5"),
    (1.0, "rank", None, None, "rank 1"),
    ("2026-02-09", "date", None, None, "2026-02-09"),
    (0.374, "cny_per_kwh", None, None, "0.37 CNY per kWh"),
    (0.3, "usd_per_mtok", None, None, "0.30 USD per million tokens"),
    (None, "percent", None, None, "no data"),
    (1224, "", None, None, "1\u202f224"),
    (30.888, "ten_thousand_tokens", None, None, "308\u202f880 tokens"),
    (-0.236, "elasticity", None, None, "\u22120.24"),
    (None, "elasticity", -0.07, -0.05, "\u22120.07 to \u22120.05"),
]


@pytest.mark.parametrize(("value", "unit", "low", "high", "text"), QUANTITIES)
def test_quantities(value, unit, low, high, text):
    assert wording.write_quantity(value, unit, low, high) == text


CLAIMED = [
    ("equals", "61", "percent", None, "61 %"),
    ("equals", "1/20", "times", None, "1/20"),
    ("between", ("1/3", "1/5"), "times", None, "between 1/3 and 1/5"),
    ("rank_at_most", "2", "rank", None, "rank at most 2"),
    ("exists", ("20", "30"), "states", 2, "at least 2 states by 20 to 30 %"),
    ("exists", None, "cases", 1, "that it is so"),
    ("first", "2026-02-09", "date", None, "first on 2026-02-09"),
    ("first", "2026", "year", None, "first in 2026"),
    ("equals", "30.888", "ten_thousand_tokens", None, "308\u202f880 tokens"),
    ("at_least", "50", "ratio", None, "a ratio of at least 50"),
    ("at_least", "1", "million_tokens", None, "at least 1 million tokens"),
    ("equals", "1", "countries", None, "1 country"),
]


@pytest.mark.parametrize(("relation", "value", "unit", "min_count", "text"), CLAIMED)
def test_claimed_numbers_keep_their_printed_precision(relation, value, unit, min_count, text):
    assert wording.write_claimed(relation, value, unit, min_count) == text


def test_a_rank_below_the_record_is_written_as_a_limit():
    record = {"value": 51.0, "unit": "rank", "low": None, "high": None, "interval_kind": "floor"}
    assert wording.write_measured(record) == "rank 51 or lower"


def test_a_share_is_worded_with_its_denominator_and_not_without():
    assert wording.write_quantity(41.2, "percent_of_platform") == "41.2\u00a0% of the platform's tokens"
    assert wording.write_quantity(41.2, "percent_of_platform", short=True) == "41.2\u00a0%"
    words = list(DENOMINATORS.values())
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(("value", "text"), [(-0.004, "0.00"), (-0.573, "−0.57"), (1.0, "1.00"), (0.0, "0.00")])
def test_signs_are_true_minus_signs(value, text):
    assert wording.write_signed(value) == text


def test_small_p_values_are_not_zero():
    assert wording.write_p(0.0004) == "below 0.001"
    assert wording.write_p(0.0126) == "0.013"
