"""Invented markets as panels, for tests of the estimators; no number of them is evidence."""

import numpy as np
import pandas as pd

from tokencheck.econometrics.simulation import ELASTICITY, MODELS, TASTE, draw_market


def simulate_market(
    price_follows_quality: float,
    elasticity: float = ELASTICITY,
    taste: float = TASTE,
    models: int = MODELS,
    days: int = 1,
    seed: int = 9,
) -> pd.DataFrame:
    """Invent a market in which buyers dislike price and like quality, and sellers price by quality.

    Parameters as in `tokencheck.econometrics.simulation.draw_market`.

    Returns
    -------
    DataFrame
        model, developer, date, quality, log_price_measured, log_tokens, tokens and what
        `tokencheck.econometrics.sample` asks of a panel besides; every number invented.
    """
    quality, price, tokens = draw_market(price_follows_quality, elasticity, taste, models, days, seed)
    number = np.repeat(np.arange(models), days)
    rows = pd.DataFrame(
        {
            "model": [f"m{at:04}" for at in number],
            "developer": [f"d{at % 12:02}" for at in number],
            "date": np.tile(pd.date_range("2030-01-02", periods=days, freq="7D"), models),
            "quality": quality,
            "log_price_measured": price,
            "price_measured": np.exp(price),
            "log_tokens": tokens,
            "tokens": np.exp(tokens) * 1e9,
        }
    )
    return rows.assign(free=False, mixed=False, top_50=True, origin="US", open_weights=1.0)
