"""The verdict rule: pure functions from readings, or from graded findings, to a verdict.

The rule is written once, as the tables of this module; the methods page prints those same tables.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tokencheck import results
from tokencheck.register.claims import Part, Reading

# What is changed below and moves an answer needs a new version; `make check` then says the new fingerprint.
RULE_VERSION = "3"
RULE_FINGERPRINT = "4d8489123dcc9ced"

SUPPORTED = "Supported"
ROUGHLY_RIGHT = "Roughly right"
MISLEADING = "Misleading"
CONTRADICTED = "Contradicted"
UNVERIFIABLE = "Unverifiable"
NOT_CHECKABLE = "Not checkable"
NOT_YET_CHECKED = "Not yet checked"

FROM_THE_WORST = (CONTRADICTED, MISLEADING, UNVERIFIABLE, ROUGHLY_RIGHT, SUPPORTED)
VERDICT_WORDS = (*reversed(FROM_THE_WORST), NOT_CHECKABLE, NOT_YET_CHECKED)

AGREES, NEAR, DIFFERS = "agrees", "near", "differs"
INCONCLUSIVE, NO_DATA = "inconclusive", "no data"
OUTCOMES = (AGREES, NEAR, DIFFERS, INCONCLUSIVE, NO_DATA)

ENTERING_ROLES = ("literal", "source", "charitable")
NEVER_NEAR = ("rank_at_most", "first", "exists")


@dataclass(frozen=True)
class Tolerance:
    """How far from a claimed number a reading may lie and still be *near*.

    Attributes
    ----------
    factor : Decimal
        For numbers, ratios and the nearer end of a range.
    points : Decimal
        For shares, in percentage points.
    """

    factor: Decimal = Decimal("1.10")
    points: Decimal = Decimal("3")

    @classmethod
    def of_percent(cls, percent: float) -> "Tolerance":
        """Scale both limits with the factor: 10 % goes with 3 points, 5 % with 1.5, 25 % with 7.5."""
        percent = Decimal(str(percent))
        return cls(1 + percent / 100, Decimal("0.3") * percent)

    def write_limits(self) -> dict[str, str]:
        """Write both limits, by the names that texts know them by."""
        return {"factor": str(self.factor), "points": str(self.points)}


TOLERANCE = Tolerance()
SENSITIVITY_PERCENTS = (5, 10, 25)


@dataclass(frozen=True)
class Claimed:
    """A part's number as the article printed it: the ends of what agrees, and the printed precision."""

    low: Decimal | None
    high: Decimal | None
    quantum: Decimal

    def round(self, value: Decimal) -> Decimal:
        """Round half up to the printed precision; an open end stays open."""
        return value.quantize(self.quantum, ROUND_HALF_UP) if value.is_finite() else value


def read_number(text: str) -> Decimal:
    """Read a printed number; a ratio “1/N” is compared as N.

    Parameters
    ----------
    text : str
        Such as ``4.12`` or ``1/20``.

    Returns
    -------
    Decimal

    Examples
    --------
    >>> read_number("1/20")
    Decimal('20')
    """
    return Decimal(text.removeprefix("1/"))


def read_claimed(part: Part) -> Claimed:
    """Give the interval of values that agree with a part.

    Parameters
    ----------
    part : Part
        Of any numeric relation.

    Returns
    -------
    Claimed
        Ends in the part's unit; None for an open end.
    """
    if part.relation == "exists":
        return Claimed(Decimal(part.min_count), None, Decimal(1))
    numbers = sorted(read_number(text) for text in ([part.value] if isinstance(part.value, str) else part.value))
    quantum = min(Decimal(1).scaleb(min(number.as_tuple().exponent, 0)) for number in numbers)
    low, high = numbers[0], numbers[-1]
    if part.relation == "at_least":
        high = None
    elif part.relation in ("at_most", "rank_at_most"):
        low = None
    elif part.relation == "order_of_magnitude":
        root = Decimal(10).sqrt()
        low, high = low / root, high * root
    return Claimed(low, high, quantum)


def _widen(claimed: Claimed, part: Part, tolerance: Tolerance) -> tuple[Decimal | None, Decimal | None]:
    if part.measured_in == "share":
        low = None if claimed.low is None else claimed.low - tolerance.points
        high = None if claimed.high is None else claimed.high + tolerance.points
    else:
        low = None if claimed.low is None else claimed.low / tolerance.factor
        high = None if claimed.high is None else claimed.high * tolerance.factor
    return low, high


