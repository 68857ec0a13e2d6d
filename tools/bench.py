"""Measure speed and size against the limits of the project, on a copy of the tree; used by ``make bench``."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_curve

ROOT = Path(__file__).resolve().parents[1]
KEPT_AWAY = shutil.ignore_patterns(".git", ".venv", ".uv", ".doit", "_site", "__pycache__", ".*_cache", ".hypothesis")
TOUCHED = ("notebook 01", "notebook 03", "notebook 04")  # rest on none of the cell that is changed


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
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return seconds, done.stdout


def change_one_cell(copy: Path) -> None:
    """Double the tokens of the most used model on one day of the stated week."""
    path = copy / "data" / "tables" / "usage_daily.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    row = next(number for number, line in enumerate(lines) if line.startswith("2026-02-10,"))
    date, model, tokens, source = lines[row].split(",")
    lines[row] = ",".join([date, model, str(int(tokens) * 2), source])
    path.write_text("".join(lines), encoding="utf-8")


def count_bytes(folder: Path) -> int:
    """Add up the size of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def weigh_heaviest_page(site: Path) -> tuple[int, str]:
    """Find the page that transfers most with all it loads, in bytes."""
    from tokencheck.report.check import Contents, weigh

    pages = [(page, page.read_text(encoding="utf-8")) for page in site.glob("*.html")]
    return max((weigh(site, text, Contents(text)), page.name) for page, text in pages)


def main() -> int:
    """Print the table of measurements; 1 when a limit is missed."""
    report = ["doit", "-n", "2", "report"]
    with tempfile.TemporaryDirectory() as folder:
        copy, environment = copy_tree(Path(folder))
        print("Building a copy three times …", flush=True)
        cold, _ = run(report, copy, environment)
        idle, _ = run(report, copy, environment)
        change_one_cell(copy)
        changed, printed = run(report, copy, environment)
        claim, _ = run(["tokencheck", "claim", "C05"], copy, environment)
        curve = bench_curve.measure(environment)
        heaviest, page = weigh_heaviest_page(copy / "report" / "_site")
        data = count_bytes(copy / "data")
    steps = [line.removeprefix("· ") for line in printed.splitlines() if line.startswith("· ")]
    needless = [step for step in steps if any(name in step for name in TOUCHED)]
    rows = [
        ("cold make report", cold, 180, "s"),
        ("make report, nothing changed", idle, 2, "s"),
        ("make report, one cell of usage_daily changed", changed, 20, "s"),
        ("notebooks re-run that do not rest on it", len(needless), 0, ""),
        ("tokencheck claim C05", claim, 1.5, "s"),
        ("data in the repository", data / 1e6, 8, "MB"),
        (f"heaviest page with all it loads ({page})", heaviest / 1e3, 600, "kB"),
        *curve,
    ]
    print(f"{'what':<52} {'measured':>10} {'limit':>8}")
    missed = []
    for what, value, limit, unit in rows:
        kept = value >= limit if "at least" in what else value <= limit
        missed += [] if kept else [what]
        print(f"{what:<52} {value:>10.2f} {limit:>8g} {unit:<3} {'ok' if kept else 'MISSED'}")
    print(f"Re-run after the change: {', '.join(steps)}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
