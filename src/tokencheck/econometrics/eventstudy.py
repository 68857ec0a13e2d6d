"""Event study of price moves: what happened to tokens in the weeks around them, cuts and rises apart.

Moves are those of the ledger, dated to the day (`tokencheck.econometrics.moves`), not the steps from one Wednesday to
the next. Each is one event with a window of weeks of its own, beside models that are on record in the weeks before and
whose price stands still throughout (not yet treated, or never; Cengiz, Dube, Lindner and Zipperer 2019,
https://doi.org/10.1093/qje/qjz014). A price that goes back within the window is coded as it is, on and off. A model
that falls out of the fifty afterwards stays, at the day's fiftieth: the most it can have had. With few treated models
errors clustered by model mean little, so every p-value is that of chance: each event's label is given to one of its own
controls, many times.

It describes. Most of these prices moved for reasons that move tokens, too.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tokencheck.econometrics.moves import STEADY
from tokencheck.econometrics.precision import TIE
from tokencheck.errors import UserError

_BEFORE, _AFTER = 4, 8  # weeks
_SMALLEST = 0.20
SHUFFLES = 9_999
_WEEK = pd.Timedelta(weeks=1)


@dataclass(frozen=True)
class Events:
    """The moves that can be read, and how many are lost at each step on the way."""

    events: pd.DataFrame
    counts: dict[str, int]


@dataclass(frozen=True)
class Average:
    """What followed a kind of move, in log points beside the controls.

    Attributes
    ----------
    events, controls : int
    fell_out : int
        Events whose model is not among the fifty in some week after.
    effect : float
        Mean change of log tokens after the move.
    p : float
        Share of shuffled labels whose change is as large.
    p_before : float
        The same for the weeks before, taken together: the test that tokens were level.
    elasticity, low, high : float
        Change of log tokens per change of the log price as it was in each week, and the interval of 95 % that the
        shuffles give.
    mean_log_price_change : float
    """

    events: int
    controls: int
    fell_out: int
    effect: float
    p: float
    p_before: float
    elasticity: float
    low: float
    high: float
    mean_log_price_change: float


@dataclass(frozen=True)
class EventBlock:
    """One event and its controls: weeks in columns, the event in the first row."""

    tokens: np.ndarray
    prices: np.ndarray
    fell_out: bool


def pivot(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Give a table of models by Wednesday."""
    return rows.pivot(index="model", columns="date", values=column)


def find_events(moves: pd.DataFrame, wednesdays: pd.DataFrame, smallest: float = _SMALLEST) -> Events:
    """Find the moves of the ledger that can be read on the Wednesdays.

    Parameters
    ----------
    moves : DataFrame
        Of `tokencheck.econometrics.moves.list_moves`.
    wednesdays : DataFrame
        The panel of Wednesdays.
    smallest : float
        Share of the old price by which a price must move.

    Returns
    -------
    Events
        ``events``: model, day, week (the first Wednesday with the new price all day), log_price_change. ``counts``: how
        many moves there are, of models among the fifty in the four weeks before, with weeks after on record.
    """
    large = moves[np.expm1(moves["log_price_change"]).abs() >= smallest]
    days = pd.DatetimeIndex(sorted(wednesdays["date"].unique()))
    on_record = set(zip(wednesdays["model"], wednesdays["date"], strict=True))
    rows, used = [], 0
    for one in large.itertuples():
        after = days[days > one.last_day]
        if not len(after) or (after[0] - one.last_day) > _WEEK:
            continue
        week = after[0]
        if not all((one.model, week - at * _WEEK) in on_record for at in range(1, _BEFORE + 1)):
            continue
        used += 1
        if week + _AFTER * _WEEK in days and week - _BEFORE * _WEEK in days:
            rows.append((one.model, one.day, week, one.log_price_change))
    events = pd.DataFrame(rows, columns=["model", "day", "week", "log_price_change"])
    events = events.drop_duplicates(["model", "week"], ignore_index=True)
    counts = {
        "in the ledger": len(large),
        "of models among the fifty in the four weeks before": used,
        "with eight weeks after on record": len(events),
    }
    return Events(events, counts)


