"""The event study on invented weeks whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from tokencheck.econometrics import eventstudy
from tokencheck.errors import UserError

WEEKS = pd.date_range("2030-01-02", periods=30, freq="7D")


def invent(elasticity=-0.8, seed=1, falls_out=False, temporary=False):
    """Invent models on Wednesdays; the first one's price is halved in week 12, for good or for four weeks."""
    rng = np.random.default_rng(seed)
    rows = []
    for model in range(25):
        price = np.zeros(len(WEEKS))
        if model == 0:
            price[12 : 16 if temporary else None] = np.log(0.5)
        level = rng.normal(3, 0.2)
        tokens = level + elasticity * price + 0.03 * rng.normal(size=len(WEEKS)) + 0.1 * np.arange(len(WEEKS))
        rows.append(pd.DataFrame({"date": WEEKS, "model": f"m{model:02}", "log_price": price, "log_tokens": tokens}))
    frame = pd.concat(rows, ignore_index=True).rename(columns={"log_price": "log_price_measured"})
    frame["price_measured"], frame["top_50"] = np.exp(frame["log_price_measured"]), True
    if falls_out:
        frame = frame[~((frame["model"] == "m00") & (frame["date"] >= WEEKS[15]))]
    return frame


def move():
    """Give the move as the ledger dates it, two days before the Wednesday that shows it."""
    day = WEEKS[12] - pd.Timedelta(days=2)
    return pd.DataFrame({"model": ["m00"], "day": [day], "last_day": [day], "log_price_change": [np.log(0.5)]})


def run(frame, moves):
    found = eventstudy.find_events(moves, frame)
    blocks = eventstudy.stack(frame, found.events)
    return found, blocks, eventstudy.average(blocks, found.events, draws=999)


def test_a_known_elasticity_is_found_and_weeks_before_are_level():
    found, _, average = run(invent(), move())
    assert found.counts["with eight weeks after on record"] == 1
    assert found.events["week"].iloc[0] == WEEKS[12]  # the first Wednesday with the new price all day
    assert average.elasticity == pytest.approx(-0.8, abs=0.1)
    assert average.low < -0.8 < average.high
    assert average.p <= 0.06 < average.p_before


def test_a_temporary_price_is_on_and_off():
    """Coded as a cut for good, the elasticity would be near half of the true one."""
    frame = invent(temporary=True)
    _, _, average = run(frame, move())
    assert average.elasticity == pytest.approx(-0.8, abs=0.12)
    assert abs(average.effect) < 0.5 * 0.8 * np.log(2)


def test_a_model_that_falls_out_of_the_fifty_stays_as_a_bound():
    _, whole, kept = run(invent(), move())
    _, cut, average = run(invent(falls_out=True), move())
    assert average.fell_out == 1 and kept.fell_out == 0
    assert average.events == 1
    assert np.isfinite(cut[0].tokens).all()
    assert cut[0].tokens[0, -1] < whole[0].tokens[0, -1]  # at the day's least used model


def test_tokens_that_were_moving_before_are_told():
    frame = invent()
    early = (frame["model"] == "m00") & frame["date"].between(WEEKS[8], WEEKS[10])
    frame.loc[early, "log_tokens"] -= 0.6
    assert run(frame, move())[2].p_before <= 0.06


def test_without_another_model_there_is_no_event():
    frame = invent()
    with pytest.raises(UserError, match="no price move has another model beside it"):
        eventstudy.stack(frame[frame["model"] == "m00"], eventstudy.find_events(move(), frame).events)


def test_the_path_is_zero_in_the_week_before():
    found, blocks, _ = run(invent(), move())
    path = eventstudy.trace(blocks, draws=99).set_index("week")
    assert path.at[-1, "effect"] == 0
    assert path["effect"].loc[1:].mean() == pytest.approx(0.8 * np.log(2), abs=0.1)
    assert (path["low"] <= path["high"]).all()
    assert len(found.events) == 1
