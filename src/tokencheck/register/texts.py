"""What a reader takes in at a glance: the short texts of a claim, told from its results, in English and in Chinese.

They stand in ``data/claims.yml``. A number in them is a name in braces, its own claim's without the id::

    Chinese models had {tokens.all_models:2}, not {tokens.claimed}
    {C13.price.delivered_stated:short}   {facts.usage.weeks_tested:bare}   {k} of {n}

After the colon stand the significant digits, and ``short``, ``bare`` or ``times``; see `tokencheck.wording.write_ends`.
``short`` repeats what the article says and always stands; ``answer`` and ``found`` stand while the claim's guard holds,
and give way to what was claimed, measured and concluded when it does not.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tokencheck import paths, results, wording
from tokencheck.errors import UserError
from tokencheck.periods import MONTHS
from tokencheck.register import amounts, findings, guards, verdicts
from tokencheck.register.claims import Claim, Part, Register, Texts, load_register
from tokencheck.register.guards import Known, name
from tokencheck.register.verdicts import ClaimResult, PartResult, ReadingResult, Told, VerdictFile

FIELD = re.compile(r"\{(?P<name>[A-Za-z][\w.]*)(?::(?P<form>[\w ]*))?\}")

# Words of English, signs of Chinese (a run of Latin letters and digits is one).
_MOST_WORDS = {"answer": 16, "found": 45}
MOST_SIGNS = {"answer": 28, "found": 80}

_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%/+-]*")


def measure_length(text: str, language: str) -> int:
    """Count the words of an English text, or the characters of a Chinese one, a name or number in Latin script as one.

    Examples
    --------
    >>> measure_length("Chinese models had 42–49 %, not 61 %", "en"), measure_length("占42%，不是61%", "zh")
    (8, 6)
    """
    if language == "en":
        return len(text.split())
    return len("".join(_LATIN.sub("x", text).split()))


def list_limits(language: str) -> dict[str, int]:
    """Give the most that each text may have."""
    return MOST_SIGNS if language == "zh" else _MOST_WORDS


def _read_form(form: str | None, place: str) -> tuple[int | None, str]:
    digits, style = None, "full"
    for word in (form or "").split():
        if word.isdigit():
            digits = int(word)
        elif word in ("short", "bare", "times"):
            style = word
        else:
            raise UserError(f"{place}: after the colon stand digits, “short”, “bare” or “times”, not “{word}”.")
    return digits, style


class _Teller:
    """What the texts of one claim may name."""

    def __init__(
        self, claim: Claim, result: ClaimResult, known: Mapping[str, Known], facts: Mapping[str, Mapping[str, Any]]
    ):
        self.claim, self.result, self.known, self.facts = claim, result, known, facts

    def fill(self, text: str, language: str, place: str) -> str:
        return FIELD.sub(lambda found: self.look_up(found["name"], found["form"], language, place), text)

    def look_up(self, field: str, form: str | None, language: str, place: str) -> str:
        digits, style = _read_form(form, place)
        if field in ("k", "n"):
            return str(getattr(self.result.agree, field))
        if field.endswith(".claimed") and (part := self.find_part(field.removesuffix(".claimed"))):
            return self.write_claimed(part, language, style)
        full = field if field.startswith(("facts.", "counts.", "C")) else f"{self.claim.id}.{field}"
        one = self.known.get(full)
        if one is None:
            raise UserError(f"{place}: there is no “{full}”. Name a reading, a claimed value or a fact.")
        return self.write_known(full, one, language, digits, style)

    def find_part(self, part_name: str) -> Part | None:
        return next((part for part in self.claim.parts if name(part.id) == part_name), None)

    def write_claimed(self, part: Part, language: str, style: str) -> str:
        values = [part.value] if isinstance(part.value, str) else list(part.value or [str(part.min_count)])
        if part.unit in ("date", "year"):
            return wording.write_date_text(values[0], language)
        if style == "bare":
            between = "%至" if part.relation == "exists" else "至"  # Chinese gives each end of a rise its sign
            return "–".join(values) if language == "en" else between.join(values)
        if style == "times":
            return wording.write_printed([text.removeprefix("1/") for text in values], "ratio", language)
        return wording.write_printed(values, part.unit, language, style == "short")

    def write_known(self, full: str, one: Known, language: str, digits: int | None, style: str) -> str:
        record = self.find_record(full)
        unit = one.unit
        if record is not None and isinstance(record.value, str):
            return wording.write_date_text(record.value, language)
        if one.unit == guards.DATE and full.startswith("facts."):
            topic, own = full.split(".")[1:]
            return wording.write_date_text(str(self.facts[topic][own]["value"]), language)
        if record is None:
            ends, floor = (one.low, one.high), ""
        else:
            floor = record.interval_kind if record.interval_kind == "floor" else ""
            ends = (record.value, record.value) if record.value is not None else (record.low, record.high)
        if None in ends:
            return wording.translate("no data") if language == "zh" else "no data"
        return wording.write_ends(list(dict.fromkeys(ends)), guards.find_base(unit), language, digits, style, floor)

    def find_record(self, full: str) -> Any:
        """Find the reading's result that a name means; None for a fact."""
        for reading in self.result.readings:
            key = f"{self.result.id}.{name(reading.part)}.{name(reading.id)}"
            if full == key:
                return reading
            if full == f"{key}_now":
                return reading.now or reading.latest
        return None


