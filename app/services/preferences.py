"""In which language and zone somebody reads pages: kept with the person, for every computer they use."""

from __future__ import annotations

from sqlalchemy import RowMapping

from app.domain.errors import NotFound
from app.models.columns import table
from app.models.users import User
from app.services import rows
from app.services.unit_of_work import unit_of_work

_USERS = table(User)


def keep_language(user_id: int, language: str | None) -> None:
    """Write to somebody in that language, e.g. "tr"; None: as their browser asks. Raises NotFound."""
    with unit_of_work():
        rows.change(_USERS, _find(user_id)["id"], {"language": language})


def keep_preferences(user_id: int, language: str | None, time_zone: str | None) -> None:
    """The same, and show instants in that IANA zone; None: in the installation's. Raises NotFound."""
    with unit_of_work():
        rows.change(_USERS, _find(user_id)["id"], {"language": language, "time_zone": time_zone})


def _find(user_id: int) -> RowMapping:
    row = rows.find(_USERS, "id", user_id)
    if row is None:
        raise NotFound("user", user_id)
    return row
