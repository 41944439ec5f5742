"""The route class of every service.

It lets each `def` endpoint wait for its turn at the database, refuses what FastAPI would let pass, and gives resources
entity tags.
"""

import inspect
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, ClassVar

from fastapi import Depends, FastAPI, Request, params
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from service_kit.database.admission import Admission, admitting
from service_kit.http.etags import Resource, answer_conditionally, tag_of
from service_kit.http.problems import Problem, UnsupportedMediaType, ValidationFailed
from service_kit.server.openapi import CONDITIONAL_GET, NOT_MODIFIED, declare
from service_kit.server.parameters import Parameters
from service_kit.tokens.verification import require_administrator

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """Checks what comes in before the endpoint is asked, and tags what goes out.

    - 503 for a `def` endpoint when there is no place for it, and a place before it takes a thread
      (`service_kit.database.admission`);
    - 405 for a method that a path without parameters does not have, although a path with one in its place has it;
    - 415 when the Content-Type is not what the endpoint reads (RFC 9110 section 15.5.16);
    - 422 for unknown and repeated parameters (`service_kit.server.parameters`);
    - an ETag on the representation of a resource, and 304 where the caller has it already (`service_kit.http.etags`).

    Attributes:
        misfit: what a request gets that does not fit the schema.
    """

    misfit: ClassVar[type[Problem]] = ValidationFailed

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - APIRoute's
        self._made_of = endpoint, dict(options)
        self._limited: dict[int, Route] = {}
        self.parameters = Parameters.of(path, endpoint)
        if self.parameters.form is not None:
            # A dependency, because FastAPI then has read the form within its limits.
            dependencies = options.get("dependencies") or []
            options["dependencies"] = [*dependencies, Depends(self.parameters.check_form)]
        responses = {str(status): response for status, response in (options.get("responses") or {}).items()}
        options["responses"] = declare(responses, self.misfit)
        self.needs_admission = not (inspect.iscoroutinefunction(endpoint) or inspect.isgeneratorfunction(endpoint))
        super().__init__(path, admitting(endpoint) if self.needs_admission else endpoint, **options)
        self.is_resource = isinstance(self.response_model, type) and issubclass(self.response_model, Resource)
        if self.is_resource and "GET" in (self.methods or ()):
            self.responses.setdefault("304", NOT_MODIFIED)
            self.openapi_extra = {**CONDITIONAL_GET, **(self.openapi_extra or {})}

    def limited_to(self, body_bytes: int) -> "Route":
        """Return this route with a limit for the body; a limit of its own is kept.

        It is made once for each limit: all but some milliseconds of building an application are spent in its routes,
        and tests build thousands.
        """
        if body_bytes not in self._limited:
            endpoint, options = self._made_of
            if options.get("max_body_size") is None:
                options = {**options, "max_body_size": body_bytes}
            self._limited[body_bytes] = type(self)(self.path, endpoint, **options)
        return self._limited[body_bytes]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Return what the path and the method match; no parameter takes the place of a name that another path has."""
        match, child_scope = super().matches(scope)
        if match is Match.FULL and self.param_convertors and fixed_path(scope) is not None:
            return Match.NONE, {}
        return match, child_scope

    def get_route_handler(self) -> Handler:
        """Return the handler, with the checks around it."""
        handler = self._checking_media_type(super().get_route_handler())

        async def checked(request: Request) -> Response:
            if self.needs_admission:
                admission: Admission = request.app.state.admission
                admission.check()
            self.parameters.check_query(request)
            return self._tagged(request, await handler(request))

        return checked

    def _checking_media_type(self, handler: Handler) -> Handler:
        if self.body_field is None:
            return handler
        accepts_form = isinstance(self.body_field.field_info, params.Form)

        async def checked(request: Request) -> Response:
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if accepts_form:
                acceptable = media_type in _FORM_TYPES
            else:
                acceptable = media_type == "application/json" or media_type.endswith("+json")
            # Without a body there is nothing to misread: the schema says what is missing.
            if not acceptable and _has_body(request):
                expected = " or ".join(_FORM_TYPES) if accepts_form else "application/json"
                raise UnsupportedMediaType(f"Send the body as {expected}.")
            return await handler(request)

        return checked

    def _tagged(self, request: Request, response: Response) -> Response:
        headers = response.headers
        has_tag = "etag" in headers
        if self.is_resource and not has_tag:
            headers["etag"] = self._tag_of(bytes(response.body))
            has_tag = True
        if has_tag and request.method == "GET" and response.status_code == HTTPStatus.OK:
            return answer_conditionally(request, response)
        return response

    def _tag_of(self, body: bytes) -> str:
        model: type[Resource] = self.response_model
        return model.model_validate_json(body).etag() if model.passing else tag_of(body)


class AdministratorRoute(Route):
    """Asks for an administrator's token before it reads the body: a stranger's large upload costs nothing.

    FastAPI reads a form whole before it resolves dependencies. The endpoint still declares `Administrator`.
    """

    def get_route_handler(self) -> Handler:
        """Return the handler, with the check in front of it."""
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            await require_administrator(request)
            return await handler(request)

        return checked


def fixed_paths(app: FastAPI) -> frozenset[str]:
    """Return the paths of an application without a parameter, such as `/profiles/me` beside `/profiles/{user_id}`."""
    return frozenset(route.path for route in iter_route_contexts(app.routes) if route.path and "{" not in route.path)


def fixed_path(scope: Scope) -> str | None:
    """Return the path that a request asks for if it is one of `fixed_paths`, else None."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path if path in scope["app"].state.fixed_paths else None


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