def _pick_part(claim: Claim, result: ClaimResult) -> tuple[Part, PartResult]:
    """Find the part that decided a claim."""
    part = next((one for one in result.parts if one.verdict == result.verdict), result.parts[0])
    return claim.find_part(part.id), part


def _find_literal(result: ClaimResult, part: str) -> ReadingResult | None:
    return next((one for one in result.readings if one.part == part and one.literal), None)


def write_measured_in(reading: ReadingResult, unit: str, language: str) -> str:
    """Write what a reading measured, or had for now, in either language."""
    if language == "en":
        return wording.write_measured(reading.model_dump(), unit)
    if isinstance(reading.value, str):
        return wording.write_date_text(reading.value, language)
    ends = (reading.low, reading.high) if reading.value is None else (reading.value, reading.value)
    if None in ends:
        return wording.translate("no data")
    floor = reading.interval_kind if reading.interval_kind == "floor" else ""
    return wording.write_ends(list(dict.fromkeys(ends)), unit, language, low_is=floor)


def _write_balance(result: ClaimResult, part: str, language: str) -> str:
    """Write how many findings count on either side of a part that nobody can compute."""
    own = [one for one in result.findings if one.part == part and one.counted]
    sides = [sum(one.direction == side for one in own) for side in ("supports", "contradicts")]
    if not own:
        return "没有可计入的证据" if language == "zh" else "no finding that counts"
    return f"{sides[0]}项支持，{sides[1]}项反对" if language == "zh" else f"{sides[0]} for, {sides[1]} against"


def word_claimed(part: Part, language: str) -> str:
    """Write what a part claims: the article's own words where it prints none of the numbers that test them.

    Returns
    -------
    str
    """
    if part.printed:
        return getattr(part.printed, language)
    write = wording.write_claimed_chinese if language == "zh" else wording.write_claimed
    return write(part.relation, part.value, part.unit, part.min_count)


def write_pair(claim: Claim, result: ClaimResult, language: str, part_id: str | None = None) -> tuple[str, str]:
    """Write what a claim claims and what was measured: of the part that decided it, or of one that is named.

    Returns
    -------
    (str, str)
    """
    part = claim.find_part(part_id) if part_id else _pick_part(claim, result)[0]
    literal = _find_literal(result, part.id)
    claimed = word_claimed(part, language)
    if literal is None:
        return claimed, _write_balance(result, part.id, language)
    # beside a number of the article its unit is plain; beside words a share has to say of what it is one
    return claimed, write_measured_in(literal, literal.unit if part.printed else part.unit, language)


