"""Logging: one JSON object a line on standard error, with the id of its request and without secrets."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog
from flask import Flask, Response, g, request

REQUEST_ID_HEADER = "X-Request-ID"
_SECRET_KEY = re.compile(r"password|token|secret|authorization|cookie|api_?key|signature", re.IGNORECASE)
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Asked every few seconds by machines; they would bury everything else.
_QUIET_ENDPOINTS = {"static", "health.healthz", "health.readyz", "prometheus_metrics"}

log = structlog.get_logger(__name__)


class StandardError:
    """Whatever standard error is at that moment; a server or a test may have replaced it.

    What cannot be written is passed over: a log must not break what it tells of.
    """

    def write(self, text: str) -> None:
        """As a file would."""
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """As a file would."""
        with suppress(OSError, ValueError):
            sys.stderr.flush()


_STANDARD_ERROR: Any = StandardError()


class OwnLines(structlog.WriteLogger):
    """Writes our own lines at once: with a detour through logging a request's line takes twice as long."""

    def __init__(self, name: str = "") -> None:
        super().__init__(_STANDARD_ERROR)
        self.name = name


def configure() -> None:
    """Write our own log lines and those of libraries in one form, as JSON. Harmless when repeated."""
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        mask_secrets,
    ]
    structlog.configure(
        processors=[*shared, as_json],
        logger_factory=OwnLines,
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
    )
    handler = logging.StreamHandler(_STANDARD_ERROR)
    handler.setFormatter(formatter)
    handler.set_name("stocktrace")
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if kept.get_name() != "stocktrace"] + [handler]
    root.setLevel(logging.INFO)
    for noisy in ("alembic", "flask-limiter", "huey", "werkzeug"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # A warning for each request that waits its turn would double the log when there is least time for it.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def mask_secrets(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values whose name says that they are secret, also in dictionaries inside the line."""
    return {key: _masked(key, value) for key, value in entry.items()}


def install(app: Flask) -> None:
    """Give every request an id: in its log lines, its answer's header and its error page."""
    app.before_request(_begin)
    app.after_request(_finish)


def request_id() -> str:
    """The id of the current request, which a person can quote; empty outside of one."""
    found: str = g.get("request_id", "") if request else ""
    return found


def _begin() -> None:
    asked = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = asked if _ACCEPTED_ID.fullmatch(asked) else uuid.uuid4().hex
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _finish(response: Response) -> Response:
    if "request_id" not in g:  # refused before our own hook ran
        return response
    response.headers[REQUEST_ID_HEADER] = g.request_id
    if request.endpoint not in _QUIET_ENDPOINTS:
        # The path only: query strings hold names of customers.
        took_ms = round((time.perf_counter() - g.started) * 1000, 1)
        log.info(
            "request", method=request.method, path=request.path, status=response.status_code, took_ms=took_ms
        )
    return response


def _masked(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _masked(str(inner), content) for inner, content in value.items()}
    return "********" if value and _SECRET_KEY.search(key) else value
