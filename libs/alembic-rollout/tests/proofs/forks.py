"""The tests' end of `fork_server.py`: many starts of Alembic at the price of a few."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from project import Project

KILLED = -9


class Moment(NamedTuple):
    """Where a process ends itself: before a statement or a COMMIT of the attempt to apply a revision.

    The empty revision is what happens before the first attempt, `end` what happens after the last. Number 0 of an
    attempt is what writes its history row.
    """

    revision: str
    number: int


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    status: int
    err: str


class Forks:
    """A process that has imported Alembic and forks on request."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._server = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("fork_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, project: Project, *command: str, count: int = 1, kill_at: Moment | None = None, **variables: str
    ) -> list[Ended]:
        """Run `alembic COMMAND...` in a project's folder, in processes that begin at the same moment.

        Args:
            project: whose folder and database.
            command: Alembic's arguments.
            count: how many processes.
            kill_at: where each kills itself.
            variables: of the environment, besides the project's.
        """
        request = {
            "folder": str(project.folder),
            "command": command,
            "count": count,
            "kill_at": kill_at,
            "environment": project.environment(**variables),
            "output": str(self._output),
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        statuses: list[int] = json.loads(self._server.stdout.readline())
        return [
            Ended(status, (self._output / f"{number}.err").read_text()) if status != KILLED else Ended(status, "")
            for number, status in enumerate(statuses)
        ]

    def close(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)
        assert self._server.stdout is not None
        self._server.stdout.close()


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    made = Forks(tmp_path_factory.mktemp("forks"))
    yield made
    made.close()
