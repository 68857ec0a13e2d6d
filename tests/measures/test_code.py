"""What pages show as a measure's code is the code that computes it."""

import inspect
from pathlib import Path

import pytest

from tokencheck import measures
from tokencheck.register.claims import load_register

READINGS = [one for claim in load_register().claims for part in claim.parts for one in part.readings]


@pytest.mark.parametrize("name", sorted({one.measure for one in READINGS}))
def test_a_page_shows_the_code_that_runs(name):
    function = inspect.unwrap(measures.find_measure(name))
    assert measures.read_code(name) == (Path(inspect.getsourcefile(function)), inspect.getsource(function).rstrip())
