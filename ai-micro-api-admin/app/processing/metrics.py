"""What is measured of processing."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


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
        self.waiting = Gauge(
            "documents_waiting",
            "Documents neither ready nor failed, when a worker last looked.",
            registry=registry,
        )
