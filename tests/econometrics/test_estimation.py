"""Regressions: checked against other libraries, against markets with a known elasticity, and for clear refusals.

The markets of `tokencheck.econometrics.simulation` are invented; no number of them is evidence.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets import simulate_market
from tokencheck import paths
from tokencheck.econometrics import headlines, panel, simulation
from tokencheck.econometrics.estimation import estimate, fit, fit_batch, leave_fixed_out
from tokencheck.econometrics.precision import EXACT_DIGITS, SIGNIFICANT_DIGITS
from tokencheck.econometrics.sample import draw_rows, prepare, take
from tokencheck.econometrics.specification import COLUMNS, Specification
from tokencheck.errors import UserError
from tokencheck.results import read_rows, round_number

ABSORBED = {"ols": pf.feols, "poisson": pf.fepois, "logit": pf.feglm}
EXACT = {"logit": {"family": "logit", "iwls_tol": 1e-12}, "poisson": {"iwls_tol": 1e-12}, "ols": {}}


def run_pyfixest(specification, rows):
    """Run the same specification with absorbed effects, in the convention of `tokencheck.econometrics.estimation`."""
    clustered = pf.ssc(k_adj=True, k_fixef="full", G_adj=True, G_df="conventional")
    vcov, ssc = {"CRV1": "+".join(specification.clusters)}, clustered
    if not specification.clusters:
        vcov, ssc = specification.se_type, pf.ssc(k_adj=specification.se_type == "HC1", k_fixef="full", G_adj=False)
    options = EXACT[specification.estimator] | {"demeaner": pf.MapDemeaner(fixef_tol=1e-12)}
    sample = draw_rows(prepare(rows), specification)
    found = ABSORBED[specification.estimator](specification.absorbed_formula, sample, vcov=vcov, ssc=ssc, **options)
    scale = 1.0
    if specification.estimator == "logit":  # an elasticity of the average chance, as all others are
        chances = np.asarray(found.predict(type="response"))
        scale = (chances * (1 - chances)).mean() / chances.mean()
    return scale * float(found.coef()[specification.price]), scale * float(found.se()[specification.price])


@pytest.fixture(scope="session")
def estimates(panels):
    return {one.specification: one for one in headlines.fit_all(headlines.Panels(panels))}


@pytest.mark.parametrize(
    "specification",
    [one for one in headlines.HEADLINE_SPECIFICATIONS if one.estimator != "median"],
    ids=lambda one: one.name,
)
def test_pyfixest_gives_the_same(panels, estimates, specification):
    """Coefficient and standard error of every headline estimate, to a millionth."""
    found = estimates[specification]
    coef, se = run_pyfixest(specification, panels[specification.panel])
    assert found.coef == pytest.approx(coef, rel=1e-6)
    assert found.se == pytest.approx(se, rel=1e-6)


@pytest.mark.parametrize("controls", [(), headlines.CONTROLS])
def test_pyfixest_gives_the_same_median(panels, controls):
    """The coefficient only: the two libraries estimate the standard error of a median in different ways."""
    one = replace(headlines.WEEK_MEDIAN, controls=controls)
    other = pf.quantreg(one.absorbed_formula, draw_rows(prepare(panels[panel.WEEK]), one), quantile=0.5)
    found = fit(one, panels[panel.WEEK])
    assert found.coef == pytest.approx(float(other.coef()[one.price]), rel=1e-5)


@pytest.mark.parametrize("specification", [headlines.MODEL, headlines.DAY], ids=lambda one: one.name)
def test_linearmodels_gives_the_same(panels, specification):
    """A third library; it counts the coefficients its own way, so that the scale is set right before comparing."""
    from linearmodels.panel import PanelOLS

    sample = draw_rows(prepare(panels[specification.panel]), specification)
    indexed = sample.set_index(["model", "date"])
    model = PanelOLS(
        indexed["log_tokens"],
        indexed[["log_price_measured"]],
        entity_effects="model" in specification.effects,
        time_effects="date" in specification.effects,
    )
    clusters = pd.Series(pd.factorize(sample["model"])[0], indexed.index)
    other = model.fit(cov_type="clustered", clusters=clusters, debiased=False, group_debias=False)
    n, groups = len(sample), sample["model"].nunique()
    effects = sum(sample[name].nunique() for name in specification.effects) - (len(specification.effects) - 1)
    # linearmodels scales by n / (n − effects) here; ours is G/(G−1) · (N−1)/(N−K), the slope counted too.
    scale = np.sqrt(groups / (groups - 1) * (n - 1) / (n - effects - 1) * (n - effects) / n)
    found = fit(specification, panels[specification.panel])
    assert found.coef == pytest.approx(float(other.params.iloc[0]), rel=1e-6)
    assert found.se == pytest.approx(float(other.std_errors.iloc[0]) * scale, rel=1e-6)


def test_committed_estimates_are_those_of_the_code(estimates):
    rows = {row["specification"]: row for row in read_rows(paths.ESTIMATES)}
    for specification, found in estimates.items():
        row = rows[specification.name]
        assert row.keys() >= set(COLUMNS[:-1])
        digits = EXACT_DIGITS if specification.estimator == "ols" else SIGNIFICANT_DIGITS
        assert float(row["coef"]) == round_number(found.coef, digits)
        assert float(row["se"]) == round_number(found.se, digits)
        assert row["se_type"] == found.specification.se_type
        assert (int(row["n"]), int(row["models"])) == (found.n, found.models)


@pytest.mark.parametrize(
    "specification",
    [one for one in headlines.HEADLINE_SPECIFICATIONS if one.estimator in ("ols", "poisson")],
    ids=lambda one: one.name,
)
def test_many_at_once_gives_what_one_by_one_gives(panels, estimates, specification):
    """The fast path and the estimator of record, on every headline estimate that both can run."""
    found = estimate(take(prepare(panels[specification.panel]), specification.sample), specification)
    for name, value in estimates[specification].as_row().items():
        expected = pytest.approx(value, rel=1e-5 if name == "p" else 1e-6) if isinstance(value, float) else value
        assert getattr(found, name, value) == expected, name


def test_what_only_one_by_one_can_estimate_is_not_taken_for_something_else(panels):
    sample = take(prepare(panels[panel.WEEK]), "paid")
    for one in (headlines.WEEK_MEDIAN, replace(headlines.FULL_WEEK, effects=("developer",))):
        with pytest.raises(ValueError, match="one by one, with fit"):
            fit_batch(sample, [one])


# --------------------------------------------------------------------------------------------- a market that is known


SMALL = Specification("within_day", "m", effects=("date",), se_type="CRV1 by model", name="rule")
MARKET = replace(SMALL, name="within model", estimand="within_model", effects=("model", "date"))


@pytest.fixture(scope="session")
def market():
    """Invented: price follows quality; the true elasticity is `simulation.ELASTICITY`."""
    return simulate_market(1.0, models=80, days=10)


@pytest.mark.parametrize(
    "specification",
    [
        MARKET,
        replace(MARKET, name="two-way", se_type="CRV1 by model and date"),
        replace(MARKET, name="expected tokens", outcome="tokens", estimator="poisson"),
        replace(SMALL, name="with quality", controls=("quality",)),
        Specification(
            "cross_section",
            "m",
            controls=("quality", "wave"),
            estimator="median",
            se_type="robust (kernel)",
            name="median",
        ),
    ],
    ids=lambda one: one.name,
)
def test_a_known_elasticity_is_found(market, specification):
    rows = market.assign(wave=market.groupby("date")["log_tokens"].transform("mean"))
    found = fit(specification, rows)
    assert abs(found.coef - simulation.ELASTICITY) < 4 * found.se
    assert found.se < 0.2


def test_without_quality_the_same_market_misleads(market):
    found = fit(Specification("within_day", "m", name="naive", effects=("date",), se_type="CRV1 by model"), market)
    assert found.ci_low > simulation.ELASTICITY + 0.3


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    specification = Specification("within_day", "m", name="cover", controls=("quality",))
    held = 0
    for seed in range(100):
        found = fit(specification, simulate_market(0.5, models=60, seed=seed))
        held += found.ci_low <= simulation.ELASTICITY <= found.ci_high
    assert 88 <= held <= 100


def test_a_chance_is_found():
    """A linear probability model of a uniform threshold has the slope that was built in."""
    generator = np.random.default_rng(3)
    rows = simulate_market(0.0, models=4000)
    rows["log_price_measured"] = generator.uniform(-1, 1, len(rows))
    rows["top_50"] = generator.uniform(size=len(rows)) < 0.5 - 0.2 * rows["log_price_measured"]
    found = fit(Specification("extensive", "m", name="chance", outcome="top_50"), rows)
    assert abs(found.coef + 0.2) < 4 * found.se


# ------------------------------------------------------------------------------------------------------ what must hold


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_units_do_not_matter(seed, factor, shift):
    """Prices in another currency and days with more traffic leave an elasticity as it is."""
    rows = simulate_market(0.5, models=25, days=3, seed=seed)
    other = rows.assign(
        log_price_measured=rows["log_price_measured"] + np.log(factor),
        log_tokens=rows["log_tokens"] + shift * rows["date"].rank(method="dense"),
    )
    one, two = fit(SMALL, rows), fit(SMALL, other.sample(frac=1, random_state=seed))
    assert two.coef == pytest.approx(one.coef, rel=1e-6, abs=1e-9)
    assert two.se == pytest.approx(one.se, rel=1e-6)
    assert two.r2_within == pytest.approx(one.r2_within, rel=1e-6, abs=1e-9)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), slope=st.floats(-3, 3))
def test_what_is_added_is_found(seed, slope):
    """Adding a multiple of log price to log tokens adds it to the estimate, and leaves its standard error."""
    rows = simulate_market(0.5, models=25, days=3, seed=seed)
    other = rows.assign(log_tokens=rows["log_tokens"] + slope * rows["log_price_measured"])
    one, two = fit(SMALL, rows), fit(SMALL, other)
    assert two.coef == pytest.approx(one.coef + slope, abs=1e-8)
    assert two.se == pytest.approx(one.se, rel=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), known=st.floats(0.1, 1.0))
def test_rows_that_cannot_count_do_not(seed, known):
    """Free, unpriced and lone rows change nothing; the sample is what is left."""
    rows = simulate_market(0.5, models=20, days=2, seed=seed)
    generator = np.random.default_rng(seed)
    extra = rows.sample(frac=known, random_state=seed).assign(
        model=lambda part: "x" + part["model"], log_price_measured=np.nan, free=generator.random() < 0.5
    )
    lone = rows.tail(1).assign(date=pd.Timestamp("2031-01-01"))
    one, two = fit(SMALL, rows), fit(SMALL, pd.concat([rows, extra, lone], ignore_index=True))
    assert (two.n, two.models) == (one.n, one.models)
    assert two.coef == pytest.approx(one.coef, rel=1e-9)


def test_levels_of_parts_that_never_meet_count_as_in_statsmodels():
    """Two markets without a day or a developer in common: every indicator is a coefficient, also one that adds none."""
    rows = simulate_market(0.5, models=20, days=3)
    other = simulate_market(0.2, models=20, days=3, seed=5)
    for name in ("model", "developer"):
        other[name] = other[name] + " elsewhere"
    both = pd.concat([rows, other.assign(date=other["date"] + pd.Timedelta(weeks=9))], ignore_index=True)
    one = replace(SMALL, effects=("date", "developer"), se_type="CRV1 by model")
    found, record = estimate(take(prepare(both), one.sample), one), fit(one, both)
    assert found.se == pytest.approx(record.se, rel=1e-9)
    assert found.n == record.n == 120


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"log_price_measured": 0.5}, {}, "the price is the same in every row"),
        ({"developer": "one"}, {"se_type": "CRV1 by developer"}, "all rows are of one developer"),
        ({"copy": lambda rows: 2 * rows["log_price_measured"]}, {"controls": ("copy",)}, "copy follows from the other"),
        ({"copy": 1.0}, {"controls": ("copy",)}, "copy follows from the other"),
        ({"free": True}, {"sample": "free"}, "every model of the sample is free"),
        ({"log_price_measured": np.nan}, {}, "no row of the panel is in the sample “paid”"),
        ({"quality": np.nan}, {"controls": ("quality",)}, "quality is missing in every row"),
    ],
)
def test_a_bad_input_is_named(change, options, words):
    rows = simulate_market(0.5, models=20, days=2).assign(**change)
    one = replace(SMALL, name="the asked one", **options)
    with pytest.raises(UserError, match=f"specification “the asked one”: .*{words}.*It is left out"):
        fit(one, rows)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"sample": "rich"}, "there is no sample “rich”; known: paid, "),
        ({"estimator": "mean"}, "there is no estimator “mean”; known: ols, "),
        ({"effects": ("weekday",)}, "there is no effect “weekday”; known: model, "),
        ({"estimator": "poisson", "se_type": "HC3"}, "there is no standard error of this estimator “HC3”; known: CRV1"),
    ],
)
def test_a_choice_that_does_not_exist_is_named(choice, words):
    with pytest.raises(UserError, match=f"specification “the asked one”: {words}"):
        replace(SMALL, name="the asked one", **choice)


def test_price_that_never_changes_within_a_model_is_refused():
    rows = simulate_market(0.5, models=20, days=4)
    rows["log_price_measured"] = rows.groupby("model")["log_price_measured"].transform("first")
    with pytest.raises(UserError, match="does not vary within model and date"):
        fit(replace(SMALL, effects=("model", "date")), rows)


def test_too_few_rows_are_refused():
    rows = simulate_market(0.5, models=2, days=1)
    with pytest.raises(UserError, match="2 rows are too few"):
        fit(replace(SMALL, se_type="HC3"), rows)


def test_what_a_sample_holds_fixed_is_left_out_and_what_still_cannot_be_estimated_is_said():
    rows = simulate_market(0.3, models=40).assign(origin="CN")
    one = Specification("within_day", "m", controls=("quality", "origin"), effects=("date",), se_type="HC1")
    sample = take(prepare(rows), "paid")
    chosen = leave_fixed_out(sample, one)
    assert chosen.controls == ("quality",)
    assert estimate(sample, chosen).dropped is None
    assert "collinear" in estimate(sample, one).dropped
    none = take(prepare(rows.assign(log_price_measured=np.nan)), "paid")
    assert leave_fixed_out(none, one) == one
    assert estimate(none, one).dropped == "no row of the panel is in the sample “paid”"
