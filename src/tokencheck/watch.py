"""Watch one process: every file of the project that it opens, lists or puts in place goes into a log.

Python tells an audit hook of each (https://docs.python.org/3/library/audit_events.html), its own modules included, so
nothing that a step uses has to be declared. A hook stays until its process ends, so each step has one of its own.

    python -m tokencheck.watch LOG tokencheck.steps:check_data
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.results import describe_no_place

READ, FOLDER_LISTED, WRITTEN = "read", "listed", "written"
CHANGING = os.O_WRONLY | os.O_RDWR


def start(log: str) -> None:
    """Log from now on what this process uses, beginning with the modules that it has loaded.

    Parameters
    ----------
    log : str
        The file to append to; processes may share it. Each line is what was done and the path, with a tab between.
    """
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    places = (str(paths.ROOT.absolute()) + os.sep, str(Path(__file__).absolute().parent) + os.sep)
    seen: set[tuple[str, str]] = set()

    def note(what: str, path: Any) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return  # a file that is open already
        name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - takes out “..”, follows no link
        place = next((place for place in places if name.startswith(place)), None)
        if place is None or (what, name) in seen:
            return
        seen.add((what, name))
        if f"{os.sep}." not in os.sep + name.removeprefix(place):  # neither the environment nor files on their way
            os.write(handle, f"{what}\t{name}\n".encode())

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            note(WRITTEN if flags & CHANGING else READ, path)
        elif event == "os.rename":
            note(WRITTEN, arguments[1])
        elif event in ("os.listdir", "os.scandir"):
            note(FOLDER_LISTED, arguments[0])

    sys.addaudithook(hear)
    for module in list(sys.modules.values()):
        note(READ, getattr(module, "__file__", None))


def main(log: str, step: str) -> int:
    """Run a step, named ``module:function``, under watch; 1 when it stops for something that the user can mend."""
    start(log)
    module, _, function = step.partition(":")
    try:
        getattr(importlib.import_module(module), function)()
    except UserError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(describe_no_place(problem), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
