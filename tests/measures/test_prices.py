"""Prices: any day can be rebuilt, nothing is read from the future, ratios turn over with their sides."""

import csv
import hashlib
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables
from tokencheck.measures import compute, prices

CHECKSUMS = paths.ROOT / "tests" / "data" / "price_panel_checksums.csv"

# Prices that the evidence confirms in two or more independent sources (input, output; USD per million tokens).
CONFIRMED = [
    ("anthropic/claude-opus-4.5", "vendor", "2026-03-13", 5, 25),
    ("anthropic/claude-opus-4.6", "vendor", "2026-03-13", 5, 25),
    ("anthropic/claude-sonnet-4.6", "vendor", "2026-03-13", 3, 15),
    ("openai/gpt-5.4", "vendor", "2026-03-13", 2.5, 15),
    ("openai/gpt-5.4-pro", "vendor", "2026-03-13", 30, 180),
    ("openai/gpt-5.2", "vendor", "2026-03-13", 1.75, 14),
    ("google/gemini-3-pro-preview", "vendor", "2026-03-13", 2, 12),
    ("google/gemini-3.1-pro-preview", "vendor", "2026-03-13", 2, 12),
    ("google/gemini-3-flash-preview", "vendor", "2026-03-13", 0.5, 3),
    ("minimax/minimax-m2.5", "vendor", "2026-03-13", 0.3, 1.2),
    ("minimax/minimax-m2.5", "openrouter", "2026-02-13", 0.3, 1.2),
    ("moonshotai/kimi-k2.5", "vendor", "2026-03-13", 0.6, 3),
    ("moonshotai/kimi-k2.5", "openrouter", "2026-01-27", 0.6, 3),
    ("moonshotai/kimi-k2.5", "openrouter", "2026-01-30", 0.5, 2.8),
    ("z-ai/glm-5", "vendor", "2026-03-13", 1, 3.2),
    ("z-ai/glm-5", "openrouter", "2026-02-12", 1, 3.2),
    ("deepseek/deepseek-v3.2", "vendor", "2026-03-13", 0.28, 0.42),
    ("qwen/qwen3.5-plus-02-15", "vendor", "2026-03-13", 0.4, 2.4),
]


def write_canonical(panel):
    """Write a panel as tests/data/README.md describes, so that its checksum can be compared."""

    def plain(value):
        return "" if pd.isna(value) else format(Decimal(repr(value)).normalize(), "f")

    lines = ["model,input,output,cache_read,context_length"]
    for row in panel.itertuples():
        context = "" if pd.isna(row.context_length) else str(int(row.context_length))
        numbers = (row.input_usd_per_mtok, row.output_usd_per_mtok, row.cache_read_usd_per_mtok)
        lines.append(",".join([row.model, *map(plain, numbers), context]))
    return "\n".join(lines) + "\n"


def read_checksums():
    with CHECKSUMS.open(newline="") as file:
        return [(row["date"], int(row["rows"]), row["sha256"]) for row in csv.DictReader(file)]


def test_the_ledger_rebuilds_the_catalogue_of_every_monday(tables):
    checksums = read_checksums()
    assert len(checksums) > 90
    wrong = []
    for date, rows, sha256 in checksums:
        panel = prices.price_panel(tables, date)
        found = hashlib.sha256(write_canonical(panel).encode()).hexdigest()
        if (len(panel), found) != (rows, sha256):
            wrong.append(date)
    assert not wrong


@pytest.mark.parametrize(("model", "seller", "day", "input_price", "output_price"), CONFIRMED)
def test_confirmed_prices(tables, model, seller, day, input_price, output_price):
    found = prices.find_price(tables, model=model, seller=seller, as_of=day)
    assert (found.input, found.output) == (input_price, output_price)


def test_the_long_prompt_tier(tables):
    found = prices.find_price(tables, model="openai/gpt-5.4", seller="vendor", as_of="2026-03-13", tier="long")
    assert found.output == 22.5


def test_mainland_tiers_are_quotes_in_cny(tables):
    model = "qwen/qwen3.5-plus-02-15"
    tiers = [prices.find_price(tables, model=model, seller="mainland", as_of="2026-03-13", tier=tier)
             for tier in ("standard", "long")]  # fmt: skip
    assert [(tier.input, tier.output, tier.currency) for tier in tiers] == [(0.8, 4.8, "CNY"), (2, 12, "CNY")]


