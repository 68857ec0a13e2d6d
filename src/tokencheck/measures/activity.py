"""Measures of what is in a model's tokens: the share of prompt, and the share of prompt that a cache gave.

From the record of every public model on OpenRouter, some weeks of June to August 2026: later than the article, and the
only record of all models. The one earlier leaderboard with a split is `tokencheck.measures.prices.board_share`.
"""

from dataclasses import dataclass

import pandas as pd

from tokencheck.evidence.tables import Tables
from tokencheck.measures import Measurement, measure
from tokencheck.units import PERCENT

ALL_MODELS = "all"


@dataclass(frozen=True)
class TokenSplit:
    """Tokens read, written, and read from a cache, over some days."""

    prompt: float
    completion: float
    cached: float
    first_day: str
    last_day: str
    days: int
    rows: pd.DataFrame

    @property
    def prompt_share(self) -> float:
        """Prompt tokens in all tokens, between 0 and 1."""
        return self.prompt / (self.prompt + self.completion)

    @property
    def cached_share(self) -> float:
        """Cached tokens in prompt tokens, between 0 and 1; a host without a cache counts with none."""
        return self.cached / self.prompt


def sum_split(tables: Tables, model: str = ALL_MODELS) -> TokenSplit | None:
    """Add up prompt, completion and cached tokens over every day of the record.

    Parameters
    ----------
    tables : Tables
        Needs ``model_activity_daily``.
    model : str
        Permaslug without variant; its variants such as ``:free`` are added. By default all models.

    Returns
    -------
    TokenSplit or None
        None where the record has no tokens of the model.
    """
    rows = tables["model_activity_daily"]
    if model != ALL_MODELS:
        rows = rows[rows["model"].str.partition(":")[0] == model]
    if not rows["prompt_tokens"].sum():
        return None
    tables.cite("model_activity_daily", rows)
    parts = ["prompt_tokens", "completion_tokens", "cached_tokens"]
    days = rows.groupby("date", as_index=False)[parts].sum()
    return TokenSplit(
        *(float(days[part].sum()) for part in parts),
        first_day=f"{days['date'].min():%Y-%m-%d}",
        last_day=f"{days['date'].max():%Y-%m-%d}",
        days=len(days),
        rows=days,
    )


def _measure(split: TokenSplit | None, unit: str, value: float | None, daily: pd.Series | None) -> Measurement:
    if split is None:
        return Measurement(value=None, unit=unit, as_of="", note="No tokens of this model are on record.")
    return Measurement(
        value=PERCENT * value,
        low=PERCENT * float(daily.min()),
        high=PERCENT * float(daily.max()),
        interval_kind="range",
        unit=unit,
        as_of=split.last_day,
        note=f"{split.days} days, {split.first_day} to {split.last_day}; the range is that of single days.",
        rows=split.rows,
    )


@measure("activity.prompt_share")
def prompt_share(tables: Tables, *, model: str = ALL_MODELS) -> Measurement:
    """Measure the share of prompt tokens in all tokens of a model, or of all models.

    Parameters
    ----------
    tables : Tables
    model : str
        As in `sum_split`.

    Returns
    -------
    Measurement
        In percent of the tokens of public models, or of one; the range is that of single days.
    """
    split = sum_split(tables, model)
    unit = "percent_of_public_models" if model == ALL_MODELS else "percent_of_model"
    if split is None:
        return _measure(None, unit, None, None)
    daily = split.rows["prompt_tokens"] / (split.rows["prompt_tokens"] + split.rows["completion_tokens"])
    return _measure(split, unit, split.prompt_share, daily)


@measure("activity.cached_share")
def cached_share(tables: Tables, *, model: str = ALL_MODELS) -> Measurement:
    """Measure the share of cached tokens in the prompt tokens of a model, or of all models; as `prompt_share`."""
    split = sum_split(tables, model)
    unit = "percent_of_public_prompt" if model == ALL_MODELS else "percent_of_model_prompt"
    if split is None:
        return _measure(None, unit, None, None)
    return _measure(split, unit, split.cached_share, split.rows["cached_tokens"] / split.rows["prompt_tokens"])
