"""Effects taken out exactly, held to pyfixest's alternating projections; the numbers are drawn."""

import numpy as np
import pytest
from pyfixest.estimation import demean, detect_singletons

from tokencheck.econometrics.effects import Effects, find_alone


def draw(levels, rows=400, parts=1, seed=2):
    """Draw levels of effects, in parts that share none, with weights and three columns."""
    rng = np.random.default_rng(seed)
    part = rng.integers(0, parts, rows)
    codes = np.column_stack([rng.integers(0, count, rows) + part * count for count in levels])
    codes = np.column_stack([np.unique(one, return_inverse=True)[1] for one in codes.T])
    return codes, rng.uniform(0.1, 3, rows), rng.normal(size=(rows, 3))


@pytest.mark.parametrize(("levels", "parts"), [((30,), 1), ((40, 12), 1), ((9, 60), 1), ((12, 12), 3), ((5, 1), 1)])
def test_effects_are_taken_out_as_pyfixest_does(levels, parts):
    codes, weights, columns = draw(levels, parts=parts)
    wanted, settled = demean(columns, codes.astype(np.uint64), weights, tol=1e-13, maxiter=100_000)
    left = Effects(codes).take_out(columns, weights)
    assert settled
    assert left == pytest.approx(wanted, abs=1e-10)
    assert Effects(codes).take_out(left, weights) == pytest.approx(left, abs=1e-12)  # nothing is left to take out


def test_rows_alone_in_an_effect_are_those_that_pyfixest_finds():
    codes, *_ = draw((120, 90), rows=220)
    alone = find_alone(codes)
    assert 0 < alone.sum() < len(codes)
    assert alone.tolist() == detect_singletons(codes).tolist()


def test_three_effects_are_refused():
    with pytest.raises(ValueError, match="three effects"):
        Effects(draw((4, 4, 4))[0])
