"""Check a rendered site: links, anchors, requests to third parties, alternative texts, identifiers and weight."""

import gzip
import posixpath
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

from tokencheck.characters import HAN

MAX_PAGE_BYTES = 600_000
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^(?:https?|ftp):", re.IGNORECASE)
LOADING = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}
LOADING_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "preconnect", "dns-prefetch", "manifest"}
CSS_URL = re.compile(r"url\(\s*['\"]?([^'\")]+)['\"]?\s*\)|@import\s+['\"]([^'\"]+)['\"]")
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style", re.DOTALL)
_CHINESE = re.compile(r'<html[^>]*\blang="zh-Hans"')  # such a page takes the fonts of the reader's system


class Contents(HTMLParser):
    """What one HTML file links to, loads and defines."""

    def __init__(self, text: str):
        """Parse one HTML file."""
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.without_alt: list[str] = []
        self.styled = [load for style in _STYLE.findall(text) for load in list_css_loads(style)]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        attributes = {key: value or "" for key, value in attrs}
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag in ("a", "area") and "href" in attributes:
            self.links.append(attributes["href"])
        if tag in LOADING and attributes.get(LOADING[tag]):
            self.loads.append(attributes[LOADING[tag]])
        if tag == "link" and set(attributes.get("rel", "").split()) & LOADING_RELATIONS:
            self.loads.append(attributes.get("href", ""))
        if tag == "img" and "alt" not in attributes:
            self.without_alt.append(attributes.get("src", ""))


def list_css_loads(style: str) -> list[str]:
    """List what a style sheet loads, as written."""
    found = CSS_URL.findall(style)
    return [one or other for one, other in found if not (one or other).startswith("data:")]


def weigh_page(folder: Path, text: str, contents: Contents) -> int:
    """Add up what a browser transfers for a page, packed as servers send it.

    Parameters
    ----------
    folder : Path
        Where the page lies.
    text : str
        The HTML.
    contents : Contents
        The same, parsed.

    Returns
    -------
    int
        Bytes of the page, its style sheets, scripts, pictures and fonts, each packed by gzip. A font for Chinese
        counts only on a page with Chinese text, as browsers fetch by `unicode-range`.
    """
    local = (unquote(name.partition("?")[0]) for name in contents.loads if not name.startswith("data:"))
    files = {(folder / name).resolve() for name in local}
    sheets = [file for file in files if file.suffix == ".css" and file.is_file()]
    styled = [(folder, name) for name in contents.styled]
    styled += [(sheet.parent, name) for sheet in sheets for name in list_css_loads(sheet.read_text(encoding="utf-8"))]
    fonts = {(place / name).resolve() for place, name in styled if not ELSEWHERE.match(name)}
    files |= {font for font in fonts if "Han" not in font.name or (HAN.search(text) and not _CHINESE.search(text))}
    contents_of = [text.encode(), *(file.read_bytes() for file in sorted(files) if file.is_file())]
    return sum(len(gzip.compress(one, mtime=0)) for one in contents_of)


def check_link(site: Path, page: str, link: str, anchors: dict[str, set[str]]) -> str | None:
    """Check one link; None when it leads somewhere or leaves the site."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//", link, re.IGNORECASE):
        return None
    path, _, anchor = link.partition("#")
    inside = unquote(path.partition("?")[0])
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), inside)) if inside else page
    if not (site / target).is_file():
        return f"{page}: dead link {link}: no such file. Correct the link or add the file to `project: resources:`."
    if anchor and target in anchors and unquote(anchor) not in anchors[target] | {"top"}:
        return f"{page}: dead link {link}: {target} has no element with that id. Correct the anchor."
    return None


def check_page(site: Path, page: str, text: str, contents: Contents, anchors: dict[str, set[str]]) -> list[str]:
    """Check one page; see `check_site`."""
    found = [check_link(site, page, link, anchors) for link in contents.links]
    problems = [problem for problem in dict.fromkeys(found) if problem]
    folder = (site / page).parent
    for name in contents.loads + contents.styled:
        if ELSEWHERE.match(name):
            problems.append(f"{page}: loads {name} from elsewhere. Ship the file with the site.")
        elif not name.startswith("data:") and not (folder / unquote(name.partition("?")[0])).is_file():
            problems.append(f"{page}: loads {name}, which is missing. Add the file or remove the reference.")
    problems += [f"{page}: picture {name} has no alternative text. Add `fig-alt`." for name in contents.without_alt]
    twice = [name for name, times in Counter(contents.ids).items() if times > 1]
    problems += [f"{page}: id {name} occurs more than once. Give each element its own." for name in twice]
    weight = weigh_page(folder, text, contents)
    if weight > MAX_PAGE_BYTES:
        remedy = f"the limit is {MAX_PAGE_BYTES // 1000} kB. Make its pictures smaller or fewer."
        problems.append(f"{page}: weighs {weight // 1000} kB with all it loads; {remedy}")
    return problems


def check_site(site_dir: Path) -> list[str]:
    """Check a rendered site.

    Parameters
    ----------
    site_dir : Path
        The folder with the HTML files.

    Returns
    -------
    list of str
        One message a problem: dead internal links and anchors, files loaded from elsewhere or missing, pictures without
        alternative text, identifiers used twice, pages over 600 kB. Empty when all is well.
    """
    site = Path(site_dir)
    texts = {
        file.relative_to(site).as_posix(): file.read_text(encoding="utf-8") for file in sorted(site.rglob("*.html"))
    }
    if not texts:
        return [f"{site.name}: no HTML file. Run `make report`."]
    contents = {page: Contents(text) for page, text in texts.items()}
    anchors = {page: set(content.ids) for page, content in contents.items()}
    problems = [
        problem for page, text in texts.items() for problem in check_page(site, page, text, contents[page], anchors)
    ]
    for sheet in sorted(site.rglob("*.css")):
        name = sheet.relative_to(site).as_posix()
        for load in list_css_loads(sheet.read_text(encoding="utf-8")):
            if ELSEWHERE.match(load):
                problems.append(f"{name}: loads {load} from elsewhere. Ship the file with the site.")
            elif not (sheet.parent / unquote(load)).is_file():
                problems.append(f"{name}: loads {load}, which is missing.")
    return problems
