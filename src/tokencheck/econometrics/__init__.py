"""Price against usage: the panel, regressions, their checks, and the specification curve."""

# What `tokencheck.econometrics.panel.build_panel` and `tokencheck.econometrics.hostpanel.build_hosts` read.
PANEL_TABLES = (
    "usage_daily",
    "usage_leaderboard",
    "model_activity_daily",
    "host_tokens_daily",
    "host_prices_daily",
    "price_changes",
    "models",
    "labs",
    "quality",
)
