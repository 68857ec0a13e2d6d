"""The four PDFs of the real report: what they hold, how they fill their pages, and who can read them."""

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pypdf
import pypdfium2
import pytest
import typst

from tests.reports import share_site
from tokencheck import paths
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import PDF_PAGES, PDFS, paper, words

LENGTHS = {
    "tokencheck": (36, 44),
    "tokencheck-claims": (40, 110),
    "tokencheck-annex": (10, 35),
    "tokencheck-zh": (8, 14),
}
HEAD, FOOT = 62, 58  # points above and below the text of a page
SIDE = 65  # and left and right of it
SPACE = 4  # the space at which a line of a title ends hangs out
LEAST_TYPE = 5  # points; 12 units of a drawing that is set at half a point each are 6
LEAST_FILL = 0.5
MOST_OVERLAP = 0.25  # of the smaller of two runs of text


@dataclass
class Paper:
    """A PDF as read back."""

    name: str
    file: pypdfium2.PdfDocument
    reader: pypdf.PdfReader

    @cached_property
    def pages(self) -> list[tuple[str, np.ndarray, float]]:
        """The text, its boxes (left, bottom, right, top) and the height of each page; without head and foot."""
        pages = []
        for page in self.file:
            text, height = page.get_textpage(), page.get_height()
            boxes = np.array([text.get_rect(place) for place in range(text.count_rects())]).reshape(-1, 4)
            inside = (boxes[:, 1] > FOOT) & (boxes[:, 3] < height - HEAD)
            pages.append((text.get_text_range(), boxes[inside], height))
        return pages

    @cached_property
    def text(self) -> str:
        return "\n".join(text for text, _, _ in self.pages)

    @cached_property
    def bookmarks(self) -> list[tuple[int, str, int]]:
        """Level, title and page of each."""
        return [(one.level, one.get_title(), one.get_dest().get_index()) for one in self.file.get_toc()]

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        """Page and address of each link that leads out of the document."""
        return [
            (number, str(note.get_object()["/A"]["/URI"]))
            for number, page in enumerate(self.reader.pages, 1)
            for note in page.get("/Annots", ())
            if "/URI" in note.get_object().get("/A", {})
        ]

    @cached_property
    def headings(self) -> list[tuple[str, int, float]]:
        """Title, page and height on it of each bookmark."""
        found = []
        for one in self.file.get_toc():
            place = one.get_dest()
            found.append((one.get_title(), place.get_index(), place.get_view()[1][1]))
        return found

    def measure_least_type(self, number: int) -> float:
        """Measure the smallest type of a page, in points: that of every tenth letter, as lines share theirs."""
        text = self.file[number].get_textpage()
        matrix = pypdfium2.raw.FS_MATRIX()
        sizes = []
        for place in range(0, text.count_chars(), 10):
            size = pypdfium2.raw.FPDFText_GetFontSize(text, place)
            is_drawn = not pypdfium2.raw.FPDFText_IsGenerated(text, place)  # as line ends are not
            if is_drawn and pypdfium2.raw.FPDFText_GetMatrix(text, place, matrix):
                sizes.append(size * abs(complex(matrix.c, matrix.d)))
        return min(sizes, default=LEAST_TYPE)


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    site = share_site(tmp_path_factory)
    return {
        name.removesuffix(".pdf"): Paper(name, pypdfium2.PdfDocument(site / name), pypdf.PdfReader(site / name))
        for name in PDFS
    }


def squeeze(text: str) -> str:
    """Take out of a text what setting it changes: white space, as lines break anywhere, and straight apostrophes."""
    return re.sub(r"\s", "", text).replace("’", "'")


def measure_cover(boxes: np.ndarray, height: float) -> float:
    """Measure how much of a page's height has text beside it, gaps of a line or two and those inside figures closed."""
    gap = 90
    spans = sorted((height - top, height - bottom) for _, bottom, _, top in boxes)
    covered, reach = 0.0, HEAD
    for start, end in spans:
        if end > reach:
            covered += end - (reach if start - reach < gap else start)
            reach = end
    return covered / (height - HEAD - FOOT)


def list_overlaps(boxes: np.ndarray) -> list[tuple[int, int]]:
    """List the pairs of runs of text that lie on each other."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    found = np.triu(shared > MOST_OVERLAP * np.minimum(areas[:, None], areas[None, :]), 1)
    return list(zip(*np.nonzero(found), strict=True))


def list_tags(node, kinds: list) -> list:
    """List the tags of a document with their alternative texts."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for one in node:
            list_tags(one, kinds)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/S" in node:
            kinds.append((str(node["/S"]).lstrip("/"), str(node.get("/Alt", ""))))
        if "/K" in node:
            list_tags(node["/K"], kinds)
    return kinds


