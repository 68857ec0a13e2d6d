"""What every source of data has in common: one interface, the checks of an answer's rows, and how rows join a table.

A new source is one module in `tokencheck.evidence.refresh.sources` with one subclass of `Source`; nothing lists it.
"""

import csv
import io
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, ClassVar

from tokencheck.characters import DECEPTIVE, is_formula, make_visible, name_harmful
from tokencheck.evidence.changes import keep_unchanged
from tokencheck.evidence.refresh.client import TABLES_STAND, Answer, AnswerError, Client, Key, read_text_answer
from tokencheck.evidence.refresh.snapshots import Description, Snapshot
from tokencheck.evidence.rows import Row, Update, make_key, read_texts
from tokencheck.evidence.tables import NAME_COLUMNS, NAME_WORDS, find_resource

MOST_NAMED = 5
# Where a spreadsheet might compute a cell, or a name lead out of a folder.
MAYBE_DECEPTIVE = re.compile(r"^[=@\t\r+./-]|/\.|\./|\\", re.M)
MOST_WITHDRAWN = 0.5  # of the rows that a question covers; an answer that lacks more is not taken unasked
ACCEPT = "If the provider confirms them, take them with --accept-jumps."


@dataclass(frozen=True)
class Ingest:
    """What a snapshot makes of the tables.

    Attributes
    ----------
    updates : tuple of Update
        Each table as it becomes.
    sources : tuple of mapping
        Rows for the table ``sources``.
    about : Description
        For the provenance record of the snapshot.
    warnings : tuple of str
        What the user should know though the rows are taken.
    """

    updates: tuple[Update, ...]
    sources: tuple[Row, ...]
    about: Description
    warnings: tuple[str, ...] = ()


class Book:
    """The tables as they stand, read when first asked for, and as earlier snapshots of the same run left them."""

    def __init__(self, data: Path | None = None) -> None:
        """Read nothing yet."""
        self.data = data
        self._rows: dict[str, list[Row]] = {}

    def rows(self, table: str) -> list[Row]:
        """Give a table's rows as text."""
        if table not in self._rows:
            self._rows[table] = read_texts(table, self.data)
        return self._rows[table]

    def resource(self, table: str) -> dict[str, Any]:
        """Give a table's part of the contract."""
        return find_resource(table, self.data)

    def holds(self, update: Update) -> bool:
        """Say whether an update leaves a table as it stands; `Source.join` keeps unchanged rows themselves."""
        known = set(map(id, self.rows(update.table)))
        return len(update.rows) == len(known) and all(id(row) in known for row in update.rows)

    def take(self, updates: Iterable[Update]) -> None:
        """Go on from these rows."""
        for update in updates:
            self._rows[update.table] = list(update.rows)


