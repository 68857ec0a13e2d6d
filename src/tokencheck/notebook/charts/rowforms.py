"""Forms with one row a thing: dots, bars, stacked bars and strips, beside a claimed value or band.

Each takes a table with one line a mark; its column ``row`` says in which row the mark stands. On a narrow canvas the
words of a row stand above its marks, on a wide one at their left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from tokencheck.notebook.charts.canvas import LINE, PAD, Axis, Canvas, Scale, measure_text, wrap
from tokencheck.notebook.charts.chart import Chart
from tokencheck.notebook.charts.palette import ABROAD_STYLE, Style

_BAND = 26.0  # units for the marks of a row
GUTTER = 0.36  # of a wide canvas, at most, for the words of the rows
_GAP = 12.0  # units between those words and the marks' ground
INSET = 4.0  # from an end of that ground to the outermost mark


@dataclass(frozen=True)
class ClaimedValue:
    """What was claimed, or another value to compare with: a line or a band, with its words.

    Attributes
    ----------
    low : float
    words : str
        What stands at the line, with the unit.
    high : float, optional
        The other end of a band.
    near : (float, float), optional
        What still counts as near, shaded.
    colour : str
        Another one where it is no claim.
    """

    low: float
    words: str
    high: float | None = None
    near: tuple[float, float] | None = None
    colour: str = "claim"

    @property
    def values(self) -> list[float]:
        """The ends, for the scale."""
        return [self.low, *([] if self.high is None else [self.high])]


Claims = ClaimedValue | Sequence[ClaimedValue] | None


@dataclass
class _Row:
    """One row on its canvas."""

    words: str
    group: str
    marks: pd.DataFrame
    head: float = 0.0  # where its words or its group's begin
    top: float = 0.0
    bottom: float = 0.0

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
class _Plan:
    """What all forms with rows share."""

    axis: Axis
    kinds: Mapping[str, Style]
    claimed: Sequence[ClaimedValue]
    row_height: float
    key: bool = True
    room: float = 8.0  # at the right of the longest mark, for its label


def _plan(axis: Axis, kinds: Mapping[str, Style] | None, claimed: Claims, row_height: float, **more) -> _Plan:
    several = [] if claimed is None else [claimed] if isinstance(claimed, ClaimedValue) else list(claimed)
    return _Plan(axis, dict(kinds or {"": ABROAD_STYLE}), several, row_height, **more)


def _list_rows(frame: pd.DataFrame) -> list[_Row]:
    keys = frame.assign(group=frame.get("group", "")).groupby(["group", "row"], sort=False)
    return [_Row(str(words), str(group), marks) for (group, words), marks in keys]


def _place_rows(canvas: Canvas, rows: list[_Row], row_height: float) -> float:
    """Write the words of the rows and set where their marks go; give the left end of the marks."""
    left = PAD + 4
    if not canvas.is_narrow:
        widest = max(measure_text(line) for row in rows for line in row.words.split("\n"))
        left = PAD + _GAP + min(GUTTER * canvas.width, widest)
    group = ""
    for row in rows:
        row.head = canvas.bottom
        if row.group != group:
            canvas.bottom += 6 if group else 0
            canvas.write_paragraph(row.group, colour="ink", bold=True)
            group = row.group
        lines = wrap(row.words, canvas.width - 2 * PAD if canvas.is_narrow else left - PAD - _GAP)
        if canvas.is_narrow:
            canvas.write_lines(PAD, canvas.bottom + len(lines) * LINE / 2, lines)
            row.top = canvas.bottom + len(lines) * LINE
            row.bottom = row.top + row_height
        else:
            row.top = canvas.bottom
            row.bottom = row.top + max(row_height, len(lines) * LINE + 4)
            canvas.write_lines(left - _GAP, row.middle, lines, "right")
        canvas.bottom = row.bottom
    return left


def _draw_claimed(canvas: Canvas, claimed: Sequence[ClaimedValue], scale: Scale, rows: Sequence[_Row]) -> None:
    """Draw claimed values and bands through the rows, each with its words above.

    On a narrow canvas they stop at the words of the rows, which no line shall strike.
    """
    stretches = [(row.top, row.bottom) for row in rows]
    stretches = stretches if canvas.is_narrow else [(rows[0].top, rows[-1].bottom)]
    head = min(row.head for row in rows) - len(claimed) * LINE - 1
    for number, one in enumerate(claimed):
        ends = [float(scale(value)) for value in one.values]
        shade = one.near or ((one.low, one.high) if one.high is not None else None)
        for start, end in stretches:
            if shade:
                left, right = (float(scale(value)) for value in shade)
                canvas.area(left, start, right, end, one.colour, opacity=0.14, order=1)
        for place in ends:
            canvas.upright(place, stretches, colour=one.colour, order=3.5)  # over bars, under marks
        middle = head + number * LINE + LINE / 2
        canvas.write_inside(sum(ends) / len(ends), middle, one.words, colour=one.colour, bold=True)


def _fit(frame: pd.DataFrame, plan: _Plan, start: float, end: float) -> Scale:
    columns = [name for name in ("value", "low", "high", "base") if name in frame]
    values = [*frame[columns].to_numpy(dtype=float).ravel(), *(value for one in plan.claimed for value in one.values)]
    return Scale.fit(plan.axis, values, start, end)


def _start(canvas: Canvas, frame: pd.DataFrame, plan: _Plan) -> tuple[list[_Row], Scale]:
    """Draw key, words of the rows, claimed values and scale; the marks come after."""
    if plan.key and len(plan.kinds) > 1:
        canvas.draw_key(dict(plan.kinds))
    canvas.bottom += len(plan.claimed) * LINE + (2 if plan.claimed else 0)
    top = canvas.bottom
    rows = _list_rows(frame)
    left = _place_rows(canvas, rows, plan.row_height)
    scale = _fit(frame, plan, left + INSET, canvas.width - PAD - INSET - min(plan.room, 0.3 * canvas.width))
    bottom = canvas.bottom
    _draw_claimed(canvas, plan.claimed, scale, rows)
    for row in rows[1:]:
        if not canvas.is_narrow:
            canvas.line([left, canvas.width - PAD], [row.top, row.top], "line", 0.6, order=0)
    canvas.draw_scale(scale, top, bottom)
    return rows, scale


def _find_style(kinds: Mapping[str, Style], kind: str) -> Style:
    """Find how a kind of mark looks; of several looks none stands in for one that is missing, as the key would lie."""
    return kinds[kind] if kind and len(kinds) > 1 else kinds.get(kind, next(iter(kinds.values())))


def _split_kinds(marks: pd.DataFrame) -> Iterable[tuple[str, pd.DataFrame]]:
    return marks.groupby("kind", sort=False) if "kind" in marks else [("", marks)]


def _has(mark, name: str) -> bool:
    return pd.notna(getattr(mark, name, np.nan))


def _label_marks(canvas: Canvas, row: _Row, scale: Scale, kinds: Mapping[str, Style]) -> None:
    """Write the labels of a row's marks beside them, each over the whole of its mark and range."""
    for mark in row.marks.itertuples():
        if not isinstance(getattr(mark, "label", None), str) or not mark.label:
            continue
        ends = [getattr(mark, name) for name in ("value", "low", "high") if _has(mark, name)]
        left, right = float(scale(min(ends))), float(scale(max(ends)))
        half = _find_style(kinds, getattr(mark, "kind", "")).size / 2
        clear = (right - left) / 2 + half + PAD
        # beside the row's words a label keeps off them; below them it has the whole width
        within = (0 if canvas.is_narrow else scale.start - 2 * INSET, row.top - 1, canvas.width, row.bottom + 1)
        canvas.label((left + right) / 2, row.middle, mark.label, clear, within, max(13, half + 8))


