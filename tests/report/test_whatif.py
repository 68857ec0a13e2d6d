"""Count it your way: what the page holds of a grid is the grid, small enough, in words, in both languages."""

import dataclasses
import html
import json
import re

import pytest

from tokencheck import choices, paths, wording
from tokencheck.characters import HAN
from tokencheck.measures import prices, usage
from tokencheck.register import rule, verdicts
from tokencheck.register.claims import load_register
from tokencheck.report import curveways, labels, whatif
from tokencheck.results import read_rows

REGISTER = load_register()
RESULTS = {result.id: result for result in verdicts.read_verdicts().claims}
GRIDS = pytest.mark.parametrize("claim_id", sorted(file.stem for file in paths.GRID.glob("*.csv")))
MOST_BYTES = 45_000
MOST_SCRIPT = 3_000


def make_ways(claim_id, language="en", rows=None):
    return whatif.read_ways(REGISTER.find(claim_id), RESULTS[claim_id].readings, language, rows)


def read_page(text):
    """Read a ways back from its HTML, as whatif.js does: per row the words of its choices, its value and outcome."""
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text)[1])
    options = [
        [html.unescape(name) for name in re.findall(r"<option value=\d+>([^<]*)", select)]
        for select in re.findall(r"<select>(.*?)</select>", text)
    ]

    def number(digits):
        total = 0
        for digit in digits:
            total = total * len(whatif.LETTERS) + whatif.LETTERS.index(digit)
        return total

    rows, size = [], data["wide"] + data["deep"]
    for at in range(0, len(data["coded"]), size):
        rest, outcome = divmod(number(data["coded"][at : at + data["wide"]]), len(data["outcomes"]))
        words = []
        for count, own in zip(data["sizes"], options, strict=True):
            rest, place = divmod(rest, count)
            words.append(own[place])
        value = (number(data["coded"][at + data["wide"] : at + size]) + data["least"]) / data["by"]
        rows.append((tuple(words), value, data["outcomes"][outcome]))
    return rows


@GRIDS
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_holds_every_row_of_the_grid_exactly(claim_id, language):
    grid = read_rows(paths.GRID / f"{claim_id}.csv")
    for ways in make_ways(claim_id, language):
        own = [row for row in grid if row["part"] == ways.part]
        columns = [dimension.column for dimension in ways.dimensions]
        wanted = [
            (tuple(whatif.name_choice(one, row, language) for one in columns), float(row["value"]), row["outcome"])
            for row in own
        ]
        assert read_page(whatif.write_ways(ways)) == wanted


@GRIDS
def test_the_rows_of_a_claim_are_small_enough_for_a_page(claim_id):
    coded = [json.dumps(whatif.encode(one), separators=(",", ":")) for one in make_ways(claim_id)]
    assert sum(len(one.encode()) for one in coded) <= MOST_BYTES


def test_the_script_is_small_and_needs_no_library():
    script = (paths.REPORT / "whatif.js").read_bytes()
    assert len(script) <= MOST_SCRIPT
    assert b"import" not in script and b"require" not in script


@GRIDS
def test_without_a_script_the_strip_shows_all_values_and_says_what_they_are(claim_id):
    for ways in make_ways(claim_id):
        text = whatif.write_ways(ways)
        ticks = re.search(r'class="ways-all" d="([^"]*)"', text)[1].count("M")
        assert 1 <= ticks <= len({row.value for row in ways.rows})
        assert f'aria-live="polite">{html.escape(whatif.say(ways, ways.rows))}</p>' in text


def test_the_sentence_counts_what_is_chosen():
    """Synthetic: three ways to count C05, one of which agrees."""
    rows = [
        {"part": "share", "scope": scope, "stealth": "none", "value": value, "unit": "percent", "outcome": outcome}
        for scope, value, outcome in [
            ("top_5", "61", "agrees"),
            ("top_9", "58.4", "near"),
            ("named", "45.5", "differs"),
        ]
    ]
    (ways,) = make_ways("C05", rows=rows)
    assert [dimension.column for dimension in ways.dimensions] == ["scope"]
    assert whatif.say(ways, ways.rows) == "3 ways to count: 45.5–61.0\xa0%. Agree: 1; come near: 1; differ: 1."
    assert whatif.say(ways, ways.rows[1:]) == (
        "2 of 3 ways to count: 45.5–58.4\xa0%. Agree: 0; come near: 1; differ: 1."
    )
    assert whatif.say(ways, ways.rows[:1]) == "1 of 3 ways to count: 61.0\xa0%. It agrees."
    assert whatif.say(ways, []).startswith("None of the 3 ways")
    (ways,) = make_ways("C05", "zh", rows)
    assert whatif.say(ways, ways.rows[:1]) == "3种算法中的1种：61.0%，相符。"


@GRIDS
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_end_of_a_strip_is_nought_that_is_not(claim_id, language):
    for ways in make_ways(claim_id, language):
        ends = re.findall(r'y="69"[^>]*>([^<]*)<', whatif.write_ways(ways))
        written = [float(re.search(r"\d[\d.,]*", end)[0].replace(",", "")) for end in ends]
        assert [bool(one) for one in written] == [bool(one) for one in ways.ends], ends


@pytest.mark.parametrize(
    ("language", "wanted"), [("en", "1/78.3 to 4 times"), ("zh", "1/78.3至4倍")], ids=lambda one: one[:2]
)
def test_more_than_the_whole_is_so_many_times_as_much_and_never_a_part(language, wanted):
    """Synthetic: a price of 1/78.3 and one of four times the other."""
    values = [0.25, 78.26]
    rows = [{"part": "ratio", "scope": str(one), "value": str(one), "outcome": "differs"} for one in values]
    (ways,) = make_ways("C26", language, rows)
    assert wanted in whatif.say(ways, ways.rows)
    assert wording.write_ends(values, "times", language) == wanted
    ends = re.findall(r'y="69"[^>]*>([^<]*)<', whatif.write_ways(ways))
    assert ends == list(reversed(re.split(" to |至", wanted)))


