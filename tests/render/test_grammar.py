"""The check of the report's sources: each mistake gets one message with file, line and remedy."""

import pytest

from tests.reports import edit, make_report
from tokencheck import paths
from tokencheck.render.grammar import judge_project
from tokencheck.render.project import read_project
from tokencheck.report.markup import cell

CHAPTER = "_chapter.md"


@pytest.fixture
def report(tmp_path):
    return make_report(tmp_path / "report")


def lint(report) -> list[str]:
    return judge_project(read_project(report))


def find(report, *parts: str) -> str:
    """Return the one message that holds all parts."""
    problems = lint(report)
    matching = [problem for problem in problems if all(part in problem for part in parts)]
    assert len(matching) == 1, "\n".join(problems)
    return matching[0]


def append(report, text: str, file: str = "C01.qmd") -> str:
    """Append a line to a page and name the place it lands at."""
    path = report / file
    path.write_text(path.read_text(encoding="utf-8") + f"\n{text}\n", encoding="utf-8")
    line = path.read_text(encoding="utf-8").splitlines().index(text.splitlines()[0]) + 1
    return f"{file}:{line}:"


def test_the_synthetic_report_is_sound(report):
    assert lint(report) == []


def test_the_real_configuration_holds_only_documented_options():
    place = paths.shorten(paths.REPORT / "_quarto.yml")
    complaints = [problem for problem in lint(paths.REPORT) if problem.startswith(place) and "no page" not in problem]
    assert complaints == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{< embed notebook.ipynb >}}", "unknown shortcode `embed`"),
        ("Text {{< include _index.md >}}", "must stand on a line of its own"),
        ("{{< include _lost.md >}}", "_lost.md is missing"),
        ("Now {{< var share.month >}}", "no variable `share.month`"),
        ("Now {{< var share >}}", "no variable `share`"),
        ("```{python}\n1 + 1\n```", "executable code cell"),
        ("```{=html}\n<b>x</b>\n```", "raw block"),
        ("Some `<b>`{=html} text", "raw inline"),
        ("Some <b>bold</b> text", "raw HTML <b>"),
        (r"Some \\<b class=x> text", "raw HTML <b class=x>"),
        ("Some \\textbf{bold} text", "raw TeX \\textbf"),
        ("From $x$ to y", "reads as a formula"),
        ("::: {.callout-danger}\nText\n:::", "unknown callout `danger`"),
        ('![A](figures/lost.svg){fig-alt="x"}', "no figure figures/lost.svg"),
        ("![A](figures/bar.svg)", "no alternative text"),
        ('![A](figures/bar.svg){fig-alt=" "}', "no alternative text"),
        ('![A](https://example.org/a.png){fig-alt="x"}', "lies elsewhere"),
        ("See @fig-lost.", "@fig-lost refers to nothing on this page"),
        ("See @tbl-scopes.", "@tbl-scopes refers to nothing on this page"),
        ("See [@nobody2020].", "unknown citation @nobody2020"),
        ("A [link](lost.qmd).", "link to lost.qmd, which does not exist"),
        ("A [link](downloads/lost.csv).", "link to downloads/lost.csv, which does not exist"),
        ("A [link](chapter.html).", "Link to the source, chapter.qmd"),
    ],
)
def test_a_mistake_is_named_with_its_line(report, text, message):
    place = append(report, text)
    assert place in find(report, message)


@pytest.mark.parametrize(
    "text",
    [
        *map(
            cell,
            (
                "<img src=x onerror=alert(1)>",
                "<b>",
                "</b>",
                "{{< include /x >}}",
                "[a](javascript:b)",
                r"\<a href=x>",
                "$x$ **b** `c`",
                r"a\textbf{b}",
                "::: {.x}",
                "a^b^ ~c~ #d @sec-x",
            ),
        ),
        "Prices of $3 and $15, or $0.30–$0.60 for each",
        "An address <https://example.org/@name>, a mail a@example.org, a price < 3 and > 2",
        "Code: `<b>`, `{{x}}`, `@nobody` and `$x$`",
        "<!-- a comment with @nobody and <b> -->",
        "```python\nx = '@nobody <b> \\textbf $x$'\n```",
        "A [page](index.qmd#sec-holds), the [PDF](tokencheck.pdf), [here](#readings)",
        "An [outer](https://example.org/page_(a)) link",
        '::: {.content-visible when-format="html"}\n::: {.in}\nA\n:::\n\n```{=html}\n<b>x</b>\n```\n:::',
    ],
)
def test_what_is_fine_is_left_alone(report, text):
    append(report, text)
    assert lint(report) == []


