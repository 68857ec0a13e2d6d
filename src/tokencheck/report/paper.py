"""The pages that become PDFs: the report, the claims with their sources, and the annex; `chinese` makes the fourth.

The report tells; what only a specialist looks up stands in the annex: tables of estimates, formulas, tolerances. So
these sections and parts of the chapters are left out of the report, and a reference to a table of theirs is a word.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tokencheck import wording
from tokencheck.errors import UserError
from tokencheck.report import GENERATED, PDF_PAGES, claimpages, front
from tokencheck.report.publication import Publication
from tokencheck.report.templating import fill

_CHAPTERS = ("usage", "prices", "regressions", "curve", "electricity")
EXAMPLE = "C05"  # shows how a verdict is read

# What of a chapter stands in the annex: sections by their titles, and generated parts by their names.
ANNEX_SECTIONS = {"regressions": ("All estimates", "Methods")}
ANNEX_PARTS = {"curve": ("specifications",), "methods": ("sensitivity", "firmness")}
LIMITS = {"methods": ("What we knew when the readings were named", "What can go wrong here")}

_HEADING = re.compile(r"^(?P<level>#+) +(?P<title>.*?)(?: *\{[^}]*\})? *$")
_REFERENCE = re.compile(r"(?P<before>[.?!] +|^)?(?P<open>\()?@(?P<id>tbl-[\w-]+)(?P<close>\))?", re.MULTILINE)
_IDENTIFIER = re.compile(r"\{#([\w-]+)")


def split_sections(text: str) -> list[tuple[str, str]]:
    """Split a text before its headings of the second level.

    Returns
    -------
    list of (str, str)
        Title and text, the heading included; the first has no title.

    Examples
    --------
    >>> split_sections("a\\n## B {#b}\\nc")
    [('', 'a\\n'), ('B', '## B {#b}\\nc\\n')]
    """
    sections = [("", "")]
    for line in text.splitlines():
        heading = _HEADING.match(line)
        if heading and heading["level"] == "##":
            sections.append((heading["title"], ""))
        title, before = sections[-1]
        sections[-1] = (title, f"{before}{line}\n")
    return sections


def take_sections(text: str, titles: Sequence[str], place: str) -> str:
    """Give the sections of a text that are named, in its order.

    Raises
    ------
    UserError
        When the text has no section of that title.
    """
    sections = split_sections(text)
    if lost := [title for title in titles if title not in dict(sections)]:
        raise UserError(f"{place}: no section “{lost[0]}”, which a PDF holds. Correct the title there or in paper.py.")
    return "\n".join(body for title, body in sections if title in titles)


def leave_out(text: str, titles: Sequence[str], parts: Sequence[str] = ()) -> str:
    """Give a text without the sections and the generated parts that are named."""
    kept = "\n".join(body for title, body in split_sections(text) if title not in titles)
    for part in parts:
        kept = kept.replace(f"{{{{< include {GENERATED}/{part}.md >}}}}\n", "")
    return kept


def refer_to_annex(text: str, known: str = "") -> str:
    """Turn references to tables that neither a text nor another one has into a word.

    Examples
    --------
    >>> refer_to_annex("It passed (@tbl-moves). @tbl-joint asks all at once; see @tbl-here.\\n\\n: Here {#tbl-here}")
    'It passed (in the annex). The annex asks all at once; see @tbl-here.\\n\\n: Here {#tbl-here}'
    """
    ids = set(_IDENTIFIER.findall(text + known))

    def say(match: re.Match[str]) -> str:
        if match["id"] in ids:
            return match[0]
        if match["open"] and match["close"]:
            return f"{match['before'] or ''}(in the annex)"
        word = "the annex" if match["before"] is None else f"{match['before']}The annex"
        return f"{match['open'] or ''}{word}{match['close'] or ''}"

    return _REFERENCE.sub(say, text)


def _write_day(day: str) -> str:
    """Write an ISO day as an English reader does."""
    return wording.write_day(dt.date.fromisoformat(day), "en")


def make_report_texts(texts: Mapping[str, str], parts: Mapping[str, str]) -> dict[str, str]:
    """Give the chapters as the report holds them, and the sections of other pages that it takes.

    Parameters
    ----------
    texts : mapping of str to str
        The hand-written texts, compiled, by name; variables filled in.
    parts : mapping of str to str
        The generated parts that the texts include and whose tables they refer to.

    Returns
    -------
    dict of str to str
    """
    known = "".join(parts.values())
    chosen = {
        name: leave_out(texts[name], ANNEX_SECTIONS.get(name, ()), ANNEX_PARTS.get(name, ())) for name in _CHAPTERS
    }
    chosen["limits"] = take_sections(texts["methods"], LIMITS["methods"], "words/methods.md")
    chosen["method"] = take_sections(texts["methods"], ("From a sentence to a verdict",), "words/methods.md")
    chosen |= {name: texts[name] for name in ("nine", "verdict", "about")}
    chosen["lineage"] = choose_lineages(texts["lineage"])
    return {name: refer_to_annex(text, known) for name, text in chosen.items()}


def choose_lineages(text: str) -> str:
    """Leave of the chapter on lineage its beginning and the sections that lead to a headline claim."""
    return "\n".join(
        body
        for title, body in split_sections(text)
        if not title
        or any(f"#fig-chapter-lineage-{name.lower()}" in body or f"({name}.qmd)" in body for name in front.HEADLINES)
    )


def make_annex_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Give the sections of the chapters that stand in the annex."""
    return {
        "estimates": take_sections(texts["regressions"], ANNEX_SECTIONS["regressions"], "words/regressions.md"),
        "tolerance": take_sections(texts["methods"], ("How near is near",), "words/methods.md"),
        "firmness": take_sections(texts["methods"], ("How firm is a verdict?",), "words/methods.md"),
    }


def write_checkers(publication: Publication, data_to: str) -> str:
    """Say who checked, where ``data/project.yml`` says so, and from data up to when."""
    names = [*(person.name for person in publication.people), *filter(None, [publication.publisher])]
    by = f" by {', '.join(names)}" if names else ""
    return f"Checked{by} from open data up to {data_to}"


def make_papers(shared: Mapping[str, Any], texts: Mapping[str, str], parts: Mapping[str, str]) -> dict[str, str]:
    """Make the pages that become PDFs.

    Parameters
    ----------
    shared : mapping
        What all templates of the report are filled with.
    texts, parts : mapping
        See `make_report_texts`.

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    named = {context["claim"].id: context for context in shared["claims"]}
    context = {
        **shared,
        "texts": make_report_texts(texts, parts),
        "annex": make_annex_texts(texts),
        "headlines": [named[name] for name in front.HEADLINES],
        "example": named[EXAMPLE],
        "repeats": claimpages.find_repeats(shared["claims"]),
        "answer": front.write_answer(shared["found"].counts),
        "published": _write_day(shared["register"].article.published),
        "data_to": _write_day(shared["found"].edition[:10]),
    }
    context["checked_by"] = write_checkers(shared["publication"], context["data_to"])
    return {name: fill(f"{name}.j2", **context) for name in PDF_PAGES if not name.endswith("-zh.qmd")}
