"""How much of the Chinese models' tokens goes with their price: two ways of adding up, none of them causal.

The Oaxaca–Blinder decomposition splits the gap in mean log tokens between Chinese and American models into what goes
with differences in price and other attributes, at pooled coefficients, and the rest. The re-weighted share asks what
the share of tokens would be in an account where Chinese models cost what American ones do and tokens moved by an
elasticity that the reader chooses.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tokencheck.econometrics.precision import subtract
from tokencheck.errors import UserError

_CHINA, _AMERICA = "CN", "US"
DRAWS = 999
ELASTICITIES = (0.0, -0.1, -0.25, -0.5, -0.75, -1.0, -1.25, -1.5, -2.0)


@dataclass(frozen=True)
class GapPart:
    """One part of the gap, in log points, with a bootstrap interval over developers."""

    part: str
    value: float
    low: float
    high: float


def _split(tokens: np.ndarray, china: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Give the gap, the part of each column at pooled coefficients, and the rest."""
    # The pooled regression has an indicator of the country, or the gap itself would leak into the coefficients
    # (Jann 2008); its coefficient is the unexplained rest.
    full = np.column_stack([np.ones(len(tokens)), china, design])
    slopes = np.linalg.lstsq(full, tokens, rcond=None)[0]
    gap = tokens[china].mean() - tokens[~china].mean()
    parts = (design[china].mean(axis=0) - design[~china].mean(axis=0)) * slopes[2:]
    return np.array([gap, *parts, gap - parts.sum()])


def decompose(
    rows: pd.DataFrame,
    columns: Iterable[str],
    outcome: str = "log_tokens",
    draws: int = DRAWS,
    seed: int = 9,
) -> list[GapPart]:
    """Split the gap in log tokens between Chinese and American models.

    Parameters
    ----------
    rows : DataFrame
        A cross-section of `tokencheck.econometrics.panel.build_panel`.
    columns : iterable of str
        Price first, then other attributes.
    outcome : str
    draws, seed : int
        Of the bootstrap, which draws developers within each country, with all their models.

    Returns
    -------
    list of GapPart
        ``gap`` (China less America), one part a column, ``unexplained``; percentile intervals of 95 %.

    Raises
    ------
    UserError
        When one of the countries has too few models with everything known.
    """
    columns = list(columns)
    known = rows[rows["origin"].isin([_CHINA, _AMERICA])].dropna(subset=[outcome, *columns]).reset_index(drop=True)
    for country in (_CHINA, _AMERICA):
        if (count := int((known["origin"] == country).sum())) < len(columns) + 2:
            need = f"only {count} models of {country} have all of {', '.join(columns)}"
            raise UserError(f"decomposition of {outcome}: {need}. It is left out.")
    tokens, design = known[outcome].to_numpy(dtype="float64"), known[columns].to_numpy(dtype="float64")
    china = (known["origin"] == _CHINA).to_numpy()
    values = _split(tokens, china, design)
    members = {
        country: [part.index.to_numpy() for _, part in known[known["origin"] == country].groupby("developer")]
        for country in (_CHINA, _AMERICA)
    }
    generator = np.random.default_rng(seed)
    drawn = []
    while len(drawn) < draws:
        # Every developer that is drawn comes with all its models.
        picked = [own[at] for own in members.values() for at in generator.integers(0, len(own), len(own))]
        at = np.concatenate(picked)
        if min(china[at].sum(), (~china[at]).sum()) > len(columns) + 1:
            drawn.append(_split(tokens[at], china[at], design[at]))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    names = ["gap", *columns, "unexplained"]
    return [GapPart(*row) for row in zip(names, values.tolist(), low.tolist(), high.tolist(), strict=True)]


REFERENCES = ("pooled", "China", "United States")


def vary_split(rows: pd.DataFrame, columns: Iterable[str], outcome: str = "log_tokens") -> pd.DataFrame:
    """Split the gap at other slopes, with other weights, and without each developer: a split is a choice of these.

    Parameters
    ----------
    rows : DataFrame
    columns : iterable of str
        Price first, then other attributes; see `decompose`.
    outcome : str

    Returns
    -------
    DataFrame
        slopes (of `REFERENCES`), means (``each model alike`` or ``each token alike``), gap, price (what goes with
        price), low, high (the same without one developer at a time) and ``moved_by``, the developer that moves it most.
    """
    columns = list(columns)
    known = rows[rows["origin"].isin([_CHINA, _AMERICA])].dropna(subset=[outcome, *columns])
    found = []
    for slopes in REFERENCES:
        for means in ("each model alike", "each token alike"):
            whole = _split_with(known, columns, outcome, slopes, means)
            without = {
                name: _split_with(known[known["developer"] != name], columns, outcome, slopes, means)[1]
                for name in sorted(known["developer"].unique())
            }
            parts = pd.Series(without).dropna()
            moved = (parts - whole[1]).abs().sort_values(ascending=False, kind="stable").index[0]
            row = {"slopes": slopes, "means": means, "gap": whole[0], "price": whole[1]}
            found.append(row | {"low": parts.min(), "high": parts.max(), "moved_by": moved})
    return pd.DataFrame(found)


