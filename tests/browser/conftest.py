"""Fixtures of browser tests: a served application, and a page on which nothing may go wrong unnoticed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.browser.chromium import FLAGS, MISSING, find_chromium

expect.set_options(timeout=20_000)  # milliseconds: a busy machine is no fault of the page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser these tests are skipped with the reason, but never on the build machine."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of a downloaded one."""
    chromium = find_chromium()
    assert chromium, MISSING
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


class Handler(WSGIRequestHandler):
    """Waits for a request that a browser may have meant to send; then the connection is closed."""

    timeout = 20  # seconds


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application of this test is served; what was asked is answered before the test ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    server.daemon_threads = False  # server_close() waits for those alone that are none
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def new_context(address: str, new_context: Any) -> Any:
    """Browsers leave before the server does: it waits for connections they keep open."""
    return new_context


@pytest.fixture
def page(page: Page, address: str) -> Iterator[Page]:
    """A page that fails its test when the console shows an error or anything is asked of another host."""
    found = watch(page, address)
    yield page
    assert not found, "\n".join(found)


def watch(page: Page, address: str) -> list[str]:
    """What goes wrong on the page from now on; the list grows."""
    found: list[str] = []
    host = urlsplit(address).netloc

    def watch_request(request: Any) -> None:
        target = urlsplit(request.url)
        if target.scheme not in ("data", "blob", "about") and target.netloc != host:
            found.append(f"asked of another host: {request.url}")

    def watch_console(message: Any) -> None:
        # A refused form answers 422 by design; the console calls every such answer an error.
        if message.type == "error" and "status of 4" not in message.text:
            found.append(f"console: {message.text}")

    page.on("request", watch_request)
    page.on("console", watch_console)
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    return found
