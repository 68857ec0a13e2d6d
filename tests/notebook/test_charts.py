"""The chart room: what is drawn, at both widths, and whether everybody can see and read it."""

import gzip
import itertools
import json
import re
import subprocess
from functools import cache
from io import BytesIO, StringIO
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pandas as pd
import pypandoc
import pytest
import typst
from coloraide import Color

from tokencheck import paths
from tokencheck.notebook import charts, drawings_regressions, figures
from tokencheck.notebook.charts import canvas, palette, svg

SVG = "{http://www.w3.org/2000/svg}"
COLOURS = palette.read_palette()
RECORDS = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(paths.FIGURES.glob("*.json"))}
DRAWN = {name: record for name, record in RECORDS.items() if "steps" not in record}
GRIDS = {name for name in DRAWN if name.startswith("grid-")}  # of every other definition
PICTURES = [f"{name}-{width}" for name in DRAWN for width in canvas.CANVAS_WIDTHS]

# Colours that stand together in a picture and mean different things.
VERDICTS = tuple(sorted({style.colour for _, style in charts.VERDICT_STYLES.values()} | {"ink"}))
WORDS = ("ink", "soft", "claim", "china", "abroad")  # what text is written in
GROUND = ("paper", "line")  # lines of a scale only guide the eye

# Figures of claims that show no claimed value, and why.
WITHOUT_CLAIM = {
    "companies-efficiency": "the claim has no number",
    "hosts-places": "the claim has no number",
    "hosts-value": "the claims have no number",
    "prices-grids": "one claimed value a row, drawn in the rows",
    "regressions-designs": "the chapter has no claimed number",
    "regressions-answers": "the claim has no number",
    "regressions-shares": "the claim has no number",
    "tokens-multiples": "the claim has no number",
}


@cache
def read(picture):
    return ElementTree.fromstring((paths.FIGURES / f"{picture}.svg").read_text(encoding="utf-8"))


def list_together(picture):
    """List the colours that stand together in a picture, but for those of the ground and of lesser words."""
    text = (paths.FIGURES / f"{picture}.svg").read_text(encoding="utf-8")
    return tuple(sorted({*re.findall(r"var\(--chart-([a-z]+),", text)} - {*GROUND, "soft"}))


def list_texts(root):
    """Each text with its box: left, top, right, bottom; rotated ones are not used."""
    boxes = []
    for text in root.iter(f"{SVG}text"):
        words, x, y = text.text, float(text.get("x")), float(text.get("y"))
        width = canvas.measure_text(words, text.get("font-weight") == "bold") / canvas.SLACK
        anchor = re.search(r"text-anchor: (\w+)", text.get("style"))[1]
        left = x - {"start": 0, "middle": width / 2, "end": width}[anchor]
        boxes.append((words, (left, y - 8.5, left + width, y + 2)))
    return boxes


# ------------------------------------------------------------------------------------------------------------ colours


@pytest.mark.parametrize("time", [0, 1], ids=["day", "night"])
def test_text_and_marks_stand_out_from_the_ground(time):
    ground = Color(COLOURS["paper"][time])
    contrast = {name: Color(both[time]).contrast(ground) for name, both in COLOURS.items() if name not in GROUND}
    assert {name: value for name, value in contrast.items() if value < 3} == {}
    assert {name: contrast[name] for name in WORDS if contrast[name] < 4.5} == {}


