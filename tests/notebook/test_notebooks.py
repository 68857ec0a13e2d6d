"""Notebooks: script and notebook in step, outputs reproducible to the byte, failures in one clear line."""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import symtable
import sys
from pathlib import Path
from types import SimpleNamespace

import jupytext
import nbformat
import pytest

from tests.imports import list_imports
from tests.notebook.test_parameters import OTHERS, WITH
from tests.projects import move_project
from tokencheck import footprints, paths, watch
from tokencheck.errors import UserError
from tokencheck.notebook import kernels, run
from tokencheck.notebook.run import NOTEBOOKS, Notebook
from tokencheck.results import NOTEBOOK

MOST_LINES = 350  # a longer one asks two questions
MOST_CELL_LINES = 25  # more than a screen shows beside its output
NAMES = [notebook.name for notebook in NOTEBOOKS]
CLAIMED = [one for one in NOTEBOOKS if one.name[:2] not in ("11", "12")]  # those of regressions judge no claim


def test_every_notebook_is_registered():
    assert sorted(file.stem for file in paths.NOTEBOOK_FOLDER.glob("*.py")) == sorted(NAMES)
    assert sorted(file.stem for file in paths.NOTEBOOK_FOLDER.glob("*.ipynb")) == sorted(NAMES)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_pairs_are_in_step(notebook):
    executed = nbformat.read(notebook.executed, as_version=4)
    assert run.hash_cells(executed) == run.hash_cells(run.read_source(notebook)), "run `make report`"
    assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_notebooks_are_thin(notebook):
    assert len(notebook.source.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_a_cell_is_seen_at_once(notebook):
    long = [cell.source for cell in run.read_source(notebook).cells if len(cell.source.splitlines()) > MOST_CELL_LINES]
    assert long == []


# Claims whose sum, or bound, is done by hand with a figure; the others are told more shortly.
HEADLINES = (
    "C02", "C03", "C04", "C05", "C13", "C14", "C20", "C26", "C28", "C44", "C45", "C46", "C49",
    "C08", "C09", "C10", "C15", "C16", "C17", "C21", "C37", "C40", "C41",
)  # fmt: skip
MOST_LINES_OF_A_HEADLINE, MOST_LINES_OF_ANOTHER = 60, 30  # of code, the figure included


# Headings that ask no more of the claim before them; under any other that names none, that claim goes on.
OF_NO_CLAIM = re.compile(r"The grids?\b|What the pages quote|The findings that decide")


def gather_sections(notebook):
    """Gather the code of a notebook by the heading that names the claims, those of no claim by their own."""
    sections = {"": []}
    section = ""
    for cell in run.read_source(notebook).cells:
        if cell.cell_type == "code":
            sections[section].append(cell.source)
        elif heading := re.match(r"## (.+)", cell.source):
            goes_on = re.search(r"C\d\d", section) and not re.search(r"C\d\d", heading[1])
            if not goes_on or OF_NO_CLAIM.match(heading[1]):
                section = heading[1]
                sections[section] = []
    return {section: "\n".join(cells) for section, cells in sections.items()}


def count_code(source):
    return sum(bool(line.strip()) for line in source.splitlines())


@pytest.mark.parametrize("notebook", CLAIMED, ids=[one.name for one in CLAIMED])
def test_a_claim_is_answered_in_few_lines(notebook):
    """What speaks of no claim is as short as a headline."""

    def allow(section):
        named = re.findall(r"C\d\d", section)
        most = [MOST_LINES_OF_A_HEADLINE if one in HEADLINES else MOST_LINES_OF_ANOTHER for one in named]
        return sum(most) or MOST_LINES_OF_A_HEADLINE

    lines = {section: count_code(code) for section, code in gather_sections(notebook).items()}
    assert {section: count for section, count in lines.items() if count > allow(section)} == {}


@pytest.mark.parametrize("claim_id", HEADLINES)
def test_a_headline_claim_is_introduced_explained_tried_out_and_drawn_in_its_own_section(claim_id):
    notebooks = [one for one in CLAIMED if one.name[:2] != "00"]
    introducing = f'introduce(topic, "{claim_id}")'
    (own,) = [code for one in notebooks for code in gather_sections(one).values() if introducing in code]
    assert re.search(rf'explain\(topic, "{claim_id}"', own)
    assert re.search(rf'try_out\(topic, "{claim_id}"', own)
    records = [json.loads(file.read_text(encoding="utf-8")) for file in paths.FIGURES.glob("*.json")]
    drawn = {one["name"] for one in records if claim_id in one["claims"]}
    assert any(f'"{name}"' in own for name in drawn)


def test_the_first_notebook_walks_through_ten_cells_each_under_a_heading():
    kinds = [
        "code" if cell.cell_type == "code" else "heading" if cell.source.startswith("## ") else "words"
        for cell in run.read_source(run.find_notebook("00_start_here")).cells
    ]
    assert kinds == ["words", *["heading", "code"] * 10]


def list_names(source):
    """Give the names that a cell reads and those that it leaves behind; what stays inside a function is neither."""
    table = symtable.symtable(source, "cell", "exec")
    read, left, tables = set(), {one.get_name() for one in table.get_symbols() if one.is_assigned()}, [table]
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        symbols = inner.get_symbols()
        read |= {one.get_name() for one in symbols if one.is_referenced() and (inner is table or one.is_global())}
    return read - list_inlined(source), left - list_inlined(source)


def list_inlined(source):
    """Give the names that only comprehensions bind: from Python 3.12 on they are listed with those of the cell."""
    nodes = list(ast.walk(ast.parse(source)))
    targets = [name for node in nodes if isinstance(node, ast.comprehension) for name in ast.walk(node.target)]
    inside = {name for name in targets if isinstance(name, ast.Name)}
    stored = {node for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {node.id for node in inside} - {node.id for node in stored - inside}


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_every_notebook_has_parameters_that_a_later_cell_reads(notebook):
    cells = [cell for cell in run.read_source(notebook).cells if cell.cell_type == "code"]
    ((place, tagged),) = [(place, cell) for place, cell in enumerate(cells) if cell.metadata.get("tags")]
    read = set().union(*(list_names(cell.source)[0] for cell in cells[place + 1 :]))
    _, parameters = list_names(tagged.source)
    assert parameters and parameters <= read


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_only_the_cells_to_try_out_depend_on_the_parameters(notebook):
    """Neither an assert nor a result does, whatever someone writes there; nor what such a cell leaves behind."""
    cells = [cell for cell in run.read_source(notebook).cells if cell.cell_type == "code"]
    tagged = [place for place, cell in enumerate(cells) if cell.metadata.get("tags")]
    assert len(tagged) == 1
    _, parameters = list_names(cells[tagged[0]].source)
    left, trying = set(), 0
    for cell in cells[tagged[0] + 1 :]:
        read, set_here = list_names(cell.source)
        assert not set_here & parameters
        if read & parameters:
            trying += 1
            assert not any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.source)))
            left |= set_here
        else:
            assert read & left - set_here == set()
            left -= set_here
    assert trying


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_committed_notebooks_have_no_errors_and_no_churn(notebook):
    node = nbformat.read(notebook.executed, as_version=4)
    assert node.metadata.language_info == {"name": "python"}
    for cell in node.cells:
        assert cell.metadata in ({}, {"tags": [run.PARAMETERS]})
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


