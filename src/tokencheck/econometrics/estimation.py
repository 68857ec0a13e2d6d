"""From a specification to an estimate: one by one with statsmodels, or many at once.

`fit` is the estimator of record: statsmodels, with an indicator column for every effect, so that the formula shown is
the formula run. `fit_batch` gives the same numbers faster: effects are taken out once for all specifications that share
rows, effects and weights (`tokencheck.econometrics.effects`), and what is left is least squares of a few columns, for
Poisson ones again and again (Correia, Guimarães and Zylkin 2020, https://doi.org/10.1177/1536867X20909691). The tests
hold one to the other, and both to pyfixest (https://pyfixest.com).

Small samples: clustered standard errors are CRV1, scaled by G/(G−1) · (N−1)/(N−K), where K counts every coefficient,
those of the effects included: their levels, less one for each effect after the first, as statsmodels counts its columns
and pyfixest with ``k_fixef="full"``, also where parts of a panel never meet; two-way ones add and subtract three such
matrices, each with its own G (Cameron, Gelbach and Miller 2011, https://doi.org/10.1198/jbes.2010.07136; pyfixest's
``G_df="conventional"``, where its default takes the smaller G for all three). Intervals and p-values use Student's t
with G−1 degrees of freedom (the smaller G of two). Heteroskedasticity-robust ones are HC3 (MacKinnon and White 1985,
https://doi.org/10.1016/0304-4076(85)90158-7), or HC1, scaled by N/(N−K), both with t of N−K. HC1 of logit and Poisson
is CRV1 with every row a cluster of its own, with t of N−1.
"""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from tokencheck.econometrics import median
from tokencheck.econometrics.effects import Effects, find_alone
from tokencheck.econometrics.sample import (
    ALONE,
    NotEstimable,
    check_numbers,
    draw_rows,
    drop_singletons,
    factorize,
    find_complete,
    prepare,
    select,
)
from tokencheck.econometrics.specification import Specification
from tokencheck.errors import UserError

LEVEL = 0.05
_STANDSTILL = 1e-13  # share of the deviance by which the last round of a Poisson regression may still move it
ROUNDS = 100
CLEAR = 1e3  # times the least variation: so far from it, what rounding does to sums of squares cannot matter
VARIATION = 1e-9  # share of a column's spread that must be left beside the effects and the columns before it
INDICATED = {"from_china": "origin China", "from_elsewhere": "origin elsewhere"}
NO_ERROR = "its standard error is not a positive number: too few clusters for the columns"


@dataclass(frozen=True)
class Estimate:
    """What a specification gave: the coefficient on price and what it rests on; or why there is none.

    Attributes
    ----------
    specification : Specification
    coef : float or None
        Percent of the outcome per percent of price. Of ``logit``, percent of the average chance: the average of the
        rows' slopes over the average of their chances.
    se, p, ci_low, ci_high : float or None
        Of the coefficient; the interval holds 95 %.
    n, models, days : int or None
        Rows, and how many models and days they are of.
    clusters : int or None
        The smaller number of two; None for errors that are not clustered.
    r2_within : float or None
        Share of the outcome's variance, left by the effects, that price and controls go with; least squares only.
    dropped : str or None
        Why it could not be estimated.
    scores : Scores or Drawn or None
        For joint tests: what price and outcome are in each developer, of least squares and limits; what draws give, of
        dated moves.
    """

    specification: Specification
    coef: float | None = None
    se: float | None = None
    p: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    n: int | None = None
    models: int | None = None
    days: int | None = None
    clusters: int | None = None
    r2_within: float | None = None
    dropped: str | None = None
    scores: "Scores | Drawn | None" = None

    def as_row(self) -> dict[str, Any]:
        """Give its row of a table, in the columns of `tokencheck.econometrics.specification.COLUMNS`."""
        numbers = {name: value for name, value in self.__dict__.items() if name not in ("specification", "scores")}
        return self.specification.as_row() | numbers


