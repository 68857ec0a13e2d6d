"""What moved elsewhere on the platform in the days around a dated price move.

Tokens that a model wins may come from its vendor's other models, from rivals, or from nowhere on the platform. So two
sums are followed through the same days as the moved model: the tokens of the vendor's other models whose price stood
still, and those of all models of other developers, named in the record or not.

The vendor's sum is compared with the same sum of each other developer, which also gives its placebos, at this and at
earlier dates. Everything else has no like to be compared with: its change is set beside the changes of the same days
of the week in the weeks before, so that even growth and weekends are no finding.
"""

import numpy as np
import pandas as pd

from tokencheck.econometrics import moves as dated
from tokencheck.econometrics.headlines import Facts
from tokencheck.econometrics.moves import DailyRecord, Effect, compare_donors, judge_effect, measure_changes
from tokencheck.wording import write_p, write_range, write_signed

LEAST_DEVELOPERS = 5
_WEEK = 7  # days
_VENDOR, _PLATFORM = "vendor", "platform"


def measure_vendor(
    record: DailyRecord, developer: str, day: pd.Timestamp, last: pd.Timestamp, span: tuple[int, int]
) -> tuple[Effect, np.ndarray] | None:
    """Compare the vendor's other models of steady price, summed, with the same sums of the other developers.

    Parameters
    ----------
    record : DailyRecord
    developer : str
        Who moved a price.
    day, last : Timestamp
        Of the first and the last move of the episode.
    span : tuple of int
        Days after.

    Returns
    -------
    tuple of Effect and ndarray, or None
        ``donors`` counts developers; the array holds the placebos. None where the vendor has no other model of steady
        price on record, or too few developers have one.
    """
    changes = _change_developers(record, day, last, span)
    others = [name for name in changes.index if name != developer]
    if developer not in changes or len(others) < LEAST_DEVELOPERS:
        return None
    drawn = [compare_donors(changes, others)]
    for first, end in dated.list_placebo_dates(day, last):
        earlier = _change_developers(record, first, end, span)
        if len(earlier) > LEAST_DEVELOPERS:
            drawn.append(compare_donors(earlier, list(earlier.index)))
    placebos = np.concatenate(drawn)
    return judge_effect(float(changes[developer] - changes[others].mean()), placebos, len(others)), placebos


def _change_developers(record: DailyRecord, day: pd.Timestamp, last: pd.Timestamp, span: tuple[int, int]) -> pd.Series:
    """Give the change of each developer's log of summed tokens, models of steady price only."""
    block = record.take(day, last, dated.BEFORE)
    steady = np.exp(block[record.list_steady(block)])
    sums = steady.T.groupby(record.developers).sum().T
    return measure_changes(np.log(sums), day, last, span)


def measure_platform(
    record: DailyRecord, developer: str, day: pd.Timestamp, last: pd.Timestamp, span: tuple[int, int]
) -> tuple[Effect, np.ndarray] | None:
    """Set the change of all models of other developers beside its changes on the same weekdays of earlier weeks.

    Parameters
    ----------
    record, developer, day, last, span
        As for `measure_vendor`.

    Returns
    -------
    tuple of Effect and ndarray, or None
        ``donors`` counts the weeks. None where not all of them are on record.
    """
    own = [name for name in record.tokens if record.developers.get(name.split(":")[0]) == developer]
    rest = np.log(record.total - np.exp(record.tokens[own]).sum(axis=1)).to_frame()

    def change(back: int) -> float:
        first, end = day - pd.Timedelta(days=back), last - pd.Timedelta(days=back)
        days = pd.date_range(first - pd.Timedelta(days=dated.BEFORE), end + pd.Timedelta(days=span[1]))
        return float(measure_changes(rest.reindex(days), first, end, span).iloc[0])

    clear = ((last - day).days + dated.WEEK_LATER[1]) // _WEEK + 1  # what follows an earlier date ends before the move
    weeks = pd.Series([change(_WEEK * number) for number in range(clear, clear + dated.PLACEBO_DATES)])
    value = change(0) - weeks.mean()
    if weeks.isna().any() or np.isnan(value):
        return None
    placebos = compare_donors(weeks, list(weeks.index)).to_numpy()
    return judge_effect(float(value), placebos, len(weeks)), placebos


MEASURES = {_VENDOR: measure_vendor, _PLATFORM: measure_platform}


def measure_elsewhere(record: DailyRecord, moves: pd.DataFrame) -> pd.DataFrame:
    """Measure what moved elsewhere around each move, and around all cuts and all rises together.

    Parameters
    ----------
    record : DailyRecord
    moves : DataFrame
        Of `tokencheck.econometrics.moves.list_moves`; those to be measured.

    Returns
    -------
    DataFrame
        One row a span, place (`_VENDOR`, `_PLATFORM`) and move, then one a direction: ``which`` (the model and its day,
        or “cuts together”), moves, ``change`` in log points beyond what is usual (of a move), ``elasticity``, per cent
        of tokens there for one per cent of the moved price, p and, of a direction, the interval, all from placebos.
        Where the vendor has no other model of steady price, the move has no row there.
    """
    rows = []
    for span, days in dated.SPANS.items():
        for where, measure in MEASURES.items():
            found, drawn = [], {}
            for at, one in enumerate(moves.itertuples()):
                measured = measure(record, record.developers[one.model], one.day, one.last_day, days)
                if measured is None:
                    continue
                effect, drawn[at, span] = measured
                found.append(
                    {
                        "span": span, "where": where, "which": f"{one.model}, {one.day:%Y-%m-%d}", "moves": 1,
                        "change": effect.value, "elasticity": effect.value / one.log_price_change,
                        "p": effect.p, "placebos": effect.placebos,
                        "move": at, "model": one.model, "day": f"{one.day:%Y-%m-%d}", "effect": effect.value,
                        "log_price_change": one.log_price_change,
                    }
                )  # fmt: skip
            rows += found
            table = pd.DataFrame(found)
            for direction, sign in (("cuts", -1), ("rises", 1)):
                own = table[np.sign(table["log_price_change"]) == sign] if found else table
                if len(own):
                    pooled = dated.pool(own, drawn, span)
                    kept = {name: pooled[name] for name in ("moves", "elasticity", "low", "high", "p")}
                    rows.append({"span": span, "where": where, "which": f"{direction} together"} | kept)
    columns = ["span", "where", "which", "moves", "change", "elasticity", "low", "high", "p", "placebos"]
    return pd.DataFrame(rows, columns=columns)


def gather_elsewhere(table: pd.DataFrame) -> Facts:
    """Gather the numbers that the chapter quotes of what moved elsewhere.

    Parameters
    ----------
    table : DataFrame
        Of `measure_elsewhere`.

    Returns
    -------
    dict of str to (value, unit)
    """
    facts: Facts = {}
    for one in table[table["which"].str.endswith(" together")].itertuples():
        key = f"elsewhere_{one.where}_{one.which.removesuffix(' together')}_{one.span}"
        facts[key] = (write_signed(one.elasticity), "")
        facts[f"{key}_interval"] = (write_range(one.low, one.high), "")
        facts[f"{key}_p"] = (write_p(one.p), "")
    return facts