@pytest.mark.parametrize("notebook", CLAIMED, ids=[one.name for one in CLAIMED])
def test_every_notebook_says_where_to_change_what_it_shows_and_how_to_run_just_that(notebook):
    told = notebook.executed.read_text(encoding="utf-8")
    assert re.search(r"data/(claims\.yml|tables/\w+\.csv)", told)
    (again,) = set(re.findall(r"doit notebook:(\w+)", told)) or {None}
    assert again == notebook.name or (again is None and re.search(r"tokencheck claim C\d\d --recompute", told))


CUT = re.compile(
    r"\.\.\.</t[dh]>|<p>\d+ rows × |^Length: \d+, dtype", re.MULTILINE
)  # as pandas shortens what it prints


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_no_table_is_cut(notebook):
    node = nbformat.read(notebook.executed, as_version=4)
    shown = [text for cell in node.cells for one in cell.get("outputs", []) for text in one.get("data", {}).values()]
    assert [found[0] for text in shown for found in CUT.finditer(text)] == []


@pytest.mark.parametrize("notebook", CLAIMED, ids=[one.name for one in CLAIMED])
def test_what_a_notebook_comes_with_to_try_out_changes_something(notebook):
    assert "What changes: nothing" not in notebook.executed.read_text(encoding="utf-8")


