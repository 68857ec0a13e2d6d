"""The graph: each notebook hangs on what it declares, and a bad table stops everything before it is used."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

import dodo
from tokencheck import paths
from tokencheck.econometrics import TABLES as PANEL_TABLES
from tokencheck.evidence.tables import read_contract
from tokencheck.notebook.run import NOTEBOOKS

TABLES = [resource["name"] for resource in read_contract()["resources"]]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_moves_the_notebooks_that_declare_it_and_no_others(table):
    path = paths.TABLES / f"{table}.csv"
    moved = [task["name"] for task in dodo.task_notebook() if path in task["file_dep"]]
    assert moved == [notebook.name for notebook in NOTEBOOKS if table in notebook.tables]


def test_every_declared_table_exists():
    assert {table for notebook in NOTEBOOKS for table in notebook.tables} <= set(TABLES)


def test_every_file_has_one_maker():
    tasks = [*dodo.task_notebook(), dodo.task_curve(), dodo.task_verdicts(), dodo.task_pages(), dodo.task_render()]
    targets = [target for task in tasks for target in task.get("targets", [])]
    assert len(targets) == len(set(targets))


def test_results_and_figures_are_all_made_by_some_task():
    made = {target for notebook in NOTEBOOKS for target in notebook.targets}
    made |= {paths.VERDICTS, paths.SPECIFICATIONS}
    found = {file for folder in (paths.RESULTS, paths.FIGURES) for file in folder.rglob("*") if file.is_file()}
    assert found == {file for file in made if file.suffix != ".ipynb"}


def test_only_its_tables_and_its_code_run_the_curve_again():
    """No page, notebook or drawing does, and no module that it rests on is forgotten."""
    task = dodo.task_curve()
    code = {file for file in task["file_dep"] if file.suffix == ".py"}
    others = set(task["file_dep"]) - code
    assert others == {paths.DATAPACKAGE, *(paths.TABLES / f"{name}.csv" for name in PANEL_TABLES)}
    load = "import sys, tokencheck.econometrics.curve, tokencheck.econometrics.panel, "
    load += "tokencheck.evidence.tables; print(*[module.__file__ for "
    load += "name, module in sys.modules.items() if name.startswith('tokencheck')], sep='\\n')"
    done = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=True)
    assert {Path(line) for line in done.stdout.splitlines()} == code


def test_the_notebook_of_the_curve_waits_for_it():
    task = next(one for one in dodo.task_notebook() if one["name"] == "12_specifications")
    assert paths.SPECIFICATIONS in task["file_dep"]
    assert paths.SPECIFICATIONS in dodo.task_pages()["file_dep"]
    assert dodo.task_curve()["targets"] == [paths.SPECIFICATIONS]


def test_the_claims_of_the_register_are_those_of_the_notebooks(register):
    declared = {claim for notebook in NOTEBOOKS for claim in notebook.claims}
    assert declared == {claim.id for claim in register.claims if claim.has_readings}


def test_a_bad_row_stops_the_build_before_anything_is_written(tmp_path):
    for name in ("data", "notebooks", "figures", "report", "src"):
        shutil.copytree(paths.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("_site", "__pycache__"))
    shutil.copy(paths.ROOT / "dodo.py", tmp_path)
    shutil.copy(paths.README, tmp_path)
    path = tmp_path / "data" / "tables" / "exchange_rates.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    fields = lines[3].split(",")
    fields[2] = "seven"
    lines[3] = ",".join(fields)
    path.write_text("".join(lines), encoding="utf-8")
    before = {file: file.read_bytes() for file in (tmp_path / "data" / "results").rglob("*.*")}
    environment = os.environ | {"TOKENCHECK_ROOT": str(tmp_path), "PYTHONPATH": str(tmp_path / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "doit", "report"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "data/tables/exchange_rates.csv, row 4, column rate: “seven”" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert {file: file.read_bytes() for file in (tmp_path / "data" / "results").rglob("*.*")} == before
    assert not (tmp_path / "report" / "_site").exists()


def test_an_edition_waits_for_every_result_and_the_pages_wait_for_it():
    edition = dodo.task_edition()
    assert {"verdicts", "notebook"} <= set(edition["task_dep"])  # facts come from all notebooks
    assert "edition" in dodo.task_pages()["task_dep"]


def test_a_build_without_changed_results_appends_nothing():
    assert dodo.is_edition_current()


def test_a_grown_history_is_news_for_the_pages(tmp_path, monkeypatch):
    class Task:
        value_savers: ClassVar = []

    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    assert not dodo.are_editions_as_before(Task, {})
    values = Task.value_savers[-1]()
    assert dodo.are_editions_as_before(Task, values)
    (tmp_path / "2026-10-07.json").write_text("{}")
    assert not dodo.are_editions_as_before(Task, values)


def test_a_broken_edition_stops_the_build_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "EDITIONS", tmp_path)
    (tmp_path / "2026-10-07.json").write_text("{")
    assert not dodo.is_edition_current()
    failed = dodo.guard(dodo.append_edition)
    assert "2026-10-07.json is not valid JSON" in failed.get_msg()