@pytest.mark.parametrize("time", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("eyes", ["all", "deutan", "protan"])
@pytest.mark.parametrize("group", sorted({*map(list_together, PICTURES), VERDICTS}), ids="-".join)
def test_colours_that_mean_different_things_look_different(group, eyes, time):
    """Those of each picture, as it is drawn; and of the verdicts."""
    seen = {name: Color(COLOURS[name][time]) for name in group}
    if eyes != "all":
        seen = {name: colour.filter(eyes) for name, colour in seen.items()}
    near = [
        (one, other, round(distance, 1))
        for one, other in itertools.combinations(seen, 2)
        if (distance := seen[one].delta_e(seen[other], method="2000")) < 12
    ]
    assert near == []


def test_verdicts_and_outcomes_differ_by_mark_and_word_too():
    marks = [mark for mark, _ in charts.VERDICT_STYLES.values()]
    assert len(set(marks)) == len(marks)
    shapes = [style.mark for style in charts.OUTCOME_STYLES.values()]
    assert len(set(shapes)) == len(shapes)


def test_every_colour_in_use_is_one_of_the_palette():
    days = {day for day, _ in COLOURS.values()}
    assert len(days) == len(COLOURS)  # else a variable could not be told from the other
    for picture in PICTURES:
        text = (paths.FIGURES / f"{picture}.svg").read_text(encoding="utf-8")
        names = dict(re.findall(r"var\(--chart-([a-z]+), (#\w+)\)", text))
        assert names.items() <= {name: day for name, (day, _) in COLOURS.items()}.items()
        assert re.findall(r"(?<!, )#[0-9a-f]{6}\b", text) == []


# ------------------------------------------------------------------------------------------ every figure, both widths


@pytest.mark.parametrize("picture", PICTURES)
def test_text_is_text_of_a_size_to_read_and_lies_on_the_canvas(picture):
    root = read(picture)
    assert float(root.get("width")) == canvas.CANVAS_WIDTHS[picture.rpartition("-")[2]]
    assert {float(text.get("font-size")) for text in root.iter(f"{SVG}text")} == {12.0}
    _, _, width, height = map(float, root.get("viewBox").split())
    outside = [
        words
        for words, (left, top, right, bottom) in list_texts(root)
        if left < 0 or top < 0 or right > width or bottom > height
    ]
    assert outside == []


@pytest.mark.parametrize("picture", PICTURES)
def test_no_label_lies_over_another(picture):
    texts = list_texts(read(picture))
    over = [(one, other) for (one, a), (other, b) in itertools.combinations(texts, 2) if canvas.overlap(a, b) > 2]
    assert over == []


def list_marks(root):
    """Each marker with its box; what is drawn of lines and areas is no marker."""
    shapes = {}
    for path in root.iter(f"{SVG}path"):
        if path.get("id"):
            numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*", path.get("d"))]
            shapes[path.get("id")] = max(map(abs, numbers))
    for use in root.iter(f"{SVG}use"):
        x, y, half = float(use.get("x")), float(use.get("y")), shapes[use.get("href").removeprefix("#")]
        yield x - half, y - half, x + half, y + half


@pytest.mark.parametrize("picture", [one for one in PICTURES if not one.startswith("regressions-week")])  # a cloud
def test_no_label_lies_over_a_mark(picture):
    """Where marks lie close to one another a label may touch an edge; it hides no mark."""
    root = read(picture)
    hidden = [
        (words, mark)
        for words, box in list_texts(root)
        for mark in list_marks(root)
        if canvas.overlap(box, mark) > 0.3 * (mark[2] - mark[0]) * (mark[3] - mark[1])
    ]
    assert hidden == []


def list_segments(root):
    """Each straight piece of the lines that say something: no line of a scale, no outline of a marker or an area."""
    for path in root.iter(f"{SVG}path"):
        style = path.get("style", "")
        is_line = re.search(r"stroke: var\(--chart-(?!line|paper)", style) and path.get("d") and not path.get("id")
        for piece in path.get("d").split("M") if is_line else ():
            places = re.findall(r"(-?[\d.]+) (-?[\d.]+)", piece)
            yield from ([*map(float, (*one, *other))] for one, other in itertools.pairwise(places))


def find_crossed(root):
    """Find the words through whose letters a line goes: part of a segment lies inside their box."""
    segments = np.array(list(list_segments(root)), dtype=float).reshape(-1, 4)
    start, step = segments[:, :2], segments[:, 2:] - segments[:, :2]
    crossed = []
    for words, (left, top, right, bottom) in list_texts(root):
        with np.errstate(divide="ignore", invalid="ignore"):
            ends = [((left + 1, top + 2) - start) / step, ((right - 1, bottom - 1) - start) / step]
        level = step == 0  # such a segment is inside all along, or nowhere
        inside = (start > (left + 1, top + 2)) & (start < (right - 1, bottom - 1))
        enters = np.where(level, np.where(inside, -np.inf, np.inf), np.minimum(*ends)).max(axis=1, initial=0)
        leaves = np.where(level, np.where(inside, np.inf, -np.inf), np.maximum(*ends)).min(axis=1, initial=1)
        crossed += [words] * bool((enters < leaves).any())
    return crossed


@pytest.mark.parametrize("picture", PICTURES)
def test_no_line_strikes_a_word(picture):
    assert find_crossed(read(picture)) == []


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_a_claimed_line_stops_before_words_and_ticks(width):
    """Synthetic: a label, a row of words and a tick lie where the line goes."""
    frame = pd.DataFrame({"row": ["one", "two"], "value": [1.9, 2.0], "label": ["a label over the line", ""]})
    chart = charts.strips(frame, charts.Axis("kg"), {"": charts.TICK}, charts.ClaimedValue(2.0, "claimed: 2 kg"))
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")[f"x-{width}.svg"])
    assert find_crossed(root) == []
    lines = [one for one in root.iter(f"{SVG}path") if "stroke: var(--chart-claim" in one.get("style", "")]
    ticks = [one for one in root.iter(f"{SVG}path") if "stroke: var(--chart-other" in one.get("style", "")]
    tick = [float(one) for one in re.findall(r"-?[\d.]+", ticks[-1].get("d"))]
    spans = [[float(one) for one in re.findall(r"-?[\d.]+", line.get("d"))] for line in lines]
    on_it = [y for x, y in zip(tick[::2], tick[1::2], strict=True) if abs(x - spans[0][0]) < 1]
    assert on_it and not any(low < y < high for _, low, _, high in spans for y in on_it)


@pytest.mark.parametrize("claimed", [0.15, 0.17, 0.19, 0.2, 0.21, 0.22, 0.25])
@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_no_claimed_line_strikes_a_peak(width, claimed):
    """Synthetic: a claimed height near the highest value of a line below another."""
    frame = pd.DataFrame({"low": [0.1, 0.19, 0.12, 0.05], "high": [0.3, 0.35, 0.43, 0.3]}, index=[1.0, 2.0, 3.0, 4.0])
    drawn = [charts.Trace("high", "upper", charts.MAIN), charts.Trace("low", "lower", charts.ABROAD_STYLE)]
    chart = charts.lines(frame, charts.Axis("kg"), drawn, claimed=[(claimed, "claimed")], peaks=True)
    assert find_crossed(ElementTree.fromstring(figures.draw_figure(chart, "x")[f"x-{width}.svg"])) == []


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_keeps_to_itself_in_a_page(picture):
    text = (paths.FIGURES / f"{picture}.svg").read_text(encoding="utf-8")
    assert "<style" not in text
    ids = re.findall(r' id="([^"]+)"', text)
    assert all(one.startswith(f"{picture}-") for one in ids)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', text)) <= set(ids)


@pytest.mark.parametrize("name", DRAWN)
def test_what_the_data_name_is_written_at_both_widths(name):
    data = pd.read_csv(paths.FIGURES / f"{name}.csv", dtype=str)
    assert len(data)
    wanted = {words for column in ("row", "label", "group") if column in data for words in data[column].dropna()}
    for width in canvas.CANVAS_WIDTHS:
        written = "".join(words for words, _ in list_texts(read(f"{name}-{width}"))).replace(" ", "")
        assert [words for words in wanted if words.replace(" ", "") not in written] == []


@pytest.mark.parametrize("name", [name for name, record in DRAWN.items() if record["claims"] or name in GRIDS])
def test_the_claimed_value_is_drawn(name):
    for width in canvas.CANVAS_WIDTHS:
        texts = [words for words, _ in list_texts(read(f"{name}-{width}"))]
        assert any("claimed" in words for words in texts) or name in WITHOUT_CLAIM


@pytest.mark.parametrize("name", RECORDS)
def test_a_title_is_one_sentence_to_read_at_a_glance(name):
    assert len(RECORDS[name]["title"]) <= 140


def test_typst_draws_every_figure_in_colour():
    """In Typst's eyes `var(…)` is black: the files for the PDF must have none."""

    def draw(files):
        pages = [f'#page(width: 400pt, height: auto, margin: 2pt)[#image("/{file}", width: 100%)]' for file in files]
        drawn = typst.compile("\n".join(pages).encode(), root=str(paths.FIGURES), format="png", ppi=72)
        return [matplotlib.image.imread(BytesIO(one)) for one in (drawn if isinstance(drawn, list) else [drawn])]

    def count_colours(image):
        return int((np.ptp(image[..., :3], axis=2) > 0.25).sum())

    coloured = {day for name, (day, _) in COLOURS.items() if name not in ("ink", "soft", "other", *GROUND)}
    texts = {name: (paths.FIGURES / f"{name}.svg").read_text(encoding="utf-8") for name in DRAWN}
    assert [name for name, text in texts.items() if "var(" in text] == []
    wanted = [name for name, text in texts.items() if any(colour in text for colour in coloured)]
    found = dict(zip(wanted, draw([f"{name}.svg" for name in wanted]), strict=True))
    assert [name for name, image in found.items() if count_colours(image) < 10] == []
    inline = draw([f"{next(iter(DRAWN))}-wide.svg"])[0]
    assert count_colours(inline) == 0  # what would stand in the PDF otherwise


# ------------------------------------------------------------------------------------------------------ forms, invented


def make(form, **how):
    """A synthetic chart, for these tests only."""
    frame = pd.DataFrame({"row": ["one", "two", "three"], "value": [1.0, 2.0, 4.0], "label": ["1 kg", "2 kg", "4 kg"]})
    return form(frame, charts.Axis("kg"), **how)


def find_marks(chart, width):
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")[f"x-{width}.svg"])
    return [(float(one.get("x")), float(one.get("y"))) for one in root.iter(f"{SVG}use")]


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_dots_stand_where_their_values_are(width):
    (a, b, c), heights = zip(*find_marks(make(charts.dots), width), strict=True)
    assert (c - b) == pytest.approx(2 * (b - a), rel=0.01)
    assert list(heights) == sorted(heights)


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_a_log_axis_puts_equal_ratios_apart_equally(width):
    frame = pd.DataFrame({"row": ["one", "two", "three"], "value": [1.0, 10.0, 100.0]})
    xs = [x for x, _ in find_marks(charts.dots(frame, charts.Axis("kg", log=True)), width)]
    assert xs[2] - xs[1] == pytest.approx(xs[1] - xs[0], rel=0.01)


def find_ground(svg):
    """Give what lies below all else over the whole of a picture."""
    shapes = (
        one for one in ElementTree.fromstring(svg).iter() if one.tag.rpartition("}")[2] in ("rect", "path", "use")
    )
    first = next(shapes)
    return first.get("style") if first.get("width") == first.get("height") == "100%" else ""


def test_colours_of_the_day_bring_their_ground_and_those_of_a_page_have_none():
    """A notebook or a Git host may be dark: black on nothing could not be read there."""
    pictures = figures.draw_figure(make(charts.dots), "x")
    assert find_ground(pictures["x.svg"]) == "fill: #ffffff"
    assert [find_ground(pictures[f"x-{width}.svg"]) for width in canvas.CANVAS_WIDTHS] == ["", ""]
    shown = svg.add_words(pictures["x.svg"], "A title", "What it shows")
    assert find_ground(shown) == "fill: #ffffff" and "<title>A title</title>" in shown


@pytest.mark.parametrize("high", [3.0, 12.0, 31.0, 150.0, 2000.0])
@pytest.mark.parametrize("most", [3, 5, 9])
def test_a_log_axis_has_at_least_two_numbers(high, most):
    """One alone gives no scale."""
    scale = canvas.Scale.fit(charts.Axis("times", log=True), [1.3, high], 0, 100)
    assert len(scale.list_ticks(most)) > 1


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_the_claimed_line_stands_at_the_claimed_value(width):
    chart = make(charts.dots, claimed=charts.ClaimedValue(2.0, "claimed: 2 kg"))
    text = figures.draw_figure(chart, "x")[f"x-{width}.svg"]
    root = ElementTree.fromstring(text)
    lines = [one.get("d") for one in root.iter(f"{SVG}path") if "claim" in one.get("style", "")]
    assert lines and all(
        float(line.split()[1]) == pytest.approx(find_marks(chart, width)[1][0], abs=0.1) for line in lines
    )
    assert "claimed: 2 kg" in text


def test_an_axis_holds_its_data_and_what_was_claimed():
    scale = canvas.Scale.fit(charts.Axis("kg"), [1.0, 4.0, 9.0], 0, 100)
    assert scale.low < 1 and scale.high > 9
    assert all(scale.low <= tick <= scale.high for tick in scale.list_ticks(5))


def test_labels_keep_clear_of_marks_and_of_one_another():
    own = canvas.Canvas("narrow")
    for x in (100, 110, 120):
        own.mark(x, 50, charts.MAIN)
    for x, words in ((100, "first"), (110, "second"), (120, "third")):
        own.label(x, 50, words, 8, (0, 20, 354, 80))
    boxes = own.boxes[-3:]
    assert all(canvas.overlap(one, other) == 0 for one, other in itertools.combinations(boxes, 2))
    figures.plt.close(own.figure)


def test_where_nothing_is_in_the_way_every_label_stands_on_the_right():
    """Whatever the last digits of its place, in which machines differ."""
    own = canvas.Canvas("narrow")
    for x in np.linspace(100, 200, 300):
        own.boxes.clear()
        own.label(x, 50, "−0.36", 8, (0, 20, 354, 80))
        assert own.boxes[-1][0] == x + 8
    figures.plt.close(own.figure)


def list_strokes(root, thickness):
    """Each stretch of the lines of a thickness, cut into short boxes."""
    for path in root.iter(f"{SVG}path"):
        if re.search(rf"stroke-width: {thickness}(;|$)", path.get("style", "")):
            places = np.array(re.findall(r"(-?[\d.]+) (-?[\d.]+)", path.get("d")), dtype=float)
            for start, end in itertools.pairwise(places):
                for x, y in np.linspace(start, end, 200):
                    yield x - 1, y - 1, x + 1, y + 1


def find_struck(chart, width, thickness):
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")[f"x-{width}.svg"])
    strokes = list(list_strokes(root, thickness))
    assert strokes
    return [words for words, box in list_texts(root) if any(canvas.overlap(box, one) > 1 for one in strokes)]


def test_no_label_lies_over_the_range_of_its_row():
    """Least of all where a claimed line leaves it no room beside."""
    values = np.linspace(3.2, 4.4, 13)
    frame = pd.DataFrame({"row": [f"row {number} of a chart with words that take their place" for number in range(13)]})
    frame = frame.assign(
        value=values, low=values - 0.3, high=values + 0.5, label=[f"{one:.1f} times" for one in values]
    )
    chart = charts.dots(frame, charts.Axis("times", low=0, high=7.5), claimed=charts.ClaimedValue(3, "claimed", 5))
    assert [find_struck(chart, width, "3") for width in canvas.CANVAS_WIDTHS] == [[], []]


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_no_label_lies_over_a_line(width):
    points = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 8.0, 2.0], "kind": "point"})
    fitted = [charts.Fitted((1.0, 3.0), (6.0, 4.0), "all of them"), charts.Fitted((1.0, 3.0), (2.0, 7.0), "some")]
    cloud = charts.cloud(points, charts.Axis("kg"), charts.Axis("m"), {"point": charts.MAIN}, fitted)
    assert find_struck(cloud, width, "2.2") == []
    days = pd.date_range("2026-01-01", periods=30)
    frame = pd.DataFrame({"kg": [*range(10), *([9.0] * 10), *range(9, -1, -1)]}, index=days)
    lines = charts.lines(frame, charts.Axis("kg"), [charts.Trace("kg", "kilograms", charts.MAIN)], peaks=True)
    assert find_struck(lines, width, "2.4") == []


