"""The words of the choices behind estimates."""

import pytest

from tokencheck import paths
from tokencheck.econometrics import vocabulary
from tokencheck.econometrics.specification import CHOICES, ESTIMANDS, MOVE_SAMPLES, SAMPLES
from tokencheck.results import read_rows


@pytest.mark.parametrize("column", CHOICES)
def test_every_choice_of_the_curve_has_words(column):
    named = {vocabulary.word_choice(column, row[column]) for row in read_rows(paths.SPECIFICATIONS)}
    assert named and not [words for words in named if "_" in words]


def test_what_can_be_asked_and_of_which_models_has_words():
    assert set(vocabulary.VALUES["estimand"]) == set(ESTIMANDS)
    assert {*SAMPLES, *MOVE_SAMPLES} - {"free"} == set(vocabulary.VALUES["sample"])


def test_no_two_choices_have_the_same_words():
    """But for the panel of what is listed, which is that of what is used with more rows."""
    for column, words in vocabulary.VALUES.items():
        told = [one for name, one in words.items() if not name.startswith("listed")]
        assert len(set(told)) == len(told), column
