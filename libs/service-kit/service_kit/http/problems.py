"""Errors as RFC 9457 `application/problem+json`.

A service subclasses `Problem`, one class an error; the class's first docstring paragraph is the default detail, `code`
is stable and part of the contract. Endpoints declare what they may answer with `responses=problems(A, B)`.
"""

import inspect
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final, Self, cast

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:ai-micro-service:problem:"
REFUSED_ACCESS: Final = "ACCESS"
"""What the audit trail calls a request that is refused for the roles of its account."""


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    loc: list[str | int] = Field(description="Where: body, query or path, then the way to the field.")
    msg: str
    type: str = Field(description="Stable; a user interface translates by it. Pydantic's, or a service's own.")


class ProblemDocument(BaseModel):
    """RFC 9457 problem details, with a stable code."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str = Field(description="A URI that identifies the kind of problem (RFC 9457 section 3.1.1).")
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable, for programs.")
    errors: list[FieldError] | None = Field(default=None, description="With status 422: every fault found.")


class Problem(HTTPException):
    """Base of every error that a service answers with.

    Args:
        detail: what happened and what to do; default is the class's own first paragraph.
        headers: added to the response.
        extensions: further members of the problem document (RFC 9457 section 3.2).

    Attributes:
        refused_action: what the audit trail calls the act that this refuses; None for what is no matter of rights.
        texts: what it may say in the place of the default detail; `{name}` stands for a value. OpenAPI lists them, so
            that a user interface can say them in another language.
    """

    refused_action: str | None = None
    status: ClassVar[int] = 500
    code: ClassVar[str] = "INTERNAL_ERROR"
    retry_after: ClassVar[int | None] = None
    texts: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, *, status: int, code: str, retry_after: int | None = None) -> None:
        """Declare an error: `class ProfileNotFound(Problem, status=404, code="PROFILE_NOT_FOUND")`.

        Args:
            status: the HTTP status.
            code: UPPER_SNAKE, stable.
            retry_after: seconds for a `Retry-After` header (RFC 9110 section 10.2.3).
        """
        super().__init_subclass__()
        cls.status = status
        cls.code = code
        cls.retry_after = retry_after

    def __init__(
        self, detail: str | None = None, *, headers: Mapping[str, str] | None = None, **extensions: object
    ) -> None:
        merged = dict(headers or {})
        if self.retry_after is not None:
            merged.setdefault("Retry-After", str(self.retry_after))
        super().__init__(self.status, detail=detail or self.default_detail(), headers=merged)
        self.extensions = extensions

    @classmethod
    def saying(cls, text: str, **values: str | int) -> Self:
        """Return the problem with one of its `texts` as the detail.

        Args:
            text: one of them.
            values: of the names in it.
        """
        if text not in cls.texts:
            raise ValueError(f"{cls.__name__} does not list this text: {text}")
        return cls(text.format(**values))

    @classmethod
    def texts_by_code(cls) -> dict[str, list[str]]:
        """Return the `texts` of all problems that this process knows, by code."""
        texts: dict[str, list[str]] = {}
        waiting = cls.__subclasses__()
        while waiting:
            kind = waiting.pop()
            waiting += kind.__subclasses__()
            for text in kind.texts:
                of_code = texts.setdefault(kind.code, [])
                if text not in of_code:
                    of_code.append(text)
        return dict(sorted(texts.items()))

    @classmethod
    def default_detail(cls) -> str:
        """Return the first paragraph of the class's docstring on one line."""
        return " ".join((inspect.getdoc(cls) or "").split("\n\n")[0].split())

    @classmethod
    def example(cls) -> dict[str, Any]:
        """Return the problem document with the default detail."""
        return document(cls.status, cls.code, cls.default_detail())

    def refusing(self, action: str) -> Self:
        """Return this problem as the refusal of an act, which the audit trail records under this name."""
        self.refused_action = action
        return self

    def response(self) -> Response:
        """Return this problem as an HTTP response."""
        return problem_response(
            self.status, self.code, self.detail, headers=self.headers, extensions=cast(dict[str, Any], self.extensions)
        )


def document(status: int, code: str, detail: str, extensions: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the members of a problem document."""
    return {
        "type": TYPE_PREFIX + code.lower().replace("_", "-"),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        **(extensions or {}),
    }


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    extensions: Mapping[str, Any] | None = None,
) -> Response:
    """Return a response whose body is a problem document."""
    return JSONResponse(
        document(status, code, detail, extensions), status_code=status, headers=headers, media_type=MEDIA_TYPE
    )


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of an endpoint for OpenAPI.

    Args:
        kinds: the problem classes that the endpoint may answer with.

    Returns:
        A value for `responses=`; problems that share a status become examples of one response.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        response = responses.setdefault(
            kind.status,
            {
                "description": HTTPStatus(kind.status).phrase,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )
        response["content"][MEDIA_TYPE]["examples"][kind.code] = {"value": kind.example()}
    return responses


class MalformedRequest(Problem, status=400, code="MALFORMED_REQUEST"):
    """The body could not be read: it is not valid JSON or form data in UTF-8."""


class Unauthorized(Problem, status=401, code="UNAUTHORIZED"):
    """A valid access token is needed: sign in and send it as `Authorization: Bearer ...`."""


class Forbidden(Problem, status=403, code="FORBIDDEN"):
    """Your account's roles do not allow this."""

    refused_action = REFUSED_ACCESS


class NotFound(Problem, status=404, code="NOT_FOUND"):
    """There is nothing at this address."""


class MethodNotAllowed(Problem, status=405, code="METHOD_NOT_ALLOWED"):
    """This address does not know the method; the Allow header names those that it knows."""


class RequestHeadersTooLarge(Problem, status=431, code="REQUEST_HEADERS_TOO_LARGE"):
    """The request line and headers are longer than 64 KiB; send less of them."""


class RequestTimeout(Problem, status=408, code="REQUEST_TIMEOUT"):
    """The request's body came too slowly; send it again over a faster connection, or less of it."""


class PreconditionFailed(Problem, status=412, code="PRECONDITION_FAILED"):
    """The resource has changed since you read it; read it again and apply your change to what it is now."""


class PayloadTooLarge(Problem, status=413, code="PAYLOAD_TOO_LARGE"):
    """The request's body is larger than this service accepts."""


class UnsupportedMediaType(Problem, status=415, code="UNSUPPORTED_MEDIA_TYPE"):
    """The body's Content-Type is not one that this endpoint reads."""


class ValidationFailed(Problem, status=422, code="VALIDATION_FAILED"):
    """The request does not fit the schema; `errors` names each fault."""

    UNSTORABLE = "The database cannot hold one of the values."
    texts = (UNSTORABLE,)


class PreconditionRequired(Problem, status=428, code="PRECONDITION_REQUIRED"):
    """Changes need an If-Match header here; send the ETag of the resource as you have read it."""


class InternalError(Problem, status=500, code="INTERNAL_ERROR"):
    """Something went wrong on our side; quote the X-Request-ID header when you report it."""


class DatabaseUnavailable(Problem, status=503, code="DATABASE_UNAVAILABLE", retry_after=5):
    """The database cannot be reached right now; try again shortly."""


class Contended(Problem, status=503, code="CONTENDED", retry_after=1):
    """Another request held what this one needed. Nothing was changed: send it again."""


class KeysUnavailable(Problem, status=503, code="KEYS_UNAVAILABLE", retry_after=5):
    """The keys that check access tokens cannot be fetched right now; try again shortly."""
