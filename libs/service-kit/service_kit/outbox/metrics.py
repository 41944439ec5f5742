"""What `/metrics` shows of outboxes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import CompoundSelect, Connection, Select, Table, func, literal, select, union_all
from sqlalchemy.exc import SQLAlchemyError


@dataclass(frozen=True, slots=True)
class WatchedOutbox:
    """An outbox and what it is called in metrics.

    Attributes:
        name: the value of the label `outbox`.
        queue: the table of the messages that wait.
        contents: where the messages are; None where the queue holds them itself. Has `occurred_at`.
    """

    name: str
    queue: Table
    contents: Table | None = None


class OutboxCollector(Collector):
    """How many messages wait for their delivery, and how old the oldest is; left out while the database is away.

    One statement a scrape, on tables that are all but empty while the receivers answer.

    Args:
        connect: opens a connection in autocommit.
        outboxes: what is watched, each under a name of its own.
    """

    def __init__(
        self, connect: Callable[[], AbstractContextManager[Connection]], outboxes: Sequence[WatchedOutbox]
    ) -> None:
        self._connect = connect
        self._statement: CompoundSelect[str, int, int] = union_all(*[_reading(outbox) for outbox in outboxes])

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Return the metrics without values: registering asks no database."""
        yield from _families()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count."""
        try:
            with self._connect() as connection:
                rows = connection.execute(self._statement).all()
        except SQLAlchemyError:
            return
        messages, age = _families()
        for name, count, seconds in rows:
            messages.add_metric([name], count)
            age.add_metric([name], max(0.0, float(seconds)))
        yield messages
        yield age


def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily]:
    return (
        GaugeMetricFamily("outbox_messages", "Messages that wait for their delivery.", labels=["outbox"]),
        GaugeMetricFamily(
            "outbox_oldest_message_age_seconds", "Age of the oldest of them; 0 where none waits.", labels=["outbox"]
        ),
    )


def _reading(outbox: WatchedOutbox) -> Select[str, int, int]:
    held_by = outbox.queue if outbox.contents is None else outbox.contents
    age = func.extract("epoch", func.clock_timestamp() - func.min(held_by.c.occurred_at))
    statement = select(literal(outbox.name), func.count(), func.coalesce(age, 0.0))
    if outbox.contents is None:
        return statement.select_from(outbox.queue)
    return statement.select_from(outbox.queue.join(outbox.contents, outbox.contents.c.id == outbox.queue.c.id))
