"""What several test modules need."""

# ruff: noqa: E402 - threads are limited before anything imports numpy, as in the notebooks
import os

from tokencheck.notebook.run import ENVIRONMENT

os.environ.update({name: value for name, value in ENVIRONMENT.items() if name.endswith("_NUM_THREADS")})

import pytest
from hypothesis import settings

from tokencheck.evidence.tables import Tables
from tokencheck.register.claims import load_register

# The same examples on every machine, however slow: a failure can be repeated, and speed is for `make bench`.
# The bench sends many more, and others each time.
AT_LENGTH = os.environ.get("TOKENCHECK_FUZZ_EXAMPLES")
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("at length", max_examples=int(AT_LENGTH or 1), derandomize=False, deadline=None)
settings.load_profile("at length" if AT_LENGTH else "repeatable")


@pytest.fixture(scope="session")
def register():
    return load_register()


@pytest.fixture(scope="session")
def tables():
    return Tables()
