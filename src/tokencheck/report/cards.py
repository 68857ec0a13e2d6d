"""Cards: the picture that a messenger or a search engine shows for a page, 1200 by 630 pixels.

They are drawn into the built site, by some runs of Typst for all of them, and never committed.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import PIL
import typst
from PIL import Image

from tokencheck import paths, wording
from tokencheck.caches import Cache
from tokencheck.register.verdicts import VerdictFile
from tokencheck.report import looks, templating
from tokencheck.report.markup import curl
from tokencheck.report.publication import Publication
from tokencheck.results import write_bytes_atomically

CARD_WIDTH, CARD_HEIGHT = 1200, 630  # what Open Graph's readers show uncut
COLOURS = 64  # of a card's palette: flat colours and the edges of letters
AT_ONCE = 14  # cards in one run of Typst: each starts anew, and uses one processor
_FONTS = paths.REPORT / "fonts"
CARD_CACHE = paths.ROOT / ".doit" / "cards"

_WORDS = {
    "en": {"claimed": "The article", "measured": "Measured", "found": "Findings", "data": "data to"},
    "zh": {"claimed": "文章", "measured": "实测", "found": "证据", "data": "数据截至"},
}

_SHEET = """
#set page(width: 1200pt, height: 630pt, margin: (x: 64pt, y: 56pt), fill: white)
#set text(font: "Noto Sans SC", size: 28pt, fill: rgb("#1b2126"))
#set par(leading: 0.5em)
#let cards = json(bytes(sys.inputs.cards))
#for (number, card) in cards.enumerate() {
  if number > 0 { pagebreak() }
  set text(lang: card.language)
  place(top + left, dx: -64pt, dy: -56pt, rect(width: 14pt, height: 630pt, fill: rgb(card.ink)))
  grid(columns: (1fr, auto), align: (left + horizon, right + horizon),
    if card.verdict != "" {
      box(fill: rgb(card.paper), stroke: 1.5pt + rgb(card.ink), radius: 10pt, inset: (x: 20pt, y: 14pt),
        text(size: 38pt, weight: "bold", fill: rgb(card.ink), card.mark + " " + card.verdict))
    },
    text(size: 26pt, fill: rgb("#535d65"), card.id))
  v(1fr)
  text(size: if card.answer.len() > 110 { 44pt } else { 52pt }, weight: "bold", card.answer)
  v(1fr)
  if card.measured != "" {
    grid(columns: if card.claimed != "" { (auto, auto, auto) } else { (auto,) }, column-gutter: 26pt, row-gutter: 14pt,
      ..if card.claimed != "" { (
        text(size: 22pt, fill: rgb("#535d65"), card.said), [], text(size: 22pt, fill: rgb("#535d65"), card.got),
        text(size: 36pt, weight: "bold", fill: rgb("#a31d2b"), card.claimed),
        text(size: 36pt, sym.arrow.r),
        text(size: 36pt, weight: "bold", card.measured)) } else { (
        text(size: 22pt, fill: rgb("#535d65"), card.got), text(size: 36pt, weight: "bold", card.measured)) })
    v(1fr)
  }
  line(length: 100%, stroke: 1pt + rgb("#dfe3e4"))
  text(size: 22pt, fill: rgb("#535d65"), card.credit)
}
"""


@dataclass(frozen=True)
class Card:
    """What one card says; empty where it has none of it."""

    language: str
    id: str
    answer: str
    credit: str
    ink: str
    mark: str = ""
    paper: str = ""
    verdict: str = ""
    said: str = ""
    claimed: str = ""
    got: str = ""
    measured: str = ""


def _write_credit(publication: Publication, edition: str, language: str) -> str:
    """Say whose card it is, of which day its data are, and how it may be used."""
    date = wording.write_date_text(edition, language)
    between = "" if language == "zh" else " "
    where = publication.base_url.partition("://")[2].rstrip("/") or publication.name
    licence = "CC BY 4.0" if "/licenses/by/4.0" in publication.licence else publication.licence
    named = where if publication.name in where else f"{publication.name} · {where}"
    return f"{named} · {_WORDS[language]['data']}{between}{date} · {licence}"


def make_cards(found: VerdictFile, publication: Publication, titles: Mapping[str, str]) -> dict[str, Card]:
    """Make the card of every claim and of the front page, in each language.

    Parameters
    ----------
    found : VerdictFile
    publication : Publication
    titles : mapping of str to str
        The title of the front page by language.

    Returns
    -------
    dict of str to Card
        By the name of the page, such as ``C05`` and ``zh/C05``.
    """
    cards, known, accent = {}, looks.read_looks(), looks.read_colours()["accent"]
    for language in wording.LANGUAGES:
        words, folder = _WORDS[language], "" if language == "en" else f"{language}/"
        credit = _write_credit(publication, found.edition, language)
        cards[f"{folder}index"] = Card(language, publication.name, titles[language], credit, accent)
        for result in found.claims:
            told = result.texts[language]
            look = known[templating.slug(result.verdict)]
            has_pair = bool(result.readings) and told.claimed != wording.PLAIN_CLAIM[language]
            cards[f"{folder}{result.id}"] = Card(
                language,
                result.id,
                curl(told.answer),
                credit,
                look.ink,
                look.mark,
                look.paper,
                verdict=told.verdict,
                said=words["claimed"],
                claimed=curl(told.claimed) if has_pair else "",
                got=words["measured" if has_pair else "found"],
                measured=curl(told.measured),
            )
    return cards


def draw_cards(cards: Mapping[str, Card]) -> dict[str, bytes]:
    """Draw cards as PNGs; the same bytes for the same words.

    Parameters
    ----------
    cards : mapping of str to Card

    Returns
    -------
    dict of str to bytes
        By the same names.
    """
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)])
    with ThreadPoolExecutor() as pool:
        drawn = pool.map(lambda some: _draw_some(some, fonts), _share_out([*cards.values()]))
        return dict(zip(cards, chain(*drawn), strict=True))


def _share_out(cards: list[Card]) -> list[list[Card]]:
    return [cards[place : place + AT_ONCE] for place in range(0, len(cards), AT_ONCE)]


def _draw_some(cards: list[Card], fonts: typst.Fonts) -> list[bytes]:
    told = json.dumps([asdict(card) for card in cards], ensure_ascii=False)
    drawn = typst.compile(_SHEET.encode(), font_paths=fonts, format="png", ppi=72.0, sys_inputs={"cards": told})
    sheets = [drawn] if isinstance(drawn, bytes) else drawn
    if len(sheets) != len(cards):
        raise ValueError(f"{len(cards)} cards took {len(sheets)} pages: the words of one do not fit")
    return [_reduce(sheet) for sheet in sheets]


def _reduce(png: bytes) -> bytes:
    """Give a PNG a palette, which makes it a third as large."""
    packed = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(packed, "png", compress_level=6)
    return packed.getvalue()


def name_file(page: str) -> str:
    """Name the file of a page's card, inside the site.

    Examples
    --------
    >>> name_file("C05"), name_file("zh/C05")
    ('cards/C05.png', 'cards/zh-C05.png')
    """
    return f"cards/{page.replace('/', '-')}.png"


def write_cards(cards: Mapping[str, Card], site: Path) -> list[Path]:
    """Write cards into a built site; only those are drawn of which a word has changed."""
    cache = Cache(CARD_CACHE)
    fonts = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(_FONTS.rglob("*")) if file.is_file()))
    drawing = [_SHEET, typst.__version__, PIL.__version__, str(COLOURS), fonts.digest()]
    parts = {name: [*drawing, json.dumps(asdict(card))] for name, card in cards.items()}
    lacking = {name: card for name, card in cards.items() if not cache.holds(parts[name])}
    drawn = draw_cards(lacking) if lacking else {}
    files = []
    for name, card in cards.items():

        def give(name: str = name, card: Card = card) -> bytes:
            return drawn.get(name) or draw_cards({name: card})[name]  # another process may have removed it since

        files.append(site / name_file(name))
        write_bytes_atomically(files[-1], cache.recall(parts[name], give))
    cache.forget()
    return files
