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


def make_offers(*rows):
    """Synthetic offers of two days, for this test only: slug, seat, input price, output price, discount."""
    names = ("provider_slug", "seat", "input_usd_per_mtok", "output_usd_per_mtok", "discount_percent")
    frame = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    frame = frame.assign(model="z-ai/glm-5-20260211", provider=frame["provider_slug"], source_id="P")
    orphan = frame.assign(model="deepseek/deepseek-v3.2-20251201")[frame["provider_slug"] != "z-ai"]
    days = [frame.assign(date=pd.Timestamp("2026-08-07"), output_usd_per_mtok=9.0), orphan, frame]
    offers = pd.concat([days[0], *(day.assign(date=pd.Timestamp("2026-08-08")) for day in days[1:])])
    directory = frame[["provider_slug", "seat"]].assign(source_id="D")
    return Tables(frames={"host_prices_daily": offers.drop(columns="seat"), "provider_directory": directory})


def test_of_a_later_day_discounts_are_taken_back_and_a_model_without_its_vendor_is_left_out():
    made = make_offers(
        ("z-ai", "SG", 1.0, 3.2, 0.0),
        ("level", "US", 0.6, 1.92, 40.0),
        ("cheaper", "US", 0.9, 3.2, 0.0),
        ("given-away", "US", 0.0, 0.0, 100.0),
        ("cheaper/fast", None, 0.1, 0.1, 0.0),
        ("chinese", "CN", 0.1, 0.1, 0.0),
        ("unknown", None, 0.5, 0.5, 0.0),
    )
    found = compute("hosts.share_matching", made, {"condition": "cheaper", "listed": "latest"})
    assert (found.value, found.as_of, sorted(found.sources)) == (50, "2026-08-08", ["D", "P"])
    assert found.note == "1 of 2 listings. Its maker does not list it there: DeepSeek V3.2, Kimi K2.5, MiniMax M2.5."
    every = compute("hosts.share_matching", made, {"condition": "cheaper", "listed": "latest", "every_seat": True})
    assert every.note.startswith("2 of 3 listings.")
    assert compute("hosts.share_matching", made, {"condition": "copy", "listed": "latest"}).value == 50


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
    conditions = ("match", "copy", "cheaper")
    match, copy, cheaper = (hosts.share_matching(tables, condition=one).value for one in conditions)
    assert 0 < match == pytest.approx(copy + cheaper)


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
    assert split[list(hosts.PERHAPS_IN_CHINA)].sum() == pytest.approx(75)


def test_places_share_out_all_tokens(tables):
    assert hosts.split_places(tables).sum() == pytest.approx(100)
