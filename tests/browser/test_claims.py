"""A claim's page and the list of claims in use: count it your way, choose, sort, copy; with, and without, a script."""

import random
import re

import pytest

from tests.browser.conftest import ALL_PAGES, serve
from tokencheck import paths
from tokencheck.register import verdicts
from tokencheck.register.claims import load_register
from tokencheck.report import curveways, embeds, whatif

REGISTER = load_register(with_measures=False)
RESULTS = {result.id: result for result in verdicts.read_verdicts().claims}
COUNTED = ("C05", "C14")
NUMBERS = ("C13", "C16", "zh/C14")  # what they claim has the longest words
DRAWN = [one for one, result in RESULTS.items() if result.key_figure and not result.key_figure.startswith("lineage-")]
KEYED = [one for one in DRAWN if ALL_PAGES or one in (*COUNTED, "C43")]
# pixels: the claimed value and the first rows of any figure; on a phone, that there is one
FIGURE_SEEN = {1440: 300, 390: 60}


def choose(page, key, names):
    """Choose by the words of the choices; None leaves one open."""
    for place, name in enumerate(names):
        select = page.locator(f'[data-key="{key}"] select').nth(place)
        select.select_option(label=name) if name is not None else select.select_option(value="")


def read_sentence(page, key):
    return page.locator(f'[data-key="{key}"] .ways-says').text_content()


@pytest.mark.parametrize("claim_id", COUNTED)
def test_every_choice_says_what_the_grid_says_and_the_address_keeps_it(visit, claim_id):
    page = visit(claim_id)
    chance = random.Random(7)
    for ways in whatif.read_ways(REGISTER.find(claim_id), RESULTS[claim_id].readings, "en"):
        assert read_sentence(page, ways.key) == whatif.say(ways, ways.rows)
        for row in chance.sample(ways.rows, 6):
            kept = [chance.random() < 0.7 for _ in row.chosen]
            named = zip(ways.dimensions, row.chosen, kept, strict=True)
            choose(page, ways.key, [one.values[at] if keep else None for one, at, keep in named])
            fits = [
                other
                for other in ways.rows
                if all(a == b for a, b, keep in zip(other.chosen, row.chosen, kept, strict=True) if keep)
            ]
            said = whatif.say(ways, fits)
            assert read_sentence(page, ways.key) == said
            drawn = page.locator(f'[data-key="{ways.key}"] .ways-on').get_attribute("d").count("M")
            assert 1 <= drawn <= len({other.value for other in fits})
        page.reload()
        assert read_sentence(page, ways.key) == said


@pytest.mark.parametrize("width", [320, 390, 1440])
@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_claimed_stands_whole_above_its_strip(visit, name, width):
    page = visit(name, width)
    for box in page.locator(".whatif").all():
        strip, label = (box.locator(one).bounding_box() for one in (".ways", ".ways-claimed span"))
        assert strip["x"] - 1 <= label["x"]
        assert label["x"] + label["width"] <= strip["x"] + strip["width"] + 1
        assert label["y"] + label["height"] <= strip["y"] + 1


@pytest.mark.parametrize("width", FIGURE_SEEN)
@pytest.mark.parametrize("claim_id", KEYED)
def test_the_key_figure_begins_on_the_first_screen(visit, claim_id, width):
    page = visit(claim_id, width)
    figure = page.locator("main figure svg:visible").first.bounding_box()
    assert figure["y"] + FIGURE_SEEN[width] <= (844 if width < 800 else page.viewport_size["height"])


def test_the_choices_go_by_keyboard_and_reset(visit):
    page = visit("C05")
    key, everything = "c05", read_sentence(page, "c05")
    page.locator(f'[data-key="{key}"] select').first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert read_sentence(page, key) != everything and "c05=0" in page.url
    page.get_by_role("button", name=whatif.SAYS["en"]["reset"]).first.click()
    page.wait_for_url(lambda address: "?" not in address)  # what a string asks for, the policy of the page forbids
    assert read_sentence(page, key) == everything


def list_shown(page):
    return page.locator(".claims-list tbody tr:visible .row-link").all_text_contents()


