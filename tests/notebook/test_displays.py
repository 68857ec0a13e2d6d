"""What notebooks show: tables that are whole, and words that hold on any Markdown reader."""

import re
import subprocess

import numpy as np
import pandas as pd
import pypandoc
import pytest
import statsmodels.formula.api as smf

from tokencheck import paths
from tokencheck.notebook import displays
from tokencheck.notebook.topics import Topic, list_ends
from tokencheck.register.claims import load_register
from tokencheck.register.rule import judge
from tokencheck.wording import ROLE_WORDS


@pytest.fixture(scope="module")
def topic():
    return Topic.measure("C08", "C09")


def read_rows(markdown):
    lines = [line for line in markdown.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]


@pytest.mark.parametrize("claim_id", ["C08", "C09"])
def test_every_reading_is_shown_with_its_outcome(topic, claim_id):
    claim = topic.register.find(claim_id)
    shown = displays.introduce(topic, claim_id).data
    rows = read_rows(shown)
    for part in claim.parts:
        for reading in part.readings:
            row = next(row for row in rows if row[0].startswith(f"**{reading.label.en}"))
            found = topic.find(claim_id, part.id, reading.id)
            assert f"(`{reading.id}`: `{reading.measure}`" in row[0]
            assert ROLE_WORDS[reading.role] in row[0] and reading.reason in row[0].replace("\\", "")
            outcome = judge(part, found.value, found.low, found.high, found.interval_kind)
            assert any(cell.endswith(outcome) for cell in row)
    assert claim.quote_zh in shown and topic.decide_claim(claim_id).verdict in shown


def make_html(markdown):
    command = [pypandoc.get_pandoc_path(), "--to=html5", f"--lua-filter={paths.REPORT / 'components.lua'}"]
    return subprocess.run(command, input=markdown, capture_output=True, text=True, check=True).stdout


def test_on_a_phone_each_reading_is_a_card_that_names_its_outcome(topic):
    html = make_html(displays.introduce(topic, "C08").data)
    assert html.count("as-cards") == html.count("<table")
    cells = re.findall(r'<td[^>]*data-label="outcome"[^>]*>(.+?)</td>', html, re.DOTALL)
    readings = [reading for part in topic.register.find("C08").parts for reading in part.readings]
    assert len(cells) == len(readings)


SUM = displays.compare({"all models": (5.46, 13.0, 41.9)}, ["Chinese", "all", "share, %"]).data
QUOTED = displays.list_rows(pd.DataFrame({"id": ["C05"], "kind": ["share"], "words": ["a sentence " * 5]})).data
NUMBERS = displays.list_rows(pd.DataFrame({name: [1, 2] for name in "abcd"})).data


@pytest.mark.parametrize(("shown", "is_cards"), [(SUM, True), (QUOTED, True), (NUMBERS, False)])
def test_on_a_phone_no_sum_and_no_sentence_of_a_notebook_is_cut(shown, is_cards):
    html = make_html(f"::: {{.workings}}\n\n{shown}\n\n:::")
    assert ("as-cards" in html) == is_cards
    assert not is_cards or html.count("data-label") == html.count("<td")
    assert "as-cards" not in make_html(shown)  # other pages have tables of their own


def test_ones_own_definition_stands_beside_what_is_claimed_and_what_the_report_says(topic):
    part = topic.register.find("C08").find_part("tokens")
    shown = displays.try_out(topic, "C08", tokens={"generation": "Seedance 1.0"}).data
    _, claimed, as_written, yours = read_rows(shown)
    assert part.says in shown and "no verdict is touched" in shown
    says = displays.write_claim(part)
    assert claimed[:2] == ["claimed", says]
    reading, found = topic.find_literal("C08", "tokens")
    assert reading.label.en in as_written[0] and as_written[2].endswith(judge(part, found.value))
    assert yours == ["yours: Model: Seedance 1.0", says, "✓\xa0agrees"]
    assert f"the outcome, from *{judge(part, found.value)}* to *agrees*" in shown


