"""Snapshots: what a source answered, byte for byte, compressed, never changed, with a provenance record beside it.

`data/snapshots/<source>/<moment>-<start of sha256>/` holds `record.json` and one `.gz` for each answer.
"""

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.refresh.client import Answer
from tokencheck.results import read_json, write_text_atomically

_FOLDER = "snapshots"
RECORD = "record.json"
PARTS_FOLDER = ".parts"
PENDING = ".pending"  # names the snapshot whose tables are not in place yet


@dataclass(frozen=True)
class Snapshot:
    """What one fetch brought.

    Attributes
    ----------
    source : str
        Name of the source.
    answers : tuple of Answer
        In the order in which they were asked for.
    since, until : date, optional
        The days that were asked for, both included.
    folder : Path, optional
        Where it is stored, once it is.
    """

    source: str
    answers: tuple[Answer, ...]
    since: date | None = None
    until: date | None = None
    folder: Path | None = None

    @property
    def fresh(self) -> bool:
        """Whether the provider sent anything that was not stored before."""
        return any(answer.fresh for answer in self.answers)

    @property
    def retrieved_at(self) -> datetime:
        """When the last answer was read, UTC."""
        return max(answer.retrieved_at for answer in self.answers)

    @property
    def sha256(self) -> str:
        """SHA-256 of all answers, one after the other."""
        whole = hashlib.sha256()
        for answer in self.answers:
            whole.update(answer.content)
        return whole.hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all answers, decompressed."""
        return sum(len(answer.content) for answer in self.answers)


@dataclass(frozen=True)
class Description:
    """What a provenance record says beyond the bytes: who, what, when, how much, under which terms."""

    producer: str
    title: str
    url: str
    licence: str
    credit: str
    as_of: str
    rows: int
    extra: dict[str, Any] = field(default_factory=dict)


def find_folder(source: str, data: Path | None = None) -> Path:
    """Give the folder of a source's snapshots, whether it exists or not."""
    return (data or paths.DATA) / _FOLDER / source


def list_folders(source: str, data: Path | None = None) -> list[Path]:
    """List a source's complete snapshots, the oldest first."""
    return sorted(file.parent for file in find_folder(source, data).glob(f"[0-9]*/{RECORD}"))


def plan(snapshot: Snapshot, data: Path | None = None) -> Path:
    """Say where a snapshot is stored, or will be: the same bytes are stored once."""
    for folder in reversed(list_folders(snapshot.source, data)):
        same = folder.name.endswith(f"-{snapshot.sha256[:8]}")
        if same and read_json(folder / RECORD).get("sha256") == snapshot.sha256:
            return folder
    return find_folder(snapshot.source, data) / f"{snapshot.retrieved_at:%Y%m%dT%H%M%SZ}-{snapshot.sha256[:8]}"


def save_snapshot(snapshot: Snapshot, about: Description, data: Path | None = None) -> Path:
    """Store a snapshot; it appears whole or not at all.

    Parameters
    ----------
    snapshot : Snapshot
    about : Description
    data : Path, optional
        The data folder; the project's own by default.

    Returns
    -------
    Path
        Its folder. The same bytes under the same addresses are stored once.
    """
    folder, digest = plan(snapshot, data), snapshot.sha256
    if (folder / RECORD).exists():
        return folder
    for left in folder.parent.glob(".[0-9]*"):  # of a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    aside = folder.parent / f".{folder.name}"
    aside.mkdir(parents=True)
    parts = []
    for number, answer in enumerate(snapshot.answers):
        name = f"{number:03d}.{'csv' if 'csv' in (answer.content_type or '') else 'json'}.gz"
        (aside / name).write_bytes(gzip.compress(answer.content, compresslevel=6, mtime=0))
        parts.append(_describe_part(name, answer))
    record = {
        "source": snapshot.source,
        "producer": about.producer,
        "title": about.title,
        "url": about.url,
        "retrieved_at": _write_moment(snapshot.retrieved_at),
        "as_of": about.as_of,
        "licence": about.licence,
        "credit": about.credit,
        "sha256": digest,
        "bytes": snapshot.size,
        "rows": about.rows,
        "since": snapshot.since.isoformat() if snapshot.since else None,
        "until": snapshot.until.isoformat() if snapshot.until else None,
        **about.extra,
        "parts": parts,
    }
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    (aside / RECORD).write_text(text, encoding="utf-8", newline="\n")
    aside.replace(folder)
    return folder


