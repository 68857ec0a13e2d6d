"""Convert a long page part by part, so that an edit of one part converts that part alone.

Numbers, references and links reach across parts. So each part is converted between outlines of the others: their
headings, the identifiers of their figures and tables, and what they cite. Filters and writer then see all that they
would see in the whole, and what they make of the outlines is cut away.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

from tokencheck.render.grammar import HTML_ONLY
from tokencheck.render.project import Line, Page

Node = dict[str, Any]
Convert = Callable[[str], str]
Write = Callable[[str, bool], str]

LEAST_LETTERS = 40_000
MARK = "// here a part begins or ends"
DIV = re.compile(r"\s*:{3,}\s*(?P<opens>\S)?")
FLOAT = re.compile(r"(fig|tbl)-")
_REFERENCE = re.compile(r"(fig|tbl|sec)-")
_KINDS = {"Header", "Div", "Figure", "Table", "Cite", "Link"}


def drop_html(lines: Iterable[Line]) -> Iterator[Line]:
    """Leave out the divs that only a browser is shown, so that nobody parses or numbers what stands in them."""
    hidden = 0
    for line in lines:
        fence = DIV.match(line.text)
        if hidden:
            hidden += (1 if fence["opens"] else -1) if fence else 0
        elif HTML_ONLY.match(line.text):
            hidden = 1
        else:
            yield line


def split_page(page: Page, least: int = LEAST_LETTERS) -> list[str]:
    """Split a page before headings of the first two levels that its own file, and no included one, has outside divs.

    Parameters
    ----------
    page : Page
    least : int
        No part but the last is shorter, in letters: each costs a start of Pandoc.

    Returns
    -------
    list of str
    """
    own = page.lines[0].place.rpartition(":")[0] if page.lines else ""
    parts: list[list[str]] = [[]]
    letters = depth = 0
    for line in drop_html(page.lines):
        if fence := DIV.match(line.text):
            depth += 1 if fence["opens"] else -1
        is_own = line.place.rpartition(":")[0] == own
        if letters >= least and not depth and is_own and line.text.startswith(("# ", "## ")):
            parts.append([])
            letters = 0
        parts[-1].append(line.text)
        letters += len(line.text)
    return ["\n".join(part) + "\n" for part in parts]


def read_document(text: str) -> tuple[Node, list[Node]]:
    """Read Pandoc's JSON; give the document, and those of its elements that others may refer to, in order."""
    noted: list[Node] = []

    def note(node: Node) -> Node:
        if node.get("t") in _KINDS:
            noted.append(node)
        return node

    return json.loads(text, object_hook=note), noted


def list_wanted(noted: Iterable[Node]) -> set[str]:
    """List the words of all targets that a part refers or links to; an identifier is one of them."""
    wanted: set[str] = set()
    for node in noted:
        if node["t"] == "Cite":
            wanted |= {one["citationId"] for one in node["c"][0]}
        elif node["t"] == "Link":
            wanted |= set(re.split(r"[#.]", node["c"][2][0]))
    return wanted


def outline(noted: Iterable[Node], wanted: set[str] | None, with_floats: bool = True) -> list[Node]:
    """Leave of a part what another one numbers or lists with its own, and the headings that this one wants, as blocks.

    Parameters
    ----------
    noted : iterable of mapping
        See `read_document`.
    wanted : set of str or None
        Identifiers of headings; None for all.
    with_floats : bool
        Whether figures and tables are left.
    """
    left: list[Node] = []
    for node in noted:
        kind, content = node["t"], node["c"]
        if kind == "Header":
            if wanted is None or content[1][0] in wanted:
                left.append(node)
        elif kind == "Cite":
            if not _REFERENCE.match(content[0][0]["citationId"]):
                left.append({"t": "Para", "c": [node]})
        elif kind == "Div" and content[0][0] == "refs":  # where the list of references goes
            left.append({"t": "Div", "c": [content[0], []]})
        elif with_floats and kind != "Link" and FLOAT.match(content[0][0]):
            left.append({"t": "Figure", "c": [[content[0][0], [], []], [None, []], [{"t": "Plain", "c": []}]]})
    return left


def name_floats(noted: Iterable[Node]) -> set[str]:
    """Name the figures and tables of a part."""
    return {block["c"][0][0] for block in outline(noted, set()) if block["t"] == "Figure"}


def _cites(noted: Iterable[Node]) -> bool:
    """Say whether a part cites the bibliography, or holds the list of references."""
    return any(
        (node["t"] == "Cite" and not _REFERENCE.match(node["c"][0][0]["citationId"]))
        or (node["t"] == "Div" and node["c"][0][0] == "refs")
        for node in noted
    )


def rename_headings(noted: Iterable[Node], taken: set[str]) -> None:
    """Give headings whose identifiers are taken by earlier parts others, in the way of Pandoc; note all as taken."""
    for node in noted:
        if node["t"] != "Header":
            continue
        name = new = node["c"][1][0]
        number = 0
        while new and new in taken:
            number += 1
            new = f"{name}-{number}"
        taken.add(new)
        node["c"][1][0] = new


def convert_parts(page: Page, read: Convert, write: Write, frame: Convert, jobs: int, numbered: bool = False) -> str:
    """Convert a page part by part.

    Parameters
    ----------
    page : Page
    read, frame : callable
        Turn Markdown into Pandoc's JSON; and that into Typst in its template.
    write : callable
        Turns Pandoc's JSON into Typst; told whether it cites, since looking up citations takes as long as the rest.
    jobs : int
        How many parts to convert at a time.
    numbered : bool
        Whether sections have numbers, which count the headings of all parts.

    Returns
    -------
    str
        The output for the whole page.
    """
    mark = {"t": "RawBlock", "c": ["typst", MARK]}
    with ThreadPoolExecutor(jobs) as pool:
        documents, notes = zip(*map(read_document, pool.map(read, split_page(page))), strict=True)
        taken: set[str] = set()
        for noted in notes:
            rename_headings(noted, taken)

        floats = [name_floats(noted) for noted in notes]

        def surround(place: int) -> str:
            words = list_wanted(notes[place])
            # what comes later is numbered later, so it is wanted only where something of it is referred to
            last = max((later for later in range(place, len(notes)) if words & floats[later]), default=place)
            outlines = [outline(noted, None if numbered else words, at <= last) for at, noted in enumerate(notes)]
            before, after = (list(chain(*some)) for some in (outlines[:place], outlines[place + 1 :]))
            blocks = [*before, mark, *documents[place]["blocks"], mark, *after]
            return json.dumps(documents[place] | {"blocks": blocks}, ensure_ascii=False)

        sources = [surround(place) for place in range(len(documents))]
        # the list of references comes with the last part, where no other asks for it
        citing = [_cites(noted) for noted in notes[:-1]] + [any(map(_cites, notes))]
        bodies = list(pool.map(lambda source, cited: write(source, cited).split(MARK), sources, citing))
        headings = [mark, *chain(*(outline(noted, None) for noted in notes))]
        start = frame(json.dumps(documents[0] | {"blocks": headings}, ensure_ascii=False))
    texts = [start.split(MARK)[0], *(body for _, body, _ in bodies), bodies[-1][2]]
    return "\n\n".join(text.strip("\n") for text in texts).rstrip("\n") + "\n"
