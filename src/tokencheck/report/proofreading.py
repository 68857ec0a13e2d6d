"""Every check of what is written by hand for the pages: guards, judging words, typed numbers, variables, terms."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from tokencheck import paths, wording
from tokencheck.characters import HARMFUL, name_harmful
from tokencheck.errors import UserError
from tokencheck.notebook import run, subjects
from tokencheck.periods import MONTHS
from tokencheck.register import amounts, faults, guards, shares, texts, verdicts
from tokencheck.register.checks import MOST_WORDS, count_words, read_known
from tokencheck.register.claims import Register, Texts, read_register
from tokencheck.register.guards import Known
from tokencheck.report import (
    VARIABLES,
    chinese,
    glossary,
    labels,
    markup,
    outline,
    pieces,
    publication,
    publishers,
    words,
)
from tokencheck.results import parse_yaml, read_yaml

# What may carry a numeral in prose without being a result: dates, claim ids, names that contain one, code and links.
MONTH = "|".join(MONTHS)
ALLOWED = [
    r"```.*?```",
    r"`[^`]*`",
    r"\{\{<.*?>\}\}",
    r"\{#?[^{}]*\}",
    r"\]\([^)]*\)",
    r"\bC\d\d\b",
    rf"\b\d{{1,2}}(–\d{{1,2}})? ({MONTH})( \d{{4}})?",
    rf"\b({MONTH}) \d{{4}}",
    r"\b(M2\.5|K2\.5|V3\.2|GLM-5|GPT-5(\.\d)?|Qwen ?3\.5(-Plus)?)",
    r"\b(Gemini 3(\.\d)? (Pro|Flash)|(Opus|Sonnet) 4\.\d)",
    r"\b(Seedance \d\.\d|Kimi K\d|[AH]\d00|765 kV|1,024 tokens|720p)",
    r"\bEU27\b|\bIA\b|\bCC BY 4\.0|\bPython 3\.11|\bA4\b",
    r"^\d\. ",  # the numbers of a list
    r"\b([Ii]n|by|of|over|during|since|after|before|was|for|all) (19|20)\d\d\b",
    # Definitions that sources print: the voltage of a tariff, the width of a consumption band.
    r"110 kV|500 to 1,999 MWh|128K tokens",
]
ALLOWED_CHINESE = [r"\{[^{}]*\}", r"\]\([^)]*\)", r"\{\{<.*?>\}\}", r"C\d\d", r"\d+月\d+日", r"^\d+\. "]
OPENED = re.compile(r"\bTopic\.open\(\"([\w-]+)\"\)")  # how a notebook begins that measures
_VARIABLE = re.compile(r"\{\{<\s*var\s+(.*?)\s*>\}\}")  # however it is written
NUMERAL = re.compile(r"\d(?:[\d.,]*\d)?")


def list_claimed_numbers(register: Register) -> set[str]:
    """List the numbers that the article itself claims, which prose may quote."""
    values = [part.value for claim in register.claims for part in claim.parts if part.value]
    texts = [text for value in values for text in ([value] if isinstance(value, str) else value)]
    return {text.removeprefix("1/") for text in texts} | {"15", "720", "24"}  # the last three: how long, which frame


def list_typed_numbers(text: str, allowed: list[str]) -> list[str]:
    """List the numerals of a text that are neither dates nor names.

    Examples
    --------
    >>> list_typed_numbers("It was 41.9 % in the week of 9–15 February 2026 (C05).", ALLOWED)
    ['41.9']
    """
    for pattern in allowed:
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return NUMERAL.findall(text)


def _tell(ask: Callable[[], Any]) -> Iterator[str]:
    """Tell what a function refuses, in a line each."""
    try:
        ask()
    except UserError as problem:
        yield from str(problem).splitlines()


def _check_guards(known: Mapping[str, Known]) -> Iterator[str]:
    """Tell, once a text or figure, a guard that cannot be read, names what nobody knows, or cannot fail."""
    figures = words.read_records()
    quiet = {name: record | {"guard": ""} for name, record in figures.items()}
    for name, record in figures.items():
        yield from _tell(lambda name=name, record=record: words.compile_all(known, {}, {name: record}))
    for language in wording.LANGUAGES:
        for file, text in words.read_words(language).items():
            yield from _tell(lambda file=file, text=text: words.compile_all(known, {file: text}, quiet))


def _list_guarded() -> Iterator[tuple[str, str, str, str]]:
    """List what stands behind a guard: its place, the text, the guard and the language; a lineage judges no number."""
    for language in wording.LANGUAGES:
        for file, text in words.read_words(language).items():
            name = paths.shorten(file)
            for piece in pieces.list_pieces(text, name):
                if piece.kind == "when":
                    yield f"{name}:{piece.line}", piece.text, piece.value, language
    pictures = labels.read_pictures()
    for name, record in words.read_records().items():
        if record.get("guard") and "steps" not in record:
            place = words.find_figure(name, record["notebook"])
            yield f"{place}, figure {name}", f"{record['title']}. {record['alt']}", record["guard"], "en"
            yield f"report/words/zh/pictures.yml: {name}", pictures.get(name, ""), record["guard"], "zh"


def _check_amounts() -> Iterator[str]:
    """Tell the sentences and figures that say how much, and whose guard compares nothing with that."""
    for place, text, guard, language in _list_guarded():
        if unstated := amounts.list_unstated(text, guard, language):
            yield f"{place}: “{', '.join(unstated)}” says how much, and its guard compares nothing with that: {guard}"


def _check_variables(known: Mapping[str, Known]) -> Iterator[str]:
    """Tell the variables that no result gives."""
    written = parse_yaml((paths.REPORT / VARIABLES).read_text(encoding="utf-8"))
    rule = {f"rule.{name}" for name in written.get("rule", {})}
    short = {f"{name}{shares.SHORT_ENDING}" for name, one in known.items() if shares.name_denominator(one.unit)}
    told = {file: known for language in wording.LANGUAGES for file in words.read_words(language)}
    for file, allowed in (told | {glossary.GLOSSARY: {}}).items():  # a title, which no renderer fills, has the rule's
        text = file.read_text(encoding="utf-8")
        for found in _VARIABLE.finditer(text):
            name = found[1]
            if name not in allowed and name not in (rule | short if allowed else rule):
                close = difflib.get_close_matches(name, allowed or rule, 1)
                hint = f"did you mean {close[0]}?" if close else "Correct the name."
                line = 1 + text[: found.start()].count("\n")
                yield f"{paths.shorten(file)}:{line}: there is no variable “{name}”; {hint}"


def _check_lengths() -> Iterator[str]:
    """Tell the explanations that are too long once their numbers stand in them, by the variables at hand."""
    written = parse_yaml((paths.REPORT / VARIABLES).read_text(encoding="utf-8"))
    for file in sorted(paths.WORDS.glob("C[0-9][0-9].md")):
        text = file.read_text(encoding="utf-8")
        if count_words(text) > MOST_WORDS:  # told where the words are counted as they are written
            continue
        try:
            filled = markup.fill_variables(text, written)
        except KeyError:  # told where variables are checked
            continue
        if (count := count_words(filled)) > MOST_WORDS:
            yield f"{paths.shorten(file)}: {count} words with its numbers filled in — at most {MOST_WORDS}. Say less."


def _check_numbers(register: Register) -> Iterator[str]:
    claimed = list_claimed_numbers(register)
    for language, allowed in (("en", ALLOWED), ("zh", ALLOWED_CHINESE)):
        for file, text in words.read_words(language).items():
            typed = [one for one in list_typed_numbers(text, allowed) if one not in claimed]
            if typed:
                yield f"{paths.shorten(file)}: {', '.join(typed)} is typed. Take it from a variable."


def _check_publishers() -> Iterator[str]:
    """Tell the publishers that Chinese pages would name in English."""
    place = paths.shorten(paths.WORDS / "zh" / "publishers.yml")
    for name in publishers.list_unnamed(verdicts.read_verdicts().claims):
        yield f"{place}: there are no Chinese words for the publisher “{name}”. Add them."


def _check_documents() -> Iterator[str]:
    """Tell our words for documents without a title that Chinese pages would show in English."""
    place = paths.shorten(paths.WORDS / "zh" / "documents.yml")
    for title in chinese.list_untold(verdicts.read_verdicts().claims):
        yield f"{place}: there are no Chinese words for the document “{title}”. Add them."


def _check_languages(register: Register, known: Mapping[str, Known]) -> Iterator[str]:
    """Tell the texts of a claim in which English and Chinese print different numbers."""
    results, facts = {one.id: one for one in verdicts.read_verdicts().claims}, guards.read_facts()
    for claim in register.claims:
        if any(texts.list_named_once(claim, field) for field in Texts.model_fields):
            continue  # told where the texts are checked
        try:
            told = texts.tell_claim(claim, results[claim.id], known, facts)
        except UserError as problem:
            yield str(problem)
            continue
        # What stands instead of a text that has given way is generated: Chinese tells a part 1/N in per cent.
        if guards.parse(claim.when, known).decide(known) is True:
            place = f"{paths.shorten(paths.CLAIMS)}, claim {claim.id}"
            yield from (f"{place}, {one}. Print the same in both." for one in texts.compare_languages(told))
            yield from faults.check_short_texts({claim.id: told})


def is_rounding(coarse: str, fine: str) -> bool:
    """Say whether a reader who rounds the one number gets the other; “1/” and signs are left aside.

    Examples
    --------
    >>> is_rounding("2.3", "2.35"), is_rounding("2.8", "2.80"), is_rounding("42–49", "41.9 to 49.0")
    (False, True, True)
    """
    pairs = list(zip(NUMERAL.findall(coarse), NUMERAL.findall(fine), strict=False))
    numbers = [[Decimal(one.replace(",", "")) for one in pair] for pair in pairs]
    return all(one == other.quantize(one, ROUND_HALF_UP) for one, other in numbers)


def _check_roundings(register: Register, known: Mapping[str, Known]) -> Iterator[str]:
    """Tell the numbers of a short text that are no rounding of the same number in the explanation."""
    found, facts = verdicts.read_verdicts(), guards.read_facts()
    place = paths.shorten(paths.CLAIMS)
    for claim in register.claims:
        shown = words.read_words().get(paths.WORDS / f"{claim.id}.md", "")
        used = {found[1] for found in re.finditer(markup.VARIABLE, shown)}
        for field in texts.FIELD.finditer(f"{claim.en.answer} {claim.en.found}"):
            full = field["name"] if field["name"].startswith(("facts.", "C")) else f"{claim.id}.{field['name']}"
            if full not in used or "times" in (field["form"] or ""):
                continue
            plain = re.sub(r"\b\d\b", "", field["form"] or "").strip()
            forms = (f"{{{full}:{field['form'] or ''}}}", f"{{{full}:{plain}}}")
            coarse, fine = (texts.fill_prose(form, "en", place, register, found, known, facts) for form in forms)
            if not is_rounding(coarse, fine):
                yield (
                    f"{place}, claim {claim.id}: {full} is {coarse} in the short texts and {fine} in the "
                    "explanation, which does not round to it. Print the same digits."
                )


def _check_measured(register: Register) -> Iterator[str]:
    """Tell the claims that have readings and no notebook that measures them."""
    opened = {name for one in run.NOTEBOOKS for name in OPENED.findall(one.source.read_text(encoding="utf-8"))}
    measured = {claim_id for name in opened for claim_id in subjects.list_claims(name, register)}
    for claim in register.claims:
        if claim.has_readings and claim.id not in measured:
            known = ", ".join(sorted(opened - subjects.APART.keys()))
            yield (
                f"{paths.shorten(paths.CLAIMS)}, claim {claim.id}, topic: no notebook measures {claim.topic}. Choose "
                f"one of {known}, or begin a notebook with Topic.open(“{claim.topic}”)."
            )


def _check_pictures(register: Register) -> Iterator[str]:
    """Tell the key figures of which Chinese pages have no words."""
    figures = {claim.key_figure for claim in register.claims if claim.key_figure}
    if not figures <= {*words.read_records()}:  # told where the register is checked; words are of the one meant
        return
    shown, told = {one for one in figures if not one.startswith("lineage-")}, {*labels.read_pictures()}
    place = f"{paths.shorten(paths.WORDS)}/zh/pictures.yml"
    yield from (f"{place}: “{name}” is a key figure. Say what one sees on it." for name in sorted(shown - told))
    yield from (f"{place}: “{name}” is no claim's key figure. Take it out." for name in sorted(told - shown))


def _check_characters() -> Iterator[str]:
    """Tell where a hand-written text holds a character that no page should show."""
    written = (*paths.WORDS.rglob("*.*"), *paths.REPORT.glob("*.qmd"), *paths.REVIEWS.glob("*.json"))
    for file in sorted({paths.CLAIMS, paths.PROJECT, *written}):
        text = file.read_text(encoding="utf-8")
        if found := HARMFUL.search(text):
            row = text.count("\n", 0, found.start()) + 1
            yield f"{paths.shorten(file)}, row {row}: it holds {name_harmful(text)}, which no page shows. Take it out."


def list_slips() -> list[str]:
    """Find everything that is wrong with words, glossary, outline and who publishes.

    Returns
    -------
    list of str
        One line a cause; empty when all is well. What rests on something wrong is not asked.
    """
    try:
        return _find_problems()
    except FileNotFoundError as missing:
        return [f"{paths.shorten(Path(missing.filename))} is missing. Take it back with git, or run `make report`."]


def _find_problems() -> list[str]:
    problems = [*_check_characters(), *_tell(glossary.read_glossary), *_tell(publication.load_publication)]
    unread = [one for file in (paths.WORDS / "zh").glob("*.yml") for one in _tell(lambda file=file: read_yaml(file))]
    if unread:
        return [*problems, *sorted(unread)]
    register, _ = read_register(paths.CLAIMS)
    try:
        problems += words.list_unguarded_words()
    except UserError as problem:
        return [*problems, str(problem)]
    if register is None:
        return problems
    problems += [*_tell(lambda: outline.read_outline(register)), *_check_numbers(register)]
    problems += [*_check_measured(register), *_check_pictures(register), *_check_amounts(), *_check_lengths()]
    if known := read_known(register):
        problems += [*_check_guards(known), *_check_variables(known), *_check_languages(register, known)]
        problems += _check_roundings(register, known)
        problems += [*_check_publishers(), *_check_documents()]
    return problems
