"""Build the fonts of the report from the full Noto Sans CJK.

The report needs Latin and Chinese glyphs in one family, small enough to live in the repository. This tool cuts
that subset out of the collection files `NotoSansCJK-Regular.ttc` and `NotoSansCJK-Bold.ttc` (Debian package
`fonts-noto-cjk`; SIL Open Font License 1.1) and writes:

- `report/fonts/NotoSansSC-{Regular,Bold,Italic}.otf` for the PDF. The family is called “Noto Sans SC”; the licence
  reserves no name that starts with “Noto”. The italic holds Latin only: the regular, slanted, as the family has none.
- `report/fonts/web/*.woff2` for the site: Latin in two weights, and the Chinese that the site quotes.

The report is English with Chinese quotes, so a few things differ from the original: quotation marks and bullets
have the narrow form that the Korean face of the same collection uses, full-width mathematical signs and arrows
get the width of their ink, the ellipsis stands on the base line, thin spaces are mapped to the space, and the raised
and lowered digits that are missing are drawn from ordinary ones.

Run it as `uv run --extra fonts tools/subset_fonts.py --source FOLDER` after new Chinese text came in.
"""

import argparse
import io
from collections.abc import Iterable
from pathlib import Path

from fontTools.misc.transform import Identity, Transform
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.transformPen import TransformPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "report" / "fonts"
FAMILY = "Noto Sans SC"
KOREAN_FACE, SIMPLIFIED_FACE = 1, 2  # the order of faces in the collection

