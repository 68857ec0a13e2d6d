"""Keep what was made from the same inputs, so that an edited page costs that page alone.

A result is found by a hash of all that it was made from, so one that is kept is the one that would be made.
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from tokencheck import results


class Cache:
    """Results by the hash of their inputs, as files in a folder; nothing is kept where there is no folder."""

    def __init__(self, folder: Path | None = None):
        """Open a folder, which need not exist."""
        self.folder = folder
        self.used: set[str] = set()

    def recall(self, parts: Iterable[str | bytes | Path], make: Callable[[], bytes]) -> bytes:
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
        digest = hashlib.sha256()
        for part in parts:
            content = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
            digest.update(len(content).to_bytes(8))
            digest.update(content)
        name = digest.hexdigest()
        self.used.add(name)
        file = self.folder / name
        if not file.exists():
            results.write_bytes_atomically(file, make())
        return file.read_bytes()

    def forget(self) -> None:
        """Remove what was not asked for."""
        for file in self.folder.iterdir() if self.folder and self.folder.exists() else ():
            if file.name not in self.used:
                file.unlink()
