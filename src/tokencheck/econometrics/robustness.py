"""How far an estimate can be trusted: what is left out, single developers, the cut at fifty.

Every function takes a specification and its panel. Repeated fits go through `tokencheck.econometrics.estimation`'s fast
path, which the tests hold to the same numbers as statsmodels.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from tokencheck.econometrics.estimation import absorb, estimate, estimate_without, list_columns
from tokencheck.econometrics.precision import subtract
from tokencheck.econometrics.sample import draw_rows, drop_singletons, prepare, select, take
from tokencheck.econometrics.specification import Specification

SHIFT_WEEKS = (4, 8)


# ----------------------------------------------------------------------------------------------------- what is left out


def compute_robustness_value(t: float, df: float, share: float = 1.0, level: float | None = None) -> float:
    """Compute how strong a left-out variable would have to be to bring an estimate to zero.

    Parameters
    ----------
    t : float
        t statistic with the ordinary standard error.
    df : float
        Residual degrees of freedom.
    share : float
        Share of the estimate that is to be explained away.
    level : float, optional
        Make the estimate insignificant at this level instead of zero.

    Returns
    -------
    float
        The share of the remaining variance of both price and tokens that it would have to explain (Cinelli and
        Hazlett 2020, equations 18 and 19, https://doi.org/10.1111/rssb.12348).

    Examples
    --------
    >>> round(compute_robustness_value(4.18445, 783), 3)  # their example of Darfur
    0.139
    >>> round(compute_robustness_value(4.18445, 783, level=0.05), 3)
    0.076
    """
    f = share * abs(t) / np.sqrt(df)
    critical = abs(special.stdtrit(df - 1, level / 2)) / np.sqrt(df - 1) if level else 0.0
    beyond = f - critical
    if beyond <= 0:
        return 0.0
    if critical and f > 1 / critical:
        return float((f**2 - critical**2) / (1 + f**2))
    return float((np.sqrt(beyond**4 + 4 * beyond**2) - beyond**2) / 2)


@dataclass(frozen=True)
class Benchmark:
    """What a left-out variable `times` as strong as a control would make of an estimate, at worst.

    Attributes
    ----------
    times : float
    r2_price, r2_tokens : float
        Share of what remains of price and of tokens that it would explain.
    coef : float
        The estimate that would be left.
    """

    times: float
    r2_price: float
    r2_tokens: float
    coef: float


def bound_by_benchmark(coef: float, se: float, df: float, r2_price: float, r2_tokens: float, times: float) -> Benchmark:
    """Bound an estimate for a left-out variable `times` as strong as a control, formally and not by eye.

    Parameters
    ----------
    coef, se : float
        With the ordinary standard error.
    df : float
    r2_price : float
        Partial R² of the control with the price, given the other controls.
    r2_tokens : float
        Partial R² of the control with tokens, given price and the other controls.
    times : float

    Returns
    -------
    Benchmark
        Cinelli and Hazlett (2020), section 4.4; as `sensemakr` computes it. An estimate of the other sign than `coef`
        says that such a variable could have turned it.
    """
    of_price = times * r2_price / (1 - r2_price)
    if of_price >= 1:
        return Benchmark(times, 1.0, 1.0, float("nan"))
    shared = times * r2_price**2 / ((1 - times * r2_price) * (1 - r2_price))
    of_tokens = ((np.sqrt(times) + np.sqrt(shared)) / np.sqrt(1 - shared)) ** 2 * r2_tokens / (1 - r2_tokens)
    of_tokens = min(float(of_tokens), 1.0)
    bias = np.sqrt(of_tokens * of_price / (1 - of_price)) * se * np.sqrt(df)
    return Benchmark(times, float(of_price), of_tokens, float(np.sign(coef) * (abs(coef) - bias)))


def measure_sensitivity(
    specification: Specification, rows: pd.DataFrame, benchmark: str = "quality"
) -> dict[str, float]:
    """Measure how far an estimate depends on what is left out.

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
        ``robustness_value`` (to zero) and ``robustness_value_5`` (to insignificance at 5 %), ``partial_r2_price`` (of
        tokens with price) and, when the benchmark is a control, ``benchmark_r2_tokens`` and ``benchmark_r2_price``
        (partial R² of the benchmark with each, all else held), ``coef_bound_1`` and ``coef_bound_2``: the estimate
        beside a left-out variable once and twice as strong; see `bound_by_benchmark`.
    """
    names = list_columns(specification)
    left = absorb(draw_rows(prepare(rows), specification), specification.effect_columns, names)
    df = left.n - (len(names) - 1) - left.absorbed

    def relate(one: str, other: str, given: list[str]) -> tuple[float, float, float]:
        """Give partial R², t and slope of two columns, given others."""
        pair = np.column_stack([left.columns[one], left.columns[other]])
        if given:
            basis = np.linalg.qr(np.column_stack([left.columns[name] for name in given]))[0]
            pair = pair - basis @ (basis.T @ pair)
        both, squares = float(pair[:, 0] @ pair[:, 1]), (pair**2).sum(axis=0)
        r = both / np.sqrt(squares.prod())
        return r**2, r * np.sqrt(df / (1 - r**2)), both / float(squares[1])

    outcome, price, *others = names
    r2, t, coef = relate(outcome, price, others)
    found = {
        "robustness_value": compute_robustness_value(t, df),
        "robustness_value_5": compute_robustness_value(t, df, level=0.05),
        "partial_r2_price": r2,
    }
    if benchmark in others:
        rest = [name for name in others if name != benchmark]
        of_tokens, of_price = relate(outcome, benchmark, [*rest, price])[0], relate(price, benchmark, rest)[0]
        found |= {"benchmark_r2_tokens": of_tokens, "benchmark_r2_price": of_price}
        for times in (1, 2):
            bound = bound_by_benchmark(coef, abs(coef / t), df, of_price, of_tokens, times)
            found[f"coef_bound_{times}"] = bound.coef
    return found


# ------------------------------------------------------------------------------------------------------ what drives it


def leave_one_out(
    specification: Specification, rows: pd.DataFrame, by: str, prepared: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Estimate again without each developer, or each model.

    Parameters
    ----------
    specification : Specification
    rows : DataFrame
    by : str
        ``developer`` or ``model``.
    prepared : DataFrame, optional
        The rows of `tokencheck.econometrics.sample.prepare`, where they are at hand.

    Returns
    -------
    DataFrame
        left_out, coef, se, n, moved (coefficient less that of the whole sample, both as written); the largest move
        first.
    """
    prepared = prepare(rows) if prepared is None else prepared
    taken = take(prepared, specification.sample)
    sample, whole = select(taken, specification), estimate(taken, specification)
    used = set(rows.loc[drop_singletons(sample, specification.effect_columns).index, by])
    groups, names = pd.factorize(rows.loc[sample.index, by], sort=True)
    found = []
    for name, one in zip(names, estimate_without(sample, specification, groups), strict=True):
        if name in used:
            moved = None if one.dropped else subtract(one.coef, whole.coef)
            found.append({"left_out": name, "coef": one.coef, "se": one.se, "n": one.n, "moved": moved})
    table = pd.DataFrame(found)
    return table.sort_values("moved", key=abs, ascending=False, kind="stable", ignore_index=True)


def add_shifts(rows: pd.DataFrame, weeks: Iterable[int] = SHIFT_WEEKS) -> pd.DataFrame:
    """Put each model's price of later and earlier weeks beside today's.

    No one buys at a price of next month: that of later is a placebo. That of earlier says how long an answer takes.

    Parameters
    ----------
    rows : DataFrame
        The panel of Wednesdays.
    weeks : iterable of int

    Returns
    -------
    DataFrame
        With ``log_price_lead_<weeks>`` and ``log_price_lag_<weeks>``; NaN where the model is not on record then.
    """
    price = rows[["date", "model", "log_price_measured"]]
    for count in weeks:
        for kind, sign in (("lead", -1), ("lag", 1)):
            moved = price.assign(date=price["date"] + sign * pd.Timedelta(weeks=count))
            moved = moved.rename(columns={"log_price_measured": f"log_price_{kind}_{count}"})
            rows = rows.merge(moved, on=["date", "model"], how="left")
    return rows


def add_changes(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up each model's cuts and rises apart, and put growth before beside price changes after.

    Parameters
    ----------
    rows : DataFrame
        The panel of Wednesdays with `add_shifts`.

    Returns
    -------
    DataFrame
        ``log_price_cuts`` and ``log_price_rises`` (sums since the model is on record; with the first price they make
        today's), ``growth_before`` (log tokens against four weeks before), ``price_change_next`` (log price in four
        weeks against today's).
    """
    ordered = rows.sort_values(["model", "date"], kind="stable")
    steps = ordered["log_price_measured"].groupby(ordered["model"]).diff().fillna(0.0)
    known = ordered["log_price_measured"].notna()
    parts = {
        name: part.groupby(ordered["model"]).cumsum().where(known)
        for name, part in (("log_price_cuts", steps.clip(upper=0)), ("log_price_rises", steps.clip(lower=0)))
    }
    before = rows[["date", "model", "log_tokens"]].assign(date=rows["date"] + pd.Timedelta(weeks=SHIFT_WEEKS[0]))
    rows = rows.assign(**parts).merge(before, on=["date", "model"], how="left", suffixes=("", "_before"))
    rows["growth_before"] = rows["log_tokens"] - rows.pop("log_tokens_before")
    rows["price_change_next"] = rows[f"log_price_lead_{SHIFT_WEEKS[0]}"] - rows["log_price_measured"]
    return rows


# ------------------------------------------------------------------------------------------------- the cut at fifty


def bound_selection(
    specification: Specification,
    listed: pd.DataFrame,
    day_cut: pd.Series,
    depths: pd.Series,
    prepared: pd.DataFrame | None = None,
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
    prepared : DataFrame, optional
        The listed ones of `tokencheck.econometrics.sample.prepare`, where they are at hand.

    Returns
    -------
    dict of str to float
        ``low`` and ``high``: the least and the greatest slope that any tokens of the unseen models between cut and
        floor can give (exact, as the slope is linear in the outcome; Manski 1990, Beresteanu and Molinari 2008), the
        floor being the depth that nine in ten unseen models reach at most; ``low_floor``, ``high_floor``: the same
        down to the very last; ``at_cut``, ``at_mean``: all unseen ones at the cut, or at their mean depth;
        ``seen`` and ``unseen``: rows.
    """
    paid = take(prepare(listed) if prepared is None else prepared, "paid")
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
