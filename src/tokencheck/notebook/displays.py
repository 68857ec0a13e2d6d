"""What a notebook shows beside its figures: whole tables in words, as Markdown, which reads by day and by night.

Jupyter, Git hosts and the pages of the site all show a Markdown output as it is; nothing is cut.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import SVG, Markdown, display

from tokencheck import wording
from tokencheck.notebook import charts
from tokencheck.notebook.charts import svg
from tokencheck.notebook.topics import Topic
from tokencheck.register import guards, rule
from tokencheck.register.claims import Claim, Part, Reading
from tokencheck.register.decisions import DecidedPart
from tokencheck.register.texts import tell_claim
from tokencheck.register.verdicts import PartResult, VerdictFile, build_claim

MARKS = {"agrees": "✓", "near": "≈", "differs": "×", "inconclusive": "◆", "no data": "–"}
MOST_ROWS = 9  # of a picture of a grid


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
    """Write what a part claims."""
    return wording.write_claimed(part.relation, part.value, part.unit, part.min_count)


def _write_part(decided: DecidedPart, result: PartResult) -> str:
    part, agree = decided.part, result.agree
    rows = [_describe_reading(part, reading, decided) for reading in part.readings]
    counted = f"{agree.k} of the {agree.n} readings that count agree."
    verdict = f"Verdict of the part: **{decided.then.verdict or 'none'}**; {counted}"
    says = f"**Claimed: {part.says}**"
    return "\n\n".join([says, *[_write_table(rows)] * bool(rows), verdict])


def _describe_reading(part: Part, reading: Reading, decided: DecidedPart) -> dict[str, str]:
    record, outcome = decided.then.records[reading.id], decided.then.outcomes[reading.id]
    later = decided.now.records.get(reading.id)
    kind = "" if reading.evidence == "direct" else f" ({reading.evidence})"
    means = f"{wording.ROLE_WORDS[reading.role]}: {reading.reason}"
    row = {
        "reading: role, reason and definition": f"{reading.label.en}{kind}; {means} ({reading.id}: "
        f"{reading.measure}, {write_parameters(reading.parameters)})",
        "claimed": write_claim(part),
        "measured": wording.write_measured(record, part.unit),
        "outcome": f"{MARKS[outcome]} {outcome}",
    }
    if any(one.now is not None for one in part.readings):
        row["last complete period"] = f"{wording.write_measured(later, part.unit)} ({later['as_of']})" if later else ""
    return row


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
        counts=dict.fromkeys(rule.VERDICTS, 0),
        sensitivity={},
        claims=[result],
    )
    quoted = {
        name: {fact: {"value": value, "unit": unit} for fact, (value, unit) in own.items()}
        for name, own in facts.items()
    }
    told = tell_claim(claim, result, guards.list_known(topic.register, found, quoted), quoted)["en"]
    return Markdown(f"**{result.verdict}.** {told.answer}. {told.found}")


def write_parameters(parameters: Mapping[str, Any]) -> str:
    """Write the parameters of a reading.

    Examples
    --------
    >>> write_parameters({"scope": "top_9", "models": ["a", "b"]})
    'scope top_9, models a and b'
    """
    return ", ".join(
        f"{name} {' and '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in parameters.items()
    )


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
        {"what": name.replace("_", " "), "value": wording.write_quantity(value, unit), "name on the pages": name}
        for name, (value, unit) in facts.items()
    ]
    return Markdown(_write_table(rows))


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
    rows = [{str(name): _write_cell(value, digits) for name, value in row.items()} for row in frame.to_dict("records")]
    return Markdown(_write_table(rows) if rows else "No rows.")


def _write_cell(value: Any, digits: int) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NaT:
        return ""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:.{digits}g}" if abs(value) < 10**digits else f"{value:,.0f}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


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


def summarise_grid(claim: Claim, cells_by_part: Mapping[str, pd.DataFrame]) -> None:
    """Show the grid of a claim as a small summary and a picture: what any other definition gives. It never counts.

    Parameters
    ----------
    claim : Claim
    cells_by_part : mapping of str to DataFrame
        As `tokencheck.register.verdicts.write_grid` takes them.
    """
    rows = []
    for part_id, cells in cells_by_part.items():
        part = claim.find_part(part_id)
        outcomes = pd.Series(
            [rule.judge(part, value) for value in cells["value"].astype(object).where(cells["value"].notna(), None)]
        )
        values = pd.to_numeric(cells["value"], errors="coerce").dropna()
        ends = {"lowest": values.min(), "middle": values.median(), "highest": values.max()} if len(values) else {}
        rows.append(
            {"part": part.says, "cells": str(len(cells))}
            | {name: wording.write_quantity(float(value), part.unit) for name, value in ends.items()}
            | {f"{MARKS[name]} {name}": str(int((outcomes == name).sum())) for name in rule.OUTCOMES}
        )
    display(Markdown(_write_table(rows)))
    for part_id, cells in cells_by_part.items():
        if (picture := _draw_grid(claim.find_part(part_id), cells)) is not None:
            display(picture)


def _draw_grid(part: Part, cells: pd.DataFrame) -> SVG | None:
    """Draw the cells of a grid in rows by the definition that moves them most; nothing for dates and single numbers."""
    if part.relation == "first" or pd.to_numeric(cells["value"], errors="coerce").nunique() < 3:
        return None
    cells = cells[cells["value"].notna()].astype({"value": float})
    names = [one for one in cells if one not in ("value", "unit") and 1 < cells[one].nunique() <= MOST_ROWS]
    by = max(names, key=lambda one: cells.groupby(one)["value"].median().std(), default=None)
    frame = pd.DataFrame({"row": cells[by].astype(str) if by else "every definition", "value": cells["value"]})
    frame["value"] = [float(f"{value:.3g}") for value in frame["value"]]
    frame = frame.drop_duplicates(ignore_index=True).assign(kind="a definition").sort_values("row", kind="stable")
    log = frame["value"].min() > 0 and frame["value"].max() > 20 * frame["value"].min()
    claimed = rule.read_claimed(part)
    low, high = (None if end is None else float(end) for end in (claimed.low, claimed.high))
    line = charts.ClaimedValue(high if low is None else low, f"claimed: {write_claim(part)}", high if low else None)
    axis = charts.Axis(f"{part.unit.replace('_', ' ')}; rows: {(by or 'all').replace('_', ' ')}", log=log)
    chart = charts.strips(frame.reset_index(drop=True), axis, {"a definition": charts.TICK}, line)
    figure = chart.draw("wide")
    picture = svg.make_literal(svg.write(figure))
    plt.close(figure)
    alt = (
        f"Every other definition of “{part.says}” as a tick, from {frame['value'].min():g} to {frame['value'].max():g}."
    )
    return SVG(data=svg.add_words(picture, "The grid", alt), metadata={"alt": alt})


def _write_table(rows: Sequence[Mapping[str, str]]) -> str:
    """Write a pipe table; the rule below the header gives Pandoc the widths of the columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    widths = {name: min(60, max(3, *(len(str(row.get(name, ""))) for row in rows))) for name in names}
    lines = [
        "| " + " | ".join(map(_escape, names)) + " |",
        "|" + "|".join(":" + "-" * widths[name] for name in names) + "|",
        *("| " + " | ".join(_escape(row.get(name, "")) for name in names) + " |" for row in rows),
    ]
    return "\n".join(lines)


def _escape(text: str) -> str:
    return re.sub(r"([|\\*_$<>\[\]~^`@#])", r"\\\1", " ".join(str(text).split()))
