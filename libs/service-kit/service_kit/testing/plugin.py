"""The pytest plugin: what it registers is in the modules next to it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from service_kit.testing.databases import (
    alembic_ini,
    empty_database,
    migrated_database,
    migrated_template,
    postgres_server,
)
from service_kit.testing.network import database_gate, gated_database_url
from service_kit.testing.tokens import jwks_server, tokens

if TYPE_CHECKING:
    from service_kit.testing.collector import Collector

__all__ = [
    "alembic_ini",
    "database_gate",
    "empty_database",
    "gated_database_url",
    "jwks_server",
    "migrated_database",
    "migrated_template",
    "postgres_server",
    "tokens",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the setting that tells whose roles the tests use."""
    parser.addini(
        "service_database", "authdb, apidb or admindb: the database whose roles the tests use", default="apidb"
    )


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator["Collector"]:
    """A collector that the environment names: applications that are made after it send their traces to it."""
    from service_kit.testing.collector import Collector  # noqa: PLC0415 - needs the extra `otel`

    collector = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
    yield collector
    collector.close()
