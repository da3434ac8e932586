"""Settings: defaults, units, secrets made once, and a wrong value named."""

from __future__ import annotations

import stat
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet

from app import setting_values
from app.config import PROJECT_ROOT, ConfigurationError, as_flask_config, read_settings

SECRETS = {"SECRET_KEY": "x" * 32, "ENCRYPTION_KEYS": Fernet.generate_key().decode()}


def test_nothing_set_gives_the_documented_defaults(tmp_path: Path) -> None:
    settings = read_settings({}, instance_path=tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/stocktrace.db"
    assert settings.queue_url == f"sqlite:///{tmp_path}/stocktrace-queue.db"
    assert settings.ratelimit_storage_url == "memory://"
    assert settings.webhook_deadline == timedelta(seconds=15)
    assert settings.webhook_lease == timedelta(seconds=45)
    assert settings.webhook_slots == 8
    assert settings.reservation_orphan_after == timedelta(days=7)
    assert settings.time_zone == ZoneInfo("Europe/Istanbul")
    assert (settings.auto_replan, settings.discrepancy_blocks_planning) == (True, True)
    assert (settings.api_rate_limit, settings.login_rate_limit) == ("600/minute", "10/minute")
    assert (settings.omnitron_url, settings.public_url, settings.allowed_channels) == (None, None, ())


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("WEBHOOK_DEADLINE", "2", "webhook_deadline", timedelta(seconds=2)),
        ("WEBHOOK_LEASE", "3 minutes", "webhook_lease", timedelta(minutes=3)),
        ("RESERVATION_ORPHAN_AFTER", "10", "reservation_orphan_after", timedelta(days=10)),
        ("RESERVATION_ORPHAN_AFTER", "36 hours", "reservation_orphan_after", timedelta(hours=36)),
        ("AUTO_REPLAN", "off", "auto_replan", False),
        ("DISCREPANCY_BLOCKS_PLANNING", "FALSE", "discrepancy_blocks_planning", False),
        ("ALLOWED_CHANNELS", "Web, Mobil ,", "allowed_channels", ("Web", "Mobil")),
        ("WEBHOOK_ALLOWED_NETWORKS", "10.1.0.0/16", "webhook_allowed_networks", (ip_network("10.1.0.0/16"),)),
        ("PUBLIC_URL", "https://desk.example.com/", "public_url", "https://desk.example.com"),
        ("MIN_ORDER_OMNITRON_ID", "70000", "min_order_omnitron_id", 70000),
        ("TIME_ZONE", "Europe/Rome", "time_zone", ZoneInfo("Europe/Rome")),
        ("TIME_ZONE", "   ", "time_zone", ZoneInfo("Europe/Istanbul")),
    ],
)
def test_a_setting_is_read_with_its_unit(
    variable: str, text: str, field: str, value: object, tmp_path: Path
) -> None:
    assert getattr(read_settings({variable: text, **SECRETS}, instance_path=tmp_path), field) == value


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h:5433/d", "postgresql+psycopg://u:p@h:5433/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////var/lib/x.db", "sqlite:////var/lib/x.db"),
        ("sqlite:///instance/x.db", f"sqlite:///{PROJECT_ROOT}/instance/x.db"),
    ],
)
def test_a_database_address_is_understood_however_it_is_written(
    written: str, used: str, tmp_path: Path
) -> None:
    assert read_settings({"DATABASE_URL": written, **SECRETS}, instance_path=tmp_path).database_url == used


def test_the_queue_lives_in_the_database_when_that_is_postgresql(tmp_path: Path) -> None:
    settings = read_settings({"DATABASE_URL": "postgres://h/d", **SECRETS}, instance_path=tmp_path)
    assert settings.queue_url == "postgresql+psycopg://h/d"


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DATABASE_URL", "mysql://u:hidden@h/d"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "hidden nonsense"),
        ("QUEUE_URL", "amqp://hidden@h"),
        ("SECRET_KEY", "hidden"),
        ("ENCRYPTION_KEYS", "hidden,hidden"),
        ("WEBHOOK_DEADLINE", "soon"),
        ("WEBHOOK_DEADLINE", "0"),
        ("WEBHOOK_DEADLINE", "-3"),
        ("WEBHOOK_LEASE", "10"),
        ("WEBHOOK_SLOTS", "0"),
        ("WEBHOOK_SLOTS", "eight"),
        ("WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/33"),
        ("RESERVATION_ORPHAN_AFTER", "7 moons"),
        ("AUTO_REPLAN", "maybe"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("API_RATE_LIMIT", "lots"),
        ("PUBLIC_URL", "desk.example.com"),
        ("PUBLIC_URL", "https://desk.example.com/path"),
        ("PUBLIC_URL", "https://desk.example.com:nan"),
        ("IMAGE_ORIGINS", "javascript:alert(1)"),
        ("OMNITRON_URL", "https://omnitron.example.com"),
        ("OMNITRON_URL", "https://user:hidden@omnitron.example.com"),
        ("MIN_ORDER_OMNITRON_ID", "-1"),
        ("TRUSTED_CA_FILE", "nowhere/authority.pem"),
        ("TRUSTED_CA_FILE", "pyproject.toml"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named_without_its_secret(
    variable: str, text: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings({**SECRETS, variable: text}, instance_path=tmp_path)
    assert str(caught.value).startswith(variable)
    assert "hidden" not in str(caught.value)


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = read_settings({}, instance_path=tmp_path / "new")
    again = read_settings({}, instance_path=tmp_path / "new")
    assert (first.secret_key, first.encryption_keys) == (again.secret_key, again.encryption_keys)
    Fernet(first.encryption_keys[0])
    for name in ("secret_key", "encryption_keys"):
        assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["encryption_keys", "secret_key"]


def test_of_two_processes_that_make_a_secret_at_once_both_use_the_same(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    seen: list[str] = []

    def make_while_another_does() -> str:
        seen.append(setting_values.kept_secret(path, lambda: "first"))
        return "second"

    seen.append(setting_values.kept_secret(path, make_while_another_does))
    assert seen == ["first", "first"]


def test_a_secret_given_by_the_environment_is_not_written_down(tmp_path: Path) -> None:
    read_settings(SECRETS, instance_path=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_cookies_are_sent_over_https_only_where_people_use_https(tmp_path: Path) -> None:
    plain = as_flask_config(read_settings(SECRETS, instance_path=tmp_path))
    secured = as_flask_config(
        read_settings({**SECRETS, "PUBLIC_URL": "https://desk.example.com"}, instance_path=tmp_path)
    )
    assert (plain["SESSION_COOKIE_SECURE"], plain["REMEMBER_COOKIE_SECURE"]) == (False, False)
    assert (secured["SESSION_COOKIE_SECURE"], secured["REMEMBER_COOKIE_SECURE"]) == (True, True)
    assert "desk.example.com" in secured["TRUSTED_HOSTS"]
