"""The list of headline estimates, what stands beside each, and how its numbers are written."""

import pandas as pd

from tokencheck import paths, wording
from tokencheck.econometrics import headlines, panel, simulation
from tokencheck.econometrics.specification import ESTIMANDS
from tokencheck.report import estimates
from tokencheck.results import read_json, read_rows


def test_every_specification_has_a_name_of_its_own_and_an_estimand_in_words():
    names = [one.name for one in headlines.SPECIFICATIONS]
    assert len(set(names)) == len(names)
    assert {one.estimand for one in headlines.SPECIFICATIONS} == set(ESTIMANDS)
    assert all(one.question.endswith("?") for one in ESTIMANDS.values())


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
            assert f"{row['coef']} ({row['se']}) | {row['interval']} | {row['n']} |" in page


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
    for key, specification in headlines.QUOTED.items():
        row = next(
            row
            for one, row in zip(headlines.SPECIFICATIONS, read_rows(paths.ESTIMATES), strict=True)
            if one == specification
        )
        assert facts[key]["value"] == wording.write_signed(float(row["coef"])), key
