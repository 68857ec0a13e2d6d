"""Regressions of tokens on price: one specification in, one estimate out, each named in words before any number.

statsmodels is the estimator of record; effects enter as indicator columns, so that the formula shown is the formula
run. The tests repeat every estimate with pyfixest.

Small samples: clustered standard errors are CRV1, scaled by G/(G−1) · (N−1)/(N−K), where K counts every coefficient,
those of the effects included; two-way ones add and subtract three such matrices (Cameron, Gelbach and Miller 2011).
Intervals and p-values use Student's t with G−1 degrees of freedom (the smaller G of two). Heteroskedasticity-robust
ones are HC3 (MacKinnon and White 1985) with t of N−K.
"""

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tokencheck.econometrics import median
from tokencheck.errors import UserError

ESTIMANDS: dict[str, str] = {
    "cross_section": (
        "Among the models used in one week: by how many per cent do tokens differ between two models "
        "whose prices differ by one per cent?"
    ),
    "within_day": (
        "On the same day: by how many per cent do tokens differ between two of the fifty most used models "
        "whose prices differ by one per cent?"
    ),
    "within_model": (
        "For one and the same model: by how many per cent do its tokens differ, beyond what moves all models that "
        "day, when its list price is one per cent higher than it usually is?"
    ),
    "extensive": (
        "Among all models listed on a day: by how much does the chance of being one of the fifty most used differ "
        "between two models whose prices differ by the factor e (2.72)?"
    ),
}

COLUMNS = (
    "estimand", "panel", "outcome", "price", "controls", "effects", "sample", "estimator", "coef", "se", "se_type", "p",
    "ci_low", "ci_high", "n", "models", "days", "clusters", "r2_within",
)  # fmt: skip

SAMPLES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "paid": lambda rows: rows["price_measured"].notna() & ~rows["free"],
    "paid_scored": lambda rows: rows["price_measured"].notna() & ~rows["free"] & rows["quality"].notna(),
    "paid_unmixed": lambda rows: rows["price_measured"].notna() & ~rows["free"] & ~rows["mixed"],
    "paid_top_50": lambda rows: rows["price_measured"].notna() & ~rows["free"] & rows["top_50"],
    "free": lambda rows: rows["free"],
    "all": lambda rows: pd.Series(True, rows.index),
}

ESTIMATORS = ("ols", "logit", "poisson", "median")
VARIATION = 1e-9  # share of a column's variance that must be left beside the effects and the other columns


@dataclass(frozen=True)
class Specification:
    """One regression, fully described.

    Attributes
    ----------
    name : str
        What messages and tables call it.
    estimand : str
        One of `ESTIMANDS`.
    panel : str
        One of `tokencheck.econometrics.panel.PANELS`.
    outcome, price : str
        Columns of the panel.
    controls : tuple of str
        Columns of the panel; ``origin`` and others of text become indicators.
    effects : tuple of str
        Columns that get an indicator a value: ``date``, ``model``, ``month``, ``developer``.
    sample : str
        One of `SAMPLES`.
    cluster : tuple of str
        None (HC3), one or two columns.
    estimator : str
        ``ols`` (also the linear probability model), ``logit``, ``poisson`` (pseudo-maximum-likelihood), ``median``.
    """

    name: str
    estimand: str
    panel: str
    outcome: str = "log_tokens"
    price: str = "log_price_measured"
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    sample: str = "paid"
    cluster: tuple[str, ...] = ()
    estimator: str = "ols"

    @property
    def formula(self) -> str:
        """The formula as it is run; indicator columns are written ``C(…)``."""
        effects = [f"C({name})" for name in self.effects]
        return f"{self.outcome} ~ {' + '.join([self.price, *self.controls, *effects])}"

    @property
    def columns(self) -> list[str]:
        """Every column that must be known in a row."""
        return list(dict.fromkeys([self.outcome, self.price, *self.controls, *self.effects, *self.cluster]))

    @property
    def se_type(self) -> str:
        """Kind of standard error, in the words of the tables."""
        if self.estimator == "median" and not self.cluster:
            return "robust (kernel)"
        if self.cluster:
            return f"CRV1 by {' and '.join(self.cluster)}"
        return "HC3" if self.estimator == "ols" else "HC1"


