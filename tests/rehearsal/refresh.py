"""Refresh the project that this runs in as if it were another moment.

``python -m tests.rehearsal.refresh MOMENT [SINCE SOURCE …]``
"""

import functools
import sys
from datetime import date, datetime

from tokencheck.errors import UserError
from tokencheck.evidence.refresh import Client, Run


def main(moment: str, since: str = "", *names: str) -> int:
    """Refresh, and say what came of it as `tokencheck refresh` does; give the exit code."""
    client = functools.partial(Client, now=lambda: datetime.fromisoformat(moment))
    run = Run(client=client, since=date.fromisoformat(since) if since else None, quiet=True)
    failed = False
    for outcome in run.refresh(names):
        print("\n".join(outcome.describe()))
        failed |= bool(outcome.problem)
    return int(failed)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except UserError as problem:
        sys.exit(f"tokencheck: {problem}")
