"""What receivers are told of packages: made, moved from state to state, refused."""

from __future__ import annotations

from app.domain.packages import PackageState
from app.domain.states import RecordKind
from app.domain.webhooks import OF_PACKAGE_STATE, EventType
from app.services.unit_of_work import UnitOfWork, unit_of_work

_KIND = RecordKind.PACKAGE


def created(package_id: int, state: PackageState) -> None:
    """A package was made; also that it is out of stock, where it is."""
    with unit_of_work() as work:
        work.announce(EventType.PACKAGE_CREATED, _KIND, package_id)
        if state is PackageState.OUT_OF_STOCK:
            work.announce(EventType.PACKAGE_OUT_OF_STOCK, _KIND, package_id)


def moved(work: UnitOfWork, package_id: int, before: str, after: str, reason: str | None = None) -> None:
    """A package went from one state to another, with the event of that state where there is one."""
    if before == after:
        return
    told = {"before": str(before), "after": str(after), "reason": reason}
    work.announce(EventType.PACKAGE_STATUS_TRANSITIONED, _KIND, package_id, **told)
    if after in OF_PACKAGE_STATE:
        work.announce(OF_PACKAGE_STATE[after], _KIND, package_id, **told)


def refused(work: UnitOfWork, package_id: int, reason: str | None) -> None:
    """Its location refused a package, and why."""
    work.announce(EventType.PACKAGE_REFUSED, _KIND, package_id, reason=reason)
