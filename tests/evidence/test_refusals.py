"""What `tokencheck import` refuses says the header that it took, the file's columns, and a command line that works.

Each refusal is provoked once on the command line. The command that it names is then run: as it stands where it says
“Such as”, with … filled in as a user would, and after the file was mended where it says that no option helps.
"""

import ast
import contextlib
import gzip
import hashlib
import inspect
import io
import shlex
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.providers import copy_data
from tokencheck import characters, cli, paths
from tokencheck.evidence import documents, intake, own, plausibility, uploads
from tokencheck.evidence.rows import read_texts

PRICES = "date,provider,vendor_model_id,input_usd_per_mtok,output_usd_per_mtok"
ROW = "2026-11-01,moonshotai,kimi-k2.5,0.6,3"
NEW = f"{PRICES}\n{ROW}\n"
RATES = "period,pair,rate\n2026-09,EUR/USD,1.1\n"
POWER = "period,state,sector,price_usd_per_kwh\n2026-Q3,TX,industrial,0.07\n"
USAGE = "date,model,tokens"
ME = ("--publisher", "My shop", "--title", "A list", "--licence", "CC BY 4.0", "--grade", "C")
FORMS = ("Such as: tokencheck ", "No option takes it as it is. ")


@dataclass(frozen=True)
class Case:
    """One file that is refused.

    Attributes
    ----------
    content : bytes, str or None
        The file; None where there is none.
    line : int or None
        The line of its header; 0 where it is JSON, None where it is no table.
    header : str
        Its columns.
    options : tuple of str
        As given on the command line.
    fill : tuple of str
        What the user puts in the place of each “…”.
    mended : str
        The file as corrected by hand; empty where an option does.
    """

    content: bytes | str | None
    line: int | None = 1
    header: str = PRICES
    kind: str = "prices"
    options: tuple[str, ...] = ME
    fill: tuple[str, ...] = ()
    mended: str = ""
    name: str = "my.csv"