@dataclass(frozen=True)
class Scores:
    """Sums by developer that a score bootstrap of no relation needs.

    Attributes
    ----------
    developers : ndarray
        The numbers of `tokencheck.econometrics.sample.prepare`.
    products, squares : ndarray
        Of price with outcome, and of price with itself, both without effects and controls.
    """

    developers: np.ndarray
    products: np.ndarray
    squares: np.ndarray


@dataclass(frozen=True)
class Drawn:
    """What placebos in the place of dated moves give, draw by draw; the same draws for all specifications.

    Attributes
    ----------
    developers : frozenset of str
        Whose moves they are.
    slopes : ndarray
    """

    developers: frozenset[str]
    slopes: np.ndarray


# ------------------------------------------------------------------------------------------------ one, with statsmodels


def fit(specification: Specification, rows: pd.DataFrame) -> Estimate:
    """Estimate one specification with statsmodels.

    Parameters
    ----------
    specification : Specification
    rows : DataFrame
        Its panel, of `tokencheck.econometrics.panel.build_panel`.

    Returns
    -------
    Estimate

    Raises
    ------
    UserError
        When it cannot be estimated: the sample is empty or all free, a column is missing throughout, the price does not
        vary beside the effects, controls are collinear, or there is a single cluster. The message names it.

    Examples
    --------
    >>> from tokencheck.econometrics import PANEL_TABLES, panel
    >>> from tokencheck.evidence.tables import Tables
    >>> week = panel.build_panel(Tables(only=PANEL_TABLES), "week")
    >>> found = fit(Specification("cross_section", "week"), week)
    >>> found.n == found.models
    True
    """
    try:
        sample = draw_rows(prepare(rows), specification)
        left = absorb(sample, specification.effect_columns, list_columns(specification))
        solution = solve_absorbed(left, specification)
        clusters = _count_clusters(left, specification)
    except NotEstimable as reason:
        raise UserError(f"specification “{specification}”: {reason}. It is left out.") from None
    found, price = _run(specification, sample), specification.price
    with np.errstate(invalid="ignore"):  # the variance of an effect's own coefficient may come out just below zero
        se, p, (low, high) = found.bse[price], found.pvalues[price], found.conf_int().loc[price]
    scale = 1.0
    if specification.estimator == "logit":
        chances = np.asarray(found.predict())
        scale = float((chances * (1 - chances)).mean() / chances.mean())
    return Estimate(
        specification,
        coef=scale * float(found.params[price]),
        se=scale * float(se),
        p=float(p),
        ci_low=scale * float(low),
        ci_high=scale * float(high),
        n=left.n,
        models=left.counts["model"],
        days=left.counts["date"],
        clusters=clusters,
        r2_within=solution.r2_within if specification.estimator == "ols" else None,
    )


def _run(specification: Specification, sample: pd.DataFrame) -> Any:
    """Give statsmodels' results for the rows of `tokencheck.econometrics.sample.draw_rows`; see `fit`."""
    import statsmodels.formula.api as smf
    from statsmodels.genmod.families import Poisson

    formula, estimator = specification.formula, specification.estimator
    options: dict[str, Any] = {"cov_type": specification.se_type, "use_t": True}
    if specification.clusters or estimator in ("logit", "poisson"):
        codes = factorize(sample, specification.clusters) if specification.clusters else np.arange(len(sample))
        options = {"cov_type": "cluster", "cov_kwds": {"groups": codes.squeeze()}, "use_t": True}
    words = [*specification.effect_columns, *({"origin"} & set(specification.controls))]
    data = sample.assign(**{name: sample[name].astype(str) for name in words})
    with warnings.catch_warnings():
        # statsmodels warns that more coefficients than clusters cannot all be tested at once; only one is.
        warnings.simplefilter("ignore")
        if estimator == "logit":
            return smf.logit(formula, data).fit(disp=False, maxiter=100, **options)
        if estimator == "poisson":
            return smf.glm(formula, data, family=Poisson()).fit(tol=1e-12, maxiter=200, **options)
        if estimator == "median":
            return median.fit_median(formula, data)
        weights = data["weight"] if specification.weights else 1.0
        return smf.wls(formula, data, weights=weights).fit(**options)


