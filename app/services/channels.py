"""Sales channels. Secrets of their configuration are encrypted before they reach a table or the journal."""

from typing import Any, cast

from sqlalchemy import RowMapping

from app.domain import redaction
from app.models.channels import Channel
from app.models.columns import table
from app.services import channel_secrets, natural_keys, rows, saving
from app.services.documents.master_data import ChannelDocument
from app.services.documents.values import Json, body_of
from app.services.saving import Change
from app.services.unit_of_work import UnitOfWork, unit_of_work

_CHANNELS = table(Channel)
_DEFAULTS: Json = {"channel_type": "web", "omnitron_id": None, "configuration": {}, "is_active": True}


def save_channel(document: ChannelDocument) -> int:
    """Make or change a channel; its id.

    A given configuration takes the place of the stored one; a secret given as the mask stays what it was.
    Raises Invalid for an `omnitron_id` that another channel has.
    """
    with unit_of_work() as work:
        row = rows.find(_CHANNELS, "name", document.name)
        before = _body(row) if row else None
        given = body_of(document)
        if "configuration" in given:
            stored = before["configuration"] if before else {}
            given["configuration"] = channel_secrets.encrypted(given["configuration"], stored)
        change = saving.laid_over(before, given, ChannelDocument, _DEFAULTS)
        if row is not None and change.is_none:
            return cast(int, row["id"])
        return _store(work, change, row)


def _store(work: UnitOfWork, change: Change, row: RowMapping | None) -> int:
    row_id = row["id"] if row else None
    rows.refuse_taken(_CHANNELS, "omnitron_id", change.after["omnitron_id"], row_id)
    if row_id is None:
        row_id = rows.add(_CHANNELS, change.after)
        natural_keys.remember(work, "channel", change.after["name"], row_id)
    else:
        rows.change(_CHANNELS, row_id, change.changed)
    work.record("channel", change.after)
    action = "channel.created" if change.before is None else "channel.changed"
    work.audit(action, "channel", row_id, _shown(change.replaced), _shown(change.changed))
    return cast(int, row_id)


def _body(row: RowMapping) -> Json:
    return {key: row[key] for key in ("name", *_DEFAULTS)}


def _shown(fields: Json | None) -> Any:
    return None if fields is None else redaction.without_secrets(fields)
