"""The services: where each lies, listens and keeps its rows. docker-compose.yml is the list."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stack.errors import StackError
from stack.paths import ROOT
from stack.ports import HOST
from stack.services.compose import entries

PREFIX = "ai-micro-api-"
"""What a service's folder has before its name."""


@dataclass(frozen=True)
class Service:
    """One service as the runner sees it.

    Args:
        name: what people type: `auth`.
        folder_name: its folder, which is its name in the compose file too.
        port_variable: environment variable that moves it to another port.
        default_port: the port on 127.0.0.1 otherwise.
        database: the database it owns, and the prefix of its two roles.
    """

    name: str
    folder_name: str
    port_variable: str
    default_port: int
    database: str

    @property
    def folder(self) -> Path:
        """The service's folder in the checkout."""
        return ROOT / self.folder_name


@cache
def known_services() -> tuple[Service, ...]:
    """Return the services, in the order of the compose file.

    Raises:
        StackError: the compose file cannot be used.
    """
    return tuple(
        Service(entry.name.removeprefix(PREFIX), entry.name, entry.port_variable, entry.default_port, entry.database)
        for entry in entries()
    )


def service_named(name: str) -> Service:
    """Return a service.

    Raises:
        StackError: there is none of this name; the message has those that there are.
    """
    for service in known_services():
        if service.name == name:
            return service
    raise StackError(f"There is no service {name}; there are: {' '.join(known.name for known in known_services())}")


def address(port: int) -> str:
    """Return the URL that a service on this port answers at."""
    return f"http://{HOST}:{port}"
