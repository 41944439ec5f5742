"""`python -m app.processing`: workers in a process of their own, any number of processes on any machine.

The service then needs none: `PROCESSING_WORKERS=0`. Ends at SIGTERM or SIGINT; a document in work is given back.
"""

import signal
import sys
import threading
from contextlib import ExitStack

import structlog
from prometheus_client import REGISTRY

from alembic_rollout import Schema
from app.db import ALEMBIC_INI
from app.embeddings.providers import configured_providers
from app.files.configuration import configured_store
from app.ingestion.confinement.process import conceal_process
from app.ingestion.seal_report import report_seal
from app.language_models.configuration import configured_model
from app.processing.assembly import assemble_workers, worker_connections
from app.search.service import SearchService
from app.settings import Settings
from app.summaries.service import SummaryService
from service_kit.database.sessions import Database
from service_kit.observability import tracing
from service_kit.observability.logs import configure
from service_kit.server.metrics import serve_registry

logger = structlog.get_logger("app.processing")


def main() -> int:
    """Work until a signal comes; return the exit status."""
    settings = Settings.load()
    configure(settings.log_format, settings.log_level)
    if settings.processing_workers == 0:
        print("PROCESSING_WORKERS is 0, so there is nothing to do here; give it 1 or more.", file=sys.stderr)  # noqa: T201 - to a person
        return 1
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    conceal_process()
    report_seal()
    # By this name a process that migrates sees that this release is connected.
    name = Schema(ALEMBIC_INI).application_name
    database = Database(settings, application_name=name, workers=worker_connections(settings))
    providers = configured_providers(settings)
    workers = assemble_workers(
        settings,
        database,
        providers,
        store=configured_store(settings),
        search=SearchService(database, providers),
        summaries=SummaryService(database, configured_model(settings)),
        registry=REGISTRY,
    )
    with ExitStack() as stack:
        stack.callback(providers.close)
        if settings.metrics_port is not None:
            try:
                stack.enter_context(serve_registry(REGISTRY, settings.metrics_host, settings.metrics_port))
            except OSError as error:
                print(f"METRICS_PORT: {settings.metrics_port} cannot be used: {error.strerror}.", file=sys.stderr)  # noqa: T201 - to a person
                return 1
        stack.enter_context(tracing.recording(name.partition("/")[0]))
        workers.start()
        logger.info("processing_started", workers=settings.processing_workers)
        ended.wait()
        workers.stop()
    logger.info("processing_ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
