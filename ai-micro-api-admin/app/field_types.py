"""Types of fields that several requests have."""

from typing import Annotated

from pydantic import Field

from service_kit.text.text_fields import Line

KnowledgeBaseName = Annotated[Line, Field(max_length=200)]
CollectionName = Annotated[Line, Field(max_length=100)]
Description = Annotated[str, Field(max_length=10_000)]
