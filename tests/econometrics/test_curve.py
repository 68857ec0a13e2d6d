"""The specification curve: the same numbers as statsmodels, the same on every backend, and a word for what is left out.

The panels here are simulated; nothing in them is evidence.
"""

import io
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.records import DAY, DAYS, HALF, Invented
from tokencheck import paths
from tokencheck.econometrics import censored, curve, estimation, movecurve, moves, specification
from tokencheck.econometrics.curve import list_specifications
from tokencheck.econometrics.estimation import estimate, fit
from tokencheck.econometrics.jointtest import judge_curve
from tokencheck.econometrics.sample import draw_rows, prepare, take
from tokencheck.econometrics.specification import COLUMNS
from tokencheck.errors import UserError
from tokencheck.results import format_csv

GRID = list_specifications()
RELATIVE = 1e-6


def run_specifications(*panels, **options):
    return curve.tabulate_estimates(curve.estimate_all(*panels, **options))


def simulate(models=40, days=15, seed=0, elasticity=-0.8):
    """Make a panel in the columns of `panel.build_panel`, with a known elasticity within day."""
    rng = np.random.default_rng(seed)
    kinds = pd.DataFrame({"model": [f"m{number:03}" for number in range(models)]})
    kinds["developer"] = [f"d{number % 9}" for number in range(models)]
    kinds["origin"] = np.where(kinds["developer"] < "d4", "CN", np.where(kinds["developer"] < "d8", "US", "other"))
    kinds["open_weights"] = rng.integers(0, 2, models).astype(float)
    kinds["quality"] = np.where(rng.random(models) < 0.8, rng.normal(30, 8, models), np.nan)
    kinds["price_level"], kinds["level"] = rng.normal(0, 1, models), rng.normal(20, 1, models)
    kinds["start"] = rng.integers(0, max(days // 3, 1), models)
    rows = kinds.merge(pd.DataFrame({"day": range(days)}), how="cross")
    rows = rows[(rows["day"] >= rows["start"]) & (rng.random(len(rows)) < 0.85)].reset_index(drop=True)
    rows["date"] = pd.Timestamp("2026-01-07") + pd.to_timedelta(7 * rows["day"], unit="D")
    rows["log_price_input"] = rows["price_level"] + 0.3 * rng.normal(size=len(rows))
    for name in ("measured", "3_1", "own"):
        rows[f"log_price_{name}"] = rows["log_price_input"] + 0.1 * rng.normal(size=len(rows))
    rows["log_age"] = np.log1p(rows["day"] - rows["start"] + rng.integers(0, 90, len(rows)))
    rows["log_context"] = rng.choice([11.8, 12.2, 13.8], len(rows))
    rows["free"], rows["mixed"] = False, False
    noise = rng.normal(0, 0.5, len(rows))
    rows["log_tokens"] = rows["level"] + elasticity * rows["log_price_measured"] + 0.1 * rows["day"] + noise
    rows["tokens"] = np.exp(rows["log_tokens"])
    rows["rank"] = rows.groupby("date")["log_tokens"].rank(ascending=False, method="first")
    rows["top_50"] = rows["log_tokens"] > rows["log_tokens"].median()
    return rows


def add_hosts(rows, seed=0):
    """Let each model be sold by a few hosts at prices of their own."""
    rng = np.random.default_rng(seed)
    hosts = pd.DataFrame({"host": [f"h{number}" for number in range(5)], "level": rng.normal(0, 1, 5)})
    sold = rows.drop(columns="level").merge(hosts, how="cross")
    sold = sold[rng.random(len(sold)) < 0.7].reset_index(drop=True)
    gap = rng.normal(0, 0.4, len(sold))
    for name in ("measured", "input", "full", "paid"):
        base = sold["log_price_input"] if name != "measured" else sold["log_price_measured"]
        sold[f"log_price_{name}"] = base + gap + 0.05 * rng.normal(size=len(sold))
    sold["log_tokens"] += sold["level"] - 1.5 * gap + rng.normal(0, 0.5, len(sold))
    for name in ("log_speed", "log_latency"):
        sold[name] = rng.normal(size=len(sold))
    return sold.assign(tokens=np.exp(sold["log_tokens"]), offer=sold["host"])


def simulate_all(**options):
    names = ("week", "wednesdays", "daily", "listed", "all_days", "all_weeks", "listed_daily")
    panels = {name: simulate(seed=seed, **options) for seed, name in enumerate(names)}
    panels |= {"hosts": add_hosts(simulate(seed=9, **options)), **simulate_moves()}
    for name in curve.LIMITED:  # of fewer models than the day's thirtieth a limit could hide none
        for rank, kept in zip(censored.LIMIT_RANKS, (14, 10), strict=True):
            hidden = censored.hide(panels[name], panels[name], kept)
            renamed = {f"{what}_{kept}": f"{what}_{rank}" for what in ("log_tokens", "limit")}
            panels[name] = hidden.rename(columns=renamed)
    return panels


def simulate_moves(elasticity=-1.2):
    """Measure two cuts and a rise of an invented record."""
    record = Invented(elasticity)
    changes = {"m00": HALF, "m02": HALF, "m03": -HALF}
    for name in ("m02", "m03"):
        record.moved[name] = {DAY}
        record.tokens.loc[DAYS > DAY, name] += elasticity * changes[name]
    listed = pd.DataFrame({"model": list(changes), "developer": list(changes), "day": DAY, "last_day": DAY})
    own = {name: list(changes.values()) for name in movecurve.MOVE_PRICES.values()}
    met = dict.fromkeys(("dated", "closed", "used", "steady"), True)
    launched = {"unlaunched": [True, False, True], "launched_later": [False, True, False]}
    return movecurve.measure_ways(record, listed.assign(**own, **met, **launched))


def find(**wanted):
    return next(one for one in GRID if all(getattr(one, name) == value for name, value in wanted.items()))


# ------------------------------------------------------------------------------------------- against statsmodels


CHECKED = [
    {"estimand": "cross_section", "controls": ("quality",), "effects": (), "se_type": "HC1", "panel": "week"},
    {"estimand": "cross_section", "effects": ("developer",), "se_type": "CRV1 by developer", "estimator": "poisson"},
    {"estimand": "within_day", "controls": curve.ALL_FIVE, "effects": ("date",), "se_type": "CRV1 by model"},
    {
        "estimand": "within_day",
        "effects": ("date × origin",),
        "weights": "models equal",
        "se_type": "CRV1 by developer",
    },
    {
        "estimand": "within_day",
        "effects": (
            "date",
            "developer",
        ),
        "se_type": "CRV1 by model and date",
    },
    {
        "estimand": "within_day",
        "effects": (
            "date",
            "developer",
        ),
        "estimator": "poisson",
        "se_type": "CRV1 by model",
    },
    {
        "estimand": "within_model",
        "effects": (
            "model",
            "date",
        ),
        "controls": ("log_age",),
        "se_type": "CRV1 by model",
    },
    {
        "estimand": "within_model",
        "effects": (
            "model",
            "date × origin",
        ),
        "se_type": "CRV1 by model and date",
    },
    {
        "estimand": "within_model",
        "effects": (
            "model",
            "date",
        ),
        "weights": "models equal",
        "se_type": "CRV1 by developer",
    },
    {
        "estimand": "within_model",
        "effects": (
            "model",
            "date",
        ),
        "estimator": "poisson",
        "se_type": "CRV1 by model",
    },
    {"estimand": "extensive", "effects": ("date",), "controls": ("quality",), "se_type": "CRV1 by model"},
]


@pytest.mark.parametrize("chosen", CHECKED, ids=lambda chosen: " ".join(str(value) for value in chosen.values()))
def test_many_at_once_gives_what_one_by_one_gives(chosen):
    """The curve's fast path and the estimator of record, with an indicator column for every effect."""
    one, rows = find(**chosen), simulate(seed=3)
    found, record = estimate(take(prepare(rows), one.sample), one), fit(one, rows)
    assert found.dropped is None
    for name in ("coef", "se", "p", "ci_low", "ci_high", "n", "models", "days", "clusters"):
        wanted = getattr(record, name)
        near = None if wanted is None else pytest.approx(wanted, rel=1e-5 if name == "p" else RELATIVE)
        assert getattr(found, name) == near, name


@pytest.mark.parametrize("one", [one for one in GRID[::211] if one.estimator == "ols"], ids=str)
def test_absorbing_once_gives_what_pyfixest_gives_alone(one):
    rows = simulate(models=30, days=15, seed=5)
    rows = prepare(add_hosts(rows) if one.panel == "hosts" else rows)
    row = estimate(take(rows, one.sample), one)
    fitted = pf.feols(
        one.absorbed_formula,
        draw_rows(rows, one),
        vcov={"CRV1": "+".join(one.clusters)} if one.clusters else "HC1",
        ssc=pf.ssc(k_fixef="full", G_df="conventional"),
        weights="weight" if one.weights else None,
        demeaner=pf.MapDemeaner(fixef_tol=1e-12),
    )
    assert row.dropped is None
    assert row.n == fitted._N
    assert row.coef == pytest.approx(fitted.coef()[one.price], rel=RELATIVE)
    assert row.se == pytest.approx(fitted.se()[one.price], rel=RELATIVE)
    assert row.p == pytest.approx(fitted.pvalue()[one.price], rel=1e-5)
    assert [row.ci_low, row.ci_high] == pytest.approx(fitted.confint().loc[one.price].tolist(), rel=1e-5)
    r2 = fitted._r2_within if fitted._has_fixef else fitted._r2
    assert row.r2_within == pytest.approx(r2, rel=1e-6)


def test_what_shares_its_rows_keeps_columns_of_its_own():
    """Specifications that differ in price and controls absorb effects together, and give what each gives alone."""
    rows = simulate(models=30, days=12, seed=6).dropna(subset="quality")
    base = find(estimand="within_day", panel="wednesdays", effects=("date",), se_type="CRV1 by model")
    asked = [
        replace(base, price=price, controls=controls, estimator=estimator, outcome=outcome)
        for estimator, outcome in (("ols", "log_tokens"), ("poisson", "tokens"))
        for price in curve.CURVE_PRICES[:3]
        for controls in ((), ("quality",), curve.ALL_FIVE)
    ]
    sample = take(prepare(rows), "paid")
    together = estimation.fit_batch(sample, asked)
    assert len({round(one.coef, 9) for one in together.values()}) == len(asked)
    for one in asked:
        alone = estimate(sample, one)
        assert together[one].coef == pytest.approx(alone.coef, rel=1e-9), str(one)
        assert together[one].se == pytest.approx(alone.se, rel=1e-9), str(one)


def test_rows_alone_in_an_effect_are_dropped():
    rows = simulate(seed=4)
    alone = rows.iloc[[0]].assign(model="alone", log_tokens=50.0)
    one = find(
        estimand="within_model",
        panel="wednesdays",
        effects=(
            "model",
            "date",
        ),
        se_type="CRV1 by model",
    )
    with_it, without = (estimate(prepare(part), one) for part in (pd.concat([rows, alone]), rows))
    assert (with_it.n, with_it.models) == (without.n, without.models)
    assert with_it.coef == pytest.approx(without.coef, rel=1e-9)


def test_a_known_elasticity_is_found():
    panels = simulate_all(models=80, days=20, elasticity=-0.8)
    chosen = [
        one
        for one in GRID
        if one.estimand == "within_model" and one.price == "log_price_measured" and one.outcome == "log_tokens"
    ]
    table = run_specifications(panels, chosen)
    found = table["coef"].dropna()
    assert len(found) > 100
    assert found.median() == pytest.approx(-0.8, abs=0.05)
    whole = table[(table["sample"] == "paid") & table["se"].notna()]
    assert ((whole["ci_low"] < -0.8) & (whole["ci_high"] > -0.8)).mean() > 0.8


def test_a_limit_in_the_curve_is_that_of_the_headline(panels):
    """The same rows, columns and limit, so the same estimate; by model only the error differs."""
    one = find(
        estimand="censored_at_fifty", panel="listed", controls=curve.ALL_FIVE, price="log_price_measured",
        sample="paid", outcome="log_tokens_50", se_type="CRV1 by developer",
    )  # fmt: skip
    by_model = replace(one, se_type="CRV1 by model")
    found = dict(zip((one, by_model), curve.estimate_all(panels, [one, by_model]), strict=True))
    row = pd.read_csv(paths.REGRESSIONS / "censored.csv").set_index("key").loc["censored_like"]
    assert found[one].coef == found[by_model].coef == pytest.approx(row["coef"], rel=1e-5)
    assert found[one].se == pytest.approx(row["se"], rel=1e-5) != found[by_model].se
    assert (found[one].n, found[one].clusters) == (row["n"], row["clusters"])
    assert found[by_model].clusters == found[one].models
    # What a joint test draws from adds up to the estimate, developer by developer.
    scores = found[one].scores
    assert scores.products.sum() / scores.squares.sum() == pytest.approx(found[one].coef)


@pytest.mark.parametrize("change", [{"effects": ("model", "date")}, {"weights": specification.EQUAL_MODELS}])
def test_a_limit_with_other_effects_or_weights_is_left_out_and_named(change, panels):
    """A limit is the day's, and each row of its likelihood counts once: anything else would be taken for that."""
    one = find(
        estimand="censored_at_fifty", panel="listed", controls=(), price="log_price_measured", sample="paid",
        outcome="log_tokens_50", se_type="CRV1 by developer",
    )  # fmt: skip
    other = replace(one, **change)
    found = dict(zip((one, other), curve.estimate_all(panels, [one, other]), strict=True))
    assert found[one].coef is not None
    assert found[other].coef is None
    assert found[other].dropped == "a limit is the day's: it takes effects of date alone, and rows that count alike"


def test_dated_moves_in_the_curve_are_those_of_the_headline(panels):
    """The pools of record and their synthetic controls are among the specifications, to the digit."""
    together = pd.read_csv(paths.REGRESSIONS / "moves_together.csv")
    found = curve.read().query("estimand == 'dated_move' and price == 'log_price_measured'")
    found = found[found["controls"] == "donors + no_launch_within_a_week"].set_index(["panel", "sample", "estimator"])
    samples = {"all": "moves_15", "cuts": "cuts_15", "rises": "rises_15"}
    own = together[together["direction"].isin(samples)]
    assert set(own["span"]) == set(moves.SPANS) and (own["direction"] == "all").sum() == len(moves.SPANS)
    for one in own.itertuples():
        row = found.loc[(f"moves_{one.span}", samples[one.direction], movecurve.DIFFERENCES)]
        assert [row["coef"], row["ci_low"], row["ci_high"], row["p"], row["n"]] == pytest.approx(
            [one.elasticity, one.low, one.high, one.p, one.moves], rel=1e-5
        )
    # A model too young for a synthetic control is in none of its pools; the others are weighed as everywhere.
    measured = pd.read_csv(paths.REGRESSIONS / "moves.csv").query("span == 'short' and passed")
    measured = measured.dropna(subset="synthetic_elasticity")
    weights = measured["log_price_change"] ** 2
    row = found.loc[("moves_short", "moves_15", movecurve.SYNTHETIC)]
    assert row["coef"] == pytest.approx((measured["synthetic_elasticity"] * weights).sum() / weights.sum(), rel=1e-4)
    assert row["n"] == len(measured) > 0


def test_dated_moves_find_what_was_put_in_by_every_way():
    chosen = [one for one in GRID if one.estimand == "dated_move"]
    table = run_specifications(simulate_moves(), chosen)
    without = table["dropped"].notna()
    assert set(table.loc[without, "dropped"]) == {"no dated move of this kind can be measured in this way"}
    assert table.loc[without, "controls"].str.startswith(movecurve.SISTER).all()  # whose vendor has no other model
    assert table.loc[~without, "coef"].between(-1.45, -0.95).all()
    assert (table.loc[~without, "se"] > 0).all()
    count = table.set_index(["sample", "controls"])["n"].groupby(level=[0, 1]).first()
    assert count["cuts_15", "donors + no_launch_within_a_week"] == 1  # the other had a launch in the week after
    assert count["cuts_15", "donors + no_launch_soon"] == count["cuts_15", "donors"] == 2
    none = run_specifications({name: rows.head(0) for name, rows in simulate_moves().items()}, chosen[:2])
    assert none["dropped"].eq("no dated move is on record").all()


@pytest.mark.parametrize(("elasticity", "firm"), [(0.0, False), (-1.2, True)])
def test_dated_moves_are_tested_together_by_placebos(elasticity, firm):
    chosen = [one for one in GRID if one.estimand == "dated_move"]
    estimates = curve.estimate_all(simulate_moves(elasticity), chosen)
    one = judge_curve(estimates).iloc[0]
    assert (one["median_p"] <= 0.05) == firm
    few = judge_curve(estimates, draws=19).iloc[0]
    assert few["median_p"] * 20 == pytest.approx(round(few["median_p"] * 20))  # one of twenty steps
    assert few["median"] == one["median"]
    assert one["developers"] == 3
    assert abs(one["median_null"]) < 0.2  # chance lies about zero
    if firm:
        assert one["negative_percent"] == one["significant_percent"] == 100
        assert one["significant_percent_null"] < 50


# ------------------------------------------------------------------------------------------------ rules of the numbers


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(0.01, 100))
def test_units_and_order_of_rows_do_not_matter(seed, price_factor, token_factor):
    rows = simulate(models=15, days=8, seed=seed)
    other = rows.sample(frac=1, random_state=seed).reset_index(drop=True)
    other["log_price_measured"] += np.log(price_factor)
    other["log_tokens"] += np.log(token_factor)
    one = find(
        estimand="within_model",
        effects=(
            "model",
            "date",
        ),
        se_type="CRV1 by model",
        price="log_price_measured",
    )
    first, second = (estimate(prepare(part), one) for part in (rows, other))
    assert first.n == second.n
    for name in ("coef", "se", "p", "ci_low", "ci_high"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), rel=1e-6, abs=1e-9)


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_errors_differ_and_the_estimate_does_not(seed):
    sample = prepare(simulate(models=15, days=8, seed=seed))
    one = find(estimand="within_day", panel="wednesdays", effects=("date",))
    kinds = [replace(one, se_type=name) for name in ("CRV1 by model", "CRV1 by developer", "HC1")]
    rows = [estimate(sample, kind) for kind in kinds]
    assert len({row.coef for row in rows}) == 1
    assert len({row.se for row in rows}) == 3
    for row in rows:
        assert row.ci_low < row.coef < row.ci_high
        assert 0 <= row.p <= 1
        assert (row.p < 0.05) == (row.ci_low > 0 or row.ci_high < 0)


