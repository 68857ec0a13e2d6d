"""The list of headline estimates, what stands beside each, and how its numbers are written."""

import pandas as pd
import pytest

from tokencheck import paths, wording
from tokencheck.econometrics import designs, headlines, panel, simulation
from tokencheck.econometrics.specification import ESTIMANDS
from tokencheck.report import estimates
from tokencheck.results import read_json, read_rows


def test_every_specification_has_a_name_of_its_own_and_an_estimand_in_words():
    names = [one.name for one in headlines.SPECIFICATIONS]
    assert len(set(names)) == len(names)
    asked = {one.estimand for one in (*headlines.SPECIFICATIONS, *designs.HOST_SPECIFICATIONS.values())}
    assert asked | {"censored_at_fifty", "dated_move"} == set(ESTIMANDS)
    assert {row["estimand"] for row in read_rows(paths.ESTIMATES)} == set(ESTIMANDS)
    assert all(one.question.endswith(("?", ".")) for one in ESTIMANDS.values())


def test_refusals_name_the_specification(tables):
    panels = {panel.WEDNESDAYS: panel.build(tables, panel.WEDNESDAYS)}
    messages = headlines.list_refusals(panels)
    assert len(messages) == 5
    for words in ("free models only", "one developer", "origin beside model effects", "Anthropic’s models", "unscored"):
        assert sum(f"specification “{words}" in message for message in messages) == 1
    assert "does not vary within model and date" in messages[3]  # Anthropic never changed a price, as the page says


def test_every_headline_estimate_has_its_bounds_and_checks():
    names = {one.name for one in headlines.SPECIFICATIONS}
    bounds, checks = (read_rows(paths.REGRESSIONS / f"{name}.csv") for name in ("bounds", "checks"))
    assert {row["specification"] for row in bounds} <= names
    assert [row["specification"] for row in checks] == [one.name for one in headlines.CORE]
    for row in bounds:
        assert float(row["low_floor"]) <= float(row["low"]) <= float(row["high"]) <= float(row["high_floor"])


def test_tables_of_the_chapter_show_what_is_in_the_results():
    shown = estimates.describe()
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


def test_conditions_of_the_prose_follow_what_was_found():
    """Synthetic: a market in which price follows quality, and one estimate of three that turns."""
    market = simulation.simulate_market(1.0, days=2).assign(open_weights=0.0)
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
    assert value["anonymous_free_percent"] == 100
    assert value["simulated_highest_without_quality"] == "0.40"


def test_no_fact_takes_the_name_of_another():
    facts = read_json(paths.FACTS / "regressions.json")
    rows = {row["specification"]: row for row in read_rows(paths.ESTIMATES)}
    for key, specification in headlines.QUOTED.items():
        assert facts[key]["value"] == wording.write_signed(float(rows[specification.name]["coef"])), key


def test_prose_and_first_figure_quote_the_interval_by_developer():
    """What text and tables call the interval is that of the bootstrap; the narrow one is named for what it is."""
    facts = read_json(paths.FACTS / "regressions.json")
    for row in read_rows(paths.ESTIMATES):
        if row["specification"] == headlines.WEEK.name:
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
    )  # fmt: skip
    needed = (
        "week_like_bound_1", "week_like_bound_2", "week_like_effective", "family_firm", "paid_all", "model_closed",
        "part_rises", "lag_before", "split_tokens", "joint_firm", "week_at_90",
        "growth_n", "hosts_together_se", "weeks_together_se",
    )  # fmt: skip
    assert not [one for one in wrong if one in words]
    assert not [one for one in needed if f".{one} >" not in words]