@pytest.mark.parametrize("form", ["bars", "stacked"])
def test_the_claimed_line_stands_before_the_bars(form):
    frame = pd.DataFrame({"row": ["one"], "value": [4.0], "label": ["4 kg"], "piece": ["all"]})
    claimed = charts.ClaimedValue(2.0, "claimed: 2 kg")
    make_form = {
        "bars": lambda: charts.bars(frame, charts.Axis("kg"), claimed=claimed),
        "stacked": lambda: charts.stacked(frame, charts.Axis("kg"), {"all": charts.MAIN}, claimed),
    }
    styles = [one.get("style", "") for one in ElementTree.fromstring(
        figures.draw_figure(make_form[form](), "x")["x-wide.svg"]).iter(f"{SVG}path")]  # fmt: skip
    bar = next(place for place, style in enumerate(styles) if re.match(r"fill: var\(--chart-(ink|abroad)", style))
    line = next(place for place, style in enumerate(styles) if "stroke: var(--chart-claim" in style)
    assert line > bar


def test_a_kind_without_a_look_of_its_own_is_an_error():
    """Drawn as another it would say what the key says of that one."""
    frame = pd.DataFrame({"row": ["one"], "value": [1.0], "kind": ["output, elsewhere"]})
    chart = charts.dots(frame, charts.Axis("kg"), {"input": charts.MAIN, "output": charts.PRINTED})
    with pytest.raises(KeyError, match="output, elsewhere"):
        figures.draw_figure(chart, "x")


