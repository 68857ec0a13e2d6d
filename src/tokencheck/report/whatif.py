"""Count it your way: a claim's grid as a strip of all its values, with a choice for each dimension.

The grid goes into the page whole, coded by dictionaries: a row is its choices and its outcome as one number in mixed
radix, and its value as a whole number, both in the digits of `LETTERS`. ``report/whatif.js`` reads that back and says
the same sentence as `say`.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property, partial
from html import escape
from typing import Any

from tokencheck import choices, paths
from tokencheck.register import rule, texts
from tokencheck.register.claims import Claim, Part
from tokencheck.register.verdicts import ReadingResult
from tokencheck.report import labels
from tokencheck.report.markup import curl
from tokencheck.results import read_rows
from tokencheck.units import find_unit
from tokencheck.wording import BETWEEN_PARTS, MINUS, THOUSANDS

# The digits in which rows are coded: printable, and neither JSON's, HTML's nor Markdown's own.
LETTERS = "".join(chr(code) for code in range(33, 127) if chr(code) not in '"\\<>&:[]{}#!*`$@_')
TICKS = 1000  # places along the strip
SAME = 1e-6  # values that differ by no more are one, as files round them
LOG_FROM = 30  # a strip whose ends lie further apart than this many times has a logarithmic scale

SAYS = {
    "en": {
        "all": "{all} ways to count: {range}. Agree: {agrees}; come near: {near}; differ: {differs}.",
        "some": "{n} of {all} ways to count: {range}. Agree: {agrees}; come near: {near}; differ: {differs}.",
        "one": "1 of {all} ways to count: {range}. It {outcome}.",
        "none": "None of the {all} ways to count is like that. Change a choice.",
        "outcomes": {rule.AGREES: "agrees", rule.NEAR: "comes near", rule.DIFFERS: "differs"},
        "claimed": "claimed", "enters": "▴ enters the verdict", "reset": "Show all ways", "choices": "Choices",
        "outside": "; {n} of {all} by a reading that these choices do not hold",
        "colon": ": ",
    },
    "zh": {
        "all": "{all}种算法：{range}。相符{agrees}种，接近{near}种，不符{differs}种。",
        "some": "{all}种算法中的{n}种：{range}。相符{agrees}种，接近{near}种，不符{differs}种。",
        "one": "{all}种算法中的1种：{range}，{outcome}。",
        "none": "{all}种算法中没有这一种，请改换选项。",
        "outcomes": {rule.AGREES: "相符", rule.NEAR: "接近", rule.DIFFERS: "不符"},
        "claimed": "文章的说法", "enters": "▴ 计入结论",
        "outside": "，{all}种中有{n}种不在这些选项之内", "reset": "显示全部", "choices": "选项", "colon": "：",
    },
}  # fmt: skip

# Said above a strip: which choices enter the verdict.
WHAT_COUNTS = {
    "en": "Only what ▴ marks enters the verdict: the readings listed under “Measured”, each with its reason; the "
    "methods say what was known when they were named. All other ways to count show how far the definition moves the "
    "number; they never count.",
    "zh": "只有▴所示的读法计入结论：它们列在“各种读法的实测”一节，理由见英文页，其中一些是看到部分数字之后才定的。"
    "其余算法只说明定义不同会使数字变动多少，一概不计。",
}


@dataclass(frozen=True)
class Dimension:
    """One thing to choose: its column, its name, and the names of what can be chosen."""

    column: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """One way to count: the place of each choice in its dimension, the value as printed in the grid, the outcome."""

    chosen: tuple[int, ...]
    value: str
    outcome: str


@dataclass(frozen=True)
class Form:
    """How numbers of a strip are written: by Python here, by the script in the page."""

    each: str  # the words at each end of a range, such as 万: of “23至1644万” the first would be 23; “{}” is the number
    words: str  # those around the range; “{}” stands for both ends
    scale: float
    decimals: int | None
    to: str
    apart: str  # the same where the lower end is below zero
    more: str = ""  # of “1/N”, where the larger number is the smaller value: the words for more than the whole
    gap: str = THOUSANDS  # between thousands; Chinese counts in 万 and has none

    @property
    def limit(self) -> float:
        """What is smaller is written with two digits that tell something: never as nothing, which it is not."""
        return 0 if self.decimals is None else 5 * 10**-self.decimals if self.decimals else 0.5

    def write_number(self, value: float) -> str:
        """Write one number, rounded half up as a browser does."""
        value = self.scale * value
        if self.decimals is None:
            digits = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
        elif 0 < abs(value) < self.limit:
            digits = f"{value:.2g}"
        else:
            digits = f"{Decimal(value).quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)}"
            digits = digits.removesuffix(".0") if self.more else digits  # 1/4, as one says it
        whole, point, part = digits.partition(".")
        return f"{self.group(whole)}{point}{part}".replace("-", MINUS)

    def group(self, whole: int | str) -> str:
        """Part the thousands of a whole number."""
        return re.sub(r"\B(?=(\d{3})+$)", self.gap, str(whole))

    def write_end(self, value: float) -> str:
        """Write one number with the words that each end of a range carries."""
        is_more = self.more and value < 1
        return self.more.format(self.write_number(1 / value)) if is_more else self.each.format(self.write_number(value))

    def write(self, low: float, high: float) -> str:
        """Write a number, or both ends of a range of them."""
        between = self.apart if low < 0 else self.to
        ends = [self.write_end(end) for end in ((high, low) if self.more else (low, high))]
        return self.words.format(between.join(dict.fromkeys(ends)))


def make_form(unit: str, language: str) -> Form:
    """Make the form of a unit's numbers in a language.

    Examples
    --------
    >>> make_form("percent", "en").write(41.92, 49.0), make_form("times", "en").write(5.8, 16.67)
    ('41.9–49.0\\xa0%', '1/16.7 to 1/5.8')
    >>> make_form("million_tokens", "zh").write(1.51, 1.51), make_form("percent", "zh").write(42, 49)
    ('151万Token', '42.0%至49.0%')
    >>> make_form("ten_thousand_tokens", "zh").write(30.888, 32.49)
    '30.89万至32.49万Token'
    >>> make_form("times", "zh").write(0.25, 16.67), make_form("thousand_tokens", "zh").write(200, 204.8)
    ('1/16.7至4倍', '200至205K Token')
    """
    known, alone = find_unit(unit), "{}"
    if unit == "times":
        to, whole = BETWEEN_PARTS[language], find_unit("ratio")
        more = f"{{}} {whole.words}" if language == "en" else whole.zh.format(number=alone)
        return Form(known.attach(alone), alone, known.scale, known.decimals, to, to, more)
    if language == "en":
        return Form(alone, known.attach(alone), known.scale, known.decimals, "–", " to ")
    chinese = partial(Form, to="至", apart="至", gap="")
    words, decimals = (known.zh or "{number}").format(number=alone), known.decimals
    if known.scale == 10**4:  # what English writes out
        return chinese("{}万", words, 1, 2)
    if known.ones == 1:
        each, around = (words, alone) if unit == "percent" else (alone, words)
        return chinese(each, around, known.scale, decimals)
    # A thousand has no numeral of its own: it is written as a part of 万.
    size, numeral = next((size, sign) for size, sign in ((10**12, "万亿"), (10**4, "万")) if size <= 10 * known.ones)
    decimals = max(0, decimals - round(math.log10(known.ones / size)))
    return chinese(f"{{}}{numeral}", words, known.ones / size, decimals)


@dataclass(frozen=True)
class Ways:
    """All ways to count one thing.

    Attributes
    ----------
    key : str
        Its name in the page's address.
    says : str
        What is counted.
    part : str
        The id of a claim's part.
    claimed : tuple
        The ends of what agrees; None for an open one.
    label : str
        What is written at it.
    entering : tuple
        The values, or bounds, of the readings that enter the verdict.
    words : mapping
        Sentences and words of outcomes, as in `SAYS`.
    """

    key: str
    says: str
    unit: str
    language: str
    dimensions: tuple[Dimension, ...]
    rows: tuple[Way, ...]
    words: Mapping[str, Any]
    part: str = ""
    claimed: tuple[float | None, float | None] = (None, None)
    label: str = ""
    entering: tuple[tuple[float, float], ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """Give what it was made of, and not what was derived since: the same ways are the same bytes."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def form(self) -> Form:
        """How its numbers are written."""
        return make_form(self.unit, self.language)

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The ends of the scale: all values, and what is claimed."""
        marks = [float(row.value) for row in self.rows] + [end for end in self.claimed if end is not None]
        marks += [end for one in self.entering for end in one]
        return min(marks), max(marks)

    @cached_property
    def is_log(self) -> bool:
        """Whether its ends lie so far apart that its scale is logarithmic."""
        low, high = self.ends
        return low > 0 and high / low > LOG_FROM

    @property
    def band(self) -> tuple[float, float]:
        """Where what agrees begins and ends along the strip, from 0 to 1; an open end is that of the strip."""
        low, high = self.claimed
        return (0.0 if low is None else self.place(low)), (1.0 if high is None else self.place(high))

    @property
    def outside(self) -> int:
        """How many of the values that enter the verdict no way to count gives, such as that of a day of its own."""
        values = [float(row.value) for row in self.rows]
        single = [low for low, high in self.entering if low == high]
        return sum(not any(math.isclose(one, value, rel_tol=SAME) for value in values) for one in single)

    def place(self, value: float) -> float:
        """Place a value along the strip, from 0 to 1."""
        low, high = self.ends
        if low == high:
            return 0.5
        bend = math.log if self.is_log else float
        return (bend(value) - bend(low)) / (bend(high) - bend(low))


def read_ways(
    claim: Claim, readings: Sequence[ReadingResult], language: str, rows: Sequence[Mapping[str, str]] | None = None
) -> list[Ways]:
    """Read a claim's grid.

    Parameters
    ----------
    claim : Claim
    readings : sequence of ReadingResult
        Those of the claim.
    language : str
        In which choices are named.
    rows : sequence of mapping, optional
        By default those of ``data/results/grid/<claim>.csv``.

    Returns
    -------
    list of Ways
        One for each part that the grid counts; none where there is no grid.
    """
    path = paths.GRID / f"{claim.id}.csv"
    if rows is None:
        rows = read_rows(path) if path.exists() else []
    found = []
    for part in claim.parts:
        own = [row for row in rows if row["part"] == part.id]
        if own:
            of_part = tuple(one for one in readings if one.part == part.id)
            found.append(_make_ways(claim, part, language, own, of_part))
    return found


@cache
def _put_into_chinese(name: str) -> str:
    return (labels.translate_label(name) if re.search(r"[A-Za-z]", name) else "") or name


def name_choice(column: str, row: Mapping[str, str], language: str) -> str:
    """Name what was chosen of a column; a place or kind that has no Chinese translation is a name and stays."""
    name = choices.name_value(column, row, language)
    return _put_into_chinese(name) if language == "zh" else curl(name)


def _name_choices(rows: Sequence[Mapping[str, str]], language: str) -> dict[str, list[str]]:
    """Name what was chosen in each row of a part's grid, by the columns that hold choices."""
    has_days = "start" in rows[0]
    skipped = {"part", "value", "unit", "outcome", *choices.LEFT_OUT} | ({"start", "end"} if has_days else set())
    return {column: [name_choice(column, row, language) for row in rows] for column in rows[0] if column not in skipped}


