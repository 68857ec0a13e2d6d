"""Bootstraps over clusters, against plain loops and on invented data whose truth is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from tests.markets import simulate_market
from tokencheck.econometrics.estimation import fit
from tokencheck.econometrics.inference import ScoreTest, WildTest, adjust_holm, count_effective, draw_signs, invert
from tokencheck.econometrics.sample import draw_rows, prepare
from tokencheck.econometrics.specification import Specification

DAY = Specification("within_day", "m", effects=("date",), se_type="CRV1 by developer", name="day")
WEEK = Specification("cross_section", "m", name="week")


def share_shocks(seed, models=36, elasticity=0.0):
    """Invent a market whose developers share shocks of price and of tokens."""
    rows = simulate_market(0.0, elasticity=elasticity, taste=0.0, models=models, seed=seed)
    shocks = np.random.default_rng(seed).normal(size=(12, 2))
    code = pd.factorize(rows["developer"])[0]
    rows["log_price_measured"] += shocks[code, 0]
    rows["log_tokens"] += elasticity * shocks[code, 0] + shocks[code, 1]
    return rows.assign(tokens=np.exp(rows["log_tokens"]) * 1e9)


@pytest.mark.parametrize("slope", [0.0, -0.4])
def test_bootstrap_is_that_of_a_plain_loop(slope):
    """The same signs, one draw at a time, with statsmodels and indicator columns, at any slope under test."""
    rows = simulate_market(0.5, elasticity=-0.1, models=24, days=2)
    draws, seed, one = 99, 4, replace(DAY, controls=("quality",))
    fast = WildTest(one, rows, "developer", draws, seed).compute_p(slope)
    sample = draw_rows(prepare(rows), one)
    others = np.column_stack([sample["quality"], pd.get_dummies(sample["date"], dtype="float64")])
    price = sample["log_price_measured"].to_numpy()
    design = np.column_stack([price, others])
    groups = pd.factorize(sample["developer"])[0]
    restricted = sm.OLS(sample["log_tokens"] - slope * price, others).fit()

    def t(outcome):
        options = {"cov_type": "cluster", "cov_kwds": {"groups": groups}}
        found = sm.OLS(outcome, design).fit(**options)
        return abs((found.params.iloc[0] - slope) / found.bse.iloc[0])

    signs = draw_signs(groups.max() + 1, draws, seed)
    base, left = restricted.fittedvalues + slope * price, restricted.resid
    beyond = sum(t(base + left * signs[groups, at]) >= t(sample["log_tokens"]) for at in range(draws))
    assert fast == (1 + beyond) / (1 + draws)


@pytest.mark.parametrize("factor", [1 / 3, 0.7, 1.1])
def test_draws_that_only_repeat_the_data_are_counted_in_any_unit(factor):
    """With three clusters there are eight signs; two of them give the statistic of the data, to the last digit."""
    rows = simulate_market(0.5, models=30, days=2)
    rows["developer"] = rows["developer"].str[-1].astype(int) % 3
    other = rows.assign(log_tokens=rows["log_tokens"] * factor)
    one, two = (WildTest(DAY, part, "developer") for part in (rows, other))
    assert one.draws == 8
    assert one.compute_p() == two.compute_p() >= 0.25


def test_the_interval_holds_what_is_not_rejected():
    rows = share_shocks(1, elasticity=-1.0)
    test = WildTest(WEEK, rows, "developer", 999)
    found = test.summarise()
    assert found.low < test.estimate < found.high
    width = found.high - found.low
    assert test.compute_p(found.low + 0.001 * width) > 0.05 >= test.compute_p(found.low - 0.001 * width)
    assert test.compute_p(found.high - 0.001 * width) > 0.05 >= test.compute_p(found.high + 0.001 * width)
    assert (found.p <= 0.05) == (not found.low <= 0 <= found.high)


def test_the_interval_of_record_is_wider_than_that_by_rows_where_developers_move_together():
    rows = share_shocks(2, models=120, elasticity=-1.0)
    plain, found = fit(WEEK, rows), WildTest(WEEK, rows, "developer", 999).summarise()
    assert found.high - found.low > 1.5 * (plain.ci_high - plain.ci_low)
    score = ScoreTest(replace(WEEK, estimator="median", se_type="robust (kernel)"), rows, "developer", 999)
    median = fit(replace(WEEK, estimator="median", se_type="robust (kernel)"), rows)
    of_scores = score.summarise(median.coef, median.se)
    assert of_scores.high - of_scores.low > 1.3 * (median.ci_high - median.ci_low)


@pytest.mark.parametrize("estimator", ["ols", "poisson", "median"])
def test_no_relation_is_rejected_about_as_often_as_said(estimator):
    """One in twenty with twelve clusters that share shocks; errors that ignore developers reject far more."""
    options = {
        "ols": {},
        "poisson": {"outcome": "tokens", "estimator": "poisson", "se_type": "HC1"},
        "median": {"estimator": "median", "se_type": "robust (kernel)"},
    }[estimator]
    one = replace(WEEK, **options)
    test = WildTest if estimator == "ols" else ScoreTest
    runs = [test(one, share_shocks(seed), "developer", 199).compute_p() <= 0.05 for seed in range(80)]
    assert sum(runs) <= 10
    # A real slope is found; of tokens themselves one of many models of a developer says little.
    if estimator != "poisson":
        assert test(one, share_shocks(0, elasticity=-3.0), "developer", 199).compute_p() <= 0.05


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=30))
def test_effective_clusters_are_no_more_than_clusters(weights):
    found = count_effective(np.array(weights))
    assert 1 - 1e-9 <= found <= len(weights) + 1e-9
    assert count_effective(np.array(weights + [0.0])) == pytest.approx(found)


@pytest.mark.parametrize("seed", range(3))
def test_a_narrowed_test_is_the_test_itself(seed):
    """To the last bit, at slopes all over a wide and over a narrow range."""
    test = WildTest(WEEK, share_shocks(seed), "developer", 999)
    for width in (5.0, 0.5, 0.01):
        one = test.estimate + 1.9 * test.step
        narrowed = test.narrow(one, one + width * test.step)
        for slope in np.linspace(one, one + width * test.step, 25):
            assert narrowed(slope) == test.compute_p(slope)
    low, high = invert(test.compute_p, test.estimate, test.step)
    found = test.summarise()
    assert (found.low, found.high) == (low, high)


def test_an_end_that_nothing_rejects_is_none():
    assert invert(lambda slope: 1.0 if slope < 2 else 0.0, 0.0, 1.0) == (None, pytest.approx(2.0))


def test_holm_leaves_only_what_the_number_of_tests_allows():
    adjusted = adjust_holm(pd.Series([0.001, 0.03, 0.04], index=list("abc")))
    assert adjusted.tolist() == pytest.approx([0.003, 0.06, 0.06])
