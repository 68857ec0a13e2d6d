"""Days of usage that were written anew since other people printed or captured the record."""

import pytest

from tokencheck.evidence.refresh.sources.openrouter import OpenRouter
from tokencheck.evidence.status import OWN


def skip_where_restated(tables, first, last):
    """Skip a test that holds the record to a copy of its day where a refresh or a user has written it anew since."""
    days = tables["usage_daily"][tables["usage_daily"]["date"].between(first, last)]
    anew = sorted(one for one in days["source_id"].unique() if one == OpenRouter.source_id or one.startswith(OWN))
    if anew:
        pytest.skip(f"days from {first} to {last} have been written anew, from {', '.join(anew)}")
