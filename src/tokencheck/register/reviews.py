"""Reviews: who agrees with a verdict or disputes it, and why. They stand beside verdicts and never enter them.

One file a review in ``data/reviews``, written by ``tokencheck review``. An answer is added to the file by hand.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from tokencheck import characters, paths
from tokencheck.errors import UserError
from tokencheck.register.claims import load_register
from tokencheck.register.verdicts import read_verdicts
from tokencheck.results import write_json

LONGEST_REASON, _LONGEST_NAME = 2000, 200  # characters


def _refuse_harmful(text: str) -> str:
    if harmful := characters.name_harmful(text):
        raise ValueError(f"it holds {harmful}, which no page shows; take it out")
    if not text.strip():
        raise ValueError("it is empty; write something")
    return " ".join(text.split())


ReviewText = Annotated[str, AfterValidator(_refuse_harmful)]


class Review(BaseModel):
    """What somebody thinks of a verdict.

    Attributes
    ----------
    verdict, edition : str
        What was reviewed: the verdict that stood then, and the day to which its data reached.
    date : date
        The day of the review.
    answer : str
        What whoever publishes the report replies; a dispute is open until then.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    claim: Annotated[str, Field(pattern=r"^C\d\d$")]
    stance: Literal["agree", "dispute"]
    reason: Annotated[ReviewText, Field(max_length=LONGEST_REASON)]
    by: Annotated[ReviewText, Field(max_length=_LONGEST_NAME)]
    date: dt.date
    verdict: Annotated[str, Field(min_length=1)]
    edition: Annotated[str, Field(min_length=1)]
    answer: Annotated[str, AfterValidator(lambda text: _refuse_harmful(text) if text else text)] = ""

    @property
    def is_open(self) -> bool:
        """Whether it is a dispute that nobody has answered."""
        return self.stance == "dispute" and not self.answer


def _name_problem(problem: ValidationError) -> str:
    first = problem.errors()[0]
    where = ".".join(str(step) for step in first["loc"]) or "top level"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


def check_reviews(folder: Path = paths.REVIEWS, claims: Iterable[str] | None = None) -> Iterator[Review | str]:
    """Read every review, or tell what is wrong with its file.

    Parameters
    ----------
    folder : Path
    claims : iterable of str, optional
        The ids that there are; by default those of the register.

    Yields
    ------
    Review or str
    """
    known = {claim.id for claim in load_register(with_measures=False).claims} if claims is None else set(claims)
    for file in sorted(folder.glob("*.json")):
        name = paths.shorten(file)
        try:
            review = Review.model_validate(json.loads(file.read_text(encoding="utf-8")))
        except (UnicodeDecodeError, json.JSONDecodeError) as problem:
            yield f"{name} is not JSON in UTF-8: {problem}. Write it with `tokencheck review`, or remove it."
        except ValidationError as problem:
            yield f"{name}, {_name_problem(problem)}. Correct it; data/reviews/README.md says what a review is."
        else:
            yield review if review.claim in known else f"{name}, claim: there is no {review.claim}. Name one there is."


def read_reviews(folder: Path = paths.REVIEWS, claims: Iterable[str] | None = None) -> list[Review]:
    """Read every review, the oldest first.

    Parameters
    ----------
    folder : Path
    claims : iterable of str, optional
        See `check_reviews`.

    Returns
    -------
    list of Review

    Raises
    ------
    UserError
        When a file is wrong; the message names each with field and remedy.
    """
    found = list(check_reviews(folder, claims))
    if problems := [one for one in found if isinstance(one, str)]:
        raise UserError("\n".join(problems))
    return sorted(found, key=lambda review: review.date)


def record_review(
    claim_id: str, stance: str, reason: str, by: str, date: dt.date, folder: Path = paths.REVIEWS
) -> Path:
    """Write a review of the verdict as it stands.

    Parameters
    ----------
    claim_id : str
    stance : str
        ``agree`` or ``dispute``.
    reason, by : str
        Why, and who says so.
    date : date
    folder : Path

    Returns
    -------
    Path
        The file: claim, day and a number.

    Raises
    ------
    UserError
        For a claim that there is not, or a text that is empty, too long or holds what no page shows.
    """
    claim_id = load_register(with_measures=False).find(claim_id).id
    found = read_verdicts()
    verdict = next((one.verdict for one in found.claims if one.id == claim_id), "Not yet checked")
    try:
        review = Review(
            claim=claim_id, stance=stance, reason=reason, by=by, date=date, verdict=verdict, edition=found.edition
        )
    except ValidationError as problem:
        raise UserError(f"Nothing was written. --{_name_problem(problem)}.") from None
    number = 1 + sum(1 for _ in folder.glob(f"{claim_id}-{date}-*.json"))
    while (file := folder / f"{claim_id}-{date}-{number}.json").exists():
        number += 1
    write_json(file, review.model_dump(mode="json"))
    return file
