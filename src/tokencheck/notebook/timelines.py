"""The lineage of a claim as a timeline: a record of steps, which pages write as text with links, in HTML and PDF."""

import os
import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tokencheck import paths
from tokencheck.register.lineage import ASIDE, EARLIEST, LOSSES, SHIFTS
from tokencheck.results import NOTEBOOK, write_json

if TYPE_CHECKING:  # the pages, which ask how a change is sorted, need no table
    import pandas as pd

_UNDATED = "no date"
_SAID = {EARLIEST: "earliest found on this line"}  # of one wording: others may have said the same earlier


def name_date(published: str) -> str:
    """Write a step's date.

    Examples
    --------
    >>> name_date("2026-02-27"), name_date("2026-02 (day not shown)"), name_date("not shown (2026)")
    ('27 Feb 2026', 'Feb 2026', 'no date')
    """
    head = published.split(" ")[0]
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", head):
        return f"{date.fromisoformat(head):%-d %b %Y}"
    return f"{date.fromisoformat(f'{head}-01'):%b %Y}" if re.fullmatch(r"\d{4}-\d{2}", head) else _UNDATED


def sort_change(kind: str) -> str:
    """Say in a word what a kind of change does: *lost*, *shifted*, *aside* or *kept*."""
    if kind in LOSSES:
        return "lost"
    if kind in SHIFTS:
        return "shifted"
    return "aside" if kind == ASIDE else "kept"


def list_steps(chain: "pd.DataFrame") -> list[dict[str, Any]]:
    """List the steps of a chain as a timeline shows them.

    Parameters
    ----------
    chain : DataFrame
        From `tokencheck.register.lineage.list_chains`.

    Returns
    -------
    list of dict
        date, publisher, url, gist, wording, change (its kind, with what changed), sort, note, article, after.
    """
    steps = []
    for step in chain.itertuples():
        detail = (step.change_from_previous or "").partition(":")[2].strip()
        day = name_date(step.published_date)
        undated = step.change_kind == EARLIEST and day == _UNDATED  # then it may as well be later
        kind = "undated, so its place is not known" if undated else _SAID.get(step.change_kind, step.change_kind)
        steps.append(
            {
                "date": day,
                "publisher": "The article" if step.is_article else step.publisher,
                "url": step.url or "",
                "gist": step.gist_en,
                "wording": step.wording,
                "change": f"{kind}: {detail}" if detail else kind,
                "sort": sort_change(step.change_kind),
                "note": step.note or "",
                "article": bool(step.is_article),
                "after": bool(step.after),
            }
        )
    return steps


def save_timeline(chain: "pd.DataFrame", name: str, title: str, claims: Sequence[str], guard: str) -> "pd.DataFrame":
    """Save a chain's record.

    Parameters
    ----------
    chain : DataFrame
        From `tokencheck.register.lineage.list_chains`.
    name : str
        Of the record's file, without ending.
    title : str
        What happened on the way; computed.
    claims : sequence of str
        Ids of the claims on whose pages it stands.
    guard : str
        When the title is true, in the grammar of `tokencheck.register.guards`.

    Returns
    -------
    DataFrame
        The steps in short, for a notebook to show.
    """
    import pandas as pd

    steps = list_steps(chain)
    record = {
        "name": name,
        "title": title,
        "alt": "; ".join(f"{step['date']}, {step['gist']}" for step in steps) + ".",
        "claims": list(claims),
        "notebook": os.environ.get(NOTEBOOK, ""),
        "guard": guard,
        "steps": steps,
    }
    write_json(paths.FIGURES / f"{name}.json", record)
    return pd.DataFrame(steps)[["date", "publisher", "gist", "change"]]
