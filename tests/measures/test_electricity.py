"""The electricity measures: known figures of the record, and properties that must hold."""

import pandas as pd
import pytest

from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables
from tokencheck.measures import compute, electricity
from tokencheck.measures.electricity import (
    STATES_OF_THE_UNION,
    find_last_quarter,
    find_rate,
    grid,
    list_ladder,
    list_statements,
    take_eu_prices,
    take_us_prices,
)

ARTICLE = "2026-03-13"
US_INDUSTRIAL = {"market": "us", "place": "US", "customers": "industrial", "period": "2025"}


def make_statements(*rows) -> Tables:
    """Synthetic statements: (period, published, price, and what departs from the ordinary)."""
    ordinary = {
        "place": "Gansu",
        "scope": "synthetic",
        "basis": "delivered",
        "western": True,
        "lineage": False,
    }
    statements, sources = [], []
    for number, (period, published, price, changes) in enumerate(rows):
        prices = {"price_cny_per_kwh_low": price, "price_cny_per_kwh_high": price}
        statements.append({"period": period, **ordinary, **prices, "source_id": f"X{number}", **changes})
        sources.append({"source_id": f"X{number}", "published_date": published})
    return Tables(frames={"electricity_cn": pd.DataFrame(statements), "sources": pd.DataFrame(sources)})


# Known figures, checked against the publishers' own copies when the evidence was gathered.


@pytest.mark.parametrize(
    ("state", "period", "expected"),
    [("US", "2023", 0.0804), ("US", "2024", 0.0813), ("NJ", "2024", 0.1193), ("OH", "2024", 0.0710)],
)
def test_american_industrial_prices_are_the_official_ones(tables, state, period, expected):
    assert take_us_prices(tables, "industrial", period).at[state, "price_usd_per_kwh"] == expected


@pytest.mark.parametrize(
    ("band", "tax", "period", "expected"),
    [
        ("IC", "X_VAT", "2024-S2", 0.1899),
        ("IG", "X_VAT", "2024-S2", 0.1176),
        ("IC", "X_VAT", "2025-S1", 0.1902),
    ],
)
def test_european_prices_are_eurostats(tables, band, tax, period, expected):
    assert take_eu_prices(tables, band, tax, period).at["EU27", "price_eur_per_kwh"] == expected


def list_states(tables, sector, period):
    """List the states with a price, told by two letters from the census divisions."""
    return {code for code in take_us_prices(tables, sector, period).index if len(code) == 2} - {"US", "DC"}


def test_every_state_is_at_hand_for_full_years(tables):
    for sector in ("residential", "commercial", "industrial", "all_sectors"):
        for period in ("2024", "2025"):
            assert len(list_states(tables, sector, period)) == STATES_OF_THE_UNION


def test_annual_exchange_rate_is_the_mean_of_its_months(tables):
    annual = find_rate(tables, "USD", "2025")
    halves = [find_rate(tables, "USD", f"2025-S{half}") for half in (1, 2)]
    assert sum(halves) / 2 == pytest.approx(annual, rel=1e-3)


def test_a_quarter_is_three_months(tables):
    months = [find_rate(tables, "USD", f"2026-0{month}") for month in (1, 2, 3)]
    assert find_rate(tables, "USD", "2026-Q1") == pytest.approx(sum(months) / 3)


def test_a_rate_with_a_missing_month_is_not_made_up(tables):
    rates = tables["exchange_rates"]
    short = Tables(frames={"exchange_rates": rates[rates["period"] != "2025-03"]})
    assert find_rate(short, "EUR", "2025-S1") is None
    assert find_rate(short, "EUR", "2025-S2") is not None


# What Chinese prices are stated to be.


def test_the_article_s_own_line_never_enters(tables):
    lineage = tables["electricity_cn"].loc[tables["electricity_cn"]["lineage"].astype(bool)]
    assert len(lineage)
    listed = list_statements(tables, since="2000", until="2030")
    assert not set(listed["row_id"]) & set(lineage["row_id"])


def test_a_lineage_row_changes_nothing():
    ordinary = ("2025-01", "2025-02", 0.4, {})
    own_line = ("2025-01", "2025-02", 0.1, {"lineage": True})
    found = compute("electricity.statement", make_statements(ordinary, own_line), {"basis": "delivered"})
    assert found.value == 0.4
    assert found.sources == ("X0",)


@pytest.mark.parametrize(
    ("period", "published", "enters"),
    [
        ("2026-02", "2026-08", True),  # a later report of a month that had ended
        ("2026", "2025-12-12", True),  # a price of the year to come, already in print
        ("2026-03", "2026-03-17", False),  # neither over nor printed on the day of the article
        ("2026-04", "2026-04-02", False),
        ("2023-12", "2024-01", False),  # before the window
    ],
)
def test_the_window_never_looks_ahead(period, published, enters):
    tables = make_statements((period, published, 0.4, {}))
    assert bool(len(list_statements(tables, since="2024-01", until=ARTICLE))) == enters


