"""Debian's HAProxy in front of processes, with the defaults of deploy/haproxy."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from stack.paths import ROOT
from stack.ports import HOST, free_port
from stack.services.service import address

PROGRAM = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
_DEFAULTS = ROOT / "deploy/haproxy/defaults.cfg"
_START_SECONDS = 10.0
_END_SECONDS = 30.0
_LOG_FORMAT = (
    '{"service":"%b","server":"%s","began":%Ts.%ms,"took":%Tt,"status":%ST,"ending":"%ts","request":"%HM %HPO"}'
)


@dataclass(frozen=True)
class Answer:
    """A request as the proxy saw it.

    Attributes:
        service: whom it was for.
        server: which replica it went to last, or `<NOSRV>`.
        began: when it came, seconds since the epoch.
        ended: when it was over.
        status: what the client got.
        ending: HAProxy's two letters for what ended it, `--` in order.
        request: method and path.
    """

    service: str
    server: str
    began: float
    ended: float
    status: int
    ending: str
    request: str

    @property
    def was_cut(self) -> bool:
        """True if the replica did not answer to the end."""
        return self.ending != "--"


class Proxy:
    """HAProxy for the replicas of some services; ends with the block. Skips the test where it is not installed.

    Args:
        folder: where its configuration and its log are.
        replicas: the ports of each service's replicas.
        variables: environment, as docker-compose.scale.yml has it: SERVICES_BIND and SERVICES_CA_FILE.
    """

    def __init__(self, folder: Path, replicas: Mapping[str, Sequence[int]], **variables: str) -> None:
        if PROGRAM is None:
            pytest.skip("haproxy is not installed (Debian's package has that name)")
        self._ports = {service: free_port() for service in replicas}
        self._log = folder / "haproxy.log"
        self._socket = folder / "haproxy.sock"
        configuration = folder / "haproxy.cfg"
        configuration.write_text(self._configuration(replicas))
        command = [PROGRAM, "-db", "-f", str(_DEFAULTS), "-f", str(configuration)]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=os.environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _configuration(self, replicas: Mapping[str, Sequence[int]]) -> str:
        lines = ["global", f"    stats socket {self._socket} mode 600", "    stats timeout 1h"]
        for service, ports in replicas.items():
            lines += [
                f"frontend {service} from clients",
                f'    bind {HOST}:{self._ports[service]} "${{SERVICES_BIND[*]}}"',
            ]
            lines += [f"    log-format '{_LOG_FORMAT}'", f"    default_backend {service}"]
            lines += [f"backend {service} from replicas"]
            lines += [f"    server {port} {HOST}:{port} verifyhost ai-micro-api-{service}" for port in ports]
        return "\n".join([*lines, ""])

    def __enter__(self) -> Self:
        """Return the proxy, once it takes requests and questions about itself."""
        # HAProxy gives its socket its name, and listens on it, after it listens on the ports.
        addresses: list[tuple[str, int] | str] = [(HOST, port) for port in self._ports.values()]
        for at in [*addresses, str(self._socket)]:
            wait_until_it_listens(self._process, at)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it at once."""
        self._process.terminate()
        self._process.wait(_END_SECONDS)

    def url(self, service: str) -> str:
        """Return where clients reach a service."""
        return address(self._ports[service])

    def is_up(self, service: str, port: int) -> bool:
        """Return True if the proxy gives requests to this replica."""
        return (service, str(port)) in self._servers_up()

    def up(self, service: str) -> int:
        """Return how many replicas of a service the proxy gives requests to."""
        return sum(1 for name, _ in self._servers_up() if name == service)

    def busy(self, service: str) -> set[int]:
        """Return the ports of a service's replicas that have a request now; probes do not count."""
        return {int(stat["svname"]) for stat in self._replicas() if stat["pxname"] == service and stat["scur"]}

    def _servers_up(self) -> set[tuple[str, str]]:
        return {(stat["pxname"], stat["svname"]) for stat in self._replicas() if stat["status"].startswith("UP")}

    def _replicas(self) -> Iterator[dict[str, Any]]:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket))
            connection.sendall(b"show stat json\n")
            said = b"".join(iter(lambda: connection.recv(65536), b""))
        for fields in json.loads(said):
            stat: dict[str, Any] = {field["field"]["name"]: field["value"]["value"] for field in fields}
            if stat["svname"].isdecimal():
                yield stat

    def answers(self) -> list[Answer]:
        """Return what it has logged of requests until now, oldest first."""
        found = []
        for line in self._log.read_text().splitlines():
            if line.startswith("{"):
                logged = json.loads(line)
                took = logged.pop("took") / 1000
                found.append(Answer(**logged, ended=logged["began"] + took))
        return found


def wait_until_it_listens(process: "subprocess.Popen[bytes]", at: tuple[str, int] | str) -> None:
    """Wait until a process of HAProxy takes connections, at a host and a port or at the path of a socket."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        assert process.poll() is None, f"it ended with {process.returncode}"
        with socket.socket(socket.AF_UNIX if isinstance(at, str) else socket.AF_INET) as connection:
            try:
                connection.connect(at)
            except (ConnectionRefusedError, FileNotFoundError):
                assert time.monotonic() < deadline, f"it does not listen at {at}"
            else:
                return
        time.sleep(0.02)