# ------------------------------------------------------------------------------------------------------------ the grid


def test_the_grid_is_large_and_repeats_nothing():
    assert len(GRID) >= 8000
    assert len(set(GRID)) == len(GRID)
    rows = pd.DataFrame([one.as_row() for one in GRID])
    assert not rows.duplicated(list(curve.WORD_COLUMNS[:-1])).any()
    assert set(rows["estimand"]) == set(specification.ESTIMANDS)
    assert {one.price for one in GRID} == {*curve.CURVE_PRICES, *curve.CURVE_HOST_PRICES}
    assert {name for one in GRID for name in one.effects} == set(specification.EFFECTS)
    assert {one.sample for one in GRID} == {*specification.SAMPLES, *specification.MOVE_SAMPLES} - {"free"}
    assert {one.se_type for one in GRID} == {*specification.CLUSTERED, *specification.OF_HOSTS, "HC1", "placebos"}


def test_what_a_sample_holds_fixed_is_not_entered():
    for one in GRID:
        if one.sample in ("paid_china", "paid_us"):
            assert "origin" not in one.controls
            assert not any(name.endswith("origin") for name in one.effects)
        if one.sample in ("paid_open", "paid_closed"):
            assert "open_weights" not in one.controls
            assert not any(name.endswith("open_weights") for name in one.effects)
        assert not ("origin" in one.controls and "origin" in one.effects)


