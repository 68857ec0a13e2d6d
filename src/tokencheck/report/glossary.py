"""The glossary: every term in plain words, from ``report/words/glossary.yml``, and the links to it from other pages.

The first use of a term on a page becomes a link to its entry, with the explanation as the link's title. It is written
into the page's Markdown, so that both renderers show it and no script is needed.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tokencheck import paths, wording
from tokencheck.errors import UserError
from tokencheck.register import rule
from tokencheck.register.claims import list_wrong_fields
from tokencheck.report.markup import cell, fill_variables
from tokencheck.results import read_yaml

GLOSSARY = paths.WORDS / "glossary.yml"
_PAGE = "glossary.qmd"

# What no link may stand in: code, shortcodes, links and images with what they show, attributes, headings, fences,
# captions and tables.
_KEPT = re.compile(
    r"```[\s\S]*?^```|`[^`\n]*`|\{\{<.*?>\}\}|!?\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)\n]*\)(?:\{[^}\n]*\})?|\{[^{}\n]*\}"
    r"|^#+ .*$|^:.*$|^\|.*$|https?://\S+|@[\w-]+",
    re.MULTILINE,
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chinese(_Strict):
    """What the Chinese pages say of a term; without a name, it has that of `tokencheck.wording`."""

    term: str = ""
    text: str = Field(min_length=1)


class GlossaryTerm(_Strict):
    """A term, the words that stand for it on pages, and what it means."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    term: str = Field(min_length=1)
    forms: tuple[str, ...] = ()
    link: bool = True
    says: str = Field(min_length=1)
    zh: Chinese

    @property
    def name_zh(self) -> str:
        """The term in Chinese."""
        return self.zh.term or wording.translate(self.term)

    @property
    def words(self) -> tuple[str, ...]:
        """The words whose first use on a page is linked."""
        return (self.term, *self.forms) if self.link else ()


class Group(_Strict):
    """A section of the glossary."""

    group: str
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    terms: tuple[GlossaryTerm, ...]


class _Glossary(_Strict):
    groups: tuple[Group, ...]


def read_glossary(path: Path = GLOSSARY) -> tuple[Group, ...]:
    """Read the glossary.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of Group

    Raises
    ------
    UserError
        When it is not YAML, a field is wrong, or two terms share an id or a word; a line each names the entry.
    """
    name = paths.shorten(path)
    try:
        groups = _Glossary.model_validate(raw := {"groups": read_yaml(path)}).groups
    except ValidationError as problem:
        wrong = [f"{name}, {one} The comments there say how." for one in list_wrong_fields(raw, problem)]
        raise UserError("\n".join(wrong)) from None
    seen: dict[str, str] = {}
    for term in list_terms(groups):
        untold = not term.zh.term and term.term not in wording.CHINESE
        if untold:
            raise UserError(f"{name}, {term.id}: it has no name in Chinese. Add `term` under zh.")
        for word in {term.id, *(word.lower() for word in (term.term, *term.forms))}:
            if seen.setdefault(word, term.id) != term.id:
                raise UserError(f"{name}, {term.id}: “{word}” belongs to {seen[word]} as well. Give it to one.")
    return groups


def list_terms(groups: Sequence[Group]) -> Iterator[GlossaryTerm]:
    """List the terms of all groups."""
    return (term for group in groups for term in group.terms)


@cache
def _compile(words: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)


def write_link(words: str, term: GlossaryTerm) -> str:
    """Link words to a term's entry, with what it says as the title: plain, as no renderer fills a title's variables."""
    says = fill_variables(term.says, {"rule": rule.TOLERANCE.write_limits()})
    title = cell(says).replace('"', "'")
    return f'[{words}]({_PAGE}#{term.id} "{title}"){{.term}}'


def link_terms(text: str, groups: Sequence[Group], seen: set[str] | None = None) -> str:
    """Turn the first use of each term in a page's Markdown into a link to the glossary.

    Parameters
    ----------
    text : str
    groups : sequence of Group
    seen : set of str, optional
        The ids of terms that the page has linked already, above this text; those linked here are added.

    Returns
    -------
    str

    Examples
    --------
    >>> groups = read_glossary()
    >>> link_terms("## Readings\\n\\nA `reading`.", groups)
    '## Readings\\n\\nA `reading`.'
    >>> link_terms("One reading, two readings.", groups).count("glossary.qmd#reading")
    1
    """
    owners = {word.lower(): term for term in list_terms(groups) for word in term.words}
    pattern = _compile(frozenset(owners))
    seen = set() if seen is None else seen

    def link(match: re.Match[str]) -> str:
        term = owners[match[0].lower()]
        if term.id in seen:
            return match[0]
        seen.add(term.id)
        return write_link(match[0], term)

    done, place = "", 0
    for kept in _KEPT.finditer(text):
        done += pattern.sub(link, text[place : kept.start()]) + kept[0]
        place = kept.end()
    return done + pattern.sub(link, text[place:])
