"""The commands that documents tell people to type, as far as the parser knows them."""

import re
import shlex

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
    order = ["make refresh", "make edition", "tokencheck diff HEAD .", "git push", "gh pr create"]
    places = [script.index(words) for words in order]
    assert places == sorted(places)
    assert '--body-file "$RUNNER_TEMP/text.md"' in script
    assert all("secrets." in value for step in steps for key, value in step.get("env", {}).items() if "KEY" in key)


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


def test_every_action_is_pinned_by_commit_or_version_and_by_the_same_one_everywhere():
    """A branch such as main would run whatever stands there on that day."""
    used = [step["uses"].split("@") for _, step in list_steps() if "uses" in step]
    assert used and len(dict(used)) == len({tuple(one) for one in used})
    assert all(re.fullmatch(r"[0-9a-f]{40}|v\d+(\.\d+)*", pin) for _, pin in used)
