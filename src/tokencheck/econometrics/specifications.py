"""The specification curve: one question answered in every defensible way, so that no single answer is picked.

A specification is one choice each of estimand, panel, price, controls, effects, sample, weights, estimator and standard
error. The curve is descriptive: specifications share data, so their number proves nothing, and those that differ in the
standard error alone share one estimate. pyfixest (https://pyfixest.com) takes the effects out, once for all that share
rows, effects and weights; what is left is least squares of a few columns. It also runs the Poisson ones. The tests
repeat estimates with indicator columns in statsmodels and with pyfixest's own regressions.

Small samples, as in `tokencheck.econometrics.regress`: clustered standard errors are CRV1, scaled by G/(G-1) ·
(N-1)/(N-K), where K counts every coefficient, those of the effects included; two-way ones add and subtract three such
matrices. HC1 is scaled by N/(N-K). p and interval are from Student's t with G-1 degrees of freedom (the smaller G of
two), or N-K. Rows that are alone in an effect are dropped (Correia 2015).

Method: Simonsohn, Simmons and Nelson (2020), Specification curve analysis, https://doi.org/10.1038/s41562-020-0912-z.
"""

import itertools
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from joblib.externals.loky import get_reusable_executor
from scipy import stats

from tokencheck import paths
from tokencheck.article import read_article
from tokencheck.econometrics.precision import round_estimates, write_estimates
from tokencheck.errors import UserError

os.environ.setdefault("RAYON_NUM_THREADS", "1")  # the demeaner's threads; jobs run side by side instead

ARTICLE_DAY = pd.Timestamp(read_article().published)
LEVEL = 0.05
TOKENS_UNIT = 1e9  # keeps the Poisson iterations well-scaled; an elasticity does not depend on it
TOLERANCE = 1e-12
VARIATION = 1e-9  # share of a column's spread that must be left beside the effects and the columns before it
TIMEOUT = "10s"  # for the scheduler of a cluster to answer

ESTIMANDS: dict[str, str] = {
    "cross_section": "models of one week",
    "within_day": "models of a day",
    "within_model": "one model over time",
    "extensive": "chance to be in the day's fifty",
}
PRICES = ("log_price_measured", "log_price_3_1", "log_price_input", "log_price_own")
ALL_FIVE = ("quality", "log_age", "log_context", "open_weights", "origin")
CONTROLS: tuple[tuple[str, ...], ...] = (
    (),
    ("log_age",),
    ("log_age", "log_context"),
    ("quality",),
    ("quality", "log_age"),
    ALL_FIVE,
)
# Effects as tables write them, to the columns that hold their values.
EFFECTS: dict[str, tuple[str, ...]] = {
    "": (),
    "origin": ("origin",),
    "developer": ("developer",),
    "date": ("date",),
    "date × origin": ("date_origin",),
    "date + developer": ("date", "developer"),
    "model + date": ("model", "date"),
    "model + date × origin": ("model", "date_origin"),
    "model + date × open_weights": ("model", "date_open"),
}
# Of rows with a price above zero.
SAMPLES: dict[str, Callable[[pd.DataFrame], pd.Series] | None] = {
    "paid": None,
    "paid_scored": lambda rows: rows["quality"].notna(),
    "paid_unmixed": lambda rows: ~rows["mixed"].astype(bool),
    "paid_open": lambda rows: rows["open_weights"] == 1,
    "paid_closed": lambda rows: rows["open_weights"] == 0,
    "paid_china": lambda rows: rows["origin"] == "CN",
    "paid_us": lambda rows: rows["origin"] == "US",
    "paid_before": lambda rows: rows["date"] <= ARTICLE_DAY,
    "paid_since": lambda rows: rows["date"] > ARTICLE_DAY,
}
# What a sample or an effect holds fixed is not entered a second time, neither as a control nor as an effect.
FIXED: dict[str, set[str]] = {
    "paid_open": {"open_weights"},
    "paid_closed": {"open_weights"},
    "paid_china": {"origin"},
    "paid_us": {"origin"},
    "origin": {"origin"},
    "developer": {"origin"},
    "date × origin": {"origin"},
    "date + developer": {"origin"},
}
EXPANDED = {"origin": ("from_china", "from_elsewhere")}  # indicators; the United States are what is left
INDICATED = {"from_china": "origin China", "from_elsewhere": "origin elsewhere"}
EQUAL_ROWS, EQUAL_MODELS = "", "models equal"
# To the columns whose values are the clusters.
STANDARD_ERRORS: dict[str, tuple[str, ...]] = {
    "CRV1 by model": ("model",),
    "CRV1 by developer": ("developer",),
    "CRV1 by model and date": ("model", "date"),
    "HC1": (),
}
COLUMNS = [
    "estimand", "panel", "outcome", "price", "controls", "effects", "sample", "estimator", "coef", "se", "se_type", "p",
    "ci_low", "ci_high", "n", "models", "days", "clusters", "r2_within", "dropped",
]  # fmt: skip
WORDS = COLUMNS[:8] + ["se_type", "dropped"]


