"""The event study on invented panels in which the effect of a cut is known."""

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from tokencheck.econometrics import eventstudy
from tokencheck.errors import UserError

WEEKS, MODELS, TREATED, WEEK = 30, 20, 4, 12


def invent(effect, noise=0.2, seed=1):
    """Invent models on record for all weeks, the first of which cut their price by half; not evidence."""
    generator = np.random.default_rng(seed)
    days = pd.date_range("2030-01-02", periods=WEEKS, freq="7D")
    rows = []
    for model in range(MODELS):
        cut = WEEK + model if model < TREATED else WEEKS
        for week, day in enumerate(days):
            after = week >= cut
            price = np.log(2.0) - np.log(2.0) * after
            tokens = 10 + model / 5 + 0.02 * week + effect * after + noise * generator.normal()
            rows.append((day, f"m{model:02}", price, np.exp(price), tokens))
    columns = ["date", "model", "log_price_measured", "price_measured", "log_tokens"]
    return pd.DataFrame(rows, columns=columns)


def run(rows):
    cuts = eventstudy.find_cuts(rows, rows)
    stacked = eventstudy.stack(rows, cuts.events)
    return cuts, stacked, eventstudy.average(stacked, cuts.events)


@pytest.mark.parametrize("effect", [0.0, 0.8, -0.5])
def test_a_known_effect_is_found(effect):
    cuts, stacked, found = run(invent(effect))
    assert found.events == TREATED
    assert found.effect == pytest.approx(effect, abs=0.15)
    assert (found.p_shuffled < 0.05) == (effect != 0)
    path = eventstudy.trace(stacked).set_index("week")["effect"]
    assert path[-1] == 0
    assert path.loc[0:].mean() == pytest.approx(effect, abs=0.3)


def test_pretrend_is_noticed():
    rows = invent(0.0, noise=0.05)
    week = (rows["date"] - rows["date"].min()).dt.days // 7
    rows.loc[rows["model"] < f"m{TREATED:02}", "log_tokens"] += 0.3 * week
    assert run(rows)[2].pretrend_p < 0.01


def test_each_step_of_the_count_loses_some():
    rows = invent(0.0)
    rows = rows[~((rows["model"] == "m00") & (rows["date"] == rows["date"].unique()[WEEK + 5]))]  # off the list once
    unsteady = (rows["model"] == "m01") & (rows["date"] == rows["date"].unique()[WEEK + 1 + 3])
    rows.loc[unsteady, "log_price_measured"] -= 0.15
    counts = list(eventstudy.find_cuts(rows, rows).counts.values())
    assert counts == [4, 4, 3, 2]


def test_no_cut_is_compared_with_another():
    """Controls have no large change of price inside the window: not yet treated, or never."""
    _, stacked, _ = run(invent(0.5))
    for number, block in stacked.groupby("event"):
        own = f"m{number:02}"
        assert block.loc[block["treated"], "model"].unique().tolist() == [own]
        others = set(block.loc[~block["treated"], "model"])
        assert others <= {f"m{model:02}" for model in range(TREATED, MODELS)} | {
            f"m{model:02}" for model in range(TREATED) if abs(model - number) > eventstudy.AFTER
        }
        assert (block.groupby("model").size() == eventstudy.BEFORE + eventstudy.AFTER + 1).all()


def test_pyfixest_gives_the_same():
    _, stacked, found = run(invent(0.5))
    data = stacked.assign(
        after=(stacked["treated"] & (stacked["week"] >= 0)).astype(float),
        unit=stacked["event"].astype(str) + stacked["model"],
        time=stacked["event"].astype(str) + "w" + stacked["week"].astype(str),
    )
    ssc = pf.ssc(k_adj=True, k_fixef="none", G_adj=True)
    other = pf.feols("log_tokens ~ after | unit + time", data, vcov={"CRV1": "model"}, ssc=ssc)
    assert found.effect == pytest.approx(float(other.coef()["after"]), rel=1e-6)
    assert found.se == pytest.approx(float(other.se()["after"]), rel=1e-6)


def test_detectable_effect_is_about_2_8_standard_errors():
    found = run(invent(0.5))[2]
    assert 2.7 < found.detectable / found.se < 3.1


def test_without_controls_it_says_so():
    rows = invent(0.5)
    alone = rows[rows["model"] == "m00"]
    cuts = eventstudy.find_cuts(alone, alone)
    with pytest.raises(UserError, match="no price cut has a full window"):
        eventstudy.stack(alone, cuts.events)
