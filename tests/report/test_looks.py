"""Verdicts look the same on pages, cards and paper: their colours are set in theme.css and repeated nowhere else."""

import re

import pytest

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.register import rule
from tokencheck.report import cards, looks
from tokencheck.report.templating import slug

ROW = re.compile(r'^  ([a-z-]+): \(rgb\("(#[0-9a-f]{6})"\), rgb\("(#[0-9a-f]{6})"\), "(.)"\),$', re.MULTILINE)
UNMARKED = "not-yet-checked"  # its ground is that of the page
FILTER = paths.REPORT / "paper.lua"
FRAME = paths.ROOT / "src" / "tokencheck" / "render" / "fallback" / "theme" / "site.css"


def test_every_verdict_and_outcome_has_a_look_of_its_own():
    known = looks.read_looks()
    verdicts = [known[slug(verdict)] for verdict in rule.VERDICT_WORDS]
    assert len({look.mark for look in verdicts}) == len(verdicts)
    assert len({look.ink for look in verdicts}) == len(verdicts) - 1  # not checkable, not yet checked: both grey
    assert {slug(outcome) for outcome in rule.OUTCOMES} <= set(known)


def test_paper_has_the_marks_and_colours_of_the_screen():
    text = (paths.REPORT / "typst-template.typ").read_text(encoding="utf-8")
    printed = {name: looks.Look(mark, ink, ground) for name, ink, ground, mark in ROW.findall(text)}
    screen = looks.read_looks()
    assert set(printed) == set(screen)
    del printed[UNMARKED], screen[UNMARKED]
    assert printed == screen


def test_frame_and_callouts_take_colours_that_the_theme_has():
    colours = looks.read_colours()
    frame = dict(re.findall(r"^  --([a-z-]+): (#[0-9a-f]{6});$", FRAME.read_text(encoding="utf-8"), re.MULTILINE))
    for name in ("accent", "ink", "soft"):
        assert frame[name] == colours[name], name
    callouts = FILTER.read_text(encoding="utf-8")
    assert f"tip = paint('{colours['good']}'" in callouts and f"important = paint('{colours['bad']}'" in callouts


def test_a_card_is_drawn_in_the_colours_of_its_verdict(monkeypatch, tmp_path):
    """Another colour in the style sheet is another colour of the card."""
    sheet = (paths.REPORT / "theme.css").read_text(encoding="utf-8")
    (tmp_path / "theme.css").write_text(sheet.replace("--tc-partly: #7a4700", "--tc-partly: #123456"), encoding="utf-8")
    monkeypatch.setattr(looks.paths, "REPORT", tmp_path)
    assert looks.read_looks()["misleading"].ink == "#123456"
    (tmp_path / "theme.css").write_text(sheet.replace("  --tc-partly: #7a4700;\n", ""), encoding="utf-8")
    with pytest.raises(UserError, match="--tc-partly"):
        looks.read_looks()


def test_no_colour_of_a_verdict_is_typed_in_the_code_of_cards():
    text = (paths.ROOT / "src" / "tokencheck" / "report" / "cards.py").read_text(encoding="utf-8")
    of_verdicts = {colour for look in looks.read_looks().values() for colour in (look.ink, look.paper)}
    assert not of_verdicts & set(re.findall(r"#[0-9a-f]{6}", text)), cards.__name__


@pytest.mark.parametrize(
    "sheet", [paths.REPORT / "theme.css", paths.REPORT / "charts.css", FRAME], ids=lambda one: one.name
)
def test_every_colour_has_a_plain_form_before_the_new_one(sheet):
    """A browser without `light-dark()` skips what stands under @supports, and needs the colours of the day."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    new = re.compile(r"light-dark\(|color-mix\(")
    asked = re.split(r"@supports \([^{]*\{", text)
    assert not new.search(asked[0])
    for part in asked[1:]:
        depth, end = 1, 0
        while depth and end < len(part):
            depth += {"{": 1, "}": -1}.get(part[end], 0)
            end += 1
        assert not new.search(part[end:])
        for name, day in re.findall(r"(--tc-[\w-]+|--[a-z-]+): light-dark\((#[0-9a-f]+),", part[:end]):
            plain = re.search(rf"^  {name}: (#[0-9a-f]+);", asked[0], re.MULTILINE)
            assert name.startswith("--chart-") or plain and plain[1] == day, name