@dataclass(frozen=True)
class Specification:
    """One way to ask the question.

    Attributes
    ----------
    estimand : str
        One of `ESTIMANDS`.
    panel : str
        One of `tokencheck.econometrics.panel.PANELS`.
    outcome : str
        ``log_tokens``, ``tokens``, or ``top_50_relative``: among the day's fifty or not, as a multiple of the average
        chance, so that its coefficient too is percent per percent.
    price : str
        One of `PRICES`.
    controls : tuple of str
        One of `CONTROLS`, without what sample and effects hold fixed.
    effects, sample, se_type : str
        Of `EFFECTS`, `SAMPLES` and `STANDARD_ERRORS`.
    weights : str
        Empty, or ``models equal``: a model counts once, however many days it is seen.
    estimator : str
        ``ols`` or ``poisson`` (pseudo-maximum-likelihood).
    """

    estimand: str
    panel: str
    outcome: str
    price: str
    controls: tuple[str, ...]
    effects: str
    sample: str
    weights: str
    estimator: str
    se_type: str

    def __str__(self) -> str:
        """Name it in one line, as messages do."""
        row = self.as_row()
        said = [f"{name} {row[name] or 'none'}" for name in (*COLUMNS[2:8], "se_type")]
        return " · ".join([self.estimand, self.panel, *said])

    def as_row(self) -> dict[str, Any]:
        """Give its row of the table, still without numbers."""
        row = dict.fromkeys(COLUMNS)
        row |= {name: getattr(self, name) for name in WORDS[:-1]}
        weighted = f"{self.estimator}, {self.weights}" if self.weights else self.estimator
        return row | {"controls": " + ".join(self.controls), "estimator": weighted}

    @property
    def fit(self) -> "Specification":
        """The specification without its standard error: those with the same share one estimate."""
        return replace(self, se_type="")

    @property
    def control_columns(self) -> list[str]:
        """Columns of the controls, those of text as indicators."""
        return [column for name in self.controls for column in EXPANDED.get(name, (name,))]

    @property
    def columns(self) -> list[str]:
        """Every column that a row needs to be used."""
        names = [self.outcome, self.price, *self.control_columns, *EFFECTS[self.effects]]
        return list(dict.fromkeys([*names, "model", "developer", "date"]))

    @property
    def formula(self) -> str:
        """The formula as pyfixest reads it: outcome ~ price + controls | effects."""
        right = " + ".join([self.price, *self.control_columns])
        effects = " + ".join(EFFECTS[self.effects])
        return f"{self.outcome} ~ {right}" + (f" | {effects}" if effects else "")


# ------------------------------------------------------------------------------------------------------------ the grid


@dataclass(frozen=True)
class Block:
    """Choices that are crossed with each other; the grid is the sum of its blocks."""

    estimand: str
    panels: tuple[str, ...]
    controls: tuple[tuple[str, ...], ...]
    effects: tuple[str, ...]
    samples: tuple[str, ...]
    se_types: tuple[str, ...] = ("CRV1 by model", "CRV1 by developer", "CRV1 by model and date")
    prices: tuple[str, ...] = PRICES[:3]
    outcome: str = "log_tokens"
    weights: tuple[str, ...] = (EQUAL_ROWS, EQUAL_MODELS)
    estimator: str = "ols"

    def list_specifications(self) -> Iterator[Specification]:
        """Cross the choices; a combination that only repeats another is left out."""
        for panel, price, controls, effects, sample, weights, se_type in itertools.product(
            self.panels, self.prices, self.controls, self.effects, self.samples, self.weights, self.se_types
        ):
            fixed = FIXED.get(sample, set())
            if any(effects.endswith(name) for name in fixed):
                continue
            if sample == "paid_scored" and "quality" in controls:
                continue
            entered = tuple(name for name in controls if name not in fixed | FIXED.get(effects, set()))
            yield Specification(
                self.estimand, panel, self.outcome, price, entered, effects, sample, weights, self.estimator, se_type
            )


