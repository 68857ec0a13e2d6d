"""Every check of the register, its findings, lineage and words, and of the evidence: what `tokencheck check` says.

Each problem is one line: file, row and column (or claim, part and reading), what was found, and what to do.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tokencheck import paths, units, wording
from tokencheck.errors import UserError, suggest
from tokencheck.evidence import consistency
from tokencheck.evidence.consistency import Evidence
from tokencheck.evidence.tables import NAME_COLUMNS, read_contract
from tokencheck.measures import list_named_models
from tokencheck.register import faults, findings, fingerprint, guards, readinglabels, reviews, shares, texts, verdicts
from tokencheck.register.claims import Claim, Reading, Register, read_register
from tokencheck.register.lineage import ARTICLE_SOURCE
from tokencheck.register.rule import CONTEXT
from tokencheck.results import read_json

TURNING = "**What would have to be true:**"
_FEWEST_WORDS, MOST_WORDS = 60, 120
MOST_WORDS_WHY = 25
LITERAL = "literal"

# Of what was not found a reader must know by when, since it may be found the next day.
ABSENCE = re.compile(
    r"\b(?:not found|found (?:no|none|nobody|nothing)|nothing (?:[\w'’-]+ )?found|could not find|unproven"
    r"|no (?:[\w'’-]+ ){1,12}(?:was|were) found|(?:is|was|are|were) not (?:shown|known)"
    r"|no (?!earlier week)(?:[\w'’,-]+ ){1,8}(?:shows?|proves?|settles?|separates?|confirms?)"
    r"|no (?:evidence|record|log)|(?:one|two|three|cases?) (?:is|are) on record)\b"
    r"|未见|没有[^，。；、]{0,14}(?:可证|证明|证据|记录)|只见|未获证|无从|未发现|查无|缺少[^，。；]{0,8}数据|尚无",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\bby (?P<day>\d{1,2}) (?P<month>[A-Z][a-z]+) (?P<year>20\d\d)"
    r"|截至(?P<zh_year>20\d\d)年(?P<zh_month>\d{1,2})月(?P<zh_day>\d{1,2})日"
)
# On a page of the report the places follow the day; the short texts leave them to the line about the search.
_PLACED = re.compile(r"(?P<day>\bby \d{1,2} [A-Z][a-z]+ 20\d\d),? in\b")
_END = r"(?<=[.?!。])\s*"  # of a sentence
# The same said of somebody who would publish it.
UNPUBLISHED = re.compile(
    r"\b(?:nobody|no source|no one) (?:publishes|says|states|counts|gives)\b|\b(?:is|are) (?:not|no longer) published\b"
    r"|\b(?:publishes|reports) no\b|\bno [\w'’-]+ (?:[\w'’-]+ )?is published\b|未公布|无人统计|不披露|没有来源",
    re.IGNORECASE,
)

# Words by which a source says that it passes on what somebody else stated.
RELAYED = re.compile(
    r"\bas (?:cited|digested|noted|quoted|read|reported|reprinted|reproduced|summarised|transcribed)\b"
)

# A variable of the report is a number or a few words on the page; marks around a sentence are nothing.
_SHORTCODE = re.compile(r"\{\{<.*?>\}\}")
# The answer, with the condition under which it is true.
_OPENING = re.compile(r"\[(?:[^\]{]|\{\{<[^>]*>\}\})*\]\{when=")
# The same without its bracket, which is told where marks are read.
_UNOPENED = re.compile(r"(?:[^\[\]]|\[[^\[\]]*\]\()*\]\{when=")
# A number of the notebooks that a text prints; one that its guard alone names is none.
_PRINTED_FACT = re.compile(r"\{(?:\{< var )?(facts\.\w+\.\w+)")
_MARKS = re.compile(r"^:{3,}.*$|\]\{[^}]*\}", re.MULTILINE)


def count_words(text: str) -> int:
    """Count the words of an explanation as a reader meets them, up to what would have to be true.

    Examples
    --------
    >>> count_words("It was {{< var C05.share.world >}}.\\n\\n**What would have to be true:** more.")
    3
    """
    return len(_MARKS.sub("", _SHORTCODE.sub("number", text.split(TURNING)[0])).split())


def _check_words(register: Register, words: Path) -> Iterator[str]:
    """Tell the explanations that are missing, are of the wrong form, or explain no claim."""
    for claim in register.claims:
        place = f"report/words/{claim.id}.md"
        file = words / f"{claim.id}.md"
        if not file.exists():
            yield f"{place}: the file is missing. Explain the verdict in it; CONTRIBUTING.md says in which form."
            continue
        text = file.read_text(encoding="utf-8")
        if TURNING not in text:
            yield f"{place}: no sentence begins with “{TURNING}”. Say there what would make the claim true."
        if not _OPENING.match(text) and not _UNOPENED.match(text):
            yield f"{place}: it opens with no sentence that has a guard. Begin with the answer, and when it is true."
        count = count_words(text)
        if not _FEWEST_WORDS <= count <= MOST_WORDS:
            yield (
                f"{place}: {count} words before “{TURNING}” — expected {_FEWEST_WORDS} to {MOST_WORDS}. "
                "Say less, or say why."
            )
    known = {claim.id for claim in register.claims}
    for file in sorted(words.glob("C[0-9][0-9].md")):
        if file.stem not in known:
            place = f"report/words/{file.name}"
            yield f"{place}: there is no claim {file.stem} in data/claims.yml. Add it, or remove the file."


def _list_readings(register: Register) -> Iterator[tuple[str, Reading]]:
    """List every reading with its place, as problems name it."""
    for claim in register.claims:
        for part in claim.parts:
            for reading in part.readings:
                yield f"data/claims.yml, claim {claim.id}, part {part.id}, reading {reading.id}", reading


def _check_literals(register: Register) -> Iterator[str]:
    """Tell the literal readings that do not say why both sides would accept them, and others that do."""
    for place, reading in _list_readings(register):
        if reading.role == LITERAL and not reading.accepted_because:
            yield f"{place}: say in accepted_because why a defender and a critic of the article would both accept it."
        if reading.role != LITERAL and reading.accepted_because:
            yield f"{place}: accepted_because belongs to literal readings. Take it out, or make this one literal."


def _check_rates(register: Register) -> Iterator[str]:
    """Tell the readings that convert a currency without naming the month of the rate."""
    for place, reading in _list_readings(register):
        given = {**reading.parameters, **(reading.now or {})}
        mainland = given.get("seller") == "mainland"
        converts = "comparator" in given if mainland else given.get("currency") == "CNY"
        if converts and "rate_month" not in given:
            yield f"{place}: it converts a currency. Name the month of the exchange rate, rate_month, under parameters."


def _check_models(register: Register, evidence: Evidence) -> Iterator[str]:
    """Tell the models that a reading names and no table does."""
    frames = evidence.frames.values()
    known = {one for frame in frames for name in NAME_COLUMNS & {*frame} for one in frame[name].dropna().unique()}
    for place, reading in _list_readings(register):
        for model in dict.fromkeys(_list_models(reading)):
            if model not in known:
                hint = suggest(model, known)
                yield f"{place}: no table names the model “{model}”.{hint} Correct it, or add its rows to the tables."


def _list_models(reading: Reading) -> list[str]:
    given = [reading.parameters_when(when) for when in ("then", "now")]
    try:
        return [one for parameters in given for one in list_named_models(reading.measure, parameters)]
    except (KeyError, UserError):  # told where measures and their parameters are checked
        return []


def _check_finding(row: Any, parts: Mapping[str, list[str]], on_own_line: bool) -> Iterator[tuple[str, str]]:
    """Tell each column of a finding that is wrong, and what is expected there."""
    if row.claim_id not in parts:
        yield "claim_id", "a claim of data/claims.yml"
        return
    if row.part not in parts[row.claim_id]:
        yield "part", f"a part of claim {row.claim_id}: {', '.join(parts[row.claim_id])}"
    if not row.finding_id.startswith(f"{row.claim_id}-"):
        yield "finding_id", f"{row.claim_id}-F and a number"
    if not row.statement.endswith((".", ")")):
        yield "statement", "a sentence that ends with a full stop"
    if len(row.why.split()) > MOST_WORDS_WHY:
        yield "why", f"at most {MOST_WORDS_WHY} words"
    if row.direction != CONTEXT and pd.isna(row.holds_under):
        yield "holds_under", "the definition under which a finding that counts speaks"
    if row.checked == "read again" and pd.isna(row.check_note):
        yield "check_note", "where it was read again"
    elif row.checked == "read again" and "not reached" in row.check_note:
        yield "checked", "page found or not reached, since the note says what was not reached"
    if is_undated(row.statement):
        yield "statement", "an absence with the day up to which it holds, and where was looked"
    if on_own_line and not row.lineage:
        yield "lineage", "true, because data/tables/lineage.csv has this publication on the claim's own line"


def _check_findings(register: Register, evidence: Evidence) -> None:
    sources = evidence.frames["sources"].set_index("source_id")
    address = sources["url"].fillna(sources.index.to_series())  # one publication may have several source_ids
    descent = {(row.claim_id, address[row.source_id]) for row in evidence.frames["lineage"].itertuples()}
    parts = {claim.id: [part.id for part in claim.parts] for claim in register.claims}
    for place, row in enumerate(evidence.frames["findings"].itertuples()):
        on_own_line = (row.claim_id, address[row.source_id]) in descent
        for column, expected in _check_finding(row, parts, on_own_line):
            evidence.report("findings", place, column, expected)


def is_undated(sentence: str) -> bool:
    """Say whether a sentence states that something was not found, without the day.

    Examples
    --------
    >>> is_undated("No series was found."), is_undated("No series was found by 28 November 2026 in the archives.")
    (True, False)
    """
    return bool(ABSENCE.search(sentence)) and not _DATED.search(sentence)


def _name_page(address: str) -> str:
    """Name a page whichever host of a publisher shows it; empty for a whole site."""
    host, _, path = address.split("://")[-1].partition("?")[0].rstrip("/").partition("/")
    return f"{'.'.join(host.split('.')[-2:])}/{path}" if path else ""


def _are_copies(sources: pd.DataFrame) -> pd.Series:
    """Say which sources are public copies of a data set: they name their repository."""
    return sources["repository"].notna() & (sources["grade"] == "B")


def _check_standing(evidence: Evidence) -> None:
    """Tell the pages with two grades or interests, and the companies that are interested in one source and not another.

    A public copy of a data set names its repository; it is B beside the original, which is A once it was read itself.
    A company is held to one interest within one claim: there it speaks of one thing.
    """
    sources = evidence.frames["sources"].reset_index(drop=True)
    copied = sources.index[_are_copies(sources)]
    pages = defaultdict(set)
    for row in sources.dropna(subset="url").itertuples():
        if page := _name_page(row.url):
            pages[page].add(("A" if row.Index in copied else row.grade, bool(row.interested)))
            if len(pages[page]) > 1:
                expected = "the grade and interest of the other source of this page"
                evidence.report("sources", row.Index, "grade", expected)
    spoken = evidence.frames["findings"].merge(sources, on="source_id", suffixes=("", "_of_source"))
    place = pd.Series(sources.index, index=sources["source_id"])
    company = spoken["publisher"].map(findings.name_speaker)
    for (claim_id, name), own in spoken.groupby([spoken["claim_id"], company]):
        if own["interested_of_source"].nunique() > 1:
            odd = own.loc[~own["interested_of_source"].astype(bool), "source_id"].iloc[0]
            expected = f"the interest that {name} has in its other sources for claim {claim_id}"
            evidence.report("sources", int(place[odd]), "interested", expected)


def _check_speakers(evidence: Evidence) -> None:
    """Tell the statements that have another grade than their speaker, because of the copy in which they were read.

    A publisher is named as who speaks, then in brackets where; two who relay one speaker relay one grade. A data set
    may stand beside its copies, an original beside them, but D is the grade of nobody who has a better one.
    """
    sources = evidence.frames["sources"].reset_index(drop=True)
    is_cited = sources["source_id"].isin(evidence.frames["findings"]["source_id"])
    speakers = sources["publisher"].map(findings.name_speaker)
    for place, name in _list_hidden(sources["publisher"], set(speakers)):
        expected = f"{name} first, who made the statement, then in brackets by whom it was read"
        evidence.report("sources", place, "publisher", expected)
    best_of = sources["grade"].groupby(speakers).transform("min")
    for place in sources.index[(sources["grade"] == "D") & (best_of < "D") & ~is_cited]:
        expected = f"the grade of {speakers[place]}, who made the statement, whatever copy was read"
        evidence.report("sources", int(place), "grade", expected)
    cited = sources[is_cited & ~_are_copies(sources)]
    for speaker, own in cited.groupby(speakers[cited.index]):
        best = min(own["grade"])
        for place, row in own.iterrows():
            if row["grade"] != best or (row["grade"] == "D" and RELAYED.search(row["publisher"])):
                expected = f"the grade of {speaker}, who made the statement, whatever copy was read"
                evidence.report("sources", int(place), "grade", expected)


def _list_hidden(publishers: pd.Series, speakers: set[str]) -> Iterator[tuple[int, str]]:
    """List the publishers that name in brackets whose statement they pass on: by place, the name."""
    brackets = publishers.str.extract(r"\((?:(citing|describing) )?([^()]+)\)")
    for place, (relays, inside) in enumerate(brackets.itertuples(index=False)):
        name = re.split(r"[,;/]| (?:report|poll)\b", str(inside))[0]
        if isinstance(relays, str) or name in speakers:
            yield place, name


def _check_quotes(register: Register) -> Iterator[str]:
    """Tell the translations whose numbers are not those of the quote."""
    for claim in register.claims:
        english, chinese = texts.list_numbers(claim.quote_en, "en"), texts.list_numbers(claim.quote_zh, "zh")
        if english != chinese:
            yield (
                f"data/claims.yml, claim {claim.id}, quote_en: its numbers are {sorted(english)}, those of quote_zh "
                f"{sorted(chinese)}. Translate the quote, no more and no less."
            )


def _list_told(claim: Claim, words: Path) -> dict[str, str]:
    """List the texts about a claim in which an absence would be stated, by their places."""
    file = words / f"{claim.id}.md"
    told = {f"report/words/{claim.id}.md": file.read_text(encoding="utf-8") if file.exists() else ""}
    place = f"data/claims.yml, claim {claim.id}"
    return told | {f"{place}, {one}, found": getattr(claim, one).found for one in wording.LANGUAGES}


def _check_absences(register: Register, words: Path) -> Iterator[str]:
    """Tell what is said not to be found without its day, or without a search for both sides in the register.

    An answer has no room for a day; what it rests on has to have one.
    """
    for claim in register.claims:
        told = _list_told(claim, words)
        for place, text in told.items():
            for sentence in re.split(_END, text):
                if is_undated(sentence):
                    yield (
                        f"{place}: “{sentence[:40]}…” says that something was not found, and not by when. "
                        "Write “by 28 November 2026 in …” with the day and the places of the search."
                    )
                elif place.startswith("report/") and ABSENCE.search(sentence) and not _PLACED.search(sentence):
                    yield (
                        f"{place}: “{sentence[:40]}…” says by when something was not found, and not where. "
                        "Write “by 28 November 2026 in …” with the places of the search."
                    )
            if UNPUBLISHED.search(text) and not _DATED.search(text):
                yield (
                    f"{place}: “{UNPUBLISHED.search(text)[0]}” is an absence, and nothing says by when. "
                    "Say up to which day it was looked for."
                )
        for one in wording.LANGUAGES:
            answer, found = getattr(claim, one).answer, getattr(claim, one).found
            absent = UNPUBLISHED.search(answer) or ABSENCE.search(answer)
            if absent and not _DATED.search(found):
                yield (
                    f"data/claims.yml, claim {claim.id}, {one}, answer: “{absent[0]}” is an absence, and found gives "
                    "no day for it. Give it there."
                )
        days = {day for text in told.values() for day in _list_days(text)}
        if days and claim.sought is None:
            yield (
                f"data/claims.yml, claim {claim.id}, sought: a text says that something was not found. "
                "Search for both sides, and say what was looked for, where and up to which day."
            )
        if claim.sought and days != {claim.sought.by}:
            yield (
                f"data/claims.yml, claim {claim.id}, sought, by: {claim.sought.by}; the texts say "
                f"{', '.join(sorted(days)) or 'nothing of a search'}. Make them agree."
            )


def _check_told(register: Register, words: Path) -> Iterator[str]:
    """Tell the texts that say more of a lineage than was found, or leave a month without its year."""
    for claim in register.claims:
        place = f"data/claims.yml, claim {claim.id}"
        told = _list_told(claim, words)
        told |= {f"{place}, {one}, answer": getattr(claim, one).answer for one in wording.LANGUAGES}
        for where, text in told.items():
            for one in faults.find_first_prints(text):
                yield f"{where}: “{one}” is more than a search can know. Write “as far as we found”, or what was found."
            for one in faults.find_yearless_months(_MARKS.sub("", text)):
                yield f"{where}: “{one}” stands beside months of several years. Give it its year."


def _check_sources_of_facts(register: Register, words: Path, sources: frozenset[str]) -> Iterator[str]:
    """Tell the claims whose texts print facts of which no source is named, or name sources of none."""
    lacking: dict[str, list[str]] = {}
    for claim in register.claims:
        place = f"data/claims.yml, claim {claim.id}, facts_from"
        file = words / f"{claim.id}.md"
        written = [claim.en.model_dump_json(), claim.zh.model_dump_json()]
        written += [file.read_text(encoding="utf-8")] if file.exists() else []
        printed = sorted({found[1] for text in written for found in _PRINTED_FACT.finditer(text)})
        if printed and not claim.facts_from:
            yield f"{place}: its texts print {printed[0]}, and no source stands here. Name those on which it rests."
        if claim.facts_from and not printed:
            yield f"{place}: its texts print no fact. Take the sources out."
        for one in claim.facts_from:
            if one not in sources:
                lacking.setdefault(one, []).append(claim.id)
    for one, claims in lacking.items():
        place = f"data/claims.yml, claim {', '.join(claims)}, facts_from"
        yield f"{place}: there is no source {one} in data/tables/sources.csv. Correct it, or add the source."


def _list_days(text: str) -> Iterator[str]:
    """List the days up to which a text says that something was not found, as in the register."""
    for sentence in re.split(_END, text):
        if not (ABSENCE.search(sentence) or UNPUBLISHED.search(sentence)):
            continue
        for found in _DATED.finditer(sentence):
            if found["month"]:
                day = f"{found['day']} {found['month']} {found['year']}"
                yield dt.datetime.strptime(day, "%d %B %Y").date().isoformat()
            else:
                yield f"{found['zh_year']}-{int(found['zh_month']):02}-{int(found['zh_day']):02}"


def _check_lineage(register: Register, evidence: Evidence) -> None:
    known = {claim.id for claim in register.claims}
    steps = evidence.frames["lineage"].reset_index(drop=True)
    for place, claim_id in enumerate(steps["claim_id"]):
        if claim_id not in known:
            evidence.report("lineage", place, "claim_id", "a claim of data/claims.yml")
    for claim_id, chain in steps[steps["claim_id"].isin(known)].groupby("claim_id"):
        count = int((chain["source_id"] == ARTICLE_SOURCE).sum())
        if count != 1:
            expected = f"one step of claim {claim_id} that is the article, {ARTICLE_SOURCE}; there are {count}"
            evidence.report("lineage", int(chain.index[-1]), "source_id", expected)


def _check_circles(evidence: Evidence) -> None:
    """Tell the steps of a claim's lineage whose source its readings rest on, by the results at hand."""
    used = {
        (claim.id, source)
        for claim in verdicts.read_verdicts().claims
        for one in claim.readings
        for source in one.sources
    }
    for place, row in enumerate(evidence.frames["lineage"].itertuples()):
        if (row.claim_id, row.source_id) in used:
            expected = f"a publication on which no reading of {row.claim_id} rests, or a reading without it"
            evidence.report("lineage", place, "source_id", expected)


