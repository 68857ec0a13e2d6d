"""Check the report's sources: `_quarto.yml` against Quarto's documented options, the pages against the page grammar.

This stands in for `quarto render` where Quarto is not installed. The options are a short list: those the report uses or
may come to use, with the types that Quarto's documentation gives:

- project: https://quarto.org/docs/reference/projects/options.html
- website: https://quarto.org/docs/reference/projects/websites.html and
  https://quarto.org/docs/websites/website-navigation.html
- html: https://quarto.org/docs/reference/formats/html.html
- typst: https://quarto.org/docs/reference/formats/typst.html (`mainfont` is one string: a list fails validation)
- includes, variables: https://quarto.org/docs/authoring/includes.html, https://quarto.org/docs/authoring/variables.html
- callouts: https://quarto.org/docs/authoring/callouts.html
- cross-references: https://quarto.org/docs/authoring/cross-references.html (`@sec-` needs `number-sections: true`)
- alternative texts: https://quarto.org/docs/authoring/figures.html#alt-text
"""

import json
import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tokencheck import paths
from tokencheck.caches import describe_code
from tokencheck.render.project import FENCE, Line, Page, Project

CALLOUTS = ("note", "tip", "warning", "important", "caution")

# --- the options of _quarto.yml -----------------------------------------------------------------------------------

Check = Callable[[Any], Iterator[tuple[tuple[str, ...], str]]]
"""Takes a value and yields (path below it, what is expected) for everything that is wrong."""


