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
