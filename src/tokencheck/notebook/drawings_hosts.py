"""The drawings of the notebook on hosts; style and saving are in `tokencheck.notebook.figures`."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures

CHINA, ABROAD, GREY = "#c8553d", "#2f6690", "#9aa5b1"
DEAREST_DRAWN = 2.2  # times the vendor's price; Azure's DeepSeek output lies beyond and is written at the edge

ALT = {
    "hosts-price-ratio": (
        "One dot a listing outside China, by model: its output price over the vendor's own. Most dots lie on or left "
        "of the line at one, which is the vendor's price; only for DeepSeek V3.2 do most lie right of it."
    ),
    "hosts-value": (
        "Two lines by Wednesday, of the named models whose price is known: the Chinese models' share of tokens and of "
        "their value at list price. The line of value runs below the line of tokens throughout."
    ),
}


def draw_ratios(rows: pd.DataFrame) -> Figure:
    """Draw each foreign listing's output price over the vendor's own, one row of dots a model.

    Parameters
    ----------
    rows : DataFrame
        From `tokencheck.measures.hosts.list_foreign`.
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 3.4))
    models = sorted(rows["model"].unique(), reverse=True)
    for place, model in enumerate(models):
        own = rows[rows["model"] == model].sort_values("output_ratio")
        seen: dict[float, int] = {}
        for ratio in own["output_ratio"].clip(upper=DEAREST_DRAWN):
            height = seen.get(round(ratio, 2), 0)
            seen[round(ratio, 2)] = height + 1
            colour = ABROAD if ratio <= 1 else GREY
            axes.plot(ratio, place + 0.13 * height, "o", color=colour, markersize=7, markeredgecolor="white")
        beyond = own[own["output_ratio"] > DEAREST_DRAWN]
        if len(beyond):
            words = ", ".join(
                f"{name} ×{ratio:.0f}" for name, ratio in zip(beyond["provider"], beyond["output_ratio"], strict=True)
            )
            axes.text(DEAREST_DRAWN - 0.03, place + 0.3, words, ha="right", fontsize=8.5, color=figures.INK)
    axes.axvline(1, color=CHINA, lw=1.5)
    axes.text(1.01, len(models) - 0.35, "the vendor's own price", color=CHINA, fontsize=9)
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(-0.4, len(models) - 0.1)
    axes.set_xlabel("Output price over the vendor's own (13 March 2026)", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig


def draw_value(value: pd.DataFrame, article: pd.Timestamp) -> Figure:
    """Draw the share of tokens and the share of dollars over time.

    Parameters
    ----------
    value : DataFrame
        From `tokencheck.measures.hosts.list_value`, in percent.
    article : Timestamp
        The article's date.
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 3.6))
    for column, words, colour in (
        ("percent_of_named_priced", "of tokens\nwith a price", CHINA),
        ("percent_of_named_priced_listed", "of their value\nat list price", ABROAD),
    ):
        axes.plot(value.index, value[column], color=colour, lw=2)
        axes.text(
            value.index[-1] + pd.Timedelta(days=6), value[column].iloc[-1], words, color=colour, fontsize=9, va="center"
        )
    axes.axvline(article, color=figures.INK, lw=1, ls=":")
    axes.text(article - pd.Timedelta(days=4), 92, "article", ha="right", fontsize=9)
    axes.set_ylim(0, 100)
    axes.set_ylabel("Chinese developers' share, %", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="x", visible=False)
    return fig
