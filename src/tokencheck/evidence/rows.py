"""Rows on their way to a table: as text, as an update of a whole table, and as the file they become."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.tables import CELL_TYPES, Resource, find_resource
from tokencheck.results import is_packed_plainly, read_rows, unpack

Row = Mapping[str, str]


@dataclass(frozen=True)
class Update:
    """What one table becomes.

    Attributes
    ----------
    table : str
        Table of the contract.
    rows : sequence of mapping
        The whole new table, one mapping of column to text a row; order does not matter.
    upstream : sequence of mapping
        Entries for the provenance record: source_id, url, repository, commit, file, sha256. One with the same
        source_id and url takes the place of the old one.
    credit : str, optional
        The new credit line of the table.
    accessed : str, optional
        The day the newest rows were read.
    processing : str, optional
        How these rows were made, one sentence; added to what the provenance record says, once.
    facts : mapping
        Further fields for the provenance record, such as ``missing_days``.
    """

    table: str
    rows: Sequence[Row]
    upstream: Sequence[Mapping[str, Any]] = ()
    credit: str | None = None
    accessed: str | None = None
    processing: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Draft:
    """The files that are to change, by their path below `data`; compressed ones as they read."""

    data: Path
    contract: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)

    def resource(self, table: str) -> Resource:
        """Find a table in the contract that is being written."""
        for resource in self.contract["resources"]:
            if resource["name"] == table:
                return resource
        raise UserError(f"There is no table “{table}” in data/datapackage.json.")

    def put(self, name: str, content: bytes) -> None:
        """Take up a file if it differs from the one in place.

        Another zlib may pack the same rows into other bytes: they are no change.
        """
        path = self.data / name
        stored = path.read_bytes() if path.exists() else None
        if stored is None or unpack(name, stored) != content or not is_packed_plainly(name, stored):
            self.files[name] = content

    def put_json(self, name: str, node: Any) -> None:
        """Take up a JSON file in the form in which the project keeps it."""
        self.put(name, (json.dumps(node, ensure_ascii=False, indent=2) + "\n").encode())


def read_texts(table: str, data: Path | None = None) -> list[dict[str, str]]:
    """Read a table as text, row by row, as `tokencheck.evidence.store.replace` takes it back.

    Parameters
    ----------
    table : str
        Table of the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of dict of str to str
    """
    folder = data or paths.DATA
    return read_rows(folder / find_resource(table, data)["path"])


def format_table(resource: Resource, rows: Sequence[Row]) -> str:
    """Write rows the one way tables are written: columns of the contract, sorted by key, LF.

    Raises
    ------
    UserError
        When a row has a column the contract does not know.
    """
    fields = {described["name"]: described for described in resource["schema"]["fields"]}
    for row in rows:
        if unknown := row.keys() - fields.keys():
            raise UserError(f"Table {resource['name']} has no column “{min(unknown)}”; see data/datapackage.json.")
    texts = pd.DataFrame({name: [row.get(name) or "" for row in rows] for name in fields}, dtype="object")
    keys = pd.DataFrame(index=texts.index)
    for name in resource["schema"]["primaryKey"]:
        kind, cells = CELL_TYPES[fields[name]["type"]], texts[name]
        keys[name] = kind.convert(cells.where((cells != "") & kind.fits(cells), None), fields[name])
    order = keys.sort_values(list(keys.columns), kind="stable").index
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(texts.loc[order].itertuples(index=False, name=None))
    return buffer.getvalue()
