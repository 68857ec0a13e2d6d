"""The frame in use: menu, colours, keyboard, languages, copying, printing; and all that where no script runs."""

import io
import itertools
import re

import pypdf
import pytest

FRAMES = ("C05.embed", "404")  # pages that no renderer writes
NIGHT = "rgb(20, 24, 27)"
COLOURS = """() => [getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.querySelector("svg.chart text")).fill]"""


def is_focused(page, selector: str) -> bool:
    return page.evaluate("selector => document.activeElement.matches(selector)", selector)


def tab_to(page, selector: str, most: int) -> None:
    """Press Tab until something is focused; it must be seen to be."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if is_focused(page, selector):
            break
    else:
        raise AssertionError(f"{selector} is not reached by {most} times Tab")
    ring = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert ring != "none", f"nothing shows that {selector} is focused"


@pytest.mark.parametrize("scripted", [True, False])
def test_the_menu_of_a_phone_opens_inside_the_screen_and_leads_on(visit, scripted):
    page = visit("C05", 320, java_script_enabled=scripted)
    page.locator(".small-menu summary").click()
    boxes = [link.bounding_box() for link in page.locator(".small-menu a").all()]
    assert len(boxes) > 5
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 320 for box in boxes)
    page.locator(".small-menu a[href='methods.html']").click()
    page.wait_for_url("**/methods.html")


def test_escape_closes_a_menu_and_gives_the_focus_back(visit):
    page = visit("index", 390)
    page.locator(".small-menu summary").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.locator(".small-menu a").first.is_visible()
    assert is_focused(page, ".small-menu summary")


def test_the_switch_turns_page_and_figures_dark_and_the_next_page_remembers(visit):
    page = visit("C05", color_scheme="light")
    paper, ink = page.evaluate(COLOURS)
    page.get_by_role("button", name="Dark colours", pressed=False).click()
    dark_paper, dark_ink = page.evaluate(COLOURS)
    assert dark_paper == NIGHT != paper and dark_ink != ink
    page.goto(page.url.replace("C05", "usage"))
    assert page.evaluate(COLOURS)[0] == NIGHT
    assert page.get_by_role("button", name="Dark colours", pressed=True).is_visible()


PALETTE = """() => {
  const written = Array.from(document.querySelectorAll("style"), one => one.textContent).join("");
  const names = new Set(written.match(/--(?:tc|chart)-[a-z-]+/g));
  const probe = document.body.appendChild(document.createElement("i"));
  const seen = {};
  names.forEach(name => { probe.style.color = `var(${name})`; seen[name] = getComputedStyle(probe).color; });
  probe.remove();
  return seen;
}"""


def test_every_colour_is_by_the_switch_what_it_is_by_the_system(visit):
    page = visit("usage", color_scheme="light")
    day = page.evaluate(PALETTE)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    by_ours = page.evaluate(PALETTE)
    page.evaluate("delete document.documentElement.dataset.theme; document.body.classList.add('quarto-dark')")
    by_quartos = page.evaluate(PALETTE)
    page = visit("usage", color_scheme="dark")
    night = page.evaluate(PALETTE)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert len(day) > 30 and sum(day[name] != night[name] for name in day) > 30
    assert page.evaluate(PALETTE) == day and by_ours == by_quartos == night


def test_figures_and_badges_follow_the_switch_of_quarto_as_well(visit):
    page = visit("C05", color_scheme="light")
    day = page.evaluate(COLOURS)[1]
    badge = "() => getComputedStyle(document.querySelector('main .verdict')).color"
    day_badge = page.evaluate(badge)
    page.evaluate("document.body.classList.add('quarto-dark')")
    assert page.evaluate(COLOURS)[1] != day and page.evaluate(badge) != day_badge


def test_keyboard_alone_leads_from_the_front_to_a_claim_and_on_to_a_source(visit):
    page = visit("index", 1440)
    page.keyboard.press("Tab")
    assert is_focused(page, "a.skip")
    page.keyboard.press("Enter")
    tab_to(page, "main a[href^='C']", 60)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/C\d\d\.html"))
    tab_to(page, "a.skip", 1)
    page.keyboard.press("Enter")
    tab_to(page, "main .sources a[href^='http']", 150)


def test_a_heading_shows_its_link_to_the_keyboard_and_always_on_touch(visit):
    opacity = "() => getComputedStyle(document.querySelector('main h2 .anchor')).opacity"
    page = visit("methods", 1440)
    assert page.evaluate(opacity) == "0"
    page.locator("main h2 .anchor").first.focus()
    tab_to(page, "main h2 .anchor, main h3 .anchor", 60)
    assert page.evaluate("() => getComputedStyle(document.activeElement).opacity") == "1"
    assert visit("methods", 390, has_touch=True, is_mobile=True).evaluate(opacity) == "1"


def test_code_is_copied_and_does_not_run_out_of_its_box(visit):
    page = visit("rerun", 390)
    box = page.locator("div.sourceCode").first
    box.get_by_role("button", name="Copy").click()
    box.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").split() == box.locator("code").inner_text().split()
    assert page.evaluate(
        "() => Array.from(document.querySelectorAll('pre.sourceCode')).every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_beside_a_claim_its_place_in_the_list_is_in_sight(visit):
    page = visit("C40", 1440)
    box = page.locator(".side a[aria-current=page]").bounding_box()
    assert 0 < box["y"] < 900
    assert page.locator(".side a").count() > 50


def test_the_switch_of_languages_keeps_the_claim(visit):
    page = visit("C05")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/C05.html")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.locator("main a[hreflang=en]").first.click()
    page.wait_for_url(re.compile(r"\d/C05\.html"))


def test_rows_with_verdicts_are_cards_on_a_phone_and_keep_their_columns(visit):
    page = visit("changes", 390)
    table = page.locator("table.as-cards").first
    cell = table.locator("tbody td[data-label=Verdict]").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Verdict"'
    assert table.evaluate("one => one.getBoundingClientRect().right <= innerWidth")
    assert (
        table.get_by_role("cell").count() == table.locator("tbody td:not(:empty)").count()
    )  # for a reader who listens


@pytest.mark.parametrize("name", ["index", "C05"])
def test_a_page_prints_without_what_only_a_screen_needs(visit, name):
    page = visit(name)
    title = page.locator("h1").inner_text()
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]
    assert re.sub(r"\W", "", title) in re.sub(r"\W", "", sheets[0])
    assert "Skip to the text" not in sheets[0] and "On this page" not in sheets[0]
    assert all(sheet.strip() for sheet in sheets)
    assert all(re.search(rf"{name}\.html · data to \d", sheet) for sheet in sheets)


@pytest.mark.parametrize("name", ["claims", "C05"])
def test_paper_is_white_with_all_that_is_folded_and_nothing_to_press(visit, name):
    page = visit(name, color_scheme="dark")
    page.evaluate("localStorage.setItem('theme', 'dark')")
    page.reload()
    page.emulate_media(media="print", color_scheme="dark")
    look = page.evaluate(
        "() => { const one = getComputedStyle(document.body); return [one.backgroundColor, one.color]; }"
    )
    assert look == ["rgb(255, 255, 255)", "rgb(27, 33, 38)"]
    for selector in ("main button", "main form input", "nav", ".toc-small"):
        assert not any(one.is_visible() for one in page.locator(selector).all()), selector
    folded = "main details:not([open], .toc-small, .claim-actions details) > :not(summary)"
    assert all(one.bounding_box()["height"] > 0 for one in page.locator(folded).all())
    assert page.locator("main :is(td, .claim-band) .verdict").first.is_visible()


def test_pages_work_from_a_folder_without_a_server(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    refused = "Content Security Policy"  # beside this a browser tells of fonts that it loads ahead from no folder
    page.on("console", lambda message: problems.append(message.text) if refused in message.text else None)
    page.goto((site / "index.html").as_uri())
    page.locator(".small-menu summary").click()
    page.locator(".small-menu a[href='claims.html']").click()
    page.wait_for_url("**/claims.html")
    page.locator("main a[href^='C']").first.click()
    page.wait_for_url(re.compile(r"/C\d\d\.html"))
    assert page.locator("main .verdict").first.is_visible() and problems == []
    context.close()


# What a text could smuggle in, were it not escaped: an attribute, a script in the page, a script from elsewhere.
SMUGGLE = """() => new Promise(done => {
  window.ran = [];
  const place = document.createElement('p');
  place.innerHTML = "<img src='data:,' onerror='window.ran.push(1)'>";
  const inline = document.createElement('script');
  inline.textContent = 'window.ran.push(2)';
  const other = document.createElement('script');
  other.src = 'data:text/javascript,window.ran.push(3)';
  document.body.append(place, inline, other);
  setTimeout(() => done(window.ran.sort()), 300);
})"""


def test_what_a_text_could_smuggle_in_does_not_run_from_a_server_or_a_folder(browser, site, address):
    page = browser.new_page()
    page.set_content("<p>No policy</p>")
    assert page.evaluate(SMUGGLE) == [1, 2, 3]
    for place, name in itertools.product((address, site.as_uri()), ("C05", *FRAMES)):
        page.goto(f"{place}/{name}.html")
        assert page.evaluate(SMUGGLE) == [], f"{place}/{name}"
    page.close()


def test_what_others_embed_and_the_page_for_lost_readers_look_as_meant_from_a_server_or_a_folder(
    browser, site, address
):
    page = browser.new_page(color_scheme="dark")
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    for place, name in itertools.product((address, site.as_uri()), FRAMES):
        page.goto(f"{place}/{name}.html", wait_until="load")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == NIGHT, f"{place}/{name}"
        drawn = "() => Array.from(document.images).every(one => one.naturalWidth > 0)"
        assert page.evaluate(drawn) and refused == [], f"{place}/{name}"
    page.close()