def stack(wednesdays: pd.DataFrame, events: pd.DataFrame) -> list[EventBlock]:
    """Put each event beside its controls.

    Parameters
    ----------
    wednesdays : DataFrame
        The panel of Wednesdays.
    events : DataFrame
        Of `find_events`.

    Returns
    -------
    list of EventBlock
        Weeks −4 to 8. Tokens that are missing after the move are those of the day's fiftieth; a price that is missing
        is the last one known.

    Raises
    ------
    UserError
        When no event has a control.
    """
    paid = wednesdays[wednesdays["price_measured"] > 0]
    tokens, price = pivot(paid, "log_tokens"), pivot(paid, "log_price_measured")
    cut = wednesdays[wednesdays["top_50"]].groupby("date")["log_tokens"].min()
    blocks = []
    for event in events.itertuples():
        weeks = [event.week + at * _WEEK for at in range(-_BEFORE, _AFTER + 1)]
        own, prices = tokens[weeks], price[weeks].ffill(axis=1)
        before = own.iloc[:, :_BEFORE].notna().all(axis=1)
        still = (prices.max(axis=1) - prices.min(axis=1)) <= np.log1p(STEADY)
        controls = own.index[before & still & (own.index != event.model)]
        if event.model not in own.index or not before[event.model] or not len(controls):
            continue
        chosen = [event.model, *controls]
        filled = own.loc[chosen].fillna(cut[weeks])
        blocks.append(
            EventBlock(filled.to_numpy(), prices.loc[chosen].to_numpy(), bool(own.loc[event.model].isna().any()))
        )
    if not blocks:
        raise UserError("event study: no price move has another model beside it. It is left out.")
    return blocks


def _level(block: EventBlock) -> tuple[np.ndarray, np.ndarray]:
    """Give tokens and prices of a block against the week before and against the mean of the other models."""
    count = len(block.tokens)

    def subtract(table: np.ndarray) -> np.ndarray:
        moved = table - table[:, [_BEFORE - 1]]
        return moved - (moved.sum(axis=0) - moved) / (count - 1)

    return subtract(block.tokens), subtract(block.prices)


def average(blocks: list[EventBlock], events: pd.DataFrame, seed: int = 9, draws: int = SHUFFLES) -> Average:
    """Average what followed the moves.

    Parameters
    ----------
    blocks : list of EventBlock
        Of `stack`.
    events : DataFrame
        Of `find_events`.
    seed, draws : int
        Of the shuffles.

    Returns
    -------
    Average
    """
    levelled = [_level(block) for block in blocks]
    generator = np.random.default_rng(seed)
    shuffled = [generator.integers(0, len(tokens), draws) for tokens, _ in levelled]
    paths = np.mean([tokens[at] for (tokens, _), at in zip(levelled, shuffled, strict=True)], axis=0)
    path = np.mean([tokens[0] for tokens, _ in levelled], axis=0)
    # The slope of tokens on price over all weeks of all events; shuffled tokens keep the prices of the events.
    prices = np.array([own[0] - own[0][:_BEFORE].mean() for _, own in levelled])
    total = (prices**2).sum()

    def slope(tokens: np.ndarray, own: np.ndarray) -> np.ndarray:
        return ((tokens - tokens[..., :_BEFORE].mean(axis=-1, keepdims=True)) * own).sum(axis=-1)

    seen = sum(slope(tokens[0], own) for (tokens, _), own in zip(levelled, prices, strict=True)) / total
    drawn = sum(slope(tokens[at], own) for (tokens, _), at, own in zip(levelled, shuffled, prices, strict=True)) / total
    low, high = np.percentile(drawn, [2.5, 97.5])
    after, before = slice(_BEFORE, None), slice(0, _BEFORE - 1)
    return Average(
        events=len(blocks),
        controls=sum(len(block.tokens) - 1 for block in blocks),
        fell_out=sum(block.fell_out for block in blocks),
        effect=float(path[after].mean()),
        p=_share(abs(path[after].mean()), np.abs(paths[:, after].mean(axis=1))),
        p_before=_share((path[before] ** 2).sum(), (paths[:, before] ** 2).sum(axis=1)),
        elasticity=float(seen),
        low=float(seen - high),
        high=float(seen - low),
        mean_log_price_change=float(events["log_price_change"].mean()),
    )


def _share(seen: float, drawn: np.ndarray) -> float:
    return float((1 + (drawn >= seen * (1 - TIE)).sum()) / (1 + len(drawn)))


def trace(blocks: list[EventBlock], seed: int = 9, draws: int = SHUFFLES) -> pd.DataFrame:
    """Trace log tokens around the moves, week −1 being zero.

    Parameters
    ----------
    blocks : list of EventBlock
        Of `stack`.
    seed, draws : int

    Returns
    -------
    DataFrame
        week, effect, low, high (of nineteen in twenty shuffles: where chance alone would lie), one row a week.
    """
    levelled = [_level(block)[0] for block in blocks]
    generator = np.random.default_rng(seed)
    paths = np.mean([tokens[generator.integers(0, len(tokens), draws)] for tokens in levelled], axis=0)
    low, high = np.percentile(paths, [2.5, 97.5], axis=0)
    effect = np.mean([tokens[0] for tokens in levelled], axis=0)
    return pd.DataFrame({"week": range(-_BEFORE, _AFTER + 1), "effect": effect, "low": low, "high": high})
