"""Give each page of the built site its frame in its own language, and a way to the same page in the other one.

Either renderer draws one frame around all pages, in English, with one link that leads to the Chinese front page. Here
that link is turned to the same page; and around Chinese pages the words of the frame are put into Chinese, its links
to what there is in Chinese. What stays English says so, by its language.
"""

import html
import posixpath
import re
from collections.abc import Mapping

from tokencheck.characters import HAN

CHINESE_FOLDER, CHINESE_CODE, ENGLISH_CODE = "zh", "zh-Hans", "en"

# The words of the frame, as either renderer writes them.
FRAME_WORDS = {
    "Skip to the text": "跳到正文",
    "Menu": "菜单",
    "Main": "主导航",
    "On this page": "本页内容",
    "Previous": "上一页",
    "Next": "下一页",
    "Previous and next page": "上一页与下一页",
    "Pages beside this one": "同组页面",
    "Dark colours": "深色",
    "Light or dark": "浅色或深色",
    "Table": "表格",
    "Summary": "要点",
    "Claims": "全部说法",
    "Search": "搜索",
    "The article": "逐句对照（英文）",
    "Chapters": "分章（英文）",
    "How it was done": "方法与数据（英文）",
    "About": "关于（英文）",
    "Text: CC BY 4.0. Code: MIT. Each table carries its own licence: see": (
        "文字：CC BY 4.0。代码：MIT。各数据表另有许可，见"
    ),
    "data and sources": "数据与来源（英文）",
    "The report": "报告（英文）",
    "Each claim with its sources": "逐条核查与来源（英文）",
    "Annex: estimates, formulas, tolerances": "附录：估计、公式、容差（英文）",
    "In Chinese": "中文版",
    "As PDF:": "PDF：",
    "report": "报告（英文）",
    "claims": "逐条核查（英文）",
    "annex": "附录（英文）",
    "in Chinese": "中文版",
    ",": "、",
    ".": "。",
}
NAMES = {"tokencheck", "PDF", "English"}  # they stay as they are
WITHIN = {"On this page", "Previous", "Next"}  # words of the frame that stand in the main part of a page
NUMBERED = re.compile(r"(Figure|Table)\s(\d+)")
NUMBERED_AS = {"Figure": "图", "Table": "表"}
LABELLED = re.compile(r"^(图|表)\s(\d+): ?")  # as either renderer labels a float in Chinese

SWITCH = re.compile(r"(<a\b[^>]*>)((?:<[^>]+>|\s)*)(?:中文|English)((?:<[^>]+>|\s)*</a>)")
_TOKEN = re.compile(r"(<script\b.*?</script>|<style\b.*?</style>|<svg\b.*?</svg>|<!--.*?-->|<[^>]+>)", re.DOTALL)
_LABEL = re.compile(r'(?<= )(aria-label|title)="([^"]*)"')
HREF = re.compile(r'(?<= )href="([^"#?]*)')
SWITCHED = re.compile(r' (?:href|lang|hreflang|aria-current)="[^"]*"')
_LATIN = re.compile(r"[A-Za-z]{2}")
_AFTER_LABEL = re.compile(r'(<span class="caption-label">[^<]*</span>)\s+')  # 图1： ends with its own space


def find_other(path: str, pages: Mapping[str, object]) -> str:
    """Find the same page in the other language, or the front page there.

    Examples
    --------
    >>> find_other("C05.html", {"zh/C05.html": 1}), find_other("data.html", {}), find_other("zh/C05.html", {})
    ('zh/C05.html', 'zh/index.html', 'index.html')
    """
    chinese = path.startswith(f"{CHINESE_FOLDER}/")
    other = path.removeprefix(f"{CHINESE_FOLDER}/") if chinese else f"{CHINESE_FOLDER}/{path}"
    return other if other in pages else "index.html" if chinese else f"{CHINESE_FOLDER}/index.html"


