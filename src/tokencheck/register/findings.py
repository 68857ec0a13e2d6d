"""Findings: cited facts for or against a claim that cannot be computed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tokencheck import paths, results
from tokencheck.errors import UserError
from tokencheck.register.claims import Register
from tokencheck.register.rule import CONTEXT, Weighed

THEN, LATER = "then", "later"
SPEAKER_ENDS = re.compile(r" \(|, (?:via|read through|value quoted in) ")


@dataclass(frozen=True)
class Finding:
    """One row of ``data/tables/findings.csv``; the contract describes the columns.

    `published` is the day of its source, `speaker` who made the statement, wherever it was read.
    """

    finding_id: str
    claim_id: str
    part: str
    statement: str
    direction: str
    why: str
    holds_under: str
    grade: str
    interested: bool
    departs_because: str
    event: str
    lineage: bool
    checked: str
    quote: str
    source_id: str
    published: str = ""
    speaker: str = ""

    def counts(self, when: str) -> bool:
        """Say whether the finding enters a verdict: never from the claim's lineage, nor from events after it.

        Parameters
        ----------
        when : str
            ``then`` for the claim's own period; ``now`` lets later events in.
        """
        return self.direction != CONTEXT and not self.lineage and (when == "now" or self.event == THEN)

    def weighed(self) -> Weighed:
        """Give what the rule needs of it."""
        return Weighed(self.direction, self.grade, self.interested, self.holds_under)


def name_speaker(publisher: str) -> str:
    """Name who speaks: a publisher is named so, then where, or through whom it was read.

    Examples
    --------
    >>> name_speaker("NERC (John Moura, as quoted by RTO Insider)"), name_speaker("US EIA, read through a repository")
    ('NERC', 'US EIA')
    """
    return SPEAKER_ENDS.split(publisher)[0]


def read_sources(data: Path | None = None) -> dict[str, dict[str, str]]:
    """Read ``tables/sources.csv`` of a folder, by default the project's ``data``, as text, by source_id."""
    return {row["source_id"]: row for row in results.read_rows((data or paths.DATA) / "tables" / "sources.csv")}


def _word_standing(grade: str, interested: bool) -> str:
    return f"{grade}{', interested' if interested else ''}"


def list_departures(found: Iterable[Finding], sources: Mapping[str, Mapping[str, str]]) -> list[tuple[Finding, str]]:
    """List the findings whose grade or interest is not that of their source.

    Parameters
    ----------
    found : iterable of Finding
    sources : mapping
        From `read_sources`.

    Returns
    -------
    list of (Finding, str)
        Each with what departs, such as ``C, interested; its source FD001 is D``.
    """
    departures = []
    for one in found:
        source = sources[one.source_id]
        theirs = _word_standing(source["grade"], source["interested"] == "true")
        own = _word_standing(one.grade, one.interested)
        if own != theirs:
            departures.append((one, f"{own}; its source {one.source_id} is {theirs}"))
    return departures


def check_departures(found: Iterable[Finding], sources: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Find the findings that depart from their source without a reason, and the reasons without a departure.

    Parameters
    ----------
    found : iterable of Finding
    sources : mapping
        From `read_sources`.

    Returns
    -------
    list of str
        One line a finding, with the remedy; empty when all is well.
    """
    found = list(found)
    departures = {one.finding_id: what for one, what in list_departures(found, sources)}
    problems = []
    for one in found:
        place = f"data/tables/findings.csv, finding {one.finding_id}"
        if one.finding_id in departures and not one.departs_because:
            remedy = "Take grade and interest from the source, or say in departs_because why not."
            problems.append(f"{place}: it is {departures[one.finding_id]}. {remedy}")
        elif one.departs_because and one.finding_id not in departures:
            problems.append(f"{place}: departs_because is filled, and nothing departs from {one.source_id}. Empty it.")
    return problems


def _find_unlike(found: Sequence[Finding], claim_id: str, other: str) -> Iterator[str]:
    """Tell the findings of a claim whose source is coded otherwise in another claim on the same matter."""
    coded = {one.source_id: one for one in found if one.claim_id == other}
    for one in found:
        before = coded.get(one.source_id, one)
        if one.claim_id == claim_id and one.direction != before.direction:
            yield (
                f"data/tables/findings.csv, finding {one.finding_id}: {one.direction}, but {before.direction} in "
                f"{before.finding_id}, of the same source and on the same matter. Code both alike."
            )


def _list_definitions(found: Iterable[Finding], claim_id: str) -> set[str]:
    return {one.holds_under for one in found if one.claim_id == claim_id and one.counts(THEN)}


def check_standard(found: Iterable[Finding], register: Register) -> list[str]:
    """Find what is weighed by two standards: one source in two claims on one matter, or two halves of a sentence.

    Parameters
    ----------
    found : iterable of Finding
    register : Register

    Returns
    -------
    list of str
        One line a cause, with the remedy; empty when all is well.
    """
    found, problems = list(found), []
    for claim in register.claims:
        for other in filter(None, (claim.sentence_with, claim.matter_with)):
            problems += _find_unlike(found, claim.id, other)
        if not claim.sentence_with:
            continue
        own, other = (_list_definitions(found, claim_id) for claim_id in (claim.id, claim.sentence_with))
        problems += [
            f"data/tables/findings.csv, claims {claim.sentence_with} and {claim.id}: findings under “{definition}” "
            "count in one alone, and both are of one sentence. Count them in both, or in neither."
            for definition in sorted(own ^ other)
        ]
    return problems


def read_findings(data: Path | None = None) -> list[Finding]:
    """Read ``tables/findings.csv``, in the order of the claims.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``tables/``; the project's own by default.

    Returns
    -------
    list of Finding
    """
    names = Finding.__dataclass_fields__
    sources = read_sources(data)
    rows = results.read_rows((data or paths.DATA) / "tables" / "findings.csv")
    return [_read_finding({key: row[key] for key in names if key in row}, sources) for row in rows]


def _read_finding(row: Mapping[str, str], sources: Mapping[str, Mapping[str, str]]) -> Finding:
    source = sources.get(row["source_id"], {"published_date": "", "publisher": ""})
    of_source = {"published": source["published_date"], "speaker": name_speaker(source["publisher"])}
    flags = {key: row[key] == "true" for key in ("interested", "lineage")}
    return Finding(**{**row, **flags, **of_source})


def check_lineages(found: Iterable[Finding], register: Register) -> None:
    """Check that every finding speaks of a part that the register has.

    Raises
    ------
    UserError
        Naming the finding, its claim and part.
    """
    parts = {(claim.id, part.id) for claim in register.claims for part in claim.parts}
    for one in found:
        if (one.claim_id, one.part) not in parts:
            raise UserError(
                f"data/tables/findings.csv, finding {one.finding_id}: claim {one.claim_id} has no part “{one.part}”. "
                "Name one that data/claims.yml has."
            )
