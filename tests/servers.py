"""Servers of tests: `flask --app wsgi serve` as a process of its own, on a database of the test's."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app import config

STARTS_WITHIN_SECONDS = 30


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """The environment of a process that works on that database."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "QUEUE_URL": f"sqlite:///{folder / 'queue.db'}",
        "SECRET_KEY": "a secret of this test only",
        "ENCRYPTION_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    }


def flask(*arguments: str) -> list[str]:
    """The command line of a command of ours; to be run in the project's folder."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


@contextmanager
def a_server(database_url: str, folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A running server, its address and process; killed at the end. Its queue and secrets are in `folder`."""
    port = free_port()
    process = subprocess.Popen(
        flask("serve", "--port", str(port), *options),
        cwd=config.PROJECT_ROOT,
        env=environment(database_url, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.communicate()


def asked_until_it_answers(address: str) -> dict[str, object]:
    """The JSON at that address, asked for again while nobody listens. URLError after half a minute."""
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310
                found: dict[str, object] = json.load(answer)
                return found
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
