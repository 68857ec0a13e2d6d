"""The graph: a step runs again when what it uses changes and only then, and a bad row stops all of them.

Steps are run for real in a copy of the project, the curve with its first specifications and three panels, one of a
single day; then files of the copy are changed, and the graph is asked what it would do.
"""

import errno
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import dodo
from tests.imports import list_imports
from tokencheck import footprints, paths
from tokencheck.econometrics import PANEL_TABLES
from tokencheck.notebook.run import ENVIRONMENT, NOTEBOOKS, read_logs

SOURCE = Path("src") / "tokencheck"
SHORT_CURVE = """
from tokencheck import steps
from tokencheck.econometrics import curve, panel

every, build_all = curve.list_specifications, panel.build_all
curve.list_specifications = lambda: every()[:3]
panel.build_all = lambda tables: build_all(tables, (panel.WEEK, panel.DAILY, panel.ALL_WEEKS))
curve.add_limits = dict  # of panels that are not built here
panel.LAST_DAY = panel.FIRST_DAY

def run():
    steps.run_curve()
"""
RUN = {
    "check": "tokencheck.steps:check_data",
    "curve": "short_curve:run",
    "verdicts": "tokencheck.steps:judge_claims",
    "tables": "tokencheck.steps:write_tables",
    "pages": "tokencheck.steps:write_pages",
    "close": "tokencheck.steps:close",
}


def copy_project(folder: Path) -> dict[str, str]:
    """Copy the project; give the environment in which its own code and data are used."""
    for name in ("data", "notebooks", "figures", "report", "src"):
        left_out = shutil.ignore_patterns("_site", "__pycache__", "snapshots")
        shutil.copytree(paths.ROOT / name, folder / name, ignore=left_out)
    for name in ("dodo.py", "README.md"):
        shutil.copy(paths.ROOT / name, folder)
    return point_to(folder)


