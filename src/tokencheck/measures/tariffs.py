"""From the power plant to the meter: what a kWh costs a steady user in China, added up from its tariff."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.evidence.tables import Tables
from tokencheck.periods import read_day, read_span

Energy = Literal["renewable", "coal_benchmark", "market_average"]
Method = Literal["components", "agency"]
VoltageKv = Literal["1-10", "35", "110", "220"]

MONTHS_A_YEAR = 12

# 发改价格〔2023〕526号: from this use on, the demand charge is cut to 90 % of the printed one.
HIGH_USE_KWH_PER_KVA_MONTH = 260
HIGH_USE_DEMAND_FACTOR = 0.9

WESTERN_GRIDS = (
    "Inner Mongolia West", "Inner Mongolia East", "Ningxia", "Gansu", "Qinghai", "Xinjiang",
    "Guizhou", "Sichuan", "Yunnan",
)  # fmt: skip

# A limit or a target is not a price that anybody paid.
LIMIT = re.compile(r"\b(?:bid floor|bid ceiling|ceiling|price limit|target)\b")
_WIND_OR_SOLAR = re.compile(r"\b(?:wind|solar)\b")

PART_LABELS = {
    "energy": "energy",
    "line_loss": "line losses",
    "td_energy": "grid, per kWh",
    "td_demand": "grid, demand charge",
    "system_operation": "system operation charge",
    "government_funds": "government funds",
    "agency": "all but the demand charge",
}


def _name_grid(province: str) -> str:
    """Drop what a table adds in brackets: “Inner Mongolia West (蒙西)” is Inner Mongolia West.

    The Construction Corps in Xinjiang runs a grid of its own, so its bracket stays.
    """
    return province if "Corps" in province else province.split(" (")[0]


def _take_components(tables: Tables, component: str, province: str) -> pd.DataFrame:
    def take() -> pd.DataFrame:
        rows = tables["cn_tariff_components"]
        rows = rows[rows["component"] == component]
        return rows[rows["province"].map(_name_grid) == province]

    return tables.recall(("tariffs.components", component, province), take)


def _take_in_force(rows: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows in force on a day; one without dates is always in force."""

    def applies(start: Any, end: Any) -> bool:
        first, last = read_span(None if pd.isna(start) else start), read_span(None if pd.isna(end) else end)
        return (first is None or first[0] <= day) and (last is None or last[1] >= day)

    keep = [applies(*pair) for pair in zip(rows["period_start"], rows["period_end"], strict=True)]
    return rows[pd.Series(keep, index=rows.index, dtype=bool)]


def _take_latest(
    tables: Tables, component: str, province: str, customers: str, voltage_kv: str | None, day: pd.Timestamp
) -> pd.DataFrame:
    """Take the row of a component in force on a day; where two periods overlap the later one. None gives no row."""

    def take() -> pd.DataFrame:
        rows = _take_in_force(_take_components(tables, component, province), day)
        keep = rows["customer_class"].str.startswith(customers)
        if voltage_kv is not None:
            keep &= rows["voltage_kv"].astype(str) == voltage_kv
        return rows[keep].sort_values("period_start", na_position="first", kind="stable").tail(1)

    return tables.recall(("tariffs.latest", component, province, customers, voltage_kv, day), take)


