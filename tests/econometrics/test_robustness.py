"""Robustness checks on invented markets whose truth is known, and against slower ways of computing the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets import simulate_market
from tokencheck.econometrics import robustness
from tokencheck.econometrics.estimation import fit
from tokencheck.econometrics.specification import Specification

DAY = Specification("within_day", "m", effects=("date",), se_type="CRV1 by developer", name="day")


@given(t=st.floats(0.01, 50), df=st.integers(5, 5000))
def test_robustness_value_is_a_share_that_grows_with_t(t, df):
    value = robustness.compute_robustness_value(t, df)
    assert 0 < value < 1
    assert robustness.compute_robustness_value(-t, df) == value
    assert robustness.compute_robustness_value(2 * t, df) > value


def test_a_confounder_of_that_strength_takes_the_estimate_to_zero():
    """Cinelli and Hazlett's formula: with both partial R² at the robustness value, the bias is the whole estimate."""
    rows = simulate_market(0.0, models=200)
    one = Specification("cross_section", "m", controls=("quality",))
    found = robustness.measure_sensitivity(one, rows)
    design = sm.add_constant(rows[["log_price_measured", "quality"]])
    plain = sm.OLS(rows["log_tokens"], design).fit()
    value, df = found["robustness_value"], plain.df_resid
    bias = plain.bse["log_price_measured"] * np.sqrt(value * value / (1 - value) * df)
    assert bias == pytest.approx(abs(plain.params["log_price_measured"]), rel=1e-9)
    t = plain.tvalues["quality"]
    assert found["benchmark_r2_tokens"] == pytest.approx(t**2 / (t**2 + df), rel=1e-9)


def test_a_left_out_variable_as_strong_as_a_control_moves_an_estimate_as_far_as_its_bound():
    """Two equal causes of price and tokens, one left out: the bound at one strength is about the bias it makes."""
    rng = np.random.default_rng(3)
    seen, unseen, cost, taste = rng.normal(size=(4, 4000))
    price = seen + unseen + cost
    rows = simulate_market(0.0, models=4000).assign(quality=seen, log_price_measured=price)
    rows["log_tokens"] = -price + 2 * seen + 2 * unseen + taste
    one = Specification("cross_section", "m", controls=("quality",))
    found, coef = robustness.measure_sensitivity(one, rows), fit(one, rows).coef
    assert abs(found["coef_bound_1"] - coef) == pytest.approx(abs(-1.0 - coef), rel=0.15)
    assert abs(found["coef_bound_1"] - coef) >= 0.99 * abs(-1.0 - coef)
    assert found["robustness_value_5"] <= found["robustness_value"]


def test_leaving_out_is_estimating_without():
    rows = simulate_market(0.5, models=40, days=3)
    rows.loc[rows["developer"] == "d03", "log_tokens"] += 3 * rows["log_price_measured"]
    table = robustness.leave_one_out(DAY, rows, "developer")
    assert table["left_out"][0] == "d03"
    without = fit(DAY, rows[rows["developer"] != "d03"])
    assert table["coef"][0] == pytest.approx(without.coef, rel=1e-8)
    assert table["moved"].abs().is_monotonic_decreasing


def test_an_origin_whose_last_developer_is_left_out_is_no_control_any_more():
    rows = simulate_market(0.5, models=40, days=3)
    rows["origin"] = np.where(rows["developer"] == "d03", "other", np.where(rows["developer"] < "d03", "CN", "US"))
    table = robustness.leave_one_out(replace(DAY, controls=("origin",)), rows, "developer").set_index("left_out")
    assert table["coef"].notna().all()
    rest = rows[rows["developer"] != "d03"].assign(china=lambda part: (part["origin"] == "CN").astype(float))
    assert table.at["d03", "coef"] == pytest.approx(fit(replace(DAY, controls=("china",)), rest).coef, rel=1e-8)


def test_a_lead_is_the_price_of_later_and_a_lag_of_earlier():
    rows = simulate_market(0.5, models=5, days=6)
    led = robustness.add_shifts(rows, weeks=(2,)).set_index(["model", "date"])
    later = led.at[("m0003", rows["date"].min() + pd.Timedelta(weeks=2)), "log_price_measured"]
    assert led.at[("m0003", rows["date"].min()), "log_price_lead_2"] == later
    assert led["log_price_lead_2"].isna().sum() == led["log_price_lag_2"].isna().sum() == 2 * 5
    first, second = rows["date"].min(), rows["date"].min() + pd.Timedelta(weeks=2)
    assert led.at[("m0003", second), "log_price_lag_2"] == led.at[("m0003", first), "log_price_measured"]


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), kept=st.integers(5, 30))
def test_bounds_hold_the_slope_of_the_whole_market(seed, kept):
    """Cut an invented market below its most used models: the bounds contain what all models would have given."""
    rows = simulate_market(1.0, models=60, days=2, seed=seed)
    whole = fit(replace(DAY, se_type="CRV1 by model"), rows)
    rank = rows.groupby("date")["log_tokens"].rank(ascending=False)
    cut = rows[rank <= kept].groupby("date")["log_tokens"].min()
    depths = rows["date"].map(cut) - rows["log_tokens"]
    seen = rows.assign(log_tokens=rows["log_tokens"].where(rank <= kept))
    found = robustness.bound_selection(DAY, seen, cut, depths[rank > kept])
    assert found["low_floor"] - 1e-9 <= whole.coef <= found["high_floor"] + 1e-9
    assert found["low_floor"] <= found["low"] <= found["at_cut"] <= found["high"] <= found["high_floor"]
    assert (found["seen"], found["unseen"]) == (2 * kept, 2 * (60 - kept))
