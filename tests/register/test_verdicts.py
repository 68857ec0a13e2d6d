"""The verdicts file: the rule applied to every claim, and what it says of then and now."""

import json

import jsonschema
import pytest

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.register.claims import Claim, Part, Reading, Texts
from tokencheck.register.decisions import decide
from tokencheck.register.findings import Finding
from tokencheck.register.rule import CONTRADICTED, MISLEADING, NOT_CHECKABLE, NOT_YET_CHECKED, SUPPORTED, UNVERIFIABLE
from tokencheck.register.texts import tell_project
from tokencheck.register.verdicts import (
    build_claim,
    compute_verdicts,
    describe_schema,
    read_measurements,
    read_verdicts,
)


def make_part(relation="equals", value="61", measured_in="number", **rest):
    return Part(id="p", says="s", relation=relation, value=value, unit="percent", measured_in=measured_in, **rest)


TOLD = Texts(short="s", answer="a", found="f")


def make_claim(kind="number", parts=(), standing=True):
    return Claim(
        id="C99",
        section="s",
        topic="usage",
        kind=kind,
        quote_zh="引",
        quote_en="q",
        mark="引",
        quantity="q",
        period="p",
        standing=standing,
        standing_because="for the test only",
        when="C99.verdict is Supported",
        en=TOLD,
        zh=TOLD,
        parts=parts,
    )


def make_reading(reading_id, role, now=None):
    label = {"en": f"reading {reading_id}", "zh": f"读法{reading_id}"}
    return Reading(id=reading_id, label=label, role=role, reason="for the test only", measure="usage.share", now=now)


def make_records(**values):
    """Synthetic measurements, for this test only: reading id (``_now`` for now) to value."""
    fields = {"low": None, "high": None, "interval_kind": None, "unit": "percent", "as_of": "2026-02-15"}
    return {
        ("C99", "p", name.removesuffix("_now"), "now" if name.endswith("_now") else "then"): fields
        | {"value": value, "sources": ["S1"], "tables": ["usage_daily"], "grade": "B", "interested": False, "note": ""}
        for name, value in values.items()
    }


def test_then_and_now_are_decided_apart():
    readings = (make_reading("a", "literal", now={}), make_reading("b", "source"))
    claim = make_claim(parts=(make_part(measured_in="share", readings=readings),))
    result = build_claim(decide(claim, make_records(a=40, b=61, a_now=61)))
    assert (result.verdict, result.status_now) == (MISLEADING, SUPPORTED)
    assert (result.agree.k, result.agree.n) == (1, 2)
    assert result.parts[0].true_under == ["b"]


def test_a_claim_that_is_not_standing_has_a_later_value_and_no_status_now():
    readings = (make_reading("a", "literal", now={}), make_reading("b", "source"))
    parts = (make_part(measured_in="share", readings=readings),)
    records = make_records(a=61, b=61, a_now=10)
    later = make_finding("contradicts", "A", event="later")
    standing, dated = (
        build_claim(decide(make_claim(parts=parts, standing=one), records, [later])) for one in (True, False)
    )
    assert (standing.status_now, standing.now_as_of) == (CONTRADICTED, "2026-02-15")
    assert standing.latest is None and standing.readings[0].now.outcome == "differs"
    assert (dated.verdict, dated.status_now, dated.now_as_of, dated.parts[0].status_now) == (
        SUPPORTED,
        None,
        None,
        None,
    )
    assert dated.readings[0].now is None
    assert (dated.latest.value, dated.latest.unit, dated.latest.as_of) == (10, "percent", "2026-02-15")
    later_only = decide(make_claim(parts=(make_part(),), standing=False), {}, [later])
    assert later_only.status_now is None


def test_every_status_now_is_dated_and_belongs_to_a_standing_claim():
    for result in read_verdicts().claims:
        for one in (result, *result.parts):
            assert bool(one.status_now) == bool(one.now_as_of), result.id
            assert result.standing or one.status_now is None, result.id
        assert not (result.standing and result.latest), result.id


