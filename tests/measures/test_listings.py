"""Models of the usage record find their prices, and what their tokens cost."""

import pytest

from tokencheck.measures import listings

LISTED = {"a/b": "a/b", "a/b:thinking": "a/b:thinking", "c/d-20260101": "c/d"}


@pytest.mark.parametrize(
    ("name", "listing"),
    [
        ("a/b", "a/b"),
        ("a/b-20260101", "a/b"),
        ("a/b-2026-01-01", "a/b"),
        ("a/b:thinking", "a/b:thinking"),
        ("a/b-20260101:thinking", "a/b:thinking"),
        ("a/b:beta", "a/b"),
        ("a/b:free", None),  # a free variant has no other price than its own
        ("c/d-20260101", "c/d"),
        ("x/y", None),
    ],
)
def test_a_model_finds_its_listing(name, listing):
    assert listings.match_listing(name, LISTED) == listing


@pytest.mark.parametrize("day", ["2025-06-04", "2026-02-11", "2026-08-19"])
def test_nearly_all_named_tokens_have_a_price(tables, day):
    rows = listings.price_tokens(tables, day)
    priced = rows["price_usd_per_mtok"].notna()
    assert rows.loc[priced, "tokens"].sum() / rows["tokens"].sum() > 0.98
    assert "other" not in rows["model"].tolist()


def test_free_variants_cost_nothing(tables):
    rows = listings.price_tokens(tables, "2025-10-01")
    free = rows[rows["model"].str.endswith(":free")]
    assert len(free)
    assert (free["dollars"] == 0).all()


def test_dollars_are_tokens_times_price(tables):
    rows = listings.price_tokens(tables, "2026-03-11").dropna()
    assert (rows["dollars"] - rows["tokens"] / 1e6 * rows["price_usd_per_mtok"]).abs().max() < 1e-6


def test_variants_have_prices_of_their_own(tables):
    """The catalogue writes one permaslug for all variants; a paid model must not be given the free one's price."""
    rows = listings.price_tokens(tables, "2025-07-02").set_index("model")["price_usd_per_mtok"]
    pairs = [name for name in rows.index if f"{name}:free" in rows.index]
    assert len(pairs) >= 3
    assert (rows[pairs] > 0).all()
    assert (rows[[f"{name}:free" for name in pairs]] == 0).all()
