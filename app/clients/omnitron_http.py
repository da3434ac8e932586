"""How Omnitron is talked to: who we are, how long we wait, what is tried again. Answers are read elsewhere.

A call never leaves the host of OMNITRON_URL: redirects are not followed, and the token goes nowhere else.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import requests
import structlog
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from app.clients.watchdog import Watchdog, WatchedAdapter, bounded

log = structlog.get_logger(__name__)

LOGIN = "/api/i1/auth/login/"
MOST_BYTES = 8 * 1024 * 1024
_CHUNK = 64 * 1024
_RETRIED = frozenset({429, 500, 502, 503, 504})
LONGEST_RETRY_AFTER = 3600.0  # seconds; a longer one is a mistake or a trick


class Trouble(StrEnum):
    """Why a call failed."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    CUT_BODY = "cut_body"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    UNEXPECTED = "unexpected"
    SIGN_IN_REFUSED = "sign_in_refused"
    REFUSED = "refused"
    NOT_FOUND = "not_found"


_LASTING = frozenset(
    {Trouble.SIGN_IN_REFUSED, Trouble.REFUSED, Trouble.NOT_FOUND, Trouble.TOO_LARGE, Trouble.UNEXPECTED}
)


class OmnitronError(Exception):
    """A call that failed. `retryable`: the same call may succeed later, after `retry_after` seconds if given.

    `answer` is what the upstream said of a refused one (400): decoded JSON, or None.
    """

    def __init__(
        self,
        trouble: Trouble,
        detail: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        answer: Any = None,
    ) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        self.answer = answer

    @property
    def retryable(self) -> bool:
        """Whether waiting may help."""
        return self.trouble not in _LASTING


@dataclass(frozen=True, slots=True)
class Access:
    """Where Omnitron is, who we are there, and our patience: all times in seconds.

    `token`, or `username` and `password`. `timeout` bounds one wait, `deadline` a call with all its tries,
    `retry_wait` is the wait before the third try; it doubles from there, and the second comes at once.
    Authorities in `ca_file` (PEM) vouch for it besides the public ones.
    """

    url: str
    token: str | None = None
    username: str | None = None
    password: str | None = None
    timeout: float = 10.0
    deadline: float = 30.0
    tries: int = 5
    retry_wait: float = 0.5
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class _Ask:
    """One request, as it is sent at every try."""

    method: str
    path: str
    query: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    signed: bool = True


