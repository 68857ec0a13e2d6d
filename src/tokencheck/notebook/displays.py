"""What a notebook shows beside its figures: whole tables in words, as Markdown, which reads by day and by night.

Jupyter, Git hosts and the pages of the site all show a Markdown output as it is; nothing is cut.
"""

import json
import re
import textwrap
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import Markdown, display

from tokencheck import choices, wording
from tokencheck.measures import Measurement, bounds, compute
from tokencheck.notebook import charts, figures
from tokencheck.notebook.topics import Topic
from tokencheck.register import guards, rule
from tokencheck.register.claims import Claim, Part, Reading
from tokencheck.register.decisions import DecidedPart
from tokencheck.register.texts import tell_claim, word_claimed
from tokencheck.register.verdicts import PartResult, VerdictFile, build_claim
from tokencheck.units import UNITS, find_unit

_MARKS = {"agrees": "✓", "near": "≈", "differs": "×", "inconclusive": "◆", "no data": "–"}
MOST_ROWS = 9  # of a picture of a grid
FEWEST_VALUES = 3  # for which there is a picture
MOST_PLACES = 300  # of ticks in a row: those nearer than that fall into one
AXIS_WORDS = {  # of a unit whose numbers stand without words
    "pue": "power usage effectiveness",
    "times": "of the price compared with",
}
COLUMN_WORDS = {  # of columns that estimates go by
    "coef": "slope",
    "se": "standard error",
    "se_type": "kind of standard error",
    "n": "rows",
    "p": "p-value",
    "Pr(>|t|)": "p-value",
    "holm": "p-value by Holm",
    "record_low": "interval of record, from",
    "record_high": "interval of record, to",
    "record_p": "p-value of record",
    "record_effective": "effective clusters",
    "without_low": "slope without one developer, from",
    "without_high": "slope without one developer, to",
    "strongest_developer": "developer who moves it most",
    "strongest_developer_moved": "moved by leaving the developer out",
    "strongest_model": "model that moves it most",
    "strongest_model_moved": "moved by leaving the model out",
    "robustness_value": "robustness value, to zero",
    "robustness_value_5": "robustness value, to insignificance at 5 %",
    "partial_r2_price": "partial R² of price",
    "benchmark_r2_tokens": "partial R² of quality with tokens",
    "benchmark_r2_price": "partial R² of quality with price",
    "coef_bound_1": "slope beside a confounder as strong as quality",
    "coef_bound_2": "slope beside one twice as strong",
    "median_null": "median by chance",
    "median_p": "p-value of the median",
    "negative_percent_null": "negative by chance, %",
    "negative_percent_p": "p-value of the negative",
    "significant_percent": "clearly negative, %",
    "significant_percent_null": "clearly negative by chance, %",
    "significant_percent_p": "p-value of the clearly negative",
}
_P_COLUMN = re.compile(r"(.*_)?p|holm|Pr\(>\|t\|\)")
PRINTED_WIDTH = 78  # characters of what is printed: as wide as the tables of statsmodels
WIDE = 20  # a scale whose ends lie further apart than this many times is logarithmic


def introduce(topic: Topic, claim_id: str) -> Markdown:
    """Show what a claim says, what each part claims, and all its readings, none cut, with the verdict of each part.

    Parameters
    ----------
    topic : Topic
    claim_id : str

    Returns
    -------
    Markdown
        Quote; for each part the role, definition, claimed, measured and outcome of every reading; where to change them.
    """
    decided = topic.decide_claim(claim_id)
    claim = decided.claim
    written = [_write_part(*pair) for pair in zip(decided.parts, build_claim(decided).parts, strict=True)]
    command = f"tokencheck claim {claim.id} --recompute"
    where = f"To change a definition: `data/claims.yml`, {claim.id}. To measure it again: `{command}`."
    quote = f"> {claim.quote_zh}\n>\n> {claim.quote_en}"
    return Markdown("\n\n".join([quote, *written, f"**{claim.id}: {decided.verdict}.** {where}"]))


def write_claim(part: Part) -> str:
    """Write what a part claims, in the article's words where it prints no number."""
    return word_claimed(part, "en")


def _write_part(decided: DecidedPart, result: PartResult) -> str:
    part, agree = decided.part, result.agree
    rows = [_describe_reading(part, reading, decided) for reading in part.readings]
    verdict = f"Verdict of the part: **{decided.then.verdict or 'none'}**; {_tell_agreement(agree.k, agree.n)}."
    says = f"**Claimed: {part.says}**"
    return "\n\n".join([says, *[_write_table(rows)] * bool(rows), verdict])


