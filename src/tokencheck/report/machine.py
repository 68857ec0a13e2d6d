"""What machines read: all claims as JSON, schema.org ClaimReview, an Atom feed, and the tables in one file."""

import io
import json
import textwrap
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from tokencheck import paths, wording
from tokencheck.article import read_article
from tokencheck.history import differences
from tokencheck.register import rule
from tokencheck.register.claims import Claim
from tokencheck.register.findings import read_sources
from tokencheck.register.verdicts import ClaimResult, VerdictFile
from tokencheck.report.markup import drop_unknown
from tokencheck.report.publication import Publication
from tokencheck.report.publishers import name_sources

TOUCH_ICON = "apple-touch-icon.png"
ATOM = "http://www.w3.org/2005/Atom"
EARLIEST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the format knows none before; a fixed date keeps the file the same

# Only verdicts that rate truth have a place on the scale, from the worst.
SCALE = tuple(verdict for verdict in rule.FROM_THE_WORST if verdict != rule.UNVERIFIABLE)


LONGEST_CLAIM = 75  # letters of a claim that readers of ClaimReview show

# What the record of a claim takes over from its verdict as it is.
CLAIM_FIELDS = (
    "verdict", "errs", "errs_because", "standing", "standing_because", "status_now", "now_as_of", "key_figure", "grade",
)  # fmt: skip


def make_claim_record(context: Mapping[str, Any], publication: Publication) -> dict[str, Any]:
    """Gather everything that a claim's page shows, for ``claims.json``.

    Parameters
    ----------
    context : mapping
        From `tokencheck.report.claimpages.describe_claim`.
    publication : Publication

    Returns
    -------
    dict
    """
    claim, result = context["claim"], context["result"]
    figures = [{key: figure[key] for key in ("name", "title", "alt")} for figure in context["figures"]]
    lineage = ("step", "published_date", "publisher", "url", "wording", "change_from_previous", "note")
    return {
        "id": claim.id,
        "url": publication.address(claim.id),
        "quote_zh": claim.quote_zh,
        "quote_en": claim.quote_en,
        "section": context["section"].en,
        "topic": claim.topic,
        "kind": claim.kind,
        "period": claim.period,
        "mark": claim.mark,
        "texts": {language: told.model_dump() for language, told in result.texts.items()},
        **{key: getattr(result, key) for key in CLAIM_FIELDS},
        "firmness": result.firmness.model_dump(),
        "latest": result.latest.model_dump() if result.latest else None,
        "status_now_since": context["since"].date if context["since"] else None,
        "agree": result.agree.model_dump(),
        "parts": [
            {"claimed_words": wording.write_claimed(part.relation, part.value, part.unit, part.min_count)}
            | decided.model_dump()
            for part, decided in context["parts"]
        ],
        "readings": [one.model_dump() for one in result.readings],
        "findings": context["findings"],
        "explanation": context["words"],
        "lineage": [{key: row[key] for key in lineage} for row in context["lineage"]],
        "figures": figures,
        "sources": [
            {key: row[key] for key in ("source_id", "url", "grade", "interested", "licence")}
            | {key: drop_unknown(row[key]) for key in ("publisher", "title")}
            for row in context["sources"]
        ],
    }


def make_claims(contexts: Iterable[Mapping[str, Any]], found: VerdictFile, publication: Publication) -> dict[str, Any]:
    """Make ``claims.json``: every claim with everything its page shows."""
    return {
        "publisher": publication.by,
        "licence": publication.licence,
        "edition": found.edition,
        "article": found.article,
        "rule_version": found.rule_version,
        "counts": found.counts,
        "claims": [make_claim_record(context, publication) for context in contexts],
    }


def explain_rating(result: ClaimResult) -> str:
    """Say beside a rating in which way the sentence errs, and how firm the verdict is.

    Parameters
    ----------
    result : ClaimResult

    Returns
    -------
    str
        A sentence or two, with sources named by their publishers.
    """
    firmness = result.firmness
    told = [f"The sentence {wording.ERRS_WORDS[result.errs]}."] if result.errs else []
    trials = f" The verdict stands in {firmness.stood} of {firmness.tried} trials." if firmness.tried else ""
    ids = {one for reading in result.readings for one in reading.sources} | {one.source for one in result.findings}
    rows = [row for source, row in read_sources().items() if source in ids]
    leans = name_sources(firmness.words["en"], rows)
    return " ".join([*told, f"{leans}.{trials}"])


