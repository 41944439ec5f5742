"""Types of fields that several requests have."""

from typing import Annotated

from pydantic import AfterValidator, Field

from service_kit.text.text_fields import Line

KnowledgeBaseName = Annotated[Line, Field(max_length=200)]
CollectionName = Annotated[Line, Field(max_length=100)]
DocumentTitle = Annotated[Line, Field(max_length=255)]
Tag = Annotated[Line, Field(max_length=100)]
Description = Annotated[str, Field(max_length=10_000)]


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Tags = Annotated[list[Tag], Field(max_length=50), AfterValidator(_distinct)]
"""Words by which documents are found together, each once."""