def dots(
    frame: pd.DataFrame, axis: Axis, kinds: Mapping[str, Style] | None = None, claimed: Claims = None,
    row_height: float = _BAND, joined: bool = False,
) -> Chart:  # fmt: skip
    """Draw dots by row, each with its range, beside a claimed line or band.

    Parameters
    ----------
    frame : DataFrame
        One line a mark: ``row`` and ``value``; where there are any also ``low`` and ``high``, ``kind``, ``label``
        (words beside the mark) and ``group`` (a heading above the first row of each).
    axis : Axis
    kinds : mapping of str to Style, optional
        How the marks of each kind look; the words stand in the key above the rows.
    claimed : ClaimedValue, or several, optional
    row_height : float
        Units for the marks of a row; more where a row has several labels.
    joined : bool
        Join the marks of a row by a line, as on a ladder.

    Returns
    -------
    Chart
    """
    labels = frame["label"].dropna() if "label" in frame and row_height <= _BAND else []
    room = max((measure_text(str(words)) for words in labels), default=0) + 2 * PAD
    plan = _plan(axis, kinds, claimed, row_height, room=room)

    def put(canvas: Canvas) -> None:
        rows, scale = _start(canvas, frame, plan)
        for row in rows:
            if joined:
                left, right = scale([row.marks["value"].min(), row.marks["value"].max()])
                canvas.line([left, right], [row.middle] * 2, "soft", 1.6)
                canvas.boxes.append((left, row.middle - 1, right, row.middle + 1))
            for kind, marks in _split_kinds(row.marks):
                style = _find_style(plan.kinds, kind)
                for mark in marks.itertuples():
                    if _has(mark, "low"):
                        left, right = scale([mark.low, mark.high])
                        canvas.line([left, right], [row.middle] * 2, style.colour, style.thick, order=3)
                        canvas.boxes.append((left, row.middle - style.thick / 2, right, row.middle + style.thick / 2))
                if style.mark:
                    canvas.mark(scale(marks["value"].dropna()), row.middle, style)
        for row in rows:
            _label_marks(canvas, row, scale, plan.kinds)

    return Chart(put, frame)


