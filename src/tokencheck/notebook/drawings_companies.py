"""The drawings of the notebook on companies; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures

CHINA, ABROAD, GREY = "#c8553d", "#2f6690", "#9aa5b1"

ALT = {
    "companies-coding-bounds": (
        "Bars of what M2.5's share of coding abroad could be at most, by basis. Every bar ends left of the line at the "
        "claimed half of the market."
    ),
    "companies-efficiency": (
        "Two pairs of bars, Huawei's system against Nvidia's: computing of the whole system, where Huawei's is larger, "
        "and computing per kilowatt, where it is less than half."
    ),
    "companies-world-scale": (
        "Token volumes on a scale of powers of ten, one dot a disclosure. The article's week on OpenRouter lies two "
        "orders of magnitude below the largest disclosed volumes."
    ),
}


def draw_bounds(bounds: Mapping[str, float], claimed: float) -> Figure:
    """Draw upper bounds in percent as bars against the claimed share."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.4))
    names = list(bounds)[::-1]
    axes.barh(names, [bounds[name] for name in names], color=ABROAD, height=0.55)
    for place, name in enumerate(names):
        axes.text(bounds[name] + 0.8, place, f"at most {bounds[name]:.0f} %", va="center", fontsize=9)
    axes.axvline(claimed, color=figures.CLAIM, lw=2)
    axes.text(claimed + 0.8, len(names) - 0.45, "claimed: more than this", color=figures.CLAIM, fontsize=9)
    axes.set_xlim(0, 80)
    axes.set_xlabel("M2.5's share of code generation, %", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig


def draw_efficiency(pflops: tuple[float, float], kilowatts: tuple[float, float]) -> Figure:
    """Draw computing and computing per kilowatt of Huawei's system beside Nvidia's."""
    fig, panels = plt.subplots(1, 2, figsize=(figures.WIDTH, 2.6))
    per_kilowatt = [1000 * one / power for one, power in zip(pflops, kilowatts, strict=True)]
    for axes, values, words in (
        (panels[0], pflops, "PFLOPS of the system"),
        (panels[1], per_kilowatt, "TFLOPS per kilowatt"),
    ):
        axes.bar(["CloudMatrix 384\n(Ascend)", "GB200 NVL72\n(Nvidia)"], values, color=[CHINA, ABROAD], width=0.55)
        for place, value in enumerate(values):
            axes.text(place, value, f"{value:,.0f}", ha="center", va="bottom", fontsize=9)
        axes.set_ylabel(words, fontsize=9.5)
        axes.set_ylim(0, max(values) * 1.15)
        axes.tick_params(labelsize=9)
        axes.grid(axis="x", visible=False)
    fig.subplots_adjust(wspace=0.35)
    return fig


def draw_scale(volumes: pd.DataFrame, marked: Mapping[str, float]) -> Figure:
    """Draw disclosed token volumes by week on a logarithmic scale.

    Parameters
    ----------
    volumes : DataFrame
        Rows of ``world_tokens`` with ``tokens_per_week_trillion``.
    marked : mapping of str to float
        Volumes of the article, in the same unit, drawn in its colour.
    """
    rows = volumes.dropna(subset="tokens_per_week_trillion").sort_values("tokens_per_week_trillion")
    rows = rows.drop_duplicates("who", keep="last")
    names = [*marked, *rows["who"]]
    values = [*marked.values(), *rows["tokens_per_week_trillion"]]
    order = np.argsort(values, kind="stable")
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.27 * len(names) + 0.8))
    for place, which in enumerate(order):
        own = names[which] in marked
        axes.plot(values[which], place, "o", color=CHINA if own else ABROAD, markersize=7)
        axes.text(values[which] * 1.18, place, f"{values[which]:,.3g}", va="center", fontsize=8.5)
    labels = [names[which] for which in order]
    axes.set_yticks(range(len(order)), labels, fontsize=8.5)
    for label, which in zip(axes.get_yticklabels(), order, strict=True):
        label.set_color(CHINA if names[which] in marked else figures.INK)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlim(right=max(values) * 3)
    axes.set_xlabel("Trillion tokens a week (each line is ten times the one before)", fontsize=9.5)
    axes.tick_params(axis="x", labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig
