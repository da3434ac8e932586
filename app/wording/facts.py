"""A recorded fact in words, for timelines: what happened, to what, in one short sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, ngettext

from app.domain.states import RecordKind
from app.wording.labels import label, state_label
from app.wording.values import Names

Body = Mapping[str, Any]


def fact_text(kind: str, body: Body, names: Names) -> str:
    """One line of the journal as a sentence without a full stop. `body` is the world-script line."""
    words = _TEXTS.get(kind)
    return words(body, names) if words else kind.replace("_", " ")


def known_kinds() -> frozenset[str]:
    """Every kind of fact there are words for."""
    return frozenset(_TEXTS)


def _count(text: Any) -> str:
    """A fixed-point count without needless zeros."""
    whole = str(text)
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def _order(body: Body, names: Names) -> str:
    return ngettext(
        "Order arrived with %(num)s line, %(state)s",
        "Order arrived with %(num)s lines, %(state)s",
        len(body["items"]),
        state=state_label(RecordKind.ORDER, str(body["state"])),
    )


def _order_state(body: Body, names: Names) -> str:
    state = state_label(RecordKind.ORDER_ITEM, str(body["state"]))
    if body.get("omnitron_id"):
        return gettext("Item %(item)s became %(state)s", item=body["omnitron_id"], state=state)
    return gettext("Order became %(state)s", state=state)


def _stock(body: Body, names: Names) -> str:
    return gettext(
        "%(place)s answered: %(count)s of %(product)s",
        place=names.place(body["erp_code"]),
        count=_count(body["stock_count"]),
        product=names.product(body["sku"]),
    )


def _reservation(body: Body, names: Names) -> str:
    return gettext(
        "%(quantity)s reserved at %(place)s for item %(item)s",
        quantity=_count(body["quantity"]),
        place=names.place(body["erp_code"]),
        item=body["omnitron_id"],
    )


def _release(body: Body, names: Names) -> str:
    return gettext(
        "Reservation of item %(item)s at %(place)s released",
        item=body["omnitron_id"],
        place=names.place(body["erp_code"]),
    )


def _mapping(body: Body, names: Names) -> str:
    if body.get("update_stock", True):
        return gettext(
            "Item %(item)s registered in the ERP as %(code)s", item=body["omnitron_id"], code=body["code"]
        )
    return gettext(
        "Item %(item)s registered in the ERP as %(code)s, reservation kept",
        item=body["omnitron_id"],
        code=body["code"],
    )


def _discrepancy(body: Body, names: Names) -> str:
    return gettext(
        "%(place)s reported item %(item)s: %(reason)s",
        place=names.place(body["erp_code"]),
        item=body["omnitron_id"],
        reason=label(body["reason"]),
    )


def _clear(body: Body, names: Names) -> str:
    if body.get("restored"):
        return gettext(
            "Reports about %(product)s at %(place)s restored",
            product=names.product(body["sku"]),
            place=names.place(body["erp_code"]),
        )
    if body.get("removed"):
        return gettext(
            "Reports about %(product)s at %(place)s removed",
            product=names.product(body["sku"]),
            place=names.place(body["erp_code"]),
        )
    return gettext(
        "Reports about %(product)s at %(place)s cleared",
        product=names.product(body["sku"]),
        place=names.place(body["erp_code"]),
    )


def _command(body: Body, names: Names) -> str:
    return gettext(
        "Package with %(product)s: %(command)s",
        product=names.product(body["sku"]),
        command=label(body["command"]),
    )


def _replan(body: Body, names: Names) -> str:
    freed = body.get("freed")
    if not freed:
        return gettext("Order planned again")
    if freed.get("order_number"):
        return gettext(
            "Planned again because units of %(product)s at %(place)s were released from order %(number)s",
            product=names.product(freed["sku"]),
            place=names.place(freed["erp_code"]),
            number=freed["order_number"],
        )
    if freed.get("cleared"):
        return gettext(
            "Planned again because a report about %(product)s at %(place)s was settled",
            product=names.product(freed["sku"]),
            place=names.place(freed["erp_code"]),
        )
    return gettext(
        "Planned again because %(place)s answered %(count)s of %(product)s",
        place=names.place(freed["erp_code"]),
        count=_count(freed["stock_count"]),
        product=names.product(freed["sku"]),
    )


def _location(body: Body, names: Names) -> str:
    if not body.get("is_active", True):
        return gettext("Location %(place)s saved, switched off", place=names.place(body["erp_code"]))
    return gettext("Location %(place)s saved", place=names.place(body["erp_code"]))


def _scenario(body: Body, names: Names) -> str:
    return gettext("Scenario “%(name)s” saved", name=body["name"])


def _channel(body: Body, names: Names) -> str:
    return gettext("Channel %(name)s saved", name=body["name"])


def _product(body: Body, names: Names) -> str:
    return gettext("Product %(name)s saved", name=body["name"])


def _cargo(body: Body, names: Names) -> str:
    return gettext("Cargo company %(name)s saved", name=body["name"])


_TEXTS: Mapping[str, Callable[[Body, Names], str]] = {
    "order": _order,
    "order_state": _order_state,
    "stock": _stock,
    "reservation": _reservation,
    "reservation_release": _release,
    "mapping": _mapping,
    "discrepancy": _discrepancy,
    "discrepancy_clear": _clear,
    "package_command": _command,
    "replan": _replan,
    "stock_location": _location,
    "scenario": _scenario,
    "channel": _channel,
    "product": _product,
    "cargo_company": _cargo,
}
