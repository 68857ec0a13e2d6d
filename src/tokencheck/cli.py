"""The command line: ``claim`` reads a verdict, ``check`` checks data and register; the others are in `commands`."""

import argparse
import gc
import io
import sys
import textwrap
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from tokencheck import __version__
from tokencheck.characters import make_visible
from tokencheck.commands import add_parsers, refuse_import
from tokencheck.errors import UserError

if TYPE_CHECKING:
    from tokencheck.register.verdicts import ClaimResult

_WIDTH = 100
NOT_BUILT = "not built yet"
GONE = "gone from the table since the last build; run `make report`"


class _Parser(argparse.ArgumentParser):
    words: Sequence[str] = ()

    def parse_known_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:
        self.words = [*self.prog.split()[1:], *(sys.argv[1:] if args is None else args)]
        options, left = super().parse_known_args(args, namespace)
        # Before 3.13 Python takes a file that stands behind options for one too many.
        if left and not left[0].startswith("-") and getattr(options, "file", "") is None:
            options.file = left.pop(0)
        return options, left

    def error(self, message: str) -> NoReturn:
        if self.words[:1] == ["import"]:
            message = refuse_import(message, self.words[1:])
        super().error(make_visible(message))  # it quotes what was typed


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tokencheck",
        description="Read, check and recompute the fact check of one article on China's exports of AI tokens.",
    )
    parser.add_argument("--version", action="version", version=f"tokencheck {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    claim = commands.add_parser(
        "claim",
        help="show a claim: quote, readings, verdict and sources",
        description="Show a claim: its quote, what was measured under each reading, the verdict and the sources.",
        epilog="Example: tokencheck claim C05 --recompute",
    )
    claim.add_argument("id", nargs="?", help="such as C05; without it, all claims are listed")
    claim.add_argument(
        "--recompute",
        action="store_true",
        help="compute the readings anew from data/tables and compare them with data/results (exit 1 if they differ)",
    )
    claim.set_defaults(run=_claim)
    check = commands.add_parser(
        "check",
        help="check tables, provenance, register, findings and words",
        description="Check every table of data/tables against data/datapackage.json and against the others, its form "
        "and its record in data/provenance; then data/claims.yml, and the words about each claim. Each problem is one "
        "line: file, row, column, what was found, what is expected, and the remedy; exit 1 if there is any.",
    )
    check.add_argument(
        "--departures",
        action="store_true",
        help="list the findings whose grade or interest is not that of their source, each with its reason",
    )
    check.set_defaults(run=_check)
    add_parsers(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Returns
    -------
    int
        The exit code: 0 when all is well, 1 when a problem was found and printed.
    """
    # A terminal that has no sign for a letter, such as → or Chinese ones, gets its number and not a traceback.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # A command ends soon: that Python looks for waste among the rows of tables costs a fifth of its time.
    gc.set_threshold(100_000)
    options = _make_parser().parse_args(arguments)
    try:
        _finish_interrupted_change()
        return options.run(options)
    except UserError as problem:
        print(f"tokencheck: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("tokencheck: stopped. Nothing is half-written; the next run goes on from here.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has gone
        sys.stderr.close()
        return 0
    except OSError as problem:
        from tokencheck.results import describe_no_place

        print(f"tokencheck: {describe_no_place(problem)}", file=sys.stderr)
        return 1
    except Exception as problem:
        if line := _find_unloaded(problem):
            print(f"{line}: {getattr(problem, 'msg', problem)}. Correct that line.", file=sys.stderr)
            return 1
        raise


def _find_unloaded(problem: Exception) -> str:
    """Find the line by which an edited module, such as the rule, does not load; empty where all did."""
    from tokencheck.paths import shorten

    if isinstance(problem, SyntaxError):
        return f"{shorten(Path(problem.filename))}:{problem.lineno}"
    own = str(Path(__file__).parent)
    lines = [(file, line) for file, line, name, _ in traceback.extract_tb(problem.__traceback__) if name == "<module>"]
    return next((f"{shorten(Path(file))}:{line}" for file, line in reversed(lines) if file.startswith(own)), "")


def _finish_interrupted_change() -> None:
    from tokencheck import paths

    if (paths.DATA / ".transaction").exists():  # tested first: the import is slow, and this is rare
        from tokencheck.evidence.store import recover

        recover()


def _claim(options: argparse.Namespace) -> int:
    if options.id is None:
        if options.recompute:
            raise UserError("--recompute needs a claim id, for example: tokencheck claim C05 --recompute")
        return _list_claims()
    return _recompute(options.id) if options.recompute else _show_claim(options.id)


def _check(options: argparse.Namespace) -> int:
    from tokencheck.evidence.tables import read_contract
    from tokencheck.register import checks, findings
    from tokencheck.register.claims import load_register
    from tokencheck.report import proofreading, words

    problems = checks.list_problems() + proofreading.list_slips() + _list_page_faults()
    if options.departures and not problems:
        for one, what in findings.list_departures(findings.read_findings(), findings.read_sources()):
            print(f"{one.finding_id} is {what}. {one.departs_because}")
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found; nothing was changed.", file=sys.stderr)
        return 1
    register = load_register(with_measures=False)
    print(
        f"{len(read_contract()['resources'])} tables keep the contract; {len(register.claims)} claims are well-formed."
    )
    if checks.read_known(register) and (lost := words.say_what_no_longer_holds()):
        print(lost)  # no fault of register or tables: pages say something else until the sentence is written anew
    return 0


def _list_page_faults() -> list[str]:
    """Tell what no renderer could read of the pages that are written by hand; the others wait for their words."""
    from tokencheck import paths
    from tokencheck.render import judge_pages
    from tokencheck.report import GENERATED, is_generated

    by_hand = [file for file in sorted(paths.REPORT.glob("*.qmd")) if not is_generated(file.name)]
    generated = paths.shorten(paths.REPORT / GENERATED)
    try:
        return [one for one in judge_pages(paths.REPORT, by_hand) if not one.startswith(f"{generated}/")]
    except UserError as problem:
        return [str(problem)]


def _list_claims() -> int:
    from tokencheck.register.claims import load_register
    from tokencheck.register.verdicts import read_verdicts

    results = {one.id: one for one in read_verdicts().claims}
    for claim in load_register(with_measures=False).claims:
        result = results.get(claim.id)
        short = textwrap.shorten(result.texts["en"].short if result else claim.quote_en, _WIDTH - 23, placeholder=" …")
        print(f"{claim.id}  {result.verdict if result else NOT_BUILT:<16}  {short}")
    return 0


def _find_result(claim_id: str) -> "ClaimResult":
    """Give what the last build found of a claim that the register has."""
    from tokencheck.register.verdicts import read_verdicts

    for result in read_verdicts().claims:
        if result.id == claim_id:
            return result
    raise UserError(
        f"claim {claim_id} has no result yet: it came into data/claims.yml after the last build. Run `make report`; "
        f"`tokencheck claim {claim_id} --recompute` computes its readings without a build."
    )


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)


def _show_claim(claim_id: str) -> int:
    from tokencheck import wording
    from tokencheck.register.claims import load_register
    from tokencheck.register.findings import read_findings

    register = load_register(with_measures=False)
    claim = register.find(claim_id)
    result = _find_result(claim.id)
    statements = {one.finding_id: one.statement for one in read_findings()}
    print(f"{claim.id}  {claim.quote_zh}")
    print(_wrap(claim.quote_en, "     "))
    print(_wrap(f"{register.article.author}, {register.article.published}; claimed for {claim.period}", "     "))
    print()
    print(f"Verdict: {result.verdict}{f': {wording.name_errs(result.errs)}' if result.errs else ''}", end="")
    print(
        f" · now ({result.now_as_of}): {result.status_now}{_write_since(claim.id, result.status_now)}"
        if result.status_now
        else "",
        end="",
    )
    print(f" · {result.agree.k} of {result.agree.n} readings agree" if result.readings else "", end="")
    print(f" · grade {result.grade}" if result.grade else "")
    _print_firmness(result)
    print(_wrap(f"{result.texts['en'].answer}. {result.texts['en'].found}"))
    for part in result.parts:
        registered = claim.find_part(part.id)
        claimed = wording.write_claimed(part.relation, part.claimed, part.unit, registered.min_count)
        print(f"\n{part.says}\n  claimed: {claimed} → {part.verdict}")
        for reading in (one for one in result.readings if one.part == part.id):
            measured = wording.write_measured(reading.model_dump())
            print(f"  {reading.role:<10}  {measured:<28}  {reading.outcome:<12}  {reading.id} ({reading.as_of})")
            print(_wrap(f"{reading.label['en']}: {reading.reason}", "              "))
        for finding in (one for one in result.findings if one.part == part.id):
            print(f"  {finding.direction:<11} {finding.grade}{' interested' if finding.interested else ''}", end="")
            print("" if finding.counted else " (not counted)", end="\n")
            print(
                _wrap(
                    statements.get(finding.id, "(This finding is gone from the table; run `make report`.)"),
                    "              ",
                )
            )
    cited = {finding.source for finding in result.findings}
    resting = {source for one in result.readings for source in (*one.sources, *(one.now.sources if one.now else ()))}
    _print_sources(cited | resting)
    print(f"\nCompute it anew: tokencheck claim {claim.id} --recompute")
    return 0


def _print_firmness(result: "ClaimResult") -> None:
    firmness = result.firmness
    trials = f" The verdict stands in {firmness.stood} of {firmness.tried} trials." if firmness.tried else ""
    weak = firmness.write_weak_sources()
    print(_wrap(f"{firmness.words['en']}.{trials}{f' {weak}.' if weak else ''}"))
    for one in firmness.leans_on:
        part = f" ({one.part})" if one.part and len(result.parts) > 1 else ""
        print(_wrap(f"{one.words['en']}{part}: {one.becomes}", "  "))


def _write_since(claim_id: str, status: str) -> str:
    from tokencheck.history.editions import find_since, list_editions

    since = find_since(list_editions(), claim_id, status)
    return f" (since {since.date}{', the first edition' if since.first else ''})" if since else ""


def _print_sources(source_ids: set[str]) -> None:
    if not source_ids:
        return
    from tokencheck import paths
    from tokencheck.results import read_rows

    sources = {row["source_id"]: row for row in read_rows(paths.TABLES / "sources.csv")}
    print("\nSources")
    for source_id in sorted(source_ids):
        row = sources.get(source_id)
        if row is None:
            print(f"  {source_id}: {GONE}")
            continue
        print(_wrap(f"{source_id} [{row['grade']}] {row['publisher']}: {row['title']}", "  "))
        print(f"    {row['url']}")


def _recompute(claim_id: str) -> int:
    from tokencheck import paths, results, wording
    from tokencheck.evidence.tables import Tables
    from tokencheck.register.claims import load_register, measure_claim
    from tokencheck.register.decisions import decide
    from tokencheck.register.findings import read_findings
    from tokencheck.register.omissions import measure_without
    from tokencheck.register.verdicts import read_measurements, read_verdicts

    register, tables = load_register(), Tables()
    claim = register.find(claim_id)
    committed = read_measurements() if paths.VERDICTS.exists() else {}
    fresh = {
        (one.claim, one.part, one.reading, one.when): results.round_numbers(one.as_record())
        for one in measure_without(register, measure_claim(claim, tables), tables)
    }
    differing = 0
    for key, record in fresh.items():
        before = committed.get(key)
        same = before == record
        differing += not same
        was = "same" if same else f"was {wording.write_measured(before)}" if before else "was not measured"
        print(f"{key[1]:<10} {key[2]:<22} {key[3]:<5} {wording.write_measured(record):<32} {was}")
    verdict = decide(claim, fresh, read_findings()).verdict
    built = {one.id: one.verdict for one in read_verdicts().claims} if committed else {}
    before = built.get(claim.id, NOT_BUILT)
    print(f"Verdict: {verdict}" + ("" if verdict == before else f" (data/results says {before})"))
    if differing or verdict != before:
        print("data/results does not follow from data/tables any more. Run `make report`.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
