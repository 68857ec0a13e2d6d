"""The panel of usage and prices."""

import pandas as pd
import pytest

from tokencheck.econometrics import panel
from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables


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
        panel.build_panel(tables, "mondays")


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


def test_a_price_that_moves_on_a_day_is_that_of_the_day_and_not_of_the_next(tables):
    """Invented: one model whose price doubles on each of a few days; a join that is off by a day takes another."""
    moves = {
        "2025-12-01": 1.0, "2026-01-06": 2.0, "2026-01-07": 4.0, "2026-01-08": 8.0,
        "2026-07-07": 16.0, "2026-07-08": 32.0, "2026-07-09": 64.0, "2026-07-10": 128.0,
    }  # fmt: skip
    old = tables["price_changes"]
    name = "z-ai/glm-5"
    ledger = pd.concat([old[old["model"] == name].iloc[[0]]] * len(moves), ignore_index=True).assign(
        snapshot_utc=pd.to_datetime([f"{day} 12:00" for day in moves]), event="listed",
        input_usd_per_mtok=list(moves.values()), output_usd_per_mtok=list(moves.values()),
    )  # fmt: skip
    usage = tables["usage_daily"].head(1).assign(model=name, tokens=100, date=pd.Timestamp("2026-01-07"))
    week = pd.date_range("2026-07-06", periods=7)  # Monday to Sunday, priced on its Thursday
    activity = pd.concat([tables["model_activity_daily"].head(1)] * 7).assign(
        model=name, date=week, prompt_tokens=3, completion_tokens=1
    )
    changed = {"price_changes": ledger, "usage_daily": usage, "model_activity_daily": activity}
    invented = Tables(frames={**tables, **changed})
    assert panel.build_panel(invented, panel.WEDNESDAYS)["price_measured"].tolist() == pytest.approx([4.0])
    assert panel.build_panel(invented, panel.ALL_WEEKS)[["price_measured", "tokens"]].to_numpy().tolist() == [
        [64.0, 28.0]
    ]
    days = panel.build_panel(invented, panel.ALL_DAYS)
    assert days["price_measured"].tolist() == pytest.approx([8.0, 16.0, 32.0, 64.0, 128.0, 128.0, 128.0])


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


@pytest.mark.parametrize(("name", "table", "days_on"), [("daily", "usage_daily", 0), ("week", "usage_leaderboard", 3)])
def test_models_are_identified_as_in_the_panel(name, table, days_on, panels, tables):
    """Only what the catalogue of that day knows, and not the tokens whose model is not named."""
    named = tables[table].rename(columns={"window_start": "date"})
    ours = panels[name].set_index(["date", "model"])
    found = panel.identify_models(tables, named[named["date"].isin(panels[name]["date"])], days_on)
    found = found.set_index(["date", "model"])
    paid = ours.index[ours["log_price_measured"].notna()]
    assert paid.isin(found.index).all() and "other" not in found.index.get_level_values("model")
    for column in ("listing", "developer", "origin"):
        assert found.loc[paid, column].equals(ours.loc[paid, column])
    assert found["listing"].notna().all() and len(found) < len(named)


def test_a_week_is_one_with_every_day_on_record(panels, tables):
    on_record = set(tables["model_activity_daily"]["date"])
    weeks = panels["all_weeks"]["date"].unique()
    for monday in weeks:
        assert monday.day_name() == "Monday"
        assert set(pd.date_range(monday, periods=7)) <= on_record
    assert len(weeks) == sum(
        {one + pd.Timedelta(days=at) for at in range(7)} <= on_record for one in on_record if one.day_name() == "Monday"
    )
