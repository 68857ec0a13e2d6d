"""The verdict rule: what a reader may rely on, whatever the numbers are."""

import dataclasses
import itertools
import json
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tokencheck import paths, verdicts
from tokencheck.claims import Claim, Part, Reading
from tokencheck.errors import UserError
from tokencheck.verdicts import (
    AGREES,
    CONTRADICTED,
    DIFFERS,
    FROM_THE_WORST,
    INCONCLUSIVE,
    MISLEADING,
    NEAR,
    NO_DATA,
    NOT_CHECKABLE,
    NOT_YET_CHECKED,
    OUTCOMES,
    ROUGHLY_RIGHT,
    SUPPORTED,
    UNVERIFIABLE,
    Judged,
    Tolerance,
    apply_rule,
    build_claim,
    compute_verdicts,
    decide_claim,
    describe_schema,
    judge,
    read_measurements,
    read_number,
    read_verdicts,
    take_worst,
)


def make_part(relation="equals", value="61", measured_in="number", **rest):
    return Part(id="p", says="s", relation=relation, value=value, unit="percent", measured_in=measured_in, **rest)


# Claimed value, relation, measured value, outcome: each line is a sentence of DESIGN's rule or its edge.
JUDGED = [
    ("equals", "61", "share", 60.5, AGREES),  # half-up at the printed precision
    ("equals", "61", "share", 60.49, NEAR),
    ("equals", "61", "share", 61.49, AGREES),
    ("equals", "61", "share", 61.5, NEAR),
    ("equals", "61", "share", 58.0, NEAR),  # shares: three points
    ("equals", "61", "share", 57.99, DIFFERS),
    ("equals", "61", "share", 64.01, DIFFERS),
    ("equals", "4.12", "number", 4.119, AGREES),
    ("equals", "4.12", "number", 4.125, NEAR),
    ("equals", "4.12", "number", 4.532, NEAR),  # a factor of 1.10
    ("equals", "4.12", "number", 4.533, DIFFERS),
    ("equals", "4.12", "number", 3.7454, DIFFERS),
    ("equals", "1/20", "ratio", 19.6, AGREES),  # 1/N is compared as N
    ("equals", "1/20", "ratio", 22.0, NEAR),
    ("equals", "1/20", "ratio", 16.67, DIFFERS),
    ("equals", "4", "number", 3, DIFFERS),
    ("between", ("0.2", "0.3"), "number", 0.3, AGREES),
    ("between", ("0.2", "0.3"), "number", 0.301, NEAR),  # a range is satisfied or not: no rounding
    ("between", ("0.2", "0.3"), "number", 0.33, NEAR),  # from the nearer end
    ("between", ("0.2", "0.3"), "number", 0.331, DIFFERS),
    ("between", ("0.2", "0.3"), "number", 0.182, NEAR),
    ("between", ("0.2", "0.3"), "number", 0.1499, DIFFERS),
    ("between", ("1/3", "1/5"), "ratio", 2.9, NEAR),
    ("between", ("1/3", "1/5"), "ratio", 2.6, DIFFERS),
    ("between", ("1/5", "1/3"), "ratio", 4.0, AGREES),
    ("between", ("1/3", "1/5"), "ratio", 1.7, DIFFERS),
    ("at_least", "1", "ratio", 7.0, AGREES),  # understating is not a miss
    ("at_least", "70", "share", 69.99, NEAR),
    ("at_least", "70", "share", 67.0, NEAR),
    ("at_least", "70", "share", 66.9, DIFFERS),
    ("at_most", "0.5", "number", 0.1, AGREES),
    ("at_most", "0.5", "number", 0.56, DIFFERS),
    ("order_of_magnitude", "1", "number", 3.0, AGREES),
    ("order_of_magnitude", "1", "number", 4.0, DIFFERS),
    ("rank_at_most", "2", "number", 2, AGREES),
    ("rank_at_most", "2", "number", 3, DIFFERS),  # a rank has no near
    ("rank_at_most", "10", "number", 11, DIFFERS),
    ("first", "2026-02-09", "number", "2026-02-09", AGREES),
    ("first", "2026-02-09", "number", "2026-02-10", DIFFERS),
    ("first", "2026-02-09", "number", "never", DIFFERS),
    ("first", "2026-02-09", "number", None, NO_DATA),
    ("equals", "61", "share", None, NO_DATA),
]


@pytest.mark.parametrize(("relation", "value", "measured_in", "measured", "outcome"), JUDGED)
def test_outcome_follows_the_printed_precision_and_the_tolerance(relation, value, measured_in, measured, outcome):
    assert judge(make_part(relation, value, measured_in), measured) == outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (60.6, 61.4, AGREES),
        (58.5, 61.0, NEAR),
        (41.0, 61.0, INCONCLUSIVE),
        (41.9, 49.0, DIFFERS),
        (41.0, 59.0, DIFFERS),
    ],
)
def test_bounds_decide_as_a_whole(low, high, outcome):
    assert judge(make_part(measured_in="share"), None, low, high, "bounds") == outcome


