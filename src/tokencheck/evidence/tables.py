"""The tables of evidence: every cell is checked against the contract `data/datapackage.json` before it is used.

Cells are read as text first and converted column by column, so that a bad one can be named by row and column.
pandera, built from the contract, then checks ranges, patterns and keys.
"""

import codecs
import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from tokencheck import paths
from tokencheck.characters import DECEPTIVE, PLAIN, is_formula, make_visible
from tokencheck.errors import UserError, suggest
from tokencheck.evidence import kept
from tokencheck.periods import list_impossible_days
from tokencheck.results import read_json, unpack

SOURCES = "sources"
OTHER = "other"  # the model, and the developer, of all tokens whose model is not named
_MOST_SHOWN = 20
MOST_TOLD = 20  # problems of one column that are told one by one
# Columns of names in Latin or Chinese letters, by which rows are joined: one that only looks like another is none.
NAME_COLUMNS = {
    "alias", "app", "base_model_id", "developer", "lab", "model", "name", "permaslug", "provider", "provider_id",
    "seller", "vendor_model_id",
}  # fmt: skip
# Columns of text that hold days, beside years, months and stretches of time.
DAY_COLUMNS = {"as_of", "date", "period", "period_end", "period_start", "published_date", "release_date"}
NAME_WORDS = "a name without letters that look Latin and are not, and without ways such as ../ or /x"
FORMULA_WORDS = "a text that no spreadsheet would compute: it begins with = + - or @"
_PLACE = re.compile(r"tables/(\w+)\.csv(\.gz)?", re.ASCII)  # a table never lies elsewhere

Result = TypeVar("Result")
Field = dict[str, Any]
Resource = dict[str, Any]


@dataclass(frozen=True)
class CellType:
    """A type of the contract: how a cell is written, and what the column becomes in pandas."""

    words: str
    written: re.Pattern
    dtype: str
    convert: Callable[[pd.Series, Field], pd.Series]

    @property
    def is_number(self) -> bool:
        """Whether cells are compared as numbers."""
        return self.dtype in ("Int64", "float64")

    def fits(self, cells: pd.Series) -> pd.Series:
        """Say which cells are written as the type is; each distinct text is looked at once."""
        known = {cell: self.written.fullmatch(cell) is not None for cell in cells.unique()}
        if all(known.values()):
            return pd.Series(True, index=cells.index)
        return cells.map(known).astype(bool)


def _to_dates(texts: pd.Series, described: Field) -> pd.Series:
    pattern = described.get("format", "%Y-%m-%d")
    return pd.to_datetime(texts, format=pattern, errors="coerce").astype("datetime64[ns]")