# ------------------------------------------------------------------------------------------------------------ bad input


def spoil(rows, how):
    rows = rows.copy()
    prices = list(curve.CURVE_PRICES)
    if how == "no price variation":
        rows[prices] = 0.5
    elif how == "no price variation within models":
        for name in prices:
            rows[name] = rows.groupby("model")[name].transform("first")
    elif how == "single cluster":
        rows["developer"] = "d0"
    elif how == "collinear controls":
        rows["log_context"] = 2 * rows["log_age"] + 1
    elif how == "all free":
        rows[prices], rows["free"] = np.nan, True
    elif how == "no quality":
        rows["quality"] = np.nan
    return rows


SPOILT = [
    ("no price variation", "within_day", "the price is the same in every row"),
    ("no price variation within models", "within_model", "the price does not vary within model and date"),
    (
        "single cluster",
        "within_day",
        "all rows are of one developer, so errors cannot be clustered (CRV1 by developer)",
    ),
    ("collinear controls", "within_model", "log_context follows from the other columns (collinear)"),
    ("all free", "extensive", "no row of the panel is in the sample “paid”"),
    ("no quality", "within_day", "quality is missing in every row"),
]


@pytest.mark.parametrize(("how", "estimand", "reason"), SPOILT, ids=[how for how, _, _ in SPOILT])
def test_what_cannot_be_estimated_is_left_out_and_named(how, estimand, reason):
    chosen = [one for one in GRID if one.estimand in (estimand, "cross_section") and one.price == "log_price_3_1"][::5]
    panels = simulate_all(models=20, days=6)
    broken = next(one.panel for one in chosen if one.estimand == estimand)
    panels[broken] = spoil(panels[broken], how)
    table = run_specifications(panels, chosen)
    assert len(table) == len(chosen)
    left_out = table[table["dropped"].notna()]
    assert reason in set(left_out["dropped"])
    assert left_out[["coef", "se", "p", "n"]].isna().all(axis=None)
    # The rest goes on, and the count says so.
    others = table[(table["panel"] != broken) & table["dropped"].isna()]
    assert len(others) > 20
    assert others[["coef", "se", "p", "n"]].notna().all(axis=None)
    counts = curve.count(table)
    assert counts["dropped"] == len(left_out) == curve.count_dropped(table)["specifications"].sum()
    assert counts["estimated"] + counts["dropped"] == len(chosen)
    messages = curve.report_dropped(table, chosen)
    assert len(messages) == len(left_out)
    named = next(message for message in messages if reason in message)
    assert named.startswith(f"{estimand} · {broken} · outcome ")
    assert named.endswith("the curve goes on without it")


