"""Saving of figures: one drawing gives three pictures, a record and its data; the same inputs give the same bytes.

``<name>-narrow.svg`` and ``<name>-wide.svg`` are set into the pages, with variables for colours; ``<name>.svg`` stands
alone, for the PDF, the notebook and whoever opens the file. ``<name>.json`` keeps what pages need: title, alternative
text, their guard, source, claims and notebook. ``<name>.csv`` is what was drawn.
"""

import os
import re
from collections.abc import Sequence

import matplotlib.pyplot as plt
from IPython.display import SVG, Markdown, display

from tokencheck import paths
from tokencheck.notebook.charts import Chart, svg
from tokencheck.notebook.charts.canvas import CANVAS_WIDTHS
from tokencheck.results import NOTEBOOK, write_bytes_atomically, write_json


def save(
    chart: Chart, name: str, title: str, alt: str, claims: Sequence[str], guard: str = "", source: str = ""
) -> SVG:
    """Draw a chart at both widths, save the pictures with the record that pages read, and show it.

    Parameters
    ----------
    chart : Chart
        Without a title of its own: pages set it as the caption.
    name : str
        File name without ending, words joined by hyphens.
    title : str
        The message of the figure; numbers in it are computed.
    alt : str
        The message and its numbers, for those who cannot see the picture.
    claims : sequence of str
        Ids of the claims on whose pages it stands.
    guard : str
        When title and alternative text are true, in the grammar of `tokencheck.register.guards`. Pages decide it, for
        the verdicts come after the drawing; where it fails they show claimed and measured instead.
    source : str
        Whose data it shows; a line in the picture.

    Returns
    -------
    SVG
        What a notebook shows when this is the last line of a cell.

    Raises
    ------
    ValueError
        When the name has other than lower-case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"figure name {name!r}: use lower-case letters, digits and hyphens")
    notebook = os.environ.get(NOTEBOOK, "")
    alt = " ".join(alt.split())
    pictures = draw_figure(chart, name, source)
    for file, text in pictures.items():
        write_bytes_atomically(paths.FIGURES / file, text.encode())
    write_bytes_atomically(paths.FIGURES / f"{name}.csv", chart.write_data().encode())
    record = {"name": name, "title": title, "alt": alt, "claims": list(claims), "notebook": notebook}
    record |= {"guard": guard} if guard else {}
    record |= {"source": source} if source else {}
    write_json(paths.FIGURES / f"{name}.json", record)
    display(Markdown(f"**{title}**"))
    shown = svg.add_words(pictures[f"{name}.svg"], title, alt)
    return SVG(data=shown, metadata={"alt": alt, "figure": name})


def draw_figure(chart: Chart, name: str, source: str = "") -> dict[str, str]:
    """Draw the three pictures of a chart.

    Parameters
    ----------
    chart : Chart
    name : str
        Of the figure; its ids begin with it.
    source : str

    Returns
    -------
    dict of str to str
        File name to SVG.
    """
    pictures = {}
    for width in CANVAS_WIDTHS:
        fig = chart.draw(width, source)
        root = svg.write_svg(fig)
        plt.close(fig)
        pictures[f"{name}-{width}.svg"] = svg.make_inline(root, name, width)
    pictures[f"{name}.svg"] = svg.make_literal(root)  # the last, widest one
    return pictures
