"""Measures of hosts: same weights, other seats."""

import pandas as pd
import pytest

from tokencheck.evidence.tables import Tables
from tokencheck.measures import compute, hosts


def make_hosts(*rows):
    """Synthetic listings, for this test only: provider, role, seat, input price, output price."""
    names = ("provider", "role", "seat", "input_usd_per_mtok", "output_usd_per_mtok")
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    frame = frame.assign(model="m", as_of=pd.Timestamp("2026-03-13"), source_id="S", seat_source_id=None)
    return Tables(frames={"hosts": frame})


MADE = make_hosts(
    ("own", "vendor", "CN", 1.0, 2.0),
    ("level", "host", "US", 1.0, 2.0),
    ("cheaper", "cloud", "NL", 0.9, 1.9),
    ("dearer", "host", "US", 1.0, 2.1),
    ("chinese", "host", "CN", 0.1, 0.1),
    ("unknown", "host", None, 0.5, 0.5),
    ("gateway", "gateway", "US", 0.1, 0.1),
)


@pytest.mark.parametrize(
    ("parameters", "met", "of"),
    [
        ({}, 2, 3),
        ({"condition": "undercut"}, 1, 3),
        ({"condition": "input"}, 3, 3),
        ({"every_seat": True}, 3, 4),
    ],
)
def test_only_hosts_abroad_are_compared_with_the_vendor(parameters, met, of):
    found = compute("hosts.share_matching", MADE, parameters)
    assert found.value == pytest.approx(100 * met / of)
    assert found.note == f"{met} of {of} listings."


def test_a_model_nobody_sells_abroad_has_no_data():
    assert compute("hosts.share_matching", MADE, {"model": "other"}).value is None


def test_the_listings_of_the_articles_date(tables):
    assert compute("hosts.share_matching", tables, {}).note == "18 of 22 listings."


def test_dollars_follow_the_price_and_tokens_do_not(tables):
    before = hosts.split_value(tables, "2026-03-11")
    tokens, value = before["percent_of_named_priced"], before["percent_of_named_priced_listed"]
    assert value < tokens
    assert before["own_usd_per_mtok"] < before["rest_usd_per_mtok"]
    odds = tokens / (100 - tokens) * before["own_usd_per_mtok"]
    assert odds == pytest.approx(value / (100 - value) * before["rest_usd_per_mtok"])
    assert before["matched_percent"] > 99


def test_listings_at_the_vendors_very_price_are_no_cheaper_ones(tables):
    rows = hosts.list_foreign(tables)
    match, copy, cheaper = (hosts.meets(rows, condition) for condition in ("match", "copy", "cheaper"))
    assert (match == (copy | cheaper)).all() and not (copy & cheaper).any()


def make_places(*stated):
    """Synthetic hosts, for this test only: seat and data centres, one token each, of one Chinese lab."""
    names = [f"host{place}" for place in range(len(stated))]
    tokens = pd.DataFrame(
        {"date": pd.Timestamp("2026-08-01"), "model": "acme/one", "provider_slug": names, "tokens": 1}
    )
    directory = pd.DataFrame(stated, columns=["seat", "data_centres"]).assign(provider_slug=names)
    labs = pd.DataFrame({"alias": ["acme"], "country": ["CN"], "reported_country": [None], "source_id": ["S"]})
    return Tables(frames={"host_tokens_daily": tokens, "provider_directory": directory, "labs": labs})


@pytest.mark.parametrize(
    ("seat", "data_centres", "place"),
    [
        ("SG", "CN", "data centres in China alone"),
        ("US", "SG CN", "data centres in China and abroad"),
        ("CN", "SG NL", "data centres abroad alone"),
        ("CN", None, "seat in China, no data centre stated"),
        ("US", None, "seat abroad, no data centre stated"),
        (None, None, "nothing stated"),
    ],
)
def test_a_stated_data_centre_counts_before_the_seat(seat, data_centres, place):
    split = hosts.split_places(make_places((seat, data_centres)))
    assert split[place] == 100 and split.sum() == 100


def test_what_is_not_stated_may_be_in_china():
    split = hosts.split_places(make_places((None, None), ("US", None), ("CN", None), ("US", "US")))
    assert split[list(hosts.PERHAPS_IN_CHINA)].sum() == pytest.approx(50)


def test_places_share_out_all_tokens(tables):
    assert hosts.split_places(tables).sum() == pytest.approx(100)
