"""The drawings of the notebook on models; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures

CHINA, ABROAD, GREY = "#c8553d", "#2f6690", "#9aa5b1"

ALT = {
    "models-scores": (
        "GLM-5's score over its rival's, one dot a benchmark of the maker's own table, in rows by category. Against "
        "Claude Opus 4.5 every coding dot lies left of one; against Gemini 3 Pro most dots lie right of one."
    ),
    "models-windows": (
        "Histogram of context windows on vendors' lists by size. GLM-5's size is marked: about a third of the models "
        "have a wider window, and about half of these one of a million tokens or more."
    ),
    "models-kimi-window": (
        "Bars of Chinese characters that a window holds. The bar of Kimi K2.5 ends before the line that marks the "
        "claimed million; those of the closed test of the app in 2024 and of Kimi K3 later in 2026 end beyond it."
    ),
}

CATEGORIES = ("coding", "agents", "reasoning")


def draw_scores(pairs: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw score ratios by category, one panel a rival.

    Parameters
    ----------
    pairs : mapping of str to DataFrame
        Rival's name to rows of `tokencheck.measures.models.list_pairs`.
    """
    fig, panels = plt.subplots(1, len(pairs), figsize=(figures.WIDTH, 3.0), sharex=True, sharey=True)
    for axes, (rival, rows) in zip(panels, pairs.items(), strict=True):
        for place, category in enumerate(CATEGORIES[::-1]):
            own = rows[rows["category"] == category].sort_values("ratio")
            heights = place + 0.16 * (np.arange(len(own)) % 3 - 1)
            colours = [CHINA if ahead else ABROAD for ahead in own["ahead"]]
            axes.scatter(own["ratio"], heights, c=colours, s=42, edgecolors="white", zorder=3)
        axes.axvline(1, color=figures.INK, lw=1.2)
        axes.set_title(f"against {rival}", fontsize=10)
        axes.set_yticks(range(len(CATEGORIES)), CATEGORIES[::-1])
        axes.set_ylim(-0.5, len(CATEGORIES) - 0.5)
        axes.tick_params(labelsize=9)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel("GLM-5's score over its rival's", fontsize=9.5)
    fig.subplots_adjust(wspace=0.08)
    return fig


def draw_windows(windows: pd.Series, own: float) -> Figure:
    """Draw how many models have which context window, with one marked.

    Parameters
    ----------
    windows : Series
        Context lengths in tokens.
    own : float
        The window to mark.
    """
    edges = [0, 32, 64, 100, 150, 210, 300, 600, 1200, 1e6]
    labels = ["to 32", "33–64", "65–100", "101–150", "151–210", "211–300", "301–600", "601–1,200", "more"]
    groups = pd.cut(windows / 1000, edges, labels=labels)
    counts = groups.value_counts().reindex(labels)
    mine = pd.cut(pd.Series([own / 1000]), edges, labels=labels)[0]
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 3.0))
    axes.bar(labels, counts, color=[CHINA if label == mine else ABROAD for label in labels], width=0.7)
    for place, count in enumerate(counts):
        axes.text(place, count, f"{count}", ha="center", va="bottom", fontsize=9)
    place = labels.index(mine)
    axes.annotate(
        "GLM-5 is here", (place, counts.iloc[place] + 8), (place, counts.max() * 0.92), ha="center", fontsize=9,
        color=CHINA, arrowprops={"arrowstyle": "->", "color": CHINA},
    )  # fmt: skip
    axes.set_xlabel("Context window in thousand tokens", fontsize=9.5)
    axes.set_ylabel("Models on vendors' lists", fontsize=9.5)
    axes.tick_params(labelsize=8.5)
    axes.grid(axis="x", visible=False)
    return fig


def draw_characters(ranges: Mapping[str, tuple[float, float]], claimed: float) -> Figure:
    """Draw how many million characters a window holds, as bars with the range marked."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.2))
    names = list(ranges)[::-1]
    for place, name in enumerate(names):
        low, high = ranges[name]
        axes.barh(place, low, color=ABROAD, height=0.5)
        axes.barh(place, high - low, left=low, color=ABROAD, alpha=0.45, height=0.5)
        words = f"{low:.1f}" if low == high else f"{low:.1f}–{high:.1f}"
        axes.text(high + 0.03, place, words, va="center", fontsize=9)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed + 0.02, len(names) - 0.55, "claimed: millions", color=figures.CLAIM, fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(0, 2.5)
    axes.set_xlabel("Million Chinese characters", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig
