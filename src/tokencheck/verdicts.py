"""The verdict rule: one pure function from a claim's readings to its verdict.

The rule is written once, as the tables of this module; the methods page prints those same tables.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tokencheck import paths, results
from tokencheck.claims import Claim, Part, Register, load_register
from tokencheck.errors import UserError

RULE_VERSION = "1"

SUPPORTED = "Supported"
ROUGHLY_RIGHT = "Roughly right"
MISLEADING = "Misleading"
CONTRADICTED = "Contradicted"
UNVERIFIABLE = "Unverifiable"
NOT_CHECKABLE = "Not checkable"
NOT_YET_CHECKED = "Not yet checked"

FROM_THE_WORST = (CONTRADICTED, MISLEADING, UNVERIFIABLE, ROUGHLY_RIGHT, SUPPORTED)
VERDICTS = (*reversed(FROM_THE_WORST), NOT_CHECKABLE, NOT_YET_CHECKED)

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
    def of_percent(cls, percent: int) -> "Tolerance":
        """Scale both limits with the factor: 10 % goes with 3 points, 5 % with 1.5, 25 % with 7.5."""
        return cls(1 + Decimal(percent) / 100, Decimal("0.3") * percent)


TOLERANCE = Tolerance()
SENSITIVITY_PERCENTS = (5, 10, 25)

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Claimed:
    """A part's number as the article printed it: the ends of what agrees, and the printed precision."""

    low: Decimal | None
    high: Decimal | None
    quantum: Decimal

    def round(self, value: Decimal) -> Decimal:
        """Round half up to the printed precision."""
        return value.quantize(self.quantum, ROUND_HALF_UP)


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
        Only ``bounds`` and ``ci`` decide; a ``range`` over places is descriptive and `value` decides.
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
    """What the rule needs of one reading."""

    role: str
    outcome: str
    evidence: str = "direct"


Condition = Callable[[Sequence[Judged]], bool]

CONDITIONS: dict[str, Condition] = {
    "any": lambda others: True,
    "a source or charitable reading agrees or is near": lambda others: any(
        one.role in ("source", "charitable") and one.evidence == "direct" and one.outcome in (AGREES, NEAR)
        for one in others
    ),
    "none does": lambda others: True,
    "a bound on the literal one excludes the claim": lambda others: any(
        one.evidence == "bound" and one.outcome == DIFFERS for one in others
    ),
    "a proxy agrees": lambda others: any(one.evidence == "proxy" and one.outcome == AGREES for one in others),
    "otherwise": lambda others: True,
}


@dataclass(frozen=True)
class Rule:
    """One row of the rule: what the literal reading did, what the others did, and the verdict."""

    literal: tuple[str, ...]
    others: str
    verdict: str
    by_proxy: bool = False


