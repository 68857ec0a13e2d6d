"""Style and saving of figures: the same inputs give byte-identical SVG files.

Beside each figure a small JSON record keeps what pages need: title, alternative text, their guard, claims and notebook.
"""

import os
import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
import seaborn as sns
from IPython.display import SVG
from matplotlib.figure import Figure

from tokencheck import paths
from tokencheck.notebook.run import NAME
from tokencheck.results import write_bytes_atomically, write_json

WIDTH = 8.0  # inches; the text width of the page

INK = "#22313f"
CLAIM = "#b2182b"

STYLE = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so it is the same on every machine
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#e3e6ea",
    "svg.hashsalt": "tokencheck",
    "svg.fonttype": "path",
    "path.simplify": True,
}

sns.set_theme(style="whitegrid", palette="colorblind", rc=STYLE)


def save(fig: Figure, name: str, title: str, alt: str, claims: Sequence[str], guard: str = "") -> SVG:
    """Save a figure as SVG with the record that pages read, and close it.

    Parameters
    ----------
    fig : Figure
        Without a title of its own: pages set it as the caption.
    name : str
        File name without ending, words joined by hyphens.
    title : str
        The message of the figure; numbers in it are computed.
    alt : str
        What the picture shows, for those who cannot see it.
    claims : sequence of str
        Ids of the claims on whose pages it stands.
    guard : str
        When title and alternative text are true, in the grammar of `tokencheck.register.guards`. Pages decide it, for
        the verdicts come after the drawing; where it fails they show claimed and measured instead.

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
    # Jupyter's own servers tell the path, the build the name
    notebook = os.environ.get(NAME) or Path(os.environ.get("JPY_SESSION_NAME", "")).stem
    alt = " ".join(alt.split())
    svg = _draw(fig)
    plt.close(fig)
    write_bytes_atomically(paths.FIGURES / f"{name}.svg", svg)
    record = {"name": name, "title": title, "alt": alt, "claims": list(claims), "notebook": notebook}
    record |= {"guard": guard} if guard else {}
    write_json(paths.FIGURES / f"{name}.json", record)
    return SVG(data=svg)


def _draw(fig: Figure) -> bytes:
    buffer = BytesIO()
    with matplotlib.rc_context(STYLE):
        fig.savefig(
            buffer,
            format="svg",
            bbox_inches="tight",
            pad_inches=0.08,
            facecolor="white",
            metadata={"Date": None, "Creator": None},
        )
    return buffer.getvalue()
