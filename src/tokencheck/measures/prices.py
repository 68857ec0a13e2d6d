"""Measures of prices: what a million tokens cost, at the vendor, on OpenRouter and in mainland China.

A vendor's own price is the list price that models.dev records; OpenRouter's is the catalogue price of its default
provider, rebuilt for any day from the ledger of changes; mainland prices are quotes in CNY. Where a sentence names no
token class, a price is what a call costs: input and output weighted by the measured share of prompt tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, activity, measure

LATEST = "latest"

Seller = Literal["vendor", "openrouter", "mainland"]
TokenClass = Literal["input", "output", "cached", "blended_3_1", "blended_measured", "blended_cached"]
Tier = Literal["standard", "long"]
Currency = Literal["USD", "CNY"]

TOKEN_CLASSES: dict[str, str] = {
    "input": "input tokens",
    "output": "output tokens",
    "cached": "cached input tokens",
    "blended_3_1": "three parts input, one part output",
    "blended_measured": "input and output at the measured prompt share",
    "blended_cached": "input, partly cached, and output at the measured shares",
}

# The model's name at its vendor, as models.dev files it: OpenRouter id to (provider, vendor's id).
VENDOR_NAMES = {
    "anthropic/claude-opus-4.1": ("anthropic", "claude-opus-4-1"),
    "anthropic/claude-opus-4.5": ("anthropic", "claude-opus-4-5"),
    "anthropic/claude-opus-4.6": ("anthropic", "claude-opus-4-6"),
    "anthropic/claude-sonnet-4.5": ("anthropic", "claude-sonnet-4-5"),
    "anthropic/claude-sonnet-4.6": ("anthropic", "claude-sonnet-4-6"),
    "deepseek/deepseek-v3.2": ("deepseek", "deepseek-chat"),
    "google/gemini-3-flash-preview": ("google", "gemini-3-flash-preview"),
    "google/gemini-3-pro-preview": ("google", "gemini-3-pro-preview"),
    "google/gemini-3.1-pro-preview": ("google", "gemini-3.1-pro-preview"),
    "minimax/minimax-m2.5": ("minimax", "MiniMax-M2.5"),
    "moonshotai/kimi-k2.5": ("moonshotai", "kimi-k2.5"),
    "openai/gpt-5.2": ("openai", "gpt-5.2"),
    "openai/gpt-5.4": ("openai", "gpt-5.4"),
    "openai/gpt-5.4-pro": ("openai", "gpt-5.4-pro"),
    "qwen/qwen3.5-plus-02-15": ("alibaba", "qwen3.5-plus"),
    "z-ai/glm-5": ("zai", "glm-5"),
}

# How the quote of each mainland tier is marked in point_prices (its column condition begins so).
MAINLAND_TIERS = {
    ("minimax/minimax-m2.5", "standard"): "pay-as-you-go",
    ("qwen/qwen3.5-plus-02-15", "standard"): "prompt <=128K",
    ("qwen/qwen3.5-plus-02-15", "long"): "prompt 128K-256K",
    ("z-ai/glm-5", "standard"): "lowest prompt tier",
}


@dataclass(frozen=True)
class Price:
    """A price list of one model at one seller, per million tokens; a missing price is NaN."""

    input: float
    output: float
    cached: float
    currency: str
    as_of: str
    rows: pd.DataFrame


def price_panel(tables: Tables, date: str) -> pd.DataFrame:
    """Rebuild OpenRouter's catalogue as it stood at the end of a day.

    Parameters
    ----------
    tables : mapping of DataFrames
        ``price_changes`` is the ledger.
    date : str
        ISO date, UTC.

    Returns
    -------
    DataFrame
        One row for each listed model, sorted by name: model, input_usd_per_mtok, output_usd_per_mtok,
        cache_read_usd_per_mtok, context_length, snapshot_utc, source_id.
    """
    ledger, positions, listed = tables.recall("prices.ledger", lambda: _sort_ledger(tables))
    end = pd.Timestamp(date) + pd.Timedelta(days=1)
    seen = ledger["snapshot_utc"].searchsorted(end)
    last = np.full(positions.max(initial=-1) + 1, -1)
    last[positions[:seen]] = np.arange(seen)  # of the rows of one model the latest stays
    last = last[last >= 0]
    return ledger.take(last[listed[last]]).reset_index(drop=True)


def _sort_ledger(tables: Tables) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Give the ledger by time, the place of each row's model by name, and whether the row lists it."""
    ledger = tables["price_changes"].sort_values("snapshot_utc", kind="stable", ignore_index=True)
    positions, _ = pd.factorize(ledger["model"], sort=True)
    return ledger, positions, (ledger["event"] != "delisted").to_numpy()


