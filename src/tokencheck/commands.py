"""The commands around data and estimates: what they are called with; what they do stands elsewhere."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tokencheck.errors import UserError

if TYPE_CHECKING:
    from tokencheck.evidence.intake import Request

_KINDS = ("usage", "prices", "electricity", "rates")


def add_parsers(commands: Any) -> None:
    """Add the commands to the command line; each names in `run` what it does with its options.

    Parameters
    ----------
    commands : the result of ``ArgumentParser.add_subparsers``
    """
    _add_diff(commands)
    _add_edition(commands)
    _add_data(commands)
    _add_import(commands)
    _add_refresh(commands)
    _add_curve(commands)
    _add_review(commands)


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
    from tokencheck.history import differences

    return differences.run_diff(options.before, options.after, options.moved, options.form)


def _add_edition(commands: Any) -> None:
    parser = commands.add_parser(
        "edition",
        help="keep the results as an edition, with its cause",
        description="Append data/results as an edition to data/editions, when they differ from the last one. Its cause "
        "is found: new data, a changed rule, readings defined anew. What is none of these is a correction, and you say "
        "what was corrected. `make edition` builds before and after.",
        epilog="Example: tokencheck edition --cause correction --note 'a rate of March was used for February'",
    )
    parser.add_argument("--cause", choices=("data", "rule", "reading", "correction"), default="", help="why")
    parser.add_argument("--note", default="", help="what was corrected, in one line")
    parser.set_defaults(run=_run_edition)


def _run_edition(options: argparse.Namespace) -> int:
    from tokencheck.history import causes

    return causes.run_edition(options.cause, options.note)


def _add_data(commands: Any) -> None:
    parser = commands.add_parser(
        "data", help="say how fresh the tables are; tidy them; remove imported rows", description="Work on the tables."
    )
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
    tidy = actions.add_parser(
        "tidy",
        help="sort rows, write all tables one way, and bring their provenance records up to date",
        description="Sort the rows of every table by its key, write line ends and quotes the one way, and bring rows, "
        "bytes, sha256 and other_sources of its record in data/provenance up to date; notes stay as they are. All "
        "files are replaced together, or none: a table that breaks the contract is named and nothing is touched.",
    )
    tidy.set_defaults(run=_run_tidy)
    remove = actions.add_parser(
        "remove",
        help="remove the rows of an imported source from all tables, and its entry",
        description="Remove what was imported by mistake: all rows of a source whose name begins with OWN-, in every "
        "table, and its entry in data/tables/sources.csv, together or not at all.",
        epilog="Example: tokencheck data remove OWN-My-shop",
    )
    remove.add_argument("source", help="its source_id, such as OWN-My-shop")
    remove.add_argument("--dry-run", action="store_true", help="say what would be removed, and change nothing")
    remove.set_defaults(run=_run_remove)


def _run_status(options: argparse.Namespace) -> int:
    from tokencheck.evidence import status

    return status.run_status(options.json, options.today)


def _run_tidy(options: argparse.Namespace) -> int:
    from tokencheck.evidence import store

    files = store.tidy_tables()
    for file in files:
        print(f"data/{file}: tidied")
    if not files:
        print("All tables are tidy.")
    return 0


def _run_remove(options: argparse.Namespace) -> int:
    from tokencheck.evidence import own

    return own.run_removal(options.source, options.dry_run)


def _join_pairs(option: str, pairs: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Join what an option gave; tell what is no pair, and a name that was given twice, as one of the two is lost."""
    joined: dict[str, str] = {}
    problems = []
    for text in pairs:
        left, _, right = (one.strip() for one in text.partition("="))
        if not (left and right):
            problems.append(f"--{option} “{text}”: expected two names with = between them.")
        elif left in joined:
            problems.append(f"--{option} {left}=… was given twice. Leave out one of them.")
        else:
            joined[left] = right
    return joined, problems


def _add_import(commands: Any) -> None:
    parser = commands.add_parser(
        "import",
        help="import your own CSV of usage, prices, electricity or exchange rates",
        description="Import your own CSV as rows of a table. Everything that is wrong is listed at once by row and "
        "column, and then nothing is imported. The rows name a source of their own, which you describe once; the pages "
        "mark what rests on them.",
        epilog="Examples: tokencheck import usage --template > my.csv · tokencheck import prices my.csv --map day=date "
        "--map in=input_usd_per_mtok --unit input_usd_per_mtok=per-thousand --publisher 'My shop' --title 'List of "
        "May' --licence 'CC BY 4.0' --grade C",
    )
    parser.add_argument("kind", choices=_KINDS)
    parser.add_argument("file", nargs="?", help="a CSV with a header, or JSON with a list of objects; the columns of "
                        "OpenRouter’s export, the EIA, Eurostat’s SDMX-CSV and JSON-stat and the ECB’s CSV are "
                        "known")  # fmt: skip
    _add_import_options(parser)
    parser.set_defaults(run=_run_import)