def test_a_poisson_regression_that_does_not_settle_is_named_too(monkeypatch):
    monkeypatch.setattr(estimation, "ROUNDS", 2)
    one = find(estimand="within_day", estimator="poisson")
    row = estimate(prepare(simulate()), one)
    assert row.dropped == "the Poisson regression did not settle in 2 rounds"
    assert row.coef is None


# --------------------------------------------------------------------------------------------------------- the backends


@pytest.fixture(scope="module")
def small():
    return simulate_all(models=30, days=8), GRID[::97]


def as_text(table):
    return format_csv(table.astype(object).where(table.notna(), None).to_dict("records"), COLUMNS)


@pytest.fixture(scope="module")
def table(small):
    return run_specifications(*small)


@pytest.fixture(scope="module")
def serial(table):
    return as_text(table)


def test_processes_give_the_bytes_of_a_serial_run(small, serial):
    assert as_text(run_specifications(*small, jobs=2)) == serial


def test_a_cluster_gives_the_bytes_of_a_serial_run(small, serial):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs="ERROR"
    ) as cluster:
        table = run_specifications(*small, backend="dask", scheduler=cluster.scheduler_address)
    assert as_text(table) == serial


def test_a_cluster_needs_an_address():
    with pytest.raises(UserError, match="needs --scheduler ADDRESS"):
        run_specifications(simulate_all(), GRID[:1], backend="dask")