@pytest.mark.parametrize("name", LENGTHS)
def test_a_document_keeps_to_its_length(papers, name):
    least, most = LENGTHS[name]
    # Texts that give way on new data do so for plain ones, which are longer by lines: fifteen by a page, all in all.
    told_at_length = len(words.find_failures())
    assert least <= len(papers[name].pages) <= most + told_at_length // 15


@pytest.mark.parametrize("name", LENGTHS)
def test_no_page_is_half_empty_but_where_a_chapter_ends(papers, name):
    starts = {page for level, _, page in papers[name].bookmarks if level == 0}
    thin = {
        number: round(cover, 2)
        for number, (_, boxes, height) in enumerate(papers[name].pages, 1)
        if number > 1 and number not in starts and number < len(papers[name].pages)
        if (cover := measure_cover(boxes, height)) < LEAST_FILL
    }
    assert not thin


@pytest.mark.parametrize("name", LENGTHS)
def test_no_words_lie_on_each_other(papers, name):
    found = {number: list_overlaps(boxes) for number, (_, boxes, _) in enumerate(papers[name].pages, 1)}
    assert not {number: pairs for number, pairs in found.items() if pairs}


TORN = re.compile(r"\d[–/]\s*[\r\n]+\s*\d[^\r\n]*|[^\r\n]*[a-z][^\r\n]*\d\s*[\r\n]+\s*%")  # ticks have no letters


@pytest.mark.parametrize("name", LENGTHS)
def test_no_line_ends_inside_a_number(papers, name):
    """Neither in a range such as 42–49 nor in a fraction such as 1/9.7, nor before per cent."""
    torn = {number: TORN.findall(text) for number, (text, _, _) in enumerate(papers[name].pages, 1)}
    assert not {number: found for number, found in torn.items() if found}


def list_struck(page: pypdfium2.PdfPage, boxes: np.ndarray) -> list[float]:
    """List the heights of the lines from margin to margin that run through text."""
    wide = page.get_width() - 2 * SIDE - SPACE
    drawn = [one.get_bounds() for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])]
    lines = [(low + high) / 2 for left, low, right, high in drawn if high - low < 1 and right - left > wide]
    return [line for line in lines if ((boxes[:, 1] < line - 0.5) & (boxes[:, 3] > line + 0.5)).any()]


@pytest.mark.parametrize("name", ["tokencheck", "tokencheck-zh"])
def test_no_line_between_claims_runs_through_their_words(papers, name):
    paper = papers[name]
    struck = {
        number: list_struck(page, boxes)
        for number, (page, (_, boxes, _)) in enumerate(zip(paper.file, paper.pages, strict=True), 1)
    }
    assert not {number: lines for number, lines in struck.items() if lines}


@pytest.mark.parametrize("name", ["tokencheck", "tokencheck-claims", "tokencheck-zh"])
def test_every_claim_has_its_place_and_one_parent_among_the_bookmarks(papers, name):
    ids = [claim.id for claim in read_verdicts().claims]
    listed, parent, parents = [], "", set()
    for level, title, _ in papers[name].bookmarks:
        parent = title if level == 0 else parent
        if level == 1 and title[:3] in ids:
            listed.append(title[:3])
            parents.add(parent)
    assert listed == ids
    assert len(parents) == 1


@pytest.mark.parametrize("name", LENGTHS)
def test_a_document_is_tagged_and_describes_every_picture(papers, name):
    root = papers[name].reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).startswith("zh" if name.endswith("zh") else "en")
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data().decode()
    tags = list_tags(root["/StructTreeRoot"], [])
    assert {"H1", "H2", "Table", "TH", "TD"} <= {kind for kind, _ in tags}
    texts = [alt for kind, alt in tags if kind == "Figure"]
    captions = set(re.findall(r"^Figure\s(\d+):", papers[name].text, re.MULTILINE))
    assert all(texts) and len(texts) >= len(captions)


@pytest.mark.parametrize("name", LENGTHS)
def test_no_heading_ends_a_page(papers, name):
    alone = [
        title
        for title, number, height in papers[name].headings
        if not any(top < height - 14 for *_, top in papers[name].pages[number][1])
    ]
    assert not alone


@pytest.mark.parametrize("name", LENGTHS)
def test_nothing_is_set_into_the_margins(papers, name):
    out = {}
    for number, (_, boxes, _) in enumerate(papers[name].pages, 1):
        width = papers[name].file[number - 1].get_width()
        if len(boxes) and (boxes[:, 0].min() < SIDE - SPACE or boxes[:, 2].max() > width - SIDE + SPACE):
            out[number] = (round(boxes[:, 0].min()), round(boxes[:, 2].max()))
    assert not out


def list_missing_glyphs(file: pypdfium2.PdfDocument) -> list[int]:
    """List the pages that show .notdef, the box for a letter that its font does not have: such a one has no meaning."""
    found = []
    for number, page in enumerate(file, 1):
        text = page.get_textpage()
        if any(not pypdfium2.raw.FPDFText_GetUnicode(text, place) for place in range(text.count_chars())):
            found.append(number)
    return found


