"""The front page: the answer first, the verdicts as a bar, three claims as claimed and measured, how a number fared.

Also what README and other pages take from it: the headline claims, and the answer in one line.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from tokencheck import wording
from tokencheck.register import rule
from tokencheck.register.claims import Claim, Register
from tokencheck.register.verdicts import ClaimResult, VerdictFile
from tokencheck.report import GENERATED, citations, markup
from tokencheck.report.publication import Publication
from tokencheck.report.strips import describe_strip, pick_part
from tokencheck.report.templating import fill

HEADLINES = ("C05", "C20", "C13")
FRONT_PARTS = ("front-answer", "front-cards", "front-journey", "front-claims")
JOURNEY = "lineage-c05"  # the lineage that the front page tells

NAMELESS = "This copy does not say yet who publishes it."

_HOLDS = (rule.SUPPORTED, rule.ROUGHLY_RIGHT)
FAILS = (rule.MISLEADING, rule.CONTRADICTED)
IN_ORDER = (*_HOLDS, *FAILS, rule.UNVERIFIABLE, rule.NOT_CHECKABLE, rule.NOT_YET_CHECKED)  # of bars, chips and lists


def count_answers(counts: Mapping[str, int]) -> dict[str, int]:
    """Count how many claims hold, how many do not, and how many could not be settled.

    Parameters
    ----------
    counts : mapping of str to int
        By verdict.

    Returns
    -------
    dict of str to int
        ``claims``, ``hold``, ``fail`` and ``open``; opinions are among the claims and in none of the others.
    """
    return {
        "claims": sum(counts.values()),
        "hold": sum(counts[verdict] for verdict in _HOLDS),
        "fail": sum(counts[verdict] for verdict in FAILS),
        "open": counts[rule.UNVERIFIABLE],
    }


def write_answer(counts: Mapping[str, int]) -> str:
    """Write the answer in one line, for the front page's title.

    Parameters
    ----------
    counts : mapping of str to int
        By verdict.

    Examples
    --------
    >>> write_answer(dict.fromkeys(rule.VERDICT_WORDS, 1))
    '7 claims about China’s AI-token boom: 2\\xa0hold, 2\\xa0do\\xa0not, 1\\xa0could not be settled'
    """
    n = count_answers(counts)
    return (
        f"{n['claims']} claims about China’s AI-token boom: {n['hold']}\xa0{'holds' if n['hold'] == 1 else 'hold'}, "
        f"{n['fail']}\xa0{'does' if n['fail'] == 1 else 'do'}\xa0not, {n['open']}\xa0could not be settled"
    )


def write_said(claim: Claim, result: ClaimResult) -> str:
    """Write what a claim says in numbers as the article prints them, a range with a dash; else as everywhere."""
    part = pick_part(claim, result)
    if part.relation != "between":
        return result.texts["en"].claimed
    return wording.write_printed(list(part.value), part.unit, "en")


def list_turns(steps: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """List the steps of a lineage at which something was lost or shifted, with the first step and the article.

    Parameters
    ----------
    steps : sequence of mapping
        From the record of a lineage; see `tokencheck.notebook.timelines`.

    Returns
    -------
    list of mapping
        Up to the article; empty where nothing happened on the way.
    """
    way = [step for step in steps if not step["after"] and step["sort"] != "aside"]
    turned = [step for step in way if step["sort"] in ("lost", "shifted")]
    return [step for step in way if step is way[0] or step in turned or step["article"]] if turned else []


def make_front(
    register: Register,
    found: VerdictFile,
    contexts: Sequence[Mapping[str, Any]],
    figures: Mapping[str, Mapping[str, Any]],
    publication: Publication,
) -> dict[str, str]:
    """Make the front page's sources.

    Parameters
    ----------
    register : Register
    found : VerdictFile
    contexts : sequence of mapping
        From `tokencheck.report.claimpages.describe_claims`.
    figures : mapping
        The records of figures, compiled.
    publication : Publication

    Returns
    -------
    dict of str to str
        File name inside ``report/`` to its content.
    """
    named = {context["claim"].id: context for context in contexts}
    cards, pages = [], {}
    for name in HEADLINES:
        context = named[name]
        strip = describe_strip(context["claim"], context["result"])
        if strip:
            pages[f"figures/strip-{name.lower()}.svg"] = strip["svg"]
        cards.append(context | {"strip": strip, "said": write_said(context["claim"], context["result"])})
    context = {
        "answer": write_answer(found.counts),
        "verdict_words": IN_ORDER,
        "found": found,
        "register": register,
        "article": register.article,
        "published": wording.write_day(dt.date.fromisoformat(register.article.published), "en"),
        "data_to": wording.write_day(dt.date.fromisoformat(found.edition[:10]), "en"),
        "searched": f", sources searched for up to {citations.write_date(day)}"
        if (day := register.searched_to)
        else "",
        "publication": publication,
        "nameless": NAMELESS,
        "cards": cards,
        "claims": contexts,
        "journey": figures[JOURNEY],
        "marks": markup.MARKS,
        "turns": list_turns(figures[JOURNEY]["steps"]),
    }
    names = {"index.qmd": "index.qmd.j2"} | {f"{GENERATED}/{part}.md": f"{part}.md.j2" for part in FRONT_PARTS}
    return pages | {name: fill(template, **context) for name, template in names.items()}
