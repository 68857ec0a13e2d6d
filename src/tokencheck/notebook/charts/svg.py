"""From what matplotlib writes to the files of a figure: variables for colours, ids of its own, nothing that leaks.

Set inline, a picture shares its page with others: its style sheet would reach them and its ids would meet theirs. So
there is no style canvas, and each id begins with the figure and the width.
"""

import re
from io import BytesIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.figure import Figure

from tokencheck.notebook.charts.canvas import FONT
from tokencheck.notebook.charts.palette import DAY_COLOURS

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_STYLE = {"svg.fonttype": "none", "svg.hashsalt": "tokencheck", "path.simplify": True}  # text stays text
GROUND = '<rect width="100%" height="100%" style="fill: #ffffff" />'
HALO = 3  # units of ground around text, so that a line behind it does not strike it

_HEX = re.compile(r"#[0-9a-f]{6}\b")
_LONG = re.compile(r"-?\d+\.\d{3,}")
_FAMILY = re.compile(r"font:[^;]*;?|font-[a-z]+:[^;]*;?")
_LINK = re.compile(r"(?<=#)[\w-]+")


def write_svg(fig: Figure) -> ElementTree.Element:
    """Write a drawing as a tree without style canvas, metadata and names that nothing uses."""
    buffer = BytesIO()
    with matplotlib.rc_context(_STYLE):
        fig.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for parent in root.iter():
        for child in list(parent):
            if (
                child.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style")
                or child.tag == f"{{{SVG}}}g"
                and _is_empty(child)
                or child.tag == f"{{{SVG}}}defs"
                and not len(child)
            ):
                parent.remove(child)
    _drop_unused_ids(root)
    for number in ("width", "height"):
        root.set(number, root.get(number, "").removesuffix("pt"))
    # what matplotlib's style sheet says of everything
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    for element in root.iter():
        _shorten(element)
        element.tag = element.tag.rpartition("}")[2]
        if link := element.attrib.pop(f"{{{XLINK}}}href", ""):
            element.set("href", link)
    root.set("xmlns", SVG)
    return root


def _is_empty(group: ElementTree.Element) -> bool:
    """Tell whether a group shows nothing: such are the page and the frame behind the drawing."""
    shapes = [one for one in group.iter() if one.tag.rpartition("}")[2] not in ("g", "defs")]
    return all("fill: none" in one.get("style", "") and "stroke: none" in one.get("style", "") for one in shapes)


def _drop_unused_ids(root: ElementTree.Element) -> None:
    used = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == f"{{{XLINK}}}href" or "url(#" in value:
                used |= set(_LINK.findall(value))
    for element in root.iter():
        if element.get("id") and element.get("id") not in used:
            del element.attrib["id"]


def _shorten(element: ElementTree.Element) -> None:
    """Write numbers as short as a screen needs them, and what a text says of its font as attributes."""
    if element.tag == f"{{{SVG}}}text":
        style = element.get("style", "")
        size = re.search(r"([\d.]+)px", style)
        if "bold" in style or "700" in style:
            element.set("font-weight", "bold")
        if size:
            element.set("font-size", size[1])
        kept = _FAMILY.sub("", style).strip("; ")
        fill = re.search(r"fill: (#[0-9a-f]{6})", kept)
        kept = re.sub(r"fill: #[0-9a-f]{6};?", "", kept).strip("; ")
        ground = DAY_COLOURS["paper"] if not fill or fill[1] != DAY_COLOURS["paper"] else ""
        colour = f"fill: {fill[1] if fill else DAY_COLOURS['ink']}"
        halo = f"; stroke: {ground}; stroke-width: {HALO}; paint-order: stroke" if ground else ""
        element.set("style", "; ".join(one for one in (kept, colour) if one) + halo)
        element.attrib.pop("transform", None)  # upright text stands where it stands
    for name, value in element.attrib.items():
        if name in ("d", "x", "y", "transform", "style", "points", "viewBox", "width", "height"):
            short = _LONG.sub(lambda match: f"{float(match[0]):.2f}".rstrip("0").rstrip("."), value)
            element.set(name, " ".join(short.split()))


def _as_text(root: ElementTree.Element) -> str:
    return ElementTree.tostring(root, encoding="unicode")


def make_inline(root: ElementTree.Element, figure: str, width: str) -> str:
    """Make what a page takes into itself: colours as variables, ids prefixed; its words come from the page."""
    names = {day: name for name, day in DAY_COLOURS.items()}
    prefix = f"{figure}-{width}-"
    text = _as_text(root)
    text = _HEX.sub(
        lambda match: f"var(--chart-{names[match[0]]}, {match[0]})" if match[0] in names else match[0], text
    )
    text = re.sub(r'(?<= id=")', prefix, text)
    text = re.sub(r'(?<=href="#)|(?<=url\(#)', prefix, text)
    return text.replace("<svg ", f'<svg class="chart chart-{width}" role="img" ', 1) + "\n"


def make_literal(root: ElementTree.Element) -> str:
    """Make a file that needs nothing around it: literal colours on a ground of their own, and the shipped font by name.

    The ground is the white of paper and of notebooks by day, where it is not seen; by night colours of the day need it.
    """
    text = _as_text(root).replace("<svg ", f"<svg font-family=\"'{FONT}', sans-serif\" ", 1)
    return text.replace(">", f">\n {GROUND}", 1) + "\n"


def add_words(literal: str, title: str, description: str) -> str:
    """Put title and description into a picture, for those who hear it."""
    words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return literal.replace("<svg ", '<svg role="img" ', 1).replace(">", f">{words}", 1)
