"""The process that forks parsers, and the children that it forks."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.ingestion.forking import client
from tests.ingestion.reading import SERVER


@pytest.fixture(scope="session", autouse=True)
def end_of_fork_server() -> Iterator[None]:
    yield
    SERVER.close()


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[client.ForkedChild]:
    """Every child that a test starts."""
    started: list[client.ForkedChild] = []

    class Recorded(client.ForkedChild):
        def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - whatever the class takes
            super().__init__(*arguments)
            started.append(self)

    monkeypatch.setattr(client, "ForkedChild", Recorded)
    return started
