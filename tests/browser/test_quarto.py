"""Quarto's site in a real browser: its own frame, and all that does not depend on the frame, by the same tests.

Rendering takes minutes, so they run where Quarto is installed, as the workflow `report` does, or on the site that
TOKENCHECK_QUARTO_SITE names. What each page weighs is not judged: most of it are Quarto's own libraries.
"""

import io
import re

import pypdf
import pytest

from tests.browser import test_front
from tests.browser.conftest import serve
from tests.browser.test_claims import (  # noqa: F401
    test_a_choice_among_the_estimates_of_the_curve_says_what_they_are,
    test_a_whole_row_is_its_link,
    test_citation_and_code_are_copied,
    test_every_choice_says_what_the_grid_says_and_the_address_keeps_it,
    test_the_chinese_list_is_chosen_by_the_same_chips,
    test_the_choices_go_by_keyboard_and_reset,
    test_the_list_is_chosen_by_the_address_and_by_chips_and_says_when_nothing_fits,
    test_the_list_is_sorted_by_distance_and_back,
    test_the_pages_work_from_a_folder,
    test_what_is_claimed_stands_whole_above_its_strip,
    test_without_a_script_every_claim_and_every_way_to_count_stands_there,
)
from tests.browser.test_frame import (  # noqa: F401
    COLOURS,
    NIGHT,
    tab_to,
    test_rows_with_verdicts_are_cards_on_a_phone_and_keep_their_columns,
)
from tests.browser.test_front import (  # noqa: F401
    test_a_bar_leads_to_the_claims_of_its_verdict,
    test_a_line_is_copied_with_the_address_of_its_claim,
    test_a_term_leads_to_its_entry,
    test_all_is_there_without_a_script,
    test_strips_and_marks_can_be_read_on_a_phone,
    test_the_whole_card_is_the_link,
)
from tests.browser.test_pages import AXE, AXE_WIDTHS, LOOKING, MOST_SHIFT, WIDTHS, Window, list_questions
from tests.reports import QUARTO_MISSING, complete_quarto_site, find_quarto_site

if not find_quarto_site():
    pytest.skip(QUARTO_MISSING, allow_module_level=True)

CHOSEN = (
    "index", "zh/index", "claims", "zh/claims", "article", "C05", "C40", "zh/C05", "usage", "lineage", "methods",
    "notebooks/02_usage", "notebooks/12_specifications", "changes", "data", "regressions", "search", "glossary",
)  # fmt: skip
# What lies under the bar, axe would not judge; the rail has gone to the entry of the page.
UNDER_NOTHING = "#quarto-header { position: absolute !important; }"
TO_THE_FIRST = "document.querySelector('#quarto-sidebar')?.scrollTo(0, 0)"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return complete_quarto_site(tmp_path_factory)


@pytest.fixture(scope="module")
def address(site):
    with serve(site) as address:
        yield address


@pytest.fixture(scope="module")
def window(browser, address, site):
    window = Window(browser, address, site)
    yield window
    window.context.close()


@pytest.mark.parametrize("name", CHOSEN)
def test_a_page_in_quartos_frame_is_sound_at_every_width_by_day_and_by_night(window, name):
    window.open(name)
    if name.endswith("index"):  # as hosts show it; else Quarto's script turns links inside it into such to another page
        window.page.goto(f"{window.address}/{name.removesuffix('index')}", wait_until="load")
    shift = window.page.evaluate("document.fonts.ready.then(() => window.shifted)")
    found = [f"the layout shifts by {shift:.3f}"] if shift > MOST_SHIFT else []
    found += [f"asks elsewhere: {url}" for url in window.requests if not url.startswith((window.address, "data:"))]
    window.page.add_style_tag(content=UNDER_NOTHING)
    window.page.evaluate(AXE)
    window.page.evaluate(LOOKING)
    found += window.ask("words()")
    for scheme, widths in (("light", WIDTHS), ("dark", AXE_WIDTHS)):
        for width in widths:
            window.show(width, scheme)
            window.page.locator(f"body.quarto-{scheme}").wait_for()
            window.page.wait_for_load_state("networkidle")  # the other sheet of colours is loaded when it is asked for
            window.page.evaluate(TO_THE_FIRST)
            questions = list_questions(width) if scheme == "light" else ["axe(false)"]
            found += [f"at {width}, {scheme}: {one}" for one in window.ask(*questions)]
    assert found + window.problems == []


def test_quartos_menu_of_a_phone_opens_inside_the_screen_and_leads_on(visit):
    page = visit("C05", 390)
    page.locator(".navbar-toggler").click()
    page.locator("#navbarCollapse.show").wait_for()
    boxes = [link.bounding_box() for link in page.locator("#navbarCollapse a:visible").all()]
    assert len(boxes) > 5 and all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    page.locator("#navbarCollapse").get_by_role("link", name="Claims", exact=True).click()
    page.wait_for_url("**/claims.html")


def test_quartos_switch_turns_page_and_figures_dark_and_the_next_page_remembers(visit):
    page = visit("C05", color_scheme="light")
    paper, ink = page.evaluate(COLOURS)
    page.locator(".quarto-color-scheme-toggle:visible").click()
    dark_paper, dark_ink = page.evaluate(COLOURS)
    assert dark_paper == NIGHT != paper and dark_ink != ink
    page.goto(page.url.replace("C05", "usage"))
    assert page.evaluate(COLOURS) == [dark_paper, dark_ink]


def test_a_claim_leads_to_its_neighbours_in_both_languages_and_beside_it_its_place_is_marked(visit):
    page = visit("C05")
    assert "C05" in page.locator("#quarto-sidebar a.active").inner_text()
    assert page.locator(".navbar").evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(11, 93, 107)"
    assert page.evaluate("document.fonts.check('1rem \"Noto Sans SC\"')")
    page.locator(".nav-page-next a").click()
    page.wait_for_url("**/C06.html")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/C06.html")
    page.locator(".claim-way a[rel=prev]").click()
    page.wait_for_url("**/zh/C05.html")
    page.locator("footer a").first.click()
    page.wait_for_url("**/data.html")


@pytest.mark.parametrize("name", ["claims", "C05"])
def test_quartos_page_prints_its_text_alone_on_white(visit, name):
    page = visit(name, color_scheme="dark")
    title = page.locator("main h1").inner_text()
    sheet = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
    assert re.sub(r"\W", "", title) in re.sub(r"\W", "", sheet) and "On this page" not in sheet
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not any(one.is_visible() for one in page.locator("nav, #quarto-header").all())


def test_keyboard_alone_leads_over_quartos_frame_to_a_claim_and_on_to_a_source(visit):
    page = visit("claims")
    tab_to(page, "a.skip", 1)
    page.keyboard.press("Enter")
    tab_to(page, "main a[href*='/C']", 60)  # Quarto's script writes whole addresses
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/C\d\d\.html"))
    tab_to(page, "a.skip", 1)
    page.keyboard.press("Enter")
    tab_to(page, "main .sources a[href^='http']", 150)


def test_the_search_finds_a_claim_in_quartos_frame(browser, site, address):
    test_front.test_the_search_finds_a_claim_by_what_is_typed_in_either_language(browser, site, address, "http")