@dataclass(frozen=True)
class Estimate:
    """What a specification gave: the coefficient on price and what it rests on."""

    specification: Specification
    coef: float
    se: float
    p: float
    ci_low: float
    ci_high: float
    n: int
    models: int
    days: int
    clusters: int | None
    r2_within: float | None
    df: float

    def as_row(self) -> dict[str, Any]:
        """Give the row of ``data/results/estimates.csv``."""
        chosen = self.specification
        return {
            "estimand": chosen.estimand,
            "panel": chosen.panel,
            "outcome": chosen.outcome,
            "price": chosen.price,
            "controls": " + ".join(chosen.controls),
            "effects": " + ".join(chosen.effects),
            "sample": chosen.sample,
            "estimator": chosen.estimator,
            "coef": self.coef,
            "se": self.se,
            "se_type": chosen.se_type,
            "p": self.p,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "n": self.n,
            "models": self.models,
            "days": self.days,
            "clusters": self.clusters,
            "r2_within": self.r2_within,
        }


# ------------------------------------------------------------------------------------------ from panel to sample


def prepare(specification: Specification, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that a specification can use, or say why there are none.

    Parameters
    ----------
    specification : Specification
    rows : DataFrame
        Its panel, of `tokencheck.econometrics.panel.build`.

    Returns
    -------
    DataFrame
        The sample: every needed column known, and no effect or cluster that only one row has (such a row says nothing
        about price once its effect is taken out).

    Raises
    ------
    UserError
        When the sample is empty or all free, a control is missing throughout, the price does not vary beside the
        effects, there is a single cluster, or controls are collinear; the message names the specification.
    """
    sample = rows[SAMPLES[specification.sample](rows)] if specification.sample in SAMPLES else None
    if sample is None:
        _refuse(specification, f"there is no sample “{specification.sample}”; known: {', '.join(SAMPLES)}")
    if sample.empty:
        _refuse(specification, f"no row of the panel is in the sample “{specification.sample}”")
    if specification.price.startswith("log_") and sample["free"].all():
        _refuse(specification, "every model in the sample is free, and the logarithm of a price of zero does not exist")
    for name in specification.columns:
        if sample[name].isna().all():
            _refuse(specification, f"“{name}” is missing in every row of the sample")
    known = _drop_singletons(sample.dropna(subset=specification.columns), specification.effects)
    if len(known) < len(specification.controls) + 3:
        _refuse(specification, f"only {len(known)} rows have all of {', '.join(specification.columns)}")
    _check_clusters(specification, known)
    _check_variation(specification, known)
    return known.reset_index(drop=True)


def _refuse(specification: Specification, why: str) -> None:
    raise UserError(f"specification “{specification.name}”: {why}. It is left out.")


def _drop_singletons(rows: pd.DataFrame, effects: Iterable[str]) -> pd.DataFrame:
    """Drop rows whose effect no other row shares, until none is left (Correia 2015)."""
    while True:
        alone = pd.Series(False, rows.index)
        for name in effects:
            alone |= rows[name].map(rows[name].value_counts()) == 1
        if not alone.any():
            return rows
        rows = rows[~alone]


def _check_clusters(specification: Specification, rows: pd.DataFrame) -> None:
    for name in specification.cluster:
        if rows[name].nunique() < 2:
            found = ", ".join(map(str, rows[name].unique()))
            _refuse(
                specification, f"“{name}” has a single cluster ({found}), so no standard error can be clustered by it"
            )


def _check_variation(specification: Specification, rows: pd.DataFrame) -> None:
    """Take the effects and the columns before out of each column; what is left must vary."""
    columns = expand(rows, (specification.price, *specification.controls))
    left = absorb(columns, rows, specification.effects)
    total = ((columns - columns.mean()) ** 2).sum()
    kept: list[np.ndarray] = []
    for name in columns:
        rest = left[name].to_numpy(copy=True)
        for basis in kept:
            rest -= basis * (basis @ rest)
        length = float(rest @ rest)
        if length <= VARIATION * max(float(total[name]), 1e-12):
            beside = f" within {' and '.join(specification.effects)}" if specification.effects else ""
            if name == specification.price:
                _refuse(specification, f"the price “{name}” does not vary{beside}")
            _refuse(
                specification, f"the control “{name}” is collinear with the price, the other controls or the effects"
            )
        kept.append(rest / np.sqrt(length))


def expand(rows: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """Give columns as numbers, text ones as indicators of all values but the first.

    Parameters
    ----------
    rows : DataFrame
    names : iterable of str

    Returns
    -------
    DataFrame
    """
    parts = []
    for name in names:
        if pd.api.types.is_numeric_dtype(rows[name]):
            parts.append(rows[[name]].astype("float64"))
        else:
            parts.append(pd.get_dummies(rows[name], prefix=name, drop_first=True, dtype="float64"))
    return pd.concat(parts, axis=1)


def absorb(columns: pd.DataFrame, rows: pd.DataFrame, effects: tuple[str, ...]) -> pd.DataFrame:
    """Take fixed effects out of columns.

    Parameters
    ----------
    columns : DataFrame
        Numbers.
    rows : DataFrame
        Holds the effects; same index.
    effects : tuple of str
        None takes out the mean.

    Returns
    -------
    DataFrame
        Residuals, by pyfixest's method of alternating projections.
    """
    if not effects:
        return columns - columns.mean()
    if len(effects) == 1:
        return columns - columns.groupby(rows[effects[0]].to_numpy()).transform("mean")
    import pyfixest as pf

    data = rows[list(effects)].astype(str).assign(**{f"y{at}": columns[name] for at, name in enumerate(columns)})
    options = {"vcov": "iid", "fixef_rm": "none", "demeaner": pf.MapDemeaner(fixef_tol=1e-10)}
    done = {
        name: pf.feols(f"y{at} ~ 1 | {' + '.join(effects)}", data, **options).resid() for at, name in enumerate(columns)
    }
    return pd.DataFrame(done, index=columns.index)


# ------------------------------------------------------------------------------------------ from sample to estimate


def fit(specification: Specification, rows: pd.DataFrame) -> Estimate:
    """Run one specification with statsmodels.

    Parameters
    ----------
    specification : Specification
    rows : DataFrame
        Its panel, of `tokencheck.econometrics.panel.build`.

    Returns
    -------
    Estimate
        Of the coefficient on price: an elasticity for logs, log odds for ``logit``.

    Raises
    ------
    UserError
        As in `prepare`.

    Examples
    --------
    >>> from tokencheck.econometrics import panel
    >>> from tokencheck.evidence.tables import Tables
    >>> week = panel.build(Tables(only=panel.TABLES), "week")
    >>> found = fit(Specification("plain", "cross_section", "week"), week)
    >>> found.n == found.models
    True
    """
    sample = prepare(specification, rows)
    found = run(specification, sample)
    with np.errstate(invalid="ignore"):  # the variance of an effect's own coefficient may come out just below zero
        se, p = float(found.bse[specification.price]), float(found.pvalues[specification.price])
        low, high = found.conf_int().loc[specification.price]
    clusters = min((sample[name].nunique() for name in specification.cluster), default=None)
    return Estimate(
        specification=specification,
        coef=float(found.params[specification.price]),
        se=se,
        p=p,
        ci_low=float(low),
        ci_high=float(high),
        n=len(sample),
        models=sample["model"].nunique(),
        days=sample["date"].nunique(),
        clusters=clusters,
        r2_within=_measure_within(specification, sample, found),
        df=float(clusters - 1 if clusters else len(sample) - len(found.params)),
    )


def run(specification: Specification, sample: pd.DataFrame) -> Any:
    """Give the results of statsmodels for a prepared sample; see `fit`."""
    import statsmodels.api as sm
    import statsmodels.formula.api as smf

    options: dict[str, Any] = {"cov_type": "HC3", "use_t": True}
    if specification.cluster or specification.estimator in ("logit", "poisson"):
        # HC1 is CRV1 with every row a cluster of its own.
        codes = [pd.factorize(sample[name])[0] for name in specification.cluster] or [np.arange(len(sample))]
        groups = codes[0] if len(codes) == 1 else np.column_stack(codes)
        options = {"cov_type": "cluster", "cov_kwds": {"groups": groups}, "use_t": True}
    data = sample.assign(**{name: sample[name].astype(str) for name in specification.effects})
    data[specification.outcome] = data[specification.outcome].astype("float64")
    with warnings.catch_warnings():
        # statsmodels warns that more coefficients than clusters cannot all be tested at once; only one is.
        warnings.simplefilter("ignore")
        if specification.estimator == "logit":
            return smf.logit(specification.formula, data).fit(disp=False, maxiter=100, **options)
        if specification.estimator == "poisson":
            scaled = data.assign(**{specification.outcome: data[specification.outcome] / 1e9})
            model = smf.glm(specification.formula, scaled, family=sm.families.Poisson())
            return model.fit(tol=1e-12, maxiter=200, **options)
        if specification.estimator == "median":
            return median.fit(specification.formula, data)
        return smf.ols(specification.formula, data).fit(**options)


def _measure_within(specification: Specification, sample: pd.DataFrame, found: Any) -> float | None:
    """Give the share of the outcome's variance, left by the effects, that price and controls go with."""
    if specification.estimator != "ols":
        return None
    left = absorb(sample[[specification.outcome]], sample, specification.effects)[specification.outcome]
    return 1 - float(found.ssr) / float(left @ left)


def run_all(specifications: Iterable[Specification], panels: dict[str, pd.DataFrame]) -> list[Estimate]:
    """Run specifications on their panels, in order; see `fit`."""
    return [fit(one, panels[one.panel]) for one in specifications]
