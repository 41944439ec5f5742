"""The compose file on a real engine, from nothing; taken away with its volumes at the end."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from compose.engine import Compose, copy_of_checkout, foreign_containers, missing_engine
from end_to_end.conftest import administrator, client, user
from stack_process import free_ports

__all__ = ["administrator", "client", "user"]


@pytest.fixture(scope="session")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    missing = missing_engine()
    if missing is not None:
        message = f"No Docker engine with Compose: {missing}"
        if os.environ.get("REQUIRE_DOCKER"):
            pytest.fail(message)
        pytest.skip(message)
    taken = foreign_containers()
    if taken:
        pytest.fail(f"Another project has these containers: {', '.join(taken)}. End them: docker compose down")
    project = Compose(copy_of_checkout(tmp_path_factory.mktemp("checkout")), free_ports())
    project("down", "--volumes", "--remove-orphans")
    project.up()
    yield project
    project("down", "--volumes", "--remove-orphans")


@pytest.fixture(scope="session")
def description(compose: Compose) -> dict[str, Any]:
    return compose.description()
