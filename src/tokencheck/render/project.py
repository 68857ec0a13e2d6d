"""Read a Quarto website project: configuration, page order, includes and variables.

Only the page grammar of this report is understood, in the way Quarto documents it: front matter, Pandoc Markdown,
`{{< include file >}}` on a line of its own (https://quarto.org/docs/authoring/includes.html) and `{{< var a.b >}}`
(https://quarto.org/docs/authoring/variables.html). Every expanded line remembers the file and line it came from, so
that a message can name them.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tokencheck import paths
from tokencheck.caches import Cache
from tokencheck.errors import UserError
from tokencheck.results import describe_yaml_problem, parse_yaml, read_yaml

SHORTCODE = re.compile(r"\{\{<\s*(?P<name>[\w-]+)\s*(?P<argument>.*?)\s*>\}\}")
FRONT_MATTER = re.compile(r"\A---\n(?P<yaml>.*?)\n---\n?", re.DOTALL)
UNRESOLVED = re.compile(r"^(title|date|description|description-meta):.*\{\{<")
FENCE = re.compile(r"^\s*(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)$")


@dataclass(frozen=True)
class Line:
    """One line of a page after includes, with the place it was written at."""

    text: str
    place: str


@dataclass(frozen=True)
class Page:
    """One page: its front matter and its body with includes and variables put in.

    Its name is its path inside the report without the ending, such as ``index`` or ``zh/C05``.
    """

    name: str
    path: Path
    front: dict[str, Any]
    lines: tuple[Line, ...]
    problems: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of the front matter, or the name of the file."""
        return str(self.front.get("title") or self.name)

    @cached_property
    def text(self) -> str:
        """The body as Pandoc Markdown."""
        return "\n".join(line.text for line in self.lines) + "\n"

    @cached_property
    def root(self) -> str:
        """The way from the page up to the report's own folder; empty for a page that lies there."""
        return "../" * self.name.count("/")

    @property
    def is_pdf(self) -> bool:
        """Tell whether the page asks for Typst, so that it becomes the PDF and not a page of the site."""
        chosen = self.front.get("format")
        return chosen == "typst" or (isinstance(chosen, dict) and set(chosen) == {"typst"})


