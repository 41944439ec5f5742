"""`/api/documents/{id}/pages/{n}`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from app.documents.page_pictures.service import Pages
from app.documents.problems import DocumentNotFound, DocumentWithoutPages, PageNotFound, PageNotShown
from app.files.problems import FileStoreUnavailable
from app.ingestion.page_pictures.pictures import MAX_WIDTH
from service_kit.database.admission import AdmittedDep, Overloaded
from service_kit.http.etags import answer_conditionally
from service_kit.http.problems import problems
from service_kit.server.openapi import CONDITIONAL_GET, NOT_MODIFIED
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/api/documents", tags=["documents"], route_class=Route)


@router.get(
    "/{document_id}/pages/{number}",
    response_class=Response,
    openapi_extra=CONDITIONAL_GET,
    responses={
        200: {
            "description": "The picture; `X-Page-Count` says how many pages there are.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        304: NOT_MODIFIED,
        **problems(
            DocumentNotFound, DocumentWithoutPages, PageNotFound, PageNotShown, FileStoreUnavailable, Overloaded
        ),
    },
)
async def page(
    *,
    document_id: UUID,
    number: Annotated[int, Path(ge=1, le=10_000, description="Which page, from 1.")],
    subject: CurrentSubject,
    pages: Pages,
    request: Request,
    admitted: AdmittedDep,
    width: Annotated[int, Query(ge=16, le=MAX_WIDTH, description="Of the picture, in pixels.")] = 1000,
) -> Response:
    """Return a picture of a page of a PDF, as PNG."""
    document = await admitted(pages.pdf, document_id, by=subject)
    tag = {"ETag": f'"{document.content_hash}.{document.size_bytes}.{number}.{width}"'}
    known = answer_conditionally(request, Response(headers=tag))
    if known.status_code != Response().status_code:
        return known
    picture = await pages.draw(document, number, admitted, width=width)
    return Response(
        picture.png,
        media_type="image/png",
        headers={**tag, "X-Page-Count": str(picture.pages), "Cache-Control": "private, no-cache"},
    )
