"""Own data: a user's CSV becomes rows of a table, under a source of its own, or nothing changes at all.

The file's columns are named after the contract (``--template`` gives the header) or mapped to it. Units are converted
exactly, in decimals. Everything that is wrong is listed at once, with the file's own rows and columns. The rows carry
a source_id that begins with ``OWN-``; pages mark whatever rests on them.
"""

import hashlib
import re
import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from tokencheck.characters import hide_login, is_address, is_formula, name_harmful
from tokencheck.errors import UserError, suggest
from tokencheck.evidence.changes import Change
from tokencheck.evidence.plausibility import find_jumps
from tokencheck.evidence.refresh.sources.eurostat import list_places, name_place
from tokencheck.evidence.rows import Update, read_texts
from tokencheck.evidence.status import OWN
from tokencheck.evidence.store import lock, replace
from tokencheck.evidence.tables import (
    CELL_TYPES,
    SOURCES,
    Field,
    Resource,
    Sheet,
    check_texts,
    describe_expected,
    find_resource,
)
from tokencheck.evidence.uploads import (
    CODES,
    Layout,
    Listing,
    Notation,
    find_layout,
    name_columns,
    read_listing,
    suggest_options,
    write_plainly,
)

# The tables that a kind of data may go to; without --table the first whose required columns are there.
TABLES = {
    "usage": ("usage_daily", "usage_labs_daily"),
    "prices": ("vendor_prices", "point_prices"),
    "electricity": ("electricity_us", "electricity_eu", "electricity_cn"),
    "rates": ("exchange_rates",),
}
# Factor from a unit a file may use to the contract's, by how the contract's unit ends; the longer ending first.
UNITS: dict[str, dict[str, Decimal]] = {
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
    "date": {"day", "datum", "time", "timestamp"},
    "model": {"slug", "name", "permaslug", "id"},
    "lab": {"developer", "author", "provider", "company"},
    "tokens": {"total", "count", "usage"},
    "vendor_model_id": {"slug", "name"},
    "provider": {"vendor", "seller"},
    "period": {"month", "quarter", "year", "time", "date"},
    "geo": {"country", "place"},
}
# Columns that the import itself fills: the entry in `sources`, the file's hash, the next row number.
FILLED_COLUMNS = ("source_id", "commit", "row_id")
# Columns that follow from others where the file does not have them.
DERIVED_COLUMNS = {"exchange_rates": ("unit", "kind")}
NUMBERS = ("tokens", "price_usd_per_kwh", "price_eur_per_kwh", "rate")
ROUTER_PRICE = -1  # OpenRouter's mark of a router, whose price depends on where it leads
MOST_TOLD = 20  # problems of one column that are told one by one


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
        One of `TABLES`.
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
        The contract's column to the unit the file uses, one of `UNITS`.
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

    @property
    def file(self) -> str:
        """Name of the file as the user gave it."""
        return self.shown

    def report(self, found: str, remedy: str, line: int | None = None) -> None:
        """Note a problem of the whole file or of one row."""
        super().report(found, _drop_check(remedy), line)

    def report_cell(self, line: int, column: str, value: object, expected: str, remedy: str | None = None) -> None:
        """Note a problem of one cell, with the cell as it stands in the file."""
        cell = self.originals.get((line, column), value)
        lines = self.refused[column].setdefault(f"{cell}\n{expected}", [])
        lines.append(line)
        if len(lines) > 1 or len(self.refused[column]) > MOST_TOLD:
            return  # counted below
        name = self.theirs.get(column, column)
        named = name if name == column else f"{name} ({column})"
        super().report_cell(line, named, cell, expected, remedy or "Correct the cell.")

    @property
    def refused_lines(self) -> set[int]:
        """Rows of which a problem has been found, told or counted."""
        counted = {line for cells in self.refused.values() for lines in cells.values() for line in lines}
        return counted | {problem.order[0] for problem in self.problems}

    def count_refused(self) -> list[str]:
        """Say how many more rows have the problems that were told once, a line a column."""
        told = []
        for column, cells in self.refused.items():
            more = [line for lines in list(cells.values())[:MOST_TOLD] for line in lines[1:]]
            others = [line for lines in list(cells.values())[MOST_TOLD:] for line in lines]
            name = self.theirs.get(column, column)
            if more:
                told.append(f"{self.shown}, column {name}: the same in {len(more):,} more rows, such as row {more[0]}.")
            if others:
                told.append(f"{self.shown}, column {name}: {len(others):,} more cells, such as in row {others[0]}.")
        return told

    def suggest_options(self) -> list[str]:
        """Name the options that would read what was refused."""
        hints = []
        for column, cells in self.refused.items():
            kind = self.fields[column]["type"] if column in self.fields else ""
            hint = suggest_options([one.split("\n")[0] for one in cells], kind)
            if hint:
                hints.append(f"The column {self.theirs.get(column, column)} can be read with {hint}.")
        return hints


