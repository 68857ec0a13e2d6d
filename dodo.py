"""The graph: what is built from what. pydoit compares content, not clocks.

check → notebooks → verdicts → the last notebook → edition → pages → site and PDF. Each notebook depends on the tables
that it declares, so one changed cell rebuilds only what rests on it.
"""

import subprocess
import sys

from doit.exceptions import TaskFailed
from doit.reporter import ConsoleReporter

from tokencheck import econometrics, paths
from tokencheck.errors import UserError
from tokencheck.notebook.run import NOTEBOOKS, Notebook, find_notebook
from tokencheck.report import is_generated

PACKAGE = paths.ROOT / "src" / "tokencheck"
FIGURES = [paths.FIGURES / f"{name}.{ending}" for notebook in NOTEBOOKS for name in notebook.figures
           for ending in ("svg", "json")]  # fmt: skip
LAST = NOTEBOOKS[-1]


class Progress(ConsoleReporter):
    """One line for each step that is done, and one clear message for a failure."""

    desc = "progress, and failures without tracebacks"

    def execute_task(self, task):
        if task.actions and task.name != "report":
            self.outstream.write(f"· {task.doc or task.name}\n")
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
    "dep_file": str(paths.ROOT / ".doit" / "state.json"),
    "verbosity": 2,
    "check_file_uptodate": "md5",
}
(paths.ROOT / ".doit").mkdir(exist_ok=True)


def guard(function, *arguments):
    """Turn a problem that the user can mend into its message."""
    try:
        function(*arguments)
    except UserError as problem:
        return TaskFailed(str(problem))
    return True


def list_modules(*names):
    return [PACKAGE / f"{name}.py" for name in names]


TABLE_CODE = list_modules("paths", "errors", "results", "evidence/__init__", "evidence/tables")
RULE_CODE = [
    *TABLE_CODE,
    *sorted((PACKAGE / "register").glob("*.py")),
    *list_modules("wording"),
    *sorted((PACKAGE / "measures").glob("*.py")),
]
NOTEBOOK_CODE = [*RULE_CODE, *list_modules("econometrics/panel"), *sorted((PACKAGE / "notebook").glob("*.py"))]
CURVE_ROOM = ("__init__", "panel", "precision", "median", "specification", "sample", "estimation", "curve")
# Drawings, wording and pages are not among these: a change of them never runs the curve again.
CURVE_CODE = [
    *TABLE_CODE,
    *list_modules("__init__", "periods"),
    *[PACKAGE / "econometrics" / f"{name}.py" for name in CURVE_ROOM],
    *[PACKAGE / "measures" / f"{name}.py" for name in ("__init__", "listings", "prices", "usage")],
]


def list_tables(names):
    return [paths.TABLES / f"{name}.csv" for name in names]


def check():
    from tokencheck.evidence.store import recover
    from tokencheck.evidence.tables import check_all
    from tokencheck.register.claims import load_register

    recover()  # a change of tables that was killed half-way
    problems = check_all()
    if problems:
        raise UserError("\n".join([*problems, "Correct this and run make again."]))
    load_register()


def execute(name):
    from tokencheck.notebook import run

    run.execute(name)


def run_curve():
    # A process of its own: joblib clears up when one ends, and doit's workers end without.
    command = [sys.executable, "-m", "tokencheck.cli", "curve", "--jobs", "1"]  # the other core runs notebooks
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UserError(done.stderr.strip().removeprefix("tokencheck: "))
    print(f"  {done.stdout.strip()}")


def decide():
    from tokencheck import results
    from tokencheck.register import verdicts

    verdicts.build()
    results.write_json(paths.VERDICTS_SCHEMA, verdicts.describe_schema())


def append_edition():
    from tokencheck.history import editions

    edition = editions.append()
    if edition:
        print(f"  edition {edition.edition}: data/editions/{edition.edition}.json")


def is_edition_current():
    """Say whether the last edition has these results; a problem is left to the action, which words it."""
    from tokencheck.history import editions

    try:
        return editions.is_current()
    except UserError:
        return False


def are_editions_as_before(task, values):
    """Say whether the history is what the pages were last written from; it may grow while doit runs."""
    from tokencheck.history import editions

    task.value_savers.append(lambda: {"editions": editions.hash_files()})
    return values.get("editions") == editions.hash_files()


def write_pages():
    from tokencheck.report import pages

    pages.write()


def render():
    from tokencheck import render

    render.render(paths.REPORT)


