"""The notebooks: in which order they run, and how each is executed so that its outputs never change by themselves."""

import hashlib
import json
import os
import re
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokencheck import errors, footprints, paths, results, watch
from tokencheck.errors import UserError
from tokencheck.notebook import kernels
from tokencheck.results import NOTEBOOK, read_json, write_json, write_text_atomically

if TYPE_CHECKING:
    import nbformat
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning import LocalProvisioner

# With this module nbformat takes 3 s to load: it compiles a grammar of international web addresses 38 times over, and
# no notebook is checked for one. What would load it does without what cannot be loaded.
sys.modules.setdefault("rfc3987_syntax", None)

PARAMETERS = "parameters"  # the tag of the one cell that may be changed to try something out

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KERNEL_NAME = re.compile(r"^(?P<key># +display_name: ).+$", re.MULTILINE)
_HEADER = re.compile(r"# ---\n.*?\n# ---\n", re.DOTALL)  # of a script: how Jupytext pairs it

# What runs a notebook, beside what its kernel imports.
CODE = tuple(
    Path(one)
    for one in (__file__, *(module.__file__ for module in (errors, footprints, kernels, paths, results, watch)))
)

# One thread and a fixed seed and date: the same inputs then give the same bytes.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "SOURCE_DATE_EPOCH": "1773360000",  # 13 March 2026, the article's date
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONDONTWRITEBYTECODE": "",  # where it is set, each process compiles pandas and the rest anew: 7 s
}


@dataclass(frozen=True)
class Notebook:
    """One notebook. Everything else, such as its tables and figures, is recorded when it runs.

    Attributes
    ----------
    name : str
        File name without ending.
    after : tuple of str
        Steps of the build, or notebooks, whose results it reads.
    """

    name: str
    after: tuple[str, ...] = ()

    @property
    def source(self) -> Path:
        """The percent script, which people edit."""
        return paths.NOTEBOOK_FOLDER / f"{self.name}.py"

    @property
    def executed(self) -> Path:
        """The notebook with outputs."""
        return paths.NOTEBOOK_FOLDER / f"{self.name}.ipynb"

    @property
    def log(self) -> Path:
        """What it read and wrote when it was last executed, for those who build on it."""
        return paths.LOGS / f"{self.name}.json"


NOTEBOOKS = (
    Notebook("00_start_here"),
    Notebook("01_article"),
    Notebook("02_usage"),
    Notebook("02b_models"),
    Notebook("03_prices"),
    Notebook("03b_lists"),
    Notebook("04_electricity"),
    Notebook("04b_bills"),
    Notebook("04c_meter"),
    Notebook("05_tokens"),
    Notebook("06_energy"),
    Notebook("06b_pue"),
    Notebook("06c_power", after=("04_electricity",)),  # reads prices of electricity from its facts
    Notebook("07_hosts", after=("06c_power",)),  # quotes what power could explain of a price
    Notebook("08_models"),
    Notebook("09_companies"),
    Notebook("10_lineage"),
    Notebook("11_shares"),
    Notebook("11_regressions", after=("11_shares",)),  # quotes what shakes the estimates
    Notebook("11_designs", after=("11_regressions",)),  # adds its rows to the estimates of the first
    Notebook("11b_headlines", after=("11_designs",)),  # holds its sums to the estimates that stand then
    Notebook("11c_within", after=("11_designs",)),
    Notebook("12_specifications", after=("curve", "11_designs")),  # holds one of the curve to the estimates, too
    Notebook("13_verdicts", after=("verdicts",)),
)


def find_notebook(name: str) -> Notebook:
    """Give a notebook by name.

    Raises
    ------
    UserError
        When there is none of that name.
    """
    for notebook in NOTEBOOKS:
        if notebook.name == name:
            return notebook
    raise UserError(f"there is no notebook “{name}”; known: {', '.join(one.name for one in NOTEBOOKS)}")


