"""Sentences that judge: each has a guard that holds and could fail, and gives way to a plain one when it does."""

from pathlib import Path

import pytest

from tests.restated import are_committed, skip_where_refreshed
from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.register import amounts, guards, rule
from tokencheck.register.claims import Part, load_register
from tokencheck.register.guards import Known
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import judging, pieces, words

KNOWN = guards.list_known(load_register(), read_verdicts(), guards.read_facts())
TEXTS, FIGURES = words.read_words(), words.read_records()
COMPILED = words.compile_all(KNOWN, TEXTS, FIGURES)

# ------------------------------------------------------------------------------------- synthetic: one claim, two facts

SHARE = Part(id="share", says="It has 61 %", relation="equals", value="61", unit="percent", measured_in="share")


def know(value=61.0, first=20, low=None, high=None):
    """Make a synthetic record of what is known: a reading, its claimed value, a verdict and two facts."""
    bounds = None not in (low, high)
    outcome = rule.judge(SHARE, None if bounds else value, low, high, "bounds" if bounds else None)
    ends = (low, high) if bounds else (value, value)
    shown = f"{ends[0]}–{ends[1]} %" if bounds else f"{value} %"
    return {
        "C98.share.ten": Known("C98, ten models", shown, *ends, "percent", outcome, "61 %", SHARE),
        "C98.verdict": Known("C98", "Misleading", said="Misleading"),
        "facts.usage.first": Known("First lead", f"day {first}", first, first, "date"),
        "facts.usage.weeks": Known("Weeks", "3 weeks", 3, 3, "weeks"),
        "article": Known("the article's date", "day 10", 10, 10, "date"),
    }


def compile_one(text, known=None, figures=None):
    return words.compile_all(known or know(), {Path("report/words/C98.md"): text}, figures or {})


def test_a_sentence_stands_without_its_markup_while_its_guard_holds():
    done = compile_one('Before. [It was [ten](C98.qmd) models.]{when="C98.share.ten agrees"} After.\n')
    assert done.texts["C98"] == "Before. It was [ten](C98.qmd) models. After.\n"
    assert not done.failures


def test_a_sentence_whose_guard_fails_gives_way_to_claimed_measured_and_outcome():
    done = compile_one('One.\n\n[It was ten models.]{when="C98.share.ten agrees"} After.\n', know(value=40.0))
    assert "It was ten" not in done.texts["C98"]
    assert "claimed 61\xa0%; measured 40.0\xa0% (differs)." in done.texts["C98"]
    assert "After." in done.texts["C98"]
    assert done.failures[0].place == "report/words/C98.md:3"


def test_a_fenced_paragraph_or_list_goes_as_a_whole():
    text = '::: {when="facts.usage.first > article"}\n- It came later.\n\n::: {.note}\nMuch.\n:::\n:::\n\nEnd.\n'
    assert compile_one(text).texts["C98"] == "- It came later.\n\n::: {.note}\nMuch.\n:::\n\nEnd.\n"
    assert compile_one(text, know(first=5)).texts["C98"] == "First lead: day 5.\n\nEnd.\n"


