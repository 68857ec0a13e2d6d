"""What a reader gets: the site and the PDF of a synthetic report."""

import io
import re
import shutil
import stat
from pathlib import Path

import pypdf
import pytest

from tests.reports import edit, make_report
from tokencheck import render
from tokencheck.errors import UserError
from tokencheck.render import grammar
from tokencheck.render.fallback import pandoc, parts, pdf, site
from tokencheck.render.fallback.check import check_site
from tokencheck.render.project import read_project


def render_pdfs(report, out):
    """Set the PDFs of a report, some at a time, as the build does."""
    contents = pdf.compile_pdfs(render.read_sound_project(report), 2)
    out.mkdir(exist_ok=True)
    for name, content in contents.items():
        (out / name).write_bytes(content)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The synthetic report, rendered once."""
    folder = make_report(tmp_path_factory.mktemp("rendered") / "report")
    render.render_site(folder, folder / "_site")
    render_pdfs(folder, folder / "_site")
    return folder / "_site"


@pytest.fixture
def report(tmp_path):
    return make_report(tmp_path / "report")


def read(site: Path, page: str) -> str:
    return (site / f"{page}.html").read_text(encoding="utf-8")


def read_bytes(site: Path) -> dict[Path, bytes]:
    return {file.relative_to(site): file.read_bytes() for file in site.rglob("*") if file.is_file()}


def read_pdf(site: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(site / "tokencheck.pdf").pages)


# --- site ---------------------------------------------------------------------------------------------------------


def test_site_has_no_dead_links_and_no_requests_elsewhere(built):
    assert check_site(built) == []


def test_variables_and_nested_includes_are_expanded(built):
    page = read(built, "index")
    assert "the share was <strong>61 %</strong>" in page
    assert "The deepest text names 4.12 trillion tokens." in page
    assert "{{<" not in page


def test_a_page_in_a_folder_has_its_language_its_sidebar_and_links_that_lead_somewhere(built):
    page, english = read(built, "zh/C01"), read(built, "C01")
    assert '<html lang="zh-Hans"' in page and '<html lang="en"' in english
    for target in (
        "../index.html",
        "../icon.svg",
        "../fonts/web/NotoSansSC-Han-Regular.woff2",
        "../tokencheck.pdf",
        "../claims.html",
        "../C01.html",
    ):
        assert f'"{target}"' in page, target
    assert 'href="../zh/claims.html"' in page and "zh/claims.html" not in english
    assert '<link rel="alternate" hreflang="en" href="../C01.html">' in page
    assert re.search(r'src="../figures/bar.svg"[^>]* width="\d+"', page)


def test_a_variable_may_hold_a_badge(built):
    assert '<span class="verdict verdict-misleading">Misleading</span>' in read(built, "index")


def test_figures_and_tables_are_numbered_and_referred_to(built):
    page = read(built, "index")
    assert re.search(r'<figure id="fig-bar">.*?<span class="caption-label">Figure\u00a01:</span>', page, re.DOTALL)
    assert re.search(r'<figure id="tbl-scopes".*?<span class="caption-label">Table\u00a01:</span>', page, re.DOTALL)
    assert re.search(r'<a href="#fig-bar" class="crossref">Figure\u00a01</a>', page)
    assert '<a href="#fig-bar" class="crossref">1</a>' in page


def test_citations_come_with_a_list_of_references(built):
    page = read(built, "index")
    assert 'href="#ref-sample2026"' in page
    assert "Journal of Synthetic Results" in page
    assert ">References</h2>" in page
    assert "Journal of Synthetic Results" not in read(built, "claims")


def test_callouts_have_titles_and_fold(built):
    page = read(built, "chapter")
    assert '<div role="note" class="callout callout-note"><p class="callout-title">How to read this chapter</p>' in page
    assert '<details class="callout callout-warning"><summary class="callout-title">Folded warning</summary>' in page
    assert '<p class="callout-title">Tip</p>' in page


def test_tabs_are_tied_to_their_panels(built):
    page = read(built, "chapter")
    tabs = re.findall(r'role="tab" id="([\w-]+)" aria-controls="([\w-]+)" aria-selected="(\w+)"', page)
    assert [selected for _, _, selected in tabs] == ["true", "false"]
    for tab, panel, _ in tabs:
        assert f'role="tabpanel" id="{panel}" aria-labelledby="{tab}"' in page
    assert '<p class="tab-title">Prices</p>' in page  # shown where there is no script


def test_code_folds_under_its_summary(built):
    assert '<details class="code-fold"><summary>Show the code</summary>' in read(built, "chapter")


def test_pictures_have_text_and_size_and_load_late_further_down(built):
    image = re.search(r"<main.*?(<img[^>]*>)", read(built, "index"), re.DOTALL)[1]
    assert 'alt="A bar in five parts; the first, supported, is the longest."' in image
    assert 'width="720" height="80"' in image
    assert "loading" not in image
    assert "fig-alt" not in image


def test_wide_tables_scroll_in_their_own_labelled_box(built):
    assert re.search(r'<div class="table-box"[^>]*role="region"[^>]*tabindex="0"', read(built, "chapter"))


def test_links_between_pages_lead_to_html(built):
    page = read(built, "C01")
    assert '<a href="chapter.html#in-tabs">the chapter</a>' in page
    assert ".qmd" not in page


def test_navigation_marks_the_page_and_names_its_neighbours(built):
    page = read(built, "claims")
    assert '<a href="claims.html" aria-current="page">All claims</a>' in page
    assert re.search(r'pager-previous" href="index.html"><span>Previous</span>Summary', page)
    assert re.search(r'pager-next" href="chapter.html"><span>Next</span>Usage', page)
    assert '<summary>Chapters</summary><ul><li><a href="chapter.html">Usage</a>' in page


def test_claim_pages_follow_one_another_and_lead_up_to_the_list(built):
    page = read(built, "C01")
    assert 'pager-next" href="C02.html"' in page
    assert '<p class="eyebrow"><a href="claims.html">All claims</a></p>' in page


def test_beside_a_claim_stand_all_claims_and_beside_a_chapter_the_chapters(built):
    rail = re.search(r'<nav class="side" aria-label="(.*?)">.*?</nav>', read(built, "C01"), re.DOTALL)
    assert rail[1] == "Claims"
    mark = '<span class="verdict verdict-misleading">C01 <span class="visually-hidden">Misleading</span></span>'
    assert f'<a href="C01.html" aria-current="page">{mark} the first</a>' in rail[0]
    assert '<a href="C02.html">the <em>second</em></a>' in rail[0]
    assert "chapter.html" not in rail[0]
    assert 'aria-label="Pages"' in read(built, "chapter")


def test_every_run_of_chinese_names_its_language(report):
    words = "\n\n中文 and カナ in *中文*, `代码`.\n\n```python\nx = 1  # 中文\n```\n\n```\n中文\n```\n"
    with (report / "chapter.qmd").open("a", encoding="utf-8") as file:
        file.write(words)
    edit(report / "chapter.qmd", "title: Usage", "title: Usage 用量")
    render.render_site(report, report / "_site")
    page = re.search("<main.*</main>", read(report / "_site", "chapter"), re.DOTALL)[0]
    han = re.compile("[\u4e00-\u9fff\u30a0-\u30ff]+")
    assert len(han.findall(page)) >= 7
    assert han.findall(re.sub(r'<(\w+)[^>]* lang="(?:zh|ja)[^"]*"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)) == []
    assert '<span lang="ja">カナ</span>' in page
    edit(report / "chapter.qmd", "title: Usage 用量", "title: Usage 用量\nlang: zh-Hans")
    render.render_site(report, report / "_site")
    page = read(report / "_site", "chapter")
    assert '<html lang="zh-Hans">' in page
    assert '<span lang="zh-Hans">中' not in page
    assert '<span lang="ja">カナ</span>' in page


def test_rows_with_verdicts_carry_what_a_phone_needs_to_show_them_as_cards(report):
    rows = "\n\n| Claim | Verdict |\n|:--|:--|\n| C01 | [Misleading]{.verdict .verdict-misleading} |\n"
    with (report / "chapter.qmd").open("a", encoding="utf-8") as file:
        file.write(rows)
    render.render_site(report, report / "_site")
    page = read(report / "_site", "chapter")
    assert len(re.findall(r'<table[^>]*class="[^"]*as-cards', page)) == 1  # of the other tables, none
    assert re.search(r'<td[^>]*role="cell" data-label="Verdict"', page)


def test_frame_serves_keyboard_search_engine_and_night(built):
    page = read(built, "index")
    assert '<html lang="en">' in page
    assert '<a class="skip" href="#content">' in page
    assert '<meta name="description" content="A synthetic summary page.">' in page
    assert page.index("localStorage.getItem") < page.index("<style>")  # no flash of the other theme
    style = re.search("<style>(.*?)</style>", page, re.DOTALL)[1]
    assert "color-scheme: light dark" in style
    assert ':root[data-theme="dark"]' in style


@pytest.mark.parametrize("name", ["index", "zh/C01"])
def test_a_page_waits_for_no_other_file_before_it_is_drawn(built, name):
    page = read(built, name)
    assert "stylesheet" not in page and "preload" not in page  # a font that is asked for early holds the page back
    assert re.findall(r"<script src=(?![^>]* defer)[^>]*>", page) == []
    assert ".verdict-misleading {" in page and "/*" not in page


def test_chinese_is_marked_as_chinese(built):
    assert '<div class="quote" lang="zh-CN">' in read(built, "index")


def test_contents_list_the_headings_but_not_the_tabs(built):
    contents = re.search(r'<nav class="toc".*?</nav>', read(built, "chapter"), re.DOTALL)[0]
    assert "In tabs" in contents
    assert "Prices" not in contents


def test_claims_filter_works_without_and_with_its_script(built):
    page = read(built, "claims")
    assert re.search(r'<div class="claims-filter">.*?<table', page, re.DOTALL)
    assert '<script src="site.js" defer></script>' in page
    assert (built / "site.js").is_file()


def test_downloads_are_copied(built):
    assert (built / "downloads" / "rows.csv").read_text() == "day,tokens\n2026-02-09,1\n"


def test_rendering_twice_changes_no_byte(built, report):
    render.render_site(report, report / "_site")
    render_pdfs(report, report / "_site")
    assert read_bytes(report / "_site") == read_bytes(built)


@pytest.fixture(scope="session")
def rendered_once(tmp_path_factory):
    """A folder with the synthetic report as it was rendered and the cache of that, and a copy to restore it from."""
    folder, copy = tmp_path_factory.mktemp("kept"), tmp_path_factory.mktemp("restored")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")
        render.render(make_report(folder / "report"), cache=folder / "cache")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    return folder, copy


@pytest.fixture
def work(rendered_once):
    """That folder as it was rendered; what is kept is found by where the sources lie, too, so it is always the same."""
    folder, copy = rendered_once
    shutil.rmtree(folder)
    return shutil.copytree(copy, folder)


@pytest.fixture
def kept(work, monkeypatch):
    """What Pandoc and Typst are called for from then on."""
    monkeypatch.setenv("PATH", "")
    called = []

    def note(module, name, what):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda *given, **named: called.append(what(given)) or real(*given, **named))

    note(pandoc, "serve", lambda given: f"--to={given[2]}")
    note(pandoc.subprocess, "run", lambda given: next(one for one in given[0] if one.startswith("--to=")))
    note(pdf, "set_pages", lambda given: "typst")
    return called


def test_an_edited_page_costs_that_page_alone_and_the_pdf_that_holds_it(kept, work):
    report = work / "report"
    edit(report / "claims.qmd", "All claims of the article", "Every claim of the article")  # no part of the PDF
    render.render(report, cache=work / "cache")
    assert kept == ["--to=html5"]
    kept.clear()
    edit(report / "_deeper.md", "The deepest text", "The deepest of texts")
    render.render(report, cache=work / "cache")
    assert sorted(kept) == ["--to=html5", "--to=json", "--to=typst", "typst"]
    kept.clear()
    render.render(report, cache=work / "cache")
    assert kept == []


class PanicException(BaseException):
    """Named as what stops Typst from inside."""


@pytest.mark.parametrize("times", [1, 2])
def test_where_typst_stops_from_inside_rows_of_tables_may_break(work, monkeypatch, times):
    """Found once: Typst 0.15 stops where a full page of figure interrupts a table whose rows stand whole."""
    report, real, asked = work / "report", pdf.typst.compile_with_warnings, []

    def compile_(*given, sys_inputs, **named):
        asked.append(sys_inputs["rows"])
        if len(asked) <= times:
            raise PanicException("entry is missing")
        return real(*given, sys_inputs=sys_inputs, **named)

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pdf.typst, "compile_with_warnings", compile_)
    if times == 1:
        render.render(report)
        assert next(report.glob("_site/*.pdf")).read_bytes().startswith(b"%PDF")
    else:
        with pytest.raises(UserError, match=r"Typst stopped by a fault of its own \(entry is missing\)"):
            render.render(report)
    assert asked == ["whole", "break"]


CHAPTERS = """
# Links {#links}

