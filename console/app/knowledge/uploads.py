"""Many files at once, on their way from a browser to the admin service."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from app.pages.failures import is_fragment
from app.pages.handing_on import upload
from app.pages.rendering import page
from app.pages.signed_in import ApisDep

router = APIRouter(prefix="/uploads")

BATCH = "/api/documents/batch"


@router.post("")
async def take(request: Request, apis: ApisDep) -> Response:
    """Hand the files on, and show what became of each."""
    try:
        batch = (await upload(request, apis, BATCH)).json()
    except ClientDisconnect:  # the person left or cancelled; the service has seen the end of it too
        return Response(status_code=HTTPStatus.NO_CONTENT)
    template = "knowledge/uploaded.html" if is_fragment(request) else "knowledge/uploaded_page.html"
    return page(request, template, {"batch": batch})
