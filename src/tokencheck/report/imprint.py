"""The page “About”: who publishes the report, what was corrected, what is disputed; and the reviews of each claim."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from tokencheck import wording
from tokencheck.history.editions import BY_CORRECTION
from tokencheck.register.reviews import Review
from tokencheck.register.verdicts import VerdictFile
from tokencheck.report import GENERATED
from tokencheck.report.front import write_answer
from tokencheck.report.publication import Publication
from tokencheck.report.templating import fill

# What a reader may expect to be told, by the field that tells it.
EXPECTED = {
    "publisher": "a publisher",
    "people": "people",
    "funding": "who paid",
    "conflicts": "interests",
    "repository": "a repository",
}
ISSUE = ("A correction", "Page or claim: \nWhat is wrong: \nA source for it: \n")


UNREACHABLE = "This copy names nobody to write to yet."
UNCORRECTED = (
    "No correction is on record. Each gets an edition of its own, which says what it was: [what changed](changes.qmd)."
)
UNDISPUTED = "No dispute is open."


def write_missing(publication: Publication) -> str:
    """Say what the publication does not tell, and who can mend it; empty where it tells all."""
    missing = [words for field, words in EXPECTED.items() if not getattr(publication, field)]
    if not publication.contact.url:
        missing.append("an address to write to")
    if not missing:
        return ""
    listed = " or ".join([", ".join(missing[:-1]), missing[-1]] if len(missing) > 1 else missing)
    return (
        f"This copy of the report does not name {listed}. Whoever publishes it fills that in, in `data/project.yml`; "
        "nothing is made up here."
    )


def make_about(
    found: VerdictFile, told: Sequence[Mapping[str, Any]], reviews: Sequence[Review], publication: Publication
) -> dict[str, str]:
    """Make the generated parts of the page, and the reviews that each claim's page includes.

    Parameters
    ----------
    found : VerdictFile
    told : sequence of mapping
        The editions; from `tokencheck.report.pages.describe_history`.
    reviews : sequence of Review
    publication : Publication

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content: ``about-who.md``, ``about-log.md``, and ``reviews-C01.md`` and so
        on, empty where there is no review.
    """
    context = {
        "publication": publication,
        "missing": write_missing(publication),
        "unreachable": UNREACHABLE,
        "uncorrected": UNCORRECTED,
        "undisputed": UNDISPUTED,
        "issue": publication.write_issue(*ISSUE),
        "answer": write_answer(found.counts),
        "data_to": wording.write_day(dt.date.fromisoformat(found.edition[:10]), "en"),
        "corrections": [entry for entry in told if BY_CORRECTION in entry["edition"].causes],
        "open": [review for review in reviews if review.is_open],
        "closed": sum(review.stance == "dispute" and not review.is_open for review in reviews),
    }
    pages = {f"{GENERATED}/{part}.md": fill(f"{part}.md.j2", **context) for part in ("about-who", "about-log")}
    for result in found.claims:
        own = [review for review in reviews if review.claim == result.id]
        pages[f"{GENERATED}/reviews-{result.id}.md"] = fill("reviews.md.j2", reviews=own, result=result)
    return pages
