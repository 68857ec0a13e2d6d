"""Measure when the largest thing of a page is drawn, on a slow line and a slow processor; used by ``make bench``."""

import contextlib
import functools
import gzip
import shutil
import statistics
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bench_curve import Row  # what, measured, limit, unit

PAGES = ("index", "claims", "C05", "regressions")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKED = (".html", ".css", ".js", ".svg", ".json")
# Slow 4G as the developer tools of Chromium set it: 562.5 ms to each answer, 1.44 Mbit/s down, 0.675 up, here in
# bytes a second.
LINE = {"offline": False, "latency": 562.5, "downloadThroughput": 180_000, "uploadThroughput": 84_375}
SLOWER = 4  # times
TIMES = 3  # loads of each page, of which the middle one counts
MOST_SECONDS = 1.5

READ = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime / 1000))
  .observe({ type: "largest-contentful-paint", buffered: true }))"""


class Packing(SimpleHTTPRequestHandler):
    """Send files as servers do: text packed by gzip."""

    def log_message(self, *_):
        """Say nothing."""

    def handle(self):
        """Answer, unless the browser has gone on to the next page or is closed."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self):
        """Send a file of the site."""
        file = Path(self.translate_path(self.path))
        if file.suffix not in PACKED or not file.is_file():
            super().do_GET()
            return
        content = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def time_largest_paint(browser, url: str) -> float:
    """Load a page as a reader meets it who has seen none before; give the seconds until its largest thing is drawn."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url, wait_until="load")
    seconds = page.evaluate(READ)
    context.close()
    return seconds


def measure(site: Path) -> Iterator[Row]:
    """Measure the pages that readers meet first, and the heaviest chapter.

    Parameters
    ----------
    site : Path
        A built site.
    """
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise FileNotFoundError("there is no Chromium; on Debian: apt-get install chromium")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Packing, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name in PAGES:
            url = f"http://127.0.0.1:{server.server_port}/{name}.html"
            seconds = statistics.median(time_largest_paint(browser, url) for _ in range(TIMES))
            yield f"largest paint of {name} on a slow phone", seconds, MOST_SECONDS, "s"
        browser.close()
    server.shutdown()
