"""Whether prices move together: at the hosts of one model, and those of models with one host and with several."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS
from statsmodels.tools.tools import add_constant

from tokencheck.econometrics.headlines import Facts
from tokencheck.econometrics.panel import FIRST_WEDNESDAY, LAST_WEDNESDAY
from tokencheck.evidence.tables import Tables
from tokencheck.measures import listings, prices
from tokencheck.wording import write_range, write_signed


@dataclass(frozen=True)
class Comovement:
    """By how many per cent one price moves where another moves by one per cent.

    Attributes
    ----------
    question : str
        Which prices.
    coef, se, low, high : float
        Least squares, with the interval at 95 %.
    n : int
        Rows.
    cases : int
        Models, or weeks: what is taken to move by itself.
    """

    question: str
    coef: float
    se: float
    low: float
    high: float
    n: int
    cases: int


def _fit(question: str, own: pd.Series, other: pd.Series, cases: pd.Series | None = None) -> Comovement:
    """Regress a change on another; errors are clustered by the cases, or HC3 where each row is one."""
    options = {"cov_type": "HC3"} if cases is None else {"cov_type": "cluster", "cov_kwds": {"groups": cases}}
    fitted = OLS(own.to_numpy(), add_constant(other.to_numpy())).fit(use_t=True, **options)
    low, high = fitted.conf_int()[1]
    count = len(own) if cases is None else int(cases.nunique())
    return Comovement(question, fitted.params[1], fitted.bse[1], low, high, len(own), count)


def relate_hosts(rows: pd.DataFrame) -> Comovement:
    """Relate a host's price change of a week to the mean change of the same model's other hosts.

    Parameters
    ----------
    rows : DataFrame
        Of `tokencheck.econometrics.hostpanel.build_hosts`; ``log_price_lead`` is the offer's price a week later.

    Returns
    -------
    Comovement
        With errors by model.
    """
    rows = rows.assign(change=rows["log_price_lead"] - rows["log_price_measured"]).dropna(subset="change")
    of_day = rows.groupby(["date", "model"])["change"]
    count = of_day.transform("size")
    rows = rows.assign(others=(of_day.transform("sum") - rows["change"]) / (count - 1))[count > 1]
    codes = pd.Series(pd.factorize(rows["model"], sort=True)[0])
    return _fit("a host of a model, and its other hosts", rows["change"], rows["others"], codes)


def relate_weeks(tables: Tables) -> Comovement:
    """Relate the mean weekly price change of models with several hosts to that of models with one.

    Parameters
    ----------
    tables : Tables
        The ledger of list prices, and ``host_prices_daily``, which says which models have several hosts.

    Returns
    -------
    Comovement
        One row a week, with errors HC3. Each model counts alike; free ones have no logarithm.
    """
    change = list_weekly_prices(tables).diff()
    several = change.columns.isin(list_models_of_several_hosts(tables))
    both = pd.DataFrame({"several": change.loc[:, several].mean(axis=1), "one": change.loc[:, ~several].mean(axis=1)})
    both = both.dropna()
    return _fit("models with several hosts, and models with one", both["several"], both["one"])


def list_weekly_prices(tables: Tables) -> pd.DataFrame:
    """Give log list prices, one row a Wednesday and one column a model."""
    share, found = prices.find_prompt_share(tables), {}
    for day in pd.date_range(FIRST_WEDNESDAY, LAST_WEDNESDAY, freq="7D"):
        listed = prices.price_panel(tables, f"{day:%Y-%m-%d}").set_index("model")
        blended = prices.weigh_prices(listed, share)
        found[day] = np.log(blended.where(blended > 0))
    return pd.DataFrame(found).T


def list_models_of_several_hosts(tables: Tables) -> set[str]:
    """List the models, as the ledger names them, that two or more hosts sold on some day on record."""
    offers = tables["host_prices_daily"][["date", "model", "provider_slug"]]
    hosts = offers["provider_slug"].str.split("/").str[0]
    counts = hosts.groupby([offers["date"], offers["model"]]).nunique()
    names = counts[counts > 1].index.get_level_values("model").unique()
    models = tables["models"].drop_duplicates("model")
    by_slug = listings.name_slugs(models) | {name: name for name in models["model"]}
    return {found for name in names if (found := listings.match_listing(name, by_slug))}


def tabulate_comovement(links: dict[str, Comovement]) -> pd.DataFrame:
    """Give one row a question."""
    return pd.DataFrame([asdict(one) for one in links.values()])


def gather_comovement(links: dict[str, Comovement], variations: pd.DataFrame) -> Facts:
    """Gather what the chapter quotes of prices that move together, and what growth before prices rests on.

    Parameters
    ----------
    links : dict of str to Comovement
    variations : DataFrame
        Of `tokencheck.econometrics.headlines.vary_all`.

    Returns
    -------
    dict of str to (value, unit)
    """
    growth = variations[variations["check"] == "does growth move prices?"].iloc[0]
    facts: Facts = {
        "growth_n": (int(growth["n"]), ""),
        "growth_se": (f"{growth['se']:.3f}", ""),
        "growth_developers": (int(growth["developers"]), ""),
        "growth_effective": (f"{growth['effective']:.0f}", ""),
    }
    for key, one in links.items():
        facts[key] = (write_signed(one.coef), "")
        facts[f"{key}_interval"] = (write_range(one.low, one.high), "")
        facts[f"{key}_se"] = (f"{one.se:.2f}", "")
        facts[f"{key}_n"] = (one.n, "")
        facts[f"{key}_cases"] = (one.cases, "")
    return facts
