"""What `tokencheck check` says of words: one line a cause with file and line, and nothing of the committed ones."""

import re
import shutil

import pytest

from tokencheck import paths
from tokencheck.notebook import run, subjects
from tokencheck.register.claims import load_register
from tokencheck.report import VARIABLES, glossary, proofreading, publishers, words
from tokencheck.report.labels import read_pictures


def test_the_committed_words_have_no_problem():
    assert proofreading.list_slips() == []


CHINESE = ("publishers.yml", "pictures.yml")
FAULTS = {
    "a fact that nobody knows": (
        "C05.md", '[A.]{when="facts.usage.nothing > 1"}', "report/words/C05.md:1: .*no “facts.usage.nothing”"),
    "a guard that cannot fail": ("C05.md", '[A.]{when="C05.k > 1 or C05.k <= 1"}', "C05.md:1: .*cannot fail"),
    "an explanation whose numbers make it too long": (
        "C05.md", "word " * 110 + "{{< var C05.share.platform >}} " * 6, r"C05.md: \d+ words with its numbers"),
    "a fence that stays open": ("usage.md", '::: {when="C05.k > 1"}\nA.', "usage.md:1: .*never closed"),
    "a reason that is none": ("prices.md", '[All.]{fixed="because"}', "prices.md:1: .*Known are definition"),
    "a judging sentence": ("prices.md", "Prices only fell.", "report/words/prices.md: “Prices only fell.” judges"),
    "a typed number": ("prices.md", "It was 41.9 % in May 2026.", "report/words/prices.md: 41.9 is typed"),
    "an unknown variable": (
        "prices.md", "{{< var C05.share.platfrom >}}", "prices.md:1: .*did you mean C05.share.platform"),
    "a name that no variable can have": (
        "prices.md", "{{<var C05.share.plat-form >}}", "prices.md:1: there is no variable “C05.share.plat-form”; did"),
    "an unknown figure": ("prices.md", "{{< figure nothing #fig-x >}}", "prices.md: there is no figure “nothing”"),
    "an unmarked Chinese sentence": ("zh/summary.md", "价格下降了。", "zh/summary.md: “价格下降了。” Give it"),
    "a mark that turns the text": (
        "prices.md", "\nIt\u202e.", r"words/prices.md, row 2: it holds U\+202E \(RIGHT-TO-LEFT OVERRIDE\)"),
    "a letter that looks like another": (
        "zh/summary.md", "\u041epus", r"zh/summary.md, row 1: it holds U\+041E \(CYRILLIC CAPITAL LETTER O\)"),
    "a typed number that holds a claimed one": ("zh/summary.md", "占比一点六，即1.61", "zh/summary.md: 1.61 is typed"),
    "a typed number in Chinese": ("zh/summary.md", "占比四十，即41.9%", "zh/summary.md: 41.9 is typed"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_words_is_told_in_one_line(fault, tmp_path, monkeypatch):
    file, text, told = FAULTS[fault]
    (tmp_path / "report" / "words" / "zh").mkdir(parents=True)
    shutil.copy(paths.REPORT / VARIABLES, tmp_path / "report")
    for name in CHINESE:
        shutil.copy(paths.WORDS / "zh" / name, tmp_path / "report" / "words" / "zh")
    (tmp_path / "report" / "words" / file).write_text(f"{text}\n", encoding="utf-8")
    monkeypatch.setattr(paths, "REPORT", tmp_path / "report")
    monkeypatch.setattr(paths, "WORDS", tmp_path / "report" / "words")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (problem,) = proofreading.list_slips()
    assert re.search(told, problem)


def list_with(monkeypatch, claim_id, **changed):
    """List the problems of the register with one claim changed, for this test only."""
    register = load_register()
    claims = tuple(one.model_copy(update=changed) if one.id == claim_id else one for one in register.claims)
    monkeypatch.setattr(
        proofreading, "read_register", lambda file: (register.model_copy(update={"claims": claims}), [])
    )
    return proofreading.list_slips()


def test_a_claim_that_no_notebook_measures_is_told(monkeypatch):
    (problem,) = list_with(monkeypatch, "C05", topic="policy")
    assert re.search(r"data/claims.yml, claim C05, topic: no notebook measures policy. Choose one of .*usage", problem)


@pytest.mark.parametrize("claim", load_register().claims, ids=lambda one: one.id)
def test_each_claim_with_readings_is_measured_by_one_notebook(claim):
    names = [
        name for one in run.NOTEBOOKS for name in proofreading.OPENED.findall(one.source.read_text(encoding="utf-8"))
    ]
    measuring = [name for name in names if claim.id in subjects.list_claims(name, load_register())]
    assert len(measuring) == 1 or not claim.has_readings


def test_a_key_figure_without_words_for_chinese_pages_is_told(monkeypatch):
    own = next(one for one in load_register().claims if one.key_figure and not one.key_figure.startswith("lineage-"))
    other = next(one for one in words.read_records() if not one.startswith("lineage-") and one not in read_pictures())
    problems = list_with(monkeypatch, own.id, key_figure=other)
    assert f"report/words/zh/pictures.yml: “{other}” is a key figure. Say what one sees on it." in problems


def test_a_key_figure_that_does_not_exist_is_told_with_the_register_alone(monkeypatch):
    assert list_with(monkeypatch, "C05", key_figure="nothing-like-it") == []


def test_a_publisher_without_a_name_on_chinese_pages_is_told(monkeypatch):
    monkeypatch.setattr(publishers, "drop_unknown", lambda text: "Morph (as told to nobody)")
    (problem,) = proofreading.list_slips()
    assert re.search(r"zh/publishers.yml: there are no Chinese words for .*“Morph \(as told to nobody\)”", problem)


def test_a_wrong_glossary_is_told_too(tmp_path, monkeypatch):
    (tmp_path / "glossary.yml").write_text("- group: [", encoding="utf-8")
    monkeypatch.setattr(glossary.read_glossary, "__defaults__", (tmp_path / "glossary.yml",))
    (problem,) = proofreading.list_slips()
    assert re.search(r"glossary.yml is not valid YAML: line 2, column 1: [^\n]* Correct that line.$", problem)


def test_chinese_words_that_cannot_be_read_are_told_in_one_line(tmp_path, monkeypatch):
    shutil.copytree(paths.WORDS, tmp_path / "words")
    with (tmp_path / "words" / "zh" / "publishers.yml").open("a", encoding="utf-8") as file:
        file.write("\n\tname: x\n")
    monkeypatch.setattr(paths, "WORDS", tmp_path / "words")
    (problem,) = proofreading.list_slips()
    assert re.search(
        r"publishers.yml is not valid YAML: line \d+, column 1: [^\n]*tab[^\n]* Correct that line.$", problem
    )


def test_a_variable_that_the_glossary_cannot_fill_is_told(tmp_path, monkeypatch):
    text = glossary.GLOSSARY.read_text(encoding="utf-8")
    (tmp_path / "glossary.yml").write_text(text.replace("{{< var rule.points >}}", "{{< var rule.point >}}", 1))
    monkeypatch.setattr(glossary, "GLOSSARY", tmp_path / "glossary.yml")
    (problem,) = proofreading.list_slips()
    assert re.search(r"glossary.yml:\d+: there is no variable “rule.point”; did you mean rule.points\?$", problem)


def test_a_file_that_is_missing_is_told_with_its_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(glossary.read_glossary, "__defaults__", (tmp_path / "glossary.yml",))
    (problem,) = proofreading.list_slips()
    assert re.search(r"glossary.yml is missing\. Take it back with git", problem)


def test_numbers_that_differ_between_the_languages_are_told():
    register = load_register()
    claim = register.find("C05")
    known = proofreading.read_known(register)
    assert not [*proofreading._check_languages(register, known)]
    holding = f"C05.share.platform {known['C05.share.platform'].said}"
    longer = claim.zh.model_copy(update={"found": f"{claim.zh.found}又三分之一。"})
    other = claim.model_copy(update={"when": holding, "zh": longer})
    turned = claim.model_copy(update={"when": "C05.share.platfrom differs"})
    misnamed = claim.model_copy(update={"zh": claim.zh.model_copy(update={"found": "{share.platfrom}"})})
    assert not [*proofreading._check_languages(register.model_copy(update={"claims": (misnamed,)}), known)]
    differing, unread = proofreading._check_languages(register.model_copy(update={"claims": (other, turned)}), known)
    assert re.search(r"claims\.yml, claim C05, found: \[\] in English alone, .*3\.0.*Print the same in both", differing)
    assert "did you mean C05.share.platform" in unread


def test_a_short_number_that_the_long_one_does_not_round_to_is_told(monkeypatch):
    register = load_register()
    known = proofreading.read_known(register)
    assert not [*proofreading._check_roundings(register, known)]
    monkeypatch.setattr(proofreading.texts, "fill_prose", lambda text, *rest: "2.35" if text.endswith(":}") else "2.3")
    problems = [*proofreading._check_roundings(register, known)]
    assert problems
    assert all(re.search(r"claim C\d\d: \S+ is 2\.3 in the short texts and 2\.35 in the", one) for one in problems)


def test_what_a_chinese_page_would_say_in_english_is_told(monkeypatch):
    """Synthetic: a publisher and a document of a finding, and those of an import, which keeps its own."""
    told = {"FX1": "Bureau (as told to nobody)", "OWN-shop": "my own shop"}
    untitled = {"title": "(title not shown) a note of nobody"}
    rows = [{"source_id": name, "publisher": publisher} | untitled for name, publisher in told.items()]
    monkeypatch.setattr(publishers, "read_rows", lambda file: [] if file.stem == "lineage" else rows)
    place = "report/words/zh/{}.yml: there are no Chinese words for the {} “{}”. Add them."
    assert proofreading.list_slips() == [
        place.format("publishers", "publisher", "Bureau (as told to nobody)"),
        place.format("documents", "document", "(title not shown) a note of nobody"),
    ]