def scalar(expected: str, *kinds: type) -> Check:
    """Accept a single value of some types."""

    def check(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            yield (), expected

    return check


text = scalar("expected one text", str)
flag = scalar("expected true or false", bool)
number = scalar("expected a number", int, float)


def one_of(*choices: Any) -> Check:
    """Accept one of a few values."""

    def check(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        if not any(value == choice and type(value) is type(choice) for choice in choices):
            yield (), "expected one of " + ", ".join(str(choice).lower() for choice in choices)

    return check


def either(*checks: Check) -> Check:
    """Accept what one of several checks accepts; complain as the last one does."""

    def check(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        complaints = [list(one(value)) for one in checks]
        if all(complaints):
            yield from complaints[-1]

    return check


def list_of(item: Check) -> Check:
    """Accept a list."""

    def check(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        if not isinstance(value, list):
            yield (), "expected a list"
            return
        for place, entry in enumerate(value):
            yield from (((str(place), *below), complaint) for below, complaint in item(entry))

    return check


def maybe_list(item: Check) -> Check:
    """Accept one value or a list of them."""
    return lambda value: list_of(item)(value) if isinstance(value, list) else item(value)


def mapping(fields: dict[str, Check] | Callable[[], dict[str, Check]]) -> Check:
    """Accept a mapping with known keys only."""

    def check(value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
        known = fields() if callable(fields) else fields
        if not isinstance(value, dict):
            yield (), "expected `key: value` pairs"
            return
        for key, entry in value.items():
            if key not in known:
                yield (str(key),), "not an option that Quarto documents here; known are " + ", ".join(sorted(known))
                continue
            yield from (((str(key), *below), complaint) for below, complaint in known[key](entry))

    return check


entry = either(
    text,
    mapping(
        lambda: {
            "text": text,
            "href": text,
            "file": text,
            "icon": text,
            "aria-label": text,
            "target": text,
            "rel": text,
            "menu": list_of(entry),
            "section": text,
            "contents": maybe_list(entry),
        }
    ),
)
include_part = either(text, mapping({"text": text, "file": text}))
theme = either(text, list_of(text), mapping({"light": maybe_list(text), "dark": maybe_list(text)}))
region = either(text, list_of(entry))

COMMON: dict[str, Check] = {
    "toc": flag,
    "toc-depth": number,
    "toc-title": text,
    "number-sections": flag,
    "number-depth": number,
    "number-offset": maybe_list(number),
    "shift-heading-level-by": number,
    "citeproc": flag,
    "fig-width": number,
    "fig-height": number,
    "fig-align": one_of("default", "left", "right", "center"),
    "fig-cap-location": one_of("top", "bottom", "margin"),
    "tbl-cap-location": one_of("top", "bottom", "margin"),
    "tbl-colwidths": flag,
    "fontsize": text,
    "mainfont": text,
    "linestretch": either(text, number),
    "syntax-highlighting": either(mapping({"light": text, "dark": text}), text),
    "highlight-style": either(mapping({"light": text, "dark": text}), text),
    "filters": maybe_list(either(mapping({"path": text, "at": text}), text)),
    "from": text,
    "lang": text,
}
HTML: dict[str, Check] = COMMON | {
    "theme": theme,
    "css": maybe_list(text),
    "include-in-header": maybe_list(include_part),
    "include-before-body": maybe_list(include_part),
    "include-after-body": maybe_list(include_part),
    "toc-location": one_of("body", "left", "right", "left-body", "right-body"),
    "toc-expand": either(flag, number),
    "anchor-sections": flag,
    "smooth-scroll": flag,
    "respect-user-color-scheme": flag,
    "code-fold": either(flag, one_of("show")),
    "code-summary": text,
    "code-copy": either(flag, one_of("hover")),
    "code-overflow": one_of("scroll", "wrap"),
    "code-tools": either(flag, mapping({"source": either(flag, text), "toggle": flag, "caption": text})),
    "link-external-newwindow": flag,
    "link-external-icon": flag,
    "page-layout": one_of("article", "full", "custom"),
    "html-math-method": text,
    "minimal": flag,
    "embed-resources": flag,
    "monofont": text,
    "lightbox": either(flag, one_of("auto")),
    "title-block-banner": either(flag, text),
    "grid": mapping({"sidebar-width": text, "body-width": text, "margin-width": text, "gutter-width": text}),
}
TYPST: dict[str, Check] = COMMON | {
    "papersize": text,
    "margin": mapping(dict.fromkeys(("x", "y", "top", "bottom", "left", "right"), text)),
    "columns": number,
    "section-numbering": text,
    "font-paths": maybe_list(text),
    "codefont": text,
    "keep-typ": flag,
    "template": text,
    "template-partials": maybe_list(text),
    "include-in-header": maybe_list(include_part),
    "include-before-body": maybe_list(include_part),
    "include-after-body": maybe_list(include_part),
    "bibliographystyle": text,
    "pdf-standard": maybe_list(either(number, text)),
    "logo": text,
    "toc-indent": text,
}
_FORMATS = either(one_of("html", "typst"), mapping({
    "html": either(one_of("default"), mapping(HTML)),
    "typst": either(one_of("default"), mapping(TYPST)),
}))  # fmt: skip

NAVBAR = mapping({
    "title": either(flag, text), "logo": text, "logo-alt": text, "logo-href": text, "background": text,
    "foreground": text, "search": flag, "pinned": flag, "collapse": flag,
    "collapse-below": one_of("sm", "md", "lg", "xl", "xxl"), "toggle-position": one_of("left", "right"),
    "tools-collapse": flag, "left": list_of(entry), "right": list_of(entry),
})  # fmt: skip
SIDEBAR = mapping({
    "id": text, "title": either(flag, text), "subtitle": text, "logo": text, "search": flag,
    "style": one_of("docked", "floating"), "type": one_of("light", "dark"), "background": text, "foreground": text,
    "border": flag, "alignment": one_of("left", "right", "center"), "collapse-level": number, "pinned": flag,
    "contents": maybe_list(entry), "header": maybe_list(text), "footer": maybe_list(text),
})  # fmt: skip
WEBSITE = mapping({
    "title": text, "description": text, "favicon": text, "site-url": text, "site-path": text, "repo-url": text,
    "repo-branch": text, "repo-subdir": text, "repo-actions": maybe_list(one_of("none", "edit", "source", "issue")),
    "issue-url": text, "image": text, "image-alt": text, "page-navigation": flag, "back-to-top-navigation": flag,
    "bread-crumbs": flag, "reader-mode": flag, "draft-mode": one_of("visible", "unlinked", "gone"), "open-graph": flag,
    "navbar": either(flag, NAVBAR), "sidebar": either(SIDEBAR, list_of(SIDEBAR)),
    "search": either(flag, mapping({
        "location": one_of("navbar", "sidebar"), "type": one_of("overlay", "textbox"), "limit": number,
        "collapse-after": number, "copy-button": flag, "show-item-context": either(flag, text),
    })),
    "page-footer": either(text, mapping({
        "left": region, "center": region, "right": region, "border": either(flag, text), "background": text,
        "foreground": text,
    })),
})  # fmt: skip
CONFIG = mapping({
    "project": mapping({
        "type": one_of("website"), "title": text, "render": list_of(text), "output-dir": text, "lib-dir": text,
        "resources": maybe_list(text), "execute-dir": one_of("file", "project"), "pre-render": maybe_list(text),
        "post-render": maybe_list(text),
    }),
    "metadata-files": list_of(text),
    "website": WEBSITE,
    "format": _FORMATS,
    "lang": text,
    "author": maybe_list(either(text, mapping({"name": text, "url": text, "orcid": text}))),
    "bibliography": maybe_list(text),
    "csl": text,
    "citeproc": flag,
    "link-citations": flag,
    "filters": maybe_list(either(mapping({"path": text, "at": text}), text)),
    "execute": mapping({
        "enabled": flag, "freeze": either(flag, one_of("auto")), "echo": either(flag, one_of("fenced")), "cache": flag,
    }),
    "crossref": mapping({
        "fig-title": text, "tbl-title": text, "fig-prefix": text, "tbl-prefix": text, "sec-prefix": text,
        "title-delim": text, "ref-hyperlink": flag,
    }),
    "scripts": list_of(text),  # ours: Quarto hands on what it does not know, and names files from each page's folder
    "number-sections": flag,
    "toc": flag,
    "code-fold": either(flag, one_of("show")),
    "from": text,
    "license": text,
    "sidebar": text,  # that of pages which name none: https://quarto.org/docs/websites/website-navigation.html
})  # fmt: skip


def _find_line(root: yaml.Node | None, path: tuple[str, ...]) -> int:
    """Find the line of an option in a parsed YAML file; the line of what holds it when it has none itself."""
    line = 1
    for step in path:
        if isinstance(root, yaml.MappingNode):
            pairs = {str(key.value): (key, value) for key, value in root.value}
            if step not in pairs:
                break
            key, root = pairs[step]
            line = key.start_mark.line + 1
        elif isinstance(root, yaml.SequenceNode) and step.isdigit() and int(step) < len(root.value):
            root = root.value[int(step)]
            line = root.start_mark.line + 1
    return line


def judge_config(project: Project) -> Iterator[str]:
    """Check `_quarto.yml`: options, their types, and the files they name."""
    file = project.folder / "_quarto.yml"
    place = paths.shorten(file)
    root = yaml.compose(file.read_text(encoding="utf-8"))
    for path, complaint in CONFIG(project.config):
        yield f"{place}:{_find_line(root, path)}: {'.'.join(path)}: {complaint}."
    if (project.config.get("project") or {}).get("type") != "website":
        yield f"{place}:{_find_line(root, ('project',))}: project.type: expected website."
    yield from project.problems
    for key in ("bibliography", "csl", "filters", "scripts"):
        for name in as_names(project.config.get(key)):
            if not (project.folder / name).is_file():
                yield f"{place}:{_find_line(root, (key,))}: {key}: no file {name}. Add it or correct the name."
    for name in as_names(project.option("html", "css")):
        if not (project.folder / name).is_file():
            line = _find_line(root, ("format", "html", "css"))
            yield f"{place}:{line}: css: no file {name}. Add it or correct the name."
    for name in list_theme_files(project.option("html", "theme")):
        if not (project.folder / name).is_file():
            yield f"{place}:{_find_line(root, ('format', 'html', 'theme'))}: theme: no file {name}. Add it."
    for path, href in list_nav_targets(project.config.get("website") or {}, ("website",)):
        name = href.partition("#")[0]
        if re.match(r"[a-z]+:", name) or name in project.targets or ("." in name and (project.folder / name).is_file()):
            continue
        yield f"{place}:{_find_line(root, path)}: {'.'.join(path)}: no page {href}. Write it or take it out."


def list_theme_files(node: Any) -> Iterator[str]:
    """List the style sheets that a theme is made of; the other names are themes that Quarto brings."""
    if isinstance(node, str) and node.endswith((".scss", ".css")):
        yield node
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from list_theme_files(item)


def as_names(value: Any) -> list[str]:
    """Read an option that names one file or several."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [item for item in items if isinstance(item, str)]


def list_nav_targets(node: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """List every page that the navigation names, with its place in `_quarto.yml`."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("href", "file") and isinstance(value, str):
                yield (*path, key), value
            elif key in ("navbar", "sidebar", "left", "right", "menu", "contents", "page-footer"):
                yield from list_nav_targets(value, (*path, key))
    elif isinstance(node, list):
        for place, item in enumerate(node):
            if isinstance(item, str) and item.endswith(".qmd"):
                yield (*path, str(place)), item
            else:
                yield from list_nav_targets(item, (*path, str(place)))


# --- the grammar of pages -----------------------------------------------------------------------------------------

ATTRIBUTES = r"\{(?:[^{}\"]|\"[^\"]*\")*\}"
CODE_SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)(\{=\w+\})?")
EXECUTABLE = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{\s*[A-Za-z]\w*")
RAW_BLOCK = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{=\w+\}")
RAW_HTML = re.compile(r"^\s*(?:`{3,}|~{3,})\s*\{=html\}")
HTML_ONLY = re.compile(r'^\s*:{3,}\s*\{\.content-visible when-format="html"\}\s*$')
RAW_SPAN = re.compile(r"`\{=\w+\}")
# A sign that is written as one, \<, opens none; behind an even number of backslashes it does.
HTML_TAG = re.compile(r"(?<!\\)(?:\\\\)*(<(?:/[A-Za-z][\w-]*\s*|[A-Za-z][\w-]*(?:\s[^<>]*)?/?)>)")
RAW_TEX = re.compile(r"(?<!\\)\\[A-Za-z]{2,}")
MATH = re.compile(r"(?<!\\)\$\$|(?<![\\$])\$(?=\S)[^$]*?(?<=[^\s\\])\$(?!\d)")
CALLOUT = re.compile(r"\.callout-([\w-]+)")
_IMAGE = re.compile(r"!\[(?:[^\[\]]|\[[^\]]*\])*\]\((?P<file>[^)\s]+)[^)]*\)(?P<attributes>" + ATTRIBUTES + ")?")
FIG_ALT = re.compile(r'fig-alt="\s*[^"\s]')
IDENTIFIER = re.compile(r"(?:^|[\s{])#([A-Za-z][\w:.-]*)")
BLOCK_ATTRIBUTES = re.compile(r"(?:^\s*:{3,}\s*|\]\([^)]*\)|\]|^#+.*\s|^:\s.*|^\s*[`~]{3,}\s*)(" + ATTRIBUTES + ")")
_REFERENCE = re.compile(r"(?<![\w@\\/.])@((?:fig|tbl|sec)-[\w-]+)")
CITATION = re.compile(r"(?<![\w@\\/.])@(?!fig-|tbl-|sec-)\{?([A-Za-z0-9_][\w:.#$%&+?<>~/-]*[\w]|[A-Za-z0-9_])")
_LINK = re.compile(r"(?<!!)\]\(<?(?P<target>[^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
URL = re.compile(r"<?https?://[^\s)>\]]+>?")
BIB_KEY = re.compile(r"^\s*@\w+\s*\{\s*([^,\s]+)\s*,", re.MULTILINE)


def list_prose(page: Page) -> list[Line]:
    """List the lines outside code blocks, with code spans, comments and addresses blanked out."""
    prose, mark, comment = [], "", False
    for line in page.lines:
        fence = FENCE.match(line.text)
        if mark:
            if fence and fence["mark"].startswith(mark) and not fence["info"].strip():
                mark = ""
            continue
        if fence:
            mark = fence["mark"]
            continue
        written = line.text
        if comment:
            comment = "-->" not in written
            written = "" if comment else written.partition("-->")[2]
        written = re.sub(r"<!--.*?-->", "", written)
        if "<!--" in written:
            written, comment = written.partition("<!--")[0], True
        prose.append(Line(CODE_SPAN.sub(lambda match: "`code`" + (match[2] or ""), written), line.place))
    return prose


@dataclass(frozen=True)
class Missing:
    """What is wrong where a file is not there."""

    file: str
    message: str


def judge_page(page: Page, project: Project, keys: set[str]) -> Iterator[str | Missing]:
    """Check one page against the grammar.

    Parameters
    ----------
    page : Page
        The page, expanded.
    project : Project
        The project it belongs to.
    keys : set of str
        The keys of the bibliography.

    Yields
    ------
    str or Missing
        One message a problem: file, line, what is wrong and the remedy. It follows from the text alone: files are
        named, and looked for by whoever asks.
    """
    place = paths.shorten(page.path)
    yield from page.problems
    added = page.front.get("include-in-header", [])
    if not isinstance(added, list) or not all(isinstance(part, dict) and set(part) == {"text"} for part in added):
        yield f"{place}:1: include-in-header must be a list of `- text: …`, which is what both renderers read."
    if not page.front.get("title"):
        yield f"{place}:1: front matter has no title. Add `title: …`."
    chosen = page.front.get("format")
    if chosen is not None:
        yield from (f"{place}:1: format.{'.'.join(path)}: {complaint}." for path, complaint in _FORMATS(chosen))
    if "mainfont" in page.front:
        yield from (f"{place}:1: mainfont: {complaint}." for _, complaint in text(page.front["mainfont"]))
    seen_in = ""
    for line in page.lines:
        seen_in = _follow_div(line.text, seen_in)
        if EXECUTABLE.match(line.text):
            yield f"{line.place}: executable code cell. Pages run no code; write ```python without the braces."
        elif RAW_BLOCK.match(line.text) and not (seen_in and RAW_HTML.match(line.text)):
            yield (
                f"{line.place}: raw block. Use Markdown, a div or a span, so that both site and PDF show it; what only "
                'a browser can do stands as {=html} inside ::: {.content-visible when-format="html"}.'
            )
    prose = list_prose(page)
    for line in prose:
        yield from judge_line(line, page, project, keys)
    yield from judge_references(page, prose, project)


def _follow_div(text: str, within: str) -> str:
    """Follow a div that only the site shows, line by line: one character for each div that is open, from it inwards."""
    if HTML_ONLY.match(text):
        return f"{within}:"
    if within and re.match(r"\s*:{3,}", text):
        return within[1:] if re.fullmatch(r"\s*:{3,}\s*", text) else f"{within}:"
    return within


def judge_line(line: Line, page: Page, project: Project, keys: set[str]) -> Iterator[str | Missing]:
    """Check what can be seen in one line."""
    written = URL.sub("", line.text)
    if RAW_SPAN.search(written):
        yield f"{line.place}: raw inline text. Use Markdown or a span, so that both site and PDF show it."
    tag = HTML_TAG.search(written)
    if tag:
        yield f"{line.place}: raw HTML {tag[1]}. Use Markdown, a div or a span; write `\\<` for the sign itself."
    tex = RAW_TEX.search(written)
    if tex:
        yield f"{line.place}: raw TeX {tex[0]}. Use Markdown; write `\\\\` for a backslash."
    if MATH.search(written):
        yield f"{line.place}: text between dollar signs reads as a formula. Write `\\$` for the sign."
    for kind in CALLOUT.findall(written):
        if kind not in CALLOUTS:
            yield f"{line.place}: unknown callout `{kind}`. Known are {', '.join(CALLOUTS)}."
    for image in _IMAGE.finditer(line.text):
        yield from judge_image(image, line, page.path.parent)
    for key in CITATION.findall(written):
        if key not in keys:
            yield f"{line.place}: unknown citation @{key}. Add it to the bibliography, or write `\\@` for the sign."
    for link in _LINK.finditer(line.text):
        yield from judge_link(link["target"], line, page, project)


def judge_image(image: re.Match[str], line: Line, folder: Path) -> Iterator[str | Missing]:
    """Check one picture: its file and its alternative text."""
    if re.match(r"[a-z]+:|//", image["file"]):
        yield f"{line.place}: picture {image['file']} lies elsewhere. Put a copy into report/figures."
    else:
        remedy = "Run `make report` to draw it, or correct the name."
        yield Missing(str(folder / image["file"]), f"{line.place}: no figure {image['file']}. {remedy}")
    if not FIG_ALT.search(image["attributes"] or ""):
        yield f'{line.place}: figure {image["file"]} has no alternative text. Add {{fig-alt="what one sees"}}.'


def judge_link(target: str, line: Line, page: Page, project: Project) -> Iterator[str | Missing]:
    """Check one link to a page or file of the report."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//|#", target, re.IGNORECASE):
        return
    name = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), re.split(r"[#?]", target)[0]))
    if name.endswith(".html"):
        source = f"{target.partition('#')[0].removesuffix('.html')}.qmd"
        yield f"{line.place}: link to {target}. Link to the source, {source}; the renderer turns it."
    elif name not in project.targets:
        message = f"{line.place}: link to {target}, which does not exist. Write the page or correct the link."
        yield message if name.endswith(".qmd") else Missing(str(project.folder / name), message)


def judge_references(page: Page, prose: list[Line], project: Project) -> Iterator[str]:
    """Check identifiers and the references to them."""
    seen: dict[str, str] = {}
    for line in prose:
        for block in BLOCK_ATTRIBUTES.finditer(line.text):
            bare = re.sub(r'"[^"]*"', '""', block[1])
            for name in IDENTIFIER.findall(bare):
                if name in seen:
                    yield f"{line.place}: id {name} is taken by {seen[name]}. Give each element its own."
                seen.setdefault(name, line.place)
    output = "typst" if page.is_pdf else "html"
    numbered = page.front.get("number-sections", project.option(output, "number-sections", False))
    own = page.front.get("format")
    if isinstance(own, dict) and isinstance(own.get(output), dict):
        numbered = own[output].get("number-sections", numbered)
    for line in prose:
        for name in _REFERENCE.findall(line.text):
            if name not in seen:
                remedy = f"Add {{#{name}}} to its target, or link to its page."
                yield f"{line.place}: @{name} refers to nothing on this page. {remedy}"
            elif name.startswith("sec-") and not numbered:
                yield f"{line.place}: @{name} needs `number-sections: true`. Write a link, [title](#{name}), instead."


def read_keys(project: Project) -> set[str]:
    """Read the citation keys of the bibliography."""
    files = [project.folder / name for name in as_names(project.config.get("bibliography"))]
    return {key for file in files if file.is_file() for key in BIB_KEY.findall(file.read_text(encoding="utf-8"))}


def recall_problems(page: Page, project: Project, keys: set[str]) -> Iterator[str]:
    """Give what is wrong with a page; its text is judged anew only where that or the judge has changed."""

    def judge() -> bytes:
        found = judge_page(page, project, keys)
        pairs = [(one.file, one.message) if isinstance(one, Missing) else ("", one) for one in found]
        return json.dumps(pairs).encode()

    options = [project.option(output, "number-sections") for output in ("typst", "html")]
    own = [str(page.path), repr((page.front, options)), *page.problems]
    written = [f"{line.place} {line.text}" for line in page.lines]
    parts = [describe_code(), *("\n".join(lines) for lines in (sorted(keys), sorted(project.targets), own, written))]
    for file, message in json.loads(project.cache.recall(parts, judge)):
        if not file or not Path(file).is_file():
            yield message


def judge_project(project: Project, only: Collection[Path] | None = None) -> list[str]:
    """Check the sources of a report.

    Parameters
    ----------
    project : Project
    only : collection of Path, optional
        The pages to check; by default all.

    Returns
    -------
    list of str
        One message a problem, each with file, line and remedy; empty when all is well.
    """
    keys = read_keys(project)
    problems = list(judge_config(project))
    for page in (one for one in project.pages if only is None or one.path in only):
        problems += recall_problems(page, project, keys)
    return list(dict.fromkeys(problems))
