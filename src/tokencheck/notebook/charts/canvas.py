"""The canvas that every form draws on: units, scales, text that knows its size, and labels that keep clear of others.

One unit is one CSS pixel. A canvas has one of two widths; its height grows with what is put on it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import matplotlib.dates
import numpy as np
import pandas as pd
from matplotlib import font_manager, pyplot
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import LogLocator, MaxNLocator

from tokencheck import paths
from tokencheck.notebook.charts.palette import DAY_COLOURS, Style

CANVAS_WIDTHS = {"narrow": 354, "wide": 736}
SIZE = 12.0  # of all type, in units; nothing is smaller
LINE = 16.0  # from one line of text to the next
AIR = 1  # between a label and what it stands beside
PAD = 4.0  # at the edges of the canvas, and between a mark and its label
FONT = "Noto Sans SC"
SLACK = 1.04  # a reader's font may be a little wider than the one measured

for _file in sorted((paths.REPORT / "fonts").glob("*.otf")):
    font_manager.fontManager.addfont(_file)


@cache
def measure_text(text: str, bold: bool = False) -> float:
    """Measure how wide a line of text is, in units."""
    font = FontProperties(family=FONT, size=SIZE, weight="bold" if bold else "normal")
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] * SLACK


def wrap(text: str, width: float, bold: bool = False) -> list[str]:
    """Break a text into lines that are no wider than so many units; line breaks in it are kept."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}".strip()
            if line and measure_text(longer, bold) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def write_tick(value: float) -> str:
    """Write a number for an axis.

    Examples
    --------
    >>> write_tick(0.5), write_tick(10000.0), write_tick(-2.0)
    ('0.5', '10,000', '−2')
    """
    return f"{value:,.10g}".replace("-", "−")


def write_fraction(value: float) -> str:
    """Write a part “1/N” by its N: a whole one, as at an axis, without decimals, and any other with one.

    Examples
    --------
    >>> write_fraction(20.0), write_fraction(18.46), write_fraction(1.0), write_fraction(0.5), write_fraction(0.8)
    ('1/20', '1/18.5', '1', '2 times', '1.2 times')
    """
    if value == 1:
        return "1"
    of = max(value, 1 / value)
    number = f"{of:.{int(of % 1 != 0)}f}"
    return f"1/{number}" if value > 1 else f"{number} times"  # more than the whole


def write_span(low: float, high: float, unit: str = "", digits: int = 0) -> str:
    """Write a range for a label; one number where its ends are printed alike.

    Examples
    --------
    >>> write_span(42.1, 49.0, " %"), write_span(1.0, 1.04, digits=1)
    ('42–49 %', '1.0')
    """
    ends = dict.fromkeys(f"{end:.{digits}f}".replace("-", "−") for end in (low, high))
    return "–".join(ends) + unit


@dataclass(frozen=True)
class Axis:
    """What an axis measures.

    Attributes
    ----------
    title : str
        The quantity with its unit.
    log : bool
    low, high : float, optional
        Ends; by default those of the data, with zero for bars.
    write : callable
        Writes a number at the axis.
    ticks : sequence of float, optional
    whole : bool
        What is counted: no number between two whole ones stands at the axis.
    """

    title: str
    log: bool = False
    low: float | None = None
    high: float | None = None
    write: Callable[[float], str] = write_tick
    ticks: Sequence[float] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Scale:
    """From values to units along one direction."""

    axis: Axis
    low: float
    high: float
    start: float
    end: float

    @classmethod
    def fit(cls, axis: Axis, values: Iterable[float], start: float, end: float, margin: float = 0.03) -> "Scale":
        """Fit a scale to values, unless the axis sets its ends."""
        found = np.array([value for value in values if pd.notna(value)], dtype=float)
        low, high = (found.min(), found.max()) if len(found) else (0.0, 1.0)
        if axis.log:
            room = (high / low) ** margin if high > low else 1.5
            low, high = low / room, high * room
        else:
            room = margin * (high - low or 1.0)
            low, high = (0.0 if low == 0 else low - room), high + room
        low = low if axis.low is None else axis.low
        high = high if axis.high is None else axis.high
        return cls(axis, float(low), float(high), start, end)

    def __call__(self, value):
        """Give the place of a value, or of many."""
        value = np.asarray(value, dtype=float)
        ends = (self.low, self.high)
        if self.axis.log:
            value, ends = np.log10(value), np.log10(ends)
        return self.start + (value - ends[0]) / (ends[1] - ends[0]) * (self.end - self.start)

    def list_ticks(self, most: int) -> list[float]:
        """List round values between the ends."""
        if self.axis.ticks is not None:
            found = self.axis.ticks
        elif self.axis.log:
            decades = np.log10(self.high / self.low)
            finest = 2 if decades < 1.6 else 1 if decades < 2.5 and most > 5 else 0
            for subs in ((1,), (1, 3), (1, 2, 5))[finest:]:  # one tick alone gives no scale
                found = LogLocator(subs=subs, numticks=20).tick_values(self.low, self.high)
                if sum(self.low <= one <= self.high for one in found) > 1:
                    break
        else:
            found = MaxNLocator(most, steps=[1, 2, 5, 10], integer=self.axis.whole).tick_values(self.low, self.high)
        room = 1e-9 * abs(self.high)
        return [float(round(one, 10)) for one in found if self.low - room <= one <= self.high + room]


