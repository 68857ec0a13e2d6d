"""Write the report's generated sources; and say which of its sources are generated."""

from pathlib import PurePosixPath

GENERATED = "_generated"

# Inside ``report/``, in the form of `.gitattributes`: what `make report` writes, and nobody edits.
PATTERNS = (f"{GENERATED}/**", "_variables.yml", "C[0-9][0-9].qmd", "tokencheck.qmd", "downloads/**", "figures/**")

# Each is made from the template of its name.
FILLED = (
    "changes.md", "claims.md", "data.md", "headline.md", "literature.md", "readings.md", "rule.md", "sensitivity.md",
    "specifications.md",
)  # fmt: skip
REGRESSIONS = ("estimates.md", "formulas.md", "gap.md", "matches.md", "robustness.md")
VARIABLES = "_variables.yml"
PDF_PAGE = "tokencheck.qmd"


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
    path = PurePosixPath(name)
    return any(
        path.parts[0] == folder if rest == "**" else path.match(pattern)
        for pattern in PATTERNS
        for folder, _, rest in [pattern.partition("/")]
    )
