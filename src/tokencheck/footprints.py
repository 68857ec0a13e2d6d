"""Remember what each step used and left, and say whether all of it is as it was.

A footprint lies in `.doit/footprints/`; where there is none, as in a fresh clone, the step runs. Content is compared,
not clocks: a file is read again only when its size or time has changed.
"""

import hashlib
import importlib.util
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from tokencheck import paths, watch
from tokencheck.errors import UserError
from tokencheck.results import write_text_atomically
from tokencheck.watch import READ, WRITTEN

# Listing these means that a new file counts; Python lists the folders of modules by itself, which means nothing.
LISTS = (paths.DATA, paths.FIGURES, paths.REPORT)


@dataclass(frozen=True)
class Footprint:
    """What a step used and left.

    Attributes
    ----------
    reads, writes : mapping of str to list
        Path to time (ns), size and hash of the content; None for a file that was looked for and is not there.
    lists : mapping of str to list of str
        Folder to the names in it.
    traits : mapping of str to str
        What else the step depends on, such as the version of a program.
    said : str
        What it printed.
    root : str
        The project's folder: in a copy of it the paths are those of another project.
    """

    reads: Mapping[str, list | None] = field(default_factory=dict)
    writes: Mapping[str, list | None] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    root: str = ""


def _find_file(step: str) -> Path:
    return paths.ROOT / ".doit" / "footprints" / f"{step.replace(':', '-')}.json"


def read_footprint(step: str) -> Footprint | None:
    """Read the footprint of a step; None when it has none yet, or one of another version or folder."""
    try:
        found = Footprint(**json.loads(_find_file(step).read_text(encoding="utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None
    return found if found.root == str(paths.ROOT) else None


@cache
def _hash(path: str, time: int, size: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def _describe(path: str) -> list | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return [found.st_mtime_ns, found.st_size, _hash(path, found.st_mtime_ns, found.st_size)]


def _is_same(path: str, before: list | None) -> bool:
    try:
        found = Path(path).stat()
    except OSError:
        return before is None
    if before is None or found.st_size != before[1]:
        return False
    return found.st_mtime_ns == before[0] or _hash(path, found.st_mtime_ns, found.st_size) == before[2]


def _list(folder: str) -> list[str]:
    files = Path(folder).iterdir() if Path(folder).is_dir() else ()
    # The built site comes after every step that looks at sources, and is none of them.
    return sorted(file.name for file in files if not file.name.startswith(".") and file != paths.SITE)


def find_source(path: str) -> str:
    """Give the module that a compiled file was made from; any other file unchanged.

    Examples
    --------
    >>> find_source("a/__pycache__/b.cpython-311.pyc"), find_source("a/b.csv")
    ('a/b.py', 'a/b.csv')
    """
    return importlib.util.source_from_cache(path) if path.endswith(".pyc") else path


def read_log(log: Path) -> dict[str, set[str]]:
    """Read what `tokencheck.watch` saw: paths by what was done with them."""
    found: dict[str, set[str]] = {READ: set(), watch.FOLDER_LISTED: set(), WRITTEN: set()}
    for line in log.read_text(encoding="utf-8").splitlines():
        what, path = line.split("\t")
        if "__pycache__" not in path or (what == READ and path.endswith(".pyc")):
            found[what].add(find_source(path))
    wanted = tuple(str(folder) for folder in LISTS)
    found[watch.FOLDER_LISTED] = {folder for folder in found[watch.FOLDER_LISTED] if folder.startswith(wanted)}
    found[WRITTEN] = {path for path in found[WRITTEN] if Path(path).is_file()}
    found[READ] = {path for path in found[READ] - found[WRITTEN] if not Path(path).is_dir()}
    return found


def add_to_log(log: Path, what: str, files: Iterable[Path]) -> None:
    """Add files that a process used which nobody watched."""
    with log.open("a", encoding="utf-8") as file:
        file.writelines(f"{what}\t{path}\n" for path in files)


def write_footprint(
    step: str, log: Path, began: int, more: Iterable[Path] = (), traits: Mapping[str, str] | None = None, said: str = ""
) -> Footprint:
    """Write the footprint of a step that has ended well.

    Parameters
    ----------
    step : str
    log : Path
        What `tokencheck.watch` wrote; removed.
    began : int
        When the step began, in ns. A file that was changed since may have been read before, so the step will run again.
    more : iterable of Path
        Files that it used through another program, which nobody watches.
    traits, said
        See `Footprint`.

    Returns
    -------
    Footprint
    """
    found = read_log(log)
    used = {path: _describe(path) for path in sorted(found[READ] | {str(path) for path in more} - found[WRITTEN])}
    for state in used.values():
        if state and state[0] >= began:
            state[:] = [0, -1, ""]
    footprint = Footprint(
        reads=used,
        writes={path: _describe(path) for path in sorted(found[WRITTEN])},
        lists={folder: _list(folder) for folder in sorted(found[watch.FOLDER_LISTED])},
        traits=dict(traits or {}),
        said=said,
        root=str(paths.ROOT),
    )
    write_text_atomically(_find_file(step), json.dumps(asdict(footprint)))
    log.unlink()
    return footprint


def list_changes(step: str, more: Iterable[Path] = (), traits: Mapping[str, str] | None = None) -> Iterator[str]:
    """Name what is not as the last run of a step found or left it; see `write_footprint`.

    Yields
    ------
    str
        Paths and traits; nothing when the step need not run.
    """
    footprint = read_footprint(step)
    if footprint is None:
        yield "no footprint"
        return
    yield from (path for path, state in {**footprint.reads, **footprint.writes}.items() if not _is_same(path, state))
    yield from (folder for folder, names in footprint.lists.items() if _list(folder) != names)
    yield from sorted({str(path) for path in more} - set(footprint.reads) - set(footprint.writes))
    yield from (name for name, value in (traits or {}).items() if footprint.traits.get(name) != value)


def settle(steps: Iterable[str], folders: Iterable[Path]) -> list[Path]:
    """See that each file of some folders has one maker, and remove those that no step writes any more.

    Parameters
    ----------
    steps : iterable of str
        All steps that write there; each has run.
    folders : iterable of Path

    Returns
    -------
    list of Path
        What was removed; nothing where a step has not run, whose files nobody would know.

    Raises
    ------
    UserError
        When two steps write the same file; nothing is removed then.
    """
    makers: dict[str, list[str]] = {}
    left = {step: read_footprint(step) for step in steps}
    if None in left.values():
        return []
    for step, footprint in left.items():
        for path in footprint.writes:
            makers.setdefault(path, []).append(step)
    shared = [
        f"{paths.shorten(Path(path))} is written by {' and '.join(names)}. Give one of them another name."
        for path, names in makers.items()
        if len(names) > 1
    ]
    if shared:
        raise UserError("\n".join(shared))
    strays = [
        file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file() and str(file) not in makers
    ]
    for file in strays:
        file.unlink()
    return strays
