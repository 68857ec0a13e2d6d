"""Measures of models: scores within a table, windows, characters."""

import pandas as pd
import pytest

from tokencheck.evidence.tables import Tables
from tokencheck.measures import compute, models

RIVAL = "x/rival"


def make_scores(*rows):
    """Synthetic scores, for this test only: table, benchmark, category, unit, own score, rival's score."""
    frame = pd.DataFrame(
        {"table": table, "benchmark": benchmark, "category": category, "unit": unit, "model": model, "value": value,
         "as_of": pd.Timestamp("2026-02-11"), "source_id": "S"}
        for table, benchmark, category, unit, own, other in rows
        for model, value in ((models.GLM, own), (RIVAL, other))
        if value is not None
    )  # fmt: skip
    return Tables(frames={"benchmarks": frame})


def test_the_median_ratio_is_over_one_table_and_category():
    made = make_scores(
        ("maker", "a", "coding", "percent", 90, 100),
        ("maker", "b", "coding", "percent", 110, 100),
        ("maker", "c", "coding", "percent", 120, 100),
        ("maker", "d", "reasoning", "percent", 10, 100),
        ("arena", "e", "coding", "Elo", 900, 1000),
    )
    found = compute("models.score_ratio", made, {"rival": RIVAL, "table": "maker", "category": "coding"})
    assert (found.value, found.low, found.high) == pytest.approx((1.1, 0.9, 1.2))
    assert found.note == "Ahead in 2 of 3."


def test_points_without_a_zero_are_not_divided():
    made = make_scores(("arena", "e", "coding", "Elo", 900, 1000))
    assert compute("models.score_ratio", made, {"rival": RIVAL, "table": "arena"}).value is None
    assert models.list_pairs(made, rival=RIVAL)["ahead"].tolist() == [False]


def test_a_benchmark_without_the_rival_is_left_out():
    made = make_scores(("maker", "a", "coding", "percent", 90, None), ("maker", "b", "coding", "percent", 90, 100))
    assert models.list_pairs(made, rival=RIVAL)["benchmark"].tolist() == ["b"]


def test_the_makers_table_as_printed(tables):
    opus = models.list_pairs(tables, rival="anthropic/claude-opus-4.5", table="maker", category="coding")
    assert (len(opus), opus["ahead"].sum()) == (5, 0)
    verified = opus.set_index("benchmark").loc["SWE-bench Verified"]
    assert (verified["own"], verified["other"]) == (77.8, 80.9)
    gemini = models.list_pairs(tables, rival="google/gemini-3-pro-preview", table="maker")
    assert (len(gemini), gemini["ahead"].sum()) == (17, 12)


def test_windows_before_the_article(tables):
    window = compute("models.context_window", tables, {"provider": "zai", "model": "glm-5", "thousand": 1024})
    assert window.value == 200
    listed = models.list_windows(tables)
    rank = compute("models.window_rank", tables, {"model": "glm-5", "peers": "vendors"})
    assert rank.value == (listed["context_length"] > 204_800).sum() + 1
    assert listed["context_length"].is_monotonic_decreasing


def test_models_with_the_same_window_share_the_best_rank():
    """Synthetic list, for this test only."""
    rows = [("a", 300), ("b", 200), ("c", 200), ("d", 100)]
    frame = pd.DataFrame(
        {"provider": "p", "vendor_model_id": name, "context_length": size, "source_id": "S",
         "date": pd.Timestamp("2026-03-01")}
        for name, size in rows
    )  # fmt: skip
    made = Tables(frames={"vendor_prices": frame})
    ranks = [compute("models.window_rank", made, {"model": name, "peers": "vendors"}).value for name, _ in rows]
    assert ranks == [1, 2, 2, 4]


def test_a_wider_model_that_came_later_counts_on_the_latest_day_alone():
    """Synthetic list, for this test only."""
    rows = [("a", 300, "2026-03-01"), ("b", 200, "2026-03-01"), ("c", 400, "2026-04-01")]
    frame = pd.DataFrame(rows, columns=["vendor_model_id", "context_length", "date"])
    made = Tables(
        frames={"vendor_prices": frame.assign(date=pd.to_datetime(frame["date"]), provider="p", source_id="S")}
    )
    asked = {"model": "b", "peers": "vendors"}
    then = compute("models.window_rank", made, asked)
    latest = compute("models.window_rank", made, asked | {"as_of": "latest"})
    assert (then.value, latest.value, latest.as_of) == (2, 3, "2026-04-01")


def test_characters_follow_the_vendors_own_ratio(tables):
    now = compute("models.characters", tables, {"window": "kimi-k25-window"})
    assert (now.low, now.high) == pytest.approx((0.393216, 0.524288))
    assert compute("models.characters", tables, {"window": "kimi-app-window"}).value == 2
