"""Few developers: restricted bootstraps over clusters, and how many clusters an estimate really rests on.

Models of one developer move together, so an interval that takes each model, or each day, for a case of its own is too
narrow. The interval of record of every estimate is that of the restricted wild cluster bootstrap, found by inverting
the test: it holds the slopes that 9,999 draws do not reject at the 5 % level (Cameron, Gelbach and Miller 2008,
https://doi.org/10.1162/rest.90.3.414). A draw changes the sign of all residuals of a cluster at once, or leaves them;
it varies what is unexplained, not who is in the market, which leaving out one developer at a time does.

Everything is done on sums by cluster, after one decomposition of the design: with S the squares of the price and C the
scores by pair of clusters, a draw costs as many operations as there are clusters, and the statistic at another slope
three more (Roodman, MacKinnon, Nielsen and Webb 2019, https://doi.org/10.1177/1536867X19830877).

Poisson and median regressions have no such algebra. They are tested by their scores under the null, whose signs are
drawn by cluster (Kline and Santos 2012, https://doi.org/10.1515/2156-6674.1004; Hagemann 2017,
https://doi.org/10.1080/01621459.2016.1148610).
"""

import itertools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from tokencheck.econometrics import median
from tokencheck.econometrics.estimation import LEVEL, list_columns, take_out
from tokencheck.econometrics.precision import TIE
from tokencheck.econometrics.sample import draw_rows, factorize, prepare
from tokencheck.econometrics.specification import Specification

BOOTSTRAP_DRAWS = 9_999
SEED = 9
_ROUNDS = 60  # halvings of the interval's ends; more than the digits that are written
NARROW_AFTER = 6  # halvings, after which few draws can still turn from one side to the other
WIDEST = 64.0  # standard errors from the estimate, beyond which an end counts as none


@dataclass(frozen=True)
class Bootstrapped:
    """What a bootstrap over clusters says of an estimate.

    Attributes
    ----------
    by : str
        Column of the clusters.
    clusters : int
    effective : float
        How many clusters of equal weight would carry as much; see `count_effective`.
    largest_percent : float
        Share of the price's squares that the weightiest cluster has.
    p : float
        Of no relation, two-sided.
    low, high : float or None
        Slopes that are not rejected at the 5 % level; None where the draws reject none on that side.
    draws : int
        All signs there are, where these are fewer than the draws asked for.
    """

    by: str
    clusters: int
    effective: float
    largest_percent: float
    p: float
    low: float | None
    high: float | None
    draws: int


# ------------------------------------------------------------------------------------------------------------- clusters


def count_effective(weights: np.ndarray) -> float:
    """Count the clusters of equal weight that would carry as much as these.

    Parameters
    ----------
    weights : ndarray
        Squares of the price that are left in each cluster beside effects and controls.

    Returns
    -------
    float
        (Σw)²/Σw², which is G* of Carter, Schnepel and Steigerwald (2017, https://doi.org/10.1162/REST_a_00639) for
        independent errors.

    Examples
    --------
    >>> count_effective(np.array([1.0, 1.0, 1.0, 1.0])), count_effective(np.array([9.0, 0.0, 0.0, 0.0]))
    (4.0, 1.0)
    """
    return float(weights.sum() ** 2 / (weights**2).sum())


@lru_cache(maxsize=16)
def draw_signs(clusters: int, draws: int = BOOTSTRAP_DRAWS, seed: int = SEED) -> np.ndarray:
    """Draw signs, one row a cluster and one column a draw; all there are where these are fewer. Not to be written to.

    Examples
    --------
    >>> draw_signs(2).tolist()
    [[1.0, 1.0, -1.0, -1.0], [1.0, -1.0, 1.0, -1.0]]
    """
    if 2**clusters <= draws:
        signs = np.array(list(itertools.product((1.0, -1.0), repeat=clusters))).T
    else:
        signs = np.random.default_rng(seed).choice([1.0, -1.0], size=(clusters, draws))
    signs.flags.writeable = False  # many estimates share them
    return signs


