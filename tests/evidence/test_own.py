"""Own data: every row or none, everything that is wrong at once, and the source named on each row."""

import csv
import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.providers import copy_data
from tokencheck import cli, paths
from tokencheck.errors import UserError
from tokencheck.evidence import intake, own, plausibility, uploads
from tokencheck.evidence.intake import Entry, Request, convert_unit, list_needed
from tokencheck.evidence.own import import_rows, write_template
from tokencheck.evidence.rows import read_texts
from tokencheck.evidence.tables import read_all, read_contract
from tokencheck.evidence.uploads import parse_records

SOURCE = paths.ROOT / "src"
ME = Entry(publisher="My shop", title="A list", url="https://shop.example/list", licence="CC BY 4.0", grade="C")
ID = "OWN-My-shop"
VENDOR = "date,provider,vendor_model_id,input_usd_per_mtok,output_usd_per_mtok\n"
NEW = VENDOR + "2026-11-01,moonshotai,kimi-k2.5,0.6,3\n"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    """Copy the tables as they were before any refresh: the days of these tests follow theirs."""
    return copy_data(tmp_path_factory.mktemp("pristine"))


@pytest.fixture
def project(pristine, tmp_path, monkeypatch):
    data = tmp_path / "data"
    shutil.copytree(pristine, data)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "DATA", data)
    monkeypatch.setattr(paths, "TABLES", data / "tables")
    monkeypatch.setattr(paths, "DATAPACKAGE", data / "datapackage.json")
    monkeypatch.setattr(plausibility, "find_today", lambda: date(2026, 12, 1))
    return tmp_path


