"""Refresh the tables from the providers: fetch, keep a snapshot, ingest, and replace the tables in a transaction.

Nothing is lost on any failure: an answer that cannot be used changes nothing; a snapshot is stored before the tables
change; and a run that was interrupted is taken up by the next one. What was taken back with git stays taken back: only
what an interrupted run has marked is read again by itself. The tables of one source change together or not at all.
"""

import dataclasses
import errno
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tqdm import tqdm

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence import store
from tokencheck.evidence.changes import Change
from tokencheck.evidence.refresh import snapshots, sources
from tokencheck.evidence.refresh.client import AnswerError, Client, Patience
from tokencheck.evidence.refresh.snapshots import Snapshot
from tokencheck.evidence.refresh.source import Book, Ingest, Source
from tokencheck.evidence.rows import Row, Update
from tokencheck.evidence.tables import list_broken


@dataclass
class Delivery:
    """What became of one source.

    Attributes
    ----------
    name : str
    as_of : str
        The state of the data, in the provider's words.
    rows : int
        Rows in the answers.
    received : int
        Bytes of bodies that were transferred.
    changes : list of Change
        How each table differs.
    warnings : list of str
    stored : list of str
        The stored answers that it rests on, beside what was fetched.
    problem : str
        Why nothing was changed; empty when all went well.
    skipped : str
        Why it was not asked; empty when it was.
    """

    name: str
    as_of: str = ""
    rows: int = 0
    received: int = 0
    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    problem: str = ""
    skipped: str = ""

    def describe(self) -> Iterator[str]:
        """Say it in lines for people."""
        if self.skipped or self.problem:
            yield f"{self.name}: skipped. {self.skipped}" if self.skipped else self.problem
            return
        yield f"{self.name}: {self.rows:,} rows, as of {self.as_of}; {self.received:,} bytes transferred"
        if self.stored:
            yield f"  from stored answers: {', '.join(dict.fromkeys(self.stored))}"
        yield from (f"  ! {warning}" for warning in self.warnings)
        for change in self.changes:
            yield from (f"  {line}" for line in change.describe())
        if not any(self.changes):
            yield "  nothing is new; no table was touched"


def list_sources() -> dict[str, type[Source]]:
    """Find the sources: every subclass of `Source` in a module of `tokencheck.evidence.refresh.sources`.

    Returns
    -------
    dict of str to type
        By name.

    Examples
    --------
    >>> list_sources()["ecb"].tables
    ('exchange_rates',)
    """
    found = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(sources.__path__)):
        content = vars(importlib.import_module(f"{sources.__name__}.{module}")).values()
        for one in content:
            if isinstance(one, type) and issubclass(one, Source) and one.__module__.endswith(f".{module}"):
                found[one.name] = one
    return found


def read_secret(variable: str, file: Path | None = None) -> str | None:
    """Read a key from the environment, else from ``.env``, which git ignores.

    Parameters
    ----------
    variable : str
    file : Path, optional
        The project's ``.env`` by default: lines ``NAME=value``; those that begin with ``#`` are skipped.

    Returns
    -------
    str or None
    """
    if os.environ.get(variable):
        return os.environ[variable].strip()
    file = file or paths.ROOT / ".env"
    lines = file.read_text(encoding="utf-8-sig").splitlines() if file.is_file() else []
    for line in lines:
        name, mark, value = line.strip().removeprefix("export ").partition("=")
        if mark and name.strip() == variable:
            return value.strip().strip("\"'") or None
    return None


