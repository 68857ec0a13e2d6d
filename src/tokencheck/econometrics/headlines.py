"""The headline estimates: which specifications were run, in words, and what is put beside each of them."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from tokencheck.econometrics import panel, robustness
from tokencheck.econometrics.decomposition import GapPart
from tokencheck.econometrics.estimation import BATCHED, LEVEL, Estimate, estimate, fit, leave_fixed_out
from tokencheck.econometrics.eventstudy import Average
from tokencheck.econometrics.inference import (
    BOOTSTRAP_DRAWS,
    Bootstrapped,
    ScoreTest,
    WildTest,
    adjust_holm,
    describe_clusters,
    weigh_clusters,
)
from tokencheck.econometrics.sample import prepare, take
from tokencheck.econometrics.specification import COLUMNS, SAMPLES, Specification
from tokencheck.errors import UserError
from tokencheck.evidence.tables import Tables
from tokencheck.wording import write_p, write_range, write_signed


class Panels(dict[str, pd.DataFrame]):
    """Panels by name, each turned into numbers once, however many estimates ask for them."""

    @cached_property
    def _prepared(self) -> dict[str, pd.DataFrame]:
        return {}

    def prepare(self, name: str) -> pd.DataFrame:
        """Give a panel as `tokencheck.econometrics.sample.prepare` makes it."""
        if name not in self._prepared:
            self._prepared[name] = prepare(self[name])
        return self._prepared[name]


CONTROLS = ("quality", "log_age", "log_context", "open_weights", "origin")
BARE = ("log_age", "log_context", "open_weights", "origin")  # known of nearly every listed model; quality is not

_BY_MODEL, _BY_DEVELOPER, _TWO_WAY = "CRV1 by model", "CRV1 by developer", "CRV1 by model and date"

FULL_WEEK = Specification("cross_section", panel.WEEK, name="one week")
WEEK_CONTROLS = replace(FULL_WEEK, name="one week, like with like", controls=CONTROLS)
WEEK_TOP = replace(FULL_WEEK, name="one week, its fifty most used only", sample="paid_top_50")
DAY = Specification(
    "within_day", panel.WEDNESDAYS, effects=("date",), se_type=_BY_MODEL, name="same day, fifty most used"
)  # fmt: skip
DAY_CONTROLS = replace(DAY, name="same day, like with like", controls=CONTROLS)
MODEL = replace(DAY, name="same model, over time", estimand="within_model", effects=("model", "date"))
MODEL_DAILY = replace(MODEL, name="same model, days around the article", panel=panel.DAILY)
DAY_DAILY = replace(DAY, name="same day, days around the article", panel=panel.DAILY)
_LISTED = replace(
    DAY, name="chance of the top fifty", estimand="extensive", panel=panel.LISTED, outcome="top_50_relative"
)
LISTED_CONTROLS = replace(_LISTED, name="chance of the top fifty, like with like", controls=CONTROLS)
LOGIT = replace(_LISTED, outcome="top_50", estimator="logit", se_type=_BY_DEVELOPER)
WEEK_TOTAL = replace(
    FULL_WEEK, name="one week, expected tokens", outcome="tokens", estimator="poisson", se_type="HC1"
)  # fmt: skip
MODEL_TOTAL = replace(
    MODEL, name="same model, expected tokens", outcome="tokens", estimator="poisson", se_type=_BY_DEVELOPER
)  # fmt: skip
WEEK_MEDIAN = replace(FULL_WEEK, name="one week, median", estimator="median", se_type="robust (kernel)")

# The same questions to every public model of the summer of 2026, which had no part in the answers before.
ALL = replace(
    DAY, name="same day, every model of summer 2026", estimand="same_day_all_models", panel=panel.ALL_DAYS,
    se_type=_BY_DEVELOPER,
)  # fmt: skip
ALL_CONTROLS = replace(ALL, name="same day, every model of summer 2026, like with like", controls=CONTROLS)
ALL_TOP = replace(ALL, name="the same days, their fifty most used only", sample="paid_top_50")
# No model from a third country is among them.
ALL_TOP_CONTROLS = replace(ALL_TOP, name="the same days, their fifty only, like with like", controls=CONTROLS[:-1])
ALL_MODEL = replace(ALL, name="same model, every model of summer 2026", estimand="within_model", effects=MODEL.effects)
ALL_MODEL_TOP = replace(ALL_MODEL, name="same model, the summer's fifty only", sample="paid_top_50")
WEEKS = replace(
    ALL, name="later weeks, every model", estimand="cross_section_all_models", panel=panel.ALL_WEEKS
)  # fmt: skip
WEEKS_CONTROLS = replace(WEEKS, name="later weeks, like with like", controls=CONTROLS)

# The estimates that prose quotes, by the names of their facts.
QUOTED = {
    "week": FULL_WEEK,
    "week_scored": replace(FULL_WEEK, name="one week, models with a score", sample="paid_scored"),
    "week_like": WEEK_CONTROLS,
    "week_top": WEEK_TOP,
    "week_median": WEEK_MEDIAN,
    "week_total": WEEK_TOTAL,
    "day": DAY,
    "day_developer": replace(DAY, name="same day, by developer", se_type=_BY_DEVELOPER),
    "day_like": DAY_CONTROLS,
    "day_daily": DAY_DAILY,
    "model": MODEL,
    "model_daily": MODEL_DAILY,
    "model_total": MODEL_TOTAL,
    "listed": _LISTED,
    "listed_like": LISTED_CONTROLS,
    "week_median_like": replace(WEEK_MEDIAN, name="one week, median, like with like", controls=CONTROLS),
    "week_total_like": replace(WEEK_TOTAL, name="one week, expected tokens, like with like", controls=CONTROLS),
    "model_open": replace(MODEL, name="same model, open weights", sample="paid_open"),
    "model_closed": replace(MODEL, name="same model, closed weights", sample="paid_closed"),
    "all": ALL,
    "all_like": ALL_CONTROLS,
    "all_top": ALL_TOP,
    "all_top_like": ALL_TOP_CONTROLS,
    "all_model": ALL_MODEL,
    "all_model_top": ALL_MODEL_TOP,
    "weeks": WEEKS,
    "weeks_like": WEEKS_CONTROLS,
}
# Those of one question each, on which multiplicity is judged.
FAMILY = ("week", "week_like", "day", "day_like", "model", "listed", "all", "all_like", "all_model", "weeks_like")
# Another way to ask one of these, judged in its place.
OTHERWISE = {"week_median": "week"}

# What the robustness checks are run on.
CORE = (FULL_WEEK, WEEK_CONTROLS, DAY, DAY_CONTROLS, MODEL, MODEL_DAILY, _LISTED)
WITHOUT_MODELS = (WEEK_CONTROLS, MODEL, MODEL_DAILY)  # and left out one model at a time, where one may matter

HEADLINE_SPECIFICATIONS: tuple[Specification, ...] = (
    FULL_WEEK,
    QUOTED["week_scored"],
    replace(FULL_WEEK, name="one week, with quality", controls=("quality",)),
    replace(FULL_WEEK, name="one week, without quality", controls=BARE),
    WEEK_CONTROLS,
    *(
        replace(WEEK_CONTROLS, name=f"one week, like with like, {words}", price=f"log_price_{name}")
        for name, words in (("3_1", "price 3 : 1"), ("input", "input price"), ("own", "own prompt share"))
    ),
    *(
        replace(WEEK_CONTROLS, name=f"one week, like with like, {words}", controls=(score, *BARE))
        for score, words in (("quality_aa_4_0", "older index"), ("quality_eci", "Epoch's index"))
    ),
    replace(WEEK_CONTROLS, name="one week, no free variant beside", sample="paid_unmixed"),
    WEEK_TOP,
    WEEK_MEDIAN,
    QUOTED["week_median_like"],
    WEEK_TOTAL,
    QUOTED["week_total_like"],
    DAY,
    QUOTED["day_developer"],
    replace(DAY, name="same day, two-way", se_type=_TWO_WAY),
    replace(DAY, name="same day, with quality", controls=("quality",)),
    DAY_CONTROLS,
    replace(DAY_CONTROLS, name="same day, like with like, by developer", se_type=_BY_DEVELOPER),
    DAY_DAILY,
    replace(DAY_DAILY, name="same day, days around the article, by developer", se_type=_BY_DEVELOPER),
    replace(DAY_DAILY, name="same day, days around the article, like with like", controls=CONTROLS),
    replace(DAY, name="same day, expected tokens", outcome="tokens", estimator="poisson", se_type=_BY_DEVELOPER),
    MODEL,
    replace(MODEL, name="same model, by developer", se_type=_BY_DEVELOPER),
    replace(MODEL, name="same model, two-way", se_type=_TWO_WAY),
    replace(MODEL, name="same model, with age and context", controls=("log_age", "log_context")),
    replace(MODEL, name="same model, input price", price="log_price_input"),
    QUOTED["model_open"],
    QUOTED["model_closed"],
    MODEL_DAILY,
    replace(MODEL_DAILY, name="same model, days around the article, by developer", se_type=_BY_DEVELOPER),
    replace(MODEL_DAILY, name="same model, days around the article, two-way", se_type=_TWO_WAY),
    MODEL_TOTAL,
    _LISTED,
    replace(_LISTED, name="chance of the top fifty, by developer", se_type=_BY_DEVELOPER),
    replace(_LISTED, name="chance of the top fifty, without quality", controls=BARE),
    LISTED_CONTROLS,
    replace(LOGIT, name="chance of the top fifty, by logit"),
    replace(LOGIT, name="chance of the top fifty, by logit, like with like", controls=CONTROLS),
    ALL,
    ALL_CONTROLS,
    ALL_TOP,
    ALL_TOP_CONTROLS,
    ALL_MODEL,
    ALL_MODEL_TOP,
    WEEKS,
    WEEKS_CONTROLS,
)


def fit_all(panels: Panels) -> list[Estimate]:
    """Estimate every headline specification; see `tokencheck.econometrics.estimation` for the two ways, which agree."""
    found = []
    for one in HEADLINE_SPECIFICATIONS:
        rows = panels.prepare(one.panel)
        found.append(estimate(take(rows, one.sample), one) if one.estimator in BATCHED else fit(one, rows))
    return found


def record_all(estimates: list[Estimate], panels: Panels) -> list[Bootstrapped]:
    """Give each estimate its interval of record, by developer.

    Parameters
    ----------
    estimates : list of Estimate
    panels : Panels

    Returns
    -------
    list of Bootstrapped
        Least squares by the wild bootstrap, Poisson and medians of the week by their scores. Where neither has an
        algorithm here (logit, and Poisson beside effects) it is the estimate's own, clustered by developer, with no
        draws. What differs in the standard error alone shares one.
    """
    done: dict[Specification, Bootstrapped] = {}
    for one in estimates:
        key = one.specification.without_error
        if key not in done:
            done[key] = _record(one, panels.prepare(one.specification.panel))
    return [done[one.specification.without_error] for one in estimates]


def _record(one: Estimate, rows: pd.DataFrame) -> Bootstrapped:
    specification = one.specification
    if specification.estimator == "ols":
        return WildTest(specification, rows, "developer").summarise()
    if not specification.effects and specification.estimator in ("poisson", "median"):
        return ScoreTest(specification, rows, "developer").summarise(one.coef, one.se)
    return describe_clusters(
        "developer", weigh_clusters(specification, rows, "developer"), one.p, one.ci_low, one.ci_high, 0
    )


OF_RECORD = ("by", "clusters", "effective", "largest_percent", "p", "low", "high", "draws")
TABLE = (*COLUMNS[:-1], *(f"record_{name}" for name in OF_RECORD), "specification", "formula")


def tabulate_headlines(estimates: list[Estimate], records: list[Bootstrapped]) -> pd.DataFrame:
    """Give the table of estimates: each with its own error, its interval of record and its formula.

    Parameters
    ----------
    estimates : list of Estimate
    records : list of Bootstrapped
        Of `record_all`.

    Returns
    -------
    DataFrame
        The columns of `tokencheck.econometrics.specification.COLUMNS` (none is dropped), those of `OF_RECORD` with
        ``record_`` before them, ``specification`` (its name), ``formula``.
    """
    rows = [
        one.as_row() | write_record(record) | write_names(one.specification)
        for one, record in zip(estimates, records, strict=True)
    ]
    return pd.DataFrame(rows, columns=TABLE)


def write_record(record: Bootstrapped) -> dict[str, object]:
    """Write what a row of the table of estimates says of its interval of record."""
    return {f"record_{name}": getattr(record, name) for name in OF_RECORD}


def write_names(one: Specification) -> dict[str, str]:
    """Write what a row of the table of estimates says of its name and formula."""
    return {"specification": one.name, "formula": one.formula}


def find(estimates: list[Estimate], specification: Specification) -> Estimate:
    """Give the estimate of a specification."""
    return next(one for one in estimates if one.specification == specification)


def read_coef(table: pd.DataFrame, specification: Specification) -> float:
    """Give the coefficient of a specification from the table of estimates."""
    return float(table.loc[table["specification"] == specification.name, "coef"].iloc[0])


def _find_cut(panels: Panels, name: str) -> pd.Series:
    """Give log tokens of the fiftieth model by date."""
    rows = panels[name]
    return rows[rows["top_50"]].groupby("date")["log_tokens"].min()


def bound_all(panels: Panels) -> pd.DataFrame:
    """Bound each headline estimate for the models that the cut at fifty hides.

    Parameters
    ----------
    panels : Panels
        Of `tokencheck.econometrics.panel.build_all`.

    Returns
    -------
    DataFrame
        specification, coef (of the seen, without controls), and the columns of `robustness.bound_selection`.
    """
    depths = robustness.measure_depths(panels[panel.WEEK])
    found = []
    for one in (FULL_WEEK, DAY, DAY_DAILY, MODEL, MODEL_DAILY):
        listed = {panel.WEEK: panel.LISTED_WEEK, panel.DAILY: panel.LISTED_DAILY}.get(one.panel, panel.LISTED)
        seen = estimate(take(panels.prepare(one.panel), one.sample), replace(one, se_type=_BY_MODEL))
        bounds = robustness.bound_selection(
            one, panels[listed], _find_cut(panels, one.panel), depths, panels.prepare(listed)
        )
        found.append({"specification": one.name, "coef": seen.coef, "se": seen.se, **bounds})
    return pd.DataFrame(found)


def check_all(panels: Panels) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put beside each core estimate what shakes it.

    Parameters
    ----------
    panels : Panels

    Returns
    -------
    tuple of DataFrame
        One row a core specification (range without each developer, the developer and the model that move it most,
        robustness values, bounds for a left-out variable as strong as quality); and every estimate without one of them.
    """
    checks, left = [], []
    for one in CORE:
        rows, prepared = panels[one.panel], panels.prepare(one.panel)
        whole = estimate(take(prepared, one.sample), replace(one, se_type=_BY_MODEL))
        developers = robustness.leave_one_out(one, rows, "developer", prepared)
        models = robustness.leave_one_out(one, rows, "model", prepared) if one in WITHOUT_MODELS else None
        left.append(developers.assign(specification=one.name, by="developer"))
        left += [] if models is None else [models.assign(specification=one.name, by="model")]
        checks.append(
            {
                "specification": one.name,
                "coef": whole.coef,
                "developers": len(developers),
                "without_low": developers["coef"].min(),
                "without_high": developers["coef"].max(),
                "strongest_developer": developers["left_out"][0],
                "strongest_developer_moved": developers["moved"][0],
                "strongest_model": None if models is None else models["left_out"][0],
                "strongest_model_moved": None if models is None else models["moved"][0],
                **robustness.measure_sensitivity(one, prepared),
            }
        )
    table = pd.concat(left)[["specification", "by", "left_out", "coef", "se", "n", "moved"]]
    return pd.DataFrame(checks), table