def snapshot(project):
    files = (file for file in (project / "data").rglob("*") if file.is_file() and file.name != ".lock")
    return {file: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def give(project, text, kind="prices", entry=ME, name="my.csv", **options):
    file = project / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    options.setdefault("accept_jumps", kind == "usage")  # a few tokens a day are no platform's
    return import_rows(Request(kind, file, entry, **options))


def refuse(project, text, *words, **options):
    """Import what must be refused: the message holds all words, and nothing has changed."""
    before = snapshot(project)
    with pytest.raises(UserError) as refused:
        give(project, text, **options)
    message = str(refused.value)
    for one in words:
        assert one in message, message
    assert snapshot(project) == before
    assert not (project / "data" / ".transaction").exists()
    return message


def read(table):
    return read_texts(table)


# ------------------------------------------------------------------------------------------------------------ it works


def test_rows_arrive_under_the_users_own_source_and_the_tables_keep_the_contract(project):
    changes, notes = give(project, NEW)
    assert [(one.table, len(one.added)) for one in changes] == [("vendor_prices", 1), ("sources", 1)]
    assert notes == []
    (row,) = [row for row in read("vendor_prices") if row["source_id"] == ID]
    assert (row["date"], row["input_usd_per_mtok"], row["output_usd_per_mtok"]) == ("2026-11-01", "0.6", "3")
    (source,) = [row for row in read("sources") if row["source_id"] == ID]
    assert source["publisher"], source["title"] == (ME.publisher, ME.title)
    assert (source["url"], source["licence"], source["grade"]) == (ME.url, "CC BY 4.0", "C")
    digest = hashlib.sha256(NEW.encode()).hexdigest()
    assert digest in source["note"]
    record = json.loads((paths.DATA / "provenance" / "vendor_prices.json").read_text(encoding="utf-8"))
    assert {"source_id": ID, "file": "my.csv", "sha256": digest}.items() <= record["upstream"][-1].items()
    assert record["rows"] == len(read("vendor_prices"))
    assert read_all(paths.DATA)[1] == []


def test_the_same_file_twice_changes_nothing_the_second_time(project):
    give(project, NEW)
    before = snapshot(project)
    changes, _ = give(project, NEW, entry=Entry(source_id=ID))
    assert not any(changes)
    assert snapshot(project) == before


def test_a_correction_of_own_rows_takes_their_place(project):
    give(project, NEW)
    (change,) = [one for one in give(project, NEW.replace("0.6", "0.7"), entry=Entry(source_id=ID))[0]
                 if one.table == "vendor_prices"]  # fmt: skip
    assert (len(change.added), len(change.changed), str(change.restatements[0].after)) == (0, 1, "0.7")
    assert sum(row["source_id"] == ID for row in read("vendor_prices")) == 1


def test_columns_are_mapped_units_converted_and_constants_set(project):
    text = "Day;Model;In;Out;Remark\n2026-11-01;kimi-k2.5;0.0006;0.003;x\n"
    _, notes = give(
        project,
        text,
        columns={
            "Day": "date", "Model": "vendor_model_id", "In": "input_usd_per_mtok", "Out": "output_usd_per_mtok"
        },
        constants={"provider": "moonshotai"},
        units={"input_usd_per_mtok": "per-thousand", "output_usd_per_mtok": "per-thousand"},
    )  # fmt: skip
    (row,) = [row for row in read("vendor_prices") if row["source_id"] == ID]
    assert (row["provider"], row["input_usd_per_mtok"], row["output_usd_per_mtok"]) == ("moonshotai", "0.6", "3")
    assert notes == ["Columns that the table does not have were ignored: Remark."]


@pytest.mark.parametrize(
    ("text", "table", "options"),
    [
        ("period,state,sector,price\n2026-09,VA,industrial,9.1\n", "electricity_us",
         {"columns": {"price": "price_usd_per_kwh"}, "units": {"price_usd_per_kwh": "cents-per-kWh"}}),
        ("period,geo,band,tax,price\n2026-S1,EU27,IC,X_VAT,151\n", "electricity_eu",
         {"columns": {"price": "price_eur_per_kwh"}, "units": {"price_eur_per_kwh": "per-MWh"}}),
        ("period,place,scope,price_cny_per_kwh_low,quote\n2026-09,Ningxia,own meter,0.31,bill of September\n",
         "electricity_cn", {"constants": {"basis": "delivered", "western": "true", "lineage": "false"}}),
    ],
)  # fmt: skip
def test_electricity_finds_its_table_by_the_columns(project, text, table, options):
    give(project, text, kind="electricity", **options)
    (row,) = [row for row in read(table) if row["source_id"] == ID]
    price = next(row[name] for name in row if name.startswith("price") and row[name])
    assert price in ("0.091", "0.151", "0.31")
    assert read_all(paths.DATA)[1] == []


def write_days(first, last, models=("minimax/minimax-m2.5-20260211", "nobody/model-x"), tokens="2"):
    days = (f"2026-10-{day:02}" for day in range(first, last + 1))
    return "date,model,tokens\n" + "".join(f"{day},{model},{tokens}\n" for day in days for model in models)


def test_usage_goes_by_developer_and_by_model_to_every_day(project):
    changes, notes = give(project, write_days(10, 14), kind="usage", units={"tokens": "billion"})
    assert {one.table: len(one.added) for one in changes} == {
        "usage_labs_daily": 10, "usage_daily": 10, "sources": 1
    }  # fmt: skip
    labs = [(row["date"], row["lab"], row["tokens"]) for row in read("usage_labs_daily") if row["source_id"] == ID]
    assert labs[:2] == [("2026-10-10", "MiniMax", "2000000000"), ("2026-10-10", "nobody", "2000000000")]
    models = [row["model"] for row in read("usage_daily") if row["source_id"] == ID and row["date"] == "2026-10-14"]
    assert models == ["minimax/minimax-m2.5-20260211", "nobody/model-x"]
    assert "No row “other” on 2026-10-10 and 4 more days" in notes[0]
    assert "Of no country" in notes[1] and "nobody/model-x" in notes[1]
    assert read_all(paths.DATA)[1] == []


def test_a_day_of_usage_is_imported_and_replaced_as_a_whole(project):
    give(project, write_days(10, 14), kind="usage")
    before = snapshot(project)
    assert not any(give(project, write_days(10, 14), kind="usage", entry=Entry(source_id=ID))[0])
    assert snapshot(project) == before
    give(project, write_days(14, 14, ["z-ai/glm-5"]), kind="usage", entry=Entry(source_id=ID))
    assert [row["model"] for row in read("usage_daily") if row["date"] == "2026-10-14"] == ["z-ai/glm-5"]
    assert [row["lab"] for row in read("usage_labs_daily") if row["date"] == "2026-10-14"] == ["Z.ai"]
    # a model that the provider's record of the day does not name is no addition to that day
    stranger = write_days(9, 9, ["nobody/new"])
    refuse(project, stranger, "row 2: 2026-10-09 is in data/tables/usage_labs_daily.csv already", kind="usage")
    give(project, stranger, kind="usage", replace=True)
    assert [row["lab"] for row in read("usage_labs_daily") if row["date"] == "2026-10-09"] == ["nobody"]


def test_usage_by_developer_is_taken_as_it_is(project):
    text = "date,lab,tokens\n2026-10-10,MiniMax,5\n2026-10-10,other,7\n"
    changes, notes = give(project, text, kind="usage")
    assert [one.table for one in changes] == ["usage_labs_daily", "sources"]
    assert notes == []


def test_a_trial_changes_nothing(project):
    before = snapshot(project)
    assert any(give(project, NEW, dry_run=True)[0])
    assert snapshot(project) == before


def test_a_file_of_a_spreadsheet_is_read(project):
    text = "\ufeff" + NEW.replace(",", ";").replace("\n", "\r\n") + ";;;;\r\n\r\n"
    give(project, text)
    assert sum(row["source_id"] == ID for row in read("vendor_prices")) == 1


# ---------------------------------------------------------------------------------------------------------- it refuses


def test_every_problem_is_listed_at_once_by_row_and_the_files_own_column(project):
    text = (
        "Day,provider,vendor_model_id,In,output_usd_per_mtok\n"
        "2026-13-01,moonshotai,kimi-k2.5,0.6,3\n"
        "\n"
        "2026-11-01,,kimi-k2.5,cheap,3\n"
        "2026-11-02,moonshotai,kimi-k2.5,-1,5000\n"
        "2026-11-03,moonshotai,kimi-k2.5,0.6\n"
        "2026-11-04,moonshotai,kimi-k2.5,0.6,3\n"
        "2026-11-04,moonshotai,kimi-k2.5,0.7,3\n"
    )
    message = refuse(
        project,
        text,
        "my.csv, row 2, column Day (date): “2026-13-01”",
        "my.csv, row 4, column provider: the cell is empty",
        "my.csv, row 4, column In (input_usd_per_mtok): “cheap” — expected a number between 0 and 1000",
        "my.csv, row 5, column In (input_usd_per_mtok): “-1”",
        "my.csv, row 5, column output_usd_per_mtok: “5000” — expected a number between 0 and 1000. Correct the cell, "
        "or say its unit with --unit output_usd_per_mtok=per-thousand|per-token.",
        "my.csv, row 6: too few cells: 4 — expected 5",
        "my.csv, row 8: ",
        "stands in row 7 already",
        "7 problems in ",
        "my.csv; nothing was imported.",
        columns={"Day": "date", "In": "input_usd_per_mtok"},
    )
    rows = [int(one) for one in re.findall(r"my\.csv, row (\d+)[,:]", message)]
    assert rows == sorted(rows)
    assert "make check" not in message


@pytest.mark.parametrize(
    "text",
    [
        "date;provider;vendor_model_id;input_usd_per_mtok;output_usd_per_mtok\n13.11.2026;moonshotai;kimi-k2.5;0,6;3\n",
        "date,provider,vendor_model_id,input_usd_per_mtok,output_usd_per_mtok\n11/13/26,moonshotai,kimi-k2.5,0.6,3\n",
        "date,provider,vendor_model_id,input_usd_per_mtok,output_usd_per_mtok\n46339,moonshotai,kimi-k2.5,0.6,3\n",
        "Day,Provider,Model Name,Price of input,Price of output\n2026-11-13,moonshotai,kimi-k2.5,0.6,3\n",
    ],
)
def test_the_command_line_that_a_refusal_names_works(project, capsys, text):
    entry = replace(ME, title="A 'list'")
    message = refuse(project, text, "row 1 was taken for the header; its columns are “", entry=entry)
    (command,) = [line for line in message.splitlines() if line.startswith("Such as: ")]
    assert cli.main(shlex.split(command)[3:]) == 0, capsys.readouterr()
    (row,) = [row for row in read("vendor_prices") if row["source_id"] == ID]
    assert (row["date"], row["input_usd_per_mtok"], row["output_usd_per_mtok"]) == ("2026-11-13", "0.6", "3")


def test_a_converted_cell_is_shown_as_it_stands_in_the_file(project):
    text = "date,model,tokens\n2026-03-19,a/b,0.0005\n2026-03-19,a/c,-2\n"
    words = ("row 2, column tokens: “0.0005 thousand” — expected an integer", "row 3, column tokens: “-2 thousand”")
    refuse(project, text, *words, kind="usage", units={"tokens": "thousand"})


@pytest.mark.parametrize(
    "model",
    [
        "\u0430\u0441\u043c\u0435/one",
        "\u039f\u039d\u0395",
        "ＧＰＴ",
        "../one",
        "/acme/one",
        "acme/..",
        "acme/x/../y",
        "acme\\one",
    ],
)
def test_a_name_that_looks_latin_and_is_not_or_leads_out_of_a_folder_is_refused(project, model):
    text = f"date,model,tokens\n2026-03-19,{model},5\n"
    refuse(project, text, "row 2, column model", "a name without letters that look Latin and are not", kind="usage")


def test_another_sources_row_is_not_overwritten_unless_asked_for(project):
    was = next(row for row in read("vendor_prices") if row["provider"] == "moonshotai")
    text = VENDOR + f"{was['date']},moonshotai,{was['vendor_model_id']},9,9\n"
    refuse(project, text, "row 2: ", "already, with other values, from MODELSDEV", "add --replace")
    give(project, text, replace=True)
    (row,) = [row for row in read("vendor_prices") if row["source_id"] == ID]
    assert row["output_usd_per_mtok"] == "9"
    assert was not in read("vendor_prices")


def test_many_days_that_are_there_already_are_counted(project):
    days = sorted({row["date"] for row in read("usage_daily")})[-30:]
    text = "date,model,tokens\n" + "".join(f"{day},a/b,5\n" for day in days)
    message = refuse(project, text, "already, with other values, from ", "more such problems, such as", kind="usage")
    assert len(message.splitlines()) < len(days)


def test_cells_and_rows_of_others_are_complained_about_together(project):
    was = next(row for row in read("vendor_prices") if row["provider"] == "moonshotai")
    text = VENDOR + f"soon,moonshotai,kimi-k2.5,1,2\n{was['date']},moonshotai,{was['vendor_model_id']},9,9\n"
    refuse(project, text, "row 2, column date: “soon”", "row 3: ", "from MODELSDEV", "2 problems in ")


def test_two_processes_do_not_lose_each_others_rows(project):
    """A second import waits for the lock, and then reads what the first has written."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCE), "TOKENCHECK_ROOT": str(project)}
    running = []
    for number in range(2):
        file = project / f"{number}.csv"
        file.write_text(NEW.replace("kimi-k2.5", f"model-{number}"))
        options = [
            "--publisher",
            f"Shop {number}",
            "--title",
            "A list",
            "--licence",
            "own",
            "--grade",
            "D",
            "--accept-jumps",
        ]
        command = [sys.executable, "-m", "tokencheck.cli", "import", "prices", str(file), *options]
        running.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
    for process in running:
        assert process.wait() == 0, process.stderr.read()
    arrived = {row["vendor_model_id"] for row in read("vendor_prices") if row["source_id"].startswith("OWN-Shop")}
    assert arrived == {"model-0", "model-1"}
    assert read_all(paths.DATA)[1] == []


def test_a_row_that_another_source_has_already_is_left_to_it(project):
    was = next(row for row in read("electricity_us") if row["source_id"] == "US1" and row["period"] == "2026-Q1")
    text = (
        f"period,state,sector,price_usd_per_kwh\n2026-Q1,{was['state']},{was['sector']},{was['price_usd_per_kwh']}0\n"
    )
    changes, _ = give(project, text, kind="electricity")
    assert not any(changes)
    refuse(project, text.replace("0.", "1.", 1), "from US1", kind="electricity")


@pytest.mark.parametrize(
    ("text", "words", "options"),
    [
        (b"", "the file is empty", {}),
        (b" \n\n", "the file is empty", {}),
        (VENDOR, "a header and no rows", {}),
        (NEW.encode("utf-16")[:-1], "is not UTF-16", {}),
        (b"date,provider\n\xff,x\n", "row 2: byte 14 (0xff) is not UTF-8", {}),
        (NEW + '2026-11-02,"moonshotai,kimi,1,2\n', "row 3: the quotes do not match", {}),
        ("date,provider\n2026-11-01,x\n", "vendor_prices lacks vendor_model_id; point_prices lacks model", {}),
        ("date,date,provider\n1,2,3\n", "two columns mean date", {}),
        (NEW, "--map dates=date: the file has no column “dates”. Did you mean “date”?", {"columns": {"dates": "date"}}),
        (NEW, "no table of this kind has a column “dat”. Did you mean “date”?", {"columns": {"date": "dat"}}),
        (NEW, "no table of this kind has a column “source_id”", {"columns": {"date": "source_id"}}),
        (NEW, "--set date=…: the file has a column for it", {"constants": {"date": "2026-01-01"}}),
        (NEW, "--set lab=…: the table has no column “lab”", {"constants": {"lab": "x"}}),
        (NEW.replace("provider,", "x,"), "--set provider==1: a spreadsheet would compute it",
         {"constants": {"provider": "=1"}}),
        ("period,pair,rate\n2026-13,EUR/USD,1.1\n", "“2026-13” — expected a month from 01 to 12", {"kind": "rates"}),
        (NEW, "--unit date=days: not a column with a unit; those are input_usd", {"units": {"date": "days"}}),
        (NEW, "expected one of per-million, per-thousand, per-token. Did you mean “per-token”?",
         {"units": {"input_usd_per_mtok": "per-tokens"}}),
        (NEW, "--table usage_daily: prices goes to one of vendor_prices, point_prices", {"table": "usage_daily"}),
        (NEW, "“price” cannot be imported; expected one of usage, prices, electricity, rates. Did you mean “prices”?",
         {"kind": "price"}),
        (NEW, "The source OWN-Me is new; say of it: --title, --licence, --grade.", {"entry": Entry(publisher="Me")}),
        (NEW, "Say whose data it is", {"entry": Entry()}),
        (NEW, "--grade E: expected A", {"entry": Entry(publisher="Me", title="t", licence="l", grade="E")}),
        (NEW, "--grade AB: expected A", {"entry": Entry(publisher="Me", title="t", licence="l", grade="AB")}),
        (NEW, "--url shop: expected an address",
         {"entry": Entry(publisher="Me", title="t", licence="l", grade="C", url="shop")}),
        (NEW, "--source a b: expected letters", {"entry": Entry(source_id="a b")}),
        *((NEW, words, {"entry": Entry("", "Me", title, url, "", "l", "C")}) for words, title, url in (
            ("--url https://x.example/)[click](", "t", "https://x.example/)[click](javascript:alert(6)"),
            ("--url https://x.example/: expected", "t", "https://me:secret@x.example/"),
            ("--title =HYPERLINK(1): expected one line", "=HYPERLINK(1)", ""),
            ("--title a<U+202E>b: expected one line", "a\u202eb", ""),
        )),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_nothing_changes(project, text, words, options):
    refuse(project, text, words, **options)


def test_days_that_would_leave_a_gap_are_refused(project):
    text = "date,model,tokens\n2026-10-14,a/b,5\n"
    refuse(project, text, "4 days between data/tables/usage_labs_daily.csv", "--table usage_daily", kind="usage")
    give(project, text, kind="usage", table="usage_daily")
    assert [row["tokens"] for row in read("usage_daily") if row["source_id"] == ID] == ["5"]


def test_a_missing_and_a_huge_file_are_said(project, monkeypatch):
    with pytest.raises(UserError, match="no such file"):
        import_rows(Request("prices", project / "lost.csv", ME))
    with pytest.raises(UserError, match="is a directory"):
        import_rows(Request("prices", project, ME))
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    refuse(project, NEW, "expected at most")


def test_a_refresh_keeps_own_rows_and_puts_the_providers_day_in_the_place_of_ones_own(project):
    from tokencheck.evidence.refresh import list_sources
    from tokencheck.evidence.refresh.source import Book

    give(project, write_days(10, 18), kind="usage")
    source = list_sources()["openrouter"](Book(paths.DATA))
    fresh = [{"date": "2026-10-14", "lab": "other", "tokens": "7", "source_id": "OPENROUTER"}]
    rows = source.join("usage_labs_daily", fresh, lambda row: row["date"] == "2026-10-14")
    assert [row["source_id"] for row in rows if row["date"] == "2026-10-14"] == ["OPENROUTER"]
    assert {row["date"] for row in rows if row["source_id"] == ID} == {
        f"2026-10-{day}" for day in (10, 11, 12, 13, 15, 16, 17, 18)
    }


def test_usage_in_another_unit_is_refused_unless_asked_for(project):
    last = max(row["date"] for row in read("usage_labs_daily"))
    held = [row for row in read("usage_labs_daily") if row["date"] == last]
    day = date.fromisoformat(last) + timedelta(days=1)
    text = "date,lab,tokens\n" + "".join(f"{day},{row['lab']},{int(row['tokens']) // 10**6}\n" for row in held)
    words = ("row 2: implausible against the record", f"in all on {day}", "--unit tokens=…", "--accept-jumps")
    message = refuse(project, text, *words, kind="usage", accept_jumps=False)
    assert re.search(r"^Such as: tokencheck import usage .* --unit tokens=million", message, re.MULTILINE)
    give(project, text, kind="usage", accept_jumps=False, units={"tokens": "million"})
    assert {row["source_id"] for row in read("usage_labs_daily") if row["date"] == f"{day}"} == {ID}


@pytest.mark.parametrize(
    ("kind", "text", "first"),
    [
        ("usage", "date,model,tokens\n2026-12-01,a/b,5\n2026-12-02,a/b,5\n2026-12-03,a/b,5\n", "2026-12-02"),
        ("electricity", "period,state,sector,price_usd_per_kwh\n2027-Q1,TX,industrial,0.07\n", "2027-Q1"),
        ("rates", "period,pair,rate\n2027-01,EUR/USD,1.1\n", "2027-01"),
    ],
)
def test_what_is_yet_to_come_is_refused_unless_asked_for(project, capsys, kind, text, first):
    table = {"table": "usage_daily"} if kind == "usage" else {}
    words = (f"implausible: {first} is yet to come", "--accept-jumps")
    message = refuse(project, text, *words, kind=kind, accept_jumps=False, **table)
    (command,) = [line for line in message.splitlines() if line.startswith("Such as: ")]
    assert cli.main(shlex.split(command)[3:]) == 0, capsys.readouterr()
    assert any(row["source_id"] == ID for name in intake.KIND_TABLES[kind] for row in read(name))


def test_no_command_is_named_that_would_be_refused_for_something_else(project):
    text = "period,pair,rate\n2027-01,EUR/USD,1.1\n2026-13,EUR/USD,1.1\n"
    message = refuse(project, text, "is yet to come", "a month from 01 to 12", kind="rates", accept_jumps=False)
    assert "Such as: " not in message


def test_a_name_that_the_record_does_not_have_is_told(project):
    _, notes = give(project, NEW.replace("moonshotai", "moonshot"))
    assert notes == ["Not in the record before: provider moonshot. Correct it if that is written otherwise there."]
    assert give(project, NEW)[1] == []


def test_what_was_imported_by_mistake_is_removed_without_a_trace(project, capsys):
    def list_texts():
        return [(name, read(name)) for name in ("vendor_prices", "electricity_us", "sources")]

    before = list_texts()
    give(project, NEW)
    later = "period,state,sector,price_usd_per_kwh\n2030-07,TX,industrial,0.07\n"
    give(project, later, kind="electricity", accept_jumps=True)
    assert own.run_removal(ID, dry_run=True) == 0 and list_texts() != before
    assert own.run_removal(ID) == 0
    assert "vendor_prices: 0 rows added, 0 changed, 1 vanished" in capsys.readouterr().out
    assert list_texts() == before
    assert read_all(paths.DATA)[1] == []
    with pytest.raises(UserError, match="EIA is no imported source; those are: none"):
        own.remove_source("EIA")


@pytest.mark.parametrize("with_git", [True, False])
def test_the_way_back_that_an_import_names_is_there(project, capsys, with_git):
    if with_git:
        (project / ".git").mkdir()
    file = project / "my.csv"
    file.write_text(NEW, encoding="utf-8")
    assert own.run_import(Request("prices", file, ME)) == 0
    way = capsys.readouterr().out.partition("To take it back: ")[2]
    assert way.startswith("git checkout" if with_git else f"tokencheck data remove {ID}")


def test_a_source_described_otherwise_is_said_not_to_change(project):
    give(project, NEW)
    _, notes = give(project, NEW, entry=Entry(source_id=ID, grade="D"))
    assert "described otherwise before (grade)" in notes[0] and f"tokencheck data remove {ID}" in notes[0]


# ----------------------------------------------------------------------------------------------------------- templates


@pytest.mark.parametrize(
    ("kind", "table"), [(kind, table) for kind, tables in intake.KIND_TABLES.items() for table in ("", *tables)]
)
def test_the_template_is_the_contracts_header_and_explains_each_column(kind, table):
    header, meaning = write_template(kind, table)
    resource = next(
        one for one in read_contract()["resources"] if one["name"] == (table or intake.KIND_TABLES[kind][0])
    )
    names = header.strip().split(",")
    assert set(list_needed(resource)) <= set(names)
    assert not set(names) & set(intake.FILLED_COLUMNS)
    for name in names:
        assert f"\n  {name}: " in meaning
    assert intake.choose_table(kind, names, table)["name"] == resource["name"]


def test_the_command_line_gives_the_template_and_imports(project):
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(SOURCE), "TOKENCHECK_ROOT": str(project)}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "tokencheck.cli", "import", *arguments],
            capture_output=True, text=True, env=environment, cwd=project,
        )  # fmt: skip

    done = run("prices", "--template")
    assert (done.returncode, done.stdout) == (0, write_template("prices")[0])
    (project / "my.csv").write_text(NEW.replace("date", "day", 1))
    options = ["--map", "day=date", "--publisher", "My shop", "--title", "A list", "--licence", "own", "--grade", "D"]
    done = run("prices", "my.csv", *options)
    assert done.returncode == 0, done.stderr
    assert "vendor_prices: 1 row added (2026-11-01)" in done.stdout and "make report" in done.stdout
    done = run("prices", "my.csv", "--map", "day=date", "--source", ID)
    assert "Every row is there already; nothing was changed." in done.stdout
    done = run("prices")
    assert done.returncode == 1 and "tokencheck import prices --template" in done.stderr
    done = run("prices", "my.csv", "--map", "day")
    assert done.returncode == 1 and "expected two names with = between them" in done.stderr


# ---------------------------------------------------------------------------------------------------------- properties


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@pytest.mark.parser
@given(
    st.lists(st.lists(texts.filter(lambda one: one == one.strip()), min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from(",;\t"),
)
def test_what_a_csv_writer_wrote_is_read_back(rows, delimiter):
    width = len(rows[0])
    rows = [["a"] * width, *([cell.replace("\r", "\n") for cell in row] for row in rows)]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    records = parse_records(buffer.getvalue(), "x.csv")
    assert [cells for _, cells in records] == [[c.strip() for c in row] for row in rows if any(map(str.strip, row))]
    assert [line for line, _ in records] == sorted({line for line, _ in records})


@pytest.mark.parser
@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text):
    try:
        records = parse_records(text, "x.csv")
    except UserError as refused:
        assert str(refused).startswith("x.csv, row ")
    else:
        assert all(any(cells) for _, cells in records)


@given(
    st.decimals(-(10**15), 10**15, allow_nan=False, allow_infinity=False, places=6),
    st.sampled_from([factor for units in intake.CONVERSIONS.values() for factor in units.values()]),
)
def test_units_are_converted_exactly(number, factor):
    assert Decimal(convert_unit(f"{number:f}", factor)) == number * factor


@given(texts)
def test_what_is_no_number_is_left_alone(text):
    converted = convert_unit(text, Decimal(1000))
    try:
        assert Decimal(converted) == Decimal(text) * 1000
    except ArithmeticError:
        assert converted == text


@given(texts.filter(bool))
def test_a_source_id_always_keeps_the_contract(publisher):
    assert re.fullmatch(r"OWN-[A-Za-z0-9-]+", own.name_source(Entry(publisher=publisher)))


cells = st.one_of(
    texts,
    st.sampled_from(["2026-11-01", "2026-11-02", "moonshotai", "kimi-k2.5", "0.6", "1e3", "-1", "nan", "1,5", "٣", ""]),
)
sheets = st.one_of(
    st.binary(max_size=300),
    st.lists(st.lists(cells, min_size=4, max_size=6), max_size=4).map(
        lambda rows: VENDOR.encode() + "".join(",".join(row) + "\n" for row in rows).encode()
    ),
)


@pytest.mark.parser
@given(content=sheets)
def test_any_file_is_imported_whole_or_refused_in_words(pristine, content):
    """On one folder for all examples, as a trial: a copy for each would take minutes."""
    patch = pytest.MonkeyPatch()
    with patch.context() as patched:
        patched.setattr(paths, "ROOT", pristine.parent)
        patched.setattr(paths, "DATA", pristine)
        file = pristine.parent / "fuzz.csv"
        file.write_bytes(content)
        try:
            changes, _ = import_rows(Request("prices", file, ME, dry_run=True))
        except UserError as refused:
            assert len(re.findall(r"^(?:Such as|No option .* then): tokencheck import", str(refused), re.M)) == 1
        else:
            text = content.decode("utf-8-sig")
            assert len(changes[0].added) <= text.count("\n") + 1
        assert not (pristine / ".transaction").exists()
