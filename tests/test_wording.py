"""How numbers are written for readers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck import wording
from tokencheck.register.texts import list_numbers
from tokencheck.units import DENOMINATORS, UNITS

QUANTITIES = [
    (4.119, "trillion_tokens", None, None, "4.12 trillion tokens"),
    (None, "trillion_tokens", 5.456, 6.377, "5.46–6.38 trillion tokens"),
    (None, "percent", 41.92, 48.999, "41.9–49.0\u00a0%"),
    (0.391, "percent", None, None, "0.39\u00a0%"),
    (16.6667, "times", None, None, "1/16.7"),
    (None, "times", 1.5, 3.0, "1/3 to 1/1.5"),
    (1.0, "rank", None, None, "rank 1"),
    ("2026-02-09", "date", None, None, "9 February 2026"),
    (0.374, "cny_per_kwh", None, None, "0.37 CNY per kWh"),
    (0.3, "usd_per_mtok", None, None, "0.30 USD per million tokens"),
    (None, "percent", None, None, "no data"),
    (1224, "", None, None, "1,224"),
    (30.888, "ten_thousand_tokens", None, None, "308,880 tokens"),
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
    ("rank_at_most", "2", "rank", None, "top 2"),
    ("exists", ("20", "30"), "states", 2, "at least 2 states by 20 to 30 %"),
    ("exists", None, "cases", 1, "that it is so"),
    ("first", "2026-02-09", "date", None, "first on 9 February 2026"),
    ("first", "2026", "year", None, "first in 2026"),
    ("equals", "30.888", "ten_thousand_tokens", None, "308,880 tokens"),
    ("at_least", "50", "ratio", None, "at least 50 times"),
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


COUNTED = sorted(name for name, unit in UNITS.items() if unit.zh and name not in ("date", "year"))


@given(
    st.sampled_from(COUNTED),
    st.lists(st.integers(1, 10**9).map(lambda number: number / 100), min_size=1, max_size=2),
    st.sampled_from([None, 1, 2, 3]),
)
def test_a_short_text_says_one_number_in_both_languages(unit, ends, digits):
    style = "times" if unit == "times" else "full"  # alone a part 1/N is in per cent in Chinese
    english, chinese = (wording.write_ends(ends, unit, language, digits, style) for language in wording.LANGUAGES)
    assert list_numbers(english, "en") == list_numbers(chinese, "zh")


@pytest.mark.parametrize(
    ("number", "ones", "written"),
    [
        ("4.12", 10**12, "4.12万亿"),
        ("0.59", 10**12, "5900亿"),
        ("235", 10**6, "2.35亿"),
        ("0.39", 10**6, "39万"),
        ("200", 10**3, "200K "),
        ("1,224", 1, "1224"),
        ("812,000", 1, "81.2万"),
        ("0.30", 1, "0.30"),
    ],
)
def test_chinese_counts_in_its_own_sizes(number, ones, written):
    unit = {10**12: "trillion_tokens", 10**6: "million_tokens", 10**3: "thousand_tokens", 1: "pue"}[ones]
    assert wording.write_printed([number.replace(",", "")], unit, "zh").removesuffix("Token") == written
