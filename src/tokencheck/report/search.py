"""Search without a server: an index of both languages as a script, which a page on a disk may load as well.

``report/search.js`` reads it. An entry is the page, its title, the verdict where it is a claim, and the text that is
looked through.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tokencheck.report.languages import CHINESE_FOLDER
from tokencheck.report.markup import curl
from tokencheck.report.templating import slug

INDEX = "downloads/search-index.js"
LONGEST_SECTION = 150  # letters of a section's text that are looked through
LISTING = "data"  # a page with a section a table, whose headings say what is in it
LONGEST_OF_LISTING = 60
NEWEST_EDITIONS = 3  # each has a section, and there will be ever more of them: the others are found on their page
_WHOLE = ("glossary", f"{CHINESE_FOLDER}/glossary")  # pages that are looked through to their end
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_TITLE = re.compile(r'^title: "?(.*?)"?$', re.MULTILINE)
INCLUDE = re.compile(r"\{\{< include (\S+) >\}\}")
_HEADING = re.compile(r"^(#{2,3}) (.+?)(?: \{#([\w-]+)[^}]*\})?$", re.MULTILINE)
FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1\s*$", re.DOTALL | re.MULTILINE)
LINE_ASIDE = re.compile(r"^(?::::.*|\|.*|!\[.*|: (?!  ).*)$", re.MULTILINE)  # a definition begins with “:   ”
MARKUP = re.compile(r"\]\([^)]*\)|\{[^{}]*\}|[\[\]*`\\]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\{\{<.*?>\}\}|<!--.*?-->")


def read_prose(text: str) -> str:
    """Leave of Markdown what a reader reads in sentences, on one line.

    Examples
    --------
    >>> read_prose("A [link](a.qmd) and **weight**.\\n\\n| a | b |\\n\\n::: {.note}\\nEnd\\n:::")
    'A link and weight. End'
    >>> read_prose("_All_ rows of `usage_daily`.")
    'All rows of usage_daily.'
    """
    plain = MARKUP.sub("", LINE_ASIDE.sub("", FENCED.sub("", text)))
    return " ".join(plain.split())


def _list_claims(contexts: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """List the page of each claim in each language."""
    entries = []
    for context in contexts:
        claim, result = context["claim"], context["result"]
        english, chinese = result.texts["en"], result.texts["zh"]
        look = slug(result.verdict)
        entries.append(
            [f"{claim.id}.html", f"{claim.id} {english.answer}", look, english.verdict,
             f"{english.short}. {english.found} {claim.quote_en}"]
        )  # fmt: skip
        entries.append(
            [f"{CHINESE_FOLDER}/{claim.id}.html", f"{claim.id} {chinese.answer}", look, chinese.verdict,
             f"{chinese.short}。{chinese.found}{claim.quote_zh}"]
        )  # fmt: skip
    return entries


def list_sections(name: str, text: str, parts: Mapping[str, str]) -> list[list[str]]:
    """List the sections of a page: its own text and what it includes, one entry a heading.

    Parameters
    ----------
    name : str
        The page, without its ending.
    text : str
        Its source.
    parts : mapping of str to str
        What it may include, by path.
    """
    front = FRONT.match(text)
    found = _TITLE.search(front[1]) if front else None
    title = found[1] if found else name
    body = INCLUDE.sub(lambda match: parts.get(match[1], ""), text[front.end() :] if front else text)
    entries, place, heading, anchor = [], 0, "", ""
    for match in [*_HEADING.finditer(body), None]:
        prose = read_prose(body[place : match.start() if match else len(body)])
        prose = prose if name in _WHOLE else prose[: LONGEST_OF_LISTING if name == LISTING else LONGEST_SECTION]
        if prose or heading:
            own = " › ".join(filter(None, [title, read_prose(heading)]))
            entries.append([f"{name}.html{anchor}", own, "", "", prose])
        if match:
            place, heading, anchor = match.end(), match[2], f"#{match[3]}" if match[3] else ""
    return entries


def make_index(contexts: Sequence[Mapping[str, Any]], written: Mapping[str, str], parts: Mapping[str, str]) -> str:
    """Make the script that holds the index.

    Parameters
    ----------
    contexts : sequence of mapping
        From `tokencheck.report.claimpages.describe_claims`.
    written : mapping of str to str
        The sources of the other pages, by name without ending.
    parts : mapping of str to str
        What they include, by path.

    Returns
    -------
    str
    """
    entries = _list_claims(contexts)
    for name, text in written.items():
        sections = list_sections(name, text, parts)
        older = [one for one in sections if "#edition-" in one[0]][NEWEST_EDITIONS:]
        entries += [one for one in sections if one not in older]
    entries = [[curl(field) for field in entry] for entry in entries]
    rows = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries)
    return f'"use strict";\nwindow.searchIndex = [\n{rows}\n];\n'
