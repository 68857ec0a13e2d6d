"""Load the project's tables, each checked against the contract in ``data/datapackage.json``.

The contract is a Frictionless Data Package (https://datapackage.org/standard/table-schema/). Cells are first read as
text, so that a bad one can be named as it stands in the file; constraints are then checked by a pandera schema that
is built from the same contract.
"""

import csv
import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.results import read_json

REMEDY = "Correct it and run `make check`."
MOST_PROBLEMS = 20

EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date as YYYY-MM-DD",
    "datetime": "a time as YYYY-MM-DDTHH:MMZ",
    "boolean": "true or false",
    "string": "text",
}
PATTERNS = {
    "integer": r"[+-]?\d+",
    "number": r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z",
    "boolean": "true|false",
}
DATE_FORMATS = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%MZ"}


class TableError(UserError):
    """A table breaks the contract; `problems` has one line for each place."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        shown = self.problems[:MOST_PROBLEMS]
        if len(self.problems) > MOST_PROBLEMS:
            shown.append(f"… and {len(self.problems) - MOST_PROBLEMS} more")
        super().__init__("\n".join([*shown, REMEDY]))


def read_contract(data: Path | None = None) -> dict[str, Any]:
    """Read the contract.

    Parameters
    ----------
    data : Path, optional
        The folder with ``datapackage.json``; by default the project's ``data``.

    Returns
    -------
    dict
        The data package.
    """
    return _read_contract(data or paths.DATA)


@lru_cache
def _read_contract(data: Path) -> dict[str, Any]:
    return read_json(data / "datapackage.json", "Restore it with `git checkout -- data/datapackage.json`.")


def list_tables(data: Path | None = None) -> list[str]:
    """List the names of all tables of the contract."""
    return [resource["name"] for resource in read_contract(data)["resources"]]


def find_resource(name: str, data: Path | None = None) -> dict[str, Any]:
    """Give a table's entry in the contract.

    Raises
    ------
    UserError
        When the contract has no such table; the message suggests the nearest name.
    """
    for resource in read_contract(data)["resources"]:
        if resource["name"] == name:
            return resource
    raise UserError(f"there is no table “{name}” in data/datapackage.json{_suggest(name, list_tables(data))}.")


def _suggest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean “{near[0]}”?" if near else ""


def _show(value: object) -> str:
    text = str(value)
    return f"“{text}”" if len(text) <= 60 else f"“{text[:57]}…”"


def read_cells(path: Path, fields: list[dict[str, Any]]) -> pd.DataFrame:
    """Read a CSV as text, with the header and the shape of every row checked.

    Parameters
    ----------
    path : Path
    fields : list of dict
        The columns that the contract expects, in any order.

    Returns
    -------
    DataFrame
        All cells as str; the index is the row's line number in the file, the header being row 1.

    Raises
    ------
    TableError
        Missing file, bytes that are not UTF-8, an empty file, missing or unknown columns, ragged rows.
    """
    name = paths.shorten(path)
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise TableError([f"{name} is missing; restore it with `git checkout -- {name}`"]) from None
    except UnicodeDecodeError as problem:
        row = problem.object[: problem.start].count(b"\n") + 1
        raise TableError(
            [f"{name}, row {row}: byte {problem.start} ({problem.object[problem.start]:#04x}) is not UTF-8; "
             "expected a UTF-8 file"]
        ) from None  # fmt: skip
    lines = _read_lines(text, name)
    header = next(lines, (1, []))[1]
    if not header:
        raise TableError([f"{name} is empty; expected a header with the columns {', '.join(_names(fields))}"])
    _check_header(name, header, _names(fields))
    rows, numbers, ragged = [], [], []
    for number, row in lines:
        if len(row) != len(header):
            few = "few" if len(row) < len(header) else "many"
            ragged.append(f"{name}, row {number}: {len(row)} cells, too {few}; expected {len(header)}")
        rows.append(row)
        numbers.append(number)
    if ragged:
        raise TableError(ragged)
    if not rows:
        raise TableError([f"{name} has a header and no rows; expected at least one row"])
    return pd.DataFrame(rows, columns=header, index=pd.Index(numbers, name="row"), dtype=object)


def _read_lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    start = 1
    try:
        for row in reader:
            if row:
                yield start, row
            start = reader.line_num + 1
    except csv.Error as problem:
        raise TableError([f"{name}, row {start}: {problem}; expected a CSV with quotes closed"]) from None


def _names(fields: list[dict[str, Any]]) -> list[str]:
    return [field["name"] for field in fields]


def _check_header(name: str, header: list[str], expected: list[str]) -> None:
    extra = [column for column in header if column not in expected]
    problems = [
        f"{name}, row 1: column {column} is missing" + (_suggest(column, extra).replace("did you mean", "is it"))
        for column in expected
        if column not in header
    ]
    problems += [f"{name}, row 1: unknown column {_show(column)}{_suggest(column, expected)}" for column in extra]
    problems += [f"{name}, row 1: column {column} appears twice" for column in set(header) if header.count(column) > 1]
    if problems:
        raise TableError([*problems, f"expected columns: {', '.join(expected)}"])


def _convert(cells: pd.Series, field: dict[str, Any]) -> tuple[pd.Series, pd.Series]:
    """Turn a column of text into its type; give the values and which cells could not be read."""
    kind = field["type"]
    empty = cells == ""
    if kind == "string":
        return cells.where(~empty, None), pd.Series(False, index=cells.index)
    bad = ~empty & ~cells.str.fullmatch(PATTERNS[kind])
    text = cells.where(~empty & ~bad, None)
    if kind in DATE_FORMATS:
        values = pd.to_datetime(text, format=DATE_FORMATS[kind], errors="coerce").astype("datetime64[ns]")
        return values, bad | (text.notna() & values.isna())
    if kind == "boolean":
        values = text.map({"true": True, "false": False})
        return (values if empty.any() or bad.any() else values.astype(bool)), bad
    values = pd.to_numeric(text)
    if kind == "number":
        return values.astype(float), bad
    return values.astype("Int64" if empty.any() or bad.any() else "int64"), bad


def _describe_constraint(constraints: Mapping[str, Any]) -> str:
    words = []
    if "enum" in constraints:
        words.append(f"one of {', '.join(map(str, constraints['enum']))}")
    if "pattern" in constraints:
        words.append(f"text like {constraints['pattern']}")
    if "minimum" in constraints:
        words.append(f"at least {constraints['minimum']}")
    if "maximum" in constraints:
        words.append(f"at most {constraints['maximum']}")
    return " and ".join(words)


def build_schema(resource: Mapping[str, Any]):
    """Build the pandera schema of a table from its entry in the contract.

    Parameters
    ----------
    resource : mapping
        One entry of ``resources`` in the data package.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Required cells, ranges, enumerations, patterns and unique columns; types are converted before.
    """
    import pandera.pandas as pa

    columns = {}
    for field in resource["schema"]["fields"]:
        constraints = field.get("constraints", {})
        checks = []
        if "enum" in constraints:
            checks.append(pa.Check.isin(constraints["enum"]))
        if "pattern" in constraints:
            checks.append(pa.Check.str_matches(rf"^(?:{constraints['pattern']})$"))
        if "minimum" in constraints:
            checks.append(pa.Check.ge(constraints["minimum"]))
        if "maximum" in constraints:
            checks.append(pa.Check.le(constraints["maximum"]))
        columns[field["name"]] = pa.Column(
            checks=checks, nullable=not constraints.get("required", False), unique=constraints.get("unique", False)
        )
    return pa.DataFrameSchema(columns)


def _check_constraints(frame: pd.DataFrame, cells: pd.DataFrame, resource: dict[str, Any], name: str) -> list[str]:
    from pandera.errors import SchemaErrors

    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    try:
        build_schema(resource).validate(frame, lazy=True)
    except SchemaErrors as problem:
        cases = problem.failure_cases
    else:
        return []
    found = {}
    for case in cases.itertuples():
        row, column = int(case.index), case.column
        where = f"{name}, row {row}, column {column}"
        if case.check == "not_nullable":
            found[row, column] = f"{where}: empty; expected {EXPECTED[fields[column]['type']]}"
        elif case.check == "field_uniqueness":
            found[row, column] = f"{where}: {_show(cells.loc[row, column])} is there twice; expected once"
        else:
            allowed = _describe_constraint(fields[column].get("constraints", {}))
            found[row, column] = f"{where}: {_show(cells.loc[row, column])}; expected {allowed}"
    return [found[key] for key in sorted(found)]


def _check_key(cells: pd.DataFrame, resource: dict[str, Any], name: str) -> list[str]:
    key = resource["schema"].get("primaryKey", [])
    repeated = cells[cells.duplicated(key)]
    if repeated.empty:
        return []
    first = cells.drop_duplicates(key).reset_index().set_index(key)["row"]
    problems = []
    for row, values in repeated[key].iterrows():
        same = first.loc[tuple(values) if len(key) > 1 else values.iloc[0]]
        shown = ", ".join(f"{column} {_show(value)}" for column, value in values.items())
        problems.append(f"{name}, row {row}: repeats the key of row {same} ({shown}); expected each key once")
    return problems


def _check_foreign_keys(cells: pd.DataFrame, resource: dict[str, Any], name: str, data: Path) -> list[str]:
    problems = []
    for key in resource["schema"].get("foreignKeys", []):
        column, target = key["fields"][0], key["reference"]
        known = _read_keys(data / find_resource(target["resource"], data)["path"], target["fields"][0])
        for row, value in cells[column].items():
            if value and value not in known:
                problems.append(
                    f"{name}, row {row}, column {column}: {_show(value)} is not in {target['resource']}.csv; "
                    f"expected one of its {len(known)} {target['fields'][0]}s{_suggest(value, known)}"
                )
    return problems


def _read_keys(path: Path, column: str) -> set[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row[column] for row in csv.DictReader(file)}
    except (FileNotFoundError, UnicodeDecodeError, KeyError):
        return set()  # that table's own check reports it


def load(name: str, data: Path | None = None) -> pd.DataFrame:
    """Read one table and check it against the contract.

    Parameters
    ----------
    name : str
        A table of the contract, such as ``usage_daily``.
    data : Path, optional
        Folder with ``datapackage.json`` and ``tables``; by default the project's.

    Returns
    -------
    DataFrame
        Columns in the order and with the types of the contract: dates as datetime64[ns], whole numbers as int64
        (Int64 where cells are empty), numbers as float64, text as object with None for empty cells.

    Raises
    ------
    TableError
        One line for each problem: file, row, column, value, and what is expected.

    Examples
    --------
    >>> load("exchange_rates").columns[:3].tolist()
    ['period', 'pair', 'rate']
    """
    data = data or paths.DATA
    resource = find_resource(name, data)
    path = data / resource["path"]
    shown, fields = paths.shorten(path), resource["schema"]["fields"]
    cells = read_cells(path, fields)[_names(fields)]
    columns, problems = {}, []
    for field in fields:
        column = field["name"]
        columns[column], bad = _convert(cells[column], field)
        problems += [
            f"{shown}, row {row}, column {column}: {_show(value)}; expected {EXPECTED[field['type']]}"
            for row, value in cells.loc[bad, column].items()
        ]
    problems += _check_key(cells, resource, shown)
    problems += _check_foreign_keys(cells, resource, shown, data)
    frame = pd.DataFrame(columns)
    if not problems:
        problems = _check_constraints(frame, cells, resource, shown)
    if problems:
        raise TableError(problems)
    return frame.reset_index(drop=True)


def check_all(data: Path | None = None) -> list[str]:
    """Check every table.

    Parameters
    ----------
    data : Path, optional
        As in `load`.

    Returns
    -------
    list of str
        Every problem of every table; empty when all keep the contract.
    """
    problems = []
    for name in list_tables(data):
        try:
            load(name, data)
        except TableError as found:
            problems += found.problems
    return problems


class Tables(Mapping[str, pd.DataFrame]):
    """The project's tables by name, each loaded and checked when it is first asked for.

    Parameters
    ----------
    only : iterable of str, optional
        The tables that a step declares; any other is refused, so that a step reads only what it declares.
    data : Path, optional
        As in `load`.
    """

    def __init__(self, only: Iterable[str] | None = None, data: Path | None = None) -> None:
        self._data = data
        self._names = list_tables(data) if only is None else list(only)
        self._frames: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Give a table."""
        if name not in self._names:
            raise UserError(f"table {name} is not declared by this step; it declares {', '.join(self._names)}")
        if name not in self._frames:
            self._frames[name] = load(name, self._data)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Count the tables."""
        return len(self._names)
