"""The panels of usage and prices: each model's tokens of a day beside the list price of that day.

Built from the same pieces are every Wednesday, every day around the article, the full leaderboard of one week, and the
days and full weeks of summer 2026 with every public model. Beside the first three stands one of all models listed, used
or not, which shows who reaches the day's fifty most used.

What they cannot see: models outside the day's fifty on Wednesdays and around the article, prices of other hosts than
the default one, caching (the platform's discounts are in its list prices), who stands behind anonymous models, and that
a token is cut differently by each model.
"""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from tokencheck.errors import UserError
from tokencheck.evidence.tables import OTHER, Tables
from tokencheck.measures import listings, prices, usage
from tokencheck.measures.listings import FREE, match_listing
from tokencheck.periods import DAYS_OF_WEEK, WEDNESDAY

Catalogues = dict[str, tuple[pd.DataFrame, dict[str, str]]]  # by day, with every name of its models

# Entries of the catalogue that the usage record never names apart: pointers to the newest version, and other routes or
# tariffs of a model whose tokens count under its plain name.
NOT_APART = re.compile(r"^~|:(?:batch|exacto|nitro)$")

WEDNESDAYS, DAILY, WEEK = "wednesdays", "daily", "week"
LISTED, LISTED_DAILY, LISTED_WEEK = "listed", "listed_daily", "listed_week"
ALL_DAYS, ALL_WEEKS = "all_days", "all_weeks"
FIRST_DAY, LAST_DAY = pd.Timestamp("2026-01-24"), pd.Timestamp("2026-03-18")
FIRST_WEDNESDAY, LAST_WEDNESDAY = pd.Timestamp("2025-01-01"), pd.Timestamp("2026-08-19")  # the last with prices
_DAYS, _WEDNESDAYS = (
    f"{first:%-d %B %Y} to {last:%-d %B %Y}"
    for first, last in ((FIRST_DAY, LAST_DAY), (FIRST_WEDNESDAY, LAST_WEDNESDAY))
)
PANELS: dict[str, str] = {
    WEDNESDAYS: f"the fifty most used models of every Wednesday, {_WEDNESDAYS}",
    DAILY: f"the fifty most used models of every day, {_DAYS}",
    WEEK: "every model of the leaderboard's week",
    LISTED: f"every model in the catalogue of every Wednesday, {_WEDNESDAYS}",
    LISTED_DAILY: f"every model in the catalogue of every day, {_DAYS}",
    LISTED_WEEK: "every model in the catalogue in the leaderboard's week",
    ALL_DAYS: "every public model of every day on record",
    ALL_WEEKS: "every public model of every full week (Monday to Sunday) on record",
}

PRICES: dict[str, str] = {
    "measured": "input and output at the measured prompt share",
    "3_1": "three parts input, one part output",
    "input": "input only",
    "own": "input and output at the model's own prompt share (the leaderboard's week, and the panels of all models)",
}
QUALITY: dict[str, str] = {
    "quality": "aa-4.1",
    "quality_aa_4_0": "aa-4.0",
    "quality_eci": "eci",
}
COUNTRIES = ("CN", "US")
MIDDLE = 3  # days from the first day of a week to the one whose catalogue stands for it


