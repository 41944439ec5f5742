"""Stacks of one service: enough to see how the runner behaves, and quick to start."""

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from stack_process import StackProcess, free_ports, new_data_folder

RUNNER = (sys.executable, "-m", "stack", "run")

Start = Callable[..., StackProcess]


@pytest.fixture
def start(data_folder: Path) -> Iterator[Start]:
    """Start the runner with this test's data folder; everything started has ended when the test has."""
    started: list[StackProcess] = []
    ports = free_ports()

    def start_runner(*, command: Sequence[str] = RUNNER, **variables: str) -> StackProcess:
        started.append(StackProcess(data_folder, {"SERVICES": "user", **ports, **variables}, command=command))
        return started[-1]

    yield start_runner
    for process in started:
        process.end()


@pytest.fixture(scope="module")
def running() -> Iterator[StackProcess]:
    """One ready stack for tests that only look at it."""
    data = new_data_folder()
    process = StackProcess(data, {"SERVICES": "user", **free_ports()}, command=RUNNER)
    yield process.wait_ready()
    process.end()
    shutil.rmtree(data)
