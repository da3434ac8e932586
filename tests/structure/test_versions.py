"""Oldest versions we run on: those before have a known fault that would hit us."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from app import databases
from tests.structure.sources import ROOT

# Package → oldest version, and what is wrong before it.
OLDEST = {
    "urllib3": ("2.7.0", "redirects and decompression could be abused by the other side"),
    "pysqlite3": ("0.6.0", "brings SQLite 3.51.3 or newer"),
    "jinja2": ("3.1.6", "sandbox escapes"),
    "werkzeug": ("3.1.4", "device names in safe_join"),
    "requests": ("2.32.4", "credentials of .netrc sent to another host"),
    "cryptography": ("44.0.1", "bundled OpenSSL"),
    "waitress": ("3.0.1", "request smuggling by early reads"),
    "gunicorn": ("23.0.0", "request smuggling"),
}
LOCKS = [ROOT / "requirements.txt", ROOT / "requirements-dev.txt", ROOT / ".ci" / "uv.txt"]


@pytest.mark.parametrize("package", OLDEST)
def test_an_installed_package_is_not_too_old(package: str) -> None:
    if package == "pysqlite3" and databases.sqlite_module().__name__ == "sqlite3":
        pytest.skip("the standard library's SQLite is in use here")
    oldest, fault = OLDEST[package]
    assert Version(version(package)) >= Version(oldest), fault


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_version_that_is_too_old(lock: Path) -> None:
    pinned = [
        Requirement(line.rstrip(" \\"))
        for line in lock.read_text().splitlines()
        if "==" in line[:80] and line[:1].isalnum()
    ]
    assert pinned
    for requirement in pinned:
        if requirement.name in OLDEST:
            pin = next(iter(requirement.specifier)).version
            assert Version(pin) >= Version(OLDEST[requirement.name][0]), requirement.name


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_has_hashes(lock: Path) -> None:
    text = lock.read_text()
    pins = [line for line in text.splitlines() if line[:1].isalnum()]
    assert all(line.endswith("\\") for line in pins)


def test_sqlite_is_sound_or_does_without_its_write_ahead_log() -> None:
    module = databases.sqlite_module()
    sound = tuple(module.sqlite_version_info) >= databases.FIRST_SOUND_WAL
    assert databases.journal_mode(module) == ("wal" if sound else "truncate")


def test_python_is_the_one_the_settings_name() -> None:
    assert sys.version_info >= (3, 11)
