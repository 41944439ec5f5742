"""Conversations of one's own: their list, and each one with its questions, answers and sources."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.forms import Form, fields_of, if_match, shown
from app.pages.handing_on import download
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/chat")

CONVERSATIONS_OF_A_PAGE = 30
_API = "/api/chat-sessions"


@router.get("")
async def conversations(
    request: Request, apis: ApisDep, q: str = "", knowledge_base_id: str = "", cursor: str = ""
) -> Response:
    """List one's own conversations, and let a new one begin."""
    asking = Form({"knowledge_base_id": knowledge_base_id})
    return await conversations_page(request, apis, q=q, cursor=cursor, asking=asking)


@router.get("/{session_id}")
async def conversation(request: Request, apis: ApisDep, session_id: UUID) -> Response:
    """Show a conversation."""
    return await conversation_page(request, apis, str(session_id))


@router.post("/{session_id}")
async def rename(request: Request, apis: ApisDep, session_id: UUID) -> Response:
    """Give it another title."""
    sent = await fields_of(request)
    body = {"title": sent.get("title", "")}
    try:
        await apis.send("admin", "PATCH", f"{_API}/{session_id}", json=body, headers=if_match(sent))
    except RefusedError as error:
        renaming = Form.refused(error, sent)
        return await conversation_page(request, apis, str(session_id), renaming=renaming, status=error.status)
    return back(apis, f"/knowledge/chat/{session_id}", translated("Saved."))


@router.post("/{session_id}/delete")
async def delete(apis: ApisDep, session_id: UUID) -> Response:
    """Delete it."""
    await apis.send("admin", "DELETE", f"{_API}/{session_id}")
    return back(apis, "/knowledge/chat", translated("The conversation was deleted."))


@router.get("/{session_id}/export")
async def export(
    request: Request,
    apis: ApisDep,
    session_id: UUID,
    format: Literal["json", "markdown"] = "markdown",  # noqa: A002
) -> Response:
    """Hand it out as a file."""
    return await download(request, apis, f"{_API}/{session_id}/export", format=format)


@router.post("/messages/{message_id}/feedback")
async def rate(request: Request, apis: ApisDep, message_id: UUID) -> Response:
    """Keep what the person thinks of an answer."""
    sent = await fields_of(request)
    body = {"rating": sent.get("rating") or None, "comment": sent.get("comment") or None}
    await apis.send("admin", "POST", f"/api/chat-messages/{message_id}/feedback", json=body)
    address = f"/knowledge/chat/{quote(sent.get('session_id', ''), safe='')}#message-{message_id}"
    return back(apis, address, translated("Thank you: it was kept."))


async def conversations_page(
    request: Request, apis: Apis, *, q: str = "", cursor: str = "", asking: Form, status: int = 200
) -> Response:
    """Return the list of one's own conversations, with the form for a new one.

    Args:
        request: for whom.
        apis: of the session.
        q: part of a title.
        cursor: of the list's page.
        asking: the form; the list is that of its knowledge base.
        status: of the answer.
    """
    base_id = asking.value("knowledge_base_id")
    bases = await apis.every("admin", "/api/knowledgebase")
    found = await apis.get("admin", _API, q=q, knowledge_base_id=base_id, cursor=cursor, limit=CONVERSATIONS_OF_A_PAGE)
    values = {
        "bases": bases,
        "base_names": {base["id"]: base["name"] for base in bases},
        "conversations": found,
        "q": q,
        "asking": asking,
        "collections": await _collections(apis, base_id),
        "templates": await _templates(apis),
    }
    return page(request, "chat/conversations.html", values, status=status)


async def conversation_page(
    request: Request,
    apis: Apis,
    session_id: str,
    *,
    asking: Form | None = None,
    renaming: Form | None = None,
    status: int = 200,
) -> Response:
    """Return the page of a conversation.

    Args:
        request: for whom.
        apis: of the session.
        session_id: of the conversation.
        asking: the form of the next question, where it was sent and refused.
        renaming: the form of its title, likewise.
        status: of the answer.
    """
    found, etag = await apis.get_tagged("admin", f"{_API}/{quote(session_id, safe='')}")
    base_id = found["knowledge_base_id"]
    fixed = {"knowledge_base_id": base_id, "session_id": found["id"]}
    values = {
        "conversation": found,
        "messages": [message | {"session_id": found["id"]} for message in found["messages"]],
        "asking": asking or Form(fixed),
        "collections": await _collections(apis, base_id),
        "templates": await _templates(apis),
        "form": shown(renaming, {"title": found["title"]}, etag),
    }
    return page(request, "chat/conversation.html", values, status=status)


async def _collections(apis: Apis, base_id: str) -> list[Mapping[str, Any]]:
    return await apis.every("admin", "/api/collections", knowledge_base_id=base_id) if base_id else []


async def _templates(apis: Apis) -> list[Mapping[str, Any]]:
    return await apis.every("admin", "/api/prompt-templates", purpose="answer")
