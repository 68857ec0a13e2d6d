"""Measures of tokens as a unit of work: the tokens of a generated clip, and of an agent's minutes."""

from typing import Literal

import pandas as pd

from tokencheck.article import ARTICLE_DATE
from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, measure, usage
from tokencheck.measures.singlefigures import read_figures
from tokencheck.units import MILLION, PERCENT

PIXELS_PER_TOKEN = 1024
TEN_THOUSAND = 1e4
MINUTES_PER_DAY = 1440


def count_video_tokens(width_px: int, height_px: int, fps: int, seconds: int, extra_frames: int = 0) -> float:
    """Compute the tokens that a generated clip is billed at.

    Parameters
    ----------
    width_px, height_px : int
        Size of a frame in pixels.
    fps : int
        Frames per second.
    seconds : int
        Length of the clip.
    extra_frames : int
        Frames billed beyond ``fps × seconds``.

    Returns
    -------
    float
        Width × height × frames / 1,024: the formula of Volcengine's video-generation API reference.

    Examples
    --------
    >>> count_video_tokens(1248, 704, 24, 15)
    308880.0
    """
    return width_px * height_px * (fps * seconds + extra_frames) / PIXELS_PER_TOKEN


@measure("tokens.video")
def video(
    tables: Tables,
    *,
    generation: str,
    fps: int = 24,
    seconds: int = 15,
    extra_frame: bool = False,
) -> Measurement:
    """Compute the tokens of a 720p clip by the published pixel size of a model generation.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``video_sizes`` and, for the extra frame, ``company_figures``.
    generation : str
        Such as ``Seedance 2.0``.
    fps, seconds : int
        Of the clip.
    extra_frame : bool
        Add the frame that bills show beyond seconds × fps.

    Returns
    -------
    Measurement
        In ten thousand tokens, the article's unit (万).
    """
    rows = tables["video_sizes"]
    rows = rows[(rows["generation"] == generation) & (rows["resolution"] == "720p")]
    size = tables.cite("video_sizes", rows).iloc[0]
    extra = int(read_figures(tables, "seedance-extra-frame")["value"].iloc[0]) if extra_frame else 0
    tokens = count_video_tokens(int(size["width_px"]), int(size["height_px"]), fps, seconds, extra)
    return Measurement(
        value=tokens / TEN_THOUSAND,
        unit="ten_thousand_tokens",
        as_of=ARTICLE_DATE,
        note=f"{size['width_px']} × {size['height_px']} pixels.",
        rows=rows,
    )


Work = Literal["limit", "team", "logged", "compiler", "day"]


@measure("tokens.agent")
def agent(
    tables: Tables,
    *,
    work: Work,
    minutes: float = 5,
    requests: int = 30,
    cached: bool = True,
    day: str = "",
) -> Measurement:
    """Measure the tokens of a few minutes of agent work.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``agent_logs``.
    work : str
        ``logged``: a user's logged requests; ``team``: as many times that as the vendor says a team of agents takes;
        ``limit``: the rate limit that the vendor recommends for one user, which is no consumption (bounds);
        ``compiler``: sixteen agents over two weeks, their sustained rate; ``day``: a user's logged day spread evenly
        over its hours, so that the busiest minutes had at least that much (a floor).
    minutes : float
        How long “a few minutes” are; for all but ``logged`` and ``team``.
    requests : int
        Requests in that time; for ``logged`` and ``team``.
    cached : bool
        Count re-reads from the cache; for ``logged`` and ``team``.
    day : str
        The figure that holds the day's tokens; for ``day``.

    Returns
    -------
    Measurement
        In million tokens.
    """
    if work == "limit":
        rows = read_figures(tables, "limit-low", "limit-high", table="agent_logs")
        low, high = rows["value"] * minutes / MILLION
        found = {"value": None, "low": low, "high": high, "interval_kind": "bounds"}
    elif work == "day":
        rows = read_figures(tables, day, table="agent_logs")
        found = {"value": rows["value"].iloc[0] / MINUTES_PER_DAY * minutes / MILLION, "interval_kind": "floor"}
    elif work in ("logged", "team"):
        names = ["radar-requests", "radar-tokens", *(() if cached else ("radar-cached",))]
        rows = read_figures(tables, *names, *(("team-multiple",) if work == "team" else ()), table="agent_logs")
        count, total, *reread = rows["value"].iloc[: len(names)]
        times = rows["value"].iloc[-1] if work == "team" else 1
        found = {"value": (total - sum(reread)) / count * requests * times / MILLION}
    else:
        rows = read_figures(tables, "compiler-input", "compiler-output", "compiler-days", table="agent_logs")
        read, written, days = rows["value"]
        found = {"value": (read + written) / days / MINUTES_PER_DAY * minutes / MILLION}
    return Measurement(
        unit="million_tokens",
        as_of=max(rows["period"].astype(str)),
        note={
            "logged": f"{requests} requests.",
            "team": f"{requests} requests of each agent of a standard session, times the vendor's multiple.",
            "limit": "A recommended limit, not what is used.",
            "compiler": "All sixteen agents together.",
            "day": "A day spread evenly; its busiest minutes had at least that much.",
        }[work],
        rows=rows,
        **found,
    )