def test_no_statement_at_all_is_no_price():
    tables = make_statements(("2025-01", "2025-02", 0.4, {"lineage": True}))
    assert compute("electricity.statement", tables, {"basis": "delivered"}).value is None


def test_limits_and_targets_are_not_prices():
    tables = make_statements(
        ("2025-01", "2025-02", 0.1, {"scope": "new projects, bid floor"}),
        ("2025-01", "2025-02", 0.2, {"scope": "budget performance target"}),
    )
    found = compute("electricity.statement", tables, {"basis": "delivered"})
    assert found.value is None
    assert found.note.startswith("No such statement on western China")


def test_a_spread_over_places_is_a_range_not_bounds(tables):
    found = compute("electricity.statement", tables, {"basis": "delivered"})
    assert found.interval_kind == "range"
    assert found.low < found.value < found.high
    assert found.unit == "cny_per_kwh"


def test_the_plant_is_paid_less_than_the_user_pays(tables):
    delivered, generation = (
        compute("electricity.statement", tables, {"basis": basis}).value for basis in ("delivered", "generation")
    )
    assert generation < delivered


def test_a_built_up_price_says_what_it_lacks(tables):
    found = compute("electricity.delivered_build", tables, {})
    assert found.note.startswith("A lower bound: without system operation charge (every province)")
    longer = compute("electricity.delivered_build", tables, {"hours": 8000})
    assert longer.value < found.value


# Ratios.


def test_the_ratio_times_its_inverse_is_one(tables):
    found = compute("electricity.ratio", tables, {"china": "delivered", **US_INDUSTRIAL})
    home = compute("electricity.statement", tables, {"basis": "delivered"})
    abroad = compute("electricity.price", tables, US_INDUSTRIAL)
    assert found.value * (home.value / abroad.value) == pytest.approx(1)
    assert found.low == pytest.approx(abroad.value / home.high)
    assert set(found.sources) == {*home.sources, *abroad.sources}


def test_more_taxes_never_make_europe_cheaper(tables):
    taxed = [
        compute(
            "electricity.price", tables,
            {"market": "eu", "place": "EU27", "customers": "IC", "period": "2024-S2", "tax": tax},
        ).value
        for tax in ("X_TAX", "X_VAT", "I_TAX")
    ]  # fmt: skip
    assert taxed == sorted(taxed)


def test_the_dearest_state_is_a_state(tables):
    found = compute("electricity.price", tables, US_INDUSTRIAL | {"place": "highest"})
    every = take_us_prices(tables, "industrial", "2025")
    assert found.rows["state"].iloc[0] not in ("US", "DC")
    assert found.rows["price_usd_per_kwh"].iloc[0] == every.drop(index=["US", "DC"])["price_usd_per_kwh"].max()


def test_a_price_that_is_not_at_hand_has_no_value(tables):
    found = compute("electricity.ratio", tables, {"china": "delivered", **US_INDUSTRIAL, "period": "1999"})
    assert found.value is None
    assert "at hand" in found.note


# Rises.


def rises(tables, **changes):
    usual = {"sector": "residential", "earlier": "2024", "later": "2025"}
    return compute("electricity.states_with_rise", tables, usual | changes)


def test_the_district_is_counted_only_when_asked(tables):
    before, after = (take_us_prices(tables, "residential", year) for year in ("2024", "2025"))
    rise = (after.at["DC", "price_usd_per_kwh"] / before.at["DC", "price_usd_per_kwh"] - 1) * 100
    band = {"low_percent": rise - 1, "high_percent": rise + 1}
    assert rises(tables, with_district=True, **band).value == rises(tables, **band).value + 1
    assert f"District of Columbia, not a state: {rise:+.1f} %" in rises(tables).note


def test_bands_that_touch_cover_every_state(tables):
    total = rises(tables, low_percent=-100, high_percent=1000).value
    assert total == STATES_OF_THE_UNION


def test_a_partial_list_of_states_gives_bounds(tables):
    frame = tables["electricity_us"]
    less = Tables(frames={"electricity_us": frame[~frame["state"].isin(["CA", "TX"])]})
    found = rises(less)
    covered = len(list_states(less, "residential", "2024") & list_states(less, "residential", "2025"))
    assert covered < STATES_OF_THE_UNION
    assert found.interval_kind == "bounds"
    assert found.high - found.low == STATES_OF_THE_UNION - covered


def test_periods_without_data_say_so(tables):
    found = rises(tables, later="2031")
    assert (found.value, found.low, found.sources) == (None, None, ())


def test_grid_zones_are_not_states(tables):
    found = compute("electricity.pjm_states_with_rise", tables, {})
    assert found.value <= tables["electricity_us_zones"]["state"].notna().sum()
    assert "not states" in found.note


# The ladder and the grid.


