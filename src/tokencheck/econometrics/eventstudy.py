"""Event study of price cuts: a stacked design that describes what happened around them, and how little can be seen.

Each cut is one event with a window of weeks of its own; the models beside it are those that are on record through the
whole window and have no large change of price in it (not yet treated, or never). Effects of event × model and of
event × week are taken out (Cengiz, Dube, Lindner and Zipperer 2019), so that no cut is compared with an earlier one.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from tokencheck.econometrics.precision import TIE
from tokencheck.errors import UserError

BEFORE, AFTER = 4, 8  # weeks
SMALLEST_CUT = 0.20
STABLE = 0.10  # a price is stable when it stays within this share of the price just before or just after the cut
POWER, SIZE = 0.80, 0.05
SHUFFLES = 999


@dataclass(frozen=True)
class Cuts:
    """The cuts on record, and how many are lost at each step on the way to a usable event."""

    events: pd.DataFrame
    counts: dict[str, int]


@dataclass(frozen=True)
class Average:
    """The mean change of log tokens after a cut, beside the models without one."""

    events: int
    clusters: int
    n: int
    effect: float
    se: float
    p: float
    ci_low: float
    ci_high: float
    p_shuffled: float
    pretrend_p: float
    detectable: float
    mean_log_price_change: float


def _pivot(rows: pd.DataFrame, days: list[pd.Timestamp], column: str) -> pd.DataFrame:
    """Give a table of models by number of the week."""
    week = {day: at for at, day in enumerate(days)}
    table = rows.assign(week=rows["date"].map(week)).pivot(index="model", columns="week", values=column)
    return table.reindex(columns=range(len(days)))


def find_cuts(wednesdays: pd.DataFrame, listed: pd.DataFrame, smallest: float = SMALLEST_CUT) -> Cuts:
    """Find price cuts from one Wednesday to the next, and those with a full window and stable prices around them.

    Parameters
    ----------
    wednesdays, listed : DataFrame
        The panels of `tokencheck.econometrics.panel.build`; ``listed`` only serves to count the cuts in the catalogue.
    smallest : float
        Share of the old price by which a price must fall.

    Returns
    -------
    Cuts
        ``events``: model, date, week (number of the Wednesday), log_price_change, stable (bool). ``counts``: how many
        cuts there are in the catalogue, among the fifty most used, with a full window, with stable prices.
    """
    days = sorted(wednesdays["date"].unique())
    limit = np.log(1 - smallest)
    catalogue = _pivot(listed[listed["price_measured"] > 0], days, "log_price_measured").diff(axis=1)
    paid = wednesdays[wednesdays["price_measured"] > 0]
    price, tokens = _pivot(paid, days, "log_price_measured"), _pivot(paid, days, "log_tokens")
    change = price.diff(axis=1)
    used = [(model, week) for model, week in zip(*np.where(change <= limit), strict=True)]
    events = []
    for at, week in used:
        window = range(week - BEFORE, week + AFTER + 1)
        if window[0] < 0 or window[-1] >= len(days) or tokens.iloc[at, list(window)].isna().any():
            continue
        before = price.iloc[at, week - BEFORE : week] - price.iloc[at, week - 1]
        after = price.iloc[at, week : week + AFTER + 1] - price.iloc[at, week]
        stable = bool(max(before.abs().max(), after.abs().max()) <= np.log1p(STABLE))
        model, cut = price.index[at], float(change.iloc[at, week])
        events.append((model, days[week], int(week), cut, stable))
    frame = pd.DataFrame(events, columns=["model", "date", "week", "log_price_change", "stable"])
    counts = {
        "in the catalogue": int((catalogue <= limit).sum().sum()),
        "of models among the fifty most used in both weeks": len(used),
        "with a full window": len(frame),
        "with stable prices around the cut": int(frame["stable"].sum()),
    }
    return Cuts(frame, counts)


def stack(wednesdays: pd.DataFrame, events: pd.DataFrame, smallest: float = SMALLEST_CUT) -> pd.DataFrame:
    """Put each event beside its controls, one block a cut.

    Parameters
    ----------
    wednesdays : DataFrame
    events : DataFrame
        Of `find_cuts`.
    smallest : float
        A control's price moves by less than this share from any week of the window to the next.

    Returns
    -------
    DataFrame
        event (number), model, week (−4 … 8), treated (bool), log_tokens; every model in all weeks of its block.

    Raises
    ------
    UserError
        When no event is given or none has a control.
    """
    days = sorted(wednesdays["date"].unique())
    paid = wednesdays[wednesdays["price_measured"] > 0]
    price, tokens = _pivot(paid, days, "log_price_measured"), _pivot(paid, days, "log_tokens")
    steady = price.diff(axis=1).abs() < -np.log(1 - smallest)
    blocks = []
    for number, event in enumerate(events.itertuples()):
        window = list(range(event.week - BEFORE, event.week + AFTER + 1))
        full = tokens[window].notna().all(axis=1)
        chosen = full & steady[window[1:]].all(axis=1)
        chosen[event.model] = True
        block = tokens.loc[chosen, window].set_axis(range(-BEFORE, AFTER + 1), axis=1)
        long = block.rename_axis("model").reset_index().melt("model", var_name="week", value_name="log_tokens")
        if chosen.sum() > 1:
            blocks.append(long.assign(event=number, treated=long["model"] == event.model))
    if not blocks:
        raise UserError("event study: no price cut has a full window with another model beside it. It is left out.")
    return pd.concat(blocks, ignore_index=True).astype({"week": "int64"})


def _absorb(stacked: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """Take out effects of event × model and event × week; exact, because each block is complete."""
    by_model = columns.groupby([stacked["event"], stacked["model"]]).transform("mean")
    by_week = columns.groupby([stacked["event"], stacked["week"]]).transform("mean")
    return columns - by_model - by_week + columns.groupby(stacked["event"]).transform("mean")


def _regress(stacked: pd.DataFrame, columns: pd.DataFrame):
    """Regress log tokens on indicator columns beside the effects; CRV1 by model, K counts the columns shown."""
    import statsmodels.api as sm

    left = _absorb(stacked, columns.astype("float64").assign(outcome=stacked["log_tokens"]))
    groups = pd.factorize(stacked["model"])[0]
    options = {"cov_type": "cluster", "cov_kwds": {"groups": groups}, "use_t": True}
    return sm.OLS(left.pop("outcome"), left).fit(**options)


def trace(stacked: pd.DataFrame) -> pd.DataFrame:
    """Estimate the path of log tokens around the cuts, week −1 being zero.

    Parameters
    ----------
    stacked : DataFrame
        Of `stack`.

    Returns
    -------
    DataFrame
        week, effect, se, ci_low, ci_high (log points; CRV1 by model), one row a week from −4 to 8.
    """
    weeks = [week for week in range(-BEFORE, AFTER + 1) if week != -1]
    names = {f"week_{week}": stacked["treated"] & (stacked["week"] == week) for week in weeks}
    found = _regress(stacked, pd.DataFrame(names))
    low, high = found.conf_int().to_numpy().T
    path = pd.DataFrame(
        {"week": weeks, "effect": found.params.to_numpy(), "se": found.bse.to_numpy(), "ci_low": low, "ci_high": high}
    )
    reference = pd.DataFrame({"week": [-1], "effect": [0.0], "se": [0.0], "ci_low": [0.0], "ci_high": [0.0]})
    return pd.concat([path, reference]).sort_values("week", ignore_index=True)


def average(stacked: pd.DataFrame, events: pd.DataFrame, seed: int = 9) -> Average:
    """Estimate the mean change of log tokens over the eight weeks after the cuts.

    Parameters
    ----------
    stacked : DataFrame
        Of `stack`.
    events : DataFrame
        The events it was made of.
    seed : int
        Of the shuffles.

    Returns
    -------
    Average
        In log points. ``p_shuffled`` gives each event's label to one of its own controls, 999 times: with few treated
        models it is the p-value to go by. ``pretrend_p`` tests that weeks −4 to −2 are zero; ``detectable`` is the
        effect that would be found with 80 % power at the 5 % level, (t₀.₉₇₅ + t₀.₈₀) · SE.
    """
    after = pd.DataFrame({"after": stacked["treated"] & (stacked["week"] >= 0)})
    found = _regress(stacked, after)
    groups = stacked["model"].nunique()
    leads = [f"week_{week}" for week in range(-BEFORE, -1)]
    names = [week for week in range(-BEFORE, AFTER + 1) if week != -1]
    path = _regress(
        stacked, pd.DataFrame({f"week_{week}": stacked["treated"] & (stacked["week"] == week) for week in names})
    )
    used = min(len(leads), events["model"].nunique())  # no more can be tested than there are treated clusters
    test = path.f_test(", ".join(f"{name} = 0" for name in leads[-used:]))
    se, df = float(found.bse["after"]), groups - 1
    low, high = found.conf_int().loc["after"]
    return Average(
        events=len(events),
        clusters=groups,
        n=len(stacked),
        effect=float(found.params["after"]),
        se=se,
        p=float(found.pvalues["after"]),
        ci_low=float(low),
        ci_high=float(high),
        p_shuffled=_shuffle(stacked, seed),
        pretrend_p=float(np.squeeze(test.pvalue)),
        detectable=float((stats.t.ppf(1 - SIZE / 2, df) + stats.t.ppf(POWER, df)) * se),
        mean_log_price_change=float(events["log_price_change"].mean()),
    )


def _shuffle(stacked: pd.DataFrame, seed: int) -> float:
    """Compare the mean change of treated models with that of controls drawn in their place."""
    mean = (
        stacked.assign(after=stacked["week"] >= 0).groupby(["event", "model", "treated", "after"])["log_tokens"].mean()
    )
    change = mean.unstack("after").pipe(lambda table: table[True] - table[False]).reset_index(name="change")
    change["change"] -= change.groupby("event")["change"].transform("mean")
    seen = float(change.loc[change["treated"], "change"].mean())
    generator = np.random.default_rng(seed)
    draws = np.zeros(SHUFFLES)
    for _, block in change.groupby("event"):
        draws += generator.choice(block["change"].to_numpy(), SHUFFLES)
    draws /= change["event"].nunique()
    return float((1 + (np.abs(draws) >= abs(seen) * (1 - TIE)).sum()) / (1 + SHUFFLES))
