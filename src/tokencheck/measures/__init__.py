"""Measures: pure functions from tables and a reading's parameters to a Measurement.

A measure is named in ``data/claims.yml`` and found here by that name. Its parameters are checked against its
signature when the register is loaded, long before anything is computed.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_origin

from tokencheck.errors import UserError, suggest
from tokencheck.units import UNITS

if TYPE_CHECKING:
    import pandas as pd

    from tokencheck.evidence.tables import Tables

INTERVAL_KINDS = (None, "bounds", "ci", "range", "floor")
MODULES = ("usage", "prices", "electricity", "tokens", "energy", "hosts", "models", "companies", "activity")

GRADES = "ABCD"
MODEL_PARAMETERS = ("model", "models", "comparator", "comparators", "rival")
# A vendor's own price stays the vendor's word when it is converted at somebody else's exchange rate.
LOOKUPS = ("exchange_rates", "labs", "sources")


@dataclass(frozen=True)
class Measurement:
    """What a measure found.

    Attributes
    ----------
    value : float, str or None
        The number in `unit` (an ISO date for the unit ``date``); None when there is none, or only bounds.
    unit : str
        One of `tokencheck.units.UNITS`.
    as_of : str
        The day or period of the latest datum it rests on.
    low, high : float or None
        Ends of the interval, in `unit`.
    interval_kind : str or None
        ``bounds`` (uncertain rows given to none, then to all) and ``ci`` decide the outcome;
        ``range`` (spread over places or sellers) is shown only; ``floor`` says that `value` is the least it can be.
    note : str
        One line the reader needs beside the number.
    rows : DataFrame or None
        The data rows the number rests on, as a reader wants to see them.
    rests_on : mapping of str to tuple of str
        Table to the source_ids of its cited rows, lookups included, as `tokencheck.evidence.tables.Tables`
        recorded them; no measure types it. Empty where nothing was found: what is not known rests on nothing.
    """

    value: float | str | None
    unit: str
    as_of: str
    low: float | None = None
    high: float | None = None
    interval_kind: str | None = None
    note: str = ""
    rows: "pd.DataFrame | None" = None
    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def found(self) -> bool:
        """Whether there is a value or a bound."""
        return not (self.value is None and self.low is None and self.high is None)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it rests on, sorted."""
        return tuple(sorted(self.rests_on))

    @property
    def sources(self) -> tuple[str, ...]:
        """The source_ids of the rows it rests on, sorted."""
        return tuple(sorted({source for sources in self.rests_on.values() for source in sources}))

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}; known: {', '.join(UNITS)}")
        if self.interval_kind not in INTERVAL_KINDS:
            raise ValueError(f"unknown interval kind {self.interval_kind!r}")


def bounds(low: float, high: float, **rest: Any) -> Measurement:
    """Make a Measurement from bounds: a point when they coincide, otherwise no centre at all."""
    if low == high:
        return Measurement(value=low, **rest)
    return Measurement(value=None, low=low, high=high, interval_kind="bounds", **rest)


_REGISTRY: dict[str, Callable[..., Measurement]] = {}


def measure(name: str) -> Callable[[Callable[..., Measurement]], Callable[..., Measurement]]:
    """Register a measure under the name that readings use, such as ``usage.share``, and record what it cites."""

    def register(function: Callable[..., Measurement]) -> Callable[..., Measurement]:
        if name in _REGISTRY:
            raise ValueError(f"two measures are called {name}")

        @wraps(function)
        def record(tables: "Tables", **parameters: Any) -> Measurement:
            with tables.record() as cited:
                measured = function(tables, **parameters)
            kept = {table: tuple(sorted(cited[table])) for table in sorted(cited)} if measured.found else {}
            return replace(measured, rests_on=kept)

        _REGISTRY[name] = record
        return record

    return register


def find_measure(name: str) -> Callable[..., Measurement]:
    """Look a measure up by name.

    Raises
    ------
    UserError
        When no measure has that name; the message names the one that is alike, or lists those that exist.
    """
    module = name.split(".")[0]
    if module in MODULES:
        import_module(f"tokencheck.measures.{module}")
    if name not in _REGISTRY:
        for module in MODULES:
            import_module(f"tokencheck.measures.{module}")
        hint = suggest(name, _REGISTRY) or f" Known are {', '.join(sorted(_REGISTRY))}."
        raise UserError(f"there is no measure “{name}”.{hint}")
    return _REGISTRY[name]


