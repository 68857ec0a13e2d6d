"""The drawings of the notebook on energy and cost; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from tokencheck.notebook import figures

CHINA, ABROAD, GREY, SAND = "#c8553d", "#2f6690", "#9aa5b1", "#f2c14e"

ALT = {
    "energy-cost-shares": (
        "Stacked bars of the cost of a GPU-hour: with the capital cost of the chips, capital is by far the largest "
        "piece and electricity a small one; without it, colocation is larger than electricity."
    ),
    "energy-cost-swings": (
        "Bars of how far electricity's share of a GPU-hour moves with each input. The price of electricity moves it "
        "most, and even at the highest price the share stays far below the claimed seventy per cent."
    ),
    "energy-kwh-value": (
        "Bars of what a kWh is worth: exported, as profit on aluminium, as polysilicon, as aluminium, and as tokens, "
        "where the bar is several times as long as any other."
    ),
    "energy-tokens-per-kwh": (
        "Tokens per kWh on a scale of powers of ten, one row a measured model and chip: a line from the least to the "
        "most economical setting with a dot at the median. Most medians lie in the shaded band of one to ten million."
    ),
    "energy-pue": (
        "Dots of power usage effectiveness by place on one scale. The claimed value lies among the fleets of American "
        "cloud companies; the official average of the national hubs lies well above it."
    ),
}


def draw_cost_shares(stacks: Mapping[str, Mapping[str, float]], claimed: float) -> Figure:
    """Draw cost shares in percent as stacked bars.

    Parameters
    ----------
    stacks : mapping
        Name of a bar to its pieces in percent: electricity, capital, colocation.
    claimed : float
        The claimed share of the first pieces.
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.1))
    colours = {"electricity": SAND, "capital": ABROAD, "colocation": GREY}
    names = list(stacks)[::-1]
    for place, name in enumerate(names):
        left = 0.0
        for piece, share in stacks[name].items():
            axes.barh(place, share, left=left, color=colours[piece], height=0.55, label=piece if place == 0 else None)
            if share > 5:
                colour = "white" if piece == "capital" else figures.INK
                axes.text(left + share / 2, place, f"{share:.0f} %", ha="center", va="center", color=colour, fontsize=9)
            left += share
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed, len(names) - 0.4, "claimed: beyond this", color=figures.CLAIM, fontsize=9, ha="center")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlim(0, 100)
    axes.set_xlabel("Share of the cost of a GPU-hour, %", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    handles = [plt.Rectangle((0, 0), 1, 1, color=colour) for colour in colours.values()]
    axes.legend(handles, colours, loc="upper center", bbox_to_anchor=(0.4, -0.35), ncols=3, frameon=False, fontsize=8.5)
    return fig


def draw_swings(swings: pd.DataFrame, base: float, claimed: float) -> Figure:
    """Draw a tornado: how far each input moves electricity's share of the whole cost."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.1))
    for place, row in enumerate(swings.iloc[::-1].itertuples()):
        axes.barh(place, row.high_percent - row.low_percent, left=row.low_percent, color=SAND, height=0.55)
        axes.text(
            row.high_percent + 0.8, place, f"{row.low_percent:.0f}–{row.high_percent:.0f} %", va="center", fontsize=9
        )
    axes.axvline(base, color=figures.INK, lw=1)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed - 0.8, len(swings) - 0.45, "claimed, with computing", color=figures.CLAIM, fontsize=9, ha="right")
    axes.set_yticks(range(len(swings)), swings["input"].iloc[::-1])
    axes.set_xlim(0, 75)
    axes.set_xlabel("Electricity's share of the whole cost of a GPU-hour, %", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig


def draw_values(values: Mapping[str, float]) -> Figure:
    """Draw what a kWh is worth in CNY, one bar a use."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.7))
    names = list(values)[::-1]
    axes.barh(names, [values[name] for name in names], color=[CHINA if "tokens" in one else ABROAD for one in names])
    for place, name in enumerate(names):
        axes.text(values[name] + 0.12, place, f"{values[name]:.2f}", va="center", fontsize=9)
    axes.set_xlim(0, max(values.values()) * 1.12)
    axes.set_xlabel("CNY a kWh, gross of everything else that goes in", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig


def draw_tokens(rows: pd.DataFrame, claimed: float) -> Figure:
    """Draw tokens per kWh of measured runs, from the worst to the best setting.

    Parameters
    ----------
    rows : DataFrame
        Measured rows of ``energy_per_token``.
    claimed : float
        Million tokens per kWh at which “millions” begin; they end at ten times that.
    """
    keys = ["model", "hardware", "task", "large_moe"]
    wide = rows.pivot_table(index=keys, columns="statistic", values="tokens_per_kwh").dropna().reset_index()
    wide = wide.sort_values(["large_moe", "median"]).reset_index(drop=True)
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.2 * len(wide) + 0.9))
    for place, row in enumerate(wide.to_dict("records")):
        colour = CHINA if row["large_moe"] else GREY
        axes.plot([row["max"] / 1e6, row["min"] / 1e6], [place, place], color=colour, lw=2, alpha=0.6)
        axes.plot(row["median"] / 1e6, place, "o", color=colour, markersize=5)
    labels = [
        f"{name.split('/')[-1].replace('-Instruct', '').replace('-2507', '')}, {hardware.split()[0]}, {task}"
        for name, hardware, task in zip(wide["model"], wide["hardware"], wide["task"], strict=True)
    ]
    axes.set_yticks(range(len(wide)), labels, fontsize=7)
    axes.axvspan(claimed, 10 * claimed, color=figures.CLAIM, alpha=0.1, lw=0)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed * 10**0.5, len(wide) - 0.1, "“millions”", ha="center", fontsize=8.5, color=figures.CLAIM)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel(
        "Million generated tokens per kWh of GPU energy; red: large mixture-of-experts models", fontsize=9.5
    )
    axes.tick_params(axis="x", labelsize=9)
    axes.set_ylim(-0.8, len(wide) + 0.8)
    axes.grid(axis="y", visible=False)
    return fig


def draw_pue(rows: pd.DataFrame, claimed: float) -> Figure:
    """Draw power usage effectiveness by place on one scale."""
    rows = rows.sort_values("pue_high", ascending=False).reset_index(drop=True)
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.27 * len(rows) + 0.9))
    colours = {"western China": CHINA, "China": SAND, "world": ABROAD}
    for place, row in enumerate(rows.itertuples()):
        limit = np.isnan(row.pue_low)
        if limit:
            axes.plot([1, row.pue_high], [place, place], color=colours[row.region], lw=1.2, alpha=0.6)
        elif row.pue_low < row.pue_high:
            axes.plot([row.pue_low, row.pue_high], [place, place], color=colours[row.region], lw=3)
        axes.plot(row.pue_high, place, "|" if limit else "o", color=colours[row.region], markersize=8, mew=2)
    words = {"best site, official": ", best site", "clusters, official": ", average"}
    labels = [
        f"{row.place.split(' (')[0]}{words.get(row.kind, '')}, {row.period.split(' (')[0]}" for row in rows.itertuples()
    ]
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.set_xlim(1, 1.6)
    axes.set_xlabel("Power usage effectiveness; a bar ends a limit (“below …”)", fontsize=9.5)
    axes.tick_params(axis="x", labelsize=9)
    axes.grid(axis="y", visible=False)
    handles = [plt.Line2D([], [], marker="o", ls="", color=colour) for colour in colours.values()]
    axes.legend(handles, colours, loc="upper right", frameon=False, fontsize=8.5)
    return fig