def strips(
    frame: pd.DataFrame, axis: Axis, kinds: Mapping[str, Style] | None = None, claimed: Claims = None,
    own: Mapping[str, ClaimedValue] | None = None, row_height: float = 44.0,
) -> Chart:  # fmt: skip
    """Draw many values a row: what every definition gives, piled up where they meet.

    Parameters
    ----------
    frame, axis, kinds, claimed, row_height
        As for `dots`; only the values are drawn.
    own : mapping of str to ClaimedValue, optional
        What was claimed in each row, where rows differ.

    Returns
    -------
    Chart
    """
    own = dict(own or {})
    plan = _plan(axis, kinds, claimed, row_height + LINE * bool(own))
    ends = [value for one in (*own.values(), *plan.claimed) for value in one.values]
    fitted = Scale.fit(axis, [*frame["value"], *ends], 0, 1)
    plan = replace(plan, axis=replace(axis, low=fitted.low, high=fitted.high))

    def put(canvas: Canvas) -> None:
        rows, scale = _start(canvas, frame, plan)
        for row in rows:
            if row.words in own:
                place = float(scale(own[row.words].low))
                canvas.line([place, place], [row.top + 1, row.bottom - 1], "claim", 2, order=5)
            _pile(canvas, row, scale, plan.kinds, LINE if row.words in own else 0)
        for row in rows:
            if row.words in own:
                place = float(scale(own[row.words].low))
                within = (0, row.top - 2, canvas.width, row.bottom + 2)
                canvas.label(place, row.top + LINE / 2, own[row.words].words, PAD + 1, within, colour="claim")
            _label_marks(canvas, row, scale, plan.kinds)

    return Chart(put, frame)


def _pile(canvas: Canvas, row: _Row, scale: Scale, kinds: Mapping[str, Style], head: float) -> None:
    """Draw the marks of a row, those that meet in one place spread over its height in the order of the table.

    The head of the row is left to the words of what was claimed in it.
    """
    top, height = row.top + head + 7, row.bottom - row.top - head - 14
    bins = pd.Series(np.round(scale(row.marks["value"]) / 4), index=row.marks.index)
    number = bins.groupby(bins).cumcount()
    step = min(5.5, 2 * height / max(number.max(), 1))
    offset = (number + 1) // 2 * step * np.where(number % 2, 1, -1)
    heights = (top + height / 2 + offset).clip(top, top + height)
    for kind, marks in _split_kinds(row.marks):
        canvas.mark(scale(marks["value"]), heights[marks.index], _find_style(kinds, kind))