def _tell_agreement(k: int, n: int) -> str:
    if n <= 1:
        return f"its one reading that counts {'agrees' if k else 'does not agree'}" if n else "no reading of it counts"
    return f"{k} of the {n} readings that count {'agrees' if k == 1 else 'agree'}"


def _describe_reading(part: Part, reading: Reading, decided: DecidedPart) -> dict[str, str]:
    record, outcome = decided.then.records[reading.id], decided.then.outcomes[reading.id]
    later = decided.now.records.get(reading.id)
    kind = "" if reading.evidence == "direct" else f" ({reading.evidence})"
    role = wording.ROLE_WORDS[reading.role]
    label, reason = map(_escape, (reading.label.en + kind, reading.reason))
    measured = ", ".join([f"`{reading.measure}`", *_quote_parameters(reading.parameters)])
    row = {
        "reading: role, reason and definition": _Marked(
            f"**{label}**, *{role}:* {reason} (`{reading.id}`: {measured})"
        ),
        "claimed": write_claim(part),
        "measured": wording.write_measured(record),
        "outcome": _mark(outcome),
    }
    if any(one.now is not None for one in part.readings):
        row["last complete period"] = (
            f"{wording.write_measured(later)} ({wording.write_date_text(later['as_of'], 'en')})" if later else ""
        )
    return row


def _mark(outcome: str) -> str:
    return f"{_MARKS[outcome]}{wording.NO_BREAK}{outcome}"


def _quote_parameters(parameters: Mapping[str, Any]) -> list[str]:
    """Quote parameters as the register has them, which is where a reader changes them."""
    written = {name: json.dumps(value, ensure_ascii=False).replace('"', "") for name, value in parameters.items()}
    return [f"`{name}: {value}`".replace("|", r"\|") for name, value in written.items()]


QuotedFacts = Mapping[str, tuple[Any, str]]


def explain(topic: Topic, claim_id: str, **facts: QuotedFacts) -> Markdown:
    """Show a claim's verdict and what it means: its own texts while their guard holds, else claimed and measured.

    Parameters
    ----------
    topic : Topic
    claim_id : str
    **facts
        By topic, what the texts quote beside the readings.

    Returns
    -------
    Markdown
    """
    claim, result = topic.register.find(claim_id), build_claim(topic.decide_claim(claim_id))
    found = VerdictFile(
        rule_version=rule.RULE_VERSION,
        edition="",
        article=topic.register.article.url,
        counts=dict.fromkeys(rule.VERDICT_WORDS, 0),
        sensitivity={},
        claims=[result],
    )
    quoted = {
        name: {fact: {"value": value, "unit": unit} for fact, (value, unit) in own.items()}
        for name, own in facts.items()
    }
    told = tell_claim(claim, result, guards.list_known(topic.register, found, quoted), quoted)["en"]
    return Markdown(f"**{claim.id}: {result.verdict}.** {told.answer}. {told.found}")


def write_parameters(parameters: Mapping[str, Any]) -> str:
    """Write the parameters of a reading in words, those that readers choose by on a claim's page.

    Parameters
    ----------
    parameters : mapping of str to str, number, bool or list

    Returns
    -------
    str

    Examples
    --------
    >>> write_parameters({"scope": "top_9", "token_class": "input", "models": ["a", "b"]})
    'Models counted: the nine on the chart; Tokens priced: input; models: a and b'
    """
    return "; ".join(_write_parameter(name, value) for name, value in parameters.items())


def _write_parameter(name: str, value: Any) -> str:
    values = [str(one) for one in (value if isinstance(value, list) else [value])]
    words = " and ".join(choices.name_value(name, {name: one}, "en") for one in values)
    known = name in choices.DIMENSIONS
    return f"{choices.name_dimension(name, {name: values[0]}, 'en') if known else name.replace('_', ' ')}: {words}"


def list_facts(facts: QuotedFacts) -> Markdown:
    """Show the numbers that pages quote beside the readings, in words.

    Parameters
    ----------
    facts : mapping of str to (value, unit)
        As `tokencheck.results.write_facts` takes them.

    Returns
    -------
    Markdown
    """
    rows = [
        {"what": name.replace("_", " "), "value": wording.write_quantity(value, unit)}
        for name, (value, unit) in facts.items()
    ]
    return Markdown(f"{_write_table(rows)}\n\nPages and guards know each by these words, joined by underscores.")


