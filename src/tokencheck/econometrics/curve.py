"""The specification curve: one question answered in every defensible way, so that no single answer is picked.

The list of specifications stands here and knows no result. The curve is descriptive: specifications share data, so
their number proves nothing, and those that differ in the standard error alone share one estimate.
`tokencheck.econometrics.estimation` estimates them, many at once.

Method: Simonsohn, Simmons and Nelson (2020), Specification curve analysis, https://doi.org/10.1038/s41562-020-0912-z.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import joblib
import pandas as pd
from joblib.externals.loky import get_reusable_executor

from tokencheck import paths
from tokencheck.econometrics import PANEL_TABLES, censored, hostpanel, movecurve, moves, panel
from tokencheck.econometrics.estimation import LEVEL, Estimate, fit_batch
from tokencheck.econometrics.jointtest import judge_curve
from tokencheck.econometrics.precision import round_estimates, write_estimates
from tokencheck.econometrics.sample import prepare, take
from tokencheck.econometrics.specification import (
    CHOICES,
    CLUSTERED,
    COLUMNS,
    EQUAL_MODELS,
    EQUAL_ROWS,
    MOVE_SAMPLES,
    OF_HOSTS,
    Specification,
)
from tokencheck.econometrics.vocabulary import word_choice, word_terms
from tokencheck.errors import UserError

TIMEOUT = "10s"  # for the scheduler of a cluster to answer
WORD_COLUMNS = (*CHOICES, "se_type", "dropped")

CURVE_PRICES = ("log_price_measured", "log_price_3_1", "log_price_input", "log_price_own")
ALL_FIVE = ("quality", "log_age", "log_context", "open_weights", "origin")
OF_ALL = ("CRV1 by model", "CRV1 by developer")
LIMITED = (panel.LISTED, panel.LISTED_DAILY, panel.ALL_DAYS)
# What a sample or an effect holds fixed is not entered a second time, neither as a control nor as an effect.
_FIXED: dict[str, set[str]] = {
    "paid_open": {"open_weights"},
    "paid_closed": {"open_weights"},
    "paid_china": {"origin"},
    "paid_us": {"origin"},
    "origin": {"origin"},
    "developer": {"origin"},
    "date × origin": {"origin"},
}


# ------------------------------------------------------------------------------------------------------------ the grid


@dataclass(frozen=True)
class Block:
    """Choices that are crossed with each other; the grid is the sum of its blocks."""

    estimand: str
    panels: tuple[str, ...]
    controls: tuple[tuple[str, ...], ...]
    effects: tuple[tuple[str, ...], ...]
    samples: tuple[str, ...]
    se_types: tuple[str, ...] = CLUSTERED
    prices: tuple[str, ...] = CURVE_PRICES[:3]
    outcome: str = "log_tokens"
    weights: tuple[str, ...] = (EQUAL_ROWS, EQUAL_MODELS)
    estimator: str = "ols"

    def list_specifications(self) -> Iterator[Specification]:
        """Cross the choices; a combination that only repeats another is left out."""
        for own, price, controls, effects, sample, weights, se_type in itertools.product(
            self.panels, self.prices, self.controls, self.effects, self.samples, self.weights, self.se_types
        ):
            fixed = _FIXED.get(sample, set())
            if any(effect.endswith(name) for effect in effects for name in fixed):
                continue
            if sample == "paid_scored" and "quality" in controls:
                continue
            fixed = fixed.union(*(_FIXED.get(effect, set()) for effect in effects))
            entered = tuple(name for name in controls if name not in fixed)
            yield Specification(
                self.estimand, own, self.outcome, price, entered, effects, sample, weights, self.estimator, se_type
            )


ACROSS = ((), ("quality",), ("quality", "log_age"), ALL_FIVE)
OVER_TIME = ((), ("log_age",), ("log_age", "log_context"))
IN_WEEK = ((), ("origin",), ("developer",))
BY_DAY = (("date",), ("date × origin",), ("date", "developer"))
_BY_MODEL = (("model", "date"), ("model", "date × origin"), ("model", "date × open_weights"))
_KINDS = ("paid_scored", "paid_open", "paid_closed", "paid_china", "paid_us")
OPENNESS = ("paid", "paid_open", "paid_closed")
PERIODS = ("paid_before", "paid_since")
POISSON = {"outcome": "tokens", "weights": (EQUAL_ROWS,), "estimator": "poisson"}
ONE_WEEK = {"prices": CURVE_PRICES, "se_types": ("CRV1 by developer", "HC1"), "weights": (EQUAL_ROWS,)}
CURVE_HOST_PRICES = ("log_price_measured", "log_price_input", "log_price_full", "log_price_paid")
SERVICE = ((), ("log_speed",), ("log_speed", "log_latency"), ("log_speed", "log_latency", "log_context"))
BY_HOST = (("model × date",), ("model × date", "host"), ("model × date", "model × host"))
_BETWEEN = {"prices": CURVE_HOST_PRICES, "se_types": OF_HOSTS, "weights": (EQUAL_ROWS,)}
PAID = {"prices": (CURVE_HOST_PRICES[0], CURVE_HOST_PRICES[3])}
_EVERY = {"prices": CURVE_PRICES, "weights": (EQUAL_ROWS,)}
CHANCE = {"outcome": "top_50_relative", "weights": (EQUAL_ROWS,)}
_LIMIT = {"se_types": OF_ALL[::-1], "weights": (EQUAL_ROWS,), "estimator": "censored"}
# What is compared and by which rule on launches; the sister stands alone, so that nothing is left to be weighed.
_ASIDE = {name: tuple((name, *filter(None, [rule])) for rule in movecurve.LAUNCH_RULES) for name in movecurve.COMPARED}
_POOLED = {"prices": tuple(movecurve.MOVE_PRICES), "se_types": ("placebos",), "weights": (EQUAL_ROWS,)}
_DATED, _MOVED = tuple(movecurve.MOVE_PANELS.values()), tuple(MOVE_SAMPLES)

_BLOCKS = (
    Block("cross_section", ("week",), ACROSS, IN_WEEK, ("paid", "paid_unmixed", *_KINDS), **ONE_WEEK),
    Block("cross_section", ("week",), ACROSS, IN_WEEK, OPENNESS, **(ONE_WEEK | POISSON)),
    Block("within_day", ("wednesdays",), ACROSS, BY_DAY, ("paid", *_KINDS, *PERIODS)),
    Block("within_day", ("daily",), ACROSS, BY_DAY, OPENNESS),
    Block("within_day", ("wednesdays", "daily"), ((), ("quality",), ALL_FIVE), BY_DAY[::2], OPENNESS, **POISSON),
    Block("within_model", ("wednesdays",), OVER_TIME, _BY_MODEL, ("paid", *_KINDS[1:], *PERIODS)),
    Block("within_model", ("daily",), OVER_TIME, _BY_MODEL, OPENNESS),
    Block("within_model", ("wednesdays", "daily"), OVER_TIME[:2], _BY_MODEL[:1], OPENNESS, **POISSON),
    Block("hosts_within_model", ("hosts",), SERVICE, BY_HOST, ("paid", *_KINDS[1:]), **_BETWEEN),
    Block("hosts_within_model", ("hosts",), SERVICE[:1], BY_HOST[1:2], ("paid",), **(_BETWEEN | POISSON | PAID)),
    Block("same_day_all_models", ("all_days",), ACROSS, BY_DAY, ("paid", *_KINDS, "paid_top_50"), **_EVERY),
    Block("within_model", ("all_days",), OVER_TIME, _BY_MODEL, ("paid", *_KINDS[1:], "paid_top_50"), **_EVERY),
    Block(
        "cross_section_all_models",
        ("all_weeks",),
        ACROSS,
        BY_DAY,
        ("paid", *_KINDS, "paid_top_50"),
        **(_EVERY | {"se_types": OF_ALL}),
    ),
    Block(
        "cross_section_all_models",
        ("all_weeks",),
        ((), ("quality",), ALL_FIVE),
        BY_DAY,
        OPENNESS,
        **(_EVERY | POISSON | {"se_types": OF_ALL}),
    ),
    Block("extensive", ("listed",), ACROSS, BY_DAY, ("paid", *_KINDS, *PERIODS), **CHANCE),
    *(
        Block("censored_at_fifty", LIMITED, ACROSS, BY_DAY[:1], OPENNESS, outcome=f"log_tokens_{rank}", **_LIMIT)
        for rank in censored.LIMIT_RANKS
    ),
    *(
        Block("dated_move", _DATED, _ASIDE[donors], _BY_MODEL[:1], _MOVED, estimator=estimator, **_POOLED)
        for donors, estimator in (*movecurve.WAYS, (movecurve.SISTER, movecurve.DIFFERENCES))
    ),
)


def list_specifications(blocks: Iterable[Block] = _BLOCKS) -> list[Specification]:
    """List every specification of the grid, in its order.

    Parameters
    ----------
    blocks : iterable of Block
        What is crossed with what.

    Returns
    -------
    list of Specification

    Examples
    --------
    >>> len(list_specifications()) >= 1000
    True
    """
    return [one for block in blocks for one in block.list_specifications()]


# ------------------------------------------------------------------------------------------------------------- the runs


def check_backend(backend: str, jobs: int, scheduler: str | None) -> None:
    """Refuse what cannot be meant, before anything is built; see `choose_backend`."""
    if backend not in ("processes", "dask"):
        raise UserError(f"--backend {backend}: expected processes or dask")
    if backend == "dask" and not scheduler:
        raise UserError("--backend dask needs --scheduler ADDRESS, for example tcp://10.0.0.1:8786")
    if jobs < 1:
        raise UserError(f"--jobs {jobs}: expected 1 or more")


@contextmanager
def choose_backend(backend: str, jobs: int, scheduler: str | None) -> Iterator[None]:
    """Send joblib's work to processes of this machine or to a Dask cluster.

    Parameters
    ----------
    backend : {"processes", "dask"}
    jobs : int
        Processes at once; a cluster has its own number.
    scheduler : str or None
        Address of the cluster's scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises
    ------
    UserError
        When the extra is missing or nobody answers at the address.
    """
    check_backend(backend, jobs, scheduler)
    if backend == "processes":
        try:
            with joblib.parallel_config(backend="loky", n_jobs=jobs):
                yield
        finally:
            if jobs > 1:
                get_reusable_executor().shutdown()  # idle processes would keep their parent waiting for minutes
        return
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "--backend dask needs the extra `cluster`. Install it: tools/bootstrap.sh cluster (or pip install "
            "'tokencheck[cluster]'), and run again."
        ) from None
    try:
        client = Client(scheduler, timeout=TIMEOUT, set_as_default=True)
    except (OSError, ValueError, TypeError) as problem:
        raise UserError(
            f"--scheduler {scheduler}: no Dask scheduler answers there ({type(problem).__name__}). Start one with "
            "`dask scheduler`, or correct the address."
        ) from None
    try:
        with joblib.parallel_config(backend="dask"):
            yield
    finally:
        client.close()


# Estimators with a way of their own; the others share theirs.
FITTED = {
    "censored": censored.fit_limits,
    movecurve.DIFFERENCES: movecurve.fit_moves,
    movecurve.SYNTHETIC: movecurve.fit_moves,
}


def estimate_all(
    panels: Mapping[str, pd.DataFrame],
    specifications: Iterable[Specification] | None = None,
    jobs: int = 1,
    backend: str = "processes",
    scheduler: str | None = None,
) -> list[Estimate]:
    """Estimate many specifications; the result does not depend on where and with how many jobs.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Those of `build_panels`, by name.
    specifications : iterable of Specification, optional
        Those of `list_specifications` by default.
    jobs, backend, scheduler
        See `choose_backend`.

    Returns
    -------
    list of Estimate
        In the order of the specifications.
    """
    wanted = list_specifications() if specifications is None else list(specifications)
    names = {one.panel for one in wanted} - set(_DATED)
    # One number a developer, whatever the panel, so that joint tests know them again.
    developers = sorted(set().union(*(panels[name]["developer"].dropna() for name in names)))
    prepared = {
        name: prepare(panels[name].assign(developer=pd.Categorical(panels[name]["developer"], developers)))
        for name in names
    }
    groups: dict[tuple, list[Specification]] = {}
    for one in wanted:
        sample = "" if one.panel in _DATED else one.sample  # a move's sample hangs on its price
        groups.setdefault((one.panel, sample, one.estimator, one.effects, one.weights), []).append(one)
    with choose_backend(backend, jobs, scheduler):
        done = joblib.Parallel(max_nbytes=None)(  # no shared files that an interruption could leave behind
            joblib.delayed(FITTED.get(key[2], fit_batch))(
                take(prepared[key[0]], key[1]) if key[1] else panels[key[0]], group
            )
            for key, group in groups.items()
        )
    found = {specification: estimate for part in done for specification, estimate in part.items()}
    return [found[one] for one in wanted]


def tabulate_estimates(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Give one row an estimate.

    Parameters
    ----------
    estimates : iterable of Estimate
        From `estimate_all`.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, numbers to six significant digits.
    """
    table = pd.DataFrame([one.as_row() for one in estimates], columns=COLUMNS)
    numbers = ("coef", "se", "p", "ci_low", "ci_high", "r2_within")
    return round_estimates(table.astype(dict.fromkeys(numbers, "float64")))


