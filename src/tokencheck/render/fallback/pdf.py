"""Render the PDF: Pandoc turns one page into Typst, Typst sets it with the project's own fonts."""

import re
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import typst

from tokencheck import paths
from tokencheck.caches import describe_code
from tokencheck.errors import UserError
from tokencheck.render.fallback import pandoc
from tokencheck.render.fallback.pandoc import as_list
from tokencheck.render.fallback.parts import convert_parts
from tokencheck.render.fallback.site import FILTERS, TEMPLATES, list_own_filters, name_language
from tokencheck.render.project import Page, Project

_PICTURE = re.compile(r'#?image\("([^"]+)"')
_FRAME = "report.typ"  # around the partials of the project
UNREAD = ("format", "font-paths", "template-partials", "pdf-standard")  # what is no matter of Pandoc's


def read_options(project: Project, page: Page) -> dict:
    """Read the Typst options of a page: its own before those of the project."""
    formats = project.config.get("format")
    shared = formats.get("typst") if isinstance(formats, dict) else None
    own = page.front.get("format")
    own = own.get("typst") if isinstance(own, dict) else None
    return {**(shared if isinstance(shared, dict) else {}), **(own if isinstance(own, dict) else {}), **page.front}


def _write_template(project: Project, page: Page) -> str:
    """Put the template partials of a page, which Quarto takes into its own template, into ours.

    Raises
    ------
    UserError
        When the page names none, or one that is missing.
    """
    names = as_list(read_options(project, page).get("template-partials"))
    if not names:
        remedy = "Add `template-partials: [typst-template.typ, typst-show.typ]` to its format."
        raise UserError(f"{paths.shorten(page.path)}: no template partials. {remedy}")
    files = [project.folder / str(name) for name in names]
    if lost := [file for file in files if not file.is_file()]:
        raise UserError(f"{paths.shorten(page.path)}: template-partials: no file {lost[0].name}. Correct the name.")
    texts = [file.read_text(encoding="utf-8") for file in files]
    return (TEMPLATES / _FRAME).read_text(encoding="utf-8").replace("$partials$", "\n".join(texts))


def write_typst(project: Project, page: Page, jobs: int = 1) -> str:
    """Turn the PDF's page into a Typst document.

    Parameters
    ----------
    project : Project
        A project without problems.
    page : Page
        Its page with `format: typst`.
    jobs : int
        How many parts of it to convert at a time.

    Returns
    -------
    str
        The Typst source.
    """
    options = read_options(project, page)
    meta = {key: value for key, value in options.items() if key not in UNREAD}
    meta |= {"lang": name_language(project, page), "link-citations": True}
    given = {
        "lua-filter": [FILTERS / "crossref.lua", *list_own_filters(project), FILTERS / "typst.lua"],
        "syntax-highlighting": "idiomatic",
    }
    citing = {
        "citeproc": True,
        "bibliography": as_list(project.config.get("bibliography")),
        "csl": project.config.get("csl"),
    }
    framed = given | {"standalone": True}
    template = _write_template(project, page)
    name = f"{page.name}.qmd"

    def convert() -> bytes:
        # what parts became is kept aside, as nobody asks for it while the whole is as it was
        parted = replace(project, cache=project.cache.open(page.name))
        source = convert_parts(
            page,
            read=lambda text: pandoc.convert(text, meta, "json", parted, name, {}),
            write=lambda source, cited: pandoc.run_pandoc(
                source, "json", "typst", parted, name, given | citing if cited else given
            ),
            frame=lambda source: pandoc.run_pandoc(source, "json", "typst", parted, name, framed, template),
            jobs=jobs,
            numbered=bool(meta.get("number-sections")),
        )
        parted.cache.forget()
        return source.encode()

    written = "\n".join(f"{line.place} {line.text}" for line in page.lines)
    made_of = [describe_code(), pandoc.name_version(), template, repr((meta, framed, citing)), written]
    files = pandoc.list_files(page.text, "typst", project, name, framed | citing)
    return project.cache.recall([*made_of, *files], convert).decode()


