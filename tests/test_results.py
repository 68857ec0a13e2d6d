"""Results on disk: rounded the same everywhere, and never half-written."""

import gzip
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokencheck import results
from tokencheck.errors import UserError


@given(st.floats(-1e300, 1e300))
def test_rounding_is_close_and_stays(value):
    rounded = results.round_number(value)
    assert math.isclose(rounded, value, rel_tol=1e-9)
    assert results.round_number(rounded) == rounded


@pytest.mark.parametrize(
    ("value", "written"), [(float("nan"), None), (math.inf, None), (4.0, 4), ("x", "x"), (True, True), (None, None)]
)
def test_what_is_not_a_finite_number(value, written):
    assert results.round_number(value) == written


def test_numbers_of_numpy_become_plain_ones():
    assert results.round_numbers({"a": np.float64(0.5), "b": [np.int64(3)]}) == {"a": 0.5, "b": [3]}


def test_json_is_written_the_same_each_time(tmp_path):
    node = {"b": 0.1 + 0.2, "a": ["模型", None]}
    texts = []
    for name in ("one.json", "two.json"):
        results.write_json(tmp_path / name, node)
        texts.append((tmp_path / name).read_bytes())
    assert texts[0] == texts[1]
    assert json.loads(texts[0]) == {"b": 0.3, "a": ["模型", None]}


def test_csv_has_every_column_and_empty_cells(tmp_path):
    results.write_csv(tmp_path / "rows.csv", [{"a": 1.0, "b": None}, {"a": 2.5, "c": "x,y"}])
    assert (tmp_path / "rows.csv").read_text() == 'a,b,c\n1,,\n2.5,,"x,y"\n'


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    path.write_text("old")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(results.Path, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        results.write_json(path, {"new": 1})
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["kept.json"]


def test_reading_says_what_to_do(tmp_path):
    with pytest.raises(UserError, match="gone.json is missing. Run `make report`."):
        results.read_json(tmp_path / "gone.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(UserError, match="bad.json is not valid JSON"):
        results.read_json(tmp_path / "bad.json")


def test_a_packed_file_holds_no_moment_and_no_name(tmp_path):
    content = b"a,b\n1,2\n"
    stored = results.pack("rows.csv.gz", content)
    assert stored == results.pack("other.csv.gz", content)
    assert stored[3:8] == bytes(5)
    assert results.is_packed_plainly("rows.csv.gz", stored)
    assert not results.is_packed_plainly("rows.csv.gz", gzip.compress(content, mtime=1))
    (tmp_path / "rows.csv.gz").write_bytes(stored)
    assert results.read_rows(tmp_path / "rows.csv.gz") == [{"a": "1", "b": "2"}]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|x", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_exported_cell_is_one_that_a_spreadsheet_would_compute(text):
    written = results.format_csv([{"quote": text, "change": -0.5, "signed": "+0.11"}])
    assert written.splitlines()[1] == f"'{text},-0.5,+0.11"


def test_a_packed_table_with_more_rows_begins_like_the_one_before():
    """So git stores what was added, and not the file: see ARCHITECTURE.md. Synthetic rows."""
    rows = [f"2026-01-{day:02},author/model-{number},{hash_number(day, number)}\n" for day in range(1, 29)
            for number in range(900)]  # fmt: skip
    before = results.pack("a.csv.gz", "".join(rows[:-900]).encode())
    after = results.pack("a.csv.gz", "".join(rows).encode())
    shared = next(place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other)
    assert shared > 0.8 * len(before)


def hash_number(day: int, number: int) -> int:
    return (day * 7919 + number * 104729) ** 3 % 10**12
