"""Facts about the evidence that must hold inside the tables, whatever is computed from them."""

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from frictionless import validate

from tests.restated import skip_where_restated
from tokencheck import paths
from tokencheck.evidence.consistency import COPIED
from tokencheck.results import PACKED, read_bytes

CHECKSUMS = Path(__file__).parents[1] / "data" / "price_panel_checksums.csv"
PANEL_COLUMNS = ["input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok", "context_length"]
PACKED_FROM_BYTES = 1_000_000


# ------------------------------------------------------------------------------------------------------------- usage


def test_every_day_has_one_row_for_the_rest(tables):
    daily = tables["usage_daily"]
    assert daily["date"].nunique() >= 645
    assert (daily[daily["model"] == "other"].groupby("date").size() == 1).all()


@pytest.mark.parametrize("table", ["usage_labs_daily", "usage_daily"])
def test_days_are_complete_but_for_those_named(tables, table):
    days = tables[table]["date"].drop_duplicates()
    last = max(days.max(), pd.Timestamp("2026-10-09"))
    missing = [f"{day:%Y-%m-%d}" for day in pd.date_range("2025-01-01", last).difference(days)]
    record = json.loads((paths.DATA / "provenance" / f"{table}.json").read_text(encoding="utf-8"))
    assert missing == record["missing_days"]
    assert missing[:2] == ["2025-06-15", "2025-07-15"]


def test_days_add_up_to_the_weekly_totals_to_the_token(tables):
    """Captures of the public chart and the daily record are independent of each other."""
    first, last = "2025-03-10", "2026-02-22"
    skip_where_restated(tables, first, last)
    days = tables["usage_daily"].groupby("date")["tokens"].sum().resample("W-MON", label="left", closed="left")
    sums = days.sum()[days.count() == 7][first:last]
    weekly = tables["usage_weekly_totals"].set_index("week_start")["tokens"]
    assert len(sums) >= 48
    assert (sums - weekly.reindex(sums.index)).tolist() == [0] * len(sums)


def test_month_end_agrees_with_the_daily_record(tables):
    skip_where_restated(tables, "2026-02-22", "2026-02-28")
    month_end, daily = tables["usage_month_end"], tables["usage_daily"]
    window = month_end[month_end["window_end"] == "2026-02-28"].set_index("model")["tokens"]
    days = daily[daily["date"].between("2026-02-22", "2026-02-28")]
    assert window["__platform_total__"] == pytest.approx(days["tokens"].sum(), rel=0.001)


# --------------------------------------------------------------------------------------------------------- countries


def test_models_that_the_press_gave_to_a_country_are_marked_so(tables):
    reported = tables["labs"].set_index("alias")["reported_country"]
    for model in ("pony-alpha", "hunter-alpha", "healer-alpha"):
        assert reported[f"openrouter/{model}"] == "CN"


# ------------------------------------------------------------------------------------------------------------ prices


def write_canonical(panel: dict[str, dict[str, str]]) -> str:
    """Write a panel in the form that is hashed; see tests/data/README.md."""

    def plain(text: str) -> str:
        return format(Decimal(text).normalize(), "f") if text else ""

    lines = [",".join([model, *(plain(panel[model][name]) for name in PANEL_COLUMNS)]) for model in sorted(panel)]
    return "\n".join(["model,input,output,cache_read,context_length", *lines]) + "\n"


def test_ledger_rebuilds_every_monday():
    with (paths.TABLES / "price_changes.csv").open(encoding="utf-8", newline="") as file:
        ledger = sorted(csv.DictReader(file), key=lambda row: row["snapshot_utc"])
    with CHECKSUMS.open(encoding="utf-8", newline="") as file:
        mondays = list(csv.DictReader(file))
    assert len(mondays) == 100
    panel: dict[str, dict[str, str]] = {}
    changes = iter([*ledger, {"snapshot_utc": "9999"}])
    change = next(changes)
    for monday in mondays:
        while change["snapshot_utc"] <= f"{monday['date']}T23:59Z":
            panel.pop(change["model"], None)
            if change["event"] != "delisted":
                panel[change["model"]] = change
            change = next(changes)
        assert len(panel) == int(monday["rows"])
        assert hashlib.sha256(write_canonical(panel).encode()).hexdigest() == monday["sha256"], monday["date"]


# ------------------------------------------------------------------------------------------------------- electricity


def test_rows_of_the_articles_own_line_are_marked(tables):
    stated = tables["electricity_cn"]
    assert set(stated.loc[stated["lineage"], "source_id"]) == {"CN16", "CN40"}


# -------------------------------------------------------------------------------------------------------- literature


def test_prices_of_hosts_are_those_after_the_discount(tables):
    same = ["model", "provider_slug", "provider_region", "quantization", "context_length"]
    rows = tables["host_prices_daily"].sort_values("date", kind="stable")
    discount = rows.groupby(same, dropna=False)["discount_percent"]
    moved = rows[discount.diff().fillna(0) != 0]
    left = 1 - moved["discount_percent"] / 100
    before = 1 - discount.shift()[moved.index] / 100
    price = rows.groupby(same, dropna=False)["input_usd_per_mtok"]
    change = moved["input_usd_per_mtok"] / price.shift()[moved.index]
    assert ((change / (left / before) - 1).abs() < 0.01).mean() > 0.9
    assert ((change - 1).abs() < 0.01).mean() < 0.1


def test_published_elasticities_are_in_the_words_quoted(tables):
    rows = tables["literature"].set_index("estimate_id")
    assert "-1.11" in rows.at["LIT01", "quote"]
    assert rows.at["LIT01", "elasticity"] == -1.11
    # Ten percent less price, half to seven tenths of a percent more tokens.
    assert "10% decrease" in rows.at["LIT05", "quote"]
    assert rows.loc["LIT05", ["elasticity_high", "elasticity_low"]].tolist() == pytest.approx([0.5 / -10, 0.7 / -10])
    assert "inverse square of the price" in rows.at["LIT06", "quote"]
    assert (rows.at["LIT06", "elasticity_low"], rows.at["LIT06", "elasticity_high"]) == (-2, 0)


# --------------------------------------------------------------------------------------- sources, contract, provenance


def test_copies_name_their_repository(tables):
    sources = tables["sources"]
    openrouter = sources[sources["source_id"].str.fullmatch(r"S\d+b?")]
    assert openrouter["publisher"].str.contains(COPIED).all()  # which the check holds to grade, repository and commit
    assert openrouter["licence"].str.contains("CC BY 4.0").all()


def test_frictionless_finds_no_fault():
    """Others read the tables by their contract, too; that each row keeps it, the loader has seen."""
    report = validate(str(paths.DATAPACKAGE), limit_rows=1000)
    assert report.flatten(["name", "rowNumber", "fieldName", "message"])[:5] == []


def test_a_large_table_is_stored_compressed():
    for file in paths.TABLES.iterdir():
        size = len(read_bytes(file))
        assert (file.suffix == PACKED) == (size > PACKED_FROM_BYTES), f"{file.name} has {size} bytes as text"
