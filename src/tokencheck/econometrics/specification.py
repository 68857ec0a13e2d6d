"""What is estimated: one regression of tokens on price, fully described before any number is computed.

A specification is one choice each of estimand, panel, outcome, price, controls, effects, sample, weights, estimator and
standard error. The headline estimates and the specification curve are lists of the same kind of thing, estimated by
`tokencheck.econometrics.estimation`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.errors import UserError

ARTICLE_DAY = pd.Timestamp(ARTICLE_DATE)


class Estimand(NamedTuple):
    """What is asked: in a few words for tables, and as the question itself."""

    words: str
    question: str


ESTIMANDS: dict[str, Estimand] = {
    "cross_section": Estimand(
        "models of one week",
        "Among the models used in one week: by how many per cent do tokens differ between two models "
        "whose prices differ by one per cent?",
    ),
    "within_day": Estimand(
        "models of a day",
        "On the same day: by how many per cent do tokens differ between two of the fifty most used models "
        "whose prices differ by one per cent?",
    ),
    "within_model": Estimand(
        "one model over time",
        "For one and the same model: by how many per cent do its tokens differ, beyond what moves all models that "
        "day, when its list price is one per cent higher than it usually is?",
    ),
    "extensive": Estimand(
        "chance to be in the day's fifty",
        "Among all models listed on a day: by how many per cent of the average chance does the chance of being one of "
        "the fifty most used differ between two models whose prices differ by one per cent?",
    ),
    "hosts_within_model": Estimand(
        "hosts of one model",
        "Among the hosts that sell one and the same model on one day: by how many per cent do tokens differ between "
        "two whose prices differ by one per cent?",
    ),
    "same_day_all_models": Estimand(
        "all models of a day",
        "On the same day, among all public models and not the fifty most used alone: by how many per cent do tokens "
        "differ between two whose prices differ by one per cent?",
    ),
    "cross_section_all_models": Estimand(
        "all models of a later week",
        "The question of the one full week, put to each full week of the summer, which had no part in it.",
    ),
    "censored_at_fifty": Estimand(
        "all models listed, by the cut",
        "Among all models listed on a day, when of those below the fiftieth it is only known that they lie below it: "
        "by how many per cent do tokens differ between two whose prices differ by one per cent?",
    ),
    "dated_move": Estimand(
        "a dated price move",
        "In the three days after a vendor moved a model's price on a known day: by how many per cent did its tokens "
        "move beyond those of models whose price stayed, for one per cent of price?",
    ),
}


def _is_paid(rows: pd.DataFrame) -> pd.Series:
    return rows["log_price_measured"].notna()  # the logarithm of a price of zero does not exist


# Which rows of a panel of `tokencheck.econometrics.panel.build_panel` a sample holds.
SAMPLES: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "paid": _is_paid,
    "paid_scored": lambda rows: _is_paid(rows) & rows["quality"].notna(),
    "paid_unmixed": lambda rows: _is_paid(rows) & ~rows["mixed"].astype(bool),
    "paid_top_50": lambda rows: _is_paid(rows) & rows["top_50"].astype(bool),
    "paid_open": lambda rows: _is_paid(rows) & (rows["open_weights"] == 1),
    "paid_closed": lambda rows: _is_paid(rows) & (rows["open_weights"] == 0),
    "paid_china": lambda rows: _is_paid(rows) & (rows["origin"] == "CN"),
    "paid_us": lambda rows: _is_paid(rows) & (rows["origin"] == "US"),
    "paid_before": lambda rows: _is_paid(rows) & (rows["date"] <= ARTICLE_DAY),
    "paid_since": lambda rows: _is_paid(rows) & (rows["date"] > ARTICLE_DAY),
    "free": lambda rows: rows["free"].astype(bool),
}
# Which dated moves a sample of `tokencheck.econometrics.movecurve` holds: the sign of the change, and its least size.
MOVE_SAMPLES: dict[str, tuple[tuple[int, ...], float]] = {
    f"{name}_{100 * size:.0f}": (signs, size)
    for name, signs in (("moves", (-1, 1)), ("cuts", (-1,)), ("rises", (1,)))
    for size in (0.10, 0.15, 0.30)
}
# Effects as tables write them, to the columns that hold their values.
EFFECTS: dict[str, str] = {
    "model": "model",
    "developer": "developer",
    "origin": "origin",
    "date": "date",
    "date × origin": "date_origin",
    "date × open_weights": "date_open",
    "host": "host",
    "model × date": "model_date",
    "model × host": "model_host",
}
# Controls of text, to their indicators; the United States are what is left.
INDICATORS: dict[str, tuple[str, ...]] = {"origin": ("from_china", "from_elsewhere")}
EQUAL_ROWS, EQUAL_MODELS = "", "models equal"
# Standard errors to the columns whose values are the clusters.
STANDARD_ERRORS: dict[str, tuple[str, ...]] = {
    "CRV1 by model": ("model",),
    "CRV1 by developer": ("developer",),
    "CRV1 by model and date": ("model", "date"),
    "CRV1 by host": ("host",),
    "CRV1 by model and host": ("model", "host"),
    "HC1": (),
    "HC3": (),
    "robust (kernel)": (),
    "placebos": (),  # what the same sum gives where no price moved
}
_CLUSTERED = tuple(name for name, columns in STANDARD_ERRORS.items() if columns)
CLUSTERED = tuple(name for name in _CLUSTERED if "host" not in name)  # those of panels of models
OF_HOSTS = ("CRV1 by model", "CRV1 by host", "CRV1 by model and host")
# Estimators to the standard errors that each can have.
ESTIMATORS: dict[str, tuple[str, ...]] = {
    "ols": (*_CLUSTERED, "HC1", "HC3"),
    "logit": (*_CLUSTERED, "HC1"),
    "poisson": (*_CLUSTERED, "HC1"),
    "median": ("robust (kernel)",),
    "censored": ("CRV1 by developer", "CRV1 by model"),
    "difference in differences": ("placebos",),
    "synthetic control": ("placebos",),
}
CHOICES = ("estimand", "panel", "outcome", "price", "controls", "effects", "sample", "estimator")
_NUMBERS = ("n", "models", "days", "clusters", "r2_within")
COLUMNS = (*CHOICES, "coef", "se", "se_type", "p", "ci_low", "ci_high", *_NUMBERS, "dropped")


@dataclass(frozen=True)
class Specification:
    """One regression, fully described.

    Attributes
    ----------
    estimand : str
        One of `ESTIMANDS`.
    panel : str
        One of `tokencheck.econometrics.panel.PANELS`, ``hosts``, or a span after dated moves.
    outcome : str
        ``log_tokens``; ``log_tokens_50``, ``log_tokens_30``: as far as they are among the day's fifty or thirty;
        ``tokens`` for ``poisson``; ``top_50``: among the day's fifty or not; ``top_50_relative``: the same as a
        multiple of the average chance, so that its coefficient too is percent per percent.
    price : str
        A column of the panel, such as ``log_price_measured``.
    controls : tuple of str
        Columns of the panel; ``origin`` enters as indicators. Of dated moves: donors and the rule on launches.
    effects : tuple of str
        Of `EFFECTS`; each has a coefficient a value.
    sample : str
        One of `SAMPLES`, or of `MOVE_SAMPLES`.
    weights : str
        Empty, or ``models equal``: a model counts once, however many days it is seen.
    estimator : str
        One of `ESTIMATORS`: ``ols`` is also the linear probability model, ``poisson`` pseudo-maximum-likelihood.
    se_type : str
        One of `STANDARD_ERRORS` that the estimator can have; see `ESTIMATORS`.
    name : str
        What messages and tables call it, where it has a name.

    Raises
    ------
    UserError
        When a choice does not exist; the message names the specification.
    """

    estimand: str
    panel: str
    outcome: str = "log_tokens"
    price: str = "log_price_measured"
    controls: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    sample: str = "paid"
    weights: str = EQUAL_ROWS
    estimator: str = "ols"
    se_type: str = "HC3"
    name: str = ""

    def __post_init__(self) -> None:
        for kind, chosen, known in (
            ("estimand", self.estimand, ESTIMANDS),
            ("sample", self.sample, (*SAMPLES, *MOVE_SAMPLES)),
            ("estimator", self.estimator, ESTIMATORS),
            ("standard error of this estimator", self.se_type, ESTIMATORS.get(self.estimator, ())),
            *(("effect", one, EFFECTS) for one in self.effects),
        ):
            if chosen not in known:
                raise UserError(f"specification “{self}”: there is no {kind} “{chosen}”; known: {', '.join(known)}")

    def __str__(self) -> str:
        """Give its name, or all that it is in one line."""
        if self.name:
            return self.name
        row = self.as_row()
        said = [f"{name} {row[name] or 'none'}" for name in (*CHOICES[2:], "se_type")]
        return " · ".join([self.estimand, self.panel, *said])

    def as_row(self) -> dict[str, Any]:
        """Give its row of a table in `COLUMNS`, still without numbers."""
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row |= {name: getattr(self, name) for name in (*CHOICES, "se_type")}
        row |= {name: " + ".join(row[name]) for name in ("controls", "effects")}
        return row | {"estimator": f"{self.estimator}, {self.weights}" if self.weights else self.estimator}

    @property
    def without_error(self) -> "Specification":
        """The specification whatever its standard error and name: those with the same share one estimate."""
        return replace(self, name="", se_type=ESTIMATORS[self.estimator][0])

    @property
    def clusters(self) -> tuple[str, ...]:
        """Columns whose values are the clusters of the standard error."""
        return STANDARD_ERRORS[self.se_type]

    @property
    def control_columns(self) -> list[str]:
        """Columns of the controls, those of text as indicators."""
        return [column for name in self.controls for column in INDICATORS.get(name, (name,))]

    @property
    def effect_columns(self) -> list[str]:
        """Columns that hold the values of the effects."""
        return [EFFECTS[name] for name in self.effects]

    @property
    def columns(self) -> list[str]:
        """Every column that a row needs to be used."""
        names = [self.outcome, self.price, *self.control_columns, *self.effect_columns]
        return list(dict.fromkeys([*names, "model", "developer", "date"]))

    @property
    def formula(self) -> str:
        """The formula as statsmodels runs it: every effect as indicator columns, written ``C(…)``."""
        effects = [f"C({name})" for name in self.effect_columns]
        return f"{self.outcome} ~ {' + '.join([self.price, *self.controls, *effects])}"

    @property
    def absorbed_formula(self) -> str:
        """The same as pyfixest reads it: outcome ~ price + controls | effects."""
        effects = f" | {' + '.join(self.effect_columns)}" if self.effects else ""
        return f"{self.outcome} ~ {' + '.join([self.price, *self.control_columns])}{effects}"