def test_a_range_over_places_is_only_shown():
    assert judge(make_part(measured_in="share"), 61.0, 10.0, 90.0, "range") == AGREES


def test_exists_counts_cases():
    part = make_part("exists", None, min_count=2)
    assert [judge(part, count) for count in (1, 2, 9)] == [DIFFERS, AGREES, AGREES]


ROLES = ("source", "charitable", "diagnostic")
others = st.lists(
    st.builds(
        Judged,
        st.sampled_from(ROLES),
        st.sampled_from(OUTCOMES),
        st.sampled_from(("direct", "direct", "bound", "proxy")),
    ),
    max_size=6,
)


@given(st.sampled_from(OUTCOMES), others)
def test_every_combination_has_one_verdict_of_the_scale(literal, rest):
    assert apply_rule([Judged("literal", literal), *rest]).verdict in FROM_THE_WORST


@given(st.sampled_from(OUTCOMES), others)
def test_order_of_readings_is_irrelevant(literal, rest):
    readings = [Judged("literal", literal), *rest]
    assert apply_rule(readings) is apply_rule(list(reversed(readings)))


@given(others)
def test_supported_if_and_only_if_the_literal_reading_agrees(rest):
    verdicts = {outcome: apply_rule([Judged("literal", outcome), *rest]).verdict for outcome in OUTCOMES}
    assert verdicts[AGREES] == SUPPORTED
    assert all(verdict != SUPPORTED for outcome, verdict in verdicts.items() if outcome != AGREES)


@given(st.sampled_from(OUTCOMES), others, st.sampled_from(OUTCOMES))
def test_a_diagnostic_reading_changes_nothing(literal, rest, extra):
    readings = [Judged("literal", literal), *rest]
    assert apply_rule(readings).verdict == apply_rule([*readings, Judged("diagnostic", extra)]).verdict


@given(others)
def test_misleading_needs_a_reading_under_which_it_is_true(rest):
    true_elsewhere = any(
        one.role != "diagnostic" and one.evidence == "direct" and one.outcome in (AGREES, NEAR) for one in rest
    )
    verdict = apply_rule([Judged("literal", DIFFERS), *rest]).verdict
    assert verdict == (MISLEADING if true_elsewhere else CONTRADICTED)


@given(st.sampled_from((NO_DATA, INCONCLUSIVE)), others)
def test_without_a_literal_number_only_bound_or_proxy_can_speak(literal, rest):
    rule = apply_rule([Judged("literal", literal), *rest])
    if any(one.evidence == "bound" and one.outcome == DIFFERS for one in rest):
        assert rule.verdict == CONTRADICTED
    elif any(one.evidence == "proxy" and one.outcome == AGREES for one in rest):
        assert (rule.verdict, rule.by_proxy) == (ROUGHLY_RIGHT, True)
    else:
        assert rule.verdict == UNVERIFIABLE


positive = st.decimals("0.01", "1000", places=3)


@given(positive, st.floats(0.001, 2000), st.sampled_from(("number", "share")))
def test_a_wider_tolerance_never_turns_near_into_differs(claimed, measured, measured_in):
    part = make_part("equals", str(claimed), measured_in)
    order = (AGREES, NEAR, DIFFERS)
    outcomes = [judge(part, measured, tolerance=Tolerance.of_percent(percent)) for percent in (5, 10, 25)]
    assert outcomes == sorted(outcomes, key=order.index, reverse=True)


@given(positive)
def test_the_printed_number_agrees_with_itself(claimed):
    assert judge(make_part("equals", str(claimed)), float(claimed)) == AGREES


@given(st.integers(1, 200), st.floats(0.01, 500))
def test_one_nth_is_compared_as_n(n, measured):
    assert judge(make_part("equals", f"1/{n}"), measured) == judge(make_part("equals", str(n)), measured)


@given(st.floats(1, 100), st.floats(1, 100))
def test_an_interval_never_says_more_than_its_ends(one, two):
    low, high = sorted((one, two))
    assume(low < high)
    part = make_part(measured_in="share")
    ends = {judge(part, low), judge(part, high)}
    whole = judge(part, None, low, high, "bounds")
    if whole == AGREES:
        assert ends == {AGREES}
    if whole == NEAR:
        assert DIFFERS not in ends
    if ends == {AGREES, DIFFERS}:
        assert whole == INCONCLUSIVE


def test_ten_percent_is_the_tolerance_of_record():
    assert Tolerance.of_percent(10) == Tolerance()
    assert read_number("1/20") == Decimal(20)


@given(st.lists(st.sampled_from(FROM_THE_WORST), min_size=1))
def test_a_claim_takes_the_worst_of_its_parts(verdicts):
    assert FROM_THE_WORST.index(take_worst(verdicts)) == min(map(FROM_THE_WORST.index, verdicts))


def make_claim(kind="number", parts=()):
    return Claim(
        id="C99",
        section="s",
        topic="usage",
        kind=kind,
        quote_zh="引",
        quote_en="q",
        quantity="q",
        period="p",
        parts=parts,
    )


