"""The specification curve: estimates in order, and below them which choices each stretch made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tokencheck.notebook.charts.chart import Chart
from tokencheck.notebook.charts.palette import DAY
from tokencheck.notebook.charts.sheet import LINE, PAD, Axis, Scale, Sheet, measure, wrap

HEIGHTS = {"narrow": 200.0, "wide": 260.0}  # of the curves, in units
BINS = {"narrow": 10, "wide": 24}  # columns of a block's matrix
POINTS = {"narrow": 40, "wide": 80}  # intervals drawn of each block; more are not seen
LEVELS = 4  # shades of the matrix
GAP = 6.0  # between blocks


@dataclass(frozen=True)
class Block:
    """Estimates of one kind: their words, colour and table with ``coef``, ``ci_low`` and ``ci_high``."""

    words: str
    colour: str
    estimates: pd.DataFrame

    @property
    def order(self) -> pd.DataFrame:
        """The estimates from the most negative to the most positive."""
        return self.estimates.sort_values("coef", kind="stable")


Choices = Mapping[str, Mapping[str, pd.Series]]


def curve(blocks: Sequence[Block], choices: Choices, axis: Axis, bounds: Mapping[float, str]) -> Chart:
    """Draw estimates block by block, in order, over a matrix of the choices behind them.

    Parameters
    ----------
    blocks : sequence of Block
    choices : mapping of str to mapping
        Group of choices to the words of each to a mask of the estimates.
    axis : Axis
        Of the estimates, with ends: intervals that go on are cut.
    bounds : mapping of float to str
        Heights to compare with, and their words.

    Returns
    -------
    Chart
    """
    names = [name for masks in choices.values() for name in masks]

    def put(sheet: Sheet) -> None:
        left = PAD + max(measure(name) for name in names) + 8
        width = (sheet.width - PAD - left + GAP) / len(blocks) - GAP
        for line in wrap(axis.title, sheet.width - 2 * PAD):
            sheet.write(PAD, sheet.bottom + LINE / 2, line, colour="soft")
            sheet.bottom += LINE
        heads = [wrap(block.words, width, bold=True) for block in blocks]
        head = max(map(len, heads)) * LINE
        top = sheet.bottom + head + 6
        up = Scale.fit(axis, [], top + HEIGHTS[sheet.name], top)
        sheet.draw_heights(up, left - 2, sheet.width - PAD)
        places = [left + number * (width + GAP) for number in range(len(blocks))]
        for block, place, lines in zip(blocks, places, heads, strict=True):
            sheet.write_lines(
                place + width / 2, sheet.bottom + head / 2, lines, "center", colour=block.colour, bold=True
            )
            _draw_estimates(sheet, block, up, place, width)
        for height, words in bounds.items():
            y = float(up(height))
            sheet.line(
                [left - 2, sheet.width - PAD], [y, y], "ink" if height == 0 else "claim", 1.2, dashed=height != 0
            )
            if words:
                sheet.write(sheet.width - PAD, y + LINE / 2, words, "right", colour="claim", bold=True)
        sheet.bottom = top + HEIGHTS[sheet.name] + 8
        for group, masks in choices.items():
            sheet.write(PAD, sheet.bottom + LINE / 2, group, bold=True)
            sheet.bottom += LINE
            for name in masks:
                sheet.write(left - 8, sheet.bottom + LINE / 2, name, "right")
                sheet.bottom += LINE
            _draw_masks(sheet, blocks, list(masks.values()), places, width)
            sheet.bottom += 4

    data = pd.concat(block.order.assign(block=block.words) for block in blocks)
    return Chart(put, data[["block", "coef", "ci_low", "ci_high"]])


def _draw_estimates(sheet: Sheet, block: Block, up: Scale, left: float, width: float) -> None:
    order = block.order
    few = np.unique(np.linspace(0, len(order) - 1, POINTS[sheet.name]).round().astype(int))
    order = order.iloc[few]
    xs = left + width * (few + 0.5) / len(block.estimates)
    low, high = (up(order[name].clip(up.low, up.high)) for name in ("ci_low", "ci_high"))
    gaps = np.full(len(few), np.nan)
    sheet.line(np.repeat(xs, 3), np.column_stack([low, high, gaps]).ravel(), block.colour, 1, opacity=0.35)
    sheet.line(xs, up(order["coef"].clip(up.low, up.high)), block.colour, 2.6, order=4)


def _draw_masks(
    sheet: Sheet, blocks: Sequence[Block], masks: Sequence[pd.Series], places: Sequence[float], width: float
) -> None:
    """Shade for each choice, stretch by stretch, the share of estimates that made it: one path a shade and block."""
    first = sheet.bottom - len(masks) * LINE
    for block, left in zip(blocks, places, strict=True):
        order = block.order.index
        edges = np.linspace(0, len(order), min(BINS[sheet.name], len(order)) + 1).round().astype(int)
        ends = left + width * edges / len(order)
        shades: dict[int, list[tuple[float, float, float]]] = {}
        for row, mask in enumerate(masks):
            made = mask.loc[order].to_numpy(dtype=float)
            levels = [round(LEVELS * made[one:other].mean()) for one, other in zip(edges, edges[1:], strict=False)]
            for place, level in enumerate(levels):
                if level:
                    shades.setdefault(level, []).append((ends[place], ends[place + 1], first + row * LINE + 1))
        for level, cells in sorted(shades.items()):
            corners = [
                corner
                for start, end, y in cells
                for corner in ((start, y), (end, y), (end, y + LINE - 2), (start, y + LINE - 2), (start, y))
            ]
            codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(cells)
            path = Path(corners, codes)
            sheet.axes.add_patch(PathPatch(path, fc=DAY[block.colour], ec="none", alpha=level / LEVELS, zorder=1))