@pytest.mark.parametrize("name", LENGTHS)
def test_every_letter_has_its_glyph(papers, name):
    assert list_missing_glyphs(papers[name].file) == []


@pytest.mark.parametrize(("letters", "missing"), [("abc", []), ("ab中", [1])])
def test_a_letter_without_a_glyph_is_seen(letters, missing):
    """Synthetic: a font without Han, and no other to stand in."""
    source = f'#set text(font: "DejaVu Sans Mono", fallback: false)\n{letters}'
    assert list_missing_glyphs(pypdfium2.PdfDocument(typst.compile(source.encode(), format="pdf"))) == missing


@pytest.mark.parametrize("name", LENGTHS)
def test_no_type_is_too_small_to_read_not_even_in_a_figure(papers, name):
    least = {number: papers[name].measure_least_type(number - 1) for number in range(1, len(papers[name].pages) + 1)}
    assert not {number: round(size, 1) for number, size in least.items() if size < LEAST_TYPE}


@pytest.mark.parametrize("name", LENGTHS)
def test_a_link_to_another_document_leads_to_a_place_in_it(papers, name):
    lost = []
    for _, address in papers[name].links:
        file, _, place = address.partition("#nameddest=")
        if not re.match(r"[a-z]+:", file):
            other = papers.get(file.removesuffix(".pdf"))
            if other is None or other is papers[name] or (place and place not in other.reader.named_destinations):
                lost.append(address)
    assert not lost


@pytest.mark.parametrize("name", ["tokencheck", "tokencheck-zh"])
def test_each_claim_of_a_digest_links_to_its_sources(papers, name):
    places = {title[:3]: number + 1 for title, number, _ in papers[name].headings if re.match(r"C\d\d", title)}
    targets = papers["tokencheck-claims"].reader
    heads = {title[:3]: number for title, number, _ in papers["tokencheck-claims"].headings}
    for claim in read_verdicts().claims:
        address = f"tokencheck-claims.pdf#nameddest={claim.id}"
        assert (places[claim.id], address) in papers[name].links
        target = targets.named_destinations[claim.id]
        assert targets.get_destination_page_number(target) == heads[claim.id]


@pytest.mark.parametrize("name", LENGTHS)
def test_each_document_names_the_others(papers, name):
    files = {address.partition("#")[0] for _, address in papers[name].links}
    needed = {f"{other}.pdf" for other in ("tokencheck", "tokencheck-claims", "tokencheck-annex")} - {f"{name}.pdf"}
    assert needed <= files


def test_the_report_says_the_answer_first_and_the_verdict_of_every_claim(papers):
    found = read_verdicts()
    pages = [text for text, _, _ in papers["tokencheck"].pages]
    cover = " ".join(pages[0].split())
    for verdict, count in found.counts.items():
        assert not count or f"{count} {verdict}" in cover
    text = squeeze(papers["tokencheck"].text)
    for claim in found.claims:
        assert squeeze(claim.texts["en"].answer)[:30] in text, claim.id


def test_the_report_has_its_chapters_and_quotes_the_article(papers):
    chapters = [title for level, title, _ in papers["tokencheck"].bookmarks if level == 0]
    assert chapters[:3] == ["In one minute", "All claims", "How to read a verdict"]
    assert "模型的全球总占比" in squeeze(papers["tokencheck"].text)


def test_what_stands_in_the_annex_is_not_in_the_report(papers):
    assert "The formula of each estimate" in papers["tokencheck-annex"].text
    assert "The formula of each estimate" not in papers["tokencheck"].text
    assert not re.search(r"\?@|\{\{<|:::|\]\{", "".join(one.text for one in papers.values()))


def test_the_chinese_document_is_in_chinese(papers):
    text = squeeze(papers["tokencheck-zh"].text)
    for claim in read_verdicts().claims:
        assert squeeze(claim.texts["zh"].found)[:12] in text, claim.id


INCLUDE = re.compile(r"\{\{< include (\S+) >\}\}")


@pytest.mark.parametrize("name", PDF_PAGES)
def test_no_variable_is_left_for_the_renderer_of_a_pdf(name):
    """Quarto looks each of them up anew in every file that the page includes, which took half of its time."""
    texts, waiting = {}, [name]
    while waiting:
        file = waiting.pop()
        texts[file] = (paths.REPORT / file).read_text(encoding="utf-8")
        waiting += [found for found in INCLUDE.findall(texts[file]) if found not in texts]
    assert [file for file, text in texts.items() if "{{< var" in text] == []


def test_a_section_that_was_renamed_is_named_with_the_remedy():
    with pytest.raises(paper.UserError, match=r"words/methods\.md: no section “Limits”.*paper\.py"):
        paper.take_sections("## Other\ntext", ["Limits"], "words/methods.md")
