"""Dated price moves for the specification curve: every defensible sum around them, and chance for all sums together.

What is measured of one move stands in a table of its own for each span: with which donors, by which estimator, and what
the same sum gives where no price moved. A specification picks moves of it and pools them as the headline does
(`tokencheck.econometrics.moves.pool`).

A test of all specifications together needs placebos that all of them share: the same models on the same earlier dates.
Those are the ones for which each sum can be made: models with closed weights that are on record for as long as a
synthetic control asks. A draw puts one of them in the place of all cuts of a day, and one in the place of all
its rises, in every specification at once.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from tokencheck.econometrics import moves as dated
from tokencheck.econometrics.estimation import Drawn, Estimate, Found
from tokencheck.econometrics.inference import BOOTSTRAP_DRAWS, SEED
from tokencheck.econometrics.moves import DailyRecord, compare_donors, list_placebo_dates, measure_changes
from tokencheck.econometrics.specification import MOVE_SAMPLES, Specification

MOVE_PANELS = {span: f"moves_{span}" for span in dated.SPANS}  # of a span to its table
DIFFERENCES, SYNTHETIC = "difference in differences", "synthetic control"
COMPARED = DONORS, CLOSED_DONORS, SISTER = "donors", "closed_donors", "sister"
WAYS = tuple((donors, way) for donors in (DONORS, CLOSED_DONORS) for way in (DIFFERENCES, SYNTHETIC))
# No launch within seven days; none up to three days after; whatever was launched.
LAUNCH_RULES = ("no_launch_within_a_week", "no_launch_soon", "")
MOVE_PRICES = {
    "log_price_measured": "log_price_change",
    "log_price_3_1": "log_price_change_3_1",
    "log_price_input": "log_price_change_input",
}
_Key = tuple[pd.Timestamp, str]  # of a placebo: its date and model


def measure_ways(record: DailyRecord, moves: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Measure moves in every way that the curve asks for.

    Parameters
    ----------
    record : DailyRecord
    moves : DataFrame
        Of `tokencheck.econometrics.moves.list_moves`; those that are dated, of closed weights, used and steady before
        are taken, whatever their size and whatever was launched.

    Returns
    -------
    dict of str to DataFrame
        By the names of `MOVE_PANELS`, one row a move and way of measuring: move (a number), model, developer, day, its
        changes of price, the rules of `LAUNCH_RULES` that it meets, donors, estimator, effect, ``own`` (placebos, those
        of the headline for differences) and ``shared`` (those that every way has, in one order).
    """
    found: dict[str, list[dict]] = {name: [] for name in MOVE_PANELS.values()}
    asked = moves[["dated", "closed", "used", "steady"]].all(axis=1)
    for number, one in enumerate(moves[asked].itertuples()):
        about = {"move": number, "model": one.model, "developer": one.developer, "day": f"{one.day:%Y-%m-%d}"}
        about |= {change: getattr(one, change) for change in MOVE_PRICES.values()}
        met = (one.unlaunched, one.unlaunched or one.launched_later, True)
        about |= dict(zip(LAUNCH_RULES, met, strict=True))
        for span, rows in _measure_move(record, one).items():
            found[MOVE_PANELS[span]] += [about | row for row in rows]
    return {name: pd.DataFrame(rows) for name, rows in found.items()}


def _measure_move(record: DailyRecord, one) -> dict[str, list[dict]]:
    """Measure one move in every way, by span; a way that cannot be gone is left out."""
    days = dated.find_training(record, one.model, one.day, one.last_day)
    effects: dict[tuple, float] = {}
    placebos: dict[tuple, dict[_Key, float]] = {}
    for donors in (DONORS, CLOSED_DONORS):
        for first, last in [(one.day, one.last_day), *list_placebo_dates(one.day, one.last_day)]:
            treated = one.model if first == one.day else None
            for way, values in _compare_all(record, first, last, donors, treated, days).items():
                effects |= {way: values.pop(treated)} if treated in values else {}
                placebos.setdefault(way, {}).update({(first, name): value for name, value in values.items()})
    found: dict[str, list[dict]] = {}
    for span in dated.SPANS:
        ways = [way for way in effects if way[0] == span and placebos[way]]
        if not ways:
            continue
        shared = sorted(set.intersection(*(set(placebos[way]) for way in ways)))
        for way in ways:
            values = placebos[way]
            found.setdefault(span, []).append(
                {
                    "donors": way[1],
                    "estimator": way[2],
                    "effect": effects[way],
                    "own": np.array(list(values.values())),
                    "shared": np.array([values[key] for key in shared]),
                }
            )
        sister = dated.find_sister(record, one.model, one.day, one.last_day)
        whole = next((row for row in found[span] if (row["donors"], row["estimator"]) == (DONORS, DIFFERENCES)), None)
        if sister and whole:
            block = record.take(one.day, one.last_day, dated.BEFORE)
            changes = measure_changes(block, one.day, one.last_day, dated.SPANS[span])
            found[span].append(whole | {"donors": SISTER, "effect": float(changes[one.model] - changes[sister])})
    return found


