"""Measure speed and size against the limits of the project, on a copy of the tree; used by ``make bench``.

Every figure is printed as soon as it is known. A part that cannot be measured is named, and the others go on.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bench_curve
import bench_pages
from bench_curve import Row  # what, measured, limit, unit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]  # the server that plays the providers, and tables as files
KEPT_AWAY = shutil.ignore_patterns(".git", ".venv", ".uv", ".doit", "_site", "__pycache__", ".*_cache", ".hypothesis")
TOUCHED = ("notebook 01", "notebook 04")  # rest on none of the cell of usage that is changed
ECONOMETRICS = (
    "curve",
    "notebook:11_regressions",
    "notebook:11_designs",
    "notebook:11b_headlines",
    "notebook:11c_within",
    "notebook:11_shares",
    "notebook:12_specifications",
)
SLOW = ("notebook 11", "notebook 12", "specification curve")  # rest on usage and prices alone

REPORT = ["doit", "-n", "2", "report"]
KEPT_BY_RENDER = ("rendered", "shared", "cards", "pictures", "frame")  # folders of .doit


class MeasureError(Exception):
    """Something that was to be measured did not work; the message says what."""


def copy_tree(folder: Path) -> tuple[Path, dict[str, str]]:
    """Copy the project, and give the environment in which its own code and data are used."""
    copy = folder / "project"
    shutil.copytree(ROOT, copy, ignore=KEPT_AWAY)
    environment = os.environ | {
        "PYTHONPATH": str(copy / "src"),
        "TOKENCHECK_ROOT": str(copy),
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    return copy, environment


def run(command: list[str], copy: Path, environment: dict[str, str]) -> tuple[float, str]:
    """Run a command in the copy; give the seconds it took and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise MeasureError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def replace_once(path: Path, before: str, after: str) -> None:
    """Change the first place in a file that has these words; there must be one."""
    text = path.read_text(encoding="utf-8")
    if before not in text:
        raise MeasureError(f"{path.name} has no “{before}”: choose another place to change.")
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def double_tokens(copy: Path) -> None:
    """Double the tokens of the first model on one day of the stated week."""
    from tests.table_files import read_table_text, write_table_text

    text = read_table_text(copy / "data", "usage_daily")
    row = next(line for line in text.splitlines() if line.startswith("2026-02-10,"))
    date, model, tokens, source = row.split(",")
    doubled = ",".join([date, model, str(int(tokens) * 2), source])
    write_table_text(copy / "data", "usage_daily", text.replace(row, doubled, 1))


def list_steps(printed: str) -> list[str]:
    """List what a build says that it did."""
    return [line.removeprefix("· ") for line in printed.splitlines() if line.startswith("· ")]


def name_steps(steps: list[str]) -> str:
    """Name steps behind what was measured of them; empty for none."""
    return f"({', '.join(steps)})" if steps else ""


def find_needless(steps: list[str], names: tuple[str, ...]) -> list[str]:
    """Find the steps that were not to be done."""
    return [step for step in steps if any(name in step for name in names)]


