"""The real report, rendered: everything works, nothing is missing, nothing is fetched from elsewhere."""

import html
import re

import pytest

from tests.rehearsal import check as rehearsal
from tests.rehearsal.sentences import Truths
from tests.reports import share_site
from tests.restated import skip_where_refreshed
from tokencheck import paths
from tokencheck.register.verdicts import read_verdicts
from tokencheck.render import grammar
from tokencheck.render.fallback.check import check_site
from tokencheck.render.project import read_project
from tokencheck.report import PDFS, embeds
from tokencheck.results import read_json

FEWEST_SENTENCES = 50  # of those listed by hand


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    return share_site(tmp_path_factory)


def test_sources_keep_to_the_grammar_of_both_renderers():
    assert grammar.judge_project(read_project(paths.REPORT)) == []


def test_site_has_no_dead_link_no_heavy_page_and_no_third_party(rendered):
    assert check_site(rendered) == []


def test_every_drawn_figure_has_its_picture_and_its_data(rendered):
    """Offered on some page, by a link that is alive; a lineage is text."""
    offered = set()
    for page in rendered.rglob("*.html"):
        for href in re.findall(r'href="([^":]*figures/[\w-]+\.(?:png|csv))"', page.read_text(encoding="utf-8")):
            if (page.parent / href).is_file():
                offered.add(href.rpartition("/")[2])
    records = [read_json(file) for file in paths.FIGURES.glob("*.json")]
    wanted = {f"{one['name']}{end}" for one in records if "steps" not in one for end in (".png", ".csv")}
    assert wanted - offered == set()


def test_every_claim_has_a_page(rendered):
    for claim in read_verdicts().claims:
        assert claim.verdict in (rendered / f"{claim.id}.html").read_text(encoding="utf-8")


def test_no_shortcode_or_markup_is_left_over(rendered):
    for page in rendered.glob("*.html"):
        text = re.sub(r"<(pre|code)\b.*?</\1>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\{\{<|:::|\]\{\.|\{#(fig|tbl)-", text), page.name


def test_no_sentence_ends_twice(rendered):
    for page in [*rendered.glob("*.html"), *rendered.glob("zh/*.html")]:
        text = re.sub(
            r"<(pre|code|script|style|svg)\b.*?</\1>|<[^>]+>", "", page.read_text(encoding="utf-8"), flags=re.S
        )
        assert not re.findall(r".{20}[^.…\s]\.\.(?![./]).{0,20}|.{20}。。", text), page.name


def test_no_name_of_the_code_stands_among_words(rendered):
    """But for notebooks, which are files, and for what a source prints; two pages list tables and their columns."""
    known = "".join(
        (paths.TABLES / f"{name}.csv").read_text(encoding="utf-8")
        for name in ("findings", "lineage", "models", "sources")
    )
    known += " ".join(file.stem for file in paths.NOTEBOOK_FOLDER.glob("*.py"))
    for page in rendered.rglob("*.html"):
        if page.name not in ("data.html", "changes.html"):
            text = re.sub(
                r"<(pre|code|script|style)\b.*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.S
            )
            names = set(re.findall(r"(?<![\w/.-])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+(?!\w)", text))
            assert {name for name in names if name not in known} == set(), page.name


def test_no_variable_is_left_unfilled_even_where_text_is_to_be_copied(rendered):
    for page in [*rendered.glob("*.html"), *rendered.glob("zh/*.html")]:
        assert not re.search(r"\{\{ \w+|\{% ", page.read_text(encoding="utf-8")), page.name


def test_the_frame_that_a_reader_copies_is_as_high_as_what_it_shows(rendered):
    for claim in read_verdicts().claims:
        copied = html.unescape((rendered / f"{claim.id}.html").read_text(encoding="utf-8"))
        assert f'width="100%" height="{embeds.EMBED_HEIGHT}" style' in copied, claim.id


def test_summary_shows_the_verdicts_and_the_two_ways_on(rendered):
    text = (rendered / "index.html").read_text(encoding="utf-8")
    for claim in read_verdicts().claims:
        if claim.readings:
            assert f'href="{claim.id}.html"' in text
    assert "tokencheck.pdf" in text and "methods.html" in text


def test_the_data_package_of_the_site_holds_every_table_and_every_result(rendered):
    package = read_json(rendered / "datapackage.json")
    listed = [one["path"] for one in package["resources"]]
    names = [one["name"] for one in package["resources"]]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[a-z0-9._-]+", name) for name in names)
    assert all((rendered / path).is_file() for path in listed)
    contract = read_json(paths.DATAPACKAGE)["resources"]
    assert package["resources"][: len(contract)] == contract
    drawn = {f"figures/{file.name}" for file in (rendered / "figures").glob("*.csv")}
    laid = {f"downloads/{one.name}" for one in (rendered / "downloads").iterdir() if one.suffix in (".csv", ".json")}
    copies = {path for path in laid if path.startswith("downloads/table-")}
    assert set(listed) - {one["path"] for one in contract} == drawn | laid - copies
    assert {"downloads/claims.json", "downloads/verdicts.json", "downloads/estimates.csv"} <= set(listed)


def test_no_sentence_that_a_rehearsal_looks_for_is_false_and_on_a_page(rendered, monkeypatch, tables):
    monkeypatch.setattr(paths, "SITE", rendered)
    pages, papers, truths = rehearsal.read_pages(), rehearsal.read_papers(), Truths()
    assert len(papers) == len(PDFS)
    found = [rehearsal.find_false(texts, truths) for texts in (pages, papers)]
    assert [false for *_, false in found] == [[], []]
    skip_where_refreshed(tables)  # new data may take a sentence from the pages; those that it is written for have all
    assert min(stand for _, stand, _ in found) >= FEWEST_SENTENCES, "bring tests/rehearsal/sentences.py up to date"
