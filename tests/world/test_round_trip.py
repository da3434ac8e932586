"""Loading a dump into an empty database gives the same world: plans, states, books, causes, explanations."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import AuditEntry, Channel, Fact, Package
from app.queries import consistency
from app.queries.explanations import explain_package
from app.services import channel_secrets, world_scripts
from app.services.world_lines import KINDS
from tests.databases import Backend
from tests.world.scripts import Script, dumped, everything
from tests.world.stories import SECRETS, a_whole_world, operators_act


def test_a_dump_makes_the_same_world_again(app: Flask, backend: Backend) -> None:
    script = a_whole_world()
    with app.app_context():
        script.load()
        operators_act(script)
        assert list(consistency.findings()) == []
        lines, world, explained = list(world_scripts.dump()), everything(), explanations(script)
    backend.restore(app)
    with app.app_context():
        copy = Script(start=script.at)
        copy.lines = lines
        copy.load()
        assert everything() == world
        assert explanations(script) == explained
        assert list(world_scripts.dump()) == lines
        assert list(consistency.findings()) == []


def explanations(script: Script) -> dict[str, Any]:
    found = {}
    for package_id, number in db.session.execute(select(Package.id, Package.number)).all():
        for at in ("now", "plan", "1"):
            explained = explain_package(package_id, at, script.at)
            found[f"{number} {package_id} {at}"] = dataclasses.asdict(explained.explanation)
    return found


def test_the_world_of_this_test_has_every_kind_and_every_command(app: Flask) -> None:
    script = a_whole_world()
    with app.app_context():
        script.load()
        operators_act(script)
        facts = db.session.scalars(select(Fact)).all()
        assert {fact.kind for fact in facts} == set(KINDS)
        commands = {fact.body["command"] for fact in facts if fact.kind == "package_command"}
        assert commands == set(PackageCommand)
        states = set(db.session.scalars(select(Package.state)))
        assert states >= {"100", "550", "600", "700", "920", "1100"}
        assert len(set(db.session.scalars(select(Package.cause).where(Package.state == "920")))) > 1


def test_every_line_loaded_is_a_line_dumped(app: Flask) -> None:
    script = a_whole_world()
    with app.app_context():
        script.load()
        told = [json.loads(line) for line in script.lines]
        again = dumped()
        assert [line["kind"] for line in again] == [line["kind"] for line in told]
        assert [line["at"] for line in again] == [line["at"].replace("Z", ".000000Z") for line in told]


def test_secrets_are_in_no_dump_and_no_audit_entry_and_still_come_through(
    app: Flask, backend: Backend
) -> None:
    with app.app_context():
        a_whole_world().load()
        lines = list(world_scripts.dump())
        audited = json.dumps([entry.after for entry in db.session.scalars(select(AuditEntry))])
        assert b"canary" not in b"".join(lines)
        assert "canary" not in audited
        assert "encrypted:" not in audited
    backend.restore(app)
    with app.app_context(), clock.at(Script().at):
        world_scripts.load(lines)
        stored = db.session.scalars(select(Channel.configuration).where(Channel.name == "Web")).one()
        assert "canary" not in json.dumps(stored)
        assert channel_secrets.decrypted(stored) == SECRETS


@pytest.mark.usefixtures("db_session")
def test_a_dump_of_nothing_is_empty_and_loads() -> None:
    assert list(world_scripts.dump()) == []
    assert world_scripts.load([]).facts == 0