def refresh_one_day(copy: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Fill up the copy, then read its last day anew; give the seconds that took and the bytes of a run without news."""
    import providers

    environment |= {"NO_PROXY": "127.0.0.1", "OPENROUTER_API_KEY": providers.SECRET}
    refresh = ["tokencheck", "refresh", "openrouter"]
    day = (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    with providers.serve() as server:
        environment["TOKENCHECK_OPENROUTER_URL"] = server.url
        server.replies["/datasets/rankings-daily"] = providers.answer_usage
        run(refresh, copy, environment)
        server.replies["/datasets/rankings-daily"] = providers.answer_usage_restated
        seconds, printed = run([*refresh, "--since", day], copy, environment)
        if not re.search(r" [1-9]\d* changed", printed):
            raise MeasureError(f"The refresh changed nothing:\n{printed}")
        _, printed = run([*refresh, "--since", day], copy, environment)
    return seconds, int(re.search(r"([\d,]+) bytes transferred", printed)[1].replace(",", ""))


def refresh_without_news(copy: Path, environment: dict[str, str]) -> None:
    """Take up the stored answers again, which changes nothing."""
    run(["tokencheck", "refresh", "--offline"], copy, environment)


def ingest_history(folder: Path) -> float:
    """Ingest a stored answer of 650 days with 51 rows each; give the seconds."""
    import providers

    data = providers.copy_data(folder / "history")
    since = providers.YESTERDAY - timedelta(days=649)
    with providers.serve() as server:
        os.environ |= {
            "TOKENCHECK_OPENROUTER_URL": server.url,
            "NO_PROXY": "127.0.0.1",
            "OPENROUTER_API_KEY": providers.SECRET,
        }
        server.replies["/datasets/rankings-daily"] = providers.answer_usage
        (outcome,) = providers.make_run(data, since=since, accept_jumps=True, patience=providers.Patience()).refresh(
            ["openrouter"]
        )
    if outcome.rows < 650 * 51:
        raise MeasureError(f"The history could not be read: {outcome.problem}")
    fresh = providers.copy_data(folder / "fresh")
    shutil.copytree(data / "snapshots", fresh / "snapshots")
    start = time.perf_counter()
    list(providers.make_run(fresh, offline=True, accept_jumps=True).refresh(["openrouter"]))
    return time.perf_counter() - start


def fuzz_at_length() -> float:
    """Send many more strange answers to the parsers than the tests do; give the seconds."""
    environment = os.environ | {"TOKENCHECK_FUZZ_EXAMPLES": "1000"}
    files = [f"tests/evidence/test_{name}.py" for name in ("refresh_sources", "own", "uploads", "status")]
    tests = ["pytest", "-q", "-p", "no:cacheprovider", *files, "-k", "any or parser"]
    return run([sys.executable, "-m", *tests], ROOT, environment)[0]


def run_by_papermill() -> float:
    """Run every notebook by papermill with another parameter, of which the tests run one; give the seconds."""
    environment = os.environ | {"TOKENCHECK_ALL_NOTEBOOKS": "1"}
    tests = ["pytest", "-q", "-p", "no:cacheprovider", "tests/notebook/test_notebooks.py", "-k", "papermill"]
    return run([sys.executable, "-m", *tests], ROOT, environment)[0]


def count_bytes(folder: Path) -> int:
    """Add up the size of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def weigh_heaviest_page(site: Path) -> tuple[int, str]:
    """Find the page that transfers most with all it loads, in bytes."""
    from tokencheck.render.fallback.check import Contents, weigh_page

    pages = [(page, page.read_text(encoding="utf-8")) for page in site.glob("*.html")]
    return max((weigh_page(site, text, Contents(text)), page.name) for page, text in pages)


def measure_refresh(folder: Path, copy: Path, environment: dict[str, str]) -> Iterator[Row]:
    """Refresh the copy from a server on loopback."""
    one_day, transferred = refresh_one_day(copy, environment)
    yield "refresh of one day, warm cache", one_day, 3, "s"
    yield "refresh without news: bytes of bodies", transferred, 0, "B"
    yield "ingest of 650 days of 51 rows", ingest_history(folder), 2, "s"


def run_econometrics(copy: Path, environment: dict[str, str]) -> tuple[float, str]:
    """Run the curve and the notebooks of regressions anew; give their processor seconds and what was printed."""
    for step in ECONOMETRICS:
        (copy / ".doit" / "footprints" / f"{step.replace(':', '-')}.json").unlink()
    before = bench_curve.count_processor_seconds()
    _, printed = run(["doit", "-n", "1", *ECONOMETRICS], copy, environment)
    return bench_curve.count_processor_seconds() - before, printed


def read_site(copy: Path) -> dict[str, bytes]:
    """Read every file of the built site, PDFs included."""
    site = copy / "report" / "_site"
    return {file.relative_to(site).as_posix(): file.read_bytes() for file in site.rglob("*") if file.is_file()}


def render_anew(copy: Path, environment: dict[str, str]) -> float:
    """Render site and PDFs with nothing kept of what was rendered before; give the seconds."""
    for folder in (copy / "report" / "_site", *(copy / ".doit" / name for name in KEPT_BY_RENDER)):
        shutil.rmtree(folder)
    seconds, printed = run(["doit", "-n", "2", "render"], copy, environment)
    if list_steps(printed) != ["render site and PDFs"]:
        raise MeasureError(f"Rendering was not all that was done:\n{printed}")
    return seconds


def find_slowest_notebook(copy: Path, environment: dict[str, str]) -> tuple[float, str]:
    """Run each notebook alone; give the most processor seconds that one takes, with its kernel, and its name."""
    from tokencheck.notebook.run import NOTEBOOKS

    log = copy / ".doit" / "log-bench"
    execute = f"import pathlib, sys; from tokencheck.notebook.run import execute; execute(sys.argv[1], pathlib.{log!r})"
    taken = []
    for notebook in NOTEBOOKS:
        before = bench_curve.count_processor_seconds()
        run([sys.executable, "-c", execute, notebook.name], copy, environment)
        log.unlink()
        taken.append((bench_curve.count_processor_seconds() - before, notebook.name))
    return max(taken)


def measure_builds(copy: Path, environment: dict[str, str]) -> Iterator[Row]:
    """Build the copy whole, and again after a change of each kind."""
    cold, _ = run(REPORT, copy, environment)
    yield "cold make report", cold, 120, "s"
    yield "site and four PDFs rendered anew", render_anew(copy, environment), 20, "s"
    seconds, _ = run_econometrics(copy, environment)
    yield "panels, designs, draws and curve: processor seconds", seconds, 60, "s"
    seconds, name = find_slowest_notebook(copy, environment)
    yield f"slowest notebook alone ({name}): processor seconds", seconds, 12, "s"
    refresh_without_news(copy, environment)
    idle, printed = run(REPORT, copy, environment)
    yield "make report, nothing changed", idle, 1, "s"
    steps = list_steps(printed)
    yield f"steps of make report after a refresh without news {name_steps(steps)}", len(steps), 0, ""
    replace_once(copy / "report" / "words" / "usage.md", "OpenRouter", "OpenRouter itself")
    seconds, printed = run(REPORT, copy, environment)
    needless = find_needless(list_steps(printed), ("notebook", "specification curve"))
    yield "make report, a page edited", seconds, 5, "s"
    replace_once(copy / "data" / "tables" / "electricity_cn.csv", ",0.35,0.35,", ",0.36,0.36,")
    seconds, printed = run(REPORT, copy, environment)
    needless += find_needless(list_steps(printed), SLOW)
    yield "make report, one price of power changed", seconds, 11, "s"
    double_tokens(copy)
    seconds, printed = run(REPORT, copy, environment)
    needless += find_needless(list_steps(printed), TOUCHED)
    # Every regression and the curve rest on usage, so this is nearly a cold build.
    yield "make report, one cell of usage_daily changed", seconds, 120, "s"
    yield f"notebooks re-run that rest on no change {name_steps(needless)}", len(needless), 0, ""
    changed = read_site(copy)
    render_anew(copy, environment)
    anew = read_site(copy)
    differ = sorted(name for name in changed.keys() | anew.keys() if changed.get(name) != anew.get(name))
    yield f"files of the site that rendering anew makes otherwise {name_steps(differ)}", len(differ), 0, ""


def measure_commands(copy: Path, environment: dict[str, str]) -> Iterator[Row]:
    """Call the commands that answer from what is there, before anything of it is changed."""
    yield "tokencheck claim C05", run(["tokencheck", "claim", "C05"], copy, environment)[0], 0.5, "s"
    yield "tokencheck check, every table", run(["tokencheck", "check"], copy, environment)[0], 5, "s"


def measure_sizes(copy: Path) -> Iterator[Row]:
    """Weigh the data and the pages."""
    yield "data in the repository", count_bytes(copy / "data") / 1e6, 12, "MB"
    heaviest, page = weigh_heaviest_page(copy / "report" / "_site")
    yield f"heaviest page with all it loads ({page})", heaviest / 1e3, 600, "kB"


def measure_parsers() -> Iterator[Row]:
    """Send strange answers to the parsers at length."""
    yield "strange answers to the parsers, 1,000 each", fuzz_at_length(), 600, "s"


def measure_papermill() -> Iterator[Row]:
    """Run every notebook as a reader does."""
    yield "every notebook by papermill, a parameter changed", run_by_papermill(), 600, "s"


def judge(part: Callable[[], Iterator[Row]]) -> Iterator[str]:
    """Print the figures of one part; give what misses its limit, and the part itself when it cannot be measured."""
    try:
        for what, value, limit, unit in part():
            kept = value >= limit if "at least" in what else value <= limit
            print(f"{what:<52} {value:>10.2f} {limit:>8g} {unit:<3} {'ok' if kept else 'MISSED'}", flush=True)
            if not kept:
                yield what
    # whatever it is, the other figures are wanted
    except (Exception, SystemExit) as problem:
        name = part.__name__.replace("_", " ")
        print(f"{name:<52} not measured: {problem}", flush=True)
        yield name


def main() -> int:
    """Print the table of measurements and what it misses; 1 when that is anything."""
    with tempfile.TemporaryDirectory() as folder:
        copy, environment = copy_tree(Path(folder))

        def refresh() -> Iterator[Row]:
            return measure_refresh(Path(folder), copy, environment)

        def builds() -> Iterator[Row]:
            return measure_builds(copy, environment)

        def commands() -> Iterator[Row]:
            return measure_commands(copy, environment)

        def curve() -> Iterator[Row]:
            return bench_curve.measure(environment)

        def sizes() -> Iterator[Row]:
            return measure_sizes(copy)

        def pages() -> Iterator[Row]:
            return bench_pages.measure(copy / "report" / "_site")

        print(f"{'what':<52} {'measured':>10} {'limit':>8}")
        parts = (commands, refresh, builds, curve, sizes, pages, measure_parsers, measure_papermill)
        missed = [what for part in parts for what in judge(part)]
    print(f"Missed: {'; '.join(missed)}." if missed else "Every limit is kept.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
