"""The drawings of lineage: a small picture a claim, and one of all; style and saving: `tokencheck.notebook.figures`."""

import re
import textwrap
from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures
from tokencheck.register.lineage import ASIDE, LOSSES, SHIFTS

UNCHANGED = ("earliest found", "faithful")
LINE = 0.125  # inches from one line of a label's small print to the next

LOST, SHIFTED, SAME, ARTICLE, PALE = "#b2182b", "#d9812e", "#4d7f5e", "#22313f", "#9aa5b1"

OVERVIEW_ALT = (
    "One row a claim, time from left to right from the middle of February to the middle of March 2026, one dot a "
    "publication. Green dots pass the statement on unchanged, orange ones change its number, subject or period, red "
    "ones drop a qualifier; the dots on the line of the article's date are mostly orange or red."
)


def choose_colour(kind: str) -> str:
    """Give the colour of a kind of change."""
    if kind in LOSSES:
        return LOST
    if kind in SHIFTS:
        return SHIFTED
    return PALE if kind == ASIDE else SAME


def keep_drawable(text: str) -> str:
    """Leave out what the font cannot draw."""
    return " ".join("".join(one for one in text if ord(one) < 0x2E80).split())


def list_details(change: str) -> list[str]:
    """Give what changed, after the kind of change, as lines of a label; none where that cannot be drawn.

    Examples
    --------
    >>> list_details("qualifier dropped: top ten; moved to 16–22 Feb")
    ['top ten; moved to 16–22 Feb']
    """
    detail = change.partition(":")[2].strip()
    if keep_drawable(detail) != detail:
        return []
    return textwrap.wrap(detail, 40, max_lines=3, placeholder=" …", break_on_hyphens=False)


def shorten_publisher(name: str) -> str:
    """Shorten a publisher's name for a label, and leave out what the font cannot draw.

    Examples
    --------
    >>> shorten_publisher("極客公園 via 新浪财经 (reprint)"), shorten_publisher("明晰野望 (TMTPost account on NetEase)")
    ('Chinese press (reprint)', 'The article')
    """
    if "TMTPost account" in name:
        return "The article"
    latin = re.sub(r"\bvia\b|\(\)", "", keep_drawable(name)).replace(", )", ")")
    latin = " ".join(latin.split()).strip(" /,")
    if not any(letter.isalpha() for letter in latin.split("(")[0]):
        inside = latin[latin.find("(") :] if "(" in latin else ""
        latin = f"Chinese press {inside}".strip()
    return textwrap.shorten(latin, 56, placeholder=" …")


def name_date(published: str) -> str:
    """Write a step's date for a label.

    Examples
    --------
    >>> name_date("2026-02-27"), name_date("2026-02 (day not shown)"), name_date("not shown (2026)")
    ('27 Feb 2026', 'Feb 2026', 'no date')
    """
    head = published.split(" ")[0]
    if len(head) == len("2026-02-27") and head[:4].isdigit():
        return f"{pd.Timestamp(head):%-d %b %Y}"
    return f"{pd.Timestamp(head):%b %Y}" if len(head) == len("2026-02") and head[:4].isdigit() else "no date"


def draw_chain(chain: pd.DataFrame) -> Figure:
    """Draw one chain from top to bottom: date, publisher, what was said, and what changed on the way.

    Parameters
    ----------
    chain : DataFrame
        From `tokencheck.register.lineage.list_chains`.
    """
    steps = list(chain.itertuples())
    details = [
        list_details(step.change_from_previous or "") if step.change_kind not in UNCHANGED else [] for step in steps
    ]
    heights = [max(0.52, 0.2 + LINE * len(lines)) for lines in details]
    tops = [-sum(heights[:place]) for place in range(len(heights))]
    fig = plt.figure(figsize=(figures.WIDTH, sum(heights)))
    axes = fig.add_axes((0, 0, 1, 1))
    main = [top - 0.21 for top, step in zip(tops, steps, strict=True) if step.change_kind != ASIDE]
    axes.plot([0] * len(main), main, color=PALE, lw=1.5, zorder=1)
    for top, step, lines in zip(tops, steps, details, strict=True):
        _draw_step(axes, top, step, lines)
    axes.set_xlim(-0.03, 1.01)
    axes.set_ylim(tops[-1] - heights[-1], 0)
    axes.axis("off")
    return fig


