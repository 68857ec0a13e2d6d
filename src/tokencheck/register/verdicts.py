"""The verdicts: the rule applied to every claim of the register, from its measurements and its findings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tokencheck import paths, results
from tokencheck.errors import UserError
from tokencheck.register import errs, findings, firmness
from tokencheck.register.claims import Claim, Errs, Reading, Register
from tokencheck.register.decisions import DecidedClaim, DecidedPart, Records, decide
from tokencheck.register.findings import Finding
from tokencheck.register.rule import (
    AGREES,
    ENTERING_ROLES,
    NEAR,
    NOT_CHECKABLE,
    NOT_YET_CHECKED,
    RULE_VERSION,
    SENSITIVITY_PERCENTS,
    VERDICT_WORDS,
    FindingRule,
    Rule,
    Tolerance,
    balance,
    judge,
    name_rank,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PUBLISHED = re.compile(r"\d{4}(-\d{2}){0,2}")  # some sources give no more than a month or a year


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReadingResult(_Record):
    """A reading in ``verdicts.json``: what was computed for the claim's own period, and now."""

    id: str
    label: dict[str, str]
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
    latest: "LatestResult | None"


class _Later(_Record):
    """A value of the last complete period, with the day to which that reaches."""

    value: float | str | None
    low: float | None
    high: float | None
    interval_kind: str | None
    as_of: str


class LatestResult(_Later):
    """The same reading for the last complete period: a value with its date, and no outcome."""

    parameters: dict[str, Any]
    tables: list[str]
    sources: list[str]
    note: str


class NowResult(LatestResult):
    """The same reading for the last complete period, of a claim that is standing: judged as that of its own period."""

    outcome: Literal["agrees", "near", "differs", "inconclusive", "no data"]


class Latest(_Later):
    """The latest comparable value of a claim that is not standing: of the literal reading, or the next that has one."""

    part: str
    reading: str
    unit: str


class Told(_Record):
    """The short texts of a claim in one language, with every number in its place; see `tokencheck.register.texts`."""

    short: str
    answer: str
    found: str
    claimed: str
    measured: str
    verdict: str


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
    now_as_of: str | None
    agree: Agreement
    best: Best


class ClaimResult(_Record):
    """A claim in ``verdicts.json``."""

    id: str
    verdict: str
    errs: Errs | None
    errs_because: str
    firmness: firmness.Firmness
    standing: bool
    standing_because: str
    status_now: str | None
    now_as_of: str | None
    latest: Latest | None
    key_figure: str | None
    texts: dict[str, Told] = {}
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


LATEST_FIELDS = tuple(LatestResult.model_fields)
_RECORD_FIELDS = (
    "value", "low", "high", "interval_kind", "unit", "as_of", "tables", "sources", "grade", "interested", "note",
)  # fmt: skip


def _build_reading(decided: DecidedPart, reading: Reading) -> ReadingResult:
    part, now, latest = decided.part, None, None
    if reading.id in decided.now.records:
        record = decided.now.records[reading.id]
        later = {key: record[key] for key in LATEST_FIELDS if key in record}
        later["parameters"] = reading.parameters_when("now")
        if reading.id in decided.now.outcomes:
            now = NowResult(**later, outcome=decided.now.outcomes[reading.id])
        else:
            latest = LatestResult(**later)
    record = decided.then.records[reading.id]
    return ReadingResult(
        id=reading.id,
        label=reading.label.model_dump(),
        part=part.id,
        role=reading.role,
        literal=reading.role == "literal",
        evidence=reading.evidence,
        reason=" ".join(filter(None, (reading.reason, reading.accepted_because))),
        measure=reading.measure,
        parameters=reading.parameters,
        outcome=decided.then.outcomes[reading.id],
        now=now,
        latest=latest,
        **{key: record[key] for key in _RECORD_FIELDS},
    )


def _count_agreement(readings: Iterable[ReadingResult]) -> Agreement:
    entering = [one for one in readings if one.role in ENTERING_ROLES]
    return Agreement(k=sum(one.outcome == AGREES for one in entering), n=len(entering))


def _describe_rule(rule: Rule | FindingRule | None) -> str:
    if isinstance(rule, Rule):
        return f"literal {' or '.join(rule.literal)}; {rule.others}"
    return rule.when if rule else ""