def find_prompt_share(tables: Tables) -> float:
    """Compute the share of prompt tokens in all tokens of all public models, weeks after the article.

    Parameters
    ----------
    tables : mapping of DataFrames
        ``model_activity_daily``: the one record of every model, and the one that says what a cache gave.

    Returns
    -------
    float
        Between 0 and 1.
    """
    return tables.recall("prices.prompt_share", lambda: activity.sum_split(tables).prompt_share)


def board_share(tables: Tables) -> float:
    """Compute the share of prompt tokens on the one full leaderboard that splits them, a week nearer the article.

    Parameters
    ----------
    tables : mapping of DataFrames
        ``usage_leaderboard``, the week from 27 April 2026; it does not say what a cache gave.

    Returns
    -------
    float
        Between 0 and 1, over all models whose row has a split.
    """
    board = tables["usage_leaderboard"].dropna(subset=["prompt_tokens", "completion_tokens"])
    prompt, completion = float(board["prompt_tokens"].sum()), float(board["completion_tokens"].sum())
    return prompt / (prompt + completion)


def weigh_prices(rows: pd.DataFrame, share: float | pd.Series, kind: str = "") -> pd.Series:
    """Weigh the input and output prices of rows by the share of prompt tokens.

    Parameters
    ----------
    rows : DataFrame
        With ``input_usd_per_mtok`` and ``output_usd_per_mtok``.
    share : float or Series
        Of prompt tokens in all tokens, between 0 and 1.
    kind : str
        What stands before the names of the two columns, such as ``effective_``.

    Returns
    -------
    Series
        In USD per million tokens.
    """
    return rows[f"{kind}input_usd_per_mtok"] * share + rows[f"{kind}output_usd_per_mtok"] * (1 - share)


WHOLE_DISCOUNT = 100  # per cent


def undo_discount(discounted: pd.DataFrame | pd.Series, discount_percent: pd.Series) -> pd.DataFrame | pd.Series:
    """Give prices as they were before a discount, which must not be the whole price.

    Examples
    --------
    >>> undo_discount(pd.Series([1.0, 3.0]), pd.Series([50.0, 0.0])).tolist()
    [2.0, 3.0]
    """
    return discounted.div(1 - discount_percent / WHOLE_DISCOUNT, axis=0)


def exchange_rate(tables: Tables, month: str) -> float:
    """Give the monthly average of CNY per USD, or that of the last month before it on record.

    Parameters
    ----------
    tables : mapping of DataFrames
    month : str
        ``2026-02``.

    Returns
    -------
    float
    """
    rates = tables["exchange_rates"]
    monthly = rates[(rates["pair"] == "USD/CNY") & (rates["period"].str.len() == len("2026-02"))]
    known = monthly[monthly["period"] <= month].sort_values("period")
    if known.empty:
        raise UserError(f"no exchange rate on record for {month}; the first is of {monthly['period'].min()}")
    return float(tables.cite("exchange_rates", known.tail(1))["rate"].iloc[0])


