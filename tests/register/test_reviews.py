"""Reviews: one file each, checked, shown beside the verdict, and never part of it."""

import datetime as dt
import json

import pytest

from tokencheck import cli, paths
from tokencheck.errors import UserError
from tokencheck.register import reviews
from tokencheck.register.verdicts import read_verdicts

DAY = dt.date(2026, 10, 9)
FOUND = read_verdicts()


@pytest.fixture
def folder(tmp_path):
    """Give an empty folder, so that no test writes into the project."""
    return tmp_path


def record(folder, **change):
    given = {"claim_id": "C05", "stance": "dispute", "reason": "The week is another.", "by": "A. Reader", "date": DAY}
    return reviews.record_review(**given | change, folder=folder)


def test_a_review_says_what_it_speaks_of_and_is_read_again(folder):
    first, second = record(folder), record(folder, claim_id="c05", stance="agree")
    assert [file.name for file in (first, second)] == ["C05-2026-10-09-1.json", "C05-2026-10-09-2.json"]
    dispute, agreement = reviews.read_reviews(folder)
    result = next(one for one in FOUND.claims if one.id == "C05")
    assert (dispute.verdict, dispute.edition) == (result.verdict, FOUND.edition)
    assert dispute.is_open and not agreement.is_open


def test_an_answer_closes_a_dispute(folder):
    file = record(folder)
    file.write_text(json.dumps(json.loads(file.read_text()) | {"answer": "Corrected."}), encoding="utf-8")
    assert not reviews.read_reviews(folder)[0].is_open


def test_no_review_is_ever_overwritten(folder):
    files = {record(folder), record(folder)}
    min(files).unlink()
    assert record(folder) not in files - {min(files)} and len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"claim_id": "C99"}, "C99"),
        ({"reason": "  "}, "--reason.*empty"),
        ({"reason": "x" * (reviews.LONGEST_REASON + 1)}, "--reason"),
        ({"by": "A\u202eB"}, r"--by.*U\+202E"),
        ({"stance": "doubt"}, "--stance"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(folder, change, words):
    with pytest.raises(UserError, match=words):
        record(folder, **change)
    assert not list(folder.iterdir())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ('{"claim": "C05"}', "stance"),
        (None, "there is no C99"),
    ],
)
def test_a_wrong_file_is_named_with_field_and_remedy(folder, text, words):
    file = record(folder)
    wrong = json.dumps(json.loads(file.read_text()) | {"claim": "C99"})
    file.write_text(wrong if text is None else text, encoding="utf-8")
    with pytest.raises(UserError, match=f"{file.name}.*{words}"):
        reviews.read_reviews(folder)


def test_the_command_writes_one_and_says_where(folder, monkeypatch, capsys):
    own = reviews.record_review
    monkeypatch.setattr(reviews, "record_review", lambda *given: own(*given, folder=folder))
    given = ["review", "C05", "--agree", "--reason", "It is so.", "--by", "A. Reader"]
    assert cli.main(given) == 0
    (review,) = reviews.read_reviews(folder)
    assert review.stance == "agree" and review.by == "A. Reader"
    assert "C05-" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main([one for one in given if one != "--agree"])


def test_the_project_ships_without_reviews():
    assert [file.name for file in paths.REVIEWS.iterdir()] == ["README.md"]
