"""Figures: saved twice they are the same bytes, and each has words for those who cannot see it."""

import json

import matplotlib.pyplot as plt
import pytest

from tokencheck import paths
from tokencheck.notebook import figures
from tokencheck.notebook.run import NOTEBOOKS, Notebook


def draw():
    fig, axes = plt.subplots(figsize=(4, 3))
    axes.plot([1, 2, 3], [1, 4, 9], label="drawn for this test")
    axes.legend()
    return fig


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    monkeypatch.setattr(figures, "NOTEBOOKS", (Notebook("09_test", figures=("a-figure", "closed")),))


def test_saving_twice_gives_the_same_bytes(tmp_path, monkeypatch):
    saved = []
    for name in ("one", "two"):
        monkeypatch.setattr(paths, "FIGURES", tmp_path / name)
        figures.save(draw(), "a-figure", "Rising", "A line that  rises.", ["C05"])
        saved.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert saved[0] == saved[1]
    assert set(saved[0]) == {"a-figure.svg", "a-figure.json"}
    assert json.loads(saved[0]["a-figure.json"])["alt"] == "A line that rises."


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


def test_an_undeclared_figure_is_refused():
    with pytest.raises(ValueError, match="'other' is not declared; add it to its notebook"):
        figures.save(draw(), "other", "t", "a", [])
    plt.close("all")


@pytest.mark.parametrize("name", [name for notebook in NOTEBOOKS for name in notebook.figures])
def test_every_figure_is_there_with_title_and_words(name):
    record = json.loads((paths.FIGURES / f"{name}.json").read_text(encoding="utf-8"))
    assert record["name"] == name
    assert len(record["title"]) > 20 and len(record["alt"]) > 40
    assert 1000 < (paths.FIGURES / f"{name}.svg").stat().st_size < 150_000


def test_no_figure_is_left_over():
    declared = {name for notebook in NOTEBOOKS for name in notebook.figures}
    assert {file.stem for file in paths.FIGURES.iterdir()} == declared
