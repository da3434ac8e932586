"""What the investigation page shows beside the document: tabs, words for values, what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import format_datetime, gettext

from app import wording
from app.domain.facts import Check
from app.domain.packages import PackageCommand, commands_for
from app.queries.explanations import NOW, PLAN, PackageExplanation
from app.web.formats import relative_time
from app.wording import Names

Document = dict[str, Any]


def attempt_tabs(found: PackageExplanation) -> list[tuple[str, str, bool]]:
    """A tab for each attempt, and one for today while the package waits."""
    current = found.attempt.number if found.attempt and found.at != NOW else None
    tabs = [
        (
            gettext("Attempt %(number)s", number=one.number),
            _url(found, str(one.number)),
            one.number == current,
        )
        for one in found.attempts
    ]
    if found.package.is_waiting:
        tabs.append((gettext("Now"), _url(found, NOW), found.at == NOW))
    return tabs


def _url(found: PackageExplanation, at: str) -> str:
    return url_for("explanations.show", package_id=found.package.id, at=at)


def explained_text(found: PackageExplanation) -> str:
    """As of when the facts are."""
    if found.at == NOW:
        return gettext("as of now")
    number = found.attempt.number if found.attempt else 0
    instant = str(format_datetime(found.explained_at, "d MMM HH:mm"))
    if found.at == PLAN:
        return gettext(
            "as seen by the latest attempt, %(number)s, on %(instant)s", number=number, instant=instant
        )
    return gettext("as seen by attempt %(number)s on %(instant)s", number=number, instant=instant)


def kept_text(found: PackageExplanation) -> str:
    """How fresh the cause is that the queue filters by: today, whichever instant is explained."""
    package = found.package
    if package.cause_stale or package.cause_checked_at is None:
        return gettext("being looked at again")
    return gettext("checked %(ago)s", ago=relative_time(package.cause_checked_at))


def summary_text(line: dict[str, Any]) -> str:
    """The counts of a line in one row: they add up to the number of locations."""
    counts = line["summary"]["by_check"]
    parts = [f"{count} {wording.check_label(check)}" for check, count in counts.items() if check != Check.OK]
    return gettext(
        "%(ok)s of %(locations)s locations can serve: %(parts)s.",
        ok=counts.get(Check.OK.value, 0),
        locations=line["summary"]["locations"],
        parts=", ".join(parts) or gettext("all can"),
    )


def holders(document: Document, erp_code: str, sku: str) -> list[dict[str, Any]]:
    """The reservations held at a place, as the document has them."""
    for line in document["lines"]:
        for location in line["locations"]:
            if line["sku"] == sku and location["erp_code"] == erp_code:
                return [one for one in location["evidence"] if one["kind"] == "reservation"]
    return []


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """One fact then and now, in words."""

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """What changed at one place, or in one rule. `url` shows the record; None where there is none."""

    where: str
    url: str | None
    facts: list[ChangedFact]


def changes(document: Document, found: PackageExplanation, names: Names) -> list[ChangedPlace]:
    """What changed since the plan, by the place or rule it is about, in the order of the document."""
    scenarios = {one.name: one.id for one in found.explanation.world.scenarios}
    return changed_places(document["changed_since_plan"], scenarios, names)


def changed_places(
    rows: Iterable[dict[str, Any]], scenarios: Mapping[str, int], names: Names
) -> list[ChangedPlace]:
    """Differences as documents have them, by the place or rule they are about; `scenarios`: ids by name."""
    groups: dict[str, ChangedPlace] = {}
    for one in rows:
        where = _where(one, names)
        group = groups.setdefault(where, ChangedPlace(where, _url_of(one, scenarios), []))
        kind = one["kind"]
        then, now = (wording.difference_value(kind, one[name]) for name in ("then", "now"))
        group.facts.append(ChangedFact(wording.difference_label(kind), then, now))
    return list(groups.values())


def _url_of(one: dict[str, Any], scenarios: Mapping[str, int]) -> str | None:
    if "sku" in one:
        return url_for("places.show", erp_code=one["erp_code"], sku=one["sku"])
    if "erp_code" in one:
        return url_for("stock_locations.index", _anchor=one["erp_code"])
    known = scenarios.get(one.get("scenario", ""))
    return url_for("scenarios.show", scenario_id=known) if known else None


def _where(one: dict[str, Any], names: Names) -> str:
    parts: Iterable[str | None] = (
        names.product(one["sku"]) if "sku" in one else None,
        names.place(one["erp_code"]) if "erp_code" in one else None,
        one.get("scenario"),
        one.get("rule"),
    )
    return " · ".join(part for part in parts if part)


def commands(found: PackageExplanation, own: Collection[int] | None = None) -> list[str]:
    """The commands offered in the menu; planning again has a button of its own.

    A store manager commands packages at `own` locations only.
    """
    if own is not None and found.package.location_id not in own:
        return []
    return [one.value for one in commands_for(found.package.state) if one is not PackageCommand.RESCHEDULE]
