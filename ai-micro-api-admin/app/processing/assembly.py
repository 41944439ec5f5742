"""Puts together what processes documents: for the service, and for workers in a process of their own."""

from prometheus_client import CollectorRegistry

from app.embedding_changes.progress import EmbeddingProgress
from app.embeddings.providers import EmbeddingProviders
from app.evaluations.runs import EvaluationRuns
from app.files.configuration import configured_mover
from app.files.object_store import ObjectStore
from app.files.reading import Files
from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.forking.client import ForkServer
from app.processing.indexing import Indexing
from app.processing.leasing.leases import Leases
from app.processing.metrics import ProcessingMetrics
from app.processing.processor import Processor
from app.processing.workers import Workers
from app.search.service import SearchService
from app.settings import Settings
from app.summaries.service import SummaryService
from service_kit.database.sessions import WORKER_CONNECTIONS, Database


def worker_connections(settings: Settings) -> int:
    """Return how many connections a process needs outside requests: one for each worker, and three for all else.

    To renew a lease takes one of the three for a moment.
    """
    return max(WORKER_CONNECTIONS, 3 + settings.processing_workers)


def assemble_workers(
    settings: Settings,
    database: Database,
    providers: EmbeddingProviders,
    *,
    store: ObjectStore | None,
    search: SearchService,
    summaries: SummaryService,
    registry: CollectorRegistry,
) -> Workers:
    """Return the workers, not yet started.

    Args:
        settings: how many, and how they work.
        database: where the documents are.
        providers: make the vectors.
        store: where files are moved to, if to one.
        search: what evaluations try.
        summaries: renews those that are stale.
        registry: where the metrics are registered.
    """
    mover = configured_mover(settings, database, store)
    leases = Leases(database, seconds=settings.processing_lease_seconds, max_attempts=settings.processing_max_attempts)
    return Workers(
        leases,
        Processor(
            database,
            Files(database, store),
            leases,
            providers,
            fork_server=ForkServer(),
            limits=ParseLimits(),
            splitting=SplitSettings(),
        ),
        ProcessingMetrics(registry),
        count=settings.processing_workers,
        poll_seconds=settings.processing_poll_seconds,
        chores=[
            Indexing(database).index_one,
            summaries.renew_one,
            EvaluationRuns(database, search).do_one,
            EmbeddingProgress(database, providers).embed_some,
            *([mover.do_one] if mover is not None else []),
        ],
    )
