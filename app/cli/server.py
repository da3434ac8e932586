"""`serve` and `worker`: the processes that stay."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import click
import waitress
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app import config, jobs
from app.cli.demo import DEMO_PASSWORD
from app.demo import companions, demo_file, mapping_story
from app.extensions import db
from app.queries import database_state
from app.queries.navigation import DEMO_USERNAME

SERVER_THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--no-worker", is_flag=True, help="Leave background work to `flask --app wsgi worker`.")
@with_appcontext
def serve(host: str, port: int, no_worker: bool) -> None:
    """Serve pages and API from this process, with a worker for background work inside it."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    _refuse_wrong_schema()
    server = _listen(app, host, port)
    click.echo(f"Stocktrace is running on {_address(host, port)} (Ctrl+C stops it)")
    _say_what_to_try(_address(host, port))
    worker_inside = nullcontext() if no_worker else _worker(app)
    with _ended_by_signal(), companions.beside(demo_file.find()), worker_inside:
        server.run()


@click.command()
@with_appcontext
def worker() -> None:
    """Deliver events and do background work in a process of its own; there may be several."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    _refuse_wrong_schema()
    with _ended_by_signal(), _worker(app):
        threading.Event().wait()


def _listen(app: Flask, host: str, port: int) -> Any:
    settings = config.settings()
    try:
        return waitress.create_server(
            app,
            host=host,
            port=port,
            threads=SERVER_THREADS,
            ident="",
            max_request_body_size=config.MAX_REQUEST_BYTES,
            url_scheme="https" if settings.is_https else "http",
        )
    except OSError as error:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {error.strerror or error}") from error


def _refuse_wrong_schema() -> None:
    """An unreachable database may come back while we run; the tables of another release will not change."""
    try:
        state = database_state.get_migration_state()
    except SQLAlchemyError as error:
        click.echo(f"The database cannot be reached yet: {error}", err=True)
        return
    if not state.is_reached:
        raise click.ClickException("The database is not at this release. Run: flask --app wsgi db upgrade")


def _say_what_to_try(address: str) -> None:
    """In a demo whose story is not told yet."""
    example = mapping_story.find() if demo_file.find() else None
    db.session.remove()  # a read that stays open would keep SQLite's log growing while we serve
    if example is not None:
        click.echo(mapping_story.steps(example, address, DEMO_USERNAME, DEMO_PASSWORD))


@contextmanager
def _worker(app: Flask) -> Iterator[None]:
    consumer = jobs.start_worker(app.extensions["queue"])
    try:
        with jobs.deliveries(app):
            yield
    finally:
        consumer.stop(graceful=True)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM ends as Ctrl+C does, whenever it comes: what is under way is finished first."""

    def end(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104  compared, not listened on
    return f"http://{shown}:{port}"
