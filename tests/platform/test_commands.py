"""`serve` and `worker` as processes: they start, answer, do background work and stop when told."""

from __future__ import annotations

import signal
import socket
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from app import config
from tests.databases import Backend
from tests.faults.deliveries import wait_until
from tests.servers import a_server, asked_until_it_answers, environment, flask


def delivering(app: Flask) -> int:
    """How many processes deliver events."""
    return int(app.test_client().get("/readyz").get_json()["deliveries"]["workers"])


def test_serve_answers_says_where_and_ends_when_told(app: Flask, backend: Backend, tmp_path: Path) -> None:
    with a_server(backend.url, tmp_path) as (address, process):
        state = asked_until_it_answers(f"{address}/readyz")
        assert (state["status"], state["database"]) == ("ready", backend.name)
        wait_until(lambda: delivering(app) == 1, 20, "the worker inside has begun")
        process.send_signal(signal.SIGTERM)
        told, _ = process.communicate(timeout=20)
        assert process.returncode == 0, told
        assert address in told


def test_a_worker_told_to_end_as_it_starts_ends_what_it_has_begun(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []

    class Begun:
        def __init__(self, _app: Flask) -> None: ...

        def start(self) -> None:
            signal.raise_signal(signal.SIGTERM)

        def stop(self) -> None:
            ended.append("deliveries")

    def unexpected(*_signal: object) -> None:
        raise AssertionError("nobody looked after the signal")

    monkeypatch.setattr("app.services.webhook_delivery_loop.DeliveryLoop", Begun)
    before = signal.signal(signal.SIGTERM, unexpected)
    try:
        result = app.test_cli_runner().invoke(args=["worker"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (result.exit_code, ended) == (0, ["deliveries"]), result.output


def test_a_taken_port_is_said_in_one_sentence(app: Flask, backend: Backend, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            flask("serve", "--port", port),
            cwd=config.PROJECT_ROOT,
            env=environment(backend.url, tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert ended.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_of_another_release_is_not_served(tmp_path: Path, backend: Backend) -> None:
    if backend.name != "sqlite":
        pytest.skip("the check is the same on both")
    empty = environment(backend.url, tmp_path) | {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}"}
    ended = subprocess.run(
        flask("serve"), cwd=config.PROJECT_ROOT, env=empty, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert "db upgrade" in ended.stderr


def test_a_wrong_setting_is_named_at_the_start(tmp_path: Path, backend: Backend) -> None:
    if backend.name != "sqlite":
        pytest.skip("the check is the same on both")
    wrong = environment(backend.url, tmp_path) | {"WEBHOOK_SLOTS": "many"}
    ended = subprocess.run(
        flask("serve"), cwd=config.PROJECT_ROOT, env=wrong, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode != 0
    assert "WEBHOOK_SLOTS" in ended.stderr
