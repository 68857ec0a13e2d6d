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

from tokencheck import paths
from tokencheck.econometrics import headlines, panel, regress, simulation
from tokencheck.econometrics.precision import SIGNIFICANT_DIGITS
from tokencheck.econometrics.regress import Specification
from tokencheck.errors import UserError
from tokencheck.results import read_rows, round_number

ABSORBED = {"ols": pf.feols, "poisson": pf.fepois, "logit": pf.feglm}
EXACT = {"logit": {"family": "logit", "iwls_tol": 1e-12}, "poisson": {"iwls_tol": 1e-12}, "ols": {}}


@pytest.fixture(scope="module")
def panels(tables):
    return panel.build_all(tables)


def run_pyfixest(specification, rows):
    """Run the same specification with absorbed effects, in the convention of `tokencheck.econometrics.regress`."""
    sample = regress.prepare(specification, rows)
    data = sample.assign(**{name: sample[name].astype(str) for name in specification.effects})
    data[specification.outcome] = data[specification.outcome].astype(float)
    if specification.estimator == "poisson":
        data[specification.outcome] /= 1e9
    clustered = pf.ssc(k_adj=True, k_fixef="full", G_adj=True, G_df="conventional")
    vcov, ssc = {"CRV1": "+".join(specification.cluster)}, clustered
    if not specification.cluster:
        vcov, ssc = specification.se_type, pf.ssc(k_adj=specification.se_type == "HC1", k_fixef="full", G_adj=False)
    effects = f" | {' + '.join(specification.effects)}" if specification.effects else ""
    formula = f"{specification.outcome} ~ {' + '.join([specification.price, *specification.controls])}{effects}"
    options = EXACT[specification.estimator] | {"demeaner": pf.MapDemeaner(fixef_tol=1e-12)}
    found = ABSORBED[specification.estimator](formula, data, vcov=vcov, ssc=ssc, **options)
    return float(found.coef()[specification.price]), float(found.se()[specification.price])


@pytest.fixture(scope="module")
def estimates(panels):
    return {one.specification: one for one in regress.run_all(headlines.SPECIFICATIONS, panels)}


@pytest.mark.parametrize(
    "specification",
    [one for one in headlines.SPECIFICATIONS if one.estimator != "median"],
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
    sample = regress.prepare(one, panels[panel.WEEK])
    other = pf.quantreg(f"log_tokens ~ {' + '.join([one.price, *one.controls])}", sample, quantile=0.5)
    found = regress.fit(one, panels[panel.WEEK])
    assert found.coef == pytest.approx(float(other.coef()[one.price]), rel=1e-5)


@pytest.mark.parametrize("specification", [headlines.MODEL, headlines.DAY], ids=lambda one: one.name)
def test_linearmodels_gives_the_same(panels, specification):
    """A third library; it counts the coefficients its own way, so that the scale is set right before comparing."""
    from linearmodels.panel import PanelOLS

    sample = regress.prepare(specification, panels[specification.panel])
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
    found = regress.fit(specification, panels[specification.panel])
    assert found.coef == pytest.approx(float(other.params.iloc[0]), rel=1e-6)
    assert found.se == pytest.approx(float(other.std_errors.iloc[0]) * scale, rel=1e-6)


def test_committed_estimates_are_those_of_the_code(estimates):
    rows = read_rows(paths.ESTIMATES)
    assert list(rows[0]) == list(regress.COLUMNS)
    for found, row in zip(estimates.values(), rows, strict=True):
        assert float(row["coef"]) == round_number(found.coef, SIGNIFICANT_DIGITS)
        assert float(row["se"]) == round_number(found.se, SIGNIFICANT_DIGITS)
        assert row["se_type"] == found.specification.se_type
        assert (int(row["n"]), int(row["models"])) == (found.n, found.models)


# --------------------------------------------------------------------------------------------- a market that is known


@pytest.fixture(scope="module")
def market():
    """Invented: price follows quality; the true elasticity is `simulation.ELASTICITY`."""
    return simulation.simulate_market(1.0, models=150, days=12)


@pytest.mark.parametrize(
    "specification",
    [
        Specification("within model", "within_model", "m", effects=("model", "date"), cluster=("model",)),
        Specification("with quality", "within_day", "m", controls=("quality",), effects=("date",), cluster=("model",)),
        Specification("two-way", "within_model", "m", effects=("model", "date"), cluster=("model", "date")),
        Specification(
            "expected tokens", "within_model", "m", outcome="tokens", effects=("model", "date"), cluster=("model",),
            estimator="poisson",
        ),
        Specification("median", "cross_section", "m", controls=("quality", "wave"), estimator="median"),
    ],
    ids=lambda one: one.name,
)  # fmt: skip
def test_a_known_elasticity_is_found(market, specification):
    rows = market.assign(wave=market.groupby("date")["log_tokens"].transform("mean"))
    found = regress.fit(specification, rows)
    assert abs(found.coef - simulation.ELASTICITY) < 4 * found.se
    assert found.se < 0.2


def test_without_quality_the_same_market_misleads(market):
    found = regress.fit(Specification("naive", "within_day", "m", effects=("date",), cluster=("model",)), market)
    assert found.ci_low > simulation.ELASTICITY + 0.3


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    specification = Specification("cover", "within_day", "m", controls=("quality",))
    held = 0
    for seed in range(100):
        found = regress.fit(specification, simulation.simulate_market(0.5, models=60, seed=seed))
        held += found.ci_low <= simulation.ELASTICITY <= found.ci_high
    assert 88 <= held <= 100


def test_a_chance_is_found():
    """A linear probability model of a uniform threshold has the slope that was built in."""
    generator = np.random.default_rng(3)
    rows = simulation.simulate_market(0.0, models=4000)
    rows["log_price_measured"] = generator.uniform(-1, 1, len(rows))
    rows["top_50"] = generator.uniform(size=len(rows)) < 0.5 - 0.2 * rows["log_price_measured"]
    found = regress.fit(Specification("chance", "extensive", "m", outcome="top_50"), rows)
    assert abs(found.coef + 0.2) < 4 * found.se


# ------------------------------------------------------------------------------------------------------ what must hold

SMALL = Specification("rule", "within_day", "m", effects=("date",), cluster=("model",))


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_units_do_not_matter(seed, factor, shift):
    """Prices in another currency and days with more traffic leave an elasticity as it is."""
    rows = simulation.simulate_market(0.5, models=25, days=3, seed=seed)
    other = rows.assign(
        log_price_measured=rows["log_price_measured"] + np.log(factor),
        log_tokens=rows["log_tokens"] + shift * rows["date"].rank(method="dense"),
    )
    one, two = regress.fit(SMALL, rows), regress.fit(SMALL, other.sample(frac=1, random_state=seed))
    assert two.coef == pytest.approx(one.coef, rel=1e-6, abs=1e-9)
    assert two.se == pytest.approx(one.se, rel=1e-6)
    assert two.r2_within == pytest.approx(one.r2_within, rel=1e-6, abs=1e-9)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), slope=st.floats(-3, 3))
