"""The three services: where each lies, listens and keeps its rows."""

from dataclasses import dataclass
from pathlib import Path

from stack.paths import ROOT
from stack.ports import HOST


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


SERVICES = (
    Service("auth", "ai-micro-api-auth", "AUTH_PORT", 8002, "authdb"),
    Service("user", "ai-micro-api-user", "USER_PORT", 8001, "apidb"),
    Service("admin", "ai-micro-api-admin", "ADMIN_PORT", 8003, "admindb"),
)


def address(port: int) -> str:
    """Return the URL that a service on this port answers at."""
    return f"http://{HOST}:{port}"
