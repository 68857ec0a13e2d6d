"""The drawings of the usage notebook and the verdict bar; style and saving are in `tokencheck.notebook.figures`."""

import textwrap
from collections.abc import Mapping

import matplotlib.dates
import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures

TRILLION = 1e12

# Those of the badges on the pages (report/theme.css), strong enough for a surface.
VERDICT_COLOURS = {
    "Supported": "#1f7a64",
    "Roughly right": "#4a86bd",
    "Misleading": "#d98a1f",
    "Contradicted": "#b23a2e",
    "Unverifiable": "#7f70b0",
    "Not checkable": "#b9bec4",
    "Not yet checked": "#e6e6e6",
}
COUNTRY_COLOURS = {"CN": "#c8553d", "US": "#2f6690", "": "#9a9a9a", "elsewhere": "#7a9e7e"}
COUNTRY_NAMES = {"CN": "China", "US": "United States", "": "unknown", "elsewhere": "elsewhere"}

ALT = {
    "article-sections": ("Bar chart: claims of the article by subject, and those of each that have been computed."),
    "usage-share-by-scope": (
        "Dot plot. One row for each scope from the five most used models to the whole platform and the world; "
        "a tick for each window. Only rows of five to ten models reach the claimed share."
    ),
    "usage-stated-week": (
        "Bar chart of the twenty most used models of 9 to 15 February 2026, coloured by the developer's "
        "country, with a line below the ninth, where the public chart stops naming models."
    ),
    "usage-then-and-now": (
        "Two lines of weekly tokens since January 2025, Chinese and American developers, with a band for "
        "tokens of unknown origin. The lines cross after the article was published."
    ),
    "usage-two-models": (
        "Daily tokens of MiniMax M2.5 and Kimi K2.5 from late January to mid-March 2026; the stated week is shaded."
    ),
}


def draw_share_by_scope(
    grid: pd.DataFrame, scopes: Mapping[str, str], claimed: float, tolerance: float, printed: tuple[str, float]
) -> Figure:
    """Draw every share of the grid, one row a scope, one tick a window.

    Parameters
    ----------
    grid : DataFrame
        From `tokencheck.measures.usage.grid_shares`; value in percent.
    scopes : mapping of str to str
        Scope to the words that name it.
    claimed, tolerance : float
        The claimed share and what counts as near, in percent and points.
    printed : (str, float)
        Scope and value of the reading under which the claimed share was first printed.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 4.0))
    axes.axvspan(claimed - tolerance, claimed + tolerance, color=figures.CLAIM, alpha=0.12, lw=0)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed, -0.75, f"claimed: {claimed:g} %", color=figures.CLAIM, ha="center", va="bottom", fontsize=9)
    for row, scope in enumerate(scopes):
        cells = grid[(grid["scope"] == scope) & (grid["stealth"] == "none")]
        top = grid[(grid["scope"] == scope) & (grid["stealth"] == "all")]
        for label, offset, colour in (("trailing month", 0.16, "#b9b9b9"), ("trailing week", -0.16, "#7d7d7d")):
            dots = cells[cells["window"] == label]["value"]
            axes.plot(dots, [row + offset] * len(dots), "|", color=colour, ms=8, mew=1, label=None if row else label)
        low = cells[cells["window"] == "stated week"]["value"].iloc[0]
        high = top[top["window"] == "stated week"]["value"].iloc[0]
        axes.plot([low, high], [row, row], "-", color=figures.INK, lw=2.5, solid_capstyle="round")
        axes.plot([low], [row], "o", color=figures.INK, ms=6, label=None if row else "stated week, with bounds")
    row = list(scopes).index(printed[0])
    axes.plot([printed[1]], [row], "D", color=figures.CLAIM, ms=7, zorder=5, label="as first printed")
    axes.set_yticks(range(len(scopes)), [textwrap.fill(words, 34) for words in scopes.values()], fontsize=9)
    axes.set_ylim(len(scopes) - 0.5, -0.8)
    axes.set_xlim(0, 100)
    axes.set_xlabel("Chinese models' share of tokens, %")
    axes.legend(loc="upper center", bbox_to_anchor=(0.35, -0.14), ncols=4, frameon=False, fontsize=8.5)
    return fig


def draw_leaderboard(totals: pd.DataFrame, named: int) -> Figure:
    """Draw the most used models of a window as bars, coloured by the developer's country.

    Parameters
    ----------
    totals : DataFrame
        From `tokencheck.measures.usage.sum_models`, most used first; tokens.
    named : int
        How many models the public chart names; a line is drawn below them.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 5.2))
    country = totals["country"].fillna("")
    group = country.where(country.isin(["CN", "US", ""]), "elsewhere")
    names = totals["model"].str.split("/").str[-1].str.replace(r"-20\d{6}|-0127", "", regex=True)
    for key in [key for key in COUNTRY_COLOURS if (group == key).any()]:
        bars = group == key
        axes.barh(
            totals.index[bars],
            totals.loc[bars, "tokens"] / TRILLION,
            color=COUNTRY_COLOURS[key],
            label=COUNTRY_NAMES[key],
        )
    axes.axhline(named - 0.5, color=figures.INK, lw=1, ls="--")
    axes.text(
        1.42, named - 0.4, "the public chart names the models above this line", ha="right", va="top", fontsize=8.5
    )
    axes.set_yticks(totals.index, names, fontsize=8.5)
    axes.set_ylim(len(totals) - 0.4, -0.6)
    axes.set_xlabel("trillion tokens, 9–15 February 2026")
    axes.legend(title="Developer's home", loc="lower right", frameon=False)
    return fig