def list_rows(frame: pd.DataFrame, digits: int = 3) -> Markdown:
    """Show every row of a table.

    Parameters
    ----------
    frame : DataFrame
        The index is left out, unless it has a name.
    digits : int
        Significant digits of numbers that are not whole.

    Returns
    -------
    Markdown
    """
    frame = frame.reset_index() if frame.index.name or frame.index.nlevels > 1 else frame
    if frame.empty:
        return Markdown("No rows.")
    columns = {str(name): frame[name].tolist() for name in frame}
    cells = {write_column(name): _write_cells(name, values, digits) for name, values in columns.items()}
    rows = [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]
    return Markdown(_write_table(rows, {write_column(name) for name, values in columns.items() if _is_numeric(values)}))


def write_column(name: str) -> str:
    """Write the name of a column in words, with the unit that it ends with.

    Examples
    --------
    >>> write_column("se_type"), write_column("priced_tokens_percent"), write_column("input_usd_per_mtok")
    ('kind of standard error', 'priced tokens, %', 'input, USD per million tokens')
    """
    if name in COLUMN_WORDS:
        return COLUMN_WORDS[name]
    if name.endswith("_p"):
        return f"p-value, {name.removesuffix('_p').replace('_', ' ')}"
    if name.endswith("_percent"):
        return f"{name.removesuffix('_percent').replace('_', ' ')}, %"
    unit = max((one for one in UNITS if "_" in one and name.endswith(one)), key=len, default="")
    before = name.removesuffix(unit).strip("_").replace("_", " ")
    return ", ".join(filter(None, [before, find_unit(unit).words]))


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value))


def _is_numeric(values: Sequence[Any]) -> bool:
    known = [value for value in values if not _is_missing(value)]
    return bool(known) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in known)


def _write_cells(name: str, values: Sequence[Any], digits: int) -> list[str]:
    """Write a column: numbers all with decimals where one has them, so that they can be compared."""
    if not _is_numeric(values):
        return [_write_cell(value, digits) for value in values]
    if _P_COLUMN.fullmatch(name):
        return ["" if _is_missing(value) else wording.write_p(value) for value in values]
    decimals = max(_count_decimals(value, digits) for value in values if not _is_missing(value))
    return ["" if _is_missing(value) else _write_float(value, digits, decimals) for value in values]


