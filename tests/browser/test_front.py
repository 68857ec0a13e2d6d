"""The front page and the article's silhouette in use: they lead on, copy, and stay legible on a phone."""

import re

import pytest

from tokencheck.register import verdicts
from tokencheck.report import front

RESULTS = verdicts.read_verdicts()
PHONE = 390

SIZES = """[...document.querySelectorAll("svg.strip text")].map(
    (text) => text.getCTM().a * parseFloat(getComputedStyle(text).fontSize))"""
INSIDE = """(chosen) => [...document.querySelectorAll(chosen)].every(
    (one) => [...one.getClientRects()].every((box) => box.left >= 0 && box.right <= innerWidth))"""


def test_a_bar_leads_to_the_claims_of_its_verdict(visit):
    page = visit("index")
    verdict = next(verdict for verdict in front.FAILS if RESULTS.counts[verdict])
    page.locator(".verdict-bar a", has_text=verdict).click()
    page.wait_for_url(re.compile(r"claims\.html\?verdict="))
    shown = page.locator("a:visible .verdict, li:visible .verdict, tr:visible .verdict").all_text_contents()
    assert sum(one.strip() == verdict for one in shown) >= RESULTS.counts[verdict]


def test_a_line_is_copied_with_the_address_of_its_claim(visit):
    page = visit("index")
    lines = page.locator(".copyable li")
    assert page.locator(".copy-line").count() == lines.count() > 0
    told = lines.filter(has=page.locator("strong"))  # where a sentence no longer holds, bare numbers stand for it
    if not told.count():
        pytest.skip("no line of the front page still says what it was written for")
    said = told.first.locator("strong").first.text_content()
    told.first.locator(".copy-line").click()
    page.locator(".copy-line", has_text="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(said) and re.search(r"/C\d\d\.html$", copied) and "Copy" not in copied


def test_the_whole_card_is_the_link(visit):
    page = visit("index")
    page.locator(".headlines .card").first.locator("svg").click(force=True)
    page.wait_for_url(re.compile(front.HEADLINES[0]), timeout=5000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_strips_and_marks_can_be_read_on_a_phone(visit, scheme):
    page = visit("index", width=PHONE, color_scheme=scheme)
    assert min(page.evaluate(SIZES)) >= 12
    assert page.evaluate(INSIDE, ".verdict, .verdict-bar a, .claim-rows a")
    page = visit("article", width=PHONE, color_scheme=scheme)
    assert page.locator(".checked").count() == len(RESULTS.claims)
    assert page.evaluate(INSIDE, ".checked, .there, .gap")


def test_all_is_there_without_a_script(visit):
    page = visit("index", java_script_enabled=False)
    assert page.locator("h1").text_content() == front.write_answer(RESULTS.counts)
    assert page.locator(".copy-line").count() == 0
    assert page.locator("svg.strip").count() == page.locator(".headlines .card").count()
    assert page.locator(".claim-rows a").count() == len(RESULTS.claims)


def test_a_term_leads_to_its_entry(visit):
    page = visit("methods")
    page.locator("a.term").first.click()
    page.wait_for_url(re.compile(r"glossary\.html#"))
    assert page.locator("dt span:target").count() == 1
