"""What may be shown of a configuration: the allow-list, and everything else masked (D6)."""

import pytest

from app.domain.redaction import MASK, is_shown, masked, with_secrets, without_secrets

# The configuration of the sample answer, with values that must never be seen.
CONFIGURATION = {
    "server": "https://shop.example/api/v1",
    "password": "canary-password",
    "username": "omnitron",
    "sales_url": "https://shop.example/",
    "auth_token": "canary-token",
    "feature_flags": {},
    "cancel_mail_subject": "{}",
    "cancel_mail_template_url": "{}",
    "localized_cancel_mail_subject": {},
    "direct_cancel_mail_template_url": "{}",
}


def test_the_sample_configuration_keeps_its_keys_in_order_and_loses_its_two_secrets() -> None:
    shown = masked(CONFIGURATION)
    assert list(shown) == list(CONFIGURATION)
    assert {key for key, value in shown.items() if value == MASK} == {"password", "auth_token"}
    assert {key: shown[key] for key in shown if shown[key] != MASK} == {
        key: value for key, value in CONFIGURATION.items() if key not in ("password", "auth_token")
    }


@pytest.mark.parametrize(
    "key", ["server", "username", "sales_url", "feature_flags", "cancel_mail_subject", "x_mail_y"]
)
def test_keys_on_the_allow_list_are_shown(key: str) -> None:
    assert is_shown(key)


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "auth_token",
        "whatever_comes_next",
        "Server",
        "servers",
        "mail_subject",
        "smtp_mail_password",
    ],
)
def test_any_other_key_is_a_secret_also_one_nobody_thought_of(key: str) -> None:
    assert not is_shown(key)
    assert masked({key: "canary"}) == {key: MASK}


@pytest.mark.parametrize("value", ["text", "", 0, 17, False, ["a"], {"inner": "canary"}])
def test_a_secret_of_any_kind_is_masked_whole(value: object) -> None:
    assert masked({"password": value}) == {"password": MASK}


def test_a_missing_value_is_no_secret() -> None:
    assert masked({"password": None}) == {"password": None}


def test_secrets_inside_shown_values_are_masked_too() -> None:
    configuration = {
        "feature_flags": {"new_checkout": True, "api_key": "canary", "list": [{"token": "canary"}]}
    }
    assert masked(configuration) == {
        "feature_flags": {"new_checkout": True, "api_key": MASK, "list": [{"token": MASK}]}
    }


def test_a_user_in_front_of_a_host_is_masked() -> None:
    shown = masked({"server": "https://user:canary@shop.example/api"})
    assert shown == {"server": f"https://{MASK}@shop.example/api"}


def test_the_same_walk_encrypts_only_what_would_be_masked() -> None:
    changed = with_secrets(CONFIGURATION, lambda value: f"<{value}>")
    assert {key for key in changed if changed[key] != CONFIGURATION[key]} == {"password", "auth_token"}
    assert changed["password"] == "<canary-password>"


def test_documents_lose_configurations_named_secrets_and_users_of_hosts_at_any_depth() -> None:
    document = {
        "order": {"channel": {"name": "Web", "configuration": CONFIGURATION | {"unknown": "canary"}}},
        "headers": [{"Authorization": "Token canary", "X-Api-Key": "canary", "Accept": "text/html"}],
        "url": "postgresql://stocktrace:canary@db/stocktrace",
        "sku": "TS-M",
        "count": 3,
    }
    shown = without_secrets(document)
    assert "canary" not in repr(shown)
    assert (shown["sku"], shown["count"]) == ("TS-M", 3)
    assert shown["headers"][0]["Accept"] == "text/html"


@pytest.mark.parametrize("key", ["sku", "author", "shipping", "monkey", "keyboard", "spinner", "number"])
def test_ordinary_keys_of_documents_stay(key: str) -> None:
    assert without_secrets({key: "value"}) == {key: "value"}
