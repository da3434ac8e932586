"""What leaves the house: a receiver gets what is meant for it and no other secret; no log line tells one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from flask import Flask
from pytest_httpserver import HTTPServer
from sqlalchemy import select, update

from app.extensions import db
from app.models import MappingForward, UpstreamOrder, Webhook, WebhookAttempt
from app.services import mapping_delivery, mappings, upstream, upstream_sync
from app.services.documents.events import MappingDocument
from app.services.unit_of_work import unit_of_work
from app.services.webhook_delivery_loop import DeliveryLoop
from tests import builders
from tests.access import canaries
from tests.access.canaries import SECRETS, found_in
from tests.access.stores import Stores, two_stores
from tests.faults.deliveries import attempts_of, wait_until
from tests.pages import PageClient
from tests.receivers import Receiver, a_receiver

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def stores(app: Flask, db_session: object) -> Stores:
    """Two stores with an upstream that is only known by name."""
    planted = canaries.plant(app)
    return two_stores(channel_id=planted.channel_id)


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with a_receiver(tmp_path) as found:
        yield found


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("behaviour", ["ok", "echo"])
def test_a_delivery_tells_the_receiver_its_own_header_and_no_other_secret(
    app: Flask, receiver: Receiver, behaviour: str, capsys: pytest.CaptureFixture[str]
) -> None:
    known = app.extensions["settings"]
    app.extensions["settings"] = replace(known, webhook_allowed_networks=(ip_network("127.0.0.0/8"),))
    with unit_of_work():
        hooks = select(Webhook.id).where(Webhook.secret.is_not(None))
        target = update(Webhook).where(Webhook.id.in_(hooks))
        db.session.execute(target.values(target_url=receiver.url(behaviour, keep="yes")))
    pinged(app)
    bodies = [str(line["body"]) for line in receiver.received()]
    assert bodies and all(found_in(body) == [] for body in bodies)
    for line in receiver.received():
        assert line["headers"].pop("x-key") == SECRETS["header of a webhook"]
        assert found_in(json.dumps(line["headers"])) == []
    for (excerpt,) in db.session.execute(select(WebhookAttempt.response_excerpt)):
        assert found_in((excerpt or b"").decode()) == [], "what it echoes is not kept"
    written = capsys.readouterr()
    assert found_in(written.err + written.out) == [], "and no log line"


def pinged(app: Flask) -> None:
    """The planted webhook is tested by an administrator, and a loop delivers."""
    desk = PageClient(app, builders.a_user(role="administrator").session_key)
    hook = db.session.scalars(select(Webhook.id).where(Webhook.secret.is_not(None))).one()
    before = ended()
    assert desk.post(f"/webhooks/{hook}/ping").status_code == 303
    loop = DeliveryLoop(app)
    loop.start()
    wait_until(lambda: ended() > before, 60, "the event was tried")
    loop.stop()


def ended() -> int:
    """How many attempts have ended."""
    return sum(1 for attempts in attempts_of().values() for one in attempts if one.outcome)


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_an_upstream_that_echoes_our_token_puts_it_into_no_row_page_or_log_line(
    app: Flask, stores: Stores, httpserver: HTTPServer, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    echoed = json.dumps({"detail": SECRETS["token of the upstream"], "results": [], "count": 0})
    httpserver.expect_request("/").respond_with_data(echoed, status=status)
    for path in ("/api/i1/orders/", f"/api/i1/order_items/{item_of(stores)}/create_mapping/"):
        httpserver.expect_request(path).respond_with_data(echoed, status, content_type="application/json")
    known = app.extensions["settings"]
    app.extensions["settings"] = replace(known, omnitron_url=httpserver.url_for("").rstrip("/"))
    app.extensions.pop("omnitron", None)
    document = MappingDocument(omnitron_id=item_of(stores), code="ERP-1001", update_stock=True)
    mappings.create_mapping(document)
    assert upstream.connection() is not None
    mapping_delivery.send_due()
    list(upstream_sync.sync(seconds=1))
    asked = [request for request, _ in httpserver.log]
    assert any(SECRETS["token of the upstream"] in one.headers["Authorization"] for one in asked)
    for model in (MappingForward, UpstreamOrder):
        for row in db.session.execute(select(model.__table__)).mappings():
            assert found_in(json.dumps(dict(row), default=str)) == [], model
    desk = PageClient(app, builders.a_user(role="administrator").session_key)
    for path in ("/upstream/", "/mappings/"):
        assert found_in(desk.client.get(path).get_data(as_text=True)) == []
    written = capsys.readouterr()
    assert found_in(written.err + written.out) == []


def item_of(stores: Stores) -> int:
    """The upstream's number of the own order's item."""
    return int(stores.own.arguments["omnitron_id"])
