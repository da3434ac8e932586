"""The site as it is served: one `serve` on SQLite, gunicorn with two workers on PostgreSQL."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.databases import Backend
from tests.forked_commands import Command
from tests.servers import environment, flask, free_port

WORKERS, THREADS = 2, 8
STARTS_WITHIN_SECONDS = 120


@dataclass
class Site:
    """A running site."""

    backend: Backend
    folder: Path
    port: int
    process: Command | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        unlimited = {"API_RATE_LIMIT": "100000000/minute"}
        settings = environment(self.backend.url, self.folder) | unlimited
        self.process = Command(self._command(), settings, self.folder / "site.log")
        self._wait()

    def kill(self) -> None:
        """End all its processes at once, in the middle of whatever they do."""
        if self.process is not None:
            self.process.kill()
            self.process = None

    def _wait(self) -> None:
        """Ask until it answers; on a busy machine a start takes its time."""
        until = time.monotonic() + STARTS_WITHIN_SECONDS
        while True:
            try:
                with urlopen(f"{self.address}/healthz", timeout=10):  # noqa: S310
                    return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _command(self) -> list[str]:
        if self.backend.name == "sqlite":
            return flask("serve", "--port", str(self.port))
        return [
            *(sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", str(THREADS)),
            *("--workers", str(WORKERS), "--bind", f"127.0.0.1:{self.port}", "wsgi:app"),
        ]


@contextmanager
def a_site(backend: Backend, folder: Path) -> Iterator[Site]:
    """The site on that database; killed at the end."""
    site = Site(backend, folder, free_port())
    try:
        site.start()
        yield site
    finally:
        site.kill()
