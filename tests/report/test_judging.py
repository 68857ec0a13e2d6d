"""The lint of sentences that judge: each kind of word that says how data stand is seen, and what only names is not."""

import pytest

from tokencheck.report import judging

JUDGES = (
    "first", "last", "only", "none", "no", "never", "still", "already", "all", "every", "most", "half", "twice",
    "more", "fewer", "cheaper", "highest", "above", "below", "within", "ahead", "led", "rose", "fell", "fits", "holds",
    "nearly", "same", "differs", "exactly", "several", "mostly", "usually", "enough", "as claimed", "no longer",
)  # fmt: skip


@pytest.mark.parametrize("word", JUDGES)
def test_a_word_that_says_how_data_stand_asks_for_a_guard(word):
    sentence = f"Measured that week, models from China were {word} on the platform."
    assert judging.list_unguarded(sentence) == [sentence]


@pytest.mark.parametrize(
    "text",
    [
        "The article says “first of all”.",
        "Prices are in dollars per million tokens.",
        "How many of the fifty most used models have a price?",
        "The share of the fifty most used models was 44.5 %.",
        "Set `only` in [the notebook](never.qmd).",
    ],
)
def test_what_is_quoted_named_or_code_asks_for_none(text):
    assert judging.list_unguarded(text) == []
