"""Mappings on their way to a real upstream: what the stand-in for Omnitron ends with, and what we say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.demo.omnitron_faults import Switches
from app.domain.mapping_forwards import WAITS
from app.extensions import db
from app.models import MappingForward, Reservation
from app.services import mapping_delivery, mappings, reservations, upstream
from app.services.documents.events import MappingDocument
from tests.upstreams import FIRST_ITEM, StandIn, a_stand_in, a_whole_order, connect
from tests.world.scripts import Script, a_shop, item, order

pytestmark = pytest.mark.usefixtures("db_session")

KNOWN, KNOWN_TOO, UNKNOWN = FIRST_ITEM + 1, FIRST_ITEM + 2, FIRST_ITEM + 3


@pytest.fixture
def hub(app: Flask, db_session: object) -> Iterator[StandIn]:
    """Three served items here, of which the upstream knows two."""
    script = Script(a_shop())
    for place, number in enumerate((KNOWN, KNOWN_TOO, UNKNOWN), 1):
        script.tell(**order(str(place), item(number)))
    script.load()
    with a_stand_in(a_whole_order(1), a_whole_order(2)) as stand_in:
        connect(app, stand_in)
        yield stand_in


def map_item(number: int, *, update_stock: bool = True) -> None:
    document = MappingDocument(omnitron_id=number, code=f"ERP-{number}", update_stock=update_stock)
    mappings.create_mapping(document)


def told(hub: StandIn) -> dict[int, str]:
    """The codes that the upstream has, by item."""
    return {one["object_id"]: one["code"] for one in hub.book.mappings()}


def forwards() -> list[tuple[str, int, str | None, int | None]]:
    db.session.expire_all()
    found = db.session.scalars(select(MappingForward).order_by(MappingForward.id))
    return [(one.state, one.tries, one.trouble, one.response_http_status) for one in found]


def test_a_mapping_arrives_and_a_release_is_told_as_the_same_mapping(hub: StandIn) -> None:
    map_item(KNOWN, update_stock=False)
    assert mapping_delivery.send_due() == 1
    held = db.session.scalars(select(Reservation.id).order_by(Reservation.id)).first()
    assert held is not None
    reservations.release_reservation(held, "the goods have left")
    assert mapping_delivery.send_due() == 1
    assert told(hub) == {KNOWN: f"ERP-{KNOWN}"}
    assert forwards() == [("sent", 1, None, None)] * 2
    client = upstream.connection()
    assert client is not None
    assert client.requests_sent == hub.faults.requests == 2, "one client, and nothing asked beside it"


def test_while_the_upstream_fails_nothing_is_lost_and_it_arrives_once_it_works(hub: StandIn) -> None:
    hub.faults.switches = Switches(errors=1.0)
    map_item(KNOWN)
    map_item(KNOWN_TOO)
    assert mapping_delivery.send_due() == 1, "the second would fare no better"
    ((state, tries, trouble, status), other) = forwards()
    assert (state, tries, trouble) == ("waiting", 1, "server_error")
    assert status is not None and status >= 500
    assert other == ("waiting", 0, None, None)
    hub.faults.switches = Switches()
    with clock.at(clock.now() + 2 * WAITS[0]):
        assert mapping_delivery.send_due() == 2
    assert told(hub) == {one: f"ERP-{one}" for one in (KNOWN, KNOWN_TOO)}


def test_an_answer_that_breaks_off_may_have_arrived_and_is_told_again(hub: StandIn) -> None:
    hub.faults.switches = Switches(cut_bodies=1.0)
    map_item(KNOWN)
    mapping_delivery.send_due()
    assert forwards()[0][:3] == ("waiting", 1, "cut_body")
    hub.faults.switches = Switches()
    with clock.at(clock.now() + 2 * WAITS[0]):
        mapping_delivery.send_due()
    assert forwards() == [("sent", 2, None, None)]
    assert told(hub) == {KNOWN: f"ERP-{KNOWN}"}


def test_what_the_upstream_will_never_take_says_why_and_holds_nobody_up(hub: StandIn) -> None:
    hub.book.map_item(KNOWN_TOO, "SOMETHING-ELSE")
    for number in (UNKNOWN, KNOWN_TOO, KNOWN):
        map_item(number)
    assert mapping_delivery.send_due() == 3
    assert forwards() == [
        ("failed", 1, "not_found", 404),
        ("failed", 1, "refused", 400),
        ("sent", 1, None, None),
    ]