ACROSS = ((), ("quality",), ("quality", "log_age"), ALL_FIVE)
OVER_TIME = ((), ("log_age",), ("log_age", "log_context"))
BY_DAY = ("date", "date × origin", "date + developer")
BY_MODEL = ("model + date", "model + date × origin", "model + date × open_weights")
KINDS = ("paid_scored", "paid_open", "paid_closed", "paid_china", "paid_us")
OPENNESS = ("paid", "paid_open", "paid_closed")
PERIODS = ("paid_before", "paid_since")
POISSON = {"outcome": "tokens", "weights": (EQUAL_ROWS,), "estimator": "poisson"}
ONE_WEEK = {"prices": PRICES, "se_types": ("CRV1 by developer", "HC1"), "weights": (EQUAL_ROWS,)}
CHANCE = {"outcome": "top_50_relative", "weights": (EQUAL_ROWS,)}

BLOCKS = (
    Block(
        "cross_section", ("week",), ACROSS, ("", "origin", "developer"), ("paid", "paid_unmixed", *KINDS), **ONE_WEEK
    ),
    Block("cross_section", ("week",), ACROSS, ("", "origin", "developer"), OPENNESS, **(ONE_WEEK | POISSON)),
    Block("within_day", ("wednesdays",), ACROSS, BY_DAY, ("paid", *KINDS, *PERIODS)),
    Block("within_day", ("daily",), ACROSS, BY_DAY, OPENNESS),
    Block("within_day", ("wednesdays", "daily"), ((), ("quality",), ALL_FIVE), BY_DAY[::2], OPENNESS, **POISSON),
    Block("within_model", ("wednesdays",), OVER_TIME, BY_MODEL, ("paid", *KINDS[1:], *PERIODS)),
    Block("within_model", ("daily",), OVER_TIME, BY_MODEL, OPENNESS),
    Block("within_model", ("wednesdays", "daily"), OVER_TIME[:2], BY_MODEL[:1], OPENNESS, **POISSON),
    Block("extensive", ("listed",), ACROSS, BY_DAY, ("paid", *KINDS, *PERIODS), **CHANCE),
)


def list_specifications(blocks: Iterable[Block] = BLOCKS) -> list[Specification]:
    """List every specification of the grid, in its order.

    Parameters
    ----------
    blocks : iterable of Block
        What is crossed with what.

    Returns
    -------
    list of Specification

    Examples
    --------
    >>> len(list_specifications()) >= 1000
    True
    """
    return [one for block in blocks for one in block.list_specifications()]


# ------------------------------------------------------------------------------------------------------------ the rows


def prepare(rows: pd.DataFrame) -> pd.DataFrame:
    """Turn a panel into the numbers that specifications use.

    Parameters
    ----------
    rows : DataFrame
        A panel of `tokencheck.econometrics.panel.build`.

    Returns
    -------
    DataFrame
        Outcomes, log prices (USD per million tokens), controls, effects as whole numbers (NaN when unknown), ``free``,
        and for each sample but ``paid`` a column ``in <sample>`` that is true where the row belongs to it.
    """
    names = ["log_tokens", *PRICES, "quality", "log_age", "log_context", "open_weights"]
    kept = rows[names].astype("float64").copy()
    kept["tokens"] = rows["tokens"].where(rows["tokens"] > 0) / TOKENS_UNIT
    kept["top_50_relative"] = rows["top_50"].astype("float64")
    known = rows["origin"].notna()
    kept["from_china"] = (rows["origin"] == "CN").astype("float64").where(known)
    kept["from_elsewhere"] = (rows["origin"] == "other").astype("float64").where(known)
    for name in ("model", "developer", "date", "origin"):
        kept[name] = _number(rows[name])
    kept["date_origin"] = _number(_join(rows["date"], rows["origin"]))
    kept["date_open"] = _number(_join(rows["date"], rows["open_weights"]))
    kept["free"] = rows["free"].astype(bool)
    members = {f"in {name}": member(rows).astype(bool) for name, member in SAMPLES.items() if member}
    return kept.assign(**members)


def _number(values: pd.Series) -> pd.Series:
    """Number the distinct values in their own order, so that the numbers do not depend on the order of the rows."""
    return values.astype("category").cat.codes.astype("float64").where(values.notna())


def _join(one: pd.Series, other: pd.Series) -> pd.Series:
    return (one.astype(str) + " " + other.astype(str)).where(other.notna())


