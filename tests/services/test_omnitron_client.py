"""The client of Omnitron against real local servers: where the token goes, what is waited for and retried."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from app.clients.omnitron import Access, BrokenRecord, Omnitron, OmnitronError, Summary, Trouble
from app.clients.omnitron_http import LOGIN

TOKEN = "a-token-of-this-test"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
ROW = {"pk": 1, "number": "5", "status": "400", "modified_date": "2026-03-01T10:00:00+03:00"}
EMPTY = {"count": 0, "next": None, "previous": None, "results": []}


def a_client(url: str, **access: object) -> Omnitron:
    patience = {"token": TOKEN, "timeout": 1.0, "deadline": 3.0, "retry_wait": 0.01}
    return Omnitron(Access(url.rstrip("/"), **{**patience, **access}))  # type: ignore[arg-type]


def trouble_of(client: Omnitron) -> tuple[Trouble, bool]:
    with pytest.raises(OmnitronError) as found:
        client.changed_orders(SINCE)
    return found.value.trouble, found.value.retryable


@pytest.fixture
def hub(httpserver: HTTPServer) -> HTTPServer:
    return httpserver


@contextmanager
def a_socket(answer: bytes, pause: float) -> Iterator[str]:
    """A server that sends that answer byte by byte, with a pause after each."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(65_536)
                    for place in range(len(answer)):
                        connection.sendall(answer[place : place + 1])
                        time.sleep(pause)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def test_a_next_page_elsewhere_is_neither_asked_nor_given_the_token(hub: HTTPServer) -> None:
    with HTTPServer() as elsewhere:
        elsewhere.expect_request("/api/i1/orders/").respond_with_json(EMPTY)
        here = {**EMPTY, "next": elsewhere.url_for("/api/i1/orders/?page=2"), "results": [ROW]}
        hub.expect_request("/api/i1/orders/", query_string={**_query(), "page": "1"}).respond_with_json(here)
        hub.expect_request("/api/i1/orders/", query_string={**_query(), "page": "2"}).respond_with_json(EMPTY)
        client = a_client(hub.url_for(""))
        first = client.changed_orders(SINCE, 1)
        assert first.has_next
        assert client.changed_orders(SINCE, 2).entries == ()
        assert elsewhere.log == []
        assert all(request.headers["Authorization"] == f"Token {TOKEN}" for request, _ in hub.log)


def test_a_redirect_is_not_followed(hub: HTTPServer) -> None:
    with HTTPServer() as elsewhere:
        moved = Response("", 302, {"Location": elsewhere.url_for("/api/i1/orders/")})
        hub.expect_request("/api/i1/orders/").respond_with_response(moved)
        assert trouble_of(a_client(hub.url_for(""))) == (Trouble.UNEXPECTED, False)
        assert elsewhere.log == []


def test_a_page_keeps_its_broken_entries_apart(hub: HTTPServer) -> None:
    rows = [ROW, {**ROW, "pk": None}, "junk", {**ROW, "modified_date": "2026-03-01"}]
    hub.expect_request("/api/i1/orders/").respond_with_json({**EMPTY, "results": rows})
    good, *broken = a_client(hub.url_for("")).changed_orders(SINCE).entries
    assert good == Summary(1, "5", "400", datetime(2026, 3, 1, 7, tzinfo=UTC))
    assert [str(one) for one in broken] == [
        "pk is missing",
        "record should be a JSON object",
        "modified_date has no time zone",
    ]
    assert all(isinstance(one, BrokenRecord) for one in broken)


