"""A running stack and what watches it."""

import shutil
from collections.abc import Iterator

import pytest
from observability.webhook import Webhook
from stack_process import StackProcess, free_ports, new_data_folder


@pytest.fixture(scope="module")
def stack() -> Iterator[StackProcess]:
    data = new_data_folder()
    process = StackProcess(data, free_ports())
    yield process.wait_ready()
    process.end()
    shutil.rmtree(data)


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    server = Webhook()
    yield server
    server.close()
