"""The limits of connections fit together: of a process, of a role, of the server."""

import re

from stack.paths import COMPOSE_FILE, POSTGRES_INIT
from stack.postgres.server import MAX_CONNECTIONS

OF_A_PROCESS = 20  # test_load.py of the end-to-end tests counts them
RESERVED_FOR_THE_SUPERUSER = 3


def limits() -> dict[str, int]:
    roles = (POSTGRES_INIT / "10-roles.sql").read_text()
    return {name: int(limit) for name, limit in re.findall(r"CREATE ROLE (\w+) LOGIN CONNECTION LIMIT (\d+)", roles)}


def test_a_role_has_the_connections_of_two_replicas_and_of_one_that_replaces_another() -> None:
    application = {name: limit for name, limit in limits().items() if name.endswith("_app")}
    assert application == dict.fromkeys(("authdb_app", "apidb_app", "admindb_app"), 3 * OF_A_PROCESS)


def test_the_server_has_the_connections_of_all_roles() -> None:
    assert len(limits()) == 6
    assert sum(limits().values()) <= MAX_CONNECTIONS - RESERVED_FOR_THE_SUPERUSER


def test_the_compose_file_gives_its_server_as_many_as_make_run() -> None:
    assert f"max_connections=${{POSTGRES_MAX_CONNECTIONS:-{MAX_CONNECTIONS}}}" in COMPOSE_FILE.read_text()
