"""The frame around a page of the built site, in the page's language, and the way to the other one."""

import re

import pytest

from tokencheck import paths
from tokencheck.characters import HAN
from tokencheck.report import languages
from tokencheck.results import parse_yaml

PAGES = dict.fromkeys(["index.html", "C05.html", "data.html", "zh/index.html", "zh/C05.html"])

# A synthetic page, with the links as our own frame draws them, and as Quarto does.
OWN = (
    '<html><head><title>Claims</title></head><body><a class="skip" href="#content">Skip to the text</a>'
    '<nav aria-label="Main"><a href="{root}index.html">Summary</a><a href="{root}data.html">Data</a>'
    '<a href="{root}zh/index.html" aria-current="page"><span lang="zh-Hans">中文</span></a></nav>'
    '<main id="content"><p>Claims <a href="C05.html">中文</a></p><figcaption>Figure&nbsp;3: </figcaption></main>'
    "<footer><p>Made by hand</p></footer><script>var menu = 'Menu';</script></body></html>"
)
QUARTO = (
    '<body><a class="nav-link" href="{root}zh/index.html" \n> \n<span class="menu-text">中文</span></a>'
    '<a class="nav-link" href="{root}index.html"><span class="menu-text">Summary</span></a><main></main></body>'
)


def finish(page, path):
    return languages.finish(page.format(root="../" * path.count("/")), path, PAGES)


@pytest.mark.parametrize("page", [OWN, QUARTO])
@pytest.mark.parametrize(
    ("path", "target", "word", "language"),
    [
        ("C05.html", "zh/C05.html", "中文", "zh-Hans"),
        ("data.html", "zh/index.html", "中文", "zh-Hans"),
        ("zh/C05.html", "../C05.html", "English", "en"),
        ("zh/index.html", "../index.html", "English", "en"),
    ],
)
def test_the_switch_keeps_the_page_where_it_is_in_both_languages(page, path, target, word, language):
    done = finish(page, path).partition("<main")[0]
    switch = next(one for one in re.findall(r"<a\b[^>]*>.*?</a>", done, re.DOTALL) if "hreflang" in one)
    assert f'href="{target}"' in switch and word in switch and f'hreflang="{language}"' in switch
    assert f' lang="{language}"' in switch and "aria-current" not in switch


def test_around_a_chinese_page_each_word_is_chinese_or_says_that_it_is_english():
    done = finish(OWN, "zh/C05.html")
    assert "跳到正文" in done and 'aria-label="主导航"' in done and ">要点<" in done
    assert '<span lang="en">Data</span>' in done and '<span lang="en">Made by hand</span>' in done
    assert 'href="index.html">要点' in done  # the Chinese front page, not the English one
    assert "图3" in done and "var menu = 'Menu'" in done and "<title>Claims</title>" in done


def test_no_space_stands_between_a_chinese_word_and_a_link():
    foot = '<footer>As PDF: <a href="a.pdf">report</a>, <a href="b.pdf">claims</a></footer>'
    done = finish(OWN.replace("</body>", f"{foot}</body>"), "zh/C05.html")
    assert 'PDF：<a href="a.pdf">报告（英文）</a>、<a' in done
    figure = '<figcaption><span class="caption-label">图&nbsp;3: </span> 点图</figcaption>'
    assert "图3：</span>点图" in finish(OWN.replace("</main>", f"{figure}</main>"), "zh/C05.html")


def list_words(entries) -> set[str]:
    """List the texts that a navigation of `_quarto.yml` gives its entries."""
    named = [entry for entry in entries if isinstance(entry, dict)]
    return {entry["text"] for entry in named}.union(*(list_words(entry.get("menu", ())) for entry in named))


def test_every_word_of_bar_and_foot_has_its_chinese():
    website = parse_yaml((paths.REPORT / "_quarto.yml").read_text(encoding="utf-8"))["website"]
    words = list_words(website["navbar"]["left"] + website["navbar"]["right"])
    for foot in website["page-footer"].values():
        words |= {part.strip() for part in re.split(r"\[([^\]]*)\]\([^)]*\)", foot) if part.strip()}
    left = {word for word in words if word not in {*languages.FRAME_WORDS, *languages.NAMES} and not HAN.search(word)}
    assert len(words) > 15 and not left


def test_the_text_of_a_page_and_english_pages_stay_as_they_are():
    assert '<p>Claims <a href="C05.html">中文</a></p>' in finish(OWN, "zh/C05.html")
    english = finish(OWN, "C05.html")
    assert "Skip to the text" in english and "Figure&nbsp;3" in english and 'lang="en"' not in english


@pytest.mark.parametrize("page", [OWN, QUARTO])
@pytest.mark.parametrize("path", ["C05.html", "zh/C05.html"])
def test_it_may_run_twice(page, path):
    once = finish(page, path)
    assert languages.finish(once, path, PAGES) == once
