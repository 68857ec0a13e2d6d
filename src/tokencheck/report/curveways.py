"""Every estimate of the specification curve as a strip to choose from: the same strip as that of a claim's grid.

A row is one distinct estimate with the choices behind it. Standard errors move no estimate, so they are no choice: an
estimate counts as clearly below or above zero where the widest interval that was tried for it does not hold zero.
"""

from collections.abc import Mapping, Sequence

from tokencheck import paths
from tokencheck.report import whatif
from tokencheck.results import read_rows

OTHER_UNIT = "extensive"  # the block on the chance of being among the fifty, whose numbers are no tokens
DECIMALS = 3
_BELOW, _OPEN, _ABOVE = "below", "open", "above"

_WORDS = {
    "all": "{all} estimates: {range}. {below} clearly below zero, {above} clearly above, {open} neither.",
    "some": "{n} of {all} estimates: {range}. {below} clearly below zero, {above} clearly above, {open} neither.",
    "one": "1 of {all} estimates: {range}. It lies {outcome}.",
    "none": "None of the {all} estimates makes these choices together. Change one.",
    "outcomes": {
        _BELOW: "clearly below zero", _ABOVE: "clearly above zero", _OPEN: "not clearly on either side of zero",
    },
    "enters": "", "reset": "Show all estimates", "choices": "Choices",
}  # fmt: skip

NO_RELATION = 0.0  # drawn where a claim has what is claimed

CURVE_DIMENSIONS = {
    "estimand": "Question asked of",
    "panel": "Days",
    "outcome": "Explained",
    "price": "Price",
    "controls": "Held fixed",
    "effects": "Compared within",
    "sample": "Models",
    "estimator": "Estimator",
}
WORDS_OF_VALUES = {
    "estimand": {
        "cross_section": "models of one week",
        "cross_section_all_models": "models of later weeks",
        "same_day_all_models": "all models of a day",
        "within_day": "the fifty most used of a day",
        "within_model": "one model over time",
        "hosts_within_model": "hosts of one model",
        "censored_at_fifty": "all models listed, the cut as a limit",
        "dated_move": "dated price moves",
    },
    "panel": {
        "week": "one week", "all_weeks": "weeks of summer 2026", "all_days": "days of summer 2026",
        "wednesdays": "Wednesdays", "daily": "days of early 2026", "hosts": "days of summer 2026, by host",
        "listed": "Wednesdays", "listed_daily": "days of early 2026", "moves_short": "three days after a move",
        "moves_later": "a week after a move",
    },
    "outcome": {
        "log_tokens": "log of tokens", "tokens": "tokens", "log_tokens_50": "log of tokens, limit at the fiftieth",
        "log_tokens_30": "log of tokens, limit at the thirtieth",
    },
    "price": {
        "log_price_measured": "measured mix", "log_price_3_1": "3:1 mix", "log_price_input": "input only",
        "log_price_own": "own mix", "log_price_full": "before discount", "log_price_paid": "paid",
    },
    "sample": {
        "paid": "all paid", "paid_scored": "with a quality score", "paid_unmixed": "without a free twin",
        "paid_open": "open weights", "paid_closed": "closed weights", "paid_china": "Chinese", "paid_us": "American",
        "paid_before": "up to the article", "paid_since": "since the article", "paid_top_50": "the fifty most used",
        **{
            f"{name}_{size}": f"{words} of {size} % or more"
            for name, words in (("moves", "cuts and rises"), ("cuts", "cuts"), ("rises", "rises"))
            for size in (10, 15, 30)
        },
    },
    "estimator": {
        "ols": "rows equal", "ols, models equal": "models equal", "poisson": "by tokens (Poisson)",
        "censored": "censored regression", "difference in differences": "difference in differences",
        "synthetic control": "synthetic control",
    },
}  # fmt: skip
WORDS_OF_TERMS = {
    "quality": "quality", "log_age": "age", "log_context": "context length", "open_weights": "openness",
    "origin": "country", "log_speed": "speed", "log_latency": "latency", "date": "day",
    "donors": "other vendors’ models", "closed_donors": "closed models of other vendors",
    "sister": "vendor’s most used other model",
    "no_launch_within_a_week": "no launch within seven days", "no_launch_soon": "no launch up to three days after",
}  # fmt: skip


def _name_value(column: str, value: str) -> str:
    """Name a choice.

    Examples
    --------
    >>> _name_value("controls", "quality + log_age"), _name_value("effects", "date × origin")
    ('quality, age', 'day × country')
    >>> _name_value("effects", "")
    'nothing'
    """
    if column in WORDS_OF_VALUES:
        return WORDS_OF_VALUES[column][value]
    terms = [[WORDS_OF_TERMS.get(word, word) for word in term.split(" × ")] for term in value.split(" + ") if term]
    return ", ".join(" × ".join(words) for words in terms) or "nothing"


def judge_intervals(rows: Sequence[Mapping[str, str]]) -> str:
    """Say on which side of zero an estimate lies, by the widest of its intervals."""
    if max(float(row["ci_high"]) for row in rows) < 0:
        return _BELOW
    return _ABOVE if min(float(row["ci_low"]) for row in rows) > 0 else _OPEN


def read_curve(rows: Sequence[Mapping[str, str]] | None = None) -> whatif.Ways:
    """Read the specification curve.

    Parameters
    ----------
    rows : sequence of mapping, optional
        By default those of ``data/results/specifications.csv``.

    Returns
    -------
    Ways
    """
    estimates: dict[tuple[str, ...], list[Mapping[str, str]]] = {}
    for row in read_rows(paths.SPECIFICATIONS) if rows is None else rows:
        if not row["dropped"] and row["estimand"] != OTHER_UNIT:
            estimates.setdefault(tuple(row[column] for column in (*CURVE_DIMENSIONS, "coef")), []).append(row)
    named = [tuple(map(_name_value, CURVE_DIMENSIONS, key[:-1])) for key in estimates]
    results = [(f"{float(key[-1]):.{DECIMALS}f}", judge_intervals(own)) for key, own in estimates.items()]
    return whatif.Ways(
        "curve",
        "the specification curve",
        "elasticity",
        "en",
        whatif.list_dimensions(CURVE_DIMENSIONS, named),
        whatif.list_ways(named, results),
        _WORDS,
        claimed=(NO_RELATION, NO_RELATION),
        label="no relation",
    )