def test_forecasts_and_unread_claims_get_no_rating():
    assert decide(make_claim(kind="forecast", parts=(make_part(),)), {}).verdict == NOT_CHECKABLE
    assert decide(make_claim(parts=(make_part(),)), {}).verdict == NOT_YET_CHECKED


def test_a_missing_measurement_is_named():
    claim = make_claim(parts=(make_part(readings=(make_reading("a", "literal"),)),))
    with pytest.raises(UserError, match="claim C99, part p, reading a .* has not been measured. Run `make report`"):
        decide(claim, {})


def test_committed_verdicts_follow_from_committed_measurements(register):
    assert tell_project(register) == read_verdicts()


def test_committed_verdicts_follow_the_committed_schema():
    schema = json.loads(paths.VERDICTS_SCHEMA.read_text())
    assert schema == describe_schema()
    jsonschema.validate(json.loads(paths.VERDICTS.read_text()), schema)


def test_counts_add_up_to_the_register(register):
    assert sum(read_verdicts().counts.values()) == len(register.claims)


def make_finding(direction, grade, **rest):
    """A synthetic finding, for this test only."""
    fields = {
        "finding_id": "C99-1", "claim_id": "C99", "part": "p", "statement": "s", "why": "w", "holds_under": "",
        "interested": False, "event": "then", "lineage": False, "checked": "read again", "quote": "", "source_id": "S1",
        "departs_because": "",
    }  # fmt: skip
    return Finding(direction=direction, grade=grade, **fields | rest)


def decide_by_findings(*findings, when="then"):
    decided = decide(make_claim(parts=(make_part("exists", None, min_count=1),)), {}, findings)
    return decided.verdict if when == "then" else decided.status_now


def test_findings_decide_a_part_that_has_no_readings():
    assert decide_by_findings(make_finding("supports", "A")) == SUPPORTED
    assert decide_by_findings(make_finding("supports", "A", claim_id="C01")) == NOT_YET_CHECKED


def test_own_lineage_is_shown_and_never_counted():
    own = make_finding("supports", "A", lineage=True)
    assert decide_by_findings(own) == UNVERIFIABLE
    result = build_claim(decide(make_claim(parts=(make_part("exists", None, min_count=1),)), {}, [own]))
    assert [one.counted for one in result.findings] == [False]


def test_later_events_enter_now_and_not_the_verdict():
    findings = (make_finding("supports", "C"), make_finding("contradicts", "A", event="later"))
    assert decide_by_findings(*findings) == "Roughly right"
    assert decide_by_findings(*findings, when="now") == CONTRADICTED
    assert decide_by_findings(findings[0], when="now") is None


def test_now_is_not_told_by_the_better_part_alone():
    """Synthetic: one part contradicted then and silent now, the other unverifiable now."""
    silent = make_part(measured_in="share", readings=(make_reading("a", "literal"),))
    other = make_part("exists", None, min_count=1).model_copy(update={"id": "q"})
    later = make_finding("supports", "D", part="q", event="later")
    claim = make_claim(parts=[one.model_copy(update={"says_zh": "甲"}) for one in (silent, other)])
    assert decide(claim, make_records(a=10), [later]).status_now is None
    assert decide(claim, make_records(a=61), [later]).status_now == UNVERIFIABLE


def test_readings_decide_where_there_are_any():
    claim = make_claim(parts=(make_part(measured_in="share", readings=(make_reading("a", "literal"),)),))
    assert decide(claim, make_records(a=61), [make_finding("contradicts", "A")]).verdict == SUPPORTED


def test_a_finding_on_an_unknown_part_is_named(register):
    with pytest.raises(UserError, match="finding C99-1: claim C99 has no part “p”"):
        compute_verdicts(register, read_measurements(), [make_finding("supports", "A")])
