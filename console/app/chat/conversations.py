"""Conversations of one's own: their list, and each one with its questions, answers and sources."""

from typing import Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.choices import Choices, choices_of
from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.deletion import delete_as_seen
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
async def delete(request: Request, apis: ApisDep, session_id: UUID) -> Response:
    """Delete it."""
    return await delete_as_seen(
        apis,
        f"{_API}/{session_id}",
        await fields_of(request),
        page=f"/knowledge/chat/{session_id}",
        then="/knowledge/chat",
        done=translated("The conversation was deleted."),
    )


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
    found = await apis.get("admin", _API, q=q, knowledge_base_id=base_id, cursor=cursor, limit=CONVERSATIONS_OF_A_PAGE)
    listed = (one["knowledge_base_id"] for one in found["items"])
    values = {
        "bases": await choices_of(apis, "bases", chosen=[base_id, *listed]),
        "conversations": found,
        "q": q,
        "asking": asking,
        "collections": await _collections(apis, asking, base_id),
        "templates": await _templates(apis, asking),
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
    asking = asking or Form({"knowledge_base_id": base_id, "session_id": found["id"]})
    values = {
        "conversation": found,
        "messages": [message | {"session_id": found["id"]} for message in found["messages"]],
        "asking": asking,
        "collections": await _collections(apis, asking, base_id),
        "templates": await _templates(apis, asking),
        "form": shown(renaming, {"title": found["title"]}, etag),
        "etag": etag,
    }
    return page(request, "chat/conversation.html", values, status=status)


async def _collections(apis: Apis, asking: Form, base_id: str) -> Choices:
    if not base_id:
        return Choices("collections", ())
    return await choices_of(apis, "collections", chosen=[asking.value("collection_id")], knowledge_base_id=base_id)


async def _templates(apis: Apis, asking: Form) -> Choices:
    return await choices_of(apis, "templates", chosen=[asking.value("template_id")], purpose="answer")