def resolve_day(tables: Tables, seller: str, as_of: str) -> str:
    """Give the day that is meant: ``latest`` is the last one on which a catalogue or any vendor's list was seen."""
    if as_of != LATEST:
        return as_of
    table, column = ("price_changes", "snapshot_utc") if seller == "openrouter" else ("vendor_prices", "date")
    return f"{tables[table][column].max():%Y-%m-%d}"


def find_price(tables: Tables, *, model: str, seller: str, as_of: str, tier: str = "standard") -> Price | None:
    """Look up a price list as of a day; never a later one.

    Parameters
    ----------
    tables : mapping of DataFrames
    model : str
        OpenRouter id, such as ``minimax/minimax-m2.5``.
    seller : str
        ``vendor``, ``openrouter`` or ``mainland`` (a quote, as of its own date).
    as_of : str
        ISO date, or ``latest`` for the last day on record.
    tier : str
        ``long`` for the vendor's price of long prompts.

    Returns
    -------
    Price or None
        None where the seller had no such price on that day.

    Raises
    ------
    UserError
        When no vendor's name is known for the model.
    """
    return tables.recall(
        ("prices.find_price", model, seller, as_of, tier), lambda: _look_up(tables, model, seller, as_of, tier)
    )


def _look_up(tables: Tables, model: str, seller: str, as_of: str, tier: str) -> Price | None:
    day = resolve_day(tables, seller, as_of)
    if seller == "mainland":
        return _find_mainland(tables, model, tier)
    if seller == "openrouter":
        rows, day = _find_catalogue(tables, model, day, as_of)
        columns = ("input_usd_per_mtok", "output_usd_per_mtok", "cache_read_usd_per_mtok")
    else:
        rows = _find_vendor(tables, model, day)
        long = tier == "long"
        columns = (
            "input_long_usd_per_mtok" if long else "input_usd_per_mtok",
            "output_long_usd_per_mtok" if long else "output_usd_per_mtok",
            "cache_read_usd_per_mtok",
        )
    if rows.empty:
        return None
    return Price(*(float(rows[column].iloc[0]) for column in columns), "USD", day, rows)


def _find_catalogue(tables: Tables, model: str, day: str, as_of: str) -> tuple[pd.DataFrame, str]:
    """Find a model in the catalogue of a day; the latest may be an excerpt of a later day than the ledger's last."""
    if as_of == LATEST:
        excerpts = tables["catalogue_excerpts"]
        last = excerpts[(excerpts["model"] == model) & (excerpts["as_of"] > day)].sort_values("as_of").tail(1)
        if not last.empty:
            return tables.cite("catalogue_excerpts", last), f"{last['as_of'].iloc[0]:%Y-%m-%d}"
    panel = price_panel(tables, day)
    return tables.cite("price_changes", panel[panel["model"] == model]), day


def _find_vendor(tables: Tables, model: str, day: str) -> pd.DataFrame:
    if model not in VENDOR_NAMES:
        raise UserError(f"no vendor's name is known for the model {model}; known: {', '.join(sorted(VENDOR_NAMES))}")
    provider, name = VENDOR_NAMES[model]
    lists = tables["vendor_prices"]
    own = lists[(lists["provider"] == provider) & (lists["vendor_model_id"] == name)]
    return tables.cite("vendor_prices", own[own["date"] <= pd.Timestamp(day)].sort_values("date").tail(1))


def list_vendor_prices(tables: Tables, as_of: str) -> pd.DataFrame:
    """List what each model that the article names cost at its vendor, the cheapest output first.

    Parameters
    ----------
    tables : mapping of DataFrames
    as_of : str
        A day; the last list up to it counts.

    Returns
    -------
    DataFrame
        model, input_usd_per_mtok, output_usd_per_mtok, chinese (whether its developer is).
    """
    found = {model: find_price(tables, model=model, seller="vendor", as_of=as_of) for model in VENDOR_NAMES}
    countries = tables["models"].set_index("model")["developer_country"]
    return pd.DataFrame(
        {
            "model": model,
            "input_usd_per_mtok": price.input,
            "output_usd_per_mtok": price.output,
            "chinese": countries[model] == "CN",
        }
        for model, price in found.items()
        if price
    ).sort_values("output_usd_per_mtok", ignore_index=True, kind="stable")


