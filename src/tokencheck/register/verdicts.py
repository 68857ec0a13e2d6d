"""The verdicts: the rule applied to every claim of the register, from its measurements and its findings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tokencheck import paths, results
from tokencheck.errors import UserError
from tokencheck.register import findings
from tokencheck.register.claims import Claim, Part, Register, load_register
from tokencheck.register.findings import LATER, Finding
from tokencheck.register.rule import (
    AGREES,
    ENTERING_ROLES,
    NEAR,
    NOT_CHECKABLE,
    NOT_YET_CHECKED,
    SENSITIVITY_PERCENTS,
    TOLERANCE,
    VERDICTS,
    FindingRule,
    Judged,
    Rule,
    Tolerance,
    apply_rule,
    balance,
    judge,
    name_rank,
    take_worst,
    weigh,
)

RULE_VERSION = "3"

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


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
    tables: list[str]
    sources: list[str]
    grade: str
    interested: bool
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
    tables: list[str]
    sources: list[str]
    note: str


class Agreement(_Record):
    """How many of the readings that enter the verdict agree: k of n."""

    k: int
    n: int


class FindingResult(_Record):
    """A finding in ``verdicts.json``: what the rule needs of it; the rest stands in the table of findings."""

    id: str
    part: str
    direction: Literal["supports", "contradicts", "context"]
    grade: Literal["A", "B", "C", "D"]
    interested: bool
    holds_under: str
    event: Literal["then", "later"]
    lineage: bool
    counted: bool
    source: str


class Best(_Record):
    """The best grade on either side after interested findings were lowered; empty when there is none."""

    supports: str
    contradicts: str


class PartResult(_Record):
    """A part in ``verdicts.json``."""

    id: str
    says: str
    relation: str
    claimed: str | list[str] | None
    unit: str
    verdict: str
    basis: Literal["readings", "findings", "none"]
    by_proxy: bool
    decided_by: str
    true_under: list[str]
    status_now: str | None
    agree: Agreement
    best: Best


class ClaimResult(_Record):
    """A claim in ``verdicts.json``."""

    id: str
    verdict: str
    status_now: str | None
    grade: str
    agree: Agreement
    parts: list[PartResult]
    readings: list[ReadingResult]
    findings: list[FindingResult]


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


def _decide_by_readings(claim: Claim, part: Part, records: Records, when: str, tolerance: Tolerance) -> Rule | None:
    """Apply the rule to one part; None when its literal reading says nothing of that time."""
    tested = []
    for reading in part.readings:
        if when == "now" and reading.now is None:
            if reading.role == "literal":
                return None
            continue
        record = _find(records, claim, part, reading.id, when)
        outcome = _judge_record(part, record, tolerance)
        tested.append(Judged(reading.role, outcome, reading.evidence, record["interested"]))
    return apply_rule(tested)


def _decide_part(
    claim: Claim, part: Part, records: Records, when: str, tolerance: Tolerance, own: Sequence[Finding]
) -> Rule | FindingRule | None:
    """Decide one part by its readings, or by the claim's findings on it where nothing can be computed."""
    if part.readings:
        return _decide_by_readings(claim, part, records, when, tolerance)
    if not own or (when == "now" and not any(one.event == LATER and one.counts(when) for one in own)):
        return None
    return weigh([one.weighed() for one in own if one.part == part.id and one.counts(when)])


def decide_claim(
    claim: Claim,
    records: Records,
    when: str = "then",
    tolerance: Tolerance = TOLERANCE,
    found: Iterable[Finding] = (),
) -> str | None:
    """Compute a claim's verdict from its measurements and findings.

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
    found : iterable of Finding
        They decide the parts that have no readings.

    Returns
    -------
    str or None
        The verdict; None when nothing can be said of now.
    """
    if claim.kind in ("forecast", "opinion"):
        return NOT_CHECKABLE if when == "then" else None
    own = [one for one in found if one.claim_id == claim.id]
    decided = [_decide_part(claim, part, records, when, tolerance, own) for part in claim.parts]
    verdict = take_worst(rule.verdict if rule else None for rule in decided)
    if when == "then":
        return verdict or NOT_YET_CHECKED
    # A part that says nothing of now keeps silent, unless it was the worse one: then nothing can be said of the claim.
    silent = [part for part, rule in zip(claim.parts, decided, strict=True) if rule is None]
    before = [_decide_part(claim, part, records, "then", tolerance, own) for part in silent]
    worst = take_worst([verdict, *(rule.verdict for rule in before if rule)])
    return verdict if worst == verdict else None


