"""Kinds of fault that a hostile reader found in claims, each with the check that finds it again.

`docs/findings-changes.md` lists all kinds and where the check of each stands; here are those of words and sources.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from tokencheck.evidence.consistency import Evidence
from tokencheck.periods import MONTHS
from tokencheck.register.claims import Register, Texts
from tokencheck.register.verdicts import Told

# What the words of a sentence ask of the relation in which it is tested.
RELATIONS = {
    "首次": "first", "最多": "at_most", "以上": "at_least", "超": "at_least", "万亿级": "order_of_magnitude",
    "前二": "rank_at_most", "登顶": "rank_at_most", "最大": "rank_at_most",
}  # fmt: skip
SEVERAL = re.compile(r"数[百千]?万")
FEWEST_SEVERAL = 2

# Words of a sentence that narrow or widen it, and what a part or the short text has to say then.
QUALIFIERS = {
    "自主可控": "control", "几乎": "almost", "许多": "many", "一再": "again and again", "全面": "full",
    "稳居": "firm", "部分州": "some", "首次": "first", "绝对": "absolute", "快速": "fast", "卓越": "outstanding",
    "深度": "deep", "大概": "about", "近乎": "nearly", "唯一": "only|no country but", "打破": "br[eo]k",
}  # fmt: skip

# A page of results, a temporary host or a bare number is no address of a source.
PASSING_ADDRESS = re.compile(
    r"/search\b|[?&](?:q|query|keyword|wd|cik)=|cgi-bin/|\befts\.|\.tmp\.|//localhost|//\d+(?:\.\d+){3}|docsearch", re.I
)

# Tables whose days a refresh restates; how a sum of them is told, and what says as of when.
RESTATED = ("usage_daily", "usage_labs_daily")
OWN_RECORD = re.compile(r"\b(?:daily|our) record\b")
DATED_RECORD = re.compile(r"\bthe record of \d{1,2} [A-Z][a-z]+ 20\d\d\b")

# A number that is not written as every page writes one, and what to write; by the columns of ours that pages show.
_ODD_NUMBERS = (
    (re.compile(r"(?P<number>\d+(?:\.\d+)?)(?:%| per cent\b)"), "“{number} %”"),
    (re.compile(r"\b(?P<number>\d+(?:\.\d+)?) ?(?:bn|mn|tn)\b"), "“{number} billion”, “million” or “trillion”"),
    (re.compile(r"\b(?P<number>\d+(?:\.\d+)?) times (?:less|fewer|lower|cheaper|smaller)\b"), "“1/{number} of”"),
    (re.compile(r"(?<![\w.-])(?P<number>\d{1,3})-\d{1,3}(?= ?%| [A-Za-z])"), "a dash, as in “{number}–”,"),
)
_QUOTED = re.compile(r"“[^”]*”")
OWN_WORDS = {"findings": ("statement", "why", "holds_under"), "lineage": ("gist_en", "change_from_previous", "note")}

MOST_DIGITS = 3
_DECIMAL = re.compile(r"(?<![\w.-])\d+\.\d+(?![\w.])")
# Signs of another script than the Chinese beside them; a blank between two characters; quotes of a typewriter.
_FOREIGN_SIGN = re.compile(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]|[\u4e00-\u9fff] [\u4e00-\u9fff]|\"")
_PART = re.compile(r"1/\d[\d.]*")
# What a program says where an editor writes a sentence.
_MACHINE = re.compile(
    r"\((?:agrees|near|differs|inconclusive|no data)\)|\b(?:was|is|were|are) rank \d|(?<![\w.,-])0 [a-z]+s\b"
)
# One way to set Latin letters and digits: none of the site's Chinese has a blank beside them; a word and the number
# that follows it have one, names of models aside.
UNEVEN_BLANK = re.compile(
    r"[\u4e00-\u9fff，。；：、“”（）] +[A-Za-z0-9]|[A-Za-z0-9%] +[\u4e00-\u9fff，。；：、“”（）]|\d %|Token\d"
)
# Of a lineage only the earliest print that was found is known, never the first.
_FIRST_PRINT = re.compile(
    r"\b(?:appeared first|first appeared|(?:was )?first (?:printed|published|in print)|fell off on the way"
    r"|added by the article|the article['’]s addition|the article made it)\b"
    r"|首见于|最早见于|最早出现|首次刊出|文章所加"
)
_AS_FOUND = re.compile(r"\b(?:we found|earliest found|found (?:of|by)|on record)\b|已知|所见|找到|查到|我们见到")
# Months with and without a year; behind “same year” and the like the Chinese month has one.
_MONTH = re.compile(
    rf"\b(?P<month>{'|'.join(MONTHS)})\b(?: (?P<year>20\d\d))?|(?P<zh>(?P<zh_year>20\d\d年|[当同次去今]年)?\d{{1,2}}月)"
)
# Other words for a verdict than the one in use.
_OTHER_VERDICTS = re.compile(r"大致属实|部分属实|不属实|虚假|误导性|大体属实")


def check_relations(register: Register) -> Iterator[str]:
    """Tell the claims whose tested words ask for another relation, or for more than one, than any part has."""
    for claim in register.claims:
        place = f"data/claims.yml, claim {claim.id}"
        relations = {part.relation for part in claim.parts}
        for word, relation in RELATIONS.items():
            if word in claim.mark and relation not in relations:
                yield f"{place}, parts: the mark says {word}, and no part has the relation {relation}. Test that."
        if SEVERAL.search(claim.mark) and not any(_is_several(part.relation, part.value) for part in claim.parts):
            yield f"{place}, parts: 数… is several, so at least {FEWEST_SEVERAL} of them. Claim no less."


def _is_several(relation: str, value: object) -> bool:
    return relation == "at_least" and isinstance(value, str) and float(value) >= FEWEST_SEVERAL


def check_standing(register: Register) -> Iterator[str]:
    """Tell the claims on a stated week or month, or on a first time, that say they are standing."""
    for claim in register.claims:
        literals = [one for part in claim.parts for one in part.readings if one.role == "literal"]
        stated = {"a first time" for part in claim.parts if part.relation == "first"}
        stated |= {str(one.parameters["window"]) for one in literals if "/" in str(one.parameters.get("window"))}
        if claim.standing and stated:
            yield (
                f"data/claims.yml, claim {claim.id}, standing: true, though it rests on {', '.join(sorted(stated))}. "
                "A sentence on a stated week or month, or on a first time, is over with it: say false, and why."
            )


def check_qualifiers(register: Register) -> Iterator[str]:
    """Tell the claims of which no part and no short text keeps a word that narrows or widens the sentence."""
    for claim in register.claims:
        says = " ".join([claim.en.short, *(part.says for part in claim.parts)])
        for word, english in QUALIFIERS.items():
            if word in claim.quote_zh and not re.search(english, says, re.IGNORECASE):
                yield (
                    f"data/claims.yml, claim {claim.id}, parts: the quote says {word}, and neither a part nor the "
                    f"short text says “{english}”. Keep the word, since it decides what is tested."
                )


def find_first_prints(text: str) -> Iterator[str]:
    """Tell the sentences that call a print the first, or a change the article's own, and not “as far as we found”.

    Examples
    --------
    >>> list(find_first_prints("It appeared first on 26 February. The article made it, as far as we found, a share."))
    ['appeared first']
    """
    for sentence in re.split(r"(?<=[.?!。；])\s*", text):
        first = _FIRST_PRINT.search(sentence)
        if first and not _AS_FOUND.search(sentence):
            yield first[0]


def find_yearless_months(text: str) -> Iterator[str]:
    """Tell the months without a year in a text that names months of more than one year.

    Examples
    --------
    >>> list(find_yearless_months("Announced in September 2025. In May 2025 it was not, and by May 2026 it was."))
    []
    >>> list(find_yearless_months("Announced in September 2025, in force in March 2026. But in May it was not."))
    ['May']
    >>> list(find_yearless_months("2025年9月宣布，5月否认，2026年3月施行。"))
    ['5月']
    """
    found = list(_MONTH.finditer(text))
    years = {one["year"] or one["zh_year"].rstrip("年") for one in found if one["year"] or one["zh_year"]}
    if len(years) > 1:
        yield from (one["month"] or one["zh"] for one in found if not one["year"] and not one["zh_year"])


def check_companies(evidence: Evidence) -> None:
    """Tell the companies that are interested under one of their names and not under another, within one claim.

    Moonshot AI, Moonshot AI docs and Moonshot AI and Tsinghua begin alike, so they are held to one interest.
    """
    sources = evidence.frames["sources"].reset_index(drop=True)
    row_of = {row.source_id: row for row in sources.itertuples()}
    spoken = defaultdict(set)
    for finding in evidence.frames["findings"].itertuples():
        source = row_of[finding.source_id]
        spoken[finding.claim_id, re.split(r"[ (-]", source.publisher)[0]].add(source)
    for (claim_id, name), own in spoken.items():
        if len({bool(one.interested) for one in own}) > 1:
            odd = min((one for one in own if not one.interested), key=lambda one: one.source_id)
            expected = f"the interest that {name} has under its other names for claim {claim_id}"
            evidence.report("sources", int(odd.Index), "interested", expected)


def check_addresses(evidence: Evidence) -> None:
    """Tell the sources whose address is a search, a temporary host or a bare number: nobody finds the text there."""
    for place, url in enumerate(evidence.frames["sources"]["url"].fillna("")):
        if PASSING_ADDRESS.search(url):
            evidence.report("sources", place, "url", "the address of the text itself, or none")


def check_restated(evidence: Evidence) -> None:
    """Tell the findings with a sum of the platform's days that do not say as of which record it was taken.

    A refresh restates days, so that the sum in a statement, which nobody computes again, is right for one record alone.
    """
    frames = evidence.frames
    restated = {source for name in RESTATED for source in frames[name]["source_id"]}
    for place, row in enumerate(frames["findings"].itertuples()):
        is_sum = row.derived and row.source_id in restated
        if (is_sum or OWN_RECORD.search(row.statement)) and not DATED_RECORD.search(row.statement):
            evidence.report("findings", place, "statement", "as of which record, as “the record of 10 October 2026”")


def check_number_forms(evidence: Evidence) -> None:
    """Tell the words of ours, quotes aside, that write a number in another way than every page does: “61 %”."""
    for table, columns in OWN_WORDS.items():
        for column in columns:
            for place, text in enumerate(evidence.frames[table][column].fillna("")):
                for pattern, wanted in _ODD_NUMBERS:
                    if odd := pattern.search(_QUOTED.sub("“”", text)):
                        evidence.report(table, place, column, f"{wanted.format_map(odd.groupdict())} for “{odd[0]}”")


def check_short_texts(told: Mapping[str, Mapping[str, Texts | Told]]) -> Iterator[str]:
    """Tell the short texts with more digits than a source bears, and the Chinese ones that no editor would print.

    Parameters
    ----------
    told : mapping
        The texts of each claim, by its id and language: as written, or with their numbers.
    """
    for claim_id, own in told.items():
        for language, written in own.items():
            for field in Texts.model_fields:
                for wrong in find_wrong(getattr(written, field), language):
                    yield f"data/claims.yml, claim {claim_id}, {language}, {field}: {wrong}"


def find_wrong(text: str, language: str) -> Iterator[str]:
    """Tell what no editor would print of a text that readers see, or what says more than a source bears."""
    for number in _DECIMAL.findall(text):
        if len(number.replace(".", "").lstrip("0")) > MOST_DIGITS:
            yield f"{number} has more than {MOST_DIGITS} digits. Round it to what its source bears."
    if language != "zh":
        if found := _MACHINE.search(text):
            yield f"“{found[0]}” is no sentence of an editor’s. Say it in words."
        return
    if found := _FOREIGN_SIGN.search(text):
        yield f"“{found[0]}” is no Chinese punctuation. Write the sign in full width, and no blank."
    if found := UNEVEN_BLANK.search(text):
        yield f"“{found[0]}” has a blank where the site has none, or none before a number. Set it like the rest."
    if found := _PART.search(text):
        yield f"{found[0]} is no way to write a part in Chinese. Tell it as a multiple, with “times”, or as N分之一."
    if found := _OTHER_VERDICTS.search(text):
        yield f"{found[0]} is no verdict. Use the word of the verdict, or none."
