"""Measures of energy and cost: what a token's cost is made of, what a kWh is worth, and how many tokens it becomes."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, bounds, measure
from tokencheck.measures.electricity import find_rate
from tokencheck.measures.singlefigures import read_figures
from tokencheck.periods import read_day
from tokencheck.units import MILLION, PERCENT

HOURS_PER_YEAR, MONTHS_PER_YEAR = 8760, 12


@dataclass(frozen=True)
class GpuHour:
    """What an hour of a rented GPU costs its owner, in USD; capital is what is left of the total."""

    electricity: float
    colocation: float
    capital: float

    def share(self, items: tuple[str, ...], with_capital: bool = True) -> float:
        """Give the share of some items in percent, of the whole cost or of the cost without capital."""
        total = self.electricity + self.colocation + (self.capital if with_capital else 0)
        return PERCENT * sum(getattr(self, item) for item in items) / total


def build_gpu_hour(
    tables: Tables,
    *,
    price_usd_per_kwh: float | None = None,
    power_kw: float | None = None,
    total_usd_per_hour: float | None = None,
) -> GpuHour:
    """Build the cost of a GPU-hour from an analyst's stack; what is not given is taken from it.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``company_figures``.
    price_usd_per_kwh : float, optional
        Price of electricity.
    power_kw : float, optional
        Power of a GPU with its share of host, network and cooling.
    total_usd_per_hour : float, optional
        Total cost of a GPU-hour at the stack's own electricity.

    Returns
    -------
    GpuHour
        Capital is the stack's total less its electricity and colocation (rent per kW of power), and does not change
        with the price of electricity.

    Examples
    --------
    >>> from tokencheck.evidence.tables import Tables
    >>> hour = build_gpu_hour(Tables(only=("company_figures",)))
    >>> round(hour.share(("electricity",)), 1)
    9.1
    """
    names = ("gpu-hour-total", "gpu-power-kw", "gpu-electricity-price", "gpu-colocation")
    total, power, price, rent = read_figures(tables, *names)["value"]
    colocation = rent * power * MONTHS_PER_YEAR / HOURS_PER_YEAR
    capital = (total if total_usd_per_hour is None else total_usd_per_hour) - price * power - colocation
    used_power = power if power_kw is None else power_kw
    return GpuHour(
        electricity=(price if price_usd_per_kwh is None else price_usd_per_kwh) * used_power,
        colocation=rent * used_power * MONTHS_PER_YEAR / HOURS_PER_YEAR,
        capital=capital,
    )


def _name_share(with_capital: bool) -> str:
    return "percent_of_total_cost" if with_capital else "percent_of_running_cost"


@measure("energy.cost_share")
def cost_share(
    tables: Tables, *, items: list[str], with_capital: bool, perhaps: list[str] | None = None
) -> Measurement:
    """Give the share of electricity, colocation or capital in the cost of a GPU-hour.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``company_figures``.
    items : list of str
        ``electricity``, ``colocation``, ``capital``.
    with_capital : bool
        Whether the whole counts the capital cost of the chips.
    perhaps : list of str, optional
        Further items that the words may or may not mean: the share is then bounded, without and with them.

    Returns
    -------
    Measurement
        In percent; bounds where `perhaps` names an item.
    """
    rows = read_figures(tables, "gpu-hour-total", "gpu-power-kw", "gpu-electricity-price", "gpu-colocation")
    hour = build_gpu_hour(tables)
    return bounds(
        hour.share(tuple(items), with_capital),
        hour.share((*items, *(perhaps or ())), with_capital),
        unit=_name_share(with_capital),
        as_of=max(rows["period"].astype(str)),
        note="One analyst's stack of a rented H200.",
        rows=rows,
    )


@measure("energy.stated_share")
def stated_share(
    tables: Tables, *, denominator: Literal["operating cost", "total cost"], until: str = ARTICLE_DATE
) -> Measurement:
    """Give the share of electricity that operators state, as the median of statements outside the claim's lineage.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``cost_structure``.
    denominator : str
        Of which cost.
    until : str
        Last day of a statement.

    Returns
    -------
    Measurement
        In percent, with the range over statements.
    """
    rows = tables["cost_structure"]
    rows = rows[~rows["lineage"].astype(bool) & (rows["denominator"] == denominator)]
    rows = rows[rows["item"].isin(("electricity", "energy", "power + cooling"))]
    rows = tables.cite("cost_structure", rows[[read_day(date) <= pd.Timestamp(until) for date in rows["date"]]])
    shares = rows[["share_low_percent", "share_high_percent"]].mean(axis=1)
    return Measurement(
        value=float(shares.median()),
        unit=_name_share(denominator == "total cost"),
        as_of=max(rows["date"]),
        low=float(shares.min()),
        high=float(shares.max()),
        interval_kind="range",
        note=f"{len(rows)} statements.",
        rows=rows,
    )


@measure("energy.tokens_per_kwh")
def tokens_per_kwh(
    tables: Tables,
    *,
    kind: Literal["measured", "derived"] = "measured",
    setting: Literal["median", "best", "worst"] = "median",
    token_basis: str = "output tokens",
    pue: float = 1.0,
) -> Measurement:
    """Give the tokens that a kWh drawn by a data centre becomes, over large open-weight mixture-of-experts models.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``energy_per_token``.
    kind : str
        ``measured``: runs on a meter, GPU energy alone. ``derived``: published throughput over provisioned power.
    setting : str
        For measured runs: the median, best or worst configuration of each model, task and chip.
    token_basis : str
        Which tokens are counted.
    pue : float
        Power usage effectiveness: energy of the data centre over energy of its computers.

    Returns
    -------
    Measurement
        The median over systems in million tokens per kWh, with the range.
    """
    rows = tables["energy_per_token"]
    rows = rows[(rows["kind"] == kind) & rows["large_moe"].astype(bool) & (rows["token_basis"] == token_basis)]
    if kind == "measured":
        wanted = {"median": "median", "best": "min", "worst": "max"}[setting]  # of joules per token
        rows = rows[rows["statistic"] == wanted]
    tokens = tables.cite("energy_per_token", rows)["tokens_per_kwh"] / pue / MILLION
    boundary = "GPU energy alone, without host computers" if kind == "measured" else "all-in provisioned power"
    return Measurement(
        value=float(tokens.median()),
        unit="million_tokens_per_kwh",
        as_of=ARTICLE_DATE,
        low=float(tokens.min()),
        high=float(tokens.max()),
        interval_kind="range",
        note=f"{len(rows)} systems; {boundary}.",
        rows=rows.assign(million_tokens_per_kwh=tokens),
    )


def _keep_latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep each place's latest statement, so that who reports every year counts once."""
    return rows.sort_values("period", kind="stable").drop_duplicates("place", keep="last").sort_index()


