"""In which way a sentence errs: computed from claimed and measured, and named only where there is no number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck.register import errs
from tokencheck.register.claims import Part, load_register
from tokencheck.register.rule import AGREES, judge
from tokencheck.register.verdicts import read_verdicts


def make_part(relation, value=None, min_count=None, unit="ratio"):
    """Make a synthetic part."""
    return Part(id="p", says="s", relation=relation, value=value, min_count=min_count, unit=unit, measured_in="number")


@pytest.mark.parametrize(
    ("part", "measured", "way"),
    [
        (
            make_part("equals", "4.12"),
            {"value": None, "low": 5.4, "high": 6.4, "interval_kind": "bounds"},
            "understates",
        ),
        (make_part("equals", "4.12"), {"value": None, "low": 4.0, "high": 6.4, "interval_kind": "bounds"}, None),
        (make_part("equals", "4.12"), {"value": 3.0, "low": 2.0, "high": 5.0, "interval_kind": "range"}, "overstates"),
        (make_part("equals", "1/20", unit="times"), {"value": 16.7}, "overstates"),
        (make_part("between", ("1/3", "1/5"), unit="times"), {"value": 1.7}, "overstates"),
        (make_part("between", ("0.2", "0.3")), {"value": 0.37}, "understates"),
        (make_part("at_least", "70"), {"value": 33}, "overstates"),
        (make_part("at_least", "70"), {"value": 90}, None),
        (make_part("at_most", "1.15"), {"value": 1.3}, "understates"),
        (make_part("rank_at_most", "1", unit="rank"), {"value": 106}, "overstates"),
        (make_part("rank_at_most", "2", unit="rank"), {"value": 51, "interval_kind": "floor"}, "overstates"),
        (make_part("exists", min_count=2), {"value": 0}, "overstates"),
        (make_part("first", "2026-02-09", unit="date"), {"value": "never"}, None),
        (make_part("equals", "61"), {"value": None}, None),
    ],
)
def test_the_way_follows_from_claimed_and_measured(part, measured, way):
    assert errs.compare_part(part, **measured) == way


numbers = st.floats(0.01, 1e6)


@given(numbers, numbers, numbers)
def test_all_of_an_interval_lies_on_the_side_that_is_named(claimed, one, other):
    part, (low, high) = make_part("equals", f"{claimed:.4f}"), sorted((one, other))
    way = errs.compare_part(part, None, low, high, "bounds")
    assert (way == "overstates") <= (high <= claimed + 1e-3)
    assert (way == "understates") <= (low >= claimed - 1e-3)
    assert (way is None) <= (low <= claimed + 1e-3 and high >= claimed - 1e-3)


@given(numbers, numbers, st.sampled_from(["equals", "at_least", "at_most", "order_of_magnitude"]))
def test_what_differs_errs_in_one_way_and_what_lies_within_in_none(claimed, value, relation):
    part = make_part(relation, f"{claimed:.4f}")
    way = errs.compare_part(part, value)
    if judge(part, value) != AGREES:
        assert way in ("overstates", "understates")
    elif relation != "equals":  # which is matched at its printed precision
        assert way is None


@given(numbers, numbers)
def test_the_two_sides_of_a_limit_are_opposite(claimed, value):
    least, most = (errs.compare_part(make_part(one, f"{claimed:.4f}"), value) for one in ("at_least", "at_most"))
    assert least in ("overstates", None) and most in ("understates", None)
    assert not (least and most)


@given(st.lists(st.sampled_from(["overstates", "understates", None]), max_size=5))
def test_ways_that_disagree_are_mixed(ways):
    found = set(ways) - {None}
    assert errs.join_ways(ways) == ("mixes" if len(found) > 1 else next(iter(found), None))


def test_every_claim_that_errs_says_how_and_no_other_does():
    register = load_register(with_measures=False)
    for result in read_verdicts().claims:
        claim = register.find(result.id)
        assert bool(result.errs) == (result.verdict in errs.ERRING), f"{result.id}: name it in data/claims.yml (errs)"
        assert bool(result.errs_because) == bool(result.errs and not claim.has_own_number)
