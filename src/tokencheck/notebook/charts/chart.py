"""A chart: a drawing that can be made at either width, with its data."""

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook.charts.canvas import Canvas

# What differs from matplotlib's own: seaborn's style “white”, for which alone every notebook would load seaborn.
WHITE = {
    "axes.axisbelow": True,
    "axes.edgecolor": ".15",
    "axes.labelcolor": ".15",
    "font.sans-serif": ["Arial", "DejaVu Sans", "Liberation Sans", "Bitstream Vera Sans", "sans-serif"],
    "grid.color": ".8",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "text.color": ".15",
    "xtick.bottom": False,
    "xtick.color": ".15",
    "ytick.color": ".15",
    "ytick.left": False,
}


@dataclass(frozen=True)
class Chart:
    """What a form gives.

    Attributes
    ----------
    put : callable
        Puts everything on a canvas.
    data : DataFrame
        What is drawn.
    """

    put: Callable[[Canvas], None]
    data: pd.DataFrame

    def draw(self, width: str, source: str = "") -> Figure:
        """Draw it at a width, with a line that names the source.

        Parameters
        ----------
        width : {"narrow", "wide"}
        source : str

        Returns
        -------
        Figure
        """
        with matplotlib.rc_context(WHITE):
            canvas = Canvas(width)
        self.put(canvas)
        if source:
            canvas.bottom += 6
            canvas.write_paragraph(f"Source: {source}")
        return canvas.close()

    def write_data(self) -> str:
        """Write what is drawn as CSV, with numbers as exact as results are kept."""
        return self.data.to_csv(index=False, float_format="%.10g", lineterminator="\n")


def stack_charts(*parts: Chart) -> Chart:
    """Put charts below one another on one canvas.

    Parameters
    ----------
    *parts : Chart

    Returns
    -------
    Chart
    """

    def put(canvas: Canvas) -> None:
        for part in parts:
            part.put(canvas)
            canvas.bottom += 10

    return Chart(put, pd.concat([part.data for part in parts], ignore_index=True))