def vary_all(panels: Panels) -> pd.DataFrame:
    """Run placebos, parts of the mixture and alternative samples.

    Parameters
    ----------
    panels : Panels

    Returns
    -------
    DataFrame
        check, specification, group, coef, se (of the kind in se_type), developers and how many of equal weight carry as
        much (effective), low, high, p (of record, by developer), n, reason (empty when it could be run).
    """
    wednesdays, daily = panels[panel.WEDNESDAYS], panels[panel.DAILY]
    timed = prepare(robustness.add_changes(robustness.add_shifts(wednesdays)))
    asked: list[tuple[str, str, Specification, pd.DataFrame]] = []
    for weeks in robustness.SHIFT_WEEKS:
        later = replace(MODEL, price=f"log_price_lead_{weeks}", controls=("log_price_measured",))
        asked.append(("placebo lead", f"{weeks} weeks later", later, timed))
    lag = f"log_price_lag_{robustness.SHIFT_WEEKS[0]}"
    for check, group, price, control in (
        ("now and before", "price of the day", "log_price_measured", lag),
        ("now and before", "price of four weeks before", lag, "log_price_measured"),
        ("cuts and rises", "cuts", "log_price_cuts", "log_price_rises"),
        ("cuts and rises", "rises", "log_price_rises", "log_price_cuts"),
    ):
        asked.append((check, group, replace(MODEL, price=price, controls=(control,)), timed))
    growth = replace(
        DAY, outcome="price_change_next", price="growth_before", name="price change of the next four weeks"
    )  # fmt: skip
    asked.append(("does growth move prices?", "growth of the four weeks before", growth, timed))
    last = wednesdays["last_listed"].max()
    alive = pd.Series(np.where(wednesdays["last_listed"] < last, "delisted since", "still listed"), wednesdays.index)
    week_number = (wednesdays["date"] - wednesdays["date"].min()).dt.days // 7
    every = "every 4th Wednesday, from the " + (week_number % 4).map({0: "1st", 1: "2nd", 2: "3rd", 3: "4th"})
    half = pd.Series(np.where(wednesdays["date"] < "2025-11-01", "before Nov 2025", "since Nov 2025"), wednesdays.index)
    weekday = daily["date"].dt.day_name()
    wednesdays, daily = panels.prepare(panel.WEDNESDAYS), panels.prepare(panel.DAILY)
    for check, one, rows, groups in (
        ("survivorship", DAY, wednesdays, alive),
        ("survivorship", MODEL, wednesdays, alive),
        ("other days", DAY, wednesdays, every),
        ("other days", MODEL, wednesdays, every),
        ("halves", DAY, wednesdays, half),
        ("halves", MODEL, wednesdays, half),
        ("weekdays", DAY_DAILY, daily, weekday),
        ("later weeks", replace(FULL_WEEK, name=WEEKS.name), *_split_weeks(panels)),
        ("later weeks", replace(WEEK_CONTROLS, name=WEEKS_CONTROLS.name), *_split_weeks(panels)),
    ):
        asked += [(check, name, one, part) for name, part in rows.groupby(groups)]
    return pd.DataFrame(
        [
            {"check": check, "specification": one.name, "group": group} | _run(one, rows)
            for check, group, one, rows in asked
        ]
    )


