"""The list of orders and the page of one."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app import wording
from app.domain.diagnosis.causes import Cause
from app.domain.order_types import DeliveryType, PaymentType
from app.domain.orders import OrderState
from app.domain.states import RecordKind
from app.queries import order_heads, orders
from app.queries.orders import OrderFilter
from app.web import order_pages
from app.web.access import own_locations
from app.web.htmx import render
from app.web.lists import ChoiceFilter, DayFilter, ListForm, TextFilter, named

blueprint = Blueprint("orders", __name__)

LONGEST_NUMBER = 100
NEVER = "never"


class OrderListForm(ListForm):
    """What the list can be narrowed down to."""

    SORTS = orders.SORTS
    DEFAULT_SORT = orders.DEFAULT_SORT

    q = TextFilter(_("Search"))
    state = ChoiceFilter(
        _("State"), named(OrderState, lambda code: wording.state_label(RecordKind.ORDER, code))
    )
    channel = ChoiceFilter(_("Channel"))
    payment_type = ChoiceFilter(_("Payment"), named(PaymentType, wording.label))
    delivery_type = ChoiceFilter(_("Delivery"), named(DeliveryType, wording.label))
    date_from = DayFilter(_("Placed from"))
    date_to = DayFilter(_("Placed to"))
    out_of_stock = ChoiceFilter(
        _("Stock"), lambda: [("yes", gettext("Out of stock")), ("no", gettext("Nothing missing"))]
    )
    cause = ChoiceFilter(_("Cause"), named(Cause, wording.cause_label))
    plan = ChoiceFilter(_("Plan"), lambda: [(NEVER, gettext("Never planned"))])

    def wanted(self) -> OrderFilter:
        """The filter that the query understands."""
        return OrderFilter(
            q=self.q.data,
            state=self.state.data,
            channel=self.channel.number,
            payment_type=self.payment_type.data,
            delivery_type=self.delivery_type.data,
            placed_from=self.date_from.start(),
            placed_to=self.date_to.end(),
            out_of_stock={"yes": True, "no": False}.get(self.out_of_stock.data or ""),
            cause=self.cause.data,
            never_planned=self.plan.data == NEVER,
        )


@blueprint.get("/orders/")
def index() -> str | Response:
    """The list; htmx swaps its table."""
    form = OrderListForm(request.args)
    form.channel.offer(orders.channel_names())
    form.read()
    page = orders.list_orders(form.wanted(), form.sorted_by, form.page_number, form.rows)
    return render("orders/page.html", "orders/_table.html", form.address(), form=form, page=page)


@blueprint.get("/orders/<int:order_id>")
def show(order_id: int) -> str:
    """Everything that is known of one order."""
    return render_template("orders/order.html", **order_pages.order_page(order_id, own_locations()))


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
