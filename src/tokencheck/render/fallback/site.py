"""Render the site: Pandoc turns each page into HTML, our frame goes around it."""

import hashlib
import html
import pickle
import posixpath
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2
from markupsafe import Markup

from tokencheck import caches, results
from tokencheck.caches import describe_code
from tokencheck.errors import UserError
from tokencheck.policy import add_policy
from tokencheck.render.fallback import pandoc
from tokencheck.render.fallback.pandoc import as_list
from tokencheck.render.project import Page, Project

THEME = pandoc.FALLBACK / "theme"
FILTERS = pandoc.FALLBACK / "filters"
TEMPLATES = pandoc.FALLBACK / "templates"
_TAG = re.compile(r"<[^>]+>")
_IMAGE = re.compile(r"<img\b[^>]*>")
_REFERENCES = "\n\n## References {.unnumbered}\n\n::: {#refs}\n:::\n"
MARKDOWN = re.compile(r"[\[*`\\]")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
LOCAL = re.compile(r'(\b(?:src|href)="|\burl\(")(?![a-z][a-z0-9+.-]*:|/|#)([^"])')
TARGET = re.compile(r'(?<=\s)(?:src|href)="([^"#]+)')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PLACE = "<!-- here stands the {} of the page -->"
_BAND = '<div class="claim-band'  # a page with it shows its figure first


@dataclass(frozen=True)
class MenuEntry:
    """One entry of a navigation: a link, or a menu of links. Its text is Markdown."""

    text: str
    href: str = ""
    menu: tuple["MenuEntry", ...] = ()
    lang: str = ""


@dataclass(frozen=True)
class RailSection:
    """A titled group of a rail."""

    title: str
    items: tuple[MenuEntry, ...]


@dataclass(frozen=True)
class Rail:
    """The list of pages that stands beside each page in it."""

    title: str
    sections: tuple[RailSection, ...]

    @property
    def items(self) -> list[MenuEntry]:
        """The entries, in the order that “previous” and “next” follow."""
        return [item for section in self.sections for item in section.items]


@dataclass
class Frame:
    """What is the same on every page."""

    title: str
    lang: str = "en"
    navbar: list[MenuEntry] = field(default_factory=list)
    rails: dict[str, Rail] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    footer: list[str] = field(default_factory=list)
    stylesheets: list[str] = field(default_factory=list)
    style: str = ""
    scripts: list[str] = field(default_factory=list)
    favicon: str = ""

    @cached_property
    def digest(self) -> bytes:
        """A hash of all of it."""
        return hashlib.sha256(pickle.dumps(asdict(self))).digest()


def to_href(target: str) -> str:
    """Name the output of a page: `index.qmd` becomes `index.html`."""
    return re.sub(r"\.qmd(?=$|#)", ".html", target)


def read_item(project: Project, entry: Any) -> MenuEntry:
    """Read one navigation entry: a file name, or a mapping of `text` and `href` or `menu`."""
    entry = {"href": entry} if isinstance(entry, str) else entry
    href = str(entry.get("href") or entry.get("file") or "")
    page = project.find_page(href.partition("#")[0].removesuffix(".qmd"))
    text = entry.get("text") or (page.title if page else href)
    menu = tuple(read_item(project, item) for item in entry.get("menu") or [])
    return MenuEntry(str(text), to_href(href), menu, name_language(project, page) if page else "")


def read_sections(project: Project, contents: list[Any]) -> Iterator[RailSection]:
    """Read the contents of a rail: sections, and runs of pages outside any section."""
    for is_section, entries in groupby(contents, lambda entry: isinstance(entry, dict) and "section" in entry):
        if is_section:
            for entry in entries:
                items = tuple(read_item(project, item) for item in entry.get("contents") or [])
                yield RailSection(str(entry["section"]), items)
        else:
            yield RailSection("", tuple(read_item(project, entry) for entry in entries))


def read_rail(project: Project, entry: dict[str, Any]) -> Rail:
    """Read one sidebar."""
    return Rail(str(entry.get("title") or "Pages"), tuple(read_sections(project, entry.get("contents") or [])))


def write_texts(project: Project, texts: Iterable[str]) -> dict[str, str]:
    """Turn the Markdown in texts of rails into HTML, as Quarto does; all at once, as each run of Pandoc costs."""
    marked = sorted({text for text in texts if MARKDOWN.search(text)})
    out = render_inline(project, "\n\n".join(marked)) if marked else ""
    return dict(zip(marked, (part.removeprefix("<p>") for part in re.split(r"</p>\s*", out)), strict=bool(marked)))


