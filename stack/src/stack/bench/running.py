"""A stack that is only there to be measured: free ports, data of its own, no output."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from stack.errors import StackError
from stack.ports import free_port
from stack.runner.description import description_file
from stack.runner.settings import POSTGRES_PORT_VARIABLE
from stack.services.service import known_services
from stack.services.web_console import WEB_CONSOLE

START_SECONDS = 180.0


@contextmanager
def temporary_data() -> Iterator[Path]:
    """Make a data folder for the block."""
    data = Path(tempfile.mkdtemp(prefix="stack-bench-"))
    data.chmod(0o755)
    try:
        yield data
    finally:
        shutil.rmtree(data)


class MeasuredStack:
    """A running stack and how long it took to get ready.

    Args:
        process: the runner.
        seconds: from its start to three ready services.
        description: the content of its stack.json.
    """

    def __init__(self, process: psutil.Popen, seconds: float, description: dict[str, Any]) -> None:
        self.seconds = seconds
        self.description = description
        self._process = process

    def resident_bytes(self) -> int:
        """Return the memory of all its processes, what they share counted once where the kernel can tell (Linux)."""
        processes = [self._process, *self._process.children(recursive=True)]
        infos = [process.memory_full_info() for process in processes]
        return sum(getattr(info, "pss", info.rss) for info in infos)


@contextmanager
def measured_stack(data: Path) -> Iterator[MeasuredStack]:
    """Start a stack, measure it, end it with the block.

    Raises:
        StackError: it did not get ready.
    """
    ports = {
        variable: str(free_port())
        for variable in (POSTGRES_PORT_VARIABLE, *(s.port_variable for s in (*known_services(), WEB_CONSOLE)))
    }
    started = time.perf_counter()
    process = psutil.Popen(
        [sys.executable, "-m", "stack", "run", "--end-with-parent"],
        env=os.environ | ports | {"DATA_DIR": str(data), "known_services()": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not description_file(data).exists():
            if process.poll() is not None or time.perf_counter() - started > START_SECONDS:
                raise StackError("The stack to be measured did not start; `make run` says why.")
            time.sleep(0.01)  # the file is how a stack says that it is ready
        yield MeasuredStack(process, time.perf_counter() - started, json.loads(description_file(data).read_text()))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
