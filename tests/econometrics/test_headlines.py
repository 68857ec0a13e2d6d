"""The list of headline estimates, what stands beside each, and how its numbers are written."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from tests.markets import simulate_market
from tokencheck import paths, wording
from tokencheck.econometrics import designs, headlines, panel, robustness
from tokencheck.econometrics.estimation import estimate, fit
from tokencheck.econometrics.inference import ScoreTest
from tokencheck.econometrics.sample import prepare, take
from tokencheck.econometrics.specification import ESTIMANDS, SAMPLES
from tokencheck.register import guards
from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import estimates, words
from tokencheck.results import read_json, read_rows


def test_every_specification_has_a_name_of_its_own_and_an_estimand_in_words():
    names = [one.name for one in headlines.HEADLINE_SPECIFICATIONS]
    assert len(set(names)) == len(names)
    asked = {one.estimand for one in (*headlines.HEADLINE_SPECIFICATIONS, *designs.HOST_SPECIFICATIONS.values())}
    assert asked | {"censored_at_fifty", "dated_move"} == set(ESTIMANDS)
    assert {row["estimand"] for row in read_rows(paths.ESTIMATES)} == set(ESTIMANDS)
    assert all(one.question.endswith(("?", ".")) for one in ESTIMANDS.values())


def test_refusals_name_the_specification(tables):
    panels = {panel.WEDNESDAYS: panel.build_panel(tables, panel.WEDNESDAYS)}
    messages = headlines.list_refusals(panels)
    assert len(messages) == 5
    for name in ("free models only", "one developer", "origin beside model effects", "Anthropic’s models", "unscored"):
        assert sum(f"specification “{name}" in message for message in messages) == 1
    assert "does not vary within model and date" in messages[3]  # Anthropic never changed a price, as the page says


def test_every_headline_estimate_has_its_bounds_and_checks():
    names = {one.name for one in headlines.HEADLINE_SPECIFICATIONS}
    bounds, checks = (read_rows(paths.REGRESSIONS / f"{name}.csv") for name in ("bounds", "checks"))
    assert {row["specification"] for row in bounds} <= names
    assert [row["specification"] for row in checks] == [one.name for one in headlines.CORE]
    for row in bounds:
        assert float(row["low_floor"]) <= float(row["low"]) <= float(row["high"]) <= float(row["high_floor"])


def test_tables_of_the_chapter_show_what_is_in_the_results():
    shown = estimates.describe_estimates()
    rows = read_rows(paths.ESTIMATES)
    assert sum(len(one["rows"]) for one in shown["estimands"]) == len(rows)
    first = shown["estimands"][0]["rows"][0]
    assert first["formula"] == "log_tokens ~ log_price_measured"
    assert first["coef"] == wording.write_signed(float(rows[0]["coef"]))
    page = (paths.REPORT / "_generated" / "estimates.md").read_text(encoding="utf-8")
    for one in shown["estimands"]:
        assert one["words"] in page
        for row in one["rows"]:
            assert f"{row['coef']} ({row['se']}) | {row['interval']} | {row['p']} | {row['n']} |" in page


def test_claims_and_chapter_point_at_each_other():
    chapter = (paths.WORDS / "regressions.md").read_text(encoding="utf-8")
    for claim in ("C17", "C29", "C36", "C52"):
        assert f"[{claim}]({claim}.qmd)" in chapter
        assert "(regressions.qmd)" in (paths.WORDS / f"{claim}.md").read_text(encoding="utf-8")


def test_short_answers_hold_under_what_the_chapter_found():
    """The eighth conclusion in either language, and the pages of the claims: each is turned by the same intervals."""
    found = {}
    for name in ("nine", "zh/summary"):
        words = (paths.WORDS / f"{name}.md").read_text(encoding="utf-8")
        line = next(line for line in words.splitlines() if line.startswith("8. "))
        found[name] = re.findall(r'\{when="([^"]+)"\}', line)
    assert found["nine"] == found["zh/summary"]
    facts = "week_like", "hosts", "hosts_offer", "cuts_short", "rises_short", "day", "model"
    assert not [name for name in facts if f".{name}_interval " not in " ".join(found["nine"])]
    turned = {"C17": "rises_short", "C29": "cuts_short", "C36": "week_like", "C52": "rises_short"}
    for claim, name in turned.items():
        words = (paths.WORDS / f"{claim}.md").read_text(encoding="utf-8")
        sentence = re.search(r'\(regressions\.qmd\)[^]]*\]\{(\w+)="([^"]+)"\}', words)
        assert sentence[1] == "when" and f"{name}_interval " in sentence[2], claim


def test_estimates_on_file_are_those_of_least_squares_by_hand(tables):
    """To the eighth decimal: the week plain, by numpy alone, with White's errors scaled as HC3."""
    week = panel.build_panel(tables, panel.WEEK)
    paid = week[SAMPLES["paid"](week)].dropna(subset=["log_tokens", "log_price_measured"])
    design = np.column_stack([np.ones(len(paid)), paid["log_price_measured"]])
    inverse = np.linalg.inv(design.T @ design)
    slope = inverse @ design.T @ paid["log_tokens"].to_numpy()
    left = (paid["log_tokens"] - design @ slope) / (1 - np.einsum("ij,jk,ik->i", design, inverse, design))
    error = np.sqrt((inverse @ (design * left.to_numpy()[:, None] ** 2).T @ design @ inverse)[1, 1])
    row = next(row for row in read_rows(paths.ESTIMATES) if row["specification"] == headlines.FULL_WEEK.name)
    assert abs(float(row["coef"]) - slope[1]) < 1e-8 and abs(float(row["se"]) - error) < 1e-8
    written = {row["specification"]: (row["coef"], row["se"]) for row in read_rows(paths.ESTIMATES)}
    for name in ("headlines", "censored"):
        for row in read_rows(paths.REGRESSIONS / f"{name}.csv"):
            assert written[row["specification"]] == (row["coef"], row["se"])


