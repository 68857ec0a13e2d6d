"""The charts of the regressions notebooks: what each form is given, and the words of each figure."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from tokencheck import wording
from tokencheck.econometrics.designs import ROUTER
from tokencheck.econometrics.estimation import Estimate
from tokencheck.econometrics.inference import Bootstrapped
from tokencheck.notebook import charts
from tokencheck.wording import MINUS

_EVERY, _FIFTY, _ONE = "every model of a week or day", "the fifty most used of a day", "one model over time"
STYLES = {
    _EVERY: charts.ABROAD_STYLE,
    _FIFTY: charts.Style("energy", "D"),
    _ONE: charts.Style("funds", "o"),
    "hosts of one model": charts.Style("grid", "^"),
    "dated price move": charts.MAIN,
    "as published": charts.Style("other", "D", hollow=True, size=7),
}
GROUPS = {
    "cross_section": _EVERY,
    "cross_section_all_models": _EVERY,
    "same_day_all_models": _EVERY,
    "within_day": _FIFTY,
    "censored_at_fifty": _FIFTY,
    "within_model": _ONE,
    "hosts_within_model": "hosts of one model",
    "dated_move": "dated price move",
}
_BEYOND = 0.5  # of the spread of the estimates is shown past them; intervals that go on are cut
_ZERO = charts.ClaimedValue(0, "no relation", colour="ink")

_ALT = {
    "regressions-answers": (
        "Dot plot of the main elasticities with their 95 % intervals by developer: models of like quality lie near "
        "minus one, in the one week ({like:.2f}), in later weeks ({later:.2f}) and on each day of summer 2026 "
        "({summer:.2f}), and their intervals exclude zero; the intervals of all models of the week, of the fifty most "
        "used of a day and of one model over time hold zero."
    ),
    "regressions-designs": (
        "Dot plot of all designs on one axis with intervals: models of like quality near minus one ({like:.2f}); hosts "
        "of one model between minus one and minus two ({hosts:.2f}), where the router alone would put minus two; dated "
        "cuts below zero ({cuts:.2f}), dated rises nearer to zero ({rises:.2f}) with an interval that holds it; below "
        "them the published estimates."
    ),
    "regressions-week": (
        "Scatter of price against tokens of one week for Chinese, American and other models on log axes; the line "
        "through all models falls (slope {all:.2f}), the line through the fifty most used rises ({fifty:+.2f})."
    ),
    "regressions-bounds": (
        "Ranges, one row an estimate: the slopes that are possible when the models below the day's fiftieth may lie "
        "anywhere; those of single days and models reach to both sides of zero. The widest, {widest}, goes from "
        "{low:.1f} to {high:.1f}."
    ),
    "regressions-left-out": (
        "Strip plot, one row an estimate: each bar is the estimate without one developer; the one that moves it "
        "most is named. The largest move is {moved:+.2f}, by leaving out {developer}."
    ),
    "regressions-event": (
        "Two lines of log tokens in the weeks around price moves, one for cuts and one for rises, each with a band in "
        "which nineteen of twenty shuffles lie: before the moves both move no more than shuffled ones; after rises "
        "tokens fall (by {rises:.2f} log points on average, p {p:.3f}); after cuts they differ by {cuts:+.2f}."
    ),
    "regressions-shares": (
        "Two panels: change of the Chinese share of tokens against the elasticity assumed, with a band around it that "
        "holds zero; the line falls as the elasticity grows in size: from a share of {first:.0f} % at none to "
        "{last:.0f} % at {elasticity:.0f} in the week of February."
    ),
    "regressions-simulation": (
        "Two lines over how closely price follows quality in an invented market: the slope without quality rises from "
        "minus one to above zero ({most:.2f} at most) and falls below it again ({last:.2f}), the slope with quality "
        "stays at minus one."
    ),
}

_FACTS, _SHARES, _DESIGNS = "facts.regressions", "facts.decomposition", "facts.designs"

# When title and alternative text are true; see `tokencheck.register.guards`.
GUARDS = {
    "regressions-answers": " and ".join(
        [f"-1.35 < {_FACTS}.{one} < -0.8" for one in ("week_like", "weeks_like", "all_like")]
        + [f"{_FACTS}.{one}_interval < 0" for one in ("week_like", "weeks_like", "all_like")]
        + [f"{_FACTS}.{one}_interval holds 0" for one in ("week", "day", "model", "all_model")]
    ),
    "regressions-designs": (
        f"{_FACTS}.week_like_interval < 0 and -1.35 < {_FACTS}.week_like < -0.8 and -2 < {_DESIGNS}.hosts < -1 "
        f"and -2 < {_DESIGNS}.hosts_offer < -1 and {_DESIGNS}.cuts_short_interval < 0 "
        f"and {_DESIGNS}.rises_short_interval holds 0 and {_DESIGNS}.cuts_short < {_DESIGNS}.rises_short"
    ),
    "regressions-week": f"{_FACTS}.week < 0 and {_FACTS}.week_top > 0",
    "regressions-bounds": " and ".join(
        f"{_FACTS}.{one}_unseen > 50 and {_FACTS}.{one}_bounds holds 0"
        for one in ("day", "day_daily", "model", "model_daily")
    ),
    "regressions-left-out": f"{_FACTS}.estimates_turned_by_one_developer = 0",
    "regressions-event": (
        f"{_SHARES}.cuts_before > 0.05 and {_SHARES}.rises_before > 0.05 and {_SHARES}.cuts_effect > 0 "
        f"and {_SHARES}.rises_effect < 0 and {_SHARES}.rises_p <= 0.05 and {_SHARES}.cuts_p > 0.05"
    ),
    # Developers move the share by more than an elasticity does; both lines fall, and both bands hold zero.
    "regressions-shares": f"{_SHARES}.february_at_0_interval holds {_SHARES}.february_at_2 and "
    + " and ".join(
        f"{_SHARES}.{month}_at_2_change < {_SHARES}.{month}_at_1_change < 0 "
        f"and {_SHARES}.{month}_at_1_change_interval holds 0 and {_SHARES}.{month}_at_2_change_interval holds 0"
        for month in ("february", "april")
    ),
    "regressions-simulation": (
        f"-1.1 < {_FACTS}.simulated_first_without_quality < -0.9 and {_FACTS}.simulated_highest_without_quality > 0 "
        f"and {_FACTS}.simulated_last_without_quality < 0 and -1.1 < {_FACTS}.simulated_with_quality < -0.9"
    ),
}


_SOURCE = "OpenRouter (tokens, CC BY 4.0); vendors' price lists, as kept by models.dev (MIT)"


def tell_regressions(name: str, **numbers: float | str) -> dict[str, str]:
    """Give a figure's alternative text with its numbers, guard and source, as `tokencheck.notebook.figures.save` asks.

    Examples
    --------
    >>> tell_regressions("regressions-week", all=-0.573, fifty=0.114)["alt"].partition("models falls ")[2][:13]
    '(slope −0.57)'
    """
    source = "none; invented data" if name == "regressions-simulation" else _SOURCE
    return {"alt": put_numbers(_ALT[name], **numbers), "guard": GUARDS[name], "source": source}


def put_numbers(words: str, **numbers: float | str) -> str:
    """Put numbers into words, each with a true minus sign.

    Examples
    --------
    >>> put_numbers("a slope of {slope:.1f}", slope=-0.57)
    'a slope of −0.6'
    """
    return re.sub(r"(?<!\w)-(?=\d)", MINUS, words.format(**numbers))


def draw_answers(estimates: Sequence[tuple[str, Estimate, Bootstrapped]]) -> charts.Chart:
    """Draw elasticities with their intervals of record, one row each.

    Parameters
    ----------
    estimates : sequence of (label, Estimate, Bootstrapped)
        Top to bottom.

    Returns
    -------
    Chart
    """
    rows = [
        _mark(label, one.coef, record.low, record.high, GROUPS[one.specification.estimand])
        for label, one, record in estimates
    ]
    return _draw_marks(rows, "% more tokens at a price 1 % higher, with 95 % interval by developer", _ZERO)


def _mark(label: str, coef: float, low: float | None, high: float | None, kind: str) -> dict[str, object]:
    """Give one row: an end that nothing rejects is infinite, and without either end there is no interval."""
    ends = {"low": np.nan, "high": np.nan}
    if not (pd.isna(low) and pd.isna(high)):
        ends = {"low": -np.inf if pd.isna(low) else low, "high": np.inf if pd.isna(high) else high}
    return {"row": label, "value": coef, **ends, "kind": kind, "label": f"{coef:+.2f}".replace("-", "−")}


def find_ends(values: pd.Series, low: pd.Series, high: pd.Series) -> tuple[float, float]:
    """Find the ends of an axis that shows all estimates, and their intervals as far as these do not dwarf them.

    Parameters
    ----------
    values, low, high : Series
        Estimates and the ends of their intervals; missing or infinite where there is none.

    Returns
    -------
    tuple of float
        In tenths. Past the estimates it shows the longest interval, or half of their spread where that is less.

    Examples
    --------
    >>> ends = pd.Series([-9, -1.2]), pd.Series([0.4, np.inf])
    >>> find_ends(pd.Series([-1.0, 1.0]), *ends)
    (-2.0, 2.0)
    """
    room = _BEYOND * (values.max() - values.min())
    least = max(low.min(), values.min() - room) if low.notna().any() else values.min()
    most = min(high.max(), values.max() + room) if high.notna().any() else values.max()
    return float(np.floor(10 * least) / 10), float(np.ceil(10 * most) / 10)


def _draw_marks(
    rows: list[dict[str, object]], title: str, claimed: charts.ClaimedValue | tuple[charts.ClaimedValue, ...]
) -> charts.Chart:
    kinds = {name: style for name, style in STYLES.items() if any(row["kind"] == name for row in rows)}
    drawn = pd.DataFrame(rows)
    left, right = find_ends(drawn["value"], drawn["low"], drawn["high"])
    drawn = drawn.assign(low=drawn["low"].clip(left), high=drawn["high"].clip(upper=right))
    return charts.dots(drawn, charts.Axis(title, low=left, high=right), kinds, claimed)


def draw_designs(picture: pd.DataFrame) -> charts.Chart:
    """Draw every design on one axis, with what others published and what the router does by itself.

    Parameters
    ----------
    picture : DataFrame
        Of `tokencheck.econometrics.designs.list_picture`.

    Returns
    -------
    Chart
    """
    rows = [
        _mark(one.label, one.coef, one.low, one.high, GROUPS.get(one.estimand, "as published"))
        for one in picture.itertuples()
    ]
    router = charts.ClaimedValue(ROUTER, "router alone, between hosts", colour="claim")
    return _draw_marks(rows, "% more tokens at a price 1 % higher, with 95 % interval", (_ZERO, router))


def draw_week(rows: pd.DataFrame, whole: Estimate, top: Estimate) -> charts.Chart:
    """Draw price against tokens of one week, with the lines through all models and through the fifty most used.

    Parameters
    ----------
    rows : DataFrame
        The panel of the week, paid models.
    whole, top : Estimate
        Slopes of the two lines.

    Returns
    -------
    Chart
    """
    homes = {"US": "United States", "CN": "China"}
    kind = rows["origin"].map(homes).fillna("elsewhere or unknown")
    points = pd.DataFrame({"x": rows["price_measured"], "y": rows["tokens"], "kind": kind})
    fitted = []
    for estimate, part, words in ((whole, rows, "all models"), (top, rows[rows["top_50"]], "the fifty most used")):
        price = part["log_price_measured"]
        ends = np.array([price.min(), price.max()])
        line = part["log_tokens"].mean() + estimate.coef * (ends - price.mean())
        fitted.append(charts.Fitted(tuple(np.exp(ends)), tuple(np.exp(line)), words, dashed=part is not rows))
    return charts.cloud(
        points,
        charts.Axis("USD per million tokens, input and output at the measured prompt share (log scale)", log=True),
        charts.Axis("tokens in the week (log scale)", log=True, write=_write_power),
        {
            "China": charts.Style("china", "o", size=5),
            "United States": charts.Style("abroad", "s", size=5),
            "elsewhere or unknown": charts.Style("other", "D", size=5),
        },
        fitted,
    )


_SEEN = charts.Style("abroad", "o", size=6)
_GROUPS_OF_ROWS, _FEW_ROWS = 40, 400  # dots of a scatter, and up to how many rows each is one of its own


def draw_scatter(price: pd.Series, tokens: pd.Series) -> charts.Chart:
    """Draw what a slope rests on: price against tokens, both without what is held fixed, and the line between them.

    Parameters
    ----------
    price, tokens : Series
        In logarithms, about their means. Where there are many rows, a dot is the mean of as many, by price.

    Returns
    -------
    Chart
    """
    rows = pd.DataFrame({"x": price, "y": tokens})
    slope = float((rows["x"] * rows["y"]).sum() / (rows["x"] ** 2).sum())
    kind = "rows"
    if len(rows) > _FEW_ROWS:
        kind = "means of rows of like price"
        place = rows["x"].rank(method="first") * _GROUPS_OF_ROWS // (len(rows) + 1)
        rows = rows.groupby(place).mean()
    return _draw_cloud(rows.assign(kind=kind), {kind: _SEEN}, slope)


def draw_limit(price: pd.Series, tokens: pd.Series, seen: pd.Series, slope: float) -> charts.Chart:
    """Draw what a censored regression rests on: tokens that were seen, and limits that the others lie below.

    Parameters
    ----------
    price, tokens : Series
        In logarithms, beside what is held fixed; ``tokens`` of an unseen row is its limit.
    seen : Series
        Whether the tokens are on record.
    slope : float

    Returns
    -------
    Chart
        A dot is the mean of as many rows of a kind, by price.
    """
    kind = seen.map({True: "on record, means", False: "not on record: the limit, an upper end, means"})
    rows = pd.DataFrame({"x": price, "y": tokens, "kind": kind})
    own = rows.groupby("kind")["x"]
    place = own.rank(method="first") * _GROUPS_OF_ROWS // (own.transform("size") + 1)
    rows = rows.groupby(["kind", place], sort=True).mean().reset_index("kind")
    styles = (_SEEN, charts.Style("grid", "v", hollow=True, size=7))
    kinds = dict(zip(kind.map(str).sort_values(ascending=False).unique(), styles, strict=True))
    return _draw_cloud(rows, kinds, slope)


def _draw_cloud(rows: pd.DataFrame, kinds: dict[str, charts.Style], slope: float) -> charts.Chart:
    """Draw dots about zero, with the line of a slope through it from end to end."""
    ends = (float(rows["x"].min()), float(rows["x"].max()))
    line = charts.Fitted(ends, (slope * ends[0], slope * ends[1]), f"slope {wording.write_signed(slope)}")
    axes = (charts.Axis(f"log {what}, beside what is held fixed") for what in ("price", "tokens"))
    return charts.cloud(rows, *axes, kinds, [line])


def tell_scatter(words: str, slope: float, rows: pd.DataFrame, seen: pd.Series | None = None) -> dict[str, object]:
    """Give title, alternative text, claims and source of a scatter, as `tokencheck.notebook.figures.save` asks.

    Parameters
    ----------
    words : str
        Which rows, beside what.
    slope : float
    rows : DataFrame
        Those behind it.
    seen : Series, optional
        Of a scatter of `draw_limit`: whether the tokens of each row are on record.

    Returns
    -------
    dict

    Examples
    --------
    >>> told = tell_scatter("Hosts", -1.66, pd.DataFrame({"x": range(3000)}))
    >>> told["title"]
    'Hosts: slope −1.66'
    >>> told["alt"].partition(".")[0]
    'Scatter of log price against log tokens, 40 means of 3,000 rows'
    """
    signed = wording.write_signed(slope)
    dots, more = f"{len(rows):,} rows", ""
    if seen is not None:
        dots = f"{_count_means(seen.sum())} on record and {_count_means((~seen).sum())} off it"
        more = " Hollow triangles stand at the day's fiftieth, as the limit of the models off the record."
    elif len(rows) > _FEW_ROWS:
        dots = _count_means(len(rows))
    return {
        "title": f"{words}: slope {signed}",
        "alt": f"Scatter of log price against log tokens, {dots}. {words}. The line has the slope {signed}.{more}",
        "claims": [],
        "source": _SOURCE,
    }


def _count_means(rows: int) -> str:
    """Say of how many rows the means are that a scatter shows of them."""
    return f"{min(rows, _GROUPS_OF_ROWS)} means of {rows:,} rows"


def draw_moves(moves: pd.DataFrame, slopes: dict[str, float]) -> charts.Chart:
    """Draw the change of each moved model's tokens against that of its price, with the lines through zero.

    Parameters
    ----------
    moves : DataFrame
        log_price_change and log_tokens_change.
    slopes : dict of str to float
        Of ``cuts`` and ``rises``.

    Returns
    -------
    Chart
    """
    change = moves["log_price_change"]
    kinds = {"cut": charts.Style("china", "o", size=8), "rise": charts.Style("abroad", "s", size=8)}
    points = pd.DataFrame({"x": change, "y": moves["log_tokens_change"], "kind": np.where(change < 0, *kinds)})
    ends = {"cuts": float(change.min()), "rises": float(change.max())}
    lines = [
        charts.Fitted((0.0, ends[name]), (0.0, slope * ends[name]), f"{name} {wording.write_signed(slope)}")
        for name, slope in slopes.items()
    ]
    across, up = "change of log price", "change of log tokens in the three days after, beyond the donors"
    return charts.cloud(points, charts.Axis(across), charts.Axis(up), kinds, lines)


def tell_moves(moves: pd.DataFrame, slopes: dict[str, float]) -> dict[str, object]:
    """Give title, alternative text, guard, claims and source of the scatter of moves; see `draw_moves`."""
    signed = {name: wording.write_signed(slope) for name, slope in slopes.items()}
    counts = f"{(moves['log_price_change'] < 0).sum()} cuts and {(moves['log_price_change'] > 0).sum()} rises"
    lines = f"the line of the cuts through zero has the slope {signed['cuts']}, that of the rises {signed['rises']}"
    return {
        "title": f"Dated price moves: slope of the cuts {signed['cuts']}, of the rises {signed['rises']}",
        "alt": f"Scatter of the change of log price against that of log tokens, {counts}; {lines}.",
        "guard": f"{_DESIGNS}.cuts_short < {_DESIGNS}.rises_short",
        "claims": [],
        "source": _SOURCE,
    }


def _write_power(value: float) -> str:
    """Write a power of ten in words."""
    for size, words in ((1e12, " tn"), (1e9, " bn"), (1e6, " m"), (1e3, " k")):
        if value >= size:
            return f"{value / size:,.10g}{words}"
    return f"{value:g}"


def draw_bounds(bounds: pd.DataFrame) -> charts.Chart:
    """Draw the slopes that the unseen models allow.

    Parameters
    ----------
    bounds : DataFrame
        Of `tokencheck.econometrics.headlines.bound_all`.

    Returns
    -------
    Chart
    """
    kinds = {
        "anything possible": charts.Style("other", "", thick=7),
        "unseen at the cut … at their mean depth": charts.Style("abroad", "", thick=7),
        "as estimated from those seen": charts.Style("ink", "D"),
    }
    ends = (("low", "high"), ("at_mean", "at_cut"), (None, None))
    rows = pd.DataFrame(
        {
            "row": one["specification"],
            "value": one["coef"],
            "low": one[low] if low else np.nan,
            "high": one[high] if high else np.nan,
            "kind": kind,
        }
        for one in bounds.to_dict("records")
        for kind, (low, high) in zip(kinds, ends, strict=True)
    )
    return charts.dots(rows, charts.Axis("elasticity among all listed models"), kinds, _ZERO)


def draw_left_out(checks: pd.DataFrame, left_out: pd.DataFrame) -> charts.Chart:
    """Draw each core estimate without one developer at a time.

    Parameters
    ----------
    checks, left_out : DataFrame
        Of `tokencheck.econometrics.headlines.check_all`.

    Returns
    -------
    Chart
    """
    kinds = {"without one developer": charts.TICK, "estimate": charts.MAIN}
    rows = []
    for one in checks.itertuples():
        own = left_out[(left_out["specification"] == one.specification) & (left_out["by"] == "developer")]
        strongest = one.coef + one.strongest_developer_moved
        nearest = (own["coef"] - strongest).abs().idxmin()
        labels = [f"without {one.strongest_developer}" if place == nearest else "" for place in own.index]
        rows.append(pd.DataFrame({"row": one.specification, "value": own["coef"], "label": labels}))
        rows[-1]["kind"] = "without one developer"
        rows.append(pd.DataFrame([{"row": one.specification, "value": one.coef, "label": "", "kind": "estimate"}]))
    return charts.dots(
        pd.concat(rows, ignore_index=True),
        charts.Axis("% more tokens, or more chance, at a price 1 % higher: estimate, and without one developer"),
        kinds,
        _ZERO,
        row_height=44,
    )


def draw_event(paths: Sequence[tuple[str, pd.DataFrame]]) -> charts.Chart:
    """Draw log tokens around price moves.

    Parameters
    ----------
    paths : sequence of (title, DataFrame)
        Of `tokencheck.econometrics.eventstudy.trace`.

    Returns
    -------
    Chart
    """
    columns, lines = [], []
    for number, (title, path) in enumerate(paths):
        own = path.set_index("week")[["effect", "low", "high"]].add_suffix(f"_{number}")
        columns.append(own)
        style = (charts.ABROAD_STYLE, charts.CHINA_STYLE)[number % 2]
        lines.append(charts.Trace(f"effect_{number}", title, style, (f"low_{number}", f"high_{number}"), number > 0))
    return charts.lines(
        pd.concat(columns, axis=1).sort_index(),
        charts.Axis("log points of tokens beside models whose price stood, week before = 0; shade: chance alone"),
        lines,
        across="weeks from the move",
        events={-0.5: "the move"},
        baseline=0,
    )


def draw_shares(shares: Sequence[tuple[str, pd.DataFrame]], ranges: Sequence[tuple[str, float, float]]) -> charts.Chart:
    """Draw the change of the Chinese share against the elasticity assumed.

    Parameters
    ----------
    shares : sequence of (title, DataFrame)
        Of `tokencheck.econometrics.decomposition.list_shares`.
    ranges : sequence of (label, low, high)
        Intervals of estimates, shaded.

    Returns
    -------
    Chart
    """
    columns, lines = [], []
    for number, (title, table) in enumerate(shares):
        names = ["change_points", "change_low", "change_high"]
        columns.append(table.set_index("elasticity")[names].add_suffix(f"_{number}"))
        style = (charts.CHINA_STYLE, charts.ABROAD_STYLE)[number % 2]
        band = (f"change_low_{number}", f"change_high_{number}")
        lines.append(charts.Trace(f"change_points_{number}", title, style, band, number > 0))
    frame = pd.concat(columns, axis=1).sort_index()
    low, high = frame.index.min(), frame.index.max()
    spans = [(max(start, low), min(end, high), f"estimate: {words}") for words, start, end in ranges]
    return charts.lines(
        frame,
        charts.Axis("change of the Chinese share at equal prices, points; shade: interval over developers"),
        lines,
        across="elasticity assumed (% more tokens at a price 1 % higher)",
        spans=spans,
        baseline=0,
    )


def draw_simulation(bias: pd.DataFrame, true: float) -> charts.Chart:
    """Draw the slopes of an invented market, with and without quality.

    Parameters
    ----------
    bias : DataFrame
        Of `tokencheck.econometrics.simulation.trace_bias`.
    true : float
        The elasticity that was built in.

    Returns
    -------
    Chart
    """
    return charts.lines(
        bias.set_index("strength"),
        charts.Axis("slope of log tokens on log price"),
        [
            charts.Trace("without_quality", "without quality", charts.CHINA_STYLE, dashed=True),
            charts.Trace("with_quality", "with quality", charts.ABROAD_STYLE),
        ],
        across="how closely price follows quality (log price a unit of quality)",
        note=f"Simulation: invented data. The true elasticity is {true:g}.".replace("-", "−"),
        baseline=0,
    )
