"""A test of all specifications together, one estimand at a time: what the curve would look like without any relation.

Counting estimates on one side proves nothing: specifications share their models, and under no relation most of them
fall on one side, too. So the whole curve is drawn again and again under the null, with one sign a developer for all
specifications at once, and what was seen is set beside it (Simonsohn, Simmons and Nelson 2020,
https://doi.org/10.1038/s41562-020-0912-z). The draws are those of the score bootstrap (Kline and Santos 2012): with the
sums of each developer at hand, a draw of thousands of regressions is one product of matrices.

Dated moves have no developers to draw from: few vendors moved a price. Their draws are placebos instead, one in the
place of all cuts, or all rises, of a day in every specification at once (`tokencheck.econometrics.movecurve`).
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import special

from tokencheck.econometrics.estimation import LEVEL, Drawn, Estimate
from tokencheck.econometrics.inference import BOOTSTRAP_DRAWS, SEED, draw_signs
from tokencheck.econometrics.precision import TIE

CHUNK = 2_000  # draws held in memory at once
FIRM = 0.05  # a p-value up to this is one that draws hardly reach


def judge_curve(estimates: Iterable[Estimate], draws: int = BOOTSTRAP_DRAWS) -> pd.DataFrame:
    """Test for each estimand that tokens have nothing to do with price in any of its specifications.

    Parameters
    ----------
    estimates : iterable of Estimate
        With `Estimate.scores`; what has none, such as Poisson, is left aside.
    draws : int
        Of developers' signs, or the first of those that dated moves bring, which are `BOOTSTRAP_DRAWS`.

    Returns
    -------
    DataFrame
        estimand, estimates (distinct), developers, and for each statistic (``median``: of the estimates;
        ``negative_percent``: of estimates below zero; ``significant_percent``: below zero and significant at 5 %, by
        developer or by placebos) what was seen, the middle of the draws (``_null``) and the p-value (``_p``): one-sided
        for the shares, two-sided for the median.
    """
    groups: dict[str, dict[tuple, Estimate]] = {}
    for one in estimates:
        if one.scores is not None and (isinstance(one.scores, Drawn) or len(one.scores.developers) > 1):
            specification = one.specification
            key = (specification.panel, round(one.coef, 12), one.n)
            groups.setdefault(specification.estimand, {}).setdefault(key, one)
    rows = []
    for name, own in groups.items():
        alike = list(own.values())
        by_placebos = isinstance(alike[0].scores, Drawn)
        number, seen, drawn = _draw_moves(alike, draws) if by_placebos else _draw_developers(alike, draws)
        rows.append({"estimand": name, "estimates": len(alike), "developers": number} | _judge(seen, drawn))
    return pd.DataFrame(rows)


def find_firm(joint: pd.DataFrame) -> pd.DataFrame:
    """Say of each estimand which of what a curve's sign and size rest on is one that draws hardly reach.

    Parameters
    ----------
    joint : DataFrame
        Of `judge_curve`.

    Returns
    -------
    DataFrame of bool
        ``median``, ``negative_percent``, and ``both``; indexed as ``joint``.
    """
    firm = pd.DataFrame({name: joint[f"{name}_p"] <= FIRM for name in ("median", "negative_percent")})
    return firm.assign(both=firm.all(axis=1))


def _draw_developers(estimates: list[Estimate], draws: int) -> tuple[int, np.ndarray, np.ndarray]:
    """Give the number of developers, the statistics that were seen, and those of each draw of their signs."""
    numbers = sorted({number for one in estimates for number in one.scores.developers})
    place = {number: at for at, number in enumerate(numbers)}
    products, squares = (np.zeros((len(estimates), len(numbers))) for _ in range(2))
    for row, one in enumerate(estimates):
        at = [place[number] for number in one.scores.developers]
        products[row, at], squares[row, at] = one.scores.products, one.scores.squares
    clusters = np.array([len(one.scores.developers) for one in estimates])
    critical = special.stdtrit(clusters - 1, 1 - LEVEL / 2) * np.sqrt(clusters / (clusters - 1))
    signs = draw_signs(len(numbers), draws, SEED)
    seen = _summarise(products, squares, critical, np.ones((len(numbers), 1)))
    parts = [signs[:, start : start + CHUNK] for start in range(0, signs.shape[1], CHUNK)]
    drawn = np.hstack([_summarise(products, squares, critical, part) for part in parts])
    return len(numbers), seen[:, 0], drawn


def _draw_moves(estimates: list[Estimate], draws: int) -> tuple[int, np.ndarray, np.ndarray]:
    """Give the number of vendors, the statistics that were seen, and those of each draw of placebos."""
    slopes = np.vstack([one.scores.slopes[:draws] for one in estimates])
    critical = np.quantile(np.abs(slopes), 1 - LEVEL, axis=1)[:, None]
    every = np.hstack([np.array([[one.coef] for one in estimates]), slopes])
    below = [100 * (every < ends).mean(axis=0) for ends in (0, -critical)]
    found = np.vstack([np.median(every, axis=0), *below])
    return len(frozenset().union(*(one.scores.developers for one in estimates))), found[:, 0], found[:, 1:]


def _judge(seen: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    """Give each statistic that was seen with the middle of its draws and its p-value."""
    found: dict[str, float] = {}
    for name, own, many in zip(("median", "negative_percent", "significant_percent"), seen, drawn, strict=True):
        size = np.abs if name == "median" else np.asarray
        beyond = (size(many) >= size(own) - TIE * abs(own)).sum()
        found |= {name: float(own), f"{name}_null": float(np.median(many))}
        found[f"{name}_p"] = float((1 + beyond) / (1 + len(many)))
    return found


def _summarise(products: np.ndarray, squares: np.ndarray, critical: np.ndarray, signs: np.ndarray) -> np.ndarray:
    """Give median, share below zero and share significantly below zero of the curve that each draw of signs makes."""
    total = squares.sum(axis=1)
    slopes = signs.T @ (products / total[:, None]).T  # one row a draw, so that its median lies together
    # Squares of the scores left after the slope, by developer: Σ(v·a − S·slope)², written out; v² is one.
    left = slopes * (squares**2).sum(axis=1)
    left -= signs.T @ (2 * products * squares).T
    left *= slopes
    left += (products**2).sum(axis=1)
    errors = np.sqrt(np.maximum(left, 0, out=left), out=left) * (critical / total)
    return np.vstack(
        [np.median(slopes, axis=1), 100 * (slopes < 0).mean(axis=1), 100 * (slopes < -errors).mean(axis=1)]
    )
