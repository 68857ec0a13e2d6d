"""The pages in Chinese: from the same fields and numbers, guarded, and set as Chinese."""

import re

import pytest
import yaml

from tests.reports import name_sources
from tokencheck import choices, paths, wording
from tokencheck.characters import HAN
from tokencheck.register import faults, guards, lineage
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import GENERATED, chinese, labels, languages, markup, phrases, words
from tokencheck.report.publication import load_publication
from tokencheck.results import read_rows

FOUND, FACTS = read_verdicts(), guards.read_facts()
PAGES = {file.stem: file.read_text(encoding="utf-8") for file in sorted((paths.REPORT / "zh").glob("*.qmd"))}
WRITTEN = words.read_words(languages.CHINESE_FOLDER)


def split_page(name):
    front, _, body = PAGES[name].removeprefix("---\n").partition("\n---\n")
    return yaml.safe_load(front), body


def test_there_is_a_page_for_every_claim_and_the_list_links_each_with_its_verdict_and_values():
    _, listed = split_page("claims")
    for result in FOUND.claims:
        told = result.texts["zh"]
        row = next(line for line in listed.splitlines() if f"({result.id}.qmd){{.row-link}}" in line)
        assert told.verdict in row and markup.cell(told.measured) in row
        assert not result.readings or told.claimed == wording.PLAIN_CLAIM["zh"] or markup.cell(told.claimed) in row
        assert f"[{wording.PLAIN_CLAIM['zh']}]" not in row


@pytest.mark.parametrize("result", FOUND.claims, ids=lambda one: one.id)
def test_a_claims_page_says_what_the_record_says(result, register):
    front, body = split_page(result.id)
    told = result.texts["zh"]
    assert (front["lang"], front["title"], front["description-meta"]) == ("zh-Hans", told.answer, told.found)
    assert told.verdict in front["pagetitle"]
    band = body.partition("claim-band")[2].partition("\n:::")[0]
    for text in (
        told.found,
        told.measured,
        phrases.count_leans(result.firmness, "zh"),
        markup.nest(register.find(result.id).quote_zh),
    ):
        assert markup.cell(text) in band
    leans = markup.cell(name_sources(result.firmness.words["zh"], result, "zh"))
    assert (f"- 结论{leans}\n" in body) == bool(result.firmness.leans_on)
    assert f"../{result.id}.qmd){{.language hreflang=en" in body
    english = (paths.REPORT / GENERATED / f"body-{result.id}.md").read_text(encoding="utf-8")
    assert ("现状\n" in band) == ("\nToday\n" in english) and ("版起，此前" in band) == (", before: " in english)


def test_verdicts_have_the_words_that_readers_of_chinese_fact_checks_know():
    named = [wording.translate(verdict) for verdict in FOUND.counts if verdict != "Not yet checked"]
    assert sorted(named) == sorted(["属实", "基本属实", "误导", "不实", "无法核实", "不可核查"])


def test_a_sentence_whose_guard_fails_gives_way_to_chinese_words_on_the_claims_it_names(register):
    known = guards.list_known(register, FOUND, FACTS)
    guard = guards.parse("C05.share.platform > 99 and facts.lineage.dropped > 1", known)
    told = FOUND.claims[4].texts["zh"]
    plain = chinese.describe_guard_chinese(guard, known, FOUND)
    assert plain == f"C05：文章称{told.claimed}，核查得{told.measured}（{told.verdict}）。"
    guard = guards.parse("facts.lineage.dropped > 1", known)
    assert HAN.search(chinese.describe_guard_chinese(guard, known, FOUND))


def test_every_guard_of_the_chinese_words_can_be_turned(register):
    known = guards.list_known(register, FOUND, FACTS)
    compiled = words.compile_all(known, WRITTEN, {})
    parsed = [(place, guards.parse(guard, known)) for place, guard in compiled.guards]
    turned = {place for place, guard in parsed if guard.decide(known) is not True}  # by new data
    assert {one.place for one in compiled.failures} == turned
    assert all(guards.find_turn(guard, known) for _, guard in parsed if guard.decide(known) is True)