def build_panel(tables: Tables, panel: str, catalogues: Catalogues | None = None) -> pd.DataFrame:
    """Build one panel of price and usage.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs those of `tokencheck.econometrics.PANEL_TABLES`.
    panel : str
        One of `PANELS`.
    catalogues : dict, optional
        Those that another panel has rebuilt already; those of this one are added.

    Returns
    -------
    DataFrame
        One row a model and day, sorted by date and model. The columns:

        - ``date`` (datetime64; of the week its first day), ``month`` (``2026-02``), ``model`` (permaslug with variant;
          of the ``listed`` panels the catalogue's name, without entries that the usage record never names apart),
          ``base`` (catalogue name without variant; groups a model's variants), ``variant`` (empty for the plain model),
          ``listing`` (catalogue entry that gives the price; None without);
        - ``tokens`` (of the day or the week), ``rank`` (by tokens within the day), ``top_50`` (bool),
          ``log_tokens`` (natural log; NaN where no tokens are recorded);
        - ``input_usd_per_mtok``, ``output_usd_per_mtok``; ``price_measured``, ``price_3_1``, ``price_input``,
          ``price_own`` (USD per million tokens, see `PRICES`; 0 for free variants; NaN without a listing; ``price_own``
          NaN where the model's own split is not on the leaderboard), and ``log_price_measured`` … their natural logs,
          NaN where the price is zero or missing; ``free`` (bool: the price is zero), ``mixed`` (bool, ``week`` only:
          the leaderboard joins a paid and a free variant under this name; the price is the paid one's);
        - ``developer`` (lab, of all models), ``country`` (``CN``, ``US``, other ISO codes; None when unknown),
          ``origin`` (``CN``, ``US`` or ``other``; None when unknown), ``open_weights`` (1.0, 0.0, NaN when unknown),
          ``age_days`` (days since release, at least 0; NaN when unknown), ``log_age`` (log of 1 + days),
          ``context_length`` (tokens), ``log_context``;
        - ``quality`` (Artificial Analysis index v4.1), ``quality_aa_4_0`` (v4.0), ``quality_eci`` (Epoch), index
          points of one fixed day; NaN when not scored; ``prompt_share`` (the model's own share of prompt tokens);
        - ``first_listed``, ``last_listed`` (datetime64: first and last snapshot that lists the model).

    Raises
    ------
    UserError
        When there is no such panel.

    Examples
    --------
    >>> from tokencheck.econometrics import PANEL_TABLES
    >>> from tokencheck.evidence.tables import Tables
    >>> week = build_panel(Tables(only=PANEL_TABLES), "week")
    >>> len(week), int(week["free"].sum()) > 10
    (383, True)
    """
    if panel not in PANELS:
        raise UserError(f"there is no panel “{panel}”; known: {', '.join(PANELS)}")
    tokens = _list_tokens(tables, panel)
    catalogues = {} if catalogues is None else catalogues
    rows = _add_prices(tables, _price_days(tables, tokens, panel, catalogues))
    rows = add_attributes(tables, rows)
    return rows.sort_values(["date", "model"], ignore_index=True)


def build_all(tables: Tables, panels: Iterable[str] = tuple(PANELS)) -> dict[str, pd.DataFrame]:
    """Build panels by name, each day's catalogue once; see `build_panel`."""
    catalogues: Catalogues = {}
    return {name: build_panel(tables, name, catalogues) for name in panels}


def _list_tokens(tables: Tables, panel: str) -> pd.DataFrame:
    """Give date, model and tokens of the named models."""
    columns = ["date", "model", "tokens"]
    if panel in (ALL_DAYS, ALL_WEEKS):
        return _list_activity(tables, panel == ALL_WEEKS)
    if panel in (WEEK, LISTED_WEEK):
        tokens = tables["usage_leaderboard"].rename(columns={"window_start": "date"})[columns]
    elif panel in (DAILY, LISTED_DAILY):
        daily = tables["usage_daily"][columns]
        tokens = daily[daily["date"].between(FIRST_DAY, LAST_DAY)]
    else:
        daily = tables["usage_daily"][columns]
        midweek = daily[daily["date"].dt.day_of_week == WEDNESDAY]
        tokens = midweek[midweek["date"].between(FIRST_WEDNESDAY, LAST_WEDNESDAY)]
    return tokens[tokens["model"] != OTHER].astype({"tokens": "float64"})


def _list_activity(tables: Tables, weekly: bool) -> pd.DataFrame:
    """Give tokens, and their prompt share, of every public model by day or by full week."""
    activity = tables["model_activity_daily"]
    # A batch is another tariff of a model that is on the list already, at half its price and with little use.
    activity = activity[~activity["model"].str.contains(NOT_APART)]
    rows = activity[["date", "model"]].assign(prompt=activity["prompt_tokens"].astype("float64"))
    rows["tokens"] = rows["prompt"] + activity["completion_tokens"].astype("float64")
    if weekly:
        days = rows["date"].drop_duplicates()
        monday = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
        whole = monday.groupby(monday).transform("size") == DAYS_OF_WEEK
        rows["date"] = rows["date"].map(dict(zip(days[whole], monday[whole], strict=True)))
        rows = rows.groupby(["date", "model"], as_index=False)[["prompt", "tokens"]].sum()
    rows["prompt_share"] = (rows["prompt"] / rows["tokens"]).where(rows["tokens"] > 0)
    return rows.drop(columns="prompt")