def test_a_curve_counts_where_its_middle_and_its_share_below_zero_are_clear():
    facts = read_json(paths.FACTS / "specifications.json")
    rows = read_rows(paths.REGRESSIONS / "joint.csv")
    clear = [(float(row["median_p"]) <= 0.05, float(row["negative_percent_p"]) <= 0.05) for row in rows]
    assert facts["joint_firm"]["value"] == sum(map(all, clear))
    assert facts["joint_median_firm"]["value"] == sum(middle for middle, _ in clear)
    title = read_json(paths.FIGURES / "specifications-curve.json")["title"]
    assert title.startswith(f"In {sum(map(all, clear))} of {len(rows)} questions ")


def test_weights_and_days_of_the_moves_are_those_of_their_table():
    facts = read_json(paths.FACTS / "designs.json")
    rows = read_rows(paths.REGRESSIONS / "moves.csv")
    rows = [row for row in rows if row["span"] == "short" and row["passed"] == "True"]
    squares = [float(row["log_price_change"]) ** 2 for row in rows if float(row["log_price_change"]) < 0]
    weight = facts["heaviest_percent_of_cut_weight"]["value"]
    assert weight == pytest.approx(100 * max(squares) / sum(squares), rel=1e-4)
    heaviest = np.exp(-np.sqrt(max(squares))) - 1
    assert facts["cuts_heaviest_size"]["value"] == f"{wording.write_signed(100 * heaviest, 0)} %"
    rises = [row["day"] for row in rows if float(row["log_price_change"]) > 0]
    assert facts["rises_largest_day"]["value"] == max(map(rises.count, rises))
    passed = [row["day"] for row in read_rows(paths.REGRESSIONS / "moves_listed.csv") if row["passed"] == "True"]
    assert facts["moves_largest_day"]["value"] == max(map(passed.count, passed))