def take_sample(rows: pd.DataFrame, sample: str) -> pd.DataFrame:
    """Give the rows of one of `SAMPLES`; see `prepare`."""
    return rows if SAMPLES[sample] is None else rows[rows[f"in {sample}"]]


class NotEstimable(Exception):  # noqa: N818 - a finding about the data, not an error of the program
    """Why a specification has no estimate, in words that follow its name."""


def find_complete(sample: pd.DataFrame, specification: Specification) -> np.ndarray:
    """Find the rows of a sample that a specification can use: those in which every column is known.

    Parameters
    ----------
    sample : DataFrame
        From `take_sample`.
    specification : Specification

    Returns
    -------
    ndarray of bool

    Raises
    ------
    NotEstimable
        When no row is left, when price or outcome is the same in all, or when there are no more rows than unknowns.
    """
    if sample.empty:
        raise NotEstimable("the sample has no rows")
    if sample["free"].all():
        raise NotEstimable("every model of the sample is free, so there is no price to compare")
    known = sample[specification.columns].notna()
    complete = known.all(axis=1).to_numpy()
    if not complete.any():
        paid = ~sample["free"]
        empty = [name for name in specification.columns if not known.loc[paid, name].any()]
        raise NotEstimable(f"{' and '.join(empty) or 'one column or another'} is missing in every row")
    if np.ptp(sample[specification.price].to_numpy()[complete]) == 0:
        raise NotEstimable("the price is the same in every row")
    if np.ptp(sample[specification.outcome].to_numpy()[complete]) == 0:
        raise NotEstimable("the outcome is the same in every row")
    if complete.sum() <= len(specification.control_columns) + 2:
        raise NotEstimable(f"{complete.sum()} rows are too few")
    return complete


def select(sample: pd.DataFrame, specification: Specification, columns: Iterable[str] = ()) -> pd.DataFrame:
    """Give the complete rows of a sample that a specification can use; see `find_complete`.

    Parameters
    ----------
    sample : DataFrame
        From `take_sample`.
    specification : Specification
    columns : iterable of str
        Further columns to give.

    Returns
    -------
    DataFrame
        ``top_50_relative`` divided by its mean, ``weight`` where models count equally.
    """
    names = list(dict.fromkeys([*specification.columns, *columns]))
    rows = sample.loc[find_complete(sample, specification), names].copy()
    if "top_50_relative" in names:
        rows["top_50_relative"] /= rows["top_50_relative"].mean()
    if specification.weights:
        rows["weight"] = 1 / rows.groupby("model")["model"].transform("size")
    return rows


# -------------------------------------------------------------------------------------------------------- the estimates


@dataclass(frozen=True)
class Absorbed:
    """Rows out of which effects and weights have been taken, ready for every specification that shares them.

    Attributes
    ----------
    columns : dict of str to ndarray
        Outcomes, prices and controls, without their effects and times the root of the weights.
    spread : dict of str to float
        Sum of squares of each column about its mean, before the effects were taken out.
    codes : dict of str to ndarray
        ``model``, ``developer`` and ``date`` as numbers from zero.
    absorbed : int
        How many coefficients the effects, or the constant, stand for.
    """

    columns: dict[str, np.ndarray]
    spread: dict[str, float]
    codes: dict[str, np.ndarray]
    absorbed: int

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.codes["model"])

    def count(self, name: str) -> int:
        """Count the models, developers or days."""
        return int(self.codes[name].max()) + 1


def absorb(rows: pd.DataFrame, effects: tuple[str, ...], names: list[str]) -> Absorbed:
    """Take fixed effects out of columns, with pyfixest.

    Parameters
    ----------
    rows : DataFrame
        From `select`.
    effects : tuple of str
        Columns of the effects; none takes out the mean.
    names : list of str
        Outcomes, prices and controls.

    Returns
    -------
    Absorbed

    Raises
    ------
    NotEstimable
        When each row is alone in an effect, or the effects cannot be told apart.
    """
    from pyfixest.estimation import demean, detect_singletons

    ids = np.column_stack([pd.factorize(rows[name])[0] for name in effects]) if effects else None
    while ids is not None and (alone := detect_singletons(ids)).any():
        rows, ids = rows[~alone], ids[~alone]
    if rows.empty:
        raise NotEstimable("no row is left: each is alone in its effect")
    weights = rows["weight"].to_numpy() if "weight" in rows else np.ones(len(rows))
    values = rows[names].to_numpy(dtype="float64")
    about = values - np.average(values, axis=0, weights=weights)
    left, absorbed = about, 1
    if ids is not None:
        flat = np.column_stack([pd.factorize(column)[0] for column in ids.T]).astype(np.uint64)
        left, found = demean(about, flat, weights, tol=TOLERANCE, maxiter=100_000)
        if not found:
            raise NotEstimable("the effects could not be taken out in 100,000 rounds")
        absorbed = int(flat.max(axis=0).sum()) + 1  # the levels of all, less one for each effect after the first
    root = np.sqrt(weights)[:, None]
    spread = ((about * root) ** 2).sum(axis=0)
    return Absorbed(
        dict(zip(names, (left * root).T, strict=True)),
        dict(zip(names, spread, strict=True)),
        {name: pd.factorize(rows[name])[0] for name in ("model", "developer", "date")},
        absorbed,
    )


