"""Pictures that readers pass on: PNGs with title, credit and licence, drawn into the built site.

A page offers a picture by a link to its SVG of class ``picture``. That link is alive whatever renders the page. Once
the site is built, whichever renderer built it, each such picture is drawn as a PNG at twice the size, as it travels
alone; and the link is turned to it. So no PNG is committed, and a bare ``quarto render`` gives the same pages, whose
links lead to the SVGs.
"""

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import typst

from tokencheck import paths
from tokencheck.register import guards
from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import words
from tokencheck.report.publication import Publication, load_publication
from tokencheck.results import write_bytes_atomically, write_text_atomically

_FONTS = paths.REPORT / "fonts"
PICTURE_CACHE = paths.ROOT / ".doit" / "pictures"  # the renderer clears the site's folder each time
PIXELS_PER_INCH = 2 * 96.0  # twice what a browser takes for an inch
_LINK = re.compile(r'<a\b(?=[^>]*\bclass="[^"]*\bpicture\b)[^>]*\bhref="(?P<path>[^":]+)\.svg"[^>]*>')

_FRAME = """
#set page(width: auto, height: auto, margin: 14pt, fill: white)
#set text(font: "Noto Sans SC", size: 9pt, fill: rgb("#22313f"))
#context {
  let picture = image(sys.inputs.file)
  block(width: measure(picture).width)[
    #text(size: 13pt, weight: "bold", sys.inputs.title) \\
    #v(4pt)
    #picture
    #v(4pt)
    #sys.inputs.credit
  ]
}
"""


def write_credit(publication: Publication, page: str, edition: str) -> str:
    """Say where a picture is from, of which day it is and how it may be used.

    Parameters
    ----------
    publication : Publication
    page : str
        Path of the page that offers it, from the site's folder.
    edition : str
        The day to which the data go.

    Returns
    -------
    str
    """
    where = f", {publication.base_url}{page}" if publication.base_url else ""
    return f"{publication.name}{where} · data to {edition} · licence: {publication.licence}"


def draw_picture(svg: Path, title: str, credit: str) -> bytes:
    """Draw a figure as a PNG with title and credit; the same bytes for the same figure and words.

    Parameters
    ----------
    svg : Path
    title, credit : str

    Returns
    -------
    bytes
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
    return typst.compile(
        _FRAME.encode(),
        root=str(svg.parent),
        font_paths=fonts,
        format="png",
        ppi=PIXELS_PER_INCH,
        sys_inputs={"file": f"/{svg.name}", "title": title, "credit": credit},
    )


def _draw_once(svg: Path, title: str, credit: str) -> Path:
    """Give a picture from the cache, drawn if it is not there."""
    key = "\0".join([_FRAME, title, credit, typst.__version__, hashlib.sha256(svg.read_bytes()).hexdigest()])
    kept = PICTURE_CACHE / f"{hashlib.sha256(key.encode()).hexdigest()}.png"
    if not kept.exists():
        write_bytes_atomically(kept, draw_picture(svg, title, credit))
    return kept


def list_offered(html: str) -> Iterator[str]:
    """List the pictures that a page offers, each as its path without ending.

    Examples
    --------
    >>> list(list_offered('<a href="figures/a.svg" class="picture">The picture</a> <a href="b.svg">B</a>'))
    ['figures/a']
    """
    return (match["path"] for match in _LINK.finditer(html))


def draw_pictures(site: Path) -> list[Path]:
    """Draw every picture that the pages of a built site offer, and turn the links to it.

    Parameters
    ----------
    site : Path
        Folder of the built site; its pictures lie where the links lead.

    Returns
    -------
    list of Path
        The PNGs.
    """
    found = read_verdicts()
    known = guards.list_known(load_register(with_measures=False), found, guards.read_facts())
    publication, edition, figures = load_publication(), found.edition, words.compile_all(known, {}).figures
    wanted: dict[Path, str] = {}  # each picture's credit
    # The last page that offers a picture is named in its credit: one that explains it, before that of its notebook.
    for page in sorted(site.rglob("*.html"), key=lambda page: (page.parent == site, page)):
        html = page.read_text(encoding="utf-8")
        if offered := set(list_offered(html)):
            credit = write_credit(publication, page.relative_to(site).as_posix(), edition)
            wanted |= {(page.parent / f"{name}.svg").resolve(): credit for name in sorted(offered)}
            write_text_atomically(page, _LINK.sub(lambda match: match[0].replace(".svg", ".png"), html))
    with ThreadPoolExecutor() as pool:
        kept = [*pool.map(lambda svg: _draw_once(svg, figures[svg.stem]["title"], wanted[svg]), wanted)]
    drawn = [svg.with_suffix(".png") for svg in wanted]
    for target, picture in zip(drawn, kept, strict=True):
        write_bytes_atomically(target, picture.read_bytes())
    if drawn:
        for stale in set(PICTURE_CACHE.glob("*.png")) - set(kept):
            stale.unlink()
    return drawn
