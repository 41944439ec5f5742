"""Builds the application: `uvicorn app.main:app`."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, FastAPI

from alembic_rollout import Schema
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.observation import Migrations
from app.audit_logs import endpoints as audit_logs
from app.audit_trail import TRAIL
from app.chat import endpoints as chat
from app.chat import previews
from app.chat.metrics import ChatMetrics
from app.chat.previews import PreviewService
from app.chat.retrieval import Retrieval
from app.chat.service import ChatService
from app.chat_sessions import endpoints as chat_sessions
from app.collections import endpoints as collections
from app.db import ALEMBIC_INI
from app.documents import endpoints as documents
from app.documents.page_pictures import endpoints as pages
from app.documents.page_pictures.service import PAGES_AT_ONCE
from app.documents.passages import endpoints as chunks
from app.documents.uploads import batch_endpoints
from app.documents.uploads import endpoints as upload_endpoints
from app.documents.uploads.batch_forms import BATCHES_AT_ONCE
from app.embedding_changes import endpoints as embedding_changes
from app.embeddings.providers import EmbeddingProviders, configured_providers
from app.evaluations import endpoints as evaluations
from app.exports import endpoints as exports
from app.files.configuration import configured_store
from app.files.reading import Files
from app.ingestion.confinement.process import conceal_process
from app.ingestion.seal_report import report_seal
from app.knowledge_bases import endpoints as knowledge_bases
from app.knowledge_bases.erasure import erase
from app.language_models.configuration import configured_model
from app.login_logs import endpoints as login_logs
from app.login_logs.models import LoginLog
from app.processing.assembly import assemble_workers, worker_connections
from app.processing.metrics import DocumentQueue
from app.processing.workers import Workers
from app.prompt_templates import endpoints as prompt_templates
from app.query_classifications import endpoints as query_classifications
from app.request_logs import endpoints as request_logs
from app.reranking.configuration import configured_reranker
from app.search import endpoints as search
from app.search.service import SearchService
from app.settings import Settings
from app.summaries import endpoints as summaries
from app.summaries.service import SummaryService
from app.system_logs import endpoints as system_logs
from app.system_logs.models import SystemLog
from app.system_settings import endpoints as system_settings
from app.tools import endpoints as tools
from app.tools.server import ToolServer
from app.tools.toolbox import Toolbox
from service_kit.application import Description, create_application
from service_kit.audit.application import Auditing
from service_kit.database.models import table_of
from service_kit.database.retention import Retention, old_audit_events, old_rows
from service_kit.database.sessions import Database
from service_kit.personal_data.erasures import erasures_router
from service_kit.tokens.verification import remote_verifier

DESCRIPTION = Description(
    name="ai-micro-api-admin",
    title="ai-micro-api-admin",
    summary="Knowledge bases, their documents and their search; prompt templates, settings and logs.",
)
# What multipart/form-data adds to a file: boundaries, the names of the fields and their other values.
_FORM_BYTES = 65_536


def create_app(settings: Settings) -> FastAPI:
    """Return the application with these settings."""
    schema = Schema(ALEMBIC_INI)
    database = Database(settings, application_name=schema.application_name, workers=worker_connections(settings))
    uploads = APIRouter()
    uploads.include_router(upload_endpoints.router, max_body_size=settings.max_upload_bytes + _FORM_BYTES)
    uploads.include_router(batch_endpoints.router, max_body_size=settings.max_batch_bytes)
    app = create_application(
        DESCRIPTION,
        settings,
        database=database,
        token_verifier=remote_verifier(settings, service=DESCRIPTION.name),
        routers=[
            knowledge_bases.router,
            summaries.router,
            embedding_changes.router,
            collections.router,
            uploads,
            documents.router,
            pages.router,
            chunks.router,
            search.router,
            chat.router,
            previews.router,
            chat_sessions.router,
            prompt_templates.router,
            query_classifications.router,
            system_settings.router,
            system_logs.router,
            login_logs.router,
            audit_logs.router,
            request_logs.router,
            evaluations.router,
            tools.router,
            exports.router,
            erasures_router(erase),
        ],
        schema=schema,
        migrations=Migrations(schema),
        release=schema.app_version,
        collectors=[RolloutCollector(schema, database.probing), DocumentQueue(database.probing)],
        auditing=Auditing.of(TRAIL, database),
        retention=Retention(
            database,
            {
                "login_logs": old_rows(table_of(LoginLog), "occurred_at", days=settings.login_log_retention_days),
                "system_logs": old_rows(table_of(SystemLog), "created_at", days=settings.system_log_retention_days),
                "audit_events": old_audit_events(days=settings.audit_retention_days),
            },
        ),
        lifespan=_working,
    )
    providers = configured_providers(settings)
    app.state.embedding_providers = providers
    store = configured_store(settings)
    app.state.files = Files(database, store)
    app.state.page_limiter = CapacityLimiter(PAGES_AT_ONCE)
    app.state.batch_limiter = CapacityLimiter(BATCHES_AT_ONCE)
    app.state.reranker = configured_reranker(settings, app.state.metrics.registry)
    app.state.search = SearchService(database, providers, app.state.reranker)
    retrieval = Retrieval(app.state.search, providers)
    app.state.previews = PreviewService(database, retrieval, tokens=settings.chat_max_prompt_tokens)
    model = configured_model(settings)
    app.state.summaries = SummaryService(database, model)
    app.state.tool_server = ToolServer(Toolbox(database, app.state.search, app.state.summaries), app.state.admission)
    app.state.chat = ChatService(
        database,
        retrieval,
        model,
        ChatMetrics(app.state.metrics.registry),
        questions_a_minute=settings.chat_questions_per_minute,
    )
    app.state.workers = assemble_workers(
        settings,
        database,
        providers,
        store=store,
        search=app.state.search,
        summaries=app.state.summaries,
        registry=app.state.metrics.registry,
    )
    return app


@asynccontextmanager
async def _working(app: FastAPI) -> AsyncIterator[None]:
    workers: Workers = app.state.workers
    conceal_process()
    if app.state.settings.processing_workers:
        await anyio.to_thread.run_sync(report_seal)
    workers.start()
    providers: EmbeddingProviders = app.state.embedding_providers
    threading.Thread(target=providers.measure_scale, name="embeddings-scale", daemon=True).start()
    try:
        yield
    finally:
        await app.state.tool_server.end()
        if (model := app.state.chat.model) is not None:
            await model.close()
        await anyio.to_thread.run_sync(workers.stop)
        providers.close()
        if app.state.reranker is not None:
            app.state.reranker.close()


def __getattr__(name: str) -> FastAPI:
    # `app` is built when the server asks for it: importing this module needs no settings.
    if name == "app":
        return create_app(Settings.load())
    raise AttributeError(name)