def share_beyond(seen: float, drawn: np.ndarray, clusters: int) -> float:
    """Give the share of draws that are no smaller than what was seen; equal signs give the same statistic."""
    return _divide(int((drawn >= seen * (1 - TIE)).sum()), len(drawn), clusters)


def _divide(beyond: int, draws: int, clusters: int) -> float:
    complete = draws == 2**clusters  # the data are among the draws already
    return beyond / draws if complete else (1 + beyond) / (1 + draws)


def invert(
    test: Callable[[float], float],
    estimate: float,
    step: float,
    precision: float = 1e-9,
    narrow: Callable[[float, float], Callable[[float], float]] | None = None,
) -> tuple[float | None, float | None]:
    """Find the interval of slopes that a test does not reject.

    Parameters
    ----------
    test : callable
        Gives the p-value of a slope.
    estimate : float
        A slope that is not rejected.
    step : float
        Where to look first, such as a standard error.
    precision : float
        How near to an end is near enough, as a share of its distance.
    narrow : callable, optional
        Gives the same test for slopes between two, where that costs less.

    Returns
    -------
    tuple of float or None
        None where nothing within `WIDEST` steps is rejected.
    """
    ends: list[float | None] = []
    for side in (-1, 1):
        inside, width = 0.0, 1.0
        while width <= WIDEST and test(estimate + side * width * step) > LEVEL:
            inside, width = width, 2 * width
        if width > WIDEST:
            ends.append(None)
            continue
        outside, of_end = width, test
        for count in range(_ROUNDS):
            if narrow and count == NARROW_AFTER:
                of_end = narrow(estimate + side * inside * step, estimate + side * outside * step)
            middle = (inside + outside) / 2
            if of_end(estimate + side * middle * step) > LEVEL:
                inside = middle
            else:
                outside = middle
            if outside - inside < precision * outside:
                break
        ends.append(estimate + side * (inside + outside) / 2 * step)
    return ends[0], ends[1]


# -------------------------------------------------------------------------------------------------------- least squares


