"""Kernels that have the libraries loaded when they start: each is forked from one process, the stem, that loaded them.

A kernel takes 2 s of a processor to load pandas, matplotlib and its own machinery, and a build starts twenty. A fork
has all that at once and shares nothing afterwards: it is a fresh kernel, in the environment it is asked for, which has
loaded none of the project's modules but this one. Only Linux forks safely with such libraries; elsewhere, kernels start
as ever.

    python -m tokencheck.notebook.kernels     the stem: one JSON line a question on stdin, one a reply on stdout
"""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping
from multiprocessing import util
from typing import IO, Any

CAN_FORK = sys.platform == "linux"
POLL_SECONDS = 0.01
# What most notebooks load. A notebook that needs more loads it by itself.
LIBRARIES = (
    "IPython.core.pylabtools",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib.backends.backend_svg",
    "matplotlib.dates",
    "matplotlib.pyplot",
    "pandas",
    "pydantic",
    "scipy.sparse.csgraph",
    "scipy.special",
    "seaborn",
    "yaml",
)


class Fork:
    """A kernel of the stem, with as much of `subprocess.Popen` as Jupyter asks of a process."""

    stdin = stdout = stderr = None

    def __init__(self, stem: "Stem", pid: int):
        """Take a process that was just forked."""
        self._stem, self.pid, self.returncode = stem, pid, None

    def poll(self) -> int | None:
        """Give how it ended; None while it runs."""
        if self.returncode is None:
            self.returncode = self._stem.ask({"poll": self.pid})
        return self.returncode

    def wait(self) -> int:
        """Wait for its end."""
        while self.poll() is None:  # asked again and again, as the stem answers other processes, too
            time.sleep(POLL_SECONDS)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Stem:
    """The process that kernels are forked from; it ends with the process that started it, whose forks share it."""

    def __init__(self, environment: Mapping[str, str]):
        """Start it in an environment; what it is asked waits until it has loaded the libraries."""
        command = [sys.executable, "-P", "-m", __name__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(environment)
        )
        self.owner = os.getpid()
        self._one_at_a_time = multiprocessing.Lock()
        util.Finalize(None, self.close, exitpriority=0)  # unlike atexit, also where this is a process of a build

    def ask(self, question: Mapping[str, Any]) -> Any:
        """Ask it something; give its reply.

        Raises
        ------
        RuntimeError
            When it has ended.
        """
        try:
            with self._one_at_a_time:
                self._process.stdin.write(json.dumps(question) + "\n")
                self._process.stdin.flush()
                return json.loads(self._process.stdout.readline())
        except (OSError, json.JSONDecodeError):
            raise RuntimeError("the process that kernels are forked from has ended") from None

    def fork(self, arguments: list[str], environment: Mapping[str, str], folder: str, said: str) -> Fork:
        """Start a kernel with the arguments, environment and folder of its own; see `fork_kernel`."""
        question = {"fork": arguments, "environment": dict(environment), "folder": folder, "said": said}
        return Fork(self, self.ask(question))

    def close(self) -> None:
        """End it, where this process started it; nobody waits for one that still loads."""
        if self.owner == os.getpid() and self._process.poll() is None:
            self._process.stdin.close()
            self._process.stdout.close()
            self._process.terminate()
            self._process.wait()


_stem: Stem | None = None


def prepare_stem(environment: Mapping[str, str]) -> Stem:
    """Give the stem; where there is none, start one, which loads the libraries while this process goes on.

    Parameters
    ----------
    environment : mapping of str to str

    Returns
    -------
    Stem
        That of this process, or of the one that it was forked from.
    """
    global _stem
    if _stem is None:
        _stem = Stem(environment)
    return _stem


def fork_kernel(command: list[str], environment: Mapping[str, str], folder: str, said: IO[str] | None = None) -> Fork:
    """Fork a kernel from the stem, which the first starts.

    Parameters
    ----------
    command : list of str
        By which Jupyter would start the kernel: Python, ``-m``, the module, and its arguments.
    environment : mapping of str to str
    folder : str
        Where it runs.
    said : file, optional
        Open to write: what the kernel says past its cells, such as why it ends.
    """
    global _stem
    place = f"/proc/{os.getpid()}/fd/{said.fileno()}" if said else os.devnull  # also of a file without a name
    try:
        return prepare_stem(environment).fork(command[2:], environment, folder, place)
    except RuntimeError:  # it was killed, such as for want of memory
        _stem = None
        return prepare_stem(environment).fork(command[2:], environment, folder, place)


def _become_kernel(question: Mapping[str, Any]) -> None:
    """Turn a fork into a kernel; it never returns."""
    from ipykernel import kernelapp

    try:
        os.environ.clear()
        os.environ.update(question["environment"])
        os.chdir(question["folder"])
        said = os.open(question["said"], os.O_WRONLY | os.O_APPEND)
        os.dup2(said, 1)
        os.dup2(said, 2)
        sys.argv = question["fork"]
        kernelapp.launch_new_instance()
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(1)


def main() -> None:
    """Load the libraries; then fork and watch kernels as asked on stdin, until its end."""
    import gc
    import importlib

    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # a kernel whose stem has ended ends, too
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a kernel prints past its cells is no reply
    for name in LIBRARIES:
        importlib.import_module(name)
    # pandas looks once whether it is in a notebook, where a table is printed with more columns than in a terminal.
    importlib.import_module("pandas").set_option("display.max_columns", 20)
    gc.freeze()  # else each fork would copy what it looks through
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        if "fork" in question:
            reply = os.fork()
            if not reply:
                replies.close()
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                _become_kernel(question)
            os.setpgid(reply, reply)  # signals to the kernel reach nothing else
        else:
            pid, status = os.waitpid(question["poll"], os.WNOHANG)
            reply = os.waitstatus_to_exitcode(status) if pid else None
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    main()
