"""The drawings of the electricity notebook; style and saving are in `tokencheck.notebook.figures`."""

from collections.abc import Iterable, Mapping, Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tokencheck.measures import Measurement
from tokencheck.measures.tariffs import PART_LABELS, Delivered
from tokencheck.notebook import figures

CHINA, ABROAD = "#c8553d", "#2f6690"
DEAREST_DRAWN = 2.1  # CNY/kWh; beyond it lies Hawaii alone

RUNGS = {
    "plant": "Western China: paid to wind\nand solar plants",
    "unknown": "Western China: basis not stated",
    "delivered": "Western China: delivered, as stated",
    "parts": "Western China: built up at 110 kV\n(a lower bound)",
    "agency": "Western China: grid agency's table\nplus demand charge",
    "us industrial": "US states: industrial, 2025",
    "us commercial": "US states: commercial, 2025",
    "eu largest": "Europe: largest users (band IG), 2024-S2",
    "eu headline": "Europe: headline band IC, 2024-S2",
}

# What each picture shows, for those who cannot see it.
ALT = {
    "electricity-ladder": (
        "Prices per kWh in CNY, one row of dots a kind of price. The claimed band covers most prices paid to western "
        "wind and solar plants and lies below every delivered price; American industry pays more, European industry "
        "far more."
    ),
    "electricity-plant-to-meter": (
        "Stacked bars of a delivered kWh by western province: energy, losses, grid, demand charge, funds. Energy "
        "alone lies mostly within the claimed band; every full bar ends beyond it, the agency's own prices further "
        "still."
    ),
    "electricity-ratios": (
        "Foreign over Chinese electricity prices, one dot a reading. Most European readings lie in the claimed band "
        "of three to five; the American industrial average lies well below it."
    ),
    "electricity-us-states": (
        "Price changes by state, one dot a state. In one year no state's household price rose by a fifth; over two "
        "years, and for industry in one year, a few did."
    ),
}

PART_COLOURS = {
    "energy": "#f2c14e",
    "line_loss": "#b5a48b",
    "td_energy": "#2f6690",
    "td_demand": "#81a4cd",
    "government_funds": "#7a9e7e",
    "system_operation": "#8c8c8c",
    "agency": "#c4c4c4",
}

# Rows of the drawing of rises: whom, the table's sector, and the year that 2025 is compared with.
SPANS = (
    ("Households", "residential", "2024"),
    ("Households", "residential", "2023"),
    ("Commercial", "commercial", "2024"),
    ("Industrial", "industrial", "2024"),
)

CHINA_WORDS = {
    "delivered": "delivered price",
    "generation": "price paid to plants",
    "renewable": "price paid to plants",
    "agency": "built-up price",
    "components": "built-up price",
}
CUSTOMER_WORDS = {
    "industrial": "industrial",
    "commercial": "commercial",
    "all_sectors": "all customers",
    "residential": "households",
    "ALL": "all bands",
    "IC": "band IC",
    "IG": "band IG",
}
PLACE_WORDS = {
    "highest": "Dearest state",
    "CA": "California",
    "VA": "Virginia",
    "DE": "Germany",
    "FI": "Finland",
}
TAX_WORDS = {"I_TAX": ", all taxes", "X_TAX": ", no taxes"}


def _shade_claim(axes: Axes, low: float, high: float, words: str) -> None:
    axes.axvspan(low, high, color=figures.CLAIM, alpha=0.13, lw=0, zorder=0)
    where = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "bottom"}
    axes.text((low + high) / 2, 1.01, words, color=figures.CLAIM, fontsize=9, **where)


def _finish(axes: Axes, xlabel: str, legend_below: float, columns: int, lines: bool = True) -> None:
    """Set what all drawings share: small labels, a legend below, and horizontal lines only where dots need them."""
    axes.set_xlabel(xlabel, fontsize=9.5)
    axes.tick_params(labelsize=9)
    axes.grid(axis="y", visible=lines)
    # The legend is centred on the picture, not on the axes, whose left edge moves with the labels.
    anchor = axes.get_figure().transFigure
    axes.legend(
        loc="upper center", bbox_to_anchor=(0.5, legend_below), bbox_transform=anchor, ncols=columns, frameon=False,
        fontsize=8.5,
    )  # fmt: skip


