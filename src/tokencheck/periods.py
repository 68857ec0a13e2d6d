"""Periods as people print them: a year, a month, a day, or a stretch of them."""

import re
from typing import TYPE_CHECKING, Any

from tokencheck.errors import UserError

if TYPE_CHECKING:
    import pandas as pd

WEDNESDAY = 2  # as pandas numbers days of the week

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?!\d)(?:-(\d{2})(?!\d))?)?(?:/(\d{2})(?!\d))?")


def read_span(text: Any) -> "tuple[pd.Timestamp, pd.Timestamp] | None":
    """Read a period as people print it and give its first and last day.

    Parameters
    ----------
    text : Any
        Such as ``2026``, ``2026-03``, ``2026-03-13``, ``2026-06/08``, ``2004-2006`` or ``about 2021``.

    Returns
    -------
    tuple of Timestamp or None
        The widest span the text allows; None when it holds no year.

    Examples
    --------
    >>> [day.date().isoformat() for day in read_span("2026-06/08")]
    ['2026-06-01', '2026-08-31']
    """
    found = list(_DATE.finditer("" if text is None else str(text)))
    if not found:
        return None
    first, last = found[0].groups(), found[-1].groups()
    import pandas as pd  # here, because reading a claim imports this module and needs no period

    start = pd.Period("-".join(filter(None, first[:3]))).start_time.normalize()
    ending = (last[0], last[3]) if last[3] else tuple(filter(None, last[:3]))
    return start, pd.Period("-".join(ending)).end_time.normalize()


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
