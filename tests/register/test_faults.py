"""Kinds of fault that a hostile reader found: the register has none, and each is found when it is put back."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from tokencheck import paths
from tokencheck.register import checks, faults, texts, verdicts
from tokencheck.register.claims import load_register

REGISTER = load_register()


def change(claim_id, **fields):
    """Give the register with one claim changed."""
    claims = [claim.model_copy(update=fields) if claim.id == claim_id else claim for claim in REGISTER.claims]
    return REGISTER.model_copy(update={"claims": tuple(claims)})


def change_part(claim_id, **fields):
    """Give the register with the first part of one claim changed."""
    first, *rest = REGISTER.find(claim_id).parts
    return change(claim_id, parts=(first.model_copy(update=fields), *rest))


def find_with(relation):
    """Find a claim of one part with a relation, whichever that is in the register."""
    return next(one for one in REGISTER.claims if len(one.parts) == 1 and one.parts[0].relation == relation)


def test_the_committed_register_has_none_of_these_faults():
    assert list(faults.check_relations(REGISTER)) == []
    assert list(faults.check_qualifiers(REGISTER)) == []
    # where a guard fails, no editor wrote what stands in its place
    written = {
        claim.id: claim.texts
        for claim in verdicts.read_verdicts().claims
        if claim.texts["zh"].answer != texts._fall_back(REGISTER.find(claim.id), claim, "zh")[0]
    }
    assert list(faults.check_short_texts(written)) == []
    assert list(checks._check_absences(REGISTER, paths.WORDS)) == []


def test_another_relation_than_the_words_ask_for_is_named():
    (problem,) = faults.check_relations(change_part("C01", relation="at_least"))
    assert "claim C01" in problem and "rank_at_most" in problem
    several = next(one for one in REGISTER.claims if faults.SEVERAL.search(one.mark))
    (problem,) = faults.check_relations(change_part(several.id, value="1"))
    assert f"claim {several.id}" in problem and "several" in problem


@pytest.mark.parametrize("claim_id", ["C02", "C18", "C46"])
def test_a_claim_on_a_week_a_launch_or_a_rank_cannot_be_standing(claim_id):
    (problem,) = faults.check_standing(change(claim_id, standing=True))
    assert f"claim {claim_id}, standing" in problem
    assert re.search(r"rests on (20\d\d-.*/|a first time)", problem)
    assert not list(faults.check_standing(REGISTER))


def test_a_qualifier_that_is_lost_is_named():
    claim = next(one for one in REGISTER.claims if "绝对" in one.quote_zh)
    english = claim.en.model_copy(update={"short": "Cheap energy gives Chinese models pricing power abroad"})
    lost = [part.model_copy(update={"says": "They have pricing power"}) for part in claim.parts]
    (problem,) = faults.check_qualifiers(change(claim.id, en=english, parts=tuple(lost)))
    assert f"claim {claim.id}" in problem and "absolute" in problem


class Told(SimpleNamespace):
    """Short texts of one language."""


@pytest.mark.parametrize(
    ("language", "found", "says"),
    [
        ("en", "It was 136.31 trillion.", "136.31 has more than 3 digits"),
        ("en", "It was 136 trillion, by GPT-5.4 and 0.023.", ""),
        ("en", "There were 0 states in it.", "no sentence of an editor"),
        ("en", "It was rank 2 (agrees).", "no sentence of an editor"),
        ("en", "Of 10 states 3.0 rose.", ""),
        ("zh", "它有1,000次。", ""),  # a sign between digits stands beside no Chinese
        ("zh", "它领先,但不多。", "no Chinese punctuation"),
        ("zh", "为美国电价的1/1.7。", "no way to write a part"),
        ("zh", "为Claude Opus的1/20。", "no way to write a part"),
        ("zh", "为Claude Opus的二十分之一，每百万Token 0.70美元。", ""),
        ("zh", "每百万Token0.70美元。", "has a blank where the site has none, or none before a number"),
        ("zh", "在 OpenRouter 上用量第一。", "has a blank where the site has none"),
        ("zh", "占12 %，不多。", "has a blank where the site has none"),
        ("zh", "就当月而言大致属实。", "大致属实 is no verdict"),
        ("zh", "是美国电价的1.7倍，基本属实。", ""),
    ],
)
def test_a_short_text_that_no_editor_would_print_is_named(language, found, says):
    told = {"C02": {language: Told(short="a", answer="b", found=found)}}
    problems = list(faults.check_short_texts(told))
    assert len(problems) == bool(says) and all(says in one and "claim C02" in one for one in problems)


class Heard:
    """Stands in for the evidence under check: two tables, and what was reported of them."""

    def __init__(self, *sources):
        rows = [dict(zip(("source_id", "publisher", "interested", "url"), one, strict=True)) for one in sources]
        findings = [{"claim_id": "C01", "source_id": row["source_id"]} for row in rows]
        self.frames = {"sources": pd.DataFrame(rows), "findings": pd.DataFrame(findings)}
        self.heard = []

    def report(self, table, place, column, expected):
        """Note what is reported."""
        self.heard.append((table, place, column))


def test_a_company_is_interested_under_all_its_names():
    heard = Heard(("A1", "Acme AI", True, ""), ("A2", "Acme AI docs (archived)", False, ""), ("A3", "Bolt", False, ""))
    faults.check_companies(heard)
    assert heard.heard == [("sources", 1, "interested")]


@pytest.mark.parametrize(
    ("url", "passing"),
    [
        ("https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK=1045810", True),
        ("https://example.org/search?q=nvidia", True),
        ("https://sany.tmp.glocalsite.work/en/news", True),
        ("https://10.0.0.8/a.html", True),
        ("https://www.sec.gov/Archives/edgar/data/1045810/000104581026000052/nvda-20260426.htm", False),
        ("https://example.org/research/2026", False),
    ],
)
def test_an_address_that_leads_to_no_text_is_named(url, passing):
    heard = Heard(("A1", "Acme AI", True, url))
    faults.check_addresses(heard)
    assert bool(heard.heard) is passing


@pytest.mark.parametrize(
    ("statement", "odd"),
    [
        ("It had about 12% of the tokens.", True),
        ("It had about 12.5 per cent of the tokens.", True),
        ("It had about 12 % of the tokens.", False),
        ("It fell by over 50 (the copy breaks off; probably per cent).", False),
        ("It sold 229.4bn yuan.", True),
        ("It sold 229.4 billion CNY.", False),
        ("It does 2.3 times less computing per watt.", True),
        ("It does 1/2.3 of the computing per watt, 2.3 times more often.", False),
        ("It had 11-14 % in some states.", True),
        ("It had 11–14 % in some states, by the 4-bit file of 2026-02-09 and GLM-5-9 of 2025-26.", False),
        ("In the week of 9-15 February it led.", True),
        ("Its maker says “17 times cheaper, by 60% or more”.", False),
    ],
)
def test_a_number_is_written_in_one_way(statement, odd):
    heard = Heard(("A1", "Acme AI", True, ""))
    heard.frames["findings"] = pd.DataFrame([{"statement": statement, "why": None, "holds_under": "61 %"}])
    heard.frames["lineage"] = pd.DataFrame([{"gist_en": "61 %", "change_from_previous": "", "note": statement}])
    faults.check_number_forms(heard)
    assert heard.heard == [("findings", 0, "statement"), ("lineage", 0, "note")] * odd


@pytest.mark.parametrize(
    ("statement", "derived", "source", "undated"),
    [
        ("Chinese models had 5.46 trillion tokens.", True, "A1", True),
        ("Chinese models had 5.46 trillion tokens by the record of 10 October 2026.", True, "A1", False),
        ("Chinese models had 5.46 trillion tokens, says a newspaper.", False, "A1", False),
        ("A blog has 13 trillion; our daily record gives 10.19.", False, "A2", True),
        ("Of 22 listings 7 were cheaper.", True, "A2", False),  # no day of it is restated
    ],
)
def test_a_sum_that_a_refresh_restates_says_as_of_which_record(statement, derived, source, undated):
    heard = Heard(("A1", "Acme AI", True, ""))
    heard.frames |= {name: pd.DataFrame({"source_id": ["A1"]}) for name in faults.RESTATED}
    row = {"finding_id": "C99-F1", "statement": statement, "derived": derived, "source_id": source}
    heard.frames["findings"] = pd.DataFrame([row])
    faults.check_restated(heard)
    assert heard.heard == [("findings", 0, "statement")] * undated


# ---------------------------------------------------------------------------------------------------------- absences


@pytest.fixture
def words(tmp_path):
    """Give a folder of explanations in which nothing is missing."""
    for claim in REGISTER.claims:
        (tmp_path / f"{claim.id}.md").write_text("It is so.", encoding="utf-8")
    return tmp_path


def quiet(claim_id, sought):
    """Give one claim alone, without a word of an absence but in its explanation."""
    claim = REGISTER.find(claim_id)
    plain = {one: getattr(claim, one).model_copy(update={"answer": "Yes", "found": "Yes."}) for one in ("en", "zh")}
    return REGISTER.model_copy(update={"claims": (claim.model_copy(update=plain | {"sought": sought}),)})


SOUGHT = next(claim.sought for claim in REGISTER.claims if claim.sought)


@pytest.mark.parametrize(
    ("text", "sought", "says"),
    [
        ("No series was found.", None, "not by when"),
        ("Huawei publishes no count.", None, "nothing says by when"),
        ("A series was not found by 28 November 2026 in the archives.", None, "Search for both sides"),
        ("A series was not found by 27 November 2026 in the archives.", SOUGHT, "Make them agree"),
        ("All was found.", SOUGHT, "nothing of a search"),
        ("A series was not found by 28 November 2026 in the archives.", SOUGHT, ""),
        ("We could not open the page by 28 November 2026.", None, ""),
        ("A series was not found by 28 November 2026.", SOUGHT, "and not where"),
        ("Possible, but no timed log up to the article shows it.", None, "not by when"),
        ("Of giants two cases are on record.", None, "not by when"),
        ("Nothing found separates the causes.", None, "not by when"),
        ("That many postpone is not shown.", None, "not by when"),
        ("可能，但没有计时日志可证。", None, "not by when"),
        ("巨头只见两例。", None, "not by when"),
        ("各因素无从拆分。", None, "not by when"),
    ],
)
def test_an_absence_has_its_day_and_a_search_for_both_sides(words, text, sought, says):
    (words / "C01.md").write_text(text, encoding="utf-8")
    problems = list(checks._check_absences(quiet("C01", sought), words))
    assert len(problems) == bool(says) and all(says in one for one in problems)


def test_an_answer_rests_on_a_dated_absence(words):
    register = quiet("C01", None)
    claim = register.claims[0]
    spoken = claim.model_copy(update={"en": claim.en.model_copy(update={"answer": "Nobody publishes it"})})
    (problem,) = checks._check_absences(register.model_copy(update={"claims": (spoken,)}), words)
    assert "found gives no day" in problem
