"""Measure the specification curve: its speed, its memory, and how both grow; used by ``make bench``.

The plain loops that it is compared with run every specification by itself: pyfixest's `feols`, and statsmodels with an
indicator column for every effect. Nothing is extrapolated: all three estimate the same specifications, whole groups of
the grid spread evenly over it, and each estimate is held to the curve's. They are counted in processor seconds, so that
what else the machine does has no part in the comparison.
"""

import os
import resource
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import psutil
import pyfixest as pf
import statsmodels.api as sm

from tokencheck.econometrics import PANEL_TABLES, curve
from tokencheck.econometrics.estimation import estimate
from tokencheck.econometrics.sample import draw_rows, prepare, select, take
from tokencheck.econometrics.specification import Specification
from tokencheck.evidence.tables import Tables

GROUPS = 9  # groups of the grid that are compared
MOST_ROWS = 5_000  # of a panel; with more, a loop of statsmodels takes minutes
SIZES = (1, 10, 100)
LEAST = {"pyfixest": 10, "statsmodels": 20}
Row = tuple[str, float, float, str]


def count_processor_seconds() -> float:
    """Count the processor seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Run a command; give its seconds, its processor seconds, and the most GB that it and its children held at once."""
    start, before, most = time.perf_counter(), count_processor_seconds(), 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        root = psutil.Process(running.pid)
        while running.poll() is None:
            held = 0
            for process in [root, *root.children(recursive=True)]:
                try:
                    held += process.memory_info().rss
                except psutil.Error:  # it has just ended
                    continue
            most = max(most, held)
            time.sleep(0.2)
        problem = running.stderr.read().decode()
    if running.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{problem}")
    return time.perf_counter() - start, count_processor_seconds() - before, most / 1e9


