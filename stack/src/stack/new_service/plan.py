"""What a new service will be called and where it will answer; refuses what is taken before anything is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from stack.errors import StackError
from stack.paths import COMPOSE_FILE, ROOT
from stack.ports import is_free
from stack.services import embedding_server
from stack.services.compose import entries, published_ports
from stack.services.service import PREFIX

_NAME = re.compile(r"[a-z][a-z0-9]{1,19}")
_LARGEST_PORT = 65_535
_NAMES_OF_DEPLOYMENTS = {
    "workers": "the Deployment of the chart's workers",
    "proxy": "the frontend of HAProxy",
}


@dataclass(frozen=True)
class NewService:
    """A service to be made.

    Args:
        name: what people type: `billing`.
        port: the port on 127.0.0.1.
    """

    name: str
    port: int

    @property
    def folder_name(self) -> str:
        """Its folder, which is its name in the compose file too."""
        return f"{PREFIX}{self.name}"

    @property
    def database(self) -> str:
        """The database it owns, and the prefix of its two roles."""
        return f"{self.name}db"

    @property
    def database_file(self) -> str:
        """The file that makes its database, from the root of the repository."""
        return f"postgres-init/30-{self.database}.sql"


def plan(name: str, port: str | None = None) -> NewService:
    """Return the service, if there can be one of this name.

    Args:
        name: as it was typed.
        port: as it was typed; by default the first after those of the services that is free.

    Raises:
        StackError: the name cannot be used or is taken, or the port is.
    """
    if not _NAME.fullmatch(name):
        raise StackError(
            f"NAME is {name!r}; a service's name has 2 to 20 lower-case letters and digits, such as billing."
        )
    ports = published_ports() | {embedding_server.SERVER.port_variable: embedding_server.SERVER.default_port}
    service = NewService(name, _port(port, ports))
    _refuse_taken(service, ports)
    return service


def _port(written: str | None, known: dict[str, int]) -> int:
    if not written:
        return next(port for port in _next_ports(known) if is_free(port))
    if not (written.isascii() and written.isdigit() and 0 < int(written) <= _LARGEST_PORT):
        raise StackError(f"PORT is {written!r}; a port is a number from 1 to {_LARGEST_PORT}.")
    port = int(written)
    if owner := next((variable for variable, of_another in known.items() if of_another == port), None):
        raise StackError(f"PORT {port} is that of {owner}. Choose another: PORT={next(_next_ports(known))}")
    if not is_free(port):
        raise StackError(f"Port {port} is in use. Choose another: PORT={port + 100}")
    return port


def _next_ports(known: dict[str, int]) -> Iterator[int]:
    """Yield the ports after those of the services that nothing of the compose file has."""
    first = max(entry.default_port for entry in entries()) + 1
    return (port for port in range(first, _LARGEST_PORT) if port not in known.values())


def _refuse_taken(service: NewService, ports: dict[str, int]) -> None:
    compose = COMPOSE_FILE.read_text()
    makefile = (ROOT / "Makefile").read_text()
    taken = {
        f"the folder {service.folder_name}": (ROOT / service.folder_name).exists(),
        f"the file {service.database_file}": (ROOT / service.database_file).exists(),
        f"the service {service.folder_name} in {COMPOSE_FILE.name}": f"\n  {service.folder_name}:" in compose,
        f"the database {service.database}": re.search(rf"DB_NAME: {service.database}\b", compose) is not None,
        f"the variable {service.name.upper()}_PORT": f"{service.name.upper()}_PORT" in ports,
        f"the make target test-{service.name}": f"\ntest-{service.name}:" in makefile,
    }
    if service.name in _NAMES_OF_DEPLOYMENTS:
        taken[f"{_NAMES_OF_DEPLOYMENTS[service.name]} with this name"] = True
    for what, is_there in taken.items():
        if is_there:
            raise StackError(f"There is {what} already. Choose another NAME.")
