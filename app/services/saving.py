"""Saving what is known by a name of its own: a document is laid over what is stored, and the whole is kept.

The fact recorded is always the whole document, so that a journal line never depends on those before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import Invalid
from app.services.documents.values import Document, Json
from app.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Change:
    """What a document makes of the stored one; both whole, None where there was none."""

    before: Json | None
    after: Json

    @property
    def is_none(self) -> bool:
        """Whether everything already is as the document says."""
        return self.before == self.after

    @property
    def changed(self) -> Json:
        """The fields that differ, as they shall be."""
        before = self.before or {}
        return {key: value for key, value in self.after.items() if key not in before or before[key] != value}

    @property
    def replaced(self) -> Json | None:
        """The fields that differ, as they were."""
        before = self.before
        return None if before is None else {key: before[key] for key in self.changed if key in before}


def laid_over(
    before: Json | None,
    given: Json,
    kind: type[Document],
    defaults: Json,
    needed: tuple[str, ...] = (),
) -> Change:
    """The change that what is `given` of a document makes, its fields in the order of their `kind`.

    Raises Invalid where a new one leaves out what is `needed`.
    """
    missing = {field: ["is missing"] for field in needed if before is None and field not in given}
    if missing:
        raise Invalid(missing)
    found = {**(defaults if before is None else before), **given}
    return Change(before, {name: found[name] for name in kind.__struct_fields__})


def tell(work: UnitOfWork, kind: str, change: Change, row_id: int, reason: str | None = None) -> None:
    """Record the fact and the audit entry of a change."""
    work.record(kind, change.after)
    action = f"{kind}.{'created' if change.before is None else 'changed'}"
    work.audit(action, kind, row_id, change.replaced, change.changed, reason)
