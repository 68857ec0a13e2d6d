"""What a user asks to be imported, in the contract's words: columns found, units and codes converted, rows left out.

The file's columns are named after the contract, mapped to it, or a provider's own. Units are converted exactly, in
decimals. Problems are told with the file's own rows, columns and cells, and equal ones are told once and counted.
"""

import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from tokencheck.characters import hide_login, is_formula
from tokencheck.errors import UserError, suggest
from tokencheck.evidence.refresh.sources.eurostat import name_place
from tokencheck.evidence.tables import CELL_TYPES, MOST_TOLD, Field, Resource, Sheet, find_resource, tell_rest
from tokencheck.evidence.uploads import (
    CODES,
    DAY_ORDERS,
    Layout,
    Listing,
    Notation,
    drop_currency,
    find_layout,
    name_columns,
    read_head,
    read_listing,
    suggest_encoding,
    suggest_notation,
    write_period,
    write_plainly,
)

# The tables that a kind of data may go to; without --table the first whose required columns are there.
KIND_TABLES = {
    "usage": ("usage_daily", "usage_labs_daily"),
    "prices": ("vendor_prices", "point_prices"),
    "electricity": ("electricity_us", "electricity_eu", "electricity_cn"),
    "rates": ("exchange_rates",),
}
# Factor from a unit a file may use to the contract's, by how the contract's unit ends; the longer ending first.
CONVERSIONS: dict[str, dict[str, Decimal]] = {
    "per million tokens": {"per-million": Decimal(1), "per-thousand": Decimal(1000), "per-token": Decimal(10) ** 6},
    "per kWh": {"per-kWh": Decimal(1), "per-MWh": Decimal("0.001"), "cents-per-kWh": Decimal("0.01")},
    "tokens": {
        "tokens": Decimal(1),
        "thousand": Decimal(10) ** 3,
        "million": Decimal(10) ** 6,
        "billion": Decimal(10) ** 9,
        "trillion": Decimal(10) ** 12,
    },
}
# Words of other people for what a column holds, to guess by.
GUESSES = {
    "date": {"day", "datum", "time", "timestamp", "日期", "日"},
    "model": {"slug", "name", "permaslug", "id", "模型"},
    "lab": {"developer", "author", "provider", "company", "厂商", "公司"},
    "tokens": {"total", "count", "usage", "词元", "调用量", "用量"},
    "vendor_model_id": {"slug", "name", "模型"},
    "provider": {"vendor", "seller", "供应商", "厂商"},
    "period": {"month", "quarter", "year", "time", "date", "月份", "时间", "日期"},
    "geo": {"country", "place", "国家"},
    "price": {"价格", "电价"},
    "rate": {"汇率"},
    "pair": {"货币对"},
}
# Columns that the import itself fills: the entry in `sources`, the file's hash, the next row number.
FILLED_COLUMNS = ("source_id", "commit", "row_id")
# Columns that follow from others where the file does not have them.
DERIVED_COLUMNS = {"exchange_rates": ("unit", "kind")}
READABLE = (".csv", ".json", ".tsv", ".txt")
_NUMBERS = ("tokens", "price_usd_per_kwh", "price_eur_per_kwh", "rate")
ROUTER_PRICE = -1  # OpenRouter's mark of a router, whose price depends on where it leads
_LONGEST_NAME = 80  # characters of a column's name that are shown


class RefusalError(UserError):
    """A file or what was asked of it is refused: with its header, its columns, and a command line that would work."""


@dataclass(frozen=True)
class Entry:
    """The user's own entry in ``sources``; fields as there. Only `source_id` is needed when it exists already."""

    source_id: str = ""
    publisher: str = ""
    title: str = ""
    url: str = ""
    published_date: str = ""
    licence: str = ""
    grade: str = ""
    interested: bool = False


@dataclass(frozen=True)
class Request:
    """What is to be imported, and how to read it.

    Attributes
    ----------
    kind : str
        One of `KIND_TABLES`.
    file : Path
        The user's CSV.
    entry : Entry
        The source that its rows will name.
    table : str
        Table of the contract; found by the columns when empty.
    columns : mapping
        The file's column to the contract's.
    constants : mapping
        The contract's column to the one value all rows have.
    units : mapping
        The contract's column to the unit the file uses, one of `CONVERSIONS`.
    notation : Notation
        How the file writes numbers and days.
    replace : bool
        Rows of other sources with the same key give way.
    accept_jumps : bool
        Figures far from the record are taken.
    dry_run : bool
        Check and compare only.
    """

    kind: str
    file: Path
    entry: Entry
    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    notation: Notation = Notation()
    replace: bool = False
    accept_jumps: bool = False
    dry_run: bool = False