def count_vendor_changes(tables: Tables, first: str, last: str) -> int:
    """Count changes of input or output prices on the vendors' own lists, of the models of `VENDOR_NAMES`.

    Parameters
    ----------
    tables : mapping of DataFrames
    first, last : str
        Days (ISO) between which a list with another price was recorded.
    """
    lists = tables["vendor_prices"].sort_values("date")
    changes = 0
    for provider, name in VENDOR_NAMES.values():
        own = lists[(lists["provider"] == provider) & (lists["vendor_model_id"] == name)]
        pair = own[["input_usd_per_mtok", "output_usd_per_mtok"]]
        moved = (pair != pair.shift()).any(axis=1) & pair.shift().notna().all(axis=1)
        changes += int((moved & own["date"].between(first, last)).sum())
    return changes


def list_days_at(tables: Tables, model: str, output_usd_per_mtok: float, *, until: str) -> pd.DatetimeIndex:
    """List the days at whose end OpenRouter's catalogue had a model at an output price."""
    ledger = tables["price_changes"].query("model == @model and event != 'delisted'").sort_values("snapshot_utc")
    daily = ledger.assign(day=ledger["snapshot_utc"].dt.normalize()).groupby("day")["output_usd_per_mtok"].last()
    filled = daily.reindex(pd.date_range(daily.index.min(), until)).ffill()
    return filled.index[filled == output_usd_per_mtok]


def _find_mainland(tables: Tables, model: str, tier: str) -> Price | None:
    condition = MAINLAND_TIERS.get((model, tier))
    quotes = tables["point_prices"]
    own = quotes[(quotes["model"] == model) & (quotes["currency"] == "CNY")]
    rows = own[own["condition"].str.startswith(condition)] if condition else own.iloc[:0]
    if rows.empty:
        return None
    rows = tables.cite("point_prices", rows.head(1))
    row = rows.iloc[0]
    prices = (float(row[f"{name}_per_mtok"]) for name in ("input", "output", "cache_read"))
    return Price(*prices, "CNY", str(row["as_of"]), rows)


def price_class(tables: Tables, price: Price, token_class: str) -> float:
    """Give the price of a token class.

    Parameters
    ----------
    tables : Tables
        For the prompt share, which ``blended_measured`` needs.
    price : Price
    token_class : str
        One of `TOKEN_CLASSES`.

    Returns
    -------
    float
        Per million tokens, in the price's currency; NaN where it is not listed.
    """
    if token_class in ("input", "output", "cached"):
        return getattr(price, token_class)
    if token_class == "blended_cached":
        return blend(tables, price, _read_cached_share(tables))
    part = 0.75 if token_class == "blended_3_1" else find_prompt_share(tables)
    return part * price.input + (1 - part) * price.output


def _read_cached_share(tables: Tables) -> float:
    """Compute the share of cached tokens in the prompt tokens of all public models, weeks after the article."""
    return tables.recall("prices.cached_share", lambda: activity.sum_split(tables).cached_share)


def summarise_split(tables: Tables) -> dict[str, tuple[float | str, str]]:
    """Gather which part of tokens are prompts, and which of these cached, on each basis at hand.

    Parameters
    ----------
    tables : mapping of DataFrames

    Returns
    -------
    dict of str to (value, unit)
        The share of prompts among all public models, on the leaderboard that splits tokens and in the ten most used,
        the share of cached prompts, and what each rests on.
    """
    split, top = activity.sum_split(tables), tables["usage_top10"][["prompt_tokens", "completion_tokens"]].sum()
    board = tables["usage_leaderboard"].dropna(subset="completion_tokens")

    def write(day: pd.Timestamp | str) -> tuple[str, str]:
        return f"{pd.Timestamp(day):%-d %B %Y}", "date"

    return {
        "prompt_percent_of_public_models": (100 * find_prompt_share(tables), "percent_of_public_models"),
        "prompt_percent_of_leaderboard": (100 * board_share(tables), "percent_of_leaderboard"),
        "prompt_percent_of_top_10": (100 * top["prompt_tokens"] / top.sum(), "percent_of_top_10"),
        "cached_percent_of_public_prompt": (100 * split.cached_share, "percent_of_public_prompt"),
        "split_days": (split.days, "days"),
        "split_first_day": write(split.first_day),
        "split_last_day": write(split.last_day),
        "leaderboards": (board["window_start"].nunique(), ""),
        "leaderboard_models": (len(board), ""),
        "board_first_day": write(tables["usage_leaderboard"]["window_start"].max()),
    }


