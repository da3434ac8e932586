"""Saved views of lists: named, shared, chosen to begin with, changed and deleted, by forms of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import DataRequired, Length

from app import wording
from app.domain.errors import Invalid, Refused
from app.domain.saved_views import LONGEST_NAME, LONGEST_QUERY, ListCode, may_change, may_share
from app.queries import saved_views as views
from app.queries.saved_views import ViewRow
from app.services import saved_views
from app.web.lists import PLAIN_TEXT, ListForm
from app.web.order_list import order_form
from app.web.packages import package_form
from app.web.view_bar import address_of, list_address

blueprint = Blueprint("saved_views", __name__, url_prefix="/views")

FORMS: Mapping[str, Callable[[Any], ListForm]] = {
    ListCode.ORDERS: order_form,
    ListCode.PACKAGES: package_form,
}
TAKEN, TOO_LONG = "is taken", "is too long"


class ViewForm(FlaskForm):
    """What a view is called, who sees it, and whether one's list begins with it."""

    name = StringField(
        _("Name"),
        [DataRequired(_("Give it a name.")), Length(max=LONGEST_NAME), PLAIN_TEXT],
        filters=[lambda text: text.strip() if text else text],
    )
    is_shared = BooleanField(_("Show it to everybody"))
    is_default = BooleanField(_("Begin with it"))


@blueprint.get("/<list_code>/new")
def new(list_code: str) -> str:
    """The form of a view of what the list shows."""
    code = _code(list_code)
    return _new_page(code, _query(code), ViewForm())


@blueprint.post("/<list_code>/new")
def create(list_code: str) -> Response | tuple[str, int]:
    """Keep it, and show it."""
    code = _code(list_code)
    query, form = _query(code), ViewForm()
    view_id = _kept(form, lambda: _create(code, query, form))
    if view_id is None:
        return _new_page(code, query, form), 422
    flash(gettext("Saved as “%(name)s”.", name=form.name.data), "success")
    return redirect(address_of(views.find_view(view_id, current_user.id)), 303)


@blueprint.post("/<list_code>/first")
def begin_with_all(list_code: str) -> Response:
    """The list begins with all again."""
    code = _code(list_code)
    saved_views.begin_with(current_user.id, code, None)
    flash(gettext("The list begins with all again."), "success")
    return redirect(list_address(code, ""), 303)


@blueprint.get("/<int:view_id>")
def show(view_id: int) -> str:
    """One view, with what can be done about it."""
    view = _view(view_id)
    form = ViewForm(name=view.name, is_shared=view.is_shared, is_default=view.is_default)
    return _view_page(view, form)


@blueprint.post("/<int:view_id>")
def change(view_id: int) -> Response | tuple[str, int]:
    """Rename or share it, and begin with it or not."""
    view, form = _view(view_id), ViewForm()
    if not _may_change(view):
        _begin(view, form.is_default.data)
    elif _kept(form, lambda: _change(view, form)) is None:
        return _view_page(view, form), 422
    flash(gettext("Saved."), "success")
    return redirect(address_of(view), 303)


@blueprint.post("/<int:view_id>/query")
def store_query(view_id: int) -> Response:
    """Let it show what the list shows now."""
    view = _view(view_id)
    query = _query(ListCode(view.list_code))
    try:
        saved_views.store_query(current_user.id, view.id, query)
        flash(gettext("“%(name)s” shows this from now on.", name=view.name), "success")
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(list_address(view.list_code, query, view=view.id), 303)


@blueprint.get("/<int:view_id>/delete")
def ask(view_id: int) -> str:
    """What deleting it means, before it is done."""
    view = _view(view_id)
    return render_template("saved_views/delete.html", view=view, may_change=_may_change(view))


@blueprint.post("/<int:view_id>/delete")
def delete(view_id: int) -> Response:
    """Forget it."""
    view = _view(view_id)
    try:
        saved_views.delete_view(current_user.id, view.id)
        flash(gettext("Deleted: %(name)s.", name=view.name), "success")
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(list_address(view.list_code, ""), 303)


def _code(name: str) -> ListCode:
    if name not in set(ListCode):
        abort(404)
    return ListCode(name)


def _query(code: ListCode) -> str:
    """The parameters of the list that are worth keeping: the list's own form reads them."""
    given = request.values.get("query", "")[: LONGEST_QUERY + 1]
    return FORMS[code](MultiDict(parse_qsl(given))).query()


def _view(view_id: int) -> ViewRow:
    """Somebody else's view that is not shared is not there."""
    return views.find_view(view_id, current_user.id)


def _may_change(view: ViewRow) -> bool:
    return may_change(view.owner_id, view.is_shared, current_user.id, current_user.role)


def _create(code: ListCode, query: str, form: ViewForm) -> int:
    name, is_shared = form.name.data or "", bool(form.is_shared.data)
    view_id = saved_views.create_view(current_user.id, code, name, query, is_shared)
    if form.is_default.data:
        saved_views.begin_with(current_user.id, code, view_id)
    return view_id


def _change(view: ViewRow, form: ViewForm) -> int:
    saved_views.change_view(current_user.id, view.id, form.name.data or "", bool(form.is_shared.data))
    _begin(view, form.is_default.data)
    return view.id


def _begin(view: ViewRow, wanted: bool | None) -> None:
    if bool(wanted) != view.is_default:
        chosen = view.id if wanted else None
        saved_views.begin_with(current_user.id, ListCode(view.list_code), chosen)


def _kept(form: ViewForm, act: Callable[[], int]) -> int | None:
    """What the act gives; None, with the errors at their fields, where the form cannot be used."""
    if not form.validate():
        return None
    try:
        return act()
    except Invalid as invalid:
        form.name.errors = [_words(one) for errors in invalid.errors.values() for one in errors]
    except Refused as refused:
        form.is_shared.errors = [wording.refusal(refused.code, refused.params)]
    return None


def _words(error: str) -> str:
    if error == TAKEN:
        return gettext("Another view of yours has this name.")
    return gettext("This is too long.") if error == TOO_LONG else gettext("Give it a name.")


def _new_page(code: ListCode, query: str, form: ViewForm) -> str:
    shown = {"code": code.value, "query": query, "back": list_address(code, query)}
    return render_template(
        "saved_views/new.html",
        form=form,
        may_share=may_share(current_user.role),
        **shown,
        **_told(code, query),
    )


def _view_page(view: ViewRow, form: ViewForm) -> str:
    return render_template(
        "saved_views/view.html",
        view=view,
        form=form,
        back=address_of(view),
        may_change=_may_change(view),
        may_share=may_share(current_user.role),
        **_told(ListCode(view.list_code), view.query),
    )


def _told(code: ListCode, query: str) -> dict[str, Any]:
    """What the parameters mean: the filters in words, and the columns."""
    form = FORMS[code](MultiDict(parse_qsl(query)))
    return {
        "filters": [(name, words) for name, words, _address in form.chips()],
        "columns": form.shown_columns,
    }
