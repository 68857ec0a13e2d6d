"""Notebooks: script and notebook in step, outputs reproducible to the byte, failures in one clear line."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.notebook import run
from tokencheck.notebook.run import MOST_LINES, NOTEBOOKS, Notebook

NAMES = [notebook.name for notebook in NOTEBOOKS]


def test_every_notebook_is_registered():
    assert sorted(file.stem for file in paths.NOTEBOOKS.glob("*.py")) == NAMES
    assert sorted(file.stem for file in paths.NOTEBOOKS.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_pairs_are_in_step(notebook):
    assert run.check_pair(notebook) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_notebooks_are_thin(notebook):
    assert len(notebook.source.read_text(encoding="utf-8").splitlines()) < MOST_LINES


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_committed_notebooks_have_no_errors_and_no_churn(notebook):
    node = nbformat.read(notebook.executed, as_version=4)
    assert node.metadata.language_info == {"name": "python"}
    for cell in node.cells:
        assert cell.metadata == {}
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


@pytest.fixture
def copy(tmp_path):
    """A copy of what notebooks read and write."""
    for folder in ("data", "notebooks", "figures"):
        shutil.copytree(paths.ROOT / folder, tmp_path / folder)
    return tmp_path


def execute(name, root):
    environment = os.environ | {"TOKENCHECK_ROOT": str(root), "PYTHONPATH": str(paths.ROOT / "src")}
    code = (
        "import sys, pathlib; from tokencheck.notebook import run; run.execute(sys.argv[1], pathlib.Path(sys.argv[2]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, name, str(root / "log")], env=environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_running_again_changes_no_byte(notebook, copy):
    written = run.read_logs()[notebook.name]["written"]
    for target in written:
        (copy / target).unlink()
    done = execute(notebook.name, copy)
    assert done.returncode == 0, done.stderr
    for target in [*written, *map(paths.shorten, (notebook.executed, notebook.log))]:
        again = (copy / target).read_bytes()
        assert again == (paths.ROOT / target).read_bytes(), f"{target} differs: run `make report` and commit"


def test_a_failing_cell_is_named_and_nothing_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    (tmp_path / "09_broken.py").write_text("# %%\nfine = 1\n\n# %%\n# divide\nfine / 0\n")
    (tmp_path / "09_broken.ipynb").write_text("the old one")
    monkeypatch.setattr(run, "NOTEBOOKS", (Notebook("09_broken"),))
    with pytest.raises(UserError, match=r"09_broken\.py, cell 2 \(“# divide”\): ZeroDivisionError: division by zero"):
        run.execute("09_broken", tmp_path / "log")
    assert (tmp_path / "09_broken.ipynb").read_text() == "the old one"


def test_a_stale_pair_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path)
    notebook = Notebook("09_stale")
    (tmp_path / "09_stale.py").write_text("# %%\n1 + 1\n")
    assert run.check_pair(notebook)[0].endswith("09_stale.ipynb is missing. Run `make report`.")
    (tmp_path / "09_stale.ipynb").write_text(run.run(notebook))
    assert run.check_pair(notebook) == []
    (tmp_path / "09_stale.py").write_text("# %%\n1 + 2\n")
    assert "cell 1 differs from the script" in run.check_pair(notebook)[0]


def test_unknown_notebook_is_named():
    with pytest.raises(UserError, match="no notebook “07_more”; known: 01_article"):
        run.find_notebook("07_more")
