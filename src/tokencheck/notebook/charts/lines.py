"""Forms over time or another quantity: lines with direct labels, and a cloud of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import matplotlib.dates
import numpy as np
import pandas as pd

from tokencheck.notebook.charts.canvas import LINE, PAD, Axis, Box, Canvas, Scale, list_dates, measure_text, wrap
from tokencheck.notebook.charts.chart import Chart
from tokencheck.notebook.charts.palette import Style

_HEIGHTS = {"narrow": 230.0, "wide": 270.0}  # of the plot, in units
STROKE = 2.0  # half of what a line and its edge take


@dataclass(frozen=True)
class Trace:
    """One line: the column that holds it, the words at its end, how it looks, and the columns of its band."""

    column: str
    words: str
    style: Style
    band: tuple[str, str] | None = None
    dashed: bool = False


@dataclass(frozen=True)
class Fitted:
    """A line fitted to a cloud: its ends and its words."""

    xs: tuple[float, float]
    ys: tuple[float, float]
    words: str
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


def _draw_words(
    canvas: Canvas,
    words: Sequence[Sequence[str]],
    ends: Sequence[float],
    drawn: Sequence[Trace],
    left: float,
    top: float,
    bottom: float,
) -> None:
    """Write each line's words beside its end, apart from one another."""
    gaps = [len(own) * LINE + 2 for own in words]
    for own, height, line in zip(words, _spread(ends, gaps, top, bottom), drawn, strict=True):
        canvas.write_lines(left, height, own, colour=line.style.colour, bold=True)


def lines(
    frame: pd.DataFrame, axis: Axis, drawn: Sequence[Trace], across: str = "", events: Mapping | None = None,
    spans: Sequence[tuple[object, object, str]] = (), claimed: Sequence[tuple[float, str]] = (), peaks: bool = False,
    note: str = "", baseline: float | None = None,
) -> Chart:  # fmt: skip
    """Draw lines over the index of a table, each with its words at its end.

    Parameters
    ----------
    frame : DataFrame
        Index: days, or another quantity.
    axis : Axis
        What is measured upwards.
    drawn : sequence of Trace
    across : str
        What the index measures, where it is not time.
    events : mapping, optional
        Place on the index to the words above its line.
    spans : sequence of (start, end, words)
        Shaded stretches, such as a stated week or the interval of an estimate.
    claimed : sequence of (float, words)
        Heights that were claimed; all but the first are dashed, to tell them apart.
    peaks : bool
        Write the highest value at its place.
    note : str
        What a reader must know first.
    baseline : float, optional
        A height to compare with, such as zero.

    Returns
    -------
    Chart
    """
    at = _as_numbers(frame.index)
    is_time = isinstance(frame.index, pd.DatetimeIndex)
    heads = [(place, place, words) for place, words in (events or {}).items()] + list(spans)
    columns = [name for line in drawn for name in (line.column, *(line.band or ()))]
    compared = [value for value, _ in claimed] + ([] if baseline is None else [baseline])

    def put(canvas: Canvas) -> None:
        gutter = min(max(measure_text(line.words, bold=True) for line in drawn), 84 if canvas.is_narrow else 150)
        if note:
            canvas.write_paragraph(note, colour="ink", bold=True)
        if claimed:
            canvas.draw_key(
                {words: Style("claim", "", thick=1.6, dashed=number > 0) for number, (_, words) in enumerate(claimed)}
            )
        canvas.write_paragraph(axis.title)
        above = canvas.bottom + 6
        top = above + len(heads) * (LINE + 4)
        bottom = top + _HEIGHTS[canvas.name]
        up = Scale.fit(axis, [*frame[columns].to_numpy(dtype=float).ravel(), *compared], bottom, top, margin=0.05)
        left = PAD + max(measure_text(axis.write(tick)) for tick in up.list_ticks(5)) + 8
        right = canvas.width - gutter - 14
        along = Scale(Axis(across), at.min(), at.max(), left, right)
        canvas.draw_heights(up, left, right)
        for number, head in enumerate(heads):
            before = [start for start, end, _ in heads[:number] if start == end]  # whose lines come down past its words
            _draw_head(canvas, head, before, along, above + number * (LINE + 4) + LINE / 2, (top, bottom), is_time)
        for number, (value, _) in enumerate(claimed):
            y = float(up(value))
            canvas.line([left, right], [y] * 2, "claim", 1.6, dashed=number > 0)
            canvas.boxes.append((left, y - STROKE, right, y + STROKE))
        if baseline is not None:
            canvas.line([left, right], [float(up(baseline))] * 2, "ink", 1.2)
        for line in drawn:
            _draw_line(canvas, line, frame, along(at), up)
        if peaks:
            for line in drawn:
                _draw_peak(canvas, line, frame, along(at), up, (left, top - LINE, right, bottom))
        words = [wrap(line.words, gutter, bold=True) for line in drawn]
        _draw_words(
            canvas,
            words,
            [float(up(frame[line.column].dropna().iloc[-1])) for line in drawn],
            drawn,
            right + 8,
            top,
            bottom,
        )
        if is_time:
            canvas.draw_dates(
                list_dates(frame.index[0], frame.index[-1], 5 if canvas.is_narrow else 8), along, top, bottom
            )
        else:
            canvas.draw_scale(along, top, bottom)

    return Chart(put, frame.reset_index())


