"""The same numbers as other packages where they define the same thing; what they gave stands in `crosscheck.json`.

`tools/crosscheck.py` made that file, with the date and the versions in it; its panel is invented. pyfixest, which is at
hand, is asked itself.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest

from tokencheck.econometrics import designs, hostpanel, robustness
from tokencheck.econometrics.estimation import estimate
from tokencheck.econometrics.inference import WildTest
from tokencheck.econometrics.sample import draw_rows, prepare
from tokencheck.econometrics.specification import Specification

FIXTURE = json.loads((Path(__file__).parent / "crosscheck.json").read_text(encoding="utf-8"))
WITH_QUALITY = Specification("cross_section", "m", controls=("quality",))
EXACT = 1e-6


@pytest.fixture(scope="module")
def rows():
    rows = pd.DataFrame(FIXTURE["rows"])
    return rows.assign(
        model=rows["number"].map("m{:02}".format),
        developer=rows["developer"].map("d{:02}".format),
        date=pd.Timestamp("2030-01-02") + pd.to_timedelta(rows["day"], unit="D"),
        log_price_measured=rows["price"],
        log_tokens=rows["tokens"],
        free=False,
        mixed=False,
        top_50=True,
        origin="US",
        open_weights=1.0,
    )


def test_the_wild_bootstrap_is_that_of_wildboottest(rows):
    found = WildTest(WITH_QUALITY, rows, "developer")
    assert found.draws == 2**10  # every sign there is, in both
    assert found.compute_p() == pytest.approx(FIXTURE["wildboottest"]["p"], rel=EXACT)


def test_sensitivity_is_that_of_sensemakr(rows):
    found, theirs = robustness.measure_sensitivity(WITH_QUALITY, rows), FIXTURE["sensemakr"]
    for name in ("robustness_value", "robustness_value_5", "coef_bound_1", "coef_bound_2"):
        assert found[name] == pytest.approx(theirs[name], rel=EXACT), name


def test_two_way_effects_are_those_of_linearmodels(rows):
    one = Specification("within_model", "m", effects=("model", "date"), se_type="CRV1 by developer")
    found, theirs = estimate(prepare(rows), one), FIXTURE["linearmodels"]
    assert found.coef == pytest.approx(theirs["coef"], rel=EXACT)
    assert found.se == pytest.approx(theirs["se"], rel=EXACT)


@pytest.mark.parametrize("one", [designs.HOST, designs.HOST_OFFER], ids=str)
def test_the_hosts_error_is_pyfixests_by_the_convention_that_is_named(one, tables):
    """Two clusters: each matrix by its own number of clusters; by pyfixest's default, all by the smaller one."""
    panel = prepare(hostpanel.build_hosts(tables).rows)
    found, rows = estimate(panel, one), draw_rows(panel, one)
    rows = rows.assign(pair=rows.groupby(["model", "host"]).ngroup())

    def fit(clusters, of_few):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of singletons, of which none is left
            ssc = pf.ssc(k_fixef="full", G_df=of_few)
            demeaner = pf.MapDemeaner(fixef_tol=1e-12)
            return pf.feols(one.absorbed_formula, rows, vcov={"CRV1": clusters}, ssc=ssc, demeaner=demeaner)

    theirs = fit("model+host", "conventional")
    assert found.coef == pytest.approx(theirs.coef()[one.price], rel=EXACT)
    assert found.se == pytest.approx(theirs.se()[one.price], rel=EXACT)
    # What is left between the two conventions is the factor G/(G−1) of the three matrices, and nothing else.
    kinds = {"model": 1, "host": 1, "pair": -1}
    squares = {name: fit(name, "conventional").se()[one.price] ** 2 for name in kinds}
    assert found.se**2 == pytest.approx(sum(sign * squares[name] for name, sign in kinds.items()), rel=EXACT)
    count = {name: rows[name].nunique() for name in kinds}
    plain = sum(sign * squares[name] * (count[name] - 1) / count[name] for name, sign in kinds.items())
    few = min(count.values())
    assert fit("model+host", "min").se()[one.price] ** 2 == pytest.approx(few / (few - 1) * plain, rel=EXACT)


def test_the_fixture_says_when_and_with_what_it_was_made():
    assert pd.Timestamp(FIXTURE["made"]) > pd.Timestamp("2026-01-01")
    assert set(FIXTURE["versions"]) == {"linearmodels", "numpy", "PySensemakr", "statsmodels", "wildboottest"}
    assert np.isfinite(list(FIXTURE["sensemakr"].values())).all()
