"""The list of orders and the page of one."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.queries import order_heads, orders
from app.web import order_pages
from app.web.access import is_desk, own_locations
from app.web.htmx import render
from app.web.order_list import order_form
from app.web.order_walk import carried, walk_of
from app.web.view_bar import first_address, view_bar

blueprint = Blueprint("orders", __name__)

LONGEST_NUMBER = 100


@blueprint.get("/orders/")
def index() -> str | Response:
    """The list as its parameters or the person's own first view say; htmx swaps its table."""
    form = order_form(request.args)
    bar = view_bar(form)
    first = first_address(bar)
    if first is not None:
        return redirect(first, 303)
    page = orders.list_orders(form.wanted(), form.sorted_by, form.page_number, form.rows, own_locations())
    acts = [("replan", gettext("Plan again")), ("give_up", gettext("Give up on what waits"))]
    shown = {"form": form, "page": page, "views": bar, "acts": acts if is_desk() else []}
    shown["walked"] = carried(form.query("columns", "limit"))
    return render("orders/page.html", "orders/_table.html", form.address(), **shown)


@blueprint.get("/orders/<int:order_id>")
def show(order_id: int) -> str:
    """Everything that is known of one order."""
    shown = order_pages.order_page(order_id, own_locations())
    return render_template("orders/order.html", **shown, walk=walk_of(order_id))


@blueprint.get("/orders/number/<path:number>")
def show_by_number(number: str) -> Response | str:
    """The order of that number, or the choice between several channels' orders (D19)."""
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        abort(404)
    found = order_heads.list_orders_of_number(number, own_locations())
    if not found:
        abort(404)
    if len(found) == 1:
        return redirect(url_for("orders.show", order_id=found[0].id), 303)
    return render_template("orders/several.html", number=number, orders=found)
