"""A question to a knowledge base, and its answer: in pieces as it is made, or as a whole page."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from app.apis.problems import ApiError, RefusedError, ServiceUnavailableError
from app.apis.signed_in import Apis
from app.chat.conversations import conversation_page, conversations_page
from app.chat.server_events import MEDIA_TYPE, event, events_of
from app.language import translated, translated_problem
from app.pages.forms import Form, fields_of, filled
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/chat")
logger = structlog.get_logger(__name__)

SILENT_SECONDS = 60.0
"""How long an answer may pause; the service sends a comment every 15."""


@router.post("")
async def ask(request: Request, apis: ApisDep) -> Response:
    """Ask a knowledge base: the answer is a page, or events for a script that shows it as it comes.

    The events are `token` (`{"text"}`) for each piece, then `done` (`{"html", "address", "etag"}`, the tag that of the
    conversation with the answer, null where it is not known) or `problem` (`{"html"}`).
    """
    sent = await fields_of(request)
    try:
        answer = await _asked(request, apis, sent)
    except RefusedError as error:
        return await _form_again(request, apis, Form.refused(error, sent), error.status)
    if MEDIA_TYPE in request.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx would collect the events
        return StreamingResponse(_shown(request, apis, answer), media_type=MEDIA_TYPE, headers=headers)
    async for name, content in _events(answer):
        if name == "done":
            return back(apis, _address(content))
        if name == "error":
            form = Form(sent, problem=translated_problem(content), request_id=_request_id(answer))
            return await _form_again(request, apis, form, content["status"])
    raise ServiceUnavailableError("admin", translated("The answer was cut off."))


async def _asked(request: Request, apis: Apis, sent: Mapping[str, str]) -> httpx.Response:
    wait = httpx.Timeout(request.app.state.settings.service_timeout_seconds, read=SILENT_SECONDS)
    return await apis.send(
        "admin",
        "POST",
        f"/api/knowledgebase/{quote(sent.get('knowledge_base_id', ''), safe='')}/chat",
        json={"message": sent.get("message", ""), **filled(sent, "session_id", "collection_id", "template_id")},
        headers={"Accept": MEDIA_TYPE},
        timeout=wait,
        stream=True,
    )


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """Yield the events of an answer, and an `error` where its end is missing."""
    try:
        async for name, content in events_of(answer.aiter_lines()):
            yield name, content
            if name in {"done", "error"}:
                return
    except httpx.HTTPError as error:
        logger.warning("answer_cut_off", error=repr(error))
    finally:
        await answer.aclose()
    yield "error", {"detail": translated("The answer was cut off."), "status": 503}


async def _shown(request: Request, apis: Apis, answer: httpx.Response) -> AsyncIterator[bytes]:
    async for name, content in _events(answer):
        if name == "token":
            yield event("token", {"text": content["text"]})
        elif name == "done":
            html = page(request, "chat/answer.html", {"message": _message(content)}).body
            etag = await _tag_of_conversation(apis, content["session_id"])
            yield event("done", {"html": bytes(html).decode(), "address": _address(content), "etag": etag})
        elif name == "error":
            said = {"title": translated_problem(content), "detail": "", "request_id": _request_id(answer)}
            html = page(request, "failure_line.html", said).body
            yield event("problem", {"html": bytes(html).decode()})


async def _tag_of_conversation(apis: Apis, session_id: str) -> str | None:
    """Return the tag of a conversation as it is now: the forms of its page are about that from here on."""
    try:
        _, etag = await apis.get_tagged("admin", f"/api/chat-sessions/{quote(session_id, safe='')}")
    except ApiError as error:
        logger.warning("conversation_not_read", error=repr(error))
        return None
    return etag


def _request_id(answer: httpx.Response) -> str:
    return str(answer.headers.get("X-Request-ID", ""))


def _message(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer as a conversation has it."""
    return {
        "id": answer["message_id"],
        "session_id": answer["session_id"],
        "role": "assistant",
        "content": answer["answer"],
        "citations": answer["citations"],
        "classification": answer["classification"],
        "model": answer["model"],
        "unsourced": answer.get("unsourced", []),
        "state": "complete",
        "rating": None,
        "comment": None,
    }


def _address(answer: Mapping[str, Any]) -> str:
    return f"/knowledge/chat/{answer['session_id']}#message-{answer['message_id']}"


async def _form_again(request: Request, apis: Apis, form: Form, status: int) -> Response:
    if form.value("session_id"):
        return await conversation_page(request, apis, form.value("session_id"), asking=form, status=status)
    return await conversations_page(request, apis, asking=form, status=status)