def _count_decimals(value: float, digits: int) -> int:
    """Count the decimals that a number needs for its first digits."""
    exponent = Decimal(f"{value:.{digits - 1}e}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _write_float(value: float, digits: int, decimals: int) -> str:
    """Write a number with these decimals, but very small ones with their first digits, and large ones whole."""
    if not decimals or abs(value) >= 10**digits:
        return _sign(f"{value:,.0f}")
    return _sign(f"{value:.{decimals}f}" if decimals <= digits else f"{value:#.{digits}g}".rstrip("."))


def _write_cell(value: Any, digits: int) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_missing(value):
        return ""
    if isinstance(value, int | float):
        return _write_float(value, digits, 0 if float(value).is_integer() else digits + 1)
    return str(value)


def compare(rows: Mapping[str, tuple[Any, ...]], columns: Sequence[str]) -> Markdown:
    """Show a few numbers side by side, such as one's own definition beside the claim's.

    Parameters
    ----------
    rows : mapping of str to tuple
        What each row is called, to its cells.
    columns : sequence of str
        Names of the cells.

    Returns
    -------
    Markdown
    """
    named = {name: dict(zip(columns, cells, strict=True)) for name, cells in rows.items()}
    return list_rows(pd.DataFrame.from_dict(named, orient="index").rename_axis("").reset_index())


def show_slope(fitted: Any, name: str = "log_price") -> None:
    """Print a formula as statsmodels ran it, and what it says of one slope.

    Parameters
    ----------
    fitted : RegressionResults
        From `statsmodels.formula.api`.
    name : str
        Whose slope.
    """
    formula = textwrap.fill(fitted.model.formula, PRINTED_WIDTH, subsequent_indent="    ", break_on_hyphens=False)
    print(formula, fitted.t_test(f"{name} = 0").summary(xname=[name]), sep="\n")


OwnValue = Mapping[str, Any] | Measurement | float | tuple[float | None, float | None] | None


def try_out(topic: Topic, claim_id: str, words: str = "", **own: OwnValue) -> Markdown:
    """Show beside what a claim says what it comes to as written, and by a definition of one's own; and what changes.

    Parameters
    ----------
    topic : Topic
    claim_id : str
    words : str
        Names one's own definition, where it is not told by the parameters that were changed.
    **own
        By part: parameters that differ from those of the reading as written, whose measure then computes it; or what
        was computed, a measurement, a number or its two ends, which if a share is written without saying of what.

    Returns
    -------
    Markdown
        No verdict is touched, whatever it is.
    """
    shown = ["**Try your own**, with the parameters at the top of the notebook; no verdict is touched."]
    for decided in topic.decide_claim(claim_id).parts:
        if (part := decided.part).id in own:
            shown += [f"**Claimed: {part.says}**", *_write_own(topic, claim_id, decided, words, own[part.id])]
    return Markdown("\n\n".join(shown))


def _write_own(topic: Topic, claim_id: str, decided: DecidedPart, words: str, own: OwnValue) -> list[str]:
    part = decided.part
    reading, _ = topic.find_literal(claim_id, part.id)
    if isinstance(own, Mapping):
        words = words or write_parameters(own)
        own = compute(reading.measure, topic.tables, reading.parameters | dict(own))
    elif not isinstance(own, Measurement):
        low, high = own if isinstance(own, tuple) else (own, own)
        ends = [None if pd.isna(end) or np.isinf(end) else float(end) for end in (low, high)]  # what was over nothing
        own = bounds(*ends, unit=part.unit, as_of="")
    as_written = decided.then.outcomes[reading.id]
    yours = rule.judge(part, own.value, own.low, own.high, own.interval_kind)
    record = decided.then.records[reading.id]
    mine, theirs = wording.write_measured(vars(own)), wording.write_measured(record)  # a share is of what own says
    same = wording.write_measured(vars(own), record["unit"]) == theirs
    rows = [
        {"definition": "claimed", "value": write_claim(part)},
        {
            "definition": f"as written: {reading.label.en}",
            "value": theirs,
            "outcome": _mark(as_written),
        },
        {"definition": f"yours: {words}", "value": mine, "outcome": _mark(yours)},
    ]
    return [_write_table(rows), f"What changes: {_tell_change(as_written, yours, same)}."]


def _tell_change(as_written: str, yours: str, same: bool) -> str:
    if yours != as_written:
        return f"the outcome, from *{as_written}* to *{yours}*"
    return "nothing" if same else f"the value; the outcome stays *{yours}*"


def summarise_grid(claim: Claim, cells_by_part: Mapping[str, pd.DataFrame], source: str) -> None:
    """Show the grid of a claim as a small summary and a picture: what any other definition gives. It never counts.

    Parameters
    ----------
    claim : Claim
    cells_by_part : mapping of str to DataFrame
        As `tokencheck.register.verdicts.write_grid` takes them.
    source : str
        Whose data the picture shows.
    """
    parts = [(claim.find_part(part_id), cells) for part_id, cells in cells_by_part.items()]
    rows = [_summarise_part(part, cells) for part, cells in parts]
    outcomes = [name for name in rule.OUTCOMES if any(row[_mark(name)] != "0" for row in rows)]
    left_out = {_mark(name) for name in rule.OUTCOMES if name not in outcomes}
    display(Markdown(_write_table([{key: row[key] for key in row if key not in left_out} for row in rows])))
    drawn = [(part, _list_ticks(cells)) for part, cells in parts if part.relation != "first"]
    drawn = [(part, ticks) for part, ticks in drawn if ticks["value"].nunique() >= FEWEST_VALUES]
    if not drawn:
        return
    ends = [_tell_ends(part, ticks) for part, ticks in drawn]
    claimed = [write_claim(part) for part, _ in drawn]
    quoted = [words if "“" in words else f"“{words}”" for words in claimed]
    told = [f"{one}; claimed: {words}" for one, words in zip(ends, quoted, strict=True)]
    several = len(drawn) > 1
    title = f"{claim.id}: {'; '.join(ends if several else told)}"  # of several parts only the picture says all
    chart = charts.stack_charts(*(_draw_ticks(part, ticks) for part, ticks in drawn))
    what = ", one a part, each on a scale of its own" if several else ""
    alt = f"Strip plot{what}: a tick for each definition beside a line at the claimed value. {'; '.join(told)}."
    display(figures.save(chart, f"grid-{claim.id.lower()}", title, alt, [], source=source))


def _tell_ends(part: Part, ticks: pd.DataFrame) -> str:
    ends = wording.write_quantity(None, part.unit, ticks["value"].min(), ticks["value"].max())
    number = wording.write_quantity(len(ticks), "")
    return f"{number} definitions give {_sign(ends)}"


def _summarise_part(part: Part, cells: pd.DataFrame) -> dict[str, str]:
    known = cells["value"].astype(object).where(cells["value"].notna(), None)
    outcomes = pd.Series([rule.judge(part, value) for value in known])
    values = pd.to_numeric(cells["value"], errors="coerce").dropna()
    ends = [values.min(), values.median(), values.max()] if len(values) else []
    if part.unit == "times":
        ends.reverse()  # one twentieth is less than one half
    named = zip(("lowest", "middle", "highest"), ends, strict=False)
    return (
        {"part": part.says, "definitions": wording.write_quantity(len(cells), "")}
        | {name: _sign(wording.write_quantity(float(value), part.unit)) for name, value in named}
        | {_mark(name): wording.write_quantity(int((outcomes == name).sum()), "") for name in rule.OUTCOMES}
    )


def _sign(text: str) -> str:
    return re.sub(r"(?<!\w)-(?=\d)", wording.MINUS, text)


def _list_ticks(cells: pd.DataFrame) -> pd.DataFrame:
    """List the numbers of a grid, each with its row: the words of the dimension that moves them most."""
    cells = cells[pd.to_numeric(cells["value"], errors="coerce").notna()].astype({"value": float})
    days = {"start", "end"} if "start" in cells else set()  # which the words of a window do not need
    fixed = {"value", "unit", *days, *choices.LEFT_OUT}
    names = [one for one in cells if one not in fixed and 1 < cells[one].nunique() <= MOST_ROWS]
    ticks = cells[["value"]].assign(row="", by="")
    if names:
        by = max(names, key=lambda one: cells.groupby(one)["value"].median().std())
        rows = [{by: _write_choice(value)} for value in cells[by]]
        named = [(choices.name_value(by, row, "en"), choices.name_dimension(by, row, "en")) for row in rows]
        if {words for words, _ in named} <= {"yes", "no"}:  # alone they do not say of what
            named = [(f"{asked}: {words}", "") for words, asked in named]
        ticks[["row", "by"]] = pd.DataFrame(named, index=ticks.index)
    numbers = pd.to_numeric(ticks["row"], errors="coerce")
    order = ticks.groupby("row")["value"].transform("median") if numbers.isna().any() else numbers
    ticks["row"] = ticks["row"].where(numbers.isna(), numbers.map(charts.write_tick))
    return ticks.assign(order=order).sort_values(["order", "row"], kind="stable").drop(columns="order")


def _write_choice(value: Any) -> str:
    """Write a parameter as it stands in the file of the grid."""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:g}"
    return "" if value is None else str(value)


