"""What lets pages be found and passed on, put into the built site of either renderer.

Search engines, messengers and readers of feeds want addresses and pictures. The address at which the site is published
is known when it is rendered (`tokencheck.report.publication`), and stands in no committed file: so links, cards, the
sitemap and ClaimReview are written here, into the site alone. Without an address, what needs one is left out.
"""

import datetime as dt
import html
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree

import typst

from tokencheck import paths, wording
from tokencheck.caches import Cache, describe_code
from tokencheck.register.claims import Register, load_register
from tokencheck.register.verdicts import VerdictFile, read_verdicts
from tokencheck.report import cards, chinese, embeds, frames, front, landmarks, languages, machine
from tokencheck.report.markup import curl
from tokencheck.report.publication import BASE_URL, Publication, load_publication
from tokencheck.results import read_json, write_bytes_atomically, write_text_atomically

_START, _END = "<!-- to be found and passed on -->", "<!-- end -->"
PUT_BEFORE = re.compile(f"{_START}.*?{_END}\n", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
LANGUAGE = re.compile(r'<html[^>]*\blang="([^"]+)"')
AT_ADDRESS = re.compile(
    r'<span data-address="(?P<page>[^"]*)" data-before="(?P<before>[^"]*)" data-after="(?P<after>[^"]*)">[^<]*</span>'
)
LOST = "404.html"
PACKAGE = "tokencheck"
MEDIA_TYPES = {".csv": "text/csv", ".json": "application/json"}
FEEDS = {"downloads/verdicts.atom": "Verdicts", "downloads/changes.atom": "What changed"}
PAPER = {"light": "#fdfdfb", "dark": "#14181b"}  # what a phone paints around the page
LOCALES = {languages.ENGLISH_CODE: "en_US", languages.CHINESE_CODE: "zh_CN"}
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"

ICON_SHEET = """
#set page(width: 180pt, height: 180pt, margin: 0pt, fill: rgb("#0b5d6b"))
#image("/icon.svg", width: 180pt)
"""

LOST_PAGE = """<a class="brand" href="{root}index.html"><img src="{root}icon.svg" alt="" width="28" height="28">
{name}</a>
<h1>This page does not exist</h1>
<p>It may have been renamed. <a href="{root}index.html">What we found</a> ·
<a href="{root}claims.html">all claims</a> · <a href="{root}search.html">search</a></p>
<p lang="zh-Hans">没有这个页面。<a href="{root}zh/index.html">要点</a>，<a
href="{root}zh/claims.html">全部说法</a></p>"""


@dataclass(frozen=True)
class SharedPage:
    """One page of the built site: its path inside it, its language, title and description."""

    path: str
    language: str
    title: str
    description: str

    @property
    def name(self) -> str:
        """The path without its ending."""
        return self.path.removesuffix(".html")

    @property
    def root(self) -> str:
        """The way up to the folder of the site."""
        return "../" * self.path.count("/")


def _read_page(path: str, text: str) -> SharedPage:
    """Read what a page says of itself, in the HTML of either renderer."""

    def look(pattern: re.Pattern[str]) -> str:
        match = pattern.search(text)
        return html.unescape(" ".join(match[1].split())) if match else ""

    return SharedPage(path, look(LANGUAGE) or "en", look(_TITLE), look(DESCRIPTION))


def list_languages(pages: Mapping[str, SharedPage], page: SharedPage) -> dict[str, str]:
    """Give the path of a page in each language, where it has both; else nothing.

    Examples
    --------
    >>> pages = {path: SharedPage(path, "", "", "") for path in ("C05.html", "zh/C05.html", "data.html")}
    >>> list_languages(pages, pages["zh/C05.html"]), list_languages(pages, pages["data.html"])
    ({'en': 'C05.html', 'zh-Hans': 'zh/C05.html'}, {})
    """
    english = page.path.removeprefix(f"{languages.CHINESE_FOLDER}/")
    both = {"en": english, languages.CHINESE_CODE: f"{languages.CHINESE_FOLDER}/{english}"}
    return both if all(path in pages for path in both.values()) else {}


def name_card(page: SharedPage, known: Mapping[str, cards.Card]) -> str:
    """Name the card of a page; that of the front page in its language where it has none of its own."""
    front_page = f"{languages.CHINESE_FOLDER}/index" if page.language.startswith("zh") else "index"
    return page.name if page.name in known else front_page


def write_tags(
    page: SharedPage, pages: Mapping[str, SharedPage], drawn: Mapping[str, cards.Card], publication: Publication
) -> Iterator[str]:
    """Write the elements of a page's head, one by one.

    Parameters
    ----------
    page : SharedPage
    pages : mapping of str to SharedPage
        All pages of the site by path.
    drawn : mapping of str to Card
        From `tokencheck.report.cards.make_cards`.
    publication : Publication

    Yields
    ------
    str
    """
    base = publication.base_url
    start = base or page.root

    def link(rel: str, path: str, **more: str) -> str:
        rest = "".join(f' {key}="{html.escape(value)}"' for key, value in more.items())
        return f'<link rel="{rel}" href="{html.escape(path)}"{rest}>'

    def meta(key: str, name: str, content: str) -> str:
        return f'<meta {key}="{name}" content="{html.escape(content)}">'

    if base:
        yield link("canonical", base + page.path)
    both = list_languages(pages, page)
    for language, path in both.items():
        yield link("alternate", start + path, hreflang=language)
    if both:
        yield link("alternate", start + both["en"], hreflang="x-default")
    for file, title in FEEDS.items():
        yield link("alternate", page.root + file, type="application/atom+xml", title=f"{publication.name}: {title}")
    yield link("alternate", f"{page.root}downloads/claims.json", type="application/json", title="All claims")
    yield link("describedby", f"{page.root}datapackage.json", type="application/json", title="Data Package")
    yield link("apple-touch-icon", page.root + machine.TOUCH_ICON)
    for scheme, colour in PAPER.items():
        yield f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">'
    yield meta("property", "og:type", "website" if page.name.endswith("index") else "article")
    yield meta("property", "og:site_name", publication.name)
    yield meta("property", "og:title", curl(page.title))
    yield meta("property", "og:description", curl(page.description))
    for language, locale in LOCALES.items():
        if language == page.language:
            yield meta("property", "og:locale", locale)
        elif both:
            yield meta("property", "og:locale:alternate", locale)
    yield meta("name", "twitter:card", "summary_large_image" if base else "summary")
    yield meta("name", "twitter:title", curl(page.title))
    yield meta("name", "twitter:description", curl(page.description))
    if base:
        name = name_card(page, drawn)
        card, picture = drawn[name], base + cards.name_file(name)
        said = " ".join(filter(None, [card.verdict, card.answer]))
        yield meta("property", "og:url", base + page.path)
        yield meta("property", "og:image", picture)
        yield meta("property", "og:image:width", str(cards.CARD_WIDTH))
        yield meta("property", "og:image:height", str(cards.CARD_HEIGHT))
        yield meta("property", "og:image:alt", said)
        yield meta("name", "twitter:image", picture)
        yield meta("name", "twitter:image:alt", said)


def put_into_head(text: str, tags: list[str]) -> str:
    """Put elements at the end of a page's head, instead of those put there before."""
    own = "\n".join([_START, *tags, _END, ""])
    return PUT_BEFORE.sub("", text).replace("</head>", f"{own}</head>", 1)


def write_print_line(page: SharedPage, edition: str, publication: Publication) -> str:
    """Write what stands at the foot of each printed page: its address, or else its name, and how far the data reach."""
    day = dt.date.fromisoformat(edition[:10])
    is_chinese = page.language.startswith("zh")
    data_to = f"数据截至{wording.write_day(day, 'zh')}" if is_chinese else f"data to {wording.write_day(day, 'en')}"
    place = publication.base_url + page.path if publication.base_url else f"{publication.name}, {page.path}"
    text = json.dumps(f"{place} · {data_to}", ensure_ascii=False).replace("<", "\\3c ")
    return f"<style>@page {{ @bottom-left {{ content: {text}; font: 8pt sans-serif; color: #535d65; }} }}</style>"


def fill_addresses(text: str, base: str) -> str:
    """Fill in the places of a page that name its address; they stay as they are while the site has none."""
    if not base:
        return text
    return AT_ADDRESS.sub(lambda match: f"{match['before']}{base}{match['page']}{match['after']}", text)


def write_reviews(register: Register, found: VerdictFile, publication: Publication) -> dict[str, str]:
    """Write the ClaimReview of each claim that has one, by the path of its page."""
    reviews = {}
    for result in found.claims:
        record = machine.make_claim_review(register.find(result.id), result, found, publication)
        if record:
            reviews[f"{result.id}.html"] = machine.write_script_element(record)
    return reviews


def write_sitemap(pages: Mapping[str, SharedPage], base: str, edition: str) -> str:
    """Write the list of all pages for search engines, each with its other language."""
    ElementTree.register_namespace("", SITEMAP)
    ElementTree.register_namespace("xhtml", XHTML)
    root = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for path in sorted(pages):
        entry = ElementTree.SubElement(root, f"{{{SITEMAP}}}url")
        ElementTree.SubElement(entry, f"{{{SITEMAP}}}loc").text = base + path
        ElementTree.SubElement(entry, f"{{{SITEMAP}}}lastmod").text = edition
        for language, other in list_languages(pages, pages[path]).items():
            ElementTree.SubElement(
                entry, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": language, "href": base + other}
            )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def complete_feed(text: str, address: str) -> str:
    """Make the links of a feed whole, from its own address."""
    ElementTree.register_namespace("", machine.ATOM)
    feed = ElementTree.fromstring(text.encode())
    for node in feed.iter(f"{{{machine.ATOM}}}link"):
        node.set("href", urljoin(address, node.get("href", "")))
    return ElementTree.tostring(feed, encoding="unicode", xml_declaration=True) + "\n"


def complete_downloads(site: Path, base: str) -> None:
    """Make the addresses in feeds and ``claims.json`` whole."""
    for file in FEEDS:
        if (site / file).exists():
            write_text_atomically(site / file, complete_feed((site / file).read_text(encoding="utf-8"), base + file))
    claims = site / "downloads" / "claims.json"
    if claims.exists():
        record = json.loads(claims.read_text(encoding="utf-8"))
        for claim in record["claims"]:
            claim["url"] = urljoin(base, claim["url"])
        write_text_atomically(claims, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def list_results(site: Path) -> list[dict[str, str]]:
    """List what was computed of the tables and lies in a built site, as resources of a Data Package.

    Copies of the tables themselves are left out.
    """
    files = [*site.glob("downloads/*.csv"), *site.glob("downloads/*.json"), *site.glob("figures/*.csv")]
    return [
        {
            "name": f"{file.parent.name}-{file.stem.lower()}",
            "path": file.relative_to(site).as_posix(),
            "format": file.suffix[1:],
            "mediatype": MEDIA_TYPES[file.suffix],
            "encoding": "utf-8",
        }
        for file in sorted(files)
        if not file.name.startswith("table-")
    ]


def write_package(site: Path) -> None:
    """Lay the Data Package of the whole beside the pages: the tables under their contract, and all results."""
    for file in sorted(paths.TABLES.glob("*.csv*")):
        target = site / file.relative_to(paths.DATA)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    contract = read_json(paths.DATAPACKAGE)
    whole = {
        **contract,
        "profile": "data-package",  # not all of the results are tables
        "name": PACKAGE,
        "title": f"{PACKAGE}: evidence tables and results",
        "resources": [*contract["resources"], *list_results(site)],
    }
    write_text_atomically(site / paths.DATAPACKAGE.name, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


def draw_icon() -> bytes:
    """Draw the icon of the site for a phone's home screen, 180 pixels wide."""
    return typst.compile(ICON_SHEET.encode(), root=str(paths.REPORT), format="png", ppi=72.0)


def share_site(site: Path, cache: Cache | None = None) -> str:
    """Put into a built site what lets its pages be found and passed on.

    Parameters
    ----------
    site : Path
        Folder of the built site.
    cache : Cache, optional
        Where a page is kept as it was made of the same text.

    Returns
    -------
    str
        One line: where it is published, or what was left out.
    """
    publication, found, register = load_publication(), read_verdicts(), load_register(with_measures=False)
    base = publication.base_url
    texts = {
        file.relative_to(site).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(site.rglob("*.html"))
        if file.name != LOST and not file.name.endswith(embeds.ENDING)
    }
    pages = {path: _read_page(path, text) for path, text in texts.items()}
    titles = {"en": front.write_answer(found.counts), "zh": chinese.write_title(found)}
    drawn = cards.make_cards(found, publication, titles)
    reviews = write_reviews(register, found, publication)
    cache = Cache() if cache is None else cache
    for path, text in texts.items():
        tags = [*write_tags(pages[path], pages, drawn, publication), *filter(None, [reviews.get(path)])]
        tags.append(write_print_line(pages[path], found.edition, publication))

        def finish(path: str = path, text: str = text, tags: list[str] = tags) -> bytes:
            shared = landmarks.name_landmarks(fill_addresses(put_into_head(text, tags), base))
            return languages.finish(shared, path, pages).encode()

        parts = [describe_code(), path, text, base, "\n".join(tags), "\n".join(pages)]
        done = cache.recall(parts, finish).decode()
        if done != text:
            write_text_atomically(site / path, done)
    cache.forget()
    cards.write_cards(drawn, site)
    write_package(site)
    write_bytes_atomically(site / machine.TOUCH_ICON, draw_icon())
    lost = frames.write_page(
        f"Page not found – {publication.name}",
        LOST_PAGE.format(root=base, name=html.escape(publication.name)),
        "embed lost",
        root=base,
    )
    write_text_atomically(site / LOST, lost)
    robots = "User-agent: *\nAllow: /\n"
    if not base:
        write_text_atomically(site / "robots.txt", robots)
        return (
            f"No address is set (base_url in {paths.shorten(paths.PROJECT)}, or {BASE_URL}): canonical links, cards' "
            "addresses, sitemap.xml and ClaimReview are left out."
        )
    write_text_atomically(site / "robots.txt", f"{robots}Sitemap: {base}sitemap.xml\n")
    write_text_atomically(site / "sitemap.xml", write_sitemap(pages, base, found.edition))
    complete_downloads(site, base)
    return f"Pages, feeds and cards carry the address {base}"
