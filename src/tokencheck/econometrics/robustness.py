"""How far an estimate can be trusted: few clusters, single developers, the cut at fifty, what is left out.

Every function takes a specification and its panel. Repeated fits go through `tokencheck.econometrics.estimation`'s fast
path, which the tests hold to the same numbers as statsmodels.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from tokencheck.econometrics.estimation import absorb, estimate, list_columns
from tokencheck.econometrics.precision import TIE, subtract
from tokencheck.econometrics.sample import draw, drop_singletons, factorize, find_complete, prepare, take
from tokencheck.econometrics.specification import Specification

DRAWS = 999
CHUNK = 111  # draws held in memory at once
LEAD_WEEKS = (4, 8)


# ---------------------------------------------------------------------------------------------------------- inference


def bootstrap_p(
    specification: Specification, rows: pd.DataFrame, cluster: str, draws: int = DRAWS, seed: int = 9
) -> float:
    """Compute the p-value of no relation by the wild cluster bootstrap.

    Parameters
    ----------
    specification : Specification
        With the estimator ``ols``.
    rows : DataFrame
        Its panel.
    cluster : str
        Column of the clusters.
    draws : int
    seed : int

    Returns
    -------
    float
        Two-sided, by the t statistic with CRV1; residuals of the model without price, Rademacher weights by cluster
        (Cameron, Gelbach and Miller 2008).
    """
    sample = draw(prepare(rows), specification)
    basis = _span_effects(sample, specification.effect_columns)
    columns = sample[list_columns(specification)].to_numpy()
    columns = columns - basis @ (basis.T @ columns)
    outcome, price, controls = columns[:, 0], columns[:, 1], columns[:, 2:]
    if controls.size:
        others = np.linalg.qr(controls)[0]
        basis = np.hstack([basis, others])
        price, outcome = (one - others @ (others.T @ one) for one in (price, outcome))
    groups = factorize(sample, [cluster])[:, 0]
    generator = np.random.default_rng(seed)
    seen = abs(_compute_t(price, outcome[:, None], groups)[0]) * (1 - TIE)  # equal signs give the same statistic
    beyond, left = 0, draws
    while left:
        signs = generator.choice([-1.0, 1.0], size=(groups.max() + 1, min(left, CHUNK)))
        drawn = outcome[:, None] * signs[groups]
        drawn -= basis @ (basis.T @ drawn)
        beyond += int((np.abs(_compute_t(price, drawn, groups)) >= seen).sum())
        left -= signs.shape[1]
    return (1 + beyond) / (1 + draws)


def _span_effects(sample: pd.DataFrame, effects: Iterable[str]) -> np.ndarray:
    """Give an orthonormal basis of the effects' indicators and the constant."""
    parts = [np.ones((len(sample), 1))]
    parts += [pd.get_dummies(sample[name], drop_first=True, dtype="float64").to_numpy() for name in effects]
    return np.linalg.qr(np.hstack(parts))[0]


