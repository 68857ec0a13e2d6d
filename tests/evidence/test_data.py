"""Facts about the evidence that must hold inside the tables, whatever is computed from them."""

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from frictionless import validate

from tokencheck import paths
from tokencheck.evidence.tables import read_contract

CHECKSUMS = Path(__file__).parents[1] / "data" / "price_panel_checksums.csv"
PANEL_COLUMNS = ["input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok", "context_length"]
USAGE_BY_MODEL = (
    "usage_daily",
    "usage_wednesdays",
    "usage_chart_weeks",
    "usage_month_end",
    "usage_leaderboard",
    "usage_top10",
)
AGGREGATES = {"other", "__platform_total__"}
TABLE_BYTES = 4_000_000


def find_lab(labs: pd.DataFrame, model: str) -> str | None:
    """Name the developer of a model: a row of its own beats its author's."""
    base = model.split(":")[0]
    alias = base if base in labs.index else base.split("/")[0]
    return labs.at[alias, "lab"] if alias in labs.index else None


# ------------------------------------------------------------------------------------------------------------- usage


def test_models_of_a_day_add_up_to_the_labs(tables):
    """Two pulls of the same record by different repositories agree to the token, developer by developer."""
    labs = tables["labs"].set_index("alias")
    models = pd.concat([tables["usage_daily"], tables["usage_wednesdays"]])
    names = {model: "other" if model == "other" else find_lab(labs, model) for model in models["model"].unique()}
    by_lab = models.assign(lab=models["model"].map(names)).groupby(["date", "lab"])["tokens"].sum()
    recorded = tables["usage_labs_daily"].set_index(["date", "lab"])["tokens"]
    days = models["date"].unique()
    recorded = recorded[recorded.index.get_level_values("date").isin(days)]
    assert by_lab.to_dict() == recorded.to_dict()


def test_every_day_has_fifty_models_and_the_rest(tables):
    daily = tables["usage_daily"]
    assert daily["date"].nunique() == 54
    assert (daily.groupby("date").size() == 51).all()
    assert (daily[daily["model"] == "other"].groupby("date").size() == 1).all()


def test_every_wednesday_is_held_once(tables):
    wednesdays = tables["usage_wednesdays"]["date"].drop_duplicates()
    days = tables["usage_daily"]["date"].drop_duplicates()
    held = pd.concat([wednesdays, days[days.dt.day_name() == "Wednesday"]]).sort_values()
    expected = pd.date_range("2025-01-01", max(held.max(), pd.Timestamp("2026-10-07")), freq="7D")
    absent = {day for day in expected if f"{day:%Y-%m-%d}" in read_missing_days()}
    assert held.tolist() == [day for day in expected if day not in absent]


def read_missing_days() -> list[str]:
    """Days that the provenance record says no one has."""
    record = json.loads((paths.PROVENANCE / "usage_labs_daily.json").read_text(encoding="utf-8"))
    return record["missing_days"]


def test_lab_days_are_complete_but_for_those_named(tables):
    days = tables["usage_labs_daily"]["date"].drop_duplicates()
    last = max(days.max(), pd.Timestamp("2026-10-09"))
    missing = [f"{day:%Y-%m-%d}" for day in pd.date_range("2025-01-01", last).difference(days)]
    assert missing == read_missing_days()
    assert missing[:2] == ["2025-06-15", "2025-07-15"]


@pytest.mark.parametrize(
    ("monday", "difference"),
    [("2026-01-26", 0), ("2026-02-02", 0), ("2026-02-09", 0), ("2026-02-16", 0), ("2026-02-23", -14_927)],
)
def test_days_add_up_to_the_weekly_total(tables, monday, difference):
    """Captures of the public chart and the daily record are independent of each other."""
    daily, weekly = tables["usage_daily"], tables["usage_weekly_totals"].set_index("week_start")["tokens"]
    week = daily["date"].between(pd.Timestamp(monday), pd.Timestamp(monday) + pd.Timedelta(days=6))
    assert daily.loc[week, "tokens"].sum() - weekly[pd.Timestamp(monday)] == difference


def test_later_restatement_stays_within_two_permille(tables):
    daily, weekly = tables["usage_daily"], tables["usage_weekly_totals"].set_index("week_start")["tokens"]
    for monday in pd.to_datetime(["2026-03-02", "2026-03-09"]):
        week = daily["date"].between(monday, monday + pd.Timedelta(days=6))
        assert -0.002 < daily.loc[week, "tokens"].sum() / weekly[monday] - 1 < 0


def test_month_end_agrees_with_the_daily_record(tables):
    month_end, daily = tables["usage_month_end"], tables["usage_daily"]
    window = month_end[month_end["window_end"] == "2026-02-28"].set_index("model")["tokens"]
    days = daily[daily["date"].between("2026-02-22", "2026-02-28")]
    assert window["__platform_total__"] == pytest.approx(days["tokens"].sum(), rel=0.001)


