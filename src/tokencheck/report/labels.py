"""Put the words of a figure into Chinese: the drawing stays, its labels change.

A drawing's text is text, one element a line; a label that was broken into lines is put together again and set in one,
as Chinese needs half the room. What neither ``report/words/zh/labels.yml`` nor the register translates stays as it is.
"""

import html
import re
from functools import cache

from tokencheck import paths, wording
from tokencheck.periods import SHORT_MONTHS
from tokencheck.register.claims import load_register
from tokencheck.results import read_yaml

LINE_HEIGHT = 16.0  # units between the lines of a broken label
TEXT = re.compile(r"<text(?P<attributes>[^>]*)>(?P<text>[^<]*)</text>")
PLACE = {name: re.compile(rf'(?<= ){name}="(-?[\d.]+)"') for name in ("x", "y")}
ANCHOR = re.compile(r"text-anchor: (\w+)")
_LATIN = re.compile(r"[A-Za-z]{3}")
BARE_PART = re.compile(r"1/\d+")  # on an axis there is no room for N分之一

# Names of models and companies, which Chinese readers know as they are; a label with words like “and” is no name.
NAMED = re.compile(
    r"(?!.*\b(?:and|the|of|in|on|for)\b)"
    r"(?:(?:AWS|Azure|CO|Claude|DeepSeek|Fireworks|GB200|GLM|GPT|Gemini|Gemma|Grok|Kimi|Llama|Meta|MiniMax|OpenAI|"
    r"OpenRouter|Pony|Qwen\d|Seedance|gpt-oss|step-|trinity)[\w .:+()-]*|[BH]\d00|FY\d{4}|[A-Z]{2}|[A-Z]\d\d(?:: .*)?)"
)
HALF_YEAR = {"S1": "上半年", "S2": "下半年"}


def _level(label: str) -> str:
    return " ".join(label.split()).replace(" %", "%")


@cache
def read_labels() -> dict[str, str]:
    """Read the translations, by what the notebooks write; those of readings stand in the register."""
    file = paths.WORDS / "zh" / "labels.yml"
    written = read_yaml(file)
    readings = [
        one for claim in load_register(with_measures=False).claims for part in claim.parts for one in part.readings
    ]
    named = {one.label.en: one.label.zh for one in readings}
    return {_level(str(label)): str(told) for label, told in (named | written).items()}


@cache
def read_pictures() -> dict[str, str]:
    """Read what one sees on each picture, in Chinese, by its name."""
    return read_yaml(paths.WORDS / "zh" / "pictures.yml")


def _number_month(name: str) -> int:
    return SHORT_MONTHS.index(name) + 1


_MONTH = rf"(?P<month>{'|'.join(SHORT_MONTHS)})[a-z]*"
_NUMBER = r"\d+(?:\.\d+)?"
FORMS = (
    (rf"(?P<day>\d+) {_MONTH}", lambda one: f"{_number_month(one['month'])}月{one['day']}日"),
    (_MONTH, lambda one: f"{_number_month(one['month'])}月"),
    (r"the (?P<number>\d+) that the chart names", lambda one: f"榜图列名的{one['number']}款"),
    (r"claimed of China in the stated week: (?P<rest>.+)", lambda one: f"文章称中国当周：{one['rest']}"),
    (r"claimed: (?P<rest>.+)", lambda one: f"文章：{translate_label(one['rest']) or one['rest']}"),
    (r"Source: (?P<rest>.+)", lambda one: f"来源：{translate_label(one['rest']) or one['rest']}"),
    (rf"1/(?P<of>{_NUMBER})", lambda one: wording.write_part_chinese(one["of"])),
    # What was measured, beside its outcome, as the scale below it is written; only what is claimed is in words.
    (rf"(?P<part>1/{_NUMBER}), (?P<what>.+)", lambda one: f"{one['part']}，{translate_label(one['what'])}"),
    (r"(?P<number>[\d.,]+) trillion", lambda one: f"{one['number']}万亿"),
    (r"(?P<number>[\d.,]+) times", lambda one: f"{one['number']}倍"),
    (r"at most (?P<rest>[\d.,]+ ?%?)", lambda one: f"至多{one['rest']}"),
    (r"more than (?P<rest>[\d.,]+ ?%?)", lambda one: f"超过{one['rest']}"),
    (r"below (?P<rest>[\d.,]+)", lambda one: f"低于{one['rest']}"),
    (r"(?P<year>\d{4})-(?P<half>S[12])", lambda one: f"{one['year']}年{HALF_YEAR[one['half']]}"),
    (r"(?P<year>\d{4})", lambda one: f"{one['year']}年"),
)


