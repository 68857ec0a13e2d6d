"""The one exception that is meant for people, and how it guesses what they meant."""

import difflib
from collections.abc import Iterable

from tokencheck.characters import make_visible


class UserError(Exception):
    """A problem the user can mend: it says where, what was found, what is expected, and the remedy.

    The command line prints the message without a traceback and exits with 1. What it quotes may come from anywhere, so
    characters that a terminal would obey are written as their numbers.
    """

    def __init__(self, says: str = "") -> None:
        """Note what to say."""
        super().__init__(make_visible(says))


def suggest(name: str, known: Iterable[str]) -> str:
    """Ask whether a similar name was meant; empty when none is similar.

    Examples
    --------
    >>> suggest("usage_dayly", ["usage_daily", "models"])
    ' Did you mean “usage_daily”?'
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f" Did you mean “{close[0]}”?" if close else ""
