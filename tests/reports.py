"""The synthetic report of the tests, with the real theme, script, filter and fonts laid beside it."""

import shutil
from pathlib import Path

from tokencheck import paths

FIXTURE = Path(__file__).parent / "data" / "report"
REAL = (
    "theme.css", "site.js", "components.lua", "paper.lua", "icon.svg", "typst-template.typ", "typst-show.typ",
)  # fmt: skip


def make_report(folder: Path) -> Path:
    """Copy the synthetic report into a folder of its own."""
    shutil.copytree(FIXTURE, folder)
    for name in REAL:
        shutil.copy(paths.REPORT / name, folder / name)
    shutil.copytree(paths.REPORT / "fonts", folder / "fonts")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Change one text in a file, which must hold it."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} has no {old!r}"
    file.write_text(text.replace(old, new), encoding="utf-8")
