"""The page of each claim, and the list of all: what they show, gathered for their templates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from tokencheck import paths, wording
from tokencheck.evidence import status
from tokencheck.history import editions
from tokencheck.measures import read_code
from tokencheck.periods import LAST_WEEK
from tokencheck.register import firmness, rule, verdicts
from tokencheck.register.claims import Claim, Part, Register
from tokencheck.register.lineage import ARTICLE_SOURCE
from tokencheck.register.reviews import Review
from tokencheck.report import GENERATED, embeds, markup, phrases, whatif, words, workings
from tokencheck.report.publication import Publication
from tokencheck.report.templating import fill_once
from tokencheck.results import read_rows

BEST_FINDINGS = 3  # shown open; the others are folded
# The notebooks and their sections that show every claim: its findings counted, and its verdict.
FINDINGS_SHOWN = ("09_companies", "the-findings-that-decide-claims")
VERDICTS_SHOWN = ("13_verdicts", "the-verdicts")
LONGEST_REPEATED = 80  # characters of a note that a table may say twice


def _describe_measures(result: verdicts.ClaimResult) -> list[dict[str, str]]:
    """Give name, file and source code of each measure that a claim's readings use."""
    names = sorted({one.measure for one in result.readings})
    described = []
    for name in names:
        file, code = read_code(name)
        described.append({"name": name, "file": paths.shorten(file), "code": code})
    return described


def describe_finding(
    result: verdicts.FindingResult, row: Mapping[str, str], source: Mapping[str, str]
) -> dict[str, Any]:
    """Gather what a claim's page shows of a finding, and why it does not count where it does not."""
    note = ""
    if result.direction != "context":
        if result.lineage:
            note = "From the claim's own lineage: shown, never counted."
        elif result.event == "later":
            note = "Published after the article: it counts for today alone, not in the verdict."
        elif not result.counted:
            note = "Shown beside the readings, which decide."
    kept = ("publisher", "url", "published_date")
    return {**row, **result.model_dump(), **{key: source[key] for key in kept}, "note": note}


def describe_leans(
    result: verdicts.ClaimResult, findings: Mapping[str, Mapping[str, str]], claim: Claim
) -> list[dict[str, Any]]:
    """Gather the trials in which a verdict does not stand; a finding is told by what it says, for ids stand in data."""
    told = []
    for one in result.firmness.leans_on:
        words = one.words["en"]
        if one.id in findings:
            words = words.replace(
                f"the finding {one.id}", f"“{markup.nest(findings[one.id]['statement'].rstrip('.'))}”"
            )
        says = claim.find_part(one.part).says if one.part and len(result.parts) > 1 else ""
        told.append({"words": words, "on": says, "becomes": one.becomes})
    return told


