"""What `/metrics` shows of the audit trail."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from service_kit.audit.tables import AUDIT_DELIVERIES


class UndeliveredEvents(Collector):
    """How many audit events the admin service has not got; left out while the database does not answer.

    Args:
        connect: opens a connection in autocommit.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._connect = connect

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return the metric without a value: registering asks no database."""
        yield self._family()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        try:
            with self._connect() as connection:
                count = connection.scalar(select(func.count()).select_from(AUDIT_DELIVERIES))
        except SQLAlchemyError:
            return
        family = self._family()
        family.add_metric([], count or 0)
        yield family

    def _family(self) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "audit_undelivered_events", "Audit events that wait for their delivery to the admin service."
        )
