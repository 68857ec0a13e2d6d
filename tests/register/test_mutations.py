"""Verdicts hang on their inputs: moved across the tolerance they flip, moved within it they stay."""

from collections import ChainMap

import pandas as pd
import pytest

from tokencheck.evidence.tables import Tables
from tokencheck.register import findings
from tokencheck.register.claims import load_register, measure_claim
from tokencheck.register.decisions import decide
from tokencheck.register.rule import (
    AGREES,
    DIFFERS,
    MISLEADING,
    NEAR,
    NEVER_NEAR,
    ROUGHLY_RIGHT,
    SUPPORTED,
    TOLERANCE,
    judge,
    read_claimed,
)
from tokencheck.register.verdicts import read_measurements

REGISTER = load_register()
RECORDS = read_measurements()
FOUND = findings.read_findings()
COMPUTED = [(claim, part) for claim in REGISTER.claims for part in claim.parts if part.readings]
NUMERIC = [(claim, part) for claim, part in COMPUTED if part.relation != "first"]


def find_literal(part):
    return next(reading for reading in part.readings if reading.role == "literal")


def has_value(claim, part):
    """Say whether the literal reading measured a number, not bounds or nothing."""
    return RECORDS[claim.id, part.id, find_literal(part).id, "then"]["value"] is not None


def find_verdict(claim, part_id, records=RECORDS):
    """Give the verdict of one part for the claim's own period."""
    return next(one.then.verdict for one in decide(claim, records, FOUND).parts if one.part.id == part_id)


def decide_with(claim, part, value):
    """Give the part's verdict when its literal reading measures another value."""
    key = (claim.id, part.id, find_literal(part).id, "then")
    changed = RECORDS[key] | {"value": value, "low": None, "high": None, "interval_kind": None}
    return find_verdict(claim, part.id, {**RECORDS, key: changed})


def list_values(part):
    """Give a value that agrees, one that is near (where there is such), and one that differs."""
    claimed = read_claimed(part)
    edge = float(claimed.high if claimed.high is not None else claimed.low)
    outwards = 1 if claimed.high is not None else -1
    step = float(TOLERANCE.points) if part.measured_in == "share" else abs(edge) * 0.1
    values = {AGREES: edge, DIFFERS: edge + outwards * (30 * step + 50)}
    if part.relation == "exists":
        values = {AGREES: float(part.min_count), DIFFERS: 0.0}
    if part.relation not in NEVER_NEAR:
        rounding = float(claimed.quantum) / 2
        reach = step if part.measured_in == "share" else edge * 0.1 if outwards > 0 else edge - edge / 1.1
        if part.relation != "equals" or reach > rounding:
            values[NEAR] = edge + outwards * 0.97 * reach
    return values


@pytest.mark.parametrize(("claim", "part"), NUMERIC, ids=lambda one: one.id)
def test_the_literal_value_moves_the_verdict_across_the_tolerance(claim, part):
    values = list_values(part)
    assert {outcome: judge(part, value) for outcome, value in values.items()} == {one: one for one in values}
    verdicts = {outcome: decide_with(claim, part, value) for outcome, value in values.items()}
    interested = RECORDS[claim.id, part.id, find_literal(part).id, "then"]["interested"]
    assert verdicts[AGREES] == (ROUGHLY_RIGHT if interested else SUPPORTED)
    assert verdicts.get(NEAR, ROUGHLY_RIGHT) == ROUGHLY_RIGHT
    assert verdicts[DIFFERS] not in (SUPPORTED, ROUGHLY_RIGHT)


@pytest.mark.parametrize(("claim", "part"), [one for one in NUMERIC if has_value(*one)], ids=lambda one: one.id)
def test_a_move_within_the_tolerance_changes_nothing(claim, part):
    record = RECORDS[claim.id, part.id, find_literal(part).id, "then"]
    before = find_verdict(claim, part.id)
    outcome = judge(part, record["value"])
    for factor in (1 - 1e-7, 1 + 1e-7):
        moved = record["value"] * factor
        if judge(part, moved) == outcome:
            assert decide_with(claim, part, moved) == before


