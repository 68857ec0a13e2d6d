"""The sums by hand: each stops its notebook as soon as the measure says anything else, or takes other rows."""

import ast
import inspect
import re
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from tests.notebook.test_notebooks import HEADLINES
from tokencheck import results
from tokencheck.evidence.tables import Tables
from tokencheck.measures import MODULES, compute, prices, usage
from tokencheck.notebook import displays, run
from tokencheck.notebook.topics import Topic, list_ends
from tokencheck.register import verdicts

# Of these claims the literal and the deciding reading of each part are computed by hand, of others the literal one.
BOTH = (
    "C02", "C03", "C05", "C08", "C09", "C10", "C12", "C13", "C14", "C15", "C16", "C20", "C21", "C26", "C28", "C40",
    "C44", "C45", "C46", "C49",
)  # fmt: skip
LITERAL = ("C04", "C17", "C18", "C19", "C22", "C23", "C37", "C41")
# Readings that neither lead nor decide, and are computed by hand all the same.
FURTHER = {
    "C03": [("first", "chart-weeks")], "C10": [("share", "stated-running")], "C13": [("price", "wind-and-solar-sold")],
    "C41": [("tokens", "capacity")],
}  # fmt: skip
SHOWN = ("introduce", "explain", "compare", "list_rows", "list_facts", "summarise_grid", "try_out")
DRAWN = re.compile(r"\b(charts|marks|figures)\.|\bsummarise_grid\(")


def list_claims(notebook):
    told = re.findall(r'introduce\(topic, "(C\d\d)"\)', notebook.source.read_text(encoding="utf-8"))
    return [one for one in told if one in BOTH + LITERAL]


def test_every_headline_claim_has_its_sum():
    summed = {claim_id for notebook in SUMMED for claim_id in list_claims(notebook)}
    assert set(HEADLINES) <= summed


SUMMED = [one for one in run.NOTEBOOKS if list_claims(one) and one.name != "00_start_here"]


def move(measurement):
    """Let a measurement say a little more than it does, or another day."""

    def move_end(value):
        return value if value is None else "2000-01-03" if isinstance(value, str) else 1.01 * (value + 0.01)

    ends = {end: move_end(getattr(measurement, end)) for end in ("value", "low", "high")}
    return replace(measurement, **ends)


def spoil(topic, spoilt):
    """Put other measurements in the place of some."""
    measured = [replace(one, measurement=spoilt.get(name(one), one.measurement)) for one in topic.measured]
    return replace(topic, measured=measured)


class OtherTables(Tables):
    """The tables of a topic with other rows in one of them."""

    def __init__(self, whole, changed=None):
        super().__init__(only=whole, frames=changed or {})
        self.whole = whole

    def __getitem__(self, name):
        return self._frames[name] if name in self._frames else self.whole[name]


def roll(frame):
    """Give each row the numbers of the one before."""
    return frame.assign(**{column: np.roll(frame[column], 1) for column in frame.select_dtypes("number")})


CHANGES = (lambda frame: frame.iloc[::2], lambda frame: frame.iloc[1::2], roll)


def list_pickers():
    """List what picks rows for the measures: each function of theirs that gives a table, with where it is known."""
    modules = [import_module(f"tokencheck.measures.{name}") for name in (*MODULES, "tariffs", "singlefigures")]
    known = {}
    for module in modules:
        for own, function in inspect.getmembers(module, inspect.isfunction):
            if inspect.signature(function).return_annotation is pd.DataFrame:
                known.setdefault(function, []).append((module, own))
    return known


PICKERS = list_pickers()


@contextmanager
def replace_picker(function, other):
    with pytest.MonkeyPatch.context() as patch:
        for module, own in PICKERS[function]:
            patch.setattr(module, own, other)
        yield


def note_pickers(measure):
    """Note which pickers a measure calls."""
    called = []
    with pytest.MonkeyPatch.context() as patch:
        for function, places in PICKERS.items():

            def note(*args, function=function, **more):
                called.append(function)
                return function(*args, **more)

            for module, own in places:
                patch.setattr(module, own, note)
        measure()
    return list(dict.fromkeys(called))


def measure_otherwise(topic, key, changed=None):
    """Measure a reading on changed tables, or with a spoilt picker; None where that moves nothing, or finds nothing."""
    reading = next(one for one in topic.register.find(key[0]).find_part(key[1]).readings if one.id == key[2])
    with suppress(Exception):  # too few rows for it
        found = compute(reading.measure, OtherTables(topic.tables, changed), reading.parameters)
        if found.found and not any(map(pd.isna, list_ends(found))) and is_other(found, topic.find(*key)):
            return found
    return None


def is_other(found, old):
    ends = list_ends(found), list_ends(old)
    return ends[0] != ends[1] if isinstance(old.value, str) else not np.allclose(*ends)