@pytest.mark.parametrize(
    ("own", "value", "told"),
    [
        ((0.5, 1.0), "0.50–1.00 million tokens", "differs"),
        (3, "3.00 million tokens", "agrees"),
        ((1.0, 3.0), "1.00–3.00 million tokens", "inconclusive"),
        (None, "no data", "no data"),
        (float("nan"), "no data", "no data"),
        ((2.5, float("inf")), "no data", "no data"),  # over nothing
    ],
)
def test_what_was_computed_by_hand_is_judged_as_a_reading_is(topic, own, value, told):
    row = read_rows(displays.try_out(topic, "C09", "by hand", tokens=own).data)[-1]
    assert row[:2] == ["yours: by hand", value] and row[2].endswith(told)


def test_a_share_of_ones_own_is_not_said_to_be_of_what_the_literal_one_is_of():
    written, own = read_rows(displays.try_out(Topic.measure("C21"), "C21", "by hand", share=(1.0, 2.0)).data)[-2:]
    assert "% of " in written[1] and own[1] == "1.0–2.0\xa0%"


def test_a_number_is_not_parted_from_its_unit():
    shown = displays.list_rows(pd.DataFrame({"share": ["41.9–49.0\xa0% of\nall"]})).data
    assert "41.9–49.0\xa0% of all" in shown


def test_the_same_definition_changes_nothing(topic):
    assert "What changes: nothing." in displays.try_out(topic, "C08", tokens={}).data


def test_no_row_of_a_table_is_cut():
    shown = displays.list_rows(pd.DataFrame({"number": range(500), "words": ["a_b | c"] * 500})).data
    assert len(read_rows(shown.replace("\\|", "/"))) == 501
    assert "a\\_b \\| c" in shown


def test_the_deciding_reading_is_one_under_which_the_sentence_is_true(topic):
    reading, found = topic.find_deciding("C08", "tokens")
    part = topic.register.find("C08").find_part("tokens")
    low, high = list_ends(found)
    assert judge(part, found.value, low, high, found.interval_kind) in ("agrees", "near")
    assert reading.role != "diagnostic"


def test_what_it_means_gives_way_when_its_guard_fails(topic, monkeypatch):
    claim = topic.register.find("C08")
    assert displays.explain(topic, "C08").data.count(claim.en.answer.split("{")[0]) == 1
    failing = claim.model_copy(update={"when": "C08.tokens.seedance_1 differs"})
    changed = topic.register.model_copy(update={"claims": (failing,)})
    told = displays.explain(Topic(changed, topic.tables, topic.measured), "C08").data
    assert "claimed" in told.lower() and claim.en.answer.split("{")[0] not in told


def test_a_grid_is_a_summary_and_a_picture(monkeypatch):
    """Synthetic cells, for this test only."""
    part = load_register().find("C05").find_part("share")
    cells = pd.DataFrame({"scope": ["top_5", "top_10", "platform"], "value": [61.2, 58.0, 42.0], "unit": part.unit})
    shown, saved = [], []
    monkeypatch.setattr(displays, "display", shown.append)
    monkeypatch.setattr(displays.figures, "save", lambda *given, **more: saved.append((*given, more)) or "picture")
    displays.summarise_grid(load_register().find("C05"), {"share": cells}, "Somebody")
    assert read_rows(shown[0].data)[1][1:] == ["3", "42.0\xa0%", "58.0\xa0%", "61.2\xa0%", "1", "1", "1"]
    ((chart, name, title, alt, claims, more),) = saved
    assert shown[1] == "picture" and name == "grid-c05" and claims == [] and more == {"source": "Somebody"}
    assert title == "C05: 3 definitions give 42.0–61.2\xa0%; claimed: “61 %”" and title[5:] in alt
    assert set(chart.data["group"]) == {part.says}  # whoever meets the picture alone reads of what it is
    assert sorted(chart.data["row"]) == ["the five most used", "the ten most used", "the whole platform"]


