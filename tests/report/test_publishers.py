"""Publishers on Chinese pages have the names that Chinese readers know, with notes in Chinese."""

import pytest

from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import chinese, publishers


def test_no_publisher_of_ours_keeps_a_word_of_english():
    assert publishers.list_unnamed(read_verdicts().claims) == []


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


def test_no_document_that_only_our_words_name_keeps_them_in_english():
    assert chinese.list_untold(read_verdicts().claims) == []
    assert chinese.name_document("(title not shown) a note of nobody") == "a note of nobody"
