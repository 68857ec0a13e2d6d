"""Measures of electricity: what a kWh costs in western China, the United States and the European Union."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any, Literal

import pandas as pd

from tokencheck import choices
from tokencheck.article import ARTICLE_DATE
from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, bounds, measure
from tokencheck.measures.tariffs import (
    LIMIT,
    WESTERN_GRIDS,
    Energy,
    Method,
    VoltageKv,
    build_delivered,
    list_renewable_prices,
    note_builds,
    read_tariff,
    tabulate_builds,
)
from tokencheck.periods import read_day, read_span

STATES_OF_THE_UNION = 50
DISTRICT = "DC"

Basis = Literal["delivered", "generation", "unknown"]
Statistic = Literal["median", "min", "max"]
Sector = Literal["residential", "commercial", "industrial", "all_sectors"]

LAST_QUARTER = "last quarter"

_PART_OF_YEAR = re.compile(r"^(\d{4})-([SQ])([1-4])")


def _was_known(period: Any, published: Any, day: pd.Timestamp) -> bool:
    """Say whether a figure belongs to the time up to a day: its period had ended, or it was in print."""
    ends = [span[1] for span in (read_span(period), read_span(published)) if span]
    return bool(ends) and min(ends) <= day


def list_statements(
    tables: Tables, *, basis: str | None = None, since: str = "2024-01", until: str, priced: bool = True
) -> pd.DataFrame:
    """List the Chinese prices that were stated for a window, without the article's own line.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_cn`` and ``sources``.
    basis : str, optional
        ``delivered``, ``generation``, ``export``, ``unknown`` or ``built`` (an analyst's sum of tariffs, which nobody
        states as a price paid); all by default.
    priced : bool
        Leave out rows that state no price, only a ratio.
    since, until : str
        A row's period starts at `since` or later, and by `until` it had ended or was in print: the
        window never looks ahead.

    Returns
    -------
    DataFrame
        Rows of ``electricity_cn`` with ``price_cny_per_kwh``, the middle of low and high. Limits, targets
        and rows of the article's lineage are left out.
    """
    key = ("statements", basis, since, until, priced)
    return tables.recall(key, lambda: _find_statements(tables, basis, since, until, priced))


def _find_statements(tables: Tables, basis: str | None, since: str, until: str, priced: bool) -> pd.DataFrame:
    rows = tables["electricity_cn"]
    rows = rows[~rows["lineage"].astype(bool)]
    published = rows["source_id"].map(tables["sources"].set_index("source_id")["published_date"])
    first, last = read_day(since), read_day(until, end=True)
    keep = [
        period[0] >= first and _was_known(text, printed, last) and not LIMIT.search(scope)
        for text, period, printed, scope in zip(
            rows["period"], rows["period"].map(read_span), published, rows["scope"], strict=True
        )
    ]
    rows = rows[pd.Series(keep, index=rows.index, dtype=bool)]
    if basis is not None:
        rows = rows[rows["basis"] == basis]
    middle = rows[["price_cny_per_kwh_low", "price_cny_per_kwh_high"]].mean(axis=1)
    rows = rows.assign(price_cny_per_kwh=middle)
    return rows.dropna(subset="price_cny_per_kwh") if priced else rows


def _cite_printed(tables: Tables, statements: pd.DataFrame, until: str) -> None:
    """Cite the dates of print that let statements in: those on a period that had not ended by then."""
    last = read_day(until, end=True)
    running = [read_span(period)[1] > last for period in statements["period"]]
    sources = tables["sources"]
    tables.cite("sources", sources[sources["source_id"].isin(statements["source_id"][running])])


def _summarise(prices: pd.Series, statistic: str, *, as_of: str, note: str, rows: pd.DataFrame) -> Measurement:
    """Give one number of several prices in CNY/kWh, with their range."""
    if prices.empty:
        return Measurement(None, "cny_per_kwh", as_of, note=note)
    spread = len(prices) > 1
    return Measurement(
        value=float(getattr(prices, statistic)()),
        unit="cny_per_kwh",
        as_of=as_of,
        low=float(prices.min()) if spread else None,
        high=float(prices.max()) if spread else None,
        interval_kind="range" if spread else None,
        note=note,
        rows=rows,
    )


@measure("electricity.statement")
def statement(
    tables: Tables,
    *,
    basis: Basis,
    since: str = "2024-01",
    until: str = ARTICLE_DATE,
    place: Literal["west", "nationwide"] = "west",
    statistic: Statistic = "median",
) -> Measurement:
    """Give what a kWh is stated to cost in China, as the median of the statements of a window.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_cn`` and ``sources``.
    basis : str
        ``delivered`` (what the user pays), ``generation`` (what the plant is paid) or ``unknown``.
    since, until : str
        The window; see `list_statements`.
    place : str
        ``west``: places in western China. ``nationwide``: statements that name no province.
    statistic : str
        ``median``, ``min`` or ``max`` of the statements.

    Returns
    -------
    Measurement
        In CNY per kWh, with the range over statements.
    """
    said = list_statements(tables, basis=basis, since=since, until=until, priced=False)
    said = said[said["western"].astype(bool) if place == "west" else said["place"] == "China"]
    # Two publications that give one place the same price are one price.
    rows = tables.cite("electricity_cn", said.dropna(subset="price_cny_per_kwh"))
    rows = rows.drop_duplicates(["place", "price_cny_per_kwh"])
    _cite_printed(tables, rows, until)
    count = f"{len(rows)} statement{'s' if len(rows) != 1 else ''}"
    where = "western China" if place == "west" else "China without naming a province"
    note = (
        f"{count} on {where}: {'; '.join(sorted(set(rows['place'])))}."
        if len(rows)
        else f"No such statement on {where} is at hand for {since} to {until}."
    )
    unpriced = said[said["price_cny_per_kwh"].isna()]
    if len(unpriced):
        note += f" Left out, since no price is stated: {'; '.join(unpriced['place'] + ', ' + unpriced['scope'])}."
    as_of = max(rows["period"], default=until)
    prices = rows["price_cny_per_kwh"]
    return _summarise(prices, statistic, as_of=as_of, note=note, rows=rows)


@measure("electricity.delivered_build")
def delivered_build(
    tables: Tables,
    *,
    method: Method = "components",
    energy: Energy = "renewable",
    voltage_kv: VoltageKv = "110",
    hours: int = 7500,
    as_of: str = "2026-08-01",
    demand_as_of: str | None = None,
    provinces: list[str] | None = None,
    statistic: Statistic = "median",
) -> Measurement:
    """Build what a kWh costs a data centre in western China from the parts of its tariff.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``cn_tariff_components``.
    method, energy, voltage_kv, hours, as_of, demand_as_of
        See `build_delivered`.
    provinces : list of str, optional
        Names of `WESTERN_GRIDS`; all by default.
    statistic : str
        ``median``, ``min`` or ``max`` over the provinces.

    Returns
    -------
    Measurement
        In CNY per kWh with the range over provinces. The note names every part that is not at hand; the
        value is then a lower bound without it.
    """
    names = list(provinces or WESTERN_GRIDS)
    built = {
        name: build_delivered(
            tables, province=name, voltage_kv=voltage_kv, hours=hours, method=method, energy=energy,
            as_of=as_of, demand_as_of=demand_as_of,
        )
        for name in names
    }  # fmt: skip
    builds = [build for build in built.values() if build]
    skipped = [name for name, build in built.items() if build is None]
    totals = pd.Series([build.total for build in builds], dtype=float)
    note = note_builds(builds, skipped, demand_as_of) if builds else f"Nothing to build from as of {as_of}."
    return _summarise(totals, statistic, as_of=as_of, note=note, rows=tabulate_builds(builds))


@measure("electricity.renewable_price")
def renewable_price(
    tables: Tables, *, since: str = "2024-01", until: str = ARTICLE_DATE, statistic: Statistic = "median"
) -> Measurement:
    """Give what wind and solar power is paid at the plant in western China, each province by its median.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``cn_tariff_components``.
    since, until : str
        First and last start of the period a price holds for.
    statistic : str
        ``median``, ``min`` or ``max`` over the provinces.

    Returns
    -------
    Measurement
        In CNY per kWh, with the range over provinces.
    """
    found = {name: list_renewable_prices(tables, name, since=since, until=until) for name in WESTERN_GRIDS}
    found = {name: rows for name, rows in found.items() if len(rows)}
    rows = pd.concat(found.values()) if found else tables["cn_tariff_components"].head(0)
    tables.cite("cn_tariff_components", rows)
    medians = pd.Series({name: own["value"].median() for name, own in found.items()}, dtype=float)
    as_of = max(rows["period_start"].astype(str), default=until)
    note = f"Paid to the plant, not by the user; {len(rows)} prices in {', '.join(found) or 'no province'}."
    return _summarise(medians, statistic, as_of=as_of, note=note, rows=rows)


def find_rate(tables: Tables, currency: str, period: str) -> float | None:
    """Find how many CNY a currency cost in a period.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``exchange_rates``.
    currency : str
        ``USD`` or ``EUR``.
    period : str
        A year, a month (YYYY-MM), a half-year (2025-S1) or a quarter (2026-Q1); for the last two the mean of
        their months.

    Returns
    -------
    float or None
        CNY per unit of the currency; None when a month is not at hand.
    """
    rates = tables["exchange_rates"]
    rates = rates[rates["pair"] == f"{currency}/CNY"]
    part = _PART_OF_YEAR.match(period)
    if part:
        length = 6 if part[2] == "S" else 3
        last = int(part[3]) * length
        wanted = [f"{part[1]}-{month:02d}" for month in range(last - length + 1, last + 1)]
    else:
        wanted = [period]
    rates = rates[rates["period"].astype(str).isin(wanted)].drop_duplicates("period")
    if len(rates) < len(wanted):
        return None
    return float(tables.cite("exchange_rates", rates)["rate"].mean())


def take_us_prices(tables: Tables, sector: str, period: str) -> pd.DataFrame:
    """Take the American prices of one sector and period, one row a state, indexed by state.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us``.
    sector, period : str
        As in the table.

    Returns
    -------
    DataFrame
        Rows of ``electricity_us``; of two copies of one official figure the first source_id's.
    """
    rows = tables["electricity_us"]
    rows = rows[(rows["sector"] == sector) & (rows["period"].astype(str) == period)]
    return rows.sort_values("source_id").drop_duplicates("state").set_index("state", drop=False).sort_index()


def find_last_quarter(tables: Tables, sector: str) -> str:
    """Find the last quarter with a national American price and an exchange rate, such as ``2026-Q1``."""
    rows = tables["electricity_us"]
    nation = rows[(rows["state"] == "US") & (rows["sector"] == sector)]["period"].astype(str)
    quarters = sorted(period for period in set(nation) if "Q" in period and find_rate(tables, "USD", period))
    if not quarters:
        raise UserError(f"electricity_us has no quarter of the sector {sector}; name a period, such as 2025.")
    return quarters[-1]


def _is_state(codes: pd.Index) -> pd.Series:
    """Tell states from the nation (US), its capital (DC) and the census divisions (three letters or more)."""
    return (codes.str.len() == 2) & ~codes.isin(["US", DISTRICT])


def take_eu_prices(tables: Tables, band: str, tax: str, period: str) -> pd.DataFrame:
    """Take the European prices of one consumption band, tax level and half-year, indexed by geo."""
    rows = tables["electricity_eu"]
    keep = (rows["band"] == band) & (rows["tax"] == tax) & (rows["period"].astype(str) == period)
    return rows[keep].sort_values("source_id").drop_duplicates("geo").set_index("geo", drop=False).sort_index()


@measure("electricity.price")
def price(
    tables: Tables,
    *,
    market: Literal["us", "eu"],
    place: str,
    customers: str,
    period: str,
    tax: Literal["X_TAX", "X_VAT", "I_TAX"] = "X_VAT",
    exchange: str | None = None,
) -> Measurement:
    """Give an American or European electricity price in CNY.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us`` or ``electricity_eu``, and ``exchange_rates``.
    market : str
        ``us`` or ``eu``.
    place : str
        ``US``, a state's two letters or ``highest`` (the dearest of the 50 states); or a Eurostat geo such as
        ``EU27``.
    customers : str
        The American sector, or the Eurostat consumption band (``IC``: 500 to 1,999 MWh a year).
    period : str
        A year, a month, a quarter (2026-Q1) or a half-year (2025-S1) of the table; for ``us`` also
        ``last quarter``, see `find_last_quarter`.
    tax : str
        For ``eu``: without taxes, without the recoverable ones, or with all.
    exchange : str, optional
        Period of the exchange rate; by default that of the price.

    Returns
    -------
    Measurement
        In CNY per kWh.
    """
    if period == LAST_QUARTER:
        period = find_last_quarter(tables, customers)
    if market == "us":
        rows, currency, column = take_us_prices(tables, customers, period), "USD", "price_usd_per_kwh"
        if place == "highest" and len(rows):
            place = tables.cite("electricity_us", rows[_is_state(rows.index)])[column].idxmax()
    else:
        rows, currency, column = take_eu_prices(tables, customers, tax, period), "EUR", "price_eur_per_kwh"
    rate = find_rate(tables, currency, exchange or period)
    named = f"{place}, {choices.name_value('customers', {'customers': customers}, 'en')}, {period}"
    if place not in rows.index or rate is None:
        lacks = f"no {currency} rate for {exchange or period}" if place in rows.index else "no such price"
        return Measurement(None, "cny_per_kwh", period, note=f"{named}: {lacks} at hand.")
    row = tables.cite(f"electricity_{market}", rows.loc[[place]])
    abroad = float(row[column].iloc[0])
    return Measurement(
        value=abroad * rate,
        unit="cny_per_kwh",
        as_of=period,
        note=f"{named}: {abroad:.4f} {currency} a kWh at {rate:.4f} CNY.",
        rows=row,
    )


ChineseBasis = Literal["delivered", "generation", "renewable", "agency", "components"]


def _price_china(
    tables: Tables, china: str, *, since: str, until: str, statistic: str, hours: int, demand_as_of: str
) -> Measurement:
    if china in ("delivered", "generation"):
        return statement(tables, basis=china, since=since, until=until, statistic=statistic)
    if china == "renewable":
        return renewable_price(tables, since=since, until=until, statistic=statistic)
    if china == "agency":
        return delivered_build(
            tables, method="agency", voltage_kv="1-10", hours=hours, as_of=until, demand_as_of=demand_as_of,
            statistic=statistic,
        )  # fmt: skip
    return delivered_build(tables, hours=hours, as_of=demand_as_of, statistic=statistic)


@measure("electricity.ratio")
def ratio(
    tables: Tables,
    *,
    china: ChineseBasis,
    market: Literal["us", "eu"],
    place: str,
    customers: str,
    period: str,
    tax: Literal["X_TAX", "X_VAT", "I_TAX"] = "X_VAT",
    exchange: str | None = None,
    since: str = "2024-01",
    until: str = ARTICLE_DATE,
    statistic: Statistic = "median",
    hours: int = 7500,
    demand_as_of: str = "2026-08-01",
) -> Measurement:
    """Divide a foreign electricity price by that of western China: the N of “1/N”.

    Parameters
    ----------
    tables : mapping of DataFrames
        Those of `statement`, `delivered_build` and `price`.
    china : str
        The Chinese price: stated (``delivered``, ``generation``), paid to wind and solar plants
        (``renewable``), or built up (``agency``: the grid agency's table in force on `until`;
        ``components``: the tariff's parts in force on `demand_as_of`).
    market, place, customers, period, tax, exchange
        The foreign price; see `price`.
    since, until, statistic
        The Chinese price's window; see `statement`.
    hours : int
        Hours a year at maximum demand, for a built-up price.
    demand_as_of : str
        Day of the demand charge, for a built-up price.

    Returns
    -------
    Measurement
        In times. The range follows from the range of Chinese prices.
    """
    abroad = price(
        tables, market=market, place=place, customers=customers, period=period, tax=tax, exchange=exchange
    )  # fmt: skip
    home = _price_china(
        tables, china, since=since, until=until, statistic=statistic, hours=hours, demand_as_of=demand_as_of
    )
    note = f"{abroad.note} China: {home.note}"
    if abroad.value is None or home.value is None:
        return Measurement(None, "times", abroad.as_of, note=note)
    rows = [side.rows.assign(side=name) for name, side in (("abroad", abroad), ("China", home))]
    spread = home.low is not None
    return Measurement(
        value=abroad.value / home.value,
        unit="times",
        as_of=abroad.as_of,
        low=abroad.value / home.high if spread else None,
        high=abroad.value / home.low if spread else None,
        interval_kind="range" if spread else None,
        note=note,
        rows=pd.concat(rows, ignore_index=True),
    )


def take_us_bills(tables: Tables, sector: str, period: str) -> pd.DataFrame:
    """Take the average American bill of one sector, or of all customers, and year, one row a state, indexed by state.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us_bills``: revenue, and the customers of each month added up.
    sector, period : str
        As in the table; a calendar year.

    Returns
    -------
    DataFrame
        Rows of ``electricity_us_bills`` with ``bill_usd_per_month``.
    """
    rows = tables["electricity_us_bills"]
    rows = rows[rows["year"].astype(str) == period]
    if sector == "all_sectors":
        sums = {"revenue_thousand_usd": "sum", "customer_months": "sum", "source_id": "first"}
        rows = rows.groupby("state", as_index=False).agg(sums)
    else:
        rows = rows[rows["sector"] == sector]
    bill = rows["revenue_thousand_usd"] * 1000 / rows["customer_months"]
    return rows.assign(bill_usd_per_month=bill).set_index("state", drop=False).sort_index()


def list_bill_changes(tables: Tables, *, sector: str, earlier: str, later: str) -> pd.DataFrame:
    """List how much average bills rose between two years, by state.

    Parameters
    ----------
    tables, sector, earlier, later
        As in `take_us_bills`.

    Returns
    -------
    DataFrame
        Indexed by code (states, DC, US, census divisions) with both bills in USD a month, ``change_percent`` and
        ``is_state``; the largest rise first.
    """
    before, after = (take_us_bills(tables, sector, period) for period in (earlier, later))
    return _change(before, after, "bill_usd_per_month")


def _change(before: pd.DataFrame, after: pd.DataFrame, column: str) -> pd.DataFrame:
    changes = pd.DataFrame({
        f"earlier_{column.removeprefix('price_')}": before[column],
        f"later_{column.removeprefix('price_')}": after[column],
        "source_id": after["source_id"],
    }).dropna()  # fmt: skip
    earlier, later = (changes.iloc[:, place] for place in (0, 1))
    changes["change_percent"] = (later / earlier - 1) * 100
    changes["is_state"] = _is_state(changes.index.astype(str))
    changes.index.name = "state"
    return changes.sort_values("change_percent", ascending=False, kind="stable")


def _name_state(code: str) -> str:
    return choices.name_value("place", {"place": code}, "en")


def _note_changes(changes: pd.DataFrame, inside: pd.DataFrame, covered: int) -> str:
    states = changes[changes["is_state"]]
    named = ", ".join(sorted(map(_name_state, inside.index))) or "none"
    notes = [f"In the band: {named.removesuffix('.')}."]
    if len(states):
        top = states.iloc[0]
        notes.append(f"Largest rise of a state: {_name_state(states.index[0])} {top['change_percent']:+.1f} %.")
    for code, name in ((DISTRICT, "District of Columbia, not a state"), ("US", "United States")):
        if code in changes.index:
            notes.append(f"{name}: {changes.at[code, 'change_percent']:+.1f} %.")
    if covered < STATES_OF_THE_UNION:
        notes.append(f"Only {covered} states are at hand.")
    return " ".join(notes)


@measure("electricity.states_with_rise")
def states_with_rise(
    tables: Tables,
    *,
    sector: Sector,
    earlier: str,
    later: str,
    low_percent: float = 20,
    high_percent: float = 30,
    with_district: bool = False,
) -> Measurement:
    """Count the American states whose electricity price rose by a certain percentage.

    A price is not a bill (电费), which also depends on use; for that see `states_with_bill_rise`.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us``.
    sector : str
        Whose price.
    earlier, later : str
        The two periods.
    low_percent, high_percent : float
        The band, ends included.
    with_district : bool
        Count the District of Columbia as a state.

    Returns
    -------
    Measurement
        In states; bounds where the periods are not at hand for all fifty.
    """
    return _count_rises(
        tables, "electricity_us", take_us_prices, "price_usd_per_kwh", sector, (earlier, later),
        (low_percent, high_percent), with_district,
    )  # fmt: skip


def _count_rises(
    tables: Tables, table: str, take: Callable[[Tables, str, str], pd.DataFrame], column: str, sector: str,
    periods: tuple[str, str], band: tuple[float, float], with_district: bool,
) -> Measurement:  # fmt: skip
    """Count the states in which a column of a table rose by a percentage inside a band between two periods."""
    before, after = (take(tables, sector, period) for period in periods)
    changes = _change(before, after, column)
    counted = changes[changes["is_state"] | (with_district & (changes.index == DISTRICT))]
    covered = int(changes["is_state"].sum())
    for rows in (before, after):
        tables.cite(table, rows[rows.index.isin(counted.index)])
    if not covered:
        what = f"{sector} {column.partition('_')[0]}"
        note = f"No state's {what} is at hand for both {' and '.join(periods)}."
        return Measurement(None, "states", periods[1], note=note)
    inside = counted[counted["change_percent"].between(*band)]
    return bounds(
        len(inside),
        len(inside) + STATES_OF_THE_UNION - covered,
        unit="states",
        as_of=periods[1],
        note=_note_changes(changes, inside, covered),
        rows=changes.reset_index(),
    )


@measure("electricity.states_with_bill_rise")
def states_with_bill_rise(
    tables: Tables,
    *,
    sector: Sector,
    earlier: str,
    later: str,
    low_percent: float = 20,
    high_percent: float = 30,
    with_district: bool = False,
) -> Measurement:
    """Count the American states whose average electricity bill rose by a certain percentage between two years.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us_bills``.
    sector : str
        Whose bill.
    earlier, later : str
        Calendar years.
    low_percent, high_percent, with_district
        As in `states_with_rise`.

    Returns
    -------
    Measurement
        In states; bounds where the years are not at hand for all fifty.
    """
    return _count_rises(
        tables, "electricity_us_bills", take_us_bills, "bill_usd_per_month", sector, (earlier, later),
        (low_percent, high_percent), with_district,
    )  # fmt: skip


@measure("electricity.pjm_states_with_rise")
def pjm_states_with_rise(
    tables: Tables, *, low_percent: float = 20, high_percent: float = 30, with_district: bool = False
) -> Measurement:
    """Count the states whose part in the PJM grid saw household prices rise, first quarter 2026 over 2025.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``electricity_us_zones``.
    low_percent, high_percent : float
        The band, ends included.
    with_district : bool
        Count the District of Columbia as a state.

    Returns
    -------
    Measurement
        In states; the note names the grid's own zones in the band, which are not states.
    """
    rows = tables["electricity_us_zones"]
    inside = tables.cite("electricity_us_zones", rows)[rows["change_percent"].between(low_percent, high_percent)]
    states = inside[inside["state"].notna() & (with_district | (inside["state"] != DISTRICT))]
    zones = sorted(inside["pjm_zone"].dropna())
    return Measurement(
        value=len(states),
        unit="states",
        as_of="2026-Q1",
        note=f"States' parts in PJM only; PJM zones in the band (not states): {', '.join(zones) or 'none'}.",
        rows=rows,
    )


def list_ladder(tables: Tables, *, until: str = ARTICLE_DATE, hours: int = 7500) -> pd.DataFrame:
    """List every price of a kWh that the claims can be held against, from the plant to Europe's small industry.

    Parameters
    ----------
    tables : mapping of DataFrames
        The electricity tables, ``exchange_rates`` and ``sources``.
    until : str
        Day that parts what was known from what was stated later.
    hours : int
        Hours a year at maximum demand, for the prices built up from the tariff.

    Returns
    -------
    DataFrame
        ``rung``, ``place``, ``price_cny_per_kwh``, ``later`` (stated after `until`) and ``is_average`` (the
        official average of the rung).
    """
    known = list_statements(tables, until=until).index
    rungs = []
    stated = list_statements(tables, until="2026-12-31")
    stated = stated[stated["western"].astype(bool)]
    for basis, rung in (("generation", "plant"), ("unknown", "unknown"), ("delivered", "delivered")):
        own = stated[stated["basis"] == basis]
        rungs.append(own.assign(rung=rung, later=~own.index.isin(known)))
    sold = [list_renewable_prices(tables, name, until=until) for name in WESTERN_GRIDS]
    sold = pd.concat(sold).rename(columns={"province": "place", "value": "price_cny_per_kwh"})
    rungs.append(sold.assign(rung="plant", later=False))
    built = {
        "agency": {"method": "agency", "voltage_kv": "1-10", "as_of": until, "demand_as_of": "2026-08-01"},
        "parts": {"method": "components", "voltage_kv": "110", "as_of": "2026-08-01"},
    }
    for rung, parameters in built.items():
        builds = [build_delivered(tables, province=name, hours=hours, **parameters) for name in WESTERN_GRIDS]
        totals = [(build.province, build.total) for build in builds if build]
        rows = pd.DataFrame(totals, columns=["place", "price_cny_per_kwh"])
        rungs.append(rows.assign(rung=rung, later=rung == "parts"))
    foreign = _list_foreign(tables)
    chosen = (
        ("us industrial", "us", "industrial", "2025"), ("us commercial", "us", "commercial", "2025"),
        ("eu largest", "europe", "IG", "2024-S2"), ("eu headline", "europe", "IC", "2024-S2"),
    )  # fmt: skip
    for rung, part, customers, period in chosen:
        own = foreign[(foreign["part"] == part) & (foreign["customers"] == customers)]
        own = own[(own["period"] == period) & own["tax"].isin(["", "X_VAT"])]
        rate = find_rate(tables, own["currency"].iloc[0], period)
        average = own["place"].isin(["US", "EU27"])
        rungs.append(own.assign(rung=rung, price_cny_per_kwh=own["price"] * rate, later=False, is_average=average))
    ladder = pd.concat(rungs, ignore_index=True)
    ladder["is_average"] = ladder["is_average"].eq(True)
    return ladder[["rung", "place", "price_cny_per_kwh", "later", "is_average"]]


# The grid of sensitivity is drawn and never counts; these are its axes.
_SECTORS = ("residential", "commercial", "industrial", "all_sectors")
ANNUAL_PAIRS = (("2023", "2024"), ("2024", "2025"), ("2023", "2025"))
BANDS_PERCENT = ((10, 20), (15, 25), (20, 30), (25, 35), (20, 1000))
ENERGIES = ("renewable", "coal_benchmark", "market_average")
HOURS = (7000, 7500, 8000)
VOLTAGES_KV = ("1-10", "35", "110", "220")
TARIFF_DAYS = ("2025-06-01", ARTICLE_DATE, "2026-08-01")
GRID_PERIODS = ("2024", "2024-S2", "2025", "2025-S1", "2025-S2", "2026-Q1")
SPOT_MONTH = "2026-02"
CHINESE_SIDES = (
    ("delivered", "median"), ("delivered", "min"), ("generation", "median"), ("renewable", "median"),
    ("agency", "median"),
)  # fmt: skip


def _grid_rises(tables: Tables) -> list[dict[str, Any]]:
    cells = []
    for sector, (earlier, later), (low, high) in product(_SECTORS, ANNUAL_PAIRS, BANDS_PERCENT):
        axes = {
            "sector": sector,
            "earlier": earlier,
            "later": later,
            "low_percent": low,
            "high_percent": high,
        }
        found = states_with_rise(tables, **axes)
        cells.append({**axes, "value": found.value, "unit": found.unit})
    return cells


def _grid_built(tables: Tables) -> list[dict[str, Any]]:
    ways = [("agency", ""), *(("components", energy) for energy in ENERGIES)]
    cells = []
    for (method, energy), day, voltage_kv, province in product(ways, TARIFF_DAYS, VOLTAGES_KV, WESTERN_GRIDS):
        tariff = read_tariff(
            tables,
            province,
            voltage_kv=voltage_kv,
            method=method,
            energy=energy,
            as_of=day,
            demand_as_of=None,
        )
        basis = f"built up, {method} {energy}".strip()
        for build in [tariff.at(hours) for hours in HOURS] if tariff else ():
            axes = {"basis": basis, "place": province, "voltage_kv": voltage_kv, "hours": build.hours}
            cells.append({**axes, "period": day, "without": ", ".join(build.missing), "value": build.total})
    return cells


def _grid_china(tables: Tables) -> list[dict[str, Any]]:
    stated = list_statements(tables, since="2015", until="2026-12-31")
    stated = stated[stated["western"].astype(bool) & (stated["basis"] != "export")]
    stated = stated.assign(basis="stated, " + stated["basis"], value=stated["price_cny_per_kwh"])
    cells = stated[["row_id", "basis", "place", "period", "value"]].to_dict("records") + _grid_built(tables)
    axes = ("basis", "place", "row_id", "voltage_kv", "hours", "period", "without", "value")
    return [{axis: cell.get(axis) for axis in axes} | {"unit": "cny_per_kwh"} for cell in cells]


def _list_foreign(tables: Tables) -> pd.DataFrame:
    """List the foreign prices of the grid in one form, in the currency of the country."""
    states, europe = tables["electricity_us"], tables["electricity_eu"]
    states = states[(states["state"].str.len() == 2) & (states["sector"] != "residential")]
    foreign = pd.concat([
        states.rename(columns={"state": "place", "sector": "customers", "price_usd_per_kwh": "price"})
        .assign(part="us", tax="", currency="USD"),
        europe.rename(columns={"geo": "place", "band": "customers", "price_eur_per_kwh": "price"})
        .assign(part="europe", currency="EUR"),
    ])  # fmt: skip
    axes = ["part", "place", "customers", "tax", "period"]
    foreign = foreign[foreign["period"].isin(GRID_PERIODS)].sort_values([*axes, "source_id"])
    return foreign.drop_duplicates(axes)[[*axes, "currency", "price"]]


def _grid_ratios(tables: Tables) -> list[dict[str, Any]]:
    sides = {
        f"{china}, {statistic}": _price_china(
            tables, china, since="2024-01", until=ARTICLE_DATE, statistic=statistic, hours=7500,
            demand_as_of="2026-08-01",
        ).value
        for china, statistic in CHINESE_SIDES
    }  # fmt: skip
    foreign = _list_foreign(tables)
    # A second exchange rate for the averages alone: for every state it would only double the file.
    averages = foreign[foreign["place"].isin(["US", "EU27"])].assign(exchange=SPOT_MONTH)
    foreign = pd.concat([foreign.assign(exchange=foreign["period"]), averages])
    pairs = foreign[["currency", "exchange"]].drop_duplicates().itertuples(index=False)
    rates = {tuple(pair): find_rate(tables, *pair) for pair in pairs}
    cells = []
    axes = ("place", "customers", "tax", "period", "exchange")
    for (china, home), row in product(sides.items(), foreign.to_dict("records")):
        rate = rates[row["currency"], row["exchange"]]
        if home and rate:
            cell = {"part": row["part"], "china": china, **{axis: row[axis] for axis in axes}}
            # More digits than any price here bears: a page holds every cell, and each digit weighs.
            cells.append({**cell, "value": float(f"{row['price'] * rate / home:.6g}"), "unit": "times"})
    return cells


def grid(tables: Tables, claim: str) -> dict[str, pd.DataFrame]:
    """Compute the full grid of a claim's sensitivity, which is drawn and never counts.

    Parameters
    ----------
    tables : mapping of DataFrames
        The electricity tables, ``exchange_rates`` and ``sources``.
    claim : str
        ``C12``, ``C13`` or ``C14``.

    Returns
    -------
    dict of str to DataFrame
        By part: one cell a row, with the parameters, ``value`` and ``unit``.

    Raises
    ------
    UserError
        When the claim has no grid here.
    """
    if claim == "C12":
        return {"states": pd.DataFrame(_grid_rises(tables))}
    if claim == "C13":
        return {"price": pd.DataFrame(_grid_china(tables))}
    if claim == "C14":
        cells = pd.DataFrame(_grid_ratios(tables))
        return {
            part: cells[cells["part"] == part].drop(columns="part").reset_index(drop=True) for part in ("us", "europe")
        }
    raise UserError(f"there is no electricity grid for {claim}; there is one for C12, C13, C14")


def summarise_ladder(ladder: pd.DataFrame, claimed: tuple[float, float]) -> dict[str, tuple[float, str]]:
    """Say how the Chinese prices of the ladder stand to the claimed band.

    Parameters
    ----------
    ladder : DataFrame
        From `list_ladder`.
    claimed : (float, float)
        The claimed band in CNY/kWh.

    Returns
    -------
    dict of str to (value, unit)
        Share of the prices paid to plants that lie within the band, and the lowest price at a meter.
    """
    plant = ladder.loc[ladder["rung"] == "plant", "price_cny_per_kwh"]
    meter = ladder.loc[ladder["rung"].isin(["delivered", "parts", "agency"]), "price_cny_per_kwh"]
    return {
        "plant_prices_within": (100 * plant.between(*claimed).mean(), "percent_of_plant_prices"),
        "delivered_least": (meter.min(), "cny_per_kwh"),
    }


def summarise_rises(changes: pd.DataFrame) -> dict[str, tuple[float, str]]:
    """Name the rises of household bills that pages quote: nation, capital, New Jersey, and the highest of the states.

    Parameters
    ----------
    changes : DataFrame
        From `list_bill_changes`; percent.

    Returns
    -------
    dict of str to (value, unit)
    """
    rise = changes["change_percent"]
    named = {f"household_rise_{code.lower()}": (rise[code], "percent_change") for code in ("US", DISTRICT, "NJ")}
    return named | {"household_rise_highest_state": (rise[changes["is_state"]].max(), "percent_change")}