def test_a_sign_in_is_kept_and_renewed_once_when_it_has_ended(hub: HTTPServer) -> None:
    keys = iter(["first", "second", "third"])

    def sign_in(request: Request) -> Response:
        assert "Authorization" not in request.headers
        assert request.get_json() == {"username": "u", "password": "p"}
        return Response(json.dumps({"key": next(keys)}), content_type="application/json")

    def orders(request: Request) -> Response:
        is_known = request.headers["Authorization"] in ("Token second", "Token open")
        return Response(json.dumps(EMPTY), 200 if is_known else 401, content_type="application/json")

    hub.expect_request(LOGIN, method="POST").respond_with_handler(sign_in)
    hub.expect_request("/api/i1/orders/").respond_with_handler(orders)
    client = a_client(hub.url_for(""), token=None, username="u", password="p")
    assert client.changed_orders(SINCE).entries == ()
    assert client.changed_orders(SINCE).entries == ()
    assert [request.path for request, _ in hub.log].count(LOGIN) == 2
    assert trouble_of(a_client(hub.url_for(""))) == (Trouble.SIGN_IN_REFUSED, False)


def test_what_passes_is_tried_again_and_what_lasts_is_not(hub: HTTPServer) -> None:
    answers = iter([500, 503, 200])

    def answer(_request: Request) -> Response:
        return Response(json.dumps(EMPTY), next(answers), content_type="application/json")

    hub.expect_request("/api/i1/orders/").respond_with_handler(answer)
    client = a_client(hub.url_for(""))
    assert client.changed_orders(SINCE).entries == ()
    assert client.requests_sent == 3
    hub.clear()
    for status, trouble in ((404, Trouble.NOT_FOUND), (400, Trouble.REFUSED), (403, Trouble.SIGN_IN_REFUSED)):
        hub.expect_oneshot_request("/api/i1/orders/").respond_with_json({}, status=status)
        assert trouble_of(client) == (trouble, False)


def test_a_long_retry_after_ends_the_call_and_is_told(hub: HTTPServer) -> None:
    later = Response("{}", 429, {"Retry-After": "120"})
    hub.expect_request("/api/i1/orders/").respond_with_response(later)
    with pytest.raises(OmnitronError) as found:
        a_client(hub.url_for("")).changed_orders(SINCE)
    error = found.value
    assert (error.trouble, error.retryable, error.retry_after) == (Trouble.THROTTLED, True, 120)
    assert len(hub.log) == 1


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"results": [', Trouble.CUT_BODY),
        (b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"results": [', Trouble.NOT_JSON),
        (b"", Trouble.UNREACHABLE),
    ],
    ids=["with a length", "without one", "nothing at all"],
)
def test_a_cut_answer_is_no_answer(answer: bytes, trouble: Trouble) -> None:
    with a_socket(answer, 0) as address:
        assert trouble_of(a_client(address, tries=2)) == (trouble, True)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Drip: 1\r\n" * 500,
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b" " * 900,
    ],
    ids=["head", "body"],
)
def test_a_dripping_answer_is_given_up_at_the_deadline(answer: bytes) -> None:
    with a_socket(answer, 0.05) as address:
        begun = time.monotonic()
        assert trouble_of(a_client(address, deadline=1.0)) == (Trouble.TIMEOUT, True)
        assert time.monotonic() - begun < 10


def test_a_mapping_is_told_once_and_its_refusals_are_final(hub: HTTPServer) -> None:
    path = "/api/i1/order_items/7/create_mapping/"
    body = {"code": "ERP-1", "update_stock": True}
    made = {"pk": 4183, "content_type": 66, "object_id": 7, "code": "ERP-1"}
    hub.expect_oneshot_request(path, method="POST", json=body).respond_with_json(made)
    client = a_client(hub.url_for(""))
    assert client.create_mapping(7, "ERP-1", True).pk == 4183
    for status, is_passing in ((500, True), (400, False), (404, False)):
        hub.expect_oneshot_request(path, method="POST").respond_with_json({}, status=status)
        with pytest.raises(OmnitronError) as found:
            client.create_mapping(7, "ERP-1", True)
        assert found.value.retryable is is_passing
    assert client.requests_sent == 4


def _query() -> dict[str, str]:
    return {
        "modified_date__gte": "2026-03-01T00:00:00.000000Z",
        "sort": "modified_date",
        "limit": "50",
    }
