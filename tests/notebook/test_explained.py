"""A notebook that explains a claim hands over the facts that its texts quote: kept ones may be of an older day."""

import re

import pytest

from tokencheck import paths
from tokencheck.register.claims import load_register

CALL = re.compile(r'explain\(topic, "(C\d+)"((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)')
CALLS = [
    pytest.param(claim, rest, id=f"{file.stem}-{claim}")
    for file in sorted(paths.NOTEBOOK_FOLDER.glob("*.py"))
    for claim, rest in CALL.findall(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("claim_id", "handed"), CALLS)
def test_facts_that_a_text_quotes_are_handed_over(claim_id, handed):
    texts = load_register().find(claim_id)
    quoted = set(re.findall(r"facts\.(\w+)\.", f"{texts.en!r} {texts.zh!r}"))
    assert "**" in handed or quoted <= set(re.findall(r"(\w+)=", handed))
