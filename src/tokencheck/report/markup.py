"""Write Markdown that Pandoc reads the same whatever the text is."""

import json
import re
from collections.abc import Mapping
from typing import Any


def cell(text: Any) -> str:
    """Make a text safe inside a Markdown pipe table.

    Examples
    --------
    >>> cell("a | b")
    'a \\\\| b'
    """
    text = "" if text is None or text != text else str(text)
    return re.sub(r"([|\\*_$<>\[\]~^`@#])", r"\\\1", " ".join(text.split()))


def link(url: str, text: str) -> str:
    """Write a link whose text needs no care; plain text where there is no address."""
    return f"[{cell(text)}]({url.replace(' ', '%20').replace('|', '%7C')})" if url else cell(text)


def write_figure(figure: Mapping[str, Any], identifier: str = "") -> str:
    """Write a figure with the title and the alternative text of its record.

    Parameters
    ----------
    figure : mapping
        Its record: name, title, alt.
    identifier : str
        What cross-references call it; by default ``fig-`` and its name.

    Returns
    -------
    str
    """
    name, alt = figure["name"], json.dumps(figure["alt"], ensure_ascii=False)
    return f"![{cell(figure['title'])}](figures/{name}.svg){{#{identifier or f'fig-{name}'} fig-alt={alt}}}"
