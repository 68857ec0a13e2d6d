"""The commands that documents tell people to type, as far as the parser knows them; and what the workflow does."""

import os
import re
import shlex
import subprocess

import pytest
import yaml

from tokencheck import paths
from tokencheck.cli import _make_parser

WORKFLOWS = paths.ROOT / ".github" / "workflows"
WORKFLOW = WORKFLOWS / "refresh.yml"


def list_typed():
    """List every `tokencheck …` line of the documents and the workflow."""
    files = [paths.README, WORKFLOW, paths.WORDS / "rerun.md"]
    for file in files:
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"^[ ]*\.venv/bin/tokencheck (.*)$", text, re.MULTILINE):
            yield f"{file.name}: {line.strip()}"


@pytest.mark.parametrize("typed", list(list_typed()))
def test_every_command_in_the_documents_is_understood(typed):
    line = re.split(r" [>|#]", typed.split(": ", 1)[1].replace("|| true", ""))[0]
    options = _make_parser().parse_args(shlex.split(line))
    assert options.command


def test_the_scheduled_workflow_refreshes_rebuilds_and_proposes():
    node = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    triggers = node[True]  # YAML 1.1 reads the key `on` so
    assert re.fullmatch(r"(\S+ ){4}\S+", triggers["schedule"][0]["cron"])
    steps = node["jobs"]["refresh"]["steps"]
    script = "\n".join(step.get("run", "") for step in steps)
    order = ["make refresh", "make edition", "tokencheck diff HEAD .", "gh auth setup-git", "git push", "gh pr create"]
    places = [script.index(words) for words in order]
    assert places == sorted(places)
    assert '--body-file "$RUNNER_TEMP/text.md"' in script
    assert all("secrets." in value for step in steps for key, value in step.get("env", {}).items() if "KEY" in key)


FALSE_GH = """#!/bin/sh
echo "$@" >> "$RUNNER_TEMP/asked"
case "$*" in "pr list"*) printf "%s" "$OPEN" ;; esac
"""
FALSE_DIFF = """#!/bin/sh
echo '{"after": "2031-01-05"}'
"""


@pytest.fixture
def runner(tmp_path):
    """A synthetic project with a remote, a `gh` that notes what it is asked, and the last step of the workflow."""
    project, remote = tmp_path / "project", tmp_path / "remote.git"
    for place, text in (
        ("project/data/table.csv", "old"), ("project/.gitignore", ".env\n.venv/\ndata/.lock*\n"),
        ("project/.venv/bin/tokencheck", FALSE_DIFF), ("bin/gh", FALSE_GH), ("difference.md", "每" * 30_000),
    ):  # fmt: skip
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, encoding="utf-8")
        (tmp_path / place).chmod(0o755)
    for name in ("README.md", "figures", "notebooks", "report"):
        (project / name).mkdir() if "." not in name else (project / name).write_text("text")
        if "." not in name:
            (project / name / "kept").write_text("text")
    script = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["refresh"]["steps"][-1]["run"]
    environment = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "RUNNER_TEMP": str(tmp_path), "BASE": "main", "OPEN": "",
        "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "GH_TOKEN": "no-token",
    }  # fmt: skip

    def run(*command, **more):
        done = subprocess.run(command, cwd=project, env=environment | more, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    person = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    run("git", "init", "--quiet", "--bare", str(remote))
    for command in (["init", "--quiet"], ["add", "--all"], [*person, "commit", "--quiet", "--message", "old"],
                    ["remote", "add", "origin", str(remote)]):  # fmt: skip
        run("git", *command)
    return project, lambda **more: run("bash", "-euo", "pipefail", "-c", script, **more), run


def test_a_refresh_without_news_proposes_nothing(runner):
    project, propose, run = runner
    (project / "left-over.log").write_text("not of the project")
    assert "Nothing is new." in propose()
    assert run("git", "ls-remote", "origin") == "" and not (project.parent / "asked").exists()


@pytest.mark.parametrize(("number", "asked"), [("", "pr create --base main"), ("7", "pr edit refreshed-data")])
def test_a_refresh_proposes_what_differs_and_nothing_that_git_should_not_see(runner, number, asked):
    project, propose, run = runner
    (project / "data" / "table.csv").write_text("new")
    for name in (".env", "left-over.log", "data/.lock.1"):
        (project / name).write_text("EIA_API_KEY=0123456789")
    propose(OPEN=number)
    assert run("git", "show", "--name-only", "--format=%s", "refreshed-data").split("\n\n") == [
        "New data: edition 2031-01-05", "data/table.csv\n"
    ]  # fmt: skip
    assert "refs/heads/refreshed-data" in run("git", "ls-remote", "origin")
    assert asked in (project.parent / "asked").read_text()
    text = (project.parent / "text.md").read_bytes()
    assert 59_000 < len(text) <= 60_001 and set(text.decode()) <= {"每", "\n"}


def list_steps():
    for file in sorted(WORKFLOWS.glob("*.yml")):
        for job in yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"].values():
            yield from ((file.name, step) for step in job["steps"])


def test_every_target_of_make_in_the_workflows_exists():
    targets = re.findall(r"^([a-z]+):", (paths.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    called = {
        name for _, step in list_steps() for name in re.findall(r"^make (\w+)", step.get("run", ""), re.MULTILINE)
    }
    assert called and called <= set(targets)


def test_the_token_is_left_to_no_step_that_installs_or_builds():
    checkouts = [step for _, step in list_steps() if "actions/checkout@" in step.get("uses", "")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert [step["name"] for _, step in list_steps() if "github.token" in str(step)] == [
        "Open or renew the change request"
    ]


def test_every_action_is_pinned_by_commit_or_version_and_by_the_same_one_everywhere():
    """A branch such as main would run whatever stands there on that day."""
    used = [step["uses"].split("@") for _, step in list_steps() if "uses" in step]
    assert used and len(dict(used)) == len({tuple(one) for one in used})
    assert all(re.fullmatch(r"[0-9a-f]{40}|v\d+(\.\d+)*", pin) for _, pin in used)