def _split_weeks(panels: Panels) -> tuple[pd.DataFrame, pd.Series]:
    rows = panels[panel.ALL_WEEKS]
    return panels.prepare(panel.ALL_WEEKS), rows["date"].dt.strftime("%Y-%m-%d")


VARIED = ("coef", "se", "se_type", "developers", "effective", "low", "high", "p", "n", "reason")


def _run(one: Specification, rows: pd.DataFrame) -> dict[str, object]:
    """Give an estimate from prepared rows with its interval of record, or the reason why there is none."""
    found = estimate(take(rows, one.sample), one)
    if found.dropped:
        return dict.fromkeys(VARIED) | {"n": len(rows), "reason": found.dropped}
    record = WildTest(one, rows, "developer").summarise()
    own = (found.coef, found.se, one.se_type, record.clusters, record.effective)
    return dict(zip(VARIED, (*own, record.low, record.high, record.p, found.n, ""), strict=True))


QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def trace_quantiles(rows: pd.DataFrame) -> pd.DataFrame:
    """Estimate the week's slope at other quantiles of tokens than the middle.

    Parameters
    ----------
    rows : DataFrame
        The panel of the week.

    Returns
    -------
    DataFrame
        specification, quantile, coef, low, high (score bootstrap by developer), p.
    """
    found = []
    for key, plain in (("week", FULL_WEEK), ("week_like", WEEK_CONTROLS)):
        one = replace(plain, estimator="median", se_type="robust (kernel)")
        for quantile in QUANTILES:
            test = ScoreTest(one, rows, "developer", quantile=quantile)
            coef = test.estimate_quantile()
            record = test.summarise(coef, 0.2)
            row = {"specification": plain.name, "key": key, "quantile": quantile, "coef": coef}
            found.append(row | {"low": record.low, "high": record.high, "p": record.p})
    return pd.DataFrame(found)