class WildTest:
    """The restricted wild cluster bootstrap of one specification by least squares.

    Parameters
    ----------
    specification : Specification
        With the estimator ``ols`` and without weights.
    rows : DataFrame
        Its panel.
    cluster : str
        Column of the clusters.
    draws, seed : int
    """

    def __init__(
        self,
        specification: Specification,
        rows: pd.DataFrame,
        cluster: str,
        draws: int = BOOTSTRAP_DRAWS,
        seed: int = SEED,
    ):
        """Decompose the design once; see the class."""
        sample = draw_rows(prepare(rows), specification)
        groups = factorize(sample, [cluster])[:, 0]
        self.by, self.clusters = cluster, int(groups.max()) + 1
        columns = sample[list_columns(specification)].to_numpy(dtype="float64")
        outcome, price, controls = np.split(take_out(sample, specification.effect_columns, columns), [1, 2], axis=1)
        others = np.linalg.qr(controls)[0]
        outcome, price = ((one - others @ (others.T @ one))[:, 0] for one in (outcome, price))
        total = price @ price
        self.estimate = float(price @ outcome / total)
        residual = outcome - self.estimate * price
        # The price of one cluster at a time, without effects and controls: what a cluster's residuals do to others.
        apart = np.zeros((len(sample), self.clusters))
        apart[np.arange(len(sample)), groups] = price
        apart = take_out(sample, specification.effect_columns, apart)
        apart -= others @ (others.T @ apart)

        def add_up(column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            """Give what the draws make of a column: slopes, and scores by cluster."""
            pairs = np.column_stack(
                [np.bincount(groups, weights=one * column, minlength=self.clusters) for one in apart.T]
            )
            own = np.bincount(groups, weights=price * column, minlength=self.clusters)
            slopes = own @ signs / total
            return slopes, pairs.T @ signs - np.outer(self.weights, slopes)

        self.weights = np.bincount(groups, weights=price * price, minlength=self.clusters)
        drawn = draw_signs(self.clusters, draws, seed)
        signs = np.column_stack([np.ones(self.clusters), drawn])  # the first column is the data
        self.draws = drawn.shape[1]
        (self._slopes, scores), (self._price_slopes, price_scores) = add_up(residual), add_up(price)
        self._spread = (scores**2).sum(axis=0), (scores * price_scores).sum(axis=0), (price_scores**2).sum(axis=0)
        self.step = float(np.sqrt(self._spread[0][0]) / total)  # the standard error, but for its small-sample factor

    def _compute_statistics(self, slope: float, draws: slice | np.ndarray = slice(None)) -> np.ndarray:
        """Compute |t| of a slope in the data, which come first, and in the draws."""
        off = slope - self.estimate
        one, both, other = (part[draws] for part in self._spread)
        spread = one - 2 * off * both + off**2 * other
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = np.abs(self._slopes[draws] - off * self._price_slopes[draws]) / np.sqrt(np.maximum(spread, 0))
        return np.nan_to_num(statistic, nan=np.inf)

    def compute_p(self, slope: float = 0.0) -> float:
        """Compute the p-value of a slope."""
        statistic = self._compute_statistics(slope)
        return share_beyond(statistic[0], statistic[1:], self.clusters)

    def narrow(self, one: float, other: float) -> Callable[[float], float]:
        """Give `compute_p` for slopes between two, where few draws can still change sides.

        Only these are compared anew. The numerator of a statistic is linear in the slope and its spread a parabola, so
        both have bounds between two slopes.
        """
        ends = np.array(sorted((one, other)))[:, None] - self.estimate
        first, both, last = self._spread
        values = self._slopes - ends * self._price_slopes
        most = np.abs(values).max(axis=0)
        least = np.where(np.signbit(values[0]) == np.signbit(values[1]), np.abs(values).min(axis=0), 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            lowest = np.clip(np.nan_to_num(both / last), ends[0], ends[1])
            wide = np.sqrt(np.maximum(first - 2 * ends * both + ends**2 * last, 0).max(axis=0))
            tight = np.sqrt(np.maximum(first - 2 * lowest * both + lowest**2 * last, 0))
            low, high = least / wide * (1 - TIE), most / tight * (1 + TIE)
        beyond = low[1:] >= high[0]
        below = high[1:] < low[0] * (1 - TIE)
        certain = int(beyond.sum())
        open_ = np.concatenate([[0], 1 + np.flatnonzero(~beyond & ~below)])

        def compute_p(slope: float) -> float:
            statistic = self._compute_statistics(slope, open_)
            drawn = int((statistic[1:] >= statistic[0] * (1 - TIE)).sum())
            return _divide(certain + drawn, self.draws, self.clusters)

        return compute_p

    def summarise(self) -> Bootstrapped:
        """Give p-value, interval and effective clusters."""
        low, high = invert(self.compute_p, self.estimate, self.step, narrow=self.narrow)
        return describe_clusters(self.by, self.weights, self.compute_p(), low, high, self.draws)


# --------------------------------------------------------------------------------------------------------------- scores


class ScoreTest:
    """The score bootstrap of a Poisson or median regression of one week, by cluster.

    Parameters
    ----------
    specification : Specification
        With the estimator ``poisson`` or ``median``, without effects.
    rows : DataFrame
    cluster : str
    draws, seed : int
    quantile : float
        Of the ``median``: another one.
    """

    def __init__(
        self,
        specification: Specification,
        rows: pd.DataFrame,
        cluster: str,
        draws: int = BOOTSTRAP_DRAWS,
        seed: int = SEED,
        quantile: float = 0.5,
    ):
        """Keep the columns and draw the signs; see the class."""
        if specification.effects:
            raise ValueError(f"{specification}: the score test has no effects")
        sample = draw_rows(prepare(rows), specification)
        self.quantile, self._passed = quantile, np.zeros(len(sample), dtype=bool)
        self.by, self.groups = cluster, factorize(sample, [cluster])[:, 0]
        self.clusters = int(self.groups.max()) + 1
        columns = sample[list_columns(specification)].to_numpy(dtype="float64")
        self.outcome, self.price = columns[:, 0], columns[:, 1]
        self.others = np.column_stack([np.ones(len(sample)), columns[:, 2:]])
        self.score = {"poisson": self._score_poisson, "median": self._score_median}[specification.estimator]
        self.signs = draw_signs(self.clusters, draws, seed)
        self.draws = self.signs.shape[1]
        left = self.price - self.others @ np.linalg.lstsq(self.others, self.price, rcond=None)[0]
        self.weights = np.bincount(self.groups, weights=left**2, minlength=self.clusters)

    def _score_poisson(self, slope: float) -> np.ndarray:
        from statsmodels.genmod.families import Poisson
        from statsmodels.genmod.generalized_linear_model import GLM

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = GLM(self.outcome, self.others, family=Poisson(), offset=slope * self.price)
            mean = model.fit(tol=1e-10, maxiter=100).fittedvalues
        root = np.sqrt(mean)[:, None]
        fitted = np.linalg.lstsq(self.others * root, self.price * root[:, 0], rcond=None)[0]
        return (self.outcome - mean) * (self.price - self.others @ fitted)

    def _score_median(self, slope: float) -> np.ndarray:
        outcome = self.outcome - slope * self.price
        left = outcome - self.others @ median.solve_from(self._passed, self.others, outcome, self.quantile)
        passed = np.abs(left) <= median.NO_RESIDUAL * max(float(np.ptp(self.outcome)), 1.0)
        self._passed = passed  # slopes tested one after the other lie close together
        fitted = np.linalg.lstsq(self.others, self.price, rcond=None)[0]
        sides = np.where(left > 0, self.quantile, self.quantile - 1)
        return np.where(passed, 0.0, sides) * (self.price - self.others @ fitted)

    def estimate_quantile(self) -> float:
        """Give the slope at the quantile."""
        design = np.column_stack([self.price, self.others])
        return float(median.solve(design, self.outcome, self.quantile)[0])

    def compute_p(self, slope: float = 0.0) -> float:
        """Compute the p-value of a slope."""
        sums = np.bincount(self.groups, weights=self.score(slope), minlength=self.clusters)
        return share_beyond(abs(float(sums.sum())), np.abs(sums @ self.signs), self.clusters)

    def summarise(self, estimate: float, step: float) -> Bootstrapped:
        """Give p-value, interval and effective clusters; see `invert` for the arguments."""
        low, high = invert(self.compute_p, estimate, step, precision=1e-6)
        return describe_clusters(self.by, self.weights, self.compute_p(), low, high, self.draws)


def describe_clusters(
    by: str, weights: np.ndarray, p: float, low: float | None, high: float | None, draws: int
) -> Bootstrapped:
    """Put a test and its interval beside what the clusters weigh."""
    largest = 100 * float(weights.max() / weights.sum())
    return Bootstrapped(by, len(weights), count_effective(weights), largest, p, low, high, draws)


def weigh_clusters(specification: Specification, rows: pd.DataFrame, cluster: str) -> np.ndarray:
    """Give the squares of the price that are left in each cluster beside effects and controls."""
    sample = draw_rows(prepare(rows), specification)
    columns = sample[list_columns(specification)[1:]].to_numpy(dtype="float64")
    price, controls = np.split(take_out(sample, specification.effect_columns, columns), [1], axis=1)
    others = np.linalg.qr(controls)[0]
    left = (price - others @ (others.T @ price))[:, 0]
    return np.bincount(factorize(sample, [cluster])[:, 0], weights=left**2)


def adjust_holm(p: pd.Series) -> pd.Series:
    """Adjust p-values for their number, so that the chance of any false finding stays at the level (Holm 1979)."""
    from statsmodels.stats.multitest import multipletests

    return pd.Series(multipletests(p, method="holm")[1], index=p.index)
