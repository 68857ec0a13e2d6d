"""What a step used and left: seen without being declared, and noticed when it is no longer as it was."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tokencheck import footprints, paths
from tokencheck.errors import UserError

# A synthetic project: a step that reads in several ways, and modules that it does and does not import.
FILES = {
    "src/own/__init__.py": "",
    "src/own/step.py": """
import os
from tokencheck import paths, results
from own import early

def run():
    from own import late
    names = [file.name for file in (paths.DATA / "listed").glob("*.txt")] + os.listdir(paths.DATA / "named")
    frame = os.read(os.open(paths.DATA / "frame.csv", os.O_RDONLY), 100)
    try:
        (paths.DATA / "absent.json").read_text()
    except FileNotFoundError:
        pass
    text = results.read_json(paths.DATA / "read.json")
    with open("data/beside.csv") as beside, open(b"data/in_bytes.csv") as in_bytes:
        text = [text, beside.read(), in_bytes.read()]
    results.write_json(paths.DATA / "result.json", [names, len(frame), text, early.ONE, late.TWO])
    with (paths.DATA / "plain.txt").open("w") as file:
        file.write("left")
    with (paths.DATA / "both.txt").open("r+") as file:
        file.write(file.read().upper())
    print("said")

def stop():
    from tokencheck.errors import UserError
    raise UserError("mend this")