def read_known(register: Register) -> Mapping[str, guards.Known]:
    """List what words may name by the results at hand; nothing before these are built of this register."""
    found = verdicts.read_verdicts()
    written, built = ({one.id: {part.id for part in one.parts} for one in file.claims} for file in (register, found))
    if written != built:
        return {}
    return guards.list_known(register, found, guards.read_facts())


def list_problems(data: Path | None = None, words: Path | None = None) -> list[str]:
    """Find everything that is wrong with the register, the evidence, and the words written about a claim.

    Parameters
    ----------
    data : Path, optional
        Folder with ``claims.yml``, ``datapackage.json``, ``tables/`` and ``provenance/``; the project's own by default.
    words : Path, optional
        Folder with the explanations; the project's own by default.

    Returns
    -------
    list of str
        One line a cause; empty when all is well. What rests on something wrong is not asked.
    """
    evidence = consistency.examine(data)
    register, in_register = read_register(evidence.data / "claims.yml")
    if register is not None:
        statements: dict[str, str] | None = None
        if evidence.frames.keys() >= {"findings", "lineage", "sources"}:
            _check_findings(register, evidence)
            _check_lineage(register, evidence)
            _check_circles(evidence)
            _check_standing(evidence)
            _check_speakers(evidence)
            faults.check_companies(evidence)
            faults.check_addresses(evidence)
            faults.check_number_forms(evidence)
            if evidence.frames.keys() >= {*faults.RESTATED}:
                faults.check_restated(evidence)
            found, sources = findings.read_findings(evidence.data), findings.read_sources(evidence.data)
            statements = {one.finding_id: f"{one.statement} {one.quote}" for one in found}
            in_register += findings.check_departures(found, sources)
            in_register += findings.check_standard(found, register)
            known_sources = frozenset(evidence.frames["sources"]["source_id"])
            in_register += _check_sources_of_facts(register, words or paths.WORDS, known_sources)
        in_register += _check_words(register, words or paths.WORDS)
        in_register += [*_check_literals(register), *_check_rates(register)]
        if len(evidence.frames) == len(read_contract(evidence.data)["resources"]):  # else it may be in the one unread
            in_register += _check_models(register, evidence)
        in_register += faults.check_short_texts(
            {claim.id: {"en": claim.en, "zh": claim.zh} for claim in register.claims}
        )
        known_units = {name: one.unit for name, one in read_known(register).items()}
        in_register += [*shares.check_fact_units(guards.read_facts())]
        in_register += shares.check_bases(register, words or paths.WORDS, known_units)
        in_register += _check_quotes(register)
        in_register += readinglabels.check_labels(register)
        in_register += [*faults.check_relations(register), *faults.check_qualifiers(register)]
        in_register += faults.check_standing(register)
        reviewed = reviews.check_reviews(evidence.data / "reviews", [claim.id for claim in register.claims])
        in_register += [one for one in reviewed if isinstance(one, str)]
        in_register += [*_check_absences(register, words or paths.WORDS), *_check_told(register, words or paths.WORDS)]
        figures = {file.stem: read_json(file) for file in sorted(paths.FIGURES.glob("*.json"))}
        in_register += texts.check_claim_texts(register, figures, statements)
    in_form = [*consistency.check_contract(evidence.data), *consistency.check_form(evidence)]
    in_form += consistency.check_sizes(evidence.data)
    in_code = [f"src/tokencheck/units.py: “{one}” stands there twice. Take one out." for one in units.list_repeated()]
    return [*evidence.problems, *in_register, *in_form, *in_code, *fingerprint.check_fingerprint()]