def count_changes(rows: pd.DataFrame) -> pd.Series:
    """Count changes of price from one day on record to the next, by whether the weights are open.

    Parameters
    ----------
    rows : DataFrame
        A panel of listed models; free ones are left out.

    Returns
    -------
    Series
        Changes by ``open_weights`` (0.0, 1.0).
    """
    paid = rows[rows["price_measured"] > 0].sort_values("date", kind="stable")
    changed = paid["log_price_measured"].groupby(paid["model"]).diff().abs() > 1e-9
    return paid[changed].groupby("open_weights").size()


def list_refusals(panels: Panels) -> list[str]:
    """Run specifications that cannot be run, and give the messages: what a bad input is answered with.

    Parameters
    ----------
    panels : Panels

    Returns
    -------
    list of str
    """
    rows = panels[panel.WEDNESDAYS]
    asked = (
        (replace(DAY, name="free models only", sample="free"), rows),
        (replace(DAY, name="one developer", se_type=_BY_DEVELOPER), rows[rows["developer"] == "OpenAI"]),
        (replace(MODEL, name="origin beside model effects", controls=("origin",)), rows),
        (replace(MODEL, name="Anthropic’s models, over time"), rows[rows["developer"] == "Anthropic"]),
        (replace(DAY, name="unscored models", controls=("quality",)), rows[rows["quality"].isna()]),
    )
    messages = []
    for specification, sample in asked:
        try:
            fit(specification, sample)
        except UserError as problem:
            messages.append(str(problem))
    return messages


