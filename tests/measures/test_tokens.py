"""Measures of tokens as a unit of work."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck.evidence.tables import Tables
from tokencheck.measures import compute, tokens


@pytest.mark.parametrize(
    ("width", "height", "extra", "expected"),
    [(1248, 704, 0, 308_880), (1280, 720, 0, 324_000), (1280, 720, 1, 324_900)],
)
def test_a_clip_is_billed_by_pixels_and_frames(width, height, extra, expected):
    assert tokens.count_video_tokens(width, height, 24, 15, extra) == expected


@given(st.integers(16, 4096), st.integers(16, 4096), st.integers(1, 60), st.integers(1, 60))
def test_twice_the_seconds_are_twice_the_tokens(width, height, fps, seconds):
    once, twice = (tokens.count_video_tokens(width, height, fps, length) for length in (seconds, 2 * seconds))
    assert twice == pytest.approx(2 * once)


def test_only_the_first_generation_gives_the_printed_number(tables):
    found = {
        name: compute("tokens.video", tables, {"generation": name}).value
        for name in tables["video_sizes"]["generation"]
    }
    assert [name for name, value in found.items() if value == pytest.approx(30.888)] == ["Seedance 1.0"]
    assert found["Seedance 2.0"] == pytest.approx(32.4)


def test_minutes_of_agent_work_from_a_synthetic_log():
    """Synthetic figures, for this test only."""
    log = {"limit-low": 100, "limit-high": 200, "team-multiple": 3, "radar-requests": 10, "radar-tokens": 1000,
           "radar-cached": 900, "compiler-input": 1440, "compiler-output": 1440, "compiler-days": 2}  # fmt: skip
    rows = [{"figure_id": name, "value": value, "period": "2026", "source_id": "S"} for name, value in log.items()]
    made = Tables(frames={"agent_logs": pd.DataFrame(rows)})

    def measure(**parameters):
        return compute("tokens.agent", made, parameters)

    limit = measure(work="limit", minutes=10.0)
    assert (limit.low, limit.high) == pytest.approx((0.001, 0.002))
    assert measure(work="team", requests=5).value == pytest.approx(3 * measure(work="logged", requests=5).value)
    assert measure(work="logged", requests=5).value == pytest.approx(0.0005)
    assert measure(work="logged", requests=5, cached=False).value == pytest.approx(0.00005)
    assert measure(work="compiler", minutes=10.0).value == pytest.approx(10 / 1e6)
    day = measure(work="day", day="radar-tokens", minutes=1440.0)
    assert (day.value, day.interval_kind) == (pytest.approx(0.001), "floor")


def test_agents_take_more_than_chats(tables):
    assert compute("tokens.multiple", tables, {"of": "agent"}).value == 4
    assert compute("tokens.multiple", tables, {"of": "prompt"}).value == pytest.approx(4)


def test_the_grid_holds_the_literal_cell(tables):
    cells = tokens.grid(tables, "C08")["tokens"]
    literal = compute("tokens.video", tables, {"generation": "Seedance 2.0"}).value
    assert literal in cells["value"].tolist()


def make_app(tokens, requests):
    """Synthetic days, for this test only: an app's, and a platform's of ten requests with a hundred tokens."""
    captured = pd.date_range("2026-04-01", periods=len(tokens))
    columns = {"captured_utc": captured, "app": "OpenClaw", "tokens_last_day": tokens, "requests": requests}
    whole = pd.DataFrame({"prompt_tokens": [90], "completion_tokens": [10], "requests": [10], "source_id": "S"})
    return Tables(frames={"apps_daily": pd.DataFrame(columns).assign(source_id="S"), "model_activity_daily": whole})


def test_a_request_is_compared_with_the_platforms_average_one():
    found = compute("tokens.app_request", make_app([100, 900], [10, 10]), {})
    assert (found.value, found.low, found.high) == (5, 1, 9)


def test_an_app_is_set_beside_the_growth_and_not_the_whole():
    days = pd.to_datetime(["2026-01-01", "2026-03-06"])
    frames = {
        "usage_daily": pd.DataFrame({"date": days, "tokens": [100.0, 300.0], "source_id": "S"}),
        "openclaw_by_model": pd.DataFrame({"date": days[1:], "tokens": [50.0], "source_id": "S"}),
    }
    found = compute("tokens.app_growth", Tables(frames=frames), {"before": "2026-01-01/2026-01-31"})
    assert found.value == pytest.approx(100 * 50 / 200)
