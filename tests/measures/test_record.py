"""What a measurement says it rests on: rows of tables are moved, and whatever moves the number must be on its record.

The tables are the project's own, with numbers multiplied or countries exchanged in memory, for these tests only.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tokencheck import paths
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, compute
from tokencheck.register.claims import load_register

FAR_AHEAD = "2999-01-01"
SEEDS = (1, 2)
COUNTRIES = {"labs": ("country", "reported_country"), "provider_directory": ("seat",)}

Case = tuple[str, str]  # a measure and its parameters as JSON


def list_cases() -> list[Case]:
    """List what the register measures, then and now, each once."""
    found = {}
    for claim in load_register().claims:
        for reading in (reading for part in claim.parts for reading in part.readings):
            for when in ("then", "now") if reading.now is not None else ("then",):
                found[reading.measure, json.dumps(reading.parameters_when(when), sort_keys=True)] = None
    return list(found)


CASES = list_cases()
NAMES = sorted({name for name, _ in CASES})


class OpenedTables(Tables):
    """Tables that know which of them were looked into."""

    opened: set[str]

    def __getitem__(self, name):
        self.opened.add(name)
        return super().__getitem__(name)


class WatchedFiles:
    """What is opened below `data` while it is looked at; a hook of Python's stays until its process ends."""

    def __init__(self):
        self.watching, self.opened = False, set()
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        if self.watching and event == "open" and str(paths.DATA) in str(arguments[0]):
            self.opened.add(Path(arguments[0]).name)

    @contextmanager
    def look(self):
        self.watching, self.opened = True, set()
        try:
            yield
        finally:
            self.watching = False


FILES = WatchedFiles()


@cache
def load_frames() -> dict[str, pd.DataFrame]:
    return dict(Tables())


@cache
def measure(case: Case) -> tuple[Measurement, frozenset[str]]:
    """Measure a reading on the tables as they are, and say which it looked into."""
    tables = OpenedTables(frames=load_frames())
    tables.opened = set()
    with FILES.look():
        found = compute(case[0], tables, json.loads(case[1]))
    return found, frozenset(tables.opened)


def swap(countries: pd.Series) -> pd.Series:
    return countries.where(countries.isna(), countries.eq("CN").map({True: "US", False: "CN"}))


def move_rows(table: str, rows: pd.Series, factors: np.ndarray | int) -> pd.DataFrame:
    """Multiply the numbers of some rows; exchange countries, and put off the dates of print of sources."""
    frame = load_frames()[table]
    moved = frame.copy()
    if table in COUNTRIES:
        for column in COUNTRIES[table]:
            moved.loc[rows, column] = swap(frame.loc[rows, column])
    elif table == "sources":
        moved.loc[rows, "published_date"] = FAR_AHEAD
    else:
        for column in frame.select_dtypes("number"):
            moved[column] = frame[column].astype("float64").where(~rows, frame[column].astype("float64") * factors)
    return moved


@cache
def list_moved(table: str, sources: frozenset[str]) -> list[pd.DataFrame]:
    """List the ways of moving the rows of some sources: all doubled, or each by a factor of its own.

    Doubled rows leave ratios and ranks as they are; factors of their own do not.
    """
    rows = load_frames()[table]["source_id"].isin(sources)
    if not rows.any():
        return []
    own = [10 ** np.random.default_rng(seed).uniform(-3, 3, len(rows)) for seed in SEEDS]
    ways = [2] if table in (*COUNTRIES, "sources") else [2, *own]
    return [move_rows(table, rows, factors) for factors in ways]


def list_results(case: Case, table: str, sources: frozenset[str]) -> Iterator[tuple]:
    """Measure a reading again, once for each way of moving the rows."""
    for moved in list_moved(table, sources):
        found = compute(case[0], Tables(frames={**load_frames(), table: moved}), json.loads(case[1]))
        yield found.value, found.low, found.high


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_opens_no_file(name):
    """What it takes past its tables would be on no record, and no row that is moved there would show it."""
    for case in (case for case in CASES if case[0] == name):
        measure.__wrapped__(case)
        assert FILES.opened == set()


def test_a_file_that_a_measure_opens_is_seen():
    with FILES.look():
        paths.CLAIMS.read_bytes()
    assert FILES.opened == {paths.CLAIMS.name}


@pytest.mark.parametrize("name", NAMES)
def test_what_moves_a_number_is_on_its_record(name):
    """Rows of a table, or of one of its sources, that a measurement does not cite can be doubled: nothing moves."""
    forgotten = set()
    for case in (case for case in CASES if case[0] == name):
        found, opened = measure(case)
        assert set(found.tables) <= opened
        for table in opened:
            sources = frozenset(load_frames()[table]["source_id"]) - set(found.rests_on.get(table, ()))
            for source in split(case, table, sources, found):
                forgotten.add((table, source, case[1]))
    assert not forgotten


def split(case: Case, table: str, sources: frozenset[str], found: Measurement) -> Iterator[str]:
    """Name the sources whose rows move a number: one by one, once all of them together do."""
    stays = (found.value, found.low, found.high)
    if all(moved == stays for moved in list_results(case, table, sources)):
        return
    for source in sorted(sources):
        if any(moved != stays for moved in list_results(case, table, frozenset([source]))):
            yield source


@pytest.mark.parametrize("name", NAMES)
def test_what_is_on_a_record_moves_a_number(name):
    """Else everything could be cited for everything, and the grade of a number would be that of a bystander."""
    idle = {}
    for case in (case for case in CASES if case[0] == name):
        found, _ = measure(case)
        if found.value == 0 or found.interval_kind == "floor" or found.unit == "date":
            continue  # what is on no list, or a first, rests on the whole list, and no row of it can show that
        stays = (found.value, found.low, found.high)
        for table, sources in found.rests_on.items():
            if idle.get(table, True):
                idle[table] = all(moved == stays for moved in list_results(case, table, frozenset(sources)))
    assert not [table for table, stands_by in idle.items() if stands_by]
