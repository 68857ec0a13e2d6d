"""Lineage: how a sentence or number was passed on before it stood in the article, and after."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the pages, which ask for kinds of change alone, need no table
    import pandas as pd

ARTICLE_SOURCE = "ARTICLE"

LOSSES = ("qualifier dropped",)
SHIFTS = ("number changed", "subject changed", "period changed", "wording strengthened")
EARLIEST = "earliest found"
_KEPT = (EARLIEST, "faithful", "qualifier added")
ASIDE = "side branch"
UNPROVEN = "not proven"  # in the note on the article's own step: likeness alone speaks for descent

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")


def list_chains(lineage: "pd.DataFrame") -> "dict[str, pd.DataFrame]":
    """Split the table of lineage into one chain a claim.

    Parameters
    ----------
    lineage : DataFrame
        The table; one row a step.

    Returns
    -------
    dict of str to DataFrame
        Claim id to its steps in order, with ``day`` (missing where the page shows no day), ``is_article`` and
        ``after`` (whether the step follows the article).
    """
    import pandas as pd

    chains = {}
    for claim_id, steps in lineage.sort_values(["claim_id", "step"]).groupby("claim_id", sort=True):
        shown = steps["published_date"].where(steps["published_date"].str.match(_DAY))
        is_article = steps["source_id"] == ARTICLE_SOURCE
        after = is_article.cumsum().astype(bool) & ~is_article
        chains[str(claim_id)] = steps.assign(
            day=pd.to_datetime(shown.str[:10]), is_article=is_article, after=after
        ).reset_index(drop=True)
    return chains


def list_alterations(chain: "pd.DataFrame") -> list[str]:
    """List what happened on the way to the article, side branches and later steps left out.

    Parameters
    ----------
    chain : DataFrame
        From `list_chains`.

    Returns
    -------
    list of str
        The kinds of change in order, without *earliest found* and *faithful*.
    """
    way = chain[~chain["after"] & (chain["change_kind"] != ASIDE)]
    return [kind for kind in way["change_kind"] if kind in LOSSES + SHIFTS]


def write_way(chain: "pd.DataFrame") -> str:
    """Write what happened on the way to the article; equal neighbours are said once, with how often.

    Parameters
    ----------
    chain : DataFrame
        From `list_chains`.

    Returns
    -------
    str
        Such as ``qualifier dropped, then number changed twice``; empty when nothing changed.
    """
    said = []
    for kind, equal in groupby(list_alterations(chain)):
        count = len(list(equal))
        said.append(kind if count == 1 else f"{kind} {'twice' if count == 2 else f'{count} times'}")
    return ", then ".join(said)


def count_chains(chains: "Iterable[pd.DataFrame]", kinds: Iterable[str]) -> int:
    """Count the chains on whose way to the article something of those kinds happened."""
    wanted = set(kinds)
    return sum(bool(wanted & set(list_alterations(chain))) for chain in chains)


def count_unproven(chains: "Iterable[pd.DataFrame]") -> int:
    """Count the changed chains that the note on the article's own step calls likely, not proven."""
    changed = (chain for chain in chains if list_alterations(chain))
    return sum(bool(chain.loc[chain["is_article"], "note"].str.contains(UNPROVEN).any()) for chain in changed)
