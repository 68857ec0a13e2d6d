"""The invented market does what the chapter says of it."""

import pytest

from tests.markets import simulate_market
from tokencheck.econometrics import simulation


def test_sign_turns_where_price_follows_quality():
    bias = simulation.trace_bias([0, 0.75], repeats=20).set_index("strength")
    assert bias.at[0, "without_quality"] == pytest.approx(simulation.ELASTICITY, abs=0.1)
    assert bias.at[0.75, "without_quality"] > 0.2
    assert bias["with_quality"].tolist() == pytest.approx([simulation.ELASTICITY] * 2, abs=0.1)


def test_bias_is_that_of_the_formula():
    bias = simulation.trace_bias([0.25, 1, 2], repeats=30)
    assert bias["without_quality"].tolist() == pytest.approx(bias["expected"].tolist(), abs=0.06)


def test_a_seed_gives_the_same_market():
    one, two = (simulate_market(1.0, models=10, days=2, seed=5) for _ in range(2))
    assert one.equals(two)
    assert not one["log_tokens"].equals(simulate_market(1.0, models=10, days=2, seed=6)["log_tokens"])