# ------------------------------------------------------------------------------------------------------- many at once

Found = dict[Specification, Estimate]


def fit_batch(sample: pd.DataFrame, specifications: Iterable[Specification]) -> Found:
    """Estimate specifications of one sample; those with the same rows, effects and weights absorb them once.

    Parameters
    ----------
    sample : DataFrame
        From `tokencheck.econometrics.sample.take`.
    specifications : iterable of Specification
        With the estimators ``ols`` and ``poisson``; HC3 beside effects or weights is for `fit` alone.

    Returns
    -------
    dict of Specification to Estimate
        Where one cannot be estimated, `Estimate.dropped` says why and the others go on.
    """
    same = group_alike(specifications)
    found: Found = {}
    shared: dict[tuple, list[list[Specification]]] = {}
    columns = {"free"}.union(*(one.columns for one in same)) & set(sample)
    arrays = {name: sample[name].to_numpy() for name in columns}
    for one, each in same.items():
        try:
            complete = find_complete(arrays, one)
            if one.estimator not in BATCHED:
                raise ValueError(f"{one.estimator} is estimated one by one, with fit")
            shared.setdefault((one.estimator, one.effects, one.weights, complete.tobytes()), []).append(each)
        except NotEstimable as reason:
            found |= drop(each, reason)
    for (estimator, *_), part in shared.items():
        found |= BATCHED[estimator](sample, part)
    return found


def estimate(sample: pd.DataFrame, specification: Specification) -> Estimate:
    """Estimate one specification as `fit_batch` does."""
    return fit_batch(sample, [specification])[specification]


def leave_fixed_out(sample: pd.DataFrame, specification: Specification) -> Specification:
    """Leave out the controls that are the same in all rows of a sample, such as the origin of one country's models.

    Parameters
    ----------
    sample : DataFrame
        From `tokencheck.econometrics.sample.take`.
    specification : Specification

    Returns
    -------
    Specification
        The same where no row is complete.
    """
    rows = sample[specification.columns].dropna()
    varied = tuple(name for name in specification.control_columns if not len(rows) or rows[name].nunique() > 1)
    return specification if varied == (*specification.control_columns,) else replace(specification, controls=varied)


def estimate_without(rows: pd.DataFrame, specification: Specification, groups: np.ndarray) -> list[Estimate]:
    """Estimate one specification again and again, each time without one group of rows, as `estimate` does it.

    Parameters
    ----------
    rows : DataFrame
        From `tokencheck.econometrics.sample.select`.
    specification : Specification
        With the estimator ``ols`` and without weights. Controls that are the same in all rows that are left, such as an
        origin whose last developer was left out, are left out, too.
    groups : ndarray
        The group of each row, as numbers from zero.

    Returns
    -------
    list of Estimate
        One a group, without scores.
    """
    if specification.estimator != "ols" or specification.weights:
        raise ValueError(f"{specification}: its rows change with every group, so it is estimated one by one")
    values = rows[list_columns(specification)].to_numpy(dtype="float64")
    effects = factorize(rows, specification.effect_columns) if specification.effects else None
    cases = _number_cases(rows)
    found = []
    for group in range(int(groups.max()) + 1):
        kept = np.flatnonzero(groups != group)
        try:
            found.append(_estimate_rows(specification, values, effects, cases, kept))
        except NotEstimable as reason:
            found.append(Estimate(specification, dropped=str(reason)))
    return found


