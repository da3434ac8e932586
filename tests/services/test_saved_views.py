"""Saved views: whose they are, what they may be called, and who may change them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.errors import Invalid, NotFound, Refused
from app.domain.saved_views import ListCode
from app.extensions import db
from app.models import AuditEntry
from app.queries.saved_views import find_view, list_views
from app.services import saved_views
from tests import builders

pytestmark = pytest.mark.usefixtures("db_session")

ORDERS, PACKAGES = ListCode.ORDERS, ListCode.PACKAGES


def names(user_id: int, code: ListCode = ORDERS) -> list[str]:
    return [one.name for one in list_views(code, user_id)]


def test_somebody_sees_their_own_views_before_the_shared_ones() -> None:
    ayse, baris = builders.a_user("ayse").id, builders.a_user("baris").id
    saved_views.create_view(ayse, ORDERS, "Zeytinburnu", "q=1")
    saved_views.create_view(ayse, ORDERS, "Ümraniye", "q=2")
    saved_views.create_view(baris, ORDERS, "Acil", "q=3", is_shared=True)
    saved_views.create_view(baris, ORDERS, "only mine", "q=4")
    saved_views.create_view(baris, PACKAGES, "another list", "", is_shared=True)
    assert names(ayse) == ["Ümraniye", "Zeytinburnu", "Acil"]
    assert names(baris) == ["Acil", "only mine"]
    assert names(ayse, PACKAGES) == ["another list"]


def test_a_name_is_somebodys_only_once_however_it_is_written() -> None:
    ayse, baris = builders.a_user("ayse").id, builders.a_user("baris").id
    saved_views.create_view(ayse, ORDERS, "Işıl", "")
    for name in ("ışıl", "ISIL", " Işıl "):
        with pytest.raises(Invalid, match="name"):
            saved_views.create_view(ayse, ORDERS, name, "")
    saved_views.create_view(baris, ORDERS, "Işıl", "")
    saved_views.create_view(ayse, PACKAGES, "Işıl", "")
    renamed = saved_views.create_view(ayse, ORDERS, "Other", "")
    with pytest.raises(Invalid, match="name"):
        saved_views.change_view(ayse, renamed, "isil", False)
    saved_views.change_view(ayse, renamed, "OTHER", False)
    assert names(ayse) == ["Işıl", "OTHER"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "ﷺ" * 60])
def test_a_name_that_says_nothing_or_too_much_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="name"):
        saved_views.create_view(builders.a_user().id, ORDERS, name, "")
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_what_somebody_does_not_share_is_not_there_for_others() -> None:
    ayse, administrator = builders.a_user("ayse").id, builders.a_user(role="administrator").id
    view = saved_views.create_view(ayse, ORDERS, "mine", "")
    for act in (
        lambda: find_view(view, administrator),
        lambda: saved_views.change_view(administrator, view, "yours", False),
        lambda: saved_views.store_query(administrator, view, "q=1"),
        lambda: saved_views.delete_view(administrator, view),
        lambda: saved_views.begin_with(administrator, ORDERS, view),
    ):
        with pytest.raises(NotFound):
            act()
    assert names(ayse) == ["mine"]


def test_a_shared_view_is_changed_by_its_owner_and_administrators_only() -> None:
    ayse, baris = builders.a_user("ayse").id, builders.a_user("baris").id
    administrator = builders.a_user(role="administrator").id
    view = saved_views.create_view(ayse, ORDERS, "shared", "", is_shared=True)
    for act in (
        lambda: saved_views.change_view(baris, view, "mine now", True),
        lambda: saved_views.store_query(baris, view, "q=1"),
        lambda: saved_views.delete_view(baris, view),
    ):
        with pytest.raises(Refused, match="view_of_others"):
            act()
    saved_views.store_query(administrator, view, "q=2")
    saved_views.change_view(ayse, view, "renamed", True)
    assert [(one.name, one.query) for one in list_views(ORDERS, baris)] == [("renamed", "q=2")]
    saved_views.delete_view(administrator, view)
    assert names(ayse) == []


def test_a_store_manager_shares_nothing() -> None:
    manager = builders.a_user(role="store_manager").id
    with pytest.raises(Refused, match="view_not_shared"):
        saved_views.create_view(manager, PACKAGES, "all of you", "", is_shared=True)
    saved_views.create_view(manager, PACKAGES, "mine", "")
    assert names(manager, PACKAGES) == ["mine"]


def test_a_list_begins_with_one_view_that_its_reader_sees() -> None:
    ayse, baris = builders.a_user("ayse").id, builders.a_user("baris").id
    mine = saved_views.create_view(baris, ORDERS, "mine", "q=1")
    shared = saved_views.create_view(ayse, ORDERS, "shared", "q=2", is_shared=True)

    def begins_with(user_id: int) -> list[str]:
        return [one.name for one in list_views(ORDERS, user_id) if one.is_default]

    saved_views.begin_with(baris, ORDERS, mine)
    saved_views.begin_with(baris, ORDERS, shared)
    assert (begins_with(baris), begins_with(ayse)) == (["shared"], [])
    with pytest.raises(NotFound):
        saved_views.begin_with(baris, PACKAGES, shared)
    saved_views.begin_with(ayse, ORDERS, shared)
    saved_views.change_view(ayse, shared, "shared", False)
    assert (begins_with(baris), begins_with(ayse)) == ([], ["shared"])
    saved_views.delete_view(ayse, shared)
    assert begins_with(ayse) == []


def test_everything_done_with_a_view_is_in_the_audit_log() -> None:
    ayse = builders.a_user("ayse").id
    view = saved_views.create_view(ayse, ORDERS, "first", "q=1")
    saved_views.change_view(ayse, view, "second", True)
    saved_views.delete_view(ayse, view)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [one.action for one in entries] == [
        "saved_view.created",
        "saved_view.changed",
        "saved_view.deleted",
    ]
    assert entries[1].before == {"name": "first", "is_shared": False}
    assert entries[1].after == {"name": "second", "is_shared": True}
