"""Editions: dated runs of everything, each a file of `data/editions`, appended by `tokencheck edition` and then kept.

An edition is named after the day up to which its data reach (``2026-10-07``), never after a clock, so that a rebuild
gives the same file; results that change for the same data add ``-2``, ``-3`` and so on. `number` gives the order.
Two have the same results when verdicts, outcomes, values and facts are the same, numbers to 1e-9: another kind of
processor makes no difference. A file that exists is never changed.
"""

import hashlib
import io
import json
import math
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from tokencheck import paths, results
from tokencheck.errors import UserError
from tokencheck.evidence.status import date_table

NAME = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(-(?P<again>\d+))?")
CLOSE = 1e-9
LAST = "last"
PREVIOUS = "previous"

Value = float | str | None
Cause = Literal["data", "rule", "reading", "correction"]
BY_DATA, BY_RULE, BY_READING, BY_CORRECTION = get_args(Cause)


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


NOT_JUDGED = "not judged"


class TableState(_Record):
    """A table as an edition used it."""

    as_of: str
    rows: int
    sha256: str


class Outcome(_Record):
    """What a reading gave for one period."""

    outcome: str
    value: Value = None
    low: Value = None
    high: Value = None
    as_of: str = ""
    tables: tuple[str, ...] = ()


class ReadingState(Outcome):
    """A reading: its result for the claim's own period, and now; `definition` is a hash of how it is computed."""

    role: str
    unit: str
    definition: str
    now: Outcome | None = None


class PartState(_Record):
    """A part of a claim."""

    verdict: str
    status_now: str | None = None
    basis: str = ""
    supports: str = ""
    contradicts: str = ""


class ClaimState(_Record):
    """A claim; its readings are keyed ``part/reading``."""

    verdict: str
    status_now: str | None
    parts: dict[str, PartState]
    readings: dict[str, ReadingState]


class Fact(_Record):
    """A number of the prose."""

    value: Value
    unit: str


class Edition(_Record):
    """One dated run of everything: a file of ``data/editions``.

    `causes` say why it was appended, and `note` what was corrected; the first has none, and those of before causes were
    recorded.
    """

    edition: str
    number: int
    causes: tuple[Cause, ...] = ()
    note: str = ""
    as_of: str
    rule_version: str
    results_sha256: str
    tables: dict[str, TableState]
    claims: dict[str, ClaimState]
    facts: dict[str, dict[str, Fact]]


# ------------------------------------------------------------------------------------------- from results to an edition


def _read_tables(data: Path) -> dict[str, TableState]:
    contract = results.read_json(data / "datapackage.json", "Restore it with git.")
    # An old revision's contract may not say which column dates a table; the project's own does.
    own = results.read_json(paths.DATAPACKAGE, "Restore it with git.")
    dated = {resource["name"]: resource.get("asOf") for resource in own["resources"]}
    tables = {}
    for resource in contract["resources"]:
        name, file = resource["name"], data / resource["path"]
        as_of, rows = _date_and_count(results.read_csv_text(file), resource.get("asOf") or dated.get(name))
        sha256 = hashlib.sha256(results.read_bytes(file)).hexdigest()
        tables[name] = TableState(as_of=as_of, rows=rows, sha256=sha256)
    return tables


@lru_cache(maxsize=128)
def _date_and_count(text: str, column: str | None) -> tuple[str, int]:
    """Say up to when a table reaches and how many rows it has; two folders have most tables in common."""
    rows = results.parse_rows(text)
    return date_table({"asOf": column}, rows), len(rows)


def _define(reading: Mapping[str, Any]) -> str:
    """Hash how a reading is computed, so that a diff can tell a new definition from new data."""
    now = (_find_later(reading) or {}).get("parameters")
    kept = [reading.get(key) for key in ("role", "evidence", "measure", "parameters")]
    # Windows such as “last complete week” stand in the parameters as words, so new data leave the hash alone.
    return hashlib.sha256(json.dumps([*kept, now], sort_keys=True).encode()).hexdigest()[:12]


def _take_outcome(record: Mapping[str, Any]) -> dict[str, Any]:
    # Revisions from before measures recorded their tables name none.
    return {key: record[key] for key in Outcome.model_fields if key in record}