# --------------------------------------------------------------------------------------------- a choice of one's own


def choose_own(
    tables: Tables,
    like: Specification,
    of_panel: str,
    price: str,
    controls: str,
    sample: str,
    effects: str = "",
) -> tuple[pd.DataFrame, Specification]:
    """Turn what somebody chose in a notebook into rows and a specification, ready for `estimate`.

    Parameters
    ----------
    tables : Tables
    like : Specification
        Gives what is not chosen.
    of_panel, price, sample : str
    controls : str
        ``none``, ``like with like``, or columns with “ + ” between them.
    effects : str
        Like controls; empty for those of `like`.

    Returns
    -------
    tuple of (DataFrame, Specification)
        The rows of the sample, prepared; the controls without those that are the same in all of them.
    """
    rows = take(tables.recall(f"prepared.{of_panel}", lambda: prepare(panel.build_panel(tables, of_panel))), sample)
    beside = {"none": (), "like with like": CONTROLS}.get(controls, tuple(controls.split(" + ")))
    within = tuple(effects.split(" + ")) if effects else like.effects
    own = replace(like, name="yours", panel=of_panel, price=price, controls=beside, effects=within, sample=sample)
    return rows, leave_fixed_out(rows, own)


def find_obstacle(tables: Tables, like: Specification, **chosen: str) -> str:
    """Say why what was chosen cannot be estimated, in words; nothing where it can; see `choose_own`."""
    return estimate(*choose_own(tables, like, **chosen)).dropped or ""


