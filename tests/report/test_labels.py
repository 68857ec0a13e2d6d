"""The words of figures in Chinese: on synthetic drawings, and said where some stay English."""

import re

import pytest

from tokencheck import paths
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import chinese, labels

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
        ("1/16.7, differs", "6%，不符"),
        ("1/20", "二十分之一"),
        ("US, industrial, 2025 ÷ delivered price", "美国，工业，2025年÷到户价"),
        ("Claude Opus 4.6", "Claude Opus 4.6"),
        ("42–49 %", "42–49%"),
        ("a label that nobody knows", ""),
        ("US, of nobody", ""),
    ],
)
def test_a_label_is_put_into_chinese_whole_or_not_at_all(label, told):
    assert labels.translate(label) == told


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


def test_every_picture_on_chinese_pages_has_its_own_description():
    shown = {claim.key_figure for claim in read_verdicts().claims if claim.key_figure}
    assert set(labels.read_pictures()) == {name for name in shown if not name.startswith("lineage-")}  # those are lists


@pytest.mark.parametrize(("name", "told"), labels.read_pictures().items())
def test_a_description_says_what_one_sees_and_leaves_numbers_to_the_words(name, told):
    assert "图：" in told or told.startswith("两条线：")
    assert told.endswith("。") and not re.search(
        r"[^A-Za-z\d .-]\d", told
    )  # a digit of a model's name follows a letter
