"""Render the site: Pandoc turns each page into HTML, our frame goes around it."""

import hashlib
import html
import posixpath
import re
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jinja2

from tokencheck import results
from tokencheck.errors import UserError
from tokencheck.render.fallback import pandoc
from tokencheck.render.fallback.pandoc import as_list
from tokencheck.render.project import Page, Project

THEME = pandoc.FOLDER / "theme"
FILTERS = pandoc.FOLDER / "filters"
TEMPLATES = pandoc.FOLDER / "templates"
TAG = re.compile(r"<[^>]+>")
IMAGE = re.compile(r"<img\b[^>]*>")
REFERENCES = "\n\n## References {.unnumbered}\n\n::: {#refs}\n:::\n"
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
LOCAL = re.compile(r'(\b(?:src|href)=")(?![a-z][a-z0-9+.-]*:|/|#)([^"])')
PLACE = "<!-- here stands the {} of the page -->"


@dataclass(frozen=True)
class Item:
    """One entry of a navigation: a link, or a menu of links."""

    text: str
    href: str = ""
    menu: tuple["Item", ...] = ()


@dataclass(frozen=True)
class Section:
    """A titled group of the sidebar."""

    title: str
    items: tuple[Item, ...]


@dataclass
class Frame:
    """What is the same on every page; the sidebar is that of the page."""

    title: str
    navbar: list[Item] = field(default_factory=list)
    sidebars: dict[str, list[Section]] = field(default_factory=dict)
    sidebar: list[Section] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    stylesheets: list[str] = field(default_factory=list)
    after_body: list[str] = field(default_factory=list)
    favicon: str = ""


def to_href(target: str) -> str:
    """Name the output of a page: `index.qmd` becomes `index.html`."""
    return re.sub(r"\.qmd(?=$|#)", ".html", target)


def read_item(project: Project, entry: Any) -> Item:
    """Read one navigation entry: a file name, or a mapping of `text` and `href` or `menu`."""
    entry = {"href": entry} if isinstance(entry, str) else entry
    href = str(entry.get("href") or entry.get("file") or "")
    page = project.find_page(href.partition("#")[0].removesuffix(".qmd"))
    text = entry.get("text") or (page.title if page else href)
    return Item(str(text), to_href(href), tuple(read_item(project, item) for item in entry.get("menu") or []))


def read_sidebar(project: Project, contents: list[Any]) -> list[Section]:
    """Read the sidebar's contents: sections, and runs of pages outside any section."""
    sections: list[Section] = []
    loose: list[Item] = []
    for entry in contents:
        if isinstance(entry, dict) and "section" in entry:
            if loose:
                sections.append(Section("", tuple(loose)))
                loose = []
            items = tuple(read_item(project, item) for item in entry.get("contents") or [])
            sections.append(Section(str(entry["section"]), items))
        else:
            loose.append(read_item(project, entry))
    return sections + ([Section("", tuple(loose))] if loose else [])


def read_frame(project: Project) -> Frame:
    """Read the frame of the site from `_quarto.yml`.

    The options are those of https://quarto.org/docs/reference/projects/websites.html.
    """
    website = project.config.get("website") or {}
    navbar, sidebars = website.get("navbar") or {}, as_list(website.get("sidebar"))
    footer = website.get("page-footer") or {}
    footer = {"left": footer} if isinstance(footer, str) else footer
    after = as_list(project.option("html", "include-after-body"))
    return Frame(
        title=str(website.get("title") or project.folder.name),
        navbar=[read_item(project, entry) for side in ("left", "right") for entry in navbar.get(side) or []],
        sidebars={str(one.get("id") or ""): read_sidebar(project, one.get("contents") or []) for one in sidebars},
        footer=[render_inline(project, str(footer[side])) for side in ("left", "center", "right") if footer.get(side)],
        stylesheets=[str(name) for name in as_list(project.option("html", "css"))],
        after_body=[read_include(project, part) for part in after],
        favicon=str(website.get("favicon") or ""),
    )


def read_include(project: Project, part: Any) -> str:
    """Read a piece of HTML that `_quarto.yml` gives as `text:` or as a file."""
    if isinstance(part, dict) and "text" in part:
        return str(part["text"]).strip()
    name = part.get("file") if isinstance(part, dict) else part
    return (project.folder / str(name)).read_text(encoding="utf-8").strip()


def render_inline(project: Project, text: str) -> str:
    """Render a short Markdown text, such as the footer."""
    out = pandoc.convert(text, {}, "html5", project, "_quarto.yml", {"lua-filter": FILTERS / "html.lua"})
    body = re.search(r"<body>(.*)</body>", out, re.DOTALL)
    return (body[1] if body else out).strip().removeprefix("<p>").removesuffix("</p>")


def describe(page: Page) -> str:
    """Write the description of a page: its own, or the first sentences of its text."""
    own = page.front.get("description") or page.front.get("subtitle")
    if own:
        return strip_markup(str(own))
    prose = (line.text for line in page.lines if re.match(r"[A-Za-z“*\[]", line.text))
    return strip_markup(" ".join(prose))[:160].rsplit(" ", 1)[0]


