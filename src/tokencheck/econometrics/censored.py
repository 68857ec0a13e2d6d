"""The cut at fifty as a limit: a regression in which unseen models count as lying below the day's fiftieth.

Of a listed model that is not among the fifty most used it is known that its tokens lie below those of the fiftieth.
With normal errors of one spread that is a likelihood (Tobin 1958), here with an effect for each day and in Olsen's
parameters (1978, https://doi.org/10.2307/1913445), in which it has one maximum; Newton's steps find it. Effects of days
are taken out by blocks, so that a step costs no more than one regression.

The specification curve runs it with other ranks for the fiftieth, too: where the limit is the day's thirtieth, those
between the two count as unseen, whatever they had.

It fails where the depth of the unseen is not that of the normal distribution: where a tail of models that nobody uses
reaches far below the cut, as on the full leaderboard it does. The weeks with every model on record show by how much.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from tokencheck.econometrics.estimation import (
    Estimate,
    Found,
    Scores,
    absorb,
    drop,
    group_alike,
    infer_by_t,
    solve_absorbed,
)
from tokencheck.econometrics.inference import (
    BOOTSTRAP_DRAWS,
    SEED,
    Bootstrapped,
    describe_clusters,
    draw_signs,
    invert,
    share_beyond,
)
from tokencheck.econometrics.sample import NotEstimable
from tokencheck.econometrics.specification import EQUAL_ROWS, Specification

LIMIT_RANKS = (50, 30)  # of the day's most used that count as seen
_EFFECTS = ("date",)  # the only ones that are taken out of a limit
_ROOT = np.log(np.sqrt(2 * np.pi))
_ROUNDS, _STANDSTILL, _SMALLEST_STEP = 100, 1e-13, 1e-6
Point = tuple[np.ndarray, np.ndarray, float]  # slopes, effects of days, and one over sigma, all over sigma


@dataclass(frozen=True)
class Censored:
    """A censored regression: its slope, spread of errors, and how many rows were seen and unseen, of what."""

    coef: float
    se: float
    sigma: float
    seen: int
    unseen: int
    clusters: int
    models: int
    days: int


def hide(rows: pd.DataFrame, seen: pd.DataFrame, rank: int = LIMIT_RANKS[0]) -> pd.DataFrame:
    """Hide the tokens of models below a rank of the day, and give the limit that they lie under.

    Parameters
    ----------
    rows : DataFrame
        A panel of listed models, or of every model, with tokens where they are on record.
    seen : DataFrame
        A panel of the same days that holds every model down to that rank.
    rank : int

    Returns
    -------
    DataFrame
        The rows with ``log_tokens_<rank>`` (NaN below) and ``limit_<rank>``, the tokens of the model at that rank.
    """
    limit = rows["date"].map(seen[seen["rank"] <= rank].groupby("date")["log_tokens"].min())
    hidden = rows["log_tokens"].where(rows["rank"] <= rank)
    return rows.assign(**{f"log_tokens_{rank}": hidden, f"limit_{rank}": limit})


class CensoredModel:
    """A censored regression of log tokens on price and controls with effects of days.

    Parameters
    ----------
    rows : DataFrame
        date, model, developer, log_tokens_<rank> (NaN below the limit), limit_<rank>, and the columns; see `hide`.
    columns : list of str
        Price first.
    rank : int

    Raises
    ------
    NotEstimable
        When no row is seen or none is unseen.
    """

    def __init__(self, rows: pd.DataFrame, columns: list[str], rank: int = LIMIT_RANKS[0]):
        """Keep the rows that can be used; see the class."""
        outcome, limit = f"log_tokens_{rank}", f"limit_{rank}"
        known = rows.dropna(subset=[*columns, limit, "developer"])
        # A day without a model that is seen has no level to compare with.
        known = known[known.groupby("date")[outcome].transform("count") > 0]
        self.seen = known[outcome].notna().to_numpy()
        if not self.seen.any() or self.seen.all():
            raise NotEstimable("a censored regression needs rows on both sides of the limit")
        self.rows = known.assign(**{outcome: known[outcome].fillna(known[limit])})
        self.outcome = self.rows[outcome].to_numpy(dtype="float64")
        self.days = pd.factorize(known["date"])[0]
        self.groups = pd.factorize(known["developer"])[0]
        self.models = int(known["model"].nunique())
        self.columns = known[columns].to_numpy(dtype="float64")
        self.columns = self.columns - self.columns.mean(axis=0)
        self.count = int(self.days.max()) + 1

    def maximise(self, fixed: float | None = None, start: Point | None = None) -> Point:
        """Find the maximum; with a slope of price given, that of the rest.

        Parameters
        ----------
        fixed : float, optional
            Slope of price that is held.
        start : tuple, optional
            Slopes, effects and one over sigma of a fit nearby.

        Returns
        -------
        tuple
            Slopes over sigma of the free columns, effects of days over sigma, and one over sigma.
        """
        outcome = self.outcome - (0.0 if fixed is None else fixed) * self.columns[:, 0]
        design = self.columns if fixed is None else self.columns[:, 1:]
        point = start or (np.zeros(design.shape[1]), self._start(outcome), 1 / outcome.std())
        derived = self._derive(outcome, design, point)
        for _ in range(_ROUNDS):
            step, size, new, likelihood = self._step(outcome, design, point, derived), 1.0, -np.inf, derived[2]
            while size > _SMALLEST_STEP:
                tried = _add(point, step, size)
                there = self._derive(outcome, design, tried) if tried[2] > 0 else None
                new = there[2] if there else -np.inf
                if new >= likelihood:
                    break
                size /= 2
            if not new > likelihood:
                break
            done = new - likelihood <= _STANDSTILL * abs(new)
            point, derived = tried, there
            if done:
                break
        # The likelihood stands still to its last digit long before its maximum does: one whole step more.
        return _add(point, self._step(outcome, design, point, derived), 1.0)

    def _start(self, outcome: np.ndarray) -> np.ndarray:
        own = np.bincount(self.days, weights=outcome, minlength=self.count)
        return own / np.bincount(self.days, minlength=self.count) / outcome.std()

    def _derive(self, outcome: np.ndarray, design: np.ndarray, point: Point) -> tuple[np.ndarray, np.ndarray, float]:
        """Give each row's derivative by the index, its curvature, and the likelihood of all."""
        slopes, effects, inverse = point
        left = inverse * outcome - design @ slopes - effects[self.days]
        below = special.log_ndtr(left)  # the normal distribution's; `scipy.stats` checks its arguments at length
        ratio = np.exp(-(left**2) / 2 - _ROOT - below)  # of the unseen
        by_index = np.where(self.seen, left, -ratio)
        bend = np.where(self.seen, 1.0, ratio * (left + ratio))
        likelihood = np.where(self.seen, np.log(inverse) - left**2 / 2, below).sum()
        return by_index, bend, float(likelihood)

    def _arrange(
        self, outcome: np.ndarray, design: np.ndarray, inverse: float, bend: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Give the curvature of slopes and one over sigma, that of the days, and the one beside the other."""
        full = np.column_stack([design, -outcome])
        weight = np.bincount(self.days, weights=bend, minlength=self.count)
        cross = np.column_stack([np.bincount(self.days, weights=bend * one, minlength=self.count) for one in full.T])
        inner = (full * bend[:, None]).T @ full
        inner[-1, -1] += self.seen.sum() / inverse**2
        return full, inner, weight, cross

    def _step(
        self, outcome: np.ndarray, design: np.ndarray, point: Point, derived: tuple[np.ndarray, np.ndarray, float]
    ) -> Point:
        """Solve Newton's equations, with the effects of days in a block of their own."""
        by_index, bend, _ = derived
        full, inner, weight, cross = self._arrange(outcome, design, point[2], bend)
        gradient = full.T @ by_index
        gradient[-1] += self.seen.sum() / point[2]
        by_day = np.bincount(self.days, weights=by_index, minlength=self.count)
        step = np.linalg.solve(inner - cross.T @ (cross / weight[:, None]), gradient - cross.T @ (by_day / weight))
        return step[:-1], (by_day - cross @ step) / weight, float(step[-1])

    def score(self, slope: float, point: Point) -> tuple[np.ndarray, np.ndarray]:
        """Give each row's score of the price's slope, clean of the other parameters, and its information.

        Parameters
        ----------
        slope : float
        point : tuple
            Where the other parameters are at their maximum.
        """
        outcome, price, design = self.outcome - slope * self.columns[:, 0], self.columns[:, 0], self.columns[:, 1:]
        by_index, bend, _ = self._derive(outcome, design, point)
        full, inner, weight, cross = self._arrange(outcome, design, point[2], bend)
        beside, by_day = full.T @ (bend * price), np.bincount(self.days, weights=bend * price, minlength=self.count)
        slopes = np.linalg.solve(inner - cross.T @ (cross / weight[:, None]), beside - cross.T @ (by_day / weight))
        effects = (by_day - cross @ slopes) / weight
        clean = price - full @ slopes - effects[self.days]
        rows = by_index * clean - np.where(self.seen, slopes[-1] / point[2], 0.0)
        return point[2] * rows, point[2] ** 2 * bend * price * clean

    def fit(self) -> Censored:
        """Give the estimate, its standard error clustered by developer, and what it rests on."""
        slopes, effects, inverse = self.maximise()
        coef = float(slopes[0] / inverse)
        scores, information = self.score(coef, (slopes[1:], effects, inverse))
        se, clusters = _add_clusters(scores, information, self.groups)
        seen = int(self.seen.sum())
        return Censored(coef, se, float(1 / inverse), seen, len(self.seen) - seen, clusters, self.models, self.count)

    def bootstrap(self, found: Censored, draws: int = BOOTSTRAP_DRAWS, seed: int = SEED) -> Bootstrapped:
        """Test slopes by the signs of their scores under the null, drawn by developer; see `inference`."""
        signs = draw_signs(found.clusters, draws, seed)
        start: Point | None = None

        def test(slope: float) -> float:
            nonlocal start
            start = self.maximise(slope, start)
            sums = np.bincount(self.groups, weights=self.score(slope, start)[0])
            return share_beyond(abs(float(sums.sum())), np.abs(sums @ signs), found.clusters)

        p = test(0.0)
        low, high = invert(test, found.coef, found.se, precision=1e-4)
        own = self.columns[:, 0] - (
            np.bincount(self.days, weights=self.columns[:, 0]) / np.bincount(self.days)
        )[self.days]  # fmt: skip
        weights = np.bincount(self.groups, weights=own**2)
        return describe_clusters("developer", weights, p, low, high, signs.shape[1])


def _add(point: Point, step: Point, size: float) -> Point:
    return tuple(own + size * by for own, by in zip(point, step, strict=True))


def _add_clusters(scores: np.ndarray, information: np.ndarray, groups: np.ndarray) -> tuple[float, int]:
    """Give the standard error of a slope by its rows' scores, clustered, and how many clusters there are."""
    sums = np.bincount(groups, weights=scores)
    spread = len(sums) / (len(sums) - 1) * (sums**2).sum() if len(sums) > 1 else 0.0
    return float(np.sqrt(spread) / information.sum()), len(sums)


def fit_limits(sample: pd.DataFrame, specifications: Iterable[Specification]) -> Found:
    """Estimate specifications of the curve with a limit; those that differ in the standard error share one maximum.

    Parameters
    ----------
    sample : DataFrame
        From `tokencheck.econometrics.sample.take`, with the columns of `hide`.
    specifications : iterable of Specification
        With the estimator ``censored`` and an outcome of `hide`.

    Returns
    -------
    dict of Specification to Estimate
        Where one cannot be estimated, `Estimate.dropped` says why and the others go on.
    """
    found: Found = {}
    for each in group_alike(specifications).values():
        try:
            found |= _fit_same(sample, each)
        except NotEstimable as reason:
            found |= drop(each, reason)
    return found


def _fit_same(sample: pd.DataFrame, same: list[Specification]) -> Found:
    """Estimate specifications that differ in the standard error alone."""
    first = same[0]
    if first.effects != _EFFECTS or first.weights != EQUAL_ROWS:
        raise NotEstimable("a limit is the day's: it takes effects of date alone, and rows that count alike")
    columns = [first.price, *first.control_columns]
    model = CensoredModel(sample, columns, int(first.outcome.rpartition("_")[2]))
    # What least squares cannot tell apart, or has too few rows for, a limit cannot either: it refuses in its words.
    left = absorb(model.rows, first.effect_columns, [first.outcome, *columns])
    solve_absorbed(left, first)
    if left.counts["developer"] == 1:
        raise NotEstimable("all rows are of one developer, so errors cannot be clustered")
    slopes, effects, inverse = model.maximise()
    coef = float(slopes[0] / inverse)
    scores, information = model.score(coef, (slopes[1:], effects, inverse))
    # Under no relation a row's score is, to first order, what it is at the maximum and its information times the slope.
    squares, sums = (np.bincount(model.groups, weights=one) for one in (information, scores))
    of_null = Scores(left.developers, sums + squares * coef, squares)
    counts = {"n": left.n, "models": left.counts["model"], "days": left.counts["date"]}
    found: Found = {}
    for one in same:
        se, clusters = _add_clusters(scores, information, left.codes[one.clusters[0]])
        found[one] = Estimate(one, **infer_by_t(coef, se, clusters - 1), **counts, clusters=clusters, scores=of_null)
    return found
