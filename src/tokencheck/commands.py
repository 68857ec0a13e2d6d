"""The parsers of the commands around data: ``diff``, ``data status`` and ``import``; what they do stands elsewhere."""

import argparse
from typing import Any


def add_parsers(commands: Any) -> None:
    """Add the commands to the command line; each names in `run` what it does with its options.

    Parameters
    ----------
    commands : the result of ``ArgumentParser.add_subparsers``
    """
    _add_diff(commands)
    _add_data(commands)


def _add_diff(commands: Any) -> None:
    parser = commands.add_parser(
        "diff",
        help="compare two editions: verdicts that flipped and why, readings, values, data",
        description="Compare two editions: the verdicts that flipped and why, the readings that crossed the tolerance, "
        "the values that moved, and the tables that moved them. The verdict (the claim's own period) and the status "
        "now (the last complete period) are listed separately.",
        epilog="Examples: tokencheck diff previous last · tokencheck diff 2026-10-07 . · tokencheck diff HEAD~1 HEAD "
        "--format markdown · tokencheck diff ../other-copy . --moved 1",
    )
    what = "an edition of data/editions (also “last” and “previous”), a git revision, or a folder with a copy"
    parser.add_argument("before", metavar="A", help=what)
    parser.add_argument("after", metavar="B", help="likewise; “.” is this folder as it stands")
    parser.add_argument(
        "--moved",
        metavar="PERCENT",
        type=float,
        default=5.0,
        help="list values that moved by more than this percentage of what they were (default: 5)",
    )
    parser.add_argument("--format", choices=("text", "markdown", "json"), default="text", dest="form")
    parser.set_defaults(run=_run_diff)


def _run_diff(options: argparse.Namespace) -> int:
    from tokencheck import differences

    return differences.run(options.before, options.after, options.moved, options.form)


def _add_data(commands: Any) -> None:
    parser = commands.add_parser("data", help="say how fresh the tables are", description="Speak of the tables.")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = actions.add_parser(
        "status",
        help="list each table with source, as-of, age, rows, licence, and whether it is stale",
        description="List each table with the day it reaches (as of), its age in days, rows, source, licence, and "
        "whether it is stale: older than staleAfterDays in data/datapackage.json. Tables without that limit record a "
        "past that is closed, or quotations, and are never stale. Exit 0 when no table is stale, 1 when one is.",
    )
    status.add_argument("--json", action="store_true", help="print JSON")
    status.add_argument("--today", metavar="YYYY-MM-DD", help="count the age from this day instead of today")
    status.set_defaults(run=_run_status)


def _run_status(options: argparse.Namespace) -> int:
    from tokencheck import status

    return status.run(options.json, options.today)