def test_the_list_is_chosen_by_the_address_and_by_chips_and_says_when_nothing_fits(visit):
    page = visit("claims")
    chosen, own = next(iter(RESULTS.items()))
    page.goto(f"{page.url}?verdict={own.verdict.lower().replace(' ', '-')}&q={chosen}")
    shown = list_shown(page)
    assert chosen in shown and all(RESULTS[one].verdict == own.verdict for one in shown) and len(shown) < len(RESULTS)
    assert f"{len(shown)} of {len(RESULTS)} claims" in page.locator(".list-count").text_content()
    page.goto(page.url.partition("?")[0])
    # words of the finding, too, as copied or as keyboards have them
    page.get_by_role("searchbox").fill(own.texts["en"].answer.replace("'", "’").replace("–", "-"))
    assert list_shown(page) == [chosen]
    page.get_by_role("searchbox").fill("no such words anywhere")
    assert list_shown(page) == [] and page.get_by_text("Nothing fits.").is_visible()
    assert not page.get_by_role("heading", name="By verdict").is_visible()  # it would list what does not fit
    page.locator(".list-empty button").click()
    assert len(list_shown(page)) == len(RESULTS) and "?" not in page.url
    page.locator('[data-verdict="contradicted"]').click()
    assert page.url.endswith("?verdict=contradicted")
    assert sorted(list_shown(page)) == sorted(one for one, own in RESULTS.items() if own.verdict == "Contradicted")


APOSTROPHE = """(quote) => {
    const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(quote);
    pen.font = `${style.fontSize} ${style.fontFamily}`;
    return pen.measureText("’").width / parseFloat(style.fontSize); }"""


def test_the_apostrophe_of_an_english_quote_on_a_chinese_page_is_as_narrow_as_in_english(visit):
    pages = (paths.REPORT / "zh").glob("C*.qmd")
    claim = next(page.stem for page in sorted(pages) if "lang=en}]{.wording}" in page.read_text(encoding="utf-8"))
    assert visit(f"zh/{claim}").locator('.wording [lang="en"]').first.evaluate(APOSTROPHE) < 0.4


# The widths of the lines into which each clause of the title breaks.
LINES = """() => [...document.querySelectorAll("h1 .clause")].map((one) => {
  const range = document.createRange(), widths = new Map();
  range.selectNodeContents(one);
  for (const { top, width } of range.getClientRects()) widths.set(top, (widths.get(top) || 0) + width);
  return [...widths.values()];
})"""


@pytest.mark.parametrize("claim", [one.id for one in REGISTER.claims][::3])
def test_a_clause_of_a_chinese_title_leaves_no_word_alone_on_a_phone(visit, claim):
    for widths in visit(f"zh/{claim}", 390).evaluate(LINES):
        assert min(widths) > max(widths) / 2, widths


def test_the_chinese_list_is_chosen_by_the_same_chips(visit):
    page = visit("zh/claims")
    page.locator('[data-verdict="contradicted"]').click()
    shown = list_shown(page)
    assert sorted(shown) == sorted(one for one, own in RESULTS.items() if own.verdict == "Contradicted")
    assert page.locator(".list-count").text_content().startswith(f"{len(RESULTS)}条中的{len(shown)}条")
    page.get_by_role("searchbox").fill("没有这样的话")
    assert list_shown(page) == [] and page.locator(".list-empty").is_visible()


