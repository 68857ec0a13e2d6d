"""What the page of data shows of each table beside its contract: how long it is, and how it begins."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokencheck import paths
from tokencheck.results import read_bytes

FIRST = 5  # rows
LONGEST = 60  # characters of a cell; the file holds the rest


def _shorten(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def read_beginning(path: Path) -> dict[str, Any]:
    """Read the beginning of a table, and count its rows.

    Parameters
    ----------
    path : Path
        A CSV with a header, compressed or not.

    Returns
    -------
    dict
        ``file``, ``count``, ``header`` and the ``first`` rows, long cells cut.
    """
    text = read_bytes(path).decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""))
    header = next(rows)
    first = [row for row, _ in zip(rows, range(FIRST), strict=False)]
    # a line break stands in a row only between quotes
    count = len(text.splitlines()) - 1 if '"' not in text else sum(1 for _ in csv.reader(io.StringIO(text))) - 1
    return {
        "file": path.name,
        "count": count,
        "header": header,
        "first": [[_shorten(value) for value in row] for row in first],
    }


def describe_tables(contract: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Describe every table of the contract; see `read_beginning`.

    Parameters
    ----------
    contract : mapping
        The data package.

    Returns
    -------
    dict of str to dict
        The name of each table to its description.
    """
    return {table["name"]: read_beginning(paths.DATA / table["path"]) for table in contract["resources"]}
