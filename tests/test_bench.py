"""The bench: what cannot be measured is named, and takes no other figure with it."""

import pytest

from tokencheck import paths


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(paths.ROOT / "tools"))
    import bench

    return bench


def measure_size():
    yield "size", 3.0, 2, "MB"
    yield "speed", 3.0, 4, "s"


def fuzz_parsers():
    raise SystemExit("a parser failed on “,”")
    yield


def test_the_other_figures_are_told_where_one_part_fails_and_one_misses_its_limit(bench, capsys):
    missed = [name for part in (fuzz_parsers, measure_size) for name in bench.judge(part)]
    assert missed == ["fuzz parsers", "size"]
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 3
    assert "not measured: a parser failed on “,”" in told[0]
    assert told[1].endswith("MISSED") and told[2].endswith("ok")
