"""What several test modules need."""

# ruff: noqa: E402 - threads are limited before anything imports numpy, as in the notebooks
import inspect
import os
import re
import sys
from functools import cache

from tokencheck.notebook.run import ENVIRONMENT

os.environ.update({name: value for name, value in ENVIRONMENT.items() if name.endswith(("_NUM_THREADS", "BYTECODE"))})
sys.dont_write_bytecode = False

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

# What a module names that reads the tables, results or pages of today: its tests also run in the rehearsal.
LIVE = re.compile(
    r"\bpaths\.(?:DATA|TABLES|RESULTS|VERDICTS|FACTS|FIGURES|GRID|ROWS|REPORT|SITE|README|EDITIONS|WORDS)\b"
    r"|\b(?:read_verdicts|read_facts|load_register|list_editions|read_texts|read_figures|Tables)\("
)
LIVE_FIXTURES = {"tables", "register"}


@cache
def _reads_live_data(module):
    return module is not None and bool(LIVE.search(inspect.getsource(module)))


def pytest_collection_modifyitems(items):
    """Mark what reads the tables, results or pages at hand."""
    for item in items:
        if LIVE_FIXTURES & set(getattr(item, "fixturenames", ())) or (
            isinstance(item, pytest.Function) and _reads_live_data(item.module)
        ):
            item.add_marker("live")


@pytest.fixture(scope="session")
def register():
    return load_register()


@pytest.fixture(scope="session")
def tables():
    return Tables()


@pytest.fixture(scope="session")
def panels(tables):
    """Every panel that a regression uses, built once."""
    from tokencheck.econometrics import curve

    return curve.build_panels(tables)
