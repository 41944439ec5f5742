"""A service and what its `/metrics` says."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry
from sample_project import Project
from sqlalchemy import Connection, event

from alembic_rollout.history.table import History
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.releases.schema import Schema


class Scraped:
    """A service of revision 002 and what its `/metrics` says; each scrape of `fresh` reads the database."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.database = project.database
        self.schema = Schema(project.ini)
        self.statements: list[str] = []
        self.collector = RolloutCollector(self.schema, self.connect)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        with self.database.connect(self.database.app_url) as connection:
            event.listen(connection, "before_cursor_execute", self._note)
            yield connection

    def _note(self, _connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        self.statements.append(statement)

    def registry(self, collector: RolloutCollector) -> CollectorRegistry:
        registry = CollectorRegistry()
        registry.register(collector)
        return registry

    def fresh(self) -> CollectorRegistry:
        return self.registry(RolloutCollector(self.schema, self.connect))

    def value(self, name: str, **labels: str) -> float | None:
        return self.fresh().get_sample_value(name, labels)

    def labels(self, name: str) -> list[dict[str, str]]:
        """Return the labels of each value of a metric."""
        samples = [sample for metric in self.fresh().collect() for sample in metric.samples]
        return [sample.labels for sample in samples if sample.name == name and sample.value]

    def history(self, *rows: dict[str, Any]) -> None:
        """Write rows as a migration would have; the newest last."""
        history = History(None, "alembic_rollout_history")
        with self.database.connect() as connection:
            history.create(connection)
            connection.exec_driver_sql("DELETE FROM alembic_rollout_history")
            for row in rows:
                values = {
                    "revision": "001",
                    "direction": "upgrade",
                    "phase": "expand",
                    "outcome": "applied",
                    "duration_ms": 1,
                    "lock_wait_ms": 0,
                    "attempts": 1,
                    "host": "here",
                    "os_user": "me",
                } | row
                places = ", ".join(["%s"] * len(values))
                statement = f"INSERT INTO alembic_rollout_history ({', '.join(values)}) VALUES ({places})"  # noqa: S608
                connection.exec_driver_sql(statement, tuple(values.values()))
