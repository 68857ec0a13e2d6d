"""In which way a sentence errs: whether what it says is more, or less, than what was measured."""

from collections.abc import Iterable
from decimal import Decimal

from tokencheck import results
from tokencheck.register.claims import Claim, Errs, Part
from tokencheck.register.rule import CONTRADICTED, MISLEADING, read_claimed

OVERSTATES, UNDERSTATES, MIXES = "overstates", "understates", "mixes"
ERRING = (MISLEADING, CONTRADICTED)


def compare_part(
    part: Part,
    value: float | str | None,
    low: float | None = None,
    high: float | None = None,
    interval_kind: str | None = None,
) -> Errs | None:
    """Compare the number that a part claims with the one that was measured.

    A ratio “1/N” is compared as N, as the rule does, so that it overstates where the gap is smaller than claimed; a
    rank is overstated where the measured one is further down.

    Parameters
    ----------
    part : Part
        Of any relation; a date has no more and no less.
    value, low, high, interval_kind
        As in `tokencheck.register.rule.judge`.

    Returns
    -------
    str or None
        ``overstates`` where all that was measured lies below what was claimed, ``understates`` where it lies above;
        None where it does neither.

    Examples
    --------
    >>> part = Part(id="x", says="x", relation="equals", value="61", unit="percent", measured_in="share")
    >>> compare_part(part, None, 41.9, 49.0, "bounds"), compare_part(part, 70.0), compare_part(part, None)
    ('overstates', 'understates', None)
    """
    if part.relation == "first" or isinstance(value, str):
        return None
    ends = (low, high) if interval_kind in ("bounds", "ci") and None not in (low, high) else (value, value)
    if None in ends:
        return None
    first, last = (Decimal(repr(results.round_number(float(end)))) for end in ends)
    claimed = read_claimed(part)
    is_below = claimed.low is not None and last < claimed.low and interval_kind != "floor"
    is_above = claimed.high is not None and first > claimed.high
    if part.relation == "rank_at_most":
        is_below, is_above = is_above, is_below
    return OVERSTATES if is_below else UNDERSTATES if is_above else None


def join_ways(ways: Iterable[Errs | None]) -> Errs | None:
    """Join the ways in which the parts of a claim err.

    Examples
    --------
    >>> join_ways(["overstates", None]), join_ways(["overstates", "understates"]), join_ways([])
    ('overstates', 'mixes', None)
    """
    found = {way for way in ways if way}
    return found.pop() if len(found) == 1 else MIXES if found else None


def find_errs(claim: Claim, verdicts: dict[str, str], readings: Iterable) -> Errs | None:
    """Say in which way a claim errs that is *Misleading* or *Contradicted*.

    Parameters
    ----------
    claim : Claim
        Its own `errs` decides where the sentence has no number of its own.
    verdicts : dict of str to str
        That of each part, by its id; parts that are no worse than *Unverifiable* have no part in it.
    readings : iterable of ReadingResult
        The literal ones decide, and bounds where those have no value.

    Returns
    -------
    str or None
    """
    erring = [part for part in claim.parts if verdicts[part.id] in ERRING]
    if not erring:
        return None
    if not claim.has_own_number:
        return claim.errs.how if claim.errs else None
    ways = []
    for part in erring:
        own = [one for one in readings if one.part == part.id]
        literal = [_compare_reading(part, one) for one in own if one.literal]
        ways += literal if any(literal) else [_compare_reading(part, one) for one in own if one.evidence == "bound"]
    return join_ways(ways)


def _compare_reading(part: Part, one) -> Errs | None:
    return compare_part(part, one.value, one.low, one.high, one.interval_kind)
