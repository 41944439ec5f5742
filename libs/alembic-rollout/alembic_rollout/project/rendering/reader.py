"""Starts the child process, asks it, and names the revision that hung or ended it."""

import json
import os
import select
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from alembic_rollout.errors import UsageError
from alembic_rollout.project.rendering import process
from alembic_rollout.project.rendering.configuration import as_message
from alembic_rollout.project.rendering.statements import DIRECTIONS, Direction, Rendered, RevisionReading
from alembic_rollout.wording.durations import format_duration

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_LOADING_SECONDS = 120.0
_ENDING_SECONDS = 2.0


def read_revisions(environment: "Environment", revisions: Sequence[str]) -> list[RevisionReading]:
    """Return what revisions would run, both directions, in the given order.

    Args:
        environment: whose tree; env.py is run again in the child process.
        revisions: their ids.

    Raises:
        UsageError: env.py cannot be loaded without a database.
    """
    with Reader(environment) as reader:
        return reader.read(revisions)


def read_upgrade(environment: "Environment", to: str, current: Sequence[str]) -> list[RevisionReading]:
    """Return the revisions that `alembic upgrade TO` would apply, in its order, and what they would run.

    Args:
        environment: whose tree; env.py is run again in the child process.
        to: as Alembic takes it: `head`, `heads`, an id, `+1`, ...
        current: the database's revisions.

    Raises:
        UsageError: Alembic cannot go there, or a file of the tree, or env.py, cannot be imported.
    """
    with Reader(environment) as reader:
        return reader.read_upgrade(to, current)


class Reader:
    """Reads revisions in a child process, which is started when it is entered and ended when it is left.

    Args:
        environment: whose tree and settings.
    """

    def __init__(self, environment: "Environment") -> None:
        self._environment = environment
        self._seconds = environment.settings.render_timeout
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        self._child = self._started()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end()

    def read_upgrade(self, to: str, current: Sequence[str]) -> list[RevisionReading]:
        """Read what `alembic upgrade TO` would apply; see the function of this name."""
        child = self._ready()
        child.ask({"do": "order", "to": to, "current": list(current)})
        try:
            [order] = child.messages(self._seconds)
        except _EndedError as ended:
            self._end()
            what = f"{ended.path.name}: the file cannot be imported" if ended.path else "The tree cannot be read"
            raise UsageError(f"{what}: {ended.reason}.") from None
        return self.read_files([(revision, Path(path)) for revision, path in order["revisions"]], DIRECTIONS)

    def read(self, revisions: Sequence[str], directions: Sequence[Direction] = DIRECTIONS) -> list[RevisionReading]:
        """Read revisions.

        Args:
            revisions: ids of the tree.
            directions: those that are run; the other has no statements.

        Returns:
            Them, in the given order.
        """
        files = self._environment.tree.by_revision
        return self.read_files([(revision, files[revision].path) for revision in revisions], directions)

    def read_files(
        self, files: Sequence[tuple[str, Path]], directions: Sequence[Direction] = DIRECTIONS
    ) -> list[RevisionReading]:
        """Read files, which may be newer than the tree.

        A child that hangs or ends costs the revision that it was at; another child reads the rest.

        Args:
            files: ids and paths.
            directions: those that are run; the other has no statements.
        """
        readings: list[RevisionReading] = []
        failed: dict[Direction, str] = {}
        while len(readings) < len(files):
            revision, path = files[len(readings)]
            remaining = [each for each in directions if each not in failed]
            asked = [(revision, path)] if failed else files[len(readings) :]
            try:
                child = self._ready()
                child.ask(
                    {"do": "read", "revisions": [(name, str(file)) for name, file in asked], "directions": remaining}
                )
                for message in child.messages(self._seconds):
                    readings.append(_reading(message, files[len(readings)][1], failed))
                    failed = {}
            except _EndedError as ended:
                self._end()
                stopped: Sequence[Direction] = [ended.what] if ended.what in DIRECTIONS else directions
                failed |= dict.fromkeys(stopped, ended.reason)
                if ended.what not in DIRECTIONS:
                    revision, path = files[len(readings)]
                    readings.append(_unread(revision, path, failed))
                    failed = {}
        return readings

    def _started(self) -> "_Child":
        child = _Child()
        child.ask({"do": "load", "config": as_message(self._environment.config), "seconds": self._seconds})
        return child

    def _ready(self) -> "_Child":
        """Return a child that has loaded env.py."""
        if self._child is None:
            self._child = self._started()
        if not self._child.is_ready:
            try:
                list(self._child.messages(_LOADING_SECONDS))
            except _EndedError as ended:
                self._end()
                raise UsageError(f"env.py cannot be loaded by a process of its own: {ended.reason}.") from None
            self._child.is_ready = True
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


