"""The loader: real tables pass, and every way to break one gives one message that names place, value and remedy."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.table_files import locate_table, read_table_text, write_table_text
from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence import store
from tokencheck.evidence.tables import CELL_TYPES, Tables, describe_expected, load, read_all, read_contract, read_table

WEEKLY = "usage_weekly_totals"  # a small table with a date, an integer and a source


MOST_BYTES = {"data": 12e6, "tables": 6e6}  # of a folder
LARGEST_FILE = 2 * 2**20


def test_the_data_are_small_enough_for_a_repository():
    sizes = {file: file.stat().st_size for file in paths.DATA.rglob("*") if file.is_file()}
    assert [paths.shorten(file) for file, size in sizes.items() if size > LARGEST_FILE] == []
    for folder, most in MOST_BYTES.items():
        of = paths.DATA if folder == "data" else paths.TABLES
        assert sum(size for file, size in sizes.items() if of in file.parents) <= most


def copy_data(folder: Path, *names: str) -> Path:
    """Copy the contract, the sources and some tables into an empty folder."""
    (folder / "tables").mkdir(parents=True)
    shutil.copy(paths.DATAPACKAGE, folder)
    for name in ("sources", *names):
        shutil.copy(locate_table(paths.DATA, name), folder / "tables")
    return folder


@pytest.fixture
def data(tmp_path):
    return copy_data(tmp_path / "data", WEEKLY, "usage_daily", "labs", "electricity_us_zones", "models")


def read_rows(data: Path, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(read_table_text(data, name), newline="")))


def write_rows(data: Path, name: str, rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_table_text(data, name, text.getvalue())


def set_cell(data: Path, name: str, row: int, column: str, value: str) -> None:
    """Write a value into a cell; `row` counts lines, the header being row 1."""
    rows = read_rows(data, name)
    rows[row - 1][rows[0].index(column)] = value
    write_rows(data, name, rows)


def find_problems(data: Path, name: str) -> list[str]:
    """Give what `load` complains about, and make sure that it does."""
    with pytest.raises(UserError) as caught:
        load(name, data)
    return str(caught.value).splitlines()


# ----------------------------------------------------------------------------------------------------- the real tables


def test_real_tables_have_no_problem():
    assert read_all()[1] == []


def test_types_are_plain(tables):
    assert tables["usage_daily"].dtypes.astype(str).to_dict() == {
        "date": "datetime64[ns]",
        "model": "object",
        "tokens": "int64",
        "source_id": "object",
    }
    ledger = tables["price_changes"].dtypes.astype(str)
    assert ledger["snapshot_utc"] == "datetime64[ns]"
    assert ledger["input_usd_per_mtok"] == "float64"
    assert ledger["context_length"] == "Int64"
    assert tables["electricity_cn"]["western"].dtype == bool
    assert tables["models"]["open_weights"].dtype == "boolean"
    assert tables["labs"]["country"].isna().any()


def test_columns_stand_in_the_order_of_the_contract(tables):
    for resource in read_contract()["resources"]:
        names = [described["name"] for described in resource["schema"]["fields"]]
        assert list(tables[resource["name"]].columns) == names


def test_the_module_does_not_import_pandera():
    code = "import sys, tokencheck.evidence.tables; sys.exit('pandera' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# ---------------------------------------------------------------------------------------------------------- bad headers


def test_missing_column(data):
    write_rows(data, WEEKLY, [[row[0], row[2]] for row in read_rows(data, WEEKLY)])
    assert find_problems(data, WEEKLY) == [
        "data/tables/usage_weekly_totals.csv, row 1: column tokens is missing. Correct the header and run `make check`."
    ]


def test_renamed_column_suggests_the_near_match(data):
    rows = read_rows(data, WEEKLY)
    rows[0][1] = "token"
    write_rows(data, WEEKLY, rows)
    (problem,) = find_problems(data, WEEKLY)
    assert "row 1: column tokens is missing; “token” stands there instead. Rename it to “tokens”" in problem


def test_extra_column(data):
    write_rows(data, WEEKLY, [[*row, "x"] for row in read_rows(data, WEEKLY)])
    (problem,) = find_problems(data, WEEKLY)
    assert "data/tables/usage_weekly_totals.csv, row 1: column “x” is not in data/datapackage.json" in problem


def test_column_twice(data):
    write_rows(data, WEEKLY, [[*row, row[1]] for row in read_rows(data, WEEKLY)])
    (problem,) = find_problems(data, WEEKLY)
    assert "column tokens stands there twice" in problem


def test_columns_in_another_order_are_read(data):
    write_rows(data, WEEKLY, [row[::-1] for row in read_rows(data, WEEKLY)])
    pd.testing.assert_frame_equal(load(WEEKLY, data), load(WEEKLY))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_wrong_separator(data, separator):
    file = data / "tables" / f"{WEEKLY}.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", separator), encoding="utf-8")
    (problem,) = find_problems(data, WEEKLY)
    assert "Save the file with commas" in problem


# ------------------------------------------------------------------------------------------------------------ bad cells


def test_text_in_a_number_column(data):
    set_cell(data, WEEKLY, 5, "tokens", "many")
    assert find_problems(data, WEEKLY) == [
        "data/tables/usage_weekly_totals.csv, row 5, column tokens: “many” — expected an integer ≥ 0. "
        "Correct the cell and run `make check`."
    ]


@pytest.mark.parametrize("value", ["-5", "1.5", "1e6", "1,000", " 7", "NaN", "0x10", "1_000", "９", "9" * 19])
def test_not_a_token_count(data, value):
    set_cell(data, WEEKLY, 17, "tokens", value)
    (problem,) = find_problems(data, WEEKLY)
    where = "data/tables/usage_weekly_totals.csv, row 17, column tokens"
    assert problem.startswith(f"{where}: “{value}” — expected an integer ≥ 0.")


@pytest.mark.parametrize("character", ["\0", "\x1b", "\u202e", "\u200b", "\x85"])
def test_a_text_that_a_terminal_or_a_page_would_not_show_as_it_is(data, character):
    set_cell(data, "sources", 9, "title", f"a{character}b")
    (problem,) = find_problems(data, "sources")
    shown = f"row 9, column title: “a<U+{ord(character):04X}>b” — expected text without control characters."
    assert shown in problem


def test_empty_cell(data):
    set_cell(data, WEEKLY, 9, "tokens", "")
    (problem,) = find_problems(data, WEEKLY)
    assert "row 9, column tokens: the cell is empty — expected an integer ≥ 0." in problem


@pytest.mark.parametrize(
    "value", ["09.02.2026", "2026/02/09", "2026-2-9", "Feb 9 2026", "2026-02-30", "2026-02-09 00:00"]
)
def test_date_in_the_wrong_format(data, value):
    set_cell(data, WEEKLY, 8, "week_start", value)
    (problem,) = find_problems(data, WEEKLY)
    assert f"row 8, column week_start: “{value}” — expected a date written YYYY-MM-DD" in problem


def test_date_out_of_range(data):
    set_cell(data, WEEKLY, 8, "week_start", "1926-02-09")
    (problem,) = find_problems(data, WEEKLY)
    assert "row 8, column week_start: “1926-02-09” — expected a date written YYYY-MM-DD between 2024-01-01" in problem


def test_country_of_the_wrong_form(data):
    set_cell(data, "labs", 4, "country", "China")
    (problem,) = find_problems(data, "labs")
    assert "row 4, column country: “China” — expected text of the form [A-Z]{2}" in problem


def test_grade_that_does_not_exist(data):
    set_cell(data, "sources", 3, "grade", "E")
    (problem,) = find_problems(data, "sources")
    assert "data/tables/sources.csv, row 3, column grade: “E” — expected one of A, B, C, D" in problem


def test_true_or_false(data):
    set_cell(data, "sources", 3, "interested", "yes")
    (problem,) = find_problems(data, "sources")
    assert "column interested: “yes” — expected true or false" in problem


def test_unknown_source(data):
    set_cell(data, WEEKLY, 12, "source_id", "S22")
    (problem,) = find_problems(data, WEEKLY)
    assert "row 12, column source_id: “S22” — expected a source_id of data/tables/sources.csv" in problem
    assert "Did you mean “S2”?" in problem
    assert "add the source" in problem


def test_several_problems_are_told_at_once(data):
    set_cell(data, WEEKLY, 5, "tokens", "many")
    set_cell(data, WEEKLY, 7, "week_start", "soon")
    set_cell(data, WEEKLY, 9, "source_id", "nowhere")
    set_cell(data, WEEKLY, 9, "tokens", "-1")
    problems = find_problems(data, WEEKLY)
    places = [problem.split(":")[0].removeprefix("data/tables/usage_weekly_totals.csv, ") for problem in problems]
    assert places == [
        "row 5, column tokens",
        "row 7, column week_start",
        "row 9, column source_id",
        "row 9, column tokens",
    ]


def test_many_problems_are_cut_short(data):
    rows = read_rows(data, WEEKLY)
    for place, row in enumerate(rows[1:]):
        row[1], row[2] = f"x{place}", f"nowhere{place}"
    write_rows(data, WEEKLY, rows)
    problems = find_problems(data, WEEKLY)
    assert problems[-1] == "… and 22 more in this table; `make check` lists all."
    assert len(problems) == 21
    assert len(read_table(WEEKLY, data)[1]) == 2 * (20 + 1)


def test_equal_cells_are_one_cause_and_of_a_whole_column_the_first_are_told(data):
    rows = read_rows(data, WEEKLY)
    file, many = f"data/tables/{WEEKLY}.csv", len(rows) - 1
    write_rows(data, WEEKLY, [rows[0], *([row[0], "x", row[2]] for row in rows[1:])])
    (problem,) = read_table(WEEKLY, data)[1]
    assert problem.startswith(f"{file}, row 2 and {many - 1} more, column tokens: “x” — expected an integer ≥ 0. ")
    write_rows(data, WEEKLY, [rows[0], *([row[0], f"{row[1]},0", row[2]] for row in rows[1:])])
    *told, last = read_table(WEEKLY, data)[1]
    assert len(told) == 20 and told[0].startswith(f"{file}, row 2, column tokens: ")
    assert last == f"{file}, column tokens: the same in {many - 20} more rows, such as row 22."
    write_rows(data, WEEKLY, [*rows, *rows[1:]])
    *told, last = read_table(WEEKLY, data)[1]
    assert len(told) == 20 and "stands in row 2 already" in told[0]
    assert last == f"{file}: the same in {many - 20} more rows, such as row {len(rows) + 21}."


# ------------------------------------------------------------------------------------------------------------- bad rows


def test_duplicate_key_names_both_rows(data):
    rows = read_rows(data, WEEKLY)
    write_rows(data, WEEKLY, [*rows, rows[6]])
    (problem,) = find_problems(data, WEEKLY)
    assert problem == (
        f"data/tables/usage_weekly_totals.csv, row 114: week_start “{rows[6][0]}” stands in row 7 already — "
        "expected once. Remove one of the two rows and run `make check`."
    )


def test_duplicate_composite_key(data):
    rows = read_rows(data, "usage_daily")
    again = [*rows[9][:2], "1", rows[9][3]]
    write_rows(data, "usage_daily", [*rows, again])
    (problem,) = find_problems(data, "usage_daily")
    assert f"row {len(rows) + 1}: date “{rows[9][0]}”, model “{rows[9][1]}” stands in row 10 already" in problem


def test_duplicate_key_with_an_empty_part(data):
    rows = read_rows(data, "electricity_us_zones")
    write_rows(data, "electricity_us_zones", [*rows, rows[-1]])
    (problem,) = find_problems(data, "electricity_us_zones")
    assert "row 32" in problem
    assert "stands in row 31 already" in problem


@pytest.mark.parametrize(
    ("cells", "words"), [(["2026-05-04", "5"], "too few cells: 2"), (["a"] * 5, "too many cells: 5")]
)
def test_ragged_row(data, cells, words):
    rows = read_rows(data, WEEKLY)
    write_rows(data, WEEKLY, [*rows[:20], cells, *rows[20:]])
    (problem,) = find_problems(data, WEEKLY)
    assert problem.startswith(f"data/tables/usage_weekly_totals.csv, row 21: {words} — expected 3.")


def test_rows_are_counted_over_line_breaks_in_cells(data):
    set_cell(data, "sources", 2, "note", "two\nlines")
    set_cell(data, "sources", 3, "grade", "E")
    (problem,) = find_problems(data, "sources")
    assert "row 4, column grade" in problem


def test_empty_lines_are_passed_over(data):
    rows = read_rows(data, WEEKLY)
    write_rows(data, WEEKLY, [*rows[:4], [], *rows[4:], []])
    set_cell(data, WEEKLY, 7, "tokens", "-1")
    (problem,) = find_problems(data, WEEKLY)
    assert "row 7, column tokens" in problem


# ------------------------------------------------------------------------------------------------------------ bad files


def test_missing_file(data):
    (data / "tables" / f"{WEEKLY}.csv").unlink()
    assert find_problems(data, WEEKLY) == [
        "data/tables/usage_weekly_totals.csv: the file is missing. "
        "Restore it with `git checkout -- data/tables/usage_weekly_totals.csv`."
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_empty_file(data, content):
    (data / "tables" / f"{WEEKLY}.csv").write_bytes(content)
    (problem,) = find_problems(data, WEEKLY)
    assert "data/tables/usage_weekly_totals.csv" in problem
    assert "the file is empty — expected the header week_start,tokens,source_id" in problem


def test_header_only(data):
    write_rows(data, WEEKLY, read_rows(data, WEEKLY)[:1])
    (problem,) = find_problems(data, WEEKLY)
    assert "data/tables/usage_weekly_totals.csv: the file has a header and no rows" in problem


def test_unreadable_utf8(data):
    file = data / "tables" / f"{WEEKLY}.csv"
    content = file.read_bytes()
    place = content.index(b"\n", 100) + 1
    file.write_bytes(content[:place] + b"\xff" + content[place:])
    (problem,) = find_problems(data, WEEKLY)
    row = content[:place].count(b"\n") + 1
    assert f"row {row}: byte {place} (0xff) is not UTF-8. Save the file as UTF-8" in problem


@pytest.mark.parametrize("cell", ["=1+1", "+1 more", "-a", "@SUM(A1)", "-"])
def test_a_cell_that_a_spreadsheet_would_compute_is_refused_in_every_text(data, cell):
    """Synthetic: a remark, which no pattern holds."""
    rows = list(csv.DictReader(io.StringIO(read_table_text(data, "labs"))))
    rows[0]["basis"] = cell
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_table_text(data, "labs", out.getvalue())
    (problem,) = find_problems(data, "labs")
    assert f"column basis: “{cell}” — expected a text that no spreadsheet would compute" in problem


def test_spreadsheet_habits_are_forgiven(data):
    file = data / "tables" / f"{WEEKLY}.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(load(WEEKLY, data), load(WEEKLY))


def test_unclosed_quote(data):
    file = data / "tables" / f"{WEEKLY}.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[10] = '"' + lines[10]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (problem,) = find_problems(data, WEEKLY)
    assert "row 11: the quotes do not match" in problem


def test_a_compressed_table_names_its_rows_as_any_other(data):
    set_cell(data, "usage_daily", 7, "tokens", "many")
    (problem,) = find_problems(data, "usage_daily")
    assert problem.startswith("data/tables/usage_daily.csv.gz, row 7, column tokens: “many” — expected an integer ≥ 0")


@pytest.mark.parametrize("spoil", [lambda stored: stored[:500], lambda stored: b"date,model,tokens,source_id\n"])
def test_a_compressed_table_that_is_damaged_says_so(data, spoil):
    file = locate_table(data, "usage_daily")
    file.write_bytes(spoil(file.read_bytes()))
    (problem,) = find_problems(data, "usage_daily")
    assert problem.startswith("data/tables/usage_daily.csv.gz: the compressed file is damaged (")
    assert problem.endswith("Restore it with `git checkout -- data/tables/usage_daily.csv.gz`.")


def test_file_that_no_one_described(data):
    (data / "tables" / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    assert (
        "data/tables/extra.csv: the file is not in data/datapackage.json. Describe the table there, or remove the file."
        in (read_all(data)[1])
    )


def test_every_missing_table_is_told(data):
    missing = [problem for problem in read_all(data)[1] if "the file is missing" in problem]
    assert len(missing) == len(read_contract()["resources"]) - 6


# --------------------------------------------------------------------------------------------------------- the contract


def test_missing_contract(data):
    (data / "datapackage.json").unlink()
    with pytest.raises(UserError, match=r"is missing. Restore it with `git checkout -- data/datapackage.json`"):
        load(WEEKLY, data)


def test_broken_contract(data):
    (data / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="is not valid JSON"):
        read_all(data)[1]


def test_unknown_type_in_the_contract(data):
    file = data / "datapackage.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"type": "integer"', '"type": "whole"'), encoding="utf-8")
    with pytest.raises(UserError, match="type “whole” — expected one of string, integer"):
        load(WEEKLY, data)


@pytest.mark.parametrize("place", ["../outside.csv", "/etc/passwd", "tables/../../a.csv", "https://x.example/a.csv"])
def test_a_contract_cannot_lead_out_of_the_folder(data, place):
    file = data / "datapackage.json"
    old = f'"path": "tables/{WEEKLY}.csv"'
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, f'"path": "{place}"'), encoding="utf-8")
    with pytest.raises(UserError, match="expected a file such as tables/pue.csv"):
        load(WEEKLY, data)


def test_a_name_of_a_table_cannot_lead_out_of_the_folder_either(data):
    outside = data.parent / "outside.json"
    shutil.copy(paths.DATA / "provenance" / f"{WEEKLY}.json", outside)
    before = outside.read_bytes()
    file = data / "datapackage.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(f'"name": "{WEEKLY}"', '"name": "../../outside"'), encoding="utf-8")
    with pytest.raises(UserError, match=f"“../../outside” — expected {WEEKLY}, as its file"):
        store.tidy_tables(data)
    assert outside.read_bytes() == before


def test_unknown_table():
    with pytest.raises(UserError, match="There is no table “usage_dayly” in .* Did you mean “usage_daily”"):
        load("usage_dayly")


def test_every_type_of_the_contract_is_described():
    for resource in read_contract()["resources"]:
        for described in resource["schema"]["fields"]:
            assert described["type"] in CELL_TYPES
            assert describe_expected(described)


# --------------------------------------------------------------------------------------------------------- the mapping


def test_only_declared_tables_are_given():
    tables = Tables(only=("labs",))
    assert list(tables) == ["labs"]
    assert "usage_daily" not in tables
    assert tables["labs"] is tables["labs"]
    with pytest.raises(UserError, match="Table “usage_daily” is not declared; declared are labs"):
        tables["usage_daily"]


def test_tables_in_memory():
    frame = pd.DataFrame({"a": [1]})
    tables = Tables(frames={"made_up": frame})
    assert tables["made_up"] is frame
    assert len(tables) == 1
    with pytest.raises(UserError, match="not declared"):
        tables["labs"]


def test_what_is_cited_is_recorded_in_every_open_block():
    frame = pd.DataFrame({"source_id": ["S1", "S2"], "seat_source_id": ["S3", None]})
    tables = Tables(frames={"made_up": frame, "other": frame})
    tables.cite("other", frame)
    with tables.record() as outer:
        tables.cite("made_up", frame.head(1))
        with tables.record() as inner:
            tables.cite("made_up", frame.tail(1))
            tables.cite("other", frame.iloc[:0])
    tables.cite("other", frame)
    assert outer == {"made_up": {"S1", "S2", "S3"}}
    assert inner == {"made_up": {"S2"}}
    with pytest.raises(UserError, match="Table “labs” is not declared"):
        tables.cite("labs", frame)


def test_what_is_recalled_is_computed_once_and_cited_by_all_who_ask():
    frame = pd.DataFrame({"source_id": ["S1", "S2"]})
    tables, calls = Tables(frames={"made_up": frame}), []

    def compute():
        calls.append(tables.cite("made_up", frame.head(1)))
        return len(calls)

    for _ in range(2):
        with tables.record() as cited:
            assert tables.recall("rows", compute) == 1
        assert cited == {"made_up": {"S1"}}
    assert tables.recall("other rows", compute) == 2


def test_all_tables_are_listed():
    assert set(Tables()) == {resource["name"] for resource in read_contract()["resources"]}


# ------------------------------------------------------------------------------------------------------ any cell at all


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Give a copy of every table, which each example puts right again."""
    names = [resource["name"] for resource in read_contract()["resources"] if resource["name"] != "sources"]
    return copy_data(tmp_path_factory.mktemp("whole") / "data", *names)


