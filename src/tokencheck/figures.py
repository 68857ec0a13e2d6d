"""Style and saving of figures: the same inputs give byte-identical SVG and PNG files.

Beside each figure a small JSON record keeps what pages need: title, alternative text, claims and notebook.
"""

import re
from collections.abc import Sequence
from io import BytesIO

import matplotlib
import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure

from tokencheck import paths
from tokencheck.results import write_bytes_atomically, write_json

WIDTH = 8.0  # inches; the text width of the page
PNG_DPI = 144

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


def save(fig: Figure, name: str, *, title: str, alt: str, claims: Sequence[str], notebook: str) -> None:
    """Save a figure as SVG and PNG with the record that pages read.

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
    notebook : str
        Name of the notebook that drew it.

    Raises
    ------
    ValueError
        When the name has other than lower-case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"figure name {name!r}: use lower-case letters, digits and hyphens")
    with matplotlib.rc_context(STYLE):
        for ending, options in (("svg", {"metadata": {"Date": None, "Creator": None}}), ("png", {"dpi": PNG_DPI})):
            buffer = BytesIO()
            if ending == "png":
                options["metadata"] = {"Software": None}
            fig.savefig(buffer, format=ending, bbox_inches="tight", pad_inches=0.08, facecolor="white", **options)
            write_bytes_atomically(paths.FIGURES / f"{name}.{ending}", buffer.getvalue())
    record = {"name": name, "title": title, "alt": " ".join(alt.split()), "claims": list(claims), "notebook": notebook}
    write_json(paths.FIGURES / f"{name}.json", record)


def close(fig: Figure) -> None:
    """Free a figure that has been saved."""
    plt.close(fig)
