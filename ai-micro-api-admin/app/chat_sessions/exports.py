"""A conversation as a file: JSON for programs, Markdown for people."""

from enum import StrEnum

from starlette.responses import Response

from app.chat_sessions.schemas import ChatMessageOut, ChatSessionWithMessages
from service_kit.personal_data.exports import download

_SPEAKERS = {"user": "Q", "assistant": "A"}


class Format(StrEnum):
    """What a conversation is exported as."""

    JSON = "json"
    MARKDOWN = "markdown"


def exported(chat: ChatSessionWithMessages, kind: Format) -> Response:
    """Return the download of a conversation."""
    if kind is Format.JSON:
        return download("chat.json", chat)
    text = f"# {chat.title}\n\n" + "\n".join(map(_paragraph, chat.messages))
    headers = {"Content-Disposition": 'attachment; filename="chat.md"', "Cache-Control": "no-store"}
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


def _paragraph(message: ChatMessageOut) -> str:
    sources = "".join(
        f"\n[{number}] {item.title}" + (f", p. {item.page}" if item.page else "")
        for number, item in enumerate(message.citations, start=1)
    )
    return f"**{_SPEAKERS[message.role]}:** {message.content}\n{sources}\n"
