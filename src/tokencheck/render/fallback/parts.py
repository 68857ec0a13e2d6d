"""Convert a long page part by part, so that an edit of one part converts that part alone.

Numbers, references and links reach across parts. So each part is converted between outlines of the others: their
headings, the identifiers of their figures and tables, and what they cite. Filters and writer then see all that they
would see in the whole, and what they make of the outlines is cut away.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tokencheck.render.project import Line, Page

Node = dict[str, Any]
Convert = Callable[[str], str]

CUT = "tokencheck-cut"
FLOAT = re.compile(r"(fig|tbl)-")


def split_page(page: Page) -> list[str]:
    """Split a page before each heading of the first level that its own file, and no included one, has."""
    own = page.lines[0].place.rpartition(":")[0] if page.lines else ""
    parts: list[list[Line]] = [[]]
    for line in page.lines:
        if line.text.startswith("# ") and line.place.rpartition(":")[0] == own:
            parts.append([])
        parts[-1].append(line)
    return ["\n".join(line.text for line in part) + "\n" for part in parts if part]


def list_nodes(content: Any) -> Iterator[Node]:
    """List all elements inside blocks or inlines, in order."""
    if isinstance(content, list):
        for one in content:
            yield from list_nodes(one)
    elif isinstance(content, dict):
        if "t" in content:
            yield content
        yield from list_nodes(list(content.values()))


def outline(blocks: Iterable[Node]) -> list[Node]:
    """Leave of some blocks what others may refer to, number or list, as blocks again."""
    left: list[Node] = []
    for node in list_nodes(list(blocks)):
        kind, content = node["t"], node.get("c")
        if kind == "Header":
            left.append(node)
        elif kind in ("Div", "Figure", "Table") and FLOAT.match(content[0][0]):
            caption = [None, []]
            left.append({"t": "Figure", "c": [[content[0][0], [], []], caption, [{"t": "Plain", "c": []}]]})
        elif kind == "Cite":
            left.append({"t": "Para", "c": [node]})
    return left


def list_identifiers(blocks: Iterable[Node]) -> list[str]:
    """List the identifiers of headings, in order."""
    return [node["c"][1][0] for node in list_nodes(list(blocks)) if node["t"] == "Header"]


def choose_names(identifiers: Iterable[str], taken: set[str]) -> dict[int, str]:
    """Choose names for headings whose own are taken, in the way of Pandoc; give them by place."""
    chosen = {}
    for place, name in enumerate(identifiers):
        new, number = name, 0
        while new and new in taken:
            number += 1
            new = f"{name}-{number}"
        taken.add(new)
        if new != name:
            chosen[place] = new
    return chosen


def rename(blocks: list[Node], chosen: Mapping[int, str]) -> None:
    """Give headings their new names."""
    headers = (node for node in list_nodes(blocks) if node["t"] == "Header")
    for place, node in enumerate(headers):
        if place in chosen:
            node["c"][1][0] = chosen[place]


def cut(text: str) -> tuple[str, str, str]:
    """Give what stands before, between and after the marks of an output."""
    before, between, after = (part.strip("\n") for part in text.split(f"// {CUT}"))
    return before, between, after


def convert_parts(page: Page, read: Convert, write: Convert, frame: Convert, jobs: int) -> str:
    """Convert a page part by part.

    Parameters
    ----------
    page : Page
    read, write, frame : callable
        Turn Markdown into Pandoc's JSON; that into Typst; and that into Typst in its template.
    jobs : int
        How many parts to convert at a time.

    Returns
    -------
    str
        The output for the whole page.
    """
    mark = {"t": "RawBlock", "c": ["typst", f"// {CUT}"]}
    with ThreadPoolExecutor(jobs) as pool:
        documents = [json.loads(text) for text in pool.map(read, split_page(page))]
        taken: set[str] = set()
        for document in documents:
            rename(document["blocks"], choose_names(list_identifiers(document["blocks"]), taken))
        outlines = [outline(document["blocks"]) for document in documents]

        def surround(place: int, blocks: list[Node]) -> str:
            before = [node for one in outlines[:place] for node in one]
            after = [node for one in outlines[place + 1 :] for node in one]
            return json.dumps(documents[0] | {"blocks": [*before, mark, *blocks, mark, *after]}, ensure_ascii=False)

        written = pool.map(write, [surround(place, one["blocks"]) for place, one in enumerate(documents)])
        bodies = [cut(text) for text in written]
        before, _, _ = cut(frame(surround(0, outlines[0])))
    references = bodies[-1][2]
    return "\n".join([before, "", *(body for _, body, _ in bodies), references])