def _price_days(tables: Tables, rows: pd.DataFrame, panel: str, catalogues: Catalogues) -> pd.DataFrame:
    """Join tokens to the catalogue of their day; or each day's catalogue to its tokens."""
    weekly, catalogued = panel in (WEEK, LISTED_WEEK), panel in (LISTED, LISTED_DAILY, LISTED_WEEK)
    days_on = MIDDLE if panel in (ALL_WEEKS, WEEK, LISTED_WEEK) else 0
    found = _rebuild_catalogues(tables, rows["date"], days_on, catalogues)
    rows["listing"] = _match_rows(rows, found)
    rows["mixed"] = False
    if weekly:
        # The leaderboard joins a model's variants under one name: where only the free one is listed, it is meant.
        gratis = _match_rows(rows.assign(model=rows["model"] + f":{FREE}"), found)
        rows["mixed"] = rows["listing"].notna() & gratis.notna()
        rows["listing"] = rows["listing"].where(rows["listing"].notna(), gratis)
    rows["rank"] = rows.groupby("date")["tokens"].rank(ascending=False, method="first")
    columns = ["input_usd_per_mtok", "output_usd_per_mtok", "context_length"]
    entries = pd.concat([own[["model", *columns]].assign(date=day) for day, (own, _) in found.items()])
    entries = entries.rename(columns={"model": "listing"})
    if catalogued:
        # Two names of one listing (a model and its dated form) are one model on the list.
        used = rows.groupby(["date", "listing"], as_index=False).agg(tokens=("tokens", "sum"), rank=("rank", "min"))
        own = entries[~entries["listing"].str.contains(NOT_APART)]
        names = own[["date", "listing"]].assign(model=own["listing"], mixed=False)
        rows = names.merge(used, on=["date", "listing"], how="left")
    rows["top_50"] = rows["rank"] <= 50
    return rows.merge(entries, on=["date", "listing"], how="left")


def _rebuild_catalogues(
    tables: Tables, dates: pd.Series, days_on: int, catalogues: Catalogues
) -> dict[pd.Timestamp, tuple[pd.DataFrame, dict[str, str]]]:
    """Give by date the catalogue of so many days on, with every name of its models."""
    found = {}
    for date in dates.sort_values().unique():
        day = f"{date + pd.Timedelta(days=days_on):%Y-%m-%d}"
        if day not in catalogues:
            listed = prices.price_panel(tables, day)
            catalogues[day] = listed, listings.name_listings(tables, listed)
        found[date] = catalogues[day]
    return found


def _match_rows(rows: pd.DataFrame, catalogues: dict[pd.Timestamp, tuple[pd.DataFrame, dict[str, str]]]) -> pd.Series:
    """Find the listing of each row in the catalogue of its day."""
    pairs = zip(rows["date"], rows["model"], strict=True)
    return pd.Series([match_listing(name, catalogues[day][1]) for day, name in pairs], rows.index, dtype="object")


def identify_models(tables: Tables, rows: pd.DataFrame, days_on: int = 0) -> pd.DataFrame:
    """Say which entry of the catalogue each model of the usage record is, and whose: all that a name alone tells.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``price_changes``, ``models`` and ``labs``.
    rows : DataFrame
        date and model, the name in the usage record.
    days_on : int
        How many days after the date the catalogue is asked: 0, or `MIDDLE` where the date begins a week.

    Returns
    -------
    DataFrame
        The rows with ``listing``, ``developer`` and ``origin`` as in `build_panel`; without those of all tokens whose
        model is not named, and those that the catalogue of that day does not know.
    """
    rows = rows[rows["model"] != OTHER]
    listing = _match_rows(rows, _rebuild_catalogues(tables, rows["date"], days_on, {}))
    names = _take_names(tables, rows)[["developer", "origin"]]
    return rows.assign(listing=listing, **names)[listing.notna()]


