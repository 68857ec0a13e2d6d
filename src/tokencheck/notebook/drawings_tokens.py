"""The drawings of the notebook on tokens; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from tokencheck.notebook import figures

CHINA, ABROAD, GREY = "#c8553d", "#2f6690", "#9aa5b1"

ALT = {
    "tokens-video": (
        "Bars of the tokens of a clip by model generation, with a line at the claimed number. The bar of Seedance "
        "1.0 ends on the line, that of Seedance 2.0 a little beyond it."
    ),
    "tokens-agents": (
        "Ranges of tokens burnt in five minutes of agent work on a scale of powers of ten. One user's planning figure "
        "starts at the claimed million; only a team of agents comes near ten million."
    ),
    "tokens-multiples": (
        "Bars: the tokens of a chat as one, those of an agent and of a multi-agent system as several times as many; "
        "and the prompt tokens of a request before and after."
    ),
}


def draw_video(tokens: Mapping[str, float], claimed: float) -> Figure:
    """Draw the tokens of a clip (in ten thousand) by model generation against the claimed number."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.2))
    names = list(tokens)[::-1]
    exact = [abs(tokens[name] - claimed) < 1e-9 for name in names]
    axes.barh(names, [tokens[name] for name in names], color=[CHINA if one else ABROAD for one in exact], height=0.55)
    for place, name in enumerate(names):
        axes.text(tokens[name] + 0.15, place, f"{tokens[name] * 10_000:,.0f}", va="center", fontsize=9)
    axes.axvline(claimed, color=figures.CLAIM, lw=1.5)
    axes.text(claimed, len(names) - 0.42, "claimed", color=figures.CLAIM, fontsize=9, ha="center")
    axes.set_xlim(0, 38)
    axes.set_xlabel("Ten thousand tokens for 15 seconds of 720p at 24 frames a second", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig


def draw_agents(ranges: Mapping[str, tuple[float, float]], claimed: Sequence[float]) -> Figure:
    """Draw ranges of million tokens in five minutes on a logarithmic scale."""
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 2.8))
    names = list(ranges)[::-1]
    for place, name in enumerate(names):
        low, high = ranges[name]
        axes.plot([low, high], [place, place], color=ABROAD, lw=5, solid_capstyle="round", marker="o", markersize=7)
        words = f"{low:.1f}" if low == high else f"{low:.1f}–{high:.1f}"
        axes.text(high * 1.18, place, words, va="center", fontsize=9)
    for value in claimed:
        axes.axvline(value, color=figures.CLAIM, lw=1.5)
    axes.text(claimed[0] * 1.05, len(names) - 0.45, "millions", color=figures.CLAIM, fontsize=9)
    axes.text(claimed[1] * 1.05, len(names) - 0.45, "tens of millions", color=figures.CLAIM, fontsize=9)
    axes.set_yticks(range(len(names)), names)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlim(0.2, 40)
    axes.set_xlabel("Million tokens in five minutes (each line is ten times the one before)", fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=False)
    return fig


def draw_multiples(multiples: Mapping[str, float], prompts: Mapping[str, float]) -> Figure:
    """Draw tokens per task in chats, and prompt tokens per request, side by side."""
    fig, panels = plt.subplots(1, 2, figsize=(figures.WIDTH, 2.6))
    for axes, bars, words in (
        (panels[0], multiples, "Tokens of a task, a chat = 1"),
        (panels[1], prompts, "Prompt tokens of a request"),
    ):
        axes.bar(list(bars), list(bars.values()), color=[GREY, *[ABROAD] * (len(bars) - 1)], width=0.55)
        for place, value in enumerate(bars.values()):
            axes.text(place, value, f"{value:,.0f}", ha="center", va="bottom", fontsize=9)
        axes.set_ylabel(words, fontsize=9.5)
        axes.set_ylim(0, max(bars.values()) * 1.15)
        axes.tick_params(labelsize=8.5)
        axes.grid(axis="x", visible=False)
    fig.subplots_adjust(wspace=0.35)
    return fig
