"""Measures of usage: tokens on OpenRouter by model, developer's country, scope and window.

Two records are used and never added to each other: tokens per model and tokens per developer lab, each for every day
from 2025-01-01 that the source has. Both stem from OpenRouter's dataset of the day's fifty most used models plus one
row for all others
(https://openrouter.ai/docs/api/api-reference/datasets/get-rankings-daily).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE, read_article
from tokencheck.errors import UserError
from tokencheck.evidence.tables import OTHER, Tables
from tokencheck.measures import Measurement, bounds, measure
from tokencheck.periods import DAYS_OF_WEEK, LAST_WEEK

TRILLION = 1e12
PLATFORM_TOTAL = "__platform_total__"
STATED_WEEK = read_article().stated_week


Scope = Literal["top_5", "top_9", "top_10", "top_20", "named", "platform", "world"]
Stealth = Literal["bounds", "none", "reported", "all", "excluded"]
Country = Literal["CN", "US"]

SCOPES: dict[str, str] = {
    "top_5": "the five most used models",
    "top_9": "the nine models named on the public chart",
    "top_10": "the ten most used models",
    "top_20": "the twenty most used models",
    "named": "all models among each day's top fifty",
    "platform": "all tokens on OpenRouter, unnamed models included",
    "world": "the token volumes that China, Google and OpenAI have disclosed",
}
STEALTH: dict[str, str] = {
    "none": "anonymous and unnamed models belong to no country",
    "reported": "anonymous models belong to the developer later reported",
    "all": "anonymous and unnamed models all belong to the country asked for",
    "excluded": "anonymous and unnamed models are left out of both sides",
}
BASES = {
    "usage_daily": "the daily record",
    "usage_labs_daily": "the daily record of developers",
    "usage_chart_weeks": "captures of the chart",
}

# The volumes disclosed nearest to February 2026 by parties that do not contain one another
# (world_tokens: who, period); all other rows are parts of these or forecasts.
WORLD_DISCLOSURES = (
    ("China (national total, official)", "March 2026"),
    ("Google (all surfaces)", "Oct 2025"),
    ("OpenAI (API)", "2026-03-31"),
)


@dataclass(frozen=True)
class Window:
    """Whole days from `start` to `end`, both included (UTC)."""

    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.end - self.start).days + 1

    def select(self, frame: pd.DataFrame, column: str = "date") -> pd.DataFrame:
        """Give the rows of the window."""
        return frame[frame[column].between(self.start, self.end)]


def read_window(tables: Tables, window: str) -> Window:
    """Read a window from a reading's parameters.

    Parameters
    ----------
    tables : mapping of DataFrames
    window : str
        ``2026-02-09/2026-02-15`` (ISO 8601, both days included) or ``last complete week`` (Monday to Sunday, of the
        lab totals).

    Returns
    -------
    Window

    Raises
    ------
    UserError
        When it is none of these.
    """
    if window == LAST_WEEK:
        return _find_last_week(tables["usage_labs_daily"]["date"])
    try:
        return _parse_window(window)
    except ValueError:
        raise UserError(f"window “{window}” is not understood; write {STATED_WEEK} or “{LAST_WEEK}”") from None


def _parse_window(text: str) -> Window:
    start, end = (pd.Timestamp(day) for day in text.split("/"))
    if end < start:
        raise ValueError
    return Window(start, end)


def _find_last_week(dates: pd.Series) -> Window:
    """Find the last week from Monday to Sunday of which no day is missing."""
    days = pd.Series(dates.unique())
    whole = _name_weeks(days).value_counts()
    monday = whole.index[whole == DAYS_OF_WEEK].max()
    return Window(monday, monday + pd.Timedelta(days=6))


def attribute(tables: Tables, names: pd.Series, reported: bool = True) -> pd.DataFrame:
    """Find the developer's country of models or labs, and cite the rows that decide it.

    Parameters
    ----------
    tables : mapping of DataFrames
        ``labs`` gives the country per alias; a full model name beats its author prefix.
    names : Series of str
        Model permaslugs such as ``minimax/minimax-m2.5-20260211``, or lab names.
    reported : bool
        Whether the result rests on ``reported_country``, too. Where it does not, a row that only reports who was
        behind an anonymous model is not cited: nothing that it says is used.

    Returns
    -------
    DataFrame
        Columns ``country`` (empty when unknown) and ``reported_country`` (also for anonymous models), same index.
    """
    labs = tables["labs"].drop_duplicates("alias").set_index("alias")
    base = names.str.split(":").str[0]
    # A permaslug that has a row of its own is not judged by its author, even when the row names no country.
    aliases = base.where(base.isin(labs.index), base.str.split("/").str[0])
    rows = labs[labs.index.isin(aliases)]
    tables.cite("labs", rows if reported else rows[rows["country"].notna() | rows["reported_country"].isna()])
    known = pd.DataFrame(index=names.index)
    for column in ("country", "reported_country"):
        known[column] = aliases.map(labs[column].replace("", None))
    known["reported_country"] = known["country"].fillna(known["reported_country"])
    return known


def rank_models(tables: Tables, window: Window) -> pd.DataFrame | None:
    """Add up tokens per model over a window.

    Parameters
    ----------
    tables : mapping of DataFrames
    window : Window
    Returns
    -------
    DataFrame or None
        Columns model, tokens, source_id; most used first, the row ``other`` last. None where a day of the window is
        not on record.
    """
    return _rank(tables, "usage_daily", window)


def rank_labs(tables: Tables, window: Window) -> pd.DataFrame | None:
    """Add up tokens per developer lab over a window; columns as in `rank_models`, with ``lab`` for ``model``."""
    return _rank(tables, "usage_labs_daily", window)


def _rank(tables: Tables, table: str, window: Window) -> pd.DataFrame | None:
    rows = window.select(tables[table])
    if rows["date"].nunique() < window.days:
        return None
    tables.cite(table, rows)
    name = "lab" if "lab" in rows else "model"
    totals = rows.groupby(name, as_index=False).agg(tokens=("tokens", "sum"), source_id=("source_id", "first"))
    unnamed = totals[name] == OTHER
    ordered = totals.assign(last=unnamed).sort_values(
        ["last", "tokens", name], ascending=[True, False, True], kind="stable"
    )
    return ordered.drop(columns="last").reset_index(drop=True)


def locate(tables: Tables, totals: pd.DataFrame, reported: bool = True) -> pd.DataFrame:
    """Add the developers' countries to tokens per model or lab: the columns of `attribute`."""
    return totals.join(attribute(tables, totals.iloc[:, 0], reported))


