"""psql on the running stack, without an installed PostgreSQL."""

import json
import os
from pathlib import Path
from typing import NoReturn

from stack.errors import StackError
from stack.postgres.binaries import postgres_binaries
from stack.runner.description import description_file


def psql(database: str, *, data: Path) -> NoReturn:
    """Turn this process into psql on a database, as superuser.

    Args:
        database: name of the database.
        data: data folder of the stack.

    Raises:
        StackError: no stack with this data folder is ready.
    """
    try:
        postgres = json.loads(description_file(data).read_text())["postgres"]
    except FileNotFoundError as error:
        raise StackError("No stack is running. Start it first: make run") from error
    program = postgres_binaries(account=None) / "psql"
    environment = os.environ | {
        "PGHOST": postgres["host"],
        "PGPORT": str(postgres["port"]),
        "PGUSER": postgres["superuser"],
        "PGPASSWORD": postgres["password"],
        "PGDATABASE": database,
    }
    os.execve(program, [str(program)], environment)  # noqa: S606 - a terminal program belongs to the terminal
