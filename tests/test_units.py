"""The table of units: whoever adds one adds one line."""

import json
import re

import pytest

from tokencheck import paths, wording
from tokencheck.measures import Measurement
from tokencheck.units import UNITS, Unit, find_unit


def test_a_new_unit_is_one_line(monkeypatch):
    """A synthetic unit, for this test only: measures take it and readers meet its words."""
    with pytest.raises(ValueError, match="unknown unit"):
        Measurement(value=1.0, unit="furlongs", as_of="2026")
    monkeypatch.setitem(UNITS, "furlongs", Unit("furlongs", "furlongs", singular="furlong", short="fur", decimals=1))
    found = Measurement(value=12.34, unit="furlongs", as_of="2026")
    assert wording.write_quantity(found.value, found.unit) == "12.3 furlongs"
    assert wording.write_quantity(found.value, found.unit, short=True) == "12.3 fur"
    assert wording.write_claimed("at_least", "1", "furlongs") == "at least 1 furlong"
    assert wording.name_unit("furlongs") == "furlongs"


def test_one_of_what_is_counted_is_written_in_the_singular():
    """Of every unit that counts, and of all that is counted in the facts of this project."""
    facts = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(paths.FACTS.glob("*.json"))]
    counted = {one["unit"] for own in facts for one in own.values() if one["unit"].replace("_", "").isalpha()}
    plural = {name for name in counted | set(UNITS) if find_unit(name).words == name and name.endswith("s")}
    assert {"states", "days"} <= plural
    singular = {name: re.sub("ies$", "y", name).removesuffix("s") for name in plural}
    assert {name: wording.write_quantity(1, name) for name in plural} == {
        name: f"1 {singular[name]}" for name in plural
    }


def test_a_count_for_a_sentence_is_its_own_word():
    assert wording.write_quantity(3, "weeks") == "3 weeks"
    assert find_unit("million USD").words == "million USD"
