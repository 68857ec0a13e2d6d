"""What the tables of the regressions chapter show, in words a reader knows; the numbers are those of `data/results`."""

from typing import Any

from tokencheck import paths
from tokencheck.econometrics import curve
from tokencheck.econometrics.specification import ESTIMANDS
from tokencheck.report import CURVE, GENERATED, REGRESSIONS
from tokencheck.report.templating import fill, write_files
from tokencheck.results import read_rows
from tokencheck.wording import write_number, write_p, write_range, write_signed

TITLES = {
    "cross_section": "Across the models of one week",
    "within_day": "Across the fifty most used models of a day",
    "within_model": "One model over time",
    "extensive": "Who is among the fifty most used",
}
EFFECT_WORDS = {"date": "day", "model": "model", "developer": "developer"}
ESTIMATOR_WORDS = {"ols": "OLS", "logit": "logit", "poisson": "PPML", "median": "median"}
PART_WORDS = {
    "gap": "Gap in mean log tokens",
    "log_price_measured": "goes with price",
    "quality": "goes with quality",
    "log_age": "goes with age",
    "log_context": "goes with context length",
    "open_weights": "goes with open weights",
    "unexplained": "rest",
}


def _translate(text: str, words: dict[str, str]) -> str:
    return ", ".join(words.get(name, name) for name in text.split(" + ")) if text else "none"


def describe_estimate(row: dict[str, str], words: dict[str, str]) -> dict[str, Any]:
    """Word one row of ``estimates.csv``.

    Parameters
    ----------
    row : dict
        The row.
    words : dict
        ``specification`` and ``formula``.

    Returns
    -------
    dict
        What the tables print.
    """
    digits = 3 if row["estimand"] == "extensive" else 2
    r2 = row["r2_within"]
    return {
        **words,
        "estimand": row["estimand"],
        "coef": write_signed(float(row["coef"]), digits),
        "se": f"{float(row['se']):.{digits}f}",
        "interval": write_range(float(row["ci_low"]), float(row["ci_high"]), digits),
        "p": write_p(float(row["p"])),
        "n": write_number(int(row["n"]), "models"),
        "models": row["models"],
        "days": row["days"],
        "clusters": row["clusters"] or "—",
        "effects": _translate(row["effects"], EFFECT_WORDS),
        "se_type": row["se_type"],
        "estimator": ESTIMATOR_WORDS[row["estimator"]],
        "r2": f"{float(r2):.2f}" if r2 else "—",
    }


def describe() -> dict[str, Any]:
    """Gather what the chapter's generated tables show.

    Returns
    -------
    dict
        ``estimands`` (words and rows of each), ``titles``, ``bounds``, ``checks``, ``variations``, ``matches``,
        ``averages``, ``parts``, ``shares``: rows with numbers already written.
    """
    formulas = read_rows(paths.REGRESSIONS / "formulas.csv")
    rows = read_rows(paths.ESTIMATES)
    estimates = [describe_estimate(row, words) for row, words in zip(rows, formulas, strict=True)]
    return {
        "estimands": [
            {"id": name, "words": one.question, "rows": [row for row in estimates if row["estimand"] == name]}
            for name, one in ESTIMANDS.items()
        ],
        "titles": TITLES,
        "bounds": _read_signed("bounds"),
        "checks": _read_signed("checks"),
        "variations": _read_signed("variations"),
        "matches": _read_signed("matches", digits=1),
        "averages": _read_signed("event_averages"),
        "parts": [row | {"words": PART_WORDS[row["part"]]} for row in _read_signed("decomposition")],
        "shares": _read_signed("shares", digits=1, kept={"elasticity": 2, "factor": 2}),
    }


def describe_curve() -> dict[str, Any]:
    """Gather what the tables of the specification curve show: counts by estimand, and what was left out."""
    table = curve.read()
    counted = {one.words: curve.count(table[table["estimand"] == name]) for name, one in ESTIMANDS.items()}
    return {"counted": counted, "dropped": curve.count_dropped(table).to_dict("records")}


def make_tables() -> dict[str, str]:
    """Make the generated tables of regressions and of the curve.

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    regressions = describe()
    tables = {f"{GENERATED}/{name}": fill(f"{name}.j2", **regressions) for name in REGRESSIONS}
    return tables | {f"{GENERATED}/{CURVE}": fill(f"{CURVE}.j2", curve=describe_curve())}


def write() -> None:
    """Write the generated tables of regressions and of the curve."""
    write_files(make_tables())


def _read_signed(name: str, digits: int = 2, kept: dict[str, int] | None = None) -> list[dict[str, str]]:
    """Read a table of results with its numbers written for readers; whole numbers and words stay."""
    return [
        {column: _write(column, text, (kept or {}).get(column, digits)) for column, text in row.items()}
        for row in read_rows(paths.REGRESSIONS / f"{name}.csv")
    ]


WHOLE = {"n", "seen", "unseen", "rows", "events", "clusters", "developers", "tokens"}


def _write(column: str, text: str, digits: int) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    if column in WHOLE:
        return write_number(value, "models")
    if column == "p" or column.startswith("p_") or column == "pretrend_p":
        return write_p(value)
    return write_signed(value, digits)