def _find_later(reading: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what a reading gave for the last complete period, which is not judged where the claim is not standing."""
    latest = reading.get("latest")
    return reading.get("now") or (latest and {"outcome": NOT_JUDGED, **latest})


def _take_reading(reading: Mapping[str, Any]) -> ReadingState:
    now = _find_later(reading)
    return ReadingState(
        role=reading["role"],
        unit=reading["unit"],
        definition=_define(reading),
        now=Outcome(**_take_outcome(now)) if now else None,
        **_take_outcome(reading),
    )


def _take_claim(claim: Mapping[str, Any]) -> ClaimState:
    parts = {
        part["id"]: PartState(
            verdict=part["verdict"],
            status_now=part.get("status_now"),
            basis=part.get("basis", ""),
            **{key: part.get("best", {}).get(key, "") for key in ("supports", "contradicts")},
        )
        for part in claim["parts"]
    }
    readings = {f"{one['part']}/{one['id']}": _take_reading(one) for one in claim["readings"]}
    return ClaimState(verdict=claim["verdict"], status_now=claim.get("status_now"), parts=parts, readings=readings)


def gather_results(edition: Edition) -> dict[str, Any]:
    """Give what makes an edition's results: verdicts, outcomes, values and facts; neither hashes nor tables."""
    left_out = {"tables": True, "definition": True, "now": {"tables"}}
    claims = edition.model_dump(
        include={"claims"}, exclude={"claims": {"__all__": {"readings": {"__all__": left_out}}}}
    )
    return {
        "rule_version": edition.rule_version,
        **claims,
        "facts": edition.model_dump(include={"facts"})["facts"],
    }


def _hash_results(edition: Edition) -> str:
    text = json.dumps(results.round_numbers(gather_results(edition)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def describe_edition(data: Path | None = None, name: str = "", number: int = 0, with_tables: bool = True) -> Edition:
    """Make the edition that a data folder amounts to, from its results and tables.

    Parameters
    ----------
    data : Path, optional
        Folder that holds ``datapackage.json``, ``tables`` and ``results``; the project's own by default.
    name : str
        The edition's name; its ``as_of`` by default.
    number : int
        Its place in the history.
    with_tables : bool
        Whether to read every table, too; whoever only compares results can do without.

    Returns
    -------
    Edition

    Raises
    ------
    UserError
        When a file is missing or is not what it should be.
    """
    data = data or paths.DATA
    verdicts = results.read_json(data / "results" / "verdicts.json")
    facts = {file.stem: results.read_json(file) for file in sorted((data / "results" / "facts").glob("*.json"))}
    try:
        edition = Edition(
            edition=name or verdicts["edition"],
            number=number,
            as_of=verdicts["edition"],
            rule_version=verdicts["rule_version"],
            results_sha256="",
            tables=_read_tables(data) if with_tables else {},
            claims={claim["id"]: _take_claim(claim) for claim in verdicts["claims"]},
            facts=facts,
        )
    except (KeyError, TypeError, ValidationError) as problem:
        what = problem.errors()[0]["msg"].lower() if isinstance(problem, ValidationError) else repr(problem)
        raise UserError(
            f"{paths.shorten(data / 'results' / 'verdicts.json')} is not what this version of tokencheck compares: "
            f"{what}. Run `make report` there."
        ) from None
    return edition.model_copy(update={"results_sha256": _hash_results(edition)})


# --------------------------------------------------------------------------------------------------- the files


def format_edition(edition: Edition) -> str:
    """Write an edition as JSON with one line a table, part, reading and fact: short, and readable in a diff."""
    node = results.round_numbers(edition.model_dump(exclude_defaults=True))

    def write(value: Any, depth: int) -> str:
        nested = isinstance(value, dict) and any(isinstance(one, dict) for one in value.values())
        # A reading with its “now” stays on one line; whatever else holds mappings is opened.
        if not nested or "definition" in value:
            return json.dumps(value, ensure_ascii=False)
        indent = "  " * (depth + 1)
        lines = (f"{indent}{json.dumps(key)}: {write(one, depth + 1)}" for key, one in value.items())
        return "{\n" + ",\n".join(lines) + f"\n{'  ' * depth}}}"

    return write(node, 0) + "\n"


def read_edition(path: Path) -> Edition:
    """Read a file of ``data/editions``.

    Raises
    ------
    UserError
        When it is not an edition.
    """
    name = paths.shorten(path)
    remedy = f"Restore it with `git checkout -- {name}`, or remove it and run `make report`."
    try:
        return Edition.model_validate(results.read_json(path, remedy))
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "top level"
        raise UserError(f"{name}, {where}: {first['msg'].lower()}. {remedy}") from None


def list_editions(folder: Path | None = None) -> list[Edition]:
    """Read every edition, the oldest first.

    Parameters
    ----------
    folder : Path, optional
        ``data/editions`` by default.

    Returns
    -------
    list of Edition
    """
    found = [read_edition(file) for file in sorted((folder or paths.EDITIONS).glob("*.json"))]
    return sorted(found, key=lambda one: (one.number, one.as_of, len(one.edition), one.edition))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float | int) and isinstance(other, float | int):
        return one == other or math.isclose(one, other, rel_tol=CLOSE)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    return one == other


def same_results(one: Edition, other: Edition) -> bool:
    """Say whether two editions have the same results, numbers to 1e-9."""
    return one.results_sha256 == other.results_sha256 or _equal(gather_results(one), gather_results(other))


def choose_name(as_of: str, taken: Iterable[str]) -> str:
    """Name an edition after the day its data reach, with a number from the second of that day on.

    Examples
    --------
    >>> choose_name("2026-10-07", ["2026-10-07", "2026-10-07-2"])
    '2026-10-07-3'
    """
    if not NAME.fullmatch(as_of):
        raise UserError(
            "data/results/verdicts.json has no dated reading, so the edition has no name. Run `make check`."
        )
    taken, count = set(taken), 1
    while (name := as_of if count == 1 else f"{as_of}-{count}") in taken:
        count += 1
    return name


class Since(_Record):
    """From when on a claim has had its `status_now`."""

    date: str
    before: str | None = None
    first: bool = False


def find_since(history: list[Edition], claim_id: str, status: str | None) -> Since | None:
    """Find when a claim's ``status_now`` last changed.

    Parameters
    ----------
    history : list of Edition
        The oldest first.
    claim_id : str
    status : str or None
        What it is now.

    Returns
    -------
    Since or None
        The day the data of that edition reach, and what it was before; `first` when it has not changed since the
        first edition that knows the claim. None when no edition knows it.
    """
    found = None
    for edition in reversed([one for one in history if claim_id in one.claims]):
        then = edition.claims[claim_id].status_now
        if then != status:
            return found and found.model_copy(update={"before": then, "first": False})
        found = Since(date=edition.as_of, first=True)
    return found


# -------------------------------------------------------------------------------------------- by name, folder, revision


def _run_git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(paths.ROOT), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise UserError("git is not installed, so only editions and folders can be compared.") from None


def _find_revision(name: str) -> str | None:
    if name.startswith("-"):
        return None
    done = _run_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return done.stdout.decode().strip() if done.returncode == 0 else None


def _describe_revision(name: str, commit: str) -> Edition:
    done = _run_git("archive", "--format=tar", commit, "data")
    if done.returncode:
        raise UserError(f"git revision “{name}” ({commit[:10]}) holds no folder `data`. Name a later one.")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        data = Path(folder) / "data"
        if not (data / "results" / "verdicts.json").exists():
            raise UserError(f"git revision “{name}” ({commit[:10]}) holds no results. Name a later one.")
        try:
            return describe_edition(data, name=name)
        except UserError as problem:
            raise UserError(f"git revision “{name}” ({commit[:10]}): {str(problem).replace(folder, '')}") from None


def _describe_folder(name: str) -> Edition:
    folder = Path(name)
    for data in (folder / "data", folder):
        if (data / "results" / "verdicts.json").is_file():
            return describe_edition(data, name=name)
    raise UserError(
        f"“{name}” holds no results: expected {name.rstrip('/')}/data/results/verdicts.json. "
        "Run `make report` there, or name another folder."
    )


def find_edition(name: str) -> Edition:
    """Find what a user means by an edition.

    Parameters
    ----------
    name : str
        The name of an edition (``2026-10-07``, or ``last`` and ``previous``), the path of one, a folder that holds a
        copy of the project, or a git revision; the first of these that exists.

    Returns
    -------
    Edition

    Raises
    ------
    UserError
        When it is none of these; the message lists the editions there are.
    """
    history = list_editions()
    if name in (LAST, PREVIOUS):
        if len(history) < (1 if name == LAST else 2):
            raise UserError(
                f"There is no {name} edition: data/editions holds {len(history)}. `make edition` "
                "appends one when results have changed."
            )
        return history[-1 if name == LAST else -2]
    for edition in history:
        if edition.edition == name.removesuffix(".json"):
            return edition
    if name and Path(name).is_file():
        return read_edition(Path(name))
    if name and Path(name).is_dir():
        return _describe_folder(name)
    commit = _find_revision(name) if name else None
    if commit is None:
        known = ", ".join(one.edition for one in history) or "none yet"
        raise UserError(
            f"“{name}” is no edition, folder or git revision. Editions: {known}. "
            "`git log --oneline -- data/results` lists revisions with results."
        )
    return _describe_revision(name, commit)