def test_a_grid_of_two_numbers_has_no_picture(monkeypatch):
    part = load_register().find("C05").find_part("share")
    shown = []
    monkeypatch.setattr(displays, "display", shown.append)
    displays.summarise_grid(
        load_register().find("C05"), {"share": pd.DataFrame({"value": [61.2, 42.0], "unit": part.unit})}, "Somebody"
    )
    assert len(shown) == 1


def test_the_title_of_a_grid_of_two_parts_leaves_what_is_claimed_to_the_picture(monkeypatch):
    """Synthetic cells, for this test only."""
    claim, saved = load_register().find("C20"), []
    monkeypatch.setattr(displays, "display", lambda *shown: None)
    monkeypatch.setattr(displays.figures, "save", lambda *given, **more: saved.append(given[2:4]))
    cells = {part.id: pd.DataFrame({"value": [1.0, 2.0, 4.0], "unit": part.unit}) for part in claim.parts}
    displays.summarise_grid(claim, cells, "Somebody")
    ((title, alt),) = saved
    assert title.count("3 definitions give") == 2 and "claimed" not in title
    assert all(f"claimed: “{displays.write_claim(part)}”" in alt for part in claim.parts)


def test_a_column_names_its_unit_in_words():
    frame = pd.DataFrame({"input_usd_per_mtok": [0.3], "million_tokens_per_kwh": [1.5], "source_id": ["S1"]})
    (head, *_) = read_rows(displays.list_rows(frame).data)
    assert head == ["input, USD per million tokens", "million tokens per kWh", "source id"]


def test_the_numbers_of_a_column_have_the_same_decimals_and_stand_flush_right():
    frame = pd.DataFrame(
        {
            "model": list("ab"),
            "usd": [0.28, 180.0],
            "slope": [-0.014, -0.000443],
            "p": [0.00001, 0.5],
            "n": [1200, 3],
        }
    )
    lines = displays.list_rows(frame).data.splitlines()
    assert lines[1].count("-:") == 4 and lines[1].startswith("|:-")
    assert [line.strip("| ").split(" | ") for line in lines[2:]] == [
        ["a", "0.28", "\N{MINUS SIGN}0.0140", "below 0.001", "1,200"],
        ["b", "180.00", "\N{MINUS SIGN}0.000443", "0.500", "3"],
    ]


def test_the_lowest_of_prices_that_are_parts_of_another_is_the_smallest_part(monkeypatch):
    """Synthetic cells, for this test only."""
    claim, shown = load_register().find("C20"), []
    monkeypatch.setattr(displays, "display", shown.append)
    cells = {"ratio": pd.DataFrame({"value": [2.0, 20.0], "unit": "times"})}
    displays.summarise_grid(claim, cells, "Somebody")
    assert read_rows(shown[0].data)[1][2:5] == ["1/20", "1/11", "1/2"]


@pytest.mark.parametrize("scope", ["top_9", "a_scope_to_come"])
def test_ones_own_parameters_are_told_in_words(scope):
    assert "_" not in displays.write_parameters({"scope": scope, "some_switch": True})


def test_a_part_that_findings_decide_has_no_readings_to_count():
    shown = displays.introduce(Topic.measure("C40"), "C40").data
    assert "no reading of it counts" in shown and "0 of the 0" not in shown


def test_a_long_formula_is_shown_whole(capsys):
    """Synthetic: numbers drawn by chance."""
    names = ["log_price", *(f"a_long_name_{i}" for i in range(1, 7))]
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 7)), columns=names).assign(y=range(40))
    displays.show_slope(smf.ols(f"y ~ {' + '.join(names)}", frame).fit())
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= displays.PRINTED_WIDTH and "a_long_name_6" in printed


def test_a_reading_without_parameters_ends_with_its_measure():
    shown = displays.introduce(Topic.measure("C40"), "C40").data
    assert "(`per-watt`: `companies.performance_per_watt`)" in shown