def point_to(folder: Path) -> dict[str, str]:
    """Give the environment of a build in which a copy of the project is the project."""
    search = [str(folder / "src"), str(folder)]
    return os.environ | ENVIRONMENT | {"TOKENCHECK_ROOT": str(folder), "PYTHONPATH": os.pathsep.join(search)}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy in which steps have run, with their footprints."""
    folder = tmp_path_factory.mktemp("graph") / "project"
    environment = copy_project(folder)
    (folder / "short_curve.py").write_text(SHORT_CURVE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "ROOT", folder)
        patch.setattr(footprints, "LISTS", tuple(folder / name for name in ("data", "figures", "report")))
        code = "import sys, pathlib; from tokencheck.notebook.run import execute as run; "
        code += "run(sys.argv[1], pathlib.Path(sys.argv[2]))"
        watch(folder, environment, "notebook:10_lineage", ["-c", code, "10_lineage", str(folder / "log")])
        for step, function in RUN.items():
            watch(folder, environment, step, ["-m", "tokencheck.watch", str(folder / "log"), function])
        yield folder


def watch(folder, environment, step, arguments):
    began = time.time_ns()
    done = subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    footprints.write_footprint(step, folder / "log", began)


STEPS = [*RUN, "notebook:10_lineage"]


def list_steps(file: Path) -> set[str]:
    """List the steps that would run after an edit of one file of the copy."""
    before = file.read_bytes() if file.exists() else None
    file.write_bytes((before or b"") + b"\n")
    try:
        return {step for step in STEPS if any(footprints.list_changes(step))}
    finally:
        file.unlink() if before is None else file.write_bytes(before)


ENTRIES = {
    "curve": ["econometrics/curve.py", "econometrics/panel.py", "evidence/tables.py"],
    "verdicts": ["register/verdicts.py"],
    "tables": ["report/estimates.py"],
    "pages": ["report/pages.py"],
    "check": ["evidence/tables.py", "register/claims.py"],
    "close": ["history/differences.py", "register/verdicts.py", "report/words.py"],
}

COMPLETING = ("embeds", "pictures", "sharing")  # a site that is rendered


@pytest.mark.parametrize("step", STEPS)
def test_every_module_that_a_step_imports_runs_it_again(project, step):
    """Of the other notebooks asks `tests/notebook/test_notebooks.py`, which runs them all."""
    package = project / SOURCE
    starts = [package / name for name in ENTRIES.get(step, ())] or [project / "notebooks" / "10_lineage.py"]
    imported = list_imports(starts, package)
    assert len(imported) > 5
    assert imported <= set(map(Path, footprints.read_footprint(step).reads))


def test_an_edit_of_a_module_runs_what_has_loaded_it_and_nothing_else(project):
    used = {step: set(footprints.read_footprint(step).reads) for step in STEPS}
    for module in sorted((project / SOURCE).rglob("*.py")):
        assert list_steps(module) == {step for step in STEPS if str(module) in used[step]}, module


# Each was noticed by no build, or by builds of everything.
@pytest.mark.parametrize(
    ("module", "again", "not_again"),
    [
        ("periods.py", {"curve", "verdicts", "notebook:10_lineage"}, set()),
        ("register/lineage.py", {"notebook:10_lineage"}, {"curve", "verdicts", "check"}),
        ("notebook/figures.py", {"notebook:10_lineage"}, {"curve", "verdicts", "check"}),
        ("notebook/charts/rowforms.py", {"notebook:10_lineage"}, {"curve", "verdicts", "check"}),
        ("notebook/drawings_regressions.py", set(), set(STEPS)),
        ("notebook/run.py", {"notebook:10_lineage"}, {"curve", "check", "verdicts"}),
        ("report/machine.py", {"pages"}, {"curve", "notebook:10_lineage", "verdicts"}),
        ("history/differences.py", {"pages"}, {"curve", "notebook:10_lineage"}),
        ("history/editions.py", {"pages"}, {"curve", "notebook:10_lineage"}),
        ("evidence/status.py", {"pages"}, {"curve", "notebook:10_lineage"}),
        ("report/templates/claim.qmd.j2", {"pages"}, set(STEPS) - {"pages"}),
        ("econometrics/curve.py", {"curve", "tables"}, {"pages", "notebook:10_lineage", "verdicts"}),
        ("wording.py", {"pages"}, {"curve"}),
        ("cli.py", set(), set(STEPS)),
        ("evidence/refresh/client.py", set(), set(STEPS)),
    ],
)
def test_stale_builds_of_before(project, module, again, not_again):
    steps = list_steps(project / SOURCE / module)
    assert again <= steps
    assert not steps & not_again


def test_a_table_runs_what_read_it(project):
    read = {step: set(footprints.read_footprint(step).reads) for step in STEPS}
    for table in sorted((project / "data" / "tables").glob("*.csv*")):
        assert list_steps(table) == {step for step in STEPS if str(table) in read[step]}
    tables = {paths.name_table(file) for file in read["curve"] if Path(file).parent.name == "tables"}
    assert tables == {*PANEL_TABLES, "sources"}
    assert list_steps(project / "data" / "tables" / "lineage.csv") == {"check", "pages", "close", "notebook:10_lineage"}


def test_a_new_figure_runs_its_notebook_and_the_pages(project):
    assert list_steps(project / "notebooks" / "10_lineage.py") == {"notebook:10_lineage"}
    assert list_steps(project / "figures" / "lineage-more.json") == {"pages", "close"}


def test_a_new_table_of_nobody_runs_the_check(project):
    assert list_steps(project / "data" / "tables" / "more.csv") == {"check", "pages"}


def test_a_result_that_was_edited_is_made_again(project):
    assert "verdicts" in list_steps(project / "data" / "results" / "verdicts.json")
    assert "notebook:10_lineage" in list_steps(project / "figures" / "lineage-c05.json")
    assert list_steps(project / "report" / "C05.qmd") == {"pages"}


def test_untouched_steps_do_nothing(project):
    assert [change for step in STEPS for change in footprints.list_changes(step)] == []


def test_pages_after_an_edit_are_those_of_a_cold_build_and_rest_on_as_much(project):
    """What is recalled was made of files: these must run the step again, too, though it did not fill them."""
    before = list_used("pages")
    page = project / "report" / "words" / "usage.md"  # no claim's page holds it, so all of those are recalled
    text = page.read_text(encoding="utf-8")
    write_again(project, keeps=True)  # by now, tests have touched the code
    page.write_text(f"{text}\nEdited.\n", encoding="utf-8")
    try:
        warm, cold = (write_again(project, keeps) for keeps in (True, False))
    finally:
        page.write_text(text, encoding="utf-8")
    assert "Edited." in warm[1][project / "report" / "_generated" / "usage.md"].decode()
    assert warm[0] == cold[0] == before
    assert warm[1] == cold[1]


def write_again(project, keeps):
    """Write the pages of the copy once more; give what the step used, and all that stands in the report."""
    if not keeps:
        shutil.rmtree(project / ".doit" / "filled")
    environment = point_to(project)
    watch(project, environment, "pages again", ["-m", "tokencheck.watch", str(project / "log"), RUN["pages"]])
    left = {file: file.read_bytes() for file in (project / "report").rglob("*") if file.is_file()}
    return list_used("pages again"), left


def list_used(step):
    """List what a step has read, with what it wrote, which it reads first: what is as it should be stays untouched."""
    footprint = footprints.read_footprint(step)
    return {*footprint.reads, *footprint.writes}


# ------------------------------------------------------------------------------------------------------ what renders


def list_render_changes(project, monkeypatch) -> list[str]:
    """Ask what of the report has changed, after a first look at it."""
    monkeypatch.setattr(paths, "REPORT", project / "report")
    files, traits = dodo.look_at_report()
    if footprints.read_footprint("render") is None:
        (project / "log").write_text("")
        footprints.write_footprint("render", project / "log", time.time_ns() + 10**9, files, traits)
    return list(footprints.list_changes("render", files, traits))


def test_rendering_rests_on_every_module_that_it_imports(project, tmp_path, monkeypatch):
    """With cards, pictures and search; what Pandoc and Typst read is listed, as the next tests ask."""
    monkeypatch.setenv("PATH", str(tmp_path))  # where no Quarto is
    function = "tokencheck.steps:render_report"
    watch(project, point_to(project), "all", ["-m", "tokencheck.watch", str(project / "log"), function])
    package = project / SOURCE
    starts = [package / "render" / "__init__.py", *(package / "report" / f"{name}.py" for name in COMPLETING)]
    assert list_imports(starts, package) <= set(map(Path, footprints.read_footprint("all").reads))


def test_quarto_that_comes_goes_or_grows_renders_anew(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list_render_changes(project, monkeypatch) == []
    for version in ("1.5.57", "1.6.1"):
        (tmp_path / "quarto").write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / "quarto").chmod(0o755)
        assert list_render_changes(project, monkeypatch) == ["engine"]
        assert dodo.look_at_report()[1]["engine"] == f"Quarto {version}"
    (tmp_path / "quarto").unlink()
    assert list_render_changes(project, monkeypatch) == []


def test_what_quarto_leaves_in_the_report_renders_nothing(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list_render_changes(project, monkeypatch) == []
    for name in (
        ".gitignore",
        ".quarto/index.json",
        "_site/index.html",
        "usage_files/figure.png",
        "_freeze/a.json",
        "zh/C05.html",
        "site_libs/quarto-nav/quarto-nav.js",
    ):
        (project / "report" / name).parent.mkdir(parents=True, exist_ok=True)
        (project / "report" / name).write_text("left")
    assert list_render_changes(project, monkeypatch) == []


def test_every_other_file_of_the_report_and_of_the_renderer_renders_anew(project, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list_render_changes(project, monkeypatch) == []
    for name in ("words/usage.md", "_generated/body-C05.md", "references.bib", "theme.css", "downloads/more.csv"):
        file = project / "report" / name
        before = file.read_bytes() if file.exists() else None
        file.write_bytes((before or b"") + b"\n")
        assert list_render_changes(project, monkeypatch) == [str(file)]
        file.unlink() if before is None else file.write_bytes(before)
    parts = {Path(file).name for file in footprints.read_footprint("render").reads}
    assert {"crossref.lua", "typst.lua", "report.typ", "page.html", "site.css", "frame.js"} <= parts


# --------------------------------------------------------------------------------------------------------- the order


def list_tasks() -> dict[str, dict]:
    tasks = {name.removeprefix("task_"): make() for name, make in vars(dodo).items() if name.startswith("task_")}
    notebooks = {f"notebook:{task['name']}": task for task in tasks.pop("notebook")}
    return tasks | notebooks | {"notebook": {"task_dep": list(notebooks)}}


def list_before(step: str, tasks: dict[str, dict]) -> set[str]:
    before = set(tasks[step]["task_dep"])
    return before.union(*(list_before(one, tasks) for one in before))


def test_what_is_read_is_made_before():
    """By the logs of the notebooks: who wrote a result that another one read comes before it."""
    tasks, logs = list_tasks(), read_logs()
    assert set(logs) == {notebook.name for notebook in NOTEBOOKS}
    makers = {file: f"notebook:{name}" for name, log in logs.items() for file in log["written"]}
    makers |= {
        "data/results/verdicts.json": "verdicts",
        "data/results/specifications.csv": "curve",
        "data/results/regressions/joint.csv": "curve",
    }
    for name, log in logs.items():
        needed = {makers[file] for file in log["read"] if file.startswith(("data/results", "figures"))}
        assert needed <= list_before(f"notebook:{name}", tasks), name


def test_the_check_comes_first_and_the_pages_after_everything():
    tasks = list_tasks()
    every = set(tasks) - {"check", "notebook"}
    assert all("check" in list_before(step, tasks) for step in every)
    assert list_before("report", tasks) == set(tasks) - {"report"}
    measuring = {f"notebook:{notebook.name}" for notebook in NOTEBOOKS} - {"notebook:13_verdicts"}
    assert measuring <= list_before("verdicts", tasks)
    for step in ("tables", "pages"):
        assert {"verdicts", "notebook:13_verdicts", "curve", "settle"} <= list_before(step, tasks)


def test_results_and_figures_are_all_made_by_one_step():
    written = [file for log in read_logs().values() for file in log["written"]]
    assert len(written) == len(set(written))
    made = {
        *written,
        "data/results/verdicts.json",
        "data/results/specifications.csv",
        "data/results/regressions/joint.csv",
    }
    root = paths.DATA.parent
    made |= {notebook.log.relative_to(root).as_posix() for notebook in NOTEBOOKS}
    found = {file for folder in (paths.RESULTS, paths.FIGURES) for file in folder.rglob("*") if file.is_file()}
    assert {file.relative_to(root).as_posix() for file in found} == made


def test_every_grid_is_of_a_claim_with_readings(register):
    """A new claim needs none: its page then has no strip to count it another way."""
    written = {Path(file) for log in read_logs().values() for file in log["written"]}
    gridded = {file.stem for file in written if file.parent.name == "grid"}
    assert gridded and gridded <= {claim.id for claim in register.claims if claim.has_readings}


def test_a_bad_row_stops_the_build_before_anything_is_written(tmp_path):
    environment = copy_project(tmp_path)
    path = tmp_path / "data" / "tables" / "exchange_rates.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    fields = lines[3].split(",")
    fields[2] = "seven"
    lines[3] = ",".join(fields)
    path.write_text("".join(lines), encoding="utf-8")
    before = {file: file.read_bytes() for file in (tmp_path / "data" / "results").rglob("*.*")}
    done = subprocess.run(
        [sys.executable, "-m", "doit", "report"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "data/tables/exchange_rates.csv, row 4, column rate: “seven”" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert {file: file.read_bytes() for file in (tmp_path / "data" / "results").rglob("*.*")} == before
    assert not (tmp_path / "report" / "_site").exists()


def test_a_folder_that_cannot_be_written_to_is_said_before_any_step_runs(tmp_path):
    shutil.copy(paths.ROOT / "dodo.py", tmp_path)
    (tmp_path / ".doit").symlink_to("/nowhere/at/all")  # root may write into any folder that is there
    environment = os.environ | {"TOKENCHECK_ROOT": str(tmp_path), "PYTHONPATH": str(paths.ROOT / SOURCE.parent)}
    done = subprocess.run(
        [sys.executable, "-m", "doit", "list"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "tokencheck: this folder cannot be written to. Copy the project to one that can, and run make there.\n"
    )


@pytest.mark.parametrize("home", [{}, {"HOME": "/nowhere/at/all"}], ids=["none", "unwritable"])
def test_without_a_home_what_kernels_keep_lies_in_the_project(home, tmp_path):
    root = Path(dodo.__file__).parent
    environment = {name: value for name, value in os.environ.items() if name != "HOME"} | home
    code = "import dodo, pathlib; print(pathlib.Path.home())"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == str(root / ".uv" / "home"), done.stderr


def test_a_full_disk_stops_a_step_with_one_line():
    def fill():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(paths.ROOT / "figures" / "some.svg"))

    assert dodo.guard(fill).get_msg().startswith("figures cannot be written to: no space left on device. Make room")