def _write_moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _describe_part(name: str, answer: Answer) -> dict[str, Any]:
    return {
        "file": name,
        "url": answer.url,
        "retrieved_at": _write_moment(answer.retrieved_at),
        "sha256": answer.sha256,
        "bytes": len(answer.content),
        "content_type": answer.content_type,
        "etag": answer.etag,
        "last_modified": answer.last_modified,
    }


def load_snapshot(folder: Path) -> Snapshot:
    """Read a stored snapshot and see that it is the one that was stored.

    Raises
    ------
    UserError
        When a file is missing or its bytes differ from the record.
    """
    record = read_json(folder / RECORD, f"Delete the folder {paths.shorten(folder)} and refresh again.")
    try:
        answers = tuple(_load_part(folder, part) for part in record["parts"])
        since, until = (date.fromisoformat(record[name]) if record[name] else None for name in ("since", "until"))
        return Snapshot(record["source"], answers, since, until, folder)
    except (KeyError, TypeError, ValueError, OSError, EOFError) as problem:
        raise UserError(
            f"{paths.shorten(folder)} is not as it was stored ({problem}). Restore it with `git checkout`, or delete "
            "the folder and refresh again."
        ) from None


def _load_part(folder: Path, part: dict[str, Any]) -> Answer:
    content = gzip.decompress((folder / part["file"]).read_bytes())
    answer = Answer(
        part["url"],
        content,
        datetime.fromisoformat(part["retrieved_at"]),
        part["etag"],
        part["last_modified"],
        part["content_type"],
        fresh=False,
    )
    if answer.sha256 != part["sha256"]:
        raise ValueError(f"{part['file']} has another SHA-256 than its record")
    return answer


def load_all(source: str, data: Path | None = None) -> Iterator[Snapshot]:
    """Read a source's snapshots, the oldest first."""
    for folder in list_folders(source, data):
        yield load_snapshot(folder)


def list_answers(source: str, data: Path | None = None) -> dict[str, Answer]:
    """Give the newest stored answer of each address, for conditional requests; a damaged snapshot is left out."""
    known: dict[str, Answer] = {}
    for folder in list_folders(source, data)[-10:]:
        try:
            known |= {answer.url: answer for answer in load_snapshot(folder).answers}
        except UserError:
            continue
    return known


def mark_pending(snapshot: Snapshot, data: Path | None = None) -> None:
    """Note that a snapshot is being stored whose tables are not in place yet."""
    folder = plan(snapshot, data)
    write_text_atomically(folder.parent / PENDING, folder.name + "\n")


def find_pending(source: str, data: Path | None = None) -> Path | None:
    """Find the snapshot that an interrupted run stored without bringing the tables up to date."""
    mark = find_folder(source, data) / PENDING
    folder = mark.parent / mark.read_text(encoding="utf-8").strip() if mark.is_file() else mark
    return folder if (folder / RECORD).is_file() else None


def clear_pending(source: str, data: Path | None = None) -> None:
    """Forget it: the tables are in place, or refused."""
    (find_folder(source, data) / PENDING).unlink(missing_ok=True)


def clear_parts(source: str, data: Path | None = None) -> None:
    """Forget the pages of an unfinished fetch."""
    shutil.rmtree(find_folder(source, data) / PARTS_FOLDER, ignore_errors=True)
