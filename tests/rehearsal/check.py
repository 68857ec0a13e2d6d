"""Check the pages of a refreshed project: no sentence that is false on any, causes named rightly, every *now* moved.

``python -m tests.rehearsal.check pages``, ``… pages papers``, ``… lab`` and ``… causes BEFORE``, in the folder of the
project; BEFORE is a git revision, and papers are read only where they have been set again. Each prints what it found,
and fails where something is wrong.
"""

import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdfium2

from tests.register import test_headlines as rows
from tests.rehearsal.sentences import SENTENCES, Truths
from tests.rehearsal.world import FAMILY, NEW_LAB, NEW_LAB_COUNTRY
from tokencheck import paths
from tokencheck.evidence.tables import SOURCES, Tables
from tokencheck.history import causes, differences, editions
from tokencheck.measures import usage
from tokencheck.register import guards
from tokencheck.register.claims import load_register, measure_claim
from tokencheck.register.decisions import decide
from tokencheck.register.findings import read_findings
from tokencheck.report import words
from tokencheck.results import read_json, round_numbers

TIMELESS = (SOURCES, "labs")  # what is looked up of a page or a model: a new row moves no number of the others
SHORTEST = {"en": 25, "zh": 8}  # characters of a fragment by which a sentence can be told from others

# Where text ends in a page, code of notebooks included, which is no text; other tags stand inside a sentence.
BLOCK = re.compile(
    r"<(?:script|style|pre)\b.*?</(?:script|style|pre)>|</?(?:p|div|li|td|th|tr|h\d|figure|figcaption|text|title|section|br)\b[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
END_OF_LINE = re.compile(r"[\u00ad\ufffe\x02]\s*|(?<=\w-)\s*\n")  # of a word that goes on in the next
# What the page fills, links or marks: fragments lie between.
MARKUP = re.compile(r"\{\{<.*?>\}\}|\{[^{}]*\}|\]\([^)]*\)|@[\w-]+|[\[\]*_`#|\n]|\(\)")


def normalise(text: str) -> str:
    """Write a text with single blanks and plain marks, as a search compares it.

    Examples
    --------
    >>> normalise("It’s  61\\u202f%.")
    "It's 61 %."
    """
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip()


def read_pages() -> dict[str, str]:
    """Read every page of the built site, and what else readers are given, as plain text by name."""
    files = [*sorted(paths.SITE.rglob("*.html")), *sorted(paths.SITE.rglob("*.atom")), paths.README]
    files += sorted((paths.SITE / "downloads").glob("claims*.json"))
    pages = {}
    for file in files:
        text = BLOCK.sub(" . ", file.read_text(encoding="utf-8"))
        text = re.sub(r"<[^>]+>", "", text) if file.suffix != ".md" else text
        pages[paths.shorten(file)] = normalise(html.unescape(text))
    return pages


def read_papers() -> dict[str, str]:
    """Read every PDF beside the built site as plain text by name; what a foot of a page parts is not put together."""
    papers = {}
    for file in sorted(paths.SITE.glob("*.pdf")):
        with pypdfium2.PdfDocument(file) as paper:
            text = " ".join(page.get_textpage().get_text_range() for page in paper)
        papers[paths.shorten(file)] = normalise(END_OF_LINE.sub("", text))
    return papers


def list_fragments(text: str, language: str = "en") -> list[str]:
    """List the parts of a hand-written text that stand on a page letter for letter, long enough to be told apart.

    Examples
    --------
    >>> list_fragments("It fell to {{< var a.b >}}; no *earlier* week of all that were tested shows such a lead.")
    ['week of all that were tested shows such a lead.']
    """
    return [part for part in map(normalise, MARKUP.split(text)) if len(part) >= SHORTEST[language]]


# ----------------------------------------------------------------------------------------------------- the sentences


def _list_pieces(known: dict[str, guards.Known]) -> Iterator[tuple[str, str, str, bool]]:
    """List every guarded text: where it is written, its language, itself, and whether its guard holds."""
    for file, text in words.read_words().items():
        for block in words.split_blocks(text, file.name):
            inner = [block] if block.kind == "when" else words.split_spans(block.text, file.name, block.line)
            for piece in inner:
                holds = piece.kind != "when" or guards.parse(piece.value, known).decide(known) is True
                yield f"{paths.shorten(file)}:{piece.line}", "en", piece.text, holds
    for name, record in words.read_records().items():
        holds = not record.get("guard") or guards.parse(record["guard"], known).decide(known) is True
        yield f"figure {name}", "en", record["title"], holds
    for claim in load_register(with_measures=False).claims:
        holds = not claim.when or guards.parse(claim.when, known).decide(known) is True
        for language in ("en", "zh"):
            told = getattr(claim, language)
            for text in (told.answer, told.found):
                yield f"data/claims.yml, {claim.id}", language, text, holds
            yield f"data/claims.yml, {claim.id}, short", language, told.short, True


def find_failed(pages: dict[str, str], known: dict[str, guards.Known]) -> tuple[int, list[str]]:
    """Count the texts whose guard fails, and name those that are on a page all the same."""
    pieces = list(_list_pieces(known))
    standing = normalise(" ".join(text for _, _, text, holds in pieces if holds))
    failed, found = 0, []
    for place, language, text, holds in pieces:
        if holds:
            continue
        failed += 1
        own = [one for one in list_fragments(text, language) if one not in standing]
        found += [
            f"{page} says “{one}” though the guard fails ({place})"
            for one in own
            for page, shown in pages.items()
            if one in shown
        ]
    return failed, found


def find_false(pages: dict[str, str], truths: Truths) -> tuple[int, int, list[str]]:
    """Count the listed sentences that are false by the data and those that still stand, and name the false that do."""
    false, stand, found = 0, 0, []
    for sentence in SENTENCES:
        is_false = sentence.is_false(truths)
        shown = [page for page, text in pages.items() if sentence.pattern.search(text)]
        false += is_false
        stand += bool(shown)
        if is_false:
            found += [f"{page} says “{sentence.text}”, which the data make false" for page in shown]
    return false, stand, found


def check_pages(*more: str) -> list[str]:
    """Look for false sentences on all pages, and in the papers where these are named."""
    pages, truths = read_pages() | (read_papers() if more else {}), Truths()
    failed, problems = find_failed(pages, truths.known)
    false, stand, found = find_false(pages, truths)
    print(f"{len(pages)} pages and papers: the guards of {failed} texts fail, and none of these may be shown.")
    print(f"Of {len(SENTENCES)} sentences listed by hand the data make {false} false; {stand} stand on a page.")
    return [*problems, *found]


# ----------------------------------------------------------------------------------------------------------- the lab


def check_lab() -> list[str]:
    """See that what a new lab's models took counts for the country that was filled in for it, and for nobody else."""
    model, window = f"{NEW_LAB}/{FAMILY}", Truths().last_week()
    taken = rows.measure_model(model, window)
    country = rows.find_country(model)
    problems = [] if taken else [f"{model} has no tokens in {window}: there is no new lab"]
    if country != NEW_LAB_COUNTRY:
        problems.append(f"{model} is of {country or 'no country'} in labs.csv, not of {NEW_LAB_COUNTRY}")
    for scope in ("named", "platform"):
        counted = usage.tokens(Tables(), scope=scope, window=window, country=NEW_LAB_COUNTRY, stealth="none").value
        expected = rows.measure_tokens(scope, window, "none", NEW_LAB_COUNTRY)
        if not taken <= counted or abs(counted - expected) > 1e-9:
            problems.append(
                f"{NEW_LAB_COUNTRY} has {counted:.4f} trillion tokens of {scope} models, not {expected:.4f}, "
                f"with {taken:.4f} of {model}"
            )
    print(f"{model} took {taken:.4f} trillion tokens in {window}, which count for {country or 'nobody'}.")
    return problems


# -------------------------------------------------------------------------------------------------------- the causes


def _restore(folder: Path, before: str, tables: Sequence[str]) -> Path:
    """Copy the data, with some tables as they were; of the sources none is taken away, since other rows name them."""
    data = folder / "data"
    shutil.copytree(paths.DATA, data, ignore=shutil.ignore_patterns("results", "snapshots", "editions"))
    contract = read_json(paths.DATAPACKAGE)["resources"]
    for file in [one["path"] for one in contract if one["name"] in tables and one["name"] != SOURCES]:
        command = ["git", "show", f"{before}:data/{file}"]
        (data / file).write_bytes(subprocess.run(command, cwd=paths.ROOT, capture_output=True, check=True).stdout)
    return data


def _decide(claim_id: str, data: Path | None) -> tuple[str, str | None]:
    claim = load_register().find(claim_id)
    found = measure_claim(claim, Tables(data=data))
    measured = {(one.claim, one.part, one.reading, one.when): round_numbers(one.as_record()) for one in found}
    decided = decide(claim, measured, read_findings())
    return decided.verdict, decided.status_now


def _find_named(flip: differences.Flip, changed: Sequence[str]) -> list[str]:
    """List the tables that the reasons of a flip name."""
    told = " ".join(line for line in flip.why if line.startswith("data: "))
    return [table for table in changed if re.search(rf"(?<![\w.]){table} \(", told)]


def check_causes(before: str) -> list[str]:
    """See that what changed is put down to the data, each flip to the tables without which it would not be."""
    old, new = editions.find_edition(before), editions.find_edition(".")
    difference = differences.compare_editions(old, new)
    changed = [one.table for one in difference.tables]
    problems = []
    if found := set(causes.find_causes(old, new)) ^ {"data"}:
        problems.append(f"the causes are wrong: {', '.join(sorted(found))}")
    for flip in difference.flips:
        named = _find_named(flip, changed)
        with tempfile.TemporaryDirectory() as folder:
            then, now = _decide(flip.claim, _restore(Path(folder), before, named))
        if (then if flip.kind == differences.VERDICT else now or differences.NOTHING) != flip.before:
            told = ", ".join(named) or "nothing"
            problems.append(f"{flip.claim}: its flip is put down to {told}, and would be there without")
    flips = [f"{one.claim} {one.kind.replace('_', ' ')}: {one.before} → {one.after}" for one in difference.flips]
    print(f"{len(changed)} tables changed, {len(flips)} verdicts or statuses flipped:")
    print("\n".join(f"  {one}" for one in flips))
    return problems + find_still(old, new, changed)


def find_still(old: editions.Edition, new: editions.Edition, changed: Sequence[str]) -> list[str]:
    """Name the readings for now that did not move though the tables that they rest on go further.

    What the rehearsal adds always ends a period that a *now* reads: a refresh ends weeks, months, half-years, the
    day of own usage ends a week.
    """
    problems = []
    for claim_id, claim in new.claims.items():
        for key, reading in claim.readings.items():
            was = old.claims[claim_id].readings[key].now
            if reading.now is None or was is None:
                continue
            later = [name for name in reading.now.tables if name in changed and name not in TIMELESS]
            moved = (was.as_of, was.value, was.low, was.high) != (
                reading.now.as_of, reading.now.value, reading.now.low, reading.now.high
            )  # fmt: skip
            if later and not moved:
                problems.append(f"{claim_id} {key}: its now stayed at {was.as_of}, though {', '.join(later)} moved")
    return problems


def main(what: str, *arguments: str) -> int:
    """Run one check; print its problems and give the exit code."""
    problems = {"pages": check_pages, "lab": check_lab, "causes": check_causes}[what](*arguments)
    for problem in problems:
        print(f"! {problem}")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