# ----------------------------------------------------------------------------------------------- numbers for the prose


Facts = dict[str, tuple[object, str]]


def gather_headlines(
    estimates: list[Estimate],
    records: list[Bootstrapped],
    bounds: pd.DataFrame,
    checks: pd.DataFrame,
    variations: pd.DataFrame,
    quantiles: pd.DataFrame,
) -> Facts:
    """Gather the numbers that the chapter quotes; every interval and p-value is that of record.

    Parameters
    ----------
    estimates : list of Estimate
    records : list of Bootstrapped
        Of `record_all`.
    bounds, checks, variations, quantiles : DataFrame
        Of `bound_all`, `check_all`, `vary_all` and `trace_quantiles`.

    Returns
    -------
    dict of str to (value, unit)
    """
    facts: Facts = {"estimates": (len(estimates), ""), "level": ("95 %", ""), "draws": (BOOTSTRAP_DRAWS, "")}
    by_name = {one.specification: (one, record) for one, record in zip(estimates, records, strict=True)}
    for key, specification in QUOTED.items():
        one, record = by_name[specification]
        facts |= _write_estimate(key, one, record)
    allowed = allow_for_number(estimates, records)["holm"]
    facts["family"] = (len(FAMILY), "")
    facts["family_firm"] = (int((allowed[list(FAMILY)] <= LEVEL).sum()), "")
    facts |= {f"{key}_holm": (write_p(p), "") for key, p in allowed.items()}
    names = {specification.name: key for key, specification in QUOTED.items()}
    for one in checks.itertuples():
        facts |= _write_check(names[one.specification], one)
    for one in bounds.itertuples():
        key = names[one.specification]
        facts[f"{key}_bounds"] = (write_range(one.low, one.high), "")
        facts[f"{key}_at_cut"] = (write_signed(one.at_cut), "")
        facts[f"{key}_at_mean"] = (write_signed(one.at_mean), "")
        facts[f"{key}_unseen"] = (100 * one.unseen / (one.seen + one.unseen), "percent_of_listed_models")
    facts |= _write_variations(variations)
    for one in quantiles.itertuples():
        key = f"{one.key}_at_{100 * one.quantile:.0f}"
        facts[key] = (write_signed(one.coef), "")
        facts[f"{key}_interval"] = (write_interval(one.low, one.high), "")
    return facts


def allow_for_number(estimates: list[Estimate], records: list[Bootstrapped]) -> pd.DataFrame:
    """Allow for the number of questions that are asked (Holm).

    Parameters
    ----------
    estimates : list of Estimate
    records : list of Bootstrapped
        Of `record_all`.

    Returns
    -------
    DataFrame
        One row a question of `FAMILY`, and one each of `OTHERWISE`, in the place of the question that it asks again;
        indexed by the names of their facts: specification, p (of record), holm.
    """
    found = {one.specification: record.p for one, record in zip(estimates, records, strict=True)}
    p = pd.Series({key: found[QUOTED[key]] for key in (*FAMILY, *OTHERWISE)})
    holm = adjust_holm(p[list(FAMILY)])
    for key, instead in OTHERWISE.items():
        holm[key] = adjust_holm(p[[key, *(one for one in FAMILY if one != instead)]])[key]
    return pd.DataFrame({"specification": [QUOTED[key].name for key in p.index], "p": p, "holm": holm})


def _write_estimate(key: str, one: Estimate, record: Bootstrapped) -> Facts:
    facts: Facts = {
        key: (write_signed(one.coef), ""),
        f"{key}_interval": (write_interval(record.low, record.high), ""),
        f"{key}_fewer": (f"{abs(one.coef):.2f}", "percent_change"),
        f"{key}_n": (one.n, "rows"),
        f"{key}_models": (one.models, "models"),
        f"{key}_p": (write_p(record.p), ""),
        f"{key}_developers": (record.clusters, ""),
        f"{key}_effective": (f"{record.effective:.0f}", ""),
        f"{key}_own_interval": (write_range(one.ci_low, one.ci_high), ""),
    }
    if None not in (record.low, record.high):
        facts[f"{key}_fewer_interval"] = (write_range(-record.high, -record.low), "")
    return facts