def _take_past(rows: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows whose period begins in a window; a result that holds for years counts from its start."""
    starts = rows["period_start"].map(lambda text: (read_span(text) or (pd.NaT,))[0])
    return rows[(starts >= since) & (starts <= until)]


def list_renewable_prices(
    tables: Tables, province: str, *, since: str = "2024-01", until: str = ARTICLE_DATE
) -> pd.DataFrame:
    """List what wind and solar power is paid at the plant in one province: sold, settled, auctioned or set.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``cn_tariff_components``.
    province : str
        A name of `WESTERN_GRIDS`.
    since, until : str
        First and last start of the period a price holds for.

    Returns
    -------
    DataFrame
        Rows of ``cn_tariff_components`` in CNY/kWh, without bid floors and ceilings.
    """
    averages = _take_components(tables, "market_average", province)
    rows = pd.concat([
        _take_components(tables, "green_power_average", province),
        _take_components(tables, "mechanism_auction", province),
        averages[averages["customer_class"].str.contains(_WIND_OR_SOLAR)],
    ])  # fmt: skip
    rows = rows[~rows["customer_class"].str.contains(LIMIT)]
    return _take_past(rows, read_day(since), read_day(until, end=True))


def _list_energy_prices(tables: Tables, energy: str, province: str, day: pd.Timestamp) -> pd.DataFrame:
    until = day.date().isoformat()
    if energy == "renewable":
        return list_renewable_prices(tables, province, until=until)
    rows = _take_components(tables, energy, province)
    if energy == "coal_benchmark":
        return rows
    rows = rows[~rows["customer_class"].str.contains(LIMIT) & ~rows["customer_class"].str.contains("coal|export")]
    return _take_past(rows, read_day("2025-01"), day)


def add_up(
    *,
    energy: float | None,
    loss_percent: float | None,
    td_energy: float | None,
    demand_per_kw_month: float | None,
    hours: float,
    system_operation: float | None,
    government_funds: float | None,
) -> dict[str, float | None]:
    """Add a delivered price up from its parts.

    Delivered = P / (1 - loss) + T&D energy charge + demand charge x 12 / hours + system operation + funds
    (发改价格〔2023〕526号). The demand charge is cut by a tenth where a kVA takes 260 kWh or more a month,
    which a data centre does; kVA is taken as kW.

    Parameters
    ----------
    energy : float or None
        P, price of the energy at the plant, CNY/kWh.
    loss_percent : float or None
        Share lost on the way, percent.
    td_energy : float or None
        Transmission and distribution, CNY/kWh.
    demand_per_kw_month : float or None
        Demand charge, CNY per kW and month.
    hours : float
        Hours a year at maximum demand.
    system_operation, government_funds : float or None
        CNY/kWh.

    Returns
    -------
    dict
        Each part in CNY/kWh; None where it is not known.

    Examples
    --------
    >>> parts = add_up(energy=0.25, loss_percent=0, td_energy=0.08, demand_per_kw_month=30, hours=3000,
    ...                system_operation=0.05, government_funds=0.02)
    >>> round(sum(parts.values()), 6)
    0.52
    """
    lost = None if energy is None or loss_percent is None else energy / (1 - loss_percent / 100) - energy
    return {
        "energy": energy,
        "line_loss": lost,
        "td_energy": td_energy,
        "td_demand": spread_demand(demand_per_kw_month, hours),
        "system_operation": system_operation,
        "government_funds": government_funds,
    }


def spread_demand(per_kw_month: float | None, hours: float) -> float | None:
    """Spread a demand charge over the kWh of a year.

    Parameters
    ----------
    per_kw_month : float or None
        CNY per kW and month, as printed.
    hours : float
        Hours a year at maximum demand.

    Returns
    -------
    float or None
        CNY/kWh, after the cut for high use (see `add_up`).

    Examples
    --------
    >>> round(spread_demand(32, 7500), 5)
    0.04608
    """
    if per_kw_month is None:
        return None
    high_use = hours / MONTHS_A_YEAR >= HIGH_USE_KWH_PER_KVA_MONTH
    return per_kw_month * (HIGH_USE_DEMAND_FACTOR if high_use else 1) * MONTHS_A_YEAR / hours


@dataclass(frozen=True)
class Delivered:
    """A delivered price built from its parts.

    Attributes
    ----------
    province : str
        The grid.
    hours : float
        Hours a year at maximum demand.
    parts : dict
        CNY/kWh by part; only the known ones.
    missing : tuple of str
        Parts that are not known: `total` is a lower bound without them.
    """

    province: str
    hours: float
    parts: dict[str, float]
    missing: tuple[str, ...]

    @property
    def total(self) -> float:
        """Sum of the known parts in CNY/kWh."""
        return sum(self.parts.values())


@dataclass(frozen=True)
class Tariff:
    """What the tables hold for one user, before its hours are known."""

    province: str
    given: dict[str, float | None]

    def at(self, hours: float) -> Delivered:
        """Add the price up for so many hours a year at maximum demand."""
        if "agency" in self.given:
            demand = spread_demand(self.given["demand_per_kw_month"], hours)
            parts = {"agency": self.given["agency"], "td_demand": demand}
        else:
            parts = add_up(**self.given, hours=hours)
        return Delivered(
            province=self.province,
            hours=hours,
            parts={name: value for name, value in parts.items() if value is not None},
            missing=tuple(name for name, value in parts.items() if value is None),
        )


def read_tariff(
    tables: Tables,
    province: str,
    *,
    voltage_kv: str,
    method: str,
    energy: str,
    as_of: str,
    demand_as_of: str | None,
) -> Tariff | None:
    """Read what one user of a province is charged; parameters as in `build_delivered`.

    Returns
    -------
    Tariff or None
        None when the energy price or the grid's charge per kWh (or the agency's table) is not at hand.
    """
    day = read_day(as_of)
    used: list[pd.DataFrame] = []

    def take(component: str, customers: str = "", at_voltage: bool = False, when: pd.Timestamp = day) -> float | None:
        used.append(_take_latest(tables, component, province, customers, voltage_kv if at_voltage else None, when))
        return None if used[-1].empty else float(used[-1]["value"].iloc[0])

    key = "delivered_flat" if method == "agency" else "td_energy"
    per_kwh = take(key, "two-part", at_voltage=True)
    if per_kwh is None:
        return None
    demand = take("td_demand", "two-part", at_voltage=True, when=read_day(demand_as_of or as_of))
    if method == "agency":
        given = {"agency": per_kwh, "demand_per_kw_month": demand}
    else:
        prices = _list_energy_prices(tables, energy, province, day)
        if prices.empty:
            return None
        used.append(prices)
        given = {
            "energy": float(prices["value"].median()),
            "td_energy": per_kwh,
            "demand_per_kw_month": demand,
            "loss_percent": take("line_loss"),
            "system_operation": take("system_operation"),
            "government_funds": take("government_funds"),
        }
    tables.cite("cn_tariff_components", pd.concat(used))
    return Tariff(province, given)


def build_delivered(
    tables: Tables,
    *,
    province: str,
    voltage_kv: str = "110",
    hours: int = 7500,
    method: Method = "components",
    energy: Energy = "renewable",
    as_of: str = "2026-08-01",
    demand_as_of: str | None = None,
) -> Delivered | None:
    """Build what a kWh costs at the meter of a steady user of one province.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``cn_tariff_components``.
    province : str
        A name of `WESTERN_GRIDS`.
    voltage_kv : str
        The level the user connects at: ``1-10``, ``35``, ``110`` or ``220``.
    hours : int
        Hours a year at maximum demand; 7,000 to 8,000 for a data centre.
    method : str
        ``components``: by `add_up`. ``agency``: the flat price of the grid agency's monthly table, which
        holds everything but the demand charge, and that charge.
    energy : str
        For ``components``: the median price of wind and solar in the province, its coal benchmark, or the
        median of its market averages.
    as_of : str
        Day the tariff is in force; the fourth regulatory period began on 2026-08-01.
    demand_as_of : str, optional
        Day of the demand charge where another period's stands in; by default `as_of`.

    Returns
    -------
    Delivered or None
        None when the energy price or the grid's charge per kWh (or the agency's table) is not at hand.
    """
    tariff = read_tariff(
        tables,
        province,
        voltage_kv=voltage_kv,
        method=method,
        energy=energy,
        as_of=as_of,
        demand_as_of=demand_as_of,
    )
    return tariff.at(hours) if tariff else None


def count_provinces(tables: Tables, day: str) -> int:
    """Count the western provinces whose delivered price can be built from the tariff in force on a day."""
    return sum(build_delivered(tables, province=name, as_of=day) is not None for name in WESTERN_GRIDS)


def tabulate_builds(builds: Iterable[Delivered]) -> pd.DataFrame:
    """Lay built prices out as a table: one row a province, one column a part, in CNY/kWh."""
    rows = [
        {"province": build.province, **build.parts, "total": build.total, "missing": ", ".join(build.missing)}
        for build in builds
    ]
    return pd.DataFrame(rows, columns=["province", *PART_LABELS, "total", "missing"]).dropna(axis=1, how="all")


def note_builds(builds: list[Delivered], skipped: list[str], demand_as_of: str | None) -> str:
    """Say which parts built prices lack, and for which provinces nothing could be built.

    Parameters
    ----------
    builds : list of Delivered
        What was built.
    skipped : list of str
        Provinces without a build.
    demand_as_of : str or None
        Day of the demand charge where another period's stands in.

    Returns
    -------
    str
        One or a few sentences.
    """
    notes = []
    for name in PART_LABELS:
        lacking = [build.province for build in builds if name in build.missing]
        if lacking:
            where = "every province" if len(lacking) == len(builds) else ", ".join(lacking)
            notes.append(f"{PART_LABELS[name]} ({where})")
    note = f"A lower bound: without {'; '.join(notes)}." if notes else "All parts are at hand."
    if demand_as_of:
        note += f" Demand charge of the tariff in force on {demand_as_of}."
    return note + (f" Nothing to build from for {', '.join(skipped)}." if skipped else "")


def summarise_builds(
    builds: list[Delivered], agency: Mapping[str, float], claimed: tuple[float, float]
) -> dict[str, tuple[float, str]]:
    """Count how built prices, and their energy alone, stand to the claimed band.

    Parameters
    ----------
    builds : list of Delivered
        What was built.
    agency : mapping of str to float
        Province to the price by the grid agency's table, demand charge included; CNY/kWh.
    claimed : (float, float)
        The claimed band in CNY/kWh.

    Returns
    -------
    dict of str to (value, unit)
        What is added to the energy, the lowest built price, provinces built, those within the band, those whose system
        operation charge is at hand, those whose energy alone lies within the band or outside, and the least by which
        the agency's price exceeds the built one.
    """
    energy = [claimed[0] <= build.parts["energy"] <= claimed[1] for build in builds]
    above = [agency[build.province] - build.total for build in builds if build.province in agency]
    added = [build.total - build.parts["energy"] for build in builds]
    return {
        "added_low": (min(added), "cny_per_kwh"),
        "added_high": (max(added), "cny_per_kwh"),
        "cheapest_build": (min(build.total for build in builds), "cny_per_kwh"),
        "provinces_built": (len(builds), "provinces"),
        "provinces_within": (sum(build.total <= claimed[1] for build in builds), "provinces"),
        "provinces_with_system_charge": (sum("system_operation" in build.parts for build in builds), "provinces"),
        "energy_within": (sum(energy), "provinces"),
        "energy_outside": (len(energy) - sum(energy), "provinces"),
        "agency_above_build": (min(above), "cny_per_kwh"),
    }
