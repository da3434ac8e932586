"""The side servers of a demo: what a retailer's systems around Stocktrace would be, served beside it.

Each is a small Flask application of its own, over HTTP on its own port, in threads of the serving process.
To add one: its name and port in demo_file.py, and its maker below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import click
from flask import Flask

from app.demo import demo_file, omnitron, receiver
from app.demo.demo_file import DemoFile
from app.demo.side_server import SideServer

Maker = Callable[[DemoFile], Flask]
THREADS = 20  # the receiver is sent to by eight senders a subscription, and hangs now and then

MAKERS: Mapping[str, tuple[str, Maker]] = {
    demo_file.OMNITRON: ("Stand-in for Omnitron", omnitron.make_app),
    demo_file.RECEIVER: ("Receiver of webhooks", receiver.make_app),
}
"""By the name in the demo's file: what people call the server, and what makes its application."""


@contextmanager
def beside(demo: DemoFile | None) -> Iterator[None]:
    """Serve the companions of the demo while the block runs; none where there is no demo.

    A port that is taken is reported and does not stop the others: another process may serve the same demo.
    """
    servers = [server for server in (_served(demo, name) for name in MAKERS) if server] if demo else []
    try:
        yield
    finally:
        for server in servers:
            server.end()


def _served(demo: DemoFile, name: str) -> SideServer | None:
    if name not in demo.ports:
        return None
    label, make = MAKERS[name]
    try:
        server = SideServer(make(demo), port=demo.ports[name], threads=THREADS)
    except OSError as error:
        click.echo(f"{label} cannot listen on port {demo.ports[name]}: {error.strerror}", err=True)
        return None
    click.echo(f"{label}: {demo_file.address(name, demo.ports)}")
    return server
