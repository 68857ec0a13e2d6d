"""Call Pandoc, the reader and writer inside Quarto."""

import functools
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypandoc
import yaml

from tokencheck.errors import UserError
from tokencheck.render.project import Project

FOLDER = Path(__file__).parent
READER = "markdown"
FIGURE = re.compile(r"\(((?:\.\./)*figures/[\w-]+)\.svg\)")
PICTURE = re.compile(r"figures/[\w-]+\.svg")
DRAWN_WIDTHS = ("-narrow", "-wide", "")  # as the chart room names them; a strip has one drawing for all
FILES = ("template", "lua-filter", "bibliography", "csl")  # the options that name a file


def as_list(value: Any) -> list[Any]:
    """Read an option that may be one value or a list of them."""
    return [] if value is None else value if isinstance(value, list) else [value]


@functools.cache
def find_pandoc() -> str:
    """Find the Pandoc that the package `pypandoc_binary` brings."""
    return pypandoc.get_pandoc_path()


def list_options(options: Mapping[str, Any]) -> Iterable[str]:
    """Write options the way the command line wants them; lists repeat the option, True stands alone."""
    for name, value in options.items():
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if item is True:
                yield f"--{name}"
            elif item is not None and item is not False:
                yield f"--{name}={item}"


def list_drawings(text: str, folder: Path) -> list[Path]:
    """List the drawings that the report's own filter sets into a page instead of its figures."""
    names = sorted(set(FIGURE.findall(text)))
    drawings = [folder / f"{name}{width}.svg" for name in names for width in DRAWN_WIDTHS]
    return [file for file in drawings if file.exists()]


def convert(
    text: str, meta: Mapping[str, Any], to: str, project: Project, name: str, options: Mapping[str, Any]
) -> str:
    """Convert one page.

    Parameters
    ----------
    text : str
        The body in Pandoc Markdown.
    meta : mapping
        The front matter.
    to : {"html5", "typst"}
        The output format.
    project : Project
        Its cache keeps the output.
    name : str
        The page, for messages; files that it names are looked up where it lies.
    options : mapping
        Further options of the command line, without their dashes.

    Returns
    -------
    str
        The output.

    Raises
    ------
    UserError
        When Pandoc stops or warns: a warning means something of the page got lost.
    """
    front = yaml.safe_dump(dict(meta), allow_unicode=True, sort_keys=True)
    # a text, not a file, so that a page needs no temporary copy; the first block is the only metadata
    page = f"---\n{front}---\n\n{text}"
    return run(page, READER, to, project, name, {"standalone": True, **options})


def run(
    source: str, reader: str, to: str, project: Project, name: str, options: Mapping[str, Any], template: str = ""
) -> str:
    """Run Pandoc on a text in any of its formats, with a template that is given as text; see `convert`."""
    folder = (project.folder / name).parent
    given = [f"--from={reader}", f"--to={to}", "--wrap=none", *list_options(options)]

    def call() -> bytes:
        if not template:
            return call_with([])
        with tempfile.TemporaryDirectory() as aside:
            file = Path(aside) / f"template.{to}"
            file.write_text(template, encoding="utf-8")
            return call_with([f"--template={file}"])

    def call_with(further: list[str]) -> bytes:
        done = subprocess.run(
            [find_pandoc(), *given, *further],
            input=source,
            capture_output=True,
            cwd=folder,
            encoding="utf-8",
            check=False,
        )
        if done.returncode or "[WARNING]" in done.stderr:
            raise UserError(f"{name}: Pandoc says: {done.stderr.strip() or 'nothing'}. Correct the page.")
        return done.stdout.encode()

    files = [folder / str(one) for option in FILES for one in as_list(options.get(option))]
    if to == "html5":
        files += list_drawings(source, folder)
    if to == "typst":  # the filter looks up how high they are
        files += [file for name in sorted(set(PICTURE.findall(source))) if (file := folder / name).exists()]
    return project.cache.recall([version("pypandoc_binary"), *given, template, source, *files], call).decode()
