"""Render the report, check its sources and its output; and say which of its sources are generated."""

import re

# Each is made from the template of its name, without the underscore.
FILLED = (
    "claims.qmd", "data.qmd", "tokencheck.qmd", "_changes.md", "_data.md", "_headline.md", "_literature.md",
    "_readings.md", "_rule.md", "_sensitivity.md", "_specifications.md",
)  # fmt: skip
REGRESSIONS = ("_estimates.md", "_formulas.md", "_gap.md", "_matches.md", "_robustness.md")
VARIABLES = "_variables.yml"
OF_A_CLAIM = re.compile(r"C\d\d\.qmd|_body-C\d\d\.md|_own-[\w-]+\.md")


def is_generated(name: str) -> bool:
    """Say whether a file of ``report/`` is written by `tokencheck.report.pages`, and not by hand.

    Examples
    --------
    >>> is_generated("_body-C05.md"), is_generated("_C05.md")
    (True, False)
    """
    return name in {*FILLED, *REGRESSIONS, VARIABLES} or OF_A_CLAIM.fullmatch(name) is not None
