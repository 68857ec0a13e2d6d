"""The register of claims: what the article says, and the readings under which each part is tested."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tokencheck import paths, results
from tokencheck.article import Article
from tokencheck.characters import IDEOGRAPH
from tokencheck.errors import UserError
from tokencheck.measures import (
    Measurement,
    check_parameters,
    compute,
    grade_weakest,
    rests_on_interested_alone,
)
from tokencheck.periods import list_impossible_days
from tokencheck.units import UNITS, find_base

if TYPE_CHECKING:
    import pandas as pd

    from tokencheck.evidence.tables import Tables

MOST_READINGS = 12

# What is quoted of the article is as much as a review needs, and no more.
LONGEST_QUOTE, LONGEST_MARK, LONGEST_QUOTES_TOGETHER = 80, 30, 2000

Role = Literal["literal", "source", "charitable", "diagnostic"]
Relation = Literal["equals", "between", "at_least", "at_most", "order_of_magnitude", "rank_at_most", "first", "exists"]
Kind = Literal["number", "ratio", "ranking", "first", "definition", "causal", "forecast", "opinion"]
Errs = Literal["overstates", "understates", "leaves_out", "mixes"]
Subject = Literal[
    "usage", "prices", "electricity", "tokens", "energy", "hosts", "models", "companies", "policy",
]  # fmt: skip

_NUMBER = re.compile(r"(1/)?\d+(\.\d+)?")


def _check_days(*written: Any) -> None:
    """Refuse a day that no calendar has."""
    for day in list_impossible_days(str(written)):
        raise ValueError(f"there is no day {day}; correct it")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Strict):
    """The name by which readers meet a reading: what it counts or compares, and no result; see `readinglabels`."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Reading(_Strict):
    """One defensible definition of what a part says.

    Attributes
    ----------
    label : Label
        Its name on pages; `id` is for whoever computes it again.
    role : str
        ``literal``, ``source`` and ``charitable`` enter the verdict; ``diagnostic`` does not.
    reason : str
        Why this reading is worth testing, whatever its result.
    accepted_because : str or None
        Of a literal reading: why both a defender and a critic of the article would accept it.
    measure, parameters
        What computes it.
    now : mapping or None
        Parameters that replace those of `parameters` for the last complete period.
    evidence : str
        ``direct``; ``bound`` when the number can only exclude the claim, ``proxy`` when it only stands in for it.
    """

    id: str
    label: Label
    role: Role
    reason: str = Field(min_length=10)
    accepted_because: str | None = Field(default=None, min_length=10)
    measure: str
    parameters: dict[str, Any] = {}
    now: dict[str, Any] | None = None
    evidence: Literal["direct", "bound", "proxy"] = "direct"

    @model_validator(mode="after")
    def _check(self) -> "Reading":
        _check_days(self.parameters, self.now)
        return self

    def parameters_when(self, when: str) -> dict[str, Any]:
        """Give the parameters for the claim's own period (``then``) or the last complete one (``now``)."""
        return {**self.parameters, **(self.now or {})} if when == "now" else dict(self.parameters)