NUMERIC = [
    (resource["name"], position, described)
    for resource in json.loads(paths.DATAPACKAGE.read_text(encoding="utf-8"))["resources"]
    for position, described in enumerate(resource["schema"]["fields"])
    if described["type"] in ("integer", "number") and "compression" not in resource  # those are long
]
NOT_NUMBERS = st.one_of(
    st.sampled_from(["n/a", "-", "1 000", "12,5", "1e999", "inf", "nan", "1.2.3", "½", "१२", "0x1F", "--1"]),
    st.text(st.characters(codec="utf-8", categories=["L", "S"]), min_size=1, max_size=8),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(NUMERIC), where=st.integers(min_value=0), value=NOT_NUMBERS)
def test_any_corrupted_number_is_told_with_its_own_row(whole, place, where, value):
    name, position, described = place
    file = whole / "tables" / f"{name}.csv"
    before = file.read_bytes()
    rows = list(csv.reader(io.StringIO(before.decode(), newline="")))
    row = 2 + where % (len(rows) - 1)
    try:
        rows[row - 1][position] = value
        write_rows(whole, name, rows)
        _, problems = read_table(name, whole)
    finally:
        file.write_bytes(before)
    start = f"data/tables/{name}.csv, row {row}, column {described['name']}: “{value}” — expected "
    assert [problem[: len(start)] for problem in problems] == [start]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400))
def test_any_bytes_end_in_a_message(whole, content):
    file = whole / "tables" / f"{WEEKLY}.csv"
    before = file.read_bytes()
    try:
        file.write_bytes(content)
        _, problems = read_table(WEEKLY, whole)
    finally:
        file.write_bytes(before)
    assert problems
    assert all(problem.startswith("data/tables/usage_weekly_totals.csv") for problem in problems)
