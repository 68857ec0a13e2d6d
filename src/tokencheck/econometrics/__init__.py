"""Price against usage: the panel, regressions, their checks, and the specification curve."""

# What `tokencheck.econometrics.panel.build` reads.
TABLES = (
    "usage_daily",
    "usage_leaderboard",
    "price_changes",
    "models",
    "labs",
    "quality",
)
