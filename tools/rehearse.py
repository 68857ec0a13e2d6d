"""Rehearse the next two months: refresh a copy of the project from invented answers, build it, and see what breaks.

Run by ``make rehearse``, in five minutes or more. The copy is a project of its own in ``.rehearsal/`` and shares
``.venv`` with this one, which stays as it is. After a day of own usage those notebooks alone run again that read what
it changed, but not the chapters on regressions, and no PDF is set: to these a day more is no other kind of data. With
`FULL=1` all is built again, and all tests run on the refreshed copy, not only those that read tables, results or pages.
What is invented stands in ``tests/rehearsal/world.py``.
"""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.providers import serve  # noqa: E402
from tests.rehearsal.live import LIVE, UNMOVED_BY_USAGE  # noqa: E402
from tests.rehearsal.world import NEW_LAB, NEW_LAB_COUNTRY, World  # noqa: E402
from tests.reports import BUILT  # noqa: E402
from tokencheck import paths  # noqa: E402
from tokencheck.evidence.intake import KIND_TABLES  # noqa: E402
from tokencheck.evidence.tables import find_resource  # noqa: E402
from tokencheck.notebook.run import ENVIRONMENT, NOTEBOOKS  # noqa: E402

COPY = ROOT / ".rehearsal" / "project"
RUN = ROOT / ".venv" / "bin"
RESTATED_SINCE = "2026-02-01"  # the provider restates the article's own weeks, too
KEYS = {"OPENROUTER_API_KEY": "sk-rehearsal-0123456789", "EIA_API_KEY": "rehearsal-0123456789"}
LONGEST_S = 1800  # for one command; the longest, all tests, takes five minutes of a quiet machine
REGRESSIONS = ("11_", "12_")  # the chapters, by how their notebooks' names begin
OWN_TABLES = tuple(f"data/{find_resource(name)['path']}" for name in KIND_TABLES["usage"])
AFTER_VERDICTS = ("verdicts", "notebook:13_verdicts", "pages")
RENDER_SITE = (
    "from tokencheck import paths, render; "
    "render.render_site(paths.REPORT, paths.SITE, cache=paths.ROOT / '.doit' / 'rendered')"
)
# Its day is yet to come, and would be refused.
OWN = (
    "--publisher", "Invented meter", "--title", "A day of own usage", "--licence", "none", "--grade", "D",
    "--accept-jumps",
)  # fmt: skip