class Source(ABC):
    """One provider of data.

    Attributes
    ----------
    name : str
        As on the command line; ``TOKENCHECK_<NAME>_URL`` sets another base address.
    tables : tuple of str
        The tables it feeds.
    base : str
        Its base address.
    key : Key, optional
        The key it can use.
    key_required : bool
        Whether it does nothing without.
    interval : float
        Least seconds between two requests that its terms allow.
    source_id, producer, title, page, licence, credit, grade, processing : str
        For the table ``sources`` and the provenance records; ``{as_of}`` in the credit is filled in.
    """

    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    base: ClassVar[str]
    key: ClassVar[Key | None] = None
    key_required: ClassVar[bool] = False
    interval: ClassVar[float] = 0.0
    source_id: ClassVar[str]
    producer: ClassVar[str]
    title: ClassVar[str]
    page: ClassVar[str]
    licence: ClassVar[str]
    credit: ClassVar[str]
    processing: ClassVar[str]
    grade: ClassVar[str] = "A"
    interested: ClassVar[bool] = False

    def __init__(self, book: Book | None = None, accept_jumps: bool = False) -> None:
        """Work on tables as they stand.

        Parameters
        ----------
        book : Book, optional
            The project's tables by default.
        accept_jumps : bool
            Take figures that leap away from their neighbours.
        """
        self.book = book or Book()
        self.accept_jumps = accept_jumps
        self.warnings: list[str] = []

    @classmethod
    def variable(cls) -> str:
        """Give the environment variable of the base address."""
        return f"TOKENCHECK_{cls.name.upper().replace('-', '_')}_URL"

    @abstractmethod
    def fetch(self, since: date | None, until: date | None, client: Client) -> Snapshot:
        """Fetch what the provider has for these days.

        Parameters
        ----------
        since, until : date, optional
            First and last day; by default from what the tables lack to the last complete day.
        client : Client

        Returns
        -------
        Snapshot

        Raises
        ------
        UserError
            When there is no usable answer.
        """

    @abstractmethod
    def ingest(self, snapshot: Snapshot) -> Ingest:
        """Make a snapshot part of the tables, changing nothing on disk.

        Parameters
        ----------
        snapshot : Snapshot

        Returns
        -------
        Ingest

        Raises
        ------
        UserError
            When the answers are not what the provider documents, or not plausible.
        """

    # ------------------------------------------------------------------------------------------- for the subclasses

    def fail(self, found: str, remedy: str = "") -> AnswerError:
        """Make the error of an answer that cannot be taken."""
        remedy = remedy or (
            "The provider's format may have changed: see its documentation, and the module "
            f"src/tokencheck/evidence/refresh/sources/{type(self).__module__.rsplit('.', 1)[-1]}.py."
        )
        return AnswerError(f"{self.name}: {found}. {TABLES_STAND} {remedy}")

    def warn(self, says: str) -> None:
        """Note something the user should know; said once."""
        says = make_visible(says)  # it may quote the answer
        if says not in self.warnings:
            self.warnings.append(says)

    def check_columns(self, found: Iterable[str], needed: Iterable[str], known: Iterable[str] = ()) -> None:
        """See that the columns of an answer are the documented ones.

        Raises
        ------
        UserError
            When one is missing. A new one is only warned of.
        """
        found, needed = list(found), list(needed)
        missing = [name for name in needed if name not in found]
        if missing:
            raise self.fail(f"the answer lacks {_name(missing)}; it has {_name(found)}")
        new = sorted({name for name in found if name not in {*needed, *known}})
        if new:
            self.warn(f"the answer has something new, which is not used: {_name(new)}")

    def read_day(self, value: Any, where: str) -> date:
        """Read a day written YYYY-MM-DD."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self.fail(f"{where}: {_show(value)} — expected a day written YYYY-MM-DD")

    def read_count(self, value: Any, where: str) -> int:
        """Read a whole number ≥ 0, which some providers write as text."""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18:
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{1,18}", value, re.ASCII):
            return int(value)
        raise self.fail(f"{where}: {_show(value)} — expected a whole number ≥ 0")

    def read_number(self, value: Any, where: str, least: Decimal | int | None = 0) -> Decimal:
        """Read a number, which some providers write as text."""
        plain = isinstance(value, str) and re.fullmatch(r"-?\d{1,20}(\.\d{1,30})?([eE][+-]?\d{1,2})?", value, re.ASCII)
        if plain or (isinstance(value, (int, float)) and not isinstance(value, bool)):
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal("NaN")
            if number.is_finite() and (least is None or number >= least):
                return number
        limit = "" if least is None else f" ≥ {least}"
        raise self.fail(f"{where}: {_show(value)} — expected a number{limit}")

    def read_text(self, value: Any, where: str, pattern: str = r"\S(.*\S)?") -> str:
        """Read a text of a certain form."""
        if isinstance(value, str) and len(value) < 500 and re.fullmatch(pattern, value):
            if name_harmful(value):
                raise self.fail(f"{where}: {_show(value)} holds the character {name_harmful(value)}, which is no text")
            return value
        raise self.fail(f"{where}: {_show(value)} — expected a text of the form {pattern}")

    def read_mapping(self, value: Any, where: str) -> Mapping[str, Any]:
        """See that something is a JSON object."""
        if isinstance(value, Mapping):
            return value
        raise self.fail(f"{where}: {_show(value)} — expected an object")

    def read_list(self, value: Any, where: str) -> list[Any]:
        """See that something is a JSON list."""
        if isinstance(value, list):
            return value
        raise self.fail(f"{where}: {_show(value)} — expected a list")

    def read_csv(self, answer: Answer) -> list[dict[str, str]]:
        """Read an answer as CSV with a header; all rows have as many cells as it."""
        reader = csv.DictReader(io.StringIO(read_text_answer(answer, self.name), newline=""), strict=True)
        try:
            rows = list(reader)
        except csv.Error as problem:
            raise self.fail(f"line {reader.line_num}: {problem}") from None
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                raise self.fail(f"row {number} has more or fewer cells than the header")
        return rows

    def check_jumps(self, jumps: Sequence[str]) -> None:
        """Refuse figures that leap away from their neighbours, unless they were accepted.

        Raises
        ------
        UserError
            With the first of them.
        """
        if not jumps or self.accept_jumps:
            return
        more = f" and {len(jumps) - MOST_NAMED} more" if len(jumps) > MOST_NAMED else ""
        raise self.fail(f"implausible figures: {'; '.join(jumps[:MOST_NAMED])}{more}", ACCEPT)

    def join(self, table: str, new: Iterable[Row], replaces: Callable[[Row], bool] = lambda row: False) -> list[Row]:
        """Put new rows into a table.

        Parameters
        ----------
        table : str
        new : iterable of mapping
            Each takes the place of the row with its primary key.
        replaces : callable
            Says of an old row that it goes even if no new one has its key, such as all rows of a day read anew.

        Returns
        -------
        list of mapping
            The whole table; where only the source would differ, the old row.
        """
        resource, before = self.book.resource(table), self.book.rows(table)
        find_key = make_key(resource)
        rows = {find_key(row): row for row in before if not replaces(row)}
        rows |= {find_key(row): row for row in new}
        return keep_unchanged(resource, before, rows.values())

    def join_anew(self, table: str, new: Sequence[Row], covers: Callable[[Row], bool]) -> list[Row]:
        """Put the whole answer to a question into a table: what this source said before and no longer says goes.

        Parameters
        ----------
        table : str
        new : sequence of mapping
        covers : callable
            Says of an old row whether the question covered it.

        Returns
        -------
        list of mapping
            The whole table.

        Raises
        ------
        UserError
            When most of what was covered would go, unless that was accepted.
        """
        resource = self.book.resource(table)
        find_key, columns = make_key(resource), resource["schema"]["primaryKey"]
        given = set(map(find_key, new))
        own = [row for row in self.book.rows(table) if row["source_id"] == self.source_id and covers(row)]
        gone = [row for row in own if find_key(row) not in given]
        if len(gone) > MOST_WITHDRAWN * len(own):
            self.check_jumps([f"{len(gone)} of {len(own)} rows of {table} are no longer in the answer"])
        if gone:
            named = _name([" ".join(row[name] for name in columns if name != "source_id") for row in gone])
            self.warn(f"the provider has withdrawn, and the table loses: {named}")
        ids = set(map(id, gone))
        return self.join(table, new, lambda row: id(row) in ids)

    def update(
        self, table: str, rows: Sequence[Row], snapshot: Snapshot, as_of: str, credit: bool = True, **facts: Any
    ) -> Update:
        """Describe a table's update, with the snapshot it came from and, unless it is a by-product, the credit."""
        self._check_characters(table, rows)
        folder = snapshot.folder.name if snapshot.folder else None
        upstream = {
            "source_id": self.source_id,
            "url": self.page,
            "repository": None,
            "commit": None,
            "file": f"data/snapshots/{self.name}/{folder}/record.json" if folder else None,
            "sha256": snapshot.sha256,
            "sha256_note": "Of the newest answer; earlier ones stand beside it.",
        }
        old = self.book.resource(table)["credit"]
        return Update(
            table,
            rows,
            upstream=[upstream],
            credit=merge_credit(old, self.credit.format(as_of=as_of)) if credit else None,
            processing=self.processing,
            accessed=f"{snapshot.retrieved_at:%Y-%m-%d}",
            facts=facts,
        )

    def _check_characters(self, table: str, rows: Iterable[Row]) -> None:
        """Refuse names with characters that are no text before the answer is kept: later runs read it again."""
        known = set(map(id, self.book.rows(table)))
        for row in (row for row in rows if id(row) not in known):
            text = "\n".join(filter(None, row.values()))
            # One look a row, where nearly all are sound.
            if text.isascii() and not name_harmful(text) and not MAYBE_DECEPTIVE.search(text):
                continue
            for name, cell in row.items():
                if cell and name_harmful(cell):
                    raise self.fail(f"{name} {_show(cell)} holds the character {name_harmful(cell)}, which is no text")
                if cell and is_formula(cell):
                    raise self.fail(f"{name} {_show(cell)} is what a spreadsheet would compute, and no text")
                if cell and name in NAME_COLUMNS and DECEPTIVE.search(cell):
                    raise self.fail(f"{name} {_show(cell)} — expected {NAME_WORDS}")

    def finish(self, updates: Sequence[Update], snapshot: Snapshot, as_of: str, rows: int) -> Ingest:
        """Put together what a snapshot makes of the tables."""
        row = {
            "source_id": self.source_id,
            "publisher": self.producer,
            "title": self.title,
            "url": self.page,
            "published_date": as_of[:10],
            "how_read": f"fetched by `tokencheck refresh` on {snapshot.retrieved_at:%Y-%m-%d}",
            "licence": self.licence,
            "grade": self.grade,
            "interested": "true" if self.interested else "false",
            "repository": "",
            "commit": "",
            "file": "",
            "note": f"The answers stand in data/snapshots/{self.name}.",
        }
        about = Description(
            self.producer, self.title, self.page, self.licence, self.credit.format(as_of=as_of), as_of, rows
        )
        return Ingest(tuple(updates), (row,), about, tuple(self.warnings))


