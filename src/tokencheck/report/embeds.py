"""What other sites may frame: of each claim the finding, the band and the key figure, taken from its built page.

``C05.embed.html`` lies beside ``C05.html``, in the site of either renderer.
"""

import html
import re
from pathlib import Path

from tokencheck.errors import UserError
from tokencheck.report import frames
from tokencheck.report.publication import load_publication
from tokencheck.results import write_text_atomically

ENDING = ".embed.html"
BAND = re.compile(r'<div class="claim-band\b.*?</div>', re.DOTALL)
FIGURE = re.compile(r"<figure\b.*?</figure>", re.DOTALL)
HEADING = re.compile(r"<h2\b")
TITLE = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")


def make_embed(name: str, text: str, source: str) -> str:
    """Make what other sites may frame, from the built page of a claim.

    Parameters
    ----------
    name : str
        File name of the page.
    text : str
        Its HTML, of either renderer.
    source : str
        Whose page it is, said below.

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
    plain = html.unescape(TAG.sub("", title[1])).strip()
    parts = [f'<h1><a href="{name}">{title[1].strip()}</a></h1>', band[0], figure[0] if figure else ""]
    parts.append(
        f'<p class="embed-source">{html.escape(source)}: <a href="{name}">{name.removesuffix(".html")}</a></p>'
    )
    head = [f'<link rel="canonical" href="{name}">', '<base target="_blank">']
    return frames.write_page(plain, "\n".join(parts), "embed", head=head)


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
    source = load_publication().by
    for page in sorted(site.glob("C[0-9][0-9].html")):
        target = page.with_name(f"{page.stem}{ENDING}")
        write_text_atomically(target, make_embed(page.name, page.read_text(encoding="utf-8"), source))
        written.append(target)
    return written