@dataclass(frozen=True)
class Project:
    """A Quarto website project, read but not yet judged."""

    folder: Path
    config: dict[str, Any]
    variables: dict[str, Any]
    pages: tuple[Page, ...]
    problems: tuple[str, ...] = field(default=())
    cache: Cache = field(default_factory=Cache)

    @cached_property
    def by_name(self) -> dict[str, Page]:
        """The pages by their names."""
        return {page.name: page for page in self.pages}

    def find_page(self, name: str) -> Page | None:
        """Find a page by its name."""
        return self.by_name.get(name)

    @cached_property
    def targets(self) -> set[str]:
        """What a page may link to beside files: sources of pages, and the PDFs."""
        return {f"{page.name}.qmd" for page in self.pages} | {f"{page.name}.pdf" for page in self.pdf_pages}

    @cached_property
    def site_pages(self) -> list[Page]:
        """The pages of the site, in the order of the configuration."""
        return [page for page in self.pages if not page.is_pdf]

    @cached_property
    def pdf_pages(self) -> list[Page]:
        """The pages that become a PDF."""
        return [page for page in self.pages if page.is_pdf]

    def option(self, output: str, key: str, default: Any = None) -> Any:
        """Look up an option of a format, or of the project where the format does not set it."""
        formats = self.config.get("format")
        chosen = formats.get(output) if isinstance(formats, dict) else None
        if isinstance(chosen, dict) and key in chosen:
            return chosen[key]
        return self.config.get(key, default)

    @property
    def output_dir(self) -> Path:
        """Where Quarto writes the site (https://quarto.org/docs/reference/projects/options.html)."""
        return self.folder / str((self.config.get("project") or {}).get("output-dir") or "_site")


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict
        The content; empty for an empty file.

    Raises
    ------
    UserError
        When the file is missing, is not UTF-8, is not YAML or holds something else than a mapping.
    """
    try:
        content = read_yaml(path)
    except FileNotFoundError:
        raise UserError(f"{paths.shorten(path)} is missing. Run `make report`, or restore it with Git.") from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        found = type(content).__name__
        raise UserError(f"{paths.shorten(path)}: expected `key: value` pairs at the top, found a {found}.")
    return content


def look_up(variables: dict[str, Any], name: str) -> str | None:
    """Find a variable by its dotted name; None when there is none or it is not a single value."""
    node: Any = variables
    for step in name.split("."):
        if not isinstance(node, dict) or step not in node:
            return None
        node = node[step]
    if isinstance(node, bool):
        return str(node).lower()
    return None if isinstance(node, (dict, list)) or node is None else str(node)


def split_front_matter(text: str, place: str) -> tuple[str, str, int, list[str]]:
    """Split a page into front matter and body.

    Returns
    -------
    tuple
        The YAML text, the body, the number of lines before the body, and the problems found.
    """
    match = FRONT_MATTER.match(text)
    if match:
        return match["yaml"], text[match.end() :], text[: match.end()].count("\n"), []
    return "", text, 0, [f"{place}:1: no front matter. Start the page with `---`, `title: …`, `---`."]


class Expander:
    """Put includes and variables into the text of pages, collecting what is wrong on the way."""

    def __init__(self, folder: Path, variables: dict[str, Any]):
        """Start without problems."""
        self.folder = folder
        self.variables = variables
        self.problems: list[str] = []

    def fill_in(self, text: str, place: str) -> str:
        """Replace the variables of one line."""

        def put(match: re.Match[str]) -> str:
            name, argument = match["name"], match["argument"].strip("\"'")
            if name == "include":
                self.problems.append(f"{place}: `include` must stand on a line of its own.")
            elif name != "var":
                known = "Only `include` and `var` are part of the page grammar."
                self.problems.append(f"{place}: unknown shortcode `{name}`. {known}")
            else:
                value = look_up(self.variables, argument)
                if value is not None:
                    return value
                remedy = "Run `make report` to write _variables.yml anew, or correct the name."
                self.problems.append(f"{place}: no variable `{argument}` in _variables.yml. {remedy}")
            return match[0]

        return SHORTCODE.sub(put, text)

    def expand(self, text: str, file: Path, first_line: int, trail: tuple[Path, ...]) -> list[Line]:
        """Expand a text that starts at some line of a file."""
        lines = []
        name = paths.shorten(file)
        for number, raw in enumerate(text.splitlines(), first_line):
            place = f"{name}:{number}"
            match = SHORTCODE.fullmatch(raw.strip())
            if match and match["name"] == "include":
                lines += self.include(match["argument"].strip("\"'"), place, trail)
            else:
                lines.append(Line(self.fill_in(raw, place), place))
        return lines

    def include(self, name: str, place: str, trail: tuple[Path, ...]) -> list[Line]:
        """Read one included file."""
        file = self.folder / name
        if file in trail:
            self.problems.append(f"{place}: {name} includes itself. Remove one of the includes.")
            return []
        text = _read_text(file)
        if text is None:
            self.problems.append(f"{place}: included file {name} is missing. Run `make report`, or correct the name.")
            return []
        if FRONT_MATTER.match(text):
            remedy = "Move the body into a file of `words/` and include that."
            self.problems.append(f"{place}: included file {name} has front matter. {remedy}")
        return self.expand(text, file, 1, (*trail, file))


def _read_text(path: Path) -> str | None:
    """Read a text file; None when it is missing."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as problem:
        raise UserError(f"{paths.shorten(path)} is not UTF-8 ({problem}). Save it as UTF-8.") from None


def fill_in_front(expander: Expander, text: str, place: str) -> list[str]:
    """Replace the variables of a front matter, where Quarto does so too.

    It resolves shortcodes in the page, but not in what navigation, search engines and the date parser take from it.
    """
    lines = []
    for number, line in enumerate(text.splitlines(), 2):
        match = UNRESOLVED.match(line)
        if match:
            remedy = "Write the text itself; the navigation shows it as it stands."
            expander.problems.append(f"{place}:{number}: shortcode in `{match[1]}`. {remedy}")
        lines.append(expander.fill_in(line, f"{place}:{number}"))
    return lines


