"""Tables as files, compressed or not, for tests that read or spoil them."""

from pathlib import Path

from tokencheck import results


def locate_table(data: Path, name: str) -> Path:
    """Find the file of a table."""
    plain = data / "tables" / f"{name}.csv"
    packed = plain.with_name(f"{plain.name}{results.PACKED}")
    return packed if packed.exists() else plain


def read_table_text(data: Path, name: str) -> str:
    """Read the text of a table."""
    return results.read_bytes(locate_table(data, name)).decode()


def write_table_text(data: Path, name: str, text: str) -> None:
    """Write the text of a table, in the form in which it is stored."""
    path = locate_table(data, name)
    path.write_bytes(results.pack(path.name, text.encode()))