""",
    "src/own/early.py": "ONE = 1\n",
    "src/own/late.py": "TWO = 2\n",
    "src/own/unused.py": "THREE = 3\n",
    "data/frame.csv": "a\n1\n",
    "data/read.json": "{}\n",
    "data/beside.csv": "b\n",
    "data/in_bytes.csv": "c\n",
    "data/both.txt": "both",
    "data/named/one.txt": "1\n",
    "data/unread.json": "{}\n",
    "data/listed/one.txt": "1\n",
}
USED = {
    "src/own/__init__.py", "src/own/step.py", "src/own/early.py", "src/own/late.py",
    "data/frame.csv", "data/read.json", "data/absent.json", "data/beside.csv", "data/in_bytes.csv",
}  # fmt: skip
LEFT = {"data/result.json", "data/plain.txt", "data/both.txt"}


def write_files(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """One folder for all tests: what a step leaves behind knows where that was.

    Beside it a link leads to the project's own modules, which may lie in a hidden folder, such as a rehearsal's.
    """
    folder = tmp_path_factory.mktemp("footprints")
    (folder / ".modules").symlink_to(Path(footprints.__file__).parents[1])
    return folder / "project"


@pytest.fixture
def project(place, monkeypatch):
    shutil.rmtree(place, ignore_errors=True)
    write_files(place)
    monkeypatch.setattr(paths, "ROOT", place)
    monkeypatch.setattr(footprints, "LISTS", (place / "data",))
    return place


def run(project: Path, function: str = "run") -> subprocess.CompletedProcess:
    environment = os.environ | {
        "TOKENCHECK_ROOT": str(project),
        "PYTHONPATH": f"{project / 'src'}{os.pathsep}{project.parent / '.modules'}",
    }
    command = [sys.executable, "-m", "tokencheck.watch", str(project / "log"), f"own.step:{function}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=project)


@pytest.fixture(scope="module")
def once(place, tmp_path_factory):
    """The project after a run with compiled modules, as every run but the first is, and its footprint."""
    write_files(place)
    run(place)
    (place / "log").unlink()
    began = time.time_ns()
    done = run(place)
    assert done.returncode == 0, done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "ROOT", place)
        patch.setattr(footprints, "LISTS", (place / "data",))
        found = footprints.write_footprint("step", place / "log", began, said=done.stdout)
    return shutil.copytree(place, tmp_path_factory.mktemp("footprints") / "kept"), found


@pytest.fixture
def left(once, project):
    """The footprint of that run, and the project as it left it."""
    kept, found = once
    shutil.rmtree(project)
    shutil.copytree(kept, project)
    return found


def name(project: Path, files) -> set[str]:
    return {Path(file).relative_to(project).as_posix() for file in files if project in Path(file).parents}


def test_all_that_a_step_uses_and_leaves_is_seen(project, left):
    assert name(project, left.reads) == USED
    assert name(project, left.writes) == LEFT
    assert name(project, left.lists) == {"data/listed", "data/named"}
    # the project's own modules lie elsewhere here: what watches has loaded some of them before it began to
    package = project.parent / ".modules" / "tokencheck"
    assert {str(package / f"{one}.py") for one in ("__init__", "paths", "errors", "watch", "results")} <= set(
        left.reads
    )
    assert left.said == "said\n"
    assert footprints.read_footprint("step") == left


@pytest.mark.usefixtures("left")
def test_nothing_changed_means_nothing_to_do(project):
    assert list(footprints.list_changes("step")) == []
    os.utime(project / "data" / "read.json")  # as after a checkout
    assert list(footprints.list_changes("step")) == []


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("file", sorted(USED | LEFT))
def test_a_change_of_what_was_used_or_left_is_noticed(project, file):
    path = project / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}# more\n")
    assert list(footprints.list_changes("step")) == [str(path)]
    if before is None:
        path.unlink()
    else:
        path.write_text(before)
    assert list(footprints.list_changes("step")) == []


@pytest.mark.usefixtures("left")
def test_a_change_of_the_same_length_is_noticed(project):
    (project / "src" / "own" / "late.py").write_text("TWO = 3\n")
    assert list(footprints.list_changes("step")) == [str(project / "src" / "own" / "late.py")]


@pytest.mark.usefixtures("left")
@pytest.mark.parametrize("file", ["src/own/unused.py", "data/unread.json", "src/own/new.py", "data/new.json"])
def test_a_change_of_what_was_not_used_is_none(project, file):
    (project / file).write_text("# other\n")
    assert list(footprints.list_changes("step")) == []


@pytest.mark.usefixtures("left")
def test_a_file_that_goes_is_noticed(project):
    for file in ("data/read.json", "data/result.json"):
        (project / file).unlink()
    assert name(project, footprints.list_changes("step")) == {"data/read.json", "data/result.json"}


@pytest.mark.usefixtures("left")
def test_the_built_site_is_no_new_file(project, monkeypatch):
    monkeypatch.setattr(paths, "SITE", project / "data" / "listed" / "_site")
    paths.SITE.mkdir()
    assert list(footprints.list_changes("step")) == []


@pytest.mark.usefixtures("left")
def test_a_new_file_counts_where_the_folder_was_listed(project):
    (project / "data" / "listed" / ".hidden").write_text("")
    assert list(footprints.list_changes("step")) == []
    for folder in ("listed", "named"):
        (project / "data" / folder / "two.txt").write_text("2\n")
    assert name(project, footprints.list_changes("step")) == {"data/listed", "data/named"}


def test_a_file_that_changed_under_the_step_makes_it_run_again(project):
    began = time.time_ns()
    run(project)
    (project / "data" / "read.json").write_text("[]\n")
    footprints.write_footprint("step", project / "log", began)
    assert list(footprints.list_changes("step")) == [str(project / "data" / "read.json")]


def test_a_step_that_never_ran_runs(project):
    assert list(footprints.list_changes("step"))


def test_other_programs_files_and_traits_count(project):
    run(project)
    picture = project / "picture.svg"
    picture.write_text("<svg/>")
    began = time.time_ns() + 10**9
    footprints.write_footprint("step", project / "log", began, [picture], {"engine": "one"})
    assert list(footprints.list_changes("step", [picture], {"engine": "one"})) == []
    assert list(footprints.list_changes("step", [picture], {"engine": "two"})) == ["engine"]
    other = project / "other.svg"
    assert list(footprints.list_changes("step", [picture, other], {"engine": "one"})) == [str(other)]


def test_a_step_that_stops_says_why_and_nothing_else(project):
    done = run(project, "stop")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "mend this\n")


def write_footprint(project, step, *files):
    (project / "log").write_text("".join(f"written\t{project / file}\n" for file in files))
    footprints.write_footprint(step, project / "log", 0)


def test_a_file_with_two_makers_is_refused_and_nothing_removed(project):
    write_footprint(project, "notebook:one", "data/frame.csv", "data/read.json")
    write_footprint(project, "notebook:two", "data/frame.csv")
    with pytest.raises(UserError, match=r"frame\.csv is written by notebook:one and notebook:two\. Give one"):
        footprints.settle(["notebook:one", "notebook:two"], [project / "data"])
    assert (project / "data" / "unread.json").exists()


def test_what_nothing_writes_any_more_is_removed(project):
    strays = {"data/listed/one.txt", "data/unread.json"}
    kept = {file for file in FILES if file.startswith("data/")} - strays
    write_footprint(project, "notebook:one", *kept)
    write_footprint(project, "notebook:gone", "data/listed/one.txt")
    removed = footprints.settle(["notebook:one"], [project / "data"])
    assert name(project, removed) == strays
    assert name(project, (project / "data").rglob("*.*")) == kept


def test_nothing_is_removed_while_a_step_has_not_run(project):
    write_footprint(project, "notebook:one", "data/frame.csv")
    assert footprints.settle(["notebook:one", "notebook:two"], [project / "data"]) == []


@pytest.mark.usefixtures("left")
def test_in_a_copy_of_the_project_every_step_runs(project, monkeypatch):
    copy = project / "copy"
    shutil.copytree(project, copy)
    monkeypatch.setattr(paths, "ROOT", copy)
    assert list(footprints.list_changes("step")) == ["no footprint"]
