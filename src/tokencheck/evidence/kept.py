"""Keep the project's tables as they were read and checked, so that the next process need not do it again.

A table is found by a hash of all that it was made from: its file, the contract, the sources, the code that reads it and
the version of pandas. Only one without problems is kept, in `.doit/tables`, which `make clean` deletes.
"""

import hashlib
import pickle
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pandas as pd

from tokencheck import characters, paths, results

KEPT_TABLES = paths.ROOT / ".doit" / "tables"
_CODE = tuple(Path(module.__file__) for module in (characters, results))

KeptTable = tuple[pd.DataFrame, tuple[str, ...]]


def recall_table(name: str, parts: Iterable[bytes], code: Path, read: Callable[[], KeptTable]) -> KeptTable:
    """Give a table and its problems: as it was kept, else read now.

    Parameters
    ----------
    name : str
    parts : iterable of bytes
        What it is read from.
    code : Path
        The module that reads it.
    read : callable
        Reads and checks it.

    Returns
    -------
    tuple of DataFrame and tuple of str
    """
    digest = hashlib.sha256(pd.__version__.encode())
    for part in (*parts, *(file.read_bytes() for file in (*_CODE, code))):
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    file = KEPT_TABLES / f"{name}-{digest.hexdigest()[:32]}.pickle"
    with suppress(OSError, EOFError, pickle.UnpicklingError):
        return pickle.loads(file.read_bytes()), ()
    frame, problems = read()
    if not problems:
        with suppress(OSError):  # where nothing can be written, nothing is kept
            for older in KEPT_TABLES.glob(f"{name}-*.pickle"):
                older.unlink(missing_ok=True)
            results.write_bytes_atomically(file, pickle.dumps(frame))
    return frame, problems
