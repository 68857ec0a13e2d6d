"""The article as a silhouette: all marks in their place, lengths kept, and not a word more of the article."""

import json
import re
from urllib.parse import unquote

import pytest

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import outline

RESULTS = {result.id: result for result in read_verdicts().claims}
GAP = re.compile(r"\[\]\{\.gap \.gap-(\d)\}")


@pytest.fixture(scope="module")
def sections(register):
    return list(outline.draw_article(register, RESULTS))


def test_every_claim_stands_in_its_section_in_the_order_of_the_article(register, sections):
    placed = [one.claim for one in sorted(outline.read_outline(register).marks, key=lambda mark: mark.start)]
    for english, chinese, paragraphs in sections:
        own = [claim.id for claim in register.claims if claim.section == chinese]
        ordered = [one for one in placed if one in own] + [one for one in own if one not in placed]
        assert re.findall(r"\[(C\d\d)\]\{\.id\}", " ".join(paragraphs)) == ordered, english


def test_a_claim_without_a_place_stands_at_the_end_of_its_section(register, tmp_path, monkeypatch):
    written = json.loads(outline.OUTLINE.read_text(encoding="utf-8"))
    lost = register.claims[0]
    file = tmp_path / "outline.json"
    file.write_text(json.dumps(written | {"marks": [one for one in written["marks"] if one["claim"] != lost.id]}))
    monkeypatch.setattr(outline.read_outline, "__defaults__", (file,))
    for _, chinese, paragraphs in outline.draw_article(register, RESULTS):
        named = [f"[{lost.id}]{{.id}}" in one for one in paragraphs]
        assert named == [False] * (len(named) - 1) + [chinese == lost.section]


def test_bars_and_marks_are_as_long_as_the_article(sections):
    drawn = outline.Outline.model_validate(json.loads(outline.OUTLINE.read_text(encoding="utf-8")))
    text = " ".join(paragraph for *_, paragraphs in sections for paragraph in paragraphs)
    bars = sum(int(size) for size in GAP.findall(text))
    assert bars + sum(mark.length for mark in drawn.marks) == sum(one.length for one in drawn.paragraphs)


def test_no_word_of_the_article_stands_there_but_the_marks(register, sections):
    marks = {claim.mark for claim in register.claims}
    shown = re.findall(r'\[\[([^\]]+)\]\{lang="zh-Hans"\}', " ".join(p for *_, ps in sections for p in ps))
    assert {re.sub(r"\\(.)", r"\1", one) for one in shown} == marks
    stored = outline.OUTLINE.read_text(encoding="utf-8")
    assert not re.search(r"[\u3400-\u9fff]", stored)


def test_the_arrow_leads_to_the_words_at_the_publisher(register, sections):
    text = " ".join(paragraph for *_, paragraphs in sections for paragraph in paragraphs)
    for claim in register.claims:
        (address,) = re.findall(rf"Where {claim.id} stands[^(]*\(([^)]+)\)", text)
        page, _, words = address.partition("#:~:text=")
        assert page == register.article.url
        assert unquote(words) == claim.mark
        assert not re.search(r"[-&,\s]", words), "these signs divide a text fragment"


def test_a_wrong_outline_is_named(register, tmp_path):
    written = json.loads(outline.OUTLINE.read_text(encoding="utf-8"))

    def read(**change):
        file = tmp_path / "outline.json"
        file.write_text(json.dumps(written | change), encoding="utf-8")
        return outline.read_outline(register, file)

    assert read().marks
    lost, *rest = written["marks"]
    for marks in ([*written["marks"], lost], [lost | {"start": 10**6}, *rest]):
        with pytest.raises(UserError, match=lost["claim"]):
            read(marks=marks)
    with pytest.raises(UserError, match="overlap"):
        read(marks=[lost | {"start": rest[0]["start"]}, *rest])
    with pytest.raises(UserError, match="C99"):
        read(marks=[*written["marks"], {"claim": "C99", "start": 0, "length": 1}])
    with pytest.raises(UserError, match="missing"):
        outline.read_outline(register, paths.DATA / "nowhere.json")
