"""The verdict rule: what a reader may rely on, whatever the numbers and findings are."""

import dataclasses
import itertools
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tokencheck.register import rule
from tokencheck.register.claims import Part
from tokencheck.register.rule import (
    AGREES,
    CONTRADICTED,
    DIFFERS,
    FROM_THE_WORST,
    INCONCLUSIVE,
    MISLEADING,
    NEAR,
    NO_DATA,
    OUTCOMES,
    ROUGHLY_RIGHT,
    SUPPORTED,
    UNVERIFIABLE,
    Judged,
    Tolerance,
    Weighed,
    apply_rule,
    judge,
    read_number,
    take_worst,
    weigh,
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


def test_a_floor_under_a_printed_number_excludes_it_or_leaves_it_open():
    assert judge(make_part(), 62.0, interval_kind="floor") == DIFFERS
    assert judge(make_part(), 50.0, interval_kind="floor") == INCONCLUSIVE


def test_a_floor_excludes_a_better_rank_and_proves_no_worse_one():
    part = make_part(relation="rank_at_most", value="2", measured_in="number")
    assert judge(part, 51.0, interval_kind="floor") == DIFFERS
    assert judge(part, 2.0, interval_kind="floor") == INCONCLUSIVE
    assert judge(part, 2.0) == AGREES


@given(st.sampled_from(OUTCOMES), others)
def test_order_of_readings_is_irrelevant(literal, rest):
    readings = [Judged("literal", literal), *rest]
    assert apply_rule(readings) is apply_rule(list(reversed(readings)))


@given(others)
def test_supported_if_and_only_if_the_literal_reading_agrees(rest):
    verdicts = {outcome: apply_rule([Judged("literal", outcome), *rest]).verdict for outcome in OUTCOMES}
    assert verdicts[AGREES] == SUPPORTED
    interested = apply_rule([Judged("literal", AGREES, interested=True), *rest])
    assert interested.verdict == ROUGHLY_RIGHT  # parties who speak of their own product never carry a claim so far
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


def test_rule_table_covers_each_outcome_once():
    rules = [apply_rule([Judged("literal", outcome)]) for outcome in OUTCOMES]
    assert all(outcome in rule.literal for outcome, rule in zip(OUTCOMES, rules, strict=True))


def decide_by_the_design(literal, others, interested=False):
    """The published table of the rule, stated a second time and apart from the code that it checks."""
    elsewhere = {
        (one.role, one.outcome) for one in others if one.evidence == "direct" and one.role in ("source", "charitable")
    }
    if literal in (AGREES, NEAR):
        return SUPPORTED if literal == AGREES and not interested else ROUGHLY_RIGHT
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
        (literal, others, interested)
        for literal, others in CASES
        for interested in (False, True)
        if apply_rule([Judged("literal", literal, interested=interested), *others]).verdict
        != decide_by_the_design(literal, others, interested)
    ]


def test_the_rule_is_the_published_one_in_every_case():
    assert len(CASES) > 4000
    assert find_disagreements() == []


def list_mutants():
    for place, row in enumerate(rule.RULES):
        for verdict in FROM_THE_WORST:
            if verdict != row.verdict:
                changed = dataclasses.replace(row, verdict=verdict)
                yield f"row {place} says {verdict}", (*rule.RULES[:place], changed, *rule.RULES[place + 1 :])
        later = [one for one in rule.RULES[place + 1 :] if set(one.literal) & set(row.literal)]
        if later:
            yield f"row {place} is gone", (*rule.RULES[:place], *rule.RULES[place + 1 :])
            swap = rule.RULES.index(later[0])
            swapped = list(rule.RULES)
            swapped[place], swapped[swap] = swapped[swap], swapped[place]
            yield f"rows {place} and {swap} are swapped", tuple(swapped)


