"""The notebooks: what each reads and writes, and how it is executed so that its outputs never change by themselves."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tokencheck import econometrics, paths
from tokencheck.errors import UserError
from tokencheck.results import write_text_atomically

if TYPE_CHECKING:
    import nbformat

    from tokencheck.evidence.tables import Tables

MOST_LINES = 150

# One thread and a fixed seed and date: the same inputs then give the same bytes.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "agg",
    "SOURCE_DATE_EPOCH": "1773360000",  # 13 March 2026, the article's date
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


@dataclass(frozen=True)
class Notebook:
    """One notebook: a question, the tables it may read, and the files it writes.

    Attributes
    ----------
    name : str
        File name without ending.
    topic : str or None
        Names the files of its facts and, where it computes claims, of their measurements.
    tables : tuple of str
        The only tables that `load_tables` gives it.
    claims : tuple of str
        The claims whose rows and grid it writes.
    figures : tuple of str
        The figures it draws.
    after : tuple of str
        Notebooks whose facts it reads.
    results : tuple of str
        Further files that it writes, inside ``data/results``.
    reads : tuple of str
        Files inside ``data/results`` that another task writes and it only reads.
    code : tuple of str
        Modules that it uses beside those of every notebook, so that a change of them repeats it alone.
    """

    name: str
    topic: str | None = None
    tables: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    @property
    def measures(self) -> bool:
        """Whether it computes the readings of claims."""
        return bool(self.claims)

    @property
    def source(self) -> Path:
        """The percent script, which people edit."""
        return paths.NOTEBOOKS / f"{self.name}.py"

    @property
    def executed(self) -> Path:
        """The notebook with outputs."""
        return paths.NOTEBOOKS / f"{self.name}.ipynb"

    @property
    def targets(self) -> list[Path]:
        """Every file that executing it writes."""
        files = [self.executed, *(paths.RESULTS / name for name in self.results)]
        files += [paths.FIGURES / f"{name}.{ending}" for name in self.figures for ending in ("svg", "png", "json")]
        if self.topic:
            files.append(paths.FACTS / f"{self.topic}.json")
        if self.measures:
            files.append(paths.MEASUREMENTS / f"{self.topic}.json")
        return files + [folder / f"{claim}.csv" for claim in self.claims for folder in (paths.ROWS, paths.GRID)]


ESTIMATION = tuple(f"econometrics/{name}" for name in ("precision", "median", "specification", "sample", "estimation"))
NOTEBOOKS = (
    Notebook("01_article", tables=("lineage", "sources"), figures=("article-sections",)),
    Notebook(
        "02_usage",
        topic="usage",
        tables=(
            "usage_daily",
            "usage_wednesdays",
            "usage_labs_daily",
            "usage_chart_weeks",
            "world_tokens",
            "reported_figures",
            "labs",
            "sources",
        ),
        claims=("C02", "C03", "C04", "C05", "C18", "C19", "C46"),
        figures=("usage-share-by-scope", "usage-stated-week", "usage-then-and-now", "usage-two-models"),
    ),
    Notebook(
        "03_prices",
        topic="prices",
        tables=(
            "price_changes",
            "vendor_prices",
            "point_prices",
            "exchange_rates",
            "usage_leaderboard",
            "usage_top10",
            "models",
            "labs",
            "sources",
        ),
        claims=("C20", "C26", "C28", "C44", "C45", "C49"),
        figures=("prices-ladder", "prices-m25-ratio", "prices-grids"),
    ),
    Notebook(
        "04_electricity",
        topic="electricity",
        tables=(
            "electricity_us",
            "electricity_us_zones",
            "electricity_eu",
            "electricity_cn",
            "cn_tariff_components",
            "exchange_rates",
            "sources",
        ),
        claims=("C12", "C13", "C14"),
        figures=("electricity-ladder", "electricity-plant-to-meter", "electricity-ratios", "electricity-us-states"),
    ),
    Notebook(
        "05_tokens",
        topic="tokens",
        tables=("video_sizes", "agent_logs", "company_figures", "sources"),
        claims=("C08", "C09", "C35"),
        figures=("tokens-agents", "tokens-multiples", "tokens-video"),
    ),
    # Reads prices of electricity from the facts of the notebook before it.
    Notebook(
        "06_energy",
        topic="energy",
        tables=(
            "energy_per_token",
            "pue",
            "commodities",
            "cost_structure",
            "company_figures",
            "exchange_rates",
            "vendor_prices",
            "sources",
        ),
        claims=("C10", "C15", "C16", "C37"),
        figures=("energy-cost-shares", "energy-cost-swings", "energy-kwh-value", "energy-pue", "energy-tokens-per-kwh"),
        after=("04_electricity",),
    ),
    Notebook(
        "07_hosts",
        topic="hosts",
        tables=(
            "hosts",
            "usage_daily",
            "usage_wednesdays",
            "usage_leaderboard",
            "price_changes",
            "models",
            "labs",
            "sources",
        ),
        claims=("C17",),
        figures=("hosts-price-ratio", "hosts-value"),
    ),
    Notebook(
        "08_models",
        topic="models",
        tables=("benchmarks", "company_figures", "price_changes", "vendor_prices", "sources"),
        claims=("C22", "C23", "C25", "C43"),
        figures=("models-kimi-window", "models-scores", "models-windows"),
    ),
    Notebook(
        "09_companies",
        topic="companies",
        tables=("company_figures", "findings", "usage_daily", "usage_wednesdays", "world_tokens", "labs", "sources"),
        claims=("C21", "C40", "C41"),
        figures=("companies-coding-bounds", "companies-efficiency", "companies-world-scale"),
    ),
    Notebook(
        "10_lineage",
        topic="lineage",
        tables=("lineage", "sources"),
        figures=(
            "lineage-c01",
            "lineage-c02",
            "lineage-c03",
            "lineage-c04",
            "lineage-c05",
            "lineage-c10",
            "lineage-c11",
            "lineage-c12",
            "lineage-c13",
            "lineage-c14",
            "lineage-c15",
            "lineage-c16",
            "lineage-c18",
            "lineage-c20",
            "lineage-c22",
            "lineage-c23",
            "lineage-c24",
            "lineage-c25",
            "lineage-c26",
            "lineage-c30",
            "lineage-c33",
            "lineage-c37",
            "lineage-c46",
            "lineage-c47",
            "lineage-c49",
            "lineage-c50",
            "lineage-c51",
            "lineage-overview",
        ),
    ),
    Notebook(
        "11_regressions",
        topic="regressions",
        tables=(*econometrics.TABLES, "sources"),
        figures=(
            "regressions-answers",
            "regressions-bounds",
            "regressions-left-out",
            "regressions-simulation",
            "regressions-week",
        ),
        results=(
            "estimates.csv",
            "regressions/bounds.csv",
            "regressions/checks.csv",
            "regressions/formulas.csv",
            "regressions/left_out.csv",
            "regressions/matches.csv",
            "regressions/variations.csv",
        ),
        code=(*ESTIMATION, "econometrics/headlines", "econometrics/robustness", "econometrics/simulation"),
    ),
    Notebook(
        "11_shares",
        topic="decomposition",
        tables=(*econometrics.TABLES, "sources"),
        figures=("regressions-event", "regressions-shares"),
        results=(
            "regressions/decomposition.csv",
            "regressions/event_averages.csv",
            "regressions/event_counts.csv",
            "regressions/event_paths.csv",
            "regressions/shares.csv",
        ),
        code=(
            *ESTIMATION,
            "econometrics/decomposition",
            "econometrics/eventstudy",
            "econometrics/headlines",
            "econometrics/robustness",
        ),
    ),
    # Reads the curve, which a task of its own runs: a change of this notebook does not run it again.
    Notebook(
        "12_specifications",
        topic="specifications",
        tables=("literature", "sources"),
        figures=("specifications-curve",),
        reads=("specifications.csv",),
        code=(*ESTIMATION, "econometrics/curve"),
    ),
    # Reads data/results/verdicts.json, which one task writes from the measurements of the notebooks before it.
    Notebook("13_verdicts", tables=("sources",), figures=("verdict-bar",)),
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


def load_tables(name: str) -> "Tables":
    """Give a notebook the tables that it declares, and no others.

    Parameters
    ----------
    name : str
        The notebook's name, such as ``02_usage``.

    Returns
    -------
    Tables
    """
    from tokencheck.evidence.tables import Tables

    return Tables(only=find_notebook(name).tables)


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
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(node.cells):
        cell.id = f"{number:02}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
        cell.metadata = {}
    return node


def run(notebook: Notebook) -> str:
    """Execute a notebook in a fresh kernel of this environment.

    Parameters
    ----------
    notebook : Notebook

    Returns
    -------
    str
        The executed notebook as JSON text.

    Raises
    ------
    UserError
        When a cell fails; the message names notebook, cell and error.
    """
    import nbformat
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    node = read_source(notebook)
    metadata = dict(node.metadata)
    # No kernel folders: the native kernel is then the interpreter that runs this, never one installed elsewhere.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    client = NotebookClient(
        node,
        km=manager,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(paths.NOTEBOOKS)}},
    )
    try:
        client.execute(env={**os.environ, **ENVIRONMENT, "TOKENCHECK_ROOT": str(paths.ROOT)})
    except CellExecutionError as problem:
        raise UserError(_describe_failure(notebook, node, problem)) from None
    except DeadKernelError:
        raise UserError(f"{paths.shorten(notebook.source)}: the kernel died. Run it in `make lab`.") from None
    node.metadata = metadata
    return nbformat.writes(node, version=nbformat.NO_CONVERT) + "\n"


def _describe_failure(notebook: Notebook, node: "nbformat.NotebookNode", problem: Exception) -> str:
    number, cell = next(
        (number, cell)
        for number, cell in enumerate(node.cells, 1)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    )
    first = cell.source.splitlines()[0]
    what = problem.evalue if problem.ename == "UserError" else f"{problem.ename}: {problem.evalue}"
    return f"{paths.shorten(notebook.source)}, cell {number} (“{first}”): {what}"


def execute(name: str) -> None:
    """Execute a notebook and write it beside its script; on failure the old one stays.

    Parameters
    ----------
    name : str
        The notebook's name.
    """
    notebook = find_notebook(name)
    write_text_atomically(notebook.executed, run(notebook))


def check_pair(notebook: Notebook) -> list[str]:
    """Compare a script with the executed notebook beside it.

    Parameters
    ----------
    notebook : Notebook

    Returns
    -------
    list of str
        What is out of step; empty when nothing is.
    """
    import nbformat

    name = paths.shorten(notebook.executed)
    if not notebook.executed.exists():
        return [f"{name} is missing. Run `make report`."]
    wanted = [(cell.cell_type, cell.source) for cell in read_source(notebook).cells]
    node = nbformat.read(notebook.executed, as_version=4)
    found = [(cell.cell_type, cell.source) for cell in node.cells]
    problems = [
        f"{name}, cell {number} differs from the script. Run `make report`."
        for number, (one, other) in enumerate(zip(wanted, found, strict=False), 1)
        if one != other
    ]
    if len(wanted) != len(found):
        problems.append(f"{name} has {len(found)} cells, the script {len(wanted)}. Run `make report`.")
    for number, cell in enumerate(node.cells, 1):
        if cell.cell_type == "code" and cell.execution_count is None:
            problems.append(f"{name}, cell {number} has not been executed. Run `make report`.")
    return problems