def _fall_back(claim: Claim, result: ClaimResult, language: str) -> tuple[str, str]:
    """Write answer and finding from the results alone, for a guard that does not hold."""
    chinese = language == "zh"
    told = []
    for part in result.parts:
        says, found = write_pair(claim, result, language, part.id)
        literal = _find_literal(result, part.id)
        said = literal.outcome if literal else part.verdict
        outcome = f"（{wording.translate(said)}）" if chinese else f" ({said.lower()})"
        if says == wording.PLAIN_CLAIM[language]:  # nothing is printed that a number could stand beside
            told.append(f"证据：{found}{outcome}" if chinese else f"evidence: {found}{outcome}")
        elif chinese:
            told.append(f"文章称{says}，核查得{found}{outcome}")
        else:
            told.append(f"claimed {says}; measured or found {found}{outcome}")
    claimed, measured = write_pair(claim, result, language)
    is_plain = claimed == wording.PLAIN_CLAIM[language]
    if chinese:
        headline = f"证据：{measured}" if is_plain else f"称{claimed}，得{measured}"
        return f"{wording.translate(result.verdict)}：{headline}", "；".join(told) + "。"
    headline = f"evidence: {measured}" if is_plain else f"claimed {claimed}; found {measured}"
    text = "; ".join(told)
    return f"{result.verdict}: {headline}", f"{text[0].upper()}{text[1:]}."


def tell_claim(
    claim: Claim, result: ClaimResult, known: Mapping[str, Known], facts: Mapping[str, Mapping[str, Any]]
) -> dict[str, Told]:
    """Tell one claim in each language.

    Parameters
    ----------
    claim : Claim
    result : ClaimResult
    known : mapping of str to Known
        From `tokencheck.register.guards.list_known`.
    facts : mapping
        From `tokencheck.register.guards.read_facts`.

    Returns
    -------
    dict of str to Told

    Raises
    ------
    UserError
        For a guard that cannot be read or cannot fail, or a name that nothing has; it names the claim.
    """
    place = f"{paths.shorten(paths.CLAIMS)}, claim {claim.id}"
    try:
        guard = guards.parse(claim.when, known)
    except guards.GuardError as problem:
        raise UserError(f"{place}, when: the guard “{claim.when}”: {problem}.") from None
    if guards.find_turn(guard, known) is None:
        raise UserError(f"{place}, when: the guard “{claim.when}” cannot fail, so it guards nothing.")
    holds = guard.decide(known) is True
    teller = _Teller(claim, result, known, facts)
    told = {}
    for language in wording.LANGUAGES:
        own = getattr(claim, language)
        filled = {
            field: teller.fill(getattr(own, field), language, f"{place}, {language}, {field}")
            for field in ("short", "answer", "found")
        }
        if not holds:
            filled["answer"], filled["found"] = _fall_back(claim, result, language)
        claimed, measured = write_pair(claim, result, language)
        told[language] = Told(**filled, claimed=claimed, measured=measured, verdict=_name(result.verdict, language))
    return told


def fill_prose(
    text: str,
    language: str,
    place: str,
    register: Register,
    found: VerdictFile,
    known: Mapping[str, Known],
    facts: Mapping[str, Mapping[str, Any]],
) -> str:
    """Fill the names in braces of a text that speaks of more than one claim: each name is whole, such as ``C05.k``.

    Raises
    ------
    UserError
        For a name that nothing has; it names the place.
    """
    tellers = {one.id: _Teller(register.find(one.id), one, known, facts) for one in found.claims}

    def look_up(match: re.Match[str]) -> str:
        owner, _, rest = match["name"].partition(".")
        teller = tellers.get(owner)
        if teller and (rest in ("k", "n") or rest.endswith(".claimed")):
            return teller.look_up(rest, match["form"], language, place)
        return (teller or next(iter(tellers.values()))).look_up(match["name"], match["form"], language, place)

    return FIELD.sub(look_up, text)


def _name(verdict: str, language: str) -> str:
    return wording.translate(verdict) if language == "zh" else verdict


def list_failures(register: Register, known: Mapping[str, Known]) -> Iterator[tuple[str, str, str]]:
    """List the claims whose texts have given way: the place, the guard, and what is known of what it names."""
    for claim in register.claims:
        guard = guards.parse(claim.when, known)
        if guard.decide(known) is not True:
            yield (
                f"{paths.shorten(paths.CLAIMS)}: claim {claim.id}, when",
                claim.when,
                guards.describe_guard(guard, known),
            )