NOW_FIELDS = tuple(NowResult.model_fields)
RECORD_FIELDS = (
    "value", "low", "high", "interval_kind", "unit", "as_of", "tables", "sources", "grade", "interested", "note",
)  # fmt: skip


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
        **{key: record[key] for key in RECORD_FIELDS},
    )


def _count_agreement(readings: Iterable[ReadingResult]) -> Agreement:
    entering = [one for one in readings if one.role in ENTERING_ROLES]
    return Agreement(k=sum(one.outcome == AGREES for one in entering), n=len(entering))


def _describe_rule(rule: Rule | FindingRule | None) -> str:
    if isinstance(rule, Rule):
        return f"literal {' or '.join(rule.literal)}; {rule.others}"
    return rule.when if rule else ""


def _build_part(
    claim: Claim, part: Part, readings: list[ReadingResult], records: Records, own: Sequence[Finding]
) -> PartResult:
    forecast = claim.kind in ("forecast", "opinion")
    rule = None if forecast else _decide_part(claim, part, records, "then", TOLERANCE, own)
    now = None if forecast else _decide_part(claim, part, records, "now", TOLERANCE, own)
    mine = [one for one in readings if one.part == part.id]
    stand = balance([one.weighed() for one in own if one.part == part.id and one.counts("then")])
    return PartResult(
        id=part.id,
        says=part.says,
        relation=part.relation,
        claimed=list(part.value) if isinstance(part.value, tuple) else part.value,
        unit=part.unit,
        verdict=rule.verdict if rule else NOT_CHECKABLE if forecast else NOT_YET_CHECKED,
        basis="readings" if part.readings else "findings" if isinstance(rule, FindingRule) else "none",
        by_proxy=isinstance(rule, Rule) and rule.by_proxy,
        decided_by=_describe_rule(rule),
        true_under=[one.id for one in mine if one.role in ENTERING_ROLES and one.outcome in (AGREES, NEAR)],
        status_now=now.verdict if now else None,
        agree=_count_agreement(mine),
        best=Best(supports=name_rank(stand.supports), contradicts=name_rank(stand.contradicts)),
    )


def _grade(readings: Iterable[ReadingResult], parts: Iterable[PartResult]) -> str:
    """Give the weakest of the grades on which the parts were decided: the literal reading's, or the best finding's."""
    grades = [one.grade for one in readings if one.role == "literal" and one.grade]
    grades += [
        min(best)
        for part in parts
        if part.basis == "findings" and (best := [one for one in (part.best.supports, part.best.contradicts) if one])
    ]
    return max(grades, default="")


def build_claim(claim: Claim, records: Records, found: Iterable[Finding] = ()) -> ClaimResult:
    """Compute everything that ``verdicts.json`` says of one claim."""
    own = [one for one in found if one.claim_id == claim.id]
    readings = [_build_reading(claim, part, reading, records) for part in claim.parts for reading in part.readings]
    parts = [_build_part(claim, part, readings, records, own) for part in claim.parts]
    decided = {part.id for part in parts if part.basis == "findings"}
    return ClaimResult(
        id=claim.id,
        verdict=decide_claim(claim, records, found=own),
        status_now=decide_claim(claim, records, "now", found=own),
        grade=_grade(readings, parts),
        agree=_count_agreement(readings),
        parts=parts,
        readings=readings,
        findings=[
            FindingResult(
                id=one.finding_id,
                part=one.part,
                direction=one.direction,
                grade=one.grade,
                interested=one.interested,
                holds_under=one.holds_under,
                event=one.event,
                lineage=one.lineage,
                counted=one.part in decided and one.counts("then"),
                source=one.source_id,
            )
            for one in own
        ],
    )


def compute_verdicts(register: Register, records: Records, found: Sequence[Finding] = ()) -> VerdictFile:
    """Apply the rule to the whole register.

    Parameters
    ----------
    register : Register
    records : mapping
        From `read_measurements`.
    found : sequence of Finding
        From `tokencheck.register.findings.read_findings`.

    Returns
    -------
    VerdictFile

    Raises
    ------
    UserError
        When a finding speaks of a claim or part that the register does not have.
    """
    findings.check(found, register)
    claims = [build_claim(claim, records, found) for claim in register.claims]
    sensitivity = {
        claim.id: {
            str(percent): decide_claim(claim, records, "then", Tolerance.of_percent(percent), found)
            for percent in SENSITIVITY_PERCENTS
        }
        for claim in register.claims
        if claim.has_readings
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
    verdicts = compute_verdicts(load_register(), read_measurements(), findings.read_findings())
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