CASES = {
    "no file": Case(None, None, mended=NEW),
    "a folder": Case(None, None, mended=NEW, name="."),
    "too large": Case(NEW + "\n" * uploads.MOST_BYTES, mended=NEW),
    "a workbook": Case(b"PK\x03\x04\x14\x00\x06\x00", None, mended=NEW, name="my.xlsx"),
    "compressed": Case(gzip.compress(NEW.encode(), mtime=0), None, mended=NEW, name="my.csv.gz"),
    "packed": Case(b"BZh91AY&SY\xe9\xff", None, mended=NEW, name="my.bz2"),
    "empty": Case("", None, mended=NEW),
    "separators": Case(";;\n", None, mended=NEW),
    "NUL": Case(NEW.replace("kimi", "ki\0mi"), mended=NEW),
    "turned text below titles": Case(f"Prices\n\n{NEW}".replace("kimi", "\u202ekimi"), 3, mended=NEW),
    "harm in the header": Case(NEW.replace("provider", "pro\u200bvider"), header="", mended=NEW),
    "Western European": Case(NEW.replace("moonshotai", "Zürich").encode("cp1252")),
    "Chinese": Case(NEW.replace("moonshotai", "月之暗面").encode("gb18030")),
    "of a Mac": Case(NEW.replace("moonshotai", "ÅÅ").encode("mac_roman")),
    "half a letter": Case(NEW.encode("utf-16")[:-1], mended=NEW),
    "another encoding": Case(NEW.replace("moonshotai", "Zürich"), options=(*ME, "--encoding", "ascii")),
    "an open quote": Case(f'{NEW}2026-11-02,"moonshotai,kimi,1,2\n', mended=NEW),
    "a long cell": Case(f"{NEW}2026-11-02,{'x' * 200_000},kimi,1,2\n", mended=NEW),
    "a long cell that reaches the limit of the library": Case(PRICES + ",x" * 9 + "y" * 200_000, None, mended=NEW),
    "half a JSON": Case('{"data": [{"date": "2026-10-10"', None, mended=NEW),
    "another JSON": Case('{"data": []}', None, mended=NEW),
    "another cube": Case('{"class": "dataset", "id": ["a"], "size": [2], "value": [1], '
                         '"dimension": {"a": {"category": {"index": ["x"]}}}}', None, mended=NEW),
    "a list of another shape": Case("Average price\nhttps://x.example\nunits,source key,Jul 2026\n", 3,
                                    "units,source key,Jul 2026", "electricity", mended=POWER),
    "one column a model": Case("date,acme/one\n2026-10-10,5\n", header="date,acme/one", mended=NEW),
    "JSON with a name twice": Case('[{"date": "2026-10-10", "date": "2026-10-11"}]', None, mended=NEW),
    "columns in Chinese": Case(NEW.replace("date", "日期").replace("provider", "供应商"),
                               header=PRICES.replace("date", "日期").replace("provider", "供应商")),
    "JSON of other columns": Case('[{"month": "2026-09", "pair": "EUR/USD", "rate": 1.1}]', 0, "month,pair,rate",
                                  "rates"),
    "other columns": Case(NEW.replace("date", "when").replace("provider", "x,y").replace("moonshotai", "a,b"),
                          header=PRICES.replace("date", "when").replace("provider", "x,y"),
                          fill=("date=2026-11-01", "provider=moonshotai")),
    "a column that is not there": Case(NEW, options=(*ME, "--map", "dates=date")),
    "a meaning that is not there": Case(NEW, options=(*ME, "--map", "date=dat")),
    "two columns of one name": Case(NEW.replace("provider", "date"), header=PRICES.replace("provider", "date"),
                                    mended=NEW),
    "two columns of one meaning": Case(NEW.replace("provider", "Provider,PROVIDER").replace("shotai", "shotai,x"),
                                       header=PRICES.replace("provider", "Provider,PROVIDER")),
    "a second column of a meaning": Case(NEW.replace("provider", "provider,seller").replace("shotai", "shotai,x"),
                                         header=PRICES.replace("provider", "provider,seller"),
                                         options=(*ME, "--map", "seller=provider")),
    "another kind's table": Case(NEW, options=(*ME, "--table", "usage_daily")),
    "a value beside a column": Case(NEW, options=(*ME, "--set", "date=2026-01-01")),
    "a value of no column": Case(NEW, options=(*ME, "--set", "lab=x")),
    "a value that is computed": Case(NEW, options=(*ME, "--set", "provider==1")),
    "a unit of no column": Case(NEW, options=(*ME, "--unit", "date=days")),
    "no unit": Case(NEW, options=(*ME, "--unit", "input_usd_per_mtok=per-tokens")),
    "no mark": Case(NEW, options=(*ME, "--decimal", ";")),
    "one mark for two": Case(NEW, options=(*ME, "--thousands", ".")),
    "no encoding": Case(NEW, options=(*ME, "--encoding", "utf-9")),
    "no order of days": Case(NEW.replace("2026-11-01", "13.11.2026"), options=(*ME, "--dates", "ymd")),
    "no rows": Case(f"{PRICES}\n", mended=NEW),
    "too many cells": Case(f"{NEW}2026-11-02,a,b,1,2,3\n2026-11-03,a,b,1,2,3\n", mended=NEW),
    "a formula": Case(NEW.replace("moonshotai", "=1+1"), mended=NEW),
    "a formula that begins with @": Case(NEW.replace("moonshotai", "@SUM(A1)"), mended=NEW),
    "no month": Case(f"{RATES}2026-13,EUR/USD,1.1\n", header="period,pair,rate", kind="rates", mended=RATES),
    "no number": Case(f"{NEW}2026-11-02,a,b,cheap,3\n", mended=NEW),
    "an empty cell": Case(f"{NEW}2026-11-02,,b,1,3\n", mended=NEW),
    "the same row twice": Case(f"{NEW}{ROW[:-1]}4\n", mended=NEW),
    "a decimal comma": Case(NEW.replace(",", ";").replace("0.6", "0,6")),
    "a decimal comma with an exponent": Case(NEW.replace(",", ";").replace("0.6", "6,0e-01")),  # R's write.csv2
    "a decimal comma and no number": Case(NEW.replace(",", ";").replace("0.6", "0,6") + "2026-11-02;a;b;cheap;3\n",
                                          mended=NEW.replace(",", ";").replace("0.6", "0,6")),
    "a decimal comma in another unit": Case(POWER.replace(",", ";").replace("0.07", "7,25"),
                                            header=POWER.split("\n")[0], kind="electricity"),
    "beyond what may be, in another unit": Case(POWER.replace("0.07", "7.25"), header=POWER.split("\n")[0],
                                                kind="electricity"),
    "days of two orders": Case(NEW.replace("2026-11-01", "13/11/2026") + "11/14/2026,a,b,1,3\n",
                               options=(*ME, "--dates", "dmy"), mended=NEW.replace("2026-11-01", "13/11/2026")),
    "yet to come": Case(RATES.replace("2026-09", "2027-01"), header="period,pair,rate", kind="rates"),
    "implausible": Case(POWER.replace("0.07", "4.9"), header=POWER.split("\n")[0], kind="electricity"),
    "days apart": Case(f"{USAGE}\n2026-10-14,a/b,5000000000000\n", header=USAGE, kind="usage"),
    "there already": Case(f"{USAGE}\n2026-03-01,a/b,2000000000000\n", header=USAGE, kind="usage"),
    "no source": Case(NEW, options=(), fill=("My shop", "A list", "CC BY 4.0", "C")),
    "half a source": Case(NEW, options=ME[:2], fill=("A list", "CC BY 4.0", "C")),
    "no grade": Case(NEW, options=(*ME, "--grade", "E", "--url", "https://me:secret@x.example/"), fill=("C",)),
    "no name of a source": Case(NEW, options=(*ME, "--source", "a b"), fill=("OWN-a",)),
    "no address": Case(NEW, options=(*ME, "--url", "https://me:secret@x.example/"), fill=("https://x.example/",)),
    "no such kind": Case(NEW, kind="price"),
    "no kind": Case(RATES, header="period,pair,rate", kind=""),
    "no such option": Case(NEW, options=("--license", "CC", *ME)),
    "an option without its value": Case(NEW, options=(*ME[:-2], "--grade"), fill=("C",)),
    "a value of a switch": Case(NEW, options=(*ME, "--replace=yes", "--interested=no")),
    "an option cut short": Case(NEW, options=(*ME, "--p", "x")),
    "a map of one name": Case(NEW, options=(*ME, "--map", "date", "--unit", "=x")),
    "a value given twice": Case(NEW, options=(*ME, "--set", "a=b", "--set", "a=c", "--dates", "ymd")),
    "a title that is computed": Case(NEW, options=(*ME, "--title", "=1"), fill=("A list",)),
    "a file whose name is computed": Case(NEW, mended=NEW, name="=1.csv"),
}  # fmt: skip


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return copy_data(tmp_path_factory.mktemp("pristine"))


