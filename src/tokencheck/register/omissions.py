"""What a reading would measure without one weak source: the rows of grade C or D left out, and measured again.

Each stands beside its measurement in ``data/results``, so that `tokencheck.register.firmness` can ask the rule again.
Sources of one speaker are left out together, as it is one word. A lookup counts like any other row: where a table of
seats is left out, no model has a country.
"""

import dataclasses
import warnings
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tokencheck.measures import compute, rests_on_interested_alone
from tokencheck.register.claims import Measured, Reading, Register
from tokencheck.register.findings import THEN, name_speaker
from tokencheck.register.rule import is_asked, is_weak

if TYPE_CHECKING:
    from tokencheck.evidence.tables import Tables

Omission = dict[str, Any]


def measure_without(register: Register, measured: Iterable[Measured], tables: "Tables") -> list[Measured]:
    """Measure again what the rule asks of a claim's own period, without each weak speaker on whom it rests.

    Parameters
    ----------
    register : Register
    measured : iterable of Measured
        From `tokencheck.register.claims.measure_claim`, with these tables.
    tables : Tables

    Returns
    -------
    list of Measured
        The same, each with what it would be `without` whom.
    """
    sources = tables["sources"].set_index("source_id")
    weak = sources[sources["grade"].map(is_weak)]
    speakers = weak["publisher"].map(name_speaker)
    thinned: dict[str, Tables] = {}

    def leave_out(one: Measured, reading: Reading) -> Iterable[Omission]:
        own = defaultdict(list)
        for source in one.measurement.sources:
            if source in speakers.index:
                own[speakers[source]].append(source)
        for speaker, cited in sorted(own.items()):
            if speaker not in thinned:
                thinned[speaker] = tables.leave_out(speakers.index[speakers == speaker])
            yield {"speaker": speaker, "sources": cited, "grade": min(weak.loc[cited, "grade"])} | _measure(
                reading, thinned[speaker]
            )

    found = []
    for one in measured:
        part = register.find(one.claim).find_part(one.part)
        reading = next(other for other in part.readings if other.id == one.reading)
        is_tried = one.when == THEN and is_asked(reading)
        found.append(dataclasses.replace(one, without=tuple(leave_out(one, reading))) if is_tried else one)
    return found


def _measure(reading: Reading, tables: "Tables") -> Omission:
    """Measure a reading anew; where what is left does not suffice, a measure fails, and nothing is known."""
    try:
        with warnings.catch_warnings(action="ignore"):
            found = compute(reading.measure, tables, reading.parameters_when(THEN))
    except (LookupError, ValueError, ZeroDivisionError):  # rows that are not there; with all rows it has just worked
        return {"value": None, "low": None, "high": None, "interval_kind": None, "interested": False}
    told = {name: getattr(found, name) for name in ("value", "low", "high", "interval_kind")}
    return told | {"interested": rests_on_interested_alone(tables, found.rests_on)}
