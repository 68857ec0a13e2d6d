"""Find words of amount that a guard does not compare: “over half” stands only behind a comparison with a half.

A guard that merely says that a reading differs stays true while “under half of it” beside it goes false. So a sentence
that says how much names that number in its guard. What rests on findings alone has no number to name: there the verdict
is the guard.
"""

import re

_NAME = re.compile(r"[A-Za-z][\w.]*")
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_NUMBERED = re.compile(r"_(\d)\b")
_COMPARED = re.compile(r"[<>=]")

_TIMES = {"two": 2, "twice": 2, "double": 2, "doubled": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
_TIMES_ZH = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "十": 10}

# What is a part: it asks for a comparison with a half.
_PARTS = {
    "en": re.compile(
        r"\bhalf\b|\bm(?:ostly|ainly|ost(?! (?:used|likely|recent|negative))|ajority|inority)\b", re.IGNORECASE
    ),
    "zh": re.compile(r"[一过对]半|半数|大多|多数|大半|多不|多是|多为"),
}
_NO_PART = {
    "en": re.compile(
        r"\b(?:at|the|its|their|it|weigh|with) most\b|\bhalf an? (?:yuan|million)\b|\bfirst half\b", re.IGNORECASE
    ),
    "zh": re.compile(r"至多"),
}
# More of one kind than of the other is most of both.
_OUTNUMBERS = re.compile(r"[a-z]\w+ [<>] (?:facts|C\d\d)\.")
_MULTIPLES = {
    "en": re.compile(r"\b(?P<once>(?<!dropped )(?<!changed )twice|doubled?)\b"
                     r"|\b(?P<times>two|three|four|five|ten)(?: times|-fold)\b", re.IGNORECASE),
    "zh": re.compile(r"(?P<number>[一两二三四五十])倍(?!半)"),
}  # fmt: skip
# Without a number of their own: they ask for a comparison with any number.
_VAGUE = {
    "en": re.compile(
        r"\b(?:many|several (?!million)\w+|few|far (?:more|less|fewer|above|below)|hardly any)\b", re.IGNORECASE
    ),
    "zh": re.compile(r"很多|许多|众多|不少|极少|(?<!减)少数|远[高低多少大小]于|[大多]得多"),
}  # fmt: skip
_QUOTED = re.compile(r"“[^”]*”")


def list_unstated(sentence: str, guard: str, language: str) -> list[str]:
    """List the words of amount in a sentence with which its guard compares nothing.

    Parameters
    ----------
    sentence : str
    guard : str
        In the grammar of `tokencheck.register.guards`.
    language : str

    Returns
    -------
    list of str
        As they stand in the sentence; empty for a guard that names verdicts alone, and for what the sentence quotes.

    Examples
    --------
    >>> list_unstated("Per watt, under half of the best", "C40.efficiency.per_watt < 1", "en")
    ['half']
    >>> list_unstated("Per watt, under half of the best", "C40.efficiency.per_watt < 0.5", "en")
    []
    >>> list_unstated("海外买家要付两倍以上", "C49.price.international_input differs", "zh")
    ['两倍']
    """
    rest = _NAME.sub(" ", guard)
    named = _NUMBERED.findall(guard)  # what a fact's name says it was computed for
    compared = {float(one) for one in (*_DIGITS.findall(rest), *named)}
    if not _COMPARED.search(rest) and not re.search(r"\b(?:agrees|near|differs|inconclusive)\b", guard):
        return []
    text = _NO_PART[language].sub(" ", _QUOTED.sub(" ", sentence))
    halved = "half" in guard or any(number == 2 or 0.4 <= number <= 0.6 or 40 <= number <= 60 for number in compared)
    unstated = [
        one[0]
        for one in _PARTS[language].finditer(text)
        if not halved and not ("half" not in one[0] and "半" not in one[0] and _OUTNUMBERS.search(guard))
    ]
    for one in _MULTIPLES[language].finditer(text):
        word = next(filter(None, one.groups())).lower()
        number = (_TIMES_ZH if language == "zh" else _TIMES)[word]
        if not compared & {number, 1 / number, 100 / number}:
            unstated.append(one[0])
    unstated += [one[0] for one in _VAGUE[language].finditer(text) if not compared]
    return unstated
