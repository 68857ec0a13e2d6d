"""Measures of hosts: who sells the same open weights outside China, and what the tokens are worth in dollars."""

from typing import Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, measure, usage
from tokencheck.measures.listings import price_tokens
from tokencheck.measures.prices import WHOLE_DISCOUNT, undo_discount
from tokencheck.periods import WEDNESDAY

PriceTest = Literal["match", "copy", "cheaper", "undercut", "input", "output"]
Listed = Literal["article", "latest"]

SELLERS = ("host", "cloud")
# The four models as OpenRouter names them for good; its record of hosts goes further than the article's day.
PERMANENT_NAMES = {
    "deepseek/deepseek-v3.2-20251201": "DeepSeek V3.2",
    "minimax/minimax-m2.5-20260211": "MiniMax M2.5",
    "moonshotai/kimi-k2.5-0127": "Kimi K2.5",
    "z-ai/glm-5-20260211": "GLM-5",
}
VENDOR = "vendor"
CHINA = "CN"

# Where a host says that it computes; a stated data centre counts before the seat.
_PLACES = (
    "data centres in China alone",
    "data centres in China and abroad",
    "data centres abroad alone",
    "seat in China, no data centre stated",
    "seat abroad, no data centre stated",
    "nothing stated",
)
ABROAD_ALONE = _PLACES[2]
PERHAPS_IN_CHINA = tuple(place for place in _PLACES if place != ABROAD_ALONE)  # a seat says not where one computes


def _list_offers(tables: Tables) -> pd.DataFrame:
    """List who sells the four models on the last day of OpenRouter's record of hosts, each at its lowest price.

    A discount on the platform is taken back, since it may last a day; a faster endpoint is another product.
    """
    offers = tables["host_prices_daily"]
    offers = offers[offers["model"].isin([*PERMANENT_NAMES]) & ~offers["provider_slug"].str.contains("/")]
    offers = offers[(offers["date"] == offers["date"].max()) & (offers["discount_percent"] < WHOLE_DISCOUNT)]
    prices = ["input_usd_per_mtok", "output_usd_per_mtok"]
    offers = offers.assign(**undo_discount(offers[prices], offers["discount_percent"]).round(6))
    offers = offers.sort_values(["model", "provider_slug", *prices], kind="stable")
    offers = offers.drop_duplicates(["model", "provider_slug"])
    is_vendor = offers["provider_slug"] == offers["model"].str.split("/").str[0]
    directory = tables["provider_directory"].set_index("provider_slug")
    return offers.assign(
        model=offers["model"].map(PERMANENT_NAMES),
        provider_id=offers["provider_slug"],
        role=is_vendor.map({True: VENDOR, False: "host"}),
        seat=offers["provider_slug"].map(directory["seat"]),
        seat_source_id=offers["provider_slug"].map(directory["source_id"]),
        as_of=offers["date"],
    )[["model", "provider", "provider_id", "role", "seat", *prices, "as_of", "source_id", "seat_source_id"]]


def _list_sellers(tables: Tables, listed: Listed) -> pd.DataFrame:
    return tables["hosts"] if listed == "article" else _list_offers(tables)


def _cite_sellers(tables: Tables, rows: pd.DataFrame, listed: Listed) -> None:
    """Cite the prices of listings, and where their hosts are seated; of a vendor the price counts, not the seat."""
    hosts = rows[rows["role"] != VENDOR]
    if listed == "article":
        tables.cite("hosts", hosts)
        tables.cite("hosts", rows[["source_id"]])
    else:
        tables.cite("host_prices_daily", rows[["source_id"]])
        tables.cite("provider_directory", hosts[["seat_source_id"]])


