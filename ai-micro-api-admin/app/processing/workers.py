"""Threads of the service that process documents.

They are woken by an upload to this process, and look by themselves now and then for what another process left behind.
In between they hold no connection.
"""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Literal

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from structlog.stdlib import BoundLogger

from app.embeddings.problems import EmbeddingsUnavailable
from app.files.problems import FileStoreUnavailable
from app.files.reading import FileVanished
from app.ingestion.failures import FailureCode, ParseCancelled
from app.processing.failures import LeaseLost, Unprocessable
from app.processing.leasing.heartbeat import Heartbeat
from app.processing.leasing.lease import Lease
from app.processing.leasing.leases import Leases
from app.processing.metrics import ProcessingMetrics
from app.processing.processor import Processor
from service_kit.observability import tracing
from service_kit.server.error_handlers import is_unavailable

# Within the five seconds in which a container has to end; what is unfinished then is due when its lease ends.
_STOP_SECONDS = 4.0
_RETRY_SECONDS = 5.0
_SERVER_RETRY_SECONDS = 15.0
# This says nothing of the file: the machine was short of something.
_PASSING = frozenset({FailureCode.PARSER_UNAVAILABLE})

Outcome = Literal["ready", "failed", "given_back", "lost", "error"]

logger = structlog.get_logger(__name__)


class Workers:
    """A number of threads that process documents.

    Args:
        leases: tells what is to be done.
        processor: does it.
        metrics: counts it.
        count: how many threads; none where other processes do the work.
        chores: what is done while no document waits; each does one piece of work and returns True if there was one.
        poll_seconds: how often an idle thread looks for documents that it was not woken for.
    """

    def __init__(
        self,
        leases: Leases,
        processor: Processor,
        metrics: ProcessingMetrics,
        *,
        count: int,
        poll_seconds: float,
        chores: Sequence[Callable[[], bool]] = (),
    ) -> None:
        self._leases = leases
        self._processor = processor
        self._metrics = metrics
        self._poll_seconds = poll_seconds
        self._chores = chores
        self._changed = threading.Condition()
        self._wake_ups = 0
        self._stopping = threading.Event()
        self._in_work: set[threading.Event] = set()
        self._threads = [
            threading.Thread(target=self._run, name=f"processing-{number}", daemon=True) for number in range(count)
        ]

    def start(self) -> None:
        """Start the threads; each looks for work at once."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop the threads: a document in work is given back. Returns within four seconds."""
        with self._changed:
            self._stopping.set()
            self._changed.notify_all()
            for abandon in self._in_work:
                abandon.set()
        deadline = time.monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._processor.close()

    def wake(self) -> None:
        """Tell idle threads that there is something to do."""
        with self._changed:
            self._wake_ups += 1
            self._changed.notify_all()

    def _run(self) -> None:
        while not self._stopping.is_set():
            seen = self._wake_ups
            try:
                busy = self.work_once()
            except (DBAPIError, PoolTimeoutError) as error:
                # The database is away; what was in work comes back when its lease has ended.
                logger.warning("processing_paused", error=str(error).splitlines()[0])
                busy = False
            except Exception:
                # A thread that ended here would leave every document waiting, unnoticed.
                logger.exception("processing_failed")
                busy = False
            if not busy:
                with self._changed:
                    self._changed.wait_for(partial(self._is_due, seen), timeout=self._poll_seconds)

    def _is_due(self, seen: int) -> bool:
        return self._stopping.is_set() or self._wake_ups != seen

    def work_once(self) -> bool:
        """Process one document, if one waits; else do a piece of a chore, if there is any.

        Returns:
            True if there was one.
        """
        lease = self._leases.take()
        if lease is None:
            return any(chore() for chore in self._chores)
        attributes: dict[str, str | int] = {
            "document.id": str(lease.document_id),
            "document.attempt": lease.attempt,
            "document.media_type": lease.media_type,
            "document.size_bytes": lease.size_bytes,
        }
        with tracing.span("process document", kind="consumer", attributes=attributes) as span:
            started = time.monotonic()
            log = logger.bind(document_id=str(lease.document_id), attempt=lease.attempt)
            log.info("document_processing_started")
            outcome = self._process(lease, log)
            seconds = time.monotonic() - started
            self._metrics.documents.labels(outcome).inc()
            self._metrics.duration.observe(seconds)
            log.info("document_processing_ended", outcome=outcome, duration_ms=round(seconds * 1000))
            if span is not None and outcome in ("failed", "error"):
                span.failed(outcome)
        return True

    @contextmanager
    def _abandonable(self) -> Iterator[threading.Event]:
        """Yield an event that is set when the work on one document has to end: by `stop`, or when its lease is lost."""
        abandon = threading.Event()
        with self._changed:
            self._in_work.add(abandon)
            if self._stopping.is_set():
                abandon.set()
        try:
            yield abandon
        finally:
            with self._changed:
                self._in_work.discard(abandon)

    def _process(self, lease: Lease, log: BoundLogger) -> Outcome:
        outcome: Outcome = "ready"
        try:
            self._prepare_and_store(lease)
        except Unprocessable as failure:
            log.warning("document_unprocessable", code=failure.code, detail=failure.detail)
            if failure.code in _PASSING:
                return self._retry(lease)
            self._leases.fail(lease, failure.code, failure.reason)
            outcome = "failed"
        except (EmbeddingsUnavailable, FileStoreUnavailable) as problem:
            # Nothing is wrong with the document: it waits for as long as the server is away.
            log.warning("document_waits", code=problem.code)
            self._leases.give_back(lease, seconds=_SERVER_RETRY_SECONDS)
            outcome = "given_back"
        except ParseCancelled:
            # Stopping, or lost: giving back a lease that is lost changes nothing.
            self._leases.give_back(lease)
            outcome = "given_back"
        except (LeaseLost, FileVanished):
            outcome = "lost"
        except Exception as error:
            if isinstance(error, PoolTimeoutError) or (isinstance(error, DBAPIError) and is_unavailable(error)):
                raise
            log.exception("document_processing_error")
            return self._retry(lease)
        return outcome

    def _prepare_and_store(self, lease: Lease) -> None:
        with (
            tempfile.TemporaryFile() as rows,
            self._abandonable() as abandon,
            Heartbeat(self._leases, lease, abandon=abandon) as heartbeat,
        ):
            with tracing.span("prepare document"):
                prepared = self._processor.prepare(lease, rows, abandon=abandon)
            with tracing.span("store document"):
                self._processor.store(lease, rows, prepared, before_hold=heartbeat.stop)

    def _retry(self, lease: Lease) -> Outcome:
        self._leases.retry_later(lease, seconds=_RETRY_SECONDS * lease.attempt)
        return "error"
