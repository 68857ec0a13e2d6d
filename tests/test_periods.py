"""Periods as people print them."""

import pytest

from tokencheck.errors import UserError
from tokencheck.periods import read_day, read_span


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-03-13", "2026-03-13", "2026-03-13"),
        ("2026-06/08", "2026-06-01", "2026-08-31"),
        ("2004-2006", "2004-01-01", "2006-12-31"),
        ("about 2021", "2021-01-01", "2021-12-31"),
        ("2026-06/07 (day not shown)", "2026-06-01", "2026-07-31"),
        ("2023; 2026", "2023-01-01", "2026-12-31"),
    ],
)
def test_a_printed_period_is_read_at_its_widest(text, first, last):
    assert [day.date().isoformat() for day in read_span(text)] == [first, last]


@pytest.mark.parametrize("text", [None, float("nan"), "", "not shown"])
def test_a_text_without_a_year_is_no_period(text):
    assert read_span(text) is None


def test_a_bad_day_is_refused_with_what_is_expected():
    with pytest.raises(UserError, match="“soon” is not a period; expected YYYY"):
        read_day("soon")
