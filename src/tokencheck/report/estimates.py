"""What the tables of the regressions chapter show, in words a reader knows; the numbers are those of `data/results`."""

from typing import Any

from tokencheck import paths, report
from tokencheck.econometrics import curve, panel
from tokencheck.econometrics.specification import ESTIMANDS
from tokencheck.econometrics.vocabulary import word_choice
from tokencheck.report import CURVE, GENERATED
from tokencheck.report.templating import fill, write_files
from tokencheck.results import read_rows
from tokencheck.wording import write_number, write_p, write_signed

TITLES = {
    "cross_section": "Across the models of one week",
    "within_day": "Across the fifty most used models of a day",
    "within_model": "One model over time",
    "extensive": "Who is among the fifty most used",
    "hosts_within_model": "Between the hosts of one model",
    "same_day_all_models": "Across all models of a day, summer 2026",
    "cross_section_all_models": "Across the models of later weeks",
    "censored_at_fifty": "The cut at fifty as a limit",
    "dated_move": "Dated price moves, three days after",
}
EFFECT_WORDS = {
    "date": "day",
    "model": "model",
    "developer": "developer",
    "host": "host",
    "model × date": "model × day",
    "model × host": "model × host",
}
ESTIMATOR_WORDS = {
    "ols": "OLS",
    "logit": "logit",
    "poisson": "PPML",
    "median": "median",
    "censored": "censored",
    "difference in differences": "difference in differences",
}
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


def describe_estimate(row: dict[str, str]) -> dict[str, Any]:
    """Word one row of ``estimates.csv``.

    Parameters
    ----------
    row : dict
        The row.

    Returns
    -------
    dict
        What the tables print.
    """
    by = row["record_by"]
    clusters = f"{row['record_clusters']} ({float(row['record_effective']):.0f})" if row["record_effective"] else "—"
    return {
        "specification": row["specification"],
        "formula": row["formula"],
        "estimand": row["estimand"],
        "coef": write_signed(float(row["coef"])),
        "se": f"{float(row['se']):.2f}",
        "interval": _write_interval(row["record_low"], row["record_high"]),
        "p": write_p(float(row["record_p"])),
        "n": write_number(float(row["n"]), "models") if row["n"] else "—",
        "models": row["models"].removesuffix(".0") or "—",
        "clusters": clusters,
        "by": by if row["record_draws"] not in ("0", "0.0") else f"{by} (t)",
        "effects": _translate(
            row["effects"], EFFECT_WORDS | ({"date": "week"} if row["panel"] == panel.ALL_WEEKS else {})
        ),
        "se_type": row["se_type"],
        "estimator": ESTIMATOR_WORDS[row["estimator"]],
    }


def _write_interval(low: str, high: str) -> str:
    """Write an interval; an end that nothing rejects is none."""
    return " to ".join(write_signed(float(end)) if end else "no end" for end in (low, high))


def describe_estimates() -> dict[str, Any]:
    """Gather what the chapter's generated tables show.

    Returns
    -------
    dict
        ``estimands`` (words and rows of each), ``titles``, ``bounds``, ``checks``, ``variations``, ``matches``,
        ``averages``, ``parts``, ``shares``: rows with numbers already written.
    """
    estimates = [describe_estimate(row) for row in read_rows(paths.ESTIMATES)]
    return {
        "estimands": [
            {"id": name, "words": one.question, "rows": [row for row in estimates if row["estimand"] == name]}
            for name, one in ESTIMANDS.items()
        ],
        "titles": TITLES,
        "bounds": _read_signed("bounds"),
        "checks": [
            row
            | {
                f"{name}_percent": write_number(100 * float(raw[name]), "percent")
                for name in ("robustness_value", "robustness_value_5")
            }
            for row, raw in zip(_read_signed("checks"), read_rows(paths.REGRESSIONS / "checks.csv"), strict=True)
        ],
        "variations": _read_signed("variations", kept={"effective": 0}),
        "matches": [row | {"panel": word_choice("panel", row["panel"])} for row in _read_signed("matches", digits=1)],
        "averages": _read_signed("event_averages"),
        "splits": _read_signed("splits"),
        "quantiles": _read_signed("quantiles"),
        "censored": _read_signed("censored"),
        "moves": _read_signed("moves"),
        "together": _read_signed("moves_together"),
        "elsewhere": _describe_elsewhere(),
        "left_out": _read_signed("hosts_left_out", digits=1),
        "moves_left_out": _read_signed("moves_left_out"),
        "paid": _read_signed("paid"),
        "parts": [row | {"words": PART_WORDS[row["part"]]} for row in _read_signed("decomposition")],
        "shares": _read_signed("shares", digits=1, kept={"elasticity": 2, "factor": 2}),
    }


def _describe_elsewhere() -> list[dict[str, Any]]:
    """Give one row a move and a direction: what moved at its vendor and on the platform in the three days after."""
    found: dict[str, dict[str, Any]] = {}
    for row in _read_signed("moves_elsewhere"):
        if row["span"] == "short":
            found.setdefault(row["which"], {"which": row["which"], "moves": row["moves"]})[row["where"]] = row
    together = [name for name in found if name.endswith(" together")]
    return [found[name] for name in [*(name for name in found if name not in together), *together]]


def describe_curve() -> dict[str, Any]:
    """Gather what the tables of the specification curve show: counts by estimand, and what was left out."""
    table = curve.read()
    present = set(table["estimand"])
    counted = {
        one.words: curve.count(table[table["estimand"] == name]) for name, one in ESTIMANDS.items() if name in present
    }
    joint = [
        row | {"words": ESTIMANDS[row["estimand"]].words}
        for row in _read_signed("joint", kept=dict.fromkeys(_SHARES, 0))
    ]
    return {"counted": counted, "dropped": curve.count_dropped(table).to_dict("records"), "joint": joint}


def make_tables() -> dict[str, str]:
    """Make the generated tables of regressions and of the curve.

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    regressions = describe_estimates()
    tables = {f"{GENERATED}/{name}": fill(f"{name}.j2", **regressions) for name in report.REGRESSION_TABLES}
    return tables | {f"{GENERATED}/{CURVE}": fill(f"{CURVE}.j2", curve=describe_curve())}


def write_estimate_tables() -> None:
    """Write the generated tables of regressions and of the curve."""
    write_files(make_tables())


def _read_signed(name: str, digits: int = 2, kept: dict[str, int] | None = None) -> list[dict[str, str]]:
    """Read a table of results with its numbers written for readers; whole numbers and words stay."""
    return [
        {column: _write(column, text, (kept or {}).get(column, digits)) for column, text in row.items()}
        for row in read_rows(paths.REGRESSIONS / f"{name}.csv")
    ]


_SHARES = ("negative_percent", "negative_percent_null", "significant_percent", "significant_percent_null")
_WHOLE = {
    "n", "seen", "unseen", "rows", "events", "controls", "fell_out", "developers", "tokens", "estimates", "moves",
    "models", "donors", "placebos", "days_at_bound", "against",
}  # fmt: skip


def _write(column: str, text: str, digits: int) -> str:
    try:
        value = float(text)
    except ValueError:
        return text
    if column in _WHOLE:
        return write_number(value, "models")
    if column == "p" or column.startswith("p_") or column.endswith("_p"):
        return write_p(value)
    return write_signed(value, digits)