def _add_import_options(parser: argparse.ArgumentParser, **how: Any) -> None:
    """Add the options of an import; `how` holds for each that has a value."""
    pair = how | {"action": "append", "default": []}
    parser.add_argument("--template", action="store_true", help="print the header of such a CSV, and what it means")
    parser.add_argument("--table", **how, default="", help="the table, when the columns leave a choice")
    parser.add_argument("--map", **pair, dest="columns", metavar="THEIRS=OURS", help="name a column; repeat it")
    parser.add_argument(
        "--set", **pair, dest="constants", metavar="OURS=VALUE", help="one value for all rows; repeat it"
    )
    parser.add_argument("--unit", **pair, dest="units", metavar="OURS=UNIT", help="the unit of a column; repeat it")
    parser.add_argument("--decimal", **how, default=".", metavar="MARK", help="the decimal mark of the file, . or ,")
    parser.add_argument(
        "--thousands", **how, default="", metavar="MARK", help="the mark between thousands, such as , or ."
    )
    parser.add_argument(
        "--dates",
        **how,
        default="",
        metavar="ORDER",
        help="dmy or mdy, where days are such as 5/1/2026; excel, where 46027",
    )
    parser.add_argument("--encoding", **how, default="", metavar="NAME", help="such as cp1252, where it is not Unicode")
    parser.add_argument("--source", **how, default="", help="its source_id; OWN- and the publisher by default")
    parser.add_argument("--publisher", **how, default="", help="who published it")
    parser.add_argument("--title", **how, default="", help="its title")
    parser.add_argument("--url", **how, default="", help="its address, if there is one")
    parser.add_argument("--published", **how, default="", help="when it was published, as printed")
    parser.add_argument("--licence", **how, default="", help="licence or terms")
    parser.add_argument(
        "--grade", **how, default="", help="A official record, B public copy of one, C press or research, D else"
    )
    parser.add_argument("--interested", action="store_true", help="the publisher speaks of its own product")
    parser.add_argument("--replace", action="store_true", help="put rows in the place of other sources' rows")
    parser.add_argument("--accept-jumps", action="store_true", help="take figures that are far from the record")
    parser.add_argument("--dry-run", action="store_true", help="check and compare, and change nothing")


def _make_request(options: argparse.Namespace) -> tuple["Request", list[str]]:
    """Say what is to be imported, and what of the options cannot be; that is left out."""
    from pathlib import Path

    from tokencheck.evidence import intake
    from tokencheck.evidence.uploads import Notation

    entry = intake.Entry(
        source_id=options.source,
        publisher=options.publisher,
        title=options.title,
        url=options.url,
        published_date=options.published,
        licence=options.licence,
        grade=options.grade,
        interested=options.interested,
    )
    columns, no_columns = _join_pairs("map", options.columns)
    constants, no_constants = _join_pairs("set", options.constants)
    units, no_units = _join_pairs("unit", options.units)
    problems = [*no_columns, *no_constants, *no_units]
    try:
        notation = Notation(options.decimal, options.thousands, options.dates, options.encoding)
    except UserError as problem:
        problems.append(str(problem))
        notation = Notation()
    request = intake.Request(
        kind=options.kind,
        file=Path(options.file),
        entry=entry,
        table=options.table,
        columns=columns,
        constants=constants,
        units=units,
        notation=notation,
        replace=options.replace,
        accept_jumps=options.accept_jumps,
        dry_run=options.dry_run,
    )
    return request, problems


def _run_import(options: argparse.Namespace) -> int:
    from tokencheck.evidence import own

    if options.template:
        header, meaning = own.write_template(options.kind, options.table)
        print(header, end="")
        print(meaning, file=sys.stderr)
        return 0
    if not options.file:
        raise UserError(f"Name the CSV, or ask for its header: tokencheck import {options.kind} --template")
    request, problems = _make_request(options)
    if problems:
        raise own.refuse_options("\n".join(problems), request)
    return own.run_import(request)


def refuse_import(problem: str, words: Sequence[str]) -> str:
    """Refuse a command line of ``import`` that cannot be understood, with what becomes of the file without that.

    Parameters
    ----------
    problem : str
        What is wrong with it.
    words : sequence of str
        What follows ``import``.

    Returns
    -------
    str
    """
    from pathlib import Path

    from tokencheck.evidence import intake, own

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    _add_import_options(parser, nargs="?", const="")

    def leave_value(word: str) -> str:
        """Leave out the value of a switch, which has none and has been told."""
        name = word.partition("=")[0]
        return name if parser.get_default(name.removeprefix("--").replace("-", "_")) is False else word

    options, left = parser.parse_known_intermixed_args([*map(leave_value, words)])
    plain = [*options.words, *(one for one in left if not one.startswith("-"))]
    named = [one for one in plain if one not in _KINDS]
    options.kind = next((one for one in plain if one in _KINDS), "")
    options.file = next((one for one in named if Path(one).is_file()), "".join(named[-1:]))
    if not options.file:
        return f"{problem}\nSuch as: tokencheck import {options.kind or _KINDS[0]} --template"
    options.decimal = options.decimal or "."
    for pairs in (options.columns, options.constants, options.units):
        pairs[:] = filter(None, pairs)  # of an option without its value has been told
    try:
        options.kind = options.kind or intake.guess_kind(Path(options.file))
        request, problems = _make_request(options)
        return str(own.refuse_options("\n".join([problem, *problems]), request))
    except UserError as other:  # of the project, not of the file
        return f"{problem}\n{other}"