@pytest.mark.parametrize(
    ("claim", "part"), [one for one in COMPUTED if one[1].relation == "first"], ids=lambda one: one.id
)
def test_another_first_day_is_another_verdict(claim, part):
    assert decide_with(claim, part, part.value) == SUPPORTED
    assert decide_with(claim, part, "2026-02-10") != SUPPORTED


def scale(table, column, factor, /, **only):
    """Change one column of the rows that `only` names, and nothing else."""

    def change(frames):
        frame = frames[table].copy()
        rows = pd.Series(True, index=frame.index)
        for name, value in only.items():
            rows &= frame[name] == value
        assert rows.any()
        frame[column] = frame[column].astype(float).where(~rows, frame[column] * factor)
        return ChainMap({table: frame}, frames)

    return change


# Claim, the input that decides it, a factor that leaves the verdict, one that flips it.
DECISIVE = [
    ("C08", scale, ("video_sizes", "width_px"), {"generation": "Seedance 2.0"}, 1.01, 1.2),
    ("C09", scale, ("agent_logs", "value"), {"figure_id": "day-january"}, 1.1, 1.5),
    ("C10", scale, ("company_figures", "value"), {"figure_id": "gpu-colocation"}, 1.05, 0.1),
    ("C15", scale, ("commodities", "value"), {"metric": "value, Inner Mongolia to Oyu Tolgoi"}, 1.05, 0.8),
    ("C16", scale, ("energy_per_token", "tokens_per_kwh"), {"statistic": "median"}, 0.9, 1.5),
    ("C20", scale, ("vendor_prices", "input_usd_per_mtok"), {"vendor_model_id": "MiniMax-M2.5"}, 1.05, 1.3),
    ("C21", scale, ("company_figures", "value"), {"figure_id": "claude-code-run-rate"}, 0.5, 0.001),
    ("C22", scale, ("benchmarks", "value"), {"table": "maker", "model": "z-ai/glm-5"}, 0.99, 0.9),
    ("C23", scale, ("benchmarks", "value"), {"table": "maker", "model": "z-ai/glm-5"}, 1.1, 0.85),
    ("C35", scale, ("agent_logs", "value"), {"figure_id": "agent-multiple"}, 0.5, 0.2),
    ("C40", scale, ("company_figures", "value"), {"figure_id": "ascend-power-kw"}, 1.1, 0.4),
]


@pytest.mark.parametrize(
    ("claim_id", "change", "place", "only", "within", "across"), DECISIVE, ids=lambda one: str(one)[:12]
)
def test_the_deciding_row_of_a_table_moves_its_part(tables, claim_id, change, place, only, within, across):
    claim = REGISTER.find(claim_id)
    part = next(part for part in claim.parts if part.readings)

    def run(frames):
        records = {
            (one.claim, one.part, one.reading, one.when): one.as_record()
            for one in measure_claim(claim, Tables(frames=frames))
        }
        return find_verdict(claim, part.id, records)

    before = run(tables)
    assert run(change(*place, within, **only)(tables)) == before
    assert run(change(*place, across, **only)(tables)) != before


def test_a_host_that_leaves_the_list_is_noticed(tables):
    """C17 turns when the last foreign host becomes dearer than the vendor."""
    hosts = tables["hosts"].copy()
    foreign = hosts["role"].isin(("host", "cloud")) & (hosts["seat"] != "CN")
    hosts.loc[foreign, "output_usd_per_mtok"] *= 100
    claim = REGISTER.find("C17")
    made = Tables(frames={**tables, "hosts": hosts})
    records = {(one.claim, one.part, one.reading, one.when): one.as_record() for one in measure_claim(claim, made)}
    assert find_verdict(claim, "match", records) == SUPPORTED
    assert find_verdict(claim, "match") != MISLEADING
