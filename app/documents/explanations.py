"""The explanation as the JSON document of diagnosis.md, section 5: the API sends it, the page renders it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import url_for

from app.documents.masking import masked
from app.domain.diagnosis.differences import Difference
from app.domain.diagnosis.explanation import Explanation, LineFinding
from app.domain.diagnosis.looks import Holder, LocationLook
from app.domain.diagnosis.phrases import Evidence, Phrase
from app.domain.diagnosis.remedies import Remedy
from app.domain.diagnosis.targets import change_target, remedy_key
from app.domain.double_counts import DoubleCount
from app.domain.errors import NotFound
from app.queries.explanations import ItemFacts, PackageExplanation
from app.wording.changes import change_text
from app.wording.phrases import phrase_text
from app.wording.values import Names, listed

Hints = Mapping[int, DoubleCount]

HUNDREDTHS_KINDS = frozenset({"stock", "reserved"})


def names_of(found: PackageExplanation) -> Names:
    """What the explanation's products and locations are called, as of its instant."""
    locations = {code: one.name for code, one in found.explanation.world.locations.items()}
    return Names(found.explained_at, found.product_names, locations)


def explanation_document(
    found: PackageExplanation, own: Collection[int] | None = None, location: str | None = None
) -> dict[str, Any]:
    """The answer for one package, with its texts in the language of the request.

    `own` are the ids of a store manager's locations: of other ones it then has no numbers and no holders.
    `location` asks "why not this one?": the lines then list only the location of that ERP code, while the
    summaries still count all. Raises NotFound for a code that the explained world does not know.
    """
    whole = _whole(found)
    shown = whole if own is None else masked(whole, found.explanation, own)
    return shown if location is None else _of_location(shown, location, found.explanation)


def _of_location(document: dict[str, Any], erp_code: str, explanation: Explanation) -> dict[str, Any]:
    if erp_code not in explanation.world.locations:
        raise NotFound("stock_location", erp_code)
    lines = [
        {**line, "locations": [one for one in line["locations"] if one["erp_code"] == erp_code]}
        for line in document["lines"]
    ]
    return {**document, "lines": lines}


def _whole(found: PackageExplanation) -> dict[str, Any]:
    names = names_of(found)
    package, explanation = found.package, found.explanation
    return {
        "package": package.id,
        "number": package.number,
        "order_number": package.order_number,
        "state": package.state,
        "at": found.at,
        "attempt": found.attempt.number if found.attempt else None,
        "planned_at": instant(found.attempt.date) if found.attempt else None,
        "explained_at": instant(found.explained_at),
        "cause": explanation.cause.value if explanation.cause else None,
        "determined": explanation.determined,
        "sentence": phrase_text(explanation.sentence, names),
        "because": [_because(phrase, explanation, names) for phrase in explanation.because],
        "lines": [_line(line, found.counted_twice) for line in explanation.lines],
        "remedies": [_remedy(remedy, found, names) for remedy in explanation.remedies],
        "partly": [_remedy(remedy, found, names) for remedy in explanation.partly],
        "served_by": _served_by(found.items),
        "changed_since_plan": [difference(one) for one in found.changed_since],
    }


