"""What a store manager is shown of an explanation: of other locations the checks, without numbers or holders.

Works on the finished document, so that nothing it holds is forgotten; a text whose phrase may name a number
or a holder of another location is left out. Source: reliability.md, "Access".
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.domain.diagnosis.explanation import Explanation
from app.domain.diagnosis.phrases import Phrase
from app.wording.causes import cause_help
from app.wording.labels import change_kind_label
from app.wording.values import listed

Document = dict[str, Any]

# They name no number and no holder of any location. Every other phrase is of a place, and shown there only.
OPEN_PHRASES = frozenset(
    {
        "asked",
        "combination",
        "matched_scenario",
        "no_matching_scenario",
        "no_stock_answer",
        "planned_here",
        "scenario_inactive",
        "served_now",
        "split_forbidden",
        "summary",
    }
)
_NUMBERS = ("stock_count", "reservation_count", "quantity", "answered_at")
_OF_RECORDS = frozenset({"reservations", "discrepancies", "to"})


def masked(document: Document, explanation: Explanation, own: Collection[int]) -> Document:
    """The document for somebody whose locations are those of the ids in `own`; `document` stays as it is."""
    codes = {one.erp_code for one in explanation.world.locations.values() if one.id in own}
    because = zip(document["because"], explanation.because, strict=True)
    return {
        **document,
        "sentence": _sentence(document, explanation, codes),
        "because": [shown for shown, phrase in because if _may_be_said(phrase, codes)],
        "lines": [_line(line, codes) for line in document["lines"]],
        "remedies": [_remedy(one, codes) for one in document["remedies"]],
        "partly": [_remedy(one, codes) for one in document["partly"]],
        "changed_since_plan": [_difference(one, codes) for one in document["changed_since_plan"]],
    }


def _sentence(document: Document, explanation: Explanation, own: Collection[str]) -> Any:
    if document["cause"] is None or _may_be_said(explanation.sentence, own):
        return document["sentence"]
    return cause_help(document["cause"])


def _may_be_said(phrase: Phrase, own: Collection[str]) -> bool:
    if phrase.code in OPEN_PHRASES:
        return True
    places = _places(phrase.params)
    return bool(places) and places.issubset(own)


def _places(params: Mapping[str, Any]) -> set[str]:
    """The locations whose numbers a phrase may name."""
    named = [params.get("erp_code"), *(getattr(one, "erp_code", None) for one in params.get("changes", ()))]
    return {code for code in named if code is not None}


def _line(line: Document, own: Collection[str]) -> Document:
    return {
        **line,
        "locations": [
            one if one["erp_code"] in own else {**_without_numbers(one), "evidence": []}
            for one in line["locations"]
        ],
    }


def _without_numbers(found: Mapping[str, Any]) -> Document:
    return {name: None if name in _NUMBERS else value for name, value in found.items()}


def _remedy(remedy: Document, own: Collection[str]) -> Document:
    if not _foreign(remedy["changes"], own):
        return {**remedy, "displaces": []}
    kinds = dict.fromkeys(change_kind_label(change["kind"]) for change in remedy["changes"])
    changes = [_change(change, own) for change in remedy["changes"]]
    return {**remedy, "key": None, "text": listed(kinds), "changes": changes, "displaces": []}


def _change(change: Document, own: Collection[str]) -> Document:
    if not _foreign([change], own):
        return change
    return {name: value for name, value in change.items() if name not in _OF_RECORDS}


def _foreign(changes: Iterable[Document], own: Collection[str]) -> bool:
    return any("erp_code" in change and change["erp_code"] not in own for change in changes)


def _difference(one: Document, own: Collection[str]) -> Document:
    if one.get("erp_code") is None or one["erp_code"] in own:
        return one
    return {**one, "then": _switch(one["then"]), "now": _switch(one["now"])}


def _switch(value: Any) -> bool | None:
    """Whether a location is on is no number."""
    return value if isinstance(value, bool) else None
