"""The article under check: the head of the register, for whoever may not read the register itself.

Measures need the article's date and the week that it names, and the register checks measures; so these are read here,
from the same file.
"""

from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.results import parse_yaml


class Article(BaseModel):
    """The article under check."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_zh: str
    title_en: str
    author: str
    publisher: str
    published: str
    stated_week: str
    url: str
    note: str


@cache
def read_article() -> Article:
    """Read the key ``article`` of ``data/claims.yml``, and no more of it than that.

    Returns
    -------
    Article

    Raises
    ------
    UserError
        When the file cannot be read, or says something else there.

    Examples
    --------
    >>> read_article().publisher
    'TMTPost account on NetEase'
    """
    name = paths.shorten(paths.CLAIMS)
    try:
        lines = paths.CLAIMS.read_text(encoding="utf-8").splitlines()
        first = lines.index("article:")
        last = next((place for place, line in enumerate(lines) if place > first and line[:1] not in ("", " ")), None)
        return Article.model_validate(parse_yaml("\n".join(lines[first:last]))["article"])
    except (OSError, ValueError, ValidationError, yaml.YAMLError):
        raise UserError(f"{name} does not begin with the article. Restore it with `git checkout -- {name}`.") from None


ARTICLE_DATE = read_article().published
