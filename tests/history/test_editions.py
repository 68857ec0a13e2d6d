"""Editions: appended when results change and only then, named by their data, and found by name, revision or folder."""

import hashlib
import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.histories import make_edition, make_history, make_now, make_reading
from tokencheck import paths, results
from tokencheck.cli import main as run
from tokencheck.errors import UserError
from tokencheck.history.causes import append
from tokencheck.history.differences import compare_editions
from tokencheck.history.editions import (
    choose_name,
    describe_edition,
    find_edition,
    find_since,
    format_edition,
    list_editions,
    read_edition,
    same_results,
)
from tokencheck.register.verdicts import read_verdicts
from tokencheck.results import read_bytes


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of the data that can be changed, without any edition."""
    data = tmp_path / "data"
    shutil.copytree(paths.DATA, data, ignore=shutil.ignore_patterns("editions", "snapshots", "rows", "grid"))
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "DATA", data)
    monkeypatch.setattr(paths, "EDITIONS", data / "editions")
    return tmp_path


def is_current():
    """Say whether the last edition has the results at hand."""
    before = list_editions()
    return bool(before) and same_results(before[-1], describe_edition())


def change_verdicts(project, change):
    file = project / "data" / "results" / "verdicts.json"
    node = json.loads(file.read_text(encoding="utf-8"))
    change(node)
    results.write_json(file, node)


def find_claim(node, claim_id):
    return next(one for one in node["claims"] if one["id"] == claim_id)


def test_the_committed_history_is_numbered_without_a_gap_and_reads_back():
    history = list_editions()
    assert [one.number for one in history] == list(range(1, len(history) + 1))
    for edition in history:
        file = paths.EDITIONS / f"{edition.edition}.json"
        assert file.read_text(encoding="utf-8") == format_edition(edition)


def test_what_a_folder_amounts_to_is_what_verdicts_json_says():
    edition, found = describe_edition(), read_verdicts()
    assert {name: (one.verdict, one.status_now) for name, one in edition.claims.items()} == {
        one.id: (one.verdict, one.status_now) for one in found.claims
    }
    readings = {(one.id, f"{r.part}/{r.id}"): (r.outcome, r.value) for one in found.claims for r in one.readings}
    told = {
        (name, key): (r.outcome, r.value) for name, one in edition.claims.items() for key, r in one.readings.items()
    }
    assert told == readings
    assert edition.as_of == found.edition


def test_every_table_is_recorded_with_as_of_and_hash():
    tables = describe_edition().tables
    for file in paths.TABLES.glob("*.csv*"):
        assert tables[paths.name_table(file)].sha256 == hashlib.sha256(read_bytes(file)).hexdigest()
    assert tables["usage_labs_daily"].as_of >= "2026-10-09"


def test_the_same_results_are_appended_once(project):
    first = append()
    assert (first.edition, first.number) == (read_verdicts().edition, 1)
    before = {file.name: file.read_bytes() for file in paths.EDITIONS.glob("*")}
    assert append() is None
    assert {file.name: file.read_bytes() for file in paths.EDITIONS.glob("*")} == before


def test_changed_results_of_the_same_data_get_a_suffix_and_leave_the_old_file_alone(project):
    first = append()
    content = (paths.EDITIONS / f"{first.edition}.json").read_bytes()
    change_verdicts(project, lambda node: find_claim(node, "C28").update(status_now="Supported"))
    second = append("correction", "a status")
    assert (second.edition, second.number) == (f"{first.edition}-2", 2)
    assert (paths.EDITIONS / f"{first.edition}.json").read_bytes() == content
    change_verdicts(project, lambda node: node.update(edition="2026-11-24"))
    change_verdicts(project, lambda node: find_claim(node, "C05")["readings"][0].update(low=1.0))
    assert append("correction", "a bound").edition == "2026-11-24"
    assert [one.edition for one in list_editions()] == [first.edition, f"{first.edition}-2", "2026-11-24"]


@pytest.mark.parametrize(
    "change",
    [
        lambda node: find_claim(node, "C05").update(verdict="Supported"),
        lambda node: find_claim(node, "C05")["readings"][1].update(value=60.0),
        lambda node: find_claim(node, "C05")["readings"][1].update(outcome="near"),
        lambda node: find_claim(node, "C28")["readings"][0]["now"].update(low=47.0),
        lambda node: find_claim(node, "C28")["parts"][0].update(status_now=None),
        lambda node: find_claim(node, "C05")["readings"].pop(),
        lambda node: node.update(rule_version="4"),
    ],
)
def test_any_changed_result_is_an_edition(project, change):
    append()
    change_verdicts(project, change)
    assert not is_current()


def nudge(reading):
    """Change the last digit of a value, whatever it is on the day."""
    reading["value"] *= 1 + 1e-10


@pytest.mark.parametrize(
    "change",
    [
        lambda node: find_claim(node, "C05")["readings"][0].update(reason="The same in other words."),
        lambda node: find_claim(node, "C05")["readings"][0].update(label={"en": "another name", "zh": "另一个名称"}),
        lambda node: nudge(find_claim(node, "C05")["readings"][1]),
    ],
)
def test_words_and_the_last_digit_of_another_processor_are_none(project, change):
    append()
    before = describe_edition()
    change_verdicts(project, change)
    assert is_current() and append() is None
    assert compare_editions(before, describe_edition()).redefined == ()


def test_a_changed_fact_of_the_prose_is_an_edition(project):
    append()
    file = project / "data" / "results" / "facts" / "usage.json"
    facts = json.loads(file.read_text(encoding="utf-8"))
    next(iter(facts.values()))["value"] = 12345
    results.write_json(file, facts)
    assert not is_current()


def test_a_table_that_moves_no_result_is_none(project):
    append()
    restate(project)
    assert append() is None


def test_an_edition_reads_back_as_it_was_written(tmp_path):
    edition = list_editions()[-1]
    file = tmp_path / "x.json"
    file.write_text(format_edition(edition), encoding="utf-8")
    assert read_edition(file) == edition
    assert file.read_text(encoding="utf-8") == format_edition(read_edition(file))
    assert max(map(len, format_edition(edition).splitlines())) < 700


@pytest.mark.parametrize("text", ["", "{", "[]", '{"edition": "2026-10-07"}', '{"number": "one"}'])
def test_a_broken_edition_is_named_with_a_remedy(project, text):
    paths.EDITIONS.mkdir()
    (paths.EDITIONS / "2026-01-01.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"data/editions/2026-01-01\.json.*git checkout"):
        list_editions()


@given(st.lists(st.integers(1, 30), max_size=10))
def test_a_name_is_never_taken_twice(counts):
    taken = []
    for _ in counts:
        taken.append(choose_name("2026-10-07", taken))
    assert len(set(taken)) == len(taken)


def test_an_undated_edition_has_no_name():
    with pytest.raises(UserError, match="no dated reading"):
        choose_name("", [])


# -------------------------------------------------------------------------------------------------------- causes


def restate(project):
    """Change a table; nothing is computed again here, so any will do."""
    file = project / "data" / "tables" / "pue.csv"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(",1.04,1.04,", ",1.05,1.05,"), encoding="utf-8")
    assert file.read_text(encoding="utf-8") != before


def flip(node):
    find_claim(node, "C05").update(verdict="Supported")


def redefine(node):
    find_claim(node, "C05")["readings"][0].update(parameters={"scope": "another"})


@pytest.mark.parametrize(
    ("moves_table", "changes", "given", "causes"),
    [
        (True, [flip], (), ("data",)),
        (False, [flip, lambda node: node.update(rule_version="invented")], (), ("rule",)),
        (False, [flip, redefine], (), ("reading",)),
        (False, [flip], ("correction", "A rate."), ("correction",)),
        (False, [flip], ("", "A rate."), ("correction",)),
        (True, [flip, redefine], ("correction", "A rate."), ("data", "reading", "correction")),
        (True, [flip], ("data", ""), ("data",)),
    ],
)
def test_an_edition_has_the_causes_that_are_found_and_the_correction_that_is_named(
    project, moves_table, changes, given, causes
):
    assert append().causes == ()
    if moves_table:
        restate(project)
    for change in changes:
        change_verdicts(project, change)
    edition = append(*given)
    assert edition.causes == causes
    assert list_editions()[-1] == edition
    assert edition.note == ("A rate." if "correction" in causes else "")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ((), "neither data, rule nor readings do: it is a correction"),
        (("correction", " "), "Say in one line what was corrected"),
        (("correction", "one\ntwo"), "expected one line"),
        (("correction", "one\u202etwo"), "without characters that no page shows"),
        (("data", ""), "that is not why the results differ; none was found"),
        (("rule", "A rate."), "that is not why the results differ; found: a correction"),
    ],
)
def test_a_cause_that_cannot_be_is_refused_and_nothing_appended(project, given, says):
    append()
    change_verdicts(project, flip)
    before = list_editions()
    with pytest.raises(UserError, match=says):
        append(*given)
    assert list_editions() == before


def test_the_command_says_what_it_did(project, capsys):
    assert run(["edition"]) == 0
    assert run(["edition"]) == 0
    change_verdicts(project, flip)
    assert run(["edition"]) == 1
    assert run(["edition", "--cause", "correction", "--note", "a rate was taken twice"]) == 0
    first, none, second = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"Edition \S+, the first: data/editions/\S+\.json", first)
    assert none.endswith("; nothing was appended.")
    assert "a correction: a rate was taken twice" in second


def test_an_edition_with_a_cause_that_is_none_is_named(project):
    paths.EDITIONS.mkdir()
    text = format_edition(make_edition(causes=("data",))).replace('["data"]', '["weather"]')
    (paths.EDITIONS / "2026-10-07.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"2026-10-07\.json, causes\.0: input should be 'data'"):
        list_editions()


# -------------------------------------------------------------------------------------------------- since when


def test_since_when_a_status_has_been_so():
    history = make_history()
    since = find_since(history, "C28", "Contradicted")
    assert (since.date, since.before, since.first) == ("2026-10-21", "Supported", False)
    since = find_since(history[:2], "C28", "Supported")
    assert (since.date, since.before) == ("2026-10-14", "Contradicted")
    assert find_since(history, "C33", None).first
    assert find_since(history[:1], "C28", "Contradicted").first
    assert find_since(history, "C99", "Supported") is None
    assert find_since([], "C28", "Supported") is None


def test_a_status_that_fell_silent_says_what_it_was():
    history = [make_edition(), make_edition("2026-10-14", 2, status=None, reading=make_reading())]
    since = find_since(history, "C28", None)
    assert (since.date, since.before, since.first) == ("2026-10-14", "Contradicted", False)


# -------------------------------------------------------------------------------------------------- finding


def save(project, *found):
    for one in found:
        results.write_text_atomically(paths.EDITIONS / f"{one.edition}.json", format_edition(one))


def test_editions_are_found_by_name_by_place_and_by_file(project):
    save(project, *make_history())
    assert find_edition("2026-10-14").number == 2
    assert find_edition("2026-10-14.json").number == 2
    assert find_edition("last").number == 4
    assert find_edition("previous").number == 3
    assert find_edition(str(paths.EDITIONS / "2026-10-07.json")).number == 1


def test_a_folder_is_found_with_or_without_data(project):
    by_root, by_data = find_edition(str(project)), find_edition(str(project / "data"))
    assert by_root.claims == by_data.claims == describe_edition().claims


def test_a_git_revision_is_found_without_touching_the_folder(project):
    def git(*arguments):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@t.example", *arguments],
            cwd=project, check=True, capture_output=True,
        )  # fmt: skip

    git("init", "--quiet", "--initial-branch=main")
    git("commit", "--quiet", "--allow-empty", "-m", "nothing yet")
    git("add", "data")
    git("commit", "--quiet", "-m", "first")
    change_verdicts(project, lambda node: find_claim(node, "C28").update(status_now="Supported"))
    assert find_edition("HEAD").claims["C28"].status_now == "Contradicted"
    assert find_edition(".").claims != {}
    assert describe_edition().claims["C28"].status_now == "Supported"
    with pytest.raises(UserError, match=r"git revision “HEAD~1” \(\w{10}\) holds no folder `data`"):
        find_edition("HEAD~1")
    git("checkout", "--quiet", "--orphan", "bare")
    git("rm", "--quiet", "-r", "-f", "--cached", "data/results")
    git("commit", "--quiet", "-m", "no results")
    with pytest.raises(UserError, match="holds no results"):
        find_edition("bare")


@pytest.mark.parametrize("name", ["nope", "2026-01-01", "--help", "HEAD~99999", "", "a b", "no/such/folder"])
def test_what_is_none_of_these_is_said_with_what_there_is(project, name):
    save(project, make_edition())
    with pytest.raises(UserError, match="is no edition, folder or git revision. Editions: 2026-10-07"):
        find_edition(name)


def test_a_folder_without_results_is_said(tmp_path):
    with pytest.raises(UserError, match="holds no results: expected .*/data/results/verdicts.json"):
        find_edition(str(tmp_path))


def test_with_one_edition_there_is_no_previous(project):
    save(project, make_edition())
    with pytest.raises(UserError, match="There is no previous edition: data/editions holds 1"):
        find_edition("previous")


def test_results_of_another_shape_are_said(project):
    change_verdicts(project, lambda node: node.pop("rule_version"))
    with pytest.raises(UserError, match="is not what this version of tokencheck compares"):
        describe_edition()


def test_numbers_close_to_each_other_are_the_same_and_others_are_not():
    one = make_edition(reading=make_reading(value=4.0, now=make_now()))
    assert same_results(one, make_edition(number=2, reading=make_reading(value=4.0 + 1e-10, now=make_now())))
    assert not same_results(one, make_edition(number=2, reading=make_reading(value=4.0 + 1e-6, now=make_now())))
    assert not same_results(one, make_edition(number=2, reading=make_reading(value="4", now=make_now())))


def test_a_reading_keeps_the_tables_that_its_measurement_recorded(project):
    def rest_on(node):
        reading = find_claim(node, "C28")["readings"][0]
        reading["tables"], reading["now"]["tables"] = ["labs", "usage_daily"], ["pue"]

    change_verdicts(project, rest_on)
    state = next(iter(describe_edition().claims["C28"].readings.values()))
    assert (state.tables, state.now.tables) == (("labs", "usage_daily"), ("pue",))


def test_a_later_value_that_nobody_judges_is_kept_and_its_move_is_an_edition(project):
    append()
    later = [one.now for one in describe_edition().claims["C05"].readings.values() if one.now]
    assert later and {one.outcome for one in later} == {"not judged"}
    change_verdicts(project, lambda node: find_claim(node, "C05")["readings"][0]["latest"].update(low=1.0))
    assert not is_current()


def test_results_from_before_tables_were_recorded_name_none(project):
    def forget(node):
        for reading in find_claim(node, "C05")["readings"]:
            for one in (reading, reading["now"] or {}):
                one.pop("tables", None)

    change_verdicts(project, forget)
    assert {one.tables for one in describe_edition().claims["C05"].readings.values()} == {()}
