"""The page “About”: nothing is made up where nothing is known, and corrections and disputes are listed."""

import datetime as dt

import pytest

from tests.histories import make_history
from tokencheck import paths, wording
from tokencheck.register.reviews import Review
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import imprint, pages
from tokencheck.report.publication import Contact, Person, Publication

FOUND = read_verdicts()
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
EMPTY = Publication(name="check", contact=Contact(text="Write"), licence=LICENCE)
FULL = Publication(
    name="check",
    base_url="https://report.test/",
    publisher="The Institute",
    people=(Person(name="A. Reader", role="read", url="https://a.test/"), Person(name="B. Writer")),
    funding="Paid by readers.",
    conflicts="None of us owns shares.",
    contact=Contact(text="Write to us", url="mailto:desk@report.test"),
    repository="https://git.test/a/b",
    licence=LICENCE,
)
VERDICT = next(one.verdict for one in FOUND.claims if one.id == "C05")


def make_review(**change):
    given = {"claim": "C05", "stance": "dispute", "reason": "The week | is another.", "by": "A. Reader"}
    given |= {"date": dt.date(2026, 10, 9), "verdict": VERDICT, "edition": FOUND.edition}
    return Review(**given | change)


def make(publication=EMPTY, history=(), reviews=()):
    made = imprint.make_about(FOUND, pages.describe_history(history), reviews, publication)
    return {name.removeprefix("_generated/").removesuffix(".md"): text for name, text in made.items()}


def test_an_empty_file_is_said_to_be_empty():
    who = make()["about-who"]
    assert all(words in who for words in imprint.EXPECTED.values())
    assert "data/project.yml" in who and imprint.UNREACHABLE in who


def test_what_is_filled_in_stands_there_and_nothing_is_missed():
    who = make(FULL)["about-who"]
    shown = ["The Institute", "[A. Reader](https://a.test/): read", "B. Writer", FULL.funding, FULL.conflicts]
    shown += ["[Write to us](mailto:desk@report.test)", "https://git.test/a/b"]
    assert [words for words in shown if words not in who] == []
    assert "/issues/new?title=" in who and "data/project.yml" not in who and imprint.UNREACHABLE not in who
    assert "https://report.test/" in make(FULL)["about-log"]


@pytest.mark.parametrize("field", imprint.EXPECTED)
def test_each_field_that_is_empty_is_named(field):
    said = imprint.write_missing(FULL.model_copy(update={field: type(getattr(FULL, field))()}))
    assert imprint.EXPECTED[field] in said
    assert sum(words in said for words in imprint.EXPECTED.values()) == 1


def test_corrections_are_the_editions_that_say_so():
    log = make(history=make_history())["about-log"]
    assert "a rate was taken twice" in log and log.count("changes.qmd#edition-") == 1
    assert imprint.UNCORRECTED in make(history=make_history()[:2])["about-log"]


def test_open_disputes_are_listed_and_answered_ones_counted():
    agreed, answered = make_review(stance="agree", by="B"), make_review(answer="Corrected.", by="C")
    log = make(reviews=[make_review(), agreed, answered])["about-log"]
    assert r"The week \| is another." in log and "— B," not in log and "— C," not in log
    assert "Answered: 1;" in log
    assert imprint.UNDISPUTED in make(reviews=[agreed, answered])["about-log"]


def test_a_claims_page_shows_its_reviews_beside_the_verdict():
    made = make(reviews=[make_review(), make_review(stance="agree", answer="Thanks.", verdict="Supported")])
    shown = made["reviews-C05"]
    assert "**Disputes**" in shown and "*Open.*" in shown and "**Agrees**" in shown and "*Answer:* Thanks." in shown
    assert shown.count("on the verdict of then") == (VERDICT != "Supported")
    assert not made["reviews-C06"].strip()
    assert wording.write_day(dt.date(2026, 10, 9), "en") in shown
    for one in FOUND.claims:
        assert f"reviews-{one.id}" in made
        assert f"_generated/reviews-{one.id}.md" in (paths.REPORT / f"{one.id}.qmd").read_text(encoding="utf-8")
