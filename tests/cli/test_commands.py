"""The commands that load and write worlds, and make users and tokens, as scripts call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, Token, User
from app.queries import kept_triage
from app.services import tokens, users
from tests.world.scripts import Script, a_shop, item, order, rows_stored


def run(app: Flask, *arguments: str, given: bytes | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=given)


def a_file(folder: Path) -> str:
    script = Script(a_shop()).tell(**order("1", item(1)))
    path = folder / "world.ndjson"
    path.write_bytes(b"".join(script.lines))
    return str(path)


def test_a_world_is_loaded_from_a_file_and_dumped(app: Flask, tmp_path: Path) -> None:
    loaded = run(app, "world", "load", a_file(tmp_path))
    assert (loaded.exit_code, loaded.stdout) == (0, "")
    assert loaded.stderr.startswith("6 facts loaded: 1 channel, 1 order")
    dumped = run(app, "world", "dump")
    assert [json.loads(line)["kind"] for line in dumped.stdout.splitlines()] == [
        "channel",
        "product",
        "stock_location",
        "scenario",
        "stock",
        "order",
    ]
    with app.app_context():
        assert set(db.session.scalars(select(AuditEntry.actor))) == {"world load"}


def test_a_world_is_loaded_from_standard_input(app: Flask, tmp_path: Path) -> None:
    given = Path(a_file(tmp_path)).read_bytes()
    assert run(app, "world", "load", "-", given=given).exit_code == 0
    with app.app_context():
        assert rows_stored()["orders"] == 1


def test_a_bad_line_is_named_and_the_command_fails(app: Flask, tmp_path: Path) -> None:
    path = Path(a_file(tmp_path))
    path.write_bytes(
        path.read_bytes() + b'{"at":"2026-11-20T12:00:00Z","kind":"stock","erp_code":"WH1","sku":"X"}'
    )
    result = run(app, "world", "load", str(path))
    assert result.exit_code == 1
    assert result.stderr == "Error: line 7: stock_count is missing. Nothing was stored.\n"
    with app.app_context():
        assert rows_stored() == {}


def test_a_missing_file_is_a_usage_error(app: Flask) -> None:
    assert run(app, "world", "load", "nowhere.ndjson").exit_code == 2


def test_a_user_is_made_and_may_sign_in(app: Flask, tmp_path: Path) -> None:
    run(app, "world", "load", a_file(tmp_path))
    command = ["users", "create", "bora", "--role", "store_manager", "--password", "correct horse"]
    assert run(app, *command, "--location", "WH1").exit_code == 0
    with app.app_context():
        account = users.check_password("bora", "correct horse")
        assert account is not None
        assert account.role == "store_manager"
    again = run(app, *command)
    assert (again.exit_code, again.stderr) == (1, "Error: username is 'bora', which somebody else has\n")


@pytest.mark.parametrize("role", ["root", ""])
def test_only_known_roles_are_given(app: Flask, role: str) -> None:
    assert run(app, "users", "create", "bora", "--role", role, "--password", "x").exit_code == 2
    with app.app_context():
        assert db.session.scalars(select(User)).all() == []


def test_a_token_alone_is_printed(app: Flask) -> None:
    run(app, "users", "create", "ayse", "--role", "operator", "--password", "correct horse")
    result = run(app, "tokens", "create", "ayse", "--scope", "read", "--label", "nightly")
    key = result.stdout.removesuffix("\n")
    assert result.exit_code == 0
    assert key.strip() == key
    with app.app_context():
        kept = db.session.scalars(select(Token)).one()
        assert (kept.digest, kept.label) == (tokens.digest_of(key), "nightly")
    unknown = run(app, "tokens", "create", "bora", "--scope", "read")
    assert (unknown.exit_code, unknown.stdout) == (1, "")


def test_a_token_ends_after_the_days_that_are_named(app: Flask) -> None:
    run(app, "users", "create", "ayse", "--role", "operator", "--password", "correct horse")
    assert run(app, "tokens", "create", "ayse", "--scope", "read", "--days", "30").exit_code == 0
    with app.app_context():
        kept = db.session.scalars(select(Token)).one()
        assert kept.expires_date is not None
        assert round((kept.expires_date - kept.created_date).total_seconds() / 86_400) == 30
    for days in ("0", "-1", "many"):
        assert run(app, "tokens", "create", "ayse", "--scope", "read", "--days", days).exit_code == 2


def test_a_loaded_world_has_been_looked_at_for_joint_fixes(app: Flask, tmp_path: Path) -> None:
    run(app, "world", "load", a_file(tmp_path))
    with app.app_context():
        found = kept_triage.kept_triage()
        assert found is not None and not found.is_outdated
