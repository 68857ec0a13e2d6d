"""The chart room: a few forms, each drawn at a narrow and a wide width, from one palette.

A form takes a table and gives a `Chart`; `tokencheck.notebook.figures.save` draws it. To try one in a notebook,
``charts.dots(frame, axis).draw("wide")``.
"""

from tokencheck.notebook.charts.canvas import Axis, write_fraction, write_span, write_tick
from tokencheck.notebook.charts.chart import Chart, stack_charts
from tokencheck.notebook.charts.curveform import EstimateBlock, curve
from tokencheck.notebook.charts.lines import Fitted, Trace, cloud, lines
from tokencheck.notebook.charts.palette import (
    ABROAD_STYLE,
    CHINA_STYLE,
    MAIN,
    OTHER_STYLE,
    OUTCOME_STYLES,
    PRINTED,
    TICK,
    VERDICT_STYLES,
    Style,
)
from tokencheck.notebook.charts.rowforms import ClaimedValue, bars, dots, stacked, strips

__all__ = [
    "ABROAD_STYLE", "CHINA_STYLE", "MAIN", "OTHER_STYLE", "OUTCOME_STYLES", "PRINTED", "TICK", "VERDICT_STYLES", "Axis",
    "Chart", "ClaimedValue", "EstimateBlock", "Fitted", "Style", "Trace", "bars", "cloud", "curve", "dots", "lines",
    "stack_charts", "stacked", "strips", "write_fraction", "write_span", "write_tick",
]  # fmt: skip
