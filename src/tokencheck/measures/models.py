"""Measures of models: scores of the same table, context windows, and how much text a window holds."""

from typing import Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, measure
from tokencheck.measures.singlefigures import read_figures
from tokencheck.units import MILLION

Table = Literal["maker", "swe-bench", "epoch", "artificial-analysis", "arena", "livebench"]

GLM = "z-ai/glm-5"
WITH_ZERO = ("percent", "USD")  # units whose ratios mean something; index and Elo points have no natural zero


def list_pairs(tables: Tables, *, rival: str, table: str | None = None, category: str | None = None) -> pd.DataFrame:
    """Set GLM-5's scores beside a rival's, benchmark by benchmark, within the same table.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``benchmarks``.
    rival : str
        The other model.
    table, category : str, optional
        Keep these alone.

    Returns
    -------
    DataFrame
        Columns table, benchmark, category, unit, as_of, source_id, own, other, ratio (empty where the unit has no zero)
        and ahead; benchmarks that lack either model are left out.
    """
    rows = tables["benchmarks"]
    rows = rows if table is None else rows[rows["table"] == table]
    rows = rows if category is None else rows[rows["category"] == category]
    keys = ["table", "benchmark", "category", "unit", "as_of", "source_id"]
    wide = rows[rows["model"].isin((GLM, rival))].pivot(index=keys, columns="model", values="value").reset_index()
    wide = wide.rename(columns={GLM: "own", rival: "other"}).rename_axis(columns=None)
    wide = wide.reindex(columns=[*keys, "own", "other"]).dropna(subset=["own", "other"])
    ratio = (wide["own"] / wide["other"]).where(wide["unit"].isin(WITH_ZERO))
    return wide.assign(ratio=ratio, ahead=wide["own"] > wide["other"]).reset_index(drop=True)


@measure("models.score_ratio")
def score_ratio(tables: Tables, *, rival: str, table: Table, category: str | None = None) -> Measurement:
    """Give the median ratio of GLM-5's scores to a rival's over the benchmarks of one table.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``benchmarks``.
    rival : str
        The other model.
    table : str
        Whose table.
    category : str, optional
        ``coding``, ``agents``, ``reasoning`` or ``general``; all by default.

    Returns
    -------
    Measurement
        Ratio, with the range over benchmarks. Benchmarks whose unit has no natural zero are left out.
    """
    rows = list_pairs(tables, rival=rival, table=table, category=category).dropna(subset="ratio")
    if rows.empty:
        return Measurement(None, "ratio", ARTICLE_DATE, note="No such scores are at hand.")
    tables.cite("benchmarks", rows)
    spread = len(rows) > 1
    return Measurement(
        value=float(rows["ratio"].median()),
        unit="ratio",
        as_of=f"{rows['as_of'].max():%Y-%m-%d}",
        low=float(rows["ratio"].min()) if spread else None,
        high=float(rows["ratio"].max()) if spread else None,
        interval_kind="range" if spread else None,
        note=f"Ahead in {int(rows['ahead'].sum())} of {len(rows)}.",
        rows=rows,
    )


@measure("models.context_window")
def context_window(tables: Tables, *, provider: str, model: str, thousand: int = 1000) -> Measurement:
    """Give the context window that a vendor lists for its model.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``vendor_prices``.
    provider, model : str
        As in ``vendor_prices``.
    thousand : int
        What “K” stands for: 1,000 or 1,024 tokens.

    Returns
    -------
    Measurement
        In thousand tokens.
    """
    rows = tables["vendor_prices"]
    rows = rows[(rows["provider"] == provider) & (rows["vendor_model_id"] == model) & (rows["date"] <= ARTICLE_DATE)]
    last = tables.cite("vendor_prices", rows.sort_values("date").tail(1))
    return Measurement(
        value=float(last["context_length"].iloc[0]) / thousand,
        unit="thousand_tokens",
        as_of=f"{last['date'].iloc[0]:%Y-%m-%d}",
        note=f"{int(last['context_length'].iloc[0]):,} tokens, with K as {thousand:,}.",
        rows=last,
    )


@measure("models.router_window")
def router_window(tables: Tables, *, model: str, thousand: int = 1000, as_of: str = ARTICLE_DATE) -> Measurement:
    """Give the context window in OpenRouter's catalogue of a day, in thousand tokens; see `window_rank` for the day."""
    from tokencheck.measures import prices

    day = prices.resolve_day(tables, "openrouter", as_of)
    rows = prices.price_panel(tables, day)
    row = tables.cite("price_changes", rows[rows["model"] == model])
    return Measurement(
        value=float(row["context_length"].iloc[0]) / thousand,
        unit="thousand_tokens",
        as_of=day,
        note=f"{int(row['context_length'].iloc[0]):,} tokens, with K as {thousand:,}.",
        rows=row,
    )


