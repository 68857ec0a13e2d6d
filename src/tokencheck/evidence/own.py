"""Own data: a user's CSV becomes rows of a table, under a source of its own, or nothing changes at all.

Everything that is wrong is listed at once. The rows carry a source_id that begins with ``OWN-``; pages mark whatever
rests on them, and `remove_source` takes them out again.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pandas as pd

from tokencheck import paths
from tokencheck.characters import hide_login, is_address, is_formula, name_harmful
from tokencheck.errors import UserError, suggest
from tokencheck.evidence import store
from tokencheck.evidence.changes import Change
from tokencheck.evidence.intake import (
    FILLED_COLUMNS,
    KIND_TABLES,
    Entry,
    RefusalError,
    Request,
    Upload,
    ask_for_entry,
    choose_table,
    list_needed,
    list_units,
    read_upload,
    refuse_file,
    suggest_command,
    suggest_request,
    suggest_units,
    write_command,
)
from tokencheck.evidence.plausibility import find_future, find_jumps, find_unknown, guess_unit
from tokencheck.evidence.rows import Update, read_texts
from tokencheck.evidence.status import OWN
from tokencheck.evidence.tables import SOURCES, Resource, check_texts, describe_expected, find_resource, list_broken

HARMLESS_LINE = "one line that neither begins with = + - @ nor holds control characters"


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


@dataclass(frozen=True)
class Parcel:
    """A file that nothing stands against: whole tables with its rows, their source, and what to say of it."""

    upload: Upload
    source: dict[str, str]
    digest: str
    merged: dict[str, list[dict[str, str]]]
    notes: list[str]


# ---------------------------------------------------------------------------------------------------- joining the rows


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
    if resource["name"] in KIND_TABLES["usage"]:
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
    whole = resource["name"] in KIND_TABLES["usage"]
    old, new = _group(resource, before, compared), _group(resource, target.rows, compared)
    giving_way: set[int] = set()
    kept: list[dict[str, str]] = []
    for key, rows in new.items():
        there, given = set(old.get(key, {}).values()), set(rows.values())
        if given == there or (not whole and given <= there):
            continue  # it says nothing new
        others = sorted({before[position]["source_id"] for position in old.get(key, {})} - {source_id})
        if others and not may_replace:
            upload.report_choice(
                f"{', '.join(filter(None, key))} is in data/{resource['path']} already, with other values, "
                f"from {', '.join(others)}",
                "Leave it out, or add --replace to put yours in its place.",
                target.lines[min(rows)],
                replace=True,
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
        upload.report_choice(
            f"{len(gaps)} days between data/{find_resource(table)['path']} ({had.min():%Y-%m-%d} to "
            f"{had.max():%Y-%m-%d}) and the file's are in neither, the first {gaps[0]:%Y-%m-%d}",
            "Add them; or, for days apart, name --table usage_daily.",
            table="usage_daily",
        )


def _spread(upload: Upload, rows: Sequence[dict[str, str]]) -> list[Target]:
    """Put tokens per model where measures look for them, as `tokencheck refresh openrouter` does.

    Every day goes by model to ``usage_daily`` and by developer to ``usage_labs_daily``.
    """
    names = {row["alias"]: row["lab"] for row in read_texts("labs")}
    daily, labs = (Target(find_resource(name)) for name in KIND_TABLES["usage"])
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


def make_source(
    request: Request, upload: Upload, digest: str, known: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Make the row of ``sources`` that imported rows name.

    Parameters
    ----------
    request : Request
        With what the user said of the source; what is left out is taken from the entry that exists.
    upload : Upload
        The file as read.
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
    entry, file = request.entry, request.file

    def ask(problem: str, *wrong: str) -> UserError:
        return ask_for_entry(problem, wrong, request, upload)

    if entry.source_id and not re.fullmatch(r"[A-Za-z0-9-]+", entry.source_id):
        raise ask(f"--source {entry.source_id}: expected letters, digits and hyphens, such as OWN-meter.", "source_id")
    needed = ("publisher", "title", "licence", "grade")
    if not (entry.source_id or entry.publisher):
        raise ask("Say whose data it is: --publisher, --title, --licence and --grade (once for each source).", *needed)
    source_id = name_source(entry)
    old = known.get(source_id, {})
    options = ("publisher", "title", "url", "published_date", "licence", "grade")
    row = {name: getattr(entry, name) or old.get(name, "") for name in options}
    lacking = [name for name in needed if not row[name]]
    if lacking:
        raise ask(f"The source {source_id} is new; say of it: --{', --'.join(lacking)}.", *lacking)
    if row["grade"] not in _list_grades():
        raise ask(
            f"--grade {row['grade']}: expected A (official or original record), B (public copy of one), "
            "C (reputable press or research) or D (anything else).",
            "grade",
        )
    if row["url"] and not is_address(row["url"]):
        raise ask(
            f"--url {hide_login(row['url'])}: expected an address that begins with https:// or http://, without a "
            "password; write blanks, quotes and parentheses in it as %20, %22, %28 and %29.",
            "url",
        )
    for name, value in row.items():
        if not _is_harmless_line(value):
            raise ask(f"--{name.removesuffix('_date')} {value}: expected {HARMLESS_LINE}.", name)
    if not _is_harmless_line(file.name):
        raise ask(f"The file’s name {file.name}: expected {HARMLESS_LINE}.")
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


def _is_harmless_line(text: str) -> bool:
    return not (is_formula(text) or name_harmful(text) or "\n" in text)


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
    # Locked: else another process could change the tables between reading and replacing them.
    with _naming_the_file(request), store.lock():
        parcel = _pack(request)
        upstream = {
            "source_id": parcel.source["source_id"],
            "url": parcel.source["url"] or None,
            "repository": None,
            "commit": None,
            "file": request.file.name,
            "sha256": parcel.digest,
        }
        updates = [Update(name, rows, upstream=[upstream]) for name, rows in parcel.merged.items()]
        changes = store.replace(updates, [parcel.source], dry_run=request.dry_run)
        return changes, parcel.notes + _list_notes(parcel.upload)


def _pack(request: Request) -> Parcel:
    """Read and check a file, and join its rows to the tables, or refuse it with every problem."""
    upload, texts, notes = read_upload(request)
    digest = hashlib.sha256(request.file.read_bytes()).hexdigest()
    known = {row["source_id"]: row for row in read_texts("sources")}
    source = make_source(request, upload, digest, known)
    notes += _compare_entry(request.entry, known.get(source["source_id"]))
    merged = _check_and_merge(request, upload, texts, source["source_id"], digest)
    if upload.problems:
        mended, left = _mend(request, upload, source["source_id"], digest)
        raise RefusalError(_list_problems(upload, suggest_command(request, mended, left)))
    return Parcel(upload, source, digest, merged, notes)


@contextlib.contextmanager
def _naming_the_file(request: Request) -> Iterator[None]:
    """Tell whatever stands against an import with the file's header and a command line, as all that is of the file."""
    try:
        yield
    except RefusalError:
        raise
    except UserError as problem:
        if request.kind not in KIND_TABLES:  # which no command line can ask for
            raise
        raise refuse_file(str(problem), request) from None
    except (ValueError, KeyError, ArithmeticError):
        broken = list_broken([*KIND_TABLES[request.kind], "labs", SOURCES])
        if not broken:
            raise
        told = "The tables do not keep the contract as they stand; correct them and run `make check`."
        raise refuse_file("\n".join([*broken[:5], told]), request) from None


