"""Render the report with Quarto where it is installed, else with Pandoc and Typst, the engines inside Quarto.

Both read the same sources and `_quarto.yml`, and both leave the site and its PDFs in its `output-dir`.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tokencheck import paths
from tokencheck.errors import UserError

if TYPE_CHECKING:  # the graph asks this room for its engine in every build, which is to cost nothing
    from tokencheck.render.project import Project

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SHOWN = re.compile(r"^\s*\[\s*\d+/\d+\]|WARN")  # “[ 3/64] usage.qmd”, and what Quarto warns of
PART_ENDINGS = (".lua", ".html", ".typ", ".css", ".js")


def find_quarto() -> str | None:
    """Find Quarto on the search path.

    Returns
    -------
    str or None
        The program, or None when it is not installed.
    """
    return shutil.which("quarto")


def describe_engine() -> str:
    """Name what renders, with its version; another engine makes another report."""
    quarto = find_quarto()
    if quarto is None:
        import pypandoc  # the package's own version is not that of the Pandoc it brings

        return f"Pandoc {pypandoc.get_pandoc_version()} and Typst {version('typst')}"
    done = subprocess.run([quarto, "--version"], capture_output=True, text=True, check=False)
    return f"Quarto {done.stdout.strip()}"


def list_parts() -> list[Path]:
    """List the filters, templates and styles of this room, which other programs read."""
    return [file for file in sorted((Path(__file__).parent / "fallback").rglob("*")) if file.suffix in PART_ENDINGS]


def read_sound_project(report_dir: Path, cache: Path | None = None) -> "Project":
    """Read a project and refuse one with problems, all of them listed."""
    from tokencheck.render import grammar
    from tokencheck.render.project import read_project

    project = read_project(Path(report_dir), cache)
    problems = grammar.judge_project(project)
    if problems:
        shown = problems[:20] + ([f"… and {len(problems) - 20} more"] if len(problems) > 20 else [])
        raise UserError("The report's sources have problems:\n" + "\n".join(f"  {problem}" for problem in shown))
    return project


def judge_pages(report_dir: Path, pages: Collection[Path]) -> list[str]:
    """Tell what is wrong with the configuration of a report and with some of its pages, each as it stands.

    Parameters
    ----------
    report_dir : Path
        The folder with `_quarto.yml`.
    pages : collection of Path
        Files of it.

    Returns
    -------
    list of str
        One message a problem, each with file, line and remedy.

    Raises
    ------
    UserError
        When `_quarto.yml` or `_variables.yml` cannot be read at all.
    """
    from tokencheck.render import grammar
    from tokencheck.render.project import read_project

    return grammar.judge_project(read_project(Path(report_dir)), pages)


def render_site(report_dir: Path, out_dir: Path, jobs: int = 2, cache: Path | None = None) -> None:
    """Render the site with Pandoc.

    Parameters
    ----------
    report_dir : Path
        The folder with `_quarto.yml`.
    out_dir : Path
        Where to write the site. Files that did not change stay untouched, others that lie there are removed, except
        the project's PDFs.
    jobs : int
        How many pages to render at a time.
    cache : Path, optional
        See `render`.

    Raises
    ------
    UserError
        When the sources break the page grammar; nothing is written then.
    """
    from tokencheck.render.fallback import site

    site.write_site(read_sound_project(report_dir, cache), Path(out_dir), jobs)


def run_quarto(quarto: str, report_dir: Path) -> None:
    """Render site and PDFs with Quarto (https://quarto.org/docs/cli/render.html).

    It takes minutes, so its lines on progress are shown as they come, and its warnings, which a success would hide.
    """
    said = []
    with subprocess.Popen(
        [quarto, "render", str(report_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env={"SOURCE_DATE_EPOCH": "0", **os.environ},
    ) as process:
        for line in process.stdout:
            said.append(_COLOUR.sub("", line).rstrip())
            if SHOWN.search(said[-1]):
                print(said[-1], flush=True)
    if process.returncode:
        tail = "\n".join([line for line in said if line][-12:])
        raise UserError(f"Quarto could not render {paths.shorten(Path(report_dir))}:\n{tail}")


def leave_as_is(_: Path) -> None:
    """Add nothing to a site."""


def render(
    report_dir: Path,
    out_dir: Path | None = None,
    jobs: int = 2,
    cache: Path | None = None,
    complete: Callable[[Path], None] = leave_as_is,
) -> tuple[Path, list[Path]]:
    """Render site and PDFs, and say in one line with what.

    Parameters
    ----------
    report_dir : Path
        The folder with `_quarto.yml`.
    out_dir : Path, optional
        Where the site goes; by default the `output-dir` of `_quarto.yml`.
    jobs : int
        How many pages Pandoc renders at a time.
    cache : Path, optional
        A folder where Pandoc's and Typst's output is kept, so that an edited page costs that page alone,
        and the PDF that holds it.
    complete : callable, optional
        Adds to the folder of a site what no renderer does; Pandoc's lies aside then, so that files which come out as
        they are stay untouched.

    Returns
    -------
    tuple of Path and list of Path
        The folder of the site, and the PDFs in it.
    """
    project = read_sound_project(report_dir, cache)
    out = Path(out_dir) if out_dir else project.output_dir
    files = [out / f"{page.name}.pdf" for page in project.pdf_pages]
    quarto = find_quarto()
    if quarto:
        print(f"Rendering with Quarto ({quarto}).", flush=True)
        run_quarto(quarto, project.folder)
        if out.resolve() != project.output_dir.resolve():
            shutil.copytree(project.output_dir, out, dirs_exist_ok=True)
        complete(out)
        return out, files
    from tokencheck import results
    from tokencheck.render.fallback import pdf, site

    print("Rendering with Pandoc and Typst, as Quarto is not installed.", flush=True)
    with ThreadPoolExecutor(1) as pool, tempfile.TemporaryDirectory() as folder:
        setting = pool.submit(pdf.compile_pdfs, project, jobs)
        site.compose_site(project, Path(folder), jobs)
        complete(Path(folder))
        contents = setting.result()
        # all are made before anything is written, so that site and PDFs change together
        site.replace_site(project, Path(folder), out)
        for name, content in contents.items():
            results.write_bytes_atomically(out / name, content)
    project.cache.forget()
    return out, files
