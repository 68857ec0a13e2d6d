"""How a source is named to readers: publisher, day, title and domain, whatever of them its record knows."""

from collections.abc import Mapping

from tokencheck import wording
from tokencheck.report.markup import drop_unknown, join_domain, link


def write_date(text: str) -> str:
    """Write the day, month or year of a record; as it stands where it is none of these.

    Examples
    --------
    >>> write_date("2026-05-29"), write_date("2026-02 (day not shown)"), write_date("2026-Q1"), write_date("not shown")
    ('29 May 2026', 'February 2026', 'first quarter of 2026', '')
    """
    return wording.write_date_text(drop_unknown(text), "en")


def write_source(row: Mapping[str, str], with_title: bool = True) -> str:
    """Write a source in Markdown as one link, whose text by itself says where it leads.

    Parameters
    ----------
    row : mapping
        Of the table of sources.
    with_title : bool
        Whether its title is told, where it has one.

    Returns
    -------
    str

    Examples
    --------
    >>> row = {"publisher": "Tech Times", "title": "(title not recorded)", "published_date": "2026-05-29",
    ...     "url": "https://www.techtimes.com/1.htm"}
    >>> write_source(row)
    '[Tech Times, 29 May 2026, techtimes.com](https://www.techtimes.com/1.htm)'
    >>> write_source(row | {"title": "Models lead"})
    '[Tech Times, 29 May 2026: Models lead, techtimes.com](https://www.techtimes.com/1.htm)'
    """
    known = [drop_unknown(row["publisher"]), write_date(row["published_date"])]
    title = drop_unknown(row["title"]) if with_title else ""
    told = ": ".join(filter(None, [", ".join(filter(None, known)), title]))
    return link(row["url"], join_domain(told, row["url"]))