def _tell(register: Register, found: VerdictFile, facts: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> VerdictFile:
    """Tell every claim of a record of verdicts.

    Parameters
    ----------
    register : Register
    found : VerdictFile
        From `tokencheck.register.verdicts.compute_verdicts`.
    facts : mapping
        From `tokencheck.register.guards.read_facts`.

    Returns
    -------
    VerdictFile
        The same with `texts`.
    """
    known = guards.list_known(register, found, facts)
    claims = [
        result.model_copy(update={"texts": tell_claim(register.find(result.id), result, known, facts)})
        for result in found.claims
    ]
    return found.model_copy(update={"claims": claims})


def tell_project(register: Register) -> VerdictFile:
    """Compute the verdicts of the project from its measurements and findings, and tell them."""
    found = verdicts.compute_verdicts(register, verdicts.read_measurements(), findings.read_findings())
    return _tell(register, found, guards.read_facts())


def build_texts() -> VerdictFile:
    """Write ``data/results/verdicts.json`` from the register, the measurements and the facts.

    Returns
    -------
    VerdictFile
        What was written.
    """
    found = tell_project(load_register())
    results.write_json(paths.VERDICTS, found.model_dump(mode="json"))
    return found


# ------------------------------------------------------------------------------------------ the two languages agree

_SIZES = {"trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3, "万亿": 10**12, "亿": 10**8,
          "万": 10**4, "K": 10**3, "": 1}  # fmt: skip
_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_COUNTED = {word: number for number, word in enumerate(_WORDS, 1)} | {"a": 1, "twenty": 20, "fifty": 50, "hundred": 100}
_FRACTION = re.compile(r"([一二三四五六七八九十百]+)分之([一二两三四五六七八九十]+)")
# 百分之一 is 1/100, as of a price; any other is a share in per cent.
_PERCENT = re.compile(
    r"百分之(?!一(?![一二三四五六七八九十百点]))([一二两三四五六七八九十百]+)(?:点([零一二三四五六七八九]+))?"
)
_TENTHS = re.compile(
    r"(?:([一二两三四五六七八九])[到至])?([一二两三四五六七八九])成(半|[一二三四五六七八九](?!成))?(?![本为])"
)
_PARTS = ("third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ENGLISH_FRACTIONS = {f"a {part}": (1, number) for number, part in enumerate(_PARTS, 3)} | {
    f"{words} {part}s": (above, below)
    for above, words in enumerate(("two", "three", "four"), 2)
    for below, part in enumerate(_PARTS, 3)
}
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # the comma of 1,000
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(trillion|billion|million|thousand|万亿|亿|万|K(?![A-Za-z])))?")

# Models and versions, which either language names as often as it likes.
_NAMES = re.compile(r"[A-Za-z]-?\d+(?:\.\d+)*|(?<![A-Za-z])(?:Opus|Sonnet|Gemini|Seedance|Qwen) \d+(?:\.\d+)*")

# Numbers in words that measure something, in the order in which they are tried; “several”, “per million” are none.
_WORDED: dict[str, tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], float]], ...]] = {
    "en": (
        (re.compile(r"\bhalf an? (million|billion|trillion|thousand)\b"), lambda one: _SIZES[one[1]] / 2),
        (
            re.compile(rf"\b({'|'.join(_COUNTED)}) (thousand|million|billion|trillion)\b"),
            lambda one: _COUNTED[one[1].lower()] * _SIZES[one[2]],
        ),
        (
            re.compile(rf"\b({'|'.join(_WORDS)}) and a half\b", re.IGNORECASE),
            lambda one: _COUNTED[one[1].lower()] + 0.5,
        ),
        (re.compile(r"\b(?:twice|double)\b", re.IGNORECASE), lambda _: 2),
        (re.compile(rf"\b({'|'.join(_WORDS)}) times\b", re.IGNORECASE), lambda one: _COUNTED[one[1].lower()]),
        (re.compile(r"\bhalf\b", re.IGNORECASE), lambda _: 0.5),
    ),
    "zh": (
        (re.compile(r"([一二两三四五六七八九十])倍半"), lambda one: _NUMERALS[one[1]] + 0.5),
        (
            re.compile(
                r"(?<![数几每一二两三四五六七八九十百千])([一二两三四五六七八九十][一二两三四五六七八九十百千]*|(?<=上)[百千])(万亿|亿|万)"
            ),
            lambda one: _read_numeral(one[1]) * _SIZES[one[2]],
        ),
        (re.compile(r"(?<![\d数几每一二两三四五六七八九十百千])(?P<size>万亿)级"), lambda one: _SIZES[one["size"]]),
        (
            re.compile(r"(?<![数几每上])([一二两三四五六七八九十]+[百千])(?!万|亿)"),
            lambda one: _read_numeral(one[1]),
        ),
        (re.compile(r"([一二两三四五六七八九十]+)倍"), lambda one: _read_numeral(one[1])),
        (re.compile(r"([一二两三四五六七八九])毛"), lambda one: _NUMERALS[one[1]] / 10),
        (re.compile(r"[一过对]半|半数"), lambda _: 0.5),
    ),
}
# What counts cases, and names no span of time nor a set that a definition fixes.
_COUNTS = {
    "en": re.compile(
        rf"\b(?P<number>{'|'.join(_WORDS[1:])})\b"
        r"(?!-| (?:days?|weeks?|months?|years?|minutes?|seconds?|most used|models|that OpenRouter)\b)"
        r"|\b(?P<one>one) (?:of (?:them|these|those)|alone)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"(?<![数几前第])(?P<number>[二两三四五六七八九十]+)(?=[例家项个种部国行](?!多?月))|(?:仅|只见|只有)(?P<one>一)(?=[例款家项个])"
    ),
}


