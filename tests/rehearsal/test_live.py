"""What the rehearsal runs on refreshed data: every module that reads tables, results or pages, or a reason why not."""

import re
from itertools import chain
from pathlib import Path

from tests.rehearsal.live import LIVE, NOT_LIVE, UNMOVED_BY_USAGE

TESTS = Path(__file__).parents[1]
READS = re.compile(
    r"\bTables\(\)|\bread_(?:verdicts|facts|records)\(\)|\bshare_site\(|\bcopy_data\(|\blint\(paths\.REPORT\)"
    r"|def test\w*\([^)]*\b(?:tables|site|window)\b|\bpaths\.(?:DATA|FIGURES|TABLES|SITE|RESULTS|README)\b"
    r"|\bpaths\.REPORT\.glob\(|\bVARIABLES\b"
)


def find_readers() -> set[str]:
    found = {file.relative_to(TESTS).as_posix(): file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py")}
    return {name for name, text in found.items() if READS.search(text)} - {f"rehearsal/{Path(__file__).name}"}


def test_every_module_that_reads_what_is_at_hand_is_rehearsed_or_says_why_not():
    left_out = list(chain.from_iterable(NOT_LIVE.values()))
    assert sorted(find_readers() - {*LIVE, *left_out}) == []
    assert sorted({*left_out} - find_readers()) == [] and not {*LIVE} & {*left_out}
    assert sorted(name for name in {*LIVE, *UNMOVED_BY_USAGE} if not (TESTS / name).is_file()) == []
    assert {*UNMOVED_BY_USAGE} <= {*LIVE}
