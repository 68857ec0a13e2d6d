"""Read and write `data/results`: rounded, sorted, and never half-written."""

import csv
import errno
import gzip
import io
import json
import math
import os
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tokencheck import paths
from tokencheck.characters import defuse
from tokencheck.errors import UserError

_SIGNIFICANT_DIGITS = 10
NOTEBOOK = "TOKENCHECK_NOTEBOOK"  # in the kernels that the build starts: whose cells run there
PACKED = ".gz"  # how the name of a file ends that is stored compressed
NO_PLACE = {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT}


def round_number(value: Any, digits: int = _SIGNIFICANT_DIGITS) -> Any:
    """Round a number to significant digits, so that results are the same on every processor.

    Parameters
    ----------
    value : Any
        A number of any unit; anything else is returned unchanged.
    digits : int
        Significant digits to keep.

    Returns
    -------
    Any
        The rounded number, None for a missing one, an int where the value is whole.

    Examples
    --------
    >>> round_number(0.1 + 0.2)
    0.3
    >>> round_number(4.0)
    4
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def round_numbers(node: Any) -> Any:
    """Round every number in a nested structure of mappings and sequences."""
    if isinstance(node, Mapping):
        return {str(key): round_numbers(item) for key, item in node.items()}
    if isinstance(node, (list, tuple)):
        return [round_numbers(item) for item in node]
    if hasattr(node, "item") and not isinstance(node, (str, bytes)):
        node = node.item()
    return round_number(node)


def is_by_hand() -> bool:
    """Say whether a person runs cells here: in a kernel, or as a script, that the build did not start."""
    if os.environ.get(NOTEBOOK):
        return False
    python = sys.modules.get("IPython")
    script = getattr(sys.modules["__main__"], "__file__", None)
    return bool(python and python.get_ipython()) or (
        script is not None and Path(script).resolve().parent == paths.NOTEBOOK_FOLDER.resolve()
    )


@cache
def _say_that_nothing_is_written() -> None:
    print("Run by hand: nothing is written into data/, figures/ or report/; `make report` does.")


def describe_no_place(problem: OSError) -> str:
    """Say that something cannot be written, where and why.

    Parameters
    ----------
    problem : OSError
        As raised by what wanted to write.

    Returns
    -------
    str

    Raises
    ------
    OSError
        The same, when it is of another kind, which only a programmer can mend.
    """
    if problem.errno not in NO_PLACE:
        raise problem
    place = paths.shorten(Path(problem.filename).parent) if problem.filename else "the project’s folder"
    why = (problem.strerror or "").lower()
    return f"{place} cannot be written to: {why}. Make room, give yourself the right, or work in a copy of the project."


def write_text_atomically(path: Path, text: str) -> None:
    """Replace a file in one step, so that an interruption leaves the old one whole.

    Parameters
    ----------
    path : Path
        The file to write; its folder is made when missing.
    text : str
        The new content, written as UTF-8 with LF line ends.
    """
    write_bytes_atomically(path, text.encode())


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Replace a file with bytes in one step; see `write_text_atomically`.

    Cells run by hand try things out: they leave what the build keeps as it is.
    """
    if {paths.DATA, paths.FIGURES, paths.REPORT} & set(path.parents) and is_by_hand():
        _say_that_nothing_is_written()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def write_json(path: Path, node: Any) -> None:
    """Write a JSON file that reads well in a diff: rounded numbers, two spaces, a final newline."""
    write_text_atomically(path, json.dumps(round_numbers(node), ensure_ascii=False, indent=2) + "\n")


def format_csv(rows: Iterable[Mapping[str, Any]], columns: list[str] | None = None) -> str:
    """Format rows as CSV with rounded numbers and LF line ends; no cell is one that a spreadsheet would compute.

    Parameters
    ----------
    rows : iterable of mappings
        One mapping a row.
    columns : list of str, optional
        The header; by default the keys in the order in which they first appear.

    Returns
    -------
    str

    Examples
    --------
    >>> format_csv([{"a": 1.5, "b": None}])
    'a,b\\n1.5,\\n'
    """
    rows = list(rows)
    columns = columns or list(dict.fromkeys(key for row in rows for key in row))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _write_cell(value) for key, value in round_numbers(row).items()})
    return buffer.getvalue()


def _write_cell(value: Any) -> Any:
    return defuse(value) if isinstance(value, str) else "" if value is None else value


def write_csv(path: Path, rows: Iterable[Mapping[str, Any]], columns: list[str] | None = None) -> None:
    """Write rows as CSV; see `format_csv`."""
    write_text_atomically(path, format_csv(rows, columns))


