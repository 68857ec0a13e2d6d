"""What lets pages be found and passed on, in a small synthetic site: with an address, and without one."""

import json
import re
import struct
from xml.etree import ElementTree

import pytest

from tokencheck import paths
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import cards, machine, sharing
from tokencheck.report.publication import BASE_URL

ADDRESS = "https://report.example.org/"
PAGE = (
    '<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<title>{title}</title>\n<meta name="description" content="What">\n'
    "</head>\n<body>{body}</body>\n</html>\n"
)
CITE = '<code>See<span data-address="C05.html" data-before=" " data-after=".">nowhere</span></code>'
FOUND = read_verdicts()


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A synthetic site of six pages, and the real record of two claims."""
    kept = [one for one in FOUND.claims if one.id in ("C05", "C52")]
    monkeypatch.setattr(sharing, "read_verdicts", lambda: FOUND.model_copy(update={"claims": kept}))
    monkeypatch.setattr(cards, "CARD_CACHE", tmp_path / "cache")
    monkeypatch.setattr(sharing, "write_package", lambda site: None)
    monkeypatch.delenv(BASE_URL, raising=False)
    site = tmp_path / "site"
    for path in ("index", "C05", "C52", "data", "zh/index", "zh/C05"):
        file = site / f"{path}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        lang = "zh-Hans" if path.startswith("zh/") else "en"
        file.write_text(PAGE.format(lang=lang, title=f"A &amp; {path}", body=CITE), encoding="utf-8")
    (site / "downloads").mkdir()
    for name in ("claims.json", "verdicts.atom", "changes.atom"):
        (site / "downloads" / name).write_bytes((paths.REPORT / "downloads" / name).read_bytes())
    return site


def read(site, path):
    return (site / path).read_text(encoding="utf-8")


def read_metas(text):
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)"', text))


def read_links(text, rel):
    return re.findall(rf'<link rel="{rel}" href="([^"]+)"', text)


def test_without_an_address_nothing_that_needs_one_is_written_and_one_line_says_so(site):
    before = read(site, "downloads/verdicts.atom"), read(site, "downloads/claims.json")
    told = sharing.share_site(site)
    assert "\n" not in told and BASE_URL in told and "left out" in told
    assert not (site / "sitemap.xml").exists()
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert not read_links(text, "canonical") and "ld+json" not in text and "og:image" not in text, file.name
        assert "og:url" not in text
        local = [link for link in re.findall(r'<link [^>]*href="([^"]+)"', text) if "://" in link]
        assert not local, file.name
    assert (read(site, "downloads/verdicts.atom"), read(site, "downloads/claims.json")) == before
    assert "nowhere" in read(site, "C05.html")
    assert "Sitemap" not in read(site, "robots.txt")


def test_with_an_address_every_page_has_its_own_and_the_card_of_its_claim(site, monkeypatch):
    monkeypatch.setenv(BASE_URL, ADDRESS)
    assert ADDRESS in sharing.share_site(site)
    for path, card in {
        "C05.html": "C05", "zh/C05.html": "zh-C05", "data.html": "index", "zh/index.html": "zh-index"
    }.items():  # fmt: skip
        text = read(site, path)
        metas = read_metas(text)
        assert read_links(text, "canonical") == [ADDRESS + path] == [metas["og:url"]]
        assert metas["og:image"] == metas["twitter:image"] == f"{ADDRESS}cards/{card}.png"
        assert metas["twitter:card"] == "summary_large_image"
        assert metas["og:title"] == f"A &amp; {path.removesuffix('.html')}"
        size = struct.unpack(">II", (site / "cards" / f"{card}.png").read_bytes()[16:24])
        assert size == (1200, 630) == (int(metas["og:image:width"]), int(metas["og:image:height"]))
    assert "See https://report.example.org/C05.html." in read(site, "C05.html")


def read_foot(text):
    return re.search(r'@bottom-left \{ content: "([^"]*)"', text)[1]


def test_each_printed_page_names_its_address_and_how_far_the_data_reach(site, monkeypatch):
    sharing.share_site(site)
    assert read_foot(read(site, "C05.html")).startswith("tokencheck, C05.html · data to ")
    monkeypatch.setenv(BASE_URL, ADDRESS)
    sharing.share_site(site)
    assert read_foot(read(site, "C05.html")).startswith(f"{ADDRESS}C05.html · data to ")
    assert read_foot(read(site, "zh/C05.html")).startswith(f"{ADDRESS}zh/C05.html · 数据截至")


def test_languages_point_at_each_other_only_where_both_exist(site, monkeypatch):
    monkeypatch.setenv(BASE_URL, ADDRESS)
    sharing.share_site(site)
    both = [ADDRESS + "C05.html", ADDRESS + "zh/C05.html", ADDRESS + "C05.html"]
    for path in ("C05.html", "zh/C05.html"):
        assert re.findall(r'href="([^"]+)" hreflang="(?:en|zh-Hans|x-default)"', read(site, path)) == both
    assert "hreflang" not in read(site, "data.html")


def test_the_sitemap_lists_every_page_once(site, monkeypatch):
    monkeypatch.setenv(BASE_URL, ADDRESS)
    sharing.share_site(site)
    root = ElementTree.fromstring(read(site, "sitemap.xml"))
    listed = sorted(node.text for node in root.iter(f"{{{sharing.SITEMAP}}}loc"))
    pages = sorted(ADDRESS + file.relative_to(site).as_posix() for file in site.rglob("*.html"))
    assert listed == [page for page in pages if not page.endswith("404.html")]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in read(site, "robots.txt")


def test_only_a_verdict_on_truth_gives_a_claim_review_and_it_names_the_page(site, monkeypatch):
    monkeypatch.setenv(BASE_URL, ADDRESS)
    sharing.share_site(site)
    for path in ("C05.html", "C52.html", "zh/C05.html", "data.html"):
        scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', read(site, path))
        rated = path in ("C05.html", "C52.html") and machine.SCALE.count(
            next(one.verdict for one in FOUND.claims if path.startswith(one.id))
        )
        assert len(scripts) == bool(rated), path
        for script in scripts:
            assert json.loads(script)["url"] == ADDRESS + path


def test_feeds_and_claims_are_announced_and_carry_whole_addresses(site, monkeypatch):
    monkeypatch.setenv(BASE_URL, ADDRESS)
    sharing.share_site(site)
    for path in ("C05.html", "zh/C05.html"):
        root = "../" * path.count("/")
        links = read_links(read(site, path), "alternate")
        assert {f"{root}downloads/verdicts.atom", f"{root}downloads/claims.json"} <= set(links)
    for name in ("verdicts.atom", "changes.atom"):
        links = [node.get("href") for node in ElementTree.fromstring(read(site, f"downloads/{name}")).iter()
                 if node.tag == f"{{{machine.ATOM}}}link"]  # fmt: skip
        assert links and all(link.startswith(ADDRESS) and ".." not in link for link in links)
    claims = json.loads(read(site, "downloads/claims.json"))["claims"]
    assert [one["url"] for one in claims] == [f"{ADDRESS}{one['id']}.html" for one in claims]


def test_it_may_run_twice(site, monkeypatch):
    monkeypatch.setenv(BASE_URL, ADDRESS)
    sharing.share_site(site)
    first = {file: file.read_bytes() for file in site.rglob("*") if file.is_file()}
    sharing.share_site(site)
    assert {file: file.read_bytes() for file in site.rglob("*") if file.is_file()} == first


def test_no_committed_file_of_the_report_names_an_address_of_its_own(monkeypatch, register):
    from tokencheck.report import pages

    monkeypatch.setenv(BASE_URL, ADDRESS)
    for name, text in pages.make_pages(register, FOUND).items():
        assert ADDRESS not in text, name