@pytest.mark.parametrize("name", ["usage_month_end", "usage_leaderboard", "usage_top10"])
def test_windows_are_seven_days(tables, name):
    table = tables[name]
    assert (table["window_end"] - table["window_start"] == pd.Timedelta(days=6)).all()


@pytest.mark.parametrize("name", ["usage_chart_weeks", "usage_month_end", "usage_leaderboard", "usage_top10"])
def test_ranks_follow_tokens(tables, name):
    table = tables[name]
    start = table.columns[0]
    for _, window in table.dropna(subset="rank").groupby(start):
        ordered = window.sort_values("rank")["tokens"]
        assert ordered.is_monotonic_decreasing


@pytest.mark.parametrize("name", ["usage_leaderboard", "usage_top10"])
def test_prompt_and_completion_add_up(tables, name):
    split = tables[name].dropna(subset=["prompt_tokens", "completion_tokens"])
    assert len(split) > 300
    assert (split["prompt_tokens"] + split["completion_tokens"] == split["tokens"]).all()


# --------------------------------------------------------------------------------------------------------- countries


@pytest.mark.parametrize("name", USAGE_BY_MODEL)
def test_every_author_has_a_lab(tables, name):
    labs = tables["labs"].set_index("alias")
    models = set(tables[name]["model"]) - AGGREGATES
    assert sorted(model for model in models if find_lab(labs, model) is None) == []


def test_every_lab_name_is_an_alias_of_itself(tables):
    labs = tables["labs"].set_index("alias")
    names = set(labs["lab"]) | (set(tables["usage_labs_daily"]["lab"]) - AGGREGATES)
    assert sorted(name for name in names if name not in labs.index or labs.at[name, "lab"] != name) == []


def test_a_lab_has_one_country(tables):
    named = tables["labs"].dropna(subset="country")
    assert (named.groupby("lab")["country"].nunique() == 1).all()


def test_anonymous_models_have_no_country(tables):
    labs = tables["labs"]
    anonymous = labs["lab"].str.startswith("Stealth")
    assert labs.loc[anonymous, "country"].isna().all()
    assert labs.loc[~anonymous, "reported_country"].isna().all()
    reported = labs.set_index("alias")["reported_country"]
    for model in ("pony-alpha", "hunter-alpha", "healer-alpha"):
        assert reported[f"openrouter/{model}"] == "CN"


def test_catalogue_and_labs_agree_on_countries(tables):
    labs = tables["labs"].set_index("alias")
    models = tables["models"].dropna(subset="developer_country")
    country = models["model"].str.lstrip("~").map(lambda model: model.split("/")[0]).map(labs["country"])
    both = country.notna()
    assert both.sum() > 700
    assert (country[both] == models.loc[both, "developer_country"]).all()


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


def test_ledger_events_follow_one_another(tables):
    """Nothing changes or leaves before it is listed, and nothing is listed twice."""
    listed: set[str] = set()
    seen: set[str] = set()
    for row in tables["price_changes"].sort_values(["snapshot_utc", "model"]).itertuples():
        assert (row.model in listed) == (row.event in ("changed", "delisted")), row
        assert (row.event == "relisted") == (row.model in seen and row.model not in listed), row
        seen.add(row.model)
        listed = listed - {row.model} if row.event == "delisted" else listed | {row.model}


def test_every_listed_price_is_complete(tables):
    ledger = tables["price_changes"]
    priced = ledger[["input_usd_per_mtok", "output_usd_per_mtok"]].notna().all(axis=1)
    assert (priced == (ledger["event"] != "delisted")).all()


# ------------------------------------------------------------------------------------------------------- electricity


def test_low_is_not_above_high(tables):
    stated = tables["electricity_cn"].dropna(subset=["price_cny_per_kwh_low", "price_cny_per_kwh_high"])
    assert (stated["price_cny_per_kwh_low"] <= stated["price_cny_per_kwh_high"]).all()


def test_rows_of_the_articles_own_line_are_marked(tables):
    stated = tables["electricity_cn"]
    assert set(stated.loc[stated["lineage"], "source_id"]) == {"CN16", "CN40"}


def test_a_zone_or_a_state_is_named_never_both(tables):
    zones = tables["electricity_us_zones"]
    assert (zones["state"].isna() != zones["pjm_zone"].isna()).all()
    change = (zones["price_usd_per_kwh_2026_q1"] / zones["price_usd_per_kwh_2025_q1"] - 1) * 100
    assert (change - zones["change_percent"]).abs().max() < 0.1  # upstream computed it before rounding the prices


