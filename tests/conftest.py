"""What several test modules need."""

import pytest
from hypothesis import settings

from tokencheck.claims import load_register
from tokencheck.tables import Tables

# The same examples on every machine, however slow: a failure can be repeated, and speed is for `make bench`.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("at-length", max_examples=2000, derandomize=False, deadline=None)  # `make bench`
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def register():
    return load_register()


@pytest.fixture(scope="session")
def tables():
    return Tables()
