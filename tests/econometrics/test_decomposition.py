"""Decomposition and re-weighted share: what must add up, and what other software gives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.oaxaca import OaxacaBlinder

from tests.markets import simulate_market
from tokencheck.econometrics import decomposition
from tokencheck.errors import UserError


def invent(seed=1, models=120):
    """Invent two countries' models, the Chinese ones cheaper; not evidence."""
    rows = simulate_market(0.3, models=models, seed=seed)
    china = np.arange(models) % 2 == 0
    rows["origin"] = np.where(china, "CN", "US")
    rows["developer"] = rows["origin"] + rows["developer"]
    rows["log_price_measured"] -= 1.0 * china
    rows["log_tokens"] += 1.0 * china  # at an elasticity of −1
    rows["price_measured"] = np.exp(rows["log_price_measured"])
    return rows


def test_parts_add_up_to_the_gap():
    parts = {one.part: one for one in decomposition.decompose(invent(), ["log_price_measured", "quality"], draws=50)}
    rest = parts["log_price_measured"].value + parts["quality"].value + parts["unexplained"].value
    assert rest == pytest.approx(parts["gap"].value)
    assert parts["log_price_measured"].value == pytest.approx(1.0, abs=0.35)
    for one in parts.values():
        assert one.low <= one.value <= one.high


def test_statsmodels_gives_the_same_whole():
    rows = invent()
    columns = ["log_price_measured", "quality"]
    ordered = rows.assign(china=(rows["origin"] == "CN").astype(float))
    model = OaxacaBlinder(ordered["log_tokens"], ordered[["china", *columns]], "china", hasconst=False)
    unexplained, explained, gap = model.two_fold(two_fold_type="pooled").params
    parts = {one.part: one.value for one in decomposition.decompose(rows, columns, draws=20)}
    assert abs(parts["gap"]) == pytest.approx(abs(gap))
    assert abs(parts["unexplained"]) == pytest.approx(abs(unexplained))
    assert abs(parts["gap"] - parts["unexplained"]) == pytest.approx(abs(explained))


def test_too_few_models_are_named():
    rows = invent()
    few = rows[(rows["origin"] == "US") | (rows.index < 4)]
    with pytest.raises(UserError, match="only 2 models of CN have all of log_price_measured, quality"):
        decomposition.decompose(few, ["log_price_measured", "quality"])
    with pytest.raises(UserError, match="no paid model of CN"):
        decomposition.list_shares(rows[rows["origin"] == "US"])


@given(seed=st.integers(0, 1000), elasticity=st.floats(-3, -0.01), factor=st.floats(1.01, 10))
def test_dearer_chinese_models_have_a_smaller_share(seed, elasticity, factor):
    rows = invent(seed, models=20)
    now = decomposition.reweigh(rows, 0.0, factor)
    assert now == pytest.approx(100 * rows.loc[rows["origin"] == "CN", "tokens"].sum() / rows["tokens"].sum())
    then = decomposition.reweigh(rows, elasticity, factor)
    assert 0 < then < now
    assert decomposition.reweigh(rows, 2 * elasticity, factor) < then
    assert decomposition.reweigh(rows, elasticity, 1.0) == pytest.approx(now)


def test_free_tokens_stay():
    rows = pd.DataFrame({"origin": ["CN", "US"], "tokens": [1.0, 1.0], "free": [True, False]})
    assert decomposition.reweigh(rows, -2.0, 9.0) == 50


def test_shares_start_at_the_one_on_record():
    table = decomposition.list_shares(invent(), draws=50)
    first = table.iloc[0]
    assert first["elasticity"] == 0
    assert (first["change_points"], first["change_low"], first["change_high"]) == (0, 0, 0)
    assert table["share_percent"].is_monotonic_decreasing
    assert table["factor"].iloc[0] > 1
    assert (table["low"] <= table["share_percent"]).all()
    assert (table["share_percent"] <= table["high"]).all()