def write_specifications(table: pd.DataFrame, path: Path | None = None) -> None:
    """Write the curve as CSV, whole or not at all."""
    write_estimates(path or paths.SPECIFICATIONS, table)


def build_panels(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Build every panel that the curve uses."""
    built = add_limits(panel.build_all(tables)) | {hostpanel.HOSTS: hostpanel.build_hosts(tables).rows}
    return built | movecurve.measure_ways(moves.DailyRecord(tables), moves.list_moves(tables))


def add_limits(panels: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Give the panels on which the cut is used as a limit the columns of `tokencheck.econometrics.censored.hide`."""
    changed = dict(panels)
    for name, of_seen in zip(LIMITED, (panel.WEDNESDAYS, panel.DAILY, panel.ALL_DAYS), strict=True):
        for rank in censored.LIMIT_RANKS:
            changed[name] = censored.hide(changed[name], panels[of_seen], rank)
    # A public model without tokens on record is not known to lie below the limit.
    summer = changed[panel.ALL_DAYS]
    limits = [f"limit_{rank}" for rank in censored.LIMIT_RANKS]
    changed[panel.ALL_DAYS] = summer.assign(**summer[limits].where(summer["log_tokens"].notna()))
    return changed


def build_curve(jobs: int = 1, backend: str = "processes", scheduler: str | None = None) -> pd.DataFrame:
    """Build the panels of the project, estimate the curve, test it jointly and write both; see `estimate_all`."""
    from tokencheck.evidence.tables import Tables

    check_backend(backend, jobs, scheduler)
    estimates = estimate_all(build_panels(Tables(only=PANEL_TABLES)), jobs=jobs, backend=backend, scheduler=scheduler)
    table = tabulate_estimates(estimates)
    write_specifications(table)
    write_estimates(paths.REGRESSIONS / "joint.csv", judge_curve(estimates))
    return table


def read(path: Path | None = None) -> pd.DataFrame:
    """Read the curve as written.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`.

    Raises
    ------
    UserError
        When it is missing.
    """
    path = path or paths.SPECIFICATIONS
    try:
        return pd.read_csv(
            path,
            keep_default_na=False,
            na_values={name: [""] for name in (*set(COLUMNS) - set(WORD_COLUMNS), "dropped")},
        )
    except FileNotFoundError:
        raise UserError(f"{paths.shorten(path)} is missing. Run `make report`, or `tokencheck curve`.") from None


# ----------------------------------------------------------------------------------------------------------- the counts


def list_fits(table: pd.DataFrame) -> pd.DataFrame:
    """Give the distinct estimates: of specifications that differ in the standard error alone, the widest interval.

    Parameters
    ----------
    table : DataFrame
        From `tabulate_estimates` or `read`.

    Returns
    -------
    DataFrame
        Estimated specifications, one row a distinct estimate of an estimand, in the order of the table.
    """
    estimated = table[table["coef"].notna()]
    widest = estimated.sort_values("se", ascending=False, kind="stable")
    return widest.drop_duplicates(["estimand", "panel", "coef", "n"]).sort_index()


def count(table: pd.DataFrame) -> dict[str, float]:
    """Count what the curve holds.

    Parameters
    ----------
    table : DataFrame
        From `tabulate_estimates` or `read`, or those of one estimand.

    Returns
    -------
    dict of str to float
        ``specifications``, ``estimated``, ``dropped``, ``distinct`` (estimates),
        ``negative_percent_of_estimates`` (distinct ones), ``negative_significant_percent_of_specifications`` and
        ``positive_…`` (estimated ones, at 5 %), ``median``, ``low`` and ``high`` (of distinct estimates; the middle
        nine tenths).
    """
    estimated = table[table["coef"].notna()]
    coefs = list_fits(table)["coef"]
    significant = estimated["p"] < LEVEL
    return {
        "specifications": len(table),
        "estimated": len(estimated),
        "dropped": len(table) - len(estimated),
        "distinct": len(coefs),
        "negative_percent_of_estimates": 100 * float((coefs < 0).mean()),
        "negative_significant_percent_of_specifications": 100 * float((significant & (estimated["coef"] < 0)).mean()),
        "positive_significant_percent_of_specifications": 100 * float((significant & (estimated["coef"] > 0)).mean()),
        "median": float(coefs.median()),
        "low": float(coefs.quantile(0.05)),
        "high": float(coefs.quantile(0.95)),
    }


def count_dropped(table: pd.DataFrame) -> pd.DataFrame:
    """Count the specifications without an estimate by place and reason, the most frequent first.

    Parameters
    ----------
    table : DataFrame
        From `tabulate_estimates` or `read`.

    Returns
    -------
    DataFrame
        specifications (how many), where (panel and sample), dropped (the reason), both in words.
    """
    left_out = table[table["dropped"].notna()]
    places = zip(left_out["panel"], left_out["sample"], strict=True)
    where = [f"{word_choice('panel', days)}, {word_choice('sample', models)}" for days, models in places]
    told = left_out.assign(where=where, dropped=left_out["dropped"].map(word_terms))
    counts = told.groupby(["where", "dropped"], as_index=False).agg(specifications=("panel", "size"))
    counts = counts[["specifications", "where", "dropped"]]
    return counts.sort_values("specifications", ascending=False, kind="stable", ignore_index=True)


def summarise(table: pd.DataFrame) -> str:
    """Say in one line what was estimated and where it is written; see `count`."""
    counts = count(table)
    return (
        f"{counts['estimated']} of {counts['specifications']} specifications estimated, {counts['distinct']} distinct "
        f"estimates; {counts['dropped']} left out. Written: {paths.shorten(paths.SPECIFICATIONS)}"
    )


def report_dropped(table: pd.DataFrame, specifications: Iterable[Specification]) -> list[str]:
    """Say which specifications were left out and why, one line each.

    Parameters
    ----------
    table : DataFrame
        From `tabulate_estimates`.
    specifications : iterable of Specification
        Those it was run with.

    Returns
    -------
    list of str
    """
    pairs = zip(specifications, table["dropped"], strict=True)
    return [f"{one}: {reason}; the curve goes on without it" for one, reason in pairs if isinstance(reason, str)]
