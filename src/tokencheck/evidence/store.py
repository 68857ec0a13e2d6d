"""Replace tables all together or not at all, however the process ends.

A change of tables is written aside in full (`data/.transaction/new`), checked against the contract, and compared with
what was there. Then one small file, the journal `data/.transaction/commit.json`, is put in place: before that moment
the old tables are valid and the new ones are forgotten; after it the new ones are moved into place, by this process
or, if it was killed, by the next one (`recover`). One process at a time holds `data/.lock`; the kernel frees it when
that process ends, even by a power cut.

    with lock():
        changes = replace([Update("usage_daily", rows, upstream=[...])], sources=[...])
"""

import contextlib
import csv
import errno
import fcntl
import hashlib
import io
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.tables import KINDS, SOURCES, Resource, read_contract, read_table
from tokencheck.results import read_json, read_rows

Row = Mapping[str, str]

LOCK = ".lock"
FOLDER = ".transaction"
JOURNAL = "commit.json"
MOST_SHOWN = 5
WAIT_SECONDS = 600.0
STORAGE_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
RECORD_REMEDY = "Write it by the example of data/provenance/findings.json."
SOURCE_COLUMNS = ("source_id", "seat_source_id")  # columns that refer to `sources`


@dataclass(frozen=True)
class Update:
    """What one table becomes.

    Attributes
    ----------
    table : str
        Table of the contract.
    rows : sequence of mapping
        The whole new table, one mapping of column to text a row; order does not matter.
    upstream : sequence of mapping
        Entries for the provenance record: source_id, url, repository, commit, file, sha256. One with the same
        source_id and url takes the place of the old one.
    credit : str, optional
        The new credit line of the table.
    accessed : str, optional
        The day the newest rows were read.
    processing : str, optional
        How these rows were made, one sentence; added to what the provenance record says, once.
    facts : mapping
        Further fields for the provenance record, such as ``missing_days``.
    """

    table: str
    rows: Sequence[Row]
    upstream: Sequence[Mapping[str, Any]] = ()
    credit: str | None = None
    accessed: str | None = None
    processing: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Restatement:
    """One number that was published before and is another now."""

    key: tuple[str, ...]
    column: str
    before: float
    after: float

    @property
    def size(self) -> float:
        """Relative change; infinite when the old number was nil."""
        return self.after / self.before - 1 if self.before else float("inf")

    def __str__(self) -> str:
        """Say it in one line."""
        grown = f"{100 * self.size:+.2f} %" if self.before else "was nil"
        return f"{', '.join(self.key)}: {self.column} {self.before:,.10g} → {self.after:,.10g} ({grown})"


@dataclass(frozen=True)
class Change:
    """How one table differs from what was there.

    Attributes
    ----------
    table : str
    added, changed, vanished : tuple of tuple of str
        Primary keys of the rows.
    restatements : tuple of Restatement
        Every number that changed in a row that stayed, the largest relative change first.
    """

    table: str
    added: tuple[tuple[str, ...], ...] = ()
    changed: tuple[tuple[str, ...], ...] = ()
    vanished: tuple[tuple[str, ...], ...] = ()
    restatements: tuple[Restatement, ...] = ()

    def __bool__(self) -> bool:
        """Say whether any row differs."""
        return bool(self.added or self.changed or self.vanished)

    def describe(self) -> list[str]:
        """Say it in lines for people: the counts, then the largest restatements."""
        if not self:
            return [f"{self.table}: unchanged"]
        span = _describe_span(self.added)
        rows = "1 row" if len(self.added) == 1 else f"{len(self.added)} rows"
        counts = f"{rows} added{span}, {len(self.changed)} changed, {len(self.vanished)} vanished"
        lines = [f"{self.table}: {counts}"]
        lines += [f"  restated: {one}" for one in self.restatements[:MOST_SHOWN]]
        more = len(self.restatements) - MOST_SHOWN
        if more > 0:
            lines.append(f"  … and {more} more restated numbers, none by more")
        lines += [f"  vanished: {', '.join(key)}" for key in self.vanished[:MOST_SHOWN]]
        if len(self.vanished) > MOST_SHOWN:
            lines.append(f"  … and {len(self.vanished) - MOST_SHOWN} more vanished")
        return lines


def _describe_span(keys: Sequence[tuple[str, ...]]) -> str:
    """Give the stretch of time of rows whose key begins with one."""
    firsts = sorted({key[0] for key in keys})
    if not firsts or not all(first[:4].isdigit() for first in firsts):
        return ""
    return f" ({firsts[0]})" if len(firsts) == 1 else f" ({firsts[0]} to {firsts[-1]})"


