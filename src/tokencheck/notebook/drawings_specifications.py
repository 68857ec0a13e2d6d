"""The drawing of the specification curve; style and saving are in `tokencheck.notebook.figures`."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from tokencheck import wording
from tokencheck.notebook import figures

SIZE = (6.6, 8.3)  # inches; narrow, so that it can be read on a phone
BINS = 48  # columns of the matrix; in each the share of estimates that made the choice
POINTS = 90  # of each line; more are not seen
LOW, HIGH = -2.4, 1.3  # elasticities shown; intervals that go on are cut
COLOURS = {"cross_section": "#2f6690", "within_day": "#7a5195", "within_model": "#c8553d", "extensive": "#4f7942"}
HEADS = {
    "cross_section": "Models\nof a week",
    "within_day": "Models\nof a day",
    "within_model": "A model\nover time",
    "extensive": "Chance of\nthe top 50",
}
SMALL = 8

ALT = {
    "specifications-curve": (
        "Specification curve in four blocks: models of one week, models of a day, one model over time, chance of the "
        "top fifty. In each the estimates are sorted from the most negative to the most positive, with their "
        "intervals; most lie below zero and above minus one. At the right the published estimates and the line of the "
        "router’s rule. Below, a matrix of the choices behind the estimates: price, controls, effects, sample, "
        "estimator, panel and errors."
    ),
}

# When title and alternative text are true; see `tokencheck.register.guards`.
GUARDS = {
    "specifications-curve": (
        "facts.specifications.all_negative_percent > 50 and facts.specifications.negative_weak_percent > 50 "
        "and facts.specifications.cross_section_median < facts.specifications.within_day_low"
    ),
}

Choices = dict[str, dict[str, pd.Series]]


def list_choices(fits: pd.DataFrame) -> Choices:
    """Say for each estimate which choices it made.

    Parameters
    ----------
    fits : DataFrame
        From `tokencheck.econometrics.curve.list_fits`.

    Returns
    -------
    dict of str to dict
        Group of choices to the words of each choice to a mask of the estimates.
    """
    controls, effects, sample = fits["controls"], fits["effects"], fits["sample"]
    scored, whole = controls.str.contains("quality"), controls.str.contains("quality.*log_context")
    aged = controls.str.contains("log_age")
    country, developer = effects.str.contains("origin"), effects.str.contains("developer")
    openness = effects.str.contains("open_weights")
    return {
        "Price": {
            "measured mix": fits["price"] == "log_price_measured",
            "3:1 mix": fits["price"] == "log_price_3_1",
            "input only": fits["price"] == "log_price_input",
            "own mix": fits["price"] == "log_price_own",
        },
        "Controls": {
            "none": controls == "",
            "age, context": aged & ~scored,
            "quality": scored & ~aged,
            "quality, age": scored & aged & ~whole,
            "all five": whole,
        },
        "Effects": {
            "the least": ~(country | developer | openness),
            "× country": country,
            "+ developer": developer,
            "× openness": openness,
        },
        "Sample": {
            "all paid": sample == "paid",
            "scored": sample == "paid_scored",
            "without free twin": sample == "paid_unmixed",
            "open weights": sample == "paid_open",
            "closed weights": sample == "paid_closed",
            "China": sample == "paid_china",
            "United States": sample == "paid_us",
            "up to the article": sample == "paid_before",
            "since then": sample == "paid_since",
        },
        "Estimator": {
            "rows equal": fits["estimator"] == "ols",
            "models equal": fits["estimator"] == "ols, models equal",
            "Poisson": fits["estimator"] == "poisson",
        },
        "Panel": {
            "Wednesdays": fits["panel"].isin(["wednesdays", "listed"]),
            "early 2026, daily": fits["panel"] == "daily",
            "one week": fits["panel"] == "week",
        },
        "Errors": {
            "by model": fits["se_type"] == "CRV1 by model",
            "by developer": fits["se_type"] == "CRV1 by developer",
            "by model and date": fits["se_type"] == "CRV1 by model and date",
            "HC1": fits["se_type"] == "HC1",
        },
    }


def draw_curve(fits: pd.DataFrame, published: pd.DataFrame) -> Figure:
    """Draw every distinct estimate, sorted, with the choices behind it and what others published.

    Parameters
    ----------
    fits : DataFrame
        From `tokencheck.econometrics.curve.list_fits`; percent of tokens per percent of price.
    published : DataFrame
        The table ``literature``.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(
        2, 5, figsize=SIZE, gridspec_kw={"height_ratios": [3.0, 4.9], "width_ratios": [1, 1, 1, 1, 1.25]}
    )
    fig.subplots_adjust(left=0.225, right=0.995, top=0.945, bottom=0.01, wspace=0.07, hspace=0.03)
    choices = list_choices(fits)
    for column, estimand in enumerate(COLOURS):
        order = fits[fits["estimand"] == estimand].sort_values("coef", kind="stable")
        _draw_estimates(axes[0, column], order, COLOURS[estimand], HEADS[estimand])
        _draw_matrix(axes[1, column], order.index, choices, COLOURS[estimand], labels=column == 0)
    for axis in axes[0]:
        _draw_lines(axis, published)
        axis.set_ylim(LOW, HIGH)
        axis.set_xticks([])
        axis.grid(visible=False)
        axis.spines[["bottom"]].set_visible(False)
    for axis in axes[0, 1:]:
        axis.tick_params(left=False, labelleft=False)
        axis.spines["left"].set_visible(False)
    axes[0, 0].tick_params(labelsize=SMALL)
    axes[0, 0].set_ylabel("% more tokens for\n1 % more price", fontsize=SMALL + 0.5)
    _draw_published(axes[0, 4], published)
    axes[1, 4].set_axis_off()
    return fig


