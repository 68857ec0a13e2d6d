"""How numbers, units and outcomes are written for readers: once, for pages, README and terminal alike."""

from collections.abc import Mapping
from typing import Any

# Of what a share is a share: the only place that says so in words.
DENOMINATOR_WORDS = {
    "platform": "the platform's tokens",
    "named": "the tokens of named models",
    "top_5": "the tokens of the five most used models",
    "top_9": "the tokens of the nine models on the chart",
    "top_10": "the tokens of the ten most used models",
    "top_20": "the tokens of the twenty most used models",
    "disclosed_world": "the disclosed tokens of the world",
    "platform_coding": "the platform's coding tokens",
    "two_sellers": "the revenue of two sellers",
    "running_cost": "the running cost",
    "total_cost": "the total cost",
    "listings_abroad": "the listings abroad",
    "listed_comparator": "the other model's list price",
    "named_priced": "the tokens whose price is known",
    "named_priced_listed": "their value at list price",  # stands beside the share of the tokens themselves
}
SHARE_UNITS = {f"percent_of_{name}": f"% of {words}" for name, words in DENOMINATOR_WORDS.items()}

UNIT_WORDS = SHARE_UNITS | {
    "trillion_tokens": "trillion tokens",
    "percent": "%",
    "ratio": "times",
    "times": "",
    "models": "models",
    "rank": "",
    "date": "",
    "usd_per_mtok": "USD per million tokens",
    "cny_per_mtok": "CNY per million tokens",
    "usd_per_mtok_listed": "USD per million tokens",
    "cny_per_mtok_listed": "CNY per million tokens",
    "cny_per_kwh": "CNY per kWh",
    "states": "states",
    "ten_thousand_tokens": "tokens",
    "thousand_tokens": "thousand tokens",
    "million_tokens": "million tokens",
    "million_tokens_per_kwh": "million tokens per kWh",
    "trillion_tokens_per_day": "trillion tokens a day",
    "million_characters": "million characters",
    "pue": "",
    "elasticity": "",  # percent of tokens per percent of price
}

# Units of the Chinese numerals, written out: how many of the word one unit is.
SCALES = {"ten_thousand_tokens": 10_000}

# In a table whose caption names the unit.
SHORT_UNITS = UNIT_WORDS | {
    **dict.fromkeys(SHARE_UNITS, "%"),
    "usd_per_mtok_listed": "USD",
    "cny_per_mtok_listed": "CNY",
    "trillion_tokens": "T",
    "usd_per_mtok": "USD",
    "cny_per_mtok": "CNY",
    "cny_per_kwh": "CNY",
    "models": "",
    "states": "",
    "ten_thousand_tokens": "",
    "thousand_tokens": "",
    "million_tokens": "M",
    "million_tokens_per_kwh": "M",
    "trillion_tokens_per_day": "T",
    "million_characters": "M",
}

ROLE_WORDS = {
    "literal": "what the sentence says",
    "source": "how its source defined the number",
    "charitable": "what a fair reader may have meant",
    "diagnostic": "shown for orientation, never counts",
}

RELATION_WORDS = {
    "equals": "",
    "between": "between",
    "at_least": "at least",
    "at_most": "at most",
    "order_of_magnitude": "in the order of",
    "rank_at_most": "rank at most",
    "first": "first on",
    "exists": "at least",
}

SINGULAR = {"models": "model", "states": "state", "countries": "country"}

# Decimals that a reader can use, by unit; a ratio or price below one keeps two significant digits.
DECIMALS = {
    **dict.fromkeys(SHARE_UNITS, 1),
    "usd_per_mtok_listed": 2,
    "cny_per_mtok_listed": 2,
    "trillion_tokens": 2,
    "percent": 1,
    "ratio": 2,
    "times": 1,
    "models": 0,
    "rank": 0,
    "states": 0,
    "usd_per_mtok": 2,
    "cny_per_mtok": 2,
    "cny_per_kwh": 2,
    "ten_thousand_tokens": 0,
    "thousand_tokens": 0,
    "million_tokens": 2,
    "million_tokens_per_kwh": 2,
    "trillion_tokens_per_day": 2,
    "million_characters": 2,
    "pue": 2,
    "elasticity": 2,
}

MINUS = "\u2212"

NARROW_SPACE = "\u202f"
NO_BREAK = "\u00a0"