@lru_cache
def _read_lines(module: str) -> tuple[Path, list[str]]:
    file = Path(__file__).with_name(f"{module}.py")
    return file, file.read_text(encoding="utf-8").splitlines(keepends=True)


def read_code(name: str) -> tuple[Path, str]:
    """Read the source code of a measure where it is written, without loading what it computes with.

    Parameters
    ----------
    name : str
        A measure's name.

    Returns
    -------
    tuple of Path and str
        The file, and the function with its decorator.
    """
    file, lines = _read_lines(name.split(".")[0])
    start = lines.index(f'@measure("{name}")\n')
    return file, "".join(inspect.getblock(lines[start:])).rstrip()


@lru_cache
def _parameter_model(name: str):
    from pydantic import ConfigDict, create_model

    fields = {
        key: (parameter.annotation, ... if parameter.default is inspect.Parameter.empty else parameter.default)
        for key, parameter in inspect.signature(find_measure(name)).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def check_parameters(name: str, parameters: Mapping[str, Any]) -> None:
    """Check a reading's parameters against the measure's signature.

    Parameters
    ----------
    name : str
        A measure's name.
    parameters : mapping
        Keyword arguments as written in the register.

    Raises
    ------
    UserError
        Unknown measure, unknown or missing parameter, or a value of the wrong kind.
    """
    from pydantic import ValidationError

    model = _parameter_model(name)
    try:
        model.model_validate(dict(parameters))
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            f"measure {name}: parameter “{where}”: {first['msg'].lower()}; "
            f"it takes {', '.join(model.model_fields) or 'no parameters'}"
        ) from None


def list_named_models(name: str, parameters: Mapping[str, Any]) -> list[str]:
    """List the models that a reading's parameters name; what its measure itself lists is none of the tables'.

    Parameters
    ----------
    name : str
        A measure's name.
    parameters : mapping
        Keyword arguments as written in the register.

    Returns
    -------
    list of str

    Examples
    --------
    >>> list_named_models("prices.ratio", {"model": "z-ai/glm-5", "seller": "vendor"})
    ['z-ai/glm-5']
    >>> list_named_models("companies.performance_per_watt", {"rival": "H20"})
    []
    """
    fields = _parameter_model(name).model_fields
    given = [parameters[key] for key in MODEL_PARAMETERS if key in parameters and not _is_listed(fields[key])]
    return [one for value in given for one in ([value] if isinstance(value, str) else value)]


def _is_listed(described: Any) -> bool:
    return get_origin(described.annotation) is Literal


def compute(name: str, tables: "Tables", parameters: Mapping[str, Any]) -> Measurement:
    """Run one measure.

    Parameters
    ----------
    name : str
        A measure's name.
    tables : Tables
        The project's tables by name.
    parameters : mapping
        Keyword arguments of the measure.

    Returns
    -------
    Measurement
    """
    check_parameters(name, parameters)
    return find_measure(name)(tables, **parameters)


def grade_weakest(tables: Mapping[str, "pd.DataFrame"], source_ids: tuple[str, ...]) -> str:
    """Give the grade of the weakest source: A official, B public copy, C press or research, D anything else.

    Parameters
    ----------
    tables : mapping of DataFrames
        Must hold ``sources``.
    source_ids : tuple of str
        What a measurement rests on.

    Returns
    -------
    str
        ``A`` to ``D``; empty when there are no sources.
    """
    if not source_ids:
        return ""
    grades = tables["sources"].set_index("source_id")["grade"]
    return max((grades[source_id] for source_id in source_ids), key=GRADES.index)


def rests_on_interested_alone(tables: Mapping[str, "pd.DataFrame"], rests_on: Mapping[str, tuple[str, ...]]) -> bool:
    """Say whether every source speaks of its own product; what a lookup is from vouches for nothing.

    Parameters
    ----------
    tables : mapping of DataFrames
        Must hold ``sources``.
    rests_on : mapping of str to tuple of str
        Of a measurement.

    Returns
    -------
    bool
        False when there are no sources.
    """
    interested = tables["sources"].set_index("source_id")["interested"]
    speaking = {source for table, sources in rests_on.items() if table not in LOOKUPS for source in sources}
    return bool(speaking) and all(bool(interested[source]) for source in speaking)