def _add_refresh(commands: Any) -> None:
    refresh = commands.add_parser(
        "refresh",
        help="fetch new data from the providers and bring the tables up to date",
        description="Fetch new data, keep each answer under data/snapshots, and replace the tables of each source all "
        "together or not at all; the other sources go on. Keys are read from the environment or from .env; a source "
        "whose key is missing is skipped.",
        epilog="Example: tokencheck refresh openrouter ecb --since 2026-08-01",
    )
    refresh.add_argument(
        "names", nargs="*", metavar="SOURCE", help="such as openrouter or ecb; by default all that can"
    )
    for end, which in (("since", "first"), ("until", "last")):
        refresh.add_argument(f"--{end}", metavar="DATE", help=f"{which} day, YYYY-MM-DD or YYYY-MM")
    refresh.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
    refresh.add_argument("--offline", action="store_true", help="rebuild the tables from the stored snapshots")
    refresh.add_argument(
        "--accept-jumps", action="store_true", help="take figures that leap away from their neighbours"
    )
    refresh.set_defaults(run=_run_refresh)


def _run_refresh(options: argparse.Namespace) -> int:
    from tokencheck import periods
    from tokencheck.evidence.refresh import Run

    days = ((options.since, False), (options.until, True))
    try:
        since, until = (periods.read_day(text, end).date() if text else None for text, end in days)
    except ValueError:  # such as 2026-02-30
        raise UserError("--since and --until need a day that exists, such as 2026-08-01.") from None
    run = Run(None, since, until, options.dry_run, options.offline, options.accept_jumps)
    failed = changed = False
    for outcome in run.refresh(options.names):
        stream = sys.stderr if outcome.problem else sys.stdout
        print("\n".join(outcome.describe()), file=stream, flush=True)
        failed |= bool(outcome.problem)
        changed |= any(outcome.changes)
    if options.dry_run:
        print("This was a dry run: nothing was written.")
    elif changed:
        print("The tables have changed. Next: make edition, which rebuilds and keeps the results")
    else:
        print("No table has changed.")
    return int(failed)


def _add_curve(commands: Any) -> None:
    curve = commands.add_parser(
        "curve",
        help="run the specification curve of price against usage",
        description="Estimate every specification and write data/results/specifications.csv, the same to the byte "
        "wherever it runs. A specification that cannot be estimated is named with the reason; the others go on.",
        epilog="Example: tokencheck curve --backend dask --scheduler tcp://10.0.0.1:8786",
    )
    curve.add_argument("--backend", default="processes", help="processes of this machine (default), or dask")
    curve.add_argument("--scheduler", metavar="ADDRESS", help="the Dask scheduler, such as tcp://10.0.0.1:8786")
    curve.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="processes (default: all cores)")
    curve.set_defaults(run=_run_curve)


def _run_curve(options: argparse.Namespace) -> int:
    from tokencheck.notebook.run import ENVIRONMENT

    for name, value in ENVIRONMENT.items():  # one thread a process, before numpy is loaded
        os.environ.setdefault(name, value)
    from tokencheck.econometrics import curve

    table = curve.build_curve(jobs=options.jobs, backend=options.backend, scheduler=options.scheduler)
    for line in curve.report_dropped(table, curve.list_specifications()):
        print(line, file=sys.stderr)
    print(curve.summarise(table))
    return 0


def _add_review(commands: Any) -> None:
    parser = commands.add_parser(
        "review",
        help="record that somebody agrees with a verdict, or disputes it",
        description="Record in data/reviews that somebody agrees with a verdict or disputes it, and why. The claim's "
        "page shows it beside the verdict, which it never changes; a dispute is open until its file has an `answer`.",
        epilog="Example: tokencheck review C05 --dispute --reason 'The week is not the one meant.' --by 'A. Reader'",
    )
    parser.add_argument("id", help="such as C05")
    stance = parser.add_mutually_exclusive_group(required=True)
    stance.add_argument("--agree", action="store_const", const="agree", dest="stance")
    stance.add_argument("--dispute", action="store_const", const="dispute", dest="stance")
    parser.add_argument("--reason", required=True, help="why, in a few sentences")
    parser.add_argument("--by", required=True, help="who says so")
    parser.set_defaults(run=_run_review)


def _run_review(options: argparse.Namespace) -> int:
    import datetime as dt

    from tokencheck import paths
    from tokencheck.register import reviews

    file = reviews.record_review(options.id, options.stance, options.reason, options.by, dt.datetime.now(dt.UTC).date())
    print(f"Wrote {paths.shorten(file)}. `make report` shows it on the claim's page.")
    return 0
