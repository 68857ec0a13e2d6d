"""What other sites may frame of each claim: verdict, finding, what was said and measured, on one screen of a phone.

``C05.embed.html`` lies beside ``C05.html``, in the site of either renderer. It is written from the same texts as the
page, has no script, and fits into a frame of one height for all claims, so that nothing in a frame has to be scrolled.
"""

import datetime as dt
from html import escape
from pathlib import Path

from tokencheck import wording
from tokencheck.register.claims import Claim, load_register
from tokencheck.register.verdicts import ClaimResult, read_verdicts
from tokencheck.report import frames
from tokencheck.report.markup import curl
from tokencheck.report.publication import load_publication
from tokencheck.report.strips import describe_strip
from tokencheck.report.templating import slug
from tokencheck.results import write_text_atomically

ENDING = ".embed.html"
# Pixels of the frame that a reader copies; a browser test holds every claim to it, from 358 pixels up.
EMBED_HEIGHT = 540


def _write_numbers(claim: Claim, result: ClaimResult) -> str:
    """Write what was claimed and what was measured: as a strip where one can be drawn, else in words."""
    told, strip = result.texts["en"], describe_strip(claim, result)
    if strip:
        drawn = strip["svg"].strip().replace("<svg ", f'<svg aria-label="{escape(strip["alt"])}" ', 1)
        return f"<figure>{drawn}</figure>"
    if result.readings and told.claimed != wording.PLAIN_CLAIM["en"]:
        return f'<p class="embed-numbers">{escape(told.claimed)} → <strong>{escape(told.measured)}</strong></p>'
    return ""


def make_embed(claim: Claim, result: ClaimResult, edition: str, source: str) -> str:
    """Make what other sites may frame of a claim.

    Parameters
    ----------
    claim : Claim
    result : ClaimResult
    edition : str
        Its day is that to which the data reach.
    source : str
        Whose page it is, said below.

    Returns
    -------
    str
        A whole page.
    """
    told, page = result.texts["en"], f"{claim.id}.html"
    data_to = wording.write_day(dt.date.fromisoformat(edition[:10]), "en")
    parts = [
        f'<p class="embed-head"><span class="verdict verdict-{slug(result.verdict)}">{result.verdict}</span> '
        f"{claim.id}</p>",
        f'<h1><a href="{page}">{escape(curl(told.answer))}</a></h1>',
        '<div class="embed-parts">',
        f"<dl><dt>The article says</dt><dd>{escape(curl(told.short))}</dd>",
        f"<dt>Found</dt><dd>{escape(curl(told.found))}</dd></dl>",
        _write_numbers(claim, result),
        "</div>",
        f'<p class="embed-source">{escape(source)}, data to {data_to}: <a href="{page}">how it was checked</a></p>',
    ]
    head = [f'<link rel="canonical" href="{page}">', '<base target="_blank">']
    return frames.write_page(
        curl(told.answer), "\n".join(filter(None, parts)), f"embed band-{slug(result.verdict)}", head=head
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
    source, register, found = load_publication().by, load_register(with_measures=False), read_verdicts()
    for result in found.claims:
        target = site / f"{result.id}{ENDING}"
        write_text_atomically(target, make_embed(register.find(result.id), result, found.edition, source))
        written.append(target)
    return written
