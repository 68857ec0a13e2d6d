"""How firm a verdict is: whether it stands when one thing that it rests on gives way.

Each trial changes one input and asks the same rule again. Nothing here can change a verdict.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tokencheck import wording
from tokencheck.register.claims import Claim, Part
from tokencheck.register.decisions import DecidedClaim, Record, Records, decide
from tokencheck.register.findings import THEN, Finding
from tokencheck.register.rule import (
    CONTEXT,
    ENTERING_ROLES,
    NEVER_NEAR,
    NO_DATA,
    RANKS,
    RECORD_RANK,
    SENSITIVITY_PERCENTS,
    TOLERANCE,
    Tolerance,
    name_rank,
)

TrialKind = Literal["finding", "source", "grade", "interest", "reading", "tolerance", "attribution"]
LEFT_OUT = ("finding", "source")
OF_READINGS = ("reading", "attribution")

RecordKey = tuple[str, str, str, str]  # claim, part, reading and when, as in `Records`
UNMEASURED = {"value": None, "low": None, "high": None, "interval_kind": None}


@dataclass(frozen=True)
class Trial:
    """One input of the rule changed, and all that the rule is then asked with.

    Attributes
    ----------
    kind, move : str
        What gives way, and how; `tokencheck.wording.TRIAL_WORDS` names every pair.
    id : str
        The finding, source, reading or percentage.
    source, part : str
        Whose word it is, and of which part it speaks; empty where there is none, or more than one.
    claim, records, found, tolerance
        As in `tokencheck.register.decisions.decide`.
    """

    kind: TrialKind
    move: str
    id: str
    claim: Claim
    records: Records
    found: Sequence[Finding]
    source: str = ""
    part: str = ""
    tolerance: Tolerance = TOLERANCE

    def name(self, language: str) -> str:
        """Name what gives way: a reading by its label, anything else by its id."""
        if self.kind not in OF_READINGS:
            return self.id
        changed = next(one for one in self.claim.find_part(self.part).readings if one.id == self.id)
        return getattr(changed.label, language)

    def decide(self) -> str:
        """Give the verdict that the claim would have."""
        return decide(self.claim, self.records, self.found, self.tolerance).verdict


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Lean(_Record):
    """A trial in which the verdict does not stand: what gives way, and the verdict that follows."""

    kind: TrialKind
    move: str
    id: str
    source: str
    part: str
    becomes: str
    words: dict[str, str]


class Firmness(_Record):
    """How a verdict does in its trials; `firm` and `share` are None when there is nothing to try.

    `weak_sources` are those of grade C or D, with their grade, without which the verdict would be another.
    """

    firm: bool | None
    stood: int
    tried: int
    share: float | None
    leans_on: list[Lean]
    weak_sources: dict[str, Literal["C", "D"]]
    words: dict[str, str]


def list_trials(decided: DecidedClaim) -> Iterator[Trial]:
    """List every trial of a claim.

    Parameters
    ----------
    decided : DecidedClaim
        From `tokencheck.register.decisions.decide`, at the rule's own tolerance.

    Yields
    ------
    Trial
        Only of what the rule asks: findings where they decide, the readings that enter and those that stand in for the
        literal one.
    """
    if decided.claim.is_forecast:
        return
    records = {
        (decided.claim.id, one.part.id, reading, when): record
        for one in decided.parts
        for when, decision in ((THEN, one.then), ("now", one.now))
        for reading, record in decision.records.items()
    }
    base = Trial("finding", "", "", decided.claim, records, decided.findings)
    yield from _leave_out(base, decided)
    yield from _move_sources(base, decided)
    yield from _replace_literal(base, decided)
    yield from _move_tolerance(base)
    yield from _take_ends(base, decided)


def _list_counted(decided: DecidedClaim) -> list[Finding]:
    by_findings = {one.part.id for one in decided.parts if not one.part.readings}
    return [one for one in decided.findings if one.part in by_findings and one.counts(THEN)]


def _change(found: Iterable[Finding], chosen: Sequence[Finding], **fields) -> list[Finding]:
    ids = {one.finding_id for one in chosen}
    return [dataclasses.replace(one, **fields) if one.finding_id in ids else one for one in found]


def _group_by_source(counted: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for one in counted:
        groups.setdefault(one.source_id, []).append(one)
    return groups


def _leave_out(base: Trial, decided: DecidedClaim) -> Iterator[Trial]:
    """Leave out each finding that counts, each source of several, and each weak one that a literal reading rests on."""
    counted = _list_counted(decided)
    for one in counted:  # what is left out becomes context: it was searched for, and no longer counts
        left = _change(base.found, [one], direction=CONTEXT)
        yield dataclasses.replace(
            base, kind="finding", move="out", id=one.finding_id, source=one.source_id, part=one.part, found=left
        )
    alone = _list_alone(decided)
    groups = _group_by_source(counted)
    for source in dict.fromkeys([*groups, *alone]):
        own = groups.get(source, [])
        if len(own) > 1 or source in alone:
            left = _change(base.found, own, direction=CONTEXT)
            unknown = {key: {**base.records[key], **UNMEASURED} for key in alone.get(source, ())}
            yield dataclasses.replace(
                base, kind="source", move="out", id=source, source=source, found=left,
                records={**base.records, **unknown},
            )  # fmt: skip


def _list_literal(decided: DecidedClaim) -> dict[RecordKey, Record]:
    """Give the measurement of each literal reading."""
    return {
        (decided.claim.id, one.part.id, reading.id, THEN): one.then.records[reading.id]
        for one in decided.parts
        for reading in one.part.readings
        if reading.role == "literal"
    }


def _is_weak(grade: str) -> bool:
    return 0 < RANKS.get(grade, 0) < RECORD_RANK


def _list_alone(decided: DecidedClaim) -> dict[str, list[RecordKey]]:
    """List the sources of grade C or D on which alone a literal reading rests; a record needs no second one."""
    alone: dict[str, list[RecordKey]] = {}
    for key, record in _list_literal(decided).items():
        if len(record["sources"]) == 1 and _is_weak(record["grade"]):
            alone.setdefault(record["sources"][0], []).append(key)
    return alone


def _list_grades(decided: DecidedClaim) -> dict[str, str]:
    """Give the grade of each source that can be left out."""
    literal = _list_literal(decided)
    grades = {source: literal[keys[0]]["grade"] for source, keys in _list_alone(decided).items()}
    for source, own in _group_by_source(_list_counted(decided)).items():
        grades[source] = min(one.grade for one in own)
    return grades


def _move_sources(base: Trial, decided: DecidedClaim) -> Iterator[Trial]:
    """Move the grade of each source by one, up and down, and turn its interest, in all that it says at once."""
    groups = _group_by_source(_list_counted(decided))
    for source, own in groups.items():
        for move, step in (("up", 1), ("down", -1)):
            moved = [one for one in own if name_rank(RANKS[one.grade] + step)]
            found = base.found
            for one in moved:
                found = _change(found, [one], grade=name_rank(RANKS[one.grade] + step))
            if moved:
                yield dataclasses.replace(base, kind="grade", move=move, id=source, source=source, found=found)
    literal = _list_literal(decided)
    for source in dict.fromkeys([*groups, *(source for record in literal.values() for source in record["sources"])]):
        found = base.found
        for one in groups.get(source, ()):
            found = _change(found, [one], interested=not one.interested)
        turned = {
            key: {**record, "interested": not record["interested"]}
            for key, record in literal.items()
            # One source that is not interested is enough; one that is makes a difference only when it stands alone.
            if source in record["sources"] and (record["interested"] or len(record["sources"]) == 1)
        }
        if source in groups or turned:
            was = any(one.interested for one in groups.get(source, ())) or any(
                literal[key]["interested"] for key in turned
            )
            yield dataclasses.replace(
                base, kind="interest", move="without" if was else "with", id=source, source=source, found=found,
                records={**base.records, **turned},
            )  # fmt: skip


def _swap_literal(part: Part, reading_id: str) -> Part:
    """Make another reading the literal one, and that one the other."""
    role = next(one.role for one in part.readings if one.id == reading_id)
    readings = tuple(
        one.model_copy(update={"role": "literal" if one.id == reading_id else role})
        if one.id == reading_id or one.role == "literal"
        else one
        for one in part.readings
    )
    return part.model_copy(update={"readings": readings})


def _replace_literal(base: Trial, decided: DecidedClaim) -> Iterator[Trial]:
    for one in decided.parts:
        for reading in one.part.readings:
            enters = reading.role in ENTERING_ROLES and reading.role != "literal" and reading.evidence == "direct"
            if enters and one.then.outcomes[reading.id] != NO_DATA:
                swapped = _swap_literal(one.part, reading.id)
                parts = tuple(swapped if part.id == swapped.id else part for part in base.claim.parts)
                claim = base.claim.model_copy(update={"parts": parts})
                yield dataclasses.replace(
                    base, kind="reading", move="literal", id=reading.id, part=one.part.id, claim=claim
                )


def _move_tolerance(base: Trial) -> Iterator[Trial]:
    if any(part.readings and part.relation not in NEVER_NEAR for part in base.claim.parts):
        for percent in SENSITIVITY_PERCENTS:
            tolerance = Tolerance.of_percent(percent)
            if tolerance != TOLERANCE:
                yield dataclasses.replace(base, kind="tolerance", move="to", id=str(percent), tolerance=tolerance)


def _take_ends(base: Trial, decided: DecidedClaim) -> Iterator[Trial]:
    """Take each end of the bounds of each reading that the rule asks."""
    for one in decided.parts:
        for reading in one.part.readings:
            key = (base.claim.id, one.part.id, reading.id, THEN)
            record = base.records[key]
            is_asked = reading.role in ENTERING_ROLES or reading.evidence != "direct"
            if is_asked and record["interval_kind"] == "bounds" and record["low"] != record["high"]:
                for end in ("low", "high"):
                    sure = {**UNMEASURED, "value": record[end]}
                    yield dataclasses.replace(
                        base, kind="attribution", move=end, id=reading.id, part=one.part.id,
                        records={**base.records, key: {**record, **sure}},
                    )  # fmt: skip


def _describe(trial: Trial, becomes: str) -> Lean:
    fields = {name: getattr(trial, name) for name in ("kind", "move", "id", "source", "part")}
    words = {
        language: wording.write_trial(language, **(fields | {"id": trial.name(language)}))
        for language in wording.LANGUAGES
    }
    return Lean(**fields, becomes=becomes, words=words)


def _list_weak_sources(leans: Iterable[Lean], grades: Mapping[str, str]) -> dict[str, str]:
    """List the sources of grade C or D without whose word the verdict is another."""
    names = sorted({lean.source for lean in leans if lean.kind in LEFT_OUT})
    return {name: grades[name] for name in names if _is_weak(grades[name])}


def _name_leans(fell: Iterable[Trial], language: str) -> dict[str, list[str]]:
    """Name what gave way by its sort; a finding by its source, as its grade is that of the source."""
    names: dict[str, list[str]] = {}
    for trial in fell:
        sort, name = ("source", trial.source) if trial.source else (trial.kind, trial.name(language))
        names.setdefault(sort, []).append(name)
    return names


def try_claim(decided: DecidedClaim) -> Firmness:
    """Try a verdict: ask the rule again with each single input changed.

    Parameters
    ----------
    decided : DecidedClaim
        From `tokencheck.register.decisions.decide`, at the rule's own tolerance.

    Returns
    -------
    Firmness
    """
    outcomes = [(trial, trial.decide()) for trial in list_trials(decided)]
    fell = [(trial, verdict) for trial, verdict in outcomes if verdict != decided.verdict]
    leans, tried = [_describe(*one) for one in fell], len(outcomes)
    return Firmness(
        firm=not leans if tried else None,
        stood=tried - len(leans),
        tried=tried,
        share=round((tried - len(leans)) / tried, 4) if tried else None,
        leans_on=leans,
        weak_sources=_list_weak_sources(leans, _list_grades(decided)),
        words={
            language: wording.write_firmness(language, tried, _name_leans((trial for trial, _ in fell), language))
            for language in wording.LANGUAGES
        },
    )


def rank_verdict(firmness: Firmness) -> tuple[bool, float, int]:
    """Give the key by which claims are ranked: the least firm first; what cannot be tried last.

    Examples
    --------
    >>> leaning = Firmness(firm=False, stood=1, tried=2, share=0.5, leans_on=[], weak_sources={}, words={})
    >>> firm = leaning.model_copy(update={"firm": True, "stood": 2, "share": 1.0})
    >>> sorted([firm, leaning], key=rank_verdict)[0].firm
    False
    """
    return firmness.share is None, firmness.share or 0.0, -firmness.tried