@pytest.fixture
def copy(tmp_path):
    """A copy of what notebooks read and write."""
    for folder in ("data", "notebooks", "figures"):
        shutil.copytree(paths.ROOT / folder, tmp_path / folder)
    (tmp_path / "report").mkdir()
    shutil.copy(paths.REPORT / "charts.css", tmp_path / "report")  # the colours of figures
    shutil.copytree(paths.REPORT / "fonts", tmp_path / "report" / "fonts")  # and how wide their texts are
    return tmp_path


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_running_again_changes_no_byte(notebook, copy, monkeypatch):
    written = run.read_logs()[notebook.name]["written"]
    for target in written:
        (copy / target).unlink()
    targets = [*written, *map(paths.shorten, (notebook.executed, notebook.log))]
    kept = {target: (paths.ROOT / target).read_bytes() for target in targets}
    move_project(monkeypatch, copy)  # the kernel of a notebook is told so, too
    run.execute(notebook.name, copy / "log")
    for target, before in kept.items():
        assert (copy / target).read_bytes() == before, f"{target} differs: run `make report` and commit"
    check_modules(notebook, set(map(Path, footprints.read_log(copy / "log")[watch.READ])))


def check_modules(notebook, read):
    """See that the step depends on every module that its cells or the runner need to load, and on none they cannot.

    What was read is what runs it again: `tests/test_footprints.py`.
    """
    package = Path(run.__file__).parents[1]
    needed = list_imports([notebook.source], package) | set(run.CODE)
    looked_up = (package / "measures").glob("*.py")  # by a reading's topic
    possible = list_imports([notebook.source, *run.CODE, *looked_up], package, everywhere=True)
    assert needed <= read
    assert {file for file in read if package in file.parents and file.suffix == ".py"} <= possible


def test_a_failing_cell_is_named_and_nothing_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "NOTEBOOK_FOLDER", tmp_path)
    (tmp_path / "09_broken.py").write_text("# %%\nfine = 1\n\n# %%\n# divide\nfine / 0\n")
    (tmp_path / "09_broken.ipynb").write_text("the old one")
    monkeypatch.setattr(run, "NOTEBOOKS", (Notebook("09_broken"),))
    with pytest.raises(UserError, match=r"09_broken\.py, cell 2 \(“# divide”\): ZeroDivisionError: division by zero"):
        run.execute("09_broken", tmp_path / "log")
    assert (tmp_path / "09_broken.ipynb").read_text() == "the old one"


@pytest.mark.parametrize(
    ("cell", "launcher", "why"),
    [("1 + 1", "no memory", "Kernel died before .*; ImportError: no memory"), ("import os; os._exit(1)", "", "Kernel")],
    ids=["at its start", "in a cell"],
)
def test_a_kernel_that_dies_is_told_in_one_line_and_nothing_is_overwritten(
    cell, launcher, why, tmp_path, monkeypatch, capfd
):
    for name in ("NOTEBOOK_FOLDER", "LOGS"):
        monkeypatch.setattr(paths, name, tmp_path)
    monkeypatch.setattr(run, "NOTEBOOKS", (Notebook("09_dying"),))
    (tmp_path / "09_dying.py").write_text(f"# %%\n{cell}\n")
    (tmp_path / "09_dying.ipynb").write_text("the old one")
    if launcher:  # found before the real one, by a kernel that is not forked
        monkeypatch.setattr(kernels, "CAN_FORK", False)
        (tmp_path / "ipykernel_launcher.py").write_text(f"raise ImportError({launcher!r})")
    says = rf"09_dying\.py: its kernel did not start, or died \({why}[^\n]*run make again"
    with pytest.raises(UserError, match=says):
        run.execute("09_dying", tmp_path / "log")
    assert (tmp_path / "09_dying.ipynb").read_text() == "the old one"
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_jupyterlab_finds_both_of_a_pair_alike(notebook):
    """It opens none where they differ, be it by a blank line: as before a function that opens a cell."""
    node = nbformat.read(notebook.executed, as_version=4)
    assert run.write_script(notebook, node) == notebook.source.read_text(encoding="utf-8")


@pytest.mark.skipif(not kernels.CAN_FORK, reason="elsewhere Jupyter starts kernels, by ports")
def test_a_kernel_takes_no_port_that_another_could_take_first(pair, monkeypatch):
    monkeypatch.setattr("socket.socket.bind", lambda *_: pytest.fail("a port is taken"))
    assert run.run_notebook(Notebook("09_pair"))


