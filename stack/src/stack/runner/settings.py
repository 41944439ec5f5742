"""The settings of `make run`, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.errors import StackError
from stack.paths import ROOT
from stack.ports import is_free
from stack.services import embedding_server
from stack.services.service import Service, known_services
from stack.services.web_console import WEB_CONSOLE

POSTGRES_PORT_VARIABLE = "POSTGRES_PORT"
DEFAULT_POSTGRES_PORT = 5433
LARGEST_PORT = 65535


@dataclass(frozen=True)
class RunSettings:
    """Settings of one stack.

    Args:
        data: folder of everything that outlives a run: database, secrets, keys.
        services: the services to start, in the order of their table.
        service_ports: port of every service by name, also of those that are left out.
        postgres_port: port of the database.
        console_port: port of the web console, or None without one.
        embeddings_port: port of the embedding server, or None without one.
    """

    data: Path
    services: tuple[Service, ...]
    service_ports: Mapping[str, int]
    postgres_port: int
    console_port: int | None = None
    embeddings_port: int | None = None

    @property
    def is_of_the_checkout(self) -> bool:
        """Return True if this is the checkout's own stack, and not one that a test keeps elsewhere."""
        return self.data == ROOT / ".data"

    def ports(self) -> dict[str, int]:
        """Return every port that this stack listens on, by the variable that sets it."""
        by_variable = {service.port_variable: self.service_ports[service.name] for service in self.services}
        if self.console_port is not None:
            by_variable[WEB_CONSOLE.port_variable] = self.console_port
        if self.embeddings_port is not None:
            by_variable[embedding_server.SERVER.port_variable] = self.embeddings_port
        return {POSTGRES_PORT_VARIABLE: self.postgres_port, **by_variable}


def read_settings(environment: Mapping[str, str]) -> RunSettings:
    """Read the settings.

    Args:
        environment: `DATA_DIR`, `SERVICES`, `EMBEDDINGS`, `POSTGRES_PORT`, `CONSOLE_PORT` and the services' port
            variables; all optional.

    Raises:
        StackError: a value cannot be used; the message names the variable.
    """
    known = [*(service.name for service in known_services()), WEB_CONSOLE.name]
    names = environment.get("SERVICES", "").split() or known
    if unknown := set(names).difference(known):
        raise StackError(f"SERVICES names {' '.join(sorted(unknown))}; there are: {' '.join(known)}")
    return RunSettings(
        data=(ROOT / (environment.get("DATA_DIR") or ".data")).resolve(),
        services=tuple(service for service in known_services() if service.name in names),
        service_ports={service.name: _port_of(service, environment) for service in known_services()},
        postgres_port=_port(environment, POSTGRES_PORT_VARIABLE, DEFAULT_POSTGRES_PORT),
        console_port=_port_of(WEB_CONSOLE, environment) if WEB_CONSOLE.name in names else None,
        embeddings_port=_embeddings_port(environment),
    )


def check_ports(settings: RunSettings) -> None:
    """Make sure that every port can be had, before anything is started.

    Raises:
        StackError: one cannot; the message names the port and the setting that moves it.
    """
    taken: dict[int, str] = {}
    for variable, port in settings.ports().items():
        if port in taken:
            raise StackError(f"{variable} and {taken[port]} are both {port}. Give each a port of its own.")
        if not is_free(port):
            raise StackError(f"Port {port} is in use. Choose another: make run {variable}={port + 100}")
        taken[port] = variable


def _port_of(service: Service, environment: Mapping[str, str]) -> int:
    return _port(environment, service.port_variable, service.default_port)


def _port(environment: Mapping[str, str], variable: str, default: int) -> int:
    value = environment.get(variable) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= LARGEST_PORT):
        raise StackError(f"{variable} is {value!r}; a port is a number from 1 to {LARGEST_PORT}.")
    return int(value)


def _embeddings_port(environment: Mapping[str, str]) -> int | None:
    embeddings = environment.get(embedding_server.EMBEDDINGS_VARIABLE) or "hash"
    if embeddings not in embedding_server.KNOWN:
        known = " ".join(embedding_server.KNOWN)
        raise StackError(f"{embedding_server.EMBEDDINGS_VARIABLE} is {embeddings!r}; there are: {known}")
    if embeddings == "hash":
        return None
    return _port_of(embedding_server.SERVER, environment)
