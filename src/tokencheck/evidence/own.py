"""Own data: a user's CSV becomes rows of a table, under a source of its own, or nothing changes at all.

The file's columns are named after the contract (``--template`` gives the header) or mapped to it. Units are converted
exactly, in decimals. Everything that is wrong is listed at once, with the file's own rows and columns. The rows carry
a source_id that begins with ``OWN-``; pages mark whatever rests on them.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from tokencheck.errors import UserError, suggest
from tokencheck.evidence.changes import Change
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

# The tables that a kind of data may go to; without --table the first whose required columns are there.
TABLES = {
    "usage": ("usage_daily", "usage_labs_daily"),
    "prices": ("vendor_prices", "point_prices"),
    "electricity": ("electricity_us", "electricity_eu", "electricity_cn"),
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
# Columns that the import itself fills: the entry in `sources`, the file's hash, the next row number.
FILLED_COLUMNS = ("source_id", "commit", "row_id")
MOST_BYTES = 50_000_000
DELIMITERS = ",;\t"


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
    replace : bool
        Rows of other sources with the same key give way.
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
    replace: bool = False
    dry_run: bool = False


@dataclass
class Upload(Sheet):
    """A user's file while it is checked: problems are told in its own rows, columns and cells."""

    shown: str = ""
    theirs: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    originals: dict[tuple[int, str], str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Name of the file as the user gave it."""
        return self.shown

    def report(self, found: str, remedy: str, line: int | None = None) -> None:
        """Note a problem of the whole file or of one row."""
        super().report(found, _drop_check(remedy), line)

    def report_cell(self, line: int, column: str, value: object, expected: str, remedy: str | None = None) -> None:
        """Note a problem of one cell, with the cell as it stands in the file."""
        name = self.theirs.get(column, column)
        named = name if name == column else f"{name} ({column})"
        super().report_cell(line, named, self.originals.get((line, column), value), expected, "Correct the cell.")


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


# ----------------------------------------------------------------------------------------------------- reading the file


def _read_file(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise UserError(f"{file}: {(problem.strerror or 'cannot be read').lower()}. Name a CSV file.") from None
    if len(content) > MOST_BYTES:
        raise UserError(f"{file}: {len(content) / 1e6:.0f} MB — expected at most {MOST_BYTES / 1e6:.0f}. Split it.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise UserError(
            f"{file}, row {line}: byte {problem.start} (0x{content[problem.start]:02x}) is not UTF-8. "
            "Save the file as UTF-8 (in Excel: “CSV UTF-8”)."
        ) from None
    if not text.strip():
        raise UserError(f"{file}: the file is empty. `tokencheck import usage --template` gives the header.")
    return text


def parse_records(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Split a CSV into records with the line each begins on; cells are stripped, blank lines left out.

    Parameters
    ----------
    text : str
        The file; commas, semicolons or tabs between the cells, whichever the header uses most.
    name : str
        The file's name, for messages.

    Returns
    -------
    list of (int, list of str)
        The header is the first.

    Raises
    ------
    UserError
        When quotes do not match.

    Examples
    --------
    >>> parse_records("a;b\\n\\n1;2\\n", "my.csv")
    [(1, ['a', 'b']), (3, ['1', '2'])]
    """
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records, line = [], 1
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as problem:
        raise UserError(
            f"{name}, row {line}: the quotes do not match ({problem}). Close or double the quote."
        ) from None
    return records


def list_needed(resource: Resource) -> list[str]:
    """List the columns of a table that a user has to give."""
    fields = resource["schema"]["fields"]
    return [
        one["name"]
        for one in fields
        if one.get("constraints", {}).get("required") and one["name"] not in FILLED_COLUMNS
    ]


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
    given, lacking = set(given), []
    for name in (table,) if table else TABLES[kind]:
        resource = find_resource(name)
        lacks = [one for one in list_needed(resource) if one not in given]
        if not lacks:
            return resource
        lacking.append(f"{name} lacks {', '.join(lacks)}")
    raise UserError(
        f"The columns do not make a table of {kind}: {'; '.join(lacking)}. Name the columns that mean this with "
        "--map theirs=ours, or give one value for all rows with --set ours=value."
    )


def _map_header(header: Sequence[str], columns: Mapping[str, str], known: Iterable[str], name: str) -> dict[str, int]:
    """Give the place of each column in the contract's words."""
    problems = [
        f"{name}: --map {theirs}={ours}: the file has no column “{theirs}”.{suggest(theirs, header)}"
        for theirs, ours in columns.items()
        if theirs not in header
    ]
    places: dict[str, int] = {}
    for place, theirs in enumerate(header):
        ours = columns.get(theirs, theirs)
        if ours in places:
            problems.append(f"{name}, row 1: two columns mean {ours}: “{header[places[ours]]}” and “{theirs}”.")
        places[ours] = place
    known = set(known)
    for theirs, ours in columns.items():
        if ours not in known:
            problems.append(
                f"--map {theirs}={ours}: no table of this kind has a column “{ours}”.{suggest(ours, known)}"
            )
    if problems:
        raise UserError("\n".join([*problems, "Nothing was imported."]))
    return places


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


def _read_upload(request: Request) -> tuple[Upload, pd.DataFrame, list[str]]:
    """Read the file in the contract's words; give it with the texts of its rows and the columns that were ignored."""
    name = str(request.file)
    records = parse_records(_read_file(request.file), name)
    (_, header), rows = records[0], records[1:]
    known = {one["name"] for table in TABLES.get(request.kind, ()) for one in find_resource(table)["schema"]["fields"]}
    places = _map_header(header, request.columns, known - set(FILLED_COLUMNS), name)
    resource = choose_table(request.kind, {*places, *request.constants}, request.table)
    fields = {one["name"]: one for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS}
    _check_options(request, fields, places)
    if not rows:
        raise UserError(f"{name}: the file has a header and no rows. Nothing was imported.")
    theirs = {ours: header[place] for ours, place in places.items()}
    upload = Upload(resource=resource, shown=name, theirs=theirs, given={*places, *request.constants} & fields.keys())
    whole = []
    for line, cells in rows:
        if len(cells) == len(header):
            upload.lines.append(line)
            whole.append(cells)
        else:
            which = "many" if len(cells) > len(header) else "few"
            upload.report(f"too {which} cells: {len(cells)} — expected {len(header)}", "Quote or add cells.", line)
    texts = {}
    for ours, described in fields.items():
        if ours in places:
            texts[ours] = _convert_column(upload, ours, described, [cells[places[ours]] for cells in whole], request)
        else:
            texts[ours] = [request.constants.get(ours, "")] * len(whole)
    ignored = [header[place] for ours, place in places.items() if ours not in fields]
    return upload, pd.DataFrame(texts, dtype="object"), ignored


def _convert_column(upload: Upload, ours: str, described: Field, cells: list[str], request: Request) -> list[str]:
    unit = request.units.get(ours)
    if unit is None:
        return cells
    converted = [convert_unit(cell, list_units(described)[unit]) for cell in cells]
    for line, cell in zip(upload.lines, cells, strict=True):
        upload.originals[line, ours] = f"{cell} {unit}"
    return converted


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
    if row["url"] and not re.match(r"https?://\S+$", row["url"]):
        raise UserError(f"--url {row['url']}: expected an address that begins with https:// or http://.")
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
        What the user should know beside: columns that were ignored, days without a row for all other models.

    Raises
    ------
    UserError
        With every problem of the file, by row and column; nothing is then changed.
    """
    with lock():  # else another process could change the tables between reading and replacing them
        upload, texts, ignored = _read_upload(request)
        digest = hashlib.sha256(request.file.read_bytes()).hexdigest()
        known = {row["source_id"]: row for row in read_texts("sources")}
        source = make_source(request.entry, request.file, digest, known)
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
        return changes, _list_notes(upload, ignored)


def _check_and_merge(
    request: Request, upload: Upload, texts: pd.DataFrame, source_id: str
) -> dict[str, list[dict[str, str]]]:
    """Check every cell, join the sound rows to the tables, and note every problem of both."""
    texts = texts[[one["name"] for one in upload.resource["schema"]["fields"]]]
    if texts.empty:
        return {}
    check_texts(upload, texts)
    broken = {problem.order[0] for problem in upload.problems}
    sound = [position for position, line in enumerate(upload.lines) if line not in broken]
    upload.lines = [upload.lines[position] for position in sound]
    upload.frame = upload.frame.iloc[sound].reset_index(drop=True)
    rows = texts.iloc[sound].to_dict("records")
    return {
        target.resource["name"]: _merge(upload, target, read_texts(target.resource["name"]), source_id, request.replace)
        for target in (_place(request, upload, rows) if rows else ())
    }


def _list_problems(upload: Upload) -> str:
    problems = [str(one) for one in sorted(upload.problems, key=lambda one: one.order)]
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {upload.shown}"
    return "\n".join([*problems, f"{count}; nothing was imported."])


def _list_notes(upload: Upload, ignored: Sequence[str]) -> list[str]:
    notes = [f"Columns that the table does not have were ignored: {', '.join(ignored)}."] if ignored else []
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
        print("Every row is there already; nothing was changed.")
    elif request.dry_run:
        print("This was a trial; nothing was changed.")
    else:
        print("Now run `make report`. To take it back: git checkout -- data && git clean -f data/editions")
    return 0