def test_on_a_phone_the_total_of_a_bar_is_not_read_as_that_of_a_mark_beyond_it():
    frame = pd.DataFrame({"row": ["one"], "piece": ["all"], "value": [0.42]})
    beyond = pd.DataFrame({"row": ["one"], "value": [0.425], "kind": ["another's"]})
    chart = charts.stacked(
        frame, charts.Axis("kg", high=1), {"all": charts.MAIN}, total=True, marks=beyond,
        marked={"another's": charts.PRINTED},
    )  # fmt: skip
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")["x-narrow.svg"])
    (total,) = [box for words, box in list_texts(root) if words == "0.42"]
    mark = max(list_marks(root), key=lambda one: one[1])  # the other is that of the key
    assert total[3] < mark[1]


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
def test_the_words_of_an_event_keep_clear_of_the_line_of_another(width):
    days = pd.date_range("2025-01-01", periods=300)
    events = {days[150]: "the first of two", days[162]: "the second of two events"}
    trace = charts.Trace("kg", "kilograms", charts.MAIN)
    frame = pd.DataFrame({"kg": np.arange(300.0)}, index=days)
    chart = charts.lines(frame, charts.Axis("kg"), [trace], events=events)
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")[f"x-{width}.svg"])
    words = next(box for text, box in list_texts(root) if text == "the second of two events")
    lines = [
        re.findall(r"(-?[\d.]+) (-?[\d.]+)", one.get("d"))
        for one in root.iter(f"{SVG}path")
        if "dash" in one.get("style", "")
    ]
    first = min(float(line[0][0]) for line in lines)
    assert first < words[0]


