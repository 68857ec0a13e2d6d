"""The article as a silhouette: what of it was checked, word for word, and grey bars as long as the rest.

The project does not reprint the article. `data/article_outline.json` holds places and lengths alone; the words shown
are the marks of the register, at most thirty characters each. Publisher's page and mark make a link that a browser
scrolls to (https://wicg.github.io/scroll-to-text-fragment/).
"""

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.register.claims import Claim, Register
from tokencheck.register.verdicts import ClaimResult
from tokencheck.report.markup import cell
from tokencheck.report.templating import slug

OUTLINE = paths.DATA / "article_outline.json"
LONGEST_BAR = 3  # characters; bars break between lines as words do


class _Run(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    start: NonNegativeInt
    length: PositiveInt

    @property
    def end(self) -> int:
        """The place after the last character."""
        return self.start + self.length


class Paragraph(_Run):
    """A paragraph of the article: its section, counted from the lead, and where it stands."""

    section: NonNegativeInt


class Mark(_Run):
    """The checked words of a claim."""

    claim: str


class Outline(BaseModel):
    """Where paragraphs and checked words stand in the article, in characters without spaces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note: str
    characters: PositiveInt
    paragraphs: tuple[Paragraph, ...]
    marks: tuple[Mark, ...]


def read_outline(register: Register, path: Path = OUTLINE) -> Outline:
    """Read the outline of the article.

    Parameters
    ----------
    register : Register
        Whose claims it holds, each once and inside one paragraph; one whose place has not been measured, not at all.
    path : Path

    Returns
    -------
    Outline

    Raises
    ------
    UserError
        When the file is missing or wrong; the message names the claim or the field.
    """
    name = paths.shorten(path)
    remedy = "Write it anew with tools/outline_article.py."
    try:
        outline = Outline.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"{name} is missing. Restore it with `git checkout -- {name}`.") from None
    except (json.JSONDecodeError, ValidationError) as problem:
        raise UserError(f"{name} cannot be read: {problem}. {remedy}") from None
    for claim in register.claims:
        own = [mark for mark in outline.marks if mark.claim == claim.id]
        inside = [one for one in outline.paragraphs for mark in own if one.start <= mark.start and mark.end <= one.end]
        if len(own) > 1 or len(inside) != len(own):
            raise UserError(f"{name}: claim {claim.id} does not stand once, inside one paragraph. {remedy}")
    if unknown := {mark.claim for mark in outline.marks} - {claim.id for claim in register.claims}:
        raise UserError(f"{name}: {', '.join(sorted(unknown))} is no claim of the register. {remedy}")
    for before, after in pairwise(sorted(outline.marks, key=lambda mark: mark.start)):
        if after.start < before.end:
            raise UserError(f"{name}: {before.claim} and {after.claim} overlap. {remedy}")
    return outline


def link_words(url: str, words: str) -> str:
    """Write an address that leads to some words of a page, where the browser can; else to the page.

    Examples
    --------
    >>> link_words("https://x.example/a.html", "20%-30%")
    'https://x.example/a.html#:~:text=20%25%2D30%25'
    """
    return f"{url}#:~:text={quote(words, safe='').replace('-', '%2D')}"


def draw_bars(length: int) -> str:
    """Draw unquoted text of some length as bars, whose classes the style sheet turns into widths."""
    whole, rest = divmod(length, LONGEST_BAR)
    return " ".join(f"[]{{.gap .gap-{size}}}" for size in [LONGEST_BAR] * whole + [rest] * bool(rest))


def write_mark(claim: Claim, result: ClaimResult, url: str) -> str:
    """Write the checked words of a claim, linked to its page, and beside them a link to where they stand."""
    verdict, told = result.verdict, result.texts["en"]
    title = cell(f"{verdict}: {told.answer}").replace('"', "'")
    return (
        f'[[{cell(claim.mark)}]{{lang="zh-Hans"}} [{claim.id}]{{.id}}[, {verdict}]{{.unseen}}]({claim.id}.qmd '
        f'"{title}"){{.checked .verdict-{slug(verdict)}}}\\ '
        f"[[Where {claim.id} stands in the article]{{.unseen}}↗]({link_words(url, claim.mark)}){{.there}}"
    )


def draw_paragraph(paragraph: Paragraph, marks: Mapping[int, str], ends: Mapping[int, int]) -> str:
    """Draw one paragraph: marks where they stand, bars for what is between them.

    Parameters
    ----------
    paragraph : Paragraph
    marks : mapping of int to str
        Place to what is written there.
    ends : mapping of int to int
        Place to the place after it.
    """
    pieces, place = [], paragraph.start
    for start in sorted(one for one in marks if paragraph.start <= one < paragraph.end):
        pieces += [draw_bars(start - place), marks[start]]
        place = ends[start]
    return " ".join(filter(None, [*pieces, draw_bars(paragraph.end - place)]))


def draw_article(register: Register, results: Mapping[str, ClaimResult]) -> Iterator[tuple[str, str, list[str]]]:
    """Draw the article section by section; what has no place yet stands at the end of its section.

    Parameters
    ----------
    register : Register
    results : mapping of str to ClaimResult
        By claim.

    Yields
    ------
    (str, str, list of str)
        A section's heading in English and in Chinese, and its paragraphs in Markdown.
    """
    outline = read_outline(register)
    url = register.article.url
    written = {claim.id: write_mark(claim, results[claim.id], url) for claim in register.claims}
    marks = {one.start: written.pop(one.claim) for one in outline.marks}
    ends = {one.start: one.end for one in outline.marks}
    for number, section in enumerate(register.sections):
        paragraphs = [one for one in outline.paragraphs if one.section == number]
        drawn = [draw_paragraph(one, marks, ends) for one in paragraphs]
        rest = [written[claim.id] for claim in register.claims if claim.section == section.zh and claim.id in written]
        yield section.en, section.zh, drawn + [" ".join(rest)] * bool(rest)