def test_what_is_added_is_found(seed, slope):
    """Adding a multiple of log price to log tokens adds it to the estimate, and leaves its standard error."""
    rows = simulation.simulate_market(0.5, models=25, days=3, seed=seed)
    other = rows.assign(log_tokens=rows["log_tokens"] + slope * rows["log_price_measured"])
    one, two = regress.fit(SMALL, rows), regress.fit(SMALL, other)
    assert two.coef == pytest.approx(one.coef + slope, abs=1e-8)
    assert two.se == pytest.approx(one.se, rel=1e-6)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), known=st.floats(0.1, 1.0))
def test_rows_that_cannot_count_do_not(seed, known):
    """Free, unpriced and lone rows change nothing; the sample is what is left."""
    rows = simulation.simulate_market(0.5, models=20, days=2, seed=seed)
    generator = np.random.default_rng(seed)
    extra = rows.sample(frac=known, random_state=seed).assign(
        model=lambda part: "x" + part["model"], log_price_measured=np.nan, free=generator.random() < 0.5
    )
    lone = rows.tail(1).assign(date=pd.Timestamp("2031-01-01"))
    one, two = regress.fit(SMALL, rows), regress.fit(SMALL, pd.concat([rows, extra, lone], ignore_index=True))
    assert (two.n, two.models) == (one.n, one.models)
    assert two.coef == pytest.approx(one.coef, rel=1e-9)


# ------------------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"log_price_measured": 0.5}, {}, "the price “log_price_measured” does not vary within date"),
        ({"developer": "one"}, {"cluster": ("developer",)}, r"“developer” has a single cluster \(one\)"),
        ({"copy": lambda rows: 2 * rows["log_price_measured"]}, {"controls": ("copy",)}, "“copy” is collinear"),
        ({"copy": 1.0}, {"controls": ("copy",)}, "“copy” is collinear"),
        ({"free": True}, {"sample": "all"}, "every model in the sample is free"),
        ({"free": True}, {}, "no row of the panel is in the sample “paid”"),
        ({"quality": np.nan}, {"controls": ("quality",)}, "“quality” is missing in every row"),
        ({}, {"sample": "rich"}, "there is no sample “rich”; known: paid"),
    ],
)
def test_a_bad_input_is_named(change, options, words):
    rows = simulation.simulate_market(0.5, models=20, days=2).assign(**change)
    one = replace(SMALL, name="the asked one", **options)
    with pytest.raises(UserError, match=f"specification “the asked one”: .*{words}.*It is left out"):
        regress.fit(one, rows)


def test_price_that_never_changes_within_a_model_is_refused():
    rows = simulation.simulate_market(0.5, models=20, days=4)
    rows["log_price_measured"] = rows.groupby("model")["log_price_measured"].transform("first")
    with pytest.raises(UserError, match="does not vary within model and date"):
        regress.fit(replace(SMALL, effects=("model", "date")), rows)


def test_too_few_rows_are_refused():
    rows = simulation.simulate_market(0.5, models=2, days=1)
    with pytest.raises(UserError, match="only 2 rows have all of"):
        regress.fit(replace(SMALL, cluster=()), rows)
