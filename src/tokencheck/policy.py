"""The content security policy of a page: what a browser may load, run and send in it, whatever a text smuggles in."""

import base64
import hashlib
import re

CHARSET = '<meta charset="utf-8">'
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<code>.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_TYPE = re.compile(r"""\btype\s*=\s*["']?(?P<type>[^"'\s>]+)""", re.IGNORECASE)
RUN = ("module", "text/javascript", "application/javascript")  # any other type is data, which no browser runs


def _is_run(attributes: str) -> bool:
    named = _TYPE.search(attributes)
    return "src=" not in attributes and (named is None or named["type"].lower() in RUN)


def _hash(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def write_policy(frame: str) -> str:
    """Write the policy of a page: files of this site, the scripts that stand in its frame, and nothing else.

    Where no script stands in the frame, none runs, those of the site included.

    Parameters
    ----------
    frame : str
        Its HTML without the text, where a script can only have been smuggled in.

    Returns
    -------
    str

    Examples
    --------
    >>> write_policy("<script>a()</script><script type='application/json'>{}</script>").split("; ")[1]
    "script-src 'self' 'sha256-qVpDBgj7bpq5hMAcGp3AOc79J3Y1Z4HvySTwKrWDoy4='"
    >>> "script" in write_policy("<p>Only text</p>")
    False
    """
    scripts = list(SCRIPT.finditer(frame))
    hashes = {_hash(one["code"]) for one in scripts if _is_run(one["attributes"])}
    allowed = " ".join(["script-src 'self'", *(f"'sha256-{one}'" for one in sorted(hashes))])
    return "; ".join(
        [
            "default-src 'none'",
            *([allowed] if scripts else []),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def add_policy(frame: str) -> str:
    """Put the policy into the head of a page whose text is not filled in yet, before anything that it rules."""
    return frame.replace(
        CHARSET, f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{write_policy(frame)}">', 1
    )
