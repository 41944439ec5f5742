"""Base classes of request and response models."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator
from starlette.responses import Response

from service_kit.observability.trace_context import REQUEST_ID_PATTERN
from service_kit.text.field_faults import FieldFault

_UNSTORABLE = FieldFault("unstorable", "must not contain NUL characters or lone surrogates")


def _is_storable(value: str) -> bool:
    # PostgreSQL's text holds every code point but U+0000, and UTF-8 has no surrogates (RFC 3629 section 3):
    # https://www.postgresql.org/docs/current/datatype-character.html
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False


def _storable(value: str) -> str:
    if not _is_storable(value):
        raise _UNSTORABLE.error()
    return value


Text = Annotated[str, AfterValidator(_storable)]
"""A string that PostgreSQL can store; for query, path and form parameters."""

RequestId = Annotated[str, StringConstraints(pattern=f"^{REQUEST_ID_PATTERN}$")]
"""An id that `X-Request-ID` may have; for query and path parameters."""


def _all_storable(value: object) -> bool:
    # Without recursion: a body may be nested deeper than Python's stack reaches.
    pending = [value]
    while pending:
        match pending.pop():
            case str() as text:
                if not _is_storable(text):
                    return False
            case dict() as members:
                pending += members.keys()
                pending += members.values()
            case list() as items:
                pending += items
    return True


class RequestModel(BaseModel):
    """A request body: unknown fields are refused, and so is what PostgreSQL cannot store."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _only_storable_text(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic's signature
        if not _all_storable(data):
            raise _UNSTORABLE.error()
        return data


class ResponseModel(BaseModel):
    """A response body, built from a mapped object or a row."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def respond(cls, source: object) -> Response:
        """Return a response with this body, for a hot read.

        FastAPI validates what a `def` endpoint returns in a second trip through the thread pool; this does it in the
        first. The endpoint still declares `response_model`, for OpenAPI.

        Args:
            source: the row or object to build the body from.
        """
        return Response(cls.model_validate(source).model_dump_json(), media_type="application/json")