def sum_models(tables: Tables, window: Window) -> pd.DataFrame | None:
    """Add up tokens per model over a window, as `rank_models`, with the developers' countries."""
    totals = rank_models(tables, window)
    return None if totals is None else locate(tables, totals)


def sum_labs(tables: Tables, window: Window) -> pd.DataFrame | None:
    """Add up tokens per developer lab over a window, as `rank_labs`, with the developers' countries."""
    totals = rank_labs(tables, window)
    return None if totals is None else locate(tables, totals)


def select_scope(totals: pd.DataFrame, scope: str) -> pd.DataFrame:
    """Keep the rows of a scope: the N most used, all named ones, or everything."""
    if scope in ("platform", "world"):
        return totals
    named = totals[totals.iloc[:, 0] != OTHER]
    return named if scope == "named" else named.head(int(scope.removeprefix("top_")))


def _read_scope(tables: Tables, scope: str, window: Window, reported: bool = False) -> pd.DataFrame | None:
    """Give the rows of a scope and window with their countries, from models where they are recorded, else from labs."""
    totals = rank_models(tables, window)
    if totals is None and not scope.startswith("top_"):
        totals = rank_labs(tables, window)
    return None if totals is None else locate(tables, select_scope(totals, scope), reported)


@dataclass(frozen=True)
class Split:
    """Tokens of one country in a scope: surely its own, reported, unattributed, and everybody's (in tokens)."""

    own: float
    reported: float
    unattributed: float
    total: float


