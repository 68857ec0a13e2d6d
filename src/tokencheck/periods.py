"""Periods as people print them: a year, a month, a day, or a stretch of them."""

import calendar
import datetime
import re
from typing import TYPE_CHECKING, Any

from tokencheck.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

LAST_WEEK = "last complete week"  # how a reading names a window that moves with the data
WEDNESDAY = 2  # as pandas numbers days of the week
DAYS_OF_WEEK = 7
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SHORT_MONTHS = tuple(month[:3] for month in MONTHS)

_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)", re.ASCII)
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?!\d)(?:-(\d{2})(?!\d))?)?(?:/(\d{2})(?!\d))?")


def read_days(text: Any) -> tuple[datetime.date, datetime.date] | None:
    """Read a period as people print it and give its first and last day.

    Parameters
    ----------
    text : Any
        Such as ``2026``, ``2026-03``, ``2026-03-13``, ``2026-06/08``, ``2004-2006`` or ``about 2021``.

    Returns
    -------
    tuple of date or None
        The widest span the text allows; None when it holds no year.

    Raises
    ------
    ValueError
        When the text names a day that no calendar has, such as ``2026-02-30``.

    Examples
    --------
    >>> [day.isoformat() for day in read_days("2026-06/08")]
    ['2026-06-01', '2026-08-31']
    """
    found = list(_DATE.finditer("" if text is None else str(text)))
    if not found:
        return None
    year, month, day, _ = found[0].groups()
    first = datetime.date(int(year), int(month or 1), int(day or 1))
    year, month, day, end = found[-1].groups()
    month, day = (end, None) if end else (month, day)
    last = datetime.date(int(year), int(month or 12), int(day or 1))
    return first, last if day else last.replace(day=calendar.monthrange(last.year, last.month)[1])


def list_impossible_days(text: str) -> list[str]:
    """List the days of a text that no calendar has.

    Examples
    --------
    >>> list_impossible_days("2026-02-09/2026-02-31"), list_impossible_days("about 2026-02")
    (['2026-02-31'], [])
    """
    return [day for day in _DAY.findall(text) if not _is_day(day)]


def _is_day(text: str) -> bool:
    try:
        return bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def read_span(text: Any) -> "tuple[pd.Timestamp, pd.Timestamp] | None":
    """Read a period like `read_days`, for tables.

    Parameters
    ----------
    text : Any

    Returns
    -------
    tuple of Timestamp or None

    Examples
    --------
    >>> [day.date().isoformat() for day in read_span("2004-2006")]
    ['2004-01-01', '2006-12-31']
    """
    import pandas as pd  # here, because what dates a table or a claim needs no table

    days = read_days(text)
    return days and (pd.Timestamp(days[0]), pd.Timestamp(days[1]))


def read_day(text: str, end: bool = False) -> "pd.Timestamp":
    """Read the first or last day of a period.

    Parameters
    ----------
    text : str
        See `read_span`.
    end : bool
        Give the last day.

    Returns
    -------
    Timestamp

    Raises
    ------
    UserError
        When the text holds no year.

    Examples
    --------
    >>> read_day("2026-02", end=True).date().isoformat()
    '2026-02-28'
    """
    span = read_span(text)
    if span is None:
        raise UserError(f"“{text}” is not a period; expected YYYY, YYYY-MM or YYYY-MM-DD.")
    return span[1] if end else span[0]
