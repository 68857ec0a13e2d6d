"""A chart: a drawing that can be made at either width, with its data."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from tokencheck.notebook.charts.sheet import Sheet


@dataclass(frozen=True)
class Chart:
    """What a form gives.

    Attributes
    ----------
    put : callable
        Puts everything on a sheet.
    data : DataFrame
        What is drawn.
    """

    put: Callable[[Sheet], None]
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
        with sns.axes_style("white"):
            sheet = Sheet(width)
        self.put(sheet)
        if source:
            sheet.bottom += 6
            sheet.write_paragraph(f"Source: {source}")
        return sheet.close()

    def write_data(self) -> str:
        """Write what is drawn as CSV, with numbers as exact as results are kept."""
        return self.data.to_csv(index=False, float_format="%.10g", lineterminator="\n")
