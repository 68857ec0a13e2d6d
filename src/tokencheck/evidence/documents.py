"""JSON as providers and programs write it, as a header and rows: lists of objects, lines of objects, JSON-stat.

Numbers keep the digits they are written with. What stands in an object inside a row gets its path as its name, such as
``pricing.prompt``.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from tokencheck.errors import UserError

# Where providers keep their rows: OpenRouter; the EIA; at the top.
_PLACES = (("data",), ("response", "data"), ())
JSON_STAT_COLUMNS = {"time": "TIME_PERIOD"}  # as the same provider's SDMX-CSV calls it
JSON_STAT_VALUE = "OBS_VALUE"


def _name_constant(name: str) -> str:
    return name  # NaN and Infinity: a cell that is no number, and is refused or left out as such


def _parse(text: str) -> Any:
    return json.loads(
        text, parse_float=str, parse_int=str, parse_constant=_name_constant, object_pairs_hook=_join_pairs
    )


class _TwiceError(Exception):
    """An object has two values of one name, of which a reader would drop one without a word."""


def _join_pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    joined = dict(pairs)
    if len(joined) < len(pairs):
        names = [name for name, _ in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return joined


def tabulate_json(text: str, name: str) -> tuple[list[str], list[list[str]]] | None:
    """Read the rows of a JSON document.

    Parameters
    ----------
    text : str
    name : str
        The file's name, for messages.

    Returns
    -------
    tuple of (list of str, list of list of str), or None
        Header and cells; None when the text is no JSON.

    Raises
    ------
    UserError
        When it is JSON of which no table can be made, or that breaks off.

    Examples
    --------
    >>> tabulate_json('{"data": [{"id": "a/b", "pricing": {"prompt": 0.10}}, {"id": "c", "new": true}]}', "my.json")
    (['id', 'pricing.prompt', 'new'], [['a/b', '0.10', ''], ['c', '', 'true']])
    >>> tabulate_json("date,model", "my.csv")
    """
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return None
    try:
        node = _parse(text)
    except RecursionError:
        raise _refuse(name) from None
    except _TwiceError as problem:
        raise _refuse_twice(name, problem) from None
    except ValueError as problem:
        node = _parse_lines(text, name)
        if node is None and start == "[":
            return None  # a header may begin so
        if node is None:
            raise UserError(f"{name}: this begins as JSON and is none: {problem}. Load it again.") from None
    if isinstance(node, Mapping) and node.get("class") == "dataset":
        return _unfold_cube(node, name)
    if isinstance(node, Mapping) and _is_by_column(node):
        columns = {column: {place: _write(cell) for place, cell in cells.items()} for column, cells in node.items()}
        places = dict.fromkeys(place for cells in columns.values() for place in cells)
        return _tabulate([{column: cells.get(place, "") for column, cells in columns.items()} for place in places])
    for place in _PLACES:
        rows = node
        for key in place:
            rows = rows.get(key) if isinstance(rows, Mapping) else None
        if isinstance(rows, list) and rows and all(isinstance(row, Mapping) for row in rows):
            return _tabulate([dict(_flatten(row)) for row in rows])
    raise _refuse(name)


def _is_by_column(node: Mapping[str, Any]) -> bool:
    """Tell what pandas writes unless told otherwise: an object a column, of the numbers of its rows to their cells."""
    return bool(node) and all(
        isinstance(cells, Mapping) and cells and all(place.isdigit() for place in cells) for cells in node.values()
    )


def _parse_lines(text: str, name: str) -> list[Any] | None:
    """Read an object a line, as logs and exports of databases have it."""
    try:
        return [_parse(line) for line in text.splitlines() if line.strip()]
    except _TwiceError as problem:
        raise _refuse_twice(name, problem) from None
    except (ValueError, RecursionError):
        return None


def _refuse(name: str) -> UserError:
    return UserError(
        f"{name}: this is JSON, and not a list of objects with the same keys, which could be read as rows. Ask the "
        "provider for CSV (Eurostat: format=SDMX-CSV; the ECB: format=csvdata), or write such a list (in pandas: "
        'frame.to_json("my.json", orient="records")).'
    )


def _refuse_twice(name: str, problem: _TwiceError) -> UserError:
    return UserError(f"{name}: an object has “{problem}” twice, and one of the two would be lost. Rename one.")


def _flatten(row: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", _write(value)


def _write(value: Any) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tabulate(rows: list[dict[str, str]]) -> tuple[list[str], list[list[str]]]:
    header = list(dict.fromkeys(key for row in rows for key in row))
    return header, [[row.get(key, "") for key in header] for row in rows]


def _unfold_cube(node: Mapping[str, Any], name: str) -> tuple[list[str], list[list[str]]]:
    """Make a row of each value of a JSON-stat cube, whose last dimension is the fastest."""
    try:
        names, sizes = node["id"], [int(one) for one in node["size"]]
        codes = [_list_codes(node["dimension"][one]["category"]) for one in names]
        values = node["value"]
        places = values.items() if isinstance(values, Mapping) else enumerate(values)
        if [len(one) for one in codes] != sizes:
            raise _refuse(name)
        rows = []
        for place, value in places:
            left, cells = int(place), [_write(value)]
            if not 0 <= left < math.prod(sizes):
                raise _refuse(name)
            for own in reversed(codes):
                left, position = divmod(left, len(own))
                cells.append(own[position])
            rows.append(cells[::-1])
    except (LookupError, TypeError, ValueError, AttributeError):
        raise _refuse(name) from None
    return [*(JSON_STAT_COLUMNS.get(one, str(one)) for one in names), JSON_STAT_VALUE], rows


def _list_codes(category: Mapping[str, Any]) -> list[str]:
    """List the codes of a dimension in their order; one with a single code may have only its label."""
    index = category.get("index") or dict.fromkeys(category["label"], 0)
    return [*map(str, index)] if isinstance(index, list) else sorted(index, key=lambda code: int(index[code]))
