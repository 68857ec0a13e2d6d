"""Guards: the conditions under which sentences that judge are true.

A guard is written beside a sentence and is a condition over what the results know by name::

    C14.europe.eu_headline_band agrees
    C05.share.platform < 50 and not C05.share.platform agrees or near
    C03.verdict is Misleading
    facts.usage.first_all_model_lead > article
    facts.regressions.model_daily_interval holds 0
    C49.price.international_input / C49.price.mainland_input > 3

A side of a comparison may multiply and divide, so that “over three times” can be written as it is said. A guard is
decided as three-valued logic does: a comparison that holds for one end of an interval and not for the other, or one
that has no number to compare, is unknown, and a sentence stands only where its guard is true.
"""

import dataclasses
import datetime as dt
import difflib
import itertools
import math
import operator
import re
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokencheck import paths, wording
from tokencheck.register import rule
from tokencheck.register.claims import Part, Register
from tokencheck.register.verdicts import LatestResult, PartResult, ReadingResult, VerdictFile
from tokencheck.results import read_json
from tokencheck.units import find_base

DATE = "date"

# ------------------------------------------------------------------------------------------ what guards may name


@dataclass(frozen=True)
class Known:
    """One thing that a guard may name.

    Attributes
    ----------
    label : str
        What it is, in words.
    shown : str
        Its value as a reader sees it.
    low, high : float or None
        Ends of its value in `unit`, equal where it is a single number; None where there is none. Dates are days.
    unit : str
        What it is counted in; two names are compared in the same unit only, whatever their denominators.
    said : str
        Outcome of a reading, or verdict; empty for anything else.
    claimed : str
        For a reading, what its part claims, in words.
    part : Part or None
        For a reading, its part, which judges any other value.
    """

    label: str
    shown: str
    low: float | None = None
    high: float | None = None
    unit: str = ""
    said: str = ""
    claimed: str = ""
    part: Part | None = None

    def move(self, low: float | None, high: float | None) -> "Known":
        """Give it another value, and a reading the outcome that follows."""
        said = self.said
        if self.part:
            kind = None if low == high else "bounds"
            value = low if low == high else None
            if value is not None and self.unit == DATE:
                value = dt.date.fromordinal(round(value)).isoformat()
            said = rule.judge(self.part, value, low, high, kind)
        return dataclasses.replace(self, low=low, high=high, said=said, shown=_show(low, high, self.unit))

    def describe(self) -> str:
        """Say in one plain sentence what is claimed and what was found, judging nothing but by the rule."""
        if self.claimed:
            return f"{self.label}: claimed {self.claimed}; measured {self.shown} ({self.said})."
        return f"{self.label}: {self.shown}."


def _show(low: float | None, high: float | None, unit: str) -> str:
    if low is not None and unit == DATE:
        return dt.date.fromordinal(round(low)).isoformat()
    return wording.write_quantity(low, unit) if low == high else wording.write_quantity(None, unit, low, high)


def name(text: str) -> str:
    """Write an id as names in guards and variables do, with underscores."""
    return text.replace("-", "_")


_NUMBER = r"[−-]?\d+(?:\.\d+)?"
_BETWEEN = re.compile(rf"({_NUMBER})(?: to |–)({_NUMBER})")
_BELOW = re.compile(rf"below ({_NUMBER})")


def _read_date(text: str) -> dt.date | None:
    for form in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return dt.datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def _read_ends(value: Any) -> tuple[float | None, float | None, bool]:
    """Read a value, also one written as “23 March 2026”, “−0.57”, “−0.81 to −0.34” or “below 0.001”.

    Returns
    -------
    (float or None, float or None, bool)
        The ends, None where the text is no number, and whether they are days.
    """
    if isinstance(value, (int, float)):
        return value, value, False
    text = value or ""
    if day := _read_date(text):
        return day.toordinal(), day.toordinal(), True
    plain = text.replace(wording.MINUS, "-")
    if found := _BETWEEN.fullmatch(plain):
        return float(found[1]), float(found[2]), False
    if found := _BELOW.fullmatch(plain):
        return 0.0, float(found[1]), False
    if re.fullmatch(_NUMBER, plain):
        return float(plain), float(plain), False
    return None, None, False


def _know_reading(label: str, part: Part, record: ReadingResult | LatestResult, unit: str, claimed: str) -> Known:
    low, high, is_date = _read_ends(record.value)
    if None not in (record.low, record.high) and (record.interval_kind in ("bounds", "ci") or low is None):
        low, high = record.low, record.high  # a range over places is descriptive: the value decides
    if record.interval_kind == "floor":
        high = math.inf
    known = Known(
        label=label,
        shown=wording.write_measured(record.model_dump(), unit),
        low=low,
        high=high,
        unit=DATE if is_date or unit == DATE else unit,
    )
    if not hasattr(record, "outcome"):  # a later value of what is over: a number, and no judgement
        return known
    return dataclasses.replace(known, said=record.outcome, claimed=claimed, part=part)


def _know_now(label: str, status: str | None) -> Known:
    return Known(label, status or "no reading for now", said=status or "none")


def _know_part(claim_id: str, part: Part, result: PartResult, readings: Sequence[ReadingResult]) -> dict[str, Known]:
    prefix = f"{claim_id}.{name(part.id)}"
    claimed = wording.write_claimed(part.relation, part.value, part.unit, part.min_count)
    known = {f"{prefix}.verdict": Known(f"{claim_id}, {part.says}", result.verdict, said=result.verdict)}
    known[f"{prefix}.status_now"] = _know_now(f"{claim_id} now, {part.says}", result.status_now)
    if part.value:
        ends = [
            _read_ends(text.removeprefix("1/"))
            for text in ([part.value] if isinstance(part.value, str) else part.value)
        ]
        if all(low is not None for low, *_ in ends):
            known[f"{prefix}.claimed"] = Known(
                f"{claim_id}, {part.says}, claimed",
                claimed,
                min(low for low, *_ in ends),
                max(high for _, high, _ in ends),
                DATE if ends[0][2] else part.unit,
            )
    for one in readings:
        label = f"{claim_id}, {part.says} ({one.label['en']})"
        known[f"{prefix}.{name(one.id)}"] = _know_reading(label, part, one, one.unit, claimed)
        if later := one.now or one.latest:
            label = f"{claim_id} now, {part.says} ({one.label['en']})"
            known[f"{prefix}.{name(one.id)}_now"] = _know_reading(label, part, later, one.unit, claimed)
    return known


