"""Measures of companies and chips: bounds where nothing better is disclosed."""

from typing import Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.evidence.tables import OTHER, Tables
from tokencheck.measures import Measurement, bounds, measure, usage
from tokencheck.measures.prices import LATEST
from tokencheck.measures.singlefigures import read_figures
from tokencheck.units import PERCENT

SECONDS_PER_DAY = 86_400


def _describe(rows: pd.DataFrame, note: str) -> dict:
    return {"as_of": max(rows["period"].astype(str)), "note": note, "rows": rows}


@measure("companies.coding_share")
def coding_share(tables: Tables, *, model: str, window: str, coding_percent: float | None = None) -> Measurement:
    """Bound a model's share of a platform's coding tokens: as if all its tokens were coding.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``usage_daily`` and ``company_figures``.
    model : str
        A permaslug without variant.
    window : str
        Days, as ``2026-02-09/2026-02-15``.
    coding_percent : float, optional
        Share of coding in the platform's tokens; by default the platform's published figure.

    Returns
    -------
    Measurement
        Bounds in percent, from nothing to the upper bound.
    """
    part = coding_percent
    if part is None:
        part = float(read_figures(tables, "openrouter-coding-share")["value"].iloc[0])
    own = usage.model_tokens(tables, model=model, window=window)
    platform = usage.rank_models(tables, usage.read_window(tables, window))["tokens"].sum() / usage.TRILLION
    upper = PERCENT * own.value / (platform * part / PERCENT)
    return Measurement(
        value=None,
        low=0.0,
        high=min(upper, float(PERCENT)),
        interval_kind="bounds",
        unit="percent_of_platform_coding",
        as_of=own.as_of,
        note="The upper end counts every token of the model as coding.",
        rows=own.rows,
    )


@measure("companies.programming_share")
def programming_share(
    tables: Tables,
    *,
    week: str,
    model: str | None = None,
    country: Literal["CN", "US"] | None = None,
    of: Literal["category", "chart"] = "category",
) -> Measurement:
    """Give the share of a model or a country in OpenRouter's own programming category in one week.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``programming_weekly``, and ``labs`` for a country.
    week : str
        Monday of the week, or ``latest``.
    model, country : str, optional
        A permaslug, or the home of the models' developers; one of the two.
    of : str
        ``category``: all its tokens; ``chart``: the nine models that its chart names.

    Returns
    -------
    Measurement
        In percent; OpenRouter estimates the category from a sample. The chart does not name every model: a country's
        share of the whole category is bounded, and a model that it does not name had at most the least that it names.
    """
    unit = "percent_of_programming" if of == "category" else "percent_of_programming_chart"
    rows = tables["programming_weekly"]
    monday = rows["week_start"].max() if week == LATEST else pd.Timestamp(week)
    rows = rows[rows["week_start"] == monday]
    if rows.empty:
        return Measurement(None, unit, week, note=f"The programming category of the week from {week} is not at hand.")
    rows = tables.cite("programming_weekly", rows if of == "category" else rows[rows["model"] != OTHER])
    common = {
        "unit": unit,
        "as_of": (monday + pd.Timedelta(days=6)).strftime("%Y-%m-%d"),
        "note": "Sampled estimate by OpenRouter; a share can be trusted further than its tokens.",
        "rows": rows,
    }
    tokens, named = rows["tokens_estimate"], rows[rows["model"] != OTHER]
    if model is not None:
        own = named.loc[named["model"] == model, "tokens_estimate"].sum()
        most = own or (named["tokens_estimate"].min() if of == "category" else 0)
        return bounds(*(PERCENT * float(end / tokens.sum()) for end in (own, most)), **common)
    home = usage.attribute(tables, named["model"], reported=False)["country"]
    own = named["tokens_estimate"][home == country].sum()
    unknown = named["tokens_estimate"][home.isna()].sum() + tokens[rows["model"] == OTHER].sum()
    low, high = (PERCENT * float(part / tokens.sum()) for part in (own, own + unknown))
    return bounds(low, high, **common)


@measure("companies.value_share")
def value_share(tables: Tables) -> Measurement:
    """Bound MiniMax's share of paid coding abroad: all its revenue against one rival coding product alone.

    Returns
    -------
    Measurement
        Bounds in percent, from nothing to the upper bound; every other seller would lower it further.
    """
    rows = read_figures(tables, "minimax-run-rate", "claude-code-run-rate")
    own, rival = rows["value"]
    return Measurement(
        value=None,
        low=0.0,
        high=PERCENT * own / (own + rival),
        interval_kind="bounds",
        unit="percent_of_two_sellers",
        **_describe(rows, "The upper end takes all MiniMax revenue as coding abroad, and one rival as all rivals."),
    )