def fit_with_indicators(sample: pd.DataFrame, one: Specification) -> float:
    """Estimate a specification as a plain script would: indicator columns, statsmodels, clustered errors."""
    rows = select(take(sample, one.sample), one)
    parts = [rows[[one.price, *one.control_columns]]]
    parts += [pd.get_dummies(rows[name], prefix=name, drop_first=True, dtype=float) for name in one.effect_columns]
    columns = sm.add_constant(pd.concat(parts, axis=1), has_constant="add")
    weights = rows["weight"] if one.weights else 1.0
    groups = one.clusters
    options = {"cov_type": "HC1"}
    if groups:
        codes = np.column_stack([rows[name].to_numpy().astype(int) for name in groups]).squeeze()
        options = {"cov_type": "cluster", "cov_kwds": {"groups": codes}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # indicators that repeat each other do not touch the price's coefficient
        found = sm.WLS(rows[one.outcome], columns, weights=weights).fit(**options)
        float(found.bse[one.price])  # computed when asked for
    return float(found.params[one.price])


def fit_with_pyfixest(sample: pd.DataFrame, one: Specification) -> float:
    """Estimate a specification by itself, as pyfixest does it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of rows alone in an effect, which it drops as the curve does
        found = pf.feols(
            one.absorbed_formula,
            draw_rows(sample, one),
            vcov={"CRV1": "+".join(one.clusters)} if one.clusters else "HC1",
            ssc=pf.ssc(k_fixef="full", G_df="conventional"),
            weights="weight" if one.weights else None,
            demeaner=pf.MapDemeaner(fixef_tol=1e-10),
        )
    return float(found.coef()[one.price])


def choose_specifications(panels: dict[str, pd.DataFrame]) -> list[Specification]:
    """Choose whole groups of the grid, evenly spread: what the curve estimates at once."""
    groups: dict[tuple, list[Specification]] = {}
    for one in curve.list_specifications():
        if one.estimator == "ols" and len(panels[one.panel]) <= MOST_ROWS:
            groups.setdefault((one.panel, one.sample, one.effects, one.weights), []).append(one)
    return [one for group in list(groups.values())[:: len(groups) // GROUPS] for one in group]


def time_loop(
    fit: Callable[[pd.DataFrame, Specification], float], prepared: dict[str, pd.DataFrame], wanted: dict
) -> float:
    """Time a plain loop, checked against the curve; give processor seconds.

    Parameters
    ----------
    fit : callable
        Gives the coefficient of a specification from the rows of its panel.
    prepared : dict of str to DataFrame
        Panels of `tokencheck.econometrics.sample.prepare`.
    wanted : dict of Specification to float
    """
    start = time.process_time()
    found = {one: fit(prepared[one.panel], one) for one in wanted}
    seconds = time.process_time() - start
    for one, coef in found.items():
        if not np.isclose(coef, wanted[one], rtol=1e-6):
            raise ValueError(f"{one}: {coef} in the loop, {wanted[one]} in the curve")
    return seconds


def compare_loops(panels: dict[str, pd.DataFrame]) -> Iterator[Row]:
    """Compare the curve with plain loops over the same specifications."""
    chosen = choose_specifications(panels)
    start = time.process_time()
    estimates = curve.estimate_all(panels, chosen)
    own = time.process_time() - start
    wanted = {one.specification: one.coef for one in estimates if one.coef is not None}
    prepared = {name: prepare(rows) for name, rows in panels.items() if len(rows) <= MOST_ROWS}
    print(f"Compared: {len(wanted)} specifications; the curve used {own:.1f} processor seconds for them.")
    for name, fit in (("pyfixest", fit_with_pyfixest), ("statsmodels", fit_with_indicators)):
        loop = time_loop(fit, prepared, wanted)
        print(f"  A loop of {name} used {loop:.1f} processor seconds.")
        yield f"plain loop of {name}, times slower (at least)", loop / own, LEAST[name], "×"


def enlarge(rows: pd.DataFrame, factor: int) -> pd.DataFrame:
    """Make a synthetic panel of more models: copies of the real one with other names and with noise."""
    rng = np.random.default_rng(factor)
    copies = pd.concat([rows.assign(model=rows["model"] + f"#{copy}") for copy in range(factor)], ignore_index=True)
    for name in (*curve.CURVE_PRICES, "log_tokens"):
        copies[name] += rng.normal(0, 0.2, len(copies))
    return copies


def time_sizes(rows: pd.DataFrame) -> list[tuple[int, float]]:
    """Time four ways to absorb effects on larger and larger panels; give rows and processor seconds an estimate."""
    grid = [one for one in curve.list_specifications() if one.panel == "wednesdays" and one.sample == "paid"]
    chosen = [
        next(one for one in grid if one.effects == effects and not one.controls)
        for effects in (("date",), ("date", "developer"), ("model", "date"), ("model", "date × origin"))
    ]
    timed = []
    for size in SIZES:
        sample = prepare(enlarge(rows, size))
        rounds = max(1, 20 // size)
        start = time.process_time()
        for _ in range(rounds):
            for one in chosen:
                estimate(sample, one)
        timed.append((len(sample), (time.process_time() - start) / rounds / len(chosen)))
    return timed


def measure(environment: dict[str, str]) -> Iterator[Row]:
    """Measure the curve in a tree whose code and data the environment names.

    Parameters
    ----------
    environment : dict of str to str
        Of the copy; see `bench.copy_tree`.

    Yields
    ------
    (what, measured, limit, unit)
        Each as soon as it is known.
    """
    count = len(curve.list_specifications())
    command = [sys.executable, "-m", "tokencheck.cli", "curve"]
    two, _, memory = watch([*command, "--jobs", "2"], environment)
    yield f"curve of {count} specifications, two processes", two, 30, "s"
    yield "memory of the curve, all processes", memory, 1.2, "GB"
    _, busy, _ = watch([*command, "--jobs", "1"], environment)
    yield "curve, one process: processor seconds", busy, 40, "s"
    panels = curve.build_panels(Tables(only=PANEL_TABLES))
    yield from compare_loops(panels)
    sizes = time_sizes(panels["wednesdays"])
    for rows, seconds in sizes:
        a_row = seconds / rows * 1e6
        print(f"Synthetic panel of {rows:>6} rows: {seconds * 1000:>6.0f} ms an estimate, {a_row:.1f} µs a row")
    _, (middle_rows, middle), (most_rows, most) = sizes
    yield "cost a row, panel ×100 against ×10", (most / most_rows) / (middle / middle_rows), 1.3, "×"


if __name__ == "__main__":
    for what, value, limit, unit in measure(dict(os.environ)):
        print(f"{what:<52} {value:>10.2f} {limit:>8g} {unit}")
