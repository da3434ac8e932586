"""Inventory discrepancies: store managers those of own locations, the desk all. For a phone first (D4)."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Redirect

from app import wording
from app.domain.discrepancies import DiscrepancyReason
from app.queries import audit, discrepancy_evidence, discrepancy_reports
from app.queries.discrepancy_reports import ReportFilter, ReportRow
from app.services import discrepancy_removal, inventory_discrepancies, recounts, unblocked_packages
from app.services.unblocked_packages import PlannedAgain
from app.web import audit_view
from app.web import discrepancy_forms as forms
from app.web.access import own_locations
from app.web.csv_cells import csv_answer
from app.web.htmx import render
from app.web.lists import ChoiceFilter, ListForm, TextFilter, named

blueprint = Blueprint("discrepancies", __name__, url_prefix="/discrepancies")

STATES = {
    discrepancy_reports.ACTIVE: _("Active"),
    discrepancy_reports.CLEARED: _("Cleared"),
    discrepancy_reports.ARCHIVED: _("Archive"),
}
COLUMNS = (
    "id",
    "state",
    "reason",
    "erp_code",
    "location_name",
    "sku",
    "product_name",
    "package_number",
    "reported_by",
    "note",
    "created_date",
    "confirmed_date",
    "confirmed_by",
    "confirmed_note",
    "removed_date",
    "removed_by",
    "removed_reason",
    "blocked",
)


class DiscrepancyListForm(ListForm):
    """What the list can be narrowed down to. Without a state it shows what is active."""

    SORTS = discrepancy_reports.SORTS
    DEFAULT_SORT = discrepancy_reports.DEFAULT_SORT

    sku = TextFilter(_("SKU"), 255)
    state = ChoiceFilter(_("State"), lambda: [(code, str(words)) for code, words in STATES.items()])
    location = ChoiceFilter(_("Location"))
    reason = ChoiceFilter(_("Reason"), named(DiscrepancyReason, wording.label))

    def wanted(self) -> ReportFilter:
        """The filter that the query understands."""
        return ReportFilter(
            state=self.state.data or discrepancy_reports.ACTIVE,
            location=self.location.number,
            reason=self.reason.data or None,
            sku=self.sku.data or None,
        )


@blueprint.get("/")
def index() -> str | Response:
    """The list, oldest first, with what each report blocks and what speaks against it."""
    form = _list_form()
    wanted = form.wanted()
    page = discrepancy_reports.list_reports(
        wanted, own_locations(), form.sorted_by, form.page_number, form.rows
    )
    return render(
        "discrepancies/page.html",
        "discrepancies/_list.html",
        form.address(),
        form=form,
        page=page,
        state=wanted.state,
        states=STATES,
        evidence=discrepancy_evidence.evidence_of([one.id for one in page.rows]),
    )


@blueprint.get("/export.csv")
def show_csv() -> Response:
    """Every report that the list's filters want."""
    rows = discrepancy_reports.all_reports(_list_form().wanted(), own_locations())
    return csv_answer(
        "discrepancies.csv", [COLUMNS, *([getattr(row, name) for name in COLUMNS] for row in rows)]
    )


@blueprint.get("/<int:discrepancy_id>")
def show(discrepancy_id: int) -> str:
    """One report: what is said, what speaks against it, whom it blocks, and what can be done."""
    return _page(_report(discrepancy_id))


@blueprint.post("/<int:discrepancy_id>/recount")
def recount(discrepancy_id: int) -> Redirect | tuple[str, int]:
    """Somebody counted: the count becomes the location's stock answer, and the reports there are cleared."""
    report, form = _report(discrepancy_id), forms.RecountForm()
    if not form.validate():
        return _page(report, recount=form), 422
    counted = recounts.recount(report.id, form.hundredths(), form.note.data or None)
    planned = unblocked_packages.plan_again([counted.product_id], form.note.data or None)
    done = gettext("Counted %(count)s of %(product)s.", count=form.count.data, product=report.product_name)
    return _done(report.id, done, planned)


@blueprint.post("/<int:discrepancy_id>/confirm")
def confirm(discrepancy_id: int) -> Redirect | tuple[str, int]:
    """It is still missing: the report stays, with a note of who looked."""
    report, form = _report(discrepancy_id), forms.ConfirmForm()
    if not form.validate():
        return _page(report, confirm=form), 422
    inventory_discrepancies.confirm_discrepancy(report.id, form.note.data or None)
    flash(gettext("Confirmed: %(product)s is still missing.", product=report.product_name), "success")
    return redirect(url_for("discrepancies.show", discrepancy_id=report.id), 303)