RULES = (
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
    return next(rule for rule in RULES if literal.outcome in rule.literal and CONDITIONS[rule.others](others))


def take_worst(verdicts: Iterable[str | None]) -> str | None:
    """Give the worst of the verdicts that rate something, None when there is none.

    Examples
    --------
    >>> take_worst(["Supported", "Misleading", None])
    'Misleading'
    """
    found = [verdict for verdict in verdicts if verdict in FROM_THE_WORST]
    return min(found, key=FROM_THE_WORST.index) if found else None


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReadingResult(_Record):
    """A reading in ``verdicts.json``: what was computed for the claim's own period, and now."""

    id: str
    part: str
    role: Literal["literal", "source", "charitable", "diagnostic"]
    literal: bool
    evidence: Literal["direct", "bound", "proxy"]
    reason: str
    measure: str
    parameters: dict[str, Any]
    outcome: Literal["agrees", "near", "differs", "inconclusive", "no data"]
    value: float | str | None
    low: float | None
    high: float | None
    interval_kind: str | None
    unit: str
    as_of: str
    sources: list[str]
    grade: str
    note: str
    now: "NowResult | None"


class NowResult(_Record):
    """The same reading for the last complete period."""

    parameters: dict[str, Any]
    outcome: Literal["agrees", "near", "differs", "inconclusive", "no data"]
    value: float | str | None
    low: float | None
    high: float | None
    interval_kind: str | None
    as_of: str
    sources: list[str]
    note: str


class Agreement(_Record):
    """How many of the readings that enter the verdict agree: k of n."""

    k: int
    n: int


class PartResult(_Record):
    """A part in ``verdicts.json``."""

    id: str
    says: str
    relation: str
    claimed: str | list[str] | None
    unit: str
    verdict: str
    by_proxy: bool
    decided_by: str
    true_under: list[str]
    status_now: str | None
    agree: Agreement


class ClaimResult(_Record):
    """A claim in ``verdicts.json``."""

    id: str
    verdict: str
    status_now: str | None
    grade: str
    agree: Agreement
    parts: list[PartResult]
    readings: list[ReadingResult]


class VerdictFile(_Record):
    """``data/results/verdicts.json``."""

    rule_version: str
    edition: str
    article: str
    counts: dict[str, int]
    sensitivity: dict[str, dict[str, str]]
    claims: list[ClaimResult]


Records = Mapping[tuple[str, str, str, str], Mapping[str, Any]]


def read_measurements() -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """Read all of ``data/results/measurements``, keyed by claim, part, reading and when.

    Returns
    -------
    dict

    Raises
    ------
    UserError
        When the folder is empty or a file is not readable.
    """
    files = sorted(paths.MEASUREMENTS.glob("*.json"))
    if not files:
        raise UserError(f"{paths.shorten(paths.MEASUREMENTS)} is empty. Run `make report`.")
    return {
        (record["claim"], record["part"], record["reading"], record["when"]): record
        for file in files
        for record in results.read_json(file)
    }


def _find(records: Records, claim: Claim, part: Part, reading_id: str, when: str) -> Mapping[str, Any]:
    try:
        return records[claim.id, part.id, reading_id, when]
    except KeyError:
        raise UserError(
            f"claim {claim.id}, part {part.id}, reading {reading_id} ({when}) has not been measured. Run `make report`."
        ) from None


def _judge_record(part: Part, record: Mapping[str, Any], tolerance: Tolerance) -> str:
    return judge(part, record["value"], record["low"], record["high"], record["interval_kind"], tolerance)


def _decide_part(claim: Claim, part: Part, records: Records, when: str, tolerance: Tolerance) -> Rule | None:
    """Apply the rule to one part; None when its literal reading says nothing of that time."""
    tested = []
    for reading in part.readings:
        if when == "now" and reading.now is None:
            if reading.role == "literal":
                return None
            continue
        record = _find(records, claim, part, reading.id, when)
        tested.append(Judged(reading.role, _judge_record(part, record, tolerance), reading.evidence))
    return apply_rule(tested) if tested else None


def decide_claim(claim: Claim, records: Records, when: str = "then", tolerance: Tolerance = TOLERANCE) -> str | None:
    """Compute a claim's verdict from its measurements.

    Parameters
    ----------
    claim : Claim
        From the register.
    records : mapping
        From `read_measurements`.
    when : str
        ``then`` for the claim's own period, ``now`` for the last complete one.
    tolerance : Tolerance
        What counts as near.

    Returns
    -------
    str or None
        The verdict; None when nothing can be said of now.
    """
    if claim.kind in ("forecast", "opinion"):
        return NOT_CHECKABLE if when == "then" else None
    rules = [_decide_part(claim, part, records, when, tolerance) for part in claim.parts]
    verdict = take_worst(rule.verdict if rule else None for rule in rules)
    return verdict if verdict or when == "now" else NOT_YET_CHECKED


NOW_FIELDS = tuple(NowResult.model_fields)


def _build_reading(claim: Claim, part: Part, reading, records: Records) -> ReadingResult:
    record = _find(records, claim, part, reading.id, "then")
    now = None
    if reading.now is not None:
        later = _find(records, claim, part, reading.id, "now")
        now = NowResult(
            parameters=reading.parameters_when("now"),
            outcome=_judge_record(part, later, TOLERANCE),
            **{key: later[key] for key in NOW_FIELDS if key in later},
        )
    kept = ("value", "low", "high", "interval_kind", "unit", "as_of", "sources", "grade", "note")
    return ReadingResult(
        id=reading.id,
        part=part.id,
        role=reading.role,
        literal=reading.role == "literal",
        evidence=reading.evidence,
        reason=reading.reason,
        measure=reading.measure,
        parameters=reading.parameters,
        outcome=_judge_record(part, record, TOLERANCE),
        now=now,
        **{key: record[key] for key in kept},
    )


def _count_agreement(readings: Iterable[ReadingResult]) -> Agreement:
    entering = [one for one in readings if one.role in ENTERING_ROLES]
    return Agreement(k=sum(one.outcome == AGREES for one in entering), n=len(entering))


def _build_part(claim: Claim, part: Part, readings: list[ReadingResult], records: Records) -> PartResult:
    rule = _decide_part(claim, part, records, "then", TOLERANCE)
    now = _decide_part(claim, part, records, "now", TOLERANCE)
    own = [one for one in readings if one.part == part.id]
    unread = NOT_CHECKABLE if claim.kind in ("forecast", "opinion") else NOT_YET_CHECKED
    return PartResult(
        id=part.id,
        says=part.says,
        relation=part.relation,
        claimed=list(part.value) if isinstance(part.value, tuple) else part.value,
        unit=part.unit,
        verdict=rule.verdict if rule else unread,
        by_proxy=rule.by_proxy if rule else False,
        decided_by=f"literal {' or '.join(rule.literal)}; {rule.others}" if rule else "",
        true_under=[one.id for one in own if one.role in ENTERING_ROLES and one.outcome in (AGREES, NEAR)],
        status_now=now.verdict if now else None,
        agree=_count_agreement(own),
    )


def build_claim(claim: Claim, records: Records) -> ClaimResult:
    """Compute everything that ``verdicts.json`` says of one claim."""
    readings = [_build_reading(claim, part, reading, records) for part in claim.parts for reading in part.readings]
    literal_grades = [one.grade for one in readings if one.role == "literal" and one.grade]
    return ClaimResult(
        id=claim.id,
        verdict=decide_claim(claim, records),
        status_now=decide_claim(claim, records, "now"),
        grade=max(literal_grades, default=""),
        agree=_count_agreement(readings),
        parts=[_build_part(claim, part, readings, records) for part in claim.parts],
        readings=readings,
    )


def compute_verdicts(register: Register, records: Records) -> VerdictFile:
    """Apply the rule to the whole register.

    Parameters
    ----------
    register : Register
    records : mapping
        From `read_measurements`.

    Returns
    -------
    VerdictFile
    """
    claims = [build_claim(claim, records) for claim in register.claims]
    checked = [claim for claim in register.claims if claim.has_readings]
    sensitivity = {
        claim.id: {
            str(percent): decide_claim(claim, records, "then", Tolerance.of_percent(percent))
            for percent in SENSITIVITY_PERCENTS
        }
        for claim in checked
    }
    counts = {verdict: sum(one.verdict == verdict for one in claims) for verdict in VERDICTS}
    return VerdictFile(
        rule_version=RULE_VERSION,
        edition=max((record["as_of"] for record in records.values() if DAY.fullmatch(record["as_of"])), default=""),
        article=register.article.url,
        counts=counts,
        sensitivity=sensitivity,
        claims=claims,
    )


def write_grid(claim: Claim, cells_by_part: Mapping[str, Any]) -> None:
    """Write a claim's sensitivity grid, each cell with the outcome it would have.

    Parameters
    ----------
    claim : Claim
    cells_by_part : mapping of str to DataFrame
        Part id to one cell a row: the parameters, ``value`` and ``unit``. Cells never enter a verdict.
    """
    rows = []
    for part_id, cells in cells_by_part.items():
        part = claim.find_part(part_id)
        for cell in cells.astype(object).where(cells.notna(), None).to_dict("records"):
            rows.append({"part": part_id, **cell, "outcome": judge(part, cell["value"])})
    results.write_csv(paths.GRID / f"{claim.id}.csv", rows)


def build() -> VerdictFile:
    """Write ``data/results/verdicts.json`` from the register and the measurements.

    Returns
    -------
    VerdictFile
        What was written.
    """
    verdicts = compute_verdicts(load_register(), read_measurements())
    results.write_json(paths.VERDICTS, verdicts.model_dump(mode="json"))
    return verdicts


def read_verdicts() -> VerdictFile:
    """Read ``data/results/verdicts.json``.

    Raises
    ------
    UserError
        When it is missing or is not what this version writes.
    """
    from pydantic import ValidationError

    raw = results.read_json(paths.VERDICTS)
    try:
        return VerdictFile.model_validate(raw)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise UserError(
            f"{paths.shorten(paths.VERDICTS)}, {where}: {first['msg'].lower()}. Run `make report`."
        ) from None


def describe_schema() -> dict[str, Any]:
    """Give the JSON Schema of ``verdicts.json``, as committed in ``data/verdicts.schema.json``."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **VerdictFile.model_json_schema()}
