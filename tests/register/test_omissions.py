"""Which verdicts lean on one source of grade C or D: its rows are dropped here by hand, and the rule is asked again."""

import dataclasses
import re
from functools import cache

import pandas as pd
import pytest

from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import compute
from tokencheck.register import findings, omissions, verdicts
from tokencheck.register.claims import load_register, measure_claim
from tokencheck.register.decisions import decide
from tokencheck.register.omissions import measure_without

REGISTER = load_register()
RECORDS = verdicts.read_measurements()
FOUND = findings.read_findings()
BUILT = {claim.id: claim for claim in verdicts.read_verdicts().claims}
# A table of which nothing is left may have another type, of which pandas warns.
pytestmark = pytest.mark.filterwarnings("ignore")
NOTHING = {"value": None, "low": None, "high": None, "interval_kind": None}


@cache
def load_tables() -> dict[str, pd.DataFrame]:
    return dict(Tables())


@cache
def list_weak() -> dict[str, set[str]]:
    """Give the sources of grade C or D of each speaker."""
    speakers = {}
    for row in load_tables()["sources"].itertuples():
        if row.grade in ("C", "D"):
            speakers.setdefault(
                re.split(r" \(|, via |, read through |, value quoted in ", row.publisher)[0], set()
            ).add(row.source_id)
    return speakers


@cache
def list_columns() -> dict[str, dict[str, set[str]]]:
    """Give the columns of each table that name sources, with those that they name."""
    return {
        name: {one: set(frame[one].dropna()) for one in ("source_id", "seat_source_id") if one in frame}
        for name, frame in load_tables().items()
        if name != "sources"
    }


@cache
def drop(speaker: str) -> Tables:
    """Give the tables without the rows of a weak speaker."""
    own, kept = list_weak()[speaker], dict(load_tables())
    for name, columns in list_columns().items():
        for column in [one for one, named in columns.items() if named & own]:
            kept[name] = kept[name][~kept[name][column].isin(own)].reset_index(drop=True)
    return Tables(frames=kept)


def measure_anew(reading, speaker):
    try:
        found = compute(reading.measure, drop(speaker), reading.parameters)
    except Exception:  # what is not there cannot be measured
        return NOTHING
    return {name: None if pd.isna(getattr(found, name)) else getattr(found, name) for name in NOTHING}


def decide_without(claim, speaker):
    """Give the verdict without all that a weak speaker says, measured and found."""
    records = dict(RECORDS)
    for part in claim.parts:
        for reading in part.readings:
            key = (claim.id, part.id, reading.id, "then")
            if list_weak()[speaker] & {*RECORDS[key]["sources"]}:
                records[key] = {**RECORDS[key], **measure_anew(reading, speaker)}
    left = [
        dataclasses.replace(one, direction="context") if one.speaker == speaker else one
        for one in FOUND
        if one.claim_id == claim.id
    ]
    return decide(claim, records, left).verdict


@pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda one: one.id)
def test_a_verdict_that_falls_without_one_weak_source_says_so(claim):
    """Each weak speaker on whom anything of the claim rests is dropped; those without whom it falls are named."""
    built = BUILT[claim.id]
    cited = {source for one in built.readings for source in one.sources} | {one.source for one in built.findings}
    left_out = {lean.source for lean in built.firmness.leans_on if lean.move == "out"}
    named = {source for key in left_out & {*built.firmness.weak_sources} for source in key.split("+")}
    asked = [speaker for speaker, own in list_weak().items() if own & cited]
    fallen = {speaker for speaker in asked if decide_without(claim, speaker) != built.verdict}
    assert fallen == {speaker for speaker, own in list_weak().items() if own & named}
    assert not fallen or built.firmness.firm is False


def test_what_is_left_out_is_told_of_each_weak_speaker_that_is_cited():
    """On every reading that can move a verdict; what a record of grade A or B says is never left out."""
    for claim in REGISTER.claims:
        for part in claim.parts:
            for reading in part.readings:
                record = RECORDS[claim.id, part.id, reading.id, "then"]
                weak = {speaker for speaker, own in list_weak().items() if own & {*record["sources"]}}
                told = {one["speaker"] for one in record["without"]}
                asked = reading.role != "diagnostic" or reading.evidence != "direct"
                assert told == (weak if asked else set())
                for one in record["without"]:
                    assert {*one["sources"]} == list_weak()[one["speaker"]] & {*record["sources"]}


@pytest.fixture
def seats():
    """Two tables with invented rows, for this test only: one of the two sources is weak."""
    sources = pd.DataFrame(
        {
            "source_id": ["X1", "X2", "X3"], "publisher": ["Ann (page)", "Ann (blog)", "Bob"], "grade": ["C", "B", "A"],
            "interested": [False, False, True],
        }
    )  # fmt: skip
    hosts = pd.DataFrame(
        {"host": ["a", "b", "c"], "source_id": ["X1", "X2", "X3"], "seat_source_id": ["X3", "X3", "X1"]}
    )
    return Tables(frames={"sources": sources, "hosts": hosts})


def test_rows_that_rest_on_a_source_are_left_out_and_the_list_of_sources_stays(seats):
    thinned = seats.leave_out(["X1"])
    assert list(thinned["hosts"]["host"]) == ["b"] and list(thinned["hosts"].index) == [0]
    assert len(thinned["sources"]) == 3 and len(seats["hosts"]) == 3
    assert thinned.leave_out(["X3"])["hosts"].empty
    assert set(thinned) == set(seats)


WEAK = [claim for claim in BUILT.values() if claim.firmness.weak_sources and claim.readings]


def measure_again(claim_id):
    """Give what a claim would be without weak sources, by its readings, as the build records it."""
    tables = Tables(frames=load_tables())
    measured = measure_without(REGISTER, measure_claim(REGISTER.find(claim_id), tables), tables)
    return {
        (one.claim, one.part, one.reading, one.when): results.round_numbers(one.as_record())["without"]
        for one in measured
    }


def test_the_record_is_what_is_measured_and_a_later_value_is_not_tried():
    for claim in sorted(WEAK, key=lambda one: len(one.readings))[:3]:
        again = measure_again(claim.id)
        assert again == {key: record["without"] for key, record in RECORDS.items() if key[0] == claim.id}
        assert not any(told for key, told in again.items() if key[3] == "now")


@pytest.mark.parametrize(
    ("name", "mutant"),
    [
        ("is_weak", lambda grade: False),
        ("is_weak", lambda grade: grade in "ABCD"),
        ("is_asked", lambda reading: reading.role == "diagnostic"),
        ("compute", lambda measure, tables, parameters: compute(measure, Tables(frames=load_tables()), parameters)),
    ],
)
def test_an_omission_that_is_lost_or_invented_is_noticed(monkeypatch, name, mutant):
    monkeypatch.setattr(omissions, name, mutant)
    claim_id = min(WEAK, key=lambda one: len(one.readings)).id
    assert measure_again(claim_id) != {key: one["without"] for key, one in RECORDS.items() if key[0] == claim_id}