def make_reading(reading_id, role, now=None):
    return Reading(id=reading_id, role=role, reason="for the test only", measure="usage.share", now=now)


def make_records(**values):
    """Synthetic measurements, for this test only: reading id (``_now`` for now) to value."""
    fields = {"low": None, "high": None, "interval_kind": None, "unit": "percent", "as_of": "2026-02-15"}
    return {
        ("C99", "p", name.removesuffix("_now"), "now" if name.endswith("_now") else "then"): fields
        | {"value": value, "sources": ["S1"], "grade": "B", "note": ""}
        for name, value in values.items()
    }


def test_then_and_now_are_decided_apart():
    readings = (make_reading("a", "literal", now={}), make_reading("b", "source"))
    claim = make_claim(parts=(make_part(measured_in="share", readings=readings),))
    result = build_claim(claim, make_records(a=40, b=61, a_now=61))
    assert (result.verdict, result.status_now) == (MISLEADING, SUPPORTED)
    assert (result.agree.k, result.agree.n) == (1, 2)
    assert result.parts[0].true_under == ["b"]


def test_forecasts_and_unread_claims_get_no_rating():
    assert decide_claim(make_claim(kind="forecast", parts=(make_part(),)), {}) == NOT_CHECKABLE
    assert decide_claim(make_claim(parts=(make_part(),)), {}) == NOT_YET_CHECKED


def test_a_missing_measurement_is_named():
    claim = make_claim(parts=(make_part(readings=(make_reading("a", "literal"),)),))
    with pytest.raises(UserError, match="claim C99, part p, reading a .* has not been measured. Run `make report`"):
        decide_claim(claim, {})


def test_committed_verdicts_follow_from_committed_measurements(register):
    assert compute_verdicts(register, read_measurements()) == read_verdicts()


def test_committed_verdicts_follow_the_committed_schema():
    schema = json.loads(paths.VERDICTS_SCHEMA.read_text())
    assert schema == describe_schema()
    jsonschema.validate(json.loads(paths.VERDICTS.read_text()), schema)


def test_counts_add_up_to_the_register(register):
    assert sum(read_verdicts().counts.values()) == len(register.claims)


def test_rule_table_covers_each_outcome_once():
    rules = [apply_rule([Judged("literal", outcome)]) for outcome in OUTCOMES]
    assert all(outcome in rule.literal for outcome, rule in zip(OUTCOMES, rules, strict=True))


def decide_by_the_design(literal, others):
    """The published table of the rule, stated a second time and apart from the code that it checks."""
    elsewhere = {
        (one.role, one.outcome) for one in others if one.evidence == "direct" and one.role in ("source", "charitable")
    }
    if literal in (AGREES, NEAR):
        return SUPPORTED if literal == AGREES else ROUGHLY_RIGHT
    if literal == DIFFERS:
        return MISLEADING if {outcome for _, outcome in elsewhere} & {AGREES, NEAR} else CONTRADICTED
    if any(one.evidence == "bound" and one.outcome == DIFFERS for one in others):
        return CONTRADICTED
    if any(one.evidence == "proxy" and one.outcome == AGREES for one in others):
        return ROUGHLY_RIGHT
    return UNVERIFIABLE


SINGLES = [
    Judged(role, outcome, evidence)
    for role in ROLES
    for outcome in OUTCOMES
    for evidence in ("direct", "bound", "proxy")
]
CASES = [
    (literal, list(others))
    for literal in OUTCOMES
    for count in (0, 1, 2)
    for others in itertools.combinations(SINGLES, count)
]


def find_disagreements():
    return [
        (literal, others)
        for literal, others in CASES
        if apply_rule([Judged("literal", literal), *others]).verdict != decide_by_the_design(literal, others)
    ]


def test_the_rule_is_the_published_one_in_every_case():
    assert len(CASES) > 4000
    assert find_disagreements() == []


def list_mutants():
    for place, rule in enumerate(verdicts.RULES):
        for verdict in FROM_THE_WORST:
            if verdict != rule.verdict:
                changed = dataclasses.replace(rule, verdict=verdict)
                yield f"row {place} says {verdict}", (*verdicts.RULES[:place], changed, *verdicts.RULES[place + 1 :])
        later = [one for one in verdicts.RULES[place + 1 :] if set(one.literal) & set(rule.literal)]
        if later:
            yield f"row {place} is gone", (*verdicts.RULES[:place], *verdicts.RULES[place + 1 :])
            swap = verdicts.RULES.index(later[0])
            swapped = list(verdicts.RULES)
            swapped[place], swapped[swap] = swapped[swap], swapped[place]
            yield f"rows {place} and {swap} are swapped", tuple(swapped)


@pytest.mark.parametrize(
    ("name", "rules"), list(list_mutants()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_mutation_of_the_rule_is_noticed(monkeypatch, name, rules):
    monkeypatch.setattr(verdicts, "RULES", rules)
    assert find_disagreements(), name