def _make_ways(
    claim: Claim, part: Part, language: str, rows: Sequence[Mapping[str, str]], readings: Sequence[ReadingResult]
) -> Ways:
    english = _name_choices(rows, "en")
    words = english if language == "en" else _name_choices(rows, language)
    columns = [column for column, chosen in english.items() if len(set(chosen)) > 1]
    named = [tuple(words[column][place] for column in columns) for place in range(len(rows))]
    names = {column: choices.name_dimension(column, rows[0], language) for column in columns}
    several = sum(bool(part.readings) for part in claim.parts) > 1
    ends = rule.read_claimed(part)
    claimed = texts.word_claimed(part, language)
    return Ways(
        f"{claim.id}-{part.id}".lower() if several else claim.id.lower(),
        (part.says_zh or part.says) if language == "zh" else part.says,
        part.unit,
        language,
        list_dimensions(names, named),
        list_ways(named, [(row["value"], row["outcome"]) for row in rows]),
        SAYS[language],
        part.id,
        tuple(None if end is None else float(end) for end in (ends.low, ends.high)),
        f"{SAYS[language]['claimed']} {claimed}",
        list_entering(readings),
    )


def list_entering(readings: Sequence[ReadingResult]) -> tuple[tuple[float, float], ...]:
    """List the values, or bounds, of the readings that enter the verdict."""
    found = []
    for one in readings:
        ends = (one.value, one.value) if isinstance(one.value, (int, float)) else (one.low, one.high)
        if one.role in rule.ENTERING_ROLES and None not in ends and not isinstance(one.value, str):
            found.append(ends)
    return tuple(found)


