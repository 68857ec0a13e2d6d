"""Write the report's generated sources; and say which of its sources are generated."""

from pathlib import Path, PurePosixPath

GENERATED = "_generated"
PAGE_TEMPLATES = Path(__file__).parent / "templates"

# Inside ``report/``, in the form of `.gitattributes`: what `make report` writes, and nobody edits.
PATTERNS = (
    f"{GENERATED}/**",
    "_variables.yml",
    "index.qmd",
    "C[0-9][0-9].qmd",
    "notebooks/**",
    "zh/**",
    "tokencheck*.qmd",
    "downloads/**",
    "figures/**",
)

# What a renderer leaves in ``report/``, beside files and folders that begin with a dot.
LEFT = ("_site/**", "_freeze/**", "*_files/**", "site_libs/**", "*.html")  # the last two while Quarto renders

# Each is made from the template of its name.
FILLED = (
    "changes.md", "claims.md", "data.md", "firmness.md", "literature.md", "readings.md", "rule.md",
    "sensitivity.md",
)  # fmt: skip
REGRESSION_TABLES = ("estimates.md", "formulas.md", "gap.md", "matches.md", "robustness.md")
CURVE = "specifications.md"
VARIABLES = "_variables.yml"
PDF_PAGES = ("tokencheck.qmd", "tokencheck-claims.qmd", "tokencheck-annex.qmd", "tokencheck-zh.qmd")
PDFS = tuple(name.replace(".qmd", ".pdf") for name in PDF_PAGES)


def match(name: str, patterns: tuple[str, ...]) -> bool:
    """Say whether a path inside ``report/``, with forward slashes, fits one of some patterns like `PATTERNS`."""
    path = PurePosixPath(name)
    return any(
        PurePosixPath(path.parts[0]).match(folder) if rest == "**" else path.match(pattern)
        for pattern in patterns
        for folder, _, rest in [pattern.partition("/")]
    )


def is_generated(name: str) -> bool:
    """Say whether a file of ``report/`` is written by `tokencheck.report.pages`, and not by hand.

    Parameters
    ----------
    name : str
        Path inside ``report/``, with forward slashes.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_generated("_generated/body-C05.md"), is_generated("C05.qmd"), is_generated("words/C05.md")
    (True, True, False)
    """
    return match(name, PATTERNS)


def list_report_files(folder: Path) -> list[Path]:
    """List what a renderer reads: all files of a report but those that a renderer leaves there.

    Parameters
    ----------
    folder : Path
        The folder with ``_quarto.yml``.

    Returns
    -------
    list of Path
    """
    names = {file: file.relative_to(folder) for file in sorted(folder.rglob("*")) if file.is_file()}
    return [
        file
        for file, name in names.items()
        if not match(name.as_posix(), LEFT) and not any(part.startswith(".") for part in name.parts)
    ]