def test_the_prompt_share_is_that_of_all_models_and_other_lists_confirm_it(tables):
    every = tables["model_activity_daily"][["prompt_tokens", "completion_tokens"]].sum()
    assert prices.find_prompt_share(tables) == pytest.approx(every["prompt_tokens"] / every.sum())
    later = tables["usage_top10"][["prompt_tokens", "completion_tokens"]].sum()
    assert prices.find_prompt_share(tables) == pytest.approx(later["prompt_tokens"] / later.sum(), abs=0.03)
    assert prices.find_prompt_share(tables) == pytest.approx(prices.board_share(tables), abs=0.03)


def test_february_rate_is_the_one_on_record(tables):
    assert prices.exchange_rate(tables, "2026-02") == 6.9064
    with pytest.raises(UserError, match="no exchange rate on record for 1999-01"):
        prices.exchange_rate(tables, "1999-01")


def test_a_model_without_a_vendor_name_is_named(tables):
    with pytest.raises(UserError, match="no vendor's name is known for the model acme/one; known: anthropic/"):
        prices.find_price(tables, model="acme/one", seller="vendor", as_of="2026-03-13")


@pytest.mark.parametrize("model", ["minimax/minimax-m2.5", "z-ai/glm-5"])
def test_before_the_first_listing_there_is_no_price(tables, model):
    found = prices.price(tables, model=model, seller="openrouter", token_class="input", as_of="2026-02-01")
    assert found.value is None
    assert "is on record" in found.note


# Synthetic from here on: a ledger that exists only for these tests.
MODELS = ("acme/one", "acme/two")
EVENTS = ("listed", "changed", "delisted", "relisted")
entries = st.lists(
    st.tuples(
        st.integers(0, 60),
        st.sampled_from(MODELS),
        st.sampled_from(EVENTS),
        st.floats(0.01, 100),
        st.floats(0.01, 100),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda entry: entry[:2],
)


def make_tables(drawn):
    rows = [
        {
            "snapshot_utc": pd.Timestamp("2026-01-01 12:00") + pd.Timedelta(days=day),
            "model": model,
            "event": event,
            "input_usd_per_mtok": into,
            "output_usd_per_mtok": out,
            "cache_read_usd_per_mtok": float("nan"),
            "context_length": 1000,
            "source_id": "SYNTHETIC",
        }
        for day, model, event, into, out in drawn
    ]
    split = {"prompt_tokens": [90], "completion_tokens": [10], "cached_tokens": [0], "source_id": ["SYNTHETIC"]}
    activity = pd.DataFrame({"date": [pd.Timestamp("2026-01-01")], "model": ["acme/one"]} | split)
    ledger = pd.DataFrame(rows).sort_values("snapshot_utc")
    return Tables(frames={"price_changes": ledger, "model_activity_daily": activity})


@settings(max_examples=50)
@given(entries, st.integers(0, 60))
def test_as_of_never_looks_ahead(drawn, day):
    date = f"{pd.Timestamp('2026-01-01') + pd.Timedelta(days=day):%Y-%m-%d}"
    known = [entry for entry in drawn if entry[0] <= day]
    assume(known)
    whole, past = prices.price_panel(make_tables(drawn), date), prices.price_panel(make_tables(known), date)
    pd.testing.assert_frame_equal(whole, past)


@settings(max_examples=50)
@given(entries)
def test_a_panel_holds_each_listed_model_once(drawn):
    panel = prices.price_panel(make_tables(drawn), "2026-12-31")
    last = {}
    for entry in sorted(drawn):
        last[entry[1]] = entry[2]
    assert panel["model"].tolist() == sorted(model for model, event in last.items() if event != "delisted")


ask = {"seller": "openrouter", "as_of": "2026-03-01"}


@settings(max_examples=50)
@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.01, 100))
def test_ratios_turn_over_and_blends_lie_between(into, out, other_into, other_out):
    synthetic = make_tables([(0, "acme/one", "listed", into, out), (0, "acme/two", "listed", other_into, other_out)])
    for token_class in ("input", "output", "blended_3_1", "blended_measured"):
        one = prices.ratio(synthetic, model="acme/one", comparator="acme/two", token_class=token_class, **ask)
        two = prices.ratio(synthetic, model="acme/two", comparator="acme/one", token_class=token_class, **ask)
        assert one.value * two.value == pytest.approx(1)
        share = prices.percent(synthetic, model="acme/one", comparator="acme/two", token_class=token_class, **ask)
        assert share.value * one.value == pytest.approx(100)
        found = prices.price(synthetic, model="acme/one", token_class=token_class, **ask).value
        assert min(into, out) <= found * (1 + 1e-12) and found <= max(into, out) * (1 + 1e-12)


