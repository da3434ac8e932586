"""All settings with their units, read from the environment once. A wrong one is named and stops the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from app import rate_counts
from app import setting_values as values

PROJECT_ROOT = Path(__file__).resolve().parent.parent
INSTANCE_PATH = PROJECT_ROOT / "instance"

# Larger request bodies are refused with 413: a full stock feed of 10,000 rows is about 1 MB.
MAX_REQUEST_BYTES = 16 * 1024 * 1024
DEFAULT_TIME_ZONE = ZoneInfo("Europe/Istanbul")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1")


class ConfigurationError(Exception):
    """A setting that cannot be used: its variable, what was wrong, what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one application. Field names are the environment variables in lower case."""

    database_url: str
    secret_key: str
    queue_url: str
    encryption_keys: tuple[str, ...]  # Fernet keys, newest first
    ratelimit_storage_url: str = "memory://"
    omnitron_url: str | None = None
    omnitron_token: str | None = None
    omnitron_username: str | None = None
    omnitron_password: str | None = None
    omnitron_timeout: timedelta = timedelta(seconds=10)  # of one wait for bytes
    omnitron_deadline: timedelta = timedelta(seconds=30)  # of a call with all its tries
    omnitron_retry_wait: timedelta = timedelta(seconds=0.5)  # doubles from try to try
    omnitron_sync_every: timedelta = timedelta(minutes=1)
    omnitron_sweep_every: timedelta = timedelta(days=1)
    min_order_omnitron_id: int | None = None
    webhook_allowed_networks: tuple[values.Network, ...] = ()
    trusted_ca_file: Path | None = None  # PEM: authorities of our own, trusted besides the public ones
    public_url: str | None = None  # scheme://host[:port], without a trailing slash
    allowed_channels: tuple[str, ...] = ()  # channel names; empty: all
    webhook_deadline: timedelta = timedelta(seconds=15)
    webhook_lease: timedelta = timedelta(seconds=45)
    webhook_slots: int = 8  # deliveries at once to one endpoint
    image_origins: tuple[str, ...] = ()
    auto_replan: bool = True
    time_zone: ZoneInfo = DEFAULT_TIME_ZONE
    discrepancy_blocks_planning: bool = True
    reservation_orphan_after: timedelta = timedelta(days=7)
    api_rate_limit: str = "600/minute"
    login_rate_limit: str = "10/minute"

    @property
    def is_https(self) -> bool:
        """Whether people reach us over https, as far as PUBLIC_URL says."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that requests may ask for: this machine and the host of PUBLIC_URL."""
        own = [values.host_of(self.public_url)] if self.public_url else []
        return [*LOOPBACK_HOSTS, *own]


_READERS = {
    "database_url": values.database_url,
    "queue_url": values.queue_url,
    "encryption_keys": values.fernet_keys,
    "min_order_omnitron_id": values.whole_number,
    "webhook_allowed_networks": values.networks,
    "trusted_ca_file": values.ca_file,
    "public_url": values.origin,
    "omnitron_url": values.http_url,
    "omnitron_timeout": values.seconds,
    "omnitron_deadline": values.seconds,
    "omnitron_retry_wait": values.seconds,
    "omnitron_sync_every": values.seconds,
    "omnitron_sweep_every": values.days,
    "allowed_channels": values.names,
    "webhook_deadline": values.seconds,
    "webhook_lease": values.seconds,
    "webhook_slots": values.positive_number,
    "image_origins": values.origins,
    "auto_replan": values.yes_or_no,
    "time_zone": values.time_zone,
    "discrepancy_blocks_planning": values.yes_or_no,
    "reservation_orphan_after": values.days,
    "api_rate_limit": values.rate_limit,
    "login_rate_limit": values.rate_limit,
    "secret_key": values.secret,
}

_OF_UPSTREAM = frozenset(
    {"omnitron_url", "omnitron_token", "omnitron_sweep_every", "min_order_omnitron_id", "allowed_channels"}
)
_SET_BY_DEMO = _OF_UPSTREAM | {"webhook_allowed_networks"}


