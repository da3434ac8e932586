"""Keeps that a remedy was applied to a package, so that people see later whether it helped."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app import clock
from app.domain.diagnosis.kept_changes import plain_changes
from app.domain.diagnosis.proofs import ChangeSet
from app.domain.diagnosis.remedies import class_of
from app.domain.diagnosis.targets import remedy_key
from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.packages import Package
from app.models.remedy_outcomes import RemedyOutcome
from app.services import audit, rows
from app.services.unit_of_work import unit_of_work

_OUTCOMES, _PACKAGES = table(RemedyOutcome), table(Package)
_ORDER_OF = select(_PACKAGES.c.order_id).where(_PACKAGES.c.id == bindparam("package_id"))


def note_outcome(
    package_id: int,
    changes: ChangeSet,
    attempt_id: int | None,
    *,
    is_joint: bool = False,
    reason: str = "",
) -> int:
    """Keep that these changes were made for the package and which attempt followed; the row's id.

    Called in the unit of work of that planning. Raises NotFound for an unknown package.
    """
    with unit_of_work():
        order_id = db.session.execute(_ORDER_OF, {"package_id": package_id}).scalar_one_or_none()
        if order_id is None:
            raise NotFound("package", package_id)
        who = audit.actor()
        return rows.add(
            _OUTCOMES,
            {
                "package_id": package_id,
                "order_id": order_id,
                "attempt_id": attempt_id,
                "remedy_key": remedy_key(changes),
                "changes": plain_changes(changes),
                "cause": class_of(changes).value,
                "is_joint": is_joint,
                "applied_date": clock.now(),
                "actor": who.name,
                "user_id": who.user_id,
                "reason": reason or None,
            },
        )