def test_a_figure_takes_title_and_alternative_text_from_its_record_while_its_guard_holds():
    record = {"name": "x", "title": "Ten had it", "alt": "Bars. All are high.", "claims": [], "notebook": "02_usage",
              "guard": "C98.share.ten agrees"}  # fmt: skip
    text = "{{< figure x #fig-y >}}\n"
    good = compile_one(text, figures={"x": record}).texts["C98"]
    assert good.startswith('![Ten had it](figures/x.svg){#fig-y fig-alt="Bars. All are high."}\n')
    assert "(figures/x.csv)" in good and "(notebooks/02_usage.qmd#fig-x)" in good
    gone = compile_one(text, know(value=40.0), {"x": record}).texts["C98"]
    assert "Ten had it" not in gone and "All are high" not in gone
    assert "Bars." in gone and "measured 40.0" in gone


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('One.\n[Two.]{when="C98.share.tenn agrees"}', r"C98.md:2: .*there is no “C98.share.tenn”; did you mean"),
        ('[One.]{when="C98.share.ten < "}', "C98.md:1: .*expected a name or a number"),
        ('[One.]{when="C98.share.ten < 70 or C98.share.ten >= 70"}', "C98.md:1: .*cannot fail"),
        ('[One.]{when="C98.share.ten agrees or near or differs"}', "C98.md:1: .*cannot fail"),
        ('[One.]{when="C98.share.ten >= 0"}', "C98.md:1: .*cannot fail"),
        ('[One.]{when="C98.share.ten <= 100"}', "C98.md:1: .*cannot fail"),
        ('[One.]{when="C98.share.ten < facts.usage.weeks"}', "percent cannot be compared with weeks"),
        ('[One.]{when="C98.share.ten * facts.usage.weeks > 2"}', "percent cannot be multiplied by weeks"),
        ('[One.]{when="2 * C98.share.ten agrees"}', "a product or quotient has no outcome"),
        ('[One.]{when="C98.verdict agrees"}', "can be Supported"),
        ('[One.]{fixed="because"}', "C98.md:1: .*Known are definition"),
        ('[One.]{fixed="branch"}', "C98.md:1: .*is for templates"),
        ('One]{when="C98.share.ten agrees"}', "C98.md:1: no “\\[” opens"),
        ('::: {when="C98.share.ten agrees"}\nOne.\n', "C98.md:1: .*never closed"),
        ('One.\n\n[Two.]{ when="C98.share.ten agrees"}', "C98.md:3: cannot read the markup"),
        ("{{< figure y >}}", "no figure “y”"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(text, message):
    with pytest.raises(UserError, match=message):
        compile_one(text)


@pytest.mark.parametrize(
    ("guard", "truth"),
    [
        ("C98.share.ten < 50", True),
        ("C98.share.ten < 45", None),
        ("not C98.share.ten < 45", None),
        ("C98.share.ten > 50", False),
        ("C98.share.ten > 50 or facts.usage.weeks = 3", True),
        ("C98.share.ten < 45 and facts.usage.weeks = 4", False),
        ("40 < C98.share.ten < 50 and not (C98.verdict is Supported or Contradicted)", True),
        ("C98.share.ten differs and facts.usage.first > article", True),
        ("C98.share.ten holds 45", True),
        ("C98.share.ten holds 49 and not C98.share.ten holds 50", True),
        ("2 * C98.share.ten < 100", True),
        ("2 * C98.share.ten > 90", None),
        ("C98.share.ten / C98.share.ten < 1.2", True),
        ("facts.usage.weeks / 2 < 1.6", True),
        ("facts.usage.weeks / 0 < 1.6", None),
    ],
)
def test_bounds_are_compared_by_both_ends(guard, truth):
    known = know(low=42.0, high=49.0)
    assert guards.parse(guard, known).decide(known) is truth


@pytest.mark.parametrize(
    ("sentence", "guard", "language", "unstated"),
    [
        ("Under half of it.", "C98.share.ten differs", "en", ["half"]),
        ("Under half of it.", "C98.share.ten < 1", "en", ["half"]),
        ("Under half of it.", "C98.share.ten < 50", "en", []),
        ("Tests mostly disagree.", "facts.usage.weeks <= 4", "en", ["mostly"]),
        ("Tests mostly disagree.", "facts.ahead / facts.of < 0.5", "en", []),
        ("Most lie left of it.", "facts.usage.left > facts.usage.right", "en", []),
        ("Over three times as much.", "C98.share.ten > C98.share.claimed", "en", ["three times"]),
        ("Over three times as much.", "C98.share.ten > 3 * C98.share.claimed", "en", []),
        ("Many had more.", "C98.share.ten differs", "en", ["Many"]),
        ("Many had more.", "C98.verdict is Misleading", "en", []),
        ("At most ten; they say “many”.", "C98.share.ten differs", "en", []),
        ("海外买家要付两倍以上。", "C98.share.ten > C98.share.claimed", "zh", ["两倍"]),
        ("不及其一半，服务商众多。", "C98.share.ten differs", "zh", ["一半", "众多"]),
        ("至多为其一成。", "C98.share.ten differs", "zh", []),
    ],
)
def test_a_word_of_amount_needs_a_comparison_with_that_amount(sentence, guard, language, unstated):
    assert amounts.list_unstated(sentence, guard, language) == unstated


# ---------------------------------------------------------------------------------------------------- the project's own


def test_every_guard_holds_on_the_committed_results(tables):
    """Also on those of a refresh, once they are kept: then what is written of the record is to follow."""
    if not are_committed():
        skip_where_refreshed(tables)
    assert not words.say_what_no_longer_holds()


def compile_place(place, known):
    """Compile the one text or figure where a guard is written: all of them for each would take minutes."""
    file = place.rpartition(":")[0]
    texts = {path: text for path, text in TEXTS.items() if paths.shorten(path) == file}
    figures = {
        name: record | {"guard": "" if texts else record.get("guard", "")}
        for name, record in FIGURES.items()
        if texts or f"figure {name}" == place
    }
    return words.compile_all(known, texts, figures)


@pytest.mark.parametrize(("place", "guard"), COMPILED.guards, ids=[place for place, _ in COMPILED.guards])
def test_every_guard_is_turned_by_a_change_and_its_sentence_goes(place, guard):
    name = place.removeprefix("figure ")
    said = words.find_figure(name, FIGURES[name]["notebook"]) if name in FIGURES else place
    if guards.parse(guard, KNOWN).decide(KNOWN) is not True:  # new data have turned it already
        assert said in {one.place for one in COMPILED.failures}
        return
    change = guards.find_turn(guards.parse(guard, KNOWN), KNOWN)
    turned = compile_place(place, KNOWN | change)
    assert said in {one.place for one in turned.failures}
    assert any(text != COMPILED.texts[name] for name, text in turned.texts.items()) or any(
        figure != COMPILED.figures[name] for name, figure in turned.figures.items() if not turned.texts
    )


def test_what_judges_has_a_guard_or_says_why_it_needs_none():
    assert words.list_unguarded_words() == [], "give these a guard or a reason (see CONTRIBUTING.md)"


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("{% if n %}\nNone of the {{ n }} models led at all.\n{% endif %}\n", ["None of the … models led at all."]),
        ('[None is edited.]{fixed="method"}\n', []),
        ("| Most used | Both |\n|:--|:--|\n| both | {{ b }} |\n\n: All of them {#tbl-x}\n", ["|:--|:--| | both | … |"]),
        ("## All claims\n\n: All of them are dear {#tbl-x}\n", [": All of them are dear {#tbl-x}"]),
    ],
)
def test_templates_are_searched_for_judging_words_too(template, found, tmp_path, monkeypatch):
    (tmp_path / "more.md.j2").write_text(template)
    monkeypatch.setattr(words, "PAGE_TEMPLATES", tmp_path)
    monkeypatch.setattr(words, "read_words", lambda language="en": {})
    monkeypatch.setattr(words, "read_records", dict)
    monkeypatch.setattr(words, "read_pictures", dict)
    assert [line.split("“")[1].split("”")[0] for line in words.list_unguarded_words()] == found


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('One.\n[Two.]{fixed="because"}', "a.j2:2: .*Known are definition"),
        ('[Two.]{when="C98.share.ten agrees"}', "a.j2:1: a template takes no when="),
        ('{% if n %}One.{% endif %}\n[None.]{fixed="branch"}', "a.j2:2: .*stands behind no condition"),
        ('{% for a in b %}[None.]{fixed="branch"}{% endfor %}', "a.j2:1: .*stands behind no condition"),
    ],
)
def test_a_reason_in_a_template_that_is_not_so_is_refused(template, message):
    with pytest.raises(UserError, match=message):
        pieces.take_out_reasons(template, "a.j2")


