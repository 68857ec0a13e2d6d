"""How many digits an estimate is written with: those that every processor gives.

Sums of thousands of products come out a little different on another processor or with another build of numpy: by about
1e-14 of their value, by 1e-9 where much cancels. The sixth digit of an estimate never depends on that and is far finer
than any standard error here.
"""

import math
from pathlib import Path

import pandas as pd

from tokencheck import results

SIGNIFICANT_DIGITS = 6
TIE = 1e-9  # statistics that differ by less than this share of themselves are the same one, summed in another order


def subtract(one: float, other: float) -> float:
    """Give the difference of two numbers as they are written, with no more decimals than they have.

    Parameters
    ----------
    one, other : float

    Returns
    -------
    float
        ``one`` less ``other``; when they nearly agree, few digits are left, and none of them is noise.

    Examples
    --------
    >>> subtract(0.7550188032, 0.7549998001)
    1.9e-05
    """
    digits = SIGNIFICANT_DIGITS
    written = [results.round_number(number, digits) for number in (one, other)]
    largest = max(abs(number) for number in written)
    return round(written[0] - written[1], digits - 1 - math.floor(math.log10(largest))) if largest else 0.0


def round_estimates(table: pd.DataFrame) -> pd.DataFrame:
    """Round the numbers of a table to `SIGNIFICANT_DIGITS`.

    Parameters
    ----------
    table : DataFrame

    Returns
    -------
    DataFrame
        Columns of counts and of words are unchanged.
    """
    columns = table.select_dtypes("float")
    counts = (columns.isna() | (columns % 1 == 0)).all()
    rounded = {
        name: [results.round_number(value, SIGNIFICANT_DIGITS) for value in columns[name]]
        for name in columns.columns[~counts]
    }
    return table.assign(**rounded)


def write_estimates(path: Path, table: pd.DataFrame) -> None:
    """Write a table of estimates as CSV, rounded, whole or not at all.

    Parameters
    ----------
    path : Path
    table : DataFrame
        Missing values are written as nothing.
    """
    rows = round_estimates(table).astype(object)
    results.write_csv(path, rows.where(rows.notna(), None).to_dict("records"), list(table))
