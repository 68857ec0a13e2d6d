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
import errno
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence import provenance
from tokencheck.evidence.changes import Change, compare_rows
from tokencheck.evidence.rows import Draft, Row, Update, format_table, read_texts
from tokencheck.evidence.tables import SOURCES, list_broken, read_contract
from tokencheck.results import pack, read_json

LOCK = ".lock"
HOLDER = ".lock.holder"  # the number of the process that holds the lock; only for the message to others
TRANSACTION = ".transaction"
JOURNAL = "commit.json"
WAIT_SECONDS = 600.0
RECORD_REMEDY = "Write it by the example of data/provenance/findings.json."
STORAGE_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


# ---------------------------------------------------------------------------------------------- one process at a time


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
    # One lock a folder and process, whichever thread asks: it counts how often it is held.
    guard = FileLock(folder / LOCK, is_singleton=True, thread_local=False)
    _acquire(guard, folder, wait, say)
    try:
        if guard.lock_counter == 1:
            (folder / HOLDER).write_text(str(os.getpid()), encoding="utf-8")
            _settle(folder)
        yield
    finally:
        if guard.lock_counter == 1:
            (folder / HOLDER).unlink(missing_ok=True)
        guard.release()


def _acquire(guard: BaseFileLock, folder: Path, wait: float, say: Callable[[str], None]) -> None:
    try:
        with contextlib.suppress(Timeout):
            guard.acquire(timeout=0)
            return
        if wait:
            say(f"Another tokencheck ({_name_holder(folder)}) is changing the tables; waiting for it …")
        guard.acquire(timeout=wait)
    except Timeout:
        raise UserError(
            f"Another tokencheck ({_name_holder(folder)}) is changing the tables and has not finished within "
            f"{wait:.0f} s. Wait for it to end and run this again; nothing was changed."
        ) from None
    except OSError as problem:
        if problem.errno not in READ_ONLY:
            raise
        raise UserError(describe_read_only(problem, folder)) from None


def describe_read_only(problem: OSError, data: Path | None = None) -> str:
    """Say that the data folder cannot be written to, and what to do.

    Parameters
    ----------
    problem : OSError
        What the system said.
    data : Path, optional
        The data folder; the project's own by default.

    Returns
    -------
    str
    """
    why = "it is mounted read-only" if problem.errno == errno.EROFS else "this user has no right to"
    return (
        f"{paths.shorten(data or paths.DATA)} cannot be written to: {why}. Work in a copy of the project, or give "
        "yourself the right; nothing was changed."
    )


def _name_holder(folder: Path) -> str:
    with contextlib.suppress(OSError):  # it has just let go
        return f"process {(folder / HOLDER).read_text(encoding='utf-8') or 'unknown'}"
    return "process unknown"


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
    if not (folder / TRANSACTION).exists():
        return False
    with lock(folder, wait):
        return True


def _settle(data: Path) -> None:
    """Move the files of a journal into place; a change without a journal is forgotten."""
    folder = data / TRANSACTION
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
    if os.name != "posix":  # elsewhere a folder cannot be opened
        return
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


# ------------------------------------------------------------------------------------------------------ the transaction


def _draft(data: Path, updates: Sequence[Update], sources: Sequence[Row]) -> tuple[Draft, list[Change]]:
    """Work out every file that is to change, and how the tables differ."""
    draft = Draft(data, read_contract(data))
    before = {update.table: read_texts(update.table, data) for update in updates}
    changes = [compare_rows(draft.resource(one.table), before[one.table], one.rows) for one in updates]
    moving = [update for update, change in zip(updates, changes, strict=True) if change]
    if not moving:
        return draft, changes
    unused = provenance.find_unused(data, moving, before)
    register = read_texts(SOURCES, data)
    dropped = [row for row in register if row["source_id"] in unused]
    used = {row.get("source_id") for update in moving for row in update.rows}
    given = [row for row in sources if row["source_id"] in used]
    for update in moving:
        resource = draft.resource(update.table)
        content = format_table(resource, update.rows).encode()
        draft.put(resource["path"], content)
        provenance.describe_sources(resource, update, given, dropped)
        provenance.record_table(draft, update, content, unused)
    rows = provenance.upsert_sources(register, given, unused)
    change = compare_rows(draft.resource(SOURCES), register, rows)
    if change:
        content = format_table(draft.resource(SOURCES), rows).encode()
        draft.put(draft.resource(SOURCES)["path"], content)
        provenance.record_table(draft, Update(SOURCES, rows), content, unused)
        changes.append(change)
    draft.put_json("datapackage.json", draft.contract)
    return draft, changes


def _stage(draft: Draft) -> list[str]:
    """Write the files aside; they form a data folder of their own, which can be checked like any other."""
    new = draft.data / TRANSACTION / "new"
    needed = ("datapackage.json", draft.resource(SOURCES)["path"])
    for name in (*draft.files, *needed):
        stored = pack(name, draft.files[name]) if name in draft.files else (draft.data / name).read_bytes()
        _write(new / name, stored)
    # First what explains the rows, so that a reader never meets a row whose source is unknown.
    return sorted(draft.files, key=lambda name: (name not in needed, name))


def _check(draft: Draft) -> None:
    new = draft.data / TRANSACTION / "new"
    tables = [one["name"] for one in draft.contract["resources"] if one["path"] in draft.files]
    problems = list_broken(tables, new)
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


def _carry_out(draft: Draft, dry_run: bool = False) -> None:
    """Write the files of a draft aside, check them, and put them in place together."""
    if not draft.files:
        return
    aside = draft.data / TRANSACTION
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
    folder = data / TRANSACTION
    for path in {(folder / "new" / name).parent for name in files}:
        _sync_folder(path)
    _write(folder / "journal.aside", json.dumps({"files": list(files)}).encode())
    _move(folder / "journal.aside", folder / JOURNAL)
    _settle(data)


# -------------------------------------------------------------------------------------------- the one way of writing


def _draft_tidy(data: Path, tables: Iterable[str]) -> Draft:
    """Work out which tables and records are not written the one way."""
    draft = Draft(data, read_contract(data))
    for table in tables:
        resource = draft.resource(table)
        rows = read_texts(table, data)
        content = format_table(resource, rows).encode()
        draft.put(resource["path"], content)
        name = f"provenance/{table}.json"
        record = read_json(data / name, RECORD_REMEDY)
        draft.put_json(name, provenance.complete_record(record, table, rows, content))
    return draft


def list_untidy(tables: Iterable[str], data: Path | None = None) -> list[str]:
    """List the files that `tidy_tables` would write: tables and provenance records by their path below `data`.

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


def tidy_tables(data: Path | None = None) -> list[str]:
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
        problems = list_broken(tables, folder)
        if problems:
            raise UserError("\n".join([*problems, "Correct this first; nothing was tidied."]))
        draft = _draft_tidy(folder, tables)
        _carry_out(draft)
    return list(draft.files)
