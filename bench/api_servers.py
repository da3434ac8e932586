"""The servers of the API's bench: ours and the peers, each with one synchronous gunicorn worker."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

from app.config import PROJECT_ROOT, Settings

REQUIREMENTS = PROJECT_ROOT / "bench" / "peers" / "requirements.txt"
PEERS_ENVIRONMENT = PROJECT_ROOT / "instance" / "bench-peers"
COUNTING = "bench.counting:application"
STATEMENTS_HEADER = "X-Statements"
STARTS_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Competitor:
    """Something that serves the API: what gunicorn loads, and from which environment."""

    key: str
    title: str
    application: str
    is_ours: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    answers: str = ""
    """It is asked only for answers whose name begins so: elsewhere it is the same as another one."""


OURS = Competitor("ours", "Stocktrace", "wsgi:app", is_ours=True)
DRF = Competitor("drf", "Django REST framework, joined", "bench.peers.drf.wsgi:application")
DRF_PREFETCHED = Competitor(
    "drf-prefetched",
    "Django REST framework, prefetched",
    "bench.peers.drf.wsgi:application",
    settings={"BENCH_DRF": "prefetched"},
    answers="orders, page",
)
MARSHMALLOW = Competitor(
    "marshmallow", "Flask-SQLAlchemy, marshmallow", "bench.peers.marshmallow_peer.app:app"
)
FLOOR = Competitor("floor", "floor: driver and SQL by hand", "bench.peers.floor:application")
COMPETITORS = (OURS, DRF, DRF_PREFETCHED, MARSHMALLOW, FLOOR)


@dataclass(frozen=True, slots=True)
class Server:
    """A running one."""

    competitor: Competitor
    port: int


def peers_environment() -> Path:
    """The folder of the peers' virtual environment; made, or made anew when the requirements changed."""
    digest = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = PEERS_ENVIRONMENT / "installed"
    if mark.exists() and mark.read_text() == digest:
        return PEERS_ENVIRONMENT
    print("Installing what the peers run on …", file=sys.stderr)
    subprocess.run([PROJECT_ROOT / ".ci" / "venv", sys.executable, PEERS_ENVIRONMENT], check=True)
    pip = [str(PEERS_ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    subprocess.run([*pip, "--quiet", "--requirement", str(REQUIREMENTS)], check=True)
    mark.write_text(digest)
    return PEERS_ENVIRONMENT


@contextmanager
def running(
    competitors: tuple[Competitor, ...], environment: Mapping[str, str], folder: Path, counting: bool = False
) -> Iterator[list[Server]]:
    """All of them on one database, told by `environment`; stopped afterwards. Logs go to `folder`.

    With `counting` each answer has the header of bench.counting: to look at, not to time.
    """
    with ExitStack() as stack:
        processes = []
        for competitor in competitors:
            server = Server(competitor, _free_port())
            processes.append((server, _start(server, environment, folder, counting)))
            stack.callback(_stop, processes[-1][1])
        for server, process in processes:
            _wait_for(server, process, folder)
        yield [server for server, _ in processes]


def _start(
    server: Server, environment: Mapping[str, str], folder: Path, counting: bool
) -> subprocess.Popen[bytes]:
    competitor = server.competitor
    home = Path(sys.prefix) if competitor.is_ours else peers_environment()
    own = {
        "API_RATE_LIMIT": "100000/second",
        "QUEUE_URL": "memory://",
        "SECRET_KEY": "only-while-the-bench-runs-0123456789abcdef",
        "BENCH_APPLICATION": competitor.application,
        "BENCH_STATEMENTS": STATEMENTS_HEADER,
    }
    command = [str(home / "bin" / "gunicorn"), "--workers=1", "--worker-class=sync", "--log-level=warning"]
    with (folder / f"{competitor.key}.log").open("ab") as log:
        return subprocess.Popen(
            [*command, f"--bind=127.0.0.1:{server.port}", COUNTING if counting else competitor.application],
            cwd=PROJECT_ROOT,
            env={**_without_settings(), **own, **environment, **competitor.settings},
            stdout=log,
            stderr=log,
        )


def _without_settings() -> dict[str, str]:
    """The developer's own settings must not decide what is measured."""
    names = {one.name.upper() for one in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name not in names}


def _wait_for(server: Server, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    log = (folder / f"{server.competitor.key}.log").read_text(errors="replace")
    raise SystemExit(f"{server.competitor.title} did not start:\n{log[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
