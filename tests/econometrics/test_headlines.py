"""The list of headline estimates, what stands beside each, and how its numbers are written."""

from tokencheck import paths, wording
from tokencheck.econometrics import headlines, panel
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


def test_what_the_page_says_of_signs_is_so():
    """The prose calls slopes negative, turned or unclear; these facts must not change under it."""
    facts = read_json(paths.FACTS / "regressions.json")
    value = {name: fact["value"] for name, fact in facts.items()}
    for name in ("week", "week_like", "week_median", "model", "model_total", "listed_like"):
        assert value[name].startswith("−"), name
    for name in ("day", "week_top"):
        assert not value[name].startswith("−"), name
    for name in ("week_interval", "week_like_interval", "model_interval"):
        assert all(end.startswith("−") for end in value[name].split(" to ")), name
    for name in ("model_daily_interval", "day_bounds", "model_bounds"):
        low, high = value[name].split(" to ")
        assert low.startswith("−")
        assert not high.startswith("−")


def test_no_fact_takes_the_name_of_another():
    facts = read_json(paths.FACTS / "regressions.json")
    for key, specification in headlines.QUOTED.items():
        row = next(
            row
            for one, row in zip(headlines.SPECIFICATIONS, read_rows(paths.ESTIMATES), strict=True)
            if one == specification
        )
        assert facts[key]["value"] == wording.write_signed(float(row["coef"])), key
