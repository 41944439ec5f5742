"""Reads from docker-compose.yml which services there are and how each is started, so that neither is written twice."""

import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stack.errors import StackError
from stack.paths import COMPOSE_FILE
from stack.ports import HOST

_PUBLISHED = re.compile(r"\$\{(?P<variable>\w+_PORT):-(?P<default>\d+)\}:\d+$")


@dataclass(frozen=True)
class Entry:
    """What the compose file says of a service that has a database.

    Args:
        name: its name in the file.
        port_variable: environment variable that moves it to another port.
        default_port: the port of the machine otherwise.
        database: the database it owns.
    """

    name: str
    port_variable: str
    default_port: int
    database: str


def entries(compose_file: Path = COMPOSE_FILE) -> list[Entry]:
    """Return the services that have a database, in the order of the file.

    Raises:
        StackError: the file cannot be read, or a service's port is not written as `${X_PORT:-8001}:8000`.
    """
    return [
        _entry(name, content, compose_file)
        for name, content in _services(compose_file).items()
        if "DB_NAME" in content.get("environment", {})
    ]


def published_ports(compose_file: Path = COMPOSE_FILE) -> dict[str, int]:
    """Return the default of each port that the file publishes, by the variable that moves it."""
    ports = [str(port) for content in _services(compose_file).values() for port in content.get("ports", [])]
    found = [published for port in ports if (published := _PUBLISHED.search(port))]
    return {published["variable"]: int(published["default"]) for published in found}


def _entry(name: str, content: dict[str, Any], compose_file: Path) -> Entry:
    for port in content.get("ports", []):
        if published := _PUBLISHED.search(str(port)):
            return Entry(name, published["variable"], int(published["default"]), content["environment"]["DB_NAME"])
    raise StackError(f"{compose_file.name}: {name} has no port such as ${{X_PORT:-8001}}:8000.")


def start_command(service: str, port: int, *, compose_file: Path = COMPOSE_FILE) -> list[str]:
    """Return the compose file's command of a service, listening on 127.0.0.1 and another port.

    Args:
        service: name in the compose file.
        port: the port to listen on.
        compose_file: the file to read.

    Raises:
        StackError: the file has no such command, or it names no host and port that could be changed.
    """
    command: str | list[str] | None = _services(compose_file).get(service, {}).get("command")
    if not command:
        raise StackError(f"{compose_file.name} has no command for the service {service}.")
    arguments = shlex.split(command) if isinstance(command, str) else [str(argument) for argument in command]
    arguments = [argument.replace("$$", "$") for argument in arguments]  # Compose's way of writing a dollar
    for option, value in (("--host", HOST), ("--port", str(port))):
        # The command is a shell line within `sh -c`, so the option is looked for inside the arguments.
        pattern = re.compile(rf"({option}[ =])\S+")
        if not any(map(pattern.search, arguments)):
            raise StackError(f"{compose_file.name}: the command of {service} has no {option} that could be changed.")
        arguments = [pattern.sub(rf"\g<1>{value}", argument) for argument in arguments]
    return arguments


@cache
def _services(compose_file: Path) -> dict[str, dict[str, Any]]:
    try:
        content = yaml.safe_load(compose_file.read_text())
    except FileNotFoundError as error:
        raise StackError(f"{compose_file} is missing; the services' start commands come from it.") from error
    except yaml.YAMLError as error:
        raise StackError(f"{compose_file.name} is not YAML: {' '.join(str(error).split())}") from error
    services: dict[str, dict[str, Any]] = content["services"]
    return services