@measure("energy.pue")
def pue(tables: Tables, *, kind: str, region: str = "") -> Measurement:
    """Give a power usage effectiveness on record by the article's date: of a kind, the median of each place's latest.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``pue``.
    kind : str
        As in the table, such as ``clusters, official`` or ``fleet mean``.
    region : str
        ``western China``, ``China`` or ``world``; all by default.

    Returns
    -------
    Measurement
        Energy of the data centre over energy of its computers. Statements of the claim's lineage and later ones are
        left out; a limit gives bounds from one.
    """
    rows = tables["pue"]
    rows = rows[(rows["kind"] == kind) & ~rows["lineage"].astype(bool) & ~rows["later"].astype(bool)]
    rows = tables.cite("pue", _keep_latest(rows[rows["region"] == region] if region else rows))
    common = {
        "unit": "pue",
        "as_of": max(rows["period"]),
        "note": "; ".join(rows["place"] + ", " + rows["period"]) + ".",
        "rows": rows,
    }
    if rows["pue_low"].isna().any():
        return Measurement(value=None, low=1.0, high=float(rows["pue_high"].max()), interval_kind="bounds", **common)
    spread = len(rows) > 1
    return Measurement(
        value=float(rows["pue_high"].median()),
        low=float(rows["pue_high"].min()) if spread else None,
        high=float(rows["pue_high"].max()) if spread else None,
        interval_kind="range" if spread else None,
        **common,
    )