@pytest.mark.parametrize("width", canvas.CANVAS_WIDTHS)
@pytest.mark.parametrize("end", [-1.0, 1.0])
def test_a_fitted_line_that_leaves_its_dots_behind_stays_below_the_words_above(width, end):
    """The means of rows may vary less than the line that their rows have; it is named at its end, on either side."""
    frame = pd.DataFrame({"x": [-1.0, 0.0, 1.0], "y": [0.1, 0.0, -0.1], "kind": "means"})
    line = charts.Fitted((0.0, end), (0.0, 1.0), "slope")
    chart = charts.cloud(frame, charts.Axis("x"), charts.Axis("tokens"), {"means": charts.MAIN}, [line])
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")[f"x-{width}.svg"])
    assert find_crossed(root) == []
    title = next(box for words, box in list_texts(root) if words == "tokens")
    assert min(y for _, y, _, other in list_segments(root) for y in (y, other)) > title[3]


def test_what_is_counted_has_whole_numbers_at_its_axis():
    frame = pd.DataFrame({"row": ["one", "two"], "value": [2.0, 4.0]})
    root = ElementTree.fromstring(
        figures.draw_figure(charts.strips(frame, charts.Axis("models", whole=True)), "x")["x-wide.svg"]
    )
    numbers = [words for words, _ in list_texts(root) if re.fullmatch(r"[\d.]+", words)]
    assert numbers == ["2", "3", "4"]