def _build_part(decided: DecidedPart, readings: Sequence[ReadingResult], claim: DecidedClaim) -> PartResult:
    part, rule = decided.part, decided.then.rule
    mine = [one for one in readings if one.part == part.id]
    stand = balance([one.weighed() for one in claim.findings if one.part == part.id and one.counts("then")])
    return PartResult(
        id=part.id,
        says=part.says,
        relation=part.relation,
        claimed=list(part.value) if isinstance(part.value, tuple) else part.value,
        unit=part.unit,
        verdict=decided.then.verdict or (NOT_CHECKABLE if claim.claim.is_forecast else NOT_YET_CHECKED),
        basis="readings" if part.readings else "findings" if isinstance(rule, FindingRule) else "none",
        by_proxy=isinstance(rule, Rule) and rule.by_proxy,
        decided_by=_describe_rule(rule),
        true_under=[one.id for one in mine if one.role in ENTERING_ROLES and one.outcome in (AGREES, NEAR)],
        status_now=decided.now.verdict,
        now_as_of=_date_now(decided, claim),
        agree=_count_agreement(mine),
        best=Best(supports=name_rank(stand.supports), contradicts=name_rank(stand.contradicts)),
    )


def _date_now(decided: DecidedPart, claim: DecidedClaim) -> str | None:
    """Give the day to which a part's status now speaks: that of its literal reading, or of its findings."""
    if decided.now.rule is None:
        return None
    literal = next((one.id for one in decided.part.readings if one.role == "literal"), None)
    if literal is not None:
        return decided.now.records[literal]["as_of"]
    dated = [one for one in claim.findings if one.counts("now") and PUBLISHED.fullmatch(one.published)]
    later = [one for one in dated if one.event == findings.LATER] or dated
    own = [one for one in later if one.part == decided.part.id] or later
    return max((one.published for one in own), default=None)


def _find_latest(claim: Claim, readings: Iterable[ReadingResult]) -> Latest | None:
    told = [one for one in readings if one.latest and one.role in ENTERING_ROLES]
    if not told:
        return None
    found = min(told, key=lambda one: ENTERING_ROLES.index(one.role))
    kept = {key: getattr(found.latest, key) for key in _Later.model_fields}
    return Latest(part=found.part, reading=found.id, unit=claim.find_part(found.part).unit, **kept)


def _grade(readings: Iterable[ReadingResult], parts: Iterable[PartResult]) -> str:
    """Give the weakest of the grades on which the parts were decided: the literal reading's, or the best finding's."""
    grades = [one.grade for one in readings if one.role == "literal" and one.grade]
    grades += [
        min(best)
        for part in parts
        if part.basis == "findings" and (best := [one for one in (part.best.supports, part.best.contradicts) if one])
    ]
    return max(grades, default="")


def build_claim(decided: DecidedClaim) -> ClaimResult:
    """Gather everything that ``verdicts.json`` says of one claim, from its decisions."""
    readings = [_build_reading(part, reading) for part in decided.parts for reading in part.part.readings]
    parts = [_build_part(part, readings, decided) for part in decided.parts]
    by_findings = {part.id for part in parts if part.basis == "findings"}
    claim = decided.claim
    way = errs.find_errs(claim, {part.id: part.verdict for part in parts}, readings)
    return ClaimResult(
        id=claim.id,
        verdict=decided.verdict,
        errs=way,
        errs_because=claim.errs.because if way and claim.errs else "",
        firmness=firmness.try_claim(decided),
        standing=claim.standing,
        standing_because=claim.standing_because,
        status_now=decided.status_now,
        now_as_of=next(
            (one.now_as_of for one in parts if decided.status_now and one.status_now == decided.status_now), None
        ),
        latest=_find_latest(claim, readings),
        key_figure=claim.key_figure,
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
                counted=one.part in by_findings and one.counts("then"),
                source=one.source_id,
            )
            for one in decided.findings
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
    findings.check_lineages(found, register)
    claims = [build_claim(decide(claim, records, found)) for claim in register.claims]
    sensitivity = {
        claim.id: {
            str(percent): decide(claim, records, found, Tolerance.of_percent(percent)).verdict
            for percent in SENSITIVITY_PERCENTS
        }
        for claim in register.claims
        if claim.has_readings
    }
    counts = {verdict: sum(one.verdict == verdict for one in claims) for verdict in VERDICT_WORDS}
    return VerdictFile(
        rule_version=RULE_VERSION,
        edition=max((record["as_of"] for record in records.values() if _DAY.fullmatch(record["as_of"])), default=""),
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