def _read_numeral(text: str) -> int:
    """Read a Chinese numeral up to some thousands, such as 十八, 五十 or 一千."""
    total, ones = 0, 0
    for sign in text:
        size = {"千": 1000, "百": 100, "十": 10}.get(sign)
        total, ones = (total + (ones or 1) * size, 0) if size else (total, _NUMERALS[sign])
    return total + ones


def _read_decimals(signs: str | None) -> str:
    """Read what stands behind the Chinese point."""
    return "." + "".join(str(_NUMERALS.get(sign, 0)) for sign in signs) if signs else ""


def _write_tenths(found: re.Match[str]) -> str:
    """Write 四成, 六成半, 九成五 or 两到三成 in per cent."""
    more = 5 if found[3] == "半" else _NUMERALS.get(found[3] or "", 0)
    least = f"{10 * _NUMERALS[found[1]]} " if found[1] else ""
    return f" {least}{10 * _NUMERALS[found[2]] + more} "


def _take_worded(text: str, language: str) -> tuple[str, list[float]]:
    """Take the numbers in words out of a text, those that measure something."""
    numbers = []
    for pattern, read in _WORDED[language]:
        numbers += [read(one) for one in pattern.finditer(text)]
        text = pattern.sub(" ", text)
    return text, numbers


def list_worded_numbers(text: str, language: str) -> list[float]:
    """List the numbers of a text that are written in words: sizes, fractions, and counts of cases.

    Examples
    --------
    >>> list_worded_numbers("Two cases; it holds half a million, one and a half times as many.", "en")
    [500000.0, 1.5, 2]
    >>> list_worded_numbers("只见两例；可容纳五十万字，为一倍半。", "zh")
    [1.5, 500000, 2]
    """
    rest, numbers = _take_worded(FIELD.sub(" ", text), language)
    for one in _COUNTS[language].finditer(rest):
        word = one["number"] or "one"
        numbers.append(_COUNTED[word.lower()] if word.lower() in _COUNTED else _read_numeral(word))
    return numbers