def refuse_options(problem: str, request: Request) -> RefusalError:
    """Refuse options that cannot be understood or contradict each other, with what becomes of the file without them.

    Parameters
    ----------
    problem : str
        What is wrong with them.
    request : Request
        What was asked for, without them.

    Returns
    -------
    RefusalError
    """
    try:
        with _naming_the_file(request), store.lock():
            header = _pack(request).upload.header
    except RefusalError as refused:
        return RefusalError(f"{problem}\n{refused}")
    return RefusalError("\n".join([problem, header, f"Such as: {write_command(request)}", "Nothing was imported."]))


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
    with store.lock():
        imported = [row["source_id"] for row in read_texts(SOURCES) if row["source_id"].startswith(OWN)]
        if source_id not in imported:
            shown = ", ".join(imported) or "none"
            raise UserError(f"{source_id} is no imported source; those are: {shown}.{suggest(source_id, imported)}")
        updates = []
        for table in (name for names in KIND_TABLES.values() for name in names):
            rows = read_texts(table)
            kept = [row for row in rows if row["source_id"] != source_id]
            if len(kept) < len(rows):
                updates.append(Update(table, kept))
        return store.replace(updates, dry_run=dry_run)


def _mend(request: Request, upload: Upload, source_id: str, digest: str) -> tuple[Request, Upload]:
    """Add options that help, one after the other, and try each: some problems are seen only behind others."""

    def check(mended: Request) -> Upload:
        read, texts, _ = read_upload(mended)
        _check_and_merge(mended, read, texts, source_id, digest)
        return read

    tried, first = [request], (request, upload)
    mended = suggest_request(request, upload)
    while upload.problems and mended not in tried:
        tried.append(mended)
        request, upload = mended, check(mended)
        mended = suggest_request(request, upload)
    if upload.problems and mended != request:  # of two orders of days each helps rows that the other does not
        request, upload = first
    for mended in suggest_units(request, upload) if upload.problems else ():
        read = check(mended)
        if not read.problems:
            return mended, read
    return request, upload


