"""How numbers, units and outcomes are written for readers: once, for pages, README and terminal alike."""

from collections.abc import Mapping
from typing import Any

from tokencheck.units import find_unit

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
        One of `tokencheck.units`, or any other, for which three significant digits are kept.

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
    known = find_unit(unit)
    value *= known.scale
    decimals = known.decimals
    if decimals is None:
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}".replace(",", NARROW_SPACE)
    if known.signed:
        return write_signed(value, decimals)
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


def write_quantity(
    value: float | str | None,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    short: bool = False,
) -> str:
    """Write a measured value, or its bounds, with the unit.

    Parameters
    ----------
    value : float, str or None
        In `unit`; None when there are only bounds, or nothing.
    unit : str
        One of `tokencheck.units`; ``times`` is written as the article does, “1/N”.
    low, high : float or None
        Bounds, written when there is no value.
    short : bool
        Whether the unit is written in short, for a table whose caption names it.

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
    known = find_unit(unit)
    if value is not None:
        return known.attach(write_number(value, unit), short)
    if low is None or high is None:
        return "no data"
    if unit == "times":
        return f"1/{write_number(high, unit)} to 1/{write_number(low, unit)}"
    between = " to " if low < 0 else "–"  # no dash beside a minus
    return known.attach(f"{write_number(low, unit)}{between}{write_number(high, unit)}", short)


def write_measured(record: Mapping[str, Any], unit: str | None = None, short: bool = False) -> str:
    """Write the value or bounds of a measurement record; see `write_quantity`."""
    text = write_quantity(record["value"], unit or record["unit"], record["low"], record["high"], short)
    return f"{text} or lower" if record.get("interval_kind") == "floor" else text


def name_unit(unit: str) -> str:
    """Name a unit for a caption; empty where every number carries it already.

    Examples
    --------
    >>> name_unit("usd_per_mtok"), name_unit("percent")
    ('USD per million tokens', '')
    """
    known = find_unit(unit)
    return known.words if known.short is not None else ""


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
    known = find_unit(unit)
    if relation == "exists":
        ends = f" by {value[0]} to {value[1]} %" if value else ""
        return f"at least {min_count} {known.words}{ends}" if known.words else "that it is so"
    if relation == "first" and unit == "year":
        return f"first in {value}"
    if relation == "at_least" and unit == "ratio":
        return f"a ratio of at least {value}"
    numbers = " and ".join(value) if isinstance(value, (list, tuple)) else value
    if known.scale > 1:
        numbers = write_number(float(numbers), unit)
    return f"{RELATION_WORDS[relation]} {numbers} {known.word(numbers)}".strip()