def _inside(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def judge(
    part: Part,
    value: float | str | None,
    low: float | None = None,
    high: float | None = None,
    interval_kind: str | None = None,
    tolerance: Tolerance = TOLERANCE,
) -> str:
    """Compare one measured reading with what its part claims.

    Parameters
    ----------
    part : Part
        Relation, claimed value and unit.
    value : float, str or None
        The measured value in the part's unit (an ISO date for a ``first``).
    low, high : float or None
        Ends of an interval, in the same unit.
    interval_kind : str or None
        Only ``bounds`` and ``ci`` decide; a ``range`` over places is descriptive and `value` decides. With ``floor``
        the number may be anything from `value` up.
    tolerance : Tolerance
        What counts as near.

    Returns
    -------
    str
        *agrees*, *near*, *differs*, *inconclusive* or *no data*. An interval agrees when all of it does, is near
        when all of it is at least near, is inconclusive when it reaches from agreement beyond near, else differs.

    Examples
    --------
    >>> part = Part(id="x", says="x", relation="equals", value="61", unit="percent", measured_in="share")
    >>> judge(part, 60.6), judge(part, 58.4), judge(part, 41.9)
    ('agrees', 'near', 'differs')
    >>> judge(part, None, 55.0, 62.0, "bounds")
    'inconclusive'
    """
    if part.relation == "first" and not isinstance(value, (int, float)):
        return NO_DATA if value is None else AGREES if value == part.value else DIFFERS
    ends = (low, high) if interval_kind in ("bounds", "ci") and None not in (low, high) else (value, value)
    if ends[0] is None or any(math.isnan(end) for end in ends):
        return NO_DATA
    first, last = (Decimal(repr(results.round_number(float(end)))) for end in ends)
    if interval_kind == "floor":
        last = Decimal("Infinity")
    claimed = read_claimed(part)
    # Only a number stated as such is matched at its printed precision; a limit or a range is satisfied or not.
    rounded = (claimed.round(first), claimed.round(last)) if part.relation == "equals" else (first, last)
    if all(_inside(end, claimed.low, claimed.high) for end in rounded):
        return AGREES
    near_low, near_high = _widen(claimed, part, tolerance)
    if part.relation not in NEVER_NEAR and all(_inside(end, near_low, near_high) for end in (first, last)):
        return NEAR
    overlaps = (claimed.high is None or rounded[0] <= claimed.high) and (
        claimed.low is None or rounded[1] >= claimed.low
    )
    return INCONCLUSIVE if overlaps else DIFFERS


@dataclass(frozen=True)
class Judged:
    """What the rule needs of one reading.

    Attributes
    ----------
    role, outcome, evidence : str
        As in the register and from `judge`.
    interested : bool
        Whether it rests on parties alone who speak of their own product.
    """

    role: str
    outcome: str
    evidence: str = "direct"
    interested: bool = False


def is_asked(reading: Reading) -> bool:
    """Say whether the outcome of a reading can move a verdict."""
    return reading.role in ENTERING_ROLES or reading.evidence != "direct"


Condition = Callable[[Judged, Sequence[Judged]], bool]

CONDITIONS: dict[str, Condition] = {
    "it rests on interested parties alone": lambda literal, others: literal.interested,
    "any": lambda literal, others: True,
    "a source or charitable reading agrees or is near": lambda literal, others: any(
        one.role in ("source", "charitable") and one.evidence == "direct" and one.outcome in (AGREES, NEAR)
        for one in others
    ),
    "none does": lambda literal, others: True,
    "a bound on the literal one excludes the claim": lambda literal, others: any(
        one.evidence == "bound" and one.outcome == DIFFERS for one in others
    ),
    "a proxy agrees": lambda literal, others: any(one.evidence == "proxy" and one.outcome == AGREES for one in others),
    "otherwise": lambda literal, others: True,
}


@dataclass(frozen=True)
class Rule:
    """One row of the rule: what the literal reading did, what else holds, and the verdict."""

    literal: tuple[str, ...]
    others: str
    verdict: str
    by_proxy: bool = False


RULES = (
    Rule((AGREES,), "it rests on interested parties alone", ROUGHLY_RIGHT),
    Rule((AGREES,), "any", SUPPORTED),
    Rule((NEAR,), "any", ROUGHLY_RIGHT),
    Rule((DIFFERS,), "a source or charitable reading agrees or is near", MISLEADING),
    Rule((DIFFERS,), "none does", CONTRADICTED),
    Rule((NO_DATA, INCONCLUSIVE), "a bound on the literal one excludes the claim", CONTRADICTED),
    Rule((NO_DATA, INCONCLUSIVE), "a proxy agrees", ROUGHLY_RIGHT, by_proxy=True),
    Rule((NO_DATA, INCONCLUSIVE), "otherwise", UNVERIFIABLE),
)


def apply_rule(readings: Iterable[Judged]) -> Rule:
    """Find the row of the rule that decides a part.

    Parameters
    ----------
    readings : iterable of Judged
        All readings of the part; exactly one is literal. Diagnostic ones are ignored, unless they are a bound or a
        proxy for the literal one.

    Returns
    -------
    Rule
        Its ``verdict`` is the part's.

    Examples
    --------
    >>> apply_rule([Judged("literal", "differs"), Judged("source", "agrees")]).verdict
    'Misleading'
    """
    readings = list(readings)
    literal = next(one for one in readings if one.role == "literal")
    others = [one for one in readings if one is not literal]
    return next(rule for rule in RULES if literal.outcome in rule.literal and CONDITIONS[rule.others](literal, others))


def take_worst(verdicts: Iterable[str | None]) -> str | None:
    """Give the worst of the verdicts that rate something, None when there is none.

    Examples
    --------
    >>> take_worst(["Supported", "Misleading", None])
    'Misleading'
    """
    found = [verdict for verdict in verdicts if verdict in FROM_THE_WORST]
    return min(found, key=FROM_THE_WORST.index) if found else None


SUPPORTS, CONTRADICTS, CONTEXT = "supports", "contradicts", "context"
DIRECTIONS = (SUPPORTS, CONTRADICTS, CONTEXT)

RANKS = {"A": 4, "B": 3, "C": 2, "D": 1}
COUNTED_RANK = RANKS["C"]  # a finding of grade D, or none at all, says too little to rate a sentence
RECORD_RANK = RANKS["B"]


def is_weak(grade: str) -> bool:
    """Say whether a grade is below that of a record: C or D.

    Examples
    --------
    >>> is_weak("C"), is_weak("B"), is_weak("")
    (True, False, False)
    """
    return 0 < RANKS.get(grade, 0) < RECORD_RANK


def name_rank(rank: int) -> str:
    """Give the grade of a rank; empty for none.

    Examples
    --------
    >>> name_rank(3), name_rank(0)
    ('B', '')
    """
    return next((grade for grade, own in RANKS.items() if own == rank), "")


@dataclass(frozen=True)
class Weighed:
    """What the rule needs of one finding.

    Attributes
    ----------
    direction : str
        ``supports`` or ``contradicts`` the part; ``context`` does neither.
    grade : str
        ``A`` official or original record, ``B`` a public copy of it, ``C`` reputable press or research, ``D`` else.
    interested : bool
        Whether the party speaks of its own product; it then counts one grade lower.
    holds_under : str
        The definition under which the finding speaks.
    """

    direction: str
    grade: str
    interested: bool = False
    holds_under: str = ""

    @property
    def rank(self) -> int:
        """The weight of the grade, 4 to 0."""
        return RANKS[self.grade] - self.interested


@dataclass(frozen=True)
class Balance:
    """The best finding on either side of a part (ranks, 0 when there is none), and how the two sides stand.

    Attributes
    ----------
    supports, contradicts : int
        S and X of the rule: the best rank on that side.
    interested_alone : bool
        Whether every finding in support is an interested one.
    apart : bool
        Whether the best findings of the two sides hold under different definitions.
    """

    supports: int
    contradicts: int
    interested_alone: bool
    apart: bool


def balance(findings: Sequence[Weighed]) -> Balance:
    """Find the best finding on either side.

    Examples
    --------
    >>> balance([Weighed("supports", "A", interested=True), Weighed("contradicts", "C")])
    Balance(supports=3, contradicts=2, interested_alone=True, apart=False)
    """
    sides = {side: [one for one in findings if one.direction == side] for side in (SUPPORTS, CONTRADICTS)}
    best = {side: max((one.rank for one in own), default=0) for side, own in sides.items()}
    readings = {side: {one.holds_under for one in own if one.rank == best[side]} for side, own in sides.items()}
    return Balance(
        supports=best[SUPPORTS],
        contradicts=best[CONTRADICTS],
        interested_alone=bool(sides[SUPPORTS]) and all(one.interested for one in sides[SUPPORTS]),
        apart=all(readings.values()) and not readings[SUPPORTS] & readings[CONTRADICTS],
    )


@dataclass(frozen=True)
class FindingRule:
    """One row of the rule for findings; the first row whose test holds decides."""

    when: str
    test: Callable[[Balance], bool]
    verdict: str


FINDING_RULES = (
    FindingRule(
        "both sides at D, or nothing found",
        lambda one: max(one.supports, one.contradicts) < COUNTED_RANK,
        UNVERIFIABLE,
    ),
    FindingRule("X better than S", lambda one: one.contradicts > one.supports, CONTRADICTED),
    FindingRule(
        "S equals X, and the two hold under different readings",
        lambda one: one.supports == one.contradicts and one.apart,
        MISLEADING,
    ),
    FindingRule("S equals X otherwise", lambda one: one.supports == one.contradicts, UNVERIFIABLE),
    FindingRule(
        "S at A or B, X at least two grades lower or absent, and not all of S interested",
        lambda one: one.supports >= RECORD_RANK and one.supports - one.contradicts >= 2 and not one.interested_alone,
        SUPPORTED,
    ),
    FindingRule("S better than X otherwise", lambda one: True, ROUGHLY_RIGHT),
)


def weigh(findings: Sequence[Weighed]) -> FindingRule:
    """Find the row of the rule that decides a part from its findings.

    Parameters
    ----------
    findings : sequence of Weighed
        Those that count: neither of the claim's own lineage nor of later events.

    Returns
    -------
    FindingRule
        Its ``verdict`` is the part's.

    Examples
    --------
    >>> weigh([Weighed("supports", "A"), Weighed("contradicts", "C")]).verdict
    'Supported'
    >>> weigh([Weighed("supports", "D")]).verdict
    'Unverifiable'
    """
    stand = balance(findings)
    return next(rule for rule in FINDING_RULES if rule.test(stand))
