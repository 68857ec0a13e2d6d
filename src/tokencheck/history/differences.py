"""What differs between two editions: verdicts that flipped and why, readings, values, and the data that moved them.

The claim's own period (`verdict`) and the last complete one (`status_now`) are listed separately throughout.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tokencheck import wording
from tokencheck.errors import UserError
from tokencheck.history import editions
from tokencheck.history.editions import (
    ClaimState,
    Edition,
    Fact,
    Outcome,
    ReadingState,
    TableState,
    find_edition,
    list_editions,
    same_results,
)

FOR_THEN, FOR_NOW = "then", "now"
VERDICT, STATUS_NOW = "verdict", "status_now"
KINDS = {VERDICT: FOR_THEN, STATUS_NOW: FOR_NOW}
HEADINGS = {VERDICT: "Verdicts, for the claim’s own period", STATUS_NOW: "Status now, for the last complete period"}
MOVED_PERCENT = 5.0
NOTHING = "none"
_FORMATS = ("text", "markdown", "json")

Names = Mapping[str, str]  # of readings, by keys such as ``C05 share/platform``
NO_NAMES: Names = {}


@dataclass(frozen=True)
class TableChange:
    """A table that differs: its state before and after; None where it did not exist."""

    table: str
    before: TableState | None
    after: TableState | None


@dataclass(frozen=True)
class Crossing:
    """A reading whose outcome differs: it crossed the tolerance, or got or lost its data."""

    claim: str
    reading: str
    name: str
    role: str
    when: str
    before: str
    after: str
    value_before: str
    value_after: str
    redefined: bool
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """A value that moved by more than the percentage asked for; `percent` is None where none can be given."""

    name: str
    when: str
    before: str
    after: str
    percent: float | None
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Flip:
    """A verdict or status that differs, and why, one reason a line."""

    claim: str
    kind: str
    before: str
    after: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Everything that differs from edition `before` to edition `after`."""

    before: str
    after: str
    as_of_before: str
    as_of_after: str
    rule_before: str
    rule_after: str
    moved_percent: float
    flips: tuple[Flip, ...]
    crossings: tuple[Crossing, ...]
    moves: tuple[Move, ...]
    tables: tuple[TableChange, ...]
    redefined: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether results and data are the same."""
        return not any((self.flips, self.crossings, self.moves, self.tables, self.redefined, self.added, self.removed))

    def select_flips(self, kind: str) -> list[Flip]:
        """Give the flips of the verdict, or those of the status now."""
        return [one for one in self.flips if one.kind == kind]


# ------------------------------------------------------------------------------------------------------------ comparing


def _pick(reading: ReadingState | None, when: str) -> Outcome | None:
    return reading if reading is None or when == FOR_THEN else reading.now


def _write(outcome: Outcome | Fact | None, unit: str) -> str:
    if outcome is None:
        return NOTHING
    bounds = (outcome.low, outcome.high) if isinstance(outcome, Outcome) else (None, None)
    return wording.write_quantity(outcome.value, unit, *bounds)


def measure_move(before: float | str | None, after: float | str | None) -> float | None:
    """Give the change of a value in percent of what it was.

    Examples
    --------
    >>> measure_move(50, 55), measure_move(0, 1), measure_move("2026-02-01", "2026-03-01")
    (10.0, inf, None)
    """
    if isinstance(before, str | None) or isinstance(after, str | None):
        return None
    if before == after:
        return 0.0
    return 100 * (after - before) / abs(before) if before else math.copysign(math.inf, after)


def _measure_outcome(before: Outcome | Fact, after: Outcome | Fact) -> float | None:
    """Give the larger of the moves of a value and of its bounds; None where it gave way to bounds, or to nothing."""
    if before.value is not None or after.value is not None:
        return measure_move(before.value, after.value)
    if isinstance(before, Fact) or isinstance(after, Fact):
        return None
    ends = [measure_move(before.low, after.low), measure_move(before.high, after.high)]
    return None if None in ends else max(ends, key=abs)


def _same(before: Outcome | Fact, after: Outcome | Fact) -> bool:
    keys = ("value", "low", "high") if isinstance(before, Outcome) else ("value",)
    return all(getattr(before, key) == getattr(after, key) for key in keys)


def list_table_changes(before: Edition, after: Edition) -> list[TableChange]:
    """List the tables that differ, by name."""
    names = sorted({*before.tables, *after.tables})
    states = [(name, before.tables.get(name), after.tables.get(name)) for name in names]
    return [TableChange(*one) for one in states if (one[1] and one[1].sha256) != (one[2] and one[2].sha256)]


def _list_tables(*claims: ClaimState) -> set[str]:
    """List the tables that any reading of a claim rests on."""
    readings = [reading for claim in claims for reading in claim.readings.values()]
    return {name for one in readings for outcome in (one, one.now) if outcome for name in outcome.tables}


def _pair(before: ClaimState, after: ClaimState) -> Iterator[tuple[str, str, ReadingState, ReadingState]]:
    for key in after.readings:
        if key in before.readings:
            for when in (FOR_THEN, FOR_NOW):
                yield key, when, before.readings[key], after.readings[key]


def _name(key: str, names: Names) -> str:
    """Name a claim or a reading by its key, such as ``C05 share/platform``."""
    return f"{key.partition(' ')[0]} {names[key]}" if key in names else key


def list_crossings(
    claim_id: str, before: ClaimState, after: ClaimState, changed: Iterable[str], names: Names = NO_NAMES
) -> list[Crossing]:
    """List the readings of a claim whose outcome differs, those that are shown only included."""
    found = []
    for key, when, one, other in _pair(before, after):
        old, new = _pick(one, when), _pick(other, when)
        if (old and old.outcome) == (new and new.outcome):
            continue
        own = {name for outcome in (old, new) if outcome for name in outcome.tables}
        found.append(
            Crossing(
                claim_id,
                key,
                names.get(f"{claim_id} {key}", key),
                other.role,
                when,
                old.outcome if old else NOTHING,
                new.outcome if new else NOTHING,
                _write(old, one.unit),
                _write(new, other.unit),
                one.definition != other.definition,
                tuple(sorted(own & set(changed))),
            )
        )
    return found


def _moved_far(before: Outcome | Fact, after: Outcome | Fact, threshold: float) -> tuple[bool, float | None]:
    percent = _measure_outcome(before, after)
    return (not _same(before, after) if percent is None else abs(percent) > threshold), percent


def _list_moved_readings(
    claim_id: str, before: ClaimState, after: ClaimState, changed: Iterable[str], threshold: float, names: Names
) -> list[Move]:
    found = []
    for key, when, one, other in _pair(before, after):
        old, new = _pick(one, when), _pick(other, when)
        if old is None or new is None or one.unit != other.unit:
            continue
        far, percent = _moved_far(old, new, threshold)
        if far:
            tables = tuple(sorted({*old.tables, *new.tables} & set(changed)))
            texts = (_write(old, one.unit), _write(new, other.unit))
            found.append(Move(_name(f"{claim_id} {key}", names), when, *texts, percent, tables))
    return found


def _list_moved_facts(before: Edition, after: Edition, threshold: float) -> list[Move]:
    found = []
    for topic, facts in after.facts.items():
        for name, new in facts.items():
            old = before.facts.get(topic, {}).get(name)
            if old is None or old.unit != new.unit:
                continue
            far, percent = _moved_far(old, new, threshold)
            if far:
                texts = (_write(old, old.unit), _write(new, new.unit))
                found.append(Move(f"facts.{topic}.{name}", "", *texts, percent, ()))
    return found


def _explain_parts(before: ClaimState, after: ClaimState, kind: str) -> Iterator[str]:
    for part, new in after.parts.items():
        old = before.parts.get(part)
        was = getattr(old, kind) if old else None
        now = getattr(new, kind)
        if was == now:
            continue
        if len(after.parts) > 1:
            yield f"part {part}: {was or NOTHING} → {now or NOTHING}"
        grades = [
            (old and getattr(old, key) or "none", getattr(new, key) or "none") for key in ("supports", "contradicts")
        ]
        if new.basis == "findings" and any(one != other for one, other in grades):
            (for_old, for_new), (against_old, against_new) = grades
            yield f"findings on {part}: best for {for_old} → {for_new}, best against {against_old} → {against_new}"


def write_change(change: TableChange) -> str:
    """Say in one line how a table differs.

    Examples
    --------
    >>> old, new = (TableState(as_of="2026", rows=rows, sha256=str(rows)) for rows in (1, 2))
    >>> write_change(TableChange("pue", old, new))
    'pue (2026, 1 → 2 rows)'
    """
    old, new = change.before, change.after
    if old is None or new is None:
        return f"{change.table} ({'new' if old is None else 'removed'})"
    if old.as_of != new.as_of:
        return f"{change.table} ({old.as_of or 'undated'} → {new.as_of or 'undated'})"
    rows = f"{old.rows} → {new.rows} rows" if old.rows != new.rows else f"{new.rows} rows, cells changed"
    return f"{change.table} ({f'{new.as_of}, ' if new.as_of else ''}{rows})"


def explain_flip(
    claim_id: str, kind: str, before: Edition, after: Edition, changes: list[TableChange], crossings: list[Crossing]
) -> tuple[str, ...]:
    """Say why a verdict or status differs: parts, readings that crossed, findings, data; else the rule or the code."""
    old, new = before.claims[claim_id], after.claims[claim_id]
    why = list(_explain_parts(old, new, kind))
    own: set[str] = set()
    entering = [one for one in crossings if one.claim == claim_id and one.when == KINDS[kind]]
    for one in sorted(entering, key=lambda one: one.role != "literal"):
        if one.role == "diagnostic":
            continue
        what = f"reading {one.name} ({one.role}): {one.before} → {one.after}"
        values = f", {one.value_before} → {one.value_after}" if one.value_before != one.value_after else ""
        why.append(f"{what}{values}{'; it is defined anew' if one.redefined else ''}")
        own |= set(one.tables)
    known = _list_tables(old, new)
    if any(part.basis == "findings" for part in new.parts.values()):
        known |= {"findings"}
    moved = [one for one in changes if one.table in (own or known)]
    if moved:
        why.append("data: " + ", ".join(write_change(one) for one in moved))
    others = [one for one in changes if one.table in known and one not in moved]
    if others:
        why.append("its other readings rest on: " + ", ".join(write_change(one) for one in others))
    if before.rule_version != after.rule_version:
        why.append(f"the rule: version {before.rule_version} → {after.rule_version}")
    if (
        not moved
        and not others
        and before.rule_version == after.rule_version
        and not any(one.redefined for one in entering)
    ):
        why.append("none of its tables changed: it is the register or the code")
    return tuple(why)


def _list_flips(
    before: Edition, after: Edition, changes: list[TableChange], crossings: list[Crossing]
) -> Iterator[Flip]:
    for kind in KINDS:
        for claim_id, new in after.claims.items():
            old = before.claims.get(claim_id)
            if old and getattr(old, kind) != getattr(new, kind):
                why = explain_flip(claim_id, kind, before, after, changes, crossings)
                yield Flip(claim_id, kind, getattr(old, kind) or NOTHING, getattr(new, kind) or NOTHING, why)


def _list_keys(edition: Edition) -> dict[str, str]:
    """Give every claim and reading with a hash of its definition."""
    keys = dict.fromkeys(edition.claims, "")
    for claim_id, claim in edition.claims.items():
        keys |= {f"{claim_id} {key}": reading.definition for key, reading in claim.readings.items()}
    return keys


def compare_editions(
    before: Edition, after: Edition, moved_percent: float = MOVED_PERCENT, names: Names = NO_NAMES
) -> Difference:
    """Compare two editions.

    Parameters
    ----------
    before, after : Edition
    moved_percent : float
        Values that moved by more than this percentage of what they were are listed.
    names : mapping of str to str
        What to call readings, by their keys such as ``C05 share/platform``; one without a name goes by its key.

    Returns
    -------
    Difference
    """
    changes = list_table_changes(before, after)
    changed = [one.table for one in changes]
    crossings: list[Crossing] = []
    moves: list[Move] = []
    for claim_id, new in after.claims.items():
        if old := before.claims.get(claim_id):
            crossings += list_crossings(claim_id, old, new, changed, names)
            moves += _list_moved_readings(claim_id, old, new, changed, moved_percent, names)
    moves += _list_moved_facts(before, after, moved_percent)
    old_keys, new_keys = _list_keys(before), _list_keys(after)
    return Difference(
        before=before.edition,
        after=after.edition,
        as_of_before=before.as_of,
        as_of_after=after.as_of,
        rule_before=before.rule_version,
        rule_after=after.rule_version,
        moved_percent=moved_percent,
        flips=tuple(_list_flips(before, after, changes, crossings)),
        crossings=tuple(crossings),
        moves=tuple(moves),
        tables=tuple(changes),
        redefined=tuple(_name(key, names) for key in new_keys if key in old_keys and old_keys[key] != new_keys[key]),
        added=tuple(_name(key, names) for key in new_keys if key not in old_keys),
        removed=tuple(_name(key, names) for key in old_keys if key not in new_keys),
    )


# -------------------------------------------------------------------------------------------------------------- writing


def write_percent(percent: float | None) -> str:
    """Write a move with its sign; a dash where none can be given.

    Examples
    --------
    >>> write_percent(12.345), write_percent(-3), write_percent(None)
    ('+12.3\\xa0%', '−3.0\\xa0%', '–')
    """
    if percent is None:
        return "–"
    if math.isinf(percent):
        return "from zero"
    return f"{'+' if percent > 0 else '−'}{abs(percent):.1f}{wording.NO_BREAK}%"


def write_threshold(percent: float) -> str:
    """Say how far a value moves to be listed.

    Examples
    --------
    >>> write_threshold(5.0)
    'by more than 5 %, or at all where no percentage says how far'
    """
    return f"by more than {percent:g} %, or at all where no percentage says how far"


def write_flips(difference: Difference) -> str:
    """List the verdicts that flipped and why, the two kinds apart."""
    lines = []
    for kind, heading in HEADINGS.items():
        flips = difference.select_flips(kind)
        lines.append(f"{heading}: {len(flips) or 'none'} flipped")
        for flip in flips:
            lines.append(f"  {flip.claim}  {flip.before} → {flip.after}")
            lines += [f"       {reason}" for reason in flip.why]
    return "\n".join(lines)


def write_difference(difference: Difference) -> str:
    """Write a difference for the terminal."""
    lines = [
        f"{difference.before} → {difference.after} (data to {difference.as_of_before} → {difference.as_of_after})",
        "",
    ]
    if difference.empty:
        return "\n".join([*lines, "No difference: the same results from the same data."])
    lines += [write_flips(difference), ""]
    lines.append(f"Readings that crossed the tolerance: {len(difference.crossings) or 'none'}")
    for one in difference.crossings:
        values = f"  {one.value_before} → {one.value_after}"
        lines.append(f"  {one.claim} {one.reading} ({one.role}, {one.when}): {one.before} → {one.after}{values}")
    lines += ["", f"Values that moved {write_threshold(difference.moved_percent)}: "
              f"{len(difference.moves) or 'none'}"]  # fmt: skip
    for one in difference.moves:
        when = f" ({one.when})" if one.when else ""
        by = f"  [{', '.join(one.tables)}]" if one.tables else ""
        lines.append(f"  {one.name}{when}: {one.before} → {one.after}  {write_percent(one.percent)}{by}")
    lines += ["", f"Tables that changed: {len(difference.tables) or 'none'}"]
    for one in difference.tables:
        lines.append(f"  {write_change(one)}")
    if difference.rule_before != difference.rule_after:
        lines += ["", f"Rule: version {difference.rule_before} → {difference.rule_after}"]
    for words, keys in _list_register(difference):
        lines += ["", f"{words}: {', '.join(keys)}"]
    return "\n".join(lines)


def _list_register(difference: Difference) -> list[tuple[str, tuple[str, ...]]]:
    named = [
        ("Readings defined anew", difference.redefined),
        ("Claims and readings added", difference.added),
        ("Claims and readings removed", difference.removed),
    ]
    return [(words, keys) for words, keys in named if keys]


def write_markdown(difference: Difference) -> str:
    """Write a difference as the text of a change request."""
    lines = [
        f"# From {difference.before} to {difference.after}",
        "",
        f"Data to {difference.as_of_before} → {difference.as_of_after}.",
        "",
    ]
    if difference.empty:
        return "\n".join([*lines, "No difference: the same results from the same data."])
    for kind, heading in HEADINGS.items():
        flips = difference.select_flips(kind)
        lines += [f"## {heading}: {len(flips) or 'none'} flipped", ""]
        for flip in flips:
            lines.append(f"- **{flip.claim}**: {flip.before} → **{flip.after}**")
            lines += [f"    - {reason}" for reason in flip.why]
        lines += [""] if flips else []
    lines += [f"## Readings that crossed the tolerance: {len(difference.crossings) or 'none'}", ""]
    if difference.crossings:
        lines += ["| Claim | Reading | Role | When | Outcome | Value |", "|:--|:--|:--|:--|:--|:--|"]
        lines += [
            f"| {one.claim} | {one.reading} | {one.role} | {one.when} | {one.before} → {one.after} "
            f"| {one.value_before} → {one.value_after} |"
            for one in difference.crossings
        ] + [""]
    threshold = write_threshold(difference.moved_percent)
    lines += [f"## Values that moved {threshold}: {len(difference.moves) or 'none'}", ""]
    if difference.moves:
        lines += ["| Value | When | Before | After | Moved | Data that moved it |", "|:--|:--|:--|:--|--:|:--|"]
        lines += [
            f"| {one.name} | {one.when} | {one.before} | {one.after} | {write_percent(one.percent)} "
            f"| {', '.join(one.tables)} |"
            for one in difference.moves
        ] + [""]
    lines += [f"## Tables that changed: {len(difference.tables) or 'none'}", ""]
    if difference.tables:
        lines += ["| Table | Data to | Rows | SHA-256 |", "|:--|:--|:--|:--|"]
        lines += [
            f"| {one.table} | {_join(one, 'as_of')} | {_join(one, 'rows')} | {_join(one, 'sha256')} |"
            for one in difference.tables
        ] + [""]
    if difference.rule_before != difference.rule_after:
        lines += [f"The rule went from version {difference.rule_before} to {difference.rule_after}.", ""]
    for words, keys in _list_register(difference):
        lines += [f"{words}: `{'`, `'.join(keys)}`.", ""]
    return "\n".join(lines).rstrip()


def _join(change: TableChange, key: str) -> str:
    def get(state: TableState | None) -> str:
        return "–" if state is None else str(getattr(state, key))[:10] or "–"

    old, new = get(change.before), get(change.after)
    return old if old == new else f"{old} → {new}"


def format_json(difference: Difference) -> str:
    """Write a difference as JSON; an infinite move, from zero, is null."""

    def clean(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: clean(value) for key, value in node.items()}
        if isinstance(node, list | tuple):
            return [clean(value) for value in node]
        if hasattr(node, "model_dump"):
            return node.model_dump()
        return None if isinstance(node, float) and math.isinf(node) else node

    return json.dumps(clean(asdict(difference)), ensure_ascii=False, indent=1)


def write_news() -> str:
    """Say what flipped since the last edition or, where results are still those, since the one before it."""
    history, current = list_editions(), editions.describe_edition()
    if not history:
        return "There is no edition yet; keep these results as the first: make edition"
    if not same_results(history[-1], current):
        head = f"Results differ from edition {history[-1].edition}; to keep them as an edition: make edition"
        return "\n".join([head, write_flips(compare_editions(history[-1], current))])
    if len(history) < 2:
        return f"Edition: {history[0].edition}, the first."
    difference = compare_editions(history[-2], history[-1])
    head = f"Edition: {difference.after}. Since {difference.before}:"
    moved = f"values that moved {write_threshold(difference.moved_percent)}: {len(difference.moves)}"
    more = (
        f"Readings that crossed the tolerance: {len(difference.crossings)}; {moved} "
        "(`.venv/bin/tokencheck diff previous last`)"
    )
    return "\n".join([head, write_flips(difference), more])


WRITERS = {"text": write_difference, "markdown": write_markdown, "json": format_json}


def run_diff(before: str, after: str, moved_percent: float = MOVED_PERCENT, form: str = "text") -> int:
    """Print what differs between two editions: ``tokencheck diff A B``.

    Parameters
    ----------
    before, after : str
        See `tokencheck.history.editions.find_edition`.
    moved_percent : float
        See `compare_editions`.
    form : str
        One of `_FORMATS`.

    Returns
    -------
    int
        0, whatever differs.
    """
    if not moved_percent >= 0 or math.isinf(moved_percent):
        raise UserError(f"--moved {moved_percent:g} — expected a percentage from 0 on, such as 5.")
    print(WRITERS[form](compare_editions(find_edition(before), find_edition(after), moved_percent)))
    return 0
