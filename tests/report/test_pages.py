"""Generated pages: no number is typed twice, every claim has its page, and prose agrees with the results."""

import math
import re
import shutil
import subprocess
import sys

import pytest

from tests.histories import make_edition, make_history
from tokencheck import paths
from tokencheck.register import guards, verdicts
from tokencheck.register.claims import load_register
from tokencheck.report import (
    claimpages,
    estimates,
    front,
    is_generated,
    list_report_files,
    pages,
    proofreading,
    templating,
    words,
)
from tokencheck.report.markup import cell
from tokencheck.report.publication import load_publication
from tokencheck.report.templating import badge, fill
from tokencheck.results import parse_yaml, read_rows

REGISTER = load_register()
SHORTS = {result.id: result.texts["en"].short for result in verdicts.read_verdicts().claims}
COMPILED = words.compile_all(guards.list_known(REGISTER, verdicts.read_verdicts(), guards.read_facts()))

TEMPLATES = sorted(templating.PAGE_TEMPLATES.glob("*.j2"))


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_type_no_number(file):
    text = re.sub(
        r"\{%.*?%\}|\{\{.*?\}\}|\{##.*?##\}|^---.*?^---", " ", file.read_text(), flags=re.DOTALL | re.MULTILINE
    )
    plain = re.sub(r"schema\.org|5, 10 \(the rule\) or 25", "", text)
    assert not proofreading.list_typed_numbers(plain, proofreading.ALLOWED)


@pytest.fixture(scope="module")
def made():
    """All that the build writes into the report, by name."""
    return pages.make_pages(REGISTER, verdicts.read_verdicts()) | estimates.make_tables()


def test_committed_pages_are_what_the_results_give(made):
    for name, text in made.items():
        assert (paths.REPORT / name).read_text(encoding="utf-8") == text, f"{name} is stale: run `make report`"


def test_what_is_written_by_hand_and_what_is_generated_are_told_apart(made):
    made = {name for name in made if not name.startswith(("downloads/", "figures/"))}
    found = {file.relative_to(paths.REPORT).as_posix() for file in list_report_files(paths.REPORT)}
    copied = {name for name in found if name.startswith(("downloads/", "figures/"))}
    assert made == {name for name in found - copied if is_generated(name)}
    assert all(is_generated(name) for name in copied)


def test_committed_attachments_are_what_the_results_give():
    for file in paths.ROWS.glob("*.csv"):
        assert (pages.DOWNLOADS / file.name).read_bytes() == file.read_bytes()
    for file in paths.GRID.glob("*.csv"):
        assert (pages.DOWNLOADS / f"grid-{file.name}").read_bytes() == file.read_bytes()
    for file in paths.FIGURES.glob("*.svg"):
        assert (pages.PAGE_FIGURES / file.name).read_bytes() == file.read_bytes()


# How a Git host shows a README on a screen of 1440 × 900 px, about.
COLUMN_PX, SCREEN_PX, LINE_PX, CODE_LINE_PX, MARGIN_PX = 838, 800, 24, 20, 16
CHARACTERS_A_LINE, MOST_LINES_OF_A_ROW = 100, 3


def estimate_height(markdown):
    """Estimate how high a Git host shows Markdown, in px: text wrapped, code as it stands, pictures to scale."""

    def wrap(text):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
        return math.ceil(len(shown) / CHARACTERS_A_LINE) * LINE_PX

    height = 0
    for block in re.split(r"\n{2,}", re.sub(r"<!--.*?-->", "", markdown).strip()):
        lines = block.strip().splitlines()
        if picture := re.fullmatch(r"!\[.*\]\((.+\.svg)\)", block.strip()):
            box = re.search(r'viewBox="([^"]+)"', (paths.ROOT / picture[1]).read_text(encoding="utf-8"))
            width_px, height_px = map(float, box[1].split()[2:])
            height += height_px * min(1, COLUMN_PX / width_px)
        elif lines[0].startswith("```"):
            height += CODE_LINE_PX * (len(lines) - 2) + 2 * MARGIN_PX
        elif lines[0].startswith("|"):
            height += sum(wrap(row) + MARGIN_PX for row in lines if not row.startswith("|:"))
        elif lines[0].startswith("- "):
            height += sum(wrap(line) for line in lines)
        else:
            height += wrap(" ".join(lines)) + LINE_PX * lines[0].startswith("#")
        height += MARGIN_PX
    return height


