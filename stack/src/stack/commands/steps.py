"""Runs make targets in two lanes and then some alone, all of them whatever happens, and says what each took."""

import asyncio
import itertools
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import STDOUT, Process
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from stack.paths import ROOT
from stack.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Step:
    """A target that has been made.

    Attributes:
        target: its name.
        seconds: how long it took.
        status: exit status of make; -N when signal N ended it.
    """

    target: str
    seconds: float
    status: int

    def __str__(self) -> str:
        outcome = "passed" if self.status == 0 else f"FAILED ({self.status})"
        return f"{self.target:<16}{self.seconds:7.1f} s   {outcome}"


def run_steps(
    targets: Sequence[str],
    *,
    beside: Sequence[str] = (),
    alone: Sequence[str] = (),
    terminal: Terminal,
    folder: Path = ROOT,
) -> bool:
    """Run targets and print a table of them.

    Args:
        targets: names of make targets, one after the other.
        beside: more of them, one after the other, at the same time as `targets`. What one of them prints comes when it
            has ended.
        alone: more of them, one after the other, when all others have ended.
        terminal: where the table goes.
        folder: where the Makefile is.

    Returns:
        True if all of them succeeded.

    Raises:
        SystemExit: SIGINT or SIGTERM came; what ran has ended.
    """
    started = time.monotonic()
    steps = asyncio.run(_Lanes(terminal, folder).run(targets, beside, alone))
    terminal.say()
    for step in steps:
        (terminal.say if step.status == 0 else terminal.complain)(str(step))
    terminal.say(f"{'all':<16}{time.monotonic() - started:7.1f} s")
    return all(step.status == 0 for step in steps)


class _Lanes:
    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self._terminal = terminal
        self._folder = folder
        self._running: set[Process] = set()
        self._ended_by = 0

    async def run(self, targets: Sequence[str], beside: Sequence[str], alone: Sequence[str]) -> list[Step]:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self._end, number)
        lanes = await asyncio.gather(self._make_all(targets), self._make_quietly(beside))
        steps = [*itertools.chain(*lanes), *await self._make_all(alone)]
        if self._ended_by:
            sys.exit(128 + self._ended_by)
        return steps

    def _end(self, number: int) -> None:
        """End what runs; nothing more is started."""
        self._ended_by = number
        for process in self._running:
            self._send(process, number)

    async def _make_all(self, targets: Iterable[str]) -> list[Step]:
        steps = []
        for target in itertools.takewhile(self._goes_on, targets):
            self._terminal.say(f"== make {target}")
            steps.append(await self._make(target))
        return steps

    async def _make_quietly(self, targets: Iterable[str]) -> list[Step]:
        steps = []
        for target in itertools.takewhile(self._goes_on, targets):
            with tempfile.TemporaryFile() as output:
                steps.append(await self._make(target, output))
                output.seek(0)
                printed = output.read().decode(errors="replace").rstrip()
            self._terminal.say(f"\n== make {target}, beside the others\n{printed}\n== end of {target}")
        return steps

    def _goes_on(self, _: str) -> bool:
        return not self._ended_by

    async def _make(self, target: str, output: IO[bytes] | None = None) -> Step:
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            *("make", "--no-print-directory", target),
            cwd=self._folder,
            stdout=output,
            stderr=STDOUT if output else None,
            process_group=0,
        )
        self._running.add(process)
        if self._ended_by:  # while it was started
            self._send(process, self._ended_by)
        status = await process.wait()
        self._running.discard(process)
        return Step(target, time.monotonic() - started, status)

    def _send(self, process: Process, number: int) -> None:
        """Send a signal to make and to what it runs: make would not hand it to a process that it is just starting."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
