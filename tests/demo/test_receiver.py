"""The demo's receiver: whose events it takes, and which troubles it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock, config
from app.clients import webhook_signatures
from app.config import Settings
from app.demo import demo_file, receiver, subscriptions
from app.extensions import db
from app.models import Webhook, WebhookEvent
from app.services import world_scripts
from tests.browser import worlds

CHANCE = Random(7)


def sent(client: FlaskClient, uuid: str, where: str = receiver.FEED, secret: str = receiver.SECRET) -> int:
    body = b'{"event":{}}'
    headers = webhook_signatures.headers("ping", uuid, body, [secret], clock.now())
    return client.post(where, data=body, headers=headers).status_code


def uuids(count: int) -> list[str]:
    return [str(UUID(int=CHANCE.getrandbits(128), version=4)) for _ in range(count)]


def test_most_events_arrive_and_every_kind_of_trouble_turns_up() -> None:
    client = receiver.app_of(hangs_seconds=0).test_client()
    ids = uuids(600)
    first = Counter(sent(client, uuid) for uuid in ids)
    assert set(first) == {200, 422, 429, 503}
    assert first[200] > 450
    second = Counter(sent(client, uuid) for uuid in ids)
    assert set(second) == {200, 422}, "what is only unwell recovers"
    assert second[422] == first[422] > 0
    assert client.get("/").get_json() == {"taken": second[200], "tries": 1200}


def test_the_carrier_never_takes_some() -> None:
    client = receiver.app_of(hangs_seconds=0).test_client()
    answers = Counter(sent(client, uuid, receiver.CARRIER) for uuid in uuids(100))
    assert 15 < answers[422] < 60


def test_nobody_else_can_tell_it_anything() -> None:
    client = receiver.app_of(hangs_seconds=0).test_client()
    assert sent(client, uuids(1)[0], secret="guessed") == 401
    assert client.post(receiver.FEED, data=b"\xff").status_code == 401


def test_the_newest_facts_are_kept_for_later() -> None:
    lines = subscriptions.Split(({"n": n} for n in range(10)), newest=3)
    assert [one["n"] for one in lines] == list(range(7))
    assert [one["n"] for one in lines.newest] == [7, 8, 9]
    assert [len(one) for one in subscriptions.portions({"n": n} for n in range(230))] == [100, 100, 30]


def test_the_receiver_hangs_for_longer_than_a_delivery_waits() -> None:
    (deadline,) = [field.default for field in fields(Settings) if field.name == "webhook_deadline"]
    assert timedelta(seconds=receiver.HANGS_SECONDS) > deadline


@pytest.fixture
def demo(app: Flask, db_session: object) -> Iterator[None]:
    """A database that is a demo's."""
    demo_file.write(clock.now(), seed=1)
    yield
    config.demo_file().unlink()


def test_only_the_newest_facts_are_told(demo: None) -> None:
    lines = subscriptions.Split(worlds.lines(clock.now()), newest=1)
    world_scripts.load(msgspec.json.encode(line) for line in lines)
    subscriptions.subscribe()
    assert [one.is_active for one in stored(Webhook)] == [True, True, False]
    for some in subscriptions.portions(lines.newest):
        world_scripts.load([msgspec.json.encode(line) for line in some], emit=True)
    events = stored(WebhookEvent)
    assert events
    assert {one.state for one in events} == {"pending"}
    assert {one.webhook_id for one in events} == {stored(Webhook)[0].id}


def stored(kind: type[Any]) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(kind).order_by(kind.id)))