class Printed(_Strict):
    """What the article prints where it has words and no number, such as “several million”, in both languages."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Part(_Strict):
    """One statement of a claim, with the relation in which its number is claimed; `printed` where that is no number.

    `says_zh` tells the parts of a claim apart on Chinese pages, so a claim of one part needs none.
    """

    id: str
    says: str
    says_zh: Annotated[str, Field(pattern=IDEOGRAPH)] | None = None
    relation: Relation
    value: str | tuple[str, str] | None = None
    unit: str
    measured_in: Literal["number", "ratio", "share"]
    min_count: int | None = None
    printed: Printed | None = None
    readings: tuple[Reading, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "Part":
        if self.unit not in UNITS:
            raise ValueError(f"there is no unit “{self.unit}”; src/tokencheck/units.py holds {', '.join(UNITS)}")
        if self.relation == "exists" and self.min_count is None:
            raise ValueError("relation “exists” needs min_count")
        if self.relation == "between" and not isinstance(self.value, tuple):
            raise ValueError("relation “between” needs two values")
        if self.relation not in ("between", "exists") and not isinstance(self.value, str):
            raise ValueError(f"relation “{self.relation}” needs one value, written as text")
        if self.relation not in ("first", "exists"):
            for text in self.value if isinstance(self.value, tuple) else (self.value,):
                if not _NUMBER.fullmatch(text):
                    raise ValueError(f"the value “{text}” is no number; write it such as 4.12 or 1/20")
        if len(self.readings) > MOST_READINGS:
            raise ValueError(f"{len(self.readings)} readings; at most {MOST_READINGS} are allowed")
        literal = sum(reading.role == "literal" for reading in self.readings)
        if self.readings and literal != 1:
            raise ValueError(f"{literal} literal readings; exactly one is needed")
        ids = [reading.id for reading in self.readings]
        if len(set(ids)) < len(ids):
            raise ValueError(f"two readings share an id: {', '.join(ids)}")
        return self


class Fault(_Strict):
    """In which way a sentence errs, where no number says so, and why."""

    how: Errs
    because: str = Field(min_length=10)


class Places(_Strict):
    """Where was searched, in both languages."""

    en: str = Field(min_length=10)
    zh: Annotated[str, Field(pattern=IDEOGRAPH)]


class Search(_Strict):
    """What was looked for before a page says that something was not found: on both sides, up to a day, in places.

    `asked` keeps the last queries as they were typed, exact words in quotation marks: one alone is no search.
    """

    by: Annotated[str, Field(pattern=r"^20\d\d-\d\d-\d\d$")]
    places: Places
    supports: str = Field(min_length=10)
    contradicts: str = Field(min_length=10)
    asked: Annotated[tuple[str, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _check(self) -> "Search":
        _check_days(self.by)
        return self


class Texts(_Strict):
    """What a reader takes in at a glance, in one language; ``{…}`` names a number, see `tokencheck.register.texts`.

    Attributes
    ----------
    short : str
        The claim in one line: the wording that pages, lists and feeds use.
    answer, found : str
        The finding as a headline; what is true, and under which reading. They stand while the claim's guard holds.
    """

    short: str = Field(min_length=1)
    answer: str = Field(min_length=1)
    found: str = Field(min_length=1)


class Claim(_Strict):
    """One checkable statement of the article with its exact quote.

    Attributes
    ----------
    mark : str
        The words of the quote that are tested.
    standing : bool
        Whether the sentence goes on being true or false: one on a stated week, a launch or a rank does not.
    key_figure : str or None
        The figure that shows the claim best.
    sentence_with : str or None
        An earlier claim whose quote is of the same sentence: findings on both count under the same definitions.
    matter_with : str or None
        An earlier claim on the same matter: a source that speaks to both is coded alike in both.
    sought : Search or None
        What was looked for, for and against the sentence, where a text says that something was not found.
    errs : Fault or None
        Only where it cannot be computed; see `tokencheck.register.errs`.
    cited : tuple of str
        Findings whose numbers the texts tell in their words.
    facts_from : tuple of str
        Sources of the facts that its texts and its explanation print beside readings and findings.
    when : str
        The guard of the texts; see `tokencheck.register.guards`.
    """

    id: Annotated[str, Field(pattern=r"^C\d\d$")]
    section: str
    topic: Subject
    kind: Kind
    quote_zh: Annotated[str, Field(pattern=IDEOGRAPH, max_length=LONGEST_QUOTE)]
    quote_en: Annotated[str, Field(min_length=1)]
    mark: Annotated[str, Field(pattern=IDEOGRAPH, max_length=LONGEST_MARK)]
    quantity: str
    period: Annotated[str, Field(min_length=1)]
    standing: bool
    standing_because: str = Field(min_length=10)
    key_figure: str | None = None
    sentence_with: str | None = None
    matter_with: str | None = None
    sought: Search | None = None
    errs: Fault | None = None
    cited: tuple[str, ...] = ()
    facts_from: tuple[str, ...] = ()
    when: Annotated[str, Field(min_length=1)]
    en: Texts
    zh: Texts
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> "Claim":
        if self.mark not in self.quote_zh:
            raise ValueError(f"the mark “{self.mark}” is not in quote_zh; copy it from there")
        if len(self.parts) > 1 and not all(part.says_zh for part in self.parts):
            raise ValueError("a claim of several parts says each in Chinese, too: give them says_zh")
        if self.errs and self.has_own_number:
            raise ValueError("errs is computed from claimed and measured; leave it out")
        return self

    @property
    def has_own_number(self) -> bool:
        """Whether the sentence has a number that a reading measures, not one that stands in for its words."""
        return self.kind not in ("causal", "definition", "forecast", "opinion") and self.has_readings

    @property
    def has_readings(self) -> bool:
        """Whether any part has been given readings."""
        return any(part.readings for part in self.parts)

    @property
    def is_forecast(self) -> bool:
        """Whether it tells of what is to come, or what somebody thinks: no data can check it."""
        return self.kind in ("forecast", "opinion")

    def find_part(self, part_id: str) -> Part:
        """Give the part of that id."""
        return next(part for part in self.parts if part.id == part_id)


class Section(_Strict):
    """A section heading of the article, its translation, and a word or two for tables."""

    zh: str
    en: str
    short: str


class Register(_Strict):
    """All claims, in the order in which the article makes them."""

    article: Article
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]

    @model_validator(mode="after")
    def _check(self) -> "Register":
        ids = [claim.id for claim in self.claims]
        repeated = sorted({claim_id for claim_id in ids if ids.count(claim_id) > 1})
        if repeated:
            raise ValueError(f"claim ids appear twice: {', '.join(repeated)}")
        for place, claim_id in enumerate(ids, 1):
            if claim_id != f"C{place:02}":
                raise ValueError(f"claim {claim_id} stands where C{place:02} is expected; ids count up without a gap")
        headings = {section.zh for section in self.sections}
        for claim in self.claims:
            if claim.section not in headings:
                raise ValueError(f"claim {claim.id}: section “{claim.section}” is not listed under sections")
        quoted = sum(len(claim.quote_zh) for claim in self.claims)
        if quoted > LONGEST_QUOTES_TOGETHER:
            raise ValueError(
                f"the quotes have {quoted} characters together; at most {LONGEST_QUOTES_TOGETHER} are allowed"
            )
        return self

    @property
    def searched_to(self) -> str:
        """The last day of a search for what speaks for or against a claim; empty where none is on record."""
        return max((claim.sought.by for claim in self.claims if claim.sought), default="")

    def find(self, claim_id: str) -> Claim:
        """Give one claim.

        Parameters
        ----------
        claim_id : str
            Such as ``C05``; lower case is accepted.

        Raises
        ------
        UserError
            When there is no such claim.
        """
        for claim in self.claims:
            if claim.id == claim_id.upper():
                return claim
        raise UserError(
            f"there is no claim “{claim_id}”; claims run from {self.claims[0].id} to {self.claims[-1].id}. "
            "`tokencheck claim` without an id lists them."
        )


def _name_place(raw: Any, location: tuple) -> str:
    """Say where in the register a problem lies by the ids people know, not by list positions."""
    words, node = [], raw
    for step in location:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            words.append(str(step))
            continue
        if isinstance(step, int) and isinstance(node, Mapping):
            words[-1:] = [f"{words[-1].rstrip('s')} {node.get('id', step + 1)}"]
        else:
            words.append(str(step))
    return ", ".join(words) or "top level"


def list_wrong_fields(raw: Any, found: ValidationError) -> list[str]:
    """Tell each field once, though one that may hold this or that is found wrong as both, and what holds it too.

    Parameters
    ----------
    raw : Any
        What was read from YAML.
    found : ValidationError
        What a model of it refused.

    Returns
    -------
    list of str
        The way to each field by the ids that people know, and what is wrong with it.
    """
    errors: dict[tuple, str] = {}
    for error in found.errors():
        location = error["loc"]
        while error["type"] != "missing" and len(location) > 1 and not _leads_somewhere(raw, location):
            location = location[:-1]  # the tail names a kind, such as `str`, and no field
        errors.setdefault(location, error["msg"].removeprefix("Value error, "))
    _join_misspelt(errors, found)
    inner = {location[:depth] for location in errors for depth in range(len(location))}
    return [
        f"{_name_place(raw, place)}: {message}{'' if message.endswith('?') else '.'}"
        for place, message in errors.items()
        if place not in inner
    ]


def _join_misspelt(errors: dict[tuple, str], found: ValidationError) -> None:
    """Tell a field that is missing and the one that stands there in its stead as the one fault that they are."""
    missing, extra = (
        [one["loc"] for one in found.errors() if one["type"] == kind] for kind in ("missing", "extra_forbidden")
    )
    for place in extra:
        absent = [one[-1] for one in missing if one[:-1] == place[:-1] and one in errors]
        if close := difflib.get_close_matches(str(place[-1]), absent, 1):
            errors[place] = f"there is no such field; did you mean {close[0]}?"
            del errors[*place[:-1], close[0]]


def _leads_somewhere(raw: Any, location: tuple) -> bool:
    for step in location:
        try:
            raw = raw[step]
        except (KeyError, IndexError, TypeError):
            return False
    return True


@lru_cache(maxsize=2)
def _parse(text: str) -> tuple[Register | None, tuple[str, ...]]:
    """Parse the text of a register, which is asked for in many places; give it or its faults, and nobody changes it."""
    raw = results.parse_yaml(text)
    if not isinstance(raw, Mapping):
        return None, (" is empty or not a mapping; expected the keys article, sections and claims.",)
    try:
        return Register.model_validate(raw), ()
    except ValidationError as found:
        return None, tuple(f", {fault}" for fault in list_wrong_fields(raw, found))


def read_register(path: Path | None = None, with_measures: bool = True) -> tuple[Register | None, list[str]]:
    """Read the register and everything that is wrong with it.

    Parameters
    ----------
    path : Path, optional
        By default ``data/claims.yml``.
    with_measures : bool
        Whether to look up every measure and its parameters, too; whoever only shows claims can do without.

    Returns
    -------
    Register or None
        None when it cannot be read at all, or a field is wrong.
    list of str
        One line a cause: the file, the claim, part and reading, what was found, and what is expected.
    """
    path = path or paths.CLAIMS
    name = paths.shorten(path)
    try:
        register, faults = results.read_yaml(path, _parse)
    except FileNotFoundError:
        return None, [f"{name} is missing. Restore it with `git checkout -- {name}`."]
    except UserError as problem:
        return None, [str(problem)]
    if register is None:
        return None, [f"{name}{fault}" for fault in faults]
    return register, list(_check_readings(register, name)) if with_measures else []


def load_register(path: Path | None = None, with_measures: bool = True) -> Register:
    """Give the register when nothing is wrong with it; see `read_register`.

    Raises
    ------
    UserError
        Unreadable file, a missing or unknown field, a wrong relation, an unknown measure or parameter; the
        message names the claim, the part and the reading of each.

    Examples
    --------
    >>> load_register().find("C05").parts[0].value
    '61'
    """
    register, problems = read_register(path, with_measures)
    if register is None or problems:
        raise UserError("\n".join(problems))
    return register


def _check_readings(register: Register, name: str) -> Iterator[str]:
    """Tell each reading whose measure or parameters are not known, for the claim's own period or else for now."""
    for claim in register.claims:
        for part in claim.parts:
            for reading in part.readings:
                for when in ("then", "now") if reading.now is not None else ("then",):
                    try:
                        check_parameters(reading.measure, reading.parameters_when(when))
                    except UserError as problem:
                        yield f"{name}, claim {claim.id}, part {part.id}, reading {reading.id} ({when}): {problem}"
                        break


