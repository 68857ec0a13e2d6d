"""The glossary: every word that pages use of us has an entry, and its first use on a page leads there."""

import re

import pytest
import yaml

from tokencheck import paths, wording
from tokencheck.errors import UserError
from tokencheck.register import rule
from tokencheck.report import glossary, pages, phrases

GROUPS = glossary.read_glossary()
TERMS = {term.id: term for term in glossary.list_terms(GROUPS)}
KNOWN = {word.lower() for term in TERMS.values() for word in (term.term, *term.forms)}
LINK = re.compile(r"\]\(glossary\.qmd#([a-z0-9-]+) ")


def test_every_role_verdict_outcome_and_way_to_err_has_an_entry():
    needed = {*rule.VERDICT_WORDS, *rule.OUTCOMES} - {rule.NOT_YET_CHECKED} | {
        f"{role} reading" for role in wording.ROLE_WORDS
    }
    assert not {word for word in needed if word.lower() not in KNOWN}
    for way in wording.ERRS_WORDS:
        assert wording.name_errs(way) in TERMS["errs"].term.lower()


def test_roles_verdicts_and_ways_to_err_are_called_in_chinese_as_everywhere_else():
    named = {term.term.lower(): term.name_zh for term in TERMS.values()}
    named |= {form.lower(): term.name_zh for term in TERMS.values() for form in term.forms}
    for role, words in phrases.READ_AS["zh"].items():
        assert named[f"{role} reading"] == named[phrases.READ_AS["en"][role]] == words
    assert TERMS["errs"].name_zh == "、".join(wording.ERRS_CHINESE.values())
    for word in (*rule.OUTCOMES, *rule.VERDICT_WORDS[:-1]):
        term = next(term for term in TERMS.values() if term.term.lower() == word.lower())
        assert term.name_zh == wording.translate(word)


@pytest.mark.parametrize("name", pages.LINKED)
def test_a_page_links_each_term_once_and_only_to_what_is_there(name):
    linked = LINK.findall((paths.REPORT / "_generated" / f"{name}.md").read_text(encoding="utf-8"))
    assert len(linked) == len(set(linked)) and set(linked) <= set(TERMS)


def test_the_jargon_of_the_regressions_is_explained_where_it_is_first_used():
    text = (paths.REPORT / "_generated" / "regressions.md").read_text(encoding="utf-8")
    linked = set(LINK.findall(text))
    for jargon in ("PPML", "log points", "elasticity", "bootstrap", "Holm", "placebo", "censored"):
        term = next(term for term in TERMS.values() if jargon.lower() in {word.lower() for word in term.words})
        assert term.id in linked, jargon


@pytest.mark.parametrize(
    "kept",
    [
        "## Readings", "`a reading`", "[a reading](methods.qmd)", "| Reading |", ": One reading {#tbl-x}",
        "{{< var reading >}}", "![A reading](figures/a.svg){#fig-reading fig-alt=\"a reading\"}", "misreading",
        "```\nreading\n```", "https://x.example/reading",
    ],
)  # fmt: skip
def test_no_link_is_put_where_none_can_stand(kept):
    assert glossary.link_terms(kept, GROUPS) == kept


def test_the_first_use_alone_is_linked_with_the_explanation_as_title():
    text = glossary.link_terms("Two Readings of it, one reading.", GROUPS)
    assert text.startswith('Two [Readings](glossary.qmd#reading "') and text.endswith("{.term} of it, one reading.")
    seen = {"reading"}
    assert glossary.link_terms("A reading.", GROUPS, seen) == "A reading."


def test_every_entry_stands_on_the_page():
    page = (paths.REPORT / "_generated" / "glossary.md").read_text(encoding="utf-8")
    for term in TERMS.values():
        assert f"{{#{term.id}}}" in page and term.says in page and term.name_zh in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"says": ""}, "glossary.yml, group verdicts-made, term claim, says: "),
        ({"colour": "red"}, "group verdicts-made, term claim, colour: "),
        ({"zh": {"text": "x"}}, "Chinese"),
        ({"forms": ["Mark"]}, "belongs to"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, change, words):
    written = yaml.safe_load(glossary.GLOSSARY.read_text(encoding="utf-8"))
    written[0]["terms"][0] |= change
    file = tmp_path / "glossary.yml"
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    with pytest.raises(UserError, match=words):
        glossary.read_glossary(file)


def test_each_entry_that_lacks_a_field_or_misspells_one_is_told_in_a_line(tmp_path):
    written = yaml.safe_load(glossary.GLOSSARY.read_text(encoding="utf-8"))
    written[0]["grup"] = written[0].pop("group")
    del written[1]["terms"][0]["says"], written[2]["terms"][1]["id"]
    file = tmp_path / "glossary.yml"
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    with pytest.raises(UserError) as problem:
        glossary.read_glossary(file)
    misspelt, lacking, nameless = str(problem.value).splitlines()
    assert f"group {written[0]['id']}, grup: there is no such field; did you mean group?" in misspelt
    assert f"group {written[1]['id']}, term {written[1]['terms'][0]['id']}, says: Field required." in lacking
    assert f"group {written[2]['id']}, term 2, id: Field required." in nameless
