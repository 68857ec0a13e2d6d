"""The page of a claim: the finding first, a band that stands alone, every reading in words, and ways to use it."""

import re
from itertools import combinations
from os.path import commonprefix
from types import SimpleNamespace

import pytest

from tests.histories import make_history
from tests.reports import name_sources
from tokencheck import paths, wording
from tokencheck.characters import HAN
from tokencheck.history import editions
from tokencheck.register import guards, rule, verdicts
from tokencheck.register.claims import Part, load_register
from tokencheck.report import GENERATED, claimpages, phrases, words
from tokencheck.report.citations import write_date
from tokencheck.report.markup import cell, nest
from tokencheck.report.templating import badge
from tokencheck.results import parse_yaml, read_rows

REGISTER = load_register()
FOUND = verdicts.read_verdicts()
RESULTS = {result.id: result for result in FOUND.claims}
COMPILED = words.compile_all(guards.list_known(REGISTER, FOUND, guards.read_facts()))
CLAIMS = pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda claim: claim.id)


def read(name):
    return (paths.REPORT / name).read_text(encoding="utf-8")


def read_page(claim_id):
    return read(f"{claim_id}.qmd") + read(f"_generated/body-{claim_id}.md") + read(f"_generated/tools-{claim_id}.md")


# A link with its text, in which single words may be marked, and the domain to which it leads.
SOURCE_LINK = re.compile(
    r"\[((?:[^\[\]]|\[(?:[^\[\]]|\\.)*\](?:\{[^}]*\})?)*)\]\(https?://(?:www\.)?([^/)\s]+)[^)\s]*\)"
)


@CLAIMS
def test_the_text_of_a_link_to_a_source_names_its_domain_and_never_what_is_not_known(claim):
    page = read_page(claim.id) + read(f"zh/{claim.id}.qmd")
    links = [(text.replace("\\", ""), domain) for text, domain in SOURCE_LINK.findall(page)]
    assert {text for text, domain in links if domain not in text.lower()} <= {"In the article"}
    twice = [
        text for text, domain in links if re.search(rf"(?<![\w.]){re.escape(domain)}\b.*[,，] ?{domain}$", text.lower())
    ]
    assert not twice
    assert not re.search("not recorded|not shown", " ".join(text for text, _ in links))


def read_front(claim_id):
    return parse_yaml(read(f"{claim_id}.qmd").split("---\n")[1])


def describe(found=FOUND, history=()):
    variables = parse_yaml(read("_variables.yml"))
    return {one["claim"].id: one for one in claimpages.describe_claims(REGISTER, found, COMPILED, variables, history)}


@CLAIMS
def test_the_title_is_the_finding_and_the_tab_says_verdict_and_claim(claim):
    told, front = RESULTS[claim.id].texts["en"], read_front(claim.id)
    assert front["title"] == told.answer and front["description-meta"] == told.found
    assert front["pagetitle"] == f"{RESULTS[claim.id].verdict}: “{nest(told.short)}” ({claim.id})"


@CLAIMS
def test_the_band_stands_alone_and_the_key_figure_follows_it(claim):
    result, body = RESULTS[claim.id], read(f"_generated/body-{claim.id}.md")
    band, rest = body.split("\n:::\n", 1)
    assert band.startswith("::: {.claim-band") and badge(result.verdict) in band
    for text in (nest(claim.quote_zh), nest(claim.quote_en), result.texts["en"].found):
        assert cell(text) in band
    leans = result.firmness.leans_on
    assert ("How firm?" in band) == bool(result.firmness.tried)
    assert (f"; it leans on {phrases.count_leans(result.firmness, 'en')}." in band) == bool(leans)
    page = read(f"{claim.id}.qmd")
    statements = {row["finding_id"]: row["statement"] for row in read_rows(paths.TABLES / "findings.csv")}
    for one in leans:  # a finding is told by what it says
        told = f"without “{nest(statements[one.id]).rstrip('.')}”" if one.id in statements else one.words["en"]
        assert f"- {cell(name_sources(told, result))}" in page
    assert f"({claimpages.find_passage(REGISTER.article.url, claim.mark)})" in band
    figure = COMPILED.figures.get(result.key_figure)
    assert (figure is None) or rest.index(cell(figure["title"])) < rest.index("## Why")


def result_of(result):
    """Find the reading whose latest value a claim's page shows."""
    latest = result.latest
    return next(one for one in result.readings if (one.part, one.id) == (latest.part, latest.reading))


