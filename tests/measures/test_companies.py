"""Measures of companies and chips: bounds where nothing better is disclosed."""

import pytest

from tokencheck.measures import companies, compute


def test_coding_is_bounded_by_all_tokens_of_the_model(tables):
    window, model = "2026-02-09/2026-02-15", "minimax/minimax-m2.5-20260211"
    half = compute("companies.coding_share", tables, {"model": model, "window": window})
    quarter = compute("companies.coding_share", tables, {"model": model, "window": window, "coding_percent": 25.0})
    assert (half.value, half.low) == (None, 0)
    assert half.high == pytest.approx(22.1, abs=0.05)
    assert quarter.high == pytest.approx(2 * half.high)


def test_the_week_called_strongest_is_the_strongest_before_the_article(tables):
    cells = companies.grid(tables, "C21")["share"].query("coding_percent == 50")
    assert cells.set_index("window")["value"].idxmax() == "2026-02-16/2026-02-22"


def test_value_is_bounded_by_one_rival_alone(tables):
    assert compute("companies.value_share", tables, {}).high == pytest.approx(100 * 150 / 2650)


def test_computing_per_watt(tables):
    found = compute("companies.performance_per_watt", tables, {})
    assert found.value == pytest.approx((300 / 560) / (180 / 145))
    assert compute("companies.performance_per_chip", tables, {}).value == pytest.approx(780 / 2500)


def test_capacity_grows_with_chips_and_inverts_the_count(tables):
    chips = companies.count_chips(tables, 3)
    assert compute("companies.capacity", tables, {"chips": chips}).high == pytest.approx(3)


def test_what_nobody_published_has_no_value(tables):
    found = compute("companies.undisclosed", tables, {"unit": "percent", "what": "a number"})
    assert (found.value, found.low, found.sources) == (None, None, ())


def test_the_rival_that_china_could_buy_is_compared_with_its_chip_alone(tables):
    found = compute("companies.performance_per_watt", tables, {"rival": "H20"})
    assert found.value == pytest.approx((300 / 560) / (148 / 400))
    assert (found.low, found.interval_kind) == (found.value, "floor")