def pack(name: str, content: bytes) -> bytes:
    """Give the bytes in which a file is stored: compressed, and without a moment, where its name ends in ``.gz``.

    Parameters
    ----------
    name : str
        The file's name or path.
    content : bytes
        What a reader is to get.

    Returns
    -------
    bytes

    Examples
    --------
    >>> gzip.decompress(pack("a.csv.gz", b"a")), pack("a.csv", b"a")
    (b'a', b'a')
    """
    if not name.endswith(PACKED):
        return content
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(content)
    return packed.getvalue()


def is_packed_plainly(name: str, stored: bytes) -> bool:
    """Say whether a stored file was packed as `pack` does it, without a moment; whatever zlib made of its content."""
    header = pack(name, b"")[:8]
    return stored.startswith(header)


def unpack(name: str, stored: bytes) -> bytes:
    """Give what a stored file holds: the reverse of `pack`.

    Raises
    ------
    UserError
        When the file is damaged.
    """
    if not name.endswith(PACKED):
        return stored
    try:
        return gzip.decompress(stored)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        raise UserError(f"the compressed file is damaged ({problem})") from None


def read_bytes(path: Path) -> bytes:
    """Read a file, compressed or not.

    Raises
    ------
    UserError
        When the file is damaged.
    OSError
        When it is missing.
    """
    try:
        return unpack(path.name, path.read_bytes())
    except UserError as problem:
        name = paths.shorten(path)
        raise UserError(f"{name}: {problem}. Restore it with `git checkout -- {name}`.") from None


def read_csv_text(path: Path) -> str:
    """Read the text of a CSV, compressed or not.

    Raises
    ------
    UserError
        When the file is missing or is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except (FileNotFoundError, UnicodeDecodeError):
        raise UserError(f"{paths.shorten(path)} is missing or is not UTF-8. Run `make check`.") from None


def parse_rows(text: str) -> list[dict[str, str]]:
    """Split the text of a CSV into rows, by column."""
    header, *rows = [row for row in csv.reader(io.StringIO(text, newline="")) if row] or [[]]
    if all(len(row) == len(header) for row in rows):  # several times as fast as a DictReader
        return [dict(zip(header, row, strict=True)) for row in rows]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV, compressed or not, as text: to show it; what is computed with goes through `evidence.tables`.

    Parameters
    ----------
    path : Path

    Returns
    -------
    list of dict of str to str

    Raises
    ------
    UserError
        When the file is missing or is not UTF-8.
    """
    return parse_rows(read_csv_text(path))


def read_json(path: Path, remedy: str = "Run `make report`.") -> Any:
    """Read a JSON file of the project.

    Parameters
    ----------
    path : Path
        The file.
    remedy : str
        What the user should do when it is missing or broken.

    Returns
    -------
    Any
        The parsed content.

    Raises
    ------
    UserError
        When the file is missing or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{paths.shorten(path)} is missing. {remedy}") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as problem:
        raise UserError(f"{paths.shorten(path)} is not valid JSON ({problem}). {remedy}") from None


def parse_yaml(text: str) -> Any:
    """Parse YAML with the safe loader; the one in C, where it was built, takes a tenth of the time."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def describe_yaml_problem(problem: yaml.YAMLError) -> str:
    """Say in one line what is wrong with a YAML text, and where."""
    mark = getattr(problem, "problem_mark", None)
    where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    said = str(getattr(problem, "problem", None) or problem).replace("\n", " ")
    return where + said.replace("that cannot start any token", "that cannot begin a value, such as a tab")


def read_yaml(path: Path, parse: Callable[[str], Any] = parse_yaml) -> Any:
    """Read a YAML file that is written by hand.

    Parameters
    ----------
    path : Path
    parse : callable, optional
        Makes of the text what is asked for.

    Returns
    -------
    Any

    Raises
    ------
    UserError
        When it is not UTF-8 or not YAML; the message names file, line and column.
    FileNotFoundError
        When it is missing.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as problem:
        raise UserError(f"{paths.shorten(path)} is not UTF-8 (byte {problem.start}). Save it as UTF-8.") from None
    except yaml.YAMLError as problem:
        what = describe_yaml_problem(problem)
        raise UserError(f"{paths.shorten(path)} is not valid YAML: {what}. Correct that line.") from None


def format_yaml(node: Any, width: int = 80) -> str:
    """Write YAML in the order of the keys, with the dumper in C where it was built; see `parse_yaml`."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return yaml.dump(node, Dumper=dumper, allow_unicode=True, sort_keys=False, width=width)


def write_facts(topic: str, facts: Mapping[str, tuple[Any, str]]) -> None:
    """Write the numbers that the prose quotes beside the readings.

    Parameters
    ----------
    topic : str
        Names the file ``data/results/facts/<topic>.json``; pages read ``facts.<topic>.<name>``.
    facts : mapping of str to (value, unit)
    """
    node = {name: {"value": value, "unit": unit} for name, (value, unit) in facts.items()}
    write_json(paths.FACTS / f"{topic}.json", node)