@pytest.mark.skipif(not kernels.CAN_FORK, reason="elsewhere Jupyter starts kernels, and says why one does not")
def test_a_forked_kernel_that_does_not_start_says_why(pair, monkeypatch):
    monkeypatch.setattr(run, "uuid", SimpleNamespace(uuid4=lambda: SimpleNamespace(hex="taken")))
    with socket.socket(socket.AF_UNIX) as other:
        other.bind("\0tokencheck-taken-1")
        with pytest.raises(UserError, match=r"did not start.*Address already in use"):
            run.run_notebook(Notebook("09_pair"))


def test_a_notebook_that_cannot_be_read_is_told_with_the_remedy(pair, tmp_path):
    """As git leaves it when both branches have built."""
    pair.executed.write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n")
    with pytest.raises(UserError, match=r"09_pair\.ipynb is not a notebook.*`rm [^`]*09_pair\.ipynb`"):
        run.execute("09_pair", tmp_path / "log")


def test_unknown_notebook_is_named():
    with pytest.raises(UserError, match="no notebook “07_more”; known: 00_start_here"):
        run.find_notebook("07_more")


# ------------------------------------------------------------------------------------------------------- both sides


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """A pair as the build leaves it, for these tests only."""
    for name in ("NOTEBOOK_FOLDER", "LOGS"):
        monkeypatch.setattr(paths, name, tmp_path)
    monkeypatch.setattr(run, "NOTEBOOKS", (Notebook("09_pair"),))
    notebook = Notebook("09_pair")
    notebook.source.write_text("# %% [markdown]\n# # Words\n\n# %%\n1 + 1\n")
    run.execute("09_pair", tmp_path / "log")
    return notebook


def edit(notebook, text):
    node = nbformat.read(notebook.executed, as_version=4)
    node.cells[1].source = text
    nbformat.write(node, notebook.executed)


def test_an_edit_of_the_notebook_reaches_the_script(pair, tmp_path):
    edit(pair, "2 + 2")
    run.execute("09_pair", tmp_path / "log")
    assert "2 + 2" in pair.source.read_text() and "# # Words" in pair.source.read_text()
    assert nbformat.read(pair.executed, as_version=4).cells[1].outputs[0].data["text/plain"] == "4"
    assert not run.settle_pair(pair)


def test_an_edit_of_the_script_holds(pair, tmp_path):
    pair.source.write_text(pair.source.read_text().replace("1 + 1", "3 + 3"))
    run.execute("09_pair", tmp_path / "log")
    assert nbformat.read(pair.executed, as_version=4).cells[1].source == "3 + 3"


def test_two_edits_stop_the_build_and_both_are_kept(pair, tmp_path):
    edit(pair, "2 + 2")
    pair.source.write_text(pair.source.read_text().replace("1 + 1", "3 + 3"))
    with pytest.raises(UserError, match=r"09_pair\.py and .*09_pair\.ipynb were both edited"):
        run.execute("09_pair", tmp_path / "log")
    assert "3 + 3" in pair.source.read_text()
    assert nbformat.read(pair.executed, as_version=4).cells[1].source == "2 + 2"


def test_the_name_that_jupyterlab_gives_the_kernel_does_not_stay(pair, tmp_path):
    header = (paths.ROOT / "notebooks" / "05_tokens.py").read_text("utf-8").partition("# %%")[0]
    pair.source.write_text(header + pair.source.read_text())
    run.execute("09_pair", tmp_path / "log")
    before = pair.source.read_text(), pair.executed.read_text()
    pair.source.write_text(before[0].replace("display_name: Python 3", "display_name: Python 3 (ipykernel)"))
    assert pair.source.read_text() != before[0]
    run.execute("09_pair", tmp_path / "log")
    assert (pair.source.read_text(), pair.executed.read_text()) == before
    assert not run.settle_pair(pair)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_taking_an_edit_over_changes_nothing_else_of_a_script(notebook):
    assert run.write_script(notebook, jupytext.read(notebook.source)) == notebook.source.read_text("utf-8")


# ---------------------------------------------------------------------------------------------------------- by hand


def list_shown(executed, parameters):
    """List what the cells show that read parameters, by their source."""
    cells = [cell for cell in nbformat.read(executed, as_version=4).cells if cell.cell_type == "code"]
    return {cell.source: str(cell.outputs) for cell in cells if list_names(cell.source)[0] & parameters}