def turn_switch(text: str, path: str, pages: Mapping[str, object]) -> str:
    """Turn the link between the languages, above the text of a page, to the same page in the other one."""
    if not path.startswith(f"{CHINESE_FOLDER}/") and f"{CHINESE_FOLDER}/index.html" not in pages:
        return text
    above, main, below = text.partition("<main")
    word, language = ("English", ENGLISH_CODE) if path.startswith(f"{CHINESE_FOLDER}/") else ("中文", CHINESE_CODE)
    target = posixpath.relpath(find_other(path, pages), posixpath.dirname(path) or ".")

    def turn(match: re.Match[str]) -> str:
        start = SWITCHED.sub("", match[1]).removesuffix(">")
        inside = re.sub(r' lang="[^"]*"', "", match[2])
        return f'{start} href="{target}" lang="{language}" hreflang="{language}">{inside}{word}{match[3]}'

    return SWITCH.sub(turn, above) + main + below


def translate_frame(text: str, path: str, pages: Mapping[str, object]) -> str:
    """Put the frame around a Chinese page into Chinese; name the language of what stays English.

    Parameters
    ----------
    text : str
        The HTML of the page.
    path : str
        Its path inside the site.
    pages : mapping
        All pages by path.

    Returns
    -------
    str
    """
    head, body, rest = text.partition("<body")
    rest = _AFTER_LABEL.sub(r"\1", rest)
    done, before, inside = [], "", False
    for token in _TOKEN.split(body + rest):
        if token.startswith("<main"):
            inside = True
        elif token == "</main>":
            inside = False
        if token.startswith("<") and not token.startswith(("<script", "<style", "<svg", "<!--", "<body")):
            done.append(_translate_tag(token, path, pages, inside))
        elif token.strip() and not token.startswith("<"):
            done.append(_translate_text(token, before, inside))
        else:
            done.append(token)
        before = token if token.strip() else before
    return head + "".join(done)


def _translate_tag(tag: str, path: str, pages: Mapping[str, object], inside: bool) -> str:
    tag = _LABEL.sub(lambda match: f'{match[1]}="{FRAME_WORDS.get(match[2], match[2])}"', tag)
    if inside or tag.startswith("<span"):
        return tag
    tag = tag.replace(f' lang="{ENGLISH_CODE}"', "")  # a text that stays English says so itself, below
    if not tag.startswith("<a "):
        return tag

    def lead(match: re.Match[str]) -> str:
        folder = posixpath.dirname(path)
        target = posixpath.normpath(posixpath.join(folder, html.unescape(match[1])))
        own = f"{CHINESE_FOLDER}/{target}"
        return f'href="{posixpath.relpath(own, folder)}' if match[1] and own in pages else match[0]

    led = HREF.sub(lead, tag)
    return led if led == tag else led.replace(f' hreflang="{ENGLISH_CODE}"', "")


def _translate_text(text: str, before: str, inside: bool) -> str:
    plain = " ".join(html.unescape(text).split())
    if plain in (WITHIN if inside else FRAME_WORDS):
        return FRAME_WORDS[plain]  # Chinese knows no space between a word and a link
    if inside and LABELLED.match(html.unescape(text)):
        return html.escape(LABELLED.sub(r"\1\2：", html.unescape(text)), quote=False)
    if NUMBERED.fullmatch(plain.rstrip(":：. ")):
        return NUMBERED.sub(lambda match: NUMBERED_AS[match[1]] + match[2], html.unescape(text))
    if inside or plain in NAMES or HAN.search(text) or not _LATIN.search(text) or f'lang="{ENGLISH_CODE}"' in before:
        return text
    return text.replace(text.strip(), f'<span lang="{ENGLISH_CODE}">{text.strip()}</span>')


def finish(text: str, path: str, pages: Mapping[str, object]) -> str:
    """Give a page of the built site its way to the other language, and its frame in its own.

    Parameters
    ----------
    text, path, pages
        See `translate_frame`.

    Returns
    -------
    str
    """
    framed = translate_frame(text, path, pages) if path.startswith(f"{CHINESE_FOLDER}/") else text
    return turn_switch(framed, path, pages)
