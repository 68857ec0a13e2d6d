"""The synthetic report of the tests, with real theme, script, filter and fonts; and the real one, built."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from tokencheck import paths, render
from tokencheck.register.findings import read_sources
from tokencheck.report import embeds, pictures, publishers, sharing

BUILT, QUARTOS = "TOKENCHECK_BUILT_SITE", "TOKENCHECK_QUARTO_SITE"
QUARTO_MISSING = "QUARTO IS NOT INSTALLED: its site was not looked at. The workflow `report` does it."
FIXTURE = Path(__file__).parent / "data" / "report"
REAL = (
    "theme.css", "site.js", "components.lua", "paper.lua", "widths.lua", "icon.svg", "typst-template.typ",
    "typst-show.typ",
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


def share_site(tmp_path_factory) -> Path:
    """Build the site and the PDFs of the real report, once for all processes of a run, as `make report` does.

    What that has kept is found by all that it was made from, so it is what would be made here; Quarto, which keeps
    nothing, is left out. The rehearsal has just built its own, and names it.

    Parameters
    ----------
    tmp_path_factory : pytest.TempPathFactory
    """
    if BUILT in os.environ:
        return Path(os.environ[BUILT])
    folder = _name_folder(tmp_path_factory, "real-site")
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "index.html").exists():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(render, "find_quarto", lambda: None)
                render.render(paths.REPORT, folder, cache=paths.ROOT / ".doit" / "rendered")
            _complete(folder)
    return folder


def _name_folder(tmp_path_factory, name: str) -> Path:
    """Name a folder that all processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if base.name.startswith("popen-") else base) / name


def _complete(site: Path) -> None:
    """Add what no renderer does."""
    pictures.draw_pictures(site)
    sharing.share_site(site)
    embeds.write_embeds(site)


def find_quarto_site() -> str | None:
    """Find the site that Quarto has rendered, or Quarto."""
    return os.environ.get(QUARTOS) or render.find_quarto()


def share_quarto_site(tmp_path_factory) -> Path:
    """Render the real report with Quarto, once for all processes of a run, or take what has been rendered already.

    Parameters
    ----------
    tmp_path_factory : pytest.TempPathFactory

    Returns
    -------
    Path
        The site as Quarto leaves it. Without Quarto the test is skipped.
    """
    if not find_quarto_site():
        pytest.skip(QUARTO_MISSING)
    if QUARTOS in os.environ:
        return Path(os.environ[QUARTOS])
    folder = _name_folder(tmp_path_factory, "quarto-report")
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "_site" / "index.html").exists():
            shutil.copytree(paths.REPORT, folder, ignore=shutil.ignore_patterns("_site", ".quarto"))
            subprocess.run([render.find_quarto(), "render", str(folder)], check=True)
    return folder / "_site"


def complete_quarto_site(tmp_path_factory) -> Path:
    """Complete a copy of Quarto's site as `make report` does."""
    folder = _name_folder(tmp_path_factory, "quarto-site")
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            shutil.copytree(share_quarto_site(tmp_path_factory), folder.with_suffix(".new"))
            _complete(folder.with_suffix(".new"))
            folder.with_suffix(".new").rename(folder)
    return folder


def name_sources(text: str, result, language: str = "en") -> str:
    """Put the publishers where a text names the sources of a claim by their ids."""
    ids = {one.source for one in result.findings}
    ids |= {source for one in result.readings for own in (one, one.now or one.latest) if own for source in own.sources}
    return publishers.name_sources(text, [read_sources()[one] for one in sorted(ids)], language)