def _drop_check(remedy: str) -> str:
    """Take out the command that checks the project's own tables: the user's file is none of them."""
    return re.sub(r" and run `make check`", "", remedy)


@dataclass
class Target:
    """Rows on their way to a table, each with its line in the user's file."""

    resource: Resource
    rows: list[dict[str, str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, line: int, row: dict[str, str]) -> None:
        """Take up one row."""
        self.rows.append(row)
        self.lines.append(line)


# ------------------------------------------------------------------------------------------- the table and its columns


def list_needed(resource: Resource) -> list[str]:
    """List the columns of a table that a user has to give."""
    fields = resource["schema"]["fields"]
    made = (*FILLED_COLUMNS, *DERIVED_COLUMNS.get(resource["name"], ()))
    return [one["name"] for one in fields if one.get("constraints", {}).get("required") and one["name"] not in made]


def list_lacking(kind: str, given: Iterable[str], table: str = "") -> dict[str, list[str]]:
    """List what each table of a kind lacks of the columns it needs; nothing for one that has all."""
    given = set(given)
    names = (table,) if table else TABLES[kind]
    return {name: [one for one in list_needed(find_resource(name)) if one not in given] for name in names}


def choose_table(kind: str, given: Iterable[str], table: str = "") -> Resource:
    """Find the table that a file's columns belong to.

    Parameters
    ----------
    kind : str
        One of `TABLES`.
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
    if kind not in TABLES:
        raise UserError(f"“{kind}” cannot be imported; expected one of {', '.join(TABLES)}.{suggest(kind, TABLES)}")
    if table and table not in TABLES[kind]:
        raise UserError(
            f"--table {table}: {kind} goes to one of {', '.join(TABLES[kind])}.{suggest(table, TABLES[kind])}"
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
    problems = [
        f"{name}: --map {theirs}={ours}: the file has no column “{theirs}”.{suggest(theirs, header)} "
        f"It has {', '.join(header)}."
        for theirs, ours in request.columns.items()
        if name_columns([theirs], {}, header)[0] not in header
    ]
    places: dict[str, int] = {}
    for place, ours in enumerate(means):
        if ours in places:
            theirs = f"“{header[places[ours]]}” and “{header[place]}”"
            problems.append(
                f"{name}, row {listing.line}: two columns mean {ours}: {theirs}. Rename one, or say which: "
                f"--map {shlex.quote(header[place])}={ours}"
            )
        places.setdefault(ours, place)
    known = set(known)
    for theirs, ours in request.columns.items():
        if ours not in known:
            problems.append(
                f"--map {theirs}={ours}: no table of this kind has a column “{ours}”.{suggest(ours, known)}"
            )
    if problems:
        raise UserError("\n".join([*problems, "Nothing was imported."]))
    return places


def _describe_header(listing: Listing, means: Sequence[str], request: Request) -> str:
    """Say which line was taken for the header, what it holds, and a command line that names what lacks."""
    lacking = list_lacking(request.kind, {*means, *request.constants}, request.table)
    table = min(lacking, key=lambda name: len(lacking[name]))
    free = [one for one, ours in zip(listing.header, means, strict=True) if ours not in find_resource_columns(table)]
    words = ["tokencheck", "import", request.kind, str(request.file)]
    words += [f"--map {shlex.quote(f'{theirs}={ours}')}" for theirs, ours in request.columns.items()]
    for ours in lacking[table]:
        theirs = _guess(ours, free)
        if theirs:
            free.remove(theirs)
            words.append(f"--map {shlex.quote(f'{theirs}={ours}')}")
        else:
            words.append(f"--set {ours}=…")
    return (
        f"{request.file}, row {listing.line} was taken for the header; its columns are "
        f"{', '.join(f'“{one}”' for one in listing.header)}.\nSuch as: {' '.join(words)}\nNothing was imported."
    )


def find_resource_columns(table: str) -> set[str]:
    """Give the names of a table's columns."""
    return {one["name"] for one in find_resource(table)["schema"]["fields"]}


def _guess(ours: str, free: Sequence[str]) -> str:
    """Guess which of a file's columns means one of ours: one that shares a word with it."""
    words = set(ours.split("_")) | GUESSES.get(ours, set())
    for theirs in free:
        if words & set(re.split(r"[^a-z0-9]+", theirs.casefold())):
            return theirs
    return ""


def _find_columns(request: Request, header: Sequence[str], known: Iterable[str]) -> tuple[list[str], Layout | None]:
    """Say what each column means, and whose own file it is, if it is a provider's."""
    layout = find_layout(header, TABLES[request.kind])
    columns = {**(layout.columns if layout else {}), **request.columns}
    return name_columns(header, columns, known), layout


def list_units(described: Field) -> dict[str, Decimal]:
    """List the units in which a file may give a column, with the factor to the contract's; empty when it has none."""
    unit = str(described.get("unit", ""))
    return next((units for ending, units in UNITS.items() if unit == ending or unit.endswith(f" {ending}")), {})


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
    if request.kind not in TABLES or (request.table and request.table not in TABLES[request.kind]):
        choose_table(request.kind, (), request.table)

    # Read once: the contract is asked about many lines.
    known = {one for table in TABLES[request.kind] for one in find_resource_columns(table)} - set(FILLED_COLUMNS)
    needed = list_lacking(request.kind, request.constants, request.table)

    def suits(cells: Sequence[str]) -> bool:
        means = set(_find_columns(request, cells, known)[0])
        return any(means.issuperset(columns) for columns in needed.values())

    name = str(request.file)
    listing = read_listing(request.file, suits)
    header = listing.header
    means, layout = _find_columns(request, header, known)
    places = _map_header(listing, means, request, known)
    try:
        resource = choose_table(request.kind, {*places, *request.constants}, request.table)
    except UserError as problem:
        raise UserError(f"{problem}\n{_describe_header(listing, means, request)}") from None
    fields = {one["name"]: one for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS}
    _check_options(request, fields, places)
    if not listing.rows:
        raise UserError(f"{name}: the file has a header and no rows. Nothing was imported.")
    theirs = {ours: header[place] for ours, place in places.items()}
    upload = Upload(resource=resource, shown=name, theirs=theirs, given={*places, *request.constants} & fields.keys())
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


def _leave_out(listing: Listing, layout: Layout | None, places: Mapping[str, int]) -> list[tuple[int, list[str]]]:
    """Leave out rows that are not of the table, and say of how many and why."""
    only = {listing.header.index(one): set(codes) for one, codes in (layout.only if layout else {}).items()
            if one in listing.header}  # fmt: skip
    prices = [places[one] for one in ("input_usd_per_mtok", "output_usd_per_mtok") if one in places]
    value = next((places[ours] for ours in layout.columns.values() if ours in NUMBERS), None) if layout else None
    kept, left = [], Counter()
    for line, cells in listing.rows:
        if len(cells) == len(listing.header):
            strange = next((place for place, codes in only.items() if cells[place] not in codes), None)
            if strange is not None:
                left[f"{listing.header[strange]} “{cells[strange]}”"] += 1
                continue
            if value is not None and cells[value] in ("", ":", "null"):
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
    # What is counted in another unit need not be a whole number.
    plain = [write_plainly(codes.get(cell, cell), "number" if unit else kind, notation) for cell in cells]
    written = [convert_unit(cell, list_units(described)[unit]) for cell in plain] if unit else plain
    for line, cell, text in zip(upload.lines, cells, written, strict=True):
        if unit or cell != text:
            upload.originals[line, ours] = f"{cell} {unit}".strip()
        if kind == "string" and is_formula(text):
            upload.report_cell(line, ours, text, "a text that no spreadsheet would compute: it begins with = + - or @")
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
        held = list_places(read_texts(table))
        periods = zip(texts["geo"], texts["period"], strict=True)
        texts["geo"] = [name_place(geo, held.get(period, ())) for geo, period in periods]


def _check_options(request: Request, fields: Mapping[str, Field], places: Mapping[str, int]) -> None:
    problems = []
    for ours in request.constants:
        if ours not in fields:
            problems.append(f"--set {ours}=…: the table has no column “{ours}” to be set.{suggest(ours, fields)}")
        elif ours in places:
            problems.append(f"--set {ours}=…: the file has a column for it.")
    for ours, unit in request.units.items():
        units = list_units(fields[ours]) if ours in fields else {}
        if ours not in places or not units:
            can = [one for one in fields if one in places and list_units(fields[one])]
            problems.append(f"--unit {ours}={unit}: not a column with a unit; those are {', '.join(can) or 'none'}.")
        elif unit not in units:
            problems.append(f"--unit {ours}={unit}: expected one of {', '.join(units)}.{suggest(unit, units)}")
    if problems:
        raise UserError("\n".join([*problems, "Nothing was imported."]))


def _fill(upload: Upload, texts: pd.DataFrame, source_id: str, digest: str) -> None:
    """Fill the columns that the user need not give."""
    names = [one["name"] for one in upload.resource["schema"]["fields"]]
    if "source_id" in names:
        texts["source_id"] = source_id
    if "commit" in names:
        texts["commit"] = digest[:10]
    if "row_id" in names:
        first = max((int(row["row_id"][1:]) for row in read_texts(upload.resource["name"])), default=0) + 1
        texts["row_id"] = [f"K{first + place:02}" for place in range(len(texts))]


def _name_unit(resource: Resource) -> list[str]:
    """Name the columns that make rows one unit, whoever published it: it is imported, kept or replaced as a whole."""
    if resource["name"] in TABLES["usage"]:
        return ["date"]  # a day's rows are all of it: shares of a day from two sources would mean nothing
    names = [name for name in resource["schema"]["primaryKey"] if name != "source_id"]
    if names == ["row_id"]:  # a number of our own; the row is then what it says
        names = [one["name"] for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS]
    return names


def _plain(text: str, kind: str) -> str:
    return format(Decimal(text).normalize(), "f") if kind in ("integer", "number") and text else text


def _group(
    resource: Resource, rows: Iterable[Mapping[str, str]], compared: Sequence[str]
) -> dict[tuple[str, ...], dict[int, tuple[str, ...]]]:
    """Give each unit with its rows by position, each as the values that are compared."""
    kinds = {one["name"]: one["type"] for one in resource["schema"]["fields"]}
    unit = _name_unit(resource)
    groups: dict[tuple[str, ...], dict[int, tuple[str, ...]]] = {}
    for position, row in enumerate(rows):
        key = tuple(_plain(row[name], kinds[name]) for name in unit)
        groups.setdefault(key, {})[position] = tuple(_plain(row[name], kinds[name]) for name in compared)
    return groups


def _merge(
    upload: Upload, target: Target, before: Sequence[dict[str, str]], source_id: str, may_replace: bool
) -> list[dict[str, str]]:
    """Join new rows to a table's; rows of others with the same key are a problem, or give way."""
    resource = target.resource
    fields = [one["name"] for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS]
    # A remark or a quote that the file does not give is no difference.
    compared = [name for name in fields if name in upload.given] if resource is upload.resource else fields
    whole = resource["name"] in TABLES["usage"]
    old, new = _group(resource, before, compared), _group(resource, target.rows, compared)
    giving_way: set[int] = set()
    kept: list[dict[str, str]] = []
    for key, rows in new.items():
        there, given = set(old.get(key, {}).values()), set(rows.values())
        if given == there or (not whole and given <= there):
            continue  # it says nothing new
        others = sorted({before[position]["source_id"] for position in old.get(key, {})} - {source_id})
        if others and not may_replace:
            upload.report(
                f"{', '.join(filter(None, key))} is in data/{resource['path']} already, with other values, "
                f"from {', '.join(others)}",
                "Leave it out, or add --replace to put yours in its place.",
                target.lines[min(rows)],
            )
        giving_way |= set(old.get(key, {}))
        kept += [target.rows[position] for position in rows]
    return [*(row for position, row in enumerate(before) if position not in giving_way), *kept]


def _check_days(upload: Upload, table: str, days: pd.Series, before: Sequence[Mapping[str, str]]) -> None:
    """Refuse days that the record of all days could not hold without a gap."""
    had, new = pd.DatetimeIndex(pd.to_datetime([row["date"] for row in before])), pd.DatetimeIndex(days)
    span = pd.date_range(min(new.min(), had.min()), max(new.max(), had.max()))
    gaps = span.difference(new).difference(pd.date_range(had.min(), had.max()))
    if len(gaps):
        upload.report(
            f"{len(gaps)} days between data/{find_resource(table)['path']} ({had.min():%Y-%m-%d} to "
            f"{had.max():%Y-%m-%d}) and the file's are in neither, the first {gaps[0]:%Y-%m-%d}",
            "Add them; or, for days apart, name --table usage_daily.",
        )


def _spread(upload: Upload, rows: Sequence[dict[str, str]]) -> list[Target]:
    """Put tokens per model where measures look for them, as `tokencheck refresh openrouter` does.

    Every day goes by model to ``usage_daily`` and by developer to ``usage_labs_daily``.
    """
    names = {row["alias"]: row["lab"] for row in read_texts("labs")}
    daily, labs = (Target(find_resource(name)) for name in TABLES["usage"])
    totals: dict[tuple[str, str], int] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in zip(upload.lines, rows, strict=True):
        base = row["model"].split(":")[0]
        author = base.split("/")[0]
        key = row["date"], "other" if row["model"] == "other" else names.get(base) or names.get(author) or author
        totals[key] = totals.get(key, 0) + int(row["tokens"])
        lines.setdefault(key, line)
        daily.add(line, row)
    source_id = rows[0]["source_id"]
    for (date, lab), tokens in totals.items():
        labs.add(lines[date, lab], {"date": date, "lab": lab, "tokens": str(tokens), "source_id": source_id})
    return [labs, daily]


def _place(request: Request, upload: Upload, rows: list[dict[str, str]]) -> list[Target]:
    """Say which rows go to which table."""
    targets = [Target(upload.resource, rows, upload.lines)]
    if request.kind == "usage":
        if not request.table and "model" in upload.frame:
            targets = _spread(upload, rows)
        first = targets[0].resource["name"]
        if not upload.problems and first == "usage_labs_daily":  # a day whose cell is wrong is no gap
            _check_days(upload, first, upload.frame["date"], read_texts(first))
    return targets


# -------------------------------------------------------------------------------------------------------- the source


def name_source(entry: Entry) -> str:
    """Give the source_id of a user's entry: ``OWN-`` and what was asked for, or the publisher.

    Examples
    --------
    >>> name_source(Entry(publisher="My Power Ltd.")), name_source(Entry(source_id="OWN-7"))
    ('OWN-My-Power-Ltd', 'OWN-7')
    """
    wanted = entry.source_id.removeprefix(OWN) or entry.publisher
    word = re.sub(r"[^A-Za-z0-9]+", "-", wanted).strip("-")[:40].rstrip("-")
    return OWN + (word or hashlib.sha256(wanted.encode()).hexdigest()[:8])


def make_source(entry: Entry, file: Path, digest: str, known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Make the row of ``sources`` that imported rows name.

    Parameters
    ----------
    entry : Entry
        What the user said of it; what is left out is taken from the entry that exists.
    file : Path
    digest : str
        SHA-256 of the file.
    known : mapping
        The rows of ``sources`` by source_id.

    Returns
    -------
    dict

    Raises
    ------
    UserError
        When something needed was not said, or the grade is none.
    """
    if entry.source_id and not re.fullmatch(r"[A-Za-z0-9-]+", entry.source_id):
        raise UserError(f"--source {entry.source_id}: expected letters, digits and hyphens, such as OWN-meter.")
    if not (entry.source_id or entry.publisher):
        raise UserError("Say whose data it is: --publisher, --title, --licence and --grade (once for each source).")
    source_id = name_source(entry)
    old = known.get(source_id, {})
    options = ("publisher", "title", "url", "published_date", "licence", "grade")
    row = {name: getattr(entry, name) or old.get(name, "") for name in options}
    lacking = [f"--{name}" for name in ("publisher", "title", "licence", "grade") if not row[name]]
    if lacking:
        raise UserError(f"The source {source_id} is new; say of it: {', '.join(lacking)}.")
    if row["grade"] not in _list_grades():
        raise UserError(
            f"--grade {row['grade']}: expected A (official or original record), B (public copy of one), "
            "C (reputable press or research) or D (anything else)."
        )
    if row["url"] and not is_address(row["url"]):
        raise UserError(
            f"--url {hide_login(row['url'])}: expected an address that begins with https:// or http://, without a "
            "password; write blanks, quotes and parentheses in it as %20, %22, %28 and %29."
        )
    for name, value in (*row.items(), ("file", file.name)):
        if is_formula(value) or name_harmful(value) or "\n" in value:
            raise UserError(
                f"--{name} {value}: expected one line that neither begins with = + - @ nor holds control characters."
            )
    return {
        "source_id": source_id,
        **row,
        "how_read": f"imported from {file.name}",
        "interested": "true" if entry.interested or old.get("interested") == "true" else "false",
        "repository": "",
        "commit": "",
        "file": file.name,
        "note": f"own data, imported; sha256 of the file {digest}",
    }


def _list_grades() -> list[str]:
    (grade,) = (one for one in find_resource(SOURCES)["schema"]["fields"] if one["name"] == "grade")
    return grade["constraints"]["enum"]


# ----------------------------------------------------------------------------------------------------- the two commands


def import_rows(request: Request) -> tuple[list[Change], list[str]]:
    """Import a user's CSV: every row, or none.

    Parameters
    ----------
    request : Request

    Returns
    -------
    list of Change
        How the tables differ.
    list of str
        What the user should know beside: what was left out, days without a row for all other models.

    Raises
    ------
    UserError
        With every problem of the file, by row and column; nothing is then changed.
    """
    with lock():  # else another process could change the tables between reading and replacing them
        upload, texts, notes = read_upload(request)
        digest = hashlib.sha256(request.file.read_bytes()).hexdigest()
        known = {row["source_id"]: row for row in read_texts("sources")}
        source = make_source(request.entry, request.file, digest, known)
        notes += _compare_entry(request.entry, known.get(source["source_id"]))
        _fill(upload, texts, source["source_id"], digest)
        merged = _check_and_merge(request, upload, texts, source["source_id"])
        if upload.problems:
            raise UserError(_list_problems(upload))
        upstream = {
            "source_id": source["source_id"],
            "url": source["url"] or None,
            "repository": None,
            "commit": None,
            "file": request.file.name,
            "sha256": digest,
        }
        updates = [Update(name, rows, upstream=[upstream]) for name, rows in merged.items()]
        changes = replace(updates, [source], dry_run=request.dry_run)
        return changes, notes + _list_notes(upload)


def remove_source(source_id: str, dry_run: bool = False) -> list[Change]:
    """Remove all rows of an imported source, and its entry.

    Parameters
    ----------
    source_id : str
        Begins with ``OWN-``.
    dry_run : bool
        Compare only.

    Returns
    -------
    list of Change
        How the tables differ.

    Raises
    ------
    UserError
        When it is no imported source.
    """
    with lock():
        imported = [row["source_id"] for row in read_texts(SOURCES) if row["source_id"].startswith(OWN)]
        if source_id not in imported:
            shown = ", ".join(imported) or "none"
            raise UserError(f"{source_id} is no imported source; those are: {shown}.{suggest(source_id, imported)}")
        updates = []
        for table in (name for names in TABLES.values() for name in names):
            rows = read_texts(table)
            kept = [row for row in rows if row["source_id"] != source_id]
            if len(kept) < len(rows):
                updates.append(Update(table, kept))
        return replace(updates, dry_run=dry_run)


def _check_and_merge(
    request: Request, upload: Upload, texts: pd.DataFrame, source_id: str
) -> dict[str, list[dict[str, str]]]:
    """Check every cell, join the sound rows to the tables, and note every problem of both."""
    texts = texts[[one["name"] for one in upload.resource["schema"]["fields"]]]
    if texts.empty:
        return {}
    check_texts(upload, texts)
    broken = upload.refused_lines
    sound = [position for position, line in enumerate(upload.lines) if line not in broken]
    upload.lines = [upload.lines[position] for position in sound]
    upload.frame = upload.frame.iloc[sound].reset_index(drop=True)
    rows = texts.iloc[sound].to_dict("records")
    merged: dict[str, list[dict[str, str]]] = {}
    for target in _place(request, upload, rows) if rows else ():
        before = read_texts(target.resource["name"])
        if not merged and not request.accept_jumps:  # a second table holds the same tokens
            _check_jumps(upload, target, before)
        merged[target.resource["name"]] = _merge(upload, target, before, source_id, request.replace)
    return merged


def _check_jumps(upload: Upload, target: Target, before: Sequence[dict[str, str]]) -> None:
    """Refuse figures far from the record: most are of another unit."""
    jumps = find_jumps(target.resource["name"], target.rows, before)
    if jumps:
        position, says = jumps[0]
        more = f", and {len(jumps) - 1:,} more such rows" if len(jumps) > 1 else ""
        units = [name for name in upload.given if list_units(upload.fields[name])]
        unit = f" Say the unit with --unit {units[0]}=…, or" if units else ""
        upload.report(
            f"implausible against the record: {says}{more}",
            f"{unit.strip()} {'take' if units else 'Take'} them as they are with --accept-jumps.".strip(),
            target.lines[position],
        )


def _compare_entry(entry: Entry, old: Mapping[str, str] | None) -> list[str]:
    """Say so where the user describes a source otherwise than its entry does."""
    differs = [
        name
        for name in ("publisher", "title", "url", "published_date", "licence", "grade")
        if old and getattr(entry, name) and getattr(entry, name) != old[name]
    ]
    if not differs:
        return []
    return [
        f"{old['source_id']} was described otherwise before ({', '.join(differs)}); this changes with its rows alone. "
        f"To correct it: tokencheck data remove {old['source_id']}, then import all its files again."
    ]


def _list_problems(upload: Upload) -> str:
    problems = [str(one) for one in sorted(upload.problems, key=lambda one: one.order)]
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {upload.shown}"
    hints = upload.suggest_options()
    return "\n".join([*problems, *upload.count_refused(), *hints, f"{count}; nothing was imported."])


def _list_notes(upload: Upload) -> list[str]:
    notes: list[str] = []
    if upload.resource["name"] not in TABLES["usage"] or upload.frame.empty:
        return notes
    frame = upload.frame
    names = frame["lab" if "lab" in frame else "model"]
    bare = sorted(set(frame["date"]) - set(frame.loc[names == "other", "date"]))
    if bare:
        notes.append(
            f"No row “other” on {bare[0]:%Y-%m-%d}{f' and {len(bare) - 1} more days' if len(bare) > 1 else ''}: "
            "the rows are taken for all tokens of the platform."
        )
    aliases = {row["alias"] for row in read_texts("labs")} | {"other"}
    bases = {name: name.split(":")[0] for name in names}
    unknown = sorted(name for name, base in bases.items() if not {base, base.split("/")[0]} & aliases)
    if unknown:
        notes.append(
            f"Of no country, as data/tables/labs.csv does not know their developer: {', '.join(unknown[:5])}"
            f"{f' and {len(unknown) - 5} more' if len(unknown) > 5 else ''}."
        )
    return notes


def write_template(kind: str, table: str = "") -> tuple[str, str]:
    """Write the header of a CSV that can be imported, and what its columns mean.

    Parameters
    ----------
    kind : str
        One of `TABLES`.
    table : str
        Table of the contract; the first of the kind by default.

    Returns
    -------
    str
        The CSV: one line.
    str
        One line a column: type, range, unit, meaning.
    """
    if kind not in TABLES or (table and table not in TABLES[kind]):
        choose_table(kind, (), table)
    resource = find_resource(table or TABLES[kind][0])
    fields = [one for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS]
    needed = list_needed(resource)
    lines = [
        f"Columns of {resource['name']} (data/datapackage.json); others of {kind}: --table {'|'.join(TABLES[kind])}"
    ]
    for one in fields:
        unit = f", in {one['unit']}" if one.get("unit") else ""
        other = [name for name, factor in list_units(one).items() if factor != 1]
        units = f" (or --unit {one['name']}={'|'.join(other)})" if other else ""
        must = "needed" if one["name"] in needed else "may be empty or left out"
        lines.append(f"  {one['name']}: {describe_expected(one)}{unit}{units}; {must}. {one['description']}.")
    return ",".join(one["name"] for one in fields) + "\n", "\n".join(lines)


def run(request: Request) -> int:
    """Import and say what happened: ``tokencheck import``.

    Parameters
    ----------
    request : Request

    Returns
    -------
    int
        0; problems are raised.
    """
    changes, notes = import_rows(request)
    for note in notes:
        print(note)
    for change in changes:
        print("\n".join(change.describe()))
    if not any(changes):
        print("Every row is there already; nothing was changed." if changes else "No row is left; nothing was changed.")
    elif request.dry_run:
        print("This was a trial; nothing was changed.")
    else:
        print("Now run `make report`. To take it back: git checkout -- data && git clean -f data/editions")
    return 0


def run_removal(source_id: str, dry_run: bool = False) -> int:
    """Remove an imported source and say what happened: ``tokencheck data remove``.

    Parameters
    ----------
    source_id : str
    dry_run : bool

    Returns
    -------
    int
        0; problems are raised.
    """
    for change in remove_source(source_id, dry_run):
        print("\n".join(change.describe()))
    if dry_run:
        print("This was a trial; nothing was changed.")
    else:
        print(
            "Rows of other sources that gave way to these do not come back by themselves: `tokencheck refresh "
            "--offline` takes them from the stored answers, `git checkout` from git. Now run `make report`."
        )
    return 0