def _read_page(path: Path, variables: dict[str, Any], folder: Path | None = None) -> Page:
    """Read one page and expand it.

    Parameters
    ----------
    path : Path
        The `.qmd` file.
    variables : dict
        The content of `_variables.yml`.
    folder : Path, optional
        The folder of the report; by default that of the page.

    Returns
    -------
    Page
        The page; what is wrong with it is in `problems`.
    """
    expander = Expander(path.parent, variables)
    place = paths.shorten(path)
    text = _read_text(path)
    if text is None:
        raise UserError(f"{place} is missing. Run `make report`, or take it out of _quarto.yml.")
    front_text, body, skipped, problems = split_front_matter(text, place)
    lines = expander.expand(body, path, skipped + 1, (path,))
    filled = "\n".join(fill_in_front(expander, front_text, place))
    try:
        front = parse_yaml(filled) or {}
    except yaml.YAMLError as problem:
        front, problems = {}, [*problems, f"{place}: front matter is not YAML: {describe_yaml_problem(problem)}"]
    if not isinstance(front, dict):
        front, problems = {}, [*problems, f"{place}:2: front matter must be `key: value` pairs."]
    name = path.relative_to(folder or path.parent).with_suffix("").as_posix()
    return Page(name, path, front, tuple(lines), tuple(problems + expander.problems))


def list_pages(folder: Path, config: dict[str, Any]) -> tuple[list[Path], list[str]]:
    """List the pages to render, in order.

    Quarto renders `project: render:` in that order; without it every `.qmd` that does not start with `_`
    (https://quarto.org/docs/projects/quarto-projects.html, “Render targets”).

    Returns
    -------
    tuple
        The files, and a problem for each pattern that matches none.
    """
    patterns = (config.get("project") or {}).get("render") or ["*.qmd"]
    chosen: list[Path] = []
    problems = []
    for pattern in patterns:
        found = sorted(
            file for file in folder.glob(str(pattern).removeprefix("!")) if not file.name.startswith(("_", "."))
        )
        if str(pattern).startswith("!"):
            chosen = [file for file in chosen if file not in found]
            continue
        if not found:
            place = paths.shorten(folder / "_quarto.yml")
            problems.append(f"{place}: project.render: no page `{pattern}`. Write it or remove it.")
        chosen += [file for file in found if file not in chosen]
    return chosen, problems


def merge(base: Any, more: Any) -> Any:
    """Merge two configurations as Quarto does: mappings key by key, lists one after the other, else the later one."""
    if isinstance(base, dict) and isinstance(more, dict):
        return base | {key: merge(base[key], value) if key in base else value for key, value in more.items()}
    if isinstance(base, list) and isinstance(more, list):
        return base + more
    return more


def read_config(folder: Path) -> dict[str, Any]:
    """Read `_quarto.yml`, and what it names as `metadata-files`.

    See https://quarto.org/docs/projects/quarto-projects.html#metadata-includes.
    """
    config = read_mapping(folder / "_quarto.yml")
    names = config.get("metadata-files") or []
    for name in names if isinstance(names, list) else []:
        config = merge(config, read_mapping(folder / str(name)))
    return config


def read_project(folder: Path, cache: Path | None = None) -> Project:
    """Read a report folder: configuration, variables and every page.

    Parameters
    ----------
    folder : Path
        The folder with `_quarto.yml`.
    cache : Path, optional
        Where converted pages are kept for the next time.

    Returns
    -------
    Project
        Everything that was read; problems of single pages are kept with the page.

    Raises
    ------
    UserError
        When `_quarto.yml`, a file of metadata that it names, or `_variables.yml` cannot be read at all.
    """
    config = read_config(folder)
    variables_file = folder / "_variables.yml"
    variables = read_mapping(variables_file) if variables_file.exists() else {}
    files, problems = list_pages(folder, config)
    pages = tuple(_read_page(file, variables, folder) for file in files)
    return Project(folder, config, variables, pages, tuple(problems), Cache(cache))