# ------------------------------------------------------------------------------------------------------- in the pages

MOST_BYTES = 150_000  # of all figures of a page, packed


def list_pages():
    for page in sorted(file for folder in ("", "zh/", "notebooks/") for file in paths.REPORT.glob(f"{folder}*.qmd")):
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"\{\{< include (_generated/[\w-]+\.md) >\}\}", text):
            text += (paths.REPORT / name).read_text(encoding="utf-8")
        found = set(re.findall(r"!\[[^\n]*\]\((?:\.\./)?figures/([\w-]+)\.svg\)", text))
        name = page.relative_to(paths.REPORT).with_suffix("").as_posix()
        yield name, sorted(one for one in found if not one.startswith("strip-"))  # drawn once for all widths


def test_the_figures_of_a_page_are_light():
    packed = {
        name: sum(
            len(gzip.compress((paths.FIGURES / f"{name}-{width}.svg").read_bytes())) for width in canvas.CANVAS_WIDTHS
        )
        for name in DRAWN
    }
    weights = {page: sum(packed[name] for name in names) for page, names in list_pages() if page != "tokencheck"}
    shown = {page.rpartition("/")[0] for page, weight in weights.items() if weight > 1000}
    assert shown == {"", "zh", "notebooks"}  # some page of each kind shows some figure
    assert {page: weight for page, weight in weights.items() if weight > MOST_BYTES} == {}


