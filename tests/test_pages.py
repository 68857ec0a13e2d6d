"""Generated pages: no number is typed twice, every claim has its page, and prose agrees with the results."""

import re

import pytest
import yaml

from tokencheck import paths, verdicts
from tokencheck.claims import load_register
from tokencheck.report import estimates, pages

REGISTER = load_register()

WRITTEN = sorted(
    file
    for file in paths.REPORT.glob("_*.md")
    if not file.name.startswith("_body-")
    and file.name not in {"_data.md", "_headline.md", "_rule.md", "_sensitivity.md", "_readings.md"}
    and file.name not in {"_specifications.md", "_literature.md"}
    and file.name.removeprefix("_").removesuffix(".md") not in estimates.PAGES
)
TEMPLATES = sorted(pages.TEMPLATES.glob("*.j2"))

# What may carry a numeral in prose without being a result: dates, claim ids, names that contain one, code and links.
ALLOWED = [
    r"```.*?```",
    r"`[^`]*`",
    r"\{\{<.*?>\}\}",
    r"\{#?[^{}]*\}",
    r"\]\([^)]*\)",
    r"\bC\d\d\b",
    r"\b\d{1,2}(–\d{1,2})? (January|February|March|April|May|June|July|August|September|October|November|December)"
    r"( \d{4})?",
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}",
    r"\b(M2\.5|K2\.5|V3\.2|GLM-5|GPT-5(\.\d)?|Qwen ?3\.5(-Plus)?)",
    r"\b(Gemini 3(\.1)? (Pro|Flash)|(Opus|Sonnet) 4\.\d)",
    r"\b(Seedance \d\.\d|Kimi K\d|H800|765 kV|1,024 tokens|720p)",
    r"\bEU27\b|\bIA\b|\bCC BY 4\.0|\bPython 3\.11|\bA4\b",
    r"^\d\. ",  # the numbers of a list
    r"\b([Ii]n|by|of|over|during|since|after|before|was|for|all) 20\d\d\b",
]
# Definitions that sources print: the voltage of a tariff, the width of a consumption band.
DEFINITIONS = ["110 kV", "500 to 1,999 MWh", "128K tokens"]


def list_claimed_numbers():
    """List the numbers that the article itself claims, which prose may quote."""
    values = [part.value for claim in REGISTER.claims for part in claim.parts if part.value]
    texts = [text for value in values for text in ([value] if isinstance(value, str) else value)]
    return {text.removeprefix("1/") for text in texts} | {"15 s", "720p", "24 fps"}


def strip_allowed(text):
    for pattern in ALLOWED:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    for words in DEFINITIONS:
        text = text.replace(words, " ")
    return text


@pytest.mark.parametrize("file", WRITTEN, ids=lambda file: file.name)
def test_hand_written_prose_types_no_number(file):
    claimed = list_claimed_numbers()
    numerals = re.findall(r"\d[\d.,]*", strip_allowed(file.read_text(encoding="utf-8")))
    typed = [numeral for numeral in (one.rstrip(".,") for one in numerals) if numeral not in claimed]
    assert not typed, f"{file.name} types {typed}: take them from a variable"


def test_the_check_for_typed_numbers_can_fail():
    assert re.findall(r"\d[\d.,]*", strip_allowed("It was 41.9 % in the week of 9–15 February 2026 (C05)."))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_type_no_number(file):
    text = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}|\{##.*?##\}|^---.*?^---", " ", file.read_text(), flags=re.DOTALL | re.MULTILINE
    )
    assert not re.findall(r"\d", re.sub(r"schema\.org|5, 10 \(the rule\) or 25", "", strip_allowed(text)))


def test_committed_pages_are_what_the_results_give():
    found = verdicts.read_verdicts()
    for name, text in pages.make_pages(REGISTER, found).items():
        assert (paths.REPORT / name).read_text(encoding="utf-8") == text, f"{name} is stale: run `make report`"


def test_committed_attachments_are_what_the_results_give():
    for file in paths.ROWS.glob("*.csv"):
        assert (pages.DOWNLOADS / file.name).read_bytes() == file.read_bytes()
    for file in paths.GRID.glob("*.csv"):
        assert (pages.DOWNLOADS / f"grid-{file.name}").read_bytes() == file.read_bytes()
    for file in paths.FIGURES.glob("*.svg"):
        assert (pages.PAGE_FIGURES / file.name).read_bytes() == file.read_bytes()


def test_readme_opens_with_the_current_verdicts():
    readme = paths.README.read_text(encoding="utf-8")
    assert pages.update_readme(readme, verdicts.read_verdicts(), REGISTER) == readme
    table = readme.split(pages.README_START)[1].split(pages.README_END)[0]
    assert readme.index(table) < readme.index("make report   #")
    for claim in verdicts.read_verdicts().claims:
        assert f"| {claim.id} |" in table


@pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda claim: claim.id)
def test_each_claim_page_shows_quote_verdict_and_parts(claim):
    result = next(one for one in verdicts.read_verdicts().claims if one.id == claim.id)
    body = (paths.REPORT / f"_body-{claim.id}.md").read_text(encoding="utf-8")
    assert pages.cell(claim.quote_zh) in body
    assert body.startswith(pages.badge(result.verdict))
    for part in claim.parts:
        assert pages.cell(part.says) in body
    for reading in result.readings:
        assert f"*{pages.cell(reading.id)}*" in body


@pytest.mark.parametrize("claim", REGISTER.claims, ids=lambda claim: claim.id)
def test_every_claim_carries_explanation_data_sources_and_a_way_to_dispute_it(claim):
    words = (paths.REPORT / f"_{claim.id}.md").read_text(encoding="utf-8")
    assert "**What would have to be true:**" in words
    count = len(re.sub(r"\{\{<.*?>\}\}", "number", words.split("**What")[0]).split())
    assert 60 <= count <= 150, f"{count} words"
    page = (paths.REPORT / f"{claim.id}.qmd").read_text(encoding="utf-8")
    needed = ["## Sources", "--recompute", "To dispute it", "right of reply"]
    if claim.has_readings:
        needed += [f"downloads/{claim.id}.csv", f"downloads/grid-{claim.id}.csv", "```python"]
        assert re.search(r"!\[.*\]\(figures/.*fig-alt=", page), "no figure"
    else:
        needed += [f"downloads/findings-{claim.id}.csv"]
    for one in needed:
        assert one in page


def test_no_claim_is_left_unchecked():
    found = verdicts.read_verdicts()
    assert found.counts["Not yet checked"] == 0
    assert sum(found.counts.values()) == len(REGISTER.claims)


def test_variables_word_every_reading():
    variables = yaml.safe_load((paths.REPORT / "_variables.yml").read_text(encoding="utf-8"))
    for result in verdicts.read_verdicts().claims:
        for reading in result.readings:
            worded = variables[result.id][reading.part.replace("-", "_")][reading.id.replace("-", "_")]
            assert worded and not re.search(r"nan|None", worded)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("a|b", r"a\|b"), ("1*2_3", r"1\*2\_3"), ("two\nlines", "two lines"), (None, ""), ("<b>", r"\<b\>")],
)
def test_cells_cannot_break_a_table(text, safe):
    assert pages.cell(text) == safe
