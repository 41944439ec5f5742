"""Which documents a list or a search is limited to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from sqlalchemy import ColumnElement

from app.contents.models import Document
from app.field_types import Moment, Tag
from app.ingestion.media_types import MediaType


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """What documents have in common; None leaves a thing open.

    Attributes:
        media_type: their format.
        tag: one of their tags.
        created_from: they were uploaded then or later.
        created_before: they were uploaded before.
    """

    media_type: MediaType | None = None
    tag: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on `documents`."""
        conditions: list[ColumnElement[bool]] = []
        if self.media_type is not None:
            conditions.append(Document.media_type == self.media_type.value)
        if self.tag is not None:
            conditions.append(Document.tags.contains([self.tag]))
        if self.created_from is not None:
            conditions.append(Document.created_at >= self.created_from)
        if self.created_before is not None:
            conditions.append(Document.created_at < self.created_before)
        return conditions


EVERY_DOCUMENT = DocumentFilter()


async def document_filter(
    media_type: Annotated[MediaType | None, Query(description="Only documents of this format.")] = None,
    tag: Annotated[Tag | None, Query(description="Only documents with this tag.")] = None,
    created_from: Annotated[Moment | None, Query(description="Only documents uploaded then or later.")] = None,
    created_before: Annotated[Moment | None, Query(description="Only documents uploaded before.")] = None,
) -> DocumentFilter:
    """Return what a request asks for."""
    return DocumentFilter(media_type=media_type, tag=tag, created_from=created_from, created_before=created_before)


Filtering = Annotated[DocumentFilter, Depends(document_filter)]
