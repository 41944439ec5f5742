"""Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass

import anyio
import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.chat.schemas import ChatAnswer
from service_kit.http.problems import DatabaseUnavailable, InternalError, Problem, document

MEDIA_TYPE = "text/event-stream"
# Proxies close what is silent for a minute.
_COMMENT_SECONDS = 15.0
_COMMENT = b": still here\n\n"

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its name and its JSON."""

    name: str
    data: str

    def encoded(self) -> bytes:
        """Return it as it is sent; JSON has no line breaks."""
        return f"event: {self.name}\ndata: {self.data}\n\n".encode()


def is_wanted(request: Request) -> bool:
    """Return True if the caller asks for events."""
    return MEDIA_TYPE in request.headers.get("accept", "").lower()


async def events_of(pieces: AsyncGenerator[str | ChatAnswer, None]) -> AsyncGenerator[Event, None]:
    """Yield `token` for each piece, then `citations` and `done`; `error` with a problem document where it fails."""
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                if isinstance(piece, str):
                    yield Event("token", json.dumps({"text": piece}, ensure_ascii=False))
                else:
                    citations = [item.model_dump(mode="json") for item in piece.citations]
                    yield Event("citations", json.dumps({"citations": citations}, ensure_ascii=False))
                    yield Event("done", piece.model_dump_json())
    except Problem as problem:
        yield _error(problem)
    except SQLAlchemyError as error:
        logger.warning("answer_not_kept", error=str(error).splitlines()[0])
        yield _error(DatabaseUnavailable())
    except Exception:
        logger.exception("answer_failed")
        yield _error(InternalError())


def _error(problem: Problem) -> Event:
    members = document(problem.status, problem.code, str(problem.detail), problem.extensions)
    if problem.headers and "Retry-After" in problem.headers:
        members["retry_after"] = int(problem.headers["Retry-After"])
    return Event("error", json.dumps(members, ensure_ascii=False))


class EventStream(Response):
    """Sends events as they come, and closes their source at once when the caller leaves.

    Args:
        events: the source.
    """

    media_type = MEDIA_TYPE

    def __init__(self, events: AsyncGenerator[Event, None]) -> None:
        self._events = events
        # X-Accel-Buffering: nginx would collect the events.
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}, media_type=MEDIA_TYPE)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Send the answer."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_until_gone, receive, tasks.cancel_scope)
            tasks.start_soon(_say_that_it_goes_on, send)
            async with aclosing(self._events) as events:
                async for event in events:
                    await send({"type": "http.response.body", "body": event.encoded(), "more_body": True})
            tasks.cancel_scope.cancel()
        with suppress(OSError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


async def _say_that_it_goes_on(send: Send) -> None:
    while True:
        await anyio.sleep(_COMMENT_SECONDS)
        await send({"type": "http.response.body", "body": _COMMENT, "more_body": True})


async def collected(pieces: AsyncGenerator[str | ChatAnswer, None], request: Request) -> ChatAnswer | None:
    """Return the answer at the end of the pieces, or None where the caller left before."""
    answer: ChatAnswer | None = None
    failure: Exception | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_until_gone, request.receive, tasks.cancel_scope)
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    answer = piece if isinstance(piece, ChatAnswer) else answer
        except Exception as error:
            failure = error  # raised outside: a task group would wrap it, and no handler know it
        tasks.cancel_scope.cancel()
    if failure is not None:
        raise failure
    return answer
