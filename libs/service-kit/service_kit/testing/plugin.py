"""The pytest plugin: what it registers is in the modules next to it."""

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
