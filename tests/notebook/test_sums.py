"""The sums by hand: each stops its notebook as soon as the measure says anything else."""

import ast
import re
from contextlib import nullcontext, suppress
from dataclasses import replace

import pytest

from tests.notebook.test_notebooks import HEADLINES
from tokencheck import results
from tokencheck.measures import prices, usage
from tokencheck.notebook import displays, run
from tokencheck.register import verdicts

# Of these claims the literal and the deciding reading of each part are computed by hand, of others the literal one.
BOTH = (
    "C02", "C03", "C05", "C08", "C10", "C13", "C14", "C15", "C16", "C20", "C26", "C28", "C44", "C45", "C46", "C49",
)  # fmt: skip
LITERAL = ("C04", "C09", "C12", "C17", "C18", "C19", "C21", "C22", "C23", "C37", "C40", "C41")
SHOWN = ("introduce", "explain", "compare", "list_rows", "list_facts", "summarise_grid", "try_out")
DRAWN = re.compile(r"\b(charts|marks|figures)\.|\bsummarise_grid\(")


def list_claims(notebook):
    told = re.findall(r'introduce\(topic, "(C\d\d)"\)', notebook.source.read_text(encoding="utf-8"))
    return [one for one in told if one in BOTH + LITERAL]


def test_every_headline_claim_has_its_sum():
    summed = {claim_id for notebook in SUMMED for claim_id in list_claims(notebook)}
    assert set(HEADLINES) <= summed


SUMMED = [one for one in run.NOTEBOOKS if list_claims(one) and one.name != "00_start_here"]


def spoil(topic, key):
    """Let one measurement say a little more than it does, or another day."""

    def move(value):
        return value if value is None else "2000-01-03" if isinstance(value, str) else 1.01 * (value + 0.01)

    def change(one):
        old = one.measurement
        changed = replace(old, value=move(old.value), low=move(old.low), high=move(old.high))
        return replace(one, measurement=changed)

    return replace(topic, measured=[change(one) if name(one) == key else one for one in topic.measured])


def name(one):
    return one.claim, one.part, one.reading, one.when


def list_wanted(topic, claim_ids):
    """List the readings whose measurement a sum must meet."""
    for claim_id in claim_ids:
        for part in topic.register.find(claim_id).parts:
            if not any(reading.role == "literal" for reading in part.readings):
                continue
            for find in (topic.find_literal, topic.find_deciding)[: 1 + (claim_id in BOTH)]:
                reading, found = find(claim_id, part.id)
                if not (found.value is None and found.low is None and found.high is None):
                    yield claim_id, part.id, reading.id, "then"


def is_sum(cell):
    return "compute(" in cell or any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell)))


def list_cells(notebook):
    """List the cells up to the last sum, without those that only draw."""
    cells = [cell.source for cell in run.read_source(notebook).cells if cell.cell_type == "code"]
    last = max(place for place, cell in enumerate(cells) if is_sum(cell))
    return [cell for cell in cells[: last + 1] if is_sum(cell) or "import " in cell or not DRAWN.search(cell)]


@pytest.mark.parametrize("notebook", SUMMED, ids=[one.name for one in SUMMED])
def test_a_sum_by_hand_fails_when_its_measure_says_something_else(notebook, monkeypatch):
    for shown in SHOWN:
        monkeypatch.setattr(displays, shown, lambda *args, **more: None)
    for module, grid in ((verdicts, "write_grid"), (prices, "grid"), (usage, "grid_shares")):
        monkeypatch.setattr(module, grid, lambda *args: {})
    monkeypatch.setattr(results, "is_by_hand", lambda: True)  # nothing is written
    names, missed = {}, None
    for cell in list_cells(notebook):
        code = compile(cell, notebook.name, "exec")
        if is_sum(cell) and "topic" in names:
            topic, by_id = names["topic"], names.get("by_id")
            missed = set(list_wanted(topic, list_claims(notebook))) if missed is None else missed
            for key in sorted(missed):
                names["topic"] = spoiled = spoil(topic, key)
                if by_id:
                    moved = {id(one.measurement): other.measurement for one, other in zip(
                        topic.measured, spoiled.measured, strict=True)}  # fmt: skip
                    names["by_id"] = {known: moved[id(one)] for known, one in by_id.items()}
                try:
                    exec(code, names)
                except AssertionError:
                    missed.discard(key)
            names |= {"topic": topic} | ({"by_id": by_id} if by_id else {})
        with nullcontext() if is_sum(cell) else suppress(NameError):  # of what was drawn
            exec(code, names)
    assert missed == set()
