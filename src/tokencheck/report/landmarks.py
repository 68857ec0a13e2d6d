"""Mend what Quarto's frame says to those who listen to a page, in the built site.

No link leads over it to the text, its parts have no names, some of its links and buttons have roles that such an
element cannot have, and the links to the previous and the next page are read out in the Markdown of their source. No
option of Quarto's changes that, and no filter sees the frame. A page without Quarto's frame stays as it is.
"""

import re

MADE_BY_QUARTO = '<meta name="generator" content="quarto-'
SKIP = '<a class="skip" href="#quarto-document-content">Skip to the text</a>'
MENDED = (
    (re.compile(rf"<body[^>]*>(?!{SKIP})"), rf"\g<0>{SKIP}"),
    (re.compile(r'<nav class="navbar\b'), '<nav aria-label="Main" class="navbar'),
    (re.compile(r'<nav class="quarto-secondary-nav"'), '<nav aria-label="Menu" class="quarto-secondary-nav"'),
    (re.compile(r'<nav id="quarto-sidebar"'), '<nav aria-label="Pages beside this one" id="quarto-sidebar"'),
    (re.compile(r'<nav class="page-navigation"'), '<nav aria-label="Previous and next page" class="page-navigation"'),
    (re.compile(r'(<button class="navbar-toggler"[^>]*?) role="menu"'), r"\1"),
    (re.compile(r'(<a\b[^>]*?) role="navigation"'), r'\1 role="button"'),
    (re.compile(r'(<a\b[^>]* class="pagination-link") aria-label="[^"]*"'), r"\1"),
)


def name_landmarks(text: str) -> str:
    """Name the parts of a page that Quarto framed, and let its links and buttons be what they are.

    Parameters
    ----------
    text : str
        The HTML of a page.

    Returns
    -------
    str

    Examples
    --------
    >>> link = '<a href="C06.html" class="pagination-link" aria-label="[C06]{.verdict}">C06</a>'
    >>> name_landmarks(MADE_BY_QUARTO + '1.10">' + link)
    '<meta name="generator" content="quarto-1.10"><a href="C06.html" class="pagination-link">C06</a>'
    >>> name_landmarks(link) == link
    True
    """
    if MADE_BY_QUARTO in text:
        for found, put in MENDED:
            text = found.sub(put, text)
    return text
