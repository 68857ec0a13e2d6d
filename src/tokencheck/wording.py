"""How numbers, units and outcomes are written for readers: once, for pages, README and terminal alike."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tokencheck.units import find_base, find_unit

ROLE_WORDS = {
    "literal": "what the sentence says",
    "source": "how its source defined the number",
    "charitable": "what a fair reader may have meant",
    "diagnostic": "shown for orientation, not counted",
}

RELATION_WORDS = {
    "equals": "",
    "between": "between",
    "at_least": "at least",
    "at_most": "at most",
    "order_of_magnitude": "of the order of",
    "rank_at_most": "top",
    "first": "first on",
    "exists": "at least",
}

ERRS_WORDS = {
    "overstates": "overstates what was measured or found",
    "understates": "understates what was measured or found",
    "leaves_out": "leaves out what the finding turns on",
    "mixes": "mixes what has to be kept apart",
}

# The same of a price or of a part “1/N”, where “overstates” leaves open whether the price or the gap is meant.
ERRS_OF = {
    "price": {
        "en": {"overstates": "makes the price higher than it was", "understates": "makes the price lower than it was"},
        "zh": {"overstates": "把价格说高了", "understates": "把价格说低了"},
    },
    "gap": {
        "en": {"overstates": "makes the gap wider than it was", "understates": "makes the gap narrower than it was"},
        "zh": {"overstates": "把差距说大了", "understates": "把差距说小了"},
    },
}
ERRS_CHINESE = {
    "overstates": "言过其实", "understates": "说少了", "leaves_out": "略去了关键事实", "mixes": "混为一谈",
}  # fmt: skip

MINUS = "\u2212"

# How units of prices begin, and of a part of a listed price.
_PRICES = ("usd_", "cny_", "percent_of_listed_comparator")

# Units in which a whole number is one that was published as such, “about 4 times”: decimals would say too much.
MULTIPLES = ("ratio", "times")
LEAST_WHOLE = 100  # from here on three digits stand before the point, and no source bears more
SHORTEST_MULTIPLE = 3  # significant digits of a part “1/N” that is told as N times

THOUSANDS = ","
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")
MONTH_SPAN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:/(0[1-9]|1[0-2]))?")  # one, or the first and the last of several
# What `write_date_text` writes in words, but for a year alone.
KEPT_DATE = re.compile(rf"\d{{4}}-\d\d-\d\d|{_QUARTER.pattern}|{MONTH_SPAN.pattern}")
BETWEEN_PARTS = {"en": " to ", "zh": "至"}  # of a range of parts “1/N”, each of which is written out
ORDINALS = ("first", "second", "third", "fourth")
NO_BREAK = "\u00a0"


def write_number(value: float | str, unit: str) -> str:
    """Write one number as a reader sees it, without its unit.

    Parameters
    ----------
    value : float or str
        In `unit`; a day that is kept as text is written as readers write days.
    unit : str
        One of `tokencheck.units`, or any other, for which three significant digits are kept.

    Returns
    -------
    str

    Examples
    --------
    >>> write_number(41.9227, "percent"), write_number(16.67, "times"), write_number(0.0042, "percent")
    ('41.9', '16.7', '0.0042')
    >>> write_number(-1.108, "elasticity"), write_number(4.03, "times"), write_number(189.5, "times")
    ('−1.11', '4', '190')
    >>> write_number(136.08, "million_tokens"), write_number(99.97, "percent")
    ('136', '100')
    """
    if isinstance(value, str):
        return write_date_text(value, "en")
    known = find_unit(unit)
    value *= known.scale
    decimals = known.decimals
    if decimals is None:
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if known.signed:
        return write_signed(value, decimals)
    if find_base(unit) == "percent" and value in (0, 100):  # nothing and all are no measurements to a decimal
        return f"{value:.0f}"
    if decimals and 0 < abs(value) < 10**-decimals * 5:
        return f"{value:.2g}"
    if round(abs(value), decimals) >= LEAST_WHOLE and not unit.startswith(_PRICES):
        decimals = 0
    text = f"{value:,.{decimals}f}"
    return text.removesuffix(".0") if unit == "times" else text  # 1/4, as one says it


def _write_alone(value: float | str, unit: str) -> str:
    """Write a number that stands alone: a multiple that is whole was published as such, and gets no decimals."""
    is_whole = unit in MULTIPLES and not isinstance(value, str) and float(value).is_integer()
    return f"{value:.0f}" if is_whole else write_number(value, unit)


def write_signed(value: float, digits: int = 2) -> str:
    """Write a number with a true minus sign.

    Examples
    --------
    >>> write_signed(-0.573), write_signed(0.097)
    ('−0.57', '0.10')
    """
    text = f"{value:.{digits}f}".replace("-", MINUS)
    return text.removeprefix(MINUS) if float(text.replace(MINUS, "-")) == 0 else text


def write_range(low: float, high: float, digits: int = 2) -> str:
    """Write an interval in words, because a dash beside a minus sign misleads."""
    return f"{write_signed(low, digits)} to {write_signed(high, digits)}"


def write_spread(low: float, high: float, unit: str) -> str:
    """Write between which values places or times differ, beside a number that carries the unit.

    Examples
    --------
    >>> write_spread(0.3, 4.4, "million_tokens"), write_spread(1.5, 1.9, "times")
    ('from 0.30 to 4.40', 'from 1/1.9 to 1/1.5')
    """
    if unit == "times":
        return f"from {_write_parts((low, high))}"
    return f"from {write_number(low, unit)} to {write_number(high, unit)}"


def _write_part(of: float, language: str = "en", digits: int | None = None) -> str:
    """Write a part “1/N”; what is more than the whole, where N is below one, as so many times as much.

    Examples
    --------
    >>> _write_part(16.67), _write_part(0.25), _write_part(0.25, "zh"), _write_part(0.83, "zh", 2)
    ('1/16.7', '4 times', '4倍', '1.2倍')
    """

    def write(number: float) -> str:
        return _write_digits(number, "times", digits) if digits else _write_alone(number, "times")

    if of >= 1:
        return find_unit("times").attach(write(of))
    whole = find_unit("ratio")
    return whole.zh.format(number=write(1 / of)) if language == "zh" else f"{write(1 / of)} {whole.words}"


def _write_parts(ends: Sequence[float], language: str = "en", digits: int | None = None) -> str:
    """Write one part, or the smallest and the largest of a range: those of the largest and the smallest N."""
    written = [_write_part(end, language, digits) for end in sorted(ends, reverse=True)]
    return BETWEEN_PARTS[language].join(dict.fromkeys(written))


def write_p(p: float) -> str:
    """Write a p-value to three decimals, or that it is smaller."""
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def write_quantity(
    value: float | str | None,
    unit: str,
    low: float | None = None,
    high: float | None = None,
    short: bool = False,
) -> str:
    """Write a measured value, or its bounds, with the unit.

    Parameters
    ----------
    value : float, str or None
        In `unit`; None when there are only bounds, or nothing.
    unit : str
        One of `tokencheck.units`; ``times`` is written as the article does, “1/N”.
    low, high : float or None
        Bounds, written when there is no value.
    short : bool
        Whether the unit is written in short, for a table whose caption names it.

    Returns
    -------
    str

    Examples
    --------
    >>> write_quantity(None, "percent", 41.92, 48.99)
    '41.9–49.0\\xa0%'
    >>> write_quantity(16.67, "times"), write_quantity(4.0, "ratio"), write_quantity(None, "times", 0.25, 78.26)
    ('1/16.7', '4 times', '1/78.3 to 4 times')
    >>> write_quantity(0, "states"), write_quantity(None, "percent", 0.0, 5.66)
    ('no state', '0–5.7\\xa0%')
    """
    known = find_unit(unit)
    if value == 0 and known.singular and not short:
        return f"no {known.singular}"
    if value is None and (low is None or high is None):
        return "no data"
    if unit == "times" and not isinstance(value, str):
        return _write_parts((low, high) if value is None else (value,))
    if value is not None:
        return known.attach(_write_alone(value, unit), short)
    ends = [_write_end(end, unit, high) for end in (low, high)]
    between = " to " if low < 0 else "–"  # no dash beside a minus
    return known.attach(between.join(ends), short)


def _write_end(value: float, unit: str, highest: float) -> str:
    """Write an end of a range, no finer than beside a high end that has no decimals.

    Examples
    --------
    >>> [_write_end(end, "trillion_tokens", 125.1) for end in (76.39, 125.1)], _write_end(5.46, "trillion_tokens", 6.38)
    (['76', '125'], '5.46')
    """
    coarse = highest >= LEAST_WHOLE > abs(value) and find_unit(unit).decimals and not unit.startswith(_PRICES)
    return f"{value:.2g}" if coarse and find_base(unit) != "percent" else write_number(value, unit)


def write_measured(record: Mapping[str, Any], unit: str | None = None, short: bool = False) -> str:
    """Write the value or bounds of a measurement record; see `write_quantity`."""
    text = write_quantity(record["value"], unit or record["unit"], record["low"], record["high"], short)
    return _write_floor(text, unit or record["unit"]) if record.get("interval_kind") == "floor" else text


def _write_floor(text: str, unit: str) -> str:
    """Say that a number is the least it can be; of a rank, that it may be a lower one."""
    return f"{text} or lower" if unit == "rank" else f"at least {text}"


def name_unit(unit: str) -> str:
    """Name a unit for a caption; empty where every number carries it already.

    Examples
    --------
    >>> name_unit("usd_per_mtok"), name_unit("percent")
    ('USD per million tokens', '')
    """
    known = find_unit(unit)
    return known.words if known.short is not None else ""


# Of a ratio that is claimed to be at least one: “at least 1 times” reads as if it were double, 至少1倍 even more so.
AS_MUCH = {"en": "at least as much", "zh": "至少相当"}
# Of a part whose sentence prints no number and names none.
PLAIN_CLAIM = {"en": "that it is so", "zh": "确有其事"}


def write_claimed(
    relation: str, value: str | list[str] | tuple[str, str] | None, unit: str, min_count: int | None = None
) -> str:
    """Write what a part claims, at the precision the article printed.

    Examples
    --------
    >>> write_claimed("equals", "1/20", "times"), write_claimed("between", ("0.2", "0.3"), "cny_per_kwh")
    ('1/20', 'between 0.2 and 0.3 CNY per kWh')
    >>> write_claimed("equals", "30.888", "ten_thousand_tokens"), write_claimed("first", "2026", "year")
    ('308,880 tokens', 'first in 2026')
    >>> write_claimed("at_least", "1.00", "ratio"), write_claimed("at_least", "2", "ratio")
    ('at least as much', 'at least 2 times')
    """
    known = find_unit(unit)
    if relation == "exists":
        ends = f" by {value[0]} to {value[1]} %" if value else ""
        return f"at least {min_count} {known.words}{ends}" if known.words else PLAIN_CLAIM["en"]
    if relation == "first" and unit == "year":
        return f"first in {value}"
    if relation == "at_least" and unit == "ratio":
        return AS_MUCH["en"] if float(value) == 1 else f"at least {value} times"
    if relation == "rank_at_most":
        return f"{RELATION_WORDS[relation]} {value}" if value != "1" else known.attach(value)
    numbers = " and ".join(value) if isinstance(value, (list, tuple)) else write_date_text(value, "en")
    if known.scale > 1:
        numbers = write_number(float(numbers), unit)
    return f"{RELATION_WORDS[relation]} {numbers} {known.word(numbers)}".strip()


# ------------------------------------------------------------------------- short texts, in English and in Chinese

LANGUAGES = ("en", "zh")

CHINESE = {
    "Supported": "属实",
    "Roughly right": "基本属实",
    "Misleading": "误导",
    "Contradicted": "不实",
    "Unverifiable": "无法核实",
    "Not checkable": "不可核查",
    "Not yet checked": "尚未核查",
    "agrees": "相符",
    "near": "接近",
    "differs": "不符",
    "inconclusive": "无法判定",
    "no data": "没有数据",
    "never": "从未",
}

_CHINESE_NUMERALS = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))
_CHINESE_RELATIONS = {"at_least": "至少", "at_most": "至多", "order_of_magnitude": "约", "rank_at_most": "至少"}


def translate(word: str) -> str:
    """Give a verdict or an outcome in Chinese."""
    return CHINESE[word]


# What gives way in a trial of a verdict, and how; see `tokencheck.register.firmness`.
TRIAL_WORDS = {
    "en": {
        ("finding", "out"): "without the finding {id} ({source})",
        ("source", "out"): "without all that {id} says",
        ("grade", "up"): "if {id} counted one grade higher",
        ("grade", "down"): "if {id} counted one grade lower",
        ("interest", "with"): "if {id} were an interested party",
        ("interest", "without"): "if {id} were no interested party",
        ("reading", "literal"): "if “{id}” were the literal reading",
        ("tolerance", "to"): "if near meant within {id} %",
        ("attribution", "low"): "if “{id}” lay at the low end of its bounds",
        ("attribution", "high"): "if “{id}” lay at the high end of its bounds",
    },
    "zh": {
        ("finding", "out"): "若不计证据{id}（{source}）",
        ("source", "out"): "若不计{id}的全部证据",
        ("grade", "up"): "若{id}的等级高一级",
        ("grade", "down"): "若{id}的等级低一级",
        ("interest", "with"): "若{id}为利益相关方",
        ("interest", "without"): "若{id}并非利益相关方",
        ("reading", "literal"): "若以“{id}”为字面读法",
        ("tolerance", "to"): "若“接近”的容差为{id}%",
        ("attribution", "low"): "若“{id}”取区间下限",
        ("attribution", "high"): "若“{id}”取区间上限",
    },
}
# How the one line names what a verdict leans on, by its sort: one of it, and several.
LEAN_WORDS = {
    "en": {
        "source": ("{}", "{}"), "reading": ("the reading {}", "the readings {}"),
        "tolerance": ("the tolerance", "the tolerance"), "attribution": ("the bounds of {}", "the bounds of {}"),
    },
    "zh": {
        "source": ("{}", "{}"), "reading": ("读法{}", "读法{}"), "tolerance": ("容差", "容差"),
        "attribution": ("{}的区间", "{}的区间"),
    },
}  # fmt: skip
MOST_LEANS_NAMED = 3  # of a sort, in the one line; all of them are listed below it


def write_trial(language: str, kind: str, move: str, **names: str) -> str:
    """Write what a trial changed.

    Examples
    --------
    >>> write_trial("en", "grade", "down", id="FD114")
    'if FD114 counted one grade lower'
    """
    return TRIAL_WORDS[language][kind, move].format(**names)


def _join(items: Sequence[str], between: str, last: str) -> str:
    return last.join([between.join(items[:-1])] * (len(items) > 1) + list(items[-1:]))


def _write_leans(language: str, sort: str, names: Sequence[str]) -> str:
    """Write what a verdict leans on of one sort, each name once."""
    names = list(dict.fromkeys(names))
    quoted = names if sort == "source" else [f"“{name}”" for name in names]
    more = len(quoted) - MOST_LEANS_NAMED
    if language == "zh":
        between = "、" if sort == "source" else ""  # between quotation marks Chinese needs no comma
        listed = between.join(quoted[:MOST_LEANS_NAMED]) + (f"等{len(quoted)}项" if more > 0 else "")
    else:
        listed = _join([*quoted[:MOST_LEANS_NAMED], *([f"{more} more"] if more > 0 else [])], ", ", " and ")
    return LEAN_WORDS[language][sort][len(names) > 1].format(listed)


def write_firmness(language: str, tried: int, names: Mapping[str, Sequence[str]]) -> str:
    """Write in one line whether a verdict is firm, or what it leans on.

    Parameters
    ----------
    language : str
    tried : int
        How many trials there were.
    names : mapping of str to sequence of str
        What gave way in those in which the verdict did not stand, by the sorts of `LEAN_WORDS`.

    Examples
    --------
    >>> write_firmness("en", 3, {}), write_firmness("en", 0, {}), write_firmness("zh", 3, {"source": ["FD1"]})
    ('Firm', 'Nothing to try', '取决于FD1')
    >>> write_firmness("en", 9, {"source": ["FD1", "FD1"], "reading": ["output", "own list"]})
    'Leans on FD1 and on the readings “output” and “own list”'
    """
    groups = [_write_leans(language, sort, names[sort]) for sort in LEAN_WORDS[language] if names.get(sort)]
    if language == "zh":
        return f"取决于{'、'.join(groups)}" if groups else "稳固" if tried else "无可检验"
    return f"Leans on {_join(groups, ', on ', ' and on ')}" if groups else "Firm" if tried else "Nothing to try"


def write_weak_sources(grades: Mapping[str, str], language: str = "en", among: int = 0) -> str:
    """Write, for the side of a verdict, on which sources of grade C or D it leans; empty for none.

    Parameters
    ----------
    grades : mapping of str to str
        By source.
    language : str
    among : int
        On how many sources it leans, those of better grades with them.

    Examples
    --------
    >>> write_weak_sources({"FD100": "C"})
    'Leans on one source of grade C (FD100)'
    >>> write_weak_sources({"FD1": "C", "FD2": "D"})
    'Leans on each of 2 sources of grade C or D (FD1, FD2)'
    >>> write_weak_sources({"SR04": "C", "SR05": "C"}, "zh"), write_weak_sources({"FD1": "D"}, "zh")
    ('2个C级来源（SR04、SR05）缺一不可', '取决于1个D级来源（FD1）')
    >>> write_weak_sources({"FD1": "C"}, "en", 2), write_weak_sources({"FD1": "C"}, "zh", 2)
    ('Leans on 2 sources, one of them of grade C (FD1)', '取决于2个来源，其中1个为C级（FD1）')
    """
    if not grades:
        return ""
    sorts = sorted(set(grades.values()))
    if language == "zh":
        named = f"{len(grades)}个{'或'.join(sorts)}级来源（{'、'.join(grades)}）"
        if among > len(grades):
            return f"取决于{among}个来源，其中{named.replace('级来源', '级').replace('个', '个为', 1)}"
        return f"取决于{named}" if len(grades) == 1 else f"{named}缺一不可"
    named = f"of grade {' or '.join(sorts)} ({', '.join(grades)})"
    if among > len(grades):
        return f"Leans on {among} sources, {'one' if len(grades) == 1 else len(grades)} of them {named}"
    return f"Leans on {'one source' if len(grades) == 1 else f'each of {len(grades)} sources'} {named}"


def name_errs(way: str) -> str:
    """Name in one or two words the way in which a sentence errs, as it stands beside the verdict.

    Examples
    --------
    >>> name_errs("leaves_out")
    'leaves out'
    """
    return way.replace("_", " ")


def write_errs(way: str, unit: str, language: str = "en") -> str:
    """Write in which way a sentence errs, of what was measured in a unit.

    Parameters
    ----------
    way : str
        One of `ERRS_WORDS`.
    unit : str
        That of the literal reading of the part that decided; empty where nothing was measured.
    language : str

    Examples
    --------
    >>> write_errs("understates", "percent_of_listed_comparator"), write_errs("overstates", "times", "zh")
    ('makes the price lower than it was', '把差距说大了')
    >>> write_errs("overstates", "percent_of_platform", "zh"), write_errs("mixes", "")
    ('言过其实', 'mixes what has to be kept apart')
    """
    what = "gap" if unit == "times" else "price" if unit.startswith(_PRICES) else ""
    plain = ERRS_WORDS if language == "en" else ERRS_CHINESE
    return ERRS_OF.get(what, {}).get(language, {}).get(way) or plain[way]


def _write_digits(value: float, unit: str, digits: int) -> str:
    """Write a number without its unit at `digits` significant digits; nothing as everywhere else."""
    if not value:
        return write_number(value, unit)
    rounded = Decimal(f"{value * find_unit(unit).scale:.{digits - 1}e}").normalize()  # without zeros at the end
    return f"{rounded:,f}".replace("-", MINUS)


def _write_chinese_digits(number: str, ones: int) -> str:
    """Write a number as Chinese does, in 万, 亿 or 万亿, with the digits it has.

    Examples
    --------
    >>> _write_chinese_digits("1.51", 10**6), _write_chinese_digits("4.12", 10**12), _write_chinese_digits("200", 1000)
    ('151万', '4.12万亿', '20万')
    """
    value = Decimal(number.replace(THOUSANDS, "").replace(MINUS, "-")) * ones
    for size, numeral in _CHINESE_NUMERALS:
        if abs(value) >= size:
            return f"{(value / size).normalize():f}{numeral}"
    return f"{value.normalize():f}" if ones > 1 else number.replace(THOUSANDS, "")


_NUMERALS = "〇一二三四五六七八九"


def _write_numeral(number: int) -> str:
    """Write a whole number below a hundred, or a hundred, in Chinese numerals."""
    if number == 100:
        return "百"
    tens, ones = divmod(number, 10)
    return (_NUMERALS[tens] if tens > 1 else "") + "十" * bool(tens) + (_NUMERALS[ones] if ones or not tens else "")


def write_part_chinese(of: str) -> str:
    """Write a printed part “1/N” as Chinese does: as N分之一 for a whole N. Others stay, as what is measured does.

    In per cent a ratio would look like a share, which has another tolerance.

    Examples
    --------
    >>> [write_part_chinese(of) for of in ("3", "20", "18", "100", "1.69", "16.67")]
    ['三分之一', '二十分之一', '十八分之一', '百分之一', '1/1.69', '1/16.67']
    """
    if of.isdigit() and int(of) <= 100:
        return f"{_write_numeral(int(of))}分之一"
    return f"1/{of}"


def write_day(day: dt.date, language: str) -> str:
    """Write a day.

    Examples
    --------
    >>> write_day(dt.date(2026, 3, 9), "en"), write_day(dt.date(2026, 3, 9), "zh")
    ('9 March 2026', '2026年3月9日')
    """
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%B} {day.year}"


def write_ends(
    ends: Sequence[float], unit: str, language: str, digits: int | None = None, style: str = "full", low_is: str = ""
) -> str:
    """Write a number, or the two ends of an interval, in a short text.

    Parameters
    ----------
    ends : sequence of float
        One or two.
    unit : str
        One of `tokencheck.units`.
    language : str
        ``en`` or ``zh``.
    digits : int, optional
        Significant digits; by default those of the unit.
    style : str
        ``full``, ``short`` where the text around it says what of, ``bare`` for the number alone, or ``times`` for a
        part “1/N” told from the other side, as N times.
    low_is : str
        ``floor`` when the number is the least it can be: a rank may then be lower.

    Returns
    -------
    str

    Examples
    --------
    >>> write_ends([41.92, 48.99], "percent", "en", 2), write_ends([41.92, 48.99], "percent", "zh", 2)
    ('42–49\\xa0%', '42%至49%')
    >>> write_ends([1.0, 1.5], "million_tokens", "en", 2), write_ends([1.0, 1.5], "million_tokens", "zh", 2)
    ('1–1.5 million tokens', '100万至150万Token')
    >>> write_ends([76.39, 125.1], "trillion_tokens", "zh")
    '76万亿至125万亿Token'
    >>> write_ends([0.25, 16.67], "times", "zh"), write_ends([0.7], "usd_per_mtok", "zh", style="short")
    ('1/16.7至4倍', '0.70美元')
    >>> [write_ends([16.67], "times", language, style="times") for language in LANGUAGES]
    ['16.7 times', '16.7倍']
    >>> write_ends([0], "states", "zh"), write_ends([31.8], "percent_of_listings_abroad", "zh")
    ('没有一个州', '境外报价的32%')
    """
    if unit == "times" and style == "times":
        return write_ends(ends, "ratio", language, digits or SHORTEST_MULTIPLE)
    if unit == "times" and style != "bare":
        return _write_parts(ends, language, digits)
    known = find_unit(unit)
    ends = sorted(ends, reverse=unit == "times")
    if list(ends) == [0] and known.singular and style == "full":
        return f"没有{known.zh.format(number='一')}" if language == "zh" else f"no {known.singular}"
    highest = max(ends, key=abs)
    numbers = [_write_digits(end, unit, digits) if digits else _write_end(end, unit, highest) for end in ends]
    numbers = list(dict.fromkeys(numbers))
    if len(numbers) == 1 and digits is None:
        numbers = [_write_alone(ends[0], unit)]
    if language == "zh":
        numbers = [_write_chinese_digits(number, known.ones) for number in numbers]
        form = "{number}" if style == "bare" else known.zh_short if style == "short" and known.zh_short else known.zh
        if not form:
            raise ValueError(f"the unit “{unit}” has no Chinese words; write the number bare")
        if find_base(unit) == "percent":
            return "至".join(form.format(number=number) for number in numbers)
        least = "至少" if low_is == "floor" and unit != "rank" else ""
        text = form.format(number=least + "至".join(numbers))
        return f"{text}或更靠后" if low_is == "floor" and unit == "rank" else text
    if style == "bare":
        return "–".join(numbers)
    words = known.attach("–".join(numbers), style == "short")
    return _write_floor(words, unit) if low_is == "floor" else words


def write_claimed_chinese(
    relation: str, value: str | Sequence[str] | None, unit: str, min_count: int | None = None
) -> str:
    """Write what a part claims, in Chinese; see `write_claimed`.

    Examples
    --------
    >>> write_claimed_chinese("at_most", "0.5", "cny_per_kwh")
    '每度至多0.5元'
    >>> write_claimed_chinese("at_least", "1.00", "ratio"), write_claimed_chinese("at_least", "2", "ratio")
    ('至少相当', '至少2倍')
    >>> write_claimed_chinese("between", ("1/3", "1/5"), "times"), write_claimed_chinese("exists", None, "cases", 1)
    ('三分之一至五分之一（1/3至1/5）', '确有其事')
    """
    known = find_unit(unit)
    if relation == "exists":
        if not known.zh:
            return PLAIN_CLAIM["zh"]
        counted = f"至少{known.zh.format(number=min_count)}"
        return f"{counted}上涨{value[0]}%至{value[1]}%" if value else counted
    numbers = [value] if isinstance(value, str) else list(value)
    if relation == "first":
        return f"{write_date_text(numbers[0], 'zh')}首次"
    if relation == "at_least" and unit == "ratio" and float(numbers[0]) == 1:
        return AS_MUCH["zh"]
    if relation == "rank_at_most":
        return "第1位" if value == "1" else f"前{value}位"
    printed = write_printed(numbers, unit, "zh", than=_CHINESE_RELATIONS.get(relation, ""))
    if unit != "times":
        return printed
    return f"{printed}（{BETWEEN_PARTS['zh'].join(numbers)}）"


def write_printed(numbers: Sequence[str], unit: str, language: str, short: bool = False, than: str = "") -> str:
    """Write one printed number, or the two ends of a range, with the unit and all their digits; `than` is Chinese.

    Examples
    --------
    >>> write_printed(["0.2", "0.3"], "cny_per_kwh", "en"), write_printed(["1/3", "1/5"], "times", "en")
    ('0.2–0.3 CNY per kWh', '1/3 to 1/5')
    >>> [write_printed(["0.3"], "usd_per_mtok", language, short=True) for language in LANGUAGES]
    ['0.3 USD', '0.3美元']
    >>> write_printed(["1/20"], "times", "zh", short=True)
    '二十分之一'
    """
    known = find_unit(unit)
    plain = [_scale(text.removeprefix("1/"), known.scale) for text in numbers]
    if unit == "times" and language == "zh":
        return than + "至".join(write_part_chinese(number) for number in plain)
    if language == "zh":
        written = [_write_chinese_digits(number, known.ones) for number in plain]
        form = known.zh_short if short and known.zh_short else known.zh
        if unit == "percent":
            return than + "至".join(form.format(number=number) for number in written)
        return form.format(number=than + "至".join(written))
    written = [f"{Decimal(number):,f}" for number in plain]
    if unit == "times":
        return BETWEEN_PARTS["en"].join(known.attach(number) for number in written)
    return known.attach("–".join(written), short)


def _scale(text: str, scale: int) -> str:
    return text if scale == 1 else f"{(Decimal(text) * scale).normalize():f}"


def write_date_text(text: str, language: str) -> str:
    """Write a day, months, a quarter or a year that is kept as text; “never” is a word.

    Examples
    --------
    >>> write_date_text("23 March 2026", "zh"), write_date_text("2026", "zh"), write_date_text("never", "en")
    ('2026年3月23日', '2026年', 'never')
    >>> write_date_text("2026-Q1", "en"), write_date_text("2026-Q1", "zh")
    ('first quarter of 2026', '2026年第一季度')
    >>> write_date_text("2026-02", "en"), write_date_text("2026-06/08", "en"), write_date_text("2026-06/08", "zh")
    ('February 2026', 'June to August 2026', '2026年6月至8月')
    """
    for form in ("%Y-%m-%d", "%d %B %Y"):
        try:
            return write_day(dt.datetime.strptime(text, form).date(), language)
        except ValueError:
            continue
    if quarter := _QUARTER.fullmatch(text):
        year, number = quarter[1], int(quarter[2]) - 1
        return f"{ORDINALS[number]} quarter of {year}" if language == "en" else f"{year}年第{'一二三四'[number]}季度"
    if months := MONTH_SPAN.fullmatch(text):
        year, ends = int(months[1]), [int(end) for end in months.groups()[1:] if end]
        if language == "zh":
            return f"{year}年{'至'.join(f'{end}月' for end in ends)}"
        return f"{' to '.join(f'{dt.date(year, end, 1):%B}' for end in ends)} {year}"
    if language == "en":
        return text
    return CHINESE.get(text) or f"{text}年"
