"""A world with many held reservations, and whether each was released once and whole."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEntry, Fact, Reservation
from app.queries import consistency
from tests.world.scripts import Script, channel, item, location, order, product, scenario, stock

ITEMS_AN_ORDER = 10
SKUS = 20


def load(app: Flask, reservations: int) -> Script:
    """So many served lines, ten an order, of twenty products at one warehouse; the script that was loaded."""
    skus = [f"TS-{number}" for number in range(SKUS)]
    script = Script([channel(), location("WH1"), *(product(sku) for sku in skus)])
    script.tell(**scenario())
    for sku in skus:
        script.tell(**stock("WH1", sku, reservations))
    for number in range(reservations // ITEMS_AN_ORDER):
        first = number * ITEMS_AN_ORDER
        items = [item(first + place + 1, skus[(first + place) % SKUS]) for place in range(ITEMS_AN_ORDER)]
        script.tell(**order(str(number + 1), *items))
    with app.app_context():
        script.load()
    return script


@dataclass(frozen=True, slots=True)
class Books:
    """What is stored of releases: ids by what tells of them."""

    released: frozenset[int]
    facts: int
    audited: tuple[int, ...]
    findings: tuple[str, ...]

    @property
    def are_whole(self) -> bool:
        """Whether each release has exactly one fact and one audit entry, and nothing else is wrong."""
        is_once = len(self.audited) == len(set(self.audited)) == self.facts
        return is_once and set(self.audited) == self.released and not self.findings


def books(app: Flask) -> Books:
    """Read all of it."""
    with app.app_context():
        released = db.session.scalars(select(Reservation.id).where(Reservation.state == "released")).all()
        facts = select(func.count(Fact.id)).where(Fact.kind == "reservation_release")
        audited = select(AuditEntry.object_id).where(AuditEntry.action == "reservation.released")
        found = Books(
            frozenset(released),
            db.session.execute(facts).scalar_one(),
            tuple(int(one or 0) for one in db.session.scalars(audited)),
            tuple(str(one) for one in consistency.findings()),
        )
        db.session.remove()
        return found
