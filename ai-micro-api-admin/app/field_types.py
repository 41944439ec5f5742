"""Types of fields that several requests have."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from service_kit.text.field_faults import FieldFault
from service_kit.text.text_fields import Line

KnowledgeBaseName = Annotated[Line, Field(max_length=200)]
CollectionName = Annotated[Line, Field(max_length=100)]
DocumentTitle = Annotated[Line, Field(max_length=255)]
Tag = Annotated[Line, Field(max_length=100)]
Description = Annotated[str, Field(max_length=10_000)]

_MOMENT = FieldFault("moment", "write a moment as in 2026-11-27T09:00:00Z")


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[list[Tag], Field(max_length=50), AfterValidator(_distinct)]
"""Words by which documents are found together, each once."""


def _as_rfc3339(value: object) -> object:
    # Pydantic takes a number for seconds since 1970, and the schema says date-time (RFC 3339 section 5.6).
    if isinstance(value, str) and value.replace(".", "").lstrip("+-").isdecimal():
        raise _MOMENT.error()
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_rfc3339)]
"""A moment in a query parameter, with its time zone."""
