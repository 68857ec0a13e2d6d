"""The two commands and their set-up, as somebody on a new machine meets them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tokencheck import paths

TARGETS = ("report", "refresh", "edition", "test", "test-browser", "rehearse", "check", "lab", "bench", "clean", "help")


def test_help_lists_every_command():
    done = subprocess.run(["make", "help"], cwd=paths.ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    for target in TARGETS:
        assert re.search(rf"\b{target}\b", done.stdout)


def test_make_alone_shows_the_help():
    texts = [
        subprocess.run(["make", *words], cwd=paths.ROOT, capture_output=True, text=True).stdout
        for words in ([], ["help"])
    ]
    assert texts[0] == texts[1] != ""


def test_ci_calls_the_test_command():
    assert re.search(r"^make test$", (paths.ROOT / ".ci" / "run").read_text(), re.MULTILINE)


@pytest.fixture
def bare(tmp_path):
    """A project that has never been set up, and a search path with only the tools that a script needs."""
    project = tmp_path / "a project"
    (project / "tools").mkdir(parents=True)
    for name in ("pyproject.toml", "uv.lock", "tools/bootstrap.sh", "tools/uv.txt"):
        shutil.copy(paths.ROOT / name, project / name)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname", "cksum", "cat", "env", "mkdir", "rm"):
        (tools / name).symlink_to(shutil.which(name))
    return project, tools


def bootstrap(project, tools, extras=(), **environment):
    return subprocess.run(
        ["sh", "tools/bootstrap.sh", *extras],
        cwd=project,
        env={"PATH": str(tools), "HOME": str(project), **environment},
        capture_output=True,
        text=True,
    )


def write_program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_an_old_python_is_refused_in_one_line(bare):
    project, tools = bare
    write_program(tools / "python3", "exit 1")
    done = bootstrap(project, tools)
    assert done.returncode == 1
    assert done.stderr == (
        "tokencheck: Python 3.11 or newer is needed and was not found. Install it and run make again.\n"
    )


def test_a_python_without_pip_is_told_what_to_install(bare):
    project, tools = bare
    write_program(tools / "python3", 'case "$1" in -m) exit 1;; *) exit 0;; esac')
    done = bootstrap(project, tools)
    assert done.returncode == 1
    assert "Python has no pip. Install it (on Debian: apt-get install python3-pip)" in done.stderr


def test_an_unreachable_index_is_said_and_leaves_no_stamp(bare):
    project, tools = bare
    write_program(tools / "python3", 'case "$*" in *install*) exit 1;; *) exit 0;; esac')
    done = bootstrap(project, tools)
    assert done.returncode == 1
    assert "Is the Python package index reachable?" in done.stderr
    assert not (project / ".venv" / ".in-step").exists()
    done = bootstrap(project, tools, HTTPS_PROXY="http://me:secret@127.0.0.1:9")
    assert "Is the Python package index reachable through the proxy that HTTPS_PROXY names?" in done.stderr
    assert "secret" not in done.stdout + done.stderr


def test_uv_is_installed_by_its_hashes(bare):
    project, tools = bare
    write_program(tools / "python3", 'case "$*" in *install*) echo "$@" > calls; exit 1;; *) exit 0;; esac')
    bootstrap(project, tools)
    assert "--require-hashes --requirement tools/uv.txt" in (project / "calls").read_text()
    pinned = [line for line in (project / "tools" / "uv.txt").read_text().splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"uv==[\d.]+ \\", pinned[0])
    assert all(re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in pinned[1:]) and pinned[1:]


UV = 'mkdir -p .venv/bin; cat > .venv/bin/python < /dev/null; echo "$HOME" > home'
PYTHON = 'case "$*" in *platform*) echo 3.14.1;; esac'


def test_a_user_without_a_home_has_caches_in_the_project_and_the_interpreter_is_named(bare):
    project, tools = bare
    write_program(tools / "uv", UV)
    write_program(tools / "python3", PYTHON)
    done = bootstrap(project, tools, HOME="/nonexistent")
    assert done.returncode == 0, done.stderr
    assert (project / "home").read_text().strip() == str(project / ".uv" / "home")
    assert f"Python 3.14.1, {tools / 'python3'}" in done.stdout


def test_the_certificates_of_the_machine_are_trusted_unless_others_are_named(bare):
    project, tools = bare
    write_program(tools / "uv", f'{UV}; echo "${{SSL_CERT_FILE:-none}}" > trusted')
    write_program(tools / "python3", PYTHON)
    for named in ({}, {"SSL_CERT_FILE": "/of/my/own.pem"}):
        assert bootstrap(project, tools, **named).returncode == 0
        trusted = (project / "trusted").read_text().strip()
        assert trusted == named.get("SSL_CERT_FILE", trusted)
        assert named or trusted == "none" or Path(trusted).is_file()
        (project / ".venv" / ".in-step").unlink()


def test_the_project_is_found_by_a_path_that_every_locale_can_read(bare):
    project, tools = bare
    place = ".venv/lib/python3.14/site-packages"
    write_program(tools / "uv", f"{UV}; mkdir -p {place}; pwd > {place}/_editable_impl_tokencheck.pth")
    write_program(tools / "python3", PYTHON)
    assert bootstrap(project, tools).returncode == 0
    path = (project / place / "_editable_impl_tokencheck.pth").read_text().strip()
    assert path.isascii() and (project / place / path).resolve() == project / "src"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_said_so(bare):
    project, tools = bare
    write_program(tools / "python3", PYTHON)
    project.chmod(0o555)
    try:
        done = bootstrap(project, tools)
    finally:
        project.chmod(0o755)
    assert done.stderr.startswith("tokencheck: this folder cannot be written to. Copy the project")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_tests_say_so_too_once_all_is_set_up(bare):
    project, _ = bare
    shutil.copy(paths.ROOT / "Makefile", project)
    for name in ("bootstrap.sh", "browser.sh"):
        write_program(project / "tools" / name, "exit 0")
    project.chmod(0o555)
    try:
        done = subprocess.run(["make", "test"], cwd=project, capture_output=True, text=True)
    finally:
        project.chmod(0o755)
    assert done.stderr.startswith("tokencheck: this folder cannot be written to. Copy the project") and not done.stdout


def test_a_set_up_project_is_left_alone(bare):
    project, tools = bare
    write_program(tools / "uv", 'mkdir -p .venv/bin; cat > .venv/bin/python < /dev/null; echo "$@" > calls')
    write_program(tools / "python3", "exit 0")
    assert bootstrap(project, tools).returncode == 0
    assert "sync --quiet --frozen" in (project / "calls").read_text()
    (project / ".venv" / "bin" / "python").chmod(0o755)
    (project / "calls").unlink()
    done = bootstrap(project, tools)
    assert (done.returncode, done.stdout) == (0, "")
    assert not (project / "calls").exists()


def test_an_extra_is_added_once_and_nothing_is_fetched_again_without_it(bare):
    """As in the container: set up with JupyterLab, then used offline by commands that do not ask for it."""
    project, tools = bare
    fake = "mkdir -p .venv/bin; cat < /dev/null > .venv/bin/python; echo called >> calls"
    write_program(tools / "uv", f"{fake}; chmod +x .venv/bin/python")
    (tools / "chmod").symlink_to(shutil.which("chmod"))
    write_program(tools / "python3", "exit 0")
    for extras, calls in ((["lab"], 1), ([], 1), (["lab"], 1), (["fonts"], 2), (["lab", "fonts"], 2)):
        done = bootstrap(project, tools, extras=extras)
        assert done.returncode == 0, done.stderr
        assert len((project / "calls").read_text().splitlines()) == calls, extras
    (project / "uv.lock").write_text("another")
    for extras, calls in (([], 3), (["lab"], 4)):
        bootstrap(project, tools, extras=extras)
        assert len((project / "calls").read_text().splitlines()) == calls, extras