def list_dimensions(names: Mapping[str, str], named: Sequence[tuple[str, ...]]) -> tuple[Dimension, ...]:
    """List what can be chosen: each column's name with the words of its choices, in the order in which they come."""
    values = [tuple(dict.fromkeys(words)) for words in zip(*named, strict=True)]
    return tuple(Dimension(column, name, own) for (column, name), own in zip(names.items(), values, strict=True))


def list_ways(named: Sequence[tuple[str, ...]], results: Sequence[tuple[str, str]]) -> tuple[Way, ...]:
    """List the ways to count: the words of their choices as places in `list_dimensions`, with value and outcome."""
    places = [{name: place for place, name in enumerate(dict.fromkeys(words))} for words in zip(*named, strict=True)]
    return tuple(
        Way(tuple(place[name] for place, name in zip(places, names, strict=True)), value, outcome)
        for names, (value, outcome) in zip(named, results, strict=True)
    )


# ------------------------------------------------------------------------------------------------- coding of rows


def _write_digits(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, len(LETTERS))
        digits = LETTERS[digit] + digits
    return digits


def _count_digits(most: int) -> int:
    width = 1
    while len(LETTERS) ** width <= most:
        width += 1
    return width


def encode(ways: Ways) -> dict[str, Any]:
    """Code a strip for its page; ``report/whatif.js`` reads it back.

    Returns
    -------
    dict
        ``coded``: for each row, `wide` digits of choices and outcome, then `deep` digits of the value, which is
        (number + `least`) / `by`; `sizes` of the dimensions, `outcomes`, the ends of the scale, the form of numbers.
    """
    places = max(max(-Decimal(row.value).normalize().as_tuple().exponent, 0) for row in ways.rows)
    whole = [int(Decimal(row.value).scaleb(places)) for row in ways.rows]
    least = min(whole)
    sizes = [len(dimension.values) for dimension in ways.dimensions]
    outcomes = sorted({row.outcome for row in ways.rows})
    deep = _count_digits(max(whole) - least)
    wide = _count_digits(math.prod(sizes) * len(outcomes))
    coded = []
    for row, number in zip(ways.rows, whole, strict=True):
        combined = 0
        for size, place in reversed(list(zip(sizes, row.chosen, strict=True))):
            combined = combined * size + place
        combined = combined * len(outcomes) + outcomes.index(row.outcome)
        coded.append(_write_digits(combined, wide) + _write_digits(number - least, deep))
    form, (low, high) = ways.form, ways.ends
    return {
        "sizes": sizes,
        "outcomes": outcomes,
        "wide": wide,
        "deep": deep,
        "least": least,
        "by": 10**places,
        "ends": [low, high] if low < high else [low - 1, high + 1],
        "log": ways.is_log,
        "form": [
            form.each, form.words, form.scale, form.decimals, form.limit, form.to, form.apart, form.more, form.gap,
        ],
        "says": {key: ways.words[key] for key in ("all", "some", "one", "none", "outcomes")},
        "letters": LETTERS,
        "coded": "".join(coded),
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------- in words and HTML


def say(ways: Ways, rows: Sequence[Way]) -> str:
    """Say what some of the ways to count give, as the script says it."""
    words, group, total = ways.words, ways.form.group, len(ways.rows)
    if not rows:
        return words["none"].format(all=group(total))
    values = [float(row.value) for row in rows]
    told = ways.form.write(min(values), max(values))
    counts = {name: group(sum(row.outcome == name for row in rows)) for name in words["outcomes"]}
    form = "all" if len(rows) == total else "one" if len(rows) == 1 else "some"
    outcome = words["outcomes"].get(rows[0].outcome, rows[0].outcome)
    return words[form].format(n=group(len(rows)), all=group(total), range=told, outcome=outcome, **counts)


def _draw(ways: Ways) -> str:
    """Draw all values as ticks, what is claimed as a band, and the readings that enter the verdict as marks."""

    def percent(place: float) -> str:
        return f"{100 * place:.1f}%"

    start, end = map(percent, ways.band)
    ticks = sorted({round(TICKS * ways.place(float(row.value))) for row in ways.rows})
    path = "".join(f"M{tick} 0v9" for tick in ticks)
    width = f"{float(end[:-1]) - float(start[:-1]):.1f}%"
    entering = [tuple(percent(ways.place(end)) for end in ends) for ends in dict.fromkeys(ways.entering)]
    marks = "".join(
        f'<line class="ways-bounds" x1="{first}" x2="{last}" y1="44" y2="44"/>' * (first != last)
        + "".join(f'<text class="ways-mark" x="{x}" y="50">▴</text>' for x in dict.fromkeys((first, last)))
        for first, last in entering
    )
    # an end carries its words only where these are short
    form = ways.form
    least, most = map(form.write_end, ways.ends)
    return (
        f'<svg class="ways" height="74" role="img" aria-label="{escape(say(ways, ways.rows))}">'
        f'<rect class="ways-claim" x="{start}" width="{width}" y="2" height="36"/>'
        f'<line class="ways-claim" x1="{start}" x2="{start}" y1="0" y2="38"/>'
        f'<line class="ways-claim" x1="{end}" x2="{end}" y1="0" y2="38"/>'
        f'<svg x="0" y="6" width="100%" height="28" viewBox="0 0 {TICKS} 9" preserveAspectRatio="none">'
        f'<path class="ways-all" d="{path}"/><path class="ways-on" d=""/></svg>'
        f'{marks}<text x="0" y="69">{escape(least)}</text>'
        f'<text x="100%" y="69" text-anchor="end">{escape(most)}</text></svg>'
    )


def _write_label(ways: Ways) -> str:
    """Write what is claimed above its place, as text that wraps and never leaves the strip.

    What the words leave of the strip's width goes to both sides, in the shares that lie before and behind the place.
    """
    at = round(50 * sum(ways.band))
    return (
        f'<p class="ways-claimed" style="grid-template-columns:{at}fr auto {100 - at}fr">'
        f"<span>{escape(ways.label)}</span></p>"
    )


def _write_legend(ways: Ways) -> str:
    n = ways.outside
    return ways.words["enters"] + (ways.words["outside"].format(n=n, all=len(ways.entering)) if n else "")


def _write_choice(dimension: Dimension, language: str) -> str:
    options = "".join(f"<option value={place}>{escape(name)}" for place, name in enumerate(dimension.values))
    return f"<label>{escape(dimension.name)}<select><option value=''>{choices.ANY[language]}{options}</select></label>"


def write_ways(ways: Ways) -> str:
    """Write a strip as HTML: a drawing, a sentence, choices, and the coded rows.

    Parameters
    ----------
    ways : Ways

    Returns
    -------
    str
        Without a script, the drawing and the sentence on all ways.
    """
    words = ways.words
    data = json.dumps(encode(ways), ensure_ascii=False, separators=(",", ":"))
    label = f"{words['choices']}{words['colon']}{ways.says}" if "-" in ways.key else words["choices"]
    fields = "".join(_write_choice(dimension, ways.language) for dimension in ways.dimensions)
    return "\n".join(
        line
        for line in (
            f'<div class="whatif{"" if ways.part else " without-claim"}" data-key="{ways.key}">',
            _write_label(ways) * bool(ways.label),
            _draw(ways),
            f'<p class="ways-legend">{_write_legend(ways)}</p>' * bool(ways.entering),
            f'<p class="ways-says" aria-live="polite">{escape(say(ways, ways.rows))}</p>',
            f'<form class="ways-choices" aria-label="{escape(label)}">{fields}'
            f'<button type="reset">{words["reset"]}</button></form>',
            f'<script type="application/json">{data}</script>',
            "</div>",
        )
        if line
    )
