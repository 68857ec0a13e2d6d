"""The median regression is solved to the end: what makes a solution one, and that its digits stay.

The points are invented; no number of them is evidence.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets import simulate_market
from tokencheck.econometrics import median

FORMULA = "log_tokens ~ log_price_measured + quality"


def invent(seed, count, width):
    generator = np.random.default_rng(seed)
    design = np.column_stack([np.ones(count), generator.normal(size=(count, width - 1))])
    return design, design @ generator.normal(size=width) + generator.standard_t(3, size=count)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), count=st.integers(20, 120), width=st.integers(1, 5))
def test_no_direction_leads_to_smaller_residuals(seed, count, width):
    """As many points are passed as there are coefficients, and their pull holds that of all others in balance."""
    design, outcome = invent(seed, count, width)
    left = outcome - design @ median.solve(design, outcome)
    passed = np.abs(left) < 1e-10
    assert passed.sum() == width
    pull = design[~passed].T @ np.sign(left[~passed])
    weights = np.linalg.solve(design[passed].T, -pull)
    assert (np.abs(weights) <= 1 + 1e-9).all()


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10_000), width=st.integers(1, 5), quantile=st.sampled_from([0.1, 0.25, 0.5, 0.9]),
    ties=st.booleans(),
)  # fmt: skip
def test_the_way_from_other_points_leads_to_the_same_solution(seed, width, quantile, ties):
    """From the solution of a problem nearby, and from any points; where points lie on one line, it is as good."""
    design, outcome = invent(seed, 60, width)
    outcome = outcome.round() if ties else outcome
    best = median.solve(design, outcome, quantile)

    def add_up(coefs):
        left = outcome - design @ coefs
        return (left * np.where(left > 0, quantile, quantile - 1)).sum()

    generator = np.random.default_rng(seed)
    nearby = outcome - design @ median.solve(design, outcome + 0.1 * design[:, -1], quantile)
    starts = [np.isin(np.arange(60), generator.choice(60, width, replace=False)), np.abs(nearby) < 1e-9]
    for points in starts:
        found = median.solve_from(points, design, outcome, quantile)
        assert add_up(found) == pytest.approx(add_up(best), rel=1e-9, abs=1e-9)
        if not ties:
            assert found == pytest.approx(best, rel=1e-7, abs=1e-9)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), ties=st.booleans())
def test_the_order_of_the_rows_changes_no_digit(seed, ties):
    rows = simulate_market(0.5, models=41, seed=seed)
    if ties:  # whole numbers: several points on one line, perhaps several solutions
        rows = rows.assign(**rows[["log_tokens", "log_price_measured", "quality"]].round())
    one, two = (median.fit_median(FORMULA, part) for part in (rows, rows.sample(frac=1, random_state=seed)))
    assert two.params.tolist() == pytest.approx(one.params.tolist(), rel=1e-12, abs=1e-12)
    assert two.bse.tolist() == pytest.approx(one.bse.tolist(), rel=1e-9)


def test_statsmodels_gives_the_same_to_its_tolerance():
    rows = simulate_market(0.5, models=301)
    found = median.fit_median(FORMULA, rows)
    other = smf.quantreg(FORMULA, rows).fit(q=0.5, vcov="robust", max_iter=5000, p_tol=1e-10)
    for name in ("params", "bse", "pvalues"):
        assert getattr(found, name).tolist() == pytest.approx(getattr(other, name).tolist(), rel=1e-4), name
    assert found.conf_int().to_numpy() == pytest.approx(other.conf_int().to_numpy(), rel=1e-4)
    residuals = [np.abs(rows["log_tokens"] - one.predict(rows)).sum() for one in (found, other)]
    assert residuals[0] <= residuals[1]


def test_a_median_is_the_middle_one():
    rows = pd.DataFrame({"y": [3.0, 1.0, 100.0, 2.0, 7.0]})
    assert median.fit_median("y ~ 1", rows).params["Intercept"] == 3.0
