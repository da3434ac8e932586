"""Applied remedies are kept, and today's packages say what became of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import ActivateLocation
from app.domain.diagnosis.targets import remedy_key
from app.domain.errors import NotFound
from app.domain.orders import OrderState
from app.domain.packages import PackageCommand
from app.domain.remedy_outcomes import OutcomeState
from app.extensions import db
from app.models import Order, OrderItem, Package, RemedyOutcome, Stock
from app.queries.explanations import explain_package
from app.queries.remedy_outcomes import outcome_summary, outcomes_of
from app.services import audit, packages
from app.services.orders import set_order_state
from app.services.remedies import apply_remedy
from app.services.remedy_outcomes import note_outcome
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.stories import STORIES, waiting_package

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def applied(package: Package, reason: str = "") -> None:
    """The first remedy of the package, applied by Ayşe; one that serves some lines where none serves all."""
    found = explain_package(package.id, "now", clock.now()).explanation
    remedy = (*found.remedies, *found.partly)[0]
    with audit.acting_as("Ayşe"):
        apply_remedy(package.id, remedy_key(remedy.changes), reason)


def state_of(package: Package) -> OutcomeState:
    (outcome,) = outcomes_of(package.id)
    return outcome.state


def serving(package: Package) -> Package:
    return db.session.scalars(
        select(Package).where(Package.order_id == package.order_id, Package.state == "100")
    ).one()


@pytest.mark.parametrize("cause", [cause for cause in STORIES if cause is not Cause.SERVED_NOW])
def test_a_remedy_is_kept_with_who_when_why_and_what_it_mended(cause: Cause) -> None:
    package = waiting_package(STORIES[cause])
    with clock.at(NOON):
        applied(package, "as agreed")
    (kept,) = db.session.scalars(select(RemedyOutcome)).all()
    assert (kept.package_id, kept.order_id, kept.cause) == (package.id, package.order_id, cause)
    assert (kept.actor, kept.applied_date, kept.reason, kept.is_joint) == ("Ayşe", NOON, "as agreed", False)
    (outcome,) = outcomes_of(package.id)
    assert remedy_key(outcome.changes) == kept.remedy_key
    assert outcome.state is OutcomeState.SERVED
    made = select(Package.id).where(Package.order_id == package.order_id, Package.state == "100")
    assert [one.package_id for one in outcome.served_by] == sorted(db.session.scalars(made))


def test_a_refused_remedy_keeps_nothing() -> None:
    package = waiting_package(STORIES[Cause.STALE_RESERVATION])
    found = explain_package(package.id, "now", clock.now()).explanation
    with unit_of_work():
        db.session.execute(Stock.__table__.update().values(stock_count=0))
    with pytest.raises(Exception, match="remedy_changed"):
        apply_remedy(package.id, remedy_key(found.remedies[0].changes))
    assert outcomes_of(package.id) == []


def test_a_package_whose_items_are_out_of_stock_again_came_back() -> None:
    package = waiting_package(STORIES[Cause.STALE_RESERVATION])
    applied(package)
    packages.carry_out(serving(package).id, PackageCommand.REFUSE, "closed")
    assert state_of(package) is OutcomeState.CAME_BACK
    again = db.session.scalars(select(Package).where(Package.state == "920")).one()
    assert outcomes_of(again.id) == [], "nothing was done about the new package yet"


def test_what_is_served_by_halves_says_so() -> None:
    place = builders.a_location(is_active=False)
    there, nowhere = builders.a_product(), builders.a_product()
    builders.a_stock(place, there, 1_00)
    builders.a_scenario()

    def order() -> Order:
        return builders.an_order(lines=[(there, 1_00), (nowhere, 1_00)])

    package = waiting_package(order)
    applied(package)
    assert state_of(package) is OutcomeState.PARTLY


def test_a_joint_fix_may_leave_a_package_waiting_or_see_it_cancelled() -> None:
    package = waiting_package(STORIES[Cause.LOCATION_INACTIVE])
    note_outcome(package.id, (ActivateLocation("WH1"),), None, is_joint=True)
    assert state_of(package) is OutcomeState.WAITING
    set_order_state(package.order_id, OrderState.CANCELLED)
    assert state_of(package) is OutcomeState.ENDED


def test_outcomes_are_summed_by_how_they_stand_since_an_instant() -> None:
    assert outcome_summary(NOON).applied == 0
    for day, cause in enumerate([Cause.STALE_RESERVATION, Cause.DISCREPANCY_HOLD, Cause.LOCATION_INACTIVE]):
        package = waiting_package(STORIES[cause])
        with clock.at(NOON + timedelta(days=day)):
            applied(package)
    packages.carry_out(serving(package).id, PackageCommand.REFUSE, "closed")
    found = outcome_summary(NOON + timedelta(days=1))
    assert dict(found.by_state) == {OutcomeState.SERVED: 1, OutcomeState.CAME_BACK: 1}
    assert (found.applied, found.served, found.served_percent) == (2, 1, 50)
    assert outcome_summary(NOON).served_percent == 66


def test_an_unknown_package_is_not_found() -> None:
    with pytest.raises(NotFound):
        note_outcome(10**9, (ActivateLocation("WH1"),), None)


def test_an_item_of_another_order_brings_nothing_back() -> None:
    package = waiting_package(STORIES[Cause.STALE_RESERVATION])
    applied(package)
    product = db.session.scalars(select(OrderItem.product_id)).first()
    waiting_package(lambda: builders.an_order(lines=[(builders.a_product(), 1_00)]))
    assert product and state_of(package) is OutcomeState.SERVED
