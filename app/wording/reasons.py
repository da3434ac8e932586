"""The chain of reasons of an explanation in words, each about one recorded fact. One function a phrase code."""

from collections.abc import Callable, Mapping

from flask_babel import format_datetime, gettext, ngettext

from app.wording.labels import check_label, label, live_label
from app.wording.values import Names, Params, counted, listed, place_of, product_of, units


def _asked(p: Params, names: Names) -> str:
    more = p["lines"] - 1
    values = {"order": p["order_number"], "quantity": counted(p["needed"]), "product": product_of(p, names)}
    if more:
        return ngettext(
            "Order %(order)s needs %(quantity)s of %(product)s, and %(num)s more line.",
            "Order %(order)s needs %(quantity)s of %(product)s, and %(num)s more lines.",
            more,
            **values,
        )
    return gettext("Order %(order)s needs %(quantity)s of %(product)s.", **values)


def _matched(p: Params, names: Names) -> str:
    return ngettext(
        "Scenario “%(scenario)s” is for this order; its rule is %(rules)s.",
        "Scenario “%(scenario)s” is for this order; its rules were tried in this order: %(rules)s.",
        len(p["rules"]),
        scenario=p["scenario"],
        rules=", ".join(f"“{rule}”" for rule in p["rules"]),
    )


def _numbers(p: Params) -> dict[str, str]:
    stock, reserved = p["stock_count"], p["reservation_count"]
    return {
        "stock": units(stock),
        "reserved": units(reserved),
        "free": units(stock - reserved),
        "needed": units(p["needed"]),
    }


def _nearest(p: Params, names: Names) -> str:
    values = {"place": place_of(p, names), "product": product_of(p, names), "check": check_label(p["check"])}
    if p["stock_count"] is None:
        return gettext("%(place)s never returned a stock count for %(product)s (%(check)s).", **values)
    return gettext(
        "%(place)s counted %(stock)s of %(product)s %(ago)s and holds %(reserved)s: %(stock)s − %(reserved)s = "
        "%(free)s free, %(needed)s needed (%(check)s).",
        ago=names.ago(p["answered_at"]),
        **values,
        **_numbers(p),
    )


def _chosen(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s had counted %(stock)s of %(product)s and held %(reserved)s for others: %(free)s free, "
        "%(needed)s needed.",
        place=place_of(p, names),
        product=product_of(p, names),
        **_numbers(p),
    )


def _held_live(p: Params, names: Names) -> str:
    text = gettext(
        "%(place)s has %(stock)s and holds %(reserved)s, for %(orders)s; none of these reservations is stale.",
        place=place_of(p, names),
        stock=units(p["stock_count"]),
        reserved=units(p["reservation_count"]),
        orders=listed(p["holders"]),
    )
    return " ".join([text, *(_noted(note, count) for note, count in p["notes"].items())])


def _noted(note: str, count: int) -> str:
    return ngettext("One is %(note)s.", "%(num)s are %(note)s.", count, note=live_label(note))


def _summary(p: Params, names: Names) -> str:
    counts = p["by_check"]
    parts = [f"{count} {check_label(check)}" for check, count in counts.items() if check != "ok"]
    return gettext(
        "%(ok)s of %(locations)s locations can serve %(product)s: %(parts)s.",
        ok=counts.get("ok", 0),
        locations=p["locations"],
        product=product_of(p, names),
        parts=", ".join(parts) or gettext("all can"),
    )


def _proof_registered(p: Params, names: Names) -> str:
    return gettext(
        "The ERP registered order %(order)s on %(mapped)s, and %(place)s counted again on %(answered)s: its count "
        "already lacks the unit that the reservation still holds.",
        order=p["order_number"],
        mapped=_instant(p["mapped_at"]),
        place=place_of(p, names),
        answered=_instant(p["answered_at"]),
    )


def _instant(value: object) -> str:
    return str(format_datetime(value, "d MMM HH:mm")) if value else "–"


def _proof_order_cancelled(p: Params, names: Names) -> str:
    return gettext(
        "Order %(order)s was cancelled, and its reservation of %(reserved)s stayed.",
        order=p["order_number"],
        reserved=_instant(p["reserved_at"]),
    )


def _proof_package_cancelled(p: Params, names: Names) -> str:
    return gettext(
        "The package of order %(order)s that the reservation was for is cancelled.", order=p["order_number"]
    )


def _proof_orphan(p: Params, names: Names) -> str:
    return gettext(
        "No package needs the reservation of order %(order)s, which was placed %(ago)s.",
        order=p["order_number"],
        ago=names.ago(p["placed_at"]),
    )


def _proof_discrepancy(p: Params, names: Names) -> str:
    return ngettext(
        "A report (%(reason)s, %(ago)s) keeps the planner away from %(product)s at %(place)s.",
        "%(num)s reports, the first %(ago)s (%(reason)s), keep the planner away from %(product)s at %(place)s.",
        p["discrepancies"],
        reason=label(p["reason"]),
        ago=names.ago(p["since"]),
        product=product_of(p, names),
        place=place_of(p, names),
    )


def _proof_quota_unset(p: Params, names: Names) -> str:
    return gettext(
        "The rule selects by quota, and %(place)s has none (%(quota)s unpacked packages there now).",
        place=place_of(p, names),
        quota=p["quota"],
    )


def _proof_quota_full(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s has %(quota)s unpacked packages, and a quota of %(max)s.",
        place=place_of(p, names),
        quota=p["quota"],
        max=p["max_quota"],
    )


def _proof_inactive(p: Params, names: Names) -> str:
    return gettext("%(place)s is switched off, so no rule may use it.", place=place_of(p, names))


def _proof_outside(p: Params, names: Names) -> str:
    return gettext(
        "Rule “%(rule)s” of scenario “%(scenario)s” does not let %(place)s in.",
        rule=p["rule"],
        scenario=p["scenario"],
        place=place_of(p, names),
    )


REASONS: Mapping[str, Callable[[Params, Names], str]] = {
    "asked": _asked,
    "matched_scenario": _matched,
    "nearest": _nearest,
    "chosen": _chosen,
    "held_live": _held_live,
    "summary": _summary,
    "proof_erp_registered": _proof_registered,
    "proof_order_cancelled": _proof_order_cancelled,
    "proof_package_cancelled": _proof_package_cancelled,
    "proof_orphan": _proof_orphan,
    "proof_discrepancy_hold": _proof_discrepancy,
    "proof_quota_unset": _proof_quota_unset,
    "proof_quota_full": _proof_quota_full,
    "proof_location_inactive": _proof_inactive,
    "proof_outside_scenario": _proof_outside,
}