class _Token(AuthBase):
    """As an auth object, so that a netrc file of the machine cannot take its place."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key is not None:
            request.headers["Authorization"] = f"Token {self._key}"
        return request


class Line:
    """The connection to one Omnitron; safe to share between threads. `sent` counts requests."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._key = access.token
        self._sign_in_turn = threading.Lock()
        self._sessions = threading.local()
        self.sent = 0

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """The decoded JSON at the path, tried again within the deadline. Raises OmnitronError."""
        return self._call(_Ask("GET", path, query), self._access.tries)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The decoded answer; tried once: whoever posts keeps its own schedule. Raises OmnitronError."""
        return self._call(_Ask("POST", path, body=body), 1)

    def _call(self, ask: _Ask, tries: int) -> Any:
        until = time.monotonic() + self._access.deadline
        key = self._signed_in(until)
        try:
            return self._tried(ask, key, tries, until)
        except OmnitronError as error:
            if error.status != 401 or self._access.token is not None:
                raise
        # The token of the last sign-in has ended: sign in again, once.
        return self._tried(ask, self._signed_in(until, instead_of=key), tries, until)

    def _signed_in(self, until: float, instead_of: str | None = None) -> str | None:
        with self._sign_in_turn:
            if self._key is None or self._key == instead_of:
                self._key = self._sign_in(until)
            return self._key

    def _sign_in(self, until: float) -> str:
        who = {"username": self._access.username, "password": self._access.password}
        ask = _Ask("POST", LOGIN, body=who, signed=False)
        try:
            answer = self._tried(ask, None, self._access.tries, until)
        except OmnitronError as error:
            if error.trouble is Trouble.REFUSED:
                raise OmnitronError(Trouble.SIGN_IN_REFUSED, "does not know this user", status=400) from error
            raise
        key = answer.get("key") if isinstance(answer, dict) else None
        if not isinstance(key, str) or not key.isascii() or not key.isprintable():
            raise OmnitronError(Trouble.UNEXPECTED, "answered a sign-in without a key")
        return key

    def _tried(self, ask: _Ask, key: str | None, tries: int, until: float) -> Any:
        """Ask until it is answered, waiting as urllib3's policy says. Raises the last try's error."""
        policy = Retry(total=tries - 1, backoff_factor=self._access.retry_wait, backoff_jitter=0.05)
        for left in range(tries - 1, -1, -1):
            try:
                return self._once(ask, key, until)
            except OmnitronError as error:
                if not left or not error.retryable:
                    raise
                policy = policy.increment(ask.method, ask.path)
                wait = error.retry_after if error.retry_after is not None else policy.get_backoff_time()
                if time.monotonic() + wait >= until:
                    raise
                log.debug("omnitron_asked_again", path=ask.path, trouble=error.trouble, wait=round(wait, 2))
                time.sleep(wait)
        raise AssertionError("a call has at least one try")

    def _once(self, ask: _Ask, key: str | None, until: float) -> Any:
        left = until - time.monotonic()
        with bounded(left) as dog:
            try:
                with self._sent(ask, key, min(self._access.timeout, max(left, 0.01))) as response:
                    raw = _read_body(response)
            except (requests.RequestException, HTTPError, OSError) as error:
                raise _failed(error, dog) from error
            except OmnitronError:
                if dog.has_bitten:
                    raise _too_slow() from None
                raise
            if dog.has_bitten:
                raise _too_slow()
        return _answer(response, raw)

    def _sent(self, ask: _Ask, key: str | None, timeout: float) -> requests.Response:
        self.sent += 1
        return self._session().request(
            ask.method,
            self._access.url + ask.path,
            params=ask.query,
            json=ask.body,
            auth=_Token(key if ask.signed else None),
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        )

    def _session(self) -> requests.Session:
        """One a thread: sessions of requests are not made to be shared."""
        found: requests.Session | None = getattr(self._sessions, "session", None)
        if found is None:
            found = requests.Session()
            found.trust_env = False
            found.headers.update({"Accept": "application/json", "User-Agent": "Stocktrace"})
            found.mount("http://", WatchedAdapter())
            found.mount("https://", WatchedAdapter(self._access.ca_file))
            self._sessions.session = found
        return found


def _read_body(response: requests.Response) -> bytes:
    found = bytearray()
    for chunk in response.iter_content(_CHUNK):
        found += chunk
        if len(found) > MOST_BYTES:
            raise OmnitronError(Trouble.TOO_LARGE, f"answered more than {MOST_BYTES:,} bytes")
    return bytes(found)


def _failed(error: Exception, dog: Watchdog) -> OmnitronError:
    if dog.has_bitten or isinstance(error, requests.Timeout):
        return _too_slow()
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return OmnitronError(Trouble.CUT_BODY, "ended its answer in the middle")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
        return OmnitronError(Trouble.UNEXPECTED, "cannot be asked at this address")
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return OmnitronError(Trouble.UNREACHABLE, "cannot be reached: its certificate is not trusted")
    return OmnitronError(Trouble.UNREACHABLE, "cannot be reached")


def _too_slow() -> OmnitronError:
    return OmnitronError(Trouble.TIMEOUT, "did not answer in time")


def _answer(response: requests.Response, raw: bytes) -> Any:
    status = response.status_code
    if status in _RETRIED or status >= 500:
        trouble = Trouble.THROTTLED if status == 429 else Trouble.SERVER_ERROR
        raise OmnitronError(
            trouble, f"answered {status}", status=status, retry_after=_retry_after(response.headers)
        )
    if status in (401, 403):
        raise OmnitronError(
            Trouble.SIGN_IN_REFUSED, f"answered {status}: our token is refused", status=status
        )
    if status == 404:
        raise OmnitronError(Trouble.NOT_FOUND, "answered 404", status=status)
    if status == 400:
        raise OmnitronError(Trouble.REFUSED, "answered 400", status=status, answer=_json_or_none(raw))
    if not 200 <= status < 300:
        raise OmnitronError(Trouble.UNEXPECTED, f"answered {status}", status=status)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise OmnitronError(Trouble.NOT_JSON, "answered something that is not JSON", status=status) from error


def _retry_after(headers: Mapping[str, str]) -> float | None:
    given = headers.get("Retry-After")
    if given is None:
        return None
    try:
        return min(max(0.0, float(Retry().parse_retry_after(given))), LONGEST_RETRY_AFTER)
    except (HTTPError, ValueError, OverflowError):
        return None


def _json_or_none(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None
