"""The graph: which step comes after which. What a step reads and writes, its code included, is recorded when it runs.

    check → notebooks, curve → verdicts → the last notebook → settle → tables, pages → render → report

A step runs again when a file that it read, or left, is no longer as it was, and where it has never run
(`tokencheck.footprints`). So nothing is declared here but the order, which a fresh clone needs; one changed cell
repeats what read that table, one changed module what imports it. Each step runs in a process of its own, a notebook in
its kernel, and that process is watched (`tokencheck.watch`).
"""

import contextlib
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from doit.exceptions import TaskFailed
from doit.reporter import ConsoleReporter

from tokencheck import footprints, paths
from tokencheck.errors import UserError
from tokencheck.notebook import kernels
from tokencheck.notebook.run import ENVIRONMENT, NOTEBOOKS, Notebook
from tokencheck.results import describe_no_place

# As in the Makefile: without a home of one's own, what kernels and libraries keep lies in the project.
if not os.access(os.environ.get("HOME", ""), os.W_OK):
    os.environ["HOME"] = str(paths.ROOT / ".uv" / "home")

A_DAY = 24 * 60 * 60  # seconds
STATE = paths.ROOT / ".doit"
with contextlib.suppress(OSError):
    STATE.mkdir(exist_ok=True)
if not os.access(STATE, os.W_OK):  # doit would end in a traceback
    sys.exit("tokencheck: this folder cannot be written to. Copy the project to one that can, and run make there.")


for _left in STATE.glob("log-*"):  # of builds that were killed; one that still runs is younger
    if _left.stat().st_mtime < time.time() - A_DAY:
        _left.unlink(missing_ok=True)


class Progress(ConsoleReporter):
    """One line for each step that is done, and one clear message for a failure."""

    desc = "progress, and failures without tracebacks"

    def execute_task(self, task):
        if task.actions and task.doc:
            self.outstream.write(f"· {task.doc}\n")
            self.outstream.flush()

    def skip_uptodate(self, task):
        pass

    def add_failure(self, task, fail):
        self.failures.append({"task": task, "exception": fail})

    def complete_run(self):
        for result in self.failures:
            print(f"tokencheck: {result['exception'].get_msg().strip()}", file=sys.stderr)


DOIT_CONFIG = {
    "default_tasks": ["report"],
    "reporter": Progress,
    "backend": "json",
    "dep_file": str(STATE / "state.json"),
    "verbosity": 2,
}


def name_notebook(name: str) -> str:
    """Name the step that runs a notebook; other steps keep their names."""
    return f"notebook:{name}" if any(notebook.name == name for notebook in NOTEBOOKS) else name


def guard(function, *arguments):
    """Turn a problem that the user can mend into its message."""
    try:
        function(*arguments)
    except UserError as problem:
        return TaskFailed(str(problem))
    except OSError as problem:
        return TaskFailed(describe_no_place(problem))
    return True


def run_watched(step: str, run, look) -> None:
    """Run a step, and keep its footprint when it ends well.

    Parameters
    ----------
    step : str
    run : callable
        Takes the log that a watched process writes, and gives what was printed.
    look : callable
        See `describe_step`.
    """
    began = time.time_ns()
    handle, name = tempfile.mkstemp(dir=STATE, prefix="log-")
    os.close(handle)
    log = Path(name)
    try:
        said = run(log)
        files, traits = look()
        footprints.write_footprint(step, log, began, files, traits, said)
    finally:
        log.unlink(missing_ok=True)


def run_process(function: str, log: Path) -> str:
    """Run a function of `tokencheck.steps` in a process of its own; give what it printed, and show it."""
    command = [sys.executable, "-m", "tokencheck.watch", str(log), f"tokencheck.steps:{function}"]
    said = []
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as problems,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=problems, text=True, cwd=paths.ROOT, env=os.environ | ENVIRONMENT
        ) as process,
    ):
        for line in process.stdout:
            said.append(line)
            if function != "close":  # the last lines are shown by every build, not only by one that changes them
                print(f"  {line}", end="", flush=True)
        process.wait()
        problems.seek(0)
        problem = problems.read().strip()
    if process.returncode:
        raise UserError(problem or f"{function} was ended ({process.returncode}). Is memory short? Run make again.")
    return "".join(said)