@pytest.mark.parametrize(
    ("template", "left"),
    [
        ('{% if n %}[None.]{fixed="branch"}{% endif %}', "{% if n %}None.{% endif %}"),
        (
            '{% for a in b %}x{% else %}[None.]{fixed="branch"}{% endfor %}',
            "{% for a in b %}x{% else %}None.{% endfor %}",
        ),
        ('[One{% if n %}, none{% endif %}.]{fixed="branch"} Two.', "One{% if n %}, none{% endif %}. Two."),
    ],
)
def test_reasons_are_for_those_who_read_the_template(template, left):
    assert pieces.take_out_reasons(template, "a.j2") == left


def test_judging_words_are_found_and_quotes_are_not():
    text = "It led. It has ten. They said “first”. None did. How many of the fifty most used?"
    assert judging.list_unguarded(text) == ["It led.", "None did."]


@pytest.mark.parametrize(
    "text",
    [
        "Prices had fallen by then.",
        "It topped the list.",
        "The share soared to ten.",
        "Rising bills are seen in ten states.",
        "It is a third of it.",
        "Ten are mainly Chinese.",
        "Several have it.",
        "That is far from it.",
        "It is one and a half.",
    ],
)
def test_inflections_and_words_of_quantity_judge(text):
    assert judging.list_unguarded(text) == [text]