@CLAIMS
def test_only_a_standing_claim_is_told_as_of_today_and_a_dated_one_by_its_latest_value(claim):
    result, body = RESULTS[claim.id], read(f"_generated/body-{claim.id}.md")
    assert not result.status_now or f"\nToday\n:   {badge(result.status_now)}, data to" in body
    if result.latest and not result.status_now:
        when = "the week" if "week" in result_of(result).latest.parameters.get("window", "") else "data"
        then = wording.write_measured(result_of(result).model_dump(), result.latest.unit)
        (line,) = [line for line in body.splitlines() if f"in {when} to {write_date(result.latest.as_of)}" in line]
        assert line.endswith(f"; at the time it was {cell(then)}")
    if not result.standing:
        assert "With data to" not in body and "\nToday\n" not in body


@CLAIMS
def test_every_reading_says_label_role_definition_claimed_measured_and_outcome(claim):
    body = re.sub(r"\[([^\[\]]*)\]\([^()]*\){\.term}", r"\1", read(f"_generated/body-{claim.id}.md"))
    rows = [line for line in body.splitlines() if line.startswith("| **")]
    for one in RESULTS[claim.id].readings:
        # two parts may have readings of one label and reason: the row of this one is among those
        label = cell(one.label["en"])
        told = f"| **{label[0].upper()}{label[1:]}**, {phrases.READ_AS['en'][one.role]}: {cell(one.reason)}"
        named = [row for row in rows if row.startswith(told)]
        cells = next(cells for cells in (re.split(r"(?<!\\)\|", row) for row in named) if one.outcome in cells[3])
        assert " → **" in cells[2]


@CLAIMS
def test_a_claim_in_one_part_is_told_in_one_wording_on_its_page(claim):
    captions = re.findall(r"^: Measured of “(.*)”(?:, in .*)? \{#tbl-", read(f"_generated/body-{claim.id}.md"), re.M)
    result = RESULTS[claim.id]
    if captions and len(result.parts) == 1:
        assert captions == [cell(nest(result.texts["en"].short))]


@CLAIMS
def test_no_column_of_a_table_of_readings_is_empty(claim):
    for page in (read_page(claim.id), read(f"zh/{claim.id}.qmd")):
        for table in re.findall(r"::: \{\.readings\}\n+(.*?)\n\n", page, re.DOTALL):
            last = [row.rsplit("|", 2)[1].strip() for row in table.splitlines()[2:]]
            assert last and not all(cell.endswith("{.nothing}") for cell in last)


def test_a_long_note_stands_once_in_a_table():
    said = "China: 4 statements on western places: one, two, three and four. Left out, since no price is stated: five."
    notes = ("US, 2025: 0.0862 USD. " + said, "EU, 2025: 0.19 EUR. " + said, "EU, 2025: 0.19 EUR.", "")
    readings = [
        SimpleNamespace(id=str(place), note=note, label={"en": f"price {place}"}) for place, note in enumerate(notes)
    ]
    cut = claimpages.cut_repeated_notes(readings)
    assert [*cut.values()] == [notes[0], "EU, 2025: 0.19 EUR. China: the same as for “price 0”.", *notes[2:]]


@CLAIMS
def test_no_two_notes_of_a_table_end_alike_at_length(claim):
    for part in claim.parts:
        own = [one for one in RESULTS[claim.id].readings if one.part == part.id]
        for one, other in combinations(claimpages.cut_repeated_notes(own).values(), 2):
            alike = commonprefix([one[::-1], other[::-1]])[::-1]
            whole = alike if alike in (one, other) else alike.partition(". ")[2]
            assert len(whole) <= claimpages.LONGEST_REPEATED, whole


@CLAIMS
def test_the_tables_of_a_claim_link_each_term_of_ours_where_it_first_stands(claim):
    """A reader who lands on a claim meets “as its source meant it” or “page found again” here for the first time."""
    body = read(f"_generated/body-{claim.id}.md")
    roles = {one.role for one in RESULTS[claim.id].readings}
    for role in roles:
        assert f", [{phrases.READ_AS['en'][role]}](glossary.qmd#" in body
    outcomes = {one.outcome for one in RESULTS[claim.id].readings if one.role in rule.ENTERING_ROLES}
    assert ("glossary.qmd#near" in body) == (rule.NEAR in outcomes)
    assert ("glossary.qmd#read-again" in body) == bool(RESULTS[claim.id].findings)


@CLAIMS
def test_a_claim_links_notebooks_and_sections_of_them_that_show_it(claim):
    page = read(f"{claim.id}.qmd")
    linked = dict(re.findall(r"\[notebook (\w+)\]\(notebooks/\1\.qmd#?([\w-]*)\)", page))
    assert "13_verdicts" in linked
    assert linked.get("09_companies") or not RESULTS[claim.id].findings
    for name, anchor in linked.items():
        sections = re.split(r"^## ", read(f"notebooks/{name}.qmd"), flags=re.MULTILINE)
        own = [one for one in sections if one.partition("\n")[0].lower().replace(" ", "-") == anchor]
        assert claim.id in "".join(own if anchor else sections), f"{name}#{anchor}"


