"""The environment and what is committed: one list of packages, nothing of any machine."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tokencheck import paths
from tokencheck.report import PATTERNS, is_generated
from tokencheck.results import read_bytes

PROJECT = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ONLY_CONDA = {"python", "quarto", "pip"}


def list_tracked():
    """List what git tracks; an archive of the project, unpacked, has no repository, or lies in somebody else's."""
    git = shutil.which("git")
    asked = git and subprocess.run(
        [git, "rev-parse", "--show-toplevel"], cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    if not asked or asked.returncode or Path(asked.stdout.strip()).resolve() != paths.ROOT.resolve():
        pytest.skip("NO GIT REPOSITORY: nothing was tested of what is committed.")
    done = subprocess.run(["git", "ls-files", "-z"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    return [paths.ROOT / name for name in done.stdout.split("\0") if name and (paths.ROOT / name).is_file()]


def read_tracked_texts():
    for file in list_tracked():
        if file.suffix not in (".png", ".otf", ".woff2", ".svg", ".zip") and file.name != "uv.lock":
            yield file, read_bytes(file).decode()


def split(requirement):
    name, bound = re.fullmatch(r"([\w-]+)(?:\[\w+\])?(>=[\d.]+(?:,<[\d.]+)?)?", requirement).groups()
    return name.lower(), bound


def list_declared():
    extras = PROJECT["project"]["optional-dependencies"].values()
    groups = PROJECT["dependency-groups"].values()
    requirements = PROJECT["project"]["dependencies"] + [one for part in (*extras, *groups) for one in part]
    return dict(split(requirement) for requirement in requirements)


@pytest.mark.parametrize("around", ["nothing", "a repository of somebody else"])
def test_an_unpacked_archive_says_nothing_of_what_is_committed(tmp_path, monkeypatch, around):
    monkeypatch.setattr(paths, "ROOT", tmp_path / "unpacked")
    paths.ROOT.mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    if around != "nothing":
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    with pytest.raises(pytest.skip.Exception, match="NO GIT REPOSITORY"):
        list_tracked()


def test_conda_lists_the_same_packages_with_the_same_bounds():
    node = yaml.safe_load((paths.ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    listed = [one for one in node if isinstance(one, str)] + [one for part in node if isinstance(part, dict)
                                                              for one in part["pip"]]  # fmt: skip
    conda = dict(split(requirement) for requirement in listed)
    assert conda.pop("quarto")
    assert conda.pop("python") == PROJECT["project"]["requires-python"]
    conda.pop("pip")
    assert conda == list_declared()


def test_the_lock_holds_every_declared_package():
    lock = tomllib.loads((paths.ROOT / "uv.lock").read_text(encoding="utf-8"))
    assert set(list_declared()) <= {package["name"] for package in lock["package"]}
    own = next(package for package in lock["package"] if package["name"] == "tokencheck")
    wanted = {one["name"]: one.get("specifier") for one in own["metadata"]["requires-dist"]}
    for name, bound in (split(requirement) for requirement in PROJECT["project"]["dependencies"]):
        assert wanted[name] == bound


@pytest.mark.parametrize("pattern", [r"(?<![\w.:/])/(work|farm|root|tmp|home|Users)/[\w.-]+", r"files\.pythonhosted"])
def test_nothing_of_a_machine_is_committed(pattern):
    found = [
        f"{paths.shorten(file)}: {match.group()}"
        for file, text in read_tracked_texts()
        if file.name != "test_environment.py"
        for match in re.finditer(pattern, text)
    ]
    assert not found


def test_nothing_unfinished_is_committed():
    words = re.compile("TO" + "DO|FIX" + "ME|NotImplemented" + "Error")
    assert not [
        paths.shorten(file) for file, text in read_tracked_texts() if words.search(text) and file.suffix == ".py"
    ]


def test_git_calls_generated_what_the_build_writes_and_nothing_else():
    lines = (paths.ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    marked = {line.split()[0] for line in lines if line.endswith(" linguist-generated=true")}
    others = {"uv.lock", "data/results/**", "data/editions/**", "figures/**", "notebooks/*.ipynb"}
    others |= {"data/verdicts.schema.json"}
    assert marked == others | {f"report/{pattern}" for pattern in PATTERNS}


def test_a_commit_of_what_the_check_reads_runs_the_check():
    hooks = yaml.safe_load((paths.ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    (pattern,) = [hook["files"] for hook in hooks if hook["entry"].endswith("tokencheck check")]
    folders = (paths.TABLES, paths.DATA / "provenance", paths.DATA / "reviews", paths.WORDS)
    read = [file for file in list_tracked() if any(folder in file.parents for folder in folders)]
    read += [paths.CLAIMS, paths.DATAPACKAGE, paths.PROJECT]
    assert not [name for file in read if not re.search(pattern, name := file.relative_to(paths.ROOT).as_posix())]


def test_git_and_the_report_agree_on_every_file():
    names = [file.relative_to(paths.ROOT).as_posix() for file in list_tracked() if paths.REPORT in file.parents]
    done = subprocess.run(
        ["git", "check-attr", "--stdin", "-z", "linguist-generated"],
        cwd=paths.ROOT, input="\0".join(names), capture_output=True, text=True, check=True,
    )  # fmt: skip
    fields = done.stdout.split("\0")
    marked = {name for name, value in zip(fields[0::3], fields[2::3], strict=False) if value == "true"}
    assert marked == {name for name in names if is_generated(name.removeprefix("report/"))} != set()


def test_no_picture_is_committed_that_a_build_can_draw():
    assert [paths.shorten(file) for file in list_tracked() if file.suffix == ".png" and "tests" not in file.parts] == []


def test_no_tracked_file_is_huge():
    """One of all tables grows with them, 0.1 MB in two months."""
    most = {"tables.zip": 4}
    assert not [
        paths.shorten(file) for file in list_tracked() if file.stat().st_size > most.get(file.name, 2) * 1024 * 1024
    ]
