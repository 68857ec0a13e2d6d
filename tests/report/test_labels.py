"""The words of figures in Chinese: on synthetic drawings, and said where some stay English."""

import html
import re
from itertools import pairwise

import pytest

from tests.restated import skip_where_refreshed
from tokencheck import paths
from tokencheck.characters import HAN
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import chinese, labels

TYPE = 12
EDGE = 3  # units that a guess at the width of a label may be off
TEXT = '<text style="text-anchor: {anchor}" x="{x}" y="{y}" font-size="12">{text}</text>'


def draw(*texts):
    return "<svg>" + "\n".join(TEXT.format(anchor=a, x=x, y=y, text=text) for a, x, y, text in texts) + "</svg>"


def read(svg):
    return re.findall(r'y="([\d.]+)"[^>]*>([^<]*)<', svg)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("claimed: 61\u00a0%", "文章：61%"),
        ("4.12 trillion", "4.12万亿"),
        ("10 Feb", "2月10日"),
        ("1/16.7, differs", "1/16.7，不符"),
        ("1/20", "二十分之一"),
        ("US, industrial, 2025 ÷ delivered price", "美国，工业，2025年÷到户价"),
        ("Claude Opus 4.6", "Claude Opus 4.6"),
        ("42–49 %", "42–49%"),
        ("a label that nobody knows", ""),
        ("US, of nobody", ""),
    ],
)
def test_a_label_is_put_into_chinese_whole_or_not_at_all(label, told):
    assert labels.translate_label(label) == told


def test_a_broken_label_is_set_in_one_in_the_middle_of_its_lines():
    svg, left = labels.translate_drawing(
        draw(
            ("end", 9, 100, "all tokens on OpenRouter, unnamed models"),
            ("end", 9, 116, "included"),
            ("end", 9, 160, "the ten most used models"),
            ("middle", 5, 300, "61"),
        )
    )
    assert read(svg) == [
        ("108.00", "OpenRouter全部Token，含未具名模型"), ("160", "用量前十的模型"), ("300", "61")
    ]  # fmt: skip
    assert not left


def test_what_has_no_translation_stays_and_is_named():
    svg, left = labels.translate_drawing(draw(("end", 9, 100, "an odd label"), ("end", 9, 116, "claimed")))
    assert read(svg) == [("100", "an odd label"), ("116", "文章")]
    assert left == ["an odd label"]


@pytest.mark.parametrize("result", [one for one in read_verdicts().claims if one.key_figure], ids=lambda one: one.id)
def test_a_chinese_page_shows_the_key_figure_in_chinese_and_says_where_words_stay_english(result):
    text = (paths.REPORT / "zh" / f"{result.id}.qmd").read_text(encoding="utf-8")
    if result.key_figure.startswith("lineage-"):
        assert "](figures/" not in text
        return
    assert f"](figures/{result.key_figure}.svg)" in text
    for end in ("", "-narrow", "-wide"):
        own = (paths.REPORT / "zh" / "figures" / f"{result.key_figure}{end}.svg").read_text(encoding="utf-8")
        english = (paths.FIGURES / f"{result.key_figure}{end}.svg").read_text(encoding="utf-8")
        assert own.count("<path") == english.count("<path") and re.search(r"<text[^>]*>[^<]*[\u4e00-\u9fff]", own)
    assert ("部分文字为英文" in text) == bool(chinese.draw_key(result.key_figure)["left"])


def test_no_key_figure_has_a_word_of_english_left_on_chinese_pages(tables):
    skip_where_refreshed(tables)  # a new thing in a figure has no Chinese name yet, and the page says so
    names = {one.key_figure for one in read_verdicts().claims if one.key_figure} & labels.read_pictures().keys()
    assert len(names) > 10
    assert {name: left for name in sorted(names) if (left := chinese.draw_key(name)["left"])} == {}


def measure_label(text: str) -> float:
    """Measure a label in units of a drawing: a Chinese sign is as wide as the type is high, a Latin one about half."""
    return sum(TYPE if ord(sign) > 0x2E80 else TYPE * 0.55 for sign in text)