def instant(value: datetime | None) -> str | None:
    """ISO 8601 in UTC with six digits and Z (D17)."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else None


@lru_cache(maxsize=16_384)
def fixed(hundredths: int | None) -> str | None:
    """A quantity or a price as a fixed-point string with two decimals (D16). Kept, because both repeat."""
    if hundredths is None:
        return None
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def _because(phrase: Phrase, explanation: Explanation, names: Names) -> dict[str, Any]:
    return {
        "code": phrase.code,
        "text": phrase_text(phrase, names),
        "evidence": [
            {"kind": one.kind, "id": one.id, "url": _evidence_url(one, phrase.params, explanation)}
            for one in phrase.evidence
        ],
    }


def _evidence_url(evidence: Evidence, params: Mapping[str, Any], explanation: Explanation) -> str:
    """Where the record is shown: the order, the scenario, or the place (location and product) it is about."""
    if evidence.kind == "order":
        return url_for("orders.show", order_id=evidence.id)
    if evidence.kind == "scenario":
        return url_for("scenarios.show", scenario_id=evidence.id)
    sku = params.get("sku") or explanation.lines[0].line.sku
    code = params.get("erp_code") or _code_of(evidence.id, explanation)
    return url_for("places.show", erp_code=code, sku=sku, _anchor=f"{evidence.kind}-{evidence.id}")


def _code_of(location_id: int, explanation: Explanation) -> str | None:
    locations = explanation.world.locations.values()
    return next((one.erp_code for one in locations if one.id == location_id), None)


def _line(found: LineFinding, twice: Hints) -> dict[str, Any]:
    return {
        "order_item": found.line.order_item_id,
        "sku": found.line.sku,
        "needed": fixed(found.line.needed),
        "cause": found.cause.value if found.cause else None,
        "summary": {
            "locations": len(found.looks),
            "by_check": {check.value: count for check, count in found.by_check.items()},
        },
        "locations": [_location(look, twice) for look in found.looks],
    }


def _location(look: LocationLook, twice: Hints) -> dict[str, Any]:
    has_answer = look.cell.stock_count is not None
    return {
        "erp_code": look.location.erp_code,
        "name": look.location.name,
        "in_rule": look.in_rule,
        "rule": look.rule.name if look.rule else None,
        "check": look.check.value,
        "stock_count": fixed(look.cell.stock_count),
        "reservation_count": fixed(look.cell.reservation_count) if has_answer else None,
        "quantity": fixed(look.free),
        "answered_at": instant(look.answered_at),
        "evidence": [
            *(_holder(one, twice.get(one.held.id)) for one in look.holders),
            *({"kind": "discrepancy", "id": one.id, "reason": one.reason} for one in look.discrepancies),
        ],
    }


def _holder(one: Holder, twice: DoubleCount | None) -> dict[str, Any]:
    """A held reservation; with the records that its units are likely counted twice, where there are any."""
    found = {
        "kind": "reservation",
        "id": one.held.id,
        "order_number": one.held.order_number,
        "quantity": fixed(one.held.quantity),
        "stale": one.stale.value if one.stale else None,
        "live": one.live.value if one.live else None,
    }
    return found if twice is None else {**found, "counted_twice": _counted_twice(twice)}


def _counted_twice(found: DoubleCount) -> dict[str, Any]:
    return {
        "mapping": found.mapping_id,
        "code": found.code,
        "registered_at": instant(found.mapped_at),
        "then": fixed(found.before.stock_count),
        "now": fixed(found.after.stock_count),
        "answered_at": instant(found.after.at),
    }


def _remedy(remedy: Remedy, found: PackageExplanation, names: Names) -> dict[str, Any]:
    return {
        "key": remedy_key(remedy.changes),
        "text": listed([change_text(change, names) for change in remedy.changes]),
        "changes": [change_target(change) for change in remedy.changes],
        "cause": remedy.cause.value,
        "proved": True,
        "served_by": list(remedy.served_by),
        "displaces": displaced(remedy, found),
    }


def displaced(remedy: Remedy, found: PackageExplanation) -> list[dict[str, Any]]:
    """The packages of older orders that go without when this remedy is applied."""
    return [
        {"package": one.package_id, "order_number": one.order_number}
        for one in found.displaces.get(remedy.changes, ())
    ]


def _served_by(items: Iterable[ItemFacts]) -> list[dict[str, Any]]:
    return [
        {
            "order_item": item.order_item_id,
            "sku": item.sku,
            "package": item.served_by_package_id,
            "number": item.served_by_number,
            "erp_code": item.served_by_erp_code,
        }
        for item in items
        if item.served_by_package_id is not None
    ]


def difference(one: Difference) -> dict[str, Any]:
    """One fact then and now, as documents have it."""
    named = {"erp_code": one.erp_code, "sku": one.sku, "scenario": one.scenario, "rule": one.rule}
    return {
        "kind": one.kind,
        **{key: value for key, value in named.items() if value is not None},
        "then": _value(one.kind, one.then),
        "now": _value(one.kind, one.now),
    }


def _value(kind: str, value: int | bool | str | None) -> int | bool | str | None:
    if kind in HUNDREDTHS_KINDS and isinstance(value, int):
        return fixed(value)
    return value