@measure("tokens.multiple")
def multiple(tables: Tables, *, of: Literal["agent", "multi-agent", "prompt"]) -> Measurement:
    """Give how many times the tokens of a chat an agent takes, or how much longer prompts have become.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``agent_logs``.
    of : str
        ``agent`` or ``multi-agent`` over a chat; ``prompt``: prompt tokens per request, end of 2025 over early 2024.

    Returns
    -------
    Measurement
        Ratio.
    """
    names = ("prompt-tokens-after", "prompt-tokens-before") if of == "prompt" else (f"{of}-multiple",)
    rows = read_figures(tables, *names, table="agent_logs")
    values = rows["value"].tolist()
    return Measurement(
        value=values[0] / values[1] if of == "prompt" else values[0],
        unit="ratio",
        as_of=max(rows["period"].astype(str)),
        rows=rows,
    )


OPENCLAW = "OpenClaw"


@measure("tokens.app_request")
def app_request(tables: Tables, *, app: str = OPENCLAW) -> Measurement:
    """Compare the tokens of an app's request with those of the platform's average request.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``apps_daily`` and ``model_activity_daily``.
    app : str
        As the platform names it.

    Returns
    -------
    Measurement
        Ratio, with the range over the captures. Both records are later than the article, and the platform's is later
        than the app's.
    """
    own = tables.cite("apps_daily", tables["apps_daily"].query("app == @app"))
    whole = tables.cite("model_activity_daily", tables["model_activity_daily"])
    average = whole[["prompt_tokens", "completion_tokens"]].to_numpy().sum() / whole["requests"].sum()
    each = own["tokens_last_day"] / own["requests"] / average
    return Measurement(
        value=float(own["tokens_last_day"].sum() / own["requests"].sum() / average),
        low=float(each.min()),
        high=float(each.max()),
        interval_kind="range",
        unit="ratio",
        as_of=f"{own['captured_utc'].max():%Y-%m-%d}",
        note=f"{len(own)} captures; the range is that of single ones.",
        rows=own,
    )


@measure("tokens.app_growth")
def app_growth(tables: Tables, *, before: str) -> Measurement:
    """Set the tokens of OpenClaw beside the growth of the platform since an earlier time.

    Parameters
    ----------
    tables : mapping of DataFrames
        Needs ``openclaw_by_model`` and ``usage_daily``.
    before : str
        Days, as ``2026-01-01/2026-01-31``, whose daily average growth is counted from.

    Returns
    -------
    Measurement
        In percent of the growth of daily tokens, over the days on record of the app. An account, no cause: without the
        app its users may have sent other requests.
    """
    own = tables.cite("openclaw_by_model", tables["openclaw_by_model"])
    days = own["date"].unique()
    platform = tables["usage_daily"]
    earlier = usage.read_window(tables, before).select(platform)
    later = platform[platform["date"].isin(days)]
    tables.cite("usage_daily", pd.concat([earlier, later]))
    grown = later["tokens"].sum() / later["date"].nunique() - earlier["tokens"].sum() / earlier["date"].nunique()
    return Measurement(
        value=PERCENT * float(own["tokens"].sum() / len(days) / grown),
        unit="percent_of_growth",
        as_of=f"{max(days):%Y-%m-%d}",
        note=f"{len(days)} days, against the average of {before.replace('/', ' to ')}.",
        rows=own,
    )


def share_of_platform(tables: Tables) -> pd.Series:
    """Give OpenClaw's share of the platform's tokens on each day on record, in percent."""
    own = tables["openclaw_by_model"].groupby("date")["tokens"].sum()
    platform = tables["usage_daily"].groupby("date")["tokens"].sum()
    return PERCENT * own / platform.reindex(own.index)


def grid(tables: Tables, claim_id: str) -> dict[str, pd.DataFrame]:
    """Compute the sensitivity grid of C08, C09 or C35: part to one cell a row."""
    if claim_id == "C08":
        cells = [
            {"generation": generation, "extra_frame": extra}
            | {"value": video(tables, generation=generation, extra_frame=extra).value}
            for generation in tables["video_sizes"]["generation"]
            for extra in (False, True)
        ]
        return {"tokens": pd.DataFrame(cells).assign(unit="ten_thousand_tokens")}
    if claim_id == "C35":
        cells = [{"of": of, "value": multiple(tables, of=of).value} for of in ("agent", "multi-agent", "prompt")]
        cells.append({"of": "OpenClaw's request", "value": app_request(tables).value})
        return {"growth": pd.DataFrame(cells).assign(unit="ratio")}
    cells = []
    for minutes in (3, 5, 10):
        for work in ("limit", "team", "compiler"):
            found = agent(tables, work=work, minutes=minutes)
            ends = {"": found.value} if found.value is not None else {"low": found.low, "high": found.high}
            cells += [{"work": work, "minutes": minutes, "end": end, "value": value} for end, value in ends.items()]
        for cached in (True, False):
            value = agent(tables, work="logged", requests=6 * minutes, cached=cached).value
            cells.append({"work": f"logged, cached {cached}", "minutes": minutes, "end": "", "value": value})
    return {"tokens": pd.DataFrame(cells).assign(unit="million_tokens")}