def solve(rows: Absorbed, specification: Specification, se_types: Iterable[str]) -> list[dict]:
    """Estimate by least squares what the effects have been taken out of (Frisch, Waugh and Lovell).

    Parameters
    ----------
    rows : Absorbed
    specification : Specification
    se_types : iterable of str
        Names of `STANDARD_ERRORS`.

    Returns
    -------
    list of dict
        One row a standard error, in the columns of `COLUMNS`.

    Raises
    ------
    NotEstimable
        When the price, or a control, does not vary beside the effects and the columns before it.
    """
    names = [specification.price, *specification.control_columns]
    x = np.column_stack([rows.columns[name] for name in names])
    y = rows.columns[specification.outcome]
    rest = np.diag(np.linalg.qr(x, mode="r")) ** 2 if len(x) >= len(names) else np.zeros(len(names))
    flat = [name for name, one in zip(names, rest, strict=True) if one <= VARIATION * max(rows.spread[name], 1e-12)]
    if specification.price in flat:
        raise NotEstimable("the price does not vary within the effects")
    if flat:
        flat = [INDICATED.get(name, name) for name in flat]
        raise NotEstimable(f"{' and '.join(flat)} follows from the other columns (collinear)")
    unknowns = len(names) + rows.absorbed
    if rows.n <= unknowns:
        raise NotEstimable(f"{rows.n} rows are too few for {unknowns} coefficients")
    bread = np.linalg.inv(x.T @ x)
    coefs = bread @ (x.T @ y)
    fitted = x @ coefs
    errors = y - fitted
    found = {
        "coef": float(coefs[0]),
        "n": rows.n,
        "models": rows.count("model"),
        "days": rows.count("date"),
        "r2_within": float(fitted @ fitted) / float(y @ y),  # 1 − SSR/SST would lose the digits of a small one
    }
    wanted = [replace(specification, se_type=name) for name in se_types]
    return [_infer(one, found, rows, x * errors[:, None], bread, unknowns) for one in wanted]


def _infer(
    specification: Specification, found: dict, rows: Absorbed, scores: np.ndarray, bread: np.ndarray, unknowns: int
) -> dict:
    """Add standard error, p and interval to an estimate."""
    groups = STANDARD_ERRORS[specification.se_type]
    clusters = min((rows.count(name) for name in groups), default=None)
    if clusters == 1:
        return specification.as_row() | {"dropped": _say_one_cluster(groups, specification.se_type)}
    if not groups:  # HC1
        meat, freedom = rows.n / (rows.n - unknowns) * scores.T @ scores, rows.n - unknowns
    else:
        codes = [rows.codes[name] for name in groups]
        meat = sum(_add_up(scores, one) for one in codes)
        if len(codes) == 2:
            meat = meat - _add_up(scores, pd.factorize(codes[0] * rows.count(groups[1]) + codes[1])[0])
        meat, freedom = (rows.n - 1) / (rows.n - unknowns) * meat, clusters - 1
    variance = float((bread @ meat @ bread)[0, 0])
    if not variance > 0:
        return specification.as_row() | {"dropped": _NO_ERROR}
    se, coef = float(np.sqrt(variance)), found["coef"]
    wide = float(stats.t.ppf(1 - LEVEL / 2, freedom)) * se
    inferred = {"se": se, "p": float(2 * stats.t.sf(abs(coef) / se, freedom)), "clusters": clusters}
    return specification.as_row() | found | inferred | {"ci_low": coef - wide, "ci_high": coef + wide}


