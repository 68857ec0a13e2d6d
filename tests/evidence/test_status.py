"""How fresh the tables are: dated by the contract's column, stale by its limit, told by exit code."""

import datetime
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence import status
from tokencheck.evidence.tables import read_contract

TODAY = datetime.date(2026, 10, 20)
RESOURCES = {resource["name"]: resource for resource in read_contract()["resources"]}


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2026-03-13", "2026-03-13"),
        ("2026-08-22T12:08Z", "2026-08-22"),
        ("2026-02", "2026-02-28"),
        ("2026-Q1", "2026-03-31"),
        ("2025-S2", "2025-12-31"),
        ("2026", "2026-12-31"),
    ],
)
def test_periods_end_where_they_end(text, end):
    assert status.read_period(text)[1].isoformat() == end


@pytest.mark.parametrize("text", ["", "latest two half-years (file of Feb 2026)", "2026-S3", "2026-02-30", "Q1 2026"])
def test_what_is_not_wholly_a_date_dates_nothing(text):
    assert status.read_period(text) is None
    assert status.find_latest([text, "2020-01"]) == "2020-01"


@pytest.mark.parser
@given(st.one_of(st.text(max_size=30), st.from_regex(status.DATED, fullmatch=True)))
def test_no_text_breaks_the_reading_of_periods(text):
    span = status.read_period(text)
    assert span is None or span[0] <= span[1]


@given(st.lists(st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 12, 31)), min_size=1))
def test_the_latest_date_is_the_latest(dates):
    assert status.find_latest(one.isoformat() for one in dates) == max(dates).isoformat()


def test_the_contract_names_columns_that_are_there_and_limits_only_dated_tables():
    for resource in RESOURCES.values():
        columns = {one["name"] for one in resource["schema"]["fields"]}
        assert resource.get("asOf", next(iter(columns))) in columns
        if "staleAfterDays" in resource:
            assert resource["asOf"] and resource["staleAfterDays"] > 0
    assert sum("staleAfterDays" in resource for resource in RESOURCES.values()) >= 8


def test_every_table_has_its_line_with_all_that_was_asked_for():
    found = status.list_status(TODAY)
    assert [one.table for one in found] == list(RESOURCES)
    text = status.write_status(found)
    lines = text.splitlines()
    assert lines[0].split() == ["table", "as", "of", "age", "rows", "stale", "source", "licence"]
    daily = next(line for line in lines if line.startswith("usage_labs_daily"))
    one = next(one for one in found if one.table == "usage_labs_daily")
    for words in (one.as_of, f"{one.age_days} d", str(one.rows), "OpenRouter", "Creative Commons"):
        assert words in daily


@pytest.fixture
def project(tmp_path):
    data = tmp_path / "data"
    for name in ("tables", "provenance"):
        shutil.copytree(paths.DATA / name, data / name)
    shutil.copy(paths.DATAPACKAGE, data)
    return data


def write_days(data, *rows):
    lines = ["date,lab,tokens,source_id", *(f"{day},other,5,{source}" for day, source in rows)]
    (data / "tables" / "usage_labs_daily.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("day", "age", "stale"),
    [("2026-10-20", 0, False), ("2026-10-06", 14, False), ("2026-10-05", 15, True), ("2026-10-25", 0, False)],
)
def test_a_table_is_stale_the_day_after_its_limit(project, day, age, stale):
    write_days(project, ("2026-01-01", "S10"), (day, "S10"))
    one = status.describe_table(RESOURCES["usage_labs_daily"], TODAY, project)
    assert (one.as_of, one.age_days, one.stale, one.rows) == (day, age, stale, 2)


def test_imported_rows_are_named_and_make_nothing_fresher(project):
    write_days(project, ("2026-01-01", "S10"), ("2026-10-20", "OWN-me"))
    one = status.describe_table(RESOURCES["usage_labs_daily"], TODAY, project)
    assert (one.as_of, one.stale, one.rows) == ("2026-01-01", True, 2)
    assert one.producer.endswith(" + OWN-me")


def test_a_table_without_a_limit_is_never_stale():
    one = status.describe_table(RESOURCES["usage_month_end"], datetime.date(2050, 1, 1))
    assert one.stale is None and one.age_days > 8000


def test_the_exit_code_tells_and_the_stale_are_named(capsys):
    assert status.run_status(today="2050-01-01") == 1
    shown = capsys.readouterr().out
    assert "STALE (> 14 d)" in shown
    assert "tables are stale: " in shown and "usage_labs_daily" in shown.splitlines()[-1]
    assert status.run_status(today="2024-01-01") == 0
    assert "No table is stale." in capsys.readouterr().out


def test_json_says_the_same(capsys):
    assert status.run_status(as_json=True, today="2050-01-01") == 1
    node = {one["table"]: one for one in json.loads(capsys.readouterr().out)}
    assert node["usage_labs_daily"]["stale"] is True and node["labs"]["stale"] is None


def test_a_day_that_is_none_is_refused():
    with pytest.raises(UserError, match="--today: “soon” is not a date"):
        status.run_status(today="soon")