def test_a_silent_address_is_named(monkeypatch):
    monkeypatch.setattr(curve, "TIMEOUT", "1s")
    with pytest.raises(UserError, match=r"--scheduler tcp://127\.0\.0\.1:9: no Dask scheduler answers there"):
        run_specifications(simulate_all(), GRID[:1], backend="dask", scheduler="tcp://127.0.0.1:9")


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="needs the extra `cluster`"):
        run_specifications(simulate_all(), GRID[:1], backend="dask", scheduler="tcp://127.0.0.1:9")


def test_an_unknown_backend_is_named():
    with pytest.raises(UserError, match="--backend threads: expected processes or dask"):
        run_specifications(simulate_all(), GRID[:1], backend="threads")


# ---------------------------------------------------------------------------------------------------- counts and files


def test_distinct_estimates_are_counted_once(table):
    repeated = pd.concat([table, table.assign(se_type="another", se=table["se"] * 2)], ignore_index=True)
    once, twice = curve.count(table), curve.count(repeated)
    assert twice["specifications"] == 2 * once["specifications"]
    assert twice["distinct"] == once["distinct"]
    assert twice["median"] == once["median"]
    # Of those that share an estimate the widest interval is kept.
    assert set(curve.list_fits(repeated)["se_type"]) == {"another"}


