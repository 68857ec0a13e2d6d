"""Kernels forked from one process: each fresh, in its own environment, and ended by whoever started it."""

import os
import signal

import nbformat
import pytest

from tokencheck import paths
from tokencheck.notebook import kernels, run
from tokencheck.notebook.run import Notebook

pytestmark = pytest.mark.skipif(not kernels.CAN_FORK, reason="kernels are forked on Linux alone")


@pytest.fixture
def run_cell(tmp_path, monkeypatch):
    """Run a notebook of one cell; give what it prints."""
    monkeypatch.setattr(paths, "NOTEBOOK_FOLDER", tmp_path)

    def run_one(source):
        (tmp_path / "09_one.py").write_text(f"# %%\n{source}\n")
        node = nbformat.reads(run.run_notebook(Notebook("09_one")), as_version=4)
        return "".join(output.get("text", "") for output in node.cells[0].outputs)

    return run_one


def test_a_kernel_shares_nothing_with_the_one_before(run_cell, tmp_path):
    leave = (
        "import os, sys, pandas\npandas.left = os.environ['LEFT'] = 'a trace'\nos.chdir('/')\nsys.path.append('/left')"
    )
    assert run_cell(leave) == ""
    look = (
        "import os, sys, pandas\n"
        "print(hasattr(pandas, 'left'), 'LEFT' in os.environ, '/left' in sys.path, os.getcwd(),"
        " os.environ['MPLBACKEND'], sorted(name for name in sys.modules if name.startswith('tokencheck')))"
    )
    assert run_cell(look) == f"False False False {tmp_path} agg ['tokencheck', 'tokencheck.notebook']\n"


def test_a_kernel_is_forked_though_the_stem_before_was_killed(run_cell):
    assert run_cell("print(1)") == "1\n"
    stem = kernels._stem
    stem._process.kill()
    stem._process.wait()
    assert run_cell("print(2)") == "2\n"


def test_a_kernel_ends_when_it_is_told_to(tmp_path):
    command = ["python", "-m", "ipykernel_launcher", "-f", str(tmp_path / "connection.json")]
    fork = kernels.fork_kernel(command, os.environ | run.ENVIRONMENT, str(tmp_path))
    assert fork.poll() is None
    fork.kill()
    assert fork.wait() == -signal.SIGKILL == fork.poll()
    fork.send_signal(signal.SIGTERM)  # nothing is left that it could reach
