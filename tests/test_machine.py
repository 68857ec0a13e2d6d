"""Other machines: a container, and nothing written but in the project and in the folder for temporary files."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date, timedelta

import pytest
import yaml
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from tests.providers import RATES, copy_data, rates_reply, serve
from tokencheck import paths
from tokencheck.notebook.run import ENVIRONMENT

ROOT = paths.ROOT


def test_the_container_is_pinned_takes_what_git_knows_and_has_every_tool():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    version = re.search(r"^FROM python:(\d+\.\d+)\.\d+-slim-\w+@sha256:[0-9a-f]{64}$", text, re.MULTILINE)[1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert tuple(map(int, version.split("."))) >= tuple(map(int, project["requires-python"][2:].split(".")))
    remedy = re.search(r"apt-get install ([\w -]+)\)", (ROOT / "tools" / "browser.sh").read_text(encoding="utf-8"))[1]
    assert {"git", "make", *remedy.split()} <= set(text.split())
    assert text.index("USER reader") < text.index("COPY --chown=reader") < text.index("RUN tools/bootstrap.sh")
    left_out = set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = {one.removeprefix("/") for one in lines if one and not one.startswith("#")}
    assert ignored <= {one.removeprefix("**/") for one in left_out}


def test_the_development_container_is_the_same_one():
    described = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    place = ROOT / ".devcontainer"
    assert (place / described["build"]["dockerfile"]).resolve() == ROOT / "Containerfile"
    assert (place / described["build"]["context"]).resolve() == ROOT
    assert f"USER {described['remoteUser']}" in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert (ROOT / described["postCreateCommand"].split()[0]).is_file()


def test_binder_makes_the_environment_that_conda_makes():
    place = ROOT / ".binder"
    assert (place / "environment.yml").is_symlink()  # a list of its own would be a second one
    assert (place / "environment.yml").resolve() == (ROOT / "environment.yml").resolve()
    command = (place / "postBuild").read_text(encoding="utf-8").splitlines()[-1].removeprefix("python -m ")
    assert os.access(place / "postBuild", os.X_OK)
    assert f"&& {command} &&" in (ROOT / "environment.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("browser", "fonts", "said"),
    [
        ("google-chrome", "echo Noto Sans CJK SC", ""),
        ("google-chrome", None, ""),
        ("google-chrome", "true", "NO FONT FOR CHINESE"),
        ("unheard-of", "echo Noto Sans CJK SC", "NO BROWSER"),
    ],
)
def test_what_the_tests_of_pages_lack_is_said_where_it_may_not_be_installed(tmp_path, browser, fonts, said):
    """The programs are made up; without `fc-list` nobody can tell which fonts there are."""
    for name, does in ((browser, "true"), ("id", "echo 1000"), ("fc-list", fonts)):
        if does:
            (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
            (tmp_path / name).chmod(0o755)
    script = ["/bin/sh", str(ROOT / "tools" / "browser.sh")]
    done = subprocess.run(script, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert said in done.stderr and bool(said) == bool(done.stderr)


FOR_WINDOWS = {"pywinpty"}
LINUX = [
    "linux_x86_64",
    "manylinux1_x86_64",
    "manylinux2010_x86_64",
    "manylinux2014_x86_64",
    *(f"manylinux_2_{minor}_x86_64" for minor in range(5, 29)),
]


def list_versions():
    """List the versions of Python that the workflow tests."""
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "report.yml").read_text(encoding="utf-8"))
    return workflow["jobs"]["test"]["strategy"]["matrix"]["python-version"]


@pytest.mark.parametrize("version", list_versions())
def test_every_locked_package_has_a_wheel_for_each_tested_python(version):
    """Nothing has to be compiled; a package may be locked in other versions for other Pythons."""
    number = tuple(map(int, version.split(".")))
    usable = {*cpython_tags(number, platforms=LINUX), *compatible_tags(number, platforms=LINUX)}
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    wheels = {one["name"]: [] for one in packages if "wheels" in one}
    for package in packages:
        wheels.get(package["name"], []).extend(one["url"].rsplit("/", 1)[-1] for one in package.get("wheels", []))
    has = {name for name, files in wheels.items() for file in files if parse_wheel_filename(file)[3] & usable}
    assert wheels.keys() - has - FOR_WINDOWS == set()


# ------------------------------------------------------------------------------------------- writing outside the tree

# Runs commands, and prints each path that they open to write, put in place, make or delete.
LISTENER = """
import json, os, sys
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Which argument is the path, and which the open folder that it may be named from.
PLACES = {"os.mkdir": (0, 2), "os.rename": (1, 3), "os.remove": (0, 1), "os.rmdir": (0, 1), "os.symlink": (1, 2),
          "os.link": (1, 3), "os.chmod": (0, 2), "os.utime": (0, 3)}
seen = set()
def hear(event, arguments):
    path = arguments[0] if event == "open" and arguments[2] & CHANGING else None
    folder = ""
    if event in PLACES:
        path, place = (arguments[one] for one in PLACES[event])
        folder = os.readlink(f"/proc/self/fd/{place}") if place >= 0 else ""
    if isinstance(path, (str, bytes, os.PathLike)):
        seen.add(os.path.realpath(os.path.join(folder, os.fsdecode(path))))
sys.addaudithook(hear)
from tokencheck.cli import main
for command in json.loads(sys.argv[1]):
    assert main(command) == 0, command
print("\\n".join(sorted(seen)), file=sys.stderr)
"""
OWN = ("--publisher", "Me", "--title", "Rates", "--licence", "none", "--grade", "D", "--accept-jumps")


@pytest.fixture
def project(tmp_path):
    """A copy of the data, as before any refresh, a folder for temporary files, and a home that nobody may use."""
    given = shutil.ignore_patterns("tables", "provenance", "snapshots", paths.DATAPACKAGE.name)
    shutil.copytree(paths.DATA, copy_data(tmp_path / "project"), dirs_exist_ok=True, ignore=given)
    for name in ("temporary", "home"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_commands_write_in_the_project_and_nowhere_else(project):
    """Synthetic: a month of invented rates, refreshed and imported."""
    file = project / "rates.csv"
    file.write_text("period,pair,rate\n2031-01,EUR/USD,1.1\n")
    month = date.today().replace(day=1) - timedelta(days=1)
    commands = [["refresh", "ecb"], ["import", "rates", str(file), *OWN], ["claim", "C05"], ["diff", "last", "last"]]
    with serve() as provider:
        provider.answer(RATES, rates_reply({f"{month:%Y-%m}": (8.0, 1.1)}))
        environment = ENVIRONMENT | {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1",
            "TOKENCHECK_ROOT": str(project / "project"), "TOKENCHECK_ECB_URL": provider.url, "NO_PROXY": "*",
            "TMPDIR": str(project / "temporary"), "HOME": str(project / "home"),
        }  # fmt: skip
        done = subprocess.run([sys.executable, "-c", LISTENER, json.dumps(commands)],
                              capture_output=True, text=True, env=environment, cwd=project)  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = [line for line in done.stderr.splitlines() if line.startswith("/")]
    own = [str(project / name) for name in ("project", "temporary")]
    assert any(line.endswith("exchange_rates.csv") for line in written)
    assert [line for line in written if not line.startswith(tuple(own)) and line != os.devnull] == []
    assert [*(project / "home").iterdir()] == [] and {one.name for one in project.iterdir()} == {
        "project", "temporary", "home", "rates.csv"
    }  # fmt: skip