def run_notebook(name: str, log: Path) -> str:
    """Execute a notebook; its kernel is the process that is watched."""
    from tokencheck.notebook import run

    run.execute(name, log)
    return ""


def look_at_nothing() -> tuple[list[Path], dict[str, str]]:
    return [], {}


def is_current(step: str, look, starts_kernels: bool) -> bool:
    """Say whether a step need not run; where it must and kernels follow, what they are forked from starts to load."""
    if not any(footprints.list_changes(step, *look())):
        return True
    if starts_kernels and kernels.CAN_FORK:
        kernels.prepare_stem(os.environ | ENVIRONMENT)
    return False


def describe_step(step: str, doc: str, run, after, look=look_at_nothing, starts_kernels: bool = False) -> dict:
    """Describe a step for doit.

    Parameters
    ----------
    step, doc : str
        Its name, and what it does.
    run : callable
        See `run_watched`.
    after : list of str
        The steps that come before it.
    look : callable, optional
        Gives the files that other programs read for it, and what else it depends on, by name.
    starts_kernels : bool, optional
        Whether it, or what follows it, runs notebooks.
    """
    return {
        "doc": doc,
        "actions": [(guard, [run_watched, step, run, look])],
        "task_dep": list(after),
        "uptodate": [lambda task, values: is_current(step, look, starts_kernels)],
    }


def describe_process(step: str, doc: str, function: str, after=(), **more) -> dict:
    return describe_step(step, doc, lambda log: run_process(function, log), after, **more)


def describe_notebook(notebook: Notebook) -> dict:
    step = name_notebook(notebook.name)
    after = ["check", *map(name_notebook, notebook.after)]
    doc = f"run notebook {notebook.name}"
    running = describe_step(step, doc, lambda log: run_notebook(notebook.name, log), after, starts_kernels=True)
    return {"name": notebook.name, **running}


def task_check():
    """check the tables and the register"""
    return describe_process("check", "check the tables and the register", "check_data", starts_kernels=True)


def task_notebook():
    """run the notebooks"""
    for notebook in NOTEBOOKS:
        yield describe_notebook(notebook)


def task_curve():
    """run the specification curve"""
    return describe_process("curve", "run the specification curve", "run_curve", ["check"])


def task_verdicts():
    """compute the verdicts"""
    measuring = [name_notebook(notebook.name) for notebook in NOTEBOOKS if "verdicts" not in notebook.after]
    return describe_process("verdicts", "compute the verdicts", "judge_claims", ["check", *measuring])


def settle() -> None:
    """See that each result and figure has one maker, and remove those that have none."""
    steps = ["curve", "verdicts", *(name_notebook(notebook.name) for notebook in NOTEBOOKS)]
    for file in footprints.settle(steps, (paths.RESULTS, paths.FIGURES)):
        print(f"Removed {paths.shorten(file)}: nothing writes it any more.")


def task_settle():
    """see that each result and figure has one maker"""
    return {
        "doc": "",
        "actions": [(guard, [settle])],
        "task_dep": ["notebook", "curve", "verdicts"],
        "uptodate": [False],
    }


def task_tables():
    """write the tables of regressions"""
    return describe_process("tables", "write the tables of regressions", "write_tables", ["settle"])


def task_pages():
    """write the generated pages"""
    return describe_process("pages", "write the generated pages", "write_pages", ["settle"])


def look_at_report() -> tuple[list[Path], dict[str, str]]:
    """List what Pandoc, Typst or Quarto read, and say which of them, and which version, renders."""
    from tokencheck import render, report

    traits = {"engine": render.describe_engine(), "address": os.environ.get("TOKENCHECK_BASE_URL", "")}
    return [*report.list_report_files(paths.REPORT), *render.list_parts()], traits


def task_render():
    """render site and PDFs"""
    return describe_process("render", "render site and PDFs", "render_report", ["pages", "tables"], look=look_at_report)


def close() -> None:
    if rendered := footprints.read_footprint("render"):
        print(f"Rendered with {rendered.traits['engine']} under Python {platform.python_version()}")
    print((footprints.read_footprint("close") or footprints.Footprint()).said, end="")


def task_close():
    """gather the last lines"""
    return describe_process("close", "", "close", ["settle"])


def task_report():
    """say where the report is"""
    return {"doc": "", "actions": [close], "task_dep": ["render", "close"], "uptodate": [False]}