@measure("companies.performance_per_watt")
def performance_per_watt(tables: Tables, *, rival: Literal["GB200", "H20"] = "GB200") -> Measurement:
    """Compare dense BF16 performance per watt: Huawei's CloudMatrix 384 against Nvidia's.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``company_figures``.
    rival : str
        ``GB200``: the NVL72, the leading system of its time, power of the whole; ``H20``: the chip that Nvidia made for
        China, with the power of the chip alone, so that the ratio is the least it can be.

    Returns
    -------
    Measurement
        Ratio, above one when Ascend is the more efficient.
    """
    names = ("nvidia-bf16-pflops", "nvidia-power-kw") if rival == "GB200" else ("h20-bf16-tflops", "h20-power-w")
    figures = read_figures(tables, "ascend-bf16-pflops", "ascend-power-kw", *names)
    ascend, ascend_power, nvidia, nvidia_power = figures["value"]  # PFLOPS a kW are TFLOPS a W
    note = "Peak performance and estimated power of whole systems; what a served token takes is not published."
    if rival == "H20":
        note = "Peak performance; the power of a whole Huawei system, but of Nvidia's chip alone."
    ratio = (ascend / ascend_power) / (nvidia / nvidia_power)
    return Measurement(
        value=ratio,
        unit="ratio",
        low=ratio if rival == "H20" else None,
        interval_kind="floor" if rival == "H20" else None,
        **_describe(figures, note),
    )


@measure("companies.performance_per_chip")
def performance_per_chip(tables: Tables) -> Measurement:
    """Compare dense BF16 performance per chip: Ascend 910C against one GPU of the GB200.

    Returns
    -------
    Measurement
        Ratio.
    """
    rows = read_figures(tables, "ascend-chip-bf16-tflops", "nvidia-chip-bf16-tflops")
    own, other = rows["value"]
    return Measurement(value=own / other, unit="ratio", **_describe(rows, "Per chip, not per watt."))


@measure("companies.capacity")
def capacity(
    tables: Tables, *, chips: float | None = None, rate: Literal["decode", "prefill"] = "decode"
) -> Measurement:
    """Bound the tokens a day that Ascend chips could serve, at the vendor's own rate and full load.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``company_figures``.
    chips : float, optional
        By default all cards shipped in 2025.
    rate : str
        ``decode``: tokens generated; ``prefill``: prompt tokens read.

    Returns
    -------
    Measurement
        Bounds in trillion tokens a day, from nothing to the upper bound.
    """
    rows = read_figures(tables, *(("ascend-shipped",) if chips is None else ()), f"ascend-{rate}")
    cards = rows["value"].iloc[0] if chips is None else chips
    upper = cards * rows["value"].iloc[-1] * SECONDS_PER_DAY / 1e12
    note = "The upper end runs every card of a year at full load on one model, at the vendor's own rate."
    return Measurement(
        value=None,
        low=0.0,
        high=upper,
        interval_kind="bounds",
        unit="trillion_tokens_per_day",
        **_describe(rows, note),
    )


@measure("companies.undisclosed")
def undisclosed(tables: Tables, *, unit: str, what: str) -> Measurement:
    """State that nobody has published the number a sentence needs.

    Parameters
    ----------
    tables : mapping of DataFrames
        Not read.
    unit : str
        The part's unit.
    what : str
        What would have to be published.

    Returns
    -------
    Measurement
        Without a value: the outcome is *no data*.
    """
    return Measurement(None, unit, ARTICLE_DATE, note=f"Not published: {what}.")


def count_chips(tables: Tables, trillion_tokens_per_day: float) -> float:
    """Compute how many Ascend chips that many tokens a day take, at the vendor's own rate and full load.

    Parameters
    ----------
    tables : mapping of DataFrames
    trillion_tokens_per_day : float

    Returns
    -------
    float

    Examples
    --------
    >>> from tokencheck.evidence.tables import Tables
    >>> round(count_chips(Tables(only=("company_figures",)), 1))
    5957
    """
    per_second = float(read_figures(tables, "ascend-decode")["value"].iloc[0])
    return trillion_tokens_per_day * 1e12 / SECONDS_PER_DAY / per_second


def grid(tables: Tables, claim_id: str) -> dict[str, pd.DataFrame]:
    """Compute the sensitivity grid of a claim: part to one cell a row.

    Parameters
    ----------
    tables : mapping of DataFrames
    claim_id : str
        C21, C40 or C41.
    """
    if claim_id == "C21":
        stated = pd.Timestamp(usage.STATED_WEEK.split("/")[0])
        mondays = [stated + pd.Timedelta(weeks=later) for later in range(4)]
        windows = [f"{monday:%Y-%m-%d}/{monday + pd.Timedelta(days=6):%Y-%m-%d}" for monday in mondays]
        model = "minimax/minimax-m2.5-20260211"
        cells = [
            {"window": window, "coding_percent": percent}
            | {"value": coding_share(tables, model=model, window=window, coding_percent=percent).high}
            for window in windows
            for percent in (30.0, 40.0, 50.0, 60.0)
        ]
        return {"share": pd.DataFrame(cells).assign(unit="percent_of_platform_coding")}
    if claim_id == "C40":
        cells = [
            {"level": "system, per watt, GB200", "value": performance_per_watt(tables).value},
            {"level": "system, per watt, H20", "value": performance_per_watt(tables, rival="H20").value},
            {"level": "chip", "value": performance_per_chip(tables).value},
        ]
        return {"efficiency": pd.DataFrame(cells).assign(unit="ratio")}
    shipped = float(read_figures(tables, "ascend-shipped")["value"].iloc[0])
    cells = [
        {"chips": chips, "rate": rate, "value": capacity(tables, chips=chips, rate=rate).high}
        for chips in (1e4, 1e5, shipped)
        for rate in ("decode", "prefill")
    ]
    return {"tokens": pd.DataFrame(cells).assign(unit="trillion_tokens_per_day")}