def _compare_with_vendors(hosts: pd.DataFrame, every_seat: bool) -> pd.DataFrame:
    """List the hosts and clouds outside China with both ratios to the price on the vendor's international list.

    Gateways, trials and unverified sellers are left out: their price is another's. So is a model that its vendor does
    not list.
    """
    vendor = hosts[hosts["role"] == VENDOR].set_index("model")
    rows = hosts[hosts["role"].isin(SELLERS) & (hosts["seat"] != CHINA) & hosts["model"].isin(vendor.index)]
    rows = rows.dropna(subset="input_usd_per_mtok")
    rows = rows if every_seat else rows.dropna(subset="seat")
    ratios = {
        f"{side}_ratio": rows[f"{side}_usd_per_mtok"] / rows["model"].map(vendor[f"{side}_usd_per_mtok"])
        for side in ("input", "output")
    }
    return rows.assign(**ratios).reset_index(drop=True)


def meets(rows: pd.DataFrame, condition: str) -> pd.Series:
    """Say of each listing, beside its vendor's price, whether it meets a condition of `share_matching`."""
    if condition in ("input", "output"):
        return rows[f"{condition}_ratio"] <= 1
    pair = rows[["input_ratio", "output_ratio"]]
    if condition == "copy":
        return (pair == 1).all(axis=1)
    if condition == "cheaper":
        return (pair <= 1).all(axis=1) & (pair < 1).any(axis=1)
    return (pair < 1).all(axis=1) if condition == "undercut" else (pair <= 1).all(axis=1)


@measure("hosts.share_matching")
def share_matching(
    tables: Tables,
    *,
    condition: PriceTest = "match",
    every_seat: bool = False,
    model: str | None = None,
    listed: Listed = "article",
) -> Measurement:
    """Give the share of listings outside China that are no dearer than the model's own vendor.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``hosts``; of later days ``host_prices_daily`` and ``provider_directory``.
    condition : str
        ``match``: input and output both at or below the vendor's, of which ``copy`` are those with the vendor's very
        prices and ``cheaper`` those below on at least one; ``undercut``: both below; ``input`` or ``output``: that
        one at or below.
    every_seat : bool
        Count hosts whose seat no page states, too.
    model : str, optional
        One of the four models; all by default.
    listed : str
        On the ``article``'s day, by their catalogues; or the ``latest`` on OpenRouter, discounts taken back.

    Returns
    -------
    Measurement
        In percent of listings.
    """
    sellers = _list_sellers(tables, listed)
    rows = _compare_with_vendors(sellers, every_seat)
    rows = rows if model is None else rows[rows["model"] == model]
    if rows.empty:
        return Measurement(None, "percent_of_listings_abroad", ARTICLE_DATE, note="No such listing is at hand.")
    met = meets(rows, condition)
    vendor = sellers[(sellers["role"] == VENDOR) & sellers["model"].isin(rows["model"])]
    _cite_sellers(tables, pd.concat([rows, vendor]), listed)
    left_out = sorted({*PERMANENT_NAMES.values()} - {*vendor["model"]}) if listed == "latest" and model is None else []
    return Measurement(
        value=100 * float(met.mean()),
        unit="percent_of_listings_abroad",
        as_of=f"{rows['as_of'].max():%Y-%m-%d}",
        note=f"{int(met.sum())} of {len(rows)} listings."
        + (f" Its maker does not list it there: {', '.join(left_out)}." if left_out else ""),
        rows=rows.assign(meets=met),
    )


def grid_matching(tables: Tables) -> pd.DataFrame:
    """Compute the share of matching listings for every condition, seat and model: one cell a row."""
    models = [None, *sorted(tables["hosts"]["model"].unique())]
    cells = [
        {"condition": condition, "every_seat": every_seat, "model": model or "all"}
        | {"value": share_matching(tables, condition=condition, every_seat=every_seat, model=model).value}
        for condition in ("match", "copy", "cheaper", "undercut", "input", "output")
        for every_seat in (False, True)
        for model in models
    ]
    return pd.DataFrame(cells).assign(unit="percent_of_listings_abroad")


