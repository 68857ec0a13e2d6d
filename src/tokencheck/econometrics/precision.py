"""How many digits an estimate is written with: those that every processor gives.

Sums of thousands of products come out a little different on another processor or with another build of numpy: by about
1e-14 of their value, by 1e-9 where much cancels. The sixth digit of an estimate never depends on that and is far finer
than any standard error here. Where an estimate is a quotient of sums, or Newton's steps find it to the last digit, its
tenth digit does not depend on that either, and readers who repeat the sum can check it that far.
"""

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tokencheck import results

SIGNIFICANT_DIGITS = 6
EXACT_DIGITS = 10
EXACT = ("ols", "difference in differences", "censored")  # estimators without a search that stops nearby
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


def round_estimates(table: pd.DataFrame, exact: Sequence[str] = ()) -> pd.DataFrame:
    """Round the numbers of a table to `SIGNIFICANT_DIGITS`.

    Parameters
    ----------
    table : DataFrame
    exact : sequence of str
        Columns that keep `EXACT_DIGITS` where the column ``estimator`` names one of `EXACT`.

    Returns
    -------
    DataFrame
        Columns of counts and of words are unchanged.
    """
    columns = table.select_dtypes("float")
    counts = (columns.isna() | (columns % 1 == 0)).all()
    exactly = table["estimator"].isin(EXACT) if exact else pd.Series(False, table.index)
    rounded = {
        name: [
            results.round_number(value, EXACT_DIGITS if is_exact and name in exact else SIGNIFICANT_DIGITS)
            for value, is_exact in zip(columns[name], exactly, strict=True)
        ]
        for name in columns.columns[~counts]
    }
    return table.assign(**rounded)


def write_estimates(path: Path, table: pd.DataFrame, exact: Sequence[str] = ()) -> None:
    """Write a table of estimates as CSV, rounded, whole or not at all.

    Parameters
    ----------
    path : Path
    table : DataFrame
        Missing values are written as nothing.
    exact : sequence of str
        As for `round_estimates`.
    """
    rows = round_estimates(table, exact).astype(object)
    results.write_csv(path, rows.where(rows.notna(), None).to_dict("records"), list(table))
