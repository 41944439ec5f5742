"""Developers with a copy of a service and a database of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from revisions.developer import ADMIN, USER, Developer, developer_on, migrated


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database of the user service at its newest revision."""
    with migrated(USER, tmp_path_factory.mktemp("template")) as developer:
        yield str(developer.url.database)


@pytest.fixture
def developer(template: str, tmp_path: Path) -> Iterator[Developer]:
    """A developer of the user service."""
    with developer_on(USER, template, tmp_path) as someone:
        yield someone


@pytest.fixture
def developer_of_admin(tmp_path: Path) -> Iterator[Developer]:
    """A developer of the admin service, which has vectors."""
    with migrated(ADMIN, tmp_path) as someone:
        yield someone
