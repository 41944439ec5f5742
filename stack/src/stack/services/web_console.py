"""The console beside the services: a web page over their APIs, which `make run` starts too."""

import json
from collections.abc import Mapping

from stack.errors import StackError
from stack.services.compose import start_command
from stack.services.service import Service, address

WEB_CONSOLE = Service("console", "console", "CONSOLE_PORT", 8000, "")


def command(port: int) -> list[str]:
    """Return the compose file's command of the console, on another port.

    Raises:
        StackError: it is not installed, or the compose file has no such command.
    """
    if not (WEB_CONSOLE.folder / ".venv" / ".installed").exists():
        raise StackError("console is not installed, or only in part. Run: make install")
    return start_command(WEB_CONSOLE.folder_name, port)


def environment(service_ports: Mapping[str, int]) -> dict[str, str]:
    """Return the console's variables.

    Args:
        service_ports: port of every service by name.
    """
    return {
        "ENVIRONMENT": "local",
        "FORWARDED_ALLOW_IPS": "",
        "SERVICE_URLS": json.dumps({name: address(port) for name, port in service_ports.items()}),
    }
