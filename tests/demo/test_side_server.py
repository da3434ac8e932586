"""A server beside the product's own: ended, it is gone, and whoever still answers harms nobody."""

from __future__ import annotations

import contextlib
import http.client
import threading
from pathlib import Path
from typing import Any

import pytest

from app.demo import side_server
from app.demo.demo_file import HOST
from app.demo.side_server import SideServer


def greeting(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def ask(port: int) -> bytes:
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.request("GET", "/")
        return connection.getresponse().read()


def test_it_answers_until_it_is_ended_and_leaves_its_port() -> None:
    server = SideServer(greeting, port=0, threads=1)
    port = server.port
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=10)) as kept:
        kept.request("GET", "/")
        assert kept.getresponse().read() == b"hello"
        server.end()
        assert kept.sock.recv(1) == b"", "the connection is still open"
        with pytest.raises(ConnectionRefusedError):
            ask(port)
    again = SideServer(greeting, port=port, threads=1)
    assert ask(port) == b"hello"
    again.end()


def test_an_answer_that_comes_too_late_is_written_into_no_file_opened_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_server, "ENDS_WITHIN", 0.2)
    begun, may_go_on = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun.set()
        may_go_on.wait(10)
        return greeting(environ, start_response)

    server = SideServer(slow, port=0, threads=1)
    with contextlib.closing(http.client.HTTPConnection(HOST, server.port, timeout=10)) as connection:
        connection.request("GET", "/")
        assert begun.wait(10)
        server.end()
        with contextlib.ExitStack() as opened:
            files = [opened.enter_context((tmp_path / str(number)).open("wb")) for number in range(20)]
            may_go_on.set()
            monkeypatch.undo()
            server.end()  # this time it waits for the answer
            assert [Path(file.name).read_bytes() for file in files] == [b""] * len(files)
