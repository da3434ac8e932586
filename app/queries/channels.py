"""Sales channels with their configuration as anybody may see it: no secret leaves this module (D6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from app.domain import redaction
from app.domain.errors import NotFound
from app.extensions import db
from app.models.channels import Channel
from app.models.columns import table

_CHANNELS = table(Channel)


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel. `shown` are the values that may be seen by key, `secrets` the keys of the others."""

    id: int
    name: str
    channel_type: str
    is_active: bool
    modified_date: datetime
    shown: Mapping[str, Any]
    secrets: tuple[str, ...]


def list_channels() -> list[ChannelRow]:
    """Every channel, in the order of names."""
    rows = db.session.execute(select(_CHANNELS).order_by(func.lower(_CHANNELS.c.name))).mappings()
    return [_row(row) for row in rows]


def find_channel(channel_id: int) -> ChannelRow:
    """The channel of that id. Raises NotFound."""
    row = db.session.execute(select(_CHANNELS).where(_CHANNELS.c.id == channel_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("channel", channel_id)
    return _row(row)


def _row(row: RowMapping) -> ChannelRow:
    masked = redaction.masked(row["configuration"] or {})
    secrets = tuple(key for key, value in masked.items() if value == redaction.MASK)
    shown = {key: value for key, value in masked.items() if key not in secrets}
    return ChannelRow(
        row["id"], row["name"], row["channel_type"], row["is_active"], row["modified_date"], shown, secrets
    )