def test_cross_rates_agree(tables):
    rates = tables["exchange_rates"].pivot(index="period", columns="pair", values="rate")
    assert (rates["EUR/CNY"] / (rates["EUR/USD"] * rates["USD/CNY"]) - 1).abs().max() < 1e-4


def test_two_records_of_the_eia_agree(tables):
    industrial = tables["electricity_us"].query("sector == 'industrial' and period == '2024'")
    pairs = industrial.pivot(index="state", columns="source_id", values="price_usd_per_kwh")
    for state in ("US", "NJ", "MD", "OH", "VA"):
        assert pairs.at[state, "US1"] == pytest.approx(pairs.at[state, "US2"], abs=0.0001)


# -------------------------------------------------------------------------------------------------------- literature


def test_every_published_estimate_says_where_it_was_read(tables):
    """A number that was not read where it is printed is never called original; one that was read has its words."""
    rows = tables["literature"]
    estimates = rows[rows["kind"] == "estimate"]
    assert estimates[["elasticity", "elasticity_low"]].notna().sum(axis=1).eq(1).all()
    assert (rows["elasticity_low"].notna() == rows["elasticity_high"].notna()).all()
    assert (rows["elasticity_low"].dropna() < rows["elasticity_high"].dropna()).all()
    assert set(rows.loc[rows["read"] == "original", "checked"]) == {"read again"}
    assert (rows["quote"].notna() == (rows["checked"] == "read again")).all()
    printed = rows["se"].notna() | rows["t"].notna()
    assert (printed == (rows["se_checked"] != "none printed")).all()


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


def test_every_source_is_used(tables):
    used = {source for name in tables if name != "sources" for source in tables[name]["source_id"]}
    used |= set(tables["hosts"]["seat_source_id"].dropna())
    assert sorted(set(tables["sources"]["source_id"]) - used) == []


def test_a_source_stands_once(tables):
    sources = tables["sources"].dropna(subset="url")
    assert sources[sources.duplicated(["url", "repository", "file", "title"])]["source_id"].tolist() == []


def test_copies_name_their_repository(tables):
    sources = tables["sources"]
    openrouter = sources[sources["source_id"].str.fullmatch(r"S\d+b?")]
    assert (openrouter["grade"] == "B").all()
    assert openrouter[["repository", "commit", "file"]].notna().all(axis=None)
    assert openrouter["licence"].str.contains("CC BY 4.0").all()


def test_frictionless_finds_no_fault():
    report = validate(str(paths.DATAPACKAGE))
    assert report.flatten(["name", "rowNumber", "fieldName", "message"])[:5] == []


def test_the_contract_explains_itself():
    for resource in read_contract()["resources"]:
        assert {"title", "description", "licenses", "credit", "schema", "path"} <= set(resource), resource["name"]
        for described in resource["schema"]["fields"]:
            assert described["description"], (resource["name"], described["name"])
            if described["type"] == "number":
                assert described.get("unit") or described["name"] in ("rate", "value"), described


@pytest.mark.parametrize("name", [resource["name"] for resource in read_contract()["resources"]])
def test_provenance_matches_the_table(tables, name):
    record = json.loads((paths.PROVENANCE / f"{name}.json").read_text(encoding="utf-8"))
    content = (paths.TABLES / f"{name}.csv").read_bytes()
    assert record["table"] == f"data/tables/{name}.csv"
    assert record["rows"] == len(tables[name])
    changed = (
        f"data/tables/{name}.csv is not the one data/provenance/{name}.json speaks of: bring the record up to date"
    )
    assert record["sha256"] == hashlib.sha256(content).hexdigest(), changed
    for key in ("producer", "title", "credit", "licence", "processing", "caveats", "accessed", "upstream"):
        assert key in record, key
    assert record["accessed"] or record["accessed_note"]
    for upstream in record["upstream"]:
        assert {"url", "repository", "commit", "file", "sha256"} <= set(upstream)


@pytest.mark.parametrize("name", [resource["name"] for resource in read_contract()["resources"]])
def test_tables_are_written_one_way(tables, name):
    """LF, a final newline, sorted by key with empty cells last: so that a change of data is a short diff."""
    content = (paths.TABLES / f"{name}.csv").read_bytes()
    assert b"\r" not in content
    assert content.endswith(b"\n")
    resource = next(one for one in read_contract()["resources"] if one["name"] == name)
    assert content.decode().splitlines()[0].split(",") == [one["name"] for one in resource["schema"]["fields"]]
    ordered = tables[name].sort_values(resource["schema"]["primaryKey"], kind="stable")
    assert ordered.index.is_monotonic_increasing


def test_tables_stay_small():
    assert sum(file.stat().st_size for file in paths.TABLES.glob("*.csv")) < TABLE_BYTES
