"""Quarto and the renderer of Pandoc and Typst give the same report.

With Quarto, where it is installed, all pages of the two are compared; the pages of the other are held against their
sources always, and the project's filters run as Quarto runs them.
"""

import posixpath
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest
import typst

from tests.reports import make_report, share_quarto_site, share_site
from tokencheck import paths
from tokencheck.render.fallback import pandoc
from tokencheck.render.grammar import BLOCK_ATTRIBUTES, IDENTIFIER, list_prose
from tokencheck.render.project import read_project

WORD = re.compile(r"[A-Za-zÀ-ÿ]+|[\u3040-\u30ff\u3400-\u9fff]")  # or a sign, where no blank stands between words
# What no reader meets as it stands in the source: markup, addresses, code, and references, which are numbered.
UNREAD = re.compile(
    r"<[^>]+>|\{\{<.*?>\}\}|\{[^{}]*\}|\]\([^)]*\)|!\[|https?://\S+|@[\w-]+|`[^`]*`|^:::.*$", re.MULTILINE
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
SILENT = {"script", "style", "svg", "button", "nav", "template"}
FRAMING = {"eyebrow"}  # stands in the main part, though it is of the frame
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SOURCE_LINK = re.compile(r"(?<!!)\]\(([^)\s]+?\.qmd(?:#[\w-]+)?)\)")


@dataclass
class Contents(HTMLParser):
    """What a reader finds in the main part of a page, whatever frame stands around it."""

    ids: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    headings: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.inside: list[str] = []
        self.quiet = 0  # how deep what nobody reads begins

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if "pagination-link" in classes:  # Quarto's pager stands below the main part
            self.links.add(given["href"])
        if tag == "main" or self.inside:
            if tag not in VOID:
                self.inside.append(tag)
                if not self.quiet and (tag in SILENT or classes & FRAMING):
                    self.quiet = len(self.inside)
            if given.get("id"):
                self.ids.add(given["id"])
            if tag == "a" and given.get("href"):
                self.links.add(given["href"])
            if re.fullmatch(r"h[1-4]", tag):
                self.headings.append("")

    def handle_endtag(self, tag):
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass
            self.quiet = self.quiet if len(self.inside) >= self.quiet else 0

    def handle_data(self, data):
        if self.inside and not self.quiet:
            self.words.append(data)
            if any(re.fullmatch(r"h[1-4]", tag) for tag in self.inside):
                self.headings[-1] += data

    @property
    def prose(self) -> Counter[str]:
        return Counter(WORD.findall(" ".join(self.words)))

    @property
    def numbers(self) -> set[str]:
        return set(NUMBER.findall(" ".join(self.words)))


def read_page(site: Path, name: str) -> Contents:
    """Read a page of a site; its links as from the folder of the site, however they are written."""
    contents = Contents()
    contents.feed((site / name).read_text(encoding="utf-8"))
    contents.links = {posixpath.normpath(posixpath.join(posixpath.dirname(name), link)) for link in contents.links}
    return contents


def read_site(site: Path) -> dict[str, Contents]:
    names = [file.relative_to(site).as_posix() for file in sorted(site.rglob("*.html"))]
    return {name: read_page(site, name) for name in names}


def list_lost_words(page, contents: Contents) -> list[str]:
    """List the words of a source that a reader of its page does not find as often."""
    written = UNREAD.sub(" ", "\n".join(line.text for line in list_prose(page)))
    return sorted(Counter(WORD.findall(written)) - contents.prose)


def test_the_site_holds_every_id_link_number_and_word_of_its_sources(tmp_path_factory):
    site, project = share_site(tmp_path_factory), read_project(paths.REPORT)
    for page in project.site_pages:
        contents = read_page(site, f"{page.name}.html")
        prose = "\n".join(line.text for line in list_prose(page))
        ids = {name for block in BLOCK_ATTRIBUTES.finditer(prose) for name in IDENTIFIER.findall(block[1])}
        assert ids <= contents.ids, page.name
        folder = posixpath.dirname(page.name)
        targets = {target.replace(".qmd", ".html") for target in SOURCE_LINK.findall(prose)}
        links = {posixpath.normpath(posixpath.join(folder, target)) for target in targets}
        assert links <= contents.links, page.name
        plain = re.sub(r"\{[^{}]*\}|\]\([^)]*\)|!\[|https?://\S+|^\s*\d+\. ", " ", prose, flags=re.MULTILINE)
        rows = [line for line in plain.splitlines() if not set(line) <= set("|:- ")]
        numbers = set(NUMBER.findall("\n".join(rows)))
        assert numbers <= contents.numbers, (page.name, sorted(numbers - contents.numbers)[:5])
        assert list_lost_words(page, contents) == [], page.name


@pytest.fixture(scope="module")
def quarto_site(tmp_path_factory):
    return share_quarto_site(tmp_path_factory)


def test_quarto_gives_the_same_pages_ids_links_numbers_words_and_headings(quarto_site, tmp_path_factory):
    ours, theirs = read_site(share_site(tmp_path_factory)), read_site(quarto_site)
    sources = {f"{page.name}.html": page for page in read_project(paths.REPORT).site_pages}
    assert sources.keys() <= set(ours) and sources.keys() <= set(theirs)
    for name, page in sorted(sources.items()):
        one, other = ours[name], theirs[name]
        assert list_lost_words(page, other) == [], name
        named = {found for found in one.ids if re.match(r"(fig|tbl|sec|c\d\d)-", found)}
        assert named <= other.ids, name
        assert {link for link in one.links if ".html" in link} <= other.links, name
        assert one.numbers - other.numbers == set(), name
        assert [" ".join(text.split()) for text in one.headings if text.strip("# \n")] == [
            " ".join(text.split()) for text in other.headings if text.strip("# \n")
        ], name
    assert {file.name for file in quarto_site.glob("*.pdf")} == {
        f"{page.name}.pdf" for page in read_project(paths.REPORT).pdf_pages
    }


def test_every_page_asks_quarto_for_what_the_review_with_it_found_to_work():
    """No description under the title, a bar in our colours, and papers that are tagged and set by our template."""
    project = read_project(paths.REPORT)
    website = project.config["website"]
    assert website["navbar"]["background"] == "primary"
    assert website["bread-crumbs"] is False  # they would lie over the way of a claim
    links = re.findall(r"\]\(([^)]+)\)", " ".join(website["page-footer"].values()))
    assert links and all(link.startswith("/") for link in links)  # else they break in folders
    for page in project.site_pages:
        assert "description" not in page.front and page.front.get("description-meta"), page.name
    partials = ["typst-template.typ", "typst-show.typ"]
    for page in project.pdf_pages:
        asked = page.front["format"]["typst"]
        assert (asked["pdf-standard"], asked["template-partials"]) == ("ua-1", partials), page.name
    template = (paths.REPORT / partials[0]).read_text(encoding="utf-8")
    assert "date: none" in template  # else it is stamped with the time of the build


# --- the project's filters as Quarto runs them ------------------------------------------------------------------------

# What Quarto defines for filters, as far as a filter may ask for it (https://quarto.org/docs/extensions/lua-api.html).
PRELUDE = """
quarto = {
  version = { 1, 9, 38 },
  doc = {
    is_format = function(name) return FORMAT:match(name) ~= nil end,
    include_text = function(place, text) io.stdout:write(place, ': ', text, '\\n') end,
  },
  log = { warning = function(...) io.stderr:write(table.concat({ ... }, ' '), '\\n') end },
}
"""


@pytest.fixture
def report(tmp_path):
    return make_report(tmp_path / "report")


# Before a filter runs, Quarto makes nodes of its own of callouts and of what has a number and a caption, and hands them
# to functions of these names (https://quarto.org/docs/prerelease/1.4/ast.html). So does this, after each filter.
NODES = """
quarto.utils = { as_inlines = pandoc.Inlines, as_blocks = pandoc.Blocks }
local function hand_on(functions)
  functions.Div = function(div)
    local kind = (div.classes[1] or ''):match('^callout%-(.+)')
    if kind and functions.Callout then
      return functions.Callout({ type = kind, title = pandoc.Inlines(div.attributes.title or {}), content = div.content,
        collapse = div.attributes.collapse, attr = pandoc.Attr(div.identifier) })
    elseif div.identifier:match('^tbl%-') and functions.FloatRefTarget then
      local caption = div.content:remove()
      local float = functions.FloatRefTarget({ caption_long = caption, content = div.content })
      div.content = float.content .. { caption }
      return div
    end
  end
end
"""
GLOBALS = "hand_on(_ENV)\n"


def run_filters(
    report: Path, text: str, to: str, prelude: str = PRELUDE, template: Path | None = None, postlude: str = ""
) -> str:
    """Convert a text with the project's own filters alone, each in a Lua state that knows `quarto`."""
    filters = []
    for name in read_project(report).config["filters"]:
        file = report / f"quarto-{name}"
        own = (report / name).read_text(encoding="utf-8")
        file.write_text(prelude + own + (postlude if name == "components.lua" else ""), encoding="utf-8")
        filters.append(f"--lua-filter={file}")
    frame = [f"--template={template}"] if template else []
    done = subprocess.run(
        [pandoc.find_pandoc(), "--from=markdown", f"--to={to}", "--wrap=none", *filters, *frame],
        input=text, capture_output=True, check=False, cwd=report, encoding="utf-8",
    )  # fmt: skip
    assert not done.returncode and not done.stderr, done.stderr
    return done.stdout


TEXT = """
# Claims {#claims}

See [the claim](C01.qmd), [elsewhere](chapter.qmd) and [Misleading]{.verdict .verdict-misleading}.

## First {#C01}

::: {.quote lang="zh-CN"}
“历史上”
:::

::: {.cards}
::: {.card}
[61 %]{.number}

of the tokens
:::
:::

::: {.tally}
[Supported]{.verdict-supported n="3"} [Misleading]{.verdict-misleading n="0"}
:::

![Bar](figures/bar.svg){fig-alt="A bar."}
"""


def test_a_short_equation_stays_on_one_line(report):
    page = run_filters(report, "No slope (p = 0.340), and 5.16/(5.16+2.7) = 65 %.", "html5")
    assert "(p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.340)" in page and "2.7) = 65" in page


def test_in_quarto_badges_quotes_and_cards_stay_for_the_theme_of_the_site(report):
    page = run_filters(report, TEXT, "html5")
    assert '<span class="verdict verdict-misleading">Misleading</span>' in page
    assert '<div class="quote" lang="zh-CN">' in page and '<span class="number">61 %</span>' in page
    assert 'href="C01.qmd"' in page  # Quarto turns it


def test_in_quarto_a_page_in_a_folder_has_the_scripts_of_every_page(report):
    named = "---\nscripts: [../site.js]\n---\n"  # as Quarto gives a name of _quarto.yml to zh/C05.qmd
    assert run_filters(report, named, "html5").startswith('after-body: <script src="../site.js" defer></script>')
    assert "script" not in run_filters(report, named, "typst")


def test_in_quarto_the_pdf_has_marks_cards_and_jumps(report):
    page = run_filters(report, TEXT, "typst")
    assert '#badge("misleading", [Misleading])' in page
    assert '#original("zh")[' in page and "#cards(" in page and "#number[61 %]" in page
    assert '#verdict-bar(("supported", 3, [Supported]),)' in page
    assert "#link(<C01>)[the claim]" in page and "chapter" not in page.replace("elsewhere", "")


ON_A_PAGE = """
![Title](figures/verdict-bar.svg){#fig-bar fig-alt="Says <all>"}

| Claim | Verdict |
|:--|:--|
| 历史上 and かな | [Misleading]{.verdict .verdict-misleading} |

Chosen [by verdict](claims.qmd?verdict=misleading).

```python
print("模型")
```

```
printed   in columns
```
"""


def test_in_quarto_figures_cards_languages_and_code_are_what_they_are_without_it(report):
    for file in paths.FIGURES.glob("verdict-bar*.svg"):
        shutil.copy(file, report / "figures" / file.name)
    page = run_filters(report, ON_A_PAGE, "html5")
    assert page.count("<svg ") == 2 and "chart-narrow" in page and "chart-wide" in page
    assert 'class="as-cards"' in page and 'data-label="Verdict"' in page
    assert '<span lang="zh-Hans">历史上</span>' in page and '<span lang="ja">かな</span>' in page
    assert 'href="claims.html?verdict=misleading"' in page
    assert '<span lang="zh-Hans">模型</span>' in page and 'aria-label="Output"' in page
    assert page == run_filters(report, ON_A_PAGE, "html5", prelude="")


def run_in_frame(report: Path, text: str, frame: str) -> str:
    template = report / "frame.html"
    template.write_text(frame, encoding="utf-8")
    return run_filters(report, text, "html5", template=template)


def test_in_quarto_each_clause_of_a_chinese_title_stays_together(report):
    text = "---\nlang: zh-Hans\ntitle: 只含榜图，全部更多\n---\n"
    page = run_in_frame(report, text, "<h1>$title$</h1>")
    assert '<h1><span class="clause">只含榜图，</span><span class="clause">全部更多</span></h1>' in page


def test_in_quarto_a_title_is_marked_once_and_a_description_never(report):
    text = "---\ntitle: Of 42–49 % （中文）\ndescription-meta: Of 42–49 % （中文）\n---\n"
    page = run_in_frame(report, text, '<meta content="$description-meta$"><h1>$title$</h1>')
    assert '<meta content="Of 42–49 % （中文）">' in page
    again = run_filters(report, "[[42–49]{.together} %]{.menu-text}", "html5")
    assert page.count('class="together"') == again.count('class="together"') == 1 and 'lang="zh-Hans"' in page


CALLOUT = """
::: {.callout-note title="More findings" collapse="true"}
Found *elsewhere*.
:::

::: {.callout-warning}
Untitled.
:::
"""
NUMBERED = """
::: {#tbl-list}
| Claim | Day |
|:--|:--|
| [C05](C05.qmd) | 2026-03-13 |

What it says
:::
"""


def test_in_quarto_callouts_fold_without_a_script_as_they_do_without_it(report):
    page = run_filters(report, CALLOUT, "html5", PRELUDE + NODES, postlude=GLOBALS)
    assert '<details class="callout callout-note"><summary class="callout-title">More findings</summary>' in page
    assert '<div role="note" class="callout callout-warning"><p class="callout-title">Warning</p>' in page
    assert page == run_filters(report, CALLOUT, "html5", prelude="")


def test_in_quarto_a_table_scrolls_in_a_box_that_has_the_name_of_its_caption(report):
    page = run_filters(report, NUMBERED, "html5", PRELUDE + NODES, postlude=GLOBALS)
    box, caption = (
        page.index('<div class="table-box" role="region" tabindex="0" aria-label="What it says">'),
        page.index("<p>"),
    )
    assert box < page.index("<table") < caption  # which does not scroll with it
    assert '<span class="nowrap">2026-03-13</span>' in page


def test_quarto_takes_no_table_apart_and_moves_nothing_into_the_margin():
    """It does the first to one with a link unless told not to, and the second to what is of its classes."""
    project = read_project(paths.REPORT)
    assert project.config["format"]["html"]["tbl-colwidths"] is True
    for page in project.pages:
        own = re.findall(r"\{[^{}\n]*\.(aside|column-[a-z-]+|margin-caption)\b", page.text)
        assert own == [], page.name


def test_in_quarto_columns_on_paper_are_as_wide_as_their_texts_need(report):
    row = f"| C05 | {'a sentence of some length, ' * 6} | 61 % |"
    page = run_filters(report, f"| Claim | The article says | Measured |\n|:--|:--|:--|\n{row}\n\n{CALLOUT}", "typst")
    widths = [float(one) for one in re.search(r"columns: \(([\d.]+)%, ([\d.]+)%, ([\d.]+)%\)", page).groups()]
    assert widths[1] > 60 > 20 > max(widths[0], widths[2])
    assert "#set text(size: 8.2pt)" in page


ROWS = "\n".join(f"[C{row:02}], [{'a sentence of some length, ' * 4}], [61 %]," for row in range(60))
QUARTO_FLOAT = f"""
#figure([
#table(columns: (10%, 70%, 20%), align: (auto, auto, auto),
  table.header([Claim], [The article says], [Measured],),
  table.hline(),
{ROWS}
)
], caption: figure.caption(position: top, [All claims]), kind: "quarto-float-tbl", supplement: "Table", numbering: "1")
<tbl-all>

See @tbl-all.

#callout(body: [{"A long text. " * 900}], title: [Note], background_color: rgb("#dae6fb"), icon_color: rgb("#0758E5"),
  icon: none, body_background_color: white)
"""


def test_in_quarto_long_tables_and_callouts_break_across_pages(report):
    """Quarto sets a table into a figure of its own kind, which Typst keeps whole, and calls `callout` by names."""
    show = subprocess.run(
        [pandoc.find_pandoc(), "--to=typst", "--standalone", f"--template={report / 'typst-show.typ'}"]
        + ["--metadata=title=Test", "--metadata=lang=en", "--variable=mainfont=Noto Sans SC"],
        input="", capture_output=True, check=True, encoding="utf-8",
    ).stdout  # fmt: skip
    source = (report / "typst-template.typ").read_text(encoding="utf-8") + show + QUARTO_FLOAT
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(report / "fonts")])
    content = typst.compile(source.encode(), font_paths=fonts, pdf_standards=["ua-1"])
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    with_rows = [text for text in pages if re.search(r"C\d\d", text)]
    assert len(with_rows) >= 3 and all("The article says" in text for text in with_rows)
    assert [row for text in with_rows for row in re.findall(r"C\d\d", text)] == [f"C{row:02}" for row in range(60)]
    assert "Table 1: All claims" in pages[0].replace("\xa0", " ")
    assert sum("A long text." in text for text in pages) >= 2
