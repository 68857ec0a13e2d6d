"""Every page, or two of each kind, in a real browser: at four widths, by day and by night."""

import gzip
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.conftest import ALL_PAGES, PAGES

WIDTHS = (390, 1440, 820, 320)  # first the width at which a page is loaded
AXE_WIDTHS = (390, 1440)
LEAST_TYPE = 12  # pixels of text in figures; below 390 the narrow drawing keeps its size in a box that scrolls
FIRST_VIEW, WHOLE_PAGE = 120_000, 600_000  # bytes, compressed; the first without the font for Chinese
MOST_SHIFT = 0.05

LOOKING = (Path(__file__).parent / "looking.js").read_text(encoding="utf-8")
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
COUNT_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(function (list) {
  list.getEntries().forEach(function (entry) { if (!entry.hadRecentInput) window.shifted += entry.value; });
}).observe({ type: "layout-shift", buffered: true });
"""


@cache
def weigh(file: Path) -> int:
    """Count the bytes that travel for a file; fonts and pictures are compressed already."""
    content = file.read_bytes()
    return len(content) if file.suffix in (".woff2", ".png") else len(gzip.compress(content))


class Window:
    """One window for all pages of a process, and what happens while each loads."""

    def __init__(self, browser, address: str, site: Path):
        self.site, self.address = site, address
        self.context = browser.new_context(reduced_motion="reduce")
        self.page = self.context.new_page()
        # a page is weighed as a reader meets it who has seen none before
        self.context.new_cdp_session(self.page).send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.problems, self.requests = [], []
        self.page.on("console", self.note_message)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.add_init_script(COUNT_SHIFTS)

    def open(self, name: str) -> None:
        """Load a page, as on a phone by day."""
        self.page.goto("about:blank")
        self.problems.clear()
        self.requests.clear()
        self.show(390)
        self.page.goto(f"{self.address}/{name}.html", wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => null)")

    def note_message(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def list_files(self) -> set[Path]:
        """List the files of the site that were asked for."""
        parts = [urlsplit(url) for url in self.requests if url.startswith(self.address)]
        return {self.site / unquote(part.path).lstrip("/") for part in parts if not part.path.endswith("favicon.ico")}

    def ask(self, *questions: str) -> list[str]:
        """Ask several questions of what is shown, once it is laid out."""
        calls = ", ".join(f"...await looking.{question}" for question in questions)
        frames = "await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        return self.page.evaluate(f"async () => {{ {frames}; return [{calls}]; }}")

    def show(self, width: int, scheme: str = "light") -> None:
        """Change the window."""
        self.page.set_viewport_size({"width": width, "height": 844 if width < 800 else 900})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


@pytest.fixture(scope="module")
def window(browser, address, site):
    window = Window(browser, address, site)
    yield window
    window.context.close()


def judge_load(window: Window) -> list[str]:
    """Judge what a page loads, and whether it moves while it does."""
    found = []
    shift = window.page.evaluate("window.shifted")
    if shift > MOST_SHIFT:
        found.append(f"the layout shifts by {shift:.3f}")
    first = sum(weigh(file) for file in window.list_files() if "Han" not in file.name)
    if first > FIRST_VIEW:
        found.append(f"the first view weighs {first // 1000} kB")
    if window.page.evaluate("document.querySelector('[loading=lazy]') !== null"):
        window.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        window.page.wait_for_load_state("networkidle")
    whole = sum(weigh(file) for file in window.list_files())
    if whole > WHOLE_PAGE:
        found.append(f"the page weighs {whole // 1000} kB with all it loads")
    found += [f"asks elsewhere: {url}" for url in window.requests if not url.startswith((window.address, "data:"))]
    return found


def list_questions(width: int) -> list[str]:
    """List what is asked of a page at a width by day."""
    questions = ["width()", "badges()", "menu()", f"figures({LEAST_TYPE})", "boxes()"]
    return questions + (["axe(false)"] if width in AXE_WIDTHS else [])


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_sound_at_every_width_by_day_and_by_night(window, name):
    window.open(name)
    found = judge_load(window)
    window.page.evaluate(AXE)
    window.page.evaluate(LOOKING)
    found += window.ask("words()")
    for width in WIDTHS:
        window.show(width)
        found += [f"at {width}: {one}" for one in window.ask(*list_questions(width))]
    for width in AXE_WIDTHS:
        window.show(width, "dark")
        colours = str(ALL_PAGES).lower()  # of all pages, by night, only what night changes
        found += [f"at {width} by night: {one}" for one in window.ask(f"axe({colours})")]
    assert found + window.problems == []
