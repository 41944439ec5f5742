"""A document's file, text and pages: the browser has no token, so they come through here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.pages.handing_on import download
from app.pages.rendering import page
from app.pages.signed_in import ApisDep

router = APIRouter(prefix="/documents/{document_id}")

WIDTH = 1000
"""Of a page's picture, pixels: wide enough to be read, on a narrow window made smaller."""
_SMALLEST_WIDTH = 16
_MOST_PAGES = 10_000

Number = Annotated[int, Path(ge=1, le=_MOST_PAGES)]


@router.get("/content")
async def content(request: Request, apis: ApisDep, document_id: UUID) -> Response:
    """Return the file, to be saved."""
    return await download(request, apis, f"/api/documents/{document_id}/content")


@router.get("/text")
async def text(request: Request, apis: ApisDep, document_id: UUID) -> Response:
    """Return the text that is searched."""
    return await download(request, apis, f"/api/documents/{document_id}/text")


@router.get("/pages/{number}")
async def pages(request: Request, apis: ApisDep, document_id: UUID, number: Number) -> Response:
    """Show a page of a PDF."""
    found = await apis.get("admin", f"/api/documents/{document_id}")
    # The smallest picture says how many pages there are; the browser asks for the one that is seen.
    smallest = await apis.send(
        "admin", "GET", f"/api/documents/{document_id}/pages/{number}", params={"width": _SMALLEST_WIDTH}
    )
    values = {"document": found, "number": number, "count": int(smallest.headers["x-page-count"]), "width": WIDTH}
    return page(request, "knowledge/document_page.html", values)


@router.get("/pages/{number}/picture")
async def picture(request: Request, apis: ApisDep, document_id: UUID, number: Number) -> Response:
    """Return the picture of a page."""
    return await download(request, apis, f"/api/documents/{document_id}/pages/{number}", width=WIDTH)
