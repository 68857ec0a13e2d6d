"""What several test modules need."""

# ruff: noqa: E402 - threads are limited before anything imports numpy, as in the notebooks
import gc
import os
import sys
from pathlib import Path

from tokencheck.notebook.run import ENVIRONMENT

os.environ.update({name: value for name, value in ENVIRONMENT.items() if name.endswith(("_NUM_THREADS", "BYTECODE"))})
sys.dont_write_bytecode = False

import pytest
from hypothesis import settings

from tests.rehearsal.live import LIVE
from tokencheck.evidence.tables import Tables
from tokencheck.register.claims import load_register

# The same examples on every machine, however slow: a failure can be repeated, and speed is for `make bench`.
# The bench sends many more, and others each time.
AT_LENGTH = os.environ.get("TOKENCHECK_FUZZ_EXAMPLES")
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("at length", max_examples=int(AT_LENGTH or 1), derandomize=False, deadline=None)
settings.load_profile("at length" if AT_LENGTH else "repeatable")

TESTS = Path(__file__).parent
LIVE_FILES = {TESTS / name for name in LIVE}

# Files that take longest come first, so that no process of the tests ends long before the other; and the one that
# builds the site before those that look at it. Measured in processor seconds.
LONGEST = (
    "notebook/test_notebooks.py",
    "report/test_built.py",
    "evidence/test_refresh_faults.py",
    "browser/test_pages.py",
    "evidence/test_own.py",
    "econometrics/test_estimation.py",
    "econometrics/test_curve.py",
    "register/test_checks.py",
    "render/test_render.py",
    "test_dodo.py",
    "evidence/test_refresh.py",
    "measures/test_record.py",
    "test_cli.py",
    "evidence/test_store.py",
    "history/test_editions.py",
)


def _rank_file(item):
    name = item.path.relative_to(TESTS).as_posix() if item.path.is_relative_to(TESTS) else ""
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)


def pytest_collection_modifyitems(items):
    """Put the longest files first, and mark what reads the tables, results or pages at hand."""
    items.sort(key=_rank_file)
    for item in items:
        if item.path in LIVE_FILES:
            item.add_marker("live")


def pytest_collection_finish():
    """Let Python look no more for waste among modules and tests: it did so again and again, a third of some tests."""
    gc.collect()
    gc.freeze()


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
