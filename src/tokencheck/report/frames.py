"""The frame of the pages that neither renderer writes: what other sites embed, and what stands where no page is."""

import html
from collections.abc import Sequence

from tokencheck.policy import add_policy

SHEETS = ("theme.css", "charts.css", "claims.css")

_PAGE = add_policy("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
{head}
</head>
<body class="{style}">
<main>
{body}
</main>
</body>
</html>
""")


def write_page(title: str, body: str, style: str, *, root: str = "", head: Sequence[str] = ()) -> str:
    """Write a whole page in the report's style, which no search engine lists.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML.
    style : str
        Class of the page in ``claims.css``.
    root : str
        The way from the page to the folder of the site.
    head : sequence of str
        Further elements of the head.

    Returns
    -------
    str
    """
    loaded = [f'<link rel="icon" href="{root}icon.svg" type="image/svg+xml">']
    loaded += [f'<link rel="stylesheet" href="{root}{sheet}">' for sheet in SHEETS]
    return _PAGE.format(title=html.escape(title), head="\n".join([*head, *loaded]), style=style, body=body)
