"""Differences: flips and why, crossings, moves, and the data behind them; the two kinds of verdict apart."""

import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import make_edition, make_history, make_now, make_reading
from tokencheck import paths, results
from tokencheck.errors import UserError
from tokencheck.history import differences, editions
from tokencheck.history.differences import (
    STATUS_NOW,
    VERDICT,
    compare_editions,
    format_json,
    measure_move,
    write_difference,
    write_markdown,
)

HISTORY = make_history()


def test_an_edition_does_not_differ_from_itself():
    for one in (*HISTORY, editions.list_editions()[-1]):
        difference = compare_editions(one, one, 0)
        assert difference.empty
        assert "No difference" in write_difference(difference)
        assert "No difference" in write_markdown(difference)


def test_a_status_that_flips_is_told_apart_from_the_verdict_with_reading_and_data():
    difference = compare_editions(*HISTORY[:2])
    assert difference.select_flips(VERDICT) == []
    (flip,) = difference.select_flips(STATUS_NOW)
    assert (flip.claim, flip.before, flip.after) == ("C28", "Contradicted", "Supported")
    assert flip.why == (
        "reading named/stated-week (literal): differs → agrees, no model → 4 models",
        "data: price_changes (2026-10-07 → 2026-10-14)",
    )
    text = write_difference(difference)
    assert "Verdicts, for the claim’s own period: none flipped" in text
    assert "Status now, for the last complete period: 1 flipped\n  C28  Contradicted → Supported" in text


def test_the_tables_of_the_reading_come_before_those_of_the_claims_others():
    reading = make_reading(now=make_now("agrees", 4.0))
    tables = {"price_changes": "b", "usage_daily": "b", "labs": "b", "pue": "b"}
    after = make_edition("2026-10-14", 2, status="Supported", reading=reading, tables=tables)
    (flip,) = compare_editions(make_edition(), after).flips
    assert flip.why[1:] == (
        "data: price_changes (2026-10-07 → 2026-10-14)",
        "its other readings rest on: usage_daily (2026-10-07 → 2026-10-14)",
    )


def test_a_verdict_that_flips_by_findings_says_so():
    difference = compare_editions(*HISTORY[2:])
    (flip,) = difference.flips
    assert (flip.claim, flip.kind) == ("C33", VERDICT)
    assert flip.why == (
        "findings on state: best for none → A, best against A → A",
        "data: findings (2026-10-07 → 2026-10-21)",
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rule": "4"}, "the rule: version 3 → 4"),
        ({}, "none of its tables changed: it is the register or the code"),
        ({"tables": {"pue": "b"}}, "none of its tables changed: it is the register or the code"),
        ({"tables": {"labs": "b"}}, "none of its tables changed: it is the register or the code"),
        ({"tables": {"usage_daily": "b"}}, "data: usage_daily (2026-10-07 → 2026-10-14)"),
        ({"tables": {"usage_daily": ""}}, "data: usage_daily (removed)"),
    ],
)
def test_a_flip_without_its_own_data_says_what_else_it_is(change, reason):
    before, after = make_edition(), make_edition("2026-10-14", 2, verdict="Misleading", **change)
    (flip,) = compare_editions(before, after).flips
    assert flip.why == (reason,)


def test_a_reading_defined_anew_is_no_news_from_the_data():
    after = make_edition(number=2, verdict="Misleading", reading=make_reading("differs", 1.0, definition="b" * 12))
    difference = compare_editions(make_edition(), after)
    assert difference.redefined == ("C28 named/stated-week",)
    assert any("it is defined anew" in reason for reason in difference.flips[0].why)
    assert "Readings defined anew: C28 named/stated-week" in write_difference(difference)


def test_readings_go_by_their_names_where_these_are_given():
    after = make_edition(number=2, verdict="Misleading", reading=make_reading("differs", 1.0, definition="b" * 12))
    names = {"C28 named/stated-week": "“the stated week”"}
    difference = compare_editions(make_edition(), after, names=names)
    assert difference.redefined == ("C28 “the stated week”",)
    assert difference.crossings[0].name == "“the stated week”"
    assert difference.moves[0].name == "C28 “the stated week”"
    assert any(reason.startswith("reading “the stated week” (literal)") for reason in difference.flips[0].why)


def test_crossings_of_both_periods_are_listed_with_values():
    reading = make_reading("near", 3.9, now=None)
    difference = compare_editions(make_edition(), make_edition(number=2, reading=reading))
    then, now = difference.crossings
    assert (then.when, then.before, then.after, then.value_after) == ("then", "agrees", "near", "4 models")
    assert (now.when, now.before, now.after, now.value_after) == ("now", "differs", "none", "none")


@pytest.mark.parametrize(("threshold", "count"), [(0, 1), (9.9, 1), (10, 0), (50, 0)])
def test_values_are_listed_from_the_percentage_on(threshold, count):
    before = make_edition(reading=make_reading(value=50.0))
    after = make_edition(number=2, reading=make_reading(value=55.0), tables={"usage_daily": "b"})
    moves = compare_editions(before, after, threshold).moves
    assert len(moves) == count
    if count:
        assert (moves[0].name, moves[0].when, moves[0].percent) == ("C28 named/stated-week", "then", 10)
        assert moves[0].tables == ("usage_daily",)


