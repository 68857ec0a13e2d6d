"""Check that every share and price says of what, or on whose list: facts in name and unit, words beside the number."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tokencheck.register import texts
from tokencheck.register.claims import Register
from tokencheck.units import DENOMINATORS, is_loose

# A variable of a share that leaves its denominator to the sentence; see `tokencheck.report.pages.make_variables`.
SHORT_ENDING = "_short"

# Words behind a share that give it a base.
_SECOND_BASE = re.compile(r"\{\{< var (?P<name>[\w.]+) >\}\} (?P<second>of (?:the|all|its|their|tokens)\b[^.,;{}\]]*)")
_LEFT_TO_WORDS = re.compile(rf"\{{\{{< var (?P<name>[\w.]+){SHORT_ENDING} >\}}\}}")
_VARIABLE = re.compile(r"\{\{< var (?P<name>[\w.]+) >\}\}")
_SHARED_NOUNS = ("tokens", "models")  # of many bases: alone they tell none from another
_SMALL_WORDS = {
    "a", "all", "at", "between", "by", "is", "known", "left", "most", "of", "on", "other", "own", "the", "their", "to",
    "used", "whose",
}  # fmt: skip
_UNSAID = re.compile(r"(?:^|_)(?:share|percent)(?!_of_)(?=_|$)")


def name_denominator(unit: str) -> str:
    """Say in words what a unit is a share of; empty where it is no share of anything named.

    Examples
    --------
    >>> name_denominator("percent_of_call"), name_denominator("percent_change")
    ('the tokens of a call', '')
    """
    return DENOMINATORS.get(unit.removeprefix("percent_of_"), "") if unit.startswith("percent_of_") else ""


def check_fact_units(facts: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Tell the facts that are a share of nothing named, or a price on no list.

    Parameters
    ----------
    facts : mapping
        From `tokencheck.register.guards.read_facts`.

    Yields
    ------
    str
        One line a fact: its place, and what to write instead.
    """
    for topic, own in facts.items():
        for name, fact in own.items():
            place = f"data/results/facts/{topic}.json, {name}"
            if is_loose(fact["unit"]):
                yield (
                    f"{place}: its unit, {fact['unit']}, says neither of what nor on whose list. Give it one of "
                    f"src/tokencheck/units.py that does, such as {fact['unit']}_of_… or …_listed, in its notebook."
                )
            elif _UNSAID.search(name):
                yield f"{place}: a share whose name does not say of what. Write {name}_of_… in its notebook."


def check_bases(register: Register, words: Path, units: Mapping[str, str]) -> Iterator[str]:
    """Tell the shares that are given another base than the one in their unit, and those that are given none.

    A variable brings its base along, so words behind it that begin with “of” give it a second one; where a page takes
    the short variable, or a short text the bare number, the text itself has to say of what.

    Parameters
    ----------
    register : Register
    words : Path
        Folder of the pages written by hand.
    units : mapping of str to str
        By the name of a fact or reading.

    Yields
    ------
    str
    """
    for file in sorted(words.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        place = f"report/words/{file.name}"
        for found in _SECOND_BASE.finditer(text):
            if base := name_denominator(units.get(found["name"], "")):
                yield (
                    f"{place}: {found['name']} is a share of {base} and says so; “{found['second']}” gives it another "
                    "base. Take that out, or use the variable of the share that is meant."
                )
        for paragraph in text.split("\n\n"):
            for found in _LEFT_TO_WORDS.finditer(paragraph):
                unit = units.get(found["name"], "")
                base = name_denominator(unit)
                beside = {
                    units.get(other["name"]) for other in _VARIABLE.finditer(paragraph)
                }  # as of a range's other end
                if base and unit not in beside and not _says(paragraph, base):
                    yield (
                        f"{place}: {found['name']}{SHORT_ENDING} stands alone, and nothing says that it is a share of "
                        f"{base}. Name that, or use {found['name']}, which does."
                    )
    for claim in register.claims:
        for field in texts.FIELD.finditer(claim.en.found):
            name = field["name"] if field["name"].startswith(("facts.", "C")) else f"{claim.id}.{field['name']}"
            base = name_denominator(units.get(name, ""))
            if "bare" in (field["form"] or "") and base and not _says(claim.en.found, base):
                yield (
                    f"data/claims.yml, claim {claim.id}, en, found: {name} stands bare, and nothing says that it is a "
                    f"share of {base}. Name that."
                )


def _says(text: str, base: str) -> bool:
    """Say whether a text names one of the words that tell a base from others."""
    nouns = [word.removesuffix("'s") for word in base.split() if word not in _SMALL_WORDS]
    own = [noun for noun in nouns if noun not in _SHARED_NOUNS]
    return any(noun in text for noun in own or nouns)
