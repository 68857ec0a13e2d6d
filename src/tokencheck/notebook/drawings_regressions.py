"""The drawings of the regressions notebook; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.econometrics.estimation import Estimate
from tokencheck.notebook import figures

CHINA, AMERICA, OTHER = "#c8553d", "#2f6690", "#9a9a9a"
GROUPS = {
    "cross_section": "one week, every model",
    "within_day": "same day, fifty most used",
    "within_model": "same model over time",
}
COLOURS = {"cross_section": "#2f6690", "within_day": "#e0a458", "within_model": "#1b7837"}

ALT = {
    "regressions-answers": (
        "Dot plot of the main elasticities with their 95 % intervals: all models of one week lie left of zero, the "
        "fifty most used of a day right of it, one model over time left of it."
    ),
    "regressions-week": (
        "Scatter of price against tokens of one week for Chinese, American and other models on log axes; the line "
        "through all models falls, the line through the fifty most used rises."
    ),
    "regressions-bounds": (
        "Ranges, one row an estimate: the slopes that are possible when the models below the day's fiftieth may lie "
        "anywhere; those of single days and models reach to both sides of zero."
    ),
    "regressions-left-out": (
        "Strip plot, one row an estimate: each bar is the estimate without one developer; the one that moves it "
        "most is named."
    ),
    "regressions-event": (
        "Two panels of log tokens in the weeks around price cuts, with 95 % intervals: cuts with stable prices to "
        "the left, all cuts with a full window to the right; both are off zero before the cut."
    ),
    "regressions-shares": (
        "Two panels: change of the Chinese share of tokens against the elasticity assumed, with a band around it that "
        "holds zero; the line falls as the elasticity grows in size."
    ),
    "regressions-simulation": (
        "Two lines over how closely price follows quality in an invented market: the slope without quality rises from "
        "minus one to above zero and falls below it again, the slope with quality stays at minus one."
    ),
}

FACTS, SHARES = "facts.regressions", "facts.decomposition"

# When title and alternative text are true; see `tokencheck.register.guards`.
GUARDS = {
    "regressions-answers": " and ".join(
        [f"{FACTS}.{one} < 0" for one in ("week", "week_median", "week_like", "model", "model_total", "model_daily")]
        + [f"{FACTS}.day > 0"]
    ),
    "regressions-week": f"{FACTS}.week_interval < 0 and {FACTS}.week_top > 0",
    "regressions-bounds": " and ".join(
        f"{FACTS}.{one}_unseen > 50 and {FACTS}.{one}_bounds holds 0"
        for one in ("day", "day_daily", "model", "model_daily")
    ),
    "regressions-left-out": f"{FACTS}.estimates_turned_by_one_developer = 0",
    "regressions-event": f"{SHARES}.stable_pretrend <= 0.05 and {SHARES}.full_pretrend <= 0.05",
    # Developers move the share by more than an elasticity does; both lines fall, and both bands hold zero.
    "regressions-shares": f"{SHARES}.february_at_0_interval holds {SHARES}.february_at_2 and "
    + " and ".join(
        f"{SHARES}.{month}_at_2_change < {SHARES}.{month}_at_1_change < 0 "
        f"and {SHARES}.{month}_at_1_change_interval holds 0 and {SHARES}.{month}_at_2_change_interval holds 0"
        for month in ("february", "april")
    ),
    "regressions-simulation": (
        f"-1.1 < {FACTS}.simulated_first_without_quality < -0.9 and {FACTS}.simulated_highest_without_quality > 0 "
        f"and {FACTS}.simulated_last_without_quality < 0 and -1.1 < {FACTS}.simulated_with_quality < -0.9"
    ),
}


def tell(name: str) -> dict[str, str]:
    """Give a figure's alternative text and its guard, as `tokencheck.notebook.figures.save` takes them."""
    return {"alt": ALT[name], "guard": GUARDS[name]}