# ---------------------------------------------------------------------------------------------- one process at a time

_held: dict[Path, int] = {}


@contextlib.contextmanager
def lock(
    data: Path | None = None,
    wait: float = WAIT_SECONDS,
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr),
) -> Iterator[None]:
    """Keep other processes from changing the tables.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.
    wait : float
        Seconds to wait for another process.
    say : callable
        Told in one line that another process is waited for.

    Raises
    ------
    UserError
        When the other process still holds the lock after that time; nothing was changed.

    Notes
    -----
    A process that holds the lock may ask for it again. Whatever an earlier process left unfinished is finished, or
    forgotten, first.
    """
    folder = (data or paths.DATA).resolve()
    if _held.get(folder):
        _held[folder] += 1
        try:
            yield
        finally:
            _held[folder] -= 1
        return
    with _open_lock(folder) as file:
        _wait_for(file, wait, say)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        _held[folder] = 1
        try:
            _settle(folder)
            yield
        finally:
            _held[folder] = 0
            file.seek(0)
            file.truncate()
            fcntl.flock(file, fcntl.LOCK_UN)


def _open_lock(folder: Path) -> Any:
    try:
        return (folder / LOCK).open("a+", encoding="utf-8")
    except PermissionError:
        raise UserError(
            f"{paths.shorten(folder)} cannot be written to. Give yourself the right to, or work in a copy of the "
            "project; nothing was changed."
        ) from None


def _wait_for(file: Any, wait: float, say: Callable[[str], None]) -> None:
    deadline, told = time.monotonic() + wait, False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            file.seek(0)
            who = f"process {file.read().strip() or 'unknown'}"
            if time.monotonic() >= deadline:
                raise UserError(
                    f"Another tokencheck ({who}) is changing the tables and has not finished within {wait:.0f} s. "
                    "Wait for it to end and run this again; nothing was changed."
                ) from None
            if not told:
                say(f"Another tokencheck ({who}) is changing the tables; waiting for it …")
                told = True
            time.sleep(0.05)


def recover(data: Path | None = None, wait: float = WAIT_SECONDS) -> bool:
    """Finish or forget what a killed process left behind; costs nothing when there is nothing.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.
    wait : float
        Seconds to wait for a process that is still at work.

    Returns
    -------
    bool
        Whether there was anything to do.
    """
    folder = data or paths.DATA
    if not (folder / FOLDER).exists():
        return False
    with lock(folder, wait):
        return True


