"""Call Pandoc, the reader and writer inside Quarto."""

import contextlib
import functools
import json
import locale
import os
import re
import subprocess
import threading
import weakref
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypandoc

from tokencheck import results
from tokencheck.errors import UserError
from tokencheck.render.project import Project

FALLBACK = Path(__file__).parent
READER = "markdown"
# What a text without such a sign cannot hold: not to look for it saves a third of the time and changes nothing
SIGNS = {
    "-raw_tex-latex_macros": re.compile(r"\\[A-Za-z]"),
    "-tex_math_dollars": re.compile(r"(?<!\\)(?:\\\\)*\$"),
    "-citations": re.compile("@"),
}
_FIGURE = re.compile(r"\(((?:\.\./)*figures/[\w-]+)\.svg\)")
_PICTURE = re.compile(r"figures/[\w-]+\.svg")
DRAWN_WIDTHS = ("-narrow", "-wide", "")  # as the chart room names them; a strip has one drawing for all
SERVANT = FALLBACK / "servant.lua"
ROOM = ("+RTS", "-A64m", "-F8", "-RTS")  # in memory, which saves a tenth of the time: to tidy up less often
SERVED = {"standalone", "template", "toc", "toc-depth", "lua-filter", "syntax-highlighting"}  # options that it knows
FILES = ("template", "lua-filter", "bibliography", "csl")  # the options that name a file


def as_list(value: Any) -> list[Any]:
    """Read an option that may be one value or a list of them."""
    return [] if value is None else value if isinstance(value, list) else [value]


@functools.cache
def find_pandoc() -> str:
    """Find the Pandoc that the package `pypandoc_binary` brings."""
    return pypandoc.get_pandoc_path()


@functools.cache
def name_version() -> str:
    """Name the version of that package; looking it up for each page costs as much as the page."""
    return version("pypandoc_binary")


@functools.cache
def name_environment() -> dict[str, str]:
    """Give the environment for Pandoc, which reads the names of files in the encoding of the locale."""
    knows_all = locale.getencoding().lower().replace("-", "") == "utf8"
    return os.environ | ({} if knows_all else {"LC_ALL": "C.UTF-8"})


@functools.cache
def read_abbreviations() -> str:
    """Read the words after which Pandoc sets a space that doesn't break."""
    command = [find_pandoc(), "--print-default-data-file=abbreviations"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, env=name_environment())
    return done.stdout


def list_options(options: Mapping[str, Any]) -> Iterable[str]:
    """Write options the way the command line wants them; lists repeat the option, True stands alone."""
    for name, value in options.items():
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if item is True:
                yield f"--{name}"
            elif item is not None and item is not False:
                yield f"--{name}={item}"


def name_reader(page: str) -> str:
    """Name the reader of a text: Pandoc's Markdown but for what the text has no sign of.

    Examples
    --------
    >>> name_reader("A share of 61 %.")
    'markdown-raw_tex-latex_macros-tex_math_dollars-citations'
    >>> name_reader("See @fig-share: $0.30, or as a formula $x^2$.")
    'markdown-raw_tex-latex_macros'
    """
    return READER + "".join(lacking for lacking, sign in SIGNS.items() if not sign.search(page))


def list_drawings(text: str, folder: Path) -> list[Path]:
    """List the drawings that the report's own filter sets into a page instead of its figures."""
    names = sorted(set(_FIGURE.findall(text)))
    drawings = [folder / f"{name}{width}.svg" for name in names for width in DRAWN_WIDTHS]
    return [file for file in drawings if file.exists()]