def list_windows(tables: Tables, *, peers: str = "vendors", day: str = ARTICLE_DATE) -> pd.DataFrame:
    """List the context windows on record by a day, widest first.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``vendor_prices`` and ``price_changes``.
    peers : str
        ``vendors``: models on vendors' lists, each once, with the widest window that a list gives; ``openrouter``:
        models in OpenRouter's catalogue that day.
    day : str
        ISO date.

    Returns
    -------
    DataFrame
        Columns model, context_length, source_id.
    """
    from tokencheck.measures.prices import price_panel

    if peers == "openrouter":
        rows = price_panel(tables, day)
    else:
        rows = tables["vendor_prices"]
        rows = rows[rows["date"] <= day].sort_values("date", kind="stable")
        rows = rows.rename(columns={"vendor_model_id": "model"}).drop_duplicates(["provider", "model"], keep="last")
        # A model stands on the lists of a vendor's houses at home and abroad, and of vendors that sell each other's.
        rows = rows.assign(model=rows["model"].str.split("/").str[-1].str.lower())
    rows = rows.dropna(subset="context_length").sort_values("context_length", ascending=False, kind="stable")
    rows = rows.drop_duplicates("model")
    return rows[["model", "context_length", "source_id"]].reset_index(drop=True)


@measure("models.window_rank")
def window_rank(
    tables: Tables, *, model: str, peers: Literal["vendors", "openrouter"], as_of: str = ARTICLE_DATE
) -> Measurement:
    """Rank a model's context window among those on record by a day.

    Parameters
    ----------
    tables : mapping of DataFrames
        See `list_windows`.
    model : str
        As in that list.
    peers : str
        See `list_windows`.
    as_of : str
        ISO date, or ``latest`` for the last day on record.

    Returns
    -------
    Measurement
        Rank; models with the same window share the best rank.
    """
    from tokencheck.measures.prices import resolve_day

    day = resolve_day(tables, "openrouter" if peers == "openrouter" else "vendor", as_of)
    rows = list_windows(tables, peers=peers, day=day)
    tables.cite("price_changes" if peers == "openrouter" else "vendor_prices", rows)
    own = rows.loc[rows["model"] == model, "context_length"].iloc[0]
    wider = int((rows["context_length"] > own).sum())
    return Measurement(
        value=float(wider + 1),
        unit="rank",
        as_of=day,
        note=f"{wider} of {len(rows)} listed models have a wider window.",
        rows=rows[rows["context_length"] >= own],
    )


@measure("models.characters")
def characters(
    tables: Tables, *, window: Literal["kimi-k25-window", "kimi-k3-window", "kimi-app-window"]
) -> Measurement:
    """Give how many Chinese characters a window of Moonshot's holds, by the vendor's own characters per token.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``company_figures``.
    window : str
        The figure that states it; the app's is stated in characters.

    Returns
    -------
    Measurement
        In million characters, with bounds from the vendor's range.
    """
    names = [window] if window == "kimi-app-window" else [window, "kimi-characters-low", "kimi-characters-high"]
    rows = read_figures(tables, *names)
    size, *per_token = rows["value"]
    common = {
        "unit": "million_characters",
        "as_of": str(rows["period"].iloc[0]),
        "rows": rows,
    }
    if not per_token:
        return Measurement(value=size / MILLION, **common)
    low, high = (size * each / MILLION for each in per_token)
    return Measurement(value=None, low=low, high=high, interval_kind="bounds", **common)


def grid(tables: Tables, claim_id: str) -> dict[str, pd.DataFrame]:
    """Compute the sensitivity grid of C22, C23, C25 or C43: part to one cell a row."""
    if claim_id in ("C22", "C23"):
        rival = "anthropic/claude-opus-4.5" if claim_id == "C22" else "google/gemini-3-pro-preview"
        pairs = list_pairs(tables, rival=rival).dropna(subset="ratio")
        cells = pairs[["table", "benchmark", "category", "ratio"]].rename(columns={"ratio": "value"})
        return {"score": cells.assign(unit="ratio")}
    if claim_id == "C43":
        cells = []
        for window in ("kimi-k25-window", "kimi-k3-window", "kimi-app-window"):
            found = characters(tables, window=window)
            ends = {"": found.value} if found.value is not None else {"low": found.low, "high": found.high}
            cells += [{"window": window, "end": end, "value": value} for end, value in ends.items()]
        return {"window": pd.DataFrame(cells).assign(unit="million_characters")}
    windows = [
        {"listed_by": "vendor", "thousand": 1000, "value": context_window(tables, provider="zai", model="glm-5").value},
        {"listed_by": "vendor", "thousand": 1024}
        | {"value": context_window(tables, provider="zai", model="glm-5", thousand=1024).value},
        {"listed_by": "openrouter", "thousand": 1000, "value": router_window(tables, model=GLM).value},
        {"listed_by": "openrouter", "thousand": 1024, "value": router_window(tables, model=GLM, thousand=1024).value},
    ]
    ranks = [
        {"peers": peers, "value": window_rank(tables, model=model, peers=peers).value}
        for model, peers in (("glm-5", "vendors"), (GLM, "openrouter"))
    ]
    return {
        "window": pd.DataFrame(windows).assign(unit="thousand_tokens"),
        "ceiling": pd.DataFrame(ranks).assign(unit="rank"),
    }