def blend(tables: Tables, price: Price, cached: float) -> float:
    """Give the price of a call at the measured prompt share, of whose prompt a part is read from a cache.

    Parameters
    ----------
    tables : Tables
        For the prompt share.
    price : Price
    cached : float
        Between 0 and 1.

    Returns
    -------
    float
        Per million tokens; NaN where no price for cached input is listed, and some is needed.
    """
    part = find_prompt_share(tables)
    fresh = part * (1 - cached) * price.input + (1 - part) * price.output
    return fresh + part * cached * price.cached if cached else fresh


def find_turning_share(tables: Tables, *, model: str, comparator: str, least_times: float) -> float | None:
    """Find the share of cached prompt at which a call's ratio of vendors' list prices falls to a number of times.

    Parameters
    ----------
    tables : Tables
    model, comparator : str
        OpenRouter ids.
    least_times : float
        Such as the least that still counts as near the claimed ratio.

    Returns
    -------
    float or None
        Between 0 and 1; None where no share turns it. Both prices are linear in the share.
    """
    pair = [find_price(tables, model=name, seller="vendor", as_of=ARTICLE_DATE) for name in (comparator, model)]
    surplus = []
    for cached in (0.0, 1.0):
        above, below = (blend(tables, one, cached) for one in pair)
        surplus.append(above - least_times * below)
    share = surplus[0] / (surplus[0] - surplus[1]) if surplus[0] != surplus[1] else -1.0
    return share if 0 <= share <= 1 else None


def _convert(tables: Tables, value: float, price: Price, currency: str, month: str) -> float:
    if price.currency == currency:
        return value
    rate = exchange_rate(tables, month)
    return value * rate if currency == "CNY" else value / rate


def _describe(*prices: Price) -> dict:
    """Give as-of and rows of the prices that a number rests on."""
    rows = pd.concat([price.rows for price in prices], ignore_index=True)
    return {"as_of": max(price.as_of for price in prices), "rows": rows}


def _missing(unit: str, as_of: str, words: str) -> Measurement:
    return Measurement(value=None, unit=unit, as_of="" if as_of == LATEST else as_of, note=words)


@measure("prices.price")
def price(
    tables: Tables,
    *,
    model: str,
    seller: Seller,
    token_class: TokenClass,
    as_of: str = ARTICLE_DATE,
    tier: Tier = "standard",
    currency: Currency = "USD",
    rate_month: str = "2026-03",
) -> Measurement:
    """Measure the price of a million tokens.

    Parameters
    ----------
    tables : mapping of DataFrames
    model, seller, as_of, tier
        As in `find_price`.
    token_class : str
        One of `TOKEN_CLASSES`.
    currency : str
        ``USD`` or ``CNY``.
    rate_month : str
        Month of the exchange rate, where one is needed.

    Returns
    -------
    Measurement
        In USD or CNY per million tokens.
    """
    unit = f"{currency.lower()}_per_mtok_listed"
    found = find_price(tables, model=model, seller=seller, as_of=as_of, tier=tier)
    value = float("nan") if found is None else price_class(tables, found, token_class)
    if found is None or pd.isna(value):
        return _missing(unit, as_of, f"No {seller} price of {model} is on record for that day.")
    value = _convert(tables, value, found, currency, rate_month)
    return Measurement(value=value, unit=unit, **_describe(found))