class Servant:
    """A Pandoc that converts one page after the other, since each start of it costs a third of a page."""

    def __init__(self):
        """Start Pandoc."""
        command = [find_pandoc(), *ROOM, "lua", str(SERVANT), read_abbreviations()]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=name_environment()
        )
        weakref.finalize(self, self.process.communicate)  # it ends when its input does

    def convert(self, job: Mapping[str, Any]) -> tuple[str, str]:
        """Convert one page; give the output, and what there is to say of it."""
        with contextlib.suppress(BrokenPipeError):  # where it has ended, it answers nothing
            self.process.stdin.write(json.dumps(job) + "\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            return "", f"it ended with code {self.process.wait()}"
        done = json.loads(line)
        return done["output"], done["said"]


class Servants:
    """As many of them as there are processors: more would only get into each other's way."""

    def __init__(self):
        """Start without any."""
        self.places = threading.Semaphore(os.cpu_count() or 1)
        self.free: list[Servant] = []

    def convert(self, job: Mapping[str, Any]) -> tuple[str, str]:
        """Convert one page by one that is free, as soon as there is one; see `Servant.convert`."""
        with self.places:
            servant = self.free.pop() if self.free else Servant()
            done = servant.convert(job)
            if servant.process.returncode is None:
                self.free.append(servant)
        return done


SERVANTS = Servants()


def can_serve(to: str, options: Mapping[str, Any]) -> bool:
    """Say whether a servant can do what the options ask for: all but citations, and Pandoc's own frames."""
    asked = {name for name, value in options.items() if value not in (None, False, [])}
    return asked <= SERVED and (to == "json" or not ("standalone" in asked and "template" not in asked))


def serve(
    source: str, reader: str, to: str, project: Project, name: str, options: Mapping[str, Any], template: str = ""
) -> tuple[str, str]:
    """Convert a text by a servant that is free; see `run_pandoc`."""
    folder = (project.folder / name).parent
    if file := options.get("template"):
        template = (folder / str(file)).read_text(encoding="utf-8")
    job = {
        "source": source,
        "reader": reader,
        "to": to,
        "folder": str(folder.resolve()),
        "filters": [str((folder / str(one)).resolve()) for one in as_list(options.get("lua-filter"))],
        "template": template or None,
        "toc": bool(options.get("toc")),
        "toc_depth": options.get("toc-depth") or 3,
        "highlighting": options.get("syntax-highlighting", "default"),
    }
    return SERVANTS.convert({key: value for key, value in job.items() if value is not None})


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
    front = results.format_yaml(dict(sorted(meta.items())))
    # a text, not a file, so that a page needs no temporary copy; the first block is the only metadata
    page = f"---\n{front}---\n\n{text}"
    return run_pandoc(page, name_reader(page), to, project, name, {"standalone": True, **options})


def list_files(source: str, to: str, project: Project, name: str, options: Mapping[str, Any]) -> list[Path]:
    """List the files that Pandoc and its filters read for a text; see `run_pandoc`."""
    folder = (project.folder / name).parent
    files = [SERVANT, *(folder / str(one) for option in FILES for one in as_list(options.get(option)))]
    if to == "html5":
        files += list_drawings(source, folder)
    if to == "typst":  # the filter looks up how high they are
        files += [file for name in sorted(set(_PICTURE.findall(source))) if (file := folder / name).exists()]
    return files


def run_pandoc(
    source: str, reader: str, to: str, project: Project, name: str, options: Mapping[str, Any], template: str = ""
) -> str:
    """Run Pandoc on a text in any of its formats; see `convert`. A template given as text is a servant's matter."""
    folder = (project.folder / name).parent
    given = [f"--from={reader}", f"--to={to}", "--wrap=none", *list_options(options)]

    def call() -> bytes:
        if template or can_serve(to, options):
            output, said = serve(source, reader, to, project, name, options, template)
            if said:
                raise UserError(f"{name}: Pandoc says: {said}. Correct the page.")
            return output.encode()
        done = subprocess.run(
            [find_pandoc(), *given],
            input=source,
            capture_output=True,
            cwd=folder,
            encoding="utf-8",
            check=False,
            env=name_environment(),
        )
        if done.returncode or "[WARNING]" in done.stderr:
            raise UserError(f"{name}: Pandoc says: {done.stderr.strip() or 'nothing'}. Correct the page.")
        return done.stdout.encode()

    files = list_files(source, to, project, name, options)
    return project.cache.recall([name_version(), *given, template, source, *files], call).decode()