def split_country(rows: pd.DataFrame, country: str) -> Split:
    """Divide a scope's tokens by what is known of their developers' country."""
    return Split(
        own=float(rows.loc[rows["country"] == country, "tokens"].sum()),
        reported=float(rows.loc[rows["reported_country"] == country, "tokens"].sum()),
        unattributed=float(rows.loc[rows["country"].isna(), "tokens"].sum()),
        total=float(rows["tokens"].sum()),
    )


def _assign(split: Split, stealth: str) -> tuple[float, float]:
    """Give the country's tokens and everybody's under one treatment of unattributed rows."""
    own = {"reported": split.reported, "all": split.own + split.unattributed}.get(stealth, split.own)
    return own, split.total - split.unattributed if stealth == "excluded" else split.total


def _describe(rows: pd.DataFrame, window: Window) -> dict:
    return {
        "as_of": window.end.strftime("%Y-%m-%d"),
        "rows": rows,
    }


def _missing(unit: str, window: Window, scope: str) -> Measurement:
    return Measurement(
        value=None,
        unit=unit,
        as_of=window.end.strftime("%Y-%m-%d"),
        note=f"No record of {SCOPES[scope]} covers {window.start:%Y-%m-%d} to {window.end:%Y-%m-%d}.",
    )


def sum_world(tables: Tables) -> tuple[float, pd.DataFrame]:
    """Add up the disclosed token volumes of the world.

    Returns
    -------
    float
        Tokens a day; a lower limit, since most vendors disclose nothing.
    DataFrame
        The rows of ``world_tokens`` that were added.
    """
    world = tables["world_tokens"].set_index(["who", "period"])
    rows = tables.cite("world_tokens", world.loc[list(WORLD_DISCLOSURES)].reset_index())
    return float(rows["tokens_per_day_trillion"].sum()) * TRILLION, rows


@measure("usage.tokens")
def tokens(
    tables: Tables, *, scope: Scope, window: str, country: Country = "CN", stealth: Stealth = "bounds"
) -> Measurement:
    """Measure the tokens of one country's models.

    Parameters
    ----------
    tables : mapping of DataFrames
    scope : str
        Which models are added up, one of `SCOPES`.
    window : str
        See `read_window`.
    country : str
        ISO 3166 code of the developer's home country; not where the model runs, nor who pays.
    stealth : str
        Treatment of anonymous and unnamed models, one of `STEALTH`; ``bounds`` gives none, then all of them.

    Returns
    -------
    Measurement
        In trillion tokens.
    """
    days = read_window(tables, window)
    rows = _read_scope(tables, scope, days, reported=stealth == "reported")
    if rows is None:
        return _missing("trillion_tokens", days, scope)
    split = split_country(rows, country)
    low, high = (_assign(split, how)[0] / TRILLION for how in _ends(stealth))
    return bounds(low, high, unit="trillion_tokens", **_describe(rows, days))


def _ends(stealth: str) -> tuple[str, str]:
    return ("none", "all") if stealth == "bounds" else (stealth, stealth)


@measure("usage.share")
def share(
    tables: Tables, *, scope: Scope, window: str, country: Country = "CN", stealth: Stealth = "bounds"
) -> Measurement:
    """Measure the share of one country's models in the tokens of a scope.

    Parameters
    ----------
    tables, scope, window, country, stealth
        As in `tokens`. With the scope ``world`` the denominator is `sum_world` over the same number of days.

    Returns
    -------
    Measurement
        In percent of the scope.
    """
    days = read_window(tables, window)
    rows = _read_scope(tables, scope, days, reported=stealth == "reported")
    if rows is None:
        return _missing(_name_share(scope), days, scope)
    split = split_country(rows, country)
    described = _describe(rows, days)
    world = None
    if scope == "world":
        world = sum_world(tables)[0] * days.days
        described["note"] = "Disclosed volumes differ in date and in what they count; an order of magnitude."
    low, high = (_divide(*_assign(split, how), world) for how in _ends(stealth))
    return bounds(low, high, unit=_name_share(scope), **described)


def _name_share(scope: str) -> str:
    return f"percent_of_{'disclosed_world' if scope == 'world' else scope}"


