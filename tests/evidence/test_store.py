"""Tables change all together or not at all: killed at any step, out of storage, or two at once."""

import datetime as dt
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.table_files import read_table_text
from tokencheck import paths
from tokencheck.errors import UserError
from tokencheck.evidence import store
from tokencheck.evidence.changes import compare_rows
from tokencheck.evidence.rows import Update, format_table, read_texts
from tokencheck.evidence.store import lock, recover, replace
from tokencheck.evidence.tables import find_resource, read_contract, read_table

DAILY, WEEKLY, LABS = "usage_daily", "usage_weekly_totals", "usage_labs_daily"
MINE = {
    "source_id": "TEST1",
    "publisher": "A test",
    "title": "Synthetic rows",
    "url": "https://test.example/rows",
    "how_read": "written by a test",
    "licence": "none",
    "grade": "D",
    "interested": "false",
}
UPSTREAM = {
    "source_id": "TEST1",
    "url": MINE["url"],
    "repository": None,
    "commit": None,
    "file": None,
    "sha256": None,
}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    for name in ("tables", "provenance"):
        shutil.copytree(paths.DATA / name, folder / name)
    shutil.copy(paths.DATAPACKAGE, folder)
    return folder


def photograph(data: Path) -> dict[str, str]:
    """Hash every file that is not the transaction's own."""
    files = [file for file in sorted(data.rglob("*")) if file.is_file() and not file.name.startswith(store.LOCK)]
    return {str(file.relative_to(data)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def add_week(data: Path) -> list[Update]:
    """Synthetic changes of two tables: a week, a day after the last one, one restatement."""
    weekly = [*read_texts(WEEKLY, data), {"week_start": "2026-04-27", "tokens": "1000", "source_id": "TEST1"}]
    labs = read_texts(LABS, data)
    labs[-1] = labs[-1] | {"tokens": str(int(labs[-1]["tokens"]) * 2), "source_id": "TEST1"}
    day = dt.date.fromisoformat(labs[-1]["date"]) + dt.timedelta(days=1)
    labs.append({"date": day.isoformat(), "lab": "Google", "tokens": "5", "source_id": "TEST1"})
    return [Update(WEEKLY, weekly, upstream=[UPSTREAM], facts={"missing_days": []}), Update(LABS, labs)]


@pytest.mark.parametrize("name", [resource["name"] for resource in read_contract()["resources"]])
def test_every_table_is_written_as_it_stands(name):
    rows = read_texts(name)
    assert format_table(find_resource(name), rows[::-1]) == read_table_text(paths.DATA, name)


def test_two_tables_change_with_their_records(data):
    changes = {change.table: change for change in replace(add_week(data), [MINE], data)}
    assert changes[WEEKLY].added == (("2026-04-27",),)
    assert changes[LABS].restatements[0].size == 1
    assert any("+100.00 %" in line for line in changes[LABS].describe())
    for name in (WEEKLY, LABS, "sources"):
        frame, problems = read_table(name, data)
        assert problems == []
        record = json.loads((data / "provenance" / f"{name}.json").read_text(encoding="utf-8"))
        content = read_table_text(data, name).encode()
        assert (record["rows"], record["bytes"]) == (len(frame), len(content))
        assert record["sha256"] == hashlib.sha256(content).hexdigest()
    assert not (data / store.TRANSACTION).exists()


def test_same_rows_touch_nothing(data):
    before = photograph(data)
    changes = replace([Update(DAILY, read_texts(DAILY, data)[::-1], credit="Other words")], [MINE], data)
    assert not any(changes)
    assert photograph(data) == before


def test_a_dry_run_touches_nothing(data):
    before = photograph(data)
    assert any(replace(add_week(data), [MINE], data, dry_run=True))
    assert photograph(data) == before


def test_a_row_that_breaks_the_contract_leaves_all_tables(data):
    before, updates = photograph(data), add_week(data)
    updates[1].rows[-1]["tokens"] = "-5"
    with pytest.raises(UserError, match=r"column tokens: “-5” — expected an integer ≥ 0[\s\S]*stay as they were"):
        replace(updates, [MINE], data)
    assert photograph(data) == before


def test_a_row_of_an_unknown_source_is_refused(data):
    before = photograph(data)
    with pytest.raises(UserError, match="TEST1.*source_id"):
        replace(add_week(data), [], data)
    assert photograph(data) == before


def test_a_source_without_rows_leaves_the_register(data):
    replace(add_week(data), [MINE], data)
    weekly = [row for row in read_texts(WEEKLY, data) if row["source_id"] != "TEST1"]
    labs = [row | {"source_id": "S10"} for row in read_texts(LABS, data)]
    replace([Update(WEEKLY, weekly), Update(LABS, labs)], [], data)
    assert "TEST1" not in {row["source_id"] for row in read_texts("sources", data)}
    for name in (WEEKLY, LABS):
        assert MINE["url"] not in (data / "provenance" / f"{name}.json").read_text(encoding="utf-8")
    assert MINE["url"] not in (data / "datapackage.json").read_text(encoding="utf-8")


KILLER = """
import os, signal, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
import pandera.pandas
from tokencheck.evidence import store
from tests.evidence.test_store import MINE, add_week

def run(at, data):
    steps = 0
    def count(function):
        def step(*arguments):
            nonlocal steps
            steps += 1
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments)
        return step
    store._write = count(store._write)
    store._move = count(store._move)
    store.replace(add_week(data), [MINE], data)
    return steps

for line in sys.stdin:
    at, data = line.split("\\t")
    if not (child := os.fork()):
        print(run(int(at), Path(data.strip())), flush=True)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def run_killed():
    """Run a change of tables in a process that is killed at a step; one that has loaded everything starts each."""
    code = KILLER.format(tests=str(Path(__file__).parents[2]))
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT) as parent:

        def run(data: Path, at: int) -> int:
            """Give how the process ended; for the one that nobody kills, its steps."""
            parent.stdin.write(f"{at}\t{data}\n")
            parent.stdin.flush()
            first = int(parent.stdout.readline())
            assert first < 0 or parent.stdout.readline() == "0\n"
            return first

        yield run
        parent.stdin.close()


def test_killed_at_any_step_the_tables_are_old_or_new(data, tmp_path, run_killed):
    before = photograph(data)
    done = tmp_path / "done"
    shutil.copytree(data, done)
    steps = run_killed(done, at=0)
    after = photograph(done)
    assert after != before and steps > 12
    ends = []
    for at in sorted({1, 4, steps // 2, steps // 2 + 1, steps // 2 + 2, steps - 2, steps}):
        copy = tmp_path / str(at)
        shutil.copytree(data, copy)
        assert run_killed(copy, at) == -signal.SIGKILL
        recover(copy)
        assert not recover(copy)
        ends.append(photograph(copy))
    assert all(end in (before, after) for end in ends)
    assert ends[0] == before and ends[-1] == after


FULL = """
import resource, sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from tokencheck.evidence import store
from tokencheck.errors import UserError
from tests.evidence.test_store import MINE, add_week
from tests.table_files import read_table_text
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    store.replace(add_week(Path({data!r})), [MINE], Path({data!r}))
except UserError as problem:
    print(problem)
"""


def test_full_storage_leaves_all_tables_and_says_how_much_is_needed(data):
    before = photograph(data)
    code = FULL.format(tests=str(Path(__file__).parents[2]), data=str(data))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=paths.ROOT)
    assert "The storage is full: 0." in done.stdout and "MB are needed" in done.stdout, done.stderr
    assert photograph(data) == before


def test_the_second_process_waits_and_says_so(data):
    told, order = [], []
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path[:0] = ['src']\nfrom pathlib import Path\n"
         f"from tokencheck.evidence.store import lock\nwith lock(Path({str(data)!r})):\n"
         "    print('held', flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT,
    )  # fmt: skip
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(UserError, match=f"process {holder.pid}.*nothing was changed"), lock(data, wait=0):
        pass

    def wait():
        with lock(data, wait=30, say=told.append):
            order.append("second")

    second = threading.Thread(target=wait)
    second.start()
    while not told:
        second.join(0.01)
    assert order == []
    holder.communicate("\n")
    second.join(30)
    assert order == ["second"] and str(holder.pid) in told[0]


def test_a_killed_holder_frees_the_lock(data):
    code = "import os\nfrom pathlib import Path\nfrom tokencheck.evidence.store import lock\n"
    code += f"with lock(Path({str(data)!r})):\n    os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", code], cwd=paths.ROOT)
    with lock(data, wait=0), lock(data, wait=0):
        pass


NUMBERS = st.dictionaries(st.integers(0, 30), st.integers(0, 10**15), max_size=20)


@given(NUMBERS, NUMBERS)
def test_comparing_counts_every_row_once(before, after):
    resource = find_resource(WEEKLY)

    def rows(numbers):
        return [{"week_start": f"2026-01-{key:02d}", "tokens": str(n), "source_id": "S2"} for key, n in numbers.items()]

    change = compare_rows(resource, rows(before), rows(after))
    assert len(change.added) == len(after.keys() - before.keys())
    assert len(change.vanished) == len(before.keys() - after.keys())
    assert len(change.changed) == sum(before[key] != after[key] for key in before.keys() & after.keys())
    assert len(change.restatements) == len(change.changed)
    assert bool(change) == (before != after)


def test_a_number_written_otherwise_is_no_change():
    resource = find_resource("price_changes")
    row = read_texts("price_changes")[0]
    assert not compare_rows(resource, [row], [row | {"input_usd_per_mtok": "2.000"}])


def test_the_holder_is_named_while_it_holds_the_lock_and_not_afterwards(data):
    with lock(data):
        with lock(data):
            pass
        assert (data / store.HOLDER).read_text() == str(os.getpid())
    assert not (data / store.HOLDER).exists()
    assert (data / store.LOCK).read_text() == ""
