"""`POST /api/knowledgebase/{id}/chat`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.chat.event_stream import EventStream, collected, events_of, is_wanted
from app.chat.generation import Generation
from app.chat.problems import ChatLimitReached
from app.chat.schemas import ChatAnswer, ChatRequest
from app.chat.service import Chat, ChatService, Turn
from app.chat_sessions.problems import ChatSessionFull, ChatSessionNotFound, ChatSessionOfAnotherKnowledgeBase
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.language_models.problems import ModelBusy, ModelFailed, ModelTimeout, ModelUnavailable
from app.prompt_templates.problems import PromptTemplateNotFound
from app.search.problems import EmbeddingModelUnavailable
from service_kit.database.admission import Admission, AdmissionDep, AdmittedDep, Overloaded
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject, Subject

router = APIRouter(prefix="/api/knowledgebase", tags=["chat"], route_class=Route)

_EVENTS = {
    "schema": {"type": "string"},
    "examples": {
        "events": {
            "value": 'event: token\ndata: {"text": "図書館は"}\n\nevent: citations\ndata: {"citations": []}\n\n'
            "event: done\ndata: {}\n\n"
        }
    },
}
_RESPONSES = {
    **problems(
        KnowledgeBaseNotFound,
        CollectionNotFound,
        ChatSessionNotFound,
        ChatSessionOfAnotherKnowledgeBase,
        ChatSessionFull,
        PromptTemplateNotFound,
        EmbeddingModelUnavailable,
        ChatLimitReached,
        ModelUnavailable,
        ModelBusy,
        ModelTimeout,
        ModelFailed,
        Overloaded,
    ),
    200: {"content": {"text/event-stream": _EVENTS}},
}


@router.post("/{knowledge_base_id}/chat", response_model=ChatAnswer, responses=_RESPONSES)
async def chat(
    *,
    knowledge_base_id: UUID,
    body: ChatRequest,
    subject: CurrentSubject,
    service: Chat,
    request: Request,
    admitted: AdmittedDep,
    admission: AdmissionDep,
) -> ChatAnswer | Response:
    """Answer a question from the documents of a knowledge base, with citations, or say that they have no answer.

    With `Accept: text/event-stream` the answer comes as events: `token` (`{"text"}`) as often as there are pieces, then
    `citations` (`{"citations"}`) and `done` (the whole answer), or `error` (a problem document).
    """
    started = await admitted(service.start, knowledge_base_id, body, by=subject)
    pieces = _pieces(service, started, subject, admission)
    if is_wanted(request):
        return EventStream(events_of(pieces))
    answer = await collected(pieces, request)
    return answer or Response(status_code=204)  # for a caller who has left


async def _pieces(
    service: ChatService, started: ChatAnswer | Turn, by: Subject, admission: Admission
) -> AsyncGenerator[str | ChatAnswer, None]:
    if isinstance(started, ChatAnswer):
        for line in started.answer.splitlines(keepends=True):
            yield line
        yield started
        return
    assert service.model is not None  # noqa: S101 - a turn is for a model
    generation = Generation(service, service.model, started, by=by)
    async with aclosing(generation.pieces(admission.conclude)) as pieces:
        async for piece in pieces:
            yield piece