def test_conditions_of_the_prose_follow_what_was_found():
    """Synthetic: a market in which price follows quality, and one estimate of three that turns."""
    market = simulate_market(1.0, days=2).assign(open_weights=0.0)
    market.loc[market["model"] == "m0001", ["developer", "free"]] = ["Stealth (x)", True]
    market.loc[market["model"] == "m0002", "developer"] = "Anthropic"
    facts = headlines.gather_conditions(
        {panel.WEEK: market, panel.WEDNESDAYS: market},
        pd.DataFrame({"without_low": [-1.0, -0.5, 0.2], "without_high": [-0.2, 0.1, 0.3]}),
        pd.DataFrame([{"specification": headlines.MODEL.name, "by": "developer", "left_out": "DeepSeek", "coef": 0.3}]),
        pd.DataFrame({"without_quality": [-1.0, 0.4, -0.3], "with_quality": [-1.0, -1.1, -1.0]}),
    )
    value = {name: value for name, (value, _) in facts.items()}
    assert value["estimates_turned_by_one_developer"] == 1
    assert value["model_without_deepseek"] == "0.30"
    assert 0 < float(value["quality_price_correlation"]) < 1
    assert value["anthropic_price_changes"] == 1
    assert value["free_percent_of_anonymous"] == 100
    assert value["simulated_highest_without_quality"] == "0.40"


def test_pages_say_of_a_move_told_by_name_that_it_is_not_measured():
    """Where a record is written anew without it, the sentences that quote it give way to that."""
    facts, file = guards.read_facts(), paths.REPORT / "words" / "regressions.md"
    absent = designs._tell_named(pd.DataFrame(columns=["model", "day", "span"]))
    told = {name: {"value": value, "unit": unit} for name, (value, unit) in absent.items()}
    assert told.keys() <= facts["designs"].keys()
    restated = facts | {"designs": facts["designs"] | told}
    known = guards.list_known(load_register(), read_verdicts(), restated)
    done = words.compile_all(known, {file: file.read_text(encoding="utf-8")})
    assert {"half_price_interval", "other_cut_interval"} <= {
        name for one in done.failures for name in told if f"facts.designs.{name} " in one.guard
    }
    for key, (model, day) in designs.NAMED_MOVES.items():
        assert f"{key.replace('_', ' ').capitalize()} interval: not measured ({model}, {day})." in done.texts[file.stem]


def test_no_fact_takes_the_name_of_another():
    facts = read_json(paths.FACTS / "regressions.json")
    rows = {row["specification"]: row for row in read_rows(paths.ESTIMATES)}
    for key, specification in headlines.QUOTED.items():
        assert facts[key]["value"] == wording.write_signed(float(rows[specification.name]["coef"])), key


def test_prose_and_first_figure_quote_the_interval_by_developer():
    """What text and tables call the interval is that of the bootstrap; the narrow one is named for what it is."""
    facts = read_json(paths.FACTS / "regressions.json")
    for row in read_rows(paths.ESTIMATES):
        if row["specification"] == headlines.FULL_WEEK.name:
            wide, narrow = ((float(row[f"{kind}low"]), float(row[f"{kind}high"])) for kind in ("record_", "ci_"))
            assert facts["week_interval"]["value"] == wording.write_range(*wide)
            assert facts["week_own_interval"]["value"] == wording.write_range(*narrow)
            assert row["record_by"] == "developer" and int(float(row["record_draws"])) == 9999
            assert float(row["record_effective"]) < float(row["record_clusters"])
    drawn = read_rows(paths.FIGURES / "regressions-answers.csv")
    like = next(row for row in drawn if row["row"].startswith("of like quality"))
    table = {row["specification"]: row for row in read_rows(paths.ESTIMATES)}[headlines.WEEK_CONTROLS.name]
    assert float(like["low"]) == pytest.approx(float(table["record_low"]), abs=1e-4)


