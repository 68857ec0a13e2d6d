"""Rows of marks for the charts: from what the register claims and measures give to places, words and kinds."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from tokencheck.measures import electricity
from tokencheck.measures.electricity import DISTRICT
from tokencheck.notebook.charts import ABROAD_STYLE, CHINA_STYLE, OTHER_STYLE, ClaimedValue, Style, write_span
from tokencheck.notebook.topics import Topic
from tokencheck.register.claims import Part
from tokencheck.register.rule import TOLERANCE, read_claimed, read_number

# Roles of readings, with their marks.
ROLE_STYLES = {
    "as written": Style("abroad", "D"),
    "as its source meant it, or as a fair reader may": Style("abroad", "o"),
    "for orientation": Style("abroad", "o", hollow=True),
}
_ROLES = dict(zip(("literal", "source", "diagnostic"), ROLE_STYLES, strict=True)) | {"charitable": [*ROLE_STYLES][1]}

# Countries of developers; any other, or an unknown one, is the last.
COUNTRY_STYLES = {"China": CHINA_STYLE, "United States": ABROAD_STYLE, "elsewhere or unknown": OTHER_STYLE}
_COUNTRIES = dict(zip(("CN", "US"), COUNTRY_STYLES, strict=False))

RUNGS = {
    "plant": "Western China: paid to wind and solar plants",
    "unknown": "Western China: basis not stated",
    "delivered": "Western China: delivered, as stated",
    "parts": "Western China: built up at 110 kV (a lower bound)",
    "agency": "Western China: grid agency's table plus demand charge",
    "us industrial": "US states: industrial, 2025",
    "us commercial": "US states: commercial, 2025",
    "eu largest": "Europe: largest users (band IG), 2024-S2",
    "eu headline": "Europe: headline band IC, 2024-S2",
}
LADDER_STYLES = {
    "a price up to the article": Style("abroad", "o", size=6),
    "stated, or in force, after it": Style("abroad", "o", hollow=True, size=6),
    "median; US, EU27: average": Style("ink", "|", size=22, thick=2.6),
}

_CHINA = {
    "delivered": "delivered price", "generation": "price paid to plants, as stated",
    "renewable": "price paid to wind and solar plants",
    "agency": "built-up price", "components": "built-up price",
}  # fmt: skip
_CUSTOMERS = {
    "industrial": "industrial", "commercial": "commercial", "all_sectors": "all customers",
    "residential": "households", "ALL": "all bands", "IC": "band IC", "IG": "band IG",
}  # fmt: skip
_PLACES = {"highest": "Dearest state", "CA": "California", "VA": "Virginia"}
_TAXES = {"I_TAX": ", all taxes", "X_TAX": ", no taxes"}

BILL_SPANS = (
    ("All customers", "all_sectors", "2024"), ("Households", "residential", "2024"),
    ("Households", "residential", "2023"), ("Commercial", "commercial", "2024"), ("Industrial", "industrial", "2024"),
)  # fmt: skip
STATE_STYLES = {
    "a state": Style("abroad", size=6),
    "District of Columbia": Style("ink", "D", hollow=True, size=7),
    "US average": Style("ink", "|", size=30, thick=2.6),
}
NAME_GAP = 1.5  # percent between two states, below which their names would meet


def mark_claimed(part: Part, words: str, near: bool = False) -> ClaimedValue:
    """Make the claimed line or band of a part.

    Parameters
    ----------
    part : Part
    words : str
        With a place for each number, such as ``claimed: {:g} %``.
    near : bool
        Whether what agrees or counts as near is shaded: of “1 %” all that rounds to it, too.

    Returns
    -------
    ClaimedValue
    """
    printed = [part.value] if isinstance(part.value, str) else part.value
    numbers = [float(read_number(one)) for one in printed]
    low, high = min(numbers), max(numbers)
    points, factor = float(TOLERANCE.points), float(TOLERANCE.factor)
    around = (low - points, high + points) if part.measured_in == "share" else (low / factor, high * factor)
    if part.relation == "equals":
        half = float(read_claimed(part).quantum) / 2
        around = (min(around[0], low - half), max(around[1], high + half))
    return ClaimedValue(low, words.format(*numbers), high if high > low else None, around if near else None)


def write_window(window: str, with_year: bool = True) -> str:
    """Write the days of a window, for the labels of figures and tables.

    Parameters
    ----------
    window : str
        A first and a last ISO date with a slash between them.
    with_year : bool

    Returns
    -------
    str

    Examples
    --------
    >>> write_window("2026-02-09/2026-02-15"), write_window("2026-04-27/2026-05-03", with_year=False)
    ('9–15 February 2026', '27 April – 3 May')
    """
    start, end = map(pd.Timestamp, window.split("/"))
    begun = f"{start.day}–" if start.month == end.month else f"{start.day} {start:%B} – "
    return f"{begun}{end.day} {end:%B}{f' {end.year}' if with_year else ''}"


def label_spans(frame: pd.DataFrame, unit: str = "", digits: int = 0) -> pd.DataFrame:
    """Write the label of each range, and set its mark at its lower end.

    Parameters
    ----------
    frame : DataFrame
        ``low`` and ``high``.
    unit : str
        Written behind the numbers.
    digits : int
        After the point; one more where all is below one.

    Returns
    -------
    DataFrame
        With ``value`` and ``label``.

    Examples
    --------
    >>> label_spans(pd.DataFrame({"low": [42.1, 0.3], "high": [49.0, 0.4]}), " %")["label"].tolist()
    ['42–49 %', '0.3–0.4 %']
    """
    labels = [write_span(row.low, row.high, unit, digits + (row.high < 1)) for row in frame.itertuples()]
    return frame.assign(value=frame["low"], label=labels)


def list_models(tables: Mapping[str, pd.DataFrame], sums: pd.DataFrame) -> pd.DataFrame:
    """List models with their tokens as bars, by the country of their developers.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``models``.
    sums : DataFrame
        ``model`` as OpenRouter names it, ``tokens`` and ``country``, as `tokencheck.measures.usage.sum_models` gives.

    Returns
    -------
    DataFrame
        ``row``, ``value`` (trillion tokens), ``label`` and ``kind``, one of `COUNTRY_STYLES`; numbered from zero.
    """
    listed = tables["models"].drop_duplicates("permaslug").set_index("permaslug")["name"].str.split(": ").str[-1]
    listed = listed.str.removesuffix(" (free)")  # what the name at hand says itself
    slug, variant = (sums["model"].str.partition(":")[place] for place in (0, 2))
    plain = slug.str.split("/").str[-1].str.replace("-", " ")
    names = slug.map(listed).fillna(plain) + (" (" + variant + ")").where(variant != "", "")
    trillions = sums["tokens"] / 1e12
    kinds = sums["country"].map(_COUNTRIES).fillna([*COUNTRY_STYLES][-1])
    rows = {"row": names, "value": trillions, "label": trillions.map("{:.2f}".format), "kind": kinds}
    return pd.DataFrame(rows).reset_index(drop=True)


def list_readings(topic: Topic, claim_id: str, name: Callable[[Mapping[str, Any]], str]) -> pd.DataFrame:
    """List every reading of a claim that has a value, one row each, by its role.

    Parameters
    ----------
    topic : Topic
    claim_id : str
    name : callable
        Gives the words of a row from the parameters of the reading.

    Returns
    -------
    DataFrame
        ``part``, ``row``, ``value``, ``low``, ``high`` and ``kind``, one of `ROLE_STYLES`.
    """
    rows = []
    for part in topic.register.find(claim_id).parts:
        for reading in part.readings:
            found = topic.find(claim_id, part.id, reading.id)
            words, kind = name(reading.parameters), _ROLES[reading.role]
            rows.append((part.id, words, found.value, found.low, found.high, kind))
    return pd.DataFrame(rows, columns=["part", "row", "value", "low", "high", "kind"]).dropna(subset="value")


def name_ratio(parameters: Mapping[str, Any]) -> str:
    """Name a ratio of a foreign price of power to a Chinese one.

    Examples
    --------
    >>> name_ratio({"place": "Germany", "customers": "IC", "period": "2025-S2", "china": "delivered"})
    'Germany, band IC, 2025-S2 ÷ delivered price'
    """
    place = _PLACES.get(parameters["place"], parameters["place"])
    customers = _CUSTOMERS[parameters["customers"]] + _TAXES.get(parameters.get("tax", ""), "")
    lowest = "lowest " if parameters.get("statistic") == "min" else ""
    return f"{place}, {customers}, {parameters['period']} ÷ {lowest}{_CHINA[parameters['china']]}"


def list_rungs(ladder: pd.DataFrame) -> pd.DataFrame:
    """List the prices of the kWh ladder as marks, and the middle of each rung with its label.

    The middle is the official average where there is one, else the median of what was known up to the article, else
    that of what was stated later.

    Parameters
    ----------
    ladder : DataFrame
        From `tokencheck.measures.electricity.list_ladder`.

    Returns
    -------
    DataFrame
        ``rung``, ``row``, ``value``, ``kind``, one of `LADDER_STYLES`, and ``label``; from the plant upwards.
    """
    known, later, middle = LADDER_STYLES
    prices = ladder.assign(row=ladder["rung"].map(RUNGS), value=ladder["price_cny_per_kwh"])
    prices["kind"] = prices["later"].map({True: later, False: known})
    prices = prices.sort_values("rung", key=lambda names: names.map(list(RUNGS).index), kind="stable")
    single = prices[~prices["is_average"]]
    middles = prices[prices["is_average"]].groupby("rung")["value"].first()
    for own in (single[~single["later"]], single):
        middles = middles.combine_first(own.groupby("rung")["value"].median())
    middles = middles[list(RUNGS)].rename_axis("rung").reset_index()
    middles = middles.assign(row=middles["rung"].map(RUNGS), kind=middle, label=middles["value"].map("{:.2f}".format))
    columns = ["rung", "row", "value", "kind", "label"]
    return pd.concat([single, middles], ignore_index=True)[columns]


def list_bill_rises(tables: Mapping[str, pd.DataFrame], least: float) -> pd.DataFrame:
    """List how average bills changed by state, one row a group of customers and span.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us_bills``.
    least : float
        Percent from which on a state is named, unless its name would meet another.

    Returns
    -------
    DataFrame
        ``row``, ``code``, ``value``, ``kind``, one of `STATE_STYLES`, and ``label``.
    """
    kinds = {DISTRICT: "District of Columbia", "US": "US average"}
    rows = []
    for customers, sector, start in BILL_SPANS:
        own = electricity.list_bill_changes(tables, sector=sector, earlier=start, later="2025")
        own = own[own["is_state"] | own.index.isin(list(kinds))].sort_values("change_percent", kind="stable")
        change = own["change_percent"]
        named = own["is_state"] & (change.round(1) >= least) & ~(change.diff() < NAME_GAP)
        rows.append(
            pd.DataFrame(
                {
                    "row": f"{customers}, {start} to 2025",
                    "code": own.index,
                    "value": change,
                    "kind": [kinds.get(code, "a state") for code in own.index],
                    "label": own.index.where(named, ""),
                }
            )
        )
    return pd.concat(rows, ignore_index=True)
