"""Rows on their way to a table: as text, as an update of a whole table, and as the file they become."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence.tables import CELL_TYPES, CellType, Resource, find_resource
from tokencheck.results import is_packed_plainly, parse_rows, read_csv_text, unpack

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


@lru_cache(maxsize=4)
def _parse(text: str) -> tuple[Row, ...]:
    return tuple(parse_rows(text))


def read_texts(table: str, data: Path | None = None) -> list[Row]:
    """Read a table as text, row by row, as `tokencheck.evidence.store.replace` takes it back.

    A change of tables reads the same ones several times: the rows of one content are the same objects each time.

    Parameters
    ----------
    table : str
        Table of the contract.
    data : Path, optional
        Folder that holds ``datapackage.json`` and ``tables/``; the project's own by default.

    Returns
    -------
    list of mapping of str to str
        Nobody changes them.
    """
    folder = data or paths.DATA
    return list(_parse(read_csv_text(folder / find_resource(table, data)["path"])))


def make_key(resource: Resource) -> Callable[[Row], tuple[str, ...]]:
    """Make the function that gives the primary key of a row.

    Examples
    --------
    >>> make_key({"schema": {"primaryKey": ["b", "a"]}})({"a": "1", "b": "2", "c": "3"})
    ('2', '1')
    """
    columns = resource["schema"]["primaryKey"]
    return itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)


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
    columns = {name: [row.get(name) or "" for row in rows] for name in fields}
    places = {name: _Places(CELL_TYPES[fields[name]["type"]]) for name in resource["schema"]["primaryKey"]}
    keys = list(zip(*(map(own.__getitem__, columns[name]) for name, own in places.items()), strict=True))
    order = sorted(range(len(rows)), key=keys.__getitem__)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(fields)
    writer.writerows(zip(*(map(cells.__getitem__, order) for cells in columns.values()), strict=True))
    return buffer.getvalue()


class _Places(dict[str, tuple[Any, ...]]):
    """Where the cells of a column stand when it is sorted: numbers by value, all else by text, what is none last.

    Each distinct text is looked at once. A moment is written so that its text stands where it does.
    """

    def __init__(self, kind: CellType):
        super().__init__()
        self.kind = kind

    def __missing__(self, cell: str) -> tuple[Any, ...]:
        if not cell or not self.kind.written.fullmatch(cell):
            self[cell] = (True,)
        else:
            self[cell] = (False, Decimal(cell) if self.kind.is_number else cell)
        return self[cell]
