"""What moved elsewhere: invented records in which the tokens of a cut model come from a known place."""

import numpy as np
import pandas as pd
import pytest

from tokencheck.econometrics import elsewhere, moves

DAYS = pd.date_range("2030-01-01", periods=240)
DAY = DAYS[200]
CUT = np.log(0.5)
SISTERS, RIVALS = ["m01", "m02"], [f"m{number:02}" for number in range(3, 18)]


class Invented(moves.DailyRecord):
    """Every model grows alike and rests on Sundays; after the cut some lose a share of their tokens."""

    def __init__(self, losers=(), share=0.4, growth=0.0, noise=0.03):
        rng = np.random.default_rng(5)
        names = ["m00", *SISTERS, *RIVALS]
        common = growth * np.arange(len(DAYS)) - 0.5 * (DAYS.day_of_week == 6)
        walks = noise * rng.normal(size=(len(DAYS), len(names)))
        self.tokens = pd.DataFrame(common[:, None] + walks + 5, DAYS, names)
        unnamed = np.exp(self.tokens[RIVALS]).sum(axis=1)  # as many again below the fifty
        self.tokens.loc[DAYS > DAY, "m00"] += np.log(2)
        self.tokens.loc[DAYS > DAY, list(losers)] += np.log(1 - share)
        self.total = np.exp(self.tokens).sum(axis=1) + unnamed
        self.developers = {name: "one" if name in ("m00", *SISTERS) else f"d{name}" for name in names}
        self.moved, self.priced = {"m00": {DAY}}, set(names)


def measure(record, change=CUT):
    listed = pd.DataFrame({"model": ["m00"], "day": DAY, "last_day": DAY, "log_price_change": change})
    return elsewhere.measure_elsewhere(record, listed).set_index(["span", "where", "which"])


def test_tokens_that_come_from_the_sisters_are_found_there():
    found = measure(Invented(SISTERS))
    sisters = found.loc[("short", "vendor", f"m00, {DAY:%Y-%m-%d}")]
    assert sisters["change"] == pytest.approx(np.log(0.6), abs=0.05)
    assert sisters["elasticity"] == pytest.approx(np.log(0.6) / CUT, abs=0.1)
    assert sisters["p"] < 0.02
    together = found.loc[("short", "vendor", "cuts together")]
    assert together["low"] < sisters["elasticity"] < together["high"] and together["low"] > 0
    assert together["p"] < 0.05
    rest = found.loc[("short", "platform", f"m00, {DAY:%Y-%m-%d}")]
    assert abs(rest["change"]) < 0.05  # a sister is none of the others


def test_tokens_that_come_from_rivals_are_found_there():
    found = measure(Invented(RIVALS[:5], share=0.6))
    rest = found.loc[("short", "platform", "cuts together")]
    # Five of fifteen lose three fifths, and as many again as the fifteen are not named.
    assert rest["elasticity"] == pytest.approx(np.log(1 - 0.6 * 5 / 30) / CUT, abs=0.05)
    assert rest["low"] > 0
    lost = found.loc[("short", "platform", f"m00, {DAY:%Y-%m-%d}")]
    assert lost["p"] == pytest.approx(1 / (1 + moves.PLACEBO_DATES))
    assert found.loc[("later", "platform", "cuts together"), "low"] > 0


@pytest.mark.parametrize("growth", [0.0, 0.02])
def test_a_platform_that_grows_evenly_gives_nothing(growth):
    """Nor do Sundays: with growth of two per cent a day, three days after a week of seven are a tenth higher."""
    found = measure(Invented(growth=growth))
    assert (found["elasticity"].abs() < 0.1).all()
    assert (found["p"] > 0.05).all()
    together = found[found["low"].notna()]
    assert len(together) == 4
    assert ((together["low"] < 0) & (together["high"] > 0)).all()


def test_a_vendor_without_another_model_of_steady_price_has_no_row():
    record = Invented(SISTERS)
    record.moved |= {name: {DAY} for name in SISTERS}
    found = measure(record)
    assert "vendor" not in found.index.get_level_values("where")
    assert ("short", "platform", "cuts together") in found.index


def test_a_rise_is_no_cut():
    """The same loss of the sisters after a rise: their tokens went against the moved price."""
    found = measure(Invented(SISTERS), -CUT)
    assert found.loc[("short", "vendor", "rises together"), "elasticity"] == pytest.approx(np.log(0.6) / -CUT, abs=0.1)
    facts = elsewhere.gather_elsewhere(found.reset_index())
    assert facts["elsewhere_vendor_rises_short"][0].startswith("−")
    assert "elsewhere_vendor_cuts_short" not in facts