def list_dates(first: pd.Timestamp, last: pd.Timestamp, most: int) -> list[tuple[pd.Timestamp, str]]:
    """List days for an axis of time, each with its words; the year stands below where it begins."""
    months = pd.date_range(first, last, freq="MS")
    if len(months) < 3:
        days = pd.date_range(first, last, freq="D")
        step = int(np.ceil(len(days) / most / 7)) * 7
        found = [(day, f"{day:%-d %b}") for day in days[::step]]
    else:
        step = next(step for step in (1, 2, 3, 4, 6, 12, 24) if len(months) / step <= most)
        found = [(month, f"{month:%b}") for month in months if (month.month - 1) % step == 0]
    seen: set[int] = set()
    named = []
    for day, words in found:
        named.append((day, words if day.year in seen else f"{words}\n{day.year}"))
        seen.add(day.year)
    return named


Box = tuple[float, float, float, float]  # left, top, right, bottom


def overlap(one: Box, other: Box) -> float:
    """Give the area that two boxes share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0) * max(down, 0)


class Canvas:
    """A page of one width on which a form puts lines, marks and text, in units from its upper left corner.

    Parameters
    ----------
    width : {"narrow", "wide"}
    """

    def __init__(self, width: str) -> None:
        """Begin an empty canvas."""
        self.name = width
        self.width = CANVAS_WIDTHS[width]
        self.is_narrow = width == "narrow"
        self.bottom = PAD  # the next thing goes below this
        self.boxes: list[Box] = []  # of marks and labels, for those that come later
        self.in_the_way: list[Box] = []  # words and ticks, which no upright line shall cross
        self.uprights: list[tuple[Box, dict[str, Any]]] = []  # lines that wait until those are known
        self.figure, self.axes = pyplot.subplots(figsize=(1, 1), dpi=72)
        self.axes.set_position((0, 0, 1, 1))
        self.axes.set_axis_off()

    def close(self) -> Figure:
        """Draw the upright lines, and set the height; nothing is drawn after that."""
        for box, how in self.uprights:
            self._draw_upright(box, **how)
        height = self.bottom + PAD
        self.figure.set_size_inches(self.width / 72, height / 72)
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(height, 0)
        self.figure.patch.set_visible(False)
        for artist in self.axes.get_children():
            artist.set_clip_on(False)
        return self.figure

    # text -------------------------------------------------------------------

    def write(self, x: float, y: float, text: str, align: str = "left", colour: str = "ink", bold: bool = False) -> Box:
        """Write one line whose middle is at a height; give its box."""
        width = measure_text(text, bold)
        left = x - {"left": 0, "center": width / 2, "right": width}[align]
        self.axes.text(
            x, y + 0.36 * SIZE, text, ha=align, va="baseline", size=SIZE, color=DAY_COLOURS[colour],
            weight="bold" if bold else "normal", family=FONT, zorder=9,
        )  # fmt: skip
        box = (left, y - LINE / 2, left + width, y + LINE / 2)
        self.boxes.append(box)
        self.in_the_way.append(box)
        return box

    def write_lines(self, x: float, middle: float, lines: Sequence[str], align: str = "left", **how) -> None:
        """Write lines of text around a height."""
        top = middle - (len(lines) - 1) * LINE / 2
        for number, line in enumerate(lines):
            self.write(x, top + number * LINE, line, align, **how)

    def write_inside(self, x: float, y: float, text: str, **how) -> Box:
        """Write a line centred at a place, moved as far as it takes to stay on the canvas."""
        half = measure_text(text, how.get("bold", False)) / 2
        return self.write(min(max(x, half + PAD), self.width - half - PAD), y, text, "center", **how)

    def write_paragraph(self, text: str, colour: str = "soft", bold: bool = False) -> None:
        """Write a text over the whole width below what is there."""
        for line in wrap(text, self.width - 2 * PAD, bold):
            self.write(PAD, self.bottom + LINE / 2, line, colour=colour, bold=bold)
            self.bottom += LINE

    def label(self, x: float, y: float, text: str, clear: float, within: Box, rise: float = 13, **how) -> None:
        """Write a label beside a mark, where it hides least: right, left, above or below it, or behind its row.

        Parameters
        ----------
        x, y : float
            The mark.
        text : str
        clear : float
            How far to keep from the mark's middle, to either side.
        within : Box
            What it must not leave.
        rise : float
            How far above or below the mark it stands where it does not fit beside it.
        **how
            Colour and weight; see `write`.
        """
        width = measure_text(text, how.get("bold", False))
        places = [(x + clear, y), (x - clear - width, y)]
        places += [
            (x + shift - width / 2, y + side * far)
            for far in (rise, rise + LINE)
            for side in (-1, 1)
            for shift in (0, width / 2, -width / 2)
        ]
        lines = [box for box, _ in self.uprights]
        beside = [
            box[2] for box in self.boxes if box[1] < y < box[3] and box[3] - box[1] < 2 * LINE and box not in lines
        ]
        places.append((max(beside, default=x) + PAD, y))

        tops = [middle for _, middle in places]
        near = [box for box in self.boxes if box[1] < max(tops) + LINE and box[3] > min(tops) - LINE]

        def cost(place: tuple[float, float]) -> float:
            box = (place[0], place[1] - LINE / 2 + 2, place[0] + width, place[1] + LINE / 2 - 2)
            outside = width * (LINE - 4) - overlap(box, within)
            airy = (box[0] - AIR, box[1], box[2] + AIR, box[3])
            hidden = 20 * outside + sum(overlap(airy, other) for other in near)
            return round(hidden, 3)  # else the last digit of a sum, another one on each machine, decides between equals

        left, middle = min(places, key=cost)
        left = max(within[0], min(left, within[2] - width))  # a hair outside costs less than it shows
        self.write(left, middle, text, **how)

    # marks ------------------------------------------------------------------

    def line(
        self, xs, ys, colour: str, thick: float = 1, dashed: bool = False, order: float = 2, opacity: float = 1
    ) -> None:
        """Draw a line through places."""
        self.axes.plot(
            xs, ys, color=DAY_COLOURS[colour], lw=thick, ls=(0, (4, 3)) if dashed else "-", zorder=order, alpha=opacity,
            solid_capstyle="butt",
        )  # fmt: skip

    def upright(self, x: float, stretches: Iterable[tuple[float, float]], thick: float = 1.6, **how: Any) -> None:
        """Draw an upright line once all else is drawn: it strikes no word and hides no tick, but stops before them."""
        for top, bottom in stretches:
            box = (x - thick / 2, top, x + thick / 2, bottom)
            self.uprights.append((box, {"thick": thick} | how))
            self.boxes.append(box)

    def _draw_upright(self, box: Box, **how: Any) -> None:
        x, start = (box[0] + box[2]) / 2, box[1]
        for _, top, _, bottom in sorted((one for one in self.in_the_way if overlap(one, box)), key=lambda one: one[1]):
            if top > start:
                self.line([x, x], [start, top], **how)
            start = max(start, bottom)
        if start < box[3]:
            self.line([x, x], [start, box[3]], **how)

    def mark(self, xs, ys, style: Style, order: float = 4) -> None:
        """Draw markers, each with an edge of the ground around it so that neighbours stay apart."""
        xs, ys = np.broadcast_arrays(np.atleast_1d(xs), np.atleast_1d(ys))
        half = style.size / 2
        self.boxes += [(x - half, y - half, x + half, y + half) for x, y in zip(xs, ys, strict=True)]
        if style.mark == "|":  # one path, however many there are
            self.in_the_way += [(x - 1, y - half - 2, x + 1, y + half + 2) for x, y in zip(xs, ys, strict=True)]
            gaps = np.full(len(xs), np.nan)
            ends = np.column_stack([ys - half, ys + half, gaps]).ravel()
            self.line(np.repeat(xs, 3), ends, style.colour, style.thick, order=order - 0.5)
            return
        self.axes.plot(
            xs, ys, style.mark, color=style.ink, mfc=style.face, ms=style.size, ls="", zorder=order,
            mec=style.ink if style.hollow else DAY_COLOURS["paper"], mew=1.6 if style.hollow else 0.8,
        )  # fmt: skip

    def area(
        self, left: float, top: float, right: float, bottom: float, colour: str, opacity: float = 1, order: float = 3
    ):
        """Fill a box."""
        xs, ys = (left, right, right, left), (top, top, bottom, bottom)
        self.axes.fill(xs, ys, color=DAY_COLOURS[colour], alpha=opacity, lw=0, zorder=order)

    # parts that forms share --------------------------------------------------

    def draw_key(self, kinds: dict[str, Style], more: dict[str, str] | None = None) -> None:
        """Say beside its mark what each kind means, from left to right, on as many lines as it takes."""
        x, y = PAD, self.bottom + LINE / 2
        for words, style in kinds.items():
            width = 20 + measure_text(words)
            if x > PAD and x + width > self.width - PAD:
                x, y = PAD, y + LINE + 2
            middle = x + 7
            if not style.mark:
                self.line([x, x + 14], [y, y], style.colour, style.thick, style.dashed)
            else:
                self.mark(middle, y, replace(style, size=min(style.size, SIZE)))  # within its line
            self.write(x + 20, y, words)
            x += width + 18
        self.bottom = y + LINE / 2 + 6

    def draw_scale(self, scale: Scale, top: float, bottom: float) -> None:
        """Draw the lines of a horizontal scale, its numbers and its title below."""
        most = 5 if self.is_narrow else 9
        ticks = scale.list_ticks(most)
        y, right = bottom + LINE / 2 + 2, -1e9
        for tick in ticks:
            x = float(scale(tick))
            self.line([x, x], [top, bottom], "line", order=0)
            words = scale.axis.write(tick)
            half = measure_text(words) / 2
            x = min(max(x, half + 1), self.width - half - 1)
            if x - half > right + 6:
                self.write(x, y, words, "center", colour="soft")
                right = x + half
        self.bottom = bottom + LINE + 6
        for line in wrap(scale.axis.title, self.width - 2 * PAD):
            self.write_inside((scale.start + scale.end) / 2, self.bottom + LINE / 2, line, colour="soft")
            self.bottom += LINE

    def draw_heights(self, scale: Scale, left: float, right: float) -> None:
        """Draw the lines of a vertical scale with its numbers at the left."""
        for tick in scale.list_ticks(5):
            y = float(scale(tick))
            self.line([left, right], [y, y], "line", order=0)
            self.write(left - 6, y, scale.axis.write(tick), "right", colour="soft")

    def draw_dates(self, dates: Sequence[tuple[pd.Timestamp, str]], scale: Scale, top: float, bottom: float) -> None:
        """Draw an axis of time: days with their words, the year below where it begins."""
        for day, words in dates:
            x = float(scale(matplotlib.dates.date2num(day)))
            self.line([x, x], [bottom, bottom + 4], "soft")
            for number, line in enumerate(words.split("\n")):
                self.write_inside(x, bottom + LINE / 2 + 5 + number * LINE, line, colour="soft")
        self.bottom = bottom + 2 * LINE + 8
