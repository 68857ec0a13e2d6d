"""Colours of the figures: read from ``report/charts.css``, the one place where they are set, by day and by night."""

import re
from dataclasses import dataclass

from tokencheck import paths

_SHEET = paths.REPORT / "charts.css"
_VARIABLE = re.compile(r"--chart-(?P<name>[a-z-]+): light-dark\((?P<day>#[0-9a-f]{6}), (?P<night>#[0-9a-f]{6})\);")


def read_palette() -> dict[str, tuple[str, str]]:
    """Read each colour's name with its values by day and by night.

    Examples
    --------
    >>> read_palette()["paper"][0]
    '#fdfdfb'
    """
    text = _SHEET.read_text(encoding="utf-8")
    return {match["name"]: (match["day"], match["night"]) for match in _VARIABLE.finditer(text)}


DAY_COLOURS = {name: day for name, (day, _) in read_palette().items()}


@dataclass(frozen=True)
class Style:
    """How the marks of one kind look: never by colour alone.

    Attributes
    ----------
    colour : str
        A name of the palette.
    mark : str
        A marker of matplotlib; empty for a range without a middle.
    hollow : bool
        Drawn as an outline.
    size, thick : float
        Of the marker and of the line of a range, in units.
    dashed : bool
        Of a line without marker.
    """

    colour: str = "abroad"
    mark: str = "o"
    hollow: bool = False
    size: float = 8
    thick: float = 3
    dashed: bool = False

    @property
    def ink(self) -> str:
        """The colour by day, as matplotlib draws it."""
        return DAY_COLOURS[self.colour]

    @property
    def face(self) -> str:
        """The colour of the inside of a marker."""
        return DAY_COLOURS["paper"] if self.hollow else self.ink


CHINA_STYLE = Style("china", "o")
ABROAD_STYLE = Style("abroad", "s", size=7)
OTHER_STYLE = Style("other", "D", size=7)
MAIN = Style("ink", "o")
TICK = Style("other", "|", size=10, thick=1.2)
PRINTED = Style("claim", "D", size=8)

# Outcomes of a reading and verdicts of a claim: the marks of the badges on the pages, beside word and colour.
OUTCOME_STYLES = {
    "agrees": Style("good", "o", size=9),
    "near": Style("near", "s", size=8),
    "differs": Style("claim", "X", size=9),
    "inconclusive": Style("open", "D", size=8),
}
VERDICT_STYLES = {
    "Supported": ("✓", Style("good")),
    "Roughly right": ("≈", Style("near")),
    "Misleading": ("▲", Style("partly")),
    "Contradicted": ("×", Style("claim")),
    "Unverifiable": ("◆", Style("open")),
    "Not checkable": ("–", Style("other")),
    "Not yet checked": ("○", Style("other")),
}
