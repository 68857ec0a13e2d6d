"""JupyterLab: its server opens a paired notebook, its kernel runs it, and saving changes that pair alone."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request

import pytest
from jupyter_client import BlockingKernelClient

from tokencheck import paths
from tokencheck.results import NOTEBOOK

WANTED = "notebooks/00_start_here.ipynb"
MAKEFILE = (paths.ROOT / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
COMMAND = re.search(r"jupyter (lab .+)\n", MAKEFILE)[1].split()


@pytest.fixture
def project(tmp_path):
    """A copy of what the notebook reads, under git, as a person has it."""
    for folder in ("data", "figures", "report", "tools"):
        (tmp_path / folder).symlink_to(paths.ROOT / folder)
    shutil.copy(paths.ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "notebooks").mkdir()
    for ending in (".py", ".ipynb"):
        shutil.copy((paths.ROOT / WANTED).with_suffix(ending), tmp_path / "notebooks")
    return tmp_path


@pytest.fixture
def server(project, tmp_path_factory):
    """The server that `make lab` starts, on a free port, without a browser."""
    runtime = tmp_path_factory.mktemp("runtime")
    environment = os.environ | {
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_CONFIG_DIR": str(runtime / "config"),
        "TOKENCHECK_ROOT": str(project),
        "PYTHONPATH": str(paths.ROOT / "src"),
    }
    environment.pop(NOTEBOOK, None)
    options = ["--no-browser", "--ServerApp.port=0", "--IdentityProvider.token=open", "--allow-root", "--ip=127.0.0.1"]
    command = [sys.executable, "-m", "jupyter", *COMMAND, *options]
    process = subprocess.Popen(command, cwd=project, env=environment, stderr=subprocess.DEVNULL)
    try:
        deadline = time.time() + 90
        while not (found := list(runtime.glob("jpserver-*.json"))) and process.poll() is None:
            assert time.time() < deadline, "the server did not start"
            time.sleep(0.1)
        yield json.loads(found[0].read_text(encoding="utf-8"))["url"], runtime
    finally:
        process.terminate()
        process.wait(20)


def ask(server, method, path, body=None):
    request = urllib.request.Request(
        server[0] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "token open", "Content-Type": "application/json"},
    )
    for attempt in range(50):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"null")
        except (ConnectionError, urllib.error.URLError) as problem:
            if isinstance(problem, urllib.error.HTTPError) or attempt == 49:
                raise
            time.sleep(0.2)
    return None


def test_lab_never_saves_by_itself_nor_asks_for_news(server):
    """A notebook that somebody only runs, however long it stays open, leaves `git status` empty."""
    asked = ("docmanager-extension:plugin", "autosave"), ("apputils-extension:notification", "fetchNews")
    found = [ask(server, "GET", f"lab/api/settings/@jupyterlab/{name}")["schema"] for name, _ in asked]
    assert [one["properties"][key]["default"] for one, (_, key) in zip(found, asked, strict=True)] == [False, "false"]


def test_lab_opens_a_pair_runs_it_and_saves_it(server, project):
    before = {
        file.name: file.read_text(encoding="utf-8") for file in (project / "notebooks").iterdir() if file.is_file()
    }
    opened = ask(server, "GET", f"api/contents/{WANTED}?type=notebook")["content"]
    kernel = ask(server, "POST", "api/kernels", {"name": "python3", "path": "notebooks"})
    client = BlockingKernelClient(connection_file=str(server[1] / f"kernel-{kernel['id']}.json"))
    client.load_connection_file()
    client.start_channels()
    said = []
    try:
        client.wait_for_ready(timeout=60)  # what is said before the channel listens is lost
        for cell in opened["cells"]:
            if cell["cell_type"] == "code":
                reply = client.execute_interactive(
                    "".join(cell["source"]),
                    output_hook=lambda message: said.append(str(message["content"])),
                    timeout=120,
                )
                assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()  # left open, it holds up whoever clears it away
    assert "Misleading" in "".join(said)
    opened["cells"][-1]["source"] += "\n# a note"
    ask(server, "PUT", f"api/contents/{WANTED}", {"type": "notebook", "format": "json", "content": opened})
    after = {
        file.name: file.read_text(encoding="utf-8") for file in (project / "notebooks").iterdir() if file.is_file()
    }
    assert set(after) == set(before)
    script = after["00_start_here.py"]
    assert script.rstrip().endswith("# a note")
    assert script.rstrip().removesuffix("# a note").rstrip() == before["00_start_here.py"].rstrip()
