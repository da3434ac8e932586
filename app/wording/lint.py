"""What is odd about a scenario, a rule or a location, and what comes of it: one function a code."""

from collections.abc import Callable, Mapping

from flask_babel import gettext, ngettext

from app.domain.diagnosis.lint import Finding, LintCode
from app.wording.labels import label
from app.wording.values import Names, Params


def lint_text(finding: Finding, names: Names) -> str:
    """The finding as a sentence."""
    named = {"scenario": finding.scenario, "rule": finding.rule}
    return _TEXTS[finding.code]({**finding.params, **named}, names)


def _without_rules(p: Params, names: Names) -> str:
    return gettext(
        "Scenario “%(scenario)s” has no rules, so its orders are never served.", scenario=p["scenario"]
    )


def _never_reached(p: Params, names: Names) -> str:
    return gettext(
        "Scenario “%(scenario)s” is never used: “%(earlier)s” comes first and is for all of its orders.",
        scenario=p["scenario"],
        earlier=p["earlier"],
    )


def _admits_nobody(p: Params, names: Names) -> str:
    return gettext("Rule “%(rule)s” lets no location in, so it can never serve anything.", rule=p["rule"])


def _only_inactive(p: Params, names: Names) -> str:
    return gettext("Every location that rule “%(rule)s” lets in is switched off.", rule=p["rule"])


def _without_quota(p: Params, names: Names) -> str:
    return gettext(
        "Rule “%(rule)s” asks for a quota, and no active location that it lets in has one.", rule=p["rule"]
    )


def _names_inactive(p: Params, names: Names) -> str:
    return ngettext(
        "Rule “%(rule)s” names %(places)s, which is switched off.",
        "Rule “%(rule)s” names %(num)s locations that are switched off: %(places)s.",
        len(p["erp_codes"]),
        rule=p["rule"],
        places=names.places(p["erp_codes"]),
    )


def _served_nothing(p: Params, names: Names) -> str:
    return gettext("Rule “%(rule)s” served nothing in %(days)s days.", rule=p["rule"], days=p["days"])


def _in_no_rule(p: Params, names: Names) -> str:
    return gettext(
        "%(place)s is active, but no rule of an active scenario lets it in.",
        place=names.place(p["erp_code"]),
    )


def _without_scenario(p: Params, names: Names) -> str:
    return ngettext(
        "One waiting order matches no active scenario (%(channel)s, %(payment)s, %(delivery)s).",
        "%(num)s waiting orders match no active scenario (%(channel)s, %(payment)s, %(delivery)s).",
        p["orders"],
        channel=p["channel"],
        payment=label(p["payment_type"]),
        delivery=label(p["delivery_type"]),
    )


_TEXTS: Mapping[LintCode, Callable[[Params, Names], str]] = {
    LintCode.SCENARIO_WITHOUT_RULES: _without_rules,
    LintCode.SCENARIO_NEVER_REACHED: _never_reached,
    LintCode.RULE_ADMITS_NOBODY: _admits_nobody,
    LintCode.RULE_ADMITS_ONLY_INACTIVE: _only_inactive,
    LintCode.RULE_WITHOUT_QUOTA: _without_quota,
    LintCode.RULE_NAMES_INACTIVE: _names_inactive,
    LintCode.RULE_SERVED_NOTHING: _served_nothing,
    LintCode.LOCATION_IN_NO_RULE: _in_no_rule,
    LintCode.ORDERS_WITHOUT_SCENARIO: _without_scenario,
}