def _divide(own: float, total: float, world: float | None) -> float:
    return 100 * own / (world or total)


@measure("usage.ratio")
def ratio(
    tables: Tables, *, scope: Scope, window: str, country: Country = "CN", against: Country = "US"
) -> Measurement:
    """Measure one country's tokens over another's, with unattributed tokens given to either side in turn.

    Parameters
    ----------
    tables, scope, window, country
        As in `tokens`.
    against : str
        The country in the denominator.

    Returns
    -------
    Measurement
        A ratio; above 1 the first country leads.
    """
    days = read_window(tables, window)
    rows = _read_scope(tables, scope, days)
    if rows is None:
        return _missing("ratio", days, scope)
    first, second = split_country(rows, country), split_country(rows, against)
    if not second.own:
        return _missing("ratio", days, scope)
    low = first.own / (second.own + second.unattributed)
    high = (first.own + first.unattributed) / second.own
    return bounds(low, high, unit="ratio", **_describe(rows, days))


@measure("usage.count_in_top")
def count_in_top(tables: Tables, *, top: int, window: str, country: Country = "CN") -> Measurement:
    """Count the models of one country among the most used.

    Parameters
    ----------
    tables, window, country
        As in `tokens`.
    top : int
        How many of the most used models are looked at.

    Returns
    -------
    Measurement
        In models.
    """
    days = read_window(tables, window)
    rows = _read_scope(tables, f"top_{top}", days)
    if rows is None:
        return _missing("models", days, "named")
    own = int((rows["country"] == country).sum())
    high = own + int(rows["country"].isna().sum())
    return bounds(float(own), float(high), unit="models", **_describe(rows, days))


@measure("usage.named_in_top")
def named_in_top(tables: Tables, *, models: list[str], top: int, window: str) -> Measurement:
    """Count how many of the given models are among the most used.

    Parameters
    ----------
    tables, window
        As in `tokens`.
    models : list of str
        Permaslugs.
    top : int
        How many of the most used models are looked at.

    Returns
    -------
    Measurement
        In models.
    """
    days = read_window(tables, window)
    totals = rank_models(tables, days)
    if totals is None:
        return _missing("models", days, "named")
    rows = select_scope(totals, f"top_{top}")
    found = float(rows["model"].isin(models).sum())
    return Measurement(value=found, unit="models", **_describe(rows, days))


@measure("usage.model_tokens")
def model_tokens(tables: Tables, *, model: str, window: str) -> Measurement:
    """Measure the tokens of one model.

    Parameters
    ----------
    tables, window
        As in `tokens`.
    model : str
        Permaslug, without variant; variants such as ``:free`` are added.

    Returns
    -------
    Measurement
        In trillion tokens; a day on which the model is below the top fifty counts as nothing.
    """
    days = read_window(tables, window)
    totals = rank_models(tables, days)
    if totals is None:
        return _missing("trillion_tokens", days, "named")
    rows = totals[totals["model"].str.split(":").str[0] == model]
    value = float(rows["tokens"].sum()) / TRILLION
    return Measurement(value=value, unit="trillion_tokens", **_describe(rows, days))


@measure("usage.rank")
def rank(tables: Tables, *, model: str, window: str) -> Measurement:
    """Find the rank of one model by tokens.

    Parameters
    ----------
    tables, window
        As in `tokens`.
    model : str
        Permaslug.

    Returns
    -------
    Measurement
        A rank, 1 being the most used. A model that is not in the record is ranked just below it, at best: a floor.
    """
    days = read_window(tables, window)
    totals = rank_models(tables, days)
    if totals is None:
        return _missing("rank", days, "named")
    named = select_scope(totals, "named")
    place = named.index[named["model"] == model]
    if len(place):
        value, kind, note = float(place[0]) + 1, None, ""
    else:
        value, kind = float(len(named)) + 1, "floor"
        note = f"Not among the {len(named)} models named in any day's top fifty: this is the best rank it can have had."
    shown = named.head(max(10, min(int(value), len(named))))
    return Measurement(value=value, unit="rank", interval_kind=kind, note=note, **_describe(shown, days))


