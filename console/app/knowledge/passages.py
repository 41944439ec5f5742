"""The page of a passage: its text between its neighbours, where it comes from, and its correction."""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.forms import Form, fields_of, if_match, shown
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/passages")


def _api(passage_id: str) -> str:
    return f"/api/chunks/{quote(passage_id, safe='')}"  # LangChain's ids are any text


@router.get("/{passage_id}")
async def passage(request: Request, apis: ApisDep, passage_id: str) -> Response:
    """Show a passage."""
    return await _passage_page(request, apis, passage_id)


@router.post("/{passage_id}")
async def correct(request: Request, apis: ApisDep, passage_id: str) -> Response:
    """Correct its text."""
    sent = await fields_of(request)
    try:
        await apis.send("admin", "PUT", _api(passage_id), json={"text": sent.get("text", "")}, headers=if_match(sent))
    except RefusedError as error:
        return await _passage_page(request, apis, passage_id, changed=Form.refused(error, sent), status=error.status)
    return back(apis, f"/knowledge/passages/{quote(passage_id, safe='')}", translated("The passage was corrected."))


async def _passage_page(
    request: Request, apis: Apis, passage_id: str, *, changed: Form | None = None, status: int = 200
) -> Response:
    found, etag = await apis.get_tagged("admin", _api(passage_id))
    document = await apis.get("admin", f"/api/documents/{found['document_id']}")
    values = {
        "passage": found,
        "document": document,
        "form": shown(changed, {"text": found["text"]}, etag),
        "is_sent": changed is not None,
    }
    return page(request, "knowledge/passage.html", values, status=status)
