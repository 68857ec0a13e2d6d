"""The findings: graded, justified, and none of a claim's own lineage counted."""

from dataclasses import replace

from tokencheck.register import findings
from tokencheck.register.claims import load_register

FOUND = findings.read_findings()
REGISTER = load_register(with_measures=False)


def test_every_departure_from_a_source_has_its_reason():
    sources = findings.read_sources()
    assert findings.check_departures(FOUND, sources) == []
    assert all(one.departs_because for one, _ in findings.list_departures(FOUND, sources))


def test_a_departure_without_a_reason_is_named_and_a_reason_for_none_too():
    sources = findings.read_sources()
    one = next(one for one in FOUND if not one.departs_because)
    other = replace(one, grade="D" if one.grade != "D" else "A")
    (problem,) = findings.check_departures([other], sources)
    assert problem.startswith(f"data/tables/findings.csv, finding {one.finding_id}: it is {other.grade}")
    assert f"its source {one.source_id} is {sources[one.source_id]['grade']}" in problem
    assert findings.check_departures([replace(other, departs_because="Said by another.")], sources) == []
    (problem,) = findings.check_departures([replace(one, departs_because="Said by another.")], sources)
    assert problem.endswith(f"nothing departs from {one.source_id}. Empty it.")
    assert findings.check_departures([replace(one, interested=not one.interested)], sources)


def test_publications_of_a_claims_own_lineage_never_count(tables):
    address = tables["sources"].set_index("source_id")["url"]
    own = {(row.claim_id, address[row.source_id]) for row in tables["lineage"].itertuples()}
    on_line = [one for one in FOUND if (one.claim_id, address[one.source_id]) in own]
    assert on_line
    assert all(one.lineage and not one.counts("now") for one in on_line)


def test_no_measurement_rests_on_its_claims_lineage(tables):
    """The other half of “no circles”: sources of a claim's lineage never enter its measures."""
    from tokencheck.register.verdicts import read_verdicts

    own = {(row.claim_id, row.source_id) for row in tables["lineage"].itertuples() if row.source_id != "ARTICLE"}
    used = {(claim.id, source) for claim in read_verdicts().claims for one in claim.readings for source in one.sources}
    assert used & own == set()


def find_pair(field):
    """Find a claim that is tied to an earlier one, and that one's id."""
    return next((claim, getattr(claim, field)) for claim in REGISTER.claims if getattr(claim, field))


def test_the_committed_findings_keep_one_standard():
    assert findings.check_standard(FOUND, REGISTER) == []


def test_a_source_coded_otherwise_on_the_same_matter_is_named():
    claim, other = find_pair("matter_with")
    shared = {one.source_id for one in FOUND if one.claim_id == other}
    place = next(
        place for place, one in enumerate(FOUND) if one.claim_id == claim.id and one.source_id in shared
        and one.direction == "context"
    )  # fmt: skip
    changed = [*FOUND[:place], replace(FOUND[place], direction="supports", holds_under="x"), *FOUND[place + 1 :]]
    (problem,) = findings.check_standard(changed, REGISTER)
    assert FOUND[place].finding_id in problem and "Code both alike" in problem


def test_a_definition_that_counts_in_one_half_of_a_sentence_alone_is_named():
    claim, other = find_pair("sentence_with")
    definition = next(one.holds_under for one in FOUND if one.claim_id == other and one.direction == "contradicts")
    kept = [one for one in FOUND if not (one.claim_id == other and one.holds_under == definition)]
    (problem,) = findings.check_standard(kept, REGISTER)
    assert f"claims {other} and {claim.id}" in problem and f"“{definition}”" in problem
