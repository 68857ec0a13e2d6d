"""Models of the usage record beside their entries in the catalogue of prices, and what their tokens cost of a day."""

import re
from collections.abc import Mapping

import pandas as pd

from tokencheck.evidence.tables import OTHER, Tables
from tokencheck.measures import prices, usage
from tokencheck.periods import read_day

FREE = "free"
_DATED = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{2}-\d{4})$")


def match_listing(name: str, listed: Mapping[str, str]) -> str | None:
    """Find the catalogue entry of a model named in the usage record.

    Parameters
    ----------
    name : str
        A permaslug such as ``minimax/minimax-m2.5-20260211:free``; the variant follows the colon.
    listed : mapping of str to str
        Names and permaslugs of the day's catalogue, to the catalogue's own name.

    Returns
    -------
    str or None
        The entry of the variant itself, else that of the model without variant or without the date in its name. A
        free variant has no other price than its own.

    Examples
    --------
    >>> match_listing("a/b-20260101:thinking", {"a/b": "a/b"})
    'a/b'
    >>> match_listing("a/b:free", {"a/b": "a/b"}) is None
    True
    """
    if name in listed:
        return listed[name]
    base, _, variant = name.partition(":")
    undated = _DATED.sub("", base)
    suffix = f":{variant}" if variant else ""
    tried = [f"{undated}{suffix}"] if variant == FREE else [f"{undated}{suffix}", base, undated]
    return next((listed[one] for one in tried if one in listed), None)


def name_listings(tables: Tables, catalogue: pd.DataFrame) -> dict[str, str]:
    """Give every name under which a day's catalogue knows its models.

    Parameters
    ----------
    tables : mapping of DataFrames
        ``models`` adds permaslugs that the ledger lacks.
    catalogue : DataFrame
        As of `tokencheck.measures.prices.price_panel`.

    Returns
    -------
    dict of str to str
        Names and permaslugs to the catalogue's own name.
    """
    names = set(catalogue["model"])
    slugs = tables.recall("listings.slugs", lambda: _list_slugs(tables["models"]))
    own = {slug: name for slug, name in slugs if name in names}
    return own | name_slugs(catalogue) | {name: name for name in names}


def name_slugs(models: pd.DataFrame) -> dict[str, str]:
    """Give permaslugs with the variant of the entry: a catalogue writes the same one for all variants of a model.

    Parameters
    ----------
    models : DataFrame
        model, permaslug.

    Returns
    -------
    dict of str to str
        Permaslugs to names of the catalogue.
    """
    return dict(_list_slugs(models))


def _list_slugs(models: pd.DataFrame) -> list[tuple[str, str]]:
    known = models["permaslug"].notna().to_numpy()
    pairs = zip(models["permaslug"].to_numpy()[known], models["model"].to_numpy()[known], strict=True)
    return [(slug + "".join(name.partition(":")[1:]), name) for slug, name in pairs]


def price_tokens(tables: Tables, date: str) -> pd.DataFrame:
    """Put the tokens of one day beside the catalogue prices of that day.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``usage_daily``, ``price_changes``, ``models``, ``labs`` and ``model_activity_daily``.
    date : str
        ISO date; a day of the daily record.

    Returns
    -------
    DataFrame
        One row a named model: model, tokens, country, listing (None when no price is known), price_usd_per_mtok (input
        and output at the measured prompt share; free variants cost nothing), dollars. List prices of the default
        provider: cached input, discounts and other hosts are not in them.
    """
    day = read_day(date)
    tokens = usage.sum_models(tables, usage.Window(day, day))
    tokens = tokens[tokens["model"] != OTHER].reset_index(drop=True)
    catalogue = prices.price_panel(tables, date)
    listed = name_listings(tables, catalogue)
    tokens["listing"] = [match_listing(name, listed) for name in tokens["model"]]
    share = prices.find_prompt_share(tables)
    cost = catalogue.set_index("model")
    blended = prices.weigh_prices(cost, share)
    free = tokens["model"].str.endswith(f":{FREE}")
    tokens["price_usd_per_mtok"] = tokens["listing"].map(blended).where(~free, 0.0)
    tokens["dollars"] = tokens["tokens"] / 1e6 * tokens["price_usd_per_mtok"]
    return tokens