See [the chapter](chapter.qmd), @fig-late, @sec-late and @other2026.[^note]

[^note]: A note.

## Twice

# Late {#sec-late}

::: {#fig-late}
![A bar](figures/bar.svg){fig-alt="A bar."}

The late figure.
:::

## Twice

See [above](#links) and @fig-late.
"""


@pytest.mark.parametrize("numbered", ["true", "false"])
def test_a_document_in_parts_is_the_same_as_in_one(report, monkeypatch, numbered):
    edit(report / "tokencheck.qmd", "number-sections: true", f"number-sections: {numbered}")
    file = report / "tokencheck.qmd"
    file.write_text(file.read_text(encoding="utf-8") + CHAPTERS, encoding="utf-8")
    bibliography = report / "references.bib"
    bibliography.write_text(
        bibliography.read_text() + "\n@misc{other2026, title={Other}, author={Synthetic}, year={2026}}\n"
    )
    page = next(page for page in read_project(report).pages if page.is_pdf)
    written = []
    for count, least in ((7, 0), (1, 10**9)):
        split = [text for text in parts.split_page(page, least) if text.strip()]
        assert len(split) == count
        monkeypatch.setattr(parts, "split_page", lambda page, split=split: split)
        written.append(re.sub(r"\n+", "\n", pdf.write_typst(read_project(report), page)))
        monkeypatch.undo()
    assert written[0] == written[1]
    assert "<twice-1>" in written[0]
    assert "?@" not in written[0]


CHANGES = {
    "a page": ("_deeper.md", "The deepest text", "The deepest of texts"),
    "a title, which other pages show": ("chapter.qmd", "title: ", "title: Another "),
    "the frame": ("_quarto.yml", "  title: ", "  title: Another "),
    "a variable": ("_variables.yml", "61", "62"),
    "the references": ("references.bib", "Synthetic Results", "Other Results"),
    "a filter": ("components.lua", "return ", "return  "),
    "a picture": ("figures/bar.svg", "<svg", "<svg data-other='1'"),
    "a picture's size": ("figures/bar.svg", 'viewBox="0 0 ', 'viewBox="0 0 1'),
}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("change", CHANGES)
def test_rendering_what_changed_gives_the_bytes_of_rendering_all(work, tmp_path, change):
    report = work / "report"
    name, before, after = CHANGES[change]
    text = (report / name).read_text(encoding="utf-8")
    assert before in text
    (report / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    render.render(report, cache=work / "cache")
    part = read_bytes(report / "_site")
    render.render(report, tmp_path / "whole")
    assert part == read_bytes(tmp_path / "whole")


def test_the_cache_keeps_only_what_is_in_use(kept, work):
    report = work / "report"
    before = read_bytes(work / "cache").keys()
    edit(report / "_deeper.md", "The deepest text", "The deepest of texts")
    render.render(report, cache=work / "cache")
    after = read_bytes(work / "cache").keys()
    # what gave way: the page, the PDF as read, as written by parts and whole, and as set, what was judged of both texts
    assert kept and len(before) == len(after) and len(before - after) == 7


@pytest.mark.usefixtures("kept")
def test_a_page_that_was_kept_as_sound_is_refused_once_its_figure_is_gone(work):
    report = work / "report"
    (report / "figures" / "bar.svg").unlink()
    with pytest.raises(UserError, match=r"no figure figures/bar\.svg"):
        render.render(report, cache=work / "cache")


@pytest.mark.usefixtures("kept")
def test_what_another_code_made_is_not_kept(work, monkeypatch):
    report = work / "report"
    before = read_bytes(work / "cache")
    for module in (site, grammar, pdf):
        monkeypatch.setattr(module, "describe_code", lambda: "another code")
    render.render(report, cache=work / "cache")
    after = read_bytes(work / "cache")
    pages = read_project(report).pages
    # what was judged of each page, the frame around each of the site, and the source of the PDF
    assert len(after.keys() - before.keys()) == 2 * len(pages)


def test_unchanged_pages_stay_untouched_and_pages_that_left_go(report):
    site = report / "_site"
    render.render_site(report, site)
    (site / "tokencheck.pdf").write_bytes(b"kept")
    before = {file: file.stat().st_mtime_ns for file in site.rglob("*") if file.is_file()}
    (report / "C02.qmd").unlink()
    edit(report / "claims.qmd", "[C02](C02.qmd)", "C02")
    edit(report / "_rails.yml", "\n      - text: the *second*\n        href: C02.qmd", "")
    render.render_site(report, site)
    changed = {file.name for file, moment in before.items() if file.exists() and file.stat().st_mtime_ns != moment}
    assert changed == {"C01.html", "claims.html"}
    assert not (site / "C02.html").exists()
    assert (site / "tokencheck.pdf").read_bytes() == b"kept"


# --- errors -------------------------------------------------------------------------------------------------------


def test_missing_variable_names_page_line_and_remedy_and_writes_nothing(report):
    edit(report / "_deeper.md", "share.deep.tokens", "share.deep.lost")
    with pytest.raises(UserError, match=r"_deeper\.md:1: no variable `share\.deep\.lost`.*make report"):
        render.render_site(report, report / "_site")
    assert not (report / "_site").exists()


def test_missing_include_names_the_line(report):
    (report / "_deeper.md").unlink()
    with pytest.raises(UserError, match=r"_nested\.md:3: included file _deeper\.md is missing"):
        render_pdfs(report, report / "out")
    assert not (report / "out").exists()


def test_an_include_that_includes_itself_is_reported(report):
    (report / "_deeper.md").write_text("{{< include _nested.md >}}\n")
    with pytest.raises(UserError, match="includes itself"):
        render.render_site(report, report / "_site")


def test_a_folder_without_configuration_is_reported(tmp_path):
    with pytest.raises(UserError, match=r"_quarto\.yml is missing"):
        render.render_site(tmp_path, tmp_path / "_site")


def test_broken_yaml_is_reported_with_its_line(report):
    (report / "_variables.yml").write_text("share: [1\nnext: 2\n")
    with pytest.raises(UserError, match=r"_variables\.yml is not valid YAML: line 2"):
        render.render_site(report, report / "_site")


def test_a_font_that_is_not_there_is_reported(report):
    edit(report / "tokencheck.qmd", "Noto Sans SC", "Nowhere Sans")
    with pytest.raises(UserError, match=r"unknown font family: nowhere sans.*font-paths"):
        render_pdfs(report, report / "out")


# --- PDF ----------------------------------------------------------------------------------------------------------


def test_pdf_opens_with_title_contents_and_numbered_sections(built):
    text = read_pdf(built)
    assert "The synthetic report" in text
    assert "Data as of 7 October 2026" in text
    assert re.search(r"Contents\s+1\s*Summary.*2\s*Usage", text, re.DOTALL)


def test_pdf_carries_its_metadata_and_no_moment(built):
    reader = pypdf.PdfReader(built / "tokencheck.pdf")
    assert reader.metadata.title == "The synthetic report"
    assert reader.metadata.author == "tokencheck"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_pdf_holds_the_text_of_the_pages(built):
    text = read_pdf(built)
    assert "the share was 61 %" in text
    assert "历史" in text
    assert "Misleading" in text
    assert re.search(r"Figure\s1:\s*Verdicts", text)
    assert "Journal of Synthetic Results" in text
    assert "A footnote with a link" in text


def test_what_only_a_browser_can_do_stands_in_the_site_alone(built):
    page = read(built, "chapter")
    assert "Only a browser can press this." in page and '<button type="button">Press</button>' in page
    assert "content-visible" not in page
    assert "press" not in read_pdf(built).lower()


def test_pdf_uses_only_the_fonts_of_the_project(built):
    names = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in pypdf.PdfReader(built / "tokencheck.pdf").pages
        for font in (page["/Resources"].get_object().get("/Font") or {}).values()
    }
    assert {name.partition("-")[0] for name in names} == {"NotoSansSC", "DejaVuSansMono"}


def test_pdf_repeats_the_head_of_a_long_table(built):
    pages = [page.extract_text() for page in pypdf.PdfReader(built / "tokencheck.pdf").pages]
    with_rows = [text for text in pages if "synthetic/model-" in text.replace("\n", "")]
    assert len(with_rows) >= 2
    assert all("Developer" in text for text in with_rows)


def test_pdf_links_inside_itself_and_never_to_a_local_file(built):
    reader = pypdf.PdfReader(built / "tokencheck.pdf")
    addresses = [
        str(action["/URI"])
        for page in reader.pages
        for link in (item.get_object() for item in page.get("/Annots") or [])
        for action in [link.get("/A")]
        if action and "/URI" in action
    ]
    assert addresses
    assert all(address.startswith("https://") for address in addresses)


def test_pdf_describes_its_pictures(built):
    content = io.BytesIO((built / "tokencheck.pdf").read_bytes())
    root = pypdf.PdfReader(content).trailer["/Root"]["/StructTreeRoot"]
    found, todo = set(), [root]
    while todo:
        node = todo.pop().get_object()
        if isinstance(node, pypdf.generic.ArrayObject):
            todo += list(node)
        elif isinstance(node, pypdf.generic.DictionaryObject):
            found.add(str(node.get("/Alt", "")))
            todo += [node["/K"]] if "/K" in node else []
    assert "A bar in five parts; the first, supported, is the longest." in found


def test_a_character_that_the_font_lacks_is_refused_and_named(report):
    edit(report / "_deeper.md", "The deepest text", "The deepest \U00013000 text")
    with pytest.raises(UserError, match="\U00013000.*could not be displayed"):
        render_pdfs(report, report / "out")
    assert not (report / "out").exists()


# --- the choice between the two renderers ---------------------------------------------------------------------------


def test_without_quarto_one_line_says_what_rendered(report, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(report))
    site, pdfs = render.render(report)
    assert capsys.readouterr().out == "Rendering with Pandoc and Typst, as Quarto is not installed.\n"
    assert (site / "index.html").is_file()
    assert pdfs == [site / "tokencheck.pdf"]
    assert pdfs[0].read_bytes().startswith(b"%PDF")


def write_stand_in(folder: Path, script: str) -> None:
    """Put a program called quarto on a search path of its own."""
    program = folder / "quarto"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_with_quarto_it_is_called_on_the_report(report, tmp_path, monkeypatch, capsys):
    write_stand_in(tmp_path, f'/bin/mkdir -p "$2/_site" && echo "$@" > {tmp_path}/called')
    monkeypatch.setenv("PATH", str(tmp_path))
    site, pdfs = render.render(report)
    assert (tmp_path / "called").read_text().split() == ["render", str(report)]
    assert (site, pdfs) == (report / "_site", [report / "_site" / "tokencheck.pdf"])
    assert capsys.readouterr().out.count("\n") == 1


def test_when_quarto_fails_its_last_words_are_shown(report, tmp_path, monkeypatch):
    write_stand_in(tmp_path, "echo 'ERROR: YAML validation failed' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="Quarto could not render.*\n.*YAML validation failed"):
        render.render(report)


def test_what_quarto_says_of_its_progress_and_its_warnings_is_shown_as_it_comes(report, tmp_path, monkeypatch, capsys):
    said = r"echo '[ 1/64] usage.qmd'; echo noise; printf '\033[33mWARNING: (W) no such thing\033[39m\n' >&2"
    write_stand_in(tmp_path, f'/bin/mkdir -p "$2/_site"; {said}')
    monkeypatch.setenv("PATH", str(tmp_path))
    render.render(report)
    assert capsys.readouterr().out.splitlines()[1:] == ["[ 1/64] usage.qmd", "WARNING: (W) no such thing"]