def _split_with(rows: pd.DataFrame, columns: list[str], outcome: str, slopes: str, means: str) -> tuple[float, float]:
    """Give the gap and what of it goes with the first column, at the slopes of one country or of both."""
    china = (rows["origin"] == _CHINA).to_numpy()
    design, tokens = rows[columns].to_numpy(dtype="float64"), rows[outcome].to_numpy(dtype="float64")
    used = {"pooled": np.ones(len(rows), dtype=bool), "China": china, "United States": ~china}[slopes]
    full = np.column_stack([design, np.ones(len(rows)), *([china] if slopes == "pooled" else [])])[used]
    if min(china.sum(), (~china).sum()) <= len(columns) + 1:
        return float("nan"), float("nan")
    slope = float(np.linalg.lstsq(full, tokens[used], rcond=None)[0][0])
    weights = rows["tokens"].to_numpy(dtype="float64") if means == "each token alike" else np.ones(len(rows))

    def differ(values: np.ndarray) -> float:
        one, other = (np.average(values[part], weights=weights[part]) for part in (china, ~china))
        return float(one - other)

    return differ(tokens), slope * differ(design[:, 0])


def reweigh(rows: pd.DataFrame, elasticity: float, factor: float) -> float:
    """Recompute the Chinese share as if Chinese prices were `factor` times as high.

    Parameters
    ----------
    rows : DataFrame
        origin, tokens, free.
    elasticity : float
        Per cent of tokens a per cent of price.
    factor : float
        What Chinese paid prices are multiplied by.

    Returns
    -------
    float
        Percent of all named tokens of known origin; free tokens stay as they are, and so do those of other countries.

    Examples
    --------
    >>> rows = pd.DataFrame({"origin": ["CN", "US"], "tokens": [50.0, 50.0], "free": [False, False]})
    >>> reweigh(rows, -1.0, 4.0)
    20.0
    """
    china = rows["origin"] == _CHINA
    paid = china & ~rows["free"].astype(bool)
    tokens = rows["tokens"] * np.where(paid, factor**elasticity, 1.0)
    known = rows["origin"].notna()
    return float(100 * tokens[china].sum() / tokens[known].sum())


def compute_factor(rows: pd.DataFrame, price: str = "price_measured") -> float:
    """Compute how many times dearer American tokens are than Chinese ones: means of log prices, weighted by tokens."""
    means = {}
    for country in (_CHINA, _AMERICA):
        own = rows[(rows["origin"] == country) & (rows[price] > 0)]
        if own.empty:
            raise UserError(f"re-weighted share: no paid model of {country} in the sample. It is left out.")
        means[country] = np.average(np.log(own[price]), weights=own["tokens"])
    return float(np.exp(means[_AMERICA] - means[_CHINA]))


def list_shares(
    rows: pd.DataFrame, elasticities: Iterable[float] = ELASTICITIES, draws: int = DRAWS, seed: int = 9
) -> pd.DataFrame:
    """Re-weigh the Chinese share for a range of elasticities.

    Parameters
    ----------
    rows : DataFrame
        Tokens of a window with origin, developer, tokens, price_measured and free.
    elasticities : iterable of float
    draws, seed : int
        Of the bootstrap over developers, which carries the uncertainty of who is in the market and at which price; that
        of the elasticity is in the range itself.

    Returns
    -------
    DataFrame
        elasticity, share_percent, low, high (percentiles 2.5 and 97.5), change_points (against an elasticity of 0),
        change_low, change_high, factor (of prices).
    """
    rows = rows[rows["price_measured"].notna() & rows["origin"].notna()].reset_index(drop=True)
    factor = compute_factor(rows)
    sums = _sum_developers(rows).to_numpy()
    generator = np.random.default_rng(seed)
    # How often each developer is drawn; a draw needs a paid model of both countries.
    times = generator.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=draws)
    china_paid, china_free, china_log, america_paid, america_log, total = (times @ sums).T
    whole = (china_paid > 0) & (america_paid > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors = np.exp(america_log / america_paid - china_log / china_paid)
    found = []
    for elasticity in elasticities:
        paid = china_paid * factors**elasticity
        shares = 100 * (paid + china_free) / (total - china_paid + paid)
        changes = shares - 100 * (china_paid + china_free) / total
        share = reweigh(rows, elasticity, factor)
        (low, high), (fall, rise) = (np.percentile(drawn[whole], [2.5, 97.5]) for drawn in (shares, changes))
        found.append(
            {
                "elasticity": elasticity,
                "share_percent": share,
                "low": low,
                "high": high,
                "change_points": subtract(share, reweigh(rows, 0.0, factor)),
                "change_low": fall,
                "change_high": rise,
                "factor": factor,
            }
        )
    return pd.DataFrame(found)


def _sum_developers(rows: pd.DataFrame) -> pd.DataFrame:
    """Give one row a developer: tokens, and tokens times log price, of what the shares are made of."""
    paid = rows["price_measured"] > 0
    weighted = rows["tokens"] * np.log(rows["price_measured"].where(paid, 1.0))
    china, america = rows["origin"] == _CHINA, rows["origin"] == _AMERICA
    parts = {
        "china_paid": rows["tokens"].where(china & paid, 0.0),
        "china_free": rows["tokens"].where(china & ~paid, 0.0),
        "china_log": weighted.where(china & paid, 0.0),
        "america_paid": rows["tokens"].where(america & paid, 0.0),
        "america_log": weighted.where(america & paid, 0.0),
        "total": rows["tokens"],
    }
    return pd.DataFrame(parts).groupby(rows["developer"]).sum()