def _add_prices(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    board = tables["usage_leaderboard"].set_index("model")
    own = (board["prompt_tokens"] / board["tokens"]).astype("float64")
    if "prompt_share" not in rows:
        rows["prompt_share"] = rows["model"].map(own)
    shares = {"measured": prices.find_prompt_share(tables), "3_1": 0.75, "input": 1.0, "own": rows["prompt_share"]}
    free = rows["model"].str.endswith(f":{FREE}")
    for name in ("input_usd_per_mtok", "output_usd_per_mtok"):
        # Routers that pick a model by themselves are listed at a negative price: they have none of their own.
        rows[name] = rows[name].where(rows[name] >= 0).where(~free, 0.0)
    for name, share in shares.items():
        blended = prices.weigh_prices(rows, share)
        rows[f"price_{name}"] = blended
        rows[f"log_price_{name}"] = np.log(blended.where(blended > 0))
    rows["free"] = rows["price_measured"] == 0
    rows["log_tokens"] = np.log(rows["tokens"].where(rows["tokens"] > 0))
    return rows


def add_attributes(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """Put developer, country, openness, age, context length and quality beside rows of date, model and listing."""
    models = tables["models"].drop_duplicates("model").set_index("model")
    names = _take_names(tables, rows)
    # Without a price of the day the model may still be known, from another day's catalogue or from its plain form.
    entry = rows["listing"].where(rows["listing"].notna(), names["entry"])
    entries = pd.Series(entry.dropna().unique(), dtype="object")
    plain = entries.map(models["base_model_id"]).fillna(entries.str.split(":").str[0])
    base = entry.map(dict(zip(entries, plain, strict=True)))
    rows["base"] = base.where(base.notna(), names["plain"])
    for column in ("variant", "developer", "country", "origin"):
        rows[column] = names[column]
    rows["open_weights"] = entry.map(models["open_weights"].astype("float64"))
    rows["age_days"] = (rows["date"] - entry.map(models["release_date"])).dt.days.clip(lower=0).astype("float64")
    rows["log_age"] = np.log1p(rows["age_days"])
    rows["context_length"] = rows["context_length"].astype("float64")
    rows["log_context"] = np.log(rows["context_length"].where(rows["context_length"] > 0))
    scores = tables["quality"]
    for column, index in QUALITY.items():
        of_index = scores[scores["index"] == index].set_index("model")["score"]
        rows[column] = entry.map(of_index).fillna(rows["base"].map(of_index))
    rows["first_listed"] = entry.map(models["first_seen_openrouter"])
    rows["last_listed"] = entry.map(models["last_seen_openrouter"])
    rows["month"] = rows["date"].map({day: f"{day:%Y-%m}" for day in rows["date"].unique()})
    return rows


def _take_names(tables: Tables, rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row what its model's name alone says; see `_describe_names`."""
    by_name = _describe_names(tables, pd.Series(rows["model"].unique(), dtype="object"))
    return by_name.take(by_name.index.get_indexer(rows["model"])).set_axis(rows.index)


def _describe_names(tables: Tables, names: pd.Series) -> pd.DataFrame:
    """Give of each name plain form, variant, developer, country, origin, and entry of any catalogue."""
    models = tables["models"].drop_duplicates("model")
    by_slug = listings.name_slugs(models) | {name: name for name in models["model"]}
    plain = names.str.split(":").str[0]
    labs = tables["labs"].drop_duplicates("alias").set_index("alias")["lab"]
    author = names.str.lstrip("~").str.split("/").str[0]
    country = usage.attribute(tables, names.str.lstrip("~"))["country"]
    described = {
        "entry": [
            match_listing(one, by_slug) or match_listing(two, by_slug) for one, two in zip(names, plain, strict=True)
        ],
        "plain": plain,
        "variant": names.str.partition(":")[2],
        "developer": plain.map(labs).fillna(author.map(labs)).fillna(author),
        "country": country,
        "origin": country.where(country.isin(COUNTRIES), "other").where(country.notna(), None),
    }
    return pd.DataFrame(described).set_index(pd.Index(names))


def measure_matches(rows: pd.DataFrame, panel: str) -> pd.DataFrame:
    """Measure by month how much of the named tokens has a price.

    Parameters
    ----------
    rows : DataFrame
        A panel of `build_panel`.
    panel : str
        Its name, for the first column.

    Returns
    -------
    DataFrame
        panel, month (``all`` in the last row), rows, tokens, priced_tokens_percent (of tokens: with a price as of that
        day, free ones included), free_tokens_percent, scored_tokens_percent (with a quality score).
    """

    def weigh(part: pd.DataFrame, mask: pd.Series) -> float:
        return 100 * float(part["tokens"].where(mask, 0.0).sum() / part["tokens"].sum())

    months = [*((month, part) for month, part in rows.groupby("month")), ("all", rows)]
    return pd.DataFrame(
        {
            "panel": panel,
            "month": month,
            "rows": len(part),
            "tokens": float(part["tokens"].sum()),
            "priced_tokens_percent": weigh(part, part["price_measured"].notna()),
            "free_tokens_percent": weigh(part, part["free"]),
            "scored_tokens_percent": weigh(part, part["quality"].notna()),
        }
        for month, part in months
    )