def list_known(
    register: Register, found: VerdictFile, facts: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> dict[str, Known]:
    """List everything that guards may name.

    Parameters
    ----------
    register : Register
    found : VerdictFile
    facts : mapping
        Topic, name, then value and unit; see `read_facts`.

    Returns
    -------
    dict of str to Known
        ``article``, ``counts.…``, ``facts.<topic>.<name>``, and by claim ``C05.verdict``, ``C05.status_now``,
        ``C05.k`` and ``C05.n`` (readings that agree, and that enter), ``C05.share.verdict``, ``C05.share.claimed``,
        ``C05.share.<reading>`` and ``C05.share.<reading>_now``.
    """
    day = dt.date.fromisoformat(register.article.published).toordinal()
    known = {"article": Known("the article's date", register.article.published, day, day, DATE)}
    for words, count in count_claims(register, found).items():
        known[f"counts.{words}"] = Known(f"Claims {words.replace('_', ' ')}", str(count), count, count, "claims")
    for topic, names in facts.items():
        for own, fact in names.items():
            low, high, is_date = _read_ends(fact["value"])
            label = own.replace("_", " ").capitalize()
            shown = wording.write_quantity(fact["value"], fact["unit"])
            known[f"facts.{topic}.{own}"] = Known(label, shown, low, high, DATE if is_date else fact["unit"])
    for result in found.claims:
        claim = register.find(result.id)
        known[f"{claim.id}.verdict"] = Known(f"{claim.id}, {claim.quote_en}", result.verdict, said=result.verdict)
        known[f"{claim.id}.status_now"] = _know_now(f"{claim.id} now, {claim.quote_en}", result.status_now)
        for letter, count, words in (("k", result.agree.k, "that agree"), ("n", result.agree.n, "that enter")):
            known[f"{claim.id}.{letter}"] = Known(f"{claim.id}, readings {words}", str(count), count, count, "readings")
        for part in result.parts:
            own = [one for one in result.readings if one.part == part.id]
            known |= _know_part(claim.id, claim.find_part(part.id), part, own)
    return known


def count_claims(register: Register, found: VerdictFile) -> dict[str, int]:
    """Count the claims: by verdict, all, those that are computed, and those that are rated."""
    counts = {name(verdict.lower().replace(" ", "-")): count for verdict, count in found.counts.items()}
    return counts | {
        "claims": len(register.claims),
        "computed": sum(claim.has_readings for claim in register.claims),
        "rated": sum(found.counts[verdict] for verdict in rule.FROM_THE_WORST),
    }


def read_facts() -> dict[str, dict[str, dict[str, Any]]]:
    """Read what the notebooks computed for the prose: topic, name, then value and unit."""
    return {file.stem: read_json(file) for file in sorted(paths.FACTS.glob("*.json"))}


# ---------------------------------------------------------------------------------------------- the grammar


class GuardError(Exception):
    """What is wrong with a guard, without its place, which only the caller knows."""


Truth = bool | None
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
CALCULATE: dict[str, Callable[[float, float], float]] = {"*": operator.mul, "/": operator.truediv}
_HOLDS = "holds"


@dataclass(frozen=True)
class Said:
    """A reading's outcome or a verdict is one of a few."""

    name: str
    words: tuple[str, ...]

    def decide(self, known: Mapping[str, Known]) -> Truth:
        """Say whether it is one of them."""
        return known[self.name].said in self.words


@dataclass(frozen=True)
class Term:
    """One side of a comparison: a name, or a number or day written in the guard."""

    name: str = ""
    number: float = 0.0
    unit: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Give what it names."""
        return (self.name,) if self.name else ()

    def take_ends(self, known: Mapping[str, Known]) -> tuple[float | None, float | None]:
        """Give both ends of its value."""
        return (known[self.name].low, known[self.name].high) if self.name else (self.number, self.number)


@dataclass(frozen=True)
class Calculated:
    """One side of a comparison that is a product or a quotient."""

    left: "Side"
    sign: str
    right: "Side"

    @property
    def names(self) -> tuple[str, ...]:
        """Give what it names."""
        return self.left.names + self.right.names

    @property
    def unit(self) -> str:
        """Give its unit: that of the named side beside a number; a quotient of two names has none."""
        if not self.right.names:
            return self.left.unit
        if not self.left.names and self.sign == "*":
            return self.right.unit
        return ""

    def take_ends(self, known: Mapping[str, Known]) -> tuple[float | None, float | None]:
        """Give both ends of its value; none where a side has none, or would divide by zero."""
        left, right = self.left.take_ends(known), self.right.take_ends(known)
        if None in (*left, *right) or (self.sign == "/" and right[0] <= 0 <= right[1]):
            return None, None
        calculate = CALCULATE[self.sign]
        corners = [calculate(one, other) for one in left for other in right]
        return min(corners), max(corners)


Side = Term | Calculated


@dataclass(frozen=True)
class Compared:
    """Two values stand in an order, whatever either may be within its interval."""

    left: Side
    sign: str
    right: Side

    def decide(self, known: Mapping[str, Known]) -> Truth:
        """Say whether the order holds for all of both intervals, or for none; unknown otherwise."""
        (low, high), (other_low, other_high) = self.left.take_ends(known), self.right.take_ends(known)
        if None in (low, high, other_low, other_high):
            return None
        if self.sign in ("=", "!="):
            apart = high < other_low or low > other_high
            same = low == high == other_low == other_high
            equal = True if same else False if apart else None
            return equal if self.sign == "=" or equal is None else not equal
        compare = COMPARE[self.sign]
        corners = {compare(one, other) for one in (low, high) for other in (other_low, other_high)}
        return corners.pop() if len(corners) == 1 else None


@dataclass(frozen=True)
class Held:
    """One interval holds another, or a number: the only test that an interval passes by being wide."""

    left: Side
    right: Side

    def decide(self, known: Mapping[str, Known]) -> Truth:
        """Say whether the right lies within the left, ends included."""
        (low, high), (other_low, other_high) = self.left.take_ends(known), self.right.take_ends(known)
        if None in (low, high, other_low, other_high):
            return None
        return low <= other_low and other_high <= high


@dataclass(frozen=True)
class Not:
    """The opposite."""

    inner: "Guard"

    def decide(self, known: Mapping[str, Known]) -> Truth:
        """Turn what is known."""
        truth = self.inner.decide(known)
        return None if truth is None else not truth


@dataclass(frozen=True)
class Joined:
    """Several guards, all of which or any of which must hold."""

    word: str
    inner: tuple["Guard", ...]

    def decide(self, known: Mapping[str, Known]) -> Truth:
        """Join what is known: what settles it wins over what is unknown."""
        truths = [one.decide(known) for one in self.inner]
        settles = self.word == "or"
        return settles if settles in truths else None if None in truths else not settles


Guard = Said | Compared | Held | Not | Joined

_DAY = r"\d{4}-\d{2}-\d{2}"
_WORDS = (*rule.OUTCOMES, *rule.VERDICT_WORDS)
_TOKEN = re.compile(
    rf"\s*(?:(?P<word>{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?![\w.])"
    rf"|(?P<day>{_DAY})|(?P<number>{_NUMBER})(?![\w.])|(?P<sign><=|>=|!=|=|<|>|{_HOLDS}\b)|(?P<bracket>[()])|(?P<calculation>[*/])|(?P<name>[A-Za-z][\w.]*))"
)


class _Parser:
    """Recursive descent over the tokens of one guard."""

    def __init__(self, text: str, known: Mapping[str, Known]):
        self.known = known
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if not found:
                raise GuardError(f"cannot read “{text[place:].strip()}”")
            self.tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()

    def parse(self) -> Guard:
        guard = self.parse_joined("or")
        if self.tokens:
            raise GuardError(f"“{self.tokens[0][1]}” is too much")
        return guard

    def look(self, place: int = 0) -> tuple[str, str]:
        return self.tokens[place] if len(self.tokens) > place else ("", "the end")

    def take(self, word: str) -> bool:
        if self.look()[1] != word:
            return False
        del self.tokens[0]
        return True

    def parse_joined(self, word: str) -> Guard:
        inner = [self.parse_one(word)]
        while self.take(word):
            inner.append(self.parse_one(word))
        return inner[0] if len(inner) == 1 else Joined(word, tuple(inner))

    def parse_one(self, word: str) -> Guard:
        if word == "or":
            return self.parse_joined("and")
        if self.take("not"):
            return Not(self.parse_one("and"))
        if self.take("("):
            guard = self.parse_joined("or")
            if not self.take(")"):
                raise GuardError(f"expected “)”, found {self.look()[1]}")
            return guard
        return self.parse_test()

    def parse_test(self) -> Guard:
        left = self.parse_side()
        takes_is = self.take("is")
        if self.look()[0] == "word":
            return self.parse_said(left, takes_is)
        compared = []
        while self.look()[0] == "sign":
            sign = self.tokens.pop(0)[1]
            right = self.parse_side()
            self.check_comparable(left, right)
            compared.append(Held(left, right) if sign == _HOLDS else Compared(left, sign, right))
            left = right
        if not compared or takes_is:
            raise GuardError(f"expected an outcome, a verdict or a comparison, found {self.look()[1]}")
        return compared[0] if len(compared) == 1 else Joined("and", tuple(compared))

    def parse_side(self) -> Side:
        side: Side = self.parse_term()
        while self.look()[0] == "calculation":
            sign = self.tokens.pop(0)[1]
            other = self.parse_term()
            self.check_calculable(side, sign, other)
            side = Calculated(side, sign, other)
        return side

    def parse_said(self, left: Side, takes_is: bool) -> Guard:
        if isinstance(left, Calculated):
            raise GuardError("a product or quotient has no outcome; compare it")
        one = self.known.get(left.name)
        allowed = () if not one or not one.said else rule.OUTCOMES if one.part else rule.VERDICT_WORDS
        words = [self.tokens.pop(0)[1]]
        while self.look() == ("name", "or") and self.look(1)[0] == "word":
            words.append(self.tokens[1][1])
            del self.tokens[:2]
        for word in words:
            if word not in allowed:
                has = f"can be {', '.join(allowed)}" if allowed else "has neither outcome nor verdict"
                raise GuardError(f"{left.name or left.number} {has}, not “{word}”")
        if takes_is != (allowed == rule.VERDICT_WORDS):
            raise GuardError(
                "write “C05.verdict is Misleading” for a verdict and “C05.share.platform agrees” for an outcome"
            )
        return Said(left.name, tuple(words))

    def parse_term(self) -> Term:
        kind, text = self.look()
        if kind not in ("name", "number", "day") or text in ("and", "or", "not", "is"):
            raise GuardError(f"expected a name or a number, found {text}")
        del self.tokens[0]
        if kind == "number":
            return Term(number=float(text.replace(wording.MINUS, "-")))
        if kind == "day":
            day = _read_date(text)
            if not day:
                raise GuardError(f"there is no day {text}")
            return Term(number=day.toordinal(), unit=DATE)
        if text not in self.known:
            close = difflib.get_close_matches(text, self.known, 1, 0.6)
            raise GuardError(f"there is no “{text}”" + (f"; did you mean {close[0]}?" if close else ""))
        return Term(name=text, unit=self.known[text].unit)

    def check_numbers(self, left: Side, right: Side) -> None:
        for one in left.names + right.names:
            if self.known[one].said and not self.known[one].part:
                raise GuardError(f"{one} is a verdict: write “{one} is …”")

    def check_comparable(self, left: Side, right: Side) -> None:
        self.check_numbers(left, right)
        days = {side.unit == DATE for side in (left, right)}
        if len(days) > 1 or (left.names and right.names and find_base(left.unit) != find_base(right.unit)):
            units = [side.unit or "a plain number" for side in (left, right)]
            raise GuardError(f"{units[0]} cannot be compared with {units[1]}")

    def check_calculable(self, left: Side, sign: str, right: Side) -> None:
        self.check_numbers(left, right)
        units = [find_base(side.unit) for side in (left, right)]
        both_named = bool(left.names and right.names)
        if DATE in units or (both_named and (sign == "*" or units[0] != units[1])):
            how = "multiplied by" if sign == "*" else "divided by"
            raise GuardError(f"{left.unit or 'a plain number'} cannot be {how} {right.unit or 'a plain number'}")


def parse(text: str, known: Mapping[str, Known]) -> Guard:
    """Read a guard.

    Parameters
    ----------
    text : str
        In the grammar of this module.
    known : mapping of str to Known
        What it may name; see `list_known`.

    Returns
    -------
    Guard

    Raises
    ------
    GuardError
        What cannot be read, or is not known.

    Examples
    --------
    >>> known = {"facts.a": Known("A", "3 to 5", 3, 5), "facts.b": Known("B", "7", 7, 7)}
    >>> [parse(text, known).decide(known) for text in ("facts.a < facts.b", "facts.a > 9", "facts.a < 4")]
    [True, False, None]
    """
    return _Parser(text, known).parse()


def list_tests(guard: Guard) -> Iterator[Said | Compared | Held]:
    """List the single tests of a guard, in the order in which they are written."""
    if isinstance(guard, Not):
        yield from list_tests(guard.inner)
    elif isinstance(guard, Joined):
        for one in guard.inner:
            yield from list_tests(one)
    else:
        yield guard


def list_names(guard: Guard) -> list[str]:
    """List what a guard names, each once."""
    names = [
        name
        for test in list_tests(guard)
        for name in ([test.name] if isinstance(test, Said) else test.left.names + test.right.names)
    ]
    return list(dict.fromkeys(filter(None, names)))


def describe_guard(guard: Guard, known: Mapping[str, Known]) -> str:
    """Say plainly what is known of everything that a guard names."""
    return " ".join(known[one].describe() for one in list_names(guard) if one != "article")


# --------------------------------------------------------------------------------------- can it fail at all?

FACTORS = (0.1, 0.5, 0.9, 0.95, 0.98, 1.0, 1.02, 1.05, 1.1, 2.0, 10.0)
LEAST_STEP = 1e-3
_COUNTS = ("claims", "readings")
_WHOLE = (DATE, *_COUNTS)


def _list_claimed_ends(part: Part) -> list[float]:
    if part.relation == "first" and (day := _read_date(part.value)):
        return [day.toordinal()]
    claimed = rule.read_claimed(part)
    return [float(end) for end in (claimed.low, claimed.high) if end is not None]


def _spread(one: Known) -> list[float]:
    """List values around that of one side of a product or quotient, far enough to turn what it is compared with."""
    return [factor * end for end in (one.low, one.high) if end is not None for factor in FACTORS]


def _can_be(one: Known, value: float) -> bool:
    """Tell whether a thing can have a value at all: no count or share is below zero, no share of a whole above 100."""
    of_whole = one.part is not None and one.part.measured_in == "share"
    least = 0 if of_whole or one.unit in _COUNTS or one.unit.startswith("percent_of_") else -math.inf
    return least <= value <= (100 if of_whole else math.inf)


def _list_moves(one: Known, ends: Sequence[float], said: bool) -> Iterator[Known]:
    """List other states of one thing: on either side of each end it is compared with, or another outcome or verdict.

    Losing its value is none of them: a guard that only missing data can turn says nothing.
    """
    for end in ends:
        step = 1 if one.unit in _WHOLE else max(abs(end) / 100, LEAST_STEP)
        for value in (end - step, end, end + step):
            if _can_be(one, value):
                yield one.move(value, value)
    if one.part:
        for end in _list_claimed_ends(one.part) if said else ():
            for value in (end - 1, end) if one.unit == DATE else (end * factor for factor in FACTORS):
                if _can_be(one, value):
                    yield one.move(value, value)
    elif one.said:
        for verdict in rule.VERDICT_WORDS:
            yield dataclasses.replace(one, said=verdict, shown=verdict)


def find_turn(guard: Guard, known: Mapping[str, Known]) -> dict[str, Known] | None:
    """Find a change of outcomes, values or facts after which a guard holds no more.

    Parameters
    ----------
    guard : Guard
    known : mapping of str to Known

    Returns
    -------
    dict of str to Known or None
        What would have to be otherwise; empty when the guard does not hold as it is, None when nothing turns it.
    """
    if guard.decide(known) is not True:
        return {}
    ends: dict[str, list[float]] = {}
    for test in list_tests(guard):
        if not isinstance(test, Said):
            for term, other in ((test.left, test.right), (test.right, test.left)):
                found = [end for end in other.take_ends(known) if end is not None and math.isfinite(end)]
                for one in term.names:
                    own = found if isinstance(term, Term) else _spread(known[one])
                    ends.setdefault(one, []).extend(own)
    said = {test.name for test in list_tests(guard) if isinstance(test, Said)}
    # The article has its date; nothing that happens later moves it.
    movable = [one for one in list_names(guard) if one != "article"]

    def list_moves(one: str) -> Iterator[Known]:
        return _list_moves(known[one], ends.get(one, []), one in said)

    for size in range(1, len(movable) + 1):
        for names in itertools.combinations(movable, size):
            # one after the other where one thing moves alone, as the first moves turn most guards
            moves = zip(list_moves(*names)) if size == 1 else itertools.product(*map(list_moves, names))  # noqa: B905
            for states in moves:
                change = dict(zip(names, states, strict=True))
                if guard.decide(ChainMap(change, known)) is not True:
                    return change
    return None
