"""The parameters that anybody may change in a notebook: each has its legal values, and what is not one is named."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tokencheck.errors import UserError, suggest

MOST_LISTED = 20  # legal values that a message lists; of more it gives the first ones and how many there are


class ParameterError(UserError):
    """A value that a notebook's parameter cannot take."""

    def _render_traceback_(self) -> list[str]:
        """Give what Jupyter and papermill show: the message alone, for there is nothing to be traced."""
        return [f"ParameterError: {self}"]


@dataclass(frozen=True)
class Between:
    """Legal: a number from one to another, the ends included.

    Attributes
    ----------
    low, high : float
    whole : bool
        No number between two whole ones.
    """

    low: float
    high: float
    whole: bool = False

    def __contains__(self, value: Any) -> bool:
        """Tell whether it is a number between the ends."""
        is_number = isinstance(value, int if self.whole else int | float) and not isinstance(value, bool)
        return is_number and self.low <= value <= self.high

    def __str__(self) -> str:
        """Say what is legal."""
        return f"a {'whole ' * self.whole}number from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Days:
    """Legal: a day on record, or for a window a first and a last one with a slash between them.

    Attributes
    ----------
    first, last : Timestamp
    window : bool
    """

    first: pd.Timestamp
    last: pd.Timestamp
    window: bool = True

    @classmethod
    def of(cls, dates: "pd.Series[pd.Timestamp]", window: bool = True) -> "Days":
        """Give the days from the first to the last of a column of dates."""
        return cls(dates.min(), dates.max(), window)

    def __contains__(self, value: Any) -> bool:
        """Tell whether the days exist, stand in their order, and are on record."""
        written = str(value).split("/")
        days = [pd.to_datetime(day, format="%Y-%m-%d", errors="coerce") for day in written]
        on_record = all(pd.notna(day) and self.first <= day <= self.last for day in days)
        return on_record and len(days) == 1 + self.window and days == sorted(days)

    def __str__(self) -> str:
        """Say what is legal."""
        form = "a first and a last day with a slash between them" if self.window else "a day"
        return f"{form} from {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"


@dataclass(frozen=True)
class PartOf:
    """Legal: words that stand in some text, in capitals or not.

    Attributes
    ----------
    texts : iterable of str
    """

    texts: Iterable[str]

    def __contains__(self, value: Any) -> bool:
        """Tell whether some text holds the words."""
        return bool(str(value).strip()) and any(str(value).casefold() in text.casefold() for text in self.texts)

    def __str__(self) -> str:
        """Say what is legal."""
        return f"words that stand in one of: {_list_values('', self.texts)}"


Legal = Between | Days | PartOf | Collection[Any]


def check(**given: tuple[Any, Legal]) -> None:
    """Stop a notebook whose parameters were set to something that it cannot compute.

    Parameters
    ----------
    **given
        By name of the parameter, its value and what is legal: `Between`, `Days` or the values themselves.

    Raises
    ------
    ParameterError
        In one message: the parameter, the value, and the legal ones.

    Examples
    --------
    >>> check(scope=("top_7", ["top_5", "top_9"]))
    Traceback (most recent call last):
    tokencheck.notebook.parameters.ParameterError: parameter scope cannot be “top_7”; it can be top_5 or top_9...
    """
    for name, (value, legal) in given.items():
        if isinstance(legal, Between | Days | PartOf):
            fits, words = value in legal, str(legal)
        else:
            values = [str(one) for one in legal]
            fits, words = str(value) in values, _list_values(str(value), values)
        if not fits:
            raise ParameterError(f"parameter {name} cannot be “{value}”; it can be {words}")


def check_together(explain: Callable[..., str], **given: tuple[Any, Collection[Any]]) -> None:
    """Stop a notebook whose parameters are not legal, as `check` does, or leave nothing to compute together.

    Parameters
    ----------
    explain : callable
        Takes the values by name of the parameter; says why they cannot be computed together, or nothing if they can.
    **given
        As of `check`, with the legal values themselves.

    Raises
    ------
    ParameterError
        In one message: the values, why they cannot be computed, and which others can be in the place of each.

    Examples
    --------
    >>> explain = lambda days, size: "no row is left" if (days, size) == ("week", "large") else ""
    >>> check_together(explain, days=("week", ["day", "week"]), size=("large", ["large", "small"]))
    Traceback (most recent call last):
    tokencheck.notebook.parameters.ParameterError: parameters days “week” and size “large” cannot be computed...
    """
    check(**given)
    values = {name: value for name, (value, _) in given.items()}
    if not (reason := explain(**values)):
        return
    named = [f"{name} “{value}”" for name, value in values.items()]
    remedies = []
    for words, (name, (_, legal)) in zip(named, given.items(), strict=True):
        if fits := [str(one) for one in legal if not explain(**values | {name: one})]:
            remedies.append(f"instead of {words} it can be {_list_values('', fits)}")
    remedy = "; ".join(remedies) or "no other value of one of them alone would do, so more than one has to change"
    together = " and ".join([", ".join(named[:-1]), named[-1]])
    raise ParameterError(f"parameters {together} cannot be computed together: {reason}; {remedy}")


def _list_values(value: str, legal: Iterable[str]) -> str:
    known = list(dict.fromkeys(legal))
    if not known:
        return "nothing, with the other parameters as they are"
    shown = known[:MOST_LISTED]
    more = f" or one of {len(known) - len(shown)} more" if len(known) > len(shown) else ""
    listed = ", ".join(shown) if more else " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
    meant = suggest(value, known)
    return f"{listed}{more}{'.' * bool(meant)}{meant}"
