"""Fill the templates of the report's generated files."""

import json
import pickle
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta

from tokencheck import caches, paths, wording
from tokencheck.evidence import status
from tokencheck.history import differences
from tokencheck.report import PAGE_TEMPLATES, citations, glossary, phrases, pieces, publishers, whatif
from tokencheck.report.markup import (
    cell,
    find_domain,
    join_domain,
    link,
    name_drawing_place,
    name_notebook_page,
    nest,
    write_figure,
    write_figure_links,
)
from tokencheck.results import write_text_atomically


def slug(text: str) -> str:
    """Turn a verdict or outcome into the word its style class ends with, such as ``roughly-right``."""
    return text.lower().replace(" ", "-")


def badge(verdict: str, language: str = "en") -> str:
    """Write a verdict as the span that the theme draws as a badge."""
    return f"[{wording.translate(verdict) if language == 'zh' else verdict}]{{.verdict .verdict-{slug(verdict)}}}"


def _mark(outcome: str) -> str:
    """Write an outcome as the span that the theme colours."""
    return f"[{outcome}]{{.outcome .outcome-{slug(outcome)}}}"


_read_glossary = cache(glossary.read_glossary)


@cache
def _explain(words: str, term: str = "") -> str:
    """Link the terms in a few words to the glossary; with the id of a term, the words as they are to its entry."""
    groups = _read_glossary()
    if not term:
        return glossary.link_terms(words, groups)
    return glossary.write_link(words, next(one for one in glossary.list_terms(groups) if one.id == term))


class _Loader(jinja2.FileSystemLoader):
    """Templates without the marks that say why their sentences need no guard."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple:
        source, file, is_current = super().get_source(environment, template)
        return pieces.take_out_reasons(source, f"{PAGE_TEMPLATES.name}/{template}"), file, is_current


@cache
def _make_environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        bytecode_cache=caches.keep_templates("templates"),
        loader=_Loader(PAGE_TEMPLATES),
        undefined=jinja2.StrictUndefined,
        comment_start_string="{##",  # Pandoc's own identifiers start with {#
        comment_end_string="##}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "badge": badge,
        "mark": _mark,
        "attribute": lambda text: json.dumps(cell(text), ensure_ascii=False),
        "clauses": lambda text: re.sub(r"[^：，]+", lambda match: f"[{cell(match[0])}]{{.together}}", text),
        "bibtex": lambda text: re.sub(r"([%&#$_{}])", r"\\\1", text),
        "cell": cell,
        "name_sources": publishers.name_sources,
        "nest": nest,
        "open_with_capital": lambda text: text[:1].upper() + text[1:],
        "slug": slug,
        "measured": wording.write_measured,
        "quantity": wording.write_quantity,
        "short": lambda record, unit=None: wording.write_measured(record, unit, short=True),
        "markdown": lambda text: str(text).replace("|", r"\|").replace("\n", " "),
        "yaml": lambda text: json.dumps(text, ensure_ascii=False),
    }
    environment.globals |= {
        "link": link,
        "name_drawing_place": name_drawing_place,
        "name_notebook_page": name_notebook_page,
        "find_domain": find_domain,
        "join_domain": join_domain,
        "write_figure": write_figure,
        "write_figure_links": write_figure_links,
        "claimed": wording.write_claimed,
        "wording": wording,
        "headings": differences.HEADINGS,
        "write_change": differences.write_change,
        "write_percent": differences.write_percent,
        "write_threshold": differences.write_threshold,
        "list_own": status.list_own,
        "explain": _explain,
        "write_date": citations.write_date,
        "write_source": citations.write_source,
        "say_briefly": partial(phrases.say_briefly, language="en"),
        "count_outcomes": partial(phrases.count_outcomes, language="en"),
        "write_best": partial(phrases.write_best, language="en"),
        "count_reviews": phrases.count_reviews,
        "say_search": phrases.say_search,
        "say_trials": partial(phrases.say_trials, language="en"),
        "count_leans": partial(phrases.count_leans, language="en"),
        "write_ways": whatif.write_ways,
        "whatif_rule": whatif.WHAT_COUNTS["en"],
        "lineage_words": phrases.LINEAGE["en"],
        "read_as": phrases.READ_AS["en"],
        "directions": phrases.DIRECTION_WORDS["en"],
        "checked": phrases.CHECKED["en"],
    }
    return environment


def fill(template: str, **context: Any) -> str:
    """Fill a page template; a name that the template uses and nobody gives is an error."""
    text = _make_environment().get_template(template).render(**context)
    return re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"


_filled = caches.Cache()  # keeps nothing, but in a build: elsewhere code may have been put in place of other code


@contextmanager
def keep_filled(folder: Path) -> Iterator[None]:
    """Keep in a folder what `fill_once` gives, and nothing of earlier pages."""
    global _filled
    _filled = caches.Cache(folder)
    try:
        yield
        _filled.forget()
    finally:
        _filled = caches.Cache()


@cache
def _read_template(template: str) -> str:
    """Read the source of a template: a step that recalls what it gave must have seen it, too, to run after its edit."""
    environment = _make_environment()
    return environment.loader.get_source(environment, template)[0]


@cache
def _list_used(template: str) -> tuple[str, ...]:
    """List the names that a template takes from its context, but for those that all templates know."""

    def look() -> bytes:
        parsed = _make_environment().parse(_read_template(template))
        if list(jinja2.meta.find_referenced_templates(parsed)):
            raise ValueError(f"{template} is filled with other templates; what those take is not known here")
        return "\n".join(sorted(jinja2.meta.find_undeclared_variables(parsed))).encode()

    return tuple(_filled.recall([caches.describe_code(), _read_template(template)], look).decode().split())


@cache
def _read_vocabulary() -> bytes:
    """Read the words that filters and functions of templates put in by themselves: glossary and translations."""
    return b"\0".join(file.read_bytes() for file in sorted(paths.WORDS.rglob("*.yml")))


def fill_once(template: str, **context: Any) -> str:
    """Fill a page template as `fill` does, or recall what it gave for the same context."""
    known = {*_list_used(template), *_make_environment().globals}  # a context may put its own in place of these
    used = {name: value for name, value in context.items() if name in known}
    return _recall(template, [pickle.dumps(used)], lambda: used)


def fill_from(template: str, file: Path, **readers: Callable[[], Any]) -> str:
    """Fill a page template with what is read of a file, or recall what it gave while that was as it is.

    Parameters
    ----------
    template : str
    file : Path
        All that the readers read.
    **readers : callable
        Give what the template knows by their names; asked only where it is to be filled.
    """
    return _recall(template, [file], lambda: {name: read() for name, read in readers.items()})


def _recall(template: str, parts: Sequence[caches.Ingredient], make_context: Callable[[], Mapping[str, Any]]) -> str:
    own = [caches.describe_code(), _read_template(template), _read_vocabulary()]
    return _filled.recall([*own, *parts], lambda: fill(template, **make_context()).encode()).decode()


def write_files(texts: Mapping[str, str]) -> None:
    """Write generated files of the report; those that are as they should be stay untouched.

    Parameters
    ----------
    texts : mapping of str to str
        File name inside ``report/`` to its content.
    """
    for name, text in texts.items():
        path = paths.REPORT / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_text_atomically(path, text)