def test_bounds_move_by_their_larger_end_and_facts_move_too():
    before = make_edition(reading=make_reading("inconclusive", None, low=40.0, high=50.0), facts=50.0)
    after = make_edition(number=2, reading=make_reading("inconclusive", None, low=42.0, high=40.0), facts=60.0)
    moved = {one.name: one.percent for one in compare_editions(before, after).moves}
    assert moved == {"C28 named/stated-week": -20, "facts.usage.share": 20}


@pytest.mark.parametrize(
    ("old", "new"), [(("agrees", None), ("agrees", 4.0)), (("agrees", "2026-02-01"), ("agrees", "2026-03-01"))]
)
def test_a_value_that_has_no_percentage_is_listed_whenever_it_differs(old, new):
    before, after = (make_edition(number=n, reading=make_reading(*one)) for n, one in enumerate((old, new), 1))
    (move,) = compare_editions(before, after, 1000).moves
    assert move.percent is None


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_a_move_has_the_sign_of_the_change(before, after):
    percent = measure_move(before, after)
    if before == after:
        assert percent == 0
    elif before == 0:
        assert math.isinf(percent)
    else:
        assert (percent > 0) == (after > before) or math.isclose(percent, 0, abs_tol=1e-9)


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from(["2026-02-01", "2026-03-01"]))
outcomes = st.sampled_from(["agrees", "near", "differs", "inconclusive", "no data"])
verdicts = st.sampled_from(["Supported", "Misleading", "Contradicted", "Unverifiable"])
nows = st.one_of(st.none(), st.builds(make_now, outcomes, numbers))
found = st.builds(
    make_edition,
    number=st.integers(1, 9),
    verdict=verdicts,
    status=st.one_of(st.none(), verdicts),
    reading=st.builds(make_reading, outcomes, numbers, nows),
    tables=st.dictionaries(st.sampled_from(["usage_daily", "labs", "findings"]), st.sampled_from(["a", "b", ""])),
    rule=st.sampled_from(["3", "4"]),
)


@given(found, found, st.floats(0, 100))
def test_whatever_differs_is_told_in_every_form_and_backwards(before, after, threshold):
    difference, back = compare_editions(before, after, threshold), compare_editions(after, before, threshold)
    assert {(one.claim, one.kind, one.before, one.after) for one in difference.flips} == {
        (one.claim, one.kind, one.after, one.before) for one in back.flips
    }
    assert len(difference.crossings) == len(back.crossings)
    assert all(one.why for one in difference.flips)
    node = json.loads(format_json(difference))
    text, markdown = write_difference(difference), write_markdown(difference)
    for flip in difference.flips:
        assert f"{flip.claim}  {flip.before} → {flip.after}" in text
        assert f"- **{flip.claim}**: {flip.before} → **{flip.after}**" in markdown
        assert {"claim": flip.claim, "kind": flip.kind}.items() <= node["flips"][difference.flips.index(flip)].items()
    for change in difference.tables:
        assert f"| {change.table} |" in markdown and f"  {change.table} (" in text


def test_markdown_tables_have_one_number_of_cells():
    lines = write_markdown(compare_editions(HISTORY[0], HISTORY[3], 0)).splitlines()
    for place, line in enumerate(lines):
        if re.fullmatch(r"\|(:?-+:?\|)+", line):
            rows = [lines[place - 1], *(one for one in lines[place + 1 :])]
            width = line.count("|")
            for row in rows:
                if not row.startswith("|"):
                    break
                assert row.count("|") == width


# ----------------------------------------------------------------------------------------------------- after a build


@pytest.fixture
def history(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)

    def write(found, current):
        monkeypatch.setattr(editions, "describe_edition", lambda: current)
        for one in found:
            results.write_text_atomically(tmp_path / f"{one.edition}.json", editions.format_edition(one))

    return write


def test_the_end_of_a_build_lists_what_flipped_and_why(history):
    history([], HISTORY[0])
    assert differences.write_news() == "There is no edition yet; keep these results as the first: make edition"
    history(HISTORY[:1], HISTORY[0])
    assert differences.write_news() == "Edition: 2026-10-07, the first."
    history(HISTORY[:2], HISTORY[1])
    news = differences.write_news()
    assert news.startswith("Edition: 2026-10-14. Since 2026-10-07:\n")
    assert "C28  Contradicted → Supported" in news
    assert "data: price_changes (2026-10-07 → 2026-10-14)" in news
    assert "tokencheck diff previous last" in news


def test_the_end_of_a_build_says_how_to_keep_results_that_differ(history):
    history(HISTORY[:1], HISTORY[1])
    head, *rest = differences.write_news().splitlines()
    assert head == "Results differ from edition 2026-10-07; to keep them as an edition: make edition"
    assert "  C28  Contradicted → Supported" in rest


@pytest.mark.parametrize("percent", [-1, math.nan, math.inf])
def test_a_percentage_that_is_none_is_refused(percent):
    with pytest.raises(UserError, match="--moved .* expected a percentage"):
        differences.run_diff("last", "last", percent)