@CLAIMS
def test_of_its_notebooks_that_which_measures_a_claim_comes_first(claim):
    """Others draw a figure that shows it, too, but answer something else."""
    page = read(f"{claim.id}.qmd")
    told = re.search(r"^- The sums, step by step: \[notebook (\w+)\]", page, re.MULTILINE)
    if RESULTS[claim.id].readings:
        assert f'introduce(topic, "{claim.id}")' in (paths.NOTEBOOK_FOLDER / f"{told[1]}.py").read_text(
            encoding="utf-8"
        )


def test_readers_meet_no_reading_by_its_id():
    """Ids stand in code alone, where somebody computes a reading again."""
    ids = "|".join(sorted({one.id for result in FOUND.claims for one in result.readings if "-" in one.id}))
    shown = re.compile(rf"[“‘*(（]({ids})[”’*)）]")
    pages = [*paths.REPORT.rglob("*.qmd"), *(paths.REPORT / "_generated").glob("*.md"), paths.README]
    told = {page.name: shown.findall(page.read_text(encoding="utf-8")) for page in pages if "notebook" not in page.name}
    assert len(told) > len(FOUND.claims) and {name: found for name, found in told.items() if found} == {}


@CLAIMS
def test_every_claim_carries_data_figures_sources_and_a_way_to_dispute_it(claim):
    page = read_page(claim.id)
    needed = ["## Sources", "--recompute", "To dispute it", "right of reply", "Share", "@misc{", "&lt;iframe"]
    own = [figure for figure in COMPILED.figures.values() if claim.id in figure["claims"]]
    needed += [f"(figures/{figure['name']}.svg)" for figure in own if "steps" not in figure]
    needed += [f"**{cell(figure['title'])}**" for figure in own if "steps" in figure]
    needed += ["```python"] if claim.has_readings else []
    needed += [f"downloads/{claim.id}.csv" if claim.has_readings else f"downloads/findings-{claim.id}.csv"]
    needed += [f"downloads/grid-{claim.id}.csv"] if (paths.GRID / f"{claim.id}.csv").exists() else []
    assert [one for one in needed if one not in page] == []
    assert page.count("![") == len({figure["name"] for figure in own if "steps" not in figure})


@CLAIMS
def test_no_page_speaks_like_a_machine_or_leaves_a_link_without_a_name(claim):
    page = read_page(claim.id)
    robotic = ("that it is so", "Readings that agree", "How the rule decided", "not recorded)", "not shown)]")
    assert [words for words in robotic if words in page] == []


def test_claims_lead_to_their_neighbours_and_up():
    ids = [claim.id for claim in REGISTER.claims]
    for place, claim_id in enumerate(ids):
        way = read(f"{claim_id}.qmd").split(".claim-way")[1].split(":::")[0]
        around = [ids[place - 1]] * (place > 0) + ids[place + 1 : place + 2]
        assert re.findall(r"\((C\d\d)\.qmd\)", way) == around
        assert "[All claims](claims.qmd)" in way and "(claims.qmd#sec-" in way
        assert f"[中文](zh/{claim_id}.qmd){{.language lang=zh-Hans" in way


def test_the_grade_of_the_evidence_leads_to_what_it_means():
    text = (paths.REPORT / GENERATED / "body-C05.md").read_text(encoding="utf-8")
    assert re.search(rf'Evidence of \[grade\]\(glossary\.qmd#grade "[^"]+"\)\{{\.term\}} {RESULTS["C05"].grade}', text)


def test_since_is_told_from_the_second_edition_on():
    """Synthetic: the status of C28 changed in the third of four editions."""
    result = RESULTS["C28"]
    history = make_history()
    history = history[: 1 + next(i for i, one in enumerate(history) if one.edition == "2026-10-21")]
    then = claimpages.write_body(describe(history=history)["C28"])
    if editions.find_since(history, "C28", result.status_now):
        assert "[so since the edition of 21 October 2026; until then Supported](changes.qmd)" in then
    for context in describe(history=history[:1]).values():
        assert "since the edition" not in claimpages.write_body(context)


@CLAIMS
def test_a_claim_whose_parts_fare_differently_says_which_of_them_decides(claim):
    differ = len({one.verdict for one in RESULTS[claim.id].parts}) > 1
    page, chinese = read(f"_generated/body-{claim.id}.md"), read(f"zh/{claim.id}.qmd")
    assert len(re.findall(r"(?m)^Of the \d parts the wors(?:e|t) decides\.$", page)) == differ
    assert len(re.findall(r"(?m)^整句取\d项中[较最]差的一项。$", chinese)) == differ


