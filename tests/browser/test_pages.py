"""Every page, or two of each kind, in a real browser: at four widths, by day and by night."""

import gzip
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.conftest import PAGES

WIDTHS = (320, 390, 820, 1440)
AXE_WIDTHS = (390, 1440)
LEAST_TYPE = 12  # pixels of text in figures; below 390 the narrow drawing shrinks with the screen
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


class Watched:
    """A window on one page, and what happened while it loaded."""

    def __init__(self, browser, address: str, site: Path, name: str):
        self.site, self.address = site, address
        self.context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.problems, self.requests = [], []
        self.page.on("console", self.note_message)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.add_init_script(COUNT_SHIFTS)
        self.page.goto(f"{address}/{name}.html", wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => null)")

    def note_message(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"console: {message.text}")

    def list_files(self) -> set[Path]:
        """List the files of the site that were asked for."""
        parts = [urlsplit(url) for url in self.requests if url.startswith(self.address)]
        return {self.site / unquote(part.path).lstrip("/") for part in parts if not part.path.endswith("favicon.ico")}

    def ask(self, question: str) -> list[str]:
        return self.page.evaluate(f"window.looking.{question}")

    def show(self, width: int, scheme: str = "light") -> None:
        """Change the window; what follows the width is laid out before the next question."""
        self.page.set_viewport_size({"width": width, "height": 844 if width < 800 else 900})
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))")


@pytest.fixture
def watched(browser, address, site, request):
    window = Watched(browser, address, site, request.param)
    yield window
    window.context.close()


def judge_load(window: Watched) -> list[str]:
    """Judge what a page loads, and whether it moves while it does."""
    found = []
    shift = window.page.evaluate("window.shifted")
    if shift > MOST_SHIFT:
        found.append(f"the layout shifts by {shift:.3f}")
    first = sum(weigh(file) for file in window.list_files() if "Han" not in file.name)
    if first > FIRST_VIEW:
        found.append(f"the first view weighs {first // 1000} kB")
    window.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    window.page.wait_for_load_state("networkidle")
    whole = sum(weigh(file) for file in window.list_files())
    if whole > WHOLE_PAGE:
        found.append(f"the page weighs {whole // 1000} kB with all it loads")
    found += [f"asks elsewhere: {url}" for url in window.requests if not url.startswith((window.address, "data:"))]
    return found


@pytest.mark.parametrize("watched", PAGES, indirect=True)
def test_a_page_is_sound_at_every_width_by_day_and_by_night(watched):
    found = judge_load(watched)
    watched.page.evaluate(AXE)
    watched.page.evaluate(LOOKING)
    found += watched.ask("words()")
    for width in WIDTHS:
        watched.show(width)
        seen = watched.ask("width()") + watched.ask("badges()") + watched.ask("menu()")
        if width >= 390:
            seen += watched.ask(f"figures({LEAST_TYPE})")
        if width in AXE_WIDTHS:
            seen += watched.ask("axe(false)")
            watched.show(width, "dark")
            seen += [f"{one} by night" for one in watched.ask("axe(true)")]
        found += [f"at {width}: {one}" for one in seen]
    assert found + watched.problems == []
