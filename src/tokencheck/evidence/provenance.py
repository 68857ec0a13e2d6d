"""The sources of rows and the provenance records of tables, kept in step with the rows themselves."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tokencheck.evidence.rows import Draft, Row, Update, read_texts
from tokencheck.evidence.tables import SOURCES, Resource, read_contract
from tokencheck.results import read_csv_text, read_json

SOURCE_COLUMNS = ("source_id", "seat_source_id")  # columns that refer to `sources`


def upsert_sources(before: Sequence[Row], given: Iterable[Row], unused: set[str]) -> list[Row]:
    """Give the register of sources without those on which no row rests, and with the given ones."""
    rows = {row["source_id"]: row for row in before if row["source_id"] not in unused}
    rows |= {row["source_id"]: row for row in given}
    return list(rows.values())


def find_unused(data: Path, updates: Sequence[Update], before: Mapping[str, Sequence[Row]]) -> set[str]:
    """Name the sources that some row rested on before and none does after."""

    def collect(rows: Iterable[Row]) -> set[str]:
        return {row[column] for row in rows for column in SOURCE_COLUMNS if row.get(column)}

    after = {update.table: update.rows for update in updates}
    gone = set().union(*(collect(before[name]) - collect(after[name]) for name in after)) if after else set()
    for resource in read_contract(data)["resources"] if gone else ():
        if resource["name"] != SOURCES:
            name = resource["name"]
            if name in after:
                gone -= collect(after[name])
                continue
            text = read_csv_text(data / resource["path"])
            if any(one in text for one in gone):  # else no row of it need be looked at
                gone -= collect(read_texts(name, data))
    return gone


def _title(source: Row) -> dict[str, str]:
    entry = {"title": f"{source['publisher']}: {source['title']}"}
    return entry | ({"path": source["url"]} if source.get("url") else {})


def describe_sources(resource: Resource, update: Update, given: Sequence[Row], dropped: Sequence[Row]) -> None:
    """Keep the sources and the credit that the contract names in step with the rows."""
    used = {row["source_id"] for row in update.rows if row.get("source_id")}
    listed = [one for one in resource.get("sources", []) if one not in [_title(row) for row in dropped]]
    listed += [_title(row) for row in given if row["source_id"] in used and _title(row) not in listed]
    if listed:
        resource["sources"] = listed
    if update.credit:
        resource["credit"] = update.credit


def record_table(draft: Draft, update: Update, content: bytes, dropped: set[str]) -> None:
    """Bring the provenance record of a table up to date."""
    name = f"provenance/{update.table}.json"
    record = read_json(draft.data / name, f"Restore it with `git checkout -- data/{name}`.")
    new = [dict(one) for one in update.upstream]
    replaced = {(one["source_id"], one["url"]) for one in new}
    kept = [one for one in record["upstream"] if (one.get("source_id"), one.get("url")) not in replaced]
    record["upstream"] = [one for one in kept if one.get("source_id") not in dropped] + new
    if update.credit:
        record["credit"] = update.credit
    if update.processing and update.processing not in record["processing"]:
        record["processing"] = f"{record['processing']} {update.processing}"
    if update.accessed:
        record["accessed"] = update.accessed
        record["accessed_note"] = "The day on which the newest rows were read."
    draft.put_json(name, complete_record(record | dict(update.facts), update.table, update.rows, content))


def complete_record(record: Mapping[str, Any], table: str, rows: Sequence[Row], content: bytes) -> dict[str, Any]:
    """Bring what a provenance record says of the file itself up to date; what people wrote in it stays.

    Parameters
    ----------
    record : mapping
        As read from ``data/provenance``.
    table : str
        Table of the contract.
    rows : sequence of mapping
        Its rows as text.
    content : bytes
        The file they are written in.

    Returns
    -------
    dict
        With ``other_sources``, ``rows``, ``bytes`` and ``sha256`` as they are now.
    """
    upstream = {one.get("source_id") for one in record["upstream"]}
    used = {row["source_id"] for row in rows if row.get("source_id")} if table != SOURCES else set()
    ending = {"rows": len(rows), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    kept = {key: value for key, value in record.items() if key not in ending}
    return kept | {"other_sources": sorted(used - upstream)} | ending
