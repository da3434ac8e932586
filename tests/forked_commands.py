"""Commands of the product as processes that are started, killed and started again within a second.

Each is forked from one process that has imported the product, which takes longer than most of what they do;
`python -m tests.forked_commands` is that one. From there on everything is as on the command line: arguments,
environment, an application of its own, signals.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app import config

# What `flask serve`, `flask worker` and gunicorn import later than the product itself.
LATE_IMPORTS = ("flask.cli", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "waitress", "psycopg")


class Command:
    """A running command. It leads a process group of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        """`python -m module arguments…` in the project's folder, writing to the end of `log`."""
        _python, _m, module, *arguments = command
        asked = {"module": module, "arguments": arguments, "environment": environment, "log": str(log)}
        self.pid = int(_parent().ask(start=asked))
        self._code: int | None = None

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self._code is None:
            self._code = _parent().ask(poll=self.pid)
        return self._code

    def wait(self, seconds: float = 60) -> int:
        """Its exit code, once it has ended. TimeoutError when it does not."""
        until = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise TimeoutError(f"process {self.pid} still runs after {seconds} s")
            time.sleep(0.01)
        return code

    def terminate(self) -> None:
        """As a deployment would."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would: all its processes at once. Harmless when it has ended."""
        if self.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
            self.wait()


class _Parent:
    """The process that has imported the product, as seen from here. It ends with this one."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked_commands"],
            cwd=config.PROJECT_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **question: Any) -> Any:
        """One question, one answer."""
        assert self._process.stdin and self._process.stdout
        with self._turn:
            print(json.dumps(question), file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline())


@cache
def _parent() -> _Parent:
    return _Parent()


def main() -> None:
    """Answer on standard output what is asked on standard input, until nobody asks any more."""
    for module in pkgutil.walk_packages([str(config.PROJECT_ROOT / "app")], "app."):
        importlib.import_module(module.name)
    for name in LATE_IMPORTS:
        importlib.import_module(name)
    gc.freeze()  # what is never looked at again stays shared with the children
    for line in iter(sys.stdin.readline, ""):
        question = json.loads(line)
        answer = _ended(question["poll"]) if "poll" in question else _started(**question["start"])
        print(json.dumps(answer), flush=True)


def _ended(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _started(module: str, arguments: Sequence[str], environment: Mapping[str, str], log: str) -> int:
    """The new process's id; in that process it does not return."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    _write_to(log)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit(0)


def _write_to(log: str) -> None:
    nothing, end = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for source, target in ((nothing, 0), (end, 1), (end, 2)):
        os.dup2(source, target)


if __name__ == "__main__":
    main()
