"""What `/metrics` shows of outboxes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import SQLAlchemyError


class UndeliveredMessages(Collector):
    """How many messages of an outbox wait for their delivery; left out while the database does not answer.

    Args:
        connect: opens a connection in autocommit.
        queue: the outbox.
        name: of the metric.
        description: what it says.
    """

    def __init__(
        self, connect: Callable[[], AbstractContextManager[Connection]], queue: Table, *, name: str, description: str
    ) -> None:
        self._connect = connect
        self._queue = queue
        self._name = name
        self._description = description

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return the metric without a value: registering asks no database."""
        yield self._family()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        try:
            with self._connect() as connection:
                count = connection.scalar(select(func.count()).select_from(self._queue))
        except SQLAlchemyError:
            return
        family = self._family()
        family.add_metric([], count or 0)
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(self._name, self._description)
