"""Rows of marks: what is drawn of claims, models, prices and states."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from tokencheck.measures import electricity
from tokencheck.notebook import charts, marks
from tokencheck.register.rule import TOLERANCE, judge


@pytest.mark.parametrize(("claim_id", "part_id"), [("C05", "share"), ("C13", "price"), ("C20", "ratio")])
def test_the_claimed_line_is_what_the_register_says_and_near_what_the_rule_says(register, claim_id, part_id):
    part = register.find(claim_id).find_part(part_id)
    drawn = marks.mark_claimed(part, "claimed: {:g}", near=True)
    printed = [part.value] if isinstance(part.value, str) else list(part.value)
    ends = [float(one.removeprefix("1/")) for one in printed]
    assert drawn.values == [min(ends), max(ends)][: len(ends)] and drawn.words == f"claimed: {ends[0]:g}"
    near = (ends[0] - float(TOLERANCE.points), ends[0] / float(TOLERANCE.factor))[part.measured_in != "share"]
    assert drawn.near[0] == pytest.approx(near)
    assert marks.mark_claimed(part, "claimed").near is None


def test_what_agrees_once_it_is_rounded_lies_in_the_shade_too(register):
    """Of “1 %” all that rounds to it, though ten per cent of it is less."""
    part = register.find("C28").find_part("percent")
    low, high = marks.mark_claimed(part, "claimed: {:g} %", near=True).near
    for value in (0.2, 0.49, 0.5, 0.82, 0.95, 1.0, 1.2, 1.49, 1.6, 2.8):
        assert (low <= value <= high) == (judge(part, value) != "differs"), value


def test_a_model_has_its_name_its_variant_and_the_country_of_its_developer():
    """Synthetic models, for this test only."""
    tables = {"models": pd.DataFrame({"permaslug": ["a/one"], "name": ["A: One (free)"]})}
    sums = pd.DataFrame(
        {"model": ["a/one:free", "b/two-v1", "c/3"], "tokens": [2e12, 1.5e12, 1e12], "country": ["CN", "US", None]}
    )
    rows = marks.list_models(tables, sums)
    assert rows["row"].tolist() == ["One (free)", "two v1", "3"]
    assert rows["label"].tolist() == ["2.00", "1.50", "1.00"]
    assert rows["kind"].tolist() == list(marks.COUNTRY_STYLES)


def test_the_middle_of_a_rung_is_the_official_average_or_the_median_of_what_was_known():
    """A synthetic ladder, for this test only: each rung has 1, 2 and 9, the last stated later."""
    priced = [(rung, "x", value, value == 9 or rung == "parts", False) for rung in marks.RUNGS for value in (1, 2, 9)]
    priced.append(("us industrial", "US", 5, False, True))
    ladder = pd.DataFrame(priced, columns=["rung", "place", "price_cny_per_kwh", "later", "is_average"])
    rows = marks.list_rungs(ladder)
    middles = rows[rows["kind"] == list(marks.LADDER_STYLES)[2]].set_index("rung")
    assert middles.loc[["plant", "us industrial", "parts"], "value"].tolist() == [1.5, 5.0, 2.0]
    assert middles.loc["plant", "label"] == "1.50"
    assert list(dict.fromkeys(rows["row"])) == list(marks.RUNGS.values())


def test_states_in_the_band_are_named_unless_their_names_would_meet(monkeypatch):
    """Synthetic rises, for this test only."""
    rises = pd.DataFrame(
        {"change_percent": [25.0, 24.0, 5.0, 30.0], "is_state": [True, True, True, False]},
        index=["AA", "BB", "CC", "DC"],
    )
    monkeypatch.setattr(electricity, "list_bill_changes", lambda tables, **how: rises)
    first = marks.list_bill_rises({}, 20).groupby("row", sort=False).get_group("All customers, 2024 to 2025")
    assert dict(zip(first["code"], first["label"], strict=True)) == {"CC": "", "BB": "BB", "AA": "", "DC": ""}
    assert set(first["kind"]) <= set(marks.STATE_STYLES)


def test_a_bar_has_the_mark_of_its_kind_where_it_fits():
    frame = pd.DataFrame(
        {
            "row": ["a", "b", "c"],
            "value": [10.0, 9.0, 0.1],
            "label": ["1", "2", "3"],
            "kind": ["China", "United States", "China"],
        }
    )
    drawn = charts.bars(frame, charts.Axis("kg"), marks.COUNTRY_STYLES).draw("wide")
    shapes = [line.get_marker() for line in drawn.axes[0].lines if line.get_marker() not in ("None", None)]
    plt.close(drawn)
    assert shapes.count("o") == 2 and shapes.count("s") == 2  # in the key and in the bars that are long enough
