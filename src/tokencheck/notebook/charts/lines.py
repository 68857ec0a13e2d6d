"""Forms over time or another quantity: lines with direct labels, and a cloud of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.dates
import numpy as np
import pandas as pd

from tokencheck.notebook.charts.chart import Chart
from tokencheck.notebook.charts.palette import Style
from tokencheck.notebook.charts.sheet import LINE, PAD, Axis, Scale, Sheet, list_dates, measure, wrap

HEIGHTS = {"narrow": 230.0, "wide": 270.0}  # of the plot, in units


@dataclass(frozen=True)
class Line:
    """One line: the column that holds it, the words at its end, how it looks, and the columns of its band."""

    column: str
    words: str
    style: Style
    band: tuple[str, str] | None = None
    dashed: bool = False


def _spread(heights: Sequence[float], gaps: Sequence[float], top: float, bottom: float) -> list[float]:
    """Move heights apart until each has its gap, as little as a single pass needs."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    placed = list(heights)
    edge = top
    for place in order:
        placed[place] = max(heights[place], edge + gaps[place] / 2)
        edge = placed[place] + gaps[place] / 2
    edge = bottom
    for place in reversed(order):
        placed[place] = min(placed[place], edge - gaps[place] / 2)
        edge = placed[place] - gaps[place] / 2
    return placed


def _as_numbers(index: pd.Index) -> np.ndarray:
    return matplotlib.dates.date2num(index) if isinstance(index, pd.DatetimeIndex) else index.to_numpy(dtype=float)


def _draw_words(sheet: Sheet, words: Sequence[Sequence[str]], ends: Sequence[float], lines: Sequence[Line], right: float,
                top: float, bottom: float) -> None:  # fmt: skip
    gaps = [len(own) * LINE + 2 for own in words]
    for own, height, line in zip(words, _spread(ends, gaps, top, bottom), lines, strict=True):
        sheet.write_lines(right + 8, height, own, colour=line.style.colour, bold=True)


def lines(
    frame: pd.DataFrame, axis: Axis, drawn: Sequence[Line], across: str = "", events: Mapping | None = None,
    span: tuple | None = None, claimed: Sequence[tuple[float, str]] = (), peaks: bool = False, opened: str = "",
) -> Chart:  # fmt: skip
    """Draw lines over the index of a table, each with its words at its end.

    Parameters
    ----------
    frame : DataFrame
        Index: days, or another quantity.
    axis : Axis
        What is measured upwards.
    drawn : sequence of Line
    across : str
        What the index measures, where it is not time.
    events : mapping, optional
        Place on the index to the words above its line.
    span : (start, end, words), optional
        A shaded stretch.
    claimed : sequence of (float, words)
        Claimed heights.
    peaks : bool
        Write the highest value at its place.
    opened : str
        What the shade beside the lines means.

    Returns
    -------
    Chart
    """

    def put(sheet: Sheet) -> None:
        at = _as_numbers(frame.index)
        gutter = min(max(measure(line.words, bold=True) for line in drawn), 84 if sheet.is_narrow else 150)
        words = [wrap(line.words, gutter, bold=True) for line in drawn]
        for line in wrap(axis.title, sheet.width - 2 * PAD):
            sheet.write(PAD, sheet.bottom + LINE / 2, line, colour="soft")
            sheet.bottom += LINE
        if opened:
            sheet.write_paragraph(opened)
        sheet.bottom += 6
        heads = list((events or {}).items()) + ([((span[0]), span[2])] if span else [])
        above = sheet.bottom
        sheet.bottom += len(heads) * (LINE + 1)
        top, bottom = sheet.bottom, sheet.bottom + HEIGHTS[sheet.name]
        columns = [name for line in drawn for name in (line.column, *(line.band or ()))]
        values = [*frame[columns].to_numpy(dtype=float).ravel(), *(value for value, _ in claimed)]
        up = Scale.fit(axis, values, bottom, top, margin=0.05)
        numbers = max(measure(axis.write(tick)) for tick in up.list_ticks(5))
        left, right = PAD + numbers + 8, sheet.width - gutter - 14
        along = Scale(Axis(across), at.min(), at.max(), left, right)
        sheet.draw_heights(up, left, right)
        if span:
            start, end = (float(along(one)) for one in matplotlib.dates.date2num(span[:2]))
            sheet.area(start, top, end, bottom, "claim", opacity=0.14, order=1)
        for number, (place, text) in enumerate(heads):
            x = float(along(matplotlib.dates.date2num(place) if isinstance(frame.index, pd.DatetimeIndex) else place))
            y = above + number * (LINE + 1) + LINE / 2
            sheet.line([x, x], [y + LINE / 2, bottom], "ink", 1, dashed=True, order=1)
            sheet.write_inside(x, y, text)
        for value, text in claimed:
            y = float(up(value))
            sheet.line([left, right], [y, y], "claim", 1.6)
            sheet.write(left + 4, y - LINE / 2 - 1, text, colour="claim", bold=True)
        for line in drawn:
            x, y = along(at), up(frame[line.column])
            if line.band:
                low, high = (up(frame[name]) for name in line.band)
                sheet.axes.fill_between(x, low, high, color=line.style.ink, alpha=0.16, lw=0, zorder=1)
            sheet.line(x, y, line.style.colour, 2.4, dashed=line.dashed, order=4)
            if peaks:
                peak = int(np.nanargmax(frame[line.column]))
                sheet.mark(x[peak], y[peak], line.style)
                sheet.label(x[peak], y[peak] - 4, f"{frame[line.column].iloc[peak]:.2f}", PAD + 5, (left, top - LINE, right, bottom),
                            line.style.colour)  # fmt: skip
        last = [float(up(frame[line.column].dropna().iloc[-1])) for line in drawn]
        _draw_words(sheet, words, last, drawn, right, top, bottom)
        if isinstance(frame.index, pd.DatetimeIndex):
            sheet.draw_dates(
                list_dates(frame.index[0], frame.index[-1], 5 if sheet.is_narrow else 8), along, top, bottom
            )
        else:
            along = Scale(Axis(across), at.min(), at.max(), left, right)
            sheet.draw_scale(along, top, bottom)

    return Chart(put, frame.reset_index())
