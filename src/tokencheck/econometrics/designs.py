"""The designs beside the headline regressions: hosts of one model, the cut as a limit, and dated price moves."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pandas as pd

from tokencheck.econometrics import headlines, panel, robustness
from tokencheck.econometrics import moves as dated
from tokencheck.econometrics.censored import Censored, CensoredModel, hide
from tokencheck.econometrics.estimation import Estimate, estimate
from tokencheck.econometrics.headlines import (
    ALL,
    CONTROLS,
    TABLE,
    Facts,
    Panels,
    write_interval,
    write_names,
    write_record,
)
from tokencheck.econometrics.hostpanel import HOSTS
from tokencheck.econometrics.inference import Bootstrapped, WildTest, describe_clusters, weigh_clusters
from tokencheck.econometrics.sample import prepare, take
from tokencheck.econometrics.specification import INDICATORS, Specification
from tokencheck.wording import write_p, write_range, write_signed

SOFTWARE = ("numpy", "scipy", "pandas", "statsmodels", "pyfixest")  # that estimates, or is asked beside
ROUTER = -2.0  # by the published rule, weight one over the square of the price

# Moves that the chapter tells by name, whatever criterion they fail: the two ends of a week at half price, and the cut
# of another vendor than those that are pooled.
GPT_5 = "openai/gpt-5-2025-08-07"
NAMED_MOVES = {
    "half_price": (GPT_5, "2025-09-17"),
    "full_price_again": (GPT_5, "2025-09-24"),
    "other_cut": ("google/gemini-3.6-flash-20260721", "2026-08-13"),
}

NONE_MEASURED = "none measured"
DIRECTION_ABSENT = "a direction of which no move is measured, so that the chapter tells nothing of it"
TOLD_AND_ABSENT = "a move that the chapter tells by name, and that is not on record in full any more"

BY_MODEL_AND_HOST = "CRV1 by model and host"
HOST = Specification(
    "hosts_within_model", HOSTS, effects=("model × date", "host"), se_type=BY_MODEL_AND_HOST, name="hosts of one model"
)  # fmt: skip
HOST_OFFER = replace(HOST, name="the same offer over time", effects=("model × date", "model × host"))
HOST_SPECIFICATIONS: dict[str, Specification] = {
    "hosts": HOST,
    "hosts_open": replace(HOST, name="hosts of one model, open weights", sample="paid_open"),
    "hosts_service": replace(
        HOST,
        name="hosts of one model, same speed and context",
        controls=("log_speed", "log_latency", "log_context"),
    ),
    "hosts_offer": HOST_OFFER,
    "hosts_published": replace(
        HOST_OFFER, name="as Demirer et al.: open weights, prompt price", price="log_price_input", sample="paid_open"
    ),
    "hosts_total": replace(
        HOST, name="hosts of one model, expected tokens", outcome="tokens", estimator="poisson", se_type="CRV1 by model"
    ),
    "hosts_full": replace(HOST, name="hosts of one model, price before discounts", price="log_price_full"),
    "hosts_paid": replace(HOST, name="hosts of one model, price paid", price="log_price_paid"),
    "hosts_lead": replace(
        HOST_OFFER, name="placebo: price of a week later", price="log_price_lead", controls=("log_price_measured",)
    ),
}


# --------------------------------------------------------------------------------------------------------------- hosts


def fit_hosts(rows: pd.DataFrame) -> dict[str, tuple[Estimate, Bootstrapped]]:
    """Estimate the designs between hosts, each with its interval of record.

    Parameters
    ----------
    rows : DataFrame
        Of `tokencheck.econometrics.hostpanel.build_hosts`.

    Returns
    -------
    dict of str to (Estimate, Bootstrapped)
        By the keys of `HOST_SPECIFICATIONS`. Models and hosts may each move together, so the interval of record is
        the wider of the two wild bootstraps; that of Poisson is its own, clustered by model.
    """
    prepared = prepare(rows)
    found = {}
    for key, one in HOST_SPECIFICATIONS.items():
        whole = estimate(take(prepared, one.sample), one)
        if one.estimator != "ols":
            weights = weigh_clusters(one, prepared, "model")
            found[key] = (whole, describe_clusters("model", weights, whole.p, whole.ci_low, whole.ci_high, 0))
            continue
        records = [WildTest(one, prepared, by).summarise() for by in ("model", "host")]
        found[key] = (whole, max(records, key=_measure_width))
    return found


def _measure_width(record: Bootstrapped) -> float:
    return float("inf") if None in (record.low, record.high) else record.high - record.low


def leave_hosts_out(rows: pd.DataFrame) -> pd.DataFrame:
    """Estimate the design between hosts without each host; see `robustness.leave_one_out`."""
    return robustness.leave_one_out(HOST, rows, "host")


def measure_paid(rows: pd.DataFrame) -> pd.DataFrame:
    """Measure what was paid as a multiple of the list price, by where the model is from.

    Parameters
    ----------
    rows : DataFrame
        Of `tokencheck.econometrics.hostpanel.build_hosts`.

    Returns
    -------
    DataFrame
        origin (``all`` first), tokens, paid_over_list (sums of tokens times price), cached_percent (of input).
    """
    priced = rows.dropna(subset=["price_paid", "price_full"])
    found = []
    for name, own in [("all", priced), *priced.groupby("origin")]:
        tokens = float(own["tokens"].sum())
        paid, listed, cached = (float((own["tokens"] * own[column]).sum()) for column in _PAID)
        found.append(
            {"origin": name, "tokens": tokens, "paid_over_list": paid / listed, "cached_percent": cached / tokens}
        )
    return pd.DataFrame(found)


_PAID = ("price_paid", "price_full", "cache_hit_percent")


# -------------------------------------------------------------------------------------------------------------- the cut


def fit_censored(panels: Panels) -> list[tuple[str, Specification, Censored, Bootstrapped]]:
    """Use the day's fiftieth as a limit: on the Wednesdays, and on the summer's days, where the truth is known.

    Parameters
    ----------
    panels : Panels

    Returns
    -------
    list of (key, Specification, Censored, Bootstrapped)
        The truth for the summer's is `tokencheck.econometrics.headlines.ALL` on the same days.
    """
    listed, summer = hide(panels[panel.LISTED], panels[panel.WEDNESDAYS]), panels[panel.ALL_DAYS]
    listed, summer = map(_indicate_origins, (listed, hide(summer.dropna(subset="log_tokens"), summer)))
    base = replace(headlines.DAY, estimand="censored_at_fifty", se_type="CRV1 by developer")
    found = []
    for key, rows, name, where in (
        ("censored", listed, "the cut as a limit, Wednesdays", panel.LISTED),
        ("censored_summer", summer, "the cut as a limit, summer 2026", panel.ALL_DAYS),
    ):
        for controls, ending, words in (((), "", ""), (CONTROLS, "_like", ", like with like")):
            one = replace(base, panel=where, controls=controls, name=name + words)
            columns = [one.price, *one.control_columns]
            model = CensoredModel(rows.dropna(subset=columns), columns)
            fitted = model.fit()
            found.append((key + ending, one, fitted, model.bootstrap(fitted)))
    return found


def _indicate_origins(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows["origin"].notna()
    indicators = {
        column: (rows["origin"] == value).astype("float64").where(known)
        for column, value in zip(INDICATORS["origin"], ("CN", "other"), strict=True)
    }
    return rows.assign(**indicators)


def tabulate_censored(
    censored: list[tuple[str, Specification, Censored, Bootstrapped]], panels: Panels
) -> pd.DataFrame:
    """Put each censored regression beside what it should find, where every model is on record.

    Parameters
    ----------
    censored : list
        Of `fit_censored`.
    panels : Panels

    Returns
    -------
    DataFrame
        key and the columns of `headlines.tabulate_headlines`; ``truth``: the same model by least squares on every row;
        ``cut``: on the day's fifty alone.
    """
    summer, rows = panels.prepare(panel.ALL_DAYS), []
    for key, one, fitted, record in censored:
        numbers = {"coef": fitted.coef, "se": fitted.se, "n": fitted.seen + fitted.unseen, "clusters": fitted.clusters}
        numbers |= {"models": fitted.models, "days": fitted.days}
        numbers |= {"p": record.p, "ci_low": record.low, "ci_high": record.high, "estimator": "censored"}
        row = {"key": key} | one.as_row() | numbers | write_record(record) | write_names(one)
        if one.panel == panel.ALL_DAYS:
            for name, sample in (("truth", "paid"), ("cut", "paid_top_50")):
                known = replace(ALL, controls=one.controls, sample=sample)
                row[name] = estimate(take(summer, sample), known).coef
        rows.append(row)
    return pd.DataFrame(rows, columns=["key", *TABLE, "truth", "cut"])


def gather_limits(limits: pd.DataFrame) -> Facts:
    """Gather the numbers that the chapter quotes of the cut as a limit; see `tabulate_censored`."""
    facts: Facts = {}
    for one in limits.itertuples():
        facts[one.key] = (write_signed(one.coef), "")
        facts[f"{one.key}_interval"] = (write_interval(one.record_low, one.record_high), "")
        if one.truth == one.truth:
            facts[f"{one.key}_truth"] = (write_signed(one.truth), "")
    return facts


# ------------------------------------------------------------------------------------------------------------ the table


def tabulate_designs(
    hosts: Mapping[str, tuple[Estimate, Bootstrapped]],
    limits: pd.DataFrame,
    moves: pd.DataFrame,
    together: pd.DataFrame,
) -> pd.DataFrame:
    """Give the rows of ``estimates.csv`` of these designs, in the columns of `headlines.tabulate_headlines`.

    Parameters
    ----------
    hosts
        Of `fit_hosts`.
    limits : DataFrame
        Of `tabulate_censored`.
    moves, together : DataFrame
        Of `tokencheck.econometrics.moves.measure_moves`.

    Returns
    -------
    DataFrame
    """
    rows = []
    for whole, record in hosts.values():
        rows.append(whole.as_row() | write_record(record) | write_names(whole.specification))
    days = dated.BEFORE + dated.SHORT[1]
    for one in moves[moves["span"] == "short"].itertuples():
        models = one.donors + 1
        counts = {"n": models * days, "models": models, "days": days, "record_draws": one.placebos}
        fails = f" (outside the pool, fails: {one.fails})" if one.fails else ""
        rows.append(_write_move(f"{one.model}, {one.day}{fails}", one) | counts)
    for one in together[together["span"] == "short"].itertuples():
        counts = {"n": one.moves, "models": one.models, "record_draws": one.draws}
        rows.append(_write_move(f"{one.direction} together", one) | counts)
    return pd.concat([pd.DataFrame(rows, columns=TABLE), limits[list(TABLE)]], ignore_index=True)


def _write_move(sample: str, one) -> dict[str, object]:
    """Word a move as a row: its error is that of chance, so the interval stands in for one."""
    return {
        "estimand": "dated_move", "panel": "daily record", "outcome": "log_tokens", "price": "log_price_measured",
        "effects": "model + date", "sample": sample, "estimator": "difference in differences", "coef": one.elasticity,
        "se": dated.find_error(one.low, one.high), "se_type": "placebos", "p": one.p, "ci_low": one.low,
        "ci_high": one.high, "record_by": "placebo", "record_p": one.p,
        "record_low": one.low, "record_high": one.high, "specification": sample,
        "formula": "(mean of log_tokens, days 1 to 3, less days −7 to −1; less the donors' mean) / change of log_price",
    }  # fmt: skip


_PICTURE = {
    "One full week, all models": "one week",
    "… of like quality": "one week, like with like",
    "Later weeks, like quality": "later weeks, like with like",
    "Each day of summer 2026, like quality": "same day, every model of summer 2026, like with like",
    "Fifty most used of a Wednesday": "same day, fifty most used",
    "… of like quality, cut as a limit": "the cut as a limit, Wednesdays, like with like",
    "One model over time, Wednesdays": "same model, over time",
    "One model over time, summer 2026": "same model, every model of summer 2026",
    "Hosts of one model": "hosts of one model",
    "… the same offer over time": "the same offer over time",
    "Dated cuts, three days": "cuts together",
    "Dated rises, three days": "rises together",
}


def list_picture(table: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """List what the chapter's one picture shows: our designs with intervals of record, and what others published.

    Parameters
    ----------
    table : DataFrame
        ``estimates.csv``.
    literature : DataFrame
        The table ``literature``.

    Returns
    -------
    DataFrame
        label, kind (``ours`` or ``published``), estimand, coef, low, high (missing where a study prints no error).
    """
    ours = table.drop_duplicates("specification").set_index("specification")
    rows = [
        {
            "label": label, "kind": "ours", "estimand": ours.at[name, "estimand"], "coef": ours.at[name, "coef"],
            "low": ours.at[name, "record_low"], "high": ours.at[name, "record_high"],
        }
        for label, name in _PICTURE.items()
    ]  # fmt: skip
    for one in literature[literature["kind"] == "estimate"].itertuples():
        se = one.se if one.se == one.se else abs(one.elasticity / one.t) if one.t == one.t else float("nan")
        middle = one.elasticity if one.elasticity == one.elasticity else (one.elasticity_low + one.elasticity_high) / 2
        row = {"label": f"{one.study.split(' (')[0]}: {one.compares}", "kind": "published", "coef": middle}
        rows.append(row | {"low": middle - 1.96 * se, "high": middle + 1.96 * se})
    return pd.DataFrame(rows)


# ----------------------------------------------------------------------------------------------- numbers for the prose


def gather_designs(
    hosts: Mapping[str, tuple[Estimate, Bootstrapped]],
    left_out: pd.DataFrame,
    host_rows: pd.DataFrame,
    without: pd.DataFrame,
    paid: pd.DataFrame,
    listed: pd.DataFrame,
    moves: pd.DataFrame,
    together: pd.DataFrame,
) -> Facts:
    """Gather the numbers that the chapter quotes of hosts and of dated moves.

    Parameters
    ----------
    hosts
        Of `fit_hosts`.
    left_out, host_rows : DataFrame
        Of `tokencheck.econometrics.hostpanel.build_hosts`.
    without, paid : DataFrame
        Of `leave_hosts_out` and `measure_paid`.
    listed, moves, together : DataFrame
        Of `tokencheck.econometrics.moves.list_moves` and `measure_moves`.

    Returns
    -------
    dict of str to (value, unit)
    """
    facts: Facts = {"router": (write_signed(ROUTER), "")}
    for key, (whole, record) in hosts.items():
        facts[key] = (write_signed(whole.coef), "")
        facts[f"{key}_interval"] = (write_interval(record.low, record.high), "")
        facts[f"{key}_p"] = (write_p(record.p), "")
        facts[f"{key}_n"] = (whole.n, "rows")
        facts[f"{key}_models"] = (whole.models, "models")
    facts["hosts_hosts"] = (int(host_rows["host"].nunique()), "")
    facts["hosts_days"] = (int(host_rows["date"].nunique()), "days")
    for name, day in (("first", host_rows["date"].min()), ("last", host_rows["date"].max())):
        facts[f"hosts_{name}_day"] = (f"{day:%-d %B %Y}", "date")
    facts["versions"] = (", ".join(f"{name} {version(name)}" for name in SOFTWARE), "")
    facts["hosts_without"] = (write_range(without["coef"].min(), without["coef"].max()), "")
    facts["hosts_effective"] = (round(hosts["hosts"][1].effective), "")
    facts["left_out_percent_of_host_tokens"] = (float(left_out["tokens_percent"].sum()), "percent_of_host_tokens")
    for one in paid.itertuples():
        facts[f"paid_{one.origin.lower()}"] = (f"{one.paid_over_list:.2f}", "")
        facts[f"cached_{one.origin.lower()}"] = (one.cached_percent, "percent_of_host_prompt")
    facts["moves_smallest"] = (100 * dated.SMALLEST, "percent_change")
    facts["moves_listed"] = (len(listed), "")
    facts["moves_passed"] = (int(listed["passed"].sum()), "")
    facts["moves_closed_used"] = (int((listed["closed"] & listed["used"] & listed["size"]).sum()), "")
    facts["moves_launched_later"] = (int(listed["nearly"].sum()), "")
    facts["moves_alone"] = (int(listed["alone"].sum()), "")
    facts["moves_developers"] = (int(listed.loc[listed["passed"], "developer"].nunique()), "")
    passed = listed[listed["passed"]]
    cutting = passed.loc[passed["log_price_change"] < 0, "developer"]
    facts["cuts_vendors"] = (int(cutting.nunique()), "")
    cuts_alone = listed[listed["alone"] & (listed["log_price_change"] < 0)]
    facts["cuts_alone_elsewhere"] = (int((~cuts_alone["developer"].isin(cutting)).sum()), "")
    largest_share = passed["developer"].value_counts(normalize=True).max() if len(passed) else None
    share = None if largest_share is None else 100 * float(largest_share)
    facts["largest_percent_of_moves"] = (share, "percent_of_moves")
    facts["moves_largest_day"] = (_count_largest_day(passed), "")
    facts |= _tell_together(together)
    short = moves[(moves["span"] == "short") & moves["passed"]]
    facts |= _tell_largest(short)
    facts["moves_significant"] = (int((short["p"] <= 0.05).sum()), "")
    facts["moves_measured"] = (len(short), "")
    facts["moves_at_bound"] = (int((short["days_at_bound"] > 0).sum()), "")
    rises = short[short["log_price_change"] > 0]
    facts["rises_largest_day"] = (_count_largest_day(rises), "")
    facts |= _tell_heaviest(short.loc[short["log_price_change"] < 0, "log_price_change"])
    facts["rises_chinese"] = (int((rises["country"] == "CN").sum()), "")
    return facts | _tell_named(moves)


def _count_largest_day(moves: pd.DataFrame) -> int:
    """Count the moves of the day that has most of them; none where there is no move."""
    return int(moves["day"].value_counts().max()) if len(moves) else 0


def _tell_together(together: pd.DataFrame) -> Facts:
    """Give what the chapter quotes of moves pooled; of a direction that has none on record it says that."""
    facts: Facts = {}
    found = {(one.span, one.direction): one for one in together.itertuples()}
    for span in dated.SPANS:
        for direction in dated.POOLED:
            key, one = f"{direction.replace(' ', '_')}_{span}", found.get((span, direction))
            said = f"{NONE_MEASURED} ({direction})"
            facts[key] = (write_signed(one.elasticity) if one else said, "")
            facts[f"{key}_interval"] = (write_range(one.low, one.high) if one else said, "")
            facts[f"{key}_p"] = (write_p(one.p) if one else said, "")
            facts[f"{key}_moves"] = (one.moves if one else 0, "")
            facts[f"{key}_without"] = (write_range(one.without_low, one.without_high) if one else said, "")
            facts[f"{key}_against"] = (one.against if one else 0, "")
            facts[f"{key}_models"] = (one.models if one else 0, "models")
    return facts


def _tell_largest(short: pd.DataFrame) -> Facts:
    """Give what the chapter quotes of the largest move that was measured."""
    said = (f"{NONE_MEASURED} (moves)", "")
    if short.empty:
        return dict.fromkeys([f"largest_move{ending}" for ending in ("_size", "", "_interval", "_synthetic")], said)
    largest = short.loc[short["log_price_change"].abs().idxmax()]
    return {
        "largest_move_size": (f"{write_signed(100 * np.expm1(largest['log_price_change']), 0)} %", ""),
        "largest_move": (write_signed(largest["elasticity"]), ""),
        "largest_move_interval": (write_range(largest["low"], largest["high"]), ""),
        "largest_move_synthetic": (write_signed(largest["synthetic_elasticity"]), ""),
    }


def _tell_heaviest(cuts: pd.Series) -> Facts:
    """Give what the chapter quotes of the cut that weighs most among all, from their changes of log price."""
    if cuts.empty:
        share: Facts = {"heaviest_percent_of_cut_weight": (None, "percent_of_cut_weight")}
        return {"cuts_heaviest_size": (f"{NONE_MEASURED} (cuts)", "")} | share
    weights = cuts**2  # of `tokencheck.econometrics.moves.pool`
    size = f"{write_signed(100 * np.expm1(cuts[weights.idxmax()]), 0)} %"
    return {
        "cuts_heaviest_size": (size, ""),
        "heaviest_percent_of_cut_weight": (float(100 * weights.max() / weights.sum()), "percent_of_cut_weight"),
    }


def _tell_named(moves: pd.DataFrame) -> Facts:
    """Give what the chapter quotes of the moves that it tells by name; of one that is not measured it says that."""
    facts: Facts = {}
    for key, (model, day) in NAMED_MOVES.items():
        spans = _take_named(moves, model, day)
        for span, name in (("short", key), ("later", f"{key}_later")):
            if span in spans.index:
                facts[name] = (write_signed(spans.at[span, "elasticity"]), "")
                facts[f"{name}_interval"] = (write_range(spans.at[span, "low"], spans.at[span, "high"]), "")
            else:
                facts[name] = facts[f"{name}_interval"] = (f"not measured ({model}, {day})", "")
        facts[f"{key}_day"] = (f"{pd.Timestamp(day):%-d %B %Y}", "date")
    return facts


def _take_named(moves: pd.DataFrame, model: str, day: str) -> pd.DataFrame:
    """Give what was measured of a move, by span."""
    return moves[(moves["model"] == model) & (moves["day"] == day)].set_index("span")


def count_unmeasured(moves: pd.DataFrame) -> pd.DataFrame:
    """Count what the chapter tells of moves and is not measured, as when a record was written anew.

    Parameters
    ----------
    moves : DataFrame
        Of `tokencheck.econometrics.moves.measure_moves`.

    Returns
    -------
    DataFrame
        The columns of `tokencheck.econometrics.moves.count_left_out`: of the moves that it tells by name a row, where
        one is not measured in each span, and one of the directions of which no move is measured; no row where all is.
    """
    absent = [
        (model, day) for model, day in NAMED_MOVES.values() if len(_take_named(moves, model, day)) < len(dated.SPANS)
    ]
    row = {
        "reason": TOLD_AND_ABSENT,
        "moves": len(absent),
        "models": len({model for model, _ in absent}),
        "example": "; ".join(f"{model}, {day}" for model, day in absent),
    }
    changes = moves.loc[(moves["span"] == "short") & moves["passed"], "log_price_change"]
    none = [name for name, one in (("cuts", changes < 0), ("rises", changes > 0)) if not one.any()]
    empty = {"reason": DIRECTION_ABSENT, "moves": 0, "models": 0, "example": " and ".join(none)}
    return pd.DataFrame([row] * bool(absent) + [empty] * bool(none), columns=list(row))