def test_errors_that_the_chapter_once_made_are_gone():
    """A host's elasticity under the rule, universals about prices, discounts, and counting as if it were a test."""
    words = "".join((paths.WORDS / f"{name}.md").read_text(encoding="utf-8") for name in ("regressions", "curve"))
    wrong = (
        "exactly the published", "We know of no price on record", "Discounts, cached input", "rule_same_share",
        "biggest models are not the cheap ones", "Letting whole developers vary", "had been moving",
        "alternating projections", "it is of one vendor", "were level",
        "have a middle estimate", "Few prices were moved", "moved with costs, hosts and rivals", "to all five",
    )  # fmt: skip
    needed = (
        "week_like_bound_1", "week_like_bound_2", "week_like_effective", "family_firm", "paid_all", "model_closed",
        "part_rises", "lag_before", "split_tokens", "joint_firm", "joint_median_firm", "week_at_90",
        "growth_n", "hosts_together_se", "weeks_together_se", "cuts_short_without",
        "elsewhere_vendor_cuts_short", "elsewhere_platform_cuts_short", "elsewhere_platform_rises_later",
        "heaviest_percent_of_cut_weight", "largest_percent_of_moves", "moves_largest_day",
        "moves_measured", "moves_at_bound", "rises_chinese", "versions", "borri_hosts", "borri_models",
    )  # fmt: skip
    assert not [one for one in wrong if one in words]
    assert not [one for one in needed if f".{one} >" not in words]


def test_every_estimate_says_what_it_rests_on():
    """How many rows, models and days, its error and of which kind, the interval of record and by what."""
    for row in read_rows(paths.ESTIMATES):
        whole = ("coef", "se", "se_type", "n", "models", "days", "record_by", "record_p", "record_draws", "formula")
        if row["sample"].endswith("together"):
            whole = [name for name in whole if name != "days"]  # moves of several days, one row each
        assert all(row[name] for name in whole), (row["specification"], [name for name in whole if not row[name]])
        if row["estimand"] == "dated_move" and not row["sample"].endswith("together"):
            assert float(row["n"]) == float(row["models"]) * float(row["days"])


def test_parts_of_the_mixture_are_told_apart():
    """Invented: tokens follow cuts and not rises, and today's price, not that of four weeks before."""
    rng = np.random.default_rng(2)
    weeks = pd.date_range("2030-01-02", periods=24, freq="7D")
    steps = rng.choice([-0.3, 0.0, 0.0, 0.3], size=(60, 24))
    steps[:, 0] = rng.normal(size=60)
    cuts = np.minimum(steps, 0)
    cuts[:, 0] = 0
    tokens = 20 + rng.normal(size=(60, 1)) - 1.0 * cuts.cumsum(axis=1) + 0.02 * rng.normal(size=(60, 24))
    rows = pd.DataFrame(
        {
            "model": np.repeat([f"m{at:02}" for at in range(60)], 24), "date": np.tile(weeks, 60),
            "developer": np.repeat([f"d{at % 15:02}" for at in range(60)], 24), "log_tokens": tokens.ravel(),
            "log_price_measured": steps.cumsum(axis=1).ravel(), "origin": "US", "open_weights": 1.0, "quality": 1.0,
            "free": False, "mixed": False, "top_50": True, "last_listed": weeks[-1], "tokens": np.exp(tokens).ravel(),
        }
    ).assign(log_age=1.0, log_context=1.0)  # fmt: skip
    timed = prepare(robustness.add_changes(robustness.add_shifts(rows)))

    def fit(price, control):
        return estimate(take(timed, "paid"), replace(headlines.MODEL, price=price, controls=(control,)))

    assert fit("log_price_cuts", "log_price_rises").coef == pytest.approx(-1.0, abs=0.05)
    assert fit("log_price_rises", "log_price_cuts").coef == pytest.approx(0.0, abs=0.05)
    now, before = fit("log_price_measured", "log_price_lag_4"), fit("log_price_lag_4", "log_price_measured")
    assert abs(now.coef) > 5 * abs(before.coef)
    lead = fit("log_price_lead_4", "log_price_measured")
    assert lead.ci_low < 0 < lead.ci_high