def _estimate_rows(
    specification: Specification,
    values: np.ndarray,
    effects: np.ndarray | None,
    cases: dict[str, np.ndarray],
    kept: np.ndarray,
) -> Estimate:
    """Estimate a specification on some of its rows, see `estimate_without`."""
    if not len(kept):
        raise NotEstimable("no row is left")
    varied = [True, True, *(np.ptp(values[kept, 2:], axis=0) > 0)]
    names = [name for name, one in zip(list_columns(specification), varied, strict=True) if one]
    specification = replace(specification, controls=tuple(names[2:]))
    check_numbers(values[kept, 0], values[kept, 1], specification)
    average = values[kept, 0].mean()
    if effects is not None:
        alone = find_alone(effects[kept])
        kept = kept[~alone]
        if not len(kept):
            raise NotEstimable(ALONE)
        effects = np.column_stack([pd.factorize(one)[0] for one in effects[kept].T])
    codes = {name: pd.factorize(one[kept])[0] for name, one in cases.items()}
    # Column by column in memory, as in a frame: so every sum is added up in the same order as there.
    numbers = np.asfortranarray(values[np.ix_(kept, np.flatnonzero(varied))])
    if specification.outcome == "top_50_relative":
        numbers[:, 0] /= average
    left = _absorb_numbers(names, numbers, np.ones(len(kept)), effects, codes, np.array([]))
    return _infer(specification, left, solve_absorbed(left, specification))


def group_alike(specifications: Iterable[Specification]) -> dict[Specification, list[Specification]]:
    """Group specifications that differ in the standard error alone, by what they share: one solution serves all."""
    same: dict[Specification, list[Specification]] = {}
    for one in specifications:
        same.setdefault(one.without_error, []).append(one)
    return same


def drop(specifications: Iterable[Specification], reason: Exception) -> Found:
    """Say of each specification why it cannot be estimated."""
    return {one: Estimate(one, dropped=str(reason)) for one in specifications}


def _fit_shared(sample: pd.DataFrame, same: list[list[Specification]]) -> Found:
    """Estimate groups of specifications that share rows, effects and weights; in a group only the errors differ."""
    firsts = [each[0] for each in same]
    names = list(dict.fromkeys(name for one in firsts for name in list_columns(one)))
    try:
        rows = drop_singletons(select(sample, firsts[0], names), firsts[0].effect_columns)
        left = absorb(rows, firsts[0].effect_columns, names)
    except NotEstimable as reason:
        return drop([one for each in same for one in each], reason)
    found: Found = {}
    for each in same:
        try:
            solution = solve_absorbed(left, each[0])
        except NotEstimable as reason:
            found |= drop(each, reason)
            continue
        scores = _sum_for_joint_tests(left, solution)
        for one in each:
            try:
                found[one] = replace(_infer(one, left, solution), scores=scores)
            except NotEstimable as reason:
                found |= drop([one], reason)
    return found


def list_columns(specification: Specification) -> list[str]:
    """List outcome, price and controls, those of text as indicators."""
    return [specification.outcome, specification.price, *specification.control_columns]


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
        ``model``, ``developer`` and ``date``, and ``host`` of a panel of hosts, as numbers from zero.
    absorbed : int
        How many coefficients the effects, or the constant, stand for.
    developers : ndarray
        The developers behind the numbers in `codes`, as the sample numbers them.
    """

    columns: dict[str, np.ndarray]
    spread: dict[str, float]
    codes: dict[str, np.ndarray]
    absorbed: int
    developers: np.ndarray

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.codes["model"])

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many models, developers and days, and hosts, there are."""
        return {name: int(own.max()) + 1 for name, own in self.codes.items()}

    @cached_property
    def pairs(self) -> dict[tuple[str, ...], np.ndarray]:
        """Pairs of two kinds of clusters as numbers from zero, filled by those who need them."""
        return {}


