"""The front page and the article's silhouette in use: they lead on, copy, and stay legible on a phone."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tokencheck.register import verdicts
from tokencheck.report import front

RESULTS = verdicts.read_verdicts()
PHONE = 390

SIZES = """[...document.querySelectorAll("svg.strip text")].map(
    (text) => text.getCTM().a * parseFloat(getComputedStyle(text).fontSize))"""
STRAYED = """[...document.querySelectorAll(".there")].filter((arrow) => {
    const line = [...arrow.previousElementSibling.getClientRects()].at(-1), own = arrow.getBoundingClientRect();
    return Math.abs(line.top + line.bottom - own.top - own.bottom) > 20; }).length"""
INSIDE = """(chosen) => [...document.querySelectorAll(chosen)].every(
    (one) => [...one.getClientRects()].every((box) => box.left >= 0 && box.right <= innerWidth))"""


def test_a_bar_leads_to_the_claims_of_its_verdict(visit):
    page = visit("index")
    verdict = next(verdict for verdict in front.FAILS if RESULTS.counts[verdict])
    page.locator(".verdict-bar a", has_text=verdict).click()
    page.wait_for_url(re.compile(r"claims\.html\?verdict="))
    shown = page.locator("a:visible .verdict, li:visible .verdict, tr:visible .verdict").all_text_contents()
    assert sum(one.strip() == verdict for one in shown) >= RESULTS.counts[verdict]


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_search_finds_a_claim_by_what_is_typed_in_either_language(browser, site, address, scheme):
    page = browser.new_page()
    problems = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address if scheme == 'http' else site.as_uri()}/search.html")
    page.keyboard.type("zzzz")  # the field has the focus
    page.get_by_role("status").get_by_text("Nothing found").wait_for()
    for one in [one for one in RESULTS.claims if "'" in one.texts["en"].answer][
        :3
    ]:  # as copied, and as keyboards have it
        page.get_by_role("searchbox").fill(one.texts["en"].answer.replace("'", "’").replace("–", "-"))
        assert page.locator(".search li a").first.get_attribute("href").endswith(f"{one.id}.html")
    claim = RESULTS.claims[-1]
    for language, folder in (("en", ""), ("zh", "zh/")):
        words = claim.texts[language].answer.lower()
        page.get_by_role("searchbox").fill(words)
        first = page.locator(".search li a").first
        assert first.get_attribute("href").endswith(f"{folder}{claim.id}.html")
        assert first.locator("mark").count() and page.locator(".search li .verdict").first.is_visible()
        if scheme == "http":
            assert parse_qs(urlsplit(page.url).query)["q"] == [words]
            page.reload()
            assert page.get_by_role("searchbox").input_value() == words
    first.click()
    page.wait_for_url(f"**/zh/{claim.id}.html")
    refused = [one for one in problems if "font" not in one]  # a folder gives no fonts that are loaded ahead
    assert refused == []
    page.close()


@pytest.mark.parametrize(("name", "copied_word"), [("index", "Copied"), ("zh/index", "已复制")])
def test_a_line_is_copied_with_the_address_of_its_claim(visit, name, copied_word):
    page = visit(name)
    lines = page.locator(".copyable li")
    assert page.locator(".copy-line").count() == lines.count() > 0
    told = lines.filter(has=page.locator("strong"))  # where a sentence no longer holds, bare numbers stand for it
    if not told.count():
        pytest.skip("no line of the front page still says what it was written for")
    said = told.first.locator("strong").first.text_content()
    told.first.locator(".copy-line").click()
    page.locator(".copy-line", has_text=copied_word).wait_for()
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
    assert page.evaluate(STRAYED) == 0  # each arrow stands by the words that it leads to


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
