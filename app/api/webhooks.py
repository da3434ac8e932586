"""Subscriptions to events: who is told what happens, where, and how often it is tried."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from app.api.answers import text
from app.api.choices import NO_CHOICE
from app.api.endpoints import DESK, endpoint
from app.api.errors import ApiError
from app.api.paging import ListQuery, Page, page
from app.api.values import InstantText
from app.domain.access import Viewer
from app.domain.errors import Invalid, Refused
from app.domain.webhook_requests import (
    HEADER_NAME,
    HEADER_VALUE,
    LONGEST_HEADER_NAME,
    LONGEST_HEADER_VALUE,
    LONGEST_SECRET,
    LONGEST_TARGET,
    MOST_HEADERS,
    TARGET_PATTERN,
)
from app.domain.webhook_retries import LONGEST_WAIT, NEEDED, OPTIONAL, RetryChoice
from app.domain.webhooks import SUBSCRIBABLE
from app.queries import webhooks as subscriptions
from app.queries.webhooks import WebhookFilter, WebhookRow
from app.services import webhooks
from app.services.webhooks import WebhookFields

_PATH = "/api/v1/oms/webhooks/"


def _schedule_schema(choice: RetryChoice) -> dict[str, Any]:
    """The schema of a `retry_countdown_config` of that choice."""
    number = {"type": "number", "exclusiveMinimum": 0, "maximum": LONGEST_WAIT.total_seconds()}
    kwargs = _object(dict.fromkeys((*NEEDED[choice], *OPTIONAL[choice]), number), NEEDED[choice])
    return _object({"choice": {"const": choice.value}, "kwargs": kwargs}, ("choice", "kwargs"))


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    shape = {"properties": properties, "required": list(required), "additionalProperties": False}
    return {"type": "object", **shape}


EventTypeText = Annotated[str, Meta(extra_json_schema={"enum": list(SUBSCRIBABLE)})]
_Target = Annotated[
    str,
    Meta(
        max_length=LONGEST_TARGET,
        description="https:// or http://, without user name, password and fragment.",
        extra_json_schema={"format": "uri", "pattern": f"^{TARGET_PATTERN}$"},
    ),
]
_Secret = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_SECRET,
        description="Signs what is sent; any text, or `whsec_` and base64. Never shown. null: no signature.",
        extra_json_schema={"writeOnly": True},
    ),
]
_Schedule = Annotated[
    dict[str, Any],
    Meta(
        description="Seconds between the ten tries. null: the standard schedule, over three days.",
        extra_json_schema={"oneOf": [_schedule_schema(choice) for choice in RetryChoice]},
    ),
]
_Headers = Annotated[
    dict[str, str],
    Meta(
        max_length=MOST_HEADERS,
        description="Sent along. Values are shown as a mask, which keeps them.",
        extra_json_schema={
            "propertyNames": {"pattern": f"^{HEADER_NAME}$", "maxLength": LONGEST_HEADER_NAME},
            "additionalProperties": {
                "type": "string",
                "pattern": f"^{HEADER_VALUE}$",
                "maxLength": LONGEST_HEADER_VALUE,
            },
        },
    ),
]


class WebhookShape(Struct, frozen=True):
    """A subscription; never its secret."""

    id: int
    event_type: EventTypeText
    target_url: str
    is_active: bool
    retry_countdown_config: dict[str, Any] | None
    additional_headers: dict[str, str]
    created_date: InstantText
    modified_date: InstantText


class WebhookQuery(ListQuery, kw_only=True, frozen=True):
    """Which subscriptions, and in which order."""

    event_type: EventTypeText | None = None
    target_url: str | None = None
    is_active: bool | None = None
    sort: Literal["id", "-id", "created_date", "-created_date", "modified_date", "-modified_date"] = "id"


class NewWebhook(Struct, frozen=True):
    """Each event type goes to an address once; `*` is every type."""

    event_type: EventTypeText
    target_url: _Target
    secret_key: _Secret | UnsetType | None = UNSET
    retry_countdown_config: _Schedule | UnsetType | None = UNSET
    additional_headers: _Headers | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class WebhookChange(Struct, frozen=True):
    """What is left out stays as it is. After a change of the secret both sign for 24 hours."""

    event_type: EventTypeText | UnsetType = UNSET
    target_url: _Target | UnsetType = UNSET
    secret_key: _Secret | UnsetType | None = UNSET
    retry_countdown_config: _Schedule | UnsetType | None = UNSET
    additional_headers: _Headers | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class Registered(Struct, frozen=True):
    """The event type goes to that address already."""

    code: Literal["webhook_100_2"]
    en: Literal["Webhook already registered"]


# The vendor's own words, and the one answer that is not in our shape of errors.
_REGISTERED = Registered("webhook_100_2", "Webhook already registered")


@endpoint("GET", _PATH, tag="webhooks", roles=DESK, query=WebhookQuery, answers=Page[WebhookShape])
def list_webhooks(viewer: Viewer, query: WebhookQuery) -> Page[WebhookShape]:
    """Subscriptions to events."""
    if query.event_type is not None and query.event_type not in SUBSCRIBABLE:
        raise Invalid({"event_type": [NO_CHOICE]})
    wanted = WebhookFilter(
        event_type=query.event_type, target_url=query.target_url, is_active=query.is_active
    )
    return page(
        query,
        subscriptions.count_webhooks(wanted),
        lambda offset, size: subscriptions.list_webhooks(wanted, query.sort, offset, size),
        _shape,
    )


@endpoint(
    "POST",
    _PATH,
    tag="webhooks",
    roles=DESK,
    body=NewWebhook,
    status=201,
    answers=WebhookShape,
    also={406: Registered},
)
def create_webhook(viewer: Viewer, body: NewWebhook) -> WebhookShape:
    """Subscribe to events."""
    try:
        webhook_id = webhooks.create_webhook(_fields(body))
    except Refused as refusal:
        raise ApiError(406, _REGISTERED) from refusal
    return _shape(subscriptions.find_webhook(webhook_id))


@endpoint("GET", f"{_PATH}<int:webhook_id>/", tag="webhooks", roles=DESK, answers=WebhookShape)
def show_webhook(viewer: Viewer, webhook_id: int) -> WebhookShape:
    """One subscription."""
    return _shape(subscriptions.find_webhook(webhook_id))


@endpoint(
    "PATCH",
    f"{_PATH}<int:webhook_id>/",
    tag="webhooks",
    roles=DESK,
    body=WebhookChange,
    answers=WebhookShape,
    also={406: Registered},
)
def change_webhook(viewer: Viewer, webhook_id: int, body: WebhookChange) -> WebhookShape:
    """Change, pause or resume a subscription."""
    try:
        webhooks.change_webhook(webhook_id, _fields(body))
    except Refused as refusal:
        raise ApiError(406, _REGISTERED) from refusal
    return _shape(subscriptions.find_webhook(webhook_id))


@endpoint("DELETE", f"{_PATH}<int:webhook_id>/", tag="webhooks", roles=DESK, status=204, answers=None)
def delete_webhook(viewer: Viewer, webhook_id: int) -> None:
    """End a subscription. What was still due to it is given up; the history of its events stays."""
    webhooks.delete_webhook(webhook_id)


def _fields(body: NewWebhook | WebhookChange) -> WebhookFields:
    given = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    return cast(WebhookFields, given)


def _shape(row: WebhookRow) -> WebhookShape:
    return WebhookShape(
        id=row.id,
        event_type=row.event_type,
        target_url=row.target_url,
        is_active=row.is_active,
        retry_countdown_config=row.retry_countdown_config,
        additional_headers=row.additional_headers,
        created_date=text(row.created_date),
        modified_date=text(row.modified_date),
    )