def read_frame(project: Project) -> Frame:
    """Read the frame of the site from `_quarto.yml`.

    The options are those of https://quarto.org/docs/reference/projects/websites.html.
    """
    website = project.config.get("website") or {}
    navbar, sidebars = website.get("navbar") or {}, as_list(website.get("sidebar"))
    footer = website.get("page-footer") or {}
    footer = {"left": footer} if isinstance(footer, str) else footer
    stylesheets = [str(name) for name in as_list(project.option("html", "css"))]
    rails = {str(entry.get("id") or ""): read_rail(project, entry) for entry in sidebars}  # without id: everywhere
    return Frame(
        title=str(website.get("title") or project.folder.name),
        lang=str(project.config.get("lang") or "en"),
        navbar=[read_item(project, entry) for side in ("left", "right") for entry in navbar.get(side) or []],
        rails=rails,
        texts=write_texts(project, [item.text for rail in rails.values() for item in rail.items]),
        footer=[render_inline(project, str(footer[side])) for side in ("left", "center", "right") if footer.get(side)],
        stylesheets=stylesheets,
        style=read_style([THEME / "site.css", *(project.folder / name for name in stylesheets)]),
        scripts=[str(name) for name in as_list(project.config.get("scripts"))],
        favicon=str(website.get("favicon") or ""),
    )


def read_style(sheets: Iterable[Path]) -> str:
    """Read style sheets as one, without their comments and indents.

    It stands in each page: one that has to fetch its sheets first draws nothing for a third of a second on a slow line.
    """
    lines = "\n".join(COMMENT.sub("", sheet.read_text(encoding="utf-8")) for sheet in sheets).splitlines()
    return "\n".join(filter(None, map(str.strip, lines)))


def render_inline(project: Project, text: str) -> str:
    """Render a short Markdown text, such as the footer; a link from ``/`` on is one from the folder of the site."""
    text = text.replace("](/", "](")
    options = {"lua-filter": FILTERS / "html.lua", "standalone": False}
    out = pandoc.convert(text, {}, "html5", project, "_quarto.yml", options)
    return out.strip().removeprefix("<p>").removesuffix("</p>")


def _describe(page: Page) -> str:
    """Write the description of a page: its own, or the first sentences of its text."""
    own = page.front.get("description-meta") or page.front.get("subtitle")
    if own:
        return strip_markup(str(own))
    prose = (line.text for line in page.lines if re.match(r"[A-Za-z“*\[]", line.text))
    return strip_markup(" ".join(prose))[:160].rsplit(" ", 1)[0]


def strip_markup(text: str) -> str:
    """Take the Markdown out of a short text."""
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", _TAG.sub("", text))
    return re.sub(r"[*`]", "", text).strip()


def _cites(page: Page) -> bool:
    """Say whether a page cites the bibliography; references to its own figures, tables and sections are none."""
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.text, flags=re.DOTALL | re.MULTILINE)
    return bool(re.search(r"(?<!\w)@(?!fig-|tbl-|sec-)\w", prose)) or "#refs" in page.text


def convert_page(project: Project, page: Page) -> tuple[str, str, str, str]:
    """Convert one page with Pandoc.

    Returns
    -------
    tuple of str
        Title, subtitle, table of contents and body, all HTML.
    """
    wanted = page.front.get("toc", project.option("html", "toc", True))
    numbered = page.front.get("number-sections", project.option("html", "number-sections", False))
    filters = [FILTERS / "crossref.lua", *list_own_filters(project), FILTERS / "html.lua"]
    bibliography = [page.root + str(name) for name in as_list(project.config.get("bibliography"))]
    meta = {key: page.front[key] for key in ("title", "subtitle") if key in page.front}
    meta |= {"number-sections": bool(numbered), "link-citations": True, "lang": name_language(project, page)}
    citing = _cites(page)
    # Quarto puts the references at the end of a page under their own heading; so do we
    text = page.text if not citing or "#refs" in page.text else page.text + _REFERENCES
    options = {
        "template": TEMPLATES / "fragment.html",
        "toc": bool(wanted),
        "toc-depth": page.front.get("toc-depth", project.option("html", "toc-depth", 3)),
        "lua-filter": filters,
        # citeproc costs a quarter of a second a page, so only the pages that cite pay it
        "citeproc": citing,
        "bibliography": bibliography if citing else None,
        "csl": project.config.get("csl") if citing else None,
    }
    out = pandoc.convert(text, meta, "html5", project, f"{page.name}.qmd", options)
    title, subtitle, toc, body = (part.strip() for part in out.split("<!--cut-->", 3))
    # the contents stand twice on a page, beside the text and above it, so their links carry no id
    return title, subtitle, re.sub(r' id="toc-[^"]*"', "", toc), body


def name_language(project: Project, page: Page) -> str:
    """Name the language of a page: its own, or that of the project."""
    return str(page.front.get("lang") or project.config.get("lang") or "en")


