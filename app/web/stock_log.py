"""The stock log: what each attempt saw at each location, with the formula, as a table and as a chart."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.queries import stock_log
from app.queries.stock_log import StockLogFilter
from app.web.htmx import render
from app.web.lists import DayFilter, ListForm, TextFilter

blueprint = Blueprint("stock_log", __name__)


class StockLogForm(ListForm):
    """What the log can be narrowed down to. Codes are taken whole: they are pasted, or come with a link."""

    order_number = TextFilter(_("Order"))
    erp_code = TextFilter(_("Location code"))
    sku = TextFilter(_("SKU"), 255)
    date_from = DayFilter(_("From"))
    date_to = DayFilter(_("To"))

    def wanted(self) -> StockLogFilter:
        """The filter that the query understands."""
        return StockLogFilter(
            order_number=self.order_number.data or None,
            erp_code=self.erp_code.data or None,
            sku=self.sku.data or None,
            date_from=self.date_from.start(),
            date_to=self.date_to.end(),
        )


@blueprint.get("/stock-log/")
def index() -> str | Response:
    """The log, newest first; with a chart when it is about one product at one location."""
    form = StockLogForm(request.args)
    form.read()
    wanted = form.wanted()
    page = stock_log.list_entries(wanted, form.page_number, form.rows)
    shown: dict[str, Any] = {"form": form, "page": page, "chart": None}
    if wanted.is_one_place and page.count:
        shown["chart"] = _chart(stock_log.course(wanted))
    return render("stock_log/page.html", "stock_log/_table.html", form.address(), **shown)


def _chart(course: list[stock_log.Sighting]) -> dict[str, Any]:
    """What was seen over time, as the chart script wants it: units, and rows for the table beside it."""
    stock = [one.stock_count / 100 for one in course]
    reserved = [one.reservation_count / 100 for one in course]
    free = [one.quantity / 100 for one in course]
    return {
        "x": [one.date.timestamp() for one in course],
        "series": [
            {"key": "stock", "label": gettext("Stock"), "values": stock},
            {"key": "reserved", "label": gettext("Reserved"), "values": reserved},
            {"key": "available", "label": gettext("Available"), "values": free},
        ],
        "markers": [],
        "rows": [(one.date, *values) for one, *values in zip(course, stock, reserved, free, strict=True)],
    }
