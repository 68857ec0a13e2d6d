"""Keep what was made from the same inputs, so that an edited page costs that page alone.

A result is found by a hash of all that it was made from, so one that is kept is the one that would be made.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tokencheck import paths, results

if TYPE_CHECKING:
    import jinja2

CACHES = paths.ROOT / ".doit"


@cache
def describe_code() -> str:
    """Describe all code of the project, and what it runs on: whatever is made by code is made again when that changes.

    By size and time, not content: reading all modules would make each step depend on all of them.
    """
    package = Path(__file__).parent
    files = [file for file in package.rglob("*") if file.suffix != ".pyc" and file.is_file()]
    states = [(str(file), file.stat()) for file in sorted([*files, *paths.ROOT.glob("uv.lock")])]
    told = [sys.version, *(f"{name} {state.st_mtime_ns} {state.st_size}" for name, state in states)]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


Ingredient = str | bytes | Path


def name_result(parts: Iterable[Ingredient]) -> str:
    """Name a result by a hash of all that it is made from."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8))
        digest.update(content)
    return digest.hexdigest()


class Cache:
    """Results by the hash of their inputs, as files in a folder; nothing is kept where there is no folder."""

    def __init__(self, folder: Path | None = None):
        """Open a folder, which need not exist."""
        self.folder = folder
        self.used: set[str] = set()

    def open(self, name: str) -> "Cache":
        """Open a cache inside this one, which forgets by itself."""
        return Cache(self.folder and self.folder / name)

    def holds(self, parts: Iterable[Ingredient]) -> bool:
        """Say whether a result is kept."""
        return self.folder is not None and (self.folder / name_result(parts)).exists()

    def recall(self, parts: Iterable[Ingredient], make: Callable[[], bytes]) -> bytes:
        """Give a result: as it was kept, else made now.

        Parameters
        ----------
        parts : iterable of str, bytes or Path
            All that it is made from; of a file the content counts.
        make : callable
            Makes it; what it raises is not kept.
        """
        if self.folder is None:
            return make()
        name = name_result(parts)
        self.used.add(name)
        file = self.folder / name
        try:
            return file.read_bytes()
        except FileNotFoundError:
            made = make()
        results.write_bytes_atomically(file, made)
        return made

    def forget(self) -> None:
        """Remove what was not asked for."""
        for file in self.folder.iterdir() if self.folder and self.folder.exists() else ():
            if file.is_file() and file.name not in self.used and not file.name.startswith("."):  # being written
                file.unlink(missing_ok=True)


def keep_templates(name: str) -> "jinja2.BytecodeCache | None":
    """Give the place where compiled templates are kept for the next process; none where nothing can be written.

    They hold what filters make of constants, so code that changes makes them anew.
    """
    import jinja2

    folder, start = CACHES / name, f"{describe_code()[:16]}-"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if not file.name.startswith(start):
                file.unlink(missing_ok=True)
    except OSError:
        return None
    return jinja2.FileSystemBytecodeCache(str(folder), f"{start}%s")
