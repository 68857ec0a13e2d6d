"""The executed notebooks as pages: their words, folded code, whole tables and figures, so that the site shows sums."""

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from tokencheck import paths
from tokencheck.notebook import run, subjects
from tokencheck.register.claims import Claim
from tokencheck.report.markup import cell as write_entry
from tokencheck.report.markup import name_notebook_page, write_figure, write_figure_links
from tokencheck.results import read_json

_ROOT = "../"  # the way back from there
_TITLE = re.compile(r"\A# (?P<title>.+)\n*")


def make_notebook_pages(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Make a page of each executed notebook.

    Parameters
    ----------
    figures : mapping of str to mapping
        Their records with words that hold, as `tokencheck.report.words` compiles them.

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    return {name_notebook_page(one.name): _write_page(one, figures) for one in run.NOTEBOOKS if one.executed.exists()}


def find_measuring(claim: Claim) -> str:
    """Find the notebook that measures a claim, where its sums are; none measures a claim without readings.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    str
        Its name.
    """
    if not any(part.readings for part in claim.parts):
        return ""
    topic = next((name for name, own in subjects.APART.items() if claim.id in own), claim.topic)
    file = paths.shorten(paths.MEASUREMENTS / f"{topic}.json")
    return next((name for name, log in run.read_logs().items() if file in log["written"]), "")


def read_title(notebook: run.Notebook) -> str:
    """Read the heading of an executed notebook; its name where it has none."""
    title = _TITLE.match("".join(read_json(notebook.executed)["cells"][0]["source"]))
    return title["title"] if title else notebook.name


def _write_page(notebook: run.Notebook, figures: Mapping[str, Mapping[str, Any]]) -> str:
    cells = read_json(notebook.executed)["cells"]
    first = "".join(cells[0]["source"])
    heading = read_title(notebook)
    file = f"[{notebook.name}.ipynb]({_ROOT}downloads/{notebook.name}.ipynb)"
    parts = [
        f'---\ntitle: "{heading}"\ndescription-meta: "The notebook {notebook.name}: {heading}"\n---',
        _TITLE.sub("", first).strip(),
        f"The notebook with its outputs: {file}. To run it: `make lab`. Only the code is folded; nothing is cut.",
    ]
    for cell in cells[1:]:
        parts += _write_cell(cell, figures)
    return "\n\n".join(part for part in parts if part) + "\n"


def _write_cell(cell: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f'```{{.python code-fold="true"}}\n{source}\n```'
    outputs = cell["outputs"]
    for output, following in zip(outputs, [*outputs, {}][1:], strict=True):
        data = output.get("data", {})
        if figure := figures.get(name_figure(output)):
            yield write_figure(figure, root=_ROOT)
            yield write_figure_links(figure, _ROOT, is_drawn_here=True)
        elif "text/markdown" in data:
            if not name_figure(following):  # what stands before a figure is its title, which is its caption here
                yield _wrap("".join(data["text/markdown"]))
        elif "text/html" in data:
            yield _wrap(write_frame("".join(data["text/html"])))
        else:
            text = "".join(output.get("text", data.get("text/plain", ""))).rstrip()
            yield f"```\n{text}\n```" if text else ""


def _wrap(shown: str) -> str:
    """Let the filter of the pages know tables of notebooks, whose rows it makes cards of where a phone needs them."""
    return f"::: {{.workings}}\n\n{shown}\n\n:::" if re.search(r"^\|", shown, re.MULTILINE) else shown


class _FrameReader(HTMLParser):
    """The cells of a table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.is_in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.is_in_cell = True
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_in_cell = self.is_in_cell and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.is_in_cell:
            self.rows[-1][-1] += data


def write_frame(html: str) -> str:
    """Write a table that pandas gives in HTML for a page: as plain text its columns would not stay together.

    Examples
    --------
    >>> print(write_frame("<table><tr><th></th><th>se_type</th></tr><tr><th>0</th><td>HC3</td></tr></table>"))
    |se type|
    |:------|
    |HC3|
    """
    reader = _FrameReader()
    reader.feed(html)
    head, *rows = reader.rows
    if rows and rows[0][0] and not any(rows[0][1:]):  # an index with a name has a row of its own
        head, rows = [rows[0][0], *head[1:]], rows[1:]
    elif not head[0] and all(row[0].isdecimal() for row in rows):  # one without only counts
        head, rows = head[1:], [row[1:] for row in rows]
    head = [name.replace("_", " ") for name in head]
    rows = [["" if entry == "NaN" else entry for entry in row] for row in rows]
    widths = [min(60, max(3, *map(len, column))) for column in zip(head, *rows, strict=True)]
    rule = [":" + "-" * (width - 1) for width in widths]
    lines = [map(write_entry, head), rule, *(map(write_entry, row) for row in rows)]
    return "\n".join(f"|{'|'.join(line)}|" for line in lines)


def name_figure(output: Mapping[str, Any]) -> str:
    """Name the figure that an output of a cell shows, as `tokencheck.notebook.figures.save` says; else nothing."""
    return output.get("metadata", {}).get("image/svg+xml", {}).get("figure", "")
