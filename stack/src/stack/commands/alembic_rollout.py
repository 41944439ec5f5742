"""Commands that an operator types on the databases of the running stack, with the rights that only an operator has."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

from stack.errors import StackError
from stack.postgres.binaries import postgres_binaries
from stack.postgres.server import DRIVER
from stack.runner.description import description_file
from stack.runner.service_environment import backup_folder
from stack.services.service import Service, service_named


def alembic_rollout(service_name: str, arguments: Sequence[str], *, data: Path) -> NoReturn:
    """Turn this process into `alembic-rollout` of a service, which may make databases: for `restore` and `rehearse`.

    Args:
        service_name: a service, such as auth.
        arguments: the verb and its arguments.
        data: data folder of the stack.

    Raises:
        StackError: no stack with this data folder is ready, or there is no such service.
    """
    service = service_named(service_name)
    try:
        description = json.loads(description_file(data).read_text())
    except FileNotFoundError as error:
        raise StackError("No stack is running. Start it first: make run") from error
    program = service.folder / ".venv" / "bin" / "alembic-rollout"
    command = [str(program), *map(_from_here, arguments)]
    os.chdir(service.folder)
    os.execve(program, command, os.environ | _variables(service, description, data))  # noqa: S606 - what it says belongs to the terminal


def _from_here(argument: str) -> str:
    """A file is named as it is seen from where the command was typed, and the verb runs in the service's folder."""
    return str(Path(argument).resolve()) if Path(argument).is_file() else argument


def _variables(service: Service, description: dict[str, Any], data: Path) -> dict[str, str]:
    postgres = description["postgres"]
    login = ":".join(quote(postgres[part], safe="") for part in ("superuser", "password"))
    address = f"{postgres['host']}:{postgres['port']}"
    return {
        "MIGRATION_DATABASE_URL": description["databases"][service.database]["owner_url"],
        "ROLLOUT_ADMIN_URL": f"{DRIVER}://{login}@{address}/postgres",
        "ROLLOUT_BACKUP_DIR": str(backup_folder(service, data=data)),
        "ROLLOUT_PG_BIN": str(postgres_binaries(account=None)),
    }
