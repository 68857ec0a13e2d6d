"""The front page: the answer is counted, cards show what was claimed and measured, and strips stay legible."""

import re
from xml.etree import ElementTree

import pytest

from tokencheck import paths
from tokencheck.register import rule
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import front, strips
from tokencheck.report.markup import cell
from tokencheck.results import read_json

FOUND = read_verdicts()
RESULTS = {result.id: result for result in FOUND.claims}
SVG = "{http://www.w3.org/2000/svg}"


def test_the_answer_adds_up_to_all_claims():
    n = front.count_answers(FOUND.counts)
    opinions = FOUND.counts[rule.NOT_CHECKABLE] + FOUND.counts[rule.NOT_YET_CHECKED]
    assert n["hold"] + n["fail"] + n["open"] + opinions == n["claims"] == len(FOUND.claims)


def test_the_answer_follows_the_verdicts():
    """Synthetic: other counts give another answer."""
    counts = dict.fromkeys(rule.VERDICT_WORDS, 0) | {"Supported": 1, "Contradicted": 3, "Unverifiable": 2}
    assert front.write_answer(counts).replace("\xa0", " ") == (
        "6 claims about China’s AI-token boom: 1 holds, 3 do not, 2 could not be settled"
    )


def make_step(sort, **fields):
    return {"sort": sort, "after": False, "article": False} | fields


def test_a_journey_tells_first_step_turns_and_article_and_nothing_else():
    steps = [
        make_step("kept", name="first"), make_step("kept", name="copy"), make_step("aside", name="branch"),
        make_step("lost", name="lost"), make_step("kept", name="article", article=True),
        make_step("shifted", name="later", after=True),
    ]  # fmt: skip
    assert [step["name"] for step in front.list_turns(steps)] == ["first", "lost", "article"]
    assert front.list_turns([steps[0], steps[4]]) == []


def list_strips(register):
    for result in FOUND.claims:
        claim = register.find(result.id)
        for language in strips.LABELS:
            if strip := strips.describe_strip(claim, result, language):
                yield claim, result, language, strip


def test_every_strip_keeps_its_type_and_labels_inside(register):
    drawn = list(list_strips(register))
    assert {claim.id for claim, *_ in drawn} >= set(front.HEADLINES)
    for claim, _, language, strip in drawn:
        root = ElementTree.fromstring(strip["svg"])
        width = float(root.get("viewBox").split()[2])
        assert width <= 244, "wider than the narrowest card, so type would shrink"
        assert float(root.get("font-size")) >= 12
        for label in root.iter(f"{SVG}text"):
            half = strips.measure_label(label.text) / 2
            x = float(label.get("x"))
            assert half <= x <= width - half or half * 2 > width, f"{claim.id}, {language}: {label.text}"


def test_a_strip_draws_each_reading_that_counts_and_what_is_claimed(register):
    for claim, result, language, strip in list_strips(register):
        part = strips.pick_part(claim, result)
        readings = strips.list_dots(result, part)
        root = ElementTree.fromstring(strip["svg"])
        dots = len(list(root.iter(f"{SVG}circle")))
        bars = sum(path.get("stroke-width") == "8" for path in root.iter(f"{SVG}path"))
        assert dots + bars == len(readings) > 0
        assert all(one["role"] in rule.ENTERING_ROLES for one in readings)
        if language == "en" and part.relation == "between":
            assert len(list(root.iter(f"{SVG}rect"))) == 1


def test_a_strip_puts_a_larger_number_further_right(register):
    """Synthetic: a literal value beyond what is claimed lies right of the claim."""
    result = RESULTS["C05"].model_copy(deep=True)
    literal = next(one for one in result.readings if one.literal)
    for value, beyond in ((99.0, True), (1.0, False)):
        literal.value, literal.low, literal.high = value, None, None
        root = ElementTree.fromstring(strips.describe_strip(register.find("C05"), result)["svg"])
        dot = next(one for one in root.iter(f"{SVG}circle") if "ink" in one.get("fill"))
        claim = next(path for path in root.iter(f"{SVG}path") if "claim" in path.get("stroke"))
        place = float(re.match(r"M([\d.]+)", claim.get("d"))[1])
        assert (float(dot.get("cx")) > place) is beyond


def test_nothing_is_drawn_where_no_number_is_claimed_or_none_was_measured(register):
    by_findings = next(claim for claim in register.claims if not claim.has_readings)
    assert strips.describe_strip(by_findings, RESULTS[by_findings.id]) is None
    result = RESULTS["C05"].model_copy(deep=True)
    literal = next(one for one in result.readings if one.literal)
    literal.value = literal.low = literal.high = None
    assert strips.describe_strip(register.find("C05"), result) is None


@pytest.fixture(scope="module")
def sources():
    return "\n".join(
        (paths.REPORT / name).read_text(encoding="utf-8")
        for name in ("index.qmd", *(f"_generated/{part}.md" for part in front.FRONT_PARTS))
    )


def test_the_front_page_names_article_day_and_headlines(register, sources):
    article = register.article
    assert front.write_answer(FOUND.counts) in sources
    assert article.url in sources and article.author in sources and article.title_zh in sources
    for verdict, count in FOUND.counts.items():
        link = f"(claims.qmd?verdict={verdict.lower().replace(' ', '-')})"
        assert sources.count(link) == (1 if count else 0)
    assert sources.count("[]{.one}") == len(FOUND.claims)
    for name in front.HEADLINES:
        assert cell(RESULTS[name].texts["en"].answer) in sources
    for result in FOUND.claims:
        assert f"]({result.id}.qmd)" in sources


def test_the_journey_is_that_of_the_record(sources):
    for step in front.list_turns(read_json(paths.FIGURES / f"{front.JOURNEY}.json")["steps"]):
        assert cell(step["gist"]) in sources