def list_font_folders(project: Project, page: Page) -> list[Path]:
    """List the folders of the project's own fonts."""
    return [project.folder / str(folder) for folder in as_list(read_options(project, page).get("font-paths"))]


def list_inputs(project: Project, page: Page, source: str) -> list[Path]:
    """List the files that Typst reads for a source: pictures and fonts."""
    pictures = (project.folder / name for name in sorted(set(_PICTURE.findall(source))))
    fonts = (file for folder in list_font_folders(project, page) for file in sorted(folder.rglob("*")))
    return [file for file in (*pictures, *fonts) if file.is_file()]


def compile_pdf(project: Project, page: Page, jobs: int = 1) -> bytes:
    """Set the PDF of one page, or take it from the project's cache.

    Returns
    -------
    bytes
        The PDF, tagged for assistive software (PDF/UA-1: Typst stops at an image without alternative text).

    Raises
    ------
    UserError
        When Typst stops, or misses a font.
    """
    source = write_typst(project, page, jobs)
    parts = [typst.__version__, source, *list_inputs(project, page, source)]
    return project.cache.recall(parts, lambda: set_pages(project, page, source))


def set_pages(project: Project, page: Page, source: str) -> bytes:
    """Set a Typst source with the fonts of the project, and none of the machine's; see `compile_pdf`."""
    place = paths.shorten(page.path)
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(folder) for folder in list_font_folders(project, page)],
    )
    try:
        try:
            pdf, notes = _compile(project, source, fonts, "whole")
        except _PanicError:
            pdf, notes = _compile(project, source, fonts, "break")
    except _PanicError as problem:
        raise UserError(
            f"{place}: Typst stopped by a fault of its own ({problem}). Move or shorten a long table."
        ) from None
    except typst.TypstError as problem:
        hints = " ".join([*problem.hints, _find_line(source, problem.diagnostic)])
        raise UserError(f"{place}: Typst says: {problem.message}. {hints}") from None
    missing = sorted({note.message for note in notes if "unknown font" in note.message})
    if missing:
        raise UserError(f"{place}: {'; '.join(missing)}. Put it into a folder of `font-paths`, or correct `mainfont`.")
    return pdf


class _PanicError(Exception):
    """Typst stopped from inside, where it should have given a page or an error."""


def _compile(project: Project, source: str, fonts: typst.Fonts, rows: str) -> tuple[bytes, list]:
    """Compile a source; `rows` says whether those of tables stand ``whole`` or may ``break`` across pages."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return typst.compile_with_warnings(
                source.encode(),
                root=str(project.folder),
                font_paths=fonts,
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=0,
                sys_inputs={"rows": rows},
            )
    except BaseException as failure:  # the binding's own is no `Exception`, and no module gives it
        if type(failure).__name__ != "PanicException":
            raise
        raise _PanicError(failure) from None


def _find_line(source: str, diagnostic: str) -> str:
    """Quote the line of the Typst source that a message is about."""
    match = re.search(r":(\d+):\d+", diagnostic)
    lines = source.splitlines()
    return f"Near: {lines[int(match[1]) - 1].strip()[:120]}" if match and int(match[1]) <= len(lines) else ""


def compile_pdfs(project: Project, jobs: int = 1) -> dict[str, bytes]:
    """Set every PDF of a project, some at a time; see `compile_pdf`.

    Returns
    -------
    dict of str to bytes
        The PDFs by the names of their files.
    """
    longest_first = sorted(project.pdf_pages, key=lambda page: len(page.text), reverse=True)
    with ThreadPoolExecutor(jobs) as pool:
        contents = pool.map(lambda page: compile_pdf(project, page, jobs), longest_first)
        made = {page.name: content for page, content in zip(longest_first, contents, strict=True)}
    return {f"{page.name}.pdf": made[page.name] for page in project.pdf_pages}
