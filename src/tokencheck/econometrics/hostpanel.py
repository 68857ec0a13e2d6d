"""The panel of hosts: each host's tokens of a model on a day, beside the price it asked for them.

Tokens and prices come from two records that name hosts differently, sometimes several offers of one host (a fast one, a
region of its own). An offer's tokens are given to the listing of the same host whose output price is nearest to the one
billed: caching changes what input costs, never output. What cannot be told is left out, named and counted.

The day's tokens are those until the afternoon, so shares within a model and day can be used and levels cannot.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tokencheck.econometrics.panel import add_attributes
from tokencheck.evidence.tables import Tables
from tokencheck.measures import prices

HOSTS = "hosts"
NEAR_SHARE = 0.10  # of two output prices, billed and listed, the higher may lie by this share above the lower
ROUNDING = 1e-9  # share of that distance by which prices at exactly the limit may seem to miss it, and count as near
LEAD_DAYS = 7
HOST_PRICES: dict[str, str] = {
    "measured": "list price less the host's discount, input and output at the measured prompt share",
    "input": "list price less discount, input only",
    "full": "list price before the discount",
    "paid": "what was billed, caching included",
}


@dataclass(frozen=True)
class HostPanel:
    """The panel, and what was left out of it on the way.

    Attributes
    ----------
    rows : DataFrame
        One row an offer and day: date, model, host, offer, developer, tokens, ``log_tokens``, the prices of
        `HOST_PRICES` and their logs, ``log_price_lead`` (the same offer's price a week later), ``log_speed``,
        ``log_latency``, ``log_context``, ``cache_hit_percent``, ``discount_percent`` and the attributes of the model.
    left_out : DataFrame
        reason, rows, tokens_percent (of all tokens on record), example.
    """

    rows: pd.DataFrame
    left_out: pd.DataFrame


def build_hosts(tables: Tables) -> HostPanel:
    """Build the panel of hosts.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``host_tokens_daily``, ``host_prices_daily`` and those of `tokencheck.econometrics.PANEL_TABLES`.

    Returns
    -------
    HostPanel
    """
    tokens = tables["host_tokens_daily"].reset_index(drop=True)
    listings = tables["host_prices_daily"].reset_index(drop=True)
    tokens["host"] = tokens["provider_slug"].str.split("/").str[0]
    listings["host"] = listings["provider_slug"].str.split("/").str[0]
    reasons = _find_reasons(tokens, listings)
    paired = _pair(tokens[reasons == ""], listings)
    reasons = reasons.where(reasons != "", pd.Series(paired["reason"], index=tokens.index).fillna(""))
    kept = paired[paired["reason"] == ""]
    rows = _price(tables, _add_up(kept))
    alone = rows.groupby(["date", "model"])["offer"].transform("size") == 1
    rows = add_attributes(tables, rows)
    return HostPanel(
        rows.sort_values(["date", "model", "offer"], ignore_index=True), _count_reasons(tokens, reasons, rows[alone])
    )


def _find_reasons(tokens: pd.DataFrame, listings: pd.DataFrame) -> pd.Series:
    """Say of each row of tokens why no listing can give its price; empty where one may."""

    def is_listed(*keys: str) -> np.ndarray:
        listed = listings[list(keys)].drop_duplicates().assign(listed=True)
        return tokens[list(keys)].merge(listed, on=list(keys), how="left")["listed"].notna().to_numpy()

    reasons = {  # the first that is so
        "no tokens that day": ~(tokens["tokens"] > 0).to_numpy(),
        "a day without prices": ~is_listed("date"),
        "a model that is listed with one host, or under another name": ~is_listed("model"),
        "a model without prices that day": ~is_listed("date", "model"),
        "a host that is not on the model's list that day": ~is_listed("date", "model", "host"),
    }
    return pd.Series(np.select(list(reasons.values()), list(reasons), default=""), tokens.index, dtype="object")


def _pair(tokens: pd.DataFrame, listings: pd.DataFrame) -> pd.DataFrame:
    """Give each row of tokens the listing of its host whose output price is nearest, and say where none is near."""
    listed = listings.drop(columns="provider").rename(columns={"provider_slug": "offer"})
    both = tokens.reset_index().merge(listed, on=["date", "model", "host"], how="left")
    positive = (both["output_usd_per_mtok"] > 0) & (both["input_usd_per_mtok"] > 0)
    billed = both["effective_output_usd_per_mtok"].where(both["effective_output_usd_per_mtok"] > 0)
    both["gap"] = np.log(billed / both["output_usd_per_mtok"].where(positive)).abs()
    # Of listings at one price, the one that was used more stands for all.
    order = both.assign(free=~positive, busy=-both["requests_30min"].fillna(0.0))
    order = order.sort_values(["index", "free", "gap", "busy", "offer"], kind="stable")
    paired = order.drop_duplicates("index").set_index("index").sort_index()
    paired["reason"] = ""
    whole = paired["discount_percent"] >= prices.WHOLE_DISCOUNT
    paired.loc[paired["gap"].isna(), "reason"] = "a price of zero"
    paired.loc[whole, "reason"] = "a discount of 100 %"
    limit = np.log1p(NEAR_SHARE)
    far = (paired["gap"] > limit) & ~np.isclose(paired["gap"], limit, rtol=ROUNDING, atol=0)
    paired.loc[far, "reason"] = "no listing near the output price that was billed"
    return paired


def _add_up(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the tokens of offers that share a listing, such as regions of one host; average what was billed."""
    keys = ["date", "model", "host", "offer", "input_usd_per_mtok", "output_usd_per_mtok"]
    billed = ("effective_input_usd_per_mtok", "effective_output_usd_per_mtok", "cache_hit_percent")
    weighted = rows.assign(**{name: rows[name] * rows["tokens"] for name in billed})
    own = ("discount_percent", "context_length", "throughput_p50_tokens_per_s", "latency_p50_ms", "is_deranked")
    how = {"tokens": "sum", **dict.fromkeys(billed, "sum"), **dict.fromkeys(own, "first")}
    added = weighted.groupby(keys, as_index=False, sort=True).agg(how)
    added[list(billed)] = added[list(billed)].div(added["tokens"], axis=0)
    # Two listings of one offer at two prices are two offers.
    number = added.groupby(["date", "model", "offer"]).cumcount()
    added["offer"] = added["offer"] + number.map(lambda at: f"#{at + 1}" if at else "")
    return added


def _price(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    share = prices.find_prompt_share(tables)
    rows = rows.astype({"tokens": "float64", "discount_percent": "float64"})
    listed = prices.weigh_prices(rows, share)
    levels = {
        "price_measured": listed,
        "price_input": rows["input_usd_per_mtok"],
        "price_full": prices.undo_discount(listed, rows["discount_percent"]),
        "price_paid": prices.weigh_prices(rows, share, "effective_"),
        "speed": rows["throughput_p50_tokens_per_s"],
        "latency": rows["latency_p50_ms"],
        "context": rows["context_length"],
        "tokens": rows["tokens"],
    }
    logs = {f"log_{name}": np.log(value.astype("float64").where(value > 0)) for name, value in levels.items()}
    rows = rows.assign(**{name: value for name, value in levels.items() if name.startswith("price")}, **logs)
    later = rows[["date", "model", "offer", "log_price_measured"]].rename(
        columns={"log_price_measured": "log_price_lead"}
    )
    later["date"] -= pd.Timedelta(days=LEAD_DAYS)
    rows = rows.merge(later, on=["date", "model", "offer"], how="left")
    return rows.assign(listing=None, mixed=False, top_50=False, free=False, rank=np.nan)


def _count_reasons(tokens: pd.DataFrame, reasons: pd.Series, alone: pd.DataFrame) -> pd.DataFrame:
    """Count what was left out by reason, and what is on the panel but alone and so compared with nothing."""
    total = float(tokens["tokens"].sum())
    found = []
    for reason, part in tokens[reasons != ""].groupby(reasons[reasons != ""]):
        first = part.sort_values("tokens", ascending=False, kind="stable").iloc[0]
        found.append((reason, len(part), 100 * float(part["tokens"].sum()) / total, f"{first.model}, {first.provider}"))
    if len(alone):
        first = alone.sort_values("tokens", ascending=False, kind="stable").iloc[0]
        share = 100 * float(alone["tokens"].sum()) / total
        found.append(("the only host of its model that day", len(alone), share, f"{first.model}, {first.host}"))
    table = pd.DataFrame(found, columns=["reason", "rows", "tokens_percent", "example"])
    return table.sort_values("rows", ascending=False, kind="stable", ignore_index=True)