def list_spoils(topic, keys):
    """List the ways in which a claim's measurements can be wrong.

    A measurement says something else; or its measure takes other rows of a table; or what picks rows for measures gives
    half of them. That stays so while the notebook is run, which may call it as well.

    Yields
    ------
    tuple
        What is spoilt, the measurements that it moves by key, and what holds meanwhile.
    """
    for key in keys:
        old = topic.find(*key)
        yield (*key, "says more"), {key: move(old)}, nullcontext
        for table in old.tables:
            changes = ({table: change(topic.tables[table])} for change in CHANGES)
            if found := next(filter(None, (measure_otherwise(topic, key, changed) for changed in changes)), None):
                yield (*key, table), {key: found}, nullcontext
    for function in dict.fromkeys(one for key in keys for one in note_pickers(partial(measure_otherwise, topic, key))):

        def halve(*args, function=function, **more):
            return function(*args, **more).iloc[::2]

        halved = partial(replace_picker, function, halve)
        with halved():
            found = {key: measure_otherwise(topic, key) for key in keys}
        if any(found.values()):
            yield (keys[0][0], function.__name__), {key: one for key, one in found.items() if one}, halved


def hold_deciding(topic, monkeypatch):
    """Let the readings that decide stay the same, whatever is spoilt."""
    find = partial(Topic.find_deciding, topic)

    def find_same(self, claim_id, part_id):
        reading, _ = find(claim_id, part_id)
        return reading, self.find(claim_id, part_id, reading.id)

    monkeypatch.setattr(Topic, "find_deciding", find_same)


def name(one):
    return one.claim, one.part, one.reading, one.when


def list_wanted(topic, claim_id):
    """List the readings of a claim whose measurement a sum must meet."""
    wanted = []
    for part in topic.register.find(claim_id).parts:
        if not any(reading.role == "literal" for reading in part.readings):
            continue
        for find in (topic.find_literal, topic.find_deciding)[: 1 + (claim_id in BOTH)]:
            reading, found = find(claim_id, part.id)
            if found.found:
                wanted.append((claim_id, part.id, reading.id, "then"))
    wanted += [(claim_id, *key, "then") for key in FURTHER.get(claim_id, ())]
    return list(dict.fromkeys(wanted))


def is_sum(cell):
    return "compute(" in cell or any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell)))


def list_cells(notebook):
    """List the cells up to the last sum, without those that only draw, with the claims that their section names."""
    cells, claim_ids = [], ()
    for cell in run.read_source(notebook).cells:
        if cell.cell_type == "code":
            cells.append((cell.source, claim_ids))
        elif heading := re.match(r"## (.+)", cell.source):
            claim_ids = re.findall(r"C\d\d", heading[1])
    last = max(place for place, (cell, _) in enumerate(cells) if is_sum(cell))
    kept = cells[: last + 1]
    return [(cell, own) for cell, own in kept if is_sum(cell) or "import " in cell or not DRAWN.search(cell)]


def run_cell(cell, names):
    with nullcontext() if is_sum(cell) else suppress(NameError):  # of what was drawn
        exec(cell, names)


@pytest.mark.parametrize("notebook", SUMMED, ids=[one.name for one in SUMMED])
def test_a_sum_by_hand_fails_when_its_measure_says_something_else_or_takes_other_rows(notebook, monkeypatch):
    for shown in SHOWN:
        monkeypatch.setattr(displays, shown, lambda *args, **more: None)
    for module, grid in ((verdicts, "write_grid"), (prices, "grid"), (usage, "grid_shares")):
        monkeypatch.setattr(module, grid, lambda *args: {})
    monkeypatch.setattr(results, "is_by_hand", lambda: True)  # nothing is written
    names, section, spoils, missed = {}, [], None, set()
    for cell, claim_ids in list_cells(notebook):
        section = [one for one in section if one[0] == claim_ids] + [(claim_ids, cell)]
        if is_sum(cell) and "topic" in names:
            topic = names["topic"]
            if spoils is None:
                wanted = [list_wanted(topic, claim_id) for claim_id in list_claims(notebook)]
                hold_deciding(topic, monkeypatch)
                spoils = {what: rest for keys in wanted for what, *rest in list_spoils(topic, keys)}
                missed = set(spoils)
            for what in sorted(one for one in missed if one[0] in claim_ids):
                measurements, meanwhile = spoils[what]
                before = dict(names)
                names["topic"] = spoiled = spoil(topic, measurements)
                if by_id := names.get("by_id"):
                    moved = {id(one.measurement): other.measurement for one, other in zip(
                        topic.measured, spoiled.measured, strict=True)}  # fmt: skip
                    names["by_id"] = {known: moved[id(one)] for known, one in by_id.items()}
                try:
                    with meanwhile():
                        for _, one in section:
                            run_cell(one, names)
                except AssertionError:
                    missed.discard(what)
                names.clear()
                names.update(before)
        run_cell(cell, names)
    assert missed == set()


def test_a_tariff_added_up_by_hand_fails_when_its_measure_says_something_else():
    """It decides nothing, so it stands in a notebook that introduces no claim."""
    cells = [cell.source for cell in run.read_source(run.find_notebook("04c_meter")).cells if cell.cell_type == "code"]
    (last,) = [place for place, cell in enumerate(cells) if re.search(r"^assert ", cell, re.MULTILINE)]
    opening = next(place for place, cell in enumerate(cells) if "topic = " in cell)
    names = {}
    for cell in cells[: opening + 1]:
        exec(cell, names)
    key = ("C13", "price", "built-up-fourth-period", "then")
    exec("\n".join(cells[opening + 1 : last + 1]), dict(names))
    names["topic"] = spoil(names["topic"], {key: move(names["topic"].find(*key))})
    with pytest.raises(AssertionError):
        exec("\n".join(cells[opening + 1 : last + 1]), names)
