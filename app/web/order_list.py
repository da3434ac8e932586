"""What the list of orders can be narrowed down to, sorted by and made to show, as an address says it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app import wording
from app.domain.diagnosis.causes import Cause
from app.domain.order_types import DeliveryType, PaymentType
from app.domain.orders import OrderState
from app.domain.saved_views import ListCode
from app.domain.states import RecordKind
from app.queries import orders
from app.queries.orders import OrderFilter
from app.web.lists import ChoiceFilter, Column, DayFilter, ListForm, TextFilter, named

NEVER = "never"

COLUMNS = (
    Column("number", _("Number"), "number"),
    Column("state", _("State"), "state"),
    Column("channel", _("Channel"), "channel"),
    Column("source", _("Source"), is_default=False),
    Column("customer", _("Customer")),
    Column("city", _("City"), is_default=False),
    Column("items", _("Items"), is_number=True),
    Column("packages", _("Packages"), is_number=True, is_default=False),
    Column("amount", _("Net amount"), is_number=True),
    Column("placed", _("Placed"), "date_placed", newest_first=True),
    Column("cause", _("Out of stock")),
    Column("waiting", _("Waits for"), is_number=True, is_default=False),
    Column("payment", _("Payment")),
    Column("delivery", _("Delivery"), is_default=False),
    Column("modified", _("Changed"), "modified", is_default=False, newest_first=True),
)


class OrderListForm(ListForm):
    """The parameters of the list."""

    SORTS = orders.SORTS
    DEFAULT_SORT = orders.DEFAULT_SORT
    COLUMNS = COLUMNS
    LIST = ListCode.ORDERS

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


def order_form(given: Any) -> OrderListForm:
    """The list that these parameters ask for. Asks one statement: the channels that may be chosen."""
    form = OrderListForm(given)
    form.channel.offer(orders.channel_names())
    form.read()
    return form
