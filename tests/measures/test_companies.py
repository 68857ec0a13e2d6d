"""Measures of companies and chips: bounds where nothing better is disclosed."""

import pytest

from tokencheck.measures import companies, compute


def test_coding_is_bounded_by_all_tokens_of_the_model(tables):
    window, model = "2026-02-09/2026-02-15", "minimax/minimax-m2.5-20260211"
    half = compute("companies.coding_share", tables, {"model": model, "window": window, "coding_percent": 50.0})
    quarter = compute("companies.coding_share", tables, {"model": model, "window": window, "coding_percent": 25.0})
    assert (half.value, half.low) == (None, 0)
    days = tables["usage_daily"]
    days = days[days["date"].between("2026-02-09", "2026-02-15")]
    own = days.loc[days["model"].str.partition(":")[0] == model, "tokens"].sum()
    assert half.high == pytest.approx(100 * own / (days["tokens"].sum() / 2))
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


def find_week(tables):
    rows = tables["programming_weekly"]
    return rows[rows["week_start"] == "2026-02-16"]


def share_programming(tables, **parameters):
    return compute("companies.programming_share", tables, {"week": "2026-02-16", **parameters})


def test_shares_of_the_programming_category_count_the_unnamed_and_those_of_its_chart_do_not(tables):
    rows = find_week(tables).set_index("model")["tokens_estimate"]
    model = "minimax/minimax-m2.5-20260211"
    assert share_programming(tables, model=model).value == pytest.approx(100 * rows[model] / rows.sum())
    chart = share_programming(tables, model=model, of="chart")
    assert chart.value == pytest.approx(100 * rows[model] / rows.drop("other").sum())
    assert chart.unit != share_programming(tables, model=model).unit


def test_a_country_s_share_of_the_category_is_bounded_by_the_unnamed(tables):
    found = share_programming(tables, country="CN")
    rows = find_week(tables).set_index("model")["tokens_estimate"]
    assert found.high - found.low == pytest.approx(100 * rows["other"] / rows.sum(), abs=10)
    assert found.interval_kind == "bounds" and found.high > found.low
    assert not share_programming(tables, country="CN", week="2024-01-01").found


def test_a_model_that_the_chart_does_not_name_had_at_most_the_least_that_it_names(tables):
    rows = find_week(tables).set_index("model")["tokens_estimate"]
    found = share_programming(tables, model="somebody/unnamed")
    assert (found.low, found.high) == (0, pytest.approx(100 * rows.drop("other").min() / rows.sum()))
    assert share_programming(tables, model="somebody/unnamed", of="chart").value == 0


def test_the_latest_week_of_the_category_is_the_last_on_record(tables):
    last = tables["programming_weekly"]["week_start"].max()
    named, latest = (share_programming(tables, country="CN", week=week) for week in (f"{last:%Y-%m-%d}", "latest"))
    assert (latest.low, latest.high, latest.as_of) == (named.low, named.high, named.as_of)