def write_number(value: float | str, unit: str) -> str:
    """Write one number as a reader sees it, without its unit.

    Parameters
    ----------
    value : float or str
        In `unit`; text such as a date is returned unchanged.
    unit : str
        One of the units of a Measurement, or any other, for which three significant digits are kept.

    Returns
    -------
    str

    Examples
    --------
    >>> write_number(41.9227, "percent"), write_number(16.67, "times"), write_number(0.0042, "percent")
    ('41.9', '16.7', '0.0042')
    >>> write_number(-1.108, "elasticity")
    '−1.11'
    """
    if isinstance(value, str):
        return value
    value *= SCALES.get(unit, 1)
    if unit == "elasticity":
        return write_signed(value)
    decimals = DECIMALS.get(unit)
    if decimals is None:
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", NARROW_SPACE)
    if decimals and 0 < abs(value) < 10**-decimals * 5:
        return f"{value:.2g}"
    return f"{value:,.{decimals}f}".replace(",", NARROW_SPACE)


def write_signed(value: float, digits: int = 2) -> str:
    """Write a number with a true minus sign.

    Examples
    --------
    >>> write_signed(-0.573), write_signed(0.097)
    ('−0.57', '0.10')
    """
    text = f"{value:.{digits}f}".replace("-", MINUS)
    return text.removeprefix(MINUS) if float(text.replace(MINUS, "-")) == 0 else text


def write_range(low: float, high: float, digits: int = 2) -> str:
    """Write an interval in words, because a dash beside a minus sign misleads."""
    return f"{write_signed(low, digits)} to {write_signed(high, digits)}"


def write_p(p: float) -> str:
    """Write a p-value to three decimals, or that it is smaller."""
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def _join(text: str, unit: str, words: Mapping[str, str]) -> str:
    if unit == "times":
        return f"1/{text}"
    if unit == "rank":
        return f"rank {text}"
    word = words.get(unit, unit.replace("_", " "))
    return f"{text}{NO_BREAK if word.startswith('%') else ' '}{word}".strip()


def write_quantity(
    value: float | str | None,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    words: Mapping[str, str] = UNIT_WORDS,
) -> str:
    """Write a measured value, or its bounds, with the unit.

    Parameters
    ----------
    value : float, str or None
        In `unit`; None when there are only bounds, or nothing.
    unit : str
        One of the units of a Measurement; ``times`` is written as the article does, “1/N”.
    low, high : float or None
        Bounds, written when there is no value.
    words : mapping of str to str
        How units are written.

    Returns
    -------
    str

    Examples
    --------
    >>> write_quantity(None, "percent", 41.92, 48.99)
    '41.9–49.0\\xa0%'
    >>> write_quantity(16.67, "times")
    '1/16.7'
    """
    if value is not None:
        return _join(write_number(value, unit), unit, words)
    if low is None or high is None:
        return "no data"
    if unit == "times":
        return f"1/{write_number(high, unit)} to 1/{write_number(low, unit)}"
    between = " to " if low < 0 else "–"  # no dash beside a minus
    return _join(f"{write_number(low, unit)}{between}{write_number(high, unit)}", unit, words)


def write_measured(record: Mapping[str, Any], unit: str | None = None, words: Mapping[str, str] = UNIT_WORDS) -> str:
    """Write the value or bounds of a measurement record; see `write_quantity`."""
    text = write_quantity(record["value"], unit or record["unit"], record["low"], record["high"], words)
    return f"{text} or lower" if record.get("interval_kind") == "floor" else text


def name_unit(unit: str) -> str:
    """Name a unit for a caption; empty where every number carries it already.

    Examples
    --------
    >>> name_unit("usd_per_mtok"), name_unit("percent")
    ('USD per million tokens', '')
    """
    return UNIT_WORDS[unit] if SHORT_UNITS.get(unit) != UNIT_WORDS.get(unit) else ""


def write_claimed(
    relation: str, value: str | list[str] | tuple[str, str] | None, unit: str, min_count: int | None = None
) -> str:
    """Write what a part claims, at the precision the article printed.

    Examples
    --------
    >>> write_claimed("equals", "1/20", "times"), write_claimed("between", ("0.2", "0.3"), "cny_per_kwh")
    ('1/20', 'between 0.2 and 0.3 CNY per kWh')
    >>> write_claimed("equals", "30.888", "ten_thousand_tokens"), write_claimed("first", "2026", "year")
    ('308\u202f880 tokens', 'first in 2026')
    """
    word = UNIT_WORDS.get(unit, unit.replace("_", " "))
    if relation == "exists":
        ends = f" by {value[0]} to {value[1]} %" if value else ""
        return f"at least {min_count} {word}{ends}" if unit in UNIT_WORDS else "that it is so"
    if relation == "first" and unit == "year":
        return f"first in {value}"
    if relation == "at_least" and unit == "ratio":
        return f"a ratio of at least {value}"
    numbers = " and ".join(value) if isinstance(value, (list, tuple)) else value
    if unit in SCALES:
        numbers = write_number(float(numbers), unit)
    if value == "1":
        word = SINGULAR.get(word, word)
    return f"{RELATION_WORDS[relation]} {numbers} {word}".strip()