def _draw_ticks(part: Part, ticks: pd.DataFrame) -> charts.Chart:
    unit, by = find_unit(part.unit), ticks["by"].iloc[0]
    values = [float(f"{value * unit.scale:.3g}") for value in ticks["value"]]
    frame = ticks.assign(value=values, kind="a definition", group=part.says)
    lowest, highest = frame["value"].min(), frame["value"].max()
    log = 0 < lowest < highest / WIDE
    scaled = np.log(frame["value"]) if log else frame["value"]
    place = ((scaled - scaled.min()) / (scaled.max() - scaled.min()) * MOST_PLACES).round()
    frame = frame[~frame.assign(value=place).duplicated()].reset_index(drop=True)
    claimed = rule.read_claimed(part)
    low, high = (None if end is None else float(end) * unit.scale for end in (claimed.low, claimed.high))
    line = charts.ClaimedValue(high if low is None else low, f"claimed: {write_claim(part)}", high if low else None)
    words = AXIS_WORDS.get(part.unit) or unit.words or part.unit
    words = f"{part.measured_in}, {words}" if words == "%" else words
    axis = charts.Axis(
        f"{words}; rows: {by.removesuffix(' of')}" if by else words,
        log=log,
        write=charts.write_fraction if part.unit == "times" else charts.write_tick,
        whole=bool((frame["value"] % 1 == 0).all()),
    )
    return charts.strips(frame.drop(columns="by"), axis, {"a definition": charts.TICK}, line)


class _Marked(str):
    """A cell that is Markdown already."""

    __slots__ = ()


def _write_table(rows: Sequence[Mapping[str, str]], numbers: Collection[str] = ()) -> str:
    """Write a pipe table, columns of numbers flush right; their widths are found by whoever shows it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        "| " + " | ".join(map(_escape, names)) + " |",
        "|" + "|".join("---:" if name in numbers else ":---" for name in names) + "|",
        *("| " + " | ".join(_escape(row.get(name, "")) for name in names) + " |" for row in rows),
    ]
    return "\n".join(lines)


def _escape(text: str) -> str:
    if isinstance(text, _Marked):
        return text
    one_line = re.sub(r"[^\S\xa0\u202f]+", " ", str(text)).strip()  # but a number stays with its unit
    one_line = re.sub(r"(?<=\d) (?=%)", wording.NO_BREAK, one_line)
    return re.sub(r"([|\\*_$<>\[\]~^`@#])", r"\\\1", one_line)
