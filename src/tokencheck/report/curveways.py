"""Every estimate of the specification curve as a strip to choose from: the same strip as that of a claim's grid.

A row is one distinct estimate with the choices behind it. Standard errors move no estimate, so they are no choice: an
estimate counts as clearly below or above zero where the widest interval that was tried for it does not hold zero.
"""

from collections.abc import Mapping, Sequence

from tokencheck import paths
from tokencheck.econometrics.vocabulary import word_choice
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
    named = [tuple(map(word_choice, CURVE_DIMENSIONS, key[:-1])) for key in estimates]
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
