"""The chart of the specification curve: what the form is given, and its words."""

from dataclasses import replace

import pandas as pd

from tokencheck import wording
from tokencheck.notebook import charts
from tokencheck.notebook.drawings_regressions import find_ends, put_numbers

# Of each question the words over its block of the curve, and its colour.
BLOCKS = {
    "cross_section": ("One week", "abroad"),
    "cross_section_all_models": ("Later weeks", "abroad"),
    "same_day_all_models": ("All of a day", "abroad"),
    "within_day": ("Fifty of a day", "energy"),
    "within_model": ("Over time", "grid"),
    "extensive": ("Chance of top 50", "funds"),
    "hosts_within_model": ("Hosts", "other"),
    "censored_at_fifty": ("Cut as limit", "energy"),
    "dated_move": ("Dated moves", "grid"),
}

_ALT = (
    "Specification curve in nine blocks: models of one week, of later weeks, all models of a day, the fifty most "
    "used of a day, one model over time, chance of the top fifty, hosts of one model, the cut at fifty as a limit, "
    "dated price moves. In each the estimates are sorted from the most negative to the most positive, with their "
    "intervals; of {estimates}, {below:.0f} % lie "
    "below zero. Dots mark the published estimates, a dashed line over the hosts the router’s rule. "
    "Below, a matrix of the choices behind the estimates: price, controls, effects, sample, estimator, panel and "
    "errors."
)

# When title and alternative text are true; see `tokencheck.register.guards`.
GUARD = (
    "facts.specifications.all_negative_percent_of_estimates > 50 "
    "and facts.specifications.hosts_within_model_median < facts.specifications.cross_section_median "
    "< facts.specifications.within_day_low "
    "and facts.specifications.joint_firm > 0.5 * facts.specifications.joint_tested"
)

_FAR_OFF = 0.01  # share of the estimates, at either end, that does not set the ends of the axis

_SOURCE = "OpenRouter (tokens, CC BY 4.0); price lists, as kept by models.dev (MIT); papers"


def tell_specifications(**numbers: float | str) -> dict[str, str]:
    """Give the curve's alternative text with its numbers, guard and source, as `figures.save` asks."""
    return {"alt": put_numbers(_ALT, **numbers), "guard": GUARD, "source": _SOURCE}


def list_choices(fits: pd.DataFrame) -> dict[str, dict[str, pd.Series]]:
    """Say for each estimate which choices it made.

    Parameters
    ----------
    fits : DataFrame
        From `tokencheck.econometrics.curve.list_fits`.

    Returns
    -------
    dict of str to dict
        Group of choices to the words of each choice to a mask of the estimates.
    """
    controls, effects, sample = fits["controls"], fits["effects"], fits["sample"]
    moved = fits["estimand"] == "dated_move"
    scored, whole = controls.str.contains("quality"), controls.str.contains("quality.*log_context")
    aged = controls.str.contains("log_age")
    country, developer = effects.str.contains("origin"), effects.str.contains("developer")
    openness = effects.str.contains("open_weights")
    return {
        "Price": {
            "measured mix": fits["price"] == "log_price_measured",
            "3:1 mix": fits["price"] == "log_price_3_1",
            "input only": fits["price"] == "log_price_input",
            "own mix": fits["price"] == "log_price_own",
            "before discount": fits["price"] == "log_price_full",
            "paid": fits["price"] == "log_price_paid",
        },
        "Controls": {
            "none": controls == "",
            "age, context": aged & ~scored,
            "quality": scored & ~aged,
            "quality, age": scored & aged & ~whole,
            "all five": whole,
            "speed, context": controls.str.contains("log_speed"),
        },
        "Beside the moved model": {
            "other vendors’ models": controls.str.match("donors"),
            "closed ones of them": controls.str.match("closed_donors"),
            "vendor’s own model": controls.str.match("sister"),
            "no launch in 7 days": controls.str.contains("within_a_week"),
            "none up to 3 days on": controls.str.contains("soon"),
            "any launch": moved & ~controls.str.contains("launch"),
        },
        "Effects": {
            "the least": ~(country | developer | openness | effects.str.contains("host")),
            "× country": country,
            "+ developer": developer,
            "× openness": openness,
            "model × day": effects.str.contains("model × date"),
            "+ host": effects.str.contains("host"),
        },
        "Sample": {
            "all paid": sample == "paid",
            "scored": sample == "paid_scored",
            "without free twin": sample == "paid_unmixed",
            "open weights": sample == "paid_open",
            "closed weights": sample == "paid_closed",
            "China": sample == "paid_china",
            "United States": sample == "paid_us",
            "up to the article": sample == "paid_before",
            "since then": sample == "paid_since",
            "its fifty only": sample == "paid_top_50",
            "cuts and rises": sample.str.match("moves"),
            "cuts": sample.str.match("cuts"),
            "rises": sample.str.match("rises"),
            "of 30 % or more": sample.str.endswith("_30"),
        },
        "Estimator": {
            "rows equal": fits["estimator"] == "ols",
            "models equal": fits["estimator"] == "ols, models equal",
            "Poisson": fits["estimator"] == "poisson",
            "limit at the fiftieth": fits["outcome"] == "log_tokens_50",
            "limit at the thirtieth": fits["outcome"] == "log_tokens_30",
            "differences": fits["estimator"] == "difference in differences",
            "synthetic control": fits["estimator"] == "synthetic control",
        },
        "Panel": {
            "Wednesdays": fits["panel"].isin(["wednesdays", "listed"]),
            "early 2026, daily": fits["panel"].isin(["daily", "listed_daily"]),
            "one week": fits["panel"] == "week",
            "summer 2026, all": fits["panel"].isin(["all_days", "all_weeks"]),
            "summer 2026, hosts": fits["panel"] == "hosts",
            "three days after": fits["panel"] == "moves_short",
            "a week after": fits["panel"] == "moves_later",
        },
        "Errors": {
            "by model": fits["se_type"] == "CRV1 by model",
            "by developer": fits["se_type"] == "CRV1 by developer",
            "by model and date": fits["se_type"] == "CRV1 by model and date",
            "by host": fits["se_type"].isin(["CRV1 by host", "CRV1 by model and host"]),
            "HC1": fits["se_type"] == "HC1",
            "placebos": fits["se_type"] == "placebos",
        },
    }


