"""Why there is an edition: new data, another rule, readings defined anew, or a correction; and its command.

The first three are computed from what differs since the edition before. A correction, of the code or of anything else,
is all that cannot be: whoever makes it says what it was.
"""

from tokencheck import paths, results
from tokencheck.characters import name_harmful
from tokencheck.errors import UserError
from tokencheck.history import differences, editions
from tokencheck.history.editions import BY_CORRECTION, BY_READING, BY_RULE, Edition

_WORDS = {
    editions.BY_DATA: "new or changed data",
    BY_RULE: "a changed rule",
    BY_READING: "readings defined anew, added or removed",
    BY_CORRECTION: "a correction",
}


def find_causes(before: Edition, after: Edition) -> tuple[str, ...]:
    """Find what can have moved the results from one edition to the next.

    Parameters
    ----------
    before, after : Edition

    Returns
    -------
    tuple of str
        Of `_WORDS`, in that order; never a correction, which nothing but a person can know.
    """
    difference = differences.compare_editions(before, after)
    found = {
        editions.BY_DATA: difference.tables,
        BY_RULE: difference.rule_before != difference.rule_after,
        BY_READING: difference.redefined or difference.added or difference.removed,
    }
    return tuple(cause for cause, differs in found.items() if differs)


def write_causes(edition: Edition) -> str:
    """Say why there is an edition, in words; what was corrected follows a colon.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> write_causes(SimpleNamespace(causes=("data", "correction"), note="a rate was taken twice"))
    'new or changed data; a correction: a rate was taken twice'
    """
    if not edition.causes:
        return "not recorded"
    words = "; ".join(_WORDS[cause] for cause in edition.causes)
    return f"{words}: {edition.note}" if edition.note else words


def append(cause: str = "", note: str = "") -> Edition | None:
    """Append an edition when the results are not those of the last one.

    Parameters
    ----------
    cause : str
        A cause that the user names: a correction, beside whatever is found; or one that must be found.
    note : str
        What was corrected, in one line.

    Returns
    -------
    Edition or None
        What was appended; None when nothing has changed.

    Raises
    ------
    UserError
        When the cause that was named is not found, or none is found and none was named.
    """
    before, current = editions.list_editions(), editions.describe_edition()
    if before and editions.same_results(before[-1], current):
        return None
    found = find_causes(before[-1], current) if before else ()
    if cause == BY_CORRECTION or note:
        found = (*found, BY_CORRECTION)
    _check(cause, note, found, bool(before))
    name = editions.choose_name(current.as_of, (one.edition for one in before))
    number = before[-1].number + 1 if before else 1
    named = {"edition": name, "number": number, "causes": found, "note": note}
    edition = Edition.model_validate(current.model_dump() | named)
    results.write_text_atomically(paths.EDITIONS / f"{name}.json", editions.format_edition(edition))
    return edition


def _check(cause: str, note: str, found: tuple[str, ...], any_before: bool) -> None:
    if BY_CORRECTION in found and not note.strip():
        raise UserError("Say in one line what was corrected: tokencheck edition --cause correction --note “…”.")
    if "\n" in note or name_harmful(note):
        raise UserError("--note: expected one line, without characters that no page shows.")
    if cause and cause not in found:
        others = f"found: {', '.join(_WORDS[one] for one in found)}" if found else "none was found"
        raise UserError(f"--cause {cause}: that is not why the results differ; {others}. Leave it out.")
    if any_before and not found:
        raise UserError(
            "The results differ from the last edition, and neither data, rule nor readings do: it is a correction. Say "
            "in one line what was corrected: tokencheck edition --cause correction --note “…”."
        )


def run_edition(cause: str = "", note: str = "") -> int:
    """Append an edition and say so: ``tokencheck edition``.

    Parameters
    ----------
    cause, note : str
        See `append`.

    Returns
    -------
    int
        0; problems are raised.
    """
    edition = append(cause, note)
    if edition is None:
        print(f"The results are those of edition {editions.list_editions()[-1].edition}; nothing was appended.")
        return 0
    why = f", {write_causes(edition)}" if edition.causes else ", the first"
    print(f"Edition {edition.edition}{why}: {paths.shorten(paths.EDITIONS)}/{edition.edition}.json")
    return 0