def absorb(rows: pd.DataFrame, effects: list[str], names: list[str]) -> Absorbed:
    """Take fixed effects out of columns; see `tokencheck.econometrics.effects`.

    Parameters
    ----------
    rows : DataFrame
        From `tokencheck.econometrics.sample.drop_singletons`.
    effects : list of str
        Columns of the effects; none takes out the mean.
    names : list of str
        Outcomes, prices and controls.

    Returns
    -------
    Absorbed
    """
    values, own = rows[names].to_numpy(dtype="float64"), factorize(rows, effects) if effects else None
    return _absorb_numbers(names, values, _weigh(rows), own, _number_cases(rows), pd.unique(rows["developer"]))


def _number_cases(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: pd.factorize(rows[name])[0] for name in ("model", "developer", "date", "host") if name in rows}


def _absorb_numbers(
    names: list[str],
    values: np.ndarray,
    weights: np.ndarray,
    effects: np.ndarray | None,
    codes: dict[str, np.ndarray],
    developers: np.ndarray,
) -> Absorbed:
    """Do what `absorb` does, without a frame around the numbers."""
    about = values - np.average(values, axis=0, weights=weights)
    left, absorbed = about, 1
    if effects is not None:
        own = Effects(effects)
        left, absorbed = own.take_out(about, weights), _count_coefficients(own)
    root = np.sqrt(weights)[:, None]
    return Absorbed(*_name_columns(names, left * root, about * root), codes, absorbed, developers)


def _weigh(rows: pd.DataFrame) -> np.ndarray:
    return rows["weight"].to_numpy() if "weight" in rows else np.ones(len(rows))


def _count_coefficients(effects: Effects) -> int:
    """Count the coefficients of effects: the levels of all, less one for each effect after the first."""
    return int((effects.levels - 1).sum()) + 1


