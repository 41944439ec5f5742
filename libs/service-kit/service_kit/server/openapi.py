"""Completes the OpenAPI document: every error that the edge of a service can answer with, declared once."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service_kit.http.problems import (
    Contended,
    DatabaseUnavailable,
    Forbidden,
    InternalError,
    KeysUnavailable,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    ProblemDocument,
    RequestHeadersTooLarge,
    RequestTimeout,
    Unauthorized,
    UnsupportedMediaType,
    problems,
)
from service_kit.server.middleware.cors import CrossOriginRefused
from service_kit.text.field_faults import FieldFault

_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_OUTSIDE_OPERATIONS = (NotFound, MethodNotAllowed, RequestHeadersTooLarge, CrossOriginRefused)

NOT_MODIFIED: dict[str, Any] = {"description": "The caller has the present state: If-None-Match names its ETag."}
CONDITIONAL_GET: dict[str, Any] = {
    "parameters": [
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "schema": {"type": "string"},
            "description": "ETags that the caller has; if one of them is the present one, the answer is 304.",
        }
    ]
}
"""What the GET of a resource declares beside what its endpoint does."""


def install(app: FastAPI, *, token_url: str) -> None:
    """Make `app.openapi()` return the completed document.

    Args:
        app: the application.
        token_url: where a browser gets a token, for the docs page's Authorize button.
    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(
                    title=app.title,
                    version=app.version,
                    description=app.description,
                    routes=app.routes,
                    tags=app.openapi_tags,
                ),
                token_url,
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents replacing it


def _complete(document: dict[str, Any], token_url: str) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    # Of what is not at an operation: anything is answered so at an address that there is not.
    components.setdefault("responses", {}).update(
        {kind.__name__: next(iter(problems(kind).values())) for kind in _OUTSIDE_OPERATIONS}
    )
    problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs"))
    schemas["Problem"] = problem
    schemas["Problem"]["properties"]["code"]["x-texts"] = Problem.texts_by_code()
    schemas["FieldError"]["properties"]["type"]["x-texts"] = {code: [text] for code, text in FieldFault.known().items()}
    for scheme in components.get("securitySchemes", {}).values():
        for flow in scheme.get("flows", {}).values():
            flow["tokenUrl"] = token_url
    for operation in _operations(document):
        _declare(operation)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return document


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document.get("paths", {}).values():
        for method, operation in path.items():
            if method in _METHODS:
                yield operation


def _declare(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    if "422" in responses and "application/json" in responses["422"].get("content", {}):
        del responses["422"]  # FastAPI's own shape, which the error handlers never answer with
    declare(responses, *_possible(operation))


def declare(responses: dict[str, dict[str, Any]], *kinds: type[Problem]) -> dict[str, dict[str, Any]]:
    """Add problems to the responses of an operation, beside those that it has, and return the responses.

    Args:
        responses: by status; changed.
        kinds: the problem classes to add.
    """
    for status, response in problems(*kinds).items():
        mine = responses.setdefault(str(status), response)
        for media_type, content in response["content"].items():
            examples = mine.setdefault("content", {}).setdefault(media_type, content).setdefault("examples", {})
            examples.update({**content["examples"], **examples})
    return responses


def _possible(operation: dict[str, Any]) -> Iterator[type[Problem]]:
    yield InternalError
    yield DatabaseUnavailable
    yield Contended
    if operation.get("security"):
        yield KeysUnavailable
        yield Unauthorized
        yield Forbidden
    if "requestBody" in operation:
        yield MalformedRequest
        yield RequestTimeout
        yield PayloadTooLarge
        yield UnsupportedMediaType
    if any(parameter["name"].lower() == "if-match" for parameter in operation.get("parameters", ())):
        yield PreconditionFailed
        yield PreconditionRequired