def _reading(message: Mapping[str, Any], path: Path, failed: Mapping[Direction, str]) -> RevisionReading:
    """Return what a child has read, with the directions that ended the children before it."""
    revision = message["revision"]
    values = {name: value for name, value in message.items() if name != "kind"}
    for direction, reason in failed.items():
        values[direction] = _failed(revision, direction, reason).as_message()
    return RevisionReading.from_message({**values, "path": path})


def _unread(revision: str, path: Path, failed: Mapping[Direction, str]) -> RevisionReading:
    """Return a revision whose file could not even be imported."""
    upgrade, downgrade = (_failed(revision, name, failed.get(name, "")) for name in DIRECTIONS)
    return RevisionReading(revision, path, "", "expand", {}, upgrade, downgrade)


def _failed(revision: str, direction: Direction, reason: str) -> Rendered:
    return Rendered(revision, direction, (), error=reason or None)


class _EndedError(Exception):
    """The child process is gone, or was ended because its time was over.

    Attributes:
        reason: in words.
        path: the file that it was at.
        what: `import`, `upgrade` or `downgrade`; empty before the first file.
    """

    def __init__(self, reason: str, path: Path | None, what: Any) -> None:  # noqa: ANN401 - a word of the child's
        super().__init__(reason)
        self.reason = reason
        self.path = path
        self.what = what


class _Child:
    """The process and the two pipes to it."""

    def __init__(self) -> None:
        self.is_ready = False
        theirs_to_read, ours_to_write = os.pipe()
        ours_to_read, theirs_to_write = os.pipe()
        descriptors = (theirs_to_read, theirs_to_write)
        try:
            self._process = process.start(descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._requests = os.fdopen(ours_to_write, "wb")
        self._messages = ours_to_read
        self._buffer = b""

    def ask(self, request: Mapping[str, Any]) -> None:
        """Send a request; a child that is gone says so when its messages are read."""
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
        except BrokenPipeError:
            return

    def messages(self, seconds: float) -> Iterator[Mapping[str, Any]]:
        """Yield the messages that answer a request, until it is done.

        Args:
            seconds: how long each step may take.

        Raises:
            UsageError: Alembic cannot do what was asked for, or something cannot be imported.
            _EndedError: the process is gone, or its time was over.
        """
        path: Path | None = None
        what = ""
        while True:
            line = self._line(time.monotonic() + seconds)
            if line is None:
                raise _EndedError(
                    f"it was not done after {format_duration(seconds)} (ROLLOUT_RENDER_TIMEOUT)", path, what
                )
            if not line:
                raise _EndedError(self._how_it_ended(), path, what)
            message = json.loads(line)
            if message["kind"] == "done":
                return
            if message["kind"] == "failed":
                raise UsageError(message["text"])
            if message["kind"] == "begin":
                path, what = Path(message["path"]), message["what"]
            else:
                yield message

    def _line(self, deadline: float) -> bytes | None:
        """Return the next line; None where the time is over first, nothing where the process is gone."""
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._messages], [], [], left)[0]:
                return None
            read = os.read(self._messages, 1 << 16)
            if not read:
                return b""
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _how_it_ended(self) -> str:
        try:
            status = self._process.wait(_ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            return "it closed the pipes of the process that reads revisions"
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return f"it ended the process that reads revisions ({how})"

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        os.close(self._messages)
        with suppress(BrokenPipeError):  # of a request that it did not read
            self._requests.close()
