"""What is measured of processing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select, union_all
from sqlalchemy.exc import SQLAlchemyError

from app.contents.models import UNFINISHED, Document, Renewal

_WAITING = union_all(
    select(Document.created_at).where(Document.status.in_(UNFINISHED)),
    select(Renewal.created_at).where(Renewal.status.in_(UNFINISHED)),
).subquery()
_QUEUE = select(
    func.count(),
    func.coalesce(func.extract("epoch", func.clock_timestamp() - func.min(_WAITING.c.created_at)), 0.0),
).select_from(_WAITING)


class ProcessingMetrics:
    """Metrics of the workers of this process.

    Args:
        registry: the application's.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.documents = Counter(
            "documents_processed_total",
            "Documents worked on, by outcome: ready, failed, given_back, lost, error.",
            ["outcome"],
            registry=registry,
        )
        self.duration = Histogram(
            "document_processing_seconds",
            "Time from taking a document to its being ready or failed.",
            buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300),
            registry=registry,
        )


class DocumentQueue(Collector):
    """The documents that wait or are in work, of all processes; left out while the database does not answer.

    Their indexes hold nothing else, so that this is cheap however many documents there are.

    Args:
        connect: opens a connection in autocommit.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._connect = connect

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return the metrics without values: registering asks no database."""
        yield from _queue_families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        try:
            with self._connect() as connection:
                count, seconds = connection.execute(_QUEUE).one()
        except SQLAlchemyError:
            return
        waiting, age = _queue_families()
        waiting.add_metric([], count)
        age.add_metric([], max(0.0, float(seconds)))
        yield waiting
        yield age


def _queue_families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily("documents_waiting", "Documents neither ready nor failed, in all processes."),
        GaugeMetricFamily(
            "documents_oldest_waiting_seconds",
            "Since the oldest of them was uploaded, or asked to be processed again; 0 where none waits.",
        ),
    )
