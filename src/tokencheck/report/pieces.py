"""Marks beside sentences: a guard, or the reason why a sentence that sounds like a judgement needs none.

Words and templates bear the same marks: ``[A sentence.]{when="guard"}``, ``[A sentence.]{fixed="method"}``, or the same
on the fence around paragraphs, lists and figures.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tokencheck.errors import UserError

BRANCH = "branch"
# Why a sentence that sounds like a judgement is none that data can turn.
_FIXED = {
    "definition": "true by what its words mean",
    "method": "says how this report works",
    "quoted": "says what a cited text says",
    BRANCH: "is in a template, behind the condition under which it is true",
}

MARKED = re.compile(r'(?P<colons>:{3,})\s*\{(?P<kind>when|fixed)="(?P<value>[^"]*)"\}\s*')
OPENING, CLOSING = re.compile(r":{3,}\s*\S"), re.compile(r":{3,}\s*")
SPAN_END = re.compile(r'\]\{(?P<kind>when|fixed)="(?P<value>[^"]*)"\}')
_TAG = re.compile(r"\{%-?\s*(if|for|else|elif|endif|endfor)\b")


@dataclass(frozen=True)
class Piece:
    """A run of text with one guard, one reason to need none, or neither."""

    text: str
    line: int
    kind: str = ""
    value: str = ""


def count_lines(text: str) -> int:
    """Count the lines that end in a text."""
    return text.count("\n")


def split_blocks(text: str, file: str, first: int = 1) -> Iterator[Piece]:
    """Split a text at fences that carry a guard or a reason.

    Raises
    ------
    UserError
        When such a fence is never closed.
    """
    lines = text.splitlines(keepends=True)
    plain, start, place = [], 0, 0
    while place < len(lines):
        fence = MARKED.fullmatch(lines[place].rstrip("\n"))
        if not fence:
            plain.append(lines[place])
            place += 1
            continue
        if plain:
            yield Piece("".join(plain), first + start)
        depth, end = 1, place
        while depth:
            end += 1
            if end == len(lines):
                raise UserError(f"{file}:{first + place}: the fence with {fence['kind']}= is never closed by “:::”.")
            line = lines[end].rstrip("\n")
            depth += 1 if OPENING.match(line) else -1 if CLOSING.fullmatch(line) else 0
        inner = "".join(lines[place + 1 : end])
        yield Piece(inner, first + place + 1, fence["kind"], fence["value"])
        plain, start, place = [], end + 1, end + 1
    if plain:
        yield Piece("".join(plain), first + start)


def split_spans(text: str, file: str, first: int = 1) -> Iterator[Piece]:
    """Split a text at bracketed sentences that carry a guard or a reason.

    Raises
    ------
    UserError
        When the bracket of such a sentence is not opened, or lies inside another.
    """
    done = 0
    for end in SPAN_END.finditer(text):
        depth, place = 1, end.start()
        while depth and place > done:
            place -= 1
            if place and text[place - 1] == "\\":
                continue
            depth += {"]": 1, "[": -1}.get(text[place], 0)
        line = first + count_lines(text[: end.start()])
        if depth:
            raise UserError(f"{file}:{line}: no “[” opens the sentence with {end['kind']}=; they cannot be nested.")
        if place > done:
            yield Piece(text[done:place], first + count_lines(text[:done]))
        yield Piece(text[place + 1 : end.start()], first + count_lines(text[:place]), end["kind"], end["value"])
        done = end.end()
    if text[done:]:
        yield Piece(text[done:], first + count_lines(text[:done]))


def list_pieces(text: str, file: str) -> Iterator[Piece]:
    """List the pieces of a text: what has a mark, on its fence or behind its sentence, and what has none.

    Raises
    ------
    UserError
        For a mark that cannot be read.
    """
    for block in split_blocks(text, file):
        yield from [block] if block.kind else split_spans(block.text, file, block.line)


def check_reason(piece: Piece, place: str) -> None:
    """Check that a reason is one of those that are known.

    Raises
    ------
    UserError
        When it is not.
    """
    if piece.value not in _FIXED:
        known = "; ".join(f"{word}: {means}" for word, means in _FIXED.items())
        raise UserError(f"{place}: fixed=“{piece.value}” is not known. Known are {known}.")


def _is_conditional(before: str, text: str) -> bool:
    """Say whether what follows a text of a template depends on a condition, or has one within."""
    opened: list[str] = []
    for tag in _TAG.findall(before):
        if tag in ("if", "for"):
            opened.append(tag)
        elif tag.startswith("end"):
            opened.pop()
        elif opened[-1] == "for":
            opened[-1] = "else"
    return any(tag != "for" for tag in opened) or any(tag in ("if", "else") for tag in _TAG.findall(text))


def take_out_reasons(template: str, file: str) -> str:
    """Give a template without its marks, which are for those who read its source.

    Raises
    ------
    UserError
        For a guard, which a template writes as a condition of its own, and for a reason that is unknown or not so.
    """
    done = ""
    for piece in list_pieces(template, file):
        place = f"{file}:{piece.line}"
        if piece.kind == "when":
            raise UserError(f"{place}: a template takes no when=. Write {{% if … %}}, and fixed=“{BRANCH}”.")
        if piece.kind:
            check_reason(piece, place)
        if piece.value == BRANCH and not _is_conditional(done, piece.text):
            raise UserError(f"{place}: fixed=“{BRANCH}” stands behind no condition.")
        done += piece.text
    return done
