"""Compile what was written by hand: sentences whose guard holds stand, the others give way to plain ones.

In ``report/words/*.md`` a guard stands behind its sentence, or on the fence of its paragraphs::

    [Over all models they did not.]{when="C03.lead.all_models differs"}

    ::: {when="C14.europe.eu_headline_band agrees"}
    A paragraph, a list, a figure.
    :::

What no data can turn says why instead: ``{fixed="definition"}``. A figure is placed by name, and takes title and
alternative text from its record: ``{{< figure usage-stated-week #fig-usage-week >}}``.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from tokencheck import paths, wording
from tokencheck.errors import UserError
from tokencheck.register import guards
from tokencheck.register.claims import load_register
from tokencheck.register.guards import Known
from tokencheck.register.texts import list_failures
from tokencheck.register.verdicts import read_verdicts
from tokencheck.report import PAGE_TEMPLATES, judging
from tokencheck.report.labels import read_pictures
from tokencheck.report.markup import bind_numbers, cell, write_figure, write_figure_links
from tokencheck.report.pieces import (
    BRANCH,
    Piece,
    check_reason,
    count_lines,
    list_pieces,
    split_blocks,
    split_spans,
)
from tokencheck.results import read_json

_FIGURE = re.compile(r"^\{\{< figure (?P<name>[\w-]+)(?: #(?P<id>fig-[\w-]+))? >\}\}$", re.MULTILINE)
# What names: the heads of a table, the first words of its caption, a heading, the title of what unfolds.
_LABEL = re.compile(r"^\|[^\n]*\|[ \t]*\n\s*(?=\|[ ]?:?-)|^: [^.{\n]*|^#+ [^\n]*|<summary>.*?</summary>", re.MULTILINE)
_CHINESE = re.compile(r"([^。\n]*)。")  # no list of words tells which sentence judges: each is marked
LEFT_OVER = re.compile(r"\b(?:when|fixed)=|\{\{<\s*figure\b")
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)


# Says plainly what is known of everything that a guard names.
Describe = Callable[[guards.Guard, Mapping[str, Known]], str]


@dataclass(frozen=True)
class Failure:
    """A sentence that no longer holds: where it is written, its guard, and what pages show instead."""

    place: str
    guard: str
    plain: str


@dataclass
class Compiled:
    """What pages are made of: texts by name, figures' records by name, every guard by place, and what fails."""

    texts: dict[str, str] = field(default_factory=dict)
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    guards: list[tuple[str, str]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


class _Compiler:
    """What the texts of one build share."""

    def __init__(self, known: Mapping[str, Known], figures: Mapping[str, Mapping[str, Any]], describe: Describe):
        self.known = known
        self.describe = describe
        self.records = figures
        self.compiled = Compiled()

    def decide(self, guard: str, place: str, find_line: Callable[[], str] | None = None) -> str | None:
        """Give the plain sentence for a guard that does not hold, None for one that does.

        `find_line` gives a closer place; it is asked only when there is something to say of it.
        """
        find_line = find_line or (lambda: place)
        self.compiled.guards.append((place, guard))
        try:
            parsed = guards.parse(guard, self.known)
        except guards.GuardError as problem:
            raise UserError(f"{find_line()}: the guard “{guard}”: {problem}.") from None
        if guards.find_turn(parsed, self.known) is None:
            raise UserError(
                f"{find_line()}: the guard “{guard}” cannot fail, so it guards nothing. Name what could turn it."
            )
        if parsed.decide(self.known) is True:
            return None
        plain = self.describe(parsed, self.known)
        self.compiled.failures.append(Failure(find_line(), guard, plain))
        return plain

    def compile_figures(self) -> None:
        for name, record in self.records.items():
            figure = record | {"holds": True}
            if record.get("guard"):
                place = f"figure {name}"
                plain = self.decide(record["guard"], place, partial(find_figure, name, record["notebook"]))
                if plain is not None:
                    kept = [one for one in judging.split_sentences(record["alt"]) if not judging.list_judging(one)]
                    figure |= {"title": plain, "alt": " ".join([*kept, plain]), "holds": False}
            self.compiled.figures[name] = figure

    def compile_text(self, name: str, text: str, file: str) -> None:
        pieces = [self.compile_block(block, file) for block in split_blocks(text, file)]
        done = _FIGURE.sub(lambda match: self.place_figure(match, file), "".join(pieces))
        if left := LEFT_OVER.search(_CODE.sub("", done)):
            source = text[: text.find(left[0])]
            raise UserError(
                f"{file}:{1 + count_lines(source)}: cannot read the markup at “{left[0]}”; expected "
                '[sentence]{when="guard"}, a fence ::: {when="guard"}, or a line {{< figure name #fig-id >}}.'
            )
        self.compiled.texts[name] = bind_numbers(done)

    def compile_block(self, block: Piece, file: str) -> str:
        if block.kind and (plain := self.compile_piece(block, file)) is not None:
            return f"{plain}\n"
        done = ""
        for piece in split_spans(block.text, file, block.line):
            plain = self.compile_piece(piece, file) if piece.kind else None
            if plain is None:
                done += piece.text
            elif plain not in done[done.rfind("\n\n") + 1 :]:  # said once a paragraph
                done += plain
        return done

    def compile_piece(self, piece: Piece, file: str) -> str | None:
        """Give what stands instead of a piece, None where the piece itself stands."""
        place = f"{file}:{piece.line}"
        if piece.kind == "when":
            plain = self.decide(piece.value, place)
            return None if plain is None else cell(plain)
        check_reason(piece, place)
        if piece.value == BRANCH:
            raise UserError(f"{place}: fixed=“{BRANCH}” is for templates. Write the condition as when=.")
        return None

    def place_figure(self, match: re.Match[str], file: str) -> str:
        figure = self.compiled.figures.get(match["name"])
        if figure is None:
            close = difflib.get_close_matches(match["name"], self.compiled.figures, 1)
            raise UserError(
                f"{file}: there is no figure “{match['name']}”" + (f"; did you mean {close[0]}?" if close else ".")
            )
        return "\n\n".join(filter(None, [write_figure(figure, match["id"] or ""), write_figure_links(figure)]))


@cache
def _read_notebook(name: str) -> str:
    path = paths.NOTEBOOK_FOLDER / f"{name}.py"
    return path.read_text(encoding="utf-8") if path.exists() else ""


def find_figure(name: str, notebook: str) -> str:
    """Say where a figure's title and guard are written: its notebook, and the line where that saves it."""
    place = paths.shorten(paths.NOTEBOOK_FOLDER / f"{notebook}.py")
    text = _read_notebook(notebook)
    saved = text.find(f'"{name}"')
    return f"{place}:{1 + count_lines(text[:saved])}" if saved >= 0 else f"{place}: figure {name}"


def read_records() -> dict[str, dict[str, Any]]:
    """Read the record beside each figure: title, alternative text, guard, claims and notebook, by name."""
    return {file.stem: read_json(file) for file in sorted(paths.FIGURES.glob("*.json"))}


def read_words(language: str = "en") -> dict[Path, str]:
    """Read what was written by hand in a language, by file; all but English has a folder of its own."""
    folder = paths.WORDS if language == "en" else paths.WORDS / language
    return {file: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.md"))}


def compile_all(
    known: Mapping[str, Known],
    texts: Mapping[Path, str] | None = None,
    figures: Mapping[str, Mapping[str, Any]] | None = None,
    describe: Describe = guards.describe_guard,
) -> Compiled:
    """Compile every hand-written text and every figure's record.

    Parameters
    ----------
    known : mapping of str to Known
        From `tokencheck.register.guards.list_known`.
    texts, figures : mapping, optional
        By default those of the project.
    describe : callable, optional
        Says plainly what is known, where a guard does not hold; by default in English.

    Returns
    -------
    Compiled

    Raises
    ------
    UserError
        For a guard that cannot be read, names what is not known, or cannot fail; it names file and line.
    """
    compiler = _Compiler(known, read_records() if figures is None else figures, describe)
    compiler.compile_figures()
    for file, text in (read_words() if texts is None else texts).items():
        compiler.compile_text(file.stem, text, paths.shorten(file))
    return compiler.compiled


def take_out_guarded(text: str, file: str) -> str:
    """Leave of a text what has neither guard nor reason, and a full stop where the rest was."""
    return "".join(".\n" if piece.kind else piece.text for piece in list_pieces(text, file))


def take_out_filled(template: str) -> str:
    """Leave of a template what it says whatever the results are; dots stand where it is filled.

    Examples
    --------
    >>> take_out_filled("{% if n %}All {{ n }} agree.{% endif %}")
    ' All … agree. '
    """
    text = re.sub(r"\{%.*?%\}|\{##.*?##\}|^---.*?^---", " ", template, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\{\{.*?\}\}", "…", text, flags=re.DOTALL)
    return _LABEL.sub(lambda label: label[0] if judging.STATING.search(label[0]) else "", text)


def list_unguarded_words() -> list[str]:
    """Tell what judges with neither guard nor reason: sentences of words and templates, and figures."""
    remedy = "Give it when= or fixed=, as CONTRIBUTING.md says."
    texts = {paths.shorten(file): text for file, text in read_words().items()}
    texts = {name: take_out_guarded(text, name) for name, text in texts.items()}
    for file in sorted(PAGE_TEMPLATES.glob("*.j2")):
        rest = take_out_guarded(file.read_text(encoding="utf-8"), file.name)
        texts[f"{PAGE_TEMPLATES.name}/{file.name}"] = take_out_filled(rest)
    found = [
        f"{name}: “{sentence}” judges. {remedy}"
        for name, text in texts.items()
        for sentence in judging.list_unguarded(text)
    ]
    for file, text in read_words("zh").items():
        name = paths.shorten(file)
        found += [f"{name}: “{one}。” {remedy}" for one in _CHINESE.findall(take_out_guarded(text, name))]
    records = read_records()
    found += [
        f"report/words/zh/pictures.yml: {name}: “{text}” judges, and the figure has no guard. Say only what is drawn."
        for name, text in read_pictures().items()
        if judging.CHINESE_JUDGING.search(text) and not records.get(name, {}).get("guard")
    ]
    found += [
        f"figure {name}: its title or alternative text judges. Give it a guard in notebooks/{record['notebook']}.py."
        for name, record in records.items()
        if not record.get("guard") and judging.list_judging(f"{record['title']}. {record['alt']}")
    ]
    return found


def find_failures() -> list[Failure]:
    """Find what no longer holds, by the results as they are."""
    register = load_register(with_measures=False)
    known = guards.list_known(register, read_verdicts(), guards.read_facts())
    texts = {file: text for language in wording.LANGUAGES for file, text in read_words(language).items()}
    return [*compile_all(known, texts).failures, *(Failure(*one) for one in list_failures(register, known))]


def say_what_no_longer_holds() -> str:
    """Say which sentences no longer hold, one line each; nothing when all do."""
    failures = find_failures()
    if not failures:
        return ""
    few = len(failures) == 1
    head = f"{len(failures)} {'sentence' if few else 'sentences'} no longer {'holds' if few else 'hold'}; pages show "
    return "\n".join([f"{head}claimed and measured instead:", *(f"  {one.place}: {one.guard}" for one in failures)])