def test_every_row_of_the_rule_has_its_words_in_both_languages():
    rows = {verdicts._describe_rule(one) for one in rule.RULES} | {one.when for one in rule.FINDING_RULES} | {""}
    rows |= {phrases.NOTHING_COUNTS, *phrases.ONE_SIDED.values()}
    for language in ("en", "zh"):
        assert set(phrases.DECISIONS[language]) == rows
        assert set(phrases.COUNTED[language]) == set(rule.OUTCOMES)


def test_findings_that_count_come_first_and_three_stand_open():
    for context in describe().values():
        counted = [one["counted"] for one in context["ranked"]]
        assert counted == sorted(counted, reverse=True)
        body = claimpages.write_body(context)
        more = len(context["ranked"]) - claimpages.BEST_FINDINGS
        assert (f'title="{more} more finding' in body) == (more > 0)


# ------------------------------------------------------------------------------------------------- the list of claims


def test_the_list_says_claimed_measured_verdict_and_firmness_of_every_claim():
    rows = {line[3:6]: line for line in read("_generated/claims.md").splitlines() if re.match(r"\| \[C\d\d\]", line)}
    by_section = [claim.id for one in REGISTER.sections for claim in REGISTER.claims if claim.section == one.zh]
    assert list(rows) == by_section and {*by_section} == {claim.id for claim in REGISTER.claims}
    for result in FOUND.claims:
        row, told = rows[result.id], result.texts["en"]
        assert f"({result.id}.qmd){{.row-link}}" in row and cell(told.short) in row and badge(result.verdict) in row
        has_pair = result.readings and told.claimed != wording.PLAIN_CLAIM["en"]
        assert cell(told.measured) in row and (f"[{cell(told.claimed)}]{{.claimed}} →" in row) is bool(has_pair)
        firmness = result.firmness
        says = "firm" if firmness.firm else f"leans ({firmness.stood} of {firmness.tried})" if firmness.tried else "–"
        assert says in row.rsplit(" | ", 1)[1]
        # what the filter looks through beside the row's own words; blanks between a number and its unit do not part
        assert f"{REGISTER.find(result.id).quote_zh} {told.answer}".replace("\xa0", " ") in row.replace("\xa0", " ")


def test_the_form_stands_in_the_page_before_any_script_and_counts_each_verdict():
    page = read("_generated/claims.md")
    form = page[page.index("<form") : page.index("</form>")]
    for verdict in rule.VERDICT_WORDS:
        count = FOUND.counts[verdict]
        assert (f">{verdict}</span> {count}</button>" in form) == bool(count)
    assert 'name="q"' in form and 'name="topic"' in form and 'name="sort"' in form and "Nothing fits." in page


def test_every_topic_has_a_name_in_both_languages(register):
    assert {claim.topic for claim in register.claims} == set(phrases.TOPICS)
    for language in wording.LANGUAGES:
        names = [name for _, name in claimpages.list_topics(register, language)]
        assert len(set(names)) == len(phrases.TOPICS)
        assert language == "en" or sum(bool(HAN.search(name)) for name in names) >= len(names) - 1  # but “Token”


@pytest.mark.parametrize(
    ("relation", "value", "measured", "outcome", "distance"),
    [
        ("equals", "61", {"low": 40.0, "high": 50.0}, "differs", 1.22),
        ("equals", "50", {"value": 100.0}, "differs", 2.0),
        ("between", ("0.2", "0.3"), {"value": 0.6}, "differs", 2.0),
        ("at_least", "50", {"value": 25.0}, "differs", 2.0),
        ("at_least", "50", {"value": 75.0}, "agrees", 1.0),
        ("equals", "61", {"low": 40.0, "high": 70.0}, "inconclusive", 1.0),
        ("equals", "61", {}, "no data", None),
    ],
)
def test_distance_is_how_many_times_the_measured_number_lies_off(relation, value, measured, outcome, distance):
    """Synthetic readings."""
    part = Part(id="x", says="x", relation=relation, value=value, unit="percent", measured_in="share")
    one = (
        RESULTS["C05"]
        .readings[0]
        .model_copy(update={"value": None, "low": None, "high": None, "outcome": outcome, **measured})
    )
    assert claimpages.measure_distance(part, one) == distance


def test_the_code_of_a_measure_stands_in_the_file_that_the_page_names():
    shown = [one for context in describe().values() for one in context["measures"]]
    assert shown and all(one["code"] in (paths.ROOT / one["file"]).read_text(encoding="utf-8") for one in shown)