@pytest.fixture(scope="module")
def project(pristine):
    with pytest.MonkeyPatch.context() as patch:
        for name, place in (("ROOT", ""), ("DATA", "data"), ("TABLES", "data/tables")):
            patch.setattr(paths, name, pristine.parent / place)
        patch.setattr(paths, "DATAPACKAGE", pristine / "datapackage.json")
        patch.setattr(plausibility, "find_today", lambda: date(2026, 12, 1))
        yield pristine.parent


@pytest.fixture(scope="module")
def told(project):
    """Provoke every refusal; none changes a table, so that one copy serves them all."""
    return {name: provoke(project / name.replace(" ", "-"), case) for name, case in CASES.items()}


def provoke(folder, case):
    folder.mkdir()
    file = folder / case.name
    if case.content is not None:
        file.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        try:
            assert cli.main(["import", *filter(None, (case.kind, str(file))), *case.options]) == 1
        except SystemExit as misused:  # what argparse refuses itself
            assert misused.code == 2
    assert not [row for row in read_texts("sources") if row["source_id"].startswith("OWN-")]
    return file, said.getvalue()


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_names_the_header_and_the_columns_once(told, name):
    case, (file, message) = CASES[name], told[name]
    columns = ", ".join(f"“{one}”" for one in case.header.split(","))
    where = {None: "", 0: f"{file} was read as JSON; its columns are {columns}."}
    shown = where.get(case.line, f"{file}, row {case.line} was taken for the header; its columns are {columns}.")
    assert message.count("its columns are ") == (case.line is not None), message
    assert case.header == "" or shown in message, message
    lines = message.splitlines()
    assert len(lines) == len(set(lines)) and message.lower().count("nothing was imported") == 1
    assert characters.make_visible(message) == message and "secret" not in message