def _find_commodity(tables: Tables, commodity: str, metric: str) -> pd.DataFrame:
    rows = tables["commodities"]
    rows = rows[(rows["commodity"] == commodity) & rows["metric"].str.startswith(metric)]
    return tables.cite("commodities", rows.sort_values("period").tail(1))


# Sales of electricity abroad with a value and a volume, and the period at whose rate a value in USD is converted.
SALES = {
    "Baotou to Mongolia": None,
    "Inner Mongolia to Oyu Tolgoi": "2022-01",
    "Yunnan and Guangxi to Vietnam": "2005",
}


@measure("energy.export_price")
def export_price(
    tables: Tables,
    *,
    sale: Literal["Baotou to Mongolia", "Inner Mongolia to Oyu Tolgoi", "Yunnan and Guangxi to Vietnam"],
) -> Measurement:
    """Give what a kWh of Chinese electricity was sold abroad for: value over volume, converted once.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``commodities`` and, for a value in USD, ``exchange_rates``.
    sale : str
        One of `SALES`.

    Returns
    -------
    Measurement
        In CNY per kWh; a floor where the value is stated as a least one.
    """
    rows = pd.concat(
        [_find_commodity(tables, "electricity exported", f"{metric}, {sale}") for metric in ("value", "volume")]
    )
    value, volume = rows["value"]
    day = SALES[sale]
    rate = find_rate(tables, "USD", day) if day else 1.0
    at_least = (rows["limit"] == "at least").any()
    note = f"{sale}: {volume / MILLION:,.{int(volume < 10 * MILLION)}f} million kWh"
    return Measurement(
        value=value / volume * rate,
        unit="cny_per_kwh",
        as_of=rows["period"].iloc[0],
        interval_kind="floor" if at_least else None,
        note=f"{note}."
        if day is None
        else f"{note}, {value / volume:.4f} USD a kWh at {rate:.4f} CNY (rate of {day}).",
        rows=rows,
    )


# What the table calls a product's price, and the power that a unit of it takes.
METALS = {
    "aluminium": ("SMM A00 spot", "AC power, NDRC base level"),
    "polysilicon": ("SMM N-type price index", "electricity at the draft limit"),
}


@measure("energy.product_multiple")
def product_multiple(
    tables: Tables,
    *,
    commodity: Literal["aluminium", "polysilicon"],
    value: Literal["gross", "gain", "profit"] = "gross",
    price_cny_per_kwh: float = 0.5,
) -> Measurement:
    """Give how many times its price a kWh is worth as metal, or gains.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``commodities``.
    commodity : str
        Polysilicon's power use is that of a draft limit; makers lie on either side of it.
    value : str
        ``gross``: the product's price per kWh that it takes. ``gain``: the same less the price of the kWh.
        ``profit``: the price of the kWh and the profit on it.
    price_cny_per_kwh : float
        What the kWh costs, or would sell for.

    Returns
    -------
    Measurement
        Ratio.
    """
    price_metric, power_metric = METALS[commodity]
    power = _find_commodity(tables, commodity, power_metric)
    if value == "profit":
        worth = _find_commodity(tables, commodity, "average profit")
        per_kwh = price_cny_per_kwh + float(worth["value"].iloc[0]) / float(power["value"].iloc[0])
    else:
        worth = _find_commodity(tables, commodity, price_metric)
        per_kwh = float(worth["value"].iloc[0]) / float(power["value"].iloc[0])
    if value == "gain":
        per_kwh -= price_cny_per_kwh
    rows = pd.concat([worth, power])
    return Measurement(
        value=per_kwh / price_cny_per_kwh,
        unit="ratio",
        as_of=worth["period"].iloc[0],
        note="At a draft limit of power use, which some makers exceed." if commodity == "polysilicon" else "",
        rows=rows,
    )


