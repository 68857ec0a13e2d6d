"""How firm a verdict is: whether it stands when one thing that it rests on gives way.

Each trial changes one input and asks the same rule again. Nothing here can change a verdict.
"""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
    SENSITIVITY_PERCENTS,
    TOLERANCE,
    Tolerance,
    is_asked,
    is_weak,
    name_rank,
)

TrialKind = Literal["finding", "source", "grade", "interest", "reading", "tolerance", "attribution"]
OF_READINGS = ("reading", "attribution")

RecordKey = tuple[str, str, str, str]  # claim, part, reading and when, as in `Records`
UNMEASURED = {"value": None, "low": None, "high": None, "interval_kind": None}
OMITTED = (*UNMEASURED, "interested")  # what a record says anew of itself without a weak speaker


@dataclass(frozen=True)
class Trial:
    """One input of the rule changed, and all that the rule is then asked with.

    Attributes
    ----------
    kind, move : str
        What gives way, and how; `tokencheck.wording.TRIAL_WORDS` names every pair.
    id : str
        The finding, speaker, reading or percentage.
    source, part : str
        Whose word it is (the sources of one speaker together, as FD019+FD020), and of which part it speaks; empty
        where there is none, or more than one.
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

    `weak_sources` are those of grade C or D, with their grade, without which the verdict would be another, or if they
    were weighed by a grade more or less, or as interested. Sources of one speaker stand together, as FE13+FD132.
    """

    firm: bool | None
    stood: int
    tried: int
    share: float | None
    leans_on: list[Lean]
    weak_sources: dict[str, Literal["C", "D"]]
    words: dict[str, str]

    def group_leans(self) -> dict[str, set[str]]:
        """Group what the verdict leans on by its sort, each once: all trials of one source are of that source."""
        groups: dict[str, set[str]] = defaultdict(set)
        for one in self.leans_on:
            groups["source" if one.source else one.kind].add(one.source or f"{one.part} {one.id}")
        return dict(groups)

    def write_weak_sources(self, language: str = "en") -> str:
        """Write on which sources of grade C or D the verdict leans, among all on which it does; empty for none."""
        return wording.write_weak_sources(self.weak_sources, language, len(self.group_leans().get("source", ())))


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


@dataclass
class _Speaker:
    """Who speaks, under one or several sources: what counts of it, and what was measured without it."""

    sources: set[str] = field(default_factory=set)
    grades: set[str] = field(default_factory=set)
    found: list[Finding] = field(default_factory=list)
    omitted: dict[RecordKey, Record] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its sources in this claim, as FD019+FD020."""
        return "+".join(sorted(self.sources))


def _list_speakers(decided: DecidedClaim) -> list[_Speaker]:
    """List who speaks in the findings that count, and the weak speakers on whom a reading that is asked rests."""
    speakers: dict[str, _Speaker] = defaultdict(_Speaker)
    for one in _list_counted(decided):
        speaker = speakers[one.speaker or one.source_id]
        speaker.sources.add(one.source_id)
        speaker.grades.add(one.grade)
        speaker.found.append(one)
    for key, record in _list_asked(decided).items():
        for omission in record.get("without", ()):
            speaker = speakers[omission["speaker"]]
            speaker.sources.update(omission["sources"])
            speaker.grades.add(omission["grade"])
            speaker.omitted[key] = {name: omission[name] for name in OMITTED}
    return list(speakers.values())


def _leave_out(base: Trial, decided: DecidedClaim) -> Iterator[Trial]:
    """Leave out each finding that counts, each speaker of several, and each weak one on whom a reading rests."""
    for speaker in _list_speakers(decided):
        for one in speaker.found:  # what is left out becomes context: it was searched for, and no longer counts
            left = _change(base.found, [one], direction=CONTEXT)
            yield dataclasses.replace(
                base, kind="finding", move="out", id=one.finding_id, source=speaker.id, part=one.part, found=left
            )
        if len(speaker.found) > 1 or speaker.omitted:
            without = {key: {**base.records[key], **omitted} for key, omitted in speaker.omitted.items()}
            yield dataclasses.replace(
                base, kind="source", move="out", id=speaker.id, source=speaker.id,
                found=_change(base.found, speaker.found, direction=CONTEXT), records={**base.records, **without},
            )  # fmt: skip


def _list_asked(decided: DecidedClaim) -> dict[RecordKey, Record]:
    """Give the measurement of each reading that can move the verdict."""
    return {
        (decided.claim.id, one.part.id, reading.id, THEN): one.then.records[reading.id]
        for one in decided.parts
        for reading in one.part.readings
        if is_asked(reading)
    }


def _list_literal(decided: DecidedClaim) -> dict[RecordKey, Record]:
    """Give the measurement of each literal reading."""
    return {
        (decided.claim.id, one.part.id, reading.id, THEN): one.then.records[reading.id]
        for one in decided.parts
        for reading in one.part.readings
        if reading.role == "literal"
    }


def _move_sources(base: Trial, decided: DecidedClaim) -> Iterator[Trial]:
    """Move the grade of each speaker by one, up and down, and turn its interest, in all that it says at once."""
    speakers = _list_speakers(decided)
    for speaker in speakers:
        for move, step in (("up", 1), ("down", -1)):
            moved = [one for one in speaker.found if name_rank(RANKS[one.grade] + step)]
            found = base.found
            for one in moved:
                found = _change(found, [one], grade=name_rank(RANKS[one.grade] + step))
            if moved:
                yield dataclasses.replace(base, kind="grade", move=move, id=speaker.id, source=speaker.id, found=found)
    literal = _list_literal(decided)
    known = {source for speaker in speakers for source in speaker.sources}
    others = dict.fromkeys(source for record in literal.values() for source in record["sources"])
    for speaker in [*speakers, *(_Speaker(sources={source}) for source in others if source not in known)]:
        found = base.found
        for one in speaker.found:
            found = _change(found, [one], interested=not one.interested)
        turned = {
            key: {**record, "interested": not record["interested"]}
            for key, record in literal.items()
            # One speaker that is not interested is enough; one that is makes a difference only when it stands alone.
            if speaker.sources & {*record["sources"]}
            and (record["interested"] or speaker.sources >= {*record["sources"]})
        }
        if speaker.found or turned:
            was = any(one.interested for one in speaker.found) or any(literal[key]["interested"] for key in turned)
            yield dataclasses.replace(
                base, kind="interest", move="without" if was else "with", id=speaker.id, source=speaker.id,
                found=found, records={**base.records, **turned},
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
    """Take each end of the bounds of each reading that the rule asks; of one that is a limit, an end is no number."""
    for one in decided.parts:
        for reading in one.part.readings:
            key = (base.claim.id, one.part.id, reading.id, THEN)
            record = base.records[key]
            has_ends = record["interval_kind"] == "bounds" and record["low"] != record["high"]
            if is_asked(reading) and reading.evidence != "bound" and has_ends:
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
    """List the sources of grade C or D on which a verdict leans: on their word, or on how it is weighed."""
    names = sorted({lean.source for lean in leans if lean.source})
    return {name: grades[name] for name in names if is_weak(grades.get(name, ""))}


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
        weak_sources=_list_weak_sources(leans, {one.id: min(one.grades) for one in _list_speakers(decided)}),
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