def _compare_all(
    record: DailyRecord, first: pd.Timestamp, last: pd.Timestamp, donors: str, treated: str | None, days: int | None
) -> dict[tuple[str, str, str], dict[str, float]]:
    """Give by span, donors and estimator what each donor's change, and that of the treated model, is beside the others.

    Parameters
    ----------
    record : DailyRecord
    first, last : Timestamp
    donors : {"donors", "closed_donors"}
    treated : str or None
        None at a date when nothing moved.
    days : int or None
        To which a synthetic control is fitted; None where the model is too young for one.
    """
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    block = record.take(first, last, dated.BEFORE)
    pool = _choose(record, block, donors, record.developers.get(treated))
    every = _choose(record, block, donors, None)
    if len(pool) >= dated.LEAST_DONORS:
        for span, after in dated.SPANS.items():
            changes = measure_changes(block, first, last, after)
            values = compare_donors(changes, every).to_dict()
            if treated in changes:
                values[treated] = float(changes[treated] - changes[pool].mean())
            found[span, donors, DIFFERENCES] = values
    if days is None:
        return found
    block = record.take(first, last, days)
    pool = _choose(record, block, donors, record.developers.get(treated))
    if len(pool) < dated.LEAST_DONORS:
        return found
    start = days + (last - first).days
    for name in [*pool, *([treated] if treated in block else [])]:
        gap = record.measure_gaps(block, pool, name, days)
        for span, (begin, end) in dated.SPANS.items():
            value = float(gap[start + begin : start + end + 1].mean())
            found.setdefault((span, donors, SYNTHETIC), {})[name] = value
    return found


def _choose(record: DailyRecord, block: pd.DataFrame, donors: str, developer: str | None) -> list[str]:
    named = record.list_donors(block, developer)
    return [name for name in named if name in record.closed] if donors == CLOSED_DONORS else named


# -------------------------------------------------------------------------------------------------- the specifications


def fit_moves(rows: pd.DataFrame, specifications: Iterable[Specification]) -> Found:
    """Estimate specifications of dated moves of one span.

    Parameters
    ----------
    rows : DataFrame
        Of `measure_ways`.
    specifications : iterable of Specification
        Controls are the donors and a rule of `LAUNCH_RULES`; the sample is one of `MOVE_SAMPLES`.

    Returns
    -------
    dict of Specification to Estimate
        Where no move is left, `Estimate.dropped` says so.
    """
    return {one: _fit_one(rows, one) for one in specifications}


def _fit_one(rows: pd.DataFrame, one: Specification) -> Estimate:
    donors, *rules = one.controls
    signs, size = MOVE_SAMPLES[one.sample]
    if not len(rows):
        return Estimate(one, dropped="no dated move is on record")
    change = rows[MOVE_PRICES[one.price]]
    kept = (rows["donors"] == donors) & (rows["estimator"] == one.estimator) & rows[rules].all(axis=1)
    own = rows[kept & np.sign(change).isin(signs) & (np.expm1(change).abs() >= size)]
    if not len(own):
        return Estimate(one, dropped="no dated move of this kind can be measured in this way")
    own = own.assign(log_price_change=own[MOVE_PRICES[one.price]])
    drawn = {(move, one.panel): placebos for move, placebos in zip(own["move"], own["own"], strict=True)}
    pooled = dated.pool(own, drawn, one.panel)
    return Estimate(
        one,
        coef=pooled["elasticity"],
        se=dated.find_error(pooled["low"], pooled["high"]),
        p=pooled["p"],
        ci_low=pooled["low"],
        ci_high=pooled["high"],
        n=len(own),
        models=pooled["models"],
        days=int(own["day"].nunique()),
        scores=_draw_shared(own),
    )


def _draw_shared(own: pd.DataFrame) -> Drawn | None:
    """Put one shared placebo in the place of all moves of a day and direction, draw by draw.

    None where a move has no placebo that all ways share.
    """
    if not own["shared"].map(len).all():
        return None
    changes = own["log_price_change"].to_numpy()
    slopes = np.zeros(BOOTSTRAP_DRAWS)
    for (day, rises), moved in own.groupby(["day", own["log_price_change"] > 0]):
        # The same numbers for a day and direction, whatever else is in the specification.
        generator = np.random.default_rng([SEED, int(day.replace("-", "")), int(rises)])
        places = generator.random(BOOTSTRAP_DRAWS)
        for change, shared in zip(moved["log_price_change"], moved["shared"], strict=True):
            slopes += change * shared[(places * len(shared)).astype(int)]
    return Drawn(frozenset(own["developer"]), slopes / (changes**2).sum())
