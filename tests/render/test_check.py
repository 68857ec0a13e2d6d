"""The check of a rendered site, on small sites written by hand."""

import random

import pytest

from tokencheck.render.fallback.check import MAX_PAGE_BYTES, check_site


@pytest.fixture
def site(tmp_path):
    (tmp_path / "style.css").write_text("body { color: black }\n")
    (tmp_path / "other.html").write_text('<h1 id="top-of-it">Other</h1>')
    return tmp_path


def check(site, body: str) -> list[str]:
    (site / "index.html").write_text(body, encoding="utf-8")
    return check_site(site)


def test_a_sound_site_passes(site):
    body = '<link rel="stylesheet" href="style.css"><a href="other.html#top-of-it">a</a><a href="https://example.org">b</a>'
    assert check(site, body) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<a href="lost.html">x</a>', "dead link lost.html: no such file"),
        ('<a href="other.html#lost">x</a>', "dead link other.html#lost: other.html has no element"),
        ('<a href="#lost">x</a>', "dead link #lost"),
        ('<script src="https://example.org/a.js"></script>', "loads https://example.org/a.js from elsewhere"),
        ('<link rel="stylesheet" href="//example.org/a.css">', "loads //example.org/a.css from elsewhere"),
        ('<img alt="" src="lost.png">', "loads lost.png, which is missing"),
        ('<img src="style.css">', "has no alternative text"),
        ('<p id="a"></p><p id="a"></p>', "id a occurs more than once"),
        (random.Random(1).randbytes(MAX_PAGE_BYTES).hex(), "with all it loads"),  # what no packing makes smaller
    ],
)
def test_a_fault_is_named(site, body, message):
    problems = check(site, body)
    assert len(problems) == 1
    assert problems[0].startswith("index.html: ")
    assert message in problems[0]


def test_a_style_sheet_may_not_load_from_elsewhere(site):
    style = '@font-face { src: url("https://example.org/a.woff2") } a { background: url(lost.png) }'
    (site / "style.css").write_text(style)
    assert [problem.partition(". ")[0] for problem in check(site, "")] == [
        "style.css: loads https://example.org/a.woff2 from elsewhere",
        "style.css: loads lost.png, which is missing.",
    ]


def test_nor_may_the_style_of_a_page(site):
    style = "<style>p { background: url('//example.org/a.png') } a { background: url(\"lost.png\") }</style>"
    assert [problem.partition(". ")[0] for problem in check(site, style)] == [
        "index.html: loads //example.org/a.png from elsewhere",
        "index.html: loads lost.png, which is missing",
    ]


def test_the_chinese_font_weighs_only_on_pages_with_chinese(site):
    (site / "Han.woff2").write_bytes(random.Random(1).randbytes(MAX_PAGE_BYTES))
    (site / "style.css").write_text('@font-face { src: url("Han.woff2") }')
    for sheet in ('<link rel="stylesheet" href="style.css">', "<style>@font-face { src: url(Han.woff2) }</style>"):
        assert check(site, sheet + "<p>English</p>") == []
        assert len(check(site, sheet + "<p>中文</p>")) == 1


def test_an_empty_folder_is_reported(tmp_path):
    assert "no HTML file" in check_site(tmp_path)[0]
