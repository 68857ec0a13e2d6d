"""Name publishers: on Chinese pages by the names that Chinese readers know, with our notes on them in Chinese.

These words stand in ``report/words/zh/publishers.yml``; a name that is not there stays as it is, as most blogs do.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial

from tokencheck import paths
from tokencheck.characters import HAN
from tokencheck.evidence.status import OWN
from tokencheck.register.findings import name_speaker
from tokencheck.register.verdicts import ClaimResult
from tokencheck.report.markup import drop_unknown
from tokencheck.results import read_rows, read_yaml

TOGETHER = re.compile(r"[\w-]+(?:\+[\w-]+)+", re.ASCII)  # the sources of one speaker, as firmness names them
# A table that this project has put together itself has no publisher but us.
OWN_TABLES = {"LABS": {"en": "our own table of developers’ seats", "zh": "本站自编的开发者所在地表"}}
ONE_WORD = re.compile(r"^[^\s（]+")
# A word of English, which is no name; what a dot, a slash or a capital marks is one.
_WORD = re.compile(r"(?<![\w./@-])[a-z]{2,}(?![\w./-])")


@cache
def _read_words() -> dict[str, dict[str, str]]:
    """Read names and notes, by their kind."""
    file = paths.WORDS / "zh" / "publishers.yml"
    return read_yaml(file)


def name_publisher(text: str) -> str:
    """Name a publisher in Chinese.

    Examples
    --------
    >>> name_publisher("Tencent (earnings call, as reported by NetEase Tech)"), name_publisher("Morph")
    ('腾讯（业绩电话会，据网易科技报道）', 'Morph')
    """
    names = _read_words()["names"]
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
    words = _read_words()
    known = words["others"] | words["names"] | words["notes"]
    if text in known:
        return known[text]
    for start, form in words["with"].items():
        rest = text.removeprefix(start)
        if rest != text and (rest in known or not is_joined):
            return form.format(known.get(rest, rest))
    return "" if is_joined or _WORD.search(text) else text


def name_sources(text: str, sources: Iterable[Mapping[str, str]], language: str = "en") -> str:
    """Put the publisher where a text names a source by its id; where two sources have one publisher, both.

    Sources of one speaker that stand together, as FD1+FD2, are named once.

    Examples
    --------
    >>> one = {"source_id": "FD1", "publisher": "Tencent (earnings call)"}
    >>> name_sources("Leans on FD1", [one]), name_sources("取决于FD1", [one], "zh")
    ('Leans on Tencent', '取决于腾讯')
    >>> name_sources("Leans on FD1 and FD2", [one, one | {"source_id": "FD2"}])
    'Leans on Tencent FD1 and Tencent FD2'
    >>> name_sources("取决于FD1", [one, one | {"source_id": "FD2"}], "zh")
    '取决于腾讯（FD1）'
    >>> name_sources("2个C级来源（FD1、FD2）缺一不可", [one, one | {"source_id": "FD2"}], "zh")
    '2个C级来源（腾讯FD1、腾讯FD2）缺一不可'
    >>> name_sources("Leans on FD1+FD2", [one, one | {"source_id": "FD2"}])
    'Leans on Tencent'
    """
    names = {one["source_id"]: name_speaker(drop_unknown(one["publisher"])) for one in sources}
    if language == "zh":
        names = {source: name_publisher(name) for source, name in names.items()}
    names |= {source: OWN_TABLES[source][language] for source in OWN_TABLES.keys() & names.keys()}
    text = TOGETHER.sub(lambda found: names.get(found[0].split("+")[0], found[0]), text)
    counts = Counter(names.values())
    for source, name in names.items():
        write = partial(_tell_apart, name, source, language) if counts[name] > 1 else lambda _, name=name: name
        text = re.sub(rf"(?<![\w-]){re.escape(source)}(?![\w-])", write, text, flags=re.ASCII)
    return text


def _tell_apart(name: str, source: str, language: str, found: re.Match[str]) -> str:
    """Write a publisher with the id of its source; in Chinese in brackets, though never within others."""
    before = found.string[: found.start()]
    if language == "zh" and before.count("（") == before.count("）"):
        return f"{name}（{source}）"
    return f"{name}{source}" if HAN.match(name[-1]) else f"{name} {source}"


def list_shown(claims: Iterable[ClaimResult]) -> list[dict[str, str]]:
    """List the sources that the pages of claims show, those of findings and of readings; imports keep their own."""
    sources = {row["source_id"]: row for row in read_rows(paths.TABLES / "sources.csv")}
    shown = {row["source_id"] for row in read_rows(paths.TABLES / "findings.csv")}
    shown |= {source for claim in claims for reading in claim.readings for source in reading.sources}
    return [sources[one] for one in sorted(shown & sources.keys()) if not one.startswith(OWN)]


def list_unnamed(claims: Iterable[ClaimResult]) -> list[str]:
    """List the publishers on Chinese pages that have no Chinese name, though they need one."""
    rows = [*list_shown(claims), *read_rows(paths.TABLES / "lineage.csv")]
    return list_english(sorted({drop_unknown(row["publisher"]) for row in rows}))


def list_english(publishers: Iterable[str]) -> list[str]:
    """List the publishers that keep words of English on a Chinese page; a single word is a name.

    Examples
    --------
    >>> list_english(["Morph", "Baten (as told to somebody)", "models.dev", "lzwjava"])
    ['Baten (as told to somebody)']
    """
    return [one for one in publishers if _WORD.search(ONE_WORD.sub("", name_publisher(one)))]
