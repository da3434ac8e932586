"""The OpenAPI document, and what joins SpecTree to our strict reading of requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from flask import Response, make_response
from msgspec import Meta, Struct
from spectree import SecurityScheme, SpecTree
from spectree.model_adapter.msgspec_adapter import MsgspecModelAdapter
from spectree.models import InType, SecureType, SecuritySchemeData
from spectree.plugins.base import Context
from spectree.plugins.flask_plugin import FlaskPlugin

from app.api import reading
from app.api.values import schema_of

_REFERENCE = "#/components/schemas/{name}"


class Detail(Struct, frozen=True):
    """An error about the request as a whole."""

    detail: str


Problem = Annotated[dict[str, str | list[str]], Meta(title="Problem")]
"""What is wrong with the request: for each field its reasons, or `detail`."""

Problems = Annotated[dict[str, str | list[str]] | list[dict[str, list[str]]], Meta(title="Problems")]
"""The same, or for each entry of a list what is wrong with it; an empty object for a good one."""


class Adapter(MsgspecModelAdapter):
    """SpecTree's msgspec adapter, told of the value types that msgspec does not know."""

    def json_schema(self, model: type[Any], *, ref_template: str, mode: Any = None) -> dict[str, Any]:
        """The schema of `model`; what it consists of lies under `$defs`."""
        schemas, components = msgspec.json.schema_components(
            (model,), schema_hook=schema_of, ref_template=_REFERENCE
        )
        schema = schemas[0]
        own = str(schema.get("$ref", "")).removeprefix(_REFERENCE.format(name=""))
        if own in components:
            schema = components.pop(own)
        return {**schema, "$defs": components} if components else schema


class StrictPlugin(FlaskPlugin):
    """Reads requests by app.api.reading. Answers are held to their shapes by the tests, not each time."""

    def request_validation(
        self, request: Any, query: Any, json: Any, form: Any, headers: Any, cookies: Any
    ) -> None:
        """Puts what was read into `request.context`."""
        request.context = Context(
            reading.query(query) if query else None,
            reading.body(json or form, accepts_form=form is not None) if json or form else None,
            None,
            None,
            None,
        )

    def validate_response(
        self, resp: Any, resp_model: Any, skip_validation: bool, force_resp_serialize: bool
    ) -> tuple[Response, None]:
        """The answer as it is."""
        return make_response(resp), None

    def parse_path(
        self, route: Any, path_parameter_descriptions: Mapping[str, str] | None
    ) -> tuple[str, list[Any]]:
        """Ids in addresses are whole numbers of 64 bits."""
        path, parameters = super().parse_path(route, path_parameter_descriptions)
        for parameter in parameters:
            if parameter["schema"] == {"type": "integer", "format": "int32"}:
                parameter["schema"] = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
        return path, parameters


spec = SpecTree(
    backend=StrictPlugin,
    model_adapter=Adapter(),  # type: ignore[arg-type]
    annotations=False,
    validation_error_status=400,
    validation_error_model=Problem,
    nested_naming_strategy=lambda _parent, child: child,
    title="Stocktrace",
    version="1",
    description=(
        "The order-management API. Sign in, or make a token on the page “API tokens”, "
        "and send it with every request: `Authorization: Token <key>`."
    ),
    path="api/docs",
    mode="strict",
    security_schemes=[
        SecurityScheme(
            name="token",
            data=SecuritySchemeData(
                type=SecureType.API_KEY,
                name="Authorization",
                field_in=InType.HEADER,
                description="`Token`, a space, and the key.",
            ),
        )
    ],
)


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of every endpoint that is registered."""
    found: dict[str, Any] = spec.spec
    return found