def test_the_ladder_agrees_with_the_measures(tables):
    ladder = list_ladder(tables)
    assert not ladder.isna().any(axis=None)
    own = ladder[(ladder["rung"] == "delivered") & ~ladder["later"]]["price_cny_per_kwh"]
    assert own.median() == compute("electricity.statement", tables, {"basis": "delivered"}).value
    average = ladder[(ladder["rung"] == "us industrial") & ladder["is_average"]]["price_cny_per_kwh"]
    assert average.tolist() == [pytest.approx(compute("electricity.price", tables, US_INDUSTRIAL).value)]


@pytest.mark.parametrize(("claim", "unit"), [("C12", "states"), ("C13", "cny_per_kwh"), ("C14", "times")])
def test_every_cell_of_the_grid_has_a_value_and_a_unit(tables, register, claim, unit):
    parts = grid(tables, claim)
    assert list(parts) == [part.id for part in register.find(claim).parts]
    for cells in parts.values():
        assert len(cells) > 50
        assert set(cells["unit"]) == {unit}
        assert cells["value"].notna().all()
        assert not cells.drop(columns=["value"]).duplicated().any()


def test_the_grid_holds_the_literal_reading(tables):
    cells = grid(tables, "C14")["us"]
    found = compute("electricity.ratio", tables, {"china": "delivered", **US_INDUSTRIAL})
    axes = {"china": "delivered, median", "place": "US", "customers": "industrial", "exchange": "2025"}
    same = cells[(cells[list(axes)] == pd.Series(axes)).all(axis=1) & (cells["period"] == "2025")]
    assert same["value"].tolist() == [pytest.approx(found.value, rel=1e-5)]  # the grid has six digits


def test_a_claim_without_a_grid_is_refused(tables):
    with pytest.raises(UserError, match="no electricity grid for C01; there is one for C12, C13, C14"):
        grid(tables, "C01")


def test_the_last_quarter_needs_a_price_and_a_rate(tables):
    """A quarter whose price is known before its exchange rate is not taken yet."""
    assert find_last_quarter(tables, "industrial") >= "2026-Q1"
    rates = tables["exchange_rates"]
    shorter = Tables(frames={**tables, "exchange_rates": rates[rates["period"] != "2026-03"]})
    newer = tables["electricity_us"].query("period == '2026-Q1'").assign(period="2027-Q4")
    longer = Tables(frames={**tables, "electricity_us": pd.concat([tables["electricity_us"], newer])})
    assert find_last_quarter(longer, "industrial") == find_last_quarter(tables, "industrial")
    named = {"market": "us", "place": "US", "customers": "industrial"}
    last = compute("electricity.price", tables, {"period": "last quarter", **named})
    assert last.value == compute("electricity.price", tables, {"period": last.as_of, **named}).value
    if last.as_of == "2026-Q1":
        with pytest.raises(UserError, match="no quarter"):
            find_last_quarter(shorter, "industrial")


def test_a_bill_is_revenue_over_customers(tables):
    rows = tables["electricity_us_bills"].query("state == 'OH' and sector == 'residential'").set_index("year")
    bill = rows["revenue_thousand_usd"] / rows["customer_months"]
    changes = electricity.list_bill_changes(tables, sector="residential", earlier="2023", later="2025")
    assert changes.at["OH", "change_percent"] == pytest.approx(100 * (bill[2025] / bill[2023] - 1))
    assert changes["is_state"].sum() == 50
    ohio = (
        tables["electricity_us_bills"]
        .query("state == 'OH'")
        .groupby("year")[["revenue_thousand_usd", "customer_months"]]
        .sum()
    )
    everyone = ohio["revenue_thousand_usd"] / ohio["customer_months"]
    changes = electricity.list_bill_changes(tables, sector="all_sectors", earlier="2023", later="2025")
    assert changes.at["OH", "change_percent"] == pytest.approx(100 * (everyone[2025] / everyone[2023] - 1))


def test_bills_in_touching_bands_cover_every_state(tables):
    bands = [(-100, 0), (0, 10), (10, 1000)]
    common = {"sector": "industrial", "earlier": "2024", "later": "2025"}
    found = [
        compute("electricity.states_with_bill_rise", tables, {**common, "low_percent": low, "high_percent": high}).value
        for low, high in bands
    ]
    assert sum(found) == 50
    missing = compute("electricity.states_with_bill_rise", tables, {**common, "earlier": "1999"})
    assert not missing.found


def test_one_price_of_one_place_counts_once_and_what_has_no_price_is_named(tables):
    found = compute("electricity.statement", tables, {"basis": "delivered", "until": "2026-09-30"})
    assert not found.rows.duplicated(["place", "price_cny_per_kwh"]).any()
    said = electricity.list_statements(tables, basis="delivered", until="2026-09-30", priced=False)
    unpriced = said[said["price_cny_per_kwh"].isna() & said["western"].astype(bool)]
    assert all(place in found.note for place in unpriced["place"])