def _name_columns(
    names: list[str], left: np.ndarray, about: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Name columns without their effects, and the squares of what they were about their means."""
    return dict(zip(names, left.T, strict=True)), dict(zip(names, (about**2).sum(axis=0), strict=True))


def take_out(rows: pd.DataFrame, effects: list[str], values: np.ndarray) -> np.ndarray:
    """Take fixed effects, or the mean where there are none, out of columns of numbers; see `absorb`."""
    weights = _weigh(rows)
    if not effects:
        return values - np.average(values, axis=0, weights=weights)
    return Effects(factorize(rows, effects)).take_out(values, weights)


@dataclass(frozen=True)
class Solution:
    """Least squares of what the effects were taken out of.

    Attributes
    ----------
    coef : float
        On price.
    design : ndarray
        Price and controls.
    errors : ndarray
        Residuals.
    bread : ndarray
        The inverse of design′ · design.
    unknowns : int
        Coefficients, those of the effects included.
    r2_within : float
    """

    coef: float
    design: np.ndarray
    errors: np.ndarray
    bread: np.ndarray
    unknowns: int
    r2_within: float


def solve_absorbed(left: Absorbed, specification: Specification) -> Solution:
    """Solve least squares without effects (Frisch and Waugh 1933, Lovell 1963).

    Parameters
    ----------
    left : Absorbed
    specification : Specification

    Returns
    -------
    Solution

    Raises
    ------
    NotEstimable
        When the price, or a control, does not vary beside the effects and the columns before it, or when there are no
        more rows than coefficients.
    """
    design, bread, unknowns = _decompose(left, specification)
    outcome = left.columns[specification.outcome]
    coefs = bread @ (design.T @ outcome)
    fitted = design @ coefs
    r2 = float(fitted @ fitted) / float(outcome @ outcome)  # 1 − SSR/SST would lose the digits of a small one
    return Solution(float(coefs[0]), design, outcome - fitted, bread, unknowns, r2)


def _decompose(left: Absorbed, specification: Specification) -> tuple[np.ndarray, np.ndarray, int]:
    """Give the design, the inverse of its squares, and how many coefficients there are; see `solve_absorbed`."""
    names = [specification.price, *specification.control_columns]
    design = np.column_stack([left.columns[name] for name in names])
    squares = design.T @ design
    least = np.array([VARIATION * max(left.spread[name], 1e-12) for name in names])
    if flat := [name for name, one in zip(names, _find_flat(design, squares, least), strict=True) if one]:
        raise NotEstimable(_say_flat(specification, flat))
    unknowns = len(names) + left.absorbed
    if left.n <= unknowns:
        raise NotEstimable(f"{left.n} rows are too few for {unknowns} coefficients")
    return design, np.linalg.inv(squares), unknowns


def _find_flat(design: np.ndarray, squares: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Find the columns of which no more than the least is left beside those before them; exactly where it is close."""
    try:
        if (np.diag(np.linalg.cholesky(squares)) ** 2 > CLEAR * least).all():
            return np.zeros(len(least), dtype=bool)
    except np.linalg.LinAlgError:
        pass
    if len(design) < len(least):
        return np.ones(len(least), dtype=bool)
    return np.diag(np.linalg.qr(design, mode="r")) ** 2 <= least


def _say_flat(specification: Specification, names: list[str]) -> str:
    """Say which columns do not vary beside the effects and the columns before them."""
    if specification.price in names:
        within = f" within {' and '.join(specification.effects)}" if specification.effects else ""
        return f"the price does not vary{within}"
    words = " and ".join(INDICATED.get(name, name) for name in names)
    return f"{words} {'follows' if len(names) == 1 else 'follow'} from the other columns (collinear)"


def _sum_for_joint_tests(left: Absorbed, solution: Solution) -> Scores:
    """Give the sums by developer of the price, without controls, with the outcome under no relation and with itself."""
    price = solution.design @ (solution.bread[:, 0] / solution.bread[0, 0])  # Frisch and Waugh, the other way round
    null = solution.errors + solution.coef * price
    codes, count = left.codes["developer"], left.counts["developer"]
    products, squares = (np.bincount(codes, weights=price * other, minlength=count) for other in (null, price))
    return Scores(left.developers, products, squares)


def _count_clusters(left: Absorbed, specification: Specification) -> int | None:
    groups = specification.clusters
    clusters = min((left.counts[name] for name in groups), default=None)
    if clusters == 1:
        raise NotEstimable(_say_one_cluster(specification))
    return clusters


def _say_one_cluster(specification: Specification) -> str:
    groups = " or one ".join(specification.clusters)
    return f"all rows are of one {groups}, so errors cannot be clustered ({specification.se_type})"


def _infer(specification: Specification, left: Absorbed, solution: Solution) -> Estimate:
    """Add standard error, p and interval to a solution."""
    clusters = _count_clusters(left, specification)
    meat = _sum_scores(specification, left, solution)
    unknowns = 1 if specification.estimator == "poisson" else solution.unknowns
    freedom = clusters - 1 if clusters else left.n - unknowns
    variance = float((solution.bread @ meat @ solution.bread)[0, 0])
    if not variance > 0:
        raise NotEstimable(NO_ERROR)
    return Estimate(
        specification,
        **infer_by_t(solution.coef, float(np.sqrt(variance)), freedom),
        n=left.n,
        models=left.counts["model"],
        days=left.counts["date"],
        clusters=clusters,
        r2_within=solution.r2_within,
    )


def infer_by_t(coef: float, se: float, freedom: int) -> dict[str, float]:
    """Give coefficient, standard error, p and interval by Student's t.

    Parameters
    ----------
    coef, se : float
    freedom : int
        Degrees of freedom.

    Returns
    -------
    dict of str to float
    """
    wide = float(special.stdtrit(freedom, 1 - LEVEL / 2)) * se
    p = float(2 * special.stdtr(freedom, -abs(coef) / se))
    return {"coef": coef, "se": se, "p": p, "ci_low": coef - wide, "ci_high": coef + wide}


def _sum_scores(specification: Specification, left: Absorbed, solution: Solution) -> np.ndarray:
    """Give the middle of the sandwich; the module's first lines say by which formula."""
    design, errors, spare = solution.design, solution.errors, left.n - solution.unknowns
    if specification.se_type == "HC3":
        if specification.effects or specification.weights:
            raise ValueError("HC3 beside effects or weights is computed one by one, with fit")
        leverage = 1 / left.n + ((design @ solution.bread) * design).sum(axis=1)
        scores = design * (errors / (1 - leverage))[:, None]
        return scores.T @ scores
    scores = design * errors[:, None]
    if not specification.clusters:
        return left.n / spare * scores.T @ scores
    codes = [left.codes[name] for name in specification.clusters]
    meat = sum(_add_up(scores, one) for one in codes)
    if len(codes) == 2:
        if specification.clusters not in left.pairs:
            both = codes[0] * left.counts[specification.clusters[1]] + codes[1]
            left.pairs[specification.clusters] = pd.factorize(both)[0]
        meat = meat - _add_up(scores, left.pairs[specification.clusters])
    return (left.n - 1) / spare * meat


def _add_up(scores: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Give the outer product of the scores summed by cluster, times G/(G−1)."""
    groups = int(codes.max()) + 1
    sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in scores.T])
    return groups / (groups - 1) * sums.T @ sums


def _fit_poisson(sample: pd.DataFrame, same: list[list[Specification]]) -> Found:
    """Estimate by Poisson pseudo-maximum-likelihood what shares rows and effects; see `_fit_shared`."""
    firsts = [each[0] for each in same]
    names = list(dict.fromkeys(name for one in firsts for name in list_columns(one)))
    columns = firsts[0].effect_columns
    try:
        rows = drop_singletons(select(sample, firsts[0], names), columns)
    except NotEstimable as reason:
        return drop([one for each in same for one in each], reason)
    effects = Effects(factorize(rows, columns)) if columns else None
    absorbed = _count_coefficients(effects) if effects else 1
    cases = Absorbed({}, {}, _number_cases(rows), absorbed, pd.unique(rows["developer"]))
    found: Found = {}
    for each in same:
        try:
            left, solution = _iterate(rows[list_columns(each[0])].to_numpy(dtype="float64"), each[0], effects, cases)
        except NotEstimable as reason:
            found |= drop(each, reason)
            continue
        for one in each:
            try:
                found[one] = replace(_infer(one, left, solution), r2_within=None)
            except NotEstimable as reason:
                found |= drop([one], reason)
    return found


def _iterate(
    values: np.ndarray, specification: Specification, effects: Effects | None, cases: Absorbed
) -> tuple[Absorbed, Solution]:
    """Weigh least squares again and again, until the deviance stands still; no outcome is zero, so it always has one.

    The first column is then the outcome about its mean, made linear there, and weights are those of the last round.
    """
    names, outcome, others = list_columns(specification), values[:, 0], values[:, 1:]
    mean = (outcome + outcome.mean()) / 2
    before = _measure_deviance(outcome, mean)
    for _ in range(ROUNDS):
        linear = np.log(mean) + outcome / mean - 1
        columns = np.column_stack([linear, others])
        about = columns - np.average(columns, axis=0, weights=mean)
        root = np.sqrt(mean)[:, None]
        own, spread = _name_columns(names, root * (effects.take_out(about, mean) if effects else about), root * about)
        left = replace(cases, columns=own, spread=spread)
        solution = solve_absorbed(left, specification)
        mean = np.exp(linear - solution.errors / root[:, 0])
        deviance = _measure_deviance(outcome, mean)
        if not np.isfinite(deviance):
            break
        if abs(deviance - before) < _STANDSTILL * (0.1 + abs(before)):
            return left, solution
        before = deviance
    raise NotEstimable(f"the Poisson regression did not settle in {ROUNDS} rounds")


def _measure_deviance(outcome: np.ndarray, mean: np.ndarray) -> float:
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return float(2 * (outcome * np.log(outcome / mean) - (outcome - mean)).sum())


BATCHED = {"ols": _fit_shared, "poisson": _fit_poisson}