@dataclass
class Upload(Sheet):
    """A user's file while it is checked: problems are told in its own rows, columns and cells."""

    shown: str = ""
    theirs: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    originals: dict[tuple[int, str], str] = field(default_factory=dict)
    refused: dict[str, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    refused_rows: dict[str, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(dict))
    header: str = ""
    units: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    choices: dict[str, Any] = field(default_factory=dict)  # fields of a request with which a problem is none
    chosen: int = 0  # how many of the problems those are

    @property
    def only_choices(self) -> bool:
        """Whether nothing stands against the file but what the user may choose."""
        return bool(self.chosen) and len(self.problems) == self.chosen

    @property
    def file(self) -> str:
        """Name of the file as the user gave it."""
        return self.shown

    def report(self, found: str, remedy: str, line: int | None = None) -> None:
        """Note a problem of the whole file or of one row."""
        remedy = _drop_check(remedy)
        if line is None or self._is_new(self.refused_rows[remedy], found, line):
            super().report(found, remedy, line)

    def report_choice(self, found: str, remedy: str, line: int | None = None, **choice: Any) -> None:
        """Note a problem that is none where the user chooses so, with that choice as a field of the request."""
        told = len(self.problems)
        self.report(found, remedy, line)
        self.chosen += len(self.problems) - told
        self.choices |= choice

    @staticmethod
    def _is_new(refused: dict[str, list[int]], what: str, line: int) -> bool:
        """Note a line; say whether it is to be told, or counted below."""
        lines = refused.setdefault(what, [])
        lines.append(line)
        return len(lines) == 1 and len(refused) <= MOST_TOLD

    def report_cell(self, line: int, column: str, value: object, expected: str, remedy: str | None = None) -> None:
        """Note a problem of one cell, with the cell as it stands in the file."""
        cell = self.originals.get((line, column), value)
        if not self._is_new(self.refused[column], f"{cell}\n{expected}", line):
            return
        name = self.theirs.get(column, column)
        named = name if name == column else f"{name} ({column})"
        super().report_cell(line, named, cell, expected, remedy or self._advise(column, cell))

    def _advise(self, column: str, cell: object) -> str:
        """Say what to do about a cell: a number that cannot be may be of another unit."""
        units = list_units(self.fields[column]) if column in self.fields else {}
        other = [unit for unit, factor in units.items() if factor != 1]
        if not other or not re.fullmatch(r"\d*[1-9]\d*(\.\d+)?", str(cell), re.ASCII):
            return "Correct the cell."
        return f"Correct the cell, or say its unit with --unit {column}={'|'.join(other)}."

    @property
    def refused_lines(self) -> set[int]:
        """Rows of which a problem has been found, told or counted."""
        kinds = (*self.refused.values(), *self.refused_rows.values())
        return {line for refused in kinds for lines in refused.values() for line in lines}

    def count_refused(self) -> list[str]:
        """Say how many more rows have the problems that were told once, a line a column or a remedy."""
        told = []
        columns = ((f", column {self.theirs.get(one, one)}", "cells", cells) for one, cells in self.refused.items())
        for place, what, refused in (*columns, *(("", "such problems", rows) for rows in self.refused_rows.values())):
            more = [line for lines in list(refused.values())[:MOST_TOLD] for line in lines[1:]]
            others = [line for lines in list(refused.values())[MOST_TOLD:] for line in lines]
            if more:
                told.append(tell_rest(f"{self.shown}{place}", more))
            if others:
                told.append(f"{self.shown}{place}: {len(others):,} more {what}, such as in row {others[0]}.")
        return told

    def suggest_notation(self) -> dict[str, str]:
        """Give the options that would read what was refused."""
        options: dict[str, str] = {}
        for column, refused in self.refused.items():
            described = self.fields.get(column, {"type": ""})
            cells = [drop_currency(one.split("\n")[0], described.get("unit", "")) for one in refused]
            options |= suggest_notation(cells, described["type"])
        return options


def _drop_check(remedy: str) -> str:
    """Take out the command that checks the project's own tables: the user's file is none of them."""
    return re.sub(r" and run `make check`", "", remedy)


# ------------------------------------------------------------------------------------------- the table and its columns


def list_needed(resource: Resource) -> list[str]:
    """List the columns of a table that a user has to give."""
    fields = resource["schema"]["fields"]
    made = (*FILLED_COLUMNS, *DERIVED_COLUMNS.get(resource["name"], ()))
    return [one["name"] for one in fields if one.get("constraints", {}).get("required") and one["name"] not in made]


def list_lacking(kind: str, given: Iterable[str], table: str = "") -> dict[str, list[str]]:
    """List what each table of a kind lacks of the columns it needs; nothing for one that has all."""
    given = set(given)
    names = (table,) if table else KIND_TABLES[kind]
    return {name: [one for one in list_needed(find_resource(name)) if one not in given] for name in names}


def choose_table(kind: str, given: Iterable[str], table: str = "") -> Resource:
    """Find the table that a file's columns belong to.

    Parameters
    ----------
    kind : str
        One of `KIND_TABLES`.
    given : iterable of str
        Columns in the contract's words.
    table : str
        The user's choice.

    Returns
    -------
    dict
        The table in the contract.

    Raises
    ------
    UserError
        When the choice is not of this kind, or no table of the kind has its required columns; lists what each lacks.
    """
    if kind not in KIND_TABLES:
        raise UserError(
            f"“{kind}” cannot be imported; expected one of {', '.join(KIND_TABLES)}.{suggest(kind, KIND_TABLES)}"
        )
    if table and table not in KIND_TABLES[kind]:
        raise UserError(
            f"--table {table}: {kind} goes to one of {', '.join(KIND_TABLES[kind])}.{suggest(table, KIND_TABLES[kind])}"
        )
    lacking = list_lacking(kind, given, table)
    for name, lacks in lacking.items():
        if not lacks:
            return find_resource(name)
    told = "; ".join(f"{name} lacks {', '.join(lacks)}" for name, lacks in lacking.items())
    raise UserError(
        f"The columns do not make a table of {kind}: {told}. Name the columns that mean this with "
        "--map theirs=ours, or give one value for all rows with --set ours=value."
    )


def _map_header(listing: Listing, means: Sequence[str], request: Request, known: Iterable[str]) -> dict[str, int]:
    """Give the place of each column in the contract's words."""
    name, header = str(request.file), listing.header
    problems, columns = [], dict(request.columns)
    for theirs, ours in request.columns.items():
        if name_columns([theirs], {}, header)[0] not in header:
            problems.append(
                f"{name}: --map {theirs}={ours}: the file has no column “{theirs}”.{suggest(theirs, header)}"
            )
            del columns[theirs]
    places: dict[str, int] = {}
    for place, ours in enumerate(means):
        if ours in places:
            first, second = header[places[ours]], header[place]
            problems.append(
                f"{name}, row {listing.line}: two columns mean {ours}: “{first}” and “{second}”. Rename one, or say "
                "which is meant."
            )
            # Where the first is named exactly so, only a name of its own in the file would tell them apart.
            columns = {theirs: one for theirs, one in columns.items() if one != ours}
            if ours not in (first, second):
                columns[first] = ours
        places.setdefault(ours, place)
    known = set(known)
    for theirs, ours in request.columns.items():
        if ours not in known:
            problems.append(
                f"--map {theirs}={ours}: no table of this kind has a column “{ours}”.{suggest(ours, known)}"
            )
            columns.pop(theirs, None)
    if problems:
        raise _refuse("\n".join(problems), listing, replace(request, columns=columns))
    return places


def _describe_header(listing: Listing, file: Path) -> str:
    """Say which line was taken for the header, and what it holds."""
    columns = ", ".join(f"“{one[:_LONGEST_NAME]}{'…' if len(one) > _LONGEST_NAME else ''}”" for one in listing.header)
    taken = f", row {listing.line} was taken for the header" if listing.line else " was read as JSON"
    return f"{file}{taken}; its columns are {columns}."


def _refuse(problem: str, listing: Listing, mended: Request) -> RefusalError:
    """Refuse options or columns: with the header, and a command line without what cannot be."""
    known = _list_known(mended.kind)
    means, _ = _find_columns(mended, listing.header, known)
    twice = [ours for ours, count in Counter(means).items() if count > 1 and ours in known]
    told = [problem, _describe_header(listing, mended.file)]
    if twice:
        told.append(mend_first(f"Rename one of the columns that mean {' or '.join(twice)} in the file", mended))
    elif all(list_lacking(mended.kind, {*means, *mended.constants}, mended.table).values()):
        told.append(_suggest_columns(listing, means, mended))
    else:
        told.append(f"Such as: {write_command(mended)}")
    return RefusalError("\n".join([*told, "Nothing was imported."]))


def ask_for_entry(problem: str, wrong: Sequence[str], request: Request, upload: Upload) -> RefusalError:
    """Refuse what was said of the source, with a command line in which … stands for what only the user knows.

    Where no field of the entry is wrong, the name of the file is.
    """
    if wrong:
        entry = replace(request.entry, **dict.fromkeys(wrong, "…"))
        way = f"Such as: {write_command(replace(request, entry=entry))}"
    else:
        way = mend_first("Rename it", replace(request, file=request.file.with_name("my.csv")))
    return RefusalError("\n".join([problem, upload.header, way, "Nothing was imported."]))


def mend_first(what: str, request: Request) -> str:
    """Say that no option helps until something is done with the file, and the command line for then."""
    return f"No option takes it as it is. {what}, then: {write_command(request)}"


def write_command(request: Request, more: Iterable[str] = ()) -> str:
    """Write the command line of a request, with options that it lacks.

    Examples
    --------
    >>> write_command(Request("usage", Path("my file.csv"), Entry(grade="C")), ["--dates", "dmy"])
    "tokencheck import usage 'my file.csv' --grade C --dates dmy"
    """
    words = ["tokencheck", "import", request.kind, str(request.file)]
    for option, pairs in (("map", request.columns), ("set", request.constants), ("unit", request.units)):
        for left, right in pairs.items():
            words += [f"--{option}", f"{left}={right}"]
    words += request.notation.list_options()
    given = {"table": request.table, **asdict(request.entry), "url": hide_login(request.entry.url)}
    flags = {"replace": request.replace, "accept-jumps": request.accept_jumps, "dry-run": request.dry_run}
    for name, value in (given | flags).items():
        option = f"--{name.removesuffix('_id').removesuffix('_date')}"
        words += [option] if value is True else [option, value] if value else []
    return shlex.join([*words, *more])


def suggest_request(request: Request, upload: Upload) -> Request:
    """Ask as before, with the options that would read what was refused; the same where none is known."""
    options = upload.suggest_notation()
    choices = upload.choices if upload.only_choices and not upload.units else {}
    units = {**request.units, **upload.units}
    return replace(request, notation=replace(request.notation, **options), units=units, **choices)


def suggest_units(request: Request, upload: Upload) -> list[Request]:
    """Ask as before with each other unit, where all that stands against the file may be due to its unit."""
    free = [one for one in upload.given if one not in request.units and list_units(upload.fields[one])]
    if upload.refused_rows or not set(upload.refused) <= {*free}:
        return []
    units = list_units(upload.fields[min(upload.refused)]) if upload.refused else {}
    alike = [one for one in free if list_units(upload.fields[one]) == units]
    return [replace(request, units={**request.units, **dict.fromkeys(alike, one)}) for one in units]


def suggest_command(request: Request, mended: Request, upload: Upload) -> list[str]:
    """Write the command line of a refused request, mended as far as options go, and what is left to do.

    Parameters
    ----------
    request, mended : Request
        As asked for, and with options that help.
    upload : Upload
        The file as read with those.
    """
    if upload.problems:
        cells = "cells and rows" if mended == request else "other cells and rows"
        return [mend_first(f"Correct the {cells} named above in the file", mended)]
    ordered = mended.notation.dates in DAY_ORDERS and not request.notation.dates
    choice = ["(--dates dmy where the day comes first, mdy where the month does)"] if ordered else []
    return [f"Such as: {write_command(mended)}", *choice]


def _suggest_columns(listing: Listing, means: Sequence[str], request: Request) -> str:
    """Suggest a command line that says what the columns mean; … stands for what only the user knows."""
    lacking = list_lacking(request.kind, {*means, *request.constants}, request.table)
    table = min(lacking, key=lambda name: len(lacking[name]))
    free = [one for one, ours in zip(listing.header, means, strict=True) if ours not in find_resource_columns(table)]
    words: list[str] = []
    for ours in lacking[table]:
        theirs = _guess(ours, free)
        if theirs:
            free.remove(theirs)
            words += ["--map", f"{theirs}={ours}"]
        else:  # a number that is the same in all rows is seldom meant
            words += ["--map", f"…={ours}"] if ours in _NUMBERS else ["--set", f"{ours}=…"]
    fields = [one["name"] for one in find_resource(table)["schema"]["fields"]]
    for ours in fields:  # what may be left out, and still is what the file is imported for, such as prices
        theirs = "" if ours in (*means, *lacking[table], *FILLED_COLUMNS) else _guess(ours.split("_")[0], free)
        if theirs:
            free.remove(theirs)
            words += ["--map", f"{theirs}={ours}"]
    return f"Such as: {write_command(request, words)}"


def find_resource_columns(table: str) -> set[str]:
    """Give the names of a table's columns."""
    return {one["name"] for one in find_resource(table)["schema"]["fields"]}


def _guess(ours: str, free: Sequence[str]) -> str:
    """Guess which of a file's columns means one of ours: one that shares a word with it."""
    words = set(ours.split("_")) | GUESSES.get(ours, set())
    for theirs in free:
        if words & set(re.split(r"[\W_]+", theirs.casefold())):
            return theirs
    return ""


def _find_columns(request: Request, header: Sequence[str], known: Iterable[str]) -> tuple[list[str], Layout | None]:
    """Say what each column means, and whose own file it is, if it is a provider's."""
    layout = find_layout(header, KIND_TABLES[request.kind])
    mapped = set(request.columns.values())  # what the user says comes before what a provider's file would mean
    own = {theirs: ours for theirs, ours in layout.columns.items() if ours not in mapped} if layout else {}
    columns = {**own, **request.columns}
    return name_columns(header, columns, known), layout


def list_units(described: Field) -> dict[str, Decimal]:
    """List the units in which a file may give a column, with the factor to the contract's; empty when it has none."""
    unit = str(described.get("unit", ""))
    return next((units for ending, units in CONVERSIONS.items() if unit == ending or unit.endswith(f" {ending}")), {})


def convert_unit(text: str, factor: Decimal) -> str:
    """Convert a number to the contract's unit, exactly; what is no number stays as it is.

    Examples
    --------
    >>> convert_unit("1.25", Decimal(10) ** 9), convert_unit("72.5", Decimal("0.001")), convert_unit("n/a", Decimal(2))
    ('1250000000', '0.0725', 'n/a')
    """
    if not CELL_TYPES["number"].written.fullmatch(text):
        return text
    try:
        value = Decimal(text) * factor
    except InvalidOperation:
        return text
    if not value.is_finite() or abs(value.adjusted()) > 40:
        return text
    return format(value.normalize(), "f")


# ---------------------------------------------------------------------------------------------------- checking the rows


def read_upload(request: Request) -> tuple[Upload, pd.DataFrame, list[str]]:
    """Read a file in the contract's words, before any of its cells is judged.

    Parameters
    ----------
    request : Request

    Returns
    -------
    Upload
        With the lines of its rows, and problems of the file's form.
    DataFrame
        Its cells as text, in the contract's columns and units.
    list of str
        What was left out.

    Raises
    ------
    UserError
        When the file cannot be read, or its columns do not make a table; names what it has.
    """
    if request.kind not in KIND_TABLES:
        choose_table(request.kind, ())
    known, name = _list_known(request.kind), str(request.file)
    try:
        listing = read_listing(request.file, _recognise_header(request), request.notation.encoding)
    except UserError as problem:
        raise refuse_file(str(problem), request) from None
    header = listing.header
    if request.table and request.table not in KIND_TABLES[request.kind]:
        try:
            choose_table(request.kind, (), request.table)
        except UserError as problem:
            raise _refuse(str(problem), listing, replace(request, table="")) from None
    means, layout = _find_columns(request, header, known)
    places = _map_header(listing, means, request, known)
    try:
        resource = choose_table(request.kind, {*places, *request.constants}, request.table)
    except UserError as problem:
        raise _refuse(str(problem), listing, request) from None
    fields = {one["name"]: one for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS}
    _check_options(request, fields, places, listing)
    described = _describe_header(listing, request.file)
    if not listing.rows:
        told = (f"{name}: the file has a header and no rows.", described, mend_first("Add rows", request))
        raise RefusalError("\n".join([*told, "Nothing was imported."]))
    theirs = {ours: header[place] for ours, place in places.items()}
    given = {*places, *request.constants} & fields.keys()
    upload = Upload(resource=resource, shown=name, theirs=theirs, given=given, header=described)
    whole = []
    for line, cells in _leave_out(listing, layout, places):
        if len(cells) == len(header):
            upload.lines.append(line)
            whole.append(cells)
        else:
            which = "many" if len(cells) > len(header) else "few"
            upload.report(f"too {which} cells: {len(cells)} — expected {len(header)}", "Quote or add cells.", line)
    texts = {}
    units = {**(layout.units if layout else {}), **request.units}
    for ours, described in fields.items():
        if ours in places:
            cells = [cells[places[ours]] for cells in whole]
            texts[ours] = _convert_column(upload, described, cells, units.get(ours, ""), request.notation)
        else:
            texts[ours] = [request.constants.get(ours, "")] * len(whole)
    _derive(resource["name"], texts)
    ignored = [header[place] for ours, place in places.items() if ours not in fields]
    if ignored and not layout:
        listing.notes.append(f"Columns that the table does not have were ignored: {', '.join(ignored)}.")
    return upload, pd.DataFrame(texts, dtype="object"), listing.notes


def _list_known(kind: str) -> set[str]:
    """List the columns that a file of a kind can give."""
    return {one for table in KIND_TABLES[kind] for one in find_resource_columns(table)} - set(FILLED_COLUMNS)


def _recognise_header(request: Request) -> Callable[[Sequence[str]], bool]:
    """Make the test whether cells could be the header of a file."""
    table = request.table if request.table in KIND_TABLES[request.kind] else ""
    # Read once: the contract is asked about many lines.
    known = _list_known(request.kind)
    needed = list_lacking(request.kind, request.constants, table)

    def suits(cells: Sequence[str]) -> bool:
        means = set(_find_columns(request, cells, known)[0])
        return any(means.issuperset(columns) for columns in needed.values())

    return suits


def guess_kind(file: Path) -> str:
    """Guess what a file is of: what lacks the fewest of the columns that it needs.

    Parameters
    ----------
    file : Path

    Returns
    -------
    str
        One of `KIND_TABLES`.
    """

    def count_lacking(kind: str) -> int:
        request = Request(kind, file, Entry())
        head = read_head(file, _recognise_header(request))
        means = _find_columns(request, head.header, _list_known(kind))[0] if head else ()
        return min(map(len, list_lacking(kind, means).values()))

    return min(KIND_TABLES, key=count_lacking)


def refuse_file(problem: str, request: Request) -> RefusalError:
    """Refuse a file that no option helps: with its header where it has one, and the command line for then.

    Parameters
    ----------
    problem : str
        What is wrong, and what to do.
    request : Request

    Returns
    -------
    RefusalError
    """
    encoding = suggest_encoding(request.file, request.notation.encoding)
    mended = replace(request, notation=replace(request.notation, encoding=encoding))
    head = read_head(request.file, _recognise_header(request), encoding)
    told = [problem, *([_describe_header(head, request.file)] if head else [])]
    if mended != request:
        told.append(f"Such as: {write_command(mended)}")
    elif head:
        told.append(mend_first("Do so", request))
    else:
        file = request.file / "my.csv" if request.file.is_dir() else request.file.with_suffix(".csv")
        if request.file.stem.endswith(READABLE):  # such as my.csv.gz, which gunzip unpacks to my.csv
            file = request.file.with_suffix("")
        told.append(mend_first("Do so", replace(request, file=file)))
    return RefusalError("\n".join([*told, "Nothing was imported."]))


def _leave_out(listing: Listing, layout: Layout | None, places: Mapping[str, int]) -> list[tuple[int, list[str]]]:
    """Leave out rows that are not of the table, and say of how many and why."""
    only = {listing.header.index(one): set(codes) for one, codes in (layout.only if layout else {}).items()
            if one in listing.header}  # fmt: skip
    prices = [places[one] for one in ("input_usd_per_mtok", "output_usd_per_mtok") if one in places]
    value = next((places[ours] for ours in layout.columns.values() if ours in _NUMBERS), None) if layout else None
    kept, left = [], Counter()
    for line, cells in listing.rows:
        if len(cells) == len(listing.header):
            strange = next((place for place, codes in only.items() if cells[place] not in codes), None)
            if strange is not None:
                left[f"{listing.header[strange]} “{cells[strange]}”"] += 1
                continue
            if value is not None and cells[value] in ("", ":", "null", "NaN"):
                left["no value"] += 1
                continue
            if prices and all(_is_router_price(cells[place]) for place in prices):
                left[f"a price of {ROUTER_PRICE}, which marks a router without a price of its own"] += 1
                continue
        kept.append((line, cells))
    if left:
        shown = "; ".join(f"{why} ({count:,})" for why, count in left.most_common(6))
        more = f"; {len(left) - 6} more reasons" if len(left) > 6 else ""
        listing.notes.append(f"Rows left out: {shown}{more}.")
    return kept


def _is_router_price(cell: str) -> bool:
    return re.fullmatch(r"-1([.,]0*)?", cell) is not None


def _convert_column(upload: Upload, described: Field, cells: list[str], unit: str, notation: Notation) -> list[str]:
    """Write a column as the contract does, and keep what stands in the file for messages."""
    ours, kind = described["name"], described["type"]
    codes = CODES.get((upload.resource["name"], ours), {})
    if kind == "number":
        values = [drop_currency(cell, described.get("unit", "")) for cell in cells]
    elif ours == "period" and described.get("constraints", {}).get("pattern"):
        values = [write_period(cell) for cell in cells]
    else:
        values = [codes.get(cell, cell) for cell in cells]
    # What is counted in another unit need not be a whole number.
    plain = [write_plainly(value, "number" if unit else kind, notation) for value in values]
    written = [convert_unit(cell, list_units(described)[unit]) for cell in plain] if unit else plain
    for line, cell, text in zip(upload.lines, cells, written, strict=True):
        if unit or cell != text:
            upload.originals[line, ours] = f"{cell} {unit}".strip()
        if ours == "period" and re.search(r"^\d{4}-(00|1[3-9]|[2-9]\d)$", text):
            upload.report_cell(line, ours, text, "a month from 01 to 12")
    return written


def _derive(table: str, texts: dict[str, list[str]]) -> None:
    """Fill columns that follow from others, and name places as the table does."""
    if table == "exchange_rates":
        pairs = [pair.partition("/") for pair in texts["pair"]]
        units = [f"{second} per 1 {first}" for first, _, second in pairs]
        kinds = ["annual average" if len(period) == 4 else "monthly average" for period in texts["period"]]
        for name, made in (("unit", units), ("kind", kinds)):
            texts[name] = [given or other for given, other in zip(texts[name], made, strict=True)]
    if table == "electricity_eu":
        texts["geo"] = [name_place(geo) for geo in texts["geo"]]


def _check_options(request: Request, fields: Mapping[str, Field], places: Mapping[str, int], listing: Listing) -> None:
    problems, constants, units = [], dict(request.constants), dict(request.units)
    for ours, value in request.constants.items():
        wrong = []
        if is_formula(value):
            wrong.append(f"--set {ours}={value}: a spreadsheet would compute it; it begins with = + - or @.")
        if ours not in fields:
            wrong.append(f"--set {ours}=…: the table has no column “{ours}” to be set.{suggest(ours, fields)}")
        elif ours in places:
            wrong.append(f"--set {ours}=…: the file has a column for it.")
        if wrong:
            del constants[ours]
        problems += wrong
    for ours, unit in request.units.items():
        known = list_units(fields[ours]) if ours in fields and ours in places else {}
        if not known:
            can = [one for one in fields if one in places and list_units(fields[one])]
            problems.append(f"--unit {ours}={unit}: not a column with a unit; those are {', '.join(can) or 'none'}.")
        elif unit not in known:
            problems.append(f"--unit {ours}={unit}: expected one of {', '.join(known)}.{suggest(unit, known)}")
        if unit not in known:
            del units[ours]
    if problems:
        raise _refuse("\n".join(problems), listing, replace(request, constants=constants, units=units))
