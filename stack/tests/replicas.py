"""Further processes of a service beside those of a running stack, on its database."""

import os
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import psutil
from sqlalchemy import make_url
from stack_process import StackProcess

from service_kit.testing.gate import Gate
from stack.ports import free_port
from stack.services.compose import start_command
from stack.services.service import address, service_named

_END_SECONDS = 60.0


class Between(Protocol):
    """What listens on this machine between a service and its database."""

    @property
    def port(self) -> int:
        """Where it listens."""


class Replica:
    """One process of a service, started by the compose file's command; ends with the block.

    Args:
        name: of the service: auth, user or admin.
        stack: what it belongs to.
        gate: what its connections to the database go through, if anything; all but those of migrations.
        port: where it listens; a free one by default.
        migrates: False starts the server alone, without the checks and the migration before it, in a third of the time.
        settings: variables that it has besides those that it needs.
    """

    def __init__(
        self,
        name: str,
        stack: StackProcess,
        *,
        gate: Between | None = None,
        port: int | None = None,
        migrates: bool = True,
        **settings: str,
    ) -> None:
        service = service_named(name)
        self.name = name
        self.port = port or free_port()
        self.url = address(self.port)
        database = stack.description["databases"][service.database]
        url = make_url(database["app_url"])
        if gate is not None:
            url = url.set(port=gate.port)
        variables = {
            "DATABASE_URL": url.render_as_string(hide_password=False),
            "MIGRATION_DATABASE_URL": database["owner_url"],
            "JWKS_URL": f"{stack.description['auth']}/.well-known/jwks.json",
            "FORWARDED_ALLOW_IPS": "",
            **settings,
        }
        if name == "auth":
            variables["JWT_KEYS_DIR"] = str(stack.data / "keys")
        self._log = stack.data / f"replica-{name}-{self.port}.log"
        command = start_command(service.folder_name, self.port)
        path = f"{service.folder / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command if migrates else ["sh", "-c", command[-1].rpartition("&& ")[2]],
                cwd=service.folder,
                env=os.environ | variables | {"PATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """Return the process, which may not be ready yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        if not self.has_ended:
            self.end()
        self._process.wait(_END_SECONDS)

    @property
    def has_ended(self) -> bool:
        """Whether its process is gone."""
        return self._process.poll() is not None

    @property
    def log(self) -> Path:
        """What it said."""
        return self._log

    def connections_to(self, port: int) -> list[Any]:
        """Return its TCP connections to a port of this machine, as psutil has them."""
        links = psutil.Process(self._process.pid).net_connections(kind="tcp")
        return [link for link in links if link.raddr and link.raddr.port == port]

    def end(self) -> None:
        """Ask it to end."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash of the machine would, and wait until it is gone."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_SECONDS)


def gate_to(stack: StackProcess) -> Gate:
    """Return a gate in front of a stack's database."""
    server = stack.description["postgres"]
    return Gate(server["host"], server["port"])
