"""The limits of connections fit together: of a process, of a role, of the server."""

import re

from stack.paths import COMPOSE_FILE, POSTGRES_INIT
from stack.postgres.initialisation import DATABASE_FILES
from stack.runner.database import MAX_CONNECTIONS
from stack.services.service import known_services

OF_A_PROCESS = 20  # test_load.py of the end-to-end tests counts them
RESERVED_FOR_THE_SUPERUSER = 3


def limits() -> dict[str, int]:
    roles = (POSTGRES_INIT / "database.psql").read_text()
    return {name: int(limit) for name, limit in re.findall(r'CREATE ROLE :"(\w+)" LOGIN CONNECTION LIMIT (\d+)', roles)}


def test_the_application_role_has_the_connections_of_two_replicas_and_of_one_that_replaces_another() -> None:
    assert limits() == {"owner": 20, "app": 3 * OF_A_PROCESS}


def test_the_server_has_the_connections_of_all_roles() -> None:
    assert len(DATABASE_FILES) * sum(limits().values()) <= MAX_CONNECTIONS - RESERVED_FOR_THE_SUPERUSER


def test_each_service_of_the_compose_file_has_its_database_in_postgres_init() -> None:
    assert {service.database for service in known_services()} == set(DATABASE_FILES)


def test_the_compose_file_gives_its_server_as_many_as_make_run() -> None:
    assert f"max_connections=${{POSTGRES_MAX_CONNECTIONS:-{MAX_CONNECTIONS}}}" in COMPOSE_FILE.read_text()
