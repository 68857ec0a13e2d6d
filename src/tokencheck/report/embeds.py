"""What other sites may frame: of each claim the finding, the band and the key figure, taken from its built page.

``C05.embed.html`` lies beside ``C05.html``, in the site of either renderer.
"""

import html
import re
from pathlib import Path

from tokencheck.errors import UserError
from tokencheck.results import write_text_atomically

ENDING = ".embed.html"
SHEETS = ("theme.css", "charts.css", "claims.css")

BAND = re.compile(r'<div class="claim-band\b.*?</div>', re.DOTALL)
FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
HEADING = re.compile(r"<h2\b")
TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{plain}</title>
<link rel="canonical" href="{page}">
{sheets}
<base target="_blank">
</head>
<body class="embed">
<main>
<h1><a href="{page}">{title}</a></h1>
{band}
{figure}
</main>
</body>
</html>
"""


def make_embed(name: str, text: str) -> str:
    """Make what other sites may frame, from the built page of a claim.

    Parameters
    ----------
    name : str
        File name of the page.
    text : str
        Its HTML, of either renderer.

    Returns
    -------
    str

    Raises
    ------
    UserError
        When the page has no title or no band.
    """
    title, band = TITLE.search(text), BAND.search(text)
    if not title or not band:
        raise UserError(f"{name} has no title or no band to embed. Build the report anew with `make report`.")
    after = HEADING.search(text, band.end())
    figure = FIGURE.search(text, band.end(), after.start() if after else len(text))
    return PAGE.format(
        plain=html.escape(html.unescape(TAG.sub("", title[1])).strip()),
        title=title[1].strip(),
        page=name,
        sheets="\n".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in SHEETS),
        band=band[0],
        figure=figure[0] if figure else "",
    )


def write_embeds(site: Path) -> list[Path]:
    """Write what other sites may frame beside the page of each claim of a built site.

    Parameters
    ----------
    site : Path

    Returns
    -------
    list of Path
    """
    written = []
    for page in sorted(site.glob("C[0-9][0-9].html")):
        target = page.with_name(f"{page.stem}{ENDING}")
        write_text_atomically(target, make_embed(page.name, page.read_text(encoding="utf-8")))
        written.append(target)
    return written