def read_settings(
    environment: Mapping[str, str] = os.environ,
    overrides: Mapping[str, Any] | None = None,
    instance_path: Path = INSTANCE_PATH,
) -> Settings:
    """Settings from `environment`, `overrides` (same names; text or ready values) winning over it.

    What the file of a demo beside the database sets comes last (app/demo/demo_file.py).
    An empty variable counts as not set. Secrets that are not set are made once and kept in `instance_path`.
    Raises ConfigurationError naming the variable. Nothing else is read from the environment later.
    """
    found = {field.name: _read(field.name, environment, overrides or {}) for field in fields(Settings)}
    given = {name: value for name, value in found.items() if value is not None}
    given.setdefault("database_url", f"sqlite:///{instance_path / 'stocktrace.db'}")
    given = _of_demo(given, instance_path) | given
    given.setdefault("queue_url", values.queue_beside(given["database_url"], instance_path))
    if "secret_key" not in given:
        given["secret_key"] = values.kept_secret(instance_path / "secret_key", values.new_secret)
    if "encryption_keys" not in given:
        kept = values.kept_secret(instance_path / "encryption_keys", values.new_fernet_key)
        given["encryption_keys"] = _checked("ENCRYPTION_KEYS", kept, values.fernet_keys)
    settings = Settings(**given)
    _check_together(settings)
    return settings


def settings() -> Settings:
    """The settings of the running application; needs an application context."""
    found: Settings = current_app.extensions["settings"]
    return found


def demo_file() -> Path:
    """Where the file of the running application's database is, if that is a demo."""
    return values.demo_file_beside(settings().database_url, Path(current_app.instance_path))


def as_flask_config(settings: Settings) -> dict[str, Any]:
    """What Flask and its extensions read from `app.config`: our settings by name, and their own names."""
    own = {field.name.upper(): getattr(settings, field.name) for field in fields(Settings)}
    return own | {
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "TRUSTED_HOSTS": settings.trusted_hosts,
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_PARTS": 5_000,  # a bulk action posts one field a row
        "SESSION_COOKIE_NAME": "stocktrace_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "REMEMBER_COOKIE_NAME": "stocktrace_remember",
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": settings.is_https,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: operators keep tabs open all day
        "RATELIMIT_STORAGE_URI": rate_counts.storage_uri(settings.ratelimit_storage_url),
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": not settings.ratelimit_storage_url.startswith("memory:"),
        "RATELIMIT_HEADERS_ENABLED": False,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": settings.time_zone.key,
    }


def _of_demo(given: Mapping[str, Any], instance_path: Path) -> dict[str, Any]:
    """What the file of a demo sets. Not beside another upstream: its token would go to a stranger."""
    kept = values.demo_settings(values.demo_file_beside(given["database_url"], instance_path))
    has_upstream = not given.keys().isdisjoint({"omnitron_url", "omnitron_token", "omnitron_username"})
    return {
        name: _read(name, {name.upper(): value}, {})
        for name, value in kept.items()
        if name in _SET_BY_DEMO and not (has_upstream and name in _OF_UPSTREAM)
    }


def _read(name: str, environment: Mapping[str, str], overrides: Mapping[str, Any]) -> Any:
    variable = name.upper()
    value = overrides.get(variable, environment.get(variable))
    if not isinstance(value, str):
        return value
    return _checked(variable, value.strip(), _READERS.get(name, values.text)) if value.strip() else None


def _checked(variable: str, value: str, reader: values.Reader) -> Any:
    try:
        return reader(value)
    except ValueError as error:
        raise ConfigurationError(f"{variable}: {error}") from error


def _check_together(settings: Settings) -> None:
    if settings.webhook_lease <= settings.webhook_deadline:
        raise ConfigurationError(
            "WEBHOOK_LEASE: must be longer than WEBHOOK_DEADLINE, or a delivery that still runs is taken over"
        )
    signs_in = settings.omnitron_token or (settings.omnitron_username and settings.omnitron_password)
    if settings.omnitron_url and not signs_in:
        raise ConfigurationError(
            "OMNITRON_URL: needs OMNITRON_TOKEN, or OMNITRON_USERNAME with OMNITRON_PASSWORD"
        )
