"""Characters and addresses that a terminal, a spreadsheet or a page could take for something other than text."""

import re
import unicodedata
from urllib.parse import urlsplit

# Controls but tab and line ends; marks that turn the direction of text, show nothing, change what stands before them,
# or end a line unseen; letters that only decorate others; what each computer shows as it likes.
_UNSEEN = (
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe"
    "\uffff\U0001d400-\U0001d7ff\U000e0000-\U0010ffff]"
)
# Beside a plain Latin letter these look like one: Cyrillic, Armenian, Cherokee, full-width, and part of Greek.
_LATIN = "[A-Za-z]"
_LOOKALIKE = (
    "[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7"
    "\u0400-\u058f\u13a0-\u13ff\uff21-\uff3a\uff41-\uff5a]"
)
HARMFUL = re.compile(f"{_UNSEEN}|(?<={_LATIN}){_LOOKALIKE}|{_LOOKALIKE}(?={_LATIN})")
HARMLESS = re.compile(f"[\t\n\r -~]*|(?s:(?!.*?(?:{HARMFUL.pattern})).*)")  # most texts are plain, and soon seen to be
# What could end an address in Markdown or HTML and begin something else.
UNFIT_FOR_ADDRESS = re.compile(r"""[\s<>"'`\\^{|}()]""")
# A key in an address would stand on every page that names the source.
KEY_IN_ADDRESS = re.compile(
    r"[?&#;](api[_-]?key|apikey|key|(\w+_)?token|secret|password|passwd|pwd|signature|sig|x-amz-signature)=", re.I
)
# In a name such letters are refused wherever they stand, as a whole word of them is read as Latin; and what leads out
# of a folder.
DECEPTIVE = re.compile(rf"{_LOOKALIKE}|(?:^|/)\.\.?(?:/|$)|^/|\\")
IDEOGRAPH = "[\u4e00-\u9fff]"
HAN = re.compile("[\u2e80-\u9fff\uff00-\uffef]")  # with radicals, Chinese punctuation and full-width forms
FORMULA = re.compile(r"[=@\t\r]|[+-](?!(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$)")
PLAIN = re.compile(rf"(?!{FORMULA.pattern})(?:{HARMLESS.pattern})")  # what a table may hold


def name_harmful(text: str) -> str:
    r"""Name the first character that does not belong into a text; empty when there is none.

    Examples
    --------
    >>> name_harmful("a\u202eb"), name_harmful("Zürich, 中国, Москва"), name_harmful("\u0430cme")
    ('U+202E (RIGHT-TO-LEFT OVERRIDE)', '', 'U+0430 (CYRILLIC SMALL LETTER A)')
    """
    found = HARMFUL.search(text)
    if not found:
        return ""
    return f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], 'control character')})"


def make_visible(text: str) -> str:
    r"""Write such characters as their numbers, so that a terminal shows and does not obey them.

    Examples
    --------
    >>> make_visible("a\x1b[31m\n")
    'a<U+001B>[31m\n'
    """
    return HARMFUL.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def is_address(text: str) -> bool:
    """Say whether a page may link to a text: http or https, a host with a dot, no user, key or markup.

    Examples
    --------
    >>> [is_address(one) for one in ("https://x.example/a?b=1", "javascript:alert(6)", "https://x.example/)[a](b:c")]
    [True, False, False]
    >>> is_address("https://x.example/a?page=1&api_key=0123")
    False
    """
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises when it is none
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "." in host
        and "@" not in parts.netloc
        and not UNFIT_FOR_ADDRESS.search(text)
        and not HARMFUL.search(text)
        and not KEY_IN_ADDRESS.search(text)
    )


def hide_login(text: str) -> str:
    """Take user, password and keys out of the addresses in a text; rather too much than too little.

    Examples
    --------
    >>> hide_login("no https://me:sec/ret@x.example/a"), hide_login("https://x.example/a?api_key=0123&b=1")
    ('no https://x.example/a', 'https://x.example/a?api_key=…&b=1')
    >>> hide_login("me:secret@x.example"), hide_login("“https:me:secret@x.example”")
    ('x.example', '“x.example”')
    """
    text = re.sub(r"""(?<=//)\S*@|[^\s@/“”"'(]+:(?!//)[^\s@]*@""", "", text)
    return re.sub(rf"({KEY_IN_ADDRESS.pattern})[^\s&#;]+", r"\1…", text, flags=re.IGNORECASE)


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet would compute a text instead of showing it; a number with its sign is none.

    Examples
    --------
    >>> [is_formula(one) for one in ("=1+1", "@SUM(A1)", "-cmd|x", "-1.5", "a=b", "")]
    [True, True, True, False, False, False]
    """
    return FORMULA.match(text) is not None


def defuse(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would compute.

    Examples
    --------
    >>> defuse("=1+1"), defuse("-2")
    ("'=1+1", '-2')
    """
    return f"'{text}" if is_formula(text) else text