# Some written forms pass the pattern and still mean nothing, such as 2026-02-30: `convert` gives a missing value.
CELL_TYPES: dict[str, CellType] = {
    # No cell may hold what a terminal, a spreadsheet, a file system or a page could take for something other than text.
    "string": CellType(
        "text",
        PLAIN,
        "object",
        lambda texts, described: texts,
    ),
    "integer": CellType(
        "an integer",
        re.compile(r"-?\d{1,18}", re.ASCII),
        "Int64",
        lambda texts, described: pd.to_numeric(texts).astype("Int64"),
    ),
    "number": CellType(
        "a number",
        re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII),
        "float64",
        lambda texts, described: pd.to_numeric(texts).astype("float64"),
    ),
    "boolean": CellType(
        "true or false",
        re.compile(r"true|false"),
        "boolean",
        lambda texts, described: texts.map({"true": True, "false": False}).astype("boolean"),
    ),
    "date": CellType(
        "a date written YYYY-MM-DD", re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), "datetime64[ns]", _to_dates
    ),
    "datetime": CellType(
        "a moment written YYYY-MM-DDThh:mmZ",
        re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z", re.ASCII),
        "datetime64[ns]",
        _to_dates,
    ),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a table, in words for the person who can mend it."""

    place: str
    found: str
    remedy: str = "Correct the cell and run `make check`."
    order: tuple[int, str] = (0, "")

    def __str__(self) -> str:
        """Say it in one line."""
        return make_visible(f"{self.place}: {self.found}. {self.remedy}")


@dataclass
class Sheet:
    """One table as read: its frame, the line of each record, and what is wrong with it."""

    resource: Resource
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def file(self) -> str:
        """Name of the file as a reader of the project knows it."""
        return f"data/{self.resource['path']}"

    @property
    def fields(self) -> dict[str, Field]:
        """Columns of the contract by name."""
        return {described["name"]: described for described in self.resource["schema"]["fields"]}

    def report(self, found: str, remedy: str, line: int | None = None) -> None:
        """Note a problem of the whole file or of one row."""
        place = self.file if line is None else f"{self.file}, row {line}"
        self.problems.append(Problem(place, found, remedy, (line or 0, "")))

    def report_cell(self, line: int, column: str, value: Any, expected: str, remedy: str | None = None) -> None:
        """Note a problem of one cell."""
        shown = "the cell is empty" if value is None or value == "" else f"“{value}”"
        place = f"{self.file}, row {line}, column {column}"
        extra = {} if remedy is None else {"remedy": remedy}
        self.problems.append(Problem(place, f"{shown} — expected {expected}", order=(line, column), **extra))


def read_contract(data: Path | None = None) -> dict[str, Any]:
    """Read the contract of all tables.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    dict
        A Frictionless data package (https://specs.frictionlessdata.io/data-package/).

    Raises
    ------
    UserError
        When it is missing, is not JSON, leads elsewhere, or names a type this project does not know.
    """
    file = (data or paths.DATA) / "datapackage.json"
    contract = read_json(file, "Restore it with `git checkout -- data/datapackage.json`.")
    for resource in contract["resources"]:
        place = _PLACE.fullmatch(resource["path"])
        if not place:
            raise UserError(
                f"data/datapackage.json, table {resource['name']}, path: “{resource['path']}” — expected a file such "
                "as tables/pue.csv or tables/pue.csv.gz. Correct the path."
            )
        if place[1] != resource["name"]:  # its record is found by the name
            raise UserError(
                f"data/datapackage.json, name: “{resource['name']}” — expected {place[1]}, as its file "
                f"{resource['path']} is called. Correct the name."
            )
        for described in resource["schema"]["fields"]:
            if described["type"] not in CELL_TYPES:
                raise UserError(
                    f"data/datapackage.json, table {resource['name']}, column {described['name']}: "
                    f"type “{described['type']}” — expected one of {', '.join(CELL_TYPES)}. Correct the type."
                )
    return contract


def find_resource(name: str, data: Path | None = None) -> Resource:
    """Find a table in the contract.

    Raises
    ------
    UserError
        When there is no such table.
    """
    return json.loads(_find_resource_text(name, data))


def _find_resource_text(name: str, data: Path | None) -> str:
    file = (data or paths.DATA) / "datapackage.json"
    resources = _list_resource_texts(data, file.read_bytes() if file.is_file() else None)
    if name not in resources:
        raise UserError(f"There is no table “{name}” in data/datapackage.json.{suggest(name, resources)}")
    return resources[name]


@lru_cache(maxsize=4)
def _list_resource_texts(data: Path | None, content: bytes | None) -> dict[str, str]:
    """List each table's part of a contract of this content as JSON: it is looked up often."""
    return {resource["name"]: json.dumps(resource) for resource in read_contract(data)["resources"]}


# ---------------------------------------------------------------------------------------------------- from file to text


def _decode(sheet: Sheet, content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        sheet.report(
            f"byte {problem.start} (0x{content[problem.start]:02x}) is not UTF-8",
            "Save the file as UTF-8 (in Excel: “CSV UTF-8”) and run `make check`.",
            line,
        )
        return None


def _parse(sheet: Sheet, text: str) -> list[list[str]]:
    """Split the text into records and note the line each begins on; the header is the first."""
    rows, reader, line = [], csv.reader(io.StringIO(text, newline=""), strict=True), 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                sheet.lines.append(line)
            line = reader.line_num + 1
    except csv.Error as problem:
        sheet.report(f"the quotes do not match ({problem})", "Close or double the quote and run `make check`.", line)
        return []
    return rows


def _check_header(sheet: Sheet, header: list[str]) -> bool:
    expected, remedy = list(sheet.fields), "Correct the header and run `make check`."
    missing = [name for name in expected if name not in header]
    extra = [name for name in header if name not in expected]
    if len(header) == 1 and len(expected) > 1 and (";" in header[0] or "\t" in header[0]):
        remedy = "Save the file with commas between the columns and run `make check`."
        sheet.report(f"the header is one column, “{header[0]}” — expected {','.join(expected)}", remedy, 1)
        return False
    for name in missing:
        renamed = difflib.get_close_matches(name, extra, n=1)
        instead = f"; “{renamed[0]}” stands there instead. Rename it to “{name}”" if renamed else ""
        extra = [other for other in extra if other not in renamed]
        sheet.report(f"column {name} is missing{instead}", remedy, 1)
    for name in extra:
        sheet.report(f"column “{name}” is not in data/datapackage.json{suggest(name, expected)}", remedy, 1)
    for name in sorted({name for name in header if header.count(name) > 1}):
        sheet.report(f"column {name} stands there twice", remedy, 1)
    return not sheet.problems


def _read_content(resource: Resource, data: Path | None) -> bytes | None:
    """Read the file of a table; None when it is missing."""
    try:
        return ((data or paths.DATA) / resource["path"]).read_bytes()
    except OSError:
        return None


def _read_texts(sheet: Sheet, packed: bytes | None) -> pd.DataFrame | None:
    """Read the content of a table as text, or note why it cannot be read."""
    if packed is None:
        sheet.report("the file is missing", f"Restore it with `git checkout -- {sheet.file}`.")
        return None
    try:
        content = unpack(sheet.file, packed)
    except UserError as problem:
        sheet.report(str(problem), f"Restore it with `git checkout -- {sheet.file}`.")
        return None
    restore = f"Fill it, or restore it with `git checkout -- {sheet.file}`."
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        sheet.report(f"the file is empty — expected the header {','.join(sheet.fields)}", restore)
        return None
    text = _decode(sheet, content)
    rows = [] if text is None else _parse(sheet, text)
    if not rows or not _check_header(sheet, rows[0]):
        return None
    header, records, lines = rows[0], rows[1:], sheet.lines[1:]
    if not records:
        sheet.report("the file has a header and no rows", restore)
        return None
    whole = [position for position, row in enumerate(records) if len(row) == len(header)]
    if len(whole) < len(records):
        for line, row in zip(lines, records, strict=True):
            if len(row) != len(header):
                which = "many" if len(row) > len(header) else "few"
                remedy = "Quote a cell that holds a comma, or add the cells that lack, and run `make check`."
                sheet.report(f"too {which} cells: {len(row)} — expected {len(header)}", remedy, line)
    sheet.lines = [lines[position] for position in whole]
    columns = zip(*(records[position] for position in whole), strict=True) if whole else [[] for _ in header]
    texts = {name: pd.Series(cells, dtype="object") for name, cells in zip(header, columns, strict=True)}
    return pd.DataFrame({name: texts[name] for name in sheet.fields})


# --------------------------------------------------------------------------------------------------- from text to types


def describe_expected(described: Field) -> str:
    """Say in words what a column expects.

    Parameters
    ----------
    described : dict
        A field of the contract.

    Returns
    -------
    str

    Examples
    --------
    >>> describe_expected({"name": "tokens", "type": "integer", "constraints": {"required": True, "minimum": 0}})
    'an integer ≥ 0'
    """
    limits = described.get("constraints", {})
    if "enum" in limits:
        return f"one of {', '.join(limits['enum'])}"
    words = CELL_TYPES[described["type"]].words
    if "minimum" in limits and "maximum" in limits:
        return f"{words} between {limits['minimum']} and {limits['maximum']}"
    if "minimum" in limits:
        return f"{words} ≥ {limits['minimum']}"
    if "maximum" in limits:
        return f"{words} ≤ {limits['maximum']}"
    if "pattern" in limits:
        words = f"{words} of the form {limits['pattern']}"
    return f"{words}, {NAME_WORDS}" if described["name"] in NAME_COLUMNS else words


def _convert(sheet: Sheet, texts: pd.DataFrame) -> set[tuple[int, str]]:
    """Convert every column and give the cells (position, column) that could not be."""
    bad: set[tuple[int, str]] = set()
    columns = {}
    for name, described in sheet.fields.items():
        kind, cells = CELL_TYPES[described["type"]], texts[name]
        empty = cells == ""
        fits = kind.fits(cells)
        good = fits & ~empty
        column = kind.convert(cells if good.all() else cells.where(good, None), described)
        wrong = ~empty & (column.isna() if kind.dtype != "object" else ~fits)
        if kind.dtype == "object" and name in DAY_COLUMNS:
            wrong |= cells.map({cell: bool(list_impossible_days(cell)) for cell in cells.unique()})
        for position in wrong.to_numpy().nonzero()[0]:
            bad.add((int(position), name))
            # A text is refused for its characters alone; its form is looked at later.
            expected = describe_expected(described)
            if fits[position] and kind.dtype == "object":
                expected = "a day that the calendar has"
            elif kind.dtype == "object":
                formula = is_formula(cells[position])
                expected = FORMULA_WORDS if formula else f"{kind.words} without control characters"
            sheet.report_cell(sheet.lines[position], name, cells[position], expected)
        columns[name] = column
    sheet.frame = pd.DataFrame(columns)
    return bad


def build_schema(resource: Resource) -> Any:
    """Build the pandera schema of a table from its part of the contract.

    Parameters
    ----------
    resource : dict
        One resource of ``data/datapackage.json``.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Types, missing cells, ranges, allowed values, patterns and the primary key.
    """
    import pandera.pandas as pa  # slow to import, and not every command needs it

    columns = {}
    for described in resource["schema"]["fields"]:
        limits, kind = described.get("constraints", {}), CELL_TYPES[described["type"]]
        bound = pd.Timestamp if kind.dtype.startswith("datetime") else lambda value: value
        checks = []
        if "minimum" in limits:
            checks.append(pa.Check.ge(bound(limits["minimum"])))
        if "maximum" in limits:
            checks.append(pa.Check.le(bound(limits["maximum"])))
        if "enum" in limits:
            checks.append(pa.Check.isin(limits["enum"]))
        if described["name"] in NAME_COLUMNS:
            checks.append(pa.Check(lambda cells: ~cells.isin([one for one in cells.unique() if DECEPTIVE.search(one)])))
        if "pattern" in limits:
            checks.append(pa.Check.str_matches(rf"^(?:{limits['pattern']})\Z"))
        required = bool(limits.get("required"))
        columns[described["name"]] = pa.Column(kind.dtype, checks, nullable=not required)
    return pa.DataFrameSchema(columns, unique=resource["schema"]["primaryKey"], report_duplicates="exclude_first")


def _check_constraints(sheet: Sheet, texts: pd.DataFrame, bad: set[tuple[int, str]]) -> None:
    """Check ranges, patterns and missing cells; `bad` cells have been named already."""
    from pandera.errors import SchemaErrors

    try:
        build_schema(sheet.resource).validate(sheet.frame, lazy=True)
        return
    except SchemaErrors as found:
        cases = found.failure_cases
    cells = cases[(cases["schema_context"] == "Column") & cases["index"].notna()]
    named = set(bad)
    for case in cells.itertuples():
        position, column = int(case.index), case.column
        if (position, column) not in named:
            named.add((position, column))
            expected = describe_expected(sheet.fields[column])
            sheet.report_cell(sheet.lines[position], column, texts[column][position], expected)
    if (cases["schema_context"] == "DataFrameSchema").any():
        _name_duplicates(sheet, texts, named)


def _name_duplicates(sheet: Sheet, texts: pd.DataFrame, named: set[tuple[int, str]]) -> None:
    key = sheet.resource["schema"]["primaryKey"]
    first: dict[tuple[str, ...], int] = {}
    for position, values in enumerate(zip(*(texts[name] for name in key), strict=True)):
        if any((position, name) in named for name in key):
            continue
        if values in first:
            earlier, line = sheet.lines[first[values]], sheet.lines[position]
            shown = ", ".join(f"{name} “{value}”" for name, value in zip(key, values, strict=True))
            found = f"{shown} stands in row {earlier} already — expected once"
            sheet.report(found, "Remove one of the two rows and run `make check`.", line)
        first.setdefault(values, position)


@lru_cache(maxsize=4)
def _list_source_ids(resource: str, content: bytes | None) -> frozenset[str] | None:
    texts = _read_texts(Sheet(json.loads(resource)), content)
    return None if texts is None else frozenset(texts["source_id"])


def _check_sources(sheet: Sheet, known: frozenset[str] | None) -> None:
    if known is None or "source_id" not in sheet.frame or sheet.resource["name"] == SOURCES:
        return
    ids = sheet.frame["source_id"]
    for position in (ids.notna() & ~ids.isin(known)).to_numpy().nonzero()[0]:
        value = ids[position]
        expected = f"a source_id of data/tables/sources.csv.{suggest(value, known)}".rstrip(".")
        remedy = "Correct the cell, or add the source, and run `make check`."
        sheet.report_cell(sheet.lines[position], "source_id", value, expected, remedy)


def check_texts(sheet: Sheet, texts: pd.DataFrame) -> None:
    """Check cells against the types, ranges, patterns and the primary key of a table, and note every problem.

    Parameters
    ----------
    sheet : Sheet
        Its `lines` number the rows; receives frame and problems.
    texts : DataFrame
        The columns of the table as text, at least one row.
    """
    _check_constraints(sheet, texts, _convert(sheet, texts))


def _finish(sheet: Sheet) -> pd.DataFrame:
    """Give the plain pandas types: int64 and bool where no cell may be missing."""
    frame = sheet.frame
    for name, described in sheet.fields.items():
        if described.get("constraints", {}).get("required") and described["type"] in ("integer", "boolean"):
            frame[name] = frame[name].astype("int64" if described["type"] == "integer" else "bool")
    return frame


def tell_rest(place: str, rows: Sequence[int]) -> str:
    """Say how many more rows have what was told of others.

    Parameters
    ----------
    place : str
        File and column.
    rows : sequence of int
        Their numbers in the file, of which the first is named; at least one.

    Returns
    -------
    str

    Examples
    --------
    >>> tell_rest("data/tables/pue.csv", [7]), tell_rest("data/tables/pue.csv", [7, 9])[20:]
    ('data/tables/pue.csv: the same in one more row, 7.', ' the same in 2 more rows, such as row 7.')
    """
    more = f"{len(rows):,} more rows, such as row" if len(rows) > 1 else "one more row,"
    return f"{place}: the same in {more} {rows[0]}."


def _tell_problems(sheet: Sheet) -> list[str]:
    """Say each cause in one line: equal cells once, with how many more rows have them, and of one kind the first."""
    equal: dict[tuple[str, str, str], list[Problem]] = {}
    for one in sorted(sheet.problems, key=lambda problem: problem.order):
        equal.setdefault((one.order[1], one.found, one.remedy), []).append(one)
    kinds: dict[tuple[str, str, str], list[list[Problem]]] = {}
    for (column, found, remedy), same in equal.items():
        kinds.setdefault((column, found.partition(" — expected ")[2], remedy), []).append(same)
    told = []
    for (column, _, _), causes in kinds.items():
        at = f", column {column}" if column else ""
        for first, *others in causes[:MOST_TOLD]:
            rows = f"{sheet.file}, row {first.order[0]} and {len(others):,} more{at}"
            told.append((first.order, str(replace(first, place=rows) if others else first)))
        if left := [one for same in causes[MOST_TOLD:] for one in same]:
            told.append((left[0].order, tell_rest(f"{sheet.file}{at}", [one.order[0] for one in left])))
    return [text for _, text in sorted(told, key=lambda one: one[0])]


def _join_tables(problems: Iterable[str]) -> list[str]:
    """Make one line of a source that several tables name and that is not there."""
    at = ", column source_id: "
    places: dict[str, list[str]] = {}
    for problem in problems:
        place, found, told = problem.partition(at)
        places.setdefault(found + told, []).append(place)
    return [one for told, found in places.items() for one in (["; ".join(found) + told] if told else found)]


def read_table(name: str, data: Path | None = None) -> tuple[pd.DataFrame, list[str]]:
    """Read one table and everything that is wrong with it.

    Parameters
    ----------
    name : str
        Table of the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    DataFrame
        Only of use when there are no problems.
    list of str
        The problems by row, each with file, row, column, value, what is expected, and the remedy.
    """
    resource, sources = _find_resource_text(name, data), _find_resource_text(SOURCES, data)
    content, listed = (_read_content(json.loads(text), data) for text in (resource, sources))

    def read() -> tuple[pd.DataFrame, tuple[str, ...]]:
        seen = _examine(resource, content)
        sheet = replace(seen, frame=seen.frame.copy(), problems=list(seen.problems))
        _check_sources(sheet, _list_source_ids(sources, listed))
        problems = tuple(_tell_problems(sheet))
        return (sheet.frame if problems else _finish(sheet)), problems

    if data not in (None, paths.DATA) or content is None or listed is None:
        frame, problems = read()
    else:
        parts = (resource.encode(), content, sources.encode(), listed)
        frame, problems = kept.recall_table(name, parts, Path(__file__), read)
    return frame, list(problems)


def list_broken(tables: Iterable[str], data: Path | None = None) -> list[str]:
    """List what is wrong with tables, one line a problem.

    Parameters
    ----------
    tables : iterable of str
        Tables of the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of str
    """
    return [problem for table in tables for problem in read_table(table, data)[1]]


@lru_cache(maxsize=64)
def _examine(resource: str, content: bytes | None) -> Sheet:
    """Read the content of a table and what is wrong with it alone; a change of tables looks at the same ones often."""
    sheet = Sheet(json.loads(resource))
    texts = _read_texts(sheet, content)
    if texts is not None and len(texts):
        check_texts(sheet, texts)
    return sheet


def number_rows(name: str, data: Path | None = None) -> list[int]:
    """Give the line of the file on which each row of a readable table begins.

    Parameters
    ----------
    name : str
        Table of the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of int
        In the order of the frame that `read_table` gives.
    """
    sheet = Sheet(find_resource(name, data))
    _read_texts(sheet, _read_content(sheet.resource, data))
    return sheet.lines


def load(name: str, data: Path | None = None) -> pd.DataFrame:
    """Load a table that keeps the contract.

    Parameters
    ----------
    name : str
        Table of ``data/datapackage.json``, such as ``usage_daily``; its columns and units are described there.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    DataFrame
        Dates and moments (UTC) as datetime64[ns], integers as int64 (Int64 where cells may be empty), numbers as
        float64, true/false as bool (boolean where cells may be empty), text as object with NaN for empty cells.

    Raises
    ------
    UserError
        When the table is unknown, missing or breaks the contract; it names the first rows at fault.

    Examples
    --------
    >>> load("usage_daily")["tokens"].min() >= 0
    np.True_
    """
    frame, problems = read_table(name, data)
    if problems:
        more = len(problems) - _MOST_SHOWN
        tail = [f"… and {more} more in this table; `make check` lists all."] if more > 0 else []
        raise UserError("\n".join(problems[:_MOST_SHOWN] + tail))
    return frame


def read_all(data: Path | None = None) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Read every table, and find every problem in them.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    dict of str to DataFrame
        Those that keep the contract.
    list of str
        Each problem with file, row, column, value, what is expected, and the remedy; empty when all is well.
    """
    folder = data or paths.DATA
    names = [resource["name"] for resource in read_contract(data)["resources"]]
    read = {name: read_table(name, data) for name in names}
    problems = _join_tables(problem for _, found in read.values() for problem in found)
    for place, ending in (("tables", "csv*"), ("provenance", "json")):
        for file in sorted((folder / place).glob(f"*.{ending}")):
            if paths.name_table(file) not in names:
                remedy = "Describe the table there, or remove the file."
                problems.append(f"data/{place}/{file.name}: the file is not in data/datapackage.json. {remedy}")
    return {name: frame for name, (frame, found) in read.items() if not found}, problems


class Tables(Mapping[str, pd.DataFrame]):
    """The tables by name, each read and checked when it is first asked for; they record what a result rests on.

    A result rests on the rows that whoever computes it cites (`cite`) while it is recorded (`record`): rows that
    entered a sum, rows that were compared to rank or choose, and rows that were looked up, such as a developer's
    country or an exchange rate. It does not rest on rows that were set aside, nor on a table without a cited row.

    Parameters
    ----------
    only : iterable of str, optional
        Tables that may be used. Asking for another is an error: what a step reads must be declared, or the
        build could not know when to repeat the step.
    frames : mapping of str to DataFrame, optional
        Tables in memory instead of files.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Raises
    ------
    UserError
        On a table that is not declared, unknown, or breaks the contract.

    Examples
    --------
    >>> tables = Tables(only=["usage_daily"])
    >>> with tables.record() as cited:
    ...     rows = tables.cite("usage_daily", tables["usage_daily"].head(1))
    >>> cited
    {'usage_daily': {'S11'}}
    """

    def __init__(
        self,
        only: Iterable[str] | None = None,
        frames: Mapping[str, pd.DataFrame] | None = None,
        data: Path | None = None,
    ) -> None:
        """Declare the tables; nothing is read yet."""
        self._recorded: list[dict[str, set[str]]] = []
        self._recalled: dict[Hashable, tuple[Any, dict[str, set[str]]]] = {}
        self._frames = dict(frames or {})
        self._in_memory = frames is not None
        self._data = data
        if only is not None:
            self._names = tuple(only)
        elif self._in_memory:
            self._names = tuple(self._frames)
        else:
            self._names = tuple(resource["name"] for resource in read_contract(data)["resources"])

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give a table; loads it at first."""
        if name not in self._names:
            raise UserError(f"Table “{name}” is not declared; declared are {', '.join(self._names)}.")
        if name not in self._frames:
            if self._in_memory:
                raise UserError(f"Table “{name}” was not given.")
            self._frames[name] = load(name, self._data)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the tables."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        """Say whether a table may be used, without loading it."""
        return name in self._names

    @contextmanager
    def record(self) -> Iterator[dict[str, set[str]]]:
        """Record what is cited in a ``with`` block.

        Yields
        ------
        dict of str to set of str
            Table to the source_ids of its rows that were cited; blocks within blocks each have their own.
        """
        cited: dict[str, set[str]] = {}
        self._recorded.append(cited)
        try:
            yield cited
        finally:
            self._recorded.pop()

    def cite(self, name: str, rows: pd.DataFrame) -> pd.DataFrame:
        """Say that a result rests on these rows.

        Parameters
        ----------
        name : str
            The table they are from.
        rows : DataFrame
            With ``source_id``; other columns of sources, such as ``seat_source_id``, count when they are there.

        Returns
        -------
        DataFrame
            The same rows.
        """
        if name not in self._names:
            raise UserError(f"Table “{name}” is not declared; declared are {', '.join(self._names)}.")
        columns = [column for column in rows if str(column).endswith("source_id")]
        self._note(name, {source for column in columns for source in rows[column].dropna().unique()})
        return rows

    def _note(self, name: str, sources: set[str]) -> None:
        for cited in self._recorded if sources else ():
            cited.setdefault(name, set()).update(sources)

    def recall(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        """Compute something once from these tables; whoever asks for it again rests on the same rows.

        Parameters
        ----------
        key : hashable
            What is computed, with all that it depends on beside the tables.
        compute : callable
            Gives the result, which nobody changes, and cites what it rests on.

        Returns
        -------
        Any
            The result.
        """
        if key not in self._recalled:
            with self.record() as cited:
                self._recalled[key] = compute(), cited
        result, cited = self._recalled[key]
        for name, sources in cited.items():
            self._note(name, sources)
        return result

    def leave_out(self, source_ids: Iterable[str]) -> "Tables":
        """Give the same tables without the rows that rest on some sources; the list of sources stays whole.

        Parameters
        ----------
        source_ids : iterable of str
            Of ``sources``.

        Returns
        -------
        Tables
            Each is thinned when it is first asked for.
        """
        return _ThinnedTables(self, source_ids)


class _ThinnedTables(Tables):
    """See `Tables.leave_out`."""

    def __init__(self, whole: Tables, source_ids: Iterable[str]) -> None:
        super().__init__(only=whole, frames={})
        self._whole, self._left_out = whole, frozenset(source_ids)

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            frame = self._whole[name]
            columns = [] if name == SOURCES else [one for one in frame if str(one).endswith("source_id")]
            rests = frame[columns].isin(self._left_out).any(axis=1)
            self._frames[name] = frame[~rests].reset_index(drop=True) if rests.any() else frame
        return self._frames[name]