def _write_check(key: str, one) -> Facts:
    facts: Facts = {
        f"{key}_without": (write_range(one.without_low, one.without_high), ""),
        f"{key}_robustness": (100 * one.robustness_value, "percent_of_residual_variance"),
        f"{key}_robustness_5": (100 * one.robustness_value_5, "percent_of_residual_variance"),
    }
    if one.benchmark_r2_tokens == one.benchmark_r2_tokens:
        facts[f"{key}_benchmark_tokens"] = (100 * one.benchmark_r2_tokens, "percent_of_residual_variance")
        facts[f"{key}_benchmark_price"] = (100 * one.benchmark_r2_price, "percent_of_residual_variance")
        for times in (1, 2):
            bound = getattr(one, f"coef_bound_{times}")
            facts[f"{key}_bound_{times}"] = (write_signed(bound) if bound == bound else "any slope at all", "")
    return facts


def _write_variations(variations: pd.DataFrame) -> Facts:
    facts: Facts = {}
    for prefix, check, specification in (
        ("lead", "placebo lead", MODEL.name),
        ("lag", "now and before", MODEL.name),
        ("part", "cuts and rises", MODEL.name),
        ("growth", "does growth move prices?", "price change of the next four weeks"),
        ("model", "survivorship", MODEL.name),
    ):
        own = variations[(variations["check"] == check) & (variations["specification"] == specification)]
        for one in own.itertuples():
            key = (
                f"{prefix}_{one.group.split()[0]}"
                if prefix != "lag"
                else f"lag_{'now' if 'day' in one.group else 'before'}"
            )
            facts[key] = (write_signed(one.coef, 3 if prefix == "growth" else 2), "")
            facts[f"{key}_interval"] = (write_interval(one.low, one.high, 3 if prefix == "growth" else 2), "")
    for key, specification in (("later", WEEKS.name), ("later_like", WEEKS_CONTROLS.name)):
        own = variations[(variations["check"] == "later weeks") & (variations["specification"] == specification)]
        facts[f"{key}_weeks"] = (len(own), "")
        facts[key] = (write_range(own["coef"].min(), own["coef"].max()), "")
        facts[f"{key}_firm"] = (int((own["high"] < 0).sum()), "")
    return facts


def gather_matches(matches: pd.DataFrame, changes: pd.Series) -> Facts:
    """Gather how much of the tokens has a price, and whose prices change; see `count_changes`."""
    facts: Facts = {}
    for name, part in matches.groupby("panel"):
        whole = part[part["month"] == "all"].iloc[0]
        facts[f"{name}_tokens_matched"] = (float(whole["priced_tokens_percent"]), "percent_of_named")
        facts[f"{name}_tokens_scored"] = (float(whole["scored_tokens_percent"]), "percent_of_named")
        facts[f"{name}_tokens_free"] = (float(whole["free_tokens_percent"]), "percent_of_named")
        facts[f"{name}_tokens_matched_least"] = (float(part["priced_tokens_percent"].min()), "percent_of_named")
    facts["changes"] = (changes.sum(), "")
    open_share = 100 * float(changes.get(1.0, 0) / changes.sum())
    facts["open_percent_of_price_changes"] = (open_share, "percent_of_price_changes")
    return facts


def write_interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """Write an interval; an end that nothing rejects is none."""
    if pd.isna(low) or pd.isna(high):
        ends = ("no end" if pd.isna(end) else write_signed(end, digits) for end in (low, high))
        return " to ".join(ends)
    return write_range(low, high, digits)


