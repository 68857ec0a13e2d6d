"""Characters and addresses that a terminal, a spreadsheet or a page could take for something other than text."""

import re
import unicodedata
from urllib.parse import urlsplit

# Controls but tab and line ends; marks that turn the direction of text, show nothing, or end a line unseen.
HARMFUL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
# What could end an address in Markdown or HTML and begin something else.
UNFIT_FOR_ADDRESS = re.compile(r"""[\s<>"'`\\^{|}()]""")
IDEOGRAPH = "[\u4e00-\u9fff]"
HAN = re.compile("[\u2e80-\u9fff\uff00-\uffef]")  # with radicals, Chinese punctuation and full-width forms
FORMULA = re.compile(r"[=@\t\r]|[+-](?!(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$)")


def name_harmful(text: str) -> str:
    r"""Name the first character that does not belong into a text; empty when there is none.

    Examples
    --------
    >>> name_harmful("a\u202eb"), name_harmful("Zürich, 中国")
    ('U+202E (RIGHT-TO-LEFT OVERRIDE)', '')
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
    """Say whether a text is an address that a page may link to: http or https, a host with a dot, no user, no markup.

    Examples
    --------
    >>> [is_address(one) for one in ("https://x.example/a?b=1", "javascript:alert(6)", "https://x.example/)[a](b:c")]
    [True, False, False]
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
    )


def hide_login(text: str) -> str:
    """Take user and password out of the addresses in a text; rather too much than too little.

    Examples
    --------
    >>> hide_login("no https://me:sec/ret@x.example/a")
    'no https://x.example/a'
    """
    return re.sub(r"(?<=//)\S*@", "", text)


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
