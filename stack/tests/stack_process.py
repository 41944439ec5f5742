"""`make run` as a test drives it: started on free ports with a data folder of its own, read line by line, ended."""

import json
import os
import random
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from stack.paths import ROOT
from stack.ports import is_free
from stack.services.service import known_services
from stack.services.web_console import WEB_CONSOLE
from stack.temporary_folders import temporary_folder

READY = "Ready."
START_SECONDS = 120.0
STOP_SECONDS = 60.0
# Below those that Linux and macOS give to a process that asks for any.
_FIRST_PORT = 10_000
_PORTS_OF_A_WORKER = 2_000


def new_data_folder() -> Path:
    """Make a data folder that the database's account can enter too; pytest's own are closed to it."""
    return temporary_folder("stack")


class StackProcess:
    """One `make run`, or the runner alone.

    Args:
        data: its data folder.
        variables: settings, as they are given on make's command line.
        command: what is run.
        folder: the checkout that it is run in.
    """

    def __init__(
        self,
        data: Path,
        variables: dict[str, str],
        *,
        command: Sequence[str] = ("make", "run"),
        folder: Path = ROOT,
    ) -> None:
        self.data = data
        self.variables = {"DATA_DIR": str(data), **variables}
        self.lines: list[str] = []
        self._ready_or_ended = threading.Event()
        # What an outer make says to its children does not concern this one.
        outer = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        self.process = subprocess.Popen(
            [*command],
            cwd=folder,
            env=outer | self.variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """Everything it said until now."""
        return "\n".join(self.lines)

    @property
    def description(self) -> dict[str, Any]:
        """The content of its stack.json."""
        content: dict[str, Any] = json.loads((self.data / "stack.json").read_text())
        return content

    def wait_ready(self) -> "StackProcess":
        """Wait until it says that it is ready; fail with its output if it ends before."""
        assert self._ready_or_ended.wait(START_SECONDS), f"not ready in {START_SECONDS} s:\n{self.output}"
        assert any(line.startswith(READY) for line in self.lines), f"it ended:\n{self.output}"
        return self

    def wait_ended(self) -> int:
        """Wait until it has ended, and return its exit status."""
        status = self.process.wait(STOP_SECONDS)
        self._reader.join(STOP_SECONDS)
        return status

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process that was started."""
        self.process.send_signal(number)

    def interrupt(self) -> None:
        """What Ctrl-C does: SIGINT to the terminal's whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def descendants(self) -> list[psutil.Process]:
        """Every process that it started, and theirs."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        """End it if it still runs, kindly."""
        if self.process.poll() is None:
            self.send(signal.SIGTERM)
        self.wait_ended()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith(READY):
                self._ready_or_ended.set()
        self._ready_or_ended.set()


def free_ports() -> dict[str, str]:
    """Return a free port for each of a stack's settings, of those that no other process of the tests draws from."""
    first = _FIRST_PORT + _PORTS_OF_A_WORKER * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    drawn = filter(is_free, random.sample(range(first, first + _PORTS_OF_A_WORKER), k=_PORTS_OF_A_WORKER))
    variables = ("POSTGRES_PORT", *(service.port_variable for service in (*known_services(), WEB_CONSOLE)))
    return {name: str(next(drawn)) for name in variables}


def status_of(url: str) -> int:
    """Return the HTTP status that a GET answers with."""
    with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - an address of a stack on this machine
        return int(response.status)
