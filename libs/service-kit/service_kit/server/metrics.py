"""Prometheus metrics of one application, in a registry of its own so that two can live in one process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.responses import Response

from service_kit.server.build import Build
from service_kit.tokens.withdrawals import WithdrawalsWatch

# Clients invent others, and each would be a series of its own.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_OTHER_METHOD = "OTHER"


@dataclass(frozen=True, slots=True)
class MetricDescription:
    """What a metric is called, what it says and how it is divided.

    Attributes:
        name: as Prometheus has it; a histogram's is without `_bucket`, `_sum` and `_count`.
        type: counter, gauge or histogram.
        meaning: its help text.
        labels: the names of its labels.
    """

    name: str
    type: str
    meaning: str
    labels: tuple[str, ...]


class Metrics:
    """The registry of one application and what every service counts."""

    def __init__(self) -> None:
        self.registry = _ListedRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.requests = Counter(
            "http_requests_total", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.duration = Histogram(
            "http_request_duration_seconds", "Time to answer.", ["method", "route"], registry=self.registry
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.in_progress = Gauge("http_requests_in_progress", "Requests being answered.", registry=self.registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer. Looking a metric's child up by its labels takes longer than counting does."""
        if method not in _METHODS:
            method = _OTHER_METHOD
        found = self._children.get((method, route, status))
        if found is None:
            found = self.requests.labels(method, route, status), self.duration.labels(method, route)
            self._children[method, route, status] = found
        requests, duration = found
        requests.inc()
        duration.observe(seconds)

    def show_build(self, build: Build) -> None:
        """Show what runs, so that a board can say which release is where."""
        info = Gauge(
            "app_info",
            "1; the labels say which release of the service runs, and the commit that it was built from.",
            ["service", "version", "revision"],
            registry=self.registry,
        )
        info.labels(build.service, build.version, build.revision).set(1)

    def watch_withdrawals(self, watch: WithdrawalsWatch) -> None:
        """Show how old the last answer is to what is withdrawn."""
        age = Gauge(
            "withdrawals_age_seconds",
            "Since the auth service last said which access tokens are withdrawn.",
            registry=self.registry,
        )
        age.set_function(lambda: watch.age_seconds)

    def descriptions(self) -> list[MetricDescription]:
        """Return what there is to be read, in the order of registration; no database is asked."""
        return [
            MetricDescription(
                f"{family.name}_total" if family.type == "counter" else family.name,
                family.type,
                family.documentation,
                # prometheus_client shows labels in samples only, and without a database there are none.
                tuple(getattr(family, "_labelnames", ()) or getattr(collector, "_labelnames", ())),
            )
            for collector in self.registry.collectors
            for family in (collector.describe() if hasattr(collector, "describe") else collector.collect())
        ]

    def exposition(self) -> Response:
        """Return all metrics in Prometheus's text format."""
        return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

    @contextmanager
    def served_at(self, host: str, port: int) -> Iterator[None]:
        """Answer at a port of its own while inside, in threads that no request waits for."""
        with serve_registry(self.registry, host, port):
            yield


@contextmanager
def serve_registry(registry: CollectorRegistry, host: str, port: int) -> Iterator[None]:
    """Answer with the metrics of a registry at a port while inside, also in a process without an application.

    Raises:
        OSError: The port is in use, or not to be had.
    """
    server, thread = start_http_server(port, host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _ListedRegistry(CollectorRegistry):
    """Knows what was registered, so that it can be described."""

    def __init__(self) -> None:
        super().__init__()
        self.collectors: list[Collector] = []

    def register(self, collector: Collector) -> None:
        super().register(collector)
        self.collectors.append(collector)