@dataclass
class Run:
    """One run of `refresh` over several sources.

    Attributes
    ----------
    data : Path, optional
        The data folder; the project's own by default.
    since, until : date, optional
    dry_run, offline, accept_jumps : bool
    patience : Patience
        Waiting times; tests shorten them.
    client : callable
        Makes the client of a source; tests replace it.
    quiet : bool
        Draw no progress bars.
    """

    data: Path | None = None
    since: date | None = None
    until: date | None = None
    dry_run: bool = False
    offline: bool = False
    accept_jumps: bool = False
    patience: Patience = field(default_factory=Patience)
    client: Callable[..., Client] = Client
    quiet: bool = False

    def refresh(self, names: Sequence[str] = ()) -> Iterator[Delivery]:
        """Refresh sources one after the other; one that fails does not stop the others.

        Parameters
        ----------
        names : sequence of str
            All that can run by default.

        Yields
        ------
        Delivery

        Raises
        ------
        UserError
            When a name is unknown, the dates contradict each other, or another process is at work for too long.
        """
        known = list_sources()
        unknown = [name for name in names if name not in known]
        if unknown:
            raise UserError(f"There is no source “{unknown[0]}”; the sources are {', '.join(sorted(known))}.")
        if self.since and self.until and self.since > self.until:
            raise UserError(f"--since {self.since} is after --until {self.until}. Exchange them.")
        if self.offline and (self.since or self.until):
            raise UserError("--offline takes every stored snapshot as it is: leave out --since and --until.")
        with store.lock(self.data):
            for name in dict.fromkeys(names or sorted(known)):
                yield self._run(known[name], named=bool(names))

    def _run(self, kind: type[Source], named: bool) -> Delivery:
        outcome = Delivery(kind.name)
        try:
            secret = read_secret(kind.key.variable) if kind.key and not self.offline else None
            if kind.key and kind.key_required and not secret and not self.offline:
                text = f"It needs a key. {kind.key.describe()}"
                outcome.skipped, outcome.problem = (text, "") if not named else ("", f"{kind.name}: {text}")
                return outcome
            book = Book(self.data)
            if self.offline:
                self._replay(kind, book, outcome)
            else:
                self._fetch(kind, book, secret, outcome)
        except UserError as problem:
            outcome.problem = str(problem)
        except (ValueError, KeyError, ArithmeticError):
            outcome.problem = self._blame_tables(kind)
            if not outcome.problem:
                raise
        except OSError as problem:
            if problem.errno in store.READ_ONLY:
                outcome.problem = f"{kind.name}: {store.describe_read_only(problem, self.data)}"
                return outcome
            if problem.errno not in store.STORAGE_FULL:
                raise
            full = errno.errorcode.get(problem.errno, "")
            outcome.problem = (
                f"{kind.name}: the storage is full ({full}). Free some space and run this again; the tables stay as "
                "they were."
            )
        return outcome

    def _blame_tables(self, kind: type[Source]) -> str:
        """Say what is wrong with the tables as they stand, if it is they that cannot be read."""
        problems = list_broken(kind.tables, self.data)
        head = f"{kind.name}: the tables do not keep the contract as they stand; nothing was changed."
        return "\n".join([head, *problems[:5]]) if problems else ""

    def _replay(self, kind: type[Source], book: Book, outcome: Delivery) -> None:
        """Ingest all stored snapshots, the oldest first, and replace the tables once."""
        stored = list(snapshots.load_all(kind.name, self.data))
        if not stored:
            outcome.skipped = "There is no snapshot of it yet; refresh without --offline."
            return
        made = [self._ingest(kind, book, one, outcome) for one in stored]
        self._replace(made, outcome)

    def _fetch(self, kind: type[Source], book: Book, secret: str | None, outcome: Delivery) -> None:
        made = self._take_up(kind, book, outcome)
        client = self._make_client(kind, secret)
        source = kind(book, self.accept_jumps)
        try:
            snapshot = source.fetch(self.since, self.until, client)
            outcome.warnings = list(source.warnings)
            made.append(self._ingest(kind, book, snapshot, outcome))
        except AnswerError:
            snapshots.clear_parts(kind.name, self.data)
            raise
        finally:
            client.close()
            outcome.received = client.received
        if not self.dry_run:
            snapshots.mark_pending(snapshot, self.data)
            snapshots.save_snapshot(snapshot, made[-1].about, self.data)
        try:
            self._replace(made, outcome)
        except UserError:
            self._forget_pending(kind)
            raise
        self._forget_pending(kind)
        if not self.dry_run:
            snapshots.clear_parts(kind.name, self.data)

    def _take_up(self, kind: type[Source], book: Book, outcome: Delivery) -> list[Ingest]:
        """Ingest what an interrupted run has stored, if there is any; refused once, it is not tried again."""
        pending = snapshots.find_pending(kind.name, self.data)
        if not pending:
            return []
        try:
            return [self._ingest(kind, book, snapshots.load_snapshot(pending), outcome)]
        except UserError:
            self._forget_pending(kind)
            raise

    def _forget_pending(self, kind: type[Source]) -> None:
        if not self.dry_run:
            snapshots.clear_pending(kind.name, self.data)

    def _ingest(self, kind: type[Source], book: Book, snapshot: Snapshot, outcome: Delivery) -> Ingest:
        source = kind(book, self.accept_jumps)
        placed = dataclasses.replace(snapshot, folder=snapshots.plan(snapshot, self.data))
        made = source.ingest(placed)
        # A table is credited to the answer that changed it, not to a later one that says the same.
        changing = tuple(one for one in made.updates if not book.holds(one))
        made = dataclasses.replace(made, updates=changing)
        book.take(made.updates)
        if not snapshot.fresh:
            outcome.stored.append(paths.shorten(snapshots.plan(snapshot, self.data)))
        outcome.as_of, outcome.rows = made.about.as_of, made.about.rows
        outcome.warnings = list(dict.fromkeys([*outcome.warnings, *made.warnings]))
        return made

    def _replace(self, made: Sequence[Ingest], outcome: Delivery) -> None:
        updates: dict[str, Update] = {}
        rows: dict[str, Row] = {}
        for one in made:
            updates |= {update.table: update for update in one.updates}
            rows |= {row["source_id"]: row for row in one.sources}
        outcome.changes = store.replace(updates.values(), rows.values(), self.data, self.dry_run)

    def _make_client(self, kind: type[Source], secret: str | None) -> Client:
        return self.client(
            base=os.environ.get(kind.variable()) or kind.base,
            source=kind.name,
            variable=kind.variable(),
            key=kind.key,
            secret=secret,
            patience=self.patience,
            interval=kind.interval,
            known=snapshots.list_answers(kind.name, self.data),
            parts=None if self.dry_run else snapshots.find_folder(kind.name, self.data) / snapshots.PARTS_FOLDER,
            bar=None if self.quiet else _make_bar(kind.name),
        )


def _make_bar(name: str) -> Callable[[int | None], Any]:
    def bar(length: int | None) -> Any:
        # disable=None: no bar where the output is not a terminal.
        return tqdm(total=length, desc=name, unit="B", unit_scale=True, disable=None, leave=False, file=sys.stderr)

    return bar