def test_the_filter_sets_both_drawings_inline_with_the_words_of_the_page(tmp_path):
    (tmp_path / "figures").mkdir()
    for file in paths.FIGURES.glob("verdict-bar*.svg"):
        (tmp_path / "figures" / file.name).write_bytes(file.read_bytes())
    for name in ("verdict-bar", "photo"):  # one of the room, one that has no drawings
        page = f'![Title](figures/{name}.svg){{#fig-x fig-alt="Says <all>"}}\n'
        command = [pypandoc.get_pandoc_path(), "--to=html5", f"--lua-filter={paths.REPORT / 'components.lua'}"]
        html = subprocess.run(command, input=page, capture_output=True, cwd=tmp_path, text=True, check=True).stdout
        assert html.count("<svg ") == html.count('aria-label="Says &lt;all&gt;"') == (2 if name == "verdict-bar" else 0)
        assert ("chart-narrow" in html and "chart-wide" in html) or "<img" in html
        assert "Title" in html and 'id="fig-x"' in html


@pytest.mark.parametrize(("count", "words"), [(30, "rows"), (400, "rows"), (401, "means of rows of like price")])
def test_a_scatter_says_whether_its_dots_are_rows_or_means(count, words):
    price = pd.Series(np.linspace(-1.0, 1.0, count))
    chart = drawings_regressions.draw_scatter(price, -price)
    root = ElementTree.fromstring(figures.draw_figure(chart, "x")["x-wide.svg"])
    assert words in {text for text, _ in list_texts(root)}
    dots = len(pd.read_csv(StringIO(chart.write_data())))
    told = drawings_regressions.tell_scatter("Models", -1.0, pd.DataFrame({"price": price}))["alt"]
    assert f", {dots} means of {count} rows. " in told if dots < count else f", {count} rows. " in told


def test_a_scatter_of_limits_says_how_many_means_it_draws_of_each_kind():
    price = pd.Series(np.linspace(-1.0, 1.0, 900))
    seen = pd.Series(np.arange(900) < 500)
    drawn = pd.read_csv(StringIO(drawings_regressions.draw_limit(price, -price, seen, -1.0).write_data()))
    assert drawn.groupby("kind").size().tolist() == [40, 40]
    told = drawings_regressions.tell_scatter("Models", -1.0, price.to_frame(), seen)["alt"]
    assert "40 means of 500 rows on record and 40 means of 400 rows off it" in told
