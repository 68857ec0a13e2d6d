"""How fresh the tables are: what each rests on, up to which day it reaches, and whether that is too long ago.

The contract (``data/datapackage.json``) says it table by table: ``asOf`` names the column that dates a row, and
``staleAfterDays`` how old the latest may be. That is one period of publication and the producer's usual delay; a table
without it records a past that is closed, or quotations, and is never stale.
"""

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.periods import read_days
from tokencheck.results import read_json, read_rows

# Only what is wholly a date counts: “latest two half-years (file of Feb 2026)” dates nothing.
DATED = re.compile(r"(?P<year>\d{4})(-(?P<part>[QS][1-4]|\d{2}(-\d{2})?))?(T\d{2}:\d{2}Z)?")
MONTHS_OF = {"Q": 3, "S": 6}
OWN = "OWN-"


@dataclass(frozen=True)
class TableStatus:
    """How one table stands.

    Attributes
    ----------
    table : str
        Name in the contract.
    producer : str
        Who made the data; with the source_ids of imported rows.
    as_of : str
        Latest date or period among its rows, imported ones aside, as written there; empty when they carry none.
    age_days : int or None
        Days from the end of that period to today; None when it is not dated.
    stale_after_days : int or None
        Age at which it is stale; None for a table that is never so.
    rows : int
        Number of rows.
    licence : str
        As the contract states it.
    """

    table: str
    producer: str
    as_of: str
    age_days: int | None
    stale_after_days: int | None
    rows: int
    licence: str

    @property
    def stale(self) -> bool | None:
        """Whether it is too old; None when it cannot be."""
        if self.stale_after_days is None:
            return None
        return self.age_days is None or self.age_days > self.stale_after_days


def read_period(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Read a date, month, quarter, half-year or year and give its first and last day.

    Parameters
    ----------
    text : str
        Such as ``2026-03-13``, ``2026-08-22T12:08Z``, ``2026-Q1``, ``2025-S2`` or ``2026``.

    Returns
    -------
    tuple of date or None
        None when the text is not wholly one of these.

    Examples
    --------
    >>> read_period("2025-S2")[1].isoformat()
    '2025-12-31'
    """
    found = DATED.fullmatch(text)
    if not found:
        return None
    part = found["part"] or ""
    if part[:1] in MONTHS_OF:
        last = int(part[1]) * MONTHS_OF[part[0]]
        if last > 12:
            return None
        first = f"{found['year']}-{last - MONTHS_OF[part[0]] + 1:02}"
        text = f"{first}/{last:02}"
    try:
        return read_days(text)
    except ValueError:  # such as 2026-02-30
        return None


def find_latest(texts: Iterable[str]) -> str:
    """Give the latest of many dates and periods, as it is written; empty when none is dated.

    Examples
    --------
    >>> find_latest(["2025", "2026-Q1", "2026-02", "undated"])
    '2026-02'
    """
    dated = {text: span for text in set(texts) if (span := read_period(text))}
    return max(dated, key=lambda text: (*dated[text], text), default="")


def list_own(source_ids: Iterable[str]) -> list[str]:
    """List the sources that a user's own rows came in under; see `tokencheck.evidence.own`."""
    return sorted({source_id for source_id in source_ids if source_id.startswith(OWN)})


def date_table(resource: Mapping[str, Any], rows: Iterable[Mapping[str, str]]) -> str:
    """Give the date or period up to which a table reaches.

    Parameters
    ----------
    resource : mapping
        The table in the contract.
    rows : iterable of mappings
        Its rows as text.

    Returns
    -------
    str
        As written in the column that ``asOf`` names; empty without one.
    """
    column = resource.get("asOf")
    return find_latest(row.get(column) or "" for row in rows) if column else ""


def describe_table(resource: Mapping[str, Any], today: datetime.date, data: Path | None = None) -> TableStatus:
    """Say how one table stands.

    Parameters
    ----------
    resource : mapping
        The table in the contract.
    today : date
        The day to count from.
    data : Path, optional
        Folder that holds ``tables`` and ``provenance``; the project's own by default.

    Returns
    -------
    TableStatus
    """
    folder = data or paths.DATA
    rows = read_rows(folder / resource["path"])
    record = read_json(folder / "provenance" / f"{resource['name']}.json", "Restore it with git.")
    own = list_own(row.get("source_id") or "" for row in rows)
    # A user's own rows do not make the producer's any fresher.
    as_of = date_table(resource, [row for row in rows if not (row.get("source_id") or "").startswith(OWN)])
    age = max((today - read_period(as_of)[1]).days, 0) if as_of else None
    return TableStatus(
        table=resource["name"],
        producer=" + ".join([str(record["producer"]), *(own if resource["name"] != "sources" else [])]),
        as_of=as_of,
        age_days=age,
        stale_after_days=resource.get("staleAfterDays"),
        rows=len(rows),
        licence=", ".join(licence.get("title", licence["name"]) for licence in resource["licenses"]),
    )


def list_status(today: datetime.date | None = None, data: Path | None = None) -> list[TableStatus]:
    """Say how every table stands, in the order of the contract.

    Parameters
    ----------
    today : date, optional
        The day to count from; by default that of the clock (UTC).
    data : Path, optional
        Folder that holds the contract; the project's own by default.

    Returns
    -------
    list of TableStatus
    """
    from tokencheck.evidence.tables import (
        read_contract,
    )  # here: it loads pandas, and a claim needs only the names of this module

    today = today or datetime.datetime.now(datetime.UTC).date()
    return [describe_table(resource, today, data) for resource in read_contract(data)["resources"]]


def _shorten(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def write_status(found: Iterable[TableStatus]) -> str:
    """Write the state of the tables as aligned columns, the stale ones marked."""
    head = ("table", "as of", "age", "rows", "stale", "source", "licence")
    lines = [head]
    for one in found:
        limit = {True: f"STALE (> {one.stale_after_days} d)", False: "no", None: "–"}[one.stale]
        age = "–" if one.age_days is None else f"{one.age_days} d"
        source, licence = _shorten(one.producer, 44), _shorten(one.licence, 40)
        lines.append((one.table, one.as_of or "–", age, str(one.rows), limit, source, licence))
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    right = {2, 3}
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def run_status(as_json: bool = False, today: str | None = None) -> int:
    """Print the state of the tables: ``tokencheck data status``.

    Parameters
    ----------
    as_json : bool
        Print JSON instead of columns.
    today : str, optional
        Count from this day, written YYYY-MM-DD, instead of today.

    Returns
    -------
    int
        0 when no table is stale, 1 when one is.
    """
    try:
        day = datetime.date.fromisoformat(today) if today else None
    except ValueError:
        raise UserError(f"--today: “{today}” is not a date; write it YYYY-MM-DD.") from None
    found = list_status(day)
    stale = [one.table for one in found if one.stale]
    if as_json:
        print(json.dumps([asdict(one) | {"stale": one.stale} for one in found], ensure_ascii=False, indent=1))
        return 1 if stale else 0
    print(write_status(found))
    if not stale:
        print("\nNo table is stale.")
        return 0
    which = f"{len(stale)} table{'s are' if len(stale) > 1 else ' is'} stale: {', '.join(stale)}."
    print(f"\n{which} Get newer data with `tokencheck refresh`, or your own with `tokencheck import`.")
    return 1
