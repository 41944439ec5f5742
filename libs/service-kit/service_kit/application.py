"""Puts a service's application together: the same edge everywhere, the routers its own."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from fastapi import APIRouter, FastAPI
from prometheus_client.registry import Collector

from service_kit.audit.application import Auditing
from service_kit.database.admission import Admission
from service_kit.database.outages import OutageWatch
from service_kit.database.pool_metrics import PoolCollector
from service_kit.database.presence import Presence
from service_kit.database.retention import Retention
from service_kit.database.schema import Migrations, Schema
from service_kit.database.sessions import Database
from service_kit.observability import logs, tracing
from service_kit.observability.trace_context import REQUEST_ID, TRACEPARENT, TRACESTATE
from service_kit.server import error_handlers, openapi
from service_kit.server.build import Build
from service_kit.server.ending import Ending
from service_kit.server.endpoints import docs_page, health
from service_kit.server.endpoints.metric_samples import router as samples_router
from service_kit.server.endpoints.migrations import router as migrations_router
from service_kit.server.metrics import Metrics
from service_kit.server.middleware.cors import Cors
from service_kit.server.middleware.request_body import BodyPace
from service_kit.server.middleware.request_context import RequestContext
from service_kit.server.routing import Route, fixed_paths
from service_kit.settings.service_settings import ServiceSettings
from service_kit.tokens.verification import TokenVerifier


@dataclass(frozen=True, slots=True)
class Description:
    """What the OpenAPI document says of a service."""

    name: str
    title: str
    summary: str
    version: str = "1.0.0"


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_application(
    description: Description,
    settings: ServiceSettings,
    *,
    database: Database,
    token_verifier: TokenVerifier,
    routers: Sequence[APIRouter],
    schema: Schema,
    migrations: Migrations,
    collectors: Sequence[Collector] = (),
    auditing: Auditing | None = None,
    retention: Retention | None = None,
    lifespan: Lifespan | None = None,
    obstacles: Sequence[Callable[[], str | None]] = (),
    release: str = "",
) -> FastAPI:
    """Build a service's application.

    Args:
        description: name, title and summary.
        settings: the service's settings.
        database: its database; closed when the application ends.
        token_verifier: checks the access tokens of requests.
        routers: the service's own endpoints.
        schema: tells `/readyz` whether this code can run on the database, and how its connections are called.
        migrations: what `/migrations` shows.
        collectors: what `/metrics` shows besides the kit's own.
        auditing: writes refused acts and delivers audit events; None for a service without an audit trail.
        retention: deletes old rows; None for a service that keeps all.
        lifespan: what else runs while the application does, such as a worker.
        obstacles: further reasons for which `/readyz` says 503; each returns one, or None.
        release: the version that was built, shown by `/healthz` and `app_info`; empty where it is not known.

    Returns:
        The application; settings, database, verifier and metrics are in its `state`.
    """
    logs.configure(settings.log_format, settings.log_level)
    metrics = Metrics()
    build = Build(service=description.name, version=release, revision=settings.build_revision)
    metrics.show_build(build)
    metrics.watch_withdrawals(token_verifier.withdrawals)
    for collector in (PoolCollector(database.pools, database.pool_limits), *collectors):
        metrics.registry.register(collector)
    presence = Presence(settings, application_name=schema.application_name)
    admission = Admission(
        places=settings.database_pool_size,
        queue=settings.database_queue_size,
        wait_seconds=settings.database_queue_seconds,
        registry=metrics.registry,
    )
    outages = OutageWatch(database, admission)
    ending = Ending(delay_seconds=settings.shutdown_delay_seconds)

    @asynccontextmanager
    async def whole_lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(tracing.recording_async(description.name))
            await stack.enter_async_context(ending.announced())
            await stack.enter_async_context(presence.kept())
            await stack.enter_async_context(database.closing_when_idle())
            stack.callback(admission.end)
            await stack.enter_async_context(token_verifier.withdrawals.running())
            if settings.metrics_port is not None:
                stack.enter_context(metrics.served_at(settings.metrics_host, settings.metrics_port))
            await stack.enter_async_context(outages.running())
            parts = (
                auditing.running() if auditing else None,
                retention.applied() if retention else None,
                lifespan(app) if lifespan else None,
            )
            for part in parts:
                if part is not None:
                    await stack.enter_async_context(part)
            yield

    # After the service's routes: they are tried in this order, and each one that does not match costs every request.
    every_router = [
        *routers,
        migrations_router,
        samples_router,
        health.router,
        *([] if settings.metrics_port else [health.metrics_router]),
    ]
    nested = [router for router in every_router if not all(isinstance(route, Route) for route in router.routes)]
    app = FastAPI(
        # Not as routers: FastAPI looks for the route of an included router twice.
        routes=[
            route.limited_to(settings.max_body_bytes)
            for router in every_router
            if router not in nested
            for route in router.routes
            if isinstance(route, Route)
        ],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # Starlette's redirect names the host that the client named
        title=description.title,
        description=description.summary,
        version=description.version,
        lifespan=whole_lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings
    app.state.database = database
    app.state.admission = admission
    app.state.ending = ending
    app.state.token_verifier = token_verifier
    app.state.metrics = metrics
    app.state.schema = schema
    app.state.obstacles = obstacles
    app.state.build = build
    app.state.migrations = migrations
    app.state.auditing = auditing
    error_handlers.install(app)
    openapi.install(app, token_url=settings.token_url)
    if settings.cors_origins:
        app.add_middleware(
            Cors,
            allow_origins=settings.cors_origins,
            allow_methods=["*"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                REQUEST_ID,
                TRACEPARENT,
                TRACESTATE,
            ],
            expose_headers=["ETag", REQUEST_ID],
        )
    pace = BodyPace(settings.body_timeout_sec, settings.body_min_bytes_per_sec)
    app.add_middleware(RequestContext, metrics=metrics, pace=pace)
    for router in nested:
        # Here and not on the application: there the limit would stand outside RequestContext and answer past it. A
        # router that sets its own limit keeps it.
        app.include_router(router, max_body_size=settings.max_body_bytes)
    app.state.fixed_paths = fixed_paths(app)
    docs_page.install(app, token_url=settings.token_url)
    return app
