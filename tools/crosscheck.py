"""Write what other packages make of an invented panel, for `tests/econometrics/test_crosscheck.py` to compare with.

PySensemakr and wildboottest pull in packages that would move the locked numpy, so they have no place in the environment
of the project. This script runs in one of their own, and what it writes is committed with its date and versions:

    uv run --no-project --with PySensemakr --with "pandas<3" --with wildboottest --with linearmodels tools/crosscheck.py
"""

import datetime as dt
import importlib.metadata
import json
from pathlib import Path

import numpy as np
import pandas as pd
import sensemakr
import statsmodels.formula.api as smf
from linearmodels.panel import PanelOLS
from wildboottest.wildboottest import WildboottestCL

FIXTURE = Path(__file__).parent.parent / "tests" / "econometrics" / "crosscheck.json"
PACKAGES = ("linearmodels", "numpy", "PySensemakr", "statsmodels", "wildboottest")
CLUSTERS = 10  # few enough for every sign to be tried, so that no draw hangs on a generator


def invent_panel() -> pd.DataFrame:
    """Invent models of developers on a few days."""
    rng = np.random.default_rng(2026)
    rows = pd.DataFrame({"number": np.repeat(np.arange(40), 3), "day": np.tile(np.arange(3), 40)})
    shocks = rng.normal(size=(CLUSTERS, 2))
    developer = rows["number"] % CLUSTERS
    quality = np.repeat(rng.normal(size=40), 3)
    price = 0.3 * quality + shocks[developer, 0] + rng.normal(size=120)
    tokens = 5 - 0.4 * price + quality + 2 * shocks[developer, 1] + rng.normal(size=120)
    numbers = {"developer": developer, "quality": quality, "price": price, "tokens": tokens}
    return rows.assign(**numbers).round(6)


def bootstrap(rows: pd.DataFrame) -> float:
    """Give wildboottest's p-value with every sign there is."""
    design = np.column_stack([rows["price"], np.ones(len(rows)), rows["quality"]])
    boot = WildboottestCL(
        X=design, Y=rows["tokens"].to_numpy(), cluster=rows["developer"].to_numpy(), R=np.array([1.0, 0, 0]),
        B=99_999, seed=1,
    )  # fmt: skip
    boot.get_scores(bootstrap_type="11", impose_null=True, adj=True, cluster_adj=True)
    boot.get_weights(weights_type="rademacher")
    boot.get_numer()
    boot.get_denom()
    boot.get_tboot()
    boot.get_vcov()
    boot.get_tstat()
    boot.get_pvalue(pval_type="two-tailed")
    return float(boot.pvalue)


def bound(rows: pd.DataFrame) -> dict[str, float]:
    """Give PySensemakr's robustness values and bounds for quality at once and twice its strength."""
    fitted = smf.ols("tokens ~ price + quality", rows).fit()
    found = sensemakr.Sensemakr(fitted, "price", benchmark_covariates=["quality"], kd=[1, 2])
    stats, bounds = found.sensitivity_stats, found.bounds
    return {
        "coef": float(stats["estimate"]),
        "robustness_value": float(stats["rv_q"]),
        "robustness_value_5": float(stats["rv_qa"]),
        "coef_bound_1": float(bounds["adjusted_estimate"].iloc[0]),
        "coef_bound_2": float(bounds["adjusted_estimate"].iloc[1]),
    }


def absorb(rows: pd.DataFrame) -> dict[str, float]:
    """Give linearmodels' slope and error with effects of model and day, clustered by developer."""
    panel = rows.set_index(["number", "day"])
    model = PanelOLS(panel["tokens"], panel[["price"]], entity_effects=True, time_effects=True)
    options = {"cov_type": "clustered", "clusters": panel["developer"], "debiased": True}
    found = model.fit(**options, group_debias=True, count_effects=True)
    return {"coef": float(found.params["price"]), "se": float(found.std_errors["price"])}


def main() -> None:
    """Write the fixture."""
    rows = invent_panel()
    found = {
        "made": dt.date.today().isoformat(),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
        "rows": rows.to_dict("list"),
        "wildboottest": {"p": bootstrap(rows)},
        "sensemakr": bound(rows),
        "linearmodels": absorb(rows),
    }
    FIXTURE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
