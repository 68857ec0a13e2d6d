"""Generate the report's data-bound pages and variables; hand-written pages take every number from these.

What is generated is committed, so that ``quarto render report`` works on an untouched clone:
``_variables.yml``, a page per claim, the table of all claims, the codebook, and the README's verdict table.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tokencheck import caches, paths, wording
from tokencheck.evidence import status
from tokencheck.history import causes, differences, editions
from tokencheck.notebook.run import find_tables
from tokencheck.register import guards, reviews, rule, shares, verdicts
from tokencheck.register.claims import Register, load_register
from tokencheck.register.texts import word_claimed
from tokencheck.report import (
    FILLED,
    GENERATED,
    VARIABLES,
    chinese,
    claimpages,
    codebook,
    curveways,
    front,
    glossary,
    imprint,
    machine,
    markup,
    navigation,
    outline,
    paper,
    phrases,
    publication,
    search,
    words,
    workings,
)
from tokencheck.report.templating import fill, fill_from, keep_filled, write_files
from tokencheck.results import (
    format_csv,
    format_yaml,
    read_json,
    read_rows,
    write_bytes_atomically,
    write_text_atomically,
)

DOWNLOADS = paths.REPORT / "downloads"
PAGE_FIGURES = paths.REPORT / "figures"

# The parts of the README between marks, and what fills them.
README_PARTS = {"found": "readme-found.md.j2", "headlines": "readme-headlines.md.j2", "verdicts": "readme.md.j2"}

# What each chapter's numbers come from: the topics of the notebooks.
_CHAPTERS = {
    "usage": ("usage", "companies"),
    "prices": ("prices", "lists", "hosts", "models"),
    "electricity": ("electricity", "energy"),
}

UNKNOWN_REPOSITORY = "<address of this repository>"  # as the page on rerunning says while none is set

# The texts in which the first use of a term leads to the glossary, beside the words on each claim.
LINKED = (*_CHAPTERS, "regressions", "curve", "lineage", "methods", "data", "rerun")

GRADE_WORDS = {
    "A": "official or original record",
    "B": "public copy of an official or original record",
    "C": "reputable press or research",
    "D": "anything else",
}


def make_variables(
    register: Register, found: verdicts.VerdictFile, facts: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> dict[str, Any]:
    """Make the variables that hand-written pages use, every number already worded with its unit.

    Parameters
    ----------
    register : Register
    found : VerdictFile
    facts : mapping
        From `tokencheck.register.guards.read_facts`.

    Returns
    -------
    dict
        ``edition``, ``counts``, ``facts.<topic>.<name>``, of a share also ``<name>_short``, which leaves to the
        sentence of what, and for each claim ``verdict``, ``status_now``, ``k``, ``n``
        and per part ``claimed`` and each reading (``<reading>`` and ``<reading>_now``).
    """
    variables: dict[str, Any] = {
        "edition": found.edition,
        "rule": rule.TOLERANCE.write_limits(),
        "counts": {words: str(count) for words, count in guards.count_claims(register, found).items()},
        "facts": {topic: _write_facts(names) for topic, names in facts.items()},
    }
    for result in found.claims:
        claim = register.find(result.id)
        entry: dict[str, Any] = {
            "verdict": result.verdict,
            "status_now": result.status_now or "no reading for now",
            "k": str(result.agree.k),
            "n": str(result.agree.n),
        }
        for part in result.parts:
            registered = claim.find_part(part.id)
            own = [one for one in result.readings if one.part == part.id]
            entry[guards.name(part.id)] = {
                "claimed": word_claimed(registered, "en"),
                "verdict": part.verdict,
            }
            for one in own:
                entry[guards.name(part.id)][guards.name(one.id)] = _write_value(one, part.unit)
                if later := one.now or one.latest:
                    entry[guards.name(part.id)][f"{guards.name(one.id)}_now"] = _write_value(later, part.unit)
        variables[result.id] = entry
    return variables


def _write_facts(facts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Write facts as prose does, a share also without its denominator."""
    written = {}
    for name, fact in facts.items():
        written[name] = wording.write_quantity(fact["value"], fact["unit"])
        if shares.name_denominator(fact["unit"]):
            written[f"{name}{shares.SHORT_ENDING}"] = wording.write_quantity(fact["value"], fact["unit"], short=True)
    return written


def _write_value(record: BaseModel, unit: str) -> str:
    """Write what was measured as prose does: a day in words."""
    return wording.write_date_text(wording.write_measured(record.model_dump(), unit), "en")


def _count(number: int, singular: str, plural: str) -> str:
    return f"{number or 'no'} {singular if number == 1 else plural}"


