"""What a user's figures can plausibly be, judged by the record they join: most that cannot be are of another unit."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median

from tokencheck.evidence.refresh.sources import openrouter
from tokencheck.evidence.rows import Row

NEAREST_DAYS = 14
_BEYOND = 10  # times below the least, or above the greatest, of all rows of a table


@dataclass(frozen=True)
class Yardstick:
    """How the figures of a table are judged.

    Attributes
    ----------
    figures : tuple of str
        Columns.
    series : tuple of str
        Columns that make rows one series, whose median is the measure; a new series is measured by the whole table.
    factor : int
        How many times more or less is still plausible.
    may_be_free : bool
        Nothing may be asked for it.
    """

    figures: tuple[str, ...]
    series: tuple[str, ...]
    factor: int
    may_be_free: bool = False


_NAMES = ("provider", "state", "geo")
_LISTED = ("input", "output", "cache_read", "cache_write", "input_long", "output_long")
YARDSTICKS = {
    "vendor_prices": Yardstick(
        tuple(f"{one}_usd_per_mtok" for one in _LISTED), ("provider", "vendor_model_id"), 100, may_be_free=True
    ),
    "point_prices": Yardstick(
        ("input_per_mtok", "output_per_mtok", "cache_read_per_mtok"), ("model", "currency"), 100, may_be_free=True
    ),
    "electricity_us": Yardstick(("price_usd_per_kwh",), ("state", "sector"), 10),
    "electricity_eu": Yardstick(("price_eur_per_kwh",), ("geo", "band", "tax"), 10),
    "electricity_cn": Yardstick(("price_cny_per_kwh_low", "price_cny_per_kwh_high"), (), 10),
    "exchange_rates": Yardstick(("rate",), ("pair",), 2),
}


def find_jumps(table: str, rows: Sequence[Row], before: Sequence[Row]) -> list[tuple[int, str]]:
    """Find rows whose figures are far from the record.

    Parameters
    ----------
    table : str
    rows : sequence of mapping
        New rows that keep the contract.
    before : sequence of mapping
        The rows of the table.

    Returns
    -------
    list of (int, str)
        The position of each row, or of the first row of a day, and what is implausible.
    """
    return list(_judge_figures(YARDSTICKS[table], rows, before) if table in YARDSTICKS else _judge_days(rows, before))


def find_today() -> date:
    """Give the day that it is everywhere or soon will be."""
    return datetime.now(UTC).date()


def find_future(rows: Sequence[Row]) -> list[int]:
    """Find the rows, by position, whose day or period has not begun.

    Examples
    --------
    >>> find_future([{"date": "2026-01-05"}, {"period": "9998-S2"}, {"period": "9999-Q1"}, {"period": "2025"}, {}])
    [1, 2]
    """
    today = find_today().isoformat()
    begin = [_find_begin(row.get("date") or row.get("period") or "") for row in rows]
    return [position for position, day in enumerate(begin) if day > today]


def _find_begin(period: str) -> str:
    """Give the first day of a day, month, quarter, half-year or year; empty where it is none."""
    found = re.match(r"(\d{4})(?:-(?:Q(\d)|S(\d)|(\d\d)))?(-\d\d)?", period, re.ASCII)
    if not found:
        return ""
    month = 3 * int(found[2]) - 2 if found[2] else 6 * int(found[3]) - 5 if found[3] else int(found[4] or 1)
    return f"{found[1]}-{month:02}{found[5] or '-01'}"


def find_unknown(table: str, rows: Sequence[Row], before: Sequence[Row]) -> dict[str, list[str]]:
    """Find by column the names of sellers, places and the like that the record does not have."""
    series = YARDSTICKS[table].series if table in YARDSTICKS else ()
    new = {name: {row[name] for row in rows} - {row[name] for row in before} for name in series if name in _NAMES}
    return {name: sorted(values) for name, values in new.items() if values}


def guess_unit(
    table: str, rows: Sequence[Row], before: Sequence[Row], units: Mapping[str, Mapping[str, Decimal]]
) -> dict[str, str]:
    """Guess the unit of figures that are far from the record: of those with which none would be, the nearest to it.

    Parameters
    ----------
    table : str
    rows, before : sequence of mapping
        As `find_jumps` takes them.
    units : mapping
        By column the units that a file may use, each with its factor to the contract's.

    Returns
    -------
    dict
        By column its unit; empty where none would do.
    """
    figures = YARDSTICKS[table].figures if table in YARDSTICKS else ("tokens",)
    columns = [name for name in figures if name in units]
    distances = {}
    for unit, factor in units[columns[0]].items() if columns else ():
        converted = [
            {**row, **{name: f"{Decimal(row[name]) * factor:f}" for name in columns if row.get(name)}} for row in rows
        ]
        if factor != 1 and not find_jumps(table, converted, before):
            distances[unit] = abs(_find_usual(table, converted).log10() - _find_usual(table, before).log10())
    return dict.fromkeys(columns, min(distances, key=distances.__getitem__)) if distances else {}


def _find_usual(table: str, rows: Sequence[Row]) -> Decimal:
    """Give the median of a table's first figure, or of its days; one where it has none."""
    if table in YARDSTICKS:
        figures = _read_figures(rows, YARDSTICKS[table].figures[0], ()).get((), [])
    else:
        figures = [Decimal(total) for total in _add_up(rows).values() if total]
    return median(figures) if figures else Decimal(1)


def _read_figures(rows: Iterable[Row], name: str, series: Sequence[str]) -> dict[tuple[str, ...], list[Decimal]]:
    figures: dict[tuple[str, ...], list[Decimal]] = defaultdict(list)
    for row in rows:
        if row.get(name) and Decimal(row[name]) > 0:  # free is no measure of a price
            figures[tuple(row[one] for one in series)].append(Decimal(row[name]))
    return figures


def _judge_figures(yardstick: Yardstick, rows: Sequence[Row], before: Sequence[Row]) -> Iterator[tuple[int, str]]:
    for name in yardstick.figures:
        known = _read_figures(before, name, yardstick.series)
        every = [figure for figures in known.values() for figure in figures]
        for position, row in enumerate(rows):
            if not every or not row.get(name):
                continue
            figure = Decimal(row[name])
            if figure == 0 and yardstick.may_be_free:
                continue
            own = known.get(tuple(row[one] for one in yardstick.series))
            usual = median(own) if own else None
            least, most = (
                (usual / yardstick.factor, usual * yardstick.factor)
                if usual
                else (min(every) / _BEYOND, max(every) * _BEYOND)
            )
            if not least <= figure <= most:
                against = f"against {usual:f} usually" if usual else f"against {min(every):f} to {max(every):f} in all"
                yield position, f"{name} {figure:f}, {against}"


def _add_up(rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        totals[row["date"]] += int(row["tokens"])
    return totals


def _judge_days(rows: Sequence[Row], before: Sequence[Row]) -> Iterator[tuple[int, str]]:
    """Compare each day's total with those of the record that are nearest to it."""
    new = _add_up(rows)
    held = {date.fromisoformat(day): total for day, total in _add_up(before).items() if day not in new and total}
    first = {row["date"]: position for position, row in reversed(list(enumerate(rows)))}
    for day, total in new.items():
        when = date.fromisoformat(day)
        near = sorted(held, key=lambda one: abs((one - when).days))[:NEAREST_DAYS]
        usual = median(held[one] for one in near) if near else total
        if not usual / openrouter.JUMP <= total <= usual * openrouter.JUMP:
            yield first[day], f"{total:.3g} tokens in all on {day}, against {usual:.3g} on the days nearest to it"