def test_chinese_text_has_chinese_punctuation():
    for name in PAGES:
        text = re.sub(r"^.*\{\.wording\}\\$", "", split_page(name)[1], flags=re.MULTILINE)
        text = re.sub(r"\{[^{}]*\}|\]\([^)]*\)|`[^`]*`", "", text)
        for line in text.splitlines():
            if "lang=en" not in line and not line.startswith(("- ", "|")):  # quotations keep what they have
                assert not re.search(r"[\u4e00-\u9fff][,;:?!]|[,;:?!][\u4e00-\u9fff]", line), (name, line)
                shown = re.sub(r"[\[\]*]", "", line)  # no blank after a stop that is as wide as a character
                assert not re.search(r"[。；：，、] (?=[\u4e00-\u9fff\w])", shown), (name, line)


def test_our_notes_on_titles_of_others_are_in_chinese():
    for name in PAGES:
        text = split_page(name)[1]
        assert not (found := re.findall(r"\((?:from address|cut off [a-z ]+|as quoted|summary)\)", text)), (name, found)


def test_the_first_page_says_who_checked_or_that_nobody_is_named():
    publication = load_publication()
    names = [one.name for one in publication.people] or [publication.publisher]
    assert all(name in PAGES["index"] for name in names)
    assert ("本副本尚未写明由谁发布" in PAGES["index"]) == (names == [""])


def test_no_brackets_stand_within_brackets():
    for name, text in ({name: split_page(name)[1] for name in PAGES} | WRITTEN).items():
        text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        text = re.sub(r"(?m)^.*\{\.wording\}\\$|\]\([^)]*\)", "", text)
        assert not (found := re.search(r".{,9}（[^（）\n]*（[^（）\n]*）", text)), (name, found)


NO_PROSE = (  # titles, quotations, tables, and what is no text
    r"```\{=html\}.*?```",
    r"## (?:来源|这句话的来路) .*?(?=\n## |\Z)",
    r"\[[^\[\]]*\]\{lang=en\}|\{[^{}]*\}|\]\([^)]*\)|`[^`]*`",
    r"(?m:^原文\n:.*$|^\|.*$)",
)


def test_latin_letters_and_digits_are_set_in_one_way():
    """No blank between Chinese and Latin; one between a word and its number: on pages, in choices and in figures."""
    told = {name: split_page(name)[1] for name in PAGES} | WRITTEN
    told |= {name: name for both in choices.DIMENSIONS.values() for name in both[1:]}
    told |= {label: label for label in labels.read_labels().values()}
    for name, text in told.items():
        for pattern in NO_PROSE:
            text = re.sub(pattern, "", text, flags=re.DOTALL)
        assert not (found := faults.UNEVEN_BLANK.search(text)), (name, found)


def test_no_han_font_is_named_for_chinese_pages():
    sheet = (paths.REPORT / "zh.css").read_text(encoding="utf-8")
    families = re.search(r"font-family: ([^;]+);", sheet)[1].split(", ")
    assert families[:3] == ['"PingFang SC"', '"Microsoft YaHei"', '"Noto Sans CJK SC"'] and families[-1] == "sans-serif"
    assert "Noto Sans SC" not in sheet and "url(" not in sheet


def test_what_one_sees_on_a_picture_is_told_only_while_its_guard_holds(register):
    known = guards.list_known(register, FOUND, FACTS)
    name, record = next(
        (one, own) for one, own in words.read_records().items() if one in labels.read_pictures() and own.get("guard")
    )
    turned = known | guards.find_turn(guards.parse(record["guard"], known), known)
    figures = [words.compile_all(own, {}, {name: record | {"name": name}}).figures[name] for own in (known, turned)]
    assert [chinese.tell_picture(figure) for figure in figures] == [labels.read_pictures()[name], ""]


def test_what_one_sees_on_a_picture_without_a_guard_judges_nothing(monkeypatch):
    monkeypatch.setattr(words, "read_pictures", lambda: {"verdict-bar": "横条图：多数不实，始终在下。"})
    assert any("pictures.yml: verdict-bar" in one for one in words.list_unguarded_words())


def test_a_lineage_is_told_in_chinese_and_first_where_it_is_the_key_figure(register):
    rows = {row["change_kind"] for row in read_rows(paths.TABLES / "lineage.csv")}
    assert rows | {*lineage.LOSSES, *lineage.SHIFTS} <= phrases.CHANGES.keys()
    for claim in register.claims:
        if (claim.key_figure or "").startswith("lineage-"):
            text = (paths.REPORT / "zh" / f"{claim.id}.qmd").read_text(encoding="utf-8")
            assert text.index("## 这句话的来路") < text.index("## 为什么"), claim.id
            assert text.count("{.step ") > 1 and ".article" in text, claim.id
