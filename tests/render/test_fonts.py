"""The fonts in the repository hold every character that the report's sources show."""

import subprocess
import sys
from pathlib import Path

import pytest
import typst
from fontTools.ttLib import TTFont

from tokencheck import paths

FONTS = paths.REPORT / "fonts"
SOURCES = ("*.qmd", "words/*.md", "words/zh/*.md", "_generated/*.md", "_variables.yml", "references.bib")
INVISIBLE = {"\n", "\t", "\ufeff", "\u200b"}


def read_cmap(name: str) -> set[str]:
    return {chr(code) for code in TTFont(FONTS / name).getBestCmap()}


def read_sources() -> dict[str, set[str]]:
    """Read all that a PDF may show: what a browser alone is shown of a claim stands in files of its own."""
    files = [file for pattern in SOURCES for file in sorted(paths.REPORT.glob(pattern))]
    files = [file for file in files if not file.name.startswith("tools-")]
    return {paths.shorten(file): set(file.read_text(encoding="utf-8")) - INVISIBLE for file in files}


@pytest.mark.parametrize("name", ["NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"])
def test_the_pdf_fonts_cover_the_sources_and_the_register(name):
    covered = read_cmap(name)
    texts = read_sources() | {"data/claims.yml": set(paths.CLAIMS.read_text(encoding="utf-8")) - INVISIBLE}
    missing = {place: "".join(sorted(text - covered)) for place, text in texts.items() if text - covered}
    assert not missing, f"run tools/subset_fonts.py: {missing}"


def test_the_web_font_covers_the_chinese_of_the_register():
    covered = read_cmap("web/NotoSansSC-Han-Regular.woff2")
    shown = {char for char in paths.CLAIMS.read_text(encoding="utf-8") if "\u2e80" <= char <= "\u9fff"}
    assert not shown - covered


def test_typst_sees_one_family_under_the_name_quarto_is_given():
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    assert {(font.family, font.weight, font.style) for font in fonts.fonts()} == {
        ("Noto Sans SC", 400, "normal"),
        ("Noto Sans SC", 700, "normal"),
        ("Noto Sans SC", 400, "italic"),
    }


def test_the_fonts_are_small_and_come_with_their_licence():
    assert all(file.stat().st_size <= 1_500_000 for file in FONTS.glob("*.otf"))
    assert all(file.stat().st_size <= 250_000 for file in (FONTS / "web").glob("*.woff2"))
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


def test_the_tool_explains_itself():
    tool = Path(__file__).parents[2] / "tools" / "subset_fonts.py"
    done = subprocess.run([sys.executable, str(tool), "--help"], capture_output=True, text=True, check=True)
    assert "--source" in done.stdout