@dataclass(frozen=True)
class Measured:
    """One reading, measured: for the claim's own period (``then``) or the last complete one (``now``).

    `without` says what it would be without a weak source; see `tokencheck.register.omissions`.
    """

    claim: str
    part: str
    reading: str
    when: str
    measurement: Measurement
    grade: str
    interested: bool
    without: Sequence[Mapping[str, Any]] = ()

    def as_record(self) -> dict[str, Any]:
        """Give the record that `data/results/measurements/<topic>.json` holds."""
        found = self.measurement
        return {
            "claim": self.claim,
            "part": self.part,
            "reading": self.reading,
            "when": self.when,
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "interval_kind": found.interval_kind,
            "unit": found.unit,
            "as_of": found.as_of,
            "tables": list(found.tables),
            "sources": list(found.sources),
            "grade": self.grade,
            "interested": self.interested,
            "note": found.note,
            "without": list(self.without),
        }


def measure_claim(claim: Claim, tables: "Tables") -> list[Measured]:
    """Compute every reading of a claim, for its own period and, where it has one, for now.

    Parameters
    ----------
    claim : Claim
        From the register.
    tables : Tables
        The project's tables by name.

    Returns
    -------
    list of Measured

    Raises
    ------
    UserError
        When a measure answers in another unit than the part claims.
    """
    measured = []
    for part in claim.parts:
        for reading in part.readings:
            for when in ("then", "now") if reading.now is not None else ("then",):
                found = compute(reading.measure, tables, reading.parameters_when(when))
                if find_base(found.unit) != part.unit:
                    raise UserError(
                        f"claim {claim.id}, part {part.id}, reading {reading.id}: {reading.measure} answers in "
                        f"{found.unit}, the part claims {part.unit}. Change the measure's parameters or the unit."
                    )
                grade = grade_weakest(tables, found.sources)
                interested = rests_on_interested_alone(tables, found.rests_on)
                measured.append(Measured(claim.id, part.id, reading.id, when, found, grade, interested))
    return measured


def write_topic(topic: str, measured: Iterable[Measured]) -> None:
    """Write a topic's measurements, and for each claim the data rows they rest on.

    Parameters
    ----------
    topic : str
        Names the file ``data/results/measurements/<topic>.json``.
    measured : iterable of Measured
        From `measure_claim`.
    """
    measured = list(measured)
    results.write_json(paths.MEASUREMENTS / f"{topic}.json", [found.as_record() for found in measured])
    rows: dict[str, list[dict]] = {}
    for found in measured:
        if found.measurement.rows is not None:
            label = {"part": found.part, "reading": found.reading, "when": found.when}
            rows.setdefault(found.claim, []).extend(label | record for record in _as_records(found.measurement.rows))
    for claim_id, records in rows.items():
        results.write_csv(paths.ROWS / f"{claim_id}.csv", records)


def _as_records(frame: "pd.DataFrame") -> list[dict]:
    import pandas as pd

    frame = frame.copy()
    for column in frame.select_dtypes("datetime"):
        frame[column] = frame[column].dt.strftime("%Y-%m-%d")
    return frame.astype(object).where(pd.notna(frame), None).to_dict("records")