def test_slopes_at_other_quantiles_are_those_of_statsmodels():
    """Invented: a market whose spread grows with the price, so that the top falls less than the bottom."""
    market = simulate_market(0.0, elasticity=-1.0, taste=0.0, models=80)
    noise = np.random.default_rng(1).normal(size=80)
    market["log_tokens"] = 5 - market["log_price_measured"] + np.exp(market["log_price_measured"] / 2) * noise
    one = replace(headlines.FULL_WEEK, estimator="median", se_type="robust (kernel)")
    tests = {at: ScoreTest(one, market, "developer", draws=9, quantile=at) for at in headlines.QUANTILES}
    plain = {at: test.estimate_quantile() for at, test in tests.items()}
    for quantile in (0.25, 0.75):
        theirs = smf.quantreg("log_tokens ~ log_price_measured", market).fit(q=quantile)
        assert plain[quantile] == pytest.approx(theirs.params["log_price_measured"], abs=1e-3)
    assert plain[0.9] - plain[0.1] > 0.5


def test_every_coefficient_is_an_elasticity(panels):
    """Of the chance to be among the fifty: per cent of the average chance, by the line and by the odds alike."""
    written = {row["specification"]: float(row["coef"]) for row in read_rows(paths.ESTIMATES)}
    rows = panels[panel.LISTED]
    rows = rows[SAMPLES["paid"](rows)].dropna(subset="developer")
    left = rows[["top_50", "log_price_measured"]].astype(float)
    left -= left.groupby(rows["date"]).transform("mean")
    slope = (left["top_50"] * left["log_price_measured"]).sum() / (left["log_price_measured"] ** 2).sum()
    line = written["chance of the top fifty"]
    assert line == pytest.approx(slope / rows["top_50"].mean(), abs=1e-8)
    assert written["chance of the top fifty, by logit"] == pytest.approx(line, rel=0.1)


@pytest.mark.parametrize("one", [headlines.FULL_WEEK, headlines.WEEK_TOTAL, headlines.WEEK_MEDIAN], ids=str)
def test_developers_are_the_cases_of_the_interval_of_record_and_it_is_the_one_that_is_quoted(one):
    """Of least squares, PPML and medians alike; the narrow one stands in the facts under a name of its own."""
    market = simulate_market(0.0, elasticity=-1.0, taste=0.0, models=60)
    estimates = [estimate(prepare(market), one)] if one.estimator != "median" else [fit(one, market)]
    (record,) = headlines.record_all(estimates, headlines.Panels({panel.WEEK: market}))
    assert (record.by, record.clusters) == ("developer", market["developer"].nunique())
    facts = headlines._write_estimate("some", estimates[0], record)
    assert facts["some_interval"][0] == wording.write_range(record.low, record.high)
    assert facts["some_own_interval"][0] == wording.write_range(estimates[0].ci_low, estimates[0].ci_high)
    assert facts["some_interval"] != facts["some_own_interval"]


@pytest.mark.parametrize("quantile", [0.1, 0.9])
def test_the_score_of_a_quantile_weighs_above_and_below_by_it(quantile):
    """A score that took the quantile for the middle would give developers other weights, and another interval."""
    market = simulate_market(0.0, elasticity=-1.0, taste=0.0, models=80)
    one = replace(headlines.FULL_WEEK, estimator="median", se_type="robust (kernel)")
    test = ScoreTest(one, market, "developer", draws=99, quantile=quantile)
    slope = test.estimate_quantile()
    assert test.compute_p(slope) > 0.5
    price = market["log_price_measured"] - market["log_price_measured"].mean()
    sides = test.score(slope) / price.to_numpy()
    assert set(sides.round(9)) - {0.0} == {quantile, round(quantile - 1, 9)}