def _compare(
    tables: Tables,
    model: str,
    comparator: str,
    seller: str,
    comparator_seller: str | None,
    token_class: str,
    as_of: str,
    tier: str,
    comparator_tier: str,
    rate_month: str,
) -> tuple[float, dict] | None:
    """Divide the comparator's price by the model's; None where either is missing."""
    one = find_price(tables, model=model, seller=seller, as_of=as_of, tier=tier)
    # A comparator is sold internationally, whatever market the model's price is of.
    other_seller = comparator_seller or ("vendor" if seller == "mainland" else seller)
    other = find_price(tables, model=comparator, seller=other_seller, as_of=as_of, tier=comparator_tier)
    if one is None or other is None:
        return None
    below = price_class(tables, one, token_class)
    above = _convert(tables, price_class(tables, other, token_class), other, one.currency, rate_month)
    if pd.isna(below) or pd.isna(above) or not below:
        return None
    return above / below, _describe(one, other)


@measure("prices.ratio")
def ratio(
    tables: Tables,
    *,
    model: str,
    comparator: str,
    seller: Seller,
    token_class: TokenClass,
    comparator_seller: Seller | None = None,
    as_of: str = ARTICLE_DATE,
    tier: Tier = "standard",
    comparator_tier: Tier = "standard",
    rate_month: str = "2026-03",
) -> Measurement:
    """Measure how many times dearer a comparator is: the N of “1/N of its price”.

    Parameters
    ----------
    tables : mapping of DataFrames
    model, comparator : str
        OpenRouter ids.
    seller, as_of, tier, rate_month, token_class
        As in `price`; the exchange rate is used when the two prices differ in currency.
    comparator_seller : str, optional
        By default the same kind of seller, and the vendor's international list when `seller` is ``mainland``.
    comparator_tier : str
        As `tier`, for the comparator.

    Returns
    -------
    Measurement
        A number of times.
    """
    found = _compare(
        tables, model, comparator, seller, comparator_seller, token_class, as_of, tier, comparator_tier, rate_month
    )
    if found is None:
        return _missing("times", as_of, f"One of the two prices ({model}, {comparator}) is not on record for that day.")
    return Measurement(value=found[0], unit="times", **found[1])


@measure("prices.ratio_to_mean")
def ratio_to_mean(
    tables: Tables, *, model: str, comparators: list[str], seller: Seller, token_class: TokenClass,
    as_of: str = ARTICLE_DATE,
) -> Measurement:  # fmt: skip
    """Measure how many times dearer the average of several comparators is, the range over each of them.

    Parameters
    ----------
    tables : mapping of DataFrames
    model : str
        OpenRouter id.
    comparators : list of str
        OpenRouter ids of every rival that a sentence names, each of equal weight.
    seller, token_class, as_of
        As in `price`.

    Returns
    -------
    Measurement
        A number of times.
    """
    each = [
        ratio(tables, model=model, comparator=name, seller=seller, token_class=token_class, as_of=as_of)
        for name in comparators
    ]
    if any(one.value is None for one in each):
        return _missing("times", as_of, f"One of the prices ({model}, {', '.join(comparators)}) is not on record.")
    values = [one.value for one in each]
    return Measurement(
        value=sum(values) / len(values),
        low=min(values),
        high=max(values),
        interval_kind="range",
        unit="times",
        as_of=max(one.as_of for one in each),
        rows=pd.concat([one.rows for one in each], ignore_index=True),
    )


