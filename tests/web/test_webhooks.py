"""The pages of subscriptions: how they are doing, and a secret that is shown once and never again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock, models
from app.domain.webhook_secrets import standard_form
from app.extensions import db
from app.queries import webhook_endpoints
from app.services import channel_secrets
from tests import builders, outbox
from tests.page_markup import Element
from tests.pages import PageClient
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

TARGET = "https://hooks.example.com/in"


@pytest.fixture
def administrator(app: Flask, db_session: object) -> PageClient:
    return PageClient(app, builders.a_user("zeynep", role="administrator").session_key)


@pytest.fixture
def operator(app: Flask, db_session: object) -> PageClient:
    return PageClient(app, builders.a_user("ayse").session_key)


def filled(**fields: str) -> dict[str, str]:
    return {"event_type": "*", "target_url": TARGET, "choice": "standard", "secret": "generated", **fields}


def stored() -> list[models.Webhook]:
    db.session.rollback()
    return list(db.session.scalars(select(models.Webhook).order_by(models.Webhook.id)))


def secret_on(page: Element, name: str = "secret") -> str:
    (shown,) = [one for one in page.find_all("code") if one.attributes.get("id") == name]
    return shown.text


def plain_secret(webhook: models.Webhook) -> Any:
    return channel_secrets.decrypted({"secret": webhook.secret})["secret"]


def refused(client: PageClient, path: str, **fields: str) -> str:
    """The words of a form that was sent back."""
    answer = client.post(path, **filled(**fields))
    assert answer.status_code == 422
    return client.looked_at(answer, path).text


def test_a_subscription_shows_its_secret_once_in_both_forms(administrator: PageClient) -> None:
    answer = administrator.post("/webhooks/new", **filled(additional_headers="X-Tenant: moda"))
    page = administrator.looked_at(answer, "/webhooks/new")
    secret = secret_on(page)
    (webhook,) = stored()
    assert plain_secret(webhook) == secret
    assert secret_on(page, "standard-secret") == standard_form(secret)
    assert "no-store" in answer.headers["Cache-Control"]
    later = administrator.get(f"/webhooks/{webhook.id}")
    assert secret not in later.text
    assert "X-Tenant" in later.text
    assert "moda" not in later.text


def test_one_may_bring_a_secret_or_have_none(administrator: PageClient) -> None:
    answer = administrator.post("/webhooks/new", **filled(secret="own", own_secret="whsec_c2VjcmV0"))
    assert secret_on(administrator.looked_at(answer, "/webhooks/new")) == "whsec_c2VjcmV0"
    answer = administrator.post("/webhooks/new", **filled(secret="none", target_url=f"{TARGET}/2"))
    assert answer.status_code == 303
    assert [one.secret is None for one in stored()] == [False, True]
    assert "Nothing is signed" in administrator.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target_url": ""}, "Where should it be sent?"),
        ({"target_url": "ftp://x"}, "Should begin with https://"),
        ({"event_type": "order.exploded"}, "Not a valid choice"),
        ({"secret": "own", "own_secret": ""}, "Should not be empty."),
        ({"secret": "own", "own_secret": "whsec_%"}, "base64"),
        (
            {"choice": "random", "min_value": "60", "max_value": "30"},
            "'max_value' must be greater than 'min_value'.",
        ),
        ({"choice": "fixed"}, "Needs 'seconds'"),
        ({"choice": "fixed", "seconds": "soon"}, "Needs a number above 0"),
        ({"choice": "exponential", "base": "60"}, "would end their growth"),
        ({"additional_headers": "no colon here"}, "should be a name, a colon and a value"),
        ({"additional_headers": "X-A: 1\nX-A: 2"}, "is there twice"),
        ({"additional_headers": "webhook-signature: mine"}, "set by the delivery itself"),
        ({"additional_headers": "X-Tenant: caf\u00e9"}, "cannot be sent in a header"),
    ],
)
def test_bad_input_stores_nothing_and_says_what_is_wrong(
    administrator: PageClient, fields: dict[str, str], words: str
) -> None:
    assert words in refused(administrator, "/webhooks/new", **fields)
    assert stored() == []


def test_events_go_to_an_address_once(administrator: PageClient) -> None:
    outbox.a_webhook(target_url=TARGET)
    assert "sent to that address already" in refused(administrator, "/webhooks/new")
    assert len(stored()) == 1


def test_the_ten_tries_are_shown_while_the_schedule_is_typed(administrator: PageClient) -> None:
    part = administrator.get_part("/webhooks/schedule?choice=linear&base=60&limit=300")
    tries = [one.text for one in part.find_all("li")]
    assert len(tries) == 10
    assert tries[1:3] == ["+ 1 min 1 min", "+ 2 min 3 min"]
    assert tries[-1].startswith("+ 5 min")
    assert (
        "must be greater"
        in administrator.get_part("/webhooks/schedule?choice=random&min_value=2&max_value=1").text
    )
    assert "Type the numbers" in administrator.get_part("/webhooks/schedule?choice=nonsense").text


def test_without_scripts_a_button_shows_the_tries_and_stores_nothing(administrator: PageClient) -> None:
    answer = administrator.post("/webhooks/new", **filled(choice="fixed", seconds="90", preview="1"))
    assert "+ 1 min 30 s" in administrator.looked_at(answer, "/webhooks/new").text
    assert stored() == []


def test_editing_keeps_what_is_shown_masked(administrator: PageClient) -> None:
    webhook = outbox.a_webhook(secret="kept", headers={"X-Tenant": "moda"}, target_url=TARGET)
    path = f"/webhooks/{webhook.id}/edit"
    assert "X-Tenant: ********" in administrator.get(path).find_all("textarea")[0].text
    fields = filled(additional_headers="X-Tenant: ********\nX-More: 1", choice="fixed", seconds="30")
    assert administrator.post(path, **fields).status_code == 303
    (changed,) = stored()
    assert channel_secrets.decrypted(changed.additional_headers) == {"X-Tenant": "moda", "X-More": "1"}
    assert changed.retry_countdown_config == {"choice": "fixed", "kwargs": {"seconds": 30}}
    assert plain_secret(changed) == "kept"
    chosen = [
        one.attributes["value"]
        for one in administrator.get(path).find_all("option")
        if "selected" in one.attributes
    ]
    assert chosen == ["*", "fixed"]
    assert "Should begin with" in refused(administrator, path, target_url="x")


def rotated(client: PageClient, webhook_id: int, **fields: str) -> TestResponse:
    page = client.get(f"/webhooks/{webhook_id}/secret")
    (seen,) = [
        one.attributes["value"] for one in page.find_all("input") if one.attributes.get("name") == "seen"
    ]
    return client.post(f"/webhooks/{webhook_id}/secret", **{"secret": "generated", "seen": seen, **fields})


def test_a_rotated_secret_signs_beside_the_old_one_for_a_day(administrator: PageClient) -> None:
    webhook = outbox.a_webhook(secret="first")
    answer = rotated(administrator, webhook.id)
    secret = secret_on(administrator.looked_at(answer, "/webhooks/secret"))
    (changed,) = stored()
    assert plain_secret(changed) == secret
    assert channel_secrets.decrypted({"secret": changed.previous_secret})["secret"] == "first"
    assert "signs too" in administrator.get(f"/webhooks/{webhook.id}").text
    assert "A rotation is under way" in administrator.get(f"/webhooks/{webhook.id}/secret").text


def test_the_same_rotation_sent_twice_happens_once(administrator: PageClient) -> None:
    webhook = outbox.a_webhook(secret="first")
    page = administrator.get(f"/webhooks/{webhook.id}/secret")
    (seen,) = [
        one.attributes["value"] for one in page.find_all("input") if one.attributes.get("name") == "seen"
    ]
    for _ in range(2):
        answer = administrator.post(f"/webhooks/{webhook.id}/secret", secret="generated", seen=seen)
    assert answer.status_code == 303
    assert channel_secrets.decrypted({"secret": stored()[0].previous_secret})["secret"] == "first"
    assert rotated(administrator, webhook.id, secret="own", own_secret="whsec_%").status_code == 422


def test_pausing_and_resuming(administrator: PageClient) -> None:
    webhook = outbox.a_webhook()
    outbox.an_event(webhook)
    administrator.post(f"/webhooks/{webhook.id}/pause")
    page = administrator.get(f"/webhooks/{webhook.id}")
    assert "Paused" in page.text
    assert "1 event waits." in page.text
    assert administrator.post(f"/webhooks/{webhook.id}/ping").headers["Location"] == f"/webhooks/{webhook.id}"
    assert "Switch it on first" in administrator.get(f"/webhooks/{webhook.id}").text
    administrator.post(f"/webhooks/{webhook.id}/resume")
    assert "Active" in administrator.get(f"/webhooks/{webhook.id}").text


def test_deleting_says_what_is_given_up_first(administrator: PageClient) -> None:
    webhook = outbox.a_webhook(target_url=TARGET)
    event = outbox.an_event(webhook)
    assert "1 event that is still due is given up" in administrator.get(f"/webhooks/{webhook.id}/delete").text
    administrator.post(f"/webhooks/{webhook.id}/delete")
    administrator.get(f"/webhooks/{webhook.id}", status=404)
    assert "No webhooks" in administrator.get("/webhooks/").text
    page = administrator.get(f"/webhooks/events/{event.id}")
    assert "the webhook was deleted" in page.text


def test_a_test_send_is_an_event_like_others(administrator: PageClient) -> None:
    webhook = outbox.a_webhook()
    answer = administrator.post(f"/webhooks/{webhook.id}/ping")
    page = administrator.get(answer.headers["Location"])
    assert page.find_all("h1")[0].text == "ping"
    for word in ("Pending", "Not tried yet", "zeynep"):
        assert word in page.text
    administrator.get("/webhooks/999999/edit", status=404)
    assert administrator.post("/webhooks/999999/ping").status_code == 404


def test_the_list_tells_how_each_is_doing(operator: PageClient) -> None:
    fine, failing = outbox.a_webhook(), outbox.a_webhook(failing_since=clock.now() - timedelta(hours=20))
    off = outbox.a_webhook(is_active=False, disabled_reason="gone")
    arrived = outbox.an_event(fine, state="delivered")
    outbox.an_attempt(arrived, clock.now() - timedelta(hours=2), outcome="delivered", status=200)
    outbox.an_event(failing, state="retrying")
    outbox.an_event(failing, state="undelivered")
    page = operator.get("/webhooks/")
    rows = [row.text for row in page.find_all("tbody")[0].find_all("tr")]
    assert [("Failing" in row, "Switched off" in row) for row in rows].count((True, False)) == 1
    assert "2 hours ago" in next(row for row in rows if str(fine.target_url)[8:] in row)
    assert "20 hours ago 1 1" in next(row for row in rows if str(failing.target_url)[8:] in row)
    assert "Failing (2)" in page.text
    assert "WEBHOOK_ALLOWED_NETWORKS" in page.text
    rows = operator.get("/webhooks/?show=failing").find_all("tbody")[0].find_all("tr")
    assert len(rows) == 2
    assert "answered 410" in operator.get(f"/webhooks/{off.id}").text
    assert "After five days" in operator.get(f"/webhooks/{failing.id}").text


def test_operators_read_and_administrators_change(operator: PageClient) -> None:
    webhook = outbox.a_webhook()
    page = operator.get(f"/webhooks/{webhook.id}")
    for word in ("Send a test", "Pause", "Edit"):
        assert word not in page.text
    assert "New webhook" not in operator.get("/webhooks/").text
    for path in ("new", f"{webhook.id}/edit", f"{webhook.id}/secret", f"{webhook.id}/delete"):
        operator.get(f"/webhooks/{path}", status=403)
    for path in (
        "new",
        *(f"{webhook.id}/{act}" for act in ("edit", "secret", "pause", "resume", "delete", "ping")),
    ):
        assert operator.post(f"/webhooks/{path}", **filled()).status_code == 403
    assert webhook_endpoints.find_endpoint(webhook.id).is_active


def test_the_list_takes_as_many_statements_however_long_it_is(app: Flask, operator: PageClient) -> None:
    def statements() -> int:
        with counted(app) as sent:
            operator.get("/webhooks/")
        return len(sent)

    outbox.an_event(outbox.a_webhook())
    few = statements()
    for _ in range(5):
        outbox.an_event(outbox.a_webhook(), state="undelivered")
    assert statements() == few <= 5
