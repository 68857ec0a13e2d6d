"""What machines read: ClaimReview, claims.json, the feed, the tables in one file."""

import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
import yaml

from tokencheck import paths, results
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import machine, pages
from tokencheck.report.publication import BASE_URL

FOUND = read_verdicts()
ATOM = f"{{{machine.ATOM}}}"


def read_script(page):
    front = yaml.safe_load(page.split("---")[1])
    parts = [part["text"] for part in front["include-in-header"] if "ld+json" in part["text"]]
    return json.loads(re.search(r">(.*)</script>", parts[0], re.DOTALL)[1].replace(r"<\/", "</")) if parts else None


@pytest.fixture(scope="module")
def published(register):
    """Give every page as it is where the site has an address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(BASE_URL, "https://check.test/")
        return pages.make_pages(register, FOUND)


@pytest.mark.parametrize("result", FOUND.claims, ids=lambda one: one.id)
def test_claim_review_has_the_published_required_fields(published, result):
    """Required: claimReviewed, reviewRating with alternateName, url (Google's page on ClaimReview)."""
    record = read_script(published[f"{result.id}.qmd"])
    if result.verdict in ("Unverifiable", "Not checkable"):
        assert record is None
        return
    assert (record["@context"], record["@type"]) == ("https://schema.org", "ClaimReview")
    assert record["claimReviewed"]
    english, chinese = result.texts["en"], result.texts["zh"]
    assert (record["headline"], record["reviewBody"]) == (english.answer, english.found)
    assert (record["alternativeHeadline"], record["workTranslation"]["reviewBody"]) == (chinese.answer, chinese.found)
    assert record["url"] == f"https://check.test/{result.id}.html"
    assert record["datePublished"] == FOUND.edition
    assert record["author"]["@type"] == "Organization"
    item = record["itemReviewed"]
    assert item["@type"] == "Claim"
    assert item["author"]["name"]
    assert item["datePublished"] == "2026-03-13"
    assert item["appearance"]["url"].startswith("https://")
    rating = record["reviewRating"]
    assert rating["alternateName"] == result.verdict
    assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]


def test_the_scale_is_truer_upwards():
    assert machine.SCALE == ("Contradicted", "Misleading", "Roughly right", "Supported")


def test_the_site_carries_the_record_in_the_head_and_the_pdf_does_not():
    assert "application/ld+json" not in (paths.REPORT / "tokencheck.qmd").read_text(encoding="utf-8")
    for body in paths.REPORT.glob("_generated/body-*.md"):
        assert "ld+json" not in body.read_text(encoding="utf-8")


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


def test_the_tables_file_holds_every_table_and_is_always_the_same():
    packed = machine.pack_tables()
    assert packed == machine.pack_tables() == (pages.DOWNLOADS / "tables.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
    assert names == {"datapackage.json"} | {f"tables/{file.name}" for file in paths.TABLES.glob("*.csv*")}