def merge_credit(old: str, new: str) -> str:
    """Add a credit line to a table's, or bring its date up to date.

    Examples
    --------
    >>> merge_credit("X. A (B), as of 1. Free.", "A (B), as of 2. Free.")
    'X. A (B), as of 2. Free.'
    >>> merge_credit("X.", "Y.")
    'X. Y.'
    """
    if new in old:
        return old
    head, mark, _ = new.partition(", as of ")
    start = old.find(head) if mark else -1
    return f"{old} {new}" if start < 0 else old[:start] + new


def write_decimal(number: Decimal | int) -> str:
    """Write a number plainly, without exponent or needless zeros.

    Examples
    --------
    >>> write_decimal(Decimal("0.00000030") * 1_000_000)
    '0.3'
    """
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def round_decimal(number: Decimal, digits: int = 6) -> Decimal:
    """Round to significant digits."""
    return Decimal(f"{number:.{digits}g}")


def list_days(first: date, last: date) -> list[date]:
    """List the days from the first to the last, both included."""
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


def name_days(days: Iterable[date]) -> str:
    """Name days in few words.

    Examples
    --------
    >>> name_days([date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 5)])
    '2026-01-01 to 2026-01-02, 2026-01-05'
    """
    stretches: list[list[date]] = []
    for day in sorted(set(days)):
        if stretches and day - stretches[-1][-1] == timedelta(days=1):
            stretches[-1].append(day)
        else:
            stretches.append([day])
    named = [f"{one[0]} to {one[-1]}" if len(one) > 1 else str(one[0]) for one in stretches]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more


def _name(items: Sequence[Any]) -> str:
    shown = [str(item)[:60] for item in items]
    more = f" and {len(shown) - 12} more" if len(shown) > 12 else ""
    return ", ".join(shown[:12]) + more or "nothing"


def _show(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 60 else text[:60] + "…"
