"""The pages of knowledge bases, and of what is in them."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from app.knowledge import base_as_a_whole, bases, choosing, collections, document_files, documents, passages, uploads

router = APIRouter(prefix="/knowledge")


@router.get("")
async def first_page() -> Response:
    """Go to the knowledge bases."""
    return RedirectResponse("/knowledge/bases", HTTPStatus.SEE_OTHER)


for part in (base_as_a_whole, bases, choosing, collections, documents, document_files, passages, uploads):
    router.include_router(part.router)
