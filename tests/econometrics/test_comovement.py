"""Prices that move together are told from prices that do not. All panels here are invented."""

import numpy as np
import pandas as pd
import pytest

from tokencheck.econometrics import comovement


def make_hosts(shared: float) -> pd.DataFrame:
    """Make a synthetic panel: forty models, three hosts each, whose changes share a part with the model's."""
    rng = np.random.default_rng(4)
    days = pd.date_range("2026-07-01", periods=6)
    rows = pd.DataFrame(
        [(day, f"m{model}", f"h{host}") for day in days for model in range(40) for host in range(3)],
        columns=["date", "model", "host"],
    )
    of_model = rows.groupby(["date", "model"])["host"].transform(lambda own: rng.normal())
    rows["log_price_measured"] = rng.normal(size=len(rows))
    rows["log_price_lead"] = rows["log_price_measured"] + shared * of_model + rng.normal(0, 0.1, len(rows))
    return rows


@pytest.mark.parametrize(("shared", "low", "high"), [(1.0, 0.95, 1.05), (0.0, -0.2, 0.2)])
def test_hosts_that_follow_their_model_are_told_from_those_that_do_not(shared, low, high):
    found = comovement.relate_hosts(make_hosts(shared))
    assert low < found.coef < high
    assert (found.n, found.cases) == (6 * 40 * 3, 40)
    assert (found.low > 0) == bool(shared)


def test_a_host_alone_and_a_price_without_a_later_one_are_left_out():
    rows = make_hosts(1.0)
    alone = rows[(rows["model"] != "m0") | (rows["host"] == "h0")].copy()
    alone.loc[alone["model"] == "m1", "log_price_lead"] = np.nan
    assert comovement.relate_hosts(alone).cases == 38


def test_weeks_of_two_groups_are_related(monkeypatch):
    rng = np.random.default_rng(5)
    of_week = rng.normal(0, 0.1, 60)
    names = [f"m{number}" for number in range(20)]
    changes = pd.DataFrame({name: of_week + rng.normal(0, 0.01, 60) for name in names})
    monkeypatch.setattr(comovement, "list_weekly_prices", lambda tables: changes.cumsum())
    monkeypatch.setattr(comovement, "list_models_of_several_hosts", lambda tables: set(names[:7]))
    found = comovement.relate_weeks({})
    assert found.coef == pytest.approx(1, abs=0.05)
    assert found.n == 59


def test_models_of_several_hosts_are_named_as_in_the_ledger(tables):
    found = comovement.list_models_of_several_hosts(tables)
    assert found <= set(tables["models"]["model"])
    assert len(found) > 50
