"""Measures of energy and cost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck.measures import compute, energy
from tokencheck.measures.energy import GpuHour

money = st.floats(0.01, 10)


@given(money, money, money)
def test_shares_add_up_to_a_hundred(electricity, colocation, capital):
    hour = GpuHour(electricity, colocation, capital)
    parts = [hour.share((item,)) for item in ("electricity", "colocation", "capital")]
    assert sum(parts) == pytest.approx(100)
    assert hour.share(("electricity",), with_capital=False) >= hour.share(("electricity",))


def test_the_stack_is_the_analysts(tables):
    hour = energy.build_gpu_hour(tables)
    assert hour.electricity + hour.colocation + hour.capital == pytest.approx(1.66)
    assert hour.electricity == pytest.approx(1.73 * 0.087)
    assert hour.share(("electricity",)) == pytest.approx(9.07, abs=0.01)


def test_dearer_power_raises_its_share_and_nothing_else(tables):
    cheap, dear = (energy.build_gpu_hour(tables, price_usd_per_kwh=price) for price in (0.05, 0.2))
    assert cheap.share(("electricity",)) < dear.share(("electricity",))
    assert (cheap.capital, cheap.colocation) == (dear.capital, dear.colocation)


def test_statements_of_the_own_lineage_and_later_ones_stay_out(tables):
    found = compute("energy.stated_share", tables, {"denominator": "operating cost"})
    assert not found.rows["lineage"].any()
    assert found.rows["date"].max() < "2026-03-13"
    assert found.value == 50


def test_a_kwh_loses_what_cooling_takes(tables):
    bare, cooled = (compute("energy.tokens_per_kwh", tables, {"pue": one}).value for one in (1.0, 1.15))
    assert cooled == pytest.approx(bare / 1.15)
    assert compute("energy.tokens_per_kwh", tables, {"setting": "best"}).value > bare


def test_only_large_mixtures_of_experts_are_counted(tables):
    rows = compute("energy.tokens_per_kwh", tables, {}).rows
    assert (rows["total_params_b"] >= 200).all()
    assert (rows["statistic"] == "median").all()


def test_who_reports_its_fleet_every_year_counts_once(tables):
    rows = compute("energy.pue", tables, {"kind": "fleet mean"}).rows
    assert rows["place"].is_unique
    assert set(rows["place"]) == set(tables["pue"].query("kind == 'fleet mean'")["place"])


def test_pue_keeps_limits_as_bounds_and_lineage_out(tables):
    assert compute("energy.pue", tables, {"kind": "clusters, official"}).value == 1.3
    province = compute("energy.pue", tables, {"kind": "province, official", "region": "western China"})
    assert (province.value, province.low, province.high, province.interval_kind) == (None, 1.0, 1.2, "bounds")
    with pytest.raises(ValueError, match="empty"):
        compute("energy.pue", tables, {"kind": "range"})


def test_the_value_of_a_kwh(tables):
    customs = compute("energy.export_price", tables, {"sale": "Baotou to Mongolia"})
    assert (customs.value, customs.interval_kind) == (pytest.approx(306_700 / 596_000), None)
    mine = compute("energy.export_price", tables, {"sale": "Inner Mongolia to Oyu Tolgoi"})
    assert (mine.value, mine.interval_kind) == (pytest.approx(120 / 1300 * 6.3556), "floor")
    gross = compute("energy.product_multiple", tables, {"commodity": "aluminium"}).value
    assert gross == pytest.approx(23_641 / 13_350 / 0.5)
    gain = compute("energy.product_multiple", tables, {"commodity": "aluminium", "value": "gain"}).value
    assert gain == pytest.approx(gross - 1)
    profit = compute("energy.product_multiple", tables, {"commodity": "aluminium", "value": "profit"}).value
    assert 1 < profit < gross


def test_what_may_or_may_not_be_meant_gives_bounds(tables):
    alone = compute("energy.cost_share", tables, {"items": ["electricity"], "with_capital": False})
    perhaps = {"items": ["electricity"], "perhaps": ["colocation"], "with_capital": False}
    found = compute("energy.cost_share", tables, perhaps)
    assert (found.value, found.low, found.interval_kind) == (None, pytest.approx(alone.value), "bounds")
    assert found.high == pytest.approx(100)  # the stack has no other running cost


def test_swings_are_sorted_and_hold_the_base(tables):
    swings = energy.list_swings(tables, (0.05, 0.2))
    base = energy.build_gpu_hour(tables).share(("electricity",))
    widths = swings["high_percent"] - swings["low_percent"]
    assert widths.is_monotonic_decreasing
    assert ((swings["low_percent"] <= base + 1e-9) & (base - 1e-9 <= swings["high_percent"])).all()


def test_each_grid_names_its_parts(tables):
    for claim, part in (("C10", "share"), ("C15", "metal"), ("C16", "tokens"), ("C37", "pue")):
        cells = energy.grid(tables, claim)[part]
        assert isinstance(cells, pd.DataFrame)
        assert cells["value"].notna().all()


def test_a_draft_limit_is_no_bound(tables):
    found = compute("energy.product_multiple", tables, {"commodity": "polysilicon"})
    assert (found.low, found.high, found.interval_kind) == (None, None, None)
    assert "draft" in found.note
