"""Usage: the press figures reproduce, bounds bracket every treatment, nothing is read from outside a window."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokencheck.errors import UserError
from tokencheck.evidence.refresh.sources.openrouter import OpenRouter
from tokencheck.evidence.status import OWN
from tokencheck.evidence.tables import Tables
from tokencheck.measures import usage

WEEK = "2026-02-09/2026-02-15"
M25 = "minimax/minimax-m2.5-20260211"
K25 = "moonshotai/kimi-k2.5-0127"

# Figures in print (data/tables/reported_figures.csv), and the reading under which each comes out of this data.
PRINTED = [
    ("F01", usage.tokens, {"scope": "top_9", "window": WEEK}, 4.12, 0.0005),
    ("F02", usage.tokens, {"scope": "top_9", "window": WEEK, "country": "US"}, 2.94, 0.003),
    ("F03", usage.tokens, {"scope": "top_9", "window": "2026-02-16/2026-02-22"}, 5.16, 0.001),
    ("F09", usage.model_tokens, {"model": M25, "window": "2026-01-26/2026-02-24"}, 4.55, 0.001),
    ("F10", usage.model_tokens, {"model": K25, "window": "2026-01-26/2026-02-24"}, 4.02, 0.001),
    ("F14", usage.share, {"scope": "top_10", "window": "2026-02-11/2026-02-17"}, 61, 0.007),
    ("F21", usage.tokens, {"scope": "top_9", "window": "2026-03-09/2026-03-15"}, 4.69, 0.002),
    ("F40", usage.model_tokens, {"model": K25, "window": "2026-01-28/2026-02-26"}, 4.18, 0.002),
    ("F41", usage.increment, {"model": M25, "window": WEEK}, 1.44, 0.002),
]


def skip_where_restated(tables, window):
    """The press printed the record of its day: days that a refresh or a user has written anew are not held to that."""
    days = tables["usage_daily"][tables["usage_daily"]["date"].between(*window.split("/"))]
    anew = sorted(one for one in days["source_id"].unique() if one == OpenRouter.source_id or one.startswith(OWN))
    if anew:
        pytest.skip(f"days of {window} have been written anew, from {', '.join(anew)}")


@pytest.mark.parametrize(("figure", "measure", "parameters", "printed", "tolerance"), PRINTED)
def test_printed_figures_reproduce(tables, figure, measure, parameters, printed, tolerance):
    skip_where_restated(tables, parameters["window"])
    found = measure(tables, **parameters)
    known = found.low if found.value is None else found.value  # the press counts anonymous models for nobody
    assert known == pytest.approx(printed, rel=tolerance), figure
    reported = tables["reported_figures"].set_index("figure_id").loc[figure, "value"]
    assert str(printed) in reported


def test_the_printed_sixty_one_rounds_exactly(tables):
    window = "2026-02-11/2026-02-17"
    skip_where_restated(tables, window)
    found = usage.share(tables, scope="top_10", window=window)
    assert round(found.value) == 61


def test_the_daily_record_and_the_lab_totals_are_the_same_tokens(tables):
    week = usage.read_window(tables, WEEK)
    models, labs = usage.sum_models(tables, week), usage.sum_labs(tables, week)
    assert models["tokens"].sum() == labs["tokens"].sum()
    for country in ("CN", "US"):
        assert usage.split_country(models, country).own == usage.split_country(labs, country).own


@pytest.mark.parametrize("scope", usage.SCOPES)
def test_bounds_bracket_every_treatment(tables, scope):
    whole = usage.share(tables, scope=scope, window=WEEK)
    low, high = (whole.value, whole.value) if whole.low is None else (whole.low, whole.high)
    for stealth in ("none", "reported", "all"):
        assert low <= usage.share(tables, scope=scope, window=WEEK, stealth=stealth).value <= high


# Synthetic from here on: small tables that exist only for these tests.
DAYS = pd.date_range("2026-02-02", "2026-02-15")
MODELS = ("cn/a", "cn/b", "us/a", "us/b", "hidden/x", "other")


def make_tables(draws):
    rows = [
        {"date": day, "model": model, "tokens": draws[(index * 7 + place * 3) % len(draws)], "source_id": "SYNTHETIC"}
        for index, day in enumerate(DAYS)
        for place, model in enumerate(MODELS)
    ]
    daily = pd.DataFrame(rows)
    labs = pd.DataFrame(
        [("cn", "CN", "CN"), ("us", "US", "US"), ("hidden", None, "CN")],
        columns=["alias", "country", "reported_country"],
    ).assign(source_id="SYNTHETIC")
    lab_days = daily.assign(lab=daily["model"].str.split("/").str[0]).groupby(["date", "lab"], as_index=False)
    frames = {
        "usage_daily": daily,
        "usage_labs_daily": lab_days.agg(tokens=("tokens", "sum"), source_id=("source_id", "first")),
        "labs": labs,
    }
    return Tables(frames=frames)


tokens_drawn = st.lists(st.integers(1, 10**12), min_size=5, max_size=40)


@settings(max_examples=30)
@given(tokens_drawn)
def test_shares_of_countries_and_the_unattributed_add_up(draws):
    synthetic = make_tables(draws)
    shares = [
        usage.share(synthetic, scope="platform", window=WEEK, country=country, stealth="none").value
        for country in ("CN", "US")
    ]
    rows = usage.share(synthetic, scope="platform", window=WEEK).rows
    unattributed = 100 * rows.loc[rows["country"].isna(), "tokens"].sum() / rows["tokens"].sum()
    assert sum(shares) + unattributed == pytest.approx(100)


@settings(max_examples=30)
@given(tokens_drawn)
def test_ratio_bounds_turn_over_with_the_sides(draws):
    synthetic = make_tables(draws)
    one = usage.ratio(synthetic, scope="platform", window=WEEK)
    other = usage.ratio(synthetic, scope="platform", window=WEEK, country="US", against="CN")
    assert one.low == pytest.approx(1 / other.high)
    assert one.high == pytest.approx(1 / other.low)


@settings(max_examples=30)
@given(tokens_drawn)
def test_a_window_reads_no_day_outside_itself(draws):
    synthetic = make_tables(draws)
    changed = Tables(frames={**synthetic, "usage_daily": synthetic["usage_daily"].copy()})
    outside = changed["usage_daily"]["date"] < pd.Timestamp("2026-02-09")
    changed["usage_daily"].loc[outside, "tokens"] *= 2
    ask = {"scope": "top_5", "window": WEEK}
    assert usage.tokens(synthetic, **ask).low == usage.tokens(changed, **ask).low


@settings(max_examples=30)
@given(tokens_drawn)
def test_ranks_order_models_by_tokens(draws):
    synthetic = make_tables(draws)
    ranked = [(usage.rank(synthetic, model=model, window=WEEK).value, model) for model in MODELS[:-1]]
    tokens = [usage.model_tokens(synthetic, model=model, window=WEEK).value for _, model in sorted(ranked)]
    assert tokens == sorted(tokens, reverse=True)
    assert sorted(rank for rank, _ in ranked) == [1, 2, 3, 4, 5]


def test_a_model_with_a_row_of_its_own_is_not_judged_by_its_author():
    labs = pd.DataFrame(
        [("openrouter", "US", "US", "OWN"), ("openrouter/pony-alpha", None, "CN", "PRESS")],
        columns=["alias", "country", "reported_country", "source_id"],
    )
    names = pd.Series(["openrouter/auto", "openrouter/pony-alpha", "openrouter/pony-alpha:free"])
    tables = Tables(frames={"labs": labs})
    with tables.record() as cited:
        usage.attribute(tables, names, reported=False)
    assert cited == {"labs": {"OWN"}}
    with tables.record() as cited:
        found = usage.attribute(tables, names)
    assert cited == {"labs": {"OWN", "PRESS"}}
    assert found["country"].fillna("").tolist() == ["US", "", ""]
    assert found["reported_country"].tolist() == ["US", "CN", "CN"]


def test_a_first_is_found_and_its_absence_said():
    synthetic = make_tables([1])
    labs = synthetic["usage_labs_daily"]
    labs["tokens"] = labs["lab"].map({"cn": 1, "us": 2}).fillna(0).astype(int)
    assert usage.first_lead(synthetic, scope="named").value == "never"
    labs.loc[(labs["lab"] == "cn") & (labs["date"] >= "2026-02-09"), "tokens"] = 3
    assert usage.first_lead(synthetic, scope="named").value == "2026-02-09"
    assert usage.first_lead(synthetic, scope="named", until="2026-02-14").value == "never"


def test_what_is_not_on_record_is_no_data(tables):
    found = usage.share(tables, scope="top_9", window="2024-12-02/2024-12-08")
    assert (found.value, found.low) == (None, None)
    assert found.note == "No record of the nine models named on the public chart covers 2024-12-02 to 2024-12-08."


@pytest.mark.parametrize("window", ["last week", "2026-02-15", "2026-02-15/2026-02-09", "09.02.2026/x"])
def test_a_window_that_is_not_understood_says_how_to_write_it(tables, window):
    with pytest.raises(UserError, match="is not understood; write 2026-02-09/2026-02-15"):
        usage.read_window(tables, window)


def test_last_complete_week_ends_on_a_sunday_within_the_data(tables):
    week = usage.read_window(tables, usage.LAST_WEEK)
    assert (week.days, week.end.weekday()) == (7, 6)
    assert week.end <= tables["usage_labs_daily"]["date"].max() < week.end + pd.Timedelta(days=7)


def test_the_grid_is_wide_and_free_of_repeats(tables):
    grid = usage.grid_shares(tables)
    assert len(grid) > 1000
    assert not grid.duplicated(["scope", "start", "end", "stealth"]).any()
    assert grid["value"].between(0, 100).all()


def test_every_exact_week_is_tested_and_no_other(tables):
    weeks = usage.compare_weeks(tables, "top_9")
    steps = weeks["week_start"].diff().dropna()
    assert (steps % pd.Timedelta(days=7) == pd.Timedelta(0)).all()
    own = weeks.loc[weeks["basis"] == "usage_daily", "week_start"]
    days = set(tables["usage_daily"]["date"])
    whole = {day for day in own if all(day + pd.Timedelta(days=n) in days for n in range(7))}
    assert set(own) == whole
    assert len(pd.date_range(own.min(), own.max(), freq="7D")) - len(own) == usage.count_inexact_weeks(tables)


def test_a_week_with_a_day_missing_is_not_tested():
    synthetic = make_tables([1])
    daily = synthetic["usage_daily"]
    assert len(usage.compare_weeks(synthetic, "top_5")) == 2
    broken = Tables(frames={**synthetic, "usage_daily": daily[daily["date"] != "2026-02-11"]})
    assert usage.compare_weeks(broken, "top_5")["week_start"].tolist() == [pd.Timestamp("2026-02-02")]


def test_a_lead_on_the_platform_stands_against_all_unattributed_tokens():
    synthetic = make_tables([1])
    daily = synthetic["usage_daily"]
    daily["tokens"] = daily["model"].map({"cn/a": 5, "us/a": 2, "other": 4}).fillna(0).astype(int)
    assert usage.first_lead(synthetic, scope="top_5").value == "2026-02-02"
    assert usage.first_lead(synthetic, scope="platform").value == "never"