def read_source(notebook: Notebook) -> "nbformat.NotebookNode":
    """Read a notebook's script, with cell ids that depend only on the cells.

    Parameters
    ----------
    notebook : Notebook

    Returns
    -------
    NotebookNode
        Without outputs.
    """
    import jupytext

    if not notebook.source.exists():
        raise UserError(f"{paths.shorten(notebook.source)} is missing. Restore it with git.")
    node = jupytext.read(notebook.source)
    node.metadata = {
        "jupytext": {"formats": "ipynb,py:percent"},
        "kernelspec": dict(KERNEL),
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(node.cells):
        cell.id = f"{number:02}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
        cell.metadata = _keep_tags(cell)
    return node


def _keep_tags(cell: "nbformat.NotebookNode") -> dict[str, list[str]]:
    tags = [tag for tag in cell.metadata.get("tags", []) if tag == PARAMETERS]
    return {"tags": tags} if tags else {}


def hash_cells(node: "nbformat.NotebookNode") -> str:
    """Hash what people write of a notebook: the kinds, texts and tags of its cells."""
    cells = [[cell.cell_type, cell.source, _keep_tags(cell)] for cell in node.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def write_script(notebook: Notebook, node: "nbformat.NotebookNode") -> str:
    """Write cells as the percent script of a notebook, below the header that it has."""
    import jupytext

    header = _HEADER.match(notebook.source.read_text(encoding="utf-8"))
    return (header[0] if header else "") + _HEADER.sub("", jupytext.writes(node, fmt="py:percent"))


def settle_pair(notebook: Notebook) -> bool:
    """Take an edit that was made in the notebook with outputs over into its script, where only the former changed.

    Parameters
    ----------
    notebook : Notebook
        Its log keeps the hash of what both held when the build last ran it; without one the script holds.

    Returns
    -------
    bool
        Whether the script was written.

    Raises
    ------
    UserError
        When both were changed, each in another way, or the notebook cannot be read.
    """
    import jupytext
    import nbformat
    import nbformat.reader

    if not (notebook.executed.exists() and notebook.log.exists()):
        return False
    names = paths.shorten(notebook.source), paths.shorten(notebook.executed)
    try:
        edited = nbformat.read(notebook.executed, as_version=4)
    except (nbformat.reader.NotJSONError, UnicodeDecodeError):  # as a merge may leave it
        raise UserError(
            f"{names[1]} is not a notebook. The build writes it: `rm {names[1]}`; run make again."
        ) from None
    script = read_source(notebook)
    restored = _restore_header(notebook)
    before, here, there = read_json(notebook.log).get("cells"), hash_cells(script), hash_cells(edited)
    if before is None or there in (before, here):
        return restored
    if here != before:
        raise UserError(
            f"{names[0]} and {names[1]} were both edited, each in another way. Keep one: `git checkout -- {names[0]}` "
            f"for the edit in the notebook, `rm {names[1]}` for that in the script; then run make again."
        )
    node = jupytext.read(notebook.source)
    node.cells = edited.cells
    for cell in node.cells:
        cell.metadata = _keep_tags(cell)
    write_text_atomically(notebook.source, write_script(notebook, node))
    print(f"Took the edit in {names[1]} over into {names[0]}.")
    return True


def _restore_header(notebook: Notebook) -> bool:
    """Undo what JupyterLab writes into a script with whatever it saves: its own name of the kernel."""
    text = notebook.source.read_text(encoding="utf-8")
    restored = _HEADER.sub(
        lambda header: KERNEL_NAME.sub(rf"\g<key>{KERNEL['display_name']}", header[0]), text, count=1
    )
    if restored != text:
        write_text_atomically(notebook.source, restored)
    return restored != text


def run_notebook(notebook: Notebook, log: Path | None = None) -> str:
    """Execute a notebook in a fresh kernel of this environment.

    Parameters
    ----------
    notebook : Notebook
    log : Path, optional
        Where `tokencheck.watch` notes what the kernel reads and writes.

    Returns
    -------
    str
        The executed notebook as JSON text.

    Raises
    ------
    UserError
        When a cell fails; the message names notebook, cell and error. When its kernel does not start, or dies.
    """
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    node = read_source(notebook)
    metadata = dict(node.metadata)
    start = f"__import__('tokencheck.watch', fromlist=['start']).start({str(log)!r})"  # leaves no name behind
    watching = [f"--IPKernelApp.exec_lines={start}"] if log else []
    # No kernel folders: the native kernel is then the interpreter that runs this, never one installed elsewhere.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    if kernels.CAN_FORK:
        # By name, not by port: of ports that are free now, another kernel may take one before this one is up.
        manager.transport, manager.ip = "ipc", f"@tokencheck-{uuid.uuid4().hex}"  # an @ leaves no file behind
        manager.provisioner = _make_provisioner(manager)
    client = NotebookClient(
        node,
        km=manager,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR", *watching],
        resources={"metadata": {"path": str(paths.NOTEBOOK_FOLDER)}},
        shutdown_kernel="immediate",  # it has nothing to save
    )
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:  # what the kernel says, not a cell
        try:
            client.execute(
                cleanup_kc=True,
                env={**os.environ, **ENVIRONMENT, "TOKENCHECK_ROOT": str(paths.ROOT), NOTEBOOK: notebook.name},
                stderr=said,
            )
        except CellExecutionError as problem:
            raise UserError(_describe_failure(notebook, node, problem)) from None
        except (DeadKernelError, RuntimeError) as problem:  # of the kernel's start nbclient tells as a RuntimeError
            client.km = manager  # nbclient has let go of it, and looks for it when this process ends
            said.seek(0)
            raise UserError(_describe_death(notebook, problem, said.read())) from None
    node.metadata = metadata
    return nbformat.writes(node, version=nbformat.NO_CONVERT) + "\n"


def _make_provisioner(manager: "AsyncKernelManager") -> "LocalProvisioner":
    """Make what starts a kernel for Jupyter, by `tokencheck.notebook.kernels`."""
    from jupyter_client.provisioning import LocalProvisioner

    class Forking(LocalProvisioner):
        async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
            self.cwd = kwargs["cwd"]
            self.process = kernels.fork_kernel(cmd, kwargs["env"], self.cwd, kwargs["stderr"])
            self.pid = self.pgid = self.process.pid
            return self.connection_info

    return Forking(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)


def _describe_failure(notebook: Notebook, node: "nbformat.NotebookNode", problem: Exception) -> str:
    number, cell = next(
        (number, cell)
        for number, cell in enumerate(node.cells, 1)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    )
    first = cell.source.splitlines()[0]
    what = problem.evalue if problem.ename == "UserError" else f"{problem.ename}: {problem.evalue}"
    return f"{paths.shorten(notebook.source)}, cell {number} (“{first}”): {what}"


def _describe_death(notebook: Notebook, problem: Exception, said: str) -> str:
    last = said.strip().splitlines()[-1:]
    why = "; ".join([str(problem).strip().rstrip("."), *last])
    return (
        f"{paths.shorten(notebook.source)}: its kernel did not start, or died ({why}). Where memory or a right is "
        "missing, mend that and run make again; else run the notebook in `make lab`."
    )


def execute(name: str, log: Path) -> None:
    """Execute a notebook and write it beside its script; on failure the old one stays.

    Parameters
    ----------
    name : str
        The notebook's name.
    log : Path
        Where `tokencheck.watch` notes what is read and written; the runner's own files are added.
    """
    import nbformat

    notebook = find_notebook(name)
    taken = settle_pair(notebook)
    executed = run_notebook(notebook, log)
    write_text_atomically(notebook.executed, executed)
    found = footprints.read_log(log)
    own = {what: sorted(_name_results(found[what])) for what in (watch.READ, watch.WRITTEN)}
    write_json(notebook.log, {"cells": hash_cells(nbformat.reads(executed, as_version=4)), **own})
    footprints.add_to_log(log, watch.READ, [notebook.source, *CODE])
    footprints.add_to_log(log, watch.WRITTEN, [notebook.executed, notebook.log, *[notebook.source] * taken])


def _name_results(files: Iterable[str]) -> Iterator[str]:
    """Name those of some files that are data, results or figures."""
    for file in map(Path, files):
        if paths.DATA in file.parents or paths.FIGURES in file.parents:
            yield paths.shorten(file)


def read_logs() -> dict[str, dict[str, Any]]:
    """Read which data, results and figures each notebook read and wrote.

    Returns
    -------
    dict
        Name of the notebook to ``read`` and ``written``, paths inside the project, and the hash of its ``cells``.
    """
    return {file.stem: read_json(file) for file in sorted(paths.LOGS.glob("*.json"))}


def find_tables(file: str) -> set[str]:
    """Find the tables that a result rests on: those read by the notebook that wrote it, and by those before it.

    Parameters
    ----------
    file : str
        Path inside the project, such as ``data/results/grid/C05.csv``.

    Returns
    -------
    set of str
        Empty when no notebook wrote it.
    """
    read = {one for log in read_logs().values() if file in log["written"] for one in log["read"]}
    before = (find_tables(one) for one in read if one.startswith("data/results/"))
    return {paths.name_table(one) for one in read if one.startswith("data/tables/")}.union(*before)