def _add_up(scores: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Give the outer product of the scores summed by cluster, times G/(G-1)."""
    groups = int(codes.max()) + 1
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in scores.T])
    return groups / (groups - 1) * sums.T @ sums


_NO_ERROR = "its standard error is not a positive number: too few clusters for the columns"


def _say_one_cluster(groups: Iterable[str], se_type: str) -> str:
    return f"all rows are of one {' or one '.join(groups)}, so errors cannot be clustered ({se_type})"


def fit_poisson(rows: pd.DataFrame, specification: Specification, se_types: Iterable[str]) -> list[dict]:
    """Estimate by Poisson pseudo-maximum-likelihood, with pyfixest; see `solve`.

    Parameters
    ----------
    rows : DataFrame
        From `select`.
    specification : Specification
    se_types : iterable of str

    Returns
    -------
    list of dict

    Raises
    ------
    NotEstimable
        As in `solve`, and when pyfixest stops.
    """
    import pyfixest as pf

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it warns of, columns and rows left out, is checked below
        try:
            fitted = pf.fepois(
                specification.formula,
                rows,
                vcov="iid",
                ssc=pf.ssc(k_adj=True, k_fixef="full", G_adj=True, G_df="conventional"),
                demeaner=pf.LsmrDemeaner(backend="within", fixef_atol=TOLERANCE, fixef_btol=TOLERANCE),
                iwls_tol=1e-13,
                iwls_maxiter=100,
                copy_data=False,
            )
        except Exception as problem:  # whatever it is, the curve goes on without this one and says so
            raise NotEstimable(_explain(problem)) from None
    if specification.price in fitted._collin_vars:
        raise NotEstimable("the price does not vary within the effects")
    if fitted._collin_vars:
        names = [INDICATED.get(name, name) for name in fitted._collin_vars]
        raise NotEstimable(f"{' and '.join(names)} follows from the other columns (collinear)")
    return [_read_poisson(fitted, replace(specification, se_type=name)) for name in se_types]


def _explain(problem: Exception) -> str:
    text = " ".join(str(problem).split())
    if "collinear" in text:
        return "the price does not vary within the effects"
    return f"pyfixest stopped: {type(problem).__name__}: {text.rstrip('.')}"


def _read_poisson(fitted: Any, specification: Specification) -> dict:
    row, rows = specification.as_row(), fitted._data
    groups = STANDARD_ERRORS[specification.se_type]
    clusters = min((rows[name].nunique() for name in groups), default=None)
    if clusters == 1:
        return row | {"dropped": _say_one_cluster(groups, specification.se_type)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted.vcov({"CRV1": "+".join(groups)} if groups else "HC1")
    at = fitted._coefnames.index(specification.price)
    se = float(fitted._se[at])
    if not (np.isfinite(se) and se > 0):
        return row | {"dropped": _NO_ERROR}
    return row | {
        "coef": float(fitted._beta_hat[at]),
        "se": se,
        "p": float(fitted._pvalue[at]),
        "ci_low": float(fitted._conf_int[0][at]),
        "ci_high": float(fitted._conf_int[1][at]),
        "n": int(fitted._N),
        "models": rows["model"].nunique(),
        "days": rows["date"].nunique(),
        "clusters": clusters,
    }


Work = list[tuple[Specification, list[str]]]
"""Fits, each with the standard errors that are wanted of it."""


Found = dict[Specification, dict]
"""The row of each specification."""


def estimate(sample: pd.DataFrame, specification: Specification) -> dict:
    """Estimate one specification.

    Parameters
    ----------
    sample : DataFrame
        From `take_sample`.
    specification : Specification

    Returns
    -------
    dict
        Its row in the columns of `COLUMNS`. ``coef``: percent of the outcome per percent of price; where it cannot be
        estimated, ``dropped`` says why and the numbers are None.
    """
    return estimate_some(sample, [(specification.fit, [specification.se_type])])[specification]


def estimate_some(sample: pd.DataFrame, work: Work) -> Found:
    """Estimate specifications of one sample; those with the same rows, effects and weights absorb them once.

    Parameters
    ----------
    sample : DataFrame
        From `take_sample`.
    work : list of (Specification, list of str)

    Returns
    -------
    dict of Specification to dict
        See `estimate`.
    """
    found: Found = {}
    shared: dict[tuple, Work] = {}
    for one, se_types in work:
        try:
            complete = find_complete(sample, one)
            if one.estimator == "poisson":
                found |= _key(one, fit_poisson(select(sample, one), one, se_types))
            else:
                shared.setdefault((one.effects, one.weights, complete.tobytes()), []).append((one, se_types))
        except NotEstimable as reason:
            found |= _drop(one, se_types, reason)
    for part in shared.values():
        found |= _solve_shared(sample, part)
    return found


def _solve_shared(sample: pd.DataFrame, work: Work) -> Found:
    first, _ = work[0]
    names = [name for one, _ in work for name in (one.outcome, one.price, *one.control_columns)]
    names = list(dict.fromkeys(names))
    found: Found = {}
    try:
        rows = absorb(select(sample, first, names), EFFECTS[first.effects], names)
    except NotEstimable as reason:
        return {key: row for one, se_types in work for key, row in _drop(one, se_types, reason).items()}
    for one, se_types in work:
        try:
            found |= _key(one, solve(rows, one, se_types))
        except NotEstimable as reason:
            found |= _drop(one, se_types, reason)
    return found


def _key(one: Specification, rows: list[dict]) -> Found:
    return {replace(one, se_type=row["se_type"]): row for row in rows}


def _drop(one: Specification, se_types: Iterable[str], reason: NotEstimable) -> Found:
    wanted = [replace(one, se_type=name) for name in se_types]
    return {each: each.as_row() | {"dropped": str(reason)} for each in wanted}


# ------------------------------------------------------------------------------------------------------------- the runs


def check_backend(backend: str, jobs: int, scheduler: str | None) -> None:
    """Refuse what cannot be meant, before anything is built; see `choose_backend`."""
    if backend not in ("processes", "dask"):
        raise UserError(f"--backend {backend}: expected processes or dask")
    if backend == "dask" and not scheduler:
        raise UserError("--backend dask needs --scheduler ADDRESS, for example tcp://10.0.0.1:8786")
    if jobs < 1:
        raise UserError(f"--jobs {jobs}: expected 1 or more")


@contextmanager
def choose_backend(backend: str, jobs: int, scheduler: str | None) -> Iterator[None]:
    """Send joblib's work to processes of this machine or to a Dask cluster.

    Parameters
    ----------
    backend : {"processes", "dask"}
    jobs : int
        Processes at once; a cluster has its own number.
    scheduler : str or None
        Address of the cluster's scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    UserError
        When the extra is missing or nobody answers at the address.
    """
    check_backend(backend, jobs, scheduler)
    if backend == "processes":
        try:
            with joblib.parallel_config(backend="loky", n_jobs=jobs):
                yield
        finally:
            if jobs > 1:
                get_reusable_executor().shutdown()  # idle processes would keep their parent waiting for minutes
        return
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "--backend dask needs the extra `cluster`. Install it: tools/bootstrap.sh cluster (or pip install "
            "'tokencheck[cluster]'), and run again."
        ) from None
    try:
        client = Client(scheduler, timeout=TIMEOUT, set_as_default=True)
    except (OSError, ValueError, TypeError) as problem:
        raise UserError(
            f"--scheduler {scheduler}: no Dask scheduler answers there ({type(problem).__name__}). Start one with "
            "`dask scheduler`, or correct the address."
        ) from None
    try:
        with joblib.parallel_config(backend="dask"):
            yield
    finally:
        client.close()


def run(
    panels: Mapping[str, pd.DataFrame],
    specifications: Iterable[Specification] | None = None,
    jobs: int = 1,
    backend: str = "processes",
    scheduler: str | None = None,
) -> pd.DataFrame:
    """Estimate many specifications; the result does not depend on where and with how many jobs.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Panels of `tokencheck.econometrics.panel.build` by name.
    specifications : iterable of Specification, optional
        Those of `list_specifications` by default.
    jobs, backend, scheduler
        See `choose_backend`.

    Returns
    -------
    DataFrame
        One row a specification, in their order; the columns of `COLUMNS`, numbers to six significant digits.
    """
    wanted = list_specifications() if specifications is None else list(specifications)
    prepared = {name: prepare(panels[name]) for name in {one.panel for one in wanted}}
    fits: dict[Specification, list[str]] = {}
    for one in wanted:
        fits.setdefault(one.fit, []).append(one.se_type)
    groups: dict[tuple[str, ...], Work] = {}
    for fit, se_types in fits.items():
        key = (fit.panel, fit.sample, fit.estimator, fit.effects, fit.weights)
        groups.setdefault(key, []).append((fit, se_types))
    with choose_backend(backend, jobs, scheduler):
        done = joblib.Parallel(max_nbytes=None)(  # no shared files that an interruption could leave behind
            joblib.delayed(estimate_some)(take_sample(prepared[key[0]], key[1]), work) for key, work in groups.items()
        )
    found = {specification: row for part in done for specification, row in part.items()}
    ordered = [found[one] for one in wanted]
    numbers = ("coef", "se", "p", "ci_low", "ci_high", "r2_within")
    return round_estimates(pd.DataFrame(ordered, columns=COLUMNS).astype(dict.fromkeys(numbers, "float64")))


def write(table: pd.DataFrame, path: Path | None = None) -> None:
    """Write the curve as CSV, whole or not at all."""
    write_estimates(path or paths.SPECIFICATIONS, table)


def build(jobs: int = 1, backend: str = "processes", scheduler: str | None = None) -> pd.DataFrame:
    """Build the panels from the project's tables, estimate the curve and write it; see `run`."""
    from tokencheck.econometrics import panel
    from tokencheck.evidence.tables import Tables

    check_backend(backend, jobs, scheduler)
    table = run(panel.build_all(Tables(only=panel.TABLES)), jobs=jobs, backend=backend, scheduler=scheduler)
    write(table)
    return table


def read(path: Path | None = None) -> pd.DataFrame:
    """Read the curve as written.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`.

    Raises
    ------
    UserError
        When it is missing.
    """
    path = path or paths.SPECIFICATIONS
    try:
        return pd.read_csv(
            path, keep_default_na=False, na_values={name: [""] for name in (*set(COLUMNS) - set(WORDS), "dropped")}
        )
    except FileNotFoundError:
        raise UserError(f"{paths.shorten(path)} is missing. Run `make report`, or `tokencheck curve`.") from None


# ----------------------------------------------------------------------------------------------------------- the counts


def list_fits(table: pd.DataFrame) -> pd.DataFrame:
    """Give the distinct estimates: of specifications that differ in the standard error alone, the widest interval.

    Parameters
    ----------
    table : DataFrame
        From `run` or `read`.

    Returns
    -------
    DataFrame
        Estimated specifications, one row a distinct estimate of an estimand, in the order of the table.
    """
    estimated = table[table["coef"].notna()]
    widest = estimated.sort_values("se", ascending=False, kind="stable")
    return widest.drop_duplicates(["estimand", "panel", "coef", "n"]).sort_index()


def count(table: pd.DataFrame) -> dict[str, float]:
    """Count what the curve holds.

    Parameters
    ----------
    table : DataFrame
        From `run` or `read`, or those of one estimand.

    Returns
    -------
    dict of str to float
        ``specifications``, ``estimated``, ``dropped``, ``distinct`` (estimates), ``negative_percent`` (of distinct
        estimates), ``negative_significant_percent`` and ``positive_significant_percent`` (of estimated specifications,
        at 5 %), ``median``, ``low`` and ``high`` (of distinct estimates; the middle nine tenths).
    """
    estimated = table[table["coef"].notna()]
    coefs = list_fits(table)["coef"]
    significant = estimated["p"] < LEVEL
    return {
        "specifications": len(table),
        "estimated": len(estimated),
        "dropped": len(table) - len(estimated),
        "distinct": len(coefs),
        "negative_percent": 100 * float((coefs < 0).mean()),
        "negative_significant_percent": 100 * float((significant & (estimated["coef"] < 0)).mean()),
        "positive_significant_percent": 100 * float((significant & (estimated["coef"] > 0)).mean()),
        "median": float(coefs.median()),
        "low": float(coefs.quantile(0.05)),
        "high": float(coefs.quantile(0.95)),
    }


def count_dropped(table: pd.DataFrame) -> pd.DataFrame:
    """Count the specifications without an estimate by place and reason, the most frequent first.

    Parameters
    ----------
    table : DataFrame
        From `run` or `read`.

    Returns
    -------
    DataFrame
        specifications (how many), where (panel and sample), dropped (the reason).
    """
    left_out = table[table["dropped"].notna()]
    where = left_out["panel"] + ", " + left_out["sample"]
    counts = (
        left_out.assign(where=where).groupby(["where", "dropped"], as_index=False).agg(specifications=("panel", "size"))
    )
    counts = counts[["specifications", "where", "dropped"]]
    return counts.sort_values("specifications", ascending=False, kind="stable", ignore_index=True)


def report_dropped(table: pd.DataFrame, specifications: Iterable[Specification]) -> list[str]:
    """Say which specifications were left out and why, one line each.

    Parameters
    ----------
    table : DataFrame
        From `run`.
    specifications : iterable of Specification
        Those it was run with.

    Returns
    -------
    list of str
    """
    pairs = zip(specifications, table["dropped"], strict=True)
    return [f"{one}: {reason}; the curve goes on without it" for one, reason in pairs if isinstance(reason, str)]
