"""Subscriptions through the API: made, listed, changed, deleted; who may, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from flask import Flask

from app.api.paging import Page
from app.api.webhooks import WebhookShape
from tests import outbox
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/webhooks/"
FIELDS = [
    "id",
    "event_type",
    "target_url",
    "is_active",
    "retry_countdown_config",
    "additional_headers",
    "created_date",
    "modified_date",
]
NEW = {"event_type": "order.created", "target_url": "https://receiver.example/hooks"}
SECRET, KEY = "opensesame-1", "Bearer canary-7"


@pytest.fixture
def script(app: Flask) -> ApiClient:
    return ApiClient(app)


def patched(script: ApiClient, webhook_id: int, body: Any, status: int = 200) -> Any:
    return script.read(script.ask("PATCH", f"{PATH}{webhook_id}/", json=body), status)


def test_a_new_webhook_is_answered_listed_and_shown_alike(script: ApiClient) -> None:
    schedule = {"choice": "exponential", "kwargs": {"base": 2, "factor": 1.5, "limit": 3600}}
    body = {**NEW, "secret_key": SECRET, "retry_countdown_config": schedule, "is_active": False}
    made = script.post(PATH, body, 201)
    assert list(made) == FIELDS
    assert made == {
        **NEW,
        "id": made["id"],
        "is_active": False,
        "retry_countdown_config": schedule,
        "additional_headers": {},
        "created_date": made["created_date"],
        "modified_date": made["created_date"],
    }
    assert script.get(PATH)["results"] == [made]
    assert script.get(f"{PATH}{made['id']}") == made


def test_the_answers_have_the_documented_shapes(script: ApiClient) -> None:
    made = script.ask("POST", PATH, json={**NEW, "additional_headers": {"X-Key": KEY}})
    webhook = msgspec.json.decode(made.data, type=WebhookShape, strict=True)
    listed = msgspec.json.decode(script.ask("GET", PATH).data, type=Page[WebhookShape], strict=True)
    assert listed.results == [webhook]


def test_secrets_are_taken_and_never_shown(script: ApiClient) -> None:
    body = {**NEW, "secret_key": SECRET, "additional_headers": {"Authorization": KEY}}
    made = script.post(PATH, body, 201)
    assert made["additional_headers"] == {"Authorization": "********"}
    answers = [made, patched(script, made["id"], {"secret_key": SECRET + "2"}), script.get(PATH)]
    for text in map(json.dumps, answers):
        assert not [word for word in (SECRET, KEY, "secret", "encrypted:") if word in text]


def test_a_change_keeps_what_is_left_out(script: ApiClient) -> None:
    made = script.post(PATH, {**NEW, "additional_headers": {"X-Key": KEY}}, 201)
    changed = patched(script, made["id"], {"event_type": "*", "is_active": False})
    kept = {name: value for name, value in made.items() if name != "modified_date"}
    assert changed == {
        **kept,
        "event_type": "*",
        "is_active": False,
        "modified_date": changed["modified_date"],
    }
    assert changed["modified_date"] > made["modified_date"]
    assert patched(script, made["id"], {}) == changed


def test_what_an_answer_shows_can_be_sent_back(script: ApiClient) -> None:
    made = script.post(PATH, {**NEW, "additional_headers": {"X-Key": KEY}}, 201)
    assert patched(script, made["id"], made) == made


def test_a_deleted_webhook_is_gone(script: ApiClient) -> None:
    made = script.post(PATH, NEW, 201)
    path = f"{PATH}{made['id']}/"
    assert script.read(script.ask("DELETE", path), 204) is None
    assert script.get(PATH)["count"] == 0
    for method in ("GET", "PATCH", "DELETE"):
        assert script.read(script.ask(method, path, json={}), 404) == {"detail": "Not found."}
    assert script.post(PATH, NEW, 201)["id"] != made["id"]


def test_the_same_subscription_twice_gets_the_vendor_s_answer(script: ApiClient) -> None:
    script.post(PATH, NEW, 201)
    other = script.post(PATH, {**NEW, "event_type": "*"}, 201)
    refusal = {"code": "webhook_100_2", "en": "Webhook already registered"}
    assert script.post(PATH, NEW, 406) == refusal
    assert list(script.post(PATH, NEW, 406)) == ["code", "en"]
    assert patched(script, other["id"], {"event_type": "order.created"}, 406) == refusal
    assert script.get(PATH)["count"] == 2


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"event_type": "order.deleted"}, {"event_type": ["This field cannot be 'order.deleted'."]}),
        ({"event_type": None}, {"event_type": ["This field should be text."]}),
        ({"target_url": "receiver"}, {"target_url": ["This field should begin with https:// or http://."]}),
        (
            {"target_url": "https://me:pass@receiver.example"},
            {
                "target_url": [
                    "This field should not have a user name or password; send them as an additional header."
                ]
            },
        ),
        (
            {"target_url": "https://a.b/" + "c" * 2000},
            {"target_url": ["This field is longer than 2000 characters."]},
        ),
        ({"secret_key": ""}, {"secret_key": ["This field should not be empty."]}),
        ({"secret_key": "x" * 256}, {"secret_key": ["This field is longer than 255 characters."]}),
        ({"secret_key": 7}, {"secret_key": ["This field should be text or null."]}),
        (
            {"retry_countdown_config": {"choice": "random", "kwargs": {"min_value": 9, "max_value": 1}}},
            {"retry_countdown_config": ["'max_value' must be greater than 'min_value'."]},
        ),
        (
            {"additional_headers": {"X-Key": "a\r\nX-Other: b"}},
            {"additional_headers": ["This field has a value of 'X-Key' that cannot be sent in a header."]},
        ),
        ({"is_active": "yes"}, {"is_active": ["This field should be true or false."]}),
    ],
)
def test_what_cannot_be_used_is_named_by_its_field(
    script: ApiClient, fields: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert script.post(PATH, {**NEW, **fields}, 400) == answer
    assert script.get(PATH)["count"] == 0
    made = script.post(PATH, NEW, 201)
    assert patched(script, made["id"], fields, 400) == answer
    assert script.get(f"{PATH}{made['id']}/") == made


def test_what_is_needed_is_asked_for(script: ApiClient) -> None:
    assert script.post(PATH, {"event_type": "*"}, 400) == {"target_url": ["This field is required."]}
    assert script.post(PATH, None, 400) == {"event_type": ["This field is required."]}


def test_the_list_is_filtered_sorted_and_paged(app: Flask, script: ApiClient) -> None:
    with app.app_context():
        webhooks = [
            outbox.a_webhook(event_type="*", target_url="https://a.example/"),
            outbox.a_webhook(event_type="ping", target_url="https://a.example/"),
            outbox.a_webhook(event_type="ping", is_active=False),
        ]
    ids = [webhook.id for webhook in webhooks]

    def found(**query: Any) -> list[int]:
        return [row["id"] for row in script.get(PATH, **query)["results"]]

    assert found() == found(sort="created_date") == ids
    assert found(sort="-id") == found(sort="-modified_date") == ids[::-1]
    assert found(event_type="ping") == ids[1:]
    assert found(target_url="https://a.example/") == ids[:2]
    assert found(is_active="false") == ids[2:]
    assert found(limit=2, page=2) == ids[2:]
    assert found(event_type="*") == ids[:1]


@pytest.mark.parametrize("query", [{"event_type": "nothing"}, {"is_active": "maybe"}, {"sort": "secret"}])
def test_a_filter_that_makes_no_sense_is_refused(script: ApiClient, query: dict[str, Any]) -> None:
    assert list(script.get(PATH, 400, **query)) == list(query)


def test_a_list_takes_the_same_statements_for_any_number_of_rows(app: Flask, script: ApiClient) -> None:
    script.get(PATH)
    with app.app_context():
        for _ in range(12):
            outbox.a_webhook()
    with counted(app) as sent:
        script.get(PATH, limit=200)
    assert len(sent) <= 3, sent


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("POST", 201), ("PATCH", 200), ("DELETE", 204)])
def test_operators_and_administrators_may_and_nobody_else(app: Flask, method: str, status: int) -> None:
    with app.app_context():
        webhook = outbox.a_webhook()
    path = PATH if method == "POST" else f"{PATH}{webhook.id}/"
    body = {**NEW, "target_url": "https://other.example/"} if method == "POST" else {}
    refused = [ApiClient(app, role="store_manager")]
    if method != "GET":
        refused.append(ApiClient(app, scope="read"))
    for script in refused:
        denied = script.read(script.ask(method, path, json=body), 403)
        assert denied == {"detail": "You do not have permission to perform this action."}
    administrator = ApiClient(app, role="administrator")
    administrator.read(administrator.ask(method, path, json=body), status)


def test_other_methods_are_named(script: ApiClient) -> None:
    answer = script.ask("PUT", PATH, json=NEW)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 5_000])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_an_id_that_no_row_can_have_is_nowhere_whatever_the_method(
    script: ApiClient, method: str, number: str
) -> None:
    answer = script.ask(method, f"{PATH}{number}/", json={})
    assert script.read(answer, 404) == {"detail": "Not found."}