def say_where():
    from tokencheck.register.verdicts import read_verdicts

    counts = read_verdicts().counts
    print(f"Site: {paths.shorten(paths.SITE)}/index.html")
    print(f"PDF:  {paths.shorten(paths.PDF)}")
    print("Verdicts: " + ", ".join(f"{count} {verdict.lower()}" for verdict, count in counts.items() if count))
    return guard(say_what_changed)


def say_what_changed():
    from tokencheck.history import differences

    print(differences.write_news())


def task_check():
    """check the tables and the register"""
    return {
        "actions": [(guard, [check])],
        "file_dep": [paths.DATAPACKAGE, paths.CLAIMS, *sorted(paths.TABLES.glob("*.csv")), *RULE_CODE],
    }


def describe_notebook(notebook: Notebook) -> dict:
    last = notebook is LAST
    return {
        "name": notebook.name,
        "doc": f"run notebook {notebook.name}",
        "actions": [(guard, [execute, notebook.name])],
        "task_dep": ["check"],
        "file_dep": [
            notebook.source,
            paths.CLAIMS,
            paths.DATAPACKAGE,
            *list_tables(notebook.tables),
            *NOTEBOOK_CODE,
            *list_modules(*notebook.code),
            *[paths.RESULTS / name for name in notebook.reads],
            *([paths.VERDICTS] if last else []),
            *[paths.FACTS / f"{find_notebook(name).topic}.json" for name in notebook.after],
        ],
        "targets": notebook.targets,
    }


def task_notebook():
    """run the notebooks"""
    for notebook in NOTEBOOKS:
        yield describe_notebook(notebook)


def task_curve():
    """run the specification curve"""
    return {
        "actions": [(guard, [run_curve])],
        "task_dep": ["check"],
        "file_dep": [paths.DATAPACKAGE, *list_tables(econometrics.TABLES), *CURVE_CODE],
        "targets": [paths.SPECIFICATIONS],
    }


def task_verdicts():
    """compute the verdicts"""
    measured = [paths.MEASUREMENTS / f"{notebook.topic}.json" for notebook in NOTEBOOKS if notebook.measures]
    return {
        "actions": [(guard, [decide])],
        "file_dep": [paths.CLAIMS, *list_tables(["findings"]), *measured, *RULE_CODE],
        "targets": [paths.VERDICTS, paths.VERDICTS_SCHEMA],
    }


def task_edition():
    """append an edition, as the results have changed"""
    return {
        "actions": [(guard, [append_edition])],
        "task_dep": ["verdicts", "notebook"],
        "uptodate": [is_edition_current],
    }


def list_written() -> list:
    """List the report's hand-written sources; the generated ones are the targets of `pages`."""
    return [
        file
        for file in sorted(paths.REPORT.rglob("*"))
        if file.is_file()
        and paths.SITE not in file.parents
        and not is_generated(file.relative_to(paths.REPORT).as_posix())
    ]


def task_pages():
    """write the generated pages"""
    files = [file for notebook in NOTEBOOKS for file in notebook.targets if file.suffix in (".csv", ".svg", ".json")]
    return {
        "actions": [(guard, [write_pages])],
        "task_dep": ["edition"],
        "uptodate": [are_editions_as_before],
        "file_dep": [
            paths.VERDICTS,
            paths.SPECIFICATIONS,
            paths.CLAIMS,
            paths.DATAPACKAGE,
            paths.PROJECT,
            *sorted(paths.TABLES.glob("*.csv")),
            *files,
            *sorted(paths.WORDS.glob("C[0-9][0-9].md")),
            *RULE_CODE,
            PACKAGE / "report" / "pages.py",
            PACKAGE / "report" / "estimates.py",
            PACKAGE / "econometrics" / "specification.py",
            PACKAGE / "econometrics" / "headlines.py",
            *sorted((PACKAGE / "report" / "templates").glob("*")),
        ],
        "targets": [paths.REPORT / "_variables.yml", paths.REPORT / "tokencheck.qmd"],
    }


def task_render():
    """render site and PDF"""
    return {
        "actions": [(guard, [render])],
        "task_dep": ["pages"],
        "file_dep": [
            paths.REPORT / "_variables.yml",
            *list_written(),
            *sorted((paths.REPORT / "_generated").glob("*.md")),
            *[
                file
                for file in sorted((PACKAGE / "render").rglob("*"))
                if file.suffix in (".py", ".lua", ".html", ".typ", ".css", ".js")
            ],
        ],
        "targets": [paths.SITE / "index.html", paths.PDF],
    }


def task_report():
    """say where the report is"""
    return {"actions": [say_where], "task_dep": ["render"], "uptodate": [False]}
