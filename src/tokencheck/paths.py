"""Where things are: one constant per folder or file of the project."""

import os
from pathlib import Path

ROOT = Path(os.environ.get("TOKENCHECK_ROOT") or Path(__file__).resolve().parents[2])

DATA = ROOT / "data"
TABLES = DATA / "tables"
DATAPACKAGE = DATA / "datapackage.json"
CLAIMS = DATA / "claims.yml"
VERDICTS_SCHEMA = DATA / "verdicts.schema.json"

RESULTS = DATA / "results"
MEASUREMENTS = RESULTS / "measurements"
GRID = RESULTS / "grid"
ROWS = RESULTS / "rows"
FACTS = RESULTS / "facts"
SPECIFICATIONS = RESULTS / "specifications.csv"
VERDICTS = RESULTS / "verdicts.json"
ESTIMATES = RESULTS / "estimates.csv"
REGRESSIONS = RESULTS / "regressions"
LOGS = RESULTS / "logs"
PROJECT = DATA / "project.yml"
EDITIONS = DATA / "editions"
REVIEWS = DATA / "reviews"

NOTEBOOK_FOLDER = ROOT / "notebooks"
FIGURES = ROOT / "figures"
README = ROOT / "README.md"

REPORT = ROOT / "report"
WORDS = REPORT / "words"
SITE = REPORT / "_site"


def shorten(path: Path) -> str:
    """Name a path the way a reader of the project knows it, relative to its root.

    Parameters
    ----------
    path : Path
        A file or folder, inside the project or not.

    Returns
    -------
    str
        The path relative to the project, with forward slashes; unchanged when it lies elsewhere.
    """
    try:
        return path.resolve().relative_to(ROOT.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def name_table(file: str | Path) -> str:
    """Name the table that a file holds.

    Examples
    --------
    >>> name_table("data/tables/usage_daily.csv.gz")
    'usage_daily'
    """
    return Path(file).name.split(".")[0]
