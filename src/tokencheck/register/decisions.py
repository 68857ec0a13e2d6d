"""The rule applied to a claim: each part is decided once for its own period and once for now.

Verdicts, files and pages read everything off the decisions; nothing decides a second time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokencheck.errors import UserError
from tokencheck.register.claims import Claim, Part
from tokencheck.register.findings import LATER, Finding
from tokencheck.register.rule import (
    NOT_CHECKABLE,
    NOT_YET_CHECKED,
    TOLERANCE,
    FindingRule,
    Judged,
    Rule,
    Tolerance,
    apply_rule,
    judge,
    take_worst,
    weigh,
)

Record = Mapping[str, Any]
Records = Mapping[tuple[str, str, str, str], Record]


@dataclass(frozen=True)
class Decision:
    """What the rule says of one part at one time.

    Attributes
    ----------
    records : mapping of str to mapping
        The measurement of each reading that speaks of that time, by the reading's id.
    outcomes : mapping of str to str
        What `judge` says of each; none for the later values of a claim that is not standing.
    rule : Rule, FindingRule or None
        The row of the rule that decides; None when nothing can be said of that time.
    """

    records: Mapping[str, Record]
    outcomes: Mapping[str, str]
    rule: Rule | FindingRule | None

    @property
    def verdict(self) -> str | None:
        """The part's verdict; None when nothing can be said."""
        return self.rule.verdict if self.rule else None


@dataclass(frozen=True)
class DecidedPart:
    """One part of a claim, decided for its own period (`then`) and for the last complete one (`now`)."""

    part: Part
    then: Decision
    now: Decision


@dataclass(frozen=True)
class DecidedClaim:
    """A claim with all its parts decided; `findings` are those that speak of it."""

    claim: Claim
    parts: tuple[DecidedPart, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """The worst of its parts, for the claim's own period."""
        if self.claim.is_forecast:
            return NOT_CHECKABLE
        return take_worst(part.then.verdict for part in self.parts) or NOT_YET_CHECKED

    @property
    def status_now(self) -> str | None:
        """The worst of its parts, for the last complete period; None when nothing can be said of now."""
        verdict = take_worst(part.now.verdict for part in self.parts)
        # A part that says nothing of now keeps silent, unless it was the worse one: then nothing is said of the claim.
        silent = [part.then.verdict for part in self.parts if part.now.rule is None]
        return verdict if take_worst([verdict, *silent]) == verdict else None


def decide(
    claim: Claim, records: Records, found: Iterable[Finding] = (), tolerance: Tolerance = TOLERANCE
) -> DecidedClaim:
    """Decide every part of a claim from its measurements and findings.

    Parameters
    ----------
    claim : Claim
        From the register.
    records : mapping
        Measurements by claim, part, reading and when; from `tokencheck.register.verdicts.read_measurements`.
    found : iterable of Finding
        They decide the parts that have no readings.
    tolerance : Tolerance
        What counts as near.

    Returns
    -------
    DecidedClaim

    Raises
    ------
    UserError
        When a reading has not been measured.
    """
    own = tuple(one for one in found if one.claim_id == claim.id)
    parts = tuple(
        DecidedPart(part, *(_decide_part(claim, part, records, own, when, tolerance) for when in ("then", "now")))
        for part in claim.parts
    )
    return DecidedClaim(claim, parts, own)


def _decide_part(
    claim: Claim, part: Part, records: Records, own: Sequence[Finding], when: str, tolerance: Tolerance
) -> Decision:
    readings = [one for one in part.readings if when == "then" or one.now is not None]
    measured = {one.id: _find(records, claim, part, one.id, when) for one in readings}
    if when == "now" and not claim.standing:  # what is over has later values, and no later verdict
        return Decision(measured, {}, None)
    outcomes = {name: _judge(part, record, tolerance) for name, record in measured.items()}
    judged = [Judged(one.role, outcomes[one.id], one.evidence, measured[one.id]["interested"]) for one in readings]
    return Decision(measured, outcomes, None if claim.is_forecast else _find_rule(part, judged, own, when))


def _find(records: Records, claim: Claim, part: Part, reading_id: str, when: str) -> Record:
    try:
        return records[claim.id, part.id, reading_id, when]
    except KeyError:
        raise UserError(
            f"claim {claim.id}, part {part.id}, reading {reading_id} ({when}) has not been measured. Run `make report`."
        ) from None


def _judge(part: Part, record: Record, tolerance: Tolerance) -> str:
    return judge(part, record["value"], record["low"], record["high"], record["interval_kind"], tolerance)


def _find_rule(part: Part, judged: Sequence[Judged], own: Sequence[Finding], when: str) -> Rule | FindingRule | None:
    """Find the row that decides: by the readings, or by the claim's findings where nothing can be computed."""
    if part.readings:
        return apply_rule(judged) if any(one.role == "literal" for one in judged) else None
    if not own or (when == "now" and not any(one.event == LATER and one.counts(when) for one in own)):
        return None
    return weigh([one.weighed() for one in own if one.part == part.id and one.counts(when)])