def split_value(tables: Tables, date: str, country: str = CHINA) -> dict[str, float]:
    """Set a country's share of tokens beside its share of dollars on one day.

    Parameters
    ----------
    tables : mapping of DataFrames
        As for `tokencheck.measures.listings.price_tokens`.
    date : str
        A day of the record of usage.
    country : str
        Home of the models' developers.

    Returns
    -------
    dict
        ``percent_of_named_priced``, of the tokens whose price is known, and ``percent_of_named_priced_listed``, of
        their value at list price; ``matched_percent``, the
        share of named tokens that these are, and what a million tokens cost on average, free ones included:
        ``own_usd_per_mtok`` for the country and ``rest_usd_per_mtok`` for all others. Dollars are tokens at list
        price: an estimate of value, not revenue.
    """
    rows = price_tokens(tables, date)
    priced = rows.dropna(subset="price_usd_per_mtok")
    mine = priced["country"] == country
    own, rest = priced[mine], priced[~mine]
    return {
        "percent_of_named_priced": 100 * own["tokens"].sum() / priced["tokens"].sum(),
        "percent_of_named_priced_listed": 100 * own["dollars"].sum() / priced["dollars"].sum(),
        "matched_percent": 100 * priced["tokens"].sum() / rows["tokens"].sum(),
        "own_usd_per_mtok": own["dollars"].sum() / own["tokens"].sum() * 1e6,
        "rest_usd_per_mtok": rest["dollars"].sum() / rest["tokens"].sum() * 1e6,
    }


def list_value(tables: Tables, country: str = CHINA) -> pd.DataFrame:
    """Compute `split_value` for every Wednesday of the record.

    Returns
    -------
    DataFrame
        Index date; columns as the keys of `split_value`.
    """
    daily = tables["usage_daily"]["date"]
    days = set(daily[daily.dt.day_of_week == WEDNESDAY])
    last = tables["price_changes"]["snapshot_utc"].max()
    rows = {day: split_value(tables, f"{day:%Y-%m-%d}", country) for day in sorted(days) if day <= last}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("date")


def _name_place(seat: str | float, data_centres: str | float) -> str:
    if pd.notna(data_centres):
        inside = [country == CHINA for country in data_centres.split()]
        return _PLACES[0] if all(inside) else _PLACES[1] if any(inside) else _PLACES[2]
    return _PLACES[5] if pd.isna(seat) else _PLACES[3] if seat == CHINA else _PLACES[4]


def list_places(tables: Tables) -> pd.DataFrame:
    """List the tokens of Chinese labs' models by host, beside the place that the host states.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``host_tokens_daily``, ``provider_directory`` and ``labs``.

    Returns
    -------
    DataFrame
        Columns date, model, provider_slug, tokens and place, one of `_PLACES`. Seats and data centres are the hosts'
        own statements, and data centres an optional one. A day's tokens are those up to the hour it was read: for
        shares.
    """
    rows = tables["host_tokens_daily"]
    rows = rows[(usage.attribute(tables, rows["model"])["country"] == CHINA).to_numpy()]
    stated = tables["provider_directory"].set_index("provider_slug")[["seat", "data_centres"]]
    named = rows.join(stated, on="provider_slug")
    places = [_name_place(row.seat, row.data_centres) for row in named.itertuples()]
    return named.assign(place=places)[["date", "model", "provider_slug", "tokens", "place"]].reset_index(drop=True)


def split_places(tables: Tables, model: str | None = None) -> pd.Series:
    """Give the share of Chinese labs' tokens that each place serves, in percent.

    Parameters
    ----------
    tables : mapping of DataFrames
        As for `list_places`.
    model : str, optional
        Permaslug of one model without variant; all by default.
    """
    rows = list_places(tables)
    rows = rows if model is None else rows[rows["model"].str.partition(":")[0] == model]
    return (100 * rows.groupby("place")["tokens"].sum() / rows["tokens"].sum()).reindex(_PLACES, fill_value=0.0)


def list_sellers_at(tables: Tables, model: str, output_usd_per_mtok: float) -> list[str]:
    """Name the hosts and clouds that sold a model at an output price on the day of the article, in order of name."""
    rows = tables["hosts"]
    rows = rows[(rows["model"] == model) & (rows["output_usd_per_mtok"] == output_usd_per_mtok)]
    return sorted(rows.loc[rows["role"] != VENDOR, "provider"])