@measure("usage.increment")
def increment(tables: Tables, *, model: str, window: str) -> Measurement:
    """Measure how many more tokens a model had than in the window of equal length before.

    Parameters
    ----------
    tables, model, window
        As in `model_tokens`.

    Returns
    -------
    Measurement
        In trillion tokens.
    """
    days = read_window(tables, window)
    length = pd.Timedelta(days=days.days)
    now, before = rank_models(tables, days), rank_models(tables, Window(days.start - length, days.end - length))
    if now is None or before is None:
        return _missing("trillion_tokens", days, "named")
    both = pd.concat([before.assign(window="before"), now.assign(window="stated")])
    rows = both[both["model"].str.split(":").str[0] == model]
    sums = rows.groupby("window")["tokens"].sum()
    value = float(sums.get("stated", 0) - sums.get("before", 0)) / TRILLION
    note = "" if len(rows) else "Among no day's fifty most used in either week: what it had counts as nothing."
    return Measurement(value=value, unit="trillion_tokens", note=note, **_describe(rows if len(rows) else both, days))


def compare_weeks(tables: Tables, scope: str, until: pd.Timestamp = pd.Timestamp.max) -> pd.DataFrame:
    """Compare Chinese and American tokens in every exact week on record: Monday to Sunday, no day missing.

    Parameters
    ----------
    tables : mapping of DataFrames
    scope : str
        One of `SCOPES` but ``world``. ``named`` is computed from the lab totals, all others from the tokens per model;
        ``top_9`` begins earlier, with the captures of the public chart (September 2024).
    until : Timestamp
        The last day that is looked at.

    Returns
    -------
    DataFrame
        week_start, cn_tokens, us_tokens, unattributed_tokens, basis (the table) and source_id; oldest first.
    """
    basis = _find_basis(scope)
    daily = _keep_exact_weeks(tables[basis], until)
    parts = [_compare(tables, daily, "week_start", basis, scope)]
    if scope == "top_9":
        chart = tables["usage_chart_weeks"]
        before = min(until - pd.Timedelta(days=6), daily["week_start"].min() - pd.Timedelta(days=7))
        chart = chart[chart["week_start"] <= before]
        parts.insert(0, _compare(tables, chart, "week_start", "usage_chart_weeks", scope))
    return pd.concat(parts, ignore_index=True)


def _find_basis(scope: str) -> str:
    return "usage_labs_daily" if scope == "named" else "usage_daily"


