"""A chart: a drawing that can be made at either width, with its data."""

from collections.abc import Callable
from dataclasses import dataclass

import matplotlib
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook.charts.canvas import Canvas


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
        import seaborn  # takes a while, and only who draws needs it; forked kernels have it

        with matplotlib.rc_context(seaborn.axes_style("white")):
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
