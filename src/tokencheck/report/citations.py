"""How a source is named to readers: publisher, day, title and domain, whatever of them its record knows."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from tokencheck import wording
from tokencheck.report.markup import cell, drop_unknown, link


def write_date(text: str) -> str:
    """Write the day, month or year of a record; as it stands where it is none of these.

    Examples
    --------
    >>> write_date("2026-05-29"), write_date("2026-02 (day not shown)"), write_date("2026-Q1"), write_date("not shown")
    ('29 May 2026', 'February 2026', 'first quarter of 2026', '')
    """
    return wording.write_date_text(drop_unknown(text), "en")


def find_domain(url: str) -> str:
    """Give the domain of an address.

    Examples
    --------
    >>> find_domain("https://www.techtimes.com/articles/1.htm")
    'techtimes.com'
    """
    return urlsplit(url).netloc.removeprefix("www.")


def write_source(row: Mapping[str, str], with_title: bool = True) -> str:
    """Write a source in Markdown, with a link whose text says where it leads.

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
    'Tech Times, 29 May 2026: [Models lead](https://www.techtimes.com/1.htm), techtimes.com'
    """
    known = [text for text in (drop_unknown(row["publisher"]), write_date(row["published_date"])) if text]
    title = drop_unknown(row["title"]) if with_title else ""
    domain = find_domain(row["url"])
    if title:
        told = f"{cell(', '.join(known))}: {link(row['url'], title)}" if known else link(row["url"], title)
        return f"{told}, {domain}" if domain else told
    return link(row["url"], ", ".join([*known, domain] if domain else known))
