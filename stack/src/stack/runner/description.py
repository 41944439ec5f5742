"""`stack.json`: what runs where, and how to sign in, for programs that use a running stack."""

from pathlib import Path
from typing import Any

from stack.ports import HOST
from stack.postgres.server import SUPERUSER, Server
from stack.private_files import write_private_json
from stack.runner.credentials import Credentials
from stack.runner.service_environment import role_url
from stack.runner.settings import RunSettings
from stack.services.service import address, known_services


def describe(settings: RunSettings, credentials: Credentials, server: Server) -> dict[str, Any]:
    """Return the description of a stack that is ready."""
    console = {} if settings.console_port is None else {"console": address(settings.console_port)}
    return {
        **console,
        **{service.name: address(settings.service_ports[service.name]) for service in known_services()},
        "postgres": {
            "host": HOST,
            "port": server.port,
            "superuser": SUPERUSER,
            "password": credentials.superuser_password,
        },
        "administrator": {
            "email": credentials.administrator_email,
            "password": credentials.administrator_password,
        },
        "databases": {
            service.database: {
                "owner_url": role_url(service, "owner", credentials=credentials, server=server),
                "app_url": role_url(service, "app", credentials=credentials, server=server),
            }
            for service in known_services()
        },
    }


def description_file(data: Path) -> Path:
    """Where the description of the stack with this data folder is, while the stack is ready."""
    return data / "stack.json"


def write_description(settings: RunSettings, credentials: Credentials, server: Server) -> None:
    """Write the description: the sign that everything answers."""
    write_private_json(description_file(settings.data), describe(settings, credentials, server))
