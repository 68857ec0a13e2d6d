"""A share says of what, and a price on whose list: in the name and unit of a fact, and in the words beside it."""

import pytest

from tokencheck.register import guards, shares
from tokencheck.register.claims import load_register
from tokencheck.units import DENOMINATORS, UNITS, find_base, is_loose

UNIT = "percent_of_platform"


@pytest.fixture(scope="module")
def register():
    return load_register(with_measures=False)


def check_page(tmp_path, register, text):
    (tmp_path / "usage.md").write_text(text, encoding="utf-8")
    return [*shares.check_bases(register, tmp_path, {"facts.usage.own": UNIT})]


def test_every_fact_says_of_what_or_on_whose_list():
    assert [*shares.check_fact_units(guards.read_facts())] == []


def test_every_denominator_is_a_unit_whose_words_name_it():
    for name, words in DENOMINATORS.items():
        assert UNITS[f"percent_of_{name}"].words == f"% of {words}"
        assert not is_loose(f"percent_of_{name}")
    assert {find_base(unit) for unit in UNITS if find_base(unit) != unit} == {unit for unit in UNITS if is_loose(unit)}


@pytest.mark.parametrize(
    ("name", "unit", "told"),
    [
        ("own", "percent", "own: its unit, percent, says neither of what"),
        ("own_price", "usd_per_mtok", "own_price: its unit, usd_per_mtok, says neither"),
        ("own_price", "cny_per_mtok", "own_price: its unit, cny_per_mtok, says neither"),
        ("own_share", UNIT, "own_share: a share whose name does not say of what"),
        ("percent_own", UNIT, "percent_own: a share whose name does not say of what"),
        ("own_percent_of_platform", UNIT, ""),
        ("own", UNIT, ""),
        ("own_price", "usd_per_mtok_listed", ""),
        ("rise", "percent_change", ""),
    ],
)
def test_a_share_or_price_of_nothing_named_is_told(name, unit, told):
    found = [*shares.check_fact_units({"usage": {name: {"value": 1.0, "unit": unit}}})]
    assert len(found) == bool(told)
    assert told in "".join(found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("They had {{< var facts.usage.own >}}.", ""),
        ("They had {{< var facts.usage.own >}} of all tokens.", "gives it another base"),
        ("They had {{< var facts.usage.own_short >}}.", "stands alone"),
        ("They had {{< var facts.usage.own_short >}}.\n\nThe platform has more.", "stands alone"),
        ("They had {{< var facts.usage.own_short >}} of it; tokens are counted by each model.", "stands alone"),
        ("Of the platform they had {{< var facts.usage.own_short >}}.", ""),
    ],
)
def test_words_give_a_share_one_denominator(tmp_path, register, text, told):
    found = check_page(tmp_path, register, text)
    assert len(found) == bool(told)
    assert told in "".join(found)
