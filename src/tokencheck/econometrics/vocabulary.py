"""The choices behind an estimate in words: what is asked, of which days and models, and what is held fixed.

Files and code know each choice by a name of its own; readers of a page, a table or a notebook meet these words.
"""

import re

VALUES = {
    "estimand": {
        "cross_section": "models of one week",
        "cross_section_all_models": "models of later weeks",
        "same_day_all_models": "all models of a day",
        "within_day": "the fifty most used of a day",
        "within_model": "one model over time",
        "extensive": "chance to be in the day’s fifty",
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
        "log_tokens_30": "log of tokens, limit at the thirtieth", "top_50_relative": "chance of the fifty",
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
TERMS = {
    "quality": "quality", "log_age": "age", "log_context": "context length", "open_weights": "openness",
    "origin": "country", "log_speed": "speed", "log_latency": "latency", "date": "day", "model_day": "model × day",
    "donors": "other vendors’ models", "closed_donors": "closed models of other vendors",
    "sister": "vendor’s most used other model",
    "no_launch_within_a_week": "no launch within seven days", "no_launch_soon": "no launch up to three days after",
}  # fmt: skip
_NAME = re.compile(r"\w+")


def word_choice(column: str, value: str) -> str:
    """Word one choice.

    Parameters
    ----------
    column : str
        A column of the specification curve: estimand, panel, outcome, price, controls, effects, sample, estimator.
    value : str
        As it stands there; terms of controls and effects are joined by “ + ”.

    Returns
    -------
    str

    Examples
    --------
    >>> word_choice("controls", "quality + log_age"), word_choice("effects", "date × origin")
    ('quality, age', 'day × country')
    >>> word_choice("effects", ""), word_choice("sample", "paid_open")
    ('nothing', 'open weights')
    """
    if column in VALUES:
        return VALUES[column][value]
    return ", ".join(map(word_terms, value.split(" + "))) if value else "nothing"


def word_terms(text: str) -> str:
    """Put words in the place of each name of a term that a text holds.

    Examples
    --------
    >>> word_terms("log_context follows from the other columns (collinear)")
    'context length follows from the other columns (collinear)'
    """
    return _NAME.sub(lambda found: TERMS.get(found[0], found[0]), text)


def word_choices(**chosen: str) -> str:
    """Word several choices in a row of words, as a table names a specification of one's own.

    Parameters
    ----------
    **chosen : str
        By column; “none” is nothing held fixed.

    Returns
    -------
    str

    Examples
    --------
    >>> word_choices(panel="daily", sample="paid_open", price="log_price_input", controls="quality + log_age")
    'days of early 2026; models: open weights; price: input only; held fixed: quality, age'
    >>> word_choices(price="log_price_paid", controls="none", effects="model_day + host")
    'price: paid; held fixed: nothing; compared within: model × day, host'
    """
    heads = {"sample": "models: ", "price": "price: ", "controls": "held fixed: ", "effects": "compared within: "}
    return "; ".join(
        heads.get(column, "") + word_choice(column, "" if value == "none" else value)
        for column, value in chosen.items()
    )
