"""Lineage: how statements were passed on."""

import pandas as pd

from tokencheck.notebook import timelines
from tokencheck.register import lineage

KINDS = ["earliest found", "side branch", "qualifier dropped", "number changed", "subject changed"]
SOURCES = ["S1", "S2", "S3", "ARTICLE", "S4"]


def make_chain():
    """A synthetic chain, for this test only: the article is the fourth of five steps."""
    rows = [
        {"claim_id": "C99", "step": place, "published_date": "2026-02-27" if place < 3 else "2026-03 (no day)",
         "publisher": "p", "source_id": source, "change_kind": kind, "change_from_previous": "", "gist_en": "g",
         "wording": "w", "url": "", "note": ""}
        for place, (kind, source) in enumerate(zip(KINDS, SOURCES, strict=True), 1)
    ]  # fmt: skip
    return lineage.list_chains(pd.DataFrame(rows))["C99"]


def test_only_the_way_to_the_article_counts():
    assert lineage.list_alterations(make_chain()) == ["qualifier dropped", "number changed"]


def test_the_way_is_written_once_where_the_same_happened_again():
    chain = make_chain()
    assert lineage.write_way(chain) == "qualifier dropped, then number changed"
    again = chain.assign(change_kind=["earliest found", "number changed", "side branch", "number changed", "faithful"])
    assert lineage.write_way(again) == "number changed twice"
    assert lineage.write_way(chain.assign(change_kind="faithful")) == ""


def test_steps_after_the_article_are_marked():
    assert make_chain()["after"].tolist() == [False, False, False, False, True]


def test_a_step_without_a_day_has_none():
    assert make_chain()["day"].isna().tolist() == [False, False, True, True, True]


def test_chains_are_counted_once():
    assert lineage.count_chains([make_chain()], lineage.LOSSES + lineage.SHIFTS) == 1
    assert lineage.count_chains([make_chain()], ["period changed"]) == 0


def test_a_changed_chain_whose_descent_is_not_proven_is_counted():
    chain = make_chain()
    likely = chain.assign(note=["", "", "", "descent not proven", ""])
    aside = chain.assign(note=["", "descent not proven", "", "", ""])
    kept = likely.assign(change_kind="faithful")
    assert lineage.count_unproven([chain, likely, aside, kept]) == 1


def test_every_chain_has_the_article_and_a_timeline(tables):
    from tokencheck import paths

    for claim_id, chain in lineage.list_chains(tables["lineage"]).items():
        assert chain["is_article"].sum() == 1, claim_id
        assert (paths.FIGURES / f"lineage-{claim_id.lower()}.json").exists()


def test_the_way_of_the_61_percent(tables):
    changes = lineage.list_alterations(lineage.list_chains(tables["lineage"])["C05"])
    assert changes == ["qualifier dropped", "period changed"]


def test_a_timeline_tells_every_step_and_what_it_did():
    steps = timelines.list_steps(make_chain())
    assert [step["sort"] for step in steps] == ["kept", "aside", "lost", "shifted", "shifted"]
    assert [step["article"] for step in steps] == [False, False, False, True, False]
    assert [step["after"] for step in steps] == [False, False, False, False, True]