def test_the_readme_shows_the_commands_on_the_first_screen_then_what_was_found_and_folds_the_table():
    readme = paths.README.read_text(encoding="utf-8")
    assert pages.update_readme(readme, verdicts.read_verdicts(), REGISTER) == readme
    commands = re.search(r"```bash\nmake report   #.*?\nmake test     #.*?\n```\n", readme)
    assert estimate_height(readme[: commands.end()]) <= SCREEN_PX
    told = readme[commands.end() : readme.index("## ")]
    assert len(re.findall(r"^- \*\*", told, re.MULTILINE)) == 5
    rows = re.findall(r"^\| \[C\d\d\]\(report/.*", told, re.MULTILINE)
    assert len(rows) == len(front.HEADLINES)
    assert all(estimate_height(row) <= MOST_LINES_OF_A_ROW * LINE_PX + 2 * MARGIN_PX for row in rows)
    table = readme[readme.index("<details>") : readme.index("</details>")]
    for claim in verdicts.read_verdicts().claims:
        assert f"| {claim.id} |" in table
    hand_written = re.sub(r"<!-- (\w+):.*?<!-- /\1 -->", "", readme, flags=re.DOTALL)
    assert len(hand_written.splitlines()) <= 100


def test_every_file_that_the_readme_links_to_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", paths.README.read_text(encoding="utf-8")):
        assert (paths.ROOT / target).exists(), target


def test_the_readme_follows_the_results():
    """Synthetic: another verdict and another value move what the README says."""
    found = verdicts.read_verdicts().model_copy(deep=True)
    result = next(one for one in found.claims if one.id == "C05")
    result.verdict = result.parts[0].verdict = "Contradicted"
    result.readings[0].value = 12.3
    readme = pages.update_readme(paths.README.read_text(encoding="utf-8"), found, REGISTER)
    row = next(line for line in readme.splitlines() if line.startswith("| [C05]"))
    assert "12.3" in row and row.endswith("| **Contradicted** |")


def test_no_claim_is_left_unchecked():
    found = verdicts.read_verdicts()
    assert found.counts["Not yet checked"] == 0
    assert sum(found.counts.values()) == len(REGISTER.claims)


def test_variables_word_every_reading():
    variables = parse_yaml((paths.REPORT / "_variables.yml").read_text(encoding="utf-8"))
    for result in verdicts.read_verdicts().claims:
        for reading in result.readings:
            worded = variables[result.id][reading.part.replace("-", "_")][reading.id.replace("-", "_")]
            assert worded and not re.search(r"nan|None", worded)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("a|b", r"a\|b"), ("1*2_3", r"1\*2\_3"), ("two\nlines", "two lines"), (None, ""), ("<b>", r"\<b\>")],
)
def test_cells_cannot_break_a_table(text, safe):
    assert cell(text) == safe


# ------------------------------------------------------------------------------------------ what changed, then and now


def fill_changes(history, kept=True):
    context = {"claims": [], "history": pages.describe_history(history), "kept": kept}
    context["shorts"] = SHORTS
    return fill("changes.md.j2", **context)


def test_the_page_of_changes_reads_with_one_edition():
    text = fill_changes(make_history()[:1])
    assert "1 edition, the latest with data to 2026-10-07" in text
    assert "The first edition: of 2 claims, 1 supported, 1 contradicted." in text
    assert "flipped" not in text


def test_the_page_of_changes_tells_every_edition_the_newest_first():
    text = fill_changes(make_history())
    headings = re.findall(r"^## Edition (\S+)", text, re.MULTILINE)
    assert headings == ["2026-10-21-2", "2026-10-21", "2026-10-14", "2026-10-07"]
    newest, *_, second, first = re.split(r"^## Edition .*$", text, flags=re.MULTILINE)[1:]
    assert "Compared with edition 2026-10-21: 1 verdict and no statuses now flipped" in newest
    assert f"[C33](C33.qmd) {cell(SHORTS['C33'])}: {badge('Contradicted')} → " in newest
    assert "**Verdicts, for the claim’s own period: none flipped.**" in second
    assert f"{badge('Contradicted')} → {badge('Supported')}" in second
    assert cell("data: price_changes (2026-10-07 → 2026-10-14)") in second
    assert 'title="Readings that crossed the tolerance: 1"' in second
    assert "There is none before it" in first
    assert "Cause: a correction: a rate was taken twice. Data to" in newest
    assert "Cause: new or changed data. Data to" in second
    assert "Cause: not recorded. Data to" in fill_changes([make_edition(), make_edition("2026-10-14", 2)])
    assert "Cause:" not in first


def test_the_page_of_changes_says_when_its_results_are_not_kept():
    says = "results that are not kept as an edition yet"
    assert says in fill_changes(make_history(), kept=False) and says not in fill_changes(make_history())
    assert says in fill_changes([], kept=False)


