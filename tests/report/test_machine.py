"""What machines read: ClaimReview, claims.json, the feed, the tables in one file."""

import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest

from tokencheck import paths, results
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import machine, pages, publishers
from tokencheck.report.publication import load_publication

FOUND = read_verdicts()
ATOM = f"{{{machine.ATOM}}}"


def make_review(register, result):
    publication = load_publication().model_copy(update={"base_url": "https://check.test/"})
    return machine.make_claim_review(register.find(result.id), result, FOUND, publication)


@pytest.mark.parametrize("result", FOUND.claims, ids=lambda one: one.id)
def test_claim_review_has_the_published_required_fields(register, result):
    """Required: claimReviewed, reviewRating with alternateName, url (Google's page on ClaimReview)."""
    record = make_review(register, result)
    if result.verdict in ("Unverifiable", "Not checkable"):
        assert record is None
        return
    assert (record["@context"], record["@type"]) == ("https://schema.org", "ClaimReview")
    assert 0 < len(record["claimReviewed"]) <= 75
    english, chinese = result.texts["en"], result.texts["zh"]
    assert (record["headline"], record["reviewBody"]) == (english.answer, english.found)
    assert (record["alternativeHeadline"], record["workTranslation"]["reviewBody"]) == (chinese.answer, chinese.found)
    assert record["url"] == f"https://check.test/{result.id}.html"
    assert record["datePublished"] == FOUND.edition
    assert record["author"]["@type"] == "Organization"
    assert record["author"]["name"] and record["author"]["url"] == "https://check.test/"
    item = record["itemReviewed"]
    assert item["@type"] == "Claim"
    assert item["author"]["name"]
    assert item["datePublished"] == "2026-03-13"
    assert item["appearance"]["url"].startswith("https://")
    rating = record["reviewRating"]
    assert rating["alternateName"] == result.verdict
    assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
    assert not any(source in rating["ratingExplanation"] for source in publishers.OWN_TABLES)


def test_the_scale_is_truer_upwards():
    assert machine.SCALE == ("Contradicted", "Misleading", "Roughly right", "Supported")


def test_claims_json_agrees_with_the_verdicts_and_the_readme():
    claims = json.loads((pages.DOWNLOADS / "claims.json").read_text(encoding="utf-8"))
    assert {one["id"]: one["verdict"] for one in claims["claims"]} == {one.id: one.verdict for one in FOUND.claims}
    assert claims["counts"] == FOUND.counts
    readme = paths.README.read_text(encoding="utf-8")
    for one in claims["claims"]:
        assert re.search(rf"\| {one['id']} \|.*\*\*{one['verdict']}\*\*", readme)
        assert "{{<" not in one["explanation"]
        assert one["quote_zh"] and one["sources"]


def test_claims_json_carries_the_texts_and_a_now_with_its_date():
    claims = results.read_json(paths.REPORT / "downloads" / "claims.json")["claims"]
    for record, result in zip(claims, FOUND.claims, strict=True):
        assert record["mark"] in record["quote_zh"]
        assert record["texts"] == {language: told.model_dump() for language, told in result.texts.items()}
        assert (record["now_as_of"], record["standing"], record["errs"]) == (
            result.now_as_of, result.standing, result.errs
        )  # fmt: skip


def test_the_feed_has_what_atom_requires():
    text = (pages.DOWNLOADS / "verdicts.atom").read_text(encoding="utf-8")
    feed = ElementTree.fromstring(text.encode())
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == len(FOUND.claims)
    assert feed.find(f"{ATOM}author/{ATOM}name").text
    ids = [node.find(f"{ATOM}id").text for node in (feed, *entries)]
    assert len(set(ids)) == len(ids)
    for node in (feed, *entries):
        assert node.find(f"{ATOM}title").text
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", node.find(f"{ATOM}updated").text)


def test_feeds_and_records_are_the_publishers_once_there_is_one():
    """Synthetic publisher."""
    nobody = load_publication().model_copy(update={"publisher": ""})
    for publication, by in ((nobody, nobody.name), (nobody.model_copy(update={"publisher": "Desk"}), "Desk")):
        for feed in (machine.make_feed([], FOUND, publication), machine.make_changes_feed([], publication)):
            assert f"<name>{by}</name>" in feed
        assert machine.make_claims([], FOUND, publication)["publisher"] == by


def test_the_tables_file_holds_every_table_and_is_always_the_same():
    packed = machine.pack_tables()
    assert packed == machine.pack_tables() == (pages.DOWNLOADS / "tables.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
    assert names == {"datapackage.json"} | {f"tables/{file.name}" for file in paths.TABLES.glob("*.csv*")}
