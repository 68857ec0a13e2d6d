"""What a browser may run in a page: the frame's own scripts, and nothing that a text brings along."""

import base64
import hashlib
import html
import re

from tests.reports import make_report
from tokencheck import render
from tokencheck.render.fallback import site
from tokencheck.render.fallback.policy import SCRIPT

SMUGGLED = "<script>document.title = 'smuggled'</script>"


def read_policy(page):
    return html.unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])


def test_every_page_allows_the_scripts_of_its_frame_and_no_other(tmp_path, monkeypatch):
    """The grammar refuses a script in a page; here one is in the text all the same."""
    report, convert = make_report(tmp_path / "report"), site.convert_page

    def smuggle(*given):
        *rest, body = convert(*given)
        return (*rest, body + SMUGGLED)

    monkeypatch.setattr(site, "convert_page", smuggle)
    render.render_site(report, report / "_site")
    for file in sorted((report / "_site").rglob("*.html")):
        page = file.read_text(encoding="utf-8")
        policy = read_policy(page)
        assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
        assert "unsafe-eval" not in policy and "'unsafe-inline'" not in policy.split("style-src")[0]
        assert page.index("Content-Security-Policy") < page.index("<script")
        for script in SCRIPT.finditer(page):
            if script["code"] and "json" not in script["attributes"]:
                digest = base64.b64encode(hashlib.sha256(script["code"].encode()).digest()).decode()
                assert (digest in policy) == ("smuggled" not in script["code"]), script[0]
    assert "smuggled" in (report / "_site" / "index.html").read_text(encoding="utf-8")
