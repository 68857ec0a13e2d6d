"""What several test modules need."""

import pytest

from tokencheck.claims import load_register
from tokencheck.tables import Tables


@pytest.fixture(scope="session")
def register():
    return load_register()


@pytest.fixture(scope="session")
def tables():
    return Tables()
