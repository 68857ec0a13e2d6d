"""From the power plant to the meter: the formula, and what the tariff tables give."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck.evidence.tables import Tables
from tokencheck.measures.tariffs import (
    WESTERN_GRIDS,
    Delivered,
    add_up,
    build_delivered,
    list_renewable_prices,
    note_builds,
    spread_demand,
    summarise_builds,
    tabulate_builds,
)

# A synthetic province: round numbers that no real tariff has.
SYNTHETIC = {
    "energy": 0.19,
    "loss_percent": 5,
    "td_energy": 0.06,
    "demand_per_kw_month": 20,
    "system_operation": 0.05,
    "government_funds": 0.02,
}


def make_tariff(**changes) -> pd.DataFrame:
    """Lay the synthetic province out as the table does; a part given as None is left out."""
    parts = {
        "coal_benchmark": 0.19,
        "line_loss": 5,
        "td_energy": 0.06,
        "td_demand": 20,
        "system_operation": 0.05,
        "government_funds": 0.02,
    } | changes
    rows = [
        {
            "period_start": "2026-08-01",
            "period_end": None,
            "province": "Gansu",
            "component": component,
            "customer_class": "two-part" if component.startswith("td_") else "all",
            "voltage_kv": "110" if component.startswith("td_") else None,
            "value": value,
            "source_id": "SYNTHETIC",
        }
        for component, value in parts.items()
        if value is not None
    ]
    return pd.DataFrame(rows)


def build(frame: pd.DataFrame, **changes):
    parameters = {"province": "Gansu", "energy": "coal_benchmark", "hours": 7200} | changes
    return build_delivered(Tables(frames={"cn_tariff_components": frame}), **parameters)


def test_the_formula_agrees_with_a_sum_done_by_hand():
    parts = add_up(**SYNTHETIC, hours=7200)
    # 0.19/0.95 = 0.20; 20 x 0.9 x 12/7200 = 0.03; 0.20 + 0.06 + 0.03 + 0.05 + 0.02 = 0.36
    assert parts["td_demand"] == pytest.approx(0.03)
    assert sum(parts.values()) == pytest.approx(0.36)


def test_the_synthetic_table_gives_the_same_sum():
    tables = Tables(frames={"cn_tariff_components": make_tariff()})
    with tables.record() as cited:
        built = build_delivered(tables, province="Gansu", energy="coal_benchmark", hours=7200)
    assert built.total == pytest.approx(0.36)
    assert built.missing == ()
    assert cited == {"cn_tariff_components": {"SYNTHETIC"}}


def test_the_cut_for_high_use_begins_at_260_kwh_a_month():
    assert spread_demand(30, 260 * 12) == pytest.approx(0.9 * 30 / 260)
    assert spread_demand(30, 260 * 12 - 1) == pytest.approx(30 * 12 / (260 * 12 - 1))


@given(
    fewer=st.integers(3120, 8000),
    more=st.integers(1, 760),
    demand=st.floats(1, 60),
    energy=st.floats(0.05, 0.6),
)
def test_more_hours_never_make_a_kwh_dearer(fewer, more, demand, energy):
    def total(hours):
        return sum(add_up(**SYNTHETIC | {"demand_per_kw_month": demand, "energy": energy}, hours=hours).values())

    assert total(fewer + more) < total(fewer)


@pytest.mark.parametrize("part", ["system_operation", "government_funds", "line_loss", "td_demand"])
def test_a_missing_part_is_named_and_leaves_a_lower_bound(part):
    built = build(make_tariff(**{part: None}))
    assert built.missing == (part,)
    assert built.total < build(make_tariff()).total
    assert note_builds([built], [], None).startswith("A lower bound: without ")


@pytest.mark.parametrize("part", ["coal_benchmark", "td_energy"])
def test_without_energy_or_grid_charge_nothing_is_built(part):
    assert build(make_tariff(**{part: None})) is None


def test_a_tariff_is_not_used_before_it_is_in_force():
    assert build(make_tariff(), as_of="2026-03-13") is None


def test_the_construction_corps_is_not_taken_for_xinjiang():
    frame = make_tariff().assign(province="Xinjiang (Production and Construction Corps)")
    assert build(frame, province="Xinjiang") is None


# Qinghai has no coal benchmark at hand, Yunnan no agency table.
@pytest.mark.parametrize("province", [name for name in WESTERN_GRIDS if name not in ("Qinghai", "Yunnan")])
def test_the_parts_come_close_to_the_agencys_own_sum_from_below(tables, province):
    """The agency's table of March 2026 holds energy, losses, grid and funds, and the system charge besides.

    The parts are of the tariff that began in August, so they may come out a little above it in one province.
    """
    agency = build_delivered(
        tables,
        province=province,
        method="agency",
        voltage_kv="1-10",
        as_of="2026-03-13",
        demand_as_of="2026-08-01",
    )
    parts = build_delivered(tables, province=province, energy="coal_benchmark", voltage_kv="1-10")
    assert "system_operation" in parts.missing
    without_demand = parts.total - parts.parts["td_demand"]
    assert 0.7 * agency.parts["agency"] < without_demand < 1.06 * agency.parts["agency"]
    assert parts.parts["td_demand"] == pytest.approx(agency.parts["td_demand"])


def test_ningxias_third_period_tariff_adds_up(tables):
    built = build_delivered(tables, province="Ningxia", as_of="2026-03-13", hours=7500)
    expected = 0.2595 / (1 - 0.0259) + 0.0600 + 25.6 * 0.9 * 12 / 7500 + 0.0213
    assert built.total == pytest.approx(expected)


def test_grid_and_funds_alone_lie_where_the_evidence_puts_them(tables):
    north_west = [name for name in WESTERN_GRIDS if name not in ("Yunnan", "Inner Mongolia East")]
    for province in north_west:
        for voltage_kv in ("110", "220"):
            for hours in (7000, 8000):
                built = build_delivered(
                    tables, province=province, energy="coal_benchmark", voltage_kv=voltage_kv, hours=hours
                ) or build_delivered(tables, province=province, voltage_kv=voltage_kv, hours=hours)
                alone = sum(built.parts[part] for part in ("td_energy", "td_demand", "government_funds"))
                assert 0.085 < alone < 0.165


def test_bid_limits_are_not_prices(tables):
    rows = pd.concat(list_renewable_prices(tables, name) for name in WESTERN_GRIDS)
    assert len(rows)
    assert not rows["customer_class"].str.contains("bid |price limit").any()
    assert not rows["province"].str.contains("Corps").any()


def test_the_table_of_builds_shows_each_part_and_the_total():
    frame = tabulate_builds([build(make_tariff())])
    row = frame.iloc[0]
    parts = ["energy", "line_loss", "td_energy", "td_demand", "system_operation", "government_funds"]
    assert row[parts].sum() == pytest.approx(row["total"])


def test_builds_are_counted_against_the_claimed_band():
    """Two synthetic provinces: one within the band as a whole, one in its energy alone."""
    cheap = Delivered("A", 7500, {"energy": 0.2, "td_energy": 0.05}, ("system_operation",))
    dear = Delivered("B", 7500, {"energy": 0.25, "td_energy": 0.1, "system_operation": 0.05}, ())
    found = {name: value for name, (value, _) in summarise_builds([cheap, dear], {"B": 0.5}, (0.2, 0.3)).items()}
    assert (found["provinces_built"], found["provinces_within"], found["provinces_with_system_charge"]) == (2, 1, 1)
    assert (found["energy_within"], found["energy_outside"]) == (2, 0)
    assert (found["added_low"], found["added_high"]) == pytest.approx((0.05, 0.15))
    assert found["agency_above_build"] == pytest.approx(0.1)
