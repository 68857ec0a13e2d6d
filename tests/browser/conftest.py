"""A browser for all tests of this folder, and the site it looks at: built once here, or left by `make report`.

`make test` looks at two pages of each kind; with TOKENCHECK_ALL_PAGES set, as `make test-browser` does, at every page
of the built site.
"""

import functools
import os
import re
import shutil
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.reports import share_site
from tokencheck import paths
from tokencheck.register.claims import load_register
from tokencheck.report import embeds, sharing

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ALL_PAGES = bool(os.environ.get("TOKENCHECK_ALL_PAGES"))
REMEDY = "Install it (on Debian: apt-get install chromium fonts-noto-cjk) to test pages in a real browser."

# Two pages of each kind; what is not there yet, or no longer, is left out.
CHOSEN = (
    "index", "zh/index", "claims", "zh/claims", "article", "C05", "C40", "zh/C05", "zh/C20", "usage", "lineage",
    "notebooks/02_usage", "notebooks/12_specifications", "methods", "about", "search", "zh/search", "glossary",
    "data", "changes", "regressions", "404", "C05.embed",
)  # fmt: skip


def list_frames() -> list[str]:
    """List the pages that no renderer writes: what stands where no page is, and what other sites embed."""
    embedded = [f"{one.id}{embeds.ENDING}" for one in load_register(with_measures=False).claims]
    return [name.removesuffix(".html") for name in (sharing.LOST, *embedded)]


def list_pages(folder: Path) -> list[str]:
    """List the pages of a report by its sources, before anything is rendered."""
    files = [*folder.glob("*.qmd"), *folder.glob("zh/*.qmd"), *folder.glob("notebooks/*.qmd")]
    pdfs = {file for file in files if re.search(r"^format:\s+typst", file.read_text(encoding="utf-8"), re.MULTILINE)}
    return sorted(file.relative_to(folder).with_suffix("").as_posix() for file in set(files) - pdfs)


PAGES = [name for name in (*list_pages(paths.REPORT), *list_frames()) if ALL_PAGES or name in CHOSEN]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The built site of the real report."""
    if ALL_PAGES:
        assert (paths.SITE / "index.html").is_file(), "make test-browser looks at the built site: run make report first"
        return paths.SITE
    return share_site(tmp_path_factory)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def serve(folder: Path):
    """Show a folder by a server; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def address(site):
    """Where a server shows the site."""
    with serve(site) as address:
        yield address


def find_browser() -> str:
    """Find Chromium; without one the tests are skipped, but not where they are the proof."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if os.environ.get("CI") or os.environ.get("TOKENCHECK_REQUIRE_BROWSER"):
            pytest.fail(f"There is no Chromium. {REMEDY}")
        pytest.skip(f"NO BROWSER, NO PAGE WAS TESTED IN ONE: there is no Chromium. {REMEDY}")
    return program


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests of a process."""
    program = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # a container has no sandbox of its own to give; the pages are our own files
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def windows(browser):
    """Windows by what cannot be changed while one is open; each is opened once, as that takes a second."""
    return {}


@pytest.fixture
def visit(browser, windows, address):
    """Open a page of the site: its name, the width, the scheme of colours, and further options of Playwright's."""
    used = []

    def open_page(name: str, width: int = 1440, color_scheme: str = "light", **options):
        key = tuple(sorted(options.items()))
        if key not in windows:
            allowed = ["clipboard-read", "clipboard-write"]
            windows[key] = browser.new_context(permissions=allowed, reduced_motion="reduce", **options).new_page()
        page = windows[key]
        used.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null", color_scheme=color_scheme, reduced_motion="reduce")
        page.goto("about:blank")
        page.goto(f"{address}/{name}.html", wait_until="load")
        return page

    yield open_page
    for page in used:
        page.evaluate("localStorage.clear()")