def gather_conditions(
    panels: Panels, checks: pd.DataFrame, left_out: pd.DataFrame, bias: pd.DataFrame
) -> dict[str, tuple[object, str]]:
    """Gather what the chapter's sentences and figures lean on without printing it.

    Parameters
    ----------
    panels : Panels
    checks, left_out : DataFrame
        Of `check_all`.
    bias : DataFrame
        Of `tokencheck.econometrics.simulation.trace_bias`.

    Returns
    -------
    dict of str to (value, unit)
    """
    week, wednesdays = panels[panel.WEEK], panels[panel.WEDNESDAYS]
    paid = week[SAMPLES["paid"](week)]
    quality = paid[["quality", "log_price_measured", "log_tokens"]].corr()["quality"]
    turned = (checks["without_low"] > 0) != (checks["without_high"] > 0)
    without = left_out[(left_out["by"] == "developer") & (left_out["left_out"] == "DeepSeek")]
    anonymous = wednesdays["developer"].str.startswith("Stealth", na=False)
    anthropic = wednesdays[wednesdays["developer"] == "Anthropic"]
    return {
        "estimates_turned_by_one_developer": (turned.sum(), ""),
        "model_without_deepseek": (write_signed(without.set_index("specification").at[MODEL.name, "coef"]), ""),
        "quality_price_correlation": (write_signed(quality["log_price_measured"]), ""),
        "quality_tokens_correlation": (write_signed(quality["log_tokens"]), ""),
        "anthropic_price_changes": (count_changes(anthropic).sum(), ""),
        "free_percent_of_anonymous": (100 * float(wednesdays.loc[anonymous, "free"].mean()), "percent_of_anonymous"),
        "simulated_first_without_quality": (write_signed(bias["without_quality"].iloc[0]), ""),
        "simulated_highest_without_quality": (write_signed(bias["without_quality"].max()), ""),
        "simulated_last_without_quality": (write_signed(bias["without_quality"].iloc[-1]), ""),
        "simulated_with_quality": (write_range(bias["with_quality"].min(), bias["with_quality"].max()), ""),
    }


def gather_further(
    counts: Mapping[str, int],
    averages: Mapping[str, Average],
    parts: Mapping[str, list[GapPart]],
    splits: pd.DataFrame,
    shares: Mapping[str, pd.DataFrame],
) -> Facts:
    """Gather the numbers that the chapter quotes of price moves and of the Chinese share.

    Parameters
    ----------
    counts : mapping of str to int
        Of `tokencheck.econometrics.eventstudy.find_events`.
    averages : mapping of str to Average
        Of `tokencheck.econometrics.eventstudy.average`, by direction.
    parts : mapping of str to list of GapPart
        Of `tokencheck.econometrics.decomposition.decompose`, by the columns used.
    splits : DataFrame
        Of `tokencheck.econometrics.decomposition.vary_split`, of price alone.
    shares : mapping of str to DataFrame
        Of `tokencheck.econometrics.decomposition.list_shares`; February's week first, then the leaderboard's.

    Returns
    -------
    dict of str to (value, unit)
    """
    keys = ("moves_ledger", "moves_used", "moves_whole")
    facts: Facts = {key: (count, "") for key, count in zip(keys, counts.values(), strict=True)}
    for key, one in averages.items():
        facts[f"{key}_events"] = (one.events, "")
        facts[f"{key}_fell_out"] = (one.fell_out, "")
        facts[f"{key}_effect"] = (write_signed(one.effect), "")
        facts[f"{key}_tokens_change"] = (abs(100 * (float(np.exp(one.effect)) - 1)), "percent_change")
        facts[f"{key}_p"] = (write_p(one.p), "")
        facts[f"{key}_before"] = (write_p(one.p_before), "")
        facts[f"{key}_elasticity"] = (write_signed(one.elasticity), "")
        facts[f"{key}_interval"] = (write_range(one.low, one.high), "")
        facts[f"{key}_size"] = (100 * abs(float(np.expm1(one.mean_log_price_change))), "percent_change")
    for key, own in zip(("alone", "like"), parts.values(), strict=True):
        found = {part.part: part for part in own}
        for name, part in (("gap", found["gap"]), ("price", found["log_price_measured"])):
            facts[f"{key}_{name}"] = (write_signed(part.value), "")
            facts[f"{key}_{name}_interval"] = (write_range(part.low, part.high), "")
        facts[f"{key}_gap_times"] = (f"{np.exp(found['gap'].value):.1f}", "")
    for means, key in (("each model alike", "split_models"), ("each token alike", "split_tokens")):
        own = splits[splits["means"] == means]
        facts[key] = (write_range(own["price"].min(), own["price"].max()), "")
        facts[f"{key}_without"] = (write_range(own["low"].min(), own["high"].max()), "")
        facts[f"{key}_gap"] = (write_signed(own["gap"].iloc[0]), "")
    for key, table in zip(("february", "april"), shares.values(), strict=True):
        facts[f"{key}_factor"] = (f"{table['factor'][0]:.2f}", "")
        for one in table[table["elasticity"].isin([0.0, -0.5, -1.0, -2.0])].itertuples():
            name = f"{key}_at_{abs(one.elasticity):g}".replace(".", "_")
            facts[name] = (one.share_percent, "percent_of_named")
            facts[f"{name}_interval"] = (f"{one.low:.0f} to {one.high:.0f}", "percent_of_named")
            facts[f"{name}_change"] = (write_signed(one.change_points, 1), "")
            facts[f"{name}_change_interval"] = (write_range(one.change_low, one.change_high, 1), "")
    return facts