def test_measured_blend_uses_the_measured_share():
    synthetic = make_tables([(0, "acme/one", "listed", 1.0, 11.0)])
    found = prices.price(synthetic, model="acme/one", token_class="blended_measured", **ask)
    assert found.value == pytest.approx(0.9 * 1 + 0.1 * 11)


@pytest.mark.parametrize("claim_id", prices.GRIDS)
def test_grids_are_free_of_repeats_and_gaps(tables, claim_id):
    for frame in prices.grid(tables, claim_id).values():
        keys = ["comparator", "token_class", "seller", "as_of", "rate_month"]
        assert not frame.duplicated(keys).any()
        assert frame["value"].gt(0).all()


def test_days_at_a_price_end_with_the_day_on_which_it_changes():
    """Synthetic ledger: the price is 2.8 from the second of the month until it changes on the fifth."""
    ledger = pd.DataFrame(
        {
            "model": "x/y",
            "snapshot_utc": pd.to_datetime(["2026-01-01 12:00", "2026-01-02 12:00", "2026-01-05 00:10"]),
            "event": ["listed", "changed", "changed"],
            "output_usd_per_mtok": [3.0, 2.8, 2.5],
        }
    )
    days = prices.list_days_at({"price_changes": ledger}, "x/y", 2.8, until="2026-01-09")
    assert [f"{day:%d}" for day in days] == ["02", "03", "04"]


def test_a_vendors_change_counts_only_between_two_lists_and_in_its_window():
    """Synthetic lists of one vendor: the first list is no change, nor is one that repeats it."""
    provider, name = prices.VENDOR_NAMES["z-ai/glm-5"]
    lists = pd.DataFrame(
        {
            "provider": provider,
            "vendor_model_id": name,
            "date": pd.to_datetime(["2026-02-01", "2026-02-08", "2026-02-15"]),
            "input_usd_per_mtok": [1.0, 1.0, 1.0],
            "output_usd_per_mtok": [3.2, 3.2, 3.0],
        }
    )
    windows = [("2026-01-27", "2026-02-14"), ("2026-01-27", "2026-02-22")]
    counted = [prices.count_vendor_changes({"vendor_prices": lists}, *window) for window in windows]
    assert counted == [0, 1]


KIMI, OPUS, SONNET = "moonshotai/kimi-k2.5", "anthropic/claude-opus-4.6", "anthropic/claude-sonnet-4.6"


def test_at_the_turning_share_the_ratio_is_the_one_asked_for(tables):
    asked = 8.0
    share = prices.find_turning_share(tables, model=KIMI, comparator=OPUS, least_times=asked)
    above, below = (
        prices.blend(tables, prices.find_price(tables, model=name, seller="vendor", as_of="2026-03-13"), share)
        for name in (OPUS, KIMI)
    )
    assert above / below == pytest.approx(asked)
    assert prices.find_turning_share(tables, model=KIMI, comparator=OPUS, least_times=100.0) is None


def test_rivals_count_alike_in_their_mean(tables):
    offer = {"model": KIMI, "seller": "vendor", "token_class": "output"}
    each = [compute("prices.ratio", tables, {**offer, "comparator": name}).value for name in (OPUS, SONNET)]
    found = compute("prices.ratio_to_mean", tables, {**offer, "comparators": [OPUS, SONNET]})
    assert found.value == pytest.approx(sum(each) / 2)
    assert (found.low, found.high) == pytest.approx((min(each), max(each)))
    missing = compute("prices.ratio_to_mean", tables, {**offer, "comparators": [OPUS], "as_of": "2024-01-01"})
    assert missing.value is None


def test_the_latest_catalogue_price_is_that_of_the_latest_day_on_record(tables):
    excerpts = tables["catalogue_excerpts"]
    row = excerpts[excerpts["model"] == KIMI].sort_values("as_of").iloc[-1]
    day, price = f"{row['as_of']:%Y-%m-%d}", row["output_usd_per_mtok"]
    ledger = tables["price_changes"][lambda rows: rows["model"] == KIMI].sort_values("snapshot_utc").iloc[-1]
    if f"{ledger['snapshot_utc']:%Y-%m-%d}" > day:  # once the catalogue has been read again
        day, price = f"{ledger['snapshot_utc']:%Y-%m-%d}", ledger["output_usd_per_mtok"]
    offer = {"model": KIMI, "seller": "openrouter", "token_class": "output"}
    latest = compute("prices.price", tables, {**offer, "as_of": "latest"})
    assert (latest.value, latest.as_of) == (price, day)
    assert "catalogue_excerpts" not in compute("prices.price", tables, offer).tables
