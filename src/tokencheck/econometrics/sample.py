"""From a panel to the rows that a specification can use, or to the reason why there are none."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from tokencheck.econometrics.effects import find_alone
from tokencheck.econometrics.specification import EQUAL_MODELS, SAMPLES, Specification

ALONE = "no row is left: each is alone in its effect"
TOKENS_UNIT = 1e9  # keeps the Poisson iterations well-scaled; an elasticity does not depend on it


class NotEstimable(Exception):  # noqa: N818 - a finding about the data, not an error of the program
    """Why a specification has no estimate, in words that follow its name."""


def prepare(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn a panel into the numbers that specifications use.

    Parameters
    ----------
    rows : DataFrame
        A panel of `tokencheck.econometrics.panel.build_panel`; one that is prepared already is given as it is.

    Returns
    -------
    DataFrame
        Same index. Every column of numbers, ``tokens`` in billions; ``top_50`` and ``top_50_relative`` as 0 and 1; the
        indicators of origin; models, developers, dates, hosts and effects as whole numbers (NaN when unknown);
        ``free``; and for each sample a column ``in <sample>`` that is true where the row belongs to it.
    """
    if all(f"in {name}" in rows for name in SAMPLES):
        return rows
    kept = rows.select_dtypes("number").astype("float64")
    known = rows["origin"].notna()
    derived = {
        "tokens": rows["tokens"].where(rows["tokens"] > 0) / TOKENS_UNIT,
        "top_50": rows["top_50"].astype("float64"),
        "top_50_relative": rows["top_50"].astype("float64"),
        "from_china": (rows["origin"] == "CN").astype("float64").where(known),
        "from_elsewhere": (rows["origin"] == "other").astype("float64").where(known),
        "date_origin": _join(rows["date"], rows["origin"]),
        "date_open": _join(rows["date"], rows["open_weights"]),
        "free": rows["free"].astype(bool),
    }
    derived |= {name: _number(rows[name]) for name in ("model", "developer", "date", "origin")}
    if "host" in rows:
        derived |= {
            "host": _number(rows["host"]),
            "model_date": _join(rows["model"], rows["date"]),
            "model_host": _join(rows["model"], rows["offer"]),
        }
    return kept.assign(**derived, **{f"in {name}": belongs(rows) for name, belongs in SAMPLES.items()})


def _number(values: pd.Series) -> pd.Series:
    """Number the distinct values in their own order, so that the numbers do not depend on the order of the rows."""
    return values.astype("category").cat.codes.astype("float64").where(values.notna())


def _join(one: pd.Series, other: pd.Series) -> pd.Series:
    """Number the pairs of values of two columns, in the order of the first and then of the second."""
    first, second = _number(one), _number(other)
    return _number(first * (second.max() + 1) + second)


def take(rows: pd.DataFrame, sample: str) -> pd.DataFrame:
    """Give the rows of one of `tokencheck.econometrics.specification.SAMPLES`; see `prepare`."""
    return rows[rows[f"in {sample}"]]


def find_complete(sample: Mapping[str, pd.Series | np.ndarray], specification: Specification) -> np.ndarray:
    """Find the rows of a sample that a specification can use: those in which every column is known.

    Parameters
    ----------
    sample : DataFrame or mapping of str to ndarray
        From `take`; its columns as arrays, where many specifications look at the same.
    specification : Specification

    Returns
    -------
    ndarray of bool

    Raises
    ------
    NotEstimable
        When no row is left, when price or outcome is the same in all, or when there are no more rows than unknowns.
    """
    if not len(sample["free"]):
        raise NotEstimable(f"no row of the panel is in the sample “{specification.sample}”")
    if sample["free"].all():
        raise NotEstimable("every model of the sample is free, so there is no price to compare")
    known = {name: ~np.isnan(np.asarray(sample[name])) for name in specification.columns}
    complete = np.logical_and.reduce(list(known.values()))
    if not complete.any():
        empty = [name for name, own in known.items() if not own.any()]
        raise NotEstimable(f"{' and '.join(empty) or 'one column or another'} is missing in every row")
    outcome, price = (np.asarray(sample[name])[complete] for name in (specification.outcome, specification.price))
    check_numbers(outcome, price, specification)
    return complete


def check_numbers(outcome: np.ndarray, price: np.ndarray, specification: Specification) -> None:
    """Refuse rows in which price or outcome is the same in all, or that are no more than there are unknowns.

    Raises
    ------
    NotEstimable
    """
    if np.ptp(price) == 0:
        raise NotEstimable("the price is the same in every row")
    if np.ptp(outcome) == 0:
        raise NotEstimable("the outcome is the same in every row")
    if len(price) <= len(specification.control_columns) + 2:
        raise NotEstimable(f"{len(price)} rows are too few")


def select(sample: pd.DataFrame, specification: Specification, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Give the rows of a sample that are complete for a specification; see `find_complete`.

    Parameters
    ----------
    sample : DataFrame
        From `take`.
    specification : Specification
    columns : iterable of str
        Further columns to give.

    Returns
    -------
    DataFrame
        ``top_50_relative`` divided by its mean, ``weight`` where models count equally.
    """
    host = ["host"] if "host" in sample else []
    names = list(dict.fromkeys([*specification.columns, *specification.controls, *host, *columns]))
    rows = sample[names][find_complete(sample, specification)]
    if "top_50_relative" in names:
        rows["top_50_relative"] /= rows["top_50_relative"].mean()
    if specification.weights == EQUAL_MODELS:
        rows["weight"] = 1 / rows.groupby("model")["model"].transform("size")
    return rows


def drop_singletons(rows: pd.DataFrame, effects: list[str]) -> pd.DataFrame:
    """Drop rows whose effect no other row shares, until none is left (Correia 2015).

    Parameters
    ----------
    rows : DataFrame
        From `select`.
    effects : list of str
        Columns. Such a row says nothing about price once its effect is taken out, and would flatter standard errors.

    Returns
    -------
    DataFrame

    Raises
    ------
    NotEstimable
        When each row is alone in an effect.
    """
    if not effects:
        return rows
    alone = find_alone(factorize(rows, effects))
    if alone.all():
        raise NotEstimable(ALONE)
    return rows[~alone] if alone.any() else rows


def factorize(rows: pd.DataFrame, names: Iterable[str]) -> np.ndarray:
    """Number the values of columns from zero, one column each."""
    return np.column_stack([pd.factorize(rows[name])[0] for name in names])


def draw_rows(rows: pd.DataFrame, specification: Specification) -> pd.DataFrame:
    """Give the rows that an estimate of a specification rests on.

    Parameters
    ----------
    rows : DataFrame
        Of its panel, from `prepare`.
    specification : Specification

    Returns
    -------
    DataFrame
        Complete and without singletons; see `select` and `drop_singletons`.

    Raises
    ------
    NotEstimable
        As in both.
    """
    return drop_singletons(select(take(rows, specification.sample), specification), specification.effect_columns)