def read_processor() -> float:
    """Give the seconds that processors have worked for what was run so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Stage:
    """One copy of the project, and what is done in it."""

    def __init__(self) -> None:
        """Copy what git knows or would know of the project, and make it a repository of its own."""
        if not os.access(ROOT, os.W_OK):
            sys.exit(
                "tokencheck: this folder cannot be written to. Copy the project to one that can, and run make there."
            )
        shutil.rmtree(COPY.parent, ignore_errors=True)
        COPY.mkdir(parents=True)
        known = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
        listed = subprocess.run(known, cwd=ROOT, capture_output=True, text=True, check=False)
        if listed.returncode:
            sys.exit("tokencheck: the rehearsal copies what git knows of the project: run it in a git repository.")
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():  # not one that was deleted and is still known
                (COPY / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, COPY / name, follow_symlinks=False)
        (COPY / ".venv").symlink_to(ROOT / ".venv")
        places = os.pathsep.join([str(COPY / "src"), str(COPY)])
        self.environment = os.environ | ENVIRONMENT | KEYS | {"PYTHONPATH": places, "NO_PROXY": "*"}
        self.environment.pop("TOKENCHECK_ROOT", None)
        self.began = time.monotonic()
        self.failures: list[str] = []
        self.git("init", "--quiet")
        self.keep("as it stands")

    def git(self, *arguments: str) -> None:
        """Run git in the copy, under a name of its own."""
        person = ("-c", "user.name=rehearsal", "-c", "user.email=rehearsal@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *person, *arguments], cwd=COPY, check=True, stdout=subprocess.DEVNULL)

    def keep(self, message: str) -> None:
        """Commit the copy as it is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def run(self, title: str, *command: str | Path, more: Mapping[str, str] | None = None, quiet: bool = False) -> bool:
        """Run one command in the copy and say how it went; show what it printed, unless it is quiet and went well."""
        began, worked = time.monotonic(), read_processor()
        file = COPY.parent / "said.txt"  # can be read while the command runs, and holds up nobody who is ended
        with file.open("wb") as said:
            process = subprocess.Popen(
                command,
                cwd=COPY,
                env=self.environment | dict(more or {}),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                process.wait(LONGEST_S)
            except BaseException as stop:
                os.killpg(process.pid, signal.SIGKILL)  # with what it has started
                process.wait()
                if not isinstance(stop, subprocess.TimeoutExpired):
                    raise
                said.write(f"\nIt had not ended after {LONGEST_S / 60:g} minutes, and was ended.\n".encode())
        well = process.returncode == 0
        took = f"{time.monotonic() - began:.0f} s, {read_processor() - worked:.0f} s of processors"
        print(f"{'·' if well else '✗'} {title}: {took}", flush=True)
        if not (quiet and well):
            print(
                "".join(f"    {line}\n" for line in file.read_text("utf-8", "replace").splitlines()[-60:]),
                end="",
                flush=True,
            )
        if not well:
            self.failures.append(title)
        return well

    def run_python(self, title: str, module: str, *arguments: str, **options: object) -> bool:
        """Run a module of the copy."""
        return self.run(title, RUN / "python", "-m", module, *arguments, **options)

    def build(self, title: str, step: str = "report") -> bool:
        """Build the copy up to a step."""
        return self.run(title, RUN / "doit", "-n", "2", step, quiet=True)

    def list_readers(self, tables: Sequence[str]) -> list[str]:
        """List the steps of notebooks that read one of the tables when they last ran, but those of the regressions."""
        read = {str(COPY / table) for table in tables}
        steps = []
        for name in (one.name for one in NOTEBOOKS if not one.name.startswith(REGRESSIONS)):
            footprint = COPY / ".doit" / "footprints" / f"notebook-{name}.json"
            if read & json.loads(footprint.read_text(encoding="utf-8"))["reads"].keys():
                steps.append(f"notebook:{name}")
        return steps

    def build_again(self, tables: Sequence[str]) -> bool:
        """Build what some changed tables move: notebooks, verdicts, and the pages of the site."""
        steps = [one for one in self.list_readers(tables) if one not in AFTER_VERDICTS]
        done = self.run(f"run {len(steps)} notebooks again", RUN / "doit", "-n", "2", *steps, quiet=True)
        for step in AFTER_VERDICTS:  # each alone: doit would go on to what comes before, and takes one step at a time
            done = done and self.run(f"{step} again", RUN / "doit", "run", "--single", step, quiet=True)
        return done and self.run("render the site again", RUN / "python", "-c", RENDER_SITE, quiet=True)

    def test(self, title: str, full: bool, of: Sequence[str]) -> bool:
        """Run the tests that read tables, results or pages, or all."""
        chosen = () if full else ("-m", "live", *(f"tests/{name}" for name in of))
        return self.run(title, RUN / "pytest", "-q", "-n", "2", "--no-header", "-p", "no:cacheprovider", *chosen,
                        more={"PYTHONPATH": str(COPY / "src"), BUILT: str(COPY / "report" / "_site")})  # fmt: skip

    def finish(self) -> int:
        """Say what failed; give the exit code."""
        minutes = (time.monotonic() - self.began) / 60
        if self.failures:
            print(f"The rehearsal failed after {minutes:.1f} minutes: {'; '.join(self.failures)}. See {COPY}.")
            return 1
        print(f"The rehearsal went well, in {minutes:.1f} minutes and {read_processor():,.0f} s of processors.")
        shutil.rmtree(COPY.parent)
        return 0


def attribute_new_lab() -> None:
    """Do what the warning on a new lab asks: fill in its country."""
    file = COPY / "data" / "tables" / "labs.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    for number, line in enumerate(lines):
        cells = line.split(",")
        if cells[0] == NEW_LAB:
            cells[header.index("country")] = NEW_LAB_COUNTRY
            lines[number] = ",".join(cells)
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


def refresh(stage: Stage, world: World) -> bool:
    """Refresh from all six sources, then once more from the one that restates its past; attribute the new lab."""
    moment = world.now.isoformat()
    with serve() as provider:
        told = world.serve(provider)
        calls: Sequence[tuple[str, ...]] = ((moment,), (moment, RESTATED_SINCE, "openrouter"))
        done = [
            stage.run_python(f"refresh on {world.now:%Y-%m-%d}", "tests.rehearsal.refresh", *call, more=told)
            for call in calls
        ]
    attribute_new_lab()
    tidied = stage.run_python("tidy", "tokencheck.cli", "data", "tidy")
    return all(done) and tidied and stage.run_python("check", "tokencheck.cli", "check")


def import_own_day(stage: Stage, world: World) -> bool:
    """Import a day of own usage."""
    file = COPY.parent / "own.csv"
    world.write_own_day(file)
    return stage.run_python("import a day of own usage", "tokencheck.cli", "import", "usage", str(file), *OWN)


def rehearse(full: bool) -> int:
    """Rehearse it all, and give the exit code."""
    world = World(paths.DATA)
    stage = Stage()
    print(f"Rehearsing {world.now:%Y-%m-%d}: {world.leader} falls behind, {world.withdrawn} is withdrawn.")
    if not refresh(stage, world) or not stage.build("build", "settle"):
        return stage.finish()
    stage.run_python("see that the new lab is attributed", "tests.rehearsal.check", "lab")
    stage.run_python("keep as an edition", "tokencheck.cli", "edition")
    if stage.build("write and render the pages"):
        stage.run_python("look for false sentences", "tests.rehearsal.check", "pages", "papers")
        stage.run_python("see that causes are right", "tests.rehearsal.check", "causes", "HEAD")
        stage.test("tests on refreshed tables", full, LIVE)
    stage.keep("refreshed")
    if import_own_day(stage, world) and (
        stage.build("build with own usage") if full else stage.build_again(OWN_TABLES)
    ):
        papers = ("papers",) if full else ()  # else they are of the day before
        stage.run_python("look for false sentences again", "tests.rehearsal.check", "pages", *papers)
        stage.run_python("see that causes are right again", "tests.rehearsal.check", "causes", "HEAD")
        stage.test("tests on own usage", full, [name for name in LIVE if name not in UNMOVED_BY_USAGE])
    return stage.finish()


if __name__ == "__main__":
    sys.exit(rehearse(full=os.environ.get("FULL", "") not in ("", "0")))