def _settle(data: Path) -> None:
    """Move the files of a journal into place; a change without a journal is forgotten."""
    folder = data / FOLDER
    journal = folder / JOURNAL
    if journal.exists():
        for name in json.loads(journal.read_text(encoding="utf-8"))["files"]:
            staged = folder / "new" / name
            if staged.exists():  # else it has been moved already
                _move(staged, data / name)
        journal.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _move(staged: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staged.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(path: Path, content: bytes) -> None:
    """Write a file and see it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


# ---------------------------------------------------------------------------------------------------- rows and tables


def read_texts(table: str, data: Path | None = None) -> list[dict[str, str]]:
    """Read a table as text, row by row, as `replace` takes it back.

    Parameters
    ----------
    table : str
        Table of the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of dict of str to str
    """
    folder = data or paths.DATA
    return read_rows(folder / find_resource(table, data)["path"])


def find_resource(table: str, data: Path | None = None) -> Resource:
    """Find a table in the contract.

    Raises
    ------
    UserError
        When there is no such table.
    """
    for resource in read_contract(data)["resources"]:
        if resource["name"] == table:
            return resource
    raise UserError(f"There is no table “{table}” in data/datapackage.json.")


def format_table(resource: Resource, rows: Sequence[Row]) -> str:
    """Write rows the one way tables are written: columns of the contract, sorted by key, LF.

    Raises
    ------
    UserError
        When a row has a column the contract does not know.
    """
    fields = {described["name"]: described for described in resource["schema"]["fields"]}
    for row in rows:
        unknown = set(row) - set(fields)
        if unknown:
            raise UserError(f"Table {resource['name']} has no column “{min(unknown)}”; see data/datapackage.json.")
    texts = pd.DataFrame({name: [row.get(name) or "" for row in rows] for name in fields}, dtype="object")
    keys = pd.DataFrame(index=texts.index)
    for name in resource["schema"]["primaryKey"]:
        kind, cells = KINDS[fields[name]["type"]], texts[name]
        fits = cells.map(lambda cell, kind=kind: bool(cell) and kind.written.fullmatch(cell) is not None)
        keys[name] = kind.convert(cells.where(fits.astype(bool), None), fields[name])
    order = keys.sort_values(list(keys.columns), kind="stable").index
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(texts.loc[order].itertuples(index=False, name=None))
    return buffer.getvalue()


def _read_number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def same_cell(before: str, after: str, numeric: bool) -> bool:
    """Say whether two cells mean the same: numbers by value, all else by text."""
    if before == after:
        return True
    if not numeric or not before or not after:
        return False
    one, other = _read_number(before), _read_number(after)
    return one is not None and one == other


def compare(resource: Resource, before: Iterable[Row], after: Iterable[Row]) -> Change:
    """Compare two states of a table by primary key.

    Parameters
    ----------
    resource : dict
        The table's part of the contract.
    before, after : iterable of mapping
        Rows as text.

    Returns
    -------
    Change
    """
    key_columns = resource["schema"]["primaryKey"]
    kinds = {one["name"]: one["type"] for one in resource["schema"]["fields"] if one["name"] not in key_columns}
    old, new = ({tuple(row[name] for name in key_columns): row for row in rows} for rows in (before, after))
    changed, restated = [], []
    for key in sorted(old.keys() & new.keys()):
        if old[key] == new[key]:
            continue
        for name, kind in kinds.items():
            was, now = old[key].get(name) or "", new[key].get(name) or ""
            numeric = kind in ("integer", "number")
            if same_cell(was, now, numeric):
                continue
            if not changed or changed[-1] != key:
                changed.append(key)
            if numeric and was and now and _read_number(was) is not None and _read_number(now) is not None:
                restated.append(Restatement(key, name, float(was), float(now)))
    return Change(
        resource["name"],
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(changed),
        vanished=tuple(sorted(old.keys() - new.keys())),
        restatements=tuple(sorted(restated, key=lambda one: (-abs(one.size), one.key, one.column))),
    )


def keep_unchanged(resource: Resource, before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """Give the rows of `after`, but the old row where nothing but its source differs.

    A number that a second source confirms stays credited to the first, so that a difference shows only what moved.
    """
    key_columns = resource["schema"]["primaryKey"]
    numeric = {one["name"]: one["type"] in ("integer", "number") for one in resource["schema"]["fields"]}
    compared = [name for name in numeric if name not in (*key_columns, "source_id", "commit", "note")]
    old = {tuple(row[name] for name in key_columns): row for row in before}
    kept: list[Row] = []
    for row in after:
        was = old.get(tuple(row[name] for name in key_columns))
        same = was is not None and all(
            same_cell(was.get(name) or "", row.get(name) or "", numeric[name]) for name in compared
        )
        kept.append(was if same and was is not None else row)
    return kept


# ------------------------------------------------------------------------------------------------------ the transaction


@dataclass
class _Draft:
    """The files that are to change, by their path below `data`."""

    data: Path
    contract: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)

    def resource(self, table: str) -> Resource:
        """Find a table in the contract that is being written."""
        for resource in self.contract["resources"]:
            if resource["name"] == table:
                return resource
        raise UserError(f"There is no table “{table}” in data/datapackage.json.")

    def put(self, name: str, content: bytes) -> None:
        """Take up a file if it differs from the one in place."""
        path = self.data / name
        if not path.exists() or path.read_bytes() != content:
            self.files[name] = content

    def put_json(self, name: str, node: Any) -> None:
        """Take up a JSON file in the form in which the project keeps it."""
        self.put(name, (json.dumps(node, ensure_ascii=False, indent=2) + "\n").encode())


def _upsert_sources(before: Sequence[Row], given: Iterable[Row], unused: set[str]) -> list[Row]:
    rows = {row["source_id"]: row for row in before if row["source_id"] not in unused}
    rows |= {row["source_id"]: row for row in given}
    return list(rows.values())


def _find_unused(data: Path, updates: Sequence[Update], before: Mapping[str, Sequence[Row]]) -> set[str]:
    """Name the sources that some row rested on before and none does after."""

    def collect(rows: Iterable[Row]) -> set[str]:
        return {row[column] for row in rows for column in SOURCE_COLUMNS if row.get(column)}

    after = {update.table: update.rows for update in updates}
    gone = set().union(*(collect(before[name]) - collect(after[name]) for name in after)) if after else set()
    for resource in read_contract(data)["resources"] if gone else ():
        if resource["name"] != SOURCES:
            name = resource["name"]
            gone -= collect(after[name] if name in after else read_texts(name, data))
    return gone


def _title(source: Row) -> dict[str, str]:
    entry = {"title": f"{source['publisher']}: {source['title']}"}
    return entry | ({"path": source["url"]} if source.get("url") else {})


def _describe_sources(resource: Resource, update: Update, given: Sequence[Row], dropped: Sequence[Row]) -> None:
    """Keep the sources and the credit that the contract names in step with the rows."""
    used = {row["source_id"] for row in update.rows if row.get("source_id")}
    listed = [one for one in resource.get("sources", []) if one not in [_title(row) for row in dropped]]
    listed += [_title(row) for row in given if row["source_id"] in used and _title(row) not in listed]
    if listed:
        resource["sources"] = listed
    if update.credit:
        resource["credit"] = update.credit


def _record(draft: _Draft, update: Update, content: bytes, dropped: set[str]) -> None:
    """Bring the provenance record of a table up to date."""
    name = f"provenance/{update.table}.json"
    record = read_json(draft.data / name, f"Restore it with `git checkout -- data/{name}`.")
    new = [dict(one) for one in update.upstream]
    replaced = {(one["source_id"], one["url"]) for one in new}
    kept = [one for one in record["upstream"] if (one.get("source_id"), one.get("url")) not in replaced]
    record["upstream"] = [one for one in kept if one.get("source_id") not in dropped] + new
    if update.credit:
        record["credit"] = update.credit
    if update.processing and update.processing not in record["processing"]:
        record["processing"] = f"{record['processing']} {update.processing}"
    if update.accessed:
        record["accessed"] = update.accessed
        record["accessed_note"] = "The day on which the newest rows were read."
    draft.put_json(name, complete_record(record | dict(update.facts), update.table, update.rows, content))


def complete_record(record: Mapping[str, Any], table: str, rows: Sequence[Row], content: bytes) -> dict[str, Any]:
    """Bring what a provenance record says of the file itself up to date; what people wrote in it stays.

    Parameters
    ----------
    record : mapping
        As read from ``data/provenance``.
    table : str
        Table of the contract.
    rows : sequence of mapping
        Its rows as text.
    content : bytes
        The file they are written in.

    Returns
    -------
    dict
        With ``other_sources``, ``rows``, ``bytes`` and ``sha256`` as they are now.
    """
    upstream = {one.get("source_id") for one in record["upstream"]}
    used = {row["source_id"] for row in rows if row.get("source_id")} if table != SOURCES else set()
    ending = {"rows": len(rows), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    kept = {key: value for key, value in record.items() if key not in ending}
    return kept | {"other_sources": sorted(used - upstream)} | ending


def _draft(data: Path, updates: Sequence[Update], sources: Sequence[Row]) -> tuple[_Draft, list[Change]]:
    """Work out every file that is to change, and how the tables differ."""
    draft = _Draft(data, read_contract(data))
    before = {update.table: read_texts(update.table, data) for update in updates}
    changes = [compare(draft.resource(one.table), before[one.table], one.rows) for one in updates]
    moving = [update for update, change in zip(updates, changes, strict=True) if change]
    if not moving:
        return draft, changes
    unused = _find_unused(data, moving, before)
    register = read_texts(SOURCES, data)
    dropped = [row for row in register if row["source_id"] in unused]
    used = {row.get("source_id") for update in moving for row in update.rows}
    given = [row for row in sources if row["source_id"] in used]
    for update in moving:
        resource = draft.resource(update.table)
        content = format_table(resource, update.rows).encode()
        draft.put(resource["path"], content)
        _describe_sources(resource, update, given, dropped)
        _record(draft, update, content, unused)
    rows = _upsert_sources(register, given, unused)
    change = compare(draft.resource(SOURCES), register, rows)
    if change:
        content = format_table(draft.resource(SOURCES), rows).encode()
        draft.put(draft.resource(SOURCES)["path"], content)
        _record(draft, Update(SOURCES, rows), content, unused)
        changes.append(change)
    draft.put_json("datapackage.json", draft.contract)
    return draft, changes


def _stage(draft: _Draft) -> list[str]:
    """Write the files aside; they form a data folder of their own, which can be checked like any other."""
    new = draft.data / FOLDER / "new"
    needed = ("datapackage.json", draft.resource(SOURCES)["path"])
    for name in (*draft.files, *needed):
        _write(new / name, draft.files[name] if name in draft.files else (draft.data / name).read_bytes())
    # First what explains the rows, so that a reader never meets a row whose source is unknown.
    return sorted(draft.files, key=lambda name: (name not in needed, name))


def _check(draft: _Draft) -> None:
    new = draft.data / FOLDER / "new"
    tables = [one["name"] for one in draft.contract["resources"] if one["path"] in draft.files]
    problems = [problem for table in tables for problem in read_table(table, new)[1]]
    if problems:
        more = len(problems) - 20
        tail = [f"… and {more} more."] if more > 0 else []
        ending = "The rows break the contract data/datapackage.json; the tables stay as they were."
        raise UserError("\n".join([*problems[:20], *tail, ending]))


def replace(
    updates: Iterable[Update],
    sources: Iterable[Row] = (),
    data: Path | None = None,
    dry_run: bool = False,
) -> list[Change]:
    """Replace one or several tables, with their sources and provenance records, all together or not at all.

    Parameters
    ----------
    updates : iterable of Update
        What each table becomes. A table whose rows stay the same is not touched, nor is anything said about it.
    sources : iterable of mapping
        Rows for the table ``sources``, added or put in the place of the row with the same source_id; those that no
        updated table uses are left out. A source on which no row rests any more is removed.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.
    dry_run : bool
        Check and compare, and replace nothing.

    Returns
    -------
    list of Change
        One for each update, and one for ``sources`` when it changed.

    Raises
    ------
    UserError
        When a row breaks the contract, or the storage is full; the tables are then byte for byte as before.
    """
    folder, wanted, given = data or paths.DATA, list(updates), list(sources)
    with lock(folder):
        draft, changes = _draft(folder, wanted, given)
        _carry_out(draft, dry_run)
    return changes


def _carry_out(draft: _Draft, dry_run: bool = False) -> None:
    """Write the files of a draft aside, check them, and put them in place together."""
    if not draft.files:
        return
    aside = draft.data / FOLDER
    try:
        files = _stage(draft)
        _check(draft)
        if not dry_run:
            _commit(draft.data, files)
    except OSError as problem:
        if problem.errno not in STORAGE_FULL or (aside / JOURNAL).exists():
            raise
        shutil.rmtree(aside, ignore_errors=True)
        size = sum(len(content) for content in draft.files.values()) / 1e6
        raise UserError(
            f"The storage is full: {size:.1f} MB are needed beside {paths.shorten(draft.data)} "
            f"({problem.strerror}). Free some space and run this again; the tables stay as they were."
        ) from None
    finally:
        if not (aside / JOURNAL).exists():
            shutil.rmtree(aside, ignore_errors=True)


def _commit(data: Path, files: Sequence[str]) -> None:
    """Put the journal in place, which decides, and then move the files."""
    folder = data / FOLDER
    for path in {(folder / "new" / name).parent for name in files}:
        _sync_folder(path)
    _write(folder / "journal.aside", json.dumps({"files": list(files)}).encode())
    _move(folder / "journal.aside", folder / JOURNAL)
    _settle(data)


# -------------------------------------------------------------------------------------------- the one way of writing


def _draft_tidy(data: Path, tables: Iterable[str]) -> _Draft:
    """Work out which tables and records are not written the one way."""
    draft = _Draft(data, read_contract(data))
    for table in tables:
        resource = draft.resource(table)
        rows = read_texts(table, data)
        content = format_table(resource, rows).encode()
        draft.put(resource["path"], content)
        name = f"provenance/{table}.json"
        record = read_json(data / name, RECORD_REMEDY)
        draft.put_json(name, complete_record(record, table, rows, content))
    return draft


def list_untidy(tables: Iterable[str], data: Path | None = None) -> list[str]:
    """List the files that `tidy` would write: tables and provenance records by their path below `data`.

    Parameters
    ----------
    tables : iterable of str
        Tables that keep the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of str
    """
    return list(_draft_tidy(data or paths.DATA, tables).files)


def tidy(data: Path | None = None) -> list[str]:
    """Write every table the one way, and bring its provenance record up to date, all together or not at all.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of str
        The files that changed, by their path below `data`.

    Raises
    ------
    UserError
        When a table breaks the contract; everything then stays as it was.
    """
    folder = data or paths.DATA
    with lock(folder):
        tables = [resource["name"] for resource in read_contract(folder)["resources"]]
        problems = [problem for table in tables for problem in read_table(table, folder)[1]]
        if problems:
            raise UserError("\n".join([*problems, "Correct this first; nothing was tidied."]))
        draft = _draft_tidy(folder, tables)
        _carry_out(draft)
    return list(draft.files)
