"""What a browser may run in a page: the frame's own scripts, and nothing that a text brings along."""

import base64
import hashlib
import html
import re

import pytest

from tests.reports import make_report, share_site
from tokencheck import render
from tokencheck.policy import SCRIPT
from tokencheck.register.verdicts import read_verdicts
from tokencheck.render.fallback import site
from tokencheck.report import embeds, sharing

SMUGGLED = "<script>document.title = 'smuggled'</script>"

EVERYWHERE = {
    "default-src 'none'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return share_site(tmp_path_factory)


def read_policy(page):
    return html.unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1])


def test_every_page_of_the_site_has_a_policy_before_all_else_and_frames_allow_no_script(rendered):
    pages = [file.relative_to(rendered).as_posix() for file in rendered.rglob("*.html")]
    frames = {name for name in pages if name == sharing.LOST or name.endswith(embeds.ENDING)}
    assert len(frames) == 1 + len(read_verdicts().claims) and len(pages) > 2 * len(frames)
    for name in pages:
        page = (rendered / name).read_text(encoding="utf-8")
        rules = set(read_policy(page).split("; "))
        scripts = rules - EVERYWHERE
        assert rules >= EVERYWHERE, name
        assert len(scripts) == (name not in frames), name
        assert all(re.fullmatch(r"script-src 'self'( 'sha256-[\w+/]{43}=')+", one) for one in scripts), name
        first = re.search(r"<(?!!|html|head|meta)\w+", page).start()
        assert page.index("Content-Security-Policy") < first, name


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