@pytest.mark.parametrize("name", CASES)
def test_the_command_line_that_a_refusal_names_works(told, project, monkeypatch, capsys, name):
    case, (_, message) = CASES[name], told[name]
    (way,) = [line for line in message.splitlines() if line.startswith(FORMS)]
    assert way.startswith(FORMS[1]) == bool(case.mended), message
    assert way.count("…") == len(case.fill), message
    for value in case.fill:
        way = fill(way, value)
    data = project / "again" / hashlib.sha256(name.encode()).hexdigest()[:8]
    shutil.copytree(paths.DATA, data)
    for one, place in (("DATA", data), ("TABLES", data / "tables"), ("DATAPACKAGE", data / "datapackage.json")):
        monkeypatch.setattr(paths, one, place)
    words = shlex.split(way.partition("tokencheck import ")[2])
    if case.mended:
        Path(words[1]).write_text(case.mended, encoding="utf-8")
    assert cli.main(["import", *words]) == 0, capsys.readouterr().err
    assert [row for row in read_texts("sources") if row["source_id"].startswith("OWN-")]


def fill(way: str, value: str) -> str:
    """Put a value in the place of the first …, within the quotes of the shell; with “=” the whole pair."""
    if "=" in value:
        name = value.split("=")[0 if "--set" in way.partition("…")[0][-20:] else 1]
        return way.replace(f"'{name}=…'", shlex.quote(value)).replace(f"'…={name}'", shlex.quote(value))
    return way.replace("…", value, 1)


def test_a_table_that_is_broken_already_is_told_with_the_files_header_and_the_command_for_then(
    monkeypatch, capsys, tmp_path
):
    data = copy_data(tmp_path)
    for one, place in (("DATA", data), ("TABLES", data / "tables"), ("DATAPACKAGE", data / "datapackage.json")):
        monkeypatch.setattr(paths, one, place)
    table, file = data / "tables" / "electricity_us.csv", tmp_path / "my.csv"
    sound = table.read_text(encoding="utf-8")
    file.write_text(POWER, encoding="utf-8")
    for broken in ("cheap", "-1"):
        head, first, others = sound.split("\n", 2)
        cells = first.split(",")
        table.write_text("\n".join([head, ",".join([*cells[:3], broken, *cells[4:]]), others]), encoding="utf-8")
        assert cli.main(["import", "electricity", str(file), *ME]) == 1
        said = capsys.readouterr().err
        assert "electricity_us.csv, row 2, column price_usd_per_kwh" in said
        assert f"{file}, row 1 was taken for the header; its columns are “period”, “state”, “sector”" in said
        (way,) = [line for line in said.splitlines() if line.startswith(FORMS)]
    table.write_text(sound, encoding="utf-8")
    assert cli.main(["import", *shlex.split(way.partition("tokencheck import ")[2])]) == 0


def test_a_misspelt_option_beside_a_contract_that_cannot_be_read_is_told_in_words(monkeypatch, capsys, tmp_path):
    data, file = tmp_path / "data", tmp_path / "my.csv"
    data.mkdir()
    (data / "datapackage.json").write_text("{", encoding="utf-8")
    for one, place in (("DATA", data), ("TABLES", data / "tables"), ("DATAPACKAGE", data / "datapackage.json")):
        monkeypatch.setattr(paths, one, place)
    file.write_text(NEW, encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        cli.main(["import", str(file), "--license", "CC"])
    said = capsys.readouterr().err
    assert "invalid choice" in said and "is not valid JSON" in said


def test_a_file_may_stand_behind_the_options(project, tmp_path, capsys):
    file = tmp_path / "my.csv"
    file.write_text(NEW, encoding="utf-8")
    assert cli.main(["import", "prices", *ME, "--dry-run", str(file)]) == 0
    assert "1 row added" in capsys.readouterr().out


ELSEWHERE = {"remove_source"}  # another command


def list_refusals() -> list[str]:
    """List the longest piece of text of each refusal in the code."""
    found = []
    for module in (uploads, documents, intake, own):
        for function in ast.walk(ast.parse(inspect.getsource(module))):
            if not isinstance(function, ast.FunctionDef) or function.name in ELSEWHERE:
                continue
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and (
                    getattr(call.func, "id", "") in ("UserError", "ask")
                    or getattr(call.func, "attr", "") in ("report", "report_cell", "report_choice")
                ):
                    texts = [one.value for one in ast.walk(call) if isinstance(one, ast.Constant)]
                    pieces = [one for one in texts if isinstance(one, str) and len(one) > 15]
                    found += [max(pieces, key=len)] if pieces else []
    return found


def test_every_refusal_in_the_code_is_among_the_cases(told):
    messages = "\n".join(message for _, message in told.values())
    known = list_refusals()
    assert len(known) > 30
    # The command line refuses another kind by itself.
    assert [one for one in known if one.strip() not in messages] == ["” cannot be imported; expected one of "]
