"""Measure the specification curve: its speed, its memory, and how both grow; used by ``make bench``.

The plain loop that it is compared with runs statsmodels with an indicator column for every effect, one regression a
specification. It is long, so a sample of it is timed, spread evenly over the grid, and the whole is extrapolated from
the mean. Both are counted in processor seconds, so that what else the machine does has no part in the comparison.
"""

import os
import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import psutil
import statsmodels.api as sm

from tokencheck.econometrics import TABLES, curve, panel
from tokencheck.econometrics.estimation import estimate
from tokencheck.econometrics.sample import prepare, select, take
from tokencheck.econometrics.specification import Specification
from tokencheck.evidence.tables import Tables

SAMPLED = 40  # specifications of the loop that are timed
SIZES = (1, 10, 100)
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
        sys.exit(f"{' '.join(command)} failed:\n{problem}")
    return time.perf_counter() - start, count_processor_seconds() - before, most / 1e9


def fit_with_indicators(sample: pd.DataFrame, one: Specification) -> float:
    """Estimate a specification as a plain script would: indicator columns, statsmodels, clustered errors."""
    rows = select(sample, one)
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


def time_loop(panels: dict[str, pd.DataFrame]) -> float:
    """Time a sample of the plain loop, checked against the curve; give processor seconds a specification."""
    grid = [one for one in curve.list_specifications() if one.estimator == "ols"]
    sampled = grid[len(grid) // (2 * SAMPLED) :: len(grid) // SAMPLED][:SAMPLED]
    prepared = {name: prepare(rows) for name, rows in panels.items()}
    seconds = 0.0
    for one in sampled:
        sample = take(prepared[one.panel], one.sample)
        found = estimate(sample, one)
        if found.dropped:
            continue
        start = time.process_time()
        coef = fit_with_indicators(sample, one)
        seconds += time.process_time() - start
        if not np.isclose(coef, found.coef, rtol=1e-6):
            sys.exit(f"{one}: {coef} in the loop, {found.coef} in the curve")
    return seconds / len(sampled)


def enlarge(rows: pd.DataFrame, factor: int) -> pd.DataFrame:
    """Make a synthetic panel of more models: copies of the real one with other names and with noise."""
    rng = np.random.default_rng(factor)
    copies = pd.concat([rows.assign(model=rows["model"] + f"#{copy}") for copy in range(factor)], ignore_index=True)
    for name in (*curve.PRICES, "log_tokens"):
        copies[name] += rng.normal(0, 0.2, len(copies))
    return copies


def time_sizes(rows: pd.DataFrame) -> list[tuple[int, float]]:
    """Time four ways to absorb effects on larger and larger panels; give rows and processor seconds an estimate."""
    grid = [one for one in curve.list_specifications() if one.panel == "wednesdays" and one.sample == "paid"]
    chosen = [
        next(one for one in grid if one.effects == effects and not one.controls)
        for effects in ("date", "date + developer", "model + date", "model + date × origin")
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


def measure(environment: dict[str, str]) -> list[Row]:
    """Measure the curve in a tree whose code and data the environment names.

    Parameters
    ----------
    environment : dict of str to str
        Of the copy; see `bench.copy_tree`.

    Returns
    -------
    list of (what, measured, limit, unit)
    """
    count = len(curve.list_specifications())
    command = [sys.executable, "-m", "tokencheck.cli", "curve"]
    two, _, memory = watch([*command, "--jobs", "2"], environment)
    one, busy, _ = watch([*command, "--jobs", "1"], environment)
    panels = panel.build_all(Tables(only=TABLES))
    loop = time_loop(panels)
    sizes = time_sizes(panels["wednesdays"])
    print(f"Curve: {count} specifications in {two:.0f} s with two processes, in {one:.0f} s with one, panels included;")
    print(f"  with one it used {busy:.0f} processor seconds.")
    print(f"Plain loop: {SAMPLED} of the specifications used {loop * 1000:.0f} ms of processor each,")
    print(f"  so {count} would use {loop * count:.0f} s (extrapolated; least squares only, which flatters the loop).")
    for rows, seconds in sizes:
        a_row = seconds / rows * 1e6
        print(f"Synthetic panel of {rows:>6} rows: {seconds * 1000:>6.0f} ms an estimate, {a_row:.1f} µs a row")
    _, (middle_rows, middle), (most_rows, most) = sizes
    return [
        ("1,000 specifications, clustered, two processes", two / count * 1000, 60, "s"),
        ("plain loop of statsmodels, times slower (at least)", loop * count / busy, 10, "×"),
        ("memory of the curve, all processes", memory, 1.0, "GB"),
        ("cost a row, panel ×100 against ×10", (most / most_rows) / (middle / middle_rows), 1.3, "×"),
    ]


if __name__ == "__main__":
    for what, value, limit, unit in measure(dict(os.environ)):
        print(f"{what:<52} {value:>10.2f} {limit:>8g} {unit}")