@pytest.mark.parametrize(
    ("inside", "after"),
    [("::: {.in}\nA\n:::", "```{=html}\n<b>x</b>\n```"), ("```{=typst}\n#pagebreak()\n```", "")],
    ids=["HTML after it", "Typst in it"],
)
def test_only_html_stands_raw_and_only_where_the_site_alone_shows_it(report, inside, after):
    append(report, f'::: {{.content-visible when-format="html"}}\n{inside}\n:::\n\n{after}')
    find(report, "raw block", "when-format")


def test_one_identifier_may_name_one_element_only(report):
    append(report, "## First {#twice}")
    place = append(report, "## Second {#twice}")
    assert place in find(report, "id twice is taken by", "Give each element its own")


def test_a_reference_to_a_section_needs_numbered_sections(report):
    append(report, "See @sec-holds.", CHAPTER)
    find(report, "@sec-holds refers to nothing on this page")  # on the chapter; the PDF numbers its sections
    append(report, "See @sec-holds.", "_nested.md")
    assert any("@sec-holds needs `number-sections: true`" in problem for problem in lint(report))


def test_a_page_needs_a_title(report):
    edit(report / "chapter.qmd", "title: Usage\n", "")
    find(report, "chapter.qmd:1:", "no title")


def test_a_title_holds_no_variable(report):
    edit(report / "chapter.qmd", "title: Usage", 'title: "Usage {{< var share.week >}}"')
    find(report, "chapter.qmd:2:", "shortcode in `title`")


def test_a_page_needs_front_matter(report):
    (report / "chapter.qmd").write_text("Only text.\n")
    find(report, "chapter.qmd:1:", "no front matter")


def test_an_included_file_has_no_front_matter(report):
    edit(report / "C01.qmd", "## Rows", "{{< include C02.qmd >}}\n\n## Rows")
    find(report, "C02.qmd has front matter")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  output-dir: _site", "  output-folder: _site", "project.output-folder: not an option"),
        ("type: website", "type: manuscript", "project.type: expected one of website"),
        ("page-navigation: true", "page-navigation: sometimes", "website.page-navigation: expected true or false"),
        ("    toc: true", "    toc: yes please", "format.html.toc: expected true or false"),
        ("href: index.qmd", "href: home.qmd", "no page home.qmd"),
        ("menu: [chapter.qmd]", "menu: [lost.qmd]", "no page lost.qmd"),
        ("css: theme.css", "css: lost.css", "css: no file lost.css"),
        ("bibliography: references.bib", "bibliography: lost.bib", "bibliography: no file lost.bib"),
        ("C*.qmd, tokencheck.qmd", "D*.qmd, tokencheck.qmd", "project.render: no page `D*.qmd`"),
    ],
)
def test_a_wrong_option_is_named_with_its_line(report, old, new, message):
    edit(report / "_quarto.yml", old, new)
    lines = (report / "_quarto.yml").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if new.strip() in text)
    problems = [problem for problem in lint(report) if message in problem]
    assert len(problems) == 1
    assert problems[0].startswith(paths.shorten(report / "_quarto.yml"))
    assert f":{line}:" in problems[0] or "project.render" in problems[0]


def test_a_list_of_main_fonts_is_refused_as_quarto_refuses_it(report):
    edit(report / "tokencheck.qmd", "mainfont: Noto Sans SC", "mainfont: [Noto Sans SC, Arial]")
    find(report, "tokencheck.qmd", "mainfont: expected one text")
