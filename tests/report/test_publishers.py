"""Publishers on Chinese pages have the names that Chinese readers know, with notes in Chinese."""

import pytest

from tokencheck import paths
from tokencheck.evidence.status import OWN
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import publishers
from tokencheck.report.markup import drop_unknown
from tokencheck.results import read_rows

RECORDS = read_verdicts().claims
SOURCES = {row["source_id"]: row for row in read_rows(paths.TABLES / "sources.csv")}


def list_shown():
    named = {row["source_id"] for row in read_rows(paths.TABLES / "findings.csv")}
    named |= {source for claim in RECORDS for reading in claim.readings for source in reading.sources}
    rows = [SOURCES[name] for name in sorted(named) if not name.startswith(OWN)]
    rows += read_rows(paths.TABLES / "lineage.csv")
    return sorted({drop_unknown(row["publisher"]) for row in rows})


def test_no_publisher_of_ours_keeps_a_word_of_english():
    assert publishers.list_english(list_shown()) == []


@pytest.mark.parametrize(
    ("publisher", "written"),
    [
        ("NERC (John Moura, as quoted by RTO Insider)", "北美电力可靠性公司（约翰·莫拉，据RTO Insider引述）"),
        ("State Council of China (国发〔2025〕11号, reprinted in full)", "国务院（国发〔2025〕11号，全文转载）"),
        ("Eurostat, via EU27-data-sovereignty", "欧盟统计局（经EU27-data-sovereignty）"),
        ("Let’s Data Science", "Let’s Data Science"),
        ("Tencent (as told to nobody)", "Tencent (as told to nobody)"),  # what has no words stays whole
    ],
)
def test_names_and_notes_are_put_together(publisher, written):
    assert publishers.name_publisher(publisher) == written
    assert bool(publishers.list_english([publisher])) == (publisher.endswith("nobody)"))