def write_headline(edition: editions.Edition, difference: differences.Difference | None) -> str:
    """Say in one line what an edition changed.

    Parameters
    ----------
    edition : Edition
    difference : Difference or None
        From the edition before; None for the first.

    Returns
    -------
    str
    """
    if difference is None:
        counts = Counter(claim.verdict for claim in edition.claims.values())
        listed = [f"{counts[verdict]} {verdict.lower()}" for verdict in rule.VERDICT_WORDS if counts[verdict]]
        return f"the first edition: of {len(edition.claims)} claims, {', '.join(listed)}"
    then, now = (len(difference.select_flips(kind)) for kind in differences.KINDS)
    return (
        f"{_count(then, 'verdict', 'verdicts')} and {_count(now, 'status now', 'statuses now')} flipped, "
        f"{_count(len(difference.crossings), 'reading', 'readings')} crossed the tolerance"
    )


def name_readings(register: Register) -> dict[str, str]:
    """Name every reading by its label, in quotes; with its part where a claim has several.

    Parameters
    ----------
    register : Register

    Returns
    -------
    dict of str to str
        By the keys of editions, such as ``C05 share/platform``.
    """
    return {
        f"{claim.id} {part.id}/{reading.id}": f"“{reading.label.en}”" + f" ({part.id})" * (len(claim.parts) > 1)
        for claim in register.claims
        for part in claim.parts
        for reading in part.readings
    }


def describe_history(
    history: Sequence[editions.Edition], names: Mapping[str, str] = differences.NO_NAMES
) -> list[dict[str, Any]]:
    """Gather what the page of changes shows, the newest edition first.

    Parameters
    ----------
    history : sequence of Edition
        The oldest first.
    names : mapping of str to str
        From `name_readings`.

    Returns
    -------
    list of dict
        ``edition``, ``difference`` from the one before (None for the first), ``headline`` and ``cause`` in words.
    """
    described = []
    for place, edition in enumerate(history):
        difference = differences.compare_editions(history[place - 1], edition, names=names) if place else None
        described.append(
            {
                "edition": edition,
                "difference": difference,
                "headline": write_headline(edition, difference),
                "cause": causes.write_causes(edition),
            }
        )
    return described[::-1]


def describe_own(sources: Sequence[Mapping[str, str]]) -> dict[str, dict[str, list[Mapping[str, str]]]]:
    """Find where a user's own rows lie, for the pages that rest on them.

    Parameters
    ----------
    sources : sequence of mapping
        The table of sources.

    Returns
    -------
    dict
        ``all`` and each chapter to the tables that its notebooks read and that hold such rows, each with the
        sources of the rows; nothing where there are none.
    """
    own = {row["source_id"]: row for row in sources if row["source_id"] in status.list_own([row["source_id"]])}
    tables = {}
    if own:
        for resource in read_json(paths.DATAPACKAGE)["resources"]:
            rows = read_rows(paths.DATA / resource["path"]) if resource["name"] != "sources" else []
            if found := status.list_own({row["source_id"] for row in rows}):
                tables[resource["name"]] = [own[source] for source in found]
    chapters = {
        chapter: {table for topic in topics for table in find_tables(f"data/results/facts/{topic}.json")}
        for chapter, topics in _CHAPTERS.items()
    }
    return {"all": tables} | {
        topic: {table: rows for table, rows in tables.items() if table in read} for topic, read in chapters.items()
    }


def describe_literature() -> list[dict[str, Any]]:
    """Gather the published elasticities with what each rests on and the address of what was read."""
    urls = {row["source_id"]: row["url"] for row in read_rows(paths.TABLES / "sources.csv")}

    def number(text: str) -> str:
        return wording.write_number(float(text), "elasticity") if text else ""

    def say_error(row: dict[str, str]) -> str:
        return f"standard error {row['se']}" if row["se"] else f"t {row['t']}" if row["t"] else "none"

    def say_read(row: dict[str, str]) -> str:
        said = ["in the original" if row["read"] == "original" else "second-hand"]
        said += ["not found in what could be read"] * (row["checked"] != "read again")
        said += ["its standard error not found"] * bool(row["se"] and row["se_checked"] != "read again")
        return "; ".join(said)

    rows = read_rows(paths.TABLES / "literature.csv")
    return [
        row
        | {
            "value": number(row["elasticity"])
            or " to ".join(number(row[end]) for end in ("elasticity_low", "elasticity_high") if row[end]),
            "rows": f"{int(row['n']):,}" if row["n"] else "",
            "url": urls[row["source_id"]],
            "error": say_error(row),
            "how_read": say_read(row),
        }
        for row in rows
    ]


