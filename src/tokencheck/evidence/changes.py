"""What differs between two states of a table, row by row: added, changed, vanished, restated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tokencheck.evidence.rows import Row, make_key
from tokencheck.evidence.tables import Resource

_MOST_SHOWN = 5


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
        lines += [f"  restated: {one}" for one in self.restatements[:_MOST_SHOWN]]
        more = len(self.restatements) - _MOST_SHOWN
        if more > 0:
            lines.append(f"  … and {more} more restated numbers, none by more")
        lines += [f"  vanished: {', '.join(key)}" for key in self.vanished[:_MOST_SHOWN]]
        if len(self.vanished) > _MOST_SHOWN:
            lines.append(f"  … and {len(self.vanished) - _MOST_SHOWN} more vanished")
        return lines


def _describe_span(keys: Sequence[tuple[str, ...]]) -> str:
    """Give the stretch of time of rows whose key begins with one."""
    firsts = sorted({key[0] for key in keys})
    if not firsts or not all(first[:4].isdigit() for first in firsts):
        return ""
    return f" ({firsts[0]})" if len(firsts) == 1 else f" ({firsts[0]} to {firsts[-1]})"


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


def compare_rows(resource: Resource, before: Iterable[Row], after: Iterable[Row]) -> Change:
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
    find_key, key_columns = make_key(resource), resource["schema"]["primaryKey"]
    kinds = {one["name"]: one["type"] for one in resource["schema"]["fields"] if one["name"] not in key_columns}
    before, after = list(before), list(after)
    kept = set(map(id, before)) & set(map(id, after))  # most rows of a long table are the same objects
    old, new = ({find_key(row): row for row in rows if id(row) not in kept} for rows in (before, after))
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
    find_key, key_columns = make_key(resource), resource["schema"]["primaryKey"]
    numeric = {one["name"]: one["type"] in ("integer", "number") for one in resource["schema"]["fields"]}
    compared = [name for name in numeric if name not in (*key_columns, "source_id", "commit", "note")]
    old = {find_key(row): row for row in before}

    def says_nothing_new(row: Row, was: Row) -> bool:
        return all(same_cell(was.get(name) or "", row.get(name) or "", numeric[name]) for name in compared)

    kept: list[Row] = []
    for row in after:
        was = old.get(find_key(row), row)
        kept.append(was if was is row or says_nothing_new(row, was) else row)
    return kept
