"""Data that were written anew since the record was made: what was found in it then need not hold of them."""

import subprocess

import pytest

from tokencheck import paths
from tokencheck.evidence.refresh import list_sources
from tokencheck.evidence.refresh.sources.openrouter import OpenRouter
from tokencheck.evidence.status import OWN


def skip_where_restated(tables, first, last):
    """Skip a test that holds the record to a copy of its day where a refresh or a user has written it anew since."""
    days = tables["usage_daily"][tables["usage_daily"]["date"].between(first, last)]
    anew = sorted(one for one in days["source_id"].unique() if one == OpenRouter.source_id or one.startswith(OWN))
    if anew:
        pytest.skip(f"days from {first} to {last} have been written anew, from {', '.join(anew)}")


def are_committed(folder=paths.TABLES):
    """Say whether the tables are those that git keeps; without git, nothing says so."""
    ask = ["git", "-C", str(folder)]
    kept = subprocess.run([*ask, "ls-files", "--error-unmatch", "sources.csv"], capture_output=True, check=False)
    return (
        not kept.returncode and not subprocess.run([*ask, "diff", "--quiet", "HEAD", "--", "."], check=False).returncode
    )


def skip_where_refreshed(tables):
    """Skip a test of what was written about the record where a refresh or a user has added to it since."""
    fetched = {source.source_id for source in list_sources().values()}
    added = sorted(one for one in tables["sources"]["source_id"] if one in fetched or one.startswith(OWN))
    if added:
        pytest.skip(f"there are new data, from {', '.join(added)}")
