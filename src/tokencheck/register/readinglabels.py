"""The labels by which readers meet readings: what may stand in one, and the check that no parameter has left it behind.

A label says what is counted or compared. A number or a date in it has to be one of the reading's parameters, so a
parameter that is changed without its label is told.
"""

import datetime as dt
import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tokencheck import paths, wording
from tokencheck.characters import IDEOGRAPH
from tokencheck.errors import UserError
from tokencheck.measures import find_measure
from tokencheck.periods import MONTHS
from tokencheck.register import faults, texts
from tokencheck.register.claims import Part, Reading, Register

LONGEST_ENGLISH, LONGEST_CHINESE = 44, 20  # characters; in Chinese a name or number in Latin script is one

_NUMERALS = {
    "en": {
        "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "hundred": 100,
    },
    "zh": {
        "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
        "十一": 11, "十二": 12, "二十": 20, "三十": 30, "百": 100,
    },
}  # fmt: skip
_NUMERAL = {
    "en": re.compile(rf"\b(?:{'|'.join(_NUMERALS['en'])})\b"),
    "zh": re.compile("|".join(sorted(_NUMERALS["zh"], key=len, reverse=True))),
}
_MONTH = "|".join(MONTHS)
_DAYS = {
    "en": re.compile(rf"(?P<day>\d{{1,2}})(?:–(?P<last>\d{{1,2}}))? (?P<month>{_MONTH})"),
    "zh": re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:至(?P<last>\d{1,2})日)?"),
}
_MONTH_ALONE = {"en": re.compile(rf"\b(?P<month>{_MONTH})\b"), "zh": re.compile(r"(?P<month>\d{1,2})月")}
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")


@dataclass
class Stated:
    """The days (month and day), months and numbers that a label states, or that parameters give."""

    days: set[tuple[int, int]] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)

    def list_missing(self, given: "Stated") -> list[str]:
        """List what is stated here and not given there."""
        days = [f"{day} {MONTHS[month - 1]}" for month, day in sorted(self.days - given.days)]
        months = [MONTHS[month - 1] for month in sorted(self.months - given.months)]
        return [*days, *months, *sorted(self.numbers - given.numbers)]


def read_label(text: str, language: str) -> Stated:
    """Read the days, months and numbers that a label states, in figures or in words.

    Examples
    --------
    >>> read_label("nine most used, 23 February–1 March", "en") == read_label("用量前九，2月23日至3月1日", "zh")
    True
    >>> sorted(read_label("截至2月28日的三十天", "zh").numbers), read_label("K as 1,024 tokens", "en").numbers
    (['30'], {'1024'})
    """
    stated = Stated()

    def take_days(match: re.Match[str]) -> str:
        month = _read_month(match["month"])
        stated.days |= {(month, int(day)) for day in (match["day"], match["last"]) if day}
        return " "

    def take_month(match: re.Match[str]) -> str:
        stated.months.add(_read_month(match["month"]))
        return " "

    rest = _MONTH_ALONE[language].sub(take_month, _DAYS[language].sub(take_days, text))
    rest = re.sub(r"(?<=\d),(?=\d{3}\b)", "", rest)
    stated.numbers |= {str(_NUMERALS[language][word]) for word in _NUMERAL[language].findall(rest)}
    stated.numbers |= set(_NUMBER.findall(rest))
    return stated


def _read_month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.index(text) + 1


def read_parameters(values: Iterable[Any]) -> Stated:
    """Read the days, months and numbers of parameters; of a window its length too, of a list how many it holds.

    Examples
    --------
    >>> given = read_parameters(["top_9", "2026-02-09/2026-02-15", ["openai/gpt-5.2", "x/y"], 0.5])
    >>> sorted(given.days), sorted(given.numbers)
    ([(2, 9), (2, 15)], ['0.5', '1', '2', '2026', '5.2', '7', '9'])
    """
    given = Stated()
    for value in values:
        if isinstance(value, list | tuple):
            inner = read_parameters(value)
            given.days |= inner.days
            given.months |= inner.months
            given.numbers |= {*inner.numbers, str(len(value))}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            given.numbers.add(f"{value:g}")
        elif isinstance(value, str):
            _read_text(value, given)
    return given


def _read_text(text: str, given: Stated) -> None:
    dates = [tuple(map(int, filter(None, found))) for found in _DATE.findall(text)]
    given.days |= {date[1:] for date in dates if len(date) == 3}
    given.months |= {date[1] for date in dates}
    given.numbers |= {str(date[0]) for date in dates} | set(_NUMBER.findall(_DATE.sub(" ", text)))
    if len(dates) == 2 and all(len(date) == 3 for date in dates):
        count = (dt.date(*dates[1]) - dt.date(*dates[0])).days + 1
        given.numbers |= {str(count), *([str(count // 7)] if count % 7 == 0 else [])}


def _list_values(reading: Reading) -> list[Any]:
    """List the parameters of a reading, those that its measure sets by default included."""
    try:
        known = inspect.signature(find_measure(reading.measure)).parameters.values()
    except UserError:  # which the register tells by itself
        known = []
    defaults = {one.name: one.default for one in known if one.default is not one.empty}
    return list((defaults | reading.parameters).values())


def _find_wrong(reading: Reading, language: str) -> Iterator[str]:
    text = getattr(reading.label, language)
    is_chinese = language == "zh"
    length, longest = (
        (texts.measure_length(text, "zh"), LONGEST_CHINESE) if is_chinese else (len(text), LONGEST_ENGLISH)
    )
    if length > longest:
        yield f"“{text}” has {length} characters, at most {longest} are allowed. Say less."
    if bool(re.search(IDEOGRAPH, text)) != is_chinese:
        yield f"“{text}” is not in {'Chinese' if is_chinese else 'English'}. Write it in that language."
    yield from faults.find_wrong(text, language)
    if missing := read_label(text, language).list_missing(read_parameters(_list_values(reading))):
        yield f"{', '.join(missing)} is none of the reading's parameters. Name what is computed, or leave it out."


def _list_repeated(part: Part, language: str) -> list[str]:
    counts = Counter(getattr(reading.label, language) for reading in part.readings)
    return [text for text, count in counts.items() if count > 1]


def check_labels(register: Register) -> Iterator[str]:
    """Tell the labels that are too long, in another language, the same twice in a part, or left behind by a parameter.

    Parameters
    ----------
    register : Register

    Yields
    ------
    str
        One line a cause.
    """
    for claim in register.claims:
        for part in claim.parts:
            place = f"{paths.shorten(paths.CLAIMS)}, claim {claim.id}, part {part.id}"
            for language in wording.LANGUAGES:
                for text in _list_repeated(part, language):
                    yield f"{place}, label, {language}: two readings are called “{text}”. Say how they differ."
                for reading in part.readings:
                    for wrong in _find_wrong(reading, language):
                        yield f"{place}, reading {reading.id}, label, {language}: {wrong}"
