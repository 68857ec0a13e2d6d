"""Pictures to pass on: drawn into a built site with title, credit and licence; without them no link is dead."""

import re
import struct
from xml.etree import ElementTree

import pytest

from tokencheck import paths
from tokencheck.report import pictures
from tokencheck.report.publication import load_publication
from tokencheck.results import read_json

PAGES = {
    "C05.html": '<p><a href="figures/usage-share-by-scope.svg" class="picture">The picture</a></p>',
    "index.html": '<a class="a picture" href="figures/verdict-bar.svg">A</a> <a href="figures/verdict-bar.svg">B</a>',
    "data.html": '<a href="figures/usage-share-by-scope.svg">No picture to pass on</a>',
}
OF_A_NOTEBOOK = (
    '<p><a href="../figures/grid-c05.svg" class="picture">The picture</a></p>\n'
    '<p><a href="../figures/verdict-bar.svg" class="picture">The picture</a></p>'
)


def offer_on_a_notebook_page(site):
    """Offer two figures on a page in a folder, one of them offered by a page above, too."""
    (site / "figures" / "grid-c05.svg").write_bytes((paths.FIGURES / "grid-c05.svg").read_bytes())
    (site / "notebooks").mkdir()
    (site / "notebooks" / "02_usage.html").write_text(OF_A_NOTEBOOK, encoding="utf-8")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A synthetic site with two real figures."""
    monkeypatch.setattr(pictures, "PICTURE_CACHE", tmp_path / "cache")
    site = tmp_path / "site"
    (site / "figures").mkdir(parents=True)
    for name in ("usage-share-by-scope", "verdict-bar"):
        (site / "figures" / f"{name}.svg").write_bytes((paths.FIGURES / f"{name}.svg").read_bytes())
    for name, text in PAGES.items():
        (site / name).write_text(text, encoding="utf-8")
    return site


def list_dead(site):
    return [
        href
        for page in site.rglob("*.html")
        for href in re.findall(r'href="([^"]+)"', page.read_text(encoding="utf-8"))
        if not (page.parent / href).exists()
    ]


def test_links_are_alive_before_and_after_and_only_offers_are_turned(site):
    assert list_dead(site) == []
    drawn = pictures.draw_pictures(site)
    assert [file.name for file in drawn] == ["usage-share-by-scope.png", "verdict-bar.png"]
    assert list_dead(site) == []
    assert 'href="figures/usage-share-by-scope.png"' in (site / "C05.html").read_text(encoding="utf-8")
    assert (site / "data.html").read_text(encoding="utf-8") == PAGES["data.html"]
    text = (site / "index.html").read_text(encoding="utf-8")
    assert text.count("verdict-bar.png") == text.count("verdict-bar.svg") == 1


def test_a_page_in_a_folder_offers_the_same_one_file_a_figure(site, monkeypatch):
    offer_on_a_notebook_page(site)
    credits = {}
    monkeypatch.setattr(pictures, "write_credit", lambda publication, page, edition: page)
    draw_picture = pictures.draw_picture
    monkeypatch.setattr(
        pictures,
        "draw_picture",
        lambda svg, title, credit: (credits.update({svg.stem: credit}), draw_picture(svg, title, credit))[1],
    )
    assert sorted(file.name for file in pictures.draw_pictures(site)) == sorted(
        f"{name}.png" for name in ("grid-c05", "usage-share-by-scope", "verdict-bar")
    )
    assert sorted(file.parent.relative_to(site).as_posix() for file in site.rglob("*.png")) == ["figures"] * 3
    assert list_dead(site) == []
    text = (site / "notebooks" / "02_usage.html").read_text(encoding="utf-8")
    assert text == OF_A_NOTEBOOK.replace(".svg", ".png")
    assert credits == {
        "grid-c05": "notebooks/02_usage.html",
        "usage-share-by-scope": "C05.html",
        "verdict-bar": "index.html",  # the page that explains it, not its notebook
    }


def test_drawn_again_or_anew_the_bytes_are_the_same(site):
    first = {file: file.read_bytes() for file in pictures.draw_pictures(site)}
    for name, text in PAGES.items():
        (site / name).write_text(text, encoding="utf-8")
    for file in pictures.PICTURE_CACHE.iterdir():
        file.unlink()
    assert {file: file.read_bytes() for file in pictures.draw_pictures(site)} == first
    assert pictures.draw_pictures(site) == []  # every link leads to its PNG already


def test_a_picture_is_twice_as_large_as_the_figure_and_holds_more(site):
    for file in pictures.draw_pictures(site):
        width, height = struct.unpack(">II", file.read_bytes()[16:24])
        root = ElementTree.parse(file.with_suffix(".svg")).getroot()
        units = [float(root.get(name)) for name in ("width", "height")]
        assert width > units[0] * 2
        assert height > units[1] * 2 + 80  # title and credit


def test_title_and_credit_are_drawn():
    svg = paths.FIGURES / "verdict-bar.svg"
    one = pictures.draw_picture(svg, "A title", "A credit")
    assert one != pictures.draw_picture(svg, "Another", "A credit") != pictures.draw_picture(svg, "Another", "None")
    assert one == pictures.draw_picture(svg, "A title", "A credit")


def test_the_credit_names_publisher_page_day_and_licence():
    publication = load_publication().model_copy(update={"base_url": "https://check.test/"})
    credit = pictures.write_credit(publication, "C05.html", "2026-10-07")
    assert all(words in credit for words in (publication.name, "https://check.test/C05.html", "2026-10-07"))
    assert publication.licence in credit


def test_an_address_that_is_not_set_is_not_printed():
    publication = load_publication().model_copy(update={"base_url": ""})
    assert "html" not in pictures.write_credit(publication, "C05.html", "2026-10-07")


def test_every_figure_of_a_claim_and_the_verdicts_are_offered():
    offered = set()
    for page in [*paths.REPORT.glob("*.qmd"), *paths.REPORT.glob("_generated/*.md")]:
        text = page.read_text(encoding="utf-8")
        offered |= set(re.findall(r"\]\(figures/([\w-]+)\.svg\)\{\.picture\}", text))
        offered |= set(re.findall(r'class="picture" href="figures/([\w-]+)\.svg"', text))
    records = [read_json(file) for file in paths.FIGURES.glob("*.json")]
    assert offered >= {one["name"] for one in records if one["claims"] and "steps" not in one}
    assert offered <= {one["name"] for one in records}
