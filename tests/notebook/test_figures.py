"""Figures: saved twice they are the same bytes, and each has words for those who cannot see it."""

import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tokencheck import paths
from tokencheck.notebook import charts, figures
from tokencheck.notebook.run import read_logs
from tokencheck.results import NOTEBOOK

DRAWN = [file for log in read_logs().values() for file in log["written"] if file.startswith("figures/")]
NAMES = sorted({Path(file).stem for file in DRAWN if file.endswith(".json")})


def draw():
    frame = pd.DataFrame({"row": ["drawn for", "this test"], "value": [1.0, 4.0], "label": ["1", "4"]})
    return charts.bars(frame, charts.Axis("kg"))


def test_saving_twice_gives_the_same_bytes(tmp_path, monkeypatch):
    saved = []
    for name in ("one", "two"):
        monkeypatch.setattr(paths, "FIGURES", tmp_path / name)
        figures.save(draw(), "a-figure", "Rising", "A line that  rises.", ["C05"])
        saved.append({file.name: file.read_bytes() for file in (tmp_path / name).iterdir()})
    assert saved[0] == saved[1]
    endings = (".svg", "-narrow.svg", "-wide.svg", ".json", ".csv")
    assert set(saved[0]) == {f"a-figure{ending}" for ending in endings}
    assert json.loads(saved[0]["a-figure.json"])["alt"] == "A line that rises."


def test_a_figure_names_the_notebook_that_drew_it(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "FIGURES", tmp_path)
    monkeypatch.setenv(NOTEBOOK, "09_test")
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


def test_a_notebook_shows_title_and_words(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "FIGURES", tmp_path)
    shown = figures.save(draw(), "a-figure", "Rising", "A line that rises.", [])
    data, metadata = shown._repr_svg_()
    assert "<title>Rising</title>" in data and "<desc>A line that rises.</desc>" in data
    assert metadata == {"alt": "A line that rises.", "figure": "a-figure"}


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_there_with_title_and_words(name):
    record = json.loads((paths.FIGURES / f"{name}.json").read_text(encoding="utf-8"))
    assert record["name"] == name
    assert "steps" in record or record["source"]
    assert len(record["title"]) > 20 and len(record["alt"]) > 40
    if "steps" in record:
        assert all(step["date"] and step["publisher"] and step["gist"] for step in record["steps"])
    else:
        assert 1000 < (paths.FIGURES / f"{name}.svg").stat().st_size < 200_000


def test_no_figure_is_left_over():
    assert {f"figures/{file.name}" for file in paths.FIGURES.iterdir()} == set(DRAWN)
