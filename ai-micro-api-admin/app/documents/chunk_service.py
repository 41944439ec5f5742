"""The rules of chunks: the passages of a document, as they are searched and cited."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Row

from app.contents.documents import DocumentRepository
from app.contents.models import Document
from app.documents import lookups
from app.documents.problems import ChunkNotFound
from app.documents.schemas import ChunkInContext, ChunkOut
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.tokens.verification import Subject


class ChunkService:
    """Finds chunks.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def chunks(self, document_id: UUID, *, start: int, limit: int, by: Subject) -> tuple[Document, Sequence[Row[Any]]]:
        """Return a document and its chunks from a place on.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get(documents, document_id, by)
            return document, documents.chunks(document, start=start, limit=limit)

    def chunk(self, chunk_id: str, *, by: Subject) -> ChunkInContext:
        """Return a chunk with the chunks around it.

        Raises:
            ChunkNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            found = documents.document_of_chunk(chunk_id, by)
            if found is None:
                raise ChunkNotFound
            document, index = found
            rows = documents.chunks(document, start=max(0, index - 1), limit=3)
        around = {chunk.index: chunk for chunk in map(ChunkOut.model_validate, rows)}
        return ChunkInContext(
            **around[index].model_dump(),
            document_id=document.id,
            title=document.title,
            previous=around.get(index - 1),
            next=around.get(index + 1),
        )


async def chunk_service(database: DatabaseDep) -> ChunkService:
    """Return the service."""
    return ChunkService(database)


Chunks = Annotated[ChunkService, Depends(chunk_service)]
