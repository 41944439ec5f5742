"""What postgres-init/README.md says to type on a server that was made before."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres_init.conftest import initialised_server
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from stack.paths import POSTGRES_INIT
from stack.postgres.initialisation import DATABASE_FILES, add_missing_databases
from stack.postgres.server import Server

Connect = Callable[[str, str], Connection]
LATEST = tuple(DATABASE_FILES)[-1]
THE_FIRST = ("authdb", "apidb", "admindb")  # which a server that was made before has
OLD = """
DROP ROLE services;
REVOKE authdb_app FROM authdb_owner;
REVOKE apidb_app FROM apidb_owner;
REVOKE admindb_app FROM admindb_owner;
GRANT CREATE, TEMPORARY ON DATABASE postgres TO PUBLIC;
ALTER ROLE authdb_app CONNECTION LIMIT -1;
ALTER ROLE apidb_app CONNECTION LIMIT -1;
ALTER ROLE admindb_app CONNECTION LIMIT -1;
ALTER ROLE authdb_owner CONNECTION LIMIT -1;
ALTER ROLE apidb_owner CONNECTION LIMIT -1;
ALTER ROLE admindb_owner CONNECTION LIMIT -1;
GRANT EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) TO PUBLIC
"""


def documented(language: str) -> str:
    """Return the README's one block in a language; that of pg_hba.conf names none."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", (POSTGRES_INIT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    return "".join(block for of, block in blocks if of == language)


def run(connection: Connection, statements: str) -> None:
    for statement in filter(str.strip, statements.split(";")):
        connection.execute(text(statement))


def limits(connection: Connection) -> dict[str, int]:
    rows = connection.execute(text("SELECT rolname, rolconnlimit FROM pg_roles WHERE rolcanlogin"))
    return {row.rolname: row.rolconnlimit for row in rows if row.rolname.startswith(THE_FIRST)}


def rules(server: Server) -> Path:
    return server.data / "pg_hba.conf"


@pytest.fixture(scope="module")
def server(role_passwords: dict[str, str]) -> Iterator[Server]:
    """A server of this module's own, because it is reset to an earlier state."""
    with initialised_server(role_passwords) as server:
        yield server


@pytest.fixture
def made_before(server: Server, connect: Connect) -> Connection:
    """The server as it was before releases showed themselves; returns a connection of its superuser."""
    superuser = connect("postgres", "postgres")
    run(superuser, OLD)
    line = documented("").strip()
    content = rules(server).read_text()
    assert line in content
    rules(server).write_text(content.replace(line, ""))
    run(superuser, "SELECT pg_reload_conf()")
    return superuser


def test_it_makes_of_an_older_server_what_a_new_one_is(
    server: Server, connect: Connect, made_before: Connection
) -> None:
    with pytest.raises(DBAPIError, match=r"no pg_hba\.conf entry"):
        connect("authdb_app", "postgres")
    assert set(limits(made_before).values()) == {-1}
    run(made_before, documented("sql"))
    with rules(server).open("a") as file:
        file.write(documented(""))
    run(made_before, "SELECT pg_reload_conf()")
    expected = {f"{name}_{role}": limit for name in THE_FIRST for role, limit in (("owner", 20), ("app", 60))}
    assert limits(made_before) == expected
    for name in THE_FIRST:
        app, owner = connect(f"{name}_app", "postgres"), connect(f"{name}_owner", name)
        assert owner.scalar(text(f"SELECT pg_has_role('{name}_app', 'USAGE')"))
        for forbidden in ("CREATE TABLE things (id int)", "CREATE TEMP TABLE things (id int)", "SELECT lo_create(0)"):
            with pytest.raises(DBAPIError, match="permission denied"):
                run(app, forbidden)


def test_the_line_that_a_container_gets_is_the_one_that_a_new_server_has() -> None:
    assert documented("").strip() in documented("sh")
    assert documented("").strip() in (POSTGRES_INIT / "40-client-authentication.sh").read_text()


def test_a_service_that_came_later_gets_its_database_and_its_roles_open_what_those_of_the_others_do(
    server: Server, role_passwords: dict[str, str], connect: Connect
) -> None:
    superuser = connect("postgres", "postgres")
    roles = (f"{LATEST}_owner", f"{LATEST}_app", LATEST)
    run(superuser, f"DROP DATABASE {LATEST}; DROP ROLE services")
    template = connect("postgres", "template1")
    run(template, ";".join(f"DROP OWNED BY {role}" for role in roles))
    template.detach()
    template.close()
    run(superuser, ";".join(f"DROP ROLE {role}" for role in roles))
    assert add_missing_databases(server, role_passwords) == [LATEST]
    for name in DATABASE_FILES:
        for place in (name, "postgres"):
            assert connect(f"{name}_app", place).scalar(text("SELECT current_database()")) == place
    assert add_missing_databases(server, role_passwords) == []
