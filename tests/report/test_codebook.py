"""What the page of data shows of each table."""

import gzip

from tokencheck.report import codebook


def test_rows_are_counted_as_a_reader_of_csv_counts_them(tmp_path):
    plain, quoted, packed = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv.gz"
    plain.write_text("day,tokens\n" + "2026-02-09,1\n" * 8, encoding="utf-8")
    quoted.write_text('day,note\n2026-02-09,"two\nlines"\n2026-02-10,one\n', encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert [codebook.read_beginning(one)["count"] for one in (plain, quoted, packed)] == [8, 2, 8]
    assert codebook.read_beginning(packed)["file"] == "c.csv.gz"


def test_the_first_rows_are_shown_and_long_cells_cut(tmp_path):
    file = tmp_path / "long.csv"
    file.write_text("name,text\n" + f"a,{'x' * 500}\n" * 7, encoding="utf-8")
    shown = codebook.read_beginning(file)
    assert shown["header"] == ["name", "text"]
    assert len(shown["first"]) == codebook.FIRST
    assert shown["first"][0][1] == "x" * (codebook.LONGEST - 1) + "…"