def strip_markup(text: str) -> str:
    """Take the Markdown out of a short text."""
    text = re.sub(r"\[([^\]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", TAG.sub("", text))
    return re.sub(r"[*`]", "", text).strip()


def cites(page: Page) -> bool:
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
    citing = cites(page)
    # Quarto puts the references at the end of a page under their own heading; so do we
    text = page.text if not citing or "#refs" in page.text else page.text + REFERENCES
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

    return IMAGE.sub(finish, body)


def choose_sidebar(project: Project, page: Page, frame: Frame) -> list[Section]:
    """Choose the sidebar that a page, or the project, names; else the first."""
    named = str(page.front.get("sidebar") or project.config.get("sidebar"))
    return frame.sidebars.get(named) or next(iter(frame.sidebars.values()), [])


def order_pages(project: Project, frame: Frame) -> list[list[Page]]:
    """Put the pages into the chains that “previous” and “next” follow: each sidebar, then each folder's other pages."""
    pages = {f"{page.name}.html": page for page in project.site_pages}
    chains = []
    for sidebar in frame.sidebars.values():
        chains.append([pages.pop(item.href) for section in sidebar for item in section.items if item.href in pages])
    for folder in dict.fromkeys(posixpath.dirname(href) for href in pages):
        chains.append([page for href, page in pages.items() if posixpath.dirname(href) == folder])
    return chains


def find_parent(project: Project, page: Page, frame: Frame) -> tuple[str, Item | None]:
    """Find what stands above the title: the section of the sidebar, or the page that lists this one."""
    href = f"{page.name}.html"
    for section in frame.sidebar:
        if any(item.href == href for item in section.items):
            return section.title, None
    folder, name = posixpath.split(page.name)
    parent = project.find_page(posixpath.join(folder, "claims"))
    if parent is None or not re.fullmatch(r"C\d+", name):
        return "", None
    return parent.title, Item(parent.title, f"{parent.name}.html")


def compose(project: Project, frame: Frame, template: jinja2.Template, page: Page, chain: list[Page]) -> str:
    """Compose one HTML file."""
    title, subtitle, toc, body = convert_page(project, page)
    frame = replace(frame, sidebar=choose_sidebar(project, page, frame))
    place = chain.index(page)
    neighbours = {
        "previous": chain[place - 1] if place else None,
        "next": chain[place + 1] if place + 1 < len(chain) else None,
    }
    eyebrow, up = find_parent(project, page, frame)
    # what the page itself says is relative to where it lies; what the frame says, to the folder of the site
    own = {
        "body": finish_images(body, page.path.parent),
        "head": "\n".join(part["text"].strip() for part in page.front.get("include-in-header", [])),
    }
    text = template.render(
        lang=name_language(project, page),
        site=frame,
        page={
            "href": f"{page.name}.html",
            "is_home": page.name == "index",
            "plain_title": page.front.get("pagetitle") or html.unescape(TAG.sub("", title)),
            "title": title,
            "subtitle": subtitle,
            "description": describe(page),
            "toc": toc if toc.count("<li>") > 1 else "",
            **{name: PLACE.format(name) if written else "" for name, written in own.items()},
            "full": page.front.get("page-layout") == "full",
            "eyebrow": eyebrow,
            "up": up,
            **{
                key: neighbour and Item(strip_markup(neighbour.title), f"{neighbour.name}.html")
                for key, neighbour in neighbours.items()
            },
        },
    )
    text = LOCAL.sub(lambda match: match[1] + page.root + match[2], text)
    for name, written in own.items():
        text = text.replace(PLACE.format(name), written)
    return text


def list_local_targets(text: str, page: Page) -> set[str]:
    """List the local files that a page's HTML loads or links to, pages excepted, as paths inside the site."""
    targets = {html.unescape(value) for value in re.findall(r'(?:src|href)="([^"#]+)', text)}
    local = {unquote(value) for value in targets if not re.match(r"[a-z][a-z0-9+.-]*:|//", value)}
    folder = posixpath.dirname(page.name)
    return {posixpath.normpath(posixpath.join(folder, value)) for value in local if not value.endswith(".html")}


def list_resources(project: Project) -> set[str]:
    """List the files that `project: resources:` names."""
    patterns = as_list((project.config.get("project") or {}).get("resources"))
    found = (file for pattern in patterns for file in project.folder.glob(str(pattern)) if file.is_file())
    return {file.relative_to(project.folder).as_posix() for file in found}


def copy_files(project: Project, names: Iterable[str], out: Path) -> None:
    """Copy files of the report to the same place in the site; what does not exist is left to `check_site`."""
    for name in names:
        source, target = project.folder / name, out / name
        if source.is_file() and project.folder.resolve() in source.resolve().parents:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


def write_theme(project: Project, out: Path) -> None:
    """Write our frame's style, script and fonts."""
    assets = out / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    for file in sorted(THEME.iterdir()):
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
    loader = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=False)
    template = loader.get_template("page.html")
    chains = {page.name: chain for chain in order_pages(project, frame) for page in chain}
    write_theme(project, new)
    targets = list_resources(project)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        pages = project.site_pages
        texts = pool.map(lambda page: compose(project, frame, template, page, chains[page.name]), pages)
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