def list_own_filters(project: Project) -> list[Path]:
    """List the project's own Lua filters, which Quarto runs too."""
    return [(project.folder / str(name)).resolve() for name in as_list(project.config.get("filters"))]


def measure_image(path: Path) -> tuple[int, int] | None:
    """Read the size of a picture.

    Parameters
    ----------
    path : Path
        A PNG or SVG file.

    Returns
    -------
    tuple of int or None
        Width and height in CSS pixels; None when the file does not tell.
    """
    if path.suffix == ".png":
        head = path.read_bytes()[:24]
        return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
    if path.suffix != ".svg":
        return None
    root = re.search(r"<svg\b[^>]*>", path.read_text(encoding="utf-8"), re.DOTALL)
    box = re.search(r'viewBox="[\d.\-]+[ ,]+[\d.\-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', root[0]) if root else None
    return (round(float(box[1])), round(float(box[2]))) if box else None


def finish_images(body: str, folder: Path) -> str:
    """Give every picture its size, so that the page does not jump, and load those further down when needed."""
    seen = 0

    def finish(match: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        attributes = dict(ATTRIBUTE.findall(match[0]))
        size = measure_image(folder / unquote(html.unescape(attributes.get("src", ""))))
        if size and "width" not in attributes:
            attributes |= {"width": str(size[0]), "height": str(size[1])}
        if seen > 1:
            attributes["loading"] = "lazy"
        attributes["decoding"] = "async"
        return "<img " + " ".join(f'{key}="{value}"' for key, value in attributes.items()) + ">"

    return _IMAGE.sub(finish, body)


def find_rail(project: Project, page: Page, frame: Frame) -> Rail | None:
    """Find what stands beside a page: the rail that it, or the project, names; else the first that holds it."""
    href = f"{page.name}.html"
    named = frame.rails.get(str(page.front.get("sidebar") or project.config.get("sidebar")))
    holding = (rail for rail in frame.rails.values() if any(item.href == href for item in rail.items))
    return named or next(holding, frame.rails.get(""))


def find_neighbours(rail: Rail | None, href: str) -> dict[str, MenuEntry | None]:
    """Find the pages before and after one, in the order of its rail."""
    items = [None, *(rail.items if rail else []), None]
    around = (items[place - 1 : place + 2] for place, item in enumerate(items) if item and item.href == href)
    previous, _, following = next(around, (None, None, None))
    return {"previous": previous, "next": following}


def find_parent(project: Project, page: Page, rail: Rail | None) -> tuple[str, MenuEntry | None]:
    """Find what stands above the title: the page that lists this one, or the title of its group."""
    folder, name = posixpath.split(page.name)
    parent = project.find_page(posixpath.join(folder, "claims"))
    if parent is not None and re.fullmatch(r"C\d+", name):
        return parent.title, MenuEntry(parent.title, f"{parent.name}.html")
    href = f"{page.name}.html"
    sections = rail.sections if rail else ()
    found = next((section for section in sections if any(item.href == href for item in section.items)), None)
    return (found.title or rail.title, None) if rail and found else ("", None)


def split_opening(body: str) -> tuple[str, str]:
    """Split a body where the contents stand on a phone: at its start, or before the first heading on a claim's page.

    Examples
    --------
    >>> split_opening('<p>Text</p><h2>One</h2>')
    ('', '<p>Text</p><h2>One</h2>')
    >>> split_opening('<div class="claim-band">Verdict</div><h2>One</h2>')
    ('<div class="claim-band">Verdict</div>', '<h2>One</h2>')
    """
    opening, heading, rest = body.partition("<h2")
    return (opening, heading + rest) if _BAND in opening else ("", body)


def compose(project: Project, frame: Frame, template: jinja2.Template, page: Page) -> str:
    """Compose one HTML file."""
    title, subtitle, toc, body = convert_page(project, page)
    href = f"{page.name}.html"
    rail = find_rail(project, page, frame)
    eyebrow, up = find_parent(project, page, rail)
    # what the page itself says is relative to where it lies; what the frame says, to the folder of the site
    opening, body = split_opening(finish_images(body, page.path.parent))
    own = {
        "opening": opening,
        "body": body,
        "head": "\n".join(part["text"].strip() for part in page.front.get("include-in-header", [])),
    }
    context = {
        "lang": name_language(project, page),
        "rail": rail,
        "page": {
            "href": href,
            "is_home": page.name == "index",
            "plain_title": page.front.get("pagetitle") or html.unescape(_TAG.sub("", title)),
            "title": title,
            "subtitle": subtitle,
            "description": _describe(page),
            "toc": toc if toc.count("<li>") > 1 else "",
            **{name: _PLACE.format(name) if written else "" for name, written in own.items()},
            "full": page.front.get("page-layout") == "full",
            "eyebrow": eyebrow,
            "up": up,
            **find_neighbours(rail, href),
        },
    }

    def fill() -> bytes:
        text = template.render(site=frame, **context)
        return add_policy(LOCAL.sub(lambda match: match[1] + page.root + match[2], text)).encode()

    parts = [describe_code(), frame.digest, page.root, pickle.dumps(context)]
    text = project.cache.recall(parts, fill).decode()
    for name, written in own.items():
        text = text.replace(_PLACE.format(name), written)
    return text


def list_local_targets(text: str, page: Page) -> set[str]:
    """List the local files that a page's HTML loads or links to, pages excepted, as paths inside the site."""
    targets = {html.unescape(value) for value in set(TARGET.findall(text)) if not value.endswith(".html")}
    local = {unquote(value) for value in targets if not re.match(r"[a-z][a-z0-9+.-]*:|//", value)}
    folder = posixpath.dirname(page.name)
    return {posixpath.normpath(posixpath.join(folder, value)) for value in local}


def list_resources(project: Project) -> set[str]:
    """List the files that `project: resources:` names."""
    patterns = as_list((project.config.get("project") or {}).get("resources"))
    found = (file for pattern in patterns for file in project.folder.glob(str(pattern)) if file.is_file())
    return {file.relative_to(project.folder).as_posix() for file in found}


def copy_files(project: Project, names: Iterable[str], out: Path) -> None:
    """Copy files of the report to the same place in the site; what does not exist is left to `check_site`."""
    folder = project.folder.resolve()
    for name in names:
        source, target = project.folder / name, out / name
        if source.is_file() and folder in source.resolve().parents:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def write_theme(project: Project, out: Path) -> None:
    """Write our frame's script, and the fonts."""
    assets = out / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for file in sorted(THEME.glob("*.js")):
        shutil.copyfile(file, assets / file.name)
    for font in sorted((project.folder / "fonts" / "web").glob("*.woff2")):
        fonts = out / "fonts" / "web"
        fonts.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(font, fonts / font.name)


def digest(path: Path) -> bytes:
    """Hash a file's content."""
    return hashlib.sha256(path.read_bytes()).digest()


def replace_folder(new: Path, out: Path, keep: set[str]) -> None:
    """Bring a folder to the state of another one: write what differs, remove what is gone.

    Files that are equal stay untouched, and each one is replaced in one step, so that a reader never meets half a page.
    """
    wanted = {file.relative_to(new) for file in new.rglob("*") if file.is_file()}
    for name in sorted(wanted):
        target = out / name
        if not target.is_file() or digest(target) != digest(new / name):
            results.write_bytes_atomically(target, (new / name).read_bytes())
    for file in sorted(out.rglob("*"), reverse=True):
        if file.is_file() and file.relative_to(out) not in wanted and file.name not in keep:
            file.unlink()
        elif file.is_dir() and not any(file.iterdir()):
            file.rmdir()


def compose_site(project: Project, new: Path, jobs: int) -> None:
    """Render every page of a project, with all that the pages load, into an empty folder; see `write_site`."""
    if not project.site_pages:
        raise UserError(f"{project.folder.name}: no page to render. Name pages under `project: render:`.")
    frame = read_frame(project)
    loader = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, bytecode_cache=caches.keep_templates("frame")
    )
    # what a rail says of a page
    loader.filters["say"] = lambda text: Markup(frame.texts[text]) if text in frame.texts else text
    template = loader.get_template("page.html")
    write_theme(project, new)
    targets = list_resources(project) | set(frame.stylesheets)  # for what is framed elsewhere, and lost pages
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        pages = project.site_pages
        texts = pool.map(lambda page: compose(project, frame, template, page), pages)
        for page, text in zip(pages, texts, strict=True):
            target = new / f"{page.name}.html"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            targets |= list_local_targets(text, page)
    copy_files(project, sorted(targets), new)


def replace_site(project: Project, new: Path, out: Path) -> None:
    """Bring the folder of the site to the state of a new one; PDFs of the project in it are kept."""
    replace_folder(new, out, {f"{page.name}.pdf" for page in project.pdf_pages})


def write_site(project: Project, out: Path, jobs: int) -> None:
    """Render every page of a project into a folder.

    Parameters
    ----------
    project : Project
        A project without problems.
    out : Path
        The folder of the site; PDFs of the project in it are kept.
    jobs : int
        How many pages to render at a time.
    """
    with tempfile.TemporaryDirectory() as folder:
        compose_site(project, Path(folder), jobs)
        replace_site(project, Path(folder), out)