def _check_and_merge(
    request: Request, upload: Upload, texts: pd.DataFrame, source_id: str, digest: str
) -> dict[str, list[dict[str, str]]]:
    """Check every cell, join the sound rows to the tables, and note every problem of both."""
    _fill(upload, texts, source_id, digest)
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
            _check_jumps(request, upload, target, before)
        for name, values in find_unknown(target.resource["name"], target.rows, before).items():
            more = f" and {len(values) - 5} more" if len(values) > 5 else ""
            upload.notes.append(
                f"Not in the record before: {name} {', '.join(values[:5])}{more}. Correct it if that is written "
                "otherwise there."
            )
        merged[target.resource["name"]] = _merge(upload, target, before, source_id, request.replace)
    return merged


def _check_jumps(request: Request, upload: Upload, target: Target, before: Sequence[dict[str, str]]) -> None:
    """Refuse days to come, and figures far from the record: most are of another unit."""
    table = target.resource["name"]
    future = find_future(target.rows)
    if future:
        row = target.rows[future[0]]
        more = f", and so do {len(future) - 1:,} more rows" if len(future) > 1 else ""
        upload.report_choice(
            f"implausible: {row.get('date') or row['period']} is yet to come{more}",
            "Correct it, or take it as it is with --accept-jumps.",
            target.lines[future[0]],
            accept_jumps=True,
        )
    jumps = find_jumps(table, target.rows, before)
    if jumps:
        position, says = jumps[0]
        more = f", and {len(jumps) - 1:,} more such rows" if len(jumps) > 1 else ""
        free = [name for name in upload.fields if name in upload.given and name not in request.units]
        units = {name: known for name in free if (known := list_units(upload.fields[name]))}
        upload.units = guess_unit(table, target.rows, before, units)
        choice = f"Say the unit with --unit {next(iter(units))}=…, or take" if units else "Take"
        upload.report_choice(
            f"implausible against the record: {says}{more}",
            f"{choice} them as they are with --accept-jumps.",
            target.lines[position],
            accept_jumps=True,
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


def _list_problems(upload: Upload, command: Sequence[str]) -> str:
    problems = [str(one) for one in sorted(upload.problems, key=lambda one: one.order)]
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in {upload.shown}"
    return "\n".join([*problems, *upload.count_refused(), upload.header, *command, f"{count}; nothing was imported."])


def _list_notes(upload: Upload) -> list[str]:
    notes = list(upload.notes)
    if upload.resource["name"] not in KIND_TABLES["usage"] or upload.frame.empty:
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
        One of `KIND_TABLES`.
    table : str
        Table of the contract; the first of the kind by default.

    Returns
    -------
    str
        The CSV: one line.
    str
        One line a column: type, range, unit, meaning.
    """
    if kind not in KIND_TABLES or (table and table not in KIND_TABLES[kind]):
        choose_table(kind, (), table)
    resource = find_resource(table or KIND_TABLES[kind][0])
    fields = [one for one in resource["schema"]["fields"] if one["name"] not in FILLED_COLUMNS]
    needed = list_needed(resource)
    lines = [
        f"Columns of {resource['name']} (data/datapackage.json); "
        f"others of {kind}: --table {'|'.join(KIND_TABLES[kind])}"
    ]
    for one in fields:
        unit = f", in {one['unit']}" if one.get("unit") else ""
        other = [name for name, factor in list_units(one).items() if factor != 1]
        units = f" (or --unit {one['name']}={'|'.join(other)})" if other else ""
        must = "needed" if one["name"] in needed else "may be empty or left out"
        lines.append(f"  {one['name']}: {describe_expected(one)}{unit}{units}; {must}. {one['description']}.")
    return ",".join(one["name"] for one in fields) + "\n", "\n".join(lines)


def run_import(request: Request) -> int:
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
        by_git = "git checkout -- data && git clean -f data/editions"
        way = by_git if (paths.ROOT / ".git").exists() else f"tokencheck data remove {name_source(request.entry)}"
        print(f"Now run `make report`. To take it back: {way}")
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