def bars(
    frame: pd.DataFrame, axis: Axis, kinds: Mapping[str, Style] | None = None, claimed: Claims = None,
    key: bool = True, apart: bool = False,
) -> Chart:  # fmt: skip
    """Draw one bar a row from zero, with its value at the end.

    Parameters
    ----------
    frame : DataFrame
        One line a row: ``row``, ``value``, ``label``; where there are any also ``kind``, ``group``, and ``low``, the
        part of the bar that is certain.
    axis, kinds, claimed
        As for `dots`.
    key : bool
        Whether a key is needed, or the words of the rows say all.
    apart : bool
        Each group has a scale and a unit of its own, which its heading names.

    Returns
    -------
    Chart
    """
    room = max(measure_text(str(words)) for words in frame["label"]) + 2 * PAD
    plan = _plan(axis, kinds, claimed, _BAND, key=key, room=room)

    def draw_bars(canvas: Canvas, rows: list[_Row], scale: Scale) -> None:
        for row in rows:
            for mark in row.marks.itertuples():
                style = _find_style(plan.kinds, getattr(mark, "kind", ""))
                start, end = float(scale(0.0)), float(scale(mark.value))
                top, bottom = row.middle - 8, row.middle + 8
                canvas.area(start, top, end, bottom, style.colour, opacity=0.55 if _has(mark, "low") else 1)
                if _has(mark, "low"):
                    canvas.area(start, top, float(scale(mark.low)), bottom, style.colour)
                    canvas.line([start, end, end, start], [top, top, bottom, bottom], style.colour, order=3)
                if plan.key and len(plan.kinds) > 1 and end - start > 2 * style.size:
                    canvas.mark(start + style.size, row.middle, replace(style, colour="paper", hollow=False))
                canvas.label(end, row.middle, str(mark.label), PAD + 2, (end, row.top, canvas.width, row.bottom))

    def put(canvas: Canvas) -> None:
        if not apart:
            draw_bars(canvas, *_start(canvas, frame.assign(base=0.0), plan))
            return
        rows = _list_rows(frame.assign(base=0.0))
        left = _place_rows(canvas, rows, _BAND)
        for group in dict.fromkeys(row.group for row in rows):
            own = [row for row in rows if row.group == group]
            marks = pd.concat([row.marks for row in own])
            draw_bars(canvas, own, _fit(marks, plan, left + INSET, canvas.width - PAD - INSET - room))

    return Chart(put, frame)


def stacked(
    frame: pd.DataFrame, axis: Axis, pieces: Mapping[str, Style], claimed: Claims = None,
    write: Callable[[float], str] = "{:.2f}".format, total: bool = False, marks: pd.DataFrame | None = None,
    marked: Mapping[str, Style] | None = None,
) -> Chart:  # fmt: skip
    """Draw one bar a row, made of pieces.

    Parameters
    ----------
    frame : DataFrame
        One line a piece: ``row``, ``piece``, ``value``.
    axis : Axis
    pieces : mapping of str to Style
        In the order of the bar.
    claimed : ClaimedValue, or several, optional
    write : callable
        Writes the value of a piece into it where there is room, or the total.
    total : bool
        Write the total at the bar's end instead of the pieces.
    marks : DataFrame, optional
        Marks upon the bars, as for `dots`, such as another source's total.
    marked : mapping of str to Style, optional
        How those look.

    Returns
    -------
    Chart
    """
    marked = dict(marked or {})
    sums = frame.groupby("row", sort=False)["value"].sum()
    ends = pd.concat([frame.assign(value=frame["row"].map(sums), base=0.0, kind=frame["piece"]), marks])
    room = max(measure_text(write(value)) for value in sums) + 2 * PAD if total else 8
    plan = _plan(axis, {**pieces, **marked}, claimed, _BAND, room=room)

    def put_row(canvas: Canvas, row: _Row, scale: Scale) -> None:
        start = 0.0
        own = frame[frame["row"] == row.words].set_index("piece")["value"]
        for piece, style in pieces.items():
            value = float(own.get(piece, 0.0))
            left, right = float(scale(start)), float(scale(start + value))
            start += value
            if right - left < 0.5:
                continue
            canvas.area(left, row.middle - 9, max(right - 1, left + 0.5), row.middle + 9, style.colour)
            if not total and measure_text(write(value), bold=True) + 6 < right - left:
                canvas.write((left + right) / 2, row.middle, write(value), "center", bold=True)
        end = free = float(scale(start))  # from here on, for the total
        for mark in row.marks[row.marks["kind"].isin(list(marked))].sort_values("value").itertuples():
            place, half = float(scale(mark.value)), marked[mark.kind].size / 2
            canvas.mark(place, row.middle, marked[mark.kind], order=6)
            if free < place + half and place - half < free + measure_text(write(start)) + 2 * PAD:
                free = place + half
        if total and canvas.is_narrow and free > end:  # beyond the mark it would read as the mark's
            canvas.write(end, row.top - LINE / 2, write(start), "right")
        elif total:
            canvas.write(free + PAD, row.middle, write(start))

    def put(canvas: Canvas) -> None:
        rows, scale = _start(canvas, ends, plan)
        for row in rows:
            put_row(canvas, row, scale)

    return Chart(put, frame)