def _name_weeks(days: pd.Series) -> pd.Series:
    """Name the week of each day by its Monday."""
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def _keep_exact_weeks(daily: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Keep the rows of weeks from Monday to Sunday of which every day is on record."""
    seen = daily[daily["date"] <= until]
    week_start = _name_weeks(seen["date"])
    return seen.assign(week_start=week_start)[seen["date"].groupby(week_start).transform("nunique") == DAYS_OF_WEEK]


def count_inexact_weeks(tables: Tables, until: pd.Timestamp = pd.Timestamp.max) -> int:
    """Count the weeks between the first and the last day of the lab totals of which a day is missing in between."""
    days = tables["usage_labs_daily"]["date"].drop_duplicates()
    days = days[days <= until]
    held = _name_weeks(days).value_counts()
    inner = held[(held.index >= days.min()) & (held.index + pd.Timedelta(days=6) <= days.max())]
    return int((inner < 7).sum())


def _compare(tables: Tables, rows: pd.DataFrame, period: str, basis: str, scope: str) -> pd.DataFrame:
    """Add up Chinese, American and unattributed tokens of a scope for each period."""
    name = "lab" if "lab" in rows else "model"
    wanted = rows[~rows[name].isin([PLATFORM_TOTAL, *(() if scope == "platform" else (OTHER,))])]
    wanted = tables.cite(basis, wanted)
    sums = {"tokens": ("tokens", "sum"), "source_id": ("source_id", "first")}
    totals = wanted.groupby([period, name], as_index=False).agg(**sums)
    if scope.startswith("top_"):
        ordered = totals.sort_values([period, "tokens", name], ascending=[True, False, True], kind="stable")
        totals = ordered.groupby(period).head(int(scope.removeprefix("top_")))
    names = totals[name].drop_duplicates().reset_index(drop=True)
    countries = attribute(tables, names, reported=False)["country"].set_axis(names)
    country = totals[name].map(countries).fillna("unattributed")
    sums = totals.pivot_table(index=period, columns=country, values="tokens", aggfunc="sum", fill_value=0)
    columns = {"CN": "cn_tokens", "US": "us_tokens", "unattributed": "unattributed_tokens"}
    sums = sums.reindex(columns=list(columns), fill_value=0).rename(columns=columns).rename_axis(columns=None)
    return sums.assign(basis=basis, source_id=totals.groupby(period)["source_id"].first()).reset_index()


def compare_days(tables: Tables, scope: str, until: pd.Timestamp = pd.Timestamp.max) -> pd.DataFrame:
    """Compare Chinese and American tokens on every day on record; columns as in `compare_weeks`, with ``date``."""
    basis = _find_basis(scope)
    daily = tables[basis]
    return _compare(tables, daily[daily["date"] <= until], "date", basis, scope)


def _find_leads(seen: pd.DataFrame, scope: str) -> pd.Series:
    """Say of each row whether Chinese models led; on the whole platform, whichever side unattributed tokens go to."""
    against = seen["us_tokens"] + (seen["unattributed_tokens"] if scope == "platform" else 0)
    return seen["cn_tokens"] > against


@measure("usage.first_lead")
def first_lead(
    tables: Tables,
    *,
    scope: Literal["top_5", "top_9", "top_10", "top_20", "named", "platform"],
    step: Literal["week", "day"] = "week",
    until: str = ARTICLE_DATE,
) -> Measurement:
    """Find the first week or day in which Chinese models had more tokens than American ones.

    Parameters
    ----------
    tables : mapping of DataFrames
    scope : str
        See `compare_weeks`. On the whole platform a lead is one that stands even with all unattributed tokens given
        to the other side; elsewhere they are given to neither.
    step : str
        Calendar weeks from Monday of which every day is on record, or days.
    until : str
        The last day that is looked at (ISO date).

    Returns
    -------
    Measurement
        The ISO date on which the first such week or day begins, ``never`` when there is none.
    """
    compare, column = (compare_weeks, "week_start") if step == "week" else (compare_days, "date")
    seen = compare(tables, scope, pd.Timestamp(until))
    leads = seen[_find_leads(seen, scope)]
    counts = seen["basis"].value_counts()
    of = f": {', '.join(f'{n} of {BASES[name]}' for name, n in counts.items())}" if len(counts) > 1 else ""
    missed = count_inexact_weeks(tables, pd.Timestamp(until)) if step == "week" else 0
    untested = f" Not tested: {missed} weeks with a day missing." if missed else ""
    return Measurement(
        value=leads[column].iloc[0].strftime("%Y-%m-%d") if len(leads) else "never",
        unit="date",
        as_of=seen[column].max().strftime("%Y-%m-%d"),
        note=f"{len(seen)} {step}s looked at{of}; a Chinese lead in {len(leads)}.{untested}",
        rows=seen,
    )


def _list_windows() -> list[tuple[str, Window]]:
    """List the windows of the sensitivity grid: the stated week, trailing weeks and months around it, February.

    Returns
    -------
    list of (str, Window)
        A label and the window; trailing windows end on each day from the stated week to the article's date.
    """
    day = pd.Timedelta(days=1)
    windows = [("stated week", _parse_window(STATED_WEEK))]
    windows += [("calendar month", Window(pd.Timestamp("2026-02-01"), pd.Timestamp("2026-02-28")))]
    for label, length, first in (("trailing week", 7, "2026-02-12"), ("trailing month", 30, "2026-02-22")):
        trailing = (Window(end - (length - 1) * day, end) for end in pd.date_range(first, ARTICLE_DATE))
        windows += [(label, window) for window in trailing if window != windows[0][1]]
    return windows


def _sum_once(tables: Tables, window: Window) -> pd.DataFrame:
    """Add up the tokens of a window for all grids together: each of them goes through the same windows."""
    return tables.recall(("usage.sum_models", window), lambda: sum_models(tables, window))


def _list_cells(tables: Tables) -> Iterator[tuple[dict, pd.DataFrame, Window]]:
    for label, window in _list_windows():
        totals = _sum_once(tables, window)
        for scope in SCOPES:
            cell = {"scope": scope, "window": label, "start": f"{window.start:%Y-%m-%d}"}
            yield cell | {"end": f"{window.end:%Y-%m-%d}"}, select_scope(totals, scope), window


def grid_shares(tables: Tables) -> pd.DataFrame:
    """Compute the Chinese share for every scope, window and treatment of anonymous models.

    Returns
    -------
    DataFrame
        scope, window, start, end, stealth, value (percent), unit; one cell a row. It shows sensitivity and never
        enters a verdict.
    """
    per_day, _ = sum_world(tables)
    cells = []
    for cell, rows, window in _list_cells(tables):
        split = split_country(rows, "CN")
        world = per_day * window.days if cell["scope"] == "world" else None
        for stealth in STEALTH:
            value = _divide(*_assign(split, stealth), world)
            cells.append(cell | {"stealth": stealth, "value": value, "unit": _name_share(cell["scope"])})
    return pd.DataFrame(cells)


def grid_tokens(tables: Tables) -> pd.DataFrame:
    """Compute Chinese weekly and monthly tokens for every scope, window and treatment, in trillion tokens."""
    cells = []
    for cell, rows, _ in _list_cells(tables):
        if cell["scope"] == "world":
            continue
        split = split_country(rows, "CN")
        for stealth in ("none", "reported", "all"):
            value = _assign(split, stealth)[0] / TRILLION
            cells.append(cell | {"stealth": stealth, "value": value, "unit": "trillion_tokens"})
    return pd.DataFrame(cells)


def grid_ratios(tables: Tables) -> pd.DataFrame:
    """Compute Chinese over American tokens for every scope and window, unattributed tokens on neither side."""
    cells = []
    for cell, rows, _ in _list_cells(tables):
        if cell["scope"] in ("platform", "world"):
            continue
        value = split_country(rows, "CN").own / split_country(rows, "US").own
        cells.append(cell | {"value": value, "unit": "ratio"})
    return pd.DataFrame(cells)


def grid_counts(tables: Tables, top: int = 5) -> pd.DataFrame:
    """Count Chinese models among the most used for every window."""
    cells = []
    for label, window in _list_windows():
        rows = select_scope(_sum_once(tables, window), f"top_{top}")
        cell = {"scope": f"top_{top}", "window": label, "start": f"{window.start:%Y-%m-%d}"}
        value = float((rows["country"] == "CN").sum())
        cells.append(cell | {"end": f"{window.end:%Y-%m-%d}", "value": value, "unit": "models"})
    return pd.DataFrame(cells)


def grid_model(tables: Tables, model: str, unit: Literal["trillion_tokens", "rank"]) -> pd.DataFrame:
    """Compute one model's tokens or rank for every window.

    Parameters
    ----------
    tables : mapping of DataFrames
    model : str
        Permaslug.
    unit : str
        ``trillion_tokens`` or ``rank``.

    Returns
    -------
    DataFrame
        window, start, end, value, unit.
    """
    find = model_tokens if unit == "trillion_tokens" else rank
    cells = []
    for label, window in _list_windows():
        text = f"{window.start:%Y-%m-%d}/{window.end:%Y-%m-%d}"
        start, end = text.split("/")
        value = find(tables, model=model, window=text).value
        cells.append({"window": label, "start": start, "end": end, "value": value, "unit": unit})
    return pd.DataFrame(cells)


def grid_increments(tables: Tables, model: str) -> pd.DataFrame:
    """Compute one model's increment over the window before, for every trailing week; columns as in `grid_model`."""
    cells = []
    for label, window in _list_windows():
        if window.days == DAYS_OF_WEEK:
            start, end = f"{window.start:%Y-%m-%d}", f"{window.end:%Y-%m-%d}"
            value = increment(tables, model=model, window=f"{start}/{end}").value
            cells.append({"window": label, "start": start, "end": end, "value": value, "unit": "trillion_tokens"})
    return pd.DataFrame(cells)


def find_nearest_month(tables: Tables, model: str, trillion_tokens: float) -> pd.Timestamp:
    """Find the last day of the thirty, of those in `grid_model`, whose tokens come nearest to a number."""
    cells = grid_model(tables, model, "trillion_tokens")
    months = cells[cells["window"] == "trailing month"]
    return pd.Timestamp(months.loc[(months["value"] - trillion_tokens).abs().idxmin(), "end"])


def count_days_to_half(tokens: pd.Series) -> int | None:
    """Count the days from a model's strongest day to the first with less than half of it, None when none follows.

    Examples
    --------
    >>> count_days_to_half(pd.Series([1, 8, 5, 3, 6], pd.date_range("2026-02-15", periods=5)))
    2
    """
    peak = tokens.idxmax()
    low = tokens.index[(tokens.index > peak) & (tokens < tokens.max() / 2)]
    return (low[0] - peak).days if len(low) else None


def summarise_shares(shares: pd.DataFrame, printed: float) -> dict[str, tuple[float | int, str]]:
    """Say how far a grid of shares reaches on the platform, and where a printed share comes up.

    Parameters
    ----------
    shares : DataFrame
        From `grid_shares`.
    printed : float
        A share in whole per cent.

    Returns
    -------
    dict of str to (value, unit)
        Cells, lowest and highest share, the highest of scopes wider than ten models, and in how many pairs of scope
        and window the printed share comes out: in all, in wider scopes, in the stated week.
    """
    platform = shares[shares["scope"] != "world"]
    wide = ~platform["scope"].isin(["top_5", "top_9", "top_10"])
    at_printed = platform[platform["value"].round() == printed].drop_duplicates(["scope", "start", "end"])
    return {
        "grid_cells": (len(platform), ""),
        "grid_low": (platform["value"].min(), "percent_of_scope"),
        "grid_high": (platform["value"].max(), "percent_of_scope"),
        "wide_high": (platform.loc[wide, "value"].max(), "percent_of_scope"),
        "printed_places": (len(at_printed), ""),
        "printed_wide": (int(wide[at_printed.index].sum()), ""),
        "printed_in_stated_week": (int((at_printed["window"] == "stated week").sum()), ""),
    }


def summarise_chart(tables: Tables, stated: pd.Timestamp) -> dict[str, tuple[str | int, str]]:
    """Count weeks and days with a Chinese lead among the nine models of the public chart.

    Parameters
    ----------
    tables : mapping of DataFrames
    stated : Timestamp
        Monday of the week that the article states.

    Returns
    -------
    dict of str to (value, unit)
        Weeks tested up to the article, those led on the chart, among twenty models and on the whole platform, weeks
        that could not be tested, and single days led before the stated week; the first week tested, and the weeks
        before it of which the platform's total is on record, and no model's.
    """
    weeks, days = (compare(tables, "top_9", pd.Timestamp(ARTICLE_DATE)) for compare in (compare_weeks, compare_days))
    early = days[days["date"] < stated]
    totals = tables["usage_weekly_totals"]["week_start"].drop_duplicates()
    wider = {scope: compare_weeks(tables, scope, pd.Timestamp(ARTICLE_DATE)) for scope in ("top_20", "platform")}
    led = {f"weeks_led_{scope}": (int(_find_leads(seen, scope).sum()), "weeks") for scope, seen in wider.items()}
    return led | {
        "weeks_tested": (len(weeks), "weeks"),
        "first_week_tested": (f"{weeks['week_start'].min():%-d %B %Y}", "date"),
        "weeks_of_totals_alone": (int((totals < weeks["week_start"].min()).sum()), "weeks"),
        "weeks_led_on_chart": (int(_find_leads(weeks, "top_9").sum()), "weeks"),
        "weeks_inexact": (count_inexact_weeks(tables, pd.Timestamp(ARTICLE_DATE)), "weeks"),
        "days_led_before_week": (int(_find_leads(early, "top_9").sum()), "days"),
    }
