"""The specification curve: estimates in order, and below them which choices each stretch made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tokencheck.notebook.charts.canvas import LINE, PAD, Axis, Canvas, Scale, measure_text, wrap
from tokencheck.notebook.charts.chart import Chart
from tokencheck.notebook.charts.palette import DAY_COLOURS

_HEIGHTS = {"narrow": 200.0, "wide": 260.0}  # of the curves, in units
BINS = {"narrow": 8, "wide": 14}  # columns of a block's matrix
POINTS = {"narrow": 32, "wide": 48}  # intervals drawn of each block; more are not seen
LEVELS = 4  # shades of the matrix
_GAP = 6.0  # between blocks
_ROW = 14.0  # units of a row of the matrix, closer than lines of text, so that a page of paper holds it in legible type


@dataclass(frozen=True)
class EstimateBlock:
    """Estimates of one kind: their words, colour and table with ``coef``, ``ci_low`` and ``ci_high``.

    Attributes
    ----------
    level : float, optional
        A height to compare these with, and no others: a dashed line over this block.
    """

    words: str
    colour: str
    estimates: pd.DataFrame
    level: float | None = None

    @property
    def order(self) -> pd.DataFrame:
        """The estimates from the most negative to the most positive."""
        return self.estimates.sort_values("coef", kind="stable")


Choices = Mapping[str, Mapping[str, pd.Series]]


def curve(blocks: Sequence[EstimateBlock], choices: Choices, axis: Axis, note: str = "") -> Chart:
    """Draw estimates block by block, in order, over a matrix of the choices behind them.

    Parameters
    ----------
    blocks : sequence of EstimateBlock
    choices : mapping of str to mapping
        Group of choices to the words of each to a mask of the estimates.
    axis : Axis
        Of the estimates, with ends: intervals that go on are cut.
    note : str
        What the dashed lines are.

    Returns
    -------
    Chart
    """
    names = [name for masks in choices.values() for name in masks]

    def put(canvas: Canvas) -> None:
        left = PAD + max(measure_text(name) for name in names) + 8
        width = (canvas.width - PAD - left + _GAP) / len(blocks) - _GAP
        for line in wrap(axis.title, canvas.width - 2 * PAD):
            canvas.write(PAD, canvas.bottom + LINE / 2, line, colour="soft")
            canvas.bottom += LINE
        heads = [wrap(block.words, width, bold=True) for block in blocks]
        head = max(map(len, heads)) * LINE
        # where a word is wider than its block, every other head stands a floor higher
        crowded = max(measure_text(line, bold=True) for lines in heads for line in lines) > width
        floors = [crowded and number % 2 == 0 for number in range(len(blocks))]
        canvas.bottom += head * crowded
        top = canvas.bottom + head + 6
        up = Scale.fit(axis, [], top + _HEIGHTS[canvas.name], top)
        canvas.draw_heights(up, left - 2, canvas.width - PAD)
        places = [left + number * (width + _GAP) for number in range(len(blocks))]
        for block, place, lines, above in zip(blocks, places, heads, floors, strict=True):
            middle = canvas.bottom + head / 2 - head * above
            half = max(measure_text(line, bold=True) for line in lines) / 2
            canvas.write_lines(min(place + width / 2, canvas.width - half), middle, lines, "center", bold=True)
            _draw_estimates(canvas, block, up, place, width)
            if block.level is not None:
                canvas.line([place, place + width], [float(up(block.level))] * 2, "claim", 1.2, dashed=True)
        canvas.line([left - 2, canvas.width - PAD], [float(up(0))] * 2, "ink", 1.2)
        canvas.bottom = top + _HEIGHTS[canvas.name] + 8
        if note:  # below, where no estimate lies
            canvas.write(canvas.width - PAD, canvas.bottom, note, "right", colour="claim", bold=True)
            canvas.bottom += LINE
        for group, masks in choices.items():
            canvas.write(PAD, canvas.bottom + _ROW / 2, group, bold=True)
            canvas.bottom += _ROW
            for name in masks:
                canvas.write(left - 8, canvas.bottom + _ROW / 2, name, "right")
                canvas.bottom += _ROW
            _draw_masks(canvas, blocks, list(masks.values()), places, width)
            canvas.bottom += 4

    data = pd.concat(block.order.assign(block=block.words) for block in blocks)
    return Chart(put, data[["block", "coef", "ci_low", "ci_high"]])


def _draw_estimates(canvas: Canvas, block: EstimateBlock, up: Scale, left: float, width: float) -> None:
    order = block.order
    few = np.unique(np.linspace(0, len(order) - 1, POINTS[canvas.name]).round().astype(int))
    order = order.iloc[few]
    xs = left + width * (few + 0.5) / len(block.estimates)
    low, high = (up(order[name].clip(up.low, up.high)) for name in ("ci_low", "ci_high"))
    gaps = np.full(len(few), np.nan)
    canvas.line(np.repeat(xs, 3), np.column_stack([low, high, gaps]).ravel(), block.colour, 1, opacity=0.35)
    canvas.line(xs, up(order["coef"].clip(up.low, up.high)), block.colour, 2.6, order=4)


def _draw_masks(
    canvas: Canvas, blocks: Sequence[EstimateBlock], masks: Sequence[pd.Series], places: Sequence[float], width: float
) -> None:
    """Shade for each choice, stretch by stretch, the share of estimates that made it: one path a shade and block."""
    first = canvas.bottom - len(masks) * _ROW
    for block, left in zip(blocks, places, strict=True):
        order = block.order.index
        edges = np.linspace(0, len(order), min(BINS[canvas.name], len(order)) + 1).round().astype(int)
        ends = left + width * edges / len(order)
        shades: dict[int, list[tuple[float, float, float]]] = {}
        for row, mask in enumerate(masks):
            made = mask.loc[order].to_numpy(dtype=float)
            levels = [round(LEVELS * made[one:other].mean()) for one, other in zip(edges, edges[1:], strict=False)]
            y = first + row * _ROW + 1
            for place, level in enumerate(levels):
                cells = shades.setdefault(level, []) if level else []
                goes_on = cells and cells[-1][1:] == (ends[place], y)  # one shape for neighbours of one shade
                start = cells.pop()[0] if goes_on else ends[place]
                cells.append((start, ends[place + 1], y))
        for level, cells in sorted(shades.items()):
            corners = [
                corner
                for start, end, y in cells
                for corner in ((start, y), (end, y), (end, y + _ROW - 2), (start, y + _ROW - 2), (start, y))
            ]
            codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(cells)
            path = Path(corners, codes)
            canvas.axes.add_patch(
                PathPatch(path, fc=DAY_COLOURS[block.colour], ec="none", alpha=level / LEVELS, zorder=1)
            )
