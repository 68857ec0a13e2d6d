"""The findings: graded, justified, and none of a claim's own lineage counted."""

from tokencheck.register.findings import read_findings


def test_publications_of_a_claims_own_lineage_never_count(tables):
    address = tables["sources"].set_index("source_id")["url"]
    own = {(row.claim_id, address[row.source_id]) for row in tables["lineage"].itertuples()}
    on_line = [one for one in read_findings() if (one.claim_id, address[one.source_id]) in own]
    assert on_line
    assert all(one.lineage and not one.counts("now") for one in on_line)


def test_no_measurement_rests_on_its_claims_lineage(tables):
    """The other half of “no circles”: sources of a claim's lineage never enter its measures."""
    from tokencheck.register.verdicts import read_verdicts

    own = {(row.claim_id, row.source_id) for row in tables["lineage"].itertuples() if row.source_id != "ARTICLE"}
    used = {(claim.id, source) for claim in read_verdicts().claims for one in claim.readings for source in one.sources}
    assert used & own == set()
