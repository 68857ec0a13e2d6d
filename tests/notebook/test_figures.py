"""Figures: saved twice they are the same bytes, and each has words for those who cannot see it."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from tokencheck import paths
from tokencheck.notebook import figures
from tokencheck.notebook.run import NAME, read_logs

DRAWN = [file for log in read_logs().values() for file in log["written"] if file.startswith("figures/")]
NAMES = sorted({Path(file).stem for file in DRAWN})


def draw():
    fig, axes = plt.subplots(figsize=(4, 3))
    axes.plot([1, 2, 3], [1, 4, 9], label="drawn for this test")
    axes.legend()
    return fig


def test_saving_twice_gives_the_same_bytes(tmp_path, monkeypatch):
    saved = []
    for name in ("one", "two"):
        monkeypatch.setattr(paths, "FIGURES", tmp_path / name)
        figures.save(draw(), "a-figure", "Rising", "A line that  rises.", ["C05"])
        saved.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert saved[0] == saved[1]
    assert set(saved[0]) == {"a-figure.svg", "a-figure.json"}
    assert json.loads(saved[0]["a-figure.json"])["alt"] == "A line that rises."


@pytest.mark.parametrize(
    ("name", "value"), [(NAME, "09_test"), ("JPY_SESSION_NAME", "/some/project/notebooks/09_test.ipynb")]
)
def test_a_figure_names_the_notebook_that_drew_it(tmp_path, monkeypatch, name, value):
    monkeypatch.setattr(paths, "FIGURES", tmp_path)
    monkeypatch.setenv(name, value)
    figures.save(draw(), "a-figure", "Rising", "A line that rises.", [])
    assert json.loads((tmp_path / "a-figure.json").read_text())["notebook"] == "09_test"


def test_a_figure_is_closed_after_saving(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "FIGURES", tmp_path)
    before = len(plt.get_fignums())
    figures.save(draw(), "closed", "t", "a", [])
    assert len(plt.get_fignums()) == before


@pytest.mark.parametrize("name", ["Two Words", "under_score", "../up", ""])
def test_a_bad_name_is_refused(name):
    with pytest.raises(ValueError, match="use lower-case letters, digits and hyphens"):
        figures.save(draw(), name, "t", "a", [])
    plt.close("all")


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_there_with_title_and_words(name):
    record = json.loads((paths.FIGURES / f"{name}.json").read_text(encoding="utf-8"))
    assert record["name"] == name
    assert len(record["title"]) > 20 and len(record["alt"]) > 40
    assert 1000 < (paths.FIGURES / f"{name}.svg").stat().st_size < 150_000


def test_no_figure_is_left_over():
    assert {file.stem for file in paths.FIGURES.iterdir()} == set(NAMES)
