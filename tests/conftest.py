"""What several test modules need."""

# ruff: noqa: E402 - threads are limited before anything imports numpy, as in the notebooks
import os

from tokencheck.notebooks import ENVIRONMENT

os.environ.update({name: value for name, value in ENVIRONMENT.items() if name.endswith("_NUM_THREADS")})

import pytest
from hypothesis import settings

from tokencheck.claims import load_register
from tokencheck.tables import Tables

# The same examples on every machine, however slow: a failure can be repeated, and speed is for `make bench`.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def register():
    return load_register()


@pytest.fixture(scope="session")
def tables():
    return Tables()
