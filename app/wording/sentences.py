"""The one sentence of an explanation: product, numbers, place, reason and fix, as an operator says it.

One function a phrase code. Never a code, never "error".
"""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from app.wording.changes import change_text
from app.wording.labels import check_label, label
from app.wording.values import ONE_UNIT, Names, Params, counted, listed, place_of, product_of, units


def _served_now(p: Params, names: Names) -> str:
    return gettext(
        "%(places)s can serve this package now; planning the order again serves it.",
        places=names.places(p["served_by"]),
    )


def _stale_reservation(p: Params, names: Names) -> str:
    values = {
        "quantity": counted(p["quantity"]),
        "product": product_of(p, names),
        "place": place_of(p, names),
        "order": p["order_number"],
        "why": _STALE_BECAUSE[p["stale"]](p, names),
    }
    if p["reservations"] > 1:
        return gettext(
            "%(quantity)s of %(product)s at %(place)s are still held by %(count)s reservations nobody needs, the oldest for order %(order)s, %(why)s; releasing them serves this package.",
            count=p["reservations"],
            **values,
        )
    if p["quantity"] == ONE_UNIT:
        return gettext(
            "The unit of %(product)s at %(place)s is still reserved for order %(order)s, %(why)s; releasing that reservation serves this package.",
            **values,
        )
    return gettext(
        "The %(quantity)s of %(product)s at %(place)s are still reserved for order %(order)s, %(why)s; releasing that reservation serves this package.",
        **values,
    )


_STALE_BECAUSE: Mapping[str, Callable[[Params, Names], str]] = {
    "erp_registered": lambda p, names: gettext("which the ERP registered %(ago)s", ago=names.ago(p["since"])),
    "order_cancelled": lambda p, names: gettext("which was cancelled"),
    "package_cancelled": lambda p, names: gettext("whose package was cancelled"),
    "orphan": lambda p, names: gettext("which has no package"),
}


def _discrepancy_hold(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s counts %(free)s of %(product)s free, but a report of %(ago)s says it is not there "
        "(%(reason)s); clearing the report serves this package.",
        place=place_of(p, names),
        free=counted(p["free"]),
        product=product_of(p, names),
        ago=names.ago(p["since"]),
        reason=label(p["reason"]),
    )


def _quota_unset(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s has the %(product)s, but the rule asks for a quota and none is set there; setting it to "
        "%(to)s serves this package.",
        place=place_of(p, names),
        product=product_of(p, names),
        to=p["to"],
    )


def _quota_full(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s has the %(product)s, but %(quota)s unpacked packages use up its quota of %(max)s; raising it "
        "to %(to)s serves this package.",
        place=place_of(p, names),
        product=product_of(p, names),
        quota=p["quota"],
        max=p["max_quota"],
        to=p["to"],
    )


def _location_inactive(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s has %(free)s of %(product)s free, but it is switched off; switching it on serves this package.",
        place=place_of(p, names),
        free=counted(p["free"]),
        product=product_of(p, names),
    )


def _outside_scenario(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s has %(free)s of %(product)s free, but rule “%(rule)s” leaves it out; letting it in serves "
        "this package.",
        place=place_of(p, names),
        free=counted(p["free"]),
        product=product_of(p, names),
        rule=p["rule"],
    )


def _split_forbidden(p: Params, names: Names) -> str:
    values = {"places": names.places(p["served_by"]), "rule": p["rule"], "product": product_of(p, names)}
    if p["lines"] > 1:
        return gettext(
            "%(places)s together have everything, but rule “%(rule)s” wants it from fewer places; letting it "
            "split serves this package.",
            **values,
        )
    return gettext(
        "%(places)s together have enough of %(product)s, but rule “%(rule)s” wants it from one place; letting "
        "it split serves this package.",
        **values,
    )


def _scenario_inactive(p: Params, names: Names) -> str:
    return gettext(
        "No active scenario is for orders like this one (%(channel)s, %(payment)s, %(delivery)s); scenario "
        "“%(scenario)s” would be, and switching it on serves this package.",
        scenario=p["scenario"],
        **_conditions(p),
    )


def _conditions(p: Params) -> dict[str, str]:
    return {
        "channel": p["channel"],
        "payment": label(p["payment_type"]),
        "delivery": label(p["delivery_type"]),
    }


def _two_changes(p: Params, names: Names) -> str:
    first, second = (change_text(change, names) for change in p["changes"])
    return gettext(
        "No single change is enough: %(first)s and %(second)s, and %(places)s can serve this package.",
        first=first,
        second=second,
        places=names.places(p["served_by"]),
    )


def _nowhere(p: Params, names: Names) -> str:
    if p["best"] is None:
        return gettext(
            "No location may serve %(product)s for this order; the nearest to it is %(place)s (%(check)s).",
            product=product_of(p, names),
            place=names.place(p["nearest"]),
            check=check_label(p["nearest_check"]),
        )
    return gettext(
        "No location that may serve this order has enough of %(product)s: %(needed)s needed, the best, "
        "%(place)s, has %(best)s.",
        product=product_of(p, names),
        needed=units(p["needed"]),
        place=place_of(p, names),
        best=units(p["best"]),
    )


def _unanswered(p: Params, names: Names) -> str:
    return ngettext(
        "It cannot be said yet: %(places)s never returned a stock count for %(product)s.",
        "It cannot be said yet: %(num)s locations never returned a stock count for %(product)s: %(places)s.",
        len(p["missing"]),
        places=names.places(p["missing"]),
        product=product_of(p, names),
    )


def _reserved(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s has %(stock)s of %(product)s, but %(reserved)s are reserved for orders that still need them "
        "(%(orders)s).",
        place=place_of(p, names),
        stock=units(p["stock_count"]),
        reserved=units(p["reservation_count"]),
        product=product_of(p, names),
        orders=listed(p["holders"]),
    )


def _no_scenario(p: Params, names: Names) -> str:
    return gettext(
        "No active scenario is for orders like this one (%(channel)s, %(payment)s, %(delivery)s), so no location "
        "was asked.",
        **_conditions(p),
    )


def _too_many(p: Params, names: Names) -> str:
    return gettext(
        "Each of the %(lines)s lines could be served after a change, but no two changes serve them all.",
        lines=p["lines"],
    )


def _planned_here(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s serves this package: rule “%(rule)s” of scenario “%(scenario)s” asks %(order_by)s, and it was "
        "the first that could.",
        place=place_of(p, names),
        rule=p["rule"] or "–",
        scenario=p["scenario"] or "–",
        order_by=label(p["order_by"]),
    )


SENTENCES: Mapping[str, Callable[[Params, Names], str]] = {
    "served_now": _served_now,
    "stale_reservation": _stale_reservation,
    "discrepancy_hold": _discrepancy_hold,
    "quota_unset": _quota_unset,
    "quota_full": _quota_full,
    "location_inactive": _location_inactive,
    "outside_scenario": _outside_scenario,
    "split_forbidden": _split_forbidden,
    "scenario_inactive": _scenario_inactive,
    "two_changes": _two_changes,
    "out_of_stock_everywhere": _nowhere,
    "no_stock_answer": _unanswered,
    "reserved_by_others": _reserved,
    "no_matching_scenario": _no_scenario,
    "combination": _too_many,
    "planned_here": _planned_here,
}
