"""The console: `uvicorn app.main:app`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from app import language
from app.apis.transport import Transport
from app.chat.endpoints import router as chat
from app.databases.endpoints import router as databases
from app.evaluations.endpoints import router as evaluations
from app.health import router as health
from app.knowledge.endpoints import router as knowledge
from app.logs.endpoints import router as logs_pages
from app.pages import failures
from app.pages.same_origin import SameOrigin
from app.people.endpoints import router as people
from app.prompt_templates.endpoints import router as prompt_templates
from app.search.endpoints import router as search
from app.services.endpoints import router as services
from app.sessions.sessions import Sessions
from app.settings import Settings
from app.sign_in.endpoints import router as sign_in
from service_kit.observability import logs, tracing
from service_kit.observability.service_client import service_client
from service_kit.server.ending import Ending
from service_kit.server.metrics import Metrics
from service_kit.server.middleware.request_body import BodyPace
from service_kit.server.middleware.request_context import RequestContext

NAME = "ai-micro-console"
LONGEST_UPLOAD_SECONDS = 900.0
LEAST_BYTES_PER_SECOND = 1024
ENDING_SECONDS = 0.0  # where readiness leads requests, in the chart, a pod waits before it is asked to end


class _KeptForAYear(StaticFiles):
    """Files whose address changes with their content."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_age(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {200, 304}:
                message["headers"].append((b"cache-control", b"public, max-age=31536000, immutable"))
            await send(message)

        await super().__call__(scope, receive, with_age)


async def _enter_language(request: Request) -> None:
    language.enter(request)


def create_console(settings: Settings) -> FastAPI:
    """Build the console.

    Args:
        settings: where the services are, and how long a sign-in lasts.
    """
    logs.configure(settings.log_format, settings.log_level)
    metrics = Metrics()
    ending = Ending(delay_seconds=ENDING_SECONDS)
    client = service_client(timeout=settings.service_timeout_seconds)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(tracing.recording_async(NAME))
            await stack.enter_async_context(ending.announced())
            await stack.enter_async_context(client)
            yield

    app = FastAPI(
        title=NAME,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        dependencies=[Depends(_enter_language)],
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.ending = ending
    app.state.logger = structlog.get_logger("app")
    app.state.sessions = Sessions(idle_seconds=settings.session_idle_minutes * 60, limit=settings.sessions_limit)
    app.state.transport = Transport(client, {name: settings.url_of(name) for name in settings.service_urls})
    failures.install(app)
    for router in (
        sign_in,
        databases,
        services,
        knowledge,
        search,
        chat,
        prompt_templates,
        evaluations,
        people,
        logs_pages,
        health,
    ):
        app.include_router(router)
    app.mount("/static", _KeptForAYear(directory=Path(__file__).parent / "static"))
    app.add_middleware(SameOrigin)
    pace = BodyPace(LONGEST_UPLOAD_SECONDS, LEAST_BYTES_PER_SECOND)
    app.add_middleware(RequestContext, metrics=metrics, pace=pace)
    return app


app = create_console(Settings.load())
