"""Pictures of the pages of a PDF."""

from functools import partial
from typing import Annotated, BinaryIO
from uuid import UUID

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request

from app.contents.documents import DocumentRepository
from app.contents.models import Document
from app.documents import lookups
from app.documents.problems import DocumentWithoutPages, PageNotFound, PageNotShown
from app.files import parts
from app.files.reading import Files, FilesDep, FileVanished
from app.ingestion.media_types import MediaType
from app.ingestion.page_pictures.pictures import PageNotDrawn, PagePicture, draw_page
from service_kit.database.admission import Admitted, Overloaded
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.tokens.verification import Subject

PAGES_AT_ONCE = 2
"""Pages that a process draws at a time; others wait."""

_MOST_WAITING = 50


class PageService:
    """Draws pages.

    Args:
        database: where the documents are.
        files: reads theirs.
        limiter: lets so many pages be drawn at a time.
    """

    def __init__(self, database: Database, files: Files, limiter: CapacityLimiter) -> None:
        self._database = database
        self._files = files
        self._limiter = limiter

    def pdf(self, document_id: UUID, *, by: Subject) -> Document:
        """Return a document that has pages.

        Raises:
            DocumentNotFound: there is none that the caller may read.
            DocumentWithoutPages: it is no PDF.
        """
        with self._database.session() as session:
            document = lookups.get(DocumentRepository(session), document_id, by)
        if document.media_type != MediaType.PDF:
            raise DocumentWithoutPages
        return document

    async def draw(self, document: Document, number: int, admitted: Admitted, *, width: int) -> PagePicture:
        """Return a picture of a page, drawn without a connection to the database and outside this process.

        Args:
            document: a PDF.
            number: which page, from 1.
            admitted: what works with the database.
            width: of the picture, in pixels.

        Raises:
            PageNotFound: the document has fewer pages.
            PageNotShown: the page cannot be drawn.
            Overloaded: too many wait for theirs.
        """
        if self._limiter.statistics().tasks_waiting >= _MOST_WAITING:
            raise Overloaded
        async with self._limiter:
            file = await admitted(self._file_of, document)
            try:
                picture = await to_thread.run_sync(partial(draw_page, file, number, width=width))
            except PageNotDrawn as error:
                raise PageNotShown from error
            finally:
                file.close()
        if picture.png is None:
            raise PageNotFound.saying(PageNotFound.OF_SO_MANY, count=picture.pages)
        return picture

    def _file_of(self, document: Document) -> BinaryIO:
        try:
            return parts.copy(
                self._files.read(document.id, size_bytes=document.size_bytes, content_hash=document.content_hash)
            )
        except FileVanished as error:
            raise PageNotShown.saying(PageNotShown.VANISHED) from error


async def page_service(request: Request, database: DatabaseDep, files: FilesDep) -> PageService:
    """Return the service."""
    return PageService(database, files, request.app.state.page_limiter)


Pages = Annotated[PageService, Depends(page_service)]
