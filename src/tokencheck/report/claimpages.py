"""The page of each claim, and the list of all: what they show, gathered for their templates."""

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tokencheck import paths
from tokencheck.evidence import status
from tokencheck.history import editions
from tokencheck.measures import find_measure
from tokencheck.register import firmness, rule, verdicts
from tokencheck.register.claims import Claim, Register
from tokencheck.report import GENERATED, machine, phrases, words
from tokencheck.report.publication import Publication
from tokencheck.report.templating import fill
from tokencheck.results import read_rows

BEST_FINDINGS = 3  # shown open; the others are folded


def _describe_measures(result: verdicts.ClaimResult) -> list[dict[str, str]]:
    """Give name, file and source code of each measure that a claim's readings use."""
    names = sorted({one.measure for one in result.readings})
    described = []
    for name in names:
        function = find_measure(name)
        file = paths.shorten(Path(inspect.getsourcefile(function)))
        described.append({"name": name, "file": file, "code": inspect.getsource(function).rstrip()})
    return described


def _fill_variables(text: str, variables: Mapping[str, Any]) -> str:
    """Fill the variables of a page's source in, for those who read it outside the site."""

    def look_up(match: re.Match[str]) -> str:
        value: Any = variables
        for key in match[1].split("."):
            value = value[key]
        return str(value)

    return re.sub(r"\{\{< var ([\w.]+) >\}\}", look_up, text).strip()


def describe_finding(
    result: verdicts.FindingResult, row: Mapping[str, str], source: Mapping[str, str]
) -> dict[str, Any]:
    """Gather what a claim's page shows of a finding, and why it does not count where it does not."""
    note = ""
    if result.direction != "context":
        if result.lineage:
            note = "From the claim's own lineage: shown, never counted."
        elif result.event == "later":
            note = "After the article: counts for now only."
        elif not result.counted:
            note = "Shown beside the readings, which decide."
    kept = ("publisher", "url", "published_date")
    return {**row, **result.model_dump(), **{key: source[key] for key in kept}, "note": note}


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
    ids |= {one.source for one in result.findings}
    section = next(section for section in register.sections if section.zh == claim.section)
    parts = [(claim.find_part(part.id), part) for part in result.parts]
    decisive = next(part for part in result.parts if part.verdict == result.verdict)
    own = {part.id: [one for one in result.readings if one.part == part.id] for part in result.parts}
    told = [describe_finding(one, findings[one.id], sources[one.source]) for one in result.findings]
    figures = [figure for figure in compiled.figures.values() if claim.id in figure["claims"]]
    return {
        "claim": claim,
        "result": result,
        "firmness_rank": firmness.rank_verdict(result.firmness),
        "since": editions.find_since(history, claim.id, result.status_now),
        "parts": parts,
        "decisive": decisive,
        "literal": next((one for one in own[decisive.id] if one.literal), None),
        "readings": own,
        "why": {part.id: phrases.explain(part, own[part.id], "en") for part in result.parts},
        "section": section,
        "article": register.article,
        "passage": find_passage(register.article.url, claim.mark),
        "sources": [sources[source] for source in sorted(ids)],
        "own": [sources[source] for source in status.list_own(ids)],
        "findings": told,
        "ranked": rank_findings(told),
        "lineage": [row for row in lineage if row["claim_id"] == claim.id],
        "figures": figures,
        "key": next((figure for figure in figures if figure["name"] == result.key_figure), None),
        "explained": claim.id in compiled.texts,
        "words": _fill_variables(compiled.texts.get(claim.id, ""), variables),
        "measures": _describe_measures(result),
        "has_rows": (paths.ROWS / f"{claim.id}.csv").exists(),
        "data": f"{claim.id}.csv" if claim.has_readings else f"findings-{claim.id}.csv",
        "has_grid": (paths.GRID / f"{claim.id}.csv").exists(),
    }


def describe_claims(
    register: Register,
    found: verdicts.VerdictFile,
    compiled: words.Compiled,
    variables: Mapping[str, Any],
    history: Sequence[editions.Edition] = (),
) -> list[dict[str, Any]]:
    """Gather what each claim's page shows; see `describe_claim`."""
    sources = {row["source_id"]: row for row in read_rows(paths.TABLES / "sources.csv")}
    lineage = [row | {"url": sources[row["source_id"]]["url"]} for row in read_rows(paths.TABLES / "lineage.csv")]
    findings = {row["finding_id"]: row for row in read_rows(paths.TABLES / "findings.csv")}
    return [
        describe_claim(
            register.find(result.id), result, register, sources, lineage, findings, compiled, variables, history
        )
        for result in found.claims
    ]


def write_body(context: Mapping[str, Any]) -> str:
    """Write the substance of a claim's page, from its context."""
    return fill("body.md.j2", **context, best_findings=BEST_FINDINGS)


def make_pages(
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
    pages = {}
    for claim_id, context in zip(ids, contexts, strict=True):
        script = machine.write_script(machine.make_claim_review(context, found, publication))
        around = {"before": before.get(claim_id), "after": after.get(claim_id)}
        tools = fill("tools.md.j2", **context, name=publication.name, edition=found.edition, dispute="rerun.html")
        pages[f"{GENERATED}/tools-{claim_id}.md"] = tools
        pages[f"{GENERATED}/body-{claim_id}.md"] = write_body(context)
        pages[f"{claim_id}.qmd"] = fill("claim.qmd.j2", **context, **around, script=script, contact=publication.contact)
    return pages