def draw_weeks(weeks: pd.DataFrame, stated: pd.Timestamp, first: pd.Timestamp) -> Figure:
    """Draw Chinese and American tokens week by week, with what nobody can attribute.

    Parameters
    ----------
    weeks : DataFrame
        From `tokencheck.measures.usage.compare_weeks`; tokens.
    stated, first : Timestamp
        Monday of the week the article states, and of the first week with a Chinese lead.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 4.0))
    dates = weeks["week_start"]
    for key, column in (("CN", "cn_tokens"), ("US", "us_tokens")):
        tokens = weeks[column] / TRILLION
        top = (weeks[column] + weeks["unattributed_tokens"]) / TRILLION
        axes.plot(dates, tokens, color=COUNTRY_COLOURS[key], lw=2, label=COUNTRY_NAMES[key])
        axes.fill_between(dates, tokens, top, color=COUNTRY_COLOURS[key], alpha=0.15, lw=0)
    for day, words, height in ((stated, "stated week", 0.97), (first, "first lead", 0.9)):
        axes.axvline(day, color=figures.INK, lw=1, ls=":")
        axes.text(day, height, f"{words} ", transform=axes.get_xaxis_transform(), ha="right", va="top", fontsize=8.5)
    axes.set_yscale("log")
    axes.set_ylabel("trillion tokens a week (log scale)")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(title="Developer's home (shaded: plus all\ntokens of unknown origin)", loc="lower right", frameon=False)
    axes.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(axes.xaxis.get_major_locator()))
    return fig


def draw_days(lines: Mapping[str, pd.Series], stated: tuple[pd.Timestamp, pd.Timestamp]) -> Figure:
    """Draw daily tokens of a few models, in trillions, with the stated week shaded.

    Parameters
    ----------
    lines : mapping of str to Series
        Model name to trillion tokens a day.
    stated : (Timestamp, Timestamp)
        First and last day of the stated week.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 3.6))
    axes.axvspan(*stated, color=figures.CLAIM, alpha=0.12, lw=0, label="stated week")
    for colour, (name, tokens) in zip((figures.INK, COUNTRY_COLOURS["CN"]), lines.items(), strict=True):
        axes.plot(tokens.index, tokens, color=colour, lw=2, label=name)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("trillion tokens a day")
    axes.legend(frameon=False)
    axes.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(axes.xaxis.get_major_locator()))
    return fig


def draw_verdict_bar(counts: Mapping[str, int]) -> Figure:
    """Draw how many claims got which verdict as one stacked bar.

    Parameters
    ----------
    counts : mapping of str to int
        Verdict to number of claims, in the order of the bar.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 1.5))
    fig.subplots_adjust(left=0, right=1)
    left = 0
    for verdict, count in counts.items():
        if not count:
            continue
        axes.barh([0], [count], left=left, color=VERDICT_COLOURS[verdict], edgecolor="white", lw=1.5, label=verdict)
        dark = verdict in ("Supported", "Roughly right", "Contradicted", "Unverifiable")
        axes.text(left + count / 2, 0, str(count), ha="center", va="center", color="white" if dark else "black")
        left += count
    axes.set_axis_off()
    axes.set_xlim(0, left)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=4, frameon=False, fontsize=9, handlelength=1)
    return fig


def draw_topics(by_topic: pd.DataFrame) -> Figure:
    """Draw how many claims each subject has, and how many of them are computed.

    Parameters
    ----------
    by_topic : DataFrame
        Index subject; columns ``all`` and ``computed``, counts of claims.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.6))
    axes.barh(by_topic.index, by_topic["all"], color="#dfe3e8", label="in the register")
    axes.barh(by_topic.index, by_topic["computed"], color=COUNTRY_COLOURS["US"], label="computed")
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("claims")
    axes.legend(frameon=False, loc="lower right")
    return fig