def list_swings(tables: Tables, prices_usd_per_kwh: tuple[float, float]) -> pd.DataFrame:
    """List how far electricity's share of a GPU-hour moves when one input is moved over the range of the evidence.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``company_figures`` and ``pue``.
    prices_usd_per_kwh : tuple of float
        Lowest and highest price of electricity.

    Returns
    -------
    DataFrame
        One row an input: input, low_percent, high_percent; widest swing first.
    """
    total, power = read_figures(tables, "gpu-hour-total", "gpu-power-kw")["value"]
    lease = float(read_figures(tables, "deepseek-lease")["value"].iloc[0])
    known = tables["pue"][~tables["pue"]["lineage"].astype(bool)]["pue_high"]
    middle = float(_keep_latest(tables["pue"].query("kind == 'fleet mean'"))["pue_high"].median())
    ranges = {
        "price of electricity": [{"price_usd_per_kwh": price} for price in prices_usd_per_kwh],
        "power usage effectiveness": [{"power_kw": power * one / middle} for one in (known.min(), known.max())],
        "cost of a GPU-hour": [{"total_usd_per_hour": one} for one in (lease, total)],
    }
    rows = []
    for name, ends in ranges.items():
        shares = sorted(build_gpu_hour(tables, **end).share(("electricity",)) for end in ends)
        rows.append({"input": name, "low_percent": shares[0], "high_percent": shares[-1]})
    frame = pd.DataFrame(rows)
    return frame.iloc[(frame["low_percent"] - frame["high_percent"]).argsort(kind="stable")].reset_index(drop=True)


def summarise_swings(swings: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """Give the ends of electricity's share, and how far its price and the widest other input move it (points)."""
    width = (swings["high_percent"] - swings["low_percent"]).set_axis(swings["input"])
    price = "price of electricity"
    return {
        "electricity_of_all_low": (swings["low_percent"].min(), _name_share(with_capital=True)),
        "electricity_of_all_high": (swings["high_percent"].max(), _name_share(with_capital=True)),
        "price_swing": (width[price], "points"),
        "other_swing": (width.drop(price).max(), "points"),
    }


def grid(tables: Tables, claim_id: str) -> dict[str, pd.DataFrame]:
    """Compute the sensitivity grid of C10, C15, C16 or C37: part to one cell a row."""
    if claim_id == "C10":
        cells = [
            {"items": " + ".join(items), "with_capital": capital, "price_usd_per_kwh": price}
            | {
                "value": build_gpu_hour(tables, price_usd_per_kwh=price).share(items, capital),
                "unit": _name_share(capital),
            }
            for items in (("electricity",), ("electricity", "colocation"), ("electricity", "capital"))
            for capital in (True, False)
            for price in (0.03, 0.05, 0.087, 0.15, 0.2)
            if capital or "capital" not in items
        ]
        return {"share": pd.DataFrame(cells)}
    if claim_id == "C15":
        cells = [
            {"commodity": commodity, "value_kind": kind, "price_cny_per_kwh": price}
            | {"value": product_multiple(tables, commodity=commodity, value=kind, price_cny_per_kwh=price).value}
            for commodity, kind in (
                ("aluminium", "gain"),
                ("aluminium", "gross"),
                ("aluminium", "profit"),
                ("polysilicon", "gain"),
                ("polysilicon", "gross"),
            )  # fmt: skip
            for price in (0.3, 0.4, 0.44, 0.5, 0.6)
        ]
        return {"metal": pd.DataFrame(cells).assign(unit="ratio")}
    if claim_id == "C37":
        rows = tables["pue"].dropna(subset="pue_high")
        cells = rows[["place", "kind", "region", "period", "pue_high"]].rename(columns={"pue_high": "value"})
        return {"pue": cells.assign(unit="pue")}
    rows = tables["energy_per_token"].dropna(subset="tokens_per_kwh")
    cells = [
        {"system": row.system, "model": row.model, "hardware": row.hardware, "statistic": row.statistic, "pue": pue_}
        | {"token_basis": row.token_basis, "value": row.tokens_per_kwh / MILLION / pue_}
        for row in rows.itertuples()
        for pue_ in (1.0, 1.15, 1.3)
    ]
    return {"tokens": pd.DataFrame(cells).assign(unit="million_tokens_per_kwh")}