def list_numbers(text: str, language: str) -> list[float]:
    """List the numbers of a text from the least, as often as they stand there.

    Those in words that each language has for sizes and fractions are among them.

    Examples
    --------
    >>> list_numbers("1.0–1.5 million tokens on 9 March", "en") == list_numbers("3月9日，100万至150万Token", "zh")
    True
    >>> list_numbers("a third", "en") == list_numbers("三分之一", "zh"), list_numbers("四成", "zh")
    (True, [40.0])
    >>> list_numbers("half a million", "en") == list_numbers("五十万", "zh")
    True
    """
    text = re.sub(rf"(?<=\d){wording.NO_BREAK}(?=\d)", "", text)
    text = _NAMES.sub(" ", _THOUSANDS.sub("", text))
    if language == "en":
        # The unit of a price, of which Chinese says 百万 without a one.
        text = text.replace("a million tokens", "tokens")
        for number, month in enumerate(MONTHS, 1):
            text = re.sub(rf"\b{month}\b", f" {number} ", text)
        for words, (above, below) in _ENGLISH_FRACTIONS.items():
            text = re.sub(rf"\b{words}\b", f" {above}/{below} ", text)
        text = re.sub(  # a range has its size once
            r"(\d+(?:\.\d+)?)–(\d+(?:\.\d+)?) (trillion|billion|million|thousand)", r"\1 \3–\2 \3", text
        )
    else:
        text = re.sub(r"(\d)毛", r"0.\1元", text)  # a tenth of a yuan
        text = _PERCENT.sub(lambda one: f" {_read_numeral(one[1])}{_read_decimals(one[2])} ", text)
        text = _FRACTION.sub(lambda one: f" {_read_numeral(one[2])}/{_read_numeral(one[1])} ", text)
        text = _TENTHS.sub(_write_tenths, text)
    text, worded = _take_worded(text, language)
    return sorted(worded + [float(f"{float(number) * _SIZES[size]:.9g}") for number, size in _NUMBER.findall(text)])


def _subtract(numbers: Sequence[float], others: Sequence[float]) -> list[float]:
    return sorted((Counter(numbers) - Counter(others)).elements())


def compare_languages(told: Mapping[str, Told]) -> list[str]:
    """List the texts of a claim whose numbers are not the same in both languages, each as often."""
    differing = []
    for field in ("short", "answer", "found"):
        english, chinese = (list_numbers(getattr(told[language], field), language) for language in wording.LANGUAGES)
        if english != chinese:
            differing.append(
                f"{field}: {_subtract(english, chinese)} in English alone, {_subtract(chinese, english)} not"
            )
    return differing


_OF = re.compile(r"(\{[^{}]*\})( of )(\{[^{}]*\})")


def list_order(text: str) -> list[str]:
    """List the numbers that a text names, in the order of Chinese, which says “of 22, 7” for “7 of 22”.

    Examples
    --------
    >>> list_order("{a} of {b:bare} were {c}") == list_order("{b}个中{a}个为{c:2}")
    True
    """
    return [one["name"] for one in FIELD.finditer(_OF.sub(r"\3\2\1", text))]


# --------------------------------------------------------------------------------------------- what may be written

# Digits that no variable gives: names of models and versions, days and years.
_TYPED = re.compile(
    rf"{_NAMES.pattern}|\b\d{{1,2}}(?:–\d{{1,2}})? (?:{'|'.join(MONTHS)})\b|(?<!\d)(?:19|20)\d\d(?!\d|\.\d)"
    r"|\d{4}年|\d{1,2}月|\d{1,2}日|\d+(?:\.\d+)*版"
)
_DIGITS = re.compile(r"\d+(?:\.\d+)*")


def _list_typed_numbers(text: str, quote: str) -> list[str]:
    """List the numbers of a text that are neither variables, nor in the quote, nor part of a name or a date.

    Examples
    --------
    >>> _list_typed_numbers("On 9 March 2026 K2.5 had {share.platform} of 20, not 61 %", "飙至61%")
    ['20']
    """
    printed = set(_DIGITS.findall(quote))
    plain = _TYPED.sub(" ", _THOUSANDS.sub("", FIELD.sub(" ", text)))
    return [number for number in _DIGITS.findall(plain) if number not in printed]


def _list_quoted(claim: Claim, statements: Mapping[str, str]) -> set[float]:
    """List the numbers that the words of a claim may type: of its quote, of its guard, and of findings that it names.

    Of findings their number may be told, too; what stands there in per cent may be a fraction here.
    """
    texts = [claim.quote_en, *(statements.get(one, "") for one in claim.cited)]
    numbers = [number for text in texts for number in (*list_numbers(text, "en"), *list_worded_numbers(text, "en"))]
    numbers += map(float, _DIGITS.findall(re.sub(r"[A-Za-z]\S*", " ", claim.when)))
    return {*numbers, *(number / 100 for number in numbers), len(claim.cited)}


