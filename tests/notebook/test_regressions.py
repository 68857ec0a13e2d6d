"""The regressions by hand: each stops its notebook where panel or estimate of the package is another."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tokencheck import paths, results
from tokencheck.econometrics import designs, panel
from tokencheck.notebook import run

BY_HAND = ("11_designs", "11b_headlines", "11c_within", "12_specifications")


def run_cells(name, until="\0"):
    """Run a notebook by hand, without its parameters' cells, up to the first that has a text in it."""
    names = {}
    for cell in run.read_source(run.find_notebook(name)).cells:
        if cell.cell_type == "code":
            if until in cell.source:
                break
            exec(compile(cell.source, name, "exec"), names)
            plt.close("all")


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    """Nothing is written, and nothing but an assert stops."""
    monkeypatch.setattr(results, "is_by_hand", lambda: True)


@pytest.mark.parametrize("name", [one for one in BY_HAND if one != "11_designs"])
def test_a_panel_by_hand_stops_where_that_of_the_package_is_another(name, monkeypatch):
    def spoil(*args, **kwargs):
        rows = build(*args, **kwargs)
        place = rows["log_price_measured"].first_valid_index()
        return rows.assign(log_price_measured=rows["log_price_measured"].where(rows.index != place, 0.123456789))

    build = panel.build_panel
    monkeypatch.setattr(panel, "build_panel", spoil)
    with pytest.raises(AssertionError, match="log_price"):
        run_cells(name)


@pytest.mark.parametrize("name", [one for one in BY_HAND if one != "11_designs"])
def test_a_regression_by_hand_stops_where_the_file_says_something_else(name, monkeypatch, tmp_path):
    table = pd.read_csv(paths.ESTIMATES)
    table.assign(coef=table["coef"] + 2e-8).to_csv(tmp_path / "estimates.csv", index=False)
    monkeypatch.setattr(paths, "ESTIMATES", tmp_path / "estimates.csv")
    with pytest.raises(AssertionError):
        run_cells(name, until="regressions-scatter")


def test_every_design_of_the_picture_is_run_by_hand_with_its_formula_and_its_scatter():
    """As far as its text says: that it holds is what each notebook asserts."""
    sources = "\n".join(run.find_notebook(name).source.read_text(encoding="utf-8") for name in BY_HAND)
    table = pd.read_csv(paths.ESTIMATES).drop_duplicates("specification").set_index("specification")
    held = {
        "one week": "headlines.FULL_WEEK", "one week, like with like": "headlines.WEEK_CONTROLS",
        "later weeks, like with like": "headlines.WEEKS_CONTROLS",
        "same day, every model of summer 2026, like with like": "headlines.ALL_CONTROLS",
        "same day, fifty most used": "headlines.DAY",
        "the cut as a limit, Wednesdays, like with like": '"the cut as a limit, Wednesdays, like with like"',
        "same model, over time": "headlines.MODEL", "same model, every model of summer 2026": "headlines.ALL_MODEL",
        "hosts of one model": "designs.HOST", "the same offer over time": "designs.HOST_OFFER",
        "cuts together": "through_zero", "rises together": "through_zero",
    }  # fmt: skip
    assert set(held) == set(designs._PICTURE.values()) <= set(table.index)
    for name, said in held.items():
        assert f"hold_to_file({said}" in sources or (said == "through_zero" and "written[label]" in sources), name
