"""A server that plays the services: as much of their answers as the console's own tests need, and their troubles."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Event

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

WAIT_SECONDS = 5.0
BASE = "11111111-1111-4111-8111-111111111111"
SESSION = "22222222-2222-4222-8222-222222222222"
ANSWER = f'{{"session_id": "{SESSION}", "message_id": "{BASE}", "answer": "Nine o\'clock. [1]", "citations": [], '
ANSWER += '"classification": "content", "model": "extractive", "unsourced": []}'


@dataclass
class PlayedServices:
    """What the services do and have seen.

    Attributes:
        is_withdrawn: no token is accepted any more.
        is_away: the admin service cannot work.
        is_cut_off: an answer ends in the middle.
        received: parts of an upload.
        seen: set by a test that has seen what was sent so far.
    """

    is_withdrawn: bool = False
    is_away: bool = False
    is_cut_off: bool = False
    received: SimpleQueue[bytes] = field(default_factory=SimpleQueue)
    seen: Event = field(default_factory=Event)


def played_by(state: PlayedServices) -> FastAPI:
    """Return the server."""
    app = FastAPI(telemetry={"tracing": False, "metrics": False, "logs": False})
    for router in (_auth(), _knowledge(state), _streams(state)):
        app.include_router(router)
    return app


def _auth() -> APIRouter:
    router = APIRouter()

    @router.post("/auth/login")
    async def login() -> dict[str, object]:
        return {"access_token": "access", "refresh_token": "refresh", "expires_in": 900}

    @router.get("/auth/me")
    async def me() -> dict[str, object]:
        return {"email": "a@example.com", "roles": ["admin"]}

    @router.post("/auth/refresh")
    async def refresh() -> Response:
        return JSONResponse({"detail": "withdrawn"}, 401)

    return router


def _knowledge(state: PlayedServices) -> APIRouter:
    router = APIRouter()

    @router.get("/api/chat-sessions")
    @router.get("/api/collections")
    @router.get("/api/knowledgebase")
    @router.get("/api/prompt-templates")
    async def nothing() -> dict[str, object]:
        return {"items": [], "next_cursor": None, "total": 0}

    @router.post("/api/knowledgebase")
    async def create() -> Response:
        if state.is_withdrawn:
            return JSONResponse({"detail": "withdrawn"}, 401)
        if state.is_away:
            return JSONResponse({"detail": "The database cannot be reached."}, 503)
        errors = [{"loc": ["body", "name"], "msg": "too <b>long</b>", "type": "x"}]
        return JSONResponse({"detail": "Not valid.", "code": "INVALID", "errors": errors}, 422)

    @router.get("/api/documents/{document_id}/content")
    async def content(document_id: str) -> Response:
        headers = {"Content-Disposition": "attachment; filename=page.html", "Set-Cookie": "stolen=1"}
        return Response(f"<script>{document_id}</script>", media_type="text/html", headers=headers)

    return router


def _streams(state: PlayedServices) -> APIRouter:
    router = APIRouter()

    @router.post("/api/documents/batch")
    async def batch(request: Request) -> object:
        async for part in request.stream():
            state.received.put(part)
        return {"accepted": 0, "duplicate": 0, "refused": 0, "items": []}

    @router.post("/api/knowledgebase/{base_id}/chat")
    async def chat(base_id: str) -> Response:
        async def events() -> AsyncIterator[str]:
            yield f': {base_id}\n\nevent: token\ndata: {{"text": "九"}}\n\n'
            await asyncio.to_thread(state.seen.wait, WAIT_SECONDS)
            if not state.is_cut_off:
                yield f"event: done\ndata: {ANSWER}\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    return router