LATIN = {chr(code) for block in (range(0x20, 0x7F), range(0xA0, 0x180)) for code in block}
SIGNS = set(
    "\u2009\u202f\u2010\u2011‒–—―‘’‚“”„†‡•…‰′″‹›⁄⁰⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉€№™←↑→↓↔↕↗↘⇒⇔∂∆∈∏∑−√∝∞∩∪∫≈≠≡≤≥≪≫⊂⊃⌘"
    "─│┌┐└┘├┤┬┴┼═║▁▂▃▄▅▆▇█░▒▓■□▪▲△▶▷▼▽◀◆◇○●◎★☆✓①②③④⑤⑥⑦⑧⑨⑩"
)
CHINESE_PUNCTUATION = {chr(code) for block in (range(0x3000, 0x3020), range(0xFF00, 0xFF5F)) for code in block}
NARROWED = "·±×÷§¶†‡‰′″←↑→↓↔↗↘⇒⇔∂∆∈∏∑√∝∞∩∪≈≠≡≤≥≪≫⊂⊃①②③④⑤⑥⑦⑧⑨⑩"
BORROWED = "·‘’“”•"  # narrow in the Korean face, a full square in the Simplified Chinese one
RAISED = dict(zip("⁰⁴⁵⁶⁷⁸⁹⁻", "0456789−", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
SPARE = [chr(code) for code in range(0x2488, 0x249C)]  # “⒈” and so on: glyphs whose places the small digits take
SMALL, RISE, FALL = 0.62, 300, -120  # size and shift of small digits, the latter in units of 1000 to the em
AS_SPACE = "\u2009\u202f"
SIDE_BEARING = 60  # units of 1000 to the em
SLANT = 0.19  # about eleven degrees


def list_common_characters() -> set[str]:
    """List the 3,755 everyday characters that GB 2312 sorts first (its level 1)."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return {code.decode("gb2312") for code in rows if code < b"\xd7\xfa"}


def read_characters(files: Iterable[Path]) -> set[str]:
    """Collect every character that occurs in some text files."""
    return {char for file in files if file.is_file() for char in file.read_text(encoding="utf-8")}


def list_quoted_files() -> list[Path]:
    """List the files whose text reaches the report."""
    tables = sorted((ROOT / "data" / "tables").glob("*.csv"))
    pages = sorted((ROOT / "report").glob("*.qmd")) + sorted((ROOT / "report" / "words").glob("*.md"))
    return [ROOT / "data" / "claims.yml", *tables, *pages, ROOT / "report" / "references.bib", FONTS / "characters.txt"]


def is_chinese(char: str) -> bool:
    """Tell whether a character belongs to the Han script or its punctuation."""
    return "\u2e80" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def redraw(font: TTFont, name: str, transform: Transform, width: int, model: str | None = None) -> None:
    """Replace one glyph by a transformed copy of itself, or of another glyph.

    Parameters
    ----------
    font : TTFont
        A font with CFF outlines; changed in place.
    name : str
        The glyph.
    transform : Transform
        The affine map of its outline.
    width : int
        The new advance, units of the em.
    model : str, optional
        The glyph to copy; by default the glyph itself.
    """
    strings = font["CFF "].cff.topDictIndex[0].CharStrings
    old = strings[name]
    pen = T2CharStringPen(width - old.private.nominalWidthX, None)
    font.getGlyphSet()[model or name].draw(TransformPen(pen, transform))
    new = pen.getCharString(old.private, old.globalSubrs)
    strings[name] = new
    font["hmtx"][name] = (width, round(font["hmtx"][name][1]))


def narrow(font: TTFont, characters: Iterable[str]) -> None:
    """Give full-width signs the width of their ink plus a side bearing on both sides."""
    cmap, glyphs = font.getBestCmap(), font.getGlyphSet()
    for char in characters:
        name = cmap.get(ord(char))
        if name is None:
            continue
        pen = BoundsPen(glyphs)
        glyphs[name].draw(pen)
        left, _, right, _ = pen.bounds
        redraw(font, name, Identity.translate(SIDE_BEARING - left, 0), round(right - left) + 2 * SIDE_BEARING)


def lower_ellipsis(font: TTFont) -> None:
    """Draw the ellipsis as three full stops on the base line, as English sets it."""
    strings, cmap, glyphs = font["CFF "].cff.topDictIndex[0].CharStrings, font.getBestCmap(), font.getGlyphSet()
    if not {ord("…"), ord(".")} <= set(cmap):
        return
    dot, name = cmap[ord(".")], cmap[ord("…")]
    step = font["hmtx"][dot][0]
    old = strings[name]
    pen = T2CharStringPen(3 * step - old.private.nominalWidthX, None)
    for place in range(3):
        glyphs[dot].draw(TransformPen(pen, Identity.translate(place * step, 0)))
    strings[name] = pen.getCharString(old.private, old.globalSubrs)
    font["hmtx"][name] = (3 * step, font["hmtx"][dot][1])


def draw_small_digits(font: TTFont) -> None:
    """Draw the raised and lowered digits that the family lacks, from its ordinary ones."""
    cmap = font.getBestCmap()
    for small, shift in ((RAISED, RISE), (LOWERED, FALL)):
        for char, digit in small.items():
            if ord(char) in cmap and ord(digit) in cmap:
                model = cmap[ord(digit)]
                width = round(SMALL * font["hmtx"][model][0])
                redraw(font, cmap[ord(char)], Transform(SMALL, 0, 0, SMALL, 0, shift), width, model)


def remap(font: TTFont, korean: TTFont) -> None:
    """Point quotation marks at their narrow glyphs, thin spaces at the space, and small digits at spare glyphs."""
    narrow_forms = korean.getBestCmap()
    small, cmap = [*RAISED, *LOWERED], font.getBestCmap()
    places = {ord(char): cmap[ord(spare)] for char, spare in zip(small, SPARE, strict=False)}
    for table in font["cmap"].tables:
        if table.isUnicode() and hasattr(table, "cmap") and table.format != 14:
            table.cmap.update({ord(char): narrow_forms[ord(char)] for char in BORROWED})
            table.cmap.update({ord(char): narrow_forms[ord(" ")] for char in AS_SPACE})
            table.cmap.update(places)


def rename(font: TTFont, style: str) -> None:
    """Write family, style and full name into every table that holds them."""
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    names = {1: FAMILY, 2: style, 3: f"{postscript};subset", 4: f"{FAMILY} {style}", 6: postscript}
    font["name"].names = [record for record in font["name"].names if record.nameID in (0, 5, 7, 13, 14)]
    for number, text in names.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames[0] = postscript
    for field, text in (("FullName", f"{FAMILY} {style}"), ("FamilyName", FAMILY)):
        setattr(cff.topDictIndex[0], field, text)
    font["OS/2"].fsSelection = {"Regular": 0x40, "Bold": 0x20, "Italic": 0x01}[style]
    font["head"].macStyle = {"Regular": 0, "Bold": 1, "Italic": 2}[style]
    font["OS/2"].usWeightClass = 700 if style == "Bold" else 400


def cut(source: bytes, characters: set[str], style: str) -> TTFont:
    """Cut the subset of one weight.

    Parameters
    ----------
    source : bytes
        The collection file of that weight.
    characters : set of str
        What to keep; characters the collection lacks are left out.
    style : {"Regular", "Bold", "Italic"}
        The style to write; Italic slants every glyph.

    Returns
    -------
    TTFont
        The subset, named, with fixed time stamps.
    """
    faces = TTCollection(io.BytesIO(source))
    font, korean = faces.fonts[SIMPLIFIED_FACE], faces.fonts[KOREAN_FACE]
    remap(font, korean)
    options = Options()
    options.layout_features = ["kern", "ccmp", "mark"]
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(char) for char in characters])
    subsetter.subset(font)
    narrow(font, [char for char in NARROWED if char in characters])
    lower_ellipsis(font)
    draw_small_digits(font)
    if style == "Italic":
        slant = Transform(1, 0, SLANT, 1, 0, 0)
        for name in font.getGlyphOrder():
            redraw(font, name, slant, font["hmtx"][name][0])
        font["post"].italicAngle = -10.8
    rename(font, style)
    font["head"].created = font["head"].modified = 3_600_000_000  # a fixed moment: the output depends on the input
    font.recalcTimestamp = False
    return font


def save(font: TTFont, path: Path) -> None:
    """Write a font, compressed when its name ends in `.woff2`, and print its size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    font.flavor = "woff2" if path.suffix == ".woff2" else None
    font.save(path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB, {len(font.getBestCmap())} characters")


def main() -> None:
    """Build all fonts of the report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True, help="folder with NotoSansCJK-Regular.ttc and -Bold.ttc")
    folder = parser.parse_args().source
    weights = {style: (folder / f"NotoSansCJK-{style}.ttc").read_bytes() for style in ("Regular", "Bold")}
    text = read_characters(list_quoted_files()) - set("\n\r\t\ufeff")
    latin = LATIN | SIGNS
    everything = latin | CHINESE_PUNCTUATION | list_common_characters() | text
    quoted = {char for char in text if is_chinese(char)} | CHINESE_PUNCTUATION
    for style, source in weights.items():
        save(cut(source, everything, style), FONTS / f"NotoSansSC-{style}.otf")
        save(cut(source, latin, style), FONTS / "web" / f"NotoSansSC-Latin-{style}.woff2")
    save(cut(weights["Regular"], latin, "Italic"), FONTS / "NotoSansSC-Italic.otf")
    save(cut(weights["Regular"], quoted, "Regular"), FONTS / "web" / "NotoSansSC-Han-Regular.woff2")


if __name__ == "__main__":
    main()