def draw_curve(fits: pd.DataFrame, published: pd.DataFrame) -> charts.Chart:
    """Draw every distinct estimate, sorted, with the choices behind it and the bounds of what others published.

    Parameters
    ----------
    fits : DataFrame
        From `tokencheck.econometrics.curve.list_fits`; percent of tokens per percent of price.
    published : DataFrame
        The table ``literature``.

    Returns
    -------
    Chart
    """
    # The rule splits a model's tokens among its hosts: it says nothing of other blocks.
    levels = {"hosts_within_model": float(published["elasticity_low"].min())}
    blocks = [
        charts.EstimateBlock(words, colour, fits[fits["estimand"] == estimand], levels.get(estimand))
        for estimand, (words, colour) in BLOCKS.items()
    ]
    # A few estimates of few rows lie so far off that nothing else could be told apart: the picture ends before them.
    least, most = fits["coef"].quantile([_FAR_OFF, 1 - _FAR_OFF])
    shown = fits[fits["coef"].between(least, most)]
    low, high = find_ends(shown["coef"], shown["ci_low"], shown["ci_high"])
    beyond = int((~fits["coef"].between(low, high)).sum())
    words = "% more tokens at a price 1 % higher, each estimate with its interval"
    axis = charts.Axis(f"{words}; {beyond} lie beyond the picture" if beyond else words, low=low, high=high)
    drawn = charts.curve(blocks, list_choices(fits), axis, "dashed: the router’s rule, of hosts alone")
    return charts.stack_charts(drawn, draw_published(published))


def draw_published(published: pd.DataFrame) -> charts.Chart:
    """Draw what others published, and the range of the router's rule.

    Parameters
    ----------
    published : DataFrame
        The table ``literature``.

    Returns
    -------
    Chart
    """
    kinds = {
        "original": ("published, read where it is printed", charts.MAIN),
        "second-hand": ("published, read second-hand", replace(charts.MAIN, hollow=True)),
        "rule": ("the router’s rule, −2(1 − s)", charts.Style("claim", "", thick=4)),
    }
    rows = []
    for one in published.dropna(subset=["elasticity", "elasticity_low"], how="all").to_dict("records"):
        value, low, high = one["elasticity"], one["elasticity_low"], one["elasticity_high"]
        label = wording.write_quantity(None if pd.isna(value) else value, "elasticity", low, high)
        if pd.isna(value):
            value = (low + high) / 2
        else:
            label = wording.write_number(value, "elasticity")
            low, high = (value + side * 1.96 * _find_se(one) for side in (-1, 1))
        kind = "rule" if one["kind"] == "rule" else one["read"]
        rows.append((f"{one['study']}: {one['compares']}", value, low, high, kinds[kind][0], label))
    frame = pd.DataFrame(rows, columns=["row", "value", "low", "high", "kind", "label"])
    return charts.dots(frame, charts.Axis("% more tokens at a price 1 % higher"), dict(kinds.values()))


def _find_se(estimate: dict) -> float:
    """Give a published estimate's standard error, by its t value where only that is printed; else nothing."""
    return estimate["se"] if pd.notna(estimate["se"]) else abs(estimate["elasticity"] / estimate["t"])