def test_a_choice_among_the_estimates_of_the_curve_says_what_they_are(visit):
    page, ways = visit("curve"), curveways.read_curve()
    row = ways.rows[len(ways.rows) // 2]
    names = [one.values[at] for one, at in zip(ways.dimensions, row.chosen, strict=True)]
    choose(page, ways.key, names)
    assert read_sentence(page, ways.key) == whatif.say(ways, [row])
    choose(page, ways.key, [*names[:1], *[None] * (len(names) - 1)])
    fits = [other for other in ways.rows if other.chosen[0] == row.chosen[0]]
    assert read_sentence(page, ways.key) == whatif.say(ways, fits)


def test_the_list_is_sorted_by_distance_and_back(visit):
    page = visit("claims")
    page.locator("[name=sort]").select_option("distance")
    distances = [
        float(one or 0)
        for one in page.locator(".claims-list tbody tr .measured").evaluate_all(
            "all => all.map(one => one.dataset.distance)"
        )
    ]
    assert distances == sorted(distances, reverse=True) and distances[0] > 1
    page.locator("[name=sort]").select_option("")
    assert list_shown(page) == sorted(RESULTS)


def test_a_whole_row_is_its_link(visit):
    page = visit("claims", 390)
    number = page.locator(".claims-list tbody tr").nth(4).locator(".measured")
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.wait_for_url("**/C05.html")


def test_citation_and_code_are_copied(visit):
    page = visit("C05")
    page.get_by_text("Cite", exact=True).click()
    page.locator('[data-copy="c05-bibtex"]').click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@misc{") and f"url = {{{page.url}}}" in copied
    page.get_by_text("Embed", exact=True).click()
    assert page.url.replace(".html", ".embed.html") in page.locator("#c05-embed").text_content()


FRAMED = """() => ({
  room: document.documentElement.clientWidth - document.documentElement.scrollWidth,
  paper: getComputedStyle(document.body).backgroundColor,
  links: Array.from(document.querySelectorAll("a[href]"), one => one.href),
  letters: Math.min(...Array.from(document.querySelectorAll("svg.strip text"),
    one => one.getScreenCTM().a * parseFloat(getComputedStyle(one).fontSize))),
})"""
HIDDEN = """() => Array.from(document.querySelectorAll("iframe")).flatMap(frame => {
  const root = frame.contentDocument.documentElement;
  return root.scrollHeight > frame.clientHeight || root.scrollWidth > frame.clientWidth
    ? [frame.src + ": " + root.scrollWidth + " x " + root.scrollHeight] : [];
})"""


def test_no_claim_is_cut_or_scrolls_in_the_frame_that_a_reader_copies(visit, address):
    page = visit("C05", 390)
    frames = [f'<iframe src="{address}/{one}.embed.html" height="{embeds.EMBED_HEIGHT}"></iframe>' for one in RESULTS]
    style = "<style>body { margin: 0; } iframe { display: block; width: 100%; border: 0; }</style>"
    story = style + "".join(frames)  # on the site's own address, where a test may look into a frame
    page.route(f"{address}/story.html", lambda route: route.fulfill(body=story, content_type="text/html"))
    page.goto(f"{address}/story.html", wait_until="networkidle")
    assert page.locator("iframe").count() == len(RESULTS) == len(page.frames) - 1
    for width in (358, 390, 720):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(HIDDEN) == [], width


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (800, "light")])
def test_what_a_reader_copies_shows_the_claim_on_the_page_of_somebody_else(visit, address, tmp_path, width, scheme):
    page = visit("C05", width, scheme)
    page.get_by_text("Embed", exact=True).click()
    page.locator('[data-copy="c05-embed"]').click()
    copied = page.evaluate("navigator.clipboard.readText()")
    title = '<!DOCTYPE html><meta name="viewport" content="width=device-width"><title>Synthetic</title>'
    (tmp_path / "story.html").write_text(title + copied, encoding="utf-8")
    asked = []
    with serve(tmp_path) as elsewhere:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{elsewhere}/story.html", wait_until="networkidle")
        frame = page.frame(url="**/C05.embed.html")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert frame.locator(".verdict").is_visible() and frame.locator("svg.strip").is_visible()
        seen = frame.evaluate(FRAMED)
        assert seen["room"] == 0 and seen["letters"] >= 12
        assert seen["paper"] == ("rgb(20, 24, 27)" if scheme == "dark" else "rgb(253, 253, 251)")
        assert f"{address}/C05.html" in seen["links"]
        assert asked and all(url.startswith((f"{address}/", f"{elsewhere}/")) for url in asked)
        with page.context.expect_page() as opened:
            frame.locator("h1 a").click()
        opened.value.wait_for_url(f"{address}/C05.html")
        opened.value.close()


def test_without_a_script_every_claim_and_every_way_to_count_stands_there(visit):
    page = visit("claims", java_script_enabled=False)
    assert len(list_shown(page)) == len(RESULTS)
    assert not page.locator(".list-form").is_visible()
    page = visit("C05", java_script_enabled=False)
    (ways,) = whatif.read_ways(REGISTER.find("C05"), RESULTS["C05"].readings, "en")
    assert read_sentence(page, "c05") == whatif.say(ways, ways.rows)
    assert page.locator(".ways-all").get_attribute("d") and not page.locator(".ways-choices").is_visible()


def test_the_pages_work_from_a_folder(browser, site):
    context = browser.new_context()
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto((site / "claims.html").as_uri() + "?verdict=supported")
    assert all(RESULTS[one].verdict == "Supported" for one in list_shown(page))
    page.goto((site / "C05.html").as_uri())
    page.locator('[data-key="c05"] select').first.select_option(index=1)
    assert re.match(r"[\d,]+ of [\d,]+ ways", read_sentence(page, "c05"))
    assert errors == []
    context.close()
