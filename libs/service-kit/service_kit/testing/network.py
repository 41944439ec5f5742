"""A gate in front of a test's database server."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.gate import Gate


@pytest.fixture
def database_gate(migrated_database: DatabaseUrls) -> Iterator[Gate]:
    """A gate in front of the test's database server."""
    url = make_url(migrated_database.app)
    gate = Gate(url.host or "127.0.0.1", url.port or 5432)
    yield gate
    gate.resume()
    gate.close()


@pytest.fixture
def gated_database_url(migrated_database: DatabaseUrls, database_gate: Gate) -> str:
    """The application role's URL, through the gate."""
    url = make_url(migrated_database.app).set(host="127.0.0.1", port=database_gate.port)
    return url.render_as_string(hide_password=False)