def draw_ladder(ladder: pd.DataFrame, claimed: tuple[float, float]) -> Figure:
    """Draw every price of a kWh on one scale, one rung a kind of price.

    Parameters
    ----------
    ladder : DataFrame
        From `tokencheck.measures.electricity.list_ladder`; CNY/kWh.
    claimed : (float, float)
        The claimed band in CNY/kWh.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 4.6))
    _shade_claim(axes, *claimed, f"claimed: {claimed[0]}–{claimed[1]}")
    for row, rung in enumerate(RUNGS):
        own = ladder[(ladder["rung"] == rung) & ~ladder["is_average"]]
        home = rung in ("plant", "unknown", "delivered", "parts", "agency")
        colour = CHINA if home else ABROAD
        for later, face in ((True, "white"), (False, colour)):
            dots = own.loc[own["later"] == later, "price_cny_per_kwh"]
            axes.plot(dots, [row] * len(dots), "o", mfc=face, mec=colour, ms=5.5, alpha=0.75 if home else 0.4)
        dearer = (own["price_cny_per_kwh"] > DEAREST_DRAWN).sum()
        if dearer:
            axes.text(DEAREST_DRAWN, row - 0.12, f"{dearer} dearer →", ha="right", va="bottom", fontsize=8)
        average = ladder[(ladder["rung"] == rung) & ladder["is_average"]]["price_cny_per_kwh"]
        before = own[~own["later"]] if home and not own["later"].all() else own
        middle = average.iloc[0] if len(average) else before["price_cny_per_kwh"].median()
        axes.plot([middle, middle], [row - 0.34, row + 0.34], color=figures.INK, lw=2.2, solid_capstyle="butt")
        axes.text(middle, row - 0.36, f"{middle:.2f}", ha="center", va="bottom", fontsize=8)
    axes.plot([], [], "o", color=figures.INK, ms=5.5, label="one price")
    axes.plot([], [], "o", mfc="white", mec=figures.INK, ms=5.5, label="stated, or in force, after the article")
    axes.plot([], [], "|", color=figures.INK, ms=11, mew=2.2, label="median up to the article; US, EU27: average")
    axes.set_yticks(range(len(RUNGS)), RUNGS.values())
    axes.set_ylim(len(RUNGS) - 0.4, -0.75)
    axes.set_xlim(0, DEAREST_DRAWN)
    _finish(axes, "CNY per kWh", legend_below=0.0, columns=3)
    return fig


def draw_builds(builds: Sequence[Delivered], agency: Mapping[str, float], claimed: tuple[float, float]) -> Figure:
    """Draw from which parts a delivered kWh is made, one bar a province, the cheapest first.

    Parameters
    ----------
    builds : sequence of Delivered
        From `tokencheck.measures.tariffs.build_delivered`; CNY/kWh.
    agency : mapping of str to float
        Province to the price by the grid agency's table, demand charge included; CNY/kWh.
    claimed : (float, float)
        The claimed band in CNY/kWh.

    Returns
    -------
    Figure
    """
    builds = sorted(builds, key=lambda build: build.total)
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 3.9))
    rows = range(len(builds))
    left = [0.0] * len(builds)
    for part in [part for part in PART_LABELS if any(part in build.parts for build in builds)]:
        widths = [build.parts.get(part, 0) for build in builds]
        axes.barh(rows, widths, left=left, height=0.62, color=PART_COLOURS[part], label=PART_LABELS[part])
        left = [start + width for start, width in zip(left, widths, strict=True)]
    right = 1.08 * max([*left, *(agency.get(build.province, 0) for build in builds)])
    axes.text(right, -0.62, "at least", ha="center", va="bottom", fontsize=8.5)
    for row, build in enumerate(builds):
        axes.text(right, row, f"{build.total:.2f}", ha="center", va="center", fontsize=9, backgroundcolor="white")
    marks = [(agency[build.province], row) for row, build in enumerate(builds) if build.province in agency]
    axes.plot(
        *zip(*marks, strict=True),
        "D",
        color=figures.INK,
        ms=5,
        ls="",
        label="grid agency's table, March 2026",
    )
    _shade_claim(axes, *claimed, f"claimed: {claimed[0]}–{claimed[1]}")
    for end in claimed:
        axes.axvline(end, color=figures.CLAIM, lw=1, ls="--")
    axes.set_yticks(rows, [build.province for build in builds])
    axes.set_ylim(len(builds) - 0.5, -0.6)
    axes.set_xlim(0, right * 1.06)
    xlabel = "CNY per kWh; bars are without the system operation charge, which is not at hand"
    _finish(axes, xlabel, legend_below=-0.01, columns=3, lines=False)
    return fig


def name_ratio(parameters: Mapping[str, str]) -> str:
    """Say in words which two prices a reading of a ratio compares."""
    place = PLACE_WORDS.get(parameters["place"], parameters["place"])
    customers = CUSTOMER_WORDS[parameters["customers"]] + TAX_WORDS.get(parameters.get("tax", ""), "")
    home = CHINA_WORDS[parameters["china"]]
    if parameters.get("statistic") == "min":
        home = f"lowest {home}"
    return f"{place}, {customers}, {parameters['period']} ÷ {home}"


def draw_ratios(readings: Iterable[tuple[Mapping[str, str], str, Measurement]], claimed: tuple[float, float]) -> Figure:
    """Draw each reading of a foreign price divided by the Chinese one.

    Parameters
    ----------
    readings : iterable of (parameters, role, Measurement)
        In the order of the rows; times.
    claimed : (float, float)
        The claimed band in times.

    Returns
    -------
    Figure
    """
    readings = [one for one in readings if one[2].value is not None]
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.27 * len(readings) + 1.1))
    _shade_claim(axes, *claimed, f"claimed: 1/{claimed[0]:g} to 1/{claimed[1]:g}")
    labels = []
    for row, (parameters, role, found) in enumerate(readings):
        colour = ABROAD if parameters["market"] == "us" else CHINA
        if found.low is not None:
            axes.plot([found.low, found.high], [row, row], "-", color=colour, lw=1.6, alpha=0.5)
        face = "white" if role == "diagnostic" else colour
        marker, size = ("D", 8) if role == "literal" else ("o", 6.5)
        axes.plot([found.value], [row], marker, mfc=face, mec=colour, ms=size)
        labels.append(name_ratio(parameters))
    divide = sum(parameters["market"] == "us" for parameters, _, _ in readings) - 0.5
    axes.axhline(divide, color="#bbbbbb", lw=0.8)
    handles = (("D", figures.INK, "what the sentence says"), ("o", figures.INK, "other readings"),
               ("o", "white", "for orientation"))  # fmt: skip
    for marker, face, words in handles:
        axes.plot([], [], marker, mfc=face, mec=figures.INK, ls="", ms=6.5, label=words)
    axes.plot([], [], "-", color=figures.INK, alpha=0.5, lw=1.6, label="range of Chinese prices")
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.7)
    axes.set_xlim(left=0)
    _finish(axes, "foreign price ÷ price in western China", legend_below=0.03, columns=4)
    return fig


def _spread_dots(values: pd.Series, step: float, height: float) -> list[float]:
    """Stack dots that share a bin, so that each state is seen; deterministic."""
    seen: dict[int, int] = {}
    offsets = []
    for value in values:
        bin_ = round(value / step)
        count = seen[bin_] = seen.get(bin_, 0) + 1
        offsets.append(height * (count // 2) * (1 if count % 2 else -1))
    return offsets


def draw_rises(panels: Mapping[str, pd.DataFrame], band: tuple[float, float]) -> Figure:
    """Draw how much prices rose in each state, one row a kind of customer and span.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Row label to changes from `tokencheck.measures.electricity.list_changes`; percent.
    band : (float, float)
        The claimed band in percent.

    Returns
    -------
    Figure
    """
    fig, axes = plt.subplots(figsize=(figures.WIDTH, 0.85 * len(panels) + 0.9))
    _shade_claim(axes, *band, f"claimed: {band[0]:g}–{band[1]:g} %")
    for row, changes in enumerate(panels.values()):
        states = changes[changes["is_state"]]["change_percent"].sort_values()
        offsets = _spread_dots(states, step=1.0, height=0.085)
        axes.plot(states, [row + offset for offset in offsets], "o", color=ABROAD, ms=4.2, alpha=0.8)
        for number, (code, change) in enumerate(states[states.round(1) >= band[0]].items()):
            axes.text(change, row + (0.13 if number % 2 else -0.13), code, ha="center", fontsize=8,
                      va="top" if number % 2 else "bottom")  # fmt: skip
        for code, marker in (("DC", "D"), ("US", "|")):
            if code in changes.index:
                size = {"D": 5.5, "|": 30}[marker]
                change = changes.at[code, "change_percent"]
                axes.plot([change], [row], marker, mfc="white", mec=figures.INK, ms=size, mew=1.6)
    for marker, face, edge, words in (
        ("o", ABROAD, ABROAD, "a state"),
        ("D", "white", figures.INK, "District of Columbia"),
        ("|", "white", figures.INK, "US average"),
    ):
        axes.plot([], [], marker, mfc=face, mec=edge, ms=6, mew=1.4, ls="", label=words)
    axes.axvline(0, color="#bbbbbb", lw=0.8, zorder=0)
    axes.set_yticks(range(len(panels)), panels)
    axes.set_ylim(len(panels) - 0.45, -0.6)
    _finish(axes, "change of the price per kWh, %", legend_below=0.0, columns=3, lines=False)
    return fig
