"""What `/metrics` shows of the connections to the database."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

PoolSource = Callable[[], Mapping[str, QueuePool]]


class PoolCollector(Collector):
    """The connections of each pool, those in use and those that are idle, and how many there may be.

    Args:
        pools: returns them by name; SQLAlchemy makes a new one when one is disposed of.
        limits: how many connections each may have.
    """

    def __init__(self, pools: PoolSource, limits: Mapping[str, int]) -> None:
        self._pools = pools
        self._limits = limits

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return the metrics without values."""
        yield from _families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count; asks no database."""
        connections, limit = _families()
        for name, pool in self._pools().items():
            connections.add_metric([name, "in_use"], pool.checkedout())
            connections.add_metric([name, "idle"], pool.checkedin())
            limit.add_metric([name], self._limits[name])
        yield connections
        yield limit


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily(
            "database_connections",
            "Connections to the database by pool (work, probes) and state (in_use, idle).",
            labels=["pool", "state"],
        ),
        GaugeMetricFamily("database_connections_limit", "Connections that the pool may have.", labels=["pool"]),
    )
