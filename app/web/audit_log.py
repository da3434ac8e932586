"""The audit log: who did what, when, before and after, and why. Nobody can change it."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import lazy_gettext as _

from app.queries import audit
from app.queries.audit import AuditFilter
from app.web import audit_view
from app.web.csv_cells import csv_answer
from app.web.htmx import render
from app.web.lists import ChoiceFilter, DayFilter, ListForm, TextFilter

blueprint = Blueprint("audit_log", __name__, url_prefix="/audit-log")

MOST_EXPORTED = 10_000
COLUMNS = (
    "id",
    "date",
    "actor",
    "action",
    "object_type",
    "object_id",
    "before",
    "after",
    "reason",
    "request_id",
)


class AuditListForm(ListForm):
    """What the log can be narrowed down to. Names and ids are taken whole."""

    kind = ChoiceFilter(
        _("Object"), lambda: [(one, audit_view.kind_label(one)) for one in audit.object_types()]
    )
    object_id = TextFilter(_("Record number"))
    actor = TextFilter(_("Who"), 150)
    action = TextFilter(_("Action"))
    date_from = DayFilter(_("From"))
    date_to = DayFilter(_("To"))

    def wanted(self) -> AuditFilter:
        """The filter that the query understands."""
        return AuditFilter(
            object_type=self.kind.data or None,
            object_id=self.object_id.data or None,
            actor=self.actor.data or None,
            action=self.action.data or None,
            date_from=self.date_from.start(),
            date_to=self.date_to.end(),
        )


@blueprint.get("/")
def index() -> str | Response:
    """The log, newest first."""
    form = AuditListForm(request.args)
    form.read()
    page = audit.list_entries(form.wanted(), form.page_number, form.rows)
    entries = audit_view.shown_by_name(page.rows)
    shown = {"form": form, "page": page, "entries": entries}
    return render("audit_log/page.html", "audit_log/_table.html", form.address(), **shown)


@blueprint.get("/export.csv")
def show_csv() -> Response:
    """The newest entries that the log's filters want."""
    form = AuditListForm(request.args)
    form.read()
    rows = audit.newest(form.wanted(), MOST_EXPORTED)
    return csv_answer("audit-log.csv", [COLUMNS, *audit_view.exported(rows, COLUMNS)])
