"""The chart room: a few forms, each drawn at a narrow and a wide width, from one palette.

A form takes a table and gives a `Chart`; `tokencheck.notebook.figures.save` draws it. To try one in a notebook,
``charts.dots(frame, axis).draw("wide")``.
"""

from tokencheck.notebook.charts.chart import Chart
from tokencheck.notebook.charts.curve import Block, curve
from tokencheck.notebook.charts.lines import Fitted, Line, cloud, lines
from tokencheck.notebook.charts.palette import ABROAD, CHINA, MAIN, OTHER, OUTCOMES, PRINTED, TICK, VERDICTS, Style
from tokencheck.notebook.charts.rows import Claimed, bars, dots, stacked, strips
from tokencheck.notebook.charts.sheet import Axis, write_range

__all__ = [
    "ABROAD", "CHINA", "MAIN", "OTHER", "OUTCOMES", "PRINTED", "TICK", "VERDICTS", "Axis", "Block", "Chart",
    "Claimed", "Fitted", "Line", "Style", "bars", "cloud", "curve", "dots", "lines", "stacked", "strips", "write_range",
]  # fmt: skip