def test_a_written_curve_reads_back_and_an_absent_one_is_named(table, tmp_path):
    curve.write_specifications(table, tmp_path / "curve.csv")
    again = curve.read(tmp_path / "curve.csv")
    assert again["dropped"].notna().any()
    assert again["dropped"].fillna("").tolist() == table["dropped"].fillna("").tolist()
    pd.testing.assert_series_equal(again["coef"], table["coef"], check_dtype=False)
    assert (again["controls"] == table["controls"]).all()
    with pytest.raises(UserError, match="Run `make report`, or `tokencheck curve`"):
        curve.read(tmp_path / "none.csv")


# ------------------------------------------------------------------------------------------------ the committed curve


@pytest.fixture(scope="session")
def committed():
    return curve.read()


def test_the_committed_curve_is_that_of_the_grid(committed):
    assert tuple(committed) == COLUMNS
    words = [name for name in curve.WORD_COLUMNS if name != "dropped"]
    wanted = pd.DataFrame([one.as_row() for one in GRID])[words]
    pd.testing.assert_frame_equal(committed[words], wanted, check_dtype=False)
    assert (committed["coef"].notna() == committed["dropped"].isna()).all()


def test_the_committed_numbers_follow_from_the_tables(committed, panels):
    places = range(0, len(GRID), 311)
    again = run_specifications(panels, [GRID[place] for place in places])
    expected = committed.iloc[list(places)].reset_index(drop=True)
    for name in ("coef", "se", "p", "n", "clusters", "r2_within"):
        assert again[name].astype(float).to_numpy() == pytest.approx(
            expected[name].astype(float).to_numpy(), rel=1e-5, nan_ok=True
        ), name
    assert paths.SPECIFICATIONS.read_bytes().startswith(",".join(COLUMNS).encode())
    assert len(pd.read_csv(io.BytesIO(paths.SPECIFICATIONS.read_bytes()))) == len(GRID)
