"""Receivers for tests: tests/receiver.py as a process of its own, and its log."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import config
from tests.servers import free_port

STARTS_WITHIN_SECONDS = 30


@dataclass
class Receiver:
    """A running receiver."""

    port: int
    log: Path

    def url(self, behaviour: str, **query: Any) -> str:
        """The address that behaves so; other subscriptions need another one, so `behaviour` may go on."""
        text = "&".join(f"{name.replace('_', '-')}={value}" for name, value in query.items())
        return f"http://127.0.0.1:{self.port}/{behaviour}" + (f"?{text}" if text else "")

    def lines(self) -> list[dict[str, Any]]:
        """All lines of the log."""
        with self.log.open() as file:
            return [json.loads(line) for line in file if line.endswith("\n")]

    def received(self) -> list[dict[str, Any]]:
        """A line for each request that came whole, with its answer's status; None: no usual answer."""
        return [line for line in self.lines() if "sha256" in line]


@contextmanager
def a_receiver(folder: Path) -> Iterator[Receiver]:
    """A receiver that listens; killed at the end."""
    port = free_port()
    found = Receiver(port, folder / f"receiver-{port}.log")
    found.log.touch()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.receiver", str(port), str(found.log)], cwd=config.PROJECT_ROOT
    )
    try:
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while not found.lines():
            assert time.monotonic() < until, "the receiver did not start"
            time.sleep(0.02)
        yield found
    finally:
        process.kill()
        process.wait()