def translate_label(label: str) -> str:
    """Put one label into Chinese; empty where a word of it has no translation.

    Examples
    --------
    >>> translate_label("claimed: 61 %"), translate_label("EU27, band IC, 2025-S1 ÷ delivered price")
    ('文章：61%', '欧盟27国，IC档，2025年上半年÷到户价')
    >>> translate_label("unheard of")
    ''
    >>> translate_label("claimed: 1/20"), translate_label("1/16.7, differs"), translate_label("1/10, differs")
    ('文章：二十分之一', '1/16.7，不符', '1/10，不符')
    >>> translate_label("GLM-5"), translate_label("GLM-5 and what it claims")
    ('GLM-5', '')
    """
    label = _level(label)
    if label in read_labels():
        return read_labels()[label]
    for pattern, write in FORMS:
        if match := re.fullmatch(pattern, label):
            return write(match)
    for mark, sign in ((" ÷ ", "÷"), (", ", "，")):
        if mark in label:
            parts = [translate_label(part) for part in label.split(mark)]
            return sign.join(parts) if all(parts) else ""
    return label if NAMED.fullmatch(label) or not re.search(r"[A-Za-z]", label) else ""


def _find(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return match[1] if match else ""


def _goes_on(one: re.Match[str], after: re.Match[str]) -> bool:
    """Say whether a text is the next line of the one before."""
    anchors, sides = ([_find(what, match["attributes"]) for match in (one, after)] for what in (ANCHOR, PLACE["x"]))
    same = anchors == ["middle", "middle"] or (anchors[0] == anchors[1] and sides[0] == sides[1])
    tops = [_find(PLACE["y"], match["attributes"]) for match in (one, after)]
    return same and all(tops) and abs(float(tops[1]) - float(tops[0]) - LINE_HEIGHT) < 0.1


def translate_drawing(svg: str) -> tuple[str, list[str]]:
    """Put the labels of a drawing into Chinese.

    Parameters
    ----------
    svg : str

    Returns
    -------
    (str, list of str)
        The drawing, and the labels that stay English.
    """
    texts = list(TEXT.finditer(svg))
    set_as: dict[int, str] = {}
    left, place = [], 0
    while place < len(texts):
        end = place + 1
        while end < len(texts) and _goes_on(texts[end - 1], texts[end]):
            end += 1
        for last in range(end, place, -1):
            joined = " ".join(html.unescape(one["text"]) for one in texts[place:last])
            if told := joined if BARE_PART.fullmatch(joined) else translate_label(joined):
                break
        else:
            last, told = place + 1, ""
        if told:
            set_as |= _set_lines(texts[place:last], told)
        elif _LATIN.search(texts[place]["text"]):
            left.append(html.unescape(texts[place]["text"]))
        place = last
    return TEXT.sub(lambda match: set_as.get(match.start(), match[0]), svg), left


def _set_lines(lines: list[re.Match[str]], told: str) -> dict[int, str]:
    """Set a label in the middle of the lines that it had; the others go."""
    middle = sum(float(_find(PLACE["y"], one["attributes"]) or 0) for one in lines) / len(lines)
    last = lines[-1]["attributes"]  # the shortest line is the one that no edge pushed aside
    attributes = PLACE["y"].sub(f'y="{middle:.2f}"', last) if len(lines) > 1 else last
    set_as = {one.start(): "" for one in lines}
    set_as[lines[0].start()] = f"<text{attributes}>{html.escape(told, quote=False)}</text>"
    return set_as
