"""Median regression, solved exactly: its digits must not hang on where an iteration happened to stop.

statsmodels' `QuantReg` weighs squares again and again until the coefficients move by less than a tolerance, and gives
what it has then; the last digits differ from one processor to the next. Least absolute deviations are a linear
programme, whose solution passes through as many points as there are coefficients (Koenker and Bassett 1978, theorem
3.1, https://doi.org/10.2307/1913643). Which points is found by HiGHS; the coefficients are then those of that small
system of equations. The standard error is statsmodels', taken at this solution.
"""

from typing import Any

import numpy as np
import pandas as pd

NO_RESIDUAL = 1e-9  # of the spread of the outcome: a residual below it is that of a point passed through
STEPS = 100  # of the simplex, before the solver is asked
_EDGE = 1e-6  # of the width of the dual's bounds: a point nearer to one is on it


def solve(design: np.ndarray, outcome: np.ndarray, quantile: float = 0.5) -> np.ndarray:
    """Minimise the sum of absolute residuals, or of weighted ones for another quantile than the median.

    Parameters
    ----------
    design : ndarray
        One row a point, one column a coefficient; of full column rank.
    outcome : ndarray
    quantile : float

    Returns
    -------
    ndarray
        Coefficients. Where several minimise the sum, a corner of the set of them, the same for every order of rows.

    Raises
    ------
    RuntimeError
        When HiGHS finds no solution, which a finite design of full rank always has.

    Examples
    --------
    >>> solve(np.ones((3, 1)), np.array([1.0, 2.0, 10.0])).tolist()
    [2.0]
    """
    order = np.lexsort([*design.T, outcome])
    design, outcome = design[order], outcome[order]
    scale = np.abs(design).max(axis=0)
    near = _find_corner(design / scale, outcome, quantile) / scale
    left = np.abs(outcome - design @ near)
    passed = left <= NO_RESIDUAL * max(float(np.ptp(outcome)), 1.0)
    return np.linalg.lstsq(design[passed], outcome[passed], rcond=None)[0]


def solve_from(points: np.ndarray, design: np.ndarray, outcome: np.ndarray, quantile: float = 0.5) -> np.ndarray:
    """Solve, starting from the points that the solution of a problem nearby passes through.

    The way is that of the simplex: one point is left for another as long as the sum of residuals falls by it.

    Parameters
    ----------
    points : ndarray of bool
    design, outcome, quantile
        See `solve`.

    Returns
    -------
    ndarray
        Coefficients: where the solution is the only one, those of `solve`; where the way does not lead to one, its own.
    """
    through = np.flatnonzero(points)
    if len(through) != design.shape[1]:
        return solve(design, outcome, quantile)
    spread = max(float(np.ptp(outcome)), 1.0)
    for _ in range(STEPS):
        try:
            inverse = np.linalg.inv(design[through])
        except np.linalg.LinAlgError:
            break
        coefs = inverse @ outcome[through]
        left = outcome - design @ coefs
        left[through] = 0.0
        if (np.abs(left) <= NO_RESIDUAL * spread).sum() != len(through):
            break  # a point more is passed, so that there are several ways on
        sides = np.where(left > 0, quantile, quantile - 1)
        sides[through] = 0.0
        held = -(design.T @ sides) @ inverse  # what the points must weigh to hold the pull of all others
        beyond = np.maximum(held - quantile, quantile - 1 - held)
        worst = int(beyond.argmax())
        if beyond[worst] < -_EDGE:
            return coefs
        if beyond[worst] <= _EDGE:
            break  # on the edge: the solution may not be the only one
        ahead = design @ inverse[:, worst] * (-1 if held[worst] > quantile else 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = np.where(sides != 0, left / ahead, np.nan)
        order = np.flatnonzero(distance > 0)
        order = order[np.argsort(distance[order], kind="stable")]
        passed = np.searchsorted(np.cumsum(np.abs(ahead[order])), beyond[worst])
        if passed == len(order):
            break
        through = np.append(np.delete(through, worst), order[passed])
    return solve(design, outcome, quantile)


def _find_corner(design: np.ndarray, outcome: np.ndarray, quantile: float) -> np.ndarray:
    """Find the coefficients to the digits of the solver, by the shortest way that leads to one corner alone."""
    from scipy import optimize  # slow to import, and most estimates need none

    count, width = design.shape
    if width == 1 and (design == 1).all() and count * quantile % 1:
        return np.sort(outcome)[[int(count * quantile)]]
    # The dual has a row a coefficient only. With as many points between its bounds the solution is the only one.
    found = optimize.linprog(
        -outcome, A_eq=design.T, b_eq=(1 - quantile) * design.sum(axis=0), bounds=(0, 1), method="highs-ds"
    )
    if found.success and ((found.x > _EDGE) & (found.x < 1 - _EDGE)).sum() == width:
        return -found.eqlin.marginals
    # Minimise Σ(above + below) under design · coefficients + above − below = outcome, with above and below ≥ 0.
    found = optimize.linprog(
        np.concatenate([np.zeros(width), np.full(count, 2 * quantile), np.full(count, 2 - 2 * quantile)]),
        A_eq=np.hstack([design, np.eye(count), -np.eye(count)]),
        b_eq=outcome,
        bounds=[(None, None)] * width + [(0, None)] * (2 * count),
        method="highs-ds",
    )
    if not found.success:
        raise RuntimeError(f"no least absolute deviations: {found.message}")
    return found.x[:width]


def fit_median(formula: str, rows: pd.DataFrame) -> Any:
    """Give statsmodels' results of a median regression at the exact solution.

    Parameters
    ----------
    formula : str
    rows : DataFrame

    Returns
    -------
    RegressionResultsWrapper
        Standard errors as `QuantReg.fit(q=0.5, vcov="robust")` computes them: the sandwich with a density of the
        residuals at zero by the Epanechnikov kernel, its bandwidth by Hall and Sheather (1988) with Stata's scale.
    """
    import statsmodels.formula.api as smf
    from scipy import stats
    from statsmodels.regression import quantile_regression as quantile

    model = smf.quantreg(formula, rows)
    coefs = solve(model.exog, model.endog)
    left = model.endog - model.exog @ coefs
    width = quantile.hall_sheather(model.nobs, 0.5)
    spread = min(np.std(model.endog), float(np.subtract(*np.percentile(left, [75, 25]))) / 1.34)
    width = spread * (stats.norm.ppf(0.5 + width) - stats.norm.ppf(0.5 - width))
    density = np.sum(quantile.kernels["epa"](left / width)) / (model.nobs * width)
    # At the median the weights of points above and below are the same, so the sandwich has one layer.
    variance = np.linalg.pinv(model.exog.T @ model.exog) * (0.5 / density) ** 2
    model.rank = np.linalg.matrix_rank(model.exog)
    model.df_model, model.df_resid = float(model.rank - model.k_constant), float(model.nobs - model.rank)
    return quantile.RegressionResultsWrapper(quantile.QuantRegResults(model, coefs, normalized_cov_params=variance))