def _compute_t(price: np.ndarray, outcomes: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Compute the t statistic of each outcome; the small-sample factor is the same in all and drops out."""
    total = price @ price
    slopes = price @ outcomes / total
    scores = price[:, None] * (outcomes - price[:, None] * slopes)
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    sums = np.add.reduceat(scores[order], starts, axis=0)
    return slopes / (np.sqrt((sums**2).sum(axis=0)) / total)


def compute_robustness_value(t: float, df: float, share: float = 1.0) -> float:
    """Compute how strong a left-out variable would have to be to bring an estimate to zero.

    Parameters
    ----------
    t : float
        t statistic with the ordinary standard error.
    df : float
        Residual degrees of freedom.
    share : float
        Share of the estimate that is to be explained away.

    Returns
    -------
    float
        The share of the remaining variance of both price and tokens that it would have to explain (Cinelli and
        Hazlett 2020, equation 19).

    Examples
    --------
    >>> round(compute_robustness_value(4.18445, 783), 3)  # their example of Darfur
    0.139
    """
    f2 = (share * abs(t)) ** 2 / df
    return float((np.sqrt(f2**2 + 4 * f2) - f2) / 2)


def measure_sensitivity(
    specification: Specification, rows: pd.DataFrame, benchmark: str = "quality"
) -> dict[str, float]:
    """Measure the robustness value of an estimate beside what a known control explains.

    Parameters
    ----------
    specification : Specification
        With the estimator ``ols``.
    rows : DataFrame
    benchmark : str
        A control of the specification, for comparison.

    Returns
    -------
    dict of str to float
        ``robustness_value``, ``partial_r2_price`` (of tokens with price) and, when the benchmark is a control,
        ``benchmark_r2_tokens`` and ``benchmark_r2_price``: partial R² of the benchmark with each, all else held.
    """
    names = list_columns(specification)
    left = absorb(draw(prepare(rows), specification), specification.effect_columns, names)
    df = left.n - (len(names) - 1) - left.absorbed

    def partial(one: str, other: str, given: list[str]) -> tuple[float, float]:
        """Give partial R² and t of two columns, given others."""
        pair = np.column_stack([left.columns[one], left.columns[other]])
        if given:
            basis = np.linalg.qr(np.column_stack([left.columns[name] for name in given]))[0]
            pair = pair - basis @ (basis.T @ pair)
        r = float(pair[:, 0] @ pair[:, 1] / np.sqrt((pair**2).sum(axis=0).prod()))
        return r**2, r * np.sqrt(df / (1 - r**2))

    outcome, price, *others = names
    r2, t = partial(outcome, price, others)
    found = {"robustness_value": compute_robustness_value(t, df), "partial_r2_price": r2}
    if benchmark in others:
        rest = [name for name in others if name != benchmark]
        found["benchmark_r2_tokens"] = partial(outcome, benchmark, [*rest, price])[0]
        found["benchmark_r2_price"] = partial(price, benchmark, rest)[0]
    return found


# ------------------------------------------------------------------------------------------------------ what drives it


def leave_one_out(specification: Specification, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Estimate again without each developer, or each model.

    Parameters
    ----------
    specification : Specification
    rows : DataFrame
    by : str
        ``developer`` or ``model``.

    Returns
    -------
    DataFrame
        left_out, coef, se, n, moved (coefficient less that of the whole sample, both as written); the largest move
        first.
    """
    prepared = prepare(rows)
    used = rows.loc[draw(prepared, specification).index, by]
    sample = take(prepared, specification.sample)
    whole = estimate(sample, specification)
    found = []
    for name in sorted(used.unique()):
        kept = sample[rows.loc[sample.index, by] != name]
        one = estimate(kept, _drop_constant(specification, kept))
        moved = None if one.dropped else subtract(one.coef, whole.coef)
        found.append({"left_out": name, "coef": one.coef, "se": one.se, "n": one.n, "moved": moved})
    table = pd.DataFrame(found)
    return table.sort_values("moved", key=abs, ascending=False, kind="stable", ignore_index=True)


def _drop_constant(specification: Specification, sample: pd.DataFrame) -> Specification:
    """Leave out controls that are the same in all rows, such as an origin whose last developer was left out."""
    complete = sample[find_complete(sample, specification)]
    varied = [name for name in specification.control_columns if complete[name].nunique() > 1]
    return replace(specification, controls=tuple(varied))


def estimate_by(specification: Specification, rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Estimate a specification in each group of rows, such as weekdays or months.

    Parameters
    ----------
    specification : Specification
    rows : DataFrame
    groups : Series
        Same index as `rows`.

    Returns
    -------
    DataFrame
        group, coef, se, n, reason (why it could not be run; empty when it was).
    """
    found = []
    for name, part in rows.groupby(groups):
        one = estimate(take(prepare(part), specification.sample), specification)
        n, reason = (len(part), one.dropped) if one.dropped else (one.n, "")
        found.append({"group": name, "coef": one.coef, "se": one.se, "n": n, "reason": reason})
    return pd.DataFrame(found)


def add_leads(rows: pd.DataFrame, weeks: Iterable[int] = LEAD_WEEKS) -> pd.DataFrame:
    """Put each model's price of later weeks beside today's, for a placebo: no one buys at a price of next month.

    Parameters
    ----------
    rows : DataFrame
        The panel of Wednesdays.
    weeks : iterable of int

    Returns
    -------
    DataFrame
        With a column ``log_price_lead_<weeks>`` each; NaN where the model is not on record then.
    """
    price = rows[["date", "model", "log_price_measured"]]
    for lead in weeks:
        later = price.assign(date=price["date"] - pd.Timedelta(weeks=lead))
        later = later.rename(columns={"log_price_measured": f"log_price_lead_{lead}"})
        rows = rows.merge(later, on=["date", "model"], how="left")
    return rows


# ------------------------------------------------------------------------------------------------- the cut at fifty


def bound_selection(
    specification: Specification, listed: pd.DataFrame, day_cut: pd.Series, depths: pd.Series
) -> dict[str, float]:
    """Bound the slope among all listed models, when tokens are known only for the day's fifty most used.

    Parameters
    ----------
    specification : Specification
        Outcome ``log_tokens``; its effects are kept, its controls are not (they are not the matter here).
    listed : DataFrame
        The panel of all listed models; log tokens are missing below the cut.
    day_cut : Series
        Log tokens of the least used model on record, by date: the most an unseen model can have.
    depths : Series
        How far below the cut unseen models lie, in log points, of `measure_depths`.

    Returns
    -------
    dict of str to float
        ``low`` and ``high``: the least and the greatest slope that any tokens of the unseen models between cut and
        floor can give (exact, as the slope is linear in the outcome; Manski 1990, Beresteanu and Molinari 2008), the
        floor being the depth that nine in ten unseen models reach at most; ``low_floor``, ``high_floor``: the same
        down to the very last; ``at_cut``, ``at_mean``: all unseen ones at the cut, or at their mean depth;
        ``seen`` and ``unseen``: rows.
    """
    paid = take(prepare(listed), "paid")
    paid = drop_singletons(paid, specification.effect_columns)
    left = absorb(paid, specification.effect_columns, [specification.price])
    price, sample = left.columns[specification.price], listed.loc[paid.index]
    weights = price / (price @ price)
    top = sample["date"].map(day_cut).to_numpy()
    seen = sample["log_tokens"].notna().to_numpy()
    tokens = sample["log_tokens"].fillna(0.0).to_numpy()

    def slope(unseen: np.ndarray) -> float:
        return float(weights @ np.where(seen, tokens, unseen))

    found = {"at_cut": slope(top), "at_mean": slope(top - depths.mean())}
    for ending, depth in (("", depths.quantile(0.9)), ("_floor", depths.max())):
        found[f"low{ending}"] = slope(np.where(weights > 0, top - depth, top))
        found[f"high{ending}"] = slope(np.where(weights > 0, top, top - depth))
    return found | {"seen": int(seen.sum()), "unseen": int((~seen).sum())}


def measure_depths(week: pd.DataFrame) -> pd.Series:
    """Measure how far the models of a full leaderboard below the fiftieth lie under it, in log points."""
    known = week.dropna(subset="log_tokens")
    top = known["rank"] <= 50
    return known.loc[top, "log_tokens"].min() - known.loc[~top, "log_tokens"]
