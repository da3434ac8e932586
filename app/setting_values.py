"""How the text of one environment variable becomes a value. ValueError says why not, without secrets."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from limits import parse_many
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

Reader = Callable[[str], Any]
Network = IPv4Network | IPv6Network

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 16  # characters
QUEUE_SCHEMES = ("sqlite", "postgresql", "redis", "rediss", "memory")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)
_UNITS = {"s": 1, "second": 1, "m": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}


def text(value: str) -> str:
    return value


def secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"must have at least {SHORTEST_SECRET} characters")
    return value


def names(value: str) -> tuple[str, ...]:
    """A comma-separated list; spaces around the names and empty places do not count."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


def whole_number(value: str) -> int:
    if not re.fullmatch(r"\d{1,18}", value):
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)


def positive_number(value: str) -> int:
    number = whole_number(value)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def yes_or_no(value: str) -> bool:
    known = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }
    if value.lower() not in known:
        raise ValueError(f"{value!r} is neither true nor false")
    return known[value.lower()]


def seconds(value: str) -> timedelta:
    """`15`, `15s`, `15 seconds`, `2 minutes`: seconds where no unit is written."""
    return _duration(value, 1)


def days(value: str) -> timedelta:
    """`7`, `7d`, `7 days`, `12 hours`: days where no unit is written."""
    return _duration(value, 86400)


def time_zone(value: str) -> ZoneInfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is not a time zone such as Europe/Istanbul") from error


def networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(name) for name in names(value))
    except ValueError as error:
        raise ValueError(f"{error}; expected networks such as 10.1.0.0/16, separated by commas") from error


def ca_file(value: str) -> Path:
    """A PEM file of certificates, made absolute."""
    path = (PROJECT_ROOT / value).resolve()
    try:
        ssl.create_default_context(cafile=path)
    except OSError as error:
        raise ValueError(f"{path} is not a readable PEM file of certificates") from error
    return path


def rate_limit(value: str) -> str:
    try:
        parse_many(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a rate such as 600/minute") from error
    return value


def http_url(value: str) -> str:
    """An http or https address with a host and without credentials; a trailing slash is dropped."""
    parts = _split(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("must be an address such as https://desk.example.com, without a user name in it")
    return value.rstrip("/")


def origin(value: str) -> str:
    """Scheme, host and port only: `https://desk.example.com`."""
    address = http_url(value)
    parts = _split(address)
    if parts.path or parts.query or parts.fragment:
        raise ValueError("must end after the host and port, as https://desk.example.com does")
    return address


def origins(value: str) -> tuple[str, ...]:
    return tuple(origin(name) for name in names(value))


def host_of(address: str) -> str:
    return _split(address).hostname or ""


def fernet_keys(value: str) -> tuple[str, ...]:
    """Comma-separated keys of 32 bytes in URL-safe base64, newest first."""
    keys = names(value)
    if not keys or not all(_is_fernet_key(key) for key in keys):
        raise ValueError("must be keys of 32 bytes in URL-safe base64, newest first, separated by commas")
    return keys


def database_url(value: str) -> str:
    """The URL of a SQLite file, made absolute, or of PostgreSQL, whichever of its drivers was named."""
    url = _url(value)
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername != "sqlite":
        raise ValueError(f"{url.drivername} is not supported; use sqlite:///FILE or postgresql://…")
    if not url.database or url.database == ":memory:" or url.query:
        raise ValueError("must name a file, as sqlite:///instance/stocktrace.db does")
    return f"sqlite:///{PROJECT_ROOT / url.database}"


def queue_url(value: str) -> str:
    """Where background tasks wait: sqlite:///FILE, postgresql://…, redis://… (memory:// for tests)."""
    scheme = value.split(":", 1)[0].split("+", 1)[0]
    if scheme == "postgres" or scheme in ("sqlite", "postgresql"):
        return database_url(value)
    if scheme not in QUEUE_SCHEMES:
        raise ValueError(f"{scheme} is not supported; use sqlite:///FILE, postgresql://… or redis://…")
    return value


def queue_beside(database: str, instance_path: Path) -> str:
    """The queue used when none is named: a SQLite file beside the database, or that PostgreSQL itself."""
    if not database.startswith("sqlite"):
        return database
    file = Path(_url(database).database or instance_path / "stocktrace.db")
    return f"sqlite:///{file.with_name(file.stem + '-queue.db')}"


def demo_file_beside(database: str, instance_path: Path) -> Path:
    """The file that says which stand-ins belong to that database, where it is a demo."""
    url = _url(database)
    if not database.startswith("sqlite"):
        return instance_path / f"{url.database}-demo.json"
    file = Path(url.database or "")
    return file.with_name(file.stem + "-demo.json")


def demo_settings(file: Path) -> dict[str, str]:
    """The settings in a demo's file, by their names in lower case; none without one."""
    if not file.exists():
        return {}
    found: dict[str, str] = json.loads(file.read_text())["settings"]
    return {name.lower(): value for name, value in found.items()}


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def new_fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret in the file `path`, made once and readable by its owner only.

    Linked into place whole, so that of two processes starting at once both use the same secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
        with os.fdopen(handle, "w") as file:
            file.write(make() + "\n")
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text().strip()


def _duration(value: str, unit_seconds: int) -> timedelta:
    match = _DURATION.fullmatch(value)
    unit = match[2].lower() if match else ""
    factor = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) if unit else unit_seconds
    if match is None or factor is None or float(match[1]) <= 0:
        raise ValueError(f"{value!r} is not a duration such as 15, 15 seconds, 2 hours or 7 days")
    return timedelta(seconds=float(match[1]) * factor)


def _url(value: str) -> URL:
    try:
        return make_url(value)
    except ArgumentError as error:
        # The text may hold a password, so it is not repeated.
        raise ValueError("is not a database address such as postgresql://user@host/name") from error


def _split(value: str) -> SplitResult:
    parts = urlsplit(value)
    parts.port  # noqa: B018  raises ValueError for a port that is no number
    return parts


def _is_fernet_key(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key.encode())) == 32
    except ValueError:
        return False