def test_the_feed_of_changes_has_an_entry_an_edition():
    from xml.etree import ElementTree

    from tokencheck.report import machine

    publication = load_publication()
    feed = ElementTree.fromstring(machine.make_changes_feed(pages.describe_history(make_history()), publication))
    atom = f"{{{machine.ATOM}}}"
    entries = feed.findall(f"{atom}entry")
    ids = [node.find(f"{atom}id").text for node in (feed, *entries)]
    assert len(set(ids)) == len(ids) == 5
    links = [node.find(f"{atom}link").get("href") for node in entries]
    assert links[0] == "../changes.html#edition-2026-10-21-2"
    assert all(one.startswith("urn:uuid:") for one in ids)
    for node in (feed, *entries):
        assert node.find(f"{atom}title").text
        assert re.fullmatch(r"2026-10-\d{2}T00:00:00Z", node.find(f"{atom}updated").text)
    assert "C28  Contradicted → Supported" in entries[2].find(f"{atom}content").text
    assert [one.get("term") for one in entries[2].findall(f"{atom}category")] == ["status_now", "data"]
    assert [one.get("term") for one in entries[0].findall(f"{atom}category")] == ["verdict", "correction"]
    assert "Cause: a correction: a rate was taken twice" in entries[0].find(f"{atom}content").text


def read_variables():
    return parse_yaml((paths.REPORT / "_variables.yml").read_text(encoding="utf-8"))


HOLDS_IMPORTED = any(row["source_id"].startswith("OWN-") for row in read_rows(paths.TABLES / "sources.csv"))


@pytest.mark.skipif(HOLDS_IMPORTED, reason="the tables hold imported rows")
def test_nothing_is_marked_as_imported_where_nothing_is():
    assert pages.describe_own(read_rows(paths.TABLES / "sources.csv")) == {
        "all": {}, "usage": {}, "prices": {}, "electricity": {}
    }  # fmt: skip
    for file in paths.REPORT.glob("_generated/own-*.md"):
        assert file.read_text(encoding="utf-8").strip() == ""
    for body in paths.REPORT.glob("_generated/body-*.md"):
        assert "imported data" not in body.read_text(encoding="utf-8")


@pytest.mark.skipif(HOLDS_IMPORTED, reason="the tables hold imported rows")
def test_what_rests_on_imported_rows_is_marked(tmp_path, monkeypatch):
    shutil.copytree(paths.DATA / "tables", tmp_path / "tables")
    source = [
        "OWN-me",
        "Me & Co.",
        "My list",
        "https://me.example",
        "",
        "imported",
        "own",
        "D",
        "false",
        "",
        "",
        "",
        "",
    ]
    with (tmp_path / "tables" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write(",".join(source) + "\n")
    with (tmp_path / "tables" / "vendor_prices.csv").open("a", encoding="utf-8") as file:
        file.write("2026-11-01,moonshotai,kimi-k2.5,0.6,3,,,,,,,,,abcdef1234,OWN-me\n")
    monkeypatch.setattr(paths, "DATA", tmp_path)
    monkeypatch.setattr(paths, "TABLES", tmp_path / "tables")
    found = verdicts.read_verdicts()
    result = next(one for one in found.claims if one.id == "C45")
    result.readings[0].now.sources.append("OWN-me")
    contexts = {one["claim"].id: one for one in claimpages.describe_claims(REGISTER, found, COMPILED, read_variables())}
    body = claimpages.write_body(contexts["C45"])
    assert '::: {.callout-warning title="Rests on imported data"}' in body
    assert "*Now rests on imported data (OWN-me).*" in body
    assert "imported" not in claimpages.write_body(contexts["C44"])
    own = pages.describe_own(read_rows(paths.TABLES / "sources.csv"))
    assert [topic for topic, tables in own.items() if tables] == ["all", "prices", "electricity"]
    note = fill("own.md.j2", tables=own["all"], resting=[contexts["C45"]])
    assert "`vendor_prices` (OWN-me, [Me & Co.: My list, me.example](https://me.example), grade D)" in note
    assert "Claims whose readings rest on them: [C45](C45.qmd)." in note


def test_what_no_page_shows_any_more_goes_from_the_generated_folders(tmp_path):
    """Such as the Chinese copy of a figure that was a claim's key figure; what is written by hand stays."""
    for name in ("zh/figures/old.svg", "zh/C05.qmd", "notebooks/99_gone.qmd", "words/C05.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text", encoding="utf-8")
    pages.remove_stale(tmp_path, ["zh/C05.qmd"])
    left = sorted(file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file())
    assert left == ["words/C05.md", "zh/C05.qmd"]


def test_neither_pages_nor_what_is_passed_on_load_what_measures_do():
    code = (
        "import sys; from tokencheck.report import embeds, pages, pictures, sharing; "
        "sys.exit(' '.join({'pandas', 'numpy', 'matplotlib'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert not done.returncode, f"loads {done.stderr}"