def _draw_step(axes: plt.Axes, top: float, step, details: list[str]) -> None:
    """Draw one step below `top`, in inches: mark, date, publisher, gist, and on the right what changed."""
    own, colour = step.is_article, choose_colour(step.change_kind)
    ink, middle = PALE if step.after else figures.INK, top - 0.21
    axes.plot(0.03 if step.change_kind == ASIDE else 0.0, middle, "D" if own else "o", color=colour,
              markersize=10 if own else 8, zorder=2)  # fmt: skip
    axes.text(0.055, middle, name_date(step.published_date), va="center", fontsize=8.5, color=ink)
    axes.text(0.2, top - 0.12, shorten_publisher(step.publisher), va="center", fontsize=8, color=ink,
              weight="bold" if own else "normal")  # fmt: skip
    axes.text(0.2, top - 0.3, step.gist_en, va="center", fontsize=9.5, color=ink)
    if step.change_kind not in UNCHANGED:
        axes.text(1.0, top - 0.12, step.change_kind, va="center", ha="right", fontsize=9, color=colour, weight="bold")
        for place, line in enumerate(details):
            axes.text(1.0, top - 0.28 - LINE * place, line, va="center", ha="right", fontsize=7.5, color=colour)


def draw_overview(chains: Mapping[str, pd.DataFrame], labels: Mapping[str, str], article: pd.Timestamp) -> Figure:
    """Draw all chains, one row a claim, against time.

    Parameters
    ----------
    chains : mapping of str to DataFrame
        From `tokencheck.register.lineage.list_chains`.
    labels : mapping of str to str
        A word or two a claim.
    article : Timestamp
        The article's date.
    """
    first, last = pd.Timestamp("2026-02-12"), pd.Timestamp("2026-03-21")
    undated = first - pd.Timedelta(days=3)
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.26 * len(chains) + 1.1))
    for place, (claim_id, chain) in enumerate(chains.items()):
        row = -place
        shown = chain[(chain["day"].isna() & ~chain["after"]) | (chain["day"] <= last)]
        same_day = shown.groupby(shown["day"].fillna(undated)).cumcount()
        days = [
            (undated if pd.isna(day) else max(day, first)) + pd.Timedelta(hours=14) * before
            for day, before in zip(shown["day"], same_day, strict=True)
        ]
        axes.plot([min(days), max(days)], [row, row], color="#d8dde2", lw=1.2, zorder=1)
        for day, step in zip(days, shown.itertuples(), strict=True):
            colour = choose_colour(step.change_kind)
            face = "white" if pd.isna(step.day) else colour
            marker, size = ("D", 8) if step.is_article else ("o", 6.5)
            axes.plot(day, row, marker, color=colour, markerfacecolor=face, markersize=size, zorder=2)
        axes.text(undated - pd.Timedelta(days=1.2), row, f"{claim_id}  {labels[claim_id]}", ha="right", va="center",
                  fontsize=8.5)  # fmt: skip
    axes.axvline(article, color=ARTICLE, lw=1, ls=":", zorder=0)
    axes.text(article, 0.75, "the article", ha="center", fontsize=9, weight="bold")
    axes.text(undated, 0.75, "no day", ha="center", fontsize=8.5, color=PALE)
    axes.set_ylim(-len(chains) + 0.4, 0.6)
    axes.set_xlim(undated - pd.Timedelta(days=0.8), last)
    axes.set_xticks([article, *(pd.Timestamp(day) for day in ("2026-02-16", "2026-02-27", "2026-03-05", "2026-03-19"))])
    axes.xaxis.set_major_formatter(plt.matplotlib.dates.DateFormatter("%-d %b"))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelsize=9)
    axes.grid(visible=False)
    handles = [
        plt.Line2D([], [], marker="o", ls="", color=colour, markersize=7) for colour in (SAME, SHIFTED, LOST, PALE)
    ]
    words = ["first found, or passed on", "number, subject or period changed", "qualifier dropped", "side branch"]
    axes.legend(handles, words, loc="upper center", bbox_to_anchor=(0.3, -0.05), ncols=4, frameon=False, fontsize=8.5,
                handletextpad=0.2, columnspacing=1.0)  # fmt: skip
    return fig