@pytest.mark.parametrize(
    ("name", "rules"), list(list_mutants()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_mutation_of_the_rule_is_noticed(monkeypatch, name, rules):
    monkeypatch.setattr(rule, "RULES", rules)
    assert find_disagreements(), name


# ------------------------------------------------------------------------------------------------------------ findings

GRADES = "ABCD"
found = st.builds(
    Weighed, st.sampled_from(rule.DIRECTIONS), st.sampled_from(GRADES), st.booleans(), st.sampled_from(("one", "other"))
)


def best(findings, direction):
    """The best grade on one side, 4 for A to 1 for D, one less when interested: DESIGN's words, stated again."""
    return max(
        (4 - GRADES.index(one.grade) - one.interested for one in findings if one.direction == direction), default=0
    )


def weigh_by_the_design(findings):
    """The published table for findings, stated a second time and apart from the code that it checks."""
    for_, against = best(findings, "supports"), best(findings, "contradicts")
    if for_ <= 1 and against <= 1:
        return UNVERIFIABLE
    if against > for_:
        return CONTRADICTED
    if for_ == against:
        words = [
            {one.holds_under for one in findings if one.direction == side and best([one], side) == for_}
            for side in ("supports", "contradicts")
        ]
        return UNVERIFIABLE if words[0] & words[1] else MISLEADING
    disinterested = any(one.direction == "supports" and not one.interested for one in findings)
    return SUPPORTED if for_ >= 3 and for_ - against >= 2 and disinterested else ROUGHLY_RIGHT


FINDINGS = [
    Weighed(direction, grade, interested, words)
    for direction in ("supports", "contradicts")
    for grade in GRADES
    for interested in (False, True)
    for words in ("one", "other")
]
FINDING_CASES = [list(own) for count in range(4) for own in itertools.combinations(FINDINGS, count)]


def find_finding_disagreements():
    return [case for case in FINDING_CASES if weigh(case).verdict != weigh_by_the_design(case)]


def test_the_rule_for_findings_is_the_published_one_in_every_case():
    assert len(FINDING_CASES) > 5000
    assert find_finding_disagreements() == []


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([], UNVERIFIABLE),
        ([("supports", "D")], UNVERIFIABLE),
        ([("supports", "C")], ROUGHLY_RIGHT),
        ([("supports", "B")], SUPPORTED),
        ([("supports", "A"), ("contradicts", "C")], SUPPORTED),
        ([("supports", "A"), ("contradicts", "B")], ROUGHLY_RIGHT),
        ([("supports", "A", True)], ROUGHLY_RIGHT),  # interested alone never reaches Supported
        ([("supports", "C", True)], UNVERIFIABLE),
        ([("supports", "A", True), ("contradicts", "B", False, "units")], MISLEADING),
        ([("supports", "B"), ("contradicts", "B")], UNVERIFIABLE),
        ([("supports", "C"), ("contradicts", "A")], CONTRADICTED),
        ([("contradicts", "C")], CONTRADICTED),
    ],
)
def test_graded_findings_give_the_verdict_of_the_design(findings, verdict):
    assert weigh([Weighed(*one) for one in findings]).verdict == verdict


@given(st.lists(found, max_size=6))
def test_context_and_order_change_nothing(findings):
    ruled = weigh(findings)
    assert weigh(findings[::-1]) is ruled
    assert weigh([one for one in findings if one.direction != "context"]) is ruled


@given(st.lists(found, max_size=6), st.sampled_from(GRADES))
def test_more_support_never_makes_a_verdict_worse_unless_it_moves_the_readings_apart(findings, grade):
    before, after = (weigh(own).verdict for own in (findings, [*findings, Weighed("supports", grade, False, "third")]))
    if MISLEADING not in (before, after):
        assert FROM_THE_WORST.index(after) >= FROM_THE_WORST.index(before) or before == UNVERIFIABLE


def list_finding_mutants():
    for place, row in enumerate(rule.FINDING_RULES):
        for verdict in FROM_THE_WORST:
            if verdict != row.verdict:
                changed = dataclasses.replace(row, verdict=verdict)
                yield (
                    f"row {place} says {verdict}",
                    (*rule.FINDING_RULES[:place], changed, *rule.FINDING_RULES[place + 1 :]),
                )
        if place < len(rule.FINDING_RULES) - 1:
            yield f"row {place} is gone", (*rule.FINDING_RULES[:place], *rule.FINDING_RULES[place + 1 :])


@pytest.mark.parametrize(
    ("name", "rules"), list(list_finding_mutants()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_mutation_of_the_rule_for_findings_is_noticed(monkeypatch, name, rules):
    monkeypatch.setattr(rule, "FINDING_RULES", rules)
    assert find_finding_disagreements(), name


@pytest.mark.parametrize("name", ["COUNTED_RANK", "RECORD_RANK"])
@pytest.mark.parametrize("step", [-1, 1])
def test_a_moved_threshold_is_noticed(monkeypatch, name, step):
    monkeypatch.setattr(rule, name, getattr(rule, name) + step)
    assert find_finding_disagreements()