def mark_later(rows: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Mark in a lineage the article itself and the steps that follow it: they pass its words on."""
    own = [row["source_id"] for row in rows]
    place = own.index(ARTICLE_SOURCE) if ARTICLE_SOURCE in own else len(own)
    return [{**row, "is_article": at == place, "after": at > place} for at, row in enumerate(rows)]


def find_passage(url: str, mark: str) -> str:
    """Give the address that opens a page at some words of it, where a browser can (text fragments).

    Examples
    --------
    >>> find_passage("https://x.example/a", "a-b, 1%")
    'https://x.example/a#:~:text=a%2Db%2C%201%25'
    """
    return f"{url}#:~:text={quote(mark, safe='').replace('-', '%2D')}"


def rank_findings(findings: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Put findings in the order in which a reader needs them: what counts first, then by grade."""

    def rank(one: Mapping[str, Any]) -> tuple[bool, bool, int]:
        return not one["counted"], one["direction"] == rule.CONTEXT, one["interested"] - rule.RANKS[one["grade"]]

    return sorted(findings, key=rank)


def cut_repeated_notes(readings: Iterable[verdicts.ReadingResult]) -> dict[str, str]:
    """Write the notes of a table's readings, and what is longer than a line but once.

    Parameters
    ----------
    readings : iterable of ReadingResult
        In the order of the table.

    Returns
    -------
    dict of str to str
        By id of a reading. A note that ends as one above did names that one instead.
    """
    told: dict[str, str] = {}
    notes = {}
    for one in readings:
        sentences = re.split(r"(?<=\.) (?=[A-Z\d])", one.note)
        tails = [" ".join(sentences[start:]) for start in range(len(sentences))]
        same = next((tail for tail in tails if len(tail) > LONGEST_REPEATED and tail in told), "")
        notes[one.id] = one.note
        if same:
            of = re.match(r"(?:[A-Z][a-z]+: )?", same)[0]
            own = one.note.removesuffix(same)
            opening = f"{of}the same" if of else "The rest" if own else "The same"
            notes[one.id] = f"{own}{opening} as for “{told[same]}”."
        for tail in tails:
            told.setdefault(tail, one.label["en"])
    return notes


def describe_claim(
    claim: Claim,
    result: verdicts.ClaimResult,
    register: Register,
    sources: Mapping[str, Mapping[str, str]],
    lineage: list[dict[str, str]],
    findings: Mapping[str, Mapping[str, str]],
    compiled: words.Compiled,
    variables: Mapping[str, Any],
    history: Sequence[editions.Edition] = (),
) -> dict[str, Any]:
    """Gather what a claim's page shows.

    Returns
    -------
    dict
        The context of ``claim.qmd.j2``.
    """
    measured = [record for one in result.readings for record in (one, one.now or one.latest) if record]
    ids = {source for record in measured for source in record.sources}
    ids |= {one.source for one in result.findings} | {*claim.facts_from}
    section = next(section for section in register.sections if section.zh == claim.section)
    parts = [(claim.find_part(part.id), part) for part in result.parts]
    decisive = next(part for part in result.parts if part.verdict == result.verdict)
    own = {part.id: [one for one in result.readings if one.part == part.id] for part in result.parts}
    literal = next((one for one in own[decisive.id] if one.literal), None)
    told = [describe_finding(one, findings[one.id], sources[one.source]) for one in result.findings]
    figures = [figure for figure in compiled.figures.values() if claim.id in figure["claims"]]
    latest = result.latest
    before = next((one for one in own[latest.part] if one.id == latest.reading), None) if latest else None
    return {
        "claim": claim,
        "result": result,
        "firmness_rank": firmness.rank_verdict(result.firmness),
        "leans": describe_leans(result, findings, claim),
        "since": editions.find_since(history, claim.id, result.status_now),
        "parts": parts,
        "decisive": decisive,
        "literal": literal,
        "before_latest": before,
        "latest_is_nothing": latest is not None and latest.value == 0 and latest.unit == "trillion_tokens",
        "latest_is_week": before is not None and before.latest.parameters.get("window") == LAST_WEEK,
        "distance": measure_distance(claim.find_part(decisive.id), literal),
        "readings": own,
        "notes": {part: cut_repeated_notes(readings) for part, readings in own.items()},
        "claimed_short": {part.id: write_claimed_short(part) for part, _ in parts},
        "whole": phrases.say_whole(result.parts, "en"),
        "why": {part.id: phrases.explain_part(part, own[part.id], "en") for part in result.parts},
        "section": section,
        "article": register.article,
        "passage": find_passage(register.article.url, claim.mark),
        "sources": [sources[source] for source in sorted(ids)],
        "own": [sources[source] for source in status.list_own(ids)],
        "findings": told,
        "ranked": rank_findings(told),
        "lineage": mark_later([row for row in lineage if row["claim_id"] == claim.id]),
        "figures": figures,
        "key": next((figure for figure in figures if figure["name"] == result.key_figure), None),
        "explained": claim.id in compiled.texts,
        "words": markup.fill_variables(compiled.texts.get(claim.id, ""), variables),
        "measures": _describe_measures(result),
        "has_rows": (paths.ROWS / f"{claim.id}.csv").exists(),
        "data": f"{claim.id}.csv" if claim.has_readings else f"findings-{claim.id}.csv",
        "counted": whatif.read_ways(claim, result.readings, "en"),
        "has_grid": (paths.GRID / f"{claim.id}.csv").exists(),
    }


def describe_claims(
    register: Register,
    found: verdicts.VerdictFile,
    compiled: words.Compiled,
    variables: Mapping[str, Any],
    history: Sequence[editions.Edition] = (),
    reviews: Sequence[Review] = (),
) -> list[dict[str, Any]]:
    """Gather what each claim's page shows; see `describe_claim`. Reviews stand beside that."""
    sources = {row["source_id"]: row for row in read_rows(paths.TABLES / "sources.csv")}
    lineage = [row | {"url": sources[row["source_id"]]["url"]} for row in read_rows(paths.TABLES / "lineage.csv")]
    findings = {row["finding_id"]: row for row in read_rows(paths.TABLES / "findings.csv")}
    return [
        describe_claim(
            register.find(result.id), result, register, sources, lineage, findings, compiled, variables, history
        )
        | {"reviews": [one for one in reviews if one.claim == result.id]}
        for result in found.claims
    ]


def write_claimed_short(part: Part) -> str:
    """Write what a part claims as it stands before each measured number, under a caption that names the unit.

    Examples
    --------
    >>> fields = {"id": "x", "says": "x", "unit": "cny_per_kwh", "measured_in": "number"}
    >>> write_claimed_short(Part(**fields, relation="between", value=("0.2", "0.3")))
    '0.2–0.3 CNY'
    >>> write_claimed_short(Part(**fields, relation="at_most", value="0.5"))
    'at most 0.5 CNY per kWh'
    """
    if part.relation in ("equals", "between") and part.unit not in ("date", "year"):
        values = [part.value] if isinstance(part.value, str) else list(part.value)
        return wording.write_printed(values, part.unit, "en", short=True)
    return wording.write_claimed(part.relation, part.value, part.unit, part.min_count)


def measure_distance(part: Part, reading: verdicts.ReadingResult | None) -> float | None:
    """Measure how many times the measured number lies off the claimed one, at the nearer ends; 1 for what agrees.

    Parameters
    ----------
    part : Part
    reading : ReadingResult or None
        The literal one.

    Returns
    -------
    float or None
        None where there are no two numbers above zero to compare.
    """
    if reading is None or part.relation == "first" or isinstance(reading.value, str):
        return None
    if reading.outcome == rule.AGREES:
        return 1.0
    ends = (reading.low, reading.high) if reading.value is None else (reading.value, reading.value)
    claimed = rule.read_claimed(part)
    wanted = [None if end is None else float(end) for end in (claimed.low, claimed.high)]
    if None in ends or min(ends) < 0 or any(end is not None and end <= 0 for end in wanted):
        return None
    low, high = wanted
    if low is not None and ends[1] < low:
        return round(low / ends[1], 4) if ends[1] else None
    if high is not None and ends[0] > high:
        return round(ends[0] / high, 4)
    return 1.0  # its bounds reach the claimed number


def list_topics(register: Register, language: str) -> list[tuple[str, str]]:
    """List the topics of claims, each with its name in a language, in the order of the names.

    Parameters
    ----------
    register : Register
    language : str

    Returns
    -------
    list of tuple
    """
    topics = {claim.topic for claim in register.claims}
    return sorted(
        ((topic, phrases.TOPICS.get(topic, {}).get(language, topic)) for topic in topics), key=lambda one: one[1]
    )


def find_repeats(contexts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Find the claims whose key figure an earlier claim has, too: in the PDF of all claims it stands once, there."""
    first: dict[str, str] = {}
    repeats = {}
    for context in contexts:
        if context["key"]:
            claim_id = context["claim"].id
            earliest = first.setdefault(context["key"]["name"], claim_id)
            if earliest != claim_id:
                repeats[claim_id] = earliest
    return repeats


def write_body(context: Mapping[str, Any], is_repeated: bool = False) -> str:
    """Write the substance of a claim's page, from its context; a repeated key figure is the site's alone."""
    return fill_once("body.md.j2", **context, best_findings=BEST_FINDINGS, is_repeated=is_repeated)


def write_dispute(context: Mapping[str, Any], publication: Publication) -> str:
    """Give the address at which a claim's verdict is disputed: a filled-in issue, else the contact, else how to."""
    claim, result = context["claim"], context["result"]
    body = (
        f"Claim {claim.id}: {result.texts['en'].short}\nVerdict: {result.verdict}\n\n"
        "Which reading, row, finding or step of the rule is wrong?\n\nWhy, and by which source?\n"
    )
    issue = publication.write_issue(f"Dispute {claim.id}: {result.verdict}", body)
    return issue or publication.contact.url or "rerun.html"


def make_claim_pages(
    contexts: Sequence[Mapping[str, Any]], found: verdicts.VerdictFile, publication: Publication
) -> dict[str, str]:
    """Make the page of each claim, and its body, which the PDF holds too.

    Parameters
    ----------
    contexts : sequence of mapping
        From `describe_claims`.
    found : VerdictFile
    publication : Publication

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    ids = [context["claim"].id for context in contexts]
    before, after = {b: a for a, b in pairwise(ids)}, dict(pairwise(ids))
    repeats = find_repeats(contexts)
    pages = {}
    for claim_id, context in zip(ids, contexts, strict=True):
        around = {"before": before.get(claim_id), "after": after.get(claim_id)}
        dispute = write_dispute(context, publication)
        tools = fill_once(
            "tools.md.j2",
            **context,
            name=publication.name,
            edition=found.edition,
            dispute=dispute,
            embed_height=embeds.EMBED_HEIGHT,
        )
        pages[f"{GENERATED}/tools-{claim_id}.md"] = tools
        pages[f"{GENERATED}/body-{claim_id}.md"] = write_body(context, claim_id in repeats)
        pages[f"{claim_id}.qmd"] = fill_once(
            "claim.qmd.j2",
            **context,
            **around,
            findings_shown=FINDINGS_SHOWN,
            verdicts_shown=VERDICTS_SHOWN,
            measured_in=workings.find_measuring(context["claim"]),
            contact=publication.contact,
        )
    return pages
