"""A strip: what an article's number says, and the readings of it on one scale, small enough for a card."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from tokencheck import wording
from tokencheck.register import rule
from tokencheck.register.claims import Claim, Part
from tokencheck.register.verdicts import ClaimResult

_WIDTH, _HEIGHT = 240, 78  # one unit is at least one pixel on the narrowest card; so type of 12 stays 12
_TYPE = 12
_EDGE = 10
TOP, AXIS, FOOT = _TYPE, 42, 72
LETTER = 7.2  # a generous guess at the width of a letter, to keep labels inside

DRAWN = ("equals", "between", "at_least", "at_most")  # the relations that claim a number on a scale

LABELS = {"en": ("claimed", "measured"), "zh": ("文章：", "实测：")}
_ALT = {
    "en": "Claimed {claimed}; measured {measured}; each reading a dot: {others}.",
    "zh": "文章：{claimed}；实测：{measured}；其余读法：{others}。",
}


def pick_part(claim: Claim, result: ClaimResult) -> Part:
    """Find the part that decided a claim."""
    return claim.find_part(next(part.id for part in result.parts if part.verdict == result.verdict))


def list_dots(result: ClaimResult, part: Part) -> list[dict[str, Any]]:
    """List the readings of a part that enter its verdict and have a number, the literal one last, so on top.

    Returns
    -------
    list of dict
        Their records with ``ends``: one number, or the two ends of bounds.
    """
    shown = []
    for one in result.readings:
        ends = [one.value] if one.value is not None else [one.low, one.high]
        if (
            one.part == part.id
            and one.role in rule.ENTERING_ROLES
            and all(isinstance(end, int | float) for end in ends)
        ):
            shown.append(one.model_dump() | {"ends": ends})
    return sorted(shown, key=lambda one: one["literal"])


def _write_ends(ends: Sequence[float], unit: str, language: str) -> str:
    return wording.write_ends(list(dict.fromkeys(ends)), unit, language, style="short")


def measure_label(text: str) -> float:
    """Guess how wide a label is; a Chinese sign is as wide as two letters."""
    return LETTER * sum(2 if ord(sign) > 0x2E80 else 1 for sign in text)


def _write_label(text: str, place: float, y: int, style: str) -> str:
    """Write a label centred over its place, and moved where it would leave the strip."""
    half = measure_label(text) / 2
    x = min(max(place, half), _WIDTH - half)
    return f'<text x="{x:.1f}" y="{y}" text-anchor="middle" {style}>{escape(text)}</text>'


def describe_strip(claim: Claim, result: ClaimResult, language: str = "en") -> dict[str, Any] | None:
    """Draw the strip of a claim.

    Parameters
    ----------
    claim : Claim
    result : ClaimResult
    language : str

    Returns
    -------
    dict or None
        ``svg``, with colours as variables of ``charts.css``, and ``alt``; None where nothing can be drawn: no number is
        claimed, or the literal reading has none.
    """
    part = pick_part(claim, result)
    readings = list_dots(result, part)
    if part.relation not in DRAWN or not any(one["literal"] for one in readings):
        return None
    values = [part.value] if isinstance(part.value, str) else list(part.value)
    claimed = sorted(float(rule.read_number(value)) for value in values)
    numbers = [*claimed, *(end for one in readings for end in one["ends"])]
    low, high = min(numbers), max(numbers)

    def place(number: float) -> float:
        return _EDGE + (_WIDTH - 2 * _EDGE) * ((number - low) / (high - low) if high > low else 0.5)

    said, told = LABELS[language]
    between = " " if language == "en" else ""
    literal = readings[-1]
    printed = wording.write_printed(values, part.unit, language, short=True)
    measured = _write_ends(literal["ends"], part.unit, language)
    marks = [f'<path d="M{_EDGE} {AXIS}H{_WIDTH - _EDGE}" stroke="var(--chart-line, #dfe3e4)" stroke-width="2"/>']
    marks += [_draw_claim(place(claimed[0]), place(claimed[-1]))]
    marks += [_draw_reading(one, [place(end) for end in one["ends"]]) for one in readings]
    marks += [
        _write_label(
            f"{said}{between}{printed}", sum(map(place, claimed)) / len(claimed), TOP,
            'fill="var(--chart-claim, #a31d2b)" font-weight="700"',
        ),
        _write_label(
            f"{told}{between}{measured}", sum(map(place, literal["ends"])) / len(literal["ends"]), FOOT,
            'fill="var(--chart-ink, #1b2126)" font-weight="700"',
        ),
    ]  # fmt: skip
    others = ", ".join(_write_ends(one["ends"], part.unit, language) for one in readings[:-1])
    return {
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" class="strip" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-size="{_TYPE}">{"".join(marks)}</svg>\n',
        "alt": _ALT[language].format(claimed=printed, measured=measured, others=others or "–"),
    }


def _draw_claim(start: float, end: float) -> str:
    """Draw what is claimed: a line; of a range, a band between two."""
    band = f'<rect x="{start:.1f}" y="18" width="{end - start:.1f}" height="36" fill="var(--chart-claim, #a31d2b)" '
    band += 'fill-opacity="0.15"/>'
    ends = "".join(f"M{x:.1f} 18V54" for x in dict.fromkeys((start, end)))
    line = f'<path d="{ends}" stroke="var(--chart-claim, #a31d2b)" stroke-width="2"/>'
    return band * (end > start) + line


def _draw_reading(one: Mapping[str, Any], places: Sequence[float]) -> str:
    """Draw a reading: the literal one filled, another hollow; bounds as a bar between two ends."""
    ink = "var(--chart-ink, #1b2126)" if one["literal"] else "var(--chart-soft, #535d65)"
    start, end = min(places), max(places)
    if end > start:
        return f'<path d="M{start:.1f} {AXIS}H{end:.1f}" stroke="{ink}" stroke-width="8" stroke-linecap="round"/>'
    fill = ink if one["literal"] else "var(--chart-paper, #fdfdfb)"
    return f'<circle cx="{start:.1f}" cy="{AXIS}" r="5" fill="{fill}" stroke="{ink}" stroke-width="2"/>'
