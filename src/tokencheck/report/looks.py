"""How verdicts and outcomes look: read from ``report/theme.css``, the one place where it is set.

Pages take it from there by themselves, cards by this module. The design of the PDFs is a file that Quarto reads as it
is, so it holds the same colours again; a test compares them.
"""

import re
from dataclasses import dataclass

from tokencheck import paths
from tokencheck.errors import UserError

_COLOUR = re.compile(r"^  --tc-(?P<name>[a-z-]+): (?P<day>#[0-9a-f]{6});$", re.MULTILINE)
BADGE = re.compile(r"^(?P<selectors>\.(?:verdict|outcome)[^{]*)\{(?P<rules>[^}]*)\}", re.MULTILINE)
SELECTOR = re.compile(r"\.(?:verdict|outcome)-([a-z-]+)")
SETTING = re.compile(r'--(text|back|mark): (?:var\(--tc-([a-z-]+)\)|"([^"]+)")')


@dataclass(frozen=True)
class Look:
    """The mark of a badge, and its colours by day."""

    mark: str
    ink: str
    paper: str


def read_colours() -> dict[str, str]:
    """Read the colours of the theme by day.

    Returns
    -------
    dict of str to str
        By name without ``--tc-``.
    """
    return {match["name"]: match["day"] for match in _COLOUR.finditer(_read_theme())}


def read_looks() -> dict[str, Look]:
    """Read how each badge looks.

    Returns
    -------
    dict of str to Look
        By the slug of the verdict or outcome.

    Raises
    ------
    UserError
        When the style sheet names a colour that it does not set.

    Examples
    --------
    >>> read_looks()["misleading"].mark
    '▲'
    """
    colours, looks = read_colours(), {}
    shared = {"text": "none", "back": "none-back"}  # what no rule of a badge sets
    for match in BADGE.finditer(_read_theme()):
        rules = {name: colour or mark for name, colour, mark in SETTING.findall(match["rules"])}
        if "mark" not in rules:
            continue
        rules = shared | rules
        try:
            look = Look(rules["mark"], colours[rules["text"]], colours[rules["back"]])
        except KeyError as missing:
            raise UserError(f"report/theme.css sets no colour --tc-{missing.args[0]}, which a badge uses.") from None
        looks |= dict.fromkeys(SELECTOR.findall(match["selectors"]), look)
    return looks


def _read_theme() -> str:
    return (paths.REPORT / "theme.css").read_text(encoding="utf-8")
