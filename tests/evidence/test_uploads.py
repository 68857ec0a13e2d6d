"""Files as people have them: what Excel, pandas, Sheets and providers write is taken, or refused in words that help.

All files are made here, and read without touching a table.
"""

import json
from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck import characters
from tokencheck.errors import UserError
from tokencheck.evidence.intake import KIND_TABLES, Entry, Request, list_units, read_upload
from tokencheck.evidence.plausibility import YARDSTICKS, find_jumps, guess_unit
from tokencheck.evidence.tables import find_resource
from tokencheck.evidence.uploads import MISSING, Notation, name_columns, suggest_notation, write_plainly

DAYS = "date,model,tokens\n2026-10-10,acme/one,1000000\n2026-10-10,other,5000000\n"
READ = [("2026-10-10", "acme/one", "1000000"), ("2026-10-10", "other", "5000000")]
AS_OBJECTS = [dict(zip(("date", "model", "tokens"), row, strict=True)) for row in READ]


def read(folder, content, kind="usage", name="my.csv", **options):
    """Read a file; give the rows of its columns that are filled, and the notes."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    upload, texts, notes = read_upload(Request(kind, file, Entry(), **options))
    assert not upload.problems, [str(one) for one in upload.problems]
    filled = [column for column in texts if (texts[column] != "").any()]
    return list(texts[filled].itertuples(index=False, name=None)), notes


def refuse(folder, content, kind="usage", **options) -> str:
    with pytest.raises(UserError) as refused:
        read(folder, content, kind, **options)
    return str(refused.value)


# ------------------------------------------------------------------------------------------------ what programs write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("uploads")


def write_by_pandas(how: str = "to_csv", **options) -> str:
    frame = pd.DataFrame(READ, columns=["date", "model", "tokens"])
    frame["date"], frame["tokens"] = pd.to_datetime(frame["date"]), frame["tokens"].astype(float)
    return getattr(frame, how)(**options)


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        (DAYS.replace("\n", "\r\n"), {}, ""),
        (DAYS.replace("\n", "\r"), {}, ""),  # Excel's “CSV (Macintosh)”
        ("\ufeff" + DAYS, {}, ""),
        ("\ufeff\ufeff" + DAYS, {}, ""),
        (DAYS.replace(",", "\t").encode("utf-16"), {}, ""),  # Excel's “Unicode text”
        ("sep=;\r\n" + DAYS.replace(",", ";"), {}, ""),
        ("sep=|\n" + DAYS.replace(",", "|"), {}, ""),
        (DAYS.replace("\n", ",,\n"), {}, ""),
        (DAYS.replace("\n", ",,\n").replace("tokens,,", "tokens"), {}, ""),
        (DAYS.replace("tokens", "tokens,,"), {}, ""),
        ("\n\n" + DAYS, {}, ""),
        ("Rankings\nDownloaded 2026-10-11, by me\n\n" + DAYS, {}, "above the header in row 4"),
        ("Rankings;all\n\n" + DAYS.replace(",", ";"), {}, "above the header in row 3"),
        ('A title with a " mark\n' + DAYS, {}, "above the header in row 2"),
        (DAYS.replace("date,model,tokens", "Date, MODEL ,Tokens"), {}, ""),
        (DAYS.replace("1000000", "1.0E+06").replace("5000000", "5E+06"), {}, ""),
        (DAYS.replace("2026-10-10", '="2026-10-10"'), {}, ""),
        (DAYS.replace("1000000", '"1,000,000"').replace("5000000", '"5,000,000"'),
         {"notation": Notation(thousands=",")}, ""),
        (DAYS.replace(",", ";").replace("1000000", "1.000.000,0"),
         {"notation": Notation(decimal=",", thousands=".")}, ""),
        (DAYS.replace("2026-10-10", "10.10.2026"), {"notation": Notation(dates="dmy")}, ""),
        (DAYS.replace("2026-10-10", "10/10/2026"), {"notation": Notation(dates="mdy")}, ""),
        (DAYS.replace("2026-10-10", "2026-10-10T00:00:00.000Z"), {}, ""),
        *((DAYS.replace("2026-10-10", day), {}, "") for day in (
            "2026/10/10", "20261010", "2026年10月10日", "10-Oct-2026", "10 October 2026", '"Oct 10, 2026"',
            '"Saturday, October 10, 2026"', "2026/10/10 0:00",
        )),
        *((DAYS.replace("2026-10-10", day), {"notation": Notation(dates=order)}, "") for day, order in (
            ("46305", "excel"), ("46305.0", "excel"), ("10-Oct-26", "dmy"), ("10/10/26", "mdy"), ("10.10.26", "dmy"),
            ("10-10-2026", "dmy"),
        )),
        (DAYS.encode("utf-16-le"), {}, ""),  # pandas, where no mark was asked for
        (DAYS.encode("utf-16-be"), {}, ""),
        (DAYS.encode("utf-32"), {}, ""),
        (DAYS.replace(",", "|"), {}, ""),
        (DAYS.replace("model", "Modèle").encode("cp1252"),
         {"notation": Notation(encoding="cp1252"), "columns": {"Modèle": "model"}}, ""),
        (DAYS.replace("model", "模型").encode("gb18030"),
         {"notation": Notation(encoding="gb18030"), "columns": {"模型": "model"}}, ""),
        *((DAYS.replace(",", ";").replace("1000000", f"1{mark}000{mark}000"), {"notation": Notation(thousands=one)}, "")
          for mark, one in (("\xa0", " "), ("\u202f", " "), ("’", "’"), ("'", "'"))),
        (write_by_pandas(), {}, "Without a name in the header, and left out: column 1"),
        (write_by_pandas(index=False, date_format="%Y-%m-%d %H:%M:%S"), {}, ""),
        (write_by_pandas(index=False, sep="\t"), {}, ""),
        (DAYS.replace("model,tokens", "model_permaslug,total_tokens"), {}, ""),
        (DAYS.replace("tokens", "Total"), {"columns": {"total": "tokens"}}, ""),
        (DAYS.replace("tokens", "Total,TOTAL").replace("0\n", "0,7\n"), {"columns": {"Total": "tokens"}},
         "ignored: TOTAL"),
        *((text, {}, "") for text in (
            json.dumps({"data": AS_OBJECTS, "meta": {"as_of": "2026-10-11"}}),  # OpenRouter
            "\ufeff" + json.dumps({"response": {"total": 2, "data": AS_OBJECTS}}, indent=1),  # the EIA
            "\n".join(map(json.dumps, AS_OBJECTS)),  # one object a line
            json.dumps([one | {"tokens": int(one["tokens"])} for one in AS_OBJECTS]),
        )),
        (json.dumps(AS_OBJECTS).encode("utf-16"), {}, ""),
        (write_by_pandas("to_json", orient="records", date_format="iso"), {}, ""),
        # As pandas writes a frame unless told otherwise: an object a column, days as thousandths of seconds.
        (json.dumps({"date": {"0": 1791590400000, "1": 1791590400000}, "model": {"0": "acme/one", "1": "other"},
                     "tokens": {"0": 1000000.0, "1": 5000000.0}}), {}, ""),
        *((DAYS.replace("2026-10-10", day), {}, "") for day in ("1791590400", "1791590400000")),
    ],
)  # fmt: skip
def test_what_programs_write_is_taken(tmp_path, content, options, says):
    rows, notes = read(tmp_path, content, **options)
    assert rows == READ
    assert (says in " ".join(notes)) if says else notes == []


EIA = (
    "period,stateid,stateDescription,sectorid,sectorName,price,price-units\n"
    "2026-07,TX,Texas,IND,industrial,7.0,cents per kilowatt-hour\n"
    "2026-07,TX,Texas,ALL,all sectors,9.5,cents per kilowatt-hour\n"
    "2026-07,TX,Texas,TRA,transportation,8,cents per kilowatt-hour\n"
    "2026-07,TX,Texas,OTH,other,8,cents per kilowatt-hour\n"
    "2026-07,GU,Guam,RES,residential,,cents per kilowatt-hour\n"
)
EUROSTAT = (
    "DATAFLOW,LAST UPDATE,freq,product,nrg_cons,unit,tax,currency,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
    "ESTAT:NRG_PC_205(1.0),01/10/26 23:00:00,S,6000,MWH500-1999,KWH,X_VAT,EUR,PT,2031-S1,0.21,p\n"
    "ESTAT:NRG_PC_205(1.0),01/10/26 23:00:00,S,6000,MWH500-1999,KWH,X_VAT,NAC,PT,2031-S1,0.9,\n"
    "ESTAT:NRG_PC_205(1.0),01/10/26 23:00:00,S,6000,MWH500-1999,KWH,X_VAT,EUR,MT,2031-S1,,\n"
)
EUROSTAT_LABELLED = (
    "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,product,Product,nrg_cons,Energy consumption,unit,"
    "Unit of measure,tax,Tax,currency,Currency,geo,Geopolitical entity (reporting),TIME_PERIOD,Time,OBS_VALUE,"
    "Observation value,OBS_FLAG,Flag\n"
    "dataflow,ESTAT:NRG_PC_205(1.0),Prices,S,Half-yearly,6000,Electricity,MWH500-1999,Band IC,KWH,Kilowatt-hour,X_VAT,"
    "Without VAT,EUR,Euro,PT,Portugal,2031-S1,,0.21,,p,provisional\n"
)
EUROSTAT_CUBE = json.dumps({
    "version": "2.0", "class": "dataset", "label": "Prices",
    "id": ["freq", "nrg_cons", "unit", "tax", "currency", "geo", "time"], "size": [1, 1, 1, 1, 1, 2, 2],
    "value": {"1": 0.21, "2": 0.17}, "status": {"1": "p"},
    "dimension": {name: {"category": {"index": {code: place for place, code in enumerate(codes)}}} for name, codes in (
        ("freq", ["S"]), ("nrg_cons", ["MWH500-1999"]), ("unit", ["KWH"]), ("tax", ["X_VAT"]), ("currency", ["EUR"]),
        ("geo", ["PT", "MT"]), ("time", ["2030-S2", "2031-S1"]),
    )},
})  # fmt: skip
ECB = (
    "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    "EXR.M.USD.EUR.SP00.A,M,USD,EUR,SP00,A,2026-09,1.17,A\n"
    "EXR.M.GBP.EUR.SP00.A,M,GBP,EUR,SP00,A,2026-09,0.86,A\n"
    "EXR.M.CNY.EUR.SP00.A,M,CNY,EUR,SP00,A,2026-09,NaN,M\n"
)
ECB_PORTAL = (
    '"DATE","TIME PERIOD","US dollar/Euro (EXR.M.USD.EUR.SP00.A)","Chinese yuan renminbi/Euro (EXR.M.CNY.EUR.SP00.A)",'
    '"UK pound sterling/Euro (EXR.M.GBP.EUR.SP00.A)","US dollar/Euro (EXR.D.USD.EUR.SP00.A)"\n'
    '"2026-08-31","2026Aug","1.16","","0.86","1.16"\n'
    '"2026-09-30","2026Sep","1.17","8.3","0.86","1.17"\n'
)
RATES = [("2026-08", "EUR/USD", "1.16", "USD per 1 EUR", "monthly average"),
         ("2026-09", "EUR/USD", "1.17", "USD per 1 EUR", "monthly average"),
         ("2026-09", "EUR/CNY", "8.3", "CNY per 1 EUR", "monthly average")]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "content", "rows", "says"),
    [
        ("rates", ECB_PORTAL, RATES, ("CURRENCY “GBP” (2)", "FREQ “D” (2)", "no value (1)")),
        ("electricity", EIA, [("2026-07", "TX", "industrial", "0.07"), ("2026-07", "TX", "all_sectors", "0.095")],
         ("sectorid “TRA” (1)", "sectorid “OTH” (1)", "no value (1)")),
        ("electricity", EUROSTAT, [("2031-S1", "Portugal", "IC", "X_VAT", "0.21")], ("currency “NAC” (1)", "no value")),
        ("rates", ECB, [("2026-09", "EUR/USD", "1.17", "USD per 1 EUR", "monthly average")],
         ("CURRENCY “GBP” (1)", "no value (1)")),
        ("prices", "date,provider,vendor_model_id,input_usd_per_mtok,output_usd_per_mtok\n2026-10-01,x,auto,-1,-1\n"
         "2026-10-01,x,one,1,2\n", [("2026-10-01", "x", "one", "1", "2")], ("a price of -1", "(1)")),
    ],
)  # fmt: skip
def test_providers_own_columns_and_codes_are_known(tmp_path, kind, content, rows, says):
    found, (note,) = read(tmp_path, content, kind)
    assert found == rows
    for one in says:
        assert one in note


@pytest.mark.parametrize(
    ("kind", "content", "rows"),
    [
        ("electricity", EUROSTAT_LABELLED, [("2031-S1", "Portugal", "IC", "X_VAT", "0.21")]),
        ("electricity", EUROSTAT_CUBE,
         [("2031-S1", "Portugal", "IC", "X_VAT", "0.21"), ("2030-S2", "Malta", "IC", "X_VAT", "0.17")]),
        *(("electricity", f"period,state,sector,price_usd_per_kwh\n{month},TX,industrial,{price}\n",
           [("2026-07", "TX", "industrial", "0.07")]) for month, price in (
               ("Jul-26", "$0.07"), ("2026/7", " $0.07 "), ("202607", "0.07"), ("July 2026", "US$ 0.07"))),
        *(("prices", f"date,provider,vendor_model_id,input_usd_per_mtok,context_length\n2026-10-01,x,NA,{none},2\n",
           [("2026-10-01", "x", "NA", "2")]) for none in ("NA", "#N/A", "NaN", "")),
        ("electricity", "period;geo;band;tax;price_eur_per_kwh\n2031-S1;Portugal;IC;X_VAT;0.21 €\n",
         [("2031-S1", "Portugal", "IC", "X_VAT", "0.21")]),
    ],
)  # fmt: skip
def test_other_forms_of_the_same_figures_are_taken_without_a_word(tmp_path, kind, content, rows):
    assert read(tmp_path, content, kind) == (rows, [])


def test_a_series_that_lacks_a_cell_is_told_with_its_line(tmp_path):
    file = tmp_path / "my.csv"
    file.write_text(ECB_PORTAL.replace('"","0.86"', '"0.86"'))
    upload, _, _ = read_upload(Request("rates", file, Entry()))
    (problem,) = upload.problems
    assert "row 2" in str(problem)


def test_a_providers_code_is_understood_in_a_column_that_the_user_named(tmp_path):
    columns = {"stateid": "state", "area": "sector", "price": "price_usd_per_kwh"}
    text = EIA.replace("sectorid", "area").replace("TRA", "COM").split("2026-07,TX,Texas,OTH")[0]
    units = {"price_usd_per_kwh": "cents-per-kWh"}
    rows, _ = read(tmp_path, text, "electricity", columns=columns, units=units)
    assert [row[2] for row in rows] == ["industrial", "all_sectors", "commercial"]


# -------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            b"PK\x03\x04\x14\x00\x06\x00",
            "an Excel workbook (or another packed file); a CSV is expected. To import it, save its sheet",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "in Excel by File, Save As, “CSV UTF-8"),
        (b'{"data": []}', "this is JSON, and not a list of objects"),
        (b"\xef\xbb\xbf [1]", "(Eurostat: format=SDMX-CSV; the ECB: format=csvdata)"),
        (b'{"data": [{"date": "2026-10-10"', "begins as JSON and is none: Expecting"),
        (EUROSTAT_CUBE.replace("[1, 1, 1, 1, 1, 2, 2]", "[1, 1, 1, 1, 1, 2, 3]").encode(), "this is JSON, and not"),
        (EUROSTAT_CUBE.replace('"2": 0.17', '"4": 0.17').encode(), "this is JSON, and not"),
        (b"[" * 200_000, "this is JSON, and not"),
        (json.dumps({"columns": ["date"], "data": [["2026-10-10"]]}).encode(), "(in pandas: frame.to_json("),
        (b'[{"date": "2026-10-10", "tokens": 1, "tokens": 2}]', "“tokens” twice, and one of the two would be lost"),
        (b'{"tokens": 1}\n{"tokens": 1, "tokens": 2}', "“tokens” twice"),
        (b"{\\rtf1\\ansi date}", "a word processor’s file"),
        (("date,model,tokens," + "x" * 200_000).encode(), "row 1: a cell is longer than 131,072 characters"),
        (f"{DAYS}2026-10-10,{'x' * 200_000},1\n".encode(), "row 4: a cell is longer than 131,072 characters"),
        (DAYS.encode("utf-16")[:-1], "is not UTF-16. Name the encoding that the file has, or save it as UTF-8."),
        (b"generation_id,created_at,tokens_prompt,tokens_completion,model_permaslug\n", "one row a request"),
        (b"<html>", "a web page"),
        (b"\x1f\x8b\x08", "gunzip"),
        (b"BZh91AY&SY", "bunzip2"),
        (b"\xfd7zXZ\0", "unxz"),
        (b"\x28\xb5\x2f\xfd\0", "unzstd"),
        (b"ARROW1\0\0", "a Feather file"),
        (b"SQLite format 3\0", "a database of SQLite"),
        (
            DAYS.replace("model", "Modèle").encode("cp1252"),
            "row 1: byte 8 (0xe8) is not UTF-8. Save the file as UTF-8 "
            "(in Excel: “CSV UTF-8”), or add --encoding cp1252.",
        ),
        (DAYS.replace("model", "模型").encode("gb18030"), "or add --encoding gb18030."),
        (b"date,model,prompt_tokens,completion_tokens,usage,byok_usage_inference\n", "“usage” is in USD"),
        (b",", "nothing but separators"),
        (b";;\n;;\n", "nothing but separators"),
        (DAYS.replace("acme/o", "acme/o\0").encode(), "row 2: “acme/o<U+0000>ne” holds the character U+0000"),
        (DAYS.replace("acme/o", "acme/\u202eo").encode(), "RIGHT-TO-LEFT OVERRIDE"),
        (DAYS.replace("acme/o", "acme/\x1b[31m").encode(), "<U+001B>"),
        (DAYS.replace("other", "\u200bother").encode(), "ZERO WIDTH SPACE"),
        (DAYS.replace("acme", "\u0430cme").encode(), "“<U+0430>cme/one” holds the character U+0430 (CYRILLIC SMALL"),
        *(
            (DAYS.replace("acme", f"ac{sign}me").encode(), f"U+{ord(sign):04X}")
            for sign in "\u00ad\u200d\u2800\u3164\ufe0f\ue000\u0441\u039f\uff41\U0001d5ee"
        ),
    ],
)
def test_other_kinds_of_files_and_characters_that_are_no_text_are_refused_by_name(tmp_path, content, words):
    message = refuse(tmp_path, content)
    assert words in message
    assert characters.make_visible(message) == message


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("electricity", "freq,nrg_cons,geo\\TIME_PERIOD\t2026-S1 \nS,MWH500-1999,PT\t0.12 p\n", "Eurostat’s TSV"),
        ("electricity", "DATAFLOW,freq:Time,geo:Geo,TIME_PERIOD:Time,OBS_VALUE:Value\n", "with labels written to"),
        ("electricity", "Average price\nhttps://x.example\nunits,source key,Jul 2026\n", "row 3: this is the EIA’s"),
        ("usage", '"date" "model" "tokens"\n"1" "2026-10-10" "acme/one" 1e6\n', "such as R’s write.table writes"),
        ("usage", "date;acme/one;other\n2026-10-10;1;2\n", "a column for each model"),
        ("usage", '"date"\t"other"\t"acme/one:free"\n2026-10-10\t1\t2\n', "a column for each model"),
        ("rates", "Date, USD, JPY, CNY, \n28 November 2026, 1.1, 160, 8.2, \n", "the ECB’s daily reference rates"),
    ],
)  # fmt: skip
def test_a_providers_file_of_another_shape_is_named_with_the_one_to_ask_for(tmp_path, kind, content, words):
    message = refuse(tmp_path, content, kind)
    assert words in message and "To import it, " in message and "was taken for the header; its columns are “" in message


def test_a_price_below_one_is_never_taken_for_thousands():
    assert write_plainly("0.015", "integer", Notation(thousands=".", decimal=",")) == "0.015"
    assert suggest_notation(["0.015"], "integer") == {}


def test_a_day_that_no_calendar_has_is_left_for_the_contract_to_refuse(tmp_path):
    assert write_plainly("30/02/2026", "date", Notation(dates="dmy")) == "30/02/2026"
    for cell in ("20261310", "46305.5", "12345", "2026", "-46305"):
        assert write_plainly(cell, "date", Notation(dates="excel")) == cell
    for cell in ("2026/02/30", "20260230", "10 octobre 2026", "10 marraskuu 2026", "may be 10, 2026"):
        assert write_plainly(cell, "date", Notation()) == cell


def test_a_refused_header_is_quoted_with_its_line_all_columns_and_a_command_that_works(tmp_path):
    text = "\nwhen,Model name,Total tokens,note\n" + DAYS.split("\n", 1)[1].replace("\n", ",x\n")
    message = refuse(tmp_path, text)
    assert "my.csv, row 2 was taken for the header" in message
    assert "“when”, “Model name”, “Total tokens”, “note”" in message
    assert "--map 'Model name=model' --map 'Total tokens=tokens'" in message
    assert "Such as: tokencheck import usage " in message and "--set 'date=…'" in message
    columns = {"Model name": "model", "Total tokens": "tokens", "when": "date"}
    assert read(tmp_path, text, columns=columns)[0] == READ


def test_equal_problems_are_told_once_and_counted(tmp_path):
    file = tmp_path / "my.csv"
    file.write_text("period,pair,rate\n" + "2026-13,EUR/USD,1\n" * 500)
    upload, _, _ = read_upload(Request("rates", file, Entry()))
    assert len(upload.problems) == 1 and len(upload.refused_lines) == 500
    assert upload.count_refused() == [f"{file}, column period: the same in 499 more rows, such as row 3."]
    file.write_text("date,model,tokens\n" + "2026-10-10,a/b,1,234\n" * 500)
    upload, _, _ = read_upload(Request("usage", file, Entry()))
    assert len(upload.problems) == 1 and len(upload.refused_lines) == 500
    assert upload.count_refused() == [f"{file}: the same in 499 more rows, such as row 3."]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"decimal": ";"}, "--decimal"),
        ({"thousands": "."}, "--thousands"),
        ({"decimal": ",", "thousands": "x"}, "--thousands"),
        ({"dates": "ymd"}, "--dates"),
        ({"encoding": "utf-9"}, "--encoding utf-9: expected such as cp1252"),
        ({"encoding": "hex"}, "--encoding hex"),
    ],
)
def test_marks_that_cannot_be_are_refused(options, words):
    if options == {"thousands": "."}:
        options = {"decimal": ".", "thousands": "."}
    with pytest.raises(UserError, match=words):
        Notation(**options)


# --------------------------------------------------------------------------------- plausible against a made-up record

RECORD = {
    "vendor_prices": {"provider": "x", "vendor_model_id": "m", "input_usd_per_mtok": "1", "output_usd_per_mtok": "2"},
    "point_prices": {"model": "m", "currency": "USD", "input_per_mtok": "1", "output_per_mtok": "2"},
    "electricity_us": {"state": "TX", "sector": "industrial", "price_usd_per_kwh": "0.07"},
    "electricity_eu": {"geo": "EU27", "band": "IC", "tax": "X_VAT", "price_eur_per_kwh": "0.19"},
    "electricity_cn": {"price_cny_per_kwh_low": "0.4", "price_cny_per_kwh_high": "0.5"},
    "exchange_rates": {"pair": "EUR/USD", "rate": "1.1"},
}


def multiply(table: str, factor: float) -> list[dict[str, str]]:
    figures = YARDSTICKS[table].figures
    return [{name: f"{float(cell) * factor:.9f}" if name in figures else cell for name, cell in RECORD[table].items()}]


@pytest.mark.parametrize("table", YARDSTICKS)
@pytest.mark.parametrize(("factor", "found"), [(1, False), (1.2, False), (1000, True), (0.001, True)])
def test_figures_of_another_unit_are_implausible_in_every_table(table, factor, found):
    assert bool(find_jumps(table, multiply(table, factor), [RECORD[table]])) == found


@pytest.mark.parametrize("table", YARDSTICKS)
def test_a_new_series_is_measured_by_the_whole_table(table):
    rows = [row | {YARDSTICKS[table].series[0]: "new"} if YARDSTICKS[table].series else row
            for row in multiply(table, 10_000)]  # fmt: skip
    assert find_jumps(table, rows, [RECORD[table]])
    assert set(YARDSTICKS[table].figures) <= {one["name"] for one in find_resource(table)["schema"]["fields"]}


@pytest.mark.parametrize("table", YARDSTICKS)
def test_nothing_is_plausible_where_nothing_is_free(table):
    assert bool(find_jumps(table, multiply(table, 0), [RECORD[table]])) != YARDSTICKS[table].may_be_free


@pytest.mark.parametrize(
    ("table", "factor", "unit"),
    [("electricity_us", 100, "cents-per-kWh"), ("electricity_eu", 1000, "per-MWh"),
     ("vendor_prices", 1e-6, "per-token"), ("exchange_rates", 1000, ""), ("electricity_us", 1e6, "")],
)  # fmt: skip
def test_a_unit_is_guessed_where_one_makes_all_figures_plausible(table, factor, unit):
    fields = {one["name"]: one for one in find_resource(table)["schema"]["fields"]}
    units = {name: list_units(fields[name]) for name in YARDSTICKS[table].figures if list_units(fields[name])}
    guessed = guess_unit(table, multiply(table, factor), [RECORD[table]], units)
    assert set(guessed.values()) == ({unit} if unit else set())


@pytest.mark.parametrize(("tokens", "found"), [("90", False), ("31", True), ("1000", True), ("0", True)])
def test_a_days_total_is_measured_by_the_days_nearest_to_it(tokens, found):
    before = [{"date": f"2026-01-{day:02}", "lab": "a", "tokens": "1"} for day in range(1, 15)]
    before += [{"date": f"2026-09-{day:02}", "lab": "a", "tokens": "100"} for day in range(1, 15)]
    rows = [{"date": "2026-09-20", "lab": "a", "tokens": tokens}, {"date": "2026-09-20", "lab": "b", "tokens": "0"}]
    assert bool(find_jumps("usage_labs_daily", rows, before)) == found


# --------------------------------------------------------------------------------------------------------- properties


@given(st.integers(-(10**17), 10**17), st.sampled_from(["{}", "{}.0", "{}E+00", "{}e0"]))
def test_whole_numbers_keep_every_digit(number, form):
    assert write_plainly(form.format(number), "integer", Notation()) == str(number)


@given(st.text(max_size=20), st.sampled_from(["string", "integer", "number", "date", "boolean"]))
def test_a_cell_of_no_known_form_is_left_alone(text, kind):
    written = write_plainly(text, kind, Notation(",", ".", "dmy"))
    assert isinstance(written, str)
    if not any(one.isdigit() for one in text) and kind != "boolean" and text not in MISSING:
        assert written == text


CELLS = ["", "date", "Model", "tokens", "period", "sectorid", "=1", "-1", "1.0E+06", '"', "sep=;", "NaN", "2026-10-10"]
KEYS = st.sampled_from(["data", "class", "id", "size", "value", "dimension", "category", "index", "label", "date", "0"])
NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from([*CELLS, "dataset", "geo", "time"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
CUBES = st.fixed_dictionaries(
    {"class": st.just("dataset"), "id": NODES | st.just(["geo"]), "size": NODES | st.just([1]), "value": NODES},
    optional={"dimension": NODES | st.just({"geo": {"category": {"index": ["PT"]}}})},
)
FILES = st.one_of(
    st.binary(max_size=80),
    (NODES | CUBES).map(lambda node: json.dumps(node).encode()),
    st.lists(st.lists(st.sampled_from(CELLS) | st.text(max_size=6), max_size=5), max_size=6).flatmap(
        lambda rows: st.sampled_from(",;\t").map(
            lambda mark: "\n".join(map(mark.join, rows)).encode("utf-8", "replace")
        )
    ),
)


@pytest.mark.parser
@given(FILES, st.sampled_from(sorted(KIND_TABLES)))
def test_any_file_is_read_or_refused_in_words(folder, content, kind):
    file = folder / "any.csv"
    file.write_bytes(content)
    try:
        upload, texts, _ = read_upload(Request(kind, file, Entry()))
    except UserError as refused:
        assert str(refused) and not characters.name_harmful(str(refused))
    else:
        assert len(upload.lines) == len(texts)


@given(st.lists(st.sampled_from(["date", "Date", "MODEL", "tokens", "x", "in put"]), max_size=6))
def test_a_column_is_never_given_the_name_of_one_that_is_there(header: Sequence[str]):
    means = name_columns(header, {}, ["date", "model", "tokens"])
    assert len(means) == len(header)
    assert all(ours == theirs for ours, theirs in zip(means, header, strict=True) if theirs in ("date", "tokens"))
    if "date" in header:
        assert "date" not in [ours for ours, theirs in zip(means, header, strict=True) if theirs == "Date"]


@given(st.text(max_size=40))
def test_what_is_exported_is_never_computed_and_what_is_shown_never_obeyed(text):
    assert not characters.is_formula(characters.defuse(text))
    assert not characters.name_harmful(characters.make_visible(text))
    assert not characters.name_harmful(str(UserError(text)))


@given(st.text(alphabet="htps:/.ax)(<>\"'` \\\x00\u202e@[]|", max_size=30))
def test_an_address_cannot_end_a_link(text):
    if characters.is_address(text):
        assert text.startswith(("http://", "https://"))
        assert not set(text) & set("()<>\"'` \\|@\x00\u202e")


@pytest.mark.parametrize(
    "text", ["Москва, GPT-5 и Opus", "µm, Δt, Σx, α-Version", "中国移动（ＡＩ）", "Zürich, Łódź", "5 €"]
)
def test_letters_of_other_alphabets_are_text(text):
    assert not characters.name_harmful(text) and characters.HARMLESS.fullmatch(text)


@given(st.text(st.characters() | st.sampled_from("aоcαｚ\u202e\n"), max_size=8))
def test_a_text_is_harmless_where_nothing_in_it_is_harmful(text):
    assert bool(characters.HARMLESS.fullmatch(text)) == (not characters.name_harmful(text))


@pytest.mark.parametrize(
    "text",
    ["https://x.example/?api_key=0123", "https://x.example/a?b=1&access_token=x",
     "javascript:alert(1)", "data:text/html,x", "https://user:secret@x.example/", "https://localhost", "https://[::1",
     "//x.example", "https://x.example/a b", "https://x.example:port/", "ftp://x.example/"],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(text):
    assert not characters.is_address(text)