def list_cut(svg: str) -> list[str]:
    """List the Chinese labels that leave the drawing at its left or right."""
    width = float(re.search(r'viewBox="\S+ \S+ (\S+) ', svg)[1])
    cut = []
    for one in labels.TEXT.finditer(svg):
        x, anchor = labels.PLACE["x"].search(one["attributes"]), labels.ANCHOR.search(one["attributes"])
        text = html.unescape(one["text"])
        if x and HAN.search(text) and "rotate(-90" not in one["attributes"]:
            before = {"middle": 0.5, "end": 1}.get(anchor and anchor[1], 0) * measure_label(text)
            if not -EDGE <= float(x[1]) - before <= width + EDGE - measure_label(text):
                cut.append(text)
    return cut


def list_run_together(svg: str) -> list[tuple[str, str]]:
    """List the pairs of labels on one line, of which the first is in Chinese and runs into the other."""
    lines: dict[str, list[tuple[float, float, str]]] = {}
    for one in labels.TEXT.finditer(svg):
        x, y = (labels.PLACE[side].search(one["attributes"]) for side in "xy")
        anchor, text = labels.ANCHOR.search(one["attributes"]), html.unescape(one["text"])
        if x and y and (anchor is None or anchor[1] == "start"):
            lines.setdefault(y[1], []).append((float(x[1]), float(x[1]) + measure_label(text), text))
    pairs = [pair for line in lines.values() for pair in pairwise(sorted(line))]
    return [(one[2], other[2]) for one, other in pairs if HAN.search(one[2]) and one[1] > other[0] + EDGE]


def list_close(svg: str) -> list[str]:
    """List the Chinese words of a key that leave less than half a sign before the next mark of it."""
    marks = [(float(x), float(y)) for x, y in re.findall(r'<use x="([\d.]+)" y="([\d.]+)"', svg)]
    close = []
    for one in labels.TEXT.finditer(svg):
        x, y = (labels.PLACE[side].search(one["attributes"]) for side in "xy")
        text = html.unescape(one["text"])
        if x and y and HAN.search(text):
            beside = [at - float(x[1]) for at, height in marks if abs(height - float(y[1]) + TYPE * 0.36) < 1]
            after = min((at for at in beside if at > 0), default=None)
            has_mark = any(-2 * TYPE < at < 0 for at in beside)
            if has_mark and after is not None and after - TYPE < measure_label(text):
                close.append(text)
    return close


@pytest.mark.parametrize("name", sorted({one.key_figure for one in read_verdicts().claims if one.key_figure}))
def test_the_words_of_a_key_keep_away_from_the_next_mark(name):
    for end in ("-narrow", "-wide"):
        file = paths.FIGURES / f"{name}{end}.svg"
        assert not file.exists() or list_close(labels.translate_drawing(file.read_text(encoding="utf-8"))[0]) == []


@pytest.mark.parametrize("name", sorted({one.key_figure for one in read_verdicts().claims if one.key_figure}))
def test_no_chinese_label_runs_into_the_next(name):
    for end in ("-narrow", "-wide"):
        file = paths.FIGURES / f"{name}{end}.svg"
        told = labels.translate_drawing(file.read_text(encoding="utf-8"))[0] if file.exists() else ""
        assert list_run_together(told) == []


@pytest.mark.parametrize("name", sorted({one.key_figure for one in read_verdicts().claims if one.key_figure}))
def test_no_chinese_label_is_cut_at_the_side_of_its_drawing(name):
    for end in ("-narrow", "-wide"):
        file = paths.FIGURES / f"{name}{end}.svg"
        assert not file.exists() or list_cut(labels.translate_drawing(file.read_text(encoding="utf-8"))[0]) == []


def test_a_label_that_leaves_its_drawing_is_seen():
    """Synthetic."""
    svg = '<svg viewBox="0 0 100 50">' + TEXT.format(anchor="start", x=60, y=9, text="{}") + "</svg>"
    assert list_cut(svg.format("三字符")) == [] and list_cut(svg.format("四字符了")) == ["四字符了"]


def test_every_picture_on_chinese_pages_has_its_own_description():
    shown = {claim.key_figure for claim in read_verdicts().claims if claim.key_figure}
    assert set(labels.read_pictures()) == {name for name in shown if not name.startswith("lineage-")}  # those are lists


@pytest.mark.parametrize(("name", "told"), labels.read_pictures().items())
def test_a_description_says_what_one_sees_and_leaves_numbers_to_the_words(name, told):
    assert "图：" in told or told.startswith("两条线：")
    assert told.endswith("。") and not re.search(
        r"[^A-Za-z\d .-]\d", told
    )  # a digit of a model's name follows a letter
