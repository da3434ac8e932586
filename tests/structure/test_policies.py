"""Every route of the pages says who it is for, and nobody is named for a route that is not there."""

from __future__ import annotations

from flask import Flask

from app.web.access import POLICY, Audience

# Everybody may ask these; whatever else is open is a mistake.
OPEN_TO_ALL = {
    "static",
    "prometheus_metrics",
    "health.healthz",
    "health.readyz",
    "pictures.show_picture",
    "auth.sign_in",
    "auth.check_sign_in",
}


def page_endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules() if not rule.rule.startswith("/api/")}


def test_every_route_has_a_policy(app: Flask) -> None:
    assert page_endpoints(app) - set(POLICY) == set()


def test_every_policy_has_a_route(app: Flask) -> None:
    assert set(POLICY) - page_endpoints(app) == set()


def test_only_what_must_be_is_open_to_all() -> None:
    assert {name for name, audience in POLICY.items() if audience is Audience.ANYBODY} == OPEN_TO_ALL