def _draw_head(
    canvas: Canvas, head: tuple, before: Sequence, along: Scale, y: float, plot: tuple[float, float], is_time: bool
) -> None:
    """Draw an event as a line, a span as a shade; its words stand above the plot, clear of the lines of others."""
    top, bottom = plot
    start, end, *others = (
        float(along(matplotlib.dates.date2num(one) if is_time else one)) for one in (*head[:2], *before)
    )
    if start == end:
        canvas.upright(start, [(y + LINE / 2, bottom)], 1, colour="ink", dashed=True, order=1)
    else:
        canvas.area(start, top, end, bottom, "other", opacity=0.18, order=0)
        canvas.line([start, end], [y + LINE / 2 + 1] * 2, "soft", 2)
    middle, half = (start + end) / 2, measure_text(head[2]) / 2
    near = next((one for one in others if abs(one - middle) < half + PAD), None)
    middle += 0 if near is None else half - PAD if near < middle else PAD - half
    canvas.write_inside(middle, y, head[2])


def _draw_line(canvas: Canvas, line: Trace, frame: pd.DataFrame, xs: np.ndarray, up: Scale) -> None:
    if line.band:
        low, high = (up(frame[name]) for name in line.band)
        canvas.axes.fill_between(xs, low, high, color=line.style.ink, alpha=0.16, lw=0, zorder=1)
    ys = up(frame[line.column])
    canvas.line(xs, ys, line.style.colour, 2.4, dashed=line.dashed, order=4)
    _keep_clear(canvas, xs, ys)


def _keep_clear(canvas: Canvas, xs: np.ndarray, ys: np.ndarray) -> None:
    """Note where a line runs, so that no label is put upon it."""
    for (x, y), (to_x, to_y) in pairwise(zip(xs, ys, strict=True)):
        if not np.isnan(y + to_y):
            steps = 1 + int(np.hypot(to_x - x, to_y - y) / (2 * STROKE))
            for across, down in np.linspace((x, y), (to_x, to_y), steps + 1):
                canvas.boxes.append((across - STROKE, down - STROKE, across + STROKE, down + STROKE))


def _draw_peak(canvas: Canvas, line: Trace, frame: pd.DataFrame, xs: np.ndarray, up: Scale, within: Box) -> None:
    values = frame[line.column]
    place = int(np.nanargmax(values))
    y = float(up(values.iloc[place]))
    canvas.mark(xs[place], y, line.style)
    canvas.label(xs[place], y, f"{values.iloc[place]:.2f}", PAD + 5, within, colour=line.style.colour)


def cloud(frame: pd.DataFrame, across: Axis, axis: Axis, kinds: Mapping[str, Style], fitted: Sequence[Fitted]) -> Chart:
    """Draw a cloud of points with the lines fitted to it.

    Parameters
    ----------
    frame : DataFrame
        Columns ``x``, ``y`` and ``kind``.
    across, axis : Axis
    kinds : mapping of str to Style
        How the points of each kind look.
    fitted : sequence of Fitted

    Returns
    -------
    Chart
    """

    def put(canvas: Canvas) -> None:
        canvas.draw_key(dict(kinds))
        canvas.write_paragraph(axis.title)
        top = canvas.bottom + 8
        bottom = top + 1.3 * _HEIGHTS[canvas.name]
        ends = [y for line in fitted for y in line.ys]  # which the means of rows may lie within
        up = Scale.fit(axis, [*frame["y"], *ends], bottom, top)
        left = PAD + max(measure_text(axis.write(tick)) for tick in up.list_ticks(5)) + 8
        along = Scale.fit(across, frame["x"], left, canvas.width - PAD - 4)
        canvas.draw_heights(up, left, canvas.width - PAD)
        for kind, style in kinds.items():
            own = frame[frame["kind"] == kind]
            canvas.mark(along(own["x"]), up(own["y"]), style, order=3)
        within = (left, top, canvas.width, bottom)
        for line in fitted:
            xs, ys = along(line.xs), up(line.ys)
            canvas.line(xs, ys, "ink", 2.2, dashed=line.dashed, order=6)
            _keep_clear(canvas, xs, ys)
        for line in fitted:
            x, y = float(along(line.xs[-1])), float(up(line.ys[-1]))
            canvas.label(x, y, line.words, LINE, within, rise=LINE, bold=True)
        canvas.draw_scale(along, top, bottom)

    return Chart(put, frame)
