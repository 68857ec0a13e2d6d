"""The drawings of the regressions notebook; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.econometrics.designs import ROUTER
from tokencheck.econometrics.estimation import Estimate
from tokencheck.econometrics.inference import Bootstrapped
from tokencheck.notebook import figures

CHINA, AMERICA, OTHER = "#c8553d", "#2f6690", "#9a9a9a"
GROUPS = {
    "cross_section": "every model of a week or day",
    "within_day": "same day, fifty most used",
    "within_model": "same model over time",
}
COLOURS = {
    "cross_section": "#2f6690",
    "cross_section_all_models": "#2f6690",
    "same_day_all_models": "#2f6690",
    "within_day": "#e0a458",
    "censored_at_fifty": "#e0a458",
    "within_model": "#1b7837",
    "hosts_within_model": "#7a5195",
    "dated_move": "#c8553d",
}

ALT = {
    "regressions-answers": (
        "Dot plot of the main elasticities with their 95 % intervals by developer: models of like quality lie near "
        "minus one, in the one week, in six later weeks and on each day of summer 2026, and their intervals exclude "
        "zero; the intervals of all models of the week, of the fifty most used of a day and of one model over time "
        "hold zero."
    ),
    "regressions-designs": (
        "Dot plot of all designs on one axis with intervals: models of like quality near minus one, hosts of one model "
        "between minus one and minus two, where the router alone would put minus two; dated cuts below zero, dated "
        "rises nearer to zero with an interval that holds it; below them the published estimates."
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
        "Two panels of log tokens in the weeks around price moves, cuts to the left and rises to the right, with a "
        "band in which nineteen of twenty shuffles lie: before the moves tokens stay within it; after rises they fall."
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

FACTS, SHARES, DESIGNS = "facts.regressions", "facts.decomposition", "facts.designs"

# When title and alternative text are true; see `tokencheck.register.guards`.
GUARDS = {
    "regressions-answers": " and ".join(
        [f"-1.35 < {FACTS}.{one} < -0.8" for one in ("week_like", "weeks_like", "all_like")]
        + [f"{FACTS}.{one}_interval < 0" for one in ("week_like", "weeks_like", "all_like")]
        + [f"{FACTS}.{one}_interval holds 0" for one in ("week", "day", "model", "all_model")]
    ),
    "regressions-designs": (
        f"{FACTS}.week_like_interval < 0 and -1.35 < {FACTS}.week_like < -0.8 and -2 < {DESIGNS}.hosts < -1 "
        f"and -2 < {DESIGNS}.hosts_offer < -1 and {DESIGNS}.cuts_short_interval < 0 "
        f"and {DESIGNS}.rises_short_interval holds 0 and {DESIGNS}.cuts_short < {DESIGNS}.rises_short"
    ),
    "regressions-week": f"{FACTS}.week < 0 and {FACTS}.week_top > 0",
    "regressions-bounds": " and ".join(
        f"{FACTS}.{one}_unseen > 50 and {FACTS}.{one}_bounds holds 0"
        for one in ("day", "day_daily", "model", "model_daily")
    ),
    "regressions-left-out": f"{FACTS}.estimates_turned_by_one_developer = 0",
    "regressions-event": (
        f"{SHARES}.cuts_before > 0.05 and {SHARES}.rises_before > 0.05 and {SHARES}.rises_effect < 0 "
        f"and {SHARES}.rises_p <= 0.05"
    ),
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


def draw_answers(estimates: Sequence[tuple[str, Estimate, Bootstrapped]]) -> Figure:
    """Draw elasticities with their intervals of record, one row each.

    Parameters
    ----------
    estimates : sequence of (label, Estimate, Bootstrapped)
        Top to bottom.

    Returns
    -------
    Figure
    """
    rows = [
        (label, one.coef, record.low, record.high, COLOURS[one.specification.estimand])
        for label, one, record in estimates
    ]
    fig = _draw_rows(rows)
    fig.axes[0].set_xlabel("% more tokens at a price 1 % higher, with 95 % interval by developer")
    handles = [plt.Line2D([], [], marker="o", lw=2.5, color=COLOURS[key], label=text) for key, text in GROUPS.items()]
    fig.axes[0].legend(
        handles=handles, frameon=False, fontsize=8.5, loc="upper center", bbox_to_anchor=(0.35, -0.16), ncols=3
    )
    return fig


LEFT, RIGHT = -2.6, 1.3  # elasticities shown; intervals that go on are cut


def _draw_rows(rows: Sequence[tuple[str, float, float, float, str]]) -> Figure:
    """Draw label, estimate, low, high and colour, one row each."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.42 * len(rows) + 1.2))
    axes.axvline(0, color=figures.INK, lw=1)
    for row, (_, coef, low, high, colour) in enumerate(rows):
        ends = [LEFT if np.isnan(low) else max(low, LEFT), RIGHT if np.isnan(high) else min(high, RIGHT)]
        if not (np.isnan(low) and np.isnan(high)):
            axes.plot(ends, [row, row], color=colour, lw=2.5, alpha=0.55, solid_capstyle="round")
        axes.plot(coef, row, "o", color=colour, ms=7)
        text = f"{coef:+.2f}".replace("-", "−")
        axes.annotate(text, (coef, row), xytext=(0, 6), textcoords="offset points", ha="center", fontsize=8.5)
    axes.set_yticks(range(len(rows)), [label for label, *_ in rows], fontsize=9)
    axes.set_xlim(LEFT, RIGHT)
    axes.set_ylim(len(rows) - 0.5, -0.8)
    return fig


def draw_designs(picture: pd.DataFrame) -> Figure:
    """Draw every design on one axis, with what others published and what the router does by itself.

    Parameters
    ----------
    picture : DataFrame
        Of `tokencheck.econometrics.designs.list_picture`.

    Returns
    -------
    Figure
    """
    rows = [
        (one.label, one.coef, one.low, one.high, COLOURS.get(one.estimand, figures.INK)) for one in picture.itertuples()
    ]
    fig = _draw_rows(rows)
    axes = fig.axes[0]
    for at, one in enumerate(picture.itertuples()):
        if one.estimand == "hosts_within_model":
            axes.plot([ROUTER, ROUTER], [at - 0.4, at + 0.4], color=figures.CLAIM, lw=2)
    hosts = picture.index[picture["estimand"] == "hosts_within_model"]
    axes.annotate(
        "router alone", (ROUTER, hosts[0] - 0.4), xytext=(0, 3), textcoords="offset points", ha="center",
        fontsize=8, color=figures.CLAIM,
    )  # fmt: skip
    axes.axhline((picture["kind"] == "ours").sum() - 0.5, color=OTHER, lw=0.8)
    axes.set_xlabel("% more tokens at a price 1 % higher; intervals of record; below the line, as published")
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
    """Draw log tokens around price moves.

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
        axes.fill_between(path["week"], path["low"], path["high"], color=OTHER, alpha=0.3, lw=0)
        axes.plot(path["week"], path["effect"], "o-", color=AMERICA, ms=5, lw=1)
        axes.set_title(title, fontsize=9.5, fontweight="normal")
        axes.set_xlabel("weeks from the move; grey: chance alone")
    panels[0].set_ylabel("log tokens against week −1\nand models whose price stood")
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
