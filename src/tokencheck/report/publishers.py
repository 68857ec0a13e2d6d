"""Name publishers on Chinese pages: by the names that Chinese readers know, with our notes on them in Chinese.

The words stand in ``report/words/zh/publishers.yml``; a name that is not there stays as it is, as most blogs do.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from tokencheck import paths
from tokencheck.results import parse_yaml

ONE_WORD = re.compile(r"^[^\s（]+")
# A word of English, which is no name; what a dot, a slash or a capital marks is one.
WORD = re.compile(r"(?<![\w./@-])[a-z]{2,}(?![\w./-])")


@cache
def read_words() -> dict[str, dict[str, str]]:
    """Read names and notes, by their kind."""
    file = paths.WORDS / "zh" / "publishers.yml"
    return parse_yaml(file.read_text(encoding="utf-8"))


def name_publisher(text: str) -> str:
    """Name a publisher in Chinese.

    Examples
    --------
    >>> name_publisher("Tencent (earnings call, as reported by NetEase Tech)"), name_publisher("Morph")
    ('腾讯（业绩电话会，据网易科技报道）', 'Morph')
    """
    names = read_words()["names"]
    if text in names:
        return names[text]
    name, bracket, note = text.removesuffix(")").rpartition(" (")
    if bracket and text.endswith(")"):
        notes = _write_notes(re.split(r"[,;] ", note))
        return f"{name_publisher(name)}（{notes}）" if notes else text
    name, comma, via = text.partition(", via ")
    return f"{name_publisher(name)}（经{via}）" if comma else text


def _write_notes(parts: Sequence[str]) -> str:
    """Write the notes in a pair of brackets; empty where one has no words and is no name."""
    if not parts:
        return ""
    for end in range(len(parts), 0, -1):  # a name that has words may hold a comma
        told = _write_note(", ".join(parts[:end]), end > 1)
        rest = _write_notes(parts[end:])
        if told and (rest or end == len(parts)):
            return "，".join(one for one in (told, rest) if one)
    return ""


def _write_note(text: str, is_joined: bool) -> str:
    words = read_words()
    known = words["others"] | words["names"] | words["notes"]
    if text in known:
        return known[text]
    for start, form in words["with"].items():
        rest = text.removeprefix(start)
        if rest != text and (rest in known or not is_joined):
            return form.format(known.get(rest, rest))
    return "" if is_joined or WORD.search(text) else text


def list_english(publishers: Iterable[str]) -> list[str]:
    """List the publishers that keep words of English on a Chinese page; a single word is a name.

    Examples
    --------
    >>> list_english(["Morph", "Baten (as told to somebody)", "models.dev", "lzwjava"])
    ['Baten (as told to somebody)']
    """
    return [one for one in publishers if WORD.search(ONE_WORD.sub("", name_publisher(one)))]
