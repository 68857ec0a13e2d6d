"""An invented market, to show what a slope of tokens on price can and cannot tell; none of its numbers is evidence."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

ELASTICITY = -1.0
TASTE = 2.0  # log tokens a unit of quality
MODELS = 300


def draw_market(
    price_follows_quality: float, elasticity: float, taste: float, models: int, days: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw a market in which buyers dislike price and like quality, and sellers price by quality.

    Parameters
    ----------
    price_follows_quality : float
        Log price a unit of quality.
    elasticity : float
        The true one.
    taste : float
        Log tokens a unit of quality.
    models, days, seed : int

    Returns
    -------
    tuple of arrays
        Quality, log price and log tokens, one of each a model and day.
    """
    generator = np.random.default_rng(seed)
    quality = np.repeat(generator.normal(size=models), days)
    habit = np.repeat(generator.normal(size=models), days)
    wave = np.tile(generator.normal(size=days), models)
    price = 0.5 + price_follows_quality * quality + 0.7 * generator.normal(size=models * days)
    noise = generator.normal(size=models * days)
    return quality, price, 5 + elasticity * price + taste * quality + 0.5 * habit + wave + noise


def trace_bias(strengths: Iterable[float], repeats: int = 40) -> pd.DataFrame:
    """Estimate the invented market's elasticity with and without quality, as price follows quality ever more closely.

    Parameters
    ----------
    strengths : iterable of float
        Values of ``price_follows_quality``.
    repeats : int
        Invented markets a value.

    Returns
    -------
    DataFrame
        strength, without_quality and with_quality (mean slopes), expected (what the formula of omitted variables says).
    """
    found = []
    for strength in strengths:
        slopes = []
        for repeat in range(repeats):
            quality, price, tokens = draw_market(strength, ELASTICITY, TASTE, MODELS, days=1, seed=repeat)
            ones = np.ones(MODELS)
            short, long = np.column_stack([price, ones]), np.column_stack([price, quality, ones])
            slopes.append([np.linalg.lstsq(design, tokens, rcond=None)[0][0] for design in (short, long)])
        without, with_quality = np.mean(slopes, axis=0)
        expected = ELASTICITY + TASTE * strength / (strength**2 + 0.7**2)
        found.append(
            {"strength": strength, "without_quality": without, "with_quality": with_quality, "expected": expected}
        )
    return pd.DataFrame(found)