def _draw_estimates(axis: Axes, order: pd.DataFrame, colour: str, head: str) -> None:
    place = np.arange(len(order), dtype=float)
    gaps = np.full(len(order), np.nan)
    low, high = order["ci_low"].clip(LOW, HIGH), order["ci_high"].clip(LOW, HIGH)
    bars = (np.column_stack([place, place, gaps]).ravel(), np.column_stack([low, high, gaps]).ravel())
    # As a picture: the thousands of bars would weigh more than the page they stand on.
    axis.plot(*bars, color=colour, alpha=0.22, lw=0.6, solid_capstyle="butt", rasterized=True)
    few = np.unique(np.linspace(0, len(order) - 1, POINTS).round().astype(int))
    axis.plot(place[few], order["coef"].to_numpy()[few], color=colour, lw=2.2, solid_capstyle="round")
    axis.set_xlim(-0.5, len(order) - 0.5)
    axis.set_title(head, fontsize=SMALL + 0.5, color=colour, loc="center", pad=4)


def _draw_lines(axis: Axes, published: pd.DataFrame) -> None:
    axis.axhline(0, color=figures.INK, lw=1)
    axis.axhline(published["elasticity_low"].min(), color=figures.CLAIM, lw=1, ls=":")
    estimates = published[published["kind"] == "estimate"]
    middles = estimates["elasticity"].fillna(estimates[["elasticity_low", "elasticity_high"]].mean(axis=1)).to_numpy()
    left, right = axis.get_xlim()
    lines = np.column_stack([middles, middles, np.full(len(middles), np.nan)]).ravel()
    axis.plot([left, right, np.nan] * len(middles), lines, color="#555555", lw=0.6, ls=(0, (4, 3)), zorder=0)
    axis.set_xlim(left, right)


def _draw_published(axis: Axes, published: pd.DataFrame) -> None:
    rule = published[published["kind"] == "rule"].iloc[0]
    ends = (rule["elasticity_low"], rule["elasticity_high"])
    axis.plot([0, 1], ends, color=figures.CLAIM, lw=1.6)
    axis.text(0.02, -2.06, "router’s rule, −2(1 − s)", color=figures.CLAIM, fontsize=6.8, va="top")
    axis.set_xlim(0, 1)
    axis.set_title("Published", fontsize=SMALL + 0.5, loc="center", pad=4, color=figures.INK)
    estimates = published[published["kind"] == "estimate"]
    for place, (_, row) in zip((0.12, 0.34, 0.86, 0.12), estimates.iterrows(), strict=True):
        middle = row["elasticity"]
        se = row["se"] if pd.notna(row["se"]) else abs(middle / row["t"]) if pd.notna(row["t"]) else np.nan
        value = wording.write_number(middle, "elasticity")
        if pd.isna(middle):
            ends = (row["elasticity_low"], row["elasticity_high"])
            middle, value = sum(ends) / 2, "\n" + wording.write_quantity(None, "elasticity", *ends)
        if pd.notna(se):
            axis.plot([place] * 2, [middle - 1.96 * se, middle + 1.96 * se], color=figures.INK, lw=1.2)
        face = figures.INK if row["read"] == "original" else "white"
        axis.plot([place], [middle], "o", ms=5, mfc=face, mec=figures.INK, mew=1.2, zorder=5)
        name = row["study"].split(" (")[0].removesuffix(" et al.")
        below = row["estimate_id"] in ("LIT03", "LIT05")
        axis.text(
            place + (0.07 if place < 0.5 else -0.07),
            middle + (-0.05 if below else 0.05),
            f"{name} {value}",
            fontsize=6.8,
            va="top" if below else "bottom",
            ha="left" if place < 0.5 else "right",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        )


def _draw_matrix(axis: Axes, order: pd.Index, choices: Choices, colour: str, labels: bool) -> None:
    shades = LinearSegmentedColormap.from_list("shades", ["white", colour])
    edges = np.linspace(0, len(order), min(BINS, len(order)) + 1).round().astype(int)
    top = 0.0
    for group, masks in choices.items():
        rows = np.array([
            [masks[name].loc[order].to_numpy()[one:other].mean() for one, other in zip(edges, edges[1:], strict=False)]
            for name in masks
        ])  # fmt: skip
        axis.imshow(
            rows, cmap=shades, vmin=0, vmax=1, aspect="auto", interpolation="nearest",
            extent=(0, 1, top + len(masks), top),
        )  # fmt: skip
        if labels:
            axis.text(-1.56, top + 0.5, group, transform=axis.get_yaxis_transform(), fontsize=SMALL, va="center",
                      fontweight="bold", clip_on=False)  # fmt: skip
            for at, name in enumerate(masks):
                axis.text(-0.06, top + at + 0.5, name, transform=axis.get_yaxis_transform(), ha="right", va="center",
                          fontsize=SMALL, clip_on=False)  # fmt: skip
        lines = np.array([[top + at, top + at, np.nan] for at in range(len(masks) + 1)]).ravel()
        axis.plot([0, 1, np.nan] * (len(masks) + 1), lines, color="#e3e6ea", lw=0.5)
        top += len(masks) + 0.55
    axis.set_xlim(0, 1)
    axis.set_ylim(top - 0.4, -0.2)
    axis.set_axis_off()
