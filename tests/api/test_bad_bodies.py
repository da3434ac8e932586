"""Bodies that cannot be used: every route refuses each, says what is wrong with it, and stores nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product

import pytest
from flask import Flask

from tests.api.client import ApiClient, look_at
from tests.api.routes import BODIES, everything_stored
from tests.contract.worlds import a_small_world

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
FORMS = (FORM, "multipart/form-data")
READ_FORMS = ("/api/v1/auth/login/", "/api/v1/oms/inventory-discrepancies/remove/")
LISTS = ("/api/v1/oms/stock/",)


@pytest.fixture
def api(app: Flask) -> Iterator[ApiClient]:
    """An administrator's script in a small world, which is as it was at the end."""
    with app.app_context():
        key = a_small_world()
    before = everything_stored(app)
    yield ApiClient(app, key=key)
    assert everything_stored(app) == before


def nested(depth: int) -> bytes:
    return b'{"code":' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "the body is not JSON:"),
        (b"code=ERP-1", "the body is not JSON:"),
        (b'{"code": "ERP-1",}', "the body is not JSON:"),
        (b"{'code': 'ERP-1'}", "the body is not JSON:"),
        (b'{"code": "ERP-1"} {}', "the body is not JSON:"),
        (b'{"code": "a\nb"}', "the body is not JSON:"),
        (b'{"code": "a\x00b"}', "the body is not JSON:"),
        (b"\xff\xfe{\x00}\x00", "the body is not UTF-8 text"),
        (b'{"code": "\xff"}', "the body is not UTF-8 text"),
        (b'{"code": NaN}', "the body has NaN, which is not a JSON number"),
        (b'{"code": Infinity}', "the body has Infinity, which is not a JSON number"),
        (b'{"code": -Infinity}', "the body has -Infinity, which is not a JSON number"),
        (b'{"code": 1e999}', "the body has a number that is too large"),
        (b'{"code": ' + b"9" * 5_000 + b"}", "the body has a number that is too large"),
        (b'{"code": "a", "code": "b"}', "the body has the key 'code' twice"),
        (b'{"x": {"code": "a", "code": "b"}}', "the body has the key 'code' twice"),
        (b'{"code": "a\\u0000b"}', "the body has a NUL character"),
        (b'{"a\\u0000b": 1}', "the body has a NUL character"),
        (b'{"code": "\\ud800"}', "half a surrogate pair"),
        (nested(1_000), "the body is nested deeper than 32 levels"),
        (b"[" * 100_000, "the body is nested deeper than 32 levels"),
    ],
)
def test_what_is_no_json_of_ours_is_refused(api: ApiClient, body: bytes, said: str) -> None:
    for path in BODIES:
        found = api.read(api.ask("POST", path, data=body, content_type=JSON), 400)
        assert list(found) == ["detail"], path
        assert found["detail"].startswith("JSON parse error - ")
        assert said in found["detail"]


def test_json_of_another_kind_is_refused_with_what_is_missing(api: ApiClient) -> None:
    for path in BODIES:
        for body in (None, True, 7, "text", {}, {"unknown": 1}, [], [[]], [None]):
            found = api.read(api.ask("POST", path, data=json.dumps(body), content_type=JSON), 400)
            for problem in found if isinstance(found, list) else [found]:
                assert problem and all(reasons and all(reasons) for reasons in problem.values())


@pytest.mark.parametrize("content_type", [None, JSON, FORM])
def test_no_body_at_all_is_a_body_without_fields(api: ApiClient, content_type: str | None) -> None:
    for path in BODIES:
        found = api.read(api.ask("POST", path, data=b"", content_type=content_type), 400)
        if path in LISTS:
            assert found == {"non_field_errors": ["Expected a list of items."]}
        else:
            assert list(found.values()) == [["This field is required."]], path


def test_every_field_of_a_wrong_type_is_named(api: ApiClient) -> None:
    for path, good in BODIES.items():
        fields = good[0] if path in LISTS else good
        for name, wrong in product(fields, ({}, [[]], {"a": None}, False)):
            body = {**fields, name: wrong}
            found = api.post(path, [body] if path in LISTS else body, 400)
            named = found[0] if path in LISTS else found
            assert {re.split(r"[.\[]", key)[0] for key in named} == {name}, path


@pytest.mark.parametrize(
    "content_type", [FORM, "multipart/form-data; boundary=x", "text/plain", "application/xml", "garbage"]
)
def test_a_kind_of_body_that_nobody_reads_is_415(api: ApiClient, content_type: str) -> None:
    kind = content_type.partition(";")[0]
    for path in BODIES:
        if path in READ_FORMS and kind in FORMS:
            continue
        answer = api.ask("POST", path, data=b"code=ERP-1", content_type=content_type)
        assert api.read(answer, 415) == {"detail": f'Unsupported media type "{kind}" in request.'}


@pytest.mark.parametrize("path", READ_FORMS)
@pytest.mark.parametrize("kind", FORMS)
def test_forms_are_held_to_the_same_where_they_are_read(api: ApiClient, path: str, kind: str) -> None:
    fields = dict.fromkeys(BODIES[path], "")
    found = api.read(api.ask("POST", path, data=fields, content_type=kind), 400)
    assert set(found) <= set(fields)
    assert api.read(api.ask("POST", path, data={"other": "1"}, content_type=kind), 400)
    for fields in ({"expired_date": "10-10-2023\x00"}, {"user\x00name": "a", "password": "b"}):
        found = api.read(api.ask("POST", path, data=fields, content_type=kind), 400)
        assert "\x00" not in json.dumps(found)


@pytest.mark.parametrize("size", [9 * 1024 * 1024, 25 * 1024 * 1024])
def test_a_body_that_is_too_large_is_413(api: ApiClient, size: int) -> None:
    body = b'"' + b"x" * (size - 2) + b'"'
    for path in BODIES:
        for content_type in (JSON, *(FORMS if path in READ_FORMS else ())):
            answer = api.ask("POST", path, data=body, content_type=content_type)
            assert list(api.read(answer, 413)) == ["detail"], path


def test_the_largest_body_of_most_is_one_mebibyte(api: ApiClient) -> None:
    body = b'{"x": "' + b"x" * (1024 * 1024 - 9) + b'"}'
    assert len(body) == 1024 * 1024
    for path in BODIES:
        if path not in LISTS:
            assert api.ask("POST", path, data=body, content_type=JSON).status_code == 400
            assert api.ask("POST", path, data=body + b" ", content_type=JSON).status_code == 413


def test_a_stranger_gets_no_large_body_read(app: Flask) -> None:
    answer = app.test_client().post("/api/v1/oms/stock/", data=b"x" * 25 * 1024 * 1024, content_type=JSON)
    look_at(answer)
    assert answer.status_code == 401


def test_a_body_of_undeclared_length_is_limited_as_well_and_never_cut(api: ApiClient) -> None:
    for path, good in BODIES.items():
        for content_type in (JSON, *(FORMS if path in READ_FORMS else ())):
            answer = api.ask(
                "POST",
                path,
                input_stream=BytesIO(json.dumps(good).encode() + b" " * 9 * 1024 * 1024),
                content_type=content_type,
                headers={"Transfer-Encoding": "chunked"},
                environ_overrides={"wsgi.input_terminated": True},
            )
            assert list(api.read(answer, 413)) == ["detail"], path