def draw_answers(estimates: Sequence[tuple[str, Estimate]]) -> Figure:
    """Draw elasticities with their intervals, one row each.

    Parameters
    ----------
    estimates : sequence of (label, Estimate)
        Top to bottom.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.42 * len(estimates) + 1.2))
    axes.axvline(0, color=figures.INK, lw=1)
    for row, (_, one) in enumerate(estimates):
        colour = COLOURS[one.specification.estimand]
        axes.plot([one.ci_low, one.ci_high], [row, row], color=colour, lw=2.5, alpha=0.55, solid_capstyle="round")
        axes.plot(one.coef, row, "o", color=colour, ms=7)
        text = f"{one.coef:+.2f}".replace("-", "−")
        axes.annotate(text, (one.coef, row), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8.5)
    axes.set_yticks(range(len(estimates)), [label for label, _ in estimates], fontsize=9)
    axes.set_ylim(len(estimates) - 0.5, -0.8)
    axes.set_xlabel("% more tokens at a price 1 % higher, with 95 % interval")
    handles = [plt.Line2D([], [], marker="o", lw=2.5, color=COLOURS[key], label=text) for key, text in GROUPS.items()]
    axes.legend(handles=handles, frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.35, -0.16), ncols=3)
    return fig


def draw_week(rows: pd.DataFrame, whole: Estimate, top: Estimate) -> Figure:
    """Draw price against tokens of one week, with the lines through all models and through the fifty most used.

    Parameters
    ----------
    rows : DataFrame
        The panel of the week, paid models.
    whole, top : Estimate
        Slopes of the two lines.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 4.6))
    homes = (("US", AMERICA, "United States"), ("CN", CHINA, "China"), ("other", OTHER, "elsewhere or unknown"))
    for origin, colour, label in homes:
        own = rows[rows["origin"].fillna("other") == origin]
        axes.scatter(own["price_measured"], own["tokens"], s=14, color=colour, alpha=0.7, lw=0, label=label)
    for estimate, part, style in ((whole, rows, "-"), (top, rows[rows["top_50"]], "--")):
        price = part["log_price_measured"]
        ends = np.array([price.min(), price.max()])
        line = part["log_tokens"].mean() + estimate.coef * (ends - price.mean())
        words = "all models" if style == "-" else "the fifty most used"
        axes.plot(np.exp(ends), np.exp(line), style, color=figures.INK, lw=1.8, label=f"line through {words}")
    axes.axhline(rows.loc[rows["top_50"], "tokens"].min(), color=figures.CLAIM, lw=1, ls=":")
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_ylim(1e4, None)
    axes.set_xlabel("USD per million tokens, input and output at the measured prompt share (log scale)")
    axes.set_ylabel("tokens in the week (log scale)")
    axes.legend(frameon=False, fontsize=8.5, loc="lower left")
    return fig


def draw_bounds(bounds: pd.DataFrame) -> Figure:
    """Draw the slopes that the unseen models allow.

    Parameters
    ----------
    bounds : DataFrame
        Of `tokencheck.econometrics.headlines.bound_all`.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.5 * len(bounds) + 1.3))
    axes.axvline(0, color=figures.INK, lw=1)
    for row, one in enumerate(bounds.itertuples()):
        axes.plot([one.low, one.high], [row, row], color="#9db4c8", lw=7, solid_capstyle="butt")
        axes.plot([one.at_mean, one.at_cut], [row, row], color=AMERICA, lw=7, solid_capstyle="butt")
        axes.plot(one.coef, row, "D", color=figures.CLAIM, ms=6)
    axes.set_yticks(range(len(bounds)), bounds["specification"], fontsize=9)
    axes.set_ylim(len(bounds) - 0.5, -0.6)
    axes.set_xlabel("elasticity among all listed models")
    handles = [
        plt.Line2D([], [], marker="D", ls="", color=figures.CLAIM, label="as estimated from those seen"),
        plt.Line2D([], [], lw=7, color=AMERICA, label="unseen at the cut … at their mean depth"),
        plt.Line2D([], [], lw=7, color="#9db4c8", label="anything possible"),
    ]
    axes.legend(handles=handles, frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=3)
    return fig


def draw_left_out(checks: pd.DataFrame, left_out: pd.DataFrame) -> Figure:
    """Draw each core estimate without one developer at a time.

    Parameters
    ----------
    checks, left_out : DataFrame
        Of `tokencheck.econometrics.headlines.check_all`.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.55 * len(checks) + 0.9))
    axes.axvline(0, color=figures.INK, lw=1)
    for row, one in enumerate(checks.itertuples()):
        own = left_out[(left_out["specification"] == one.specification) & (left_out["by"] == "developer")]
        axes.plot(own["coef"], np.full(len(own), row), "|", color=AMERICA, ms=12, mew=1.4, alpha=0.7)
        axes.plot(one.coef, row, "o", color=figures.INK, ms=6)
        at = one.coef + one.strongest_developer_moved
        axes.annotate(
            f"without {one.strongest_developer}", (at, row), xytext=(0, 9), textcoords="offset points", fontsize=8,
            ha="center",
        )  # fmt: skip
    axes.set_yticks(range(len(checks)), checks["specification"], fontsize=9)
    axes.set_ylim(len(checks) - 0.5, -0.8)
    axes.set_xlabel("estimate (dot), and without one developer (bars)")
    return fig