@measure("prices.percent")
def percent(
    tables: Tables,
    *,
    model: str,
    comparator: str,
    seller: Seller,
    token_class: TokenClass,
    as_of: str = ARTICLE_DATE,
    comparator_tier: Tier = "standard",
) -> Measurement:
    """Measure a model's price as a percentage of a comparator's; parameters as in `ratio`."""
    found = _compare(
        tables, model, comparator, seller, None, token_class, as_of, "standard", comparator_tier, as_of[:7]
    )
    if found is None:
        return _missing(
            "percent_of_listed_comparator",
            as_of,
            f"One of the two prices ({model}, {comparator}) is not on record that day.",
        )
    return Measurement(value=100 / found[0], unit="percent_of_listed_comparator", **found[1])


# Which comparisons the grid of each claim spans: part, model, comparators.
OPUS = ("anthropic/claude-opus-4.6", "anthropic/claude-opus-4.5", "anthropic/claude-opus-4.1")
SONNET = ("anthropic/claude-sonnet-4.6", "anthropic/claude-sonnet-4.5")
GEMINI = ("google/gemini-3-pro-preview", "google/gemini-3.1-pro-preview", "google/gemini-3-flash-preview")
GPT = ("openai/gpt-5.2", "openai/gpt-5.4", "openai/gpt-5.4-pro")
GRIDS: dict[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "C20": (("price", "minimax/minimax-m2.5", ()), ("ratio", "minimax/minimax-m2.5", OPUS + SONNET + GEMINI + GPT)),
    "C26": (("ratio", "z-ai/glm-5", OPUS + SONNET + GEMINI + GPT),),
    "C28": (("percent", "deepseek/deepseek-v3.2", GPT[1:]),),
    "C44": (("price", "moonshotai/kimi-k2.5", ()),),
    "C45": (("ratio", "moonshotai/kimi-k2.5", OPUS + SONNET),),
    "C49": (("price", "qwen/qwen3.5-plus-02-15", ()), ("ratio", "qwen/qwen3.5-plus-02-15", GEMINI)),
}
GRID_DAYS = ("2026-02-16", "2026-03-01", ARTICLE_DATE)
RATE_MONTHS = ("2026-02", "2026-03")


def _list_offers(model: str) -> Iterator[tuple[str, str, str, str]]:
    """List seller, market, day and month of the exchange rate; a rate matters to mainland quotes alone."""
    for day in GRID_DAYS:
        yield "vendor", "international", day, ""
        yield "openrouter", "international", day, ""
    if (model, "standard") in MAINLAND_TIERS:
        for month in RATE_MONTHS:
            yield "mainland", "mainland", ARTICLE_DATE, month


def grid(tables: Tables, claim_id: str) -> dict[str, pd.DataFrame]:
    """Compute a claim's prices or ratios for every definition; it shows sensitivity and never enters a verdict.

    Parameters
    ----------
    tables : mapping of DataFrames
    claim_id : str
        One of `GRIDS`.

    Returns
    -------
    dict of str to DataFrame
        Part id to one cell a row: model, comparator, token_class, seller, market, as_of, rate_month, value, unit.
    """
    return {part: _list_cells(tables, part, model, others) for part, model, others in GRIDS[claim_id]}


def _list_cells(tables: Tables, part: str, model: str, comparators: tuple[str, ...]) -> pd.DataFrame:
    cells = []
    for seller, market, day, month in _list_offers(model):
        for token_class in TOKEN_CLASSES:
            offer = {"seller": seller, "token_class": token_class, "as_of": day}
            rate = {"rate_month": month or day[:7]}
            for comparator in comparators or ("",):
                if part == "price":
                    # A mainland price stays in CNY where the article quotes CNY.
                    currency = "CNY" if model.startswith("qwen/") else "USD"
                    found = price(tables, model=model, currency=currency, **offer, **rate)
                elif part == "percent":
                    found = percent(tables, model=model, comparator=comparator, **offer)
                else:
                    found = ratio(tables, model=model, comparator=comparator, **offer, **rate)
                cell = {"model": model, "comparator": comparator, **offer, "market": market, "rate_month": month}
                cells.append(cell | {"value": found.value, "unit": found.unit})
    return pd.DataFrame(cells).dropna(subset="value").reset_index(drop=True)
