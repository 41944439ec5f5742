"""Base classes of request and response models."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from starlette.responses import Response


def _storable(value: str) -> str:
    # PostgreSQL's text holds every code point but U+0000: https://www.postgresql.org/docs/current/datatype-character.html
    if "\0" in value:
        raise ValueError("must not contain the NUL character")
    return value


Text = Annotated[str, AfterValidator(_storable)]
"""A string that PostgreSQL can store; for query, path and form parameters."""


def _contains_nul(value: object) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any(_contains_nul(key) or _contains_nul(item) for key, item in value.items())
        case list():
            return any(_contains_nul(item) for item in value)
        case _:
            return False


class RequestModel(BaseModel):
    """A request body: unknown fields are refused, and so is what PostgreSQL cannot store."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _no_nul(cls, data: Any) -> Any:  # noqa: ANN401 - pydantic's signature
        if _contains_nul(data):
            raise ValueError("must not contain the NUL character")
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
