"""What belongs to a demo database: a file beside it with the addresses and settings of its side servers.

The settings in it hold where the environment says nothing else (app/config.py), so that every command on
that database meets the same stand-ins.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app import config
from app.demo import sales

OMNITRON, RECEIVER = "omnitron", "receiver"
WANTED_PORTS: Mapping[str, int] = {OMNITRON: 8701, RECEIVER: 8702}
OMNITRON_TOKEN = "demo-omnitron-token"  # noqa: S105  the stand-in's, which guards nothing
MIN_ORDER_OMNITRON_ID = 60_000
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class DemoFile:
    """When the demo was made, the seed number of its world, and the port of each side server."""

    made_at: datetime
    seed: int
    ports: Mapping[str, int]


def find() -> DemoFile | None:
    """The file of the present database; None for one that is no demo."""
    try:
        found = json.loads(config.demo_file().read_text())
    except FileNotFoundError:
        return None
    made_at = datetime.fromisoformat(found["made_at"]).astimezone(UTC)
    return DemoFile(made_at, int(found["seed"]), {name: int(port) for name, port in found["ports"].items()})


def write(made_at: datetime, seed: int) -> None:
    """Make the file of the present database, with ports that nobody listens on now."""
    ports = {name: _free_port(wanted) for name, wanted in WANTED_PORTS.items()}
    content = {
        "made_at": made_at.isoformat(),
        "seed": seed,
        "ports": ports,
        "settings": _settings(ports),
    }
    config.demo_file().write_text(json.dumps(content, indent=2) + "\n")


def address(name: str, ports: Mapping[str, int]) -> str:
    """Where a side server is reached."""
    return f"http://{HOST}:{ports[name]}"


def _settings(ports: Mapping[str, int]) -> dict[str, str]:
    return {
        "OMNITRON_URL": address(OMNITRON, ports),
        "OMNITRON_TOKEN": OMNITRON_TOKEN,
        "OMNITRON_SWEEP_EVERY": "3650 days",  # what waits to be pulled by hand should go on waiting
        "MIN_ORDER_OMNITRON_ID": str(MIN_ORDER_OMNITRON_ID),
        "ALLOWED_CHANNELS": ",".join(channel.name for channel in sales.CHANNELS),
        "WEBHOOK_ALLOWED_NETWORKS": f"{HOST}/32",
    }


def _free_port(wanted: int) -> int:
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no port is free")