@blueprint.post("/<int:discrepancy_id>/clear")
def clear(discrepancy_id: int) -> Redirect | tuple[str, int]:
    """The report was wrong, or is settled: it keeps nobody away any more."""
    report, form = _report(discrepancy_id), forms.ClearForm()
    if not form.validate():
        return _page(report, clear=form), 422
    inventory_discrepancies.clear_discrepancy(report.id, form.note.data or None)
    planned = unblocked_packages.plan_again([report.product_id], form.note.data or None)
    return _done(report.id, gettext("Cleared: %(product)s.", product=report.product_name), planned)


@blueprint.post("/<int:discrepancy_id>/restore")
def restore(discrepancy_id: int) -> Redirect:
    """Take the report out of the archive."""
    report = _report(discrepancy_id)
    discrepancy_removal.restore_discrepancy(report.id)
    flash(gettext("Restored: %(product)s is listed again.", product=report.product_name), "success")
    return redirect(url_for("discrepancies.show", discrepancy_id=report.id), 303)


@blueprint.get("/remove")
def ask_removal() -> str:
    """Choose a day; exactly what would be removed is shown before anything is."""
    form = forms.RemovalForm(request.args, meta={"csrf": False})
    form.offer(discrepancy_reports.location_names(own_locations()))
    found = _to_remove(form) if request.args.get("expired_date") and form.validate() else None
    return render_template("discrepancies/remove.html", form=form, found=found)


@blueprint.post("/remove")
def remove() -> Redirect | tuple[str, int]:
    """Remove what was shown: reports that came meanwhile stay."""
    form = forms.RemovalForm()
    form.offer(discrepancy_reports.location_names(own_locations()))
    if not form.validate() or form.last_id.data is None:
        return render_template("discrepancies/remove.html", form=form, found=None), 422
    found = _to_remove(form)
    removed = discrepancy_removal.remove_discrepancies(
        form.day,
        stock_location_id=form.location.number,
        own=own_locations(),
        last_id=form.last_id.data,
        reason=form.reason.data or None,
    )
    planned = unblocked_packages.plan_again({one.product_id for one in found}, form.reason.data or None)
    text = ngettext(
        "%(num)s report is in the archive now.", "%(num)s reports are in the archive now.", removed
    )
    flash(" ".join([text, *_said(planned)]), "success")
    return redirect(url_for("discrepancies.index"), 303)


def _report(discrepancy_id: int) -> ReportRow:
    return discrepancy_reports.find_report(discrepancy_id, own_locations())


def _list_form() -> DiscrepancyListForm:
    form = DiscrepancyListForm(request.args)
    form.location.offer(discrepancy_reports.location_names(own_locations()))
    form.read()
    return form


def _to_remove(form: forms.RemovalForm) -> list[ReportRow]:
    since = discrepancy_removal.start_of_day(form.day)
    wanted = ReportFilter(location=form.location.number, created_from=since, last_id=form.last_id.data)
    return discrepancy_reports.all_reports(wanted, own_locations())


def _page(report: ReportRow, **filled: forms.NoteForm) -> str:
    own = own_locations()
    is_active = report.state == discrepancy_reports.ACTIVE
    return render_template(
        "discrepancies/report.html",
        report=report,
        states=STATES,
        evidence=discrepancy_evidence.evidence_of([report.id])[report.id],
        blocked=discrepancy_reports.blocked_packages(report.product_id, own) if is_active else [],
        others=discrepancy_reports.active_at_place(report) - 1 if is_active else 0,
        recount=filled.get("recount") or forms.RecountForm(None),
        confirm=filled.get("confirm") or forms.ConfirmForm(None),
        clear=filled.get("clear") or forms.ClearForm(None),
        acts=audit_view.shown_by_name(audit.entries_of("discrepancy", report.id)),
    )


def _done(discrepancy_id: int, text: str, planned: PlannedAgain) -> Redirect:
    flash(" ".join([text, *_said(planned)]), "success")
    return redirect(url_for("discrepancies.show", discrepancy_id=discrepancy_id), 303)


def _said(planned: PlannedAgain) -> list[str]:
    if not planned.planned:
        return []
    return [
        ngettext(
            "%(num)s waiting package was planned again, %(served)s of them served.",
            "%(num)s waiting packages were planned again, %(served)s of them served.",
            planned.planned,
            served=planned.served,
        )
    ]
