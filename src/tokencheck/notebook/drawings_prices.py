"""The drawings of the prices notebook; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures

CHINA, ABROAD = "#c8553d", "#2f6690"
OUTCOME_COLOURS = {"agrees": "#1b7837", "near": "#2f6690", "differs": "#b2182b"}
ROLE_MARKS = {"literal": "D", "source": "s", "charitable": "o", "diagnostic": "."}

ALT = {
    "prices-ladder": (
        "Dot plot of input and output list prices of the models that the article names, on a log axis from "
        "0.2 to 200 USD per million tokens; Chinese models lie at the lower end."
    ),
    "prices-m25-ratio": (
        "Dot plot of the price of MiniMax M2.5 as a fraction of the comparator's under each reading, with the "
        "claimed twentieth and its tolerance."
    ),
    "prices-grids": (
        "Strip plot, one row for each of four claims: every definition's ratio as a dot, coloured by token "
        "class, with the claimed ratio as a line."
    ),
}


def draw_ladder(prices: pd.DataFrame) -> Figure:
    """Draw input and output list prices of each model on a log axis.

    Parameters
    ----------
    prices : DataFrame
        model, input_usd_per_mtok, output_usd_per_mtok, chinese (bool); in the order of the rows, cheapest first.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 4.6))
    for row, price in enumerate(prices.itertuples()):
        colour = CHINA if price.chinese else ABROAD
        axes.plot([price.input_usd_per_mtok, price.output_usd_per_mtok], [row, row], color=colour, lw=2, alpha=0.5)
        axes.plot(price.input_usd_per_mtok, row, "o", color=colour, ms=6)
        axes.plot(price.output_usd_per_mtok, row, "s", color=colour, ms=6)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(prices)), prices["model"].str.split("/").str[1], fontsize=9)
    axes.set_ylim(-0.7, len(prices) - 0.3)
    axes.set_xlabel("USD per million tokens, the vendors' own lists on 13 March 2026 (log scale)")
    marks = [("o", "input"), ("s", "output")]
    handles = [plt.Line2D([], [], marker=mark, ls="", color=figures.INK, label=words) for mark, words in marks]
    homes = (("China", CHINA), ("elsewhere", ABROAD))
    handles += [plt.Line2D([], [], color=colour, lw=3, label=f"developer in {home}" if home == "China" else home)
                for home, colour in homes]  # fmt: skip
    axes.legend(handles=handles, frameon=False, loc="lower right", fontsize=9)
    return fig


def draw_readings(readings: Sequence[tuple[str, str, str, float]], claimed: float, factor: float) -> Figure:
    """Draw the ratio under each reading of a claim beside the claimed one.

    Parameters
    ----------
    readings : sequence of (label, role, outcome, N)
        Top to bottom.
    claimed : float
        The N of the claimed “1/N”.
    factor : float
        The factor within which a ratio counts as near.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.36 * len(readings) + 1.1))
    axes.axvspan(claimed / factor, claimed * factor, color=figures.CLAIM, alpha=0.12, lw=0)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed, -0.75, f"claimed: 1/{claimed:g}", color=figures.CLAIM, ha="center", va="bottom", fontsize=9)
    for row, (_, role, outcome, value) in enumerate(readings):
        axes.plot(value, row, ROLE_MARKS[role], color=OUTCOME_COLOURS[outcome], ms=8)
        axes.annotate(
            f"1/{value:.1f}", (value, row), xytext=(9, 0), textcoords="offset points", va="center", fontsize=8.5
        )
    axes.set_yticks(range(len(readings)), [label for label, *_ in readings], fontsize=9)
    axes.set_ylim(len(readings) - 0.4, -0.8)
    axes.set_xscale("log")
    axes.set_xticks([5, 10, 20, 50], ["1/5", "1/10", "1/20", "1/50"])
    axes.minorticks_off()
    axes.set_xlim(4.5, 75)
    axes.set_xlabel("price of M2.5 as a fraction of the comparator's (log scale)")
    used = [role for role in ROLE_MARKS if any(one == role for _, one, _, _ in readings)]
    handles = [plt.Line2D([], [], marker=ROLE_MARKS[role], ls="", color=figures.INK, label=role) for role in used]
    axes.legend(handles=handles, frameon=False, loc="lower right", fontsize=8.5)
    return fig


def draw_grids(grids: Mapping[str, tuple[pd.DataFrame, float]]) -> Figure:
    """Draw every ratio of the grids, one row a claim, beside the claimed ones.

    Parameters
    ----------
    grids : mapping of str to (DataFrame, float)
        Label to cells (value is the N of “1/N”, token_class) and the claimed N.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.9 * len(grids) + 1.2))
    generator = np.random.default_rng(0)  # jitter only, so that dots do not hide one another
    colours = {"input": ABROAD, "output": CHINA, "cached": "#b9b9b9", "blended_3_1": "#e0a458",
               "blended_measured": "#7a9e7e"}  # fmt: skip
    names = {"input": "input", "output": "output", "cached": "cached input", "blended_3_1": "3:1 blend",
             "blended_measured": "measured blend"}  # fmt: skip
    for row, (cells, claimed) in enumerate(grids.values()):
        for token_class, colour in colours.items():
            dots = cells.loc[cells["token_class"] == token_class, "value"]
            height = row + generator.uniform(-0.3, 0.3, len(dots))
            axes.plot(dots, height, ".", color=colour, ms=4, alpha=0.7, label=None if row else names[token_class])
        axes.plot([claimed, claimed], [row - 0.42, row + 0.42], color=figures.CLAIM, lw=2)
        axes.text(claimed, row - 0.44, f"1/{claimed:g}", color=figures.CLAIM, ha="center", va="bottom", fontsize=8.5)
    axes.set_yticks(range(len(grids)), list(grids))
    axes.set_ylim(len(grids) - 0.45, -0.75)
    axes.set_xscale("log")
    axes.set_xticks([1, 2, 5, 10, 20, 50, 100, 200], ["1/1", "1/2", "1/5", "1/10", "1/20", "1/50", "1/100", "1/200"])
    axes.minorticks_off()
    axes.set_xlabel("price as a fraction of the comparator's (log scale); one dot is one definition")
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.2), ncols=5, frameon=False, fontsize=8.5, markerscale=2)
    return fig
