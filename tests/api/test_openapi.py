"""The OpenAPI document: valid as such, complete, and saying of every operation what it may answer."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.api.endpoints import POLICIES
from tests.api.client import look_at

PATH = "/api/v1/openapi.json"
METHODS = {"GET", "POST", "PATCH", "DELETE"}
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    """The document as anybody gets it, without a token."""
    answer = app.test_client().get(PATH)
    look_at(answer)
    assert answer.status_code == 200
    found = json.loads(answer.data)
    assert isinstance(found, dict)
    return found


def operations(document: dict[str, Any]) -> list[Operation]:
    return [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def served(app: Flask) -> dict[tuple[str, str], str]:
    """Method and path, as the document writes them, of every endpoint of the API by its name."""
    return {
        (method, re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint in POLICIES
        for method in (rule.methods or set()) & METHODS
    }


def test_it_is_a_valid_openapi_document(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    problems = [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()]  # type: ignore[arg-type]
    assert problems == []


def test_it_has_every_endpoint_and_no_other(app: Flask, document: dict[str, Any]) -> None:
    assert {(method, path) for method, path, _ in operations(document)} == set(served(app))


def test_every_endpoint_of_the_api_has_a_policy(app: Flask) -> None:
    of_api = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.endpoint != "api_docs.show"
    }
    assert of_api == set(POLICIES)


def test_an_operation_says_what_it_does_and_where_it_belongs(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"].strip(), (method, path)
        assert len(operation["tags"]) == 1, (method, path)
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)


def test_a_token_is_asked_for_where_the_policy_wants_one(app: Flask, document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["token"]["name"] == "Authorization"
    endpoints = served(app)
    for method, path, operation in operations(document):
        is_open = POLICIES[endpoints[method, path]].scope is None
        wanted = operation.get("security", document.get("security"))
        assert wanted == ([] if is_open else [{"token": []}]), (method, path)
        assert ("401" in operation["responses"]) is not is_open, (method, path)


def test_every_answer_that_has_a_body_has_a_shape(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            shape = answer.get("content", {}).get("application/json", {}).get("schema")
            assert (shape is None) == (status == "204"), (method, path, status)


def test_nothing_in_it_leads_to_another_site(document: dict[str, Any]) -> None:
    assert "servers" not in document
    assert not re.findall(r"https?://(?!receiver\.example)[a-z]", json.dumps(document))