def make_pages(
    register: Register, found: verdicts.VerdictFile, history: Sequence[editions.Edition] | None = None
) -> dict[str, str]:
    """Make every generated file of the report, but for copies of data and figures, and tables of regressions.

    Parameters
    ----------
    register : Register
    found : VerdictFile
    history : sequence of Edition, optional
        The oldest first; by default what is in ``data/editions``.

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    contract = read_json(paths.DATAPACKAGE, "Restore it with `git checkout -- data/datapackage.json`.")
    publisher = publication.load_publication().model_copy(update={"base_url": ""})  # set at render, never committed
    facts = guards.read_facts()
    variables = make_variables(register, found, facts)
    compiled = words.compile_all(guards.list_known(register, found, facts))
    history = editions.list_editions() if history is None else history
    reviewed = reviews.read_reviews()
    contexts = claimpages.describe_claims(register, found, compiled, variables, history, reviewed)
    told = describe_history(history, name_readings(register))
    sources = read_rows(paths.TABLES / "sources.csv")
    own = describe_own(sources)
    shared = {
        "register": register,
        "found": found,
        "claims": contexts,
        "topics": claimpages.list_topics(register, "en"),
        "list_words": phrases.LIST["en"],
        "sources": sources,
        "contract": contract,
        "tables": codebook.describe_tables(contract),
        "verdict_words": front.IN_ORDER,
        "rules": rule.RULES,
        "finding_rules": rule.FINDING_RULES,
        "sensitivity_percents": rule.SENSITIVITY_PERCENTS,
        "rule_percent": 100 * (rule.TOLERANCE.factor - 1),
        "grade_words": GRADE_WORDS,
        "scale": machine.SCALE,
        "history": told,
        "kept": bool(history) and editions.same_results(history[-1], editions.describe_edition(with_tables=False)),
        "shorts": {result.id: result.texts["en"].short for result in found.claims},
        "literature": describe_literature(),
    }
    # with their values: Quarto would look each variable up for every page that includes it, which takes minutes
    texts = {name: markup.fill_variables(text, variables) + "\n" for name, text in compiled.texts.items()}
    parts = {f"{GENERATED}/{name}": fill(f"{name}.j2", **shared) for name in FILLED}
    parts[f"{GENERATED}/curve-ways.md"] = fill_from("curve-ways.md.j2", paths.SPECIFICATIONS, ways=curveways.read_curve)
    header = "# Generated by `make report` from data/results; edits are overwritten.\n"
    pages = {
        VARIABLES: header + markup.bind_numbers(format_yaml(variables, width=1000)),
        f"{GENERATED}/rails.yml": navigation.write_rails(register, found.claims),
        **{f"{GENERATED}/{name}.md": text for name, text in texts.items()},
        **parts,
        "downloads/claims.json": json.dumps(
            machine.make_claims(contexts, found, publisher), ensure_ascii=False, indent=1
        )
        + "\n",
        "downloads/verdicts.atom": machine.make_feed(contexts, found, publisher),
        "downloads/changes.atom": machine.make_changes_feed(told, publisher),
    }
    rerun = f"{GENERATED}/rerun.md"
    pages[rerun] = pages[rerun].replace(UNKNOWN_REPOSITORY, publisher.repository or UNKNOWN_REPOSITORY)
    groups = glossary.read_glossary()
    for name in (*LINKED, *(claim.id for claim in register.claims if claim.id in compiled.texts)):
        pages[f"{GENERATED}/{name}.md"] = glossary.link_terms(pages[f"{GENERATED}/{name}.md"], groups)
    pages[f"{GENERATED}/glossary.md"] = fill("glossary.md.j2", groups=groups)
    pages |= imprint.make_about(found, told, reviewed, publisher)
    pages |= front.make_front(register, found, contexts, compiled.figures, publisher)
    results = {context["claim"].id: context["result"] for context in contexts}
    pages[f"{GENERATED}/outline.md"] = fill("outline.md.j2", sections=outline.draw_article(register, results))
    pages |= paper.make_papers(shared | {"publication": publisher}, texts, parts)
    pages |= workings.make_notebook_pages(compiled.figures)
    pages |= chinese.make_chinese_pages(contexts, register, found, facts, publisher, front.HEADLINES)
    pages[chinese.PDF_PAGE] = markup.fill_variables(pages[chinese.PDF_PAGE], variables) + "\n"
    for topic, tables in own.items():
        resting = [context for context in contexts if context["own"]] if topic == "all" else []
        pages[f"{GENERATED}/own-{topic}.md"] = fill("own.md.j2", tables=tables, resting=resting)
    pages |= claimpages.make_claim_pages(contexts, found, publisher)
    pages[search.INDEX] = search.make_index(contexts, read_searched(pages), pages)
    return pages


def read_searched(pages: Mapping[str, str]) -> dict[str, str]:
    """Read what the search looks through beside claims and lists of them: every page, by name."""
    written = {file.name: file.read_text(encoding="utf-8") for file in sorted(paths.REPORT.glob("*.qmd"))}
    made = {name: text for name, text in pages.items() if name.endswith(".qmd")}
    skipped = re.compile(rf"(.*/)?(C\d+|claims|article|search)\.qmd|tokencheck.*|{markup.WORKINGS}/.*")
    return {
        name.removesuffix(".qmd"): text
        for name, text in sorted((written | made).items())
        if not skipped.fullmatch(name)
    }


def _describe_headline(result: verdicts.ClaimResult) -> tuple[verdicts.ClaimResult, Any, dict, list[dict]]:
    """Give the part that decided a claim, its literal reading, and those under which it is true or near it."""
    part = next(part for part in result.parts if part.verdict == result.verdict)
    own = {one.id: one.model_dump() for one in result.readings if one.part == part.id}
    literal = next(one for one in own.values() if one["literal"])
    return result, part, literal, [own[name] for name in part.true_under if not own[name]["literal"]]


def update_readme(text: str, found: verdicts.VerdictFile, register: Register) -> str:
    """Put what was found, the headline claims and the table of verdicts between the README's marks.

    Parameters
    ----------
    text : str
        The README.
    found : VerdictFile
    register : Register

    Returns
    -------
    str
        The README with each part replaced.
    """
    claims = [(register.find(one.id), one) for one in found.claims]
    context = {
        "claims": claims,
        "found": found,
        "headlines": [_describe_headline(one) for one in found.claims if one.id in front.HEADLINES],
        "bar": read_json(paths.FIGURES / "verdict-bar.json"),
        "v": make_variables(register, found, {}),
    }
    for name, template in README_PARTS.items():
        start, end = f"<!-- {name}: generated by `make report` -->", f"<!-- /{name} -->"
        before, rest = text.split(start)
        text = f"{before}{start}\n{fill(template, **context)}{end}{rest.split(end)[1]}"
    return text


def copy_attachments(kept: Iterable[Path] = ()) -> None:
    """Put the figures, rows and tables that pages offer into ``report/``, where Quarto finds them.

    Parameters
    ----------
    kept : iterable of Path
        Files of the same folders that are written elsewhere; whatever else is found there is stale and goes.
    """
    copied = {PAGE_FIGURES / file.name: file for kind in ("svg", "csv") for file in paths.FIGURES.glob(f"*.{kind}")}
    copied |= {DOWNLOADS / file.name: file for file in paths.ROWS.glob("*.csv")}
    copied |= {DOWNLOADS / f"grid-{file.name}": file for file in paths.GRID.glob("*.csv")}
    copied |= {DOWNLOADS / file.name: file for file in (paths.VERDICTS, paths.ESTIMATES, paths.SPECIFICATIONS)}
    copied |= {DOWNLOADS / f"regressions-{file.name}": file for file in paths.REGRESSIONS.glob("*.csv")}
    copied |= {DOWNLOADS / file.name: file for file in paths.NOTEBOOK_FOLDER.glob("*.ipynb")}
    copied |= {DOWNLOADS / f"table-{file.name}": file for file in paths.TABLES.glob("*.csv*")}
    wanted = {target: source.read_bytes() for target, source in copied.items()}
    wanted |= {DOWNLOADS / "tables.zip": machine.pack_tables()}
    rows = read_rows(paths.TABLES / "findings.csv")
    for claim_id in sorted({row["claim_id"] for row in rows}):
        own = [row for row in rows if row["claim_id"] == claim_id]
        wanted[DOWNLOADS / f"findings-{claim_id}.csv"] = format_csv(own).encode()
    _keep_only((PAGE_FIGURES, DOWNLOADS), wanted.keys() | set(kept))
    for target, content in wanted.items():
        if not target.exists() or target.read_bytes() != content:
            write_bytes_atomically(target, content)


def remove_stale(report: Path, names: Iterable[str]) -> None:
    """Remove what an earlier build wrote into the folders in which all is generated, and this one did not.

    Parameters
    ----------
    report : Path
    names : iterable of str
        What was written, inside `report`.
    """
    folders = [report / name for name in (chinese.CHINESE_FOLDER, markup.WORKINGS)]
    _keep_only(folders, {report / name for name in names})


def _keep_only(folders: Iterable[Path], written: set[Path]) -> None:
    """Remove every file of `folders` that is not among those written."""
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file() and file not in written:
                file.unlink()


def write_report() -> list[Path]:
    """Write every generated page, the attachments and the README's table.

    Returns
    -------
    list of Path
        The files of ``report/`` that were generated.
    """
    register, found = load_register(with_measures=False), verdicts.read_verdicts()
    with keep_filled(caches.CACHES / "filled"):
        pages = make_pages(register, found)
    write_files(pages)
    remove_stale(paths.REPORT, pages)
    copy_attachments(paths.REPORT / name for name in pages)
    readme = paths.README.read_text(encoding="utf-8")
    updated = update_readme(readme, found, register)
    if updated != readme:
        write_text_atomically(paths.README, updated)
    return [paths.REPORT / name for name in pages]
