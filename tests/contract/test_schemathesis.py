"""Schemathesis against the application in process: what the document allows or forbids is sent and judged.

All of its checks are on. What the contract wants otherwise is written down here, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CheckFunction
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

from app import api
from app.api import openapi
from tests.contract.worlds import a_small_world

EXAMPLES = 15  # of each operation, beside those that cover its schema systematically

# Valid by the document, and yet 400: what a JSON schema cannot say.
_STATE = "what the state of the record does not allow is 400 in the vendor's manner"
_CHOICE = "an id in a filter must be that of a row, and a date a day of the calendar"
REFUSED_WITH_400 = {
    "POST /api/i1/auth/login/": "wrong credentials are 400 in the vendor's manner",
    "POST /api/v1/auth/login/": "wrong credentials are 400 in the vendor's manner",
    "POST /api/i1/order_items/{omnitron_id}/create_mapping/": _STATE,
    "POST /api/v1/order_items/{omnitron_id}/create_mapping/": _STATE,
    "POST /api/v1/oms/packages/{package_id}/command/": _STATE,
    "POST /api/v1/oms/orderexecutionplans/{plan_id}/command/": _STATE,
    "GET /api/v1/oms/orderexecutionplans/": _CHOICE,
    "POST /api/v1/oms/oms_hook_events/resend-event/": _STATE,
    "GET /api/v1/oms/order-stock-info/": _CHOICE,
    "GET /api/v1/oms/orders/": _CHOICE,
    "GET /api/v1/oms/orders/short/": _CHOICE,
    "GET /api/v1/oms/orders/list-simple/": _CHOICE,
    "GET /api/v1/oms/inventory-discrepancies/": _CHOICE,
    "POST /api/v1/oms/inventory-discrepancies/remove/": _CHOICE,
    "POST /api/v1/oms/stock/": "an entry must name a location that is there",
    "GET /api/v1/oms/settings/undelivered_webhooks/": _CHOICE,
    "POST /api/v1/oms/webhooks/": "the kwargs of a schedule, and hosts, are judged together",
    "PATCH /api/v1/oms/webhooks/{webhook_id}/": "the kwargs of a schedule, and hosts, are judged together",
}
ACCEPTED = ["2xx", "401", "403", "404", "406", "409", "429"]
REJECTED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "429"]


def _document() -> dict[str, Any]:
    """The document, made without a database: operations must be known when tests are collected."""
    bare = Flask("document")
    bare.register_blueprint(api.endpoints.blueprint)
    with bare.app_context():
        return openapi.document()


def _configuration() -> SchemathesisConfig:
    accepts_400 = {"positive_data_acceptance": {"expected-statuses": [*ACCEPTED, "400"]}}
    return SchemathesisConfig.from_dict(
        {
            "generation": {
                "allow-x00": False,  # refused in any text, also in keys that nobody reads
                "with-security-parameters": False,  # every case carries the token of the world
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ACCEPTED},
                "negative_data_rejection": {"expected-statuses": REJECTED},
            },
            "operations": [{"include-name": label, "checks": accepts_400} for label in REFUSED_WITH_400],
        }
    )


DOCUMENT = _document()
schema = schemathesis.openapi.from_dict(DOCUMENT, config=_configuration())
BOOLEANS = {
    parameter["name"]
    for operations in DOCUMENT["paths"].values()
    for operation in operations.values()
    for parameter in operation.get("parameters", ())
    if "'boolean'" in str(parameter["schema"]) or "'true'" in str(parameter["schema"])
}


@pytest.fixture
def world(app: Flask) -> Iterator[tuple[Flask, dict[str, str]]]:
    """The application on a small world without limits of requests, and what every request sends along."""
    unlimited = {"api_rate_limit": "1000000/minute", "login_rate_limit": "1000000/minute"}
    app.extensions["settings"] = replace(app.extensions["settings"], **unlimited)
    with app.app_context():
        key = a_small_world()
    # What is compressed is not unpacked when the application is asked in process.
    yield app, {"Authorization": f"Token {key}", "Accept-Encoding": "identity"}


def excused(response: schemathesis.Response) -> list[CheckFunction]:
    """Filters in Django's manner: an empty one counts as not given, true and false may be 1 and 0."""
    sent = parse_qsl(urlsplit(response.request.url or "").query, keep_blank_values=True)
    is_tolerated = any(value == "" or (name in BOOLEANS and value in ("0", "1")) for name, value in sent)
    return [negative_data_rejection] if is_tolerated else []


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case: schemathesis.Case, world: tuple[Flask, dict[str, str]]) -> None:
    app, headers = world
    case.operation.app = case.operation.schema.app = app
    response = case.call(headers=headers)
    case.validate_response(response, headers=headers, excluded_checks=excused(response))


def test_every_excuse_is_of_an_operation() -> None:
    assert set(REFUSED_WITH_400) <= {operation.ok().label for operation in schema.get_all_operations()}