def _check_numbers(claim: Claim, place: str, statements: Mapping[str, str]) -> Iterator[str]:
    """Tell the numbers that a claim's texts type, in digits or words, and that no variable, quote or finding gives."""
    if unknown := [one for one in claim.cited if one not in statements]:
        for one in unknown:
            yield f"{place}, cited: there is no finding {one} on it. Name one of data/tables/findings.csv."
        return  # the numbers may be those of the finding that was meant
    allowed = _list_quoted(claim, statements)
    for field in Texts.model_fields:
        for language in wording.LANGUAGES:
            text = getattr(getattr(claim, language), field)
            digits = _list_typed_numbers(text, claim.quote_zh)
            worded = [f"{number:g}" for number in list_worded_numbers(text, language)] if field != "short" else []
            if typed := [one for one in (*digits, *worded) if float(one) not in allowed]:
                yield (
                    f"{place}, {language}, {field}: {', '.join(typed)} is typed. Name a variable in braces, compare "
                    "with it in the guard, or name under cited the findings that say so."
                )
            said = FIELD.sub(" ", text) if field != "short" else ""
            if unstated := amounts.list_unstated(said, claim.when, language):
                yield (
                    f"{place}, {language}, {field}: “{', '.join(unstated)}” says how much, and the guard compares "
                    "nothing with that. Write the comparison into when."
                )
        orders = [list_order(getattr(getattr(claim, language), field)) for language in wording.LANGUAGES]
        if sorted(orders[0]) == sorted(orders[1]) and orders[0] != orders[1]:
            yield (
                f"{place}, {field}: English and Chinese name their numbers in another order ({', '.join(orders[0])}; "
                f"{', '.join(orders[1])}). Name them in one order, so that no two can be swapped unseen."
            )


def list_named_once(claim: Claim, field: str) -> list[str]:
    """List the numbers that a text of a claim names in one language alone, sorted.

    Parameters
    ----------
    claim : Claim
    field : str
        ``short``, ``answer`` or ``found``.
    """
    named = [
        {one["name"] for one in FIELD.finditer(getattr(getattr(claim, language), field))}
        for language in wording.LANGUAGES
    ]
    return sorted(named[0] ^ named[1])


def check_claim_texts(
    register: Register, figures: Mapping[str, Mapping[str, Any]], statements: Mapping[str, str] | None
) -> Iterator[str]:
    """Tell what is wrong with the texts of the register and the figures that it names.

    Parameters
    ----------
    register : Register
    figures : mapping
        The record of each figure, by its name.
    statements : mapping of str to str or None
        What each finding says, by its id; None where findings cannot be read, and what rests on them is not asked.

    Yields
    ------
    str
        One line a cause.
    """
    for claim in register.claims:
        place = f"{paths.shorten(paths.CLAIMS)}, claim {claim.id}"
        if claim.key_figure is not None:
            if claim.key_figure not in figures:
                yield f"{place}, key_figure: there is no figure “{claim.key_figure}”. Name one of figures/, or none."
            elif claim.id not in figures[claim.key_figure]["claims"]:
                yield f"{place}, key_figure: “{claim.key_figure}” does not name the claim. Add it in its notebook."
        for part in claim.parts:
            for language in wording.LANGUAGES if part.printed else ():
                if typed := _list_typed_numbers(getattr(part.printed, language), claim.quote_zh):
                    yield (
                        f"{place}, part {part.id}, printed, {language}: {', '.join(typed)} is not in the quote. "
                        "Give the article's own words, or leave it out."
                    )
        if statements is not None:
            own = {one: said for one, said in statements.items() if one.startswith(f"{claim.id}-")}
            yield from _check_numbers(claim, place, own)
        for field in Texts.model_fields:
            both = {language: getattr(getattr(claim, language), field) for language in wording.LANGUAGES}
            if alone := list_named_once(claim, field):
                yield (
                    f"{place}, {field}: English and Chinese do not name the same numbers ({', '.join(alone)}). "
                    "Name them in both."
                )
            for language, text in both.items():
                most = list_limits(language).get(field)
                count = measure_length(FIELD.sub("0", text), language)
                if most and count > most:
                    unit = "characters" if language == "zh" else "words"
                    yield f"{place}, {language}, {field}: {count} {unit}, at most {most} are allowed. Say less."