def draw_event(paths: Sequence[tuple[str, pd.DataFrame]]) -> Figure:
    """Draw log tokens around price cuts.

    Parameters
    ----------
    paths : sequence of (title, DataFrame)
        Of `tokencheck.econometrics.eventstudy.trace`.

    Returns
    -------
    Figure
    """
    fig, panels = plt.subplots(1, len(paths), figsize=(figures.WIDTH, 3.4), sharey=True)
    for axes, (title, path) in zip(panels, paths, strict=True):
        axes.axhline(0, color=figures.INK, lw=1)
        axes.axvline(-0.5, color=figures.CLAIM, lw=1, ls=":")
        axes.vlines(path["week"], path["ci_low"], path["ci_high"], color=AMERICA, lw=2, alpha=0.5)
        axes.plot(path["week"], path["effect"], "o", color=AMERICA, ms=5)
        axes.set_title(title, fontsize=9.5, fontweight="normal")
        axes.set_xlabel("weeks from the cut")
    panels[0].set_ylabel("log tokens against week −1\nand models without a cut")
    fig.tight_layout()
    return fig


def draw_shares(shares: Sequence[tuple[str, pd.DataFrame]], ranges: Sequence[tuple[str, float, float]]) -> Figure:
    """Draw the change of the Chinese share against the elasticity assumed.

    Parameters
    ----------
    shares : sequence of (title, DataFrame)
        Of `tokencheck.econometrics.decomposition.list_shares`.
    ranges : sequence of (label, low, high)
        Intervals of estimates, marked on the axis.

    Returns
    -------
    Figure
    """
    fig, panels = plt.subplots(1, len(shares), figsize=(figures.WIDTH, 3.8), sharey=True)
    for axes, (title, table) in zip(panels, shares, strict=True):
        axes.axhline(0, color=figures.INK, lw=1)
        axes.fill_between(table["elasticity"], table["change_low"], table["change_high"], color=CHINA, alpha=0.15, lw=0)
        axes.plot(table["elasticity"], table["change_points"], color=CHINA, lw=2.2)
        for at, (label, low, high) in enumerate(ranges):
            axes.plot([low, high], [-42 + 7 * at] * 2, color=figures.INK, lw=3, solid_capstyle="butt")
            axes.text(low - 0.04, -42 + 7 * at, label, fontsize=7.5, va="center")
        axes.set_title(title, fontsize=9.5, fontweight="normal")
        axes.set_xlim(0.0, table["elasticity"].min())
        axes.set_ylim(-50, 35)
        axes.set_xlabel("elasticity assumed")
    panels[0].set_ylabel("change of the Chinese share, points")
    fig.tight_layout()
    return fig


def draw_simulation(bias: pd.DataFrame, true: float) -> Figure:
    """Draw the slopes of an invented market, with and without quality.

    Parameters
    ----------
    bias : DataFrame
        Of `tokencheck.econometrics.simulation.trace_bias`.
    true : float
        The elasticity that was built in.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 3.4))
    axes.axhline(0, color=figures.INK, lw=1)
    axes.axhline(true, color=OTHER, lw=1, ls=":")
    axes.plot(bias["strength"], bias["without_quality"], "o-", color=figures.CLAIM, label="slope without quality")
    axes.plot(bias["strength"], bias["with_quality"], "o-", color=AMERICA, label="slope with quality")
    axes.set_xlabel("how closely price follows quality (log price a unit of quality)")
    axes.set_ylabel("slope; the truth is the dotted line")
    axes.text(0.99, 0.97, "SIMULATION: invented data", transform=axes.transAxes, ha="right", va="top", fontsize=8.5)
    axes.legend(frameon=False, fontsize=9, loc=(0.68, 0.12))
    return fig
