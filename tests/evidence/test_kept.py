"""Tables that are kept: the same as read anew, and never those of another file, contract or reader."""

import json
import shutil

import pandas as pd
import pytest

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence import kept, tables

TABLE = "labs"


@pytest.fixture
def project(tmp_path, monkeypatch):
    data = tmp_path / "data"
    (data / "tables").mkdir(parents=True)
    for name in ("datapackage.json", f"tables/{TABLE}.csv", "tables/sources.csv"):
        shutil.copy(paths.DATA / name, data / name)
    monkeypatch.setattr(paths, "DATA", data)
    monkeypatch.setattr(kept, "KEPT_TABLES", tmp_path / "kept")
    return data


def list_kept():
    return [file.name for file in kept.KEPT_TABLES.glob("*")] if kept.KEPT_TABLES.exists() else []


def change(file, before, after):
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_kept_table_is_the_one_that_would_be_read(project):
    first, again = tables.load(TABLE), tables.load(TABLE)
    assert len(list_kept()) == 1
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    pd.testing.assert_frame_equal(tables.load(TABLE, project), again, check_exact=True)


def test_it_is_not_read_again(project, monkeypatch):
    first = tables.load(TABLE)
    monkeypatch.setattr(tables, "_examine", None)  # whoever reads it anew fails
    pd.testing.assert_frame_equal(first, tables.load(TABLE), check_exact=True)


def test_a_changed_cell_is_seen_and_the_older_table_forgotten(project):
    before, names = tables.load(TABLE)["country"], list_kept()
    change(project / "tables" / f"{TABLE}.csv", ",CN,", ",JP,")
    assert (tables.load(TABLE)["country"] != before).sum() > 0
    assert len(list_kept()) == 1 and list_kept() != names


def test_a_changed_contract_is_seen(project):
    tables.load(TABLE)
    contract = json.loads((project / "datapackage.json").read_text(encoding="utf-8"))
    (own,) = (one for one in contract["resources"] if one["name"] == TABLE)
    own["schema"]["fields"][0].setdefault("constraints", {})["pattern"] = "no such alias"
    (project / "datapackage.json").write_text(json.dumps(contract), encoding="utf-8")
    with pytest.raises(UserError, match="no such alias"):
        tables.load(TABLE)


def test_a_source_that_is_gone_is_missed_though_the_table_is_the_same(project):
    source = tables.load(TABLE)["source_id"].iloc[0]
    change(project / "tables" / "sources.csv", f"\n{source},", f"\n{source}-gone,")
    with pytest.raises(UserError, match=f"“{source}” — expected a source_id"):
        tables.load(TABLE)


def test_a_table_with_a_problem_is_not_kept(project):
    change(project / "tables" / f"{TABLE}.csv", ",CN,", ",Ch,")
    with pytest.raises(UserError, match="country"):
        tables.load(TABLE)
    assert not list_kept()


def test_a_damaged_one_is_read_anew(project):
    first = tables.load(TABLE)
    (name,) = list_kept()
    (kept.KEPT_TABLES / name).write_bytes(b"")
    pd.testing.assert_frame_equal(first, tables.load(TABLE), check_exact=True)
