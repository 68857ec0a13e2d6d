"""The panel of usage and prices."""

import pandas as pd
import pytest

from tokencheck.econometrics import panel
from tokencheck.errors import UserError


@pytest.fixture
def panels(panels):
    return {name: panels[name] for name in panel.PANELS}


def test_panels_span_what_they_say(panels):
    spans = {name: (len(rows), rows["date"].nunique()) for name, rows in panels.items()}
    assert spans["wednesdays"] == (86 * 50, 86)
    assert spans["daily"] == (54 * 50, 54)
    assert spans["week"] == (383, 1)
    assert spans["listed"][1] == 86
    assert f"{panels['wednesdays']['date'].max():%Y-%m-%d}" == "2026-08-19"
    for rows in panels.values():
        assert not rows.duplicated(["date", "model"]).any()
        assert rows.sort_values(["date", "model"]).index.is_monotonic_increasing


def test_an_unknown_panel_is_named(tables):
    with pytest.raises(UserError, match="“mondays”.*wednesdays"):
        panel.build(tables, "mondays")


def test_a_variant_is_never_priced_as_another(panels):
    for name in ("wednesdays", "daily"):
        priced = panels[name].dropna(subset="listing")
        listed = priced["listing"].str.partition(":")[2]
        assert (listed.isin(["", *priced["variant"].unique()])).all()
        assert ((listed == priced["variant"]) | (listed == "")).all()


def test_prices_are_as_of_the_day(panels, tables):
    """Against the catalogue rebuilt another way, by walking through the ledger."""
    rows = panels["wednesdays"].dropna(subset="listing").sample(60, random_state=1)
    rows = rows[rows["variant"] != "free"]
    ledger = tables["price_changes"].sort_values("snapshot_utc", kind="stable")
    for row in rows.itertuples():
        seen = ledger[(ledger["model"] == row.listing) & (ledger["snapshot_utc"] < row.date + pd.Timedelta(days=1))]
        assert seen.iloc[-1]["input_usd_per_mtok"] == row.input_usd_per_mtok


def test_blends_lie_between_input_and_output(panels):
    for rows in panels.values():
        priced = rows.dropna(subset="price_measured")
        low = priced[["input_usd_per_mtok", "output_usd_per_mtok"]].min(axis=1)
        high = priced[["input_usd_per_mtok", "output_usd_per_mtok"]].max(axis=1)
        for name in ("price_measured", "price_3_1", "price_input"):
            assert priced[name].between(low - 1e-12, high + 1e-12).all()


def test_the_join_loses_almost_nothing(panels):
    for name in ("wednesdays", "daily"):
        matches = panel.measure_matches(panels[name], name)
        assert matches["month"].iloc[-1] == "all"
        assert matches["priced_tokens_percent"].iloc[-1] > 99
        assert matches["priced_tokens_percent"].min() > 99
        assert matches["tokens"].iloc[:-1].sum() == pytest.approx(matches["tokens"].iloc[-1])


def test_the_day_list_holds_every_priced_model(panels):
    """The extensive margin counts the same tokens as the Wednesdays."""
    used = panels["wednesdays"].dropna(subset="listing").groupby("date")["tokens"].sum()
    listed = panels["listed"].groupby("date")["tokens"].sum()
    assert (listed - used).abs().max() < 1
    assert panels["listed"].groupby("date")["top_50"].sum().between(45, 50).all()


def test_attributes_are_those_of_the_model(panels):
    rows = panels["daily"]
    glm = rows[rows["model"] == "z-ai/glm-5-20260211"].iloc[-1]
    assert (glm["origin"], glm["open_weights"], glm["base"], glm["developer"]) == ("CN", 1.0, "z-ai/glm-5", "Z.ai")
    assert 20 < glm["age_days"] < 60
    stealth = rows[rows["model"].str.startswith("openrouter/")]
    assert stealth["country"].isna().all()