def make_claim_review(
    claim: Claim, result: ClaimResult, found: VerdictFile, publication: Publication
) -> dict[str, Any] | None:
    """Make the schema.org ClaimReview of a claim.

    Parameters
    ----------
    claim : Claim
    result : ClaimResult
    found : VerdictFile
    publication : Publication

    Returns
    -------
    dict or None
        None for a verdict that does not rate truth, and while the site has no address. Required by the consumer of
        record are ``claimReviewed``, ``reviewRating`` with ``alternateName``, and ``url``
        (https://developers.google.com/search/docs/appearance/structured-data/factcheck); the numbers follow its scale,
        higher is truer.
    """
    article = read_article()
    if result.verdict not in SCALE or not publication.base_url:
        return None
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": publication.address(claim.id),
        "datePublished": found.edition,
        "inLanguage": "en",
        "license": publication.licence,
        "author": {
            "@type": "Organization",
            "name": publication.by,
            "url": publication.base_url,
            "logo": f"{publication.base_url}{TOUCH_ICON}",
        },
        "claimReviewed": textwrap.shorten(claim.quote_en, LONGEST_CLAIM, placeholder=" …"),
        "headline": result.texts["en"].answer,
        "reviewBody": result.texts["en"].found,
        "alternativeHeadline": result.texts["zh"].answer,
        "workTranslation": {"@type": "Review", "inLanguage": "zh-CN", "reviewBody": result.texts["zh"].found},
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": article.author},
            "datePublished": article.published,
            "appearance": {"@type": "OpinionNewsArticle", "url": article.url, "headline": article.title_zh},
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": SCALE.index(result.verdict) + 1,
            "worstRating": 1,
            "bestRating": len(SCALE),
            "alternateName": result.verdict,
            "ratingExplanation": explain_rating(result),
        },
    }


def write_script_element(record: Mapping[str, Any]) -> str:
    """Write a record as the script element that a page's head holds.

    Examples
    --------
    >>> write_script_element({"a": "</script>"})
    '<script type="application/ld+json">{"a": "<\\\\/script>"}</script>'
    """
    text = json.dumps(record, ensure_ascii=False).replace("</", r"<\/")
    return f'<script type="application/ld+json">{text}</script>'


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    element.text = text
    return element


def name_entry(publication: Publication, of: str) -> str:
    """Name a feed or an entry for good, wherever the site is published: names may not change when it moves."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{publication.name} {of}')}"


def _start_feed(publication: Publication, topic: str, file: str, page: str, updated: str) -> ElementTree.Element:
    """Begin a feed with the elements that RFC 4287 requires; its links are relative to ``downloads/``."""
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(feed, "id", name_entry(publication, topic))
    _add(feed, "title", f"{publication.name}: {topic}")
    _add(feed, "updated", _write_moment(updated))
    _add(feed, "link", rel="self", href=file)
    _add(feed, "link", rel="alternate", href=f"../{page}")
    _add(_add(feed, "author"), "name", publication.by)
    _add(feed, "rights", publication.licence)
    return feed


def _write_moment(date: str) -> str:
    return f"{date}T00:00:00Z"


def _finish_feed(feed: ElementTree.Element) -> str:
    ElementTree.indent(feed)
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def make_changes_feed(history: Sequence[Mapping[str, Any]], publication: Publication) -> str:
    """Make the Atom feed of changes, one entry an edition, the newest first.

    Parameters
    ----------
    history : sequence of mapping
        From `tokencheck.report.pages.describe_history`.
    publication : Publication

    Returns
    -------
    str
        XML after RFC 4287; each entry is dated by the day that the edition's data reach.
    """
    updated = max((entry["edition"].as_of for entry in history), default="1970-01-01")
    feed = _start_feed(publication, "what changed", "changes.atom", "changes.html", updated)
    for entry in history:
        edition, difference = entry["edition"], entry["difference"]
        node = _add(feed, "entry")
        _add(node, "id", name_entry(publication, f"edition {edition.edition}"))
        _add(node, "title", f"{edition.edition}: {entry['headline']}")
        _add(node, "updated", _write_moment(edition.as_of))
        _add(node, "link", rel="alternate", href=f"../changes.html#edition-{edition.edition}")
        for kind in differences.KINDS if difference and difference.flips else ():
            if difference.select_flips(kind):
                _add(node, "category", term=kind)
        for cause in edition.causes:
            _add(node, "category", term=cause)
        _add(node, "summary", entry["headline"])
        told = f"Cause: {entry['cause']}\n{differences.write_flips(difference)}" if difference else entry["headline"]
        _add(node, "content", told, type="text")
    return _finish_feed(feed)


def make_feed(contexts: Iterable[Mapping[str, Any]], found: VerdictFile, publication: Publication) -> str:
    """Make the Atom feed of verdicts, one entry a claim.

    Parameters
    ----------
    contexts : iterable of mapping
    found : VerdictFile
    publication : Publication

    Returns
    -------
    str
        XML with the elements that RFC 4287 requires; dated by the edition, not by a clock.
    """
    feed = _start_feed(publication, "verdicts", "verdicts.atom", "claims.html", found.edition)
    for context in contexts:
        claim, result = context["claim"], context["result"]
        now = f" Now ({result.now_as_of}): {result.status_now}." if result.status_now else ""
        entry = _add(feed, "entry")
        _add(entry, "id", name_entry(publication, claim.id))
        _add(entry, "title", f"{claim.id}: {result.verdict}. {result.texts['en'].answer}")
        _add(entry, "updated", _write_moment(found.edition))
        _add(entry, "link", rel="alternate", href=f"../{claim.id}.html")
        _add(entry, "category", term=result.verdict)
        told = result.texts["en"]
        _add(entry, "summary", f"{told.short}. {result.verdict}: {told.answer}.{now}")
        _add(entry, "content", told.found, type="text")
    return _finish_feed(feed)


def pack_tables() -> bytes:
    """Pack the contract and every table into one zip file, the same bytes for the same tables."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for file in (paths.DATAPACKAGE, *sorted(paths.TABLES.glob("*.csv*"))):
            entry = zipfile.ZipInfo(file.relative_to(paths.DATA).as_posix(), EARLIEST_ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return packed.getvalue()
