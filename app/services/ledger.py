"""Facts and audit entries of one unit of work: gathered in order, stored together before its commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from app import clock, logs
from app.extensions import db, run
from app.services import audit


class Ledger:
    """Rows wait here and go out in one statement a table: a loaded world has tens of thousands of them."""

    def __init__(self) -> None:
        self._facts: list[dict[str, Any]] = []
        self._entries: list[dict[str, Any]] = []

    def add_fact(self, kind: str, body: Mapping[str, Any], **references: int | None) -> None:
        row = {"at": clock.now(), "kind": kind, "body": dict(body), "actor": audit.actor().name}
        self._facts.append(row | references)

    def add_audit(
        self,
        action: str,
        kind: str,
        object_id: int | str | None,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        reason: str | None,
    ) -> None:
        who = audit.actor()
        self._entries.append(
            {
                "date": clock.now(),
                "actor": who.name,
                "user_id": who.user_id,
                "action": action,
                "object_type": kind,
                "object_id": None if object_id is None else str(object_id),
                "before": None if before is None else dict(before),
                "after": None if after is None else dict(after),
                "reason": reason,
                "request_id": logs.request_id() or None,
            }
        )

    def store(self) -> None:
        from app.models.audit import AuditEntry
        from app.models.columns import table
        from app.models.facts import Fact

        db.session.flush()  # the rows refer to what the act has just made
        for model, rows in ((Fact, self._facts), (AuditEntry, self._entries)):
            if rows:
                run(insert(table(model)), rows)
                rows.clear()