def test_what_enters_the_verdict_is_marked_and_nothing_else_is():
    for claim_id in ("C05", "C13"):
        entering = {one.id for one in RESULTS[claim_id].readings if one.role in rule.ENTERING_ROLES}
        (ways,) = make_ways(claim_id)
        values = [
            (one.low, one.high) if one.value is None else (one.value, one.value)
            for one in RESULTS[claim_id].readings
            if one.id in entering
        ]
        assert list(ways.entering) == [ends for ends in values if None not in ends]
        assert "▴" in whatif.write_ways(ways)


def test_a_value_that_enters_and_that_no_choice_gives_is_told():
    """Such as that of the day on which a number was printed."""
    rows = [{"part": "share", "value": value, "outcome": "differs", "scope": value} for value in ("40", "50")]
    (ways,) = make_ways("C05", "en", rows)
    for entering, told in (
        (((40.0000001, 40.0000001), (41.0, 49.0)), ""),
        (((61.0, 61.0), (50.0, 50.0)), "; 1 of 2 by a reading that these choices do not hold"),
    ):
        written = whatif.write_ways(dataclasses.replace(ways, entering=entering))
        assert f'<p class="ways-legend">▴ enters the verdict{told}</p>' in written


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_choice_that_the_code_knows_has_words(language):
    from typing import get_args

    known = {"scope": usage.Scope, "token_class": prices.TokenClass, "seller": prices.Seller}
    for column, kind in known.items():
        for value in get_args(kind):
            assert choices.name_value(column, {column: value}, language) != value.replace("_", " ") or value in (
                "input", "output",
            ), value  # fmt: skip


def test_a_strip_of_one_value_has_its_tick_in_the_middle():
    """Synthetic: a grid with a single number, the claimed one."""
    rows = (whatif.Way((), "5", "agrees"),)
    ways = whatif.Ways("x", "x", "models", "en", (), rows, whatif.SAYS["en"], claimed=(5.0, 5.0))
    assert ways.place(5.0) == 0.5


@pytest.mark.parametrize(("language", "told"), [("en", "1,200 ways to count"), ("zh", "1200种算法")])
def test_many_ways_are_counted_as_numbers_are_written(language, told):
    """Synthetic: twelve hundred ways to count."""
    rows = (whatif.Way((), "5", "agrees"),) * 1200
    ways = whatif.Ways("x", "x", "models", language, (), rows, whatif.SAYS[language], claimed=(5.0, 5.0))
    assert whatif.say(ways, rows).startswith(told)


def test_the_strip_of_the_curve_holds_every_distinct_estimate_and_judges_by_the_widest_interval():
    ways = curveways.read_curve()
    text = whatif.write_ways(ways)
    held, kept = read_page(text), read_rows(paths.SPECIFICATIONS)
    known = [row for row in kept if not row["dropped"] and row["estimand"] != curveways.OTHER_UNIT]
    distinct = {tuple(row[one] for one in (*curveways.CURVE_DIMENSIONS, "coef")) for row in known}
    assert [value for _, value, _ in held] == [float(row.value) for row in ways.rows] and len(held) == len(distinct)
    assert len({words for words, _, _ in held}) == len(held)  # no two estimates make the same choices
    assert len(json.dumps(whatif.encode(ways)).encode()) <= MOST_BYTES and "▴" not in text


def test_an_estimate_is_clear_where_no_interval_that_was_tried_holds_zero():
    """Synthetic: one estimate with two standard errors, one more, and one that could not be run."""
    row = dict.fromkeys((*curveways.CURVE_DIMENSIONS, "dropped"), "") | {
        "estimand": "within_day", "panel": "daily", "outcome": "log_tokens", "price": "log_price_own", "sample": "paid",
        "estimator": "ols",
    }  # fmt: skip
    rows = [
        row | {"coef": "-0.5", "ci_low": "-0.9", "ci_high": "-0.1"},
        row | {"coef": "-0.5", "ci_low": "-1.1", "ci_high": "0.1"},
        row | {"coef": "-0.7", "ci_low": "-0.9", "ci_high": "-0.5", "controls": "quality"},
        row | {"coef": "", "ci_low": "", "ci_high": "", "dropped": "collinear"},
    ]
    ways = curveways.read_curve(rows)
    assert [(one.value, one.outcome) for one in ways.rows] == [("-0.500", "open"), ("-0.700", "below")]
    assert whatif.say(ways, ways.rows) == (
        "2 estimates: −0.70 to −0.50. 1 clearly below zero, 0 clearly above, 1 neither."
    )


NAMES = {"comparator", "model", "benchmark", "table", "provider", "hardware"}  # what readers know as it is


def test_what_a_chinese_reader_chooses_from_is_in_chinese():
    """A place or kind that a table names in English has its Chinese name; those of models and tests stay."""
    told = {
        (claim.id, dimension.column, value)
        for claim in REGISTER.claims
        for ways in whatif.read_ways(claim, RESULTS[claim.id].readings, "zh")
        for dimension in ways.dimensions
        for value in dimension.values
    }
    assert len(told) > 100
    assert not {one for one in told if one[1] not in NAMES and re.search(r"[a-z]{4}", one[2]) and not HAN.search(one[2])
                and not labels.NAMED.fullmatch(one[2]) and one[2] != "Token"}  # fmt: skip