@pytest.mark.parametrize(
    "name", NAMES if os.environ.get("TOKENCHECK_ALL_NOTEBOOKS") else ["05_tokens"]
)  # all: `make bench`
def test_papermill_runs_a_notebook_with_another_parameter_and_writes_nothing_else(name, copy):
    """What JupyterLab and VS Code do, too: a kernel that the build did not start."""
    before = {file: file.read_bytes() for file in sorted(copy.rglob("*")) if file.is_file()}
    environment = os.environ | {"TOKENCHECK_ROOT": str(copy), "PYTHONPATH": str(paths.ROOT / "src")}
    environment.pop(NOTEBOOK, None)
    parameter, value = next(iter(OTHERS[name].items()))
    given = {parameter: value} | WITH.get((name, parameter), {})
    options = [one for key, own in given.items() for one in ("-p", key, str(own))]
    command = ["-m", "papermill", "--no-progress-bar", f"notebooks/{name}.ipynb", str(copy / "OUT.ipynb"), *options]
    done = subprocess.run([sys.executable, *command], cwd=copy, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    shown, committed = (list_shown(copy / file, {*OTHERS[name]}) for file in ("OUT.ipynb", f"notebooks/{name}.ipynb"))
    assert committed and any(shown[source] != outputs for source, outputs in committed.items())
    after = {
        file: file.read_bytes() for file in sorted(copy.rglob("*")) if file.is_file() and ".doit" not in file.parts
    }
    after.pop(copy / "OUT.ipynb")  # and of tables a copy to read faster, which git ignores
    assert after == before


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_no_notebook_asks_to_be_trusted(notebook):
    """What is trusted runs scripts of its outputs when it is opened."""
    node = nbformat.read(notebook.executed, as_version=4)
    told = [node.metadata, *(cell.metadata for cell in node.cells)]
    assert not any({"trusted", "signature"} & set(one) for one in told)


# ------------------------------------------------------------------------------------------------- in VS Code, by hand


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=NAMES)
def test_a_notebook_has_what_vs_code_opens_it_by(notebook):
    """A valid file of a format with cell ids, each once; a kernel and a language; outputs of kinds that it draws."""
    node = nbformat.read(notebook.executed, as_version=nbformat.NO_CONVERT)
    nbformat.validate(node)
    assert (node.nbformat, node.nbformat_minor) >= (4, 5)
    assert len({cell.id for cell in node.cells}) == len(node.cells)
    assert node.metadata.kernelspec == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert node.metadata.language_info.name == "python"
    shown = {kind for cell in node.cells for output in cell.get("outputs", []) for kind in output.get("data", {})}
    assert shown <= {"image/svg+xml", "text/html", "text/markdown", "text/plain"}


def save_as_vs_code_does(notebook, source=None):
    """Save with what that editor adds: its kernel's name, the language whole and of each cell, ids, outputs by hand."""
    node = nbformat.read(notebook.executed, as_version=4)
    node.metadata["kernelspec"] = {"display_name": ".venv (3.11.9)", "language": "python", "name": "python3"}
    node.metadata["language_info"] = {"name": "python", "version": "3.11.9", "file_extension": ".py"}
    node.metadata["vscode"] = {"interpreter": {"hash": "0" * 64}}
    for number, cell in enumerate(node.cells):
        cell.id = f"W{number}sZmlsZQ"
        cell.metadata["vscode"] = {"languageId": "python" if cell.cell_type == "code" else "markdown"}
    node.cells[1].source = source or node.cells[1].source
    node.cells[1].update(outputs=[], execution_count=7)
    nbformat.write(node, notebook.executed)


def test_what_vs_code_adds_when_it_saves_is_no_edit(pair, tmp_path):
    before = pair.source.read_bytes(), pair.executed.read_bytes()
    save_as_vs_code_does(pair)
    assert not run.settle_pair(pair)
    run.execute("09_pair", tmp_path / "log")
    assert (pair.source.read_bytes(), pair.executed.read_bytes()) == before


def test_an_edit_saved_in_vs_code_is_taken_over_and_nothing_else(pair):
    save_as_vs_code_does(pair, "2 + 2")
    before = pair.source.read_text()
    assert run.settle_pair(pair)
    assert pair.source.read_text() == before.replace("1 + 1", "2 + 2")
