"""Search without a server: the index holds what readers look for, in both languages, and stays small."""

import gzip
import json

import pytest

from tokencheck import paths
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import search
from tokencheck.report.markup import curl

FOUND = read_verdicts()
LIMIT = 40_000  # bytes of index and script as a server sends them
PACKED = 6  # the level at which most servers pack


@pytest.fixture(scope="module")
def index():
    text = (paths.REPORT / search.INDEX).read_text(encoding="utf-8")
    return json.loads(text[text.index("[") : text.rindex(";")])


def find(index, *words):
    return [one[0] for one in index if all(word.lower() in " ".join(one).lower() for word in words)]


def test_every_claim_is_found_by_its_words_in_either_language(index, register):
    for result in FOUND.claims:
        english, chinese = result.texts["en"], result.texts["zh"]
        assert f"{result.id}.html" in find(index, curl(english.answer), english.verdict)
        assert f"zh/{result.id}.html" in find(index, chinese.answer, chinese.verdict)
        assert f"zh/{result.id}.html" in find(index, register.find(result.id).mark)


def test_chapters_and_terms_are_found(index):
    assert any(one.startswith("methods.html") for one in find(index, "methods", "verdict"))
    assert any(one.startswith("glossary.html") for one in find(index, "lineage", "article"))
    assert any(one.startswith("zh/glossary.html") for one in find(index, "智能体"))


def test_every_entry_leads_to_a_page_and_holds_no_markup(index):
    for href, title, _, _, text in index:
        assert (paths.REPORT / href.partition("#")[0].replace(".html", ".qmd")).exists(), href
        assert title
        assert not any(mark in title + text for mark in ("{{<", "](", "{.", ":::", "**")), href


def test_the_index_is_small():
    files = (paths.REPORT / search.INDEX, paths.REPORT / "search.js")
    assert sum(len(gzip.compress(file.read_bytes(), PACKED)) for file in files) <= LIMIT


def test_editions_to_come_make_it_no_larger(index):
    """Synthetic: a page with a section for each of some editions."""
    page = "---\ntitle: What changed\n---\n" + "".join(f"\n## {n} {{#edition-{n}}}\n\nText.\n" for n in range(9, 0, -1))
    made = search.make_index([], {"changes": page}, {})
    assert [n for n in range(10) if f"#edition-{n}" in made] == [7, 8, 9]
    assert sum("#edition-" in one[0] for one in index) == search.NEWEST_EDITIONS


def test_sections_take_their_anchor_and_leave_tables_and_code_out():
    body = "First.\n\n## Next {#sec-next}\n\n| a |\n\n```\ncode\n```\n\n{{< include b.md >}}\n"
    text = f'---\ntitle: "A page"\n---\n\n{body}'
    found = search.list_sections("a", text, {"b.md": "Told *well*."})
    assert found == [
        ["a.html", "A page", "", "", "First."],
        ["a.html#sec-next", "A page › Next", "", "", "Told well."],
    ]
